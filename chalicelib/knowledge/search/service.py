"""Search as readers use it: the index of each scope they see, fetched when first searched, kept until a newer one is.

Which index is the newest stands in one item, which every search reads. A reader who does not see a scope never has its
index opened, and no other index has a word of it.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup, escape

from chalicelib import telemetry
from chalicelib.aws import article_keys, keys
from chalicelib.aws.limits import Limit
from chalicelib.knowledge.index_state import place, state_of, want_anew
from chalicelib.records import dataclass
from chalicelib.refusals import Unavailable
from chalicelib.speech import mark

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.aws.files import Files
    from chalicelib.aws.items import Item
    from chalicelib.aws.keys import Key
    from chalicelib.aws.limits import Limits
    from chalicelib.aws.table import Later, Reads, Table
    from chalicelib.knowledge.index_state import State
    from chalicelib.knowledge.model import Scope, Sight
    from chalicelib.knowledge.search.index_reader import Index, Match
    from chalicelib.knowledge.search.query_expansion import Term

SEARCHES = Limit("search", most=120, window=60)
"""Searches from one address: two a second are a person typing in a form that looks for answers."""
_TRIES = 2


class Hit(NamedTuple):
    """An article that was found. ``snippet`` is safe HTML, the words in ``<mark>``; ``score`` is lower the better.

    ``titled`` is the title in pieces, every second one of which was asked for. ``language`` is the version's that was
    found, ``category`` the name of its category in that language.
    """

    slug: str
    title: str
    titled: tuple[str, ...]
    snippet: Markup
    category: str
    scope: Scope
    language: str
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, how many articles were found, and whether there may be more than were counted."""

    hits: tuple[Hit, ...]
    total: int
    more: bool = False


class Search:
    """Finds published articles."""

    def __init__(self, table: Table, files: Files, limits: Limits) -> None:
        """Take where the state and the indexes lie, and what keeps one address from searching all day."""
        self._table, self._files, self._limits = table, files, limits
        self._open: dict[Scope, tuple[int, Index]] = {}
        self._alone = threading.Lock()

    def later(self, reads: Reads) -> Later[State]:
        """Read the state together with other items."""
        return reads.want(keys.search_state(), state_of)

    def admit(self, ip: str) -> None:
        """Count a search of somebody at an address, or refuse it (TooManyRequests)."""
        self._limits.use(
            SEARCHES, ip, mark("You have searched very often in a short time. Please wait a moment and try again.")
        )

    def find(
        self, q: str, sight: Sight, language: str, *, limit: int = 10, offset: int = 0, state: State | None = None
    ) -> Found:
        """Return articles within a sight that have the words of ``q``, the best first, in a language where there is it.

        ``state`` is what was read of it together with other items. Raises Unavailable where an index cannot be read.
        """
        from chalicelib.knowledge.search import index_reader

        asked, page = index_reader.terms(q), slice(offset, offset + limit)
        if not asked:
            return Found((), 0)
        with self._alone:
            for _ in range(_TRIES):
                state = state or state_of(self._table.get(keys.search_state()))
                if not state.number:
                    return Found((), 0)
                try:
                    return self._still(self._found(asked, sight, language, page, state), state)
                except FileNotFoundError:  # a newer index took its place a moment ago
                    state = None
                except index_reader.errors() as error:
                    if not index_reader.gave_up(
                        error
                    ):  # else anybody could raise alarms, and have it fetched each time
                        telemetry.fault(error, route="search", method="GET", request_id="")
                        self._forget()
                    raise Unavailable(mark("Search is not working at the moment. Please try again soon.")) from error
            self._miss()
        raise Unavailable(mark("Search is not working at the moment. Please try again soon."))

    def _miss(self) -> None:
        """Want another index where the one in use is not there: a table that was restored names one long removed."""
        want_anew(self._table, state_of(self._table.get(keys.search_state(), consistent=True)))

    def _found(self, asked: tuple[Term, ...], sight: Sight, language: str, page: slice, state: State) -> Found:
        matches: list[tuple[int, float, int, Scope, Index, Match]] = []
        more = False
        for scope in sight.scopes:
            index = self._index(scope, state)
            found, cut = index.find(asked, language)
            more = more or cut
            matches += [(match.tier, match.score, nth, scope, index, match) for nth, match in enumerate(found)]
        matches.sort(key=lambda one: one[:3])
        hits = []
        for *_, scope, index, match in matches[page]:
            shown = index.show(match, asked)
            hits.append(
                Hit(
                    shown.slug,
                    shown.title,
                    shown.titled,
                    shown.snippet,
                    shown.category,
                    scope,
                    match.language,
                    match.score,
                )
            )
        return Found(tuple(hits), len(matches), more)

    def _still(self, found: Found, state: State) -> Found:
        """Return what was found as readers may see it now, where the index is behind what is published.

        Pages change at once: what was taken back or made internal must not be told by a search until the next build,
        nor a sentence that was taken out of a text. An article at a new address is looked for there.
        """
        if state.wanted <= state.built or not found.hits:
            return found
        places = {hit: article_keys.shown_article(hit.scope, hit.slug) for hit in found.hits}
        cards = self._cards(places.values())
        moved = {
            hit: article_keys.shown_article(hit.scope, cards[key]["moved"])
            for hit, key in places.items()
            if key in cards and "moved" in cards[key]
        }
        if moved:
            places |= moved
            cards |= self._cards(moved.values())
        now = (_now(hit, cards.get(key), state.at) for hit, key in places.items())
        hits = tuple(hit for hit in now if hit)
        return Found(hits, found.total - len(found.hits) + len(hits), found.more)

    def _cards(self, places: Iterable[Key]) -> dict[Key, Item]:
        return self._table.get_many(list(dict.fromkeys(places)))

    def _index(self, scope: Scope, state: State) -> Index:
        """Return the index of a scope, fetched unless the one that is open is as new."""
        from chalicelib.knowledge.search.index_reader import Index

        number, index = self._open.get(scope, (0, None))
        if index is None or number < state.number:
            with self._files.fetched(place(scope, state.number)) as path:
                fresh = Index(path)
            if index is not None:
                index.close()
            index = fresh
            self._open[scope] = state.number, fresh
        return index

    def _forget(self) -> None:
        for _, index in self._open.values():
            index.close()
        self._open.clear()


def _now(hit: Hit, card: Item | None, built_at: str) -> Hit | None:
    """Return a hit as its article is read now, or None where it is not; ``built_at`` is when the index was begun."""
    shown = card["languages"].get(hit.language) if card and "languages" in card else None
    if card is None or shown is None:
        return None
    if shown["at"] < built_at:
        return hit._replace(slug=card["slug"])
    title = shown["title"]
    return hit._replace(slug=card["slug"], title=title, titled=(title,), snippet=escape(shown["summary"]))
