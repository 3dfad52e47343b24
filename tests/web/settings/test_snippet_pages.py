"""Settings, Snippets: written per language, with what is missing marked, and shown where they are chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.refusals import ChangedMeanwhile
from tests.browser import Browser
from tests.people import People

if TYPE_CHECKING:
    from tests.conftest import MailRoom


@pytest.fixture
def ellis(browse: Callable[..., Browser], people: People) -> Browser:
    """The content manager's browser, where English, German and Arabic are offered."""
    people.house.portal.settings.change(languages=("en", "de", "ar"))
    return browse(people.content_manager)


def test_a_snippet_is_written_translated_and_removed(ellis: Browser) -> None:
    ellis.get("/settings/snippets/new")
    page = ellis.submit("Create", name="Order-Name", text_en="Order")
    assert page.notice == "Your changes were saved."
    (row,) = page.all(".rows li")
    assert (row.one("h2").text, row.one(".preview").text) == ("order-name", "Order")
    assert row.one(".pill").text == "2 missing"
    assert "Missing: Deutsch, العربية" in row.one(".meta").text
    ellis.get("/settings/snippets/order-name")
    assert [one.text for one in ellis.page.all("label .pill")] == ["missing", "missing"]
    ellis.submit("Save", text_de="Bestellung", text_ar="الطلب")
    assert ellis.get("/settings/snippets").one(".rows .pill").text == "Complete"
    ellis.get("/settings/snippets/order-name")
    assert ellis.submit("Remove this snippet").notice == "It was removed."
    assert ellis.page.one(".empty h2").text == "No snippets yet"


def test_a_refusal_stands_beside_its_field_and_keeps_all_that_was_typed(ellis: Browser) -> None:
    ellis.get("/settings/snippets/new")
    page = ellis.submit("Create", name="greeting", text_en="Hello {customer_name}", text_de="Hallo {kunde}")
    assert page.status == 422
    assert page.one("#snippet-text_de")["aria-invalid"] == "true"
    assert "{kunde}" in page.one("#snippet-fault").text
    assert page.one("#snippet-text_en").content.strip() == "Hello {customer_name}"
    assert page.one("#snippet-text_de").content.strip() == "Hallo {kunde}"
    assert page.one("input[name=name]")["value"] == "greeting"
    page = ellis.submit("Create", text_de="Hallo {customer_name}", name="Not good")
    assert page.one("input[name=name]")["aria-invalid"] == "true"
    assert ellis.submit("Create", name="greeting").status == 200
    ellis.get("/settings/snippets/new")
    page = ellis.submit("Create", name="greeting", text_en="Mine")
    assert (page.status, page.faults) == (409, ["A snippet with that name exists already."])


def test_two_who_write_at_once_both_see_both_texts(ellis: Browser) -> None:
    desk = ellis.house.snippets
    desk.create(OPERATOR, "greeting", {"en": "Hello", "de": "Hallo"})
    ellis.get("/settings/snippets/greeting")
    desk.save(OPERATOR, "greeting", {"en": "Hi", "de": "Hallo"}, 1)
    page = ellis.submit("Save", text_en="Welcome")
    assert (page.status, page.faults) == (409, [ChangedMeanwhile.sentence])
    assert page.one("#snippet-text_en").content.strip() == "Welcome"
    assert [one.text for one in page.all(".theirs")] == ["Hi"]
    ellis.submit("Save")
    found = desk.get("greeting", consistent=True)
    assert found is not None
    assert dict(found.values) == {"en": "Welcome", "de": "Hallo"}


def test_two_who_write_in_different_languages_are_not_in_each_others_way(ellis: Browser) -> None:
    """A text that one has not touched stays as the other saved it, over several lines as well."""
    desk = ellis.house.snippets
    desk.create(OPERATOR, "greeting", {"en": "Hello\n{organization}", "de": "Hallo", "fr": "Salut"})
    ellis.get("/settings/snippets/greeting")
    ellis.submit("Save", text_en="Hello\r\n{organization}")
    ellis.get("/settings/snippets/greeting")
    desk.save(OPERATOR, "greeting", {"en": "Hello\n{organization}", "de": "Guten Tag", "fr": "Salut"}, 1)
    page = ellis.submit("Save", text_en="Hello\r\n{organization}", text_fr="Bonjour")
    assert page.notice == "Your changes were saved."
    both = {"en": "Hello\n{organization}", "de": "Guten Tag", "fr": "Bonjour"}
    found = desk.get("greeting", consistent=True)
    assert found is not None
    assert dict(found.values) == both
    ellis.get("/settings/snippets/greeting")
    desk.save(OPERATOR, "greeting", {**both, "de": "Servus", "fr": "Coucou"}, found.version)
    page = ellis.submit("Save", text_en="Hello\r\n{organization}", text_fr="Bonsoir")
    assert page.status == 409
    assert [one.text for one in page.all(".theirs")] == ["Coucou"]
    assert page.one("#snippet-text_de").content.strip() == "Servus"
    ellis.submit("Save")
    found = desk.get("greeting", consistent=True)
    assert found is not None
    assert dict(found.values) == {**both, "de": "Servus", "fr": "Bonsoir"}


def test_a_text_in_a_language_no_longer_offered_is_kept(ellis: Browser, people: People) -> None:
    ellis.house.snippets.create(OPERATOR, "greeting", {"en": "Hello", "de": "Hallo"})
    people.house.portal.settings.change(languages=("en",))
    page = ellis.get("/settings/snippets/greeting")
    assert "not offered at the moment" in page.one("label[for=snippet-text_de]").text
    ellis.submit("Save", text_en="Hi")
    found = ellis.house.snippets.get("greeting", consistent=True)
    assert found is not None
    assert found.values["de"] == "Hallo"


def test_what_is_used_says_where_and_cannot_be_removed(ellis: Browser) -> None:
    ellis.house.snippets.create(OPERATOR, "ending", {"en": "Yours"})
    ellis.house.portal.settings.change(signature="ending")
    page = ellis.get("/settings/snippets/ending")
    assert page.link("Signature of e-mails") == "/settings/general"
    assert not page.has_form("Remove this snippet")
    fields = {"csrf": ellis.csrf, "action": "delete", "version": "1"}
    page = ellis.post("/settings/snippets/ending", fields)
    assert page.status == 409
    assert page.faults == ["This snippet is used: signature of e-mails. Choose another one there first."]
    assert "Used: signature of e-mails" in ellis.get("/settings/snippets").text


def test_nothing_is_at_the_address_of_what_does_not_exist(ellis: Browser) -> None:
    for name in ("absent", "..", "head", "%00", "x" * 300):
        assert ellis.get(f"/settings/snippets/{name}").status == 404, name
        assert ellis.post(f"/settings/snippets/{name}", {"csrf": ellis.csrf, "action": "delete"}).status == 404


def test_a_reply_ends_with_the_organizations_signature_in_the_customers_language(
    ellis: Browser, people: People, mail_room: MailRoom
) -> None:
    house = people.house
    house.snippets.create(
        OPERATOR,
        "ending",
        {
            "en": "Yours, {agent_name}\n{organization}, about {conversation_subject}",
            "de": "Ihre {agent_name} für {customer_name}",
        },
    )
    house.portal.settings.change(signature="ending")
    head = people.starts(people.owner, subject="The <b>lamp</b> & {agent_name}")
    people.answers(head)
    (mail,) = mail_room.deliver()
    text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert text
    assert html
    ending = f"Yours, {people.agent.name}\nAlder & Finch, about The <b>lamp</b> & {{agent_name}}"
    assert ending in text.get_content().replace("\r\n", "\n")
    assert "The &lt;b&gt;lamp&lt;/b&gt; &amp; {agent_name}" in html.get_content()
    assert "<b>" not in html.get_content()
    owner = people.fresh(people.owner)
    house.customers.store.save_preferences(owner.id, name=owner.name, time_zone="", mail_replies=True, language="de")
    people.answers(people.head(head.id), "Noch etwas?")
    assert f"Ihre {people.agent.name} für {owner.name}" in mail_room.text()


def test_without_a_signature_a_reply_ends_with_the_names(people: People, mail_room: MailRoom) -> None:
    """A signature that is gone counts as none."""
    house = people.house
    for name in ("", "gone"):
        house.portal.settings.change(signature=name)
        people.answers(people.starts(people.owner))
        assert f"{people.agent.name}\r\nAlder & Finch" in mail_room.text().replace("\n", "\r\n").replace("\r\r", "\r")
