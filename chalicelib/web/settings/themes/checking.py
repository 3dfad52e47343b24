"""What the checks of a theme are told of the product: its pages, samples of each state, languages and snippets."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chalicelib.themes.checks import Product, Sample, checks
from chalicelib.web.contexts import ErrorPage
from chalicelib.web.customer.contexts import Account, ConversationPage, Conversations, NewConversation, Updates
from chalicelib.web.help_center.contexts import ArticlePage, CategoryPage, Contact, ContactSent, HelpHome, SearchPage
from chalicelib.web.settings.themes.preview import drawn
from chalicelib.web.settings.themes.preview_urls import PreviewUrls
from chalicelib.web.settings.themes.samples import PAGE_LABELS, SAMPLES
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
