"""``make admin``, ``staff``, ``deactivate``, ``staff-codes``, ``sign-on-off``, ``theme-off``, ``portal``: who gets in.

All of them work on the stage's table with the operator's own credentials, through the product's own rules.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from chalicelib import settings
from chalicelib.audit.model import OPERATOR, Author
from chalicelib.refusals import Refusal
from chalicelib.signin.model import Kind
from chalicelib.wiring import House
from infra import stages
from infra.aws import Account, CannotDeploy, connect, finished
from infra.stack import Say

_OPTIONS = {
    "admin": ("name", "email"),
    "staff": (),
    "deactivate": ("email",),
    "staff-codes": (),
    "sign-on-off": (),
    "theme-off": (),
    "portal": ("name", "on"),
}
"""The commands, and what each takes besides the stage."""


def house(account: Account, stage: str, root: Path = stages.ROOT) -> House:
    """Return the product as a stage's functions see it, with our credentials, or raise CannotDeploy."""
    environment = {**stages.environment(stage, root), "AWS_REGION": account.region}
    if account.endpoint:
        environment["AWS_ENDPOINT_URL"] = account.endpoint
    return House(settings.read(environment))


def operator(account: Account) -> Author:
    """Return who runs a command, as the audit log names them."""
    return Author(OPERATOR.id, f"{OPERATOR.name} ({account.user})" if account.user else OPERATOR.name)


def invite(home: House, name: str, email: str, say: Say, author: Author = OPERATOR) -> None:
    """Make a new admin, or refuse an address that is taken."""
    if not name.strip() or "@" not in email:
        raise CannotDeploy("Say who: “make admin STAGE=… NAME='Lena Lead' EMAIL=lena@example.com”.")
    member = home.staff.store.invite(name.strip(), email, "admin", home.clock(), author=author)
    say(f"{member.name} is an admin and signs in at {home.settings.public_url}/staff/login with {member.email}.")


def listed(home: House, say: Say) -> None:
    """Say who is on the staff, in which role."""
    for one in home.staff.store.all():
        role = one.role if one.active else f"deactivated, was {one.role}"
        say(f"{one.email}  {one.name}  {role}")


def deactivate(home: House, email: str, say: Say, author: Author = OPERATOR) -> None:
    """Keep somebody out from now on; the last active admin cannot be."""
    found = home.staff.store.of_address(email)
    if found is None:
        raise CannotDeploy("Say who: “make deactivate STAGE=… EMAIL=lena@example.com”. “make staff” lists them.")
    home.staff.store.deactivate(found.id, author=author)
    home.signin.sign_in.end_all(Kind.STAFF, found.id)
    say(f"{found.name} is signed out everywhere and cannot sign in any more.")


def codes(home: House, say: Say, author: Author = OPERATOR) -> None:
    """Let staff sign in by e-mailed code again, whatever became of their provider; OpenID Connect stays as it is."""
    home.portal.settings.change(author=author, staff_codes=True)
    say(f"Staff can sign in by e-mailed code again, at {home.settings.public_url}/staff/login.")


def sign_on_off(home: House, say: Say, author: Author = OPERATOR) -> None:
    """Turn custom sign-on of customers off, whatever became of the organization's login; its settings stay."""
    home.portal.settings.change(author=author, sign_on=False)
    say(f"Custom sign-on is off: customers sign in by e-mailed code, at {home.settings.public_url}/login.")


def theme_off(home: House, say: Say, author: Author = OPERATOR) -> None:
    """Let customers see plain Midtown, whatever became of the theme; no theme is changed by it."""
    home.themes.switch_off(author)
    say(f"The theme is off: customers see plain Midtown, at {home.settings.public_url}.")


def switch(home: House, on: str, organization: str, say: Say, author: Author = OPERATOR) -> None:
    """Switch the portal on (``1``) or off (``0``), and name the organization; what is empty stays as it was."""
    if on not in {"", "0", "1"}:
        raise CannotDeploy("ON is 1 or 0: “make portal STAGE=… ON=1 NAME='Acme Support'”.")
    changes: dict[str, Any] = {}
    if on:
        changes["enabled"] = on == "1"
    if organization:
        changes["organization"] = organization
    portal = (
        home.portal.settings.change(author=author, **changes) if changes else home.portal.settings.get(consistent=True)
    )
    say(f"{portal.organization}: the portal is {'on' if portal.enabled else 'off'}.")


def main() -> int:
    """Do what the command line says; return the exit status."""
    parser = argparse.ArgumentParser(description="Set up a stage's staff and portal.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, options in _OPTIONS.items():
        one = commands.add_parser(name)
        for option in ("stage", *options):
            one.add_argument(f"--{option}", default="")
    chosen = parser.parse_args()
    if not chosen.stage:
        print(f"Name the stage: “make {chosen.command} STAGE=prod …”.", file=sys.stderr)
        return 1
    return finished(lambda: _do(connect(), chosen), settings.SettingsError, Refusal)


def _do(account: Account, chosen: argparse.Namespace) -> None:
    home, author = house(account, chosen.stage), operator(account)
    if chosen.command == "admin":
        invite(home, chosen.name, chosen.email, print, author)
    elif chosen.command == "staff":
        listed(home, print)
    elif chosen.command == "deactivate":
        deactivate(home, chosen.email, print, author)
    elif chosen.command == "staff-codes":
        codes(home, print, author)
    elif chosen.command == "sign-on-off":
        sign_on_off(home, print, author)
    elif chosen.command == "theme-off":
        theme_off(home, print, author)
    else:
        switch(home, chosen.on, chosen.name, print, author)


if __name__ == "__main__":
    sys.exit(main())
