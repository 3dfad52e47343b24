"""A small theme, what its pages offer, and data of every kind for them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from chalicelib.rendering.filters import Times
from chalicelib.speech import ENGLISH
from chalicelib.themes.language.checker import check
from chalicelib.themes.language.types import (
    ATTRIBUTES,
    FLAG,
    HTML,
    NUMBER,
    TEXT,
    TIME,
    URL,
    Many,
    PageNames,
    Plain,
    Record,
    Type,
    record,
)
from chalicelib.themes.model import Problem
from chalicelib.themes.sandbox import BUDGETS, Budgets, Sandbox

CHANNEL = Record({"name": TEXT, "icon": URL}, optional=True)
FILE = record(name=TEXT, size=NUMBER, url=URL)
ROW = record(subject=TEXT, url=URL, unread=FLAG, at=TIME, channel=CHANNEL, files=Many(FILE), html=HTML, count=NUMBER)
PAGE = record(
    title=TEXT,
    status=TEXT,
    total=NUMBER,
    closed_at=TIME,
    more_url=URL,
    html=HTML,
    open=FLAG,
    channel=CHANNEL,
    rows=Many(ROW),
    words=Many(TEXT),
)
NAMES = PageNames(
    {
        "site": record(organization=TEXT, viewer=TEXT, here=TEXT, portal_on=FLAG, logo_url=URL),
        "urls": record(home=URL, account=URL),
        "icons": record(back=URL),
        "settings": record(welcome=TEXT, show=FLAG, links=Many(record(label=TEXT, url=URL))),
        "slots": record(notice=HTML, composer=HTML),
        "hooks": record(main=ATTRIBUTES, list=ATTRIBUTES),
        "page": PAGE,
    },
    ("hooks.main", "slots.notice"),
)
LAYOUT = "<main {{ hooks.main }}>\n{{ slots.notice }}<hr>\n{% block main %}{% endblock %}\n</main>\n"
BEGINNING = "{% extends 'layout.html' %}{% block title %}{{ page.title }}{% endblock %}{% block main %}\n"
ENTRY = "page.html"
NOW = datetime(2026, 11, 20, 15, 4, 30, tzinfo=UTC)
TIMES = Times(UTC, NOW, ENGLISH)


def theme(body: str, **parts: str) -> dict[str, str]:
    """Return the files of a theme whose page has ``body`` from its second line on; ``parts`` are more, by name."""
    more = {f"parts/{name}.html": source for name, source in parts.items()}
    return {"layout.html": LAYOUT, ENTRY: f"{BEGINNING}{body}{{% endblock %}}", **more}


def problems(body: str, **parts: str) -> list[Problem]:
    """Return what is wrong with a page; a problem in its own file has the line counted from ``body``."""
    found = check(theme(body, **parts), {ENTRY: NAMES})
    return [Problem(one.file, one.line - 1, one.column, one.kind, one.sentence, one.level) for one in found]


def refusal(body: str, **parts: str) -> Problem:
    """Return the one thing that is wrong with a page."""
    found = problems(body, **parts)
    assert len(found) == 1, [str(one) for one in found]
    return found[0]


def kinds(body: str, **parts: str) -> list[str]:
    """Return what kinds of things are wrong with a page."""
    return [one.kind for one in problems(body, **parts)]


HARD = "O'Neil & <i-x onclick=\"a\">'\u2028{{ 7*7 }}"
"""Text that must be escaped wherever it is; no theme can write the element in it."""


def value(kind: Type, *, full: bool = True, many: int = 2) -> Any:
    """Return data of a type: with everything that can be there, or with nothing that need not be."""
    if isinstance(kind, Record):
        if kind.optional and not full:
            return None
        return {name: value(one, full=full, many=many) for name, one in kind.fields.items()}
    if isinstance(kind, Many):
        return [value(kind.of, full=full, many=many) for _ in range(many if full else 0)]
    return _plain(kind, full=full)


def _plain(kind: Plain, *, full: bool) -> Any:
    some = {
        TEXT: HARD,
        NUMBER: 1234,
        FLAG: True,
        TIME: NOW,
        URL: "/somewhere?a=1&b=2",
        HTML: Markup('<p class="ours">Ours</p>'),
        ATTRIBUTES: Markup("data-ours"),
    }
    none = {TEXT: "", NUMBER: None, FLAG: False, TIME: None, URL: "", HTML: "", ATTRIBUTES: Markup()}
    return (some if full else none)[kind]


def data(*, full: bool = True, many: int = 2) -> dict[str, Any]:
    """Return what the page is given."""
    return {name: value(one, full=full, many=many) for name, one in NAMES.names.items()}


def rendered(body: str, budgets: Budgets = BUDGETS, *, given: dict[str, Any] | None = None, **parts: str) -> str:
    """Return what is in ``main`` of a page without problems."""
    files = theme(body, **parts)
    assert check(files, {ENTRY: NAMES}) == []
    _, made = Sandbox(budgets).page(files, ENTRY).render(given or data(), ENGLISH, TIMES)
    return made.partition("<hr>\n")[2].removesuffix("</main>").strip("\n")
