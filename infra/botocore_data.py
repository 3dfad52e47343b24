"""Cuts botocore's descriptions of AWS down to the calls that are made: from 27 MB to a few hundred KB, and read faster.

Descriptions are written as plain JSON, since a zip compresses them anyway and Lambda would unpack them at each start.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

_ENDPOINT_NAMES = {"sesv2": "email"}
"""Services whose name in botocore's list of endpoints differs."""
_NEEDED = ("service-2", "endpoint-rule-set-1", "service-2.sdk-extras")
"""What a client reads. Paginators, waiters and examples are read only by those who use them, and nobody does."""
_WHOLE = ("partitions", "sdk-default-configuration")
_SPECIAL_BUCKETS = frozenset({"--x-s3", "--xa-s3", "--op-s3"})
"""Ends of names that S3 reserves for directory buckets, their access points, and buckets on Outposts. Ours end with an
account's number. More than half of S3's endpoint rules are about them and about names that are ARNs."""


class UnknownCall(ValueError):
    """botocore knows no such operation."""


def prune(source: Path, target: Path, calls: Mapping[str, Sequence[str]]) -> None:
    """Write into ``target`` what clients need to make ``calls`` (operations by service), or raise UnknownCall."""
    for service, operations in calls.items():
        version = max(path.name for path in (source / service).iterdir())
        for name in _NEEDED:
            description = _read(source / service / version / name)
            if description is None:
                continue
            if name == "service-2":
                description = _only(description, service, operations)
            elif name == "endpoint-rule-set-1":
                description["rules"] = for_plain_buckets(description["rules"])
            description = _without_prose(description)
            for parameter in description.get("clientContextParams", {}).values():
                parameter["documentation"] = ""  # botocore asks for these, and for no other
            _write(target / service / version / name, description)
    endpoints = _read(source / "endpoints")
    wanted = {_ENDPOINT_NAMES.get(service, service) for service in calls}
    for partition in endpoints["partitions"]:
        partition["services"] = {name: one for name, one in partition["services"].items() if name in wanted}
    _write(target / "endpoints", endpoints)
    for name in _WHOLE:
        _write(target / name, _read(source / name))


def _only(model: dict[str, Any], service: str, operations: Sequence[str]) -> dict[str, Any]:
    """Return a service's model with these operations and the shapes they reach."""
    unknown = set(operations) - set(model["operations"])
    if unknown:
        raise UnknownCall(f"{service} has no {', '.join(sorted(unknown))}")
    kept = {name: model["operations"][name] for name in sorted(operations)}
    reached: dict[str, None] = {}
    waiting = list(_shapes(kept))
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached[name] = None
            waiting += _shapes(model["shapes"][name])
    return {**model, "operations": kept, "shapes": {name: model["shapes"][name] for name in sorted(reached)}}


def for_plain_buckets(rules: Sequence[Any]) -> list[Any]:
    """Return the rules, and within them those, that can apply to a bucket with an ordinary name."""
    return [
        {**rule, "rules": for_plain_buckets(rule["rules"])} if "rules" in rule else rule
        for rule in rules
        if not any(_special(condition) for condition in rule["conditions"])
    ]


def _special(condition: Mapping[str, Any]) -> bool:
    function, given = condition["fn"], condition["argv"]
    if function == "stringEquals":
        return any(isinstance(one, str) and one in _SPECIAL_BUCKETS for one in given)
    return bool(function == "aws.parseArn" and given[0] == {"ref": "Bucket"})


def _shapes(description: Any) -> Iterator[str]:
    """Yield the names of the shapes a description refers to."""
    if isinstance(description, dict):
        if isinstance(description.get("shape"), str):
            yield description["shape"]
        for inner in description.values():
            yield from _shapes(inner)
    elif isinstance(description, list):
        for inner in description:
            yield from _shapes(inner)


def _without_prose(description: Any) -> Any:
    if isinstance(description, dict):
        return {
            name: _without_prose(inner)
            for name, inner in description.items()
            if not (name in {"documentation", "documentationUrl"} and isinstance(inner, str))
        }
    return [_without_prose(inner) for inner in description] if isinstance(description, list) else description


def _read(path: Path) -> Any:
    packed, plain = path.with_name(f"{path.name}.json.gz"), path.with_name(f"{path.name}.json")
    if packed.exists():
        return json.loads(gzip.decompress(packed.read_bytes()))
    return json.loads(plain.read_bytes()) if plain.exists() else None


def _write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name(f"{path.name}.json").write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")
