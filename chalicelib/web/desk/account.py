"""A member of staff's own page: name, time zone, where they are signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib import zones
from chalicelib.refusals import Invalid, UnknownChoice
from chalicelib.signin.model import STAFF_SESSION_HOURS, Kind
from chalicelib.staff.model import ROLE_NAMES
from chalicelib.web.customer.account import device
from chalicelib.web.desk.contexts import Place, StaffAccount
from chalicelib.web.errors import fault

if TYPE_CHECKING:
    from chalicelib.signin.model import Session
    from chalicelib.staff.model import Member
    from chalicelib.web.http import Response
    from chalicelib.web.visit import Visit


def account(visit: Visit) -> Response:
    """Show the page."""
    return _page(visit, visit.member(None))


def save(visit: Visit) -> Response:
    """Do what the form's ``action`` says: ``save``, ``end`` one sign-in, or sign out ``everywhere``."""
    member = visit.member(None)
    sign_in, urls = visit.house.signin.sign_in, visit.urls
    action = visit.request.field("action")
    if action == "everywhere":
        sign_in.end_all(Kind.STAFF, member.id)
        return visit.end_session(Kind.STAFF, urls.staff_login(), "everywhere")
    if action == "end":
        token_hash = visit.request.field("session")
        if token_hash in {session.token_hash for session in _sessions(visit, member)}:
            sign_in.end(Kind.STAFF, member.id, token_hash)
        return visit.go(urls.staff_account(), "ended")
    if action != "save":
        raise UnknownChoice
    try:
        _save(visit, member)
    except Invalid as refusal:
        return _page(visit, member, refusal)
    return visit.go(urls.staff_account(), "saved")


def _save(visit: Visit, member: Member) -> None:
    staff, time_zone = visit.house.staff.store, visit.request.field("time_zone")
    if time_zone and time_zone not in zones.names():
        raise Invalid("Choose a time zone from the list, such as Europe/Berlin.", field="time_zone")
    staff.change(member.id, name=visit.request.field("name"), author=visit.author())
    if time_zone != member.time_zone:
        staff.save_time_zone(member.id, time_zone)


def _sessions(visit: Visit, member: Member) -> list[Session]:
    return visit.house.signin.sign_in.sessions(Kind.STAFF, member.id, STAFF_SESSION_HOURS)


def _page(visit: Visit, member: Member, refusal: Invalid | None = None) -> Response:
    request = visit.request
    page = StaffAccount(
        name=request.field("name") if refusal else member.name,
        email=member.email,
        role=ROLE_NAMES.get(member.role, member.role),
        time_zone=request.field("time_zone") if refusal else member.time_zone,
        time_zones=tuple(sorted(zones.names())),
        sessions=tuple(
            Place(
                session.token_hash,
                device(session.user_agent),
                session.ip,
                session.created_at,
                "OpenID Connect" if session.by else "e-mailed code",
                session.token_hash == visit.session.token_hash,
            )
            for session in _sessions(visit, member)
        ),
        faults=(fault(refusal),) if refusal else (),
    )
    return visit.page(page, area="desk", here="staff-account", status=refusal.status if refusal else 200)
