"""Which language a page is in: the customer's, else this browser's choice, else what the browser asks for."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest

from chalicelib.aws import keys
from chalicelib.aws.table import Update
from chalicelib.conversations.model import REDACTED, Draft
from chalicelib.ids import new_id
from chalicelib.speech import LANGUAGES, asked, speech, spoken
from chalicelib.wiring import House
from tests.browser import Browser, cookies_of
from tests.conftest import MailRoom
from tests.people import People

Browse = Callable[..., Browser]
GERMAN = {"Accept-Language": "de-CH,de;q=0.9,en;q=0.5"}


def said(browser: Browser) -> tuple[str, str]:
    """Return language and direction of the page shown."""
    html = browser.page.one("html")
    return html["lang"], html["dir"]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    content: str = body.get_content()
    return content


@pytest.mark.parametrize(
    ("header", "offered", "language"),
    [
        ("", ("en", "de"), ""),
        ("de", ("en", "de"), "de"),
        ("en-GB,de;q=0.8", ("de", "en"), "en"),
        ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", ("de", "ja", "en"), "en"),
        ("de;q=0.4, ja ; q=0.9", ("de", "ja"), "ja"),
        ("zh-TW,zh;q=0.9", ("en", "de"), ""),
        ("zh, *;q=0.1", ("de", "en"), "de"),
        ("de;q=0, en;q=0.1", ("de", "en"), "en"),
        ("de;q=nan, ja;q=2, ar;q=x", ("de", "ja", "ar"), ""),
        (";;,=,q=1,de;level=1", ("en", "de"), "de"),
        ("x" * 10_000 + ",de", ("en", "de"), ""),
    ],
)
def test_what_a_browser_asks_for_is_weighed(header: str, offered: tuple[str, ...], language: str) -> None:
    assert asked(header, offered) == language


def test_tags_of_languages_are_understood_in_either_spelling() -> None:
    assert [spoken(tag) for tag in ("de-AT", "de_AT", "DE", "", "zh", "deutsch")] == ["de", "de", "de", "", "", ""]


def test_a_stranger_reads_the_language_of_their_browser(polyglot: House, browse: Browse) -> None:
    """Arabic from the right; what is not offered gives the organization's own."""
    browser = browse()
    assert "Anmelden" in browser.get("/login", headers=GERMAN).text
    assert said(browser) == ("de", "ltr")
    browser.get("/login", headers={"Accept-Language": "ar-EG"})
    assert said(browser) == ("ar", "rtl")
    browser.get("/login", headers={"Accept-Language": "fr"})
    assert said(browser) == ("en", "ltr")


def test_an_organization_with_one_language_has_no_choice(house: House, people: People, browse: Browse) -> None:
    """Whatever the browser asks for, and there is nothing to choose on any page."""
    browser = browse(people.owner)
    for path in ("/login", "/account"):
        page = browser.get(path, headers=GERMAN)
        assert said(browser) == ("en", "ltr")
        assert not page.all("form.languages")
        assert not page.all("select[name=language]")
    house.portal.settings.change(languages=("ja",))
    browser.get("/account", headers=GERMAN)
    assert said(browser) == ("ja", "ltr")


def test_a_stranger_chooses_at_the_foot_of_a_page(polyglot: House, browse: Browse) -> None:
    """The choice outlives what the browser asks for, and comes back to the same page with all of its query."""
    browser = browse()
    browser.get("/login?return_to=%2Faccount", headers=GERMAN)
    form = browser.page.one("form.languages")
    assert [button["value"] for button in form.all("button")] == ["en", "de", "ja", "ar"]
    assert [button["value"] for button in form.all("button[aria-current=true]")] == ["de"]
    browser.post("/language", {"language": "ja", "return_to": form.one("input[name=return_to]")["value"]})
    assert browser.page.path == "/login?return_to=%2Faccount"
    assert said(browser) == ("ja", "ltr")
    browser.get("/login", headers=GERMAN)
    assert said(browser) == ("ja", "ltr")
    assert browser.page.header("Cache-Control") == "no-store"


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_choosing_leads_nowhere_else(polyglot: House, browse: Browse, target: str) -> None:
    page = browse().post("/language", {"language": "de", "return_to": target}, follow=False)
    assert (page.status, page.header("Location")) == (303, "/")


def test_only_what_is_offered_can_be_chosen_and_not_from_elsewhere(polyglot: House, browse: Browse) -> None:
    browser = browse()
    assert browser.post("/language", {"language": "fr"}).status == 422
    assert browser.post("/language", {"language": "de"}, headers={"Sec-Fetch-Site": "cross-site"}).status == 403
    browser.get("/login")
    assert said(browser) == ("en", "ltr")


def test_a_customer_keeps_a_language_in_every_browser(polyglot: House, people: People, browse: Browse) -> None:
    """Chosen on the account page; it outweighs cookie and header, and others do not notice."""
    browser = browse(people.owner)
    browser.get("/account")
    browser.submit("Save", language="de")
    assert browser.page.notice == "Ihre Änderungen wurden gespeichert."
    other = browse(people.owner)
    other.cookies[cookies_of(polyglot).language] = "ja"
    other.get("/conversations", headers={"Accept-Language": "ar"})
    assert said(other) == ("de", "ltr")
    assert people.fresh(people.owner).language == "de"
    colleague = browse(people.colleague)
    colleague.get("/conversations")
    assert said(colleague) == ("en", "ltr")
    browser.get("/account")
    browser.submit("Speichern", language="")
    browser.get("/account", headers={"Accept-Language": "ja"})
    assert said(browser) == ("ja", "ltr")


def test_choosing_at_the_foot_of_a_page_is_kept_with_the_customer(
    polyglot: House, people: People, browse: Browse
) -> None:
    """With the token of their session only: another site cannot."""
    browser = browse(people.owner)
    browser.get("/conversations")
    assert browser.post("/language", {"language": "de"}).status == 403
    browser.get("/conversations")
    fields = {"language": "ar", "csrf": browser.csrf, "return_to": "/conversations"}
    browser.post("/language", fields)
    assert said(browser) == ("ar", "rtl")
    assert people.fresh(people.owner).language == "ar"


def test_a_language_no_longer_offered_gives_way(polyglot: House, people: People, browse: Browse) -> None:
    polyglot.customers.profiles.set_language(people.owner, "ja")
    polyglot.portal.settings.change(languages=("de", "en"))
    browser = browse(people.owner)
    browser.get("/conversations")
    assert said(browser) == ("de", "ltr")


def test_a_language_that_does_not_exist_is_refused_beside_the_field(
    polyglot: House, people: People, browse: Browse
) -> None:
    """In the reader's language, with all that was typed."""
    browser = browse(people.owner)
    browser.get("/account")
    fields = {"csrf": browser.csrf, "name": "Owner", "time_zone": "", "language": "xx"}
    page = browser.post("/account", fields, headers=GERMAN)
    assert page.status == 422
    assert page.one("#account-language-fault").text == "Wählen Sie eine Sprache aus der Liste."


def test_the_desk_is_in_english(polyglot: House, people: People, browse: Browse) -> None:
    """Whatever the browser of a member of staff asks for, and so is their way in."""
    browser = browse(people.agent)
    people.starts(people.owner)
    for path in ("/desk", "/staff/login"):
        page = browser.get(path, headers=GERMAN)
        assert said(browser) == ("en", "ltr")
        assert not page.all("form.languages")


def test_refusals_are_in_the_readers_language(polyglot: House, people: People, browse: Browse) -> None:
    """Pages, faults beside a field with their numbers, and what a script is told."""
    polyglot.customers.profiles.set_language(people.owner, "de")
    browser = browse(people.owner)
    assert browser.get(f"/conversations/{new_id(people.clock())}").heading == "Seite nicht gefunden"
    head = people.starts(people.owner)
    browser.get(f"/conversations/{head.id}")
    page = browser.submit("Senden", body="x" * 10_241)
    assert page.faults[0].startswith("Ihre Nachricht hat 10.241 Zeichen; möglich sind höchstens 10.240.")
    told = browser.fetch("POST", "/uploads", {"name": "a.exe", "type": "", "size": 3}).json()["error"]
    assert told["code"] == "file_refused"
    assert told["message"].startswith("„a.exe“ wurde nicht angehängt: Dateien mit der Endung .exe")
    assert told["message"].endswith("JPEG und PNG.")


def test_what_is_new_is_told_in_the_readers_language(polyglot: House, people: People, browse: Browse) -> None:
    polyglot.customers.profiles.set_language(people.owner, "de")
    head = people.closes(people.starts(people.owner))
    news = browse(people.owner).fetch("GET", f"/conversations/{head.id}/updates?after=0").json()
    assert news["status"] == "Geschlossen"


def test_sign_in_mail_speaks_the_language_of_the_page_that_asked(
    polyglot: House, people: People, browse: Browse, mail_room: MailRoom
) -> None:
    """Not that of whoever the address belongs to: nothing is learned by asking."""
    polyglot.customers.profiles.set_language(people.owner, "ja")
    for address in (people.owner.email, "nobody@example.com"):
        browser = browse()
        browser.get("/login", headers=GERMAN)
        answer = browser.post("/login", {"csrf": browser.csrf, "email": address or ""}, follow=False, headers=GERMAN)
        assert answer.status == 303
    (mail,) = mail_room.deliver()
    assert mail["Subject"].startswith("Ihr Anmeldecode für")
    assert "10 Minuten" in text_of(mail)


def test_answers_are_mailed_in_the_customers_language(polyglot: House, people: People, mail_room: MailRoom) -> None:
    """Else in the organization's own; what people wrote is left as it is."""
    polyglot.customers.profiles.set_language(people.owner, "ar")
    for customer in (people.owner, people.colleague):
        people.answers(people.starts(customer), "Which lamp?")
    arabic, english = mail_room.deliver()
    assert "اقرأ المحادثة" in text_of(arabic)
    assert "Which lamp?" in text_of(arabic)
    html = arabic.get_body(("html",))
    assert html is not None
    assert '<html lang="ar" dir="rtl">' in html.get_content()
    assert "Read the conversation and reply here:" in text_of(english)


def test_what_was_chosen_before_signing_in_is_kept_with_the_customer(
    polyglot: House, people: People, browse: Browse, mail_room: MailRoom
) -> None:
    """So that mails have it as well, and other browsers; whoever chose a language before keeps that one."""
    polyglot.customers.profiles.set_language(people.colleague, "ja")
    polyglot.customers.profiles.set_language(people.stranger, "")  # said: that of my browser
    for customer, kept in ((people.owner, "de"), (people.colleague, "ja"), (people.stranger, "")):
        browser = browse()
        browser.post("/language", {"language": "de", "return_to": "/login"})
        assert customer.email
        browser.submit("Code senden", email=customer.email)
        browser.submit("Anmelden", code=mail_room.code())
        assert browser.page.path == "/conversations"
        assert people.fresh(customer).language == kept
    people.answers(people.starts(people.owner), "Which lamp?")
    (mail,) = mail_room.deliver()
    assert "Lesen Sie die Konversation und antworten Sie hier:" in text_of(mail)


def test_what_a_browser_merely_asks_for_is_not_kept(
    polyglot: House, people: People, browse: Browse, mail_room: MailRoom
) -> None:
    """Nor a language in the browser's cookie that the organization does not offer any more."""
    browser = browse()
    browser.cookies[cookies_of(polyglot).language] = "fr"
    browser.get("/login", headers=GERMAN)
    assert people.owner.email
    browser.submit("Code senden", email=people.owner.email)
    browser.submit("Sign in", code=mail_room.code())
    assert browser.page.path == "/conversations"
    assert people.fresh(people.owner).language == ""


def test_tabs_name_several_conversations_and_marks_one(house: House, people: People, browse: Browse) -> None:
    """Where a language has two words for what English says in one."""
    house.portal.settings.change(languages=("fr", "es"))
    people.starts(people.owner)
    people.closes(people.starts(people.owner))
    browser = browse(people.owner)
    for language, tabs, marks in (
        ("fr", ["Toutes 2", "Ouvertes 1", "Fermées 1"], {"Ouverte", "Fermée"}),
        ("es", ["Todas 2", "Abiertas 1", "Cerradas 1"], {"Abierta", "Cerrada"}),
    ):
        page = browser.get("/conversations", headers={"Accept-Language": language})
        assert [one.text for one in page.all("nav.tabs a")] == tabs
        assert {one.text for one in page.all("ol.rows .pill")} == marks


def test_a_new_customer_gets_the_language_they_come_with(polyglot: House) -> None:
    """Only a new one, and only where the product speaks it."""
    desk = polyglot.customers.profiles
    ada, _ = desk.upsert({"external_id": "A-1"}, "Ada", language="de-AT")
    again, new = desk.upsert({"external_id": "A-1"}, "Ada", language="ja")
    ben, _ = desk.upsert({"external_id": "B-1"}, "Ben", language="tlh")
    assert (ada.language, again.language, new, ben.language) == ("de", "de", False, "")


@pytest.mark.parametrize("language", sorted(LANGUAGES.keys() - {"en"}))
def test_what_was_removed_is_said_in_the_readers_language(
    house: House, people: People, browse: Browse, language: str
) -> None:
    """On the page, in the list and in what mails quote; stored is the same for everybody."""
    house.portal.settings.change(languages=(language,))
    head = people.starts(people.owner, body=f"My card is {REDACTED}, thanks.")
    house.table.write(Update(keys.message(head.id, 1), put={"redacted": True}))
    gone = speech(language).text(REDACTED)
    assert gone != REDACTED
    browser = browse(people.owner)
    assert browser.get(f"/conversations/{head.id}").one("#m1 .gone").text == gone
    assert gone in browser.get("/conversations").one(".preview").text
    assert REDACTED not in browser.page.body


def test_previews_of_files_are_in_the_readers_language(polyglot: House, people: People, browse: Browse) -> None:
    """They are kept in English, whoever wrote, and said in the language of whoever reads."""
    polyglot.customers.profiles.set_language(people.owner, "de")
    browser = browse(people.owner)
    browser.get("/conversations/new")
    upload = browser.upload("lamp.csv", "text/csv", b"a,b\n1,2\n")
    key = Draft("", (upload,), subject="Eine Datei")
    polyglot.conversations.portal.start(people.owner, key)
    assert browser.get("/conversations").one("p.preview").text == "Sie: 📎 1 Datei"
