"""Lets commits from before ``bench/subject.py`` be measured: both are put beside what they have, and this one is run.

Delete it when nobody compares with such a commit any more.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench import stage
from chalicelib.aws.table import Put
from chalicelib.conversations.items import head_put
from chalicelib.conversations.model import Conversation
from local.gateway import Response


class Stage(stage.Stage):
    """Their stage, with what it lacks: they had no item of its own for what only staff see."""

    @staticmethod
    def heads(heads: Sequence[Conversation]) -> list[Put]:
        """Return the writes of whole conversations, but for what is said in them."""
        return [*map(head_put, heads)]

    def searched(self, customer_id: str) -> None:
        """Leave it at the messages that are there: reading few of them is to their favour."""


def answered(status: int, response: Response) -> Response:
    """Return an answer that has the status it should have."""
    if response.status != status:
        message = f"answered {response.status}, not {status}: {response.text[:500]}"
        raise RuntimeError(message)
    return response


if __name__ == "__main__":
    theirs = vars(stage)
    theirs |= {"Stage": Stage, "answered": answered, "head": theirs["_head"]}

    from bench import subject

    subject.main([("send_mail", "FOYER_MAIL_QUEUE")])
