"""An index of words that were folded otherwise: it hides nothing until it is made anew, and then it is whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.aws import keys
from chalicelib.aws.keys import Key
from chalicelib.aws.table import Put
from chalicelib.conversations import follower
from chalicelib.customers.model import Customer
from chalicelib.finding.pages import Postings, packed, unpacked
from chalicelib.schema.model import WANTED, Form
from chalicelib.wiring import House
from tests.conversations.test_search import found
from tests.people import Clock, People

SAID = ("Größe, Müll", "হাসপাতালে", "don't")
ASKED = ("groesse", "muell", "হাসপাতাল", "dont")


def older(house: House, customer: Customer) -> None:
    """Make an index look as the version before wrote it: words that it did not have are not there, nor is a folding."""
    for item in list(house.table.walk(keys.of_words(customer.id), consistent=True)):
        if not item["sk"].startswith("m#"):
            kept = {name: value for name, value in item.items() if name not in {"pk", "sk", "folding"}}
            if "words" in kept:
                kept["words"] = packed(_fewer(unpacked(item["words"])))
            house.table.write(Put(Key(item["pk"], item["sk"]), kept))


def _fewer(postings: Postings) -> Postings:
    return {word: some for word, some in postings.items() if not word.startswith(ASKED)}


@pytest.fixture(params=[True, False], ids=["pages", "what came lately"])
def customer(request: pytest.FixtureRequest, house: House, people: People, clock: Clock) -> Customer:
    """Somebody with an older index, of pages or only of what came lately."""
    people.plant(people.owner, count=5)
    people.plant(people.owner, SAID, subject="Theirs")
    people.plant(people.owner, count=5)
    clock.ahead(hours=1)
    assert house.conversations.indexing.catch_up(people.owner.id, 60)
    if request.param:
        house.conversations.indexing.index.settle(people.owner.id)
    older(house, people.owner)
    return people.owner


def whole(house: House, customer: Customer, words: str) -> bool:
    """Tell whether the index said at once where something is."""
    return house.conversations.portal.search(customer, words, closed=None, newest_first=True).whole


def test_an_older_index_hides_nothing(house: House, customer: Customer) -> None:
    """It is not asked; messages are read as before there were indexes."""
    for words in ASKED:
        assert found(house, customer, words) == ["Theirs"]
        assert not whole(house, customer, words)


def test_the_walk_makes_it_anew(house: House, customer: Customer) -> None:
    """From then on it is asked again, and new words are added to it."""
    house.schema.store.reset(WANTED - 1)
    form = house.schema.migration.begin()
    while form.walk:
        form = house.schema.migration.step()
    assert form == Form(WANTED)
    for words in ASKED:
        assert found(house, customer, words) == ["Theirs"]
        assert whole(house, customer, words)


@pytest.mark.parametrize("change", ["a message", "pieces put together", "a redaction"])
def test_what_is_written_to_an_older_index_makes_no_newer_one_of_it(
    house: House, people: People, customer: Customer, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only making it anew does: what was there is still folded otherwise."""
    indexing = house.conversations.indexing
    monkeypatch.setattr(follower, "ONE_IN", 1)
    changes: dict[str, Callable[[], object]] = {
        "a message": lambda: people.starts(customer, "New", "Another word"),
        "pieces put together": lambda: indexing.index.settle(customer.id),
        "a redaction": lambda: house.conversations.desk.redact(
            people.agent, people.head(people.starts(customer, "New", "My card").id), 1
        ),
    }
    changes[change]()
    assert house.facts.telling.tell_all() == 0
    indexing.index.settle(customer.id)
    for words in ASKED:
        assert found(house, customer, words) == ["Theirs"]


def test_a_redaction_in_an_older_index_leaves_no_word(house: House, people: People, customer: Customer) -> None:
    """However the words were folded."""
    (head,) = people.plant(customer, ("A secret word",), subject="Card")
    house.conversations.indexing.index.include(customer.id, head.id, {"secret", "zzzolder"})
    older(house, customer)
    house.conversations.desk.redact(people.agent, people.head(head.id), 1)
    assert house.facts.telling.tell_all() == 0
    kept = {
        word
        for item in house.table.walk(keys.of_words(customer.id), consistent=True)
        if "words" in item
        for word in unpacked(item["words"])
    }
    assert not kept & {"secret", "zzzolder"}
    assert "card" in kept


def test_a_new_customers_index_is_asked_at_once(house: House, people: People, clock: Clock) -> None:
    """It needs no walk: every word of it is folded as it is now, after a redaction too."""
    people.plant(people.stranger, SAID, subject="New")
    (card,) = people.plant(people.stranger, ("My card",))
    clock.ahead(hours=1)
    assert house.conversations.indexing.catch_up(people.stranger.id, 60)
    for words in ASKED:
        assert found(house, people.stranger, words) == ["New"]
        assert whole(house, people.stranger, words)
    house.conversations.desk.redact(people.agent, people.head(card.id), 1)
    assert house.facts.telling.tell_all() == 0
    assert whole(house, people.stranger, "dont")
