"""The files of a theme: those of a page to choose from, one open as text, its problems, and what it can use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.knowledge.text_diff import compare
from chalicelib.records import replace
from chalicelib.refusals import Invalid, NotFound, ThemeChanged, UnknownChoice
from chalicelib.speech import LANGUAGES
from chalicelib.text import clean_line, whole_number
from chalicelib.themes.language.closure import closure
from chalicelib.themes.model import ERROR, MANIFEST, MAX_FILE, STYLESHEET, TEMPLATE
from chalicelib.themes.revisions import MAX_NOTE
from chalicelib.web.errors import fault
from chalicelib.web.http import answer_json
from chalicelib.web.settings.contexts import Option
from chalicelib.web.settings.themes.checking import problems_with
from chalicelib.web.settings.themes.clashing import clash
from chalicelib.web.settings.themes.file_contexts import CodeProblem, FileLink, FoundLine, ThemeFile
from chalicelib.web.settings.themes.head import head
from chalicelib.web.settings.themes.offers import offers
from chalicelib.web.settings.themes.typed import MAX_SENT, typed_text, with_text
from chalicelib.web.settings.themes.values import PAGE_LABELS, framing, previews

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from chalicelib.themes.editions import Edition
    from chalicelib.themes.model import Content, Problem
    from chalicelib.web.http import Response
    from chalicelib.web.visit import Visit

PERMISSION = "portal:write"
_DIGITS = 6
_SHOWN = 160
"""Characters of a line that lists show."""
_FOUND = 100
"""Lines that a search lists."""
_QUERY = 80
CODE_EDITOR = "code-editor.js"
"""What ``make code-editor`` builds; where it is missing, a text area does."""
_STARTER = "{# What this part shows. #}\n"
_EXTENSIONS = {"html": "html", "css": "css", "json": "json"}


def file(visit: Visit) -> Response:
    """Show a file of a page, with what was searched for in all of them."""
    visit.member(PERMISSION)
    theme = visit.house.themes.get(visit.request.params.get("theme", ""))
    opened = _Opened(visit, _edition(visit, theme.id, theme.newest.number), theme.newest.number, visit.request.arg)
    return opened.page()


def save(visit: Visit) -> Response:
    """Save a draft with another text of a file, with Midtown's again, or with one more file."""
    visit.request.max_form = MAX_SENT
    visit.member(PERMISSION)
    form, theme_id = visit.request.field, _theme(visit)
    seen = whole_number(form("seen"), _DIGITS) or 0
    before = visit.house.themes.content(theme_id, seen)
    opened = _Opened(visit, _edition(visit, theme_id, seen), seen, form)
    try:
        changed = opened.changed(before)
    except Invalid as refusal:
        return opened.page(refusal)
    try:
        visit.house.themes.save(visit.author(), theme_id, changed, seen=seen, note=form("note"))
    except ThemeChanged as refusal:
        return clash(visit, theme_id, changed, seen, refusal, form("note"))
    except Invalid as refusal:
        return opened.page(refusal)
    if form("then") == "publish":
        return visit.go(visit.urls.settings("themes", theme_id, "publish"), "saved")
    return visit.go(opened.address_after(changed), "saved")


def check(visit: Visit) -> Response:
    """Answer what is wrong with a file as it was typed, and note that this member edits the theme."""
    visit.request.max_form = MAX_SENT
    member, theme_id = visit.member(PERMISSION), _theme(visit)
    seen = whole_number(visit.request.field("seen"), _DIGITS) or 0
    edition, name = _edition(visit, theme_id, seen), visit.request.field("file")
    visit.house.themes.edits(theme_id, member)
    if name not in edition.files:
        raise UnknownChoice(field="file")
    text = typed_text(visit)
    own, elsewhere = _told(visit, with_text(edition, name, text), theme_id, name)
    return answer_json(
        {
            "problems": [
                {"line": one.line, "column": one.column, "sentence": one.sentence, "error": one.error} for one in own
            ],
            "elsewhere": [{"file": one.file, "line": one.line, "sentence": one.text} for one in elsewhere],
        }
    )


def _theme(visit: Visit) -> str:
    return visit.house.themes.get(visit.request.params.get("theme", "")).id


def _edition(visit: Visit, theme_id: str, number: int) -> Edition:
    found: Edition | None = visit.house.looks.editions.get(theme_id, number)
    if found is None:
        raise NotFound
    return found


class _Opened:
    """A file of a revision, opened from one of its pages."""

    def __init__(self, visit: Visit, edition: Edition, seen: int, asked: Callable[[str], str]) -> None:
        self._visit, self._edition, self._seen = visit, edition, seen
        self._theme_id = edition.name.partition("-")[0]
        page, name = asked("page"), asked("file")
        self._page = page if page in PAGE_LABELS else _page_with(edition.files, name)
        self._of_page = _of_page(edition.files, self._page)
        name = name or next(iter(self._of_page), STYLESHEET)
        if name not in edition.files:
            raise NotFound
        self._name = name
        self._midtown = visit.house.themes.bases.files(edition.content.base)
        self._query = clean_line(asked("find"))[:_QUERY] if not visit.writing else ""

    # saving

    def changed(self, before: Content) -> Content:
        """Return the content with what was asked for, or refuse the name of a new file."""
        action, name, files = self._visit.request.field("action") or "save", self._name, dict(before.files)
        if action == "save":
            files[name] = typed_text(self._visit)
        elif action == "revert":
            files.pop(name, None)
        elif action == "new":
            files[self._new_name()] = _STARTER
        else:
            raise UnknownChoice(field="action")
        return replace(before, files=files)

    def _new_name(self) -> str:
        typed = self._visit.request.field("name").strip()
        name = typed if "." in typed or "/" in typed else f"parts/{typed}.html"
        if not TEMPLATE.fullmatch(name):
            raise Invalid(
                "Give the file a name like banner or parts/banner.html: small letters, digits and hyphens.",
                field="name",
            )
        if name in self._edition.files:
            raise Invalid(f"There is a file {name} already. Open it in the list.", field="name")
        return name

    def address_after(self, changed: Content) -> str:
        """Return where to go on: to the same file, to the new one, or to the page's own where it is gone."""
        fresh = next((name for name in changed.files if name not in self._edition.files), self._name)
        there = fresh in changed.files or fresh in self._midtown
        return self._address(fresh if there else "")

    # showing

    def page(self, refused: Invalid | None = None) -> Response:
        """Return the page; one that was refused has what was typed."""
        visit, edition, name = self._visit, self._edition, self._name
        typed = refused is not None and (visit.request.field("action") or "save") == "save"
        text = typed_text(visit) if typed else edition.files[name]
        own, elsewhere = _told(visit, with_text(edition, name, text), self._theme_id, name)
        pages = previews(visit, self._theme_id)
        shown = ThemeFile(
            theme=head(visit, self._theme_id, "files"),
            action=visit.urls.settings("themes", self._theme_id, "files"),
            seen=self._seen,
            file=name,
            text=text,
            kind=_EXTENSIONS[name.rpartition(".")[2]],
            origin="own" if name not in self._midtown else "changed" if text != self._midtown[name] else "midtown",
            lines=compare(self._midtown.get(name, text), text),
            numbers=range(1, text.count("\n") + 2),
            wrong=frozenset(one.line for one in own if one.error),
            problems=own,
            elsewhere=elsewhere,
            choices=tuple(Option(key, label, key == self._page) for key, label in PAGE_LABELS.items()),
            files=self._links(self._of_page),
            common=self._links((STYLESHEET, MANIFEST)),
            others=self._links(
                one for one in sorted(edition.files) if one not in (*self._of_page, STYLESHEET, MANIFEST)
            ),
            offers=offers(edition, name, f"{self._page}.html"),
            pages=pages,
            shown=next(one for one in pages if one.page == self._page),
            languages=tuple(LANGUAGES.items()),
            most=MAX_FILE,
            max_note=MAX_NOTE,
            coloured=visit.house.static.has(CODE_EDITOR),
            note=visit.request.field("note")[:MAX_NOTE] if refused else "",
            new_name=visit.request.field("name")[:_QUERY] if refused else "",
            query=self._query,
            found=tuple(self._search()) if self._query else None,
            faults=(fault(refused),) if refused else (),
        )
        status = refused.status if refused else 200
        return framing(visit, visit.page(shown, area="settings", here="themes", status=status))

    def _links(self, names: Iterable[str]) -> tuple[FileLink, ...]:
        return tuple(
            FileLink(one, self._address(one), one in self._edition.content.files, one == self._name) for one in names
        )

    def _address(self, name: str, line: int = 0) -> str:
        return address(self._visit, self._theme_id, name, self._page, line)

    def _search(self) -> Iterator[FoundLine]:
        wanted, count = self._query.casefold(), 0
        for name, text in sorted(self._edition.files.items()):
            for number, line in enumerate(text.split("\n"), 1):
                if wanted in line.casefold() and count < _FOUND:
                    count += 1
                    yield FoundLine(name, number, line.strip()[:_SHOWN], self._address(name, number))


def address(visit: Visit, theme_id: str, name: str, page: str = "", line: int = 0) -> str:
    """Return the address of a file of a theme, opened at a line."""
    where = f"#line-{line}" if line else ""
    return visit.urls.settings("themes", theme_id, "files", page=page, file=name) + where


def _page_with(files: Mapping[str, str], name: str) -> str:
    """Return the page that a file belongs to: its own, or the first that is made of it; the first of all else."""
    own = name.removesuffix(".html")
    if own in PAGE_LABELS:
        return own
    return next((page for page in PAGE_LABELS if name in closure(files, f"{page}.html")), next(iter(PAGE_LABELS)))


def _of_page(files: Mapping[str, str], page: str) -> tuple[str, ...]:
    """Return the templates that a page is made of: its own, and then those it extends and includes."""
    entry = f"{page}.html"
    found = closure(files, entry)
    return tuple(sorted(found, key=lambda name: (name != entry, name.startswith("parts/"), name)))


def _told(
    visit: Visit, edition: Edition, theme_id: str, name: str
) -> tuple[tuple[CodeProblem, ...], tuple[FoundLine, ...]]:
    """Return what is wrong with a file, and what else is wrong in the pages that it belongs to."""
    found = problems_with(edition, name)
    lines = edition.files[name].split("\n")
    own = tuple(_problem(one, lines) for one in found if one.file == name)
    return own, tuple(
        FoundLine(one.file, one.line, one.sentence, address(visit, theme_id, one.file, line=one.line))
        for one in found
        if one.file != name and one.file in edition.files
    )


def _problem(one: Problem, lines: list[str]) -> CodeProblem:
    source = lines[one.line - 1].strip()[:_SHOWN] if 0 < one.line <= len(lines) else ""
    return CodeProblem(one.line, one.column, one.sentence, one.level == ERROR, source)
