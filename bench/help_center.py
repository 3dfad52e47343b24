"""The pages around conversations: settings, front page, an article, a search; and what search finds."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench import planted
from bench.figures import Measured
from bench.stage import Stage, Visitor
from chalicelib.audit.model import OPERATOR
from chalicelib.aws import keys
from chalicelib.aws.table import Update
from chalicelib.knowledge.article import Content
from chalicelib.knowledge.index_state import place
from chalicelib.knowledge.model import Scope
from chalicelib.knowledge.search.index_reader import Index, terms
from chalicelib.knowledge.search.index_writer import build

NAMES = ("settings", "home", "article", "search")
ARTICLES = 30
"""Articles of the front page's categories; the ones that are searched are more."""
QUESTIONS = 300
FIRST_PAGE = 10
_PARAGRAPH = (
    "Take the lamp out of its box and keep the card that lies with it. Switch the light off at the fuse, not only at "
    "the wall. Hold the bracket against the ceiling, mark both holes, drill. The screws are in the **small bag**.\n\n"
)


def furnish(made: Stage) -> dict[str, str]:
    """Publish what the pages show, put an index of 10,000 versions in use, and return each page's path."""
    house = made.house
    house.portal.settings.change(languages=("en", "de", "fr", "es", "ja"), internal_kb=True)
    categories = [house.knowledge.categories.add(OPERATOR, {"en": name}) for name in ("Lamps", "Orders", "Returns")]
    slugs = []
    for number in range(ARTICLES):
        title = f"Fit lamp {number}"
        body = "".join(f"## Part {part}\n\n{_PARAGRAPH * 2}" for part in range(6))
        article = house.knowledge.editing.create(
            OPERATOR, title, categories[number % 3].id, scope=Scope.PUBLIC, language="en"
        )
        article = house.knowledge.editing.publish(
            OPERATOR, article.id, "en", Content(title, "In ten minutes.", body), 1
        )
        slugs.append(article.slug)
    return {
        "settings": "/settings/portal",
        "home": "/",
        "article": f"/articles/{slugs[0]}",
        "search": "/search?q=return+label+lam",
    }


@contextmanager
def searchable(made: Stage) -> Iterator[tuple[Path, dict[str, Measured]]]:
    """Put the planted articles into the index in use; give its file, and what building it and its answers are worth."""
    articles = planted.articles()
    with tempfile.TemporaryDirectory(prefix="foyer-bench-") as folder:
        file = Path(folder, "index")
        documents = list(planted.documents(articles))
        began = time.process_time()
        count = build(file, documents)
        spent = time.process_time() - began
        size = file.stat().st_size / 1024 / 1024
        for scope in Scope:
            made.house.files.put_file(place(scope, 1), file, "application/vnd.sqlite3")
        made.house.table.write(Update(keys.search_state(), put={"wanted": 1, "built": 1, "number": 1}))
        index = Index(file)
        measured = {
            "search.found_share": _share(index, planted.exact(articles, QUESTIONS), "of the article's own words"),
            "search.slip_share": _share(index, planted.slipped(articles, QUESTIONS), "with one slip"),
            "search.index_mb": Measured(round(size, 1), f"{count:,} versions of {len(articles):,} articles"),
            "search.build_s": Measured(round(spent, 1), "CPU, without reading the articles"),
        }
        index.close()
        yield file, measured


def _share(index: Index, questions: Sequence[planted.Question], what: str) -> Measured:
    found = 0
    for question in questions:
        matches, _ = index.find(terms(question.text), question.language)
        found += question.article in {match.article for match in matches[:FIRST_PAGE]}
    return Measured(round(100 * found / len(questions), 1), f"{found} of {len(questions)} questions {what}")


def visitors(made: Stage) -> dict[str, Visitor]:
    """Return who asks for each page: a content manager for the settings, nobody in particular for the others."""
    stranger = Visitor("", "", "")
    return {**dict.fromkeys(NAMES, stranger), "settings": made.agent(role="content_manager")}
