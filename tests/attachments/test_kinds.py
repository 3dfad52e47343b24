"""A kind of file is a row of one table and a checker of its own; all that names kinds follows the table."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from chalicelib.attachments import content
from chalicelib.attachments.model import EXTENSIONS, KINDS, LABELS, Kind, accepted, kind_of
from chalicelib.speech import LANGUAGES, speech
from chalicelib.web.composing import LIMITS
from tests.attachments.corpus import GOOD
from tools import catalogues

CHECKERS = [import_module(f"{content.__name__}.{path.stem}") for path in sorted(Path(content.__path__[0]).glob("*.py"))]


def test_every_kind_has_its_checker_and_every_checker_its_kind() -> None:
    named = {f"{content.__name__}.{kind.checker}" for kind in KINDS}
    assert {checker.__name__ for checker in CHECKERS if hasattr(checker, "check")} == named


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.label)
def test_all_that_names_kinds_follows_the_table(kind: Kind) -> None:
    assert LABELS[kind.type] == kind.label
    for ending in kind.extensions:
        assert kind_of(f"a.b.{ending.upper()}") is kind
        assert EXTENSIONS[ending] == kind.type
        assert ending.upper() in accepted()
        assert ending in LIMITS.extensions
        assert ending in GOOD


def test_no_two_kinds_share_a_name_an_ending_or_a_type() -> None:
    endings = [ending for kind in KINDS for ending in kind.extensions]
    for values in ([kind.label for kind in KINDS], [kind.type for kind in KINDS], endings):
        assert len(values) == len(set(values))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_of_a_checker_can_be_said_of_every_kind(language: str) -> None:
    """With the kind named where the reason has a place for it, and no percent sign that would be taken for one."""
    values = {"encoding": "UTF-7", "declaration": "<!DOCTYPE a …>"}
    reasons = [text.one for text in catalogues.texts() if text.place.startswith("chalicelib/attachments/content/")]
    assert len(reasons) > 10
    for reason in reasons:
        for kind in KINDS:
            assert (kind.label in speech(language).text(reason, kind=kind.label, **values)) or "%(kind)s" not in reason
