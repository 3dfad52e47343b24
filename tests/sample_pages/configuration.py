"""Configuration, attributes and conversation details, as a content manager sees them."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.channels.model import CHANNELS
from chalicelib.conversations.attributes import TYPE_NAMES
from chalicelib.portal.model import PortalSettings
from chalicelib.rendering.model import Page
from chalicelib.speech import LANGUAGES
from chalicelib.staff.model import ROLES
from chalicelib.urls import Urls
from chalicelib.web.contexts import Fault, Site
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
    max_logo=40_000,
    colour_told="Light pages use it as it is. White text on it has a contrast of 6.3 to 1. Dark pages use #5fae89.",
    languages=tuple(Option(code, name, code in {"en", "de", "ar"}) for code, name in LANGUAGES.items()),
    own_language="en",
    time_zones=("Asia/Tokyo", "Europe/Stockholm", "UTC"),
    welcomes=_SNIPPETS,
    signatures=(Option("", "None", chosen=True), Option("greeting", "greeting", chosen=False)),
)
GENERAL_REFUSED = replace(
    GENERAL,
    texts={**GENERAL.texts, "organization": "", "colour": "green", "time_zone": "Mars/Olympus"},
    logo_typed='<svg onload="alert(1)">',
    logo_removed=True,
    faults=(
        Fault("The organization needs a name of at most 80 characters.", "organization"),
        Fault("The colour must look like #2f5d8a.", "colour"),
        Fault("Choose a time zone from the list, such as Europe/Berlin.", "time_zone"),
        Fault("The logo must be an SVG; this is not well-formed.", "logo"),
        Fault("Offer at least one of the languages listed, each once.", "languages"),
        Fault("The sender's name is one line of at most 80 characters.", "sender_name"),
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
        Fault("A session lasts at least 1 hour and at most 365 days.", "session_hours"),
        Fault("Choose among the channels that have public messages.", "public_channels"),
        Fault("Turn on the Internal KB first: without it there are no internal articles to show.", "internal_portal"),
        Fault("Turn the internal portal on first: only then is there something to restrict.", "internal_only"),
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
        Fault("The key has a to z, 0 to 9 and _, begins with a letter, and is at most 50 long.", "key"),
        Fault("Give it a name of at most 60 characters.", "name"),
        Fault("Choose one of the types.", "type"),
        Fault("A choice can have at most 60 characters.", "choices"),
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
                Fault("A display name is one line of at most 60 characters.", "label-due"),
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
