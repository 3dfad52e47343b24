"""Pictures over the limit, and of kinds we do not take, are drawn anew in the browser: small, upright, placeless."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect

from local import cast
from tests.journeys import pictures
from tests.journeys.pictures import CORNERS, TURNED, TURNED_CORNERS, UPRIGHT, drawn, file, photographed, says_where
from tests.journeys.test_files import MAX_SIZE, line, slow, start

if TYPE_CHECKING:
    from pathlib import Path

    from tests.journeys.conftest import Visit
    from tests.journeys.visitor import Visitor

LAST = ".message >> nth=-1"
CANNOT = (
    "The picture is larger than 3 MB, and this browser cannot make it smaller. Save a smaller copy and choose that."
)
HEIC = (
    "This browser cannot open HEIC pictures. Send it as a JPG: on an iPhone or iPad, share it with the option “Most "
    "Compatible”; on a computer, export it as a JPG."
)
MOVING = (
    "The file is too large. The limit is 3 MB. GIFs and other animated pictures are not made smaller, because "
    "they would no longer move."
)
SIZES = [{"width": 390, "height": 844}, {"width": 1280, "height": 900}]


def attached(page: Page, name: str) -> Any:
    """Wait until a file is attached; return its line."""
    found = line(page, name)
    expect(found.locator("input[name=attachment]")).to_have_count(1, timeout=60_000)
    return found


def arrived(visitor: Visitor, name: str) -> bytes:
    """Return a file of the last message as its reader gets it."""
    link = visitor.page.locator(LAST).get_by_role("link", name=name)
    answer = visitor.page.request.get(str(link.get_attribute("href")))
    assert answer.ok
    return answer.body()


def heif(content: bytes = b"\0" * 4_000) -> bytes:
    """Return a file that begins as an iPhone's photo does, and is one that no browser opens."""
    return b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + content


@pytest.mark.parametrize("viewport", SIZES, ids=["phone", "desk"])
def test_a_photo_of_a_phone_becomes_small_upright_and_placeless(visit_as: Visit, viewport: dict[str, int]) -> None:
    """Chosen, watched, sent: what arrives is at most 3 MB, turned as the camera was held, and says nothing of where."""
    with visit_as(cast.OLENA, viewport=viewport) as olena:
        start(olena, f"A photo of {viewport['width']} pixels")
        page = olena.page
        photo = photographed(drawn(page, 3600, 2700))
        assert len(photo) > 5_000_000
        assert says_where(photo)
        slow(page, 1_000_000)
        olena.attach(file("IMG_2041.JPG", photo, "image/jpeg"))
        expect(page.get_by_role("progressbar", name="Preparing IMG_2041.JPG")).to_be_visible()
        expect(page.locator("[data-say]").first).to_have_text(
            "IMG_2041.JPG is larger than 3 MB and is being made smaller."
        )
        expect(page.get_by_role("progressbar", name="Upload of IMG_2041.JPG")).to_be_visible()
        slow(page, 0)
        expect(attached(page, "IMG_2041.JPG").locator(".hint")).to_contain_text("made smaller from")
        expect(page.locator("[data-say]").first).to_contain_text("IMG_2041.JPG is attached: ")
        olena.write("This is the crack.")
        small = arrived(olena, "IMG_2041.JPG")
        assert small.startswith(b"\xff\xd8\xff")
        assert MAX_SIZE / 3 < len(small) <= MAX_SIZE
        assert not says_where(small)
        width, height, corners = pictures.shown(page, small)
        assert corners == TURNED_CORNERS
        assert height > 1_500
        assert abs(height / width - 4 / 3) < 0.01


def test_whichever_way_a_camera_was_held_the_picture_stays_as_it_was_seen(visit_as: Visit) -> None:
    """All eight of EXIF's: the four quarters are afterwards where the browser showed them before."""
    with visit_as(cast.OLENA) as olena:
        start(olena, "Held in all ways")
        page = olena.page
        plain = drawn(page, 1400, 1100, quality=1)
        assert len(plain) > MAX_SIZE
        before, after = {}, {}
        for some in (range(1, 5), range(5, 9)):
            photos = {orientation: photographed(plain, orientation) for orientation in some}
            for one, content in photos.items():
                olena.attach(file(f"held-{one}.jpg", content, "image/jpeg"))
            for one in photos:
                attached(page, f"held-{one}.jpg")
            olena.write("See.")
            for one, content in photos.items():
                before[one] = pictures.shown(page, content)
                after[one] = pictures.shown(page, arrived(olena, f"held-{one}.jpg"))
    assert before[UPRIGHT][2] == CORNERS
    assert before[TURNED][2] == TURNED_CORNERS
    for one, (width, height, corners) in before.items():
        assert after[one][2] == corners, one
        assert (after[one][0] > after[one][1]) == (width > height), one


def test_what_fits_is_sent_as_it_is(visit_as: Visit) -> None:
    """A photo within the limit keeps every byte, its EXIF included: people may want just that."""
    with visit_as(cast.OLENA) as olena:
        start(olena, "Small enough")
        photo = photographed(drawn(olena.page, 800, 600))
        assert len(photo) < MAX_SIZE
        olena.attach(file("small.jpg", photo, "image/jpeg"))
        expect(attached(olena.page, "small.jpg").locator(".hint")).not_to_contain_text("smaller")
        olena.write("As it is.")
        assert arrived(olena, "small.jpg") == photo


def test_what_shines_through_stays_so(visit_as: Visit) -> None:
    """A large PNG with a hole in it becomes a smaller PNG with a hole; one without becomes a JPG, and is named so."""
    with visit_as(cast.OLENA) as olena:
        start(olena, "Logos and screenshots")
        page = olena.page
        logo, screenshot = (drawn(page, 1400, 1100, "image/png", clear=clear) for clear in (True, False))
        assert min(len(logo), len(screenshot)) > MAX_SIZE
        olena.attach(file("logo.png", logo, "image/png"), file("Screenshot 1.PNG", screenshot, "image/png"))
        attached(page, "logo.png")
        attached(page, "Screenshot 1.jpg")
        olena.write("Both.")
        small = arrived(olena, "logo.png")
        assert small.startswith(b"\x89PNG")
        assert pictures.shown(page, small, "image/png")[2] == [*CORNERS[:3], "clear"]
        small = arrived(olena, "Screenshot 1.jpg")
        assert small.startswith(b"\xff\xd8\xff")
        assert pictures.shown(page, small)[2] == CORNERS


def test_a_long_screenshot_keeps_its_shape(visit_as: Visit) -> None:
    """One that is longer than a canvas may be is made as long as one may be."""
    with visit_as(cast.OLENA) as olena:
        start(olena, "The whole chat")
        page = olena.page
        chat = drawn(page, 200, 18_000, "image/png")
        assert len(chat) > MAX_SIZE
        olena.attach(file("chat.png", chat, "image/png"))
        attached(page, "chat.jpg")
        olena.write("All of it.")
        width, height, corners = pictures.shown(page, arrived(olena, "chat.jpg"))
        assert height <= 16_384
        assert abs(height / width - 90) < 1
        assert corners == CORNERS


def test_pictures_of_other_kinds_become_jpgs(visit_as: Visit) -> None:
    """HEIF that the browser opens, WebP, BMP, a JPG called .jfif or nothing at all: whatever it can draw."""
    with visit_as(cast.OLENA) as olena:
        start(olena, "Of all kinds")
        page = olena.page
        webp = drawn(page, 600, 400, "image/webp", plain=True)
        assert webp[8:12] == b"WEBP"
        large = photographed(drawn(page, 2600, 2000))
        chosen = {
            "IMG_7.HEIC": (pictures.HEIF, ""),
            "shared.heif": (pictures.HEIF, "image/heif"),
            "saved.webp": (webp, "image/webp"),
            "called.jpg": (webp, "image/jpeg"),
            "scan.bmp": (pictures.bmp(1_200, 1_000), "image/bmp"),
            "kept.jfif": (drawn(page, 300, 200, plain=True), "image/jpeg"),
        }
        olena.attach(*(file(name, *content) for name, content in chosen.items()))
        names = [f"{name.rpartition('.')[0]}.jpg" for name in chosen]
        for name in names:
            attached(page, name)
        olena.write("Six of them.")
        expect(page.locator(LAST).locator(".files .name")).to_have_text(names)
        for name in names:
            content = arrived(olena, name)
            assert content.startswith(b"\xff\xd8\xff"), name
            assert pictures.shown(page, content)[2] == CORNERS, name
        olena.attach(file("image-31", large, "image/jpeg"))
        attached(page, "image-31.jpg")
        olena.write("From an Android.")
        assert not says_where(arrived(olena, "image-31.jpg"))


def test_what_cannot_be_drawn_is_refused_with_what_to_do(visit_as: Visit) -> None:
    """HEIC where the browser has no decoder, whatever it is called; what moves; what is damaged; a bomb of pixels."""
    with visit_as(cast.OLENA) as olena:
        start(olena, "Not drawn")
        page = olena.page
        gif = b"GIF89a" + b"\0" * MAX_SIZE
        moving = pictures.moving_png(drawn(page, 1400, 1100, "image/png"))
        damaged = drawn(page, 2600, 2000)[:2_000] + b"\0" * MAX_SIZE
        bomb = pictures.png_of(60_000, 60_000) + b"\0" * MAX_SIZE
        for name, content, kind, reason in (
            ("IMG_1.HEIC", heif(), "", HEIC),
            ("IMG_2.heif", heif(b"\0" * MAX_SIZE), "image/heif", HEIC),
            ("IMG_3.jpg", heif(), "image/jpeg", HEIC),
            ("cat.gif", gif, "image/gif", MOVING),
            ("cat.png", moving, "image/png", MOVING),
            ("torn.jpg", damaged, "image/jpeg", CANNOT),
            ("wide.png", bomb, "image/png", CANNOT),
            ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", "do not accept this type"),
            (
                "plan.pdf",
                b"%PDF-1.7" + b"\0" * MAX_SIZE,
                "application/pdf",
                "The file is too large. The limit is 3 MB.",
            ),
        ):
            olena.attach(file(name, content, kind))
            expect(line(page, name).locator(".fault")).to_contain_text(reason)
            expect(page.locator("[data-say]").first).to_contain_text(f"{name}: ")
            expect(line(page, name).locator("input, progress")).to_have_count(0)
            expect(line(page, name).locator(".hint")).to_have_text(re.compile(r"^[\d.]+ (bytes|KB|MB)$"))
            page.get_by_role("button", name=f"Remove {name}").click()


def test_a_browser_that_gives_noise_for_what_was_drawn_is_noticed(visit_as: Visit) -> None:
    """Some do, against recognition: then nothing is sent in the place of the picture."""
    with visit_as(cast.OLENA) as olena:
        olena.page.add_init_script(
            """const read = CanvasRenderingContext2D.prototype.getImageData;
            CanvasRenderingContext2D.prototype.getImageData = function (...where) {
                const found = read.apply(this, where);
                if (this.canvas.width === 2) crypto.getRandomValues(found.data);
                return found;
            };"""
        )
        olena.page.goto("/conversations/new")
        photo = drawn(olena.page, 2600, 2000)
        olena.attach(file("photo.jpg", photo, "image/jpeg"))
        expect(line(olena.page, "photo.jpg").locator(".fault")).to_have_text(CANNOT)


def test_a_picture_can_be_cancelled_while_it_is_drawn(visit_as: Visit) -> None:
    """Cancel takes it away, and those behind it go on; a photo of before can be taken out as well."""
    with visit_as(cast.OLENA) as olena:
        start(olena, "Three photos, two of them wrong")
        page = olena.page
        photo = drawn(page, 3000, 2200)
        names = ("first.jpg", "second.jpg", "third.jpg")
        olena.attach(*(file(name, photo, "image/jpeg") for name in names))
        line(page, "second.jpg").get_by_role("button", name="Remove second.jpg").click()
        expect(line(page, "second.jpg")).to_have_count(0)
        expect(page.get_by_label("Attach files")).to_be_focused()
        attached(page, "first.jpg")
        attached(page, "third.jpg")
        expect(line(page, "second.jpg")).to_have_count(0)
        page.get_by_role("button", name="Remove third.jpg").click()
        olena.write("The first.")
        expect(page.locator(LAST).locator(".files .name")).to_have_text(["first.jpg"])


def test_six_photos_at_once_are_six_and_the_seventh_is_refused(visit_as: Visit) -> None:
    """Those that are still being drawn count; the same photo chosen again is no second one."""
    with visit_as(cast.OLENA) as olena:
        start(olena, "An album")
        page = olena.page
        photo = photographed(drawn(page, 2600, 2000))
        olena.attach(*(file(f"{number}.jpg", photo, "image/jpeg") for number in range(1, 8)))
        expect(line(page, "7.jpg").locator(".fault")).to_contain_text("at most 6 files")
        page.get_by_role("button", name="Remove 7.jpg").click()
        for number in range(1, 7):
            attached(page, f"{number}.jpg")
        olena.write("Six.")
        expect(page.locator(LAST).locator(".files li")).to_have_count(6)


def test_the_same_file_chosen_twice_is_sent_once(visit_as: Visit, tmp_path: Path) -> None:
    """Whether it is attached already or still on its way; taken out, it can be chosen again."""
    with visit_as(cast.OLENA) as olena:
        start(olena, "Twice")
        page = olena.page
        path = tmp_path / "photo.jpg"
        path.write_bytes(drawn(page, 2600, 2000))
        olena.attach(path)
        olena.attach(path)
        expect(page.locator("[data-say]").first).to_have_text("photo.jpg is in the list already")
        attached(page, "photo.jpg")
        olena.attach(path)
        expect(page.locator(".uploads li")).to_have_count(1)
        page.get_by_role("button", name="Remove photo.jpg").click()
        olena.attach(path)
        attached(page, "photo.jpg")
        olena.write("Once.")
        expect(page.locator(LAST).locator(".files li")).to_have_count(1)


def test_agents_photos_become_small_too(visit_as: Visit) -> None:
    """In a reply and in a note."""
    with visit_as(cast.OLENA) as olena:
        start(olena, "An agent's photos")
        url = olena.page.url.partition("#")[0].replace("/conversations/", "/desk/conversations/")
    with visit_as(cast.SECOND_AGENT) as tom:
        page = tom.page
        page.goto(url)
        page.locator("summary", has_text="Write an internal note").click()
        photo = photographed(drawn(page, 2600, 2000))
        for kind, label, button in (
            ("answer", "Message to the customer", "Send reply"),
            ("note", "Internal note", "Add note"),
        ):
            if kind == "note":
                page.locator("summary", has_text="Write an internal note").click()
            tom.attach(file(f"{kind}.jpg", photo, "image/jpeg"), form=f"[data-composer={kind}]")
            expect(attached(page, f"{kind}.jpg").locator(".hint")).to_contain_text("made smaller from")
            tom.write("See.", label=label, button=button)
            link = page.get_by_role("link", name=f"{kind}.jpg")
            small = page.request.get(str(link.get_attribute("href"))).body()
            assert len(small) <= MAX_SIZE
            assert not says_where(small)
