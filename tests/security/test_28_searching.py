"""Attack 28, searching: a question that takes too long is given up, and costs nobody else anything."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from chalicelib import telemetry
from chalicelib.knowledge.model import Sight
from chalicelib.knowledge.search import index_reader
from tests.browser import Browser
from tests.knowledge.library import KnowledgeBase
from tests.people import People

HARD = " ".join("".join(one) + "es" for one in itertools.product("bcd", "aei", "lm"))


def test_a_question_that_is_given_up_raises_no_alarm_and_closes_no_index(
    browse: Callable[..., Browser], people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks such questions could otherwise keep operators busy, and have the index fetched with each."""
    faults: list[object] = []
    monkeypatch.setattr(telemetry, "fault", lambda *found, **_: faults.append(found))
    kb, search = KnowledgeBase(people.house, ("en",)), people.house.knowledge.search
    words = ["".join(one) for one in itertools.product("bcdfgh", "aeiou", "lmnrst", "aeiou", "dgklmprst")]
    for part in range(0, len(words), 3_000):
        kb.publish(f"Words {part}", " ".join(words[part : part + 3_000]))
    people.house.knowledge.index_builds.build()
    assert search.find("balad", Sight.PUBLIC, "en").total
    opened = dict(vars(search)["_open"])
    with monkeypatch.context() as patch:
        patch.setattr(index_reader, "_SECONDS", 0.0)
        answer = browse().request("GET", f"/search?q={HARD.replace(' ', '+')}")
    assert answer.status == 503
    assert vars(search)["_open"] == opened
    assert search.find("balad", Sight.PUBLIC, "en").total
    assert not faults
