"""The editor of one article: its text in each language, what readers see of it, where it is and who it is for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from chalicelib import zones
from chalicelib.ids import is_id
from chalicelib.knowledge.article import MAX_BODY, Article, Content, Draft
from chalicelib.knowledge.model import Scope
from chalicelib.knowledge.text_diff import compare
from chalicelib.records import dataclass
from chalicelib.refusals import ChangedMeanwhile, Invalid, NotFound, SettingRefused, UnknownChoice
from chalicelib.speech import LANGUAGES, RIGHT_TO_LEFT
from chalicelib.text import whole_number
from chalicelib.urls import all_below
from chalicelib.web.errors import fault
from chalicelib.web.http import Response, answer_json
from chalicelib.web.pages import has_page
from chalicelib.web.security import policy
from chalicelib.web.settings.article_contexts import EditorPage, Tongue
from chalicelib.web.settings.articles import PERMISSION, REFUSED, STATES, category_options, scope_of

if TYPE_CHECKING:
    from chalicelib.audit.model import Author
    from chalicelib.aws.table import Later
    from chalicelib.knowledge.article import Edition
    from chalicelib.knowledge.dead_links import DeadLink
    from chalicelib.knowledge.editing import Editing
    from chalicelib.knowledge.markdown import Rendered
    from chalicelib.knowledge.model import Tree
    from chalicelib.refusals import Refusal
    from chalicelib.staff.model import Member
    from chalicelib.web.visit import Visit

MAX_FORM = 12 * MAX_BODY + 44 * 1024
"""Bytes of a form with an article: its characters are at most 12 bytes each when percent-encoded, mostly fewer."""


@dataclass(frozen=True, slots=True)
class _Edit:
    """An article in one language, and the member who works on it."""

    visit: Visit
    member: Member
    article: Article
    language: str

    @property
    def author(self) -> Author:
        """Who the audit log names."""
        return self.visit.author()

    @property
    def editing(self) -> Editing:
        """What can be done with it."""
        return self.visit.house.knowledge.editing

    @property
    def zone(self) -> str:
        """The time zone of moments that are typed."""
        return self.member.time_zone or self.visit.settings().time_zone


def article(visit: Visit) -> Response:
    """Show an article to write on."""
    room = visit.house.knowledge
    later, tree = room.editing.store.later(visit.reads, visit.id("article_id")), room.categories.tree_later(visit.reads)
    member = visit.member(PERMISSION)
    found = later()
    if found is None:
        raise NotFound
    return _page(_Edit(visit, member, found, _language(visit, visit.request.arg("lang"))), tree=tree)


def change(visit: Visit) -> Response:
    """Do what a button of the editor says; a refusal shows the page again with all that was typed."""
    visit.request.max_form = MAX_FORM
    member = visit.member(PERMISSION)
    found = _found(visit)
    language = _language(visit, visit.request.field("lang"))
    action = visit.request.field("action")
    edit = _Edit(visit, member, found, language)
    try:
        notice = _press(edit, action)
    except REFUSED as refusal:
        return _page(_Edit(visit, member, _found(visit), language), refusal, action)
    if action == "preview":
        return _page(edit, action=action)
    if action == "delete":
        return visit.go(visit.urls.settings("articles"), notice)
    if action in {"up", "down"}:
        return visit.go(visit.urls.settings("articles", category=found.category_id), notice)
    return visit.go(visit.urls.settings("articles", found.id, lang=language), notice)


def preview(visit: Visit) -> Response:
    """Return a text as readers will see it, for the editor's script."""
    from chalicelib.knowledge.markdown import render

    visit.request.max_form = MAX_FORM
    visit.member(PERMISSION)
    rendered = render(_typed(visit).body)
    article_id, room = visit.request.field("article"), visit.house.knowledge
    article = room.editing.store.get(article_id) if is_id(article_id) else None
    dead = _dead_links(visit, rendered, article, _language(visit, visit.request.field("lang")), room.categories.tree())
    said = [{"words": one.words, "address": one.address, "why": one.why} for one in dead]
    html = all_below(visit.urls.prefix, rendered.html)
    return answer_json({"html": html, "minutes": rendered.minutes, "dead_links": said})


def _dead_links(
    visit: Visit, rendered: Rendered, article: Article | None, language: str, tree: Tree
) -> tuple[DeadLink, ...]:
    """Return the links of a text that lead nowhere, of an article that is there already or of none."""
    own = visit.settings().languages[0]
    finder = visit.house.knowledge.dead_links(has_page)
    return finder.among(rendered, article=article, language=language, own=own, tree=tree)


def picture(visit: Visit) -> Response:
    """Begin the upload of a picture, or take one that was uploaded into the knowledge base."""
    member = visit.member(PERMISSION)
    sent = visit.request.json()
    if isinstance(sent, dict) and set(sent) == {"upload"} and isinstance(sent["upload"], str):
        image = visit.house.knowledge.images.finish(member, sent["upload"])
        alternative = image.name.rpartition(".")[0].translate(_PLAIN)
        return answer_json({"markdown": f"![{alternative}](/articles/images/{image.id})", "id": image.id}, 201)
    from chalicelib.web.bodies import upload_asked

    asked = upload_asked(sent)
    begun = visit.house.knowledge.images.begin(member, asked.name, asked.type, asked.size)
    return answer_json({"id": begun.upload.id, "url": begun.url, "fields": begun.fields}, 201)


_PLAIN = {ord(one): " " for one in "[]\\`*_<>!&"}
"""What means something in Markdown has no place in the words for a picture that a file's name gives."""


# what its buttons do; each function returns the notice of the page that follows


def _press(edit: _Edit, action: str) -> str:
    button = _BUTTONS.get(action)
    if button is None:
        raise UnknownChoice(field="action")
    return button(edit)


def _save(edit: _Edit) -> str:
    edit.editing.save(edit.author, edit.article.id, edit.language, _typed(edit.visit), _number(edit.visit, "version"))
    return "saved"


def _publish(edit: _Edit) -> str:
    typed, version = _typed(edit.visit), _number(edit.visit, "version")
    edit.editing.publish(edit.author, edit.article.id, edit.language, typed, version)
    return "published"


def _preview(_: _Edit) -> str:
    return ""  # the page that follows shows it


def _unpublish(edit: _Edit) -> str:
    edit.editing.unpublish(edit.author, edit.article.id, edit.language)
    return "unpublished"


def _schedule(edit: _Edit) -> str:
    return _set_time(edit, _moment(edit, edit.visit.request.field("at")))


def _call_off(edit: _Edit) -> str:
    return _set_time(edit, None)


def _set_time(edit: _Edit, at: datetime | None) -> str:
    what = "unpublish" if edit.visit.request.field("what") == "unpublish" else "publish"
    edit.editing.schedule(edit.author, edit.article.id, edit.language, what=what, at=at)
    return "saved"


def _restore(edit: _Edit) -> str:
    number, version = _number(edit.visit, "number"), _number(edit.visit, "version")
    edit.editing.restore(edit.author, edit.article.id, edit.language, number, version)
    return "restored"


def _change_facts(edit: _Edit) -> str:
    form = edit.visit.request.field
    category = form("category")
    edit.editing.change_facts(
        edit.author,
        edit.article.id,
        facts=_number(edit.visit, "facts"),
        slug=form("slug").strip(),
        category_id=category if is_id(category) else "",
        scope=scope_of(form("scope")),
        featured=form("featured") == "on",
    )
    return "saved"


def _up(edit: _Edit) -> str:
    edit.editing.move(edit.author, edit.article.id, up=True)
    return "saved"


def _down(edit: _Edit) -> str:
    edit.editing.move(edit.author, edit.article.id, up=False)
    return "saved"


def _archive(edit: _Edit) -> str:
    edit.editing.archive(edit.author, edit.article.id)
    return "saved"


def _bring_back(edit: _Edit) -> str:
    edit.editing.bring_back(edit.author, edit.article.id)
    return "saved"


def _delete(edit: _Edit) -> str:
    edit.editing.delete(edit.author, edit.article.id)
    return "deleted"


_BUTTONS: Mapping[str, Callable[[_Edit], str]] = {
    "save": _save,
    "publish": _publish,
    "preview": _preview,
    "unpublish": _unpublish,
    "schedule": _schedule,
    "call-off": _call_off,
    "restore": _restore,
    "facts": _change_facts,
    "up": _up,
    "down": _down,
    "archive": _archive,
    "bring-back": _bring_back,
    "delete": _delete,
}


# the page


def _found(visit: Visit) -> Article:
    return visit.house.knowledge.editing.get(visit.request.params.get("article_id", ""))


def _language(visit: Visit, text: str) -> str:
    """Return the language that is written in: one of the product's, the organization's own where none is named."""
    return text if text in LANGUAGES else visit.settings().languages[0]


def _typed(visit: Visit) -> Content:
    form = visit.request.field
    return Content(form("title"), form("summary"), form("body"))


def _number(visit: Visit, name: str) -> int:
    number = whole_number(visit.request.field(name))
    if number is None:
        raise Invalid
    return number


def _moment(edit: _Edit, text: str) -> datetime:
    """Return the moment a form names, in the zone of who filled it in."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingRefused("Choose a date and a time.", field="at") from error
    return local.replace(tzinfo=zones.zone(edit.zone))


def _page(edit: _Edit, refusal: Refusal | None = None, action: str = "", tree: Later[Tree] | None = None) -> Response:
    """Show an article; with an ``action``, with what was typed, and why it was refused."""
    from chalicelib.knowledge.markdown import render

    visit, article, language = edit.visit, edit.article, edit.language
    settings, urls = visit.settings(), visit.urls
    own, form = settings.languages[0], visit.request.field
    knowledge, reads = visit.house.knowledge, visit.house.table.together(consistent=True)
    saved_later = edit.editing.store.draft_later(reads, article.id, language)
    helpful = knowledge.helpful.count_later(reads, article.id, language)
    tree = tree or knowledge.categories.tree_later(reads)
    saved = saved_later() or Draft(Content())
    writing = action in {"save", "publish", "preview"}
    content = _typed(visit) if writing else saved.content
    clash = writing and isinstance(refusal, ChangedMeanwhile)
    version = _number(visit, "version") if action == "preview" else saved.version
    facts: dict[str, Any] = {
        "slug": article.slug,
        "category": article.category_id,
        "scope": article.scope.value,
        "featured": article.featured,
    }
    if action == "facts":
        facts = {name: form(name) for name in ("slug", "category", "scope")}
        facts["featured"] = form("featured") == "on"
    dead: tuple[DeadLink, ...] = ()
    try:
        rendered = render(content.body)
    except SettingRefused as too_much:
        html, refusal = Markup(), refusal or too_much
    else:
        html = Markup(all_below(urls.prefix, rendered.html))
        dead = _dead_links(visit, rendered, article, language, tree())
    faults = (fault(refusal),) if refusal and not clash and not isinstance(refusal, ChangedMeanwhile) else ()
    edition = article.editions.get(language)
    page = EditorPage(
        article=article,
        edition=edition,
        state_label=STATES[article.state],
        title=article.title(own),
        language=language,
        language_name=LANGUAGES[language],
        direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
        own_name=LANGUAGES[own],
        outdated=article.outdated(language, own),
        languages=_tongues(visit, article, language),
        content=content,
        version=version,
        saved_by=saved.by,
        saved_at=saved.at,
        preview=html,
        action=urls.settings("articles", article.id),
        preview_url=urls.settings("article-preview"),
        images_url=urls.settings("article-images"),
        view_url=_view_url(visit, article, language),
        versions_url=urls.settings("articles", article.id, "versions", lang=language),
        categories=category_options(tree(), own),
        internal_kb=settings.internal_kb,
        **facts,
        zone=edit.zone,
        at=form("at")[:40] if action == "schedule" and refusal else "",
        dead_links=dead,
        helpful=helpful() if edition and edition.last else None,
        theirs=saved if clash else None,
        differences=compare(saved.content.body, content.body.replace("\r\n", "\n")) if clash else (),
        unsaved=writing,
        facts_clash=action == "facts" and isinstance(refusal, ChangedMeanwhile),
        faults=faults,
    )
    response = visit.page(page, area="settings", here="articles", status=refusal.status if refusal else 200)
    return response.set(
        "Content-Security-Policy", policy(visit.house.files.upload_origin, visit.house.files.picture_origin)
    )


def _tongues(visit: Visit, article: Article, language: str) -> tuple[Tongue, ...]:
    offered = visit.settings().languages
    own = offered[0]
    further = [one for one in sorted(article.editions) if one not in offered]
    shown = [*offered, *further, *([language] if language not in {*offered, *further} else [])]
    return tuple(
        Tongue(
            one,
            LANGUAGES.get(one, one),
            visit.urls.settings("articles", article.id, lang=one),
            one == language,
            _state(article.editions.get(one)),
            article.outdated(one, own),
        )
        for one in shown
    )


def _state(edition: Edition | None) -> str:
    if edition is None:
        return "empty"
    return "draft" if edition.shown is None else "changed" if edition.changed else "published"


def _view_url(visit: Visit, article: Article, language: str) -> str:
    """Return where readers find an article in a language, empty where they do not."""
    edition = article.editions.get(language)
    if edition is None or edition.shown is None:
        return ""
    if article.scope is Scope.PUBLIC:
        return visit.urls.article(article.slug, language)
    return visit.urls.internal("articles", article.slug, lang=language) if visit.settings().internal_portal else ""
