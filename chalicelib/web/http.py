"""Requests as our pages need them and responses as API Gateway takes them; every header is built here, safely."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from chalicelib.conversations.model import MAX_BODY
from chalicelib.records import dataclass, field
from chalicelib.refusals import Invalid, PayloadTooLarge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_FORM = 24 * MAX_BODY + 16 * 1024
"""Bytes of a form: a message's characters are at most 12 bytes each when percent-encoded, and more comes with them."""
MAX_FIELDS = 100
_MOST_OF_A_NAME = 4
_BAD_HEADER = re.compile(r"[\x00-\x1f\x7f]|[^\x00-\xff]")


@dataclass(slots=True)
class Request:
    """One request. Header names are lower case.

    ``prefix`` is what stands before our path, of a stage or a custom domain, and before every link. ``id`` is the
    gateway's, and stands in the logs. ``max_form`` is in bytes, ``max_fields`` counts fields; a view that takes more
    says so before it looks at one.
    """

    method: str
    path: str
    params: Mapping[str, str]
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes
    source_ip: str
    prefix: str
    id: str = ""
    max_form: int = MAX_FORM
    max_fields: int = MAX_FIELDS
    _cookies: dict[str, list[str]] | None = None
    _form: dict[str, list[str]] | None = None

    def arg(self, name: str) -> str:
        """Return a value of the query, the last one of several; empty where there is none."""
        values = self.query.get(name)
        return values[-1] if values else ""

    def cookie(self, name: str, verifies: Callable[[str], bool] = bool) -> str:
        """Return a cookie, or an empty text. Of several with one name it is the first that ``verifies``."""
        values = self.cookies(name)
        return values[0] if len(values) == 1 else next(filter(verifies, values), "")

    def cookies(self, name: str) -> list[str]:
        """Return the different values of a cookie: mostly one. Of more than a browser ever has, none is believed."""
        if self._cookies is None:
            self._cookies = {}
            for part in self.headers.get("cookie", "").split(";"):
                key, _, value = part.strip().partition("=")
                values = self._cookies.setdefault(key, [])
                if value not in values[: _MOST_OF_A_NAME + 1]:
                    values.append(value)
        values = self._cookies.get(name, [])
        return values if len(values) <= _MOST_OF_A_NAME else []

    def fields(self) -> dict[str, list[str]]:
        """Return the fields of a form, or refuse what is too large or no form."""
        if self._form is None:
            if len(self.body) > self.max_form:
                raise PayloadTooLarge
            try:
                self._form = parse_qs(
                    self.body.decode("utf-8", "replace"),
                    keep_blank_values=True,
                    max_num_fields=self.max_fields,
                    errors="replace",
                )
            except ValueError as error:
                raise Invalid from error
        return self._form

    def field(self, name: str) -> str:
        """Return one field of a form, the first of several; empty where there is none."""
        values = self.fields().get(name)
        return values[0] if values else ""

    def fields_named(self, name: str) -> list[str]:
        """Return every non-empty value of a repeated field."""
        return [value for value in self.fields().get(name, ()) if value]

    def json(self) -> object:
        """Return the body as JSON, whatever that holds, or refuse it."""
        if len(self.body) > self.max_form:
            raise PayloadTooLarge
        try:
            found: object = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise Invalid("The body is not JSON.") from error
        return found

    @property
    def wants_json(self) -> bool:
        """Whether the answer should be JSON rather than a page."""
        return self.headers.get("accept", "").startswith("application/json")


@dataclass(slots=True)
class Response:
    """One answer. Header values are checked when set, so no answer can carry a line break."""

    body: str = ""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)

    def set(self, name: str, value: str) -> Response:
        """Set a header, refusing what no header can hold."""
        self.headers[name] = header_value(value)
        return self

    def cookie(self, name: str, value: str, *, seconds: int | None = None, secure: bool) -> Response:
        """Set a cookie no script sees; ``seconds`` of 0 deletes it, None keeps it until the browser ends."""
        parts = [f"{name}={value}", "Path=/", "HttpOnly", "SameSite=Lax"]
        if secure:
            parts.append("Secure")
        if seconds is not None:
            parts.append(f"Max-Age={seconds}")
        self.cookies.append(header_value("; ".join(parts)))
        return self


def header_value(value: str) -> str:
    """Return a header's value, or raise ValueError where it holds control characters or is not Latin-1."""
    if _BAD_HEADER.search(value):
        message = f"not a header value: {value[:80]!r}"
        raise ValueError(message)
    return value


def see_other(url: str) -> Response:
    """Redirect after a form."""
    return Response(status=303).set("Location", url)


def answer_json(content: object, status: int = 200) -> Response:
    """Answer with JSON."""
    return Response(json.dumps(content, ensure_ascii=False), status, "application/json; charset=utf-8")
