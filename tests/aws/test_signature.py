"""Our signatures are those that botocore makes of the same request; an S3 checks them in tests/security."""

from __future__ import annotations

import datetime as dt
import json
from base64 import b64decode
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import botocore.auth
import botocore.session
import pytest
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from chalicelib.aws.clients import Clients
from chalicelib.aws.files import Files
from chalicelib.aws.service import DYNAMODB, SSM, Spoken, endpoint
from chalicelib.aws.signature import Keys, Scope, moment, sign_call

REGION = "eu-central-1"
NOW = dt.datetime(2026, 11, 30, 9, 5, 7, tzinfo=dt.UTC)
LASTING = Keys("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
OF_A_ROLE = Keys("ASIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "IQoJb3/+=token==")
KEYS = pytest.mark.parametrize("keys", [LASTING, OF_A_ROLE], ids=["lasting", "of a role"])
PATHS = ["/", "/prefix/"]


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_, **__: NOW.replace(tzinfo=None))
    monkeypatch.setattr("chalicelib.aws.files.time.time", NOW.timestamp)


@KEYS
@pytest.mark.parametrize("spoken", [DYNAMODB, SSM], ids=lambda spoken: spoken.name)
@pytest.mark.parametrize("body", [b"{}", '{"Key":{"pk":{"S":"Grüße\\n"}}}'.encode()])
@pytest.mark.parametrize("path", PATHS)
def test_a_call_is_signed_as_botocore_signs_it(keys: Keys, spoken: Spoken, body: bytes, path: str) -> None:
    host = urlsplit(endpoint(spoken.name, REGION)).netloc
    headers = {
        "content-type": f"application/x-amz-json-{spoken.version}",
        "host": host,
        "x-amz-target": f"{spoken.target}.GetItem",
    }
    request = AWSRequest("POST", f"https://{host}{path}", headers=dict(headers), data=body)
    botocore.auth.SigV4Auth(Credentials(keys.id, keys.secret, keys.token or None), spoken.name, REGION).add_auth(
        request
    )
    sign_call(keys, Scope(spoken.name, REGION), moment(NOW.timestamp()), headers, path, body)
    assert headers["authorization"] == request.headers["Authorization"]
    assert headers["x-amz-date"] == request.headers["X-Amz-Date"]


def sdk(keys: Keys, address: str) -> Any:
    session = botocore.session.Session()
    session.set_credentials(keys.id, keys.secret, keys.token or None)
    style = "path" if address else "virtual"
    return session.create_client(
        "s3",
        region_name=REGION,
        endpoint_url=address or None,
        config=Config(signature_version="s3v4", s3={"addressing_style": style}),
    )


def files(keys: Keys, address: str, monkeypatch: pytest.MonkeyPatch) -> Files:
    monkeypatch.setattr(Clients, "keys", lambda _: keys)
    return Files(Clients(REGION, address=address), "foyer-prod-uploads", "foyer-prod-files")


ADDRESSES = pytest.mark.parametrize("address", ["", "http://127.0.0.1:4566"], ids=["AWS", "emulator"])


@KEYS
@ADDRESSES
@pytest.mark.parametrize("key", ["01hfile0000000000000000000", "images/ü b+c~d.png"])
def test_a_download_is_the_address_that_botocore_gives(
    keys: Keys, address: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    disposition = "attachment; filename=\"a b.pdf\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.pdf"
    ours = files(keys, address, monkeypatch).presign_download(key, disposition, "application/pdf")
    theirs = sdk(keys, address).generate_presigned_url(
        "get_object",
        Params={
            "Bucket": "foyer-prod-files",
            "Key": key,
            "ResponseContentDisposition": disposition,
            "ResponseContentType": "application/pdf",
            "ResponseCacheControl": "private, no-store",
        },
        ExpiresIn=60,
    )
    one, other = urlsplit(ours), urlsplit(theirs)
    assert (one.scheme, one.netloc, one.path) == (other.scheme, other.netloc, other.path)
    assert dict(parse_qsl(one.query)) == dict(parse_qsl(other.query))


@KEYS
@ADDRESSES
def test_an_upload_has_the_conditions_that_botocore_gives(
    keys: Keys, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order of what a policy says differs, and with it the signature; S3 itself checks that in tests/security."""
    url, fields = files(keys, address, monkeypatch).presign_upload("01hfile0000000000000000000", "image/png", 300)
    form = sdk(keys, address).generate_presigned_post(
        "foyer-prod-uploads",
        "01hfile0000000000000000000",
        Fields={"Content-Type": "image/png", "success_action_status": "201"},
        Conditions=[["content-length-range", 1, 300], {"Content-Type": "image/png"}, {"success_action_status": "201"}],
        ExpiresIn=300,
    )
    assert url.rstrip("/") == form["url"].rstrip("/")
    computed = {"policy", "x-amz-signature"}
    assert {name: value for name, value in fields.items() if name not in computed} == {
        name: value for name, value in form["fields"].items() if name not in computed
    }
    assert fields.keys() == form["fields"].keys()
    ours, theirs = (json.loads(b64decode(one["policy"])) for one in (fields, form["fields"]))
    assert sorted(map(str, ours["conditions"])) == sorted(map(str, theirs["conditions"]))
    assert ours["expiration"] == "2026-11-30T09:10:07Z"


def test_addresses_of_services_are_those_of_their_region() -> None:
    assert endpoint("dynamodb", "eu-central-1") == "https://dynamodb.eu-central-1.amazonaws.com"
    assert endpoint("sqs", "cn-north-1") == "https://sqs.cn-north-1.amazonaws.com.cn"
    assert endpoint("ssm", "us-gov-west-1") == "https://ssm.us-gov-west-1.amazonaws.com"
