"""Starts oidc-provider, an OpenID provider that nobody of this project wrote, with a few accounts."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local import cast
from tests.openid.world import CLIENT, DOMAIN, SECRET

HERE = Path(__file__).resolve().parent
ACCOUNTS = {
    "ruth": {"email": cast.LEAD.email, "email_verified": True, "name": "Ruth Adeyemi", "groups": ["it"]},
    "tom": {"email": cast.SECOND_AGENT.email, "email_verified": True, "name": "Tom Okafor", "groups": ["support"]},
    "mina": {"email": f"Mina.Park@{DOMAIN.upper()}", "email_verified": True, "name": "M. Park", "groups": []},
    "lena": {"email": f"lena@{DOMAIN}", "email_verified": True, "name": "Lena Ek", "groups": ["it", "support"]},
    "vera": {"email": f"vera@{DOMAIN}", "email_verified": False, "name": "Vera", "groups": ["it"]},
    "eve": {"email": "eve@elsewhere.example", "email_verified": True, "name": "Eve", "groups": ["it"]},
}


@contextmanager
def independent(redirect_uri: str) -> Iterator[str]:
    """Yield the issuer; skip the test where there is no node, or nothing of npm."""
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules/oidc-provider").is_dir():
        pytest.skip("no node here, or no tests/openid/node_modules: “make provider” fetches it where there is an npm")
    given = {
        "port": 0,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "redirect_uris": [redirect_uri],
        "accounts": ACCOUNTS,
    }
    command = [node, str(HERE / "provider.mjs"), json.dumps(given)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert running.stdout is not None
        issuer = running.stdout.readline().strip()
        if not issuer:
            pytest.skip(f"this node does not run oidc-provider: {node}")
        yield issuer
    finally:
        running.terminate()
        running.wait(10)
