"""Which words search takes for forms of one word, and which say nothing about what a question is after."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.knowledge.search.stemmer import begins, says_nothing, stem
from chalicelib.words import fold

FORMS = {
    "en": (
        "return returns returning returned",
        "cancel cancels cancelling canceled cancellation cancellations",
        "deliver delivery deliveries delivered",
        "pay paying payment payments",
        "ship shipping shipment shipped",
        "change changing changed changes",
        "activate activation activated activating",
        "box boxes",
        "company companies",
    ),
    "de": (
        "Bestellung Bestellungen bestellen bestellt bestellte bestelle",
        "schließen schließt",
        "Schirm Schirme Schirms Schirmen",
        "Paket Pakete Pakets Paketen",
        "Stornierung stornieren storniert",
        "Passwort Passwörter",
        "Tür Türen",
        "Glas Gläser",
    ),
    "fr": (
        "commande commander commandes commandé",
        "annuler annulation annulé",
        "remboursement rembourser remboursé remboursements",
        "livraison livraisons livrer livré",
    ),
    "es": (
        "cancelar cancelación cancelado",
        "envío envíos enviar",
        "devolver devolución devoluciones",
        "pago pagos pagar",
    ),
    "ar": ("طلب الطلب طلبات طلبي الطلبات", "فاتورة الفاتورة فاتورتي"),
}


@pytest.mark.parametrize(
    ("language", "forms"), [(language, forms) for language, each in FORMS.items() for forms in each]
)
def test_forms_of_a_word_have_one_stem(language: str, forms: str) -> None:
    folded = [fold(form) for form in forms.split()]
    (stemmed,) = {stem(form, language) for form in folded}
    assert all(form.startswith(begins(stemmed)) for form in folded)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "story", "store"),
        ("en", "less", "lesson"),
        ("en", "bus", "bu"),
        ("en", "sing", "s"),
        ("de", "leiter", "leier"),
        ("fr", "vis", "vie"),
        ("ja", "ラン", "ンプ"),
    ],
)
def test_other_words_have_other_stems(language: str, one: str, other: str) -> None:
    assert stem(one, language) != stem(other, language)


@given(word=st.text(max_size=30), language=st.sampled_from(["en", "de", "fr", "es", "ja", "ar"]))
def test_something_is_left_of_any_word(word: str, language: str) -> None:
    """At least three characters, or as many as there were."""
    assert len(stem(word, language)) >= min(3, len(word))


def test_words_of_every_question_are_known_in_each_language() -> None:
    assert says_nothing("how", "en")
    assert says_nothing("wie", "de")
    assert not says_nothing("wie", "en")
    assert says_nothing("how", "ja"), "who reads Japanese may ask in English"
    assert not says_nothing("order", "en")
