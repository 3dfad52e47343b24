"""What a revision holds, as bytes to store."""

from __future__ import annotations

import gzip
import json

from chalicelib.records import asdict
from chalicelib.themes.model import Asset, Content


def packed(content: Content) -> bytes:
    """Return a content as compressed JSON, the same bytes each time."""
    values = {
        "base": content.base,
        "files": dict(content.files),
        "origins": dict(content.origins),
        "values": dict(content.values),
        "assets": [asdict(one) for one in content.assets.values()],
    }
    return gzip.compress(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode(), mtime=0)


def unpacked(data: bytes) -> Content:
    """Return the content that :func:`packed` wrote."""
    values = json.loads(gzip.decompress(data))
    assets = {one["name"]: Asset(**one) for one in values["assets"]}
    return Content(values["base"], values["files"], values["origins"], values["values"], assets)
