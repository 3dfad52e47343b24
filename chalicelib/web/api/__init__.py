"""The JSON API's door: its addresses, and who is let in. What happens behind it is loaded with the first request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.refusals import TokenRefused
from chalicelib.web.api.addresses import ROOT
from chalicelib.web.errors import API
from chalicelib.web.http import Response
from chalicelib.web.routing import Route

if TYPE_CHECKING:
    from chalicelib.tokens.model import Token
    from chalicelib.web.visit import Visit

_SCHEME = "bearer"


def serve(visit: Visit, method: str, path: str) -> Response:
    """Answer a request to an address of the API."""
    from chalicelib.web.api import operations

    return operations.answer(visit, admitted(visit), method, path)


def described(visit: Visit) -> Response:
    """Describe the API; the only address that needs no token."""
    from chalicelib.web.api import openapi

    return Response(openapi.text(visit.request.prefix), content_type="application/json; charset=utf-8")


def admitted(visit: Visit) -> Token:
    """Return the token a request shows in its Authorization header, and nowhere else."""
    scheme, _, text = visit.request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != _SCHEME:
        raise TokenRefused
    return visit.house.tokens.admit(text.strip(" "))


def _route(method: str, path: str) -> Route:
    return Route(method, f"{ROOT}{path}", lambda visit: serve(visit, method, path), API)


ROUTES = (
    Route("GET", f"{ROOT}/openapi.json", described, API),
    _route("POST", "/customers"),
    _route("GET", "/customers/{customer_id}"),
    _route("GET", "/conversations"),
    _route("POST", "/conversations"),
    _route("GET", "/conversations/{conversation_id}"),
    _route("PATCH", "/conversations/{conversation_id}"),
    _route("GET", "/conversations/{conversation_id}/messages"),
    _route("POST", "/conversations/{conversation_id}/messages"),
    _route("POST", "/conversations/{conversation_id}/messages/{message_id}/redact"),
    _route("GET", "/conversations/{conversation_id}/notes"),
    _route("POST", "/conversations/{conversation_id}/notes"),
    _route("POST", "/conversations/{conversation_id}/notes/{note_id}/redact"),
    _route("POST", "/attachments"),
    _route("GET", "/attachments/{attachment_id}"),
    _route("GET", "/themes"),
    _route("POST", "/themes"),
    _route("GET", "/themes/{theme_id}"),
    _route("GET", "/themes/{theme_id}/content"),
    _route("PUT", "/themes/{theme_id}/content"),
    _route("GET", "/themes/{theme_id}/assets/{name}"),
    _route("PUT", "/themes/{theme_id}/assets/{name}"),
    _route("GET", "/themes/{theme_id}/problems"),
    _route("POST", "/themes/{theme_id}/publish"),
    _route("POST", "/themes/{theme_id}/upgrade"),
)
