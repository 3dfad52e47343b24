"""Attributes of conversations: which there are, of which type, for whom; declaring, changing, ordering, retiring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.conversations.attributes import TYPE_NAMES, Attribute, Declared, Type, choices_of, faults
from chalicelib.refusals import ChangedMeanwhile, Conflict, Invalid, NotFound
from chalicelib.text import clean_line
from chalicelib.web.settings import forms
from chalicelib.web.settings.contexts import AttributePage, AttributeRow, AttributesPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.aws.table import Later
    from chalicelib.portal.details import Shown
    from chalicelib.refusals import Refusal
    from chalicelib.web.http import Request, Response
    from chalicelib.web.visit import Visit

HERE = "attributes"
TITLES = {
    "name": "Name",
    "type": "Type",
    "choices": "Choices",
    "customers": "Customers may see it",
    "required": "Needed before closing",
}
_SWITCHES = frozenset({"customers", "required"})


def attributes(visit: Visit) -> Response:
    """Show all attributes."""
    declared_later, shown_later = (
        visit.house.conversations.labelling.later(visit.reads),
        visit.house.portal.details.later(visit.reads),
    )
    visit.member("portal:write")
    declared, shown = declared_later(), {one.key for one in shown_later().details}

    def rows(some: Sequence[Attribute]) -> tuple[AttributeRow, ...]:
        return tuple(
            AttributeRow(
                one.key,
                one.name,
                TYPE_NAMES[one.type],
                one.customers,
                one.required,
                one.key in shown and one.customers,
                visit.urls.settings("attributes", one.key),
            )
            for one in some
        )

    page = AttributesPage(
        active=rows(declared.active),
        retired=rows(declared.retired),
        version=declared.version,
        new_url=visit.urls.settings("attributes", "new"),
        details_url=visit.urls.settings("details"),
    )
    return visit.page(page, area="settings", here=HERE)


def new(visit: Visit) -> Response:
    """Show the form of a new attribute."""
    later = visit.house.conversations.labelling.later(visit.reads)
    visit.member("portal:write")
    return _page(visit, later(), None, {"key": "", **_texts(Attribute("", "", Type.TEXT))})


def declare(visit: Visit) -> Response:
    """Add an attribute, or move one up or down."""
    later = visit.house.conversations.labelling.later(visit.reads)
    visit.member("portal:write")
    declared = later()
    action, _, key = visit.request.field("action").partition(":")
    url = visit.urls.settings("attributes")
    if action in {"up", "down"}:
        # Each step is small and seen at once: it stands on what is there now.
        visit.house.conversations.labelling.move(visit.author(), key, -1 if action == "up" else 1, declared.version)
        return visit.go(f"{url}#attribute-{key}" if declared.get(key) else url, "saved")
    sent = {"key": visit.request.field("key").strip(), **_sent(visit.request)}
    attribute, refusals = _attribute(sent)
    refusals += [one for one in faults(attribute, declared, new=True) if one.field not in {r.field for r in refusals}]
    if refusals:
        return _page(visit, declared, None, sent, refusals)
    visit.house.conversations.labelling.declare(visit.author(), attribute, declared.version)
    return visit.go(url, "saved")


def attribute(visit: Visit) -> Response:
    """Show the form of an attribute."""
    later, shown = visit.house.conversations.labelling.later(visit.reads), visit.house.portal.details.later(visit.reads)
    visit.member("portal:write")
    found = _found(visit, later())
    return _page(visit, later(), found, _texts(found), shown=shown)


def change(visit: Visit) -> Response:
    """Change an attribute, take it out of use, or into use again."""
    later = visit.house.conversations.labelling.later(visit.reads)
    visit.member("portal:write")
    declared = later()
    before = _found(visit, declared)
    action = visit.request.field("action")
    if action in {"retire", "restore"}:
        after = replace(before, retired=action == "retire")
        refusals: list[Refusal] = [*faults(after, declared, new=False)] if action == "restore" else []
        if refusals:
            return _page(visit, declared, before, _texts(before), refusals)
        visit.house.conversations.labelling.change(visit.author(), after, declared.version)
        return visit.go(visit.urls.settings("attributes"), "saved")
    now, sent = _texts(before), {**_sent(visit.request), "type": before.type.value}
    if forms.overtaken(visit.request, now, sent, declared.version):
        return _clash(visit, declared, before, sent)
    after, refusals = _attribute({"key": before.key, **sent})
    after = replace(after, retired=before.retired)
    refusals += [one for one in faults(after, declared, new=False) if one.field not in {r.field for r in refusals}]
    if refusals:
        return _page(visit, declared, before, sent, refusals)
    try:
        visit.house.conversations.labelling.change(visit.author(), after, declared.version)
    except ChangedMeanwhile:
        newest = visit.house.conversations.labelling.declared()
        return _clash(visit, newest, newest.get(before.key) or before, sent)
    return visit.go(visit.urls.settings("attributes"), "saved")


def _found(visit: Visit, declared: Declared) -> Attribute:
    found = declared.get(visit.request.params.get("attribute", ""))
    if found is None:
        raise NotFound
    return found


def _texts(one: Attribute) -> dict[str, str]:
    return {
        "name": one.name,
        "type": one.type.value,
        "choices": "\n".join(one.choices),
        "customers": "on" if one.customers else "",
        "required": "on" if one.required else "",
    }


def _sent(request: Request) -> dict[str, str]:
    sent = {name: request.field(name).replace("\r\n", "\n").strip() for name in TITLES}
    return {name: "on" if name in _SWITCHES and value else value for name, value in sent.items()}


def _attribute(sent: Mapping[str, str]) -> tuple[Attribute, list[Refusal]]:
    """Return the attribute that fields describe, and what cannot be read of them."""
    refusals: list[Refusal] = []
    kind = Type.TEXT
    try:
        kind = Type(sent["type"])
    except ValueError:
        refusals.append(Invalid("Choose one of the types.", field="type"))
    choices = choices_of(sent["choices"]) if kind is Type.CHOICE else ()
    one = Attribute(
        sent["key"], clean_line(sent["name"]), kind, choices, bool(sent["customers"]), bool(sent["required"])
    )
    return one, refusals


def _clash(visit: Visit, declared: Declared, current: Attribute, sent: Mapping[str, str]) -> Response:
    def told(name: str, text: str) -> str:
        if name in _SWITCHES:
            return "Yes" if text else "No"
        return ", ".join(text.split("\n")) or "Nothing"

    form = forms.Form(current.name, visit.urls.settings("attributes", current.key), HERE, TITLES, told)
    return forms.clash(visit, form, now=_texts(current), sent=sent, version=declared.version)


def _page(
    visit: Visit,
    declared: Declared,
    before: Attribute | None,
    texts: Mapping[str, str],
    refusals: Sequence[Refusal] = (),
    shown: Later[Shown] | None = None,
) -> Response:
    urls = visit.urls
    see = {one.key for one in (shown or visit.house.portal.details.later(visit.reads))().details} if before else set()
    page = AttributePage(
        new=before is None,
        heading=before.name if before else "New attribute",
        action=urls.settings("attributes", before.key) if before else urls.settings("attributes"),
        texts=texts,
        types=tuple((one.value, name) for one, name in TYPE_NAMES.items()),
        type_name=TYPE_NAMES[before.type] if before else "",
        retired=bool(before and before.retired),
        shown=bool(before and before.key in see),
        version=declared.version,
        seen=forms.seen_text(_texts(before) if before else {}),
        back_url=urls.settings("attributes"),
        faults=forms.fault_list(refusals),
    )
    taken = any(isinstance(one, Conflict) for one in refusals)
    return visit.page(page, area="settings", here=HERE, status=409 if taken else 422 if refusals else 200)
