"""How each language writes dates, times, numbers and lists: what pages need of Unicode's CLDR, without a library.

``make messages`` prints the tables as Babel has them, and a test holds them to Babel. The names of months are the short
ones, clocks go to 24 and digits are 0 to 9 in every language; ``docs/decisions/0021-languages.md`` says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from chalicelib.records import dataclass

_TWO: Final = tuple(f"{number:02}" for number in range(60))
_PLAIN: Final = 1000
"""Most numbers are smaller, and written alike everywhere."""
_GROUP: Final = 3


@dataclass(frozen=True, slots=True)
class Formats:
    """The conventions of one language.

    ``date`` and ``full`` are patterns of ``%(d)s`` day, ``%(m)s`` number and ``%(b)s`` name of the month, ``%(y)s``
    year and ``%(a)s`` day of the week; ``joined`` stands between a date and a time. ``months`` begins with January,
    ``weekdays`` with Monday. ``padded`` tells that hours have two digits. ``least`` is how many digits stand
    before the first ``group`` separator at least. ``lists`` are what stands between two things, between the first of
    several, and before the last of several.
    """

    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    date: str
    full: str
    joined: str
    padded: bool
    group: str
    decimal: str
    least: int
    lists: tuple[str, str, str]

    def dated(self, at: datetime) -> str:
        """Return ``12 Mar 2026``; the zone is that of ``at``."""
        return self.date % {"d": at.day, "m": at.month, "b": self.months[at.month - 1], "y": at.year}

    def dated_in_full(self, at: datetime) -> str:
        """Return ``Thursday, 12 Mar 2026``."""
        day, month = self.weekdays[at.weekday()], self.months[at.month - 1]
        return self.full % {"a": day, "d": at.day, "m": at.month, "b": month, "y": at.year}

    def clock(self, at: datetime) -> str:
        """Return ``09:05``."""
        return f"{_TWO[at.hour] if self.padded else at.hour}:{_TWO[at.minute]}"

    def join(self, date: str, time: str) -> str:
        """Return ``12 Mar 2026, 14:32``."""
        return f"{date}{self.joined}{time}"

    def number(self, count: int) -> str:
        """Return ``10,240``."""
        if abs(count) < _PLAIN:
            return str(count)
        if len(str(abs(count))) < _GROUP + self.least:
            return str(count)
        return f"{count:,}".replace(",", self.group)

    def fraction(self, value: float) -> str:
        """Return ``1,430.5``, with one digit behind the point."""
        whole, _, tenth = f"{value:.1f}".partition(".")
        return f"{self.number(int(whole))}{self.decimal}{tenth}"

    def list(self, parts: Sequence[str]) -> str:
        """Return ``one, two and three``."""
        if len(parts) <= 1:
            return "".join(parts)
        pair, between, last = self.lists
        *most, final = parts
        return pair.join(parts) if len(most) == 1 else f"{between.join(most)}{last}{final}"


FORMATS: Final[dict[str, Formats]] = {
    "en": Formats(
        months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
        weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        date="%(d)s %(b)s %(y)s",
        full="%(a)s, %(d)s %(b)s %(y)s",
        joined=", ",
        padded=True,
        group=",",
        decimal=".",
        least=1,
        lists=(" and ", ", ", " and "),
    ),
    "de": Formats(
        months=("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."),
        weekdays=("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
        date="%(d)s. %(b)s %(y)s",
        full="%(a)s, %(d)s. %(b)s %(y)s",
        joined=", ",
        padded=True,
        group=".",
        decimal=",",
        least=1,
        lists=(" und ", ", ", " und "),
    ),
    "fr": Formats(
        months=("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
        weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
        date="%(d)s %(b)s %(y)s",
        full="%(a)s %(d)s %(b)s %(y)s",
        joined=", ",
        padded=True,
        group="\u202f",
        decimal=",",
        least=1,
        lists=(" et ", ", ", " et "),
    ),
    "es": Formats(
        months=("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"),
        weekdays=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
        date="%(d)s %(b)s %(y)s",
        full="%(a)s, %(d)s %(b)s %(y)s",
        joined=", ",
        padded=False,
        group=".",
        decimal=",",
        least=2,
        lists=(" y ", ", ", " y "),
    ),
    "ja": Formats(
        months=("1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"),
        weekdays=("月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日", "日曜日"),
        date="%(y)s年%(m)s月%(d)s日",
        full="%(y)s年%(m)s月%(d)s日(%(a)s)",
        joined=" ",
        padded=False,
        group=",",
        decimal=".",
        least=1,
        lists=("、", "、", "、"),
    ),
    "ar": Formats(
        months=(
            "يناير",
            "فبراير",
            "مارس",
            "أبريل",
            "مايو",
            "يونيو",
            "يوليو",
            "أغسطس",
            "سبتمبر",
            "أكتوبر",
            "نوفمبر",
            "ديسمبر",
        ),
        weekdays=("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"),
        date="%(d)s %(b)s %(y)s",
        full="%(a)s، %(d)s %(b)s %(y)s",
        joined="، ",
        padded=True,
        group=",",
        decimal=".",
        least=1,
        lists=(" و", " و", " و"),
    ),
}
"""By language. English is written as in Britain, with the names of the months that both sides of the Atlantic know."""
