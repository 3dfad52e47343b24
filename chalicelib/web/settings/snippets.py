"""Snippets for content managers: the list with what is missing, and a form with a text for each language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.refusals import ChangedMeanwhile, Conflict, Invalid, NotFound, UnknownChoice
from chalicelib.snippets.model import MAX_TEXT, PLACEHOLDERS, Snippet, clean
from chalicelib.speech import LANGUAGES
from chalicelib.text import whole_number
from chalicelib.web.errors import fault
from chalicelib.web.settings import forms
from chalicelib.web.settings.contexts import SnippetPage, SnippetRow, SnippetsPage, TextField

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.refusals import Refusal
    from chalicelib.snippets.service import Use
    from chalicelib.web.http import Response
    from chalicelib.web.visit import Visit

PERMISSION = "portal:write"
_REFUSED = (Invalid, Conflict)


def snippets(visit: Visit) -> Response:
    """Show all snippets."""
    desk = visit.house.snippets
    every, places_later = desk.all_later(visit.reads), desk.places_later(visit.reads)
    visit.member(PERMISSION)
    languages, places = visit.settings().languages, places_later()
    page = SnippetsPage(
        tuple(
            SnippetRow(
                name=one.name,
                url=visit.urls.settings("snippets", one.name),
                preview=one.text("", languages[0], **{name: "{" + name + "}" for name in PLACEHOLDERS})[:140],
                missing=tuple(LANGUAGES[language] for language in one.missing(languages)),
                used=tuple(use.where for use in places.get(one.name, ())),
            )
            for one in every()
        )
    )
    return visit.page(page, area="settings", here="snippets")


def new(visit: Visit) -> Response:
    """Show the form of a new snippet."""
    visit.member(PERMISSION)
    return _form(visit, None)


def create(visit: Visit) -> Response:
    """Make a snippet; the form comes back with what was typed where that cannot be."""
    visit.member(PERMISSION)
    try:
        visit.house.snippets.create(visit.author(), visit.request.field("name"), _typed(visit))
    except _REFUSED as refusal:
        return _form(visit, None, refusal)
    return visit.go(visit.urls.settings("snippets"), "saved")


def snippet(visit: Visit) -> Response:
    """Show the form of a snippet."""
    desk = visit.house.snippets
    later, places = (
        desk.later(visit.reads, visit.request.params.get("snippet", "")[:100]),
        desk.places_later(visit.reads),
    )
    visit.member(PERMISSION)
    found = later()
    if found is None:
        raise NotFound
    return _form(visit, found, uses=places().get(found.name, ()))


def change(visit: Visit) -> Response:
    """Save or remove a snippet; a refusal shows the form again with what was typed."""
    visit.member(PERMISSION)
    form, desk, before = visit.request, visit.house.snippets, _found(visit)
    version = whole_number(form.field("version")) or 0
    action = form.field("action")
    try:
        if action == "save":
            texts, both = _merged(visit, before)
            # Whoever changed other languages in between is not in the way, and nothing of theirs is lost.
            desk.save(visit.author(), before.name, texts, version if both else before.version)
        elif action == "delete":
            desk.delete(visit.author(), before.name, version)
        else:
            raise UnknownChoice(field="action")
    except _REFUSED as refusal:
        return _form(visit, _found(visit), refusal)
    return visit.go(visit.urls.settings("snippets"), "removed" if action == "delete" else "saved")


def _found(visit: Visit) -> Snippet:
    found = visit.house.snippets.get(visit.request.params.get("snippet", "")[:100], consistent=True)
    if found is None:
        raise NotFound
    return found


def _typed(visit: Visit) -> Mapping[str, str]:
    """Return the texts that were sent; a language without a field keeps what it has."""
    sent = visit.request.fields()
    return {language: sent[f"text_{language}"][0] for language in LANGUAGES if f"text_{language}" in sent}


def _merged(visit: Visit, saved: Snippet) -> tuple[dict[str, str], frozenset[str]]:
    """Return the texts as both want them, and the languages in which somebody else saved another one meanwhile.

    Where only one of the two has changed a text, it is theirs; where both have, it is as it was sent.
    """
    typed = {language: clean(text) for language, text in _typed(visit).items()}
    now = {language: saved.values.get(language, "") for language in typed}
    seen = forms.seen(visit.request, {f"text_{language}": text for language, text in now.items()})
    before = {language: seen.get(f"text_{language}") for language in typed}
    texts = {language: now[language] if text == before[language] else text for language, text in typed.items()}
    both = frozenset(one for one, text in texts.items() if now[one] not in {before[one], text})
    return {**saved.values, **texts}, both


def _form(
    visit: Visit, saved: Snippet | None, refusal: Refusal | None = None, uses: Sequence[Use] | None = None
) -> Response:
    offered = visit.settings().languages
    values = saved.values if saved else {}
    typed = _typed(visit) if refusal and visit.request.field("action") != "delete" else {}
    clash, both = isinstance(refusal, ChangedMeanwhile), frozenset[str]()
    if clash and saved and typed:
        typed, both = _merged(visit, saved)
    # Those offered first, the organization's own at the top; then what was written in others before.
    languages = [*offered, *(one for one in LANGUAGES if one in {**values, **typed} and one not in offered)]
    fields = tuple(
        TextField(
            language=one,
            label=LANGUAGES[one],
            text=typed.get(one, values.get(one, "")),
            offered=one in offered,
            theirs=values.get(one, "") if one in both else None,
        )
        for one in languages
    )
    if uses is None:
        uses = visit.house.snippets.uses(saved.name) if saved else ()
    page = SnippetPage(
        name=saved.name if saved else visit.request.field("name")[:100] if refusal else "",
        version=saved.version if saved else 0,
        action=visit.urls.settings("snippets", saved.name) if saved else visit.urls.settings("snippets"),
        fields=fields,
        inputs=("name", *(f"text_{one.language}" for one in fields)),
        seen=forms.seen_text({f"text_{one}": values.get(one, "") for one in languages}),
        placeholders=tuple(PLACEHOLDERS.items()),
        max_text=MAX_TEXT,
        uses=tuple((use.where, visit.urls.settings(use.page)) for use in uses),
        clash=clash,
        faults=(fault(refusal),) if refusal else (),
    )
    return visit.page(page, area="settings", here="snippets", status=refusal.status if refusal else 200)
