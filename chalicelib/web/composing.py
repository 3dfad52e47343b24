"""Reply boxes: what one shows when fresh, and when it comes back with what was typed and why it was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.attachments.model import EXTENSIONS, MAX_FILES, MAX_SIZE
from chalicelib.conversations.model import MAX_BODY, MAX_SUBJECT
from chalicelib.conversations.posting import Draft, new_key
from chalicelib.refusals import Conflict, Invalid, TooManyRequests, Unavailable
from chalicelib.web.contexts import Composer, FileLimits
from chalicelib.web.errors import fault

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def composer(  # noqa: PLR0913 - the parts of a reply box
    visit: Visit,
    kind: str,
    action: str,
    *,
    owner: str,
    uploads: str,
    typed: Draft | None = None,
    refusal: Refusal | None = None,
    subject: str | None = None,
    continues: str = "",
) -> Composer:
    """Return a reply box; with ``typed``, as it was sent. ``owner`` is whose uploads it may show again."""
    attachments = visit.house.attachments.kept(owner, typed.uploads) if typed and typed.uploads else ()
    retry: Sequence[type] = (Unavailable,)
    same_key = typed is not None and isinstance(refusal, tuple(retry))
    return Composer(
        kind=kind,
        action=action,
        uploads=uploads,
        key=typed.key if typed and same_key and typed.key else new_key(),
        limits=LIMITS,
        max_body=MAX_BODY,
        body=typed.body if typed else "",
        subject=subject,
        max_subject=MAX_SUBJECT,
        continues=continues,
        attachments=attachments,
        faults=(fault(refusal, visit.speech_in("desk" if owner.startswith("staff:") else "portal")),)
        if refusal
        else (),
    )
