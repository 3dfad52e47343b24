"""Themes as editors keep them: drafts, two editors, history, going back, limits, and what the audit log keeps."""

from __future__ import annotations

import random
from functools import partial

import pytest

from chalicelib.aws import theme_keys
from chalicelib.ids import new_id
from chalicelib.refusals import InUse, Invalid, NotFound, Unavailable
from chalicelib.themes.model import MAX_FILE, MAX_FILES, MAX_SETTINGS, Content
from chalicelib.themes.refusals import ThemeChanged, ThemeRefused
from chalicelib.themes.revisions import DRAFT, DRAFTS_KEPT, MAX_THEMES
from chalicelib.themes.store import PIECE
from chalicelib.wiring import House
from tests.people import Clock
from tests.security.watching import at_once
from tests.themes.world import AGENT, HOME, LEAD, MIRA, NEW, NILS, OLD, content
from tests.wire import failing, meanwhile, recorded


def test_a_new_theme_is_midtown_in_todays_colour(any_house: House) -> None:
    any_house.portal.settings.change(colour="#aa3300", welcome="greeting")
    made = any_house.themes.create(MIRA, "  Spring\n2035 ")
    assert (made.label, made.base, made.changed, made.live, made.version) == ("Spring 2035", NEW, (), False, 1)
    assert (made.newest.number, made.newest.kind, made.newest.by, made.published) == (1, DRAFT, "Mira", None)
    held = any_house.themes.content(made.id)
    assert held.values == {"brand": "#aa3300", "welcome": "greeting"}
    assert not held.customised
    assert any_house.themes.list() == (made,)
    assert any_house.themes.files(held) == any_house.midtowns.files(NEW)


def test_a_draft_keeps_what_differs_from_midtown_and_beside_it_the_text_it_was_made_from(any_house: House) -> None:
    themes = any_house.themes
    theme = themes.create(MIRA, "Spring")
    midtown = any_house.midtowns.files(NEW)
    layout = midtown["layout.html"] + "<p>Ours</p>\r\n"
    files = {"layout.html": layout, "parts/header.html": midtown["parts/header.html"], "parts/own.html": "<i></i>"}
    saved = themes.save(MIRA, theme.id, Content(NEW, files, values={"text_size": 1.125}), seen=1, note="Own footer")
    assert (saved.number, saved.kind, saved.by, saved.note) == (2, DRAFT, "Mira", "Own footer")
    held = themes.content(theme.id)
    assert held.files == {"layout.html": layout.replace("\r\n", "\n"), "parts/own.html": "<i></i>"}
    assert held.origins == {"layout.html": midtown["layout.html"]}
    assert held.values == {"text_size": 1.125}
    assert themes.get(theme.id).changed == ("layout.html", "parts/own.html")
    assert themes.files(held)["parts/header.html"] == midtown["parts/header.html"]


def test_the_text_a_file_was_made_from_stays_the_one_of_that_time(any_house: House) -> None:
    """A base that changed while it was developed does not change what themes are merged with."""
    theme = any_house.themes.create(MIRA, "Spring")
    held = Content(NEW, {"layout.html": "mine"}, {"layout.html": "as it was"})
    any_house.themes.save(MIRA, theme.id, held, seen=1)
    assert any_house.themes.content(theme.id).origins == {"layout.html": "as it was"}


def test_what_changes_nothing_is_no_revision(any_house: House) -> None:
    theme = any_house.themes.create(MIRA, "Spring", content())
    entries = any_house.audit.count()
    assert any_house.themes.save(MIRA, theme.id, content(), seen=1) == theme.newest
    assert len(any_house.themes.revisions(theme.id)) == 1
    assert any_house.audit.count() == entries


def test_the_second_of_two_editors_is_told_by_whom_and_when_and_nothing_is_overwritten(any_house: House) -> None:
    themes = any_house.themes
    theme = themes.create(MIRA, "Spring", content())
    first = themes.save(NILS, theme.id, content(brand="#112233"), seen=1)
    with pytest.raises(ThemeChanged) as refused:
        themes.save(MIRA, theme.id, content(brand="#445566"), seen=1)
    assert (refused.value.by, refused.value.at) == ("Nils", first.at)
    assert "Nils saved this theme" in refused.value.sentence
    assert themes.content(theme.id).values == {"brand": "#112233"}


def test_of_two_who_save_at_once_one_is_refused_and_the_other_is_whole(house: House) -> None:
    theme = house.themes.create(MIRA, "Spring", content())

    def save(colour: str) -> str:
        try:
            house.themes.save(MIRA, theme.id, content(brand=colour), seen=1)
        except ThemeChanged:
            return ""
        return colour

    (kept,) = filter(None, at_once([lambda: save("#112233"), lambda: save("#445566")]))
    assert house.themes.content(theme.id).values == {"brand": kept}
    assert [one.number for one in house.themes.revisions(theme.id)] == [2, 1]


def test_a_draft_is_saved_although_the_label_changed_in_between(any_house: House) -> None:
    themes = any_house.themes
    theme = themes.create(MIRA, "Spring", content())
    with meanwhile(any_house.clients.dynamodb, "TransactWriteItems", partial(themes.rename, NILS, theme.id, "Summer")):
        themes.save(MIRA, theme.id, content(brand="#112233"), seen=1)
    after = themes.get(theme.id)
    assert (after.label, after.newest.number, after.version) == ("Summer", 2, 3)
    assert themes.content(theme.id).values == {"brand": "#112233"}


def test_a_large_theme_is_kept_in_pieces_and_comes_back_whole(any_house: House) -> None:
    """Text that cannot be compressed much, more of it than an item holds."""
    made = random.Random(7)
    files = {f"parts/p{number}.html": "".join(map(chr, made.choices(range(32, 591), k=30_000))) for number in range(20)}
    theme = any_house.themes.create(MIRA, "Large", Content(NEW, files))
    with recorded(any_house.clients.dynamodb) as calls:
        assert any_house.themes.content(theme.id).files == files
    pieces = [item for call in calls if call.operation == "Query" for item in call.answer["Items"]]
    assert len(pieces) > 1
    assert all(len(item["data"]["B"]) <= PIECE * 4 / 3 + 4 for item in pieces)


def test_what_is_not_saved_leaves_nothing_behind(any_house: House) -> None:
    themes = any_house.themes
    theme = themes.create(MIRA, "Spring", content())
    with (
        meanwhile(
            any_house.clients.dynamodb,
            "TransactWriteItems",
            partial(themes.save, NILS, theme.id, content(brand="#112233"), seen=1),
        ),
        pytest.raises(ThemeChanged),
    ):
        themes.save(MIRA, theme.id, content(brand="#445566"), seen=1)
    assert len(list(any_house.table.walk(theme_keys.of_theme(theme.id), prefix="c#"))) == 2


def test_the_newest_drafts_are_kept_and_everything_that_was_published(any_house: House) -> None:
    themes = any_house.themes
    theme = themes.create(MIRA, "Spring", content())
    themes.publish(MIRA, theme.id, 1, ())
    for number in range(1, DRAFTS_KEPT + 3):
        themes.save(MIRA, theme.id, content(size=number), seen=number)
    kept = [one.number for one in themes.revisions(theme.id)]
    assert kept == [*range(DRAFTS_KEPT + 3, 3, -1), 1]
    assert themes.content(theme.id, 1).files == {"home.html": HOME}
    with pytest.raises(NotFound):
        themes.content(theme.id, 2)
    pieces = list(any_house.table.walk(theme_keys.of_theme(theme.id), prefix="c#"))
    assert len(pieces) == len(kept)


def test_going_back_makes_a_new_draft_and_keeps_history(any_house: House) -> None:
    themes = any_house.themes
    theme = themes.create(MIRA, "Spring", content())
    themes.save(MIRA, theme.id, Content(NEW), seen=1)
    again = themes.restore(NILS, theme.id, 1)
    assert (again.number, again.kind, again.by) == (3, DRAFT, "Nils")
    assert themes.content(theme.id).files == {"home.html": HOME}
    assert [one.number for one in themes.revisions(theme.id)] == [3, 2, 1]


def test_a_copy_starts_with_the_newest_revision_and_goes_its_own_way(any_house: House) -> None:
    themes = any_house.themes
    theme = themes.create(MIRA, "Spring", content(brand="#112233"))
    copy = themes.duplicate(NILS, theme.id, "Summer")
    themes.save(NILS, copy.id, Content(NEW), seen=1)
    assert themes.content(theme.id).values == {"brand": "#112233"}
    assert [one.label for one in themes.list()] == ["Spring", "Summer"]


def test_a_deleted_theme_is_gone_with_all_it_had(any_house: House) -> None:
    themes = any_house.themes
    theme = themes.create(MIRA, "Spring", content())
    themes.save(MIRA, theme.id, Content(NEW), seen=1)
    themes.edits(theme.id, AGENT)
    themes.delete(MIRA, theme.id)
    assert themes.list() == ()
    assert list(any_house.table.walk(theme_keys.of_theme(theme.id))) == []
    for act in (
        lambda: themes.get(theme.id),
        lambda: themes.content(theme.id, 1),
        lambda: themes.revisions(theme.id),
        lambda: themes.save(MIRA, theme.id, content(), seen=2),
        lambda: themes.publish(MIRA, theme.id, 1, ()),
    ):
        with pytest.raises(NotFound):
            act()


def test_the_theme_that_customers_see_cannot_be_deleted(any_house: House) -> None:
    themes = any_house.themes
    theme = themes.create(MIRA, "Spring", content())
    themes.publish(MIRA, theme.id, 1, ())
    with pytest.raises(InUse):
        themes.delete(MIRA, theme.id)
    themes.switch_off(MIRA)
    themes.delete(MIRA, theme.id)


@pytest.mark.parametrize("label", ["", " \n", "x" * 61])
def test_a_label_is_one_line_that_says_something(any_house: House, label: str) -> None:
    with pytest.raises(Invalid) as refused:
        any_house.themes.create(MIRA, label)
    assert refused.value.field == "label"


@pytest.mark.parametrize(
    ("held", "field"),
    [
        (Content(NEW, {"home.html": "x" * (MAX_FILE + 1)}), "home.html"),
        (Content(NEW, {"theme.css": "é" * (MAX_FILE // 2 + 1)}), "theme.css"),
        (Content(NEW, {f"parts/p{number}.html": "" for number in range(MAX_FILES + 1)}), None),
        (Content(NEW, {"../home.html": ""}), None),
        (Content(NEW, {"home.py": ""}), None),
        (Content(NEW, {"parts/deep/home.html": ""}), None),
        (Content(NEW, values={f"k{number}": 1 for number in range(MAX_SETTINGS + 1)}), None),
        (Content(NEW, values={"text": "x" * 11_000}), None),
        (Content("9.9.9"), None),
    ],
)
def test_what_is_more_than_a_theme_may_hold_is_refused(any_house: House, held: Content, field: str | None) -> None:
    theme = any_house.themes.create(MIRA, "Spring")
    with pytest.raises(ThemeRefused) as refused:
        any_house.themes.save(MIRA, theme.id, held, seen=1)
    assert refused.value.field == field
    assert any_house.themes.get(theme.id) == theme


def test_a_theme_may_be_as_large_as_the_limits_say(any_house: House) -> None:
    theme = any_house.themes.create(MIRA, "Spring")
    files = {"home.html": "x" * MAX_FILE, **{f"parts/p{number}.html": "" for number in range(MAX_FILES - 1)}}
    values = {f"k{number}": 1 for number in range(MAX_SETTINGS)}
    any_house.themes.save(MIRA, theme.id, Content(NEW, files, values=values), seen=1)
    assert any_house.themes.content(theme.id).files == files


def test_there_are_not_more_themes_than_a_list_shows(any_house: House) -> None:
    for number in range(MAX_THEMES):
        any_house.themes.create(MIRA, f"Theme {number}")
    with pytest.raises(Invalid):
        any_house.themes.create(MIRA, "One more")


def test_an_old_base_is_kept_as_it_was(any_house: House) -> None:
    theme = any_house.themes.create(MIRA, "From before", content(base=OLD))
    assert theme.base == OLD
    files = any_house.themes.files(any_house.themes.content(theme.id))
    assert "conversations.html" not in files
    assert files["home.html"] == HOME


@pytest.mark.parametrize("theme_id", ["", "x", "../THEMES", "a#b", "0" * 26])
def test_what_is_no_theme_is_not_found(any_house: House, theme_id: str) -> None:
    for act in (any_house.themes.get, any_house.themes.content, any_house.themes.revisions):
        with pytest.raises(NotFound):
            act(theme_id)


def test_who_else_edits_a_theme_is_named_for_two_minutes(any_house: House, clock: Clock) -> None:
    themes = any_house.themes
    theme = themes.create(MIRA, "Spring")
    themes.edits(theme.id, AGENT)
    assert themes.editors(theme.id, AGENT) == ()
    (other,) = themes.editors(theme.id, LEAD)
    assert (other.id, other.name) == (AGENT.id, AGENT.name)
    clock.ahead(seconds=121)
    assert themes.editors(theme.id, LEAD) == ()
    with pytest.raises(NotFound):
        themes.edits(new_id(clock()), LEAD)
    with pytest.raises(NotFound):
        themes.editors(new_id(clock()), LEAD)


def test_the_audit_log_names_what_changed_and_keeps_no_text(any_house: House) -> None:
    themes = any_house.themes
    theme = themes.create(MIRA, "Spring")
    secret = HOME + "never-in-the-log"
    themes.save(MIRA, theme.id, Content(NEW, {"home.html": secret}, values={"density": "never-in"}), seen=1)
    themes.rename(NILS, theme.id, "Summer")
    themes.restore(NILS, theme.id, 1)
    themes.publish(MIRA, theme.id, 3, ())
    themes.switch_off(MIRA)
    themes.delete(MIRA, theme.id)
    entries = [entry for entry in any_house.audit.span(1, 100) if entry.change.action.startswith("theme:")]
    assert [entry.change.action for entry in entries] == [
        *("theme:create", "theme:save", "theme:rename", "theme:restore", "theme:publish", "theme:off", "theme:delete"),
    ]
    save = entries[1].change
    assert (save.subject, save.subject_id, save.author) == ("Spring", theme.id, MIRA)
    assert save.after == {
        "revision": 2,
        "files": ["home.html"],
        "settings": ["brand", "density", "welcome"],
    }
    assert "never-in" not in repr([(entry.change.before, entry.change.after) for entry in entries])


def test_nothing_is_saved_where_the_table_does_not_answer(any_house: House) -> None:
    theme = any_house.themes.create(MIRA, "Spring")
    with (
        failing(any_house.clients.dynamodb, "TransactWriteItems", "InternalServerError"),
        pytest.raises(Unavailable),
    ):
        any_house.themes.save(MIRA, theme.id, content(), seen=1)
    assert any_house.themes.get(theme.id) == theme
