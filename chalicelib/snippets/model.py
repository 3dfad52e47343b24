"""What a snippet is, which placeholders its text may have, and how it is said in a language.

A snippet is plain text. A placeholder such as ``{customer_name}`` becomes a value once, in one pass: what a value looks
like is never looked at again, and nothing else in the text means anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from chalicelib.records import dataclass
from chalicelib.refusals import Invalid

PLACEHOLDERS: Final[dict[str, str]] = {
    "organization": "The organization's name",
    "customer_name": "The customer's name",
    "agent_name": "The name of who answers",
    "conversation_subject": "The conversation's subject",
}
"""Every placeholder, with what it becomes."""

MAX_TEXT = 2_000
MAX_LABEL = 200
"""Characters of a text that is a display name."""
MAX_NAME = 60
MAX_SNIPPETS = 300
RESERVED = frozenset({"new"})
"""Names that are addresses of other pages."""

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
_DOUBLED = re.compile(r"\{(\{[a-z_]+\})\}")
_UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ufeff]")
"""Control characters, and those that would turn the direction of what stands around the text."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A named text. ``values`` are by language, none of them empty; ``version`` counts its changes."""

    name: str
    values: Mapping[str, str]
    version: int = 0

    def text(self, language: str, fallback_language: str, **placeholders: str) -> str:
        """Return the text in a language, or in ``fallback_language``, or in any it has, as plain text.

        A placeholder that no value is given for becomes nothing.
        """
        found = self.values.get(language) or self.values.get(fallback_language) or next(iter(self.values.values()), "")
        return _PLACEHOLDER.sub(lambda match: placeholders.get(match[1], ""), found)

    def labels(self) -> dict[str, str]:
        """Return the texts by language as display names: on one line, and with nothing where placeholders stand."""
        return {language: " ".join(_PLACEHOLDER.sub("", text).split()) for language, text in self.values.items()}

    def unfit(self) -> str:
        """Return the language of a text that cannot be a display name, which is short and has no placeholder."""
        return next((one for one, text in self.values.items() if len(text) > MAX_LABEL or "{" in text), "")

    def missing(self, languages: tuple[str, ...]) -> tuple[str, ...]:
        """Return those of ``languages`` it has no text in."""
        return tuple(one for one in languages if one not in self.values)


def check_name(text: str) -> str:
    """Return a snippet's name, or refuse one that could not stand in an address."""
    name = text.strip().lower()
    if len(name) > MAX_NAME or not _NAME.fullmatch(name) or name in RESERVED:
        raise Invalid(
            f"A name has up to {MAX_NAME} letters a–z, digits and hyphens between them, such as order-number.",
            field="name",
        )
    return name


def check_values(values: Mapping[str, str]) -> dict[str, str]:
    """Return the texts by language, those empty left out, or refuse what cannot be, naming its field."""
    kept = {language: clean(text) for language, text in values.items()}
    kept = {language: text for language, text in kept.items() if text}
    for language, text in kept.items():
        check_text(language, text)
    if not kept:
        first = next(iter(values), "en")
        raise Invalid("Enter the text in at least one language.", field=f"text_{first}")
    return kept


def clean(text: str) -> str:
    """Return a text with plain line ends, and without control characters and white space around it."""
    lines = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def check_text(language: str, text: str) -> None:
    """Refuse a text that is too long or has a placeholder that does not exist, naming it."""
    if len(text) > MAX_TEXT:
        raise Invalid(
            f"This text has {len(text):,} characters; at most {MAX_TEXT:,} are possible.", field=f"text_{language}"
        )
    unknown = [name for name in _PLACEHOLDER.findall(text) if name not in PLACEHOLDERS]
    if unknown:
        named = ", ".join("{" + one[:40] + "}" for one in dict.fromkeys(unknown))
        known = ", ".join("{" + one + "}" for one in PLACEHOLDERS)
        raise Invalid(f"There is no placeholder {named}. Possible are {known}.", field=f"text_{language}")
    doubled = _DOUBLED.search(text)
    if doubled:  # as other products write them: customers would see the outer ones
        raise Invalid(f"Write {doubled[1]} with one brace on each side.", field=f"text_{language}")
