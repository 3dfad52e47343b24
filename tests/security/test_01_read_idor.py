"""Attack 1: a customer asks for what is another customer's. Nothing tells it from what does not exist."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.conversations.incoming import ConversationToRecord, MessageToRecord
from chalicelib.conversations.model import Conversation, Direction
from chalicelib.ids import new_id
from chalicelib.signin.model import Kind
from chalicelib.tokens.model import SCOPES
from tests.browser import Browser, cookies_of
from tests.people import Clock, People
from tests.security.routes import Scene, scene
from tests.security.watching import form_token, seen

SECRET = "Tangerine"


@pytest.fixture
def private(browse: Callable[..., Browser], people: People) -> Scene:
    """What the owner has: conversations in which a word occurs that nobody else may read, and a file."""
    made = scene(people, browse(people.owner))
    people.says(people.owner, made.open, f"{SECRET}, says the owner")
    people.answers(made.open, f"{SECRET}, says the agent")
    return made


def test_a_conversation_its_updates_and_its_earlier_messages(
    browse: Callable[..., Browser], people: People, private: Scene
) -> None:
    """Page and JSON, whatever version or place is asked for: status, headers and body are those of an absent one."""
    stranger, owner = browse(people.stranger), browse(people.owner)
    for tail in ("", "?before=2", "/updates", "/updates?after=0", f"/updates?after={private.open.version}"):
        for accept in ("text/html", "application/json"):
            headers = {"Accept": accept}
            foreign = seen(stranger.request("GET", f"/conversations/{private.open.id}{tail}", headers=headers))
            absent = seen(stranger.request("GET", f"/conversations/{private.absent()}{tail}", headers=headers))
            assert foreign == absent, tail
            assert foreign[0] == 404
            mine = owner.request("GET", f"/conversations/{private.open.id}{tail}", headers=headers)
            assert mine.status in {200, 204}


def test_a_file(browse: Callable[..., Browser], people: People, private: Scene) -> None:
    stranger = browse(people.stranger)
    for accept in ("text/html", "application/json"):
        headers = {"Accept": accept}
        foreign = seen(stranger.request("GET", f"/attachments/{private.file}", headers=headers))
        assert foreign == seen(stranger.request("GET", f"/attachments/{private.absent()}", headers=headers))
        assert foreign[0] == 404
    assert browse(people.owner).request("GET", f"/attachments/{private.file}").status == 302


def test_the_list_the_search_and_the_export(browse: Callable[..., Browser], people: People, private: Scene) -> None:
    """They hold what is one's own, and their counts count nothing else."""
    people.starts(people.stranger, subject="My own")
    stranger = browse(people.stranger)
    for path in ("/conversations", "/conversations?sort=oldest", "/conversations?status=open"):
        page = stranger.get(path)
        assert [one.text for one in page.all("ol.rows h2")] == ["My own"]
        assert "Showing 1 of 1" in page.one(".more").text
    assert not stranger.get("/conversations?status=done").all("ol.rows li")
    assert not stranger.get(f"/conversations?q={SECRET}").all("ol.rows li")
    exported = stranger.get("/account/export.json")
    assert [one["subject"] for one in exported.json()["conversations"]] == ["My own"]
    for text in (SECRET, private.open.id, private.file, people.owner.id, people.owner.email or ""):
        assert text not in exported.body
    assert browse(people.owner).get(f"/conversations?q={SECRET}").all("ol.rows li")


def test_nobody_chooses_whose_things_are_shown(browse: Callable[..., Browser], people: People, private: Scene) -> None:
    """A name of somebody else in query, header or cookie is nobody's business."""
    stranger = browse(people.stranger)
    ids = "&".join(f"{name}={people.owner.id}" for name in ("customer", "customer_id", "id", "user", "owner", "as"))
    plain = [seen(stranger.get(path)) for path in ("/conversations", "/account", "/account/export.json")]
    asked = [seen(stranger.get(f"{path}?{ids}")) for path in ("/conversations", "/account", "/account/export.json")]
    assert asked == plain
    headers = dict.fromkeys(("X-Customer-Id", "X-User-Id", "X-Forwarded-User", "X-Amzn-Oidc-Identity"), people.owner.id)
    assert seen(stranger.get("/conversations", headers=headers)) == plain[0]


def test_a_token_that_mixes_two_people_is_nobodys(browse: Callable[..., Browser], people: People) -> None:
    """A session is the secret of exactly the customer it names."""
    owner, stranger = browse(people.owner), browse(people.stranger)
    name = cookies_of(owner.house).session(Kind.CUSTOMER)
    theirs, _, secret = stranger.cookies[name].partition(".")
    for token in (f"{people.owner.id}.{secret}", f"{theirs}.{owner.cookies[name].partition('.')[2]}", f".{secret}"):
        mixed = browse()
        mixed.cookies[name] = token
        assert mixed.get("/conversations").path.startswith("/login")


@pytest.mark.parametrize("who", ["stranger", "colleague"])
def test_a_new_conversation_links_back_to_no_foreign_one(
    browse: Callable[..., Browser], people: People, clock: Clock, who: str
) -> None:
    """Not even a colleague of the same household learns the subject of a closed conversation."""
    closed: Conversation = people.closes(people.starts(people.owner, subject=SECRET))
    other = browse(getattr(people, who))
    page = other.get(f"/conversations/new?continues={closed.id}")
    assert page.status == 404
    assert SECRET not in page.body


def test_what_was_only_said_in_public_does_not_exist_for_its_customer(
    browse: Callable[..., Browser], people: People
) -> None:
    """A conversation of comments the portal does not show: no page, no row, no count, no hit, and nowhere to write."""
    house = people.house
    token, _ = house.tokens.make("channel", SCOPES)
    head, _ = house.conversations.intake.begin(
        token, people.owner.id, ConversationToRecord(subject=SECRET, channel="twitter")
    )
    house.conversations.intake.record(
        token, head, MessageToRecord(Direction.IN, "Ada", SECRET, channel="twitter", scope="public")
    )
    owner = browse(people.owner)
    absent = new_id(people.clock())
    for tail in ("", "/updates", "/updates?after=1"):
        hidden = seen(owner.request("GET", f"/conversations/{head.id}{tail}"))
        assert hidden == seen(owner.request("GET", f"/conversations/{absent}{tail}"))
        assert hidden[0] == 404
    for action in ("messages", "reopen", "seen"):
        answer = owner.post(f"/conversations/{head.id}/{action}", {"csrf": form_token(owner), "body": "x"})
        assert answer.status == 404
    for path in ("/conversations", "/conversations?status=open", f"/conversations?q={SECRET}", "/account/export.json"):
        page = owner.get(path)
        assert head.id not in page.body
        assert not page.all("ol.rows li")
    assert people.fresh(people.owner).open_count == 0
    assert SECRET in browse(people.agent).get(f"/desk/conversations/{head.id}").body
