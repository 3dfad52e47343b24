"""The help centre as its readers use it, the contact form, and the portal for staff under each of its switches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from local import cast
from tests.journeys.conftest import Visit
from tests.journeys.test_accessibility import AXE, PROFILE, assert_accessible
from tests.journeys.visitor import Visitor

ADDRESS = "mira.novak@example.com"


def test_from_the_front_page_to_an_article_and_an_answer(visit: Visit) -> None:
    """Somebody looks around, reads, says that it helped, and thinks better of it."""
    with visit() as reader:
        page = reader.page
        page.goto("/")
        page.get_by_role("link", name="Getting started").click()
        page.get_by_role("link", name="Hang a pendant lamp").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Hang a pendant lamp")
        expect(page.locator(".prose img").first).to_be_visible()
        assert page.locator(".prose img").first.evaluate("image => image.decode().then(() => image.naturalWidth > 100)")
        page.get_by_role("navigation", name="On this page").get_by_role("link").nth(1).click()
        expect(page.locator(".sections.large a[aria-current]")).to_have_count(1)
        page.get_by_role("button", name="Yes").click()
        expect(page.get_by_text("Thank you for your feedback.")).to_be_visible()
        page.get_by_role("button", name="Undo my answer").click()
        expect(page.get_by_role("heading", name="Was this helpful?")).to_be_visible()
        page.get_by_role("link", name="Deutsch").first.click()
        expect(page.locator("article h1")).to_have_attribute("lang", "de")


def test_an_article_answers_before_the_form_is_sent_and_the_desk_after_it(visit: Visit, visit_as: Visit) -> None:
    """Articles appear while the subject is typed; who sends all the same is answered by mail, and can log in."""
    with visit() as mira:
        page = mira.page
        page.goto("/")
        page.get_by_role("link", name="Contact us").click()
        page.get_by_label("Your name").fill("Mira Novak")
        page.get_by_label("E-mail address").fill(ADDRESS)
        page.get_by_label("Subject").press_sequentially("lamp flickers")
        expect(page.locator(".suggested a").first).to_have_text("The lamp flickers or hums")
        page.get_by_label("Your message").fill("It does since Tuesday.")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your message was sent")
    with visit_as(cast.AGENT) as jonas:
        jonas.page.goto("/desk")
        jonas.open("lamp flickers")
        expect(jonas.page.get_by_text("Address not proven")).to_be_visible()
        jonas.write("Please turn the bulb a little tighter.", label="Message to the customer", button="Send reply")
    mail = mira.portal.mail_to(ADDRESS)
    assert "Please turn the bulb a little tighter." in mail["text"]
    assert "flickers" not in mail["subject"]
    assert "since Tuesday" not in mail["text"]
    with visit() as mira:
        mira.sign_in(cast.Customer("Mira Novak", ADDRESS))
        mira.page.goto("/conversations")
        mira.open("lamp flickers")
        expect(mira.page.get_by_text("Please turn the bulb a little tighter.")).to_be_visible()


@contextmanager
def switched(page: Page, path: str, label: str) -> Iterator[None]:
    """Turn something on in the settings, and off again in the end."""
    for on in (True, False):
        page.goto(path)
        page.get_by_label(label, exact=True).set_checked(on)
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".notice")).to_be_visible()
        if on:
            yield


def assert_gone(visitor: Visitor) -> None:
    """See that there is no portal for staff."""
    answer = visitor.page.goto("/internal")
    assert answer
    assert answer.status == 404


def test_the_portal_for_staff_follows_its_switches(visit_as: Visit) -> None:
    """Off, on, only internal articles, off again: seen from an agent's browser each time at once."""
    manager, agent = visit_as(cast.CONTENT_MANAGER), visit_as(cast.AGENT)
    with manager as ellis, agent as jonas:
        assert_gone(jonas)
        with switched(ellis.page, "/settings/internal-kb", "Turn on the Internal KB"):
            assert_gone(jonas)
            with switched(ellis.page, "/settings/portal", "Turn on for Agents and Admins"):
                jonas.page.goto("/desk")
                with jonas.context.expect_page() as opened:
                    jonas.page.get_by_role("link", name="Internal portal").click()
                portal = opened.value
                expect(portal.get_by_role("heading", level=1)).to_have_text("Internal knowledge base")
                topics = portal.locator(".topics li")
                everything = topics.count()
                portal.get_by_label("Search articles").fill("goodwill")
                portal.get_by_role("button", name="Search").click()
                portal.locator(".found a").first.click()
                expect(portal.locator("article .pill.internal")).to_be_visible()
                with switched(ellis.page, "/settings/portal", "Show only internal articles"):
                    portal.goto("/internal")
                    expect(portal.locator(".topics li").first).to_be_visible()
                    assert portal.locator(".topics li").count() < everything
                portal.close()
            assert_gone(jonas)


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not here; “make axe” fetches it where npm is")
def test_its_pages_are_accessible(visit: Visit, visit_as: Visit) -> None:
    """axe-core on each of them, in both looks."""
    with visit(**PROFILE) as reader:
        for path in (
            "/",
            "/?lang=de",
            "/categories/getting-started",
            "/articles/hang-a-pendant-lamp",
            "/articles/invoices-and-vat?lang=de",
            "/search?q=lamp",
            "/search?q=zzzzzz",
            "/contact",
            "/contact/sent",
        ):
            reader.page.goto(path)
            assert_accessible(reader, path)
        reader.page.goto("/contact")
        reader.page.locator("form.reply").evaluate("form => { form.noValidate = true }")
        reader.page.get_by_role("button", name="Send").click()
        expect(reader.page.locator("[data-faults]")).to_be_visible()
        assert_accessible(reader, "contact refused")
        reader.page.get_by_label("Subject").press_sequentially("lamp flickers")
        expect(reader.page.locator(".suggested a").first).to_be_visible()
        assert_accessible(reader, "contact with articles")
    with visit_as(cast.OWNER, **PROFILE) as ada:
        for path in ("/", "/contact", "/articles/hang-a-pendant-lamp"):
            ada.page.goto(path)
            assert_accessible(ada, path)
    with visit_as(cast.CONTENT_MANAGER, **PROFILE) as ellis:  # noqa: SIM117 - the switches need her page
        with (
            switched(ellis.page, "/settings/internal-kb", "Turn on the Internal KB"),
            switched(ellis.page, "/settings/portal", "Turn on for Agents and Admins"),
        ):
            for path in (
                "/internal",
                "/internal/categories/orders-and-delivery",
                "/internal/articles/goodwill-limits",
                "/internal/search?q=goodwill",
            ):
                ellis.page.goto(path)
                assert_accessible(ellis, path)
