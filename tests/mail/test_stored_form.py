"""Mail under way when a version is replaced, or put back, ends well: what is stored has the form it had before.

The items here were copied from a table that version 0.1.0 wrote before there was an outbox for anything but mail.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws.keys import Key
from chalicelib.aws.table import Put
from chalicelib.ids import new_secret
from chalicelib.mail.model import ReplyMail
from chalicelib.outbox.model import Dispatch, Payload, State
from chalicelib.signin.model import SignInMail
from chalicelib.staff.model import InvitationMail
from tests.mail.world import World

pytest_plugins = ["tests.emulators"]

CONVERSATION = "01hc0000000000000000000000"
REPLY_ID = f"{CONVERSATION}:7"
MAIL_ID = "01hm0000000000000000000000"
BEGAN = datetime(2035, 11, 22, 15, 0, tzinfo=UTC)

REPLY: dict[str, Any] = {
    "pk": "CONV#01hc0000000000000000000000",
    "sk": "s#w#00000007",
    "kind": "reply",
    "conversation_id": "01hc0000000000000000000000",
    "seq": 7,
    "id": "01hc0000000000000000000000:7",
    "state": "queued",
    "attempts": 0,
    "lease_until": "",
    "created_at": "2035-11-22T15:00:00.000Z",
    "duplicates": 0,
    "g3pk": "OUTBOX#1",
    "g3sk": "2035-11-22T15:00:00.000Z#01hc0000000000000000000000:7",
}
SIGN_IN: dict[str, Any] = {
    "pk": "MAIL#01hm0000000000000000000000",
    "sk": "mail",
    "kind": "sign-in",
    "to": "ines@customers.test",
    "challenge": "a-secret",
    "owner_kind": "customer",
    "known": True,
    "language": "de",
    "expires": 2_079_442_800,
    "id": "01hm0000000000000000000000",
    "state": "queued",
    "attempts": 0,
    "lease_until": "",
    "created_at": "2035-11-22T15:00:00.000Z",
    "duplicates": 0,
    "g3pk": "OUTBOX#3",
    "g3sk": "2035-11-22T15:00:00.000Z#01hm0000000000000000000000",
}
INVITATION: dict[str, Any] = {
    "pk": "MAIL#01hm0000000000000000000000",
    "sk": "mail",
    "kind": "invitation",
    "staff_id": "01hs0000000000000000000000",
    "by": "Mira Voss",
    "expires": 2_079_442_800,
    "id": "01hm0000000000000000000000",
    "state": "queued",
    "attempts": 0,
    "lease_until": "",
    "created_at": "2035-11-22T15:00:00.000Z",
    "duplicates": 0,
    "g3pk": "OUTBOX#3",
    "g3sk": "2035-11-22T15:00:00.000Z#01hm0000000000000000000000",
}


def without(item: dict[str, Any], *names: str, **changes: Any) -> dict[str, Any]:
    """Return an item that lost some attributes and has others."""
    return {name: value for name, value in item.items() if name not in names} | changes


PLACE = ("g3pk", "g3sk")
LEASED = without(REPLY, attempts=1, lease_until="2035-11-22T15:01:01.000Z")
RETRIED = without(REPLY, attempts=1, g3sk="2035-11-22T15:00:11.000Z#01hc0000000000000000000000:7")
DEFERRED = without(REPLY, g3sk="2035-11-22T15:10:00.000Z#01hc0000000000000000000000:7")
FAILED = without(REPLY, *PLACE, attempts=1, state="failed", detail="No.", given_up=False)
GIVEN_UP = without(REPLY, *PLACE, attempts=1, state="failed", detail="No.", given_up=True)
SKIPPED = without(REPLY, *PLACE, attempts=1, state="skipped", detail="No.")
SENT = without(
    REPLY,
    *PLACE,
    attempts=1,
    state="sent",
    lease_until="2035-11-22T15:01:01.000Z",
    ses_id="ses-1",
    detail="",
    given_up=False,
)
COPIED = without(SENT, copies=["ses-2"], duplicates=1)
BOUNCED = without(COPIED, state="failed", detail="It bounced.", lease_until="")
AGAIN = without(
    BOUNCED,
    "ses_id",
    state="queued",
    attempts=0,
    detail="",
    copies=[],
    past_ids=["ses-1", "ses-2"],
    g3pk="OUTBOX#1",
    g3sk="2035-11-22T16:00:00.000Z#01hc0000000000000000000000:7",
)
SIGN_IN_SENT = without(
    SIGN_IN,
    *PLACE,
    "to",
    "challenge",
    attempts=1,
    state="sent",
    lease_until="2035-11-22T15:01:01.000Z",
    ses_id="ses-3",
    detail="",
    given_up=False,
)


def add(world: World, mail_id: str, payload: Payload) -> None:
    assert world.outbox.add(mail_id, payload, BEGAN)


def leased(world: World, mail_id: str = REPLY_ID) -> Dispatch:
    found = world.store.lease(mail_id, BEGAN + timedelta(seconds=1))
    assert found
    return found


def stored(world: World, item: dict[str, Any]) -> dict[str, Any] | None:
    return world.table.get(Key(item["pk"], item["sk"]), consistent=True)


def put(world: World, item: dict[str, Any]) -> None:
    """Write an item as it stands here."""
    world.table.write(Put(Key(item["pk"], item["sk"]), without(item, "pk", "sk")))


@pytest.mark.parametrize(
    ("mail_id", "payload", "item"),
    [
        (REPLY_ID, ReplyMail(CONVERSATION, 7), REPLY),
        (
            MAIL_ID,
            SignInMail("customer", known=True, to="ines@customers.test", challenge="a-secret", language="de"),
            SIGN_IN,
        ),
        (MAIL_ID, InvitationMail("01hs0000000000000000000000", "Mira Voss"), INVITATION),
    ],
)
def test_a_new_mail_is_written_as_before(
    moto_world: World, mail_id: str, payload: Payload, item: dict[str, Any]
) -> None:
    add(moto_world, mail_id, payload)
    assert stored(moto_world, item) == item
    assert moto_world[mail_id].payload == payload


STEPS: list[tuple[str, Callable[[World], object], dict[str, Any]]] = [
    ("lease", leased, LEASED),
    ("retry", lambda world: world.store.retry_later(leased(world), BEGAN + timedelta(seconds=11)), RETRIED),
    ("defer", lambda world: world.store.defer(REPLY_ID, BEGAN + timedelta(minutes=10), BEGAN), DEFERRED),
    ("fail", lambda world: world.store.failed(leased(world), "No."), FAILED),
    ("give up", lambda world: world.store.failed(leased(world), "No.", given_up=True), GIVEN_UP),
    ("skip", lambda world: world.store.skipped(leased(world), "No."), SKIPPED),
    ("send", lambda world: (leased(world), world.store.sent(REPLY_ID, "ses-1")), SENT),
]
LATER_STEPS: list[tuple[str, Callable[[World], object], dict[str, Any], dict[str, Any]]] = [
    ("copy", lambda world: world.store.sent(REPLY_ID, "ses-2"), SENT, COPIED),
    ("bounce", lambda world: world.store.refused(REPLY_ID, "ses-1", "It bounced."), COPIED, BOUNCED),
    ("send again", lambda world: world.store.requeue(REPLY_ID, BEGAN + timedelta(hours=1)), BOUNCED, AGAIN),
    (
        "send a code",
        lambda world: (leased(world, MAIL_ID), world.store.sent(MAIL_ID, "ses-3")),
        SIGN_IN,
        SIGN_IN_SENT,
    ),
]


@pytest.mark.parametrize(
    ("step", "before", "after"),
    [(step, REPLY, after) for _, step, after in STEPS] + [row[1:] for row in LATER_STEPS],
    ids=[row[0] for row in (*STEPS, *LATER_STEPS)],
)
def test_each_step_leaves_what_it_left_before(
    world: World, step: Callable[[World], object], before: dict[str, Any], after: dict[str, Any]
) -> None:
    """So a version that is put back finds what it knows, at whatever step a mail was."""
    put(world, before)
    step(world)
    assert stored(world, after) == after


@pytest.mark.parametrize(
    ("item", "state"),
    [
        (REPLY, State.QUEUED),
        (LEASED, State.QUEUED),
        (RETRIED, State.QUEUED),
        (FAILED, State.FAILED),
        (GIVEN_UP, State.FAILED),
        (SKIPPED, State.SKIPPED),
        (SENT, State.SENT),
        (COPIED, State.SENT),
        (BOUNCED, State.FAILED),
        (AGAIN, State.QUEUED),
    ],
)
def test_a_mail_of_the_version_before_is_read(moto_world: World, item: dict[str, Any], state: State) -> None:
    put(moto_world, item)
    mail = moto_world[REPLY_ID]
    assert mail == Dispatch(
        id=REPLY_ID,
        payload=ReplyMail(CONVERSATION, 7),
        state=state,
        created_at=BEGAN,
        attempts=item["attempts"],
        leased_until=datetime.fromisoformat(item["lease_until"]) if item["lease_until"] else None,
        detail=item.get("detail", ""),
        given_up=item.get("given_up", False),
        provider_id=item.get("ses_id", ""),
        copies=tuple(item.get("copies", ())),
        past_ids=tuple(item.get("past_ids", ())),
        duplicates=item["duplicates"],
    )
    assert moto_world.outbox.states(CONVERSATION, [7]) == {7: mail}


def test_a_code_of_the_version_before_is_read_until_it_is_settled_and_after(moto_world: World) -> None:
    put(moto_world, SIGN_IN)
    asked = SignInMail("customer", known=True, to="ines@customers.test", challenge="a-secret", language="de")
    assert moto_world[MAIL_ID].payload == asked
    put(moto_world, SIGN_IN_SENT)
    assert moto_world[MAIL_ID].payload == SignInMail("customer", known=True, language="de")


@pytest.mark.parametrize(
    "item", [REPLY, LEASED, RETRIED, AGAIN, DEFERRED], ids=["new", "leased", "retry", "again", "swept"]
)
def test_a_mail_that_was_under_way_leaves(world: World, item: dict[str, Any]) -> None:
    """The sweep finds it, the queue's message has the form it had, and it goes out once."""
    head = world.conversation(world.customer())
    seq = world.said(head, "We are sending a new one.", out=True)
    own = {"pk": f"CONV#{head.id}", "sk": f"s#w#{seq:08d}", "id": f"{head.id}:{seq}"}
    place = {"g3sk": item["g3sk"].replace(REPLY_ID, own["id"]), "conversation_id": head.id, "seq": seq}
    kept = stored(world, own)
    assert kept
    put(world, item | own | place | {"g3pk": kept["g3pk"]})

    assert world.outbox.sweep(world.later(hours=2)) == 1
    assert world.work() is State.SENT
    assert world.receive() is None
    assert len(world.postbox.sent) == 1
    assert world[own["id"]].provider_id == world.postbox.ids[0]


def test_a_mail_that_was_given_up_can_be_sent_again(world: World) -> None:
    mail_id = world.answered()
    kept = stored(world, {"pk": f"CONV#{mail_id[:26]}", "sk": f"s#w#{int(mail_id[27:]):08d}"})
    assert kept
    put(world, without(kept, *PLACE, attempts=5, state="failed", detail="No.", given_up=True))
    world.outbox.resend(mail_id)
    assert world.work() is State.SENT


def test_a_code_that_was_under_way_leaves_even_without_a_language(world: World) -> None:
    """Those asked for before mails had languages are in English."""
    mail_id = world.asked()
    kept = stored(world, {"pk": f"MAIL#{mail_id}", "sk": "mail"})
    assert kept
    put(world, without(kept, "language", challenge=new_secret()))
    assert world.deliver(mail_id) is State.SENT
    assert "sign-in code" in world.postbox.mail["Subject"].lower()


def test_the_queue_gets_the_messages_it_got(world: World) -> None:
    world.outbox.nudge(REPLY_ID)
    message = world.receive()
    assert message
    assert json.loads(message["Body"]) == {"mail": REPLY_ID}
