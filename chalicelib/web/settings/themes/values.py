"""The settings of a theme: a form with a live preview, verdicts on colours, pictures, and two editors at once."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from chalicelib.records import replace
from chalicelib.refusals import Invalid, SettingRefused
from chalicelib.speech import LANGUAGES
from chalicelib.text import whole_number
from chalicelib.themes.model import ASSET
from chalicelib.themes.palette import verdicts
from chalicelib.themes.refusals import ThemeChanged
from chalicelib.themes.settings import FONTS
from chalicelib.themes.values import PLACE, complete
from chalicelib.web.contexts import Fault
from chalicelib.web.errors import fault
from chalicelib.web.http import answer_json
from chalicelib.web.settings.contexts import Option
from chalicelib.web.settings.themes.head import head
from chalicelib.web.settings.themes.publishing import publish_sound
from chalicelib.web.settings.themes.revision import framing, newest, revision
from chalicelib.web.settings.themes.samples import PAGE_LABELS, SAMPLES
from chalicelib.web.settings.themes.typed import typed
from chalicelib.web.settings.themes.value_contexts import (
    Contrast,
    PreviewChoice,
    RowField,
    ThemeValues,
    ValueField,
    ValueGroup,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.themes.editions import Edition
    from chalicelib.themes.manifest import Manifest
    from chalicelib.themes.model import Problem
    from chalicelib.themes.palette import Verdict
    from chalicelib.themes.settings import Setting
    from chalicelib.web.http import Response
    from chalicelib.web.visit import Visit

PERMISSION = "portal:write"
_MAX_SENT = 2 * 1024 * 1024
"""Bytes of a picture in Base64 with its name; how large a picture may be is for ``pictures.py`` to say."""


def values(visit: Visit) -> Response:
    """Show the settings of a theme."""
    visit.member(PERMISSION)
    edition, number = newest(visit)
    return _page(visit, edition, number, edition.content.values)


def save(visit: Visit) -> Response:
    """Save a draft, and publish it where that was asked for; a refusal shows the form again with what was typed."""
    member, theme_id = visit.member(PERMISSION), _theme(visit)
    visit.house.themes.edits(theme_id, member)
    seen = whole_number(visit.request.field("seen")) or 0
    edition = revision(visit, theme_id, seen)
    changed, problems = typed(visit, edition.manifest)
    if any(one.level == "error" for one in problems):
        return _page(visit, edition, seen, changed, problems)
    try:
        content = replace(edition.content, values=changed)
        saved = visit.house.themes.save(visit.author(), theme_id, content, seen=seen)
    except ThemeChanged as refusal:
        return _clash(visit, edition, changed, refusal)
    except Invalid as refusal:
        return _page(visit, edition, seen, changed, refused=refusal)
    if visit.request.field("then") == "publish":
        return publish_sound(visit, theme_id, saved.number)
    return visit.go(visit.urls.settings("themes", theme_id), "saved")


def judge(visit: Visit) -> Response:
    """Answer how well the colours that were typed are told apart, by the key of each setting.

    The page asks for it as it opens, too, which tells others that somebody edits this theme.
    """
    member, theme_id = visit.member(PERMISSION), _theme(visit)
    visit.house.themes.edits(theme_id, member)
    edition, _ = newest(visit)
    changed, _ = typed(visit, edition.manifest)
    told = _contrasts(edition.manifest, edition.with_content(replace(edition.content, values=changed)).values)
    return answer_json(
        {
            key: [
                {"sentence": one.sentence, "fine": one.fine, "near": one.near, "near_key": one.near_key}
                for one in contrasts
            ]
            for key, contrasts in told.items()
        }
    )


def picture(visit: Visit) -> Response:
    """Save a picture or font that was sent as JSON (name, data in Base64, seen) with a draft."""
    visit.request.max_form = _MAX_SENT
    visit.member(PERMISSION)
    sent, theme_id = visit.request.json(), _theme(visit)
    told = sent if isinstance(sent, dict) else {}
    name, text, seen = (told.get(one) for one in ("name", "data", "seen"))
    if not isinstance(name, str) or not isinstance(text, str) or not isinstance(seen, int) or not ASSET.fullmatch(name):
        raise SettingRefused("Choose a picture: PNG, JPG, GIF, WebP or SVG.", field="name")
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SettingRefused("The picture did not arrive whole. Please try again.", field="data") from error
    saved = visit.house.themes.add_asset(visit.author(), theme_id, name, data, seen=seen)
    address = revision(visit, theme_id, saved.number).address(name, visit.urls)
    return answer_json({"seen": saved.number, "name": name, "url": address}, 201)


def _theme(visit: Visit) -> str:
    return visit.house.themes.get(visit.request.params.get("theme", "")).id


def _clash(visit: Visit, mine: Edition, changed: Mapping[str, Any], refusal: ThemeChanged) -> Response:
    """Show the form with both changes; of what both changed, mine stands in the field and theirs beside it."""
    theirs, number = newest(visit)
    before, now = mine.content.values, theirs.content.values
    keys = [one.key for one in theirs.manifest.settings()]
    only_theirs = {key for key in keys if changed.get(key) == before.get(key)}
    joined = {key: (now if key in only_theirs else changed).get(key) for key in keys}
    both = {
        key: now.get(key)
        for key in keys
        if key not in only_theirs and now.get(key) != before.get(key) and now.get(key) != changed.get(key)
    }
    kept = {key: value for key, value in joined.items() if value is not None}
    return _page(visit, theirs, number, kept, refused=refusal, theirs=both)


def _page(  # one argument for each thing that a form may come back with
    visit: Visit,
    edition: Edition,
    seen: int,
    chosen: Mapping[str, Any],
    problems: Sequence[Problem] = (),
    *,
    refused: Invalid | ThemeChanged | None = None,
    theirs: Mapping[str, Any] | None = None,
) -> Response:
    faults = {one.file.removeprefix(f"{PLACE}."): one.sentence for one in problems}
    form = _Form(visit, edition, complete(edition.manifest, chosen), faults, theirs or {})
    told = [Fault(sentence, name) for name, sentence in faults.items()]
    if isinstance(refused, Invalid):
        told.append(fault(refused))
    theme_id = visit.request.params["theme"]
    page = ThemeValues(
        theme=head(visit, theme_id, "values"),
        action=visit.urls.settings("themes", theme_id),
        seen=seen,
        groups=tuple(ValueGroup(one.label, tuple(map(form.field, one.settings))) for one in edition.manifest.groups),
        pages=_pages(visit, theme_id),
        languages=tuple(LANGUAGES.items()),
        clash=fault(refused).sentence if isinstance(refused, ThemeChanged) else "",
        faults=tuple(told),
    )
    status = refused.status if refused else 422 if problems else 200
    return framing(visit, visit.page(page, area="settings", here="themes", status=status))


def _pages(visit: Visit, theme_id: str) -> tuple[PreviewChoice, ...]:
    return tuple(
        PreviewChoice(
            page=page,
            label=label,
            url=visit.urls.settings("themes", theme_id, "preview", page),
            states=tuple((one.state, one.label) for one in SAMPLES[f"{page}.html"]),
        )
        for page, label in PAGE_LABELS.items()
    )


class _Form:
    """Makes the fields of one form."""

    def __init__(
        self,
        visit: Visit,
        edition: Edition,
        chosen: Mapping[str, Any],
        faults: Mapping[str, str],
        theirs: Mapping[str, Any],
    ) -> None:
        self._visit, self._edition, self._chosen = visit, edition, chosen
        self._faults, self._theirs = faults, theirs
        sound = edition.with_content(replace(edition.content, values=dict(chosen))).values
        self._contrasts = _contrasts(edition.manifest, sound)
        self._snippets = [one.name for one in visit.house.snippets.all()]

    def field(self, setting: Setting) -> ValueField:
        """Return a setting as the form shows it."""
        value = self._chosen[setting.key]
        theirs = self._theirs.get(setting.key)
        return ValueField(
            key=setting.key,
            kind=setting.kind,
            label=setting.label,
            help=setting.help,
            value=_text(value),
            placeholder=_text(setting.default),
            unit=setting.unit,
            least=setting.least,
            most=setting.most,
            step=setting.step,
            options=self._options(setting, _text(value)),
            rows=_rows(setting, value) if setting.kind == "list" else (),
            contrasts=self._contrasts.get(setting.key, ()),
            picture_url=self._edition.address(value, self._visit.urls) if setting.kind == "image" and value else "",
            fault=next((said for name, said in self._faults.items() if name.partition(".")[0] == setting.key), ""),
            theirs=_text(theirs) if setting.key in self._theirs else None,
        )

    def _options(self, setting: Setting, value: str) -> tuple[Option, ...]:
        if setting.kind == "font":
            return tuple(Option(key, one.label, key == value) for key, one in FONTS.items())
        if setting.kind == "choice":
            return tuple(Option(one.value, one.label, one.value == value) for one in setting.choices)
        if setting.kind == "snippet":
            names = self._snippets if value in (*self._snippets, "") else [*self._snippets, value]
            return (Option("", "None", not value), *(Option(one, one, one == value) for one in names))
        if setting.kind == "image":
            names = [one for one in self._edition.content.assets if not one.endswith(".woff2")]
            return (Option("", "None", not value), *(Option(one, one, one == value) for one in names))
        return ()


def _text(value: object) -> str:
    """Return a value as a field has it."""
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None or isinstance(value, list) else str(value)


def _rows(setting: Setting, value: object) -> tuple[tuple[RowField, ...], ...]:
    """Return the rows of a list, and an empty one to add."""
    rows = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    shown = [*rows, {}] if len(rows) < setting.most else rows
    return tuple(
        tuple(
            RowField(f"{setting.key}.{at}.{one.key}", one.label, str(row.get(one.key, "")), one.kind == "link")
            for one in setting.of
        )
        for at, row in enumerate(shown)
    )


def _contrasts(manifest: Manifest, chosen: Mapping[str, Any]) -> dict[str, tuple[Contrast, ...]]:
    labels = {one.key: one.label for one in manifest.settings()}
    made: dict[str, tuple[Contrast, ...]] = {}
    for one in verdicts(manifest, chosen):
        made[one.key] = (*made.get(one.key, ()), _contrast(one, labels))
    return made


def _contrast(verdict: Verdict, labels: Mapping[str, str]) -> Contrast:
    where = "On dark pages, with" if verdict.dark else "With"
    said = f"{where} {labels.get(verdict.against, verdict.against)}: {verdict.ratio:.1f} to 1"
    return Contrast(
        said if verdict.fine else f"{said}, less than {verdict.least:g}: hard to read",
        verdict.fine,
        verdict.near if not verdict.fine else "",
        verdict.near_key if not verdict.fine else "",
    )
