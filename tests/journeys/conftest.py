"""One running portal and one Chromium for all journeys; people who are already signed in, for those not about that."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from local import cast
from tests.journeys.portal import Portal
from tests.journeys.visitor import Visitor

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def chromium() -> str | None:
    """Return the Chromium of this machine: the one ``CHROMIUM`` names, or the first on the PATH."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A Chromium without a window."""
    path = chromium()
    if path is None:
        pytest.skip("no Chromium here; install one, or name it with CHROMIUM=")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="package")
def portal(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The local program with its demo data; it ends by SIGTERM and leaves no process."""
    running = Portal(tmp_path_factory.mktemp("journeys") / "state")
    yield running
    running.stop()


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, portal: Portal) -> Visit:
    """Return what opens a fresh browser profile."""
    return lambda **options: Visitor(browser, portal, **options)


@pytest.fixture(scope="package")
def _signed_in() -> dict[str, Any]:
    return {}


@pytest.fixture
def visit_as(visit: Visit, _signed_in: dict[str, Any]) -> Visit:
    """Return what opens a browser profile in which somebody is signed in already; each signs in only once for all."""

    def open_profile(who: cast.Customer | cast.StaffMember, **options: Any) -> Visitor:
        assert who.email
        if who.email not in _signed_in:
            with visit() as first:
                _signed_in[who.email] = first.sign_in(who).context.storage_state()
        return visit(storage_state=_signed_in[who.email], **options)

    return open_profile


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place for files that people attach."""
    return tmp_path_factory.mktemp("files")
