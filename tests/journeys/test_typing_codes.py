"""The sign-in code as people type and paste it, on a phone and on a desk, and what is there after the last try."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from chalicelib.signin.model import CODE_DIGITS, MAX_TRIES
from local import cast
from tests.journeys.conftest import Visit
from tests.journeys.portal import Portal, code_of

SIZES = {390: {"width": 390, "height": 844}, 1280: {"width": 1280, "height": 800}}


@pytest.mark.parametrize("width", SIZES)
def test_a_code_is_pasted_corrected_and_sent_anew(visit: Visit, portal: Portal, width: int) -> None:
    """An address pasted with a link's scheme; a code with too few digits, wrong ones until the last, and a new one.

    The last is pasted in Persian digits, with a dash and the marks that right-to-left text brings along.
    """
    who = cast.ANIL if width == min(SIZES) else cast.LAYLA
    assert who.email
    with visit(viewport=SIZES[width]) as visitor:
        page = visitor.page
        visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
        before = portal.mail_count(who.email)
        page.goto("/login")
        page.get_by_label("E-mail address").fill(f"\u00a0mailto:{who.email}.")
        page.get_by_role("button", name="Send me a code").click()
        field = page.get_by_label("Code", exact=True)
        expect(page.get_by_role("link", name="Write to us")).to_have_attribute("href", "/contact")
        first = code_of(portal.mail_to(who.email, after=before)).replace(" ", "")
        field.fill(first[1:])
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("This did not count as a try.")
        expect(field).to_have_value(first[1:])
        for _ in range(MAX_TRIES):
            field.fill(f"{(int(first) + 1) % 10**CODE_DIGITS:0{CODE_DIGITS}}")
            page.get_by_role("button", name="Sign in").click()
            expect(page.get_by_role("alert")).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_have_text("That code no longer works")
        expect(field).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_role("button", name="Send me a new code").click()
        second = code_of(portal.mail_to(who.email, after=before + 1)).replace(" ", "")
        digits = "".join(chr(0x06F0 + int(digit)) for digit in second)
        page.evaluate("text => navigator.clipboard.writeText(text)", f"\u202b{digits[:4]}-{digits[4:]}\u202c")
        field.press("ControlOrMeta+V")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("My Conversations")


@pytest.mark.parametrize("width", SIZES)
def test_who_is_no_customer_yet_finds_the_contact_form(visit: Visit, width: int) -> None:
    with visit(viewport=SIZES[width]) as stranger:
        page = stranger.page
        page.goto("/login")
        page.get_by_label("E-mail address").fill(f"nobody{width}@example.com")
        page.get_by_role("button", name="Send me a code").click()
        page.get_by_role("link", name="Write to us").click()
        expect(page).to_have_url(re.compile("/contact$"))
        expect(page.get_by_label("Your message")).to_be_visible()
