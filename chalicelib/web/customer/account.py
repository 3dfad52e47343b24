"""The account page: name, time zone, notifications, where the customer is signed in, a copy of everything."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from chalicelib import zones
from chalicelib.clock import stamp
from chalicelib.refusals import ForgedRequest, Invalid, NotSignedIn
from chalicelib.signin.model import Kind
from chalicelib.speech import ENGLISH, LANGUAGES, mark
from chalicelib.web.contexts import SignedIn
from chalicelib.web.customer.contexts import Account
from chalicelib.web.errors import fault
from chalicelib.web.http import Response, see_other
from chalicelib.web.signing_in.codes import own_sign_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.conversations.model import Message, Row
    from chalicelib.customers.model import Customer
    from chalicelib.signin.model import Session
    from chalicelib.speech import Speech
    from chalicelib.web.visit import Visit

EXPORTED_AT_ONCE = 400
_A_YEAR = 365 * 24 * 3600


def account(visit: Visit) -> Response:
    """Show the page."""
    return _page(visit, visit.customer())


def save(visit: Visit) -> Response:
    """Save name, time zone, language and notifications."""
    customer = visit.customer()
    request = visit.request
    offered = visit.settings().languages
    try:
        chosen = _chosen(request.field("language"), offered) if len(offered) > 1 else None
        visit.house.customers.profiles.set_preferences(
            customer,
            name=request.field("name"),
            time_zone=request.field("time_zone"),
            language=chosen,
            mail_replies=request.field("mail_replies") == "1",
        )
    except Invalid as refusal:
        return _page(visit, customer, refusal)
    response = visit.go(visit.urls.account(), "saved")
    return response if chosen is None else _kept(visit, response, chosen)


def language(visit: Visit) -> Response:
    """Keep the language somebody chose: with the customer who is signed in, and in this browser.

    It changes nobody's rights, so a browser that is not signed in needs no form token: cached pages have none.
    """
    visit.same_site()
    chosen = _chosen(visit.request.field("language"), visit.settings().languages)
    if visit.settings().enabled:
        with suppress(NotSignedIn):
            _keep_with_customer(visit, chosen)
    back = visit.local_path(visit.request.field("return_to"))
    return _kept(visit, see_other(visit.urls.prefix + back if back else visit.urls.home()), chosen)


def _keep_with_customer(visit: Visit, chosen: str) -> None:
    """Keep a language with the customer who is signed in, unless a member of staff in the same browser chose it."""
    try:
        customer = visit.customer()
    except ForgedRequest:
        try:
            visit.member(None)  # the form of the internal portal is bound to the session of staff
        except NotSignedIn:
            raise ForgedRequest from None
        return
    visit.house.customers.profiles.set_language(customer, chosen)


def sign_out_one(visit: Visit) -> Response:
    """Sign the customer out in one place."""
    customer = visit.customer()
    token_hash = visit.request.field("session")
    if token_hash in {session.token_hash for session in _sessions(visit, customer)}:
        visit.house.signin.sign_in.end(Kind.CUSTOMER, customer.id, token_hash)
    return visit.go(visit.urls.account(), "ended")


def sign_out_everywhere(visit: Visit) -> Response:
    """Sign the customer out everywhere, here too."""
    customer = visit.customer()
    visit.house.signin.sign_in.end_all(Kind.CUSTOMER, customer.id)
    return visit.end_session(Kind.CUSTOMER, own_sign_out(visit) or visit.urls.home(), "everywhere")


def export(visit: Visit) -> Response:
    """Give customers everything they can see about themselves, as JSON, in files of many conversations."""
    customer = visit.customer()
    listing = f"export:{customer.id}"
    place = visit.cursor(listing)
    found, position = visit.house.conversations.portal.everything(customer, place, EXPORTED_AT_ONCE)
    content: dict[str, object] = {
        "customer": {
            "id": customer.id,
            "name": customer.name,
            "email": customer.email,
            "external_id": customer.external_id,
            "handles": dict(customer.handles),
            "created_at": stamp(customer.created_at),
            "time_zone": customer.time_zone,
            "language": customer.language,
            "mail_replies": customer.mail_replies,
        },
        "sessions": [
            {"since": stamp(session.created_at), "ip": session.ip, "device": session.user_agent}
            for session in _sessions(visit, customer)
        ],
        "conversations": [_exported(visit, row, messages) for row, messages in found],
        "next": f"{visit.urls.account_export()}?cursor={visit.cursor_for(listing, position)}" if position else None,
    }
    body = json.dumps(content, ensure_ascii=False, indent=1)
    response = Response(body, content_type="application/json; charset=utf-8")
    return response.set("Content-Disposition", 'attachment; filename="my-conversations.json"')


def _exported(visit: Visit, row: Row, messages: list[Message]) -> dict[str, object]:
    return {
        "id": row.id,
        "subject": row.subject,
        "status": row.status.value,
        "channel": row.channel,
        "created_at": stamp(row.created_at),
        "messages": [
            {
                "author": message.author,
                "direction": message.direction.value,
                "channel": message.channel,
                "at": stamp(message.at),
                "body": message.body,
                "redacted": message.redacted,
                "attachments": [
                    {
                        "name": one.name,
                        "type": one.type,
                        "size": one.size,
                        "url": visit.urls.attachment(one.id),
                    }
                    for one in message.attachments
                ],
            }
            for message in messages
        ],
    }


def _sessions(visit: Visit, customer: Customer) -> list[Session]:
    return visit.house.signin.sign_in.sessions(Kind.CUSTOMER, customer.id, visit.settings().session_hours)


def _page(visit: Visit, customer: Customer, refusal: Invalid | None = None) -> Response:
    request, offered = visit.request, visit.settings().languages
    here = visit.session.token_hash
    page = Account(
        name=request.field("name") if refusal else customer.name,
        email=customer.email or "",
        time_zone=request.field("time_zone") if refusal else customer.time_zone,
        time_zones=tuple(sorted(zones.names())),
        language=request.field("language") if refusal else customer.language,
        languages=tuple((one, LANGUAGES[one]) for one in offered) if len(offered) > 1 else (),
        mail_replies=request.field("mail_replies") == "1" if refusal else customer.mail_replies,
        sessions=tuple(
            SignedIn(
                session.token_hash,
                device(session.user_agent, visit.speech),
                session.ip,
                session.created_at,
                session.token_hash == here,
            )
            for session in _sessions(visit, customer)
        ),
        session_hours=visit.settings().session_hours,
        faults=(fault(refusal, visit.speech),) if refusal else (),
    )
    return visit.page(page, here="account", status=refusal.status if refusal else 200)


def _kept(visit: Visit, response: Response, language: str) -> Response:
    """Return a response that keeps a language in this browser, for pages without a customer."""
    name, secure = visit.cookies.language, visit.house.settings.secure
    return response.cookie(name, language, seconds=_A_YEAR if language else 0, secure=secure)


def _chosen(language: str, offered: Sequence[str]) -> str:
    """Return an offered language, or empty for the browser's; refuse any other."""
    if language and language not in offered:
        raise Invalid(mark("Choose a language from the list."), field="language")
    return language


def device(user_agent: str, speech: Speech = ENGLISH) -> str:
    """Return the common names of browser and system from the User-Agent header; never more than it says."""
    browsers = (
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    )
    systems = (
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    )
    browser = next((name for mark, name in browsers if mark in user_agent), "")
    system = next((name for mark, name in systems if mark in user_agent), "")
    if not browser:
        return speech.text("A browser on %(system)s", system=system) if system else speech.text("A browser")
    return speech.text("%(browser)s on %(system)s", browser=browser, system=system) if system else browser
