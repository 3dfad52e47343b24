"""Every figure there is, with its unit and budget; the table and the file they are written to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "build" / "bench.json"


@dataclass(frozen=True, slots=True)
class Budget:
    """What is measured; ``most`` is the most it may be, None where nothing is promised."""

    name: str
    unit: str
    most: float | None


@dataclass(frozen=True, slots=True)
class Measured:
    """One measured value; ``note`` says what the number alone does not."""

    value: float
    note: str = ""


BUDGETS = (
    Budget("list.aws_calls", "calls", 2),
    Budget("conversation.aws_calls", "calls", 2),
    Budget("reply.aws_calls", "calls", 4),
    Budget("list.aws_chain", "calls", 2),
    Budget("conversation.aws_chain", "calls", 2),
    Budget("reply.aws_chain", "calls", 3),
    Budget("list.read_units", "units", 4),
    Budget("conversation.read_units", "units", 8),
    Budget("list.cpu_ratio", "× constant", 5),
    Budget("conversation.cpu_ratio", "× constant", 5),
    Budget("list.handler_cpu_ratio", "× constant", None),
    Budget("conversation.handler_cpu_ratio", "× constant", None),
    *(
        Budget(f"{name}.{what}", unit, most)
        for name, most_calls, most_units, most_cpu in (
            ("settings", 2, 4, 5),
            ("home", 2, 4, 5),
            ("article", 3, 6, 5),
            ("search", 2, 3, 15),
        )
        for what, unit, most in (
            ("aws_calls", "calls", most_calls),
            ("aws_chain", "calls", most_calls),
            ("read_units", "units", most_units),
            ("cpu_ratio", "× constant", most_cpu),
        )
    ),
    Budget("search.found_share", "%", None),
    Budget("search.slip_share", "%", None),
    Budget("search.index_mb", "MB", None),
    Budget("search.build_s", "s", None),
    Budget("page.kb", "KB", 30),
    Budget("cold.cpu_ratio", "× bare", 3.5),
    Budget("zip.mb", "MB", 8),
    Budget("cost.views_usd", "$ a million", 6),
    Budget("cost.messages_usd", "$ a million", 20),
)
"""In the order they are printed. KB are 1,024 bytes, MB 1,024 KB."""


def rows(measured: Mapping[str, Measured]) -> list[dict[str, str | float | None]]:
    """Return the figures as they are written: a row a budget; KeyError names one that was not measured."""
    return [
        {"name": one.name, "value": measured[one.name].value, "unit": one.unit, "budget": one.most} for one in BUDGETS
    ]


def table(measured: Mapping[str, Measured]) -> str:
    """Return the figures for people, with the notes below."""
    lines = [("name", "value", "unit", "budget", "")]
    for one in BUDGETS:
        value = measured[one.name].value
        verdict = "" if one.most is None else "met" if value <= one.most else "missed"
        lines.append((one.name, f"{value:g}", one.unit, "" if one.most is None else f"{one.most:g}", verdict))
    return "\n".join([*_aligned(lines), "", *_notes(measured)])


def write(measured: Mapping[str, Measured], file: Path = FILE) -> None:
    """Write the figures as JSON, for other programs."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(rows(measured), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _aligned(lines: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return [
        "  ".join(
            text.rjust(width) if column in {1, 3} else text.ljust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]


def _notes(measured: Mapping[str, Measured]) -> list[str]:
    return [f"{one.name}: {measured[one.name].note}" for one in BUDGETS if measured[one.name].note]
