"""A theme renders the pages of the help centre, around forms and a head that stay the product's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.rendering.environment import Renderer
from chalicelib.rendering.model import Midtown
from tests import samples

if TYPE_CHECKING:
    from chalicelib.rendering.filters import Times
    from chalicelib.speech import Speech

ROOT = Path(__file__).resolve().parents[3]
RENDERER = Renderer(ROOT / "templates")
ENTRIES = ("home", "category", "article", "kb-search", "contact", "contact-sent")
"""A sample of each page."""


@dataclass
class Bare:
    """A theme of one word, which keeps what it was given."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    name: str = "bare"
    stylesheet: str = "abc"
    names: Mapping[str, Any] = field(default_factory=dict)

    def of(self, _: str) -> Bare:
        return self

    def written(self, entry: str, names: Mapping[str, Any], times: Times, says: Speech) -> tuple[str, str]:
        self.names = names
        return "Bare", "<main>One word</main>"


def rendered(name: str, look: Bare | Midtown, **of_site: object) -> str:
    """Return a sample as a theme shows it."""
    page, site = samples.PAGES[name]
    return RENDERER.page(page, replace(site, **of_site), samples.ZONE, samples.NOW, look=look)  # type: ignore[arg-type]


def given(name: str, **of_site: object) -> Mapping[str, Any]:
    """Return what a theme is given for a sample."""
    bare = Bare()
    rendered(name, bare, **of_site)
    return bare.names


def fields(form: str) -> set[str]:
    """Return the names of the fields of a form."""
    return set(re.findall(r'<(?:input|textarea|button)[^>]* name="([a-z_]+)"', form))


@pytest.mark.parametrize("name", ENTRIES)
def test_the_head_is_the_products_whatever_a_theme_shows(name: str) -> None:
    """What search engines are told, and the script, are there; the theme has written title and body and no more."""
    html = rendered(name, Bare())
    assert "<main>One word</main>" in html
    assert "<title>Bare · Alder &amp; Finch</title>" in html
    assert '<script defer src="/static/help.js' in html
    public = name in {"home", "category", "article"}
    assert ('<link rel="canonical" href="https://support.example.com/articles/mount?lang=en">' in html) is public
    assert ('<meta property="og:description" content="Ten minutes, one screwdriver.">' in html) is public
    assert ('<meta name="robots" content="noindex">' in html) is not public


@pytest.mark.parametrize("name", ["internal", "internal-category", "internal-article", "internal-search"])
def test_no_theme_shows_the_portal_for_staff_to_search_engines(name: str) -> None:
    html = rendered(name, Bare())
    assert '<meta name="robots" content="noindex">' in html
    assert "canonical" not in html


def test_forms_with_a_token_are_the_products() -> None:
    """A theme gets them whole: for strangers with their fields and faults, for customers with files."""
    form = given("contact")["slots"]["contact"]
    assert fields(form) == {"csrf", "idempotency_key", "name", "email", "subject", "body", "website"}
    refused = given("contact-refused")["slots"]["contact"]
    assert refused.count('class="fault"') == 4
    assert "This text is kept.\n&lt;script&gt;" in refused
    assert 'data-composer="contact"' in given("contact-signed-in")["slots"]["contact"]
    asked = given("article")["slots"]["helpful"]
    assert fields(asked) == {"csrf", "lang", "answer"}
    assert fields(given("article-arabic")["slots"]["helpful"]) == {"csrf", "undo"}
    assert given("internal-article")["slots"]["helpful"] == ""


def test_the_search_has_the_words_in_it_where_results_are_shown() -> None:
    """And goes on in the language of the address; in the portal for staff it searches there."""
    find = given("kb-search-second")["slots"]["find"]
    assert 'value="ceiling lamp"' in find
    assert fields(find) == {"q", "lang"}
    assert fields(given("home")["slots"]["find"]) == {"q"}
    assert 'action="/search"' in find
    assert 'action="/internal/search"' in given("internal-search")["slots"]["find"]
    assert 'action="/internal/search"' in given("internal")["slots"]["find"]


def test_only_who_can_sign_in_is_sent_there_from_the_contact_form() -> None:
    """And comes back to it: not where the portal is off, and not whoever is signed in."""
    assert given("contact")["page"] == {"signed_in": False, "login_url": "/login?return_to=%2Fcontact"}
    assert given("contact", portal_on=False)["page"]["login_url"] == ""
    assert given("contact-signed-in")["page"] == {"signed_in": True, "login_url": ""}


def test_a_search_in_vain_begins_the_contact_form() -> None:
    assert given("kb-search-nothing")["page"]["contact_url"] == "/contact?subject=xyzzy"


def test_what_caches_keep_has_nobodys_token() -> None:
    """Rendered without a token, no slot of a page has one."""
    for name in ("home", "category", "article"):
        assert samples.PAGES[name][1].csrf
        slots = given(name, csrf="", languages=(("en", "English"), ("de", "Deutsch")))["slots"]
        tokens = re.findall(r'name="csrf" value="([^"]*)"', "".join(slots.values()))
        assert tokens
        assert set(tokens) == {""}


def test_a_picture_is_behind_the_search_where_the_theme_has_one() -> None:
    """A setting of the theme; what is written on it does not depend on it, so it has no words."""
    plain = rendered("home", Midtown(RENDERER.midtown.settings))
    assert 'class="hello"' in plain
    assert "<img" not in plain
    pictured = rendered("home", Midtown({**RENDERER.midtown.settings, "hero_image": "/theme/assets/sea.jpg"}))
    assert 'class="hello pictured"' in pictured
    assert '<img class="picture" src="/theme/assets/sea.jpg" alt="">' in pictured


def test_the_script_finds_the_table_of_contents_by_its_hook() -> None:
    """By no class, which a theme may change."""
    assert given("article")["hooks"]["sections"] == "data-sections"
    script = (ROOT / "static" / "help.js").read_text(encoding="utf-8")
    assert "[data-sections]" in script
    assert ".sections" not in script
