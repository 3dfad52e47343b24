"""Attributes: declared by content managers, filled in at the desk and through the API, shown to customers by choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.conversations.attributes import Attribute, Type
from chalicelib.conversations.items import side_put
from chalicelib.refusals import ChangedMeanwhile
from chalicelib.wiring import House
from tests.browser import Browser
from tests.people import People
from tests.web.settings.lamps import COLOUR, DUE, GIFT, ORDER, PAGE, PRICE, declare, label

Browse = Callable[..., Browser]


@pytest.fixture
def manager(browse: Browse, people: People) -> Browser:
    return browse(people.content_manager)


def test_an_attribute_is_declared_changed_retired_and_used_again(manager: Browser, house: House) -> None:
    assert "No attributes yet" in manager.get("/settings/attributes").body
    manager.get(manager.page.link("New attribute"))
    manager.submit(
        "Add the attribute", name="Colour", key="colour", type="choice", choices="smoke\r\n\r\nopal\r\nsmoke"
    )
    assert house.conversations.labelling.declared().get("colour") == Attribute(
        "colour", "Colour", Type.CHOICE, ("smoke", "opal")
    )
    manager.get(manager.page.link("Colour"))
    form = manager.page.form("Save")
    assert not form.all("[name=key]")
    assert not form.all("[name=type]")
    manager.submit("Save", name="Shade", customers="on", required="on", choices="smoke\nopal\namber")
    found = house.conversations.labelling.declared().get("colour")
    assert found == Attribute("colour", "Shade", Type.CHOICE, ("smoke", "opal", "amber"), customers=True, required=True)
    manager.get("/settings/attributes/colour")
    manager.post("/settings/attributes/colour", {"csrf": manager.csrf, "action": "retire"})
    assert "Retired" in manager.page.text
    assert house.conversations.labelling.declared().active == ()
    manager.post("/settings/attributes/colour", {"csrf": manager.csrf, "action": "restore"})
    assert [one.key for one in house.conversations.labelling.declared().active] == ["colour"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"key": "Order"}, "key"),
        ({"key": "1order"}, "key"),
        ({"key": "x" * 51}, "key"),
        ({"key": "taken"}, "key"),
        ({"key": "__class__"}, "key"),
        ({"name": ""}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": "TAKEN"}, "name"),
        ({"type": "object"}, "type"),
        ({"type": "choice", "choices": " \n"}, "choices"),
        ({"type": "choice", "choices": "x" * 61}, "choices"),
        ({"type": "choice", "choices": "\n".join(map(str, range(41)))}, "choices"),
    ],
)
def test_what_cannot_be_declared_is_refused_beside_its_field(
    manager: Browser, house: House, sent: dict[str, str], field: str
) -> None:
    declare(house, Attribute("taken", "Taken", Type.TEXT))
    manager.get("/settings/attributes/new")
    page = manager.submit("Add the attribute", **{"key": "order", "name": "Order", "type": "text", **sent})
    assert page.status == (409 if sent == {"key": "taken"} else 422)
    assert page.one(f"#attribute-{field}-fault").text
    assert len(house.conversations.labelling.declared().every) == 1


def test_attributes_are_put_in_order_by_buttons(manager: Browser, house: House) -> None:
    declare(house, ORDER, PRICE, DUE)
    manager.get("/settings/attributes")
    for move in ("up:due", "up:due", "down:order", "up:due"):
        manager.post("/settings/attributes", {"csrf": manager.csrf, "action": move})
    assert [one.key for one in house.conversations.labelling.declared().active] == ["due", "price", "order"]


def test_two_changes_of_one_attribute_are_shown_side_by_side(
    manager: Browser, browse: Browse, people: People, house: House
) -> None:
    declare(house, ORDER)
    ruth = browse(people.lead)
    manager.get("/settings/attributes/order")
    ruth.get("/settings/attributes/order")
    ruth.submit("Save", name="Order number")
    page = manager.submit("Save", name="Order no.")
    assert page.status == 409
    assert {page.one("#clash-name-theirs")["value"], page.one("#clash-name-mine")["value"]} == {
        "Order number",
        "Order no.",
    }
    manager.submit("Save this choice", name="Order no.")
    assert house.conversations.labelling.declared().every == (
        Attribute("order", "Order no.", Type.TEXT, customers=True),
    )


def test_a_change_that_stands_on_an_old_version_is_refused(house: House) -> None:
    declare(house, ORDER)
    with pytest.raises(ChangedMeanwhile):
        house.conversations.labelling.declare(OPERATOR, PRICE, 0)


# at the desk


def test_an_agent_fills_in_attributes_and_tags_and_only_what_changed_is_changed(
    browse: Browse, people: People, house: House
) -> None:
    declare(house, ORDER, PRICE, DUE, GIFT, COLOUR, PAGE)
    head = people.starts(people.owner)
    mina = browse(people.agent)
    mina.get(f"/desk/conversations/{head.id}")
    mina.submit(
        "Save the details",
        **{
            "attributes.order": " 17 950 ",
            "attributes.price": "12.50",
            "attributes.due": "2026-12-24",
            "attributes.gift": "no",
            "attributes.colour": "opal",
            "attributes.page": "https://example.com/lamps?a=1&b=2",
            "tags": "glass\nurgent\nglass",
        },
    )
    assert mina.page.notice == "The details were saved."
    aside = house.conversations.store.side(head.id)
    assert aside.attributes == {
        "order": "17 950",
        "price": 12.5,
        "due": "2026-12-24",
        "gift": False,
        "colour": "opal",
        "page": "https://example.com/lamps?a=1&b=2",
    }
    assert aside.tags == ("glass", "urgent")
    said = "changed the details: Order, Price, Delivery, Gift, Colour, Page, Tags"
    assert said in mina.page.one("[data-messages]").text
    tom = browse(people.lead)
    tom.get(f"/desk/conversations/{head.id}")
    mina.submit("Save the details", **{"attributes.order": ""})
    tom.submit("Save the details", **{"attributes.price": "9"})
    after = house.conversations.store.side(head.id).attributes
    assert "order" not in after
    assert after["price"] == 9


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("price", "twelve"),
        ("price", "1e3"),
        ("price", "99999999999999999999"),
        ("due", "2026-13-01"),
        ("due", "24.12.2026"),
        ("gift", "perhaps"),
        ("colour", "amber"),
        ("page", "javascript:alert(1)"),
        ("page", "//evil.example"),
        ("page", "https:evil.example"),
        ("page", "https://user:secret@example.com/"),
        ("page", "https://example.com/ x"),
        ("page", "data:text/html,x"),
        ("order", "x" * 1_001),
    ],
)
def test_a_value_that_is_none_of_its_type_is_refused_beside_its_field(
    browse: Browse, people: People, house: House, field: str, text: str
) -> None:
    declare(house, ORDER, PRICE, DUE, GIFT, COLOUR, PAGE)
    head = people.starts(people.owner)
    mina = browse(people.agent)
    mina.get(f"/desk/conversations/{head.id}")
    page = mina.submit("Save the details", **{f"attributes.{field}": text})
    assert page.status == 422
    assert page.all(f"[id=desk-attributes.{field}-fault]") or f'id="desk-attributes.{field}-fault"' in page.body
    assert house.conversations.store.side(head.id).attributes == {}


def test_what_somebody_else_changed_meanwhile_is_shown_before_it_is_replaced(
    browse: Browse, people: People, house: House
) -> None:
    declare(house, ORDER)
    head = people.starts(people.owner)
    mina, ruth = browse(people.agent), browse(people.lead)
    mina.get(f"/desk/conversations/{head.id}")
    ruth.get(f"/desk/conversations/{head.id}")
    ruth.submit("Save the details", **{"attributes.order": "17"})
    page = mina.submit("Save the details", **{"attributes.order": "18"})
    assert page.status == 409
    assert "Somebody changed “Order” to “17” meanwhile" in page.faults[0]
    mina.submit("Save the details")
    assert house.conversations.store.side(head.id).attributes == {"order": "18"}


def test_a_conversation_is_not_closed_at_the_desk_before_what_is_needed_is_there(
    browse: Browse, people: People, house: House
) -> None:
    declare(house, Attribute("reason", "Reason", Type.TEXT, required=True))
    head = people.starts(people.owner)
    mina = browse(people.agent)
    mina.get(f"/desk/conversations/{head.id}")
    page = mina.submit("Close")
    assert (page.status, page.faults) == (422, ["Fill in “Reason” before closing this conversation."])
    assert not people.head(head.id).closed
    mina.submit("Save the details", **{"attributes.reason": "Broken glass"})
    mina.submit("Close")
    assert people.head(head.id).closed


def test_closing_saves_the_details_that_were_typed(browse: Browse, people: People, house: House) -> None:
    """They are in the form of another card, and are neither lost nor asked for again."""
    declare(house, Attribute("reason", "Reason", Type.TEXT, required=True), PRICE)
    head = people.starts(people.owner)
    mina = browse(people.agent)
    mina.get(f"/desk/conversations/{head.id}")
    page = mina.submit("Close", **{"attributes.reason": "Broken glass", "attributes.price": "twelve"})
    assert page.status == 422
    assert page.one("[name=attributes.reason]")["value"] == "Broken glass"
    assert (house.conversations.store.side(head.id).attributes, people.head(head.id).closed) == ({}, False)
    page = mina.submit("Close", **{"attributes.price": "12"})
    assert page.notice == "The conversation is closed."
    assert house.conversations.store.side(head.id).attributes == {"reason": "Broken glass", "price": 12}
    assert people.head(head.id).closed


def test_a_recorded_text_that_is_no_day_is_shown_and_outlives_closing(
    browse: Browse, people: People, house: House
) -> None:
    """Programs could record anything before it was declared; a browser's field for days would show and send nothing."""
    head = people.starts(people.owner)
    before = house.conversations.store.side(head.id)
    recorded = replace(before, attributes={"due": "after Easter"})
    house.table.write(side_put(head, recorded))
    declare(house, DUE)
    mina = browse(people.agent)
    page = mina.get(f"/desk/conversations/{head.id}")
    field = page.one("[name=attributes.due]")
    assert (field["type"], field["value"]) == ("text", "after Easter")
    mina.submit("Close")
    assert people.head(head.id).closed
    assert house.conversations.store.side(head.id).attributes == {"due": "after Easter"}
    page = mina.submit("Save the details", **{"attributes.due": "2035-04-01"})
    assert page.one("[name=attributes.due]")["type"] == "date"


def test_who_may_not_label_sees_values_and_no_form(browse: Browse, people: People, house: House) -> None:
    declare(house, ORDER, GIFT)
    head = people.starts(people.owner)
    label(people, head.id, order="17", gift=True)
    sven = browse(people.collaborator)
    page = sven.get(f"/desk/conversations/{head.id}")
    assert page.one(".told").text == "Order 17 Gift Yes"
    assert not page.has_form("Save the details")


def test_a_retired_attribute_is_on_no_page_and_its_values_stay(browse: Browse, people: People, house: House) -> None:
    declare(house, ORDER)
    head = people.starts(people.owner)
    label(people, head.id, order="17")
    house.conversations.labelling.change(
        OPERATOR,
        Attribute("order", "Order", Type.TEXT, customers=True, retired=True),
        house.conversations.labelling.declared().version,
    )
    mina = browse(people.agent)
    page = mina.get(f"/desk/conversations/{head.id}")
    assert "attributes.order" not in page.body
    mina.submit("Save the details", tags="still here")
    assert house.conversations.store.side(head.id).attributes == {"order": "17"}


@pytest.mark.parametrize(
    ("written", "number"), [("١٢", 12), ("۱۲.۵", 12.5), ("１２", 12), ("-१२", -12), ("৪.০৫", 4.05)], ids=ascii
)
def test_a_number_is_taken_in_the_digits_of_the_keyboard(
    browse: Browse, people: People, house: House, written: str, number: float
) -> None:
    """Digits of every script write numbers."""
    declare(house, PRICE)
    head = people.starts(people.owner)
    mina = browse(people.agent)
    mina.get(f"/desk/conversations/{head.id}")
    mina.submit("Save the details", **{"attributes.price": written})
    assert house.conversations.store.side(head.id).attributes == {"price": number}
