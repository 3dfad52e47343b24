"""Pictures as cameras, phones and programs make them: drawn by a browser, with what a camera writes put in front."""

from __future__ import annotations

import base64
import struct
from typing import TYPE_CHECKING, Any

from tests.attachments.corpus import chunk, segment

if TYPE_CHECKING:
    from playwright.sync_api import Page

UPRIGHT, TURNED = 1, 6
"""EXIF's orientations: as it is, and to be turned right by a quarter, as phones write it of a picture taken upright."""
MAKER = b"Camera-Maker of a test"
PLACE = ((59, 1), (19, 1), (2_345_678, 100_000))
"""A latitude: degrees, minutes, seconds."""

_DRAW = """async ([width, height, type, quality, clear, plain]) => {
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const picture = context.createImageData(width, height), data = picture.data;
    const noise = new Uint8Array(65536);
    crypto.getRandomValues(noise);
    let seed = 1;
    for (let at = 0; at < data.length; at += 4) {
        seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
        const grain = (shift) => (plain ? 0 : noise[(seed >> shift) & 0xffff] >> 1);
        const x = (at / 4) % width, y = Math.floor(at / 4 / width);
        data[at] = (x < width / 2 ? 128 : 0) + grain(8); // red on the left
        data[at + 1] = (y < height / 2 ? 128 : 0) + grain(11); // green at the top
        data[at + 2] = grain(14);
        data[at + 3] = clear && x > width / 2 && y > height / 2 ? 0 : 255;
    }
    context.putImageData(picture, 0, 0);
    const blob = await new Promise((done) => canvas.toBlob(done, type, quality));
    const reader = new FileReader();
    await new Promise((done) => { reader.onload = done; reader.readAsDataURL(blob); });
    return reader.result.split(",")[1];
}"""
_LOOK = """async ([content, type]) => {
    const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type }));
    const { width, height } = picture;
    const size = Math.min(32, Math.floor(Math.min(width, height) / 2));
    const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const corner = ([x, y]) => { // the middle of a quarter
        context.clearRect(0, 0, size, size);
        context.drawImage(picture, x * width - size / 2, y * height - size / 2, size, size, 0, 0, size, size);
        const { data } = context.getImageData(0, 0, size, size);
        const sum = (part) => data.reduce((all, value, at) => (at % 4 === part ? all + value : all), 0);
        const mean = [0, 1, 2, 3].map((part) => sum(part) / size / size);
        return mean[3] < 64 ? "clear" : (mean[0] > 120 ? "red" : "") + (mean[1] > 120 ? "green" : "");
    };
    return [width, height, [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]].map(corner)];
}"""
CORNERS = ["redgreen", "green", "red", ""]
"""What a picture drawn here shows: top left, top right, bottom left, bottom right."""
TURNED_CORNERS = ["red", "redgreen", "", "green"]
"""The same, turned right by a quarter."""


def drawn(
    page: Page,
    width: int,
    height: int,
    kind: str = "image/jpeg",
    *,
    quality: float = 0.9,
    clear: bool = False,
    plain: bool = False,
) -> bytes:
    """Return a picture full of grain, or a plain one, whose four quarters differ; ``clear`` cuts one of them out."""
    return base64.b64decode(page.evaluate(_DRAW, [width, height, kind, quality, clear, plain]))


def shown(page: Page, content: bytes, kind: str = "image/jpeg") -> tuple[int, int, list[str]]:
    """Return width, height and the colours of the four quarters, as a browser shows a picture."""
    width, height, corners = page.evaluate(_LOOK, [base64.b64encode(content).decode(), kind])
    return width, height, corners


def photographed(jpeg: bytes, orientation: int = TURNED) -> bytes:
    """Return a JPG with the EXIF of a camera: its maker, how it was held, and where."""
    return jpeg[:2] + segment(0xE1, b"Exif\0\0" + exif(orientation)) + jpeg[2:]


def exif(orientation: int) -> bytes:
    """Return EXIF's TIFF: a directory with maker, orientation and a link to a directory with a latitude."""
    maker = MAKER + b"\0"
    first = 8
    behind = first + 2 + 3 * 12 + 4
    places = behind + len(maker) + len(maker) % 2
    values = places + 2 + 2 * 12 + 4
    return b"".join(
        (
            b"II*\0" + struct.pack("<I", first),
            struct.pack("<H", 3),
            struct.pack("<HHII", 0x010F, 2, len(maker), behind),
            struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0),
            struct.pack("<HHII", 0x8825, 4, 1, places),
            struct.pack("<I", 0),
            maker.ljust(places - behind, b"\0"),
            struct.pack("<H", 2),
            struct.pack("<HHI4s", 0x0001, 2, 2, b"N\0"),
            struct.pack("<HHII", 0x0002, 5, 3, values),
            struct.pack("<I", 0),
            b"".join(struct.pack("<II", *one) for one in PLACE),
        )
    )


def says_where(content: bytes) -> bool:
    """Tell whether anything of a camera is in a file: EXIF, its maker, or the seconds of its latitude."""
    return any(one in content for one in (b"Exif", MAKER, struct.pack("<II", *PLACE[2])))


HEIF = base64.b64decode(
    "AAAAIGZ0eXBtaWYxAAAAAGF2aWZtaWYxbWlhZk1BMUEAAADrbWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAAAAAAAOcGl0bQ"
    "AAAAAAAQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAETAAAAQgAAAChpaW5mAAAAAAABAAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAABqaXBycAAA"
    "AEtpcGNvAAAAFGlzcGUAAAAAAAAACAAAAAgAAAAQcGl4aQAAAAADCAgIAAAADGF2MUOBIAAAAAAAE2NvbHJuY2x4AAEADQAGgAAAABdpcG1hAAAAAA"
    "AAAAEAAQQBAoMEAAAASm1kYXQSAAoIOAi/aQENBpAyNBICQ0qAQQQfIAAA/1wIkS8zOCvK1I5TosohbUZGKGiSh+0EJrAlTnZ6HoyXHEK9rm8J3xg="
)
"""Eight by eight pixels of the usual colours in a HEIF, compressed with AV1, which browsers open."""


def bmp(width: int, height: int) -> bytes:
    """Return an uncompressed picture of the usual colours, from the bottom up; ``width`` is a multiple of four."""
    half = width // 2
    bottom, top = b"\x20\x20\xe0" * half + b"\x20\x20\x20" * half, b"\x20\xe0\xe0" * half + b"\x20\xe0\x20" * half
    rows = (height // 2) * bottom + (height - height // 2) * top
    head = struct.pack("<2sIHHI", b"BM", 54 + len(rows), 0, 0, 54)
    return head + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(rows), 2_835, 2_835, 0, 0) + rows


def png_of(width: int, height: int) -> bytes:
    """Return a PNG that says how large it is, and has nothing of that."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IEND", b"")


def moving_png(png: bytes) -> bytes:
    """Return a PNG that says that it is animated, as its second chunk."""
    head = 8 + 25
    return png[:head] + chunk(b"acTL", struct.pack(">II", 1, 0)) + png[head:]


def file(name: str, content: bytes, kind: str = "") -> dict[str, Any]:
    """Return a file as Playwright chooses it; ``kind`` is the type that the browser is told."""
    return {"name": name, "mimeType": kind, "buffer": content}
