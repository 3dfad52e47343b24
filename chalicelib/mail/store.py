"""Mail on its way as items: one each, beside its message, and while it is still to go out also in the outbox's index.

Every change is conditional on what it is based on, so a late worker, an event of SES and an agent can all write:
whoever comes second learns it, and nothing is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.aws import keys
from chalicelib.aws.keys import Key
from chalicelib.aws.table import Item, Put, Refused, Table, Update
from chalicelib.clock import moment, stamp
from chalicelib.ids import is_id
from chalicelib.mail.model import KEEP_SIGN_IN, LEASE, SWEEP_AFTER, Dispatch, Kind, State, reply_id
from chalicelib.refusals import ChangedMeanwhile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

_TRIES = 5
_PAGE = 25
_SEQ_DIGITS = 8
_FREE = ""
"""``lease_until`` of a mail nobody works at: sorts before every moment."""
_WHEN_SETTLED = ("g3pk", "g3sk", "challenge", "to")
"""What a settled mail no longer has: its place in the outbox, and what a sign-in mail was to be made of."""


class Outbox:
    """Reads and writes mail on its way."""

    def __init__(self, table: Table) -> None:
        """Take the table."""
        self._table = table

    # writes for the transactions of other rooms

    def reply(self, conversation_id: str, seq: int, now: datetime) -> Put:
        """Return the write that sends a message out as mail."""
        own = {"kind": Kind.REPLY.value, "conversation_id": conversation_id, "seq": seq}
        return _put(keys.reply_mail(conversation_id, seq), reply_id(conversation_id, seq), own, now)

    def add(self, conversation_id: str, seq: int, now: datetime) -> None:
        """Write that a message is to be sent, refused where that was written before."""
        self._table.write(self.reply(conversation_id, seq, now))

    def sign_in(  # noqa: PLR0913 - what a sign-in mail is made of
        self,
        mail_id: str,
        to: str,
        challenge: str,
        owner_kind: str,
        *,
        known: bool,
        now: datetime,
        language: str = "en",
    ) -> Put:
        """Return the write that sends a code and link. Where ``known`` is False it ends with nothing sent."""
        own = {
            "kind": Kind.SIGN_IN.value,
            "to": to,
            "challenge": challenge,
            "owner_kind": str(owner_kind),
            "known": known,
            "language": language,
            "expires": int((now + KEEP_SIGN_IN).timestamp()),
        }
        return _put(keys.sign_in_mail(mail_id), mail_id, own, now)

    def invite(self, mail_id: str, staff_id: str, by: str, now: datetime) -> None:
        """Write the mail that invites a member of staff; ``by`` is the name of who invites."""
        own = {
            "kind": Kind.INVITATION.value,
            "staff_id": staff_id,
            "by": by,
            "expires": int((now + KEEP_SIGN_IN).timestamp()),
        }
        self._table.write(_put(keys.sign_in_mail(mail_id), mail_id, own, now))

    # reading

    def get(self, mail_id: str) -> Dispatch | None:
        """Return a mail as it is at this moment, or None."""
        key = _key(mail_id)
        item = self._table.get(key, consistent=True) if key else None
        return _dispatch(item) if item else None

    def states(self, conversation_id: str, seqs: Sequence[int]) -> dict[int, Dispatch]:
        """Return the mails of some messages of a conversation, by sequence, in one query over their range."""
        if not seqs:
            return {}
        low, high = keys.reply_mail(conversation_id, min(seqs)), keys.reply_mail(conversation_id, max(seqs))
        items, _ = self._table.query(low.pk, low=low.sk, high=high.sk)
        found = {item["seq"]: _dispatch(item) for item in items}
        return {seq: found[seq] for seq in seqs if seq in found}

    def due(self, now: datetime) -> Iterator[str]:
        """Yield the ids of mail that has been due for two minutes, shard by shard in turn so that none starves.

        The index lags: what it names may be settled already.
        """
        high = stamp(now - SWEEP_AFTER)
        places: dict[int, tuple[Key, Key] | None] = dict.fromkeys(range(keys.SHARDS))
        while places:
            for number, place in list(places.items()):
                items, more = self._table.query(
                    keys.outbox_partition(number),
                    index=keys.BY_DUE,
                    low="0",
                    high=high,
                    after=place[0] if place else None,
                    table_key=place[1] if place else None,
                    limit=_PAGE,
                )
                yield from (item["g3sk"].partition("#")[2] for item in items)
                if more and items:
                    last = items[-1]
                    places[number] = (Key(last["g3pk"], last["g3sk"]), Key(last["pk"], last["sk"]))
                else:
                    del places[number]

    # a worker's way

    def lease(self, mail_id: str, now: datetime) -> Dispatch | None:
        """Take a mail for a minute and count the attempt; None where it is settled, unknown or somebody else's."""
        key = _key(mail_id)
        if key is None:
            return None
        when = [("state", "=", State.QUEUED), ("lease_until", "<", stamp(now))]
        update = Update(key, put={"lease_until": stamp(now + LEASE)}, add={"attempts": 1}, when=when)
        try:
            return _dispatch(self._table.change(update))
        except Refused:
            return None

    def retry_later(self, leased: Dispatch, due: datetime) -> None:
        """Give a leased mail back, to be tried at ``due``. No effect once somebody else has it or settled it."""
        put = {"lease_until": _FREE, **_place(due, leased.id)}
        self._done(Update(_known_key(leased.id), put=put, when=_held(leased)))

    def failed(self, leased: Dispatch, detail: str, *, given_up: bool = False) -> None:
        """Settle a leased mail as not sent, with a sentence for staff."""
        self._settle(leased, {"state": State.FAILED, "detail": detail, "given_up": given_up})

    def skipped(self, leased: Dispatch, detail: str) -> None:
        """Settle a leased mail that is not to be sent after all, with a sentence for staff."""
        self._settle(leased, {"state": State.SKIPPED, "detail": detail})

    # whoever learns it: the worker, or an event of SES

    def sent(self, mail_id: str, ses_id: str) -> None:
        """Settle a mail as sent under SES's id. A second id means that a copy too many went out: it is counted."""
        for _ in range(_TRIES):
            mail = self.get(mail_id)
            if mail is None or ses_id in {mail.ses_id, *mail.copies, *mail.past_ids}:
                return
            if mail.ses_id:
                put = {"copies": [*mail.copies, ses_id], "duplicates": mail.duplicates + 1}
                when = [("ses_id", "=", mail.ses_id), ("duplicates", "=", mail.duplicates)]
                update = Update(_known_key(mail_id), put=put, when=when)
            else:
                settled = {"state": State.SENT, "ses_id": ses_id, "detail": "", "given_up": False}
                when = [("state", "present", None), ("ses_id", "absent", None)]
                update = Update(_known_key(mail_id), put=settled, drop=_WHEN_SETTLED, when=when)
            if self._done(update):
                return
        raise ChangedMeanwhile

    def refused(self, mail_id: str, ses_id: str, detail: str) -> None:
        """Settle a mail that SES took and could not deliver, with a sentence for staff."""
        for _ in range(_TRIES):
            mail = self.get(mail_id)
            if mail is None or ses_id in mail.past_ids or mail.state not in {State.QUEUED, State.SENT}:
                return
            put = {"state": State.FAILED, "detail": detail, "ses_id": mail.ses_id or ses_id, "lease_until": _FREE}
            when = [("state", "=", mail.state), ("attempts", "=", mail.attempts)]
            if self._done(Update(_known_key(mail_id), put=put, drop=_WHEN_SETTLED, when=when)):
                return
        raise ChangedMeanwhile

    # putting back

    def defer(self, mail_id: str, due: datetime, now: datetime) -> bool:
        """Move a mail that is still to go out, and that nobody works at, to ``due``; tell whether it is such a one."""
        key = _key(mail_id)
        when = [("state", "=", State.QUEUED), ("lease_until", "<", stamp(now))]
        return key is not None and self._done(Update(key, put=_place(due, mail_id), when=when))

    def requeue(self, mail_id: str, now: datetime) -> bool:
        """Begin again with a reply that is not sent and that nobody works at; tell whether there was something to do.

        Sign-in mail is never sent again: its code is dead, and whoever waited has asked for another.
        """
        mail = self.get(mail_id)
        if mail is None or mail.kind is not Kind.REPLY or mail.state is State.SENT:
            return False
        past = [*mail.past_ids, *([mail.ses_id] if mail.ses_id else []), *mail.copies]
        put = {
            "state": State.QUEUED,
            "attempts": 0,
            "lease_until": _FREE,
            "detail": "",
            "given_up": False,
            "past_ids": past,
            "copies": [],
            **_place(now, mail_id),
        }
        when = [("state", "=", mail.state), ("attempts", "=", mail.attempts), ("lease_until", "<", stamp(now))]
        return self._done(Update(_known_key(mail_id), put=put, drop=["ses_id"], when=when))

    def _done(self, update: Update) -> bool:
        try:
            self._table.write(update)
        except Refused:
            return False
        return True

    def _settle(self, leased: Dispatch, put: dict[str, Any]) -> None:
        update = Update(
            _known_key(leased.id), put={"lease_until": _FREE, **put}, drop=_WHEN_SETTLED, when=_held(leased)
        )
        self._done(update)


def _put(key: Key, mail_id: str, own: Item, now: datetime) -> Put:
    item = {
        **own,
        "id": mail_id,
        "state": State.QUEUED,
        "attempts": 0,
        "lease_until": _FREE,
        "created_at": stamp(now),
        "duplicates": 0,
        **_place(now, mail_id),
    }
    return Put(key, item, when=[("pk", "absent", None)])


def _place(due: datetime, mail_id: str) -> dict[str, str]:
    key = keys.outbox(stamp(due), mail_id)
    return {"g3pk": key.pk, "g3sk": key.sk}


def _held(leased: Dispatch) -> list[tuple[str, str, Any]]:
    """The mail is still to go out, and nobody took it since."""
    return [("state", "=", State.QUEUED), ("attempts", "=", leased.attempts)]


def _key(mail_id: str) -> Key | None:
    """Return where a mail lies; None for a text that cannot be a mail's id."""
    owner, colon, seq = mail_id.partition(":")
    if not is_id(owner):
        return None
    if not colon:
        return keys.sign_in_mail(owner)
    if not (seq.isascii() and seq.isdigit()) or len(seq) > _SEQ_DIGITS:
        return None
    return keys.reply_mail(owner, int(seq))


def _known_key(mail_id: str) -> Key:
    key = _key(mail_id)
    if key is None:
        message = f"{mail_id!r} is not a mail's id"
        raise ValueError(message)
    return key


def _dispatch(item: Item) -> Dispatch:
    lease_until = item["lease_until"]
    return Dispatch(
        id=item["id"],
        kind=Kind(item["kind"]),
        state=State(item["state"]),
        created_at=moment(item["created_at"]),
        attempts=item["attempts"],
        leased_until=moment(lease_until) if lease_until else None,
        detail=item.get("detail", ""),
        given_up=item.get("given_up", False),
        ses_id=item.get("ses_id", ""),
        copies=tuple(item.get("copies", ())),
        past_ids=tuple(item.get("past_ids", ())),
        duplicates=item["duplicates"],
        conversation_id=item.get("conversation_id", ""),
        seq=item.get("seq", 0),
        to=item.get("to", ""),
        challenge=item.get("challenge", ""),
        owner_kind=item.get("owner_kind", ""),
        known=item.get("known", False),
        language=item.get("language", "en"),
        staff_id=item.get("staff_id", ""),
        by=item.get("by", ""),
    )
