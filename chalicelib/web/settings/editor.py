"""The editor of one article: its text in each language, what readers see of it, where it is and who it is for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from markupsafe import Markup

from chalicelib.attachments.model import MAX_SIZE
from chalicelib.ids import is_id
from chalicelib.knowledge.articles import MAX_BODY, MAX_IMAGES, MAX_SUMMARY, MAX_TITLE, Article, Content, Draft
from chalicelib.knowledge.compare import Line, compare
from chalicelib.knowledge.model import MAX_SLUG, Scope
from chalicelib.records import dataclass
from chalicelib.refusals import ChangedMeanwhile, Invalid, SettingRefused, UnknownChoice
from chalicelib.rendering.model import Page
from chalicelib.speech import LANGUAGES, RIGHT_TO_LEFT
from chalicelib.web.contexts import Fault
from chalicelib.web.errors import fault
from chalicelib.web.http import Response, answer_json
from chalicelib.web.security import policy
from chalicelib.web.settings.articles import PERMISSION, REFUSED, STATES, Option, category_options, scope_of

if TYPE_CHECKING:
    from chalicelib.knowledge.articles import Edition
    from chalicelib.knowledge.votes import Votes
    from chalicelib.refusals import Refusal
    from chalicelib.staff.model import Member
    from chalicelib.web.visit import Visit

MAX_FORM = 12 * MAX_BODY + 44 * 1024
"""Bytes of a form with an article: its characters are at most 12 bytes each when percent-encoded, mostly fewer."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language of the article: where its tab leads and where it stands (empty, draft, published, changed)."""

    language: str
    name: str
    url: str
    current: bool
    state: str
    outdated: bool


@dataclass(frozen=True, slots=True)
class EditorPage(Page):
    """The editor. ``content`` is the draft, or what was typed and refused; ``version`` is the draft it began from.

    ``theirs`` is what somebody else saved meanwhile, with what it changes of what was typed. ``facts`` has what was
    typed of address, category and so on; ``preview`` is the text as readers will see it. ``unsaved`` tells that the
    page holds what is not saved; ``helpful`` is what readers of this language said.
    """

    template: ClassVar[str] = "settings/article.html"
    article: Article
    edition: Edition | None
    state_label: str
    title: str
    language: str
    language_name: str
    direction: str
    own_name: str
    outdated: bool
    languages: tuple[Tongue, ...]
    content: Content
    version: int
    saved_by: str
    saved_at: datetime | None
    preview: Markup
    action: str
    preview_url: str
    images_url: str
    view_url: str
    versions_url: str
    categories: tuple[Option, ...]
    internal_kb: bool
    slug: str
    category: str
    scope: str
    featured: bool
    zone: str
    at: str = ""
    helpful: Votes | None = None
    max_title: int = MAX_TITLE
    max_summary: int = MAX_SUMMARY
    max_body: int = MAX_BODY
    max_slug: int = MAX_SLUG
    max_images: int = MAX_IMAGES
    max_image_size: int = MAX_SIZE
    theirs: Draft | None = None
    differences: tuple[Line, ...] = ()
    facts_clash: bool = False
    unsaved: bool = False
    faults: tuple[Fault, ...] = ()


def article(visit: Visit) -> Response:
    """Show an article to write on."""
    member = visit.member(PERMISSION)
    return _page(visit, member, _found(visit), _language(visit, visit.request.arg("lang")))


def change(visit: Visit) -> Response:
    """Do what a button of the editor says; a refusal shows the page again with all that was typed."""
    visit.request.max_form = MAX_FORM
    member = visit.member(PERMISSION)
    found = _found(visit)
    language = _language(visit, visit.request.field("lang"))
    action = visit.request.field("action")
    try:
        notice = _act(visit, member, found, language, action)
    except REFUSED as refusal:
        return _page(visit, member, _found(visit), language, refusal, action)
    if action == "preview":
        return _page(visit, member, found, language, action=action)
    if action == "delete":
        return visit.go(visit.urls.settings("articles"), notice)
    if action in {"up", "down"}:
        return visit.go(visit.urls.settings("articles", category=found.category_id), notice)
    return visit.go(visit.urls.settings("articles", found.id, lang=language), notice)


def _act(visit: Visit, member: Member, article: Article, language: str, action: str) -> str:  # noqa: C901, PLR0911 - a branch a button
    form, editing, author = visit.request, visit.house.knowledge.editing, visit.author()
    if action == "save":
        editing.save(author, article.id, language, _typed(visit), _number(visit, "version"))
        return "saved"
    if action == "publish":
        editing.publish(author, article.id, language, _typed(visit), _number(visit, "version"))
        return "published"
    if action == "preview":
        return ""
    if action == "unpublish":
        editing.unpublish(author, article.id, language)
        return "unpublished"
    if action in {"schedule", "call-off"}:
        what = "unpublish" if form.field("what") == "unpublish" else "publish"
        at = _moment(visit, member, form.field("at")) if action == "schedule" else None
        editing.schedule(author, article.id, language, what=what, at=at)
    elif action == "restore":
        editing.restore(author, article.id, language, _number(visit, "number"), _number(visit, "version"))
        return "restored"
    elif action == "facts":
        category = form.field("category")
        editing.change_facts(
            author,
            article.id,
            facts=_number(visit, "facts"),
            slug=form.field("slug").strip(),
            category_id=category if is_id(category) else "",
            scope=scope_of(form.field("scope")),
            featured=form.field("featured") == "on",
        )
    elif action in {"up", "down"}:
        editing.move(author, article.id, up=action == "up")
    elif action == "archive":
        editing.archive(author, article.id)
    elif action == "bring-back":
        editing.bring_back(author, article.id)
    elif action == "delete":
        editing.delete(author, article.id)
        return "deleted"
    else:
        raise UnknownChoice(field="action")
    return "saved"


def preview(visit: Visit) -> Response:
    """Return a text as readers will see it, for the editor's script."""
    from chalicelib.knowledge.markdown import placed, render

    visit.request.max_form = MAX_FORM
    visit.member(PERMISSION)
    rendered = render(_typed(visit).body)
    return answer_json({"html": placed(rendered.html, visit.urls.prefix), "minutes": rendered.minutes})


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


def _found(visit: Visit) -> Article:
    return visit.house.knowledge.editing.get(visit.request.params.get("article_id", ""))


def _language(visit: Visit, text: str) -> str:
    """Return the language that is written in: one of the product's, the organization's own where none is named."""
    return text if text in LANGUAGES else visit.settings().languages[0]


def _typed(visit: Visit) -> Content:
    form = visit.request.field
    return Content(form("title"), form("summary"), form("body"))


def _number(visit: Visit, name: str) -> int:
    text = visit.request.field(name)
    if not (text.isascii() and text.isdigit() and len(text) <= 9):  # noqa: PLR2004
        raise Invalid
    return int(text)


def _moment(visit: Visit, member: Member, text: str) -> datetime:
    """Return the moment a form names, in the zone of who filled it in."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingRefused("Choose a date and a time.", field="at") from error
    return local.replace(tzinfo=ZoneInfo(_zone(visit, member)))


def _zone(visit: Visit, member: Member) -> str:
    return member.time_zone or visit.settings().time_zone


def _page(  # noqa: PLR0913 - an article, and what was just tried with it
    visit: Visit,
    member: Member,
    article: Article,
    language: str,
    refusal: Refusal | None = None,
    action: str = "",
) -> Response:
    from chalicelib.knowledge.markdown import placed, render

    editing, settings, urls = visit.house.knowledge.editing, visit.settings(), visit.urls
    own, form = settings.languages[0], visit.request.field
    saved = editing.store.drafts(article.id, [language]).get(language) or Draft(Content())
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
    try:
        html = placed(render(content.body).html, urls.prefix)
    except SettingRefused as too_much:
        html, refusal = "", refusal or too_much
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
        preview=Markup(html),  # noqa: S704 - made safe by render()
        action=urls.settings("articles", article.id),
        preview_url=urls.settings("article-preview"),
        images_url=urls.settings("article-images"),
        view_url=_view_url(visit, article, language),
        versions_url=urls.settings("articles", article.id, "versions", lang=language),
        categories=category_options(visit.house.knowledge.categories.tree(), own),
        internal_kb=settings.internal_kb,
        **facts,
        zone=_zone(visit, member),
        at=form("at")[:40] if action == "schedule" and refusal else "",
        helpful=visit.house.knowledge.helpful.counts(article.id).get(language) if edition and edition.last else None,
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
