"""Which build of the search indexes is in use, what it lacks, and where its files lie: one item of the table."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from chalicelib.aws import keys
from chalicelib.aws.table import Refused, Update
from chalicelib.records import dataclass

if TYPE_CHECKING:
    from chalicelib.aws.items import Item
    from chalicelib.aws.table import Table
    from chalicelib.knowledge.model import Scope

FOLDER = "search"
"""Where indexes lie among the stored files."""
FORMAT = 4
"""How words are folded and kept in an index: counted up with each change of that, so that every stage builds anew."""


@dataclass(frozen=True, slots=True)
class State:
    """What is known of the indexes.

    ``wanted`` counts what was published, ``built`` how much of that the indexes in use have. ``number`` is the build
    they are of, zero before the first, which began at ``at``; ``builds`` counts all that were begun, ``kept`` is the
    oldest of which something may still lie there. ``since`` is when the sweeper first saw that an index is missing,
    ``asked`` when it last did something about it; both are empty where none is.
    """

    wanted: int = 0
    built: int = 0
    number: int = 0
    builds: int = 0
    kept: int = 0
    asked: str = ""
    since: str = ""
    at: str = ""
    format: int = 0


def state_of(item: Item | None) -> State:
    """Return the state as it is stored."""
    known = item or {}
    return State(**{name: known[name] for name in State.__slots__ if name in known})


def place(scope: Scope, number: int) -> str:
    """Return where an index lies."""
    return f"{FOLDER}/{scope.value}-{number:08d}.sqlite"


def want_anew(table: Table, state: State) -> None:
    """Want an index to be built where everything published is in one, as ``state`` has it."""
    if state.wanted <= state.built:
        same = [("wanted", "=", state.wanted), ("built", "=", state.built)]
        with suppress(Refused):  # somebody else noticed, or published
            table.write(Update(keys.search_state(), add={"wanted": 1}, when=same))
