"""The contact form, for everybody: a conversation of the channel ``form``, answered by e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.aws.limits import Limit
from chalicelib.channels.form import FORM
from chalicelib.conversations.model import MAX_BODY, MAX_SUBJECT, check_body, check_subject
from chalicelib.conversations.posting import new_key
from chalicelib.customers.service import check_name
from chalicelib.ids import hashed
from chalicelib.refusals import EmptyMessage, ForgedRequest, Invalid, Refusal
from chalicelib.signin.model import network
from chalicelib.speech import mark
from chalicelib.text import MAX_EMAIL, normal_email
from chalicelib.web.composing import KEPT, Box, composer, draft
from chalicelib.web.errors import fault
from chalicelib.web.help_center.contexts import Contact, ContactSent
from chalicelib.web.help_center.reading import recognise
from chalicelib.web.http import Response, see_other

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.conversations.model import Draft
    from chalicelib.customers.model import Customer
    from chalicelib.web.visit import Visit

PER_IP = Limit("contact-ip", most=10, window=3600)
PER_ADDRESS = Limit("contact-address", most=5, window=3600)
HONEYPOT = "website"
"""A field that people do not see. A program that fills it in is told that all went well."""


def form(visit: Visit) -> Response:
    """Show the form."""
    return _page(visit, recognise(visit))


def send(visit: Visit) -> Response:
    """Start a conversation."""
    customer = recognise(visit)
    return _send_known(visit, customer) if customer else _send_unknown(visit)


def sent(visit: Visit) -> Response:
    """Confirm that it was sent, whether or not there is a portal."""
    recognise(visit)
    return visit.page(ContactSent(), here="contact")


def _send_known(visit: Visit, customer: Customer) -> Response:
    typed = draft(visit)
    try:
        posted = visit.house.conversations.portal.start(customer, typed, channel=FORM)
    except KEPT as refusal:
        return _page(visit, customer, typed, (refusal,))
    return visit.go(visit.urls.conversation(posted.conversation_id), "started")


def _send_unknown(visit: Visit) -> Response:
    request = visit.request
    typed = draft(visit)
    if request.field(HONEYPOT):
        return see_other(visit.urls.contact_sent())
    faults = _faults(visit, typed)
    if faults:
        return _page(visit, None, typed, faults)
    email, name = request.field("email"), request.field("name")
    try:
        visit.anonymous_form()
        limits = visit.house.limits
        limits.use(PER_IP, network(request.source_ip))
        limits.use(PER_ADDRESS, hashed(normal_email(email)))
        contact = visit.house.customers.contacts.of(name, email, visit.speech.language)
        visit.house.conversations.portal.start(contact, typed, channel=FORM)
    except (*KEPT, ForgedRequest) as refusal:
        return _page(visit, None, typed, (refusal,))
    return see_other(visit.urls.contact_sent())


def _faults(visit: Visit, typed: Draft) -> tuple[Refusal, ...]:
    """Return all errors of the form at once, so that people do not have to send it again for each."""
    checks: tuple[Callable[[], object], ...] = (
        lambda: check_name(visit.request.field("name")),
        lambda: normal_email(visit.request.field("email")),
        lambda: check_subject(typed.subject),
        lambda: _check_text(typed.body),
        lambda: _check_no_files(typed),
    )
    found: list[Refusal] = []
    for check in checks:
        try:
            check()
        except Invalid as refusal:
            found.append(refusal)
    return tuple(found)


def _check_text(body: str) -> None:
    """Refuse what cannot be a message. Strangers are not told about files, because they cannot attach any."""
    try:
        check_body(body, 0)
    except EmptyMessage:
        raise EmptyMessage(mark("Write a message before sending.")) from None


def _check_no_files(typed: Draft) -> None:
    """Refuse files from a form that was opened while signed in: strangers attach none (decision 0019).

    The form comes back without them, so people who send it again know.
    """
    if typed.uploads:
        sentence = mark("Files can be attached only by people who are signed in. Sign in, or send this without files.")
        raise Invalid(sentence, field="attachment")


def _page(
    visit: Visit, customer: Customer | None, typed: Draft | None = None, refusals: tuple[Refusal, ...] = ()
) -> Response:
    faults = tuple(fault(one, visit.speech) for one in refusals)
    status = refusals[0].status if refusals else 200
    box = None
    suggested = visit.request.arg("subject")[:MAX_SUBJECT]  # what was searched for in vain
    if customer:
        subject = typed.subject if typed else suggested
        empty = Box("contact", visit.urls.contact(), f"customer:{customer.id}", visit.urls.uploads(), subject)
        box = composer(visit, empty, typed, refusals[0] if refusals else None)
        faults = ()
    page = Contact(
        composer=box,
        key=typed.key if typed and typed.key else new_key(),
        max_body=MAX_BODY,
        max_subject=MAX_SUBJECT,
        name=visit.request.field("name")[:MAX_EMAIL] if typed else "",
        email=visit.request.field("email")[:MAX_EMAIL] if typed else "",
        subject=typed.subject if typed else suggested,
        body=typed.body if typed else "",
        faults=faults,
    )
    response = visit.page(page, here="contact", status=status)
    for refusal in refusals:
        if refusal.retry_after:
            response.set("Retry-After", str(refusal.retry_after))
    return response
