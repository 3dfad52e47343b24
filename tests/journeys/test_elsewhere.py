"""On a phone, in another time zone, with another language, in scripts written from the right."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from chalicelib import zones
from chalicelib.formats import FORMATS
from local import cast
from tests.journeys.conftest import Visit

if TYPE_CHECKING:
    from tests.journeys.visitor import Visitor

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 3,
    "is_mobile": True,
    "has_touch": True,
}


def assert_fits(visitor: Visitor) -> None:
    """Nothing sticks out of the page, to whichever side."""
    wide = visitor.page.evaluate(
        """() => [...document.querySelectorAll("body *")].filter((one) => {
            const box = one.getBoundingClientRect(), style = getComputedStyle(one);
            return box.width && (box.right > innerWidth + 1 || box.left < -1)
                && style.clipPath === "none" && style.position !== "absolute" && !one.closest(".preview, svg");
        }).map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert wide == [], visitor.page.url
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), visitor.page.url


def test_on_a_phone(visit_as: Visit) -> None:
    """Pages fit 390 pixels; a reply with a picture is sent by tapping."""
    with visit_as(cast.COLLEAGUE, **PHONE) as jonas:
        page = jonas.page
        for path in ("/", "/conversations", "/conversations?q=nothing+like+this", "/account", "/conversations/nowhere"):
            page.goto(path)
            assert_fits(jonas)
        page.goto("/conversations")
        jonas.open("Present for Ada: engraving on a Wren")
        assert_fits(jonas)
        jonas.attach(
            {"name": f"{'a very long name ' * 8}.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"},
            {"name": "no.exe", "mimeType": "", "buffer": b"MZ"},
        )
        expect(page.locator(".uploads input[name=attachment]")).to_have_count(1)
        page.get_by_label("Your message").fill(f"{'W' * 300} and https://example.com/{'x' * 300}")
        assert_fits(jonas)
        page.get_by_role("button", name="Send", exact=True).tap()
        assert_fits(jonas)
        page.get_by_role("button", name="Send without it").tap()
        expect(page.locator(".notice")).to_have_text("Your message was sent.")
        assert_fits(jonas)


def test_the_desk_on_a_phone(visit_as: Visit) -> None:
    """The desk fits 390 pixels too, with its forms open."""
    with visit_as(cast.AGENT, **PHONE) as mina:
        page = mina.page
        page.goto("/desk")
        assert_fits(mina)
        mina.open("Is the Lark wall lamp available in green?")
        for summary in page.locator("summary").all():
            summary.evaluate("one => one.parentElement.open = true")
        assert_fits(mina)


@pytest.mark.parametrize(("zone", "locale"), [("Pacific/Auckland", "mi-NZ"), ("America/Los_Angeles", "ar-EG")])
def test_times_are_those_of_the_browser(visit_as: Visit, zone: str, locale: str) -> None:
    """A customer who has chosen no zone sees every time in the browser's, written as the language of the page does."""
    formats = FORMATS["ar" if locale.startswith("ar") else "en"]
    with visit_as(cast.COLLEAGUE, timezone_id=zone, locale=locale) as jonas:
        page = jonas.page
        page.goto("/conversations")
        jonas.open("Bulbs for the bathroom")
        shown = page.locator(".message time").first
        at = datetime.fromisoformat(str(shown.get_attribute("datetime"))).astimezone(zones.zone(zone))
        expect(shown).to_have_text(formats.join(formats.dated(at), formats.clock(at)))
        assert str(shown.get_attribute("title")).startswith(formats.weekdays[at.weekday()])


def test_a_chosen_zone_is_kept_to(visit_as: Visit) -> None:
    """Who has chosen a zone sees that one, wherever the browser is."""
    with visit_as(cast.OWNER, timezone_id="America/Los_Angeles") as ada:
        ada.page.goto("/conversations")
        ada.open("Order 17 950: one box is missing")
        shown = ada.page.locator(".message time").first
        at = datetime.fromisoformat(str(shown.get_attribute("datetime"))).astimezone(zones.zone("Europe/Stockholm"))
        expect(shown).to_have_text(f"{at.day} {at:%b %Y, %H:%M}")
        expect(shown).to_have_attribute("title", re.compile("CES?T$"))


def test_text_from_the_right_starts_at_the_right(visit_as: Visit) -> None:
    """An Arabic subject, preview and message are read from the right, in a page that is read from the left."""
    with visit_as(cast.LEAD, viewport={"width": 1280, "height": 900}) as ruth:
        page = ruth.page
        page.goto("/desk")
        row = page.locator(".rows li").filter(has_text="مصابيح لمكتب التصميم")
        preview = row.locator(".preview [dir=auto]")
        assert preview.evaluate("one => getComputedStyle(one).direction") == "rtl"
        page.set_viewport_size({"width": 390, "height": 844})
        hidden = preview.evaluate(
            """one => {
                const text = document.createRange();
                text.setStart(one.firstChild, 0);
                text.setEnd(one.firstChild, 1);
                const first = text.getBoundingClientRect(), box = one.getBoundingClientRect();
                return [one.scrollWidth > one.clientWidth, first.right <= box.right + 1];
            }"""
        )
        assert hidden == [True, True]  # too long for the line, and cut at its end, not at its beginning
        ruth.open("مصابيح لمكتب التصميم")
        said = page.locator(".message .said p").first
        assert said.evaluate("one => getComputedStyle(one).direction") == "rtl"
