"""A house on an emulated AWS, with a clock that tests set, and a look at all that leaves through SES."""

from __future__ import annotations

import base64
import email.message
import email.policy
import json
from dataclasses import dataclass, field, replace
from email.parser import BytesParser
from typing import Any

from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.exceptions import ReadTimeoutError

from chalicelib.attachments.model import Attachment
from chalicelib.conversations.items import head_put, head_update, message_put, message_update
from chalicelib.conversations.model import Conversation, Direction, Message, Status
from chalicelib.conversations.store import Conversations
from chalicelib.customers.model import Customer
from chalicelib.customers.store import Customers
from chalicelib.ids import new_id, new_secret
from chalicelib.mail.model import ReplyMail
from chalicelib.signin.model import SignInMail
from chalicelib.wiring import House
from tests.outbox.yard import Works


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
        events = client.client.meta.events
        events.register_first("before-send.sesv2.SendEmail", self._before)
        events.register("after-call.sesv2.SendEmail", self._after)

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
class World(Works):
    """A house on a stage, with somebody to write to."""

    house: House = field(kw_only=True)
    postbox: Postbox = field(kw_only=True)

    def sign_in(self, mail_id: str) -> SignInMail:
        """Return the payload of a sign-in mail."""
        payload = self[mail_id].payload
        assert isinstance(payload, SignInMail)
        return payload

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
        mail = ReplyMail(head.id, seq)
        also = [self.outbox.put(mail.id, mail, now)] if out else []
        self.table.transact([head_update(before, after), message_put(message), *also])
        return seq

    def answered(
        self, body: str = "We are sending a new one.", *, customer: Customer | None = None, **fields: Any
    ) -> str:
        """Let an agent answer a customer, a new one if none is given; return the id of the mail."""
        head = self.conversation(customer or self.customer())
        self.said(head, "It flickers since Tuesday.")
        return ReplyMail(head.id, self.said(head, body, out=True, **fields)).id

    def redact(self, mail_id: str, body: str = "") -> None:
        """Redact the message of a mail, wholly or so that ``body`` is left."""
        conversation_id, _, seq = mail_id.partition(":")
        message = Conversations(self.table).message(conversation_id, int(seq))
        assert message
        self.table.write(message_update(message, replace(message, body=body, attachments=(), redacted=True)))

    def asked(self, address: str = "ines@customers.test", *, kind: str = "customer", known: bool = True) -> str:
        """Let somebody ask for a sign-in code; return the id of the mail."""
        mail_id = new_id(self.now)
        self.outbox.add(mail_id, SignInMail(str(kind), known=known, to=address, challenge=new_secret()), self.now)
        return mail_id

    def event(self, kind: str, mail_id: str, ses_id: str, **details: Any) -> None:
        """Let SES publish an event about a mail, in the shape SNS brings it in."""
        self.house.mail.settle(ses_event(kind, mail_id.replace(":", "-"), ses_id, **details))


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
