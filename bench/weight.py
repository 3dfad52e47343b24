"""What a browser loads for a page: the page itself and all it refers to, compressed as API Gateway does."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

Fetch = Callable[[str], bytes]
"""Gives the body of an address."""

_STYLE = re.compile(r"""(?:url\(\s*|@import\s+)["']?([^"')\s]+)""")
_ATTRIBUTES = {"img": "src", "link": "href", "script": "src", "source": "src", "use": "href"}


class ThirdPartyError(ValueError):
    """A page loads something from another host."""


def kilobytes(path: str, fetch: Fetch) -> dict[str, float]:
    """Return the compressed KB (1,024 bytes) of a page and of everything it loads, by address."""
    sizes: dict[str, float] = {}
    waiting = [path]
    while waiting:
        address = waiting.pop()
        if address in sizes:
            continue
        body = fetch(address)
        sizes[address] = len(gzip.compress(body, compresslevel=6, mtime=0)) / 1024
        waiting += _referred(address, body.decode())
    return sizes


def _referred(address: str, text: str) -> Iterator[str]:
    found = _STYLE.findall(text) if ".css" in address else _Loads(text).found if "<html" in text[:200] else []
    for one in found:
        target = urldefrag(urljoin(address, one)).url
        if not target.startswith("/") or target.startswith("//"):
            raise ThirdPartyError(f"{address} loads {target}")
        yield target


class _Loads(HTMLParser):
    """Collects what a page loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the address of a style, script, image, icon or sprite."""
        value = dict(attrs).get(_ATTRIBUTES.get(tag, ""))
        if value:
            self.found.append(value)
