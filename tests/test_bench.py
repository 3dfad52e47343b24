"""The benchmark names every figure that is due, knows its budget, and counts by the rules. No test asserts a time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench import capacity, cpu, figures, weight
from bench.calls import Call, chain
from bench.figures import Measured

BUDGETS = {
    "list.aws_calls": 2,
    "conversation.aws_calls": 2,
    "reply.aws_calls": 4,
    "list.aws_chain": 2,
    "conversation.aws_chain": 2,
    "reply.aws_chain": 3,
    "list.read_units": 4,
    "conversation.read_units": 8,
    "list.cpu_ratio": 5,
    "conversation.cpu_ratio": 5,
    "settings.aws_calls": 2,
    "settings.read_units": 4,
    "settings.cpu_ratio": 5,
    "home.aws_calls": 2,
    "home.aws_chain": 2,
    "home.read_units": 4,
    "home.cpu_ratio": 5,
    "article.aws_calls": 3,
    "article.aws_chain": 3,
    "article.read_units": 6,
    "article.cpu_ratio": 5,
    "search.aws_calls": 2,
    "search.aws_chain": 2,
    "search.read_units": 3,
    "search.found_share": None,
    "page.kb": 30,
    "cold.cpu_ratio": 3.5,
    "zip.mb": 8,
    "cost.views_usd": 6,
    "cost.messages_usd": 20,
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
    """A slow moment of the machine slows both, so the ratio of a round is worth more than that of two medians."""
    spent = {"constant": [10.0, 20.0, 40.0], "list": [50.0, 100.0, 400.0]}
    assert cpu.medians(spent)["list"] == cpu.Spent(5.0, 100.0)


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
