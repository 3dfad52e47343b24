"""The table's own layer: values go round, pages are complete, conditions hold, and AWS's moods become our refusals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.answers import Asked
from chalicelib.aws.items import decode, encode
from chalicelib.aws.keys import Key
from chalicelib.aws.table import Check, Delete, Put, Query, Refused, Table, Update
from chalicelib.refusals import ChangedMeanwhile, Unavailable
from chalicelib.wiring import House
from tests.wire import Start, answering, between, failing, recorded

ONE, TWO, THREE = (Key("P", name) for name in ("1", "2", "3"))
ABSENT = [("pk", "absent", None)]

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture
def table(any_house: House) -> Table:
    """The table of a house, once on each emulator."""
    return any_house.table


@given(st.dictionaries(st.text(min_size=1), VALUES, max_size=6))
def test_values_come_back_as_they_were(item: dict[str, Any]) -> None:
    assert decode({name: encode(value) for name, value in item.items()}) == item


@pytest.mark.parametrize("value", [1.5, object(), {1.0}, 1j])
def test_what_a_table_does_not_hold_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        encode([value])


def test_values_come_back_from_the_table_itself(table: Table) -> None:
    item = {
        "text": "Grüße\n🙂\x00",
        "empty": "",
        "none": None,
        "yes": True,
        "no": False,
        "number": -(2**62),
        "list": ["a", 1, None, [True]],
        "map": {"a": {"b": []}},
    }
    table.write(Put(ONE, item))
    assert table.get(ONE, consistent=True) == {"pk": "P", "sk": "1", **item}
    assert table.get(TWO) is None


def test_conditions_are_all_held_or_nothing_is_written(table: Table) -> None:
    table.write(Put(ONE, {"n": 1, "s": "b"}, when=ABSENT))
    for when in (
        ABSENT,
        [("n", "=", 2)],
        [("n", "<>", 1)],
        [("n", "<", 1)],
        [("n", "<=", 0)],
        [("n", ">", 1)],
        [("n", ">=", 2)],
        [("s", "in", ["a", "c"])],
        [("x", "present", None)],
        [("n", "=", 1), ("s", "=", "a")],
    ):
        for write in (Put(ONE, {"n": 9}, when=when), Update(ONE, put={"n": 9}, when=when), Delete(ONE, when=when)):
            with pytest.raises(Refused):
                table.write(write)
    assert table.get(ONE) == {"pk": "P", "sk": "1", "n": 1, "s": "b"}
    good = [("n", "=", 1), ("n", "<", 2), ("n", ">=", 1), ("s", "in", ["a", "b"]), ("x", "absent", None)]
    table.write(Update(ONE, put={"s": "c"}, add={"n": 2, "m": 5}, drop=["x"], when=good))
    assert table.get(ONE) == {"pk": "P", "sk": "1", "n": 3, "s": "c", "m": 5}
    assert table.change(Update(ONE, drop=["m"]), old=True)["m"] == 5
    assert "m" not in table.change(Update(ONE, put={"n": 4}))
    table.write(Delete(ONE, when=[("n", "=", 4)]))
    assert table.get(ONE) is None


def test_a_refused_change_tells_what_is_there(table: Table) -> None:
    """Without another call; nothing where there is no item."""
    unchanged = [("n", "=", 2)]
    with pytest.raises(Refused) as refused:
        table.change(Update(ONE, put={"n": 3}, when=unchanged))
    assert refused.value.item is None
    table.write(Put(ONE, {"n": 1}))
    with pytest.raises(Refused) as refused:
        table.change(Update(ONE, put={"n": 3}, when=unchanged))
    assert refused.value.item == {"pk": "P", "sk": "1", "n": 1}


def test_names_that_mean_something_to_dynamodb_are_only_names(table: Table) -> None:
    table.write(Put(ONE, {"status": "a", "size": 1, "name": "b", "key": "c"}))
    table.write(Update(ONE, put={"status": "d"}, add={"size": 1}, drop=["name"], when=[("key", "=", "c")]))
    assert table.get(ONE) == {"pk": "P", "sk": "1", "status": "d", "size": 2, "key": "c"}


def test_a_transaction_is_all_or_nothing_and_names_what_failed(table: Table) -> None:
    table.write(Put(ONE, {"n": 1}))
    with pytest.raises(Refused) as refused:
        table.transact(
            [
                Put(TWO, {"n": 1}, when=ABSENT),
                Update(ONE, add={"n": 1}, when=[("n", "=", 7)]),
                Check(THREE, when=[("pk", "present", None)]),
            ]
        )
    assert refused.value.failed == (1, 2)
    assert table.get(TWO) is None
    assert table.get(ONE, consistent=True) == {"pk": "P", "sk": "1", "n": 1}
    table.transact([Put(TWO, {"n": 1}, when=ABSENT), Check(ONE, when=[("n", "=", 1)]), Delete(THREE)])
    assert table.get(TWO) is not None


def test_many_items_are_read_together(table: Table) -> None:
    """More than a call takes, some of them absent, each by its key."""
    table.write_many([Put(Key("M", f"{n:03}"), {"n": n}) for n in range(0, 250, 2)])
    found = table.get_many([Key("M", f"{n:03}") for n in range(250)])
    assert {int(key.sk): item["n"] for key, item in found.items()} == {n: n for n in range(0, 250, 2)}


def test_what_the_table_left_out_is_asked_for_again(table: Table) -> None:
    """DynamoDB gives a part back unread when it is busy, or the answer is full."""
    table.write_many([Put(Key("M", f"{n}"), {"n": n}) for n in range(10)])
    asked = [Key("M", f"{n}") for n in range(10)]
    left = [3]

    def unread(answer: dict[str, Any]) -> None:
        if left[0]:
            left[0] -= 1
            kept = answer["Responses"][table.name][:3]
            given = {item["sk"]["S"] for item in kept}
            wanted = [key for key in answer.pop("_", asked) if key.sk not in given]
            answer["Responses"][table.name] = kept
            keys = [{"pk": {"S": key.pk}, "sk": {"S": key.sk}} for key in wanted]
            answer["UnprocessedKeys"] = {table.name: {"Keys": keys}}

    with answering(table._client, "BatchGetItem", unread):
        assert len(table.get_many(asked)) == 10
    assert left == [0]


def test_what_the_table_never_gives_is_unavailable(table: Table) -> None:
    def never(answer: dict[str, Any]) -> None:
        answer["Responses"] = {}
        answer["UnprocessedKeys"] = {table.name: {"Keys": [{"pk": {"S": "P"}, "sk": {"S": "1"}}]}}

    with answering(table._client, "BatchGetItem", never), pytest.raises(Unavailable):
        table.get_many([ONE])


def test_reads_that_belong_together_are_one_call(table: Table) -> None:
    table.write(Put(ONE, {"n": 1}))
    reads = table.together()
    one = reads.want(ONE, lambda item: item["n"] if item else None)
    two = reads.want(TWO, lambda item: item)
    with recorded(table._client) as calls:
        assert (one(), two(), one()) == (1, None, 1)
    assert [call.operation for call in calls] == ["BatchGetItem"]


def test_what_is_wanted_later_is_read_later_and_nothing_twice(table: Table) -> None:
    table.write(Put(ONE, {"n": 1}))
    reads = table.together()
    one = reads.want(ONE, lambda item: item)
    assert one() == {"pk": "P", "sk": "1", "n": 1}
    with recorded(table._client) as calls:
        assert reads.want(TWO, lambda item: item)() is None
        assert one() == {"pk": "P", "sk": "1", "n": 1}
    (call,) = calls
    assert [key["sk"]["S"] for key in call.request["RequestItems"][table.name]["Keys"]] == [TWO.sk]


def test_items_and_queries_leave_at_once(any_house: House) -> None:
    """All are sent before the first is waited for."""
    table = any_house.table
    table.write_many([Put(Key("Q", f"a#{n}"), {"n": n}) for n in range(5)])
    table.write(Put(ONE, {"n": 1}))
    reads = table.together(consistent=True)
    one = reads.want(ONE, lambda item: item["n"] if item else None)
    rows = reads.ask(Query("Q", prefix="a#", limit=3), lambda items, more: ([item["n"] for item in items], more))
    none = reads.ask(Query("R"), lambda items, more: (items, more))
    order: list[str] = []

    def note(inner: Start, operation: str, request: Mapping[str, Any]) -> Asked:
        order.append("sent")
        asked = inner(operation, request)
        return lambda: order.append("waited for") or asked()

    with between(table._client, note):
        assert (one(), rows(), none()) == (1, ([0, 1, 2], True), ([], False))
    assert order == ["sent"] * 3 + ["waited for"] * 3


@pytest.fixture
def ordered(table: Table) -> Table:
    """A partition of twenty items, between two others."""
    table.write_many([Put(Key(pk, f"a#{n:02}"), {"n": n}) for pk in ("A", "B", "C") for n in range(20)])
    table.write_many([Put(Key("B", f"b#{n:02}"), {"n": n}) for n in range(3)])
    return table


def test_queries_keep_to_partition_prefix_bounds_and_order(ordered: Table) -> None:
    def numbers(**how: Any) -> tuple[list[int], bool]:
        items, more = ordered.query("B", **how)
        assert {item["pk"] for item in items} <= {"B"}
        return [item["n"] for item in items], more

    assert numbers(prefix="a#") == (list(range(20)), False)
    assert numbers(prefix="a#", forward=False) == (list(range(19, -1, -1)), False)
    assert numbers(prefix="a#", limit=5) == ([0, 1, 2, 3, 4], True)
    assert numbers(prefix="a#", limit=5, after=Key("B", "a#04")) == ([5, 6, 7, 8, 9], True)
    assert numbers(prefix="a#", limit=5, after=Key("B", "a#05"), forward=False)[0] == [4, 3, 2, 1, 0]
    assert numbers(low="a#03", high="a#05") == ([3, 4, 5], False)
    assert numbers(prefix="b#") == ([0, 1, 2], False)
    assert numbers(prefix="c#") == ([], False)
    assert len(numbers()[0]) == 23


def test_a_walk_yields_everything_over_the_tables_own_pages(any_house: House) -> None:
    """DynamoDB gives at most a megabyte at a time."""
    table = any_house.table
    table.write_many([Put(Key("W", f"{n:03}"), {"n": n, "text": "x" * 30_000}) for n in range(80)])
    with recorded(table._client) as calls:
        assert [item["n"] for item in table.walk("W")] == list(range(80))
    assert len(calls) >= 2
    assert [item["n"] for item in table.walk("W", prefix="07")] == list(range(70, 80))
    assert [item["n"] for item in table.walk("W", after=Key("W", "077"))] == [78, 79]


@pytest.mark.parametrize(
    "code",
    [
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "InternalServerError",
        "ServiceUnavailable",
    ],
)
def test_a_passing_fault_of_aws_is_unavailable_everywhere(any_house: House, code: str) -> None:
    table = any_house.table
    calls = {
        "GetItem": lambda: table.get(ONE),
        "BatchGetItem": lambda: table.get_many([ONE]),
        "Query": lambda: table.query("P"),
        "PutItem": lambda: table.write(Put(ONE, {})),
        "UpdateItem": lambda: table.change(Update(ONE, put={"n": 1})),
        "DeleteItem": lambda: table.write(Delete(ONE)),
        "TransactWriteItems": lambda: table.transact([Put(ONE, {})]),
        "BatchWriteItem": lambda: table.write_many([Put(ONE, {})]),
    }
    for operation, call in calls.items():
        with failing(table._client, operation, code), pytest.raises(Unavailable):
            call()
    assert table.get(ONE) is None


def test_a_fault_of_ours_is_no_passing_one(any_house: House) -> None:
    """A request DynamoDB does not understand must be seen, not tried again."""
    table = any_house.table
    with (
        failing(table._client, "GetItem", "ValidationException"),
        pytest.raises(Exception, match="ValidationException") as fault,
    ):
        table.get(ONE)
    assert not isinstance(fault.value, Unavailable)


@pytest.mark.parametrize("reason", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_cancelled_transaction_is_tried_again_unless_a_condition_failed(any_house: House, reason: str) -> None:
    table = any_house.table
    cancelled = "TransactionCanceledException"
    with failing(table._client, "TransactWriteItems", cancelled, times=2, reasons=("None", reason)) as failed:
        table.transact([Put(ONE, {}), Put(TWO, {})])
    assert len(failed) == 2
    assert table.get(TWO) is not None
    with (
        failing(table._client, "TransactWriteItems", cancelled, times=99, reasons=(reason,)),
        pytest.raises(ChangedMeanwhile),
    ):
        table.transact([Put(ONE, {})])
    with (
        failing(table._client, "TransactWriteItems", cancelled, reasons=(reason, "ConditionalCheckFailed")) as failed,
        pytest.raises(Refused) as refused,
    ):
        table.transact([Put(ONE, {}), Put(TWO, {})])
    assert (len(failed), refused.value.failed) == (1, (1,))
