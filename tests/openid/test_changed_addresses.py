"""An account at the provider whose address changes: the member follows it, safely, and the audit log says so."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.audit.model import OPERATOR, Change
from chalicelib.openid.model import person
from chalicelib.refusals import IdentityTaken, NotFound
from chalicelib.staff.model import Member
from chalicelib.wiring import House
from tests.browser import Browser
from tests.conftest import MailRoom
from tests.openid.world import Way, configure
from tests.people import People

OLD, NEW = "dana@alder-finch.example", "dana.weber@alder-finch.example"


def come(way: Way, browse: Callable[..., Browser], **claims: object) -> Browser:
    """Sign in in a new browser, with some claims changed."""
    way.lying.person |= claims
    browser = browse()
    assert Way(way.house, way.lying, browser).sign_in().path == "/desk"
    return browser


def member_of(house: House, email: str) -> Member:
    owner = house.staff.store.owner(email, consistent=True)
    assert owner
    member = house.staff.store.get(owner, consistent=True)
    assert member
    return member


def changes(house: House, action: str) -> list[Change]:
    return [one.change for one in house.audit.span(1, house.audit.count()) if one.change.action == action]


@pytest.mark.parametrize("address", [NEW, "DANA.Weber@Alder-Finch.Example", "d@more.example"])
def test_the_member_gets_the_address_of_their_account(
    way: Way, house: House, browse: Callable[..., Browser], address: str
) -> None:
    """In the profile and in the list; the old address is nobody's from then on, and may be given to somebody else."""
    configure(house, way.lying.issuer, domains=("alder-finch.example", "more.example"))
    way.sign_in()
    before = member_of(house, OLD)
    come(way, browse, email=address)
    after = member_of(house, address)
    assert (after.id, after.email, after.version) == (before.id, address.lower(), before.version + 1)
    assert [one.email for one in house.staff.store.all() if one.id == before.id] == [address.lower()]
    (change,) = changes(house, "staff:readdress")
    assert (change.before, change.after) == ({"email": OLD}, {"email": address.lower()})
    assert (change.author.id, change.author.name, change.subject_id) == ("openid", "Alder ID", before.id)
    come(way, browse, sub="account-2", email=OLD, name="Dana Novak")
    assert member_of(house, OLD).id != before.id


@pytest.mark.parametrize("address", [OLD, OLD.upper(), f" {OLD}"])
def test_the_same_address_changes_nothing(way: Way, house: House, browse: Callable[..., Browser], address: str) -> None:
    way.sign_in()
    before = member_of(house, OLD)
    come(way, browse, email=address)
    assert member_of(house, OLD) == before
    assert changes(house, "staff:readdress") == []


def test_whoever_is_signed_in_as_the_member_must_prove_it_again(
    way: Way, house: House, browse: Callable[..., Browser]
) -> None:
    """The old address may be somebody else's by now, and so may be a session that a code to it began."""
    way.sign_in()
    assert way.browser.get("/desk").path == "/desk"
    browser = come(way, browse, email=NEW)
    assert way.browser.get("/desk").path.startswith("/staff/login")
    assert browser.get("/desk").path == "/desk"


def test_a_code_on_its_way_to_the_old_address_signs_nobody_in(
    way: Way, house: House, browse: Callable[..., Browser], mail_room: MailRoom
) -> None:
    way.sign_in()
    asking = browse()
    asking.get("/staff/login")
    asking.submit("Send me a code", email=OLD)
    code = mail_room.code()
    come(way, browse, email=NEW)
    page = asking.submit("Sign in", code=code)
    assert page.status == 422
    assert asking.get("/desk").path.startswith("/staff/login")
    page = browse().sign_in_by_mail(NEW, mail_room.code, staff=True)
    assert page.path == "/desk"


def test_an_address_of_another_member_stays_theirs(
    way: Way, house: House, people: People, browse: Callable[..., Browser]
) -> None:
    """Active or not; the account still signs in as its own member, who keeps their address, and it is noted once."""
    way.sign_in()
    dana = member_of(house, OLD)
    for _ in range(2):
        come(way, browse, email=people.agent.email)
    assert member_of(house, OLD) == dana
    assert member_of(house, people.agent.email).id == people.agent.id
    assert house.openid.accounts.owner(way.lying.issuer, "account-1") == dana.id
    (change,) = changes(house, "openid:address-taken")
    assert (change.before, change.after) == ({"email": OLD}, {"email": people.agent.email})
    house.staff.store.deactivate(people.collaborator.id)
    come(way, browse, email=people.collaborator.email)
    assert member_of(house, OLD) == dana
    assert len(changes(house, "openid:address-taken")) == 2
    come(way, browse, email=OLD)
    assert changes(house, "staff:readdress") == []


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"email": "dana@elsewhere.example"}, "not of a domain"),
        ({"email": NEW, "email_verified": False}, "is verified"),
        ({"email": NEW, "email_verified": "no"}, "is verified"),
        ({"email": ""}, "no e-mail address"),
        ({"email": [NEW]}, "no e-mail address"),
    ],
)
def test_only_a_verified_address_of_an_allowed_domain_is_followed(
    way: Way, house: House, browse: Callable[..., Browser], claims: dict[str, object], why: str
) -> None:
    way.sign_in()
    before = member_of(house, OLD)
    way.lying.person |= claims
    page = Way(house, way.lying, browse()).sign_in()
    assert why in page.faults[0]
    assert member_of(house, OLD) == before


def test_who_was_deactivated_gets_no_other_address(way: Way, house: House, browse: Callable[..., Browser]) -> None:
    way.sign_in()
    before = member_of(house, OLD)
    house.staff.store.deactivate(before.id)
    way.lying.person["email"] = NEW
    assert "no longer active" in Way(house, way.lying, browse()).sign_in().faults[0]
    assert house.staff.store.owner(NEW, consistent=True) is None
    with pytest.raises(NotFound):
        house.staff.store.readdress(before.id, NEW, author=OPERATOR)
    house.staff.store.reactivate(before.id)
    assert member_of(house, OLD).id == before.id


def test_two_accounts_that_want_one_address_at_once_do_not_share_it(way: Way, house: House, people: People) -> None:
    """One of them gets it; each stays a member with an address that leads to them alone."""
    accounts, now = house.openid.accounts, people.clock()
    pair = (people.agent, people.collaborator)
    for number, one in enumerate(pair):
        assert accounts.join(one, way.lying.issuer, f"account-{number}", OPERATOR, now)
    provider = accounts.get(consistent=True)

    def sign_in(number: int) -> str:
        who = person(provider, {**way.lying.person, "sub": f"account-{number}", "email": NEW})
        return house.openid._member(provider, who, "192.0.2.1").id

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(sign_in, range(2))) == [one.id for one in pair]
    emails = {one.id: one.email for one in house.staff.store.all()}
    assert sorted(emails[one.id] == NEW for one in pair) == [False, True]
    for one in pair:
        assert member_of(house, emails[one.id]).id == one.id


def test_a_new_address_is_somebody_elses_or_free(any_house: House) -> None:
    """Of the store: the claim on it is what decides, whatever was read before."""
    staff, now = any_house.staff.store, any_house.clock()
    mina = staff.invite("Mina", "mina@example.com", "agent", now)
    noah = staff.invite("Noah", "noah@example.com", "agent", now)
    with pytest.raises(IdentityTaken):
        staff.readdress(mina.id, "noah@example.com", author=OPERATOR)
    staff.deactivate(noah.id)
    with pytest.raises(IdentityTaken):
        staff.readdress(mina.id, "NOAH@example.com", author=OPERATOR)
    staff.readdress(mina.id, "mina.park@example.com", author=OPERATOR)
    assert staff.owner("mina@example.com", consistent=True) is None
    assert staff.owner("mina.park@example.com", consistent=True) == mina.id
    again = staff.readdress(mina.id, "mina@example.com", author=OPERATOR)
    assert (again.email, again.version) == ("mina@example.com", 2)
    with pytest.raises(NotFound):
        staff.readdress("0" * 26, "nobody@example.com", author=OPERATOR)
