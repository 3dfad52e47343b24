"""DynamoDB's expressions: what an update changes and what must hold for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.aws.items import encode

When = Sequence[tuple[str, str, Any]]
"""Conditions that must all hold: ``(attribute, operator, value)`` with ``=``, ``<>``, ``<``, ``<=``, ``>``, ``in``,
``absent or <``, ``absent`` and ``present`` (the last two ignore the value)."""


class Expression:
    """Writes DynamoDB's expressions, in which attributes and values stand by names of their own."""

    def __init__(self) -> None:
        """Begin with neither."""
        self.names: dict[str, str] = {}
        self.values: dict[str, Any] = {}

    def changes(self, put: Mapping[str, Any], add: Mapping[str, int], drop: Sequence[str]) -> str:
        """Return what an update sets, adds to and removes."""
        name, value = self._name, self._value
        parts = []
        if put:
            parts.append("SET " + ", ".join(f"{name(n)} = {value(v)}" for n, v in put.items()))
        if add:
            parts.append("ADD " + ", ".join(f"{name(n)} {value(v)}" for n, v in add.items()))
        if drop:
            parts.append("REMOVE " + ", ".join(name(n) for n in drop))
        return " ".join(parts)

    def conditions(self, when: When) -> str:
        """Return what must hold."""
        return " AND ".join(self._condition(*test) for test in when)

    def _condition(self, attribute: str, operator: str, content: Any) -> str:
        name = self._name(attribute)
        if operator == "absent or <":
            return f"(attribute_not_exists({name}) OR {name} < {self._value(content)})"
        if operator == "absent":
            return f"attribute_not_exists({name})"
        if operator == "present":
            return f"attribute_exists({name})"
        if operator == "in":
            return f"{name} IN ({', '.join(self._value(one) for one in content)})"
        return f"{name} {operator} {self._value(content)}"

    def _name(self, attribute: str) -> str:
        token = f"#{attribute}"
        self.names[token] = attribute
        return token

    def _value(self, content: object) -> str:
        token = f":{len(self.values)}"
        self.values[token] = encode(content)
        return token
