"""A program that uses the JSON API over the gateway: one token, a method for what most tests ask for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from chalicelib.tokens.model import SCOPES
from chalicelib.wiring import House
from local.gateway import Gateway, Response

API = "/api/v1"


class Program:
    """Calls the API. ``text`` is its token's text; it has every scope unless told otherwise."""

    def __init__(self, gateway: Gateway, house: House, scopes: Iterable[str] = SCOPES, name: str = "CRM") -> None:
        self.gateway = gateway
        self.token, self.text = house.tokens.make(name, scopes)

    def call(
        self,
        method: str,
        path: str,
        content: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        **query: str,
    ) -> Response:
        """Send a request; ``content`` is sent as JSON, bytes as they are."""
        sent = {"Authorization": f"Bearer {self.text}", **(headers or {})}
        body = content if isinstance(content, bytes) else b""
        if content is not None:
            sent.setdefault("Content-Type", "application/json")
            body = body or json.dumps(content).encode()
        target = f"{API}{path}" + (f"?{urlencode(query)}" if query else "")
        return self.gateway.call(method, target, sent, body)

    def get(self, path: str, **query: str) -> Any:
        """Return what is there."""
        return good(self.call("GET", path, **query))

    def post(self, path: str, **content: Any) -> Any:
        """Send JSON, and return what comes back."""
        return good(self.call("POST", path, content))

    def patch(self, path: str, **content: Any) -> Any:
        """Send changes, and return what comes back."""
        return good(self.call("PATCH", path, content))

    def customer(self, **identities: str) -> Any:
        """Return a customer registered now."""
        return self.post("/customers", **{"name": "Noor Haddad", **identities})

    def conversation(self, customer_id: str, **content: Any) -> Any:
        """Return a conversation begun now."""
        return self.post(
            "/conversations", **{"customer_id": customer_id, "subject": "The lamp", "channel": "email", **content}
        )

    def message(self, conversation_id: str, **content: Any) -> Any:
        """Return a message recorded now, of the customer unless told otherwise."""
        said = {"direction": "in", "body": "It flickers.", **content}
        return self.post(f"/conversations/{conversation_id}/messages", **said)

    def all(self, path: str, **query: str) -> list[Any]:
        """Return every item of a list, page after page."""
        found: list[Any] = []
        page = self.get(path, **query)
        while True:
            found += page["items"]
            if page["next"] is None:
                return found
            page = self.get(path, cursor=page["next"], **query)


def good(response: Response) -> Any:
    """Return what an answer says, which must be a good one."""
    assert response.status in {200, 201}, f"{response.status}: {response.text}"
    return response.json()


def refusal(response: Response) -> tuple[int, str]:
    """Return status and code of a refusal, which must have the one shape."""
    error = response.json()["error"]
    assert set(error) <= {"code", "message", "field"}
    assert error["message"].endswith((".", "…"))
    return response.status, error["code"]
