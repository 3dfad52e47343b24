"""What is measured of one checkout: a seeded stage, and requests to its package as API Gateway would hand them over.

``python -m bench.subject``, run in a checkout, seeds a stage on an emulator of its own. It does so in chapters; after
each it prints one line of JSON and waits for a line before it goes on, and the stage is there until its input ends:

    environment   variables of the function, with the emulator's address in ``AWS_ENDPOINT_URL``
    behind        what works off a queue behind an agent's answer: pairs of a function's and its queue's name
    figures       what was measured here, by name: value and note
    requests      what to send. ``name`` is what figures of it begin with, ``case`` tells several of a name apart.
                  ``events`` are sent in turn, or ``once`` each, and answered with ``status``. ``cpu`` is the figure
                  of its CPU, empty where none is wanted, ``times`` how often it is sent in a round, and ``every``
                  that only one round in so many has it.

``make bench BASE=…`` runs the module of that commit, so these lines are an interface between commits: add to them, and
let nothing that is there mean something else.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import random
import re
import secrets
import struct
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from bench import help_center, stage, weight
from bench.figures import Measured
from bench.stage import BROWSER, SHORT, Stage, Visitor
from chalicelib.audit.model import OPERATOR
from chalicelib.conversations.items import event_put, note_put
from chalicelib.conversations.model import Event, Note, Status
from chalicelib.ids import new_id
from local.gateway import Gateway
from tests.browser import put_upload

SIZES = (10, 1_000, 10_000)
"""Conversations of one customer."""
FILTERS = ("", "open", "done")
FEW, CROWD = 100, 20_000
"""Open conversations at the desk. More would say nothing else about a page of 25: DynamoDB reads the same of a list
however long it is, and the emulator all of it for each query, until the client no longer waits."""
REPLIES = 4
"""To one conversation, so that none of them grows."""
THEMED_PARTS = ("parts/header.html", "parts/footer.html", "parts/row.html", "parts/message.html")
"""What the theme of the benchmark changed besides both pages."""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
MISSED = "/conversations?q=zeppelin"
"""A search of one's own conversations that finds nothing."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as the module's docstring says."""

    name: str
    case: str
    events: list[dict[str, Any]]
    status: int = 200
    once: bool = False
    cpu: str = ""
    times: int = 3
    every: int = 1


@dataclass(slots=True)
class Chapter:
    """What is said at once."""

    requests: list[Request]
    figures: dict[str, Measured] = field(default_factory=dict)


class Asking:
    """Makes events without sending them."""

    def __init__(self, made: Stage) -> None:
        """Take the stage whose routes they are for."""
        self._gateway = Gateway(made.app, handler=self._keep, domain="support.example.com", scheme="https")
        self._kept: dict[str, Any] = {}

    def event(
        self,
        path: str,
        visitor: Visitor,
        form: str | None = None,
        *,
        source_ip: str = "203.0.113.7",
    ) -> dict[str, Any]:
        """Return what API Gateway makes of a visitor's request, a POST where there is a form."""
        sent = {**BROWSER, "Cookie": visitor.cookie, **(FORM if form is not None else {})}
        self._gateway.call("GET" if form is None else "POST", path, sent, form or "", source_ip=source_ip)
        return self._kept

    def get(
        self, name: str, case: str, path: str, visitor: Visitor, cpu: str = "", *, times: int = 3, every: int = 1
    ) -> Request:
        """Return the request for a page."""
        return Request(name, case, [self.event(path, visitor)], cpu=cpu, times=times, every=every)

    def _keep(self, event: dict[str, Any], _: object) -> dict[str, Any]:
        self._kept = event
        return {"statusCode": 200, "headers": {}, "body": ""}


def chapters(made: Stage) -> Iterator[Chapter]:
    """Yield one chapter after the other, each when it is seeded."""
    asking = Asking(made)
    agent = made.agent()
    owners = [made.visitor(2, messages=1).customer_id for _ in range(20)]
    crowd(made, owners, FEW)
    yield Chapter([asking.get("desk_list", f"{FEW:,} open", "/desk", agent, "desk_list.real_cpu_ratio")])
    pages = [*conversations(made, asking), *replies(made, asking), *answers(made, asking, agent)]
    pages += desk_conversations(made, asking, agent)
    figures = weights(made, agent)
    paths, who = help_center.furnish(made), help_center.visitors(made)
    with help_center.searchable(made) as (_, found):
        pages += around(asking, paths, who)
        yield Chapter(pages, figures | found)
        crowd(made, owners, CROWD - FEW)
        name = "desk_list.crowd_cpu_ratio"
        yield Chapter([asking.get("desk_list", f"{CROWD:,} open", "/desk", agent, name, times=1, every=4)])
    yield Chapter(list(themed(made, asking)))


def themed(made: Stage, asking: Asking) -> Iterator[Request]:
    """Publish a theme that changed the files of both pages, and yield these pages in it."""
    themes = made.house.themes
    theme = themes.create(OPERATOR, "Bench")
    content = themes.content(theme.id)
    files = themes.files(content)
    changed = {name: "{# ours #}" + files[name] for name in ("conversations.html", "conversation.html", *THEMED_PARTS)}
    origins = {name: files[name] for name in changed}
    saved = themes.save(OPERATOR, theme.id, replace(content, files=changed, origins=origins), seen=1)
    themes.publish(OPERATOR, theme.id, saved.number, ())
    visitor = made.visitor(1_000, messages=20)
    yield asking.get("list", "in a theme", "/conversations", visitor, "list.real_cpu_ratio")
    path = _first(made, "/conversations", visitor)
    yield asking.get("conversation", "in a theme", path, visitor, "conversation.real_cpu_ratio")


def crowd(made: Stage, owners: Sequence[str], count: int) -> None:
    """Put so many open conversations more before the desk, with nothing said in them."""
    now = made.house.clock()
    for start in range(0, count, 5_000):
        some = []
        for number in range(start, min(count, start + 5_000)):
            at = now - timedelta(seconds=number)
            one = stage.head(owners[number % len(owners)], number % 1_000, at, closed=False)
            some.append(replace(one, status=Status.OPEN, snoozed_until=None))
        made.house.table.write_many(made.heads(some))


def conversations(made: Stage, asking: Asking) -> Iterator[Request]:
    """Yield lists and conversations of customers of several sizes, and a search that finds nothing."""
    for size in SIZES:
        visitor = made.visitor(size, messages=20)
        for status in FILTERS:
            case = f"{size:,} {status or 'all'}"
            timed = case == "1,000 all"
            listing = "/conversations" + (f"?status={status}" if status else "")
            yield asking.get("list", case, listing, visitor, "list.real_cpu_ratio" if timed else "")
            path = _first(made, listing, visitor)
            yield asking.get("conversation", case, path, visitor, "conversation.real_cpu_ratio" if timed else "")
            if status != "done":
                events = [asking.event(f"{path}/messages", visitor, _form(made, path, visitor)) for _ in range(2)]
                yield Request("reply", case, events, status=303, once=True)
        if size == SIZES[-1]:
            made.searched(visitor.customer_id)
            yield asking.get("search_miss", f"{size:,}", MISSED, visitor)
    visitor = made.visitor(1_000, messages=50, text=SHORT)
    yield asking.get("list", "1,000 of 50 short messages", "/conversations", visitor)
    yield asking.get("conversation", "50 short messages", f"/conversations/{visitor.conversation_id}", visitor)


def replies(made: Stage, asking: Asking) -> Iterator[Request]:
    """Yield replies without and with a file, each sent once, spread over many conversations."""
    yield Request(
        "reply", "spread", _spread(made, asking, 180), status=303, once=True, cpu="reply.real_cpu_ratio", times=3
    )
    yield Request(
        "upload_check",
        "one picture",
        _spread(made, asking, 36, files=True),
        status=303,
        once=True,
        cpu="upload_check.real_cpu_ratio",
        times=2,
        every=3,
    )


def _spread(made: Stage, asking: Asking, count: int, *, files: bool = False) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    while len(events) < count:
        visitor = made.visitor(3, messages=20)
        path = f"/conversations/{visitor.conversation_id}"
        posted = made.call("POST", f"{path}/messages", visitor, _form(made, path, visitor), FORM)  # wakes it
        stage.answered(303, posted)
        csrf = _csrf(made, path, visitor)
        index = getattr(made.house.conversations, "indexing", None)  # commits before it read messages to search them
        if index:
            index.catch_up(visitor.customer_id, 60.0)
        for _ in range(REPLIES):
            attached = {"attachment": _upload(made, visitor, csrf)} if files else {}
            events.append(asking.event(f"{path}/messages", visitor, _filled(csrf, **attached)))
    return events[:count]


def answers(made: Stage, asking: Asking, agent: Visitor) -> Iterator[Request]:
    """Yield an agent's answers, for what a message costs with all that follows it."""
    visitor = made.visitor(3, messages=20)
    path = f"/desk/conversations/{visitor.conversation_id}"
    csrf = _csrf(made, path, agent)
    events = [asking.event(f"{path}/messages", agent, _filled(csrf)) for _ in range(24)]
    yield Request("answer", "with its mail", events, status=303, once=True)


def desk_conversations(made: Stage, asking: Asking, agent: Visitor) -> Iterator[Request]:
    """Yield desk pages of a usual conversation, of a long one, and of one with much that only staff see."""
    for messages, beside in ((50, 0), (5_000, 0), (50, 3_000), (5_000, 3_000)):
        visitor = made.visitor(3, messages=messages)
        among_staff(made, visitor.conversation_id, beside)
        case = f"{messages:,} messages, {beside:,} notes and events"
        path = f"/desk/conversations/{visitor.conversation_id}"
        cpu = {(50, 0): "desk_conversation.real_cpu_ratio", (50, 3_000): "desk_conversation.long_cpu_ratio"}
        timed = cpu.get((messages, beside), "")
        slow = beside > 0
        yield asking.get("desk_conversation", case, path, agent, timed, times=1 if slow else 3, every=6 if slow else 1)


def among_staff(made: Stage, conversation_id: str, count: int) -> None:
    """Add so many notes to a conversation, and as many entries to its history."""
    now = made.house.clock()
    puts = []
    for number in range(count):
        at = now - timedelta(minutes=count - number)
        note = Note(conversation_id, new_id(at), "Mina Park", "01hauthor00000000000000000", SHORT, at)
        puts += [note_put(note), event_put(Event(conversation_id, new_id(at), "renamed", "Mina Park", at, "Lamp"))]
    made.house.table.write_many(puts)


def around(asking: Asking, paths: Mapping[str, str], who: Mapping[str, Visitor]) -> Iterator[Request]:
    """Yield the pages around conversations; a search comes from many networks, as each may ask only so often."""
    for name in help_center.NAMES:
        places = range(8, 40) if name == "search" else (7,)
        events = [asking.event(paths[name], who[name], source_ip=f"203.0.113.{place}") for place in places]
        yield Request(name, "", events, cpu=f"{name}.real_cpu_ratio")


def weights(made: Stage, agent: Visitor) -> dict[str, Measured]:
    """Return the compressed KB of a customer's list of 25 rows and of the desk's, with everything they load."""
    measured = {}
    for name, path, who in (
        ("page.kb", "/conversations", made.visitor(1_000, messages=20)),
        ("desk_page.kb", "/desk", agent),
    ):
        sizes = weight.kilobytes(path, functools.partial(_loaded, made, who))
        parts = sorted(sizes.items(), key=lambda part: -part[1])
        named = ", ".join(f"{one.partition('?')[0].rpartition('/')[2]} {size:.1f}" for one, size in parts)
        measured[name] = Measured(round(sum(sizes.values()), 2), named)
    return measured


def _loaded(made: Stage, who: Visitor, path: str) -> bytes:
    return stage.answered(200, made.call("GET", path, who)).body


def _first(made: Stage, listing: str, visitor: Visitor) -> str:
    """Return the path of the first conversation of a list."""
    page = stage.answered(200, made.call("GET", listing, visitor))
    links: list[str] = re.findall(r'href="(/conversations/[0-9a-z]{26})', page.text)
    return links[0]


def _csrf(made: Stage, path: str, visitor: Visitor) -> str:
    page = stage.answered(200, made.call("GET", path, visitor))
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    if found is None:
        message = f"{path} has no form"
        raise ValueError(message)
    return found[1]


def _filled(csrf: str, **more: str) -> str:
    return urlencode({"csrf": csrf, "body": "It flickers again.", "idempotency_key": secrets.token_urlsafe(16), **more})


def _form(made: Stage, path: str, visitor: Visitor) -> str:
    return _filled(_csrf(made, path, visitor))


def _upload(made: Stage, visitor: Visitor, csrf: str) -> str:
    """Upload a picture as a browser does, and return the id to send with a message."""
    picture = _picture()
    wish = json.dumps({"name": "label.png", "type": "image/png", "size": len(picture)})
    begun = stage.answered(201, made.call("POST", "/uploads", visitor, wish, {**JSON, "X-CSRF-Token": csrf})).json()
    status = put_upload(begun, picture)
    if status != HTTPStatus.CREATED:
        message = f"S3 answered {status}"
        raise RuntimeError(message)
    identifier: str = begun["id"]
    return identifier


@functools.cache
def _picture(side: int = 320) -> bytes:
    """Return a PNG of noise: some 300 KB that cannot be compressed."""
    chance = random.Random(4)
    rows = b"".join(b"\0" + chance.randbytes(3 * side) for _ in range(side))
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    chunks = (
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def main(behind: Sequence[tuple[str, str]] = (("follow_up", "FOYER_FACTS_QUEUE"),)) -> None:
    """Seed, say what there is, and wait, chapter by chapter; ``behind`` names each queue by its variable."""
    with (
        os.fdopen(os.dup(1), "w", encoding="utf-8") as lines,
        contextlib.redirect_stdout(sys.stderr),
        stage.stage() as made,
    ):
        for chapter in chapters(made):
            said = asdict(chapter) | {
                "environment": made.environment,
                "behind": [(name, made.environment[queue]) for name, queue in behind],
            }
            lines.write(json.dumps(said) + "\n")
            lines.flush()
            if not sys.stdin.readline():
                return


if __name__ == "__main__":
    main()
