"""The main job, end to end: a customer reads, answers and attaches; an agent replies; the answer arrives."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from local import cast, files
from tests.journeys.conftest import Visit
from tests.journeys.portal import Portal, link_of

SUBJECT = "Warranty for the Wren desk lamp"
CARD = "4111 1111 1111 1111"

PHOTO = {"name": "the lamp.png", "mimeType": "image/png", "buffer": files.png((120, 80, 60))}
SHEET = {"name": "Wren parts.pdf", "mimeType": "application/pdf", "buffer": files.pdf(["Wren", "Parts"])}


def messages(page: Page) -> int:
    """Return how many messages are on the page."""
    return page.locator(".message:not(.note)").count()


def newest(page: Page) -> str:
    """Return the text of the newest message."""
    return page.locator(".message:not(.note) .said").last.inner_text()


def test_a_customer_and_an_agent_talk(visit: Visit, portal: Portal) -> None:
    """Sign in, read, reply with a file; the agent answers; the answer arrives; close, reopen, redact, sign out."""
    assert cast.OWNER.email
    with visit() as ada, visit() as mina:
        # Ada finds her conversation and answers, with a picture.
        ada.page.goto("/")
        ada.page.get_by_role("link", name="Log in", exact=True).click()
        ada.sign_in(cast.OWNER)
        ada.open(SUBJECT)
        expect(ada.page.locator("[data-status]")).to_have_text("Open")
        expect(ada.page.get_by_text("Portal", exact=True)).to_be_visible()
        expect(ada.page.get_by_text("springs from the old supplier")).to_have_count(0)
        before = messages(ada.page)
        ada.attach(PHOTO)
        expect(ada.page.locator(".uploads input[name=attachment]")).to_have_count(1)
        ada.write("The new switch has come. One tongue is broken, see the picture.")
        expect(ada.page.locator(".notice")).to_have_text("Your message was sent.")
        assert messages(ada.page) == before + 1
        assert "the lamp.png" in newest(ada.page)
        with ada.page.expect_download() as download:
            ada.page.locator(".message").last.get_by_role("link", name="the lamp.png").click()
        assert download.value.suggested_filename == "the lamp.png"
        assert download.value.path().read_bytes() == PHOTO["buffer"]

        # Mina sees it at the desk, with the notes, and answers.
        mina.sign_in(cast.AGENT)
        mina.page.get_by_role("listitem").filter(has_text="Ada Lindqvist").filter(has_text="Waiting").first.wait_for()
        mina.open(SUBJECT)
        expect(mina.page.get_by_text("springs from the old supplier")).to_be_visible()
        assert "One tongue is broken" in newest(mina.page)
        mina.page.get_by_text("Write an internal note").click()
        mina.write("That is the fourth. Sven, please stop the batch.", label="Internal note", button="Add note")
        mails = portal.mail_count(cast.OWNER.email)
        mina.attach(SHEET)
        expect(mina.page.locator("[data-composer=answer] .uploads input[name=attachment]")).to_have_count(1)
        mina.write(
            "Sorry about that, Ada. A whole foot goes out today.", label="Message to the customer", button="Send reply"
        )
        expect(mina.page.locator(".notice")).to_have_text("Your answer was sent.")

        # It arrives on Ada's page without a reload, the note does not; and it arrives by mail.
        ada.look_for_news()
        expect(ada.page.locator(".message .said").last).to_contain_text("A whole foot goes out today.")
        assert messages(ada.page) == before + 2
        expect(ada.page.locator("[data-announce]")).to_have_text("One new message")
        expect(ada.page.get_by_text("stop the batch")).to_have_count(0)
        mail = portal.mail_to(cast.OWNER.email, after=mails)
        assert "A whole foot goes out today." in mail["text"]
        assert "stop the batch" not in mail["text"] + mail["html"]
        link = link_of(mail, "/conversations/")
        assert link.partition("#")[0] == ada.page.url.partition("#")[0]
        ada.page.goto(link)
        assert "A whole foot goes out today." in newest(ada.page)
        assert "Wren parts.pdf" in newest(ada.page)
        mina.page.reload()
        expect(mina.page.locator(".delivery").last).to_have_text("E-mail sent")

        # Mina closes; Ada's page says so, and what she is typing stays.
        mina.page.get_by_role("button", name="Close").click()
        expect(mina.page.locator("[data-status]")).to_have_text("Closed")
        ada.page.get_by_label("Your message").fill(f"One more thing, my card is {CARD}, for the postage.")
        ada.look_for_news()
        expect(ada.page.get_by_text("This conversation has been closed.")).to_be_visible()
        expect(ada.page.locator("[data-status]")).to_have_text("Closed")
        ada.page.get_by_role("link", name="Reload the page").click()
        expect(ada.page.get_by_role("heading", name="Reopen this conversation")).to_be_visible()
        expect(ada.page.get_by_label("Your message")).to_have_value(re.compile("for the postage"))
        ada.page.get_by_role("button", name="Reopen and send").click()
        expect(ada.page.locator(".notice")).to_contain_text("open again")
        expect(ada.page.locator("[data-status]")).to_have_text("Open")
        assert CARD in newest(ada.page)

        # Mina redacts the number; it is gone for Ada, at once and after a reload, and from her list.
        mina.page.reload()
        line = mina.page.locator(".message", has_text=CARD)
        line.get_by_text("Redact").first.click()
        line.get_by_label("Text to remove").fill(CARD)
        line.get_by_role("button", name="Remove this text").click()
        expect(mina.page.locator(".notice")).to_have_text("It was removed for good.")
        expect(mina.page.get_by_text(CARD)).to_have_count(0)
        ada.look_for_news()
        expect(ada.page.get_by_text(CARD)).to_have_count(0)
        expect(ada.page.locator(".message .said").last).to_contain_text("for the postage")
        ada.page.reload()
        assert CARD not in ada.page.content()
        ada.page.get_by_role("link", name="My Conversations").first.click()
        expect(ada.page.get_by_role("listitem").filter(has_text=SUBJECT)).to_contain_text("for the postage")
        assert CARD not in ada.page.content()

        # Both leave.
        ada.page.get_by_role("button", name="Sign out").click()
        expect(ada.page.get_by_text("You are signed out.")).to_be_visible()
        ada.page.goto(link)
        expect(ada.page).to_have_url(re.compile("/login"))
        mina.page.get_by_role("button", name="Sign out").click()
        expect(mina.page.get_by_role("heading", level=1)).to_have_text("Sign in to the desk")
