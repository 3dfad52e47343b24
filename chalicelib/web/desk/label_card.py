"""The card of tags and attributes on a desk page, and the fields of its form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from chalicelib.conversations.attributes import Attribute, Type, Value, is_date, written
from chalicelib.speech import ENGLISH
from chalicelib.web.desk.contexts import LabelField, Labels
from chalicelib.web.shown_attributes import said

if TYPE_CHECKING:
    from chalicelib.conversations.attributes import Declared
    from chalicelib.conversations.model import StaffSide


def labels(declared: Declared, side: StaffSide, sent: Mapping[str, str] | None = None) -> Labels:
    """Return the card, with what was ``sent`` in its fields where a form was refused."""
    now = texts_of(declared, side)
    shown = {**now, **sent} if sent else now
    return Labels(
        tags=side.tags,
        tags_typed=shown["tags"],
        fields=tuple(
            LabelField(
                field=f"attributes.{one.key}",
                label=one.name,
                kind=_kind(one, shown[f"attributes.{one.key}"]),
                typed=shown[f"attributes.{one.key}"],
                said=_said(one, side.attributes.get(one.key)),
                choices=_choices(one, shown[f"attributes.{one.key}"]),
                required=one.required,
                for_customers=one.customers,
            )
            for one in declared.active
        ),
        seen=json.dumps(now, ensure_ascii=False),
    )


def texts_of(declared: Declared, side: StaffSide) -> dict[str, str]:
    """Return every field of the form as it is now."""
    texts = {"tags": "\n".join(side.tags)}
    return texts | {f"attributes.{one.key}": written(side.attributes.get(one.key)) for one in declared.active}


def _kind(attribute: Attribute, text: str) -> str:
    """Return what kind of field shows a text. One for days would show nothing of any other, and send that instead."""
    fits = attribute.type is not Type.DATE or not text or is_date(text)
    return attribute.type.value if fits else Type.TEXT.value


def _said(attribute: Attribute, value: Value | None) -> str:
    return "" if value is None else said(attribute, value, ENGLISH)


def _choices(attribute: Attribute, current: str) -> tuple[tuple[str, str], ...]:
    """Return the options of a choice or of yes and no; what is there but not offered any more stays to be seen."""
    if attribute.type is Type.BOOLEAN:
        options = [("yes", "Yes"), ("no", "No")]
    elif attribute.type is Type.CHOICE:
        options = [(one, one) for one in attribute.choices]
    else:
        return ()
    if current and current not in dict(options):
        options.append((current, current))
    return (("", "–"), *options)
