"""Pictures and fonts of themes: how their bytes are named in the bucket, and what they may be."""

from __future__ import annotations

import re

LOGO = "logo"
SVG = "image/svg+xml"
TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "svg": SVG,
    "woff2": "font/woff2",
}
"""Media types by the end of a name."""
_ENDS = {kind: end for end, kind in TYPES.items()}
_SHA = re.compile(r"[0-9a-f]{64}")


def asset_key(sha256: str) -> str:
    """Return where the bytes of a picture or font lie in the bucket."""
    return f"theme/{sha256}"


def is_sha(text: str) -> bool:
    """Tell whether a text has the form of SHA-256 in hexadecimal, so that nothing else becomes part of a key."""
    return bool(_SHA.fullmatch(text))


def file_name(sha256: str, content_type: str) -> str:
    """Return what a picture or font is called in addresses: ``<sha256>.png``."""
    return f"{sha256}.{_ENDS[content_type]}"


def asset_name(title: str, content_type: str) -> str:
    """Return what a picture or font is called in a theme: ``assets/logo.svg``."""
    return f"assets/{title}.{_ENDS[content_type]}"
