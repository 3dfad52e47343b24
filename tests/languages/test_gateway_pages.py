"""The pages that API Gateway gives by itself: the product is not asked, so they speak every language at once."""

from __future__ import annotations

import re

import pytest

from chalicelib.speech import LANGUAGES, speech
from chalicelib.web.security import gateway_headers
from infra import answers


@pytest.mark.parametrize("case", sorted(answers.ANSWERS))
def test_each_language_has_its_line(case: str) -> None:
    """With the way home in it, marked as what it is and written from its own side."""
    page = answers.page(case, "https://help.example.com")
    lines = dict(re.findall(r'<li lang="(\w+)" dir="\w+">(.*?)</li>', page))
    assert lines.keys() == LANGUAGES.keys() - {"en"}
    for language, line in lines.items():
        assert speech(language).text(answers.SAID[case]) in line
        assert answers.SAID[case] not in line
        assert 'href="https://help.example.com/"' in line
    assert '<li lang="ar" dir="rtl">' in page


@pytest.mark.parametrize("case", sorted(answers.ANSWERS))
def test_api_gateway_finds_nothing_to_fill_in(case: str) -> None:
    """A dollar sign would be the name of a value, two hash signs a comment."""
    page = answers.page(case, "https://help.example.com")
    assert "$" not in page
    assert "##" not in page
    assert len(page) < 8_000


@pytest.mark.parametrize("url", ["https://help.example.com", "http://localhost:8000"])
def test_they_have_the_headers_of_every_answer(url: str) -> None:
    """A header that protects every answer is said once, and HTTPS is asked for where there is HTTPS."""
    sent = answers.headers(url)
    assert gateway_headers(secure=url.startswith("https")).items() <= sent.items()
    assert sent["X-Frame-Options"] == "DENY"
    assert ("Strict-Transport-Security" in sent) == url.startswith("https")
    assert (sent["Content-Type"], sent["Cache-Control"]) == ("text/html; charset=utf-8", "no-store")


def test_they_name_the_organization_as_text_in_its_colour() -> None:
    """As of the last deployment. What API Gateway would take for its own is left out, and markup is text."""
    page = answers.page("THROTTLED", "https://help.example.com", answers.Brand("A<b> $context ## Finch", "#2f6b4f"))
    assert "A&lt;b&gt; context  Finch" in page
    assert "#2f6b4f" in page
    assert "$" not in page
    assert "##" not in page
