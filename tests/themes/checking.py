"""The checks of a theme as the editor runs them, without a table: the product's pages, samples and languages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

from chalicelib import zones
from chalicelib.portal.model import PortalSettings
from chalicelib.rendering.environment import Renderer
from chalicelib.speech import speech
from chalicelib.themes.checks import Check, Product, Sample, checks
from chalicelib.themes.editions import Edition
from chalicelib.themes.looks import Looks, Reader
from chalicelib.themes.model import Asset, Content, Problem
from chalicelib.urls import Urls
from chalicelib.web.contexts import Site
from chalicelib.web.settings.themes import samples
from chalicelib.web.settings.themes.checking import NAMES
from infra.build import ROOT
from tests.themes.world import BASES, NEW

URLS = Urls()
RENDERER = Renderer(ROOT / "templates")
LOOKS = Looks(None, BASES, lambda name, reader: "", None)
MIDTOWN = BASES.files(NEW)
CONTACTS = (URLS.contact(), URLS.new_conversation())


def edition(
    files: Mapping[str, str] | None = None,
    *,
    base: str = NEW,
    values: Mapping[str, Any] | None = None,
    assets: Collection[Asset] = (),
) -> Edition:
    """Return a revision; ``files`` are those that it changed or added."""
    midtown, changed = BASES.files(base), dict(files or {})
    origins = {name: midtown[name] for name in changed if name in midtown}
    return Edition("t-1", Content(base, changed, origins, values or {}, {one.name: one for one in assets}), midtown)


def with_line(name: str, after: str, line: str) -> dict[str, str]:
    """Return a file of Midtown with one line more, behind the first that has the text ``after``."""
    lines = MIDTOWN[name].split("\n")
    at = next(at for at, one in enumerate(lines) if after in one)
    return {name: "\n".join([*lines[: at + 1], line, *lines[at + 1 :]])}


def swapped(name: str, old: str, new: str) -> dict[str, str]:
    """Return a file of Midtown with one text in the place of another, which it has once."""
    assert MIDTOWN[name].count(old) == 1, (name, old)
    return {name: MIDTOWN[name].replace(old, new)}


def product(
    made: Edition,
    *,
    languages: Sequence[str] = ("en",),
    snippets: Mapping[str, Collection[str]] | None = None,
    pages: Collection[str] = (),
    drawn: Sequence[Sample] = (),
) -> Product:
    """Return what the checks are told; ``pages`` are those of which samples are rendered, ``drawn`` further samples."""
    told = tuple(
        Sample(entry, f"{entry.removesuffix('.html')}: {one.label}", partial(_draw, made, one))
        for entry, states in samples.SAMPLES.items()
        for one in states
        if entry in pages
    )
    return Product(NAMES, (*told, *drawn), CONTACTS, languages, snippets or {})


def all_checks(made: Edition, **told: Any) -> dict[str, Check]:
    """Return every check by its key."""
    return {one.key: one for one in checks(made, product(made, **told))}


def found(made: Edition, key: str, **told: Any) -> list[Problem]:
    """Return what one check found; every other check must have found nothing."""
    made_of = all_checks(made, **told)
    others = [str(problem) for one in made_of.values() if one.key != key for problem in one.problems]
    assert others == []
    return list(made_of[key].problems)


def the(made: Edition, key: str, **told: Any) -> Problem:
    """Return the one problem of a theme."""
    (problem,) = found(made, key, **told)
    return problem


def _draw(made: Edition, shown: samples.Sample) -> str:
    says = speech("ar" if shown.rtl else "en")
    site = Site(
        organization="Alder & Finch",
        urls=URLS,
        area="portal",
        csrf="",
        brand_version=1,
        has_logo=False,
        portal_on=True,
        viewer=shown.viewer,
        notice=shown.notice,
        here=shown.here,
        time_zone="UTC",
        language=says.language,
        direction=says.direction,
        address="/",
    )
    look = LOOKS.preview(made, Reader(PortalSettings(), URLS, says.language))
    return RENDERER.page(shown.page(URLS), site, zones.zone("UTC"), samples.NOW, says, look)
