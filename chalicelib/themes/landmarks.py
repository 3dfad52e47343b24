"""What a rendered page is made of for people who do not see it: title, landmarks, headings, ways to reach people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from html.parser import HTMLParser
from typing import Final

from chalicelib.records import dataclass, field

_EMPTY: Final = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"))
"""Elements without an end."""
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_DIRECT: Final = ("mailto:", "tel:")
"""What the addresses of links to people begin with that are no pages of the portal."""
_OURS: Final = frozenset({".slot", ".notice", ".faults", ".fault"})
"""What the product's own parts are called."""
_ROOTS: Final = frozenset({"html", "body"})
MAIN: Final = "main"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: ``level`` from 1 to 6, and what it says."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Outline:
    """A page: ``mains`` counts its main landmarks, ``navs`` has the name of each navigation, empty where it has none.

    ``help`` are the links to people in the order of the page, each once, with :data:`MAIN` where the content is. Links
    inside the content belong to that page alone and are left out. ``boxes`` are the elements around what the product
    puts in, each as what it is called: its element, classes (``.card``) and id (``#about``).
    """

    title: str
    mains: int
    headings: tuple[Heading, ...]
    navs: tuple[str, ...]
    help: tuple[str, ...]
    boxes: frozenset[frozenset[str]]


def outline(html: str, contacts: Collection[str] = ()) -> Outline:
    """Return what a page is made of; ``contacts`` are the addresses of pages where customers reach people.

    What is ``hidden`` and what is in a ``template`` is nothing that a reader meets, and is left out.
    """
    reader = _Reader(contacts)
    reader.feed(html)
    reader.close()
    return reader.made()


@dataclass(slots=True)
class _Open:
    """An element that is open: ``met`` tells whether readers meet what is in it, ``main`` whether it is the content."""

    tag: str
    met: bool
    main: bool
    names: frozenset[str]
    said: list[str] | None = field(default=None)


class _Reader(HTMLParser):
    """Goes through a page, and keeps the elements that are open."""

    def __init__(self, contacts: Collection[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._contacts = contacts
        self._open: list[_Open] = []
        self._named: dict[str, list[str]] = {}
        """What elements with an id say."""
        self._title: list[str] = []
        self._headings: list[tuple[int, list[str]]] = []
        self._navs: list[str] = []
        self._help: list[str] = []
        self._mains = 0
        self._boxes: set[frozenset[str]] = set()

    def made(self) -> Outline:
        headings = tuple(Heading(level, _line(said)) for level, said in self._headings)
        navs = tuple(self._name(one) for one in self._navs)
        ways, boxes = tuple(dict.fromkeys(self._help)), frozenset(self._boxes)
        return Outline(_line(self._title), self._mains, headings, navs, ways, boxes)

    # what the parser meets

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        around = self._open[-1] if self._open else _Open("", met=True, main=False, names=frozenset())
        names = _names(tag, given)
        opened = _Open(tag, around.met and tag != "template" and "hidden" not in given, around.main, names)
        if not names.isdisjoint(_OURS):
            self._boxes.update(one.names for one in self._open if one.names.isdisjoint(_OURS | _ROOTS))
        if "id" in given:
            opened.said = self._named.setdefault(given["id"], [])
        if opened.met:
            self._meet(opened, given)
        if tag not in _EMPTY:
            self._open.append(opened)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        at = next((at for at in range(len(self._open) - 1, -1, -1) if self._open[at].tag == tag), None)
        if at is not None:
            del self._open[at:]

    def handle_data(self, data: str) -> None:
        for one in self._open:
            if one.said is not None:
                one.said.append(data)

    # what is kept of it

    def _meet(self, opened: _Open, given: Mapping[str, str]) -> None:
        tag, role = opened.tag, given.get("role", "")
        if role == MAIN or (tag == MAIN and not role):
            self._mains += 1
            self._help.append(MAIN)
            opened.main = True
        elif tag in _HEADINGS:
            opened.said = [] if opened.said is None else opened.said
            self._headings.append((int(tag[1]), opened.said))
        elif role == "navigation" or (tag == "nav" and not role):
            self._navs.append(given.get("aria-label", "").strip() or f"#{given.get('aria-labelledby', '')}")
        elif tag == "title" and any(one.tag == "head" for one in self._open):
            opened.said = self._title
        elif tag == "a" and not opened.main:
            address = given.get("href", "").partition("#")[0]
            if address.startswith(_DIRECT) or address in self._contacts:
                self._help.append(address)

    def _name(self, label: str) -> str:
        """Return the name of a navigation: what it says of itself, or what the elements say that it names."""
        if not label.startswith("#"):
            return label
        return _line([" ".join(self._named.get(one, ())) for one in label[1:].split()])


def _names(tag: str, given: Mapping[str, str]) -> frozenset[str]:
    called = {tag, *(f".{one}" for one in given.get("class", "").split())}
    return frozenset(called | ({f"#{given['id']}"} if "id" in given else set()))


def _line(parts: Iterable[str]) -> str:
    return " ".join("".join(parts).split())
