"""The files of a theme, each read once, within the bounds of a theme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jinja2 import nodes

from chalicelib.themes.language.findings import Findings, shown
from chalicelib.themes.language.tokens import Line, Unreadable, parse
from chalicelib.themes.model import TEMPLATE

if TYPE_CHECKING:
    from chalicelib.themes.language.limits import Limits

TOP = Line.at(1, 1)


class Sources:
    """The templates among a theme's files, by name. One that cannot be read has no tree, but a problem."""

    def __init__(self, files: Mapping[str, str], findings: Findings, limits: Limits) -> None:
        """Read all of them."""
        self.trees: dict[str, nodes.Template | None] = {}
        self._findings, self._limits = findings, limits
        self._left = limits.theme_tokens
        names = sorted(name for name in files if name.endswith(".html"))
        if len(names) > limits.files:
            findings.say(0, "size", f"A theme has at most {limits.files} files; this one has {len(names)} templates.")
            names = names[: limits.files]
        for name in names:
            self.trees[name] = self._tree(name, files[name])

    def _tree(self, name: str, source: str) -> nodes.Template | None:
        self._findings.enter(name if TEMPLATE.fullmatch(name) else "")
        if not TEMPLATE.fullmatch(name):
            sentence = f"Rename {shown(name)}: small letters, digits and -, and .html, in parts/ or in no folder."
            self._findings.say(0, "file", sentence)
            return None
        if self._left < 0:
            return None
        try:
            tree, counted = parse(source, self._limits)
        except Unreadable as why:
            self._findings.say(why.at, why.kind, why.sentence)
            return None
        self._left -= counted
        if self._left < 0:
            most = f"{self._limits.theme_tokens:,}"
            sentence = f"The templates of a theme have at most {most} words and signs in their tags together."
            self._findings.say(TOP, "size", f"{sentence} This file is the first beyond that.")
            return None
        self._check(tree)
        return tree

    def _check(self, tree: nodes.Template) -> None:
        """Refuse what a file has too often."""
        seen: set[str] = set()
        for one in tree.find_all(nodes.Block):
            if one.name in seen:
                self._findings.say(one.lineno, "block", f"The file has the block {shown(one.name)} twice.")
            seen.add(one.name)
        names = [one for one in tree.find_all(nodes.Name) if one.ctx != "load"]
        if len(names) > self._limits.names:
            sentence = f"A file sets at most {self._limits.names} names."
            self._findings.say(names[self._limits.names].lineno, "size", sentence)
