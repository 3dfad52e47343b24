"""``make bench``: measures every figure, prints the table and writes ``build/bench.json``.

A missed budget is printed as missed and is no failure: what fails is what cannot be measured.
"""

from __future__ import annotations

import gzip
import pickle
import re
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

from bench import cold, cost, cpu, figures, help_center, runtime, weight
from bench.calls import Call, ask_for_capacity, chain, listening
from bench.figures import Measured
from bench.stage import CONSTANT, SHORT, Stage, Visitor, answered, stage
from local.gateway import Response

SIZES = (10, 1_000, 10_000)
"""Conversations of one customer."""
FILTERS = ("", "open", "done")
RECORDING = figures.FILE.parent / "bench" / "recording.pickle"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def main() -> int:
    """Measure, print and write; return the exit status."""
    with stage() as made:
        measured = {**calls(made), **units(made), "page.kb": page_weight(made), **costs(made)}
        _say("settings and help centre")
        paths, visitors = help_center.furnish(made), help_center.visitors(made)
        with help_center.searchable(made) as (index, found):
            measured |= found | help_center.calls(made, paths, visitors)
            recording = record(made)
            record_pages(made, recording, paths, visitors, index)
        _say("cold starts")
        measured |= cold.measure(made.environment, recording.requests["list"].event)
    measured |= cpu_ratios(recording)
    print(figures.table(measured))
    figures.write(measured)
    print(f"\nWritten to {figures.FILE.relative_to(figures.FILE.parent.parent)}.")
    return 0


def calls(made: Stage) -> dict[str, Measured]:
    """Return calls and chains of the three requests: the worst over all sizes and filters, with what differs."""
    heard: dict[str, dict[str, list[Call]]] = {"list": {}, "conversation": {}, "reply": {}}
    for size in SIZES:
        _say(f"calls with {size:,} conversations")
        visitor = made.visitor(size, messages=20)
        for status in FILTERS:
            for name, request in _requests(made, visitor, status):
                with listening() as said:
                    request()
                heard[name][f"{size:,} {status or 'all'}"] = said
    measured = {}
    for name, cases in heard.items():
        measured[f"{name}.aws_calls"] = _worst({case: len(said) for case, said in cases.items()})
        measured[f"{name}.aws_chain"] = _worst({case: chain(said) for case, said in cases.items()})
    return measured


def _requests(made: Stage, visitor: Visitor, status: str) -> Iterator[tuple[str, Callable[[], Response]]]:
    """Yield the three requests, the last two on a conversation as the filtered list links to it."""
    listing = "/conversations" + (f"?status={status}" if status else "")
    page = answered(200, made.call("GET", listing, visitor))  # the first one of a process reads the signing keys
    links = re.findall(r'href="(/conversations/[0-9a-z]{26})', page.text)
    yield "list", lambda: answered(200, made.call("GET", listing, visitor))
    path = links[0]
    conversation = answered(200, made.call("GET", path, visitor))
    yield "conversation", lambda: answered(200, made.call("GET", path, visitor))
    if status != "done":
        form = _form(conversation)
        yield "reply", lambda: answered(303, made.call("POST", f"{path}/messages", visitor, form, FORM))


def _form(page: Response) -> str:
    csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)
    if csrf is None:
        message = "the page has no form"
        raise ValueError(message)
    return urlencode({"csrf": csrf[1], "body": "It flickers again.", "idempotency_key": secrets.token_urlsafe(16)})


def _worst(cases: dict[str, int]) -> Measured:
    worst = max(cases.values())
    if len(set(cases.values())) == 1:
        return Measured(worst, f"the same in all {len(cases)} cases (conversations, filter)")
    return Measured(worst, "varies: " + ", ".join(f"{case}: {value}" for case, value in cases.items()))


def units(made: Stage) -> dict[str, Measured]:
    """Return read units of a list of 25 rows and a conversation of 50 short messages, by DynamoDB's own rules."""
    _say("read units")
    ask_for_capacity(made.house.clients.dynamodb)
    visitor = made.visitor(1_000, messages=50, text=SHORT)
    measured = {}
    for name, path in _pages(visitor):
        answered(200, made.call("GET", path, visitor))
        with listening() as said:
            page = answered(200, made.call("GET", path, visitor))
        wanted = {"list": ("<h2>", 25), "conversation": ('<li id="m', 50)}[name]
        _same(page.text.count(wanted[0]), wanted[1], f"rows or messages of the {name}")
        truth = sum(call.read_units for call in said)
        reported = sum(call.reported_units for call in said)
        each = " + ".join(f"{call.operation} {call.read_units:g}" for call in said)
        note = each if truth == reported else f"{each}; the emulator reports {reported:g}"
        measured[f"{name}.read_units"] = Measured(max(truth, reported), note)
    return measured


def _pages(visitor: Visitor) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("list", "/conversations"), ("conversation", f"/conversations/{visitor.conversation_id}")


def page_weight(made: Stage) -> Measured:
    """Return the compressed KB of the list page of 25 rows and everything it loads."""
    _say("page weight")
    visitor = made.visitor(1_000, messages=20)
    sizes = weight.kilobytes(
        "/conversations", lambda path: answered(200, made.call("GET", path, visitor)).text.encode()
    )
    parts = sorted(sizes.items(), key=lambda part: -part[1])
    named = ", ".join(f"{path.partition('?')[0].rpartition('/')[2]} {size:.1f}" for path, size in parts)
    return Measured(round(sum(sizes.values()), 2), named)


def costs(made: Stage) -> dict[str, Measured]:
    """Return what a million views and a million messages cost."""
    _say("costs")
    visitor = made.visitor(1_000, messages=20)
    agent = made.agent()
    views, messages = [], []
    for _, path in _pages(visitor):

        def view(path: str = path) -> int:
            return len(gzip.compress(made.call("GET", path, visitor).body))

        views.append(cost.request(cost.handled(15, view), 0))
    for who, path, action in (
        (visitor, f"/conversations/{visitor.conversation_id}", "messages"),
        (agent, f"/desk/conversations/{visitor.conversation_id}", "messages"),
    ):
        page = answered(200, made.call("GET", path, who))

        def post(who: Visitor = who, url: str = f"{path}/{action}", page: Response = page) -> int:
            return len(answered(303, made.call("POST", url, who, _form(page), FORM)).body)

        behind = (made.follow_up,) if who is agent else ()
        said, *followed = cost.handled_in_turn(9, post, *behind)
        first, *rest = cost.units_in_turn(post, *behind)
        parts = [cost.request(said, first)]
        parts += [cost.of_queue(one, units) for one, units in zip(followed, rest, strict=True)]
        messages.append(cost.together(parts))
    return {"cost.views_usd": Measured(*cost.dollars(views)), "cost.messages_usd": Measured(*cost.dollars(messages))}


def record(made: Stage) -> cpu.Recording:
    """Return real requests and what AWS answered to them, to be replayed without AWS."""
    _say("requests to replay")
    visitor = made.visitor(1_000, messages=20)
    made.house.__dict__.pop("secrets", None)
    made.house.__dict__.pop("signer", None)
    with listening() as first:
        answered(200, made.call("GET", "/conversations", visitor))
    once = {call.operation: call.answer for call in first if call.operation == "GetParameter"}
    requests = {"constant": _recorded(made, visitor, CONSTANT)}
    for name, path in _pages(visitor):
        requests[name] = _recorded(made, visitor, path)
    environment = {name: value for name, value in made.environment.items() if name != "AWS_ENDPOINT_URL"}
    return cpu.Recording(environment, CONSTANT, once, requests)


def record_pages(
    made: Stage, recording: cpu.Recording, paths: Mapping[str, str], visitors: Mapping[str, Visitor], index: Path
) -> None:
    """Add the pages around conversations to a recording, and keep the index that the search reads."""
    RECORDING.parent.mkdir(parents=True, exist_ok=True)
    kept = RECORDING.with_name("index.sqlite")
    shutil.copyfile(index, kept)
    for name in help_center.NAMES:
        one = _recorded(made, visitors[name], paths[name])
        one.answers.setdefault("GetObject", {"Body": cpu.Stored(str(kept))})
        recording.requests[name] = one


def _recorded(made: Stage, visitor: Visitor, path: str) -> cpu.Recorded:
    with listening() as said:
        answered(200, made.call("GET", path, visitor))
    answers = {call.operation: call.answer for call in said}
    _same(len(answers), len(said), f"operations of {path}")
    return cpu.Recorded(made.event, answers, 200)


def cpu_ratios(recording: cpu.Recording) -> dict[str, Measured]:
    """Return the CPU of each page over that of the constant."""
    RECORDING.parent.mkdir(parents=True, exist_ok=True)
    RECORDING.write_bytes(pickle.dumps(recording))
    _say("CPU of the handler")
    in_handler = cpu.measure(RECORDING)
    _say("CPU of whole invocations")
    in_lambda = runtime.measure(RECORDING)
    measured = {}
    for name in (name for name in in_lambda if name != "constant"):
        parts = [
            f"{where} {all_[name].microseconds:.0f} µs over {all_['constant'].microseconds:.0f} µs"
            for where, all_ in (("handler", in_handler), ("whole invocation", in_lambda))
        ]
        measured[f"{name}.cpu_ratio"] = Measured(round(in_lambda[name].ratio, 1), "; ".join(parts))
        if name in {"list", "conversation"}:
            measured[f"{name}.handler_cpu_ratio"] = Measured(round(in_handler[name].ratio, 1))
    return measured


def _same(one: int, other: int, what: str) -> None:
    if one != other:
        message = f"{what}: {one}, not {other}"
        raise RuntimeError(message)


def _say(what: str) -> None:
    print(f"measuring {what} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
