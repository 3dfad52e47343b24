"""Configuration of organization, portal and internal knowledge base: three tabs, one form each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import available_timezones

from chalicelib.channels.model import CHANNELS, Channel
from chalicelib.portal.logo import check_logo, logo_mark
from chalicelib.portal.model import MAX_LOGO, MAX_SESSION_HOURS, MIN_SESSION_HOURS, PortalSettings, faults, with_changes
from chalicelib.records import dataclass
from chalicelib.refusals import ChangedMeanwhile, Refusal, SettingRefused
from chalicelib.rendering.model import Page
from chalicelib.speech import LANGUAGES
from chalicelib.web.brand import told_of_colour
from chalicelib.web.contexts import Fault
from chalicelib.web.http import see_other
from chalicelib.web.settings import forms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.web.http import Request, Response
    from chalicelib.web.visit import Visit

HERE = "configuration"
_HOURS = {"hours": 1, "days": 24}
_MAX_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Option:
    """One of a list to choose from or tick."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ChannelScope:
    """A channel, and whether customers see its public messages; ``has_public`` where it has any."""

    channel: Channel
    has_public: bool
    shows_public: bool


@dataclass(frozen=True, slots=True)
class General(Page):
    """The tab General. ``texts`` are the fields by name; ``sender_address`` is where e-mails come from.

    ``logo_typed`` and ``logo_removed`` are what a refused form had as its logo.
    """

    template: ClassVar[str] = "settings/general.html"
    tab: str
    texts: Mapping[str, str]
    version: int
    seen: str
    sender_address: str
    max_logo: int
    colour_told: str
    languages: tuple[Option, ...]
    own_language: str
    time_zones: tuple[str, ...]
    welcomes: tuple[Option, ...]
    signatures: tuple[Option, ...]
    logo_typed: str = ""
    logo_removed: bool = False
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class PortalTab(Page):
    """The tab Portal. ``shown_details`` is how many attributes a conversation shows its customer."""

    template: ClassVar[str] = "settings/portal.html"
    tab: str
    texts: Mapping[str, str]
    version: int
    seen: str
    session_amount: str
    session_unit: str
    sign_on: bool
    shown_details: int
    channels: tuple[ChannelScope, ...]
    internal_kb: bool
    least_hours: int = MIN_SESSION_HOURS
    most_hours: int = MAX_SESSION_HOURS
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class InternalKb(Page):
    """The tab Internal KB. ``portal_on`` tells that switching it off ends the internal portal, too."""

    template: ClassVar[str] = "settings/internal_kb.html"
    tab: str
    texts: Mapping[str, str]
    version: int
    seen: str
    portal_on: bool
    faults: tuple[Fault, ...] = ()


def entry(visit: Visit) -> Response:
    """Lead to the first page of the settings that the member may see."""
    member = visit.member(None)
    pages = (
        ("portal:write", "general"),
        ("article:write", "articles"),
        ("staff:write", "staff"),
        ("audit:read", "audit"),
    )
    first = next((page for permission, page in pages if member.may(permission)), "roles")
    return see_other(visit.urls.settings(first))


def general(visit: Visit) -> Response:
    """Show the tab General."""
    visit.member("portal:write")
    return _general(visit, _general_texts(visit.settings()))


def save_general(visit: Visit) -> Response:
    """Save the tab General."""
    return _save(visit, GENERAL)


def portal(visit: Visit) -> Response:
    """Show the tab Portal."""
    with_it = visit.house.portal.details.later(visit.reads), visit.house.conversations.labelling.later(visit.reads)
    visit.member("portal:write")
    for one in with_it:
        one()
    return _portal(visit, _portal_texts(visit.settings()))


def save_portal(visit: Visit) -> Response:
    """Save the tab Portal."""
    return _save(visit, PORTAL)


def internal_kb(visit: Visit) -> Response:
    """Show the tab Internal KB."""
    visit.member("portal:write")
    return _internal_kb(visit, _internal_kb_texts(visit.settings()))


def save_internal_kb(visit: Visit) -> Response:
    """Save the tab Internal KB."""
    return _save(visit, INTERNAL_KB)


# what the three have in common


@dataclass(frozen=True, slots=True)
class _Tab:
    """A tab: its fields by name with their titles, and what turns settings into fields and fields into changes."""

    path: str
    heading: str
    titles: Mapping[str, str]
    texts: Callable[[PortalSettings], dict[str, str]]
    sent: Callable[[Request], dict[str, str]]
    changes: Callable[[Mapping[str, str]], tuple[dict[str, Any], list[Refusal]]]
    show: Callable[..., Response]


def _save(visit: Visit, tab: _Tab) -> Response:
    visit.member("portal:write")
    request, before = visit.request, visit.settings()
    now = tab.texts(before)
    sent = _following(tab.sent(request), now, forms.seen(request, now))
    if forms.overtaken(request, now, sent, before.version):
        return _clash(visit, tab, before, sent)
    changes, refusals = tab.changes(sent)
    logo = _logo(request, sent["logo_mark"], refusals) if tab is GENERAL else None
    wrong = {one.field for one in refusals}
    readable = {name: value for name, value in changes.items() if name not in wrong}
    refusals += faults(with_changes(before, readable))
    if refusals:
        return tab.show(visit, sent, refusals)
    try:
        visit.house.portal.settings.change(author=visit.author(), version=before.version, logo=logo, **changes)
    except SettingRefused as refusal:
        return tab.show(visit, sent, [refusal])
    except ChangedMeanwhile:
        current = visit.house.portal.settings.get(consistent=True)
        return _clash(visit, tab, current, _following(sent, tab.texts(current), forms.seen(request, now)))
    return visit.go(visit.urls.settings(tab.path), "saved")


def _following(sent: dict[str, str], now: Mapping[str, str], seen: Mapping[str, str]) -> dict[str, str]:
    """Return what was sent, with the logo that is there now where this form leaves it: the one before is gone."""
    left = "logo_mark" in now and sent["logo_mark"] == seen.get("logo_mark")
    return {**sent, "logo_mark": now["logo_mark"]} if left else sent


def _clash(visit: Visit, tab: _Tab, current: PortalSettings, sent: Mapping[str, str]) -> Response:
    logo = visit.request.field("logo") if tab is GENERAL else ""
    removed = visit.request.field("logo_remove") if tab is GENERAL else ""
    carried = [(name, value) for name, value in (("logo", logo), ("logo_remove", removed)) if value]

    def told(name: str, text: str) -> str:
        if name == "logo_mark" and text:
            return "The logo in the header above" if text == current.logo_mark else "The logo you chose"
        return _told(name, text)

    return forms.clash(
        visit,
        heading=tab.heading,
        action=visit.urls.settings(tab.path),
        titles=tab.titles,
        now=tab.texts(current),
        sent=sent,
        version=current.version,
        told=told,
        here=HERE,
        carried=carried,
    )


def _told(name: str, text: str) -> str:
    """Return a field's value for people."""
    if name in _SWITCHES:
        return "On" if text else "Off"
    parts = text.split(",") if text else []
    if name == "languages":
        return ", ".join(LANGUAGES.get(one, one) for one in parts)
    if name == "logo_mark":
        return "No logo"
    if name == "public_channels":
        return ", ".join(CHANNELS[one].name if one in CHANNELS else one for one in parts) or "None"
    return text or "Nothing"


def _texts_sent(request: Request, names: Mapping[str, str]) -> dict[str, str]:
    return {name: "on" if name in _SWITCHES and request.field(name) else request.field(name).strip() for name in names}


# General


def _general_texts(settings: PortalSettings) -> dict[str, str]:
    return {
        "organization": settings.organization,
        "logo_mark": settings.logo_mark,
        "colour": settings.colour,
        "languages": ",".join(settings.languages),
        "time_zone": settings.time_zone,
        "sender_name": settings.sender_name,
        "welcome": settings.welcome,
        "signature": settings.signature,
    }


def _general_sent(request: Request) -> dict[str, str]:
    sent = _texts_sent(request, GENERAL.titles)
    ticked = list(dict.fromkeys(one for field in request.fields_named("languages") for one in field.split(",")))
    own = request.field("own_language")
    if own:
        ticked = [own, *(one for one in ticked if one != own)]
    colour = sent["colour"].lower()
    return {**sent, "logo_mark": _logo_wanted(request), "languages": ",".join(ticked), "colour": colour}


def _general_changes(sent: Mapping[str, str]) -> tuple[dict[str, Any], list[Refusal]]:
    languages = tuple(sent["languages"].split(",")) if sent["languages"] else ()
    changes: dict[str, Any] = {**sent, "languages": languages}
    del changes["logo_mark"]
    return changes, []


def _logo_wanted(request: Request) -> str:
    """Return the mark of the logo that the form wants: the choice of a clash, a new one, none, or the one it saw."""
    if "logo_mark" in request.fields():
        return request.field("logo_mark")
    if request.field("logo_remove"):
        return ""
    return logo_mark(request.field("logo")) or forms.seen(request, {"logo_mark": ""}).get("logo_mark", "")


def _logo(request: Request, wanted: str, refusals: list[Refusal]) -> str | None:
    """Return the logo that was sent, empty where it is to go, None where it is to stay."""
    if request.field("logo_remove") and not wanted:
        return ""
    sent = request.field("logo").strip()
    if not sent or logo_mark(sent) != wanted:
        return None
    try:
        return check_logo(sent)
    except SettingRefused as refusal:
        refusals.append(refusal)
        return None


def _general(visit: Visit, texts: Mapping[str, str], refusals: Sequence[Refusal] = ()) -> Response:
    settings = visit.settings()
    chosen = texts["languages"].split(",")
    names = tuple(one.name for one in visit.house.snippets.all())
    page = General(
        tab="general",
        texts=texts,
        version=settings.version,
        seen=forms.seen_text(_general_texts(settings)),
        sender_address=visit.house.settings.mail_from,
        max_logo=MAX_LOGO,
        colour_told=told_of_colour(settings.colour),
        languages=tuple(Option(code, name, code in chosen) for code, name in LANGUAGES.items()),
        own_language=chosen[0],
        time_zones=tuple(sorted(available_timezones())),
        welcomes=_snippet_options(names, texts["welcome"]),
        signatures=_snippet_options(names, texts["signature"]),
        logo_typed=visit.request.field("logo") if refusals else "",
        logo_removed=bool(refusals and visit.request.field("logo_remove")),
        faults=forms.fault_list(refusals),
    )
    return visit.page(page, area="settings", here=HERE, status=422 if refusals else 200)


def _snippet_options(names: Sequence[str], chosen: str) -> tuple[Option, ...]:
    known = [*names] if not chosen or chosen in names else [*names, chosen]
    return (Option("", "None", not chosen), *(Option(name, name, name == chosen) for name in known))


# Portal


def _portal_texts(settings: PortalSettings) -> dict[str, str]:
    hours = settings.session_hours
    return {
        "enabled": "on" if settings.enabled else "",
        "session": f"{hours // 24} days" if hours % 24 == 0 else f"{hours} hours",
        "reopen_allowed": "on" if settings.reopen_allowed else "",
        "public_channels": ",".join(settings.public_channels),
        "internal_portal": "on" if settings.internal_portal else "",
        "internal_only": "on" if settings.internal_only else "",
    }


def _portal_sent(request: Request) -> dict[str, str]:
    sent = _texts_sent(request, PORTAL.titles)
    ticked = {one for field in request.fields_named("public_channels") for one in field.split(",")}
    # What they need is off: then nobody could untick them, and they are off as well.
    return {
        **sent,
        "session": sent["session"] or f"{request.field('session_amount').strip()} {request.field('session_unit')}",
        "public_channels": ",".join(sorted(ticked)),
        "internal_only": sent["internal_only"] if sent["internal_portal"] else "",
    }


def _portal_changes(sent: Mapping[str, str]) -> tuple[dict[str, Any], list[Refusal]]:
    refusals: list[Refusal] = []
    amount, _, unit = sent["session"].partition(" ")
    hours = 0
    if unit not in _HOURS or not (amount.isascii() and amount.isdigit() and len(amount) <= _MAX_DIGITS):
        refusals.append(SettingRefused("Enter a whole number of hours or days.", field="session_hours"))
    else:
        hours = min(int(amount) * _HOURS[unit], MAX_SESSION_HOURS + 1)
    channels = tuple(one for one in sent["public_channels"].split(",") if one)
    if any(one not in CHANNELS or "public" not in CHANNELS[one].scopes for one in channels):
        refusals.append(SettingRefused("Choose among the channels that have public messages.", field="public_channels"))
    switches = {name: bool(sent[name]) for name in ("enabled", "reopen_allowed", "internal_portal", "internal_only")}
    return {**switches, "session_hours": hours, "public_channels": channels}, refusals


def _portal(visit: Visit, texts: Mapping[str, str], refusals: Sequence[Refusal] = ()) -> Response:
    settings = visit.settings()
    amount, _, unit = texts["session"].partition(" ")
    shows = texts["public_channels"].split(",")
    shown, declared = (
        visit.house.portal.details.later(visit.reads),
        visit.house.conversations.labelling.later(visit.reads),
    )
    page = PortalTab(
        tab="portal",
        texts=texts,
        version=settings.version,
        seen=forms.seen_text(_portal_texts(settings)),
        session_amount=amount,
        session_unit=unit,
        sign_on=settings.sign_on,
        shown_details=sum(1 for _ in shown().usable(declared())),
        channels=tuple(ChannelScope(one, "public" in one.scopes, one.key in shows) for one in CHANNELS.values()),
        internal_kb=settings.internal_kb,
        faults=forms.fault_list(refusals),
    )
    return visit.page(page, area="settings", here=HERE, status=422 if refusals else 200)


# Internal KB


def _internal_kb_texts(settings: PortalSettings) -> dict[str, str]:
    return {"internal_kb": "on" if settings.internal_kb else ""}


def _internal_kb_sent(request: Request) -> dict[str, str]:
    return _texts_sent(request, INTERNAL_KB.titles)


def _internal_kb_changes(sent: Mapping[str, str]) -> tuple[dict[str, Any], list[Refusal]]:
    return {"internal_kb": bool(sent["internal_kb"])}, []


def _internal_kb(visit: Visit, texts: Mapping[str, str], refusals: Sequence[Refusal] = ()) -> Response:
    settings = visit.settings()
    page = InternalKb(
        tab="internal-kb",
        texts=texts,
        version=settings.version,
        seen=forms.seen_text(_internal_kb_texts(settings)),
        portal_on=settings.internal_portal,
        faults=forms.fault_list(refusals),
    )
    return visit.page(page, area="settings", here=HERE, status=422 if refusals else 200)


_SWITCHES = frozenset({"enabled", "reopen_allowed", "internal_kb", "internal_portal", "internal_only"})
GENERAL = _Tab(
    "general",
    "General",
    {
        "organization": "Name",
        "logo_mark": "Logo",
        "colour": "Colour",
        "languages": "Languages",
        "time_zone": "Time zone",
        "sender_name": "E-mail sender",
        "welcome": "Welcome text",
        "signature": "Signature of e-mails",
    },
    _general_texts,
    _general_sent,
    _general_changes,
    _general,
)
PORTAL = _Tab(
    "portal",
    "Portal",
    {
        "enabled": "My Conversations",
        "session": "Session lifetime",
        "reopen_allowed": "Reopen conversation",
        "public_channels": "Channels whose public messages are shown",
        "internal_portal": "Internal portal",
        "internal_only": "Show only internal articles",
    },
    _portal_texts,
    _portal_sent,
    _portal_changes,
    _portal,
)
INTERNAL_KB = _Tab(
    "internal-kb",
    "Internal KB",
    {"internal_kb": "Internal KB"},
    _internal_kb_texts,
    _internal_kb_sent,
    _internal_kb_changes,
    _internal_kb,
)
