"""Notes through the API: for staff, once each, and no trace of them anywhere else."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.wiring import House
from tests.attachments import corpus
from tests.browser import Browser, put_upload
from tests.people import People
from tests.program import Program, refusal


def test_a_note_is_written_once_and_read_at_the_desk(
    program: Program, people: People, browse: Callable[..., Browser]
) -> None:
    made = program.conversation(people.owner.id)
    program.message(made["id"])
    path = f"/conversations/{made['id']}/notes"
    first = program.call("POST", path, {"body": "Call back", "external_id": "n-1", "author": "Imke"})
    again = program.call("POST", path, {"body": "Call back!", "external_id": "n-1"})
    assert (first.status, again.status) == (201, 200)
    assert first.json() == again.json()
    assert program.post(path, body="Done")["author"] == program.token.name
    assert [one["body"] for one in program.all(path, limit="1")] == ["Call back", "Done"]
    assert "Call back" in browse(people.agent).get(f"/desk/conversations/{made['id']}").text


def test_a_note_of_the_past_keeps_its_time(program: Program, people: People) -> None:
    made = program.conversation(people.owner.id)
    note = program.post(f"/conversations/{made['id']}/notes", body="Then", at="2021-05-01T10:00:00+02:00")
    assert note["at"] == "2021-05-01T08:00:00.000Z"


def test_a_redacted_note_has_no_text(program: Program, people: People) -> None:
    path = f"/conversations/{program.conversation(people.owner.id)['id']}/notes"
    note = program.post(path, body="4711")
    assert program.post(f"{path}/{note['id']}/redact") == {**note, "body": "", "redacted": True}
    assert refusal(program.call("POST", f"{path}/{'0' * 26}/redact")) == (404, "not_found")


def test_a_file_of_a_note_needs_the_right_to_read_notes(
    program: Program, people: People, allow: Callable[..., Program], browse: Callable[..., Browser], house: House
) -> None:
    made = program.conversation(people.owner.id)
    program.message(made["id"])
    image = corpus.png()
    upload = program.post("/attachments", name="map.png", type="image/png", size=len(image))
    assert put_upload(upload, image) == 201
    program.post(f"/conversations/{made['id']}/notes", body="", attachment=[upload["id"]])
    assert program.get(f"/attachments/{upload['id']}")["name"] == "map.png"
    reader = allow("conversation:read")
    absent = reader.call("GET", f"/attachments/{'0' * 26}")
    assert refusal(reader.call("GET", f"/attachments/{upload['id']}")) == refusal(absent) == (404, "not_found")
    assert browse(people.owner).get(f"/attachments/{upload['id']}").status == 404
