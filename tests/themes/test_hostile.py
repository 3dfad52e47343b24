"""Attack 25: whatever a template tries, it is refused with its place, ends at what a page may use, or does no harm."""

from __future__ import annotations

import pytest

from tests.themes import hostile
from tests.themes.hostile import CASES, HARMLESS, Hostile, outcome


@pytest.mark.parametrize("one", CASES, ids=[one.tries for one in CASES])
def test_a_hostile_template_becomes_what_it_must(one: Hostile) -> None:
    found = outcome(one)
    assert (found.word, found.why.endswith("foreign")) == (one.becomes, one.becomes == HARMLESS), found
    assert found.where


def test_there_are_enough_and_each_is_another() -> None:
    assert len({one.tries for one in CASES}) == len(CASES) >= 60
    assert len({(one.body, one.title, *one.parts.values()) for one in CASES}) == len(CASES)


def test_the_table_has_a_line_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert hostile.main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[4 : 4 + len(one.tries)] for line, one in zip(lines[1:], CASES, strict=False)] == [
        one.tries for one in CASES
    ]
    assert lines[-1].endswith("0 became something else than they must.")


def test_what_is_foreign_is_seen() -> None:
    """Or all of the above would say nothing."""
    for html in (
        "<script>",
        "<p onclick=''>",
        "<a href=' javascript:a'>",
        "<a href='//example.org'>",
        "<img src='https://example.org'>",
        "<!-- a -->",
        "<p data-ours='a'>",
        "<p data-ours-x=''>",
        "<p data-oursx>",
        "<p title='",
    ):
        assert hostile.foreign(html), html
    assert hostile.foreign("<p class='a' data-ours>a &lt;script&gt; <a href='https://example.org'>b</a></p>") == []
