"""Writing, publishing, taking back and moving articles: what readers find follows in the same write."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.audit.model import OPERATOR, Author
from chalicelib.aws import article_keys, keys
from chalicelib.knowledge.article import Article, Content
from chalicelib.knowledge.model import MAX_FEATURED, Scope, Sight
from chalicelib.refusals import CategoryNotEmpty, ChangedMeanwhile, Moved, NotFound, SettingRefused, Unavailable
from chalicelib.wiring import House
from tests.knowledge.library import KnowledgeBase
from tests.people import Clock
from tests.wire import recorded

ELLIS = Author("01hstaff000000000000000001", "Ellis Moreau", "192.0.2.7")
ALL = tuple(Sight)


def unseen(house: House, slug: str, *sights: Sight) -> bool:
    """Tell whether an article is as absent as one that never was."""
    for sight in sights:
        for asked in (slug, "never-was"):
            with pytest.raises(NotFound):
                house.knowledge.reading.article(asked, sight, "en", "en")
    return True


def test_an_article_from_draft_to_archive(any_house: House) -> None:
    """Each step, as readers find it; and the counts tell the truth at each."""
    kb, editing, library = KnowledgeBase(any_house), any_house.knowledge.editing, any_house.knowledge.reading
    article = editing.create(ELLIS, "Change the bulb", kb.category().id, scope=Scope.PUBLIC, language="en")
    assert unseen(any_house, "change-the-bulb", *ALL)
    assert library.home(Sight.STAFF, "en").places == ()
    editing.publish(ELLIS, article.id, "en", Content("Change the bulb", "How.", "## Off\n\nSwitch it off."), 1)
    shown = library.article("change-the-bulb", Sight.PUBLIC, "de", "en")
    assert (shown.language, shown.title, shown.summary) == ("en", "Change the bulb", "How.")
    assert shown.html == '<h2 id="s-off">Off</h2>\n<p>Switch it off.</p>\n'
    assert [place.name for place in shown.path] == ["Lamps"]
    editing.save(ELLIS, article.id, "en", Content("Change it", "", "Secret plans."), 2)
    assert library.article("change-the-bulb", Sight.PUBLIC, "en").title == "Change the bulb"
    assert editing.get(article.id).state == "changed"
    kb.translate(article, "de", "Birne wechseln", "Ausschalten.")
    assert library.counts(Scope.PUBLIC) == {"en": 1, "de": 1}
    assert library.home(Sight.PUBLIC, "de").places[0].count == 1
    editing.unpublish(ELLIS, article.id, "en")
    assert library.article("change-the-bulb", Sight.PUBLIC, "en", "en").language == "de"
    editing.archive(ELLIS, article.id)
    assert unseen(any_house, "change-the-bulb", *ALL)
    assert library.counts(Scope.PUBLIC) == {}
    assert [*library.everything(Scope.PUBLIC)] == []
    with pytest.raises(SettingRefused, match="archived"):
        editing.publish(ELLIS, article.id, "en", Content("A", "", "b"), 3)
    editing.bring_back(ELLIS, article.id)
    assert editing.get(article.id).state == "draft"
    assert editing.store.drafts(article.id, ["en"])["en"].content.body == "Secret plans."
    with pytest.raises(SettingRefused, match="Archive"):
        editing.delete(ELLIS, article.id)
    editing.archive(ELLIS, article.id)
    editing.delete(ELLIS, article.id)
    assert [*any_house.table.walk(article_keys.article(article.id).pk)] == []
    assert any_house.knowledge.categories.counts_later(any_house.table.together(consistent=True))() == {
        kb.category().id: 0
    }


def test_versions_are_kept_compared_and_restored(any_house: House) -> None:
    kb, editing = KnowledgeBase(any_house), any_house.knowledge.editing
    article = kb.publish("One", "First.")
    kb.translate(article, "en", "Two", "Second.")
    assert [
        (one.number, one.content.title)
        for one in editing.store.versions_later(any_house.table.together(), article.id, "en")()[0]
    ] == [
        (2, "Two"),
        (1, "One"),
    ]
    editing.restore(ELLIS, article.id, "en", 1, 3)
    assert editing.store.drafts(article.id, ["en"])["en"].content == Content("One", "", "First.")
    assert any_house.knowledge.reading.article("one", Sight.PUBLIC, "en").title == "Two"
    with pytest.raises(NotFound):
        editing.restore(ELLIS, article.id, "en", 9, 4)


def test_a_draft_saved_meanwhile_is_not_written_over(any_house: House) -> None:
    """Whoever began from an older draft is told; another language's draft is nobody's clash."""
    kb, editing = KnowledgeBase(any_house), any_house.knowledge.editing
    article = kb.publish("One", "First.")
    editing.save(ELLIS, article.id, "en", Content("Mine", "", "Mine."), 2)
    for act in (editing.save, editing.publish):
        with pytest.raises(ChangedMeanwhile):
            act(OPERATOR, article.id, "en", Content("Theirs", "", "Theirs."), 2)
    editing.save(OPERATOR, article.id, "de", Content("Eins", "", "Erstens."), 0)
    assert editing.store.drafts(article.id, ["en", "de"])["en"].content.title == "Mine"
    assert any_house.knowledge.reading.article("one", Sight.PUBLIC, "en").title == "One"


def test_editors_of_six_languages_publish_at_once(house: House) -> None:
    """All of it arrives, no count is lost, and the audit log has an entry of each."""
    kb = KnowledgeBase(house)
    article = kb.publish("One", "First.")
    others = ("de", "fr", "es", "ja", "ar")
    with ThreadPoolExecutor(5) as pool:
        results = [pool.submit(kb.translate, article, language, f"One in {language}") for language in others]
    failed = [one.exception() for one in results if one.exception()]
    assert all(isinstance(one, ChangedMeanwhile) for one in failed)
    published = {
        language
        for language in ("en", *others)
        if (e := house.knowledge.editing.get(article.id).editions.get(language)) and e.shown
    }
    assert len(published) == 6 - len(failed) >= 2
    assert house.knowledge.reading.counts(Scope.PUBLIC) == dict.fromkeys(sorted(published), 1)
    assert house.knowledge.reading.article("one", Sight.PUBLIC, "en").languages.keys() == published


def test_what_is_published_again_makes_translations_out_of_date(any_house: House) -> None:
    kb = KnowledgeBase(any_house)
    article = kb.publish("One", "First.")
    kb.translate(article, "de", "Eins")
    assert not any_house.knowledge.reading.article("one", Sight.PUBLIC, "de", "en").outdated
    kb.translate(article, "en", "One, again")
    assert any_house.knowledge.reading.article("one", Sight.PUBLIC, "de", "en").outdated
    assert not any_house.knowledge.reading.article("one", Sight.PUBLIC, "en", "en").outdated
    assert any_house.knowledge.editing.get(article.id).outdated("de", "en")
    kb.translate(article, "de", "Eins, nochmals")
    assert not any_house.knowledge.reading.article("one", Sight.PUBLIC, "de", "en").outdated


def test_readers_find_the_second_article_of_a_long_title(any_house: House) -> None:
    """Its address is cut where two words meet, and is one all the same."""
    kb = KnowledgeBase(any_house)
    title = f"{'a' * 77} bb"
    first, second = kb.publish(title), kb.publish(title)
    assert first.slug != second.slug
    assert any_house.knowledge.reading.article(second.slug, Sight.PUBLIC, "en").title == title


def test_old_addresses_lead_to_the_new_one(any_house: House) -> None:
    """And to nothing for whoever may not see the article any more; nobody else can have them."""
    kb = KnowledgeBase(any_house)
    article = kb.publish("One", "First.", slug="one")
    kb.change(article, slug="two")
    kb.change(article, slug="three")
    for old in ("one", "two"):
        with pytest.raises(Moved) as moved:
            any_house.knowledge.reading.article(old, Sight.PUBLIC, "en")
        assert moved.value.slug == "three"
        with pytest.raises(SettingRefused) as taken:
            kb.publish("Another", slug=old)
        assert taken.value.field == "slug"
    kb.change(article, slug="one")
    assert any_house.knowledge.reading.article("one", Sight.PUBLIC, "en").slug == "one"
    kb.change(article, scope=Scope.INTERNAL)
    assert all(unseen(any_house, slug, Sight.PUBLIC) for slug in ("one", "two", "three"))
    with pytest.raises(Moved):
        any_house.knowledge.reading.article("three", Sight.STAFF, "en")


def test_an_internal_article_is_in_no_read_of_the_public(any_house: House) -> None:
    """By address, list, count, front page, related, and in every partition that a public read asks for."""
    kb, library = KnowledgeBase(any_house), any_house.knowledge.reading
    kb.publish("Open", "Word.", slug="open")
    hidden = kb.publish("Hushhush", "Xyzzy.", slug="hidden", scope=Scope.INTERNAL, featured=True)
    kb.translate(hidden, "de", "Xyzzy auf Deutsch", "Xyzzy.")
    kb.publish("Deep", "Xyzzy.", slug="deep", scope=Scope.INTERNAL, category="Hushhush only")
    assert unseen(any_house, "hidden", Sight.PUBLIC)
    with pytest.raises(NotFound):
        library.category("hushhush-only", Sight.PUBLIC, "en")
    with recorded(any_house.clients.dynamodb) as calls:
        said = [
            library.home(Sight.PUBLIC, "de"),
            library.category("lamps", Sight.PUBLIC, "de"),
            library.article("open", Sight.PUBLIC, "de"),
            [*library.cards(Scope.PUBLIC)],
            [*library.everything(Scope.PUBLIC)],
            library.counts(Scope.PUBLIC),
        ]
    assert not any(word in str(said) for word in ("Hushhush", "Xyzzy", "internal"))
    assert "KB#internal" not in str([one.request for one in calls])
    assert said[0].places[0].count == 1  # type: ignore[attr-defined]
    staff = library.home(Sight.STAFF, "de")
    assert [(place.slug, place.count) for place in staff.places] == [("lamps", 2), ("hushhush-only", 1)]
    assert [row.title for row in staff.featured] == ["Xyzzy auf Deutsch"]
    alone = library.category("lamps", Sight.INTERNAL_ONLY, "en")
    assert [row.slug for row in alone.rows] == ["hidden"]
    assert unseen(any_house, "open", Sight.INTERNAL_ONLY)


def test_taking_an_article_from_everybody_takes_all_languages(any_house: House) -> None:
    kb, library = KnowledgeBase(any_house), any_house.knowledge.reading
    article = kb.publish("One", "First.", featured=True)
    kb.translate(article, "ja", "いち")
    kb.change(article, scope=Scope.INTERNAL)
    assert library.home(Sight.PUBLIC, "en") == library.home(Sight.PUBLIC, "ja")
    assert library.home(Sight.PUBLIC, "en").featured == ()
    assert unseen(any_house, "one", Sight.PUBLIC)
    assert library.article("one", Sight.STAFF, "ja").title == "いち"
    assert library.counts(Scope.PUBLIC) == {}
    kb.change(article, scope=Scope.PUBLIC)
    assert library.article("one", Sight.PUBLIC, "ja").title == "いち"
    assert library.counts(Scope.INTERNAL) == {}


def test_internal_articles_need_the_internal_kb(any_house: House) -> None:
    kb = KnowledgeBase(any_house)
    article = kb.publish()
    any_house.portal.settings.change(internal_kb=False)
    with pytest.raises(SettingRefused) as refused:
        kb.publish("Two", scope=Scope.INTERNAL)
    assert refused.value.field == "scope"
    with pytest.raises(SettingRefused):
        kb.change(article, scope=Scope.INTERNAL)


def test_what_was_scheduled_happens_with_the_draft_as_it_is_then(any_house: House, clock: Clock) -> None:
    kb, editing = KnowledgeBase(any_house), any_house.knowledge.editing
    article = editing.create(ELLIS, "Soon", kb.category().id, scope=Scope.PUBLIC, language="en")
    at = clock.now + timedelta(hours=2)
    with pytest.raises(SettingRefused) as refused:
        editing.schedule(ELLIS, article.id, "en", what="publish", at=at)
    assert refused.value.field == "body"
    editing.save(ELLIS, article.id, "en", Content("Soon", "", "First."), 1)
    editing.schedule(ELLIS, article.id, "en", what="publish", at=at)
    editing.schedule(ELLIS, article.id, "en", what="unpublish", at=at + timedelta(days=1))
    editing.save(ELLIS, article.id, "en", Content("Soon", "", "Second."), 2)
    assert editing.sweep(clock.ahead(hours=1)) == 0
    assert unseen(any_house, "soon", *ALL)
    assert editing.sweep(clock.ahead(hours=2)) == 1
    assert "Second." in any_house.knowledge.reading.article("soon", Sight.PUBLIC, "en").html
    assert editing.sweep(clock.ahead(hours=1)) == 0
    assert editing.sweep(clock.ahead(days=1)) == 1
    assert unseen(any_house, "soon", *ALL)
    assert editing.get(article.id).editions["en"].unpublish_at is None


def test_what_cannot_happen_as_scheduled_is_called_off_and_told(any_house: House, clock: Clock) -> None:
    kb, editing = KnowledgeBase(any_house), any_house.knowledge.editing
    article = editing.create(ELLIS, "Soon", kb.category().id, scope=Scope.PUBLIC, language="en")
    editing.save(ELLIS, article.id, "en", Content("Soon", "", "First."), 1)
    editing.schedule(ELLIS, article.id, "en", what="publish", at=clock.now + timedelta(hours=1))
    editing.save(ELLIS, article.id, "en", Content("", "", "No title."), 2)
    editing.sweep(clock.ahead(hours=2))
    edition = editing.get(article.id).editions["en"]
    assert edition.publish_at is None
    assert "title" in edition.trouble
    assert editing.sweep(clock.ahead(hours=1)) == 0


def test_a_break_that_was_set_ends_as_it_was_set(any_house: House, clock: Clock) -> None:
    """Unpublished on one day and published again on another; who unpublishes by hand calls both off."""
    kb, editing = KnowledgeBase(any_house), any_house.knowledge.editing
    article = kb.publish("Winter hours", "Open at nine.")
    for _ in range(2):
        editing.schedule(ELLIS, article.id, "en", what="unpublish", at=clock.now + timedelta(days=1))
        editing.schedule(ELLIS, article.id, "en", what="publish", at=clock.now + timedelta(days=3))
        assert editing.sweep(clock.ahead(days=2)) == 1
        assert unseen(any_house, "winter-hours", *ALL)
        assert editing.sweep(clock.ahead(days=2)) == 1
        assert any_house.knowledge.reading.article("winter-hours", Sight.PUBLIC, "en")
    editing.schedule(ELLIS, article.id, "en", what="publish", at=clock.now + timedelta(days=1))
    editing.unpublish(ELLIS, article.id, "en")
    assert editing.sweep(clock.ahead(days=2)) == 0
    assert unseen(any_house, "winter-hours", *ALL)


def test_what_nobody_sees_is_not_set_to_be_unpublished(any_house: House, clock: Clock) -> None:
    """It would only fail at that time; after a time to publish it can be."""
    editing = any_house.knowledge.editing
    article = editing.create(ELLIS, "Soon", KnowledgeBase(any_house).category().id, scope=Scope.PUBLIC, language="en")
    editing.save(ELLIS, article.id, "en", Content("Soon", "", "Text."), 1)
    with pytest.raises(SettingRefused) as refused:
        editing.schedule(ELLIS, article.id, "en", what="unpublish", at=clock.now + timedelta(days=2))
    assert refused.value.field == "at"
    editing.schedule(ELLIS, article.id, "en", what="publish", at=clock.now + timedelta(days=1))
    assert editing.schedule(ELLIS, article.id, "en", what="unpublish", at=clock.now + timedelta(days=2))


def test_a_fault_with_one_article_keeps_no_other_waiting(
    any_house: House, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what only was not to be reached just then is tried again, not called off."""
    kb, editing = KnowledgeBase(any_house), any_house.knowledge.editing
    first, second = (kb.publish(name) for name in ("First", "Second"))
    for article, hours in ((first, 1), (second, 2)):
        editing.schedule(ELLIS, article.id, "en", what="unpublish", at=clock.now + timedelta(hours=hours))
    get = editing.store.get

    def failing(article_id: str) -> Article | None:
        if article_id == first.id:
            raise Unavailable
        return get(article_id)

    with monkeypatch.context() as patched:
        patched.setattr(editing.store, "get", failing)
        with pytest.raises(Unavailable):
            editing.sweep(clock.ahead(hours=3))
    assert unseen(any_house, "second", *ALL)
    assert any_house.knowledge.reading.article("first", Sight.PUBLIC, "en")
    assert editing.sweep(clock.ahead(minutes=1)) == 1
    assert unseen(any_house, "first", *ALL)


def test_nothing_is_published_twice(any_house: House, clock: Clock) -> None:
    """A version that says the same would make every translation look out of date; a translation confirms itself so."""
    kb, editing = KnowledgeBase(any_house), any_house.knowledge.editing
    article = kb.publish("Lamp", "Text.")
    kb.translate(article, "de", "Lampe", "Wörter.")
    clock.ahead(hours=1)
    with pytest.raises(SettingRefused, match="already"):
        editing.publish(ELLIS, article.id, "en", Content("Lamp", "", "Text."), 2)
    assert not editing.get(article.id).outdated("de", "en")
    editing.save(ELLIS, article.id, "en", Content("Lamp", "", "Text. "), 2)
    assert not editing.get(article.id).editions["en"].changed
    editing.save(ELLIS, article.id, "en", Content("Lamp", "", "New."), 3)
    assert editing.get(article.id).editions["en"].changed
    editing.publish(ELLIS, article.id, "en", Content("Lamp", "", "New."), 4)
    assert editing.get(article.id).outdated("de", "en")
    clock.ahead(hours=1)
    assert not kb.translate(article, "de", "Lampe", "Wörter.").outdated("de", "en")


def test_an_internal_article_moves_while_the_internal_kb_is_off(any_house: House) -> None:
    kb = KnowledgeBase(any_house)
    article = kb.publish("One", scope=Scope.INTERNAL)
    any_house.portal.settings.change(internal_kb=False)
    assert kb.change(article, category_id=kb.category("Cables").id).category_id == kb.category("Cables").id


@pytest.mark.parametrize("ahead", [timedelta(hours=-1), timedelta(0), timedelta(days=900)])
def test_only_a_time_to_come_can_be_set(any_house: House, clock: Clock, ahead: timedelta) -> None:
    article = KnowledgeBase(any_house).publish()
    with pytest.raises(SettingRefused) as refused:
        any_house.knowledge.editing.schedule(ELLIS, article.id, "en", what="unpublish", at=clock.now + ahead)
    assert refused.value.field == "at"


def test_articles_change_places(any_house: House) -> None:
    kb, editing = KnowledgeBase(any_house), any_house.knowledge.editing
    one, two, three = (kb.publish(name) for name in ("One", "Two", "Three"))

    def order() -> list[str]:
        return [row.title for row in any_house.knowledge.reading.category("lamps", Sight.PUBLIC, "en").rows]

    editing.move(ELLIS, three.id, up=True)
    assert order() == ["One", "Three", "Two"]
    editing.move(ELLIS, one.id, up=False)
    assert order() == ["Three", "One", "Two"]
    editing.move(ELLIS, two.id, up=False)
    assert order() == ["Three", "One", "Two"]
    editing.archive(ELLIS, one.id)
    editing.move(ELLIS, two.id, up=True)
    assert order() == ["Two", "Three"]


def test_an_article_changes_places_with_few_reads(house: House) -> None:
    kb = KnowledgeBase(house)
    planted = kb.plant([{"en": Content(f"Article {number}", "", "Text.")} for number in range(40)])
    with recorded(house.clients.dynamodb) as calls:
        house.knowledge.editing.move(ELLIS, planted[-1].id, up=True)
    assert house.knowledge.editing.get(planted[-1].id).order == 39
    assert len(calls) < 10


def test_the_front_page_has_room_for_twelve(house: House) -> None:
    kb = KnowledgeBase(house)
    for number in range(MAX_FEATURED):
        kb.publish(f"Article {number}", featured=True)
    with pytest.raises(SettingRefused) as refused:
        kb.publish("One more", featured=True)
    assert refused.value.field == "featured"
    assert len(house.knowledge.reading.home(Sight.PUBLIC, "en").featured) == MAX_FEATURED


def test_categories_are_renamed_moved_and_deleted_when_empty(any_house: House) -> None:
    kb, room = KnowledgeBase(any_house), any_house.knowledge.categories
    article = kb.publish("One", category="Lamps")
    lamps, inner = kb.category("Lamps"), kb.category("Pendants", parent="Lamps")

    def version() -> int:
        return room.tree().version

    with pytest.raises(CategoryNotEmpty):
        room.delete(ELLIS, lamps.id, version=version())
    room.delete(ELLIS, inner.id, version=version())
    with pytest.raises(CategoryNotEmpty):
        room.delete(ELLIS, lamps.id, version=version())
    room.change(ELLIS, lamps.id, version=version(), names={"en": "All lamps"}, slug="all-lamps", parent="", icon="lamp")
    with pytest.raises(Moved) as moved:
        any_house.knowledge.reading.category("lamps", Sight.PUBLIC, "en")
    assert moved.value.slug == "all-lamps"
    with pytest.raises(ChangedMeanwhile):
        room.arrange(ELLIS, lamps.id, version=version() - 1, place=0)
    any_house.knowledge.editing.archive(ELLIS, article.id)
    any_house.knowledge.editing.delete(ELLIS, article.id)
    room.delete(ELLIS, lamps.id, version=version())
    assert room.tree().all == ()
    with pytest.raises(SettingRefused):
        any_house.knowledge.editing.create(ELLIS, "Two", lamps.id, scope=Scope.PUBLIC, language="en")


def test_every_change_is_in_the_audit_log(any_house: House, clock: Clock) -> None:
    """With who made it; never with the text itself, which has its versions."""
    kb, editing = KnowledgeBase(any_house), any_house.knowledge.editing
    article = kb.publish("One", "Unmistakable words.", featured=True)
    editing.schedule(ELLIS, article.id, "en", what="unpublish", at=clock.now + timedelta(hours=1))
    editing.schedule(ELLIS, article.id, "en", what="unpublish", at=None)
    editing.unpublish(ELLIS, article.id, "en")
    editing.archive(ELLIS, article.id)
    editing.bring_back(ELLIS, article.id)
    editing.archive(ELLIS, article.id)
    editing.delete(ELLIS, article.id)
    entries = [*any_house.table.walk(keys.AUDIT, prefix=keys.AUDIT_ENTRIES)]
    actions = [one["action"] for one in entries if one["action"].startswith(("article", "category"))]
    assert actions == [
        "category:create", "article:create", "article:publish", "article:change", "article:schedule-unpublish",
        "article:unschedule-unpublish", "article:unpublish", "article:archive", "article:bring-back",
        "article:archive", "article:delete",
    ]  # fmt: skip
    assert {one["author"] for one in entries if one["action"] == "article:archive"} == {"Ellis Moreau"}
    assert "Unmistakable" not in str(entries)


def test_an_entry_of_an_article_tells_what_was_and_what_is(any_house: House) -> None:
    """Which draft a save made, and from which version; where an article stood that is gone for good."""
    kb, editing = KnowledgeBase(any_house), any_house.knowledge.editing
    article = kb.publish("One", "Words.")
    draft = editing.get(article.id).editions["en"].draft
    editing.save(ELLIS, article.id, "en", Content("Two", "", "Other words."), draft)
    editing.restore(ELLIS, article.id, "en", 1, draft + 1)
    editing.archive(ELLIS, article.id)
    editing.bring_back(ELLIS, article.id)
    editing.archive(ELLIS, article.id)
    editing.delete(ELLIS, article.id)
    entries = [*any_house.audit.span(any_house.audit.count() - 5, any_house.audit.count())]
    told = [(dict(one.change.before), dict(one.change.after)) for one in entries]
    said = {"language": "en"}
    assert told == [
        ({**said, "title": "One", "draft": draft}, {**said, "title": "Two", "draft": draft + 1}),
        (
            {**said, "title": "Two", "draft": draft + 1},
            {**said, "title": "One", "draft": draft + 2, "restored version": 1},
        ),
        ({"state": "published"}, {"state": "archived"}),
        ({"state": "archived"}, {"state": "draft"}),
        ({"state": "draft"}, {"state": "archived"}),
        ({"slug": article.slug, "scope": "public", "languages": ["en"]}, {}),
    ]


def test_readers_pages_take_few_reads_however_many_articles_there_are(house: House) -> None:
    """Home one call, a category two, an article three: the same with more articles than a page or a batch holds."""
    kb, library = KnowledgeBase(house), house.knowledge.reading
    kb.publish("First", slug="first")

    def calls() -> list[int]:
        counts = []
        for look in (
            lambda: library.home(Sight.PUBLIC, "de", "en"),
            lambda: library.category("lamps", Sight.PUBLIC, "de", "", "en"),
            lambda: library.article("first", Sight.PUBLIC, "de", "en"),
        ):
            with recorded(house.clients.dynamodb) as made:
                look()
            counts.append(len(made))
        return counts

    assert calls() == [1, 2, 3]
    kb.plant([{"en": Content(f"Article {number}", "", "Text.")} for number in range(400)])
    assert calls() == [1, 2, 3]
    assert library.home(Sight.PUBLIC, "en").places[0].count == 401
    assert library.counts(Scope.PUBLIC) == {"en": 401}


def test_a_category_is_paged_without_losing_or_repeating_any(any_house: House) -> None:
    """Both scopes in one order, for staff; the count agrees."""
    kb, library = KnowledgeBase(any_house), any_house.knowledge.reading
    kb.plant([{"en": Content(f"P{number}", "", "x")} for number in range(40)])
    kb.plant([{"en": Content(f"I{number}", "", "x")} for number in range(30)], scope=Scope.INTERNAL, slug="i-{}")
    for sight, total in ((Sight.PUBLIC, 40), (Sight.STAFF, 70), (Sight.INTERNAL_ONLY, 30)):
        shelf = library.category("lamps", sight, "en")
        rows = list(shelf.rows)
        while shelf.more:
            shelf = library.category("lamps", sight, "en", shelf.more)
            rows += shelf.rows
        assert len({row.id for row in rows}) == len(rows) == total == shelf.place.count
