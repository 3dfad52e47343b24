"""What views say themselves is translated, too: pages as they are served, in a language of brackets."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.ids import new_id
from chalicelib.rendering import environment as rendering
from chalicelib.speech import ENGLISH, LANGUAGES, Speech
from chalicelib.web import visit
from chalicelib.wiring import House
from tests.browser import Browser, Page, cookies_of
from tests.conftest import MailRoom
from tests.languages.brackets import bracketed, strange
from tests.people import People

Browse = Callable[..., Browser]
SPEECH = bracketed()


@pytest.fixture
def known(polyglot: House, people: People, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Make German the language of brackets, and return what stands outside of them by right."""

    def speak(language: str) -> Speech:
        return SPEECH if language == "de" else ENGLISH

    monkeypatch.setattr(visit, "speech", speak)
    monkeypatch.setattr(rendering, "speech", speak)
    polyglot.customers.profiles.set_language(people.owner, "de")
    return {
        polyglot.portal.settings.get(consistent=True).organization,
        people.owner.name,
        people.owner.email or "",
        people.agent.name,
        *LANGUAGES.values(),
        *("The lamp flickers", "It flickers at night.", "Which lamp is it?", "UTC", "CET", "CEST", "Re:"),
    }


def check(page: Page, known: set[str]) -> None:
    """Fail with what a page says outside of brackets."""
    assert page.one("html")["lang"] == "de", page.path
    zones = {option.text for option in page.all("select[name=time_zone] option")}
    assert strange(page.text, known | zones) == [], page.path


def test_a_customers_way_is_in_their_language(people: People, browse: Browse, known: set[str]) -> None:
    """Every page they come through, with notices, refusals, and the list when it is empty, searched and paged."""
    browser = browse(people.owner)
    check(browser.get("/"), known)
    check(browser.get("/conversations"), known)
    check(browser.get("/conversations/new"), known)
    check(browser.post("/conversations", {"csrf": browser.csrf, "subject": "", "body": ""}), known)
    head = people.starts(people.owner)
    people.answers(head)
    check(browser.get(f"/conversations/{head.id}"), known)
    form = f"/conversations/{head.id}/messages"
    check(browser.submit(form, body="It flickers at night."), known)
    check(browser.submit(form, body="x" * 10_241), known | {"x" * 10_241})
    people.closes(head)
    check(browser.get(f"/conversations/{head.id}"), known)
    check(browser.get("/conversations"), known)
    check(browser.get("/conversations?status=open"), known)
    check(browser.get("/conversations?q=lamp&sort=oldest"), known | {"lamp"})
    check(browser.get("/conversations?q=nothing"), known | {"nothing"})
    check(browser.get(f"/conversations/{new_id(people.clock())}"), known)
    check(browser.get("/conversations?status=odd"), known)
    check(browser.get("/account"), known)
    check(browser.submit("/account", name=people.owner.name), known)
    check(browser.submit("/account", name=""), known)
    check(browser.get("/contact"), known)


def test_the_way_in_is_in_the_language_of_the_browser(
    people: People, browse: Browse, known: set[str], mail_room: MailRoom
) -> None:
    """Sign-in with all that can go wrong, its mail, and what is not there."""
    browser = browse()
    browser.cookies[cookies_of(people.house).language] = "de"
    for path in ("/", "/login", "/contact", "/nothing-here", "/login/link/" + "A" * 32):
        page = browser.get(path)
        if page.all("html"):  # unknown addresses are the gateway's own
            check(page, known)
    browser.get("/contact")
    check(browser.submit("/contact", subject="", body="", email="nonsense"), known | {"nonsense"})
    for path in ("/search?q=lamp", "/articles/none", "/categories/none", "/search?q="):
        check(browser.get(path), known | {"lamp"})
    browser.get("/login")
    check(browser.submit("/login", email="nonsense"), known | {"nonsense"})
    check(browser.submit("/login", email=people.owner.email or ""), known)
    check(browser.submit("/login/code", code="1"), known)
    (mail,) = mail_room.deliver()
    body = mail.get_body(("plain",))
    assert body is not None
    assert not [piece for piece in strange(body.get_content(), known) if "http" not in piece]
    assert strange(mail["Subject"], known) == []


def test_mails_are_in_the_language_of_the_customer(people: People, known: set[str], mail_room: MailRoom) -> None:
    people.answers(people.starts(people.owner))
    (mail,) = mail_room.deliver()
    body = mail.get_body(("plain",))
    assert body is not None
    assert not [piece for piece in strange(body.get_content(), known) if "http" not in piece]


def test_scripts_are_told_in_the_language_of_the_page(people: People, browse: Browse, known: set[str]) -> None:
    """A refused upload, and the part of a page that follows what happens."""
    head = people.starts(people.owner)
    browser = browse(people.owner)
    browser.get("/conversations/new")
    told = browser.fetch("POST", "/uploads", {"name": "a.exe", "type": "", "size": 3}).json()["error"]["message"]
    assert strange(told, known) == []
    news = browser.fetch("GET", f"/conversations/{head.id}/updates?after=0").json()
    assert strange(news["html"], known) == []
    assert strange(news["status"], known) == []
