"""Consumers are told what happened: at least once, in the order of a conversation, whatever is lost on the way."""

from __future__ import annotations

import random
import threading
from collections import defaultdict
from datetime import timedelta

import pytest

from chalicelib.aws import keys
from chalicelib.conversations.model import Draft
from chalicelib.facts.log import Consumers
from chalicelib.facts.model import LEASE, MAX_TRIES, SWEEP_AFTER, Entry, Fact, Noted, Said
from chalicelib.facts.telling import FactsParked
from chalicelib.wiring import House
from tests.people import Clock, People


class Listener:
    """A consumer that remembers what it was told, and fails when it is told to."""

    def __init__(self, name: str = "listener", *kinds: type[Fact]) -> None:
        self.name, self.kinds = name, kinds or (Fact,)
        self.told: dict[str, list[int]] = defaultdict(list)
        self.entries: list[Entry] = []
        self.failing = 0

    def wants(self, fact: Fact) -> bool:
        return isinstance(fact, self.kinds)

    def take(self, entry: Entry) -> None:
        if self.failing:
            self.failing -= 1
            message = "not now"
            raise RuntimeError(message)
        self.told[entry.conversation_id].append(entry.seq)
        self.entries.append(entry)


def listened(house: House, *listeners: Listener) -> None:
    """Let only these follow the facts of a house."""
    house.facts.log.consumers = house.facts.telling._consumers = Consumers(listeners)


def pending(house: House, conversation_id: str) -> bool:
    """Tell whether consumers are still to be told of a conversation."""
    item = house.table.get(keys.staff_head(conversation_id), consistent=True) or {}
    assert ("told" in item) == (keys.index_attributes(keys.BY_DUE)[0] in item)
    return "told" in item


def test_each_write_is_told_once_and_in_order(any_house: House, clock: Clock) -> None:
    people, listener = People(any_house, clock), Listener()
    listened(any_house, listener)
    head = people.starts(people.owner)
    people.answers(head)
    people.notes(head, "Hm.")
    people.closes(head)
    assert pending(any_house, head.id)
    any_house.facts.telling.tell(head.id)
    assert listener.told[head.id] == [1, 2, 3, 4]
    assert [[fact.kind for fact in entry.facts] for entry in listener.entries] == [
        ["started", "said"],
        ["said"],
        ["noted"],
        ["status"],
    ]
    assert not pending(any_house, head.id)
    any_house.facts.telling.tell(head.id)
    assert listener.told[head.id] == [1, 2, 3, 4]


def test_what_nobody_wants_leaves_no_mark_and_sends_nothing(any_house: House, clock: Clock) -> None:
    people, listener = People(any_house, clock), Listener("notes", Noted)
    listened(any_house, listener)
    head = people.starts(people.owner)
    assert not pending(any_house, head.id)
    people.notes(head, "Hm.")
    assert pending(any_house, head.id)
    people.says(people.owner, head, "And another thing.")
    any_house.facts.telling.tell(head.id)
    assert listener.told[head.id] == [2]


def test_a_consumer_that_comes_later_is_told_from_then_on(any_house: House, clock: Clock) -> None:
    people = People(any_house, clock)
    listened(any_house)
    head = people.starts(people.owner)
    people.says(people.owner, head, "Hello?")
    late = Listener("late")
    listened(any_house, late)
    people.says(people.owner, head, "Anybody?")
    any_house.facts.telling.tell(head.id)
    assert late.told[head.id] == [3]


def test_a_lost_nudge_costs_minutes(house: House, people: People, clock: Clock) -> None:
    listener = Listener()
    listened(house, listener)
    head = people.starts(people.owner)
    sent = []
    house.facts.log.queue = type("Deaf", (), {"send": lambda _, body, seconds=0: not sent.append((body, seconds))})()
    assert house.facts.telling.sweep(clock()) == 0
    assert house.facts.telling.sweep(clock.ahead(seconds=SWEEP_AFTER.total_seconds())) == 1
    assert sent == [({"conversation": head.id}, 0)]
    assert house.facts.telling.sweep(clock()) == 0, "a backlog must not feed itself"
    house.facts.telling.tell(head.id)
    assert house.facts.telling.sweep(clock.ahead(hours=1)) == 0


def test_a_killed_worker_repeats_only_the_newest(house: House, people: People, clock: Clock) -> None:
    """It died after the second of three: that one comes again, the first does not."""
    listener = Listener()
    listened(house, listener)
    head = people.starts(people.owner)
    people.says(people.owner, head, "Two.")
    people.says(people.owner, head, "Three.")
    keep, kept = house.facts.telling.store.keep, []

    def dying(*arguments: object) -> bool:
        kept.append(arguments)
        if len(kept) == 2:
            raise KeyboardInterrupt
        return bool(keep(*arguments))  # type: ignore[arg-type]

    house.facts.telling.store.keep = dying  # type: ignore[method-assign,assignment]
    with pytest.raises(KeyboardInterrupt):
        house.facts.telling.tell(head.id)
    house.facts.telling.store.keep = keep  # type: ignore[method-assign]
    house.facts.telling.tell(head.id)
    assert listener.told[head.id] == [1, 2], "somebody else still has the conversation"
    clock.ahead(seconds=LEASE.total_seconds())
    house.facts.telling.tell(head.id)
    assert listener.told[head.id] == [1, 2, 2, 3]


def test_a_consumer_that_fails_falls_behind_alone_and_catches_up(house: House, people: People, clock: Clock) -> None:
    broken, sound = Listener("broken"), Listener("sound")
    listened(house, broken, sound)
    head = people.starts(people.owner)
    broken.failing = 2
    house.facts.telling.tell(head.id)
    people.says(people.owner, head, "Two.")
    clock.ahead(seconds=10)
    house.facts.telling.tell(head.id)
    assert (broken.told[head.id], sound.told[head.id]) == ([], [1, 2])
    clock.ahead(minutes=2)
    house.facts.telling.tell(head.id)
    assert (broken.told[head.id], sound.told[head.id]) == ([1, 2], [1, 2])
    assert not pending(house, head.id)


def test_after_its_tries_a_fact_is_set_aside_and_the_consumer_goes_on(
    house: House, people: People, clock: Clock
) -> None:
    """The sweep fails as long as something is set aside, for the alarm; a redrive gives it again."""
    broken, sound = Listener("broken"), Listener("sound")
    listened(house, broken, sound)
    head = people.starts(people.owner)
    broken.failing = MAX_TRIES
    for _ in range(MAX_TRIES):
        house.facts.telling.tell(head.id)
        clock.ahead(minutes=16)
    people.says(people.owner, head, "Two.")
    house.facts.telling.tell(head.id)
    assert (broken.told[head.id], sound.told[head.id]) == ([2], [1, 2])
    with pytest.raises(FactsParked):
        house.facts.telling.sweep(clock())
    assert house.facts.telling.redrive() == 1
    assert broken.told[head.id] == [2, 1]
    house.facts.telling.sweep(clock())


def test_two_workers_never_tell_of_the_same_conversation_at_once(house: House, people: People) -> None:
    inside, most = [0], [0]

    class Slow(Listener):
        def take(self, entry: Entry) -> None:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            super().take(entry)
            inside[0] -= 1

    slow = Slow()
    listened(house, slow)
    head = people.starts(people.owner)
    for number in range(5):
        people.says(people.owner, head, f"Number {number}.")
    finished([threading.Thread(target=house.facts.telling.tell, args=(head.id,)) for _ in range(6)])
    assert most == [1]
    assert slow.told[head.id] == [1, 2, 3, 4, 5, 6]


class Careless:
    """A queue that drops what it is sent, or doubles it, and gives it out in any order."""

    def __init__(self) -> None:
        self.chance = random.Random(7)
        self.nudges: list[str] = []

    def send(self, body: dict[str, str], seconds: int = 0) -> bool:
        del seconds
        self.nudges.extend([body["conversation"]] * self.chance.choice([0, 1, 2]))
        return True

    def some(self) -> str | None:
        """Take a nudge, whichever."""
        try:
            return self.nudges.pop(self.chance.randrange(len(self.nudges)))
        except (IndexError, ValueError):
            return None


def finished(threads: list[threading.Thread]) -> None:
    """Run threads to their end."""
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_order_holds_whatever_the_queue_does(house: House, people: People, clock: Clock) -> None:
    """Nudges are dropped, doubled and shuffled while customers and agents write; the sweep finds the rest."""
    one, other, queue = Listener("one"), Listener("other", Said), Careless()
    listened(house, one, other)
    house.facts.log.queue = queue  # type: ignore[assignment]
    heads = [people.starts(people.owner, f"Lamp {number}") for number in range(3)]
    agent, stop, conversations = people.agent, threading.Event(), house.conversations

    def tells() -> None:
        while not stop.is_set():
            if nudged := queue.some():
                house.facts.telling.tell(nudged)
            stop.wait(0.005)

    def writes(number: int) -> None:
        for _ in range(6):
            head = conversations.store.get(heads[number % 3].id)
            if number % 2:
                conversations.portal.reply(people.owner, head, Draft("Hm."))
            else:
                conversations.desk.note(agent, head, Draft("Hm."))

    tellers = [threading.Thread(target=tells) for _ in range(3)]
    for teller in tellers:
        teller.start()
    finished([threading.Thread(target=writes, args=(number,)) for number in range(6)])
    stop.set()
    for teller in tellers:
        teller.join()
    clock.ahead(minutes=15)
    house.facts.telling.sweep(clock())
    for head in heads:
        house.facts.telling.tell(head.id)
        first = list(dict.fromkeys(one.told[head.id]))
        assert first == list(range(1, len(first) + 1))
        said = list(dict.fromkeys(other.told[head.id]))
        assert said == sorted(said)
        assert not pending(house, head.id)
    assert sum(len(set(told)) for told in one.told.values()) == 3 + 6 * 6


def test_no_fact_holds_what_people_wrote(house: House, people: People) -> None:
    secret = "zq-secret-zq"
    head = people.starts(people.owner, f"Subject {secret}", f"Body {secret}")
    house.conversations.desk.rename(people.agent, people.head(head.id), f"Renamed {secret}")
    house.conversations.desk.note(people.agent, people.head(head.id), Draft(f"Note {secret}"))
    people.answers(head, f"Answer {secret}")
    house.conversations.labelling.label(
        people.agent, "conversation:label", people.head(head.id), tags=[secret], attributes={}
    )
    items = list(house.table.walk(keys.of_conversation(head.id), prefix=keys.FACTS, consistent=True))
    assert len(items) == 5
    assert secret not in str(items)


def test_thirty_two_replies_at_once_are_all_taken(house: House, people: People) -> None:
    """None is lost, none doubled, and nobody is told anything that is not so."""
    head = people.starts(people.owner)
    members = [people.agent, people.lead]
    refused: list[BaseException] = []
    told = Listener("replies", Said)
    listened(house, told)

    def reply(number: int) -> None:
        try:
            house.conversations.desk.answer(members[number % 2], head, Draft(f"Reply {number}.", key=f"{number:016d}"))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at below
            refused.append(error)

    finished([threading.Thread(target=reply, args=(number,)) for number in range(32)])
    assert all(getattr(error, "retry_after", 0) > 0 for error in refused)
    bodies = [message.body for message in people.messages(head)][1:]
    assert len(bodies) == len(set(bodies)) == 32 - len(refused)
    assert people.head(head.id).last_seq == 33 - len(refused)
    assert not refused
    house.facts.telling.tell(head.id)
    assert len(told.told[head.id]) == 32


def test_a_lease_that_was_lost_changes_nothing(house: House, people: People, clock: Clock) -> None:
    """Whoever was away for longer than a lease must not move the mark of who came after."""
    listened(house, Listener())
    head = people.starts(people.owner)
    store = house.facts.telling.store
    old = store.lease(head.id, clock())
    assert old is not None
    newer = store.lease(head.id, clock() + LEASE + timedelta(seconds=1))
    assert newer is not None
    assert not store.end(old, 1)
    assert not store.keep(old, 1, {})
    assert store.end(newer, 1)
