"""axe-core finds nothing to complain of on any page the product has, in any state that samples show it in.

The pages that people walk through are in ``test_accessibility.py``; here is what no walk comes by.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from chalicelib.rendering.environment import MIDTOWN, Renderer
from chalicelib.rendering.static import StaticFiles
from chalicelib.speech import speech
from chalicelib.web.brand import brand_style
from tests import samples
from tests.journeys.test_accessibility import AXE, LARGE, PHONE, PROFILE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Route

ROOT = Path(__file__).resolve().parents[2]
RENDERER = Renderer(ROOT / "templates")
STATIC = StaticFiles(ROOT / "static", ROOT / "templates" / MIDTOWN / "theme.css").files
TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
SITE = "http://samples.test"

pytestmark = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not here; “make axe” fetches it where npm is")


@pytest.fixture(scope="module")
def looks(browser: Browser) -> Iterator[dict[str, Page]]:
    """A light page on a large screen and a dark one on a phone, of a site that serves the samples."""
    contexts = [browser.new_context(viewport=size, color_scheme=scheme, **PROFILE) for scheme, size in LOOKS.items()]
    pages = {}
    for context, scheme in zip(contexts, LOOKS, strict=True):
        context.route("**/*", serve)
        pages[scheme] = context.new_page()
    yield pages
    for context in contexts:
        context.close()


LOOKS = {"light": LARGE, "dark": PHONE}


def serve(route: Route) -> None:
    """Answer with a sample, a static file or the colours; everything else is not there."""
    path = urlsplit(route.request.url).path.removeprefix("/")
    static = path.removeprefix("static/")
    if path in samples.PAGES:
        page, site = samples.PAGES[path]
        html = RENDERER.page(page, site, samples.ZONE, samples.NOW, speech(site.language))
        route.fulfill(body=html, content_type="text/html; charset=utf-8")
    elif path.startswith("static/") and static in STATIC and static != "sign-on.js":  # that one goes on at once
        route.fulfill(body=STATIC[static], content_type=TYPES[static.rpartition(".")[2]])
    elif path == "brand/colours.css":
        route.fulfill(body=brand_style("#2f6b4f"), content_type="text/css")
    elif not route.request.url.startswith(SITE):
        route.fulfill(status=204)  # a page that leads elsewhere stays where it is
    else:
        route.fulfill(status=404, body="")


@pytest.mark.parametrize("name", sorted(set(samples.PAGES) - samples.PARTS))
def test_a_page_is_accessible_and_fits(looks: dict[str, Page], name: str) -> None:
    """No rule of axe-core is broken, light or dark, and nothing is wider than a phone."""
    for scheme, page in looks.items():
        page.goto(f"{SITE}/{name}")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate(
            """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.map((one) =>
                `${one.id}: ${one.nodes.map((node) => `${node.target} ${node.any[0]?.message ?? ""}`).join(" | ")}`)"""
        )
        assert found == [], scheme
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), scheme
