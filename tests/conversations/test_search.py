"""Search: every word, in the subject or in what the customer can see, in bounded steps that lose nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest

from chalicelib.conversations import portal, searching
from chalicelib.conversations.model import Status
from chalicelib.customers.model import Customer
from chalicelib.wiring import House
from tests.people import People
from tests.wire import recorded


def found(
    house: House, customer: Customer, words: str, *, closed: bool | None = None, newest_first: bool = True
) -> list[str]:
    """Return the subjects that a search finds, looking on until it has looked through everything."""
    subjects: list[str] = []
    position: str | None = ""
    while position is not None:
        page = house.conversations.portal.search(
            customer, words, closed=closed, newest_first=newest_first, position=position or ""
        )
        subjects += [row.subject for row in page.rows]
        position = page.position
    return subjects


@pytest.fixture(params=["list", "index"])
def search(house: House, request: pytest.FixtureRequest) -> Callable[..., list[str]]:
    """Return what searches, through the list or by an index that is up to date; both find the same."""

    def run(customer: Customer, words: str, *, closed: bool | None = None, newest_first: bool = True) -> list[str]:
        if request.param == "index":
            assert house.facts.telling.tell_all() == 0
            assert house.conversations.indexing.catch_up(customer.id, 60)
        return found(house, customer, words, closed=closed, newest_first=newest_first)

    return run


def test_a_word_is_found_in_the_subject_and_in_any_visible_message(
    house: House, people: People, search: Callable[..., list[str]]
) -> None:
    people.plant(people.owner, ("Hello?", "Which lamp?", "The heron."), subject="Order 1187")
    people.plant(people.owner, ("Nothing of that kind",), subject="A heron in the garden")
    people.plant(people.owner, ("Hello?",), subject="Something else")
    assert search(people.owner, "heron") == ["A heron in the garden", "Order 1187"]
    assert search(people.owner, "1187") == ["Order 1187"]
    assert search(people.owner, "giraffe") == []
    assert search(people.stranger, "heron") == []


def test_every_word_must_occur_wherever_it_is(house: House, people: People, search: Callable[..., list[str]]) -> None:
    """One in the subject and one in a message, or in two messages, is a hit; one missing is none."""
    people.plant(people.owner, ("The shade is cracked.", "Which colour?", "Smoke, please."), subject="Heron lamp")
    for words in ("shade smoke", "heron smoke", "cracked colour please", "  smoke \t shade "):
        assert search(people.owner, words) == ["Heron lamp"]
    assert search(people.owner, "shade amber") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Straße nach Süden", "STRASSE"),
        ("ΜΕΓΆΛΗ ΛΆΜΠΑ", "μεγάλη λάμπα"),
        (unicodedata.normalize("NFD", "Café Größe"), "café größe"),
        ("ｆｕｌｌ width", "full"),
        ("注文した照明の配送日", "配送日"),
        ("أين طلبي رقم ١١٨٧؟", "طلبي"),
        ("बिल में पता ग़लत है", "पता"),
        ("100% (really) [sic] .*", "% [sic] .*"),
        ("a👩\u200d🔧b", "👩\u200d🔧"),
    ],
)
def test_words_are_compared_as_people_read_them(
    house: House, people: People, search: Callable[..., list[str]], text: str, words: str
) -> None:
    """Case, width and composed or separate accents make no difference; signs of patterns mean themselves."""
    people.plant(people.owner, (text,), subject="One")
    people.plant(people.owner, ("Hello?",), subject="Two")
    assert search(people.owner, words) == ["One"]


def test_a_search_keeps_to_the_filter_and_the_order(
    house: House, people: People, search: Callable[..., list[str]]
) -> None:
    for number in range(1, 7):
        people.plant(people.owner, ("heron",), subject=f"{number}", status=Status.DONE if number % 2 else Status.OPEN)
    owner = people.owner
    assert search(owner, "heron") == list("654321")
    assert search(owner, "heron", newest_first=False) == list("123456")
    assert search(owner, "heron", closed=True) == list("531")
    assert search(owner, "heron", closed=False) == list("642")


def test_redacted_text_notes_and_public_comments_are_not_found(
    house: House, people: People, search: Callable[..., list[str]]
) -> None:
    (head,) = people.plant(
        people.owner, ("My card is 4111.", "Which heron?"), channel="twitter", public="What a giraffe!"
    )
    people.notes(head, "Looks like a zebra")
    for hidden in ("giraffe", "zebra"):
        assert search(people.owner, hidden) == []
    assert search(people.owner, "4111") == [head.subject]
    house.conversations.desk.redact(people.agent, people.head(head.id), 1, part="4111")
    assert search(people.owner, "4111") == []
    house.conversations.desk.redact(people.agent, people.head(head.id), 2)
    assert search(people.owner, "heron") == []
    house.conversations.desk.rename(people.agent, people.head(head.id), "Renamed")
    assert search(people.owner, "conversation") == []
    assert search(people.owner, "renamed card") == ["Renamed"]


def test_long_conversations_are_searched_to_their_first_message(
    house: House, people: People, search: Callable[..., list[str]]
) -> None:
    people.plant(people.owner, ("The heron", *("Hello?",) * 120), subject="Long")
    people.plant(people.owner, (*("Hello?",) * 12, "The heron"), subject="Middle")
    assert search(people.owner, "heron") == ["Middle", "Long"]


def test_a_search_reads_a_bounded_part_and_says_where_it_got_to(
    house: House, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With nothing found it stops all the same, tells how many it looked at, and goes on from there."""
    people.plant(people.owner, count=120, subject="Haystack {}")
    (needle,) = people.plant(people.owner, subject="Needle")
    people.plant(people.owner, count=60, subject="Haystack {}")
    monkeypatch.setattr(searching, "SEARCH_CONVERSATIONS", 50)
    looked, hits, requests = 0, [], 0
    position: str | None = ""
    while position is not None:
        with recorded(house.clients.dynamodb) as calls:
            page = house.conversations.portal.search(
                people.owner, "needle", closed=None, newest_first=True, position=position or ""
            )
        assert page.looked <= 50
        assert len(calls) <= 5
        looked += page.looked
        hits += [row.id for row in page.rows]
        position = page.position
        requests += 1
    assert (looked, hits, requests) == (181, [needle.id], 4)


def test_conversations_with_many_messages_count_for_as_much_as_they_cost(
    house: House, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "SEARCH_MESSAGES", 30)
    people.plant(people.owner, ("Hello?",) * 9, count=60)
    page = house.conversations.portal.search(people.owner, "needle", closed=None, newest_first=True)
    assert page.position is not None
    assert 0 < page.looked <= portal.PAGE
    assert found(house, people.owner, "needle") == []


def test_one_very_long_conversation_is_searched_in_bounded_steps(
    house: House, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request reads so much of it and no more, then goes on where it was, and remembers the words it has found."""
    monkeypatch.setattr(searching, "SEARCH_MESSAGES", 100)
    monkeypatch.setattr(searching, "SEARCH_STEP", 40)
    said = ("The heron", *("Hello?",) * 500, "is broken.", *("Hello?",) * 20)
    people.plant(people.owner, ("The heron is broken.",), subject="Older")
    people.plant(people.owner, said, subject="Long")
    position: str | None = ""
    subjects: list[str] = []
    requests = looked = 0
    while position is not None:
        with recorded(house.clients.dynamodb) as calls:
            page = house.conversations.portal.search(
                people.owner, "broken heron", closed=None, newest_first=True, position=position or ""
            )
        assert len(calls) <= 6
        subjects += [row.subject for row in page.rows]
        looked += page.looked
        position = page.position
        requests += 1
    assert subjects == ["Long", "Older"]
    assert (looked, requests) == (2, 6)


def test_a_long_conversation_that_grows_meanwhile_loses_nothing(
    house: House, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message comes while it is searched step by step: that is looked at as well."""
    monkeypatch.setattr(searching, "SEARCH_MESSAGES", 100)
    people.plant(people.owner, ("The heron",), subject="Older")
    (head,) = people.plant(people.owner, ("Hello?",) * 300, subject="Long")
    page = house.conversations.portal.search(people.owner, "heron", closed=None, newest_first=True)
    people.answers(people.head(head.id), "Which heron?")
    subjects = []
    while page.position is not None:
        page = house.conversations.portal.search(
            people.owner, "heron", closed=None, newest_first=True, position=page.position
        )
        subjects += [row.subject for row in page.rows]
    assert subjects == ["Long", "Older"]


@pytest.mark.parametrize("every", [1, 2, 7])
def test_pages_of_hits_lose_none_and_repeat_none(
    house: House, people: People, search: Callable[..., list[str]], every: int
) -> None:
    """Hits fill a page in the middle of what was read; the next one begins right behind the last hit."""
    for number in range(1, 61):
        subject = f"Needle {number}" if number % every == 0 else f"Hay {number}"
        people.plant(people.owner, subject=subject)
    assert search(people.owner, "needle") == [f"Needle {n}" for n in range(60, 0, -1) if n % every == 0]
