"""Pictures in articles: uploaded as attachments are and checked as they are, then shown inline from the bucket.

A picture is kept for as long as a text that was saved may show it: each article that ever named it in a draft is
counted at the picture (``marks``), until it is deleted for good. What no article names is deleted: a month after its
upload, or once the last one is gone.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.attachments.model import EXTENSIONS, State, clean_name, extension
from chalicelib.attachments.store import attachment_key
from chalicelib.aws import article_keys
from chalicelib.aws.limits import Limit
from chalicelib.aws.table import Delete, Put, Refused, Update
from chalicelib.clock import stamp
from chalicelib.ids import is_id
from chalicelib.knowledge.model import Scope
from chalicelib.records import dataclass
from chalicelib.refusals import FileRefused, NotFound
from chalicelib.speech import mark

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from chalicelib.attachments.service import Attachments, Begun
    from chalicelib.aws.files import Files
    from chalicelib.aws.table import Table
    from chalicelib.clock import Clock
    from chalicelib.staff.model import Member

KINDS = ("png", "jpg", "jpeg", "gif")
UPLOADS_AN_HOUR = Limit("picture", most=300, window=3600)
"""Of one editor, who may bring a whole help centre along."""
FORGET = "forget"
"""What the schedule says of a picture that is to be deleted, if no article names it then."""
UNUSED_FOR = timedelta(days=30)
"""How long an uploaded picture waits for a text that names it to be saved."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture. ``scopes`` are those of the published articles that show it."""

    id: str
    name: str
    type: str
    scopes: frozenset[Scope]

    def visible(self, member: Member | None, *, internal_portal: bool) -> bool:
        """Tell whether somebody may see it: everybody what public articles show, staff the rest by what they may."""
        if Scope.PUBLIC in self.scopes:
            return True
        if member is None:
            return False
        if member.may("article:write"):
            return True
        return Scope.INTERNAL in self.scopes and internal_portal and member.may("article:read")


class Images:
    """The use cases of pictures."""

    def __init__(self, table: Table, files: Files, attachments: Attachments, clock: Clock) -> None:
        """Take the table, the buckets, the room of attachments and the clock."""
        self._table, self._files, self._attachments, self._clock = table, files, attachments, clock

    def begin(self, member: Member, name: str, content_type: str, size: int) -> Begun:
        """Let a member of staff upload one picture, or refuse it."""
        if extension(clean_name(name)) not in KINDS:
            raise FileRefused(clean_name(name), mark("pictures in articles must be PNG, JPG or GIF."))
        return self._attachments.begin(f"staff:{member.id}", name, content_type, size, UPLOADS_AN_HOUR)

    def finish(self, member: Member, upload_id: str) -> Image:
        """Check what was uploaded and keep it as a picture; doing it again does no harm.

        What is a picture already stays as it is: whoever uploads something else under the same policy changes nothing
        in the articles that show it.
        """
        with suppress(NotFound):
            return self.get(upload_id)
        (upload,) = self._attachments.take(f"staff:{member.id}", [upload_id])
        if upload.type not in {EXTENSIONS[kind] for kind in KINDS}:
            raise FileRefused(upload.name, mark("pictures in articles must be PNG, JPG or GIF."))
        self._table.write(_due(upload.id, self._clock() + UNUSED_FOR))  # first: what is kept is looked at again
        self.keep(upload.id, upload.name, upload.type, member.name)
        self._attachments.settled([upload])
        return Image(upload.id, upload.name, upload.type, frozenset())

    def keep(self, image_id: str, name: str, content_type: str, by: str) -> None:
        """Make a stored file (at :func:`attachment_key` of its id) a picture, unless it is one."""
        item = {"id": image_id, "name": name, "type": content_type, "by": by, "at": stamp(self._clock()), "marks": 0}
        with suppress(Refused):  # made at the same moment, and articles may show it already
            self._table.write(Put(article_keys.article_image(image_id), item, when=[("pk", "absent", None)]))

    def mark(self, article_id: str, image_ids: Iterable[str]) -> None:
        """Note, before a text is saved, which pictures it names; what are none of ours are passed over."""
        name = f"m_{article_id}"
        wanted = [article_keys.article_image(one) for one in dict.fromkeys(image_ids)]
        found = self._table.get_many(wanted, consistent=True) if wanted else {}
        for key, item in found.items():
            # Of a picture from before they were counted nobody knows which texts name it: it is never deleted.
            if name not in item and "marks" in item:
                there = [("pk", "present", None), (name, "absent", None), ("gone", "absent", None)]
                noted = Put(article_keys.article_picture(article_id, item["id"]), {})
                with suppress(Refused):  # noted or deleted just now
                    self._table.transact([Update(key, put={name: True}, add={"marks": 1}, when=there), noted])

    def unmark(self, article_id: str, image_ids: Iterable[str]) -> None:
        """Note that an article is deleted for good; the next sweep deletes those that no other names."""
        name = f"m_{article_id}"
        for one in dict.fromkeys(image_ids):
            with suppress(Refused):  # not one of ours, or noted before
                unmarked = Update(
                    article_keys.article_image(one), drop=[name], add={"marks": -1}, when=[(name, "present", None)]
                )
                self._table.transact([unmarked, _due(one, self._clock())])

    def forget(self, image_id: str) -> None:
        """Delete a picture for good if no article names it; doing it again does no harm."""
        key = article_keys.article_image(image_id)
        try:
            self._table.write(Update(key, put={"gone": True}, when=[("marks", "=", 0)]))
        except Refused:  # named by some article, or deleted before
            return
        upload = self._attachments.uploads.get_many([image_id]).get(image_id)
        if upload is None or upload.state is not State.ATTACHED:  # else a message has the same file
            self._files.delete(attachment_key(image_id))
        self._table.write(Delete(key))

    def get(self, image_id: str) -> Image:
        """Return a picture, or refuse."""
        item = self._table.get(article_keys.article_image(image_id)) if is_id(image_id) else None
        if item is None or "gone" in item:
            raise NotFound
        scopes = frozenset(Scope(value) for name, value in item.items() if name.startswith("u_"))
        return Image(item["id"], item["name"], item["type"], scopes)

    def address(self, image: Image) -> str:
        """Return a URL that shows it for a minute. Whether the reader may see it is for the caller to know."""
        return self._files.presign_picture(attachment_key(image.id), image.type)


def _due(image_id: str, at: datetime) -> Put:
    """Return the write that has a picture looked at again at a moment."""
    key = article_keys.article_schedule(stamp(at), image_id, "", FORGET)
    return Put(key, {"article_id": image_id, "language": "", "what": FORGET, "due": stamp(at)})
