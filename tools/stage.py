"""The portal that a command works on: the one that ``make run`` has started here, or a stage (``STAGE=prod``).

A stage is reached with the operator's own credentials, and by what ``.chalice/config.json`` tells its functions.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

import botocore.session

from chalicelib import settings
from chalicelib.wiring import House
from infra import stages
from infra.aws import CannotDeploy
from local import infra, run
from local.emulator import stay_local
from local.lambda_events import ACCOUNT, REGION
from local.template import Template

ROOT = Path(__file__).resolve().parent.parent


def house_of(stage: str) -> House:
    """Return the product of a stage, whose environment becomes this process's own; CannotDeploy where there is none."""
    os.environ.update(local_environment() if stage == run.STAGE else stage_environment(stage))
    return House(settings.read())


def local_environment(state: Path | None = None) -> dict[str, str]:
    """Return the environment of the local portal with an administrator's keys; CannotDeploy where none runs.

    ``state`` is where it keeps its data: what STATE names, as for ``make run``, or ``.local``.
    """
    stay_local()
    state = state or ROOT / (os.environ.get("STATE") or ".local")
    try:
        port = int((state / "aws" / "port").read_text(encoding="utf-8"))
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except (OSError, ValueError) as error:
        message = "No local portal runs here; start it with “make run”, or name a stage, as in “STAGE=prod”."
        raise CannotDeploy(message) from error
    url = "http://localhost"
    parameters = {"Stage": run.STAGE, "PublicOrigin": url, "MailDomain": run.MAIL_DOMAIN}
    outputs = Template(parameters, region=REGION, account=ACCOUNT).outputs()
    environment = infra.environment(
        outputs, stage=run.STAGE, public_url=url, mail_domain=run.MAIL_DOMAIN, keys=infra.ADMIN
    )
    return {**environment, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}


def stage_environment(stage: str, root: Path = ROOT) -> dict[str, str]:
    """Return the environment that a stage's functions have; CannotDeploy for a stage that is not configured."""
    region = botocore.session.get_session().get_config_variable("region")
    return {**stages.environment(stage, root), **({"AWS_REGION": region} if region else {})}
