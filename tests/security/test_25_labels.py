"""Attack 25, template injection: names, display names and values of attributes are text, wherever they are shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.conversations.attributes import Attribute, Type
from chalicelib.portal.details import Detail
from chalicelib.wiring import House
from tests.browser import Browser
from tests.people import People

EVIL = [
    "{{ 7 * 7 }}",
    "{% for a in range(9) %}x{% endfor %}",
    "{{ ''.__class__.__mro__ }}",
    "%(name)s %s {0} ${7*7}",
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "<svg onload=alert(1)>",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("evil", EVIL)
def test_a_name_a_display_name_and_a_value_are_text(
    house: House, people: People, browse: Callable[..., Browser], evil: str
) -> None:
    """At the desk, in the settings and on the customer's page: nothing runs, is filled in or is a link."""
    house.conversations.labelling.declare(OPERATOR, Attribute("order", evil, Type.TEXT, customers=True), 0)
    declared = house.conversations.labelling.declared()
    house.portal.details.save(OPERATOR, [Detail("order", evil)], declared, version=0)
    head = people.starts(people.owner)
    house.conversations.labelling.label(
        people.agent, "conversation:label", head, tags=[evil], attributes={"order": evil}
    )
    ada, mina, ellis = browse(people.owner), browse(people.agent), browse(people.content_manager)
    page = ada.get(f"/conversations/{head.id}")
    fact = page.one("dl.facts .fact")
    assert (fact.one("dt").text, fact.one("dd").text) == (evil, evil)
    assert not fact.all("a")
    pages = [
        page,
        mina.get(f"/desk/conversations/{head.id}"),
        *(ellis.get(f"/settings/{path}") for path in ("attributes", "attributes/order", "details")),
    ]
    for one in pages:
        assert one.status == 200
        assert evil in one.one("main").content or any(evil in field.get("value") for field in one.all("input"))
        assert not one.all("main script")
        assert not [element for element in one.walk() for name in element.attrs if name.startswith("on")]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//evil.example", "https:evil.example", "/\\evil.example"])
def test_an_address_that_is_none_is_never_a_link(
    house: House, people: People, browse: Callable[..., Browser], address: str
) -> None:
    """Not even where it came from an import, before the attribute was declared."""
    from dataclasses import replace

    from chalicelib.conversations.items import side_put

    house.conversations.labelling.declare(OPERATOR, Attribute("page", "Page", Type.URL, customers=True), 0)
    house.portal.details.save(OPERATOR, [Detail("page")], house.conversations.labelling.declared(), version=0)
    head = people.starts(people.owner)
    side = house.conversations.store.side(head.id)
    house.table.write(side_put(head, replace(side, attributes={"page": address})))
    page = browse(people.owner).get(f"/conversations/{head.id}")
    assert page.one("dl.facts .fact dd").text == address
    assert not page.one("dl.facts").all("a")
