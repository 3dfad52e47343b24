"""The client secret outlives the rotation of the deployment's signing keys."""

from __future__ import annotations

import pytest

from chalicelib.aws import keys
from chalicelib.refusals import LoginRefused
from chalicelib.signin.sealing import Box
from chalicelib.wiring import House
from tests.openid.world import SECRET, Way


def test_the_client_secret_survives_the_rotation_of_the_signing_keys(way: Way, house: House) -> None:
    """Sealed with an older key it is read, and sealed anew at the next sign-in; without any key it is not."""

    def sealed() -> str:
        item = house.table.get(keys.openid_secret(), consistent=True)
        assert item
        return str(item["sealed"])

    accounts, before = house.openid.accounts, sealed()
    newer = (b"n" * 32, *house.secrets.cookie)
    accounts._box = Box(newer, "openid")
    assert way.sign_in().path == "/desk"
    assert sealed() != before
    accounts._box = Box(newer[:1], "openid")
    kept = sealed()
    assert accounts.secret() == SECRET
    assert sealed() == kept
    accounts._box = Box((b"o" * 32,), "openid")
    with pytest.raises(LoginRefused):
        accounts.secret()
