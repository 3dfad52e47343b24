"""What the desk reads: little, at once, and as much for a long conversation or a full desk as for a short one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bench.capacity import read_units
from chalicelib.aws import keys
from chalicelib.aws.table import Put
from chalicelib.conversations.items import event_put, head_put, message_put, note_put, side_put
from chalicelib.conversations.model import Conversation, Direction, Event, Message, Note, StaffSide, Status
from chalicelib.ids import new_id
from chalicelib.mail.model import ReplyMail
from chalicelib.signin.model import Kind
from chalicelib.wiring import House
from tests.browser import Browser
from tests.people import START, People
from tests.wire import Call, chain, failing, recorded

SAID = "The lamp in the hall flickers at night, and the switch beside the door feels warm. What should I do with it? "
LONGEST = 100_000
"""Bytes that a page of a conversation has at most."""


def plant(people: People, *, messages: int, asides: int, public: int = 0) -> Conversation:
    """Write a conversation with as many notes as entries of the history, all spread evenly over the same days."""
    first, days = START - timedelta(days=60), timedelta(days=50)
    made = new_id(first)
    head = Conversation(
        id=made,
        customer_id=people.owner.id,
        subject="A long story",
        status=Status.OPEN,
        channel="instagram",
        reply_channel="portal",
        created_at=first,
        active_at=first + days,
        last_seq=messages,
        last_out=messages,
    )
    side = StaffSide(version=messages + 2 * asides, notes=asides, unshown=public)
    puts: list[Put] = [head_put(head), side_put(head, side)]
    for scope, count in (("direct", messages), ("public", public)):
        for number in range(1, count + 1):
            own = number % 2 == 0
            who, direction = ("Mina Park", Direction.OUT) if own else ("Ada Lindqvist", Direction.IN)
            at = first + days * number / count
            words = f"{scope} {number}: {SAID}"
            said = Message(made, number, direction, "portal", who, "0" * 26, words, at, scope=scope)
            puts.append(message_put(said))
    for number in range(1, asides + 1):
        at = first + days * number / asides - timedelta(seconds=1)
        puts.append(note_put(Note(made, new_id(at), "Sven Carlsen", people.agent.id, f"note {number}: {SAID}", at)))
        puts.append(event_put(Event(made, new_id(at), "labelled", "Mina Park", at, f"event {number}")))
    people.house.table.write_many(puts)
    return head


def units(calls: list[Call]) -> float:
    """Return what calls read, in units as DynamoDB bills them."""
    return sum(read_units(call.operation, call.request, call.answer) for call in calls)


def test_a_conversation_costs_as_much_however_long_it_is(
    house: House, people: People, browse: Callable[..., Browser]
) -> None:
    """Two steps, and a page that any phone takes."""
    browser = browse(people.agent)
    for messages, asides in ((50, 0), (50, 3_000), (5_000, 0)):
        head = plant(people, messages=messages, asides=asides)
        mails = [ReplyMail(head.id, seq) for seq in range(1, messages + 1, 2)]
        house.table.write_many([house.outbox.store.put(one.id, one, START) for one in mails[-100:]])
        path = f"/desk/conversations/{head.id}"
        for _ in range(3):
            with recorded(house.clients.dynamodb) as calls:
                page = browser.get(path)
            assert page.status == 200
            assert len(calls) <= 6
            assert chain(calls) == 2
            assert units(calls) <= 14
            assert len(page.body.encode()) <= LONGEST
            if not page.all("a[data-earlier]"):
                break
            path = page.one("a[data-earlier]")["href"]


def test_news_of_a_long_conversation_are_as_bounded(
    house: House, people: People, browse: Callable[..., Browser]
) -> None:
    head = plant(people, messages=200, asides=200)
    browser = browse(people.agent)
    with recorded(house.clients.dynamodb) as calls:
        answer = browser.fetch("GET", f"/desk/conversations/{head.id}/updates?after=0.0")
    assert answer.status == 200
    assert len(calls) <= 5
    assert chain(calls) == 2
    assert units(calls) <= 14
    assert len(answer.text.encode()) <= LONGEST


def test_the_desk_costs_as_much_however_much_is_open(
    house: House, people: People, browse: Callable[..., Browser]
) -> None:
    """The lists leave with the session; then come the heads and customers of one page."""
    found: list[tuple[int, int, float]] = []
    for more in (100, 2_000):
        people.plant(people.owner, count=more)
        browser = browse(people.agent)
        with recorded(house.clients.dynamodb) as calls:
            page = browser.get("/desk")
        assert len(page.all("ol.rows li")) == 25
        found.append((len(calls), chain(calls), units(calls)))
    assert found[0] == found[1]
    assert found[0][:2] == (keys.SHARDS + 2, 2)
    with recorded(house.clients.dynamodb) as calls:
        browser.get(page.link("Next page"))
    assert (len(calls), chain(calls)) == (keys.SHARDS + 2, 2)


def test_while_the_index_of_the_lists_is_filled_the_older_one_is_asked(
    house: House, people: People, browse: Callable[..., Browser]
) -> None:
    """One step more, and the list is whole."""
    heads = people.plant(people.owner, count=3)
    for head in heads:  # as the version before wrote it: the place is on the head alone
        house.table.write(Put(keys.staff_head(head.id), {"version": 1}))
    house.schema.store.reset()
    browser = browse(people.agent)
    with recorded(house.clients.dynamodb) as calls:
        page = browser.get("/desk")
    assert len(page.all("ol.rows li")) == 3
    assert chain(calls) == 3
    house.schema.store.finish()
    assert browser.get("/desk").one(".empty h2").text == "Nothing here"


def test_an_index_that_cannot_be_read_yet_is_in_nobodys_way(
    house: House, people: People, browse: Callable[..., Browser]
) -> None:
    """DynamoDB refuses to read an index while it fills it, and the newer one is asked before that is known."""
    people.plant(people.owner, count=3)
    house.schema.store.reset()
    browser = browse(people.agent)
    with failing(house.clients.dynamodb, "Query", "ValidationException", times=keys.SHARDS) as failed:
        page = browser.get("/desk")
    assert len(failed) == keys.SHARDS
    assert (page.status, len(page.all("ol.rows li"))) == (200, 3)


def test_what_is_read_early_is_shown_to_nobody_who_may_not_see_it(
    house: House, people: People, browse: Callable[..., Browser]
) -> None:
    """A cookie that only looks like a session, one that has ended, and a role that reads no conversations."""
    people.plant(people.owner, subject="Hidden-away")
    stranger, left, writer = browse(), browse(people.agent), browse(people.content_manager)
    assert "Hidden-away" in left.get("/desk").body
    (name,) = left.cookies
    stranger.cookies[name] = f"{people.agent.id}.{'x' * 43}"
    house.signin.sign_in.end_all(Kind.STAFF, people.agent.id)
    for browser in (stranger, left, writer):
        page = browser.get("/desk")
        assert "Hidden-away" not in page.body
        assert page.status == 403 or page.path.startswith("/staff/login")
