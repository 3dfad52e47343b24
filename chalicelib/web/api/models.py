"""What the JSON API takes and gives, as pydantic models: they check requests, and OpenAPI is generated from them.

Unknown fields are refused. Lengths that depend on how a text is cleaned are checked by the rules behind, which say why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
    create_model,
)

from chalicelib.attachments.model import EXTENSIONS, MAX_FILES, MAX_SIZE
from chalicelib.channels.model import CHANNELS, HANDLES
from chalicelib.clock import stamp
from chalicelib.conversations.incoming import MAX_AUTHOR, MAX_EXTERNAL_ID
from chalicelib.conversations.labels import MAX_ATTRIBUTES, MAX_TAG, MAX_TAGS
from chalicelib.conversations.model import MAILED_CHANNELS, MAX_BODY, MAX_SUBJECT
from chalicelib.text import MAX_EMAIL

ID = "[0-9a-hjkmnp-tv-z]{26}"
"""Form of our ids."""

Id = Annotated[str, StringConstraints(pattern=f"^{ID}$")]
MessageId = Annotated[str, StringConstraints(pattern="^[mp][1-9][0-9]{0,7}$")]
ExternalId = Annotated[str, StringConstraints(min_length=1, max_length=MAX_EXTERNAL_ID)]
Identity = Annotated[str, StringConstraints(min_length=1, max_length=MAX_EMAIL)]
Author = Annotated[str, StringConstraints(min_length=1, max_length=MAX_AUTHOR)]
Text = Annotated[
    str, Field(max_length=2 * MAX_BODY, description=f"At most {MAX_BODY:,} characters, a line end is one.")
]
Files = Annotated[list[Id], Field(max_length=MAX_FILES, description="Ids of finished uploads of this token.")]
Scope = Literal["direct", "public"]
Status = Literal["open", "snoozed", "done"]
Direction = Literal["in", "out"]
Tags = Annotated[list[Annotated[str, StringConstraints(min_length=1, max_length=MAX_TAG)]], Field(max_length=MAX_TAGS)]
Moment = Annotated[
    AwareDatetime,
    PlainSerializer(stamp),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
"""A time as we give it: UTC, with milliseconds, as it is stored."""
Value = str | int | float | bool
Attributes = Annotated[
    dict[str, Value],
    Field(max_length=MAX_ATTRIBUTES, description="By the keys of attributes that are declared; dates as 2026-11-22."),
]
Changes = Annotated[
    dict[str, Value | None],
    Field(
        max_length=2 * MAX_ATTRIBUTES,
        description="By the keys of attributes that are declared; dates as 2026-11-22. null removes an attribute.",
    ),
]

if TYPE_CHECKING:
    Channel = str  # a checker of types cannot know a list that is made at start
else:
    Channel = Literal[tuple(CHANNELS)]


class Taken(BaseModel):
    """What is sent to us."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True, allow_inf_nan=False)


class Given(BaseModel):
    """What we answer."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


# customers

_Identified = TypeVar("_Identified", bound=BaseModel)


def with_handles(model: type[_Identified]) -> type[_Identified]:
    """Give a model a field for every handle that channels have of customers, where it has none."""
    fields: dict[str, Any] = {kind: (Identity | None, None) for kind in HANDLES if kind not in model.model_fields}
    return create_model(model.__name__, __base__=model, __module__=model.__module__, __doc__=model.__doc__, **fields)


@with_handles
class CustomerIn(Taken):
    """A customer by at least one identity. Whoever has one of them is the one; nobody has it: a new customer."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80)] | None = Field(
        None, description="Needed for a new customer."
    )
    external_id: Identity | None = Field(None, description="The organization's own id.")
    email: Identity | None = Field(None, description="An address known to be theirs: they can sign in with it.")


class CustomerOut(Given):
    """A customer."""

    id: Id
    name: str
    external_id: str | None
    email: str | None
    handles: dict[str, str]
    created_at: Moment
    open_count: int = Field(description="Open conversations that they can see, snoozed ones included.")
    done_count: int


# conversations


class ConversationIn(Taken):
    """A conversation to begin. Its customer sees it from the first message on that the portal shows."""

    customer_id: Id
    subject: Annotated[str, StringConstraints(min_length=1, max_length=MAX_SUBJECT)]
    channel: Channel
    external_id: ExternalId | None = Field(None, description="Seen before: the conversation begun first is answered.")
    status: Status = "open"
    created_at: AwareDatetime | None = None
    closed_at: AwareDatetime | None = None
    snoozed_until: AwareDatetime | None = None
    tags: Tags = Field(default_factory=list)
    attributes: Attributes = Field(default_factory=dict)


class ConversationPatch(Taken):
    """Changes of a conversation; what is not named stays as it is."""

    status: Status | None = None
    snoozed_until: AwareDatetime | None = Field(None, description="Goes with the status snoozed, and is needed for it.")
    subject: Annotated[str, StringConstraints(min_length=1, max_length=MAX_SUBJECT)] | None = None
    tags: Tags | None = None
    attributes: Changes = Field(default_factory=dict)


class ConversationRow(Given):
    """A conversation as lists show it."""

    id: Id
    customer_id: Id
    subject: str
    status: Status
    channel: Channel
    created_at: Moment
    active_at: Moment = Field(description="The last thing that happened in it that its customer can see.")
    snoozed_until: Moment | None
    preview: str
    unread: bool = Field(description="Whether the organization said something the customer has not opened yet.")


class ConversationOut(ConversationRow):
    """A conversation."""

    reply_channel: Channel
    closed_at: Moment | None
    continues: Id | None
    external_id: str | None
    tags: list[str]
    attributes: dict[str, Value]


class ConversationList(Given):
    """A page of conversations."""

    items: list[ConversationRow]
    next: str | None = Field(description="The cursor of the next page, if there is one.")


# messages and notes


class MessageIn(Taken):
    """Something the customer (in) or the organization (out) said."""

    direction: Direction
    body: Text = ""
    channel: Channel | None = Field(None, description="Where the next answer would go, if not given.")
    scope: Scope = Field("direct", description="Customers see public ones only where the portal is set to show them.")
    author: Author | None = Field(None, description="The customer's or the organization's name, if not given.")
    external_id: ExternalId | None = Field(None, description="Seen before in this conversation: the first is answered.")
    at: AwareDatetime | None = Field(
        None, description="When it was said. Such a message belongs to the past: it changes no status."
    )
    attachment: Files = Field(default_factory=list)
    notify: bool = Field(
        default=False, description=f"Send it to the customer by e-mail (out; {', '.join(sorted(MAILED_CHANNELS))})."
    )


class AttachmentOut(Given):
    """A file of a message or note."""

    id: Id
    name: str
    type: str
    size: int = Field(description="Bytes.")


class MessageOut(Given):
    """A message. ``seq`` counts from 1 among those of its scope."""

    id: MessageId
    conversation_id: Id
    seq: int
    direction: Direction
    channel: Channel
    scope: Scope
    author: str
    body: str
    at: Moment
    attachments: list[AttachmentOut]
    redacted: bool
    external_id: str | None


class MessageList(Given):
    """A page of messages, oldest first."""

    items: list[MessageOut]
    next: str | None


class NoteIn(Taken):
    """Something staff say among themselves."""

    body: Text = ""
    author: Author | None = Field(None, description="The token's name, if not given.")
    external_id: ExternalId | None = Field(None, description="Seen before in this conversation: the first is answered.")
    at: AwareDatetime | None = None
    attachment: Files = Field(default_factory=list)


class NoteOut(Given):
    """A note."""

    id: Id
    conversation_id: Id
    author: str
    body: str
    at: Moment
    attachments: list[AttachmentOut]
    redacted: bool


class NoteList(Given):
    """A page of notes, oldest first."""

    items: list[NoteOut]
    next: str | None


class RedactIn(Taken):
    """What to remove for good: the whole (nothing named), every occurrence of a part, or one file."""

    part: Annotated[str, StringConstraints(min_length=1, max_length=2 * MAX_BODY)] | None = None
    attachment: Id | None = None


class RedactNoteIn(Taken):
    """Nothing: a note is removed whole."""


# files


class UploadIn(Taken):
    """A file before it is uploaded."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=1_000)] = Field(
        description=f"Ends in one of {', '.join(EXTENSIONS)}. Without an extension it gets that of its type."
    )
    type: Annotated[str, StringConstraints(max_length=200)]
    size: int = Field(ge=1, le=MAX_SIZE, description="Bytes.")


class UploadOut(AttachmentOut):
    """Where to upload to: a POST of ``fields`` and then the file, as ``file``, within five minutes."""

    url: str
    fields: dict[str, str]


class DownloadOut(AttachmentOut):
    """A file to download."""

    url: str = Field(description="Works for a minute, without a token.")


# lists


class PageQuery(BaseModel):
    """Which page of a list."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    cursor: str | None = Field(None, max_length=2_000, description="What the page before gave as next.")
    limit: int = Field(25, ge=1, le=100)


class ConversationQuery(PageQuery):
    """Which conversations: a customer's (open includes snoozed, all without a status), or all of one status."""

    customer_id: Id | None = None
    status: Status | None = Field(None, description="open, if neither this nor a customer is given.")


class MessageQuery(PageQuery):
    """Which messages."""

    scope: Scope = "direct"


class Fault(Given):
    """What is wrong: a code that stays, and a sentence for people."""

    code: str
    message: str
    field: str | None = None


class ErrorOut(Given):
    """The one shape of every refusal."""

    error: Fault
