"""What the templates of the settings are given: one dataclass a page; those of articles and signing in lie beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from chalicelib.conversations import attributes
from chalicelib.portal.model import MAX_SESSION_HOURS, MIN_SESSION_HOURS
from chalicelib.records import dataclass
from chalicelib.rendering.model import Page
from chalicelib.snippets import model as snippets
from chalicelib.staff import model as staff
from chalicelib.text import MAX_EMAIL
from chalicelib.web.contexts import Choice, Fault, SignedIn

if TYPE_CHECKING:
    from chalicelib.channels.contract import Channel
    from chalicelib.customers.model import Customer

# configuration


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

    ``logo_typed`` and ``logo_removed`` are what a refused form had as its logo. ``theme_url`` leads to the live theme,
    whose settings have logo, colour and welcome then; empty where there is none.
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
    zone_rules: str
    countries: tuple[Option, ...]
    welcomes: tuple[Option, ...]
    signatures: tuple[Option, ...]
    logo_typed: str = ""
    logo_removed: bool = False
    theme_url: str = ""
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


# two changes of the same thing


@dataclass(frozen=True, slots=True)
class Side:
    """One of two values of a field: how the form sends it, and how people read it."""

    sent: str
    told: str
    mine: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that two people changed, with the values of both."""

    name: str
    title: str
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Clash(Page):
    """Somebody else saved first: both values of each field that differs, to choose from."""

    template: ClassVar[str] = "settings/clash.html"
    heading: str
    action: str
    conflicts: tuple[Conflict, ...]
    carried: tuple[tuple[str, str], ...]
    version: int
    seen: str
    back_url: str


# conversation details


@dataclass(frozen=True, slots=True)
class DetailRow:
    """An attribute that is shown. ``hidden`` says why its values are not, where they are not."""

    key: str
    attribute: str
    display: str
    snippet: str
    hidden: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class DetailsPage(Page):
    """The attributes shown and those that can be added; ``unsaved`` where the form is not as it was saved.

    ``snippets`` are those that can be display names, each with what it says.
    """

    template: ClassVar[str] = "settings/details.html"
    rows: tuple[DetailRow, ...]
    addable: tuple[tuple[str, str], ...]
    snippets: tuple[tuple[str, str], ...]
    version: int
    seen: str
    unsaved: bool
    declared_any: bool
    faults: tuple[Fault, ...] = ()


# attributes


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """A line of the list; ``shown`` tells that the portal shows it to customers."""

    key: str
    title: str
    type_name: str
    customers: bool
    required: bool
    shown: bool
    url: str


@dataclass(frozen=True, slots=True)
class AttributesPage(Page):
    """All attributes, those in use in their order."""

    template: ClassVar[str] = "settings/attributes.html"
    active: tuple[AttributeRow, ...]
    retired: tuple[AttributeRow, ...]
    version: int
    new_url: str
    details_url: str


@dataclass(frozen=True, slots=True)
class AttributePage(Page):
    """The form of an attribute. ``new`` has a key and a type to choose; ``texts`` are its fields by name."""

    template: ClassVar[str] = "settings/attribute.html"
    new: bool
    heading: str
    action: str
    texts: Mapping[str, str]
    types: tuple[tuple[str, str], ...]
    type_name: str
    retired: bool
    shown: bool
    version: int
    seen: str
    back_url: str
    max_name: int = attributes.MAX_NAME
    max_key: int = attributes.MAX_KEY
    faults: tuple[Fault, ...] = ()


# snippets


@dataclass(frozen=True, slots=True)
class SnippetRow:
    """A snippet in the list. ``missing`` names the languages it lacks, ``used`` the places that show it."""

    name: str
    url: str
    preview: str
    missing: tuple[str, ...]
    used: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SnippetsPage(Page):
    """All snippets."""

    template: ClassVar[str] = "settings/snippets.html"
    snippets: tuple[SnippetRow, ...]


@dataclass(frozen=True, slots=True)
class TextField:
    """The text in one language. ``theirs`` is what somebody else saved meanwhile where both changed it."""

    language: str
    label: str
    text: str
    offered: bool
    theirs: str | None = None


@dataclass(frozen=True, slots=True)
class SnippetPage(Page):
    """The form of a snippet; a new one has version 0 and a name to be typed.

    ``inputs`` are the names of what can be typed, ``seen`` carries what is saved of them, ``uses`` places that show the
    snippet, with their address, ``placeholders`` the names with what they become.
    """

    template: ClassVar[str] = "settings/snippet.html"
    name: str
    version: int
    action: str
    fields: tuple[TextField, ...]
    inputs: tuple[str, ...]
    seen: str
    placeholders: tuple[tuple[str, str], ...]
    max_text: int
    max_name: int = snippets.MAX_NAME
    uses: tuple[tuple[str, str], ...] = ()
    clash: bool = False
    faults: tuple[Fault, ...] = ()


# staff

MAX_QUERY = 100
"""Characters of a search for members."""


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member in the list."""

    name: str
    email: str
    role_name: str
    active: bool
    own: bool
    url: str
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class StaffPage(Page):
    """The list, and the form that invites: ``name``, ``email`` and ``roles`` are as they were typed.

    ``q`` and ``part`` (a role, or ``out`` for those deactivated) narrow the list; ``many`` offers to.
    """

    template: ClassVar[str] = "settings/staff.html"
    members: tuple[MemberRow, ...]
    active_count: int
    roles: tuple[Choice, ...]
    parts: tuple[Choice, ...]
    many: bool
    q: str = ""
    part: str = ""
    name: str = ""
    email: str = ""
    max_q: int = MAX_QUERY
    max_name: int = staff.MAX_NAME
    max_email: int = MAX_EMAIL
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberPage(Page):
    """A member."""

    template: ClassVar[str] = "settings/member.html"
    title: str
    email: str
    active: bool
    own: bool
    since: datetime
    name: str
    roles: tuple[Choice, ...]
    version: int
    seen: str
    sessions: tuple[SignedIn, ...]
    action: str
    max_name: int = staff.MAX_NAME
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class PermissionRow:
    """A permission, what it allows, and for each role whether it includes it."""

    permission: str
    detail: str
    roles: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class RolesPage(Page):
    """Each role's permissions, from the table that routes enforce. ``own_role`` is the reader's."""

    template: ClassVar[str] = "settings/roles.html"
    names: tuple[str, ...]
    own_role: str
    rows: tuple[PermissionRow, ...]


# customers


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer as the page shows them; ``identities`` are kind and value."""

    customer: Customer
    identities: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Pending:
    """A merge under way: into whom, begun by whom, and how many conversations have moved."""

    keep: str
    author: str
    at: datetime
    moved: int


@dataclass(frozen=True, slots=True)
class SharedNumber:
    """A phone number that two customers have, in its newer form, with their ids and names."""

    number: str
    one: str
    other: str
    one_name: str
    other_name: str


@dataclass(frozen=True, slots=True)
class MergePage(Page):
    """The page. ``found`` are the two customers, where both were found; ``one`` and ``other`` what was typed.

    ``shared`` are numbers at which two customers meet, ``further`` leads to those behind these, and ``compared``
    tells that every stored number was looked at. ``country`` tells that numbers have the form of one.
    """

    template: ClassVar[str] = "settings/customers.html"
    one: str
    other: str
    found: tuple[Candidate, ...]
    pending: tuple[Pending, ...]
    shared: tuple[SharedNumber, ...] = ()
    further: str = ""
    compared: bool = True
    country: bool = False
    keep: str = ""
    faults: tuple[Fault, ...] = field(default=())


# audit log


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that a change changed, as people read it; empty where there was none."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry of the log for people: ``was`` and ``became`` tell whether there was anything before and after.

    ``about`` says what the change left as it is, such as the language of an article. ``url`` leads to what was changed.
    """

    seq: int
    at: datetime
    author: str
    ip: str
    action: str
    subject: str
    differences: tuple[Difference, ...]
    was: bool
    became: bool
    hash: str
    about: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class AuditPage(Page):
    """Entries, the newest first. ``total`` counts all there are; ``parts`` are those of an export, by first number.

    ``finished`` tells that everything was looked through; ``areas`` are what actions can begin with, and what it means.
    """

    template: ClassVar[str] = "settings/audit.html"
    entries: tuple[EntryRow, ...]
    total: int
    who: str
    action: str
    subject: str
    since: str
    until: str
    filtered: bool
    finished: bool
    more_url: str | None
    first_page_url: str | None
    parts: tuple[tuple[int, int], ...]
    areas: tuple[tuple[str, str], ...]
    part: int
    max_part: int
    faults: tuple[Fault, ...] = ()
