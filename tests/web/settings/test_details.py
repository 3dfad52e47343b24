"""Conversation Details: what a conversation shows its customer, chosen and named by content managers, seen at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.portal.details import MAX_SHOWN
from chalicelib.wiring import House
from tests.browser import Browser
from tests.people import People
from tests.web.settings.lamps import COLOUR, DUE, GIFT, MARGIN, ORDER, PAGE, PRICE, declare, label
from tests.wire import recorded

Browse = Callable[..., Browser]


@pytest.fixture
def manager(browse: Browse, people: People) -> Browser:
    return browse(people.content_manager)


def press(browser: Browser, action: str, **values: str) -> None:
    """Press one of the form's buttons."""
    from tests.browser import fields_of

    fields = fields_of(browser.page.form("/settings/details"))
    browser.post("/settings/details", {**fields, **values, "action": action})


def facts(browser: Browser) -> list[tuple[str, str]]:
    """Return what the head of a conversation's page says, without the date it was created, which stands third."""
    said = [one for one in browser.page.one("dl.facts").children if not isinstance(one, str)]
    return [(one.one("dt").text, one.one("dd").text) for one in (*said[:2], *said[3:])]


def test_attributes_are_added_named_moved_removed_and_saved(
    manager: Browser, browse: Browse, people: People, house: House
) -> None:
    declare(house, ORDER, DUE, GIFT, MARGIN)
    head = people.starts(people.owner)
    label(people, head.id, order="17 950", due="2026-12-24", gift=True, margin=40)
    ada = browse(people.owner)
    ada.get(f"/conversations/{head.id}")
    assert facts(ada) == [("Status", "Open"), ("Channel", "Portal")]
    manager.get("/settings/details")
    assert [one["value"] for one in manager.page.one("[name=add]").all("option")] == ["order", "due", "gift"]
    press(manager, "add", add="order")
    press(manager, "add", add="due")
    press(manager, "add", add="gift")
    assert "This is not saved yet." in manager.page.text
    ada.get(f"/conversations/{head.id}")
    assert len(facts(ada)) == 2
    press(manager, "up:due")
    press(manager, "save", **{"label-due": "Arrives on"})
    assert manager.page.notice == "Your changes were saved."
    ada.get(f"/conversations/{head.id}")
    assert facts(ada)[2:] == [("Arrives on", "24 Dec 2026"), ("Order", "17 950"), ("Gift", "Yes")]
    press(manager, "remove:order")
    press(manager, "save")
    ada.get(f"/conversations/{head.id}")
    assert facts(ada)[2:] == [("Arrives on", "24 Dec 2026"), ("Gift", "Yes")]


def test_a_display_name_from_a_snippet_is_in_the_readers_language_and_follows_it(
    manager: Browser, browse: Browse, people: People, house: House
) -> None:
    declare(house, DUE)
    house.portal.settings.change(languages=("en", "de"))
    house.snippets.create(OPERATOR, "due-label", {"en": "Arrives on", "de": "Kommt am"})
    head = people.starts(people.owner)
    label(people, head.id, due="2026-12-24")
    manager.get("/settings/details")
    press(manager, "add", add="due")
    press(manager, "save", **{"snippet-due": "due-label"})
    ada = browse(people.owner)
    ada.get(f"/conversations/{head.id}", headers={"Accept-Language": "de"})
    assert facts(ada)[2] == ("Kommt am", "24. Dez. 2026")
    ada.get(f"/conversations/{head.id}", headers={"Accept-Language": "fr"})
    assert facts(ada)[2] == ("Arrives on", "24 Dec 2026")
    version = house.snippets.get("due-label").version  # type: ignore[union-attr]
    house.snippets.save(OPERATOR, "due-label", {"en": "Delivery"}, version)
    ada.get(f"/conversations/{head.id}", headers={"Accept-Language": "de"})
    assert facts(ada)[2] == ("Delivery", "24. Dez. 2026")


def test_values_are_written_for_their_reader(manager: Browser, browse: Browse, people: People, house: House) -> None:
    declare(house, PRICE, GIFT, COLOUR, PAGE)
    house.portal.settings.change(languages=("en", "de"))
    head = people.starts(people.owner)
    label(people, head.id, price=12430.25, gift=False, colour="opal", page="https://example.com/?a=1&b=2")
    show(house, "price", "gift", "colour", "page")
    ada = browse(people.owner)
    ada.get(f"/conversations/{head.id}", headers={"Accept-Language": "en"})
    assert facts(ada)[2:] == [
        ("Price", "12,430.25"),
        ("Gift", "No"),
        ("Colour", "opal"),
        ("Page", "https://example.com/?a=1&b=2"),
    ]
    (link,) = ada.page.one("dl.facts").all("a")
    assert (link["href"], link["rel"]) == ("https://example.com/?a=1&b=2", "nofollow noopener noreferrer ugc")
    ada.get(f"/conversations/{head.id}", headers={"Accept-Language": "de"})
    assert facts(ada)[2] == ("Price", "12.430,25")


def show(house: House, *names: str) -> None:
    """Choose attributes."""
    from chalicelib.portal.details import Detail

    version = house.portal.details.get().version
    house.portal.details.save(
        OPERATOR, [Detail(one) for one in names], house.conversations.labelling.declared(), version=version
    )


def test_only_what_is_for_customers_in_use_and_has_a_value_is_shown(
    browse: Browse, manager: Browser, people: People, house: House
) -> None:
    """The settings count what can be shown, too."""
    declare(house, ORDER, DUE, GIFT)
    head = people.starts(people.owner)
    label(people, head.id, order="17", due="2026-12-24")
    show(house, "order", "due", "gift")
    ada = browse(people.owner)
    ada.get(f"/conversations/{head.id}")
    assert [name for name, _ in facts(ada)[2:]] == ["Order", "Delivery"]
    house.conversations.labelling.change(
        OPERATOR, replace(ORDER, customers=False), house.conversations.labelling.declared().version
    )
    assert "and 2 more" in manager.get("/settings/portal").text
    house.conversations.labelling.change(
        OPERATOR, replace(DUE, retired=True), house.conversations.labelling.declared().version
    )
    assert "and 1 more" in manager.get("/settings/portal").text
    ada.get(f"/conversations/{head.id}")
    assert facts(ada)[2:] == []
    assert "17" not in ada.page.one("dl.facts").text.replace("2035", "")


def test_what_is_for_staff_only_cannot_be_chosen(manager: Browser, house: House) -> None:
    declare(house, MARGIN, ORDER)
    manager.get("/settings/details")
    for fields in ({"key": "margin"}, {"key": "nothing"}, {"action": "add", "add": "margin"}):
        page = manager.post(
            "/settings/details", {"csrf": manager.csrf, "version": "0", "seen": '{"shown":"[]"}', **fields}
        )
        assert page.status == 422
        assert page.faults
    assert house.portal.details.get().details == ()


def test_a_display_name_that_is_too_long_is_refused_beside_its_field(manager: Browser, house: House) -> None:
    declare(house, ORDER)
    manager.get("/settings/details")
    press(manager, "add", add="order")
    press(manager, "save", **{"label-order": "x" * 61})
    assert manager.page.status == 422
    assert manager.page.one("#details-label-order-fault").text
    assert manager.page.one("#details-label-order")["value"] == "x" * 61


def test_a_snippet_with_placeholders_is_no_display_name(manager: Browser, house: House) -> None:
    declare(house, ORDER)
    house.snippets.create(OPERATOR, "greeting", {"en": "Dear {customer_name}"})
    manager.get("/settings/details")
    press(manager, "add", add="order")
    press(manager, "save", **{"snippet-order": "greeting"})
    assert manager.page.status == 422
    press(manager, "save", **{"snippet-order": "nowhere"})
    assert manager.page.status == 422


def test_two_choices_at_once_are_shown_side_by_side(
    manager: Browser, browse: Browse, people: People, house: House
) -> None:
    declare(house, ORDER, DUE)
    manager.get("/settings/details")
    press(manager, "add", add="order")
    show(house, "due")
    press(manager, "save", **{"label-order": "Your order"})
    page = manager.page
    assert page.status == 409
    assert "Order as “Your order”" in page.text
    assert "Delivery" in page.text
    manager.submit("Save this choice")
    assert [(one.key, one.text) for one in house.portal.details.get().details] == [("order", "Your order")]


def test_more_than_can_be_shown_is_refused(house: House) -> None:
    from chalicelib.portal.details import Detail, faults

    declared = house.conversations.labelling.declared()
    for number in range(MAX_SHOWN + 1):
        declared = declared.with_one(replace(ORDER, key=f"a{number}", name=f"A{number}"))
    assert [one.field for one in faults([Detail(f"a{n}") for n in range(MAX_SHOWN + 1)], declared)] == ["add"]


def test_showing_attributes_costs_no_further_call(browse: Browse, people: People, house: House) -> None:
    declare(house, ORDER, DUE)
    head = people.starts(people.owner)
    label(people, head.id, order="17", due="2026-12-24")
    show(house, "order", "due")
    ada = browse(people.owner)
    ada.get(f"/conversations/{head.id}")
    with recorded(house.clients.dynamodb) as made:
        ada.get(f"/conversations/{head.id}")
    assert len(facts(ada)) == 4
    assert [call.operation for call in made] == ["BatchGetItem", "Query"]


@pytest.mark.parametrize("step", ["add", "up:order", "remove:gift"])
def test_a_change_that_is_saved_between_two_steps_of_the_form_is_not_lost(
    manager: Browser, people: People, house: House, step: str
) -> None:
    """Adding, moving and removing ask the server before anything is saved: what others save meanwhile stays known."""
    declare(house, ORDER, DUE, GIFT, PRICE)
    show(house, "gift", "order")
    manager.get("/settings/details")
    show(house, "gift", "order", "due")
    press(manager, step, add="price")
    press(manager, "add", add="colour")
    press(manager, "save")
    page = manager.page
    assert (page.status, page.heading) == (409, "Somebody else saved first")
    assert [one.key for one in house.portal.details.get().details] == ["gift", "order", "due"]


def test_a_typed_name_beside_a_snippet_is_not_dropped_but_asked_about(manager: Browser, house: House) -> None:
    """Which of the two counts is for the editor to say; what was typed is kept."""
    declare(house, ORDER)
    house.snippets.create(OPERATOR, "order-label", {"en": "Your order"})
    manager.get("/settings/details")
    press(manager, "add", add="order")
    press(manager, "save", **{"label-order": "Typed", "snippet-order": "order-label"})
    page = manager.page
    assert page.status == 422
    assert page.one("#details-label-order-fault").text.startswith("Either type a display name or choose a snippet")
    assert page.one("#details-label-order")["value"] == "Typed"
    assert page.one("#details-snippet-order option[selected]")["value"] == "order-label"
    assert house.portal.details.get().details == ()
    press(manager, "save", **{"label-order": ""})
    assert manager.page.notice == "Your changes were saved."
    assert [(one.text, one.snippet) for one in house.portal.details.get().details] == [("", "order-label")]


def test_only_snippets_that_can_be_display_names_are_offered(manager: Browser, house: House) -> None:
    """Those with placeholders and long ones would be refused; the others tell what they say."""
    declare(house, ORDER)
    house.snippets.create(OPERATOR, "order-label", {"en": "Your order", "de": "Ihre Bestellung"})
    house.snippets.create(OPERATOR, "greeting", {"en": "Dear {customer_name}"})
    house.snippets.create(OPERATOR, "terms", {"en": "x" * 201})
    manager.get("/settings/details")
    press(manager, "add", add="order")
    offered = manager.page.one("#details-snippet-order").all("option")
    assert [(one["value"], one.get("data-says")) for one in offered] == [("", ""), ("order-label", "Your order")]


@pytest.mark.parametrize("shown", ["[", "{}", "3", '[["order"]]', "[" * 50_000], ids=["cut", "map", "3", "few", "deep"])
def test_a_choice_that_is_none_shows_nothing_and_breaks_nothing(manager: Browser, house: House, shown: str) -> None:
    declare(house, ORDER)
    manager.get("/settings/details")
    fields = {"csrf": manager.csrf, "version": "0", "seen": '{"shown":"[]"}', "shown": shown}
    assert manager.post("/settings/details", fields).status == 200
    assert house.portal.details.get().details == ()
