"""What all tests share: a house on an emulator with a clock that tests set, its people, browsers and a mail room.

``house`` stands on ministack, ``any_house`` on moto and on ministack, one after the other.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from chalicelib.conversations import follower
from chalicelib.customers.model import Customer
from chalicelib.signin.model import CODE_DIGITS
from chalicelib.staff.model import Member
from chalicelib.wiring import House
from local import workers
from local.cast import ORGANIZATION
from local.emulator import stay_local
from local.gateway import Gateway
from tests.browser import Browser
from tests.compiled import COMPILED
from tests.mail.world import Postbox
from tests.people import Clock, People
from tools import catalogues

if TYPE_CHECKING:
    from tests.emulators import Stage

pytest_plugins = ["tests.emulators"]

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
stay_local()
catalogues.compile_all()
# No test asserts a time; one commit gives one answer. ``make test ARGS=--hypothesis-profile=explore`` looks further.
hypothesis.settings.register_profile("foyer", deadline=None, derandomize=True)
hypothesis.settings.register_profile("explore", deadline=None, derandomize=False, max_examples=1000)
hypothesis.settings.load_profile("foyer")


_LONG = ("deploy", "artifact", "journeys", "imports", "openid", "test_local_run.py", "test_bench.py", "test_infra.py")
"""Folders and files with the longest tests."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, or one process works on it alone at the end."""
    tests = Path(__file__).parent

    def turn(item: pytest.Item) -> int:
        first = item.path.relative_to(tests).parts[0]
        return _LONG.index(first) if first in _LONG else len(_LONG)

    items.sort(key=turn)


class MailRoom:
    """Runs the mail queue's function and keeps what leaves through SES."""

    def __init__(self, house: House, stage: Stage) -> None:
        self.house, self.stage = house, stage
        self.postbox = Postbox(house.clients.ses)
        self._read = 0

    def deliver(self) -> list[EmailMessage]:
        """Work the queue off as Lambda does, and return the mails that left since the last look."""
        import app

        for queue in (self.house.settings.facts_queue, self.house.settings.mail_queue):
            workers.drain(app, self.stage.product("sqs"), queue)
        mails = self.postbox.mails[self._read :]
        self._read += len(mails)
        return mails  # type: ignore[return-value]

    def text(self) -> str:
        """Deliver, and return the text of the one mail that left."""
        (mail,) = self.deliver()
        body = mail.get_body(("plain",))
        assert body is not None
        content: str = body.get_content()
        return content

    def code(self) -> str:
        """Deliver, and return the code of the one sign-in mail that left."""
        found = re.search(rf"\b\d{{{CODE_DIGITS}}}\b", self.text())
        assert found
        return found[0]

    def link(self) -> str:
        """Deliver, and return the path of the link of the one mail that left."""
        found = re.search(rf"{re.escape(self.house.settings.public_url)}(/\S+)", self.text())
        assert found
        return found[1]


@pytest.fixture
def clock() -> Clock:
    """The time of a test."""
    return Clock()


@pytest.fixture(autouse=True)
def no_message_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no message bring an index of words up to date by chance; tests of that choose all."""
    monkeypatch.setattr(follower, "ONE_IN", 1 << 40)


@pytest.fixture
def make_house(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Stage], House]]:
    """Return what makes a house of a stage, with the portal on; ``app.app`` answers from it until the test ends."""
    import app

    def make(stage: Stage) -> House:
        stage.enter(monkeypatch)
        with monkeypatch.context() as patch:
            patch.setattr(app, "House", functools.partial(House, clock=clock))
            app.house.cache_clear()
            house = app.house()
        house.renderer.environment.bytecode_cache = COMPILED
        house.portal.settings.change(enabled=True, organization=ORGANIZATION)
        return house

    yield make
    app.house.cache_clear()


@pytest.fixture
def house(ministack_stage: Stage, make_house: Callable[[Stage], House]) -> House:
    """A fresh house on ministack."""
    return make_house(ministack_stage)


@pytest.fixture
def any_house(stage: Stage, make_house: Callable[[Stage], House]) -> House:
    """A fresh house, once on each emulator."""
    return make_house(stage)


@pytest.fixture
def people(house: House, clock: Clock) -> People:
    """The cast, in ``house``."""
    return People(house, clock)


@pytest.fixture
def gateway(house: House) -> Gateway:
    """The HTTP surface of ``house``, at the root of a host of its own."""
    import app

    return Gateway(app.app)


@pytest.fixture
def browse(gateway: Gateway, house: House) -> Callable[..., Browser]:
    """Return what opens a new browser, signed in as somebody or as nobody."""

    def open_browser(who: Customer | Member | None = None, *, ip: str = "") -> Browser:
        browser = Browser(gateway, house, ip=ip)
        return browser.sign_in(who) if who else browser

    return open_browser


@pytest.fixture
def mail_room(house: House, ministack_stage: Stage) -> MailRoom:
    """The mail that leaves ``house``."""
    return MailRoom(house, ministack_stage)
