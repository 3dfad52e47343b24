"""What must be true of a channel that was just added; ``test_a_new_channel.py`` runs it in a copy that has one."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from chalicelib.wiring import House
from local.gateway import Gateway
from tests.browser import Browser, Page
from tests.people import People
from tests.program import Program, refusal
from tools import import_history


@pytest.fixture
def program(gateway: Gateway, house: House) -> Program:
    return Program(gateway, house)


def its_name_and_icon(page: Page) -> bool:
    """Tell whether a page shows the channel as one it knows."""
    shown = [one for one in page.all(".channel") if one.text.strip() == "Telegram"]
    return bool(shown) and all(one.one("use")["href"].endswith("#channel-telegram") for one in shown)


def test_programs_record_on_it(program: Program) -> None:
    """The API takes the channel and what it calls people, in any spelling, and knows them again by it."""
    noor = program.customer(telegram=" @Noor_H")
    assert noor["handles"] == {"telegram": "noor_h"}
    assert program.customer(telegram="NOOR_H", email="noor@example.com")["id"] == noor["id"]
    made = program.conversation(noor["id"], channel="telegram")
    said = program.message(made["id"], direction="out", body="Which lamp?")
    assert (made["channel"], made["reply_channel"], said["channel"]) == ("telegram",) * 3
    comment = {"direction": "in", "body": "Nice!", "scope": "public"}
    response = program.call("POST", f"/conversations/{made['id']}/messages", comment)
    assert refusal(response) == (422, "unknown_choice")
    assert program.call("POST", "/customers", {"name": "Nobody", "telegram": " @ "}).status == 422


def test_the_description_of_the_api_has_it(browse: Callable[..., Browser]) -> None:
    schemas = json.loads(browse().get("/api/v1/openapi.json").body)["components"]["schemas"]
    assert "telegram" in schemas["CustomerIn"]["properties"]
    assert "telegram" in schemas["ConversationIn"]["properties"]["channel"]["enum"]
    assert "telegram" in schemas["MessageOut"]["properties"]["channel"]["enum"]


def test_an_import_brings_it(house: House, tmp_path: Path) -> None:
    """History of the channel, of somebody known by nothing but its handle."""
    lines = (
        {"kind": "customer", "name": "Noor Haddad", "telegram": "@Noor_H"},
        {
            "kind": "conversation",
            "external_id": "v-1",
            "customer": {"telegram": "noor_h"},
            "subject": "The lamp",
            "channel": "telegram",
        },
        {
            "kind": "message",
            "conversation": "v-1",
            "external_id": "m-1",
            "direction": "in",
            "at": "2021-05-01T10:00:00Z",
            "body": "It flickers.",
        },
    )
    file = tmp_path / "history.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    _, bad = import_history.load(house, file, io.StringIO())
    assert bad == 0
    head = house.conversations.store.get(house.conversations.store.owner("v-1") or "")
    assert head
    assert (head.channel, head.customer_id) == ("telegram", house.customers.store.owner("telegram", "Noor_H"))


def test_pages_show_its_name_and_icon(people: People, browse: Callable[..., Browser]) -> None:
    """My Conversations, the conversation, the desk's list and its conversation; and the icon is drawn."""
    (head,) = people.plant(people.owner, channel="telegram")
    ada, imke = browse(people.owner), browse(people.agent)
    for browser, path in (
        (ada, "/conversations"),
        (ada, f"/conversations/{head.id}"),
        (imke, "/desk"),
        (imke, f"/desk/conversations/{head.id}"),
    ):
        page = browser.get(path)
        assert its_name_and_icon(page), path
    icons = browse().get(page.one("link[rel=icon]")["href"].replace("favicon", "icons"))
    assert 'id="channel-telegram"' in icons.body
    assert "Is shown in the portal; no e-mail goes out." in page.text
    assert its_name_and_icon(browse(people.content_manager).get("/settings/portal"))


def test_merging_finds_and_names_its_handle(house: House, people: People, browse: Callable[..., Browser]) -> None:
    noor = house.customers.profiles.register("Noor Haddad", {"telegram": "@Noor_H"})
    assert house.merging.find("NOOR_H").id == noor.id
    page = browse(people.lead).get(f"/settings/customers?one=@noor_h&other={people.owner.email}")
    assert page.status == 200
    assert "Telegram" in page.text
    assert "noor_h" in page.text
