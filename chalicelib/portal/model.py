"""What a portal can be set to, with the defaults."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, available_timezones

from chalicelib.records import dataclass
from chalicelib.refusals import SettingRefused

MIN_SESSION_HOURS = 1
MAX_SESSION_HOURS = 24 * 365
MAX_LOGO = 40_000
_COLOUR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class PortalSettings:
    """Everything a content manager can set that every page needs. ``colour`` is ``#rrggbb``.

    The logo, the attributes shown, and what custom sign-on and OpenID Connect are set to lie beside the settings.
    ``languages`` are those offered, the organization's own first. ``sender_name`` is how mail names its sender; empty,
    the organization. ``internal_kb`` switches internal articles on, ``internal_portal`` the portal for staff, and
    ``internal_only`` keeps that to internal articles. ``sign_on`` and ``openid`` tell that custom sign-on of customers
    and OpenID Connect of staff are on; ``staff_codes`` whether staff can sign in by e-mailed code too.
    """

    organization: str = "Support"
    enabled: bool = False
    session_hours: int = 24
    reopen_allowed: bool = True
    colour: str = "#2f5d8a"
    has_logo: bool = False
    time_zone: str = "UTC"
    languages: tuple[str, ...] = ("en",)
    sender_name: str = ""
    internal_kb: bool = False
    internal_portal: bool = False
    internal_only: bool = False
    sign_on: bool = False
    openid: bool = False
    staff_codes: bool = True
    version: int = 0


def check(settings: PortalSettings) -> PortalSettings:
    """Return the settings, or refuse the first that cannot be, naming its field."""
    if not settings.organization.strip() or len(settings.organization) > 80:  # noqa: PLR2004
        raise SettingRefused("The organization needs a name of at most 80 characters.", field="organization")
    if not MIN_SESSION_HOURS <= settings.session_hours <= MAX_SESSION_HOURS:
        raise SettingRefused("A session lasts at least 1 hour and at most 365 days.", field="session_hours")
    if not _COLOUR.fullmatch(settings.colour):
        raise SettingRefused("The colour must look like #2f5d8a.", field="colour")
    if settings.time_zone not in available_timezones():
        raise SettingRefused("Choose a time zone from the list, such as Europe/Berlin.", field="time_zone")
    return settings


def check_logo(svg: str) -> str:
    """Return a logo as SVG text, empty for none, or refuse one over 40 KB and what is no SVG."""
    if len(svg.encode()) > MAX_LOGO or (svg and "<svg" not in svg[:1_000]):
        raise SettingRefused("The logo must be an SVG of at most 40 KB.", field="logo")
    return svg


def zone(settings: PortalSettings) -> ZoneInfo:
    """Return the organization's time zone."""
    return ZoneInfo(settings.time_zone)
