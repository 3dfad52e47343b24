"""Of two thousand articles in five languages, search shows the one that answers on the first page.

The shares are printed (``pytest -s``) and held to what is promised; ``make bench`` reports them as well.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench import planted
from bench.planted import Planted, Question
from chalicelib.knowledge.search.index_reader import Index, terms
from chalicelib.knowledge.search.index_writer import build

FIRST_PAGE = 10


@pytest.fixture(scope="module")
def articles() -> list[Planted]:
    made = planted.articles()
    assert len(made) == 2_000
    return made


@pytest.fixture(scope="module")
def index(articles: list[Planted], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    path = tmp_path_factory.mktemp("planted") / "index"
    assert build(path, planted.documents(articles)) == 10_000
    opened = Index(path)
    yield opened
    opened.close()


def share(index: Index, questions: list[Question]) -> float:
    """Return the share of questions whose article is on the first page, and print it."""
    found = 0
    for question in questions:
        matches, _ = index.find(terms(question.text), question.language)
        found += question.article in {match.article for match in matches[:FIRST_PAGE]}
    print(f"{found} of {len(questions)} found on the first page")
    return found / len(questions)


def test_its_own_words_find_an_article(index: Index, articles: list[Planted]) -> None:
    assert share(index, planted.exact(articles, 300)) >= 0.95


def test_a_word_that_is_not_finished_finds_it(index: Index, articles: list[Planted]) -> None:
    assert share(index, planted.begun(articles, 300)) >= 0.95


def test_one_slip_of_the_fingers_finds_it(index: Index, articles: list[Planted]) -> None:
    assert share(index, planted.slipped(articles, 300)) >= 0.85


def test_a_whole_sentence_finds_it(index: Index, articles: list[Planted]) -> None:
    assert share(index, planted.sentences(articles, 300)) >= 0.85
