"""Midtown and the product keep to what each page offers: its types, no name more, and no name that nobody needs."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined, nodes

from chalicelib.rendering.environment import MIDTOWN, PARTS_ALONE, Renderer
from chalicelib.rendering.filters import FILTERS, Times
from chalicelib.rendering.linking import TIMED, TITLE_ENDS, link
from chalicelib.rendering.model import ThemedPage
from tests import samples
from tests.themes import reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.speech import Speech
    from chalicelib.themes.language.types import PageNames

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
FILES = {
    path.relative_to(TEMPLATES / MIDTOWN).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted((TEMPLATES / MIDTOWN).rglob("*.html"))
}
RENDERER = Renderer(TEMPLATES)
THEMED = {name: (page, site) for name, (page, site) in samples.PAGES.items() if isinstance(page, ThemedPage)}
KINDS = sorted({type(page) for page, _ in THEMED.values()}, key=lambda kind: kind.__name__)

NOT_IN_MIDTOWN = {
    "icons": "a theme may show any of them",
    "site.direction": "the product says it of the whole page; a theme may need to know it for a picture",
    "site.language": "the same",
    "urls.here": "for links that come back to the page",
    "urls.contact": "the way to it is part of the pages of the help centre",
    "urls.search": "the form that searches is the product's; a theme may link to the page",
    "page.status": "which tab of My Conversations is open, for other headings; the tabs tell it with “current”",
    "page.rows[].created_at": "for rows that say when a conversation began",
    "topics[].topics[].url": "for cards that lead to what is in a category; a card of Midtown is one link",
    "page.step": "which step of signing in it is, for a picture or a look of its own",
    "channel.key": "for a colour of each channel; Midtown shows its icon and its name",
}
"""What pages offer and Midtown does not read, and why: a path, its beginning or its end."""


class Taken:
    """A theme that shows Midtown, and keeps what it was given."""

    name, stylesheet = "midtown", ""
    names: Mapping[str, Any]

    def __init__(self) -> None:
        self.settings = RENDERER.midtown.settings

    def of(self, entry: str) -> Taken:
        return self

    def written(self, entry: str, names: Mapping[str, Any], times: Times, says: Speech) -> None:
        self.names = names


def given(name: str) -> dict[str, Any]:
    """Return what a theme is given for a sample."""
    page, site = THEMED[name]
    taken = Taken()
    RENDERER.page(page, site, samples.ZONE, samples.NOW, look=taken)
    return dict(taken.names)


def needless(paths: set[str]) -> set[str]:
    """Return the paths that are not listed with a reason."""
    return {
        path
        for path in paths
        if not any(path == one or path.startswith(f"{one}.") or path.endswith(f".{one}") for one in NOT_IN_MIDTOWN)
    }


def tree(kind: type[ThemedPage]) -> nodes.Template:
    return link(FILES, kind.entry, Environment(trim_blocks=True, lstrip_blocks=True))


def names_of(kind: type[ThemedPage]) -> PageNames:
    return cast("PageNames", kind.names)  # type: ignore[attr-defined]  # every page has them, the base has none


@pytest.mark.parametrize("name", THEMED)
def test_what_is_offered_is_what_is_declared(name: str) -> None:
    """Plain data of exactly the declared types: nothing with methods of ours, no text that would not be escaped."""
    offered = given(name)
    assert offered.pop("settings") == RENDERER.midtown.settings
    declared = names_of(type(THEMED[name][0])).names  # type: ignore[arg-type]
    assert offered.keys() == declared.keys()
    assert [wrong for one in declared for wrong in reading.misfits(offered[one], declared[one], one)] == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_midtown_reads_what_is_declared(kind: type[ThemedPage]) -> None:
    """And all that is offered of the page itself, its slots and its hooks, but for what is listed with a reason."""
    names = names_of(kind)
    left = reading.declared(names) - reading.read(tree(kind), names)
    own = ("page.",) if kind.part else ("page.", "slots.", "hooks.")
    assert needless({one for one in left if one.startswith(own)}) == set()


def test_midtown_reads_what_every_page_offers() -> None:
    """Of the site, its addresses and its icons some page reads each, but for what is listed with a reason."""
    left = set[str]().union(*(reading.declared(names_of(kind)) for kind in KINDS))
    for kind in KINDS:
        left -= reading.read(tree(kind), names_of(kind))
    assert needless(left) == set()


def test_what_is_listed_is_offered() -> None:
    """The list of what Midtown does not read names nothing that is gone."""
    offered = "\n".join(one for kind in KINDS for one in reading.declared(names_of(kind)))
    assert {one for one in NOT_IN_MIDTOWN if one not in offered} == set()


def test_required_slots_and_hooks_are_offered() -> None:
    for kind in KINDS:
        assert set(names_of(kind).required) <= reading.declared(names_of(kind))


def test_settings_are_those_of_the_manifest() -> None:
    """No file of Midtown reads a setting that the manifest has not."""
    read = set[str]().union(*(reading.settings_read(tree(kind)) for kind in KINDS))
    assert read <= RENDERER.midtown.settings.keys()


def test_every_file_of_midtown_is_part_of_a_page() -> None:
    """What no page is linked from would be kept and never seen."""
    parsed = Environment()
    used = {kind.entry for kind in KINDS}
    for name in list(used):
        pending = [name]
        while pending:
            source = parsed.parse(FILES[pending.pop()])
            for node in source.find_all((nodes.Extends, nodes.Include)):
                pending.append(node.template.value)  # type: ignore[attr-defined]
                used.add(pending[-1])
    assert used == FILES.keys()
    assert {name for name in FILES if name in PARTS_ALONE} == {kind.entry for kind in KINDS if kind.part}


@pytest.mark.parametrize("name", THEMED)
def test_a_linked_page_says_what_its_files_say(name: str) -> None:
    """Put in place or extended and included by Jinja2 itself, a page of Midtown is the same to the byte."""
    page, _ = THEMED[name]
    assert isinstance(page, ThemedPage)
    times = Times(samples.ZONE, samples.NOW)
    filters = {one: partial(FILTERS[one], times=times) if one in TIMED else FILTERS[one] for one in FILTERS}
    say = {"_": times.speech.page_text, "ngettext": times.speech.page_plural}
    plain = Environment(
        loader=DictLoader(FILES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    linked = RENDERER.environment.get_template(MIDTOWN + page.entry)
    names = {**given(name), **say}
    body = linked.render(names, times=times).partition(TITLE_ENDS)[2]
    plain.filters.update(filters)
    assert body == plain.get_template(page.entry).render(names)
