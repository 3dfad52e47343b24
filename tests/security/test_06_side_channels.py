"""Attack 6: what staff do among themselves shows in something a customer can measure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from chalicelib.conversations.model import REDACTED, Conversation
from chalicelib.signin.model import Kind
from tests.attachments import corpus
from tests.browser import Browser, fetch_url
from tests.emulators import Stage
from tests.people import People, staff_items
from tests.security.routes import Scene, scene
from tests.security.watching import Seen, everywhere, form_token, seen

NOTE = "Quince"
"""A word that stands in notes alone."""
SECRET = "4111-1111-1111-1111"


@pytest.fixture
def theirs(browse: Callable[..., Browser], people: People) -> Scene:
    """Conversations of the owner, one of them between others in every list."""
    people.starts(people.owner, subject="Older")
    made = scene(people, browse(people.owner))
    people.says(people.owner, made.open, f"My card is {SECRET}, thank you.")
    people.starts(people.owner, subject="Newer")
    return made


def paths(made: Scene) -> Iterator[str]:
    """Yield every address at which the owner could see something of the conversation."""
    version = made.people.head(made.open.id).version
    yield from ("/", "/account", "/account/export.json", "/conversations", "/conversations?sort=oldest")
    yield from ("/conversations?status=open", "/conversations?status=done", f"/conversations?q={NOTE}")
    yield from ("/conversations?q=lamp", "/conversations?q=card", f"/conversations/{made.open.id}")
    yield from (f"/conversations/{made.open.id}?before=2", f"/conversations/{made.closed.id}")
    yield from (f"/conversations/{made.open.id}/updates?after={version}", f"/conversations/{made.open.id}/updates")
    yield f"/conversations/new?continues={made.closed.id}"


def look(owner: Browser, made: Scene) -> dict[str, Seen]:
    """Return everything the owner can see, headers included."""
    return {path: seen(owner.request("GET", path)) for path in paths(made)}


def staff_at_work(browse: Callable[..., Browser], people: People, made: Scene) -> Iterator[str]:
    """Do everything that concerns staff alone, through the desk's own forms; yield what was done after each."""
    agent, lead = browse(people.agent), browse(people.lead)
    token = form_token(agent, Kind.STAFF)
    desk = f"/desk/conversations/{made.open.id}"

    def do(action: str, **fields: str) -> None:
        page = agent.post(f"{desk}/{action}", {"csrf": token, **fields}, follow=False)
        assert page.status == 303, action

    do("notes", body=f"{NOTE}: ask the workshop")
    yield "a note"
    agent.get(desk)
    upload = agent.upload(f"{NOTE}.png", "image/png", corpus.png(), path="/desk/uploads")
    do("notes", body="", attachment=upload)
    yield "a note with a file"
    for reader in (agent, lead):
        reader.get(desk)
        reader.get("/desk")
        reader.get(f"/desk/attachments/{made.file}", follow=False)
    yield "reading it"
    (first, _), _ = staff_items(people.house, made.open.id)
    do("redact", note=first.id)
    yield "redacting a note"
    people.notes(made.closed, f"{NOTE}: was closed too early")
    yield "a note on a closed conversation"
    agent.post(f"{desk}/notes", {"csrf": token, "body": ""})
    agent.post(f"{desk}/subject", {"csrf": token, "subject": ""})
    agent.post(f"{desk}/redact", {"csrf": token, "seq": "1", "what": "part", "part": "is not in it"})
    yield "refused tries"


def test_what_staff_do_among_themselves_changes_not_a_byte(
    browse: Callable[..., Browser], people: People, theirs: Scene
) -> None:
    """Lists, counts, order, previews, times, versions, search, export: everything is the same, headers included."""
    owner = browse(people.owner)
    before, done = look(owner, theirs), []
    assert before[f"/conversations/{theirs.open.id}/updates?after={people.head(theirs.open.id).version}"][0] == 204
    for what in staff_at_work(browse, people, theirs):
        assert look(owner, theirs) == before, what
        done.append(what)
    assert len(done) == 6
    assert not [path for path, one in before.items() if NOTE in one[2] and f"q={NOTE}" not in path]
    assert not [path for path, one in before.items() if "etag" in dict(one[1]) or "last-modified" in dict(one[1])]


def test_the_customers_key_range_holds_no_trace(people: People, theirs: Scene, ministack_stage: Stage) -> None:
    """Whatever a query for the customer's range returns, with no filter on top, was meant for them."""
    people.notes(theirs.open, f"{NOTE}: ask the workshop")
    answer = ministack_stage.admin("dynamodb").query(
        TableName=ministack_stage.environment["FOYER_TABLE"],
        KeyConditionExpression="pk = :p AND begins_with(sk, :s)",
        ExpressionAttributeValues={":p": {"S": f"CONV#{theirs.open.id}"}, ":s": {"S": "c#"}},
    )
    assert answer["Count"] == 4
    assert NOTE not in repr(answer["Items"])
    assert not [name for item in answer["Items"] for name in item if name in {"assignee", "queue", "notes", "note"}]


def shown(text: str) -> str:
    """Return a page without the version it was made from, which a redaction raises."""
    return re.sub(r'(?:after=|"version": )\d+', "", text)


def test_a_redaction_removes_its_text_and_nothing_else_moves(
    browse: Callable[..., Browser], people: People, theirs: Scene
) -> None:
    """Order, counts and times stay; where the text stood, the page says that something is gone."""
    owner, agent = browse(people.owner), browse(people.agent)
    before = look(owner, theirs)
    fields = {"csrf": form_token(agent, Kind.STAFF), "seq": "3", "what": "part", "part": SECRET}
    assert agent.post(f"/desk/conversations/{theirs.open.id}/redact", fields, follow=False).status == 303
    after = look(owner, theirs)
    gone = f'<span class="gone">{REDACTED}</span>'
    page = f"/conversations/{theirs.open.id}"
    assert shown(after[page][2]) == shown(before[page][2]).replace(SECRET, gone)
    for path in ("/conversations", "/conversations?sort=oldest", "/conversations?status=open", "/conversations?q=lamp"):
        assert after[path][2] == before[path][2].replace(SECRET, REDACTED), path
    for path in ("/", "/account", "/conversations?status=done", f"/conversations/{theirs.closed.id}"):
        assert after[path] == before[path], path
    exported = after["/account/export.json"][2]
    assert exported.replace('"redacted": true', '"redacted": false') == before["/account/export.json"][2].replace(
        SECRET, REDACTED
    )
    assert not owner.get(f"/conversations?q={SECRET}").all("ol.rows li")


def everything_said(people: People, theirs: Scene, owner: Browser) -> Conversation:
    """Let the owner say the secret in every place a message has."""
    owner.get(f"/conversations/{theirs.open.id}")
    upload = owner.upload(f"card {SECRET}.csv", "text/csv", f"card,{SECRET}\n".encode())
    owner.submit("Send", body=f"Again: {SECRET}", attachment=[upload])
    return people.head(theirs.open.id)


def test_what_is_redacted_is_nowhere(
    browse: Callable[..., Browser], people: People, theirs: Scene, ministack_stage: Stage
) -> None:
    """No item, no index, no file in either bucket holds it, nor does a link that was given out before."""
    owner, agent = browse(people.owner), browse(people.agent)
    head = everything_said(people, theirs, owner)
    link = owner.request("GET", owner.page.all("ul.files a")[-1]["href"]).header("Location") or ""
    assert fetch_url(link).status == 200
    assert SECRET in everywhere(ministack_stage)
    token = form_token(agent, Kind.STAFF)
    for seq in ("3", str(head.last_seq)):
        fields = {"csrf": token, "seq": seq, "what": "whole"}
        assert agent.post(f"/desk/conversations/{head.id}/redact", fields, follow=False).status == 303
    assert SECRET not in everywhere(ministack_stage)
    assert fetch_url(link).status in {403, 404}
    for browser, prefix in ((owner, ""), (agent, "/desk")):
        assert SECRET not in browser.get(f"{prefix}/conversations/{head.id}").body
        assert SECRET not in browser.get(prefix or "/conversations").body
    assert SECRET not in owner.get("/account/export.json").body


def test_a_file_that_was_refused_with_its_message_is_not_left_behind(
    browse: Callable[..., Browser], people: People, theirs: Scene, ministack_stage: Stage
) -> None:
    """A reply to a closed conversation that goes on as a new one: redacting it there removes the only copy."""
    people.house.portal.settings.change(reopen_allowed=False)
    owner, agent = browse(people.owner), browse(people.agent)
    owner.get(f"/conversations/{theirs.open.id}")
    upload = owner.upload("card.csv", "text/csv", f"card,{SECRET}-file\n".encode())
    people.closes(theirs.open)
    refused = owner.submit("Send", body="See the file", attachment=[upload])
    assert refused.status == 409
    page = owner.submit("Start the conversation")
    assert page.status == 200
    started = people.head(page.path.removeprefix("/conversations/").partition("#")[0])
    assert started.id != theirs.open.id
    assert f"{SECRET}-file" in everywhere(ministack_stage)
    fields = {"csrf": form_token(agent, Kind.STAFF), "seq": "1", "what": "whole"}
    assert agent.post(f"/desk/conversations/{started.id}/redact", fields, follow=False).status == 303
    assert f"{SECRET}-file" not in everywhere(ministack_stage)


def test_a_hole_in_a_link_breaks_no_page(browse: Callable[..., Browser], people: People) -> None:
    """What stands where a part was removed is markup of ours; inside an address it must not end the address."""
    text = f'See http://cards.example/{SECRET}"onmouseover=alert(1) and http://lamps.example/'
    conversation = people.starts(people.owner, body=text)
    people.house.conversations.desk.redact(people.agent, people.head(conversation.id), 1, part=SECRET)
    page = browse(people.owner).get(f"/conversations/{conversation.id}")
    said = page.one("#m1 .said")
    assert said.text == text.replace(SECRET, REDACTED)
    assert [one["href"] for one in said.all("a")] == ["http://lamps.example/"]
    assert [one.text for one in said.all(".gone")] == [REDACTED]
    assert {name for one in said.walk() for name in one.attrs} <= {"dir", "href", "rel", "class"}
