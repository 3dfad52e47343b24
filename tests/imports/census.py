"""Counts and compares all that a stage holds, straight from the table."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from tests.emulators import Stage

Item = dict[str, Any]


def items(stage: Stage) -> Iterator[Item]:
    """Yield every item, in DynamoDB's own form."""
    pages = (
        stage.admin("dynamodb")
        .get_paginator("scan")
        .paginate(TableName=stage.environment["FOYER_TABLE"], ConsistentRead=True)
    )
    for page in pages:
        yield from page["Items"]


def fingerprint(stage: Stage) -> str:
    """Return a hash of everything in the table: the same exactly when nothing changed."""
    each = sorted(hashlib.sha256(json.dumps(item, sort_keys=True).encode()).digest() for item in items(stage))
    return hashlib.sha256(b"".join(each)).hexdigest()


def kinds(stage: Stage) -> dict[str, int]:
    """Return how many messages, public messages, notes, conversations and customers there are."""
    found = dict.fromkeys(("message", "public", "note", "conversation", "customer"), 0)
    for item in items(stage):
        pk, sk = item["pk"]["S"], item["sk"]["S"]
        for kind, place in (("message", "c#m#"), ("public", "p#m#"), ("note", "s#n#"), ("conversation", "c#z")):
            found[kind] += sk.startswith(place)
        found["customer"] += pk.startswith("CUST#") and sk == "profile"
    return found
