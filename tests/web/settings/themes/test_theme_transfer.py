"""Settings, Theme: a theme leaves as a zip, and one comes in without a script; nothing is saved before it was seen."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.records import replace
from chalicelib.themes.model import Content
from chalicelib.web.settings.themes.transfer import MAX_ZIP
from tests.attachments.corpus import png
from tests.browser import Browser, Page, fetch_url, fields_of, put_upload
from tests.people import People
from tests.themes.world import HOME, MIRA, NEW, NILS, OLD

IMPORT = "/settings/themes/import"
ABOUT = {"label": "Winter sale", "base": OLD}


def zipped(**files: str | bytes) -> bytes:
    """Return a zip with ``theme.json`` and these: ``home__html`` is ``home.html``, ``assets___a__png`` a picture."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("theme.json", json.dumps(ABOUT))
        for name, content in files.items():
            made.writestr(name.replace("___", "/").replace("__", "."), content)
    return target.getvalue()


def upload(browser: Browser, data: bytes) -> str:
    """Send a zip with the form that the page shows, and return the address that S3 leads back to."""
    form = browser.get(IMPORT).form("Upload")
    begun = {"url": form["action"], "fields": {k: str(v) for k, v in fields_of(form).items() if k != "file"}}
    assert put_upload(begun, data) == 303
    back = urlsplit(begun["fields"]["success_action_redirect"])
    assert f"{back.scheme}://{back.netloc}" == browser.house.settings.public_url
    return back.path


def opened(browser: Browser, data: bytes) -> Page:
    return browser.get(upload(browser, data))


def test_a_theme_goes_out_and_comes_in_again(ellis: Browser) -> None:
    """With its files, its settings and its pictures."""
    themes = ellis.house.themes
    picture = themes.keep("assets/hero.png", png())
    before = Content(NEW, {"home.html": HOME}, values={"brand": "#8a2d52"}, assets={picture.name: picture})
    one = themes.create(MIRA, "Verkauf „Süd“", before)
    page = ellis.get(f"/settings/themes/{one.id}/manage")
    answer = ellis.download(page.link("Export zip"))
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/zip"
    assert "filename*=UTF-8''Verkauf%20%E2%80%9ES%C3%BCd%E2%80%9C.zip" in answer.headers["content-disposition"]
    page = opened(ellis, answer.content)
    assert page.one("#theme-label")["value"] == "Verkauf „Süd“"
    told = page.one("#zip-title").parent
    assert told is not None
    assert f"Made from Midtown {NEW}. 1 setting is set." in told.text
    assert [one.text for one in told.all("code")] == ["home.html", "assets/hero.png"]
    assert len(themes.list()) == 1
    page = ellis.submit("Import", label="Copy")
    assert (page.heading, page.notice[:22]) == ("Copy", "The theme was created.")
    copy = next(theme for theme in themes.list() if theme.label == "Copy")
    assert themes.content(copy.id) == themes.content(one.id)


def test_a_zip_can_become_a_draft_of_a_theme_that_there_is(ellis: Browser) -> None:
    themes = ellis.house.themes
    one = themes.create(MIRA, "Sale")
    opened(ellis, zipped(home__html=HOME))
    page = ellis.submit("Import", target=f"{one.id}:1")
    assert page.notice == "The zip is the newest draft. Customers see it once it is published."
    theme = themes.get(one.id)
    assert (theme.label, theme.base, theme.newest.number, theme.newest.note) == ("Sale", OLD, 2, "Imported")
    assert themes.content(one.id).files == {"home.html": HOME}


def test_what_was_saved_meanwhile_is_told_before_a_zip_becomes_newer(ellis: Browser) -> None:
    themes = ellis.house.themes
    one = themes.create(MIRA, "Sale")
    opened(ellis, zipped(home__html=HOME))
    themes.save(NILS, one.id, replace(themes.content(one.id), values={"brand": "#123456"}), seen=1)
    page = ellis.submit("Import", target=f"{one.id}:1")
    assert page.status == 409
    assert "Nils saved this theme" in page.faults[0]
    assert page.one("option[selected]")["value"] == f"{one.id}:2"
    ellis.submit("Import")
    assert themes.get(one.id).newest.number == 3


def test_a_label_that_cannot_be_is_said_beside_the_field(ellis: Browser) -> None:
    opened(ellis, zipped(home__html=HOME))
    page = ellis.submit("Import", label="")
    assert (page.status, page.one("#theme-label")["aria-invalid"]) == (422, "true")
    assert page.faults == [page.one("#theme-label-fault").text]
    assert ellis.submit("Import", label="Sale").heading == "Sale"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"not a zip", "This is no zip, or it is damaged."),
        (zipped(**{"../app__py": "print()"}), "app.py"),
        (zipped(home__html="\x00"), "home.html has a control character."),
        (zipped(settings__json="{"), "settings.json is not JSON"),
        (zipped(assets___a__png=b"no picture"), "assets/a.png This file was not taken"),
    ],
)
def test_what_is_wrong_with_a_zip_is_said_and_another_can_be_chosen(ellis: Browser, data: bytes, said: str) -> None:
    page = opened(ellis, data)
    assert page.status == 422
    assert said in " ".join(page.faults)
    assert page.has_form("Upload")
    assert ellis.post(page.path, {"csrf": ellis.csrf, "label": "Sale"}).status == 422
    assert ellis.house.themes.list() == ()


def test_a_zip_that_is_too_large_is_told_by_a_page_of_ours(ellis: Browser) -> None:
    page = opened(ellis, b"0" * (MAX_ZIP + 1))
    assert page.faults == ["The zip is larger than 6 MB. Use smaller pictures."]


def test_what_somebody_uploaded_is_nobody_elses(ellis: Browser, browse: Callable[..., Browser], people: People) -> None:
    address = upload(ellis, zipped(home__html=HOME))
    other = browse(people.lead)
    assert other.get(address).status == 404
    assert other.get("/settings/themes").status == 200
    assert other.post(address, {"csrf": other.csrf, "label": "Mine"}).status == 404
    assert ellis.get(address).status == 200
    assert ellis.get(f"{IMPORT}/nothing").status == 404


@pytest.mark.parametrize(
    "changed",
    [
        {"success_action_redirect": "https://other.example/"},
        {"key": "theme-imports/somebody/else"},
        {"Content-Type": "text/html"},
        {"x-amz-signature": "0" * 64},
    ],
)
def test_s3_refuses_a_form_that_was_changed(ellis: Browser, changed: dict[str, str]) -> None:
    form = ellis.get(IMPORT).form("Upload")
    begun = {"url": form["action"], "fields": {k: str(v) for k, v in fields_of(form).items() if k != "file"}}
    assert 400 <= put_upload(begun, zipped(home__html=HOME), **changed) < 500
    back = urlsplit(begun["fields"]["success_action_redirect"]).path
    assert ellis.get(back).status == 404


def test_an_imported_zip_is_gone(ellis: Browser) -> None:
    address = upload(ellis, zipped(home__html=HOME))
    ellis.get(address)
    ellis.submit("Import")
    assert ellis.get(address).status == 404


@pytest.mark.parametrize("target", ["x", "x:1", f"{'0' * 26}:1", "0:x"])
def test_a_theme_that_is_not_there_takes_no_zip(ellis: Browser, target: str) -> None:
    address = upload(ellis, zipped(home__html=HOME))
    ellis.get(address)
    assert ellis.post(address, {"csrf": ellis.csrf, "target": target}).status in {404, 422}


def test_the_form_alone_may_send_to_the_bucket(ellis: Browser) -> None:
    """Every other page of the settings sends its forms to us alone."""
    policy = ellis.get(IMPORT).header("Content-Security-Policy") or ""
    assert f"form-action 'self' {ellis.house.files.upload_origin};" in policy
    assert "form-action 'self';" in (ellis.get("/settings/themes").header("Content-Security-Policy") or "")


def test_an_export_is_for_a_minute(ellis: Browser) -> None:
    one = ellis.house.themes.create(MIRA, "Sale")
    location = ellis.request("GET", f"/settings/themes/{one.id}/export").header("Location") or ""
    assert parse_qs(urlsplit(location).query)["X-Amz-Expires"] == ["60"]
    assert fetch_url(location.partition("?")[0]).status in {403, 404}
