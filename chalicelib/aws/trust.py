"""Which certificates AWS's services must show: one of those an operator names, or of botocore's bundle."""

from __future__ import annotations

import re
import ssl
from importlib.util import find_spec
from pathlib import Path

_AMAZON = re.compile(
    r'^# Label: "(?:Amazon Root CA \d|Starfield Services Root Certificate Authority - G2)"$'
    r".*?(-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----)",
    re.MULTILINE | re.DOTALL,
)
"""The roots that AWS says its services' certificates have. https://www.amazontrust.com/repository/"""


def bundle() -> Path | None:
    """Return the certificates that come with botocore, of which nothing is imported; None where it is not here."""
    found = find_spec("botocore")
    path = Path(found.origin).with_name("cacert.pem") if found and found.origin else None
    return path if path and path.is_file() else None


def context(file: Path | None) -> ssl.SSLContext:
    """Return what checks names and certificates, by those in a file, or by the system's."""
    return ssl.create_default_context(cafile=str(file) if file else None)


def amazons(file: Path | None) -> ssl.SSLContext | None:
    """Return what knows Amazon's own roots of the bundle alone; None where they are not found.

    Reading all 127 of a bundle takes 25 ms of CPU, these 2 ms, and every cold start does it.
    """
    roots = _AMAZON.findall(file.read_text(encoding="utf-8")) if file else []
    return ssl.create_default_context(cadata="\n".join(roots)) if roots else None
