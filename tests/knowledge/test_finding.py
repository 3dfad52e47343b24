"""What a search finds, in which order, and how it shows it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.knowledge.search.index_format import sqlite
from chalicelib.knowledge.search.index_reader import Index, terms
from chalicelib.knowledge.search.index_writer import Document, build
from chalicelib.knowledge.search.passage import passage, snippet, spots, unpacked
from chalicelib.knowledge.search.query_expansion import Term, one_slip
from chalicelib.words import words

Find = Callable[..., list[str]]


def document(
    article: str, title: str, text: str = "", *, language: str = "en", languages: str = "", **more: str
) -> Document:
    return Document(
        article=article,
        slug=article,
        language=language,
        languages=tuple((languages or language).split()),
        title=title,
        headings=(more.get("heading", ""),),
        summary=more.get("summary", ""),
        text=text,
        category=more.get("category", ""),
    )


ARTICLES = (
    document("returns", "Returning an order", "Send the parcel back within 30 days. We refund the price of the lamp."),
    document(
        "lamp",
        "Fitting the lamp",
        "Switch the power off. Then screw the lamp to the ceiling.",
        summary="For all lamps.",
    ),
    document("ceiling", "Light from above", "A ceiling needs no lamp to be bright.", heading="Paint for ceilings"),
    document("invoice", "Copy of an invoice", "Every invoice is in your account. The lamp is on it."),
    document("address", "Changing the delivery address", "Until it leaves the warehouse.", languages="en de"),
    document("address", "Lieferadresse ändern", "Bis das Paket das Lager verlässt.", language="de", languages="en de"),
    document("shelf", "Montage de l’étagère", "Vissez l’étagère au mur.", language="fr"),
    document("japan", "ランプの返品について", "商品の到着から三十日以内にご連絡ください。", language="ja"),
    document("arabic", "إرجاع المصباح", "يمكنك إرجاع المصباح خلال ثلاثين يومًا.", language="ar"),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """A small index; its file is gone as soon as it is open, as after a download."""
    path = tmp_path_factory.mktemp("index") / "public"
    assert build(path, ARTICLES) == len(ARTICLES)
    opened = Index(path)
    path.unlink()
    yield opened
    opened.close()


@pytest.fixture
def find(index: Index) -> Find:
    def find_(question: str, language: str = "en") -> list[str]:
        return [match.article for match in index.find(terms(question), language)[0]]

    return find_


def test_a_title_counts_more_than_a_text(find: Find) -> None:
    assert find("lamp")[0] == "lamp"
    assert set(find("lamp")) >= {"lamp", "returns", "invoice", "ceiling"}


def test_every_word_counts(find: Find) -> None:
    """What has all the words stands before what has some."""
    assert find("ceiling lamp screw")[0] == "lamp"


def test_the_beginning_of_the_last_word_is_enough(find: Find) -> None:
    assert find("deliv") == ["address"]
    assert find("invoice acc") == ["invoice"]


def test_the_beginning_of_another_word_is_not(find: Find) -> None:
    assert find("deli lamp") != ["address"]


@pytest.mark.parametrize("slip", ["invioce", "invoce", "invoicee", "invoize", "nvoice"])
def test_one_slip_is_forgiven(find: Find, slip: str) -> None:
    """Two letters swapped, one missing, one too many, one wrong, the first one missing."""
    assert find(f"{slip} copy")[0] == "invoice"


def test_a_slip_in_a_word_that_is_not_finished_is_forgiven(find: Find) -> None:
    assert find("warehuse")[0] == "address"
    assert find("accuon")[0] == "invoice"


def test_a_sentence_finds_what_has_most_of_it(find: Find) -> None:
    assert find("How do I get a copy of my invoice, please?")[0] == "invoice"


def test_a_question_is_about_its_telling_words(find: Find) -> None:
    """What every question has neither hides the article that lacks it, nor is a hit by itself."""
    assert find("I can't find my invoice")[0] == "invoice"
    assert find("where is the lamp")[0] == "lamp"
    assert find("the") != [], "what has no other words is searched for as it is"


@pytest.mark.parametrize(
    ("asked", "article", "language"),
    [
        ("returns", "returns", "en"),
        ("returned orders", "returns", "en"),
        ("change address", "address", "en"),
        ("deliveries", "address", "en"),
        ("Lieferadressen", "address", "de"),
        ("étagères", "shelf", "fr"),
        ("مصباحي", "arabic", "ar"),
    ],
)
def test_a_word_counts_in_all_its_forms(find: Find, asked: str, article: str, language: str) -> None:
    assert find(asked, language)[0] == article


def test_forms_of_a_word_are_marked(index: Index) -> None:
    (match,) = index.find(terms("invoices"), "en")[0]
    assert "Every <mark>invoice</mark> is in your account." in index.show(match).snippet


def many(folder: Path, *written: Document) -> Index:
    path = folder / "many"
    build(path, written)
    return Index(path)


def found(index: Index, question: str, language: str = "de") -> list[str]:
    return [match.article for match in index.find(terms(question), language)[0]]


def test_german_words_are_taken_apart_and_found_inside_of_others(tmp_path: Path) -> None:
    index = many(
        tmp_path,
        document("glass", "Schirm aus Glas", language="de"),
        document("shade", "Einen Lampenschirm reinigen", language="de"),
        document("delivery", "Lieferung nach Hause", language="de"),
        document("back", "Etwas zurücksenden", language="de"),
    )
    assert found(index, "Glasschirm") == ["glass"]
    assert found(index, "Schirm") == ["glass", "shade"]
    assert found(index, "Lieferzeiten") == ["delivery"]
    assert found(index, "Ruecksendung") == ["back"]
    assert found(index, "Zeitungsabo") == []


def test_two_words_written_as_one_are_found(tmp_path: Path) -> None:
    index = many(tmp_path, document("bulb", "The right bulb", "Choose the light you like."), document("x", "Light"))
    assert found(index, "lightbulb", "en") == ["bulb"]


@pytest.mark.parametrize("asked", ["E-27", "e27", "E27", "E‑2"])
def test_codes_are_found_with_and_without_their_hyphen(tmp_path: Path, asked: str) -> None:
    """What has the letter here and the number there is not what was asked for."""
    others = [document(f"a{number}", f"Plan e for {number}", "27 things") for number in range(5)]
    index = many(tmp_path, document("one", "Socket E-27"), document("two", "Socket E27"), *others)
    assert set(found(index, asked, "en")) == {"one", "two"}


def test_what_hyphens_join_is_found_apart_and_as_one(tmp_path: Path) -> None:
    index = many(tmp_path, document("mail", "E-mail settings"), document("wifi", "Wi-Fi and wi fi"))
    assert found(index, "email", "en") == ["mail"]
    assert found(index, "wifi", "en") == found(index, "wi-fi", "en") == found(index, "fi", "en") == ["wifi"]


def test_a_slip_is_not_looked_for_in_other_languages(tmp_path: Path) -> None:
    """An English reader who types "track" is not shown how to dry ("trocken") a shade."""
    index = many(
        tmp_path,
        document("shade", "Clean a shade", languages="de en"),
        document("shade", "Schirm trocken reinigen", language="de", languages="de en"),
    )
    assert found(index, "track", "en") == []
    assert found(index, "trcken", "de") == ["shade"]


def test_a_long_story_finds_what_fits_best(find: Find) -> None:
    story = (
        "Last month I bought a shelf and a ceiling fan, the power went, the account is locked, days ago I sent a parcel"
    )
    assert find(f"{story}: please refund the price, returning it is fine")[0] == "returns"


def test_a_title_counts_more_than_many_words_of_a_text(tmp_path: Path) -> None:
    text = "The bulbs hum. " * 9 + "What do I need? A bulb, what else do I need? A bulb."
    index = many(tmp_path, document("hum", "The lamp hums", text), document("bulb", "Which bulb fits?", "Look inside."))
    assert found(index, "what bulb do I need", "en") == ["bulb", "hum"]


def test_nonsense_finds_nothing(find: Find) -> None:
    assert find("xyzzy plugh") == []
    assert find("") == []
    assert find("?!… 🪔") == []


def test_accents_do_not_matter(find: Find) -> None:
    assert find("etagere") == ["shelf"]
    assert find("ÉTAGÈRE mur", "fr") == ["shelf"]


def test_japanese_is_found_without_spaces(find: Find) -> None:
    assert find("返品", "ja") == ["japan"]
    assert find("ランプ 返品", "ja") == ["japan"]
    assert find("ランプを返品したいのですが", "ja") == ["japan"]


def test_arabic_is_found_with_and_without_the_article(find: Find) -> None:
    assert find("مصباح", "ar") == ["arabic"]
    assert find("إرجاع المصابح", "ar") == ["arabic"]


def test_an_article_stands_there_once_in_the_readers_language(index: Index) -> None:
    """It has two versions; each reader finds theirs, whatever else would match."""
    asked = terms("address lieferadresse")
    english, german = index.find(asked, "en")[0], index.find(asked, "de")[0]
    assert [(match.article, match.language) for match in english] == [("address", "en")]
    assert [(match.article, match.language) for match in german] == [("address", "de")]


def test_what_only_another_language_has_is_found_in_that(index: Index) -> None:
    """Better an answer in another language than none."""
    (match,) = index.find(terms("lieferadresse"), "en")[0]
    assert (match.article, match.language) == ("address", "de")


def test_a_word_that_is_everywhere_says_nothing(tmp_path: Path) -> None:
    """A question is not refused because one article lacks such a word."""
    path = tmp_path / "index"
    many = [document(f"a{number}", f"Topic {number}", "the house and the garden") for number in range(20)]
    build(path, [*many, document("shed", "A shed", "Where tools are.")])
    index = Index(path)
    assert [match.article for match in index.find(terms("the shed"), "en")[0]] == ["shed"]


def test_a_snippet_shows_where_the_words_are() -> None:
    """On one line, from a beginning of a word to an end, with what was asked for marked."""
    text = "Nothing here. " * 40 + "Screw the lamp to the ceiling,\nbut switch <off> the power. " + "More of it. " * 40
    shown = str(snippet(passage(text), terms("lamp ceil")))
    assert "Screw the <mark>lamp</mark> to the <mark>ceiling</mark>, but switch &lt;off&gt; the power." in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")


def test_a_snippet_keeps_headings_apart_from_sentences() -> None:
    text = "For all lamps.\nGlass\nWarm water, (no soap)\n- Wait.\nDone\n"
    expected = "For all lamps. Glass · Warm <mark>water</mark>, (no soap) · - Wait. Done"
    assert str(snippet(passage(text), terms("water"))) == expected


def test_a_snippet_marks_pairs_of_characters_as_one() -> None:
    assert "<mark>ランプ</mark>の<mark>返品</mark>" in str(
        snippet(passage("ランプの返品について"), terms("ランプ 返品"))
    )


def test_a_snippet_of_a_text_without_the_words_is_its_beginning() -> None:
    assert str(snippet(passage("Short & sweet."), terms("lamp"))) == "Short &amp; sweet."


@given(
    written=st.lists(
        st.sampled_from(["E-27", "ランプ", "ﾗﾝﾌﾟ", "ﷺ", "Straße", "so\u00adft", "e\u0301t", "\n", " "]) | st.text()
    ),
    question=st.text(max_size=30),
)
def test_an_index_knows_where_every_word_of_a_text_is(written: list[str], question: str) -> None:
    """What a build packs is the text and the places of its words, as taking the text apart again would find them."""
    text = " ".join([*written, question]).encode(errors="replace").decode()
    asked = (*terms(question), *(Term(word) for one in written for word in one.split()[:1]))
    kept = unpacked(*passage(text).packed())
    assert spots(kept, asked) == [
        (word.start, word.end, number)
        for word in words(kept.text)
        for number, term in enumerate(asked)
        if term.hits(word.folded)
    ]


def test_an_index_of_before_is_read_until_the_next_build(tmp_path: Path) -> None:
    """A file that knows no places of words is searched after an update, too: the hit looks the same."""
    path = tmp_path / "index"
    build(path, ARTICLES)
    opened = Index(path)
    new = [opened.show(match) for match in opened.find(terms("lamp"), "en")[0]]
    base = sqlite().connect(str(path))
    for number, one in enumerate(ARTICLES, start=1):
        text = zlib.compress("\n".join(filter(None, (one.summary, one.text))).encode())
        base.execute("UPDATE articles SET text = ?, found = 'none', titled = 'none' WHERE id = ?", (text, number))
    base.execute("PRAGMA user_version = 0")
    base.commit()
    base.close()
    older = Index(path)
    assert [older.show(match) for match in older.find(terms("lamp"), "en")[0]] == new
    assert any("<mark>" in one.snippet for one in new)


@given(text=st.text(max_size=600), question=st.text(max_size=30))
def test_a_snippet_is_safe_whatever_is_written(text: str, question: str) -> None:
    """Nothing of an article or a question becomes markup but our own marks, which open and close in turn."""
    shown = str(snippet(passage(f"{question} {text}"), terms(question)))
    bare = shown.replace("<mark>", "\x01").replace("</mark>", "\x02")
    assert "<" not in bare
    assert ">" not in bare
    marks = [sign for sign in bare if sign in "\x01\x02"]
    typed = [sign for sign in f"{question} {text}" if sign in "\x01\x02"]
    if not typed:
        assert marks == ["\x01", "\x02"] * (len(marks) // 2)


HOSTILE = (
    '"',
    '""" OR *',
    "title:lamp",
    "{title body}: lamp",
    "NEAR(lamp ceiling, 1)",
    "lamp AND NOT invoice OR",
    "^lamp",
    "lamp*",
    "-lamp +ceiling",
    "lamp\x00invoice",
    "'; DROP TABLE said; --",
    "%_%",
    "\ud800",
    "\U0001f4a1" * 50,
    "lamp " * 10_000,
    " ".join(f"w{number}" for number in range(10_000)),
    "a" * 100_000,
    "ランプ" * 1_000,
    "(" * 5_000,
)


@pytest.mark.parametrize("question", HOSTILE, ids=range(len(HOSTILE)))
def test_no_question_is_an_error(find: Find, question: str) -> None:
    """Syntax of FTS5 and SQL, broken Unicode and ten thousand words are words or nothing, and answered like any."""
    assert isinstance(find(question), list)


def test_syntax_is_only_words(find: Find) -> None:
    """A column filter does not filter, NOT does not exclude: the words themselves are looked for."""
    assert find("title:lamp") == find("title lamp")
    assert find("lamp NOT invoice") == find("lamp not invoice")
    assert find('"lamp"') == find("lamp")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(max_size=60))
def test_any_text_is_a_question(find: Find, question: str) -> None:
    assert isinstance(find(question), list)


@given(word=st.text(alphabet="abcdé", min_size=1, max_size=8), data=st.data())
def test_one_slip_is_what_it_says(word: str, data: st.DataObject) -> None:
    """Each of the four slips is one; two different letters far apart are not."""
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcdé"))
    assert one_slip(word, word[:at] + letter + word[at + 1 :])
    assert one_slip(word, word[:at] + word[at + 1 :])
    assert one_slip(word, word[:at] + letter + word[at:])
    assert one_slip(word, word[:at] + word[at : at + 2][::-1] + word[at + 2 :])
    assert not one_slip(f"x{word}x", f"y{word}y")
    assert not one_slip(word, f"{word}zz")
