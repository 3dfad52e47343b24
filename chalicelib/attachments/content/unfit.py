"""The verdict of a checker on a file, and the reasons that several formats share."""

from __future__ import annotations


class Unfit(Exception):
    """The content is not what its name says, or carries something active.

    ``reason`` completes the sentence "“name” was not attached: …". ``%(kind)s`` in it is the label of the file's kind,
    which a checker need not know: ``check_content`` fills it in. Catalogues have every reason that is given to it.
    ``values`` are those of its other names, short and printable.
    """

    def __init__(self, reason: str, **values: str) -> None:
        """Take the reason and its values."""
        super().__init__(reason)
        self.reason, self.values = reason, values


def another_kind() -> Unfit:
    """Return the verdict on another kind of file under this kind's name."""
    return Unfit("its content is not %(kind)s. Save it as %(kind)s again, or attach another file.")


def damaged() -> Unfit:
    """Return the verdict on a file that begins as it should and then does not hold together."""
    return Unfit("this %(kind)s file is damaged or cut off. Open it, save it again, and attach the new file.")


def hides_something() -> Unfit:
    """Return the verdict on a file with markup or an archive inside or behind it."""
    return Unfit("something else is hidden in it. Save it again with another program, or attach another file.")


def has_macros() -> Unfit:
    """Return the verdict on an Office file that brings programs along."""
    return Unfit("it contains macros or controls. Save it without them, or as PDF, and attach that.")


def encrypted() -> Unfit:
    """Return the verdict on an Office file that nobody can look into."""
    return Unfit("it is encrypted, so we cannot look for macros in it. Save it without a password, or as PDF.")


def too_many_parts() -> Unfit:
    """Return the verdict on a file whose pieces are more than its check should walk through."""
    return Unfit("it is made of too many small parts. Save it again with another program, or attach another file.")
