"""The attachment room on an emulated AWS: people who upload, a clock that tests set, and a look into both buckets."""

from __future__ import annotations

import io
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSResponse

from chalicelib.attachments.model import Upload
from chalicelib.attachments.service import Attachments, Begun
from chalicelib.attachments.store import Uploads
from chalicelib.aws.clients import Clients
from chalicelib.aws.files import Files
from chalicelib.aws.limits import Limits
from chalicelib.aws.table import Table
from chalicelib.settings import read

if TYPE_CHECKING:
    from tests.emulators import Stage

ZOE = "customer:01hzoe00000000000000000000"
STRANGER = "customer:01hstranger00000000000000"
AGENT = "staff:01hagent0000000000000000000"
CONVERSATION = "01hconversat10n00000000000"


class Room:
    """One stage's attachments."""

    def __init__(self, stage: Stage) -> None:
        settings = read(stage.environment)
        self.now = datetime(2035, 3, 14, 12, tzinfo=UTC)  # what the table drops by itself is far from its end
        self.clients = Clients(settings.region, address=stage.endpoint or "", sdk=settings.sdk)
        self.table = Table(self.clients.dynamodb, settings.table)
        self.uploads = Uploads(self.table)
        self.files = Files(self.clients, settings.upload_bucket, settings.attachment_bucket)
        self.attachments = Attachments(self.uploads, self.files, Limits(self.table, lambda: self.now), lambda: self.now)
        self._admin = stage.admin("s3")
        self.upload_bucket, self.attachment_bucket = settings.upload_bucket, settings.attachment_bucket
        if not stage.endpoint:  # moto reads no conditions: to it, the policy against plain HTTP denies everything
            for bucket in (self.upload_bucket, self.attachment_bucket):
                self._admin.delete_bucket_policy(Bucket=bucket)

    def begin(self, name: str, content: bytes, *, owner: str = ZOE) -> Begun:
        return self.attachments.begin(owner, name, "", len(content))

    def uploaded(self, name: str, content: bytes, *, owner: str = ZOE) -> Upload:
        """Begin an upload and put the bytes where the browser's POST would."""
        upload = self.begin(name, content, owner=owner).upload
        self.put(upload, content)
        return upload

    def put(self, upload: Upload, content: bytes, *, content_type: str = "") -> None:
        self._admin.put_object(
            Bucket=self.upload_bucket, Key=upload.id, Body=content, ContentType=content_type or upload.type
        )

    def take(self, *uploads: Upload, owner: str = ZOE) -> list[Upload]:
        return self.attachments.take(owner, [upload.id for upload in uploads])

    def attach(self, *uploads: Upload, **where: Any) -> None:
        self.table.transact(
            [
                self.uploads.attach(upload, conversation_id=CONVERSATION, customer_id="01hzoe", **({"seq": 3} | where))
                for upload in uploads
            ]
        )

    def attached(self, name: str, content: bytes) -> Upload:
        """Return an upload that went all the way into a message."""
        taken = self.take(self.uploaded(name, content))
        self.attach(*taken)
        self.attachments.settled(taken)
        return self.get(taken[0])

    def get(self, upload: Upload) -> Upload:
        return self.uploads.get_many([upload.id], consistent=True)[upload.id]

    def item(self, upload: Upload) -> dict[str, Any]:
        """Return the upload's item as the table has it."""
        (found,) = self.table.query(f"UPLOAD#{upload.id}", consistent=True)[0]
        return found

    def waiting(self) -> set[str]:
        """Return the keys in the upload bucket."""
        return self._keys(self.upload_bucket)

    def stored(self) -> dict[str, bytes]:
        """Return what the attachment bucket holds."""
        return {key: self.files.read(key) for key in self._keys(self.attachment_bucket)}

    def _keys(self, bucket: str) -> set[str]:
        return {one["Key"] for one in self._admin.list_objects_v2(Bucket=bucket).get("Contents", [])}

    def fail(self, operation: str, status: int, code: str) -> None:
        """Make S3 answer every call of an operation with an error from now on."""

        def answer(request: Any, **_: Any) -> AWSResponse:
            body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
            return AWSResponse(request.url, status, {"content-type": "application/xml"}, _Raw(body))

        self.clients.s3.client.meta.events.register(f"before-send.s3.{operation}", answer)


class _Raw(io.BytesIO):
    """What botocore reads an answer from."""

    def stream(self, amt: int = 1024, **_: Any) -> Any:
        while piece := self.read(amt):
            yield piece


def post(url: str, fields: Mapping[str, str], content: bytes) -> int:
    """Upload as a browser's form does, and return the status S3 answers with."""
    line = secrets.token_hex(16)
    body = b"".join(
        f'--{line}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    )
    body += (
        f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="blob"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    body += content + f"\r\n--{line}--\r\n".encode()
    request = urllib.request.Request(
        url, body, {"Content-Type": f"multipart/form-data; boundary={line}"}, method="POST"
    )
    return fetch(request)[0]


def fetch(request: urllib.request.Request | str) -> tuple[int, Mapping[str, str], bytes]:
    """Return status, headers and body of an answer, whatever its status."""
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()
