"""Attack 24: forms that another site sends, and forms that arrive twice. Tokens route by route: test_every_route.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from chalicelib.signin.model import Kind
from tests.attachments import corpus
from tests.browser import FORM, Browser, cookies_of
from tests.emulators import Stage
from tests.people import People, staff_items
from tests.security.watching import at_once, changed, form_headers, form_token, gateways, stored

if TYPE_CHECKING:
    from tests.conftest import MailRoom

KEY = "0123456789abcdef"


def cross_site(browser: Browser, path: str, fields: dict[str, str], **headers: str) -> int:
    """Post as a page of another site can: SameSite cookies stay at home, and the browser says where it comes from."""
    body = urlencode(fields).encode()
    sent = {"Content-Type": FORM, "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", **headers}
    answer = browser.gateway.call("POST", path, sent, body, browser.ip)
    for cookie in answer.all("Set-Cookie"):  # the browser takes what an answer sets, wherever the form came from
        name, _, value = cookie.partition("; ")[0].partition("=")
        if "Max-Age=0" in cookie:
            browser.cookies.pop(name, None)
        else:
            browser.cookies[name] = value
    return answer.status


@pytest.mark.parametrize("kind", list(Kind))
def test_another_site_signs_nobody_out(browse: Callable[..., Browser], people: People, kind: Kind) -> None:
    """Its form carries no cookie, so it comes from nobody; the answer must not take the cookie away."""
    staff = kind is Kind.STAFF
    browser = browse(people.agent if staff else people.owner)
    assert cross_site(browser, "/staff/logout" if staff else "/logout", {"csrf": "x"}) == 403
    assert browser.request("GET", "/desk" if staff else "/conversations").status == 200


def test_another_site_signs_nobody_in(
    browse: Callable[..., Browser], people: People, mail_room: MailRoom, ministack_stage: Stage
) -> None:
    """Login CSRF: the attacker's own code, link and cookies are no use in the victim's browser."""
    assert people.stranger.email
    attacker, victim = browse(), browse()
    victim.get("/login")
    attacker.get("/login")
    attacker.submit("Send me a code", email=people.stranger.email)
    words = mail_room.text().split()
    code = next(word for word in words if word.isdigit() and len(word) == 8)
    link = next(word for word in words if "/login/link/" in word).removeprefix(people.house.settings.public_url)
    before = stored(ministack_stage)
    for token in ("", attacker.csrf, victim.csrf):
        for path, fields in (("/login/code", {"code": code}), (link, {}), ("/login", {"email": people.stranger.email})):
            assert cross_site(victim, path, {"csrf": token, **fields}) == 403
    for token in ("", attacker.csrf):  # an old browser that says nothing of where it comes from, and sends its cookies
        for path, fields in (("/login/code", {"code": code}), (link, {}), ("/login", {"email": people.stranger.email})):
            assert victim.request(
                "POST", path, urlencode({"csrf": token, **fields}).encode(), {"Content-Type": FORM}
            ).status in {403, 422}
    assert not changed(before, stored(ministack_stage))
    assert victim.get("/conversations").path.startswith("/login")


def test_a_session_brought_along_does_not_replace_the_form(browse: Callable[..., Browser], people: People) -> None:
    """A cookie of the attacker's beside the victim's is no session, and its token no token."""
    owner, stranger = browse(people.owner), browse(people.stranger)
    name = cookies_of(people.house).session(Kind.CUSTOMER)
    cookie = f"{name}={owner.cookies[name]}; {name}={stranger.cookies[name]}"
    fields = urlencode({"csrf": form_token(stranger), "subject": "x", "body": "x"}).encode()
    answer = browse().request("POST", "/conversations", fields, form_headers(Cookie=cookie))
    assert answer.status == 401
    planted = browse()
    planted.cookies[cookies_of(people.house).form] = "planted"
    token = people.house.signer.sign("form", "planted")
    owner.cookies[cookies_of(people.house).form] = "planted"
    assert owner.post("/conversations", {"csrf": token, "subject": "x", "body": "x"}).status == 403


def test_a_token_of_before_signing_in_is_no_token_after(
    browse: Callable[..., Browser], people: People, mail_room: MailRoom
) -> None:
    assert people.owner.email
    browser = browse()
    browser.get("/login")
    before = browser.csrf
    browser.sign_in_by_mail(people.owner.email, mail_room.code)
    assert browser.csrf != before
    assert browser.post("/conversations", {"csrf": before, "subject": "x", "body": "x"}).status == 403


@pytest.mark.parametrize("site", ["same-origin", "none", None])
def test_our_own_forms_get_through(browse: Callable[..., Browser], people: People, site: str | None) -> None:
    """From a page of ours, typed by a person, or from a browser too old to say."""
    owner = browse(people.owner)
    body = urlencode({"csrf": form_token(owner), "subject": "x", "body": "x"}).encode()
    headers = {"Content-Type": FORM, **({"Sec-Fetch-Site": site} if site else {})}
    assert owner.request("POST", "/conversations", body, headers).status == 303


def test_a_form_sent_in_another_session_keeps_what_was_typed(browse: Callable[..., Browser], people: People) -> None:
    """Signed out and in again in another window: the refusal gives the text back."""
    owner = browse(people.owner)
    conversation = people.starts(people.owner)
    token = form_token(owner)
    owner.sign_in(people.owner)
    page = owner.post(f"/conversations/{conversation.id}/messages", {"csrf": token, "body": "A long <b>story</b>"})
    assert page.status == 403
    assert page.one("textarea#kept").content.strip() == "A long <b>story</b>"


# Twice


def said(people: People, conversation_id: str) -> list[str]:
    return [one.body for one in people.messages(people.head(conversation_id))]


def test_the_same_form_twice_is_one_message(browse: Callable[..., Browser], people: People) -> None:
    """Reply, reopening, new conversation, the agent's answer and note: the second gets the first one's answer."""
    owner, agent = browse(people.owner), browse(people.agent)
    opened, closed = people.starts(people.owner), people.closes(people.starts(people.owner))
    people.answers(opened)
    for browser, kind, path in (
        (owner, Kind.CUSTOMER, f"/conversations/{opened.id}/messages"),
        (owner, Kind.CUSTOMER, f"/conversations/{closed.id}/reopen"),
        (owner, Kind.CUSTOMER, "/conversations"),
        (agent, Kind.STAFF, f"/desk/conversations/{opened.id}/messages"),
        (agent, Kind.STAFF, f"/desk/conversations/{opened.id}/notes"),
    ):
        key = f"{KEY}-{path.rpartition('/')[2]}"
        fields = {"csrf": form_token(browser, kind), "body": "Once", "subject": "Once", "idempotency_key": key}
        answers = [browser.post(path, fields, follow=False) for _ in range(3)]
        assert {(one.status, one.header("Location")) for one in answers} == {(303, answers[0].header("Location"))}, path
    assert said(people, opened.id).count("Once") == 2
    assert said(people, closed.id).count("Once") == 1
    assert len(staff_items(people.house, opened.id)[0]) == 1
    counts = people.fresh(people.owner)
    assert (counts.open_count, counts.done_count) == (3, 0)


def test_the_same_key_with_other_content_is_refused_and_kept(browse: Callable[..., Browser], people: People) -> None:
    """Of the text, the subject, the files, the conversation or the action: nothing is lost without a word."""
    owner, agent = browse(people.owner), browse(people.agent)
    one, other = people.starts(people.owner), people.starts(people.owner)
    owner.get("/conversations/new")
    upload = owner.upload("a.png", "image/png", corpus.png())
    first = {"csrf": form_token(owner), "body": "First", "idempotency_key": KEY}
    path = f"/conversations/{one.id}/messages"
    assert owner.post(path, first, follow=False).status == 303
    for target, fields in (
        (path, {"body": "Second"}),
        (path, {"body": "First "}),
        (path, {"attachment": upload}),
        (f"/conversations/{other.id}/messages", {}),
        ("/conversations", {"subject": "First"}),
    ):
        page = owner.post(target, {**first, **fields}, follow=False)
        assert page.status == 409, fields
        assert page.one("textarea[name=body]").content.strip() == {**first, **fields}["body"].strip()
        assert page.one("input[name=idempotency_key]")["value"] != KEY
    assert said(people, one.id) == ["It flickers at night.", "First"]
    assert said(people, other.id) == ["It flickers at night."]
    noted = {"csrf": form_token(agent, Kind.STAFF), "body": "First", "idempotency_key": KEY}
    notes, messages = (f"/desk/conversations/{one.id}/{action}" for action in ("notes", "messages"))
    assert agent.post(notes, noted, follow=False).status == 303
    for target, body in ((notes, "Second"), (messages, "First"), (f"/desk/conversations/{other.id}/notes", "First")):
        page = agent.post(target, {**noted, "body": body}, follow=False)
        assert page.status == 409, target
        assert body in [box.content.strip() for box in page.all("textarea[name=body]")]


def test_a_key_is_the_senders_own(browse: Callable[..., Browser], people: People) -> None:
    """Somebody else's key, guessed or read, answers nothing of theirs and blocks nothing."""
    owner, stranger, agent = browse(people.owner), browse(people.stranger), browse(people.agent)
    theirs, mine = people.starts(people.owner), people.starts(people.stranger)
    fields = {"body": "Same words", "subject": "Same", "idempotency_key": KEY}
    first = owner.post("/conversations", {"csrf": form_token(owner), **fields}, follow=False)
    second = stranger.post("/conversations", {"csrf": form_token(stranger), **fields}, follow=False)
    assert first.status == second.status == 303
    assert first.header("Location") != second.header("Location")
    assert stranger.get(second.header("Location") or "").status == 200
    third = agent.post(
        f"/desk/conversations/{theirs.id}/messages", {"csrf": form_token(agent, Kind.STAFF), **fields}, follow=False
    )
    assert third.status == 303
    assert said(people, theirs.id)[-1] == "Same words"
    assert len(said(people, mine.id)) == 1


def test_a_key_that_is_none_is_refused(
    browse: Callable[..., Browser], people: People, ministack_stage: Stage, subtests: pytest.Subtests
) -> None:
    for key in ("short", "x" * 65, "a b c d e f g", "0123456789abcde\x00", "ключ-ключ-ключ", "../../x/../", "#" * 10):
        with subtests.test(key):
            owner = browse(people.owner)
            conversation = people.starts(people.owner)
            before = stored(ministack_stage)
            fields = {"csrf": form_token(owner), "body": "Words", "idempotency_key": key}
            page = owner.post(f"/conversations/{conversation.id}/messages", fields)
            assert page.status == 422
            assert page.one("textarea[name=body]").content.strip() == "Words"
            assert not changed(before, stored(ministack_stage))


@pytest.mark.parametrize("action", ["start", "reply", "note"])
def test_twenty_of_the_same_form_at_once_are_one(browse: Callable[..., Browser], people: People, action: str) -> None:
    """Twenty environments get it at the same moment; all answer alike, and it is there once."""
    browser = browse(people.agent if action == "note" else people.owner)
    conversation = people.starts(people.owner)
    path, kind = {
        "start": ("/conversations", Kind.CUSTOMER),
        "reply": (f"/conversations/{conversation.id}/messages", Kind.CUSTOMER),
        "note": (f"/desk/conversations/{conversation.id}/notes", Kind.STAFF),
    }[action]
    fields = {"csrf": form_token(browser, kind), "body": "Once", "subject": "Once", "idempotency_key": KEY}
    body = urlencode(fields).encode()
    headers = form_headers(Cookie="; ".join(f"{name}={value}" for name, value in browser.cookies.items()))
    jobs = [
        (lambda gateway=gateway: gateway.call("POST", path, headers, body, browser.ip))
        for gateway in gateways(people.house, 20)
    ]
    answers = at_once(jobs)
    assert {one.status for one in answers} == {303}
    assert len({one.header("Location") for one in answers}) == 1
    if action == "start":
        started = (answers[0].header("Location") or "").rpartition("/")[2]
        assert said(people, started) == ["Once"]
        assert people.fresh(people.owner).open_count == 2
    elif action == "reply":
        assert said(people, conversation.id) == ["It flickers at night.", "Once"]
    else:
        assert [one.body for one in staff_items(people.house, conversation.id)[0]] == ["Once"]


def test_one_file_in_two_forms_at_once_is_in_one(browse: Callable[..., Browser], people: People) -> None:
    """An upload sent at the same moment into two conversations ends in exactly one of them."""
    owner = browse(people.owner)
    conversations = [people.starts(people.owner) for _ in range(6)]
    owner.get("/conversations/new")
    upload = owner.upload("a.png", "image/png", corpus.png())
    fields = urlencode({"csrf": form_token(owner), "body": "With a file", "attachment": upload}).encode()
    headers = form_headers(Cookie="; ".join(f"{name}={value}" for name, value in owner.cookies.items()))
    jobs = [
        (lambda g=gateway, c=one: g.call("POST", f"/conversations/{c.id}/messages", headers, fields, owner.ip))
        for gateway, one in zip(gateways(people.house, 6), conversations, strict=True)
    ]
    answers = at_once(jobs)
    assert [one.status for one in answers].count(303) == 1
    assert {one.status for one in answers} <= {303, 409, 422}
    files = [file for one in conversations for message in people.messages(one) for file in message.attachments]
    assert [one.id for one in files] == [upload]
    assert owner.download(f"/attachments/{upload}").content == corpus.png()
