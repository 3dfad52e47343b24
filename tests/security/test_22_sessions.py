"""Attack 22: a session that somebody planted, that outlives its end, or that shows what it should not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from chalicelib.ids import hashed, new_id, new_secret
from chalicelib.portal.model import PortalSettings
from chalicelib.refusals import SettingRefused
from chalicelib.signin.model import Kind
from chalicelib.wiring import House
from local.gateway import Gateway
from tests.browser import Browser, cookies_of
from tests.emulators import Stage, make_stage
from tests.people import Clock, People
from tests.security.watching import form_token, seen, stored

if TYPE_CHECKING:
    from tests.conftest import MailRoom
    from tests.emulators import Emulator


def is_in(browser: Browser, path: str = "/conversations") -> bool:
    return browser.request("GET", path).status == 200


def sessions(stage: Stage) -> list[str]:
    return [one for one in stored(stage) if " session#" in one]


def test_a_planted_session_is_not_the_one_that_signs_in(
    browse: Callable[..., Browser], people: People, mail_room: MailRoom, clock: Clock, ministack_stage: Stage
) -> None:
    """Whatever cookies an attacker set before: sign-in makes new ones, and the planted value stays nobody's."""
    assert people.owner.email
    cookies = cookies_of(people.house)
    name = cookies.session(Kind.CUSTOMER)
    planted = {name: f"{people.owner.id}.{new_secret()}", cookies.form: new_secret()}
    victim = browse()
    victim.cookies.update(planted)
    victim.sign_in_by_mail(people.owner.email, mail_room.code)
    assert is_in(victim)
    assert victim.cookies[name] != planted[name]
    assert cookies.form not in victim.cookies
    attacker = browse()
    attacker.cookies.update(planted)
    assert not is_in(attacker)
    assert len(sessions(ministack_stage)) == 1


def test_a_cookie_that_names_somebody_shows_nothing_of_theirs(browse: Callable[..., Browser], people: People) -> None:
    """A page is read by the name in the cookie before that is known to be theirs; nobody sees a difference."""
    subject = "A lamp that flickers"
    head = people.starts(people.owner, subject)
    name = cookies_of(people.house).session(Kind.CUSTOMER)
    paths = ("/conversations", "/conversations?status=open&sort=oldest", f"/conversations/{head.id}")
    for path in paths:
        answers = []
        for named in (people.owner.id, new_id(people.clock.now)):
            attacker = browse()
            attacker.cookies[name] = f"{named}.{new_secret()}"
            answers.append(attacker.request("GET", path))
        named, nobody = answers
        assert named.status == 303, path
        assert seen(named) == seen(nobody)
        assert subject not in named.text


def test_an_ended_session_shows_nothing_that_was_read_with_it(browse: Callable[..., Browser], people: People) -> None:
    """Its cookie names its owner rightly, and the rows are there at the same moment as the news that it has ended."""
    head = people.starts(people.owner, "A lamp that flickers")
    browser = browse(people.owner)
    assert is_in(browser)
    people.house.signin.sign_in.end_all(Kind.CUSTOMER, people.owner.id)
    for path in ("/conversations", f"/conversations/{head.id}", f"/conversations/{head.id}/updates?after=0"):
        answer = browser.request("GET", path)
        assert answer.status in {303, 401}, path
        assert "flickers" not in answer.text


def test_every_sign_in_has_an_id_of_its_own(
    browse: Callable[..., Browser], people: People, mail_room: MailRoom
) -> None:
    """Also in a browser that was signed in already; form tokens change with it."""
    assert people.owner.email
    browser = browse()
    seen = set()
    for _ in range(3):
        browser.sign_in_by_mail(people.owner.email, mail_room.code)
        seen.add((browser.cookies[cookies_of(people.house).session(Kind.CUSTOMER)], browser.csrf))
        people.clock.ahead(minutes=20)
    assert len({token for token, _ in seen}) == len({csrf for _, csrf in seen}) == 3


@pytest.mark.parametrize("kind", list(Kind))
def test_signing_out_ends_it_on_the_server(
    browse: Callable[..., Browser], people: People, ministack_stage: Stage, kind: Kind
) -> None:
    """A copy of the cookie is worth nothing afterwards, and neither is a page that was left open."""
    who, path, out = (
        (people.agent, "/desk", "/staff/logout") if kind is Kind.STAFF else (people.owner, "/conversations", "/logout")
    )
    browser = browse(who)
    copy = browse()
    copy.cookies.update(browser.cookies)
    token = form_token(browser, kind)
    assert is_in(copy, path)
    browser.get(path)
    browser.submit("Sign out")
    assert not browser.cookies.get(cookies_of(people.house).session(kind))
    assert not is_in(copy, path)
    assert not sessions(ministack_stage)
    assert copy.post("/conversations", {"csrf": token, "subject": "x", "body": "x"}).status == 401
    assert copy.post(out, {"csrf": token}, follow=False).status == 303


def test_ending_one_and_ending_all(browse: Callable[..., Browser], people: People) -> None:
    """From the account page, at once; another customer's sessions are untouched."""
    here, phone, library = (browse(people.owner) for _ in range(3))
    other = browse(people.stranger)
    token_hash = hashed(phone.cookies[cookies_of(people.house).session(Kind.CUSTOMER)].partition(".")[2])
    here.post("/account/sign-out", {"csrf": form_token(here), "session": token_hash})
    assert [is_in(one) for one in (here, phone, library, other)] == [True, False, True, True]
    here.post("/account/sign-out-everywhere", {"csrf": form_token(here)})
    assert [is_in(one) for one in (here, phone, library, other)] == [False, False, False, True]


def test_a_shortened_lifetime_ends_sessions_at_once(
    browse: Callable[..., Browser], people: People, clock: Clock
) -> None:
    """It is the lifetime of now that counts, whatever held when somebody signed in; lengthening is not resurrection."""
    house = people.house
    house.portal.settings.change(session_hours=48)
    browser = browse(people.owner)
    token = form_token(browser)
    clock.ahead(hours=2)
    assert is_in(browser)
    house.portal.settings.change(session_hours=1)
    assert not is_in(browser)
    assert browser.post("/account", {"csrf": token, "name": "x"}).status == 401
    assert browse(people.owner).get("/account").all("ul.sessions li").__len__() == 1
    fresh = browse(people.owner)
    clock.ahead(minutes=59)
    assert is_in(fresh)
    clock.ahead(minutes=1)
    assert not is_in(fresh)


def test_a_lifetime_is_never_prolonged_by_use(browse: Callable[..., Browser], people: People, clock: Clock) -> None:
    browser = browse(people.owner)
    for _ in range(23):
        assert is_in(browser)
        clock.ahead(hours=1)
    clock.ahead(hours=1)
    assert not is_in(browser)


def test_staff_are_out_after_twelve_hours(browse: Callable[..., Browser], people: People, clock: Clock) -> None:
    """Whatever lifetime customers' sessions have."""
    people.house.portal.settings.change(session_hours=24 * 365)
    browser = browse(people.agent)
    clock.ahead(hours=11, minutes=59)
    assert is_in(browser, "/desk")
    clock.ahead(minutes=1)
    assert not is_in(browser, "/desk")


@pytest.mark.parametrize("hours", [0, -1, 0.5, 24 * 365 + 1])
def test_under_an_hour_is_refused(house: House, hours: float) -> None:
    with pytest.raises(SettingRefused):
        house.portal.settings.change(session_hours=hours)
    assert house.portal.settings.get(consistent=True).session_hours == PortalSettings().session_hours == 24


def test_a_session_of_somebody_who_is_gone_is_none(browse: Callable[..., Browser], people: People) -> None:
    """A well-formed token for an id nobody has, or for one without a profile, lets nobody in."""
    house = people.house
    ghost = new_id(people.clock())
    browser = browse()
    for kind, path in ((Kind.CUSTOMER, "/conversations"), (Kind.STAFF, "/desk")):
        browser.cookies[cookies_of(house).session(kind)] = house.signin.sign_in.begin(kind, ghost, "192.0.2.1", "curl")
        assert not is_in(browser, path)


def test_a_stolen_table_gives_no_session(
    browse: Callable[..., Browser], people: People, ministack_stage: Stage
) -> None:
    """What is stored is a hash; the hash is no token."""
    browser = browse(people.owner)
    name = cookies_of(people.house).session(Kind.CUSTOMER)
    (place,) = sessions(ministack_stage)
    token_hash = place.partition("session#")[2]
    assert browser.cookies[name].partition(".")[2] not in repr(stored(ministack_stage))
    thief = browse()
    for secret in (token_hash, token_hash[:43]):
        thief.cookies[name] = f"{people.owner.id}.{secret}"
        assert not is_in(thief)


def test_the_account_page_shows_devices_and_nothing_to_use(browse: Callable[..., Browser], people: People) -> None:
    """No token stands in a page, and what a browser said of itself is shown as words of ours."""
    evil = "<script>alert(1)</script>\x00\u202e" + "x" * 5_000
    browser = Browser(browse().gateway, people.house, agent=evil)
    browser.sign_in(people.owner)
    page = browser.get("/account")
    assert browser.cookies[cookies_of(people.house).session(Kind.CUSTOMER)].partition(".")[2] not in page.body
    assert [one.text for one in page.all("ul.sessions strong")] == ["A browser"]
    assert evil[:20] not in page.body


def test_over_https_cookies_stay_with_host_and_https(
    ministack: Emulator, make_house: Callable[[Stage], House], clock: Clock
) -> None:
    """Their prefix makes browsers refuse one that a neighbour's page or a plain connection set."""
    import app

    house = make_house(make_stage(ministack.endpoint, public_url="https://support.example.com"))
    owner = People(house, clock).owner
    browser = Browser(Gateway(app.app), house)
    answers = [browser.request("GET", "/login")]
    browser.sign_in(owner)
    browser.get("/account")
    answers.append(browser.post("/account", {"csrf": form_token(browser), "name": "Ada"}, follow=False).response)
    answers.append(browser.post("/logout", {"csrf": form_token(browser)}, follow=False).response)
    cookies = [cookie for answer in answers for cookie in answer.all("Set-Cookie")]
    assert len(cookies) >= 4
    for cookie in cookies:
        flags = cookie.split("; ")
        assert flags[0].startswith("__Host-foyer")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(flags)
        assert not [one for one in flags if one.startswith("Domain")]
    assert all(answer.header("Strict-Transport-Security") for answer in answers)
    plain = Browser(browser.gateway, house)
    plain.cookies["foyer"] = house.signin.sign_in.begin(Kind.CUSTOMER, owner.id, "192.0.2.1", "curl")
    assert not is_in(plain)
