"""Attack 25, on snippets: a text is text wherever it is shown, and a placeholder's value is a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.snippets.model import MAX_TEXT
from tests.browser import Browser
from tests.people import People

if TYPE_CHECKING:
    from tests.conftest import MailRoom

MARKUP = (
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</textarea><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "<svg/onload=alert(1)>",
    "<style>@import 'https://evil.example/x.css'</style>",
    "[click](javascript:alert(1))",
    "<a href='javascript:alert(1)'>x</a>",
)
PROGRAMS = (
    "{{ 7 * 7 }}",
    "{% for a in range(10**9) %}x{% endfor %}",
    "{customer_name.__class__.__mro__}",
    "{customer_name!r}",
    "{customer_name:>999999999}",
    "{0}",
    "{organization[0]}",
    "{{organization.__init__.__globals__}}",
    "{%include '/etc/passwd'%}",
)


@pytest.fixture
def ellis(browse: Callable[..., Browser], people: People) -> Browser:
    return browse(people.content_manager)


@pytest.mark.parametrize("text", PROGRAMS)
def test_nothing_in_a_text_is_a_program(ellis: Browser, text: str) -> None:
    """What looks like one is refused on save, and shown as it was typed."""
    ellis.get("/settings/snippets/new")
    page = ellis.submit("Create", name="evil", text_en=text)
    assert page.status == 422
    assert page.one("#snippet-text_en").content.strip("\n") == text
    assert ellis.house.snippets.get("evil", consistent=True) is None


@pytest.mark.parametrize("text", MARKUP)
def test_markup_in_a_text_is_shown_and_never_obeyed(
    ellis: Browser, browse: Callable[..., Browser], people: People, mail_room: MailRoom, text: str
) -> None:
    """In the list, the form, the audit log, on the home page and in the mail."""
    house = ellis.house
    ellis.get("/settings/snippets/new")
    assert ellis.submit("Create", name="evil", text_en=text).status == 200
    house.portal.settings.change(signature="evil", welcome="evil")
    lead = browse(people.lead)
    pages = [
        ellis.get("/settings/snippets"),
        ellis.get("/settings/snippets/evil"),
        lead.get("/settings/audit"),
        browse().get("/"),
    ]
    people.answers(people.starts(people.owner))
    (mail,) = mail_room.deliver()
    part = mail.get_body(("html",))
    assert part
    html = part.get_content()
    for body in (*(page.body for page in pages), html):
        assert text not in body or not set("<>\"'") & set(text)
        assert "<script>alert" not in body
        assert "onerror=alert(1)>" not in body
    for page in pages:
        assert not [one for one in page.all("script") if "src" not in one.attrs]
        assert not [one for tree in page.walk() for one in tree.attrs if one.startswith("on")]
        assert not [one for one in page.links if one.startswith("javascript")]
    assert "javascript:alert(1)'>" not in html


def test_a_customers_name_is_never_a_placeholder(people: People, mail_room: MailRoom) -> None:
    """Who calls themselves by one reads their name, not what it stands for."""
    house = people.house
    house.snippets.create(OPERATOR, "ending", {"en": "To {customer_name}"})
    house.portal.settings.change(signature="ending")
    customer = house.customers.profiles.register("{agent_name}{organization}", {"email": "eve@example.com"})
    people.answers(people.starts(customer))
    assert "To {agent_name}{organization}" in mail_room.text()


def test_a_text_is_bounded_on_the_server(ellis: Browser) -> None:
    ellis.get("/settings/snippets/new")
    assert ellis.submit("Create", name="long", text_en="x" * (MAX_TEXT + 1)).status == 422
    assert ellis.submit("Create", text_en="{" * MAX_TEXT).status == 200


def test_a_direction_override_does_not_leave_the_form(ellis: Browser) -> None:
    """Characters that turn the text around them never reach a page."""
    ellis.get("/settings/snippets/new")
    ellis.submit("Create", name="turned", text_en="gpj.\u202eexe\u2028\x00")
    found = ellis.house.snippets.get("turned", consistent=True)
    assert found is not None
    assert found.values == {"en": "gpj.exe"}
