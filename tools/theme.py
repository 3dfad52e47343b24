"""``make theme``: works on a theme in a folder, such as one in git: pull, push, check, preview, publish, upgrade.

It uses the JSON API of a stage with the token in ``TOKEN`` or ``FOYER_TOKEN``, or that of the running local portal with
a token that is revoked when the command ends.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from chalicelib import settings
from chalicelib.audit.model import OPERATOR
from chalicelib.refusals import Refusal
from infra.aws import CannotDeploy, finished
from local import run
from tools.stage import house_of, stage_environment
from tools.theme_api import Api
from tools.theme_folder import Folder
from tools.theme_work import Work

COMMANDS = ("pull", "push", "check", "preview", "publish", "upgrade")
SCOPE = "theme:write"


def main() -> int:
    """Do what the command line says; return the exit status."""
    parser = argparse.ArgumentParser(description="A theme in a folder.")
    parser.add_argument("do", help=", ".join(COMMANDS))
    parser.add_argument("--stage", default="")
    parser.add_argument("--dir", default="", help="the folder of the theme")
    parser.add_argument("--theme", default="", help="its id or label, for the first pull")
    parser.add_argument("--reason", default="", help="why it is published, or what a push changes")
    chosen = parser.parse_args()
    status = 0

    def command() -> None:
        nonlocal status
        status = _do(chosen)

    return finished(command, settings.SettingsError, Refusal, run.CannotStart) or status


def _do(chosen: argparse.Namespace) -> int:
    if chosen.do not in COMMANDS:
        raise CannotDeploy(f"Say what to do, as in “make theme DO=pull”: {', '.join(COMMANDS)}.")
    if not chosen.dir:
        raise CannotDeploy("Name the folder of the theme, as in “make theme DO=pull DIR=themes/spring”.")
    with _api(chosen.stage or run.STAGE) as api:
        work = Work(api, Folder(Path(chosen.dir)))
        commands: dict[str, Callable[[], int]] = {
            "pull": lambda: work.pull(chosen.theme),
            "push": lambda: work.push(chosen.reason),
            "check": work.check,
            "preview": work.preview,
            "publish": lambda: work.publish(chosen.reason),
            "upgrade": work.upgrade,
        }
        return commands[chosen.do]()


@contextmanager
def _api(stage: str) -> Iterator[Api]:
    """Give the API of a stage, or that of the local portal with a token for the length of the command."""
    given = os.environ.get("TOKEN") or os.environ.get("FOYER_TOKEN") or ""
    if stage != run.STAGE:
        url = stage_environment(stage)["FOYER_PUBLIC_URL"]
        if not given:
            raise CannotDeploy(
                f"Give a token of the stage, as TOKEN= or in FOYER_TOKEN. Make one with: "
                f"make token NAME='Themes' SCOPES='{SCOPE}' STAGE={stage}"
            )
        yield Api(url.rstrip("/"), given)
        return
    url, desk = run.chosen(os.environ).url, house_of(stage).tokens
    token, text = desk.make("make theme", [SCOPE], author=OPERATOR)
    try:
        yield Api(url, text)
    finally:
        desk.revoke(token.id, author=OPERATOR)


if __name__ == "__main__":
    sys.exit(main())
