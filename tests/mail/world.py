"""A mail room on an emulated AWS, with a clock that tests set, and a look at all that leaves through SES."""

from __future__ import annotations

import base64
import email.message
import email.policy
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from typing import TYPE_CHECKING, Any

import pytest
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.exceptions import ReadTimeoutError

from chalicelib.attachments.model import Attachment
from chalicelib.aws.table import Table
from chalicelib.conversations.items import head_put, head_update, message_put, message_update
from chalicelib.conversations.model import Conversation, Direction, Message, Status
from chalicelib.conversations.store import Conversations
from chalicelib.customers.model import Customer
from chalicelib.customers.store import Customers
from chalicelib.ids import new_id, new_secret
from chalicelib.mail.model import Dispatch, State, reply_id
from chalicelib.mail.service import Mail, Undelivered
from chalicelib.mail.store import Outbox
from chalicelib.once import Once
from chalicelib.portal.model import PortalSettings

if TYPE_CHECKING:
    from tests.emulators import Stage

START = datetime(2035, 11, 22, 15, 0, tzinfo=UTC)  # the emulator drops what has expired by its own, real clock


class Postbox:
    """Stands between the product's SES client and the emulator: keeps what passes, and lets it fail as told.

    A plan is a list of failures for the next calls: an error code with a status, ``lost`` (SES took the mail and the
    answer never came) or ``silent`` (nothing answers).
    """

    def __init__(self, client: Any) -> None:
        """Listen to a client."""
        self.sent: list[bytes] = []
        self.requests: list[dict[str, Any]] = []
        self.ids: list[str] = []
        self.plan: list[tuple[str, int] | str] = []
        client.meta.events.register_first("before-send.sesv2.SendEmail", self._before)
        client.meta.events.register("after-call.sesv2.SendEmail", self._after)

    @property
    def mails(self) -> list[email.message.EmailMessage]:
        """Every mail that left, read as a mail program reads it."""
        return [BytesParser(policy=email.policy.default).parsebytes(raw) for raw in self.sent]

    @property
    def mail(self) -> email.message.EmailMessage:
        """The one mail that left."""
        assert len(self.sent) == 1
        return self.mails[0]

    def _before(self, request: AWSRequest, **_: Any) -> AWSResponse | None:
        body = json.loads(request.body)
        failure = self.plan.pop(0) if self.plan else None
        if failure is None or failure == "lost":
            self.requests.append(body)
            self.sent.append(base64.b64decode(body["Content"]["Raw"]["Data"]))
        if failure is None:
            return None
        if isinstance(failure, str):
            raise ReadTimeoutError(endpoint_url=request.url)
        code, status = failure
        answer = AWSResponse(request.url, status, {"x-amzn-ErrorType": code, "Content-Type": "application/json"}, None)
        answer._content = json.dumps({"message": "No."}).encode()
        return answer

    def _after(self, parsed: dict[str, Any], **_: Any) -> None:
        if "MessageId" in parsed:
            self.ids.append(parsed["MessageId"])


@dataclass
class World:
    """A stage with a mail room and somebody to write to."""

    stage: Stage
    mail: Mail
    make_operator: Callable[[], Mail]
    postbox: Postbox
    table: Table
    now: datetime = START
    portal: PortalSettings = field(
        default_factory=lambda: PortalSettings(organization="Alder & Finch", enabled=True, time_zone="Europe/Berlin")
    )
    waits: list[int] = field(default_factory=list)
    """Seconds the queue was asked to wait before it delivers again."""

    @property
    def outbox(self) -> Outbox:
        return self.mail.outbox

    @Once
    def operator(self) -> Mail:
        """The same room with the rights of whoever runs the redrive command: functions may not read dead letters."""
        return self.make_operator()

    def later(self, **amount: float) -> datetime:
        """Let time pass, by our clock; the emulator's queue keeps its own."""
        self.now += timedelta(**amount)
        return self.now

    # what other rooms do

    def customer(self, *, address: str | None = "ines@customers.test", **fields: Any) -> Customer:
        """Register a customer."""
        customer = Customer(new_id(self.now), fields.pop("name", "Inês Duarte"), address, self.now, **fields)
        Customers(self.table).add(customer, {"email": address} if address else {})
        return customer

    def conversation(self, customer: Customer, *, subject: str = "The lamp flickers") -> Conversation:
        """Begin a conversation that has no message yet."""
        head = Conversation(new_id(self.now), customer.id, subject, Status.OPEN, "portal", "portal", self.now, self.now)
        self.table.transact([head_put(head)])
        return head

    def said(
        self,
        head: Conversation,
        body: str,
        *,
        out: bool = False,
        author: str = "",
        attachments: tuple[Attachment, ...] = (),
        scope: str = "direct",
    ) -> int:
        """Write a message, and where the organization said it, its mail; return its number."""
        now = self.later(seconds=1)
        before = Conversations(self.table).get(head.id, consistent=True)
        assert before
        seq = before.last_seq + 1
        direction = Direction.OUT if out else Direction.IN
        author = author or ("Mira Voss" if out else "Inês Duarte")
        message = Message(head.id, seq, direction, "portal", author, "x", body, now, attachments, scope=scope)
        after = replace(before, version=before.version + 1, last_seq=seq)
        also = [self.outbox.reply(head.id, seq, now)] if out else []
        self.table.transact([head_update(before, after), message_put(message), *also])
        return seq

    def answered(
        self, body: str = "We are sending a new one.", *, customer: Customer | None = None, **fields: Any
    ) -> str:
        """Let an agent answer a customer, a new one if none is given; return the id of the mail."""
        head = self.conversation(customer or self.customer())
        self.said(head, "It flickers since Tuesday.")
        return reply_id(head.id, self.said(head, body, out=True, **fields))

    def redact(self, mail_id: str, body: str = "") -> None:
        """Redact the message of a mail, wholly or so that ``body`` is left."""
        conversation_id, _, seq = mail_id.partition(":")
        message = Conversations(self.table).message(conversation_id, int(seq))
        assert message
        self.table.write(message_update(message, replace(message, body=body, attachments=(), redacted=True)))

    def asked(self, address: str = "ines@customers.test", *, kind: str = "customer", known: bool = True) -> str:
        """Let somebody ask for a sign-in code; return the id of the mail."""
        mail_id = new_id(self.now)
        self.table.transact([self.outbox.sign_in(mail_id, address, new_secret(), kind, known=known, now=self.now)])
        return mail_id

    # what the queue does

    def receive(self) -> dict[str, Any] | None:
        """Take one message from the real queue, or None."""
        sqs = self.stage.admin("sqs")
        url = sqs.get_queue_url(QueueName=self.stage.environment["FOYER_MAIL_QUEUE"])["QueueUrl"]
        messages = sqs.receive_message(QueueUrl=url, AttributeNames=["All"]).get("Messages", [])
        return messages[0] if messages else None

    def work(self) -> State | None:
        """Do once what the queue function does with one message: delete it after success, else let it come back."""
        message = self.receive()
        assert message, "the queue is empty"
        mail_id = json.loads(message["Body"])["mail"]
        sqs = self.stage.admin("sqs")
        url = sqs.get_queue_url(QueueName=self.stage.environment["FOYER_MAIL_QUEUE"])["QueueUrl"]
        try:
            state = self.mail.deliver(
                mail_id, message["ReceiptHandle"], int(message["Attributes"]["ApproximateReceiveCount"])
            )
        except Undelivered:
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
            raise
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return state

    def deliver(self, mail_id: str, receive_count: int = 1) -> State | None:
        """Deliver without a queue."""
        return self.mail.deliver(mail_id, "no-receipt", receive_count)

    def fails(self, mail_id: str, receive_count: int = 1) -> None:
        """Deliver without a queue, which must not succeed."""
        with pytest.raises(Undelivered):
            self.deliver(mail_id, receive_count)

    def __getitem__(self, mail_id: str) -> Dispatch:
        """Return how a mail fares."""
        found = self.outbox.get(mail_id)
        assert found
        return found

    def event(self, kind: str, mail_id: str, ses_id: str, **details: Any) -> None:
        """Let SES publish an event about a mail, in the shape SNS brings it in."""
        self.mail.settle(ses_event(kind, mail_id.replace(":", "-"), ses_id, **details))


def ses_event(kind: str, tag: str, ses_id: str, **details: Any) -> dict[str, Any]:
    """Return an event as SES publishes it to SNS (developer guide, "Examples of event data")."""
    return {
        "eventType": kind,
        "mail": {
            "timestamp": "2026-11-22T15:00:02.012Z",
            "source": "support@support.test",
            "sourceArn": "arn:aws:ses:us-east-1:123456789012:identity/support.test",
            "sendingAccountId": "123456789012",
            "messageId": ses_id,
            "destination": ["ines@customers.test"],
            "headersTruncated": False,
            "headers": [{"name": "From", "value": "support@support.test"}],
            "commonHeaders": {
                "from": ["support@support.test"],
                "messageId": ses_id,
                "subject": "Re: The lamp flickers",
            },
            "tags": {
                "ses:operation": ["SendEmail"],
                "ses:configuration-set": ["foyer-prod"],
                "ses:source-ip": ["192.0.2.0"],
                "foyer-mail": [tag],
            },
        },
        kind.lower(): details,
    }
