"""Checks the templates of a theme: an allow-list over Jinja2's trees, the types of what each page offers, its HTML."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.themes.language.findings import Findings
from chalicelib.themes.language.limits import LIMITS, Limits
from chalicelib.themes.language.sources import TOP, Sources
from chalicelib.themes.language.statements import Page
from chalicelib.themes.language.types import PageNames
from chalicelib.themes.model import WARNING, Problem


def check(files: Mapping[str, str], pages: Mapping[str, PageNames], *, limits: Limits = LIMITS) -> list[Problem]:
    """Return every problem of a theme's templates, by file and place.

    ``files`` are all files of the theme, those of Midtown that it leaves as they are included; other files than
    templates are not looked at. ``pages`` are what each page offers, by the name of its file; a page whose file the
    theme lacks is left to Midtown.
    """
    findings = Findings(limits.problems)
    sources = Sources(files, findings, limits)
    left = limits.theme_parts
    for entry, names in pages.items():
        if entry in sources.trees and not findings.full:
            findings.page = entry
            left -= Page(sources, names, findings, limits, left).check(entry)
    findings.page = ""
    if findings.empty:
        _warn_of_unused(sources, findings)
    return findings.problems()


def _warn_of_unused(sources: Sources, findings: Findings) -> None:
    for name, tree in sources.trees.items():
        if tree and not findings.used(name):
            findings.enter(name)
            findings.say(TOP, "unused", "No page uses this file.", WARNING)
