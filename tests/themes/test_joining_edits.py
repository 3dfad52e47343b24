"""Two who edit one revision: the second to save gets both changes, chooses where they conflict, and loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.records import replace
from chalicelib.themes.bases import Bases
from chalicelib.themes.joining import Joined, join, settled
from chalicelib.themes.merge import Choice, Take
from chalicelib.themes.model import Asset, Content
from chalicelib.themes.upgrade import unsettled
from tests.themes.midtowns import CSS, FILES, HEADER, HOME, NEW, OLD, written

OURS = "<a href=\"{{ urls.search }}\">{{ _('Search') }}</a>\n"
SHOP = '<a href="https://shop.example/">Shop</a>\n'
COMMON = Content(OLD, {"parts/own.html": "<p>Own</p>\n"}, values={"accent": "#123456", "rounded": True})


@pytest.fixture
def bases(tmp_path: Path) -> Bases:
    return written(tmp_path)


def edited(content: Content = COMMON, **files: str) -> Content:
    """Return a content with other files: ``parts__header`` is ``parts/header.html``."""
    return replace(content, files={**content.files, **{f"{one.replace('__', '/')}.html": files[one] for one in files}})


def without(name: str) -> Content:
    """Return what both began with, without a file."""
    return replace(COMMON, files={key: text for key, text in COMMON.files.items() if key != name})


def outcomes(joined: Joined) -> dict[str, str]:
    return {name: file.outcome.value for name, file in joined.files.items()}


def test_changes_of_different_files_are_both_there(bases: Bases) -> None:
    yours, theirs = edited(home=HOME + "<hr>\n"), edited(layout="<main></main>\n")
    joined = join(COMMON, yours, theirs, bases)
    assert outcomes(joined) == {"home.html": "kept", "layout.html": "follows"}
    after = settled(joined, {})
    assert after.files == {**theirs.files, "home.html": HOME + "<hr>\n"}
    assert after.origins == {name: FILES[OLD][name] for name in ("home.html", "layout.html")}


def test_changes_of_one_file_in_different_places_are_merged(bases: Bases) -> None:
    yours, theirs = edited(home=HOME.replace("How can", "Where can")), edited(home=HOME + "<hr>\n")
    joined = join(COMMON, yours, theirs, bases)
    assert outcomes(joined) == {"home.html": "merged"}
    assert settled(joined, {}).files["home.html"] == HOME.replace("How can", "Where can") + "<hr>\n"


@pytest.mark.parametrize(
    ("choice", "lines"),
    [
        (Choice(Take.YOURS), OURS),
        (Choice(Take.THEIRS), SHOP),
        (Choice(Take.BOTH), OURS + SHOP),
        (Choice(Take.TEXT, "<hr>\n"), "<hr>\n"),
    ],
)
def test_changes_in_one_place_wait_for_a_choice(bases: Bases, choice: Choice, lines: str) -> None:
    yours = edited(parts__header=HEADER.replace("</nav>", f"{OURS}</nav>"))
    theirs = edited(parts__header=HEADER.replace("</nav>", f"{SHOP}</nav>"))
    joined = join(COMMON, yours, theirs, bases)
    assert outcomes(joined) == {"parts/header.html": "conflict"}
    assert [one.file for one in unsettled(joined, {})] == ["parts/header.html"]
    with pytest.raises(ValueError, match="one conflict"):
        settled(joined, {})
    after = settled(joined, {"parts/header.html": [choice]})
    assert after.files["parts/header.html"] == HEADER.replace("</nav>", f"{lines}</nav>")


def test_what_both_did_alike_is_no_conflict(bases: Bases) -> None:
    both = edited(home=HOME + "<hr>\n")
    joined = join(COMMON, both, both, bases)
    assert outcomes(joined) == {"home.html": "follows"}
    assert settled(joined, {}).files == both.files


def test_a_file_that_one_took_away_is_gone_unless_the_other_changed_it(bases: Bases) -> None:
    gone, other = without("parts/own.html"), edited(home=HOME + "<hr>\n")
    assert "parts/own.html" not in settled(join(COMMON, gone, other, bases), {}).files
    assert "parts/own.html" not in settled(join(COMMON, other, gone, bases), {}).files
    changed = edited(parts__own="<p>Changed</p>\n")
    for yours, theirs in ((gone, changed), (changed, gone)):
        assert settled(join(COMMON, yours, theirs, bases), {}).files["parts/own.html"] == "<p>Changed</p>\n"


def test_a_file_that_is_midtowns_again_is_no_file_of_the_theme(bases: Bases) -> None:
    common = edited(home=HOME + "<hr>\n")
    yours = replace(common, files=COMMON.files)
    after = settled(join(common, yours, edited(common, layout="<main></main>\n"), bases), {})
    assert [*after.files] == ["parts/own.html", "layout.html"]


def test_settings_and_pictures_are_joined_one_by_one(bases: Bases) -> None:
    """Where both changed the same setting, yours is taken: it is what you see on your page."""
    logo = Asset("assets/logo.png", "image/png", 10, "0" * 64)
    yours = replace(COMMON, values={"accent": "#aaaaaa"}, assets={logo.name: logo})
    theirs = replace(COMMON, values={"accent": "#bbbbbb", "rounded": True, "hours": "open"})
    after = settled(join(COMMON, yours, theirs, bases), {})
    assert (after.values, after.assets) == ({"accent": "#aaaaaa", "hours": "open"}, {logo.name: logo})


def test_an_edit_of_a_theme_that_was_upgraded_meanwhile_is_joined_with_the_newer_midtown(bases: Bases) -> None:
    yours = edited(home=HOME.replace("How can", "Where can"))
    theirs = Content(NEW, COMMON.files, values={"brand": "#123456", "corners": "soft"})
    joined = join(COMMON, replace(yours, files={**yours.files, "theme.css": CSS + "p { margin: 0 }\n"}), theirs, bases)
    after = settled(joined, {})
    assert after.base == NEW
    assert after.files["home.html"] == FILES[NEW]["home.html"].replace("How can", "Where can")
    assert after.origins["home.html"] == FILES[NEW]["home.html"]
    assert after.files["theme.css"].endswith("p { margin: 0 }\n")
    assert "var(--fill)" in after.files["theme.css"]
    assert after.values == {"brand": "#123456", "corners": "soft"}
    assert "conversations.html" not in after.files
