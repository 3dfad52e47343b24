"""Hands mails to SES, whatever kind they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.aws import outgoing
from chalicelib.mail.model import tag
from chalicelib.outbox.model import NeverSent, NotNow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.aws.outgoing import Outgoing
    from chalicelib.mail.letters import Writer
    from chalicelib.outbox.model import Dispatch, Payload


class Post:
    """Has each mail written by the writer of its kind, and sends it."""

    def __init__(self, writers: Mapping[type[Payload], Writer[Any]], out: Outgoing, address: str) -> None:
        """Take the writers, the way out, and the bare address that mail comes from."""
        self.writers, self._out, self._address = writers, out, address

    def send(self, payload: Payload, dispatch: Dispatch) -> str:
        """Send a mail and return SES's id for it; NotNow, NeverSent or Skip where it was not sent."""
        letter = self.writers[type(payload)].write(payload, dispatch)
        try:
            return self._out.send(letter.raw, [letter.to], self._address, tag(dispatch.id))
        except outgoing.NeverSent as never:
            raise NeverSent(never.reason) from never
        except outgoing.NotNow as not_now:
            raise NotNow(not_now.reason) from not_now
