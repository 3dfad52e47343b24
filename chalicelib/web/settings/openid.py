"""Settings: how staff sign in. OpenID Connect with the organization's provider, and whether e-mailed codes work too."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.openid.discovery import Finding, address
from chalicelib.openid.model import MAX_RULES, Provider
from chalicelib.refusals import AddressRefused, ChangedMeanwhile, Invalid, LoginRefused, UnknownChoice
from chalicelib.staff.model import ROLE_NAMES
from chalicelib.text import normal_domain, whole_number
from chalicelib.web.contexts import Fault
from chalicelib.web.errors import fault
from chalicelib.web.settings.sign_in_contexts import OpenIdSettings, Theirs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.refusals import Refusal
    from chalicelib.web.http import Request, Response
    from chalicelib.web.visit import Visit

_PERMISSION = "staff:write"
_MOVE = re.compile(r"(up|down|remove):([0-9]{1,2})")
_NO_ROLE = "Nobody: refuse them"


class _Typed(NamedTuple):
    """A form as it was sent. ``secret`` is None where the one there stays."""

    provider: Provider
    domains: str
    rows: tuple[tuple[str, str], ...]
    secret: str | None


def openid(visit: Visit) -> Response:
    """Show the page."""
    saved = visit.house.openid.accounts.later(visit.reads)
    visit.member(_PERMISSION)
    return _page(visit, saved=saved())


def save(visit: Visit) -> Response:
    """Do what the form's ``action`` says; what only helps to fill the form in is done without saving anything."""
    visit.member(_PERMISSION)
    action = visit.request.field("action")
    moved = _MOVE.fullmatch(action)
    if moved or action == "add":
        typed = _typed(visit.request)
        rows = _moved(typed.rows, moved[1], int(moved[2])) if moved else (*typed.rows, ("", ""))
        return _page(visit, _Typed(typed.provider, typed.domains, rows[:MAX_RULES], typed.secret))
    if action == "test":
        typed = _typed(visit.request)
        return _page(visit, typed, findings=tuple(visit.house.openid.look_at(typed.provider.issuer)))
    if action == "save":
        return _save(visit)
    return _switch(visit, action)


def _save(visit: Visit) -> Response:
    typed, house = _typed(visit.request), visit.house
    found = house.openid.faults(typed.provider, typed.secret)
    if found:
        return _page(visit, typed, refusals=found)
    try:
        house.openid.save(typed.provider, typed.secret, visit.author())
    except ChangedMeanwhile as refusal:
        return _page(visit, typed, refusals=[refusal])
    return visit.go(visit.urls.settings("openid"), "saved")


def _switch(visit: Visit, action: str) -> Response:
    room, author = visit.house.openid, visit.author()
    try:
        if action in {"on", "off"}:
            room.switch(author, on=action == "on")
        elif action in {"codes-on", "codes-off"}:
            room.switch_codes(author, visit.session, on=action == "codes-on")
        elif action == "release":
            room.release(visit.request.field("email"), author)
        else:
            raise UnknownChoice
    except (Invalid, ChangedMeanwhile) as refusal:
        return _page(visit, refusals=[refusal])
    return visit.go(visit.urls.settings("openid"), "saved")


def _typed(request: Request) -> _Typed:
    fields = request.fields()
    values, roles = fields.get("rule_value", []), fields.get("rule_role", [])
    rows = tuple(zip((one.strip() for one in values), roles, strict=False))
    domains, issuer = request.field("domains"), request.field("issuer").strip()
    provider = Provider(
        name=" ".join(request.field("name").split()),
        issuer=issuer,
        client_id=request.field("client_id").strip(),
        scopes=" ".join(request.field("scopes").split()),
        domains=tuple(dict.fromkeys(_domain(one) for one in re.split(r"[\s,;]+", domains) if one)),
        claim=request.field("claim").strip(),
        rules=tuple((value, role) for value, role in rows if value or role),
        default_role=request.field("default_role"),
        verified_by=(request.field("verified_by") or issuer) if request.field("verified") == "1" else "",
        version=whole_number(request.field("version")) or 0,
    )
    secret = request.field("secret").strip() or ("" if request.field("no_secret") == "1" else None)
    return _Typed(provider, domains, rows, secret)


def _domain(text: str) -> str:
    """Return a domain as addresses have it; as it was typed where it is none, which is said beside the field."""
    try:
        return normal_domain(text)
    except AddressRefused:
        return text


def _moved(rows: tuple[tuple[str, str], ...], how: str, place: int) -> tuple[tuple[str, str], ...]:
    """Return the rows after one of them was moved or taken out."""
    if place >= len(rows):
        return rows
    others, row = [*rows[:place], *rows[place + 1 :]], rows[place]
    if how != "remove":
        others.insert(max(0, place - 1) if how == "up" else place + 1, row)
    return tuple(others)


def _page(
    visit: Visit,
    typed: _Typed | None = None,
    refusals: Sequence[Refusal] = (),
    findings: tuple[Finding, ...] | None = None,
    saved: Provider | None = None,
) -> Response:
    room = visit.house.openid
    portal = visit.settings() if saved else visit.house.portal.settings.get(consistent=True)
    saved = saved or room.accounts.get(consistent=True)
    shown = typed.provider if typed else saved
    clash = typed is not None and any(isinstance(one, ChangedMeanwhile) for one in refusals)
    rows = typed.rows if typed else (*saved.rules, ("", ""))
    page = OpenIdSettings(
        typed=replace(shown, has_secret=saved.has_secret, version=saved.version if clash else shown.version),
        domains=typed.domains if typed else "\n".join(saved.domains),
        rules=rows[:MAX_RULES],
        roles=tuple(ROLE_NAMES.items()),
        on=portal.openid,
        codes=portal.staff_codes or not portal.openid,
        proven=portal.openid and visit.session.by == saved.proof,
        complete=saved.complete,
        saved_name=saved.name,
        redirect_uri=room.redirect_uri,
        document=address(shown.issuer) if shown.issuer else "",
        room=len(rows) < MAX_RULES,
        email=visit.request.field("email") if visit.writing else "",
        secret=(typed.secret or "") if typed else "",
        no_secret=typed.secret == "" if typed else saved.complete and not saved.has_secret,
        tested=findings is not None,
        findings=findings or (),
        theirs=_theirs(saved, shown) if clash else (),
        faults=tuple(_fault(one) for one in refusals),
    )
    status = refusals[0].status if refusals else 200
    return visit.page(page, area="settings", here="openid", status=status)


def _fault(refusal: Refusal) -> Fault:
    return Fault(refusal.detail) if isinstance(refusal, LoginRefused) else fault(refusal)


def _theirs(saved: Provider, typed: Provider) -> tuple[Theirs, ...]:
    pairs = zip(_told(saved), _told(typed), strict=True)
    return tuple(Theirs(label, now, mine) for (label, now), (_, mine) in pairs if now != mine)


def _told(provider: Provider) -> tuple[tuple[str, str], ...]:
    rules = "; ".join(f"{value} → {ROLE_NAMES.get(role, role)}" for value, role in provider.rules)
    return (
        ("Name", provider.name),
        ("Issuer", provider.issuer),
        ("Client id", provider.client_id),
        ("More scopes", provider.scopes or "None"),
        ("E-mail domains", ", ".join(provider.domains)),
        (
            "Addresses are verified",
            "Unless it says no" if provider.vouched else "If it says so",
        ),
        ("Claim with groups", provider.claim),
        ("Roles by group", rules or "None"),
        ("Everybody else", ROLE_NAMES.get(provider.default_role, _NO_ROLE)),
    )
