"""Attack 2: a customer writes into another's conversation, or makes a link change something."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.signin.model import Kind
from tests.attachments import corpus
from tests.browser import Browser, put_upload
from tests.emulators import Stage
from tests.people import People
from tests.security.routes import Scene, scene
from tests.security.watching import changed, form_headers, form_token, seen, stored

JSON = "application/json"


@pytest.fixture
def private(browse: Callable[..., Browser], people: People) -> Scene:
    return scene(people, browse(people.owner))


def test_a_foreign_conversation_takes_no_word(
    browse: Callable[..., Browser], people: People, private: Scene, ministack_stage: Stage
) -> None:
    """Reply, reopen, mark as read: with one's own token, as form and as script, it is not found and stays as it was."""
    stranger = browse(people.stranger)
    token = form_token(stranger)
    upload = stranger_upload(stranger)
    before = stored(ministack_stage)
    for action, conversation in (("messages", private.open), ("reopen", private.closed), ("seen", private.open)):
        for headers in ({}, {"Accept": JSON}):
            body = f"csrf={token}&body=Mine+now&attachment={upload}&idempotency_key=0123456789abcdef".encode()
            foreign, absent = (
                seen(stranger.request("POST", f"/conversations/{one}/{action}", body, form_headers(**headers)))
                for one in (conversation.id, private.absent())
            )
            assert foreign == absent, action
            assert foreign[0] == 404
    assert not changed(before, stored(ministack_stage))


def stranger_upload(stranger: Browser) -> str:
    """Return a finished upload of the stranger's own."""
    stranger.get("/conversations/new")
    return stranger.upload("mine.png", "image/png", corpus.png())


def test_a_foreign_session_is_not_ended(
    browse: Callable[..., Browser], people: People, private: Scene, ministack_stage: Stage
) -> None:
    stranger, owner = browse(people.stranger), browse(people.owner)
    token = form_token(stranger)
    before = stored(ministack_stage)
    answer = stranger.post("/account/sign-out", {"csrf": token, "session": private.session}, follow=False)
    assert answer.status == 303
    assert not changed(before, stored(ministack_stage))
    assert owner.get("/conversations").status == 200


def test_the_owner_is_let_in_by_the_same_requests(
    browse: Callable[..., Browser], people: People, private: Scene
) -> None:
    """What is refused above is refused for whose it is, not for some other fault of the request."""
    owner = browse(people.owner)
    token = form_token(owner)
    for action, conversation in (("messages", private.open), ("reopen", private.closed), ("seen", private.open)):
        answer = owner.post(f"/conversations/{conversation.id}/{action}", {"csrf": token, "body": "x"}, follow=False)
        assert answer.status == 303, action


def test_a_link_in_a_mail_or_page_closes_and_opens_nothing(
    browse: Callable[..., Browser], people: People, private: Scene, ministack_stage: Stage
) -> None:
    """A GET of an address that takes a POST, by the owner, by the agent and by their mail scanners, changes nothing."""
    before = stored(ministack_stage)
    owner, agent = browse(people.owner), browse(people.agent)
    before = stored(ministack_stage)
    token, staff_token = form_token(owner), form_token(agent, Kind.STAFF)
    for method in ("GET", "HEAD"):
        for action in ("messages", "reopen", "seen", "close"):
            owner.request(method, f"/conversations/{private.open.id}/{action}?csrf={token}&body=x")
        for action in ("messages", "notes", "close", "snooze", "reopen", "subject", "redact", "resend"):
            path = f"/desk/conversations/{private.open.id}/{action}"
            agent.request(method, f"{path}?csrf={staff_token}&body=x&subject=x&until=week&seq=1&what=whole")
        for path in ("/logout", "/account/sign-out-everywhere", "/staff/logout"):
            owner.request(method, f"{path}?csrf={token}")
            agent.request(method, f"{path}?csrf={staff_token}")
        owner.request(method, f"/conversations/{private.open.id}")
        owner.request(method, f"/attachments/{private.file}")
    assert stored(ministack_stage) == before


def test_an_upload_slot_of_somebody_else_takes_no_other_file(
    browse: Callable[..., Browser], people: People, ministack_stage: Stage
) -> None:
    """The policy of one upload names one key: with it nobody writes over another's file."""
    owner, stranger = browse(people.owner), browse(people.stranger)
    owner.get("/conversations/new")
    mine = owner.upload("lamp.png", "image/png", corpus.png())
    before = stored(ministack_stage)
    stranger.get("/conversations/new")
    begun = stranger.fetch("POST", "/uploads", {"name": "x.png", "type": "image/png", "size": 10}).json()
    assert put_upload(begun, b"overwritten", key=mine) == 403
    own = [one for one in changed(before, stored(ministack_stage)) if begun["id"] not in one]
    assert not own
