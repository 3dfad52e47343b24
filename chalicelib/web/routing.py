"""Binds our routes to Chalice: one view a path, every answer with the security headers, every refusal a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from chalice.app import Response as ChaliceResponse

from chalicelib import telemetry
from chalicelib.records import dataclass
from chalicelib.refusals import Refusal
from chalicelib.web import errors, security
from chalicelib.web.http import Request, Response
from chalicelib.web.visit import Visit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalice.app import Chalice
    from chalice.app import Request as ChaliceRequest

    from chalicelib.wiring import House

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

_PREFIX = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9$_.+!*'()-]+)*")
"""What can stand before our paths: a stage, or the path of a custom domain. Two slashes would name another host."""

_ON_LINES = {"cookie": "; ", "accept": ", ", "accept-language": ", ", "if-none-match": ", "}
"""Headers that may come on several lines, as HTTP/2 sends cookies, and what they are joined with."""

View = Callable[[Visit], Response]


@dataclass(frozen=True, slots=True)
class Route:
    """One route. ``area`` is ``portal``, ``desk``, ``settings``, ``internal`` or ``api``.

    ``view`` is a function, or ``<module>:<function>`` of one that is imported when it is first asked for: what few
    requests need costs no start anything.
    """

    method: str
    path: str
    view: View | str
    area: str = "portal"


def bind(app: Chalice, routes: Iterable[Route], house: Callable[[], House]) -> None:
    """Give every route to Chalice. A GET route answers HEAD as well."""
    paths: dict[str, dict[str, Route]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method] = route
    for path, methods in paths.items():
        if "GET" in methods:
            methods["HEAD"] = methods["GET"]
        view = _view(app, methods, house)
        view.__name__ = "view_" + "".join(c if c.isalnum() else "_" for c in path.strip("/"))
        app.route(path, methods=sorted(methods), content_types=[FORM, JSON], name=view.__name__)(view)


def _view(app: Chalice, methods: dict[str, Route], house: Callable[[], House]) -> Callable[..., ChaliceResponse]:
    def view(**params: str) -> ChaliceResponse:
        request = _request(app.current_request, params)
        return _chalice(answer(house(), methods[request.method], request), request)

    return view


def answer(house: House, route: Route, request: Request) -> Response:
    """Answer one request, whatever happens."""
    visit = Visit(house, request)
    try:
        response = found(route.view)(visit)
    except Refusal as refusal:
        response = _refused(visit, refusal, route)
    except Exception as error:  # noqa: BLE001 - whatever it is, people get a page and operators a log line
        telemetry.fault(error, route=route.path, method=request.method, request_id=request.id)
        response = _refused(visit, errors.Broken(), route)
    response.headers = {**_security(house), "Cache-Control": "no-store", **response.headers}
    return response


def _security(house: House) -> dict[str, str]:
    return security.headers(house.files.upload_origin, secure=house.settings.secure)


def found(view: View | str) -> View:
    """Return the function that ``<module>:<function>`` names, below ``chalicelib.web``; a function as it is."""
    if not isinstance(view, str):
        return view
    module, _, name = view.partition(":")
    function: View = getattr(import_module(f"chalicelib.web.{module}"), name)
    return function


def _refused(visit: Visit, refusal: Refusal, route: Route) -> Response:
    try:
        return errors.refused(visit, refusal, area=route.area)
    except Exception as error:  # noqa: BLE001 - the last thing that can still answer
        telemetry.fault(error, route=route.path, method=visit.request.method, request_id=visit.request.id)
        return errors.plain(visit, refusal)


def _request(raw: ChaliceRequest | None, params: dict[str, str]) -> Request:
    if raw is None:
        message = "Chalice calls views for requests alone"
        raise TypeError(message)
    event, body = raw.to_original_event(), raw.raw_body
    context = event["requestContext"]
    prefix, path = addressed(event)
    return Request(
        method=raw.method,
        path=path,
        params=params,
        query=event.get("multiValueQueryStringParameters") or {},
        headers=_headers(event),
        body=body if event.get("body") and isinstance(body, bytes) else b"",
        source_ip=context["identity"]["sourceIp"],
        prefix=prefix,
        id=context.get("requestId", ""),
    )


def addressed(event: Mapping[str, Any]) -> tuple[str, str]:
    """Return what stands before our path, and our path.

    ``requestContext.path`` is the path that the browser asked for. ``path`` lacks the stage of an execute-api host but
    keeps the base path of a custom domain, so what is ours is told by the resource and its parameters. They may have
    arrived decoded, and the path not, or the other way round.
    """
    ours = str(event["resource"])
    for name, value in (event.get("pathParameters") or {}).items():
        ours = ours.replace(f"{{{name}}}", value)
    path = event.get("path") or ours
    full = event["requestContext"].get("path") or path
    for whole in (full.rstrip("/"), unquote(full).rstrip("/")):
        for end in (ours.rstrip("/"), unquote(ours).rstrip("/")):
            before = whole.removesuffix(end)
            if whole.endswith(end) and _PREFIX.fullmatch(before):
                return before, (path.removeprefix(before) or "/") if path == full else path
    return "", path


def _headers(event: dict[str, Any]) -> dict[str, str]:
    """Return the last value of each header, and all of those that may come on several lines."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    lines: dict[str, list[str]] = {}
    for name, values in (event.get("multiValueHeaders") or {}).items():
        if name.lower() in _ON_LINES:
            lines.setdefault(name.lower(), []).extend(values)
    return headers | {name: _ON_LINES[name].join(values) for name, values in lines.items()}


def _chalice(response: Response, request: Request) -> ChaliceResponse:
    headers: dict[str, Any] = {"Content-Type": response.content_type, **response.headers}
    if response.cookies:
        headers["Set-Cookie"] = response.cookies
    body = "" if request.method == "HEAD" else _sendable(response.body)
    return ChaliceResponse(body=body, headers=headers, status_code=response.status)


def _sendable(text: str) -> str:
    """Return a text as UTF-8 can carry it. JSON that others sent can name halves of signs, which have no bytes."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
