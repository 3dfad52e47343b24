"""Snippets: a text per language with a fallback, placeholders that are values and nothing else, where they are used."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.audit.model import OPERATOR, Change, Entry
from chalicelib.aws.table import Write
from chalicelib.conversations.attributes import Attribute, Type
from chalicelib.portal.details import Detail
from chalicelib.refusals import ChangedMeanwhile, IdentityTaken, InUse, Invalid, NotFound
from chalicelib.snippets.model import MAX_TEXT, PLACEHOLDERS, Snippet, check_name, check_values
from chalicelib.wiring import House
from tests.security.watching import at_once

BOTH = {"en": "Hello {customer_name}", "de": "Guten Tag {customer_name}"}

# rules


def test_a_text_is_said_in_the_language_of_its_reader_or_the_organizations_or_any() -> None:
    snippet = Snippet("greeting", BOTH)
    assert snippet.text("de", "en", customer_name="Ada") == "Guten Tag Ada"
    assert snippet.text("fr", "de", customer_name="Ada") == "Guten Tag Ada"
    assert snippet.text("fr", "es", customer_name="Ada") == "Hello Ada"
    assert Snippet("greeting", {}).text("fr", "es") == ""
    assert snippet.missing(("en", "de", "fr", "ar")) == ("fr", "ar")


def test_as_a_display_name_it_is_one_line_without_placeholders() -> None:
    assert Snippet("x", {"en": "Order\nnumber {organization}"}).labels() == {"en": "Order number"}


def test_a_placeholder_without_a_value_becomes_nothing() -> None:
    assert Snippet("x", {"en": "Hello {customer_name}!"}).text("en", "en") == "Hello !"


@given(st.text(alphabet="{}abcdefghijklmnopqrstuvwxyz_ \n<>&%"), st.sampled_from(sorted(PLACEHOLDERS)))
def test_a_value_is_never_looked_at_again(value: str, name: str) -> None:
    """Whatever a customer calls themselves, no placeholder in it is filled and nothing of it is code."""
    other = next(one for one in PLACEHOLDERS if one != name)
    text = Snippet("x", {"en": f"<{{{name}}}|{{{other}}}>"}).text("en", "en", **{name: value, other: "{organization}"})
    assert text == f"<{value}|{{organization}}>"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Hello {name}", "{name}"),
        ("{customer_name.__class__}", "{customer_name.__class__}"),
        ("{customer_name!r:>9999999}", "{customer_name!r:>9999999}"),
        ("{{ 7 * 7 }}", "{ 7 * 7 }"),
        ("{% for a in b %}", "{% for a in b %}"),
        ("{organization} {agent} {agent}", "{agent}"),
        ("{}", "{}"),
        ("{Organization}", "{Organization}"),
    ],
)
def test_a_placeholder_that_does_not_exist_is_refused_by_its_name(text: str, named: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_values({"en": "Fine", "de": text})
    assert refused.value.field == "text_de"
    assert named in refused.value.sentence
    assert "{customer_name}" in refused.value.sentence


@pytest.mark.parametrize("text", ["a { b", "a } b", "}{", "{organization", "100 %", "%(name)s", "{a\nb}"])
def test_braces_that_are_no_placeholder_are_text(text: str) -> None:
    assert check_values({"en": text}) == {"en": text}
    assert Snippet("x", {"en": text}).text("en", "en", organization="O") == text


@pytest.mark.parametrize("text", ["{{organization}}", "From {{ {{customer_name}}"])
def test_braces_of_other_products_are_refused_with_how_it_is_written_here(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_values({"en": text})
    assert "with one brace on each side" in refused.value.sentence


def test_texts_are_cleaned_and_bounded() -> None:
    assert check_values({"en": " a\r\nb\t\x00c\u202e \r\n", "de": " "}) == {"en": "a\nb c"}
    check_values({"en": "x" * MAX_TEXT})
    for values in ({"en": "x" * (MAX_TEXT + 1)}, {"en": " ", "de": ""}, {}):
        with pytest.raises(Invalid):
            check_values(values)


@pytest.mark.parametrize("name", ["", "new", "a b", "-a", "a-", "a--b", "a/b", "ä", "..", "a" * 61, "a%2f", "a\n"])
def test_a_name_that_cannot_stand_in_an_address_is_refused(name: str) -> None:
    if name == "a\n":
        assert check_name(name) == "a"
        return
    with pytest.raises(Invalid):
        check_name(name)


# use cases


def test_a_snippet_is_made_changed_and_removed_on_record(any_house: House) -> None:
    desk, log = any_house.snippets, any_house.audit
    made = desk.create(OPERATOR, " Greeting ", BOTH)
    assert desk.get("greeting") == made == Snippet("greeting", BOTH, 1)
    changed = desk.save(OPERATOR, "greeting", {"en": "Hi {customer_name}", "de": BOTH["de"]}, 1)
    assert desk.all() == (changed,)
    desk.delete(OPERATOR, "greeting", 2)
    assert desk.all() == ()
    *_, create, change, delete = log.span(1, 100)
    assert (create.change.action, change.change.action, delete.change.action) == (
        "snippet:create",
        "snippet:change",
        "snippet:delete",
    )
    assert change.change.before == {"text (en)": BOTH["en"]}
    assert change.change.after == {"text (en)": "Hi {customer_name}"}


def test_a_name_is_given_once(any_house: House) -> None:
    any_house.snippets.create(OPERATOR, "greeting", BOTH)
    with pytest.raises(IdentityTaken):
        any_house.snippets.create(OPERATOR, "GREETING", {"en": "Other"})
    found = any_house.snippets.get("greeting")
    assert found is not None
    assert found.values == BOTH


def test_a_change_from_an_old_version_is_refused(any_house: House) -> None:
    desk = any_house.snippets
    desk.create(OPERATOR, "greeting", BOTH)
    desk.save(OPERATOR, "greeting", {"en": "One"}, 1)
    for act in (
        lambda: desk.save(OPERATOR, "greeting", {"en": "Two"}, 1),
        lambda: desk.delete(OPERATOR, "greeting", 1),
    ):
        with pytest.raises(ChangedMeanwhile):
            act()
    with pytest.raises(NotFound):
        desk.save(OPERATOR, "absent", {"en": "Two"}, 1)


def test_of_two_who_save_at_once_one_is_refused(house: House) -> None:
    desk = house.snippets
    desk.create(OPERATOR, "greeting", BOTH)

    def save(text: str) -> bool:
        try:
            desk.save(OPERATOR, "greeting", {"en": text}, 1)
        except ChangedMeanwhile:
            return False
        return True

    assert sorted(at_once([lambda: save("One"), lambda: save("Two")])) == [False, True]


def shown_as(house: House, snippet: str) -> None:
    """Show customers an attribute whose display name is a copy of a snippet."""
    declared = house.conversations.labelling.declared()
    if declared.get("order") is None:
        attribute = Attribute("order", "Order", Type.TEXT, customers=True)
        house.conversations.labelling.declare(OPERATOR, attribute, declared.version)
    found = house.snippets.get(snippet)
    assert found is not None
    detail = Detail("order", snippet=snippet, labels=dict(found.values))
    house.portal.details.save(
        OPERATOR, [detail], house.conversations.labelling.declared(), version=house.portal.details.get().version
    )


def test_what_uses_a_snippet_is_named_and_keeps_it(any_house: House) -> None:
    house = any_house
    for name in ("greeting", "ending", "spare"):
        house.snippets.create(OPERATOR, name, BOTH)
    house.portal.settings.change(welcome="greeting", signature="ending")
    assert [use.where for use in house.snippets.uses("greeting")] == ["welcome text of the home page"]
    with pytest.raises(InUse) as refused:
        house.snippets.delete(OPERATOR, "ending", 1)
    assert "signature of e-mails" in refused.value.sentence
    assert house.snippets.get("ending") is not None
    house.portal.settings.change(signature="")
    house.snippets.delete(OPERATOR, "ending", 1)
    house.snippets.delete(OPERATOR, "spare", 1)
    assert set(house.snippets.places_later(house.table.together(consistent=True))()) == {"greeting"}


def test_a_display_name_follows_its_snippet_and_keeps_it(any_house: House) -> None:
    """The copy changes in the transaction that changes the snippet."""
    house = any_house
    house.snippets.create(OPERATOR, "order-name", {"en": "Order"})
    shown_as(house, "order-name")
    house.snippets.save(OPERATOR, "order-name", {"en": "Your order", "de": "Ihre Bestellung"}, 1)
    (detail,) = house.portal.details.get().details
    assert dict(detail.labels) == {"en": "Your order", "de": "Ihre Bestellung"}
    with pytest.raises(InUse) as refused:
        house.snippets.delete(OPERATOR, "order-name", 2)
    assert "display name of the attribute “order”" in refused.value.sentence


@pytest.mark.parametrize("text", ["Order of {customer_name}", "{organization}", "x" * 201])
def test_a_display_name_does_not_become_what_none_can_be(any_house: House, text: str) -> None:
    """Customers would find it empty, cut, or as long as a letter. Nothing else stops the text."""
    house = any_house
    for name in ("order-name", "greeting"):
        house.snippets.create(OPERATOR, name, {"en": "Order"})
    shown_as(house, "order-name")
    with pytest.raises(Invalid) as refused:
        house.snippets.save(OPERATOR, "order-name", {"en": "Order", "de": text}, 1)
    assert refused.value.field == "text_de"
    assert "display name" in refused.value.sentence
    house.snippets.save(OPERATOR, "greeting", {"en": text}, 1)
    (detail,) = house.portal.details.get().details
    assert dict(detail.labels) == {"en": "Order"}


def test_a_snippet_does_not_go_while_somebody_begins_to_use_it(
    any_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at where it is used and the removal, a page chose it: it stays."""
    house = any_house
    house.snippets.create(OPERATOR, "ending", BOTH)
    commit = house.audit.commit

    def late(writes: Sequence[Write], change: Change) -> Entry:
        monkeypatch.setattr(house.audit, "commit", commit)
        house.portal.settings.change(signature="ending")
        return commit(writes, change)

    monkeypatch.setattr(house.audit, "commit", late)
    with pytest.raises(ChangedMeanwhile):
        house.snippets.delete(OPERATOR, "ending", 1)
    assert house.snippets.get("ending") is not None
