"""Whether an article helped: counts an article and language, and the answer just given, to be taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.aws import article_keys
from chalicelib.aws.limits import Limit
from chalicelib.aws.table import Delete, Put, Refused, Update
from chalicelib.ids import new_id
from chalicelib.records import dataclass
from chalicelib.refusals import UnknownChoice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from chalicelib.aws.items import Item
    from chalicelib.aws.limits import Limits
    from chalicelib.aws.table import Later, Reads, Table, Write
    from chalicelib.clock import Clock
    from chalicelib.signing import Signer

ANSWERS = ("yes", "no")
PER_IP = Limit("helpful", most=30, window=3600)
PER_ARTICLE = Limit("helpful-article", most=3, window=86_400)
_KEPT = timedelta(days=1)
_PURPOSE = "helpful"


@dataclass(frozen=True, slots=True)
class Votes:
    """How many found an article helpful in one language, and how many did not."""

    yes: int
    no: int

    @property
    def all(self) -> int:
        """How many answered."""
        return self.yes + self.no


@dataclass(frozen=True, slots=True)
class Vote:
    """One answer."""

    id: str
    article_id: str
    language: str
    answer: str


class Helpful:
    """Counts answers. Nothing of who gave them is kept but limits per network."""

    def __init__(self, table: Table, limits: Limits, signer: Signer, clock: Clock) -> None:
        """Take the table, and what signs the right to take an answer back."""
        self._table, self._limits, self._signer, self._clock = table, limits, signer, clock

    def vote(self, article_id: str, language: str, answer: str, network: str) -> str:
        """Count an answer and return what takes it back; refuses unknown ones, and too many of one network."""
        if answer not in ANSWERS:
            raise UnknownChoice(field="answer")
        self._limits.use(PER_IP, network)
        self._limits.use(PER_ARTICLE, f"{article_id}:{network}")
        now = self._clock()
        vote = Vote(new_id(now), article_id, language, answer)
        expires = int((now + _KEPT).timestamp())
        self._table.transact(
            [
                Put(article_keys.vote(article_id, vote.id), {"answer": answer, "expires": expires}),
                Update(article_keys.votes(article_id, language), add={answer: 1}),
            ]
        )
        return self._signer.seal(_PURPOSE, f"{vote.id}:{article_id}:{language}:{answer}")

    def read(self, token: str) -> Vote | None:
        """Return the answer a token stands for, or None for any other text."""
        text = self._signer.unseal(_PURPOSE, token) if token else None
        return Vote(*text.split(":")) if text else None

    def take_back(self, vote: Vote) -> None:
        """Uncount an answer, once however often it is asked for."""
        writes: list[Write] = [
            Delete(article_keys.vote(vote.article_id, vote.id), when=[("answer", "=", vote.answer)]),
            Update(article_keys.votes(vote.article_id, vote.language), add={vote.answer: -1}),
        ]
        try:
            self._table.transact(writes)
        except Refused:
            return

    @staticmethod
    def count_later(reads: Reads, article_id: str, language: str) -> Later[Votes | None]:
        """Read the counts in one language together with other items; None where nobody answered."""
        return reads.want(article_keys.votes(article_id, language), lambda item: _votes([item]) if item else None)

    def totals(self, articles: Mapping[str, Iterable[str]]) -> dict[str, Votes]:
        """Return the counts of articles, their languages together; ``articles`` has the languages by id."""
        wanted = {
            article_keys.votes(one, language): one for one, languages in articles.items() for language in languages
        }
        found = self._table.get_many(list(wanted)) if wanted else {}
        items: dict[str, list[Item]] = {}
        for key, item in found.items():
            items.setdefault(wanted[key], []).append(item)
        return {article_id: _votes(some) for article_id, some in items.items()}


def _votes(items: Sequence[Item]) -> Votes:
    return Votes(sum(int(one.get("yes", 0)) for one in items), sum(int(one.get("no", 0)) for one in items))
