"""Reply boxes: what one shows when fresh, and when it comes back with what was typed and why it was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.attachments.model import EXTENSIONS, MAX_FILES, MAX_SIZE
from chalicelib.conversations.model import MAX_BODY, MAX_SUBJECT, Draft
from chalicelib.ids import new_secret
from chalicelib.records import dataclass
from chalicelib.refusals import Conflict, FileMissing, FilesRefused, Invalid, TooManyRequests, Unavailable
from chalicelib.web.contexts import Composer, FileLimits
from chalicelib.web.errors import fault

if TYPE_CHECKING:
    from chalicelib.refusals import Refusal
    from chalicelib.web.visit import Visit

LIMITS = FileLimits(MAX_FILES, MAX_SIZE, tuple(EXTENSIONS))

KEPT = (Invalid, Conflict, TooManyRequests, Unavailable)
"""Refusals after which the form is shown again with all that was typed."""


def draft(visit: Visit) -> Draft:
    """Return what a form says."""
    request = visit.request
    return Draft(
        body=request.field("body"),
        uploads=tuple(dict.fromkeys(request.fields_named("attachment"))),
        key=request.field("idempotency_key"),
        subject=request.field("subject"),
    )


@dataclass(frozen=True, slots=True)
class Box:
    """A reply box before anything is typed: its ``kind`` as in Composer, and where it posts its text and its files.

    ``owner`` is whose uploads it may show again; ``subject`` is None where none is asked for.
    """

    kind: str
    action: str
    owner: str
    uploads: str
    subject: str | None = None
    continues: str = ""


def composer(visit: Visit, box: Box, typed: Draft | None = None, refusal: Refusal | None = None) -> Composer:
    """Return a reply box; with ``typed``, as it was sent, and with why it was refused."""
    uploads = set(typed.uploads) if typed else set()
    attachments = visit.house.attachments.kept(box.owner, typed.uploads) if typed and uploads else ()
    same_key = typed.key if typed and isinstance(refusal, Unavailable) else ""
    speech = visit.speech_in("desk" if box.owner.startswith("staff:") else "portal")
    refusals = [refusal] if refusal else []
    if len(attachments) < len(uploads) and not isinstance(refusal, FilesRefused):
        refusals.append(FileMissing())  # or the form would come back without it, and be sent without it, unnoticed
    faults = tuple(fault(one, speech) for one in refusals)
    return Composer(
        kind=box.kind,
        action=box.action,
        uploads=box.uploads,
        key=same_key or new_secret(),
        limits=LIMITS,
        max_body=MAX_BODY,
        body=typed.body if typed else "",
        subject=box.subject,
        max_subject=MAX_SUBJECT,
        continues=box.continues,
        attachments=attachments,
        faults=faults,
    )
