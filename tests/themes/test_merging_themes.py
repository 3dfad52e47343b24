"""Two changes of one text become one: nothing of either is lost, and git, asked the same, says the same."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.themes.lines import MAX_PAIRS, Change, changes, split
from chalicelib.themes.merge import By, Choice, Conflict, Kept, Lines, Merged, Take, merge, settled

PAIRS = 400
"""How many pairs of edits git is asked about."""

LINES = st.sampled_from(["<div>\n", "</div>\n", "\n", "<p>one</p>\n", "<p>two</p>\n", "{% endif %}\n"])
TEXTS = st.builds("".join, st.lists(LINES | st.from_regex(r"<b>[a-z]{3}</b>\n", fullmatch=True), max_size=14))
ENDINGS = st.sampled_from(["", "<i>", "</div>", "\r", "\u2028"])


@st.composite
def edits(draw: st.DrawFn, base: str) -> str:
    """Return a text that somebody made of another: some lines are replaced, added or removed."""
    lines = split(base)
    for _ in range(draw(st.integers(0, 3))):
        begin = draw(st.integers(0, len(lines)))
        lines[begin : begin + draw(st.integers(0, 3))] = draw(st.lists(LINES, max_size=3))
    return "".join(lines) + draw(ENDINGS)


@st.composite
def threes(draw: st.DrawFn) -> tuple[str, str, str]:
    """Return a base and two texts made of it."""
    base = draw(TEXTS) + draw(ENDINGS)
    return base, draw(edits(base)), draw(edits(base))


def side(merged: Merged, name: str) -> str:
    """Return one side's text as the pieces tell it."""
    return "".join(getattr(piece, name).text for piece in merged.pieces)


@given(threes())
def test_no_line_of_any_side_is_lost(texts: tuple[str, str, str]) -> None:
    """The pieces of each side, one after the other, are its text, and their numbers are those of its lines."""
    merged = merge(*texts)
    for name, text in zip(("base", "yours", "theirs"), texts, strict=True):
        assert side(merged, name) == text
        lines = split(text)
        for piece in merged.pieces:
            part: Lines = getattr(piece, name)
            assert "".join(lines[part.first - 1 : part.last]) == part.text


@given(threes())
def test_what_is_kept_is_what_somebody_made_of_it(texts: tuple[str, str, str]) -> None:
    """A kept piece is one that at most one side changed, or both alike; a line that one side added alone is in it."""
    merged = merge(*texts)
    for piece in merged.pieces:
        if isinstance(piece, Kept):
            assert piece.base.text in {piece.yours.text, piece.theirs.text} or piece.yours.text == piece.theirs.text
            assert piece.text in {piece.yours.text, piece.theirs.text}
        else:
            assert piece.yours.text != piece.theirs.text


@given(threes())
def test_added_lines_are_all_in_the_result_when_both_are_taken(texts: tuple[str, str, str]) -> None:
    """With both sides of every conflict, each line is there as often as the base and the additions ask for."""
    base, yours, theirs = (Counter(line.rstrip("\n") for line in split(text)) for text in texts)
    merged = merge(*texts)
    both = settled(merged, [Choice(Take.BOTH)] * len(merged.conflicts))
    found = Counter(line.rstrip("\n") for line in split(both))
    assert not (yours - base) - found
    assert not (theirs - base) - found


@given(threes())
def test_the_sides_are_equal_in_rights(texts: tuple[str, str, str]) -> None:
    """Changing places changes who is who and nothing else."""
    base, yours, theirs = texts
    one, other = merge(base, yours, theirs), merge(base, theirs, yours)
    assert one.clean == other.clean
    if one.clean:
        assert one.text == other.text
    assert [(c.yours, c.theirs) for c in one.conflicts] == [(c.theirs, c.yours) for c in other.conflicts]


@given(threes())
def test_where_one_side_did_nothing_the_other_is_right(texts: tuple[str, str, str]) -> None:
    base, yours, _ = texts
    assert merge(base, yours, base).text == yours
    assert merge(base, base, yours).text == yours
    assert merge(base, yours, yours).text == yours


@given(TEXTS, TEXTS)
def test_changes_lead_from_one_text_to_the_other(old: str, new: str) -> None:
    """Replaying what changed makes the new text of the old one; between two changes there is a line that stayed."""
    before, after = split(old), split(new)
    found = changes(before, after)
    made, at = [], 0
    for change in found:
        made += before[at : change.old] + after[change.new : change.new_end]
        at = change.old_end
    assert made + before[at:] == after
    assert all(one.old_end < next_one.old and one.new_end < next_one.new for one, next_one in pairwise(found))


@given(TEXTS, TEXTS)
def test_a_change_is_told_of_the_last_place_it_could_be_at(old: str, new: str) -> None:
    """No plain addition or removal could be told of one line further down."""
    before, after = split(old), split(new)
    for change in changes(before, after):
        if change.old == change.old_end and change.new_end < len(after):
            assert after[change.new] != after[change.new_end]
        if change.new == change.new_end and change.old_end < len(before):
            assert before[change.old] != before[change.old_end]


def test_changes_in_different_places_are_joined() -> None:
    """The lines that only they changed are named by their numbers in the result."""
    base = "<h1>a</h1>\n<p>b</p>\n<p>c</p>\n<p>d</p>\n<p>e</p>\n"
    yours = base.replace("<h1>a</h1>\n", "<h1>Ours</h1>\n<hr>\n")
    theirs = base.replace("<p>d</p>\n", "<p>D</p>\n<p>dd</p>\n").replace("<p>b</p>\n", "")
    merged = merge(base, yours, theirs)
    assert not merged.clean, "what they removed touches what you changed"

    theirs = base.replace("<p>d</p>\n", "<p>D</p>\n<p>dd</p>\n")
    merged = merge(base, yours, theirs)
    assert merged.text == "<h1>Ours</h1>\n<hr>\n<p>b</p>\n<p>c</p>\n<p>D</p>\n<p>dd</p>\n<p>e</p>\n"
    assert [(lines.first, lines.last) for lines in merged.joined] == [(5, 6)]
    assert [piece.by for piece in merged.pieces if isinstance(piece, Kept)] == [By.YOU, By.NOBODY, By.THEM, By.NOBODY]


def test_a_block_between_lines_that_occur_often_stays_where_it_was_put() -> None:
    """Each ``</div>`` closes what it closed before, although all of them are the same line."""
    base = "<div>\n<p>a</p>\n</div>\n<div>\n<p>b</p>\n</div>\n<div>\n<p>c</p>\n</div>\n"
    yours = base.replace("<div>\n<p>b</p>\n</div>\n", "")
    theirs = base.replace("<p>c</p>\n</div>\n", "<p>c</p>\n</div>\n<div>\n<p>new</p>\n</div>\n")
    assert merge(base, yours, theirs).text == (
        "<div>\n<p>a</p>\n</div>\n<div>\n<p>c</p>\n</div>\n<div>\n<p>new</p>\n</div>\n"
    )


def test_a_conflict_has_no_line_more_than_it_must() -> None:
    """What both sides changed alike at its ends is no part of it; numbers are those of each side."""
    merged = merge("a\nb\nc\n", "a\nsame\nmine\nend\nc\n", "a\nsame\nother\nother\nend\nc\n")
    assert merged.conflicts == (Conflict(Lines(2, "b\n"), Lines(3, "mine\n"), Lines(3, "other\nother\n")),)
    assert [piece.by for piece in merged.pieces if isinstance(piece, Kept)] == [By.NOBODY, By.BOTH, By.BOTH, By.NOBODY]


@pytest.mark.parametrize(
    ("choice", "text"),
    [
        (Choice(Take.YOURS), "a\nmine\nc\n"),
        (Choice(Take.THEIRS), "a\nother\nc\n"),
        (Choice(Take.BOTH), "a\nmine\nother\nc\n"),
        (Choice(Take.TEXT, "by hand\r\nand more"), "a\nby hand\nand more\nc\n"),
        (Choice(Take.TEXT, ""), "a\nc\n"),
    ],
    ids=["yours", "theirs", "both", "by hand", "neither"],
)
def test_a_conflict_is_settled_as_somebody_chooses(choice: Choice, text: str) -> None:
    assert settled(merge("a\nb\nc\n", "a\nmine\nc\n", "a\nother\nc\n"), [choice]) == text


def test_both_of_two_ends_without_a_line_end_are_two_lines() -> None:
    merged = merge("a\nb", "a\nmine", "a\nother")
    assert settled(merged, [Choice(Take.BOTH)]) == "a\nmine\nother"


def test_a_text_with_conflicts_is_no_text_yet() -> None:
    merged = merge("a\n", "b\n", "c\n")
    for choices in ([], [Choice(Take.YOURS)] * 2):
        with pytest.raises(ValueError, match="1 conflicts and"):
            settled(merged, choices)
    with pytest.raises(ValueError, match="1 conflicts and 0 choices"):
        _ = merged.text


def test_work_is_bounded_where_lines_repeat() -> None:
    """Where no line is unique and too many are equal, all of it counts as changed; what is around it does not."""
    old = ["first\n", *["a\n", "b\n"] * 300, "last\n"]
    new = ["first\n", *["b\n", "c\n", "a\n"] * 300, "last\n"]
    assert MAX_PAIRS < 2 * 300 * 300
    assert changes(old, new) == [Change(1, 601, 1, 901)]


@pytest.mark.skipif(not shutil.which("git"), reason="there is no git to compare with")
def test_git_gives_the_same_text(tmp_path: Path) -> None:
    """Where both merge a pair of edits without a conflict, the text is the same; that only one does is rare."""
    seen: Counter[str] = Counter()
    for seed in range(PAIRS):
        rolled = random.Random(seed)
        base = page(rolled)
        yours, theirs = edited(base, rolled, "yours"), edited(base, rolled, "theirs")
        mine = merge("".join(base), "".join(yours), "".join(theirs))
        asked = merged_by_git(tmp_path, "".join(base), "".join(yours), "".join(theirs))
        if mine.clean and asked is not None:
            assert mine.text == asked, f"the pair of seed {seed}"
        seen[f"{'clean' if mine.clean else 'conflict'} here, {'conflict' if asked is None else 'clean'} in git"] += 1
    print(dict(seen))
    assert seen["clean here, clean in git"] > PAIRS / 3
    assert seen["conflict here, conflict in git"] > PAIRS / 10
    assert seen["clean here, conflict in git"] + seen["conflict here, clean in git"] < PAIRS / 50


def page(rolled: random.Random) -> list[str]:
    """Return lines as templates have them: many that occur once, some that occur again and again."""
    often = ["<div>\n", "</div>\n", "{% endif %}\n", "{% endfor %}\n", "\n", "<ul>\n", "</ul>\n", "{% else %}\n"]
    once = [f'<p class="{rolled.choice("abc")}">{{{{ page.field_{number} }}}}</p>\n' for number in range(60)]
    return [rolled.choice(often) if rolled.random() < 0.45 else once.pop() for _ in range(rolled.randint(20, 60))]


def edited(base: list[str], rolled: random.Random, who: str) -> list[str]:
    """Return what somebody made of a page: lines changed, added, removed, moved, and wrapped in another element."""
    made = list(base)
    for number in range(rolled.randint(1, 4)):
        at = rolled.randrange(len(made))
        kind = rolled.choice(["change", "add", "remove", "move", "wrap"])
        if kind == "change":
            made[at] = made[at].rstrip("\n") + f" {{# {who} {number} #}}\n"
        elif kind == "add":
            made[at:at] = [f"<p>{who} {number}</p>\n"] * rolled.randint(1, 2)
        elif kind == "remove":
            del made[at : min(at + rolled.randint(1, 3), len(made) - 1)]
        elif kind == "move":
            made.insert(rolled.randrange(len(made)), made.pop(at))
        else:
            made[at:at] = ["<div>\n"]
            made.insert(at + 4, "</div>\n")
    return made


def merged_by_git(folder: Path, base: str, yours: str, theirs: str) -> str | None:
    """Return what git makes of it; None where it finds a conflict."""
    for name, text in (("base", base), ("yours", yours), ("theirs", theirs)):
        (folder / name).write_bytes(text.encode())
    alone = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", "merge-file", "-p", "yours", "base", "theirs"], cwd=folder, env=alone, capture_output=True, check=False
    )
    assert 0 <= done.returncode < 128, done.stderr
    return None if done.returncode else done.stdout.decode()
