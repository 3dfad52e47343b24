"""A content manager writes an article with a picture, and readers find it; a journey through the editor."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect

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
        expect(page.locator("nav.tabs .dot.newer")).to_have_count(1)
        sizes = page.locator("nav.tabs .dot").evaluate_all("dots => dots.map(dot => dot.offsetWidth)")
        assert len(set(sizes)) == 1, "a language with a newer draft has a mark like all others"
        page.get_by_role("button", name="Unpublish").click()
        expect(page.locator(".notice")).to_contain_text("taken back")
        reader.page.goto("/articles/oil-a-hinge")
        expect(reader.page.get_by_role("heading", level=1)).to_have_text("Page not found")


def until_kept(page: Page) -> None:
    """Wait until the browser has kept what was typed, half a second after the last key."""
    for _ in range(100):
        if page.evaluate("localStorage.length"):
            return
        page.wait_for_timeout(100)
    raise AssertionError


def test_what_was_typed_outlives_the_session(visit_as: Visit) -> None:
    """It is offered again after signing in anew, by the same page; once saved or forgotten, nothing of it is left."""
    with visit_as(cast.CONTENT_MANAGER) as ellis:
        page, context = ellis.page, ellis.context
        page.goto("/settings/articles/new")
        page.get_by_label("Title").fill("Winter hours")
        page.get_by_role("button", name="Begin").click()
        text, offer = page.get_by_label("Text", exact=True), page.locator("[data-kept]")
        expect(page.locator("[data-toolbar]")).to_be_visible()
        text.fill("Typed before lunch.")
        expect(page.locator("[data-shown] p")).to_have_text("Typed before lunch.")
        expect(page.locator(".writing [data-unsaved]")).to_be_visible()
        until_kept(page)
        written_on, cookies = page.url, context.cookies()
        context.clear_cookies()
        page.get_by_role("button", name="Save draft").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Please sign in")
        assert "Typed before lunch." in page.get_by_label("What you wrote").input_value()
        context.add_cookies(cookies)
        page.goto(written_on)
        expect(text).to_have_value("")
        offer.get_by_role("button", name="Put it back").click()
        expect(text).to_have_value("Typed before lunch.")
        expect(page.locator("[data-shown] p")).to_have_text("Typed before lunch.")
        text.press("ControlOrMeta+s")
        expect(page.locator(".notice")).to_be_visible()
        expect(text).to_be_focused()
        expect(offer).to_be_hidden()
        assert page.evaluate("localStorage.length") == 0
        text.fill("Changed, and left.")
        until_kept(page)
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(written_on)
        offer.get_by_role("button", name="Forget it").click()
        assert page.evaluate("localStorage.length") == 0
        expect(text).to_have_value("Typed before lunch.")


def test_signing_out_leaves_nothing_of_what_was_typed(visit: Visit) -> None:
    """Not with the session that all journeys share: signing out ends it."""
    with visit() as ellis:
        page = ellis.sign_in(cast.CONTENT_MANAGER).page
        page.goto("/settings/articles/new")
        page.get_by_label("Title").fill("Summer hours")
        page.get_by_role("button", name="Begin").click()
        expect(page.locator("[data-toolbar]")).to_be_visible()
        page.get_by_label("Text", exact=True).fill("Once more.")
        expect(page.locator("[data-shown] p")).to_have_text("Once more.")
        until_kept(page)
        page.on("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("button", name="Sign out")).to_have_count(0)
        assert page.evaluate("localStorage.length") == 0


def test_a_picture_that_does_not_arrive_is_told_in_words(visit_as: Visit) -> None:
    """And nothing is saved without one that is on its way; once it is there, its words wait to be written."""
    with visit_as(cast.CONTENT_MANAGER) as ellis:
        page = ellis.page
        page.goto("/settings/articles/new")
        page.get_by_label("Title").fill("A lamp")
        page.get_by_role("button", name="Begin").click()
        text, trouble = page.get_by_label("Text", exact=True), page.locator("[data-trouble]")
        lamp = {"name": "IMG_2034.png", "mimeType": "image/png", "buffer": png((40, 90, 140), 64, 48)}
        page.route("**/article-images", lambda route: route.fulfill(status=502, body="<html>"))
        page.locator("[data-image-file]").set_input_files(lamp)
        expect(trouble).to_have_text("IMG_2034.png could not be uploaded just now. Try it again.")
        page.unroute("**/article-images")
        ellis.expects("502")
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        page.route("**/article-images", hold, times=1)
        page.locator("[data-image-file]").set_input_files([])
        page.locator("[data-image-file]").set_input_files(lamp)
        page.get_by_role("button", name="Save draft").click()
        expect(trouble).to_have_text("A picture is still being uploaded. Try again once it is in the text.")
        held[0].continue_()
        expect(text).to_have_value(re.compile(r"!\[IMG 2034\]"))
        text.press_sequentially("A lamp, lit")
        expect(text).to_have_value(re.compile(r"^!\[A lamp, lit\]\(/articles/images/\w{26}\)\n$"))
        page.get_by_role("button", name="Save draft").click()
        expect(page.locator(".notice")).to_be_visible()


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
