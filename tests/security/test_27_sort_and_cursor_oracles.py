"""Attack 27: a list is asked to sort by what it should not show, or to go on where somebody else's begins."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.conversations.model import Status
from tests.browser import Browser, Page
from tests.people import People
from tests.security.watching import seen


def subjects(page: Page) -> list[str]:
    return [one.text for one in page.all("ol.rows h2")]


def cursor(page: Page) -> str:
    """Return the cursor behind the button to the next page."""
    (link,) = [one["href"] for one in page.all("nav a") if "cursor=" in one["href"]]
    return parse_qs(urlsplit(link).query)["cursor"][0]


@pytest.fixture
def lists(people: People) -> None:
    """More than a page for both, of the same times, so that a place of one is a place of the other."""
    for customer, word in ((people.owner, "Owner's"), (people.stranger, "Stranger's")):
        people.plant(customer, (word,), count=30, subject=f"{word} {{}}")
        people.plant(customer, (word,), count=30, subject=f"{word} closed {{}}", status=Status.DONE)


UNKNOWN = (
    "status", "assignee", "priority", "updated", "created", "customer_id", "-newest", "newest,oldest", "NEWEST",
    "newest ", "version", "g1sk", "active_at", "notes", "id;desc", "1", "oldest'--", "__class__", "%6eewest%00",
)  # fmt: skip


def test_an_unknown_sort_or_filter_is_refused(browse: Callable[..., Browser], people: People, lists: None) -> None:
    """By name, with the field it belongs to, as a page and as JSON; the desk as well."""
    owner, agent = browse(people.owner), browse(people.agent)
    for value in UNKNOWN:
        for browser, path, field in (
            (owner, f"/conversations?sort={value}", "sort"),
            (owner, f"/conversations?status={value if value != 'status' else 'snoozed'}", "status"),
            (agent, f"/desk?status={value}", "status"),
        ):
            assert browser.get(path).status == 422, path
            error = browser.request("GET", path, headers={"Accept": "application/json"}).json()["error"]
            assert (error["code"], error["field"]) == ("unknown_choice", field)
    assert owner.get("/conversations?sort=oldest&status=done").status == 200


def test_what_is_not_offered_is_not_looked_at(browse: Callable[..., Browser], people: People, lists: None) -> None:
    """Parameters that other helpdesks filter and sort by change nothing."""
    owner = browse(people.owner)
    plain = seen(owner.get("/conversations"))
    for query in (
        "order=asc", "order_by=assignee", "limit=1000", "page=2", "per_page=1000", "offset=10", "fields=notes",
        "filter[assignee]=1", "include=notes", "expand=notes", "direction=desc", "customer=x", "channel=sms",
    ):  # fmt: skip
        assert seen(owner.get(f"/conversations?{query}")) == plain, query


def test_a_cursor_goes_on_in_its_own_list(browse: Callable[..., Browser], people: People, lists: None) -> None:
    owner = browse(people.owner)
    first = subjects(owner.get("/conversations"))
    assert first[0] == "Owner's closed 30"
    found = list(first)
    while any("cursor=" in one["href"] for one in owner.page.all("nav a")):
        found += subjects(owner.get(f"/conversations?cursor={cursor(owner.page)}"))
    assert len(found) == len(set(found)) == 60


def test_a_cursor_of_another_list_is_refused(browse: Callable[..., Browser], people: People, lists: None) -> None:
    """Another customer's, another filter's, another order's, another search's, the desk's, the export's."""
    owner, stranger, agent = browse(people.owner), browse(people.stranger), browse(people.agent)
    makers = {
        "all": "/conversations?",
        "open": "/conversations?status=open&",
        "closed": "/conversations?status=done&",
        "oldest": "/conversations?sort=oldest&",
        "search": "/conversations?q=owner&",
        "another search": "/conversations?q=owner%27s&",
        "nul": "/conversations?q=owner%00&",
    }
    for maker, path in makers.items():
        if maker in {"another search", "nul"}:
            continue
        mine = cursor(owner.get(path))
        for reader, target in makers.items():
            for browser in (owner, stranger):
                page = browser.get(f"{target}cursor={mine}")
                same = reader == maker and browser is owner
                assert page.status == (200 if same else 422), (maker, reader)
                assert same or subjects(page) == []
    desk = cursor(agent.get("/desk"))
    assert owner.get(f"/conversations?cursor={desk}").status == 422
    assert owner.get(f"/account/export.json?cursor={desk}").status == 422
    assert agent.get(f"/desk?status=done&cursor={desk}").status == 422
    assert agent.get(f"/desk?cursor={cursor(owner.get('/conversations'))}").status == 422
    assert agent.get(f"/desk?cursor={desk}").status == 200


def test_a_changed_cursor_is_refused(browse: Callable[..., Browser], people: People, lists: None) -> None:
    """At every place of it, by one letter or more, cut, doubled, or with another's place under our signature."""
    owner, stranger = browse(people.owner), browse(people.stranger)
    mine, theirs = cursor(owner.get("/conversations")), cursor(stranger.get("/conversations"))
    body, _, signature = mine.partition(".")
    changed = [mine[:at] + ("A" if mine[at] != "A" else "B") + mine[at + 1 :] for at in range(len(mine))]
    changed += [mine[:at] for at in range(1, len(mine), 7)]
    changed += [mine + "A", mine + ".", f".{mine}", f"{mine}.{mine}", f"{body}.", f".{signature}", body, signature]
    changed += [f"{theirs.partition('.')[0]}.{signature}", f"{body}.{theirs.partition('.')[2]}", f"{body}=.{signature}"]
    wrong = [one for one in changed if owner.get(f"/conversations?cursor={one}").status != 422]
    assert not wrong
    assert owner.get(f"/conversations?cursor={mine}").status == 200


def test_a_refused_cursor_tells_nothing(browse: Callable[..., Browser], people: People, lists: None) -> None:
    """Foreign, forged and senseless ones get the same answer."""
    owner, stranger = browse(people.owner), browse(people.stranger)
    foreign = cursor(stranger.get("/conversations"))
    told = {
        seen(owner.get(f"/conversations?cursor={one}")) for one in (foreign, "x", f"{foreign}x", "%F0%9F%92%A5", "a.b")
    }
    assert len(told) == 1
    assert "This page link was changed or belongs to another list" in told.pop()[2]


def test_a_search_counts_and_finds_ones_own_alone(browse: Callable[..., Browser], people: People, lists: None) -> None:
    """Neither hits nor the number looked through know of anybody else's, or of notes."""
    people.notes(people.starts(people.owner, subject="Plain"), "Persimmon")
    owner, stranger = browse(people.owner), browse(people.stranger)
    page = owner.get("/conversations?q=stranger")
    assert subjects(page) == []
    assert "Searched all 61 conversations" in page.body
    assert subjects(owner.get("/conversations?q=persimmon")) == []
    assert "Searched all 60 conversations" in stranger.get("/conversations?q=persimmon").body


def test_a_place_of_before_is_a_number(browse: Callable[..., Browser], people: People) -> None:
    """Where earlier messages begin is a number of this conversation; anything else shows the newest ones."""
    (conversation,) = people.plant(people.owner, tuple(f"Message {number}" for number in range(1, 61)))
    owner = browse(people.owner)
    path = f"/conversations/{conversation.id}"
    newest = [one["id"] for one in owner.get(path).all("ol.messages li")]
    assert (newest[0], newest[-1]) == ("m11", "m60")
    for before in (
        "-1",
        "0",
        "x",
        "1e3",
        "%00",
        "c%23m%2300000011",
        "s%23n%23",
        "999999999",
        "11'--",
        "%EF%BC%91%EF%BC%91",
    ):
        assert [one["id"] for one in owner.get(f"{path}?before={before}").all("ol.messages li")] == newest, before
    assert [one["id"] for one in owner.get(f"{path}?before=11").all("ol.messages li")][-1] == "m10"
    assert owner.get(f"{path}?before=1").all("ol.messages li") == []
