"""The stage everything is measured on: the emulator, the product's own Lambda handler, and customers of three sizes."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib.attachments.model import Attachment
from chalicelib.aws.table import Put
from chalicelib.channels.model import CHANNELS
from chalicelib.conversations.items import head_put, message_put, position, side_put
from chalicelib.conversations.model import MAX_PREVIEW, Conversation, Direction, Message, StaffSide, Status, preview
from chalicelib.customers.store import counted
from chalicelib.ids import new_id
from chalicelib.signin.model import Kind
from local import infra
from local.emulator import Emulator
from local.gateway import Gateway, Response
from local.lambda_events import Context
from tests.browser import cookies_of

STAGE = "bench"
PUBLIC_URL = "https://support.example.com"
BROWSER = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Accept-Language": "en-GB,en;q=0.9,de;q=0.8",
    "Host": "support.example.com",
    "Referer": "https://support.example.com/conversations",
    "Sec-CH-UA": '"Chromium";v="142", "Google Chrome";v="142", "Not_A Brand";v="99"',
    "Sec-CH-UA-Mobile": "?0",
    "Sec-CH-UA-Platform": '"Windows"',
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "same-origin",
    "Sec-Fetch-User": "?1",
    "Upgrade-Insecure-Requests": "1",
    "User-Agent": (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/142.0.0.0 Safari/537.36"
    ),
}
"""What a browser of today sends with a navigation."""

_PAGE = 500
"""Conversations of a customer that are looked at together."""
_INDEXING = 60.0
"""Seconds of indexing before it is said how far it got."""

_SUBJECTS = (
    "Lamp arrived with a cracked shade",
    "Where is order 48-1162?",
    "Re: Invoice for March shows the wrong address",
    "Can I exchange the oak shelf for walnut?",
    "Заказ пришёл без инструкции",
    "Delivery on Saturday",
    "ご注文の配送日について",
    "Two of six glasses are chipped, photos attached",
)
_TEXTS = (
    "Thank you for the quick answer. I have looked at the label on the box, and its number is not the one you ask for.",
    "We are sorry about that. A replacement leaves our warehouse tomorrow, and you need not send the old one back.",
    "The lamp flickers when it is switched on.\nI tried two other bulbs.\n\nIs that covered by the guarantee?",
    "Please find the details at https://support.example.com/orders/48-1162 (valid for a week). Tell us how it goes!",
    "Спасибо, всё дошло. Осталось только собрать полку.",
    "That's fine with me, “Saturday” it is.",
)
SHORT = _TEXTS[0]
_FILE = Attachment("01hfile0000000000000000000", "photo of the label.jpg", "image/jpeg", 482_113)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A customer who is signed in, and one conversation of theirs."""

    customer_id: str
    conversation_id: str
    cookie: str


class Stage:
    """A seeded stage with the product's app in front of it, in this very process."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Load the app in ``environment``, which becomes the process's own."""
        self.environment = dict(environment)
        os.environ.update(environment)
        self.module = importlib.import_module("app")
        self.app = self.module.app
        self.house = self.module.house()
        self._gateway = Gateway(self.app, handler=self._handle, domain="support.example.com", scheme="https")

    def _handle(self, event: dict[str, Any], context: Context) -> Any:
        with contextlib.redirect_stdout(io.StringIO()):  # the product logs there, and its metrics are lines as well
            return self.app(event, context)

    def call(
        self, method: str, path: str, visitor: Visitor, body: str = "", headers: Mapping[str, str] | None = None
    ) -> Response:
        """Send one request as ``visitor``'s browser does, through API Gateway's events and the Lambda handler."""
        sent = {**BROWSER, "Cookie": visitor.cookie, **(headers or {})}
        return self._gateway.call(method, path, sent, body, source_ip="203.0.113.7")

    def agent(self, role: str = "agent") -> Visitor:
        """Return a new member of staff, signed in at the desk."""
        house = self.house
        member = house.staff.store.invite("Mina Park", f"mina.{new_id(house.clock())}@example.com", role, house.clock())
        token = house.signin.sign_in.begin(Kind.STAFF, member.id, "203.0.113.7", BROWSER["User-Agent"])
        return Visitor(member.id, "", f"{cookies_of(house).session(Kind.STAFF)}={token}")

    @staticmethod
    def heads(heads: Sequence[Conversation]) -> list[Put]:
        """Return the writes of whole conversations, but for what is said in them."""
        return [*map(head_put, heads), *(side_put(one, StaffSide(version=1)) for one in heads)]

    def searched(self, customer_id: str) -> None:
        """Say something in every conversation of a customer, and let the index of their words have it."""
        house = self.house
        rows, more, place = [], True, ""
        while more:
            found, more = house.conversations.store.rows(
                customer_id, closed=None, newest_first=False, position=place, limit=_PAGE
            )
            rows += found
            place = position(found[-1]) if found else ""
        now = house.clock()
        said = (message(row.id, seq, now, "") for row in rows for seq in range(1, row.last_seq + 1))
        house.table.write_many([message_put(one) for one in said])
        while not house.conversations.indexing.catch_up(customer_id, _INDEXING):
            pass

    def visitor(self, conversations: int, messages: int, text: str = "") -> Visitor:
        """Return a new customer with so many conversations, of which the newest open and closed one have messages.

        The oldest three in ten are closed, so that whoever filters by walking the whole list walks far. ``text`` is
        what every message says; otherwise they vary in length, lines, scripts, links and files.
        """
        house = self.house
        customer = house.customers.profiles.register(
            "Nadia El-Amrani", {"email": f"nadia.{new_id(house.clock())}@example.com"}
        )
        now = house.clock()
        first_closed = int(conversations * 0.7)
        heads = [head(customer.id, number, now, closed=number >= first_closed) for number in range(conversations)]
        said = []
        for number in (0, first_closed):
            heads[number] = replace(heads[number], last_seq=messages, last_out=messages, seen=messages)
            said += [message(heads[number].id, seq, now, text) for seq in range(1, messages + 1)]
        house.table.write_many([*self.heads(heads), *map(message_put, said)])
        done = sum(head.closed for head in heads)
        house.table.write(counted(customer.id, opened=conversations - done, done=done))
        token = house.signin.sign_in.begin(Kind.CUSTOMER, customer.id, "203.0.113.7", BROWSER["User-Agent"])
        return Visitor(customer.id, heads[0].id, f"{cookies_of(house).session(Kind.CUSTOMER)}={token}")


def answered(status: int, response: Response) -> Response:
    """Return an answer that has the status it should have; raise RuntimeError for any other."""
    if response.status != status:
        message = f"answered {response.status}, not {status}: {response.text[:500]}"
        raise RuntimeError(message)
    return response


def head(customer_id: str, number: int, now: datetime, *, closed: bool) -> Conversation:
    """Return a conversation of a customer; number 0 is the newest."""
    at = now - timedelta(hours=7 * number + 1)
    status = Status.DONE if closed else Status.SNOOZED if not number % 9 else Status.OPEN
    return Conversation(
        id=new_id(at),
        customer_id=customer_id,
        subject=_SUBJECTS[number % len(_SUBJECTS)],
        status=status,
        channel=list(CHANNELS)[number % len(CHANNELS)],
        reply_channel="portal",
        created_at=at - timedelta(days=2),
        active_at=at,
        version=3,
        last_seq=4,
        last_out=4,
        seen=2 if number % 5 == 1 else 4,
        preview=preview(_TEXTS[number % len(_TEXTS)] * 2, 0)[:MAX_PREVIEW],
        preview_direction=Direction.IN if number % 3 == 0 else Direction.OUT,
        closed_at=at if closed else None,
        snoozed_until=now + timedelta(days=number + 1) if status is Status.SNOOZED else None,
    )


def message(conversation_id: str, seq: int, now: datetime, text: str) -> Message:
    """Return a message of a conversation: the customer's where ``seq`` is odd, the staff's where it is even."""
    own = seq % 2 == 1
    return Message(
        conversation_id=conversation_id,
        seq=seq,
        direction=Direction.IN if own else Direction.OUT,
        channel="email" if seq % 4 == 0 else "chat",
        author="Nadia El-Amrani" if own else "Jonas Weber",
        author_id="01hauthor00000000000000000",
        body=text or _TEXTS[seq % len(_TEXTS)],
        at=now - timedelta(hours=200 - seq),
        attachments=() if text or seq % 7 else (_FILE,),
    )


@contextlib.contextmanager
def stage() -> Iterator[Stage]:
    """Give a fresh stage on an emulator of its own; nothing is left of it afterwards."""
    with tempfile.TemporaryDirectory(prefix="foyer-bench-") as folder, Emulator(Path(folder)) as emulator:
        made = Stage(_environment(emulator.endpoint))
        made.house.portal.settings.change(enabled=True, organization="Alder & Finch", time_zone="Europe/Berlin")
        yield made


def _environment(endpoint: str) -> dict[str, str]:
    """Make the resources, and return the environment of the product with the keys of its own least rights."""
    connect = infra.clients(endpoint)
    parameters = {"Stage": STAGE, "PublicOrigin": PUBLIC_URL, "MailDomain": "support.example.com"}
    outputs = infra.apply(connect, parameters)
    infra.make_secrets(connect, outputs["SecretsParameter"])
    keys = infra.make_user(connect, STAGE)
    environment = infra.environment(
        outputs, stage=STAGE, public_url=PUBLIC_URL, mail_domain="support.example.com", keys=keys
    )
    return {**environment, "AWS_ENDPOINT_URL": endpoint}
