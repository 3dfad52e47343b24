"""What API Gateway itself answers and allows, which Chalice cannot say: pages for its own refusals, and a speed limit.

Chalice overwrites the API at each deployment, the answers with it, so they are given after each.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chalicelib.attachments.model import MAX_SIZE, megabytes
from chalicelib.speech import LANGUAGES, RIGHT_TO_LEFT, mark, speech
from chalicelib.web.security import gateway_headers

if TYPE_CHECKING:
    from mypy_boto3_apigateway import APIGatewayClient
    from mypy_boto3_apigateway.literals import GatewayResponseTypeType
    from mypy_boto3_apigateway.type_defs import PatchOperationTypeDef


@dataclass(frozen=True, slots=True)
class Brand:
    """The organization, as it was at the last deployment; ``colour`` is ``#rrggbb``."""

    organization: str
    colour: str


PLAIN: Final = Brand("", "#808080")
"""Where nothing is known of it yet."""

RATE, BURST = 1000, 2000
"""Requests a second, and at once, that a stage lets through at first. What an operator sets later is left alone."""

_FILE: Final = megabytes(MAX_SIZE)
ANSWERS: Final[dict[GatewayResponseTypeType, tuple[str | None, str, str]]] = {
    # What API Gateway says to an address that the API does not have.
    "MISSING_AUTHENTICATION_TOKEN": ("404", "There is no such page", "Check the address, or start from the home page."),
    "REQUEST_TOO_LARGE": ("413", "This is too large", f"Send less at once. Each file can have up to {_FILE} MB."),
    "THROTTLED": ("429", "Too many at once", "Wait a moment and try again."),
    "DEFAULT_4XX": (None, "We could not read this request", "Go back and try again, or start from the home page."),
    "DEFAULT_5XX": (None, "This did not work", "This is our fault, not yours. Wait a moment and try again."),
}
"""By API Gateway's name of the case: the status (its own where None), what happened, and what to do."""

SAID: Final[dict[GatewayResponseTypeType, str]] = {
    "MISSING_AUTHENTICATION_TOKEN": mark("Page not found"),
    "REQUEST_TOO_LARGE": mark("That is more than we can accept at once. Shorten it and send it again."),
    "THROTTLED": mark("Too many attempts in a short time. Please wait a moment and try again."),
    "DEFAULT_4XX": mark("That did not work"),
    "DEFAULT_5XX": mark("A service we depend on did not respond as expected. Please try again in a moment."),
}
"""What the product says in the same case: its translations stand below the English, for nobody here knows who reads."""
_HOME = mark("Go to the start page")

# API Gateway fills in what begins with a dollar sign, and knows comments that begin with two hash signs: neither
# stands in here. It sends no policy for content along, so that the page may have its few rules with it.
_PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex"><title>{title}</title>'
    "<style>:root{{color-scheme:light dark}}body{{max-width:34em;margin:12vh auto;padding:0 20px;"
    "font:1rem/1.6 system-ui,-apple-system,Segoe UI,Roboto,Noto Sans,Arial,sans-serif}}"
    "h1{{font-size:1.625rem;line-height:1.25;margin:0 0 8px}}p{{margin:0 0 20px}}a{{color:inherit}}"
    ".brand{{font-weight:600;margin:0 0 32px;padding:0 0 14px;border-bottom:3px solid {colour}}}"
    "ul{{list-style:none;margin:48px 0 0;padding:20px 0 0;border-top:1px solid rgb(128 128 128 / 35%);"
    "font-size:.875rem}}li{{margin:0 0 10px}}</style></head>"
    '<body>{brand}<main><h1>{title}</h1><p>{advice}</p><p><a href="{home}">Home page</a></p><ul>{others}</ul></main>'
    "</body></html>"
)
_OTHER = '<li lang="{language}" dir="{direction}">{said} · <a href="{home}">{label}</a></li>'
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
}


def page(case: GatewayResponseTypeType, public_url: str, brand: Brand = PLAIN) -> str:
    """Return the page for a case: in English with what to do, then a line in each other language."""
    _, title, advice = ANSWERS[case]
    home = html.escape(f"{public_url}/")
    others = (
        _OTHER.format(
            language=language,
            direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
            said=html.escape(speech(language).text(SAID[case])),
            label=html.escape(speech(language).text(_HOME)),
            home=home,
        )
        for language in LANGUAGES
        if language != "en"
    )
    # API Gateway would take these for its own.
    name = brand.organization.replace("$", "").replace("#", "")
    name = f'<p class="brand" dir="auto">{html.escape(name)}</p>' if name else ""
    return _PAGE.format(title=title, advice=advice, home=home, others="".join(others), brand=name, colour=brand.colour)


def headers(public_url: str) -> dict[str, str]:
    """Return the headers of the pages: what protects every answer of the product protects these, too."""
    return {**_HEADERS, **gateway_headers(secure=_is_secure(public_url))}


def absent(public_url: str, brand: Brand = PLAIN) -> tuple[int, str]:
    """Return status and page for an address the API does not have."""
    case: Final = "MISSING_AUTHENTICATION_TOKEN"
    return int(ANSWERS[case][0] or 404), page(case, public_url, brand)


def give(client: APIGatewayClient, api: str, stage: str, public_url: str, brand: Brand) -> None:
    """Set what the API answers by itself, with a link to ``public_url``, and put it into force."""
    sent = headers(public_url)
    for case, (status, _, _) in ANSWERS.items():
        client.put_gateway_response(
            restApiId=api,
            responseType=case,
            # The JSON template answers whatever a browser accepts; the header says what it really is.
            responseTemplates={"application/json": page(case, public_url, brand)},
            responseParameters={f"gatewayresponse.header.{name}": f"'{value}'" for name, value in sent.items()},
            **({"statusCode": status} if status else {}),
        )
    client.create_deployment(restApiId=api, stageName=stage, description="Foyer's own answers")


def limit(client: APIGatewayClient, api: str, stage: str) -> bool:
    """Give a stage its speed limit, unless it has one, and tell whether it was given."""
    if "*/*" in client.get_stage(restApiId=api, stageName=stage).get("methodSettings", {}):
        return False
    wanted = {"rateLimit": RATE, "burstLimit": BURST}
    operations: list[PatchOperationTypeDef] = [
        {"op": "replace", "path": f"/*/*/throttling/{name}", "value": str(value)} for name, value in wanted.items()
    ]
    client.update_stage(restApiId=api, stageName=stage, patchOperations=operations)
    return True


def _is_secure(url: str) -> bool:
    return url.startswith("https://")
