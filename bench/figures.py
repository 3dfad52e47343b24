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
    """One measured value; ``note`` says what the number alone does not.

    Where an earlier commit was measured beside this one, ``base`` is its value and ``ratio`` the new one over it: that
    of the two values, or where rounds took turns, the median of the rounds' own ratios.
    """

    value: float
    note: str = ""
    base: float | None = None
    ratio: float | None = None


def beside(new: Mapping[str, Measured], base: Mapping[str, Measured]) -> dict[str, Measured]:
    """Return the new figures with those of the base beside them, where it has them."""
    return {name: _beside(one, base.get(name)) for name, one in new.items()}


def _beside(new: Measured, base: Measured | None) -> Measured:
    if base is None:
        return new
    note = new.note if new.note == base.note else f"{new.note}; base: {base.note}".removeprefix("; ")
    return Measured(new.value, note, base.value, round(new.value / base.value, 3) if base.value else None)


def _of(name: str, calls: float | None, chain: float | None, units: float | None, cpu: float | None) -> list[Budget]:
    return [
        Budget(f"{name}.aws_calls", "calls", calls),
        Budget(f"{name}.aws_chain", "calls", chain),
        Budget(f"{name}.read_units", "units", units),
        Budget(f"{name}.real_cpu_ratio", "× constant", cpu),
    ]


BUDGETS = (
    *_of("list", 2, 1, 4, 8),
    *_of("conversation", 2, 1, 8, 8),
    *_of("reply", 4, 3, None, 6),
    *_of("upload_check", None, None, None, None),
    *_of("desk_list", 6, 2, 12, 14),
    Budget("desk_list.crowd_cpu_ratio", "× constant", 14),
    *_of("desk_conversation", 6, 2, 14, 14),
    Budget("desk_conversation.long_cpu_ratio", "× constant", 14),
    Budget("desk_conversation.kb", "KB", 100),
    *_of("settings", 2, 2, 4, 8),
    *_of("home", 2, 2, 4, 8),
    *_of("article", 3, 3, 6, 8),
    *_of("search", 2, 2, 3, 15),
    Budget("search_miss.aws_calls", "calls", None),
    Budget("search_miss.aws_chain", "calls", None),
    Budget("search_miss.read_units", "units", 40),
    Budget("search.found_share", "%", None),
    Budget("search.slip_share", "%", None),
    Budget("search.index_mb", "MB", None),
    Budget("search.build_s", "s", None),
    Budget("page.kb", "KB", 30),
    Budget("desk_page.kb", "KB", 60),
    Budget("cold.cpu_ratio", "× bare", 3.5),
    Budget("cold_first.cpu_ratio", "× bare", None),
    Budget("theme.cpu_ratio", "× Midtown", 1.5),
    Budget("theme.cold_ratio", "× Midtown", 1.3),
    Budget("zip.mb", "MB", 10),
    Budget("cost.views_usd", "$ a million", 6),
    Budget("cost.messages_usd", "$ a million", 20),
    Budget("cost.writing_usd", "$ a million", 11),
)
"""In the order they are printed. KB are 1,024 bytes, MB 1,024 KB."""


def rows(measured: Mapping[str, Measured], *, compared: bool = False) -> list[dict[str, str | float | None]]:
    """Return the figures as they are written: a row a budget; KeyError names one that was not measured."""
    written = []
    for one in BUDGETS:
        found = measured[one.name]
        row: dict[str, str | float | None] = {
            "name": one.name,
            "value": found.value,
            "unit": one.unit,
            "budget": one.most,
        }
        written.append(row | {"base": found.base, "ratio": found.ratio} if compared else row)
    return written


def table(measured: Mapping[str, Measured], *, compared: bool = False) -> str:
    """Return the figures for people, with the notes below; ``compared`` adds the base and the ratio to it."""
    lines: list[tuple[str, ...]] = [("name", "value", "base", "ratio", "unit", "budget", "")]
    for one in BUDGETS:
        found = measured[one.name]
        verdict = "" if one.most is None else "met" if found.value <= one.most else "missed"
        numbers = [_number(number) for number in (found.value, found.base, found.ratio)]
        lines.append((one.name, *numbers, one.unit, _number(one.most), verdict))
    if not compared:
        lines = [(line[0], line[1], *line[4:]) for line in lines]
    return "\n".join([*_aligned(lines), "", *_notes(measured)])


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def write(measured: Mapping[str, Measured], file: Path = FILE, *, compared: bool = False) -> None:
    """Write the figures as JSON, for other programs."""
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(rows(measured, compared=compared), indent=1, ensure_ascii=False)
    file.write_text(f"{text}\n", encoding="utf-8")


def _aligned(lines: Sequence[tuple[str, ...]]) -> list[str]:
    texts = {0, len(lines[0]) - 3, len(lines[0]) - 1}
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return [
        "  ".join(
            text.ljust(width) if column in texts else text.rjust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]


def _notes(measured: Mapping[str, Measured]) -> list[str]:
    return [f"{one.name}: {measured[one.name].note}" for one in BUDGETS if measured[one.name].note]
