"""Attack 4: fields that no form has, with the names the product uses inside."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import replace

from chalicelib.aws import keys
from chalicelib.conversations.model import Conversation, Direction, Message, Status
from chalicelib.customers.model import Customer
from chalicelib.signin.model import Kind
from tests.browser import FORM, Browser
from tests.people import People, staff_items
from tests.security.watching import form_token

EXTRA = {
    "id": "0" * 26,
    "pk": "CUST#x",
    "sk": "profile",
    "g1pk": "CUST#x",
    "author": "Ruth Adeyemi",
    "author_id": "0" * 26,
    "channel": "email",
    "reply_channel": "sms",
    "internal": "true",
    "note": "true",
    "scope": "public",
    "status": "done",
    "direction": "out",
    "created_at": "2001-01-01T00:00:00.000Z",
    "active_at": "2099-01-01T00:00:00.000Z",
    "at": "2001-01-01T00:00:00.000Z",
    "closed_at": "2001-01-01T00:00:00.000Z",
    "version": "99",
    "last_seq": "99",
    "seq": "99",
    "redacted": "true",
    "role": "admin",
    "staff": "true",
    "permissions": "conversation:read",
    "open_count": "99",
    "done_count": "99",
    "email": "ruth.adeyemi@alder-finch.example",
    "external_id": "AF-1",
    "owner": "0" * 26,
    "_method": "DELETE",
    "constructor.prototype.role": "admin",
    "__proto__": "x",
    "__class__": "x",
}
"""Every name the items have, and some that other frameworks fell for."""


def extra(people: People) -> dict[str, str]:
    return {**EXTRA, "customer_id": people.stranger.id, "customer": people.stranger.id}


def test_a_new_conversation_is_what_the_form_says(browse: Callable[..., Browser], people: People) -> None:
    owner = browse(people.owner)
    fields = {"csrf": form_token(owner), "subject": "Real", "body": "Real body", **extra(people)}
    page = owner.post("/conversations", fields, follow=False)
    assert page.status == 303
    head = people.head((page.header("Location") or "").removeprefix("/conversations/"))
    assert head == replace(
        Conversation(
            head.id, people.owner.id, "Real", Status.OPEN, "portal", "portal", head.created_at, head.created_at
        ),
        last_seq=1,
        seen=1,
        preview="Real body",
    )
    assert abs((head.created_at - people.clock.now).total_seconds()) < 60
    (message,) = people.messages(head)
    assert message == Message(
        head.id, 1, Direction.IN, "portal", people.owner.name, people.owner.id, "Real body", head.created_at
    )
    assert counts(people.fresh(people.owner)) == (1, 0)
    assert counts(people.fresh(people.stranger)) == (0, 0)


def counts(customer: Customer) -> tuple[int, int]:
    return customer.open_count, customer.done_count


def test_a_reply_is_what_the_form_says(browse: Callable[..., Browser], people: People) -> None:
    """Replying does not close, move, antedate or speak for somebody else; reopening neither."""
    owner = browse(people.owner)
    for start in (people.starts(people.owner), people.closes(people.starts(people.owner))):
        action = "reopen" if start.closed else "messages"
        fields = {"csrf": form_token(owner), "body": "Real body", **extra(people), "subject": "Other subject"}
        assert owner.post(f"/conversations/{start.id}/{action}", fields, follow=False).status == 303
        head = people.head(start.id)
        assert head == replace(
            start,
            status=Status.OPEN,
            closed_at=None,
            version=start.version + 1,
            last_seq=2,
            seen=2,
            preview="Real body",
            active_at=head.active_at,
        )
        assert start.active_at < head.active_at <= people.clock.now
        message = people.messages(head)[-1]
        assert (message.seq, message.direction, message.channel) == (2, Direction.IN, "portal")
        assert (message.author, message.author_id, message.scope) == (people.owner.name, people.owner.id, "direct")
        assert not staff_items(people.house, head.id)[0]


def test_an_account_changes_only_what_its_form_has(browse: Callable[..., Browser], people: People) -> None:
    owner = browse(people.owner)
    before = people.fresh(people.owner)
    fields = {"csrf": form_token(owner), "name": "Ada L.", "time_zone": "Europe/Oslo", **extra(people)}
    assert owner.post("/account", fields, follow=False).status == 303
    after = people.fresh(people.owner)
    assert after == replace(before, name="Ada L.", time_zone="Europe/Oslo", mail_replies=False)
    raw = people.house.table.get(keys.customer(after.id), consistent=True)
    known = {field.name for field in dataclasses.fields(Customer)} | {"pk", "sk"}
    assert raw is not None
    assert raw.keys() <= known
    assert people.house.staff.store.owner("ruth.adeyemi@alder-finch.example") is None


def test_an_upload_with_a_field_too_many_is_refused(browse: Callable[..., Browser], people: People) -> None:
    """JSON has no field that is not declared; the answer names it."""
    owner = browse(people.owner)
    owner.get("/conversations/new")
    asked = {"name": "lamp.png", "type": "image/png", "size": 100}
    for name, value in extra(people).items():
        if name in asked:
            continue
        answer = owner.fetch("POST", "/uploads", {**asked, name: value})
        assert answer.status == 422, name
        assert answer.json()["error"]["field"] == name
    assert owner.fetch("POST", "/uploads", asked).status == 201


def test_an_upload_belongs_to_who_asked(browse: Callable[..., Browser], people: People) -> None:
    """Neither query nor header makes it somebody else's or a file of staff."""
    owner = browse(people.owner)
    owner.get("/conversations/new")
    asked = json.dumps({"name": "lamp.png", "type": "image/png", "size": 100}).encode()
    headers = {"Content-Type": "application/json", "X-CSRF-Token": owner.csrf, "X-Owner": "staff:x"}
    answer = owner.request("POST", f"/uploads?owner=staff:{people.agent.id}&internal=1", asked, headers)
    upload = people.house.attachments.uploads.get_many([answer.json()["id"]])[answer.json()["id"]]
    assert upload.owner == f"customer:{people.owner.id}"
    assert not upload.internal


def test_an_answer_and_a_note_are_what_their_forms_say(browse: Callable[..., Browser], people: People) -> None:
    """Staff cannot speak under another name, antedate or move a conversation to another customer either."""
    start = people.starts(people.owner)
    agent = browse(people.agent)
    token = form_token(agent, Kind.STAFF)
    for action in ("messages", "notes"):
        fields = {"csrf": token, "body": f"Real {action}", **extra(people)}
        assert agent.post(f"/desk/conversations/{start.id}/{action}", fields, follow=False).status == 303
    head = people.head(start.id)
    assert (head.customer_id, head.status, head.channel) == (people.owner.id, Status.OPEN, "portal")
    message = people.messages(head)[-1]
    assert (message.author, message.author_id, message.direction) == (people.agent.name, people.agent.id, Direction.OUT)
    (note,), _ = staff_items(people.house, head.id)
    assert (note.author, note.author_id, note.body) == (people.agent.name, people.agent.id, "Real notes")


def test_only_the_first_of_a_repeated_field_counts(browse: Callable[..., Browser], people: People) -> None:
    """A second body or subject behind the one that was checked changes nothing."""
    owner = browse(people.owner)
    token = form_token(owner)
    body = f"csrf={token}&csrf=x&subject=First&subject=&body=First&body={'x' * 11_000}".encode()
    page = owner.request("POST", "/conversations", body, {"Content-Type": FORM})
    assert page.status == 303
    head = people.head((page.header("Location") or "").removeprefix("/conversations/"))
    assert (head.subject, people.messages(head)[0].body) == ("First", "First")
