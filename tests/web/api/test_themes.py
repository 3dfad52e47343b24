"""Themes over the API: read, saved as drafts, checked, published and upgraded by programs."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.ids import new_id
from chalicelib.themes.model import Content
from chalicelib.tokens.model import SCOPES
from chalicelib.wiring import House
from local.gateway import Gateway, Response
from tests.attachments import corpus
from tests.people import Clock
from tests.program import Program, good, refusal
from tests.themes.world import HOME, MIRA, NEW, OLD, content

SOUND = """{% extends "help.html" %}
{% block title %}Help{% endblock %}
{% block content %}<h1>Hello</h1>{% endblock %}
"""
BROKEN = "{% extends 'help.html' %}\n{% block content %}{{ nobody.knows }}{% endblock %}\n"


@pytest.fixture
def program(gateway: Gateway, house: House) -> Program:
    """A program that may work on themes, and nothing else."""
    return Program(gateway, house, {"theme:write"}, name="Git")


@pytest.fixture
def theme(program: Program) -> Any:
    """A theme, made over the API."""
    return program.post("/themes", label="Spring")


def put(program: Program, theme: Any, **changed: Any) -> Response:
    """Save what the newest revision holds, but for what is given."""
    held = program.get(f"/themes/{theme['id']}/content")
    sent = {
        "seen": held["revision"],
        **{name: held[name] for name in ("base", "files", "settings")},
        "assets": [one["name"] for one in held["assets"]],
        **changed,
    }
    return program.call("PUT", f"/themes/{theme['id']}/content", sent)


def with_file(program: Program, theme: Any, name: str, text: str) -> dict[str, str]:
    """Return all files of the newest revision with another text of one."""
    return {**program.get(f"/themes/{theme['id']}/content")["files"], name: text}


def test_a_new_theme_is_midtown_in_the_colours_of_the_portal(program: Program, house: House, theme: Any) -> None:
    assert (theme["label"], theme["base"], theme["live"], theme["changed"]) == ("Spring", NEW, False, [])
    assert (theme["newest"]["number"], theme["newest"]["by"], theme["published"]) == (1, "Git", None)
    assert program.get("/themes")["items"] == [theme] == [program.get(f"/themes/{theme['id']}")]
    held = program.get(f"/themes/{theme['id']}/content")
    assert held["files"] == dict(house.midtowns.files(NEW))
    assert held["settings"]["brand"] == house.portal.settings.get().colour


def test_a_draft_keeps_what_differs_from_midtown(program: Program, house: House, theme: Any) -> None:
    """Files that are Midtown's are dropped, and each of the others knows the text that it was made from."""
    files = with_file(program, theme, "home.html", SOUND)
    saved = good(put(program, theme, files=files, note="A new start page"))
    assert saved["revision"] == 2
    held = house.themes.content(theme["id"])
    assert dict(held.files) == {"home.html": SOUND}
    assert held.origins["home.html"] == house.midtowns.files(NEW)["home.html"]
    assert program.get(f"/themes/{theme['id']}")["newest"]["note"] == "A new start page"
    assert good(put(program, theme))["revision"] == 2, "what is saved again without a change is no new revision"
    del files["home.html"]
    good(put(program, theme, files=files))
    assert not house.themes.content(theme["id"]).files
    older = program.get(f"/themes/{theme['id']}/content", revision="2")
    assert older["files"]["home.html"] == SOUND


def test_settings_are_kept_where_they_differ_from_their_defaults(program: Program, house: House, theme: Any) -> None:
    """An unknown one is kept as well, so that every check of this draft tells of it."""
    default = next(one for one in house.looks.editions.get(theme["id"], 1).manifest.settings() if one.key == "corners")
    saved = good(put(program, theme, settings={"brand": "#123456", "corners": default.default, "nobody": "x"}))
    assert dict(house.themes.content(theme["id"]).values) == {"brand": "#123456", "nobody": "x"}
    assert "settings.nobody" in {one["file"] for one in saved["problems"]}


def test_a_draft_with_problems_is_saved_and_cannot_be_published(program: Program, house: House, theme: Any) -> None:
    saved = good(put(program, theme, files=with_file(program, theme, "home.html", BROKEN)))
    (wrong,) = [one for one in saved["problems"] if one["kind"] == "unknown"]
    assert (wrong["file"], wrong["line"], wrong["level"]) == ("home.html", 2, "error")
    assert program.get(f"/themes/{theme['id']}/problems")["problems"] == saved["problems"]
    first = program.get(f"/themes/{theme['id']}/problems", revision="1")
    assert "error" not in {one["level"] for one in first["problems"]}
    answer = program.call("POST", f"/themes/{theme['id']}/publish", {"revision": 2, "reason": "I want it"})
    assert refusal(answer) == (422, "theme_refused")
    assert wrong["sentence"] in answer.json()["error"]["message"]
    assert house.portal.settings.get(consistent=True).theme is None


def test_warnings_need_a_reason_which_the_audit_log_keeps(program: Program, house: House, theme: Any) -> None:
    settings = program.get(f"/themes/{theme['id']}/content")["settings"]
    saved = good(put(program, theme, settings={**settings, "nobody": "x"}))
    path, wanted = f"/themes/{theme['id']}/publish", {"revision": saved["revision"]}
    answer = program.call("POST", path, wanted)
    assert (refusal(answer), answer.json()["error"]["field"]) == ((422, "theme_refused"), "reason")
    assert "settings.nobody" in answer.json()["error"]["message"]
    published = program.post(path, **wanted, reason="It is for later")
    assert (published["live"], published["published"]["number"]) == (True, 2)
    live = house.portal.settings.get(consistent=True).theme
    assert live
    assert (live.id, live.number) == (theme["id"], 2)
    *_, entry = house.audit.span(1, 100)
    assert entry.change.action == "theme:publish"
    assert entry.change.author.id == program.token.id
    assert entry.change.after["reason"] == "It is for later"


def test_the_second_of_two_writers_overwrites_nothing(program: Program, house: House, theme: Any) -> None:
    """Whoever saw an older revision is told who saved another."""
    png = base64.b64encode(corpus.png()).decode()
    house.themes.save(MIRA, theme["id"], content(), seen=1)
    asks: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("PUT", "content", {"base": NEW, "files": {}, "settings": {}, "assets": []}),
        ("PUT", "assets/lamp.png", {"data": png}),
        ("POST", "upgrade", {}),
    )
    for method, path, sent in asks:
        answer = program.call(method, f"/themes/{theme['id']}/{path}", {**sent, "seen": 1})
        assert refusal(answer) == (409, "theme_changed"), path
        assert "Mira" in answer.json()["error"]["message"]
    assert dict(house.themes.content(theme["id"]).files) == {"home.html": HOME}


def test_pictures_come_and_go_one_by_one(program: Program, theme: Any) -> None:
    path, picture = f"/themes/{theme['id']}/assets/lamp.png", corpus.png()
    added = good(program.call("PUT", path, {"data": base64.b64encode(picture).decode(), "seen": 1}))
    assert (added["revision"], added["asset"]["name"]) == (2, "assets/lamp.png")
    got = program.get(path)
    assert {name: got[name] for name in added["asset"]} == added["asset"]
    assert len(base64.b64decode(got["data"])) == got["size"]
    assert refusal(program.call("GET", path, revision="1")) == (404, "not_found")
    good(put(program, theme, assets=[]))
    assert refusal(program.call("GET", path)) == (404, "not_found")
    assert refusal(put(program, theme, assets=["assets/lamp.png"])) == (422, "theme_refused")


@pytest.mark.parametrize(
    ("data", "code"),
    [("%%%", "invalid"), (base64.b64encode(b"<html>").decode(), "theme_refused"), ("", "theme_refused")],
)
def test_what_is_no_picture_is_refused(program: Program, theme: Any, data: str, code: str) -> None:
    answer = program.call("PUT", f"/themes/{theme['id']}/assets/lamp.png", {"data": data, "seen": 1})
    assert refusal(answer) == (422, code)
    assert program.get(f"/themes/{theme['id']}")["newest"]["number"] == 1


def test_what_is_more_than_a_theme_may_hold_is_refused(program: Program, theme: Any) -> None:
    """A whole theme is far above what other bodies may have; 5 MB are the end."""
    many = {f"parts/p{number}.html": "x" * 50_000 for number in range(30)}
    assert put(program, theme, files=many).status == 200
    refused = {
        "a long file": {"home.html": "x" * 61_441},
        "a name that goes elsewhere": {"../home.html": "x"},
        "many files": {f"parts/p{number}.html": "x" for number in range(61)},
    }
    for name, files in refused.items():
        assert refusal(put(program, theme, files=files)) == (422, "theme_refused"), name
    assert refusal(put(program, theme, files={f"p{n}.html": "" for n in range(201)})) == (422, "invalid")
    assert refusal(put(program, theme, files={"home.html": "x" * 5 * 1024 * 1024})) == (413, "payload_too_large")
    assert refusal(put(program, theme, base="9.9.9")) == (422, "theme_refused")
    assert refusal(put(program, theme, settings={"brand": {"a": {"b": 1}}})) == (422, "invalid")
    assert refusal(program.call("POST", "/themes", {"label": "x" * 61})) == (422, "invalid")
    assert refusal(program.call("POST", "/themes", {"label": " "})) == (422, "invalid")


def test_a_large_body_is_for_themes_alone(gateway: Gateway, house: House) -> None:
    answer = Program(gateway, house).call("POST", "/customers", {"name": "x" * 1024 * 1024, "external_id": "c"})
    assert refusal(answer) == (413, "payload_too_large")


def test_an_upgrade_without_conflicts_is_saved(program: Program, house: House) -> None:
    made = house.themes.create(OPERATOR, "Old", Content(OLD, values={"accent": "#123456"}))
    done = program.post(f"/themes/{made.id}/upgrade", seen=1)
    assert (done["base"], done["revision"], done["content"]["revision"]) == (NEW, 2, 2)
    assert done["content"]["settings"] == {"brand": "#123456"}
    assert any("brand" in note for note in done["notes"])
    outcomes = {one["name"]: one["outcome"] for one in done["files"]}
    assert outcomes["conversation.html"] == "new"
    assert program.get(f"/themes/{made.id}/content") == done["content"]
    again = program.call("POST", f"/themes/{made.id}/upgrade", {"seen": 2})
    assert refusal(again) == (409, "conflict")


def test_an_upgrade_with_conflicts_saves_nothing_and_marks_them(program: Program, house: House) -> None:
    """What was settled is then saved with the new base, like any other draft."""
    old, new = house.midtowns.files(OLD), house.midtowns.files(NEW)
    name = next(one for one in sorted(old) if one.endswith(".html") and one in new and old[one] != new[one])
    mine = "".join(f"<!-- mine -->{line}\n" for line in old[name].splitlines())
    made = house.themes.create(OPERATOR, "Old", Content(OLD, {name: mine}))
    done = program.post(f"/themes/{made.id}/upgrade", seen=1)
    assert (done["base"], done["revision"]) == (NEW, None)
    (conflict,) = [one for one in done["files"] if one["outcome"] == "conflict"]
    text = done["content"]["files"][name]
    assert conflict["name"] == name
    assert text.count("<<<<<<< yours\n") == text.count(f">>>>>>> Midtown {NEW}\n") == conflict["conflicts"] > 0
    assert program.get(f"/themes/{made.id}")["newest"]["number"] == 1
    settled = {**done["content"]["files"], name: SOUND}
    good(put(program, {"id": made.id}, base=NEW, files=settled))
    upgraded = house.themes.content(made.id)
    assert (upgraded.base, upgraded.origins[name]) == (NEW, new[name])


def test_strangers_find_nothing_and_other_scopes_do_nothing(
    program: Program, allow: Callable[..., Program], theme: Any, clock: Clock
) -> None:
    """An id that nothing has, one that is no id, and a revision that is not there have one answer."""
    asks = [
        *((method, path) for path in ("content", "assets/lamp.png") for method in ("GET", "PUT")),
        *(("GET", "problems"), ("POST", "publish"), ("POST", "upgrade")),
    ]
    bodies: dict[str, dict[str, Any]] = {
        "content": {"seen": 1, "base": NEW, "files": {}, "settings": {}, "assets": []},
        "assets/lamp.png": {"data": "", "seen": 1},
        "publish": {"revision": 1},
        "upgrade": {"seen": 1},
    }
    other = allow(*(SCOPES.keys() - {"theme:write"}))
    for method, path in asks:
        sent = None if method == "GET" else bodies[path]
        for nobody in (new_id(clock()), "nobody"):
            assert refusal(program.call(method, f"/themes/{nobody}/{path}", sent)) == (404, "not_found"), path
        assert refusal(other.call(method, f"/themes/{theme['id']}/{path}", sent)) == (403, "not_permitted"), path
    for path in ("content", "problems"):
        absent = program.call("GET", f"/themes/{theme['id']}/{path}", revision="7")
        assert refusal(absent) == (404, "not_found")
    publish = program.call("POST", f"/themes/{theme['id']}/publish", {"revision": 7})
    assert refusal(publish) == (404, "not_found")
