"""Every "no" the product can say: one exception tree, each with a status, a stable code and a sentence for people.

    Refusal
    ├── NotFound                 404  absent and foreign alike; one sentence for both
    ├── Moved                    301  an old address of an article or category
    ├── NotSignedIn              401  pages send the browser to the sign-in page instead
    ├── TokenRefused             401  the API without a token that works
    ├── NotPermitted             403  the role lacks the permission
    ├── ForgedRequest            403  CSRF token missing or foreign, or a cross-site post
    ├── TooManyRequests          429  carries ``retry_after`` in seconds
    ├── Invalid                  422  something in what was sent; carries ``field``
    │   ├── EmptyMessage, MessageTooLong, SubjectMissing, SubjectTooLong
    │   ├── TooManyFiles, FileRefused (FileMissing, FilesRefused)
    │   ├── AddressRefused, CodeRefused, LoginRefused
    │   ├── UnknownChoice, CursorRefused
    │   └── PartNotFound, SettingRefused, AttributesMissing
    ├── Conflict                 409  true when it was typed, no longer true now
    │   ├── ConversationClosed, ReopeningNotAllowed, NotClosed
    │   ├── KeyReused, ChangedMeanwhile, IdentityTaken
    │   └── LastAdmin, InUse, MergeUnderWay, CategoryNotEmpty
    ├── PayloadTooLarge          413
    ├── NotAllowed               405
    ├── NotJson                  415  the API takes nothing else
    ├── FetchRefused             502  another service did not give what it was asked for, or may not be asked
    └── Unavailable              503  try again; nothing was changed (BeingMerged; Busy carries ``retry_after``)

Only ``web/errors.py`` turns these into a page or the one JSON shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from chalicelib.speech import ENGLISH, Phrase, Speech, mark


class Refusal(Exception):
    """Something the product will not do, said so that a person knows what to do next.

    ``sentence`` is in English; :meth:`said` gives it in another language. Sentences and titles of classes are in the
    catalogues; one that is given where it is raised and that customers can meet is marked there.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    title: ClassVar[str] = "That did not work"
    sentence: str = "That cannot be done."
    field: str | None = None
    retry_after: int = 0
    """Seconds after which trying again makes sense; 0 where nobody can say."""

    def __init__(
        self,
        sentence: str | None = None,
        *,
        field: str | None = None,
        **values: Any,  # noqa: ANN401 - as for Speech.text
    ) -> None:
        """Take a more exact sentence for people, the form field it belongs to, and values of the sentence's names."""
        self.phrase = Phrase(self.sentence if sentence is None else sentence, **values)
        self.sentence = str(self.phrase)
        if field is not None:
            self.field = field
        super().__init__(self.sentence)

    def said(self, speech: Speech) -> str:
        """Return the sentence as a language says it."""
        return speech.phrase(self.phrase)


class NotFound(Refusal):
    """Absent, or not yours: the two must not differ in any byte."""

    status = 404
    code = "not_found"
    title = "Page not found"
    sentence = "There is nothing at this address, or it is not yours to see."


class Moved(Refusal):
    """An old address of an article or category; ``slug`` is the one of now. Pages redirect there."""

    status = 301
    code = "moved"
    title = "Page moved"
    sentence = "This page has a new address."

    def __init__(self, slug: str) -> None:
        """Take the slug of now."""
        super().__init__()
        self.slug = slug


class NotSignedIn(Refusal):
    """No session, or one that has ended."""

    status = 401
    code = "not_signed_in"
    title = "Please sign in"
    sentence = "Your session has ended. Sign in to go on."


class TokenRefused(Refusal):
    """No API token, or one that is wrong, revoked or of another stage: one answer for all."""

    status = 401
    code = "token_refused"
    title = "Not authorized"
    sentence = "Send an API token of this stage that is not revoked as “Authorization: Bearer …”, and nowhere else."


class NotPermitted(Refusal):
    """Signed in, but the role does not include the permission."""

    status = 403
    code = "not_permitted"
    title = "Not permitted"
    sentence = "Your role does not allow this. Ask an admin if you need it."


class ForgedRequest(Refusal):
    """The form did not come from one of our own pages in this browser."""

    status = 403
    code = "forged_request"
    title = "This form has expired"
    sentence = "This form was opened in another session or is too old. Please send it again from this page."


class TooManyRequests(Refusal):
    """A limit was reached; ``retry_after`` is in seconds."""

    status = 429
    code = "too_many_requests"
    title = "Too many tries"
    sentence = "Too many tries in a short time. Please wait a little and try again."

    def __init__(self, retry_after: int, sentence: str | None = None) -> None:
        """Take the seconds after which trying again makes sense."""
        super().__init__(sentence)
        self.retry_after = retry_after


class PayloadTooLarge(Refusal):
    """A request body larger than any form of ours can be."""

    status = 413
    code = "payload_too_large"
    title = "Too much at once"
    sentence = "What was sent is larger than any form here allows. Shorten it and send it again."


class NotAllowed(Refusal):
    """A method the address does not take."""

    status = 405
    code = "method_not_allowed"
    title = "Not possible here"
    sentence = "This address does not take that kind of request."


class NotJson(Refusal):
    """A body that does not say it is JSON, where nothing else is taken."""

    status = 415
    code = "not_json"
    title = "Not possible here"
    sentence = "Send JSON, and say so: “Content-Type: application/json”."


class Unavailable(Refusal):
    """Something we depend on did not answer; nothing was changed."""

    status = 503
    code = "unavailable"
    title = "Please try again"
    sentence = "We could not save this just now. Nothing was lost: please send it again."


class Busy(Unavailable):
    """Others write to the same thing all the time; trying again a little later makes sense."""

    code = "busy"
    sentence = "Many messages are arriving here at this moment. Your text is kept: send it again in a few seconds."
    retry_after = 3


class BeingMerged(Unavailable):
    """What the customer has here is being put together; nobody sees a half of it."""

    code = "being_merged"
    title = "One moment, please"
    sentence = "We are putting together what belongs to you here. Please try again in a minute."


class FetchRefused(Refusal):
    """Another service's address that is not read, or did not answer as it should; the sentence says which."""

    status = 502
    code = "fetch_refused"
    title = "Another service did not answer"
    sentence = "A service this needs did not answer as it should. Please try again in a moment."


class Invalid(Refusal):
    """Something in what was sent cannot be taken as it is."""

    status = 422
    code = "invalid"
    title = "Please check what you entered"
    sentence = "Something in the form is not right. Please check it."


class EmptyMessage(Invalid):
    """Neither text nor a file."""

    code = "empty_message"
    sentence = "Write a message or attach a file before sending."
    field = "body"


class MessageTooLong(Invalid):
    """More code points than the limit (part 2.4 of the design: 10,240)."""

    code = "message_too_long"
    sentence = "A message can have at most 10,240 characters. Shorten it, or send the rest in a second message."
    field = "body"

    def __init__(self, length: int, limit: int) -> None:
        """Take both numbers in code points."""
        super().__init__(
            mark(
                "Your message has %(length)s characters; at most %(limit)s are possible. "
                "Shorten it, or send the rest in a second message."
            ),
            length=length,
            limit=limit,
        )


class SubjectMissing(Invalid):
    """A new conversation needs a subject."""

    code = "subject_missing"
    sentence = "Give your conversation a subject, so that you can find it again."
    field = "subject"


class SubjectTooLong(Invalid):
    """More than 200 code points."""

    code = "subject_too_long"
    sentence = "A subject can have at most 200 characters."
    field = "subject"


class TooManyFiles(Invalid):
    """More files than a message can carry (6)."""

    code = "too_many_files"
    sentence = "A message can carry at most 6 files. Remove some, or send the rest in a second message."
    field = "attachment"


class FileRefused(Invalid):
    """One file cannot be taken; names the file and the reason."""

    code = "file_refused"
    field = "attachment"

    def __init__(self, name: str, reason: str, **values: Any) -> None:  # noqa: ANN401 - as for Speech.text
        """Take the name as shown to people and a reason that completes the sentence, with the reason's values."""
        why = Phrase(reason, **values)
        super().__init__(mark("“%(name)s” was not attached: %(reason)s"), name=name, reason=why)
        self.name = name
        self.why = why

    @property
    def reason(self) -> str:
        """The reason in English."""
        return str(self.why)


class FileMissing(FileRefused):
    """An upload that is absent, somebody else's, expired or already used: the four must not differ."""

    def __init__(self) -> None:
        """Say nothing about the file: it may be somebody else's."""
        super().__init__("file", "it is not here any more. Choose it again.")
        self.phrase = Phrase("One of the files is not here any more. Choose it again, or send without it.")
        self.sentence = str(self.phrase)


class FilesRefused(FileRefused):
    """All files of a message that cannot be taken, each with its own refusal."""

    def __init__(self, refused: Sequence[FileRefused]) -> None:
        """Take the refusals, at least one."""
        super().__init__(refused[0].name, refused[0].why.text, **refused[0].why.values)
        self.refused = tuple(refused)
        self.sentence = self.said(ENGLISH)

    def said(self, speech: Speech) -> str:
        """Return the sentences of all of them."""
        return " ".join(one.said(speech) for one in self.refused)


class AddressRefused(Invalid):
    """Not an e-mail address we can send to."""

    code = "address_refused"
    sentence = "Enter an e-mail address like name@example.com."
    field = "email"


class CodeRefused(Invalid):
    """Wrong, used or expired sign-in code or link: one answer for all, so that nothing can be learned."""

    code = "code_refused"
    title = "That code does not work"
    sentence = (
        "That code or link is wrong, was used already, or is older than 10 minutes. "
        "Check the newest e-mail, or ask for a new code."
    )
    field = "code"


class LoginRefused(Invalid):
    """What a login outside the product sent breaks a rule. ``rule`` names it, ``detail`` says it to who set it up."""

    code = "login_refused"
    title = "Signing in did not work"
    sentence = "Your login sent something that cannot be accepted here. Please try to sign in again."
    field = "token"

    def __init__(self, rule: str, detail: str) -> None:
        """Take the rule's stable name and the sentence for developers, which people who sign in do not see."""
        super().__init__()
        self.rule, self.detail = rule, detail


class UnknownChoice(Invalid):
    """A value outside a closed list (status, sort, …)."""

    code = "unknown_choice"
    sentence = "That choice does not exist. Choose one of those offered."


class CursorRefused(Invalid):
    """A page cursor that was changed, or belongs to another list."""

    code = "cursor_refused"
    title = "This page link does not work"
    sentence = "This page link was changed or belongs to another list. Start again from the first page."
    field = "cursor"


class PartNotFound(Invalid):
    """The part to redact does not occur in the message."""

    code = "part_not_found"
    sentence = "The message does not contain that text. Copy the part exactly as it stands in the message."
    field = "part"


class SettingRefused(Invalid):
    """A setting outside what it may be."""

    code = "setting_refused"


class AttributesMissing(Invalid):
    """Closing at the desk a conversation without the attributes an organization requires."""

    code = "attributes_missing"
    title = "Something is missing"
    sentence = "Fill in the attributes that are required before closing this conversation."


class Conflict(Refusal):
    """It was possible when the page was opened, and no longer is."""

    status = 409
    code = "conflict"
    title = "Something changed meanwhile"
    sentence = "This changed while you were writing. Look at the page again; what you typed is kept."


class ConversationClosed(Conflict):
    """A reply to a conversation that is closed, perhaps since a moment ago."""

    code = "conversation_closed"
    title = "This conversation was closed"
    sentence = "This conversation was closed before your message arrived. Your text is kept below."


class ReopeningNotAllowed(Conflict):
    """The organization switched reopening off."""

    code = "reopening_not_allowed"
    title = "This conversation cannot be reopened"
    sentence = "Closed conversations are not reopened here. Start a new one; it will link back to this one."


class NotClosed(Conflict):
    """Reopening what is open."""

    code = "not_closed"
    title = "This conversation is open"
    sentence = "This conversation is already open. You can simply reply."


class KeyReused(Conflict):
    """The same idempotency key with other content."""

    code = "idempotency_key_reused"
    title = "This form was already sent"
    sentence = "This form was already sent with other content. Your text is kept: send it again to add it."


class ChangedMeanwhile(Conflict):
    """Lost every try of an optimistic write."""

    code = "changed_meanwhile"


class MergeUnderWay(Conflict):
    """One of two customers is being merged already."""

    code = "merge_under_way"
    title = "A merge is under way"
    sentence = "One of the two is being merged at this moment. Wait until that is done."


class IdentityTaken(Conflict):
    """An e-mail, external id or handle that belongs to somebody else."""

    code = "identity_taken"
    sentence = "That identity already belongs to somebody else."


class LastAdmin(Conflict):
    """The one admin left cannot be deactivated nor get another role: nobody could undo it."""

    code = "last_admin"
    title = "This is the last admin"
    sentence = "This is the only active admin. Make somebody else an admin first."
    field = "role"


class InUse(Conflict):
    """Something cannot be removed while pages or mails show it; the sentence says which."""

    code = "in_use"
    title = "This is still used"
    sentence = "This is still used. Take it out where it is used first."


class CategoryNotEmpty(Conflict):
    """A category that still has articles or categories in it."""

    code = "category_not_empty"
    sentence = "This category still has articles or categories in it. Move or delete those first."
