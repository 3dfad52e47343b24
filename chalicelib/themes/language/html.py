"""Follows what a page writes through tags and attributes, and says what cannot be where.

Text comes in the order in which the page writes it, whichever file it is in. Where statements make it vary, each way
must lead to the same place. Quotes are needed around values, so that nothing a page is given can end one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Final

from chalicelib.themes.language.elements import (
    ADDRESSES,
    ELEMENTS,
    FIXED,
    SHAPES,
    is_address,
    is_attribute,
    leads,
    takes_text,
    why_no_attribute,
)
from chalicelib.themes.language.findings import shown
from chalicelib.themes.language.tokens import Line
from chalicelib.themes.language.types import ANY, ATTRIBUTES, FLAG, HTML, TIME, URL, Plain, Type
from chalicelib.themes.language.vocabulary import PRINTABLE

_ELEMENT = re.compile(r"[A-Za-z0-9]+")
_ATTRIBUTE = re.compile(r"[A-Za-z0-9:_-]+")
_BARE = re.compile(r"[^\s>]*")
_SPACE: Final = " \t\n"
_IN_TEXT: Final = PRINTABLE | {HTML.name}
_ALL_ELEMENTS: Final = ELEMENTS | SHAPES


class Mode(Enum):
    """What the next character belongs to."""

    TEXT = "text"
    ELEMENT = "the name of an element"
    NAMED = "a tag, where a space must come before anything else"
    TAG = "a tag, between attributes"
    ATTRIBUTE = "the name of an attribute"
    EQUALS = "the quote of a value"
    VALUE = "a value"
    TITLE = "the title of the page"


class Lead(Enum):
    """How much of an address is decided."""

    EMPTY = "nothing is written yet"
    WRITTEN = "some of it is written out"
    OFFERED = "it is an address of the product, and a query or fragment can follow"
    SETTLED = "where it leads is decided"
    OPEN = "any text can follow"


class Place:
    """Where in the HTML the page has got to."""

    __slots__ = ("attribute", "closing", "element", "lead", "mode", "quote", "slash", "svg", "word")

    def __init__(self, mode: Mode = Mode.TEXT) -> None:
        self.mode = mode
        self.element = self.attribute = self.word = self.quote = ""
        self.lead = Lead.EMPTY
        self.closing = self.slash = self.svg = False

    def copy(self) -> Place:
        """Return the same place, to go on from twice."""
        made = Place()
        for name in self.__slots__:
            setattr(made, name, getattr(self, name))
        return made

    def like(self, other: Place) -> bool:
        """Tell whether what follows can follow on either place."""
        return self._kind() == other._kind()

    def _kind(self) -> tuple[object, ...]:
        inside = "tag" if self.mode in {Mode.TAG, Mode.NAMED} else self.mode
        begun = self.attribute in ADDRESSES and self.lead is Lead.EMPTY
        return inside, self.element, self.closing, self.attribute, self.quote, self.svg, begun


def met(places: Sequence[Place]) -> Place:
    """Return the place where ways that are alike meet: what only one of them forbids is forbidden."""
    made = places[0].copy()
    if any(one.mode is Mode.NAMED for one in places):
        made.mode = Mode.NAMED
    found = {one.lead for one in places}
    made.lead = next(one for one in (Lead.OFFERED, Lead.SETTLED, Lead.WRITTEN, Lead.OPEN, Lead.EMPTY) if one in found)
    return made


class Html:
    """Goes through one page, or one piece of markup. ``refuse`` takes a place in the file, a word, a sentence."""

    def __init__(self, refuse: Callable[[int, str, str], None], mode: Mode = Mode.TEXT) -> None:
        """Begin in text, or in the title of a page."""
        self.place = Place(mode)
        self._refuse = refuse
        self._text, self._began = "", Line.at(1, 1)
        self._steps: dict[Mode, Callable[[int], int]] = {
            Mode.TEXT: self._in_text,
            Mode.ELEMENT: self._in_element,
            Mode.NAMED: self._in_named,
            Mode.TAG: self._in_tag,
            Mode.ATTRIBUTE: self._in_attribute,
            Mode.EQUALS: self._in_equals,
            Mode.VALUE: self._in_value,
            Mode.TITLE: self._in_title,
        }

    def write(self, text: str, at: int) -> None:
        """Go over text that the theme writes itself."""
        self._text, self._began = text, at if isinstance(at, Line) else Line(at)
        position = 0
        while position < len(text):
            position = self._steps[self.place.mode](position)

    def pause(self, at: int) -> None:
        """Come to a statement that may show nothing, or much: what is written before it must hold for itself."""
        self._text, self._began = "", at if isinstance(at, Line) else Line(at)
        place = self.place
        if place.mode is Mode.ELEMENT:
            if place.word:
                self._name_element(0)
            else:
                self._no(0, "html", "After < comes the name of an element; write &lt; for the character itself.")
                self.place = _text(place)
        elif place.mode is Mode.ATTRIBUTE:
            self._name_attribute(0)
        elif place.mode is Mode.EQUALS:
            self._unquoted(0)
        elif place.mode is Mode.VALUE and place.attribute in FIXED and place.word:
            self._no(0, "attribute", f"The value of {place.attribute} is written out without statements in it.")
        elif place.mode is Mode.VALUE and place.lead is Lead.WRITTEN:
            self._settle(0)

    def show(self, kind: Type, at: int) -> None:
        """Take note of a value that the page shows here."""
        self._text, self._began = "", at if isinstance(at, Line) else Line(at)
        place = self.place
        if kind == ANY:
            self._anything()
        elif place.mode is Mode.TEXT:
            if _name(kind) == HTML.name and place.svg:
                self._no(0, "output", "Markup cannot be shown inside a drawing.")
            elif _name(kind) not in _IN_TEXT:
                self._no(0, "output", _why_not_shown(kind))
        elif place.mode is Mode.TAG and _name(kind) == ATTRIBUTES.name and not place.closing:
            place.mode = Mode.NAMED
        elif place.mode in {Mode.VALUE, Mode.TITLE}:
            self._show_in_value(kind)
        elif place.mode is Mode.EQUALS:
            self._unquoted(0)
        else:
            self._no(0, "output", self._why_not_here(kind))

    def ended(self) -> bool:
        """Tell whether a page or piece of markup can end here."""
        return self.place.mode is Mode.TEXT and not self.place.svg

    # --- a character, or as many as there are of its kind; each returns the position behind them

    def _in_text(self, position: int) -> int:
        found = self._text.find("<", position)
        if found < 0:
            return len(self._text)
        self.place.mode, self.place.word, self.place.closing, self.place.slash = Mode.ELEMENT, "", False, False
        return found + 1

    def _in_title(self, position: int) -> int:
        if "<" in self._text[position:]:
            self._no(self._text.find("<", position), "title", "The title is text without markup.")
        return len(self._text)

    def _in_element(self, position: int) -> int:
        place, found = self.place, _ELEMENT.match(self._text, position)
        character = self._text[position]
        if found:
            place.word += found[0].lower()
            return found.end()
        if place.word and (character in _SPACE or character in "/>"):
            self._name_element(position)
            return position
        if character == "/" and not place.word and not place.closing:
            place.closing = True
            return position + 1
        if place.word:
            self._no(position, "html", f"The character {character!r} cannot be in the name of an element.")
        elif character in "!?":
            self._no(position, "html", "HTML's own comments and declarations are not possible; write {# … #}.")
        else:
            self._no(position, "html", "After < comes the name of an element; write &lt; for the character itself.")
        self.place = _text(place)
        return position + 1

    def _name_element(self, position: int) -> None:
        """Come to the end of an element's name."""
        place, word = self.place, self.place.word
        drawn = word in SHAPES or (word == "svg" and place.closing)
        if word not in _ALL_ELEMENTS:
            self._no_word(position, "element", f"The element <{shown(word)}> is not possible in a theme.")
        elif place.svg and not drawn:
            self._no_word(position, "element", f"The element <{word}> cannot be inside a drawing; close the svg first.")
        elif drawn and not place.svg:
            self._no_word(position, "element", f"<{'/' if place.closing else ''}{word}> belongs inside an svg.")
        place.mode, place.element, place.word = Mode.NAMED, word, ""

    def _in_named(self, position: int) -> int:
        if self._text[position] not in _SPACE + "/>":
            self._no(position, "html", "Write a space here; a name would go on otherwise.")
        self.place.mode = Mode.TAG
        return position

    def _in_tag(self, position: int) -> int:
        place, character = self.place, self._text[position]
        if character == ">":
            self._close()
        elif character == "/":
            place.slash = True
        elif character.isascii() and character.isalpha():
            if place.closing:
                self._no(position, "html", "A closing tag has no attributes.")
            place.mode, place.word, place.slash = Mode.ATTRIBUTE, "", False
            return position
        elif character not in _SPACE:
            self._no(position, "html", f"The character {character!r} cannot be between attributes.")
        return position + 1

    def _close(self) -> None:
        place = self.place
        drawing = place.svg
        if place.element == "svg":
            drawing = not place.closing and not place.slash
        self.place = Place()
        self.place.svg = drawing

    def _in_attribute(self, position: int) -> int:
        place, found = self.place, _ATTRIBUTE.match(self._text, position)
        if found:
            place.word += found[0].lower()
            return found.end()
        character = self._text[position]
        self._name_attribute(position)
        if character == "=":
            place.mode, place.attribute = Mode.EQUALS, place.word
            return position + 1
        if character not in _SPACE + "/>":
            self._no(position, "html", f"The character {character!r} cannot be in the name of an attribute.")
            return position + 1
        return position

    def _name_attribute(self, position: int) -> None:
        """Come to the end of an attribute's name."""
        place = self.place
        if not is_attribute(place.word):
            self._no_word(position, "attribute", why_no_attribute(place.word))
        place.mode, place.attribute = Mode.NAMED, ""

    def _in_equals(self, position: int) -> int:
        place, character = self.place, self._text[position]
        if character not in "\"'":
            self._unquoted(position)
            bare = _BARE.match(self._text, position)
            return bare.end() if bare else position
        place.mode, place.quote, place.word, place.lead = Mode.VALUE, character, "", Lead.EMPTY
        return position + 1

    def _unquoted(self, position: int) -> None:
        self._no(position, "html", "The value of an attribute is in quotes, which follow the = directly.")
        self.place.mode, self.place.attribute = Mode.NAMED, ""

    def _in_value(self, position: int) -> int:
        place = self.place
        end = self._text.find(place.quote, position)
        text = self._text[position : end if end >= 0 else len(self._text)]
        if text and place.attribute in ADDRESSES:
            self._write_address(text, position)
        elif text and place.attribute in FIXED:
            place.word += text
        if end < 0:
            return len(self._text)
        self._end_value(end)
        return end + 1

    def _end_value(self, position: int) -> None:
        place = self.place
        if place.lead is Lead.WRITTEN and not is_address(place.word, place.element):
            self._no_word(position, "address", self._address_rule())
        if place.attribute in FIXED and not FIXED[place.attribute][0].fullmatch(place.word):
            self._no_word(position, "attribute", FIXED[place.attribute][1])
        place.mode, place.attribute, place.quote, place.word, place.lead = Mode.NAMED, "", "", "", Lead.EMPTY

    # --- addresses

    def _write_address(self, text: str, position: int) -> None:
        place = self.place
        if place.lead in {Lead.EMPTY, Lead.WRITTEN}:
            place.word, place.lead = place.word + text, Lead.WRITTEN
        elif place.lead is Lead.OFFERED:
            if text[0] not in "?#":
                sentence = "After an address of the product, only ? or # can follow: two addresses make another one."
                self._no(position, "address", sentence)
            place.lead = Lead.OPEN
        elif place.lead is Lead.SETTLED and ("?" in text or "#" in text):
            place.lead = Lead.OPEN

    def _settle(self, position: int) -> None:
        """Come to something that varies, behind the beginning of an address."""
        place = self.place
        if not is_address(place.word, place.element):
            self._no(position, "address", self._address_rule())
        elif not leads(place.word):
            sentence = "Write the beginning of this address out before anything varies: it decides where it leads."
            self._no(position, "address", sentence)
        place.lead = Lead.OPEN if takes_text(place.word) else Lead.SETTLED

    def _show_in_value(self, kind: Type) -> None:
        place = self.place
        if place.attribute in FIXED:
            self._no(0, "attribute", f"The value of {place.attribute} is written out without values of the page.")
        elif _name(kind) not in PRINTABLE:
            self._no(0, "output", _why_not_shown(kind))
        elif place.attribute in ADDRESSES:
            self._show_address(offered=_name(kind) == URL.name)

    def _show_address(self, *, offered: bool) -> None:
        place = self.place
        if place.lead is Lead.EMPTY and offered:
            place.lead = Lead.OFFERED
            return
        if place.lead is Lead.WRITTEN:
            self._settle(0)
        if place.lead is not Lead.OPEN:
            sentence = "An address is one that the page offers. Other values can only follow ? or #, mailto: or tel:."
            self._no(0, "address", sentence)
            place.lead = Lead.OPEN

    def _address_rule(self) -> str:
        if self.place.element in {"img", "use"}:
            return "The address of a picture begins with one / or is one that the page offers, and has & as &amp;."
        return "An address begins with /, #, https://, mailto: or tel:, has no spaces, and has & as &amp;."

    # --- what cannot be

    def _anything(self) -> None:
        """Go on behind a value that was refused already."""
        place = self.place
        if place.mode is Mode.VALUE and place.attribute in ADDRESSES:
            place.lead = Lead.OPEN
        elif place.mode is Mode.TAG:
            place.mode = Mode.NAMED

    def _why_not_here(self, kind: Type) -> str:
        if _name(kind) == ATTRIBUTES.name and self.place.closing:
            return "Hooks belong in an opening tag."
        if _name(kind) == ATTRIBUTES.name:
            return "Hooks belong in a tag, with a space before them."
        return "A value can be shown in text, or in an attribute's value between quotes."

    def _no_word(self, position: int, kind: str, sentence: str) -> None:
        """Refuse the word that ends here, where it begins, if it begins in the same text."""
        self._no(max(0, position - len(self.place.word)), kind, sentence)

    def _no(self, position: int, kind: str, sentence: str) -> None:
        self._refuse(self._began.moved(self._text[:position]), kind, sentence)


def _text(place: Place) -> Place:
    made = Place()
    made.svg = place.svg
    return made


def _name(kind: Type) -> str:
    return kind.name if isinstance(kind, Plain) else ""


def _why_not_shown(kind: Type) -> str:
    words = {
        TIME.name: "A time is shown by one of the filters moment, day and date.",
        FLAG.name: "Yes or no cannot be shown; use if.",
        HTML.name: "Markup can be shown in text only, not in an attribute or the title.",
        ATTRIBUTES.name: "Hooks belong in a tag, between its attributes.",
    }
    return words.get(_name(kind), "A list or a group of fields cannot be shown; show one of its fields.")
