"""Versions of Midtown: each keeps the files it was released with, and a change of one has a new number and an entry."""

from __future__ import annotations

import sys
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest

from chalicelib.records import replace
from chalicelib.rendering.model import ThemedPage
from chalicelib.themes import styles
from chalicelib.themes.bases import Bases, Change, UnknownVersion
from chalicelib.themes.language.checker import check
from chalicelib.themes.language.types import PageNames
from chalicelib.themes.manifest import read
from chalicelib.themes.migrations import STEPS
from chalicelib.themes.model import MAX_FILE, MAX_FILES
from chalicelib.themes.values import types
from tests import samples
from tests.themes.midtowns import FILES, NEW, OLD, written
from tools import themes

MIDTOWN = Bases(themes.ROOT)
PORTAL = {
    *("conversations.html", "conversation.html", "new-conversation.html", "account.html"),
    *(f"parts/{part}.html" for part in ("row", "thread", "message", "attachment")),
}


@pytest.mark.parametrize("version", MIDTOWN.known())
def test_no_file_changes_under_an_old_number(version: str) -> None:
    """Themes made from a version are merged with its texts, so it has those for good."""
    assert themes.differences(MIDTOWN, version) == []


@pytest.mark.parametrize("version", MIDTOWN.known())
def test_a_version_has_what_themes_may_have(version: str) -> None:
    """Templates, a stylesheet and a manifest that names this version, within the limits of a theme."""
    files = MIDTOWN.files(version)
    assert themes.strangers(MIDTOWN, version) == []
    assert {"layout.html", "theme.css", "manifest.json"} <= set(files)
    assert len(files) < MAX_FILES
    assert all(len(text.encode()) <= MAX_FILE for text in files.values())
    assert all("\r" not in text for text in files.values())
    manifest, problems = read(files["manifest.json"])
    assert problems == []
    assert (manifest.name, manifest.version) == ("Midtown", version)


@pytest.mark.parametrize("version", MIDTOWN.known())
def test_a_version_passes_what_a_theme_must_pass(version: str) -> None:
    """Its stylesheet, and its templates with all that its pages are given: not even a warning."""
    files = MIDTOWN.files(version)
    settings = types(read(files["manifest.json"])[0])
    pages = {entry: replace(one, names={**one.names, "settings": settings}) for entry, one in offered().items()}
    assert set(pages) & set(files) >= {"home.html", "search.html", "contact.html", "login.html", "error.html"}
    assert styles.check(files["theme.css"]) + check(files, pages) == []


def offered() -> dict[str, PageNames]:
    """Return what each page offers, by its file."""
    kinds = {type(page) for page, _ in samples.PAGES.values() if isinstance(page, ThemedPage)}
    return {kind.entry: cast("PageNames", kind.names) for kind in kinds}  # type: ignore[attr-defined]


def test_each_version_says_what_is_new_in_it() -> None:
    """Newest first, with sentences for theme makers; what is older than a released one is released, too."""
    entries = list(MIDTOWN.versions.values())
    assert [entry.change.date for entry in entries] == sorted((e.change.date for e in entries), reverse=True)
    assert [entry.released for entry in entries] == sorted(entry.released for entry in entries)
    assert all(entry.lock for entry in entries[1:])
    for entry in entries:
        assert entry.change.sentences
        assert all(one.endswith(".") for one in entry.change.sentences)
    for newer, older in pairwise(MIDTOWN.known()):
        assert MIDTOWN.newer(newer, older)
        assert not MIDTOWN.newer(older, newer)


def test_the_version_before_the_portal_lacks_its_pages() -> None:
    """1.0.19 has every other page; what is only there is nothing, so that no file of a theme is left alone."""
    old, new = MIDTOWN.files("1.0.19"), MIDTOWN.files("1.0.20")
    assert set(new) - set(old) == PORTAL
    assert set(old) <= set(new)


def keys(version: str) -> set[str]:
    """Return the settings of a version."""
    return {setting.key for setting in read(MIDTOWN.files(version)["manifest.json"])[0].settings()}


def test_every_setting_that_went_has_a_step() -> None:
    """What was called otherwise in the version before has its new name in the steps, and those are of real settings."""
    for newer, older in pairwise(MIDTOWN.known()):
        steps = {step.old: step.new for step in STEPS if step.version == newer}
        assert keys(older) - keys(newer) <= set(steps)
        assert set(steps) <= keys(older)
        assert set(steps.values()) <= keys(newer)


def test_what_changed_between_two_versions_is_told(tmp_path: Path) -> None:
    """After the one, up to and with the other, newest first."""
    bases = written(tmp_path)
    assert bases.newest == NEW
    assert bases.known() == (NEW, OLD)
    assert bases.files(OLD) == FILES[OLD]
    assert bases.changes(OLD, NEW) == (Change(NEW, date(2026, 12, 7), ("My Conversations.",)),)
    assert bases.changes(NEW, NEW) == ()
    for since, until in ((OLD, "1.0.21"), ("1.0.18", NEW)):
        with pytest.raises(UnknownVersion):
            bases.changes(since, until)
    with pytest.raises(UnknownVersion):
        bases.files("../../etc")


def change(root: Path, name: str, text: str) -> Bases:
    """Write a file of the newest version, and read all versions again."""
    (root / "midtown" / name).write_text(text, "utf-8")
    return Bases(root)


def test_a_version_that_is_not_released_can_be_locked_again(tmp_path: Path) -> None:
    """A change, a new file and a missing one are told, with what to do."""
    bases = written(tmp_path)
    assert themes.differences(bases, NEW) == [], "before its first lock it may change"
    assert themes.lock(tmp_path) == f"Locked: {NEW}, {OLD}."
    assert themes.differences(Bases(tmp_path), NEW) == []

    change(tmp_path, "home.html", "<hr>\n")
    change(tmp_path, "account.html", "<hr>\n")
    (tmp_path / "midtown" / "parts" / "topics.html").unlink()
    assert themes.differences(Bases(tmp_path), NEW) == [
        f"{NEW}: {name} is not as it was locked. To change it: python -m tools.themes lock."
        for name in ("account.html", "home.html", "parts/topics.html")
    ]
    themes.lock(tmp_path)
    assert themes.differences(Bases(tmp_path), NEW) == []


def test_a_released_version_never_changes_again(tmp_path: Path) -> None:
    """Its lock stays; a change needs a new version, which begins with a copy of it."""
    written(tmp_path)
    assert themes.lock(tmp_path, released=True) == f"Released: {NEW}, {OLD}."
    with pytest.raises(themes.CannotLock, match="is released and does not change"):
        themes.lock(tmp_path)

    bases = change(tmp_path, "home.html", "<hr>\n")
    assert themes.differences(bases, NEW) == [
        f"{NEW}: home.html is not as it was locked. To change it: make a new version, with its entry."
    ]
    with pytest.raises(themes.CannotLock, match=r"home\.html is not as it was locked"):
        themes.begin(tmp_path, "1.0.21")

    change(tmp_path, "home.html", FILES[NEW]["home.html"])
    assert themes.begin(tmp_path, "1.0.21").startswith("1.0.21 has begun.")
    bases = change(tmp_path, "home.html", "<hr>\n")
    assert bases.known() == ("1.0.21", NEW, OLD)
    assert bases.files(NEW) == FILES[NEW]
    assert bases.files("1.0.21") == {**FILES[NEW], "home.html": "<hr>\n"}
    assert themes.differences(bases, NEW) == themes.differences(bases, "1.0.21") == []
    with pytest.raises(themes.CannotLock, match=r"Say first in changes\.json what is new"):
        themes.lock(tmp_path, released=True)


@pytest.mark.parametrize("version", ["1.0.20", "1.0.3", "1.1", "next", "../1.0.21"])
def test_the_next_version_has_a_higher_number(version: str, tmp_path: Path) -> None:
    written(tmp_path)
    with pytest.raises(themes.CannotLock, match=f"{NEW} is not released yet"):
        themes.begin(tmp_path, "1.0.21")
    themes.lock(tmp_path, released=True)
    with pytest.raises(themes.CannotLock, match="is no version after"):
        themes.begin(tmp_path, version)
    assert Bases(tmp_path).known() == (NEW, OLD)


def test_the_command_says_what_it_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the command line; a reason to stop is one sentence and a status."""
    written(tmp_path)
    monkeypatch.setattr(themes, "ROOT", tmp_path)
    said = []
    for command, status in (("lock", 0), ("release", 0), ("lock", 1), ("begin 1.0.21", 0)):
        monkeypatch.setattr(sys, "argv", ["themes", *command.split()])
        assert themes.main() == status
        out, err = capsys.readouterr()
        said.append((out or err).strip())
    assert said == [
        "Locked: 1.0.20, 1.0.19.",
        "Released: 1.0.20, 1.0.19.",
        "1.0.20 is released and does not change. Begin the next: python -m tools.themes begin …",
        "1.0.21 has begun. Say in changes.json what is new in it.",
    ]
