"""Settings → Configuration: three tabs, each field checked beside it, no change lost to another, effects at once."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

import chalicelib
from chalicelib.portal.model import PortalSettings
from chalicelib.web.settings.configuration import GENERAL, INTERNAL_KB, PORTAL
from chalicelib.web.settings.fields import Field
from chalicelib.wiring import House
from tests.browser import Browser, fields_of
from tests.people import People

Browse = Callable[..., Browser]
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9H0z"/></svg>'
RED = LOGO.replace("<svg", '<svg id="red"')
ROWS = (*GENERAL.rows, *PORTAL.rows, *INTERNAL_KB.rows)
NAMES = {"session": "session_hours"}
"""Fields whose setting is called otherwise."""


@pytest.fixture
def manager(browse: Browse, people: People) -> Browser:
    return browse(people.content_manager)


def test_a_content_manager_lands_in_the_settings_after_signing_in(
    browse: Browse, people: People, mail_room: object
) -> None:
    browser = browse()
    page = browser.sign_in_by_mail(people.content_manager.email, mail_room.code, staff=True)  # type: ignore[attr-defined]
    assert (page.status, page.path, page.heading) == (200, "/settings/general", "Configuration")


def test_everybody_is_led_to_the_first_page_their_role_has(browse: Browse, people: People) -> None:
    for member, path in (
        (people.lead, "/settings/general"),
        (people.content_manager, "/settings/general"),
        (people.agent, "/settings/roles"),
    ):
        assert browse(member).get("/settings", follow=False).header("Location") == path
    assert browse(people.agent).get("/staff", follow=False).header("Location") == "/desk"


def test_what_is_saved_under_general_is_seen_at_once(manager: Browser, browse: Browse, house: House) -> None:
    house.snippets.create(_author(house), "greeting", {"en": "Hello there"})
    manager.get("/settings/general")
    manager.submit(
        "Save",
        organization="Beech & Wren",
        colour="#AA3300",
        languages=["en", "de"],
        own_language="de",
        time_zone="Asia/Tokyo",
        sender_name="Beech helps",
        welcome="greeting",
        logo=LOGO,
    )
    assert manager.page.notice == "Your changes were saved."
    settings = house.portal.settings.get(consistent=True)
    assert (settings.organization, settings.colour, settings.languages) == ("Beech & Wren", "#aa3300", ("de", "en"))
    assert (settings.time_zone, settings.sender_name, settings.welcome) == ("Asia/Tokyo", "Beech helps", "greeting")
    stranger = browse()
    assert "Beech & Wren" in stranger.get("/login").title
    assert stranger.request("GET", "/brand/logo.svg").text == LOGO


def test_every_fault_of_general_stands_beside_its_field_and_nothing_typed_is_lost(
    manager: Browser, house: House
) -> None:
    before = house.portal.settings.get(consistent=True)
    manager.get("/settings/general")
    page = manager.submit(
        "Save",
        organization=" ",
        colour="red",
        languages=[],
        own_language="xx",
        time_zone="Mars/Olympus",
        sender_name="x" * 81,
        logo="<svg onload='alert(1)'>",
    )
    assert page.status == 422
    for field in ("organization", "colour", "languages", "time_zone", "sender_name", "logo"):
        assert page.one(f"#general-{field}-fault").text
        assert f"#general-{field}" in page.links
    assert page.one("#general-colour")["value"] == "red"
    assert page.one("#general-logo").text == "<svg onload='alert(1)'>"
    assert house.portal.settings.get(consistent=True) == before


@pytest.mark.parametrize(
    "logo",
    [
        "no svg at all",
        "<svg></svg>",
        '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        '<svg xmlns="http://www.w3.org/2000/svg"><a href="javascript:alert(1)"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="https://evil.example/x.png"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><foreignObject/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><style>@import url(//evil.example)</style></svg>',
        '<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        f'<svg xmlns="http://www.w3.org/2000/svg">{"<g>" * 500}{"</g>" * 500}</svg>',
        f'<svg xmlns="http://www.w3.org/2000/svg"><path d="{"M0 0" * 12_000}"/></svg>',
    ],
    ids=lambda one: one[:60],
)
def test_a_logo_that_could_do_more_than_draw_is_refused(manager: Browser, house: House, logo: str) -> None:
    manager.get("/settings/general")
    page = manager.submit("Save", logo=logo)
    assert page.status == 422
    assert len(page.faults) == 1
    assert house.portal.settings.logo() == ""


def test_a_logo_is_left_until_it_is_replaced_or_removed(manager: Browser, house: House) -> None:
    manager.get("/settings/general")
    manager.submit("Save", logo=LOGO)
    manager.submit("Save", organization="Beech")
    assert house.portal.settings.logo() == LOGO
    manager.submit("Save", logo_remove="on")
    assert house.portal.settings.logo() == ""
    assert not house.portal.settings.get(consistent=True).has_logo


def test_a_refused_form_still_wants_the_logo_removed(manager: Browser, house: House) -> None:
    house.portal.settings.change(logo=LOGO)
    manager.get("/settings/general")
    page = manager.submit("Save", logo_remove="on", colour="green")
    assert page.status == 422
    assert "checked" in page.one("#general-logo-remove").attrs
    manager.submit("Save", colour="#112233")
    assert house.portal.settings.logo() == ""


@pytest.mark.parametrize(("chosen", "left"), [("mine", "blue"), ("theirs", "red")])
def test_two_logos_at_once_are_chosen_between(
    manager: Browser, browse: Browse, people: People, house: House, chosen: str, left: str
) -> None:
    """A logo is no less somebody's work than a name: the second upload asks before it replaces the first."""
    red, blue = RED, LOGO.replace("<svg", '<svg id="blue"')
    house.portal.settings.change(logo=LOGO)
    ruth = browse(people.lead)
    ruth.get("/settings/general")
    manager.get("/settings/general")
    ruth.submit("Save", logo=red)
    page = manager.submit("Save", logo=blue)
    assert page.status == 409
    assert house.portal.settings.logo() == red
    assert [one.one("label").text for one in page.all(".choose .check")] == [
        "Saved now The logo in the header above",
        "Yours The logo you chose",
    ]
    manager.submit("Save this choice", logo_mark=page.one(f"#clash-logo_mark-{chosen}")["value"])
    assert manager.page.notice == "Your changes were saved."
    assert f'id="{left}"' in house.portal.settings.logo()


@pytest.mark.parametrize(("theirs", "left"), [({"logo_remove": "on"}, ""), ({"logo": RED}, RED)])
def test_a_logo_that_only_somebody_else_touched_is_theirs(
    manager: Browser, browse: Browse, people: People, house: House, theirs: dict[str, str], left: str
) -> None:
    """The one before is gone, so it is nothing to choose."""
    house.portal.settings.change(logo=LOGO)
    ruth = browse(people.lead)
    ruth.get("/settings/general")
    manager.get("/settings/general")
    ruth.submit("Save", organization="Beech", **theirs)
    page = manager.submit("Save", sender_name="Desk")
    asked = {one["name"] for one in page.all("[type=radio]")}
    assert (page.status, asked) == (409, {"organization", "sender_name"})
    manager.submit("Save this choice", organization="Beech", sender_name="Desk")
    settings = house.portal.settings.get(consistent=True)
    assert (settings.organization, settings.sender_name, house.portal.settings.logo()) == ("Beech", "Desk", left)


def test_a_logo_that_only_somebody_else_touched_is_no_question(
    manager: Browser, browse: Browse, people: People, house: House
) -> None:
    ruth = browse(people.lead)
    ruth.get("/settings/general")
    manager.get("/settings/general")
    ruth.submit("Save", logo=RED)
    page = manager.submit("Save", sender_name="Desk")
    assert page.notice == "Your changes were saved."
    assert (house.portal.settings.get(consistent=True).sender_name, house.portal.settings.logo()) == ("Desk", RED)


def test_a_logo_with_other_line_ends_is_the_same(house: House) -> None:
    """Browsers send line ends of their own: giving the same logo again is no change."""
    lines = LOGO.replace("><", ">\n<")
    first = house.portal.settings.change(logo=lines)
    assert house.portal.settings.change(logo=lines.replace("\n", "\r\n")) == first


@pytest.mark.parametrize(
    ("amount", "unit", "hours"),
    [
        *(("1", "hours", 1), ("36", "hours", 36), ("30", "days", 720)),
        *(("٣٦", "hours", 36), ("३०", "days", 720), ("３６", "hours", 36), ("۷", "days", 168)),
    ],
)
def test_the_session_lifetime_is_in_hours_or_days(
    manager: Browser, house: House, amount: str, unit: str, hours: int
) -> None:
    manager.get("/settings/portal")
    manager.submit("Save", session_amount=amount, session_unit=unit)
    assert house.portal.settings.get(consistent=True).session_hours == hours


@pytest.mark.parametrize(
    ("amount", "unit"),
    [("0", "hours"), ("0", "days"), ("-1", "hours"), ("0.5", "hours"), ("", "days"), ("366", "days"), ("1", "minutes")],
)
def test_a_lifetime_under_an_hour_or_that_is_none_is_refused(
    manager: Browser, house: House, amount: str, unit: str
) -> None:
    before = house.portal.settings.get(consistent=True)
    manager.get("/settings/portal")
    page = manager.submit("Save", session_amount=amount, session_unit=unit)
    assert page.status == 422
    assert page.one("#portal-session_hours-fault").text
    assert page.one("#portal-session_hours")["value"] == amount
    assert house.portal.settings.get(consistent=True) == before


def test_shortening_the_lifetime_ends_running_sessions_at_once(
    manager: Browser, browse: Browse, people: People
) -> None:
    ada = browse(people.owner)
    people.clock.ahead(hours=5)
    assert ada.get("/conversations").status == 200
    manager.get("/settings/portal")
    manager.submit("Save", session_amount="4", session_unit="hours")
    assert ada.get("/conversations", follow=False).status == 303


def test_switching_the_portal_off_and_reopening_off_is_seen_by_customers_at_once(
    manager: Browser, browse: Browse, people: People
) -> None:
    closed = people.closes(people.starts(people.owner))
    ada = browse(people.owner)
    assert ada.get(f"/conversations/{closed.id}").has_form("Reopen and send")
    manager.get("/settings/portal")
    manager.submit("Save", reopen_allowed=None)
    assert not ada.get(f"/conversations/{closed.id}").has_form("Reopen and send")
    manager.submit("Save", enabled=None)
    assert ada.get("/conversations").status == 404


def test_the_internal_portal_says_why_it_waits_for_the_internal_kb(manager: Browser, house: House) -> None:
    page = manager.get("/settings/portal")
    assert "Turn on the Internal KB first" in page.one("#portal-needs").text
    assert "disabled" in page.one("#portal-internal_portal").attrs
    page = manager.submit("Save", internal_portal="on")
    assert (page.status, page.one("#portal-internal_portal-fault").text[:29]) == (422, "Turn on the Internal KB first")
    manager.get("/settings/internal-kb")
    manager.submit("Save", internal_kb="on")
    manager.get("/settings/portal")
    manager.submit("Save", internal_portal="on", internal_only="on")
    settings = house.portal.settings.get(consistent=True)
    assert (settings.internal_kb, settings.internal_portal, settings.internal_only) == (True, True, True)
    manager.get("/settings/internal-kb")
    manager.submit("Save", internal_kb=None)
    settings = house.portal.settings.get(consistent=True)
    assert (settings.internal_kb, settings.internal_portal, settings.internal_only) == (False, False, False)


def test_a_clash_shows_both_values_and_the_choice_is_saved(
    manager: Browser, browse: Browse, people: People, house: House
) -> None:
    """Ruth saves while Ellis types: Ellis is shown what she saved and what he typed, and chooses."""
    ruth = browse(people.lead)
    manager.get("/settings/portal")
    ruth.get("/settings/portal")
    ruth.submit("Save", session_amount="2", session_unit="days", reopen_allowed=None)
    page = manager.submit("Save", session_amount="4", session_unit="hours")
    assert page.status == 409
    assert house.portal.settings.get(consistent=True).session_hours == 48
    theirs, mine = page.one("#clash-session-theirs"), page.one("#clash-session-mine")
    assert (theirs["value"], mine["value"], "checked" in mine.attrs) == ("2 days", "4 hours", True)
    assert "checked" in page.one("#clash-reopen_allowed-theirs").attrs  # only Ruth has touched it
    manager.submit("Save this choice", session=mine["value"], reopen_allowed="")
    settings = house.portal.settings.get(consistent=True)
    assert (settings.session_hours, settings.reopen_allowed, settings.enabled) == (4, False, True)


def test_changes_of_different_tabs_do_not_clash(manager: Browser, browse: Browse, people: People, house: House) -> None:
    ruth = browse(people.lead)
    manager.get("/settings/general")
    ruth.get("/settings/portal")
    ruth.submit("Save", session_amount="7", session_unit="days")
    assert manager.submit("Save", organization="Beech").status == 200
    settings = house.portal.settings.get(consistent=True)
    assert (settings.organization, settings.session_hours) == ("Beech", 168)


def test_a_form_from_nowhere_changes_nothing_unseen(manager: Browser, house: House) -> None:
    """Without what its page was made from, a form is asked about, not believed."""
    manager.get("/settings/portal")
    page = manager.post("/settings/portal", {"csrf": manager.csrf, "session_amount": "3", "session_unit": "days"})
    assert page.status == 409
    assert house.portal.settings.get(consistent=True).session_hours == 24


def test_every_change_stands_in_the_audit_log(manager: Browser, house: House, people: People) -> None:
    manager.get("/settings/portal")
    manager.submit("Save", session_amount="2", session_unit="hours")
    items, _ = house.table.query("AUDIT", prefix="e#", forward=False, limit=1, consistent=True)
    assert (items[0]["action"], items[0]["author"]) == ("portal:change", people.content_manager.name)
    assert (items[0]["before"], items[0]["after"]) == ('{"session_hours": 24}', '{"session_hours": 2}')


def test_saving_what_is_there_already_is_no_change(manager: Browser, house: House) -> None:
    """No empty entry in the audit log, and no new version for those who are just changing something."""
    house.portal.settings.change(logo=LOGO, colour="#2f6b4f")
    before = house.portal.settings.get(consistent=True)
    items, _ = house.table.query("AUDIT", prefix="e#", forward=False, limit=1, consistent=True)
    for tab in ("general", "portal", "internal-kb"):
        manager.get(f"/settings/{tab}")
        assert manager.submit("Save").notice == "Your changes were saved."
    manager.get("/settings/general")
    manager.submit("Save", logo=LOGO)
    assert house.portal.settings.get(consistent=True) == before
    after, _ = house.table.query("AUDIT", prefix="e#", forward=False, limit=1, consistent=True)
    assert [one["sk"] for one in after] == [one["sk"] for one in items]


def test_public_comments_join_where_the_channel_shows_them(
    manager: Browser, browse: Browse, people: People, house: House
) -> None:
    """From the moment it is chosen; list, counts and page agree all the while."""
    from chalicelib.conversations.incoming import MessageToRecord
    from chalicelib.conversations.model import Direction
    from chalicelib.tokens.model import SCOPES

    token, _ = house.tokens.make("Sync", list(SCOPES))
    (head,) = people.plant(people.owner, channel="instagram")
    ada = browse(people.owner)

    def comments(text: str) -> None:
        saying = MessageToRecord(Direction.IN, "Ada", text, channel="instagram", scope="public")
        house.conversations.intake.record(token, people.head(head.id), saying)

    comments("Before it is shown")
    assert "Before it is shown" not in ada.get(f"/conversations/{head.id}").body
    manager.get("/settings/portal")
    manager.submit("Save", public_channels=["instagram"])
    comments("Now it is shown")
    assert "Now it is shown" in ada.get(f"/conversations/{head.id}").body
    assert "Before it is shown" not in ada.page.body
    assert "Now it is shown" in ada.get("/conversations").one(".rows").text
    assert "Now it is shown" in ada.get("/conversations?q=shown").one(".rows").text
    manager.submit("Save", public_channels=[])
    comments("Hidden again")
    assert "Hidden again" not in ada.get(f"/conversations/{head.id}").body
    assert "Now it is shown" in ada.page.body


def _author(house: House):  # type: ignore[no-untyped-def]  # noqa: ANN202
    from chalicelib.audit.model import OPERATOR

    return OPERATOR


# the tables


def test_every_setting_has_one_row_or_a_page_of_its_own() -> None:
    elsewhere = {"version", "has_logo", "sign_on", "openid", "staff_codes", "theme"}
    rows = [NAMES.get(row.name, row.name) for row in ROWS]
    assert sorted(rows) == sorted({one.name for one in fields(PortalSettings)} - elsewhere)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_names_where_its_setting_acts(row: Field) -> None:
    """Each place named reads the setting, so that whoever changes one finds what follows from it."""
    name = {**NAMES, "logo_mark": "shown_logo"}.get(row.name, row.name)
    assert row.acts
    for place in row.acts:
        path = Path(chalicelib.__file__).parent / place
        files = [path] if path.is_file() else [*path.rglob("*.py")]
        read = {
            node.attr
            for file in files
            for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.Attribute)
        }
        assert name in read, f"{place} does not read {name}"


def test_with_a_live_theme_its_settings_are_changed_there_alone(manager: Browser, house: House) -> None:
    """Logo, colour and welcome have one place; what a form sends of them changes nothing, and the rest is saved."""
    theme = house.themes.create(_author(house), "Winter")
    house.themes.publish(_author(house), theme.id, 1, ())
    colour = house.portal.settings.get(consistent=True).colour
    page = manager.get("/settings/general")
    assert page.link("Change them there") == f"/settings/themes/{theme.id}"
    assert not page.all("#general-colour")
    assert not page.all("#general-logo")
    assert not page.all("#general-welcome")
    page = manager.submit("Save", organization="Beech & Wren")
    assert page.notice == "Your changes were saved."
    form = {**fields_of(page.form("Save")), "colour": "#aa3300", "logo": LOGO, "welcome": "greeting"}
    manager.post("/settings/general", form)
    after = house.portal.settings.get(consistent=True)
    assert (after.organization, after.colour, after.has_logo, after.welcome) == ("Beech & Wren", colour, False, "")


def test_two_who_change_general_with_a_live_theme_are_shown_both(manager: Browser, house: House) -> None:
    theme = house.themes.create(_author(house), "Winter")
    house.themes.publish(_author(house), theme.id, 1, ())
    manager.get("/settings/general")
    house.portal.settings.change(author=_author(house), organization="Theirs")
    page = manager.submit("Save", organization="Ours")
    assert page.status == 409
    assert "Theirs" in page.text
    assert "Colour" not in page.one("main").text
