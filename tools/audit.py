"""``make audit``: follows the audit log's chain from its first entry on, of the running local portal or of a stage.

It ends with status 1 and names the first entry that is not as it was written. ``KNOWN=<number>:<hash>``, from an
earlier run and kept elsewhere, also notices a log that was written anew as a whole.
"""

from __future__ import annotations

import argparse
import re
import sys

from chalicelib import settings
from chalicelib.audit.store import Audit
from infra.aws import finished
from local import run
from tools.stage import house_of


class NotVerified(Exception):
    """What does not hold, in a sentence."""


def main() -> int:
    """Do it for the stage of the command line; return the exit status."""
    parser = argparse.ArgumentParser(description="Verify the audit log.")
    parser.add_argument("stage", nargs="?", default=run.STAGE)
    parser.add_argument("--known", default="", metavar="NUMBER:HASH", help="what an earlier run printed")
    chosen = parser.parse_args()
    stage = chosen.stage or run.STAGE
    return finished(lambda: print(checked(house_of(stage).audit, chosen.known)), settings.SettingsError, NotVerified)


def checked(log: Audit, known: str = "") -> str:
    """Return what to print of a log that holds, or raise NotVerified."""
    if known and not re.fullmatch(r"[1-9][0-9]{0,9}:[0-9a-f]{64}", known):
        raise NotVerified("KNOWN is a number and a hash, as an earlier run printed them: KNOWN=41:9c11…")
    held, last, broken = log.verify()
    if broken:
        what = f"Entry {broken.seq} {broken.what}" if broken.seq else broken.what
        raise NotVerified(f"The audit log is broken. {what}. Up to {held} it is as it was written.")
    if known:
        number, _, digest = known.partition(":")
        entry = next(log.span(int(number), int(number)), None)
        if entry is None or entry.hash != digest:
            raise NotVerified(f"The audit log is another one. Entry {number} is not the one you know.")
    if not held:
        return "The audit log is empty."
    return f"The audit log holds: {held} entries. To notice a new log in its place, keep {held}:{last}"


if __name__ == "__main__":
    sys.exit(main())
