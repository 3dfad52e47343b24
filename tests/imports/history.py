"""Makes a file of history: conversations on every channel, lines in an order no system promises."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib.channels.model import CHANNELS
from chalicelib.clock import stamp

BEGINNING = datetime(2019, 1, 1, tzinfo=UTC)


def lines(conversations: int, messages: int) -> Iterator[dict[str, Any]]:
    """Yield what the file says: so many conversations, each with a note and so many messages; every tenth is open."""
    chance = random.Random(20)
    channels = list(CHANNELS)
    for number in range(conversations):
        customer = number // 2
        if number % 2 == 0:
            yield {
                "kind": "customer",
                "external_id": f"c-{customer}",
                "name": f"Customer {customer}",
                **({"email": f"customer{customer}@example.com"} if customer % 3 else {"phone": f"+49 30 {customer}"}),
            }
        channel = channels[number % len(channels)]
        began = BEGINNING + timedelta(minutes=number * 7)
        name = f"v-{number}"
        yield {
            "kind": "conversation",
            "external_id": name,
            "customer": {"external_id": f"c-{customer}"},
            "subject": f"Question {number} by {channel}",
            "channel": channel,
            "status": "open" if number % 10 == 0 else "done",
            "created_at": stamp(began),
            "tags": ["imported"],
            "attributes": {"order": number},
        }
        for place in range(messages):
            public = "public" in CHANNELS[channel].scopes and place % 5 == 4
            yield {
                "kind": "message",
                "conversation": name,
                "external_id": f"m-{number}-{place}",
                "direction": "out" if place % 2 else "in",
                "at": stamp(began + timedelta(minutes=place)),
                "body": f"Message {place} of {number}. " + "Wörter 💡 " * chance.randint(0, 20),
                **({"author": "Imke"} if place % 2 else {}),
                **({"scope": "public"} if public else {}),
            }
        yield {
            "kind": "note",
            "conversation": name,
            "external_id": f"n-{number}",
            "at": stamp(began + timedelta(minutes=1)),
            "author": "Imke",
            "body": f"Note on {number}",
        }


def write(path: Path, conversations: int, messages: int, *, shuffled: int = 200) -> int:
    """Write the file, lines shuffled within blocks of ``shuffled``; return how many lines it has."""
    chance, block, count = random.Random(4), [], 0
    with path.open("w", encoding="utf-8") as file:

        def flush() -> None:
            chance.shuffle(block)
            file.writelines(block)
            block.clear()

        for line in lines(conversations, messages):
            count += 1
            block.append(json.dumps(line, ensure_ascii=False) + "\n")
            if len(block) == shuffled:
                flush()
        flush()
    return count
