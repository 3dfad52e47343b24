"""Office files are taken as programs really write them: with types of parts that are not there, short, from a Mac."""

from __future__ import annotations

import struct

import pytest

from tests.attachments import corpus
from tests.attachments.checking import check, reason
from tests.attachments.corpus import TYPES

VBA = "application/vnd.ms-office.vbaProject"
BINARY = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
BUILD = {"docx": corpus.docx, "xlsx": corpus.xlsx}
MAIN = {
    "docx": ("word/document.xml", f"{TYPES}.wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", f"{TYPES}.spreadsheetml.sheet.main+xml"),
}


def declaring(kind: str, declared: str, *parts: str) -> bytes:
    """Return a package whose content types say one thing more, with more parts."""
    types = {"[Content_Types].xml": corpus.content_types(*MAIN[kind], declared)}
    return BUILD[kind]({**types, **dict.fromkeys(parts, b"x")})


def default(ending: str, declared: str) -> str:
    return f'<Default Extension="{ending}" ContentType="{declared}"/>'


def override(part: str, declared: str) -> str:
    return f'<Override PartName="{part}" ContentType="{declared}"/>'


# Content types count for parts that exist


@pytest.mark.parametrize(
    ("kind", "declared", "parts"),
    [
        ("xlsx", default("bin", BINARY), ()),  # SheetJS
        ("xlsx", default("bin", BINARY), ("xl/media/image1.png",)),
        ("docx", default("bin", VBA), ()),
        ("xlsx", override("/xl/vbaProject.bin", VBA), ()),  # what removes macros and forgets to say so
        ("docx", override("/word/vbaData.xml", "application/vnd.ms-word.vbaData+xml"), ()),
        ("xlsx", override("/xl/macrosheets/sheet1.xml", "application/vnd.ms-excel.macrosheet+xml"), ()),
        ("docx", default("bin", "application/vnd.ms-office.activeX"), ("word/bin",)),
    ],
)
def test_a_type_of_macros_without_a_part_of_it_is_taken(kind: str, declared: str, parts: tuple[str, ...]) -> None:
    """Programs declare types for all they could write. What no part has is not in the file."""
    check(kind, declaring(kind, declared, *parts))


@pytest.mark.parametrize(
    ("kind", "declared", "part"),
    [
        ("xlsx", default("bin", BINARY), "xl/workbook.bin"),
        ("xlsx", default("BIN", VBA), "xl/harmless.bin"),
        ("docx", default("b%69n", VBA), "word/harmless.Bin"),
        ("docx", default(".bin", VBA), "word/harmless.bin"),
        ("docx", override("/word/harmless.dat", VBA), "word/harmless.dat"),
        ("docx", override("/WORD/Harmless.dat", VBA), "word/harmless.dat"),
        ("docx", override("/word/%68armless.dat", VBA), "word/harmless.dat"),
        ("docx", override("/word/harmless.dat", VBA), "word/%68armless.dat"),
        ("docx", override("word\\harmless.dat", VBA), "word/harmless.dat"),
        ("docx", override("/word/./x/../harmless.dat", VBA), "word/harmless.dat"),
        ("xlsx", override("/xl/harmless.dat", "application/vnd.ms-excel.macrosheet+xml"), "xl\\harmless.dat"),
    ],
)
def test_a_type_of_macros_with_a_part_of_it_is_refused(kind: str, declared: str, part: str) -> None:
    """However the declaration or the zip write the part's name."""
    assert "macros" in reason(kind, declaring(kind, declared, part))


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
@pytest.mark.parametrize("outside", [True, False])
@pytest.mark.parametrize(
    "relationship",
    [
        "vbaProject",
        "VBAPROJECT",
        " wordVbaData ",
        "xlMacrosheet",
        "xlIntlMacrosheet",
        "control",
        "activeXControlBinary",
    ],
)
def test_a_relationship_to_macros_is_refused_wherever_they_are(kind: str, relationship: str, outside: bool) -> None:
    """Office finds macros by relationships, whatever the part is called and said to be."""
    links = corpus.relationships((relationship, "https://example.com/harmless.dat", outside))
    assert "macros" in reason(kind, BUILD[kind]({"word/_rels/document.xml.rels": links}))


def test_a_zip_with_the_separators_of_windows_is_taken_and_hides_nothing() -> None:
    """.NET wrote such packages, and Excel reads them."""

    def windows(parts: dict[str, bytes | str]) -> bytes:
        return corpus.package({name.replace("/", "\\"): content for name, content in parts.items()})

    check("xlsx", windows(corpus.xlsx_parts()))
    assert "macros" in reason("xlsx", windows({**corpus.xlsx_parts(), "xl/vbaProject.bin": b"x"}))
    fetching = corpus.relationships(("frame", "https://example.com/", True))
    assert "computer" in reason("docx", windows({**corpus.docx_parts(), "word/_rels/document.xml.rels": fetching}))
    assert reason("xlsx", corpus.xlsx({"xl\\workbook.xml": b"<a/>"}))


def test_parts_in_pieces_and_text_that_hides_its_encoding_are_refused() -> None:
    """What is in them would not be seen."""
    assert reason("docx", corpus.docx({"word/vbaProject.bin/[0].last.piece": b"x"}))
    assert reason("docx", corpus.docx({"word/_rels/document.xml.rels/[0].piece": b"x"}))
    for encoding in ("utf-16-le", "utf-16-be", "utf-32"):
        assert reason("docx", corpus.docx({"word/styles.xml": "<!DOCTYPE a><a/>".encode(encoding)}))


@pytest.mark.parametrize("comment", [b"Artifex", b"x", "gemacht für Zoë\r\n".encode(), b"a" * 1_024])
def test_a_zip_with_a_comment_is_taken(comment: bytes) -> None:
    """MuPDF has one in each DOCX, as have libraries of zips."""
    content = corpus.docx()
    check("docx", content[:-2] + struct.pack("<H", len(comment)) + comment)
    assert reason("docx", content + comment)
    assert reason("docx", content[:-2] + struct.pack("<H", len(comment) + 1) + comment)


@pytest.mark.parametrize(
    "comment", [b"<p>", b"<!DOCTYPE html>", b"\0", b"PK\3\4", corpus.xlsx(), b"a" * 1_025, corpus.docx()[-22:] + b"x"]
)
def test_a_comment_of_a_zip_that_is_more_than_text_is_refused(comment: bytes) -> None:
    assert reason("docx", corpus.docx()[:-2] + struct.pack("<H", len(comment)) + comment)


# Short documents


@pytest.mark.parametrize("size", [2, 63, 64, 513, 2_596, 3_620, 4_095])
@pytest.mark.parametrize("before", [0, 60, 1_500])
@pytest.mark.parametrize("shift", [9, 12])
def test_a_short_doc_is_taken(size: int, before: int, shift: int) -> None:
    """A stream of fewer than 4,096 bytes is kept among other short ones, as LibreOffice does with a few lines."""
    check("doc", corpus.short_doc(size, before=before, shift=shift))


def test_a_short_doc_that_is_none_is_refused() -> None:
    assert "damaged" in reason("doc", corpus.short_doc(body=b"MZ\x90\0"))
    assert "damaged" in reason("doc", corpus.short_doc()[:-1024])
    assert "not DOC" in reason("doc", corpus.short_doc(parent="ObjectPool"))  # a workbook with a document in it
    assert "macros" in reason("doc", corpus.short_doc(parent="Macros"))
    assert "macros" in reason("doc", corpus.short_doc(parent="_VBA_PROJECT_CUR"))


@pytest.mark.parametrize("start", [b"\xdc\xa5\x65\0", b"\xdc\xa5\x68\0", b"\x99\xa6\x68\0", b"\xdb\xa5\x2d\0"])
def test_a_doc_from_before_1997_is_refused_for_what_it_is(start: bytes) -> None:
    """Its macros are among its text. It is not damaged, and saving it as DOC again may change nothing."""
    for content in (corpus.short_doc(body=start), corpus.doc(body=start)):
        assert "Word 95" in reason("doc", content)
        assert "DOCX or PDF" in reason("doc", content)


def test_a_doc_that_is_rtf_is_refused_for_what_it_is() -> None:
    """AbiWord calls RTF a DOC, so that saving it as DOC again changes nothing."""
    assert "RTF" in reason("doc", b"{\\rtf1\\ansi hello}")


# Passwords


@pytest.mark.parametrize("kind", ["docx", "xlsx", "doc"])
def test_an_encrypted_office_file_is_refused_because_macros_cannot_be_looked_for(kind: str) -> None:
    for stream in ("EncryptedPackage", *(["\tDRMContent"] if kind == "doc" else [])):
        said = reason(kind, corpus.doc("WordDocument" if kind == "doc" else "DataSpaces", stream=stream))
        assert "we cannot look for macros in it" in said
        assert "without a password" in said


def test_an_older_office_file_under_the_name_of_a_newer_is_not_called_encrypted() -> None:
    assert "not XLSX" in reason("xlsx", corpus.doc(stream="Workbook"))
    assert "not DOCX" in reason("docx", corpus.doc())


def test_a_doc_about_encrypted_packages_is_taken() -> None:
    check("doc", corpus.doc(body=b"\xec\xa5" + "EncryptedPackage".encode("utf-16-le")))


# Templates


@pytest.mark.parametrize("kind", ["attachedTemplate", "oleObject", "frame", "subDocument"])
@pytest.mark.parametrize(
    "target",
    [
        "file:////Users/%C3%A9lo/Library/Group%20Containers/UBF8T346G9.Office/User%20Content.localized/Normal.dotm",
        "file:////Applications/Microsoft%20Office%202011/Office/Media/Templates/Letter.dotx",
        "file:////Volumes/Data/Letter.dotx",
        "file:////private/var/folders/x1/Letter.dotx",
        "file:////home/%C3%A9lo/Templates/Letter.dotx",
        "file:///home/%C3%A9lo/Templates/Letter.dotx",
        "file:/home/%C3%A9lo/Letter.dotx",
        "file://localhost/Users/%C3%A9lo/Letter.dotx",
        "file://localhost/C:/Templates/Letter.dotx",
        "file://C:\\Templates\\Letter.dotx",
        "file:C:/Templates/Letter.dotx",
        "FILE:///d|/Templates/Letter.dotx",
        "Macintosh%20HD:Users:zoe:Templates:Letter.dotx",
        "Data:Applications:Letter.dotx",
        "/Users/%C3%A9lo/Letter.dotx",
        "D:Letter.dotx",
        "..\\Templates\\Letter.dotx",
        "%APPDATA%\\Microsoft\\Templates\\Normal.dotm",
    ],
)
def test_a_template_of_its_authors_machine_is_taken_whatever_system_wrote_its_path(kind: str, target: str) -> None:
    check("docx", corpus.docx({"word/_rels/settings.xml.rels": corpus.relationships((kind, target, True))}))


@pytest.mark.parametrize("kind", ["attachedTemplate", "oleObject", "package", " frame "])
@pytest.mark.parametrize(
    "target",
    [
        "file:////users.example/share/t.dotm",
        "file:////Users@SSL/DavWWWRoot/t.dotm",
        "file:////Users/../../evil/share/t.dotm",
        "file:////home/%C3%A9lo/../../evil/t.dotm",
        "file://///evil/Users/%74.dotm",
        "file:////evil/Users/%C3%A9lo/t.dotm",
        "file://Users/%C3%A9lo/t.dotm",
        "file://localhost.evil.example/Users/%74.dotm",
        "file://localhost//evil/Users/%74.dotm",
        "file://localhost///evil/share/t.dotm",
        "file:///?/UNC/evil/share/t.dotm",
        "file:////?/UNC/evil/share/t.dotm",
        "\\??\\UNC\\evil\\share\\t.dotm",
        "\\\\?\\UNC\\evil\\share\\t.dotm",
        "//Users/%C3%A9lo/t.dotm",
        "smb://nas/Users/%74.dotm",
        "h&#9;ttps://evil.example/t.dotm",
        "&#10;//evil/t.dotm",
        "%68ttps://evil.example/t.dotm",
        "http:evil.example",
        "search-ms:query=t&amp;crumb=location:\\\\evil\\t",
        "C" + "/" * 5_000,
    ],
)
def test_a_template_of_another_computer_is_refused_whatever_its_path_looks_like(kind: str, target: str) -> None:
    links = corpus.relationships((kind, target, True))
    assert "another computer" in reason("docx", corpus.docx({"word/_rels/settings.xml.rels": links}))


@pytest.mark.parametrize("target", ["https://evil.example/x.html", "file:///C:/Data/secret.txt", "other.docx"])
def test_a_chunk_that_is_outside_of_the_file_is_refused_wherever_it_is(target: str) -> None:
    """It would put a file of whoever opens the document into it. One in the package is part of the document."""
    outside, inside = (corpus.relationships(("aFChunk", target, outside)) for outside in (True, False))
    assert "loads another file" in reason("docx", corpus.docx({"word/_rels/document.xml.rels": outside}))
    check("docx", corpus.docx({"word/_rels/document.xml.rels": inside}))


def test_a_doc_whose_tables_are_listed_elsewhere_is_refused() -> None:
    content = bytearray(corpus.short_doc())
    struct.pack_into("<II", content, 68, 1, 1)
    assert reason("doc", bytes(content))
