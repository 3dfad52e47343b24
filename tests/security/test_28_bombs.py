"""Attack 28: mail is made to leave in masses, or a small request is made to cost much.

No test looks at a clock; each bomb would run for minutes, fill the memory or break the answer if it were not stopped.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from chalicelib import telemetry
from chalicelib.conversations.model import Status
from local.gateway import MAX_PAYLOAD
from tests.attachments import corpus
from tests.browser import FORM, Browser
from tests.emulators import Stage
from tests.people import People
from tests.security.watching import Calls, form_headers, form_token, stored
from tests.wire import recorded

if TYPE_CHECKING:
    from email.message import EmailMessage

    from tests.conftest import MailRoom

JSON = "application/json"


@pytest.fixture(autouse=True)
def faults(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every fault an operator would read of; there must be none."""
    found: list[str] = []
    monkeypatch.setattr(telemetry, "fault", lambda error, **where: found.append(f"{where}: {error!r}"))
    return found


# Mail


def read(mail: EmailMessage) -> str:
    """Return what somebody can read of a mail: headers, text and HTML, decoded."""
    return "\n".join([*map(str, mail.values()), *(one.get_content() for one in mail.walk() if not one.is_multipart())])


def test_a_hundred_requests_send_few_mails(browse: Callable[..., Browser], people: People, mail_room: MailRoom) -> None:
    """From many places to one address: five leave, and none says a word of whoever asked."""
    assert people.owner.email
    browser, statuses = browse(), []
    browser.get("/login")
    fields = {
        "csrf": browser.csrf,
        "email": people.owner.email,
        "name": "Visit evil.example",
        "return_to": "/evil.example",
    }
    for number in range(100):
        browser.ip, browser.agent = f"203.0.113.{number}", f"Visit-evil.example/{number}"
        statuses.append(browser.post("/login", fields, follow=False).status)
    assert statuses == [303] * 5 + [429] * 95
    mails = mail_room.deliver()
    assert len(mails) == 5
    assert not [mail for mail in mails if "evil.example" in read(mail)]


def test_a_hundred_addresses_from_one_place_are_forty(browse: Callable[..., Browser], mail_room: MailRoom) -> None:
    """And to addresses nobody here has, nothing leaves at all."""
    browser, statuses = browse(ip="203.0.113.50"), []
    browser.get("/login")
    for number in range(100):
        fields = {"csrf": browser.csrf, "email": f"victim{number}@example.net"}
        statuses.append(browser.request("POST", "/login", urlencode(fields).encode(), form_headers()).status)
    assert statuses == [303] * 40 + [429] * 60
    assert mail_room.deliver() == []


def test_a_refused_request_writes_nothing_but_its_count(
    browse: Callable[..., Browser], people: People, ministack_stage: Stage
) -> None:
    """No challenge, no mail, no queue: what was sent before stays good."""
    assert people.owner.email
    for _ in range(5):
        browser = browse()
        browser.get("/login")
        browser.submit("Send me a code", email=people.owner.email)
    before = {place for place in stored(ministack_stage) if not place.startswith("LIMIT#")}
    for _ in range(20):
        browser = browse()
        browser.get("/login")
        assert browser.submit("Send me a code", email=people.owner.email).status == 429
    assert {place for place in stored(ministack_stage) if not place.startswith("LIMIT#")} == before


# Text

TEXTS = {
    "nested tags": ("<div>" * 2_000)[:10_240],
    "unclosed tags": ("<a href=" * 1_280)[:10_240],
    "one long line": "x" * 10_240,
    "one long link": "http://a" + "x" * 10_232,
    "links without end": ("http://a " * 1_137)[:10_240],
    "brackets after a link": "http://a" + "(" * 5_000 + ")" * 5_000,
    "closing brackets after a link": "http://a" + ")]}" * 3_400,
    "punctuation after a link": "http://a" + ".,;:!?" * 1_700,
    "colons": "://" * 3_400,
    "schemes": "http" * 2_560,
    "line ends": "a\n" * 5_120,
    "two line ends": "a\n\na" * 2_500,
    "spaces": " " * 10_000 + "x",
    "combining signs": "a" + "\u0301" * 10_239,
    "a ligature that grows eighteenfold": "\ufdfa" * 10_240,
    "flags": "🏴\U000e0067\U000e0062\U000e007f" * 2_500,
    "joined signs": "👩\u200d" * 5_120,
    "right-to-left": "\u202e" * 10_240,
    "ampersands": "&amp;" * 2_048,
    "controls": "a" + "\x01" * 10_000,
    "placeholders": "[redacted]" * 1_024,
    "templates": "{{ 7*7 }}{% for x in range(10**9) %}" * 280,
    "quotes": "> " * 5_120,
}


def test_text_that_costs_parsers_dearly_is_text(
    browse: Callable[..., Browser], people: People, faults: list[str], subtests: pytest.Subtests
) -> None:
    """Posted, shown to the customer and at the desk, searched, exported, quoted in mail: it is shown as it is."""
    for what, text in TEXTS.items():
        with subtests.test(what):
            owner, agent = browse(people.owner), browse(people.agent)
            people.clock.ahead(minutes=10)  # so that no hourly limit is reached
            fields = {"csrf": form_token(owner), "subject": f"Bomb {text[:150]}", "body": text}
            page = owner.post("/conversations", fields)
            assert page.status == 200
            said = page.one("#m1 .said")
            assert " ".join(said.content.split()) == " ".join(text.replace("\x01", "").split())
            assert len(said.all("a")) <= 1_200
            conversation = people.head(page.path.split("/")[2])
            people.answers(conversation, text)
            for browser, path in (
                (owner, f"/conversations/{conversation.id}"),
                (owner, f"/conversations/{conversation.id}/updates"),
                (owner, "/conversations"),
                (owner, "/conversations?q=zzz"),
                (owner, "/account/export.json"),
                (agent, "/desk"),
                (agent, f"/desk/conversations/{conversation.id}"),
            ):
                assert browser.request("GET", path).status == 200, path
            assert not faults


def test_a_mail_that_quotes_bombs_leaves(people: People, mail_room: MailRoom, faults: list[str]) -> None:
    """Each line within what mail takes, whatever was said before."""
    for text in TEXTS.values():
        conversation = people.starts(people.owner, body=text)
        people.answers(conversation, text)
        people.clock.ahead(minutes=10)  # so that no hourly limit is reached
    assert len(mail_room.deliver()) == len(TEXTS)
    for raw in mail_room.postbox.sent:
        assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert not faults


def test_no_conversation_is_too_long_to_be_opened(
    browse: Callable[..., Browser], people: People, faults: list[str], subtests: pytest.Subtests
) -> None:
    """Fifty messages of links that grow in every encoding on their way: page, updates and desk stay below 6 MB."""
    for sign in ("😀", "\x01", "ж", "&", '"', "\u2028"):
        with subtests.test(sign):
            (conversation,) = people.plant(people.owner, ("http://a" + sign * 10_230,) * 50)
            owner, agent = browse(people.owner), browse(people.agent)
            for browser, path in (
                (owner, f"/conversations/{conversation.id}"),
                (owner, f"/conversations/{conversation.id}/updates"),
                (owner, "/account/export.json"),
                (agent, f"/desk/conversations/{conversation.id}"),
                (agent, f"/desk/conversations/{conversation.id}/updates"),
            ):
                answer = browser.request("GET", path)
                assert answer.status == 200, path
                assert len(json.dumps(answer.text)) < MAX_PAYLOAD
            page = owner.get(f"/conversations/{conversation.id}")
            shown = [one["id"] for one in page.all("ol.messages li")]
            while page.all("a[data-earlier]"):
                page = owner.get(page.one("a[data-earlier]")["href"])
                shown = [one["id"] for one in page.all("ol.messages li")] + shown
            assert shown == [f"m{number}" for number in range(1, 51)]


def test_an_export_comes_in_parts_that_can_be_carried(browse: Callable[..., Browser], people: People) -> None:
    """Everything is in it once, however much it is: long conversations go on in the next part."""
    people.plant(people.owner, tuple(f"{number} {'é' * 10_000}" for number in range(70)), subject="Long")
    people.plant(people.owner, ("Short",), count=40, subject="Short {}")
    owner = browse(people.owner)
    path, parts, bodies = "/account/export.json", 0, {}
    while path:
        answer = owner.request("GET", path)
        assert answer.status == 200
        assert len(json.dumps(answer.text)) < MAX_PAYLOAD
        for one in answer.json()["conversations"]:
            bodies.setdefault(one["id"], []).extend(message["body"] for message in one["messages"])
        path, parts = answer.json()["next"], parts + 1
        assert parts < 10
    assert parts == 3
    assert len(bodies) == 41
    (long,) = [said for said in bodies.values() if len(said) > 1]
    assert [int(body.split()[0]) for body in long] == list(range(70))


# Requests


def test_large_forms_are_refused_before_they_are_read(browse: Callable[..., Browser], people: People) -> None:
    """More fields than any form has, more bytes than any form can have."""
    owner = browse(people.owner)
    conversation = people.starts(people.owner)
    token = form_token(owner)
    for path in (f"/conversations/{conversation.id}/messages", "/conversations", "/account", "/account/sign-out"):
        many = f"csrf={token}&" + "attachment=x&" * 20_000
        assert owner.request("POST", path, many.encode(), form_headers()).status == 422
        large = f"csrf={token}&body=" + "x" * 300_000
        assert owner.request("POST", path, large.encode(), form_headers()).status == 413
    assert owner.request("POST", "/login", b"a=&" * 50_000, form_headers()).status in {403, 422}
    assert len(people.messages(conversation)) == 1


def test_a_hundred_files_in_one_form_are_counted_before_they_are_looked_for(
    browse: Callable[..., Browser], people: People
) -> None:
    owner = browse(people.owner)
    conversation = people.starts(people.owner)
    ids = "".join(f"&attachment={'0' * 22}{number:04d}" for number in range(90))
    body = f"csrf={form_token(owner)}&body=x{ids}".encode()
    with Calls(people.house.clients.s3, people.house.clients.dynamodb) as calls:
        answer = owner.request("POST", f"/conversations/{conversation.id}/messages", body, form_headers())
    assert answer.status == 422
    assert "at most 6 files" in answer.text
    assert "GetObject" not in calls.names
    assert len(calls.names) < 10


DOCUMENTS = [
    b"[" * 100_000,
    b'{"a":' * 40_000,
    b'{"size": ' + b"9" * 200_000 + b"}",
    b'{"size": 1' + b"0" * 4_200 + b', "name": "a.png", "type": "image/png"}',
    b'{"name": "' + b"\\u0000" * 40_000 + b'"}',
    b'{"name": "' + b"a." * 120_000 + b'exe", "type": "image/png", "size": 1}',
    b'{"name": "a.png", "type": "' + b"video/" * 40_000 + b'", "size": 1}',
    b'{"a": 1, ' * 20_000,
    b'{"x' + b'": 1, "x'.join(b"%d" % number for number in range(15_000)) + b'": 1}',
    b"1e999999999",
    b"-" * 100_000,
    b'"' + b"\\ud800" * 40_000 + b'"',
]


def test_json_that_costs_parsers_dearly_is_refused(
    browse: Callable[..., Browser], people: People, faults: list[str], subtests: pytest.Subtests
) -> None:
    for body in DOCUMENTS:
        with subtests.test(body[:30]):
            owner = browse(people.owner)
            headers = {"Content-Type": JSON, "X-CSRF-Token": form_token(owner)}
            answer = owner.request("POST", "/uploads", body, headers)
            assert answer.status == 422
            assert answer.json()["error"].keys() >= {"code", "message"}
            assert len(answer.body) < 2_000
            assert not faults


def test_huge_headers_and_queries_answer(browse: Callable[..., Browser], people: People, faults: list[str]) -> None:
    """Up to what the gateway lets through: cookies by the hundred, a query of thousands of signs, a long address."""
    owner = browse(people.owner)
    ((name, token),) = owner.cookies.items()
    for headers in (
        {"Cookie": ("a=b; " * 1_500) + f"{name}={token}"},
        {"Cookie": ";" * 9_000},
        {"Cookie": "=" * 9_000},
        {"User-Agent": "x" * 9_000},
        {"Accept": "text/html," * 900},
        {"Accept-Language": "de;q=0.1," * 900},
        {"X-Forwarded-For": "1.2.3.4, " * 1_000},
    ):
        stranger = browse()
        assert stranger.request("GET", "/conversations", headers=headers).status in {200, 303}
    for query in (
        "q=" + "x" * 9_000,
        "q=" + "x%20" * 2_200,
        "&" * 9_000,
        "q=1&" * 2_200,
        "cursor=" + "A" * 9_000,
        "=" * 9_000,
    ):
        assert owner.get(f"/conversations?{query}").status in {200, 422}
    assert owner.request("GET", "/conversations/" + "x" * 9_000).status == 404
    assert owner.request("GET", "/conversations?" + "x" * 11_000).status == 431
    assert not faults


def test_a_search_of_many_words_reads_no_more(browse: Callable[..., Browser], people: People) -> None:
    """Words beyond 200 signs are cut off; what is read does not grow with what is asked."""
    people.plant(people.owner, ("\ufdfa" * 10_240,) * 3, count=30)
    owner = browse(people.owner)
    asked = []
    for q in ("zzz", "+".join("zyx"[number % 3] for number in range(2_000))):
        with Calls(people.house.clients.dynamodb) as calls:
            assert owner.get(f"/conversations?q={q}").status == 200
        asked.append(calls.names)
    assert asked[0] == asked[1]
    assert len(owner.page.one("input[name=q]")["value"]) <= 200


# Files


FILES = [
    ("a.xml", b"<a>" * 100_000),
    ("a.xml", b"<a " + b"b=''" * 100_000),
    ("a.xml", b"<!--" + b"-" * 1_000_000),
    ("a.xml", b"<?" * 500_000),
    ("a.xml", b" " * 1_000_000 + b"<a/>" + b"<a/>" * 1_000),
    ("a.csv", b"<" * 1_000_000 + b"\0"),
    ("a.csv", b" \t" * 500_000 + b"<html>"),
    ("a.csv", b"\"'" * 500_000 + b"\0<html>"),
    ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0aaaa\0\0\0\0" * 100_000),
    ("a.gif", b"GIF89a\x01\0\x01\0\0\0\0" + b"\x21\xfe\0" * 300_000),
    ("a.jpg", b"\xff\xd8" + b"\xff" * 1_000_000),
    ("a.jpg", b"\xff\xd8" + b"\xff\xfe\0\x02" * 300_000),
    ("a.pdf", b"%PDF-1.7\n" + b"%%EOF" * 200_000 + b"<html>"),
    ("a.docx", b"PK\x03\x04" + b"PK\x01\x02" * 200_000 + b"PK\x05\x06" + bytes(18)),
    ("a.doc", corpus.doc()[:512] + bytes(1_000_000)),
]


def test_a_file_that_costs_its_reader_dearly_is_refused(
    browse: Callable[..., Browser], people: People, faults: list[str], subtests: pytest.Subtests
) -> None:
    for name, content in FILES:
        with subtests.test(content[:30]):
            owner = browse(people.owner)
            owner.get("/conversations/new")
            upload = owner.upload(name, "", content)
            page = owner.submit("Start the conversation", subject="A file", body="", attachment=[upload])
            assert page.status == 422
            assert f"“{name}” was not attached" in page.faults[0]
            assert not faults


def test_a_body_in_a_form_that_is_none_is_harmless(browse: Callable[..., Browser], people: People) -> None:
    """Bytes of no encoding, halves of signs, other encodings by name."""
    owner = browse(people.owner)
    conversation = people.starts(people.owner)
    token = form_token(owner)
    for body, kind in (
        (b"body=\xff\xfe\xfd", FORM),
        (b"body=%ff%fe%c3", FORM),
        (b"body=%ED%A0%80x", FORM),
        ("body=x".encode("utf-16"), f"{FORM}; charset=utf-16"),
        (b"body=%u0041", FORM),
    ):
        headers = form_headers(**{"Content-Type": kind, "X-CSRF-Token": token})
        answer = owner.request("POST", f"/conversations/{conversation.id}/messages", body, headers)
        assert answer.status in {303, 403, 422}, body
    for message in people.messages(conversation):
        assert message.body.encode().decode() == message.body


# The contact form


def test_the_contact_form_sends_no_mail_to_whoever_is_named_in_it(
    browse: Callable[..., Browser], people: People, mail_room: MailRoom
) -> None:
    """From many places, to strangers and to customers: nothing leaves, and few conversations begin."""
    assert people.owner.email
    browser, statuses = browse(), []
    browser.get("/contact")
    for number in range(40):
        browser.ip = f"203.0.113.{number}"
        email = people.owner.email if number % 2 else "victim@example.com"
        fields = {"csrf": browser.csrf, "name": "Visit evil.example", "email": email, "subject": "evil", "body": "evil"}
        statuses.append(browser.post("/contact", fields, follow=False).status)
        browser.get("/contact")
    assert statuses.count(303) == 10
    assert set(statuses) == {303, 429}
    assert mail_room.deliver() == []


def test_an_answer_carries_nothing_that_was_typed_into_the_form(
    browse: Callable[..., Browser], people: People, mail_room: MailRoom
) -> None:
    """Nobody has proven the address: the mail has the answer, and no subject, name or word of who wrote."""
    stranger = browse()
    stranger.get("/contact")
    stranger.submit("Send", name="Evil One", email="victim@example.com", subject="evil two", body="evil three")
    rows, _ = people.house.conversations.store.worked(Status.OPEN, position="", limit=5, newest_first=True)
    agent = browse(people.agent)
    agent.get(f"/desk/conversations/{rows[0].id}")
    agent.submit("Send reply", body="How can we help?")
    (mail,) = mail_room.deliver()
    assert mail["To"] == "victim@example.com"
    said = read(mail).lower()
    assert said.count("how can we help?") == 2
    assert not [word for word in ("evil one", "evil two", "evil three") if word in said]


def test_the_form_tells_nobody_whose_an_address_is(browse: Callable[..., Browser], people: People) -> None:
    """For an address of a customer, of staff and of nobody: the same answer after the same calls of the table."""
    assert people.owner.email
    seen = set()
    for email in (people.owner.email, people.agent.email, "nobody@example.com"):
        for time in ("first", "second"):
            stranger = browse()
            stranger.get("/contact")
            fields = {"csrf": stranger.csrf, "name": "N", "email": email, "subject": "s", "body": "b"}
            with recorded(people.house.clients.dynamodb) as calls:
                answer = stranger.post("/contact", fields, follow=False)
            seen.add((time, answer.status, answer.body, tuple(call.operation for call in calls)))
    assert len(seen) == 2
    assert {status for _, status, *_ in seen} == {303}
