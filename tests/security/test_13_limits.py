"""Attack 13: a little more than is allowed, past the browser's own checks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.attachments.model import MAX_SIZE
from tests.attachments import corpus
from tests.browser import Browser, put_upload
from tests.emulators import Stage
from tests.people import People
from tests.security.watching import changed, form_token, stored


@pytest.fixture
def owner(browse: Callable[..., Browser], people: People) -> Browser:
    browser = browse(people.owner)
    browser.get("/conversations/new")
    return browser


def png(browser: Browser) -> str:
    return browser.upload("lamp.png", "image/png", corpus.png())


def test_six_files_are_taken_and_a_seventh_is_not(owner: Browser, people: People, ministack_stage: Stage) -> None:
    """In a new conversation and in a reply; naming one file twice does not make it two."""
    uploads = [png(owner) for _ in range(7)]
    before = stored(ministack_stage)
    page = owner.submit("Start the conversation", subject="Files", body="Seven", attachment=uploads)
    assert page.status == 422
    assert "at most 6 files" in page.faults[0]
    assert not changed(before, stored(ministack_stage))
    page = owner.submit("Start the conversation", attachment=[*uploads[:6], uploads[0]])
    assert page.status == 200
    assert len(page.all("ul.files li")) == 6
    page = owner.submit("Send", body="", attachment=[uploads[6], *(png(owner) for _ in range(6))])
    assert page.status == 422
    assert len(people.messages(people.head(page.path.split("/")[2]))) == 1


def test_three_megabytes_are_taken_and_a_byte_more_is_not(owner: Browser) -> None:
    """Refused where it is announced, and where it was announced smaller than it is, by the bucket."""
    exact = corpus.sized("png", MAX_SIZE)
    upload = owner.upload("large.png", "image/png", exact)
    page = owner.submit("Start the conversation", subject="Large", body="", attachment=[upload])
    assert page.status == 200
    assert owner.download(page.one("ul.files a")["href"]).content == exact
    asked = {"name": "large.png", "type": "image/png", "size": MAX_SIZE + 1}
    refused = owner.fetch("POST", "/uploads", asked)
    assert refused.status == 422
    assert "3,145,729 bytes" in refused.json()["error"]["message"]
    begun = owner.fetch("POST", "/uploads", {**asked, "size": MAX_SIZE}).json()
    assert put_upload(begun, exact + b"\0") in {400, 403, 413}
    assert put_upload(begun, b"") in {400, 403, 413}


def test_no_size_that_cannot_be_is_signed(owner: Browser, subtests: pytest.Subtests) -> None:
    for size in (0, -1, 3_145_729, 2**53, 2**63, 10**400):
        with subtests.test("size", digits=len(str(size))):
            answer = owner.fetch("POST", "/uploads", {"name": "a.png", "type": "image/png", "size": size})
            assert answer.status == 422
            assert answer.json()["error"].keys() == {"code", "message", "field"}


def test_another_size_than_announced_is_refused(owner: Browser) -> None:
    begun = owner.fetch("POST", "/uploads", {"name": "a.png", "type": "image/png", "size": 5}).json()
    assert put_upload(begun, corpus.png()) == 201
    page = owner.submit("Start the conversation", subject="Size", body="", attachment=[begun["id"]])
    assert page.status == 422
    assert "bytes arrived instead of" in page.faults[0]


MISFITS = [
    ("a.png", "image/svg+xml"),
    ("a.png", "text/html"),
    ("a.jpg", "image/heic"),
    ("a.png", "video/mp4"),
    ("a.pdf", "image/png"),
    ("a.csv", "application/pdf"),
    ("a", ""),
    ("a", "text/html"),
    ("a", "image/svg+xml"),
    ("a.", "application/octet-stream"),
    (".htaccess", "text/plain"),
    ("a.png.svg", "image/png"),
    ("a.svg", "image/svg+xml"),
    ("a.html", "text/html"),
    ("a.exe", "application/octet-stream"),
    ("a.docm", "application/msword"),
    ("a.png\x00.exe", "image/png"),
]


def test_name_and_type_that_do_not_fit_are_not_signed(owner: Browser, subtests: pytest.Subtests) -> None:
    for name, content_type in MISFITS:
        with subtests.test(name):
            answer = owner.fetch("POST", "/uploads", {"name": name, "type": content_type, "size": 10})
            assert answer.status == 422
            assert answer.json()["error"]["code"] == "file_refused"


def test_a_type_that_was_believed_does_not_decide_what_is_kept(owner: Browser) -> None:
    """A type that says nothing, or stands in for an extension, gets a file no further than its content allows."""
    for name, content_type, kept in (
        ("a.png", "image/jpeg", "a.png"),
        ("a.png", "application/force-download", "a.png"),
        ("1000012345", "image/png", "1000012345.png"),
        ("Scan 12.03.2026", "image/png", "Scan 12.03.2026.png"),
    ):
        for content, status in ((corpus.png(), 200), (b"<!DOCTYPE html><script>alert(1)</script>", 422)):
            owner.get("/conversations/new")
            upload = owner.upload(name, content_type, content)
            page = owner.submit("Start the conversation", subject="Lamp", body="", attachment=[upload])
            assert page.status == status, name
            assert kept in (page.content if status == 200 else page.faults[0])


def test_the_bucket_takes_no_other_type_than_was_signed(owner: Browser) -> None:
    begun = owner.fetch("POST", "/uploads", {"name": "a.png", "type": "image/png", "size": 10}).json()
    for field, value in (("Content-Type", "text/html"), ("acl", "public-read"), ("x-amz-meta-x", "1")):
        assert put_upload(begun, b"0123456789", **{field: value}) in {400, 403}, field


def test_a_policy_used_twice_brings_one_file(owner: Browser) -> None:
    """Before it is sent the last upload counts; what is sent once cannot be sent again."""
    first, second = corpus.png(), corpus.png(corpus.chunk(b"teSt", b""))
    begun = owner.fetch("POST", "/uploads", {"name": "a.png", "type": "image/png", "size": len(second)}).json()
    assert put_upload(begun, first) == 201
    assert put_upload(begun, second) == 201
    page = owner.submit("Start the conversation", subject="Twice", body="", attachment=[begun["id"]])
    assert owner.download(page.one("ul.files a")["href"]).content == second
    assert put_upload(begun, first) == 201
    assert owner.download(page.one("ul.files a")["href"]).content == second
    page = owner.submit("Send", body="", attachment=[begun["id"]])
    assert page.status == 422


EMOJI = "👩\u200d💻"
"""One sign of three code points, eleven bytes of UTF-8 and five units of UTF-16."""


def test_code_points_are_counted_at_the_limit(owner: Browser, people: People, subtests: pytest.Subtests) -> None:
    """10,240 are taken and arrive whole, 10,241 are refused with the number and all that was typed."""
    for character in ("a", "é", "字", "😀", EMOJI[:1] + "\u0301", "\n", "&", "<"):
        with subtests.test(character):
            conversation = people.starts(people.owner)
            path = f"/conversations/{conversation.id}"
            text = (character * 10_240)[:10_238]
            for body, status in ((f"[{text}]", 200), (f"[{text}]!", 422)):
                owner.get(path)
                page = owner.submit("Send", body=body)
                assert page.status == status
            assert "10,241 characters" in page.faults[0]
            assert page.one("textarea[name=body]").content.removeprefix("\n") == f"[{text}]!"
            assert [one.body for one in people.messages(conversation)][1:] == [f"[{text}]"]


def test_line_ends_count_once(owner: Browser, people: People) -> None:
    """A browser sends CR LF for each; 10,240 characters of them are 20,478 on the wire and still fit."""
    conversation = people.starts(people.owner)
    token = form_token(owner)
    for end in ("\r\n", "\r", "\n"):
        body = f"a{end * 10_238}b"
        page = owner.post(f"/conversations/{conversation.id}/messages", {"csrf": token, "body": body}, follow=False)
        assert page.status == 303
        assert len(people.messages(conversation)[-1].body) == 10_240
    page = owner.post(
        f"/conversations/{conversation.id}/messages", {"csrf": token, "body": "a" + "\r\n" * 10_239 + "b"}
    )
    assert page.status == 422


def test_nothing_is_no_message(
    owner: Browser, people: People, ministack_stage: Stage, subtests: pytest.Subtests
) -> None:
    for body in ("", " ", "\r\n\r\n", "\t", "\x00", "\x00 \x01\x7f\x85"):
        with subtests.test(body):
            conversation = people.starts(people.owner)
            before = stored(ministack_stage)
            page = owner.post(f"/conversations/{conversation.id}/messages", {"csrf": form_token(owner), "body": body})
            assert page.status == 422
            assert page.faults == ["Write a message or attach a file before sending."]
            assert not changed(before, stored(ministack_stage))


def test_the_limits_hold_for_staff_as_well(browse: Callable[..., Browser], people: People) -> None:
    conversation = people.starts(people.owner)
    agent = browse(people.agent)
    agent.get(f"/desk/conversations/{conversation.id}")
    uploads = [agent.upload("a.png", "image/png", corpus.png(), path="/desk/uploads") for _ in range(7)]
    for button in ("Send reply", "Add note"):
        assert agent.submit(button, body="x", attachment=uploads).status == 422
        agent.get(f"/desk/conversations/{conversation.id}")
        assert agent.submit(button, body="x" * 10_241).status == 422
        agent.get(f"/desk/conversations/{conversation.id}")
    assert len(people.messages(conversation)) == 1


def test_what_one_person_may_upload_in_an_hour_ends(owner: Browser) -> None:
    asked = {"name": "a.png", "type": "image/png", "size": 10}
    statuses = [owner.fetch("POST", "/uploads", asked).status for _ in range(62)]
    assert statuses == [201] * 60 + [429] * 2
    answer = owner.fetch("POST", "/uploads", asked)
    assert answer.json()["error"]["code"] == "too_many_requests"
    assert 0 < int(answer.header("Retry-After") or "") <= 3_600


@pytest.mark.parametrize(("most", "action"), [(20, "start"), (60, "reply")])
def test_what_one_person_may_say_in_an_hour_ends(owner: Browser, people: People, most: int, action: str) -> None:
    """The text of the one too many is kept, and the answer says when to come again."""
    path = "/conversations" if action == "start" else f"/conversations/{people.plant(people.owner)[0].id}/messages"
    token = form_token(owner)
    statuses = []
    for number in range(1, most + 2):
        fields = {"csrf": token, "subject": "x", "body": f"Message {number}"}
        statuses.append(owner.post(path, fields, follow=False).status)
    assert statuses == [303] * most + [429]
    assert 0 < int(owner.page.header("Retry-After") or "") <= 3_600
    assert owner.page.one("textarea[name=body]").content.strip() == f"Message {most + 1}"
