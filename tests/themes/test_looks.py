"""What customers see of a theme: its pages and Midtown's, what fails, drafts, and how little is read for it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from chalicelib.records import replace
from chalicelib.themes.looks import TEXTS_KEPT
from chalicelib.themes.model import Content
from chalicelib.themes.revisions import Theme
from chalicelib.wiring import House
from infra import admin
from tests.browser import Browser, Page
from tests.people import Clock, People
from tests.themes.world import BASES, HOME, MIRA, NEW, OLD, content
from tests.wire import failing, recorded

Browse = Callable[..., Browser]

SEEN = HOME.replace("Hello</h1>", "Ours</h1>{{ VALUE }}")
"""A page of a theme that shows one value."""


def shown(house: House, held: Content) -> Theme:
    """Publish a theme whatever the checks would say of it."""
    theme = house.themes.create(MIRA, "Spring", held)
    house.themes.publish(MIRA, theme.id, 1, ())
    return house.themes.get(theme.id)


def home(expression: str) -> Content:
    return Content(NEW, {"home.html": SEEN.replace("VALUE", expression)})


def styles(page: Page) -> list[str]:
    """Return the addresses of a page's stylesheets that a theme has a say in."""
    found = [one["href"] for one in page.all("link[rel=stylesheet]")]
    return [one for one in found if "/theme/" in one or "/midtown.css" in one]


def properties(browser: Browser, page: Page) -> str:
    """Return the custom properties that a page loads."""
    return browser.get(styles(page)[-1]).body


# pages


def test_a_page_that_a_theme_changed_is_its_own_and_the_others_are_midtowns(
    house: House, people: People, browse: Browse
) -> None:
    before = browse(people.owner).get("/conversations")
    shown(house, content())
    page = browse(people.owner).get("/")
    assert [one.text for one in page.all("h1")] == ["Hello"]
    assert page.one("title").text == f"Help · {house.portal.settings.get().organization}"
    after = browse(people.owner).get("/conversations")
    assert after.one("main").content == before.one("main").content


def test_a_page_is_its_own_as_soon_as_a_part_of_it_is(house: House, people: People, browse: Browse) -> None:
    header = BASES.files(NEW)["parts/header.html"]
    shown(house, Content(NEW, {"parts/header.html": header.replace("<header", '<header data-ours="1"', 1)}))
    browser = browse(people.owner)
    for path in ("/", "/conversations", "/account", "/conversations/new", "/contact"):
        assert browser.get(path).all("header[data-ours]"), path


def test_what_a_conversation_adds_is_rendered_by_the_theme_too(house: House, people: People, browse: Browse) -> None:
    """The updates that a page asks for have the markup of the messages that it has."""
    message = BASES.files(NEW)["parts/message.html"]
    shown(house, Content(NEW, {"parts/message.html": message + "<li>Ours</li>"}))
    head = people.starts(people.owner)
    browser = browse(people.owner)
    assert "<li>Ours</li>" in browser.get(f"/conversations/{head.id}").body
    people.answers(head, "Which lamp?")
    assert "<li>Ours</li>" in browser.fetch("GET", f"/conversations/{head.id}/updates?after=1").text


def test_desk_and_settings_never_use_a_theme(house: House, people: People, browse: Browse) -> None:
    layout = BASES.files(NEW)["layout.html"]
    shown(
        house,
        Content(NEW, {"layout.html": layout + "Ours", "theme.css": "main { color: red }"}, values={"font": "serif"}),
    )
    for browser, path in ((browse(people.agent), "/desk"), (browse(people.content_manager), "/settings/general")):
        page = browser.get(path)
        assert not any("/theme/" in one for one in styles(page)), path
        assert "Ours" not in page.body
    assert "Ours" in browse(people.agent).get("/").body


def test_the_internal_portal_has_the_theme(house: House, people: People, browse: Browse) -> None:
    house.portal.settings.change(internal_kb=True)
    house.portal.settings.change(internal_portal=True)
    shown(house, content())
    assert browse(people.agent).get("/internal").one("h1").text == "Hello"


def test_pages_that_came_after_the_base_are_plain_midtown(house: House, people: People, browse: Browse) -> None:
    """With Midtown's stylesheet, and with what the theme has set under the names of its time."""
    layout = BASES.files(OLD)["layout.html"]
    files = {"layout.html": layout + "<p>Ours</p>", "theme.css": "main { color: var(--accent) }"}
    theme = shown(house, Content(OLD, files, values={"accent": "#112233", "background": "#fefefe"}))
    browser = browse(people.owner)
    old, new = browser.get("/"), browser.get("/conversations")
    assert "<p>Ours</p>" in old.body
    assert "<p>Ours</p>" not in new.body
    name = f"{theme.id}-1"
    plain = [[one.partition("?")[0] for one in styles(page)] for page in (old, new)]
    assert plain == [
        [f"/theme/{name}/theme.css", f"/theme/{name}/settings.css"],
        ["/static/midtown.css", "/theme/midtown/settings.css"],
    ]
    for page in (old, new):
        assert "--brand:#112233" in properties(browser, page)
        assert "--bg:#fefefe" in properties(browser, page)
    assert "--accent:#112233" in browser.get(f"/theme/{name}/settings.css").body


def test_a_changed_stylesheet_of_an_old_base_goes_with_that_bases_pages(
    house: House, people: People, browse: Browse
) -> None:
    """It was written for them. Midtown's newest home, say, greets customers in a box that it knows nothing of."""
    assert browse(people.owner).get("/").all(".mine")
    shown(house, Content(OLD, {"theme.css": "main { color: red }"}))
    assert not browse(people.owner).get("/").all(".mine")


# settings


def test_settings_alone_leave_every_page_midtowns(house: House, people: People, browse: Browse) -> None:
    people.starts(people.owner, subject="A question", body="The lamp flickers.")
    before = browse(people.owner).get("/conversations")
    theme = shown(house, Content(NEW, values={"brand": "#112233", "show_preview": False, "corners": "round"}))
    page = browse(people.owner).get("/conversations")
    assert "The lamp flickers." in before.body
    assert "The lamp flickers." not in page.body
    assert page.one("h1").text == before.one("h1").text
    midtown, style = styles(page)
    assert midtown == styles(before)[0]
    assert style.startswith(f"/theme/{theme.id}-1/settings.css?")
    found = browse().get(style)
    assert "--brand:#112233" in found.body
    assert "--round:18px" in found.body
    assert found.header("Cache-Control") == "public, max-age=31536000, immutable"


def test_the_colour_that_mails_have_is_the_one_of_pages(house: House, browse: Browse) -> None:
    """An operator may set it, too: no page shows another than mails and the desk."""
    shown(house, Content(NEW, values={"brand": "#112233"}))
    house.portal.settings.change(colour="#445566")
    found = properties(browse(), browse().get("/"))
    assert "--brand:#445566" in found
    assert "#112233" not in found


def test_a_theme_shows_a_snippet_in_the_language_of_its_reader(house: House, browse: Browse, clock: Clock) -> None:
    """One that changed is shown a minute later at the latest."""
    house.portal.settings.change(languages=("en", "de"))
    house.snippets.create(MIRA, "hours", {"en": "Nine to five at {organization}", "de": "Neun bis fünf"})
    shown(house, replace(home("settings.footer_note"), values={"footer_note": "hours"}))
    organization = house.portal.settings.get().organization
    assert f"Nine to five at {organization}" in browse().get("/").one("main").text
    assert "Neun bis fünf" in browse().get("/?lang=de").body
    house.snippets.save(MIRA, "hours", {"en": "Ten to six"}, 1)
    clock.ahead(seconds=TEXTS_KEPT.total_seconds() + 1)
    assert "Ten to six" in browse().get("/").body


def test_what_a_setting_cannot_be_has_its_default_in_a_preview(house: House) -> None:
    held = Content(NEW, values={"background": "red", "text_size": "huge", "nothing": 1, "corners": "round"})
    theme = house.themes.create(MIRA, "Spring", held)
    edition = house.looks.editions.get(theme.id, 1)
    assert edition is not None
    assert edition.values == {"corners": "round"}
    assert "--round:18px" in house.looks.properties(house.portal.settings.get(), edition)


# what fails

FAILING = [
    ("site.organization|nosuch", "Filter"),
    ("site.organisation.__class__", "Getattr"),
    ("[].append(1)", "Call"),
    ("page|moment", "cannot do"),
    ("range(3)", "Call"),
    ("{", "home.html, line 1"),
]


@pytest.mark.parametrize(("expression", "said"), FAILING)
def test_a_page_that_fails_is_shown_in_midtown_and_the_editor_is_told(
    house: House,
    browse: Browse,
    capsys: pytest.CaptureFixture[str],
    expression: str,
    said: str,
) -> None:
    theme = shown(house, home(expression))
    page = browse().get("/")
    assert page.status == 200
    assert page.one("h1").text == "How can we help?"
    failure = house.themes.failure(theme.id)
    assert failure is not None
    assert (failure.number, failure.entry, failure.times) == (1, "home.html", 1)
    assert said in failure.sentence
    assert '"ThemeFailed":[1.0]' in capsys.readouterr().out


def test_a_page_that_uses_too_much_ends_at_its_budget_and_is_shown_in_midtown(house: House, browse: Browse) -> None:
    """Three loops over the icons' sixteen names, one in the other, over a list that is not long at all."""
    loops = "".join(f"{{% for {one} in [{', '.join('1' * 60)}] %}}" for one in "abc") + "." + "{% endfor %}" * 3
    theme = shown(house, Content(NEW, {"home.html": SEEN.replace("{{ VALUE }}", loops)}))
    assert browse().get("/").one("h1").text == "How can we help?"
    failure = house.themes.failure(theme.id)
    assert failure is not None
    assert "used up its steps" in failure.sentence


def test_failures_are_written_once_a_minute_and_all_of_them_are_counted(
    house: House, browse: Browse, clock: Clock
) -> None:
    theme = shown(house, home("site.organization|nosuch"))
    browser = browse()
    browser.get("/")
    with recorded(house.clients.dynamodb) as calls:
        for _ in range(5):
            browser.get("/")
    assert not [one for one in calls if one.operation == "UpdateItem" and "failure" in str(one.request["Key"])]
    clock.ahead(seconds=61)
    browser.get("/")
    failure = house.themes.failure(theme.id)
    assert failure is not None
    assert failure.times == 7
    clock.ahead(days=31)
    assert house.themes.failure(theme.id) is None


def test_failures_of_a_revision_are_not_counted_for_the_next(house: House, browse: Browse, clock: Clock) -> None:
    theme = shown(house, home("site.organization|nosuch"))
    browse().get("/")
    house.themes.save(MIRA, theme.id, home("page|moment"), seen=1)
    house.themes.publish(MIRA, theme.id, 2, ())
    clock.ahead(seconds=61)
    browse().get("/")
    failure = house.themes.failure(theme.id)
    assert failure is not None
    assert (failure.number, failure.times) == (2, 1)


def test_a_theme_that_cannot_be_read_just_now_is_no_failure_of_it(house: House, browse: Browse) -> None:
    theme = shown(house, content())
    with failing(house.clients.dynamodb, "Query", "ThrottlingException"):
        assert browse().get("/contact").status == 200
        page = browse().get("/")
    assert page.one("h1").text == "How can we help?"
    assert house.themes.failure(theme.id) is None
    assert browse().get("/").one("h1").text == "Hello"


def test_an_operator_can_switch_a_theme_off(house: House, browse: Browse) -> None:
    theme = shown(house, content())
    said: list[str] = []
    admin.theme_off(house, said.append)
    assert said == [f"The theme is off: customers see plain Midtown, at {house.settings.public_url}."]
    assert browse().get("/").one("h1").text == "How can we help?"
    assert not house.themes.get(theme.id).live
    assert house.themes.get(theme.id).published is not None


# how little is read


def test_a_theme_costs_no_read_once_its_revision_is_known(house: House, people: People, browse: Browse) -> None:
    browser = browse(people.owner)
    paths = ("/conversations", "/account", "/contact")

    def asked() -> list[tuple[str, int]]:
        with recorded(house.clients.dynamodb) as calls:
            for path in paths:
                assert browser.get(path).status == 200
        return [(call.operation, len(json.dumps(call.request, default=str)) > 0) for call in calls]

    asked()
    before = asked()
    layout = BASES.files(NEW)["layout.html"]
    house.snippets.create(MIRA, "hours", {"en": "Nine to five"})
    files = {"layout.html": layout + "Ours {{ settings.footer_note }}"}
    shown(house, Content(NEW, files, values={"brand": "#112233", "footer_note": "hours"}))
    first, after = asked(), asked()
    assert after == before
    assert len(first) == len(before) + 4
    assert "Ours Nine to five" in browser.page.body


def test_a_process_keeps_few_revisions(house: House) -> None:
    theme = house.themes.create(MIRA, "Spring", content())
    for number in range(1, 7):
        house.themes.save(MIRA, theme.id, content(corners="round", text_size=1 + number / 16), seen=number)
    editions = house.looks.editions
    for number in range(1, 8):
        assert editions.get(theme.id, number) is not None
    assert len(vars(editions)["_kept"]) == 4
    assert editions.get(theme.id, 7) is editions.get(theme.id, 7)
    assert editions.get(theme.id, 8) is None


def test_two_themes_one_after_the_other_are_told_apart(house: House, browse: Browse) -> None:
    shown(house, content())
    assert browse().get("/").one("h1").text == "Hello"
    shown(house, home("site.organization"))
    assert browse().get("/").one("h1").text == "Ours"
    assert HOME not in browse().get("/").body
