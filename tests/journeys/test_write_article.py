"""A content manager writes an article with a picture, and readers find it; a journey through the editor."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from local import cast
from local.files import png
from tests.journeys.conftest import Visit


def test_an_article_with_a_picture_reaches_its_readers(visit: Visit, visit_as: Visit) -> None:
    """Begun, written with buttons and keys, previewed while typing, published, changed, compared, taken back."""
    with visit_as(cast.CONTENT_MANAGER) as ellis, visit() as reader:
        page = ellis.page
        page.goto("/settings/articles")
        page.get_by_role("link", name="New article").click()
        page.get_by_label("Title").fill("Oil a hinge")
        page.get_by_label("Category").select_option(label="Care and repair")
        page.get_by_role("button", name="Begin").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Oil a hinge")

        text, preview = page.get_by_label("Text", exact=True), page.locator("[data-shown]")
        text.fill("One drop is enough.")
        expect(preview.locator("p")).to_have_text("One drop is enough.")
        text.press("ControlOrMeta+a")
        text.press("ControlOrMeta+b")
        expect(preview.locator("strong")).to_have_text("One drop is enough.")
        page.locator("[data-image-file]").set_input_files(
            {"name": "hinge.png", "mimeType": "image/png", "buffer": png((40, 90, 140), 64, 48)}
        )
        expect(text).to_have_value(re.compile(r"!\[hinge\]\(/articles/images/\w{26}\)"))
        expect(preview.locator("img")).to_have_js_property("complete", True)
        assert preview.locator("img").evaluate("image => image.naturalWidth") == 64
        page.get_by_role("button", name="Publish").click()
        expect(page.locator(".notice")).to_contain_text("published")

        reader.page.goto("/articles/oil-a-hinge")
        expect(reader.page.locator(".prose strong")).to_have_text("One drop is enough.")
        assert (
            reader.page.locator(".prose img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 64
        )

        text.fill("Two drops, then.")
        page.on("dialog", lambda dialog: dialog.dismiss())
        page.get_by_role("button", name="Publish changes").click()
        expect(page.locator(".notice")).to_contain_text("published")
        page.get_by_role("link", name="Versions: compare and restore").click()
        page.get_by_label("From").select_option("1")
        page.get_by_role("button", name="Compare").click()
        expect(page.locator(".new-line").last).to_contain_text("Two drops, then.")
        page.get_by_role("button", name="Restore version 1").click()
        expect(page.get_by_label("Text", exact=True)).to_have_value(re.compile("One drop"))
        page.get_by_role("button", name="Unpublish").click()
        expect(page.locator(".notice")).to_contain_text("taken back")
        reader.page.goto("/articles/oil-a-hinge")
        expect(reader.page.get_by_role("heading", level=1)).to_have_text("Page not found")


def test_categories_are_put_in_order_by_dragging(visit_as: Visit) -> None:
    with visit_as(cast.CONTENT_MANAGER) as ellis:
        page = ellis.page
        page.goto("/settings/categories")
        names = page.locator(".tree .what a[dir]")
        before = names.all_inner_texts()
        grips = page.locator("[data-drag]")
        grips.nth(1).hover()
        page.mouse.down()
        box = grips.nth(0).bounding_box()
        assert box
        page.mouse.move(box["x"] + 4, box["y"] + 4, steps=5)
        page.mouse.up()
        expect(page.locator(".notice")).to_be_visible()
        after = names.all_inner_texts()
        assert after[:2] == [before[1], before[0]]
        page.get_by_role("button", name=f"Move {after[0]} down").click()
        expect(names.first).to_have_text(before[0])
