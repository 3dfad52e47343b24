"""The rules of attachments: which files a message may carry, what they may be called, and what each kind is told to be.

Sizes are in bytes. The structure each kind of file must have is in ``structure.py`` and ``office.py``.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import quote

from chalicelib.conversations.model import Attachment
from chalicelib.records import dataclass
from chalicelib.refusals import FileRefused
from chalicelib.speech import mark

MAX_FILES: Final = 6
"""Files of one message."""
MAX_SIZE: Final = 3_145_728
"""Bytes of one file: 3 MB."""
MAX_NAME: Final = 120
"""Code points of a file name, its extension included."""
PENDING_FOR: Final = timedelta(days=1)
"""How long an upload waits for a message; the upload bucket's lifecycle rule is the same."""

EXTENSIONS: Final[dict[str, str]] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xml": "application/xml",
    "pdf": "application/pdf",
    "gif": "image/gif",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
}
"""Extension to content type, in the order pages show them: the type S3 is told and every download carries."""

_ANY_KIND = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/x-download"})
_ZIPS = frozenset({"application/zip", "application/x-zip", "application/x-zip-compressed"})
_ALSO_DECLARED: Final[dict[str, frozenset[str]]] = {
    "xlsx": _ZIPS | {"application/vnd.ms-excel"},
    "csv": frozenset(
        {
            "application/csv",
            "application/vnd.ms-excel",
            "application/x-csv",
            "text/comma-separated-values",
            "text/plain",
            "text/x-comma-separated-values",
            "text/x-csv",
        }
    ),
    "doc": frozenset({"application/doc", "application/vnd.ms-word", "application/x-msword"}),
    "docx": _ZIPS | {"application/msword"},
    "xml": frozenset({"text/xml"}),
    "pdf": frozenset({"application/x-pdf"}),
    "gif": frozenset(),
    "jpg": frozenset({"image/jpg", "image/pjpeg"}),
    "jpeg": frozenset({"image/jpg", "image/pjpeg"}),
    "png": frozenset({"image/x-png"}),
}
"""What browsers and their operating systems call these files besides the type in :data:`EXTENSIONS`."""


class State(StrEnum):
    """Where an upload stands."""

    PENDING = "pending"
    ATTACHED = "attached"
    REDACTED = "redacted"


@dataclass(frozen=True, slots=True)
class Declared:
    """A file as its sender describes it, name cleaned and type canonical."""

    name: str
    type: str
    size: int


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way, and once a message or note carries it, the attachment.

    ``owner`` is ``customer:<id>`` or ``staff:<id>``: who may put it into a message. Once attached, ``customer_id`` is
    whose conversation it is in, ``seq`` its message or ``note_id`` its note, and ``internal`` keeps it from customers.
    ``key`` is where the attachment bucket has it.
    """

    id: str
    owner: str
    name: str
    type: str
    size: int
    state: State
    created_at: datetime
    conversation_id: str = ""
    customer_id: str = ""
    seq: int = 0
    note_id: str = ""
    internal: bool = False
    key: str = ""

    @property
    def attachment(self) -> Attachment:
        """What the message keeps of it."""
        return Attachment(self.id, self.name, self.type, self.size)

    def usable(self, owner: str, now: datetime) -> bool:
        """Whether ``owner`` may put it into a message now."""
        return self.state is State.PENDING and self.owner == owner and now < self.created_at + PENDING_FOR


def clean_name(text: str) -> str:
    """Return ``text`` as a file name that is safe to show, to save and to send: never empty, NFC, at most 120 long.

    Folders go, as do control characters, direction overrides and whatever else cannot be seen; what file systems or
    headers give a meaning (quotes, colons, angle brackets) is replaced. The extension survives the shortening.
    """
    kept = []
    for character in text.replace("\\", "/").rsplit("/", 1)[-1]:
        category = unicodedata.category(character)
        if character in _REPLACED:
            kept.append(_REPLACED[character])
        elif character.isspace() or category in {"Zl", "Zp", "Zs"}:
            kept.append(" ")
        elif category[0] != "C" or character in _JOINERS:
            kept.append(character)
    name = " ".join(unicodedata.normalize("NFC", "".join(kept)).split()).rstrip(" .")
    stem, dot, extension = name.rpartition(".")
    extension = extension.strip()
    if not dot or not extension or len(extension) > _LONGEST_EXTENSION:
        stem, extension = name, ""
    tail = f".{extension}" if extension else ""
    return (stem.strip(" .")[: MAX_NAME - len(tail)].rstrip(" .") or "file") + tail


_REPLACED = {'"': "'", "<": "_", ">": "_", ":": "_", "|": "_", "?": "_", "*": "_"}
_JOINERS = frozenset("\u200c\u200d")  # Persian, the scripts of India and emoji are not written without them
_LONGEST_EXTENSION = 16


def extension(name: str) -> str:
    """Return what stands after the last dot, in lower case; empty where there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def declare(name: str, content_type: str, size: int) -> Declared:
    """Return what is to be uploaded, or refuse by name and reason: unknown kind, type that does not fit, size."""
    name = clean_name(name)
    kind = extension(name)
    if kind not in EXTENSIONS:
        if kind:
            reason = mark("files ending in .%(kind)s are not taken. Possible are %(possible)s.")
            raise FileRefused(name, reason, kind=kind, possible=accepted())
        raise FileRefused(name, mark("its name has no extension. Possible are %(possible)s."), possible=accepted())
    plain = content_type.partition(";")[0].strip().lower()
    if plain not in _ANY_KIND and plain != EXTENSIONS[kind] and plain not in _ALSO_DECLARED[kind]:
        raise FileRefused(
            name,
            mark("its name says %(kind)s, but it was sent as another kind of file (%(sent)s)."),
            kind=kind.upper(),
            sent=clean_name(plain)[:60],
        )
    check_size(name, size)
    return Declared(name, EXTENSIONS[kind], size)


def check_size(name: str, size: int) -> None:
    """Refuse an empty file and one over the limit, naming both sizes."""
    if size < 1:
        raise FileRefused(name, mark("it is empty."))
    if size > MAX_SIZE:
        raise FileRefused(
            name,
            mark("it has %(size)s bytes (%(mb)s MB); a file can have at most %(limit)s bytes (3 MB)."),
            size=size,
            mb=size / 1_048_576,
            limit=MAX_SIZE,
        )


def check_content(name: str, content_type: str, content: bytes) -> None:
    """Refuse content whose structure is not that of its name's extension, or that carries something active."""
    from chalicelib.attachments import structure

    kind = extension(name)
    if EXTENSIONS.get(kind) != content_type:
        raise FileRefused(name, mark("its name and its type do not fit together."))
    check_size(name, len(content))
    try:
        structure.check(kind, content)
    except structure.Unfit as unfit:
        raise FileRefused(name, unfit.why.text, **unfit.why.values) from unfit


def accepted() -> tuple[str, ...]:
    """Return the kinds of file for a sentence."""
    return tuple(kind.upper() for kind in EXTENSIONS)


def disposition(name: str) -> str:
    """Return the Content-Disposition of a download: always ``attachment``, ASCII only, safe for any name."""
    name = clean_name(name)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join("_" if character in '"\\%;' else character for character in plain if character.isprintable())
    return f"attachment; filename=\"{clean_name(plain)}\"; filename*=UTF-8''{quote(name, safe='')}"
