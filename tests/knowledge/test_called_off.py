"""What was to happen at a set time does not, where somebody decides otherwise at the last moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.audit.model import Author
from chalicelib.knowledge.article import Content
from chalicelib.wiring import House
from tests.knowledge.library import KnowledgeBase
from tests.people import Clock

ELLIS = Author("01hstaff000000000000000001", "Ellis Moreau", "192.0.2.7")


@pytest.mark.parametrize("what", ["publish", "unpublish"])
def test_what_was_called_off_does_not_happen(
    house: House, clock: Clock, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """A sweep has looked up what is due and does it one by one; meanwhile an editor calls one off, or deletes it."""
    kb, editing = KnowledgeBase(house), house.knowledge.editing
    articles = [kb.publish(name, "Text.") for name in ("First", "Second", "Third")]
    for article in articles:
        editing.save(ELLIS, article.id, "en", Content(f"New {article.id}", "", "New."), 2)
        editing.schedule(ELLIS, article.id, "en", what=what, at=clock.now + timedelta(hours=1))
    now = clock.ahead(hours=2)
    found = editing.store.due(now)
    assert len(found) == 3
    off, put_off, gone = articles
    editing.schedule(ELLIS, off.id, "en", what=what, at=None)
    editing.schedule(ELLIS, put_off.id, "en", what=what, at=clock.now + timedelta(hours=1))
    editing.archive(ELLIS, gone.id)
    editing.delete(ELLIS, gone.id)
    monkeypatch.setattr(editing.store, "due", lambda _: found)
    assert editing.sweep(now) == 0
    for article, times in ((off, 0), (put_off, 1)):
        edition = editing.get(article.id).editions["en"]
        assert edition.shown
        assert (edition.shown.number, edition.trouble) == (1, "")
        assert sum(one is not None for one in (edition.publish_at, edition.unpublish_at)) == times
