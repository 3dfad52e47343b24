"""Sent mail, whole: a proxy in front of the emulator's SES keeps every raw message, because the emulator does not.

Like SES, it replaces Message-ID and Date, and publishes events about mail sent with a configuration set. The
addresses of SES's own simulator, bounce@ and complaint@simulator.amazonses.com, bounce and complain.
"""

from __future__ import annotations

import base64
import email.policy
import email.utils
import http.client
import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from local.lambda_events import mail_event

KEPT = 1000
"""Mails kept; the oldest go."""

Publish = Callable[[dict[str, Any]], None]
"""Takes an event as SES publishes it."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as its reader gets it; ``to`` are the addresses it was handed to SES for, ``raw`` is the MIME text."""

    id: str
    to: tuple[str, ...]
    sender: str
    configuration_set: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The mail, parsed."""
        return BytesParser(policy=email.policy.default).parsebytes(self.raw)

    def as_json(self) -> dict[str, Any]:
        """Return what people and tests ask for: ``to``, ``subject``, ``text``, ``html`` and ``headers``."""
        message = self.message
        return {
            "id": self.id,
            "to": ", ".join(self.to),
            "from": str(message["From"]),
            "subject": str(message["Subject"] or ""),
            "text": _part(message, "plain"),
            "html": _part(message, "html"),
            "headers": {name: str(value) for name, value in message.items()},
        }


class Mailbox:
    """Mails in a folder, a file each, so that they outlive a restart."""

    def __init__(self, folder: Path) -> None:
        """Keep mails in ``folder``, which is made if need be."""
        self._folder = folder
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, mail: Mail) -> None:
        """Keep a mail."""
        kept = {
            "id": mail.id,
            "to": mail.to,
            "sender": mail.sender,
            "configuration_set": mail.configuration_set,
            "raw": base64.b64encode(mail.raw).decode(),
        }
        with self._lock:
            path = self._folder / f"{time.time_ns():020d}.json"
            half = path.with_suffix(".part")
            half.write_text(json.dumps(kept))
            half.rename(path)
            for old in sorted(self._folder.glob("*.json"))[:-KEPT]:
                old.unlink()

    def mails(self) -> list[Mail]:
        """Return all mails, the newest first."""
        with self._lock:
            kept = [json.loads(path.read_text()) for path in sorted(self._folder.glob("*.json"), reverse=True)]
        return [
            Mail(one["id"], tuple(one["to"]), one["sender"], one["configuration_set"], base64.b64decode(one["raw"]))
            for one in kept
        ]


class Recorder:
    """The proxy: what ``AWS_ENDPOINT_URL_SESV2`` points at."""

    def __init__(self, upstream: str, mailbox: Mailbox) -> None:
        """Pass requests on to ``upstream``."""
        self._upstream = urlsplit(upstream).netloc
        self._mailbox = mailbox
        self.publish: Publish | None = None
        """Gets the events, on a thread of the proxy."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, *_: object) -> None:
                pass

            def do_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                sending = self.command == "POST" and self.path == "/v2/email/outbound-emails"
                status, headers, answer = recorder.forward(self.command, self.path, self.headers.items(), body)
                if sending and status == HTTPStatus.OK:
                    # SES's own ids have no domain; it stands in the Message-ID only.
                    message_id = json.loads(answer)["MessageId"].partition("@")[0]
                    recorder.record(json.loads(body), message_id)
                    answer = json.dumps({"MessageId": message_id}).encode()
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST = do_PUT = do_DELETE = do_any

        return Handler

    def forward(
        self, method: str, path: str, headers: list[tuple[str, str]], body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        """Pass a request on as it came, Host included, because it is signed; return status, headers and body."""
        connection = http.client.HTTPConnection(self._upstream, timeout=30)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers:
                if name.lower() != "connection":
                    connection.putheader(name, value)
            connection.endheaders(body)
            response = connection.getresponse()
            answer = response.read()
            dropped = {"content-length", "connection", "transfer-encoding", "date", "server"}
            kept = [(name, value) for name, value in response.getheaders() if name.lower() not in dropped]
        except OSError:
            return 503, [], b'{"message": "The emulator does not answer"}'
        else:
            return response.status, kept, answer
        finally:
            connection.close()

    def record(self, request: dict[str, Any], message_id: str) -> None:
        """Keep a mail SES took, and publish what would then happen to it."""
        raw = base64.b64decode(request.get("Content", {}).get("Raw", {}).get("Data", ""))
        destination = request.get("Destination", {})
        to = tuple(
            address
            for kind in ("ToAddresses", "CcAddresses", "BccAddresses")
            for address in destination.get(kind) or ()
        )
        configuration_set = request.get("ConfigurationSetName") or ""
        sender = request.get("FromEmailAddress", "")
        mail = Mail(message_id, to, sender, configuration_set, _as_sent(raw, message_id))
        self._mailbox.add(mail)
        if not configuration_set or self.publish is None:
            return
        tags = {tag["Name"]: [tag["Value"]] for tag in request.get("EmailTags") or ()}
        for kind in ("Send", _outcome(to)):
            event = mail_event(
                kind,
                message_id=message_id,
                source=sender,
                destination=to,
                headers=[(name, str(value)) for name, value in mail.message.items()],
                configuration_set=configuration_set,
            )
            event["mail"]["tags"].update(tags)
            self.publish(event)


def _outcome(to: tuple[str, ...]) -> str:
    simulated = [address.partition("@")[0] for address in to if address.endswith("@simulator.amazonses.com")]
    return {"bounce": "Bounce", "complaint": "Complaint"}.get(simulated[0] if simulated else "", "Delivery")


def _as_sent(raw: bytes, message_id: str) -> bytes:
    """Return a message with the Message-ID and Date SES gives it instead of those it had."""
    head, blank, body = [*re.split(rb"(\r?\n\r?\n)", raw, maxsplit=1), b"\r\n\r\n", b""][:3]
    line_end = blank[: len(blank) // 2]
    fields = re.split(rb"\r?\n(?![ \t])", head)
    kept = [field for field in fields if field.partition(b":")[0].strip().lower() not in {b"message-id", b"date"}]
    own = [f"Message-ID: <{message_id}@email.amazonses.com>".encode(), f"Date: {email.utils.formatdate()}".encode()]
    return line_end.join([*own, *kept]) + blank + body


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return part.get_content().replace("\r\n", "\n") if part is not None else ""
