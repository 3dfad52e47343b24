"""Pages of a made-up help centre, with articles and without."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from markupsafe import Markup

from chalicelib.conversations.model import MAX_BODY, MAX_SUBJECT
from chalicelib.finding.model import asked, spots
from chalicelib.rendering.marking import pieces
from chalicelib.speech import LANGUAGES
from chalicelib.web.contexts import Choice, Fault
from chalicelib.web.help_center.contexts import (
    ArticleLine,
    ArticlePage,
    CategoryCard,
    CategoryPage,
    Contact,
    Crumb,
    FoundArticle,
    Helpful,
    HelpHome,
    SearchPage,
    Section,
)
from chalicelib.web.settings.themes.sample_conversations import NOW

if TYPE_CHECKING:
    from chalicelib.urls import Urls


def _card(urls: Urls, name: str, icon: str, count: int, *children: str) -> CategoryCard:
    return CategoryCard(
        name, urls.category("sample"), icon, count, tuple(Crumb(one, urls.category("sample")) for one in children)
    )


def _cards(urls: Urls) -> tuple[CategoryCard, ...]:
    return (
        _card(urls, "Orders and delivery", "kb-truck", 14, "Tracking", "Customs"),
        _card(urls, "Returns", "kb-order", 6),
        _card(urls, "Care and repair of lamps, shades and everything that came with them", "kb-wrench", 1),
    )


def _lines(urls: Urls) -> tuple[ArticleLine, ...]:
    there = urls.article("sample")
    return (
        ArticleLine(
            "Replacing a broken shade",
            "What to measure, and how the shade comes off.",
            there,
            internal=False,
            language="en",
        ),
        ArticleLine("When does my parcel arrive?", "", there, internal=False, language="en"),
        ArticleLine("أين طلبي؟", "كيف تتبع طلبك خطوة بخطوة.", there, internal=False, language="ar"),
    )


def home(*, empty: bool = False) -> Callable[[Urls], HelpHome]:
    """Return what makes the front page."""
    return lambda urls: HelpHome(
        welcome="" if empty else "We answer within a day.\nOur workshop is closed on Sundays.",
        categories=() if empty else _cards(urls),
        featured=() if empty else _lines(urls),
        meta=None,
    )


def category(urls: Urls) -> CategoryPage:
    """Return a category with more in it than one page shows."""
    return CategoryPage(
        name="Orders and delivery",
        icon="kb-truck",
        count=14,
        crumbs=(Crumb("Help centre", urls.home()),),
        children=_cards(urls)[:2],
        articles=_lines(urls),
        first_page_url="",
        more_url=urls.category("sample"),
        meta=None,
    )


_ARTICLE = Markup(
    '<p>The shade comes off without tools.</p><h2 id="measure">Measure it</h2><p>Across the <strong>inner</strong> rim.'
    '</p><ul><li>Heron: 140</li><li>Finch: 120</li></ul><h2 id="take-it-off">Take it off</h2>'
    "<p>Turn the ring to the left. Hold the shade with your other hand.</p><pre><code>HERON-140-OPAL</code></pre>"
    "<table><thead><tr><th>Shade</th><th>Price</th></tr></thead>"
    "<tbody><tr><td>Opal</td><td>18 €</td></tr></tbody></table>"
)


def article(urls: Urls) -> ArticlePage:
    """Return an article with sections, a table and a translation."""
    return ArticlePage(
        title="Replacing a broken shade",
        summary="What to measure, and how the shade comes off.",
        html=_ARTICLE,
        language="en",
        direction="ltr",
        internal=False,
        updated_at=NOW - timedelta(days=40),
        minutes=3,
        crumbs=(Crumb("Help centre", urls.home()), Crumb("Care and repair", urls.category("sample"))),
        sections=(Section(2, "measure", "Measure it"), Section(2, "take-it-off", "Take it off")),
        languages=(
            Choice("en", LANGUAGES["en"], urls.article("sample"), current=True),
            Choice("ar", LANGUAGES["ar"], urls.article("sample"), current=False),
        ),
        missing="",
        newest_url="",
        related=_lines(urls),
        helpful=Helpful(action=""),
        meta=None,
    )


def search(*, found: bool) -> Callable[[Urls], SearchPage]:
    """Return what makes the results of a search."""

    def made(urls: Urls) -> SearchPage:
        hits = tuple(
            FoundArticle(
                one.title,
                one.url,
                Markup("The <mark>shade</mark> comes off without tools."),
                "Care and repair",
                internal=False,
                language=one.language,
                titled=tuple(pieces(one.title, spots(asked("shade"), one.title))),
            )
            for one in _lines(urls)
        )
        return SearchPage(
            q="shade",
            hits=hits if found else (),
            total=3 if found else 0,
            more=False,
            first=1,
            language="",
            browse_url=urls.home(),
        )

    return made


def contact(*, refused: bool = False) -> Callable[[Urls], Contact]:
    """Return what makes the contact form, empty or as it comes back."""
    faults = (Fault("Enter your e-mail address, so that we can reply.", "email"),) if refused else ()
    return lambda _: Contact(
        composer=None,
        key="sample",
        max_body=MAX_BODY,
        max_subject=MAX_SUBJECT,
        body="Hello?" if refused else "",
        faults=faults,
    )
