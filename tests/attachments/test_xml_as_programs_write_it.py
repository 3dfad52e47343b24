"""XML is taken with the encoding named as people name it, and with the style sheet that an invoice was signed with."""

from __future__ import annotations

import codecs

import pytest
from webencodings.labels import LABELS

from chalicelib.attachments.content import check_content, encodings, xml
from chalicelib.refusals import FileRefused

NO_READERS = {"replacement", "x-user-defined"}
"""What browsers know by name and do not read."""


def check(content: bytes) -> None:
    check_content("data.xml", "application/xml", content)


def reason(content: bytes) -> str:
    with pytest.raises(FileRefused) as caught:
        check(content)
    return caught.value.reason


def declaring(name: str, text: bytes = b"text") -> bytes:
    return b'<?xml version="1.0" encoding="%s"?><a>%s</a>' % (name.encode(), text)


# Encodings


@pytest.mark.parametrize("name", sorted(name for name, of in LABELS.items() if of not in NO_READERS))
def test_every_name_of_the_list_of_browsers_is_known(name: str) -> None:
    """The WHATWG's list, in upper case too, of names that XML can have: letters, digits and three marks."""
    wide = {"utf-16le": codecs.BOM_UTF16_LE, "utf-16be": codecs.BOM_UTF16_BE}.get(LABELS[name], b"")
    for written in (name, name.upper()):
        content = declaring(written)
        if not name[0].isalpha() or ":" in name:
            assert reason(content)
        else:
            check(wide + content.decode().encode(LABELS[name]) if wide else content)


@pytest.mark.parametrize(
    ("name", "text", "encoding"),
    [
        ("UTF8", "Größe", "utf-8"),
        ("utf_8", "Größe", "utf-8"),
        ("latin1", "Größe “€”", "cp1252"),
        ("ISO-8859-1", "Größe €", "cp1252"),
        ("ISO8859_15", "Größe €", "iso8859-15"),
        ("us-ascii", "Größe", "latin-1"),
        ("cp1250", "Příliš žluťoučký", "cp1250"),
        ("WIN-1251", "Счёт", "cp1251"),
        ("Windows1252", "Größe", "cp1252"),
        ("IBM852", "Příliš", "cp852"),
        ("cp850", "Größe", "cp850"),
        ("Windows-31J", "①㈱髙橋 ﾗﾝﾌﾟ", "cp932"),
        ("Shift_JIS", "①㈱髙橋", "cp932"),
        ("x-sjis", "表示能力", "cp932"),
        ("EUC-JP", "①㈱", "euc_jis_2004"),
        ("ISO-2022-JP", "しかし表示", "iso2022_jp"),
        ("GB2312", "镕 €", "gb18030"),
        ("GBK", "价格", "gbk"),
        ("Big5", "價格 €", "cp950"),
        ("big5", "嘅啲", "big5hkscs"),
        ("ks_c_5601-1987", "똠방각하", "cp949"),
        ("TIS-620", "ราคา", "cp874"),
        ("macintosh", "Größe", "mac_roman"),
    ],
)
def test_an_encoding_is_read_as_people_name_and_write_it(name: str, text: str, encoding: str) -> None:
    """Also with more signs than the standard of that name has: those of the code page of Windows."""
    check(declaring(name, text.encode(encoding)))


@pytest.mark.parametrize(
    ("name", "tag", "encoding"),
    [("windows-1251", "Документ", "cp1251"), ("latin1", "Œuvre", "cp1252"), ("shift-jis", "注文", "cp932")],
)
def test_elements_have_names_in_every_script(name: str, tag: str, encoding: str) -> None:
    check(declaring(name, f"<{tag}/>".encode(encoding)))


@pytest.mark.parametrize(
    ("name", "encoding"), [("UTF-16LE", "utf-16-le"), ("UTF-16BE", "utf-16-be"), ("UTF-16", "utf-16-be")]
)
def test_utf_16_without_its_mark_is_read_where_it_declares_itself(name: str, encoding: str) -> None:
    check(declaring(name).decode().encode(encoding))
    assert reason("<a>text</a>".encode(encoding))
    assert reason('<?xml version="1.0"?><a>text</a>'.encode(encoding))


@pytest.mark.parametrize("name", ["UTF-7", "hz-gb-2312", "ISO-2022-KR", "cp037", "rot13", "x-user-defined", "idna"])
def test_an_encoding_that_not_every_program_reads_is_refused_by_name(name: str) -> None:
    said = reason(declaring(name))
    assert f"({name})" in said
    assert "with the encoding UTF-8" in said


@pytest.mark.parametrize(
    "content",
    [
        declaring("utf-16"),
        codecs.BOM_UTF8 + declaring("latin1"),
        codecs.BOM_UTF16_LE + declaring("utf-8").decode().encode("utf-16-le"),
        codecs.BOM_UTF16_LE + declaring("utf-16be").decode().encode("utf-16-le"),
        declaring("utf-16be").decode().encode("utf-16-le"),
        declaring("utf-8", "Größe".encode("latin-1")),
        declaring("shift_jis", b"\x81 "),
        declaring("big5", b"\xff\xff"),
        declaring("iso-2022-jp", b"\x1b$)C\x0e!!\x0f"),
    ],
)
def test_an_encoding_that_is_not_the_texts_is_refused(content: bytes) -> None:
    assert "does not have the encoding it declares" in reason(content)


@pytest.mark.parametrize("sign", [b"\x01", b"\x1e", b"\x0b", b"\x0c", b"\x1b"])
def test_a_control_character_is_told_from_a_wrong_encoding(sign: bytes) -> None:
    """No reader takes it, and another encoding would not help."""
    assert "control characters" in reason(declaring("utf-8", b"a" + sign + b"b"))


@pytest.mark.parametrize("codec", sorted({encodings.codec_of(name) for name in LABELS} - {""}))
def test_no_encoding_hides_markup(codec: str) -> None:
    """What is ASCII in any of them is ASCII in all: a reader that takes another finds the same elements."""
    signs = bytes(range(0x20, 0x7F))
    assert encodings.decode(signs, codec) == signs.decode("ascii")


# Style sheets

SIGNED = b"<ds:Signature xmlns:ds='http://www.w3.org/2000/09/xmldsig#'/>"


@pytest.mark.parametrize(
    "place",
    [
        "fatturapa_v1.2.xsl",
        "../stili/fattura ordinaria (v1.2.1).xsl",
        "http://www.fatturapa.gov.it/export/documenti/fatturapa/v1.2/fatturaordinaria_v1.2.xsl",
        "https://ivaservizi.agenziaentrate.gov.it/ser/xsl/fattura.xsl",
        "general.xslt",
        "CDA.xsl?v=2&amp;l=de",
        "/wp-content/plugins/seo/main-sitemap.xsl",
        "rss.css",
        "%23stili/a%20b.xsl",
    ],
)
def test_a_signed_file_may_name_a_style_sheet_beside_it_or_of_an_authority(place: str) -> None:
    """It cannot lose the line: the signature would no longer hold. Readers find none beside the file."""
    for kind in ("text/xsl", "text/css"):
        line = f'<?xml version="1.0"?>\n<?xml-stylesheet type="{kind}" href="{place}"?>\n'.encode()
        check(line + b"<Invoice><b/>" + SIGNED + b"</Invoice>")
        check(line.replace(b'"', b"'") + b"<p:FatturaElettronica xmlns:p='urn:x'><b/></p:FatturaElettronica>")
        for other in (b"<a/>", b"<Signature/>", b"<a><FatturaElettronica/></a>", b"<a>FatturaElettronica</a>"):
            assert "<?xml-stylesheet" in reason(line + other)


@pytest.mark.parametrize(
    "place",
    [
        "http://attacker.example/x.xsl",
        "//attacker.example/x.xsl",
        " //attacker.example/x.xsl",
        "\t/\t/attacker.example/x.xsl",
        r"\\attacker.example\x.xsl",
        r"/\attacker.example/x.xsl",
        "&#47;&#x2f;attacker.example/x.xsl",
        "h&#116;tp://attacker.example/x.xsl",
        "data:text/xml,x",
        "data&#58;text/xml,x",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://evilgov.it/x.xsl",
        "http://www.gov.it.attacker.example/x.xsl",
        "http://attacker.example/www.fatturapa.gov.it/x.xsl",
        "http://www.fatturapa.gov.it:80@attacker.example/x.xsl",
        "http://www.fatturapa.gov.it",
        "x" * 2_000,
    ],
)
def test_a_style_sheet_from_elsewhere_is_refused(place: str) -> None:
    """The sentence names the line. A signature that anybody can put there changes nothing."""
    said = reason(f'<?xml-stylesheet type="text/xsl" href="{place}"?><f>'.encode() + SIGNED + b"</f>")
    assert "<?xml-stylesheet" in said


@pytest.mark.parametrize(
    "data",
    [
        "href='a.xsl' href='data:x'",
        "title=\"href='a.xsl'\" href='data:x'",
        'title="href=\'" href="data:x" alternate="\'"',
        "href = 'data:x'",
        "href\n=\n'data:x'",
    ],
)
def test_no_writing_of_the_line_hides_where_its_style_sheet_is(data: str) -> None:
    assert reason(f"<?xml-stylesheet {data}?><f>".encode() + SIGNED + b"</f>")


@pytest.mark.parametrize(
    ("root", "inside"),
    [
        (b"f", b'<x:stylesheet xmlns:x="http://www.w3.org/1999/XSL/Transform"/>'),
        (b'html xmlns:x="http://www.w3.org/1999/XSL/Transform" x:version="1.0"', b""),
        (b"f", b'<script xmlns="http://www.w3.org/1999/xhtml">1</script>'),
        (b"f", b'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'),
        (b"f", b'<?xml-stylesheet href="data:x"?>'),
    ],
)
def test_a_style_sheet_that_is_taken_makes_nothing_active(root: bytes, inside: bytes) -> None:
    """Nor is the file its own style sheet."""
    for place in (b"", b"#s", b"data.xml", b"a.css"):
        line = b'<?xml-stylesheet type="text/xsl" href="%s"?>' % place
        assert reason(line + b"<%s>%s%s</%s>" % (root, inside, SIGNED, root.split()[0]))


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.w3.org/1999/xhtml",
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/XSL/Transform",
        "http://www.w3.org/2001/XInclude",
    ],
)
def test_a_namespace_that_is_declared_and_not_used_is_taken(namespace: str) -> None:
    """Office programs declare all that they know. One element of it is another matter, wherever it is."""
    check(f'<a xmlns:h="{namespace}"><b h:c="1"/></a>'.encode())
    assert "scripts" in reason(f'<a xmlns:h="{namespace}"><b><h:c/></b></a>'.encode())
    assert "scripts" in reason(f'<a xmlns:h="urn:x"><b xmlns:h=" {namespace.upper()} "><h:c/></b></a>'.encode())


# Document types


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('<!DOCTYPE cXML SYSTEM "http://a.example/cXML.dtd">', '<!DOCTYPE cXML SYSTEM "http://a.example/cXML.dtd" …>'),
        ("<!DOCTYPE BMECAT SYSTEM 'bmecat.dtd'>", "<!DOCTYPE BMECAT SYSTEM 'bmecat.dtd'"),
        ('<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN">', '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0'),
        ('<!DOCTYPE a [<!ENTITY b "c">]>', "<!DOCTYPE a …>"),
        ("<!DOCTYPE a\n SYSTEM\t'b'>", "<!DOCTYPE a SYSTEM 'b'"),
        ("<!DOCTYPE \u202eevil SYSTEM 'b'>", "<!DOCTYPE evil SYSTEM"),
        ("<!DOCTYPE " + "x" * 5_000 + ">", "<!DOCTYPE xxx"),
    ],
)  # fmt: skip
def test_the_sentence_about_a_document_type_says_which(written: str, shown: str) -> None:
    """As it is in the file, short and on one line, with what the person can do."""
    said = reason(f"<?xml version='1.0'?>\n{written}<a/>".encode())
    assert f"it has a document type declaration: {shown}" in said
    assert "Remove that declaration" in said
    assert len(said) < 300
    assert said.isprintable()


@pytest.mark.parametrize("name", ["KMYMONEY-FILE", "okular", "a:b", "Rechnung"])
def test_a_document_type_that_is_a_mere_name_is_taken(name: str) -> None:
    """Programs made with Qt write one. It has no entities and nothing to fetch, and there is one at most."""
    check(f"<?xml version='1.0'?>\n<!-- a --><!DOCTYPE {name} >\n<a/>".encode())
    assert "DOCTYPE" in reason(f"<!DOCTYPE {name}><!DOCTYPE {name}><a/>".encode())
    assert "DOCTYPE" in reason(f"<!DOCTYPE {name}> <!DOCTYPE {name} [<!ENTITY a 'b'>]><a>&a;</a>".encode())
    assert reason(f"<!DOCTYPE {name}>".encode())
    assert reason(f"<a/><!DOCTYPE {name}>".encode())
    for page in ("html", "HTML", "svg"):
        assert "DOCTYPE" in reason(f"<!DOCTYPE {page}><a><script>alert(1)</script></a>".encode())


# Counts


@pytest.mark.parametrize(
    "content",
    [
        b"<a>" + b"".join(b"<b%d/>" % number for number in range(xml.MAX_NAMES + 1)) + b"</a>",
        b"<a>" + b"<?b?>" * (xml.MAX_ELEMENTS + 1) + b"</a>",
        b"<?b?>" * (xml.MAX_ELEMENTS + 1) + b"<a/>",
        b"<a>" + b"&lt;" * (xml.MAX_ELEMENTS + 1) + b"</a>",
        b"<a b='" + b"&#9;" * (xml.MAX_ELEMENTS + 1) + b"'/>",
        b"<a>" + b"<b xmlns=''/>" * (xml.MAX_ELEMENTS // 2 + 1) + b"</a>",
    ],
    ids=["names", "instructions", "instructions before", "references", "references in a value", "namespaces"],
)
def test_everything_that_a_parser_stops_at_is_counted(content: bytes) -> None:
    """Not only elements: the cost of a file has a limit whatever it is made of."""
    assert "too many" in reason(content)
