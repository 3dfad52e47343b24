"""Every write that says something is one transaction: message, head, answer to the form, and whatever goes with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.aws.items import decode
from chalicelib.channels.model import CHANNELS
from chalicelib.conversations.model import MAILED_CHANNELS, Draft
from chalicelib.wiring import House
from tests.people import People
from tests.wire import Call, recorded

WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}


def written(house: House, act: Callable[[], object]) -> list[dict[str, Any]]:
    """Return the parts of the one transaction that ``act`` writes; limits are counted beside it."""
    with recorded(house.clients.dynamodb) as calls:
        act()
    done = [call for call in calls if call.operation in WRITES and not _counts(call)]
    assert [call.operation for call in done] == ["TransactWriteItems"]
    return [dict(part) for part in done[0].request["TransactItems"]]


def keys_of(parts: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return kind and sort key of each part, as far as the key is not random."""
    found = []
    for part in parts:
        ((kind, request),) = part.items()
        key = decode(request.get("Key") or {name: request["Item"][name] for name in ("pk", "sk")})
        table = key["pk"].partition("#")[0]
        found.append((kind, f"{table} {key['sk'][:4] if table in {'CONV', 'IDEM'} else key['sk']}"))
    return found


def _counts(call: Call) -> bool:
    key = call.request.get("Key", {})
    return bool(key) and str(key["pk"]["S"]).startswith("LIMIT#")


def test_a_reply_is_message_head_and_answer(house: House, people: People) -> None:
    head = people.starts(people.owner)
    draft = Draft("Hello?", key="kkkk" * 5)
    parts = written(house, lambda: house.conversations.portal.reply(people.owner, head, draft))
    assert keys_of(parts) == [
        ("Put", "IDEM kkkk"),
        ("Update", "CONV c#z"),
        ("Update", "CONV s#he"),
        ("Put", "CONV s#f#"),
        ("Put", "CONV c#m#"),
    ]
    assert all("ConditionExpression" in request for part in parts for request in part.values())


def test_a_start_is_head_message_answer_and_count(house: House, people: People) -> None:
    owner = people.owner
    draft = Draft("Hello?", key="kkkk" * 5, subject="Lamp")
    parts = written(house, lambda: house.conversations.portal.start(owner, draft))
    assert keys_of(parts) == [
        ("Put", "IDEM kkkk"),
        ("Put", "CONV c#z"),
        ("Update", "CONV s#he"),
        ("Put", "CONV s#f#"),
        ("Put", "CONV c#m#"),
        ("Update", "CUST profile"),
    ]


def test_an_answer_takes_its_fact_along(house: House, people: People) -> None:
    """From the fact the mail is made, so neither message nor mail can be there without the other."""
    head = people.starts(people.owner)
    draft = Draft("Hello.", key="kkkk" * 5)
    member = people.agent
    parts = written(house, lambda: house.conversations.desk.answer(member, head, draft))
    assert keys_of(parts) == [
        ("Put", "IDEM kkkk"),
        ("Update", "CONV c#z"),
        ("Update", "CONV s#he"),
        ("Put", "CONV s#f#"),
        ("Put", "CONV c#m#"),
    ]
    assert "told" in parts[2]["Update"]["ExpressionAttributeNames"].values()


@pytest.mark.parametrize("channel", sorted(CHANNELS.keys() - MAILED_CHANNELS))
def test_an_answer_on_a_channel_that_is_not_mailed_writes_no_mail(house: House, people: People, channel: str) -> None:
    (head,) = people.plant(people.owner, channel=channel)
    member = people.agent
    parts = written(house, lambda: house.conversations.desk.answer(member, head, Draft("Hello.", key="kkkk" * 5)))
    assert "told" not in parts[2]["Update"]["ExpressionAttributeNames"].values()
    house.facts.telling.tell(head.id)
    assert not house.outbox.states(head.id, [head.last_seq + 1])


def test_reopening_counts_and_leaves_an_entry_in_the_history(house: House, people: People) -> None:
    closed = people.closes(people.starts(people.owner))
    draft = Draft("Again.", key="kkkk" * 5)
    parts = written(house, lambda: house.conversations.portal.reopen(people.owner, closed, draft, allowed=True))
    assert sorted(keys_of(parts)) == [
        ("Put", "CONV c#m#"),
        ("Put", "CONV s#e#"),
        ("Put", "CONV s#f#"),
        ("Put", "IDEM kkkk"),
        ("Update", "CONV c#z"),
        ("Update", "CONV s#he"),
        ("Update", "CUST profile"),
    ]


def test_a_note_touches_nothing_a_customer_reads(house: House, people: People) -> None:
    head = people.starts(people.owner)
    member = people.collaborator
    parts = written(house, lambda: house.conversations.desk.note(member, head, Draft("Hm.", key="kkkk" * 5)))
    assert sorted(keys_of(parts)) == [
        ("Put", "CONV s#f#"),
        ("Put", "CONV s#n#"),
        ("Put", "IDEM kkkk"),
        ("Update", "CONV s#he"),
    ]


def test_an_answer_to_a_form_is_kept_for_two_days_and_says_nothing_of_what_was_written(
    house: House, people: People
) -> None:
    head = people.starts(people.owner)
    draft = Draft("My card is zk41-zk41.", key="kkkk" * 5)
    (record, *_) = written(house, lambda: house.conversations.portal.reply(people.owner, head, draft))
    item = decode(record["Put"]["Item"])
    assert set(item) == {"pk", "sk", "fingerprint", "conversation_id", "seq", "expires"}
    assert "zk41-zk41" not in str(item)
    assert 0 < item["expires"] - people.clock.now.timestamp() <= 2 * 86_400


def test_a_closed_conversation_keeps_its_order_and_version_grows_by_one_with_each_visible_change(
    house: House, people: People
) -> None:
    head = people.starts(people.owner)
    versions = [head.version]
    people.notes(head, "A note")
    versions.append(people.head(head.id).version)
    for act in (
        lambda: people.says(people.owner, head, "Two"),
        lambda: people.answers(head, "Three"),
        lambda: house.conversations.desk.rename(people.agent, people.head(head.id), "Another subject"),
        lambda: house.conversations.desk.redact(people.agent, people.head(head.id), 1, part="night"),
        lambda: people.snoozes(head),
        lambda: people.closes(head),
        lambda: house.conversations.portal.reopen(people.owner, people.head(head.id), Draft("Four"), allowed=True),
    ):
        act()
        versions.append(people.head(head.id).version)
    assert versions == [1, 1, 2, 3, 4, 5, 6, 7, 8]
