"""Whether the deployment works: for monitors, load tests and the smoke test after a deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.web.http import Response, answer_json
from chalicelib.web.routing import Route

if TYPE_CHECKING:
    from chalicelib.web.visit import Visit


def healthz(visit: Visit) -> Response:
    """Answer 200 where the table and the signing keys can be read; a refusal (503) or fault (500) otherwise."""
    visit.settings()
    visit.csrf()
    return answer_json({"status": "ok", "stage": visit.house.settings.stage})


ROUTES = (Route("GET", "/healthz", healthz),)
