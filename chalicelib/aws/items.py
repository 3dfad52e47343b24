"""Items: plain dictionaries here, and DynamoDB's own form of them on the way."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Mapping
from typing import Any

Item = dict[str, Any]
"""An item as plain values: text, whole numbers, booleans, None, bytes, lists and dictionaries."""


def encode(value: object) -> dict[str, Any]:
    """Return DynamoDB's form of a value."""
    if isinstance(value, str):
        return {"S": value}
    if value is None or value is True or value is False:
        return {"NULL": True} if value is None else {"BOOL": value}
    if isinstance(value, int | bytes):
        return {"N": str(value)} if isinstance(value, int) else {"B": value}
    if isinstance(value, Mapping):
        return {"M": {name: encode(inner) for name, inner in value.items()}}
    if isinstance(value, Iterable):
        return {"L": [encode(inner) for inner in value]}
    message = f"a table does not hold {type(value).__name__}"
    raise TypeError(message)


def decode(raw: Mapping[str, Mapping[str, Any]]) -> Item:
    """Return an item as plain values."""
    item: Item = {}
    for name, typed in raw.items():  # a list decodes hundreds: texts and numbers are not worth a call each
        if "S" in typed:
            item[name] = typed["S"]
        elif "N" in typed:
            item[name] = int(typed["N"])
        else:
            item[name] = _decoded(typed)
    return item


def _decoded(typed: Mapping[str, Any]) -> Any:
    ((kind, value),) = typed.items()
    if kind == "N":
        return int(value)
    if kind == "NULL":
        return None
    if kind == "L":
        return [_decoded(inner) for inner in value]
    if kind == "M":
        return decode(value)
    if kind == "B" and isinstance(value, str):  # as JSON carries bytes; botocore has them already
        return b64decode(value)
    return value
