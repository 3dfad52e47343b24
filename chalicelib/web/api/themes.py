"""What the JSON API does with themes: the use cases of editors, for programs such as ``make theme``."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import TYPE_CHECKING

from chalicelib.audit.model import Author
from chalicelib.records import replace
from chalicelib.refusals import Conflict, Invalid, NotFound
from chalicelib.themes.model import ERROR, MANIFEST, Asset, Content, Problem
from chalicelib.themes.refusals import ThemeChanged, ThemeRefused
from chalicelib.web.api import theme_models as models
from chalicelib.web.api.calls import Answer, Call, Operation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.themes.editions import Edition
    from chalicelib.themes.revisions import Revision, Theme
    from chalicelib.themes.upgrade import FileUpgrade, Upgrade

SCOPE = "theme:write"
_TOLD = 20
"""Problems that a refusal repeats."""


def list_themes(call: Call) -> Answer:
    """List every theme, by label."""
    return 200, models.ThemeList(items=[_theme(one) for one in call.visit.house.themes.list()], next=None)


def create_theme(call: Call) -> Answer:
    """Create a theme from Midtown's newest version, with the portal's colour, logo and welcome."""
    sent: models.ThemeIn = call.body
    return 201, _theme(call.visit.house.themes.create(_author(call), sent.label))


def get_theme(call: Call) -> Answer:
    """Return a theme."""
    return 200, _theme(_found(call))


def get_theme_content(call: Call) -> Answer:
    """Return the files, settings and names of pictures of a revision."""
    theme, number = _revision(call)
    return 200, _content(call, number, call.visit.house.themes.content(theme.id, number))


def put_theme_content(call: Call) -> Answer:
    """Save a draft, and tell what is wrong with it; a draft with problems is saved as well."""
    sent: models.ThemeContentIn = call.body
    theme, themes = _found(call), call.visit.house.themes
    _only_newest(theme, sent.seen)
    known = themes.content(theme.id, sent.seen).assets
    missing = sorted(set(sent.assets) - known.keys())
    if missing:
        raise ThemeRefused(f"Revision {sent.seen} has no “{missing[0][:60]}”. Upload it first.", field="assets")
    content = Content(sent.base, sent.files, assets={name: known[name] for name in sent.assets})
    content = replace(content, values=_values(themes.files(content), sent.settings))
    saved = themes.save(_author(call), theme.id, content, seen=sent.seen, note=sent.note)
    return 200, _problems(call, theme.id, saved.number)


def get_theme_asset(call: Call) -> Answer:
    """Return a picture or font of a revision."""
    theme, number = _revision(call)
    asset = call.visit.house.themes.content(theme.id, number).assets.get(_asset_name(call))
    if asset is None:
        raise NotFound
    data = base64.b64encode(call.visit.house.themes.data(asset.sha256)).decode()
    return 200, models.ThemeAssetData(**_asset(asset).model_dump(), data=data)


def put_theme_asset(call: Call) -> Answer:
    """Save a draft with one more picture or font, or with another under this name."""
    sent: models.ThemeAssetIn = call.body
    theme, name = _found(call), _asset_name(call)
    _only_newest(theme, sent.seen)
    try:
        data = base64.b64decode(sent.data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid("data: This cannot be decoded.", field="data") from error
    themes = call.visit.house.themes
    saved = themes.add_asset(_author(call), theme.id, name, data, seen=sent.seen)
    asset = themes.content(theme.id, saved.number).assets[name]
    return 200, models.ThemeAssetSaved(revision=saved.number, asset=_asset(asset))


def get_theme_problems(call: Call) -> Answer:
    """Check a revision."""
    theme, number = _revision(call)
    return 200, _problems(call, theme.id, number)


def publish_theme(call: Call) -> Answer:
    """Let customers see a revision; one with errors is refused, and one with warnings if no reason is given."""
    sent: models.PublishIn = call.body
    theme = _found(call)
    problems = _checked(call, theme.id, sent.revision)
    _refuse(problems, sent.reason)
    themes = call.visit.house.themes
    themes.publish(_author(call), theme.id, sent.revision, problems, reason=sent.reason)
    return 200, _theme(themes.get(theme.id))


def upgrade_theme(call: Call) -> Answer:
    """Bring a theme to the newest version of Midtown; with conflicts nothing is saved."""
    from chalicelib.themes.upgrade import plan

    sent: models.UpgradeIn = call.body
    theme, themes = _found(call), call.visit.house.themes
    _only_newest(theme, sent.seen)
    if theme.base == themes.bases.newest:
        raise Conflict(f"This theme is made from Midtown {theme.base}, which is the newest version.")
    planned = plan(themes.content(theme.id, sent.seen), themes.bases, themes.bases.newest)
    content, conflicts = _joined(planned)
    number = None
    if not conflicts:
        note = f"Upgraded from Midtown {theme.base} to {planned.until}"
        number = themes.save(_author(call), theme.id, content, seen=sent.seen, note=note).number
    return 200, models.ThemeUpgrade(
        base=planned.until,
        files=[_upgraded(one) for one in planned.files.values()],
        notes=_notes(planned, content),
        revision=number,
        content=_content(call, number or sent.seen, content),
    )


# what was asked for


def _found(call: Call) -> Theme:
    return call.visit.house.themes.get(call.visit.id("theme_id"))


def _revision(call: Call) -> tuple[Theme, int]:
    query: models.RevisionQuery = call.query
    theme = _found(call)
    return theme, query.revision or theme.newest.number


def _only_newest(theme: Theme, seen: int) -> None:
    if theme.newest.number != seen:
        raise ThemeChanged(theme.newest.by, theme.newest.at)


def _author(call: Call) -> Author:
    """Return the token as the audit log and the history name it."""
    return Author(call.token.id, call.token.name, call.visit.request.source_ip)


def _asset_name(call: Call) -> str:
    return f"assets/{call.visit.request.params.get('name', '')}"


def _values(files: Mapping[str, str], sent: Mapping[str, models.Value]) -> dict[str, object]:
    """Return the settings that differ from their defaults; unknown ones are kept, so that the checks tell of them."""
    from chalicelib.themes.manifest import read
    from chalicelib.themes.values import clean, differing

    manifest, _ = read(files[MANIFEST])
    values, _ = clean(manifest, sent)
    known = {one.key for one in manifest.settings()}
    return {**differing(manifest, values), **{key: one for key, one in sent.items() if key not in known}}


# checks


def _checked(call: Call, theme_id: str, number: int) -> list[Problem]:
    from chalicelib.web.settings.themes.checking import checked

    edition: Edition | None = call.visit.house.looks.editions.get(theme_id, number)
    if edition is None:
        raise NotFound
    return [problem for one in checked(call.visit, theme_id, edition) for problem in one.problems]


def _problems(call: Call, theme_id: str, number: int) -> models.ThemeProblems:
    found = _checked(call, theme_id, number)
    return models.ThemeProblems(revision=number, problems=[_problem(one) for one in found])


def _refuse(problems: Sequence[Problem], reason: str) -> None:
    """Refuse what publishing refuses, with every sentence: a program shows no page of checks."""
    errors = [one for one in problems if one.level == ERROR]
    if errors:
        raise ThemeRefused(f"This cannot be published. {_told(errors)}", field=errors[0].file or None)
    if problems and not reason.strip():
        raise ThemeRefused(f"Give a reason to publish this anyway. {_told(problems)}", field="reason")


def _told(problems: Sequence[Problem]) -> str:
    more = len(problems) - _TOLD
    sentences = [str(one) for one in problems[:_TOLD]]
    return " ".join([*sentences, *([f"There are {more} more."] if more > 0 else [])])


# upgrading


def _joined(planned: Upgrade) -> tuple[Content, int]:
    """Return the upgraded content, with both texts of each conflict between markers, and the number of conflicts."""
    from chalicelib.themes.merge import marked
    from chalicelib.themes.upgrade import settled

    choices = {
        name: marked(file.merged, f"Midtown {planned.until}") for name, file in planned.files.items() if file.merged
    }
    return settled(planned, choices), sum(len(one) for one in choices.values())


def _notes(planned: Upgrade, content: Content) -> list[str]:
    from chalicelib.themes.upgrade import to_look_at

    return [*(one.sentence for one in planned.notes), *(str(one) for one in to_look_at(planned, content))]


# what is given


def _theme(theme: Theme) -> models.ThemeOut:
    return models.ThemeOut(
        id=theme.id,
        label=theme.label,
        base=theme.base,
        live=theme.live,
        changed=list(theme.changed),
        newest=_saved(theme.newest),
        published=_saved(theme.published) if theme.published else None,
    )


def _saved(one: Revision) -> models.RevisionOut:
    return models.RevisionOut(
        number=one.number, kind=one.kind, at=one.at, by=one.by, note=one.note, published_at=one.published_at
    )


def _content(call: Call, number: int, content: Content) -> models.ThemeContent:
    return models.ThemeContent(
        revision=number,
        base=content.base,
        files=call.visit.house.themes.files(content),
        settings=dict(content.values),
        assets=[_asset(one) for one in content.assets.values()],
    )


def _asset(one: Asset) -> models.ThemeAsset:
    return models.ThemeAsset(name=one.name, type=one.type, size=one.size, sha256=one.sha256)


def _problem(one: Problem) -> models.ProblemOut:
    return models.ProblemOut(
        file=one.file,
        line=one.line,
        column=one.column,
        kind=one.kind,
        sentence=one.sentence,
        level="error" if one.level == ERROR else "warning",
    )


def _upgraded(one: FileUpgrade) -> models.UpgradedFile:
    conflicts = len(one.merged.conflicts) if one.merged else 0
    return models.UpgradedFile(name=one.name, outcome=one.outcome.value, conflicts=conflicts)


_ONE = "/themes/{theme_id}"
_CONTENT = f"{_ONE}/content"
_ASSET = f"{_ONE}/assets/{{name}}"
OPERATIONS: Mapping[tuple[str, str], Operation] = {
    ("GET", "/themes"): Operation(list_themes, SCOPE, {200: models.ThemeList}),
    ("POST", "/themes"): Operation(create_theme, SCOPE, {201: models.ThemeOut}, body=models.ThemeIn),
    ("GET", _ONE): Operation(get_theme, SCOPE, {200: models.ThemeOut}),
    ("GET", _CONTENT): Operation(get_theme_content, SCOPE, {200: models.ThemeContent}, query=models.RevisionQuery),
    ("PUT", _CONTENT): Operation(
        put_theme_content,
        SCOPE,
        {200: models.ThemeProblems},
        body=models.ThemeContentIn,
        max_body=models.MAX_BODY,
    ),
    ("GET", _ASSET): Operation(get_theme_asset, SCOPE, {200: models.ThemeAssetData}, query=models.RevisionQuery),
    ("PUT", _ASSET): Operation(
        put_theme_asset,
        SCOPE,
        {200: models.ThemeAssetSaved},
        body=models.ThemeAssetIn,
        max_body=models.MAX_BODY,
    ),
    ("GET", f"{_ONE}/problems"): Operation(
        get_theme_problems, SCOPE, {200: models.ThemeProblems}, query=models.RevisionQuery
    ),
    ("POST", f"{_ONE}/publish"): Operation(publish_theme, SCOPE, {200: models.ThemeOut}, body=models.PublishIn),
    ("POST", f"{_ONE}/upgrade"): Operation(upgrade_theme, SCOPE, {200: models.ThemeUpgrade}, body=models.UpgradeIn),
}
"""Every operation on themes by method and path below /api/v1."""
