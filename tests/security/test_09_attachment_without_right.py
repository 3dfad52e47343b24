"""Attack 9: a file reaches somebody who may not have it: by its id, by its link, by the name it has in the bucket."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.aws import files
from chalicelib.signin.model import Kind
from tests.attachments import corpus
from tests.browser import Browser, fetch_url
from tests.emulators import Stage
from tests.people import Clock, People
from tests.security.routes import Scene, scene
from tests.security.watching import form_token, seen

JSON = "application/json"


@pytest.fixture
def owner(browse: Callable[..., Browser], people: People) -> Browser:
    return browse(people.owner)


@pytest.fixture
def private(people: People, owner: Browser) -> Scene:
    """The owner's conversation with a file."""
    return scene(people, owner)


def link(browser: Browser, private: Scene) -> str:
    """Return the link to the bucket that the owner's browser is sent to."""
    return browser.request("GET", f"/attachments/{private.file}").header("Location") or ""


def desk_upload(agent: Browser, private: Scene, action: str) -> str:
    """Let an agent attach a file to an answer or a note, and return its id."""
    agent.get("/desk")
    upload = agent.upload("internal.png", "image/png", corpus.png(), path="/desk/uploads")
    fields = {"csrf": form_token(agent, Kind.STAFF), "body": "", "attachment": upload}
    assert agent.post(f"/desk/conversations/{private.open.id}/{action}", fields, follow=False).status == 303
    return upload


def test_without_a_session_there_is_no_link(browse: Callable[..., Browser], private: Scene) -> None:
    """Neither at the portal's address nor at the desk's; a script learns no more than a person."""
    stranger = browse()
    for path, door in (("/attachments", "/login"), ("/desk/attachments", "/staff/login")):
        page = stranger.request("GET", f"{path}/{private.file}")
        assert page.status == 303
        assert urlsplit(page.header("Location") or "").path == door
        assert stranger.request("GET", f"{path}/{private.file}", headers={"Accept": JSON}).status == 401
        assert stranger.request("HEAD", f"{path}/{private.file}").header("Location") is None


def test_an_ended_session_has_no_file(owner: Browser, people: People, private: Scene, clock: Clock) -> None:
    assert link(owner, private)
    clock.ahead(hours=24)
    assert link(owner, private).startswith("/login?")


def test_the_file_of_a_note_does_not_exist_for_the_customer(
    browse: Callable[..., Browser], people: People, owner: Browser, private: Scene
) -> None:
    """Whose conversation it is makes no difference; that of an answer is theirs."""
    agent = browse(people.agent)
    internal, answered = desk_upload(agent, private, "notes"), desk_upload(agent, private, "messages")
    for accept in ("text/html", JSON):
        headers = {"Accept": accept}
        noted = seen(owner.request("GET", f"/attachments/{internal}", headers=headers))
        assert noted == seen(owner.request("GET", f"/attachments/{private.absent()}", headers=headers))
        assert noted[0] == 404
    assert owner.download(f"/attachments/{answered}").status == 200
    assert agent.download(f"/desk/attachments/{internal}").status == 200
    for path in (f"/conversations/{private.open.id}", "/account/export.json"):
        assert internal not in owner.get(path).body


def test_staff_without_the_right_to_read_have_no_file(
    browse: Callable[..., Browser], people: People, private: Scene
) -> None:
    assert browse(people.content_manager).request("GET", f"/desk/attachments/{private.file}").status == 403
    assert browse(people.agent).request("GET", f"/attachments/{private.file}").status == 303
    assert browse(people.agent).download(f"/desk/attachments/{private.file}").content == corpus.png()


def test_an_upload_no_message_carries_is_nobodys_to_download(
    browse: Callable[..., Browser], people: People, owner: Browser
) -> None:
    """The product passes on nothing it has not looked into: not to its owner, not to staff."""
    owner.get("/conversations/new")
    pending = owner.upload("lamp.png", "image/png", corpus.png())
    assert owner.request("GET", f"/attachments/{pending}").status == 404
    assert browse(people.agent).request("GET", f"/desk/attachments/{pending}").status == 404


def test_a_link_works_for_a_minute_and_for_this_file(owner: Browser, private: Scene) -> None:
    """Its time and its key are signed: neither more time nor another file can be had by changing it."""
    signed = link(owner, private)
    query = parse_qs(urlsplit(signed).query)
    assert query["X-Amz-Expires"] == ["60"]
    assert fetch_url(signed).content == corpus.png()
    for changed in (
        signed.replace("X-Amz-Expires=60", "X-Amz-Expires=600000"),
        signed.replace("X-Amz-Expires=60", ""),
        signed.replace(query["X-Amz-Date"][0], "20350101T000000Z"),
        signed.replace(private.file, private.file[::-1]),
        signed.replace(private.file, f"../{private.file}"),
        signed.replace("X-Amz-Signature=", "X-Amz-Signature=0"),
        signed.partition("?")[0],
        signed.replace("/foyer-", "/foyer-x-"),
    ):
        assert changed != signed
        assert fetch_url(changed).status in {400, 403, 404}, changed
    for method in ("PUT", "DELETE", "POST"):
        assert fetch_url(signed, method, b"x").status in {400, 403, 405}, method
    assert fetch_url(signed).content == corpus.png()


def test_a_link_that_has_expired_is_refused(owner: Browser, private: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bucket looks at the time: a link for a minute that was made two minutes ago is refused."""
    now = time.time
    for age, status in ((30, 200), (120, 403)):
        monkeypatch.setattr(files.time, "time", lambda: now() - age)  # noqa: B023
        assert fetch_url(link(owner, private)).status == status


def test_buckets_answer_nobody_without_a_signature(owner: Browser, private: Scene, ministack_stage: Stage) -> None:
    host = urlsplit(link(owner, private))
    for bucket in ("FOYER_ATTACHMENT_BUCKET", "FOYER_UPLOAD_BUCKET"):
        name = ministack_stage.environment[bucket]
        for path in (f"/{name}", f"/{name}?list-type=2", f"/{name}/{private.file}"):
            assert fetch_url(f"{host.scheme}://{host.netloc}{path}").status == 403, path


def test_a_redacted_file_is_gone_by_every_way(
    browse: Callable[..., Browser], people: People, owner: Browser, private: Scene
) -> None:
    """Also for a browser that has the link of a moment ago, and for the agent who removed it."""
    agent = browse(people.agent)
    old = link(owner, private)
    fields = {"csrf": form_token(agent, Kind.STAFF), "seq": "1", "what": "attachment", "attachment": private.file}
    assert agent.post(f"/desk/conversations/{private.open.id}/redact", fields, follow=False).status == 303
    assert fetch_url(old).status in {403, 404}
    gone = seen(owner.request("GET", f"/attachments/{private.file}"))
    assert gone == seen(owner.request("GET", f"/attachments/{private.absent()}"))
    assert agent.request("GET", f"/desk/attachments/{private.file}").status == 404
    assert "lamp.png" not in owner.get(f"/conversations/{private.open.id}").body
    assert "lamp.png" not in agent.get(f"/desk/conversations/{private.open.id}").body
