"""Attack 11: a file is made to open in the browser by asking for other headers than a download has."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

import pytest

from tests.browser import Browser, fetch_url
from tests.people import People
from tests.security.routes import Scene, scene

HTML = b"<h1>Not a page of ours</h1>"
WANTED = {
    "response-content-disposition": "inline",
    "response-content-type": "text/html",
    "response-cache-control": "public",
    "response-content-encoding": "gzip",
    "ResponseContentDisposition": "inline",
    "disposition": "inline",
    "inline": "1",
    "type": "text/html",
    "filename": "x.html",
}


@pytest.fixture
def owner(browse: Callable[..., Browser], people: People) -> Browser:
    return browse(people.owner)


@pytest.fixture
def private(people: People, owner: Browser) -> Scene:
    return scene(people, owner)


def signed(location: str) -> dict[str, str]:
    """Return what a link says, without what differs each time it is signed."""
    query = dict(parse_qsl(urlsplit(location).query))
    return {name: value for name, value in query.items() if name not in {"X-Amz-Date", "X-Amz-Signature"}}


def test_our_address_takes_no_wish(
    browse: Callable[..., Browser], people: People, owner: Browser, private: Scene
) -> None:
    """Whatever is asked for in query or headers, portal and desk sign the same link."""
    for browser, prefix in ((owner, ""), (browse(people.agent), "/desk")):
        path = f"{prefix}/attachments/{private.file}"
        plain = browser.request("GET", path).header("Location") or ""
        assert signed(plain)["response-content-disposition"].startswith("attachment; ")
        assert signed(plain)["response-content-type"] == "image/png"
        wished = browser.request(
            "GET", f"{path}?{urlencode(WANTED)}", headers={"Range": "bytes=0-", "Accept": "text/html"}
        )
        assert signed(wished.header("Location") or "") == signed(plain)


@pytest.mark.parametrize("name", [name for name in WANTED if name.startswith("response-")])
def test_the_link_takes_no_other_header(owner: Browser, private: Scene, name: str) -> None:
    """Added, put in front, put behind or exchanged: the signature is over the whole query."""
    link = owner.request("GET", f"/attachments/{private.file}").header("Location") or ""
    value = quote(WANTED[name], safe="")
    start, _, query = link.partition("?")
    kept = [(key, said) for key, said in parse_qsl(query) if key != name]
    for changed in (
        f"{link}&{name}={value}",
        f"{start}?{name}={value}&{query}",
        f"{start}?{urlencode(kept)}",
        f"{start}?{urlencode([*kept, (name, WANTED[name])])}",
        f"{link}&{name.title()}={value}",
        f"{link}&{quote(name[:-1])}%{ord(name[-1]):02x}={value}",
    ):
        if changed != link and parse_qs(urlsplit(changed).query) != parse_qs(query):
            answer = fetch_url(changed)
            assert answer.status in {400, 403}, changed
            assert "image/png" not in answer.headers.get("content-type", "")


def test_what_arrives_is_a_download(owner: Browser, private: Scene) -> None:
    """With the name and the type we say, not kept by any cache, from the bucket's own origin."""
    link = owner.request("GET", f"/attachments/{private.file}").header("Location") or ""
    answer = fetch_url(link)
    assert answer.headers["content-disposition"] == "attachment; filename=\"lamp.png\"; filename*=UTF-8''lamp.png"
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "private, no-store"
    assert urlsplit(link).netloc != urlsplit(owner.house.settings.public_url).netloc


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("page.html", "text/html"), ("page.svg", "image/svg+xml"), ("page.xhtml", "application/xhtml+xml")],
)
def test_no_type_that_browsers_run_is_ever_taken(owner: Browser, name: str, content_type: str) -> None:
    """By its name, or under a name that is allowed: the policy is not even signed."""
    owner.get("/conversations/new")
    for asked in (name, name.replace(".", ".png."), "picture.png"):
        body = {"name": asked, "type": content_type, "size": len(HTML)}
        answer = owner.fetch("POST", "/uploads", body)
        assert answer.status == 422
        assert answer.json()["error"]["code"] == "file_refused"


def test_no_declared_type_reaches_the_bucket(owner: Browser, people: People) -> None:
    """What is signed is the type of the extension, whichever of its names a browser gave, with no parameter."""
    owner.get("/conversations/new")
    for declared in ("", "application/octet-stream", "image/x-png", "IMAGE/PNG; charset=utf-7", "image/png;text/html"):
        begun = owner.fetch("POST", "/uploads", {"name": "a.png", "type": declared, "size": 10})
        assert begun.status == 201, declared
        assert begun.json()["fields"]["Content-Type"] == begun.json()["type"] == "image/png"
