"""Pictures in articles: uploaded as attachments are and checked as they are, then shown inline from the bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.attachments.model import EXTENSIONS, clean_name, extension
from chalicelib.attachments.store import attachment_key
from chalicelib.aws import keys
from chalicelib.aws.table import Put
from chalicelib.clock import stamp
from chalicelib.ids import is_id
from chalicelib.knowledge.model import Scope
from chalicelib.records import dataclass
from chalicelib.refusals import FileRefused, NotFound
from chalicelib.speech import mark

if TYPE_CHECKING:
    from chalicelib.attachments.service import Attachments, Begun
    from chalicelib.aws.files import Files
    from chalicelib.aws.table import Table
    from chalicelib.clock import Clock
    from chalicelib.staff.model import Member

KINDS = ("png", "jpg", "jpeg", "gif")


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
        """Let a member of staff upload one picture of at most 3 MB, or refuse it."""
        if extension(clean_name(name)) not in KINDS:
            raise FileRefused(clean_name(name), mark("pictures of articles are PNG, JPG or GIF."))
        return self._attachments.begin(f"staff:{member.id}", name, content_type, size)

    def finish(self, member: Member, upload_id: str) -> Image:
        """Check what was uploaded and keep it as a picture; doing it again does no harm."""
        (upload,) = self._attachments.take(f"staff:{member.id}", [upload_id])
        if upload.type not in {EXTENSIONS[kind] for kind in KINDS}:
            raise FileRefused(upload.name, mark("pictures of articles are PNG, JPG or GIF."))
        self.keep(upload.id, upload.name, upload.type, member.name)
        self._attachments.settled([upload])
        return Image(upload.id, upload.name, upload.type, frozenset())

    def keep(self, image_id: str, name: str, content_type: str, by: str) -> None:
        """Make a stored file (at :func:`attachment_key` of its id) a picture."""
        item = {"id": image_id, "name": name, "type": content_type, "by": by, "at": stamp(self._clock())}
        self._table.write(Put(keys.article_image(image_id), item))

    def get(self, image_id: str) -> Image:
        """Return a picture, or refuse."""
        item = self._table.get(keys.article_image(image_id)) if is_id(image_id) else None
        if item is None:
            raise NotFound
        scopes = frozenset(Scope(value) for name, value in item.items() if name.startswith("u_"))
        return Image(item["id"], item["name"], item["type"], scopes)

    def address(self, image: Image) -> str:
        """Return a URL that shows it for a minute. Whether the reader may see it is for the caller to know."""
        return self._files.presign_picture(attachment_key(image.id), image.type)
