"""The rules of attachments: which files a message may carry, what they may be called, and what each kind is told to be.

Sizes are in bytes. What each kind of file must be inside is for ``content/``.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import quote

from chalicelib.records import dataclass
from chalicelib.refusals import FileRefused
from chalicelib.speech import mark

MAX_FILES: Final = 6
"""Files of one message."""
_MB: Final = 1_048_576
MAX_SIZE: Final = 3 * _MB
"""Bytes of one file."""
MAX_NAME: Final = 120
"""Code points of a file name, its extension included."""
PENDING_FOR: Final = timedelta(days=1)
"""How long an upload waits for a message; the upload bucket's lifecycle rule is the same."""

_ZIPS = frozenset({"application/zip", "application/x-zip", "application/x-zip-compressed"})


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of one message. ``size`` in bytes."""

    id: str
    name: str
    type: str
    size: int


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that a message may carry: a row of :data:`KINDS`.

    ``label`` is its name for people, ``extensions`` its endings in lower case, ``type`` what S3 is told and every
    download carries. ``checker`` names the module of ``content/`` that looks inside. ``also`` are the types by which
    browsers and their operating systems call it besides. Kinds of one ``family`` are taken for one another so often
    that a type of one under the name of another says nothing.
    """

    label: str
    extensions: tuple[str, ...]
    type: str
    checker: str
    family: str
    also: frozenset[str] = frozenset()

    def called(self, declared: str) -> bool:
        """Whether a file of this name may be this kind, though it was declared as ``declared``.

        Name and content decide what a file is: browsers take the type from what happens to be installed, so only one
        that is outright another family's says that the name is wrong. In lower case, without parameters.
        """
        families = {kind.family for kind in KINDS if declared == kind.type or declared in kind.also}
        if families:
            return self.family in families
        if declared.startswith("image/"):
            return self.family == "picture" and declared not in _OTHER_PICTURES
        return not _OTHERS.match(declared)


_OTHER_PICTURES: Final = frozenset(
    f"image/{name}"
    for name in (
        "avif", "bmp", "heic", "heic-sequence", "heif", "heif-sequence", "jp2", "jxl", "svg+xml", "tiff",
        "vnd.adobe.photoshop", "vnd.microsoft.icon", "webp", "x-icon", "x-ms-bmp",
    )
)  # fmt: skip
_OTHERS: Final = re.compile(
    r"(?:audio|font|message|model|multipart|video)/|text/(?:css|html|(?:java|ecma)script)$"
    r"|application/(?:(?:java|ecma|x-java)script|xhtml\+xml|x-msdownload|x-msdos-program|java-archive|x-sh)$"
    r"|.*macroenabled"
)


KINDS: Final = (
    Kind(
        label="XLSX",
        extensions=("xlsx",),
        type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        checker="xlsx",
        family="office",
        also=_ZIPS | {"application/vnd.ms-excel"},
    ),
    Kind(
        label="CSV",
        extensions=("csv",),
        type="text/csv",
        checker="csv",
        family="office",
        also=frozenset(
            {
                "application/csv",
                "application/vnd.ms-excel",
                "application/x-csv",
                "text/comma-separated-values",
                "text/x-comma-separated-values",
                "text/x-csv",
            }
        ),
    ),
    Kind(
        label="DOC",
        extensions=("doc",),
        type="application/msword",
        checker="doc",
        family="office",
        also=frozenset({"application/doc", "application/vnd.ms-word", "application/x-msword"}),
    ),
    Kind(
        label="DOCX",
        extensions=("docx",),
        type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        checker="docx",
        family="office",
        also=_ZIPS | {"application/msword"},
    ),
    Kind("XML", ("xml",), "application/xml", checker="xml", family="xml", also=frozenset({"text/xml"})),
    Kind("PDF", ("pdf",), "application/pdf", checker="pdf", family="pdf", also=frozenset({"application/x-pdf"})),
    Kind("GIF", ("gif",), "image/gif", checker="gif", family="picture"),
    Kind(
        "JPG",
        ("jpg", "jpeg"),
        "image/jpeg",
        checker="jpeg",
        family="picture",
        also=frozenset({"image/jpg", "image/pjpeg"}),
    ),
    Kind("PNG", ("png",), "image/png", checker="png", family="picture", also=frozenset({"image/x-png"})),
)
"""Every kind of file there is, in the order pages show them. Forms, scripts, the API, S3 and downloads follow it."""

_BY_EXTENSION: Final = {ending: kind for kind in KINDS for ending in kind.extensions}
EXTENSIONS: Final = {ending: kind.type for ending, kind in _BY_EXTENSION.items()}
"""Extension to content type."""
LABELS: Final = {kind.type: kind.label for kind in KINDS}
"""Content type to its name for people."""


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
    """Return what stands after the last dot, in lower case; empty where that is no extension but a number or words."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    return "" if ending.isdecimal() or " " in ending or len(ending) > _LONGEST_EXTENSION else ending


def _kind_of_type(declared: str) -> Kind | None:
    """Return the kind that a type says a file is; None where it may be several."""
    found = [kind for kind in KINDS if declared == kind.type] or [kind for kind in KINDS if declared in kind.also]
    return found[0] if len(found) == 1 else None


def kind_of(name: str) -> Kind | None:
    """Return the kind that a file's name says it is; None for what no message may carry."""
    return _BY_EXTENSION.get(extension(name))


def declare(name: str, content_type: str, size: int) -> Declared:
    """Return what is to be uploaded, or refuse by name and reason: unknown kind, type that does not fit, size.

    A name without an extension, as Android gives files, gets that of the type.
    """
    name, plain = clean_name(name), re.split(r"[;,\s]", content_type.strip(), maxsplit=1)[0].lower()
    if not extension(name) and (told := _kind_of_type(plain)):
        name = clean_name(f"{name}.{told.extensions[0]}")
    ending, kind = extension(name), kind_of(name)
    if kind is None:
        if ending:
            reason = mark("we do not accept .%(kind)s files. You can attach %(possible)s.")
            raise FileRefused(name, reason, kind=ending, possible=accepted())
        raise FileRefused(name, mark("its name has no extension. You can attach %(possible)s."), possible=accepted())
    if not kind.called(plain):
        raise FileRefused(
            name,
            mark(
                "its name says %(kind)s, but it was sent as a different kind of file (%(sent)s). Save it as %(kind)s, "
                "and attach that."
            ),
            kind=ending.upper(),
            sent=clean_name(plain)[:60],
        )
    check_size(name, size)
    return Declared(name, kind.type, size)


def check_size(name: str, size: int) -> None:
    """Refuse an empty file and one over the limit, naming both sizes."""
    if size < 1:
        raise FileRefused(name, mark("it is empty."))
    if size > MAX_SIZE:
        raise FileRefused(
            name,
            mark("it has %(size)s bytes (%(mb)s MB); a file can have at most %(limit)s bytes (%(limit_mb)s MB)."),
            size=size,
            mb=size / _MB,
            limit=MAX_SIZE,
            limit_mb=megabytes(MAX_SIZE),
        )


def megabytes(size: int) -> int | float:
    """Return a limit in MB, for a sentence: a whole number where it is one."""
    return size / _MB if size % _MB else size // _MB


def accepted() -> tuple[str, ...]:
    """Return the kinds of file for a sentence."""
    return tuple(ending.upper() for ending in EXTENSIONS)


def disposition(name: str) -> str:
    """Return the Content-Disposition of a download: always ``attachment``, ASCII only, safe for any name."""
    name = clean_name(name)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join("_" if character in '"\\%;' else character for character in plain if character.isprintable())
    return f"attachment; filename=\"{clean_name(plain)}\"; filename*=UTF-8''{quote(name, safe='')}"
