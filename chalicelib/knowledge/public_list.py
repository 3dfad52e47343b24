"""Every public article on one list, for sitemap, feed and llms.txt: a file that lies beside the search index.

The build that makes the indexes writes it from the same reads. It is used while nothing was published since, so what
was taken back is on no list a moment longer; until the next build the articles are read from the table, for each
network only so often.
"""

from __future__ import annotations

import gzip
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

from chalicelib.aws.limits import Limit
from chalicelib.knowledge.index_state import FOLDER
from chalicelib.knowledge.model import Scope, pick
from chalicelib.knowledge.reading import row_of
from chalicelib.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from chalicelib.aws.files import Files
    from chalicelib.aws.items import Item
    from chalicelib.aws.limits import Limits
    from chalicelib.knowledge.index_state import State
    from chalicelib.knowledge.model import Row
    from chalicelib.knowledge.reading import Reading

READS = Limit("list", most=60, window=3600)
"""Lists from one network that are read from the table: as many as a crawler asks for between two builds."""
KIND = "application/gzip"


def place(number: int) -> str:
    """Return where the list of a build lies."""
    return f"{FOLDER}/{Scope.PUBLIC.value}-{number:08d}.list"


@contextmanager
def writing(path: Path) -> Iterator[Callable[[Item], None]]:
    """Write a list to a file that does not exist yet; what is given adds an article as readers' lists know it."""
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=6, newline="\n") as file:

        def add(card: Item) -> None:
            file.write(json.dumps(card, ensure_ascii=False, separators=(",", ":")) + "\n")

        yield add


@dataclass(frozen=True, slots=True)
class Listed:
    """Every public article, by category."""

    cards: tuple[Item, ...]

    def rows(self, language: str, own: str) -> Iterator[Row]:
        """Yield every article, in a language where it has it."""
        return (row_of(card, language, own) for card in self.cards)

    def newest(self, language: str, own: str, most: int) -> list[Row]:
        """Return the articles that were published or changed last, the newest first."""

        def changed(card: Item) -> str:
            moment: str = card["languages"][pick(card["languages"], language, own)]["at"]
            return moment

        return [row_of(card, language, own) for card in sorted(self.cards, key=changed, reverse=True)[:most]]

    def parts(self, most: int) -> list[Listed]:
        """Return the list in parts, each with at most so many versions of articles; at least one part."""
        parts: list[list[Item]] = [[]]
        size = 0
        for card in self.cards:
            count = len(card["languages"])
            if size + count > most and parts[-1]:
                parts.append([])
                size = 0
            parts[-1].append(card)
            size += count
        return [Listed(tuple(part)) for part in parts]


class PublicList:
    """Reads the list."""

    def __init__(self, files: Files, reading: Reading, limits: Limits) -> None:
        """Take where the file lies, what is published, and what keeps one network from reading all of it all day."""
        self._files, self._reading, self._limits = files, reading, limits
        self._kept: tuple[int, bytes] = 0, b""

    def read(self, state: State, network: str) -> Listed:
        """Return the list for somebody in a network; ``state`` is that of the indexes.

        Raises TooManyRequests where it has to be read from the table, and was too often.
        """
        if state.number and state.built >= state.wanted:
            try:
                return Listed(
                    tuple(json.loads(line) for line in gzip.decompress(self._file(state.number)).splitlines())
                )
            except FileNotFoundError:  # built before there was one, or replaced a moment ago
                pass
        self._limits.use(READS, network)
        return Listed(tuple(self._reading.cards(Scope.PUBLIC)))

    def _file(self, number: int) -> bytes:
        kept, content = self._kept
        if kept != number:
            with self._files.fetched(place(number)) as path:
                content = path.read_bytes()
            self._kept = number, content
        return content
