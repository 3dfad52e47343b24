"""The people of the demo and of the tests, by name: who they are never changes, so both can count on it."""

from __future__ import annotations

from dataclasses import dataclass

ORGANIZATION = "Alder & Finch"
"""They make lamps."""


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer. ``identities`` are what they are known by besides ``email``, which may be missing."""

    name: str
    email: str | None
    identities: tuple[tuple[str, str], ...] = ()
    time_zone: str = ""
    mail_replies: bool = True


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who works there."""

    name: str
    email: str
    role: str
    time_zone: str = ""


OWNER = Customer(
    "Ada Lindqvist",
    "ada.lindqvist@example.com",
    (
        ("external_id", "AF-10041"),
        ("phone", "+46 70 555 01 41"),
        ("whatsapp", "+46 70 555 01 41"),
        ("twitter", "@ada_l"),
    ),
    "Europe/Stockholm",
)
"""C1: conversations on all nine channels."""

COLLEAGUE = Customer("Jonas Lindqvist", "jonas.lindqvist@example.com", (("external_id", "AF-10042"),))
"""C2: of the same household as the owner, and still a stranger to her conversations."""

STRANGER = Customer("Priya Raman", "priya.raman@example.org", (("external_id", "AF-20417"),), "Asia/Kolkata")
"""Has nothing to do with either."""

REGULAR = Customer("Marta Kowalczyk", "marta.kowalczyk@example.net", (("external_id", "AF-00007"),), "Europe/Warsaw")
"""Keeps a hotel: 300 conversations."""

NEWCOMER = Customer("Noor Haddad", "noor.haddad@example.com")
"""Not one conversation yet."""

CALLER = Customer("Tomás Ferreira", None, (("whatsapp", "+351 912 555 018"),), "Europe/Lisbon")
"""Has no e-mail address, so cannot sign in."""

MOVED = Customer("Kurt Weber", "bounce@simulator.amazonses.com", (("external_id", "AF-30002"),))
"""Mail to this address bounces."""

SAKURA = Customer("山田 さくら", "sakura.yamada@example.com", (("external_id", "AF-40001"),), "Asia/Tokyo")
OLENA = Customer("Олена Шевченко", "olena.shevchenko@example.com", (("external_id", "AF-40002"),), "Europe/Kyiv")
LAYLA = Customer("ليلى منصور", "layla.mansour@example.com", (("instagram", "layla.designs"),), "Africa/Cairo")
ANIL = Customer("अनिल शर्मा", "anil.sharma@example.com", (("facebook", "anil.sharma.1978"),), "Asia/Kolkata")

CUSTOMERS = (OWNER, COLLEAGUE, STRANGER, REGULAR, NEWCOMER, CALLER, MOVED, SAKURA, OLENA, LAYLA, ANIL)

AGENT = StaffMember("Mina Park", "mina.park@alder-finch.example", "agent", "Europe/Stockholm")
SECOND_AGENT = StaffMember("Tom Okafor", "tom.okafor@alder-finch.example", "agent", "Europe/London")
LEAD = StaffMember("Ruth Adeyemi", "ruth.adeyemi@alder-finch.example", "admin", "Europe/Stockholm")
CONTENT_MANAGER = StaffMember("Ellis Moreau", "ellis.moreau@alder-finch.example", "content_manager")
COLLABORATOR = StaffMember("Sven Carlsen", "sven.carlsen@alder-finch.example", "collaborator", "Europe/Copenhagen")

STAFF = (AGENT, SECOND_AGENT, LEAD, CONTENT_MANAGER, COLLABORATOR)


def sign_ins() -> list[dict[str, str]]:
    """Return who can sign in, as /_local/cast shows it: ``name``, ``email`` and ``role``."""
    customers = [
        {"name": one.name, "email": one.email, "role": "customer"}
        for one in CUSTOMERS
        if one.email and one is not MOVED
    ]
    return [*customers, *({"name": one.name, "email": one.email, "role": one.role} for one in STAFF)]
