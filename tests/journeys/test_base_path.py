"""A portal below a path of its domain, /help: whoever goes through it in a browser never leaves that path."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from local import cast, files
from tests.journeys.portal import Portal, link_of
from tests.journeys.visitor import Visitor

BASE = "/help"
SUBJECT = "Warranty for the Wren desk lamp"
PHOTO = {"name": "the lamp.png", "mimeType": "image/png", "buffer": files.png((120, 80, 60))}
_ADDRESSES = """() => [...document.querySelectorAll("[href], [src], form")].map(
    one => one.localName === "form" ? one.action : one.localName === "use" ? one.href.baseVal : one.href || one.src
).map(one => new URL(one, location.href).href)"""


@pytest.fixture(scope="module")
def below(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The local program, with BASE_PATH=help."""
    running = Portal(tmp_path_factory.mktemp("below") / "state", base_path=BASE)
    yield running
    running.stop()


class Watched(Visitor):
    """Somebody whose browser asks the portal for nothing outside of the path, whatever they click."""

    def walk(self, *paths: str) -> None:
        """Open pages; every address that is on them lies below the path as well."""
        for path in paths:
            answer = self.page.goto(f"{self.portal.url}{path}")
            assert answer is not None
            assert answer.status == 200, path
            self.looks_round()

    def looks_round(self) -> None:
        """Look at every address on this page."""
        found = self.page.evaluate(_ADDRESSES)
        ours = [one for one in found if one.startswith(self.portal.origin)]
        assert len(ours) > 5
        assert [one for one in ours if not _is_below(one)] == [], self.page.url

    def _requested(self, request: object) -> None:
        super()._requested(request)  # type: ignore[arg-type]
        url = request.url  # type: ignore[attr-defined]
        if url.startswith(self.portal.origin) and not _is_below(url):
            self.wrong.append(f"left the path: {url}")


def _is_below(url: str) -> bool:
    return f"{urlsplit(url).path}/".startswith(f"{BASE}/")


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def test_a_customer_stays_below_the_path(browser: Browser, below: Portal) -> None:
    """From the help centre over a page that asks to sign in first, to a conversation, a file and out again."""
    with Watched(browser, below) as ada:
        page = ada.page
        ada.walk("", "/articles/which-bulb-fits", "/categories/care-and-repair", "/search?q=lamp", "/contact")
        page.goto(f"{below.url}/account")
        assert urlsplit(page.url).path == f"{BASE}/login"
        ada.sign_in(cast.OWNER)
        ada.walk("/account", "/conversations/new", "/conversations")
        ada.open(SUBJECT)
        ada.looks_round()
        ada.attach(PHOTO)
        expect(page.locator(".uploads input[name=attachment]")).to_have_count(1)
        ada.write("One tongue is broken, see the picture.")
        expect(page.locator(".message .said").last).to_contain_text("the lamp.png")
        with page.expect_download() as download:
            page.locator(".message").last.get_by_role("link", name="the lamp.png").click()
        assert download.value.path().read_bytes() == PHOTO["buffer"]
        ada.look_for_news()
        page.get_by_role("button", name="Sign out").click()
        assert urlsplit(page.url).path == f"{BASE}/"


def test_staff_stay_below_the_path(browser: Browser, below: Portal) -> None:
    """The desk, an answer that leads back by mail, every tab of the settings, and the editor of articles."""
    assert cast.OWNER.email
    with Watched(browser, below) as ruth, Watched(browser, below) as ada:
        page = ruth.page
        ruth.sign_in(cast.LEAD)
        ruth.open(SUBJECT)
        ruth.looks_round()
        before = below.mail_count(cast.OWNER.email)
        ruth.write("A new foot goes out today.", label="Message to the customer", button="Send reply")
        link = link_of(below.mail_to(cast.OWNER.email, after=before, containing="new foot"), "/conversations/")
        assert _is_below(link)
        ada.page.goto(link)
        assert heading(ada.page) == "Sign in"
        ruth.walk("/staff", "/staff/account", "/settings/general")
        links = page.goto(f"{below.url}/settings/general") and page.locator("nav a[href*='/settings/']")
        assert links
        tabs = sorted({one.get_attribute("href") or "" for one in links.all()})
        assert len(tabs) > 8
        for tab in tabs:
            ruth.walk(tab.removeprefix(BASE))
        page.goto(f"{below.url}/settings/articles")
        page.get_by_role("link", name="Which bulb fits").first.click()
        ruth.looks_round()
        text = page.get_by_label("Text", exact=True)
        text.press("End")
        text.type("[ask us](/contact)")
        expect(page.locator("[data-shown] a[href='/help/contact']").first).to_be_visible()


def test_signing_in_elsewhere_comes_back_below_the_path(browser: Browser, below: Portal) -> None:
    """The provider of staff is told an address below the path, and the organization's own login sends there."""
    with Visitor(browser, below) as ruth:
        ruth.goes_to(f"http://127.0.0.1:{below.port}")
        page = ruth.sign_in(cast.LEAD).page
        page.goto(f"{below.url}/settings/openid")
        assert page.locator("#copy-redirect").inner_text() == f"{below.url}/staff/login/openid/callback"
        page.get_by_role("button", name="Turn on").click()
        page.get_by_role("button", name="Sign out").click()
        page.goto(f"{below.url}/settings/staff")
        page.get_by_role("link", name="Sign in with Alder ID").click()
        page.get_by_role("link", name="Ruth Adeyemi").click()
        assert page.url == f"{below.url}/settings/staff"
        page.goto(f"{below.url}/settings/sign-on")
        page.get_by_role("button", name="Turn on").first.click()
        expect(page.get_by_role("heading", level=2, name="Custom sign-on is on")).to_be_visible()
        page.goto(f"{below.url}/account")
        page.get_by_role("link", name="Sign in with Alder & Finch").click()
        page.get_by_role("link", name="Ada Lindqvist").click()
        page.wait_for_url(f"{below.url}/account")
