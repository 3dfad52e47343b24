"""``make audit`` says that the log holds, or names the first entry that does not; ``make staff`` and ``deactivate``."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from chalicelib.audit.model import FIRST
from chalicelib.aws import keys
from chalicelib.aws.table import Update
from chalicelib.refusals import LastAdmin
from chalicelib.signin.model import Kind
from chalicelib.wiring import House
from infra import admin
from infra.aws import CannotDeploy
from tests.emulators import ADMIN, Stage
from tests.people import People
from tools import audit

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(
    house: House, ministack_stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Return what runs the command with the operator's rights, and gives its status and what it printed."""
    environment = {**ministack_stage.environment, **ADMIN}
    monkeypatch.setattr("tools.stage.stage_environment", lambda _: environment)

    def command(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["audit", ministack_stage.name, *arguments])
        status = audit.main()
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return command


def test_a_log_that_holds_gives_an_anchor_for_the_next_time(run: Run, house: House) -> None:
    house.portal.settings.change(organization="Alder")
    status, said = run()
    count = house.audit.count()
    assert status == 0
    assert f"The audit log holds: {count} entries." in said
    known = said.rpartition("keep ")[2].strip()
    assert known.startswith(f"{count}:")
    house.portal.settings.change(organization="Finch")
    assert run("--known", known)[0] == 0
    status, said = run("--known", f"{count}:{FIRST}")
    assert (status, "is not the one you know" in said) == (1, True)
    assert run("--known", f"999:{FIRST}")[0] == 1
    assert run("--known", "x")[0] == 1


def test_the_first_broken_entry_is_named_and_the_command_fails(run: Run, house: House) -> None:
    house.portal.settings.change(organization="Alder")
    house.portal.settings.change(organization="Finch")
    house.table.write(Update(keys.audit_entry(2), put={"author": "Nobody"}))
    status, said = run()
    assert status == 1
    assert "Entry 2 was changed" in said
    assert "Up to 1 it is as it was written." in said


def test_an_operator_lists_staff_and_keeps_somebody_out(house: House, people: People) -> None:
    """On record with the operator as author; the last admin stays here, too."""
    said: list[str] = []
    people.token(people.agent)
    assert people.lead.active
    admin.deactivate(house, f" {people.agent.email.upper()} ", said.append)
    assert list(house.signin.sign_in.sessions(Kind.STAFF, people.agent.id, 24)) == []
    admin.listed(house, said.append)
    assert said == [
        f"{people.agent.name} is signed out everywhere and cannot sign in any more.",
        f"{people.agent.email}  {people.agent.name}  deactivated, was agent",
        f"{people.lead.email}  {people.lead.name}  admin",
    ]
    *_, entry = house.audit.span(1, 100)
    assert (entry.change.action, entry.change.author.name) == ("staff:deactivate", "Operator")
    with pytest.raises(CannotDeploy):
        admin.deactivate(house, "nobody@example.com", said.append)
    with pytest.raises(LastAdmin):
        admin.deactivate(house, people.lead.email, said.append)
