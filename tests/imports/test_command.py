"""``make import`` says in a sentence what it needs, what it did, and how to go on."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from chalicelib.refusals import Unavailable
from chalicelib.wiring import House
from tests.emulators import ADMIN, Stage
from tools import import_history

Run = Callable[..., tuple[int, str, str]]
CUSTOMER = {"kind": "customer", "external_id": "c-1", "name": "Noor Haddad"}


@pytest.fixture
def run(
    house: House, ministack_stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Return what runs the command with the operator's rights, and gives its status and what it printed."""
    environment = {**ministack_stage.environment, **ADMIN}
    monkeypatch.setattr("tools.stage.stage_environment", lambda _: environment)

    def command(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["import", *arguments])
        status = import_history.main()
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return command


def test_a_file_is_loaded_into_the_stage_named(run: Run, house: House, tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    file.write_text(f"{json.dumps(CUSTOMER)}\nnonsense\n", encoding="utf-8")
    status, out, err = run(str(file), house.settings.stage)
    assert status == 0
    assert out.startswith("Customers: 1 new, 0 there already.\n")
    assert "Bad lines, skipped: 1." in out
    assert "line 2: " in err
    assert house.customers.store.owner("external_id", "c-1")


def test_an_empty_file_is_no_fault(run: Run, house: House, tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    file.write_text("", encoding="utf-8")
    assert run(str(file), house.settings.stage)[0] == 0


@pytest.mark.parametrize("arguments", [(), ("",), ("absent.jsonl",)])
def test_without_a_file_it_says_so(run: Run, arguments: tuple[str, ...]) -> None:
    status, _, err = run(*arguments)
    assert status == 1
    assert "file" in err


def test_an_unknown_stage_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "history.jsonl"
    file.write_text("", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["import", str(file), "nowhere"])
    assert import_history.main() == 1
    assert "nowhere" in capsys.readouterr().err


@pytest.mark.parametrize("fault", [Unavailable(), KeyboardInterrupt()])
def test_broken_off_it_says_how_to_go_on(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    def broken(*_: object) -> None:
        raise fault

    file = tmp_path / "history.jsonl"
    file.write_text(json.dumps(CUSTOMER), encoding="utf-8")
    monkeypatch.setattr(import_history, "load", broken)
    status, out, err = run(str(file), "some")
    assert status != 0
    assert out == ""
    assert "Run the same command again" in err
