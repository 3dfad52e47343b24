"""Settings, Theme, Files: the files of a page, one open as text with its problems, saved as a draft, searched."""

from __future__ import annotations

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.themes.model import MAX_FILE, Content
from tests.browser import Browser, Page, fields_of
from tests.themes.world import AGENT, HOME, NEW, NILS, OLD, content

WRONG = HOME.replace("Hello", "Hello\n{{ page.totl }}")


@pytest.fixture
def files(ellis: Browser) -> str:
    """The address of the files of a theme whose home page is its own."""
    return f"/settings/themes/{ellis.house.themes.create(OPERATOR, 'Sale', content()).id}/files"


def open_file(ellis: Browser, files: str, name: str, page: str = "home") -> Page:
    return ellis.get(f"{files}?page={page}&file={name}")


def text_of(page: Page) -> str:
    return page.one("#theme-text").content.removeprefix("\n")


def press(ellis: Browser, files: str, action: str) -> Page:
    """Send the form with the text by another of its buttons."""
    fields = {name: value for name, value in fields_of(ellis.page.one("#theme-form")).items() if name != "then"}
    return ellis.post(files, {**fields, "action": action})


def saved(ellis: Browser, files: str) -> Content:
    return ellis.house.themes.content(files.split("/")[3])


def test_a_page_is_chosen_and_has_its_own_files(ellis: Browser, files: str) -> None:
    """The page's own file is open first; files that belong to other pages are apart."""
    page = ellis.get(files)
    assert page.one("#theme-page option[selected]").text == "My Conversations"
    assert page.one("nav[aria-label=Files] a[aria-current]").text == "conversations.html"
    page = ellis.submit("Show its files", page="conversation")
    names = [one.text for one in page.all("nav[aria-label=Files] ul")[0].all("a")]
    assert names[:2] == ["conversation.html", "layout.html"]
    assert "parts/message.html" in names
    assert "parts/row.html" not in names
    assert "parts/row.html" in page.one("nav[aria-label=Files] details").text
    assert [one.text for one in page.all("nav[aria-label=Files] ul")[1].all("a")] == ["theme.css", "manifest.json"]


def test_files_that_differ_from_midtown_are_marked(ellis: Browser, files: str) -> None:
    page = open_file(ellis, files, "home.html")
    marked = [one.text for one in page.all("nav[aria-label=Files] a") if one.all(".dot-of-change")]
    assert marked == ["home.html changed●"]
    assert page.one(".code-head .pill").text == "Changed"
    assert not open_file(ellis, files, "theme.css").all(".code-head .pill")


def test_a_file_is_saved_as_a_draft_with_a_note(ellis: Browser, files: str) -> None:
    """What is saved comes back as it was typed, and the page of settings keeps what it had."""
    open_file(ellis, files, "home.html")
    page = ellis.submit("Save", text=HOME.replace("Hello", "Good day"), note="Friendlier")
    assert page.notice == "Your changes were saved."
    assert page.path == f"{files}?page=home&file=home.html"
    assert text_of(page) == HOME.replace("Hello", "Good day")
    theme = ellis.house.themes.get(files.split("/")[3])
    assert (theme.newest.number, theme.newest.note, theme.changed) == (2, "Friendlier", ("home.html",))
    assert ellis.house.portal.settings.get(consistent=True).theme is None


def test_the_ends_of_lines_that_forms_send_change_nothing(ellis: Browser, files: str) -> None:
    stylesheet = text_of(open_file(ellis, files, "theme.css"))
    ellis.submit("Save", text=stylesheet.replace("\n", "\r\n"))
    assert ellis.house.themes.get(files.split("/")[3]).newest.number == 1


def test_a_draft_with_errors_is_saved_and_each_error_has_its_line(ellis: Browser, files: str) -> None:
    open_file(ellis, files, "home.html")
    page = ellis.submit("Save", text=WRONG)
    assert page.status == 200
    (problem,) = page.all("#theme-problems li.error")
    assert problem.text.startswith("Line 2, column ")
    assert "There is no page.totl." in problem.text
    assert problem.one("code").text == "{{ page.totl }}</h1>{% endblock %}"
    assert [one.text for one in page.all(".gutter .at-fault")] == ["2"]
    assert page.one("#theme-text")["aria-invalid"] == "true"
    assert "1 error: this cannot be published" in page.one(".code-head").text
    assert saved(ellis, files).files["home.html"] == WRONG


def test_errors_of_other_files_of_the_page_are_told_with_the_way_to_them(ellis: Browser, files: str) -> None:
    open_file(ellis, files, "home.html")
    ellis.submit("Save", text=WRONG)
    page = open_file(ellis, files, "layout.html")
    (there,) = page.all("[aria-labelledby=elsewhere-title] li")
    assert there.text.startswith("home.html, line 2: There is no page.totl.")
    assert there.one("a")["href"] == f"{files}?file=home.html#line-2"
    assert not page.all("#theme-problems li")


def test_lines_are_numbered_without_a_script(ellis: Browser, files: str) -> None:
    page = open_file(ellis, files, "theme.css")
    numbers = [one.text for one in page.all(".gutter span")]
    assert numbers == [str(number) for number in range(1, text_of(page).count("\n") + 2)]
    assert page.one("#theme-text")["rows"] == numbers[-1]


def test_what_differs_from_midtown_is_compared(ellis: Browser, files: str) -> None:
    page = open_file(ellis, files, "theme.css")
    assert not page.all(".compared")
    page = ellis.submit("Save", text=text_of(page).replace("--narrow: 780px", "--narrow: 800px"))
    assert f"Changed from Midtown {NEW}: 2 lines" in page.one(".theme-fields").text
    assert ["800px" in one.text for one in page.all(".compared ins")] == [True]


def test_a_changed_file_goes_back_to_midtowns(ellis: Browser, files: str) -> None:
    open_file(ellis, files, "home.html")
    page = press(ellis, files, "revert")
    assert not page.all(".code-head .pill")
    assert saved(ellis, files).files == {}
    assert text_of(page) == ellis.house.themes.bases.files(NEW)["home.html"]


def test_a_file_is_added_used_and_removed(ellis: Browser, files: str) -> None:
    """Until a page includes it, it says so; once removed, the page's own file is open."""
    ellis.get(f"{files}?page=home")
    page = ellis.submit("Create", name="banner")
    assert page.path == f"{files}?page=home&file=parts%2Fbanner.html"
    assert page.one(".code-head .pill").text == "Yours"
    assert "No page uses this file yet." in page.one("#theme-problems").text
    ellis.submit("Save", text="<p>Sale</p>\n")
    assert saved(ellis, files).files["parts/banner.html"] == "<p>Sale</p>\n"
    open_file(ellis, files, "home.html")
    page = ellis.submit("Save", text=HOME.replace("<h1>", "{% include 'parts/banner.html' %}<h1>"))
    assert "parts/banner.html" in [
        one.text.removesuffix(" changed●") for one in page.all("nav[aria-label=Files] ul")[0].all("a")
    ]
    open_file(ellis, files, "parts/banner.html")
    page = press(ellis, files, "revert")
    assert page.path == f"{files}?page=home"
    assert "parts/banner.html" not in saved(ellis, files).files


@pytest.mark.parametrize(
    "name", ["", "Banner", "Banner.html", "../banner.html", "parts/deep/banner.html", "banner.js", "home.html"]
)
def test_a_name_that_cannot_be_is_refused_and_stands_in_its_field(ellis: Browser, files: str, name: str) -> None:
    ellis.get(files)
    page = ellis.submit("Create", name=name)
    assert page.status == 422
    assert page.one("#theme-name")["value"] == name
    assert len(page.faults) == 1
    assert ellis.house.themes.get(files.split("/")[3]).newest.number == 1


def test_a_file_that_is_too_long_is_refused_and_nothing_typed_is_lost(ellis: Browser, files: str) -> None:
    open_file(ellis, files, "home.html")
    long = HOME + "<!-- -->\n" * (MAX_FILE // 9)
    page = ellis.submit("Save", text=long, note="Long")
    assert page.status == 422
    assert "home.html has" in page.faults[0]
    assert text_of(page) == long
    assert page.one("#theme-note")["value"] == "Long"
    assert ellis.house.themes.get(files.split("/")[3]).newest.number == 1


def test_the_second_of_two_editors_is_shown_both_texts(ellis: Browser, files: str) -> None:
    themes, theme_id = ellis.house.themes, files.split("/")[3]
    open_file(ellis, files, "home.html")
    themes.save(NILS, theme_id, Content(NEW, {"home.html": HOME.replace("Hello", "Theirs")}), seen=1)
    page = ellis.submit("Save", text=HOME.replace("Hello", "Ours"), note="Ours")
    assert page.status == 409
    assert "Nils saved while you were editing" in page.text
    assert [one["value"] for one in page.all("input") if one.get("name") == "file.home.html"] == [
        HOME.replace("Hello", "Ours")
    ]
    assert themes.get(theme_id).newest.number == 2


def test_saving_can_go_on_to_publishing(ellis: Browser, files: str) -> None:
    page = open_file(ellis, files, "home.html")
    sent = {"csrf": ellis.csrf, "seen": "1", "page": "home", "file": "home.html", "text": HOME, "then": "publish"}
    page = ellis.post(files, sent, follow=False)
    assert page.header("Location") == files.replace("/files", "/publish")


def test_all_files_are_searched(ellis: Browser, files: str) -> None:
    page = ellis.get(f"{files}?page=home&find=HELLO%3C/H1")
    (found,) = page.all(".code-found li")
    assert found.one("a").text == "home.html, line 1"
    assert found.one("a")["href"] == f"{files}?page=home&file=home.html#line-1"
    assert page.one("#theme-find")["value"] == "HELLO</H1"
    assert ellis.get(f"{files}?find=nothing+like+this").one("#found-title").text.startswith("0 lines")


def test_what_the_page_offers_is_listed_with_its_type(ellis: Browser, files: str) -> None:
    def rows(page: Page) -> dict[str, str]:
        return {one.one("code").text: one.one("code")["data-offered"] for one in page.all(".offers dl div")}

    offered = rows(open_file(ellis, files, "conversations.html", "conversations"))
    assert offered["page.rows[].subject"] == "text"
    assert offered["settings.show_preview"] == "yes or no"
    assert offered["|truncate"] == "filter"
    assert offered["{% include %}"] == "tag"
    offered = rows(open_file(ellis, files, "theme.css", "conversations"))
    assert offered["--brand"] == "set by"
    assert "page.rows[].subject" not in offered


def test_a_page_that_the_base_lacks_says_what_customers_see(ellis: Browser) -> None:
    """The stylesheet is open then: every page has it."""
    theme = ellis.house.themes.create(OPERATOR, "Old", Content(OLD))
    page = ellis.get(f"/settings/themes/{theme.id}/files?page=conversations")
    assert (
        f"Midtown {OLD} has no such page, so customers see Midtown {NEW} there."
        in page.one("nav[aria-label=Files]").text
    )
    assert page.one("nav[aria-label=Files] a[aria-current]").text == "theme.css"


def test_what_is_typed_is_checked_and_others_are_told_of_the_editor(ellis: Browser, files: str) -> None:
    open_file(ellis, files, "home.html")
    sent = {"csrf": ellis.csrf, "seen": "1", "file": "home.html", "text": WRONG.replace("\n", "\r\n")}
    told = ellis.post(files.replace("/files", "/check"), sent).json()
    assert [(one["line"], one["error"]) for one in told["problems"]] == [(2, True)]
    assert "There is no page.totl." in told["problems"][0]["sentence"]
    assert told["elsewhere"] == []
    assert ellis.house.themes.get(files.split("/")[3]).newest.number == 1
    assert [one.name for one in ellis.house.themes.editors(files.split("/")[3], AGENT)] == ["Ellis Moreau"]


def test_the_stylesheet_and_the_manifest_are_checked_as_what_they_are(ellis: Browser, files: str) -> None:
    open_file(ellis, files, "theme.css")
    csrf = ellis.csrf
    for name, text, said in (
        ("theme.css", "p { position: fixed }", "position is static, relative or absolute"),
        ("manifest.json", "{", "JSON"),
    ):
        sent = {"csrf": csrf, "seen": "1", "file": name, "text": text}
        told = ellis.post(files.replace("/files", "/check"), sent).json()
        assert said in " ".join(one["sentence"] for one in told["problems"])


def test_the_preview_shows_a_file_as_it_is_typed(ellis: Browser, files: str) -> None:
    open_file(ellis, files, "home.html")
    sent = {"csrf": ellis.csrf, "file": "home.html", "text": HOME.replace("Hello", "Typed")}
    page = ellis.post(files.replace("/files", "/preview/home"), sent)
    assert page.heading == "Typed"
    assert saved(ellis, files).files["home.html"] == HOME


@pytest.mark.parametrize("query", ["?file=app.py", "?file=../app.py", "?file=parts/none.html"])
def test_a_file_that_is_not_there_is_not_found(ellis: Browser, files: str, query: str) -> None:
    assert ellis.get(files + query).status == 404


@pytest.mark.parametrize("fields", [{"seen": "9"}, {"seen": ""}, {"file": "app.py"}, {"action": "burn"}])
def test_what_no_form_of_ours_sends_changes_nothing(ellis: Browser, files: str, fields: dict[str, str]) -> None:
    open_file(ellis, files, "home.html")
    sent = {"csrf": ellis.csrf, "seen": "1", "page": "home", "file": "home.html", "text": "", **fields}
    assert ellis.post(files, sent).status in {404, 422}
    assert ellis.house.themes.get(files.split("/")[3]).newest.number == 1
