"""Attack 20: tokens that are missing, empty, of another type, of another case, cut, or meant for something else."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from chalicelib.signin.model import CODE_DIGITS, MAX_TRIES, Kind
from tests.browser import FORM, Browser, cookies_of
from tests.emulators import Stage
from tests.people import People
from tests.security.watching import changed, form_headers, form_token, stored

if TYPE_CHECKING:
    from tests.conftest import MailRoom

JSON = "application/json"


def spoiled(token: str) -> Iterator[str]:
    """Yield everything a token must not be mistaken for."""
    yield from ("", " ", "0", "null", "None", "undefined", "true", "[]", "{}", "*", "%", "'", "\x00", "../", "NaN")
    yield from (token.swapcase(), token.upper(), token.lower(), token[:-1], token[1:], token[: len(token) // 2])
    yield from (token + "A", "A" + token, token + token, f" {token}", f"{token} ", f'"{token}"', token + "\x00")
    yield from (token[::-1], token + "=", token + ".", token + "~", f"[{token}]", token.replace(token[3], "\u212a"))
    middle = len(token) // 2
    yield token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]


@pytest.fixture
def mailed(browse: Callable[..., Browser], people: People, mail_room: MailRoom) -> tuple[Browser, str, str]:
    """A browser that asked for the owner, and the code and link of the mail."""
    assert people.owner.email
    browser = browse()
    browser.get("/login")
    browser.submit("Send me a code", email=people.owner.email)
    words = mail_room.text().split()
    code = next(word for word in words if word.isdigit() and len(word) == CODE_DIGITS)
    link = next(word for word in words if "/login/link/" in word).removeprefix(people.house.settings.public_url)
    return browser, code, link


def test_a_session_token_is_that_token_or_nothing(browse: Callable[..., Browser], people: People) -> None:
    """Changed in any way, for customers and staff: the reader is a stranger."""
    for who, path in ((people.owner, "/conversations"), (people.agent, "/desk")):
        browser = browse(who)
        ((name, token),) = browser.cookies.items()
        assert browser.request("GET", path).status == 200
        owner_id, _, secret = token.partition(".")
        wrong = [
            value
            for value in (
                *spoiled(token),
                *(f"{owner_id}.{one}" for one in spoiled(secret)),
                *(f"{one}.{secret}" for one in spoiled(owner_id)),
            )
            if value.strip(" ") != token
            and browse().request("GET", path, headers={"Cookie": f"{name}={value}"}).status != 303
        ]
        assert not wrong


def test_of_two_peoples_session_cookies_none_is_believed(browse: Callable[..., Browser], people: People) -> None:
    """A neighbour's page can add a cookie of the same name: neither order lets the attacker's be the one."""
    owner, stranger = browse(people.owner), browse(people.stranger)
    ((name, mine),) = owner.cookies.items()
    theirs = stranger.cookies[name]
    for first, second in ((mine, theirs), (theirs, mine), ("", theirs[::-1]), (theirs[:-1], mine[::-1])):
        for between in ("; ", ";", " ;  "):
            cookie = f"{name}={first}{between}{name}={second}"
            assert browse().request("GET", "/conversations", headers={"Cookie": cookie}).status == 303, cookie
    assert browse().request("GET", "/conversations", headers={"Cookie": f"{name.upper()}={mine}"}).status == 303
    assert browse().request("GET", f"/conversations?{name}={mine}").status == 303
    bearer = {"Authorization": f"Bearer {mine}", "X-Session": mine}
    assert browse().request("GET", "/conversations", headers=bearer).status == 303


def test_a_form_token_is_that_token_or_nothing(
    browse: Callable[..., Browser], people: People, ministack_stage: Stage
) -> None:
    owner = browse(people.owner)
    conversation = people.starts(people.owner)
    token = form_token(owner)
    before, wrong = stored(ministack_stage), []
    for value in spoiled(token):
        page = owner.post(f"/conversations/{conversation.id}/messages", {"csrf": value, "body": "x"}, follow=False)
        header = {"X-CSRF-Token": value, "Content-Type": JSON}
        if not value.isprintable() or not value.isascii():
            header = {"Content-Type": JSON}
        answer = owner.request("POST", "/uploads", b'{"name": "a.png", "type": "image/png", "size": 1}', header)
        if (page.status, answer.status) != (403, 403) and value.strip() != token:
            wrong.append(value)
    assert not wrong
    assert [one for one in changed(before, stored(ministack_stage)) if not one.startswith("UPLOAD#")] == []


def test_a_form_token_in_the_wrong_place_does_not_count(browse: Callable[..., Browser], people: People) -> None:
    """Not in the query, not in a cookie, not in JSON, not the second of two."""
    owner = browse(people.owner)
    token = form_token(owner)
    path = f"/conversations/{people.starts(people.owner).id}/messages"
    owner.cookies["csrf"] = owner.cookies["X-CSRF-Token"] = token
    for target, body, kind in (
        (f"{path}?csrf={token}", b"body=x", FORM),
        (path, b"body=x", FORM),
        (path, f"csrf=&csrf={token}&body=x".encode(), FORM),
        (path, f"csrf[]={token}&body=x".encode(), FORM),
        (path, json.dumps({"csrf": token, "body": "x"}).encode(), JSON),
        (path, json.dumps({"csrf": [token], "body": "x"}).encode(), JSON),
        (path, f"csrf={token}&body=x".encode(), JSON),
        (path, f"csrf={token}&body=x".encode(), f"{FORM}; x=json"),
    ):
        answer = owner.request("POST", target, body, form_headers(**{"Content-Type": kind}))
        assert answer.status == 403, (target, body)
    for kind in ("text/plain", "multipart/form-data; boundary=x", "text/plain; x=application/x-www-form-urlencoded"):
        answer = owner.request("POST", path, f"csrf={token}&body=x".encode(), form_headers(**{"Content-Type": kind}))
        assert answer.status in {403, 415}, kind


def test_a_code_is_its_digits_or_nothing(
    mailed: tuple[Browser, str, str], people: People, browse: Callable[..., Browser], mail_room: MailRoom
) -> None:
    """As a list, in JSON, with more digits or fewer, with letters between, in other bases, with what is no digit."""
    browser, code, _ = mailed
    arabic = "".join(chr(0x0660 + int(digit)) for digit in code)
    wide = "".join(chr(0xFF10 + int(digit)) for digit in code)
    wrong = [
        arabic[:-1], f"{wide}\uff10", f"{code}.0", f"{code[:-1]}", f"0{code}", f"0x{int(code):x}",
        f"{code[:4]}x{code[4:]}", f"{int(code):e}", "null", "true", "[]", f"{code[:-1]}\u00b2", f"{code[:-1]}\u2460",
        f"{code},{code}", "", " " * CODE_DIGITS, f"{code}{' ' * 1000}",
    ]  # fmt: skip
    name = cookies_of(people.house).pending(Kind.CUSTOMER)
    pending = browser.cookies[name]
    few = MAX_TRIES - 1  # a new mail before the tries of the last are used up
    for start in range(0, len(wrong), few):
        for value in wrong[start : start + few]:
            browser.get("/login/code")
            assert browser.submit("Sign in", code=value).status == 422, value
        assert people.owner.email
        people.clock.ahead(minutes=16)
        browser.get("/login")
        browser.submit("Send me a code", email=people.owner.email)
        assert browser.cookies[name] != pending
        code = mail_room.code()
    for body, kind in (
        (f"csrf={browser.csrf}&code[]={code}".encode(), FORM),
        (f"csrf={browser.csrf}&code=&code={code}".encode(), FORM),
        (json.dumps({"code": code}).encode(), JSON),
        (json.dumps({"code": [code]}).encode(), JSON),
    ):
        headers = form_headers(**{"Content-Type": kind, "X-CSRF-Token": browser.csrf})
        assert browser.request("POST", "/login/code", body, headers).status == 422, body
    assert browser.request("POST", f"/login/code?code={code}", b"", form_headers()).status == 403
    browser.get("/login/code")
    assert browser.submit("Sign in", code=f" {code[:4]} {code[4:]} ").heading == "My Conversations"


def test_a_link_is_that_link_or_nothing(mailed: tuple[Browser, str, str]) -> None:
    browser, _, link = mailed
    base, _, token = link.rpartition("/")
    for value in spoiled(token):
        if not value.isascii() or not value.isprintable() or set(value) & set(' %/?#"'):
            continue
        answer = browser.request("GET", f"{base}/{value}")
        assert "Sign in</button>" not in answer.text, value
        assert answer.status in {200, 403, 404}
    browser.get(link)
    assert browser.submit("Sign in").heading == "My Conversations"


def test_what_the_asking_browser_holds_is_that_or_nothing(mailed: tuple[Browser, str, str], people: People) -> None:
    """The cookie that binds code and link to a browser: changed, swapped between doors, or of another's making."""
    browser, code, link = mailed
    cookies = cookies_of(people.house)
    name = cookies.pending(Kind.CUSTOMER)
    pending = browser.cookies[name]
    token = browser.csrf
    sealed, _, place = pending.partition("~")
    text, _, signature = sealed.partition(".")
    other = base64.urlsafe_b64encode(b"a:b:c").decode().rstrip("=")
    for value in (*spoiled(sealed), f"{other}.{signature}", f"{text}.{place.partition('.')[2]}", place, f"~{sealed}"):
        if value.strip(" ~") == sealed or not value.isascii() or not value.isprintable():
            continue
        browser.cookies[name] = f"{value}~{place}"
        assert browser.post(link, {"csrf": token}).status == 422, value
        people.clock.ahead(seconds=1)
    browser.cookies[name] = pending
    assert browser.post("/login/code", {"csrf": token, "code": code}).heading == "My Conversations"


def test_a_signature_is_good_for_one_purpose(browse: Callable[..., Browser], people: People) -> None:
    """What we signed for one thing opens no other: a form token is no link, a link no code, a cursor no place to go."""
    signer = people.house.signer
    text = "x" * 40
    purposes = (
        "form",
        "link:customer",
        "link:staff",
        "sign-in:customer",
        "sign-in:staff",
        "return",
        "cursor:a",
        "cursor:",
    )
    for purpose in purposes:
        sealed = signer.seal(purpose, text)
        for other in purposes:
            assert (signer.unseal(other, sealed) == text) == (purpose == other)
            assert signer.verifies(other, text, signer.sign(purpose, text)) == (purpose == other)
    assert signer.sign("cursor:a\x00b", "c") != signer.sign("cursor:a", "b\x00c")
    assert signer.sign("cursor:a", "bc") != signer.sign("cursor:ab", "c")
    owner = browse(people.owner)
    sealed = signer.seal("return", "2035-01-01T00:00:00.000Z#" + "0" * 26)
    assert owner.get(f"/conversations?cursor={sealed}").status == 422


def test_a_sealed_text_has_one_writing(people: People) -> None:
    """The encoding leaves room for others that mean the same; they are refused as changed."""
    signer = people.house.signer
    for text in ("a", "ab", "abc", "2035-01-01T00:00:00.000Z#" + "0" * 26):
        body, _, signature = signer.seal("cursor:x", text).partition(".")
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        writings = [f"{body[:-1]}{last}" for last in alphabet] + [
            body + "=",
            body + "==",
            body + "!",
            f"{body}\n",
            f" {body}",
        ]
        good = [one for one in writings if signer.unseal("cursor:x", f"{one}.{signature}") is not None]
        assert good == [body]
