"""No text of a customer's page or mail escapes the catalogues: in a language of brackets, all of it is in brackets."""

from __future__ import annotations

from pathlib import Path

import pytest

from chalicelib.rendering import environment as rendering
from chalicelib.rendering.environment import Renderer
from chalicelib.speech import LANGUAGES
from tests import samples
from tests.languages.brackets import bracketed, strange, written

RENDERER = Renderer(Path(__file__).resolve().parent.parent.parent / "templates")
SPEECH = bracketed()
STAFF_AREAS = frozenset({"desk", "settings"})
STAFF_MAILS = frozenset({"invitation"})

CONTENT = frozenset(
    {
        *("organization", "viewer", "subject", "preview", "body", "author", "name", "q", "kept", "email", "ip"),
        *("continues_subject", "time_zones", "customer", "languages", "code", "link", "agent", "conversation_url"),
        *("title", "summary", "html", "text", "snippet", "category", "parent", "names", "welcome", "value", "label"),
        *("sentence", "notice", "device", "back_label", "address", "signature", "value_text", "rule"),
    }
)
"""Fields with what people wrote, and with sentences that views have translated already (``test_pages_by_http.py``)."""

PAGES = [
    name
    for name, (_, site) in samples.PAGES.items()
    if site.area not in STAFF_AREAS and not getattr(samples.PAGES[name][0], "staff", False)
]


@pytest.mark.parametrize("name", PAGES)
def test_every_word_of_a_page_is_translated(name: str) -> None:
    page, site = samples.PAGES[name]
    html = RENDERER.page(page, site, samples.ZONE, samples.NOW, SPEECH)
    known = {*written(page, CONTENT), *written(site, CONTENT), *LANGUAGES.values(), "CET", "CEST"}
    assert not strange(html, known)


@pytest.mark.parametrize("name", sorted(set(samples.MAILS) - STAFF_MAILS))
def test_every_word_of_a_mail_is_translated(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = samples.MAILS[name]
    monkeypatch.setattr(rendering, "speech", lambda language: SPEECH)
    made = RENDERER.mail(mail)
    known = {*written(mail, CONTENT), "CET", "CEST", "UTC", "Re:"}
    for part in (made.subject, made.text, made.html):
        assert not strange(part, known)


def test_the_check_itself_finds_what_escapes() -> None:
    """Words in texts and in attributes, beside and between brackets; not what is known."""
    html = (
        '<p>⟦Hello ⟦12⟧⟧ Ada, <b title="Close">⟦x⟧</b> you</p><input placeholder="⟦Search⟧ 3"><script>let it</script>'
    )
    assert strange(html, ["Ada"]) == ["you", "Close"]
