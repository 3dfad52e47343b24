"""The description of the API is true: generated requests are answered as it says, and none breaks anything."""

from __future__ import annotations

import json
import re
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app import app
from chalicelib import telemetry
from chalicelib.tokens.model import SCOPES
from chalicelib.tokens.service import TokenDesk
from chalicelib.web.api import ROOT, openapi
from chalicelib.web.api.models import ID
from chalicelib.web.api.operations import OPERATIONS
from local.gateway import Gateway
from tests.people import People
from tests.program import Program

BASE = "http://localhost"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
FORMS = {"message_id": re.compile("[mp][1-9][0-9]{0,7}"), "name": re.compile(r"[a-z0-9][a-z0-9-]*\.[a-z0-9]+")}
ID_FORM = re.compile(ID)
# Without the part about tokens: one is sent with every request, and another test sends others.
schema = schemathesis.openapi.from_dict({**openapi.document(), "security": []})


@pytest.fixture
def world(program: Program, people: People, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What is really there, by the name of the parameter; and no limit, for thousands of requests come."""
    made = program.conversation(people.owner.id, channel="instagram")
    program.message(made["id"], body="Direct")
    program.message(made["id"], scope="public")
    note = program.post(f"/conversations/{made['id']}/notes", body="Between us")
    monkeypatch.setattr(program.gateway._handler, "debug", False)
    monkeypatch.setattr(telemetry, "count", lambda *_: None)
    monkeypatch.setattr(TokenDesk, "admit", lambda *_: program.token)
    return {
        "conversation_id": made["id"],
        "customer_id": people.owner.id,
        "note_id": note["id"],
        "message_id": "m1",
        "attachment_id": "0" * 26,
        "theme_id": program.post("/themes", label="Winter")["id"],
        "name": "lamp.svg",
    }


@schema.parametrize()
@hypothesis.settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(hypothesis.HealthCheck)
)
def test_generated_requests_are_answered_as_described(
    case: schemathesis.Case, gateway: Gateway, world: dict[str, str], program: Program
) -> None:
    """Whatever is sent, the answer is one of those described, in the form described, and no fault of ours."""
    for name, value in (case.path_parameters or {}).items():
        # Every other one is about something that is there: what was generated never is.
        if FORMS.get(name, ID_FORM).fullmatch(str(value)) and sum(map(ord, str(value))) % 2:
            case.path_parameters[name] = world[name]
    if isinstance(case.body, dict) and ID_FORM.fullmatch(str(case.body.get("customer_id"))):
        case.body["customer_id"] = world["customer_id"]
    request = requests.Request(**case.as_transport_kwargs(base_url=BASE)).prepare()
    request.headers["Authorization"] = f"Bearer {program.text}"
    body = request.body if isinstance(request.body, bytes) else (request.body or "").encode()
    target = (request.url or "").removeprefix(BASE)
    answer = gateway.call(request.method or "GET", target, dict(request.headers), body)
    if answer.header("x-amzn-ErrorType"):
        return  # API Gateway's own: no address of ours, or too much of it
    headers: dict[str, list[str]] = {}
    for name, value in answer.headers:
        headers.setdefault(name.lower(), []).append(value)
    response = Response(answer.status, headers, answer.text.encode(), request, 0.0, verify=False)
    case.validate_response(response, checks=CHECKS)


def test_it_is_served_to_everybody(gateway: Gateway) -> None:
    response = gateway.call("GET", f"{ROOT}/openapi.json")
    assert response.status == 200
    assert response.header("Content-Type") == "application/json; charset=utf-8"
    assert json.loads(response.text) == openapi.document()


def test_its_addresses_begin_with_the_stage(house: Any) -> None:
    gateway = Gateway(app, prefix=True)
    assert gateway.call("GET", f"/api{ROOT}/openapi.json").json()["servers"] == [{"url": "/api"}]


def test_it_describes_what_is_answered_and_nothing_else() -> None:
    described = {(method.upper(), path) for path, one in openapi.document()["paths"].items() for method in one}
    bound = {
        (method, path)
        for path, methods in app.routes.items()
        if path.startswith(ROOT) and not path.endswith("openapi.json")
        for method in methods
        if method != "HEAD"
    }
    assert described == bound == {(method, f"{ROOT}{path}") for method, path in OPERATIONS}


def test_every_scope_opens_something() -> None:
    assert {operation.scope for operation in OPERATIONS.values()} == set(SCOPES)


def test_every_field_that_needs_it_says_what_it_is() -> None:
    """Every schema has a sentence, and every operation a summary."""
    document = openapi.document()
    assert all(one.get("description") for one in document["components"]["schemas"].values())
    assert all(one["summary"] for path in document["paths"].values() for one in path.values())
    assert "additionalProperties" in document["components"]["schemas"]["MessageIn"]
