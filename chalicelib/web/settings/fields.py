"""Fields of a tab of settings: how each kind is read from a form, parsed with its fault, and shown.

A tab is a table of :class:`Field`; its form, the page of two changes side by side, and what is saved follow from that.
Between form and page a value is a text (see :data:`chalicelib.web.settings.forms.Texts`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.channels.model import CHANNELS
from chalicelib.countries import countries
from chalicelib.portal.logo import check_logo, logo_mark
from chalicelib.portal.model import MAX_SESSION_HOURS
from chalicelib.records import dataclass
from chalicelib.refusals import Refusal, SettingRefused
from chalicelib.speech import LANGUAGES
from chalicelib.text import plain_digits, whole_number
from chalicelib.web.settings import forms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.portal.model import PortalSettings
    from chalicelib.web.http import Request

_HOURS = {"hours": 1, "days": 24}
_AMOUNT_DIGITS = 6


class Line:
    """A line of text. What other kinds of fields do otherwise, they say."""

    follows = False
    """Whether a field that a form left alone takes what somebody else has saved by now, without a question."""
    inputs: tuple[str, ...] = ()
    """What else of the form it is read from, so that a choice between two values carries it along."""

    def now(self, settings: PortalSettings, name: str, /) -> str:
        """Return the text of what is saved."""
        return str(getattr(settings, name))

    def sent(self, request: Request, name: str, /) -> str:
        """Return the text of what a form says."""
        return request.field(name).strip()

    def changes(self, name: str, text: str, _request: Request, /) -> dict[str, Any]:
        """Return which settings a text changes, and to what, or refuse it."""
        return {name: text}

    def told(self, text: str, _current: PortalSettings, /) -> str:
        """Return a text for people."""
        return text or "Nothing"


class Colour(Line):
    """A colour, whatever the case of its letters."""

    def sent(self, request: Request, name: str, /) -> str:
        """Return what was typed, in small letters."""
        return super().sent(request, name).lower()


class Country(Line):
    """A country, by its code."""

    def told(self, text: str, _current: PortalSettings, /) -> str:
        """Return its name."""
        return countries().get(text, text) or "None"


class Switch(Line):
    """On or off: a box that is ticked or not."""

    def now(self, settings: PortalSettings, name: str, /) -> str:
        """Return ``on``, or nothing."""
        return "on" if getattr(settings, name) else ""

    def sent(self, request: Request, name: str, /) -> str:
        """Return ``on``, or nothing."""
        return "on" if request.field(name) else ""

    def changes(self, name: str, text: str, _request: Request, /) -> dict[str, Any]:
        """Switch it on or off."""
        return {name: bool(text)}

    def told(self, text: str, _current: PortalSettings, /) -> str:
        """Return what the switch shows."""
        return "On" if text else "Off"


class Languages(Line):
    """Languages that are ticked; the organization's own, chosen in a menu of its own, comes first."""

    def now(self, settings: PortalSettings, _name: str, /) -> str:
        """Return the codes."""
        return ",".join(settings.languages)

    def sent(self, request: Request, name: str, /) -> str:
        """Return the codes."""
        ticked = list(dict.fromkeys(one for field in request.fields_named(name) for one in field.split(",")))
        own = request.field("own_language")
        return ",".join([own, *(one for one in ticked if one != own)] if own else ticked)

    def changes(self, name: str, text: str, _request: Request, /) -> dict[str, Any]:
        """Offer these languages."""
        return {name: tuple(text.split(",")) if text else ()}

    def told(self, text: str, _current: PortalSettings, /) -> str:
        """Return the languages by their own names."""
        return ", ".join(LANGUAGES.get(one, one) for one in _parts(text))


class Lifetime(Line):
    """The lifetime of sessions, in hours or days; saved as ``session_hours``."""

    def now(self, settings: PortalSettings, _name: str, /) -> str:
        """Return it in days where those are whole."""
        hours = settings.session_hours
        return f"{hours // 24} days" if hours % 24 == 0 else f"{hours} hours"

    def sent(self, request: Request, name: str, /) -> str:
        """Return the choice of a clash, or what was typed with the unit chosen."""
        typed = f"{request.field('session_amount').strip()} {request.field('session_unit')}"
        return super().sent(request, name) or typed

    def changes(self, _name: str, text: str, _request: Request, /) -> dict[str, Any]:
        """Give sessions so many hours; how many they may be is the rule of the settings."""
        amount, _, unit = text.partition(" ")
        number = whole_number(plain_digits(amount), _AMOUNT_DIGITS)
        if number is None or unit not in _HOURS:
            raise SettingRefused("Enter a whole number of hours or days.", field="session_hours")
        return {"session_hours": min(number * _HOURS[unit], MAX_SESSION_HOURS + 1)}


class PublicChannels(Line):
    """Channels whose public messages customers see."""

    def now(self, settings: PortalSettings, _name: str, /) -> str:
        """Return their keys."""
        return ",".join(settings.public_channels)

    def sent(self, request: Request, name: str, /) -> str:
        """Return the keys of those chosen."""
        return ",".join(sorted({one for field in request.fields_named(name) for one in field.split(",")}))

    def changes(self, name: str, text: str, _request: Request, /) -> dict[str, Any]:
        """Show those channels' public messages, or refuse one that has none."""
        channels = _parts(text)
        if any(one not in CHANNELS or "public" not in CHANNELS[one].scopes for one in channels):
            raise SettingRefused("Choose among the channels that have public messages.", field=name)
        return {name: channels}

    def told(self, text: str, _current: PortalSettings, /) -> str:
        """Return their names."""
        return ", ".join(CHANNELS[one].name if one in CHANNELS else one for one in _parts(text)) or "None"


class Logo(Line):
    """The logo, of which a form says only the mark; the drawing is pasted, chosen as a file, or removed."""

    follows = True
    inputs = ("logo", "logo_remove")

    def sent(self, request: Request, name: str, /) -> str:
        """Return the mark of the logo that is wanted: the choice of a clash, a new one, none, or the one seen."""
        if name in request.fields():
            return request.field(name)
        if request.field("logo_remove"):
            return ""
        return logo_mark(request.field("logo")) or forms.seen(request, {name: ""}).get(name, "")

    def changes(self, _name: str, text: str, request: Request, /) -> dict[str, Any]:
        """Return the drawing as ``logo``, empty where it is to go; nothing where it is to stay."""
        if request.field("logo_remove") and not text:
            return {"logo": ""}
        drawing = request.field("logo").strip()
        return {"logo": check_logo(drawing)} if drawing and logo_mark(drawing) == text else {}

    def told(self, text: str, current: PortalSettings, /) -> str:
        """Return where it can be seen."""
        if not text:
            return "No logo"
        return "The logo in the header above" if text == current.logo_mark else "The logo you chose"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a tab: the name of its input, what people call it, and how it is read, parsed and shown.

    ``acts`` tells where something is decided by it: files and folders of ``chalicelib/``, which a test looks into.
    ``needs`` names another field of the tab without which it is off: nobody could untick it then.
    """

    name: str
    title: str
    kind: Line
    acts: tuple[str, ...]
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one tab."""

    rows: tuple[Field, ...]

    @property
    def titles(self) -> dict[str, str]:
        """What people call each."""
        return {one.name: one.title for one in self.rows}

    def now(self, settings: PortalSettings) -> dict[str, str]:
        """Return the texts of what is saved."""
        return {one.name: one.kind.now(settings, one.name) for one in self.rows}

    def sent(self, request: Request, now: Mapping[str, str]) -> dict[str, str]:
        """Return the texts of what a form says, where ``now`` is saved."""
        sent = {one.name: one.kind.sent(request, one.name) for one in self.rows}
        sent |= {one.name: "" for one in self.rows if one.needs and not sent[one.needs]}
        return self.following(sent, now, forms.seen(request, now))

    def following(self, sent: Mapping[str, str], now: Mapping[str, str], seen: Mapping[str, str]) -> dict[str, str]:
        """Return what was sent, with what is there ``now`` in fields that follow it and were left as ``seen``."""
        left = {one.name for one in self.rows if one.kind.follows and sent[one.name] == seen.get(one.name)}
        return {**sent, **{name: now[name] for name in left}}

    def changes(self, request: Request, sent: Mapping[str, str]) -> tuple[dict[str, Any], list[Refusal]]:
        """Return what a form changes, by the names of settings, and what cannot be parsed of it."""
        changes: dict[str, Any] = {}
        refusals: list[Refusal] = []
        for one in self.rows:
            try:
                changes |= one.kind.changes(one.name, sent[one.name], request)
            except SettingRefused as refusal:
                refusals.append(refusal)
        return changes, refusals

    def told(self, name: str, text: str, current: PortalSettings) -> str:
        """Return a field's text for people."""
        kinds = {one.name: one.kind for one in self.rows}
        return kinds[name].told(text, current)

    def carried(self, request: Request) -> tuple[tuple[str, str], ...]:
        """Return the inputs beside the fields that a choice between two values must carry along."""
        inputs = (name for one in self.rows for name in one.kind.inputs)
        return tuple((name, request.field(name)) for name in inputs if request.field(name))


def _parts(text: str) -> tuple[str, ...]:
    return tuple(one for one in text.split(",") if one)
