"""Whatever a theme's stylesheet does with places and layers, the product's own parts can be seen and used."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from chalicelib.themes.styles import check
from tests import samples
from tests.journeys.test_accessibility_of_every_page import SITE, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Route

COVERING = (Path(__file__).resolve().parents[1] / "themes" / "covering.css").read_text(encoding="utf-8")
SIGN_IN = "[data-sign-in] :is(input:not([type=hidden]), button, .button, label)"
FAULTS = ".faults, .faults a, .faults strong"

USED = """(selector) => [...document.querySelectorAll(selector)].flatMap((one) => {
    one.scrollIntoView({ block: "center", inline: "center" });
    const told = `${one.tagName}.${one.className}`, box = one.getBoundingClientRect();
    if (box.width < 20 || box.height < 10) return [`${told} is ${box.width} by ${box.height}`];
    if (box.left < 0 || box.right > innerWidth + 1 || box.top + scrollY < 0) return [`${told} is at ${box.left}`];
    const how = { opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true };
    if (!one.checkVisibility(how)) return [`${told} is not visible`];
    const middle = box.top + Math.min(box.height, innerHeight) / 2;
    const hit = document.elementFromPoint(box.left + box.width / 2, middle);
    return one.contains(hit) ? [] : [`${told} is behind ${hit?.tagName}.${hit?.className}`];
})"""


@pytest.fixture(scope="module", params=[1280, 390])
def covered(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a site whose theme has Midtown's stylesheet and the covering one."""

    def served(route: Route) -> None:
        if urlsplit(route.request.url).path == "/static/midtown.css":
            midtown = Path(__file__).resolve().parents[2] / "templates" / "themes" / "midtown" / "theme.css"
            route.fulfill(body=midtown.read_text(encoding="utf-8") + COVERING, content_type="text/css")
        else:
            serve(route)

    context = browser.new_context(viewport={"width": request.param, "height": 860}, reduced_motion="reduce")
    context.route("**/*", served)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    ("name", "selector"),
    [
        ("login", SIGN_IN),
        ("login-refused", f"{SIGN_IN}, {FAULTS}"),
        ("code", SIGN_IN),
        ("code-refused", f"{SIGN_IN}, {FAULTS}"),
        ("link", SIGN_IN),
        ("link-elsewhere", f"{SIGN_IN}, {FAULTS}"),
        ("sign-on-unasked", SIGN_IN),
        ("conversation-read", ".notice"),
        ("conversation-refused", FAULTS),
        ("account-refused", FAULTS),
        ("new-refused", FAULTS),
        ("contact-refused", FAULTS),
    ],
)
def test_what_the_product_puts_in_stays_in_reach(covered: Page, name: str, selector: str) -> None:
    """At the middle of each field, button, notice and fault is that itself: nothing hides, moves or covers it."""
    assert name in samples.PAGES
    covered.goto(f"{SITE}/{name}")
    assert covered.locator(selector).count() > 0
    assert covered.evaluate(USED, selector) == []


def test_the_skip_link_comes_into_view(covered: Page) -> None:
    """The first thing that the Tab key reaches is the way past the header."""
    covered.goto(f"{SITE}/list")
    covered.keyboard.press("Tab")
    covered.wait_for_timeout(50)
    assert covered.evaluate("document.activeElement.className") == "skip"
    assert covered.evaluate(USED, ".skip") == []


def test_the_covering_stylesheet_is_allowed_and_would_cover(browser: Browser) -> None:
    """A theme may have it, and without the product's last stylesheet nothing of signing in could be used."""
    assert check(COVERING) == []

    def served(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path == "/static/guard.css":
            route.fulfill(body="", content_type="text/css")
        elif path == "/static/midtown.css":
            route.fulfill(body=COVERING, content_type="text/css")
        else:
            serve(route)

    context = browser.new_context()
    context.route("**/*", served)
    page = context.new_page()
    page.goto(f"{SITE}/login-refused")
    fields = page.locator(SIGN_IN).count()
    assert fields > 2
    assert len(page.evaluate(USED, SIGN_IN)) == fields
    context.close()
