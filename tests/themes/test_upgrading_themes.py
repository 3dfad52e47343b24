"""A theme comes to a newer Midtown with everything that was done to it; what needs a person is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.records import replace
from chalicelib.themes.bases import Bases, UnknownVersion
from chalicelib.themes.merge import Choice, Lines, Take
from chalicelib.themes.migrations import Note, Step, migrate, old_names
from chalicelib.themes.model import WARNING, Asset, Content
from chalicelib.themes.upgrade import Outcome, Upgrade, plan, settled, to_look_at, unsettled
from tests.themes.midtowns import CSS, FILES, HEADER, HOME, NEW, OLD, written
from tools import themes

SWITCH = "The switch “rounded” is now the choice “corners”."


@pytest.fixture
def bases(tmp_path: Path) -> Bases:
    return written(tmp_path)


def theme(**files: str) -> Content:
    """Return a theme made from the old version: ``parts__header`` is ``parts/header.html``, ``theme`` is the CSS."""
    names = {key: "theme.css" if key == "theme" else f"{key.replace('__', '/')}.html" for key in files}
    named = {names[key]: text for key, text in files.items()}
    return Content(OLD, named, {name: FILES[OLD][name] for name in named if name in FILES[OLD]})


def outcomes(upgrade: Upgrade) -> dict[str, str]:
    return {name: file.outcome.value for name, file in upgrade.files.items()}


def test_a_theme_that_nobody_modified_follows(bases: Bases) -> None:
    """Every file of the new version is there; those of the portal, which the old one lacks, are new and no work."""
    upgrade = plan(Content(OLD), bases, NEW)
    assert outcomes(upgrade) == {name: "new" if name == "conversations.html" else "follows" for name in FILES[NEW]}
    assert settled(upgrade, {}) == Content(NEW)
    assert [change.version for change in upgrade.changes] == [NEW]


def test_a_file_that_only_the_theme_changed_is_kept(bases: Bases) -> None:
    """Also one of its own, and its pictures."""
    logo = Asset("assets/logo.png", "image/png", 10, "0" * 64)
    content = replace(theme(layout="<main></main>\n", parts__ours="<hr>\n"), assets={logo.name: logo})
    upgrade = plan(content, bases, NEW)
    assert [file.name for file in upgrade.of(Outcome.KEPT)] == ["layout.html", "parts/ours.html"]
    after = settled(upgrade, {})
    assert after == replace(content, base=NEW, origins={"layout.html": FILES[NEW]["layout.html"]})


def test_changes_of_both_are_merged(bases: Bases) -> None:
    """The result has both, the report says which lines are Midtown's, and the new base's text becomes the origin."""
    content = theme(home=HOME.replace("How can we help?", "Hello, neighbour"))
    upgrade = plan(content, bases, NEW)
    (home,) = upgrade.of(Outcome.MERGED)
    after = settled(upgrade, {})
    assert after.files == {"home.html": FILES[NEW]["home.html"].replace("How can we help?", "Hello, neighbour")}
    assert after.origins == {"home.html": FILES[NEW]["home.html"]}
    (joined,) = home.joined
    lines = after.files["home.html"].splitlines(keepends=True)
    assert "".join(lines[joined.first - 1 : joined.last]) == joined.text
    assert "Welcome back" in joined.text


def test_a_conflict_waits_for_a_choice(bases: Bases) -> None:
    """Both put a link at the same place: nothing is upgraded until somebody says which one stays."""
    ours = "<a href=\"{{ urls.search }}\">{{ _('Search') }}</a>\n"
    upgrade = plan(theme(parts__header=HEADER.replace("</nav>", f"{ours}</nav>")), bases, NEW)
    (header,) = upgrade.of(Outcome.CONFLICT)
    assert header.merged is not None
    (conflict,) = header.merged.conflicts
    assert (conflict.base, conflict.yours) == (Lines(5, ""), Lines(5, ours))
    assert "My Conversations" in conflict.theirs.text

    (problem,) = unsettled(upgrade, {})
    assert problem.file == header.name
    assert problem.sentence == "Choose what to keep: one conflict of parts/header.html must be settled first."
    with pytest.raises(ValueError, match="one conflict"):
        settled(upgrade, {})

    choices = {header.name: [Choice(Take.BOTH)]}
    assert unsettled(upgrade, choices) == []
    text = settled(upgrade, choices).files[header.name]
    assert text == HEADER.replace("</nav>", f"{ours}{conflict.theirs.text}</nav>")


def test_a_conflict_settled_with_midtowns_lines_makes_the_file_follow(bases: Bases) -> None:
    """A file that is Midtown's afterwards is no file of the theme's any longer."""
    upgrade = plan(theme(parts__header=HEADER.replace("</nav>", "<hr>\n</nav>")), bases, NEW)
    after = settled(upgrade, {"parts/header.html": [Choice(Take.THEIRS)]})
    assert (after.files, after.origins, after.customised) == ({}, {}, False)


def test_choices_that_fit_nothing_are_refused(bases: Bases) -> None:
    """Too many for a file, and some for a file that has no conflict, come from a page that is out of date."""
    upgrade = plan(theme(parts__header=HEADER.replace("</nav>", "<hr>\n</nav>")), bases, NEW)
    yours = Choice(Take.YOURS)
    wrong = unsettled(upgrade, {"parts/header.html": [yours, yours], "home.html": [yours], "no.html": [yours]})
    assert [problem.file for problem in wrong] == ["home.html", "no.html", "parts/header.html"]
    assert {problem.sentence for problem in wrong} == {
        f"The choices for {name} do not fit its conflicts. Open the upgrade again."
        for name in ("home.html", "no.html", "parts/header.html")
    }


def test_a_page_that_both_made_is_a_conflict(bases: Bases) -> None:
    """A theme had its own file by the name of a new one; it is not taken for a change of Midtown's."""
    upgrade = plan(theme(conversations="<p>ours</p>\n"), bases, NEW)
    (page,) = upgrade.of(Outcome.CONFLICT)
    assert page.name == "conversations.html"
    after = settled(upgrade, {page.name: [Choice(Take.YOURS)]})
    assert after.files == {page.name: "<p>ours</p>\n"}
    assert after.origins == {page.name: FILES[NEW][page.name]}


def test_a_changed_file_that_midtown_gave_up_stays(bases: Bases) -> None:
    """It is the theme's own from then on; one that was not changed goes."""
    upgrade = plan(theme(parts__hours="<p>Mondays</p>\n"), bases, NEW)
    assert [file.name for file in upgrade.of(Outcome.GONE)] == ["parts/hours.html"]
    after = settled(upgrade, {})
    assert after.files == {"parts/hours.html": "<p>Mondays</p>\n"}
    assert after.origins == {}
    assert "parts/hours.html" not in plan(Content(OLD), bases, NEW).files


def test_what_both_did_alike_is_midtowns(bases: Bases) -> None:
    """A theme that had what the new version brings follows it from then on; so does a file that was changed back."""
    upgrade = plan(theme(parts__topics=FILES[NEW]["parts/topics.html"], home=HOME), bases, NEW)
    assert [upgrade.files[name].outcome for name in ("parts/topics.html", "home.html")] == [Outcome.FOLLOWS] * 2
    assert settled(upgrade, {}) == Content(NEW)


def test_settings_keep_what_was_set_under_their_new_names(bases: Bases) -> None:
    """A renamed colour, a switch that became a choice; what has the same name and type is left alone."""
    content = Content(OLD, values={"accent": "#aa0000", "rounded": False, "welcome": "Hi"})
    upgrade = plan(content, bases, NEW)
    assert settled(upgrade, {}).values == {"brand": "#aa0000", "corners": "square", "welcome": "Hi"}
    assert upgrade.notes == (
        Note("brand", "The colour “accent” is now called “brand”. What you set is kept."),
        Note("corners", f"{SWITCH} What you set is kept."),
    )


def test_a_value_that_cannot_be_carried_over_is_said() -> None:
    """It is dropped, and so is the old one where both names are set; nothing is guessed."""
    values, notes = migrate({"rounded": "very", "accent": "#aa0000", "brand": "#00aa00"}, OLD, NEW)
    assert values == {"brand": "#00aa00"}
    assert [(note.key, note.sentence.partition(". ")[2]) for note in notes] == [
        ("", "Both were set, so “accent” was dropped."),
        ("", "What was set could not be carried over. Set it again."),
    ]


def test_steps_are_taken_in_order_and_only_those_between() -> None:
    """1.0.9 is older than 1.0.10; what was renamed twice has its last name."""
    steps = [
        Step("1.0.9", "one", "two", lambda value: value, "One is two."),
        Step("1.0.10", "two", "three", lambda value: f"{value}!", "Two is three."),
        Step("1.1.0", "three", "three", lambda value: f"{value}?", "Three is asked."),
    ]
    assert migrate({"one": "a"}, "1.0.8", "1.0.10", steps)[0] == {"three": "a!"}
    assert migrate({"two": "a"}, "1.0.9", "1.1.0", steps)[0] == {"three": "a!?"}
    assert migrate({"two": "a"}, "1.0.10", "1.0.10", steps) == ({"two": "a"}, ())
    assert old_names({"home.html": "{{ settings.three }}"}, "1.0.10", "1.1.0", steps) == []


def test_where_an_old_name_is_still_used_is_said(bases: Bases) -> None:
    """In lines that somebody wrote, which no merge touches; with what to write instead, and no name that is like it."""
    css = CSS + ".ours {\n  color: var(--accent); border: var(--accent-2) var(--my--accent);\n}\n"
    page = "<p>{{ settings.rounded }} {{ settings.rounded_too }} {{ page.settings }}</p>\n"
    upgrade = plan(theme(theme=css, parts__ours=page), bases, NEW)
    after = settled(upgrade, {})
    assert "background: var(--fill)" in after.files["theme.css"]
    problems = to_look_at(upgrade, after)
    assert {problem.level for problem in problems} == {WARNING}
    assert [str(problem) for problem in problems] == [
        "theme.css:8:14: renamed-setting: The colour “accent” is now called “brand”. Write “--fill” here.",
        f"parts/ours.html:1:7: renamed-setting: {SWITCH} Write “settings.corners” here.",
    ]


def test_only_a_newer_version_that_is_here_can_be_upgraded_to(bases: Bases) -> None:
    with pytest.raises(ValueError, match=r"no newer"):
        plan(Content(NEW), bases, OLD)
    with pytest.raises(ValueError, match=r"no newer"):
        plan(Content(NEW), bases, NEW)
    for content, until in ((Content(OLD), "2.0.0"), (Content("0.9.0"), NEW)):
        with pytest.raises(UnknownVersion):
            plan(content, bases, until)


def test_a_theme_without_its_origins_is_merged_with_its_base(bases: Bases) -> None:
    """What Midtown's text was at the time can be told from the version."""
    content = theme(home=HOME.replace("How can we help?", "Hello, neighbour"))
    assert settled(plan(replace(content, origins={}), bases, NEW), {}) == settled(plan(content, bases, NEW), {})


def test_a_theme_from_before_the_portal_comes_to_it() -> None:
    """With the real files: the home page keeps its words and gets the portal's section, one conflict is settled."""
    midtown = Bases(themes.ROOT)
    old, new = midtown.files("1.0.19"), midtown.files("1.0.20")
    question, ours = "{{ _('How can we help?') }}", "{{ _('Search articles') }}"
    link = "<a href=\"{{ urls.contact }}\">{{ _('Contact us') }}</a>\n"
    files = {
        "home.html": old["home.html"].replace(question, ours),
        "parts/header.html": old["parts/header.html"].replace("</a>\n{% if ", f"</a>\n{link}{{% if "),
    }
    content = Content("1.0.19", files, {name: old[name] for name in files}, {"accent": "#aa0000"})

    upgrade = plan(content, midtown, "1.0.20")
    (home,), (header,) = upgrade.of(Outcome.MERGED), upgrade.of(Outcome.CONFLICT)
    assert "Welcome back" in "".join(lines.text for lines in home.joined)
    assert header.merged is not None
    (conflict,) = header.merged.conflicts
    after = settled(upgrade, {header.name: [Choice(Take.TEXT, link + conflict.theirs.text)]})

    assert after.files["home.html"] == new["home.html"].replace(question, ours)
    assert after.files["parts/header.html"].replace(link, "") == new["parts/header.html"]
    assert set(after.files) == set(after.origins) == set(files)
    assert after.values == {"brand": "#aa0000"}
    assert {file.name for file in upgrade.of(Outcome.NEW)} == set(new) - set(old)
