"""What a conversation page says besides what was said in it: attributes, as their reader reads them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from chalicelib.conversations.attributes import Attribute, Type, Value, is_date, is_web_address
from chalicelib.speech import mark
from chalicelib.web.contexts import Fact

if TYPE_CHECKING:
    from chalicelib.conversations.attributes import Attributes, Declared
    from chalicelib.portal.details import Shown
    from chalicelib.speech import Speech

YES, NO = mark("Yes"), mark("No")


def facts_for_customer(
    shown: Shown, declared: Declared, values: Attributes, speech: Speech, own: str
) -> tuple[Fact, ...]:
    """Return the attributes a customer sees; ``own`` is the organization's language, for display names."""
    return tuple(
        fact(detail.label(attribute, speech.language, own), attribute, value, speech)
        for detail, attribute, value in shown.of(values, declared)
    )


def fact(label: str, attribute: Attribute, value: Value, speech: Speech) -> Fact:
    """Return one value as it is read. What is there but does not fit the type, from an import, is shown as a text."""
    text = said(attribute, value, speech)
    linked = attribute.type is Type.URL and is_web_address(text)
    return Fact(label, text, text if linked else "")


def said(attribute: Attribute, value: Value, speech: Speech) -> str:
    """Return a value as a language writes it."""
    if isinstance(value, bool):
        return speech.text(YES if value else NO)
    if isinstance(value, int):
        return speech.number(value)
    if isinstance(value, float):
        whole, _, rest = repr(value).partition(".")
        if "e" in rest or not whole.lstrip("-").isdigit():
            return repr(value)
        sign = "-" if whole.startswith("-") else ""
        digits = speech.number(int(whole.lstrip("-")))
        return f"{sign}{digits}{speech.formats.decimal}{rest}" if rest != "0" else f"{sign}{digits}"
    if attribute.type is Type.DATE and is_date(value):
        # A day is a day, wherever its reader is: no zone moves it.
        return speech.formats.dated(datetime.combine(date.fromisoformat(value), time()))
    return value
