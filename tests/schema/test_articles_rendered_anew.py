"""What is published is rendered anew by the walk of the table's form, and nothing else of an article changes."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.aws import article_keys, keys
from chalicelib.aws.table import Put, Update
from chalicelib.knowledge.article import RENDERING, Article
from chalicelib.knowledge.article_store import text_writes
from chalicelib.knowledge.model import Scope, Sight
from chalicelib.refusals import Unavailable
from chalicelib.schema import service
from chalicelib.schema.model import WANTED, Form
from chalicelib.wiring import House
from infra import migrating
from tests.knowledge.library import KnowledgeBase

BODY = "## เป็น อย่างไร\n\n**重要：**文字 [x](#เป็น-อย่างไร) <!-- remark --> www.example.com"
OLD = '<h2 id="s-เป-น-อย-างไร">เป็น อย่างไร</h2>\n<p>**重要：**文字 &lt;!-- remark --&gt;</p>\n'


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a small table take many steps."""
    monkeypatch.setattr(service, "PAGE", 5)


@pytest.fixture
def kb(house: House) -> KnowledgeBase:
    return KnowledgeBase(house, ("en", "ja", "ar"))


def grow_old(house: House, article: Article, *languages: str) -> None:
    """Write what readers read as the version before rendered it."""
    for language in languages or article.shown_in:
        headings = [{"level": 2, "id": "s-เป-น-อย-างไร", "text": "เป็น อย่างไร"}]
        page = {"html": OLD, "headings": headings, "images": 0}
        house.table.transact(text_writes(article, language, page, {"text": "remark", "headings": headings}))
    house.schema.store.reset(3)


def page_of(house: House, article: Article, language: str = "en") -> dict[str, Any]:
    key = article_keys.shown_text(article.scope.value, article.id, language)
    return house.table.get(key, consistent=True) or {}


def walk(house: House) -> Form:
    form = house.schema.migration.begin()
    while form.walk:
        form = house.schema.migration.step()
    return form


def test_what_readers_read_is_rendered_anew_and_nothing_else_changes(house: House, kb: KnowledgeBase) -> None:
    """Title, version, dates and the audit log stay; the article is found by an anchor of before, and of now."""
    article = kb.publish("One", BODY, slug="one")
    before = house.knowledge.editing.get(article.id)
    wanted = page_of(house, article)
    grow_old(house, article)
    log = house.table.get(keys.audit_head(), consistent=True)
    state = house.knowledge.index_builds.state()
    assert walk(house) == Form(WANTED)
    assert page_of(house, article) == wanted
    assert 'id="s-เป็น-อย่างไร"' in wanted["html"]
    assert 'id="s-เป-น-อย-างไร"' in wanted["html"]
    assert "<strong>重要：</strong>文字" in wanted["html"]
    assert "remark" not in wanted["html"]
    assert house.knowledge.editing.get(article.id) == before
    assert house.knowledge.index_builds.state().wanted == state.wanted + 1, "search follows"
    assert house.table.get(keys.audit_head(), consistent=True) == log
    read = house.knowledge.reading.article("one", Sight.PUBLIC, "en")
    assert [one.id for one in read.headings] == ["s-เป็น-อย่างไร"]


def test_every_language_and_scope_is_rendered_anew_and_drafts_are_left_alone(house: House, kb: KnowledgeBase) -> None:
    """Internal articles and translations; what is archived, taken back or a draft has nothing to render."""
    public = kb.publish("One", BODY, slug="one")
    kb.translate(public, "ja", "一", BODY)
    internal = kb.publish("Two", BODY, slug="two", scope=Scope.INTERNAL)
    taken = kb.publish("Three", BODY, slug="three")
    house.knowledge.editing.unpublish(OPERATOR, taken.id, "en")
    archived = kb.publish("Four", BODY, slug="four")
    house.knowledge.editing.archive(OPERATOR, archived.id)
    house.knowledge.editing.create(OPERATOR, "Five", kb.category().id, scope=Scope.PUBLIC, language="en")
    public = house.knowledge.editing.get(public.id)
    grow_old(house, public)
    grow_old(house, internal)
    assert walk(house) == Form(WANTED)
    for article, language in ((public, "en"), (public, "ja"), (internal, "en")):
        assert page_of(house, article, language)["rendering"] == RENDERING
        assert "<strong>重要" in page_of(house, article, language)["html"]
    assert page_of(house, taken) == page_of(house, archived) == {}


def test_a_walk_that_was_killed_among_articles_goes_on(
    house: House, kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was rendered is kept; a second walk finds nothing to do, and writes nothing."""
    articles = [kb.publish(f"No {number}", BODY, slug=f"no-{number}") for number in range(4)]
    for one in articles:
        grow_old(house, one)
    transact, calls = house.table.transact, 0

    def dies(writes: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise Unavailable
        transact(writes)

    form = house.schema.migration.begin()
    with monkeypatch.context() as patch:
        patch.setattr(house.table, "transact", dies)
        with pytest.raises(Unavailable):
            house.schema.migration.go_on(form, 60)
    done = [one for one in articles if page_of(house, one).get("rendering") == RENDERING]
    assert len(done) == 2
    assert walk(house) == Form(WANTED)
    assert all(page_of(house, one)["rendering"] == RENDERING for one in articles)
    monkeypatch.setattr(house.table, "transact", lambda _: pytest.fail("was written again"))
    house.schema.migration.begin_anew()
    assert walk(house) == Form(WANTED)


def test_a_step_ends_in_time_and_the_next_goes_on_with_the_same_page(
    house: House, kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rendering may take seconds; the sweep has few."""
    articles = [kb.publish(f"No {number}", BODY, slug=f"no-{number}") for number in range(3)]
    for one in articles:
        grow_old(house, one)
    monkeypatch.setattr(service, "PAGE", 1_000)
    monkeypatch.setattr(service, "_PATIENCE", 0.0)
    house.schema.migration.begin()
    for count in range(1, 4):
        house.schema.migration.step()
        assert sum("rendering" in page_of(house, one) for one in articles) == count
    assert walk(house) == Form(WANTED)


def test_an_editor_who_is_quicker_wins(house: House, kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is published, moved or taken back between reading and writing is looked at again, and never undone."""
    moved, published, taken = (kb.publish(f"No {number}", BODY, slug=f"no-{number}") for number in range(3))
    for one in (moved, published, taken):
        grow_old(house, one)
    transact = house.table.transact
    acts = {
        moved.id: lambda: kb.change(moved, scope=Scope.INTERNAL),
        published.id: lambda: kb.translate(published, "en", "New", "New text."),
        taken.id: lambda: house.knowledge.editing.unpublish(OPERATOR, taken.id, "en"),
    }

    def late(writes: Any) -> None:
        checked = article_keys.article_of(writes[0].key)
        if checked in acts and not isinstance(writes[0], Put):
            acts.pop(checked)()
        transact(writes)

    monkeypatch.setattr(house.table, "transact", late)
    assert walk(house) == Form(WANTED)
    assert not acts
    now = house.knowledge.editing.get(moved.id)
    assert page_of(house, moved) == {}
    assert page_of(house, now)["rendering"] == RENDERING
    assert "New text." in page_of(house, published)["html"]
    assert page_of(house, taken) == {}


def test_what_has_become_too_large_a_page_stays_as_it_is(
    house: House, kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers keep what they have, and the walk ends."""
    article = kb.publish("One", BODY, slug="one")
    grow_old(house, article)
    monkeypatch.setattr("chalicelib.knowledge.markdown.MAX_HTML", 10)
    assert walk(house) == Form(WANTED)
    assert page_of(house, article)["html"] == OLD
    assert page_of(house, article)["rendering"] == RENDERING


def test_what_is_moved_before_the_walk_reaches_it_is_rendered_anew(house: House, kb: KnowledgeBase) -> None:
    """What readers read moves as it is, to a part of the table that the walk may have passed."""
    article = kb.publish("One", BODY, slug="one")
    grow_old(house, article)
    house.schema.migration.begin()
    moved = kb.change(article, scope=Scope.INTERNAL)
    assert "rendering" not in page_of(house, moved)
    assert walk(house) == Form(WANTED)
    assert page_of(house, moved)["rendering"] == RENDERING


def test_operators_see_it_in_make_migrate(house: House, kb: KnowledgeBase) -> None:
    article = kb.publish("One", BODY, slug="one")
    grow_old(house, article)
    said: list[str] = []
    assert migrating.migrate(house, said.append)
    assert said[-1] == f"  the table has form {WANTED}"
    house.table.write(Update(article_keys.shown_text("public", article.id, "en"), drop=["rendering"]))
    migrating.rehearse(house, said.append)
    assert "rendering" not in page_of(house, article), "a rehearsal writes nothing"
