"""The list of AWS calls in infra/calls.py is that of the code, no more and no less, and botocore's data follows it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import botocore.session
import pytest
from botocore.endpoint_provider import EndpointProvider
from botocore.loaders import Loader

from infra import botocore_data, policy
from infra.calls import CALLS, SDK_CALLS

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(str(botocore.__file__)).parent / "data"


SENDERS = {"dynamodb": "table.py", "s3": "files.py", "sesv2": "outgoing.py", "sqs": "queues.py", "ssm": "secrets.py"}
"""The modules of ``aws/`` that call a service, one each."""
CLIENTS = {"answers.py", "sdk.py", "service.py"}
CALLERS = {"call", "start", "_call"}


def made() -> dict[str, set[str]]:
    """Return the operations that chalicelib calls, by service, as its source says."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "chalicelib" / "aws").glob("*.py")):
        names = set() if path.name in CLIENTS else set(named(ast.parse(path.read_text(encoding="utf-8"))))
        services = [service for service, module in SENDERS.items() if module == path.name]
        assert bool(names) == bool(services), f"{path.name} calls {names} of {services}"
        for service in services:
            assert names <= operations(service), f"{path.name} calls what {service} does not have"
            found[service] = names
    return found


def test_only_the_modules_that_are_read_here_call_a_client() -> None:
    """Elsewhere clients are handed on, and that by what makes the table and the keys alone."""
    used = re.compile(r"clients\.(dynamodb|s3|ses|sqs|ssm)\b")
    modules = {path for path in (ROOT / "chalicelib").rglob("*.py") if used.search(path.read_text(encoding="utf-8"))}
    assert {path.name for path in modules} == {"deployment.py", "files.py", "outgoing.py", "queues.py"}


def named(tree: ast.Module) -> Iterator[str]:
    """Yield the operations that a module names where it calls one; one that is made up of parts, in all its forms."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in CALLERS
            and node.args
        ):
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value
            elif ast.unparse(first) == "f'{kind}Item'":
                yield from ("PutItem", "UpdateItem", "DeleteItem")
            else:
                assert ast.unparse(first) in {"operation", "method"}, ast.unparse(node)


def operations(service: str) -> set[str]:
    """Return the operations of a service."""
    return set(loader(DATA).load_service_model(service, "service-2")["operations"])


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
