"""The index of words: what it finds, what it costs, and that nothing shows, counts or stays that should not."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from bench.capacity import read_units
from chalicelib.aws import keys
from chalicelib.conversations import follower, indexing, searching
from chalicelib.conversations.follower import WordFollower, chosen
from chalicelib.conversations.incoming import ConversationToRecord, MessageToRecord
from chalicelib.conversations.model import Direction
from chalicelib.customers.model import Customer
from chalicelib.facts.model import Fact, Merged, Noted, Redacted, Renamed, Said
from chalicelib.finding import index as index_of_words
from chalicelib.finding.pages import unpacked
from chalicelib.finding.store import WordStore
from chalicelib.wiring import House
from tests.conversations.test_search import found
from tests.merging.test_merging import merge
from tests.people import START, Clock, People
from tests.wire import Call, meanwhile, recorded


def catch_up(house: House, customer: Customer) -> None:
    assert house.conversations.indexing.catch_up(customer.id, 60)


def told(house: House) -> None:
    """Let the consumers of facts know everything."""
    assert house.facts.telling.tell_all() == 0


def looked(house: House, customer: Customer, words: str) -> tuple[list[str], bool, list[Call]]:
    """Return what the first page of a search finds, whether that was everything, and its calls."""
    with recorded(house.clients.dynamodb) as calls:
        page = house.conversations.portal.search(customer, words, closed=None, newest_first=True)
    return [row.subject for row in page.rows], page.whole and page.position is None, calls


def indexed(house: House, customer: Customer) -> set[str]:
    """Return every word that lies anywhere in a customer's index."""
    words: set[str] = set()
    for item in house.table.walk(keys.of_words(customer.id), consistent=True):
        if "words" in item:
            words.update(unpacked(item["words"]))
    return words


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every message bring the index up to date."""
    monkeypatch.setattr(follower, "ONE_IN", 1)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a few conversations make an index of many pages and runs."""
    monkeypatch.setattr(index_of_words, "MOST_FRESH", 2)
    monkeypatch.setattr(index_of_words, "SEALED", 3_000)
    monkeypatch.setattr("chalicelib.finding.pages.PAGE", 120)
    monkeypatch.setattr(indexing, "STEP", 7)
    monkeypatch.setattr(indexing, "NEWEST", 5)


# what it finds


WORDS = [f"{a}{b}{c}" for a in ("ba", "be", "co", "con", "x") for b in ("r", "lt", "m") for c in ("", "a", "ing", "er")]


def test_an_index_in_many_pieces_finds_what_reading_finds(
    house: House, people: People, clock: Clock, small: None
) -> None:
    """Beginnings of one letter and whole words, one and several, after each piece that was added."""
    chance = random.Random(7)
    asked = ["b", "co", "con", "xmer", "bering", "comer baring", "x b", "ba be co", "belt xlting"]
    for _ in range(3):
        for _ in range(15):
            said = tuple(" ".join(chance.sample(WORDS, 6)) for _ in range(chance.randint(1, 4)))
            people.plant(people.owner, said, subject=f"Number {chance.randint(100, 999)}")
        catch_up(house, people.owner)
        clock.ahead(hours=1)
        for words in asked:
            _, _, calls = looked(house, people.owner, words)
            assert len(calls) <= 9
            assert found(house, people.owner, words) == plainly(house, people.owner, words)
    held = house.conversations.indexing.index.held(people.owner.id)
    assert len(held.runs) > 1
    assert sum(len(run.firsts) for run in held.runs) > 20


def plainly(house: House, customer: Customer, words: str) -> list[str]:
    """Return the subjects of conversations that have all the words, from every message there is."""
    rows, _ = house.conversations.store.rows(customer.id, closed=None, newest_first=True, position="", limit=500)
    result = []
    for row in rows:
        said = [row.subject, *(one.body for one in house.conversations.store.all_messages(row.id))]
        spoken = " ".join(said).lower().split()
        if all(any(word.startswith(one) for word in spoken) for one in words.split()):
            result.append(row.subject)
    return result


def test_what_came_since_is_found_at_once(house: House, people: People, clock: Clock) -> None:
    """A new conversation, a message in an old long one, and one in one that the index has of late."""
    (long,) = people.plant(people.owner, ("The heron", *("Hello?",) * 30), subject="Long")
    people.plant(people.owner, count=10)
    clock.ahead(hours=1)
    late = people.starts(people.owner, "Late", "The pelican")
    catch_up(house, people.owner)
    people.says(people.owner, late, "A cassowary")
    people.says(people.owner, long, "A kingfisher")
    people.starts(people.owner, "New", "An albatross")
    for words, subject in (
        ("pelican cassowary", "Late"),
        ("heron kingfisher", "Long"),
        ("kingfisher", "Long"),
        ("albatross", "New"),
        ("new alba", "New"),
    ):
        assert looked(house, people.owner, words)[:2] == ([subject], True)
    assert looked(house, people.owner, "heron albatross")[:2] == ([], True)


def test_very_many_newer_conversations_are_walked_through(
    house: House, people: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than one request asks about: those before are passed by unread, and nothing is lost."""
    monkeypatch.setattr(searching, "RECENT", 5)
    people.plant(people.owner, ("The heron",), subject="Old")
    people.plant(people.owner, count=60)
    clock.ahead(hours=1)
    catch_up(house, people.owner)
    people.plant(people.owner, ("Another heron",), count=9, subject="New {}")
    assert found(house, people.owner, "heron") == [*(f"New {n}" for n in range(9, 0, -1)), "Old"]
    _, _, calls = looked(house, people.owner, "heron")
    assert len(calls) <= 7


def test_many_hits_come_page_by_page(
    house: House, people: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether they are fetched by themselves or with the list."""
    people.plant(people.owner, ("The heron",), count=60, subject="Heron {}")
    people.plant(people.owner, count=30)
    clock.ahead(hours=1)
    catch_up(house, people.owner)
    wanted = [f"Heron {n}" for n in range(60, 0, -1)]
    assert found(house, people.owner, "heron") == wanted
    monkeypatch.setattr(searching, "CANDIDATES", 10)
    assert found(house, people.owner, "heron") == wanted
    assert found(house, people.owner, "heron", newest_first=False) == wanted[::-1]


def test_what_is_imported_is_found_wherever_it_stands(house: House, people: People, clock: Clock) -> None:
    """A conversation of the past, and a message of the past in one that the index has, are not among the newest."""
    head = people.starts(people.owner, "Order", "Hello?")
    clock.ahead(hours=2)
    people.plant(people.owner, count=3)
    catch_up(house, people.owner)
    token, _ = house.tokens.make("Import", ["conversation:write", "message:write"])
    intake = house.conversations.intake
    long_ago = clock.now - timedelta(days=900)
    intake.record(token, people.head(head.id), MessageToRecord(Direction.OUT, "Ann", "A pelican", at=long_ago))
    old, _ = intake.begin(token, people.owner.id, ConversationToRecord("Years ago", "email", created_at=long_ago))
    intake.record(token, old, MessageToRecord(Direction.IN, "Ann", "A cassowary", at=long_ago))
    told(house)
    assert looked(house, people.owner, "pelican hello")[:2] == (["Order"], True)
    assert looked(house, people.owner, "cassowary years")[:2] == (["Years ago"], True)


def test_one_message_in_eight_brings_the_index_up_to_date(
    house: House, people: People, clock: Clock, always: None
) -> None:
    """Here each does; the fact alone decides, so that a write knows whether anybody is to be told."""
    people.starts(people.owner, "First", "The heron")
    people.starts(people.owner, "Second", "The pelican")
    assert house.conversations.indexing.index.held(people.owner.id).number == 0
    told(house)
    assert {"heron", "pelican", "first"} <= indexed(house, people.owner)


def said(at: datetime, *, past: bool = False, place: str = "direct") -> Said:
    return Said(1, place, "in", "portal", "a" * 26, at, 20, 0, past=past)


ONE_IN = follower.ONE_IN


def test_which_facts_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower, "ONE_IN", ONE_IN)
    moments = [START + timedelta(seconds=number) for number in range(4_000)]
    assert 350 < sum(chosen(said(at)) for at in moments) < 650
    assert all(chosen(said(at)) == WordFollower.wants(said(at)) for at in moments[:50])
    wanted: list[Fact] = [said(START, past=True), Renamed("a"), Merged("a", "b"), Redacted("a", "whole", 1, "direct")]
    assert all(map(WordFollower.wants, wanted))
    others: list[Fact] = [
        said(START, past=True, place="public"),
        Redacted("a", "whole", 1, "public"),
        Redacted("a", "whole", note_id="b"),
        Noted("a", "b", START),
    ]
    assert not any(map(WordFollower.wants, others))


# what it costs


def test_a_search_in_vain_costs_the_same_however_many_there_are(house: House, people: People, clock: Clock) -> None:
    """In calls, and in units of reading; up to date or with something newer."""
    costs = set()
    for count in (10, 200):
        people.plant(people.owner, ("The heron is broken.", "Which heron?", "The other one."), count=count)
        clock.ahead(hours=1)
        catch_up(house, people.owner)
        for newer in (0, 8):
            if newer:
                people.plant(people.owner, count=newer)
            for words in ("giraffe", "giraffe zebra heron", "brokenly other"):
                subjects, whole, calls = looked(house, people.owner, words)
                assert (subjects, whole) == ([], True)
                assert len(calls) <= 4
                units = sum(read_units(call.operation, call.request, call.answer) for call in calls)
                assert units <= 16
                costs.add(units)
    assert max(costs) - min(costs) <= 10


# what it must not do


def test_what_is_redacted_is_gone_at_once_and_from_the_index_when_told(
    house: House, people: People, clock: Clock, small: None
) -> None:
    people.plant(people.owner, ("Nothing of that kind",), count=20)
    (head,) = people.plant(people.owner, ("My card is swordfish-4111.", "Which heron?"), subject="Paying")
    people.plant(people.owner, ("A heron",), count=20, subject="Other {}")
    clock.ahead(hours=1)
    catch_up(house, people.owner)
    assert "swordfish" in indexed(house, people.owner)
    house.conversations.desk.redact(people.agent, people.head(head.id), 1, part="swordfish-4111")
    assert looked(house, people.owner, "swordfish")[0] == []
    told(house)
    assert not {"swordfish", "4111", "swordfish4111"} & indexed(house, people.owner)
    assert looked(house, people.owner, "swordfish")[0] == []
    assert looked(house, people.owner, "card heron")[0] == ["Paying"]
    assert len(found(house, people.owner, "heron")) == 21


def test_an_old_subject_goes_as_well(house: House, people: People, clock: Clock) -> None:
    head = people.starts(people.owner, "About swordfish", "Hello?")
    clock.ahead(hours=1)
    catch_up(house, people.owner)
    house.conversations.desk.rename(people.agent, people.head(head.id), "About herons")
    assert looked(house, people.owner, "swordfish")[0] == []
    assert looked(house, people.owner, "herons")[0] == []  # until it is told, seconds later
    told(house)
    assert looked(house, people.owner, "herons")[0] == ["About herons"]
    assert "swordfish" not in indexed(house, people.owner)
    assert looked(house, people.owner, "hello")[0] == ["About herons"]


def test_notes_and_public_comments_are_in_no_index(house: House, people: People, clock: Clock, always: None) -> None:
    (head,) = people.plant(people.owner, ("The heron",), channel="twitter")
    token, _ = house.tokens.make("Import", ["message:write"])
    public = MessageToRecord(Direction.IN, "Ann", "A giraffe", "twitter", "public")
    house.conversations.intake.record(token, people.head(head.id), public)
    people.notes(head, "Looks like a zebra")
    people.says(people.owner, head, "A pelican")
    told(house)
    words = indexed(house, people.owner)
    assert {"heron", "pelican"} <= words
    assert not {"giraffe", "zebra"} & words
    for hidden in ("giraffe", "zebra"):
        assert looked(house, people.owner, hidden)[0] == []


def test_an_index_that_is_wrong_shows_nobody_elses(house: House, people: People, clock: Clock) -> None:
    """Whose a conversation is, its head says, and its messages what it has."""
    (theirs,) = people.plant(people.stranger, ("The heron",), subject="Theirs")
    people.plant(people.owner, ("Hello?",), subject="Mine")
    clock.ahead(hours=1)
    catch_up(house, people.owner)
    words = house.conversations.indexing.index
    words.include(people.owner.id, theirs.id, {"heron"})
    (mine,) = house.conversations.store.rows(people.owner.id, closed=None, newest_first=True, position="", limit=5)[0]
    words.include(people.owner.id, mine.id, {"heron"})
    assert looked(house, people.owner, "heron")[:2] == ([], True)


def test_the_index_follows_a_merge(house: House, people: People, clock: Clock) -> None:
    """The one who stays finds everything, and of the other's index nothing remains."""
    people.plant(people.colleague, ("The pelican", "Which pelican?"), count=3, subject="Pelican {}")
    clock.ahead(hours=1)
    people.plant(people.owner, ("The heron",), count=3)
    clock.ahead(hours=1)
    catch_up(house, people.owner)
    catch_up(house, people.colleague)
    assert merge(house, people.fresh(people.colleague), people.fresh(people.owner))
    told(house)
    assert looked(house, people.owner, "pelican")[:2] == (["Pelican 3", "Pelican 2", "Pelican 1"], True)
    assert indexed(house, people.colleague) == set()
    assert not list(house.table.walk(keys.of_words(people.colleague.id), consistent=True))


# twice, at once, killed


def test_a_fact_told_twice_is_no_fault(house: House, people: People, clock: Clock, small: None) -> None:
    people.plant(people.owner, ("The heron",), count=8)
    clock.ahead(hours=1)
    head = people.starts(people.owner, "Once", "The pelican")
    house.conversations.desk.rename(people.agent, head, "Twice")
    told(house)
    for entry in house.facts.telling.store.after(head.id, 0) * 3:
        house.conversations.indexing.follow(entry)
    catch_up(house, people.owner)
    assert looked(house, people.owner, "twice pelican")[:2] == (["Twice"], True)
    assert len(found(house, people.owner, "heron")) == 8


def test_who_is_overtaken_adds_again(house: House, people: People, clock: Clock, small: None) -> None:
    """Somebody else adds, puts together or takes out between what a worker reads and what it writes."""
    people.plant(people.owner, ("The heron",), count=20, subject="Heron {}")
    clock.ahead(hours=1)
    head = people.starts(people.owner, "Old", "The swordfish")
    clock.ahead(hours=1)
    index = house.conversations.indexing.index
    acts = [
        lambda: index.include(people.owner.id, head.id, {"added"}),
        lambda: index.settle(people.owner.id),
        lambda: house.conversations.indexing.catch_up(people.owner.id, 60),
        lambda: index.rewrite(people.owner.id, head.id, lambda _: {"old", "pelican"}),
    ]
    for act in acts:
        for operation in ("PutItem", "BatchWriteItem"):
            people.plant(people.owner, ("The heron",), count=3, subject="Late {}")
            with meanwhile(house.clients.dynamodb, operation, act):
                catch_up(house, people.owner)
            clock.ahead(hours=1)
    assert len(plainly(house, people.owner, "heron")) == 44
    assert found(house, people.owner, "heron") == plainly(house, people.owner, "heron")
    assert {"pelican", "heron"} <= indexed(house, people.owner)
    house.conversations.desk.redact(people.agent, people.head(head.id), 1)
    told(house)
    assert not {"swordfish", "pelican", "added"} & indexed(house, people.owner)


def test_a_kill_loses_nothing_and_leaves_no_words_behind(
    house: House, people: People, clock: Clock, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After pages were written that nothing counts yet: taking a word out finds them."""
    head = people.starts(people.owner, "Old", "The swordfish")
    people.plant(people.owner, ("The heron",), count=20, subject="Heron {}")
    clock.ahead(hours=1)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(WordStore, "put_state", killed)
        with pytest.raises(KeyboardInterrupt):
            catch_up(house, people.owner)
    assert list(house.table.walk(keys.of_words(people.owner.id), prefix=keys.WORD_PAGES, consistent=True))
    assert len(found(house, people.owner, "heron")) == 20
    house.conversations.desk.redact(people.agent, people.head(head.id), 1)
    told(house)
    catch_up(house, people.owner)
    assert "swordfish" not in indexed(house, people.owner)
    assert len(found(house, people.owner, "heron")) == 20


def test_pages_that_are_put_together_anew_meanwhile_are_read_again(
    house: House, people: People, clock: Clock, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A search has read which pages there are; before it reads them they are gone."""
    people.plant(people.owner, ("The heron",), count=20, subject="Heron {}")
    clock.ahead(hours=1)
    catch_up(house, people.owner)
    runs = house.conversations.indexing.index.held(people.owner.id).runs
    assert runs
    for limit in ("SEALED", "MOST_FRESH", "MOST_FRESH_BYTES"):
        monkeypatch.setattr(index_of_words, limit, 10**9)
    people.plant(people.owner, ("The pelican and many other birds of the sea",), count=60)
    clock.ahead(hours=1)
    catch_up(house, people.owner)
    monkeypatch.setattr(index_of_words, "ALIKE", 2)
    with meanwhile(
        house.clients.dynamodb, "BatchGetItem", lambda: house.conversations.indexing.index.settle(people.owner.id)
    ) as done:
        page = house.conversations.portal.search(people.owner, "heron", closed=None, newest_first=True)
    assert done
    assert not set(runs) & set(house.conversations.indexing.index.held(people.owner.id).runs)
    assert (len(page.rows), page.whole) == (20, True)
