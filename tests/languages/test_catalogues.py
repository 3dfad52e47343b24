"""The catalogues: every text in every language, the same values in it, and formats that are CLDR's."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib import refusals as refusals_module
from chalicelib.formats import FORMATS
from chalicelib.speech import LANGUAGES, Phrase, speech
from tools import catalogues
from tools.catalogues import TRANSLATED

ROOT = catalogues.ROOT


def test_every_text_has_its_translation() -> None:
    """``make check`` names what is missing; ``make messages`` puts it into the catalogues."""
    assert catalogues.faults() == []


CUSTOMERS_ROOMS = (
    "conversations/model.py",
    "conversations/posting.py",
    "conversations/portal.py",
    "attachments",
    "customers/service.py",
    "signin/service.py",
    "web/customer",
    "web/signing_in/codes.py",
    "web/help_center",
    "refusals.py",
)
FOR_PROGRAMS = {"Name an external id, an e-mail address or a handle, at least one.", "file"}
FOR_STAFF = {"%(name)s saved this theme while you were editing it. Nothing was overwritten, and your changes are kept."}
FOR_PROGRAMS |= {"These identities belong to different customers.", "it is no longer here. Choose it again."}


def said_in(path: Path) -> Iterator[str]:
    """Yield every sentence that a file gives to a refusal where it raises or makes one."""
    refusals = {name for name, kind in vars(refusals_module).items() if isinstance(kind, type)} | {"__init__"}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in refusals:
            given = [*node.args, *(one.value for one in node.keywords if one.arg == "sentence")]
            for one in given:
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    yield one.value
                assert not isinstance(one, ast.JoinedStr), f"{path.name} builds a sentence that cannot be translated"


def test_what_customers_are_refused_with_is_in_the_catalogues() -> None:
    """A sentence given where a refusal is raised stands in mark(), and its values are no part of it."""
    known = {text.one for text in catalogues.texts()}
    for name in CUSTOMERS_ROOMS:
        place = ROOT / "chalicelib" / name
        for path in place.rglob("*.py") if place.is_dir() else [place]:
            assert set(said_in(path)) - known - FOR_PROGRAMS == set(), path


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A checkout with one page, one script and one catalogue of each language, all of it sound."""
    for name in ("chalicelib", "templates", "static"):
        (tmp_path / name).mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        "{{ _('Sent to %(name)s', name=page.name) }}{{ ngettext('%(num)s file', '%(num)s files', page.count) }}"
    )
    (tmp_path / "chalicelib" / "rules.py").write_text('LABEL = mark("Open")\n')
    (tmp_path / "static" / "portal.js").write_text('say(_("Too long"));\n')
    for language in TRANSLATED:
        place = catalogues.po(language, tmp_path)
        place.parent.mkdir(parents=True)
        shutil.copyfile(catalogues.po(language), place)
    catalogues.merge(tmp_path)
    for language in TRANSLATED:
        catalogue = catalogues.read(language, tmp_path)
        for message in list(catalogue)[1:]:
            forms = [f"x {message.id[1]}"] * catalogue.num_plurals if message.pluralizable else f"x {message.id}"
            message.string = tuple(forms) if isinstance(forms, list) else forms
        catalogues.write(catalogue, language, tmp_path)
    return tmp_path


def spoil(copy: Path, text: str, translation: str) -> None:
    """Put another translation into the German catalogue."""
    catalogue = catalogues.read("de", copy)
    message = catalogue.get(text)
    assert message is not None
    message.string = translation
    catalogues.write(catalogue, "de", copy)


def test_texts_are_found_in_templates_code_and_scripts(copy: Path) -> None:
    found = {(text.one, text.some) for text in catalogues.texts(copy)}
    assert found == {
        ("Sent to %(name)s", ""), ("%(num)s file", "%(num)s files"), ("Open", ""), ("Too long", ""),
    }  # fmt: skip
    assert catalogues.faults(copy) == []


def test_texts_of_midtown_are_the_products() -> None:
    """Its pages are found whole, whatever of them is in parts; nothing is taken from its stylesheet or manifest."""
    places = {text.place for text in catalogues.texts() if text.place.startswith("templates/themes/")}
    assert {"templates/themes/midtown/conversation.html", "templates/themes/midtown/parts/message.html"} <= places
    assert {place.rpartition(".")[2] for place in places} == {"html"}


def test_a_new_text_is_missed_until_it_is_translated(copy: Path) -> None:
    """And merged it stands in the catalogue; one that nothing says any more is taken away."""
    (copy / "chalicelib" / "rules.py").write_text('LABEL = mark("Closed")\n')
    assert "de: 'Closed' of chalicelib/rules.py has no translation" in catalogues.faults(copy)
    assert "de: 'Open' is said nowhere any more" in catalogues.faults(copy)
    catalogues.merge(copy)
    assert {line.partition(": ")[2] for line in catalogues.faults(copy)} == {
        "'Closed' of chalicelib/rules.py has no translation"
    }
    spoil(copy, "Closed", "Geschlossen")
    assert not [line for line in catalogues.faults(copy) if line.startswith("de")]


@pytest.mark.parametrize("wrong", ["An niemanden", "An %(nama)s", "An %(name)s, %(other)s", "100 % an %(name)s"])
def test_a_translation_names_the_same_values(copy: Path, wrong: str) -> None:
    """One with another value would be a fault on the page, so none is shipped."""
    spoil(copy, "Sent to %(name)s", wrong)
    (line,) = catalogues.faults(copy)
    assert line.startswith("de: 'Sent to %(name)s' of templates/page.html")


def test_what_is_compiled_says_what_the_catalogue_says(copy: Path) -> None:
    """Compiled once, then only what changed; scripts get their own texts and the rule of plurals."""
    assert len(catalogues.compile_all(copy)) == 2 * len(TRANSLATED)
    assert catalogues.compile_all(copy) == []
    spoil(copy, "Too long", "Zu lang")
    assert {path.name for path in catalogues.compile_all(copy)} == {"foyer.mo", "words-de.js"}
    script = (copy / "static" / "words-de.js").read_text()
    assert '"Too long":"Zu lang"' in script
    assert "Sent to" not in script


@pytest.mark.parametrize("language", LANGUAGES)
def test_formats_are_those_of_cldr(language: str) -> None:
    """As Babel has them, but for the short names of months, which all of English shares."""
    assert FORMATS[language] == catalogues.formats_of(language)


@pytest.mark.parametrize(
    ("language", "date", "full", "number"),
    [
        ("en", "5 Mar 2026", "Thursday, 5 Mar 2026", "10,240"),
        ("de", "5. März 2026", "Donnerstag, 5. März 2026", "10.240"),
        ("fr", "5 mars 2026", "jeudi 5 mars 2026", "10\u202f240"),
        ("es", "5 mar 2026", "jueves, 5 mar 2026", "10.240"),
        ("ja", "2026年3月5日", "2026年3月5日(木曜日)", "10,240"),
        ("ar", "5 مارس 2026", "الخميس، 5 مارس 2026", "10,240"),
    ],
)
def test_dates_and_numbers_are_written_as_each_language_does(language: str, date: str, full: str, number: str) -> None:
    formats = FORMATS[language]
    at = datetime(2026, 3, 5, 9, 5, tzinfo=UTC)
    assert (formats.dated(at), formats.dated_in_full(at), formats.number(10_240)) == (date, full, number)
    assert formats.clock(at) == ("9:05" if language in {"es", "ja"} else "09:05")


def test_short_numbers_of_spanish_stand_together() -> None:
    """Its first separator comes with the fifth digit."""
    assert [FORMATS["es"].number(count) for count in (999, 1_234, 12_345, -1_234)] == ["999", "1234", "12.345", "-1234"]
    assert FORMATS["de"].fraction(1430.51) == "1.430,5"


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", ["0 days", "1 day", "2 days", "5 days", "11 days", "100 days"]),
        ("fr", ["0 jour", "1 jour", "2 jours", "5 jours", "11 jours", "100 jours"]),
        ("ja", ["0 日", "1 日", "2 日", "5 日", "11 日", "100 日"]),
        ("ar", ["0 يوم", "يوم واحد", "يومين", "5 أيام", "11 يومًا", "100 يوم"]),
    ],
)
def test_plurals_have_the_forms_of_each_language(language: str, forms: list[str]) -> None:
    """Arabic has six."""
    said = [speech(language).plural("%(num)s day", "%(num)s days", count) for count in (0, 1, 2, 5, 11, 100)]
    assert said == forms


@pytest.mark.parametrize("language", TRANSLATED)
def test_scripts_count_as_pages_do(language: str) -> None:
    """The rule of plurals gives a script the form that gettext gives a page."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node on this machine")
    counts = [*range(12), 21, 99, 100, 101, 111, 1_000, 1_000_000]
    source = (ROOT / "static" / f"words-{language}.js").read_text()
    program = (
        f"{source};console.log(JSON.stringify({counts}.map((n) => words.texts['One new message'][words.plural(n)])))"
    )
    told = subprocess.run([node, "-e", program], capture_output=True, text=True, check=True).stdout
    by_gettext = [speech(language)._some("One new message", "%(num)s new messages", count) for count in counts]
    assert json.loads(told) == by_gettext


def test_values_of_a_text_are_written_in_its_language() -> None:
    """Numbers, fractions, lists, and phrases inside of phrases; markup only where a page asks for it."""
    german = speech("de")
    said = Phrase("“%(name)s” was not attached: %(reason)s", name="a<b", reason=Phrase("it is empty."))
    assert german.phrase(said) == "„a<b“ wurde nicht angehängt: Die Datei ist leer."
    reason = "its name has no extension. You can attach %(possible)s."
    assert "PDF und PNG" in german.text(reason, possible=("PDF", "PNG"))
    assert german.page_text("%(author)s wrote on %(moment)s:", author="<b>", moment="x") == "&lt;b&gt; schrieb am x:"
    assert german.text("") == ""
    assert speech("xx").language == "en"


def test_no_translation_was_left_in_english() -> None:
    """Of the texts with several words, each reads otherwise than in English."""
    for language in TRANSLATED:
        for message in list(catalogues.read(language))[1:]:
            one = message.id if isinstance(message.id, str) else message.id[0]
            said = message.string if isinstance(message.string, str) else message.string[0]
            words = re.sub(r"%\(\w+\)s", "", one)
            if len(re.findall(r"[A-Za-z]{2,}", words)) > 2:
                assert said != one, f"{language}: {one}"


def test_punctuation_of_french_stays_with_its_word() -> None:
    """Before ``: ; ? !`` and inside of quotation marks stands a space that no line ends at."""
    loose = re.compile(r"« | [»:;?!]")
    for message in catalogues.read("fr"):
        forms = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
        assert not [form for form in forms if message.id and loose.search(form)]


def test_a_size_in_arabic_follows_its_kind() -> None:
    """A number after Latin letters would be drawn on their side: a mark from right to left keeps it on its own."""
    assert speech("ar").text("%(kind)s, %(size)s", kind="PNG", size="11") == "PNG،\u200f 11"
