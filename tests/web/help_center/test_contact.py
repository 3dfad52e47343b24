"""The contact form: anybody can write, staff answer by e-mail, and typing an address makes nobody a customer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from chalicelib.conversations.model import Conversation, Status
from chalicelib.wiring import House
from tests.browser import Browser
from tests.people import People

if TYPE_CHECKING:
    from tests.conftest import MailRoom

TYPED = {"name": "Noor Haddad", "email": "noor@example.com", "subject": "Do you ship to Malta?", "body": "I hope so."}


def open_conversations(house: House) -> list[Conversation]:
    """Return what lies open at the desk, the newest first."""
    rows, _ = house.conversations.store.worked(Status.OPEN, position="", limit=50, newest_first=True)
    heads = [house.conversations.store.get(row.id, consistent=True) for row in rows]
    return [head for head in heads if head]


def write(browser: Browser, **fields: str) -> None:
    """Open the form and send it."""
    browser.get("/contact")
    browser.submit("Send", **{**TYPED, **fields})


def test_a_stranger_writes_and_is_answered_by_mail(
    browse: Callable[..., Browser], people: People, mail_room: MailRoom
) -> None:
    """The conversation is of the channel form; the answer goes to the address that was typed."""
    stranger = browse()
    write(stranger)
    assert stranger.page.path == "/contact/sent"
    assert stranger.page.heading == "Your message was sent"
    (head,) = open_conversations(people.house)
    assert (head.subject, head.channel, head.reply_channel) == ("Do you ship to Malta?", "form", "form")
    agent = browse(people.agent)
    page = agent.get(f"/desk/conversations/{head.id}")
    assert "noor@example.com" in page.text
    assert "Address not proven" in page.text
    agent.submit("Send reply", body="We do, in a week.")
    (mail,) = mail_room.deliver()
    assert mail["To"] == "noor@example.com"
    assert "We do, in a week." in mail.as_string()


@pytest.mark.parametrize("enabled", [True, False])
def test_the_form_is_there_whether_or_not_the_portal_is(
    browse: Callable[..., Browser], house: House, enabled: bool
) -> None:
    house.portal.settings.change(enabled=enabled)
    stranger = browse()
    write(stranger)
    assert stranger.page.status == 200
    assert ("sign in with that address" in stranger.page.text) == enabled
    assert len(open_conversations(house)) == 1


def test_a_customer_who_is_signed_in_types_neither_name_nor_address(
    browse: Callable[..., Browser], people: People
) -> None:
    """The conversation is theirs, of the channel form, and they find themselves in it."""
    owner = browse(people.owner)
    page = owner.get("/contact")
    assert not page.all("input[name=email]")
    owner.submit("Send", subject="A lamp for the hall", body="How high is it?")
    assert owner.page.heading == "A lamp for the hall"
    (head,) = open_conversations(people.house)
    assert (head.customer_id, head.channel) == (people.owner.id, "form")


def test_the_address_of_a_customer_makes_nobody_that_customer(
    browse: Callable[..., Browser], people: People, mail_room: MailRoom
) -> None:
    """What is typed with their address is not theirs: not in their list, not in their counts."""
    assert people.owner.email
    write(browse(), email=people.owner.email.upper())
    (head,) = open_conversations(people.house)
    assert head.customer_id != people.owner.id
    assert browse(people.owner).get("/conversations").text.count("Malta") == 0
    assert people.fresh(people.owner).open_count == people.owner.open_count


def test_two_messages_of_one_address_are_of_one_person(browse: Callable[..., Browser], house: House) -> None:
    """And each says who wrote it, as typed."""
    write(browse())
    write(browse(), name="Somebody else", subject="And to Gozo?")
    newest, oldest = open_conversations(house)
    assert newest.customer_id == oldest.customer_id
    names = [house.conversations.store.all_messages(head.id)[0].author for head in (newest, oldest)]
    assert names == ["Somebody else", "Noor Haddad"]


def test_who_proves_the_address_finds_the_conversation(
    browse: Callable[..., Browser], people: People, mail_room: MailRoom
) -> None:
    """The code sent to the address that was typed signs in, and from then on it is a customer's own."""
    write(browse())
    noor = browse()
    noor.get("/login")
    noor.submit("Send me a code", email="noor@example.com")
    noor.submit("Sign in", code=mail_room.code())
    assert "Do you ship to Malta?" in noor.get("/conversations").text
    (head,) = open_conversations(people.house)
    customer = people.house.customers.store.get(head.customer_id)
    assert customer
    assert (customer.email, customer.contact) == ("noor@example.com", "")
    assert people.house.customers.store.owner("email", "noor@example.com") == customer.id
    assert "Address not proven" not in browse(people.agent).get(f"/desk/conversations/{head.id}").text


def test_sending_the_form_twice_says_it_once(browse: Callable[..., Browser], house: House) -> None:
    stranger = browse()
    page = stranger.get("/contact")
    key = page.form("/contact").one("input[name=idempotency_key]")["value"]
    fields = {**TYPED, "csrf": stranger.csrf, "idempotency_key": key}
    for _ in range(2):
        assert stranger.post("/contact", fields, follow=False).status == 303
    assert len(open_conversations(house)) == 1


def test_a_refused_form_keeps_everything_and_names_every_fault(browse: Callable[..., Browser], house: House) -> None:
    stranger = browse()
    write(stranger, name=" ", email="noor@", subject=" ", body="z" * 10_241)
    page = stranger.page
    assert page.status == 422
    assert len(page.faults) == 4
    assert len(page.all("[aria-invalid]")) == 4
    assert page.one("textarea[name=body]").content.strip() == "z" * 10_241
    assert page.one("input[name=email]")["value"] == "noor@"
    assert not open_conversations(house)


def test_a_stranger_is_not_told_of_files(browse: Callable[..., Browser]) -> None:
    """The form takes none from them."""
    stranger = browse()
    write(stranger, body=" ")
    assert stranger.page.faults == ["Write a message before sending."]


def test_a_form_of_another_page_is_refused_and_kept(browse: Callable[..., Browser], house: House) -> None:
    """Without this browser's token, or sent by another site, nothing is said; the text is given back."""
    stranger = browse()
    for token, headers in (("", {}), ("x" * 32, {}), ("own", {"Sec-Fetch-Site": "cross-site"})):
        stranger.get("/contact")
        sent = {**TYPED, "csrf": stranger.csrf if token == "own" else token}
        page = stranger.post("/contact", sent, headers=headers)
        assert page.status == 403
        assert page.one("textarea[name=body]").content.strip() == TYPED["body"]
    assert not open_conversations(house)


def test_what_fills_in_the_hidden_field_is_told_that_all_went_well(
    browse: Callable[..., Browser], house: House
) -> None:
    stranger = browse()
    write(stranger, website="https://example.com")
    assert stranger.page.path == "/contact/sent"
    assert not open_conversations(house)


def test_one_network_and_one_address_can_write_only_so_often(browse: Callable[..., Browser], house: House) -> None:
    """Ten an hour from a network, five an hour with an address; then the form says so and keeps the text."""
    same = browse(ip="203.0.113.7")
    for number in range(10):
        write(same, email=f"n{number}@example.com")
        assert same.page.path == "/contact/sent"
    write(same, email="n10@example.com")
    assert same.page.status == 429
    assert same.page.header("Retry-After")
    assert same.page.one("textarea[name=body]").content.strip() == TYPED["body"]
    for _ in range(5):
        write(browse(), email="one@example.com")
    last = browse()
    write(last, email="ONE@example.com")
    assert last.page.status == 429
    assert len(open_conversations(house)) == 15


def test_files_of_strangers_are_not_taken(browse: Callable[..., Browser], people: People) -> None:
    """An upload of somebody's named in the form stays theirs, and nothing is sent without it in silence.

    So it is for a customer whose session has ended; what was typed is kept, and who sends it again knows.
    """
    owner = browse(people.owner)
    owner.get("/contact")
    upload = owner.upload("a.csv", "text/csv", b"a,b\n1,2\n")
    stranger = browse()
    stranger.get("/contact")
    refused = stranger.post("/contact", {**TYPED, "csrf": stranger.csrf, "attachment": upload})
    assert refused.status == 422
    assert refused.faults == [
        "Files can be attached only by people who are signed in. Sign in, or send this without files."
    ]
    assert refused.one("textarea[name=body]").content.strip() == TYPED["body"]
    assert open_conversations(people.house) == []
    stranger.submit("Send")
    (head,) = open_conversations(people.house)
    assert people.messages(head)[0].attachments == ()


def test_a_customers_files_come_along(browse: Callable[..., Browser], people: People) -> None:
    owner = browse(people.owner)
    owner.get("/contact")
    upload = owner.upload("a.csv", "text/csv", b"a,b\n1,2\n")
    owner.submit("Send", subject="A list", body="", attachment=[upload])
    (head,) = open_conversations(people.house)
    assert [one.name for one in people.messages(head)[0].attachments] == ["a.csv"]
