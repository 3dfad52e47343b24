"""Mail as bytes: a raw message into which no subject, name or address can smuggle a header, and signed reply addresses.

It is written by hand, because everything in it has a limit: header values have at most 995 printable ASCII characters,
lines at most 998, and text that people wrote goes through ``clean_line`` first.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import format_datetime

from chalicelib.ids import is_id
from chalicelib.records import dataclass
from chalicelib.signing import Signer
from chalicelib.text import clean_line

MAX_VALUE = 995
"""Characters of a header's value."""
_ADDRESS = re.compile(r"[^\x00-\x20\x7f-\U0010ffff()<>\[\]:;,\\\"@]{1,64}@[A-Za-z0-9.-]{1,253}")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+>")
_WORD = 39
"""Bytes in one encoded word: 64 characters, so that no line with one passes the 76 of RFC 2047."""
_SUBJECT_WORDS = 15
_NAME_WORDS = 10
_NAME = 300
"""So many encoded words, or plain characters, leave room for an address within a header's value."""
_PLAIN_WORD = 60
_LINE = 76
_BOUNDARY = "=_foyer"
"""Can stand in no part: ``=`` is always followed by a hexadecimal digit or a line end there, or ends the line."""
_SIGNATURE = 10
"""Bytes of the signature in a reply address: 80 bits, 16 characters, so that the local part stays below 64."""


@dataclass(frozen=True, slots=True)
class Head:
    """The headers of a mail.

    ``references`` begin with the conversation's own id. ``automatic`` marks mail that no person wrote: it asks
    machines not to reply.
    """

    from_name: str
    from_address: str
    to: str
    subject: str
    message_id: str
    date: datetime
    reply_to: str = ""
    references: tuple[str, ...] = ()
    automatic: bool = False


def build(head: Head, text: str, html: str) -> bytes:
    """Return the whole message: ``text`` and ``html`` say the same. Raises ValueError for what is not an address."""
    sender = _address(head.from_address)
    name = clean_line(head.from_name)
    lines = [
        _folded("From", [*_phrase(name), f"<{sender}>"] if name else [sender]),
        _folded("To", [_address(head.to)]),
        _folded("Subject", _unstructured(head.subject)),
        _folded("Date", [format_datetime(head.date)]),
        _folded("Message-ID", [_message_id(head.message_id)]),
    ]
    if head.reply_to:
        lines.append(_folded("Reply-To", [_address(head.reply_to)]))
    references = _newest([one for one in head.references if _MESSAGE_ID.fullmatch(one)])
    if references:
        lines += [_folded("In-Reply-To", [references[-1]]), _folded("References", references)]
    if head.automatic:
        lines += ["Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All"]
    lines += [
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="{_BOUNDARY}"',
        "",
        *_part("text/plain", text),
        *_part("text/html", html),
        f"--{_BOUNDARY}--",
        "",
    ]
    return "\r\n".join(lines).encode("ascii")


def display_name(agent: str, organization: str) -> str:
    """Return the name an agent's reply comes from."""
    return f"{agent} via {organization}" if agent else organization


def conversation_message_id(conversation_id: str, domain: str) -> str:
    """Return the id that all mail of a conversation refers to first, because SES replaces each mail's own."""
    return f"<{conversation_id}@{domain}>"


def own_message_id(mail_id: str, domain: str) -> str:
    """Return the id we give a mail; SES replaces it."""
    return f"<{mail_id.replace(':', '.')}@{domain}>"


def ses_message_id(ses_id: str, region: str) -> str:
    """Return the Message-ID that SES put into a mail, from the id it answered with; emulators answer with the whole."""
    host = "email" if region == "us-east-1" else region
    return f"<{ses_id}>" if "@" in ses_id else f"<{ses_id}@{host}.amazonses.com>"


class ReplyAddresses:
    """The addresses customers reply to: they name the conversation and are signed for its customer.

    The signature of another conversation, an altered id, or the address of a conversation that now belongs to somebody
    else does not verify. Mail servers may change upper and lower case, so case is ignored.
    """

    def __init__(self, keys: Sequence[bytes], domain: str) -> None:
        """Take the signing keys, the newest first, and the domain that replies go to."""
        self._signers = [Signer([key]) for key in keys]
        self._domain = domain.lower()

    def of(self, conversation_id: str, customer_id: str) -> str:
        """Return the address for a customer's replies to a conversation."""
        signature = _signature(self._signers[0], conversation_id, customer_id)
        return f"reply+{conversation_id}-{signature}@{self._domain}"

    def conversation_of(self, address: str, customer_of: Callable[[str], str | None]) -> str | None:
        """Return the conversation an address of ours names, or None for any other, altered or stolen one.

        ``customer_of`` finds a conversation's customer. That somebody writes *to* the address does not prove who
        they are: whoever receives mail still compares the sender with the customer.
        """
        local, at, domain = address.strip().lower().rpartition("@")
        conversation_id, dash, signature = local.removeprefix("reply+").partition("-")
        ours = bool(at and dash) and local.startswith("reply+") and domain == self._domain
        if not ours or not is_id(conversation_id) or not signature.isascii():
            return None
        customer_id = customer_of(conversation_id)
        good = False
        for signer in self._signers:
            wanted = _signature(signer, conversation_id, customer_id or "")
            good |= hmac.compare_digest(wanted.encode(), signature.encode())
        return conversation_id if good and customer_id else None


def _signature(signer: Signer, conversation_id: str, customer_id: str) -> str:
    digest = signer.digest("reply-address", f"{conversation_id}:{customer_id}")[:_SIGNATURE]
    return base64.b32encode(digest).decode().lower()


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        message = "not an address mail can carry"
        raise ValueError(message)
    return text


def _message_id(text: str) -> str:
    if not _MESSAGE_ID.fullmatch(text):
        message = "not a message id"
        raise ValueError(message)
    return text


def _newest(ids: Sequence[str]) -> list[str]:
    """Return the first id, and as many of the last as fit into a header."""
    room = MAX_VALUE
    kept: list[str] = []
    for one in (*ids[:1], *reversed(ids[1:])):
        room -= len(one) + 1
        if room < 0:
            break
        kept.append(one)
    return [*kept[:1], *reversed(kept[1:])]


def _unstructured(text: str) -> list[str]:
    """Return the words of a header's free text."""
    text = clean_line(text)
    return text[:MAX_VALUE].split() if _plain(text) else _encoded(text, _SUBJECT_WORDS)


def _phrase(name: str) -> list[str]:
    """Return the words of a name in front of an address."""
    if not _plain(name):
        return _encoded(name, _NAME_WORDS)
    quoted = name[:_NAME].rstrip().replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'.split(" ")


def _plain(text: str) -> bool:
    """Tell whether a text may stand as it is: what looks like an encoded word would be read as one."""
    return text.isascii() and "=?" not in text and all(len(word) <= _PLAIN_WORD for word in text.split())


def _encoded(text: str, words: int) -> list[str]:
    """Return ``text`` as at most ``words`` encoded words (RFC 2047), cut between characters and with an ellipsis."""
    pieces = [b""]
    for character in text:
        encoded = character.encode("utf-8", "replace")
        if len(pieces[-1]) + len(encoded) > _WORD:
            pieces.append(b"")
        pieces[-1] += encoded
    if len(pieces) > words:
        kept = b"".join(pieces[:words]).decode()
        return _encoded(kept[:-3].rstrip() + "…", words)
    return [f"=?utf-8?b?{base64.b64encode(piece).decode()}?=" for piece in pieces]


def _folded(name: str, words: Sequence[str]) -> str:
    """Return a header, broken between words where a line would pass 76 characters."""
    lines = [f"{name}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > _LINE and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines)


def _part(content_type: str, text: str) -> list[str]:
    """Return one of the two bodies, as quoted-printable where that reads well and as base64 elsewhere."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    content = text.encode("utf-8", "replace")
    if len(content) - len(text) <= len(text) // 8:
        way, coded = "quoted-printable", binascii.b2a_qp(content).decode().replace("\r\n", "\n").split("\n")
    else:
        way, coded = "base64", base64.encodebytes(content).decode().splitlines()
    return [
        f"--{_BOUNDARY}",
        f"Content-Type: {content_type}; charset=utf-8",
        f"Content-Transfer-Encoding: {way}",
        "",
        *coded,
    ]
