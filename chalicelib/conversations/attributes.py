"""The rules of declared attributes: what an organization wants to know of a conversation, and what a value may be."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from urllib.parse import urlsplit

from chalicelib.records import dataclass
from chalicelib.refusals import AttributesMissing, IdentityTaken, Invalid, Refusal
from chalicelib.text import clean_line, plain_digits

Value = str | int | float | bool
Attributes = Mapping[str, Value]
"""Key to value."""

MAX_DECLARED = 50
"""Attributes that are in use at a time; retired ones do not count."""
MAX_KEPT = 200
"""Those in use and those retired: one item holds them all."""
MAX_BYTES = 60_000
"""Of the names and choices of all of them, retired ones included: each conversation's page reads that item."""
MAX_KEY = 50
MAX_NAME = 60
MAX_TEXT = 1_000
"""Code points of a value."""
MAX_CHOICES = 40
MAX_CHOICE = 60

KEY = re.compile(rf"[a-z][a-z0-9_]{{0,{MAX_KEY - 1}}}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,16}(?:\.[0-9]{1,10})?")
_ADDRESS = re.compile(r"https?://[^\s\x00-\x20\x7f<>\"\\^`{|}]+", re.IGNORECASE)
_HOST = re.compile(r"[^\s\u202a-\u202e\u2066-\u2069/?#@:]+")
_LARGEST = 2**53
_YES = frozenset({"yes", "true", "1", "on"})
_NO = frozenset({"no", "false", "0"})


class Type(StrEnum):
    """What an attribute holds. It never changes, for values that are there would make no sense any more."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    URL = "url"


TYPE_NAMES: Mapping[Type, str] = {
    Type.TEXT: "Text",
    Type.NUMBER: "Number",
    Type.DATE: "Date",
    Type.BOOLEAN: "Yes or no",
    Type.CHOICE: "Choice of a list",
    Type.URL: "Web address",
}


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute. ``key`` is how programs call it and never changes, ``name`` how staff do.

    ``customers`` tells that customers may see it as well, where the portal shows it. ``required`` ones need a value
    before a conversation is closed at the desk. ``retired`` ones are on no page; their values stay.
    """

    key: str
    name: str
    type: Type
    choices: tuple[str, ...] = ()
    customers: bool = False
    required: bool = False
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Declared:
    """All attributes, in the order pages have them. ``version`` grows with each change of any of them."""

    every: tuple[Attribute, ...] = ()
    version: int = 0

    @property
    def active(self) -> tuple[Attribute, ...]:
        """Those in use."""
        return tuple(one for one in self.every if not one.retired)

    @property
    def retired(self) -> tuple[Attribute, ...]:
        """Those out of use."""
        return tuple(one for one in self.every if one.retired)

    def get(self, key: str) -> Attribute | None:
        """Return an attribute, a retired one too."""
        return next((one for one in self.every if one.key == key), None)

    def with_one(self, attribute: Attribute) -> Declared:
        """Return all with one added behind the others, or put in the place of the one with its key."""
        if self.get(attribute.key) is None:
            return replace(self, every=(*self.every, attribute))
        return replace(self, every=tuple(attribute if one.key == attribute.key else one for one in self.every))

    def moved(self, key: str, by: int) -> Declared:
        """Return all with one of those in use moved up (-1) or down (1) among them."""
        order = list(self.active)
        place = next((number for number, one in enumerate(order) if one.key == key), None)
        if place is None or not 0 <= place + by < len(order):
            return self
        order.insert(place + by, order.pop(place))
        return replace(self, every=(*order, *self.retired))


# what may be declared


def faults(attribute: Attribute, declared: Declared, *, new: bool) -> Iterable[Refusal]:
    """Yield what is wrong with an attribute that is to be added to those declared, or to replace one of them."""
    before = declared.get(attribute.key)
    if not KEY.fullmatch(attribute.key):
        sentence = f"The key has a to z, 0 to 9 and _, begins with a letter, and is at most {MAX_KEY} long."
        yield Invalid(sentence, field="key")
    elif new and before:
        yield IdentityTaken(f"“{attribute.key}” is the key of “{before.name}” already. Choose another.", field="key")
    if not attribute.name or len(attribute.name) > MAX_NAME:
        yield Invalid(f"Give it a name of at most {MAX_NAME} characters.", field="name")
    elif any(one.name.casefold() == attribute.name.casefold() for one in declared.active if one.key != attribute.key):
        yield Invalid("Another attribute has this name already.", field="name")
    if attribute.type is Type.CHOICE:
        yield from _faults_of_choices(attribute.choices)
    if before and not new and before.type is not attribute.type:
        yield Invalid("The type cannot change: values of it are there already.", field="type")
    added = before is None or (before.retired and not attribute.retired)
    if added and len(declared.active) >= MAX_DECLARED:
        yield Invalid(f"At most {MAX_DECLARED} attributes can be in use. Retire one first.", field="key")
    elif before is None and len(declared.every) >= MAX_KEPT:
        yield Invalid(f"At most {MAX_KEPT} attributes can be declared, retired ones included.", field="key")
    grown = _bytes(declared.with_one(attribute))
    if grown > MAX_BYTES and grown > _bytes(declared):
        sentence = "All attributes together have too many and too long choices. Take some away, or shorten them."
        yield Invalid(sentence, field="choices" if attribute.type is Type.CHOICE else "name")


def _bytes(declared: Declared) -> int:
    return sum(len("".join((one.name, *one.choices)).encode()) for one in declared.every)


def _faults_of_choices(choices: Sequence[str]) -> Iterable[Invalid]:
    if not choices:
        yield Invalid("Write at least one choice, each on a line of its own.", field="choices")
    elif len(choices) > MAX_CHOICES:
        yield Invalid(f"At most {MAX_CHOICES} choices are possible.", field="choices")
    elif any(len(one) > MAX_CHOICE for one in choices):
        yield Invalid(f"A choice can have at most {MAX_CHOICE} characters.", field="choices")


def choices_of(text: str) -> tuple[str, ...]:
    """Return the choices that stand on lines of their own, each once."""
    lines = (clean_line(line) for line in text.replace("\r", "\n").split("\n"))
    return tuple(dict.fromkeys(line for line in lines if line))


# what may be a value


def checked(attribute: Attribute, value: Value) -> Value:
    """Return a value as it is kept, or refuse what is no value of this attribute's type. ``field`` is its key."""
    if attribute.type is Type.BOOLEAN:
        if isinstance(value, bool):
            return value
        raise _refused(attribute, "is yes or no")
    if attribute.type is Type.NUMBER:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _refused(attribute, "is a number")
        if not math.isfinite(value) or abs(value) > _LARGEST:
            raise _refused(attribute, "is not a number that can be kept exactly")
        return value
    if not isinstance(value, str):
        raise _refused(attribute, "is a text")
    return _checked_text(attribute, clean_line(value))


def _checked_text(attribute: Attribute, text: str) -> str:
    if len(text) > MAX_TEXT:
        raise _refused(attribute, f"can have at most {MAX_TEXT:,} characters")
    if attribute.type is Type.DATE and not is_date(text):
        raise _refused(attribute, "is a date such as 2026-11-22")
    if attribute.type is Type.CHOICE and text not in attribute.choices:
        raise _refused(attribute, "is one of its choices: " + ", ".join(attribute.choices))
    if attribute.type is Type.URL and not is_web_address(text):
        raise _refused(attribute, "is a web address that begins with https:// or http://")
    return text


def is_date(text: str) -> bool:
    """Tell whether a text is a day such as ``2026-11-22``."""
    try:
        return len(text) == len("2026-11-22") and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def is_web_address(text: str) -> bool:
    """Tell whether a text is an address of the web that can stand in a link: nothing else, and nobody's password."""
    if not _ADDRESS.fullmatch(text):
        return False
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    return "@" not in parts.netloc and bool(_HOST.fullmatch(host) or _is_literal(parts.netloc)) and port != 0


def _is_literal(netloc: str) -> bool:
    return bool(re.fullmatch(r"\[[0-9a-fA-F:.]+\](?::[0-9]+)?", netloc))


def typed(attribute: Attribute, text: str) -> Value | None:
    """Return what a form's field says, None for nothing; refuse what is no value of this attribute's type."""
    text = clean_line(text)
    if not text:
        return None
    if attribute.type is Type.BOOLEAN:
        if text.casefold() not in _YES | _NO:
            raise _refused(attribute, "is yes or no")
        return text.casefold() in _YES
    if attribute.type is Type.NUMBER:
        text = plain_digits(text)
        if not _NUMBER.fullmatch(text):
            raise _refused(attribute, "is a number such as 12 or 12.5")
        return checked(attribute, float(text) if "." in text else int(text))
    return checked(attribute, text)


def written(value: Value | None) -> str:
    """Return a value as a form's field has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def changed(before: Attributes, changes: Mapping[str, Value | None], declared: Declared) -> dict[str, Value]:
    """Return the attributes after some changes; None removes one, whatever it is. Refuse what is not declared.

    Refusals carry the field ``attributes.<key>``.
    """
    after = dict(before)
    for key, value in changes.items():
        if value is None:
            after.pop(key, None)
            continue
        attribute = declared.get(key)
        if attribute is None or attribute.retired:
            raise Invalid(f"“{key[:50]}” is not an attribute that is declared here.", field=f"attributes.{key[:50]}")
        after[key] = checked(attribute, value)
    return after


def complete(values: Attributes, declared: Declared) -> None:
    """Refuse a conversation in which required attributes have no value, naming them."""
    missing = [one for one in declared.active if one.required and values.get(one.key, "") == ""]
    if missing:
        names = ", ".join(f"“{one.name}”" for one in missing)
        sentence = f"Fill in {names} before closing this conversation."
        raise AttributesMissing(sentence, field=f"attributes.{missing[0].key}")


def _refused(attribute: Attribute, reason: str) -> Invalid:
    return Invalid(f"“{attribute.name}” {reason}.", field=f"attributes.{attribute.key}")
