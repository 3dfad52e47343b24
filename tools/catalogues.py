"""Catalogues of languages: ``make messages`` gathers the texts of the product into them, every start compiles them.

    .venv/bin/python -m tools.catalogues           compile what changed (done by make run, test, check and build)
    .venv/bin/python -m tools.catalogues merge     gather texts into locale/<language>/LC_MESSAGES/foyer.po
    .venv/bin/python -m tools.catalogues check     name every text that has no translation, or a wrong one
    .venv/bin/python -m tools.catalogues formats   print the tables of chalicelib/formats.py as Babel has them

Compiled are ``foyer.mo`` beside each catalogue, for pages and mails, and ``static/words-<language>.js`` for scripts.
Only this reads catalogues with Babel; at run time the standard library's gettext does.
"""

from __future__ import annotations

import ast
import io
import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import DictLoader
from jinja2.ext import extract_from_ast

from chalicelib.formats import FORMATS, Formats
from chalicelib.speech import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
TRANSLATED = tuple(language for language in LANGUAGES if language != "en")
DOMAIN = "foyer"

_ONE = frozenset({"mark", "text", "page_text", "Phrase", "Unfit"})
_SOME = frozenset({"plural", "page_plural", "ngettext", "mark_some"})
_CLASSES = ("chalicelib/refusals.py", "chalicelib/web/errors.py")
"""Where every class has a title and a sentence for people."""
_FOR_STAFF = (
    "chalicelib/web/settings/",
    "chalicelib/web/desk",
    "templates/desk/",
    "templates/settings/",
    "templates/email/invitation/",
)
"""What only staff read, in English."""
_TEMPLATES = frozenset({".html", ".txt"})
"""What of ``templates/`` says something: a theme has a stylesheet and a manifest, too."""
_MET_BY_STAFF = frozenset(
    {
        "AttributesMissing",
        "CategoryNotEmpty",
        "InUse",
        "LastAdmin",
        "MergeUnderWay",
        "NotJson",
        "PartNotFound",
        "ThemeChanged",
        "ThemeRefused",
        "TokenRefused",
    }
)
"""Refusals that nobody meets but staff and programs."""
_SAID_BY_SCRIPTS = ("static/portal.js", "static/composer.js")
"""Scripts that customers' pages run."""
_NOBODYS = ('"Report-Msgid-Bugs-To:', '"Generated-By:')
"""Lines of a catalogue's head that say nothing about it."""
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_FEWEST_GROUPED = {"es": 2}
"""CLDR's minimumGroupingDigits where it is not 1; Babel does not tell."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the product: ``some`` is its plural, or empty; ``place`` the file it stands in."""

    one: str
    some: str
    place: str


# gathering


def texts(root: Path = ROOT) -> Iterator[Text]:
    """Yield every text that customers can read, as often as it stands somewhere."""
    for path in sorted((root / "chalicelib").rglob("*.py")):
        place = path.relative_to(root).as_posix()
        if not place.startswith(_FOR_STAFF):
            yield from _of_python(path, place)
    for path in sorted((root / "templates").rglob("*.*")):
        place = path.relative_to(root).as_posix()
        if path.suffix in _TEMPLATES and not place.startswith(_FOR_STAFF):
            yield from _of_template(path, place)
    for name in _SAID_BY_SCRIPTS:
        if (root / name).is_file():
            yield from _of_script(root / name, name)


def _of_python(path: Path, place: str) -> Iterator[Text]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            given = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if name in _ONE and given and node.args[0] is _first_text(node):
                yield Text(given[0], "", place)
            elif name in _SOME and len(given) > 1:
                yield Text(given[0], given[1], place)
        elif isinstance(node, ast.ClassDef) and place in _CLASSES:
            yield from (Text(said, "", place) for said in _said_by_class(node))


def _first_text(node: ast.Call) -> ast.expr | None:
    return next((one for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)), None)


def _said_by_class(node: ast.ClassDef) -> Iterator[str]:
    """Yield title and sentence of a refusal that customers can meet."""
    if node.name in _MET_BY_STAFF or any(getattr(base, "id", "") == "SettingRefused" for base in node.bases):
        return
    for line in node.body:
        target = line.targets[0] if isinstance(line, ast.Assign) else getattr(line, "target", None)
        value = getattr(line, "value", None)
        if getattr(target, "id", "") in {"title", "sentence"} and isinstance(value, ast.Constant) and value.value:
            yield str(value.value)


def _of_template(path: Path, place: str) -> Iterator[Text]:
    from chalicelib.rendering.environment import environment

    tree = environment(DictLoader({})).parse(path.read_text(encoding="utf-8"))
    for _, name, found in extract_from_ast(tree, ("_", "ngettext")):
        parts = (found,) if isinstance(found, str) else tuple(part for part in found or () if part)
        if parts and parts[0]:
            yield Text(str(parts[0]), str(parts[1]) if name == "ngettext" and len(parts) > 1 else "", place)


def _of_script(path: Path, place: str) -> Iterator[Text]:
    keywords = {"_": (1,), "ngettext": (1, 2)}
    with path.open("rb") as source:
        for _, found, _, _ in extract("javascript", source, keywords):
            one, some = (found, "") if isinstance(found, str) else (str(found[0]), str(found[1]))
            yield Text(one, some, place)


def gathered(root: Path = ROOT) -> Catalog:
    """Return a catalogue with every text and where it stands, nothing translated."""
    catalogue = Catalog(domain=DOMAIN, project="Foyer", fuzzy=False)
    for text in texts(root):
        key = (text.one, text.some) if text.some else text.one
        catalogue.add(key, locations=[(text.place, 0)], flags=["python-format"] if "%(" in text.one + text.some else [])
    return catalogue


# catalogues


def po(language: str, root: Path = ROOT) -> Path:
    """Return where a language's catalogue lies."""
    return root / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(language: str, root: Path = ROOT) -> Catalog:
    """Return a language's catalogue."""
    with po(language, root).open("rb") as source:
        return read_po(source, domain=DOMAIN)


def merge(root: Path = ROOT) -> None:
    """Put new texts into the catalogues, without a translation, and take those away that nothing says any more."""
    template = gathered(root)
    for language in TRANSLATED:
        catalogue = read(language, root)
        created, revised = catalogue.creation_date, catalogue.revision_date
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        catalogue.creation_date, catalogue.revision_date = created, revised
        write(catalogue, language, root)


def write(catalogue: Catalog, language: str, root: Path = ROOT) -> None:
    """Write a language's catalogue, in an order that does not depend on where texts stand."""
    target = io.BytesIO()
    write_po(target, catalogue, width=0, include_lineno=False, sort_output=True, ignore_obsolete=True)
    lines = target.getvalue().decode().splitlines(keepends=True)
    kept = "".join(line for line in lines if not line.startswith(_NOBODYS)).replace("Version:  ", "Version: ")
    po(language, root).write_text(kept, encoding="utf-8")


def faults(root: Path = ROOT) -> list[str]:
    """Return a line for each text that a language lacks, or whose placeholders or plural forms are not the same."""
    wanted = {(text.one, text.some): text.place for text in texts(root)}
    for one in {one for one, some in wanted if some}:
        wanted.pop((one, ""), None)  # said of one thing alone as well: its first form is for that
    found = []
    for language in TRANSLATED:
        catalogue = read(language, root)
        for (one, some), place in wanted.items():
            message = catalogue.get(one)
            wrong = _wrong(catalogue, (message.string if message else None) or "", one, some)
            found += [f"{language}: {one!r} of {place} {fault}" for fault in wrong]
        known = {one for one, _ in wanted}
        for message in catalogue:
            one = message.id if isinstance(message.id, str) else message.id[0]
            if one and one not in known:
                found.append(f"{language}: {one!r} is said nowhere any more")
    return found


def _wrong(catalogue: Catalog, said: str | tuple[str, ...] | list[str], one: str, some: str) -> Iterator[str]:
    forms = [said] if isinstance(said, str) else list(said)
    if not all(forms) or bool(some) != (not isinstance(said, str)):
        yield "has no translation"
        return
    if some and len(forms) != catalogue.num_plurals:
        yield f"has {len(forms)} plural forms of {catalogue.num_plurals}"
    needed, allowed = set(_PLACEHOLDER.findall(some or one)), set(_PLACEHOLDER.findall(one + some))
    for form in forms:
        names = set(_PLACEHOLDER.findall(form))
        if names - allowed or (needed - names) - ({"num"} if some else set()):
            yield f"names other values in {form!r}"
        if "%" in _PLACEHOLDER.sub("", form) and allowed:
            yield f"has a percent sign of its own in {form!r}"


# compiling


def compile_all(root: Path = ROOT) -> list[Path]:
    """Compile the catalogues that are newer than what was compiled of them; return what was written."""
    written = []
    for language in TRANSLATED:
        source = po(language, root)
        machine, words = source.with_suffix(".mo"), root / "static" / f"words-{language}.js"
        made_from = [source, *(root / name for name in _SAID_BY_SCRIPTS), Path(__file__)]
        newest = max(path.stat().st_mtime_ns for path in made_from if path.is_file())
        if all(path.is_file() and path.stat().st_mtime_ns >= newest for path in (machine, words)):
            continue
        catalogue = read(language, root)
        content = io.BytesIO()
        write_mo(content, catalogue)
        _replace(machine, content.getvalue())
        _replace(words, script(catalogue, language, root).encode())
        written += [machine, words]
    return written


def script(catalogue: Catalog, language: str, root: Path = ROOT) -> str:
    """Return the script that gives a language's words to the others: texts, the rule of plurals, formats."""
    said: dict[str, str | list[str]] = {}
    for name in _SAID_BY_SCRIPTS:
        for text in _of_script(root / name, name) if (root / name).is_file() else ():
            message = catalogue.get(text.one)
            if message and message.string:
                said[text.one] = message.string if isinstance(message.string, str) else list(message.string)
    formats = {key: value for key, value in asdict(FORMATS[language]).items() if key in _FORMATS_OF_SCRIPTS}
    parts = [json.dumps(part, ensure_ascii=False, separators=(",", ":")) for part in (said, formats)]
    rule = catalogue.plural_expr
    return f"globalThis.words={{texts:{parts[0]},plural:(n)=>Number({rule}),formats:{parts[1]}}};\n"


_FORMATS_OF_SCRIPTS = ("months", "date", "joined", "padded", "group", "decimal", "least")


def _replace(target: Path, content: bytes) -> None:
    """Write a file whole, so that whoever reads it meanwhile finds the old one."""
    unfinished = target.with_name(f"{target.name}.{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(target)


# formats


def formats_of(language: str) -> Formats:
    """Return how a language writes dates, numbers and lists by Babel's CLDR; English as in Britain."""
    locale, names = Locale.parse("en_GB" if language == "en" else language), Locale.parse(language)
    symbols, between = locale.number_symbols["latn"], locale.list_patterns["standard"]
    months, weekdays = names.months["format"]["abbreviated"], names.days["format"]["wide"]
    pair, middle, last = (re.sub(r"\{[01]\}", "", between[key]) for key in ("2", "middle", "end"))
    return Formats(
        months=tuple(months[month] for month in range(1, 13)),
        weekdays=tuple(weekdays[day] for day in range(7)),
        date=_pattern(locale.datetime_skeletons["yMMMd"].pattern),
        full=_pattern(locale.datetime_skeletons["yMMMEd"].pattern),
        joined=locale.datetime_formats["medium"].removeprefix("{1}").removesuffix("{0}"),
        padded=locale.datetime_skeletons["Hm"].pattern == "HH:mm",
        group=symbols["group"],
        decimal=symbols["decimal"],
        least=_FEWEST_GROUPED.get(language, 1),
        lists=(pair, middle, last),
    )


def _pattern(cldr: str) -> str:
    """Return a pattern of CLDR (``d. MMM y``) as ours (``%(d)s. %(b)s %(y)s``)."""
    fields = {"d": "%(d)s", "M": "%(m)s", "MMM": "%(b)s", "y": "%(y)s"}
    parts = re.findall(r"'[^']*'|E+|d+|M+|y+|[^'EdMy]+", cldr)
    return "".join("%(a)s" if part[0] == "E" else fields.get(part, part.strip("'")) for part in parts)


def main(arguments: list[str]) -> int:
    """Do what the arguments say; return the exit status."""
    match arguments:
        case []:
            compile_all()
        case ["merge"]:
            merge()
            print("\n".join(faults()) or "Every text has its translations.")
        case ["check"]:
            wrong = faults()
            print("\n".join(wrong), end="\n" if wrong else "")
            return 1 if wrong else 0
        case ["formats"]:
            for language in LANGUAGES:
                print(f"{language}: {formats_of(language)}")
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
