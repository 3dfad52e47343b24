"""A file in the list that is not attached stops the message: it never goes without it unless the person says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from local import cast, files
from tests.journeys.test_files import MAX_SIZE, line, slow, start, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.journeys.conftest import Visit
    from tests.journeys.visitor import Visitor

ONE = "One file is not attached. Remove it, or send your message without it."
TWO = "2 files are not attached. Remove them, or send your message without them."
BUSY = "A file is not attached yet. Wait until it is, or cancel it."
PROGRAM = {"name": "setup.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"}
LAST = ".message >> nth=-1"


@pytest.fixture
def priya(visit_as: Visit) -> Iterator[Visitor]:
    """Priya, in a conversation she has just started."""
    with visit_as(cast.STRANGER) as priya:
        start(priya, "What is left out")
        yield priya


def stopped(page: Page, sentence: str, name: str) -> None:
    """See that it says why nothing was sent, and that the focus is on the file."""
    expect(page.locator("[data-composer]").get_by_role("alert")).to_have_text(sentence)
    button = page.get_by_role("button", name=f"Remove {name}")
    expect(button).to_be_focused()


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a kind we do not take": (PROGRAM, "We do not accept this type of file"),
    "an empty file": ({"name": "empty.pdf", "mimeType": "application/pdf", "buffer": b""}, "The file is empty"),
    "too large": (table("large.csv", MAX_SIZE + 1), "The limit is 3 MB"),
    "a HEIC that nothing opens": (
        {"name": "IMG_1.heic", "mimeType": "image/heic", "buffer": b"\0\0\0\x18ftypheic" + b"\0" * 99},
        "cannot open HEIC",
    ),
    "refused by the server": (
        {"name": "photo.jpg", "mimeType": "image/heic", "buffer": b"\xff\xd8\xff\xe0"},
        "was not attached",
    ),
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_refused_file_stops_the_message_until_it_is_taken_out(priya: Visitor, why: str) -> None:
    """Sending is refused in words, by the button and by the keys, however often; taken out, the message goes."""
    chosen, reason = REFUSED[why]
    page, name = priya.page, chosen["name"]
    text, send = page.get_by_label("Your message"), page.get_by_role("button", name="Send", exact=True)
    priya.attach(chosen)
    fault = line(page, name).locator(".fault")
    expect(fault).to_contain_text(reason)
    text.fill(f"See the file: {why}.")
    send.click()
    stopped(page, ONE, name)
    text.press("Control+Enter")
    stopped(page, ONE, name)
    remove = page.get_by_role("button", name=f"Remove {name}")
    assert fault.get_attribute("id") == remove.get_attribute("aria-describedby")
    remove.click()
    expect(page.locator("[data-stopped]")).to_have_count(0)
    send.click()
    expect(page.locator(".message .said")).to_have_text(["I will send the lists here.", f"See the file: {why}."])
    if why == "refused by the server":
        priya.expects("422: POST /uploads")


def test_sent_without_them_knowingly(priya: Visitor) -> None:
    """One button says so, and sends what is attached; with nothing else to send it is not offered."""
    page = priya.page
    priya.attach(PROGRAM)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("Write a message or attach a file before sending.")
    expect(page.get_by_role("button", name="Send without it")).to_have_count(0)
    good = {"name": "good.png", "mimeType": "image/png", "buffer": files.png((9, 90, 90))}
    priya.attach({**PROGRAM, "name": "again.exe"}, good)
    expect(line(page, "good.png").locator("input")).to_have_count(1)
    page.get_by_role("button", name="Send", exact=True).click()
    stopped(page, TWO, "setup.exe")
    page.get_by_role("button", name="Send without them").click()
    expect(page.locator(".message")).to_have_count(2)
    expect(page.locator(LAST).locator(".files .name")).to_have_text(["good.png"])


def test_a_file_on_its_way_stops_the_message(priya: Visitor) -> None:
    """Until it has arrived, or is cancelled; the button that cancels has the focus."""
    page = priya.page
    slow(page, 200_000)
    priya.attach(table("long.csv", 2_000_000))
    page.get_by_label("Your message").fill("Here it comes.")
    page.get_by_role("button", name="Send", exact=True).click()
    stopped(page, BUSY, "long.csv")
    expect(page.get_by_role("button", name="Send without it")).to_have_count(0)
    slow(page, 0)
    expect(line(page, "long.csv").locator("input")).to_have_count(1)
    expect(page.locator("[data-stopped]")).to_have_count(0)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(LAST).locator(".files .name")).to_have_text(["long.csv"])


def test_an_upload_that_failed_stops_the_message_and_choosing_again_mends_it(priya: Visitor) -> None:
    """The line that failed goes as soon as a file of its name is chosen: nothing has to be removed first."""
    page, chosen = priya.page, table("list.csv", 2_000)
    page.route(re.compile("^http://127"), lambda route: route.abort())
    priya.attach(chosen)
    expect(line(page, "list.csv").locator(".fault")).to_contain_text("The upload failed.")
    page.get_by_label("Your message").fill("The list.")
    page.get_by_role("button", name="Send", exact=True).click()
    stopped(page, ONE, "list.csv")
    page.unroute(re.compile("^http://127"))
    priya.attach(chosen)
    expect(page.locator(".uploads li")).to_have_count(1)
    expect(line(page, "list.csv").locator("input")).to_have_count(1)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(LAST).locator(".files .name")).to_have_text(["list.csv"])


def test_every_form_that_takes_files_asks(visit_as: Visit) -> None:
    """A new conversation, the contact form, an answer, a note, reopening."""
    with visit_as(cast.STRANGER) as priya, visit_as(cast.SECOND_AGENT) as tom:
        page = priya.page
        for path, button in (("/contact", "Send"), ("/conversations/new", "Start the conversation")):
            page.goto(path)
            priya.attach(PROGRAM)
            page.get_by_label("Subject").fill("A program")
            page.get_by_label("Your message").fill("See the file.")
            page.get_by_role("button", name=button, exact=True).click()
            stopped(page, ONE, "setup.exe")
            page.get_by_role("button", name="Send without it").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("A program")
        url = page.url.partition("#")[0]
        desk = tom.page
        desk.goto(url.replace("/conversations/", "/desk/conversations/"))
        desk.locator("summary", has_text="Write an internal note").click()
        for kind, label, button in (
            ("note", "Internal note", "Add note"),
            ("answer", "Message to the customer", "Send reply"),
        ):
            tom.attach(PROGRAM, form=f"[data-composer={kind}]")
            desk.get_by_label(label).fill("See the file.")
            desk.get_by_role("button", name=button).click()
            expect(desk.locator(f"[data-composer={kind}]").get_by_role("alert")).to_have_text(ONE)
            desk.get_by_role("button", name="Send without it").click()
            expect(desk.locator(".notice")).to_be_visible()
        desk.get_by_role("button", name="Close", exact=True).click()
        expect(desk.locator("[data-status]")).to_have_text("Closed")
        page.goto(url)
        priya.attach(PROGRAM)
        page.get_by_label("Your message").fill("Open again.")
        page.get_by_role("button", name="Reopen and send").click()
        stopped(page, ONE, "setup.exe")


def test_files_outlive_leaving_the_page_or_it_says_that_they_have_not(priya: Visitor) -> None:
    """What was attached is attached again; what was not, is named, and stops the message like any other."""
    page = priya.page
    priya.attach(table("kept.csv", 2_000), PROGRAM)
    expect(line(page, "kept.csv").locator("input")).to_have_count(1)
    slow(page, 50_000)
    priya.attach(table("long.csv", 2_000_000))
    expect(line(page, "long.csv").locator("progress")).to_be_visible()
    page.get_by_label("Your message").fill("Three files.")
    slow(page, 0)
    page.get_by_role("link", name="My Conversations").first.click()
    priya.open("What is left out")
    expect(page.locator(".uploads .name")).to_have_text(["kept.csv", "setup.exe", "long.csv"])
    expect(line(page, "kept.csv").locator(".hint")).to_have_text("2 KB")
    gone = "It is not attached any more. Choose it again, or remove it."
    expect(page.locator(".uploads .fault")).to_have_text([gone, gone])
    page.get_by_role("button", name="Send", exact=True).click()
    stopped(page, TWO, "setup.exe")
    page.get_by_role("button", name="Send without them").click()
    expect(page.locator(LAST).locator(".files .name")).to_have_text(["kept.csv"])
    page.reload()
    expect(page.locator(".uploads li")).to_have_count(0)


def test_files_outlive_a_session_that_ended(visit: Visit) -> None:
    """Signed in again, the message is sent with what was attached before."""
    with visit() as anil:
        page = anil.sign_in(cast.ANIL).page
        start(anil, "A session with a file")
        url = page.url
        anil.attach(table("kept.csv", 2_000))
        expect(line(page, "kept.csv").locator("input")).to_have_count(1)
        page.get_by_label("Your message").fill("With a file.")
        anil.context.clear_cookies()
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Please sign in")
        anil.sign_in(cast.ANIL)
        page.goto(url)
        expect(page.get_by_label("Your message")).to_have_value("With a file.")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.locator(LAST).locator(".files .name")).to_have_text(["kept.csv"])


def test_what_was_sent_from_the_contact_form_is_not_there_again(visit_as: Visit) -> None:
    """Neither text nor files: they would be sent twice."""
    with visit_as(cast.STRANGER) as priya:
        page = priya.page
        page.goto("/contact")
        priya.attach(table("once.csv", 2_000))
        expect(line(page, "once.csv").locator("input")).to_have_count(1)
        page.get_by_label("Subject").fill("Once")
        page.get_by_label("Your message").fill("Just once.")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Once")
        for path in ("/contact", "/conversations/new"):
            page.goto(path)
            expect(page.get_by_label("Your message")).to_have_value("")
            expect(page.locator(".uploads li")).to_have_count(0)


def test_it_is_said_in_the_readers_language(visit_as: Visit) -> None:
    """The reason, the question and both buttons."""
    with visit_as(cast.STRANGER, locale="de-DE") as priya:
        page = priya.page
        page.goto("/conversations/new")
        priya.attach(PROGRAM, {**PROGRAM, "name": "IMG.heic", "buffer": b"\0\0\0\x18ftypheic"})
        expect(line(page, "IMG.heic").locator(".fault")).to_contain_text(
            "Dieser Browser kann HEIC-Bilder nicht öffnen."
        )
        page.locator("[name=subject]").fill("Dateien")
        page.locator("textarea").fill("Zwei Dateien.")
        page.locator("button.main").click()
        expect(page.get_by_role("alert")).to_have_text(
            "2 Dateien sind nicht angehängt. Entfernen Sie sie, oder senden Sie Ihre Nachricht ohne sie."
        )
        expect(page.get_by_role("button", name="Ohne sie senden")).to_be_visible()
