"""What ``make theme`` does with a theme: each command returns the exit status, 1 where something is to be done."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from chalicelib.themes.model import ERROR, Problem
from chalicelib.themes.pages import PAGES
from infra.aws import CannotDeploy
from tools.theme_api import Api, Refused
from tools.theme_folder import About, Folder, Held
from tools.theme_merging import join, unsettled


@dataclass(frozen=True)
class Stored:
    """A theme and a revision of it on the portal; ``assets`` are the SHA-256 of pictures and fonts by name."""

    theme: Mapping[str, Any]
    revision: int
    base: str
    files: Mapping[str, str]
    settings: Mapping[str, Any]
    assets: Mapping[str, str]

    @property
    def about(self) -> About:
        """What ``theme.json`` says of it."""
        return About(self.theme["id"], self.theme["label"], self.base, self.revision)


class Work:
    """The commands."""

    def __init__(self, api: Api, folder: Folder, say: Callable[[str], object] = print) -> None:
        """Take the API, the folder, and what prints a line."""
        self._api, self._folder, self._say = api, folder, say

    def pull(self, wanted: str = "") -> int:
        """Bring the newest revision into the folder, and join it with what was changed there."""
        about = self._folder.about()
        theme = self._api.theme(self._which(wanted, about))
        if about is None:
            return self._first(self._stored(theme))
        if about.revision == theme["newest"]["number"]:
            self._say(f"{about.label} is up to date: revision {about.revision}.")
            return 0
        return self._later(about, self._stored(theme))

    def push(self, note: str = "") -> int:
        """Save what was changed as a draft; customers see nothing of it. Return 1 where it has errors."""
        about, mine, stored = self._ours()
        changed = _changed(about, mine, stored)
        if not changed:
            self._say(f"Nothing to push: the folder is revision {stored.revision} of {about.label}.")
            return 0
        _refuse_unsettled(mine)
        for name, data in mine.assets.items():
            if stored.assets.get(name) != _sha(data):
                stored = self._push_asset(about, stored, name, data)
        saved = self._api.change(
            "PUT",
            about.id,
            "/content",
            seen=stored.revision,
            base=about.base,
            files=_sent(about, mine, stored),
            settings=mine.settings,
            assets=sorted(mine.assets),
            note=note,
        )
        after = self._stored(self._api.theme(about.id), saved["revision"])
        self._folder.write(after.about, self._downloaded(after, mine))
        self._say(f"Saved as revision {after.revision} of {about.label}: {', '.join(changed)}.")
        return self._told(saved["problems"])

    def check(self) -> int:
        """Print what is wrong with the revision that the folder has; nothing is pushed. Return 1 for errors."""
        about, _, _ = self._pushed("checked")
        return self._told(self._api.theme(about.id, "/problems", revision=about.revision)["problems"])

    def preview(self) -> int:
        """Push, and print where each page can be looked at by staff who may change the portal."""
        status = self.push()
        about = self._known()
        for page in PAGES:
            self._say(f"{self._api.url}/settings/themes/{about.id}/preview/{page}?revision={about.revision}")
        return status

    def publish(self, reason: str = "") -> int:
        """Let customers see the revision that the folder has."""
        about, _, _ = self._pushed("published")
        self._api.change("POST", about.id, "/publish", revision=about.revision, reason=reason)
        self._say(f"Customers see revision {about.revision} of {about.label} now.")
        return 0

    def upgrade(self) -> int:
        """Bring the theme to the newest Midtown. With conflicts it is only written into the folder, and 1 returned."""
        about, mine, stored = self._pushed("upgraded")
        done = self._api.change("POST", about.id, "/upgrade", seen=about.revision)
        after = _of_content(stored.theme, done["content"])
        self._folder.write(after.about, self._downloaded(after, mine))
        for one in done["files"]:
            if one["outcome"] in {"merged", "conflict", "gone"}:
                self._say(f"{one['name']}: {one['outcome']}" + (f", {one['conflicts']}" if one["conflicts"] else ""))
        for one in done["notes"]:
            self._say(one)
        if done["revision"] is None:
            raise CannotDeploy(
                f"There are conflicts with Midtown {done['base']}, so nothing was saved. Settle them in the folder, "
                "between <<<<<<< and >>>>>>>, and push."
            )
        self._say(f"Upgraded to Midtown {done['base']} and saved as revision {done['revision']}.")
        return 0

    # what the folder and the portal have

    def _known(self) -> About:
        about = self._folder.about()
        if about is None:
            raise CannotDeploy(f"There is no theme in {self._folder.path}. Pull one: make theme DO=pull DIR=… THEME=…")
        return about

    def _ours(self) -> tuple[About, Held, Stored]:
        """Return folder and portal; refuse where the portal has a revision that the folder does not know."""
        about = self._known()
        theme = self._api.theme(about.id)
        newest = theme["newest"]
        if newest["number"] != about.revision:
            raise CannotDeploy(
                f"{newest['by']} saved revision {newest['number']} of {about.label} on {_day(newest['at'])}, and the "
                f"folder has revision {about.revision}. Run “make theme DO=pull” first; it joins both."
            )
        return about, self._folder.held(), self._stored(theme)

    def _pushed(self, what: str) -> tuple[About, Held, Stored]:
        """Return folder and portal; refuse where they differ, as it would be about something else."""
        about, mine, stored = self._ours()
        changed = _changed(about, mine, stored)
        if changed:
            raise CannotDeploy(
                f"Revision {about.revision} would be {what}, without what you changed in {', '.join(changed)}. "
                "Run “make theme DO=push” first; customers see nothing of a draft."
            )
        return about, mine, stored

    def _which(self, wanted: str, about: About | None) -> str:
        """Return the id of the theme that is asked for by id or label, or is in the folder."""
        if about and wanted in {"", about.id, about.label}:
            return about.id
        if about:
            raise CannotDeploy(f"{self._folder.path} has the theme {about.label}. Pull {wanted} into another folder.")
        themes = self._api.themes()
        found = [one["id"] for one in themes if wanted and wanted.casefold() in {one["id"], one["label"].casefold()}]
        if len(found) == 1:
            return str(found[0])
        listed = "\n".join(f"  {one['id']}  {one['label']}" for one in themes)
        why = "Several themes have this label" if found else f"No theme is called “{wanted}”" if wanted else ""
        there = f"Name one of these by its id, as THEME=:\n{listed}" if themes else "There are no themes yet."
        raise CannotDeploy(f"{why}. {there}" if why else there)

    def _stored(self, theme: Mapping[str, Any], number: int = 0) -> Stored:
        number = number or theme["newest"]["number"]
        return _of_content(theme, self._api.theme(theme["id"], "/content", revision=number))

    def _downloaded(self, stored: Stored, mine: Held, *, revision: int = 0) -> Held:
        """Return a revision with its pictures; those that the folder has are not fetched."""
        assets = {}
        for name, sha in stored.assets.items():
            data = mine.assets.get(name)
            assets[name] = data if data is not None and _sha(data) == sha else self._asset(stored, name, revision)
        return Held(stored.files, stored.settings, assets)

    def _asset(self, stored: Stored, name: str, revision: int = 0) -> bytes:
        got = self._api.theme(stored.theme["id"], f"/{name}", revision=revision or stored.revision)
        return base64.b64decode(got["data"])

    # pulling

    def _first(self, stored: Stored) -> int:
        there = self._folder.held()
        if there.files or there.assets:
            raise CannotDeploy(
                f"{self._folder.path} has files of a theme, and no theme.json that says which. Pull into a new folder."
            )
        self._folder.write(stored.about, self._downloaded(stored, there))
        self._say(f"{stored.about.label}, revision {stored.revision}, is in {self._folder.path}.")
        return 0

    def _later(self, about: About, stored: Stored) -> int:
        mine, theirs = self._folder.held(), self._downloaded(stored, self._folder.held())
        try:
            before = self._stored(stored.theme, about.revision)
        except Refused as refusal:
            if refusal.code != "not_found":
                raise
            raise CannotDeploy(
                f"Revision {about.revision}, which the folder was made from, is no longer kept. "
                "Pull into a new folder, and copy your changes there."
            ) from refusal
        common = self._downloaded(before, mine)
        if _changed(about, mine, before):
            self._refuse_unclean()
        joined = join(common, mine, theirs, stored.revision)
        base = stored.base if about.base == before.base else about.base
        self._folder.write(replace(stored.about, base=base), joined.held)
        newest = stored.theme["newest"]
        self._say(f"{about.label} is revision {stored.revision} now, saved by {newest['by']} on {_day(newest['at'])}.")
        for one in joined.conflicts:
            self._say(one)
        return 1 if joined.conflicts else 0

    def _refuse_unclean(self) -> None:
        """Refuse to join anything into files that git could not bring back."""
        command = ["git", "-C", str(self._folder.path), "status", "--porcelain", "--", "."]
        try:
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError) as error:
            raise CannotDeploy(
                f"{self._folder.path} was changed since it was pulled, and is not in git. Put it into git and commit, "
                "so that nothing can be lost, and pull again."
            ) from error
        if said.strip():
            raise CannotDeploy(
                f"Commit your changes in {self._folder.path} first, so that nothing can be lost:\n{said}"
            )

    # pushing

    def _push_asset(self, about: About, stored: Stored, name: str, data: bytes) -> Stored:
        """Send a picture or font; the folder gets it as it is stored, without what cameras note in it."""
        sent = base64.b64encode(data).decode()
        saved = self._api.change("PUT", about.id, f"/{name}", data=sent, seen=stored.revision)
        stored = replace(stored, revision=saved["revision"], assets={**stored.assets, name: saved["asset"]["sha256"]})
        self._folder.note(replace(about, revision=stored.revision))
        if saved["asset"]["sha256"] != _sha(data):
            self._folder.write_asset(name, self._asset(stored, name))
        return stored

    def _told(self, problems: list[dict[str, Any]]) -> int:
        """Print problems, errors first, and how many there are."""
        found = sorted((Problem(**one) for one in problems), key=lambda one: one.level != ERROR)
        for one in found:
            self._say(str(one))
        errors = sum(1 for one in found if one.level == ERROR)
        self._say(f"{_count(errors, 'error')}, {_count(len(found) - errors, 'warning')}." if found else "No problems.")
        return 1 if errors else 0


def _of_content(theme: Mapping[str, Any], content: Mapping[str, Any]) -> Stored:
    assets = {one["name"]: one["sha256"] for one in content["assets"]}
    return Stored(theme, content["revision"], content["base"], content["files"], content["settings"], assets)


def _changed(about: About, mine: Held, stored: Stored) -> list[str]:
    """Return the names of what a push would change. Midtown's own file that is taken away comes back."""
    files = [
        name
        for name in sorted({*mine.files, *stored.files})
        if mine.files.get(name) != stored.files.get(name) and (name in mine.files or name in stored.theme["changed"])
    ]
    mine_assets = {name: _sha(data) for name, data in mine.assets.items()}
    assets = [n for n in sorted({*mine_assets, *stored.assets}) if mine_assets.get(n) != stored.assets.get(n)]
    settings = ["settings.json"] if mine.settings != stored.settings else []
    return [*files, *settings, *assets, *([f"base {about.base}"] if about.base != stored.base else [])]


def _sent(about: About, mine: Held, stored: Stored) -> dict[str, str]:
    """Return the files to send: all with another version of Midtown, else those that are not Midtown's."""
    if about.base != stored.base:
        return dict(mine.files)
    own = stored.theme["changed"]
    return {name: text for name, text in mine.files.items() if name in own or text != stored.files.get(name)}


def _refuse_unsettled(mine: Held) -> None:
    left = unsettled(mine.files)
    if left:
        raise CannotDeploy("\n".join(left))


def _sha(data: bytes) -> str:
    return sha256(data).hexdigest()


def _day(moment: str) -> str:
    return f"{datetime.fromisoformat(moment):%Y-%m-%d at %H:%M UTC}"


def _count(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number} {what}s"
