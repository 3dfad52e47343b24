"""The filters that templates have besides Jinja2's own: moments, sizes, and what people wrote as safe HTML."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

from markupsafe import Markup

from chalicelib.attachments.model import LABELS, Attachment
from chalicelib.colour import ink
from chalicelib.conversations.model import REDACTED
from chalicelib.rendering.escaping import markup, safe_text
from chalicelib.speech import ENGLISH, Speech, mark

_TWO = tuple(f"{number:02}" for number in range(60))
_KB = 1024
_GONE = mark("[redacted]")
"""What REDACTED says to a reader; the model, which knows no languages, cannot mark it."""
_FILES = re.compile("📎 ([0-9]{1,3}) files?")
"""How ``conversations.model.preview`` says that a message is files only."""
_MAY_LINK = re.compile(r"://|@|[wW]\.")
"""Most messages have no address at all."""


class Times:
    """How one reader sees moments: in their zone, as their language writes them, near ones by name.

    In templates ``times``, which filters take that write anything a language writes in its own way.
    """

    __slots__ = ("_dates", "_padded", "joined", "near", "speech", "today", "zone")

    def __init__(self, zone: tzinfo, now: datetime, speech: Speech = ENGLISH) -> None:
        """Take the reader's zone, the present moment (aware) and the reader's language."""
        self.zone, self.speech = zone, speech
        self.today = now.astimezone(zone).toordinal()
        self.near = {0: "", 1: speech.text("Yesterday"), -1: speech.text("Tomorrow")}
        self.joined, self._padded = speech.formats.joined, speech.formats.padded
        self._dates: dict[int, tuple[str, str]] = {}

    def clock(self, local: datetime) -> str:
        """Return the time of day."""
        return f"{_TWO[local.hour] if self._padded else local.hour}:{_TWO[local.minute]}"

    def dates(self, local: datetime, day: int) -> tuple[str, str]:
        """Return a day (``local`` and its ordinal) in short and in full; a page names few different ones."""
        found = self._dates.get(day)
        if found is None:
            formats = self.speech.formats
            found = self._dates[day] = formats.dated(local), formats.dated_in_full(local)
        return found


LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_IN_ENGLISH = Times(UTC, LONG_AGO)
"""For pages of staff, whose templates need not say in which language."""


def moment(at: datetime, times: Times) -> Markup:
    """Return ``<time>`` with ``14:32``, ``Yesterday, 14:32`` or ``12 Mar 2026, 14:32``; its title says all."""
    local = at.astimezone(times.zone)
    ordinal, clock = local.toordinal(), times.clock(local)
    date, full = times.dates(local, ordinal)
    near = times.near.get(times.today - ordinal, date)
    return markup(
        f'<time datetime="{_machine(at)}" title="{full}{times.joined}{clock} {local.tzname()}">'
        f"{near}{times.joined if near else ''}{clock}</time>"
    )


def day(at: datetime, times: Times) -> Markup:
    """Return ``<time>`` in the shorter form of lists: ``14:32``, ``Yesterday`` or ``12 Mar 2026``."""
    local = at.astimezone(times.zone)
    ordinal, clock = local.toordinal(), times.clock(local)
    date, full = times.dates(local, ordinal)
    return markup(
        f'<time data-day datetime="{_machine(at)}" title="{full}{times.joined}{clock} {local.tzname()}">'
        f"{times.near.get(times.today - ordinal, date) or clock}</time>"
    )


def date(at: datetime, times: Times) -> Markup:
    """Return ``<time>`` with the day alone, today's as well: ``12 Mar 2026``, for what stays true while it is kept."""
    local = at.astimezone(times.zone)
    short, full = times.dates(local, local.toordinal())
    title = f"{full}{times.joined}{times.clock(local)} {local.tzname()}"
    return markup(f'<time data-date datetime="{_machine(at)}" title="{title}">{short}</time>')


def written_moment(at: datetime, times: Times) -> str:
    """Return ``12 Mar 2026, 14:32 CET`` as plain text, for mail."""
    local = at.astimezone(times.zone)
    formats = times.speech.formats
    return f"{formats.join(formats.dated(local), formats.clock(local))} {local.tzname()}"


def _machine(at: datetime) -> str:
    """Return ``2026-03-12T13:32:07Z``; put together by hand, which takes a quarter of isoformat()'s time."""
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return f"{utc.year}-{_TWO[utc.month]}-{_TWO[utc.day]}T{_TWO[utc.hour]}:{_TWO[utc.minute]}:{_TWO[utc.second]}Z"


def size(count: int, times: Times = _IN_ENGLISH) -> str:
    """Return bytes for people: ``512 bytes``, ``12 KB``, ``2.9 MB``, ``3 MB`` (1 KB = 1,024 bytes)."""
    speech = times.speech
    if count < _KB:
        return speech.plural("%(num)s byte", "%(num)s bytes", count)
    if count < _KB * 1023.5:
        return speech.text("%(num)s KB", num=max(1, round(count / _KB)))
    whole, rest = divmod(count, _KB * _KB)
    return speech.text("%(num)s MB", num=max(1.0, count / _KB / _KB) if rest else whole)


def kind(attachment: Attachment) -> str:
    """Return what sort of file it is, for people: ``PDF``, ``XLSX``."""
    return LABELS.get(attachment.type) or attachment.name.rpartition(".")[2][:8].upper()


def number(count: int, times: Times = _IN_ENGLISH) -> str:
    """Return ``10,240``."""
    return times.speech.number(count)


def hours(count: int, times: Times = _IN_ENGLISH) -> str:
    """Return ``1 hour``, ``36 hours``, ``1 day`` or ``30 days``; ``count`` in hours."""
    if count % 24 == 0 and count:
        return times.speech.plural("%(num)s day", "%(num)s days", count // 24)
    return times.speech.plural("%(num)s hour", "%(num)s hours", count)


def shown(text: str, times: Times) -> str:
    """Return a preview, or a text in a mail, with what the product put there itself in the reader's language."""
    if text[:1] == "📎" and (files := _FILES.fullmatch(text)):
        return times.speech.plural("📎 %(num)s file", "📎 %(num)s files", int(files[1]))
    return text.replace(REDACTED, times.speech.text(_GONE)) if REDACTED in text else text


def prose(text: str, *, redacted: bool = False, times: Times = _IN_ENGLISH) -> Markup:
    """Return what somebody wrote as paragraphs with line breaks and links, everything else escaped; in linear time.

    With ``redacted``, what stands where a part was removed is set apart, in the reader's language.
    """
    html = _linked(text) if _MAY_LINK.search(text) else safe_text(text)
    if redacted:
        html = html.replace(REDACTED, f'<span class="gone">{safe_text(times.speech.text(_GONE))}</span>')
    if "\n" not in html:
        return markup(f'<p dir="auto">{html}</p>')
    paragraphs = [part.strip("\n").replace("\n", "<br>\n") for part in html.split("\n\n")]
    return markup('<p dir="auto">' + '</p>\n<p dir="auto">'.join(filter(None, paragraphs)) + "</p>")


def _linked(text: str) -> str:
    from chalicelib.links import links  # its expressions cost a cold start some milliseconds

    done: list[str] = []
    position = 0
    for start, end, href in links(text):
        if REDACTED in text[start:end]:
            continue  # an address with a hole leads nowhere, and its hole is to be seen
        opening = f'<a href="{safe_text(href)}" rel="nofollow noopener noreferrer ugc" dir="ltr">'
        done += (safe_text(text[position:start]), opening, safe_text(text[start:end]), "</a>")
        position = end
    done.append(safe_text(text[position:]))
    return "".join(done)


def quoted(text: str) -> str:
    """Return ``text`` with ``> `` before each line, for plain-text mail."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


FILTERS = {
    "moment": moment,
    "day": day,
    "date": date,
    "written_moment": written_moment,
    "size": size,
    "kind": kind,
    "number": number,
    "hours": hours,
    "shown": shown,
    "prose": prose,
    "quoted": quoted,
    "ink": ink,
}
"""Every filter of ours; Jinja2's own come on top."""
