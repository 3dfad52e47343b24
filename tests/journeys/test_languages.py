"""Somebody chooses a language, reads and writes in it, and what scripts say is in it, too; Arabic from the right."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from local import cast
from tests.journeys.conftest import Visit
from tests.journeys.test_accessibility import AXE, PROFILE, assert_accessible
from tests.journeys.test_elsewhere import assert_fits

SIZES = ({"width": 390, "height": 844}, {"width": 1280, "height": 860})


def test_a_language_is_chosen_and_kept(visit_as: Visit) -> None:
    """By the browser first, then on the account page, where it holds from then on; every language has its words."""
    with visit_as(cast.COLLEAGUE, locale="de-DE") as jonas:
        page = jonas.page
        page.goto("/conversations/new")
        expect(page.get_by_role("heading", level=1)).to_have_text("Neue Konversation")
        page.get_by_label("Ihre Nachricht").fill("Grüße")
        expect(page.locator("[data-count]")).to_have_text("5 von 10.240 Zeichen")
        page.goto("/account")
        page.locator("#account-language").select_option("ja")
        page.get_by_role("button", name="Speichern").click()
        expect(page.locator(".notice")).to_have_text("変更を保存しました。")
        page.goto("/conversations/new")
        page.get_by_role("textbox", name="メッセージ").fill("こんにちは")
        expect(page.locator("[data-count]")).to_have_text("5 / 10,240 文字")
        jonas.attach({"name": "no.exe", "mimeType": "", "buffer": b"MZ"})
        expect(page.locator(".uploads .fault")).to_contain_text("この種類のファイルは受け付けていません。")
        page.goto("/account")
        page.locator("#account-language").select_option("")
        page.get_by_role("button", name="保存").click()
        expect(page.locator(".notice")).to_have_text("Ihre Änderungen wurden gespeichert.")


def test_a_stranger_chooses_arabic(visit: Visit) -> None:
    """At the foot of a page, with the keyboard; pages then run from the right and fit every screen."""
    with visit(**PROFILE) as somebody:
        page = somebody.page
        page.goto("/login")
        page.locator("form.languages").get_by_role("button", name="العربية").press("Enter")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        assert page.url.endswith("/login")
        for path in ("/", "/login", "/contact"):
            for size in SIZES:
                page.set_viewport_size(size)  # type: ignore[arg-type]
                page.goto(path)
                assert_fits(somebody)


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not here")
def test_arabic_pages_of_a_customer_fit_and_are_accessible(visit_as: Visit) -> None:
    """The list, a conversation with its reply box, the account page: on a phone and on a large screen."""
    with visit_as(cast.OWNER, locale="ar-EG", **PROFILE) as ada:
        page = ada.page
        for path in ("/conversations", "/conversations/new", "/account"):
            for size in SIZES:
                page.set_viewport_size(size)  # type: ignore[arg-type]
                page.goto(path)
                assert_fits(ada)
            assert_accessible(ada, path)
        page.goto("/conversations")
        ada.open("Replacement glass for a Moon pendant")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        assert_fits(ada)
        assert_accessible(ada, "conversation")
        own, theirs = page.locator(".message.own").first, page.locator(".message:not(.own)").first
        mine, other = own.bounding_box(), theirs.bounding_box()
        assert mine is not None
        assert other is not None
        assert mine["x"] < other["x"] + other["width"]  # one's own stands at the end of the line: on the left
