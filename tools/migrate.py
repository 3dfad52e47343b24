"""``make migrate``: brings the table of a stage (``STAGE=prod``) to the newest form, or goes on with that.

``DRY=1`` tells what would be changed, ``BACK=1`` prepares the way back to the version before. Without a stage it works
on the local portal that runs here.
"""

from __future__ import annotations

import argparse
import sys

from chalicelib import settings
from chalicelib.refusals import Refusal
from infra import migrating
from infra.aws import CannotDeploy, finished
from local import run
from tools.stage import house_of


def main() -> int:
    """Do what the command line says; return the exit status."""
    parser = argparse.ArgumentParser(description="Change the form of a table's items.")
    parser.add_argument("stage", nargs="?", default="")
    parser.add_argument("--dry", default="", help="DRY=1: tell what would be changed")
    parser.add_argument("--back", default="", help="BACK=1: prepare the way back to the version before")
    chosen = parser.parse_args()
    dry, back = (one not in {"", "0"} for one in (chosen.dry, chosen.back))
    return finished(lambda: _migrate(chosen.stage or run.STAGE, dry=dry, back=back), settings.SettingsError, Refusal)


def _migrate(stage: str, *, dry: bool, back: bool) -> None:
    if dry and back:
        raise CannotDeploy("DRY and BACK do not go together.")
    house = house_of(stage)
    if back:
        migrating.back(house, _say)
    elif dry:
        migrating.rehearse(house, _say)
    else:
        migrating.migrate(house, _say)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
