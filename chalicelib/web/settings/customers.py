"""Two customers found to be one: find both, see both, choose who stays, and merge."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.channels.model import HANDLES
from chalicelib.customers.model import Customer
from chalicelib.ids import is_id
from chalicelib.refusals import Conflict, Invalid, Refusal
from chalicelib.web.contexts import Fault
from chalicelib.web.errors import fault
from chalicelib.web.settings.contexts import Candidate, MergePage, Pending, SharedNumber

if TYPE_CHECKING:
    from chalicelib.aws.table import Later
    from chalicelib.customers.numbers import Meeting
    from chalicelib.schema.model import Form
    from chalicelib.web.http import Response
    from chalicelib.web.visit import Visit

PERMISSION = "customer:merge"
PATIENCE = timedelta(seconds=10)
"""How long a request goes on moving; the sweeper does the rest."""


_SHARED = "customers:shared"
"""The list of customers who share a number, for its cursors."""


def page(visit: Visit) -> Response:
    """Show what to look for, and both customers where they were found; else those who share a number."""
    request = visit.request
    shared = None if request.arg("cursor") else _shared_later(visit)  # a cursor is not looked at for everybody
    visit.member(PERMISSION)
    return _page(visit, request.arg("one"), request.arg("other"), shared)


def merge(visit: Visit) -> Response:
    """Merge one customer into the other, as far as a request can take; the sweeper does the rest."""
    visit.member(PERMISSION)
    merging, request = visit.house.merging, visit.request
    typed, keep_id = (request.field("one"), request.field("other")), request.field("keep")
    try:
        end_id = _who_ends(visit, typed, keep_id)
        begun = merging.get(end_id)
        if begun is None or begun.keep != keep_id:  # sent again, the form goes on with what it began
            merging.begin(visit.author(), merging.find(end_id), merging.find(keep_id))
        done = merging.go_on(end_id, visit.house.clock() + PATIENCE)
    except (Invalid, Conflict) as refusal:
        return _page(visit, *typed, keep=keep_id, refusal=refusal)
    return visit.go(visit.urls.settings("customers"), "merged" if done else "merging")


def _who_ends(visit: Visit, typed: tuple[str, str], keep_id: str) -> str:
    if not all(map(is_id, typed)) or keep_id not in typed:
        raise Invalid("Choose which of the two stays.", field="keep")
    if not visit.request.field("sure"):
        raise Invalid("Tick that you are sure: a merge cannot be undone.", field="sure")
    return typed[1] if keep_id == typed[0] else typed[0]


def _shared_later(visit: Visit) -> tuple[Later[Form], Later[tuple[list[Meeting], str]]]:
    """Read which form stored numbers have, and who meets whom."""
    house, reads = visit.house, visit.reads
    return house.schema.store.later(reads), house.merging.meetings_later(reads, visit.cursor(_SHARED))


def _page(
    visit: Visit,
    one: str,
    other: str,
    shared: tuple[Later[Form], Later[tuple[list[Meeting], str]]] | None = None,
    *,
    keep: str = "",
    refusal: Refusal | None = None,
) -> Response:
    faults, found = [fault(refusal)] if refusal else [], []
    typed = (("one", one), ("other", other))
    for name, text in typed:
        if not text.strip():
            continue
        try:
            found.append(visit.house.merging.find(text[:300]))
        except Invalid as absent:
            if not refusal:
                absent.field = name
                faults.append(fault(absent))
    if len(found) == len(typed) and found[0].id == found[1].id and not refusal:
        faults.append(Fault("Both are the same customer. Enter two different ones.", "other"))
    both = len(found) == len(typed) and not (faults and not refusal)
    country = visit.settings().country
    form, met = shared or _shared_later(visit)
    meetings, behind = ([], "") if both else met()
    further = visit.urls.settings("customers", cursor=visit.cursor_for(_SHARED, behind)) if behind else ""
    view = MergePage(
        one=one,
        other=other,
        found=tuple(_candidate(customer) for customer in found) if both else (),
        pending=_pending(visit),
        shared=tuple(SharedNumber(m.value, m.one.id, m.other.id, m.one.name, m.other.name) for m in meetings),
        further=further,
        compared=form().country == country,
        country=bool(country),
        keep=keep,
        faults=tuple(faults),
    )
    status = refusal.status if refusal else 422 if faults else 200
    return visit.page(view, area="settings", here="customers", status=status)


def _candidate(customer: Customer) -> Candidate:
    contact = (("contact", customer.contact),) if customer.contact else ()
    pairs = (*customer.identities.items(), *customer.also, *contact)
    return Candidate(customer, tuple((_KINDS.get(kind, kind), value) for kind, value in pairs))


_KINDS = {
    "external_id": "External id",
    **{kind: handle.name for kind, handle in HANDLES.items()},
    "contact": "E-mail from the contact form, not proven",
}


def _pending(visit: Visit) -> tuple[Pending, ...]:
    merges = [one for one in visit.house.merging.pending() if not one.done]
    names = visit.house.customers.store.get_many(one.keep for one in merges)
    return tuple(
        Pending(names[one.keep].name if one.keep in names else one.keep, one.author, one.at, one.moved)
        for one in merges
    )
