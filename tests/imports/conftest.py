"""Files of history, and what loads them."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from chalicelib.wiring import House
from tools import import_history


class Loaded(NamedTuple):
    """What one run said: counts, and the lines it told of."""

    count: Counter[str]
    bad: int
    said: str

    @property
    def reasons(self) -> dict[int, str]:
        """The bad lines, number to reason."""
        told = (line.partition(": ") for line in self.said.splitlines() if line.startswith("line "))
        return {int(number.removeprefix("line ")): reason for number, _, reason in told}


@pytest.fixture
def load(house: House, tmp_path: Path) -> Callable[..., Loaded]:
    """Return what loads lines, given as dictionaries or raw text, or a file."""

    def run(*lines: dict[str, Any] | str, file: Path | None = None) -> Loaded:
        if file is None:
            file = tmp_path / "history.jsonl"
            texts = [one if isinstance(one, str) else json.dumps(one) for one in lines]
            file.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
        out = io.StringIO()
        count, bad = import_history.load(house, file, out)
        return Loaded(count, bad, out.getvalue())

    return run
