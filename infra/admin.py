"""``make admin`` and ``make portal``: the first admin of a stage, and its portal switched on or off.

Both work on the stage's table with the operator's own credentials, through the product's own rules.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import settings
from chalicelib.refusals import Refusal
from chalicelib.wiring import House
from infra import stages
from infra.aws import Account, CannotDeploy, connect
from infra.stack import Say


def house(account: Account, stage: str, root: Path = stages.ROOT) -> House:
    """Return the product as a stage's functions see it, with our credentials, or raise CannotDeploy."""
    environment = {**stages.environment(stage, root), "AWS_REGION": account.region}
    if account.endpoint:
        environment["AWS_ENDPOINT_URL"] = account.endpoint
    return House(settings.read(environment))


def invite(home: House, name: str, email: str, say: Say) -> None:
    """Make a new admin, or refuse an address that is taken."""
    if not name.strip() or "@" not in email:
        raise CannotDeploy("Say who: “make admin STAGE=… NAME='Lena Lead' EMAIL=lena@example.com”.")
    member = home.staff.invite(name.strip(), email, "admin", home.clock())
    say(f"{member.name} is an admin and signs in at {home.settings.public_url}/staff/login with {member.email}.")


def switch(home: House, on: str, organization: str, say: Say) -> None:
    """Switch the portal on (``1``) or off (``0``), and name the organization; what is empty stays as it was."""
    if on not in {"", "0", "1"}:
        raise CannotDeploy("ON is 1 or 0: “make portal STAGE=… ON=1 NAME='Acme Support'”.")
    changes: dict[str, Any] = {}
    if on:
        changes["enabled"] = on == "1"
    if organization:
        changes["organization"] = organization
    portal = home.portal.change(**changes) if changes else home.portal.get(consistent=True)
    say(f"{portal.organization}: the portal is {'on' if portal.enabled else 'off'}.")


def main() -> int:
    """Do what the command line says; return the exit status."""
    parser = argparse.ArgumentParser(description="Set up a stage's staff and portal.")
    commands = parser.add_subparsers(dest="command", required=True)
    admin, portal = commands.add_parser("admin"), commands.add_parser("portal")
    for one in (admin, portal):
        one.add_argument("--stage", default="")
        one.add_argument("--name", default="")
    admin.add_argument("--email", default="")
    portal.add_argument("--on", default="")
    chosen = parser.parse_args()
    if not chosen.stage:
        print(f"Name the stage: “make {chosen.command} STAGE=prod …”.", file=sys.stderr)
        return 1
    try:
        home = house(connect(), chosen.stage)
        if chosen.command == "admin":
            invite(home, chosen.name, chosen.email, print)
        else:
            switch(home, chosen.on, chosen.name, print)
    except (CannotDeploy, settings.SettingsError, Refusal) as reason:
        print(reason, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"AWS did not do it: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
