"""Every "no" the product can say: one tree of exceptions. Each has a status, a stable code and a sentence for people.

    Refusal
    ├── NotFound                 404  it does not exist, or belongs to somebody else; one sentence for both
    ├── Moved                    301  the old address of an article or category
    ├── NotSignedIn              401  pages send the browser to the sign-in page instead
    ├── TokenRefused             401  the API without a token that works
    ├── NotPermitted             403  the role lacks the permission
    ├── ForgedRequest            403  no CSRF token, a wrong one, or a post from another site
    ├── TooManyRequests          429  carries ``retry_after`` in seconds
    ├── Invalid                  422  something in the form or JSON is wrong; carries ``field``
    │   ├── EmptyMessage, MessageTooLong, SubjectMissing, SubjectTooLong
    │   ├── TooManyFiles, FileRefused (FileMissing, FilesRefused)
    │   ├── AddressRefused, CodeRefused (CodeUnreadable, CodeSpent), LoginRefused
    │   ├── UnknownChoice, CursorRefused
    │   └── PartNotFound, SettingRefused, AttributesMissing
    ├── Conflict                 409  possible when the page was opened, but no longer
    │   ├── ConversationClosed, ReopeningNotAllowed, NotClosed
    │   ├── KeyReused, ChangedMeanwhile, IdentityTaken
    │   └── LastAdmin, InUse, MergeUnderWay, CategoryNotEmpty
    ├── PayloadTooLarge          413
    ├── NotAllowed               405
    ├── NotJson                  415  the API accepts nothing else
    ├── FetchRefused             502  another service did not respond as expected, or must not be called
    └── Unavailable              503  try again; nothing changed (NotRead, BeingMerged; Busy carries ``retry_after``)

Only ``web/errors.py`` turns these into a page or the one JSON shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from chalicelib.speech import ENGLISH, Phrase, Speech, mark


class Refusal(Exception):
    """Something the product will not do. The sentence tells people what to do next.

    ``sentence`` is in English; :meth:`said` gives it in another language. The catalogues contain the titles and
    sentences of classes. Mark a sentence that you pass when raising one, if customers can see it.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    title: ClassVar[str] = "That did not work"
    sentence: str = "That cannot be done."
    field: str | None = None
    retry_after: int = 0
    """Seconds after which trying again makes sense; 0 where nobody can say."""

    def __init__(self, sentence: str | None = None, *, field: str | None = None, **values: object) -> None:
        """Take a more exact sentence for people, the form field it belongs to, and the values it names."""
        self.phrase = Phrase(self.sentence if sentence is None else sentence, **values)
        self.sentence = str(self.phrase)
        if field is not None:
            self.field = field
        super().__init__(self.sentence)

    def said(self, speech: Speech) -> str:
        """Return the sentence in a language."""
        return speech.phrase(self.phrase)


class NotFound(Refusal):
    """It does not exist, or it is not yours: the two answers must not differ in any byte."""

    status = 404
    code = "not_found"
    title = "Page not found"
    sentence = "There is nothing at this address, or you do not have access to it."


class Moved(Refusal):
    """The old address of an article or category. ``slug`` is the new one; pages redirect to it."""

    status = 301
    code = "moved"
    title = "Page moved"
    sentence = "This page has a new address."

    def __init__(self, slug: str) -> None:
        """Take the new slug."""
        super().__init__()
        self.slug = slug


class NotSignedIn(Refusal):
    """No session, or one that has ended."""

    status = 401
    code = "not_signed_in"
    title = "Please sign in"
    sentence = "Your session has ended. Sign in to continue."


class TokenRefused(Refusal):
    """No API token, or one that is wrong, revoked or from another stage: the answer is always the same."""

    status = 401
    code = "token_refused"
    title = "Not authorized"
    sentence = "Send a valid API token of this stage as “Authorization: Bearer …”, and nowhere else."


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
    """Somebody reached a limit. ``retry_after`` is in seconds, ``limit`` the name of the limit, for logs."""

    status = 429
    code = "too_many_requests"
    title = "Too many attempts"
    sentence = "Too many attempts in a short time. Please wait a moment and try again."

    def __init__(self, retry_after: int, sentence: str | None = None, limit: str = "") -> None:
        """Take the seconds to wait before trying again makes sense."""
        super().__init__(sentence)
        self.retry_after, self.limit = retry_after, limit


class PayloadTooLarge(Refusal):
    """A request body larger than any of our forms can send."""

    status = 413
    code = "payload_too_large"
    title = "Too much at once"
    sentence = "That is more than we can accept at once. Shorten it and send it again."


class NotAllowed(Refusal):
    """A method that the address does not accept."""

    status = 405
    code = "method_not_allowed"
    title = "Not possible here"
    sentence = "This address does not accept that kind of request."


class NotJson(Refusal):
    """A body that is not declared as JSON, where only JSON is accepted."""

    status = 415
    code = "not_json"
    title = "Not possible here"
    sentence = "Send JSON, with the header “Content-Type: application/json”."


class Unavailable(Refusal):
    """A service we depend on did not respond. Nothing was changed."""

    status = 503
    code = "unavailable"
    title = "Please try again"
    sentence = "We could not save this just now. Nothing was lost: please send it again."


class NotRead(Unavailable):
    """The same, where nothing was to be saved: a page was asked for."""

    sentence = "We could not load this just now. Please try again in a few seconds."


class Busy(Unavailable):
    """Others write to the same thing all the time; trying again a little later makes sense."""

    code = "busy"
    sentence = "Many messages are arriving here right now. Your text is kept: send it again in a few seconds."
    retry_after = 3


class BeingMerged(Unavailable):
    """Two customers are being merged. Until that is done, nobody sees half of the result."""

    code = "being_merged"
    title = "One moment, please"
    sentence = "We are merging your conversations. Please try again in a minute."


class FetchRefused(Refusal):
    """Another service did not respond as expected, or its address must not be called; the sentence says which."""

    status = 502
    code = "fetch_refused"
    title = "Another service did not respond"
    sentence = "A service we depend on did not respond as expected. Please try again in a moment."


class Invalid(Refusal):
    """Something in the form or JSON is wrong."""

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
    """More code points than a message can have."""

    code = "message_too_long"
    field = "body"

    def __init__(self, length: int, limit: int) -> None:
        """Take both numbers in code points."""
        super().__init__(
            mark(
                "Your message has %(length)s characters. The limit is %(limit)s. "
                "Shorten it, or send the rest in another message."
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
    """More code points than a subject can have."""

    code = "subject_too_long"
    field = "subject"

    def __init__(self, limit: int) -> None:
        """Take the limit in code points."""
        super().__init__(mark("The subject can have at most %(limit)s characters."), limit=limit)


class TooManyFiles(Invalid):
    """More files than a message can carry."""

    code = "too_many_files"
    field = "attachment"

    def __init__(self, limit: int) -> None:
        """Take the limit."""
        super().__init__(
            mark("You can attach at most %(limit)s files. Remove some, or send the rest in another message."),
            limit=limit,
        )


class FileRefused(Invalid):
    """One file was refused. The sentence gives its name and the reason."""

    code = "file_refused"
    field = "attachment"

    def __init__(self, name: str, reason: str, **values: object) -> None:
        """Take the name as people see it, a reason that completes the sentence, and the values of the reason."""
        why = Phrase(reason, **values)
        super().__init__(mark("“%(name)s” was not attached: %(reason)s"), name=name, reason=why)
        self.name = name
        self.why = why

    @property
    def reason(self) -> str:
        """The reason in English."""
        return str(self.why)


class FileMissing(FileRefused):
    """An upload that does not exist, is somebody else's, has expired or was used: the four must not differ."""

    def __init__(self) -> None:
        """Say nothing about the file: it may belong to somebody else."""
        super().__init__("file", "it is no longer here. Choose it again.")
        self.phrase = Phrase("One of the files is no longer here. Choose it again, or send your message without it.")
        self.sentence = str(self.phrase)


class FilesRefused(FileRefused):
    """All files of a message that were refused, each with its own reason."""

    def __init__(self, refused: Sequence[FileRefused]) -> None:
        """Take the refusals, at least one."""
        super().__init__(refused[0].name, refused[0].why.text, **refused[0].why.values)
        self.refused = tuple(refused)
        self.sentence = self.said(ENGLISH)

    def said(self, speech: Speech) -> str:
        """Return the sentences of all the files, each once."""
        return " ".join(dict.fromkeys(one.said(speech) for one in self.refused))


class AddressRefused(Invalid):
    """Not an e-mail address that we can send to."""

    code = "address_refused"
    sentence = "Enter an e-mail address like name@example.com."
    field = "email"


class CodeRefused(Invalid):
    """A sign-in code or link that is wrong, used or expired: the answer is always the same and reveals nothing.

    ``rule`` says which it was, for logs only.
    """

    code = "code_refused"
    title = "That code does not work"
    sentence = (
        "That code or link is wrong, has been used, or has expired. Check your newest e-mail, or ask for a new code."
    )
    field = "code"

    def __init__(self, rule: str, **values: object) -> None:
        """Take the stable name of what was wrong, and the values that the sentence names."""
        super().__init__(None, field=None, **values)
        self.rule = rule


class CodeUnreadable(CodeRefused):
    """What was typed cannot be a code. It is compared with nothing, so it costs no try. Names its ``digits``."""

    code = "code_unreadable"
    title = "That is not a code"
    sentence = "A code has %(digits)s digits. Enter the one from your newest e-mail. This did not count as a try."


class CodeSpent(CodeRefused):
    """The code is dead, because wrong ones were entered too often. Who is known here is told as little as ever."""

    code = "code_spent"
    title = "That code no longer works"
    sentence = "A wrong code was entered too often, so this one no longer works. Ask for a new code."


class LoginRefused(Invalid):
    """The token of an outside login breaks a rule. ``rule`` names it; ``detail`` explains it to those who set it up."""

    code = "login_refused"
    title = "We could not sign you in"
    sentence = "We could not accept your sign-in. Please try again."
    field = "token"

    def __init__(self, rule: str, detail: str) -> None:
        """Take the stable name of the rule and a sentence for developers. People who sign in do not see it."""
        super().__init__()
        self.rule, self.detail = rule, detail


class UnknownChoice(Invalid):
    """A value outside a closed list (status, sort, …)."""

    code = "unknown_choice"
    sentence = "That choice does not exist. Choose one from the list."


class CursorRefused(Invalid):
    """A page cursor that was changed or belongs to another list."""

    code = "cursor_refused"
    title = "This page link does not work"
    sentence = "This page link was changed or belongs to another list. Start again from the first page."
    field = "cursor"


class PartNotFound(Invalid):
    """The part to redact does not occur in the message."""

    code = "part_not_found"
    sentence = "The message does not contain that text. Copy the part exactly as it appears in the message."
    field = "part"


class SettingRefused(Invalid):
    """A value that a setting cannot have."""

    code = "setting_refused"


class AttributesMissing(Invalid):
    """Somebody at the desk tried to close a conversation without the attributes the organization requires."""

    code = "attributes_missing"
    title = "Something is missing"
    sentence = "Fill in the required attributes before you close this conversation."


class Conflict(Refusal):
    """It was possible when the page was opened, but no longer is."""

    status = 409
    code = "conflict"
    title = "Something has changed"
    sentence = "This changed while you were writing. Check the page again. What you typed is kept."


class ConversationClosed(Conflict):
    """A reply to a conversation that is closed, perhaps only for a moment."""

    code = "conversation_closed"
    title = "This conversation was closed"
    sentence = "This conversation was closed before your message arrived. Your text is kept below."


class ReopeningNotAllowed(Conflict):
    """The organization switched reopening off."""

    code = "reopening_not_allowed"
    title = "This conversation cannot be reopened"
    sentence = "Closed conversations cannot be reopened here. Start a new one: it will link back to this one."


class NotClosed(Conflict):
    """The conversation to reopen is already open."""

    code = "not_closed"
    title = "This conversation is open"
    sentence = "This conversation is already open. You can simply reply."


class KeyReused(Conflict):
    """The same idempotency key with other content."""

    code = "idempotency_key_reused"
    title = "This form was already sent"
    sentence = "You already sent this form with a different text. Your text is kept: send it again to add it."


class ChangedMeanwhile(Conflict):
    """Every attempt of an optimistic write lost to another write."""

    code = "changed_meanwhile"


class MergeUnderWay(Conflict):
    """One of the two customers is already being merged."""

    code = "merge_under_way"
    title = "A merge is under way"
    sentence = "One of these customers is already being merged. Wait until that is done."


class IdentityTaken(Conflict):
    """An e-mail, external id or handle that belongs to somebody else."""

    code = "identity_taken"
    sentence = "That identity already belongs to another customer."


class LastAdmin(Conflict):
    """The last admin cannot be deactivated or get another role: nobody could undo it."""

    code = "last_admin"
    title = "This is the last admin"
    sentence = "This is the only active admin. Make someone else an admin first."
    field = "role"


class InUse(Conflict):
    """Something cannot be removed while pages or mails use it; the sentence says which."""

    code = "in_use"
    title = "This is still in use"
    sentence = "This is still in use. Remove it there first."


class CategoryNotEmpty(Conflict):
    """A category that still has articles or categories in it."""

    code = "category_not_empty"
    sentence = "This category still has articles or categories in it. Move or delete those first."
