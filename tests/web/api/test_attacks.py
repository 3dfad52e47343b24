"""The attacks of tests/security against the API: what a program with few rights, a careless or a hostile one may try.

A token is the organization's, not a customer's: there is no foreign conversation for it. What must hold are its scopes
(test_30_api_tokens.py), the rules of what may be written, and that customers notice nothing that is not for them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.attachments.model import MAX_SIZE
from chalicelib.ids import new_id
from chalicelib.wiring import House
from local.gateway import Gateway
from tests.attachments import corpus
from tests.browser import Browser, put_upload
from tests.emulators import Stage
from tests.people import Clock, People
from tests.program import API, Program, refusal
from tests.security.watching import changed, seen, stored


@pytest.fixture
def conversation(program: Program, people: People) -> Any:
    """A conversation of the owner with one message."""
    made = program.conversation(people.owner.id)
    program.message(made["id"])
    return program.get(f"/conversations/{made['id']}")


# 1 and 2: ids that are nobody's, or of something else


def test_what_belongs_to_another_conversation_is_not_found_in_this_one(
    program: Program, people: People, conversation: Any, clock: Clock, ministack_stage: Stage
) -> None:
    """An absent id, an id of another kind and the note of another conversation have one answer."""
    other = program.conversation(people.stranger.id)
    note = program.post(f"/conversations/{other['id']}/notes", body="Elsewhere")
    absent = new_id(clock())
    before = stored(ministack_stage)
    asks = [
        ("GET", f"/conversations/{absent}"),
        ("GET", f"/conversations/{people.owner.id}"),
        ("GET", f"/customers/{conversation['id']}"),
        ("GET", f"/attachments/{conversation['id']}"),
        ("POST", f"/conversations/{absent}/messages/m1/redact"),
        ("POST", f"/conversations/{conversation['id']}/messages/m2/redact"),
        ("POST", f"/conversations/{conversation['id']}/notes/{note['id']}/redact"),
        ("POST", f"/conversations/{conversation['id']}/notes/{absent}/redact"),
    ]
    answers = [program.call(method, path) for method, path in asks]
    assert {refusal(one) for one in answers} == {(404, "not_found")}
    assert len({one.body for one in answers}) == 1
    assert not changed(before, stored(ministack_stage))


def test_no_get_and_no_head_changes_anything(
    program: Program, people: People, conversation: Any, ministack_stage: Stage
) -> None:
    before = stored(ministack_stage)
    one = f"/conversations/{conversation['id']}"
    paths = ["/conversations", one, f"{one}/messages", f"{one}/notes", f"/customers/{people.owner.id}"]
    for path in [*paths, "/openapi.json"]:
        got, head = program.call("GET", path), program.call("HEAD", path)
        assert (got.status, head.status, head.body) == (200, 200, b"")
    for path in (f"{one}/messages/m1/redact", "/customers", "/attachments"):
        assert program.call("GET", path).status == 403
    assert not changed(before, stored(ministack_stage))


# 4: mass assignment

EXTRA = {
    "id": "0" * 26,
    "seq": 7,
    "version": 7,
    "author_id": "0" * 26,
    "internal": True,
    "role": "admin",
    "owner": "staff:1",
    "open_count": 7,
    "mail_replies": False,
    "active_at": "2020-01-01T00:00:00Z",
    "pk": "PORTAL",
    "__class__": "Conversation",
}


def test_a_field_that_is_not_described_is_refused(
    program: Program, people: People, conversation: Any, ministack_stage: Stage
) -> None:
    one, stranger = f"/conversations/{conversation['id']}", people.stranger.id
    before = stored(ministack_stage)
    bodies: dict[tuple[str, str], dict[str, Any]] = {
        ("POST", "/customers"): {"external_id": "c-7", "name": "Attack"},
        ("POST", "/conversations"): {"customer_id": people.owner.id, "subject": "Attack", "channel": "email"},
        ("PATCH", one): {"subject": "Attack"},
        ("POST", f"{one}/messages"): {"direction": "in", "body": "Attack"},
        ("POST", f"{one}/messages/m1/redact"): {},
        ("POST", f"{one}/notes"): {"body": "Attack"},
        ("POST", "/attachments"): {"name": "a.png", "type": "image/png", "size": 10},
    }
    for (method, path), body in bodies.items():
        for name, value in EXTRA.items():
            response = program.call(method, path, {**body, name: value})
            assert refusal(response) == (422, "invalid"), f"{method} {path} {name}"
            assert response.json()["error"]["field"] == name
    moved = program.call("PATCH", one, {"customer_id": stranger})
    assert moved.json()["error"]["field"] == "customer_id"
    assert not changed(before, stored(ministack_stage))


# 5: related ids


def test_nobody_elses_upload_can_be_attached(
    program: Program,
    people: People,
    browse: Callable[..., Browser],
    conversation: Any,
    gateway: Gateway,
    house: House,
    ministack_stage: Stage,
) -> None:
    """Neither a customer's, nor a staff member's, nor another program's, nor one that is part of a message already."""
    image = corpus.png()
    owner, agent = browse(people.owner), browse(people.agent)
    owner.get("/conversations/new")
    agent.get(f"/desk/conversations/{conversation['id']}")
    other = Program(gateway, house)
    begun = other.post("/attachments", name="a.png", type="image/png", size=len(image))
    assert put_upload(begun, image) == 201
    used = program.post("/attachments", name="b.png", type="image/png", size=len(image))
    assert put_upload(used, image) == 201
    program.message(conversation["id"], attachment=[used["id"]])
    uploads = [
        owner.upload("c.png", "image/png", image),
        agent.upload("d.png", "image/png", image, path="/desk/uploads"),
        begun["id"],
        used["id"],
        "0" * 26,
    ]
    before = stored(ministack_stage)
    for upload in uploads:
        for kind, body in (("messages", {"direction": "out", "body": "Attack"}), ("notes", {"body": "Attack"})):
            response = program.call(
                "POST", f"/conversations/{conversation['id']}/{kind}", {**body, "attachment": [upload]}
            )
            assert refusal(response) == (422, "file_refused"), upload
    assert not changed(before, stored(ministack_stage))


# 6: side channels


def test_the_customer_notices_nothing_that_is_for_staff(
    program: Program, people: People, browse: Callable[..., Browser], clock: Clock
) -> None:
    """Notes, redacting them, tags, attributes and public messages leave list, page, updates and export as they were."""
    made = program.conversation(people.owner.id, channel="instagram")
    one = f"/conversations/{made['id']}"
    program.message(made["id"])
    program.message(made["id"], direction="out", body="Which lamp?")
    owner = browse(people.owner)
    paths = ["/conversations", one, f"{one}/updates?after=0", "/conversations?q=lamp", "/account/export.json"]

    def view() -> list[object]:
        return [seen(owner.request("GET", path)) for path in paths]

    first = view()
    clock.ahead(seconds=5)
    note = program.post(f"{one}/notes", body="Between us: lamp")
    program.post(f"{one}/notes/{note['id']}/redact")
    program.patch(one, tags=["lamp"], attributes={"lamp": 1})
    program.message(made["id"], scope="public", body="lamp lamp lamp")
    program.post(f"{one}/messages/p1/redact")
    assert view() == first


# 8: empty identities


NOTHING = ["", " ", "\t", "\u200b", "\u00a0", 0, False, [], {}]
IDENTITIES = [
    *((kind, value) for kind in ("external_id", "email", "phone", "twitter") for value in NOTHING),
    ("email", "none@"),
    ("email", "@example.com"),
    ("phone", "(-.) "),
    ("twitter", "@"),
]


@pytest.mark.parametrize(("kind", "value"), IDENTITIES)
def test_what_is_no_identity_joins_nobody(
    program: Program, people: People, ministack_stage: Stage, kind: str, value: Any
) -> None:
    """Two customers without an identity stay two; nothing is stored under what cannot be one."""
    people.plant_customer("Nobody known")
    before = stored(ministack_stage)
    response = program.call("POST", "/customers", {"name": "Attack", kind: value})
    assert response.status == 422, response.text
    assert not changed(before, stored(ministack_stage))


def test_addresses_are_compared_without_case_and_look_alikes_are_refused(program: Program, people: People) -> None:
    email = people.owner.email or ""
    assert program.post("/customers", email=f"  {email.upper()} ")["id"] == people.owner.id
    for same in (email.replace("@", "\uff20"), f"{email}\u200b"):
        assert program.post("/customers", email=same)["id"] == people.owner.id
    for other in (email.replace("a", "\u0430"), f"{email}\n.x"):
        response = program.call("POST", "/customers", {"name": "Attack", "email": other})
        assert refusal(response) == (422, "address_refused")


# 13: limits


def test_a_body_has_10240_characters_whatever_they_are(program: Program, conversation: Any) -> None:
    path = f"/conversations/{conversation['id']}/messages"
    for text in ("x" * 10_240, "💡" * 10_240, "x\r\n" * 5_120):
        assert program.call("POST", path, {"direction": "in", "body": text}).status == 201
    for text in ("x" * 10_241, "💡" * 10_241, "x" * 20_480):
        assert refusal(program.call("POST", path, {"direction": "in", "body": text})) == (422, "message_too_long")
    for text in ("", " \r\n\t", "\x00"):
        assert refusal(program.call("POST", path, {"direction": "in", "body": text})) == (422, "empty_message")


def test_files_have_the_limits_of_the_portal(program: Program, conversation: Any) -> None:
    def begin(name: str, content_type: str, size: int) -> tuple[int, str]:
        return refusal(program.call("POST", "/attachments", {"name": name, "type": content_type, "size": size}))

    assert begin("a.png", "image/png", MAX_SIZE + 1)[0] == 422
    assert begin("a.png", "image/png", 0)[0] == 422
    assert begin("a.exe", "application/octet-stream", 10) == (422, "file_refused")
    assert begin("a", "application/octet-stream", 10) == (422, "file_refused")
    assert begin("a.png", "text/html", 10) == (422, "file_refused")
    seven = [program.post("/attachments", name="a.png", type="image/png", size=10)["id"] for _ in range(7)]
    response = program.call(
        "POST", f"/conversations/{conversation['id']}/messages", {"direction": "in", "attachment": seven}
    )
    assert response.status == 422
    assert response.json()["error"]["field"] == "attachment"


def test_a_file_is_looked_at_before_it_is_taken(program: Program, conversation: Any) -> None:
    """HTML that says it is a picture is refused, whoever sends it."""
    content = b"<html><script>alert(1)</script></html>"
    upload = program.post("/attachments", name="a.png", type="image/png", size=len(content))
    assert put_upload(upload, content) == 201
    response = program.call(
        "POST", f"/conversations/{conversation['id']}/messages", {"direction": "in", "attachment": [upload["id"]]}
    )
    assert refusal(response) == (422, "file_refused")


# 26: what is cached, and whose host stands in links


def test_no_answer_repeats_a_forged_host(program: Program, conversation: Any) -> None:
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    for path in ("/openapi.json", "/conversations", f"/conversations/{conversation['id']}"):
        response = program.call("GET", path, headers=forged)
        assert "evil.example" not in response.text
        assert response.header("Cache-Control") == "no-store"
    for path in (f"/conversations/{conversation['id']}/x.css", f"/conversations/{conversation['id']};x.css"):
        assert program.call("GET", path).status in {403, 404}


# 28: bombs


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"name": "' + b"x" * 300_000 + b'"}',
        b"{" + b",".join(b'"k%d": 1' % number for number in range(20_000)) + b"}",
        b'{"name": "\\ud800", "external_id": "c-1"}',
        b'{"name": 1e999999, "external_id": "c-1"}',
        b"\xff\xfe{\x00}\x00",
        b"null",
        b"[]",
        b'"x"',
        b"",
        json.dumps({"name": "x", "external_id": "c-1"}).encode("utf-16"),
    ],
    ids=range(12),
)
def test_a_body_that_is_a_bomb_or_no_object_is_refused(
    program: Program, conversation: Any, body: bytes, ministack_stage: Stage
) -> None:
    before = stored(ministack_stage)
    paths = ["/customers", "/conversations", f"/conversations/{conversation['id']}/messages", "/attachments"]
    for path in paths:
        response = program.gateway.call(
            "POST",
            f"{API}{path}",
            {"Authorization": f"Bearer {program.text}", "Content-Type": "application/json"},
            body,
        )
        assert refusal(response)[0] in {413, 422}, path
    assert not changed(before, stored(ministack_stage))


def test_another_kind_of_body_is_refused(program: Program) -> None:
    response = program.call(
        "POST",
        "/customers",
        b"external_id=c-1&name=Attack",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert refusal(response) == (415, "not_json")
