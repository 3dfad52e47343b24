"""A table of the first form gets the newest: in steps, resumed, by two at once, under load, and rehearsed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

import app
from chalicelib.aws import keys
from chalicelib.aws.items import Item
from chalicelib.aws.keys import Key
from chalicelib.aws.table import Delete, Put, Update
from chalicelib.conversations.model import Status
from chalicelib.conversations.portal import PAGE
from chalicelib.finding.model import asked
from chalicelib.refusals import Busy, Unavailable
from chalicelib.schema import service
from chalicelib.schema.model import FIRST, LISTS, WANTED, Form
from chalicelib.schema.service import IndexNotReady, Migration
from chalicelib.schema.store import lists_of
from chalicelib.wiring import House
from infra import indexes, migrating, stack
from infra.aws import CannotDeploy
from local import workers
from tests.browser import Browser
from tests.emulators import Stage
from tests.people import Clock, People

COUNT = 12
"""Conversations of each status."""


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a small table take many steps."""
    monkeypatch.setattr(service, "PAGE", 7)
    monkeypatch.setattr(service, "_TOGETHER", 3)


@pytest.fixture
def old(house: House, people: People) -> House:
    """A house whose table is as the version before left it: open, snoozed and closed conversations, some with notes."""
    for status in Status:
        people.plant(people.owner, count=COUNT, subject=f"{status} {{}}", status=status)
    grow_old(house)
    return house


def grow_old(house: House) -> None:
    """Take from a table what the version before does not write; what only staff see is often missing there at all."""
    for number, item in enumerate(everything(house)):
        key = Key(item["pk"], item["sk"])
        if key.sk == keys.staff_head("any").sk:
            drop = (*keys.index_attributes(keys.BY_WORK), "customer_id")
            house.table.write(Delete(key) if number % 2 else Update(key, drop=drop))
    house.table.write(Delete(keys.schema()))


def everything(house: House) -> list[Item]:
    """Return every item of the table."""
    items, last = house.table.scan(limit=50)
    while last:
        more, last = house.table.scan(after=last, limit=50)
        items += more
    return sorted(items, key=lambda one: (one["pk"], one["sk"]))


def lists(house: House, index: str) -> dict[Status, list[str]]:
    """Return the ids of each of the desk's lists, in order, as an index has them."""
    return {
        status: [
            place.conversation_id
            for place in house.conversations.store.work(
                status, position="", limit=200, newest_first=status is not Status.SNOOZED, index=index
            )[0]
        ]
        for status in Status
    }


def walk(house: House) -> Form:
    form = house.schema.migration.begin()
    while form.walk:
        form = house.schema.migration.step()
    return form


def test_a_walk_puts_each_conversation_into_the_new_lists(old: House) -> None:
    """The lists are the same, in the same order, and the form is the newest."""
    before = lists(old, keys.BY_DUE)
    assert [len(one) for one in before.values()] == [COUNT] * 3
    assert lists(old, keys.BY_WORK) != before
    assert walk(old) == Form(WANTED)
    assert lists(old, keys.BY_WORK) == before
    assert old.schema.migration.begin() == Form(WANTED), "nothing is begun again"


def test_what_was_there_stays(old: House, people: People) -> None:
    """Nothing but places, whose a conversation is, and indexes of words is written."""
    added = {*keys.index_attributes(keys.BY_WORK), "customer_id"}
    before = {Key(one["pk"], one["sk"]): one for one in everything(old)}
    walk(old)
    for item in everything(old):
        key = Key(item["pk"], item["sk"])
        if key == keys.schema() or key.pk == keys.of_words(people.owner.id):
            continue
        if key.sk == keys.staff_head("any").sk:
            was = before.get(key, {"pk": key.pk, "sk": key.sk})
            assert {name: value for name, value in item.items() if name not in added} == was
        else:
            assert item == before[key]


def test_staff_read_the_older_lists_until_it_is_done(
    old: House, people: People, browse: Callable[..., Browser], clock: Clock
) -> None:
    """Pages, and the clock that wakes, have all conversations before, in the middle, and after."""
    agent = browse(people.agent)
    assert COUNT <= PAGE

    def shown() -> bool:
        return agent.get("/desk").text.count("Hello?") == COUNT

    assert shown()
    old.schema.migration.begin()
    old.schema.migration.step()
    assert shown()
    walk(old)
    assert shown()


def test_snoozed_conversations_wake_before_and_after(old: House, people: People, clock: Clock) -> None:
    (later,) = people.plant(people.owner, subject="Later", status=Status.SNOOZED)
    grow_old(old)
    clock.ahead(hours=23, minutes=55)
    workers.sweep(app)
    assert len(lists(old, keys.BY_DUE)[Status.SNOOZED]) == 1
    walk(old)
    clock.ahead(hours=1)
    workers.sweep(app)
    assert people.head(later.id).status is Status.OPEN


def test_a_killed_walk_is_gone_on_with(old: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was done is not looked at again, and a page that was half done is done again."""
    before = lists(old, keys.BY_DUE)
    old.schema.migration.begin()
    for _ in range(3):
        form = old.schema.migration.step()
    assert form.walk
    calls: list[int] = []

    def dies(*_: Any, **__: Any) -> None:
        calls.append(1)
        raise Unavailable

    with monkeypatch.context() as patch:
        patch.setattr(old.table, "transact", dies)
        with pytest.raises(Unavailable):
            old.schema.migration.go_on(form, 60)
    assert calls
    kept = old.schema.store.get(consistent=True)
    assert kept.walk
    assert kept.walk.looked == 7 * kept.walk.step >= 21
    another = Migration(old.schema.store, old.conversations, old, old.customers)
    assert another.begin() == kept, "it is not begun anew"
    while another.step().walk:
        pass
    assert lists(old, keys.BY_WORK) == before


def test_two_at_once_do_no_harm(old: House) -> None:
    """Each page counts once, and the lists are whole."""
    before, count = lists(old, keys.BY_DUE), len(everything(old))
    old.schema.migration.begin()
    seen: list[Form] = []

    def work() -> None:
        migration = Migration(old.schema.store, old.conversations, old, old.customers)
        while (form := migration.step()).walk:
            seen.append(form)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert old.schema.store.get(consistent=True) == Form(WANTED)
    assert count < max(form.walk.looked for form in seen if form.walk) <= len(everything(old))
    assert lists(old, keys.BY_WORK) == before


def test_under_concurrent_writes_the_lists_end_whole(old: House, people: People) -> None:
    """Customers reply, agents close and snooze, and new conversations begin while the walk goes on."""
    heads = old.conversations.store.rows(people.owner.id, closed=False, newest_first=True, position="", limit=30)[0]
    people.agent  # noqa: B018 - registered before the threads start
    faults: list[Exception] = []

    def talk(number: int) -> None:
        try:
            for turn, row in enumerate(heads[number::2]):
                head = people.head(row.id)
                people.says(people.owner, head, f"Reply {turn}")
                if turn % 3 == 0:
                    people.closes(head)
                    people.starts(people.owner, f"New {number} {turn}")
                elif turn % 3 == 1:
                    people.snoozes(head)
        except Busy:
            pass
        except Exception as error:  # noqa: BLE001 - shown by the test itself
            faults.append(error)

    threads = [threading.Thread(target=talk, args=(number,)) for number in range(2)]
    for one in threads:
        one.start()
    assert walk(old).current
    for one in threads:
        one.join()
    assert faults == []
    assert lists(old, keys.BY_WORK) == lists(old, keys.BY_DUE)


def test_what_the_older_version_writes_meanwhile_is_found_by_a_walk_begun_anew(old: House, people: People) -> None:
    """After a way back: its replies and closings changed heads and nothing else."""
    walk(old)
    old.schema.migration.back()
    rows = old.conversations.store.rows(people.owner.id, closed=False, newest_first=True, position="", limit=30)[0]
    for row in rows[:5]:
        place = keys.in_index(keys.BY_DUE, keys.by_desk("done", "2035-04-01T00:00:00.000Z", row.id))
        put = {"status": "done", "active_at": "2035-04-01T00:00:00.000Z", **place}
        old.table.write(Update(keys.conversation(row.id), put=put, drop=("snoozed_until",)))
    assert lists(old, keys.BY_WORK) != lists(old, keys.BY_DUE)
    form = old.schema.migration.begin_anew()
    while form.walk:
        form = old.schema.migration.step()
    assert lists(old, keys.BY_WORK) == lists(old, keys.BY_DUE)


@pytest.mark.parametrize("number", [FIRST, LISTS, LISTS + 1])
@pytest.mark.parametrize("share", ["begun", "half", "walked"])
def test_a_walk_of_an_older_version_is_begun_anew(old: House, number: int, share: str) -> None:
    """It passed items that only this version changes."""
    half = old.table.scan(limit=60)[1]
    assert half
    walk = {"run": "older", "step": 3, "position": [half.pk, half.sk] if share == "half" else None}
    counts = {"walked": share == "walked", "looked": 5, "written": 1, "items": 9}
    old.table.write(Put(keys.schema(), {"number": number, **walk, **counts}))
    workers.sweep(app)
    form = old.schema.store.get(consistent=True)
    assert form.walk is None or form.walk.run != "older"
    old.schema.migration.go_on(form, 60)
    assert old.schema.store.get(consistent=True).current
    assert lists(old, keys.BY_WORK) == lists(old, keys.BY_DUE)


def test_a_worker_that_was_overtaken_keeps_nothing(old: House) -> None:
    """A walk that was ended, or begun anew, is not brought to its end by somebody still at it."""
    form = old.schema.migration.begin()
    assert form.walk
    old.schema.migration.back()
    assert not old.schema.store.save(form.walk, form.walk)
    assert not old.schema.store.complete(form.walk)
    assert old.schema.store.get(consistent=True) == Form(FIRST)
    other = old.schema.migration.begin()
    assert not old.schema.store.complete(form.walk)
    assert old.schema.store.get(consistent=True) == other


def test_a_rehearsal_writes_nothing(old: House) -> None:
    """It says how many conversations a walk would change, and the table is what it was."""
    before, said = everything(old), list[str]()
    assert migrating.rehearse(old, said.append) == 3 * COUNT
    assert everything(old) == before
    assert said[-1] == (
        f"The table has form {FIRST} of {WANTED}. Of {len(before)} items, {3 * COUNT} would be changed."
    )


def test_nothing_begins_before_the_index_can_be_read(old: House, ministack_stage: Stage) -> None:
    """The walk could not end, and nobody could read its lists."""
    delete: Any = [{"Delete": {"IndexName": keys.BY_WORK}}]
    ministack_stage.admin("dynamodb").update_table(TableName=old.table.name, GlobalSecondaryIndexUpdates=delete)
    with pytest.raises(IndexNotReady):
        old.schema.migration.begin()
    with pytest.raises(CannotDeploy, match="make deploy"):
        migrating.migrate(old, print)
    assert old.schema.store.get(consistent=True) == Form()
    before, said = lists(old, keys.BY_DUE), list[str]()
    wanted = indexes.definitions(stack.TEMPLATE.read_text(encoding="utf-8"))
    assert indexes.add_missing(ministack_stage.admin, old.table.name, wanted, said.append, pause=0.02)
    assert said == [f"  + index {keys.BY_WORK}"]
    assert not indexes.add_missing(ministack_stage.admin, old.table.name, wanted, said.append, pause=0.02)
    assert migrating.migrate(old, said.append)
    assert lists(old, keys.BY_WORK) == before


def test_the_sweep_goes_on_with_what_was_begun_and_begins_nothing(old: House, people: People) -> None:
    """As long as functions of an older version may run, nobody but the operator can know when it is time."""
    workers.sweep(app)
    assert old.schema.store.get(consistent=True) == Form()
    old.schema.migration.begin()
    workers.sweep(app)
    assert old.schema.store.get(consistent=True) == Form(WANTED)


def test_the_way_back_leaves_no_reply_unsent(old: House, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a fact would have made follow is done at once: the version before knows nothing of facts."""
    conversation = people.starts(people.stranger)
    people.answers(conversation)
    assert old.outbox.states(conversation.id, [2]) == {}
    said: list[str] = []
    migrating.back(old, said.append, pause=0)
    assert list(old.outbox.states(conversation.id, [2])) == [2]
    assert old.schema.store.get(consistent=True) == Form(FIRST)
    assert old.facts.telling.tell_all() == 0


def test_the_way_back_names_what_is_set_aside(old: House, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reply that cannot become mail stops the operator, who would lose it by going back."""
    conversation = people.starts(people.stranger)
    people.answers(conversation)

    def fails(*_: Any) -> None:
        raise Unavailable

    with monkeypatch.context() as patch:
        patch.setattr(old.outbox, "carry", fails)
        with pytest.raises(CannotDeploy, match="set aside"):
            migrating.back(old, print, pause=0)
    old.facts.telling.redrive()
    migrating.back(old, print, pause=0)
    assert list(old.outbox.states(conversation.id, [2])) == [2]


def test_a_deployment_leaves_a_long_walk_to_the_sweep(old: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says how far the walk is and who goes on with it."""
    monkeypatch.setattr(migrating, "_SAY_EVERY", 0)
    said: list[str] = []
    assert not migrating.migrate(old, said.append, patience=0)
    assert "7 items looked at" in said[0]
    assert "the sweep goes on" in said[-1]
    workers.sweep(app)
    assert migrating.migrate(old, said.append)
    assert said[-1] == f"  the table has form {WANTED}"


def test_a_walk_makes_the_index_of_each_customers_words(old: House, people: People) -> None:
    """Once in a walk, from what the table says; what an older version did meanwhile is in it as well."""
    search, index = old.conversations.portal.search, old.conversations.indexing.index
    (head,) = people.plant(people.stranger, ("The heron",), subject="Theirs")
    index.include(people.stranger.id, head.id, {"leftover"})
    assert not search(people.owner, "hello", closed=None, newest_first=True).whole
    walk(old)
    made = {who.id: index.held(who.id).made for who in (people.owner, people.stranger)}
    assert len(set(made.values())) == 1
    page = search(people.owner, "hello", closed=None, newest_first=True)
    assert (len(page.rows), page.whole) == (PAGE, True)
    assert [row.subject for row in search(people.stranger, "heron", closed=None, newest_first=True).rows] == ["Theirs"]
    assert not index.find(people.stranger.id, asked("leftover")).maybe[0]
    old.schema.migration.begin_anew()
    assert walk(old) == Form(WANTED)
    assert index.held(people.owner.id).made not in made.values()
    assert len(search(people.owner, "hello", closed=None, newest_first=True).rows) == PAGE


def test_lists_are_read_from_where_the_form_that_is_left_has_them(old: House) -> None:
    """A walk from the second form begins with lists that are whole; one from the first has them at its end."""
    assert lists_of(old.schema.migration.begin()) == keys.BY_DUE
    walk(old)
    old.schema.migration.back(LISTS)
    form = old.schema.migration.begin_anew()
    assert (form.number, lists_of(form)) == (LISTS, keys.BY_WORK)
    assert lists_of(old.schema.migration.step()) == keys.BY_WORK
    assert walk(old) == Form(WANTED)
