"""What is left of a word without its endings, and words that a question has whatever it is about, by language.

Light on purpose: an ending comes off by a few rules. Words of an index are compared with one of a question, so a stem
need not be a word. Everything here is folded already (:func:`chalicelib.words.fold`).
"""

from __future__ import annotations

import re
from typing import Final

_VOWEL = re.compile("[aeiouy]")
_LEAST: Final = 3
"""Characters of a stem, at least."""
_SHORT: Final = 2
"""Characters of an ending that comes off a short stem, too."""
_LONG: Final = 4
"""Characters a stem keeps where a second ending, or a long one, comes off it."""

_DERIVED: Final[dict[str, tuple[str, ...]]] = {
    "en": ("ations", "ation", "ating", "ated", "ates", "ate", "ments", "ment", "ings", "ing", "ions", "ion", "ables",
           "able", "ally", "ly", "ed"),
    "de": ("ierungen", "ierung", "ierst", "ieren", "ierte", "iert", "iere", "ungen", "ung", "keiten", "keit", "heiten",
           "heit", "barer", "bare", "bar", "liche", "lich"),
    "fr": ("issements", "issement", "ements", "ement", "ations", "ation", "aisons", "aison", "ages", "age", "ateurs",
           "ateur", "eurs", "eur", "ions", "ion", "antes", "ante", "ants", "ant", "ees", "ee", "ez", "er", "ent",
           "ons"),
    "es": ("amientos", "amiento", "imientos", "imiento", "aciones", "acion", "iciones", "icion", "uciones", "ucion",
           "ciones", "cion", "ver", "mente", "ezas", "eza", "ando", "iendo", "adas", "ados", "ada", "ado", "idas",
           "idos", "ida", "ido", "aron", "ieron", "amos", "emos", "imos", "ar", "er", "ir"),
    "ar": ("تنا", "تها", "تهم", "تكم", "تي", "تك", "ات", "ون", "ين", "ان", "ها", "هم", "كم", "نا", "يه", "ته"),
}  # fmt: skip
_INFLECTED: Final[dict[str, tuple[str, ...]]] = {
    "de": ("ern", "ten", "em", "en", "er", "es", "te", "e", "n", "s", "t"),
    "fr": ("es", "e", "s", "x"),
    "es": ("es", "as", "os", "a", "e", "o", "s"),
    "ar": ("ه", "ي", "ك"),
}
_DROPPED: Final = 6
"""Characters before a "y" that make it an ending: "delivery" belongs to "deliver", "story" not to "store"."""


def stem(word: str, language: str) -> str:
    """Return a folded word without its endings in a language; as it is where the language has none that we know."""
    if len(word) <= _LEAST or not word.isalpha() or language not in _DERIVED:
        return word
    return _english(word) if language == "en" else _other(word, language)


def begins(stemmed: str) -> str:
    """Return how every word begins that may have a stem."""
    return stemmed[:-1] if stemmed.endswith("i") and len(stemmed) > _LEAST else stemmed


def _english(word: str) -> str:
    if word.endswith(("ies", "ied")) and len(word) > _LONG:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "shes", "ches", "xes", "zes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in _DERIVED["en"]:
        least = _LEAST if ending in {"ing", "ed", "ment", "ings", "ments"} else _LONG
        left = word[: -len(ending)]
        if word.endswith(ending) and len(left) >= least and _VOWEL.search(left):
            word = left
            break
    if word.endswith("e") and len(word) > _LEAST:
        word = word[:-1]
    if word.endswith("y") and len(word) > _LEAST and word[-2] not in "aeiou":
        return word[:-1] if len(word) > _DROPPED else word[:-1] + "i"
    return _single(word)


def _other(word: str, language: str) -> str:
    for ending in _DERIVED[language]:
        least = _LEAST if len(ending) <= _SHORT or language in {"es", "ar"} else _LONG
        if word.endswith(ending) and len(word) - len(ending) >= least:
            word = word[: -len(ending)]
            break
    for keeps in (_LEAST, _LONG):
        ending = next((one for one in _INFLECTED[language] if word.endswith(one)), "")
        # In these languages a short word may well end so by itself.
        least = _LONG if len(ending) == 1 and language in {"de", "fr"} else keeps
        if ending and len(word) - len(ending) >= least:
            word = word[: -len(ending)]
    return _single(word)


def _single(word: str) -> str:
    """Return a word that ends in one consonant where it ended in the same twice."""
    doubled = len(word) > _LEAST and word[-1] == word[-2] and word[-1] not in "aeiou"
    return word[:-1] if doubled else word


_ASIDE: Final[dict[str, frozenset[str]]] = {
    language: frozenset(text.split())
    for language, text in {
        "en": """a about all am an and any are as at be been being but by can cant could d did didnt do does doesn
            doesnt don dont find for from get getting give go got had has have having hello help hi how i if im in
            into is isn isnt it its just know let like ll m may me mine much must my need needs no not of off on or
            our out please possible re s shall should so some t tell than that the their them then there these they
            this those to too us very want wanted wants was way we were what whats when where which who whose why will
            with won wont would wouldn you your yours""",
        "de": """ab aber alle als also am an auch auf aus bei beim bin bis bitte brauche da dann darf das dass dem
            den denn der des dich die dies diese diesem diesen dieser dieses dir doch du ein eine einem einen einer
            eines er es euch euer eure finde finden fuer fur gegen geht gibt habe haben hallo hat hatte ich ihm ihn
            ihnen ihr ihre ihrem ihren ihrer im in ist ja kann kannst kein keine keinen koennen konnen kriege lange
            mache machen man mehr mein meine meinem meinen meiner meines mich mir mit mochte moechte moeglich moglich
            muss nach nicht noch nun nur ob oder ohne per sehr sein seine sich sie sind so soll tun uber ueber um und
            uns unser unsere unter vom von vor wann war warum was weil welche welchem welchen welcher welches wenn wer
            werden wie wieso will wir wird wo woher wohin wurde zu zum zur""",
        "fr": """a ai aide aider as au aucun aussi aux avec avez avoir bonjour c ce ces cet cette comment d dans de
            des dois donc du elle elles en entre es est et etes etre eu faire fais fait faut il ils j je l la le les
            leur lui m ma mais me mes moi mon n ne nos notre nous on ont ou par pas peut peux plus pour pourquoi
            puis puisje qu quand que quel quelle quelles quels qui quoi s sa sans se ses si son sont souhaite suis
            sur t ta te tes toi ton tres trouve trouver tu un une veux vos votre voudrais vous y""",
        "es": """a al algo ante aqui asi aun ayuda buenas como con cual cuales cuando cuanto de del desde donde e el
            ella ellos en encontrar encuentro entre era es esa ese eso esta estan estar este esto estos estoy favor
            fue ha hace hacer hago han hasta hay hola la las le les lo los mas me mi mis mucho muy necesito ni no
            nos nuestra nuestro o os para pero por porque puede puedo que quien quiero se ser si sin sobre son soy
            su sus tan te tengo tiene tu tus un una uno unos usted y ya yo""",
        "ar": """احتاج اذا اريد الى ان انا انت او اي اين بعد تلك ثم ذلك على عن عند في قبل قد كان كانت كل كيف لا لدى
            لدي لكن لم لماذا لن ليس ما ماذا متى مرحبا مع من نحن هذا هذه هل هو هي و يكون يمكن يمكنك يمكنني""",
    }.items()
}


def says_nothing(word: str, language: str) -> bool:
    """Tell whether a folded word is one that questions have whatever they are about.

    Whoever reads a language of another script asks in English where they do not ask in their own.
    """
    if language in {"ar", "ja"} and word.isascii():
        language = "en"
    return word in _ASIDE.get(language, ())
