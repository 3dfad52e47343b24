"""The index of words follows facts: some of the messages bring it up to date, all that rewrites the past is told to it.

To be told of every message would cost half of what writing it costs. So one message in ``ONE_IN`` is chosen, by chance
from what its fact says; what came since the last of them, a search reads itself.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Protocol

from chalicelib.clock import stamp
from chalicelib.facts.model import Merged, Redacted, Renamed, Said

if TYPE_CHECKING:
    from chalicelib.conversations.indexing import Indexing
    from chalicelib.facts.model import Entry, Fact

ONE_IN = 8
"""Of how many messages one brings the index up to date."""


class HasIndexing(Protocol):
    """Has what keeps the index, when it is needed: whether a write concerns it is known without it."""

    @property
    def indexing(self) -> Indexing:
        """What keeps the index."""
        ...


class WordFollower:
    """The consumer of facts that keeps the index of words."""

    name = "words"

    def __init__(self, house: HasIndexing) -> None:
        """Take who has the index."""
        self._house = house

    @staticmethod
    def wants(fact: Fact) -> bool:
        """Tell whether a fact changes what is found elsewhere than among the newest, or is one of the chosen."""
        if isinstance(fact, Said):
            return fact.place == "direct" and (fact.past or chosen(fact))
        return isinstance(fact, Renamed | Merged) or (isinstance(fact, Redacted) and fact.place == "direct")

    def take(self, entry: Entry) -> None:
        """Do what follows for the index."""
        self._house.indexing.follow(entry)


def chosen(fact: Said) -> bool:
    """Tell whether a message is one of those that bring the index up to date."""
    said = f"{stamp(fact.at)} {fact.seq} {fact.author_id} {fact.length}"
    return zlib.crc32(said.encode()) % ONE_IN == 0
