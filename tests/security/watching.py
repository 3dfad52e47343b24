"""What an attacker compares, what must not change, and many requests at the same moment."""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, Self, TypeVar

from chalice.app import Chalice

from chalicelib import web
from chalicelib.aws.answers import Asked
from chalicelib.ids import hashed
from chalicelib.signin.model import Kind
from chalicelib.web import routing
from chalicelib.wiring import House
from local.gateway import Gateway, Response
from tests.browser import FORM, Browser, Page, cookies_of, normal
from tests.emulators import Stage
from tests.wire import Start, between

T = TypeVar("T")

Seen = tuple[int, tuple[tuple[str, str], ...], str]
Stored = dict[str, object]


def seen(response: Response | Page) -> Seen:
    """Return all that is to be seen of an answer, without what differs each time it is made."""
    answer = response.response if isinstance(response, Page) else response
    headers = sorted((name, value) for name, value in answer.headers if not name.lower().startswith("x-amzn-"))
    return answer.status, tuple(headers), normal(answer.text)


def stored(stage: Stage) -> Stored:
    """Return everything a stage holds: items, files and how much mail waits in the queue."""
    table, s3, sqs = stage.admin("dynamodb"), stage.admin("s3"), stage.admin("sqs")
    found: Stored = {}
    pages = table.get_paginator("scan").paginate(TableName=stage.environment["FOYER_TABLE"], ConsistentRead=True)
    for page in pages:
        for item in page["Items"]:
            found[f"{item['pk']['S']} {item['sk']['S']}"] = item
    for bucket in ("FOYER_UPLOAD_BUCKET", "FOYER_ATTACHMENT_BUCKET"):
        for one in s3.list_objects_v2(Bucket=stage.environment[bucket]).get("Contents", ()):
            found[f"{bucket} {one['Key']}"] = one["ETag"]
    url = sqs.get_queue_url(QueueName=stage.environment["FOYER_MAIL_QUEUE"])["QueueUrl"]
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found["queue"] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return found


PASSING = ("LIMIT#", "FOYER_UPLOAD_BUCKET theme-exports/")
"""What goes by itself: counters of limits, which count a refused try as well, and zips on their way to who asked."""


def changed(before: Stored, after: Stored) -> list[str]:
    """Return where two looks at what is stored differ, but for what is :data:`PASSING`."""
    places = before.keys() | after.keys()
    return sorted(one for one in places if before.get(one) != after.get(one) and not one.startswith(PASSING))


def everywhere(stage: Stage) -> str:
    """Return everything a stage holds, the bytes of files included, as one text to look for something in."""
    s3 = stage.admin("s3")
    texts = [repr(stored(stage))]
    for bucket in ("FOYER_UPLOAD_BUCKET", "FOYER_ATTACHMENT_BUCKET"):
        name = stage.environment[bucket]
        found = s3.list_objects_v2(Bucket=name).get("Contents", ())
        texts += [s3.get_object(Bucket=name, Key=one["Key"])["Body"].read().decode("latin-1") for one in found]
    return "\n".join(texts)


def form_token(browser: Browser, kind: Kind = Kind.CUSTOMER) -> str:
    """Return the token that the forms of somebody signed in carry, without opening a page."""
    secret = browser.cookies[cookies_of(browser.house).session(kind)].partition(".")[2]
    return browser.house.signer.sign("form", hashed(secret))


def form_headers(**more: str) -> dict[str, str]:
    """Return the headers with which a browser sends one of our forms."""
    return {"Content-Type": FORM, "Sec-Fetch-Site": "same-origin", **more}


def surfaces() -> dict[str, Sequence[routing.Route]]:
    """Return the routes that each file of the front door has, whether or not somebody bound them."""
    modules = (importlib.import_module(f"chalicelib.web.{one.name}") for one in pkgutil.iter_modules(web.__path__))
    return {module.__name__: module.ROUTES for module in modules if hasattr(module, "ROUTES")}


def gateways(house: House, count: int) -> list[Gateway]:
    """Return gateways that answer at the same time, as as many Lambda environments of one deployment do."""
    made = []
    for _ in range(count):
        app = Chalice(app_name="foyer")
        routing.bind(app, itertools.chain.from_iterable(surfaces().values()), lambda: house)
        made.append(Gateway(app))
    return made


def at_once(jobs: Sequence[Callable[[], T]]) -> list[T]:
    """Do all jobs at the same moment, a thread each, and return what they gave, in order."""
    barrier = threading.Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T:
        barrier.wait(10)
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


class Calls:
    """Every call that clients make within a ``with``: the operation and its request."""

    def __init__(self, *clients: Any) -> None:
        """Take the clients to listen to."""
        self.made: list[tuple[str, Mapping[str, Any]]] = []
        self._clients = clients
        self._listening = ExitStack()

    def __enter__(self) -> Self:
        for client in self._clients:
            self._listening.enter_context(between(client, self._note))
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()

    def _note(self, inner: Start, operation: str, request: Mapping[str, Any]) -> Asked:
        self.made.append((operation, request))
        return inner(operation, request)

    @property
    def names(self) -> list[str]:
        """The operations, in order."""
        return [name for name, _ in self.made]
