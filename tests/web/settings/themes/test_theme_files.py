"""Settings, Theme, Files: every file is found by its page, saved as a draft with what is wrong, and taken back."""

from __future__ import annotations

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.themes.model import MAX_FILE, Content
from chalicelib.themes.revisions import Theme
from tests.browser import Browser, Page
from tests.themes.world import BASES, HOME, NEW, OLD

MIDTOWN = BASES.files(NEW)
WRONG = MIDTOWN["parts/row.html"].replace("row.subject", "row.subjekt")
FOOTER = MIDTOWN["parts/footer.html"] + "<p>Ours</p>\n"


@pytest.fixture
def theme(ellis: Browser) -> Theme:
    """A theme made from the newest Midtown, with nothing changed."""
    return ellis.house.themes.create(OPERATOR, "Winter", Content(NEW))


def place(theme: Theme, **asked: str) -> str:
    """Return the address of the files page."""
    return (
        f"/settings/themes/{theme.id}/files" + ("?" if asked else "") + "&".join(f"{k}={v}" for k, v in asked.items())
    )


def typed(page: Page) -> str:
    """Return what is in the text area."""
    return page.one("textarea[name=text]").content.removeprefix("\n")


def listed(page: Page) -> dict[str, list[str]]:
    """Return the files in the list, by what they belong to."""
    nav = page.one("nav[aria-label=Files]")
    labels = [one.text for one in nav.all("p")]
    lists = [[one.text for one in group.all("a")] for group in nav.all("ul")]
    return dict(zip(labels, lists, strict=True))


def test_it_begins_with_my_conversations_as_midtown_has_it(ellis: Browser, theme: Theme) -> None:
    page = ellis.get(place(theme))
    assert (page.one(".code-label").text, typed(page)) == ("conversations.html", MIDTOWN["conversations.html"])
    assert f"As in Midtown {NEW}" in [one.text for one in page.all(".code-head .pill")]
    assert page.one(".tabs a[aria-current=page]").text == "Files"
    assert [one.text for one in page.all("#file-page option")][:2] == ["My Conversations", "Conversation Detail View"]


def test_a_page_is_chosen_and_lists_the_files_it_is_made_of(ellis: Browser, theme: Theme) -> None:
    page = ellis.get(place(theme, page="conversation"))
    assert typed(page) == MIDTOWN["conversation.html"]
    assert listed(page) == {
        "Files of Conversation Detail View": [
            *("conversation.html", "layout.html", "parts/attachment.html", "parts/footer.html", "parts/header.html"),
            *("parts/message.html", "parts/thread.html"),
        ],
        "Whole theme": ["theme.css", "manifest.json"],
    }
    shared = ellis.get(page.link("parts/footer.html"))
    assert typed(shared) == MIDTOWN["parts/footer.html"]
    assert shared.one("#file-page option[selected]").text == "Conversation Detail View"


def test_a_file_without_a_page_in_the_address_is_shown_with_one_that_has_it(ellis: Browser, theme: Theme) -> None:
    assert ellis.get(place(theme, file="parts/crumbs.html")).one("#file-page option[selected]").text == "Category"
    assert ellis.get(place(theme, file="theme.css")).one("#file-page option[selected]").text == "My Conversations"


@pytest.mark.parametrize("asked", [{"file": "nothing.html"}, {"file": "../layout.html"}, {"file": "assets/x.png"}])
def test_a_file_that_is_not_there_is_not_found(ellis: Browser, theme: Theme, asked: dict[str, str]) -> None:
    assert ellis.get(place(theme, **asked)).status == 404


def test_a_page_that_is_not_there_is_the_first(ellis: Browser, theme: Theme) -> None:
    assert ellis.get(place(theme, page="nothing")).one(".code-label").text == "conversations.html"


def test_pages_that_an_old_midtown_has_not_are_named(ellis: Browser) -> None:
    old = ellis.house.themes.create(OPERATOR, "Old", Content(OLD))
    page = ellis.get(place(old))
    assert page.one(".code-label").text == "home.html"
    (said,) = [one.text for one in page.all(".code-files .hint") if "has no" in one.text]
    assert said.startswith(
        f"Midtown {OLD} has no My Conversations, Conversation Detail View, New conversation, Account."
    )


# saving


def test_a_file_is_saved_as_a_draft(ellis: Browser, theme: Theme) -> None:
    ellis.get(place(theme, page="home", file="parts/footer.html"))
    page = ellis.submit("Save", text=FOOTER.replace("\n", "\r\n"))
    assert (page.notice, typed(page)) == ("Your changes were saved.", FOOTER)
    assert page.one("#file-page option[selected]").text == "Home"
    content = ellis.house.themes.content(theme.id)
    assert (dict(content.files), dict(content.origins)) == (
        {"parts/footer.html": FOOTER},
        {"parts/footer.html": MIDTOWN["parts/footer.html"]},
    )
    assert ellis.house.themes.get(theme.id).newest.number == 2
    assert not ellis.house.themes.get(theme.id).live
    assert [one.text for one in page.all(".compared ins")] == ["Added: <p>Ours</p>"]


def test_what_is_wrong_is_saved_and_shown_under_its_line(ellis: Browser, theme: Theme) -> None:
    ellis.get(place(theme, file="parts/row.html"))
    page = ellis.submit("Save", text=WRONG)
    (problem,) = page.all(".problems li")
    line = next(at for at, text in enumerate(WRONG.split("\n"), 1) if "subjekt" in text)
    assert page.one("#wrong-title").text == "1 problem in this file"
    assert (problem.one("mark").text, problem.one("b").text) == ("subjekt", str(line))
    assert problem.one("[data-said]").text == "There is no row.subjekt. Did you mean subject?"
    assert problem.one("[data-line]")["data-line"] == str(line)
    assert problem["class"] == "stops"
    assert ellis.house.themes.content(theme.id).files["parts/row.html"] == WRONG


def test_problems_that_a_file_makes_in_others_lead_there(ellis: Browser, theme: Theme) -> None:
    """Without the block that pages fill, they show nowhere; each of the pages has the problem."""
    ellis.get(place(theme, file="layout.html"))
    page = ellis.submit("Save", text=MIDTOWN["layout.html"].replace("{% block main %}{% endblock %}", ""))
    assert page.one("#wrong-title").text == "No problem in this file"
    (link,) = [one for one in page.all(".problems a") if one.text.endswith("problems in account.html")]
    there = ellis.get(link["href"])
    assert "so it shows nowhere." in there.one(".problems").text


def test_the_stylesheet_and_the_manifest_are_files_too(ellis: Browser, theme: Theme) -> None:
    ellis.get(place(theme, file="theme.css"))
    page = ellis.submit("Save", text=".rows { gap: 1px }\n.rows { position: fixed }\n")
    (problem,) = page.all(".problems li")
    assert (problem.one("b").text, problem.one("mark").text) == ("2", "position")
    ellis.get(place(theme, file="manifest.json"))
    page = ellis.submit("Save", text="{")
    assert [one.text for one in page.all(".problems [data-said]")] != []
    assert not page.all(".offered")


def test_a_file_that_is_too_large_is_refused_and_its_text_kept(ellis: Browser, theme: Theme) -> None:
    text = "<p>x</p>\n" * (MAX_FILE // 9 + 1)
    ellis.get(place(theme, file="parts/footer.html"))
    page = ellis.submit("Save", text=text)
    assert (page.status, typed(page)) == (422, text)
    assert f"A file may have {MAX_FILE:,}." in page.faults[0]
    assert ellis.house.themes.get(theme.id).newest.number == 1
    assert ellis.submit("Save", text=FOOTER).notice == "Your changes were saved."


def test_a_second_editor_is_shown_both_texts(ellis: Browser, theme: Theme) -> None:
    ellis.get(place(theme, file="parts/footer.html"))
    ellis.house.themes.save(OPERATOR, theme.id, Content(NEW, {"home.html": HOME}), seen=1)
    page = ellis.submit("Save", text=FOOTER)
    assert page.status == 409
    assert FOOTER.strip() in page.one("[name=file.parts/footer.html]")["value"].replace("\r\n", "\n")
    assert ellis.house.themes.get(theme.id).newest.number == 2


def test_text_of_a_template_is_text_on_the_page(ellis: Browser, theme: Theme) -> None:
    text = "</textarea><script>alert(1)</script>{{ page.x }}"
    ellis.get(place(theme, file="parts/footer.html"))
    page = ellis.submit("Save", text=text)
    assert typed(page) == text
    assert [one.get("src") for one in page.all("script") if "src" not in one.attrs] == []


# files of one's own


def test_a_changed_file_goes_back_to_midtowns(ellis: Browser, theme: Theme) -> None:
    ellis.get(place(theme, page="account", file="parts/footer.html"))
    ellis.submit("Save", text=FOOTER)
    page = ellis.submit("Back to Midtown’s")
    assert (page.notice, typed(page)) == ("Your changes were saved.", MIDTOWN["parts/footer.html"])
    assert dict(ellis.house.themes.content(theme.id).files) == {}
    assert not page.has_form("Back to Midtown’s")


def test_a_part_is_added_used_and_removed(ellis: Browser, theme: Theme) -> None:
    ellis.get(place(theme, page="account"))
    page = ellis.submit("Add", path=" promise ")
    assert page.one(".code-label").text == "parts/promise.html"
    assert page.one("#wrong-title").text == "1 problem in this file"
    assert "No page uses this file." in page.one(".problems").text
    assert listed(page)["On no page yet"] == ["parts/promise.html yours"]
    ellis.submit("Save", text="<p>{{ site.organization }}</p>\n")
    ellis.get(place(theme, page="account", file="parts/footer.html"))
    page = ellis.submit("Save", text=MIDTOWN["parts/footer.html"] + "{% include 'parts/promise.html' %}\n")
    assert not page.all(".problems")
    page = ellis.get(page.link("parts/promise.html yours"))
    assert not page.all(".problems")
    page = ellis.submit("Remove this file")
    assert page.one(".code-label").text == "account.html"
    assert "parts/promise.html" not in ellis.house.themes.content(theme.id).files


@pytest.mark.parametrize("name", ["", "Promise!", "../x", "row", "parts/row.html", "a/b"])
def test_a_name_that_cannot_be_is_refused_and_kept(ellis: Browser, theme: Theme, name: str) -> None:
    ellis.get(place(theme))
    page = ellis.post(place(theme), _sent(ellis, "add", path=name))
    assert page.status == 422
    assert page.one("#file-path")["value"] == name
    assert page.one("#file-path")["aria-invalid"] == "true"
    assert ellis.house.themes.get(theme.id).newest.number == 1


@pytest.mark.parametrize(
    ("action", "file"), [("reset", "parts/own.html"), ("remove", "layout.html"), ("explode", "layout.html"), ("", "")]
)
def test_what_cannot_be_done_to_a_file_is_refused(ellis: Browser, theme: Theme, action: str, file: str) -> None:
    """A file of one's own has nothing to go back to, and Midtown's cannot be removed."""
    ellis.house.themes.save(OPERATOR, theme.id, Content(NEW, {"parts/own.html": "x"}), seen=1)
    ellis.get(place(theme))
    sent = {**_sent(ellis, action), "file": file, "seen": "2"}
    assert ellis.post(place(theme), sent).status in {404, 422}
    assert ellis.house.themes.get(theme.id).newest.number == 2


@pytest.mark.parametrize("seen", ["", "0", "9", "x", "1" * 30])
def test_a_revision_that_is_not_there_is_not_found(ellis: Browser, theme: Theme, seen: str) -> None:
    ellis.get(place(theme))
    assert ellis.post(place(theme), {**_sent(ellis, "save"), "seen": seen}).status == 404


def _sent(ellis: Browser, action: str, **more: str) -> dict[str, str]:
    return {"csrf": ellis.csrf, "seen": "1", "file": "layout.html", "text": "x", "action": action, **more}


# beside it


def test_what_the_page_offers_is_beside_its_templates(ellis: Browser, theme: Theme) -> None:
    """With the settings of this theme; and slots that must be shown say so."""
    offered = ellis.get(place(theme, page="conversation")).one(".offered")
    rows = {one.one("dt").text: one.one("dd").text for one in offered.all("dl div")}
    assert rows["page.subject"].startswith("text,")
    assert rows["page.messages[].at"].startswith("time,")
    assert rows["slots.composer"].endswith("the page must show it once")
    assert rows["settings.show_preview"].startswith("yes or no,")


def test_what_is_typed_is_previewed_without_being_saved(ellis: Browser, theme: Theme) -> None:
    page = ellis.get(place(theme, page="account", file="parts/footer.html"))
    there = page.one("[data-typed]")["formaction"]
    sent = {**_sent(ellis, "save"), "file": "parts/footer.html", "text": FOOTER, "state": "usual"}
    assert "Ours" in ellis.post(there, sent).one("body").text
    assert "Ours" not in ellis.get(there).one("body").text
    assert ellis.house.themes.get(theme.id).newest.number == 1


def test_what_the_language_refuses_is_not_rendered_for_a_preview(ellis: Browser, theme: Theme) -> None:
    page = ellis.get(place(theme, page="account", file="account.html"))
    sent = {**_sent(ellis, "save"), "file": "account.html", "text": "{{ page.__class__ }}"}
    shown = ellis.post(page.one("[data-typed]")["formaction"], sent)
    assert shown.heading == "This page cannot be shown yet"
    assert "account.html:1" in shown.one("main").text


@pytest.mark.parametrize("file", ["nothing.html", "theme.css", "../x"])
def test_a_preview_takes_the_text_of_templates_only(ellis: Browser, theme: Theme, file: str) -> None:
    ellis.get(place(theme))
    sent = {**_sent(ellis, "save"), "file": file, "text": "<p>Ours</p>"}
    shown = ellis.post(f"/settings/themes/{theme.id}/preview/account", sent)
    assert (shown.status, "Ours" in shown.one("body").text) == (200, False)


def test_the_frame_of_the_page_is_its_own_preview(ellis: Browser, theme: Theme) -> None:
    page = ellis.get(place(theme, page="home"))
    assert page.one("iframe")["src"] == f"/settings/themes/{theme.id}/preview/home"
    assert "frame-src 'self'" in (page.header("Content-Security-Policy") or "")
    assert "unsafe" not in (page.header("Content-Security-Policy") or "")
