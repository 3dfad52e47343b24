"""``make redrive``: does again what was given up on, of the running local portal or of a stage (``STAGE=prod``).

Mail is sent again; where building the search index was given up, it is built. Only an operator can do it: the product
itself may not read its dead letters.
"""

from __future__ import annotations

import sys

from chalicelib import settings
from infra.aws import finished
from local import run
from tools.stage import house_of


def main() -> int:
    """Do it for the stage named on the command line, or the local portal; return the exit status."""
    stage = (sys.argv[1:] or [run.STAGE])[0]
    return finished(lambda: _redrive(stage), settings.SettingsError)


def _redrive(stage: str) -> None:
    home = house_of(stage)
    count, builds, facts = home.outbox.redrive(), home.knowledge.index_builds.redrive(), home.facts.telling.redrive()
    print(f"Mails on their way again: {count}." if count else "No mail waits to be sent again.")
    if builds:
        print("The search index is asked for again.")
    if facts:
        print(f"Facts that were set aside and are dealt with now: {facts}.")


if __name__ == "__main__":
    sys.exit(main())
