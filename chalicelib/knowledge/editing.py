"""What editors do with articles: write, publish, take back, move, schedule, restore, delete. The audit log has all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.audit.model import SYSTEM, Author, Change, differences
from chalicelib.aws import article_keys, keys
from chalicelib.aws.table import Delete, Refused, Update, Write
from chalicelib.clock import stamp
from chalicelib.ids import is_id, new_id
from chalicelib.knowledge import article as rules
from chalicelib.knowledge.article import IMAGE, Article, Content, Draft, Edition, Shown, Version
from chalicelib.knowledge.article_items import text_items
from chalicelib.knowledge.article_store import (
    Articles,
    HeadChanged,
    article_writes,
    draft_write,
    reason,
    text_removals,
    text_writes,
    version_write,
)
from chalicelib.knowledge.images import FORGET
from chalicelib.knowledge.model import MAX_FEATURED, Scope, check_slug, readable_slug, tailed
from chalicelib.refusals import ChangedMeanwhile, NotFound, Refusal, SettingRefused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.audit.store import Audit
    from chalicelib.clock import Clock
    from chalicelib.knowledge.images import Images
    from chalicelib.portal.model import PortalSettings

_TRIES = 4
_DAY_AFTER = timedelta(days=366 * 2)

Step = Callable[[Article], tuple[Article, "Sequence[Write]", Change]]
"""Makes of an article what it is to become, with the writes that belong to it and what the audit log says."""


class Editing:
    """The use cases of the editor. ``settings`` gives the portal's settings as they are now."""

    def __init__(
        self,
        store: Articles,
        audit: Audit,
        *,
        settings: Callable[[], PortalSettings],
        changed: Callable[[], object],
        images: Images,
        clock: Clock,
    ) -> None:
        """Take the store, the audit log, the settings, what is called when readers find something new, the pictures."""
        self.store = store
        self._audit, self._settings, self._changed, self._clock = audit, settings, changed, clock
        self._images = images

    def get(self, article_id: str) -> Article:
        """Return an article, or refuse."""
        article = self.store.get(article_id) if is_id(article_id) else None
        if article is None:
            raise NotFound
        return article

    def create(
        self, author: Author, title: str, category_id: str, *, scope: Scope, language: str, slug: str = ""
    ) -> Article:
        """Begin an article with a draft in one language; without a slug its title makes one."""
        content = rules.check(rules.clean(Content(title)))
        if not content.title:
            raise SettingRefused("Give the article a title.", field="title")
        self._check_category(category_id)
        self._check_scope(scope)
        now = self._clock()
        article_id = new_id(now)
        article = Article(
            id=article_id,
            slug=check_slug(slug) if slug else self._free_slug(content.title, article_id),
            category_id=category_id,
            scope=scope,
            order=self.store.last_order(category_id) + 1,
            author=author.name,
            author_id=author.id,
            created_at=now,
            updated_at=now,
            version=1,
            facts=1,
            editions={language: Edition(content.title, draft=1)},
        )
        told = {"slug": article.slug, "scope": scope.value, "language": language}
        change = Change(author, "article:create", content.title, after=told, subject_id=article.id)
        draft = draft_write(article.id, language, Draft(content, 1, now, author.name))
        self._commit(None, article, [draft], change)
        return article

    def save(
        self, author: Author, article_id: str, language: str, content: Content, version: int, *, restored: int = 0
    ) -> Article:
        """Save a draft made from ``version`` of it, or ``restored`` from a published one; a newer one stays."""
        content = rules.check(rules.clean(content))
        self._mark(article_id, content)

        def step(article: Article) -> tuple[Article, Sequence[Write], Change]:
            edition = self._edition(article, language)
            changed = not self._shows(article, language, content)
            saved = replace(edition, title=content.title, draft=version + 1, changed=changed, trouble="")
            write = self._draft(article, language, content, version, author)
            was, now = {"title": edition.title, "draft": edition.draft}, {"title": content.title, "draft": version + 1}
            told = differences(was, {**now, "restored version": restored} if restored else now)
            change = self._change(author, "article:save", article, language, told)
            return self._with(article, language, saved), [write], change

        return self._do(article_id, step)

    def publish(self, author: Author, article_id: str, language: str, content: Content, version: int) -> Article:
        """Save a draft and show it to readers from now on; it becomes the next version of the article."""
        content = rules.check_publishable(rules.clean(content))
        return self._do(article_id, self._publishing(author, language, content, version))

    def _publishing(self, author: Author, language: str, content: Content, version: int) -> Step:
        from chalicelib.knowledge.markdown import render

        rendered = render(content.body)

        def step(article: Article) -> tuple[Article, Sequence[Write], Change]:
            if article.archived:
                raise SettingRefused("This article is archived. Bring it back before publishing it.")
            edition, now = self._edition(article, language), self._clock()
            before = edition.shown
            if self._shows(article, language, content) and not article.outdated(language, self._own()):
                # A version that says the same would make every translation look out of date.
                raise SettingRefused("Readers see exactly this already: nothing has changed since it was published.")
            number = edition.last + 1
            shown = Shown(
                number=number,
                title=content.title,
                summary=content.summary,
                minutes=rendered.minutes,
                at=now,
                first=before.first if before else now,
                images=rendered.images,
            )
            after = replace(
                edition,
                title=content.title,
                draft=version + 1,
                last=number,
                shown=shown,
                changed=False,
                publish_at=None,
                trouble="",
            )
            made = self._with(article, language, after)
            if len(made.images) > rules.MAX_IMAGES:
                sentence = f"An article can have at most {rules.MAX_IMAGES} pictures, all languages together."
                raise SettingRefused(sentence, field="body")
            self._mark(article.id, content, rendered.images)
            writes = [
                self._draft(article, language, content, version, author),
                version_write(article.id, language, Version(number, content, now, author.name)),
                *text_writes(made, language, *text_items(rendered)),
            ]
            told = ({"version": before.number if before else None}, {"version": number})
            return made, writes, self._change(author, "article:publish", made, language, told)

        return step

    def unpublish(self, author: Author, article_id: str, language: str) -> Article:
        """Take an article from readers in one language; its draft and versions stay, nothing set for later does."""
        return self._do(article_id, self._unpublishing(author, language))

    def _unpublishing(self, author: Author, language: str, *, at_set_time: bool = False) -> Step:
        """``at_set_time`` keeps a moment to publish it again, which whoever set both times has chosen as well."""

        def step(article: Article) -> tuple[Article, Sequence[Write], Change]:
            edition = self._edition(article, language)
            if edition.shown is None:
                raise SettingRefused("The article is not published in this language.")
            again = edition.publish_at if at_set_time else None
            after = self._with(article, language, replace(edition.taken_back(), publish_at=again))
            told = ({"version": edition.shown.number}, {"version": None})
            change = self._change(author, "article:unpublish", article, language, told)
            return after, text_removals(article, language), change

        return step

    def schedule(self, author: Author, article_id: str, language: str, *, what: str, at: datetime | None) -> Article:
        """Let an article be published (its draft as it is then) or taken back at a moment; None calls it off."""
        if at is not None and not self._clock() < at < self._clock() + _DAY_AFTER:
            raise SettingRefused("Choose a moment that is still to come, within two years.", field="at")
        name = "publish_at" if what == "publish" else "unpublish_at"
        action = f"article:schedule-{what}" if at else f"article:unschedule-{what}"

        def step(article: Article) -> tuple[Article, Sequence[Write], Change]:
            edition = self._edition(article, language)
            if at is not None and article.archived:
                raise SettingRefused("This article is archived. Bring it back first.", field="at")
            if at is not None and what == "publish":
                rules.check_publishable(self._draft_of(article, language).content)
            elif at is not None and not edition.published_by(at):
                raise SettingRefused("Readers would not find it in this language at that time anyway.", field="at")
            before: datetime | None = getattr(edition, name)
            changed: dict[str, Any] = {name: at, "trouble": ""}
            told = {"at": stamp(before) if before else None}, {"at": stamp(at) if at else None}
            change = self._change(author, action, article, language, told)
            return self._with(article, language, replace(edition, **changed)), (), change

        return self._do(article_id, step)

    def restore(self, author: Author, article_id: str, language: str, number: int, version: int) -> Article:
        """Make a published version the draft again; ``version`` is the draft its author saw."""
        kept = self.store.version(article_id, language, number)
        if kept is None:
            raise NotFound
        return self.save(author, article_id, language, kept.content, version, restored=number)

    def change_facts(
        self,
        author: Author,
        article_id: str,
        *,
        facts: int,
        slug: str,
        category_id: str,
        scope: Scope,
        featured: bool,
    ) -> Article:
        """Change where an article is and who it is for; ``facts`` is the version its author saw.

        The old address leads to the new one. What readers may no longer see is gone with this very write.
        """
        check_slug(slug)

        def step(article: Article) -> tuple[Article, Sequence[Write], Change]:
            if article.facts != facts:
                raise ChangedMeanwhile
            if category_id != article.category_id:
                self._check_category(category_id)
            if scope is not article.scope:
                self._check_scope(scope)
            order = article.order if category_id == article.category_id else self.store.last_order(category_id) + 1
            after = replace(
                article,
                slug=slug,
                old_slugs=rules.moved(article, slug),
                category_id=category_id,
                scope=scope,
                featured=featured,
                order=order,
                facts=facts + 1,
            )
            if featured and not article.featured:
                self._check_featured(scope)
            names = ("slug", "category_id", "scope", "featured")
            changed = [name for name in names if getattr(article, name) != getattr(after, name)]
            was, now = ({name: getattr(one, name) for name in changed} for one in (article, after))
            change = self._change(author, "article:change", article, "", (was, now))
            return after, self._texts_moved(article, after), change

        return self._do(article_id, step)

    def move(self, author: Author, article_id: str, *, up: bool) -> None:
        """Change places with the article before it in its category, or behind it; archived ones do not count."""
        article = self.get(article_id)
        neighbour = self.store.neighbour(article, up=up)
        if neighbour is None:
            return
        other = self.get(neighbour)
        now = self._clock()
        moved = replace(article, order=other.order, version=article.version + 1, updated_at=now)
        swapped = replace(other, order=article.order, version=other.version + 1, updated_at=now)
        own = self._own()
        told = {"order": article.order}, {"order": other.order}
        change = self._change(author, "article:move", article, "", told)
        writes = [*article_writes(article, moved, own), *article_writes(other, swapped, own)]
        try:
            self._audit.commit(writes, change)
        except Refused as refused:
            raise ChangedMeanwhile from refused

    def archive(self, author: Author, article_id: str) -> Article:
        """Take an article from all readers and out of the way; nothing of it is lost."""

        def step(article: Article) -> tuple[Article, Sequence[Write], Change]:
            editions = {language: one.taken_back() for language, one in article.editions.items()}
            removals = [write for language in article.shown_in for write in text_removals(article, language)]
            after = replace(article, archived=True, featured=False, editions=editions, facts=article.facts + 1)
            told = {"state": article.state}, {"state": after.state}
            change = self._change(author, "article:archive", article, "", told)
            return after, removals, change

        return self._do(article_id, step)

    def bring_back(self, author: Author, article_id: str) -> Article:
        """Make an archived article a draft again."""

        def step(article: Article) -> tuple[Article, Sequence[Write], Change]:
            after = replace(article, archived=False, facts=article.facts + 1)
            told = {"state": article.state}, {"state": after.state}
            return after, (), self._change(author, "article:bring-back", article, "", told)

        return self._do(article_id, step)

    def delete(self, author: Author, article_id: str) -> None:
        """Delete an archived article for good, with its drafts and versions."""
        article = self.get(article_id)
        if not article.archived:
            raise SettingRefused("Archive the article before you delete it.")
        items = list(self.store.table.walk(article_keys.article(article_id).pk, consistent=True))
        told = {"slug": article.slug, "scope": article.scope.value, "languages": [*article.editions]}
        self._commit(article, None, (), self._change(author, "article:delete", article, "", (told, {})))
        for item in items:  # only now: whoever brings the article back meanwhile must find them
            if item["sk"] != "head":
                self.store.table.write(Delete(keys.Key(item["pk"], item["sk"])))
        start = article_keys.ARTICLE_PICTURES
        named = [item["sk"].removeprefix(start) for item in items if item["sk"].startswith(start)]
        if named:
            self._images.unmark(article_id, named)

    def sweep(self, now: datetime) -> int:
        """Do what was to happen up to now, and return how much that was. What does not work is called off and told.

        A fault of one keeps none of the others waiting; it is raised in the end, and tried again with the next sweep.
        """
        done, faults = 0, []
        for item in self.store.due(now):
            try:
                if item["what"] == FORGET:
                    self._images.forget(item["article_id"])
                    self.store.table.write(Delete(keys.Key(item["pk"], item["sk"])))
                    continue
                done += self._happen(item["article_id"], item["language"], item["what"], now)
            except Exception as error:  # noqa: BLE001 - whatever it is, the others have nothing to do with it
                faults.append(error)
        if faults:
            raise faults[0]
        return done

    def _happen(self, article_id: str, language: str, what: str, now: datetime) -> bool:
        """Do one thing that is due, or call it off; False where it is not due any more, or the next sweep must look."""
        name = "publish_at" if what == "publish" else "unpublish_at"

        def due(step: Step) -> Step:
            def checked(article: Article) -> tuple[Article, Sequence[Write], Change]:
                at: datetime | None = getattr(self._edition(article, language), name)
                if at is None or at > now:  # done, called off or put off since it was looked up
                    raise ChangedMeanwhile
                return step(article)

            return checked

        try:
            try:
                if what == "unpublish":
                    step = self._unpublishing(SYSTEM, language, at_set_time=True)
                else:
                    step = self._publishing_draft(article_id, language)
                self._do(article_id, due(step))
            except (ChangedMeanwhile, NotFound, Unavailable):
                raise
            except Refusal as refusal:
                self._do(article_id, due(self._trouble(language, what, refusal.sentence)))
        except (ChangedMeanwhile, NotFound):
            return False
        return True

    def _publishing_draft(self, article_id: str, language: str) -> Step:
        draft = self._draft_of(self.get(article_id), language)
        content = rules.check_publishable(draft.content)
        return self._publishing(SYSTEM, language, content, draft.version)

    def _trouble(self, language: str, what: str, sentence: str) -> Step:
        name = "publish_at" if what == "publish" else "unpublish_at"

        def step(article: Article) -> tuple[Article, Sequence[Write], Change]:
            called_off: dict[str, Any] = {name: None, "trouble": sentence}
            after = self._with(article, language, replace(self._edition(article, language), **called_off))
            told = {"reason": sentence}
            return after, (), self._change(SYSTEM, f"article:unschedule-{what}", article, language, ({}, told))

        return step

    # how it is done

    def _do(self, article_id: str, step: Step) -> Article:
        """Change an article; where somebody else changed something of it in between, begin again from that."""
        for _ in range(_TRIES):
            before = self.get(article_id)
            made, writes, change = step(before)
            after = replace(made, version=before.version + 1, updated_at=self._clock())
            try:
                self._commit(before, after, writes, change)
            except HeadChanged:
                continue
            return after
        raise ChangedMeanwhile

    def _commit(self, before: Article | None, after: Article | None, writes: Sequence[Write], change: Change) -> None:
        """Do everything a change consists of, in one transaction, and let the search index follow."""
        own = [*article_writes(before, after, self._own()), *writes]
        reach = bool(before and before.published) or bool(after and after.published)
        if reach:
            own.append(Update(keys.search_state(), add={"wanted": 1}))
        try:
            self._audit.commit(own, change)
        except Refused as refused:
            raise reason(own[min(refused.failed)], first=min(refused.failed) == 0) from refused
        if reach:
            self._changed()

    def _mark(self, article_id: str, content: Content, shown: Sequence[str] = ()) -> None:
        """Note the pictures a text names, and those it shows: Markdown may write an address in other signs."""
        named = [*IMAGE.findall(content.body), *shown]
        if named:
            self._images.mark(article_id, named)

    def _own(self) -> str:
        return self._settings().languages[0]

    def _with(self, article: Article, language: str, edition: Edition) -> Article:
        return replace(article, editions={**article.editions, language: edition})

    def _edition(self, article: Article, language: str) -> Edition:
        """Return where an article stands in a language; one that is offered may be begun."""
        edition = article.editions.get(language)
        if edition is None and language not in self._settings().languages:
            raise SettingRefused("This language is not offered. Add it on the General page first.", field="lang")
        return edition or Edition("")

    def _draft(self, article: Article, language: str, content: Content, version: int, author: Author) -> Write:
        return draft_write(article.id, language, Draft(content, version + 1, self._clock(), author.name))

    def _draft_of(self, article: Article, language: str) -> Draft:
        return self.store.drafts(article.id, [language]).get(language) or Draft(Content())

    def _change(
        self,
        author: Author,
        action: str,
        article: Article,
        language: str = "",
        told: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {}),
    ) -> Change:
        """Return an entry of the audit log; ``told`` is what was, and what is."""
        said = {"language": language} if language else {}
        old, new = {**said, **told[0]} if told[0] else {}, {**said, **told[1]}
        return Change(author, action, article.title(self._own()), old, new, subject_id=article.id)

    def _check_category(self, category_id: str) -> None:
        if self.store.tree().get(category_id) is None:
            raise SettingRefused("Choose one of the categories.", field="category")

    def _check_scope(self, scope: Scope) -> None:
        if scope is Scope.INTERNAL and not self._settings().internal_kb:
            raise SettingRefused("Internal articles need the Internal KB. Turn it on first.", field="scope")

    def _check_featured(self, scope: Scope) -> None:
        item = self.store.table.get(article_keys.shown_featured(scope), consistent=True) or {}
        if sum(name.startswith("f_") for name in item) >= MAX_FEATURED:
            raise SettingRefused(
                f"There are {MAX_FEATURED} featured articles already. Take one of them off the front page first.",
                field="featured",
            )

    def _free_slug(self, title: str, article_id: str) -> str:
        """Return a slug of the title that nobody has; a number or the id's end makes it one."""
        base = readable_slug([title])
        for slug in (base, *(tailed(base, tail) for tail in "234")):
            if self.store.owner_of_slug(slug) is None:
                return slug
        return tailed(base, article_id[-8:])

    def _texts_moved(self, before: Article, after: Article) -> list[Write]:
        """Return the writes that take what readers read to another scope's partitions."""
        if before.scope is after.scope or not before.published:
            return []
        writes: list[Write] = []
        for language, (page, words) in self.store.texts(before).items():
            writes += text_removals(before, language)
            writes += text_writes(after, language, page, words)
        return writes

    def _shows(self, article: Article, language: str, content: Content) -> bool:
        """Tell whether readers see exactly this content now."""
        edition = article.editions.get(language)
        shown = edition.shown if edition else None
        if shown is None or (shown.title, shown.summary) != (content.title, content.summary):
            return False
        version = self.store.version(article.id, language, shown.number)
        return version is not None and version.content == content
