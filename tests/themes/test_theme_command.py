"""``make theme``: a theme in a folder goes to the portal and comes back, and nothing is lost on the way."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.themes.model import Content
from chalicelib.themes.revisions import Theme
from chalicelib.wiring import House
from local.gateway import Gateway
from local.server import Server
from tests.attachments import corpus
from tests.themes.world import MIRA, NEW, OLD
from tools import theme

SOUND = """{% extends "help.html" %}
{% block title %}Help{% endblock %}
{% block content %}<h1>Hello</h1>{% endblock %}
"""
BROKEN = SOUND.replace("Hello", "{{ nobody.knows }}")
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def spring(house: House) -> Theme:
    """A theme on the portal."""
    return house.themes.create(MIRA, "Spring")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the theme is to be."""
    return tmp_path / "spring"


@pytest.fixture
def url(gateway: Gateway) -> Iterator[str]:
    """Where the portal answers."""
    server = Server(0)
    server.gateway = gateway
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def run(
    url: str, house: House, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Return what runs the command against a stage, and gives its status and what it printed."""
    monkeypatch.setattr("tools.theme.stage_environment", lambda _: {"FOYER_PUBLIC_URL": url})
    monkeypatch.setenv("FOYER_TOKEN", house.tokens.make("Git", ["theme:write"])[1])

    def command(do: str, **more: str) -> tuple[int, str]:
        options = {"stage": "prod", "dir": str(folder), **more}
        monkeypatch.setattr(sys, "argv", ["theme", *(f"--{name}={one}" for name, one in options.items()), do])
        status = theme.main()
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return command


def told(folder: Path, name: str = "theme.json") -> dict[str, object]:
    """Return what a JSON file of the folder says."""
    said: dict[str, object] = json.loads((folder / name).read_text("utf-8"))
    return said


def git(folder: Path, *arguments: str) -> None:
    """Do something in git, as nobody in particular."""
    who = ("-c", "user.name=Mira", "-c", "user.email=mira@example.com")
    subprocess.run(["git", *who, "-C", str(folder), *arguments], check=True, capture_output=True)


def test_a_pull_has_every_file_and_a_push_sends_what_changed(
    run: Run, spring: Theme, folder: Path, house: House
) -> None:
    """Midtown's own files are there to be changed; what is pushed without a change is no revision."""
    assert run("pull", theme="spring") == (0, f"Spring, revision 1, is in {folder}.\n")
    assert told(folder) == {"id": spring.id, "label": "Spring", "base": NEW, "revision": 1}
    assert (folder / "parts" / "header.html").read_text("utf-8") == house.midtowns.files(NEW)["parts/header.html"]
    assert told(folder, "settings.json")["brand"] == house.portal.settings.get().colour
    assert run("push") == (0, "Nothing to push: the folder is revision 1 of Spring.\n")

    (folder / "home.html").write_text(SOUND, "utf-8")
    (folder / "README.md").write_text("Ours", "utf-8")
    (folder / "parts" / "header.html").unlink()
    status, said = run("push", reason="A start page of our own")
    assert status == 0
    assert "Saved as revision 2 of Spring: home.html.\n" in said
    assert dict(house.themes.content(spring.id).files) == {"home.html": SOUND}
    assert house.themes.get(spring.id).newest.note == "A start page of our own"
    assert told(folder)["revision"] == 2
    assert (folder / "parts" / "header.html").exists(), "a file of Midtown's that is taken away comes back"
    assert (folder / "README.md").read_text("utf-8") == "Ours"


def test_a_picture_goes_and_comes_back_as_it_is_stored(run: Run, spring: Theme, folder: Path, house: House) -> None:
    run("pull", theme=spring.id)
    picture = folder / "assets" / "lamp.png"
    picture.parent.mkdir(exist_ok=True)
    picture.write_bytes(corpus.png())
    assert run("push")[0] == 0
    asset = house.themes.content(spring.id).assets["assets/lamp.png"]
    assert picture.read_bytes() == house.themes.data(asset.sha256)
    assert "Nothing to push" in run("push")[1]
    elsewhere = folder.parent / "again"
    run("pull", theme=spring.id, dir=str(elsewhere))
    assert (elsewhere / "assets" / "lamp.png").read_bytes() == picture.read_bytes()
    picture.unlink()
    assert "assets/lamp.png" in run("push")[1]
    assert not house.themes.content(spring.id).assets


def test_a_draft_with_errors_is_saved_and_exits_with_1(run: Run, spring: Theme, folder: Path) -> None:
    """Problems have file, line and column, as editors of text understand them; check does not push."""
    run("pull", theme=spring.id)
    (folder / "home.html").write_text(BROKEN, "utf-8")
    status, said = run("check")
    assert status == 1
    assert "without what you changed in home.html" in said
    assert told(folder)["revision"] == 1
    status, said = run("push")
    assert status == 1
    assert any(line.startswith("home.html:3:") and ": unknown: " in line for line in said.splitlines())
    assert "1 error" in said
    assert run("check")[0] == 1
    status, said = run("publish", reason="I want it")
    assert status == 1
    assert "This cannot be published. home.html:3:" in said


def test_a_preview_pushes_and_names_every_page(run: Run, spring: Theme, folder: Path, url: str) -> None:
    run("pull", theme=spring.id)
    (folder / "home.html").write_text(SOUND, "utf-8")
    said = run("preview")[1]
    assert f"{url}/settings/themes/{spring.id}/preview/home?revision=2\n" in said
    assert f"{url}/settings/themes/{spring.id}/preview/conversation?revision=2\n" in said


def test_what_is_published_is_what_the_folder_has(run: Run, spring: Theme, folder: Path, house: House) -> None:
    """What was changed and not pushed stops it; warnings need a reason."""
    run("pull", theme=spring.id)
    (folder / "settings.json").write_text('{"brand": "#123456", "nobody": "x"}', "utf-8")
    assert run("publish", reason="Spring")[0] == 1
    assert run("push")[0] == 0
    status, said = run("publish")
    assert status == 1
    assert "Give a reason" in said
    assert run("publish", reason="For later") == (0, "Customers see revision 2 of Spring now.\n")
    live = house.portal.settings.get(consistent=True).theme
    assert live
    assert live.number == 2


def test_a_push_never_overwrites_and_a_pull_joins_what_git_has(
    run: Run, spring: Theme, folder: Path, house: House
) -> None:
    """What is not in git is left as it is; both changes of one file are there after the pull."""
    house.themes.save(MIRA, spring.id, Content(NEW, {"home.html": SOUND}), seen=1)
    run("pull", theme=spring.id)
    mine = SOUND.replace(">Help<", ">Our help<").replace("block title %}Help", "block title %}Our help")
    (folder / "home.html").write_text(mine, "utf-8")
    theirs = SOUND.replace("Hello", "Good morning")
    house.themes.save(MIRA, spring.id, Content(NEW, {"home.html": theirs, "category.html": SOUND}), seen=2)

    status, said = run("push")
    assert status == 1
    assert "Mira saved revision 3 of Spring on " in said
    assert "DO=pull" in said
    assert "is not in git" in run("pull")[1]
    git(folder.parent, "init", "-q", str(folder))
    assert "Commit your changes" in run("pull")[1]
    assert (folder / "home.html").read_text("utf-8") == mine
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "Ours")
    status, said = run("pull")
    assert status == 1, "both lines are beside each other"
    text = (folder / "home.html").read_text("utf-8")
    assert "<<<<<<< yours\n" in text
    assert ">>>>>>> revision 3\n" in text
    assert (folder / "category.html").read_text("utf-8") == SOUND
    status, said = run("push")
    assert status == 1
    assert "home.html:2:1: conflict: " in said
    (folder / "home.html").write_text(SOUND.replace("Hello", "Both"), "utf-8")
    status, said = run("push")
    assert status == 0, said
    assert house.themes.get(spring.id).newest.number == 4


def test_an_upgrade_with_conflicts_is_settled_in_the_folder(run: Run, folder: Path, house: House) -> None:
    old, new = house.midtowns.files(OLD), house.midtowns.files(NEW)
    name = next(one for one in sorted(old) if one.endswith(".html") and one in new and old[one] != new[one])
    mine = "".join(f"<!-- mine -->{line}\n" for line in old[name].splitlines())
    made = house.themes.create(OPERATOR, "Old", Content(OLD, {name: mine}))
    run("pull", theme="old")
    status, said = run("upgrade")
    assert status == 1
    assert f"{name}: conflict, " in said
    assert told(folder) == {"id": made.id, "label": "Old", "base": NEW, "revision": 1}
    assert f">>>>>>> Midtown {NEW}\n" in (folder / name).read_text("utf-8")
    assert run("push")[0] == 1
    (folder / name).write_text(new[name], "utf-8")
    assert run("push")[0] == 0
    content = house.themes.content(made.id)
    assert (content.base, dict(content.files)) == (NEW, {})
    status, said = run("upgrade")
    assert status == 1
    assert "which is the newest version" in said


def test_an_upgrade_without_conflicts_is_a_draft(run: Run, folder: Path, house: House) -> None:
    house.themes.create(OPERATOR, "Old", Content(OLD, values={"accent": "#123456"}))
    run("pull", theme="old")
    status, said = run("upgrade")
    assert status == 0
    assert "saved as revision 2" in said
    assert told(folder, "settings.json") == {"brand": "#123456"}
    assert (folder / "conversation.html").exists()


@pytest.mark.parametrize(
    ("do", "options", "sentence"),
    [
        ("fly", {}, "Say what to do"),
        ("pull", {"dir": ""}, "Name the folder"),
        ("pull", {}, "Spring"),
        ("pull", {"theme": "Autumn"}, "No theme is called “Autumn”"),
        ("push", {}, "There is no theme in"),
    ],
)
def test_what_is_missing_is_said(run: Run, spring: Theme, do: str, options: dict[str, str], sentence: str) -> None:
    status, said = run(do, **options)
    assert status == 1
    assert sentence in said


def test_every_refusal_says_why_and_what_to_do(
    run: Run, spring: Theme, house: House, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    """A token that does not work, one without the scope, and a portal that does not answer."""
    text = house.tokens.make("CRM", ["customer:read"])[1]
    for token, sentence in (("foyer_x", "make token NAME="), (text, "lacks the scope theme:write"), ("", "TOKEN=")):
        monkeypatch.setenv("FOYER_TOKEN", token)
        status, said = run("pull", theme="Spring")
        assert status == 1
        assert sentence in said
    monkeypatch.setenv("FOYER_TOKEN", text)
    monkeypatch.setattr("tools.theme.stage_environment", lambda _: {"FOYER_PUBLIC_URL": "http://127.0.0.1:9"})
    assert "cannot be reached" in run("pull", theme="Spring")[1]
    assert not folder.exists()


def test_what_cannot_be_read_is_named(run: Run, spring: Theme, folder: Path) -> None:
    run("pull", theme="Spring")
    bad = {"home.html": b"\xff", "settings.json": b"{", "Start page.html": b"x", "assets/lamp.tiff": b"x"}
    for name, data in bad.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        before = path.read_bytes() if path.exists() else None
        path.write_bytes(data)
        status, said = run("push")
        assert status == 1
        assert said.startswith(f"{name}: "), said
        path.unlink() if before is None else path.write_bytes(before)


def test_without_a_stage_the_local_portal_gets_a_token_for_the_length_of_the_command(
    run: Run, spring: Theme, house: House, url: str, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setattr("tools.theme.house_of", lambda _: house)
    monkeypatch.setenv("PORT", url.rpartition(":")[2])
    monkeypatch.delenv("FOYER_TOKEN")
    assert run("pull", stage="", theme="Spring")[0] == 0
    (token,) = [one for one in house.tokens.everyone() if one.name == "make theme"]
    assert token.scopes == {"theme:write"}
    assert token.revoked_at is not None
