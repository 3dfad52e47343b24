"""A knowledge base for tests: published through the editor's own use cases, or many articles at once into the table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from chalicelib.audit.model import OPERATOR
from chalicelib.aws import article_keys, keys
from chalicelib.aws.table import Put, Update
from chalicelib.ids import new_id
from chalicelib.knowledge.article import Article, Content, Edition, Shown
from chalicelib.knowledge.article_items import text_items
from chalicelib.knowledge.article_store import article_writes, shown_counts, text_writes
from chalicelib.knowledge.markdown import render
from chalicelib.knowledge.model import Category, Scope
from chalicelib.wiring import House


@dataclass
class KnowledgeBase:
    """The knowledge base of a house, which it switches internal articles on for."""

    house: House
    languages: tuple[str, ...] = ("en", "de", "fr", "es", "ja", "ar")
    _categories: dict[str, Category] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.house.portal.settings.change(internal_kb=True, languages=self.languages)

    def category(self, name: str = "Lamps", parent: str = "", **names: str) -> Category:
        """Return a category by its English name, added when first asked for; ``parent`` is a name as well."""
        if name not in self._categories:
            inside = self.category(parent).id if parent else ""
            self._categories[name] = self.house.knowledge.categories.add(OPERATOR, {"en": name, **names}, parent=inside)
        return self._categories[name]

    def publish(
        self,
        title: str = "Change the bulb",
        body: str = "Switch the lamp off first.",
        *,
        summary: str = "",
        category: str = "Lamps",
        scope: Scope = Scope.PUBLIC,
        language: str = "en",
        slug: str = "",
        featured: bool = False,
    ) -> Article:
        """Write an article in one language and publish it, as an editor does."""
        editing = self.house.knowledge.editing
        place = self.category(category).id
        made = editing.create(OPERATOR, title, place, scope=scope, language=language, slug=slug)
        made = editing.publish(OPERATOR, made.id, language, Content(title, summary, body), 1)
        return self.feature(made) if featured else made

    def feature(self, article: Article) -> Article:
        """Put an article on the front page."""
        return self.change(article, featured=True)

    def change(self, article: Article, **facts: object) -> Article:
        """Change facts of an article: slug, category_id, scope, featured."""
        now = self.house.knowledge.editing.get(article.id)
        names = ("slug", "category_id", "scope", "featured")
        values = {name: getattr(now, name) for name in names} | facts
        return self.house.knowledge.editing.change_facts(OPERATOR, article.id, facts=now.facts, **values)

    def translate(self, article: Article, language: str, title: str, body: str = "Text.", summary: str = "") -> Article:
        """Publish an article in a further language, or once more in one it has."""
        drafts = self.house.knowledge.editing.store.drafts(article.id, [language])
        version = drafts[language].version if language in drafts else 0
        return self.house.knowledge.editing.publish(
            OPERATOR, article.id, language, Content(title, summary, body), version
        )

    def plant(
        self,
        contents: list[dict[str, Content]],
        *,
        category: str = "Lamps",
        scope: Scope = Scope.PUBLIC,
        slug: str = "planted-{}",
    ) -> list[Article]:
        """Write many published articles straight into the table: each a content by language, in order."""
        place = self.category(category).id
        start, made = self.house.clock(), []
        puts: list[Put] = []
        counts: Counter[str] = Counter()
        for number, content in enumerate(contents, 1):
            at = start + timedelta(milliseconds=number)
            article_id = new_id(at)
            rendered = {language: render(one.body) for language, one in content.items()}
            editions = {
                language: Edition(
                    one.title,
                    draft=1,
                    last=1,
                    shown=Shown(1, one.title, one.summary, rendered[language].minutes, at, at),
                    changed=False,
                )
                for language, one in content.items()
            }
            article = Article(
                id=article_id,
                slug=slug.format(number),
                category_id=place,
                scope=scope,
                order=number,
                author="Operator",
                author_id="operator",
                created_at=at,
                updated_at=at,
                version=1,
                facts=1,
                editions=editions,
            )
            made.append(article)
            writes = article_writes(None, article, self.languages[0])
            for language, one in rendered.items():
                writes += text_writes(article, language, *text_items(one))
            puts += [write for write in writes if isinstance(write, Put)]
            counts.update(shown_counts(article)[scope])
        self.house.table.write_many(puts)
        self.house.table.write(Update(article_keys.shown_counts(scope), add=dict(counts)))
        self.house.table.write(Update(article_keys.article_counts(), add={f"n_{place}": len(made)}))
        self.house.table.write(Update(keys.search_state(), add={"wanted": 1}))
        return made
