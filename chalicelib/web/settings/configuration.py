"""Configuration of organization, portal and internal knowledge base: three tabs, one form each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from chalicelib import zones
from chalicelib.channels.model import CHANNELS
from chalicelib.countries import countries
from chalicelib.portal.model import MAX_LOGO, PortalSettings, faults, with_changes
from chalicelib.records import dataclass
from chalicelib.refusals import ChangedMeanwhile, SettingRefused
from chalicelib.speech import LANGUAGES
from chalicelib.web.brand import told_of_colour
from chalicelib.web.http import see_other
from chalicelib.web.settings import forms
from chalicelib.web.settings.contexts import ChannelScope, General, InternalKb, Option, PortalTab
from chalicelib.web.settings.fields import (
    Colour,
    Country,
    Field,
    Fields,
    Languages,
    Lifetime,
    Line,
    Logo,
    PublicChannels,
    Switch,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.aws.table import Later
    from chalicelib.conversations.attributes import Declared
    from chalicelib.portal.details import Shown
    from chalicelib.refusals import Refusal
    from chalicelib.snippets.model import Snippet
    from chalicelib.web.http import Response
    from chalicelib.web.visit import Visit

HERE = "configuration"

# A setting is a field of ``PortalSettings``, a row here, and an input in the template of its tab.

GENERAL = Fields(
    (
        Field("organization", "Name", Line(), ("web/visit.py", "web/help_center", "mail")),
        Field("logo_mark", "Logo", Logo(), ("web/brand.py",)),
        Field("colour", "Colour", Colour(), ("web/brand.py", "mail")),
        Field("languages", "Languages", Languages(), ("web/visit.py", "web/settings", "knowledge/editing.py", "mail")),
        Field("time_zone", "Time zone", Line(), ("web/visit.py", "web/desk", "web/settings", "mail")),
        Field("country", "Country", Country(), ("wiring.py",)),
        Field("sender_name", "E-mail sender", Line(), ("mail",)),
        Field("welcome", "Welcome text", Line(), ("web/help_center/reading.py",)),
        Field("signature", "Signature of e-mails", Line(), ("mail",)),
    )
)
OF_THE_THEME = frozenset({"logo_mark", "colour", "welcome"})
"""Fields that the settings of a theme have, too: where one is live they are changed there, and nowhere else."""
THEMED = Fields(tuple(one for one in GENERAL.rows if one.name not in OF_THE_THEME))
"""The tab General where a theme is live."""
PORTAL = Fields(
    (
        Field("enabled", "My Conversations", Switch(), ("web/visit.py", "web/signing_in")),
        Field("session", "Session lifetime", Lifetime(), ("web/visit.py", "web/customer/account.py")),
        Field("reopen_allowed", "Reopen conversation", Switch(), ("web/customer/conversations.py",)),
        Field("public_channels", "Channels whose public messages are shown", PublicChannels(), ("portal/model.py",)),
        Field("internal_portal", "Internal portal", Switch(), ("web/help_center", "web/visit.py")),
        Field("internal_only", "Show only internal articles", Switch(), ("web/help_center",), needs="internal_portal"),
    )
)
INTERNAL_KB = Fields(
    (Field("internal_kb", "Internal KB", Switch(), ("web/help_center", "web/settings", "knowledge/editing.py")),)
)


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
    snippets = visit.house.snippets.all_later(visit.reads)
    visit.member("portal:write")
    return _show(visit, replace(_of_general(visit), show=partial(_general, snippets=snippets)))


def save_general(visit: Visit) -> Response:
    """Save the tab General."""
    visit.member("portal:write")
    return _save(visit, _of_general(visit))


def _of_general(visit: Visit) -> _Tab:
    return replace(_GENERAL, fields=THEMED) if visit.settings().theme else _GENERAL


def portal(visit: Visit) -> Response:
    """Show the tab Portal."""
    known = _attributes(visit)
    return _show(visit, replace(_PORTAL, show=partial(_portal, known=known)))


def save_portal(visit: Visit) -> Response:
    """Save the tab Portal."""
    return _save(visit, _PORTAL)


def internal_kb(visit: Visit) -> Response:
    """Show the tab Internal KB."""
    return _show(visit, _INTERNAL_KB)


def save_internal_kb(visit: Visit) -> Response:
    """Save the tab Internal KB."""
    return _save(visit, _INTERNAL_KB)


# what the three have in common


@dataclass(frozen=True, slots=True)
class _Tab:
    """A tab: the end of its address, its heading, its fields, and what shows it with the texts of those."""

    path: str
    heading: str
    fields: Fields
    show: Callable[[Visit, Mapping[str, str], Sequence[Refusal]], Response]


def _show(visit: Visit, tab: _Tab) -> Response:
    visit.member("portal:write")
    return tab.show(visit, tab.fields.now(visit.settings()), ())


def _save(visit: Visit, tab: _Tab) -> Response:
    visit.member("portal:write")
    request, before, fields = visit.request, visit.settings(), tab.fields
    now = fields.now(before)
    sent = fields.sent(request, now)
    if forms.overtaken(request, now, sent, before.version):
        return _clash(visit, tab, before, sent)
    changes, refusals = fields.changes(request, sent)
    logo = changes.pop("logo", None)
    refusals += faults(with_changes(before, changes))
    if refusals:
        return tab.show(visit, sent, refusals)
    try:
        visit.house.portal.settings.change(author=visit.author(), version=before.version, logo=logo, **changes)
    except SettingRefused as refusal:
        return tab.show(visit, sent, [refusal])
    except ChangedMeanwhile:
        current = visit.house.portal.settings.get(consistent=True)
        seen = forms.seen(request, now)
        return _clash(visit, tab, current, fields.following(sent, fields.now(current), seen))
    return visit.go(visit.urls.settings(tab.path), "saved")


def _clash(visit: Visit, tab: _Tab, current: PortalSettings, sent: Mapping[str, str]) -> Response:
    fields = tab.fields
    form = forms.Form(
        heading=tab.heading,
        action=visit.urls.settings(tab.path),
        here=HERE,
        titles=fields.titles,
        told=lambda name, text: fields.told(name, text, current),
        carried=fields.carried(visit.request),
    )
    return forms.clash(visit, form, now=fields.now(current), sent=sent, version=current.version)


# what each shows besides its fields


def _general(
    visit: Visit,
    texts: Mapping[str, str],
    refusals: Sequence[Refusal],
    snippets: Later[tuple[Snippet, ...]] | None = None,
) -> Response:
    settings = visit.settings()
    fields, theme = _of_general(visit).fields, settings.theme
    chosen = texts["languages"].split(",")
    names = tuple(one.name for one in (snippets or visit.house.snippets.all)())
    page = General(
        tab="general",
        texts=texts,
        version=settings.version,
        seen=forms.seen_text(fields.now(settings)),
        sender_address=visit.house.settings.mail_from,
        max_logo=MAX_LOGO,
        colour_told=told_of_colour(settings.colour),
        languages=tuple(Option(code, name, code in chosen) for code, name in LANGUAGES.items()),
        own_language=chosen[0],
        time_zones=tuple(sorted(zones.names())),
        zone_rules=zones.RULES,
        countries=(
            Option("", "None", not texts["country"]),
            *(Option(code, name, code == texts["country"]) for code, name in countries().items()),
        ),
        welcomes=_snippet_options(names, texts.get("welcome", "")),
        signatures=_snippet_options(names, texts["signature"]),
        logo_typed=visit.request.field("logo") if refusals else "",
        logo_removed=bool(refusals and visit.request.field("logo_remove")),
        theme_url=visit.urls.settings("themes", theme.id) if theme else "",
        faults=forms.fault_list(refusals),
    )
    return visit.page(page, area="settings", here=HERE, status=422 if refusals else 200)


def _snippet_options(names: Sequence[str], chosen: str) -> tuple[Option, ...]:
    known = [*names] if not chosen or chosen in names else [*names, chosen]
    return (Option("", "None", not chosen), *(Option(name, name, name == chosen) for name in known))


def _portal(
    visit: Visit,
    texts: Mapping[str, str],
    refusals: Sequence[Refusal],
    known: tuple[Later[Shown], Later[Declared]] | None = None,
) -> Response:
    settings = visit.settings()
    amount, _, unit = texts["session"].partition(" ")
    shows = texts["public_channels"].split(",")
    shown, declared = known or _attributes(visit)
    page = PortalTab(
        tab="portal",
        texts=texts,
        version=settings.version,
        seen=forms.seen_text(PORTAL.now(settings)),
        session_amount=amount,
        session_unit=unit,
        sign_on=settings.sign_on,
        shown_details=sum(1 for _ in shown().usable(declared())),
        channels=tuple(ChannelScope(one, "public" in one.scopes, one.key in shows) for one in CHANNELS.values()),
        internal_kb=settings.internal_kb,
        faults=forms.fault_list(refusals),
    )
    return visit.page(page, area="settings", here=HERE, status=422 if refusals else 200)


def _attributes(visit: Visit) -> tuple[Later[Shown], Later[Declared]]:
    house, reads = visit.house, visit.reads
    return house.portal.details.later(reads), house.conversations.labelling.later(reads)


def _internal_kb(visit: Visit, texts: Mapping[str, str], refusals: Sequence[Refusal]) -> Response:
    settings = visit.settings()
    page = InternalKb(
        tab="internal-kb",
        texts=texts,
        version=settings.version,
        seen=forms.seen_text(INTERNAL_KB.now(settings)),
        portal_on=settings.internal_portal,
        faults=forms.fault_list(refusals),
    )
    return visit.page(page, area="settings", here=HERE, status=422 if refusals else 200)


_GENERAL = _Tab("general", "General", GENERAL, _general)
_PORTAL = _Tab("portal", "Portal", PORTAL, _portal)
_INTERNAL_KB = _Tab("internal-kb", "Internal KB", INTERNAL_KB, _internal_kb)
