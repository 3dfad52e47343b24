"""Makes anew what readers read of published articles, where an earlier version of the renderer made it.

The walk of the table's form asks for each article. Nothing is published by it: no version is added, no date changes,
and the audit log has nothing to say. It can be done twice, by two at once, or again after a kill: what was rendered as
it is now is left alone.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from chalicelib.aws import article_keys, keys
from chalicelib.aws.table import Check, Refused, Update
from chalicelib.knowledge.article import RENDERING
from chalicelib.knowledge.article_items import text_items
from chalicelib.knowledge.article_store import Articles, text_writes
from chalicelib.refusals import ChangedMeanwhile, SettingRefused

if TYPE_CHECKING:
    from chalicelib.aws.items import Item
    from chalicelib.aws.table import Table, Write
    from chalicelib.knowledge.article import Article

_TRIES = 8


class Renewing:
    """Brings published articles to how Markdown is rendered now."""

    def __init__(self, table: Table) -> None:
        """Take the table."""
        self._store = Articles(table)

    def renew(self, article_id: str) -> int:
        """Render what readers see of an article, in each language where that is older; return in how many it was."""
        done = 0
        for _ in range(_TRIES):
            article = self._store.get(article_id)
            if article is None:
                return done
            texts = self._store.texts(article)
            if len(texts) < len(article.shown_in):  # taken back or moved between the two reads
                continue
            for language, (page, words) in texts.items():
                if page.get("rendering", 1) >= RENDERING:
                    continue
                try:
                    self._write(article, language, page, words)
                except (Refused, ChangedMeanwhile):  # an editor was quicker: look at what there is now
                    break
                done += 1
            else:
                return done
        raise ChangedMeanwhile

    def _write(self, article: Article, language: str, page: Item, words: Item) -> None:
        shown = article.editions[language].shown
        version = self._store.version(article.id, language, shown.number) if shown else None
        new_page, new_words = {**page, "rendering": RENDERING}, words
        if version is not None:
            from chalicelib.knowledge.markdown import render

            with suppress(SettingRefused):  # too large a page by now: readers keep the one they have
                new_page, new_words = text_items(render(version.content.body))
        writes: list[Write] = [
            Check(article_keys.article(article.id), when=[("version", "=", article.version)]),
            *text_writes(article, language, new_page, new_words),
        ]
        if new_words != words:
            writes.append(Update(keys.search_state(), add={"wanted": 1}))
        self._store.table.transact(writes)
