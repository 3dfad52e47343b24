"""Files in messages: six of exactly 3 MB are taken; a seventh, a byte more and another kind are not; then downloads."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.conversations.model import Conversation
from chalicelib.wiring import House
from tests.attachments.corpus import pdf, png, sized
from tests.browser import Browser, Page, fetch_url, put_upload
from tests.emulators import Stage
from tests.people import Clock, People

MAX = 3_145_728
KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xml": "application/xml",
    "pdf": "application/pdf",
    "gif": "image/gif",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
}


@pytest.fixture
def head(people: People) -> Conversation:
    """The owner's open conversation."""
    return people.starts(people.owner)


@pytest.fixture
def browser(people: People, browse: Callable[..., Browser], head: Conversation) -> Browser:
    """The owner's browser, with the conversation open."""
    browser = browse(people.owner)
    browser.get(f"/conversations/{head.id}")
    return browser


def files(page: Page) -> list[str]:
    """Return what the newest message says of its files."""
    return [one.text for one in page.all("ol.messages li.message")[-1].all(".files li")]


def test_six_files_of_exactly_3_mb_are_taken_and_come_back_byte_for_byte(
    people: People, browser: Browser, head: Conversation
) -> None:
    """Of six kinds; S3 takes them, the page shows them, and each is downloaded as it was."""
    contents = {f"file.{kind}": sized(kind, MAX) for kind in ("pdf", "png", "jpg", "gif", "csv", "xml")}
    ids = [browser.upload(name, KINDS[name.partition(".")[2]], content) for name, content in contents.items()]
    page = browser.submit("Send", body="Here they are.", attachment=ids)
    assert page.status == 200, page.faults
    assert files(page) == [f"{name} {name.partition('.')[2].upper()}, 3 MB" for name in contents]
    links = [one["href"] for one in page.all("ol.messages li.message")[-1].all(".files a")]
    for link, content in zip(links, contents.values(), strict=True):
        answer = browser.download(link)
        assert answer.status == 200
        assert answer.content == content
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["cache-control"] == "private, no-store"
    assert len(people.messages(head)[-1].attachments) == 6


def test_every_kind_is_taken(browser: Browser) -> None:
    for kind, content_type in KINDS.items():
        upload = browser.upload(f"Plan {kind}.{kind.upper()}", content_type, sized(kind, 20_480))
        page = browser.submit("Send", attachment=[upload])
        assert page.status == 200, page.faults
        assert files(page) == [f"Plan {kind}.{kind.upper()} {kind.upper().replace('JPEG', 'JPG')}, 20 KB"]


def test_a_message_of_files_only_is_fine(people: People, browser: Browser, head: Conversation) -> None:
    page = browser.submit("Send", body="  \r\n", attachment=[browser.upload("a.png", "image/png", png())])
    assert page.status == 200
    assert people.messages(head)[-1].body == ""
    assert browser.get("/conversations").one("ol.rows .preview").text == "You: 📎 1 file"


def test_a_seventh_file_is_refused_and_all_that_was_typed_is_kept(
    people: People, browser: Browser, head: Conversation
) -> None:
    """The files too: six of them can be sent again as they are."""
    ids = [browser.upload(f"{number}.png", "image/png", png()) for number in range(7)]
    page = browser.submit("Send", body="Seven", attachment=ids)
    assert page.status == 422
    assert page.faults == ["You can attach at most 6 files. Remove some, or send the rest in another message."]
    assert page.one("textarea").content.strip() == "Seven"
    kept = page.all(".uploads input[name=attachment]")
    assert [(one["value"], "checked" in one.attrs) for one in kept] == [(one, True) for one in ids]
    assert len(people.messages(head)) == 1
    assert browser.submit("Send", attachment=ids[:6]).status == 200
    assert len(people.messages(head)[-1].attachments) == 6


def test_a_byte_too_many_is_refused_before_it_is_sent(browser: Browser) -> None:
    answer = browser.fetch("POST", "/uploads", {"name": "a.pdf", "type": "application/pdf", "size": MAX + 1})
    assert answer.status == 422
    error = answer.json()["error"]
    assert (error["code"], error["field"]) == ("file_refused", "attachment")
    assert "“a.pdf” was not attached: it has 3,145,729 bytes" in error["message"]


def test_s3_refuses_what_the_policy_does_not_allow(house: House, browser: Browser) -> None:
    """A byte more than the limit, an empty file, another type, another key, another bucket's field: by S3 itself."""
    size = {"name": "a.pdf", "type": "application/pdf", "size": MAX}

    def begun() -> dict:
        answer = browser.fetch("POST", "/uploads", size)
        assert answer.status == 201
        found: dict = answer.json()
        return found

    good = sized("pdf", MAX)
    assert put_upload(begun(), good) == 201
    assert put_upload(begun(), good + b"\n") in {400, 403}
    assert put_upload(begun(), b"") in {400, 403}
    for changed in (
        {"Content-Type": "text/html"},
        {"key": "0" * 26},
        {"key": "../x"},
        {"bucket": "another"},
        {"acl": "public-read"},
        {"success_action_status": "200"},
        {"x-amz-meta-a": "b"},
    ):
        assert put_upload(begun(), good, **changed) in {400, 403}, changed
    one = begun()
    assert house.settings.upload_bucket in one["url"]
    assert fetch_url(f"{one['url']}/{one['fields']['key']}", "PUT", good).status == 403
    assert fetch_url(f"{one['url']}/{one['fields']['key']}").status in {403, 404}


@pytest.mark.parametrize(
    ("name", "content_type", "content", "reason"),
    [
        ("a.pdf", "application/pdf", b"<html><script>alert(1)</script>", "its content is not PDF"),
        ("a.png", "image/png", pdf(), "its content is not PNG"),
        ("a.docx", KINDS["docx"], sized("xlsx", 20_480), "its content is not DOCX"),
        ("a.csv", "text/csv", b"<!doctype html><p>", "it begins like a web page, not like a table"),
        ("a.xml", "text/xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "document type declaration"),
    ],
)
def test_what_is_not_what_its_name_says_is_refused_by_name_and_reason(
    people: People, browser: Browser, head: Conversation, name: str, content_type: str, content: bytes, reason: str
) -> None:
    """The good file beside it stays and can be sent without the other."""
    bad = browser.upload(name, content_type, content)
    good = browser.upload("good.png", "image/png", png())
    page = browser.submit("Send", body="Two", attachment=[bad, good])
    assert page.status == 422
    (fault,) = page.faults
    assert fault.startswith(f"“{name}” was not attached: ")
    assert reason in fault
    assert [one["value"] for one in page.all(".uploads input")] == [bad, good]
    assert len(people.messages(head)) == 1
    page = browser.submit("Send", attachment=[good])
    assert (page.status, files(page)) == (200, ["good.png PNG, 67 bytes"])


OTHER_KINDS = [
    ("setup.exe", "application/x-msdownload", "we do not accept .exe files"),
    ("page.html", "text/html", "we do not accept .html files"),
    ("noextension", "application/octet-stream", "its name has no extension"),
    ("renamed.pdf", "text/html", "it was sent as a different kind of file"),
    ("a.svg", "image/svg+xml", "we do not accept .svg files"),
    ("", "", "its name has no extension"),
]


def test_other_kinds_are_refused_before_a_byte_is_sent(browser: Browser) -> None:
    for name, content_type, reason in OTHER_KINDS:
        answer = browser.fetch("POST", "/uploads", {"name": name, "type": content_type, "size": 10})
        assert answer.status == 422
        assert reason in answer.json()["error"]["message"]


PDF = {"name": "a.pdf", "type": "application/pdf"}
DAMAGED = [
    *([], {}, PDF, None, "a.pdf", [PDF]),
    *({**PDF, "size": size} for size in ("1", True, None, 1.5, -1, 10**30, [1])),
    *({**PDF, "size": 1, name: value} for name, value in (("name", None), ("type", 7), ("owner", "staff:x"))),
]


def test_a_damaged_wish_to_upload_is_refused_in_json(browser: Browser) -> None:
    headers = {"Content-Type": "application/json", "X-CSRF-Token": browser.csrf, "Accept": "application/json"}
    bodies = [json.dumps(one).encode() for one in DAMAGED] + [b"{", b"", b"\xff", b"[" * 50_000]
    for body in bodies:
        answer = browser.request("POST", "/uploads", body, headers)
        assert answer.status == 422, body[:80]
        assert answer.header("Content-Type") == "application/json; charset=utf-8"
        assert set(answer.json()["error"]) <= {"code", "message", "field"}


def test_an_upload_is_used_once_and_only_in_the_right_hands(
    people: People, browser: Browser, browse: Callable[..., Browser], head: Conversation
) -> None:
    """Sent already, somebody else's, never uploaded, made up: one and the same sentence."""
    used = browser.upload("a.png", "image/png", png())
    assert browser.submit("Send", attachment=[used]).status == 200
    stranger = browse(people.stranger)
    stranger.get("/conversations/new")
    foreign = stranger.upload("a.png", "image/png", png())
    sentences = set()
    for one in (used, foreign, "0" * 26, "nonsense", "../../etc/passwd"):
        page = browser.submit("Send", body="One more", attachment=[one])
        assert page.status == 422
        assert not page.all(".uploads input")
        sentences.update(page.faults)
    assert sentences == {"One of the files is no longer here. Choose it again, or send your message without it."}
    never = browser.fetch("POST", "/uploads", {"name": "a.png", "type": "image/png", "size": 10}).json()["id"]
    page = browser.submit("Send", body="One more", attachment=[never])
    assert page.faults == ["“a.png” was not attached: it was not uploaded completely. Choose it again."]
    assert len(people.messages(head)) == 2
    assert stranger.submit("Start the conversation", subject="Mine", body="", attachment=[foreign]).status == 200


def test_an_upload_waits_a_day(people: People, browser: Browser, head: Conversation, clock: Clock) -> None:
    late = browser.upload("a.png", "image/png", png())
    clock.ahead(hours=23, minutes=30)
    in_time = browser.upload("b.png", "image/png", png())
    clock.ahead(minutes=29)
    page = browser.submit("Send", attachment=[in_time])
    assert page.status == 200
    browser.sign_in(people.owner)
    clock.ahead(minutes=1)
    browser.get(f"/conversations/{head.id}")
    assert browser.submit("Send", attachment=[late]).status == 422


def test_a_double_click_with_files_sends_them_once(people: People, browser: Browser, head: Conversation) -> None:
    upload = browser.upload("a.png", "image/png", png())
    form = browser.page.form("Send")
    first = browser.submit(form, body="See here", attachment=[upload], follow=False)
    second = browser.submit(form, body="See here", attachment=[upload], follow=False)
    assert (first.status, second.status) == (303, 303)
    assert first.header("Location") == second.header("Location")
    assert len(people.messages(head)) == 2


def test_the_same_file_named_twice_hangs_on_once(browser: Browser) -> None:
    upload = browser.upload("a.png", "image/png", png())
    assert len(files(browser.submit("Send", attachment=[upload] * 7))) == 1


def test_a_file_is_downloaded_by_its_own_customer_and_by_staff(
    people: People, browser: Browser, browse: Callable[..., Browser]
) -> None:
    """Everybody else gets what they get for a file that does not exist; nobody gets it without a session."""
    content = png()
    upload = browser.upload('Plan "Süd".png', "image/png", content)
    browser.submit("Send", attachment=[upload])
    assert browser.download(f"/attachments/{upload}").content == content
    assert browse(people.agent).download(f"/desk/attachments/{upload}").content == content
    foreign = browse(people.stranger).get(f"/attachments/{upload}")
    absent = browse(people.stranger).get(f"/attachments/{'0' * 26}")
    assert foreign.status == absent.status == 404
    assert browse().get(f"/attachments/{upload}").path.startswith("/login")
    assert browse(people.owner).get(f"/desk/attachments/{upload}").path.startswith("/staff/login")
    pending = browser.upload("b.png", "image/png", png())
    assert browser.get(f"/attachments/{pending}").status == 404


def test_a_download_link_lives_a_minute_and_says_nothing_of_the_file(browser: Browser) -> None:
    upload = browser.upload("secret plan.png", "image/png", png())
    browser.submit("Send", attachment=[upload])
    page = browser.get(f"/attachments/{upload}", follow=False)
    assert page.status == 302
    assert page.header("Cache-Control") == "no-store"
    url = urlsplit(page.header("Location") or "")
    query = parse_qs(url.query)
    assert query["X-Amz-Expires"] == ["60"]
    assert "secret" not in url.path
    changed = url._replace(query=url.query.replace("attachment", "inline")).geturl()
    assert fetch_url(changed).status == 403


def test_a_file_name_is_shown_and_saved_as_text(browser: Browser) -> None:
    """Markup, quotes, direction overrides and folders; in the page and in the header of the download."""
    name = '../..\\<img src=x onerror=alert(1)>"\u202egnp.png'
    upload = browser.upload(name, "image/png", png())
    page = browser.submit("Send", attachment=[upload])
    assert page.status == 200
    assert not page.all("ol.messages img")
    (shown,) = files(page)
    assert "\u202e" not in shown
    assert "/" not in shown
    header = browser.download(f"/attachments/{upload}").headers["content-disposition"]
    assert header.isascii()
    assert header.count('"') == 2


def test_uploads_are_limited_in_number(browser: Browser, clock: Clock) -> None:
    wish = {"name": "a.png", "type": "image/png", "size": 10}
    statuses = [browser.fetch("POST", "/uploads", wish).status for _ in range(62)]
    assert statuses == [201] * 60 + [429] * 2
    refused = browser.fetch("POST", "/uploads", wish)
    assert int(refused.header("Retry-After") or 0) > 0
    clock.ahead(hours=1)
    assert browser.fetch("POST", "/uploads", wish).status == 201


def test_what_was_uploaded_is_tidied_away_once_it_is_attached(
    ministack_stage: Stage, house: House, browser: Browser
) -> None:
    """The upload bucket is empty, the attachment bucket has the file under a key that nobody chose."""
    upload = browser.upload("a.png", "image/png", png())
    browser.submit("Send", attachment=[upload])
    s3 = ministack_stage.admin("s3")
    assert "Contents" not in s3.list_objects_v2(Bucket=house.settings.upload_bucket)
    (kept,) = s3.list_objects_v2(Bucket=house.settings.attachment_bucket)["Contents"]
    assert "a.png" not in kept["Key"]
    assert upload in kept["Key"]
