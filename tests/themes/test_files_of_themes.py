"""Files of themes: where stylesheets, pictures and fonts come from, what caches keep, who may have those of drafts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.portal.model import Picture
from chalicelib.refusals import NotFound
from chalicelib.themes.assets import asset_key
from chalicelib.themes.model import MAX_THEME, Asset, Content
from chalicelib.themes.refusals import ThemeChanged, ThemeRefused
from chalicelib.themes.revisions import Theme
from chalicelib.wiring import House
from tests.attachments import corpus
from tests.browser import Browser
from tests.people import People
from tests.themes.world import MIRA, NEW, NILS, content

Browse = Callable[..., Browser]

HERO, DRAWN = "assets/hero.png", "assets/logo.svg"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>'
STYLE = ".hello { background: url(assets/hero.png) }\n/* said by nobody */\n"
KEPT = "public, max-age=31536000, immutable"


def pictured(house: House) -> Theme:
    """Return a theme with a draft that has a picture, a drawing and a stylesheet."""
    themes = house.themes
    theme = themes.create(MIRA, "Spring", Content(NEW, {"theme.css": STYLE}))
    themes.add_asset(MIRA, theme.id, HERO, corpus.png(), seen=1)
    themes.add_asset(MIRA, theme.id, DRAWN, SVG.encode(), seen=2)
    return themes.get(theme.id)


def addresses(house: House, theme: Theme) -> dict[str, str]:
    """Return where the files of its newest revision are, by name."""
    number, assets = theme.newest.number, house.themes.content(theme.id).assets
    return {
        "theme.css": f"/theme/{theme.id}-{number}/theme.css",
        "settings.css": f"/theme/{theme.id}-{number}/settings.css",
        HERO: f"/theme/assets/{assets[HERO].sha256}.png",
        DRAWN: f"/theme/assets/{assets[DRAWN].sha256}.svg",
    }


# keeping


def test_a_picture_is_a_draft_of_its_own_and_its_bytes_are_kept_by_what_they_are(any_house: House) -> None:
    themes = any_house.themes
    theme = themes.create(MIRA, "Spring", content())
    saved = themes.add_asset(NILS, theme.id, HERO, corpus.png(), seen=1)
    asset = themes.content(theme.id).assets[HERO]
    assert (saved.number, saved.by) == (2, "Nils")
    assert (asset.name, asset.type, asset.size) == (HERO, "image/png", len(corpus.png()))
    assert themes.data(asset.sha256) == corpus.png() == any_house.files.read(asset_key(asset.sha256))
    assert themes.content(theme.id, 1).assets == {}
    *_, entry = any_house.audit.span(1, 100)
    assert entry.change.after == {"revision": 2, "pictures and fonts": [HERO]}


def test_the_same_bytes_are_kept_once(any_house: House) -> None:
    first, second = (any_house.themes.keep(name, corpus.png()) for name in (HERO, "assets/other.png"))
    assert first.sha256 == second.sha256
    assert (first.name, second.name) == (HERO, "assets/other.png")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (HERO, b"no picture"),
        (HERO, SVG.encode()),
        ("assets/hero.svg", SVG.replace("<path", "<script").encode()),
        ("hero.png", corpus.png()),
        ("assets/../hero.png", corpus.png()),
        ("assets/hero.html", b"<p>"),
        ("assets/hero.svg", b"\xff\xfe"),
    ],
)
def test_what_is_no_picture_or_font_is_refused_by_its_name(any_house: House, name: str, data: bytes) -> None:
    theme = any_house.themes.create(MIRA, "Spring")
    with pytest.raises(ThemeRefused) as refused:
        any_house.themes.add_asset(MIRA, theme.id, name, data, seen=1)
    assert refused.value.field == name
    assert any_house.themes.get(theme.id) == theme


def test_the_second_of_two_editors_adds_no_picture_to_what_they_have_not_seen(any_house: House) -> None:
    theme = any_house.themes.create(MIRA, "Spring")
    any_house.themes.save(NILS, theme.id, content(), seen=1)
    with pytest.raises(ThemeChanged):
        any_house.themes.add_asset(MIRA, theme.id, HERO, corpus.png(), seen=1)


def test_a_theme_names_no_picture_that_was_never_kept(any_house: House) -> None:
    """Or that is told of otherwise than it is: sizes count against the limit."""
    theme, real = any_house.themes.create(MIRA, "Spring"), any_house.themes.keep(HERO, corpus.png())
    for asset in (
        Asset(HERO, "image/png", 10, "0" * 64),
        Asset(HERO, "image/png", 10, real.sha256),
        Asset(HERO, "image/svg+xml", real.size, real.sha256),
        Asset(HERO, "image/png", real.size, "../../secret"),
        Asset("assets/other.png", "image/png", real.size, real.sha256),
    ):
        with pytest.raises(ThemeRefused):
            any_house.themes.save(MIRA, theme.id, Content(NEW, assets={HERO: asset}), seen=1)
    any_house.themes.save(MIRA, theme.id, Content(NEW, assets={HERO: real}), seen=1)


def test_pictures_count_to_the_size_of_a_theme(any_house: House) -> None:
    theme = any_house.themes.create(MIRA, "Spring")
    names = [f"assets/a{number}.png" for number in range(5)]
    assets = {name: Asset(name, "image/png", 1 << 20, "0" * 64) for name in names}
    assert sum(one.size for one in assets.values()) == MAX_THEME
    with pytest.raises(ThemeRefused, match="larger than 5 MB"):
        any_house.themes.save(MIRA, theme.id, Content(NEW, {"home.html": "x"}, assets=assets), seen=1)


@pytest.mark.parametrize("sha", ["", "0" * 64, "x" * 64, "../a", "A" * 64])
def test_a_picture_that_is_not_there_is_not_found(any_house: House, sha: str) -> None:
    with pytest.raises(NotFound):
        any_house.themes.asset(sha)


# the logo


def test_the_logo_of_before_is_the_one_of_a_new_theme(any_house: House) -> None:
    any_house.portal.settings.change(logo=SVG)
    theme = any_house.themes.create(MIRA, "Spring")
    held = any_house.themes.content(theme.id)
    assert held.values["logo"] == DRAWN
    assert any_house.themes.data(held.assets[DRAWN].sha256).decode() == SVG


def test_publishing_gives_the_desk_the_logo_of_the_theme(house: House, people: People, browse: Browse) -> None:
    theme = pictured(house)
    assets = house.themes.content(theme.id).assets
    house.themes.save(MIRA, theme.id, Content(NEW, values={"logo": HERO}, assets=assets), seen=3)
    house.themes.publish(MIRA, theme.id, 4, ())
    assert house.portal.settings.shown_logo() == Picture(assets[HERO].sha256, "image/png")
    agent = browse(people.agent)
    logo = agent.get("/desk").one("header img")["src"]
    assert agent.request("GET", logo).status == 302
    assert agent.download(logo).content == corpus.png()
    assert house.files.picture_origin in (agent.get("/desk").header("Content-Security-Policy") or "")
    house.themes.save(MIRA, theme.id, Content(NEW, values={"logo": DRAWN}, assets=assets), seen=4)
    house.themes.publish(MIRA, theme.id, 5, ())
    drawn = browse().get(browse().get("/").one("header img")["src"])
    assert drawn.body == SVG
    assert "sandbox" in (drawn.header("Content-Security-Policy") or "")
    house.themes.save(MIRA, theme.id, Content(NEW, assets=assets), seen=5)
    house.themes.publish(MIRA, theme.id, 6, ())
    assert house.portal.settings.shown_logo() == ""
    assert not agent.get("/desk").all("header img")


def test_a_copy_of_a_theme_without_its_logo_takes_the_one_that_is_shown(house: House) -> None:
    """A logo that is a picture is in no settings: it is in the bucket already."""
    theme = pictured(house)
    assets = house.themes.content(theme.id).assets
    house.themes.save(MIRA, theme.id, Content(NEW, values={"logo": HERO}, assets=assets), seen=3)
    house.themes.publish(MIRA, theme.id, 4, ())
    fresh = house.themes.content(house.themes.create(MIRA, "Fresh").id)
    assert fresh.values["logo"] == "assets/logo.png"
    assert fresh.assets["assets/logo.png"].sha256 == assets[HERO].sha256


# serving


def test_files_of_a_published_theme_are_everybodys_and_kept_by_caches(house: House, browse: Browse) -> None:
    theme = pictured(house)
    house.themes.publish(MIRA, theme.id, theme.newest.number, ())
    reader, found = browse(), addresses(house, theme)
    page = reader.get("/")
    linked = [one["href"] for one in page.all("link[rel=stylesheet]") if "/theme/" in one["href"]]
    assert [one.partition("?")[0] for one in linked] == [found["theme.css"], found["settings.css"]]
    sheet, settings = (reader.get(one) for one in linked)
    assert f"url(../assets/{found[HERO].rpartition('/')[2]})" in sheet.body.replace('"', "")
    assert "said by nobody" not in sheet.body
    assert (sheet.header("Content-Type"), sheet.header("Cache-Control")) == ("text/css; charset=utf-8", KEPT)
    assert settings.header("Cache-Control") == KEPT
    assert reader.get(found["theme.css"]).header("Cache-Control") == "no-store"
    assert reader.download(found[HERO]).content == corpus.png()
    assert reader.request("GET", found[HERO]).header("Cache-Control") == "private, max-age=300"
    drawn = reader.get(found[DRAWN])
    assert (drawn.body, drawn.header("Cache-Control")) == (SVG, KEPT)
    assert drawn.header("Content-Type") == "image/svg+xml; charset=utf-8"
    assert drawn.header("Content-Security-Policy") == "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def test_a_page_of_a_theme_loads_pictures_and_fonts_from_the_bucket_and_nowhere_else(
    house: House, people: People, browse: Browse
) -> None:
    vars(house.files).update(picture_origin="https://pictures.example", upload_origin="https://uploads.example")
    browser = browse(people.owner)
    assert "pictures.example" not in (browser.get("/conversations").header("Content-Security-Policy") or "")
    house.themes.publish(MIRA, house.themes.create(MIRA, "Spring", content()).id, 1, ())
    for path in ("/", "/conversations", "/articles/nothing-here"):
        policy = browser.get(path).header("Content-Security-Policy") or ""
        assert "img-src 'self' https://pictures.example; font-src 'self' https://pictures.example;" in policy, path
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")


def test_a_stranger_never_reads_a_draft(house: House, people: People, browse: Browse) -> None:
    """To whoever may not edit themes its files do not exist, however well they know their addresses."""
    theme = pictured(house)
    editor = browse(people.content_manager)
    for name, path in addresses(house, theme).items():
        absent = browse().get("/theme/assets/" + "0" * 64 + ".png")
        for browser in (browse(), browse(people.owner), browse(people.agent)):
            answer = browser.request("GET", path)
            assert answer.status == 404, name
            assert absent.status == 404
        answer = editor.request("GET", path)
        assert answer.status in {200, 302}, name
        assert "public" not in (answer.header("Cache-Control") or ""), name


def test_a_draft_behind_what_is_published_stays_hidden(house: House, browse: Browse) -> None:
    theme = pictured(house)
    house.themes.publish(MIRA, theme.id, 2, ())
    reader, held = browse(), house.themes.content(theme.id)
    assert reader.request("GET", f"/theme/{theme.id}-2/theme.css").status == 200
    assert reader.request("GET", f"/theme/{theme.id}-3/theme.css").status == 404
    assert reader.request("GET", f"/theme/assets/{held.assets[HERO].sha256}.png").status == 302
    assert reader.request("GET", f"/theme/assets/{held.assets[DRAWN].sha256}.svg").status == 404


def test_what_was_published_before_is_still_there_for_pages_that_are_open(house: House, browse: Browse) -> None:
    theme = pictured(house)
    house.themes.publish(MIRA, theme.id, 2, ())
    house.themes.publish(MIRA, theme.id, 3, ())
    assert browse().request("GET", f"/theme/{theme.id}-2/theme.css").status == 200
    house.themes.switch_off(MIRA)
    assert browse().request("GET", f"/theme/{theme.id}-3/theme.css").status == 200


def test_a_stylesheet_that_cannot_be_written_is_midtowns_and_the_editor_is_told(house: House, browse: Browse) -> None:
    theme = house.themes.create(MIRA, "Spring", Content(NEW, {"theme.css": "main { color: red; } }"}))
    house.themes.publish(MIRA, theme.id, 1, ())
    sheet = browse().get(f"/theme/{theme.id}-1/theme.css?v={house.static.version}")
    assert (sheet.status, sheet.body) == (200, house.static.files["midtown.css"])
    assert sheet.header("Cache-Control") == "no-store"
    failure = house.themes.failure(theme.id)
    assert failure is not None
    assert failure.entry == "theme.css"


def test_a_stylesheet_of_a_draft_that_the_checks_refuse_is_midtowns(
    house: House, browse: Browse, people: People
) -> None:
    """Nobody looked at it, so that a look at a draft of somebody else's loads nothing that it names."""
    theme = house.themes.create(MIRA, "Spring", Content(NEW, {"theme.css": "@import 'more.css';\n.rows { gap: 2px }"}))
    ellis = browse(people.content_manager)
    assert ellis.get(f"/theme/{theme.id}-1/theme.css").body == house.static.files["midtown.css"]
    house.themes.save(MIRA, theme.id, Content(NEW, {"theme.css": ".rows { gap: 2px }"}), seen=1)
    assert ellis.get(f"/theme/{theme.id}-2/theme.css").body == ".rows{gap:2px;}\n"


@pytest.mark.parametrize(
    "path",
    [
        "/theme/midtown/theme.css",
        "/theme/x/theme.css",
        "/theme/{theme}/theme.css",
        "/theme/{theme}-/settings.css",
        "/theme/{theme}-0/theme.css",
        "/theme/{theme}-03/theme.css",
        "/theme/{theme}-99/theme.css",
        "/theme/{theme}-3x/theme.css",
        "/theme/{theme}-9999999/theme.css",
        "/theme/assets/{sha}.jpg",
        "/theme/assets/{sha}",
        "/theme/assets/{sha}.png.svg",
        "/theme/assets/theme.css",
    ],
)
def test_an_address_that_is_nearly_right_leads_nowhere(house: House, browse: Browse, path: str) -> None:
    theme = pictured(house)
    house.themes.publish(MIRA, theme.id, 3, ())
    sha = house.themes.content(theme.id).assets[HERO].sha256
    assert browse().request("GET", path.format(theme=theme.id, sha=sha)).status == 404
