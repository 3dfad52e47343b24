"""Files in S3: presigned uploads, what lies in the upload bucket, what is kept for good, presigned downloads."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.once import Once
from chalicelib.records import dataclass
from chalicelib.refusals import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mypy_boto3_s3 import S3Client

UPLOAD_SECONDS = 300
DOWNLOAD_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as it lies in the upload bucket. ``size`` in bytes; ``content`` is empty where it is too large."""

    content: bytes
    type: str
    size: int


class Files:
    """The two buckets: ``uploads``, which browsers write to, and ``attachments``, which only we write to."""

    def __init__(self, client: S3Client, uploads: str, attachments: str) -> None:
        """Take the client and the names of the buckets."""
        self._client, self._uploads, self._attachments = client, uploads, attachments

    @Once
    def upload_origin(self) -> str:
        """The origin browsers upload to, for the Content-Security-Policy: that of the addresses signed for them."""
        parts = urlsplit(self.presign_upload("origin", "text/plain", 1)[0])
        return f"{parts.scheme}://{parts.netloc}"

    def presign_upload(self, key: str, content_type: str, max_size: int) -> tuple[str, dict[str, str]]:
        """Return the URL and form fields with which a browser may put one object of 1 up to ``max_size`` bytes."""
        post = self._client.generate_presigned_post(
            self._uploads,
            key,
            Fields={"Content-Type": content_type, "success_action_status": "201"},
            Conditions=[
                ["content-length-range", 1, max_size],
                {"Content-Type": content_type},
                {"success_action_status": "201"},
            ],
            ExpiresIn=UPLOAD_SECONDS,
        )
        return post["url"], post["fields"]

    def uploaded(self, key: str, max_size: int) -> Stored | None:
        """Return what was uploaded, or None where nothing lies there. More than ``max_size`` bytes are not read.

        One GET: its head comes before its body, and both are of the same version, whoever uploads meanwhile.
        S3 says "denied" of what is absent to those who may not list the bucket, and the product may not.
        """
        try:
            answer = _call(self._client.get_object, Bucket=self._uploads, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"404", "AccessDenied", "NoSuchKey", "NotFound"}:
                return None
            raise
        size, body = answer["ContentLength"], answer["Body"]
        if size > max_size:
            body.close()
            return Stored(b"", answer.get("ContentType", ""), size)
        content = _call(body.read)
        return Stored(content, answer.get("ContentType", ""), len(content))

    def put(self, key: str, content: bytes, content_type: str) -> None:
        """Store a checked file for good: the very bytes that were checked, whatever happens to the upload."""
        _call(self._client.put_object, Bucket=self._attachments, Key=key, Body=content, ContentType=content_type)

    def put_file(self, key: str, path: Path, content_type: str) -> None:
        """Store a file of ours, read from disk piece by piece."""
        with path.open("rb") as content:
            _call(self._client.put_object, Bucket=self._attachments, Key=key, Body=content, ContentType=content_type)

    @contextmanager
    def fetched(self, key: str) -> Iterator[Path]:
        """Give a stored file as one on disk, which is removed afterwards; FileNotFoundError where there is none.

        As above, S3 says "denied" of what is absent.
        """
        try:
            answer = _call(self._client.get_object, Bucket=self._attachments, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"404", "AccessDenied", "NoSuchKey", "NotFound"}:
                raise FileNotFoundError(key) from error
            raise
        with NamedTemporaryFile(prefix="foyer-") as file:
            for piece in answer["Body"].iter_chunks(1 << 18):
                file.write(piece)
            file.flush()
            yield Path(file.name)

    def forget_uploads(self, keys: Sequence[str]) -> bool:
        """Remove uploads that are no longer needed; False where some may be left to the lifecycle rule (a day)."""
        if not keys:
            return True
        try:
            answer = self._client.delete_objects(
                Bucket=self._uploads, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True}
            )
        except (ClientError, BotoCoreError):
            return False
        return not answer.get("Errors")

    def delete(self, key: str) -> None:
        """Remove a stored file for good."""
        _call(self._client.delete_object, Bucket=self._attachments, Key=key)

    def read(self, key: str) -> bytes:
        """Return a stored file's bytes."""
        content: bytes = _call(_call(self._client.get_object, Bucket=self._attachments, Key=key)["Body"].read)
        return content

    def presign_download(self, key: str, disposition: str, content_type: str) -> str:
        """Return a URL that serves a stored file for a minute, always as a download."""
        return self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._attachments,
                "Key": key,
                "ResponseContentDisposition": disposition,
                "ResponseContentType": content_type,
                "ResponseCacheControl": "private, no-store",
            },
            ExpiresIn=DOWNLOAD_SECONDS,
        )

    def presign_picture(self, key: str, content_type: str) -> str:
        """Return a URL that shows a stored picture for a minute, as a picture and nothing else."""
        return self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._attachments,
                "Key": key,
                "ResponseContentDisposition": "inline",
                "ResponseContentType": content_type,
                "ResponseCacheControl": "private, max-age=3600",
            },
            ExpiresIn=DOWNLOAD_SECONDS,
        )

    @Once
    def picture_origin(self) -> str:
        """The origin pictures come from, for the Content-Security-Policy of pages that show some."""
        parts = urlsplit(self.presign_picture("origin", "image/png"))
        return f"{parts.scheme}://{parts.netloc}"


def _call(call: Callable[..., Any], **request: Any) -> Any:
    try:
        return call(**request)
    except BotoCoreError as error:
        raise Unavailable from error
    except ClientError as error:
        if error.response["Error"]["Code"] in {"SlowDown", "InternalError", "ServiceUnavailable", "503", "500"}:
            raise Unavailable from error
        raise
