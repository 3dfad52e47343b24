"""The JSON API as ``make theme`` uses it: every refusal becomes a sentence that says why, and what to do."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import urllib3
from urllib3.exceptions import HTTPError

from infra.aws import CannotDeploy

_SECONDS = urllib3.Timeout(connect=10, read=60)
_ADVICE = {
    "token_refused": "Make a token for this stage: make token NAME='Themes' SCOPES='theme:write' STAGE=…",
    "not_permitted": "Make a token that has it: make token NAME='Themes' SCOPES='theme:write' STAGE=…",
    "not_found": "Perhaps the theme was deleted. “make theme DO=pull DIR=…” without THEME= lists all themes.",
    "theme_changed": "Run “make theme DO=pull”, look at what it merged, and push again.",
}
"""What to do about a refusal, by its code; the sentences of the others say it."""


class Refused(CannotDeploy):
    """The API does not do it; ``code`` is its name for the reason."""

    def __init__(self, sentence: str, code: str = "") -> None:
        """Take a sentence for people, and the code."""
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True)
class Api:
    """The API of the portal at ``url``, with a token."""

    url: str
    token: str

    def themes(self) -> list[dict[str, Any]]:
        """Return every theme."""
        found: list[dict[str, Any]] = self.call("GET", "/themes")["items"]
        return found

    def theme(self, theme_id: str, rest: str = "", *, revision: int | None = None) -> dict[str, Any]:
        """Return what is at an address of a theme."""
        query = f"?revision={revision}" if revision else ""
        return self.call("GET", f"/themes/{quote(theme_id, safe='')}{rest}{query}")

    def change(self, method: str, theme_id: str, rest: str, **sent: Any) -> dict[str, Any]:
        """Send something to an address of a theme, and return the answer."""
        return self.call(method, f"/themes/{quote(theme_id, safe='')}{rest}", sent)

    def call(self, method: str, path: str, sent: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return what the API answers, or raise :class:`Refused`. No redirect is followed: it would get the token."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        body = None
        if sent is not None:
            headers["Content-Type"], body = "application/json", json.dumps(sent, ensure_ascii=False).encode("utf-8")
        try:
            with urllib3.PoolManager(retries=False, timeout=_SECONDS) as pool:
                answer = pool.request(method, f"{self.url}/api/v1{path}", body=body, headers=headers, redirect=False)
        except HTTPError as error:
            raise Refused(f"The portal at {self.url} cannot be reached: {error}. Check the address.") from error
        try:
            said = json.loads(answer.data)
        except ValueError:
            said = None
        if answer.status in {200, 201} and isinstance(said, dict):
            return said
        raise _refused(f"{method} {path}", answer.status, said)


def _refused(asked: str, status: int, said: object) -> Refused:
    error = said.get("error") if isinstance(said, dict) else None
    if not isinstance(error, dict):
        told = said.get("message", "") if isinstance(said, dict) else ""
        return Refused(
            f"{asked} got an answer that is not Foyer's (HTTP {status}{f', {told}' if told else ''}). "
            "Is it the portal's address, and is its version new enough to have themes?"
        )
    code, message = str(error.get("code", "")), str(error.get("message", ""))
    return Refused(" ".join(filter(None, (message, _ADVICE.get(code, "")))), code)
