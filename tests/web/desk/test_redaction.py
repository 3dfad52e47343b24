"""What is redacted is gone: from page, list, search, export, poll, files, history of the desk and mail."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from chalicelib.conversations.model import Conversation
from chalicelib.wiring import House
from tests.attachments.corpus import png
from tests.browser import Browser
from tests.conftest import MailRoom
from tests.emulators import Stage
from tests.people import People

CARD = "4111 1111 1111 1111"


@pytest.fixture
def head(people: People) -> Conversation:
    """A conversation in which the owner said too much."""
    return people.starts(people.owner, "The lamp", f"My card is {CARD}, thanks.")


@pytest.fixture
def agent(people: People, browse: Callable[..., Browser], head: Conversation) -> Browser:
    """An agent's browser, with the conversation open."""
    browser = browse(people.agent)
    browser.get(f"/desk/conversations/{head.id}")
    return browser


def redact(agent: Browser, head: Conversation, which: str, button: str, **fields: str) -> None:
    """Press one of the buttons under an entry of the thread."""
    page = agent.get(f"/desk/conversations/{head.id}")
    (form,) = [one for one in page.one(which).all("details form") if one.one("button").text == button]
    page = agent.submit(form, **fields)
    assert page.notice == "It was removed for good."


def everywhere(people: People, browse: Callable[..., Browser], head: Conversation) -> str:
    """Return all that the owner and staff can still read anywhere."""
    owner, agent = browse(people.owner), browse(people.agent)
    bodies = [
        owner.get(path).body
        for path in (
            f"/conversations/{head.id}",
            f"/conversations/{head.id}/updates?after=0",
            "/conversations",
            "/conversations?status=open",
            "/account/export.json",
        )
    ]
    bodies += [
        agent.get(path).body
        for path in ("/desk", f"/desk/conversations/{head.id}", f"/desk/conversations/{head.id}/updates?after=0.0")
    ]
    return "\n".join(bodies)


def stored(stage: Stage, house: House) -> str:
    """Return everything the table and the buckets hold."""
    items: list[object] = []
    table = stage.admin("dynamodb")
    start: dict[str, object] = {}
    while True:
        answer = table.scan(TableName=house.settings.table, **start)
        items += answer["Items"]
        if "LastEvaluatedKey" not in answer:
            break
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
    s3 = stage.admin("s3")
    for bucket in (house.settings.upload_bucket, house.settings.attachment_bucket):
        for one in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            items += [one["Key"], s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read().hex()]
    return json.dumps(items, ensure_ascii=False, default=str)


def found(people: People, browse: Callable[..., Browser], words: str) -> int:
    return len(browse(people.owner).get(f"/conversations?q={words}").all("ol.rows h2"))


def test_a_part_is_gone_everywhere_and_the_rest_stays(
    ministack_stage: Stage,
    house: House,
    people: People,
    browse: Callable[..., Browser],
    head: Conversation,
    agent: Browser,
) -> None:
    """Its place is marked, on the page and in the preview."""
    assert CARD in everywhere(people, browse, head)
    assert found(people, browse, "4111") == 1
    redact(agent, head, "#m1", "Remove this text", part=CARD)
    left = everywhere(people, browse, head)
    assert CARD not in left
    assert left.count("My card is") >= 6
    assert browse(people.owner).get(f"/conversations/{head.id}").one("#m1 .gone").text == "[redacted]"
    assert browse(people.owner).get("/conversations").one(".preview").text == "You: My card is [redacted], thanks."
    assert found(people, browse, "4111") == 0
    assert found(people, browse, "thanks") == 1
    assert CARD not in stored(ministack_stage, house)


def test_a_whole_message_is_gone_everywhere_with_its_files(
    ministack_stage: Stage, house: House, people: People, browse: Callable[..., Browser], head: Conversation
) -> None:
    """The objects too; links from before lead nowhere, and the message says that it was removed."""
    owner = browse(people.owner)
    owner.get(f"/conversations/{head.id}")
    upload = owner.upload("passport.png", "image/png", png())
    owner.submit("Send", body="My passport is attached.", attachment=[upload])
    assert owner.download(f"/attachments/{upload}").status == 200
    assert png().hex() in stored(ministack_stage, house)

    redact(browse(people.agent), head, "#m2", "Remove the whole message")
    left = everywhere(people, browse, head)
    assert "passport" not in left
    assert "This message was removed" in left
    assert found(people, browse, "passport") == 0
    assert owner.get(f"/attachments/{upload}").status == 404
    assert browse(people.agent).get(f"/desk/attachments/{upload}").status == 404
    kept = stored(ministack_stage, house)
    assert "passport" not in kept
    assert png().hex() not in kept
    assert owner.get("/conversations").one(".preview").text == "You: [redacted]"


def test_one_file_is_gone_and_the_text_and_the_other_file_stay(
    people: People, browse: Callable[..., Browser], head: Conversation
) -> None:
    owner = browse(people.owner)
    owner.get(f"/conversations/{head.id}")
    gone, kept = (owner.upload(f"{name}.png", "image/png", png()) for name in ("passport", "lamp"))
    owner.submit("Send", body="See here", attachment=[gone, kept])
    redact(browse(people.agent), head, "#m2", "Remove the file passport.png")
    page = owner.get(f"/conversations/{head.id}")
    assert page.one("#m2 .said").text == "See here lamp.png PNG, 67 bytes"
    assert owner.get(f"/attachments/{gone}").status == 404
    assert owner.download(f"/attachments/{kept}").status == 200
    assert "passport" not in everywhere(people, browse, head)


def test_a_note_is_gone_with_its_file(ministack_stage: Stage, house: House, people: People, agent: Browser) -> None:
    upload = agent.upload("zebra.png", "image/png", png(), path="/desk/uploads")
    agent.submit("Add note", body="A zebra", attachment=[upload])
    note = agent.page.one("li.note")
    page = agent.submit(note.one("details form"))
    assert page.one("li.note .said").text == "This note was removed"
    assert agent.get(f"/desk/attachments/{upload}").status == 404
    assert "zebra" not in stored(ministack_stage, house)
    assert people.agent.name in page.all("li.event")[-1].text


def test_mail_that_has_not_left_leaves_without_it(
    people: People, browse: Callable[..., Browser], head: Conversation, mail_room: MailRoom
) -> None:
    """Not in the answer, and not in what is quoted below it."""
    people.answers(head, f"Thank you, we noted {CARD}.")
    agent = browse(people.agent)
    redact(agent, head, "#m1", "Remove this text", part=CARD)
    redact(agent, head, "#m2", "Remove this text", part=CARD)
    (mail,) = mail_room.deliver()
    assert CARD not in mail.as_string()
    assert CARD.encode() not in mail_room.postbox.sent[0]
    assert b"[redacted]" in mail_room.postbox.sent[0]


def test_mail_of_a_removed_message_does_not_leave(
    people: People, browse: Callable[..., Browser], head: Conversation, mail_room: MailRoom
) -> None:
    people.answers(head, CARD)
    agent = browse(people.agent)
    redact(agent, head, "#m2", "Remove the whole message")
    assert mail_room.deliver() == []
    page = agent.get(f"/desk/conversations/{head.id}")
    assert "redacted before it could be sent" in page.one("#m2 .delivery").text


def test_what_cannot_be_redacted_is_said(people: People, head: Conversation, agent: Browser) -> None:
    """Text that is not there, an unknown message, file, note or choice: nothing changes."""
    path = f"/desk/conversations/{head.id}/redact"
    for fields, status in (
        ({"seq": "1", "what": "part", "part": "5555"}, 422),
        ({"seq": "1", "what": "part", "part": " "}, 422),
        ({"seq": "1", "what": "attachment", "attachment": "0" * 26}, 422),
        ({"seq": "1", "what": "attachment"}, 422),
        ({"seq": "1", "what": "everything"}, 422),
        ({"seq": "1"}, 422),
        ({"seq": "7", "what": "whole"}, 404),
        ({"seq": "", "what": "whole"}, 404),
        ({"seq": "-1", "what": "whole"}, 404),
        ({"note": "0" * 26}, 404),
        ({"note": "x"}, 404),
        ({}, 404),
    ):
        agent.get(f"/desk/conversations/{head.id}")
        page = agent.post(path, {"csrf": agent.csrf, **fields})
        assert page.status == status, fields
        assert people.head(head.id).version == head.version
    assert people.messages(head)[0].body == f"My card is {CARD}, thanks."


def test_redacting_twice_is_no_fault(people: People, agent: Browser, head: Conversation) -> None:
    """Two agents press the same button."""
    page = agent.get(f"/desk/conversations/{head.id}")
    (form,) = [one for one in page.all("#m1 form") if one.one("button").text == "Remove the whole message"]
    for _ in range(2):
        assert agent.submit(form).status == 200
    assert people.messages(head)[0].body == ""


def test_a_redacted_subject_is_a_changed_one(
    ministack_stage: Stage, house: House, people: People, browse: Callable[..., Browser], agent: Browser
) -> None:
    """The old one is kept nowhere, not in the history either."""
    (head,) = people.plant(people.owner, subject=f"Card {CARD}")
    agent.get(f"/desk/conversations/{head.id}")
    agent.submit("Save the subject", subject="A payment")
    assert CARD not in everywhere(people, browse, head).replace(f"My card is {CARD}", "")
    assert f"Card {CARD}" not in stored(ministack_stage, house).replace(f"My card is {CARD}", "")
