"""The audit log: one chain however many write at once, a check that names the first broken entry, and filters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.audit.model import OPERATOR, Author, Change, Filter
from chalicelib.aws import keys
from chalicelib.aws.keys import Key
from chalicelib.aws.table import Delete, Put, Refused, Update
from chalicelib.clock import stamp
from chalicelib.wiring import House
from tests.people import START, Clock
from tests.security.watching import at_once
from tests.wire import recorded

RUTH = Author("0" * 26, "Ruth Adeyemi", "192.0.2.7")


def record(house: House, count: int = 1, **more: str) -> None:
    """Write entries that change a thing each."""
    for number in range(count):
        action, subject = more.get("action", "thing:change"), more.get("subject", f"Thing {number}")
        author = RUTH if more.get("by") == "ruth" else OPERATOR
        write = Put(Key("THING", f"{subject}"), {"number": number})
        house.audit.commit([write], Change(author, action, subject, {"number": 0}, {"number": number}, "the-id"))


def seqs(house: House, wanted: Filter | None = None, *, limit: int = 100, look: int = 1000) -> list[int]:
    entries, _ = house.audit.page(wanted or Filter(), limit=limit, look=look)
    return [one.seq for one in entries]


def test_an_untouched_log_holds(any_house: House) -> None:
    house = any_house
    count = house.audit.count()
    record(house, 5)
    held, last, broken = house.audit.verify()
    assert (held, broken) == (count + 5, None)
    assert list(house.audit.span(1, 100))[-1].hash == last


def test_an_empty_log_holds(any_house: House) -> None:
    house = any_house
    for item in list(house.table.walk(keys.AUDIT)):
        house.table.write(Delete(Key(item["pk"], item["sk"])))
    assert house.audit.verify()[2] is None


def test_eight_who_change_something_at_once_write_one_chain(house: House) -> None:
    """Each change is made once and has its entry; nobody is sent away."""
    before = house.audit.count()

    def change(number: int) -> int:
        write = Put(Key("THING", str(number)), {"number": number}, when=[("pk", "absent", None)])
        return house.audit.commit([write], Change(OPERATOR, "thing:create", f"Thing {number}")).seq

    made = at_once([lambda one=number: change(one) for number in range(8)])  # type: ignore[misc]
    assert sorted(made) == list(range(before + 1, before + 9))
    assert len(list(house.table.walk("THING"))) == 8
    assert house.audit.verify()[2] is None


def test_a_change_that_is_refused_leaves_no_entry(any_house: House) -> None:
    house = any_house
    before = house.audit.count()
    write = Put(Key("THING", "1"), {}, when=[("pk", "present", None)])
    with pytest.raises(Refused) as refused:
        house.audit.commit([write], Change(OPERATOR, "thing:change", "Thing"))
    assert refused.value.failed == (0,)
    assert house.audit.count() == before


def _swap(house: House, first: int, second: int) -> None:
    one, other = (house.table.get(keys.audit_entry(seq)) for seq in (first, second))
    assert one
    assert other
    for seq, item in ((first, other), (second, one)):
        house.table.write(Put(keys.audit_entry(seq), {n: v for n, v in item.items() if n not in {"pk", "sk"}}))


def _forge(house: House, seq: int) -> None:
    """Write an entry anew as somebody would who knows how it is hashed, and cares for no entry behind it."""
    (entry,) = house.audit.span(seq, seq)
    forged = Put(keys.audit_entry(seq), {**_raw(house, seq), "author": "Somebody else"})
    house.table.write(forged)
    from chalicelib.audit.model import chained
    from chalicelib.audit.store import content

    (changed,) = house.audit.span(seq, seq)
    (before,) = house.audit.span(seq - 1, seq - 1)
    house.table.write(Update(keys.audit_entry(seq), put={"hash": chained(before.hash, content(changed))}))
    assert changed.change.author.name != entry.change.author.name


def _raw(house: House, seq: int) -> dict[str, object]:
    item = house.table.get(keys.audit_entry(seq))
    assert item
    return {name: value for name, value in item.items() if name not in {"pk", "sk"}}


BREAKS: dict[str, tuple[Callable[[House], object], int, str]] = {
    "who": (lambda h: h.table.write(Update(keys.audit_entry(3), put={"author": "Nobody"})), 3, "changed"),
    "when": (lambda h: h.table.write(Update(keys.audit_entry(3), put={"at": stamp(START)})), 3, "changed"),
    "what": (lambda h: h.table.write(Update(keys.audit_entry(3), put={"after": "{}"})), 3, "changed"),
    "where": (lambda h: h.table.write(Update(keys.audit_entry(1), put={"ip": "198.51.100.1"})), 1, "changed"),
    "garbage": (lambda h: h.table.write(Update(keys.audit_entry(4), put={"before": "{"})), 4, "cannot be read"),
    "hash": (lambda h: h.table.write(Update(keys.audit_entry(2), put={"hash": "0" * 64})), 2, "changed"),
    "rewritten": (lambda h: _forge(h, 3), 4, "changed"),
    "removed": (lambda h: h.table.write(Delete(keys.audit_entry(3))), 3, "missing"),
    "first removed": (lambda h: h.table.write(Delete(keys.audit_entry(1))), 1, "missing"),
    "swapped": (lambda h: _swap(h, 2, 4), 2, "in the place of another"),
    "cut off": (lambda h: h.table.write(Delete(keys.audit_entry(6))), 6, "missing"),
    "head set back": (lambda h: h.table.write(Update(keys.audit_head(), put={"seq": 5})), 5, "head"),
    "head of another": (lambda h: h.table.write(Update(keys.audit_head(), put={"hash": "0" * 64})), 6, "head"),
    "head removed": (lambda h: h.table.write(Delete(keys.audit_head())), 0, "The head of the log"),
    "added to": (lambda h: h.table.write(Update(keys.audit_entry(2), put={"reviewed": True})), 2, "changed"),
    "space": (lambda h: h.table.write(Update(keys.audit_entry(2), put={"after": '{"number":  1}'})), 2, "changed"),
    "stray": (lambda h: h.table.write(Put(Key("AUDIT", "e#0000000002x"), {})), 3, "that is no entry"),
    "short": (lambda h: h.table.write(Put(Key("AUDIT", "e#00"), {})), 1, "that is no entry"),
    "zero": (lambda h: h.table.write(Put(keys.audit_entry(0), {})), 1, "that is no entry"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_the_first_broken_entry_is_named(moto_stage: object, make_house: Callable[..., House], name: str) -> None:
    house = make_house(moto_stage)
    record(house, 6 - house.audit.count())
    breaks, seq, what = BREAKS[name]
    breaks(house)
    _, _, broken = house.audit.verify()
    assert broken is not None
    assert broken.seq == seq
    assert what in broken.what


def test_a_page_is_the_newest_first_and_goes_on_where_it_ended(any_house: House) -> None:
    house = any_house
    record(house, 7 - house.audit.count())
    first, following = house.audit.page(Filter(), limit=3, look=100)
    assert [one.seq for one in first] == [7, 6, 5]
    second, following = house.audit.page(Filter(), before=following, limit=3, look=100)
    assert [one.seq for one in second] == [4, 3, 2]
    third, following = house.audit.page(Filter(), before=following, limit=3, look=100)
    assert ([one.seq for one in third], following) == ([1], 0)


def test_filters_find_who_what_and_about_what(any_house: House) -> None:
    house = any_house
    start = house.audit.count()
    record(house, 2)
    record(house, 1, by="ruth", action="staff:invite", subject="Mina Park")
    newest = start + 3
    for wanted in (
        Filter(who="adeyemi"),
        Filter(who="192.0.2.7"),
        Filter(who="0" * 26),
        Filter(action="staff"),
        Filter(action="staff:invite"),
        Filter(subject="mina"),
        Filter(who="ruth", action="staff", subject="park"),
    ):
        assert seqs(house, wanted) == [newest], wanted
    assert seqs(house, Filter(subject="the-id", action="thing")) == [newest - 1, newest - 2]
    assert seqs(house, Filter(who="ruth", action="thing")) == []
    assert seqs(house, Filter(action="staff:inv")) == []


def test_a_span_of_time_is_found_from_its_end(any_house: House, clock: Clock) -> None:
    house = any_house
    start = house.audit.count()
    days = []
    for _ in range(5):
        days.append(clock.ahead(days=1))
        record(house, 2)
    wanted = Filter(since=days[1] - timedelta(minutes=1), until=days[3] - timedelta(minutes=1))
    assert seqs(house, wanted) == [start + number for number in (6, 5, 4, 3)]
    assert seqs(house, Filter(until=START - timedelta(days=1))) == []
    assert seqs(house, Filter(since=days[4] + timedelta(days=1))) == []


def test_where_little_is_wanted_only_so_much_is_looked_through(any_house: House) -> None:
    """A page says that there is more behind it, even an empty one."""
    house = any_house
    record(house, 1, subject="Needle")
    record(house, 30)
    found, following = house.audit.page(Filter(subject="needle"), limit=10, look=20)
    assert (found, following > 0) == ([], True)
    found, following = house.audit.page(Filter(subject="needle"), before=following, limit=10, look=20)
    assert ([one.change.subject for one in found], following) == (["Needle"], 0)


def test_looking_for_little_reads_much_at_once(house: House) -> None:
    """A hundred calls one behind the other would be seconds of waiting for a page with nothing on it."""
    record(house, 60)
    with recorded(house.clients.dynamodb) as made:
        house.audit.page(Filter(subject="no such thing"), limit=10, look=2000)
    assert len(made) <= 3


def test_an_action_is_found_by_either_half(any_house: House) -> None:
    house = any_house
    record(house, 1, action="place:mislay")
    assert seqs(house, Filter(action="mislay")) == seqs(house, Filter(action="place")) == [house.audit.count()]
