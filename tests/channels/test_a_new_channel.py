"""A channel is added with a folder, a line, an icon and words; everything else of the product follows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import catalogues

ROOT = Path(__file__).resolve().parents[2]
NEEDED = (
    "app.py",
    "chalicelib",
    "infra",
    "local",
    "locale",
    "pyproject.toml",
    "static",
    "templates",
    "tests",
    "tools",
    "vendor",
)
PRODUCT = ("app.py", "chalicelib", "static", "templates")
FOLDER = '''"""Telegram, which does not exist here: a test adds it."""

from __future__ import annotations

from chalicelib.channels.contract import Channel, Handle, user_name
from chalicelib.speech import mark

CHANNEL = Channel("telegram", mark("Telegram"), handle=Handle("telegram", "Telegram", user_name))
'''
SYMBOL = '<symbol id="channel-telegram" viewBox="0 0 20 20"><path d="m2.5 9 15-6-3 14-5-4z"/></symbol>\n</svg>'


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the checkout with one channel more."""
    copy = tmp_path / "checkout"
    copy.mkdir()
    ignored = shutil.ignore_patterns("__pycache__", "node_modules")
    for name in NEEDED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, symlinks=True, ignore=ignored)
        else:
            shutil.copy2(ROOT / name, copy / name)
    folder = copy / "chalicelib" / "channels" / "telegram"
    folder.mkdir()
    (folder / "__init__.py").write_text(FOLDER)
    replaced(copy / "chalicelib" / "channels" / "model.py", "sms, twitter", "sms, telegram, twitter")
    replaced(copy / "static" / "icons.svg", "</svg>", SYMBOL, last=True)
    catalogues.merge(copy)
    for language in catalogues.TRANSLATED:
        catalogue = catalogues.read(language, copy)
        catalogue["Telegram"].string = "Telegram"
        catalogues.write(catalogue, language, copy)
    return copy


def replaced(path: Path, old: str, new: str, *, last: bool = False) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(new.join(text.rsplit(old, 1)) if last else text.replace(old, new), encoding="utf-8")


def changed(tree: Path) -> set[str]:
    """Return the files of the product that are not what they are here."""
    files = (path for name in PRODUCT for path in (tree / name, *(tree / name).rglob("*")) if path.is_file())
    names = (path.relative_to(tree).as_posix() for path in files if "__pycache__" not in path.parts)
    return {name for name in names if content(ROOT / name) != content(tree / name)}


def content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def test_a_folder_a_line_an_icon_and_words_are_a_channel(tree: Path) -> None:
    """Programs, imports, customers, staff and merging have it, and so do the tests that look at every channel."""
    assert changed(tree) == {
        "chalicelib/channels/model.py",
        "chalicelib/channels/telegram/__init__.py",
        "static/icons.svg",
    }
    assert catalogues.faults(tree) == []
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "AWS_", "FOYER_"))}
    wanted = (
        "tests/channels/telegram.py",
        "tests/test_templates.py::test_icons_that_pages_use_are_drawn",
        "tests/web/customer/test_list_page.py::test_every_channel_is_there_with_name_and_icon",
        "tests/imports/test_import.py::test_every_channel_arrives_whole",
    )
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *wanted],
        cwd=tree,
        env=clean,
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
