"""Attack 16: line ends of every kind in what becomes a header of a mail or of an answer."""

from __future__ import annotations

import email.policy
from collections.abc import Callable
from email.parser import BytesParser
from typing import TYPE_CHECKING

import pytest

from chalicelib.aws import keys
from chalicelib.aws.table import Update
from chalicelib.refusals import SettingRefused
from chalicelib.signin.model import Kind
from tests.browser import Browser
from tests.emulators import Stage
from tests.people import People
from tests.security.watching import form_headers, form_token, stored

if TYPE_CHECKING:
    from tests.conftest import MailRoom

BREAKS = ("\r\n", "\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1e", "\x00", "\t")
WRITTEN = ("%0d%0a", "\\r\\n", "&#13;&#10;", "=0D=0A")
"""Line ends in the writing of something that may decode them once too often."""
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Reply-To", "In-Reply-To", "References", "MIME-Version",
    "Content-Type",
}  # fmt: skip


@pytest.fixture
def agent(browse: Callable[..., Browser], people: People) -> Browser:
    return browse(people.agent)


def lines(raw: bytes) -> list[bytes]:
    """Return the lines of a mail's head as a strict server reads them."""
    head, _, _ = raw.partition(b"\r\n\r\n")
    assert b"\n" not in head.replace(b"\r\n", b"")
    assert b"\r" not in head.replace(b"\r\n", b"")
    return head.split(b"\r\n")


def test_no_subject_or_name_adds_a_header_to_a_mail(
    agent: Browser, people: People, mail_room: MailRoom, browse: Callable[..., Browser], subtests: pytest.Subtests
) -> None:
    """The mail goes out all the same, in one piece, with the headers every other mail has."""
    for end in (*BREAKS, *WRITTEN):
        with subtests.test(end):
            evil = f"{end}Bcc: evil@attacker.example{end}X-Evil: 1{end}{end}<h1>Evil</h1>"
            owner = browse(people.owner)
            token = form_token(owner)
            owner.post("/account", {"csrf": token, "name": f"Ada{evil}"[:80], "mail_replies": "1"})
            page = owner.post("/conversations", {"csrf": token, "subject": f"Lamp{evil}", "body": f"Body{evil}"})
            assert page.status == 200
            conversation = people.head(page.path.split("/")[2])
            renamed = {"csrf": form_token(agent, Kind.STAFF), "subject": f"Re: Lamp{evil}"}
            assert agent.post(f"/desk/conversations/{conversation.id}/subject", renamed, follow=False).status == 303
            people.answers(conversation, f"Answer{evil}")
            (mail,) = mail_room.deliver()
            raw = mail_room.postbox.sent[-1]
            assert set(mail.keys()) == HEADERS
            assert len(mail.keys()) == len(HEADERS)
            assert mail["To"] == people.owner.email
            assert str(mail["Subject"]).startswith("Re: Lamp")
            assert not [line for line in lines(raw) if line.lower().startswith((b"bcc", b"x-evil", b"<h1"))]
            assert mail_room.postbox.requests[-1]["Destination"] == {"ToAddresses": [people.owner.email]}
            assert raw.isascii()
            assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_no_organization_or_member_adds_a_header_either(people: People, mail_room: MailRoom) -> None:
    """What admins type is typed by people, too."""
    evil = "\r\nBcc: evil@attacker.example\u2028X: 1\x85Y: 1"
    with pytest.raises(SettingRefused):
        people.house.portal.settings.change(organization=f"Lamps{evil}")
    # Nor where it got in some other way.
    people.house.table.write(Update(keys.portal(), put={"organization": f"Lamps{evil}"}))
    member = people.house.staff.store.invite(f"Mina{evil}", "mina@alder-finch.example", "agent", people.clock())
    people.answers(people.starts(people.owner), by=member)
    (mail,) = mail_room.deliver()
    assert set(mail.keys()) == HEADERS
    assert str(mail["From"]).endswith("<support@support.test>") or "@" in str(mail["From"])
    assert not [line for line in lines(mail_room.postbox.sent[0]) if line.lower().startswith((b"bcc", b"x:", b"y:"))]


def test_a_sign_in_mail_says_nothing_an_attacker_typed(
    browse: Callable[..., Browser], people: People, mail_room: MailRoom
) -> None:
    """Not from the address, the browser, the place to return to or a forged host."""
    assert people.owner.email
    evil = "visit-attacker.example"
    browser = Browser(browse().gateway, people.house, agent=f"Mozilla {evil}")
    browser.get(f"/login?return_to=/{evil}&q={evil}")
    token = browser.csrf
    fields = {
        "csrf": token,
        "email": people.owner.email.upper(),
        "return_to": f"/{evil}",
        "name": evil,
        "subject": evil,
    }
    headers = {"Host": evil, "X-Forwarded-Host": evil, "Referer": f"https://{evil}", "Origin": f"https://{evil}"}
    assert browser.post("/login", fields, follow=False, headers=headers).status == 303
    (mail,) = mail_room.deliver()
    (raw,) = mail_room.postbox.sent
    whole = str(BytesParser(policy=email.policy.default).parsebytes(raw))
    assert evil not in whole
    assert evil.encode() not in raw
    assert mail["To"] == people.owner.email


def test_no_address_of_two_lines_is_taken(
    browse: Callable[..., Browser], people: People, ministack_stage: Stage, subtests: pytest.Subtests
) -> None:
    for end in BREAKS:
        with subtests.test(end):
            assert people.owner.email
            before = stored(ministack_stage)
            for email_ in (
                f"{people.owner.email}{end}Bcc: evil@attacker.example",
                f"a{end}b@example.com",
                f"a@exam{end}ple.com",
            ):
                browser = browse()
                browser.get("/login")
                assert browser.submit("Send me a code", email=email_).status == 422
            assert stored(ministack_stage) == before


def test_no_answer_carries_a_header_of_the_attackers(
    browse: Callable[..., Browser], people: People, agent: Browser
) -> None:
    """Redirects, cookies and downloads are made of ids, codes and cleaned names: nothing of a request gets in."""
    owner = browse(people.owner)
    conversation = people.starts(people.owner)
    evil = "%0d%0aX-Evil:%201%0d%0a%0d%0a%E2%80%A8%C2%85"
    token = form_token(owner)
    for method, path in (
        ("GET", f"/login?return_to=/x{evil}"),
        ("GET", f"/conversations?q={evil}"),
        ("GET", f"/conversations?cursor={evil}"),
        ("GET", f"/conversations/new?continues={evil}"),
        ("GET", f"/conversations/{conversation.id}?before={evil}"),
        ("GET", f"/conversations/{conversation.id}/updates?after={evil}"),
        ("GET", f"/attachments/{evil}"),
        ("GET", f"/login/link/{evil}"),
        ("GET", f"/static/{evil}"),
        ("POST", f"/conversations/{conversation.id}/messages"),
        ("POST", "/account"),
        ("POST", "/login"),
    ):
        body = f"csrf={token}&body={evil}&name=a{evil}&return_to=/{evil}&email={evil}&idempotency_key={evil}".encode()
        headers = {"User-Agent": "x\x01\x85", **(form_headers() if method == "POST" else {})}
        for browser in (owner, browse()):
            answer = browser.request(method, path, body if method == "POST" else b"", headers)
            assert answer.status < 500, path
            assert not answer.header("X-Evil"), path
            for name, value in answer.headers:
                assert value.isprintable(), (path, name, value)


@pytest.mark.parametrize(
    "cookie",
    [
        "foyer-notice=sent%0d%0aX: 1",
        "foyer-notice=<script>",
        "foyer-form=\x01\x02",
        'foyer="x',
        "foyer-notice=sent; " * 100,
    ],
)
def test_no_cookie_is_given_back_as_it_came(browse: Callable[..., Browser], cookie: str) -> None:
    """What a neighbour's page may have set is read as one of our own codes or not at all."""
    answer = browse().request("GET", "/login", headers={"Cookie": cookie})
    assert answer.status == 200
    assert "<script>" not in answer.text.replace("<script defer", "")
    for value in answer.all("Set-Cookie"):
        assert value.isprintable()
        assert "X: 1" not in value
