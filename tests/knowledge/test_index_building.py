"""Search knows what is published soon after it is, from indexes that a queue's function builds and swaps in whole."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.aws import keys
from chalicelib.aws.table import Update
from chalicelib.knowledge import index_builds, public_list
from chalicelib.knowledge.index_state import place
from chalicelib.knowledge.model import Scope, Sight
from chalicelib.refusals import Unavailable
from chalicelib.wiring import House
from local import workers
from tests.emulators import Stage
from tests.knowledge.library import KnowledgeBase
from tests.people import Clock


@pytest.fixture
def base(any_house: House) -> KnowledgeBase:
    """A knowledge base on both emulators."""
    return KnowledgeBase(any_house)


def titles(house: House, q: str, sight: Sight = Sight.PUBLIC) -> list[str]:
    return [hit.title for hit in house.knowledge.search.find(q, sight, "en").hits]


def stored(stage: Stage) -> list[str]:
    """Return the indexes that lie in the bucket."""
    bucket = stage.environment["FOYER_ATTACHMENT_BUCKET"]
    return sorted(one["Key"] for one in stage.admin("s3").list_objects_v2(Bucket=bucket).get("Contents", []))


def test_what_is_published_is_found_after_a_build(base: KnowledgeBase) -> None:
    house = base.house
    assert titles(house, "bulb") == []
    base.publish("Change the bulb")
    assert titles(house, "bulb") == []
    assert house.knowledge.index_builds.build()
    assert titles(house, "bulb") == ["Change the bulb"]


def test_a_newer_index_is_used_at_once(base: KnowledgeBase) -> None:
    """A process that has an index open asks with each search whether it is still the newest."""
    house = base.house
    base.publish("Change the bulb")
    house.knowledge.index_builds.build()
    assert titles(house, "shade") == []
    base.publish("Clean the shade")
    house.knowledge.index_builds.build()
    assert titles(house, "shade") == ["Clean the shade"]


def test_what_is_no_longer_published_is_no_longer_found(base: KnowledgeBase) -> None:
    house = base.house
    article = base.publish("Change the bulb")
    house.knowledge.index_builds.build()
    base.change(article, scope=Scope.INTERNAL)
    house.knowledge.index_builds.build()
    assert titles(house, "bulb") == []
    assert titles(house, "bulb", Sight.STAFF) == ["Change the bulb"]


def test_a_text_that_was_changed_is_not_quoted_as_it_was(base: KnowledgeBase, clock: Clock) -> None:
    """Between a publication and the build after it, hits have the title and summary of now."""
    house = base.house
    article = base.publish("Change the bulb", "Call Ms Zeller at home. The bulb is under the shade.")
    base.publish("Bulbs of others", "Bulb by bulb.")
    clock.ahead(minutes=1)
    house.knowledge.index_builds.build()
    clock.ahead(minutes=1)
    assert "Zeller" in str(house.knowledge.search.find("bulb", Sight.PUBLIC, "en").hits)
    base.translate(article, "en", "Swap the bulb", "Under the shade.", "Two <b>minutes</b>.")
    now, other = sorted(house.knowledge.search.find("bulb", Sight.PUBLIC, "en").hits, reverse=True)
    assert (now.title, str(now.snippet)) == ("Swap the bulb", "Two &lt;b&gt;minutes&lt;/b&gt;.")
    assert "<mark>" in other.snippet, "what did not change is quoted"
    house.knowledge.index_builds.build()
    assert "Zeller" not in str(house.knowledge.search.find("bulb", Sight.PUBLIC, "en").hits)


def test_an_article_at_a_new_address_is_shown_where_it_is(base: KnowledgeBase) -> None:
    """And not at all where it has no such language there any more."""
    house = base.house
    article = base.publish("Change the bulb", slug="bulb")
    base.translate(article, "de", "Birne wechseln")
    house.knowledge.index_builds.build()
    base.change(article, slug="bulbs")
    (hit,) = house.knowledge.search.find("birne", Sight.PUBLIC, "de").hits
    assert hit.slug == "bulbs"
    house.knowledge.editing.unpublish(OPERATOR, article.id, "de")
    assert house.knowledge.search.find("birne", Sight.PUBLIC, "de").hits == ()


def test_a_hit_names_category_scope_and_language(base: KnowledgeBase) -> None:
    house = base.house
    article = base.publish("Change the bulb", "Switch it off first.")
    base.translate(article, "de", "Die Glühbirne wechseln", "Zuerst ausschalten.")
    house.knowledge.index_builds.build()
    (hit,) = house.knowledge.search.find("gluhbirne", Sight.PUBLIC, "de").hits
    assert (hit.slug, hit.title, hit.category) == (article.slug, "Die Glühbirne wechseln", "Lamps")
    assert (hit.scope, hit.language) == (Scope.PUBLIC, "de")


def test_building_again_without_need_does_nothing(base: KnowledgeBase) -> None:
    """Of ten messages that ten publications sent, one builds."""
    base.publish()
    assert base.house.knowledge.index_builds.build()
    assert not base.house.knowledge.index_builds.build()


def test_publishing_asks_the_queue(ministack_stage: Stage, house: House) -> None:
    """The message that publishing sends reaches the function, which builds."""
    import app

    KnowledgeBase(house).publish("Change the bulb")
    queue = house.settings.index_queue
    done = workers.drain(app, ministack_stage.product("sqs"), queue)
    assert done.done
    assert not done.failed
    assert titles(house, "bulb") == ["Change the bulb"]


def test_a_lost_message_is_sent_again_by_the_sweeper(ministack_stage: Stage, house: House, clock: Clock) -> None:
    """Not at once, since a build takes a while; then once in two minutes, until there is an index."""
    import app

    sqs, queue = ministack_stage.product("sqs"), house.settings.index_queue
    KnowledgeBase(house).publish("Change the bulb")
    workers.drain(Deaf(), sqs, queue)
    assert not house.knowledge.index_builds.sweep(clock())
    assert not house.knowledge.index_builds.sweep(clock.ahead(minutes=1))
    assert house.knowledge.index_builds.sweep(clock.ahead(minutes=2))
    assert not house.knowledge.index_builds.sweep(clock())
    assert workers.drain(app, sqs, queue) == (1, 0)
    assert not house.knowledge.index_builds.sweep(clock.ahead(minutes=30))
    assert titles(house, "bulb") == ["Change the bulb"]


def test_operators_hear_of_an_index_that_is_not_built(base: KnowledgeBase, clock: Clock) -> None:
    """After a quarter of an hour the sweep fails, which an alarm watches; it has asked again all the same."""
    base.publish()
    base.house.knowledge.index_builds.sweep(clock())
    base.house.knowledge.index_builds.sweep(clock.ahead(minutes=3))
    with pytest.raises(index_builds.Overdue):
        base.house.knowledge.index_builds.sweep(clock.ahead(minutes=15))
    base.house.knowledge.index_builds.build()
    assert not base.house.knowledge.index_builds.sweep(clock.ahead(minutes=3))


def test_an_index_that_is_gone_is_built_anew(base: KnowledgeBase, clock: Clock) -> None:
    """A table that was restored names an index that was removed since: the first search asks for another one, once."""
    house = base.house
    base.publish("Change the bulb")
    house.knowledge.index_builds.build()
    for scope in Scope:
        house.files.delete(place(scope, house.knowledge.index_builds.state().number))
    for _ in range(2):
        with pytest.raises(Unavailable):
            titles(house, "bulb")
    state = house.knowledge.index_builds.state()
    assert state.wanted == state.built + 1
    house.knowledge.index_builds.sweep(clock())
    assert house.knowledge.index_builds.sweep(clock.ahead(minutes=3))
    assert house.knowledge.index_builds.build()
    assert titles(house, "bulb") == ["Change the bulb"]


def test_an_index_of_an_earlier_version_is_built_anew_once(
    base: KnowledgeBase, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a deployment that folds words otherwise nobody has to publish something; the old one is used meanwhile."""
    house = base.house
    base.publish("Change the bulb")
    house.knowledge.index_builds.build()
    old = house.knowledge.index_builds.state()
    monkeypatch.setattr(index_builds, "FORMAT", old.format + 1)
    house.knowledge.index_builds.sweep(clock())
    assert titles(house, "bulb") == ["Change the bulb"]
    assert house.knowledge.index_builds.sweep(clock.ahead(minutes=3))
    assert house.knowledge.index_builds.build()
    new = house.knowledge.index_builds.state()
    assert (new.number, new.format) == (old.number + 1, old.format + 1)
    assert not house.knowledge.index_builds.sweep(clock.ahead(minutes=3))
    assert house.knowledge.index_builds.state() == new


def test_a_build_that_is_killed_leaves_the_old_index_in_use(
    base: KnowledgeBase, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before the swap: readers find what they found, and the next build leaves nothing of the dead one."""
    house = base.house
    base.publish("Change the bulb")
    house.knowledge.index_builds.build()
    base.publish("Clean the shade")
    with monkeypatch.context() as patch:
        patch.setattr(house.table, "write", _killed)
        with pytest.raises(KeyboardInterrupt):
            house.knowledge.index_builds.build()
    assert titles(house, "bulb") == ["Change the bulb"]
    assert titles(house, "shade") == []
    assert house.knowledge.index_builds.build()
    assert titles(house, "shade") == ["Clean the shade"]
    base.publish("Dim the light")
    house.knowledge.index_builds.build()
    files = [[public_list.place(number), *(place(scope, number) for scope in Scope)] for number in (3, 4)]
    assert stored(stage) == sorted(files[0] + files[1])


def test_of_two_builds_at_once_the_newest_is_used(base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    """One begins, another article is published and a second build overtakes it: the first changes nothing then."""
    house = base.house
    base.publish("Change the bulb")
    put_file, overtaken = house.files.put_file, []

    def overtaking(key: str, *rest: object) -> None:
        put_file(key, *rest)  # type: ignore[arg-type]
        if not overtaken:
            overtaken.append(key)
            base.publish("Clean the shade")
            assert house.knowledge.index_builds.build()

    monkeypatch.setattr(house.files, "put_file", overtaking)
    assert not house.knowledge.index_builds.build()
    assert titles(house, "shade") == ["Clean the shade"]
    state = house.knowledge.index_builds.state()
    assert (state.built, state.number) == (state.wanted, 2)


def test_a_slow_build_is_followed_by_one_with_what_came_meanwhile(
    base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is published while a build runs is not taken for built."""
    house = base.house
    base.publish("Change the bulb")
    put_file = house.files.put_file

    def meanwhile(key: str, *rest: object) -> None:
        put_file(key, *rest)  # type: ignore[arg-type]
        if "internal" in key:
            base.publish("Clean the shade")

    with monkeypatch.context() as patch:
        patch.setattr(house.files, "put_file", meanwhile)
        assert house.knowledge.index_builds.build()
    state = house.knowledge.index_builds.state()
    assert state.built < state.wanted
    assert house.knowledge.index_builds.build()
    assert titles(house, "shade") == ["Clean the shade"]


def test_an_index_that_went_while_it_was_asked_for_is_asked_for_again(base: KnowledgeBase) -> None:
    """What a search knows of the state may be a little old: then the index it names is gone."""
    house = base.house
    base.publish("Change the bulb")
    house.knowledge.index_builds.build()
    old = house.knowledge.index_builds.state()
    for number in range(2):
        base.publish(f"Change bulb {number}")
        house.knowledge.index_builds.build()
    assert house.knowledge.search.find("bulb", Sight.PUBLIC, "en", state=old).total == 3


def test_an_index_that_is_damaged_is_a_refusal(base: KnowledgeBase) -> None:
    """It says to try again, and the search after the next build works."""
    house = base.house
    base.publish("Change the bulb")
    house.knowledge.index_builds.build()
    house.files.put(place(Scope.PUBLIC, 1), b"not a database" * 1_000, "application/vnd.sqlite3")
    with pytest.raises(Unavailable):
        titles(house, "bulb")
    base.publish("Clean the shade")
    house.knowledge.index_builds.build()
    assert titles(house, "shade") == ["Clean the shade"]


def test_two_builds_end_with_what_was_published_last(house: House) -> None:
    """Run at the same time on threads of their own, on an emulator that tells who was first."""
    base = KnowledgeBase(house)
    base.publish("Change the bulb")
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: house.knowledge.index_builds.build(), range(4)))
    assert sum(done) >= 1
    state = house.knowledge.index_builds.state()
    assert state.built == state.wanted
    assert titles(house, "bulb") == ["Change the bulb"]


def test_an_import_of_articles_is_one_publication(house: House) -> None:
    """Whatever counts the state up is followed by a build of everything."""
    house.table.write(Update(keys.search_state(), add={"wanted": 1}))
    assert house.knowledge.index_builds.build()
    assert house.knowledge.search.find("bulb", Sight.STAFF, "en").total == 0


class Deaf:
    """A function that takes a message and does nothing, as one that ran out of memory."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        """Return a function of any name."""
        return lambda event, context: None


def _killed(*_: object) -> None:
    raise KeyboardInterrupt
