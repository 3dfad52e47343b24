"""A sign-in mail carries a code and a link, nothing anybody wrote, and only to addresses that belong to somebody."""

from __future__ import annotations

import pytest

from chalicelib.outbox.model import State
from chalicelib.outbox.service import Undelivered
from chalicelib.signin.model import CODE_LIFETIME, Kind, SignInMail, code, link_token
from tests.mail.world import World

pytest_plugins = ["tests.emulators"]


@pytest.mark.parametrize(("kind", "path"), [(Kind.CUSTOMER, "/login/link/"), (Kind.STAFF, "/staff/login/link/")])
def test_code_and_link_are_those_of_the_challenge(world: World, kind: Kind, path: str) -> None:
    mail_id = world.asked(kind=kind)
    challenge = world.sign_in(mail_id).challenge
    world.outbox.nudge(mail_id)
    assert world.work() is State.SENT
    mail = world.postbox.mail
    for part in ("plain", "html"):
        content = mail.get_body((part,)).get_content()
        assert code(world.house.signer, kind, challenge) in content
        assert f"http://localhost:8000{path}{link_token(world.house.signer, kind, challenge)}" in content
    assert mail["To"] == "ines@customers.test"
    assert mail["From"] == "Alder & Finch <support@support.test>"


def test_a_machine_wrote_it_and_machines_should_not_answer(world: World) -> None:
    world.deliver(world.asked())
    mail = world.postbox.mail
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert "Reply-To" not in mail
    assert "References" not in mail


def test_the_subject_does_not_show_the_code(world: World) -> None:
    """Subjects stand on locked screens and in notifications."""
    mail_id = world.asked()
    secret = code(world.house.signer, Kind.CUSTOMER, world.sign_in(mail_id).challenge)
    world.deliver(mail_id)
    assert secret not in world.postbox.mail["Subject"]
    assert world.postbox.mail["Subject"]


def test_nobody_is_written_to_at_an_unknown_address(world: World) -> None:
    mail_id = world.asked(known=False)
    world.outbox.nudge(mail_id)
    assert world.work() is State.SKIPPED
    assert world.postbox.sent == []
    assert world.receive() is None


def test_the_items_of_known_and_unknown_addresses_differ_in_one_flag(moto_world: World) -> None:
    """So the transaction that asks costs and takes the same (attack 18)."""
    now = moto_world.now
    mails = [SignInMail("customer", known=one, to="a@b.test", challenge="s") for one in (True, False)]
    known, unknown = (moto_world.outbox.put("0" * 26, mail, now) for mail in mails)
    assert {name for name in known.item if known.item[name] != unknown.item[name]} == {"known"}
    assert known.key == unknown.key


@pytest.mark.parametrize("known", [True, False])
def test_a_settled_sign_in_mail_has_forgotten_address_and_challenge(world: World, known: bool) -> None:
    mail_id = world.asked(known=known)
    world.deliver(mail_id)
    assert world.sign_in(mail_id).to == ""
    assert world.sign_in(mail_id).challenge == ""


def test_a_sign_in_mail_ends_by_ttl(moto_world: World) -> None:
    put = moto_world.outbox.put("0" * 26, SignInMail("customer", known=True), moto_world.now)
    assert put.item["expires"] == int(moto_world.now.timestamp()) + 86_400


def test_a_dead_code_is_not_sent(world: World) -> None:
    mail_id = world.asked()
    world.later(seconds=CODE_LIFETIME.total_seconds())
    assert world.deliver(mail_id) is State.SKIPPED
    assert world.postbox.sent == []


def test_tries_come_quicker_because_the_code_lives_ten_minutes(moto_world: World) -> None:
    mail_id = moto_world.asked()
    moto_world.postbox.plan = [("TooManyRequestsException", 429)] * 4
    for count in range(1, 5):
        moto_world.fails(mail_id, count)
        assert moto_world.waits[-1] <= 72
        moto_world.later(seconds=moto_world.waits[-1])
    assert moto_world.deliver(mail_id, 5) is State.SENT


def test_a_redrive_sends_no_old_codes(world: World) -> None:
    mail_id = world.asked()
    world.outbox.nudge(mail_id)
    world.postbox.plan = [("InternalFailure", 500)] * 5
    for _ in range(5):
        with pytest.raises(Undelivered):
            world.work()
        world.later(minutes=1)
    assert world[mail_id].state is State.FAILED
    assert world.receive() is None
    assert world.operator.redrive() == 0
    assert world.receive() is None


def test_nothing_of_whoever_asked_is_in_the_mail(moto_world: World) -> None:
    """Attack 28: the address is the recipient and nothing else; no text of a stranger can be sent to a third."""
    address = "click.evil-shop.example!@customers.test"
    moto_world.deliver(moto_world.asked(address))
    (request,) = moto_world.postbox.requests
    assert request["Destination"]["ToAddresses"] == [address]
    mail = moto_world.postbox.mail
    for part in ("plain", "html"):
        assert "evil-shop" not in mail.get_body((part,)).get_content()
    assert "evil-shop" not in mail["Subject"]


def test_what_is_no_address_is_skipped(moto_world: World) -> None:
    for address in ("a@b.test\r\nBcc: c@d.test", "a b@c.test", "a@b.test,c@d.test", "", "ä@b.test"):
        assert moto_world.deliver(moto_world.asked(address)) is State.SKIPPED
    assert moto_world.postbox.sent == []
