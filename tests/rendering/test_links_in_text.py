"""Addresses in what people wrote become links in any script: no more of the text than belongs to them, and no less."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.links import links
from chalicelib.rendering.filters import prose
from tests.tags import Page


def found(text: str) -> list[str]:
    return [text[one.start : one.end] for one in links(text)]


def leads(text: str) -> list[str]:
    return [one.href for one in links(text)]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("请看https://example.com/a 谢谢", "https://example.com/a"),
        ("こちらhttps://example.com/a", "https://example.com/a"),
        ("자세한내용은https://example.com/a", "https://example.com/a"),
        ("انظرhttps://example.com/a", "https://example.com/a"),
        ("ดูที่https://example.com/a", "https://example.com/a"),
        ("ראוhttps://example.com/a", "https://example.com/a"),
        ("देखेंhttps://example.com/a", "https://example.com/a"),
        ("请访问www.example.com/a", "www.example.com/a"),
        ("联系info@example.com", "info@example.com"),
        ("«https://example.com/a»", "https://example.com/a"),
        ("‘https://example.com/a’", "https://example.com/a"),
        ("_https://example.com/a_", "https://example.com/a"),
        ("`https://example.com/a`", "https://example.com/a"),
        ("_www.example.com_", "www.example.com"),
        ("`info@example.com`", "info@example.com"),
        ("~_*https://example.com/a_b*_~", "https://example.com/a_b"),
    ],
)
def test_an_address_right_behind_text_of_scripts_without_spaces_is_a_link(text: str, address: str) -> None:
    assert found(text) == [address]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://example.com请点击", "https://example.com"),
        ("https://example.com/ordersを参照してください", "https://example.com/orders"),
        ("https://example.com/を参照してください", "https://example.com/"),
        ("https://example.com/a에서 확인", "https://example.com/a"),
        ("https://example.comللمزيد", "https://example.com"),
        ("https://example.com/aครับ", "https://example.com/a"),
        ("https://example.com:8080/?id=12を", "https://example.com:8080/?id=12"),
        ("http://localhost:8000を", "http://localhost:8000"),
        ("https://例え.jpを見て", "https://例え.jp"),
        ("https://example.com/%E6%97%A5を", "https://example.com/%E6%97%A5"),
        ("https://example.com/a,请点击", "https://example.com/a"),
        ("https://example.com/a?请", "https://example.com/a"),
        ("https://example.com/a(公式)", "https://example.com/a"),
        ("(https://example.com/a)をクリック", "https://example.com/a"),
        ("https://ja.wikipedia.org/wiki/C_(言語)を", "https://ja.wikipedia.org/wiki/C_(言語)"),
        ("https://example.com👍", "https://example.com"),
        ("www.example.com请", "www.example.com"),
        ("info@example.com请回复", "info@example.com"),
    ],
)
def test_text_right_behind_an_address_is_no_part_of_it(text: str, address: str) -> None:
    assert found(text) == [address]


@pytest.mark.parametrize("mark", "」』）】》〉〕、。，．！？；：；؛،؟۔।॥…၊။។՞։׃᠃»”｣｡､］｝\u200b\u200f\u3000")
@pytest.mark.parametrize("address", ["https://example.com/a", "https://例え.jp/道", "www.example.com", "a@example.com"])
def test_closing_marks_of_other_languages_end_an_address(mark: str, address: str) -> None:
    """Also where text goes on behind them, and where a second address does."""
    assert found(f"{address}{mark}") == [address]
    assert found(f"{address}{mark}文字") == [address]
    assert found(f"{address}{mark}https://example.org/b") == [address, "https://example.org/b"]


def test_every_opening_and_closing_mark_of_the_basic_plane_ends_an_address() -> None:
    """All that Unicode calls an opening, closing or quoting mark, but the apostrophe that words have within."""
    for code in range(0xA0, 0x10000):
        if unicodedata.category(chr(code)) in {"Ps", "Pe", "Pi", "Pf"} and code != 0x2019:
            if 0x2E00 <= code < 0x2E80 or code in {0x27C5, 0x27C6}:
                continue  # of editions of old texts, and of mathematics
            assert found(f"https://example.com/a{chr(code)}b") == ["https://example.com/a"], hex(code)


@pytest.mark.parametrize(
    "address",
    [
        "https://ja.wikipedia.org/wiki/日本語",
        "https://ja.wikipedia.org/wiki/日本語_(曖昧さ回避)",
        "https://zh.wikipedia.org/wiki/中国#历史",
        "https://ko.wikipedia.org/wiki/대한민국",
        "https://ar.wikipedia.org/wiki/مصر",
        "https://fa.wikipedia.org/wiki/می\u200cشود",
        "https://hi.wikipedia.org/wiki/हिन्दी",
        "https://th.wikipedia.org/wiki/ประเทศไทย",
        "https://ru.wikipedia.org/wiki/Москва",
        "https://fr.wikipedia.org/wiki/L’Été",
        "https://en.wikipedia.org/wiki/Foo_(bar)",
        "https://example.com/製品123カタログ.pdf",
        "https://example.com/a?q=日本語&lang=ja#節",
        "https://пример.рф/путь",
        "https://www.हिन्दी.भारत/पथ",
        "https://مثال.إختبار/مسار",
        "https://xn--r8jz45g.jp/a",
        "http://[::1]:8080/a",
        "https://user:pw@example.com/a",
    ],
)
def test_an_address_is_a_link_as_a_whole_as_people_paste_it(address: str) -> None:
    """Names and paths in any script, brackets that are balanced, ports; in brackets and at the end of a sentence."""
    for text in (address, f"({address})", f"「{address}」", f"{address}.", f"**{address}**", f"x {address}, y"):
        assert found(text) == [address]
        assert leads(text) == [address]


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("www.example.com.", "https://www.example.com"),
        ("WWW.Example.com/A?b#c", "https://WWW.Example.com/A?b#c"),
        ("www.münchen.de", "https://www.münchen.de"),
        ("info@example.com.", "mailto:info@example.com"),
        ("mailto:info@example.com", "mailto:info@example.com"),
        ("<first.last+tag@sub.example.co.uk>", "mailto:first.last+tag@sub.example.co.uk"),
        ("info@münchen.de", "mailto:info@xn--mnchen-3ya.de"),
        ("info@straße.example", "mailto:info@xn--strae-oqa.example"),  # another domain than strasse.example
        ("info@ελλάς.example", "mailto:info@xn--hxarsa0b.example"),
        ("info@例え.jp", "mailto:info@xn--r8jz45g.jp"),
        ("'info@example.com'", "mailto:info@example.com"),
    ],
)
def test_addresses_without_a_scheme_are_links_too(text: str, href: str) -> None:
    assert leads(text) == [href]


@pytest.mark.parametrize(
    "text",
    ["www.example", "xwww.example.com", "www..com", "www.example.123", "foo@bar", "a..b@example.com",
     "josé@example.com", "@example.com", "foo@1.2.3.4", "javascript:alert(1)", "javascript://x", "data:text/html,x", "ftp://example.com/a",
     "file:///etc/passwd", "xhttps://example.com", "ürlhttps://example.com", "https://", "http://?", "www.-.com",
     "vbscript:x", "intent://x#Intent;end"],
)  # fmt: skip
def test_what_is_no_address_is_no_link(text: str) -> None:
    assert found(text) == []
    assert "<a" not in prose(text)


def test_links_are_set_apart_from_the_direction_of_the_text() -> None:
    """An element with a direction of its own is isolated: Arabic around it is not reordered by it."""
    html = prose("انظر https://example.com/a/b. أو www.example.com أو a@example.com")
    anchors = [one for tag, one in Page(html).tags if tag == "a"]
    assert [one["dir"] for one in anchors] == ["ltr"] * 3
    assert [one["href"] for one in anchors] == [
        "https://example.com/a/b",
        "https://www.example.com",
        "mailto:a@example.com",
    ]


PIECES = "ab日をは한ا.-_/?#&=%()[]{}@:'’\"<>\n 1é、。\u202e"


@given(
    st.lists(
        st.sampled_from(
            [*"ab日をは한ا.-_/?#&=%()[]{}@:'’\"<>\n 1é、。", "http://", "https://", "www.", "mailto:", "\u202e"]
        )
    ).map("".join)
)
def test_no_text_makes_a_link_to_another_scheme_or_loses_a_character(text: str) -> None:
    page = Page(prose(text))
    assert {tag for tag, _ in page.tags} <= {"p", "br", "a"}
    for tag, attributes in page.tags:
        if tag == "a":
            assert attributes["href"].lower().startswith(("http://", "https://", "mailto:"))
    shown = "".join(part for part, _ in page.texts)
    assert shown.replace("\n", "") == text.replace("\n", "")
    places = [0, *(place for one in links(text) for place in (one.start, one.end))]
    assert places == sorted(places)


@pytest.mark.parametrize("behind", ["看" * 400, "を参照" * 200, "한" * 254])
def test_a_long_sentence_without_spaces_behind_an_address_is_none_of_it(behind: str) -> None:
    assert [one.href for one in links(f"https://example.com{behind}")] == ["https://example.com"]


@pytest.mark.parametrize(
    "unit",
    ["www.", "www.a.b", "www.a.看", "a@", "a@b.c", "a@b.cを", "@", "http://a看", "http://a/を", "http://a/aを", "a.",
     "'@", "https://e.com/a、", "http://a@", "http://a?=&", "mailto:", "日", "http://a/日", "/日.", "http://a/日.日",
     "http://a/=(", "a" * 64 + "@", "http://a.", "http://[", "http://a:",
     "www.看", "看www.a.b-", "看www."],
)  # fmt: skip
def test_links_in_a_text_of_any_length_are_found_in_one_pass(unit: str) -> None:
    """Something quadratic would not come back for hours."""
    text = unit * (600_000 // len(unit))
    assert len(prose(text)) >= len(text)
    assert len(prose("http://a/" + text)) >= len(text)
