"""Files in S3: presigned uploads, what lies in the upload bucket, what is kept for good, presigned downloads."""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from chalicelib.aws import signature
from chalicelib.aws.answers import AwsError, NoAnswer
from chalicelib.aws.service import endpoint
from chalicelib.once import Once
from chalicelib.records import dataclass
from chalicelib.refusals import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.aws.answers import Answer
    from chalicelib.aws.clients import Clients

UPLOAD_SECONDS = 300
DOWNLOAD_SECONDS = 60
FORM_SECONDS = 3_600
"""How long a form on a page uploads: somebody looks for a file meanwhile."""
ASSET_SECONDS = 600
"""How long an address of a picture or font of a theme works: browsers keep it for half of that."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as it lies in the upload bucket. ``size`` in bytes; ``content`` is empty where it is too large."""

    content: bytes
    type: str
    size: int


class Files:
    """The two buckets: ``uploads``, which browsers write to, and ``attachments``, which only we write to."""

    def __init__(self, clients: Clients, uploads: str, attachments: str) -> None:
        """Take the clients and the names of the buckets."""
        self._clients, self._uploads, self._attachments = clients, uploads, attachments

    @Once
    def upload_origin(self) -> str:
        """The origin browsers upload to, for the Content-Security-Policy."""
        return self._origin(self._uploads)

    @Once
    def picture_origin(self) -> str:
        """The origin pictures come from, for the Content-Security-Policy of pages that show some."""
        return self._origin(self._attachments)

    def presign_upload(self, key: str, content_type: str, max_size: int) -> tuple[str, dict[str, str]]:
        """Return the URL and form fields with which a browser may put one object of 1 up to ``max_size`` bytes."""
        fields = {"Content-Type": content_type, "success_action_status": "201", "key": key}
        return self._upload_form(fields, max_size, UPLOAD_SECONDS)

    def presign_form(self, key: str, content_type: str, max_size: int, back: str) -> tuple[str, dict[str, str]]:
        """Return URL and fields of a form that uploads without a script, within an hour.

        S3 redirects the browser to ``back``, a whole address, to which it adds a query of its own.
        https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html
        """
        fields = {"Content-Type": content_type, "success_action_redirect": back, "key": key}
        return self._upload_form(fields, max_size, FORM_SECONDS)

    def _upload_form(self, fields: dict[str, str], max_size: int, seconds: int) -> tuple[str, dict[str, str]]:
        now = time.time()
        conditions: list[Any] = [{"bucket": self._uploads}, ["content-length-range", 1, max_size]]
        return self._address(self._uploads), signature.upload_form(
            self._signing(now), fields, conditions, now + seconds
        )

    def uploaded(self, key: str, max_size: int) -> Stored | None:
        """Return what was uploaded, or None where nothing lies there. More than ``max_size`` bytes are not read.

        One GET: its head comes before its body, and both are of the same version, whoever uploads meanwhile.
        S3 says "denied" of what is absent to those who may not list the bucket, and the product may not.
        """
        try:
            answer = self._call("GetObject", Bucket=self._uploads, Key=key)
        except AwsError as error:
            if error.code in _ABSENT:
                return None
            raise
        size, body = answer["ContentLength"], answer["Body"]
        if size > max_size:
            body.close()
            return Stored(b"", answer.get("ContentType", ""), size)
        content = _read(body)
        return Stored(content, answer.get("ContentType", ""), len(content))

    def put(self, key: str, content: bytes, content_type: str) -> None:
        """Store a checked file for good: the very bytes that were checked, whatever happens to the upload."""
        self._call("PutObject", Bucket=self._attachments, Key=key, Body=content, ContentType=content_type)

    def put_file(self, key: str, path: Path, content_type: str) -> None:
        """Store a file of ours, read from disk piece by piece."""
        with path.open("rb") as content:
            self._call("PutObject", Bucket=self._attachments, Key=key, Body=content, ContentType=content_type)

    @contextmanager
    def fetched(self, key: str) -> Iterator[Path]:
        """Give a stored file as one on disk, which is removed afterwards; FileNotFoundError where there is none.

        As above, S3 says "denied" of what is absent.
        """
        try:
            answer = self._call("GetObject", Bucket=self._attachments, Key=key)
        except AwsError as error:
            if error.code in _ABSENT:
                raise FileNotFoundError(key) from error
            raise
        from tempfile import NamedTemporaryFile

        with NamedTemporaryFile(prefix="foyer-") as file:
            for piece in answer["Body"].iter_chunks(1 << 18):
                file.write(piece)
            file.flush()
            yield Path(file.name)

    def pass_on(self, key: str, content: bytes, disposition: str, content_type: str) -> str:
        """Return a URL that serves some bytes for a minute, as a download; they are gone a day later.

        What a function answers itself is text of at most 6 MB.
        """
        self._call("PutObject", Bucket=self._uploads, Key=key, Body=content, ContentType=content_type)
        query = _download(disposition, content_type, "private, no-store")
        return self._presigned(self._uploads, key, query, DOWNLOAD_SECONDS)

    def forget_uploads(self, keys: Sequence[str]) -> bool:
        """Remove uploads that are no longer needed; False where some may be left to the lifecycle rule (a day)."""
        if not keys:
            return True
        try:
            answer = self._call(
                "DeleteObjects",
                Bucket=self._uploads,
                Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True},
            )
        except (AwsError, Unavailable):
            return False
        return not answer.get("Errors")

    def delete(self, key: str) -> None:
        """Remove a stored file for good."""
        self._call("DeleteObject", Bucket=self._attachments, Key=key)

    def read(self, key: str) -> bytes:
        """Return a stored file's bytes."""
        return _read(self._call("GetObject", Bucket=self._attachments, Key=key)["Body"])

    def presign_download(self, key: str, disposition: str, content_type: str) -> str:
        """Return a URL that serves a stored file for a minute, always as a download."""
        query = _download(disposition, content_type, "private, no-store")
        return self._presigned(self._attachments, key, query, DOWNLOAD_SECONDS)

    def presign_picture(self, key: str, content_type: str) -> str:
        """Return a URL that shows a stored picture for a minute, as a picture and nothing else."""
        query = _download("inline", content_type, "private, max-age=3600")
        return self._presigned(self._attachments, key, query, DOWNLOAD_SECONDS)

    def presign_asset(self, key: str, content_type: str) -> str:
        """Return a URL that serves a picture or font of a theme for ten minutes."""
        query = _download("inline", content_type, "private, max-age=86400")
        return self._presigned(self._attachments, key, query, ASSET_SECONDS)

    def _presigned(self, bucket: str, key: str, query: dict[str, str], seconds: int) -> str:
        origin, path = self._origin(bucket), urlsplit(self._address(bucket)).path
        return signature.presigned_get(self._signing(time.time()), origin, path + key, query, seconds)

    def _signing(self, now: float) -> signature.Signing:
        return signature.Signing(self._clients.keys(), self._clients.region, signature.moment(now))

    def _address(self, bucket: str) -> str:
        """Return where a bucket is, with a slash at the end: a host of its own on AWS, a path on an emulator."""
        if self._clients.address:
            return f"{self._clients.address}/{bucket}/"
        return f"{endpoint(f'{bucket}.s3', self._clients.region)}/"

    def _origin(self, bucket: str) -> str:
        parts = urlsplit(self._address(bucket))
        return f"{parts.scheme}://{parts.netloc}"

    def _call(self, operation: str, **request: Any) -> Answer:
        try:
            return self._clients.s3.call(operation, request)
        except NoAnswer as error:
            raise Unavailable from error
        except AwsError as error:
            if error.code in _PASSING:
                raise Unavailable from error
            raise


def _download(disposition: str, content_type: str, caching: str) -> dict[str, str]:
    """Return what S3 shall say of an object that it serves."""
    return {
        "response-cache-control": caching,
        "response-content-disposition": disposition,
        "response-content-type": content_type,
    }


_ABSENT = frozenset({"404", "AccessDenied", "NoSuchKey", "NotFound"})
_PASSING = frozenset({"SlowDown", "InternalError", "ServiceUnavailable", "503", "500"})


def _read(body: Any) -> bytes:
    """Return all of an object's content, as it comes."""
    from chalicelib.aws.sdk import read

    try:
        return read(body)
    except NoAnswer as error:
        raise Unavailable from error
