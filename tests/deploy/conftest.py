"""A cloud to deploy to, and an operator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra import aws
from local.cloud import Cloud
from tests.deploy.operator import REGION, Operator, make_checkout
from tests.emulators import ADMIN


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with Cloud(tmp_path_factory.mktemp("cloud")) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def operator(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """An operator with a fresh checkout, who is root on an empty account."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION"):
            patch.delenv(name, raising=False)
        for name, value in {**ADMIN, "AWS_ENDPOINT_URL": cloud.endpoint, "AWS_DEFAULT_REGION": REGION}.items():
            patch.setenv(name, value)
        operator = Operator(aws.connect(), make_checkout(tmp_path_factory.mktemp("checkout")))
        # Verified already: the emulator does not know the DKIM records of a domain that a stack verifies.
        operator.client("sesv2").create_email_identity(EmailIdentity="example.com")
        yield operator
