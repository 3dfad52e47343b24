"""What the desk reads: little, at once, and as much for a long conversation or a full desk as for a short one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bench.capacity import read_units
from chalicelib.aws import keys
from chalicelib.aws.table import Put
from chalicelib.conversations.items import event_put, head_put, message_put, note_put, side_put
from chalicelib.conversations.model import Conversation, Direction, Event, Message, Note, StaffSide, Status
from chalicelib.ids import new_id
from chalicelib.wiring import House
from tests.browser import Browser
from tests.people import START, People
from tests.wire import Call, chain, recorded

WORDS = "The lamp in the hall flickers at night, and the switch beside the door feels warm. What should I do with it? "


def plant(people: People, *, messages: int, notes: int, events: int) -> Conversation:
    """Write a conversation whose messages, notes and history are spread evenly over the same days."""
    start, whole = START - timedelta(days=60), timedelta(days=50)
    made = new_id(start)
    head = Conversation(
        id=made,
        customer_id=people.owner.id,
        subject="A long story",
        status=Status.OPEN,
        channel="portal",
        reply_channel="portal",
        created_at=start,
        active_at=start + whole,
        last_seq=messages,
        last_out=messages,
    )
    puts: list[Put] = [head_put(head), side_put(head, StaffSide(version=messages + notes + events, notes=notes))]
    for n in range(messages):
        at, out = start + whole * n / messages, n % 2
        puts.append(
            message_put(
                Message(
                    made,
                    n + 1,
                    Direction.OUT if out else Direction.IN,
                    "portal",
                    "Mina Park" if out else "Ada Lindqvist",
                    people.owner.id,
                    f"{n}: {WORDS * 2}",
                    at,
                    (),
                )
            )
        )
    for n in range(notes):
        at = start + whole * n / notes
        puts.append(note_put(Note(made, new_id(at), "Sven Carlsen", people.agent.id, f"{n}: {WORDS}", at, ())))
    for n in range(events):
        at = start + whole * n / events
        puts.append(event_put(Event(made, new_id(at), "snoozed" if n % 2 else "woken", "Mina Park", at, "")))
    people.house.table.write_many(puts)
    return head


def units(calls: list[Call]) -> float:
    return sum(read_units(call.operation, call.request, call.answer) for call in calls)


@pytest.mark.parametrize("messages,side", [(50, 0), (50, 3000), (5000, 3000)])
def test_measure(house: House, people: People, browse: Callable[..., Browser], messages: int, side: int) -> None:
    head = plant(people, messages=messages, notes=side, events=side)
    browser = browse(people.agent)
    with recorded(house.clients.dynamodb) as calls:
        page = browser.get(f"/desk/conversations/{head.id}")
    print([(c.operation, c.depth, c.answer.get("Count"), read_units(c.operation, c.request, c.answer)) for c in calls])
    print(len(calls), chain(calls), units(calls), len(page.body.encode()))
    open(f"/tmp/desk-{messages}-{side}.html", "w").write(page.body)
