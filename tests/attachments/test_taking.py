"""From the wish to upload to the attachment of a message: who may, what is checked, what is kept, what is removed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.attachments.model import MAX_SIZE, Attachment, State, Upload
from chalicelib.aws.table import Refused
from chalicelib.refusals import FileRefused, FilesRefused, NotFound, TooManyFiles, TooManyRequests, Unavailable
from tests.attachments.corpus import GOOD, SCRIPT, sized
from tests.attachments.room import AGENT, CONVERSATION, STRANGER, ZOE, Room


def refused(room: Room, *upload_ids: str, owner: str = ZOE) -> FilesRefused:
    with pytest.raises(FilesRefused) as caught:
        room.attachments.take(owner, upload_ids)
    return caught.value


def test_an_upload_begins_with_all_that_is_known_of_it(room: Room) -> None:
    begun = room.attachments.begin(ZOE, "../Rechnung.PDF", "application/x-pdf", 400)
    upload = begun.upload
    assert (upload.name, upload.type, upload.size) == ("Rechnung.PDF", "application/pdf", 400)
    assert upload.state is State.PENDING
    assert begun.fields["key"] == upload.id
    assert begun.fields["Content-Type"] == "application/pdf"
    assert room.upload_bucket in begun.url
    assert room.get(upload) == upload
    assert room.item(upload)["expires"] == int((room.now + timedelta(days=1)).timestamp())


def test_a_refused_declaration_leaves_nothing_behind_and_costs_nothing(room: Room) -> None:
    for _ in range(61):
        with pytest.raises(FileRefused):
            room.attachments.begin(ZOE, "a.exe", "", 400)
    room.begin("a.pdf", b"x")


def test_sixty_uploads_an_hour_and_no_more(room: Room) -> None:
    for _ in range(60):
        room.begin("a.pdf", b"x")
    with pytest.raises(TooManyRequests) as caught:
        room.begin("a.pdf", b"x")
    assert 0 < caught.value.retry_after <= 3600
    room.begin("a.pdf", b"x", owner=STRANGER)
    room.now += timedelta(hours=1)
    room.begin("a.pdf", b"x")


def test_six_files_of_exactly_3_mb_become_the_attachments_of_a_message(room: Room) -> None:
    uploads = [
        room.uploaded(f"file {kind}.{kind}", sized(kind, MAX_SIZE))
        for kind in ("xlsx", "docx", "pdf", "png", "gif", "csv")
    ]
    taken = room.take(*uploads)
    assert taken == uploads
    assert room.stored() == {one.id: sized(one.name.rpartition(".")[2], MAX_SIZE) for one in uploads}
    room.attach(*taken)
    room.attachments.settled(taken)
    assert room.waiting() == set()
    first = room.get(uploads[0])
    assert first.state is State.ATTACHED
    assert (first.conversation_id, first.customer_id, first.seq, first.internal) == (CONVERSATION, "01hzoe", 3, False)
    assert first.attachment == Attachment(first.id, "file xlsx.xlsx", uploads[0].type, MAX_SIZE)
    assert "expires" not in room.item(first)


def test_a_file_of_a_note_is_marked_as_internal(room: Room) -> None:
    upload = room.uploaded("a.pdf", GOOD["pdf"], owner=AGENT)
    room.attach(*room.take(upload, owner=AGENT), seq=0, note_id="01hnote", internal=True)
    found = room.get(upload)
    assert (found.internal, found.note_id, found.seq) == (True, "01hnote", 0)


def test_no_files_are_no_trouble_and_a_seventh_is(room: Room) -> None:
    assert room.take() == []
    uploads = [room.uploaded("a.csv", GOOD["csv"]) for _ in range(7)]
    with pytest.raises(TooManyFiles):
        room.take(*uploads)
    assert room.stored() == {}


def test_an_upload_named_twice_is_one_file_and_the_order_is_kept(room: Room) -> None:
    one, two = room.uploaded("1.csv", GOOD["csv"]), room.uploaded("2.csv", GOOD["csv"])
    assert room.take(two, one, two, two, one, two, one) == [two, one]


def test_absent_foreign_used_redacted_and_expired_uploads_are_refused_alike(room: Room) -> None:
    """Nothing in the answer tells which of them it was, nor what the file is called."""
    foreign = room.uploaded("secret plan.pdf", GOOD["pdf"], owner=STRANGER)
    staff = room.uploaded("secret plan.pdf", GOOD["pdf"], owner=AGENT)
    used, redacted = room.attached("secret plan.pdf", GOOD["pdf"]), room.attached("secret plan.pdf", GOOD["pdf"])
    room.table.transact([room.uploads.redact(redacted.id)])
    expired = room.uploaded("secret plan.pdf", GOOD["pdf"])
    room.now += timedelta(days=1)
    seen = set()
    for upload_id in (
        foreign.id, staff.id, used.id, redacted.id, expired.id, "0" * 26, "", "../../etc/passwd", "x" * 5000, "\0"
    ):  # fmt: skip
        refusal = refused(room, upload_id)
        seen.add((refusal.sentence, refusal.code, refusal.status, refusal.name, refusal.reason))
    ((sentence, *_),) = seen
    assert "secret" not in sentence
    assert set(room.stored()) == {used.key, redacted.key}


def spoiled(room: Room) -> list[Upload]:
    """Return uploads that are each wrong in a way of their own."""
    never = room.begin("never.pdf", GOOD["pdf"]).upload
    shorter = room.begin("shorter.pdf", GOOD["pdf"] + b"\n").upload
    room.put(shorter, GOOD["pdf"])
    larger = room.begin("larger.pdf", GOOD["pdf"]).upload
    room.put(larger, bytes(MAX_SIZE + 1))
    typed = room.begin("typed.png", GOOD["png"]).upload
    room.put(typed, GOOD["png"], content_type="text/html")
    page = room.uploaded("page.png", b"<html>" + SCRIPT)
    return [never, shorter, larger, typed, page]


def test_every_file_that_cannot_be_taken_is_named_with_its_reason(room: Room) -> None:
    good, bad = room.uploaded("good.png", GOOD["png"]), spoiled(room)
    refusal = refused(room, *(one.id for one in [good, *bad]))
    assert [one.name for one in refusal.refused] == [one.name for one in bad]
    assert "not uploaded completely" in refusal.refused[0].reason
    assert "bytes arrived instead of" in refusal.refused[1].reason
    assert "3,145,729 bytes" in refusal.refused[2].reason
    assert "a different kind of file" in refusal.refused[3].reason
    assert "not PNG" in refusal.refused[4].reason
    for one in refusal.refused:
        assert one.sentence in refusal.sentence
    assert (refusal.code, refusal.status, refusal.field) == ("file_refused", 422, "attachment")


def test_good_files_stay_usable_when_others_are_refused(room: Room) -> None:
    good, bad = room.uploaded("good.png", GOOD["png"]), spoiled(room)
    refused(room, good.id, bad[0].id)
    assert room.stored() == {}
    assert room.attachments.kept(ZOE, [good.id]) == (good.attachment,)
    assert room.take(good) == room.take(good) == [good]
    room.attach(good)


def test_what_is_uploaded_after_the_check_changes_nothing(room: Room) -> None:
    """A policy can be used again while it lasts."""
    upload = room.uploaded("a.png", GOOD["png"])
    room.attach(*room.take(upload))
    room.put(upload, b"<html>" + SCRIPT)
    assert room.stored() == {upload.id: GOOD["png"]}
    refused(room, upload.id)


def test_an_upload_becomes_an_attachment_once_and_for_its_owner(room: Room) -> None:
    upload = room.uploaded("a.png", GOOD["png"])
    room.attach(upload)
    with pytest.raises(Refused):
        room.attach(upload, seq=4)
    other = room.uploaded("b.png", GOOD["png"], owner=STRANGER)
    forged = Upload(other.id, ZOE, other.name, other.type, other.size, State.PENDING, other.created_at)
    with pytest.raises(Refused):
        room.attach(forged)
    assert room.get(upload).seq == 3
    assert room.get(other) == other


def test_of_two_messages_at_the_same_time_one_gets_the_file(strict_room: Room) -> None:
    upload = strict_room.take(strict_room.uploaded("a.png", GOOD["png"]))[0]

    def attach(seq: int) -> bool:
        try:
            strict_room.attach(upload, seq=seq)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attach, range(1, 9))) == 1


def test_a_refused_form_shows_again_what_its_owner_can_still_send(room: Room) -> None:
    """Even seven of them, so that one can be removed."""
    mine = [room.uploaded(f"{number}.csv", GOOD["csv"]) for number in range(7)]
    foreign = room.uploaded("secret.csv", GOOD["csv"], owner=STRANGER)
    used = room.attached("used.csv", GOOD["csv"])
    asked = [mine[3].id, foreign.id, "0" * 26, "nonsense", used.id, mine[3].id, *(one.id for one in mine)]
    expected = [mine[3], *mine[:3], *mine[4:]]
    assert room.attachments.kept(ZOE, asked) == tuple(one.attachment for one in expected)
    assert room.attachments.kept(ZOE, []) == ()
    assert room.attachments.kept(ZOE, ["x"] * 10_000) == ()
    room.now += timedelta(days=1)
    assert room.attachments.kept(ZOE, asked) == ()


def test_only_what_is_attached_can_be_downloaded(room: Room) -> None:
    upload = room.uploaded("a.png", GOOD["png"])
    with pytest.raises(NotFound):
        room.attachments.download(upload)
    room.take(upload)
    with pytest.raises(NotFound):
        room.attachments.download(room.get(upload))
    attached = room.attached("b.png", GOOD["png"])
    assert room.attachments.download(attached)
    room.table.transact([room.uploads.redact(attached.id)])
    with pytest.raises(NotFound):
        room.attachments.download(room.get(attached))


def test_redaction_leaves_neither_file_nor_name(room: Room) -> None:
    """Also where the upload bucket still has its copy; and doing it again, after half of it failed, is no fault."""
    gone, stays = room.attached("salary of Zoe.pdf", GOOD["pdf"]), room.attached("b.pdf", GOOD["pdf"])
    room.put(gone, GOOD["pdf"])
    for _ in range(2):
        room.attachments.remove([gone.id])
        room.table.transact([room.uploads.redact(gone.id)])
    assert room.waiting() == set()
    assert set(room.stored()) == {stays.key}
    found = room.get(gone)
    assert (found.state, found.name) == (State.REDACTED, "")
    assert "Zoe" not in str(room.item(gone))


def test_nothing_that_was_never_attached_is_redacted(room: Room) -> None:
    upload = room.uploaded("a.pdf", GOOD["pdf"])
    for upload_id in (upload.id, "0" * 26):
        with pytest.raises(Refused):
            room.table.transact([room.uploads.redact(upload_id)])
    assert room.uploads.get_many(["0" * 26], consistent=True) == {}


def test_an_attachment_is_read_together_with_other_items(room: Room) -> None:
    attached = room.attached("a.pdf", GOOD["pdf"])
    reads = room.table.together(consistent=True)
    found = [room.uploads.later(reads, one) for one in (attached.id, "0" * 26, "not an id", "x" * 5000, "")]
    assert [one() for one in found] == [attached, None, None, None, None]


def test_a_file_store_that_does_not_answer_is_said_and_changes_nothing(room: Room) -> None:
    upload = room.uploaded("a.pdf", GOOD["pdf"])
    room.fail("GetObject", 503, "SlowDown")
    with pytest.raises(Unavailable):
        room.take(upload)
    assert room.get(upload) == upload


def test_an_absent_upload_is_absent_although_s3_says_denied(room: Room) -> None:
    """As it does to those who may not list the bucket."""
    upload = room.begin("a.pdf", GOOD["pdf"]).upload
    room.fail("GetObject", 403, "AccessDenied")
    assert "not uploaded completely" in refused(room, upload.id).sentence


def test_clearing_up_may_fail_but_redaction_must_not_do_so_unnoticed(room: Room) -> None:
    upload = room.attached("a.pdf", GOOD["pdf"])
    room.fail("DeleteObjects", 403, "AccessDenied")
    room.attachments.settled([upload])
    with pytest.raises(Unavailable):
        room.attachments.remove([upload.id])
    assert upload.key in room.stored()
