"""The look of every minute: each of its jobs is done, whatever becomes of the others."""

from __future__ import annotations

from datetime import timedelta

import pytest

import app
from chalicelib.audit.model import OPERATOR
from chalicelib.aws import keys
from chalicelib.aws.table import Put
from chalicelib.wiring import House
from local import workers
from tests.knowledge.library import KnowledgeBase
from tests.people import Clock


def test_what_one_job_cannot_do_keeps_no_other_from_its_own(
    house: House, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """A merge that cannot be read: what is due happens, search hears of it, and the alarm hears of the fault."""
    base = KnowledgeBase(house)
    article = base.publish("Change the bulb")
    at = clock.now + timedelta(hours=1)
    house.knowledge.editing.schedule(OPERATOR, article.id, "en", what="unpublish", at=at)
    house.table.write(Put(keys.merge("damaged"), {}))
    clock.ahead(hours=2)
    with pytest.raises(KeyError):
        workers.sweep(app)
    assert house.knowledge.editing.get(article.id).editions["en"].shown is None
    assert house.knowledge.index_builds.state().asked
    assert [vars(one)["sweep"] for one in caplog.records if one.message == "fault"] == ["merge"]
