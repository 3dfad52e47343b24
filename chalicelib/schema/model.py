"""The form of the table's items, as a number, and how far a change from an older one has come.

=======  ============================================================================================================
number   what it means
=======  ============================================================================================================
1        a stage that says nothing; the desk's lists hang on each conversation's head
2        the desk's lists hang on what only staff see: each conversation has its place in the index ``by_work``
3        each customer has an index of the words of their conversations, kept up to date by facts
4        the words of each index are folded as :data:`chalicelib.words.FOLDING` 2 says, and an older index is not asked;
         what readers read of published articles says how it was rendered, and was rendered as it is now; each phone
         number has the form of the organization's country, or of none, that it is said to have
=======  ============================================================================================================
"""

from __future__ import annotations

from chalicelib.records import dataclass

FIRST = 1
LISTS = 2
"""From this one on the desk's lists are whole in ``by_work``."""
WANTED = 4
"""What this code writes."""


@dataclass(frozen=True, slots=True)
class Walk:
    """A change of form under way: a walk through the whole table, one page a step.

    ``run`` names this walk and ``step`` its next page, so that a worker that was overtaken keeps nothing. ``position``
    is the key (``pk``, ``sk``) behind which the next page begins, None at the start. ``looked`` counts items,
    ``written`` those that were changed; ``items`` is how many there are in all, about. It began from form ``number``,
    leads to form ``wanted``, and brings phone numbers to the form of ``country``.
    """

    run: str
    step: int = 0
    position: tuple[str, str] | None = None
    walked: bool = False
    looked: int = 0
    written: int = 0
    items: int = 0
    number: int = FIRST
    country: str = ""
    wanted: int = WANTED

    @property
    def share(self) -> float:
        """How much of the table was looked at, from 0 to 1, about."""
        if self.walked:
            return 1.0
        return self.looked / max(self.items, self.looked, 1)


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a stage's items; ``walk`` is the change under way, if there is one.

    ``country`` is the one (ISO 3166) whose form phone numbers have throughout; empty for the form they have without
    one, and while a walk is under way.
    """

    number: int = FIRST
    walk: Walk | None = None
    country: str = ""

    @property
    def current(self) -> bool:
        """Whether it is the one this code writes, throughout."""
        return self.number >= WANTED
