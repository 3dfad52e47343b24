"""Somebody with a browser: signs in from the mailbox, and notices everything a page must not do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from playwright.sync_api import expect

from local import cast
from tests.journeys.portal import code_of

if TYPE_CHECKING:
    from types import TracebackType

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

    from tests.journeys.portal import Portal

PATIENCE = 20_000
"""Milliseconds that a page may take on a busy machine before a test gives up."""
expect.set_options(timeout=PATIENCE)


class Visitor:
    """A browser profile with one page open. Leaving it asserts that nothing went wrong unnoticed."""

    def __init__(self, browser: Browser, portal: Portal, **options: Any) -> None:
        """Open a profile; ``options`` are those of a Playwright context."""
        self.portal = portal
        self.context: BrowserContext = browser.new_context(base_url=portal.url, **options)
        self.context.set_default_timeout(PATIENCE)
        self.wrong: list[str] = []
        self._allowed = {portal.origin, portal.files_url}
        self.context.on("request", self._requested)
        self.context.on("response", self._answered)
        self.context.on("console", self._logged)
        self.context.on("weberror", lambda error: self.wrong.append(f"script: {error.error}"))
        self.page: Page = self.context.new_page()

    def __enter__(self) -> Self:
        """Take part."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """Close the browser profile; complain of what went wrong in it."""
        self.context.close()
        if kind is None:
            assert self.wrong == []

    def goes_to(self, origin: str) -> None:
        """Let the browser visit another site, too."""
        self._allowed.add(origin)

    def expects(self, *parts: str) -> None:
        """Forget what a test brought about on purpose, and only that: each part must have been noticed."""
        for part in parts:
            assert any(part in one for one in self.wrong), (part, self.wrong)
        self.wrong = [one for one in self.wrong if not any(part in one for part in parts)]

    def _requested(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if f"{parts.scheme}://{parts.netloc}" not in self._allowed:
            self.wrong.append(f"asked somebody else: {request.url}")

    def _answered(self, response: Response) -> None:
        navigation = response.request.is_navigation_request()
        if response.status >= 400 and not (navigation and response.status < 500):
            self.wrong.append(f"{response.status}: {response.request.method} {urlsplit(response.url).path}")

    def _logged(self, message: ConsoleMessage) -> None:
        # What was not answered well is looked at in _answered, which knows whether it was a page.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.wrong.append(f"console: {message.text}")

    # signing in

    def sign_in(self, who: cast.Customer | cast.StaffMember) -> Self:
        """Sign in with the code from the mailbox."""
        assert who.email
        before = self.portal.mail_count(who.email)
        self.page.goto(f"{self.portal.url}/{'login' if isinstance(who, cast.Customer) else 'staff/login'}")
        self.page.get_by_label("E-mail address").fill(who.email)
        self.page.get_by_role("button", name="Send me a code").click()
        code = code_of(self.portal.mail_to(who.email, after=before))
        self.page.get_by_label("Code", exact=True).fill(code)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()
        return self

    # what is on the page

    def open(self, subject: str) -> None:
        """Follow the list's link to a conversation."""
        self.page.get_by_role("link", name=subject).first.click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(subject)

    def write(self, text: str, *, label: str = "Your message", button: str = "Send") -> None:
        """Type a message and send it."""
        self.page.get_by_label(label, exact=True).fill(text)
        self.page.get_by_role("button", name=button, exact=True).click()
        expect(self.page.locator(".notice")).to_be_visible()

    def attach(self, *files: Any, form: str = "[data-composer]") -> None:
        """Choose files: paths, or Playwright's ``{name, mimeType, buffer}``."""
        self.page.locator(f"{form} input[type=file]").first.set_input_files(list(files))

    def look_for_news(self) -> None:
        """Come back to the tab, which makes the page ask what is new at once."""
        self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
