"""What DynamoDB bills for a read, by its documented rules; emulators count as well, and are not always right.

An item's size is the UTF-8 bytes of its names and values; a number takes a byte for two digits and one more, a list
or map 3 bytes and one for each element. A read rounds up to 4 KB: each item for itself in BatchGetItem and GetItem,
all items of the answer together in Query. An eventual read is half a unit for 4 KB, and never less.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any

BLOCK = 4096
"""Bytes one unit reads."""


def read_units(operation: str, request: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    """Return what a call reads, in units; 0 for a call that only writes."""
    if operation == "GetItem":
        return _rate(request) * _blocks(item_size(answer.get("Item", {})))
    if operation == "BatchGetItem":
        units = 0.0
        for table, asked in request["RequestItems"].items():
            found = answer["Responses"].get(table, [])
            absent = len(asked["Keys"]) - len(found)
            units += _rate(asked) * (sum(_blocks(item_size(item)) for item in found) + absent)
        return units
    if operation == "Query":
        if answer["Count"] != answer["ScannedCount"] or "ProjectionExpression" in request:
            message = "what a filter or projection leaves out is billed as well, and cannot be seen from here"
            raise ValueError(message)
        return _rate(request) * _blocks(sum(item_size(item) for item in answer["Items"]))
    return 0.0


def item_size(item: Mapping[str, Mapping[str, Any]]) -> int:
    """Return the bytes of an item in DynamoDB's own form."""
    return sum(len(name.encode()) + _value_size(typed) for name, typed in item.items())


def _value_size(typed: Mapping[str, Any]) -> int:
    ((kind, value),) = typed.items()
    if kind == "S":
        return len(value.encode())
    if kind == "N":
        digits = value.lstrip("-").replace(".", "").strip("0") or "0"
        return ceil(len(digits) / 2) + 1 + bool(value.startswith("-"))
    if kind == "B":
        return len(value)
    if kind == "L":
        return 3 + sum(1 + _value_size(inner) for inner in value)
    if kind == "M":
        return 3 + len(value) + item_size(value)
    return 1  # BOOL and NULL


def _blocks(size: int) -> int:
    return max(1, ceil(size / BLOCK))


def _rate(read: Mapping[str, Any]) -> float:
    return 1.0 if read.get("ConsistentRead") else 0.5
