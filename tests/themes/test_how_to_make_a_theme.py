"""The example of docs/how-to/make-a-theme.md is a theme that can be published, and is seen as the document says."""

from __future__ import annotations

import json
import re

from infra.build import ROOT
from tests.themes.checking import MIDTOWN, all_checks, edition

TEXT = (ROOT / "docs" / "how-to" / "make-a-theme.md").read_text(encoding="utf-8")
SNIPPETS = {"reply-times": ("en",)}
BEFORE = "{{ slots.mark_read }}\n"


def block(language: str, containing: str) -> str:
    """Return the one block of code in a language that contains a text."""
    found = [one for one in re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL) if containing in one]
    assert len(found) == 1, (language, containing)
    return found[0]


def files() -> dict[str, str]:
    """Return the files that the document makes, in the way it says."""
    manifest = json.loads(MIDTOWN["manifest.json"])
    manifest["groups"].append(json.loads(block("json", "own_promise")))
    include = block("html", "parts/promise.html")
    assert MIDTOWN["conversation.html"].count(BEFORE) == 1
    return {
        "parts/promise.html": block("html", "settings.own_promise"),
        "conversation.html": MIDTOWN["conversation.html"].replace(BEFORE, include + BEFORE),
        "manifest.json": json.dumps(manifest),
        "theme.css": MIDTOWN["theme.css"] + block("css", ".promise"),
    }


def test_the_example_passes_every_check() -> None:
    made = edition(files(), values={"own_promise": "reply-times"})
    found = all_checks(made, pages=["conversation.html", "home.html"], snippets=SNIPPETS)
    assert [str(problem) for one in found.values() for problem in one.problems] == []


def test_before_the_setting_is_there_the_file_has_the_problem_that_the_document_tells() -> None:
    made = edition({name: text for name, text in files().items() if name.endswith(".html")})
    (problem, *more) = all_checks(made)["templates"].problems
    assert (problem.file, problem.line, more) == ("parts/promise.html", 1, more)
    assert "own_promise" in problem.sentence


def test_the_short_tour_of_the_language_is_allowed() -> None:
    tour = "".join(re.split(r" {3,}", line)[0] for line in block("html", "nothing that anybody sees").splitlines(True))
    page = f"{{% extends 'layout.html' %}}{{% block title %}}A{{% endblock %}}{{% block main %}}{tour}{{% endblock %}}"
    found = all_checks(edition({"conversation.html": page}))["templates"].problems
    assert {one.kind for one in found} <= {"slot", "unused"}


def test_the_colour_can_be_set_and_is_a_property() -> None:
    made = edition(files(), values={"own_promise": "reply-times", "own_promise_colour": "#402060"})
    found = all_checks(made, snippets=SNIPPETS)["contrast"].problems
    assert {one.file for one in found} == {"settings.own_promise_colour"}
