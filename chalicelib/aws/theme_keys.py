"""The keys of themes; ``keys.py`` has the others.

what is asked                         index             partition                    order
------------------------------------- ----------------- ---------------------------- -------------------------------
all themes, as lists show them        table             THEMES                       <theme>
the revisions of one, in order        table             THEME#<theme>                r#<number>
what a revision holds, in pieces      table             THEME#<theme>                c#<number>#<attempt>#<piece>
who has one open in the editor        table             THEME#<theme>                e#<staff>
what went wrong last on its pages     table             THEME#<theme>                failure
a picture or font of themes           table             ASSET#<sha>                  asset
"""

from __future__ import annotations

from chalicelib.aws.keys import Key

THEMES = "THEMES"
REVISIONS = "r#"
EDITORS = "e#"


def of_theme(theme_id: str) -> str:
    """The partition of a theme."""
    return f"THEME#{theme_id}"


def theme(theme_id: str) -> Key:
    """A theme as lists show it."""
    return Key(THEMES, theme_id)


def theme_revision(theme_id: str, number: int) -> Key:
    """A revision of a theme by its number (1 is the first), without what it holds."""
    return Key(of_theme(theme_id), f"{REVISIONS}{number:06d}")


def theme_pieces(number: int, attempt: str) -> str:
    """How the order of all pieces of a revision begins; ``attempt`` tells those of two who save at once apart."""
    return f"c#{number:06d}#{attempt}#"


def theme_piece(theme_id: str, number: int, attempt: str, piece: int) -> Key:
    """A piece of what a revision holds, counted from 0."""
    return Key(of_theme(theme_id), f"{theme_pieces(number, attempt)}{piece:02d}")


def theme_editor(theme_id: str, staff_id: str) -> Key:
    """That a member has a theme open in the editor."""
    return Key(of_theme(theme_id), f"{EDITORS}{staff_id}")


def theme_failure(theme_id: str) -> Key:
    """What went wrong last when a page of a theme was shown."""
    return Key(of_theme(theme_id), "failure")


def theme_asset(sha: str) -> Key:
    """A picture or font of themes, by the SHA-256 of its bytes (hexadecimal)."""
    return Key(f"ASSET#{sha}", "asset")
