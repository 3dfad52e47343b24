"""What the checks of a theme are told of the product: its pages, samples of each state, languages and snippets."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chalicelib.records import replace
from chalicelib.themes import styles
from chalicelib.themes.checks import Product, Sample, checks, manifest_problems
from chalicelib.themes.language.checker import check
from chalicelib.themes.language.closure import closure
from chalicelib.themes.model import MANIFEST, STYLESHEET, WARNING, Problem
from chalicelib.themes.values import types
from chalicelib.web.contexts import ErrorPage
from chalicelib.web.customer.contexts import Account, ConversationPage, Conversations, NewConversation, Updates
from chalicelib.web.help_center.contexts import ArticlePage, CategoryPage, Contact, ContactSent, HelpHome, SearchPage
from chalicelib.web.settings.themes.preview import drawn
from chalicelib.web.settings.themes.preview_urls import PreviewUrls
from chalicelib.web.settings.themes.samples import SAMPLES
from chalicelib.web.settings.themes.values import PAGE_LABELS
from chalicelib.web.signing_in.contexts import SignIn

if TYPE_CHECKING:
    from chalicelib.themes.checks import Check
    from chalicelib.themes.editions import Edition
    from chalicelib.themes.language.types import PageNames
    from chalicelib.web.visit import Visit

NAMES: dict[str, PageNames] = {
    kind.entry: kind.names
    for kind in (
        *(HelpHome, CategoryPage, ArticlePage, SearchPage, Contact, ContactSent, SignIn),
        *(Conversations, ConversationPage, NewConversation, Account, ErrorPage, Updates),
    )
}
"""What each page offers to themes, by its file; without the settings, which are those of a theme's manifest."""


def checked(visit: Visit, theme_id: str, edition: Edition) -> tuple[Check, ...]:
    """Return every check of a revision, with its problems."""
    return checks(edition, product(visit, theme_id, edition))


def product(visit: Visit, theme_id: str, edition: Edition) -> Product:
    """Return what the checks of a revision must know."""
    urls = PreviewUrls(visit.urls.prefix, place=visit.urls.settings("themes", theme_id))
    return Product(
        pages=NAMES,
        samples=tuple(
            Sample(
                entry,
                f"{PAGE_LABELS[entry.removesuffix('.html')]} ({one.label})",
                partial(drawn, visit, theme_id, edition, one, {}),
            )
            for entry, states in SAMPLES.items()
            for one in states
        ),
        contacts=(urls.contact(), urls.new_conversation()),
        languages=visit.settings().languages,
        snippets={one.name: tuple(one.values) for one in visit.house.snippets.all()},
    )


def problems_with(edition: Edition, name: str) -> list[Problem]:
    """Return what is wrong with a file as it is, and with the other files of the pages that it belongs to."""
    if name == STYLESHEET:
        return styles.check(edition.files[name])
    if name == MANIFEST:
        return manifest_problems(edition)
    settings = types(edition.manifest)
    pages = {entry: names for entry, names in NAMES.items() if name in closure(edition.files, entry)}
    if not pages:
        return [Problem(name, 0, 0, "unused", _UNUSED, WARNING)]
    offered = {entry: replace(one, names={**one.names, "settings": settings}) for entry, one in pages.items()}
    return [one for one in check(edition.files, offered) if one.kind != "unused"]


_UNUSED = "No page uses this file yet. Include it in another: {% include 'parts/banner.html' %}."
