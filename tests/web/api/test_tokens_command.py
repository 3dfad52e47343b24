"""``make token``, ``make tokens``, ``make token-revoke``: a token is shown once, listed without it, taken away."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from chalicelib.tokens.model import SCOPES
from chalicelib.wiring import House
from local.gateway import Gateway
from tests.emulators import ADMIN, Stage
from tests.program import API
from tools import tokens

ROOT = Path(__file__).resolve().parents[3]
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(
    house: House, ministack_stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Return what runs the command with the operator's rights, and gives its status and what it printed."""
    environment = {**ministack_stage.environment, **ADMIN}
    monkeypatch.setattr("tools.stage.stage_environment", lambda _: environment)

    def command(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["tokens", "--stage", ministack_stage.name, *arguments])
        status = tokens.main()
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return command


def test_a_token_works_until_it_is_revoked(run: Run, gateway: Gateway) -> None:
    status, said = run("create", "CRM", "conversation:read, customer:read")
    assert status == 0
    text, _, hint = said.partition("\n")
    token_id = hint.rpartition("ID=")[2].strip()
    headers = {"Authorization": f"Bearer {text}"}
    assert gateway.call("GET", f"{API}/conversations", headers).status == 200
    status, listed = run("list")
    assert status == 0
    assert token_id in listed
    assert "CRM" in listed
    assert "conversation:read customer:read" in listed
    assert text[-43:] not in listed
    assert run("revoke", token_id)[0] == 0
    assert gateway.call("GET", f"{API}/conversations", headers).status == 401
    assert "revoked" in run("list")[1]


def test_all_stands_for_every_scope(run: Run) -> None:
    run("create", "CRM", "all")
    assert " ".join(sorted(SCOPES)) in run("list")[1]


def test_the_manual_has_every_scope_as_it_is() -> None:
    manual = (ROOT / "docs" / "how-to" / "use-the-api.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^\| `([a-z]+:[a-z]+)` \| (.*) \|$", manual, re.MULTILINE)) == SCOPES


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("create", "CRM", "conversation:everything"), "conversation:everything"),
        (("create", "CRM", ""), "at least one scope"),
        (("create", "", "all"), "a name"),
        (("revoke", "x"), "no API token"),
        (("revoke", "0" * 26), "no API token"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(run: Run, arguments: tuple[str, ...], sentence: str) -> None:
    status, said = run(*arguments)
    assert status == 1
    assert sentence in said
    assert run("list") == (0, "There are no API tokens.\n")
