"""What tests of themes share: two versions of Midtown, and a house whose themes are made from the newer one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from chalicelib.themes.bases import CHANGES, NEWEST, Bases
from chalicelib.wiring import House
from tests.emulators import Stage
from tests.themes.world import NEW, OLD

MIDTOWN = Path(__file__).resolve().parents[2] / "templates" / "themes" / NEWEST
PORTAL_PAGES = ("conversations.html", "conversation.html", "parts/row.html", "parts/thread.html")


@pytest.fixture(scope="session")
def midtowns(tmp_path_factory: pytest.TempPathFactory) -> Bases:
    """Midtown as it is, and an older version without the portal's pages, whose colour was called “accent”."""
    root = tmp_path_factory.mktemp("themes")
    for folder in (NEWEST, f"{NEWEST}-{OLD}"):
        shutil.copytree(MIDTOWN, root / folder)
    for name in PORTAL_PAGES:
        (root / f"{NEWEST}-{OLD}" / name).unlink()
    manifest = root / f"{NEWEST}-{OLD}" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"key": "brand"', '"key": "accent"'))
    entries = [
        {"version": version, "date": "2035-01-01", "changes": [], "released": True, "lock": {}}
        for version in (NEW, OLD)
    ]
    (root / CHANGES).write_text(json.dumps({"versions": entries}))
    return Bases(root)


@pytest.fixture
def make_house(make_house: Callable[[Stage], House], midtowns: Bases) -> Callable[[Stage], House]:
    """Return what makes a house that has these versions, whatever was released since."""

    def make(stage: Stage) -> House:
        house = make_house(stage)
        house.__dict__["midtowns"] = midtowns
        return house

    return make
