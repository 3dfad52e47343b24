"""Conversation Details: which attributes a conversation shows its customer, in which order, under which names.

Adding, moving and removing change the form alone; nothing is saved before it is.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from chalicelib.portal.details import Detail, faults
from chalicelib.refusals import ChangedMeanwhile, SettingRefused
from chalicelib.text import clean_line, whole_number
from chalicelib.web.settings import forms
from chalicelib.web.settings.contexts import DetailRow, DetailsPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.aws.table import Later
    from chalicelib.conversations.attributes import Declared
    from chalicelib.portal.details import Shown
    from chalicelib.refusals import Refusal
    from chalicelib.snippets.model import Snippet
    from chalicelib.web.http import Response
    from chalicelib.web.visit import Visit

HERE = "configuration"
_MAX_SENT = 30
_TWICE = "Either type a display name or choose a snippet: empty the one that shall not count."


def details(visit: Visit) -> Response:
    """Show what is shown."""
    shown, declared = _later(visit)
    visit.member("portal:write")
    return _page(visit, shown().details, shown(), declared())


def save(visit: Visit) -> Response:
    """Change the form, or save it."""
    shown_later, declared_later = _later(visit)
    visit.member("portal:write")
    shown, declared = shown_later(), declared_later()
    request = visit.request
    action, _, key = request.field("action").partition(":")
    wanted = _sent(visit)
    if action == "add":
        return _add(visit, wanted, shown, declared)
    if action in {"up", "down", "remove"}:
        left = [one for one in wanted if one.key != key] if action == "remove" else _moved(wanted, key, action)
        return _page(visit, left, shown, declared, unsaved=True)
    return _save(visit, wanted, shown, declared)


def _save(visit: Visit, wanted: list[Detail], shown: Shown, declared: Declared) -> Response:
    twice = [SettingRefused(_TWICE, field=f"label-{one.key}") for one in wanted if one.text and one.snippet]
    if twice:
        return _page(visit, wanted, shown, declared, unsaved=True, refusals=twice)
    snippets = {one.name: one for one in visit.house.snippets.all()}
    wanted = [_labelled(one, snippets) for one in wanted]
    now, sent = {"shown": _text(shown.details)}, {"shown": _text(wanted)}
    if forms.overtaken(visit.request, now, sent, shown.version):
        return _clash(visit, shown, sent, declared)
    refusals: list[Refusal] = [*faults(wanted, declared), *_faults_of_snippets(wanted, snippets)]
    if refusals:
        return _page(visit, wanted, shown, declared, refusals=refusals)
    try:
        visit.house.portal.details.save(visit.author(), wanted, declared, version=shown.version)
    except ChangedMeanwhile:
        return _clash(visit, visit.house.portal.details.get(), sent, declared)
    return visit.go(visit.urls.settings("details"), "saved")


def _later(visit: Visit) -> tuple[Later[Shown], Later[Declared]]:
    return visit.house.portal.details.later(visit.reads), visit.house.conversations.labelling.later(visit.reads)


def _sent(visit: Visit) -> list[Detail]:
    """Return the attributes in the order of the form; the choice of a clash comes as one text."""
    request = visit.request
    chosen = request.field("shown")
    if chosen:
        return _details(chosen)
    keys = list(dict.fromkeys(request.fields_named("key")))[:_MAX_SENT]
    return [
        Detail(key, clean_line(request.field(f"label-{key}")), request.field(f"snippet-{key}").strip()) for key in keys
    ]


def _text(details: Sequence[Detail]) -> str:
    """Return a choice as one text: what a clash sends, and what is compared."""
    rows = [[one.key, "" if one.snippet else one.text, one.snippet] for one in details]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _details(text: str) -> list[Detail]:
    try:
        lines = [[clean_line(str(one)) for one in row] for row in json.loads(text)[:_MAX_SENT]]
        return [Detail(key, label, snippet) for key, label, snippet in lines]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []


def _labelled(detail: Detail, snippets: dict[str, Snippet]) -> Detail:
    """Return a detail with the texts of its snippet, where it takes its name from one."""
    snippet = snippets.get(detail.snippet)
    if snippet is None:
        return detail
    return Detail(detail.key, "", snippet.name, snippet.labels())


def _faults_of_snippets(wanted: Sequence[Detail], snippets: dict[str, Snippet]) -> list[SettingRefused]:
    found = []
    for one in wanted:
        if one.snippet and one.snippet not in snippets:
            found.append(SettingRefused(f"There is no snippet “{one.snippet[:60]}”.", field=f"label-{one.key}"))
        elif one.snippet and snippets[one.snippet].unfit():
            sentence = f"“{one.snippet}” is no display name: it is long, or has placeholders."
            found.append(SettingRefused(sentence, field=f"label-{one.key}"))
    return found


def _moved(wanted: list[Detail], key: str, action: str) -> list[Detail]:
    by = -1 if action == "up" else 1
    place = next((number for number, one in enumerate(wanted) if one.key == key), None)
    if place is not None and 0 <= place + by < len(wanted):
        wanted.insert(place + by, wanted.pop(place))
    return wanted


def _add(visit: Visit, wanted: list[Detail], shown: Shown, declared: Declared) -> Response:
    key = visit.request.field("add")
    attribute = declared.get(key)
    fine = attribute and attribute.customers and not attribute.retired and all(one.key != key for one in wanted)
    if not fine:
        refusal = SettingRefused("Choose an attribute of the list to add.", field="add")
        return _page(visit, wanted, shown, declared, unsaved=True, refusals=[refusal])
    return _page(visit, [*wanted, Detail(key)], shown, declared, unsaved=True, fresh=key)


def _clash(visit: Visit, shown: Shown, sent: dict[str, str], declared: Declared) -> Response:
    def told(_: str, text: str) -> str:
        names = {one.key: one.name for one in declared.every}
        parts = []
        for one in _details(text):
            label = f"the snippet “{one.snippet}”" if one.snippet else f"“{one.text}”" if one.text else ""
            parts.append(f"{names.get(one.key, one.key)} as {label}" if label else names.get(one.key, one.key))
        return ", then ".join(parts) or "None"

    titles = {"shown": "Attributes shown"}
    form = forms.Form("Conversation Details", visit.urls.settings("details"), HERE, titles, told)
    return forms.clash(visit, form, now={"shown": _text(shown.details)}, sent=sent, version=shown.version)


def _page(
    visit: Visit,
    wanted: Sequence[Detail],
    shown: Shown,
    declared: Declared,
    *,
    unsaved: bool = False,
    fresh: str = "",
    refusals: Sequence[Refusal] = (),
) -> Response:
    # What is not saved yet goes on from what its page was made from: what others save meanwhile is still asked about.
    request, now = visit.request, {"shown": _text(shown.details)}
    before = forms.seen(request, now) if unsaved else now
    own = visit.settings().languages[0]
    snippets = [one for one in visit.house.snippets.all() if not one.unfit()]
    taken = {one.key for one in wanted}
    open_to_customers = [one for one in declared.active if one.customers]
    page = DetailsPage(
        rows=tuple(_row(one, declared, fresh) for one in wanted),
        addable=tuple((one.key, one.name) for one in open_to_customers if one.key not in taken),
        snippets=tuple((one.name, one.text(own, own)) for one in snippets),
        version=(whole_number(request.field("version")) or 0) if unsaved else shown.version,
        seen=forms.seen_text(before),
        unsaved=unsaved and {"shown": _text(wanted)} != before,
        declared_any=bool(declared.active),
        faults=forms.fault_list(refusals),
    )
    return visit.page(page, area="settings", here=HERE, status=422 if refusals else 200)


def _row(detail: Detail, declared: Declared, fresh: str) -> DetailRow:
    attribute = declared.get(detail.key)
    hidden = ""
    if attribute is None or attribute.retired:
        hidden = "Not shown: this attribute is retired."
    elif not attribute.customers:
        hidden = "Not shown: this attribute is for staff only."
    name = attribute.name if attribute else detail.key
    return DetailRow(detail.key, name, detail.text, detail.snippet, hidden, detail.key == fresh)
