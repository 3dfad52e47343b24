"""What the page of a theme's file lists beside it: pages, their files, and what is wrong in each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from chalicelib.records import replace
from chalicelib.themes import styles
from chalicelib.themes.language.checker import check
from chalicelib.themes.language.closure import closure
from chalicelib.themes.manifest import additions, read
from chalicelib.themes.model import ERROR, MANIFEST, STYLESHEET, Problem
from chalicelib.themes.values import PLACE, types
from chalicelib.web.settings.themes.checking import NAMES
from chalicelib.web.settings.themes.file_contexts import Excerpt, FileChoice, FileGroup, Found
from chalicelib.web.settings.themes.samples import PAGE_LABELS

if TYPE_CHECKING:
    from chalicelib.themes.editions import Edition
    from chalicelib.themes.language.types import PageNames
    from chalicelib.urls import Urls

_WORD = re.compile(r"[\w-]+|[^\w\s]+")
_LONGEST = 160
"""Characters of a line that an excerpt shows."""
_UNUSED = "unused"
"""The kind of problem of a file that no page uses, which can be told only after all pages."""
_OF_ALL = frozenset({"slot", "title", _UNUSED})
"""Kinds of problems that the checker tells at the beginning of a file and that are of all of it."""


def pages_of(edition: Edition) -> tuple[str, ...]:
    """Return the pages that a theme's version of Midtown has, by key, in the order of the editor."""
    return tuple(page for page in PAGE_LABELS if f"{page}.html" in edition.files)


def page_of(edition: Edition, name: str, wished: str) -> str:
    """Return the page that goes with a file: the one that was chosen, where it is made of it, or the first that is."""
    pages = pages_of(edition)
    ordered = [wished, *pages] if wished in pages else list(pages)
    return next((one for one in ordered if name in closure(edition.files, f"{one}.html")), ordered[0])


def groups(
    edition: Edition, midtown: Mapping[str, str], page: str, address: Callable[[str], str], current: str
) -> tuple[FileGroup, ...]:
    """Return the files of a page, those of the whole theme, and those on no page."""

    def group(label: str, names: Iterable[str]) -> FileGroup:
        choices = (
            FileChoice(
                name,
                address(name),
                current=name == current,
                changed=name in midtown and midtown[name] != edition.files[name],
                own=name not in midtown,
            )
            for name in names
        )
        return FileGroup(label, tuple(choices))

    used = {name for one in pages_of(edition) for name in closure(edition.files, f"{one}.html")}
    loose = sorted(name for name in edition.files if name.endswith(".html") and name not in used)
    entry = f"{page}.html"
    of_page = sorted(closure(edition.files, entry), key=lambda name: (name != entry, "/" in name, name))
    made = (
        group(f"Files of {PAGE_LABELS[page]}", of_page),
        group("Whole theme", (STYLESHEET, MANIFEST)),
        group("On no page yet", loose),
    )
    return tuple(one for one in made if one.files)


def offered(edition: Edition, page: str) -> PageNames:
    """Return what a page offers, with the settings of the theme."""
    names = NAMES[f"{page}.html"]
    return replace(names, names={**names.names, "settings": types(edition.manifest)})


def problems_of(edition: Edition, midtown: Mapping[str, str], name: str) -> list[Problem]:
    """Return what is wrong with a file, and with others of its pages. What only rendering shows is for publishing."""
    if name == STYLESHEET:
        return styles.check(edition.files[name])
    if name == MANIFEST:
        own, problems = read(edition.files[name])
        return [*problems, *additions(read(midtown[name])[0], own)]
    settings = types(edition.manifest)
    with_it = {entry for entry in NAMES if name in closure(edition.files, entry)}
    pages = {
        entry: replace(one, names={**one.names, "settings": settings})
        for entry, one in NAMES.items()
        if entry in with_it or not with_it
    }
    return [one for one in check(edition.files, pages) if one.kind != _UNUSED or one.file == name]


def found(problem: Problem, edition: Edition, theme_id: str, urls: Urls) -> Found:
    """Return a problem as a page shows it, with the address of where it is put right."""
    whole = problem.kind in _OF_ALL and problem.line == 1
    error, line, column = problem.level == ERROR, 0 if whole else problem.line, 0 if whole else problem.column
    if problem.file.startswith(f"{PLACE}."):
        key = problem.file.split(".")[1]
        setting, address = edition.manifest.find(key), urls.settings("themes", theme_id)
        if setting is None:
            return Found(problem.sentence, key, address, error)
        return Found(problem.sentence, f"Setting {setting.label}", f"{address}#theme-{key}", error)
    if problem.file not in edition.files:
        return Found(problem.sentence, problem.file, "", error)
    place = f"{problem.file}, line {line}" if line else problem.file
    asked = {"line": str(line)} if line else {}
    address = urls.settings("themes", theme_id, "files", file=problem.file, **asked)
    excerpt = _excerpt(edition.files[problem.file], line, column)
    return Found(problem.sentence, place, address, error, line, column, excerpt)


def elsewhere(problems: Iterable[Problem], name: str, theme_id: str, urls: Urls) -> tuple[Found, ...]:
    """Return each other file with problems once, with how many it has."""
    counted: dict[str, list[Problem]] = {}
    for one in problems:
        if one.file != name:
            counted.setdefault(one.file, []).append(one)
    return tuple(
        Found(
            f"{len(some)} problems in {file}" if len(some) > 1 else f"One problem in {file}",
            file,
            urls.settings("themes", theme_id, "files", file=file),
            any(one.level == ERROR for one in some),
        )
        for file, some in counted.items()
    )


def _excerpt(text: str, line: int, column: int) -> Excerpt | None:
    """Return a line as an excerpt, None where there is none or where it is empty."""
    lines = text.split("\n")
    shown = lines[line - 1] if 0 < line <= len(lines) else ""
    start = max(column - 1 - _LONGEST // 2, 0)
    word = _WORD.match(shown, column - 1) if 0 < column <= len(shown) else None
    if not shown.strip():
        return None
    if word is None:
        return Excerpt("", "", shown[:_LONGEST])
    before = ("…" if start else "") + shown[start : word.start()]
    return Excerpt(before, word[0], shown[word.end() : start + _LONGEST])
