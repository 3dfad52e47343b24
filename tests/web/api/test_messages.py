"""Messages through the API: both directions, every channel, each once, now or in the past, with files and by mail."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.channels.model import CHANNELS
from chalicelib.clock import moment, stamp
from chalicelib.wiring import House
from tests.attachments import corpus
from tests.browser import Browser, put_upload
from tests.conftest import MailRoom
from tests.people import Clock, People
from tests.program import Program, refusal

PUBLIC = [key for key, channel in CHANNELS.items() if "public" in channel.scopes]


@pytest.fixture
def conversation(program: Program, people: People) -> Any:
    """A conversation of the owner in which nothing was said yet."""
    return program.conversation(people.owner.id)


@pytest.mark.parametrize("channel", CHANNELS)
def test_both_directions_of_every_channel_reach_the_customers_page(
    program: Program, people: People, browse: Callable[..., Browser], channel: str
) -> None:
    made = program.conversation(people.owner.id, channel=channel, subject=f"By {channel}")
    asked = program.message(made["id"], body="Which bulb fits?")
    program.message(made["id"], direction="out", body="An E27 does.", author="Imke")
    assert (asked["channel"], asked["author"], asked["seq"]) == (channel, people.owner.name, 1)
    page = browse(people.owner).get(f"/conversations/{made['id']}")
    assert [one.text for one in page.all("ol.messages .said")] == ["Which bulb fits?", "An E27 does."]
    listed = browse(people.owner).get("/conversations")
    assert "An E27 does." in listed.text


def test_a_conversation_without_a_message_is_nothing_to_its_customer(
    program: Program, people: People, browse: Callable[..., Browser], conversation: Any
) -> None:
    owner = browse(people.owner)
    assert owner.get(f"/conversations/{conversation['id']}").status == 404
    assert conversation["subject"] not in owner.get("/conversations").text
    assert people.fresh(people.owner).open_count == 0
    program.message(conversation["id"])
    assert owner.get(f"/conversations/{conversation['id']}").status == 200
    assert people.fresh(people.owner).open_count == 1


@pytest.mark.parametrize("channel", PUBLIC)
def test_a_public_message_is_recorded_and_never_shown(
    program: Program, people: People, browse: Callable[..., Browser], channel: str
) -> None:
    made = program.conversation(people.owner.id, channel=channel)
    comment = program.message(made["id"], scope="public", body="Nice lamp! #alder")
    assert (comment["id"], comment["scope"], comment["seq"]) == ("p1", "public", 1)
    owner = browse(people.owner)
    assert owner.get(f"/conversations/{made['id']}").status == 404
    before = program.get(f"/conversations/{made['id']}")
    program.message(made["id"], scope="direct", body="Where can I buy it?")
    shown = owner.get(f"/conversations/{made['id']}").text
    program.message(made["id"], scope="public", body="Where? Where?")
    assert owner.get(f"/conversations/{made['id']}").text == shown
    assert "Nice lamp" not in shown
    assert before["preview"] == ""
    assert [one["body"] for one in program.all(f"/conversations/{made['id']}/messages", scope="public")] == [
        "Nice lamp! #alder",
        "Where? Where?",
    ]


@pytest.mark.parametrize("channel", [key for key in CHANNELS if key not in PUBLIC])
def test_other_channels_have_no_public_messages(program: Program, people: People, channel: str) -> None:
    made = program.conversation(people.owner.id, channel=channel)
    response = program.call(
        "POST", f"/conversations/{made['id']}/messages", {"direction": "in", "body": "Hi", "scope": "public"}
    )
    assert refusal(response) == (422, "unknown_choice")


def test_an_external_id_seen_before_gives_the_first_message(program: Program, conversation: Any) -> None:
    path = f"/conversations/{conversation['id']}/messages"
    first = program.call("POST", path, {"direction": "in", "body": "Hello", "external_id": "m-1"})
    again = program.call("POST", path, {"direction": "in", "body": "Hello, edited", "external_id": "m-1"})
    assert (first.status, again.status) == (201, 200)
    assert again.json() == first.json()
    assert len(program.all(path)) == 1


def test_the_same_external_id_at_once_is_recorded_once(program: Program, conversation: Any) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: program.message(conversation["id"], external_id="m-1"), range(6)))
    assert {one["id"] for one in answers} == {"m1"}
    assert len(program.all(f"/conversations/{conversation['id']}/messages")) == 1


def test_external_ids_belong_to_their_conversation(program: Program, people: People, conversation: Any) -> None:
    other = program.conversation(people.stranger.id)
    program.message(conversation["id"], external_id="m-1", body="One")
    assert program.message(other["id"], external_id="m-1", body="Other")["body"] == "Other"


def test_a_message_of_the_past_keeps_its_time_and_changes_no_status(
    program: Program, people: People, browse: Callable[..., Browser], clock: Clock
) -> None:
    made = program.conversation(
        people.owner.id, status="done", created_at="2021-05-01T10:00:00+02:00", closed_at="2021-06-01T00:00:00Z"
    )
    said = program.message(made["id"], at="2021-05-01T10:00:00+02:00", body="Then")
    program.message(made["id"], direction="out", at="2021-05-02T08:00:00Z", body="And answered")
    head = program.get(f"/conversations/{made['id']}")
    assert said["at"] == "2021-05-01T08:00:00.000Z"
    assert (head["status"], head["unread"]) == ("done", False)
    assert head["active_at"] == "2021-05-02T08:00:00.000Z"
    assert head["closed_at"] == "2021-06-01T00:00:00.000Z"
    customer = people.fresh(people.owner)
    assert (customer.open_count, customer.done_count) == (0, 1)
    assert "And answered" in browse(people.owner).get("/conversations?status=done").text


def test_what_is_said_now_wakes_and_is_unread(program: Program, people: People, clock: Clock) -> None:
    made = program.conversation(people.owner.id)
    program.message(made["id"])
    until = stamp(clock() + timedelta(days=2))
    assert program.patch(f"/conversations/{made['id']}", status="snoozed", snoozed_until=until)["status"] == "snoozed"
    program.message(made["id"], direction="out", body="Any news?")
    head = program.get(f"/conversations/{made['id']}")
    assert (head["status"], head["snoozed_until"], head["unread"]) == ("open", None, True)


def test_nothing_is_said_now_in_a_closed_conversation(program: Program, conversation: Any) -> None:
    program.message(conversation["id"])
    program.patch(f"/conversations/{conversation['id']}", status="done")
    path = f"/conversations/{conversation['id']}/messages"
    for direction in ("in", "out"):
        response = program.call("POST", path, {"direction": direction, "body": "Still there?"})
        assert refusal(response) == (409, "conversation_closed")


def test_the_future_is_refused(program: Program, conversation: Any, clock: Clock) -> None:
    path = f"/conversations/{conversation['id']}/messages"
    for at in (stamp(clock() + timedelta(hours=1)), "1969-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"):
        response = program.call("POST", path, {"direction": "in", "body": "Hi", "at": at})
        assert refusal(response) == (422, "invalid")
        assert response.json()["error"]["field"] == "at"


def test_an_answer_leaves_as_mail_only_when_asked(program: Program, mail_room: MailRoom, conversation: Any) -> None:
    program.message(conversation["id"], direction="out", body="Recorded, sent elsewhere.")
    assert mail_room.deliver() == []
    program.message(conversation["id"], direction="out", body="Please send this.", notify=True)
    assert "Please send this." in mail_room.text()


def test_the_answer_to_a_message_of_a_channel_goes_there(program: Program, people: People) -> None:
    made = program.conversation(people.owner.id, channel="portal")
    program.message(made["id"], channel="whatsapp", body="I am on the road.")
    assert program.get(f"/conversations/{made['id']}")["reply_channel"] == "whatsapp"
    assert program.message(made["id"], direction="out", body="Fine.")["channel"] == "whatsapp"


def test_messages_carry_files(
    program: Program, people: People, browse: Callable[..., Browser], conversation: Any, house: House
) -> None:
    image = corpus.png()
    upload = program.post("/attachments", name="lamp.png", type="image/png", size=len(image))
    assert put_upload(upload, image) == 201
    message = program.message(conversation["id"], body="", attachment=[upload["id"]])
    assert message["attachments"] == [{"id": upload["id"], "name": "lamp.png", "type": "image/png", "size": len(image)}]
    assert browse(people.owner).get(f"/attachments/{upload['id']}").status == 302
    assert program.get(f"/attachments/{upload['id']}")["url"].startswith("http")
    again = program.call(
        "POST",
        f"/conversations/{conversation['id']}/messages",
        {"direction": "in", "attachment": [upload["id"]]},
    )
    assert refusal(again) == (422, "file_refused")


def test_messages_come_in_pages_oldest_first(program: Program, conversation: Any) -> None:
    for number in range(5):
        program.message(conversation["id"], body=f"Message {number}")
    path = f"/conversations/{conversation['id']}/messages"
    bodies = [one["body"] for one in program.all(path, limit="2")]
    assert bodies == [f"Message {number}" for number in range(5)]


def test_a_redacted_message_is_gone_for_everybody(
    program: Program, people: People, browse: Callable[..., Browser], conversation: Any
) -> None:
    path = f"/conversations/{conversation['id']}/messages"
    program.message(conversation["id"], body="My card is 4711 0815.")
    part = program.post(f"{path}/m1/redact", part="4711 0815")
    assert part["body"] == "My card is [redacted]."
    whole = program.post(f"{path}/m1/redact")
    assert (whole["body"], whole["redacted"]) == ("", True)
    assert "My card" not in browse(people.owner).get(f"/conversations/{conversation['id']}").text
    assert program.get(f"/conversations/{conversation['id']}")["preview"] == "[redacted]"
    for wrong in ("m2", "m0", "p1", "x1", "m", "m1x", "m123456789"):
        assert refusal(program.call("POST", f"{path}/{wrong}/redact")) == (404, "not_found")


def test_a_public_message_is_redacted_without_a_trace_for_the_customer(program: Program, people: People) -> None:
    made = program.conversation(people.owner.id, channel="instagram")
    program.message(made["id"], body="Direct")
    program.message(made["id"], scope="public", body="4711")
    before = program.get(f"/conversations/{made['id']}")
    assert program.post(f"/conversations/{made['id']}/messages/p1/redact")["redacted"]
    assert program.get(f"/conversations/{made['id']}") == before
    assert program.all(f"/conversations/{made['id']}/messages")[0]["body"] == "Direct"


def test_times_are_utc_with_milliseconds(program: Program, conversation: Any) -> None:
    at = program.message(conversation["id"], at="2024-02-29T23:59:59.123456-11:00")["at"]
    assert moment(at) == moment("2024-03-01T10:59:59.123Z")
