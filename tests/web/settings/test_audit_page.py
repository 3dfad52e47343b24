"""Settings, Audit log: an admin reads what was changed, filters it, pages through it, and takes it away as a file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from chalicelib.audit.model import OPERATOR, Author, Change, chained
from chalicelib.aws.keys import Key
from chalicelib.aws.table import Put
from chalicelib.web.settings import audit
from chalicelib.wiring import House
from tests.browser import Browser, Page
from tests.people import Clock, People

EVE = Author("0" * 26, "=HYPERLINK(1)", "192.0.2.7")


@pytest.fixture
def lead(browse: Callable[..., Browser], people: People) -> Browser:
    return browse(people.lead)


def record(house: House, count: int, action: str = "thing:change", author: Author = OPERATOR) -> None:
    for number in range(count):
        house.audit.commit(
            [Put(Key("THING", "1"), {})], Change(author, action, f"Thing {number}", {"on": False}, {"on": True})
        )


def subjects(page: Page) -> list[str]:
    return [one.text for one in page.all(".entries .of")]


def test_a_change_is_read_with_who_where_before_and_after(lead: Browser) -> None:
    lead.house.portal.settings.change(author=EVE, session_hours=8, reopen_allowed=False)
    entry = lead.get("/settings/audit").all(".entries li")[0]
    assert entry.one(".did strong").text == "=HYPERLINK(1)"
    assert entry.one(".did .pill").text == "portal:change"
    assert "192.0.2.7" in entry.one(".meta").text
    rows = [[cell.text for cell in (*row.all("th"), *row.all("td"))] for row in entry.all("tbody tr")]
    assert rows == [["session hours", "24", "8"], ["reopen allowed", "yes", "no"]]


def test_pages_follow_each_other_without_a_gap(lead: Browser) -> None:
    record(lead.house, audit.PAGE + 5)
    total = lead.house.audit.count()
    page = lead.get("/settings/audit")
    seen = subjects(page)
    assert len(seen) == audit.PAGE
    assert f"{total} entries in all" in page.text
    page = lead.get(page.link("Older"))
    assert len(seen + subjects(page)) == total
    assert len(lead.get(page.link("Newest")).all(".entries li")) == audit.PAGE


def test_a_cursor_of_another_filter_is_refused(lead: Browser) -> None:
    record(lead.house, audit.PAGE + 5)
    url = lead.get("/settings/audit").link("Older")
    assert lead.get(url.replace("cursor=", "who=ruth&cursor=")).status == 422
    assert lead.get(url[:-1] + ("A" if url[-1] != "A" else "B")).status == 422


def test_filters_are_kept_and_narrow_the_list(lead: Browser, clock: Clock, people: People) -> None:
    record(lead.house, 3)
    clock.ahead(days=2)
    record(lead.house, 2, "other:change", EVE)
    lead.sign_in(people.lead)
    lead.get("/settings/audit")
    page = lead.submit("Filter", who="hyperlink", action="other")
    assert subjects(page) == ["Thing 1", "Thing 0"]
    assert page.one("#audit-who")["value"] == "hyperlink"
    lead.get("/settings/audit")
    assert len(subjects(lead.submit("Filter", since=f"{clock.now:%Y-%m-%d}"))) == 2
    lead.get("/settings/audit")
    assert "Thing 2" in subjects(lead.submit("Filter", until="2035-03-14"))
    assert lead.get("/settings/audit?who=nobody").one(".empty h2").text == "No such entry"


def test_somebody_is_found_by_their_address_after_they_have_left(lead: Browser, people: People) -> None:
    house, agent = lead.house, people.agent
    record(house, 2, author=Author(agent.id, agent.name))
    record(house, 2)
    house.staff.store.deactivate(agent.id)
    page = lead.get(f"/settings/audit?who={agent.email.upper()}")
    assert subjects(page) == ["Thing 1", "Thing 0"]
    assert page.one("#audit-who")["value"] == agent.email.upper()
    assert not subjects(lead.get("/settings/audit?who=nobody@example.com"))
    for typed in (f"mailto:{agent.email}", f"{agent.name} <{agent.email}>", agent.email.replace("@", "\uff20")):
        assert subjects(lead.get(f"/settings/audit?{urlencode({'who': typed})}")) == ["Thing 1", "Thing 0"]


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "0001-01-01", "9999-12-31", "%00"])
def test_a_day_that_is_none_is_said_beside_the_form(lead: Browser, day: str) -> None:
    page = lead.get(f"/settings/audit?since={day}")
    assert (page.status, page.faults) == (422, ["Enter a day such as 2026-11-22."])


def test_an_export_as_json_can_be_verified_elsewhere(lead: Browser) -> None:
    record(lead.house, 5)
    answer = lead.get("/settings/audit/export?format=json")
    content = answer.json()
    assert content["next"] is None
    assert len(content["entries"]) == lead.house.audit.count()
    last = "0" * 64
    for entry in content["entries"]:
        digest = entry.pop("hash")
        assert chained(last, entry) == digest
        last = digest
    assert (answer.header("Content-Disposition") or "").startswith('attachment; filename="audit-1-')
    assert answer.header("Cache-Control") == "no-store"


def test_an_export_as_csv_runs_no_formula(lead: Browser) -> None:
    """Whatever a name begins with, a spreadsheet shows it and does not compute it."""
    for name in ("=1+1", "+1", "-1", "@x", " =1", "\t=1", "\uff1d1", 'Ruth, "the" lead'):
        record(lead.house, 1, author=Author("0" * 26, name))
    body = lead.get("/settings/audit/export").body
    assert body[0] == "\ufeff"  # or Excel shows “Ädelsten” as “Ã„delsten”
    rows = list(csv.DictReader(io.StringIO(body[1:])))
    names = [row["author"] for row in rows][-8:]
    assert names == ["'=1+1", "'+1", "'-1", "'@x", "' =1", "'\t=1", "'\uff1d1", 'Ruth, "the" lead']
    assert rows[-1]["after"] == '{"on": true}'
    assert not [cell for row in rows for cell in row.values() if cell[:1] in {"=", "+", "-", "@", "\t"}]


def test_an_export_comes_in_parts_that_fit_an_answer(lead: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part ends at its number of entries, or sooner at its size, and names where the next begins."""
    record(lead.house, 25 - lead.house.audit.count())
    monkeypatch.setattr(audit, "PART", 10)
    seen: list[int] = []
    url = "/settings/audit/export?format=json"
    while url:
        content = lead.get(url).json()
        assert len(content["entries"]) <= 10
        seen += [one["seq"] for one in content["entries"]]
        url = content["next"]
    assert seen == list(range(1, 26))
    options = lead.get("/settings/audit").all("select[name=first] option")
    assert [one.text for one in options] == ["1 to 10", "11 to 20", "21 to 25"]
    monkeypatch.setattr(audit, "MAX_PART", 1_500)
    seen, url = [], "/settings/audit/export?format=json"
    while url:
        content = lead.get(url).json()
        assert 0 < len(content["entries"]) < 10
        seen += [one["seq"] for one in content["entries"]]
        url = content["next"]
    assert seen == list(range(1, 26))


def test_an_export_of_some_days_begins_and_ends_with_them(
    lead: Browser, clock: Clock, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has to guess in which part of thousands a day is; the last file is not an empty one."""
    monkeypatch.setattr(audit, "PART", 4)
    first = lead.house.audit.count() + 1
    for _ in range(3):
        clock.ahead(days=1)
        record(lead.house, 4)
    lead.sign_in(people.lead)
    day = f"{clock.now - timedelta(days=1):%Y-%m-%d}"
    page = lead.get(f"/settings/audit?since={day}&until={day}")
    assert [one["value"] for one in page.all("select[name=first] option")] == [str(first + 4)]
    content = lead.get(f"/settings/audit/export?format=json&since={day}&until={day}").json()
    assert [one["seq"] for one in content["entries"]] == list(range(first + 4, first + 8))
    assert content["next"] is None
    assert not lead.get("/settings/audit?until=2001-01-01").all("select[name=first]")


def test_an_entry_leads_to_what_was_changed(lead: Browser, people: People) -> None:
    """Where that has a page, and is still there."""
    house, agent = lead.house, people.agent
    head = people.starts(people.owner)
    snippet = house.snippets.create(OPERATOR, "bye", {"en": "Bye"})
    house.conversations.desk.redact(agent, head, 1)
    house.snippets.delete(OPERATOR, "bye", snippet.version)
    house.staff.store.change(agent.id, name="Mina")
    entries = lead.get("/settings/audit").all(".entries li")[:4]
    links = [[one["href"] for one in entry.all("a.of")] for entry in entries]
    staff, desk = f"/settings/staff/{agent.id}", f"/desk/conversations/{head.id}"
    assert links == [[staff], [], [desk], ["/settings/snippets/bye"]]
    assert [lead.get(url).status for url in (staff, desk)] == [200, 200]


def test_what_stayed_as_it_was_is_told_once_and_pairs_are_told_as_such(lead: Browser) -> None:
    before = {"language": "en", "rules": []}
    after = {"language": "en", "rules": [["agents", "agent"], ["admins", "admin"]]}
    lead.house.audit.commit([], Change(OPERATOR, "thing:change", "Thing", before, after))
    entry = lead.get("/settings/audit").all(".entries li")[0]
    assert [row.text for row in entry.all("tbody tr")] == ["rules – agents: agent; admins: admin"]
    assert "language: en" in entry.one(".meta").text
    assert "14 Mar 2035, 09:30 UTC" in entry.one(".meta").text


def test_every_area_of_actions_is_offered(lead: Browser) -> None:
    """Which there are stands where changes are recorded; none is there that nobody could guess."""
    code = "\n".join(path.read_text("utf-8") for path in sorted(Path("chalicelib").rglob("*.py")))
    recorded = re.findall(r"(?:[cC]hange|_redaction|_edit)\([^()\n]*?f?\"([a-z-]+):[a-z{]", code)
    assert len(recorded) > 20
    offered = {one["value"] for one in lead.get("/settings/audit").all("datalist option")}
    assert set(recorded) == offered


def test_an_export_has_what_the_filter_leaves(lead: Browser) -> None:
    record(lead.house, 3)
    record(lead.house, 2, "other:change")
    content = lead.get("/settings/audit/export?format=json&action=other").json()
    assert [one["action"] for one in content["entries"]] == ["other:change"] * 2
    for query in ("format=xml", "first=0", "first=x", "first=-1", "first=%EF%BC%91", "since=x"):
        assert lead.get(f"/settings/audit/export?{query}").status == 422, query


def test_no_entry_holds_what_was_redacted_nor_a_secret(lead: Browser, people: People) -> None:
    """Redactions and tokens are on record, with nothing of what was in them."""
    house = lead.house
    head = people.starts(people.owner, subject="My card is zk41-zk41", body="It is zk41-zk41 1111, thank you")
    people.notes(head, "The card is zk41-zk41 as well")
    page = lead.get(f"/desk/conversations/{head.id}")
    note = page.all("input[name=note]")[0]["value"]
    for fields in (
        {"seq": "1", "what": "part", "part": "zk41-zk41 1111"},
        {"seq": "1", "what": "whole"},
        {"note": note},
    ):
        lead.post(f"/desk/conversations/{head.id}/redact", {"csrf": lead.csrf, **fields})
    token, text = house.tokens.make("CRM", ["note:read"])
    house.tokens.revoke(token.id)
    entries = list(house.audit.span(1, 1000))[-5:]
    assert [one.change.action for one in entries] == [
        "message:redact",
        "message:redact",
        "note:redact",
        "token:create",
        "token:revoke",
    ]
    assert [one.change.author.name for one in entries] == [people.lead.name] * 3 + ["Operator"] * 2
    assert entries[0].change.author.ip == lead.ip
    assert entries[0].change.after == {"removed": "part", "message": 1, "scope": "direct", "files": 0}
    raw = str([dict(item) for item in house.table.walk("AUDIT")])
    assert "zk41-zk41" not in raw
    assert text[-30:] not in raw
    assert house.audit.verify()[2] is None


def test_only_admins_read_the_log(browse: Callable[..., Browser], people: People) -> None:
    for member in (people.agent, people.content_manager, people.collaborator):
        browser = browse(member)
        for path in ("/settings/audit", "/settings/audit/export"):
            assert browser.get(path).status == 403
