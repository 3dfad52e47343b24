"""The checks of a theme before it is published: each with what is wrong and where, or with what is right.

    templates    the language of themes: names, types, HTML, slots; every page is then rendered on every sample
    structure    landmarks, headings and names of navigation of the rendered samples, and WCAG 3.2.6
    settings     what is set is a setting and can be it; what a theme adds is used; snippets that it names exist
    texts        what has no translation into a language of the portal
    contrast     colours that cannot be told apart well enough
    styles, manifest, pictures, weight

What the product offers and knows comes from the caller (:class:`Product`): pages are made in ``web``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from jinja2 import TemplateError, nodes

from chalicelib.records import dataclass, replace
from chalicelib.rendering.linking import NotLinked
from chalicelib.speech import LANGUAGES, has_translation
from chalicelib.themes import pictures, styles
from chalicelib.themes.landmarks import MAIN, Outline, outline
from chalicelib.themes.language import checker
from chalicelib.themes.language.closure import closure
from chalicelib.themes.language.limits import LIMITS
from chalicelib.themes.language.texts import texts
from chalicelib.themes.language.tokens import Unreadable, parse
from chalicelib.themes.language.types import PageNames
from chalicelib.themes.manifest import OWN, additions, read
from chalicelib.themes.model import ERROR, MANIFEST, STYLESHEET, WARNING, Problem
from chalicelib.themes.palette import contrast_problems, verdicts
from chalicelib.themes.sandbox import NotAllowed, TooMuch
from chalicelib.themes.styles.hiding import hidden
from chalicelib.themes.values import PLACE, clean, types

if TYPE_CHECKING:
    from chalicelib.themes.editions import Edition
    from chalicelib.themes.settings import Setting

MAX_OWN_WEIGHT: Final = 200
"""KB that every page of a theme should load at most of its own: stylesheet, what that names, and the logo."""
_KB: Final = 1024
_FAULTS: Final = (TemplateError, NotLinked, NotAllowed, TooMuch)
"""What the sandbox raises."""
_SAID: Final = 80
"""Characters of a foreign text that a sentence repeats."""
_NAMED: Final = 3
"""Samples that a sentence names."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A page in one state: ``label`` is what editors call it, ``draw`` returns its HTML in the theme, or raises."""

    entry: str
    label: str
    draw: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Product:
    """What the product offers to a theme and knows of the portal.

    ``pages`` are what each page offers, by its file, without settings. ``contacts`` are the addresses, within the
    samples, of pages where customers reach people. ``languages`` are those of the portal, the first its own;
    ``snippets`` the languages of each snippet, by its name.
    """

    pages: Mapping[str, PageNames]
    samples: Sequence[Sample]
    contacts: Collection[str]
    languages: Sequence[str]
    snippets: Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class Check:
    """One check: ``key`` is a stable word, ``passed`` what can be said where there are no problems."""

    key: str
    title: str
    problems: tuple[Problem, ...]
    passed: str


def check(edition: Edition, product: Product) -> list[Problem]:
    """Return every problem of a theme, in the order of the checks."""
    return [problem for one in checks(edition, product) for problem in one.problems]


def checks(edition: Edition, product: Product) -> tuple[Check, ...]:
    """Return every check of a theme with its problems."""
    language, drawn = _Language(edition, product), _Drawn()
    drawn.draw(language.sound, product)
    return tuple(
        Check(key, title, tuple(problems), passed)
        for key, title, problems, passed in (
            ("templates", "Templates", [*language.problems, *drawn.problems], language.passed),
            ("structure", "Landmarks and headings", drawn.structure(edition), _STRUCTURE),
            ("help", "Ways to reach you", drawn.help(), _HELP),
            ("settings", "Settings", [*_values(edition), *_unused(edition), *_snippets(edition, product)], _SETTINGS),
            ("texts", "Translations", _texts(edition, product), _TEXTS),
            ("contrast", "Contrast", contrast_problems(edition.manifest, edition.values), _contrasts(edition)),
            ("styles", "Stylesheet", [*styles.check(edition.files[STYLESHEET]), *drawn.hidden(edition)], _STYLES),
            ("manifest", "Manifest", _manifest(edition), _MANIFEST),
            ("pictures", "Pictures and fonts", _missing(edition), _PICTURES),
            ("weight", "Weight", [*_heavy(edition), *_own_weight(edition)], f"{_kb(_weight(edition))} {_WEIGHT}"),
        )
    )


_STRUCTURE: Final = (
    "Every page has one main part and one first heading, no level is left out, and navigation has names."
)
_HELP: Final = "Links to you are in the same order on every page (WCAG 3.2.6)."
_SETTINGS: Final = "What is set can be set, and settings that the theme adds are used."
_TEXTS: Final = "Every text has a translation into the languages of the portal."
_STYLES: Final = "theme.css loads nothing from elsewhere and hides nothing of the product."
_MANIFEST: Final = "Every setting of Midtown is there as it was."
_PICTURES: Final = "Every picture and font that is named is there."
_WEIGHT: Final = f"of the theme's own are loaded by each page; up to {MAX_OWN_WEIGHT} KB are fine."


# templates


class _Language:
    """What the checker of the language says, and which pages can be rendered after that."""

    def __init__(self, edition: Edition, product: Product) -> None:
        settings = types(edition.manifest)
        pages = {
            entry: replace(names, names={**names.names, "settings": settings})
            for entry, names in product.pages.items()
            if entry in edition.files
        }
        self.problems = checker.check(edition.files, pages)
        wrong = {one.file for one in self.problems if one.level == ERROR}
        self.sound = {
            entry
            for entry in product.pages
            if entry not in edition.pages or not (wrong & closure(edition.files, entry))
        }
        count = sum(1 for one in edition.files if one.endswith(".html"))
        self.passed = (
            f"{count} files were read and {len(product.samples)} samples rendered. Every name exists, "
            "nothing that customers need is missing."
        )


class _Drawn:
    """The pages of all samples, and what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._outlines: list[tuple[Sample, Outline]] = []

    def draw(self, sound: Collection[str], product: Product) -> None:
        """Render every sample of the pages that the language has no error for."""
        failed: dict[tuple[str, str], list[str]] = {}
        for one in product.samples:
            if one.entry in sound:
                try:
                    html = one.draw()
                except _FAULTS as fault:
                    failed.setdefault((one.entry, _told(fault)), []).append(one.label)
                else:
                    self._outlines.append((one, outline(html, product.contacts)))
        self.problems = [
            Problem(entry, 0, 0, "rendering", f"{sentence}{_where(labels)}")
            for (entry, sentence), labels in failed.items()
        ]

    def structure(self, edition: Edition) -> list[Problem]:
        """Return what is wrong with titles, landmarks and headings."""
        found: dict[tuple[str, str, str, str], list[str]] = {}
        for sample, page in self._outlines:
            for fault in _faults(page):
                found.setdefault((sample.entry, *fault), []).append(sample.label)
        return [
            Problem(*_place(edition, entry, tag), 0, "structure", f"{sentence}{_where(labels)}", level)
            for (entry, level, tag, sentence), labels in found.items()
        ]

    def hidden(self, edition: Edition) -> list[Problem]:
        """Return the rules that take a box off a page in which the product has put something."""
        found: dict[tuple[int, int, bool], dict[str, None]] = {}
        for one in hidden(edition.files[STYLESHEET]):
            seen = [sample.label for sample, page in self._outlines if any(one.names <= box for box in page.boxes)]
            if seen:
                found.setdefault((one.line, one.column, one.sometimes), {}).update(dict.fromkeys(seen))
        return [
            Problem(
                STYLESHEET,
                line,
                column,
                "hidden",
                f"This {'can hide' if sometimes else 'hides'} a form or notice with the box around it. Hide something "
                f"else, or move the slot out of the box.{_where(tuple(seen))}",
                WARNING if sometimes else ERROR,
            )
            for (line, column, sometimes), seen in found.items()
        ]

    def help(self) -> list[Problem]:
        """Return the pages whose links to people are in another order than on a page before them."""
        before: dict[tuple[str, str], Sample] = {}
        found: dict[str, Problem] = {}
        for sample, page in self._outlines:
            pairs = [(one, other) for at, one in enumerate(page.help) for other in page.help[at + 1 :]]
            turned = next(((pair, before[pair[::-1]]) for pair in pairs if pair[::-1] in before), None)
            if turned is None:
                for pair in pairs:
                    before.setdefault(pair, sample)
            elif sample.entry != turned[1].entry:
                (one, other), first = turned
                sentence = (
                    f"On {sample.label} {_link(one)} comes before {_link(other)}; on {first.label} it is the other way "
                    "round. Put them in one order, best in a file that all pages share (WCAG 3.2.6)."
                )
                found.setdefault(sample.entry, Problem(sample.entry, 0, 0, "order", sentence, WARNING))
        return list(found.values())


def _faults(page: Outline) -> Iterator[tuple[str, str, str]]:
    """Yield the level, the element and the sentence of everything that is wrong with the structure of a page."""
    if page.mains != 1:
        most = "no main part" if page.mains == 0 else f"{page.mains} main parts"
        yield ERROR, "main", f"The page has {most}. Put {{{{ hooks.main }}}} on one <main>, where the content begins."
    if page.title.startswith("·"):
        yield ERROR, "title", "The page has an empty title. Write what it is about in {% block title %}."
    levels = [one.level for one in page.headings]
    if levels.count(1) != 1:
        most = f"{levels.count(1)} headings h1" if 1 in levels else "no heading h1"
        yield WARNING, "h1", f"The page has {most}. It needs one, which says what the page is about."
    for before, after in zip(page.headings, page.headings[1:], strict=False):
        if after.level > before.level + 1:
            sentence = f"After a heading h{before.level} comes h{after.level}, “{after.text[:_SAID]}”."
            yield WARNING, f"h{after.level}", f"{sentence} Make it h{before.level + 1}, so that no level is left out."
    if len(page.navs) > 1:
        if "" in page.navs:
            yield WARNING, "nav", "The page has more than one nav, and one has no name. Give it an aria-label."
        for name in sorted({one for one in page.navs if one and page.navs.count(one) > 1}):
            yield WARNING, "nav", f"Two navs are called “{name[:_SAID]}”. Give each its own aria-label."


def _place(edition: Edition, entry: str, tag: str) -> tuple[str, int]:
    """Return the file and line of an element, where a page's changed files have it once; else the file of the page."""
    written = re.compile(rf"<{tag}\b")
    names = closure(edition.files, entry) & edition.content.files.keys()
    found = [
        (name, edition.files[name].count("\n", 0, one.start()) + 1)
        for name in sorted(names)
        for one in written.finditer(edition.files[name])
    ]
    return found[0] if len(found) == 1 else (entry, 0)


def _told(fault: Exception) -> str:
    """Return why a page cannot be rendered, in a sentence that says what to do."""
    if isinstance(fault, TooMuch):
        return _TOO_MUCH[fault.what]
    if isinstance(fault, NotLinked):
        return f"The page cannot be put together: {fault}. Look at the files that it extends and includes."
    return f"The page cannot be rendered: {str(fault)[:_SAID] or type(fault).__name__}. Go back to what worked before."


_TOO_MUCH: Final = {
    "steps": "The page repeats too much. Put fewer loops inside each other, or do less in each round.",
    "work": "The page works on too much text. Use fewer filters inside loops, or put less into {% set %} blocks.",
    "output": "The page becomes too long. Show less in each round of its loops.",
}


def _where(labels: Sequence[str]) -> str:
    named = ", ".join(labels[:_NAMED])
    more = f" and {len(labels) - _NAMED} more" if len(labels) > _NAMED else ""
    return f" Seen on: {named}{more}."


def _link(address: str) -> str:
    if address == MAIN:
        return "the content"
    return f"the link to {address.partition('?')[0].rpartition('/')[2] or address}"


# settings


def _values(edition: Edition) -> list[Problem]:
    return clean(edition.manifest, edition.content.values)[1]


def _unused(edition: Edition) -> list[Problem]:
    """Return a warning for each setting that changes nothing: added and never read, or no longer read."""
    now, own = set(_read(edition.files)), edition.content.files
    before = set(_read({**edition.files, **edition.content.origins})) if own else now
    return [
        Problem(f"{PLACE}.{one.key}", 0, 0, "unused", _unused_sentence(one), WARNING)
        for one in edition.manifest.settings()
        if one.key not in now
        and (one.key in before if not one.key.startswith(OWN) else not _styled(one, edition.files[STYLESHEET]))
    ]


def _unused_sentence(setting: Setting) -> str:
    if setting.key.startswith(OWN):
        also = f", or var({setting.property}) in theme.css" if setting.property else ""
        return f"Nothing reads this setting. Use {{{{ settings.{setting.key} }}}} in a file{also}, or remove it."
    return f"Your files no longer read this setting, so changing it does nothing. Midtown has settings.{setting.key}."


def _styled(setting: Setting, stylesheet: str) -> bool:
    properties = {setting.property, *(name for one in setting.choices for name in one.properties)} - {""}
    return any(re.search(rf"var\(\s*{re.escape(name)}\s*[,)]", stylesheet) for name in properties)


def _read(files: Mapping[str, str]) -> Iterator[str]:
    """Yield the keys of the settings that templates read; files that cannot be read have none."""
    for name, source in files.items():
        if name.endswith(".html"):
            try:
                tree, _ = parse(source, LIMITS)
            except Unreadable:
                continue
            for node in tree.find_all(nodes.Getattr):
                if isinstance(node.node, nodes.Name) and node.node.name == PLACE:
                    yield node.attr


def _snippets(edition: Edition, product: Product) -> list[Problem]:
    """Return a warning for each snippet that a setting names and that is not there, or not in every language."""
    found = []
    for one in edition.manifest.settings():
        name = edition.values.get(one.key, one.default) if one.kind == "snippet" else ""
        if name and name not in product.snippets:
            found.append((one.key, f"There is no snippet {name}. Write it, or choose another."))
        elif name and (lacking := [code for code in product.languages if code not in product.snippets[name]]):
            found.append((one.key, f"The snippet {name} has no text in {_languages(lacking)}. Translate it."))
    return [Problem(f"{PLACE}.{key}", 0, 0, "snippet", sentence, WARNING) for key, sentence in found]


def _languages(codes: Iterable[str]) -> str:
    return ", ".join(LANGUAGES.get(one, one) for one in codes)


# texts


def _texts(edition: Edition, product: Product) -> list[Problem]:
    """Return a warning for each text of changed files that a language of the portal has no translation of."""
    if len(set(product.languages)) == 1:  # whoever writes the theme writes in it
        return []
    made = []
    for one in texts(edition.content.files):
        lacking = [code for code in product.languages if not has_translation(code, one.text, one.plural)]
        if lacking:
            sentence = (
                f"“{one.text[:_SAID]}” has no translation into {_languages(lacking)}, and is shown as it is. "
                "Show a setting of the type snippet instead: it has a text for each language."
            )
            made.append(Problem(one.file, one.line, one.column, "text", sentence, WARNING))
    return made


# styles, manifest, pictures, weight


def _contrasts(edition: Edition) -> str:
    count = len(verdicts(edition.manifest, edition.values))
    return f"All {count} pairs of colours can be told apart (WCAG AA), on light and on dark pages."


def _manifest(edition: Edition) -> list[Problem]:
    own, problems = read(edition.files[MANIFEST])
    base, _ = read(edition.content.origins.get(MANIFEST, edition.files[MANIFEST]))
    return problems + additions(base, own)


def _missing(edition: Edition) -> list[Problem]:
    return pictures.missing(edition.manifest, edition.values, edition.files[STYLESHEET], edition.content.assets)


def _heavy(edition: Edition) -> list[Problem]:
    return pictures.heavy(edition.manifest, edition.values, edition.content.assets)


def _weight(edition: Edition) -> int:
    """Return the bytes that every page loads of a theme's own: its stylesheet, what that names, and the logo."""
    assets = edition.content.assets
    names: set[Any] = {edition.values.get("logo", "")}
    size = 0
    if edition.styled:
        size = len(edition.files[STYLESHEET].encode("utf-8", "replace"))
        names.update(styles.assets_of(edition.files[STYLESHEET]))
    return size + sum(assets[name].size for name in names if name in assets)


def _own_weight(edition: Edition) -> list[Problem]:
    weight = _weight(edition)
    if weight <= MAX_OWN_WEIGHT * _KB:
        return []
    sentence = (
        f"Every page loads {_kb(weight)} of this theme: stylesheet, its pictures and fonts, and the logo. "
        f"It should be at most {MAX_OWN_WEIGHT} KB; make pictures smaller, or leave letters out of fonts."
    )
    return [Problem(STYLESHEET, 0, 0, "weight", sentence, WARNING)]


def _kb(size: int) -> str:
    return f"{-(-size // _KB):,} KB"
