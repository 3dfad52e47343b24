"""Managing staff: roles change at once, out is out, there is always an admin, and each change is on record."""

from __future__ import annotations

import pytest

from chalicelib.audit.model import Author
from chalicelib.refusals import ChangedMeanwhile, IdentityTaken, Invalid, LastAdmin, NotFound, NotPermitted
from chalicelib.signin.model import Kind
from chalicelib.staff.model import Member
from chalicelib.wiring import House
from tests.people import START, People
from tests.security.watching import at_once

RUTH = Author("0" * 26, "Ruth", "192.0.2.7")


def admin(house: House, name: str) -> Member:
    return house.staff.store.invite(name, f"{name.lower()}@example.com", "admin", START)


def now(house: House, member: Member) -> Member:
    found = house.staff.store.get(member.id, consistent=True)
    assert found is not None
    return found


def test_name_and_role_change_in_profile_and_list(any_house: House) -> None:
    house = any_house
    mina = house.staff.store.invite("Mina", "mina@example.com", "agent", START)
    house.staff.store.change(mina.id, name=" Mina  Park ", role="content_manager", author=RUTH)
    assert (now(house, mina).name, now(house, mina).role) == ("Mina Park", "content_manager")
    (listed,) = house.staff.store.all()
    assert (listed.name, listed.role, listed.version) == ("Mina Park", "content_manager", 1)
    house.staff.store.change_role(mina.id, "agent")
    assert now(house, mina).role == "agent"


def test_a_change_made_from_an_old_version_is_refused(any_house: House) -> None:
    house = any_house
    mina = house.staff.store.invite("Mina", "mina@example.com", "agent", START)
    house.staff.store.change(mina.id, name="Mina P.", version=0)
    with pytest.raises(ChangedMeanwhile):
        house.staff.store.change(mina.id, name="Mina Q.", version=0)
    assert now(house, mina).name == "Mina P."


def test_what_cannot_be_is_refused(any_house: House) -> None:
    house = any_house
    mina = house.staff.store.invite("Mina", "mina@example.com", "agent", START)
    for changes in ({"name": ""}, {"name": "x" * 81}, {"name": "a\x00b"}, {"role": "root"}, {"role": ""}):
        with pytest.raises(Invalid):
            house.staff.store.change(mina.id, **changes)
    with pytest.raises(NotFound):
        house.staff.store.change(START.strftime("%f") * 4 + "00", name="Nobody")
    assert now(house, mina) == mina


def test_nothing_changed_is_no_entry_in_the_log(any_house: House) -> None:
    house = any_house
    mina = house.staff.store.invite("Mina", "mina@example.com", "agent", START)
    before = house.audit.count()
    house.staff.store.change(mina.id, name="Mina", role="agent", version=0)
    house.staff.store.reactivate(mina.id)
    assert house.audit.count() == before


def test_the_last_active_admin_stays(any_house: House) -> None:
    """Neither deactivated nor demoted, while any other admin is inactive."""
    house = any_house
    ruth, uma = admin(house, "Ruth"), admin(house, "Uma")
    house.staff.store.invite("Mina", "mina@example.com", "agent", START)
    house.staff.store.deactivate(uma.id)
    for act in (lambda: house.staff.store.deactivate(ruth.id), lambda: house.staff.store.change_role(ruth.id, "agent")):
        with pytest.raises(LastAdmin):
            act()
    assert now(house, ruth).may("staff:write")
    house.staff.store.reactivate(uma.id)
    house.staff.store.change_role(ruth.id, "agent")
    with pytest.raises(LastAdmin):
        house.staff.store.deactivate(uma.id)


def test_two_admins_who_demote_each_other_at_the_same_moment_do_not_both_succeed(house: House) -> None:
    """Again and again: one is left each time, whoever was faster."""
    for number in range(4):
        ruth, uma = admin(house, f"Ruth{number}"), admin(house, f"Uma{number}")
        for one in house.staff.store.all():
            if one.active and one.role == "admin" and one.id not in {ruth.id, uma.id}:
                house.staff.store.change_role(one.id, "agent")

        def demote(member: Member) -> bool:
            try:
                house.staff.store.change_role(member.id, "agent")
            except LastAdmin:
                return False
            return True

        done = at_once([lambda one=one: demote(one) for one in (ruth, uma)])  # type: ignore[misc]
        assert sorted(done) == [False, True]
        assert sum(now(house, one).role == "admin" for one in (ruth, uma)) == 1


def test_eight_admins_who_leave_at_once_leave_one(house: House) -> None:
    admins = [admin(house, f"Admin{number}") for number in range(8)]

    def leave(member: Member) -> bool:
        try:
            house.staff.store.deactivate(member.id)
        except (LastAdmin, ChangedMeanwhile):
            return False
        return True

    done = at_once([lambda one=one: leave(one) for one in admins])  # type: ignore[misc]
    left = [one for one in house.staff.store.all() if one.active]
    assert len(left) == 8 - sum(done) >= 1
    assert house.audit.verify()[2] is None


def test_who_is_deactivated_is_nobodys_address_until_they_are_back(any_house: House) -> None:
    """No code is sent to the address, and nobody else can have it."""
    house = any_house
    mina = house.staff.store.invite("Mina", "mina@example.com", "agent", START)
    house.staff.store.deactivate(mina.id)
    assert house.staff.store.owner("mina@example.com") is None
    with pytest.raises(IdentityTaken):
        house.staff.store.invite("Mina again", "mina@example.com", "agent", START)
    house.staff.store.reactivate(mina.id)
    assert house.staff.store.owner("mina@example.com") == mina.id


def test_deactivating_ends_every_session_and_coming_back_revives_none(house: House, people: People) -> None:
    for _ in range(3):
        people.token(people.agent)
    assert len(house.staff.team.sessions(people.lead, people.agent.id)) == 3
    house.staff.team.deactivate(people.lead, RUTH, people.agent.id)
    assert list(house.signin.sign_in.sessions(Kind.STAFF, people.agent.id, 24)) == []
    people.token(people.agent)  # begun by a code that was asked for before
    house.staff.team.reactivate(people.lead, RUTH, people.agent.id)
    assert list(house.signin.sign_in.sessions(Kind.STAFF, people.agent.id, 24)) == []


def test_the_list_says_who_was_last_seen_when(any_house: House) -> None:
    house = any_house
    mina = house.staff.store.invite("Mina", "mina@example.com", "agent", START)
    house.staff.store.invite("Never", "never@example.com", "agent", START)
    house.signin.sign_in.begin(Kind.STAFF, mina.id, "192.0.2.1", "curl")
    seen = {one.name: one.seen_at is not None for one in house.staff.store.all()}
    assert seen == {"Mina": True, "Never": False}


@pytest.mark.parametrize("role", ["agent", "collaborator", "content_manager"])
def test_only_an_admin_manages_staff(house: House, people: People, role: str) -> None:
    """Nobody gives themselves a role, nor does anything else with staff, whatever they call."""
    member: Member = getattr(people, role)
    team = house.staff.team
    for act in (
        lambda: team.everyone(member),
        lambda: team.get(member, member.id),
        lambda: team.sessions(member, member.id),
        lambda: team.invite(member, RUTH, "Eve", "eve@example.com", "admin"),
        lambda: team.invite_again(member, RUTH, member.id),
        lambda: team.change(member, RUTH, member.id, name="Eve", role="admin", version=None),
        lambda: team.deactivate(member, RUTH, member.id),
        lambda: team.reactivate(member, RUTH, member.id),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert now(house, member) == member


def test_an_invitation_sent_again_is_on_record(house: House, people: People) -> None:
    """It is a way in by mail, and somebody may ask who sent it."""
    house.staff.team.invite_again(people.lead, RUTH, people.agent.id)
    (entry,) = house.audit.span(house.audit.count(), house.audit.count())
    assert (entry.change.action, entry.change.author.name) == ("staff:invite-again", "Ruth")
    assert entry.change.subject_id == people.agent.id


def test_every_change_is_on_record_with_who_made_it(any_house: House) -> None:
    house = any_house
    mina = house.staff.store.invite("Mina", "mina@example.com", "agent", START, author=RUTH)
    house.staff.store.change(mina.id, role="collaborator", author=RUTH)
    house.staff.store.deactivate(mina.id, author=RUTH)
    house.staff.store.reactivate(mina.id)
    entries = list(house.audit.span(1, 100))[-4:]
    assert [(one.change.action, one.change.author.name) for one in entries] == [
        ("staff:invite", "Ruth"),
        ("staff:change", "Ruth"),
        ("staff:deactivate", "Ruth"),
        ("staff:reactivate", "Operator"),
    ]
    assert all(one.change.subject_id == mina.id for one in entries)
    assert (entries[1].change.before, entries[1].change.after) == ({"role": "agent"}, {"role": "collaborator"})
    assert entries[1].change.author.ip == "192.0.2.7"
