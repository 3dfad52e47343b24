"""Attack 28, settings and articles: a long address, a logo or a hidden field costs much or breaks the answer.

No test looks at a clock: the logo would be looked at for hours.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib import telemetry
from chalicelib.knowledge import markdown
from chalicelib.knowledge.markdown import render
from chalicelib.portal.logo import check_logo
from chalicelib.refusals import SettingRefused
from tests.browser import Browser, normal
from tests.people import People

SVG = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'
GAP = " " * 39_000


@pytest.fixture(autouse=True)
def faults(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every fault an operator would read of."""
    found: list[str] = []
    monkeypatch.setattr(telemetry, "fault", lambda error, **where: found.append(f"{where}: {error!r}"))
    return found


@pytest.mark.parametrize("slug", ["a" * 81, "a" * 3_000, "%F0%9F%8D%90" * 700, "A", "-", "a--b"])
def test_an_address_that_no_article_can_have_is_not_found(
    browse: Callable[..., Browser], people: People, faults: list[str], slug: str
) -> None:
    """As any that is not there, whoever asks; the table has keys of 2,048 bytes at most and is not asked."""
    people.house.portal.settings.change(internal_kb=True, internal_portal=True)
    for who, path in ((None, "/articles/"), (people.owner, "/articles/"), (people.agent, "/internal/articles/")):
        browser = browse(who)
        answer, absent = (browser.request("GET", path + one) for one in (slug, "absent"))
        assert (answer.status, normal(answer.text).replace(f"/{slug}", "")) == (
            404,
            normal(absent.text).replace("/absent", ""),
        )
    assert browse().post(f"/articles/{slug}/helpful", {"answer": "yes"}).status == 404
    assert not faults


@pytest.mark.parametrize(
    "holds", ['<g fill="url({}#a)"/>', "<style>a{{fill:url({}#a)}}</style>", "<title>expression{}</title>"]
)
def test_a_logo_with_a_long_gap_is_looked_at_once(holds: str) -> None:
    """It points at a part of itself, and so it may."""
    assert check_logo(SVG.format(holds.format(GAP)))


@pytest.mark.parametrize(
    "address", ["https://e.example", "' https://e.example'", "//e.example", "data:image/png;base64,AA", "''"]
)
def test_a_logo_still_loads_nothing_from_elsewhere(address: str) -> None:
    """However many spaces and quotes stand before the address."""
    for gap in ("", " ", GAP[:999]):
        with pytest.raises(SettingRefused):
            check_logo(SVG.format(f'<g style="fill:url({gap}{address})"/>'))
    for own in ("#a", "'#a'", " #a", " ' #a'"):
        assert check_logo(SVG.format(f'<g style="fill:url({own})"/>'))


def test_a_hidden_field_nested_without_end_is_answered(
    browse: Callable[..., Browser], people: People, faults: list[str]
) -> None:
    """What a form says it was made from is not believed, and its nesting breaks nothing."""
    browser = browse(people.content_manager)
    browser.get("/settings/general")
    answer = browser.post("/settings/general", {"csrf": browser.csrf, "version": "0", "seen": "[" * 60_000})
    assert answer.status < 500
    agent, path = browse(people.agent), f"/desk/conversations/{people.starts(people.owner).id}"
    agent.get(path)
    for action in ("labels", "close"):
        assert agent.post(f"{path}/{action}", {"csrf": agent.csrf, "seen": "[" * 60_000, "tags": "a"}).status < 500
    assert not faults


def test_no_setting_grows_beyond_what_each_request_can_read(
    browse: Callable[..., Browser], people: People, faults: list[str]
) -> None:
    """The name of a snippet is one: home and mails ask the table for it, whose keys have 1,024 bytes at most."""
    browser, reader = browse(people.content_manager), browse()
    for name in ("x" * 5_000, "x" * 200_000, "../x", "\x00", "a#b", "A", "\u202e"):
        for field in ("welcome", "signature"):
            browser.get("/settings/general")
            page = browser.submit("Save", **{field: name})
            assert page.status in {413, 422}, field
            assert reader.get("/").status == 200
    assert not faults


def test_half_a_sign_in_json_breaks_no_page(browse: Callable[..., Browser], people: People, faults: list[str]) -> None:
    """JSON can name halves of signs that no answer can carry: in a hidden field, or from another service."""
    browser = browse(people.content_manager)
    browser.get("/settings/details")
    for shown in (r'[["\ud800", "x", ""]]', r'[["a", "\udfff", ""]]', r'[["a", "", "\ud800"]]'):
        fields = {"csrf": browser.csrf, "version": "0", "action": "save", "shown": shown}
        assert browser.post("/settings/details", fields).status == 422
    assert not faults


def test_headings_count_into_what_one_article_can_be() -> None:
    """They lie in one item with the page, which is refused before the table has to."""
    with pytest.raises(SettingRefused, match="too large"):
        render("\n".join(["# " + "\U00020000" * 190] * 200))


def test_what_each_conversations_page_reads_of_attributes_is_bounded(
    browse: Callable[..., Browser], people: People, faults: list[str]
) -> None:
    """Choices of the largest size are refused beside their field long before the table has to refuse the item."""
    browser, statuses = browse(people.content_manager), []
    choices = "\n".join(f"{number:02}" + "\U00020000" * 58 for number in range(40))
    for number in range(9):
        browser.get("/settings/attributes/new")
        page = browser.submit("Add the attribute", key=f"a{number}", name=f"A{number}", type="choice", choices=choices)
        statuses.append(page.status)
    assert statuses == [200] * 6 + [422] * 3
    assert len(str(people.house.conversations.labelling.declared().every).encode()) < 100_000
    browser.get("/settings/attributes/a0")
    assert browser.submit("Save", choices="One").status == 200
    assert not faults


def test_a_line_of_spaces_below_a_bar_is_looked_at_once() -> None:
    """It may be the line below a table's head; looked at again from each place, it would take days."""
    assert not markdown._DELIMITERS.fullmatch(" " * 3_000_000 + "x")
    assert not markdown._DELIMITERS.fullmatch("\t" * 3_000_000 + ":" * 3_000_000)
    for line in ("|-|", " | :-: | --- |", "> -", "---", "\t|\t-"):
        assert markdown._DELIMITERS.fullmatch(line), line
