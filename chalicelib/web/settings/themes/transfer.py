"""Themes as zips: one is exported, and one that was uploaded is looked at and then saved.

A zip goes past the function, to and from the bucket for uploads: a theme has up to 5 MB, API Gateway passes on 10 MB of
text and Lambda 6 MB, of which Base64 takes a quarter. The form is an ordinary one that S3 answers with a redirect, so
it works without a script. Who uploaded it is part of the key: nobody else can open what lies there, for a day.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from chalicelib.attachments.model import disposition
from chalicelib.aws.files import FORM_SECONDS
from chalicelib.ids import new_id
from chalicelib.records import replace
from chalicelib.refusals import Conflict, Invalid, NotFound, UnknownChoice
from chalicelib.text import whole_number
from chalicelib.themes import archive
from chalicelib.themes.model import MAX_LABEL, MAX_THEME, Problem
from chalicelib.themes.pictures import checked
from chalicelib.urls import Urls
from chalicelib.web.errors import fault
from chalicelib.web.http import Response
from chalicelib.web.security import policy
from chalicelib.web.settings.contexts import Option
from chalicelib.web.settings.themes.transfer_contexts import ThemeImport, ThemeImported

if TYPE_CHECKING:
    from chalicelib.refusals import Refusal
    from chalicelib.themes.archive import Archive
    from chalicelib.themes.model import Content
    from chalicelib.web.visit import Visit

PERMISSION = "portal:write"
MAX_ZIP = MAX_THEME + archive.MAX_MIDTOWN
"""Bytes of a zip."""
_TAKEN = 4 * MAX_ZIP
"""Bytes that S3 takes: what is too large is told by a page of ours, not by S3."""
_ZIP = "application/zip"
_NEW = "new"
_DIGITS = 6


def export(visit: Visit) -> Response:
    """Give the newest revision as a zip."""
    visit.member(PERMISSION)
    themes = visit.house.themes
    theme = themes.get(visit.request.params.get("theme", ""))
    content = themes.content(theme.id, theme.newest.number)
    assets = {name: themes.data(one.sha256) for name, one in content.assets.items()}
    data = archive.packed(theme.label, content, themes.bases, assets)
    key = f"theme-exports/{theme.id}/{sha256(data).hexdigest()}.zip"
    url = visit.house.files.pass_on(key, data, disposition(f"{theme.label}.zip"), _ZIP)
    return Response(status=302).set("Location", url)


def choose(visit: Visit) -> Response:
    """Show the form that uploads a zip."""
    visit.member(PERMISSION)
    return _form(visit)


def look(visit: Visit) -> Response:
    """Show what is in a zip that was uploaded, or what is wrong with it."""
    visit.member(PERMISSION)
    found = _uploaded(visit)
    return _imported(visit, found) if not isinstance(found, list) else _form(visit, found)


def save(visit: Visit) -> Response:
    """Save what is in a zip, as a new theme or as a draft of one that there is."""
    visit.member(PERMISSION)
    found = _uploaded(visit)
    if isinstance(found, list):
        return _form(visit, found)
    try:
        theme_id, notice = _saved(visit, found)
    except (Invalid, Conflict) as refusal:
        return _imported(visit, found, refusal)
    visit.house.files.forget_uploads([_key(visit, visit.id("upload"))])
    return visit.go(visit.urls.settings("themes", theme_id), notice)


def _saved(visit: Visit, found: Archive) -> tuple[str, str]:
    """Save what is in a zip; return the id of the theme, and what the next page says."""
    themes, target = visit.house.themes, visit.request.field("target") or _NEW
    if target == _NEW:
        made = themes.create(visit.author(), visit.request.field("label"), _kept(visit, found))
        return made.id, "theme-made"
    theme_id, _, text = target.partition(":")
    seen = whole_number(text, _DIGITS)
    if not seen:
        raise UnknownChoice(field="target")
    themes.get(theme_id)
    themes.save(visit.author(), theme_id, _kept(visit, found), seen=seen, note="Imported")
    return theme_id, "theme-imported"


def _kept(visit: Visit, found: Archive) -> Content:
    """Return the content with its pictures and fonts stored."""
    return replace(
        found.content, assets={name: visit.house.themes.keep(name, data) for name, data in found.assets.items()}
    )


def _key(visit: Visit, upload: str) -> str:
    return f"theme-imports/{visit.author().id}/{upload}"


def _uploaded(visit: Visit) -> Archive | list[Problem]:
    """Return the theme that was uploaded, or what is wrong with it; what is not there, or another's, is not found."""
    stored = visit.house.files.uploaded(_key(visit, visit.id("upload")), MAX_ZIP)
    if stored is None:
        raise NotFound
    if stored.size > MAX_ZIP:
        megabytes = MAX_ZIP // (1024 * 1024)
        return [Problem("", 0, 0, "too-large", f"The zip is larger than {megabytes} MB. Use smaller pictures.")]
    found = archive.read(stored.content, visit.house.themes.bases)
    if isinstance(found, list):
        return found
    pictures = [one for name, data in found.assets.items() if isinstance(one := checked(name, data), Problem)]
    return pictures or found


def _form(visit: Visit, problems: list[Problem] | None = None) -> Response:
    files, upload = visit.house.files, new_id(visit.now)
    back = Urls(visit.house.settings.public_url).settings("themes", "import", upload)
    url, fields = files.presign_form(_key(visit, upload), _ZIP, _TAKEN, back)
    page = ThemeImport(url, tuple(fields.items()), MAX_ZIP, FORM_SECONDS // 60, tuple(problems or ()))
    response = visit.page(page, area="settings", here="themes", status=422 if problems else 200)
    allowed = policy(files.upload_origin, form_origin=files.upload_origin)
    return response.set("Content-Security-Policy", allowed)


def _imported(visit: Visit, found: Archive, refusal: Refusal | None = None) -> Response:
    target = visit.request.field("target") or _NEW
    targets = [(_NEW, "a new theme")]
    targets += [(f"{one.id}:{one.newest.number}", f"a draft of {one.label}") for one in visit.house.themes.list()]
    # Of a theme that was saved meanwhile the newest revision is chosen now: whoever sends it again has been told.
    chosen = target.partition(":")[0]
    page = ThemeImported(
        action=visit.urls.settings("themes", "import", visit.id("upload")),
        label=visit.request.field("label")[: 2 * MAX_LABEL] if refusal else found.label,
        max_label=MAX_LABEL,
        base=found.content.base,
        files=tuple(found.content.files),
        values=len(found.content.values),
        assets=tuple((one.name, one.size) for one in found.content.assets.values()),
        targets=tuple(Option(value, label, value.partition(":")[0] == chosen) for value, label in targets),
        faults=(fault(refusal),) if refusal else (),
    )
    return visit.page(page, area="settings", here="themes", status=refusal.status if refusal else 200)
