"""Describes the JSON API in OpenAPI 3.1, from the models and operations that answer it."""

from __future__ import annotations

import functools
import inspect
import json
import re
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import models_json_schema

from chalicelib.refusals import TooManyRequests
from chalicelib.themes.model import ASSET
from chalicelib.tokens.model import SCOPES
from chalicelib.web.api.addresses import ROOT
from chalicelib.web.api.calls import Operation
from chalicelib.web.api.models import ID, ErrorOut
from chalicelib.web.api.operations import OPERATIONS

if TYPE_CHECKING:
    from pydantic import BaseModel

_REFS = "#/components/schemas/{model}"
_JSON = "application/json"
_REFUSALS = {
    401: "No API token, or one that does not work.",
    403: "The token lacks the scope.",
    404: "There is no such thing.",
    409: "Not possible as things are.",
    413: "Too much at once.",
    415: "The body is not said to be JSON.",
    422: "Something in what was sent cannot be taken.",
    429: "Too many requests; Retry-After has the seconds to wait.",
}
_PARAMETERS = {
    "message_id": "^[mp][1-9][0-9]{0,7}$",
    "name": rf"^{ASSET.pattern.removeprefix('assets/')}$",
}
"""Form of what stands in an address; ids of ours otherwise."""


@functools.cache
def text(prefix: str) -> str:
    """Return the description as JSON; ``prefix`` stands before all addresses."""
    return json.dumps(document(prefix), ensure_ascii=False)


def document(prefix: str = "") -> dict[str, Any]:
    """Return the description."""
    taken = {model for one in OPERATIONS.values() for model in (one.body,) if model}
    given = {model for one in OPERATIONS.values() for model in one.answers.values() if model} | {ErrorOut}
    wanted: list[tuple[type[BaseModel], Any]] = [
        *((model, "validation") for model in sorted(taken, key=lambda one: one.__name__)),
        *((model, "serialization") for model in sorted(given, key=lambda one: one.__name__)),
    ]
    names, definitions = models_json_schema(wanted, ref_template=_REFS)
    schemas: dict[tuple[str, str], Any] = {(model.__name__, mode): one for (model, mode), one in names.items()}
    paths: dict[str, dict[str, Any]] = {}
    for (method, path), operation in OPERATIONS.items():
        paths.setdefault(f"{ROOT}{path}", {})[method.lower()] = _operation(path, operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Foyer",
            "version": "1",
            "description": "Customers, conversations, messages, notes and themes. Times are UTC.",
        },
        "servers": [{"url": prefix or "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "Made by an operator: make token."}
            },
        },
    }


def _operation(path: str, operation: Operation, schemas: dict[tuple[str, str], Any]) -> dict[str, Any]:
    about = inspect.getdoc(operation.does) or ""
    parameters = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": _PARAMETERS.get(name, f"^{ID}$")},
        }
        for name in re.findall(r"{(\w+)}", path)
    ]
    described: dict[str, Any] = {
        "operationId": operation.does.__name__,
        "summary": about.partition("\n")[0],
        "description": _needs(operation),
        "responses": {
            **{str(status): _response(model, schemas) for status, model in operation.answers.items()},
            **{str(status): _refusal(status, schemas) for status in _refusals(path, operation)},
        },
    }
    if operation.query:
        parameters += _query(operation.query)
    if parameters:
        described["parameters"] = parameters
    if operation.body:
        described["requestBody"] = {
            "required": not operation.optional,
            "content": {_JSON: {"schema": schemas[operation.body.__name__, "validation"]}},
        }
    return described


def _needs(operation: Operation) -> str:
    scopes = [one for one in (operation.scope, operation.or_scope) if one]
    return "Needs the scope " + ", or ".join(f"`{one}` ({SCOPES[one]})" for one in scopes) + "."


def _query(model: type[BaseModel]) -> list[dict[str, Any]]:
    properties = model.model_json_schema(ref_template=_REFS)["properties"]
    return [
        {"name": name, "in": "query", "required": False, "schema": _present(one)} for name, one in properties.items()
    ]


def _present(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter that is there: a query has no null."""
    kinds = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    rest = {name: value for name, value in schema.items() if name not in {"anyOf", "default", "title"}}
    default = {"default": schema["default"]} if schema.get("default") is not None else {}
    return {**(kinds[0] if kinds else {}), **rest, **default}


def _response(model: type[BaseModel] | None, schemas: dict[tuple[str, str], Any]) -> dict[str, Any]:
    if model is None:
        return {"description": "Done."}
    content = {_JSON: {"schema": schemas[model.__name__, "serialization"]}}
    return {"description": (inspect.getdoc(model) or "").partition("\n")[0], "content": content}


def _refusals(path: str, operation: Operation) -> list[int]:
    statuses = [401, 403, 422, 429]
    if "{" in path or operation.body or operation.query:
        statuses.append(404)
    if operation.body:
        statuses += [409, 413, 415]
    return sorted(statuses)


def _refusal(status: int, schemas: dict[tuple[str, str], Any]) -> dict[str, Any]:
    return {
        "description": _REFUSALS[status],
        "content": {_JSON: {"schema": schemas["ErrorOut", "serialization"]}},
        **(
            {"headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}}
            if status == TooManyRequests.status
            else {}
        ),
    }
