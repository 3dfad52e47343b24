"""Conversations through the API: begun once, changed, listed by customer and status, page by page."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.clock import stamp
from chalicelib.wiring import House
from tests.browser import Browser
from tests.people import Clock, People
from tests.program import Program, refusal


@pytest.fixture
def conversation(program: Program, people: People) -> Any:
    """A conversation of the owner with one message."""
    made = program.conversation(people.owner.id)
    program.message(made["id"])
    return program.get(f"/conversations/{made['id']}")


def test_a_conversation_is_begun_once_by_its_external_id(program: Program, people: People) -> None:
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _: program.conversation(people.owner.id, external_id="v-1"), range(6)))
    assert len({one["id"] for one in made}) == 1
    asked = {"customer_id": people.owner.id, "subject": "Other", "channel": "sms", "external_id": "v-1"}
    again = program.call("POST", "/conversations", asked)
    assert again.status == 200
    assert again.json()["subject"] == "The lamp"
    foreign = program.call("POST", "/conversations", {**asked, "customer_id": people.stranger.id})
    assert refusal(foreign) == (422, "invalid")


def test_what_it_is_begun_with_is_what_it_has(program: Program, people: People) -> None:
    made = program.conversation(
        people.owner.id,
        channel="whatsapp",
        external_id="v-1",
        status="done",
        created_at="2021-05-01T10:00:00+02:00",
        tags=["lamp", "lamp", " vip "],
        attributes={"order": 4711, "price": 12.5, "gift": True, "note": "By the door"},
    )
    assert made == program.get(f"/conversations/{made['id']}")
    assert made["created_at"] == made["active_at"] == made["closed_at"] == "2021-05-01T08:00:00.000Z"
    assert made["tags"] == ["lamp", "vip"]
    assert made["attributes"] == {"order": 4711, "price": 12.5, "gift": True, "note": "By the door"}
    assert (made["external_id"], made["reply_channel"], made["status"]) == ("v-1", "whatsapp", "done")


def test_a_conversation_needs_a_customer_who_is_there(program: Program) -> None:
    asked = {"customer_id": "0" * 26, "subject": "Lamp", "channel": "email"}
    assert refusal(program.call("POST", "/conversations", asked)) == (404, "not_found")


def test_status_subject_tags_and_attributes_can_be_changed(
    program: Program, people: People, browse: Callable[..., Browser], conversation: Any, clock: Clock
) -> None:
    path = f"/conversations/{conversation['id']}"
    assert program.patch(path, subject="The garden lamp", status="done")["status"] == "done"
    closed = browse(people.owner).get("/conversations?status=done")
    assert "The garden lamp" in closed.text
    assert people.fresh(people.owner).done_count == 1
    assert program.patch(path, status="done")["status"] == "done"
    assert program.patch(path, status="open")["closed_at"] is None
    until = stamp(clock() + timedelta(days=1))
    assert program.patch(path, status="snoozed", snoozed_until=until)["snoozed_until"] is not None
    labelled = program.patch(path, tags=["lamp"], attributes={"order": 1, "colour": "red"})
    assert (labelled["tags"], labelled["attributes"]) == (["lamp"], {"order": 1, "colour": "red"})
    assert program.patch(path, attributes={"order": None, "size": 2})["attributes"] == {"colour": "red", "size": 2}
    assert program.patch(path) == program.get(path)
    customer = people.fresh(people.owner)
    assert (customer.open_count, customer.done_count) == (1, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"status": "closed"},
        {"status": "snoozed"},
        {"snoozed_until": "2035-03-20T00:00:00Z"},
        {"status": "snoozed", "snoozed_until": "2020-01-01T00:00:00Z"},
        {"subject": ""},
        {"subject": "x" * 201},
        {"subject": "\u200e"},
        {"tags": [""]},
        {"tags": ["x" * 51]},
        {"tags": [str(number) for number in range(51)]},
        {"attributes": {"Order": 1}},
        {"attributes": {"order": []}},
        {"attributes": {"order": "x" * 1_001}},
        {"attributes": {"order": 1e300}},
        {"attributes": {f"a{number}": 1 for number in range(51)}},
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    program: Program, conversation: Any, change: dict[str, Any]
) -> None:
    path = f"/conversations/{conversation['id']}"
    status, _ = refusal(program.call("PATCH", path, change))
    assert status == 422
    assert program.get(path) == conversation


@pytest.mark.parametrize(
    "attributes",
    [
        {"weight": 1},
        {"_customer_id": "x"},
        {"order": "4711"},
        {"order": True},
        {"gift": 1},
        {"gift": "yes"},
        {"note": 5},
        {"due": "24.12.2026"},
        {"due": "2026-02-30"},
        {"page": "javascript:alert(1)"},
        {"page": "https://user@example.com/"},
    ],
    ids=str,
)
def test_attributes_are_those_declared_and_of_their_types(
    program: Program, people: People, conversation: Any, attributes: dict[str, Any]
) -> None:
    """When a conversation is begun and when it is changed; and nothing of the rest is kept."""
    path = f"/conversations/{conversation['id']}"
    answer = program.call("PATCH", path, {"tags": ["kept?"], "attributes": {"colour": "red", **attributes}})
    assert (answer.status, answer.json()["error"]["field"]) == (422, f"attributes.{next(iter(attributes))}")
    assert program.get(path) == conversation
    begun = {"customer_id": people.owner.id, "subject": "Lamp", "channel": "email", "attributes": attributes}
    assert refusal(program.call("POST", "/conversations", begun)) == (422, "invalid")
    assert len(program.get("/conversations")["items"]) == 1


def test_a_value_that_is_not_declared_any_more_can_be_taken_away(
    program: Program, house: House, conversation: Any
) -> None:
    path = f"/conversations/{conversation['id']}"
    program.patch(path, attributes={"order": 1})
    labelling = house.conversations.labelling
    declared = labelling.declared()
    order = declared.get("order")
    assert order
    labelling.change(OPERATOR, replace(order, retired=True), declared.version)
    assert program.get(path)["attributes"] == {"order": 1}
    assert refusal(program.call("PATCH", path, {"attributes": {"order": 2}})) == (422, "invalid")
    assert program.patch(path, attributes={"order": None})["attributes"] == {}


def test_lists_go_by_customer_by_status_and_by_both(program: Program, people: People) -> None:
    made = [program.conversation(people.owner.id, subject=f"Lamp {number}")["id"] for number in range(5)]
    for one in made:
        program.message(one)
    program.patch(f"/conversations/{made[1]}", status="done")
    other = program.conversation(people.stranger.id)["id"]

    def ids(**query: str) -> list[str]:
        return [row["id"] for row in program.all("/conversations", limit="2", **query)]

    assert ids(customer_id=people.owner.id) == made[::-1]
    assert ids(customer_id=people.owner.id, status="done") == [made[1]]
    assert ids(customer_id=people.owner.id, status="open") == [one for one in made[::-1] if one != made[1]]
    assert ids(status="done") == [made[1]]
    assert set(ids()) == set(ids(status="open")) == {*made, other} - {made[1]}


def test_a_cursor_is_of_its_list_and_cannot_be_changed(program: Program, people: People) -> None:
    for _ in range(3):
        program.message(program.conversation(people.owner.id)["id"])
    page = program.get("/conversations", customer_id=people.owner.id, limit="1")
    cursor = page["next"]
    middle = len(cursor) // 2
    changed = cursor[:middle] + ("A" if cursor[middle] != "A" else "B") + cursor[middle + 1 :]
    for query in (
        {"customer_id": people.stranger.id, "cursor": cursor},
        {"customer_id": people.owner.id, "status": "open", "cursor": cursor},
        {"cursor": cursor},
        {"customer_id": people.owner.id, "cursor": changed},
        {"customer_id": people.owner.id, "cursor": "x"},
    ):
        assert refusal(program.call("GET", "/conversations", **query)) == (422, "cursor_refused")


@pytest.mark.parametrize(
    "query",
    [{"limit": "0"}, {"limit": "101"}, {"limit": "many"}, {"status": "closed"}, {"sort": "x"}, {"customer_id": "x"}],
)
def test_an_unknown_or_impossible_parameter_is_refused(program: Program, query: dict[str, str]) -> None:
    assert program.call("GET", "/conversations", **query).status == 422
