"""Attachments, in the order they happen: begin an upload, take it into a message, download it, remove it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib import ids
from chalicelib.attachments.content import check_content
from chalicelib.attachments.model import MAX_FILES, MAX_SIZE, State, Upload, check_size, declare, disposition
from chalicelib.attachments.store import attachment_key
from chalicelib.aws.limits import Limit
from chalicelib.records import dataclass
from chalicelib.refusals import FileMissing, FileRefused, FilesRefused, NotFound, TooManyFiles, Unavailable
from chalicelib.speech import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chalicelib.attachments.model import Attachment
    from chalicelib.attachments.store import Uploads
    from chalicelib.aws.files import Files
    from chalicelib.aws.limits import Limits
    from chalicelib.clock import Clock

UPLOADS_AN_HOUR = Limit("upload", most=60, window=3600)
"""Uploads that one person may begin."""
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Begun:
    """An upload that may start: the browser posts ``fields``, then the file, to ``url``, within five minutes."""

    upload: Upload
    url: str
    fields: dict[str, str]


class Attachments:
    """What people do with files. An owner is ``customer:<id>``, ``staff:<id>`` or ``token:<id>``."""

    def __init__(self, uploads: Uploads, files: Files, limits: Limits, clock: Clock) -> None:
        """Take the store of uploads, the buckets, the limits and the clock."""
        self.uploads = uploads
        self._files, self._limits, self._clock = files, limits, clock

    def begin(self, owner: str, name: str, content_type: str, size: int, limit: Limit = UPLOADS_AN_HOUR) -> Begun:
        """Let ``owner`` upload one file of ``size`` bytes, or refuse it by name and reason before a byte is sent."""
        declared = declare(name, content_type, size)
        self._limits.use(limit, owner, mark("Too many files in a short time. Please wait before attaching more."))
        now = self._clock()
        upload = Upload(
            ids.new_id(now), owner, declared.name, declared.type, declared.size, State.PENDING, created_at=now
        )
        self.uploads.add(upload)
        url, fields = self._files.presign_upload(upload.id, upload.type, MAX_SIZE)
        return Begun(upload, url, fields)

    def take(self, owner: str, upload_ids: Sequence[str]) -> list[Upload]:
        """Check what was uploaded and store it where messages have their files; a transaction then attaches it.

        Raises :class:`TooManyFiles`, or :class:`FilesRefused` with every file that cannot be taken; the others stay
        usable, and taking them again does no harm. Nothing is stored unless all are good. What is stored are the very
        bytes that were checked, so that uploading something else under the same policy afterwards changes nothing.
        """
        wanted = list(dict.fromkeys(upload_ids))
        if len(wanted) > MAX_FILES:
            raise TooManyFiles(MAX_FILES)
        if not wanted:
            return []
        found, now = self.uploads.get_many(wanted, consistent=True), self._clock()
        good: list[tuple[Upload, bytes]] = []
        refused: list[FileRefused] = []
        for upload_id in wanted:
            upload = found.get(upload_id)
            if upload is None or not upload.usable(owner, now):
                refused.append(FileMissing())
                continue
            try:
                good.append((upload, self._checked(upload)))
            except FileRefused as refusal:
                refused.append(refusal)
        if refused:
            raise FilesRefused(refused)
        for upload, content in good:
            self._files.put(attachment_key(upload.id), content, upload.type)
        return [upload for upload, _ in good]

    def settled(self, uploads: Iterable[Upload]) -> None:
        """Clear up behind attached files, best effort: the upload bucket would forget them a day later anyway."""
        self._files.forget_uploads([upload.id for upload in uploads])

    def kept(self, owner: str, upload_ids: Sequence[str]) -> tuple[Attachment, ...]:
        """Return those that ``owner`` can still send, for a refused form to show again; all others silently go."""
        wanted = list(dict.fromkeys(upload_ids))[:_SHOWN]
        found, now = self.uploads.get_many(wanted, consistent=True), self._clock()
        return tuple(
            found[upload_id].attachment
            for upload_id in wanted
            if upload_id in found and found[upload_id].usable(owner, now)
        )

    def download(self, upload: Upload) -> str:
        """Return a URL that gives the file for a minute. Whether the reader may have it is for the caller to know."""
        if upload.state is not State.ATTACHED:
            raise NotFound
        return self._files.presign_download(upload.key, disposition(upload.name), upload.type)

    def remove(self, upload_ids: Sequence[str]) -> None:
        """Delete the files of attachments for good, to redact them; doing it again is no fault."""
        if not self._files.forget_uploads(upload_ids):
            raise Unavailable
        for upload_id in upload_ids:
            self._files.delete(attachment_key(upload_id))

    def _checked(self, upload: Upload) -> bytes:
        stored = self._files.uploaded(upload.id, MAX_SIZE)
        if stored is None:
            raise FileRefused(upload.name, mark("it was not uploaded completely. Choose it again."))
        check_size(upload.name, stored.size)
        if stored.size != upload.size:
            raise FileRefused(
                upload.name,
                mark("%(arrived)s bytes arrived instead of %(announced)s. Choose it again."),
                arrived=stored.size,
                announced=upload.size,
            )
        if stored.type != upload.type:
            reason = mark("it was uploaded as a different kind of file. Choose it again.")
            raise FileRefused(upload.name, reason)
        check_content(upload.name, upload.type, stored.content)
        return stored.content
