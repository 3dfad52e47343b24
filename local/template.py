"""Reads infra/template.yaml and works out what its functions (!Ref, !Sub, !GetAtt, !If …) come to, without AWS."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).resolve().parent.parent / "infra" / "template.yaml"

_NOTHING = object()
_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms, each read as its long form."""


def _short_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_form)


@functools.cache
def _read(path: Path) -> dict[str, Any]:
    """Return the template as it is written; read once, because tests make hundreds of stages of it."""
    raw: dict[str, Any] = yaml.load(path.read_text(), Loader=_Loader)
    return raw


class Template:
    """The template with its parameters filled in."""

    def __init__(self, parameters: Mapping[str, str], *, account: str, region: str, path: Path = PATH) -> None:
        """Take values of parameters; those left out have their defaults. Raise ValueError for one that is missing."""
        raw = self._raw = _read(path)
        self._account = account
        self._region = region
        self._parameters: dict[str, str] = {}
        for name, parameter in raw["Parameters"].items():
            value = parameters.get(name, parameter.get("Default"))
            if value is None:
                message = f"the template needs the parameter {name}"
                raise ValueError(message)
            self._parameters[name] = str(value)

    def resources(self) -> dict[str, tuple[str, dict[str, Any]]]:
        """Return type and resolved properties of every resource whose condition holds, by logical name."""
        return {
            name: (resource["Type"], self._resolve(resource.get("Properties", {})))
            for name, resource in self._raw["Resources"].items()
            if self._holds(resource)
        }

    def outputs(self) -> dict[str, str]:
        """Return the outputs that only depend on names."""
        known = {}
        for name, output in self._raw["Outputs"].items():
            if self._holds(output):
                known[name] = str(self._resolve(output["Value"]))
        return known

    def _holds(self, entry: Mapping[str, Any]) -> bool:
        return "Condition" not in entry or self._condition(entry["Condition"])

    def _condition(self, name: str) -> bool:
        return self._test(self._raw["Conditions"][name])

    def _test(self, test: Mapping[str, Any]) -> bool:
        ((function, value),) = test.items()
        if function == "Fn::Not":
            return not self._test(value[0])
        if function == "Fn::Equals":
            return bool(self._resolve(value[0]) == self._resolve(value[1]))
        message = f"no condition {function} is known here"
        raise ValueError(message)

    def _resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            return [item for item in map(self._resolve, value) if item is not _NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1 and (value.keys() & {"Ref", "Fn::Sub", "Fn::GetAtt", "Fn::If"}):
            return self._call(*next(iter(value.items())))
        resolved = {key: self._resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not _NOTHING}

    def _call(self, function: str, argument: Any) -> Any:
        if function == "Ref":
            return self._ref(argument)
        if function == "Fn::Sub":
            return _VARIABLE.sub(lambda match: str(self._variable(match[1])), argument)
        if function == "Fn::GetAtt":
            return self._attribute(*argument)
        condition, yes, no = argument
        return self._resolve(yes if self._condition(condition) else no)

    def _variable(self, name: str) -> Any:
        return self._attribute(*name.split(".", 1)) if "." in name else self._ref(name)

    def _ref(self, name: str) -> Any:
        pseudo = {
            "AWS::AccountId": self._account,
            "AWS::Region": self._region,
            "AWS::Partition": "aws",
            "AWS::NoValue": _NOTHING,
        }
        if name in pseudo:
            return pseudo[name]
        if name in self._parameters:
            return self._parameters[name]
        kind = self._raw["Resources"][name]["Type"]
        return self._attribute(name, "Arn") if kind == "AWS::SNS::Topic" else self._name(name)

    def _attribute(self, resource: str, attribute: str) -> str:
        if attribute in {"QueueName", "TopicName"}:
            return self._name(resource)
        if attribute == "Arn":
            kind = self._raw["Resources"][resource]["Type"]
            name = self._name(resource)
            if kind == "AWS::S3::Bucket":
                return f"arn:aws:s3:::{name}"
            if kind in {"AWS::SQS::Queue", "AWS::SNS::Topic"}:
                return f"arn:aws:{kind.split('::')[1].lower()}:{self._region}:{self._account}:{name}"
        return f"{{{resource}.{attribute}}}"  # known to AWS only, such as DKIM tokens

    def _name(self, resource: str) -> str:
        properties = self._raw["Resources"][resource].get("Properties", {})
        for key in ("TableName", "BucketName", "QueueName", "TopicName", "Name", "EmailIdentity"):
            if key in properties:
                return str(self._resolve(properties[key]))
        message = f"{resource} has no name of its own"
        raise ValueError(message)
