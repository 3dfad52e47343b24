"""``make screenshots``: takes the pictures of the documents anew, from the program of ``make run`` in a Chromium.

With the argument ``portal`` it is that program, with fresh demo data and a clock that begins at a moment of ours: the
pictures of two days differ only where the pages do.
"""

from __future__ import annotations

import importlib
import itertools
import struct
import sys
import tempfile
import zlib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import boto3
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from local import cast
from local.lambda_events import REGION
from tests.journeys.conftest import chromium
from tests.journeys.portal import ROOT, Portal
from tests.journeys.visitor import Visitor

MOMENT = datetime(2026, 11, 24, 13, 20, tzinfo=UTC)
"""When the pictures are taken: on a Tuesday afternoon in Stockholm."""
IMAGES = ROOT / "docs" / "images"
LIST: ViewportSize = {"width": 1280, "height": 860}
PAGE: ViewportSize = {"width": 1280, "height": 1150}
PHONE: ViewportSize = {"width": 390, "height": 780}
OPTIONS = ("--no-sandbox", "--hide-scrollbars", "--num-raster-threads=1", "--disable-partial-raster")

# A picture as numbers of at most 256 of its colours: the most frequent ones, each as far from the others as it takes.
REDUCE = """async (png) => {
  const image = await createImageBitmap(await (await fetch(png)).blob());
  const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const bytes = context.getImageData(0, 0, image.width, image.height).data;
  const pixels = Array.from({ length: bytes.length / 4 }, (_, at) =>
    bytes[4 * at] << 16 | bytes[4 * at + 1] << 8 | bytes[4 * at + 2]);
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const colours = [...counts.keys()].sort((one, other) => counts.get(other) - counts.get(one) || one - other);
  const apart = (one, other) => [16, 8, 0].reduce(
    (sum, shift) => sum + ((one >> shift & 255) - (other >> shift & 255)) ** 2, 0);
  const chosen = (least) => colours.reduce(
    (palette, colour) => palette.length > 256 || palette.some((one) => apart(one, colour) < least)
      ? palette : [...palette, colour], []);
  let least = 0, palette;
  do palette = chosen(least); while (palette.length > 256 && (least = 2 * least + 4));
  const nearest = (colour) => palette.reduce(
    (best, one, number) => apart(one, colour) < apart(palette[best], colour) ? number : best, 0);
  const numbers = new Map(colours.map((colour) => [colour, nearest(colour)]));
  const numbered = Uint8Array.from(pixels, (pixel) => numbers.get(pixel));
  const rows = Array.from({ length: image.height }, (_, row) =>
    String.fromCharCode(...numbered.subarray(row * image.width, (row + 1) * image.width)));
  return { width: image.width, palette, rows };
}"""


def main(arguments: Sequence[str]) -> int:
    """Take every picture, or be the portal that they are taken of; return the exit status."""
    if "portal" in arguments:
        return _portal()
    browser = chromium()
    if browser is None:
        print("Screenshots need a Chromium. Install one, or name it with CHROMIUM=.", file=sys.stderr)
        return 1
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=browser, args=OPTIONS) as opened:
        _take(opened)
    return 0


def _portal() -> int:
    """Run the program of ``make run`` at ``MOMENT``.

    Its clock goes on by a millisecond whenever somebody looks, so that what follows something sorts after it.
    """
    looks = itertools.count()
    importlib.import_module("chalicelib.clock").utc_now = lambda: MOMENT + timedelta(milliseconds=next(looks))
    return int(importlib.import_module("local.run").main())


def _take(browser: Browser) -> None:
    with _running() as portal:
        with _visit(browser, portal) as stranger:
            stranger.page.goto("/")
            _picture(stranger.page, "help-centre", LIST)
        with _visit(browser, portal) as customer:
            customer.sign_in(cast.OWNER)
            customer.page.goto("/conversations")
            _picture(customer.page, "list", LIST)
            _picture(customer.page, "phone", PHONE)
            customer.open("Warranty for the Wren desk lamp")
            _picture(customer.page, "conversation", PAGE)
        with _visit(browser, portal) as agent:
            agent.sign_in(cast.AGENT)
            agent.page.goto("/desk")
            _picture(agent.page, "desk", LIST)
            agent.open("Warranty for the Wren desk lamp")
            _picture(agent.page, "desk-conversation", PAGE)
        with _visit(browser, portal) as lead:
            lead.sign_in(cast.LEAD)
            lead.page.goto("/settings/portal")
            _picture(lead.page, "settings", PAGE)


@contextmanager
def _running() -> Iterator[Portal]:
    with tempfile.TemporaryDirectory(prefix="foyer-screenshots-") as folder:
        portal = Portal(Path(folder) / "state", "tests.journeys.screenshots", "portal")
        try:
            _keep_what_has_expired(portal)
            yield portal
        finally:
            portal.stop()


def _keep_what_has_expired(portal: Portal) -> None:
    """Let the emulator delete nothing: by its own clock a session that begins at ``MOMENT`` has ended long ago."""
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    dynamodb = boto3.client("dynamodb", endpoint_url=portal.files_url, region_name=REGION, **keys)
    for table in dynamodb.list_tables()["TableNames"]:
        dynamodb.update_time_to_live(
            TableName=table, TimeToLiveSpecification={"Enabled": False, "AttributeName": "expires"}
        )


def _visit(browser: Browser, portal: Portal) -> Visitor:
    """Return a browser profile like anybody's at ``MOMENT``: light colours, English, and no animation."""
    visitor = Visitor(
        browser,
        portal,
        viewport=LIST,
        device_scale_factor=1,
        color_scheme="light",
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/Stockholm",
    )
    visitor.page.clock.set_fixed_time(MOMENT)
    return visitor


def _picture(page: Page, name: str, size: ViewportSize) -> None:
    """Write a picture of the page from its top, once fonts and images are there."""
    page.set_viewport_size(size)
    page.mouse.move(0, 0)  # nothing looks as if pointed at
    page.goto(urlsplit(page.url).path)  # without the fragment that leads to the newest message
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    path = IMAGES / f"{name}.png"
    path.write_bytes(_reduced(page.context, page.screenshot(animations="disabled", caret="hide")))
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1024:.0f} KB", flush=True)


def _reduced(context: BrowserContext, png: bytes) -> bytes:
    """Return a PNG with a palette, about a third of the size; the browser does the counting."""
    blank = context.new_page()
    found = blank.evaluate(REDUCE, f"data:image/png;base64,{b64encode(png).decode()}")
    blank.close()
    rows = [row.encode("latin-1") for row in found["rows"]]

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    return (
        png[:8]
        + chunk(b"IHDR", struct.pack(">IIBBBBB", found["width"], len(rows), 8, 3, 0, 0, 0))
        + chunk(b"PLTE", b"".join(colour.to_bytes(3) for colour in found["palette"]))
        + chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows), 9))
        + chunk(b"IEND", b"")
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
