"""Attack 12: names of files go into pages, headers, keys and mail."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from chalicelib.signin.model import Kind
from tests.attachments import corpus
from tests.browser import Browser
from tests.emulators import Stage
from tests.people import People
from tests.security.watching import form_token, stored

if TYPE_CHECKING:
    from tests.conftest import MailRoom

NAMES = {
    'a"; filename="evil.exe.png': "a'; filename='evil.exe.png",
    "a\r\nSet-Cookie: foyer=x.png": "a Set-Cookie_ foyer=x.png",
    "a\nX-Header: 1\n\n<script>.png": "a X-Header_ 1 _script_.png",
    "../../../etc/passwd.png": "passwd.png",
    "..\\..\\windows\\win.png": "win.png",
    "/etc/cron.d/x.png": "x.png",
    "a\0.exe.png": "a.exe.png",
    "gnp\u202egpj.png": "gnpgpj.png",
    "a\u2028b\u2029c\x85d\x0be.png": "a b c d e.png",
    "\ufeff\u200binvisible.png": "invisible.png",
    "<img src=x onerror=alert(1)>.png": "_img src=x onerror=alert(1)_.png",
    "{{ 7*7 }}{% raw %}.png": "{{ 7_7 }}{% raw %}.png",
    "${jndi:ldap:x}.png": "${jndi_ldap_x}.png",
    "%0d%0aX-Header:%201.png": "%0d%0aX-Header_%201.png",
    "=?utf-8?q?evil?=.png": "=_utf-8_q_evil_=.png",
    "CON.png": "CON.png",
    "x" * 300 + ".png": "x" * 116 + ".png",
    "👩\u200d💻 写真 صورة.png": "👩\u200d💻 写真 صورة.png",
    "file.png ": "file.png",
    ".png": "file.png",
}
"""What is given, and what it is kept as."""


@pytest.fixture
def owner(browse: Callable[..., Browser], people: People) -> Browser:
    browser = browse(people.owner)
    browser.get("/conversations/new")
    return browser


def test_a_name_is_harmless_in_page_header_and_key(
    browse: Callable[..., Browser], owner: Browser, people: People, ministack_stage: Stage, subtests: pytest.Subtests
) -> None:
    """The customer's page, the desk, the export and the download show one cleaned name; the key has nothing of it."""
    sent: set[str] = set()
    for name, kept in NAMES.items():
        with subtests.test(name):
            owner.get("/conversations/new")
            begun = owner.fetch("POST", "/uploads", {"name": name, "type": "image/png", "size": len(corpus.png())})
            assert begun.status == 201
            assert begun.json()["name"] == kept
            assert begun.json()["fields"]["key"] == begun.json()["id"]
            upload = owner.upload(name, "image/png", corpus.png())
            sent.add(upload)
            page = owner.submit("Start the conversation", subject="A file", body="", attachment=[upload])
            assert [one.text for one in page.all("ul.files .name")] == [" ".join(kept.split())]
            download = owner.download(page.one("ul.files a")["href"])
            said = download.headers["content-disposition"]
            assert said.isascii()
            assert said.startswith('attachment; filename="')
            assert said.count('"') == 2
            assert unquote(said.partition("filename*=UTF-8''")[2]) == kept
            assert not {"set-cookie", "x-header"} & download.headers.keys()
            desk = browse(people.agent).get(page.path.replace("/conversations", "/desk/conversations"))
            assert [one.text for one in desk.all("ul.files .name")] == [" ".join(kept.split())]
            for shown in (page, desk):
                assert not shown.all("img")
                assert not shown.all("[onerror]")
                assert all("/static/" in one["src"] and not one.text for one in shown.all("script"))
            (exported,) = owner.get("/account/export.json").json()["conversations"][0]["messages"][0]["attachments"]
            assert exported["name"] == kept
            keys = [one.split(" ")[1] for one in stored(ministack_stage) if "_BUCKET " in one]
            assert upload in keys
            assert sent.issuperset(keys)


def test_a_name_without_an_extension_of_ours_is_refused(owner: Browser, subtests: pytest.Subtests) -> None:
    """By name and reason, before anything is signed; the sentence shows the cleaned name. No type tells more here."""
    nameless = ("", " ", ".", "..", "/", "noextension", "png", "a.png/")
    for name, declared in [*((name, "") for name in nameless), ("a.png.exe", "image/png"), ("a.png\u202eexe.", "")]:
        with subtests.test(name):
            answer = owner.fetch("POST", "/uploads", {"name": name, "type": declared, "size": 10})
            assert answer.status == 422
            error = answer.json()["error"]
            assert error["code"] == "file_refused"
            assert error["message"].isprintable()
            assert "XLSX, CSV, DOC, DOCX, XML, PDF, GIF, JPG, JPEG and PNG" in error["message"]


def test_a_name_is_harmless_in_mail(browse: Callable[..., Browser], people: People, mail_room: MailRoom) -> None:
    """An answer's mail names its files, as text and as HTML, and no name becomes a header, a line or markup."""
    conversation = people.starts(people.owner)
    agent = browse(people.agent)
    agent.get("/desk")
    names = [*[one for one in NAMES if len(one) < 100][:6], "<img src=x onerror=alert(1)>.png"]
    for start in range(0, len(names), 6):
        uploads = [
            agent.upload(name, "image/png", corpus.png(), path="/desk/uploads") for name in names[start : start + 6]
        ]
        fields = {"csrf": form_token(agent, Kind.STAFF), "body": "See", "attachment": uploads}
        assert agent.post(f"/desk/conversations/{conversation.id}/messages", fields, follow=False).status == 303
        agent.get("/desk")
    mails = mail_room.deliver()
    plain = mails[0]
    assert len(mails) == 2
    said = []
    for mail in mails:
        text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
        assert text is not None
        assert html is not None
        said += [line[2:].rpartition(" (")[0] for line in text.get_content().splitlines() if line.startswith("- ")]
        assert "<img" not in html.get_content()
        assert "<script" not in html.get_content()
        assert mail.keys() == plain.keys()
        assert not {"X-Header", "Set-Cookie", "Bcc"} & set(mail.keys())
    assert said == [NAMES[name] for name in names]
