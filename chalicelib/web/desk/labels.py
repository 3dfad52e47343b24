"""Tags and attributes at the desk: the form that changes them, and closing, which sends it along."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.conversations.attributes import Value, typed
from chalicelib.refusals import ChangedMeanwhile, NotFound, Refusal
from chalicelib.web.composing import KEPT
from chalicelib.web.desk.conversation_page import Attempt, again
from chalicelib.web.desk.label_card import texts_of
from chalicelib.web.http import Response

if TYPE_CHECKING:
    from chalicelib.conversations.attributes import Declared
    from chalicelib.conversations.model import Conversation, StaffSide
    from chalicelib.staff.model import Member
    from chalicelib.web.visit import Visit


def save(visit: Visit) -> Response:
    """Change tags and attributes; only what was changed in the form is changed."""
    found = _later(visit)
    member = visit.member("conversation:label")
    head, declared, side = found()
    refused = _keep(visit, member, head, declared, side)
    return refused or visit.go(visit.urls.desk_conversation(head.id), "labelled")


def close(visit: Visit) -> Response:
    """Close the conversation. Its button sends the form of the details, too: what is typed there is saved first."""
    found = _later(visit)
    member = visit.member("conversation:status")
    head, declared, side = found()
    if visit.request.field("seen"):
        member.must("conversation:label")
        refused = _keep(visit, member, head, declared, side)
        if refused:
            return refused
    try:
        visit.house.conversations.labelling.must_be_complete(head)
        visit.house.conversations.desk.close(member, head)
    except KEPT as refusal:
        return again(visit, member, head, Attempt((refusal,)))
    return visit.go(visit.urls.desk_conversation(head.id), "closed")


def _later(visit: Visit) -> Callable[[], tuple[Conversation, Declared, StaffSide]]:
    """Read what both forms need together with the session; what is returned gives it, or refuses."""
    head, _ = visit.house.conversations.desk.later(visit.reads, visit.id("conversation_id"))
    declared = visit.house.conversations.labelling.later(visit.reads)
    side = visit.house.conversations.store.side_later(visit.reads, visit.id("conversation_id"))

    def found() -> tuple[Conversation, Declared, StaffSide]:
        there = head()
        if there is None:
            raise NotFound
        return there, declared(), side()

    return found


def _keep(visit: Visit, member: Member, head: Conversation, declared: Declared, side: StaffSide) -> Response | None:
    """Save what was changed in the form; return the page with all that is wrong with it, None where all is saved."""
    now = texts_of(declared, side)
    sent = {name: "\n".join(visit.request.fields().get(name, [])).replace("\r\n", "\n") for name in now}
    seen = _seen(visit.request.field("seen"), now)
    changed = {name: text for name, text in sent.items() if text.strip() != seen[name].strip()}
    refusals: list[Refusal] = [_clash(name, now[name], declared) for name in changed if _clashes(name, seen, now, sent)]
    values: dict[str, Value | None] = {}
    for attribute in declared.active:
        name = f"attributes.{attribute.key}"
        if name in changed:
            try:
                values[attribute.key] = typed(attribute, changed[name])
            except Refusal as refusal:
                refusals.append(refusal)
    if not refusals:
        tags = changed["tags"].split("\n") if "tags" in changed else None
        kept = [tag for tag in tags if tag.strip()] if tags is not None else None
        try:
            visit.house.conversations.labelling.label(
                member, "conversation:label", head, tags=kept, attributes=values, told=True
            )
        except Refusal as refusal:
            refusals.append(refusal)
    return again(visit, member, head, Attempt(tuple(refusals), labels={**now, **changed})) if refusals else None


def _seen(text: str, now: Mapping[str, str]) -> dict[str, str]:
    """Return what the form's page had in its fields; what it does not say is taken as it is now."""
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        found = {}
    told = found if isinstance(found, dict) else {}
    return {name: one if isinstance(one := told.get(name), str) else value for name, value in now.items()}


def _clashes(name: str, seen: Mapping[str, str], now: Mapping[str, str], sent: Mapping[str, str]) -> bool:
    return now[name] != seen[name] and now[name].strip() != sent[name].strip()


def _clash(name: str, now: str, declared: Declared) -> Refusal:
    attribute = declared.get(name.removeprefix("attributes."))
    label = attribute.name if attribute and name != "tags" else "Tags"
    value = f"“{now}”" if now else "nothing"
    sentence = f"Somebody changed “{label}” to {value} meanwhile. Yours is kept in the field: save again to replace it."
    return ChangedMeanwhile(sentence.replace("\n", ", "), field=name)
