"""What SES publishes about a mail settles doubt and tells of bounces, in any order and however often it comes."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.outbox.model import State
from tests.mail.world import World, ses_event

pytest_plugins = ["tests.emulators"]

BOUNCE = {
    "bounceType": "Permanent",
    "bounceSubType": "General",
    "bouncedRecipients": [
        {
            "emailAddress": "ines@customers.test",
            "action": "failed",
            "status": "5.1.1",
            "diagnosticCode": "smtp; 550 5.1.1 user unknown",
        }
    ],
    "timestamp": "2026-11-22T15:00:04.669Z",
    "feedbackId": "01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000",
    "reportingMTA": "dsn; mta.example.com",
}


@pytest.mark.parametrize("kind", ["Send", "Delivery"])
def test_a_mail_ses_has_is_sent(world: World, kind: str) -> None:
    mail_id = world.answered()
    world.event(kind, mail_id, "ses-1")
    assert world[mail_id].state is State.SENT
    assert list(world.store.due(world.later(hours=1))) == []
    assert world.deliver(mail_id) is State.SENT
    assert world.postbox.sent == []


def test_a_mail_given_up_that_left_after_all_is_sent(world: World) -> None:
    mail_id = world.answered()
    world.postbox.plan = ["lost"]
    world.fails(mail_id, 5)
    assert world[mail_id].state is State.FAILED
    world.event("Send", mail_id, "ses-1")
    assert world[mail_id].state is State.SENT
    assert world[mail_id].detail == ""


def test_a_permanent_bounce_is_shown_with_a_sentence(world: World) -> None:
    mail_id = world.answered()
    world.deliver(mail_id)
    world.event("Bounce", mail_id, world.postbox.ids[0], **BOUNCE)
    assert world[mail_id].state is State.FAILED
    assert "does not exist" in world[mail_id].detail


BOUNCES = [
    ({"bounceType": "Permanent", "bounceSubType": "OnAccountSuppressionList"}, "suppression list"),
    ({"bounceType": "Permanent", "bounceSubType": "Suppressed"}, "suppression list"),
    ({"bounceType": "Transient", "bounceSubType": "MailboxFull"}, "full"),
    ({"bounceType": "Transient", "bounceSubType": "MessageTooLarge"}, "larger"),
    ({"bounceType": "Transient", "bounceSubType": "ContentRejected"}, "refused"),
    ({"bounceType": "Permanent", "bounceSubType": "NoEmail"}, "does not exist"),
]


def test_each_bounce_says_what_to_do(moto_world: World) -> None:
    for details, word in BOUNCES:
        mail_id = moto_world.answered(customer=moto_world.customer(address=None))
        moto_world.event("Bounce", mail_id, "ses-1", **details)
        assert word in moto_world[mail_id].detail


def test_an_automatic_answer_taken_for_a_bounce_changes_nothing(moto_world: World) -> None:
    mail_id = moto_world.answered()
    moto_world.deliver(mail_id)
    for details in ({"bounceType": "Transient", "bounceSubType": "General"}, {"bounceType": "Undetermined"}, {}):
        moto_world.event("Bounce", mail_id, moto_world.postbox.ids[0], **details)
        assert moto_world[mail_id].state is State.SENT


def test_a_bounce_that_comes_before_the_workers_own_word_stays(world: World) -> None:
    mail_id = world.answered()
    leased = world.store.lease(mail_id, world.now)
    assert leased
    world.event("Bounce", mail_id, "ses-1", **BOUNCE)
    world.store.sent(mail_id, "ses-1")
    assert world[mail_id].state is State.FAILED


def test_a_bounce_of_an_earlier_try_does_not_fail_what_was_sent_again(world: World) -> None:
    mail_id = world.answered()
    world.deliver(mail_id)
    first = world.postbox.ids[0]
    world.event("Bounce", mail_id, first, **BOUNCE)
    world.outbox.resend(mail_id)
    world.event("Bounce", mail_id, first, **BOUNCE)
    world.event("Send", mail_id, first)
    assert world[mail_id].state is State.QUEUED
    assert world.deliver(mail_id) is State.SENT
    assert world[mail_id].duplicates == 0


def test_a_mail_refused_as_harmful_is_shown(moto_world: World) -> None:
    mail_id = moto_world.answered()
    moto_world.deliver(mail_id)
    moto_world.event("Reject", mail_id, moto_world.postbox.ids[0], reason="Bad content")
    assert moto_world[mail_id].state is State.FAILED


def test_other_events_change_nothing(moto_world: World) -> None:
    mail_id = moto_world.answered()
    moto_world.deliver(mail_id)
    before = moto_world[mail_id]
    for kind in ("Complaint", "Open", "Click", "DeliveryDelay", "Rendering Failure", "", "Subscription"):
        moto_world.event(kind, mail_id, moto_world.postbox.ids[0])
        assert moto_world[mail_id] == before


def test_events_of_unknown_mail_and_other_shapes_are_ignored(moto_world: World) -> None:
    for event in SHAPES:
        moto_world.house.mail.settle(event)


SHAPES: list[dict[str, Any]] = [
    {},
    {"eventType": "Send"},
    {"eventType": "Send", "mail": None},
    {"eventType": "Send", "mail": {"messageId": "x"}},
    {"eventType": "Send", "mail": {"messageId": "x", "tags": {"foyer-mail": []}}},
    {"eventType": "Send", "mail": {"messageId": "x", "tags": {"foyer-mail": "text"}}},
    {"eventType": "Bounce", "bounce": "text", "mail": {"messageId": "x", "tags": {"foyer-mail": ["a"]}}},
    ses_event("Send", "0" * 26, "ses-1"),
    ses_event("Send", "0" * 26 + "-1", "ses-1"),
    ses_event("Bounce", "0" * 26 + "-1", "ses-1", **BOUNCE),
    ses_event("Send", "PORTAL", "ses-1"),
    ses_event("Send", "0" * 26 + "-1-1", "ses-1"),
    {"notificationType": "AmazonSnsSubscriptionSucceeded", "message": "You have successfully subscribed."},
]
