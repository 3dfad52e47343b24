"""Which certificates AWS's services must show: an operator's choice, else the bundle that comes with botocore."""

from __future__ import annotations

import os
import ssl
from importlib.util import find_spec
from pathlib import Path


def context() -> ssl.SSLContext:
    """Return a context that checks names and certificates.

    ``AWS_CA_BUNDLE`` names a file of certificates, as for AWS's own tools; where it is not set and botocore is not
    here, the system's own are taken. Finding botocore's file imports nothing of it.
    """
    named = os.environ.get("AWS_CA_BUNDLE")
    if named:
        return ssl.create_default_context(cafile=named)
    found = find_spec("botocore")
    bundle = Path(found.origin).with_name("cacert.pem") if found and found.origin else None
    return ssl.create_default_context(cafile=str(bundle) if bundle and bundle.is_file() else None)
