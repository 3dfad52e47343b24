"""The package as it would be deployed, and its functions running from it, alone, on an emulated AWS."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from chalicelib import settings
from chalicelib.customers.model import Customer
from chalicelib.functions import FUNCTIONS
from chalicelib.staff.model import Member
from chalicelib.wiring import House
from infra.build import Package, build
from local import cast, workers
from local.emulator import Emulator
from local.gateway import Gateway
from local.lambda_runtime import Function, interpreter, unpack
from local.mailbox import Mailbox, Recorder
from tests.browser import Browser
from tests.emulators import Stage, make_stage


@pytest.fixture(scope="session")
def package() -> Package:
    """What ``make build`` makes."""
    return build()


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with nothing installed but Lambda's runtime."""
    if sys.platform != "linux":
        pytest.skip("Lambda's runtime client is for Linux")
    return interpreter(tmp_path_factory.mktemp("runtime"))


@pytest.fixture(scope="session")
def task(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, unpacked as Lambda does."""
    return unpack(package.zip, tmp_path_factory.mktemp("lambda") / "task")


@dataclass
class Deployed:
    """A stage whose functions are processes of the package. What AWS would hand them, tests hand them."""

    stage: Stage
    house: House
    """The same stage's data, by the product's own code, to put people there."""
    functions: dict[str, Function]
    mailbox: Mailbox
    events: list[dict[str, Any]] = field(default_factory=list)
    """What SES published and nobody delivered yet."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return the function of a name as ``local.workers`` calls it."""
        if name not in {one.name for one in FUNCTIONS}:
            raise AttributeError(name)
        return lambda event, context: self.functions[name].invoke(event)

    def browser(self) -> Browser:
        """Open a browser in front of the HTTP function."""
        import app

        gateway = Gateway(app.app, handler=lambda event, _: self.functions["app"].invoke(event))
        return Browser(gateway, self.house)

    def customer(self, one: cast.Customer) -> Customer:
        """Register somebody of the cast."""
        return self.house.customers.profiles.register(one.name, {"email": one.email or ""})

    def member(self, one: cast.StaffMember) -> Member:
        """Invite somebody of the cast."""
        return self.house.staff.store.invite(one.name, one.email, one.role, self.house.clock())

    def work_off_mail(self) -> list[dict[str, Any]]:
        """Hand the queue's messages to ``send_mail``; return the mails that left, the oldest first."""
        before = len(self.mailbox.mails())
        for queue in ("FOYER_FACTS_QUEUE", "FOYER_MAIL_QUEUE"):
            done = workers.drain(self, self.stage.product("sqs"), self.stage.environment[queue])
            assert not done.failed
        return [mail.as_json() for mail in reversed(self.mailbox.mails()[: len(self.mailbox.mails()) - before])]

    def code(self) -> str:
        """Return the code of the one sign-in mail that leaves now."""
        (mail,) = self.work_off_mail()
        found = re.search(r"\b(\d{8}|\d{4} \d{4})\b", mail["text"])
        assert found
        return found[1]


@pytest.fixture(scope="module")
def deployed(
    ministack: Emulator, python: Path, task: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployed]:
    """A fresh stage with the portal on and every function."""
    stage = make_stage(ministack.endpoint)
    mailbox = Mailbox(tmp_path_factory.mktemp("mailbox"))
    recorder = Recorder(ministack.endpoint, mailbox)
    recorder.start()
    environment = {**stage.environment, "AWS_ENDPOINT_URL_SESV2": recorder.endpoint}
    functions = {
        one.name: Function(
            python,
            task,
            f"app.{one.name}",
            environment,
            name=one.of(stage.name),
            memory=one.memory,
            timeout=one.timeout,
        )
        for one in FUNCTIONS
    }
    with pytest.MonkeyPatch.context() as patch:
        stage.enter(patch)
        house = House(settings.read())
        house.portal.settings.change(enabled=True, organization=cast.ORGANIZATION)
        made = Deployed(stage, house, functions, mailbox)
        recorder.publish = made.events.append
        yield made
    for function in functions.values():
        function.stop()
    recorder.stop()
