"""Signing in from the mailbox: by code, by link, in the wrong browser, and out of all browsers."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from local import cast
from tests.journeys.conftest import Visit
from tests.journeys.portal import Portal, code_of, link_of
from tests.journeys.visitor import Visitor


def ask(visitor: Visitor, address: str) -> int:
    """Ask for a code, and return how many mails that address had got before."""
    before = visitor.portal.mail_count(address)
    visitor.page.goto("/login")
    visitor.page.get_by_label("E-mail address").fill(address)
    visitor.page.get_by_role("button", name="Send me a code").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Enter your code")
    return before


def test_the_link_signs_in_once_and_only_where_it_was_asked_for(visit: Visit, portal: Portal) -> None:
    """Looking at the link uses nothing up; its button signs in once; another browser is sent back to the first."""
    address = cast.SAKURA.email
    assert address
    with visit() as here, visit() as elsewhere:
        before = ask(here, address)
        link = link_of(portal.mail_to(address, after=before), "/login/link/")
        elsewhere.page.goto(link)
        expect(elsewhere.page.get_by_text("only in the browser that asked for it")).to_be_visible()
        expect(elsewhere.page.get_by_role("button", name="Sign in")).to_have_count(0)
        for _ in range(2):
            here.page.goto(link)
            expect(here.page.get_by_role("button", name="Sign in")).to_be_visible()
        here.page.get_by_role("button", name="Sign in").click()
        expect(here.page.get_by_role("heading", level=1)).to_have_text("My Conversations")
        expect(here.page.get_by_role("link", name="ペンダントライトの電圧について")).to_be_visible()
        here.page.goto(link)
        expect(here.page.get_by_role("button", name="Sign in")).to_have_count(0)


def test_a_wrong_code_can_be_corrected(visit: Visit, portal: Portal) -> None:
    """A wrong code is refused with a reason, the right one still works, also typed with a space in the middle."""
    address = cast.ANIL.email
    assert address
    with visit() as anil:
        before = ask(anil, address)
        code = code_of(portal.mail_to(address, after=before)).replace(" ", "")
        field = anil.page.get_by_label("Code", exact=True)
        field.fill(f"{(int(code) + 1) % 10**8:08}")
        anil.page.get_by_role("button", name="Sign in").click()
        expect(anil.page.get_by_role("alert")).to_contain_text("That code or link is wrong")
        field.fill(f"{code[:4]} {code[4:]}")
        anil.page.get_by_role("button", name="Sign in").click()
        expect(anil.page.get_by_role("heading", level=1)).to_have_text("My Conversations")


def test_an_unknown_address_sees_the_same_page(visit: Visit) -> None:
    """Whether somebody is a customer cannot be seen from outside."""
    with visit() as stranger, visit() as customer:
        for visitor, address in ((stranger, "nobody@example.com"), (customer, cast.LAYLA.email)):
            assert address
            ask(visitor, address)
            expect(visitor.page.get_by_role("alert")).to_have_count(0)
        said = [one.page.locator("main").inner_text() for one in (stranger, customer)]
        assert said[0] == said[1].replace(str(cast.LAYLA.email), "nobody@example.com")


def test_signing_out_everywhere_ends_the_other_browser_too(visit: Visit) -> None:
    """The account page names both browsers; after signing out everywhere neither is signed in."""
    phone = "Mozilla/5.0 (Android 15; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0"
    with visit() as desk, visit(user_agent=phone) as pocket:
        desk.sign_in(cast.OLENA)
        pocket.sign_in(cast.OLENA)
        desk.page.goto("/account")
        places = desk.page.locator(".sessions li")
        expect(places).to_have_count(2)
        expect(places.filter(has_text="This device")).to_have_count(1)
        expect(places.filter(has_text="Firefox on Android")).to_be_visible()
        desk.page.get_by_role("button", name="Sign out everywhere").click()
        expect(desk.page.get_by_text("You are signed out everywhere.")).to_be_visible()
        for visitor in (desk, pocket):
            visitor.page.goto("/conversations")
            expect(visitor.page).to_have_url(re.compile("/login"))


def test_one_comes_back_to_where_one_wanted_to_go(visit: Visit, visit_as: Visit) -> None:
    """Signing in leads to the page that asked for it."""
    with visit_as(cast.COLLEAGUE) as signed_in:
        signed_in.page.goto("/conversations")
        target = signed_in.page.get_by_role("link", name="Bulbs for the bathroom").get_attribute("href")
    assert target
    with visit() as jonas:
        jonas.page.goto(target)
        expect(jonas.page.get_by_role("heading", level=1)).to_have_text("Sign in")
        assert cast.COLLEAGUE.email
        before = jonas.portal.mail_count(cast.COLLEAGUE.email)
        jonas.page.get_by_label("E-mail address").fill(cast.COLLEAGUE.email)
        jonas.page.get_by_role("button", name="Send me a code").click()
        jonas.page.get_by_label("Code", exact=True).fill(
            code_of(jonas.portal.mail_to(cast.COLLEAGUE.email, after=before))
        )
        jonas.page.get_by_role("button", name="Sign in").click()
        expect(jonas.page.get_by_role("heading", level=1)).to_have_text("Bulbs for the bathroom")
