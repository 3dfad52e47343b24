"""``make redrive``: does again what was given up on, of the running local portal or of a stage (``STAGE=prod``).

Mail is sent again; where building the search index was given up, it is built.

A stage is reached with the operator's own credentials; the product itself may not read its dead letters.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import botocore.session
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import settings
from chalicelib.wiring import House
from infra import stages
from infra.aws import CannotDeploy
from local import infra, run
from local.emulator import stay_local
from local.template import Template

ROOT = Path(__file__).resolve().parent.parent


class CannotRedrive(Exception):
    """Why nothing can be sent again, in one sentence."""


def main() -> int:
    """Do it for the stage named on the command line, or the local portal; return the exit status."""
    stage = (sys.argv[1:] or [run.STAGE])[0]
    try:
        os.environ.update(local_environment() if stage == run.STAGE else stage_environment(stage))
        house = House(settings.read())
        count, builds = house.mail.redrive(), house.knowledge.index_builds.redrive()
    except (CannotRedrive, CannotDeploy, settings.SettingsError) as reason:
        print(reason, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"AWS did not do it: {error}", file=sys.stderr)
        return 1
    print(f"Mails on their way again: {count}." if count else "No mail waits to be sent again.")
    if builds:
        print("The search index is asked for again.")
    return 0


def local_environment(state: Path | None = None) -> dict[str, str]:
    """Return the environment of the local portal with an administrator's keys; CannotRedrive where none runs.

    ``state`` is where it keeps its data: what STATE names, as for ``make run``, or ``.local``.
    """
    stay_local()
    state = state or ROOT / (os.environ.get("STATE") or ".local")
    try:
        port = int((state / "aws" / "port").read_text(encoding="utf-8"))
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except (OSError, ValueError) as error:
        message = "No local portal runs here; start it with “make run”, or name a stage, as in “STAGE=prod”."
        raise CannotRedrive(message) from error
    url = "http://localhost"
    parameters = {"Stage": run.STAGE, "PublicOrigin": url, "MailDomain": run.MAIL_DOMAIN}
    outputs = Template(parameters, region=infra.REGION, account=infra.ACCOUNT).outputs()
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    environment = infra.environment(outputs, stage=run.STAGE, public_url=url, mail_domain=run.MAIL_DOMAIN, keys=keys)
    return {**environment, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}


def stage_environment(stage: str, root: Path = ROOT) -> dict[str, str]:
    """Return the environment that a stage's functions have; CannotDeploy for a stage that is not configured."""
    region = botocore.session.get_session().get_config_variable("region")
    return {**stages.environment(stage, root), **({"AWS_REGION": region} if region else {})}


if __name__ == "__main__":
    sys.exit(main())
