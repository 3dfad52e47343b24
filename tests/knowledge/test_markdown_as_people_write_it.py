"""What people write in articles, copied from elsewhere or typed by habit, is shown to readers as it was meant."""

from __future__ import annotations

import re

import pytest

from chalicelib.knowledge.markdown import render
from tests.tags import Page


def leads(body: str) -> list[str]:
    return [one["href"] for tag, one in Page(render(body).html).tags if tag == "a" and "href" in one]


def html(body: str) -> str:
    return render(body).html.strip()


@pytest.mark.parametrize(
    ("heading", "fragment", "leads_to"),
    [
        ("Refunds", "refunds", "s-refunds"),
        ("Refunds", "s-refunds", "s-refunds"),
        ("Refunds & Returns", "Refunds-&-Returns", "s-refunds-returns"),
        ("返金について", "返金について", "s-返金について"),
        ("ส่งคืน", "ส่งคืน", "s-ส่งคืน"),
        ("ส่งคืน", "s-ส-งค-น", "s-ส-งค-น"),
        ("Größe", "gr%C3%B6%C3%9Fe", "s-größe"),
        ("Café", "cafe\u0301", "s-café"),
    ],
)
def test_a_link_to_a_heading_of_the_same_article_leads_there(heading: str, fragment: str, leads_to: str) -> None:
    """With the prefix of our ids or without, in any script, encoded or not, by the name of now or of before."""
    rendered = render(f"[x](#{fragment})\n\n## {heading}")
    page = Page(rendered.html)
    assert leads(f"[x](#{fragment})\n\n## {heading}") == [f"#{_quoted(leads_to)}"]
    assert leads_to in {one.get("id") for _, one in page.tags}


def _quoted(text: str) -> str:
    return "".join(one if one.isascii() else "".join(f"%{byte:02X}" for byte in one.encode()) for one in text)


def test_links_to_parts_of_other_articles_get_the_prefix_of_ids() -> None:
    body = "[a](/articles/fees#late) [b](fees#late) [c](/articles/fees#s-late) [d](/articles/fees#helpful) [e](fees)"
    assert leads(body) == [
        "/articles/fees#s-late",
        "fees#s-late",
        "/articles/fees#s-late",
        "/articles/fees#helpful",
        "fees",
    ]


@pytest.mark.parametrize(
    ("address", "href"),
    [
        ("www.example.com", "https://www.example.com"),
        ("www.example.com/a?b#c", "https://www.example.com/a?b#c"),
        ("example.com", "https://example.com"),
        ("shop.example.co.uk/a", "https://shop.example.co.uk/a"),
        ("example.com:8080/a", "https://example.com:8080/a"),
        ("www.münchen.de", "https://www.xn--mnchen-3ya.de"),
        ("help@example.com", "mailto:help@example.com"),
        ("file.pdf", "file.pdf"),
        ("other-article", "other-article"),
        ("/contact", "/contact"),
        ("https://example.com/", "https://example.com/"),
        ("tel:+4930123", "tel:+4930123"),
    ],
)
def test_an_address_without_a_scheme_leads_to_the_site_it_names(address: str, href: str) -> None:
    """What can be a file or an article of ours is left alone."""
    assert leads(f"[x]({address})") == [href]
    assert leads(f"[x]\n\n[x]: {address}") == [href]


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("见https://example.com/a。", "https://example.com/a"),
        ("www.example.com", "https://www.example.com"),
        ("mail help@example.com.", "mailto:help@example.com"),
        ("# https://example.com/a", "https://example.com/a"),
        ("| https://example.com/a |\n|---|\n| b |", "https://example.com/a"),
        ("**https://example.com/a_b_c**", "https://example.com/a_b_c"),
        ("https://example.com/?a=1&amp;b=2", "https://example.com/?a=1&b=2"),
    ],
)
def test_bare_addresses_are_links_wherever_text_is(text: str, href: str) -> None:
    assert leads(text) == [href]
    assert 'dir="ltr"' in html(text)


@pytest.mark.parametrize("text", ["`https://example.com`", "    https://example.com", "```\nwww.example.com\n```"])
def test_addresses_in_code_and_in_links_are_left_alone(text: str) -> None:
    assert leads(text) == []
    assert leads("[https://a.example](https://b.example)") == ["https://b.example"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**重要：**文字", "<strong>重要：</strong>文字"),
        ("これは**「重要」**です", "これは<strong>「重要」</strong>です"),
        ("请**“注意”**安全", "请<strong>“注意”</strong>安全"),
        ("**제목(title)**은", "<strong>제목(title)</strong>은"),
        ("**重要!**文字", "<strong>重要!</strong>文字"),
        ("**สำคัญ:**ข้อความ", "<strong>สำคัญ:</strong>ข้อความ"),
        ("文字*（注）*文字", "文字<em>（注）</em>文字"),
        ("~~旧：~~新", "<s>旧：</s>新"),
        ("**a:**b", "**a:**b"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("文字 ** 文字 **", "文字 ** 文字 **"),
        ("snake_case_name", "snake_case_name"),
    ],
)
def test_emphasis_works_beside_marks_of_scripts_without_spaces(text: str, shown: str) -> None:
    """Everywhere else CommonMark's own rule stays."""
    assert html(text) == f"<p>{shown}</p>"


@pytest.mark.parametrize("mark", ["<br>", "<br/>", "<br />", "<BR>"])
def test_a_line_break_works_in_a_cell_and_elsewhere(mark: str) -> None:
    assert re.sub(r"\s", "", html(f"| a{mark}b |\n|---|\n| c |")).count("<th>a<br>b</th>") == 1
    assert html(f"a{mark}b") == "<p>a<br>\nb</p>"
    assert html(f"`{mark}`") == f"<p><code>&lt;{mark[1:-1]}&gt;</code></p>"
    assert "<br onclick" not in html("<br onclick=x>")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<!-- remark -->\n\ntext", "<p>text</p>"),
        ("a <!-- remark -->b", "<p>a b</p>"),
        ("text\n<!-- remark\n\nwith a gap -->\n\nmore", "<p>text</p>\n<p>more</p>"),
        ("> <!-- remark -->\n> text", "<blockquote>\n<p>text</p>\n</blockquote>"),
        ("- <!-- remark\n\n  more -->\n  text", "<ul>\n<li>text</li>\n</ul>"),
        ("# Title <!-- remark -->", '<h2 id="s-title">Title </h2>'),
        ("<!-- ## No heading\n\n- no list -->", ""),
    ],
)
def test_a_remark_is_not_shown_and_not_found(text: str, shown: str) -> None:
    """On lines of its own, over several, within a line, in quotes, lists and headings; neither in search."""
    assert html(text) == shown
    assert "remark" not in render(text).text
    assert "No heading" not in str(render(text).headings)


@pytest.mark.parametrize(
    "text", ["<!-- never ends", "a <!-- b", "- <!-- in a list\n\nout of it -->", "`<!-- code -->`", "    <!-- code -->"]
)
def test_what_is_no_remark_is_not_lost(text: str) -> None:
    assert "&lt;!--" in html(text)


def test_task_lists_have_boxes() -> None:
    """In lists of both kinds, tight and loose; other brackets stay as they are."""
    assert html("- [ ] todo\n- [x] done\n- [y] no\n- [](a)") == (
        '<ul>\n<li class="task">☐ todo</li>\n<li class="task">☑ done</li>\n<li>[y] no</li>\n'
        '<li><a href="a" rel="noopener noreferrer"></a></li>\n</ul>'
    )
    assert "☐ one" in html("1. [ ] one\n\n2. [X] two")
    assert "☑ two" in html("1. [ ] one\n\n2. [X] two")
    assert "[ ] text" in html("[ ] text")


@pytest.mark.parametrize(
    ("title", "identifier"),
    [
        ("เป็นอย่างไร", "s-เป็นอย่างไร"),
        ("हिन्दी में", "s-हिन्दी-में"),
        ("العَرَبِيَّة", "s-العَرَبِيَّة"),
        ("தமிழ் நாடு", "s-தமிழ்-நாடு"),
        ("বাংলা ভাষা", "s-বাংলা-ভাষা"),
        ("မြန်မာ", "s-မြန်မာ"),
        ("עִבְרִית", "s-עִבְרִית"),
        ("Cafe\u0301", "s-café"),
        ("⚠️ Warning", "s-warning"),
    ],
)
def test_ids_of_headings_keep_vowel_signs(title: str, identifier: str) -> None:
    assert [one.id for one in render(f"## {title}").headings] == [identifier]


def test_anchors_of_before_still_lead_to_their_headings_and_none_is_there_twice() -> None:
    """Also where two headings had the same, or one has now what another had."""
    rendered = render("## ที่ 1\n\n## ที 1\n\n## ท 1\n\n## Plain\n\n## Plain")
    ids = re.findall(r' id="([^"]+)"', rendered.html)
    assert len(ids) == len(set(ids))
    before = {"s-ท-1", "s-ท-1--2", "s-ท-1--3", "s-plain", "s-plain--2"}
    assert before <= set(ids)
    for heading in rendered.headings:
        assert f'<h2 id="{heading.id}"' in rendered.html
