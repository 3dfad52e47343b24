"""A file is taken for what its inside is, walked from beginning to end; what is active or hidden is refused."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.attachments.content import check_content, xml
from chalicelib.attachments.model import EXTENSIONS, MAX_SIZE
from chalicelib.refusals import FileRefused
from tests.attachments import corpus
from tests.attachments.checking import check, reason
from tests.attachments.corpus import GOOD, SCRIPT

KINDS = sorted(GOOD)
HTML = b"<!DOCTYPE html><html><body>" + SCRIPT + b"</body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
ARCHIVE = corpus.package({"a.class": b"\xca\xfe\xba\xbe"})


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_file_of_every_kind_is_taken(kind: str) -> None:
    check(kind, GOOD[kind])
    check_content(f"UPPER.{kind.upper()}", EXTENSIONS[kind], GOOD[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_exactly_the_limit_is_taken_and_a_byte_more_is_not(kind: str) -> None:
    content = corpus.sized(kind, MAX_SIZE)
    assert len(content) == MAX_SIZE
    check(kind, content)
    assert f"{MAX_SIZE + 1:,} bytes" in reason(kind, content + b"\n")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", KINDS)
def test_a_renamed_file_is_refused(kind: str, other: str) -> None:
    """Whatever good file it is under another kind's name."""
    if EXTENSIONS[kind] == EXTENSIONS[other]:
        return
    assert reason(kind, GOOD[other])


@pytest.mark.parametrize("kind", KINDS)
def test_a_program_an_empty_file_and_a_bare_signature_are_refused(kind: str) -> None:
    assert reason(kind, b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0" * 100)
    assert reason(kind, b"\x7fELF\x02\x01\x01\0" * 100)
    assert reason(kind, b"") == "it is empty."
    if kind not in {"csv", "xml"}:
        assert reason(kind, GOOD[kind][:8])


@pytest.mark.parametrize("kind", ["doc", "docx", "gif", "jpg", "pdf", "png", "xlsx", "xml"])
def test_a_file_that_was_cut_off_is_refused(kind: str) -> None:
    content = GOOD[kind]
    for length in (len(content) // 3, len(content) // 2, len(content) * 9 // 10):
        assert reason(kind, content[:length])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("markup", [HTML, SVG, SCRIPT, b"\n\n  " + HTML.lower(), b"\xef\xbb\xbf" + HTML])
def test_a_web_page_under_another_name_is_refused(kind: str, markup: bytes) -> None:
    assert reason(kind, markup)


@pytest.mark.parametrize("kind", ["gif", "jpg", "pdf", "png"])
@pytest.mark.parametrize(
    "tail", [HTML, SVG, SCRIPT, b"\n<iframe src=x>", b"<?php echo 1 ?>", b"  \0" + ARCHIVE, b"junk" + ARCHIVE]
)
def test_markup_or_an_archive_behind_the_end_is_refused(kind: str, tail: bytes) -> None:
    assert "hidden" in reason(kind, GOOD[kind] + tail)


@pytest.mark.parametrize("kind", ["gif", "jpg", "png"])
def test_what_phones_put_behind_a_picture_is_taken(kind: str) -> None:
    """Motion photos have a film there, others a second picture or a maker's table."""
    check(kind, GOOD[kind] + b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 40)
    check(kind, GOOD[kind] + GOOD["jpg"] + b"SEFHj\0\0\0SEFT")


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("png", corpus.png(corpus.chunk(b"tEXt", b"Comment\0" + SCRIPT))),
        ("png", corpus.png(corpus.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + SVG))),
        ("gif", corpus.gif(corpus.gif_comment(HTML))),
        ("jpg", corpus.jpg(corpus.segment(0xFE, SCRIPT))),
        ("jpg", corpus.jpg(corpus.segment(0xE1, b"Exif\0\0" + HTML))),
        ("pdf", b"%PDF-1.7\n" + HTML + GOOD["pdf"]),
        ("pdf", GOOD["pdf"].replace(b"%\xe2\xe3", b"%<SCRIPT>alert(1)</SCRIPT>\n%\xe2\xe3")),
    ],
)
def test_markup_inside_the_text_of_a_picture_or_at_the_head_of_a_pdf_is_refused(kind: str, content: bytes) -> None:
    assert "hidden" in reason(kind, content)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("png", corpus.png(corpus.chunk(b"zipS", ARCHIVE))),
        ("gif", corpus.gif(corpus.gif_comment(ARCHIVE[:200]))),
        ("jpg", corpus.jpg(corpus.segment(0xFE, ARCHIVE))),
    ],
)
def test_an_archive_that_archive_readers_find_inside_is_refused(kind: str, content: bytes) -> None:
    """They look from the end and skip what comes before, so a picture with a JAR in a comment is a JAR as well."""
    assert "hidden" in reason(kind, content)


def test_ordinary_text_inside_a_picture_is_taken() -> None:
    check("png", corpus.png(corpus.chunk(b"tEXt", b"Comment\0a < b, <x:xmpmeta/>, <bodyguard>")))
    check("gif", corpus.gif(corpus.gif_comment(b"made with care " * 100)))
    check("jpg", corpus.jpg(corpus.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:RDF/></x:xmpmeta>")))


def test_pictures_without_a_picture_are_refused() -> None:
    assert reason("png", GOOD["png"][:33] + corpus.chunk(b"IEND", b""))
    assert reason("gif", GOOD["gif"][:19] + b";")
    assert reason("jpg", b"\xff\xd8\xff\xd9")
    assert reason("jpg", b"\xff\xd8" + corpus.segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x1f\xff\xd9")


def test_a_pdf_may_end_in_space_and_have_scripts_its_viewer_decides_about() -> None:
    check("pdf", corpus.pdf(ending=b"\r\n\0\0\x1a"))
    check("pdf", corpus.pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>"))
    assert reason("pdf", b"x" + GOOD["pdf"])
    assert reason("pdf", GOOD["pdf"] + b"x" * 2_000)


# XML


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        '<!-- <a/> --> <?b c?>\n<!DOCTYPE a SYSTEM "http://169.254.169.254/"><a/>',
        "<!DOCTYPE a []><a/>",
        '<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY {"a" * (n + 1)} "{("&" + "a" * n + ";") * 10}">' for n in range(1, 10))
        + "]><l>&aaaaaaaaaa;</l>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_xml_with_a_document_type_is_refused_before_it_is_parsed(text: str, encoding: str) -> None:
    assert "DOCTYPE" in reason("xml", text.encode(encoding))


@pytest.mark.parametrize(
    "text",
    [
        '<a xmlns="http://www.w3.org/1999/xhtml"><script>1</script></a>',
        '<a><b><x:script xmlns:x="http://www.w3.org/1999/xhtml">1</x:script></b></a>',
        '<a xmlns:s="http://www.w3.org/2000/svg"><s:svg onload="1"/></a>',
        '<x:stylesheet version="1.0" xmlns:x="http://www.w3.org/1999/XSL/Transform"/>',
        '<a xmlns:i="http://www.w3.org/2001/XInclude"><i:include href="file:///etc/passwd"/></a>',
        "<html><body/></html>",
        "<HTML/>",
        "<svg/>",
        '<x:script xmlns:x="urn:x"/>',
        '<?xml-stylesheet type="text/xsl" href="http://attacker.example/x.xsl"?><a/>',
        '<a/><?XML-Stylesheet href="data:text/xml,x"?>',
        '<?mso-application progid="Word.Document"?><a/>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_that_a_browser_or_office_program_would_run_is_refused(text: str, encoding: str) -> None:
    assert reason("xml", text.encode(encoding))


@pytest.mark.parametrize(
    "content",
    [
        "<a>é</a>".encode(),
        "<a>é</a>".encode("utf-8-sig"),
        '<?xml version="1.0" encoding="UTF-16"?><a>é</a>'.encode("utf-16"),
        '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'.encode("latin-1"),
        '<?xml version="1.0" encoding="windows-1251" standalone="yes"?><a>Ж</a>'.encode("cp1251"),
        "<?xml version='1.0' encoding='Shift_JIS'?><a>表</a>".encode("shift_jis"),
        b"<a><![CDATA[<!DOCTYPE html><html><script>]]></a>",
        b"<!-- <!DOCTYPE a> --><a>&#65;&lt;script&gt;</a>",
        b"<a>" * 200 + b"</a>" * 200,
    ],
)
def test_plain_xml_is_taken_in_the_encodings_it_comes_in(content: bytes) -> None:
    check("xml", content)


@pytest.mark.parametrize(
    "content",
    [
        b'<?xml version="1.0" encoding="UTF-7"?>+ADw-script/+AD4-',
        b'<?xml version="1.0" ' + b" " * 300 + b'encoding="UTF-7"?><a/>',
        b'<?xml version="1.0" ' + b" " * 500 + b'encoding="UTF-7"?><a/>',
        b'<?xml version="1.0" encoding="rot13"?><a/>',
        b'<?xml version="1.0" encoding="unicode_escape"?><a/>',
        b'\xef\xbb\xbf<?xml version="1.0" encoding="shift_jis"?><a/>',
        '<?xml version="1.0" encoding="UTF-8"?><a/>'.encode("utf-16"),
        "<a/>".encode("utf-16-le"),
        "<a>é</a>".encode("latin-1"),
        b"<a>\0</a>",
        b"<a>&nbsp;</a>",
        b"<a><b></a></b>",
        b"<a/><a/>",
        b"not xml",
        b"<!-- never closed",
    ],
)
def test_xml_that_readers_would_not_agree_on_is_refused(content: bytes) -> None:
    assert reason("xml", content)


@pytest.mark.parametrize(
    "content",
    [
        b"<a>" * 10_000 + b"</a>" * 10_000,
        b"<a>" * (MAX_SIZE // 3),
        b"<a>" + b"<b/>" * (xml.MAX_ELEMENTS + 1) + b"</a>",
        b'<a xmlns="' + b"u" * 1_000_000 + b'">' + b"<b/>" * 300_000 + b"</a>",
    ],
)
def test_xml_that_would_cost_a_parser_dearly_is_refused(content: bytes) -> None:
    assert "too" in reason("xml", content)


# CSV


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n1,é\n".encode(),
        "a,b\n1,é\n".encode("utf-8-sig"),
        "a\tb\n1\té\n".encode("utf-16"),
        "a;b\n1;é €\n".encode("cp1252"),
        "a,b\n1,表示\n".encode("shift_jis"),
        "a,b\n1,表示\n".encode("gb18030"),
        b"<DATE>,<TIME>,<OPEN>\n20260101,1200,3.5\n",
        b"name,mail\nZoe,<zoe@example.com>\n=1+1,-2\n",
        b"id,text\n" + b"1,x\n" * 500 + b'2,"<p>a description</p>"\n',
        b"a,b\x1a",
    ],
)
def test_tables_as_programs_write_them_are_taken(content: bytes) -> None:
    check("csv", content)


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\0c\n",
        b"\xff\xfea,b\n\xd8",
        b"a\x1b$B,b",
        b"\xef\xbb\xbf  <!DOCTYPE html>",
        b"<script>alert(1)</script>,y\n",
        b"<?xml version='1.0'?><a/>",
        b"<table><tr><td>1</td></tr></table>",
        b"<!-- x --><svg onload=alert(1)>",
        "<html>".encode("utf-16"),
        b" " * 5_000 + b"<html>",
    ],
)
def test_binary_and_web_pages_are_no_tables(content: bytes) -> None:
    assert reason("csv", content)


# All


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    kind=st.sampled_from(KINDS),
    changes=st.lists(st.tuples(st.integers(0, 6_000), st.binary(min_size=0, max_size=8)), max_size=4),
    cut=st.integers(0, 200),
)
def test_no_damage_makes_a_check_fail_in_any_other_way(kind: str, changes: list[tuple[int, bytes]], cut: int) -> None:
    content = bytearray(GOOD[kind])
    for place, data in changes:
        start = place % len(content)
        content[start : start + len(data)] = data
    with suppress(FileRefused):
        check(kind, bytes(content[: len(content) - cut]))


@settings(max_examples=200, deadline=None)
@given(kind=st.sampled_from(KINDS), content=st.binary(min_size=1, max_size=2_000))
def test_no_bytes_behind_a_signature_make_a_check_fail_in_any_other_way(kind: str, content: bytes) -> None:
    for given_content in (content, GOOD[kind][:16] + content):
        with suppress(FileRefused):
            check(kind, given_content)


def test_a_type_that_is_not_that_of_the_name_is_refused() -> None:
    with pytest.raises(FileRefused):
        check_content("a.pdf", "image/png", GOOD["pdf"])
    with pytest.raises(FileRefused):
        check_content("a.exe", "application/pdf", GOOD["pdf"])
