"""The list of AWS calls in infra/calls.py is that of the code, no more and no less, and botocore's data follows it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name
from botocore.endpoint_provider import EndpointProvider
from botocore.loaders import Loader

from infra import botocore_data, policy
from infra.calls import CALLS, SDK_CALLS, SIGNED

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(str(botocore.__file__)).parent / "data"


def made() -> dict[str, set[str]]:
    """Return the operations that chalicelib calls or signs, by service, as its source says."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "chalicelib").rglob("*.py")):
        for service, method, first in attributes(ast.parse(path.read_text(encoding="utf-8"))):
            operation = SIGNED.get(method) or operations(service).get(first if "presigned" in method else method)
            assert operation, f"{path.name} uses {method} of {service}, which is no call"
            found.setdefault(service, set()).add(operation)
    return found


def attributes(tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """Yield service, method, and the first argument where it is a text, of every use of a client in a module."""
    clients = dict(named_clients(tree))
    called = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        service = clients.get(ast.unparse(node.value))
        if service and node.attr not in {"meta", "exceptions"}:
            arguments = called[id(node)].args if id(node) in called else []
            first = arguments[0].value if arguments and isinstance(arguments[0], ast.Constant) else ""
            yield service, node.attr, str(first)


def named_clients(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield what clients are called in a module, and whose they are.

    A client is an argument with a client's type, and ``self._client`` where there is such an argument; or one of the
    clients of ``Clients``, by the name it has there.
    """
    types = {
        alias.asname or alias.name: (node.module or "").removeprefix("mypy_boto3_")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mypy_boto3_")
        for alias in node.names
    }
    for argument in (node for node in ast.walk(tree) if isinstance(node, ast.arg) and node.annotation):
        service = types.get(ast.unparse(argument.annotation or argument))
        if service:
            yield argument.arg, service
            yield f"self._{argument.arg}", service
    for name, service in {"dynamodb": "dynamodb", "s3": "s3", "ses": "sesv2", "sqs": "sqs", "ssm": "ssm"}.items():
        for owner in ("self._clients", "self.clients", "clients", "house.clients", "self.house.clients"):
            yield f"{owner}.{name}", service


def operations(service: str) -> dict[str, str]:
    """Return the operations of a service by the name of the method."""
    return {xform_name(name): name for name in loader(DATA).load_service_model(service, "service-2")["operations"]}


def loader(folder: Path) -> Loader:
    """Return botocore's loader of the data in a folder, and of no other."""
    return Loader(extra_search_paths=[str(folder)], include_default_search_paths=False)


def test_the_list_is_what_the_code_calls() -> None:
    """A call that is missing would fail on Lambda; one too many would be a right and a weight for nothing."""
    assert {service: sorted(names) for service, names in made().items()} == {
        service: sorted(names) for service, names in CALLS.items()
    }


def test_the_policy_allows_these_calls_and_no_other() -> None:
    """A call of the list that is no right by itself is allowed as what it is made of."""
    document = policy.document(stage="prod", region="eu-central-1", account="111122223333")
    allowed = {action for statement in document["Statement"] for action in statement["Action"]}
    names = {"sesv2": "ses"}
    wanted = {f"{names.get(service, service)}:{call}" for service, made in CALLS.items() for call in made}
    made_of = {
        "dynamodb:TransactWriteItems": {"dynamodb:ConditionCheckItem"},
        "s3:DeleteObjects": {"s3:DeleteObject"},
        "ses:SendEmail": {"ses:SendEmail", "ses:SendRawEmail"},
    }
    wanted = wanted - set(made_of) | set().union(*made_of.values()) | LAMBDAS_OWN
    assert allowed - {"s3:ListBucket"} == wanted


LAMBDAS_OWN = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "sqs:GetQueueAttributes",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}
"""What Lambda does in the role of the function: write its log and traces, and poll the queue."""


def test_a_call_nobody_knows_stops_the_build(tmp_path: Path) -> None:
    """A typing error in the list is found when it is built, not when it is called."""
    with pytest.raises(botocore_data.UnknownCall, match="GetParametre"):
        botocore_data.prune(DATA, tmp_path, {"ssm": ["GetParametre"]})


@pytest.fixture(scope="module")
def pruned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pruned data."""
    folder = tmp_path_factory.mktemp("data")
    botocore_data.prune(DATA, folder, {name: (*ops, *SDK_CALLS.get(name, ())) for name, ops in CALLS.items()})
    return folder


@pytest.mark.parametrize("service", CALLS)
def test_a_service_keeps_its_calls_whole(pruned: Path, service: str) -> None:
    """Each call that is made has all it had, less the prose, and no other call is left."""
    kept, whole = (loader(folder).load_service_model(service, "service-2") for folder in (pruned, DATA))
    assert sorted(kept["operations"]) == sorted((*CALLS[service], *SDK_CALLS.get(service, ())))
    for kind in ("operations", "shapes"):
        for name, description in kept[kind].items():
            assert description == without_prose(whole[kind][name])
    reached = set(re.findall(r'"shape":"(\w+)"', json.dumps(kept, separators=(",", ":"))))
    assert reached - {"shape"} <= set(kept["shapes"])
    assert kept["metadata"] == whole["metadata"]


def without_prose(description: object) -> object:
    """Return a description without its documentation."""
    if isinstance(description, dict):
        return {
            name: without_prose(inner)
            for name, inner in description.items()
            if not (name == "documentation" and isinstance(inner, str))
        }
    return [without_prose(inner) for inner in description] if isinstance(description, list) else description


EMULATOR = "http://127.0.0.1:4566"
OPTIONS: tuple[dict[str, object], ...] = (
    *({name: True} for name in ("UseFIPS", "UseDualStack", "ForcePathStyle", "UseGlobalEndpoint", "Accelerate")),
    {"UseFIPS": True, "UseDualStack": True},
    {"Endpoint": EMULATOR},
    {"Endpoint": EMULATOR, "ForcePathStyle": True},
    {},
)
BUCKETS = ("foyer-prod-uploads-111122223333", "with.dots", "UPPER_case")


@pytest.mark.parametrize("service", sorted(set(CALLS) - {"s3"}))
def test_rules_for_endpoints_are_left_alone(pruned: Path, service: str) -> None:
    """Only S3's are long enough to be worth cutting."""
    kept, whole = (loader(folder).load_service_model(service, "endpoint-rule-set-1") for folder in (pruned, DATA))
    assert kept == without_prose(whole)
    assert loader(pruned).load_data("partitions") == loader(DATA).load_data("partitions")


def test_buckets_are_where_they_were() -> None:
    """In every region, with every way to address a bucket, ours have the address that the whole rules give them."""
    whole = loader(DATA).load_service_model("s3", "endpoint-rule-set-1")
    partitions = loader(DATA).load_data("partitions")
    old = EndpointProvider(whole, partitions)
    new = EndpointProvider({**whole, "rules": botocore_data.for_plain_buckets(whole["rules"])}, partitions)
    regions = [region for partition in partitions["partitions"] for region in partition["regions"]]
    assert len(regions) > 30
    asked: list[dict[str, object]] = [{"Region": one, "Bucket": bucket} for one in regions for bucket in BUCKETS]
    asked += [
        {"Region": region, "Bucket": bucket, **option}
        for region in ("us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1", "mars-north-1")
        for bucket in BUCKETS
        for option in OPTIONS
    ]
    assert [answer(new, one) for one in asked] == [answer(old, one) for one in asked]
    assert answer(new, {"Region": "eu-central-1", "Bucket": BUCKETS[0]}).startswith(f"https://{BUCKETS[0]}.s3.eu-")


def answer(provider: EndpointProvider, parameters: dict[str, object]) -> str:
    """Return the endpoint with its properties, or the refusal."""
    try:
        endpoint = provider.resolve_endpoint(**parameters)
    except Exception as error:  # noqa: BLE001 - refusals are to be the same, whatever they are
        return repr(error)
    return f"{endpoint.url} {json.dumps(endpoint.properties, sort_keys=True)} {endpoint.headers}"
