"""Fixtures of the mail room's tests; what they give is in world.py."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chalicelib.aws.clients import Clients
from chalicelib.aws.outgoing import Outgoing
from chalicelib.aws.queues import Queue
from chalicelib.aws.table import Table
from chalicelib.conversations.store import Conversations
from chalicelib.customers.store import Customers
from chalicelib.mail.mime import ReplyAddresses
from chalicelib.mail.service import Mail, Sender, Sources
from chalicelib.mail.store import Outbox
from chalicelib.rendering.environment import Renderer
from chalicelib.settings import read
from chalicelib.signing import Signer
from chalicelib.urls import Urls
from tests.mail.world import Postbox, World

if TYPE_CHECKING:
    from tests.emulators import Stage

TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.fixture
def make_world(monkeypatch: pytest.MonkeyPatch) -> Callable[[Stage], World]:
    """Give a mail room on a stage, wired as the product wires it."""

    def make(stage: Stage) -> World:
        settings = read(stage.environment)
        clients = Clients(settings.region)
        table = Table(clients.dynamodb, settings.table)
        conversations, customers = Conversations(table), Customers(table)
        sources = Sources(
            conversation=lambda one: conversations.get(one, consistent=True),
            messages=lambda one, seq, limit: conversations.messages(one, limit, before=seq + 1, consistent=True)[0],
            customer=lambda one: customers.get(one, consistent=True),
            portal=lambda: world.portal,
        )

        def room(queue: Queue) -> Mail:
            return Mail(
                Outbox(table),
                queue,
                Outgoing(clients, settings.configuration_set),
                Renderer(TEMPLATES).mail,
                Urls(settings.public_url),
                sources,
                Sender(settings.mail_from, settings.reply_domain, settings.region),
                ReplyAddresses([b"r" * 32], settings.reply_domain),
                Signer([b"c" * 32]),
                lambda: world.now,
            )

        def operator() -> Mail:
            with monkeypatch.context() as environment:
                for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
                    environment.setenv(name, "test")
                operators = Clients(settings.region)
                operators.sqs  # noqa: B018 - made now, it keeps these keys
            return room(Queue(operators, settings.mail_queue))

        world = World(stage, room(Queue(clients, settings.mail_queue)), operator, Postbox(clients.ses), table)
        clients.sqs.meta.events.register(
            "provide-client-params.sqs.ChangeMessageVisibility",
            lambda params, **_: world.waits.append(params["VisibilityTimeout"]),
        )
        return world

    return make


@pytest.fixture
def world(stage: Stage, make_world: Callable[[Stage], World]) -> World:
    """A mail room, once on each emulator."""
    return make_world(stage)


@pytest.fixture
def moto_world(moto_stage: Stage, make_world: Callable[[Stage], World]) -> World:
    """A mail room on moto alone, where the emulator makes no difference."""
    return make_world(moto_stage)


@pytest.fixture
def ministack_world(ministack_stage: Stage, make_world: Callable[[Stage], World]) -> World:
    """A mail room on ministack alone, for what happens at the same time."""
    return make_world(ministack_stage)
