"""What S3 itself enforces: the policy an upload was signed with, and the address of a download."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.attachments.model import MAX_SIZE
from tests.attachments.corpus import GOOD, SCRIPT, sized
from tests.attachments.room import Room, fetch, post


def test_the_form_uploads_a_file_of_exactly_3_mb(strict_room: Room) -> None:
    begun = strict_room.begin("a.pdf", sized("pdf", MAX_SIZE))
    assert post(begun.url, begun.fields, sized("pdf", MAX_SIZE)) == 201
    assert strict_room.take(begun.upload) == [begun.upload]
    assert strict_room.stored() == {begun.upload.id: sized("pdf", MAX_SIZE)}


@pytest.mark.parametrize(
    "content", [b"", bytes(MAX_SIZE + 1), bytes(4_000_000)], ids=["empty", "a byte more", "larger"]
)
def test_s3_refuses_another_size(strict_room: Room, content: bytes) -> None:
    begun = strict_room.begin("a.pdf", GOOD["pdf"])
    assert 400 <= post(begun.url, begun.fields, content) < 500
    assert strict_room.waiting() == set()


@pytest.mark.parametrize(
    "fields",
    [
        {"Content-Type": "text/html"},
        {"Content-Type": "image/svg+xml"},
        {"key": "../../other"},
        {"key": "01hsomebodyelse00000000000"},
        {"success_action_status": "200"},
        {"policy": "e30="},
        {"x-amz-signature": "0" * 64},
        {"acl": "public-read"},
        {"Content-Disposition": "inline"},
        {"x-amz-meta-a": "b"},
    ],
)
def test_s3_refuses_a_changed_form(strict_room: Room, fields: dict[str, str]) -> None:
    begun = strict_room.begin("a.pdf", GOOD["pdf"])
    assert 400 <= post(begun.url, {**begun.fields, **fields}, GOOD["pdf"]) < 500
    assert strict_room.waiting() == set()


def test_a_form_used_twice_changes_nothing_that_was_attached(strict_room: Room) -> None:
    begun = strict_room.begin("a.png", GOOD["png"])
    assert post(begun.url, begun.fields, GOOD["png"]) == 201
    strict_room.attach(*strict_room.take(begun.upload))
    assert post(begun.url, begun.fields, b"<html>" + SCRIPT) == 201
    (stored,) = strict_room.stored().values()
    assert stored == GOOD["png"]


def test_a_download_is_always_a_download_of_the_type_and_name_we_say(strict_room: Room) -> None:
    attached = strict_room.attached('x"\r\n<Zoë>.xml', GOOD["xml"])
    status, headers, body = fetch(strict_room.attachments.download(attached))
    assert (status, body) == (200, GOOD["xml"])
    assert headers["Content-Type"] == "application/xml"
    assert (
        headers["Content-Disposition"]
        == "attachment; filename=\"x' _Zoe_.xml\"; filename*=UTF-8''x%27%20_Zo%C3%AB_.xml"
    )
    assert headers["Cache-Control"] == "private, no-store"


def test_a_download_lasts_a_minute_and_no_longer(strict_room: Room) -> None:
    url = strict_room.attachments.download(strict_room.attached("a.xml", GOOD["xml"]))
    assert parse_qs(urlsplit(url).query)["X-Amz-Expires"] == ["60"]


@pytest.mark.parametrize(
    "extra",
    [
        "&response-content-disposition=inline",
        "&response-content-type=text/html",
        "&response-content-language=x",
        "&x=y",
    ],
)
def test_nothing_can_be_added_to_the_address_of_a_download(strict_room: Room, extra: str) -> None:
    url = strict_room.attachments.download(strict_room.attached("a.xml", GOOD["xml"]))
    status, _, body = fetch(url + extra)
    assert status in {400, 403}
    assert GOOD["xml"] not in body


@pytest.mark.parametrize(
    ("part", "changed"),
    [
        ("attachment%3B", "inline%3B"),
        ("application%2Fxml", "text%2Fhtml"),
        ("X-Amz-Expires=60", "X-Amz-Expires=604800"),
    ],
)
def test_nothing_in_the_address_of_a_download_can_be_changed(strict_room: Room, part: str, changed: str) -> None:
    url = strict_room.attachments.download(strict_room.attached("a.xml", GOOD["xml"]))
    assert part in url
    assert fetch(url.replace(part, changed))[0] == 403


def test_neither_bucket_gives_anything_to_strangers(strict_room: Room) -> None:
    attached = strict_room.attached("a.xml", GOOD["xml"])
    strict_room.put(attached, GOOD["xml"])
    url = urlsplit(strict_room.attachments.download(attached))
    bare = f"{url.scheme}://{url.netloc}{url.path}"
    assert fetch(bare)[0] == 403
    assert (
        fetch(
            bare.replace(strict_room.attachment_bucket, strict_room.upload_bucket).replace(attached.key, attached.id)
        )[0]
        == 403
    )


def test_an_address_given_out_before_a_redaction_gives_nothing_after_it(strict_room: Room) -> None:
    attached = strict_room.attached("a.xml", GOOD["xml"])
    url = strict_room.attachments.download(attached)
    strict_room.attachments.remove([attached.id])
    status, _, body = fetch(url)
    assert status in {403, 404}
    assert GOOD["xml"] not in body
