"""Settings of custom sign-on: where the organization's login is, its keys, a token checked, the round trip tried."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.ids import hashed
from chalicelib.refusals import ChangedMeanwhile, Conflict, Invalid, SettingRefused, UnknownChoice
from chalicelib.signin.jose import MAX_TOKEN, MIN_SECRET
from chalicelib.signin.model import Kind
from chalicelib.signin.setup import MAX_SECRETS, SignOnSettings
from chalicelib.signin.sign_on import TRIAL
from chalicelib.text import whole_number
from chalicelib.web.errors import fault
from chalicelib.web.settings.sign_in_contexts import Result, SignOnPage, SignOnTrial, Theirs
from chalicelib.web.settings.sign_on_samples import samples
from chalicelib.web.signing_in.sign_on import depart

if TYPE_CHECKING:
    from chalicelib.signin.sign_on import Checked, Known
    from chalicelib.web.http import Response
    from chalicelib.web.visit import Visit

PERMISSION = "portal:write"


def page(visit: Visit) -> Response:
    """Show the settings."""
    known = visit.house.signin.sign_on.known_later(visit.reads)
    visit.member(PERMISSION)
    return _page(visit, known=known())


def change(visit: Visit) -> Response:
    """Do what one of the page's forms asks for."""
    visit.member(PERMISSION)
    actions = {
        "save": _save,
        "on": _turn,
        "off": _turn,
        "add-secret": _add_secret,
        "remove-secret": _remove_secret,
        "check": _check,
    }
    action = actions.get(visit.request.field("action"))
    if action is None:
        raise UnknownChoice(field="action")
    return action(visit)


def start(visit: Visit) -> Response:
    """Go to the organization's login for a trial; what comes back is shown to this session alone."""
    member = visit.member(PERMISSION)
    return depart(visit, TRIAL, f"{member.id} {hashed(visit.token_hash(Kind.STAFF))}")


def trial(visit: Visit) -> Response:
    """Show what came of the last trial."""
    member = visit.member(PERMISSION)
    last = visit.house.signin.sign_on.store.trial(member.id, visit.now)
    result = None
    if last:
        good = not any(one.broken for one in last.findings)
        result = Result(good, last.findings, last.claims, last.customer_name)
    view = SignOnTrial(result, last.at if last else None, on=visit.settings().sign_on)
    return visit.page(view, area="settings", here="sign-on")


# what the forms ask for


def _save(visit: Visit) -> Response:
    typed = _typed(visit)
    try:
        if visit.settings().sign_on and not typed.jwks_url:
            _keep_a_key(visit, typed)
        visit.house.signin.sign_on.save(visit.author(), typed)
    except (Invalid, Conflict) as refusal:
        return _page(visit, typed=typed, refusal=refusal)
    return visit.go(visit.urls.settings("sign-on"), "saved")


def _keep_a_key(visit: Visit, typed: SignOnSettings) -> None:
    """Refuse to give up the public keys where there is nothing else; what somebody else changed is looked at first."""
    sign_on = visit.house.signin.sign_on
    if typed.version == sign_on.store.settings().version and not any(one.readable for one in sign_on.secrets()):
        sentence = "Nobody could sign in without it. Make a shared secret first, or turn custom sign-on off."
        raise SettingRefused(sentence, field="jwks_url")


def _turn(visit: Visit) -> Response:
    on = visit.request.field("action") == "on"
    missing = visit.house.signin.sign_on.known().missing if on else ""
    if missing:
        return _page(visit, refusal=SettingRefused(missing, field="on"))
    visit.house.portal.settings.change(author=visit.author(), sign_on=on)
    return visit.go(visit.urls.settings("sign-on"), "saved")


def _add_secret(visit: Visit) -> Response:
    try:
        _, text = visit.house.signin.sign_on.add_secret(visit.author(), visit.request.field("secret"))
    except (Invalid, Conflict) as refusal:
        return _page(visit, refusal=refusal)
    return _page(visit, fresh=text)


def _remove_secret(visit: Visit) -> Response:
    secret_id = visit.request.field("key")
    secrets = visit.house.signin.sign_on.secrets()
    left = [one for one in secrets if one.readable and one.id != secret_id]
    if visit.settings().sign_on and not left and not visit.house.signin.sign_on.store.settings().jwks_url:
        sentence = "Nobody could sign in without it. Make the next secret first, or turn custom sign-on off."
        return _page(visit, refusal=SettingRefused(sentence, field="key"))
    if not visit.request.field("sure") and any(one.id == secret_id and one.readable for one in secrets):
        return _page(visit, sure=secret_id)
    try:
        visit.house.signin.sign_on.remove_secret(visit.author(), secret_id)
    except ChangedMeanwhile as refusal:
        return _page(visit, refusal=refusal)
    return visit.go(visit.urls.settings("sign-on"), "saved")


def _check(visit: Visit) -> Response:
    token = "".join(visit.request.field("token").split())[: MAX_TOKEN + 1]
    return _page(visit, tried=(token, _result(visit.house.signin.sign_on.checked(token))))


# the parts


def _typed(visit: Visit) -> SignOnSettings:
    def text(name: str) -> str:
        return visit.request.field(name).strip()

    version = whole_number(text("version"))
    return SignOnSettings(
        login_url=text("login_url"),
        logout_url=text("logout_url"),
        issuer=text("issuer"),
        jwks_url=text("jwks_url"),
        codes=bool(text("codes")),
        unasked=bool(text("unasked")),
        version=-1 if version is None else version,
    )


def _result(checked: Checked) -> Result:
    claims = json.dumps(dict(checked.examined.reading.claims), indent=2, ensure_ascii=False)
    shown = claims.encode("utf-8", "replace").decode() if checked.examined.reading.claims else ""
    return Result(checked.good, checked.findings, shown, checked.customer.name if checked.customer else "")


_LABELS = {
    "login_url": "Address of your login",
    "issuer": "Issuer",
    "logout_url": "Address of your sign-out",
    "jwks_url": "Address of your public keys",
    "codes": "E-mailed codes stay possible",
    "unasked": "Sign-ins that begin at your site",
}


def _theirs(saved: SignOnSettings, typed: SignOnSettings) -> tuple[Theirs, ...]:
    def said(value: object) -> str:
        return ("Yes" if value else "No") if isinstance(value, bool) else str(value) or "Nothing"

    pairs = ((label, getattr(saved, name), getattr(typed, name)) for name, label in _LABELS.items())
    return tuple(Theirs(label, said(one), said(other)) for label, one, other in pairs if one != other)


def _page(
    visit: Visit,
    *,
    typed: SignOnSettings | None = None,
    refusal: Invalid | Conflict | None = None,
    fresh: str = "",
    sure: str = "",
    tried: tuple[str, Result | None] = ("", None),
    known: Known | None = None,
) -> Response:
    sign_on = visit.house.signin.sign_on
    known = known or sign_on.known()
    saved, secrets = known.settings, known.secrets
    clash = typed is not None and isinstance(refusal, ChangedMeanwhile)
    shown = typed or saved
    view = SignOnPage(
        on=visit.settings().sign_on,
        missing=known.missing,
        # Sent once more, what was typed replaces what somebody else saved: both stand on the page.
        typed=replace(shown, version=saved.version),
        secrets=secrets,
        room=len(secrets) < MAX_SECRETS,
        min_secret=MIN_SECRET,
        post_url=sign_on.post_url,
        audience=sign_on.audience,
        samples=samples(
            key=next((one.id for one in reversed(secrets) if one.readable), "THE KEY ID"),
            issuer=saved.issuer or "https://www.example.com",
            audience=sign_on.audience,
            post_url=sign_on.post_url,
        ),
        fresh=fresh,
        sure=sure,
        token=tried[0],
        result=tried[1],
        theirs=_theirs(saved, shown) if clash else (),
        faults=(fault(refusal),) if refusal else (),
    )
    status = refusal.status if refusal else 200
    return visit.page(view, area="settings", here="sign-on", status=status)
