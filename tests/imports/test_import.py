"""An organization's history arrives as it was: in order, counted, once. Bad lines are told by number and skipped."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.channels.model import CHANNELS
from chalicelib.clock import moment
from chalicelib.conversations.model import Direction, Status
from chalicelib.customers.model import Customer
from chalicelib.wiring import House
from tests.browser import Browser
from tests.emulators import Stage
from tests.imports import census, history
from tests.imports.conftest import Loaded
from tests.people import staff_items
from tools.import_history import Progress, summary

NOOR = {"kind": "customer", "external_id": "c-1", "name": "Noor Haddad", "email": "noor@example.com"}
LAMP = {
    "kind": "conversation",
    "external_id": "v-1",
    "customer": {"external_id": "c-1"},
    "subject": "The lamp flickers",
    "channel": "email",
}
ASKED = {
    "kind": "message",
    "conversation": "v-1",
    "external_id": "m-1",
    "direction": "in",
    "at": "2021-05-01T10:00:00+02:00",
    "body": "It flickers when it rains.",
}
ANSWERED = {
    "kind": "message",
    "conversation": "v-1",
    "external_id": "m-2",
    "direction": "out",
    "author": "Imke",
    "at": "2021-05-01T12:00:00Z",
    "body": "An E27 helps.",
}
NOTED = {
    "kind": "note",
    "conversation": "v-1",
    "external_id": "n-1",
    "author": "Imke",
    "at": "2021-05-01T12:05:00Z",
    "body": "Third lamp this week.",
}

Load = Callable[..., Loaded]


def test_a_customer_is_found_by_a_number_however_the_file_writes_it(load: Load, house: House) -> None:
    """The lines of a customer and of their conversations need not agree, nor agree with what is stored."""
    stored = house.customers.profiles.register("Ben", {"phone": "040 123456"})
    house.portal.settings.change(country="DE")
    loaded = load(
        {"kind": "customer", "name": "Noor Haddad", "phone": "030 123456"},
        {"kind": "customer", "name": "N. Haddad", "phone": "0049 (0)30 123456"},
        {**LAMP, "customer": {"phone": "+49 30/123456"}},
        {**ASKED, "body": "Hello"},
        {**LAMP, "external_id": "v-2", "customer": {"phone": "040 123456"}},
        {**ASKED, "conversation": "v-2", "external_id": "m-9"},
    )
    assert (loaded.bad, loaded.count["customers new"], loaded.count["customers there"]) == (0, 1, 1)
    found = {
        name: house.conversations.store.get(house.conversations.store.owner(name) or "") for name in ("v-1", "v-2")
    }
    noor = house.customers.store.owner("phone", "030 123456")
    assert {name: head and head.customer_id for name, head in found.items()} == {"v-1": noor, "v-2": stored.id}


def the_customer(house: House) -> Customer:
    owner = house.customers.store.owner("external_id", "c-1")
    assert owner
    customer = house.customers.store.get(owner)
    assert customer
    return customer


def test_a_conversation_arrives_as_it_was(load: Load, house: House, browse: Callable[..., Browser]) -> None:
    """In whatever order the lines stand, messages are in order of time and the head tells of the last."""
    loaded = load(NOTED, ANSWERED, {**LAMP, "status": "done"}, ASKED, NOOR)
    assert loaded.bad == 0
    assert loaded.count == {"customers new": 1, "conversations new": 1, "messages new": 2, "notes new": 1} | {
        kind: 0 for kind in loaded.count if kind.endswith("there")
    }
    found = house.conversations.store.owner("v-1")
    assert found
    head = house.conversations.store.get(found)
    assert head
    assert (head.status, head.channel, head.subject) == (Status.DONE, "email", "The lamp flickers")
    assert (head.created_at, head.active_at) == (moment("2021-05-01T08:00:00Z"), moment("2021-05-01T12:00:00Z"))
    assert (head.closed_at, head.preview, head.last_seq) == (moment("2021-05-01T12:00:00Z"), "An E27 helps.", 2)
    assert (head.preview_direction, head.unread) == (Direction.OUT, False)
    said = house.conversations.store.all_messages(found)
    assert [(one.seq, one.author, one.body) for one in said] == [
        (1, "Noor Haddad", "It flickers when it rains."),
        (2, "Imke", "An E27 helps."),
    ]
    notes, _ = staff_items(house, found)
    assert [(one.author, one.body) for one in notes] == [("Imke", "Third lamp this week.")]
    customer = the_customer(house)
    assert (customer.open_count, customer.done_count) == (0, 1)
    page = browse(customer).get(f"/conversations/{found}")
    assert "It flickers when it rains." in page.text
    assert "Third lamp" not in page.text


def test_the_example_of_the_manual_can_be_loaded(load: Load) -> None:
    manual = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "import-history.md"
    example = manual.read_text(encoding="utf-8").partition("```json\n")[2].partition("```")[0]
    loaded = load(*example.splitlines())
    assert (loaded.bad, loaded.count["messages new"], loaded.count["notes new"]) == (0, 2, 1)


def test_the_second_run_changes_nothing(load: Load, ministack_stage: Stage) -> None:
    load(NOOR, LAMP, ASKED, ANSWERED, NOTED)
    before = census.fingerprint(ministack_stage)
    again = load(NOOR, LAMP, ASKED, ANSWERED, NOTED)
    assert {kind: number for kind, number in again.count.items() if number} == {
        "customers there": 1,
        "conversations there": 1,
        "messages there": 2,
        "notes there": 1,
    }
    assert census.fingerprint(ministack_stage) == before


def test_what_changed_here_meanwhile_stays(load: Load, house: House, browse: Callable[..., Browser]) -> None:
    """A run much later brings back no redacted text, no old subject, status or name."""
    load(NOOR, LAMP, ASKED)
    customer = the_customer(house)
    found = house.conversations.store.owner("v-1")
    assert found
    operator = house.staff.store.invite("Imke", "imke@example.org", "admin", house.clock())
    house.conversations.desk.redact(operator, house.conversations.store.get(found), 1)
    house.conversations.desk.rename(operator, house.conversations.store.get(found), "Something else")
    house.conversations.desk.close(operator, house.conversations.store.get(found))
    house.customers.profiles.set_preferences(customer, name="Noor H.", time_zone="", mail_replies=True)
    load(NOOR, LAMP, ASKED, ANSWERED)
    head = house.conversations.store.get(found)
    assert head
    assert (head.subject, head.status, head.last_seq) == ("Something else", Status.DONE, 2)
    assert [one.body for one in house.conversations.store.all_messages(found)] == ["", "An E27 helps."]
    assert the_customer(house).name == "Noor H."
    assert (the_customer(house).open_count, the_customer(house).done_count) == (0, 1)


def test_bad_lines_are_told_by_number_and_skipped(load: Load, house: House) -> None:
    loaded = load(
        NOOR,
        "{not json",
        LAMP,
        {**ASKED, "at": "yesterday"},
        {**ASKED, "body": "x" * 10_241},
        {**ASKED, "colour": "red"},
        ASKED,
        ASKED,
        {**ANSWERED, "conversation": "v-2"},
        {**LAMP, "external_id": "v-3", "customer": {"external_id": "c-2"}},
        {**LAMP, "external_id": "v-4", "customer": {}},
        {"kind": "customer", "name": "Nobody", "email": ""},
        {**NOTED, "author": ""},
        {**ANSWERED, "scope": "public"},
        "",
        '{"kind": "order"}',
        "[" * 5_000,
        NOTED,
    )
    assert sorted(loaded.reasons) == [2, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 16, 17]
    assert loaded.bad == 13
    assert "10,241" in loaded.reasons[5]
    assert "v-2" in loaded.reasons[9]
    assert "c-2" in loaded.reasons[10]
    assert loaded.count["messages new"] == loaded.count["notes new"] == 1
    found = house.conversations.store.owner("v-1")
    assert found
    assert len(house.conversations.store.all_messages(found)) == 1


def test_corrected_lines_join_what_is_there(load: Load, house: House) -> None:
    """A file of only the lines that were bad finds its conversation and customer in the table."""
    load(NOOR, LAMP, ASKED)
    loaded = load(ANSWERED, {**LAMP, "external_id": "v-2"}, {**ASKED, "conversation": "v-2"})
    assert loaded.bad == 0
    assert (loaded.count["conversations new"], loaded.count["messages new"]) == (1, 2)
    assert the_customer(house).open_count == 2


def test_a_very_long_line_is_skipped_whole(load: Load) -> None:
    loaded = load(NOOR, '{"kind": "' + "x" * 2_500_000 + '"}', {**NOOR, "external_id": "c-2", "email": "a@example.com"})
    assert list(loaded.reasons) == [2]
    assert loaded.count["customers new"] == 2


def test_a_long_conversation_is_in_order_over_its_transactions(load: Load, house: House) -> None:
    messages = [
        {**ASKED, "external_id": f"m-{n}", "at": f"2021-05-01T10:{n // 60:02}:{n % 60:02}Z", "body": f"Message {n}"}
        for n in range(130)
    ]
    load(NOOR, {**LAMP, "status": "done"}, *reversed(messages))
    found = house.conversations.store.owner("v-1")
    assert found
    assert [one.body for one in house.conversations.store.all_messages(found)] == [f"Message {n}" for n in range(130)]
    head = house.conversations.store.get(found)
    assert head
    assert (head.last_seq, head.preview, head.closed_at) == (130, "Message 129", moment("2021-05-01T10:02:09Z"))
    assert the_customer(house).done_count == 1


@pytest.mark.parametrize("channel", [key for key, one in CHANNELS.items() if "public" in one.scopes])
def test_public_messages_stay_out_of_sight(
    load: Load, house: House, browse: Callable[..., Browser], channel: str
) -> None:
    load(NOOR, {**LAMP, "channel": channel}, {**ASKED, "scope": "public"})
    found = house.conversations.store.owner("v-1")
    assert found
    assert the_customer(house).open_count == 0
    assert browse(the_customer(house)).get(f"/conversations/{found}").status == 404
    assert [one.body for one in house.conversations.store.messages_from(found, "public", 0, 10)[0]] == [ASKED["body"]]
    load(ANSWERED)
    assert the_customer(house).open_count == 1
    assert ASKED["body"] not in browse(the_customer(house)).get(f"/conversations/{found}").text


def test_every_channel_arrives_whole(load: Load, house: House, tmp_path: Path, ministack_stage: Stage) -> None:
    """Counts, sequence and activity agree for every conversation of a file of all channels."""
    file = tmp_path / "history.jsonl"
    history.write(file, 27, 7)
    loaded = load(file=file)
    assert loaded.bad == 0
    expected: dict[str, list[dict[str, Any]]] = {}
    for line in history.lines(27, 7):
        if line["kind"] == "message" and line.get("scope") != "public":
            expected.setdefault(line["conversation"], []).append(line)
    for name, said in expected.items():
        found = house.conversations.store.owner(name)
        assert found
        head = house.conversations.store.get(found)
        assert head
        assert [one.body for one in house.conversations.store.all_messages(found)] == [
            one["body"].strip() for one in said
        ]
        assert head.last_seq == len(said)
        assert head.active_at == moment(said[-1]["at"])
        assert head.preview.startswith(said[-1]["body"][:15])
    assert census.kinds(ministack_stage)["conversation"] == 27
    counted = [house.customers.store.get(owner) for owner in owners(house)]
    assert sum(one.open_count + one.done_count for one in counted if one) == 27


def owners(house: House) -> Iterator[str]:
    for number in range(14):
        owner = house.customers.store.owner("external_id", f"c-{number}")
        assert owner
        yield owner


def test_progress_is_a_bar_on_a_terminal_and_lines_elsewhere() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    seconds = iter(range(100))
    for out in (Terminal(), io.StringIO()):
        progress = Progress(out, lambda: float(next(seconds)) * 10)
        progress.begin("Loading", "lines", 4)
        progress.add(1)
        progress.bad(3, "Not a line.")
        progress.add(3)
        progress.end()
        said = out.getvalue()
        assert "1 of 4 lines" in said
        assert "line 3: Not a line.\n" in said
        assert ("[########" in said) == out.isatty()
        assert said.endswith("\n")


def test_the_summary_counts_what_was_new_and_what_was_there(load: Load) -> None:
    loaded = load(NOOR, LAMP, ASKED, "?")
    assert summary(loaded.count, loaded.bad).splitlines() == [
        "Customers: 1 new, 0 there already.",
        "Conversations: 1 new, 0 there already.",
        "Messages: 1 new, 0 there already.",
        "Notes: 0 new, 0 there already.",
        "Bad lines, skipped: 1. Correct them and load the file again.",
    ]
