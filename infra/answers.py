"""What API Gateway itself answers and allows, which Chalice cannot say: pages for its own refusals, and a speed limit.

Chalice overwrites the API at each deployment, the answers with it, so they are given after each.
"""

from __future__ import annotations

import html
from typing import Any, Final

RATE, BURST = 1000, 2000
"""Requests a second, and at once, that a stage lets through at first. What an operator sets later is left alone."""

ANSWERS: Final[dict[str, tuple[str | None, str, str]]] = {
    # What API Gateway says to an address that the API does not have.
    "MISSING_AUTHENTICATION_TOKEN": ("404", "There is no such page", "Check the address, or begin at the home page."),
    "REQUEST_TOO_LARGE": ("413", "This is too large", "Send less at once; files can have 3 MB each."),
    "THROTTLED": ("429", "Too many at once", "Wait a moment and try again."),
    "DEFAULT_4XX": (None, "This could not be read", "Go back and try again, or begin at the home page."),
    "DEFAULT_5XX": (None, "This did not work", "Nothing you did. Wait a moment and try again."),
}
"""By API Gateway's name of the case: the status (its own where None), what happened, and what to do."""

_PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title></head>'
    '<body><h1>{title}</h1><p>{advice}</p><p><a href="{home}">Home page</a></p></body></html>'
)
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


def absent(public_url: str) -> tuple[int, str]:
    """Return status and page for an address the API does not have."""
    status, title, advice = ANSWERS["MISSING_AUTHENTICATION_TOKEN"]
    return int(status or 404), _PAGE.format(title=title, advice=advice, home=html.escape(f"{public_url}/"))


def give(client: Any, api: str, stage: str, public_url: str) -> None:
    """Set what the API answers by itself, with a link to ``public_url``, and put it into force."""
    headers = {**_HEADERS, **({"Strict-Transport-Security": "max-age=31536000"} if _is_secure(public_url) else {})}
    for case, (status, title, advice) in ANSWERS.items():
        page = _PAGE.format(title=title, advice=advice, home=html.escape(f"{public_url}/"))
        client.put_gateway_response(
            restApiId=api,
            responseType=case,
            # The JSON template answers whatever a browser accepts; the header says what it really is.
            responseTemplates={"application/json": page},
            responseParameters={f"gatewayresponse.header.{name}": f"'{value}'" for name, value in headers.items()},
            **({"statusCode": status} if status else {}),
        )
    client.create_deployment(restApiId=api, stageName=stage, description="Foyer's own answers")


def limit(client: Any, api: str, stage: str) -> bool:
    """Give a stage its speed limit, unless it has one, and tell whether it was given."""
    if "*/*" in client.get_stage(restApiId=api, stageName=stage).get("methodSettings", {}):
        return False
    wanted = {"rateLimit": RATE, "burstLimit": BURST}
    operations = [
        {"op": "replace", "path": f"/*/*/throttling/{name}", "value": str(value)} for name, value in wanted.items()
    ]
    client.update_stage(restApiId=api, stageName=stage, patchOperations=operations)
    return True


def _is_secure(url: str) -> bool:
    return url.startswith("https://")
