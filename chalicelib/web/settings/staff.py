"""Staff for admins: who there is, in which role, who is in and who is out; and for all staff what each role may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.refusals import ChangedMeanwhile, Conflict, Invalid, NotFound, UnknownChoice
from chalicelib.staff.model import PERMISSIONS, ROLE_NAMES, ROLES, Member
from chalicelib.text import MAX_EMAIL
from chalicelib.web.contexts import Choice, SignedIn
from chalicelib.web.customer.account import device
from chalicelib.web.errors import fault
from chalicelib.web.settings import forms
from chalicelib.web.settings.contexts import MAX_QUERY, MemberPage, MemberRow, PermissionRow, RolesPage, StaffPage
from chalicelib.words import signs

if TYPE_CHECKING:
    from chalicelib.refusals import Refusal
    from chalicelib.signin.model import Session
    from chalicelib.web.http import Response
    from chalicelib.web.visit import Visit

PERMISSION = "staff:write"
_OUT = "out"
_REFUSED = (Invalid, Conflict)
_FEW = 10
"""So many members are found by looking."""


# everybody


def staff(visit: Visit) -> Response:
    """Show who there is, and the form to invite somebody."""
    everyone = visit.house.staff.team.everyone_later(visit.reads)
    admin = visit.member(PERMISSION)
    return _list(visit, admin, everyone(admin))


def invite(visit: Visit) -> Response:
    """Invite somebody; the form comes back with what was typed where that cannot be."""
    admin, form = visit.member(PERMISSION), visit.request
    try:
        member = visit.house.staff.team.invite(
            admin, visit.author(), form.field("name"), form.field("email"), form.field("role")
        )
    except _REFUSED as refusal:
        return _list(visit, admin, visit.house.staff.team.everyone(admin), refusal)
    return visit.go(visit.urls.settings("staff", member.id), "invited")


def _list(visit: Visit, admin: Member, members: tuple[Member, ...], refusal: Refusal | None = None) -> Response:
    q, part = visit.request.arg("q").strip()[:MAX_QUERY], visit.request.arg("role")
    part = part if part in ROLES or part == _OUT else ""
    typed = visit.request.field if refusal else lambda _: ""
    page = StaffPage(
        members=tuple(
            MemberRow(
                name=one.name,
                email=one.email,
                role_name=ROLE_NAMES.get(one.role, one.role),
                active=one.active,
                own=one.id == admin.id,
                url=visit.urls.settings("staff", one.id),
                seen_at=one.seen_at,
            )
            for one in sorted(members, key=lambda one: not one.active)
            if _fits(one, signs(q).text, part)
        ),
        active_count=sum(one.active for one in members),
        roles=_roles(typed("role") or "agent"),
        parts=(*_roles(part), Choice(_OUT, "Deactivated", "", part == _OUT)),
        many=len(members) > _FEW,
        q=q,
        part=part,
        name=typed("name")[:200],
        email=typed("email")[:MAX_EMAIL],
        faults=(fault(refusal),) if refusal else (),
    )
    return visit.page(page, area="settings", here="staff", status=refusal.status if refusal else 200)


def _fits(one: Member, q: str, part: str) -> bool:
    """Tell whether a member belongs to what is looked for."""
    if part and part != (one.role if one.active else _OUT):
        return False
    return q in signs(one.name).text or q in one.email


# one of them


def member(visit: Visit) -> Response:
    """Show a member."""
    found = visit.house.staff.team.later(visit.reads, visit.id("staff_id"))
    admin = visit.member(PERMISSION)
    return _member(visit, admin, *found(admin))


def change(visit: Visit) -> Response:
    """Do what one of the member's forms asks for; a refusal shows the form again with what was typed."""
    admin, staff_id = visit.member(PERMISSION), visit.id("staff_id")
    author, team, form = visit.author(), visit.house.staff.team, visit.request
    action = form.field("action")
    try:
        if action == "save":
            return _save(visit, admin, team.get(admin, staff_id))
        if action == "invite":
            team.invite_again(admin, author, staff_id)
        elif action == "deactivate":
            team.deactivate(admin, author, staff_id)
        elif action == "reactivate":
            team.reactivate(admin, author, staff_id)
        else:
            raise UnknownChoice(field="action")
    except NotFound:
        raise
    except _REFUSED as refusal:
        return _member(visit, admin, team.get(admin, staff_id), team.sessions(admin, staff_id), refusal)
    if staff_id == admin.id and action == "deactivate":
        return visit.go(visit.urls.staff_login(), "left")
    notice = {"invite": "invited", "deactivate": "deactivated", "reactivate": "reactivated"}[action]
    return visit.go(visit.urls.settings("staff", staff_id), notice)


def _save(visit: Visit, admin: Member, before: Member) -> Response:
    """Give a member another name or role; where somebody else has meanwhile, ask which of both it shall be."""
    form, team = visit.request, visit.house.staff.team
    sent = {"name": " ".join(form.field("name").split()), "role": form.field("role")}
    if forms.overtaken(form, _texts(before), sent, before.version):
        return _clash(visit, before, sent)
    try:
        team.change(admin, visit.author(), before.id, name=sent["name"], role=sent["role"], version=before.version)
    except ChangedMeanwhile:
        return _clash(visit, team.get(admin, before.id), sent)
    own = before.id == admin.id
    return visit.go(visit.urls.settings() if own else visit.urls.settings("staff", before.id), "saved")


def _texts(found: Member) -> dict[str, str]:
    return {"name": found.name, "role": found.role}


def _clash(visit: Visit, found: Member, sent: dict[str, str]) -> Response:
    form = forms.Form(
        heading=found.name,
        action=visit.urls.settings("staff", found.id),
        here="staff",
        titles={"name": "Name", "role": "Role"},
        told=lambda name, text: (ROLE_NAMES.get(text, text) if name == "role" else text) or "Nothing",
        carried=(("action", "save"),),
    )
    return forms.clash(visit, form, now=_texts(found), sent=sent, version=found.version)


def _member(
    visit: Visit, admin: Member, found: Member, sessions: list[Session], refusal: Refusal | None = None
) -> Response:
    typed = visit.request.field if refusal and visit.request.field("action") == "save" else None
    page = MemberPage(
        title=found.name,
        email=found.email,
        active=found.active,
        own=found.id == admin.id,
        since=found.created_at,
        name=typed("name")[:200] if typed else found.name,
        roles=_roles((typed("role") if typed else "") or found.role),
        version=found.version,
        seen=forms.seen_text(_texts(found)),
        sessions=tuple(SignedIn("", device(one.user_agent), one.ip, one.created_at, this=False) for one in sessions),
        action=visit.urls.settings("staff", found.id),
        faults=(fault(refusal),) if refusal else (),
    )
    return visit.page(page, area="settings", here="staff", status=refusal.status if refusal else 200)


# what roles are


def roles(visit: Visit) -> Response:
    """Show what each role may do."""
    reader = visit.member(None)
    page = RolesPage(
        names=tuple(ROLE_NAMES[role] for role in ROLES),
        own_role=ROLE_NAMES.get(reader.role, reader.role),
        rows=tuple(
            PermissionRow(permission, detail, tuple(permission in ROLES[role] for role in ROLES))
            for permission, detail in PERMISSIONS.items()
        ),
    )
    return visit.page(page, area="settings", here="roles")


def _roles(chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(role, name, "", role == chosen) for role, name in ROLE_NAMES.items())
