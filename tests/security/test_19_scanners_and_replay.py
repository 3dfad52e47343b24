"""Attack 19: mail scanners that follow every link, and codes and links that are used more than once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import pytest

from chalicelib.aws import keys
from chalicelib.signin.model import CODE_DIGITS, CODE_LIFETIME, Kind
from tests.browser import FORM, Browser, cookies_of
from tests.emulators import Stage
from tests.people import Clock, People
from tests.security.watching import at_once, gateways, stored

if TYPE_CHECKING:
    from tests.conftest import MailRoom


class Mailed(NamedTuple):
    """A browser that asked, and what came by mail."""

    browser: Browser
    code: str
    link: str


@pytest.fixture
def ask(browse: Callable[..., Browser], people: People, mail_room: MailRoom) -> Callable[..., Mailed]:
    """Return what asks for a code for the owner, in a new browser or one that is given."""

    def ask_for_one(browser: Browser | None = None) -> Mailed:
        assert people.owner.email
        asking = browser or browse()
        asking.get("/login")
        asking.submit("Send me a code", email=people.owner.email)
        words = mail_room.text().split()
        code = next(word for word in words if word.isdigit() and len(word) == CODE_DIGITS)
        link = next(word for word in words if "/login/link/" in word)
        return Mailed(asking, code, link.removeprefix(asking.house.settings.public_url))

    return ask_for_one


def sessions(stage: Stage) -> list[str]:
    return [one for one in stored(stage) if " session#" in one]


def is_in(browser: Browser) -> bool:
    return not browser.get("/conversations").path.startswith("/login")


def test_looking_at_a_link_uses_nothing_up(
    ask: Callable[..., Mailed], browse: Callable[..., Browser], ministack_stage: Stage
) -> None:
    """Scanners come first, often, by GET and HEAD, with and without the browser's cookies; the person comes after."""
    mailed = ask()
    scanner = browse()
    scanner.agent = "Mozilla/5.0 (compatible; MailScanner/1.0)"
    before = stored(ministack_stage)
    for browser in (scanner, mailed.browser):
        for method in ("GET", "HEAD"):
            for path in (mailed.link, f"{mailed.link}?utm_source=mail", f"{mailed.link}?csrf=x&code={mailed.code}"):
                for headers in ({}, {"Purpose": "prefetch", "Sec-Purpose": "prefetch"}, {"Accept": "application/json"}):
                    assert browser.request(method, path, headers=headers).status == 200
    assert stored(ministack_stage) == before
    mailed.browser.get(mailed.link)
    assert mailed.browser.submit("Sign in").heading == "My Conversations"


def test_a_scanner_that_presses_buttons_gets_in_nowhere(
    ask: Callable[..., Mailed], browse: Callable[..., Browser], ministack_stage: Stage
) -> None:
    """The link is good in the browser that asked alone; elsewhere there is no button, and a POST uses nothing up."""
    mailed = ask()
    scanner = browse()
    page = scanner.get(mailed.link)
    assert not page.has_form("Sign in")
    assert scanner.post(mailed.link, {"csrf": page.one("meta[name=csrf-token]")["content"]}).status == 422
    assert scanner.post("/login/code", {"csrf": scanner.csrf, "code": mailed.code}).status == 422
    assert not is_in(scanner)
    assert not sessions(ministack_stage)
    mailed.browser.get("/login/code")
    assert mailed.browser.submit("Sign in", code=mailed.code).heading == "My Conversations"


@pytest.mark.parametrize("way", ["code", "link"])
def test_twenty_posts_at_once_sign_in_once(
    ask: Callable[..., Mailed], people: People, ministack_stage: Stage, way: str
) -> None:
    """Twenty environments get the same form at the same moment: one starts a session, nineteen refuse."""
    mailed = ask()
    page = mailed.browser.get("/login/code" if way == "code" else mailed.link)
    action = "/login/code" if way == "code" else mailed.link
    cookies = "; ".join(f"{name}={value}" for name, value in mailed.browser.cookies.items())
    body = f"csrf={page.one('input[name=csrf]')['value']}&code={mailed.code}".encode()
    headers = {"Cookie": cookies, "Content-Type": FORM}
    jobs = [
        (lambda gateway=gateway: gateway.call("POST", action, headers, body, mailed.browser.ip))
        for gateway in gateways(people.house, 20)
    ]
    answers = at_once(jobs)
    assert sorted(one.status for one in answers) == [303] + [422] * 19
    assert len(sessions(ministack_stage)) == 1
    name = cookies_of(people.house).session(Kind.CUSTOMER)
    started = [
        one
        for answer in answers
        for one in answer.all("Set-Cookie")
        if one.startswith(f"{name}=") and "=0" not in one[-10:]
    ]
    assert len(started) == 1


def test_code_and_link_are_one(ask: Callable[..., Mailed]) -> None:
    """Whichever was used, the other is used up with it."""
    for first in ("code", "link"):
        mailed = ask()
        copies = dict(mailed.browser.cookies)
        if first == "code":
            mailed.browser.get("/login/code")
            mailed.browser.submit("Sign in", code=mailed.code)
        else:
            mailed.browser.get(mailed.link)
            mailed.browser.submit("Sign in")
        assert is_in(mailed.browser)
        mailed.browser.cookies = copies
        mailed.browser.get("/login/code")
        assert mailed.browser.submit("Sign in", code=mailed.code).status == 422
        assert mailed.browser.post(mailed.link, {"csrf": mailed.browser.csrf}).status == 422
        assert not is_in(mailed.browser)


def test_asking_again_kills_the_older(ask: Callable[..., Mailed]) -> None:
    """In the same browser and in another: the newest mail counts, and the older says it no longer does."""
    for same in (True, False):
        first = ask()
        old_cookies = dict(first.browser.cookies)
        second = ask(first.browser if same else None)
        older = first.browser
        older.cookies = old_cookies
        older.get("/login/code")
        assert older.submit("Sign in", code=first.code).status == 422
        assert older.post(first.link, {"csrf": older.csrf}).status == 422
        assert not is_in(older)
        if not same:
            second.browser.get(second.link)
            assert second.browser.submit("Sign in").heading == "My Conversations"


def test_an_older_code_does_not_work_with_the_newer_cookie(ask: Callable[..., Mailed]) -> None:
    first = ask()
    second = ask(first.browser)
    assert first.code != second.code
    assert first.link != second.link
    second.browser.get("/login/code")
    assert second.browser.submit("Sign in", code=first.code).status == 422
    assert not second.browser.get(first.link).has_form("Sign in")


LIFE = int(CODE_LIFETIME.total_seconds())


@pytest.mark.parametrize("seconds", [LIFE - 1, LIFE, LIFE + 1, 86_400])
def test_its_life_is_the_end(ask: Callable[..., Mailed], clock: Clock, seconds: int) -> None:
    """By our clock, on the server: the table may keep the item longer."""
    mailed = ask()
    clock.ahead(seconds=seconds)
    mailed.browser.get("/login/code")
    page = mailed.browser.submit("Sign in", code=mailed.code)
    assert (page.status == 200) == (seconds < LIFE)
    if seconds >= LIFE:
        assert mailed.browser.post(mailed.link, {"csrf": mailed.browser.csrf}).status == 422
        assert not is_in(mailed.browser)


def test_an_old_page_of_the_link_signs_nobody_in_later(ask: Callable[..., Mailed]) -> None:
    """The button of a page left open works as long as the link does, and a reload of the answer not at all."""
    mailed = ask()
    page = mailed.browser.get(mailed.link)
    token, cookies = page.one("input[name=csrf]")["value"], dict(mailed.browser.cookies)
    assert mailed.browser.submit("Sign in").status == 200
    mailed.browser.submit("Sign out")
    mailed.browser.cookies = cookies
    assert mailed.browser.post(mailed.link, {"csrf": token}).status == 422
    assert not is_in(mailed.browser)


def test_nothing_that_signs_in_is_stored(ask: Callable[..., Mailed], people: People, ministack_stage: Stage) -> None:
    """Who reads the whole table can neither sign in as somebody nor take over a session."""
    mailed = ask()
    pending = mailed.browser.cookies[cookies_of(people.house).pending(Kind.CUSTOMER)].partition("~")[0]
    secret = (people.house.signer.unseal("sign-in:customer", pending) or "").split(":")[1]
    mailed.browser.get(mailed.link)
    mailed.browser.submit("Sign in")
    token = mailed.browser.cookies[cookies_of(people.house).session(Kind.CUSTOMER)].partition(".")[2]
    everything = repr(stored(ministack_stage))
    for known in (mailed.code, mailed.link.rpartition("/")[2], secret, token):
        assert known not in everything


def test_the_mail_itself_is_forgotten(ask: Callable[..., Mailed], people: People, ministack_stage: Stage) -> None:
    """What a sign-in mail was made of is gone once it has left, and its item ends by itself."""
    ask()
    (mail,) = [one for place, one in stored(ministack_stage).items() if place.startswith("MAIL#")]
    assert {"to", "challenge"}.isdisjoint(mail)  # type: ignore[arg-type]
    assert "expires" in mail  # type: ignore[operator]
    challenge = next(one for place, one in stored(ministack_stage).items() if place.startswith("SIGNIN#"))
    assert "expires" in challenge  # type: ignore[operator]
    assert people.owner.email not in repr(challenge)
    assert keys.SESSIONS not in repr(challenge)
