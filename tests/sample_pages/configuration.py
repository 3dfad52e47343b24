"""Configuration, attributes and conversation details, as a content manager sees them."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.channels.model import CHANNELS
from chalicelib.conversations import attributes
from chalicelib.conversations.attributes import TYPE_NAMES, Declared, Type
from chalicelib.portal.details import MAX_LABEL
from chalicelib.portal.logo import check_logo
from chalicelib.portal.model import MAX_LOGO, PortalSettings, faults
from chalicelib.rendering.model import Page
from chalicelib.speech import LANGUAGES
from chalicelib.staff.model import ROLES
from chalicelib.urls import Urls
from chalicelib.web.contexts import Fault, Site
from chalicelib.web.errors import fault
from chalicelib.web.settings import configuration
from chalicelib.web.settings.contexts import (
    AttributePage,
    AttributeRow,
    AttributesPage,
    ChannelScope,
    Clash,
    Conflict,
    DetailRow,
    DetailsPage,
    General,
    InternalKb,
    Option,
    PortalTab,
    Side,
)
from tests.sample_pages import refused

URLS = Urls(static_version="5f3a9c21")
MANAGER = Site(
    organization="Alder & Finch",
    urls=URLS,
    area="settings",
    csrf="c" * 43,
    brand_version=3,
    has_logo=True,
    portal_on=True,
    viewer="Ellis Moreau",
    here="configuration",
    permissions=ROLES["content_manager"],
    internal_portal=True,
)
ATTRIBUTES = replace(MANAGER, here="attributes")

SETTINGS = PortalSettings(
    organization="Alder & Finch",
    enabled=True,
    colour="#2f6b4f",
    has_logo=True,
    logo_mark="5f3a9c21d0e4",
    time_zone="Europe/Stockholm",
    languages=("en", "de", "ar"),
    sender_name="Alder & Finch support",
    welcome="greeting",
    public_channels=("instagram",),
    internal_kb=True,
    internal_portal=True,
)
_SNIPPETS = (Option("", "None", chosen=False), Option("greeting", "greeting", chosen=True))
GENERAL = General(
    tab="general",
    texts=configuration.GENERAL.now(SETTINGS),
    version=4,
    seen="{}",
    sender_address="support@alder-finch.example",
    max_logo=MAX_LOGO,
    colour_told="Light pages use it as it is. White text on it has a contrast of 6.3 to 1. Dark pages use #5fae89.",
    languages=tuple(Option(code, name, code in {"en", "de", "ar"}) for code, name in LANGUAGES.items()),
    own_language="en",
    time_zones=("Asia/Tokyo", "Europe/Stockholm", "UTC"),
    zone_rules="2026f",
    countries=(Option("", "None", chosen=False), Option("SE", "Sweden", chosen=True)),
    welcomes=_SNIPPETS,
    signatures=(Option("", "None", chosen=True), Option("greeting", "greeting", chosen=False)),
)
GENERAL_THEMED = replace(
    GENERAL, texts=configuration.THEMED.now(SETTINGS), theme_url=URLS.settings("themes", "01htheme000000000000000000")
)
GENERAL_REFUSED = replace(
    GENERAL,
    texts={**GENERAL.texts, "organization": "", "colour": "green", "time_zone": "Mars/Olympus"},
    logo_typed='<svg onload="alert(1)">',
    logo_removed=True,
    faults=(
        *map(
            fault,
            faults(
                PortalSettings(
                    "", colour="green", time_zone="Mars/Olympus", languages=(), sender_name=" ", country="XX"
                )
            ),
        ),
        refused(check_logo, "x" * (MAX_LOGO + 1)),
    ),
)
PORTAL = PortalTab(
    tab="portal",
    texts=configuration.PORTAL.now(SETTINGS),
    version=4,
    seen="{}",
    session_amount="1",
    session_unit="days",
    sign_on=False,
    shown_details=3,
    channels=tuple(ChannelScope(one, "public" in one.scopes, one.key == "instagram") for one in CHANNELS.values()),
    internal_kb=True,
)
PORTAL_REFUSED = replace(
    PORTAL,
    texts={**PORTAL.texts, "enabled": ""},
    session_amount="30 minutes",
    session_unit="hours",
    sign_on=True,
    shown_details=0,
    internal_kb=False,
    faults=(
        *map(fault, faults(PortalSettings(session_hours=0, internal_portal=True))),
        Fault("Choose among the channels that have public messages.", "public_channels"),
        *map(fault, faults(PortalSettings(internal_only=True))),
    ),
)
INTERNAL_KB = InternalKb(
    tab="internal-kb", texts=configuration.INTERNAL_KB.now(SETTINGS), version=4, seen="{}", portal_on=True
)
CLASH = Clash(
    heading="Portal",
    action=URLS.settings("portal"),
    conflicts=(
        Conflict(
            "session",
            "Session lifetime",
            (Side("2 days", "2 days", mine=False, chosen=False), Side("4 hours", "4 hours", mine=True, chosen=True)),
        ),
        Conflict(
            "reopen_allowed",
            "Reopen conversation",
            (Side("", "Off", mine=False, chosen=True), Side("on", "On", mine=True, chosen=False)),
        ),
    ),
    carried=(("enabled", "on"),),
    version=5,
    seen="{}",
    back_url=URLS.settings("portal"),
)

_LINES = (
    AttributeRow("order", "Order", "Text", True, True, True, URLS.settings("attributes", "order")),
    AttributeRow("due", "موعد التسليم", "Date", True, False, False, URLS.settings("attributes", "due")),
    AttributeRow("margin", "Margin", "Number", False, False, False, URLS.settings("attributes", "margin")),
)
LIST = AttributesPage(
    active=_LINES,
    retired=(replace(_LINES[2], key="campaign", title="Campaign"),),
    version=7,
    new_url=URLS.settings("attributes", "new"),
    details_url=URLS.settings("details"),
)
NEW = AttributePage(
    new=True,
    heading="New attribute",
    action=URLS.settings("attributes"),
    texts={
        "key": "Order No",
        "name": "",
        "type": "choice",
        "choices": "smoke\nopal",
        "customers": "on",
        "required": "",
    },
    types=tuple((one.value, name) for one, name in TYPE_NAMES.items()),
    type_name="",
    retired=False,
    shown=False,
    version=7,
    seen="{}",
    back_url=URLS.settings("attributes"),
    faults=(
        *map(
            fault, attributes.faults(attributes.Attribute("?", "", Type.CHOICE, ("x" * 1_000,)), Declared(), new=True)
        ),
        Fault("Choose one of the types.", "type"),
    ),
)
OLD = replace(
    NEW,
    new=False,
    heading="موعد التسليم",
    texts={"name": "موعد التسليم", "type": "date", "choices": "", "customers": "on", "required": "on"},
    type_name="Date",
    shown=True,
    faults=(),
)

DETAILS = DetailsPage(
    rows=(
        DetailRow("order", "Order", "", "order-label", "", fresh=False),
        DetailRow("due", "موعد التسليم", "Delivery", "", "", fresh=True),
        DetailRow("campaign", "Campaign", "", "gone", "Not shown: this attribute is retired.", fresh=False),
    ),
    addable=(("page", "Page"), ("lamp", "مصباح")),
    snippets=(("order-label", "Your order"),),
    version=2,
    seen="{}",
    unsaved=True,
    declared_any=True,
)

PAGES: dict[str, tuple[Page, Site]] = {
    "settings-general": (GENERAL, MANAGER),
    "settings-general-refused": (GENERAL_REFUSED, MANAGER),
    "settings-general-themed": (GENERAL_THEMED, MANAGER),
    "settings-portal": (PORTAL, MANAGER),
    "settings-portal-refused": (PORTAL_REFUSED, MANAGER),
    "settings-internal-kb": (INTERNAL_KB, MANAGER),
    "settings-internal-kb-off": (replace(INTERNAL_KB, texts={"internal_kb": ""}, portal_on=False), MANAGER),
    "settings-clash": (CLASH, MANAGER),
    "settings-attributes": (LIST, ATTRIBUTES),
    "settings-attributes-none": (replace(LIST, active=(), retired=()), ATTRIBUTES),
    "settings-attribute-new": (NEW, ATTRIBUTES),
    "settings-attribute": (OLD, ATTRIBUTES),
    "settings-attribute-retired": (replace(OLD, retired=True, shown=False), ATTRIBUTES),
    "settings-details": (DETAILS, MANAGER),
    "settings-details-refused": (
        replace(
            DETAILS,
            faults=(
                Fault(f"A display name is one line of at most {MAX_LABEL} characters.", "label-due"),
                Fault("Choose an attribute of the list to add.", "add"),
            ),
        ),
        MANAGER,
    ),
    "settings-details-none": (
        replace(DETAILS, rows=(), addable=(), unsaved=False, declared_any=False),
        MANAGER,
    ),
    "settings-details-all": (replace(DETAILS, addable=(), unsaved=False), MANAGER),
}
