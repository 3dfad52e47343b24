"""Indexes of a table that exists: which are missing, and how they are added one after the other.

DynamoDB makes one index at a time and fills it from what the table holds; until that is done nobody can read it. What
a newer template no longer has is left to CloudFormation, and is dropped a version after nothing reads it any more.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

import yaml
from botocore.exceptions import ClientError

from infra.aws import CannotDeploy, code

if TYPE_CHECKING:
    from infra.aws import Connect
    from infra.stack import Say

_BLOCK = re.compile(r"^        - IndexName: (\S+)\n((?:          .*\n)+)", re.MULTILINE)
_ATTRIBUTE = re.compile(r"AttributeName: (\w+)")


def live(connect: Connect, table: str) -> dict[str, str] | None:
    """Return the indexes that a table has, each with its state; None where there is no such table."""
    try:
        described = connect("dynamodb").describe_table(TableName=table)["Table"]
    except ClientError as error:
        if code(error) == "ResourceNotFoundException":
            return None
        raise
    return {one["IndexName"]: one.get("IndexStatus", "ACTIVE") for one in described.get("GlobalSecondaryIndexes", ())}


def of_template(template: str) -> list[str]:
    """Return the indexes that the text of a template gives its table, in order."""
    return [name for name, _ in _BLOCK.findall(template)]


def in_steps(template: str, there: Iterable[str]) -> Iterator[str]:
    """Yield templates that add one missing index each, the last of them the whole one."""
    missing = [name for name in of_template(template) if name not in set(there)]
    for done in range(1, len(missing)):
        yield without(template, missing[done:])
    yield template


def without(template: str, names: Iterable[str]) -> str:
    """Return a template without some indexes, and without the attributes that only those have as keys."""
    for name, block in _BLOCK.findall(template):
        if name in set(names):
            template = template.replace(f"        - IndexName: {name}\n{block}", "")
            for attribute in _ATTRIBUTE.findall(block):
                template = template.replace(f"        - {{AttributeName: {attribute}, AttributeType: S}}\n", "")
    return template


def definitions(template: str) -> list[dict[str, Any]]:
    """Return the indexes that the text of a template gives its table, as DynamoDB takes them."""
    blocks = "".join(found[0] for found in _BLOCK.finditer(template))
    found: list[dict[str, Any]] = yaml.safe_load(blocks)
    return found


def add_missing(connect: Connect, table: str, wanted: Iterable[Mapping[str, Any]], say: Say, *, pause: float) -> bool:
    """Add to a table what it lacks of some indexes, one at a time, and tell whether it lacked any.

    It waits until all can be read, those too that are being filled already.
    """
    wait(connect, table, say, pause=pause)
    there, added = live(connect, table) or {}, False
    for index in wanted:
        if index["IndexName"] in there:
            continue
        say(f"  + index {index['IndexName']}")
        attributes = [{"AttributeName": one["AttributeName"], "AttributeType": "S"} for one in index["KeySchema"]]
        connect("dynamodb").update_table(
            TableName=table,
            AttributeDefinitions=cast("Any", attributes),
            GlobalSecondaryIndexUpdates=[{"Create": cast("Any", index)}],
        )
        wait(connect, table, say, pause=pause)
        added = True
    return added


def wait(connect: Connect, table: str, say: Say, *, pause: float) -> None:
    """Wait until every index of a table can be read."""
    said = False
    while True:
        states = live(connect, table)
        if states is None:
            raise CannotDeploy(f"There is no table {table}.")
        filling = [name for name, state in states.items() if state in {"CREATING", "UPDATING"}]
        if not filling:
            return
        if not said:
            say(f"  waiting until DynamoDB has filled {', '.join(filling)}: minutes, or an hour for millions of items")
            said = True
        time.sleep(pause)
