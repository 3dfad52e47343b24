"""Files are bounded before anything parses them, and every problem has its line and column."""

from __future__ import annotations

import pytest

from chalicelib.themes.language.checker import check
from chalicelib.themes.language.limits import LIMITS
from chalicelib.themes.language.tokens import Line, Unreadable, parse, tokens
from chalicelib.themes.language.vocabulary import NO_TAGS
from chalicelib.themes.model import MAX_FILE, MAX_FILES, WARNING
from tests.themes.offers import BEGINNING, ENTRY, LAYOUT, NAMES, kinds, problems, refusal, theme


def test_a_theme_that_keeps_to_everything_has_no_problem() -> None:
    assert problems("<h1>{{ page.title }}</h1>\n") == []


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [
        ("{{ pag.title }}", 1, 4),
        ("one\n  {{ site.organisation }}", 2, 11),
        ("one\r\n  {{ site.organisation }}", 2, 11),
        ("{# two\nlines #}{{ page.title|uper }}", 2, 23),
        ("{% if page.open %}\n\t{{ page.titel }}{% endif %}", 2, 10),
        ("   {%- if page.open -%}   \n\n   {{ page.titel }}{% endif %}", 3, 12),
        ("{{ _('a\nb %(c)s', c=page.titel) }}", 2, 18),
        ("<p>\n<blink>x</p>", 2, 2),
        ("<p>a{{ page.title }}\n  b <p onclick=''>", 2, 8),
        ("<p>\n{# a #}<p {% if page.open %}style=''{% endif %}>", 2, 29),
        ("é ß\n日本 {{ page.titel }}", 2, 12),
    ],
)
def test_a_problem_has_its_line_and_column(body: str, line: int, column: int) -> None:
    """Counted in characters from 1, whatever is before it: comments, white space that is dropped, other scripts."""
    found = refusal(body)
    assert (found.file, found.line, found.column) == (ENTRY, line, column)


def test_tokens_cover_the_file() -> None:
    """Each begins where its text is, although Jinja2 drops white space and knows lines only."""
    source = "a\n  {%- if x -%}\r\n b {{ y }}{# c\nd #}{% endif %}\n"
    lines = source.replace("\r\n", "\n").split("\n")
    for one in tokens(source):
        first = one.value.split("\n")[0]
        assert lines[one.line - 1][one.line.column - 1 :].startswith(first)


def test_a_place_moves_with_its_text() -> None:
    at = Line.at(3, 5)
    assert (at.moved("ab"), at.moved("ab").column) == (3, 7)
    assert (at.moved("a\nbc"), at.moved("a\nbc").column) == (4, 3)


@pytest.mark.parametrize(
    ("body", "kind", "says"),
    [
        ("{{ 'abc }}", "syntax", "If it begins a text in quotes, the text has no end"),
        ("{{ a ? b }}", "syntax", "The character ? cannot be here"),
        ("{# never ended", "syntax", "Missing end of comment tag"),
        ("{{ page.title", "syntax", "This cannot be read"),
        ("{{ }}", "syntax", "Expected an expression"),
        ("{% %}", "tag", "A tag begins with its name"),
        ("{% if page.open %}", "syntax", "endif"),
        ("{% else %}", "syntax", "else"),
        ("{{ (page.title }}", "syntax", "unexpected '}'"),
        ("{{ page. }}", "syntax", "expected name or number"),
        ("{% set %}", "syntax", "This cannot be read"),
        ("{% for in page.rows %}{% endfor %}", "syntax", "This cannot be read"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(body: str, kind: str, says: str) -> None:
    found = refusal(body)
    assert found.kind == kind
    assert says in found.sentence
    assert found.sentence.endswith(".")


def test_a_bound_of_a_file_is_in_bytes() -> None:
    """Exactly as much is taken, and a byte more is not."""
    body = "é" * ((MAX_FILE - len(BEGINNING) - len("{% endblock %}")) // 2)
    source = theme(body)[ENTRY]
    source = "x" * (MAX_FILE - len(source.encode())) + source  # at the beginning, where it shows nowhere
    assert len(source.encode()) == MAX_FILE
    assert "size" not in [one.kind for one in check({"layout.html": LAYOUT, ENTRY: source}, {ENTRY: NAMES})]
    (found,) = check({"layout.html": LAYOUT, ENTRY: f"x{source}"}, {ENTRY: NAMES})
    assert (found.kind, found.line, found.column) == ("size", 1, 1)
    assert found.sentence == "A file has at most 60 KB; this one has 61 KB."


def test_a_theme_has_so_many_files() -> None:
    files = theme("") | {f"parts/p{number}.html": "" for number in range(MAX_FILES - 2)}
    assert {one.level for one in check(files, {ENTRY: NAMES})} == {WARNING}
    found = check(files | {"parts/q.html": ""}, {ENTRY: NAMES})
    assert [(one.file, one.kind) for one in found if one.level != WARNING] == [("", "size")]


def test_tokens_of_a_file_are_counted() -> None:
    """A comment has three, a value four; white space and the text between tags count nothing."""
    before = len([one for one in tokens(theme("")[ENTRY]) if one.kind not in {"whitespace", "data"}])
    comments, rest = divmod(LIMITS.tokens - before, 3)
    assert problems("{# a #} text" * comments + " " * 2000) == []
    assert rest < 3
    found = refusal("{# a #} text" * comments + "\n{# a #}")
    assert (found.kind, found.line) == ("size", 2)
    assert found.sentence == "A file has at most 3,000 words and signs in its tags; split it."


def test_tokens_of_a_theme_are_counted() -> None:
    part = "{# a #}" * (LIMITS.tokens // 3)
    files = theme("") | {f"parts/p{number}.html": part for number in range(4)}
    assert {one.kind for one in check(files, {ENTRY: NAMES})} == {"unused"}
    found = check(files | {"parts/p4.html": part, "parts/p5.html": part}, {ENTRY: NAMES})
    assert [(one.file, one.kind) for one in found] == [("parts/p4.html", "size")]
    assert "15,000" in found[0].sentence


def test_tokens_of_a_tag_are_counted() -> None:
    """A parser goes deeper with every not and every filter."""
    nots = LIMITS.tag - 3
    assert "size" not in kinds("{{ " + "not " * nots + "1 }}")
    found = refusal("{{ " + "not " * (nots + 1) + "1 }}")
    assert (found.kind, found.column) == ("size", 1)


@pytest.mark.parametrize(
    ("opened", "closed"),
    [
        ("{% if page.open %}", "{% endif %}"),
        ("{% with a = 1 %}", "{% endwith %}"),
        ("{% set a %}", "{% endset %}"),
        ("{% set a|default(b=1) %}", "{% endset %}"),
        ("{{ ", None),
    ],
)
def test_nesting_is_counted_before_anything_is_parsed(opened: str, closed: str | None) -> None:
    """A block for the page is open already; a set block counts, although a set with = opens nothing."""
    deep = LIMITS.nesting - 1
    if closed is None:
        assert "nesting" not in kinds("{{ " + "(" * deep + "1" + ")" * deep + " }}")
        found = refusal("{{ " + "(" * (deep + 1) + "1" + ")" * (deep + 1) + " }}")
    else:
        assert "At most 24" not in "".join(one.sentence for one in problems(opened * deep + closed * deep))
        found = refusal(opened * (deep + 1) + closed * (deep + 1))
    assert found.kind == "nesting"
    assert found.sentence == "At most 24 blocks and brackets can be open at once."


def test_ends_do_not_make_room_for_more_nesting() -> None:
    """Or whoever begins with ends that end nothing could go as deep as they like."""
    deep = LIMITS.nesting + 1
    with pytest.raises(Unreadable) as why:
        parse("{% endif %}" * 50 + "{% if a %}" * deep, LIMITS)
    assert why.value.kind == "nesting"


def test_the_deepest_that_is_allowed_is_parsed() -> None:
    """With room on the stack: brackets in blocks, and as many words as a tag has."""
    deep = LIMITS.nesting // 2
    inside = "(" * deep + "not " * (LIMITS.tag - 3 - 2 * deep) + "1" + ")" * deep
    tree, _ = parse("{% if a %}" * deep + "{{ " + inside + " }}" + "{% endif %}" * deep, LIMITS)
    assert tree.body


@pytest.mark.parametrize(
    ("number", "allowed"),
    [("123456789", True), ("0", True), ("1234567890", False), ("1.5", False), ("0x10", False), ("1_000", False)],
)
def test_numbers_are_whole_and_short(number: str, allowed: bool) -> None:
    """Longer ones take time to read, and the longest are an error of Python's."""
    assert kinds("{{ " + number + " }}") == ([] if allowed else ["number"])


@pytest.mark.parametrize("character", ["\0", "\x0c", "\x1b", "\x85", "\u2028", "\u202e", "\u2066", "\ud800", "\ufeff"])
def test_characters_that_cannot_be_seen_are_refused(character: str) -> None:
    """Some end lines for editors alone, some turn the text around, and some cannot be sent to a browser."""
    found = refusal(f"a\nb{character}c")
    assert (found.kind, found.line, found.column) == ("character", 2, 2)
    assert f"U+{ord(character):04X}" in found.sentence


@pytest.mark.parametrize("text", [r"'\x3cscript\x3e'", r"'\ud800'", r"'a\'b'", r"'\N{BULLET}'"])
def test_texts_have_no_escapes(text: str) -> None:
    """What a text says is what is written there."""
    found = refusal("{{ _(" + text + ") }}")
    assert (found.kind, found.column) == ("character", 6)


def test_texts_have_a_length() -> None:
    assert problems("{{ '" + "x" * (LIMITS.text - 2) + "' }}") == []
    assert kinds("{{ '" + "x" * (LIMITS.text - 1) + "' }}") == ["size"]


@pytest.mark.parametrize("tag", sorted(NO_TAGS))
def test_a_tag_of_jinja2_is_refused_with_what_to_do_instead(tag: str) -> None:
    found = refusal("{% " + tag + " x %}{% end" + tag + " %}")
    assert (found.kind, found.line) == ("tag", 1)
    assert found.sentence.startswith(f"There is no tag {tag}. ")
    assert "Tags are" not in found.sentence


def test_a_tag_that_nobody_knows_is_refused_with_the_list_of_tags() -> None:
    assert refusal("{% whlie x %}").sentence == (
        "There is no tag whlie. Tags are if, elif, else, for, set, block, extends, include, with."
    )


@pytest.mark.parametrize("name", ["Page.html", "../page.html", "parts/a/b.html", "a_b.html", ".html", "a b.html"])
def test_a_file_has_a_plain_name(name: str) -> None:
    (found,) = [one for one in check(theme("") | {name: ""}, {ENTRY: NAMES}) if one.level != WARNING]
    assert (found.file, found.kind) == ("", "file")


def test_other_files_than_templates_are_not_looked_at() -> None:
    assert check(theme("") | {"theme.css": "{% bad", "manifest.json": "{}"}, {ENTRY: NAMES}) == []


def test_a_file_of_no_page_is_read_and_told() -> None:
    """What it says cannot be checked: the page that includes a file decides what is known in it."""
    (found,) = check(theme("", alone="{{ whatever }}"), {ENTRY: NAMES})
    assert (found.file, found.kind, found.level) == ("parts/alone.html", "unused", WARNING)
    (found,) = check(theme("", alone="{{ 'never ended }}"), {ENTRY: NAMES})
    assert (found.file, found.kind) == ("parts/alone.html", "syntax")


def test_a_page_without_a_file_is_left_to_midtown() -> None:
    assert check(theme(""), {ENTRY: NAMES, "account.html": NAMES}) == []


def test_no_more_problems_are_told_than_anybody_reads() -> None:
    found = problems("{{ wrong }}\n" * 600)
    assert len(found) == LIMITS.problems


def test_a_problem_of_a_file_that_all_pages_have_is_told_once() -> None:
    files = {**theme(""), "other.html": theme("")[ENTRY], "layout.html": LAYOUT + "{{ site.organisation }}"}
    (found,) = check(files, {ENTRY: NAMES, "other.html": NAMES})
    assert found.sentence == "There is no site.organisation. Did you mean organization?"


def test_a_problem_that_a_file_has_on_one_page_names_the_page() -> None:
    from chalicelib.themes.language.types import PageNames, record

    other = PageNames({**NAMES.names, "page": record(title=NAMES.names["site"].fields["viewer"])}, NAMES.required)
    files = {**theme("{% include 'parts/p.html' %}", p="{{ page.status }}")}
    files["other.html"] = files[ENTRY]
    (found,) = check(files, {ENTRY: NAMES, "other.html": other})
    assert found.sentence == "There is no page.status. This is so on other.html."
