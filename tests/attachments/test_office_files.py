"""DOC, DOCX and XLSX: what is in them is walked, and macros, traps and lies of their directories are refused."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from chalicelib.attachments.content import ooxml
from tests.attachments import corpus
from tests.attachments.checking import check, reason
from tests.attachments.corpus import GOOD, SCRIPT, TYPES

HTML = b"<!DOCTYPE html><html><body>" + SCRIPT + b"</body></html>"
ARCHIVE = corpus.package({"a.class": b"\xca\xfe\xba\xbe"})


# DOC


@pytest.mark.parametrize("storage", ["Macros", "VBA", "_VBA_PROJECT_CUR", "macros"])
def test_a_doc_with_macros_is_refused(storage: str) -> None:
    assert "macros" in reason("doc", corpus.doc("Data", storage))


def test_a_doc_with_the_macros_of_another_document_inside_is_refused() -> None:
    assert "macros" in reason("doc", corpus.doc(body=b"\xec\xa5" + "_VBA_PROJECT".encode("utf-16-le")))


def test_a_doc_about_macros_is_taken() -> None:
    check("doc", corpus.doc("ObjectPool", "Data", body=b"\xec\xa5" + "VBA Macros".encode("utf-16-le")))


def test_other_compound_files_and_what_word_does_not_read_are_refused() -> None:
    """Workbooks, mails and installers have the same signature as documents."""
    assert reason("doc", corpus.doc(stream="Workbook"))
    assert reason("doc", corpus.doc(body=b"MZ"))
    assert reason("doc", b"{\\rtf1 hello}")
    assert reason("doc", GOOD["docx"])


def test_a_doc_whose_directory_goes_in_circles_is_refused() -> None:
    content = bytearray(corpus.doc(*(f"s{number}" for number in range(40))))
    (place,) = struct.unpack("<I", content[48:52])
    (table,) = struct.unpack("<I", content[76:80])
    struct.pack_into("<I", content, (table + 1) * 512 + place * 4, place)
    assert "damaged" in reason("doc", bytes(content))


@pytest.mark.parametrize("value", [0, 110, 0xFFFFFFFF, 0x7FFFFFFF])
@pytest.mark.parametrize("place", [26, 28, 30, 44, 48, 76])
def test_a_doc_with_a_broken_header_is_refused(place: int, value: int) -> None:
    content = bytearray(corpus.doc("Data"))
    struct.pack_into("<I", content, place, value)
    assert reason("doc", bytes(content))


# DOCX and XLSX


def zipped(*, name: str = "word/x.bin", data: bytes = b"x" * 1000, **changes: int) -> bytes:
    """Return a document whose last part's entry in the directory says something else than is true."""
    content = bytearray(corpus.docx({name: data}))
    place = content.rindex(b"PK\x01\x02")
    fields = {"flags": (8, "<H"), "method": (10, "<H"), "packed": (20, "<I"), "size": (24, "<I"), "offset": (42, "<I")}
    for field, value in changes.items():
        struct.pack_into(fields[field][1], content, place + fields[field][0], value)
    return bytes(content)


def test_the_document_changed_by_the_tests_is_good_unchanged() -> None:
    check("docx", zipped())


def test_a_zip_that_is_no_office_document_is_refused() -> None:
    parts = corpus.docx_parts()
    assert reason("docx", ARCHIVE)
    assert reason("docx", corpus.package({name: parts[name] for name in parts if name != "word/document.xml"}))
    assert reason("docx", corpus.package({name: parts[name] for name in parts if name != "[Content_Types].xml"}))
    assert reason("xlsx", corpus.docx())


def test_the_document_itself_may_have_another_name_if_the_content_types_say_so() -> None:
    parts = corpus.docx_parts()
    parts["word/document2.xml"] = parts.pop("word/document.xml")
    assert reason("docx", corpus.package(parts))
    parts["[Content_Types].xml"] = str(parts["[Content_Types].xml"]).replace("document.xml", "document2.xml")
    check("docx", corpus.package(parts))


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("docx", {"word/vbaProject.bin": b"x"}),
        ("docx", {"word/VBAPROJECT.BIN": b"x"}),
        ("docx", {"word/vbaData.xml": b"<a/>"}),
        ("docx", {"word/activeX/activeX1.bin": b"x"}),
        ("docx", {"word/embeddings/oleObject1.bin": b"x" * 2_000_000 + "_VBA_PROJECT".encode("utf-16-le")}),
        ("xlsx", {"xl/macrosheets/sheet1.xml": b"<a/>"}),
        *(
            (
                "docx",
                {
                    "[Content_Types].xml": corpus.content_types(
                        "word/document.xml",
                        f"{TYPES}.wordprocessingml.document.main+xml",
                        f'<Default Extension="x" ContentType="{declared}"/>',
                    ),
                    "word/any.x": b"x",
                },
            )
            for declared in (
                "application/vnd.ms-office.vbaProject",
                "application/vnd.ms-word.document.macroEnabled.main+xml",
                "application/vnd.ms-excel.sheet.macroEnabled.12",
                "application/vnd.ms-office.activeX+xml",
            )
        ),
        (
            "xlsx",
            {
                "[Content_Types].xml": corpus.content_types(
                    "xl/workbook.xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
                )
            },
        ),
    ],
)
def test_an_office_file_with_macros_or_controls_is_refused(kind: str, parts: dict[str, bytes]) -> None:
    build = corpus.docx if kind == "docx" else corpus.xlsx
    assert "macros" in reason(kind, build(parts))


@pytest.mark.parametrize("kind", ["attachedTemplate", "oleObject", "frame", "subDocument"])
@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/t.dotm",
        "http://evil.example/t.dotm",
        "mhtml:https://evil.example/x!x-usc:https://evil.example/x",
        "file://evil/share/t.dotm",
        "file:////evil/share/t.dotm",
        "file:///%5C%5Cevil/share/t.dotm",
        r"\\evil\share\t.dotm",
        "//evil/t.dotm",
        " https://evil.example/t.dotm",
    ],
)
def test_an_office_file_that_loads_from_another_computer_is_refused(kind: str, target: str) -> None:
    assert "another computer" in reason(
        "docx", corpus.docx({"word/_rels/settings.xml.rels": corpus.relationships((kind, target, True))})
    )


@pytest.mark.parametrize(
    "relationship",
    [
        ("hyperlink", "https://example.com/", True),
        ("image", "https://example.com/a.png", True),
        ("attachedTemplate", "file:///C:\\Users\\zoe\\Templates\\Letter.dotx", True),
        ("attachedTemplate", "C:\\Templates\\Letter.dotx", True),
        ("attachedTemplate", "Letter.dotx", True),
        ("oleObject", "embeddings/oleObject1.bin", False),
        ("externalLinkPath", "Budget%202026.xlsx", True),
    ],
)
def test_links_and_templates_of_ones_own_are_taken(relationship: tuple[str, str, bool]) -> None:
    check("docx", corpus.docx({"word/_rels/document.xml.rels": corpus.relationships(relationship)}))


def test_a_document_type_in_any_part_is_refused() -> None:
    evil = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    for content in (evil.encode(), evil.encode("utf-16"), evil.encode("utf-8-sig")):
        assert "DOCTYPE" in reason("docx", corpus.docx({"word/styles.xml": content}))
        assert reason("xlsx", corpus.xlsx({"xl/drawings/d.vml": content}))
    assert reason("docx", corpus.docx({"[Content_Types].xml": evil}))


def test_a_password_is_named_as_the_reason() -> None:
    """Office files with a password are compound files, as those of old are."""
    assert "password" in reason("docx", corpus.doc(stream="EncryptedPackage"))
    assert "password" in reason("docx", zipped(flags=1))


@pytest.mark.parametrize(
    "name", ["../evil.xml", "word/../../evil.xml", "..\\evil.xml", "/etc/passwd", "C:/evil", "word/\x01", "\\\\host\\x"]
)
def test_parts_that_would_leave_their_folder_are_refused(name: str) -> None:
    assert reason("docx", corpus.docx({name: b"<a/>"}))


@pytest.mark.parametrize(
    "lie", [{"size": 10}, {"size": 2_000}, {"packed": 3}, {"method": 12}, {"method": 0}, {"offset": 0}]
)
def test_a_part_that_is_not_what_its_directory_says_is_refused(lie: dict[str, int]) -> None:
    assert reason("docx", zipped(**lie))


def test_two_parts_of_one_name_and_what_stands_before_or_behind_the_zip_are_refused() -> None:
    assert reason("docx", corpus.docx({"word/DOCUMENT.xml": b"<a/>"}))
    assert reason("docx", GOOD["docx"] + b"x")
    assert reason("docx", GOOD["docx"] + SCRIPT)
    assert reason("docx", b"x" + GOOD["docx"])
    assert reason("docx", ARCHIVE + GOOD["docx"])
    with zipfile.ZipFile(written := io.BytesIO(GOOD["docx"]), "a") as archive:
        archive.comment = HTML
    assert reason("docx", written.getvalue())


def test_zip_bombs_are_refused() -> None:
    """By what they declare, by what they unpack to, by how many they are, and by sharing their bytes."""
    assert "larger" in reason("docx", corpus.docx({"word/media/a.bin": bytes(ooxml.MAX_UNPACKED)}))
    assert reason("docx", zipped(data=bytes(10_000_000), size=1_000))
    assert "larger" in reason("xlsx", corpus.xlsx({f"xl/{number}": b"" for number in range(ooxml.MAX_ENTRIES)}))
    assert "larger" in reason("xlsx", corpus.xlsx({f"xl/{number}": b"" for number in range(20_000)}))
    many = {"word/_rels/a.rels": "<Relationships>" + "<a/>" * 2_000_000 + "</Relationships>"}
    assert "too many" in reason("docx", corpus.docx(many))
    long = {f"word/_rels/{n}.rels": "<Relationships>" + " " * 1_000_000 + "</Relationships>" for n in range(9)}
    assert "larger" in reason("docx", corpus.docx(long))


def test_parts_that_overlap_are_refused() -> None:
    content = bytearray(corpus.docx({"word/a.bin": b"x" * 1000, "word/b.bin": b"x" * 1000}))
    first = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02", content.rindex(b"word/document.xml")))
    content[first + 42 : first + 46] = content[content.rindex(b"PK\x01\x02") + 42 :][:4]
    assert reason("docx", bytes(content))
