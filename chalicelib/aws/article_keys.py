"""The keys of articles, their parts and what readers find of them; ``keys.py`` has the others.

what is asked                         index             partition                    order
------------------------------------- ----------------- ---------------------------- -------------------------------
all categories of articles            table             KB                           categories
how many articles each category has   table             KB                           counts
an article, for its editors           table             ARTICLE#<article>            head
its draft in a language               table             ARTICLE#<article>            d#<language>
its published versions, in order      table             ARTICLE#<article>            v#<language>#<number>
all articles, by category             table             ARTICLES                     <category>#<order>#<article>
what is to be published when          table             SCHEDULE                     <due>#<article>#…
a picture in articles                 table             IMAGE#<image>                image
what readers of a scope find where    table             KB#<scope>                   counts
its featured articles                 table             KB#<scope>                   featured
a published article, by its address   table             KB#<scope>#S#<slug>          article
the published ones of a category      table             KB#<scope>#C#<category>      <order>#<article>
the page of one in a language         table             KB#<scope>#T#<article>       h#<language>
its words, for the search index       table             KB#<scope>#T#<article>       t#<language>
whether an article helped, in counts  table             VOTES#<article>              all#<language>
an answer that can be taken back      table             VOTES#<article>              one#<vote>
"""

from __future__ import annotations

from chalicelib.aws.keys import Key

ARTICLES = "ARTICLES"
ARTICLE_DRAFTS = "d#"
ARTICLE_VERSIONS = "v#"
ARTICLE_PICTURES = "p#"
SCHEDULE = "SCHEDULE"
VOTES = "all#"


def votes(article_id: str, language: str) -> Key:
    """How many said that an article helped them, and how many that it did not."""
    return Key(f"VOTES#{article_id}", f"{VOTES}{language}")


def vote(article_id: str, vote_id: str) -> Key:
    """One such answer, which can be taken back for a day."""
    return Key(f"VOTES#{article_id}", f"one#{vote_id}")


def categories() -> Key:
    """All categories of articles."""
    return Key("KB", "categories")


def article_counts() -> Key:
    """How many articles each category has, drafts included."""
    return Key("KB", "counts")


def article(article_id: str) -> Key:
    """An article as its editors see it."""
    return Key(f"ARTICLE#{article_id}", "head")


def article_of(key: Key) -> str:
    """Return the id of the article that is kept under a key; nothing where it is something else."""
    of_article = key.sk == "head" and key.pk.startswith("ARTICLE#")
    return key.pk.removeprefix("ARTICLE#") if of_article else ""


def article_draft(article_id: str, language: str) -> Key:
    """What is written of it in a language."""
    return Key(f"ARTICLE#{article_id}", f"{ARTICLE_DRAFTS}{language}")


def article_version(article_id: str, language: str, number: int) -> Key:
    """What was published of it in a language, by its number (1 is the first)."""
    return Key(f"ARTICLE#{article_id}", f"{ARTICLE_VERSIONS}{language}#{number:06d}")


def article_picture(article_id: str, image_id: str) -> Key:
    """A picture that some saved text of it named."""
    return Key(f"ARTICLE#{article_id}", f"{ARTICLE_PICTURES}{image_id}")


def article_listed(category_id: str, order: int, article_id: str) -> Key:
    """An article's place in the list of its editors."""
    return Key(ARTICLES, f"{category_id}#{order:08d}#{article_id}")


def article_schedule(due: str, article_id: str, language: str, what: str) -> Key:
    """Something (``publish``, ``unpublish``) that is to happen with an article in a language, or with a picture."""
    return Key(SCHEDULE, f"{due}#{article_id}#{language}#{what}")


def article_image(image_id: str) -> Key:
    """A picture in articles."""
    return Key(f"IMAGE#{image_id}", "image")


def shown_counts(scope: str) -> Key:
    """How many published articles of a scope each category and language has."""
    return Key(f"KB#{scope}", "counts")


def shown_featured(scope: str) -> Key:
    """The featured articles of a scope."""
    return Key(f"KB#{scope}", "featured")


def shown_article(scope: str, slug: str) -> Key:
    """A published article by its address, or where an old address leads."""
    return Key(f"KB#{scope}#S#{slug}", "article")


def shown_rows(scope: str, category_id: str) -> str:
    """The published articles of a category, in order."""
    return f"KB#{scope}#C#{category_id}"


def shown_row(scope: str, category_id: str, order: int, article_id: str) -> Key:
    """A published article in the list of its category."""
    return Key(shown_rows(scope, category_id), f"{order:08d}#{article_id}")


def shown_text(scope: str, article_id: str, language: str) -> Key:
    """What the page of a published article shows in a language."""
    return Key(f"KB#{scope}#T#{article_id}", f"h#{language}")


def shown_words(scope: str, article_id: str, language: str) -> Key:
    """The words of a published article in a language, for the search index."""
    return Key(f"KB#{scope}#T#{article_id}", f"t#{language}")
