"""Uploads in the table: one item from the first wish to upload to the redacted attachment."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict, Unpack

from chalicelib import ids
from chalicelib.attachments.model import PENDING_FOR, State, Upload
from chalicelib.aws import keys
from chalicelib.aws.items import Item
from chalicelib.aws.table import Later, Put, Reads, Table, Update
from chalicelib.clock import moment, stamp

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Upload", "Uploads", "attachment_key"]


class Place(TypedDict):
    """Where an attachment is: of whose conversation, in which message or note, and whether customers may not see it."""

    conversation_id: str
    customer_id: str
    seq: NotRequired[int]
    note_id: NotRequired[str]
    internal: NotRequired[bool]


_NOBODY = "0" * ids.ID_LENGTH


class Uploads:
    """The upload items. Writes that belong to a message are returned, for the message's own transaction."""

    def __init__(self, table: Table) -> None:
        """Take the table."""
        self._table = table

    def add(self, upload: Upload) -> None:
        """Store a new upload; it ends by itself unless it is attached."""
        self._table.write(
            Put(
                keys.upload(upload.id),
                {
                    "id": upload.id,
                    "owner": upload.owner,
                    "name": upload.name,
                    "type": upload.type,
                    "size": upload.size,
                    "state": upload.state,
                    "created_at": stamp(upload.created_at),
                    "expires": int((upload.created_at + PENDING_FOR).timestamp()),
                },
                when=[("pk", "absent", None)],
            )
        )

    def later(self, reads: Reads, upload_id: str) -> Later[Upload | None]:
        """Add an upload to what is read together; None for what is no id, as for what does not exist."""
        return reads.want(keys.upload(upload_id if ids.is_id(upload_id) else _NOBODY), _upload)

    def get_many(self, upload_ids: Sequence[str], *, consistent: bool = False) -> dict[str, Upload]:
        """Return those of the uploads that exist, by id, in one call; whatever is no id is passed over."""
        wanted = [keys.upload(upload_id) for upload_id in dict.fromkeys(upload_ids) if ids.is_id(upload_id)]
        found = self._table.get_many(wanted, consistent=consistent) if wanted else {}
        return {item["id"]: _known(item) for item in found.values()}

    def attach(self, upload: Upload, **place: Unpack[Place]) -> Update:
        """Return the write that makes it part of a message or note; its condition holds once, and for its owner."""
        return Update(
            keys.upload(upload.id),
            put={
                "state": State.ATTACHED,
                "seq": 0,
                "note_id": "",
                "internal": False,
                "key": attachment_key(upload.id),
                **place,
            },
            drop=["expires"],
            when=[("state", "=", State.PENDING), ("owner", "=", upload.owner)],
        )

    def redact(self, attachment_id: str) -> Update:
        """Return the write that takes an attachment from everybody; its name goes too. Doing it again is no fault."""
        return Update(
            keys.upload(attachment_id),
            put={"state": State.REDACTED, "name": ""},
            when=[("state", "in", [State.ATTACHED, State.REDACTED])],
        )


def attachment_key(upload_id: str) -> str:
    """Return where the attachment bucket has a file: nothing of it comes from people."""
    return upload_id


def _upload(item: Item | None) -> Upload | None:
    return _known(item) if item else None


def _known(item: Item) -> Upload:
    return Upload(
        id=item["id"],
        owner=item["owner"],
        name=item["name"],
        type=item["type"],
        size=item["size"],
        state=State(item["state"]),
        created_at=moment(item["created_at"]),
        conversation_id=item.get("conversation_id", ""),
        customer_id=item.get("customer_id", ""),
        seq=item.get("seq", 0),
        note_id=item.get("note_id", ""),
        internal=item.get("internal", False),
        key=item.get("key", ""),
    )
