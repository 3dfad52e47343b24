"""The account page: name, time zone and mail, and everything about oneself to take along."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.conversations import portal as service
from chalicelib.conversations.model import MAX_BODY, Status
from chalicelib.wiring import House
from tests.attachments.corpus import png
from tests.browser import Browser
from tests.people import People


def exported(browser: Browser) -> list[dict[str, Any]]:
    """Return the export, in all its parts."""
    parts = []
    path = "/account/export.json"
    while path:
        page = browser.get(path)
        assert page.status == 200
        parts.append(page.json())
        path = parts[-1]["next"]
    return parts


def test_what_is_set_is_shown_and_used(people: People, browse: Callable[..., Browser]) -> None:
    browser = browse(people.owner)
    page = browser.get("/account")
    assert page.one("#account-name")["value"] == "Ada Lindqvist"
    assert "ada.lindqvist@example.com" in page.text
    (zone,) = [one.text for one in page.all("select option") if "selected" in one.attrs]
    assert zone == "Europe/Stockholm"
    page = browser.submit("Save", name="  Ada\u202e  L. ", time_zone="Asia/Tokyo", mail_replies=None)
    assert page.notice == "Your changes were saved."
    assert page.one(".who").text == "Ada L."
    saved = people.fresh(people.owner)
    assert (saved.name, saved.time_zone, saved.mail_replies) == ("Ada L.", "Asia/Tokyo", False)
    page = browser.submit("Save", time_zone="", mail_replies="1")
    saved = people.fresh(people.owner)
    assert (saved.time_zone, saved.mail_replies) == ("", True)


@pytest.mark.parametrize(
    ("name", "zone", "field"),
    [
        ("", "Asia/Tokyo", "name"),
        ("\u202e \r\n", "", "name"),
        ("x" * 81, "", "name"),
        ("Ada", "Mars/Olympus", "time_zone"),
        ("Ada", "../../etc/passwd", "time_zone"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    people: People, browse: Callable[..., Browser], name: str, zone: str, field: str
) -> None:
    browser = browse(people.owner)
    before = people.fresh(people.owner)
    browser.get("/account")
    page = browser.submit("Save", name=name, time_zone=zone)
    assert page.status == 422
    (wrong,) = page.all("[aria-invalid=true]")
    assert wrong["name"] == field
    assert page.one("#account-name")["value"] == name
    assert people.fresh(people.owner) == before


def test_who_has_no_address_and_who_is_unknown(people: People, browse: Callable[..., Browser]) -> None:
    page = browse(people.caller).get("/account")
    assert page.one("dl.facts").text == "E-mail address None"
    assert browse().get("/account").path == "/login?return_to=%2Faccount"


def test_everything_about_oneself_can_be_taken_along(people: People, browse: Callable[..., Browser]) -> None:
    """Details, sign-ins and every conversation with all that is visible; to be saved, not shown."""
    browser = browse(people.owner)
    browser.get("/conversations/new")
    upload = browser.upload("lamp.png", "image/png", png())
    browser.submit("Start the conversation", subject="The lamp", body="It flickers 🙂", attachment=[upload])
    (closed,) = people.plant(people.owner, ("One", "Two"), channel="sms", status=Status.DONE)
    people.plant(people.stranger, ("Not yours",))
    page = browser.get("/account/export.json")
    assert page.header("Content-Type") == "application/json; charset=utf-8"
    assert page.header("Content-Disposition") == 'attachment; filename="my-conversations.json"'
    (content,) = exported(browser)
    assert content["customer"]["name"] == "Ada Lindqvist"
    assert content["customer"]["email"] == "ada.lindqvist@example.com"
    assert [one["device"][:11] for one in content["sessions"]] == ["Mozilla/5.0"]
    sms, portal = content["conversations"]
    assert (sms["id"], sms["status"], sms["channel"]) == (closed.id, "done", "sms")
    assert [(one["author"], one["direction"], one["body"]) for one in sms["messages"]] == [
        ("Ada Lindqvist", "in", "One"),
        ("Mina Park", "out", "Two"),
    ]
    (file,) = portal["messages"][0]["attachments"]
    assert (file["name"], file["type"], file["url"]) == ("lamp.png", "image/png", f"/attachments/{upload}")
    assert "Not yours" not in page.body


def test_an_export_holds_no_trace_of_what_only_staff_see(people: People, browse: Callable[..., Browser]) -> None:
    head = people.answers(people.starts(people.owner))
    browser = browse(people.owner)
    before = browser.get("/account/export.json").body
    people.notes(head, "A zebra")
    people.snoozes(head)
    people.house.conversations.desk.reopen(people.agent, people.head(head.id))
    after = browser.get("/account/export.json").body
    assert after == before
    assert people.agent.id not in after


def test_a_long_export_comes_in_parts_and_nothing_is_lost(
    people: People, browse: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each part is far below what Lambda can answer; a long conversation goes on in the next one."""
    monkeypatch.setattr(service, "EXPORTED_TEXT", 100_000)
    people.plant(people.owner, tuple(f"{n} " + "🙂" * (MAX_BODY - 10) for n in range(25)), subject="Long")
    people.plant(people.owner, count=30, subject="Short {}")
    browser = browse(people.owner)
    parts = exported(browser)
    assert len(parts) >= 3
    said: dict[str, list[str]] = {}
    for part in parts:
        assert len(json.dumps(part, ensure_ascii=False).encode()) < 1_500_000
        for one in part["conversations"]:
            said.setdefault(one["subject"], []).extend(message["body"].split()[0] for message in one["messages"])
    assert said["Long"] == [str(number) for number in range(25)]
    assert len(said) == 31


def test_an_exports_cursor_is_nobody_elses(
    people: People, browse: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch, house: House
) -> None:
    monkeypatch.setattr("chalicelib.web.customer.account.EXPORTED_AT_ONCE", 2)
    for customer in (people.owner, people.stranger):
        people.plant(customer, count=5)
    mine = browse(people.owner)
    following = mine.get("/account/export.json").json()["next"]
    assert mine.get(following).status == 200
    assert browse(people.stranger).get(following).status == 422
    assert sum(len(part["conversations"]) for part in exported(mine)) == 5
    assert house.portal.settings.get().enabled
