"""Which certificates AWS's services must show: an operator's choice, else the bundle that comes with botocore."""

from __future__ import annotations

import ssl
from importlib.util import find_spec
from pathlib import Path


def context(named: str = "") -> ssl.SSLContext:
    """Return a context that checks names and certificates, by those in the file that is ``named``.

    Without one they are botocore's; finding that file imports nothing of it. Where botocore is not here, they are the
    system's.
    """
    if named:
        return ssl.create_default_context(cafile=named)
    found = find_spec("botocore")
    bundle = Path(found.origin).with_name("cacert.pem") if found and found.origin else None
    return ssl.create_default_context(cafile=str(bundle) if bundle and bundle.is_file() else None)
