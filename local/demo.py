"""Demo data: the cast and their conversations, written through the product's own stores, in seconds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.attachments.model import EXTENSIONS, Attachment, Upload, extension
from chalicelib.attachments.model import State as UploadState
from chalicelib.attachments.store import attachment_key
from chalicelib.aws import keys
from chalicelib.aws.table import Put, Update
from chalicelib.channels.portal import PORTAL
from chalicelib.conversations.items import event_put, head_put, message_put, note_put, side_put
from chalicelib.conversations.model import (
    MAILED_CHANNELS,
    Conversation,
    Direction,
    Event,
    Message,
    Note,
    StaffSide,
    Status,
    preview,
    redact_part,
)
from chalicelib.customers import model as customers
from chalicelib.customers.store import claims, item_of
from chalicelib.ids import new_id
from chalicelib.mail.model import ReplyMail
from chalicelib.outbox.model import State as DispatchState
from chalicelib.speech import LANGUAGES
from local import cast, demo_articles, demo_attributes, demo_snippets, demo_themes
from local.long_stories import hotel_stories, long_story
from local.stories import STORIES
from local.story import Line, Story

if TYPE_CHECKING:
    from chalicelib.staff.model import Member
    from chalicelib.wiring import House

COLOUR = "#2f6b4f"
LOGO = Path(__file__).with_name("logo.svg")
"""One tone for light and dark pages. Its letters are drawn, so that they look the same whatever fonts a machine has."""


def present(house: House) -> bool:
    """Tell whether the demo data is there."""
    return house.customers.store.owner("email", str(cast.OWNER.email)) is not None


def seed(house: House) -> bool:
    """Write the demo data, unless it is there; tell whether it was written."""
    if present(house):
        return False
    now = house.clock()
    staff = {
        one.email: house.staff.store.invite(one.name, one.email, one.role, now - timedelta(days=400))
        for one in cast.STAFF
    }
    written = _Written(house, staff, now)
    for story in (*STORIES, long_story(), *hotel_stories()):
        written.add(story)
    written.save()
    house.portal.settings.change(
        organization=cast.ORGANIZATION,
        enabled=True,
        colour=COLOUR,
        logo=LOGO.read_text(encoding="utf-8"),
        time_zone="Europe/Stockholm",
        languages=tuple(LANGUAGES),
    )
    demo_snippets.seed(house)
    demo_attributes.seed(house, staff[cast.AGENT.email])
    demo_articles.seed(house, staff[cast.CONTENT_MANAGER.email])
    demo_themes.seed(house, staff[cast.CONTENT_MANAGER.email])
    return True


def welcome(url: str, origin: str, log: Path) -> str:
    """Return what is printed when everything runs: ``url`` of the portal, ``origin`` of what plays beside it."""
    people = cast.sign_ins()
    width = max(len(one["email"]) for one in people)
    rows = [f"  {one['email']:<{width}}  {one['role']:<15}  {one['name']}" for one in people]
    return "\n".join(
        [
            "",
            f"{cast.ORGANIZATION} is open: {url}",
            f"  customers sign in at {url}/login, staff at {url}/staff/login,",
            f"  as one of these; the code is then at {origin}/_local/mail",
            "",
            *rows,
            "",
            f"Ctrl-C stops everything and keeps the data; FRESH=1 starts over. Requests are in {log}.",
        ]
    )


@dataclass
class _Written:
    """Everything that is to be written, gathered first because writing many items at once is quick."""

    house: House
    staff: dict[str, Member]
    now: datetime
    puts: list[Put] = field(default_factory=list)
    counts: dict[str, list[int]] = field(default_factory=dict)
    updates: list[Update] = field(default_factory=list)
    files: list[tuple[str, bytes, str]] = field(default_factory=list)
    customers: dict[str, customers.Customer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the customers."""
        for number, one in enumerate(cast.CUSTOMERS):
            since = self.now - timedelta(days=420 - number)
            self.customers[one.name] = customers.Customer(
                id=new_id(since),
                name=one.name,
                email=one.email,
                created_at=since,
                external_id=dict(one.identities).get("external_id"),
                handles={
                    kind: customers.normal_identity(kind, value)
                    for kind, value in one.identities
                    if kind != "external_id"
                },
                time_zone=one.time_zone,
                mail_replies=one.mail_replies,
            )
            self.counts[one.name] = [0, 0]

    def add(self, story: Story) -> None:
        """Add a conversation."""
        _Telling(self, story).tell()

    def save(self) -> None:
        """Write everything: files, items, then what is counted."""
        for key, content, kind in self.files:
            self.house.files.put(key, content, kind)
        for one in cast.CUSTOMERS:
            customer = self.customers[one.name]
            opened, done = self.counts[one.name]
            item = {**item_of(customer), "open_count": opened, "done_count": done}
            self.puts += [Put(keys.customer(customer.id), item), *claims(customer.id, customer.identities)]
        self.house.table.write_many(self.puts)
        for update in self.updates:
            self.house.table.write(update)


class _Telling:
    """One story on its way into items."""

    def __init__(self, written: _Written, story: Story) -> None:
        self.written, self.story = written, story
        self.customer = written.customers[story.customer.name]
        length = timedelta(minutes=sum(line.after for line in story.lines))
        self.at = written.now - timedelta(minutes=story.ended) - length
        self.id = new_id(self.at)
        self.created_at = self.active_at = self.at
        self.channel = story.channel
        self.status = Status.OPEN
        self.closed_at: datetime | None = None
        self.messages: list[Message] = []
        self.version = 0
        self.comments = self.notes = self.events = 0

    def tell(self) -> None:
        """Add everything the story consists of."""
        for line in self.story.lines:
            self.at += timedelta(minutes=line.after)
            {"message": self._message, "comment": self._comment, "note": self._note}.get(line.kind, self._event)(line)
        head = self._head()
        self.written.puts += [head_put(head), side_put(head, self._side())]
        self.written.counts[self.customer.name][self.status is Status.DONE] += 1

    def _side(self) -> StaffSide:
        waits = self.status is Status.OPEN and self.messages[-1].direction is Direction.IN
        return StaffSide(
            version=self.version + self.comments + self.notes + self.events,
            unshown=self.comments,
            notes=self.notes,
            waiting_since=self.messages[-1].at if waits else None,
        )

    def _head(self) -> Conversation:
        last = self.messages[-1]
        last_out = max((one.seq for one in self.messages if one.direction is Direction.OUT), default=0)
        answered = max((one.seq for one in self.messages if one.direction is Direction.IN), default=0)
        snoozed = timedelta(days=self.story.snoozed_days)
        return Conversation(
            id=self.id,
            customer_id=self.customer.id,
            subject=self.story.subject,
            status=self.status,
            channel=self.story.channel,
            reply_channel=self.channel,
            created_at=self.created_at,
            active_at=self.active_at,
            version=max(1, self.version),
            last_seq=last.seq,
            last_out=last_out,
            seen=answered if self.story.unread else last.seq,
            preview=preview(last.body, len(last.attachments)),
            preview_direction=last.direction,
            closed_at=self.closed_at,
            snoozed_until=self.written.now + snoozed if snoozed else None,
        )

    def _message(self, line: Line) -> None:
        seq = len(self.messages) + 1
        self.channel = line.channel or self.channel
        message = Message(
            conversation_id=self.id,
            seq=seq,
            direction=Direction.OUT if line.by else Direction.IN,
            channel=self.channel,
            author=line.by.name if line.by else self.customer.name,
            author_id=self._actor_id(line),
            body=redact_part(line.text, line.secret) if line.secret else line.text,
            at=self.at,
            attachments=tuple(self._attached(line, seq)),
            redacted=bool(line.secret),
        )
        self.messages.append(message)
        self.active_at, self.version = self.at, self.version + 1
        self.written.puts.append(message_put(message))
        if line.by and self.channel in MAILED_CHANNELS:
            self._mailed(seq, line.undelivered)

    def _actor_id(self, line: Line) -> str:
        return self.written.staff[line.by.email].id if line.by else self.customer.id

    def _attached(self, line: Line, seq: int) -> Iterable[Attachment]:
        for name, make in line.files:
            content = make()
            kind = EXTENSIONS[extension(name)]
            owner = f"staff:{self._actor_id(line)}" if line.by else f"customer:{self.customer.id}"
            upload = Upload(new_id(self.at), owner, name, kind, len(content), UploadState.PENDING, created_at=self.at)
            attach = self.written.house.attachments.uploads.attach(
                upload, conversation_id=self.id, customer_id=self.customer.id, seq=seq
            )
            self.written.updates.append(_whole(upload, attach))
            self.written.files.append((attachment_key(upload.id), content, kind))
            yield upload.attachment

    def _mailed(self, seq: int, undelivered: str) -> None:
        """Add what became of the mail that carried a message: long settled."""
        mail = ReplyMail(self.id, seq)
        queued = self.written.house.outbox.put(mail.id, mail, self.at)
        item: dict[str, Any] = {name: value for name, value in queued.item.items() if name not in {"g3pk", "g3sk"}}
        item["state"] = (DispatchState.FAILED if undelivered else DispatchState.SENT).value
        item["detail"] = undelivered
        item["attempts"] = 1
        item["ses_id"] = f"demo-{self.id}-{seq}"
        self.written.puts.append(Put(queued.key, item))

    def _comment(self, line: Line) -> None:
        """Add what stands outside the range a customer can read."""
        self.comments += 1
        said = Message(
            conversation_id=self.id,
            seq=self.comments,
            direction=Direction.IN,
            channel=self.story.channel,
            author=self.customer.name,
            author_id=self.customer.id,
            body=line.text,
            at=self.at,
            scope="public",
        )
        self.written.puts.append(message_put(said))

    def _note(self, line: Line) -> None:
        if line.by is None:
            message = "only staff write notes"
            raise ValueError(message)
        note = Note(self.id, new_id(self.at), line.by.name, self._actor_id(line), line.text, self.at)
        self.written.puts.append(note_put(note))
        self.notes += 1

    def _event(self, line: Line) -> None:
        actor = line.by.name if line.by else self.customer.name
        detail = ""
        if line.kind == "closed":
            self.status, self.closed_at = Status.DONE, self.at
        elif line.kind == "reopened":
            self.status, self.closed_at, self.channel = Status.OPEN, None, PORTAL
        elif line.kind == "snoozed":
            self.status = Status.SNOOZED
            until = self.written.now + timedelta(days=self.story.snoozed_days)
            detail = f"{until:%Y-%m-%d %H:%M} UTC"
        self.version += 1
        self.written.puts.append(event_put(Event(self.id, new_id(self.at), line.kind, actor, self.at, detail)))
        self.events += 1


def _whole(upload: Upload, attach: Update) -> Update:
    """Return the write that makes an upload and attaches it in one."""
    made = {
        "id": upload.id,
        "owner": upload.owner,
        "name": upload.name,
        "type": upload.type,
        "size": upload.size,
        "created_at": upload.created_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    return Update(attach.key, put={**made, **attach.put})


def sign_ins() -> Sequence[dict[str, str]]:
    """Return who can sign in."""
    return cast.sign_ins()
