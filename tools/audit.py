"""``make audit``: follows the audit log's chain from its first entry on, of the running local portal or of a stage.

It ends with status 1 and names the first entry that is not as it was written. ``KNOWN=<number>:<hash>``, from an
earlier run and kept elsewhere, also notices a log that was written anew as a whole.
"""

from __future__ import annotations

import argparse
import os
import re
import sys

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import settings
from chalicelib.audit.store import Audit
from chalicelib.wiring import House
from infra.aws import CannotDeploy
from local import run
from tools.redrive import CannotRedrive, local_environment, stage_environment


def main() -> int:
    """Do it for the stage of the command line; return the exit status."""
    parser = argparse.ArgumentParser(description="Verify the audit log.")
    parser.add_argument("stage", nargs="?", default=run.STAGE)
    parser.add_argument("--known", default="", metavar="NUMBER:HASH", help="what an earlier run printed")
    chosen = parser.parse_args()
    stage = chosen.stage or run.STAGE
    try:
        os.environ.update(local_environment() if stage == run.STAGE else stage_environment(stage))
        status, said = checked(House(settings.read()).audit, chosen.known)
    except (CannotRedrive, CannotDeploy, settings.SettingsError) as reason:
        print(reason, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"AWS did not do it: {error}", file=sys.stderr)
        return 1
    print(said, file=sys.stderr if status else sys.stdout)
    return status


def checked(log: Audit, known: str = "") -> tuple[int, str]:
    """Return the exit status, and what to print."""
    if known and not re.fullmatch(r"[1-9][0-9]{0,9}:[0-9a-f]{64}", known):
        return 1, "KNOWN is a number and a hash, as an earlier run printed them: KNOWN=41:9c11…"
    held, last, broken = log.verify()
    if broken:
        what = f"Entry {broken.seq} {broken.what}" if broken.seq else broken.what
        return 1, f"The audit log is broken. {what}. Up to {held} it is as it was written."
    if known:
        number, _, digest = known.partition(":")
        entry = next(log.span(int(number), int(number)), None)
        if entry is None or entry.hash != digest:
            return 1, f"The audit log is another one. Entry {number} is not the one you know."
    if not held:
        return 0, "The audit log is empty."
    return 0, f"The audit log holds: {held} entries. To notice a new log in its place, keep {held}:{last}"


if __name__ == "__main__":
    sys.exit(main())
