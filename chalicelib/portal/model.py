"""What a portal can be set to, with the defaults."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from chalicelib import zones
from chalicelib.countries import countries
from chalicelib.records import dataclass, replace
from chalicelib.refusals import SettingRefused
from chalicelib.speech import ENGLISH, LANGUAGES

MIN_SESSION_HOURS = 1
MAX_SESSION_HOURS = 24 * 365
MAX_NAME = 80
MAX_LOGO = 40 * 1024
"""Bytes of its SVG."""
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_PICTURED = ".picture"
"""How ``logo_mark`` ends where the logo is a picture in the bucket."""
_SNIPPET = re.compile(r"[a-z0-9-]{0,60}")
"""What the name of a snippet looks like: each request reads the settings, and home and mails ask for that name."""


MAX_THEME_VALUES = 10 * 1024
"""Bytes of a published theme's settings as JSON: every request reads them."""


@dataclass(frozen=True, slots=True)
class LiveTheme:
    """The theme that the portal has, as far as every page needs it: revision ``number`` of theme ``id``.

    ``base`` is the version of Midtown it was made from. ``pages`` are the files of those pages that it renders itself;
    the others are Midtown's. ``covered`` are those of all pages that its base has; what came later is plain Midtown.
    ``styled`` tells that it has a stylesheet of its own. ``values`` are its settings that differ from their defaults,
    as JSON of at most MAX_THEME_VALUES bytes, pictures by their file in addresses; ``snippets`` are the names of
    snippets among them.
    """

    id: str
    number: int
    base: str
    pages: tuple[str, ...] = ()
    covered: tuple[str, ...] = ()
    styled: bool = False
    values: str = "{}"
    snippets: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the revision is called in addresses."""
        return f"{self.id}-{self.number}"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a theme in the bucket, which ``sha256`` (hexadecimal) names, with its media type."""

    sha256: str
    type: str

    @property
    def mark(self) -> str:
        """What tells it from other logos."""
        return f"{self.sha256[:12]}{_PICTURED}"


@dataclass(frozen=True, slots=True)
class PortalSettings:
    """Everything a content manager can set that every page needs. ``colour`` is ``#rrggbb``.

    ``theme`` is the one that customers see, None for Midtown as it comes. Colour, logo and welcome are what pages,
    mails and the desk show; publishing a theme sets them to what it says, and switching it off leaves them.
    ``country`` is the organization's (ISO 3166), in whose form phone numbers are kept; empty, they stay as they came.
    The logo, the attributes shown, and what custom sign-on and OpenID Connect are set to lie beside the settings;
    ``logo_mark`` tells one logo from another.
    ``languages`` are those offered, the organization's own first. ``sender_name`` is how mail names its sender; empty,
    the organization. ``welcome`` and ``signature`` name snippets: the text of the home page and the end of mails; empty
    for none. ``public_channels`` are those whose public comments customers see besides direct messages.
    ``internal_kb`` switches internal articles on, ``internal_portal`` the portal for staff, and ``internal_only`` keeps
    that to internal articles. ``sign_on`` and ``openid`` tell that custom sign-on of customers and OpenID Connect of
    staff are on; ``staff_codes`` whether staff can sign in by e-mailed code too.
    """

    organization: str = "Support"
    enabled: bool = False
    session_hours: int = 24
    reopen_allowed: bool = True
    colour: str = "#2f5d8a"
    has_logo: bool = False
    logo_mark: str = ""
    time_zone: str = "UTC"
    country: str = ""
    languages: tuple[str, ...] = ("en",)
    sender_name: str = ""
    welcome: str = ""
    signature: str = ""
    public_channels: tuple[str, ...] = ()
    internal_kb: bool = False
    internal_portal: bool = False
    internal_only: bool = False
    sign_on: bool = False
    openid: bool = False
    staff_codes: bool = True
    theme: LiveTheme | None = None
    version: int = 0

    @property
    def shows_pictures(self) -> bool:
        """Whether pages load pictures or fonts from the bucket: a theme's, or a logo that is one of them."""
        return self.theme is not None or self.pictured

    @property
    def pictured(self) -> bool:
        """Whether the logo is a picture, and no drawing."""
        return self.logo_mark.endswith(_PICTURED)

    def shows(self, channel: str, scope: str) -> bool:
        """Tell whether customers see a message of this channel and scope: direct ones always."""
        return scope == "direct" or channel in self.public_channels


def with_changes(before: PortalSettings, changes: Mapping[str, Any]) -> PortalSettings:
    """Return the settings with some changed; what cannot be on without another that is switched off goes off, too."""
    after = replace(before, **changes)
    if changes.get("internal_kb") is False:
        after = replace(after, internal_portal=False, internal_only=False)
    return after if after.internal_portal or "internal_only" in changes else replace(after, internal_only=False)


def check(settings: PortalSettings) -> PortalSettings:
    """Return the settings, or refuse the first that cannot be, naming its field."""
    for refusal in faults(settings):
        raise refusal
    return settings


def faults(settings: PortalSettings) -> Iterator[SettingRefused]:
    """Yield everything that cannot be, each with the name of its field."""
    for field, sentence, fine in _RULES:
        if not fine(settings):
            yield SettingRefused(sentence, field=field)


def _lasting(hours: int) -> str:
    """Return ``1 hour`` or ``365 days``."""
    if hours % 24 == 0:
        return ENGLISH.plural("%(num)s day", "%(num)s days", hours // 24)
    return ENGLISH.plural("%(num)s hour", "%(num)s hours", hours)


def _line(text: str) -> bool:
    return len(text) <= MAX_NAME and text.isprintable()


def _known_languages(settings: PortalSettings) -> bool:
    languages = settings.languages
    return bool(languages) and len(set(languages)) == len(languages) and set(languages) <= LANGUAGES.keys()


_RULES: tuple[tuple[str, str, Callable[[PortalSettings], bool]], ...] = (
    (
        "organization",
        f"The organization needs a name of at most {MAX_NAME} characters.",
        lambda one: bool(one.organization.strip()) and _line(one.organization),
    ),
    (
        "session_hours",
        f"A session lasts at least {_lasting(MIN_SESSION_HOURS)} and at most {_lasting(MAX_SESSION_HOURS)}.",
        lambda one: MIN_SESSION_HOURS <= one.session_hours <= MAX_SESSION_HOURS,
    ),
    ("colour", "The colour must look like #2f5d8a.", lambda one: bool(_COLOUR.fullmatch(one.colour))),
    (
        "time_zone",
        "Choose a time zone from the list, such as Europe/Berlin.",
        lambda one: one.time_zone in zones.names(),
    ),
    (
        "country",
        "Choose a country from the list, or none.",
        lambda one: not one.country or one.country in countries(),
    ),
    ("languages", "Offer at least one of the languages listed, each once.", _known_languages),
    (
        "sender_name",
        f"The sender's name is one line of at most {MAX_NAME} characters.",
        lambda one: _line(one.sender_name) and one.sender_name == one.sender_name.strip(),
    ),
    ("welcome", "Choose a snippet from the list, or none.", lambda one: bool(_SNIPPET.fullmatch(one.welcome))),
    ("signature", "Choose a snippet from the list, or none.", lambda one: bool(_SNIPPET.fullmatch(one.signature))),
    (
        "internal_portal",
        "Turn on the Internal KB first: without it there are no internal articles to show.",
        lambda one: one.internal_kb or not one.internal_portal,
    ),
    (
        "internal_only",
        "Turn the internal portal on first: only then is there something to restrict.",
        lambda one: one.internal_portal or not one.internal_only,
    ),
)
"""Field, what to say, and whether it is so."""
