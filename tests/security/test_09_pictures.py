"""Attack 9, on pictures of articles: replaced behind everybody's back, or loaded from where they do not lie."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.knowledge.images import UPLOADS_AN_HOUR
from tests.attachments import corpus
from tests.browser import Browser, put_upload
from tests.knowledge.library import KnowledgeBase
from tests.people import People

IMAGES = "/settings/article-images"


@pytest.fixture
def kb(people: People) -> KnowledgeBase:
    return KnowledgeBase(people.house, ("en",))


def test_what_an_article_shows_is_not_replaced_under_the_same_policy(
    browse: Callable[..., Browser], people: People, kb: KnowledgeBase
) -> None:
    """The policy of an upload is good for five minutes; the picture stays, and so do those who may see it."""
    ellis, reader = browse(people.content_manager), browse()
    ellis.get("/settings/articles")
    good, other = (corpus.png(corpus.chunk(b"tEXt", b"Title\0" + word)) for word in (b"one", b"two"))
    assert len(good) == len(other)
    begun = ellis.fetch("POST", IMAGES, {"name": "a.png", "type": "image/png", "size": len(good)}).json()
    assert put_upload(begun, good) == 201
    first = ellis.fetch("POST", IMAGES, {"upload": begun["id"]})
    path = f"/articles/images/{begun['id']}"
    kb.publish("With a picture", f"![A lamp]({path})", slug="pictured")
    assert put_upload(begun, other) == 201
    again = ellis.fetch("POST", IMAGES, {"upload": begun["id"]})
    assert (again.status, again.json()) == (first.status, first.json())
    assert reader.download(path).content == good


def test_a_page_loads_pictures_from_where_they_lie_and_nowhere_else(
    browse: Callable[..., Browser], people: People, kb: KnowledgeBase
) -> None:
    """On AWS each bucket is a host of its own; the policy names that of the stored pictures, not that of uploads."""
    files = people.house.files
    vars(files).update(picture_origin="https://pictures.example", upload_origin="https://uploads.example")
    people.house.portal.settings.change(internal_portal=True)
    people.house.knowledge.images.keep(image := "0" * 26, "a.png", "image/png", "Ellis")
    article = kb.publish("With a picture", f"![A lamp](/articles/images/{image})", slug="pictured")
    ellis = browse(people.content_manager)
    for browser, address in (
        (browse(), "/articles/pictured"),
        (browse(people.owner), "/articles/pictured"),
        (browse(people.agent), "/internal/articles/pictured"),
        (ellis, f"/settings/articles/{article.id}"),
    ):
        policy = browser.get(address).header("Content-Security-Policy") or ""
        assert "img-src 'self' https://pictures.example;" in policy, address


def test_an_editor_uploads_only_so_many_pictures_an_hour(browse: Callable[..., Browser], people: People) -> None:
    """And nobody else is kept waiting by it."""
    ellis, lead = browse(people.content_manager), browse(people.lead)
    begin = {"name": "a.png", "type": "image/png", "size": 100}
    for browser in (ellis, lead):
        browser.get("/settings/articles")
    for _ in range(UPLOADS_AN_HOUR.most - 1):
        people.house.limits.use(UPLOADS_AN_HOUR, f"staff:{people.content_manager.id}")
    assert ellis.fetch("POST", IMAGES, begin).status == 201
    refused = ellis.fetch("POST", IMAGES, begin)
    assert refused.status == 429
    assert refused.header("Retry-After")
    assert lead.fetch("POST", IMAGES, begin).status == 201
