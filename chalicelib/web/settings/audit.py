"""The audit log for admins: looked through by author, action, subject and time, and taken away as CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from chalicelib import zones
from chalicelib.audit.model import Entry, Filter
from chalicelib.audit.store import content
from chalicelib.refusals import Invalid, UnknownChoice
from chalicelib.text import whole_number
from chalicelib.web.errors import fault
from chalicelib.web.http import Response
from chalicelib.web.settings.contexts import AuditPage, Difference, EntryRow

if TYPE_CHECKING:
    from chalicelib.audit.model import Change
    from chalicelib.staff.model import Member
    from chalicelib.web.visit import Visit

PERMISSION = "audit:read"
PAGE = 40
LOOKED_THROUGH = 2_000
"""Entries that one page looks through before it asks whether to go on."""
PART = 1_000
"""Entries of one exported file."""
MAX_PART = 4 * 1024 * 1024
"""Characters of one exported file as they leave a function, which can answer with 6 MB."""
_FORMATS = {"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8"}
_FORMULA = (*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20")
"""What a formula begins with; the last four are of full width, which spreadsheets of East Asia take for the others."""
_MARK = "\ufeff"
"""At the beginning of a CSV file: without it Excel takes UTF-8 for the code page of its country."""
_FIRST_YEAR, _LAST_YEAR = 1971, 9000
"""What the table can have, and room to add a day."""
_PAIR = 2
_COLUMNS = ("number", "at", "author", "author_id", "ip", "action", "subject", "subject_id", "before", "after", "hash")


AREAS: Mapping[str, str] = {
    "article": "Articles",
    "attribute": "Attributes",
    "category": "Categories",
    "customer": "Customers",
    "details": "Conversation details",
    "message": "Messages removed for good",
    "note": "Notes removed for good",
    "openid": "Staff sign-in",
    "portal": "Portal settings",
    "sign-on": "Custom sign-on",
    "snippet": "Snippets",
    "staff": "Staff",
    "theme": "Themes",
    "token": "API tokens",
}
"""The first half of every action there is, with what it is about."""


_PLACES: Mapping[str, str] = {
    "article": "articles",
    "attribute": "attributes",
    "category": "categories",
    "openid:address-taken": "staff",
    "openid:join": "staff",
    "openid:release": "staff",
    "snippet": "snippets",
    "staff": "staff",
    "theme": "themes",
}
"""Where in the settings things with an id have a page of their own."""


def audit(visit: Visit) -> Response:
    """Show a page of the log."""
    total_later = visit.house.audit.count_later(visit.reads)
    reader = visit.member(PERMISSION)
    arg, total = visit.request.arg, total_later()
    shown = {name: arg(name)[:200] for name in ("who", "action", "subject", "since", "until")}
    log, refusal = visit.house.audit, None
    entries: list[Entry] = []
    following, bounds = 0, (1, 0)
    listing = "audit:" + json.dumps(sorted(shown.items()))
    place = visit.cursor(listing)
    try:
        wanted = _wanted(visit, reader)
        bounds = log.numbers(wanted, total)
        entries, following = log.page(wanted, before=int(place or bounds[1] + 1), limit=PAGE, look=LOOKED_THROUGH)
    except Invalid as error:
        refusal = error
    urls = visit.urls
    first, last = bounds
    page = AuditPage(
        entries=tuple(_row(visit, entry) for entry in entries),
        total=total,
        **shown,
        filtered=any(shown.values()),
        finished=not following,
        more_url=urls.settings("audit", **shown, cursor=visit.cursor_for(listing, str(following)))
        if following
        else None,
        first_page_url=urls.settings("audit", **shown) if place else None,
        parts=tuple((number, min(number + PART - 1, last)) for number in range(first, last + 1, PART)),
        areas=tuple(AREAS.items()),
        part=PART,
        max_part=MAX_PART,
        faults=(fault(refusal),) if refusal else (),
    )
    return visit.page(page, area="settings", here="audit", status=refusal.status if refusal else 200)


def export(visit: Visit) -> Response:
    """Give a part of the log as a file: from number ``first`` on, 1,000 entries or 4 MB, of them those wanted."""
    reader = visit.member(PERMISSION)
    kind, first = visit.request.arg("format") or "csv", visit.request.arg("first")
    if kind not in _FORMATS:
        raise UnknownChoice(field="format")
    wanted = _wanted(visit, reader)
    begin, end = visit.house.audit.numbers(wanted)
    if first and not whole_number(first, 9):
        raise Invalid("An export begins with the number of an entry.", field="first")
    begin = int(first or begin)
    texts: list[str] = []
    last, size, full = begin - 1, 0, False
    for entry in visit.house.audit.span(begin, min(begin + PART - 1, end)):
        text = _exported(entry, kind)
        size += len(json.dumps(text)) + 2
        full = size > MAX_PART and bool(texts)
        if full:
            break
        last = entry.seq
        if wanted.takes(entry):
            texts.append(text)
    following = last + 1 if begin <= last < end else 0
    query = {name: visit.request.arg(name) for name in ("who", "action", "subject", "since", "until")}
    url = visit.urls.settings("audit", "export", format=kind, first=str(following), **query) if following else None
    if kind == "json":
        rows = ",\n".join(texts)
        body = f'{{"next": {json.dumps(url)}, "entries": [\n{rows}\n]}}\n'
    else:
        body = _MARK + _line(_COLUMNS) + "".join(texts)
    response = Response(body, content_type=_FORMATS[kind])
    response.set("Content-Disposition", f'attachment; filename="audit-{begin}-{max(last, begin)}.{kind}"')
    return response.set("Link", f'<{url}>; rel="next"') if url else response


def _exported(entry: Entry, kind: str) -> str:
    held = {**content(entry), "hash": entry.hash}
    if kind == "json":
        return json.dumps(held, ensure_ascii=False)
    flat = {**held, "number": held["seq"]} | {
        name: json.dumps(held[name], ensure_ascii=False) if held[name] else "" for name in ("before", "after")
    }
    return _line([flat[name] for name in _COLUMNS])


def _line(cells: Iterable[object]) -> str:
    """Return a line of CSV; a cell that a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO()
    csv.writer(out).writerow(
        [f"'{one}" if isinstance(one, str) and one.lstrip(" ").startswith(_FORMULA) else one for one in cells]
    )
    return out.getvalue()


def _wanted(visit: Visit, reader: Member) -> Filter:
    """Return the filter that the address asks for; days are those of the reader's time zone, both included."""
    arg, zone = visit.request.arg, zones.zone(reader.time_zone, visit.settings().time_zone)
    since, until = _day(arg("since"), "since"), _day(arg("until"), "until")
    who = arg("who").strip()[:200]
    member = visit.house.staff.store.of_address(who) if who else None  # of those who have left, too
    who = member.id if member else who
    return Filter(
        who=who,
        action=arg("action").strip().lower()[:200],
        subject=arg("subject").strip()[:200],
        since=datetime.combine(since, time(), zone).astimezone(UTC) if since else None,
        until=datetime.combine(until + timedelta(days=1), time(), zone).astimezone(UTC) if until else None,
    )


def _day(text: str, field: str) -> date | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text[:10])
    except ValueError as error:
        raise Invalid("Enter a day such as 2026-11-22.", field=field) from error
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise Invalid("Enter a day such as 2026-11-22.", field=field)
    return found


def _row(visit: Visit, entry: Entry) -> EntryRow:
    change = entry.change
    same = {
        name: value for name, value in change.before.items() if name in change.after and change.after[name] == value
    }
    names = [name for name in {**change.before, **change.after} if name not in same]
    return EntryRow(
        seq=entry.seq,
        at=entry.at,
        author=change.author.name,
        ip=change.author.ip,
        action=change.action,
        subject=change.subject,
        differences=tuple(
            Difference(name.replace("_", " "), _readable(change.before.get(name)), _readable(change.after.get(name)))
            for name in names
        ),
        was=bool(change.before),
        became=bool(change.after),
        hash=entry.hash,
        about=_readable(same),
        url=_url(visit, change),
    )


def _url(visit: Visit, change: Change) -> str:
    """Return the page of what was changed, empty where it has none or is gone."""
    area, _, verb = change.action.partition(":")
    if not change.subject_id or verb == "delete":
        return ""
    if area in {"message", "note"}:
        return visit.urls.desk_conversation(change.subject_id)
    place = _PLACES.get(change.action) or _PLACES.get(area)
    return visit.urls.settings(place, change.subject_id) if place else ""


def _readable(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_readable(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        if value and all(isinstance(one, list | tuple) and len(one) == _PAIR for one in value):
            return "; ".join(f"{one}: {_readable(other)}" for one, other in value)
        return ", ".join(_readable(one) for one in value)
    return str(value)
