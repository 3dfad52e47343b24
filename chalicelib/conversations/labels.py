"""The rules of tags, which are for staff, and of attributes as imports bring them, declared or not.

What is declared, and what its values may be, stands in ``attributes.py``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from chalicelib.conversations.attributes import KEY, MAX_KEY, MAX_TEXT, Attributes, Value
from chalicelib.refusals import Invalid
from chalicelib.text import clean_line

MAX_TAGS = 50
MAX_TAG = 50
MAX_ATTRIBUTES = 50

_LARGEST = 2**53


def check_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Return tags on one line each, without repetition, in the order given; refuse too many and too long ones."""
    cleaned = tuple(dict.fromkeys(clean_line(tag) for tag in tags))
    if len(cleaned) > MAX_TAGS:
        raise Invalid(f"A conversation can have at most {MAX_TAGS} tags.", field="tags")
    if any(not tag or len(tag) > MAX_TAG for tag in cleaned):
        raise Invalid(f"A tag has 1 to {MAX_TAG} characters.", field="tags")
    return cleaned


def check_attributes(before: Attributes, changes: Mapping[str, Value | None]) -> dict[str, Value]:
    """Return the attributes after some changes; None removes one. Refuse what cannot be a name or a value."""
    after = dict(before)
    for name, value in changes.items():
        if not KEY.fullmatch(name):
            raise Invalid(
                f"An attribute's name has a to z, 0 to 9 and _, begins with a letter, and is at most {MAX_KEY} long.",
                field="attributes",
            )
        if value is None:
            after.pop(name, None)
            continue
        after[name] = _checked(name, value)
    if len(after) > MAX_ATTRIBUTES:
        raise Invalid(f"A conversation can have at most {MAX_ATTRIBUTES} attributes.", field="attributes")
    return after


def _checked(name: str, value: Value) -> Value:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        text = clean_line(value)
        if len(text) > MAX_TEXT:
            raise Invalid(f"“{name}” can have at most {MAX_TEXT:,} characters.", field="attributes")
        return text
    if not math.isfinite(value) or abs(value) > _LARGEST:
        raise Invalid(f"“{name}” is not a number that can be kept exactly.", field="attributes")
    return value
