"""The benchmark names every figure that is due, knows its budget, and counts by the rules. No test asserts a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bench import capacity, cost, figures, rounds, subjects, weight, wire
from bench.calls import Call, chain
from bench.figures import Measured
from chalicelib.aws import keys
from local import infra
from local.emulator import Emulator

BUDGETS = {
    "list.aws_calls": 2,
    "list.aws_chain": 1,
    "list.read_units": 4,
    "list.real_cpu_ratio": 8,
    "conversation.aws_calls": 2,
    "conversation.aws_chain": 1,
    "conversation.read_units": 8,
    "conversation.real_cpu_ratio": 8,
    "reply.aws_calls": 4,
    "reply.aws_chain": 3,
    "reply.real_cpu_ratio": 6,
    "upload_check.real_cpu_ratio": None,
    "desk_list.aws_calls": keys.SHARDS + 2,
    "desk_list.aws_chain": 2,
    "desk_list.read_units": 12,
    "desk_list.real_cpu_ratio": 14,
    "desk_list.crowd_cpu_ratio": 14,
    "desk_conversation.aws_calls": 6,
    "desk_conversation.aws_chain": 2,
    "desk_conversation.read_units": 14,
    "desk_conversation.real_cpu_ratio": 14,
    "desk_conversation.long_cpu_ratio": 14,
    "desk_conversation.kb": 100,
    "settings.aws_calls": 2,
    "settings.read_units": 4,
    "settings.real_cpu_ratio": 8,
    "home.aws_calls": 2,
    "home.aws_chain": 2,
    "home.read_units": 4,
    "home.real_cpu_ratio": 8,
    "article.aws_calls": 3,
    "article.aws_chain": 3,
    "article.read_units": 6,
    "article.real_cpu_ratio": 8,
    "search.aws_calls": 2,
    "search.aws_chain": 2,
    "search.read_units": 3,
    "search.real_cpu_ratio": 15,
    "search_miss.aws_calls": None,
    "search_miss.read_units": 40,
    "search.found_share": None,
    "page.kb": 30,
    "desk_page.kb": 60,
    "cold.cpu_ratio": 3.5,
    "cold_first.cpu_ratio": None,
    "theme.cpu_ratio": 1.5,
    "theme.cold_ratio": 1.3,
    "zip.mb": 10,
    "cost.views_usd": 6,
    "cost.messages_usd": 20,
    "cost.writing_usd": 11,
}


def test_every_figure_due_has_its_budget() -> None:
    """Nobody can loosen a budget without noticing."""
    known = {one.name: one.most for one in figures.BUDGETS}
    assert {name: known.get(name) for name in BUDGETS} == BUDGETS
    assert len(known) == len(figures.BUDGETS)


def test_the_file_is_a_list_of_name_value_unit_budget(tmp_path: Path) -> None:
    measured = {one.name: Measured(1.5) for one in figures.BUDGETS}
    figures.write(measured, tmp_path / "deep" / "bench.json")
    written = json.loads((tmp_path / "deep" / "bench.json").read_text())
    assert [row["name"] for row in written] == [one.name for one in figures.BUDGETS]
    assert all(list(row) == ["name", "value", "unit", "budget"] for row in written)


def test_the_table_says_what_was_met_and_what_was_missed() -> None:
    measured = {one.name: Measured(3, "a note") for one in figures.BUDGETS}
    lines = figures.table(measured).splitlines()
    verdicts = {line.split()[0]: line.split()[-1] for line in lines[1:] if line.endswith(("met", "missed"))}
    assert verdicts["list.aws_calls"] == "missed"
    assert verdicts["list.read_units"] == "met"
    assert "page.kb: a note" in lines


def test_an_earlier_commit_stands_beside_with_the_ratio(tmp_path: Path) -> None:
    """Both in the file and in the table; where the commit has no such figure, nothing stands there."""
    new = {one.name: Measured(3, "few") for one in figures.BUDGETS}
    new["cold.cpu_ratio"] = Measured(3, "in turns", 6, 0.4)
    measured = figures.beside(new, {"list.aws_calls": Measured(4, "many"), "list.aws_chain": Measured(0)})
    figures.write(measured, tmp_path / "bench.json", compared=True)
    rows = {row["name"]: row for row in json.loads((tmp_path / "bench.json").read_text())}
    pairs = {name: (row["base"], row["ratio"]) for name, row in rows.items()}
    assert pairs["list.aws_calls"] == (4, 0.75)
    assert pairs["list.aws_chain"] == (0, None)
    assert pairs["cold.cpu_ratio"] == (6, 0.4)
    assert pairs["zip.mb"] == (None, None)
    lines = figures.table(measured, compared=True).splitlines()
    assert lines[1].split() == ["list.aws_calls", "3", "4", "0.75", "calls", "2", "missed"]
    assert "list.aws_calls: few; base: many" in lines


def test_a_figure_that_was_not_measured_is_an_error() -> None:
    with pytest.raises(KeyError):
        figures.rows({})


@pytest.mark.parametrize(
    ("spans", "longest"),
    [
        ([], 0),
        ([(0, 5)], 1),
        ([(0, 5), (5, 9), (9, 10)], 3),
        ([(0, 5), (1, 6), (2, 7)], 1),
        ([(0, 9), (1, 3), (4, 6), (7, 8)], 3),
        ([(0, 2), (1, 5), (3, 4), (6, 7)], 3),
    ],
)
def test_a_call_waits_for_those_that_ended_before_it_began(spans: list[tuple[int, int]], longest: int) -> None:
    assert chain([Call("Query", {}, {}, began, ended) for began, ended in spans]) == longest


def test_an_item_is_as_large_as_dynamodb_says() -> None:
    """Names and values in UTF-8; a number a byte for two digits and one more; lists and maps 3 bytes and one each."""
    item = {
        "pk": {"S": "é"},  # 2 + 2
        "n": {"N": "-123"},  # 1 + 2 + 1 + 1
        "z": {"N": "100"},  # 1 + 1 + 1
        "b": {"BOOL": True},  # 1 + 1
        "l": {"L": [{"S": "ab"}, {"NULL": True}]},  # 1 + 3 + (1 + 2) + (1 + 1)
        "m": {"M": {"k": {"S": "v"}}},  # 1 + 3 + 1 + 1 + 1
    }
    assert capacity.item_size(item) == 4 + 5 + 3 + 2 + 9 + 7


def _of(size: int) -> dict[str, Any]:
    return {"k": {"S": "x" * (size - 1)}}


@pytest.mark.parametrize(
    ("operation", "request_", "answer", "units"),
    [
        ("GetItem", {}, {"Item": _of(4096)}, 0.5),
        ("GetItem", {"ConsistentRead": True}, {"Item": _of(4097)}, 2),
        ("GetItem", {}, {}, 0.5),
        ("Query", {}, {"Items": [_of(3000)] * 3, "Count": 3, "ScannedCount": 3}, 1.5),
        ("Query", {}, {"Items": [], "Count": 0, "ScannedCount": 0}, 0.5),
        (
            "BatchGetItem",
            {"RequestItems": {"t": {"Keys": [1, 2, 3]}}},
            {"Responses": {"t": [_of(10), _of(5000)]}},
            2,
        ),
        ("TransactWriteItems", {}, {}, 0),
    ],
)
def test_reads_are_billed_in_blocks_of_4_kb(
    operation: str, request_: dict[str, Any], answer: dict[str, Any], units: float
) -> None:
    """Each item by itself in a batch, all together in a query, absent ones as well."""
    assert capacity.read_units(operation, request_, answer) == units


def test_a_filtered_query_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="billed as well"):
        capacity.read_units("Query", {}, {"Items": [], "Count": 0, "ScannedCount": 9})


def test_cpu_is_compared_within_a_round() -> None:
    """A slow moment of the machine slows all, so the ratio of a round is worth more than that of two medians."""
    spent = rounds.Spent([10.0, 20.0, 40.0], {"new": [50.0, 100.0, 400.0], "base": [100.0, 200.0, 1600.0]})
    measured = spent.measured()
    assert (measured.value, measured.base, measured.ratio) == (5.0, 10.0, 0.5)
    assert rounds.Spent([10.0], {"new": [50.0]}).measured().base is None


INDEX = subjects.Index(("g1pk", "g1sk"), ("title",))


def _item(**attributes: str) -> dict[str, Any]:
    return {"pk": {"S": "a"}, "sk": {"S": "b"}, **{name: {"S": value} for name, value in attributes.items()}}


@pytest.mark.parametrize(
    ("before", "after", "units"),
    [
        ({}, _item(), 1),
        (_item(), {}, 1),
        ({}, _item(text="x" * 1024), 2),
        ({}, _item(g1pk="p", g1sk="1"), 2),
        (_item(g1pk="p", g1sk="1"), _item(g1pk="p", g1sk="2"), 3),
        (_item(g1pk="p", g1sk="1", title="x"), _item(g1pk="p", g1sk="1", title="y"), 2),
        (_item(g1pk="p", g1sk="1", text="x"), _item(g1pk="p", g1sk="1", text="y"), 1),
        (_item(g1pk="p", g1sk="1"), _item(), 2),
    ],
)
def test_writes_are_billed_in_blocks_of_1_kb_and_for_what_an_index_has_of_them(
    before: dict[str, Any], after: dict[str, Any], units: float
) -> None:
    """Coming into an index, leaving it and changing what it has are a unit each, moving in it two."""
    request = {"TableName": "t", "Key": {"pk": {"S": "a"}, "sk": {"S": "b"}}}
    call = Call("UpdateItem", request, {}, 0, 1, {"a b": before}, {"a b": after})
    assert cost.write_units([call], [INDEX]) == units


def test_a_transaction_costs_twice_and_its_conditions_as_well() -> None:
    key = {"pk": {"S": "a"}, "sk": {"S": "b"}}
    items = [{"Put": {"Item": _item(text="x")}}, {"ConditionCheck": {"Key": key}}]
    call = Call("TransactWriteItems", {"TransactItems": items}, {}, 0, 1, {"a b": {}}, {"a b": _item(text="x")})
    assert cost.write_units([call], [INDEX]) == 4


def test_a_write_that_nobody_counts_is_an_error() -> None:
    with pytest.raises(ValueError, match="batch"):
        cost.write_units([Call("BatchWriteItem", {}, {}, 0, 1)], [])


@pytest.mark.parametrize(("ours", "theirs", "own"), [("a==1 \\\nb==2\n", "a==1\n", False), ("a==1\n", "a==2\n", True)])
def test_a_commit_gets_an_environment_of_its_own_where_ours_does_not_have_what_it_needs(
    tmp_path: Path, ours: str, theirs: str, own: bool
) -> None:
    for name, lock in (("ours", ours), ("theirs", theirs)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "requirements-dev.txt").write_text(lock)
    assert subjects.needs_its_own(tmp_path / "theirs", tmp_path / "ours") is own


def _once_both_are_here(take: Callable[..., Any]) -> Callable[..., Any]:
    """Hold the first of two calls until the second has come: on a busy machine the wire's own wait may be too short."""
    both = Barrier(2, timeout=60)

    def taken(*request: Any) -> Any:
        both.wait()
        return take(*request)

    return taken


def test_what_passes_on_the_wire_is_heard_as_it_was(ministack: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls, their answers, what a write changed, and which of them were sent together; nobody notices."""
    connect = infra.clients(ministack.endpoint)
    connect("dynamodb").create_table(
        TableName="heard",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
    )
    item = {"pk": {"S": "a"}, "sk": {"S": "b"}, "packed": {"B": b"\0\xff"}}
    key = {name: item[name] for name in ("pk", "sk")}
    with wire.Wire(ministack.endpoint) as between:
        client = infra.clients(between.endpoint)("dynamodb")
        with between.listening(looking=True) as wrote:
            client.put_item(TableName="heard", Item=item)
        with between.listening() as one_by_one:
            for _ in range(2):
                assert client.get_item(TableName="heard", Key=key)["Item"] == item
        with between.listening() as together, ThreadPoolExecutor(2) as pool, monkeypatch.context() as patched:
            patched.setattr(between, "take", _once_both_are_here(between.take))
            list(pool.map(lambda _: client.get_item(TableName="heard", Key=key), range(2)))
        with between.listening() as refused, pytest.raises(ClientError):
            client.get_item(TableName="heard", Key={})
    (written,) = wrote
    assert (written.operation, written.before, written.after) == ("PutItem", {"a b": {}}, {"a b": item})
    assert [call.answer["Item"] for call in one_by_one] == [item, item]
    assert [chain(calls) for calls in (one_by_one, together)] == [2, 1]
    assert [call.answer for call in refused] == [{}]


def test_a_page_weighs_what_it_loads_and_loads_nothing_from_elsewhere() -> None:
    files = {
        "/page": b'<!doctype html><html><link rel="icon" href="/i.svg"><script src="/a.js"></script>'
        b'<link rel="stylesheet" href="/a.css?v=1"><a href="/other">x</a><use href="/i.svg#b"/>',
        "/i.svg": b"<svg/>",
        "/a.js": b"1",
        "/a.css?v=1": b"a{background:url(/b.png)}",
        "/b.png": b"x",
    }
    assert set(weight.kilobytes("/page", files.__getitem__)) == set(files)
    files["/a.css?v=1"] = b"@import 'https://example.com/x.css'"
    with pytest.raises(weight.ThirdPartyError):
        weight.kilobytes("/page", files.__getitem__)
