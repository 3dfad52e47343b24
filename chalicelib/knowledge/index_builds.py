"""Builds the search indexes after something was published: in a queue's function, from everything that is published.

With them comes the list of public articles that machines read (:mod:`chalicelib.knowledge.public_list`).

Whoever publishes counts ``wanted`` up in the same transaction. A build says first which count it starts from, and takes
the place of the indexes in use only where those have less: so a build can be killed, run twice, or overtaken by a later
one, and readers always have a whole index.
"""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.aws import keys
from chalicelib.aws.table import Refused, Update
from chalicelib.clock import moment, stamp
from chalicelib.knowledge import public_list
from chalicelib.knowledge.index_state import FORMAT, State, place, state_of, want_anew
from chalicelib.knowledge.model import Scope
from chalicelib.knowledge.search.index_writer import Document, build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from chalicelib.aws.files import Files
    from chalicelib.aws.items import Item
    from chalicelib.aws.queues import Queue
    from chalicelib.aws.table import Table
    from chalicelib.clock import Clock
    from chalicelib.knowledge.reading import Reading

PATIENCE = timedelta(minutes=2)
"""After so long the sweeper asks once more for an index that is not there."""
OVERDUE = timedelta(minutes=15)
_KIND = "application/vnd.sqlite3"
_FORGOTTEN = 50
"""How many builds back something is looked for to remove."""


class Overdue(Exception):
    """What was published cannot be found by searching, and has not been for too long: builds fail."""


class IndexBuilds:
    """Builds indexes, and asks the queue for it."""

    def __init__(self, table: Table, files: Files, queue: Queue, reading: Reading, clock: Clock) -> None:
        """Take where the state and the indexes lie, the queue, and what is published."""
        self._table, self._files, self._queue, self._reading, self._clock = table, files, queue, reading, clock

    def state(self) -> State:
        """Return the state as it is now."""
        return state_of(self._table.get(keys.search_state(), consistent=True))

    def ask(self) -> bool:
        """Ask for a build, best effort, after the commit that published something; False where the sweeper must."""
        return self._queue.send({"search": "build"})

    def redrive(self) -> int:
        """Empty the dead letters and ask once for a build; return how many there were."""
        count = sum(1 for _ in self._queue.drain_dead())
        if count:
            self.ask()
        return count

    def sweep(self, now: datetime) -> bool:
        """Ask again for an index that is wanted and not built, once in two minutes; tell whether it was asked for.

        One that an earlier version of this code built otherwise than it would be now is wanted anew.
        Raises :class:`Overdue` where one has been missing for a quarter of an hour, so that operators hear of it.
        """
        state = self.state()
        if state.number and state.format != FORMAT:
            want_anew(self._table, state)
            state = self.state()
        if state.wanted <= state.built or (state.asked and now < moment(state.asked) + PATIENCE):
            return False
        since = state.since or stamp(now)
        before = ("asked", "=", state.asked) if state.asked else ("asked", "absent", None)
        put = {"asked": stamp(now), "since": since}
        try:
            self._table.write(Update(keys.search_state(), put=put, when=[before]))
        except Refused:  # another sweeper was quicker
            return False
        asked = bool(state.asked) and self.ask()
        if now > moment(since) + OVERDUE:
            raise Overdue(since)
        return asked

    def build(self) -> bool:
        """Build the indexes, unless those in use have everything; tell whether new ones came into use."""
        state = self.state()
        if state.built >= state.wanted:
            return False
        at = stamp(self._clock())
        began = state_of(self._table.change(Update(keys.search_state(), add={"builds": 1, "built": 0})))
        number = began.builds
        with tempfile.TemporaryDirectory() as folder:
            for scope in Scope:
                path, listed = Path(folder, scope.value), Path(folder, "list")
                with public_list.writing(listed) as add:
                    build(path, self._documents(scope, add))
                self._files.put_file(place(scope, number), path, _KIND)
                if scope is Scope.PUBLIC:
                    self._files.put_file(public_list.place(number), listed, public_list.KIND)
                path.unlink()
                listed.unlink()
        update = Update(
            keys.search_state(),
            put={"built": began.wanted, "number": number, "kept": began.number, "at": at, "format": FORMAT},
            drop=["asked", "since"],
            when=[("built", "<", began.wanted)],
        )
        try:
            self._table.write(update)
        except Refused:  # another build has as much, and is in use
            self._forget(number)
            return False
        # What is replaced now stays until the next build: somebody may be about to fetch it. What that had replaced
        # goes, and what builds that were killed have left.
        for old in range(max(1, began.kept, began.number - _FORGOTTEN), began.number):
            self._forget(old)
        return True

    def _documents(self, scope: Scope, seen: Callable[[Item], None]) -> Iterator[Document]:
        for one in self._reading.everything(scope, seen):
            yield Document(
                article=one.id,
                slug=one.slug,
                language=one.language,
                languages=tuple(sorted(one.languages)),
                title=one.title,
                headings=tuple(heading.text for heading in one.headings),
                summary=one.summary,
                text=one.text,
                category=one.path[-1].name if one.path else "",
            )

    def _forget(self, number: int) -> None:
        for key in (*(place(scope, number) for scope in Scope), public_list.place(number)):
            self._files.delete(key)
