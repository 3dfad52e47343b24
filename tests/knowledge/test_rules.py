"""Addresses, categories, languages and comparisons: rules without a table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.knowledge.article import Content, check, clean
from chalicelib.knowledge.model import Category, Tree, check_slug, pick, slug_of, tailed
from chalicelib.knowledge.text_diff import compare
from chalicelib.refusals import SettingRefused


def place(identifier: str, parent: str = "", **more: object) -> Category:
    values = {"slug": identifier, "names": {"en": identifier.title()}, **more}
    return Category(identifier, parent=parent, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Change the bulb!", "change-the-bulb"), ("Größe wählen", "grosse-wahlen"), ("Don't panic", "dont-panic"),
     ("ランプ", ""), ("Images", "images-article"), ("a" * 200, "a" * 80)],
)  # fmt: skip
def test_a_title_makes_an_address(title: str, slug: str) -> None:
    assert slug_of(title) == slug


@given(st.text(max_size=200))
def test_whatever_a_title_makes_can_be_an_address(title: str) -> None:
    slug = slug_of(title)
    assert not slug or check_slug(slug) == slug
    assert not slug or check_slug(tailed(slug, "2")) == tailed(slug, "2")


@pytest.mark.parametrize(
    "slug",
    ["", "A", "a_b", "a--b", "-a", "a-", "a/b", "..", "a b", "ä", "a" * 81, "images", "a\n", "<b>", "%2e", "ａ"],
)
def test_what_cannot_stand_in_an_address_is_refused(slug: str) -> None:
    with pytest.raises(SettingRefused) as refused:
        check_slug(slug)
    assert refused.value.field == "slug"


@pytest.mark.parametrize(
    ("languages", "wanted", "own", "found"),
    [({"en", "de"}, "de", "en", "de"), ({"en", "de"}, "fr", "en", "en"), ({"ja", "de"}, "fr", "en", "de"),
     ((), "en", "en", "")],
)  # fmt: skip
def test_a_reader_gets_their_language_else_the_organizations_else_any(
    languages: set[str], wanted: str, own: str, found: str
) -> None:
    assert pick(languages, wanted, own) == found


def test_categories_lie_at_most_three_deep() -> None:
    three = [place("a"), place("b", "a"), place("c", "b")]
    tree = Tree(three).check()
    assert [one.id for one in tree.path("c")] == ["a", "b", "c"]
    assert [(depth, one.id) for depth, one in tree.flat()] == [(0, "a"), (1, "b"), (2, "c")]
    with pytest.raises(SettingRefused) as refused:
        Tree([*three, place("d", "c")]).check()
    assert refused.value.field == "parent"


@pytest.mark.parametrize(
    ("categories", "field"),
    [
        ([place("a", "b"), place("b", "a")], "parent"),
        ([place("a", "a")], "parent"),
        ([place("a", "nowhere")], "parent"),
        ([place("a"), place("b", slug="a")], "slug"),
        ([place("a"), place("b", old_slugs=("a",))], "slug"),
        ([place("a", icon="skull")], "icon"),
        ([place("a", names={})], "name"),
        ([place("a", names={"en": "x" * 81})], "name"),
        ([place("a", slug="Not possible")], "slug"),
        ([place(f"c{number}") for number in range(101)], None),
    ],
)
def test_a_tree_that_cannot_be_is_refused(categories: list[Category], field: str | None) -> None:
    """Circles, strangers, the same address twice (a former one too), unknown icons, no name."""
    with pytest.raises(SettingRefused) as refused:
        Tree(categories).check()
    assert refused.value.field == field


def test_what_was_typed_is_cleaned_of_what_nobody_sees() -> None:
    content = clean(Content(" A\u2028 title \n", "two\n lines", "a\r\nb\x00\x07\rc\u200d \u202e\n\n"))
    assert content == Content("A title", "two lines", "a\nb\nc\u200d \u202e")


@pytest.mark.parametrize(
    ("content", "field"),
    [(Content("x" * 151), "title"), (Content("x", "x" * 401), "summary"), (Content("x", "", "x" * 40_001), "body")],
)
def test_too_much_is_refused_by_field(content: Content, field: str) -> None:
    with pytest.raises(SettingRefused) as refused:
        check(content)
    assert refused.value.field == field


LINES = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=30).map("\n".join)


@given(LINES, LINES)
def test_a_comparison_has_all_that_changed(before: str, after: str) -> None:
    """Taking the removed lines out and the added in leads from one text to the other, unchanged stretches left out."""
    lines = compare(before, after)
    if before == after:
        assert lines == ()
        return
    assert any(one.kind in {"gone", "new"} for one in lines)
    skipped = sum(int(one.text) for one in lines if one.kind == "skipped")
    for text, kind in ((before, "gone"), (after, "new")):
        shown = [one.text for one in lines if one.kind in {"same", kind}]
        assert len(shown) + skipped == len(text.split("\n"))
        remaining = iter(text.split("\n"))
        assert all(line in remaining for line in shown)


def test_a_comparison_that_would_take_minutes_is_coarse() -> None:
    """Thousands of lines that come again in another order: every line is there, as gone and as new."""
    before = [chr(200 + number % 101) for number in range(19_998)]
    lines = compare("\n".join(before), "\n".join(reversed(before)))
    assert [line.text for line in lines if line.kind == "gone"] == before
    assert [line.text for line in lines if line.kind == "new"] == before[::-1]
