"""Sessions end on the server: by themselves, by signing out here or everywhere, and when the lifetime is shortened."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

from chalicelib.ids import hashed, new_id
from chalicelib.refusals import SettingRefused
from chalicelib.signin.model import STAFF_SESSION_HOURS, Kind
from chalicelib.wiring import House
from tests.browser import Browser, cookies_of
from tests.emulators import Stage
from tests.people import Clock, People

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)


def signed_in(browser: Browser) -> bool:
    """Tell whether the server still knows this browser, whatever cookies it has."""
    page = browser.get("/conversations")
    if page.status == 200 and page.path == "/conversations":
        return True
    assert page.path == "/login?return_to=%2Fconversations"
    return False


def test_a_session_lasts_a_day(people: People, browse: Callable[..., Browser], clock: Clock) -> None:
    browser = browse(people.owner)
    clock.ahead(hours=23, minutes=59)
    assert signed_in(browser)
    clock.ahead(minutes=1)
    assert not signed_in(browser)


@pytest.mark.parametrize("hours", [1, 36, 24 * 30])
def test_a_session_lasts_as_long_as_the_organization_says(
    house: House, people: People, browse: Callable[..., Browser], clock: Clock, hours: int
) -> None:
    house.portal.settings.change(session_hours=hours)
    browser = browse(people.owner)
    clock.ahead(hours=hours, minutes=-1)
    assert signed_in(browser)
    clock.ahead(minutes=1)
    assert not signed_in(browser)


def test_a_shorter_lifetime_ends_sessions_at_once(
    house: House, people: People, browse: Callable[..., Browser], clock: Clock
) -> None:
    """It holds for sessions that began under the longer one; those young enough go on."""
    old = browse(people.owner)
    clock.ahead(hours=2)
    young = browse(people.owner)
    assert signed_in(old)
    house.portal.settings.change(session_hours=1)
    assert not signed_in(old)
    assert signed_in(young)


@pytest.mark.parametrize("hours", [0, -1, 24 * 365 + 1])
def test_less_than_an_hour_and_more_than_a_year_is_refused(house: House, hours: int) -> None:
    with pytest.raises(SettingRefused):
        house.portal.settings.change(session_hours=hours)


def test_signing_out_ends_this_session_and_no_other(people: People, browse: Callable[..., Browser]) -> None:
    """The cookie, should somebody have kept it, is worth nothing any more."""
    here, copy, elsewhere = browse(people.owner), browse(), browse(people.owner)
    copy.cookies = dict(here.cookies)
    here.get("/conversations")
    page = here.submit("Sign out")
    assert (page.path, page.notice) == ("/", "You are signed out.")
    assert "Log in" in page.text
    assert not signed_in(copy)
    assert signed_in(elsewhere)
    assert not {name for name in here.cookies if name.endswith("foyer")}


def test_signing_out_everywhere_ends_all_sessions(people: People, browse: Callable[..., Browser]) -> None:
    here, elsewhere, stranger = browse(people.owner), browse(people.owner), browse(people.stranger)
    here.get("/account")
    page = here.submit("Sign out everywhere")
    assert (page.path, page.notice) == ("/", "You are signed out everywhere.")
    assert not signed_in(here)
    assert not signed_in(elsewhere)
    assert signed_in(stranger)


def test_the_account_page_lists_where_one_is_signed_in(
    house: House, people: People, browse: Callable[..., Browser], clock: Clock
) -> None:
    """Browser, system, address and time of each; the one in use is marked; those that ended are not there."""
    house.portal.settings.change(session_hours=48)
    browse(people.owner)
    clock.ahead(hours=48)
    here = browse(people.owner, ip="203.0.113.7")
    there = Browser(here.gateway, house, agent=CHROME, ip="2001:db8::7").sign_in(people.owner)
    page = here.get("/account")
    shown = [one.text for one in page.all("ul.sessions li")]
    assert len(shown) == 2
    assert shown[0].startswith("Chrome on Windows 2001:db8::7, since")
    assert shown[1].startswith("Firefox on Linux This device 203.0.113.7, since")
    assert "after 2 days" in page.text
    (button,) = page.all("ul.sessions form")
    page = here.submit(button)
    assert page.notice == "That device is signed out."
    assert len(page.all("ul.sessions li")) == 1
    assert not signed_in(there)
    assert signed_in(here)


def test_nobody_ends_somebody_elses_session(people: People, browse: Callable[..., Browser], house: House) -> None:
    """Even who knows its hash; nothing tells them whether it exists."""
    theirs = browse(people.stranger)
    token = theirs.cookies[cookies_of(house).session(Kind.CUSTOMER)]
    mine = browse(people.owner)
    mine.get("/account")
    for one in (hashed(token.partition(".")[2]), "0" * 64, "", "../profile"):
        page = mine.post("/account/sign-out", {"csrf": mine.csrf, "session": one})
        assert (page.status, page.path) == (200, "/account")
    assert signed_in(theirs)
    assert people.fresh(people.owner)


def test_staff_sessions_last_a_working_day_and_end_with_the_member(
    house: House, people: People, browse: Callable[..., Browser], clock: Clock
) -> None:
    agent, lead = browse(people.agent), browse(people.lead)
    clock.ahead(hours=STAFF_SESSION_HOURS, minutes=-1)
    assert agent.get("/desk").path == "/desk"
    house.staff.store.deactivate(people.agent.id)
    assert agent.get("/desk").path.startswith("/staff/login")
    assert lead.get("/desk").path == "/desk"
    clock.ahead(minutes=1)
    assert lead.get("/desk").path.startswith("/staff/login")


def test_staff_sign_out(people: People, browse: Callable[..., Browser]) -> None:
    here, copy = browse(people.agent), browse()
    copy.cookies = dict(here.cookies)
    here.get("/desk")
    assert here.submit("Sign out").path == "/staff/login"
    assert copy.get("/desk").path.startswith("/staff/login")


def test_a_customer_and_a_staff_session_in_one_browser_do_not_mix(
    people: People, browse: Callable[..., Browser]
) -> None:
    browser = browse(people.agent).sign_in(people.owner)
    assert browser.get("/desk").one(".who").text == people.agent.name
    assert browser.get("/conversations").one(".who").text == people.owner.name
    browser.submit("Sign out")
    assert not signed_in(browser)
    assert browser.get("/desk").path == "/desk"


@pytest.mark.parametrize("path", ["/conversations/xyz", "/attachments/x", "/conversations/{absent}"])
def test_a_page_that_is_not_there_knows_who_asks(
    path: str, people: People, browse: Callable[..., Browser], house: House
) -> None:
    """Also where its address cannot be one: nobody is offered to log in who is signed in."""
    absent = new_id(house.clock())
    page = browse(people.owner).get(path.format(absent=absent))
    assert (page.status, page.one(".who").text) == (404, people.owner.name)
    desk = browse(people.agent).get(
        f"/desk{path.format(absent=absent)}" if "attach" not in path else "/settings/staff/x"
    )
    assert desk.status in {403, 404}
    assert desk.one(".who").text == people.agent.name
    house.portal.settings.change(enabled=False)
    off = browse(people.owner).get(path.format(absent=absent))
    assert (off.status, off.all(".who")) == (404, [])


SPOILED: list[Callable[[str], str]] = [
    lambda token: "",
    lambda token: token[:-1],
    lambda token: token + "A",
    lambda token: token.swapcase(),
    lambda token: token.partition(".")[0],
    lambda token: "." + token.partition(".")[2],
    lambda token: token.replace(".", "", 1),
    lambda token: f'"{token}"',
    lambda token: token.partition(".")[0] + "." + hashed(token.partition(".")[2]),
]


def test_a_token_is_believed_whole_or_not_at_all(people: People, browse: Callable[..., Browser], house: House) -> None:
    browser = browse(people.owner)
    name = cookies_of(house).session(Kind.CUSTOMER)
    token = browser.cookies[name]
    for spoil in SPOILED:
        browser.cookies[name] = spoil(token)
        assert not signed_in(browser)
    browser.cookies[name] = token
    assert signed_in(browser)


def test_a_form_sent_after_the_session_ended_keeps_what_was_typed(
    people: People, browse: Callable[..., Browser], clock: Clock
) -> None:
    head = people.starts(people.owner)
    browser = browse(people.owner)
    browser.get(f"/conversations/{head.id}")
    clock.ahead(days=2)
    page = browser.submit("Send", body="A long and <thoughtful> answer 🙂")
    assert page.status == 401
    assert page.one("#kept").content.strip("\n") == "A long and <thoughtful> answer 🙂"
    assert page.link("Sign in") == "/login"
    assert len(people.messages(head)) == 1


def test_a_form_of_several_fields_keeps_all_of_them(
    people: People, browse: Callable[..., Browser], clock: Clock, house: House
) -> None:
    """With the names of the fields, in the reader's language; not what forms carry along."""
    house.portal.settings.change(languages=("en", "de"))
    browser = browse(people.owner)
    browser.get("/conversations/new")
    clock.ahead(days=2)
    typed = {"subject": "The lamp", "body": "First line\nsecond line"}
    page = browser.submit("Start the conversation", **typed)
    assert page.one("#kept").content.strip("\n") == "Subject: The lamp\n\nYour message:\nFirst line\nsecond line"
    page = browser.post("/conversations", {"csrf": browser.csrf, **typed}, headers={"Accept-Language": "de"})
    assert page.one("#kept").content.startswith("\nBetreff: The lamp")


def test_staff_lose_no_settings_and_see_no_secret(
    people: People, browse: Callable[..., Browser], clock: Clock, house: House
) -> None:
    """Signing in again opens beside it, and leads back to the form."""
    browser = browse(people.content_manager)
    browser.get("/settings/sign-on")
    clock.ahead(hours=13)
    form = {"csrf": browser.csrf, "action": "save", "version": "1", "issuer": "https://a.example", "secret": "hush" * 9}
    came_from = {"Referer": f"{house.settings.public_url}/settings/sign-on?a=b"}
    page = browser.post("/settings/sign-on", {**form, "jwks_url": "https://b.example/keys"}, headers=came_from)
    assert page.status == 401
    assert page.one("#kept").content.strip("\n") == "Issuer: https://a.example\n\nJwks url: https://b.example/keys"
    link = page.one("main .button")
    assert (link["href"], link["target"]) == ("/staff/login?return_to=%2Fsettings%2Fsign-on%3Fa%3Db", "_blank")


@pytest.mark.parametrize("start", ["https://evil.example", "{}.evil.example", "{}//evil.example", "{}/x\\evil", ""])
def test_signing_in_again_leads_nowhere_else(
    start: str, people: People, browse: Callable[..., Browser], clock: Clock, house: House
) -> None:
    """What the browser says it came from counts only where that is ours."""
    browser = browse(people.owner)
    browser.get("/conversations/new")
    clock.ahead(days=2)
    referer = {"Referer": start.format(house.settings.public_url) + "/conversations/new"}
    page = browser.post("/conversations", {"csrf": browser.csrf, "body": "A"}, headers=referer)
    assert (page.status, page.link("Sign in")) == (401, "/login")


def test_signing_in_again_leads_to_a_page_and_not_to_where_a_refused_form_was_sent(
    people: People, browse: Callable[..., Browser], clock: Clock, house: House
) -> None:
    """A form that comes back with a fault stands at the address it was sent to, which only takes forms."""
    browser = browse(people.agent)
    path = f"/desk/conversations/{people.starts(people.owner).id}"
    browser.get(path)
    refused = browser.post(f"{path}/notes", {"csrf": browser.csrf, "body": ""})
    clock.ahead(hours=13)
    came_from = {"Referer": f"{house.settings.public_url}{path}/notes"}
    ended = browser.post(f"{path}/notes", {"csrf": browser.csrf, "body": "Kept"}, headers=came_from)
    assert (refused.status, ended.status) == (422, 401)
    assert ended.link("Sign in") == f"/staff/login?return_to={quote(path, safe='')}"


def test_a_form_of_another_session_leads_back_to_itself(
    people: People, browse: Callable[..., Browser], house: House
) -> None:
    """Signed in anew in another tab, the form of before is no longer good; what was typed is shown, and the way."""
    browser = browse(people.owner)
    browser.get("/conversations/new")
    referer = {"Referer": f"{house.settings.public_url}/conversations/new"}
    page = browser.post("/conversations", {"csrf": "x" * 32, "body": "Typed"}, headers=referer)
    assert (page.status, page.link("Back to the form")) == (403, "/conversations/new")
    assert page.one("#kept").content.strip("\n") == "Typed"


def test_scripts_are_told_in_json_that_the_session_ended(
    people: People, browse: Callable[..., Browser], clock: Clock
) -> None:
    browser = browse(people.owner)
    browser.get("/conversations/new")
    clock.ahead(days=2)
    answer = browser.fetch("POST", "/uploads", {"name": "a.pdf", "type": "application/pdf", "size": 1})
    assert answer.status == 401
    assert answer.json()["error"]["code"] == "not_signed_in"


def test_a_session_is_stored_by_the_hash_of_its_token(ministack_stage: Stage, house: House, people: People) -> None:
    """Whoever reads the table can sign in as nobody."""
    secret = people.token(people.owner).partition(".")[2]
    items = ministack_stage.admin("dynamodb").scan(TableName=house.settings.table)["Items"]
    assert hashed(secret) in repr(items)
    assert secret not in repr(items)
