"""How long a picture is kept: while a text that was saved may show it, and no longer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.attachments.store import attachment_key
from chalicelib.audit.model import Author
from chalicelib.aws import article_keys
from chalicelib.aws.table import Update
from chalicelib.ids import new_id
from chalicelib.knowledge.article import Content
from chalicelib.refusals import NotFound, SettingRefused, Unavailable
from chalicelib.wiring import House
from local.files import png
from tests.browser import Browser
from tests.knowledge.library import KnowledgeBase
from tests.people import Clock, People

ELLIS = Author("01hstaff000000000000000001", "Ellis Moreau", "192.0.2.7")


def picture(house: House) -> str:
    """Keep a picture, and return its id."""
    image_id = new_id(house.clock())
    house.files.put(attachment_key(image_id), png((40, 90, 140), 8, 8), "image/png")
    house.knowledge.images.keep(image_id, "lamp.png", "image/png", "Ellis Moreau")
    return image_id


def shown(*image_ids: str) -> str:
    """Return a text that shows pictures."""
    return "Look: " + " ".join(f"![Lamp](/articles/images/{one})" for one in image_ids)


def stored(house: House, image_id: str) -> bool:
    """Tell whether a picture is there, and its file with it: one without the other would be a fault."""
    try:
        house.knowledge.images.get(image_id)
    except NotFound:
        with pytest.raises(Exception, match=r"NoSuchKey|does not exist"):
            house.files.read(attachment_key(image_id))
        return False
    return bool(house.files.read(attachment_key(image_id)))


def test_pictures_go_with_the_last_article_that_named_them(any_house: House, clock: Clock) -> None:
    """Also those of old versions and of drafts, which can come back until then."""
    kb, editing = KnowledgeBase(any_house), any_house.knowledge.editing
    old, now, both = (picture(any_house) for _ in range(3))
    first = kb.publish("First", shown(old, both))
    editing.publish(ELLIS, first.id, "en", Content("First", "", shown(now, both)), 2)
    second = kb.publish("Second", "Text.")
    tried = picture(any_house)  # in a draft once, which says something else since
    editing.save(ELLIS, first.id, "en", Content("First", "", shown(tried)), 3)
    editing.save(ELLIS, first.id, "en", Content("First", "", shown(now, both)), 4)
    editing.save(ELLIS, second.id, "en", Content("Second", "", shown(both)), 2)
    editing.sweep(clock.ahead(days=60))
    editing.archive(ELLIS, first.id)
    editing.sweep(clock.ahead(days=60))
    assert [stored(any_house, one) for one in (old, now, both, tried)] == [True, True, True, True]
    editing.delete(ELLIS, first.id)
    editing.sweep(clock.ahead(minutes=1))
    assert [stored(any_house, one) for one in (old, now, both, tried)] == [False, False, True, False]
    assert editing.publish(ELLIS, second.id, "en", Content("Second", "", shown(both)), 3)
    editing.archive(ELLIS, second.id)
    editing.delete(ELLIS, second.id)
    editing.sweep(clock.ahead(minutes=1))
    assert not stored(any_house, both)
    assert editing.store.due(clock.ahead(days=900)) == []


def test_pictures_from_before_they_were_counted_stay(house: House, clock: Clock) -> None:
    """Nobody noted which texts name them: that one article more is saved and deleted says nothing of the others."""
    kb, editing = KnowledgeBase(house), house.knowledge.editing
    image = picture(house)
    older = kb.publish("Older", shown(image))
    house.table.write(Update(article_keys.article_image(image), drop=["marks", f"m_{older.id}"]))
    newer = kb.publish("Newer", shown(image))
    editing.archive(ELLIS, newer.id)
    editing.delete(ELLIS, newer.id)
    house.knowledge.images.forget(image)
    editing.sweep(clock.ahead(minutes=1))
    assert stored(house, image)


def test_a_picture_that_is_shown_stays_however_its_address_is_written(
    browse: Callable[..., Browser], people: People, clock: Clock
) -> None:
    """Markdown takes a backslash before a slash for the slash."""
    house = people.house
    ellis = browse(people.content_manager)
    ellis.get("/settings/articles")
    image = uploaded(ellis)
    KnowledgeBase(house).publish("One", f"![Lamp](/articles\\/images\\/{image})")
    assert house.knowledge.images.get(image).scopes
    house.knowledge.editing.sweep(clock.ahead(days=40))
    assert stored(house, image)


def test_an_upload_that_no_saved_text_names_goes_after_a_month(
    browse: Callable[..., Browser], people: People, clock: Clock
) -> None:
    house = people.house
    kb, ellis = KnowledgeBase(house), browse(people.content_manager)
    ellis.get("/settings/articles")
    used, unused = (uploaded(ellis) for _ in range(2))
    article = kb.publish("One", "First.")
    house.knowledge.editing.save(ELLIS, article.id, "en", Content("One", "", shown(used)), 2)
    house.knowledge.editing.save(ELLIS, article.id, "en", Content("One", "", "Taken out again."), 3)
    house.knowledge.editing.sweep(clock.ahead(days=29))
    assert stored(house, unused)
    house.knowledge.editing.sweep(clock.ahead(days=2))
    assert stored(house, used)
    assert not stored(house, unused)


def uploaded(browser: Browser) -> str:
    """Upload a picture as the editor does."""
    upload = browser.upload("lamp.png", "image/png", png((40, 90, 140), 8, 8), path="/settings/article-images")
    answer = browser.fetch("POST", "/settings/article-images", {"upload": upload})
    assert answer.status == 201
    return str(answer.json()["id"])


def test_what_could_not_be_deleted_is_tried_again(
    any_house: House, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is shown it in between, and no article can name it any more."""
    kb, editing = KnowledgeBase(any_house), any_house.knowledge.editing
    image = picture(any_house)
    article = kb.publish("One", shown(image))
    editing.archive(ELLIS, article.id)
    editing.delete(ELLIS, article.id)

    def failing(key: str) -> None:
        raise Unavailable(key)

    with monkeypatch.context() as patched:
        patched.setattr(any_house.files, "delete", failing)
        with pytest.raises(Unavailable):
            editing.sweep(clock.ahead(minutes=1))
    with pytest.raises(NotFound):
        any_house.knowledge.images.get(image)
    with pytest.raises(SettingRefused, match="does not exist"):
        kb.publish("Two", shown(image))
    editing.sweep(clock.ahead(minutes=1))
    assert not stored(any_house, image)


def test_only_pictures_are_deleted_as_pictures(any_house: House, clock: Clock) -> None:
    """A text may name what is no picture, such as the file of a message: that stays, as does what a draft names."""
    kb, editing = KnowledgeBase(any_house), any_house.knowledge.editing
    file = new_id(any_house.clock())
    any_house.files.put(attachment_key(file), b"Somebody's", "text/csv")
    article = kb.publish("One", "Text.")
    editing.save(ELLIS, article.id, "en", Content("One", "", shown(file)), 2)
    editing.archive(ELLIS, article.id)
    editing.delete(ELLIS, article.id)
    any_house.knowledge.images.forget(file)
    editing.sweep(clock.ahead(minutes=1))
    assert any_house.files.read(attachment_key(file)) == b"Somebody's"
