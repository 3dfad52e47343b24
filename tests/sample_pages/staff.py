"""Staff, roles, the audit log and snippets, as an admin and a content manager see them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chalicelib.rendering.model import Page
from chalicelib.snippets.model import MAX_TEXT, PLACEHOLDERS
from chalicelib.staff.model import PERMISSIONS, ROLE_NAMES, ROLES, check_name
from chalicelib.urls import Urls
from chalicelib.web.contexts import Choice, Fault, SignedIn, Site
from chalicelib.web.settings.audit import AREAS, MAX_PART, PART
from chalicelib.web.settings.contexts import (
    AuditPage,
    Difference,
    EntryRow,
    MemberPage,
    MemberRow,
    PermissionRow,
    RolesPage,
    SnippetPage,
    SnippetRow,
    SnippetsPage,
    StaffPage,
    TextField,
)
from tests.sample_pages import refused

NOW = datetime(2026, 11, 20, 15, 4, 30, tzinfo=UTC)
URLS = Urls(static_version="5f3a9c21")
ADMIN = Site(
    organization="Alder & Finch",
    urls=URLS,
    area="settings",
    csrf="c" * 43,
    brand_version=3,
    has_logo=False,
    portal_on=True,
    viewer="Ruth Adeyemi",
    here="staff",
    time_zone="Europe/Berlin",
    permissions=ROLES["admin"],
    internal_portal=True,
)
MANAGER = replace(ADMIN, viewer="Ellis Moreau", here="snippets", permissions=ROLES["content_manager"])

CHOICES = tuple(Choice(role, name, "", role == "agent") for role, name in ROLE_NAMES.items())
MEMBERS = (
    MemberRow("Ruth Adeyemi", "ruth.adeyemi@example.com", "Admin", True, True, URLS.settings("staff", "1"), NOW),
    MemberRow("さくら 田中", "sakura@example.com", "Agent", True, False, URLS.settings("staff", "2"), None),
    MemberRow("نادية العمراني", "nadia@example.com", "Collaborator", False, False, URLS.settings("staff", "3"), NOW),
)
PARTS = (*(replace(one, current=False) for one in CHOICES), Choice("out", "Deactivated", "", current=False))
STAFF = StaffPage(MEMBERS, 2, CHOICES, PARTS, many=False)
MEMBER = MemberPage(
    title="نادية العمراني",
    email="nadia@example.com",
    active=True,
    own=False,
    since=NOW - timedelta(days=300),
    name="نادية العمراني",
    roles=CHOICES,
    version=3,
    seen="{}",
    sessions=(SignedIn("", "Firefox on Linux", "203.0.113.7", NOW, this=False),),
    action=URLS.settings("staff", "3"),
)
HASH = "9c1185a5c5e9fc54612808977ee8f548b2258d31dd3e4a1c8f31f4a3b7a0c6d2"
ENTRIES = (
    EntryRow(
        412,
        NOW,
        "Ruth Adeyemi",
        "203.0.113.7",
        "portal:change",
        "Portal settings",
        (Difference("session hours", "24", "8"), Difference("welcome", "", "home-welcome")),
        True,
        True,
        HASH,
    ),
    EntryRow(411, NOW - timedelta(days=2), "Operator", "", "token:create", "CRM", (), False, False, HASH),
    EntryRow(
        410,
        NOW - timedelta(days=2),
        "نادية العمراني",
        "2001:db8::7",
        "snippet:change",
        "signature",
        (Difference("text (ar)", "", "شكرا جزيلا"),),
        False,
        True,
        HASH,
        about="language: ar",
        url=URLS.settings("snippets", "signature"),
    ),
)
AUDIT = AuditPage(
    entries=ENTRIES,
    total=412,
    who="",
    action="",
    subject="",
    since="",
    until="",
    filtered=False,
    finished=False,
    more_url=URLS.settings("audit", cursor="x"),
    first_page_url=None,
    parts=((1, 412),),
    areas=tuple(AREAS.items()),
    part=PART,
    max_part=MAX_PART,
)
FIELDS = (
    TextField("en", "English", "Yours, {agent_name}\n{organization}", True),
    TextField("de", "Deutsch", "", True),
    TextField("ar", "العربية", "مع تحياتنا", False),
)
SNIPPET = SnippetPage(
    name="signature",
    version=4,
    action=URLS.settings("snippets", "signature"),
    fields=FIELDS,
    inputs=("name", "text_en", "text_de", "text_ar"),
    seen="{}",
    placeholders=tuple(PLACEHOLDERS.items()),
    max_text=MAX_TEXT,
    uses=(("signature of e-mails", URLS.settings("general")),),
)

PAGES: dict[str, tuple[Page, Site]] = {
    "settings-staff": (STAFF, replace(ADMIN, notice="The invitation is on its way by e-mail.")),
    "settings-staff-refused": (
        replace(
            STAFF, name="Noor", email="noor", faults=(Fault("Enter an e-mail address like name@example.com.", "email"),)
        ),
        ADMIN,
    ),
    "settings-staff-many": (replace(STAFF, many=True, q="さくら", part="agent"), ADMIN),
    "settings-staff-nobody": (replace(STAFF, members=(), many=True, q="Nobody", part="out"), ADMIN),
    "settings-member": (MEMBER, ADMIN),
    "settings-member-own": (replace(MEMBER, title="Ruth Adeyemi", own=True, sessions=()), ADMIN),
    "settings-member-out": (replace(MEMBER, active=False), ADMIN),
    "settings-member-refused": (
        replace(MEMBER, name="", faults=(refused(check_name, ""),)),
        ADMIN,
    ),
    "settings-roles": (
        RolesPage(
            tuple(ROLE_NAMES.values()),
            "Content manager",
            tuple(
                PermissionRow(one, detail, tuple(one in ROLES[role] for role in ROLES))
                for one, detail in PERMISSIONS.items()
            ),
        ),
        replace(MANAGER, here="roles"),
    ),
    "settings-audit": (AUDIT, replace(ADMIN, here="audit")),
    "settings-audit-nothing": (
        replace(
            AUDIT,
            entries=(),
            who="ليلى",
            since="2026-11-40",
            filtered=True,
            finished=True,
            more_url=None,
            first_page_url=URLS.settings("audit"),
            faults=(Fault("Enter a day such as 2026-11-22.", "since"),),
        ),
        replace(ADMIN, here="audit"),
    ),
    "settings-snippets": (
        SnippetsPage(
            (
                SnippetRow("home-welcome", URLS.settings("snippets", "home-welcome"), "أهلا وسهلا", (), ()),
                SnippetRow(
                    "signature",
                    URLS.settings("snippets", "signature"),
                    "Yours, {agent_name}",
                    ("Deutsch", "العربية"),
                    ("signature of e-mails", "display name of the attribute “order”"),
                ),
            )
        ),
        MANAGER,
    ),
    "settings-snippets-none": (SnippetsPage(()), MANAGER),
    "settings-snippet": (SNIPPET, MANAGER),
    "settings-snippet-new": (
        replace(
            SNIPPET,
            name="Ünknown",
            version=0,
            uses=(),
            faults=(Fault("A name has letters a–z, digits and hyphens, such as order-number.", "name"),),
        ),
        MANAGER,
    ),
    "settings-snippet-unused": (replace(SNIPPET, uses=()), MANAGER),
    "settings-snippet-clash": (
        replace(
            SNIPPET,
            fields=(replace(FIELDS[0], theirs="Best regards, {agent_name}"), replace(FIELDS[1], theirs=""), FIELDS[2]),
            clash=True,
            faults=(Fault("There is no placeholder {x}.", "text_en"),),
        ),
        MANAGER,
    ),
}
