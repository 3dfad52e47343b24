"""A table is taken with whatever its cells say, in the encodings that spreadsheets write; a web page is not one."""

from __future__ import annotations

import pytest

from chalicelib.attachments.content import check_content
from chalicelib.refusals import FileRefused

JAPANESE = "注文番号,商品名,備考\r\n1,電球 ﾗﾝﾌﾟ,表示・能力・予約\r\n"


def check(content: bytes) -> None:
    check_content("table.csv", "text/csv", content)


def reason(content: bytes) -> str:
    with pytest.raises(FileRefused) as caught:
        check(content)
    return caught.value.reason


@pytest.mark.parametrize(
    "cell",
    [
        "<p>A lamp</p>",
        "<!DOCTYPE html><html><body>All of a page</body></html>",
        "<script>dataLayer.push({})</script>",
        "<iframe src=https://video.example.com></iframe>",
        "<svg><path/></svg>",
        "<?php echo 1 ?>",
        "<body ",
    ],
)
def test_markup_in_a_cell_is_data(cell: str) -> None:
    """Wherever the cell is: shops, forms and mail programs export what people wrote."""
    check(f'sku,description\n1,"{cell}"\n'.encode())
    check(f"description;sku\n{cell};1\n".encode("cp1252"))
    check(f'"{cell}",1\n'.encode())
    check(f"1\t{cell}\n".encode("utf-16"))


@pytest.mark.parametrize(
    "content",
    [
        b"<html><table><tr><td>1</td></tr></table></html>",
        b"\xef\xbb\xbf\r\n\t <!DOCTYPE html>",
        b"<TABLE border=1><tr><td>a</td></tr></TABLE>",
        b"<meta charset=utf-8><table>",
        b"<script>alert(1)</script>,b\n",
        b"<svg onload=alert(1)>",
        b"<iframe src=x>",
        b"<?xml version='1.0'?><a/>",
        b"<?php echo 1 ?>",
        b"\x1b(B<html>",
        b"\x1b(J \x1b(B<script>alert(1)</script>",
        "<html>".encode("utf-16"),
        "\ufeff\ufeff<html>".encode("utf-16-be"),
        b"\x0b\x0c<html>",
    ],
)
def test_text_that_begins_as_markup_is_a_web_page(content: bytes) -> None:
    """Many shops call a web page with a table CSV. The sentence says what makes a table of it."""
    assert "with the names of the columns in its first line" in reason(content)


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "cp932", "shift_jis", "euc_jp", "euc_jis_2004", "iso2022_jp_ext"],
)
def test_tables_in_the_encodings_of_japan_are_taken(encoding: str) -> None:
    check(JAPANESE.encode(encoding))


@pytest.mark.parametrize(
    "content",
    [
        b"\x1b$B-!-j\x1b(B,1\r\n",
        b"\x1b$@0!\x1b(J,\\100\r\n",
        b"\x1b(IW]L_\x1b(B,1\r\n",
        b"\x1b$B$7$7\x1b(B<b>,1\r\n",
        b"\x1b$(D0!\x1b(B,1\r\n",
    ],
    ids=["NEC's numbers", "the set of 1978 and yen", "narrow katakana", "markup behind Japanese", "rare signs"],
)
def test_japans_jis_encoding_is_taken_with_all_its_sets(content: bytes) -> None:
    check(content)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("名称,价格\n灯,1\n", "gb18030"),
        ("名稱,價格\n燈,1\n", "big5"),
        ("이름,가격\n등,1\n", "cp949"),
        ("ชื่อ,ราคา\n", "cp874"),
        ("Имя;Цена\n", "cp1251"),
        ("Имя;Цена\n", "cp866"),
        ("الاسم;السعر\n", "cp1256"),
        ("Größe;Gewicht\n", "cp850"),
        ("Größe;Gewicht\n", "mac_roman"),
    ],
)
def test_tables_in_the_encodings_of_other_countries_are_taken(text: str, encoding: str) -> None:
    check(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["a,b\n1,2\n", '"name";"größe"\n1;2\n', "id\t注文\n1\t表示\n" * 100])
def test_utf_16_without_its_mark_is_taken(text: str, encoding: str) -> None:
    """R and databases write it. What it says is looked at like all else."""
    check(text.encode(encoding))
    assert "begins like a web page" in reason(f"<html>{text}".encode(encoding))
    assert "not plain text" in reason((text + "\0x").encode(encoding))


@pytest.mark.parametrize("sign", ["\x02", "\x1e", "\x1f", "\x13", "\x08"])
def test_a_control_character_that_was_pasted_into_a_cell_is_taken(sign: str) -> None:
    """Word has such for breaks within words and for fields; saving the table again keeps them."""
    check(f"sku,description\n1,A lamp with a hand{sign}made shade of glass\n".encode() * 10)
    check(b"a,b\n1,2\n\x1a" + b"\0" * 500)


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\0\x03" + b"text " * 1_000,
        b"\x7fELF" + bytes(range(256)) * 4,
        b"\0" * 1_000,
        b"a,b\n\0c,d\n",
        b"\x1f\x8b\x08" + bytes(range(1, 256)),
        b"\x01\x02\x03\x04",
        b"a,b\n\x1b[31mred\n",
        b"a\x1b$B,b",
        b"a,\x1b$B0!\n",
        b"a,\x1b$B0\x1b(B\n",
        b"\x1b$)C\x0e!!\x0f,b\n",
        "a,b\n".encode("utf-32"),
    ],
)
def test_what_is_no_text_is_refused(content: bytes) -> None:
    """Programs, archives, sequences for terminals, and Japanese that is cut off."""
    assert "not plain text" in reason(content)


@pytest.mark.parametrize("content", [b"%PDF-1.4\n", b"{\\rtf1 a}", b"GIF89a,1,2", b"%!PS-Adobe"])
def test_text_of_another_format_is_refused(content: bytes) -> None:
    assert "its content is not CSV" in reason(content)
