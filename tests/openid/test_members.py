"""Which member an account is, and in which role: kept up at each sign-in, and never so that nobody rules any more."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from chalicelib.audit.model import OPERATOR
from chalicelib.openid.model import person
from chalicelib.staff.model import Member
from chalicelib.wiring import House
from tests.browser import Browser
from tests.openid.world import Way, configure
from tests.people import People


def member(house: House, staff_id: str) -> Member:
    found = house.staff.store.get(staff_id, consistent=True)
    assert found
    return found


def test_the_role_follows_the_groups_at_each_sign_in(way: Way, house: House, browse: Callable[..., Browser]) -> None:
    configure(house, way.lying.issuer, rules=(("editors", "content_manager"), ("support", "agent")), default_role="")
    assert way.sign_in().status == 200
    owner = house.staff.store.owner("dana@alder-finch.example") or ""
    assert member(house, owner).role == "agent"
    way.lying.person["groups"] = ["support", "editors"]
    Way(house, way.lying, browse()).sign_in()
    assert member(house, owner).role == "content_manager"
    way.lying.person["groups"] = "support"
    Way(house, way.lying, browse()).sign_in()
    assert member(house, owner).role == "agent"
    way.lying.person["groups"] = []
    page = Way(house, way.lying, browse()).sign_in()
    assert page.status == 422
    assert "No rule gives" in page.faults[0]


def test_without_rules_roles_are_those_given_here(way: Way, house: House, people: People) -> None:
    way.lying.person |= {"sub": "ellis", "email": people.content_manager.email}
    way.sign_in()
    assert member(house, people.content_manager.id).role == "content_manager"


def test_the_last_admin_stays_one(way: Way, house: House, people: People, browse: Callable[..., Browser]) -> None:
    """Rules that would take the role from them let them in as they are; with a second admin they count."""
    configure(house, way.lying.issuer, rules=(("support", "agent"),), default_role="")
    way.lying.person |= {"sub": "ruth", "email": people.lead.email}
    assert way.sign_in().status == 200
    assert member(house, people.lead.id).role == "admin"
    house.staff.store.invite("Uma Reyes", "uma.reyes@alder-finch.example", "admin", people.clock())
    Way(house, way.lying, browse()).sign_in()
    assert member(house, people.lead.id).role == "agent"


def test_who_was_deactivated_stays_out(way: Way, house: House, browse: Callable[..., Browser]) -> None:
    """Both somebody who has signed in before, and somebody whose address alone is known."""
    way.sign_in()
    owner = house.staff.store.owner("dana@alder-finch.example") or ""
    house.staff.store.deactivate(owner)
    assert way.browser.get("/desk", follow=False).status == 303
    page = Way(house, way.lying, browse()).sign_in()
    assert "no longer active" in page.faults[0]
    way.lying.person["sub"] = "account-2"
    page = Way(house, way.lying, browse()).sign_in()
    assert "no longer active" in page.faults[0]
    house.staff.store.reactivate(owner)
    way.lying.person["sub"] = "account-1"
    assert Way(house, way.lying, browse()).sign_in().path == "/desk"


def test_an_account_stays_who_it_is_when_its_address_changes(
    way: Way, house: House, browse: Callable[..., Browser]
) -> None:
    """People marry; the account is what counts, and the member gets its address. The domain still has to be allowed."""
    way.sign_in()
    owner = house.staff.store.owner("dana@alder-finch.example")
    way.lying.person["email"] = "dana.weber@alder-finch.example"
    browser = browse()
    assert Way(house, way.lying, browser).sign_in().path == "/desk"
    assert house.staff.store.owner("dana.weber@alder-finch.example") == owner
    assert house.staff.store.owner("dana@alder-finch.example") is None
    assert house.openid.accounts.owner(way.lying.issuer, "account-1") == owner
    way.lying.person["email"] = "dana@elsewhere.example"
    assert Way(house, way.lying, browse()).sign_in().status == 422


def test_somebody_given_an_old_address_is_not_who_had_it(
    way: Way, house: House, browse: Callable[..., Browser]
) -> None:
    way.sign_in()
    way.lying.person["sub"] = "account-2"
    page = Way(house, way.lying, browse()).sign_in()
    assert "signs in with another account" in page.faults[0]


def test_the_same_account_of_another_provider_is_somebody_else(way: Way, house: House) -> None:
    """A subject counts only together with its issuer."""
    way.sign_in()
    assert house.openid.accounts.owner(way.lying.issuer, "account-1")
    assert house.openid.accounts.owner(f"{way.lying.issuer}/other", "account-1") is None


def test_two_first_sign_ins_at_once_make_one_member(way: Way, house: House) -> None:
    provider = house.openid.accounts.get(consistent=True)
    who = person(provider, way.lying.person)

    def come(_: int) -> str:
        return house.openid._member(provider, who, "192.0.2.1").id

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(come, range(4)))
    assert len(found) == 1
    assert [one.email for one in house.staff.store.all()].count("dana@alder-finch.example") == 1


def test_joining_and_new_members_are_in_the_audit_log(way: Way, house: House) -> None:
    way.sign_in()
    entries = list(house.table.walk("AUDIT", prefix="e#", consistent=True))
    told = {(one["action"], one["author"]) for one in entries}
    assert {("staff:invite", "Alder ID"), ("openid:join", "Alder ID")} <= told


def test_another_issuer_takes_the_place_of_the_one_before(house: House, people: People) -> None:
    """A member never has two accounts: back at the first issuer, the old one is nobody's until the address joins it."""
    accounts, now, who = house.openid.accounts, people.clock(), people.agent
    first, second = "https://first.example", "https://second.example"
    assert accounts.join(who, first, "one", OPERATOR, now)
    assert accounts.join(who, second, "two", OPERATOR, now)
    assert (accounts.owner(first, "one"), accounts.owner(second, "two")) == (None, who.id)
    joined = [one for one in house.audit.span(1, house.audit.count()) if one.change.action == "openid:join"]
    assert [(one.change.before, one.change.after) for one in joined] == [
        ({}, {"issuer": first}),
        ({"issuer": first}, {"issuer": second}),
    ]
    assert accounts.release(who)
    assert (accounts.owner(first, "one"), accounts.owner(second, "two")) == (None, None)
    assert accounts.join(who, first, "one", OPERATOR, now)
    assert accounts.owner(first, "one") == who.id


def test_a_member_who_has_not_come_with_the_other_issuer_keeps_their_account(house: House, people: People) -> None:
    """Somebody else's sign-in takes nothing from them: going back to the first issuer, they are who they were."""
    accounts, now = house.openid.accounts, people.clock()
    assert accounts.join(people.agent, "https://first.example", "one", OPERATOR, now)
    assert accounts.join(people.lead, "https://second.example", "one", OPERATOR, now)
    assert accounts.owner("https://first.example", "one") == people.agent.id
    assert not accounts.join(people.lead, "https://first.example", "one", OPERATOR, now)
    assert accounts.owner("https://second.example", "one") == people.lead.id
