"""What people type without the accents, signs or keys of a language finds it, in My Conversations and the help centre.

Both take words from one place, so each pair here is asked of both.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from chalicelib import words as folding
from chalicelib.conversations.model import MAX_BODY
from chalicelib.finding.model import asked, missing, spots
from chalicelib.knowledge.search.index_reader import Index, terms
from chalicelib.knowledge.search.index_writer import Document, build
from chalicelib.words import signs, words

Finds = Callable[[str, str], bool]


def in_conversations(_: Path, written: str, question: str) -> bool:
    return not missing(asked(question), [written])


def in_articles(folder: Path, written: str, question: str) -> bool:
    """Whether an article is found for having the very words, with no slip forgiven."""
    path = folder / f"{len(list(folder.iterdir()))}.sqlite"
    build(path, [Document("one", "one", "en", ("en",), "Title", (), "", written, "")])
    found, _ = Index(path).find(terms(question), "en")
    return [match.tier for match in found] == [0]


@pytest.fixture(params=[in_conversations, in_articles], ids=["conversations", "articles"])
def finds(request: pytest.FixtureRequest, tmp_path: Path) -> Finds:
    """What tells whether one text is found by a question."""
    return lambda written, question: request.param(tmp_path, written, question)


OTHERWISE = {
    "accents": ("café", "cafe"),
    "a diaeresis": ("naïve", "naive"),
    "accents that were typed and are not written": ("cafe", "café"),
    "a sharp s": ("Straße", "strasse"),
    "a capital sharp s": ("STRAẞE", "straße"),
    "an umlaut as two letters": ("Größe", "groesse"),
    "an umlaut as one letter": ("Größe", "grosse"),
    "two letters that were an umlaut": ("Groesse", "größe"),
    "an umlaut in two characters": ("Gro\u0308sse", "groesse"),
    "a small word with an umlaut": ("Müll", "muell"),
    "a Danish o": ("smørrebrød", "smoerrebroed"),
    "a Danish o without its stroke": ("smørrebrød", "smorrebrod"),
    "two letters that were a Danish o": ("Koebenhavn", "København"),
    "a ring": ("Ålborg", "aalborg"),
    "a ring that is left out": ("Ålborg", "alborg"),
    "Icelandic": ("Þórður", "thordur"),
    "a Turkish i with its dot": ("İSTANBUL", "istanbul"),
    "a Turkish i without one": ("ışık", "isik"),
    "Polish": ("Łódź", "lodz"),
    "Vietnamese": ("đường phố", "duong pho"),
    "French letters in one": ("œuvre", "oeuvre"),
    "Greek accents": ("Μεγάλη", "μεγαλη"),
    "a Greek sigma at the end": ("οδός", "ΟΔΟΣ"),
    "Russian": ("счёт", "счет"),
    "an alef with a hamza": ("أحمد", "احمد"),
    "a hamza on a letter": ("مسؤول", "مسوول"),
    "a stretched word": ("محـــمد", "محمد"),
    "Arabic vowels": ("مُحَمَّد", "محمد"),
    "Quranic marks": ("رَحۡمَةٗ", "رحمة"),
    "a Persian letter": ("کتاب", "كتاب"),
    "Hebrew points": ("שָׁלוֹם", "שלום"),
    "a Hebrew word that goes on": ("חשבונית", "חשבון"),
    "a Hebrew abbreviation": ("חו״ל", "חול"),
    "kana of half width": ("ｶﾞﾗｽ", "ガラス"),
    "the other kana": ("がらす", "ガラス"),
    "a sound mark by itself": ("か\u3099らす", "がらす"),
    "letters of full width": ("ＬＡＭＰ", "lamp"),
    "one sign for a unit": ("5㎏", "5kg"),
    "other digits": ("٤٨", "48"),
    "Thai digits": ("๔๘", "48"),
    "a hyphen": ("Wi-Fi", "wifi"),
    "a hyphen that is not written": ("wifi", "Wi-Fi"),
    "a hyphen that does not break": ("e\u2011mail", "email"),
    "a hyphen of full width": ("E－27", "E27"),
    "a Hebrew hyphen": ("בית\u05beספר", "ביתספר"),
    "an umlaut beside a hyphen": ("Müll-Eimer", "muelleimer"),
    "an apostrophe": ("don't", "dont"),
    "an apostrophe that is not written": ("dont", "don't"),
    "another apostrophe": ("don’t", "don't"),
    "an accent that stands for an apostrophe": ("don´t", "dont"),
    "a name with an apostrophe": ("O’Brien", "obrien"),
    "what is before an apostrophe": ("l’étagère", "etagere"),
    "what is behind one": ("une étagère", "l'étagère"),
    "a Ukrainian apostrophe": ("п’ять", "пять"),
    "a Hindi dot": ("ग़लत", "गलत"),
    "a Hindi nasal vowel": ("हँसी", "हंसी"),
    "a soft hyphen": ("Lam\u00adpe", "lampe"),
}


@pytest.mark.parametrize(("written", "question"), OTHERWISE.values(), ids=OTHERWISE)
def test_what_is_typed_otherwise_is_found(finds: Finds, written: str, question: str) -> None:
    assert finds(f"First {written} and then", question)


DIFFERENT = {
    "a voiced kana": ("がらす", "からす"),
    "an umlaut is not any vowel": ("Größe", "graesse"),
    "what only looks like two letters for one": ("shop", "shoe"),
    "another vowel of Bengali": ("কলা", "কালি"),
    "another vowel of Tamil": ("கடை", "காடை"),
    "another vowel of Hindi": ("कुल", "कल"),
    "another tone of Thai": ("ป้า", "ป่า"),
}


@pytest.mark.parametrize(("written", "question"), DIFFERENT.values(), ids=DIFFERENT)
def test_another_word_is_not_found(finds: Finds, written: str, question: str) -> None:
    """What makes another word of it is no accent."""
    assert not finds(f"First {written} then", question)


WHOLE = {
    "Bengali": "হাসপাতালের",
    "Tamil": "தமிழ்நாட்டில்",
    "Hindi": "किताबें",
    "Telugu": "పుస్తకాలు",
    "Kannada": "ಪುಸ್ತಕಗಳು",
    "Malayalam": "പുസ്തകങ്ങൾ",
    "Sinhala": "පොත්",
    "Gujarati": "પુસ્તકો",
    "Panjabi": "ਕਿਤਾਬਾਂ",
    "Oriya": "ପୁସ୍ତକ",
    "Dhivehi": "ދިވެހި",
}
"""A word of each script with marks inside it, and of which no other begins with a part."""


@pytest.mark.parametrize("word", WHOLE.values(), ids=WHOLE)
def test_marks_are_parts_of_letters(finds: Finds, word: str) -> None:
    """A word with vowel signs is one word, from its first letter to its last mark, and is found by the whole of it."""
    text = f"a {word}, b"
    assert [(one.folded, text[one.start : one.end]) for one in words(text)][1][1] == word
    assert len(list(words(text))) == 3
    assert finds(text, word)
    assert not finds(f"{word[0]} {word[2:]}", word)


UNSPACED = {
    "Lao": ("ຂ້ອຍຢາກຄືນໂຄມໄຟ", "ໂຄມໄຟ"),
    "Khmer": ("ខ្ញុំចង់ប្រគល់ចង្កៀងវិញ", "ចង្កៀង"),
    "Burmese": ("မီးအိမ်ပြန်ပေးချင်ပါတယ်", "ပြန်ပေး"),
    "Thai": ("ฉันต้องการคืนโคมไฟ", "โคมไฟ"),
    "Japanese": ("ランプを返品したい", "返品"),
}


@pytest.mark.parametrize(("written", "question"), UNSPACED.values(), ids=UNSPACED)
def test_a_word_in_text_without_spaces_is_found(finds: Finds, written: str, question: str) -> None:
    """Whatever stands before it, and whether or not a space of no width says where it begins."""
    assert finds(written, question)
    assert finds(written.replace(question, f"\u200b{question}\u200b"), question)
    assert finds(written, f"{question[:1]}\u200b{question[1:]}")


def test_tibetan_syllables_are_words(finds: Finds) -> None:
    """A mark stands between them, and letters under letters belong to them."""
    assert [one.folded for one in words("བོད་སྐད་")] == ["བོད", "སྐད"]
    assert finds("བོད་སྐད་", "སྐད")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("क्\u200dष", "क्ष"),
        ("ശ്രീ", "ശ്\u200dരീ"),
        ("ක්\u200dෂණික", "ක්ෂණික"),
        ("می\u200cخواهم", "میخواهم"),
        ("অবন্\u200cতি", "অবন্তি"),
        ("അവൻ", "അവന്\u200d"),
        ("উৎসব", "উত্\u200dসব"),
    ],
)
def test_what_joins_letters_or_keeps_them_apart_is_no_letter(finds: Finds, one: str, other: str) -> None:
    """Programs put it in or leave it out; the word is the same."""
    assert finds(one, other)
    assert finds(other, one)


@pytest.mark.parametrize(("one", "other"), [("ก\u0e38\u0e48", "ก\u0e48\u0e38"), ("မ\u1037\u103a", "မ\u103a\u1037")])
def test_marks_of_one_letter_may_be_typed_in_either_order(finds: Finds, one: str, other: str) -> None:
    """Unicode says that these are the same text."""
    assert unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)
    assert finds(f"{one}น", f"{other}น")


@pytest.mark.parametrize("question", ["ا'x", "x,d'Ålborg", "a'b", "'", "-'-", "l'ا", "返'a", "O'Brien's-Ü"])
def test_words_beside_what_an_apostrophe_joins_are_still_asked_for(question: str) -> None:
    """What is written so is found by the same, and not where a word of it is missing."""
    assert not missing(asked(question), [f"1 {question} 2"])
    assert terms(question) or not list(words(question))
    assert missing(asked("x,d'Ålborg"), ["d'Ålborg"])


# where it stands


@pytest.mark.parametrize(
    ("text", "question", "marked"),
    [
        ("Das Café dort", "cafe", ["Café"]),
        ("Cafe\u0301 und Straße", "strasse cafe", ["Cafe\u0301", "Straße"]),
        ("ﬁnish ﷺ Größe", "groesse fin", ["ﬁnish", "Größe"]),
        ("The Wi-Fi, he said", "wifi", ["Wi-Fi"]),
        ("½ ㎏ lamp", "lamp 2", ["½", "lamp"]),
        ("ｶﾞﾗｽのﾗﾝﾌﾟ", "ランプ", ["ﾗﾝ", "ﾝﾌﾟ"]),
        ("مُحَمَّد هنا", "محمد", ["مُحَمَّد"]),
        ("発注した", "注", ["注"]),
        ("Well :-) then", ":-)", [":-)"]),
        ("Er ist 👩\u200d🔧!", "👩\u200d🔧", ["👩\u200d🔧"]),
    ],
)
def test_places_are_those_of_the_text_as_it_is_written(text: str, question: str, marked: list[str]) -> None:
    """However many characters the folded form has."""
    assert [text[start:end] for start, end, _ in spots(asked(question), text)] == marked


# what it costs


def test_nothing_but_single_characters_is_normalized(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a message of combining marks, in the order that takes longest to sort, costs what any other does."""
    lengths: list[int] = []

    def counted(form: str, text: str) -> str:
        lengths.append(len(text))
        return normalize(form, text)

    normalize = unicodedata.normalize
    monkeypatch.setattr(unicodedata, "normalize", counted)
    for table in (folding._LETTERS, folding._SIGNS):
        table.clear()
    text = "a" + "\u0301\u0316" * (MAX_BODY // 2) + "ﷺが" + "か\u3099\u0e48\u0e38" * 100
    assert list(words(text))
    assert asked(text)
    assert signs(text).text
    assert spots(asked("か ﷺ 返品 :)"), text)
    assert lengths
    assert max(lengths) <= 18, "the longest form of one character"
    assert len(lengths) < 2_000


def test_what_is_remembered_of_characters_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends every character there is fills no memory, and finds the same afterwards."""
    monkeypatch.setattr(folding, "_REMEMBERED", 50)
    text = "".join(map(chr, range(0x4E00, 0x4F00))) + " Größe"
    assert [one.folded for one in words(text)][-2:] == ["grosse", "groesse"]
    assert len(folding._LETTERS) <= 50
