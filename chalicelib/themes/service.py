"""What editors do with themes: make and edit them, publish one, go back, or switch all of it off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.themes.revisions import Editing, Failure, Revision, StoredAsset, Theme

if TYPE_CHECKING:
    from chalicelib.audit.model import Author
    from chalicelib.staff.model import Member
    from chalicelib.themes.model import Content, Problem


class Themes:
    """The use cases of editors. What a theme looks like to customers is in ``looks.py``."""

    # reading

    def list(self) -> list[Theme]:
        """Return every theme, by label."""
        raise NotImplementedError

    def get(self, theme_id: str) -> Theme:
        """Return a theme as it is at this moment, or refuse (NotFound)."""
        raise NotImplementedError

    def content(self, theme_id: str, number: int | None = None) -> Content:
        """Return what a revision holds, the newest without a number, or refuse (NotFound)."""
        raise NotImplementedError

    def files(self, content: Content) -> dict[str, str]:
        """Return the texts of all files of a content by name, those of its base included that it did not change."""
        raise NotImplementedError

    def revisions(self, theme_id: str) -> list[Revision]:
        """Return the revisions that are kept, the newest first."""
        raise NotImplementedError

    def failure(self, theme_id: str) -> Failure | None:
        """Return what went wrong last when a page of it was shown to customers, for a month."""
        raise NotImplementedError

    # editing

    def create(self, author: Author, label: str, content: Content | None = None) -> Theme:
        """Return a new theme: Midtown's newest with today's colour, logo and welcome, or with a content (an import)."""
        raise NotImplementedError

    def duplicate(self, author: Author, theme_id: str, label: str) -> Theme:
        """Return a new theme that starts with the newest revision of another."""
        raise NotImplementedError

    def rename(self, author: Author, theme_id: str, label: str) -> Theme:
        """Give a theme another label."""
        raise NotImplementedError

    def delete(self, author: Author, theme_id: str) -> None:
        """Delete a theme and its history for good; refuse the one that is live (InUse)."""
        raise NotImplementedError

    def save(self, author: Author, theme_id: str, content: Content, *, seen: int, note: str = "") -> Revision:
        """Save a draft that was made from revision ``seen``; refuse (ThemeChanged) where another was saved since.

        A content like that of ``seen`` is no new revision. What is larger than a theme may be is refused (ThemeRefused,
        with the name of the file as its field), problems of a template are not.
        """
        raise NotImplementedError

    def restore(self, author: Author, theme_id: str, number: int) -> Revision:
        """Save the content of an older revision as a new draft."""
        raise NotImplementedError

    def add_asset(self, author: Author, theme_id: str, name: str, data: bytes, *, seen: int) -> Revision:
        """Save a draft with one more picture or font, named ``assets/<name>.<ext>``; refuse what it cannot be."""
        raise NotImplementedError

    def asset(self, sha256: str) -> StoredAsset:
        """Return what is known of a picture or font, or refuse (NotFound)."""
        raise NotImplementedError

    def editing(self, theme_id: str, member: Member) -> tuple[Editing, ...]:
        """Note that a member edits a theme, and return who else did within the last minutes."""
        raise NotImplementedError

    # publishing

    def publish(
        self, author: Author, theme_id: str, number: int, problems: Sequence[Problem], *, reason: str = ""
    ) -> Revision:
        """Make a revision what the portal shows.

        ``problems`` are those that the checks found in this revision: an error is refused (ThemeRefused), and warnings
        without a ``reason``, which the audit log keeps with them.
        """
        raise NotImplementedError

    def switch_off(self, author: Author) -> None:
        """Let the portal show plain Midtown; no theme is changed by it."""
        raise NotImplementedError
