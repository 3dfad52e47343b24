"""Prints everything that the product in the current folder says, as JSON: language to name to text.

Run as a program of its own by ``test_said_once.py``, in a copy of the product.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from chalicelib.attachments.model import MAX_FILES
from chalicelib.conversations import attributes, incoming, labels
from chalicelib.conversations.model import check_body, check_subject
from chalicelib.customers.model import normal_identity
from chalicelib.customers.service import check_name
from chalicelib.knowledge import article
from chalicelib.knowledge import model as knowledge
from chalicelib.openid import model as openid
from chalicelib.portal import model as portal
from chalicelib.portal.logo import check_logo
from chalicelib.refusals import Refusal, TooManyFiles
from chalicelib.rendering.environment import Renderer
from chalicelib.signin import tokens
from chalicelib.snippets import model as snippets
from chalicelib.speech import LANGUAGES, Speech, speech
from chalicelib.staff import model as staff
from chalicelib.tokens import model as api_tokens
from infra import answers
from tests import samples

LONG = "x" * 200_000
RENDERER = Renderer(Path("templates"))


def rules() -> Iterator[Callable[[], object]]:
    """Yield calls that refuse: something too long, or too much."""
    yield lambda: check_body(LONG, 0)
    yield lambda: check_subject(LONG)
    yield lambda: check_name(LONG)
    yield lambda: normal_identity("external_id", LONG)
    yield lambda: staff.check_name(LONG)
    yield lambda: api_tokens.check_name(LONG)
    yield lambda: snippets.check_name(LONG)
    yield lambda: snippets.check_values({"en": LONG})
    yield lambda: incoming.check_author(LONG)
    yield lambda: incoming.check_external_id(LONG)
    yield lambda: labels.check_tags([LONG])
    yield lambda: labels.check_tags([str(number) for number in range(500)])
    yield lambda: labels.check_attributes({}, {LONG: 1})
    yield lambda: labels.check_attributes({}, {f"a{number}": 1 for number in range(500)})
    yield lambda: labels.check_attributes({}, {"a": LONG})
    yield lambda: check_logo(LONG)
    yield lambda: knowledge.check_slug(LONG)
    yield lambda: knowledge.Tree([category(str(number)) for number in range(500)]).check()
    yield lambda: knowledge.Tree([category("a", name=LONG)]).check()
    yield lambda: knowledge.Tree(
        [category(str(number), parent=str(number - 1) if number else "") for number in range(60)]
    ).check()
    yield lambda: article.check(article.Content(title=LONG))
    yield lambda: article.check(article.Content(summary=LONG))
    yield lambda: article.check_length(LONG)
    yield lambda: article.check_length("\n" * 20_000)
    yield lambda: openid.check_secret(LONG)


def category(slug: str, *, parent: str = "", name: str = "A") -> knowledge.Category:
    """Return a category whose id is its slug."""
    return knowledge.Category(slug, slug, parent, 0, knowledge.ICONS[0], {"en": name})


def refused() -> Iterator[Refusal]:
    """Yield what rules say to what they refuse."""
    yield TooManyFiles(MAX_FILES)
    for rule in rules():
        try:
            rule()
        except Refusal as refusal:
            yield refusal
        else:
            raise AssertionError(rule)
    yield from portal.faults(portal.PortalSettings("", session_hours=0, sender_name=LONG))
    many = attributes.Attribute("?", "", attributes.Type.CHOICE, tuple(map(str, range(500))))
    yield from attributes.faults(many, attributes.Declared(), new=True)
    yield from attributes.faults(
        attributes.Attribute("?", "", attributes.Type.CHOICE, (LONG,)), attributes.Declared(), new=True
    )
    yield from openid.faults(openid.Provider(name=LONG))


def pages(says: Speech) -> Iterator[tuple[str, str]]:
    """Yield each page by its name: all of them in English, those of customers in every language."""
    for name, (page, site) in samples.PAGES.items():
        if says.language == "en" or site.area == "portal":
            yield name, RENDERER.page(page, site, samples.ZONE, samples.NOW, says)


def mails(language: str) -> Iterator[tuple[str, str]]:
    """Yield each mail by its name."""
    for name, mail in samples.MAILS.items():
        made = RENDERER.mail(samples.replace(mail, language=language))
        yield f"mail {name}", f"{made.subject}\n{made.text}\n{made.html}"


def everything(language: str) -> dict[str, str]:
    """Return all that is said in a language, by name."""
    says = speech(language)
    found: dict[str, str] = dict(pages(says))
    found |= mails(language)
    for number, refusal in enumerate(refused()):
        found[f"refusal {number} {refusal.code}"] = refusal.said(says)
    if language == "en":
        found |= numbered("rule of a token", tokens.RULES.values())
        found |= {f"answer {case}": answers.page(case, "https://help.example.com") for case in answers.ANSWERS}
    return found


def numbered(what: str, texts: Iterable[str]) -> dict[str, str]:
    """Return texts by what they are and their number."""
    return {f"{what} {number}": text for number, text in enumerate(texts)}


print(json.dumps({language: everything(language) for language in LANGUAGES}))
