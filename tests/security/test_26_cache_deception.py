"""Attack 26: caches are made to keep what is somebody's own, or to hand out links to somebody else's host."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

import app
from chalicelib.conversations.model import Conversation
from chalicelib.urls import Urls
from local.gateway import Gateway
from tests.browser import Browser
from tests.knowledge.library import KnowledgeBase
from tests.people import People

if TYPE_CHECKING:
    from tests.conftest import MailRoom

SECRET = "Persimmon"
LOGO = '<svg xmlns="http://www.w3.org/2000/svg"/>'
EVIL = "evil.example"


@pytest.fixture
def private(people: People) -> Conversation:
    return people.starts(people.owner, subject=SECRET, body=SECRET)


SUFFIXES = (
    "/x.css", "/x.js", "/x.png", "/.css", ";x.css", "%3bx.css", "%2fx.css", "%2Fx.css", "%252fx.css", "%5cx.css",
    "\\x.css", "%00.css", "%0ax.css", "%23x.css", "%3fx.css", ".css", ".js", "/..%2fstatic/portal.css",
    "/%2e%2e/static/portal.css", "/../../static/portal.css", "//x.css", "/;/x.css", "~x.css", "!x.css", "@x.css",
    "&x.css", "%20x.css", "/favicon.ico",
)  # fmt: skip


def test_no_page_answers_under_the_name_of_a_file(
    browse: Callable[..., Browser], people: People, private: Conversation
) -> None:
    """What a cache takes for a style or a picture is refused, or shows nothing of the customer's and is not kept."""
    owner = browse(people.owner)
    for path in (f"/conversations/{private.id}", "/conversations", "/account", "/account/export.json", "/"):
        assert owner.request("GET", path).status == 200
        for suffix in SUFFIXES:
            answer = owner.request("GET", path.rstrip("/") + suffix)
            from_gateway = answer.header("x-amzn-ErrorType") is not None
            assert answer.status in {403, 404}, path + suffix
            assert from_gateway or answer.header("Cache-Control") == "no-store"
            assert SECRET not in answer.text
            assert people.owner.name not in answer.text or not from_gateway


def test_what_is_kept_by_caches_is_nobodys(
    browse: Callable[..., Browser], people: People, private: Conversation
) -> None:
    """A style, a script, the icons: the same bytes for everybody, without a cookie; a wrong name is not kept."""
    owner, stranger = browse(people.owner), browse()
    urls = Urls("", people.house.static.version)
    version = people.house.portal.settings.get(consistent=True).version
    statics = [urls.static(name) for name in ("portal.css", "portal.js", "icons.svg")]
    for path in (*statics, urls.brand_style(version), urls.theme_settings("midtown", version)):
        mine, theirs = owner.request("GET", path), stranger.request("GET", path)
        assert mine.body == theirs.body
        assert mine.header("Cache-Control") == "public, max-age=31536000, immutable"
        assert not mine.all("Set-Cookie")
        plain = path.partition("?")[0]
        for asked in (f"{plain}?v={SECRET}", f"{plain}?x=<script>"):
            assert owner.request("GET", asked).body == mine.body
    for name in (
        "..%2fapp.py",
        "..%2f..%2fapp.py",
        "%2e%2e%2fapp.py",
        "portal.css%00",
        "portal.css%2f..%2f..",
        "x.css",
        "PORTAL.CSS",
        ".",
    ):
        answer = owner.request("GET", f"/static/{name}")
        assert answer.status in {403, 404}, name
        assert answer.header("Cache-Control") in {"no-store", None}


def test_no_cache_is_made_to_keep_the_present_looks_as_those_to_come(
    browse: Callable[..., Browser], people: People
) -> None:
    """Versions can be guessed: what is asked for under a later one, or under none, is not kept as that."""
    portal, stranger = people.house.portal.settings, browse()
    version = portal.change(colour="#aa3300", logo=LOGO).version
    early = [Urls("", "0" * 12).static("portal.css"), "/static/portal.css", "/brand/colours.css", "/brand/logo.svg"]
    for later in (version + 1, version + 2, version - 1):
        early += [Urls().brand_style(later), Urls().brand_logo(later), Urls().theme_settings("midtown", later)]
    for path in (*early, f"/brand/colours.css?v=0{version}", f"/brand/colours.css?v={version}%20"):
        answer = stranger.request("GET", path)
        assert (answer.status, answer.header("Cache-Control")) == (200, "no-store"), path
    for path in (Urls().brand_style(version), Urls().brand_logo(version), Urls().theme_settings("midtown", version)):
        assert "immutable" in (stranger.request("GET", path).header("Cache-Control") or "")


FORGED = {
    "Host": EVIL,
    "X-Forwarded-Host": EVIL,
    "X-Host": EVIL,
    "X-Original-Host": EVIL,
    "X-Forwarded-Server": EVIL,
    "Forwarded": f"host={EVIL};proto=http",
    "X-Forwarded-Proto": "javascript",
    "X-Forwarded-Prefix": f"//{EVIL}",
    "X-Forwarded-Path": f"//{EVIL}",
    "X-Original-URL": f"//{EVIL}/",
    "X-Rewrite-URL": f"//{EVIL}/",
    "Origin": f"https://{EVIL}",
    "Referer": f"https://{EVIL}/",
}


def test_a_forged_host_reaches_no_page(browse: Callable[..., Browser], people: People, private: Conversation) -> None:
    """Every page is the same to the byte, redirects and policies too, whatever host a request says it is for."""
    owner = browse(people.owner)
    for path in ("/", "/login", "/conversations", f"/conversations/{private.id}", "/account", "/nothing", "/desk"):
        for headers in (FORGED, {name: value for name, value in FORGED.items() if name != "Host"}):
            answer = owner.request("GET", path, headers=headers)
            assert EVIL not in answer.text, path
            assert not [name for name, value in answer.headers if EVIL in value]


def test_a_forged_host_reaches_no_mail(
    browse: Callable[..., Browser], people: People, private: Conversation, mail_room: MailRoom
) -> None:
    """Links in mail begin with the address the deployment was given: for the code, and for an answer."""
    assert people.owner.email
    browser, agent = browse(), browse(people.agent)
    browser.get("/login", headers=FORGED)
    headers = {**FORGED, "Origin": f"https://{EVIL}"}
    browser.post("/login", {"csrf": browser.csrf, "email": people.owner.email}, headers=headers, follow=False)
    agent.get(f"/desk/conversations/{private.id}", headers=FORGED)
    fields = {"csrf": agent.csrf, "body": "An answer"}
    answer = agent.post(f"/desk/conversations/{private.id}/messages", fields, headers=headers, follow=False)
    assert answer.status == 303
    mails = mail_room.deliver()
    assert len(mails) == 2
    for mail in mails:
        text = mail.get_body(("plain",))
        html = mail.get_body(("html",))
        assert text is not None
        assert html is not None
        assert EVIL not in mail.as_string()
        links = [word for word in text.get_content().split() if "://" in word]
        assert links
        assert all(word.startswith(f"{people.house.settings.public_url}/") for word in links)
        assert EVIL not in html.get_content()


def test_a_page_names_no_other_host(browse: Callable[..., Browser], people: People, private: Conversation) -> None:
    """Scripts, styles, pictures and forms are our own, by path; nothing is fetched from anywhere else."""
    owner, agent = browse(people.owner), browse(people.agent)
    for browser, path in (
        (browse(), "/login"),
        (owner, "/conversations"),
        (owner, f"/conversations/{private.id}"),
        (owner, "/account"),
        (agent, f"/desk/conversations/{private.id}"),
    ):
        page = browser.get(path)
        for element in page.walk():
            for name in (
                "src",
                "href",
                "action",
                "srcset",
                "poster",
                "data",
                "data-uploads",
                "data-updates",
                "data-seen-url",
            ):
                place = element.get(name)
                assert not place or place.startswith(("/", "#")), (path, element.tag, place)
                assert not place.startswith("//")


def test_a_length_that_lies_and_a_method_in_front_change_nothing(
    browse: Callable[..., Browser], people: People, private: Conversation
) -> None:
    """Headers with which requests are smuggled through caches are not ours to read."""
    owner = browse(people.owner)
    plain = owner.request("GET", "/conversations")
    for headers in (
        {"Transfer-Encoding": "chunked"},
        {"Content-Length": "5"},
        {"X-HTTP-Method": "POST"},
        {"X-Amz-Date": "x", "X-Amz-Security-Token": "x"},
        {"Range": "bytes=0-10"},
        {"If-None-Match": "*"},
        {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
        {"Cache-Control": "only-if-cached", "Pragma": "x"},
        {"Accept": "text/css,*/*;q=0.1"},
    ):
        answer = owner.request("GET", "/conversations", headers=headers)
        assert (answer.status, answer.header("Cache-Control")) == (200, "no-store"), headers
        assert len(answer.body) == len(plain.body)


@pytest.fixture
def article(people: People) -> None:
    knowledge = KnowledgeBase(people.house, ("en", "de"))
    knowledge.translate(knowledge.publish("Change the bulb", slug="bulb", featured=True), "de", "Birne wechseln")


KEPT = ("/", "/categories/lamps", "/articles/bulb", "/sitemap.xml", "/robots.txt", "/llms.txt", "/feed.atom")


def test_a_page_that_caches_keep_names_no_forged_host(browse: Callable[..., Browser], article: None) -> None:
    """Nor anything else that a request says: the same bytes for all, with the deployment's own address."""
    plain, forged = browse(), browse()
    for path in KEPT:
        expected = plain.request("GET", path)
        assert (expected.header("Cache-Control") or "").startswith("public"), path
        for headers in (FORGED, {name: value for name, value in FORGED.items() if name != "Host"}):
            answer = forged.request("GET", path, headers=headers)
            assert answer.body == expected.body, path
            assert not [name for name, value in answer.headers if EVIL in value]


def test_what_caches_keep_is_nobodys_whoever_asked_first(
    browse: Callable[..., Browser], people: People, article: None
) -> None:
    """A customer's page is not kept; after signing out, the page is like everybody's again. Vary names what decides."""
    owner, stranger = browse(people.owner), browse()
    for path in ("/", "/categories/lamps", "/articles/bulb"):
        mine, theirs = owner.request("GET", path), stranger.request("GET", path)
        assert (mine.header("Cache-Control"), mine.header("ETag")) == ("no-store", None)
        assert people.owner.name in mine.text
        assert people.owner.name not in theirs.text
        assert not theirs.all("Set-Cookie")
        assert theirs.header("Vary") == "Accept-Language, Cookie"
        tag = theirs.header("ETag") or ""
        assert owner.request("GET", path, headers={"If-None-Match": tag}).status == 200


@pytest.mark.parametrize("before", ["/", "//", "//evil.example", "/prod/", "/prod//", '/"><script>', "/\\evil.example"])
def test_slashes_in_front_of_a_path_lead_to_no_other_host(people: People, article: None, before: str) -> None:
    """What a gateway makes of an odd path is not believed: no style, script or link of a kept page begins with it."""

    def handler(event: dict[str, Any], context: object) -> Any:
        event["requestContext"]["path"] = before + event["path"]
        return app.app(event, context)

    for path in ("/", "/articles/bulb", "/contact"):
        answer = Gateway(app.app, handler=handler).call("GET", path)
        assert answer.status == 200
        found = re.findall(r'(?:href|src|action)="([^"]*)"', answer.text)
        assert len(found) > 5
        assert not [one for one in found if not re.match(r"/(?!/)|#|http://localhost", one)], path
        assert "><script>" not in answer.text


@pytest.mark.parametrize("name", ["Host", "X-Forwarded-Host", "X-Forwarded-Prefix", "X-Forwarded-Path", "Forwarded"])
def test_below_a_base_path_no_header_decides_what_stands_before_links(people: People, article: None, name: str) -> None:
    """Neither a host nor a path that a browser claims to have asked for."""
    gateway = Gateway(app.app, mappings=["/help"], domain="www.example.com")
    for path in ("/help/", "/help/articles/bulb", "/help/account"):
        answer = gateway.call("GET", path, headers={name: "evil.example/evil"})
        assert "evil" not in answer.text + str(answer.headers)
        found = re.findall(r'(?:href|src|action)="(/[^"]*)"', answer.text) or [answer.header("Location") or ""]
        assert [one for one in found if not one.startswith("/help/")] == [], path
