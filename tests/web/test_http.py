"""HTTP as such: methods, HEAD, sizes, bytes that are no text, headers, links under a stage, pages of faults."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

import app
from chalicelib.settings import read
from chalicelib.urls import Urls
from chalicelib.wiring import House
from local.gateway import Gateway
from tests.browser import FORM, Browser, Element, Page
from tests.conftest import MailRoom
from tests.emulators import Stage
from tests.knowledge.library import KnowledgeBase
from tests.logs import written
from tests.people import People
from tests.wire import failing

GETS = [
    "/",
    "/login",
    "/staff/login",
    "/conversations",
    "/conversations/new",
    "/account",
    "/account/export.json",
    "/static/portal.css",
    "/static/portal.js",
    "/static/icons.svg",
    "/static/favicon.svg",
    "/brand/colours.css",
]


def test_head_answers_as_get_without_a_body(people: People, browse: Callable[..., Browser]) -> None:
    head = people.starts(people.owner)
    customer, agent = browse(people.owner), browse(people.agent)
    for browser, paths in (
        (customer, [*GETS, f"/conversations/{head.id}", f"/conversations/{head.id}/updates?after=0"]),
        (agent, ["/desk", f"/desk/conversations/{head.id}"]),
    ):
        for path in paths:
            answer = browser.head(path)
            page = browser.get(path, follow=False)
            assert (answer.status, answer.body) == (page.status, b""), path
            assert answer.header("Content-Type") == page.header("Content-Type")
            assert answer.header("Cache-Control") == page.header("Cache-Control")


def test_other_methods_change_nothing(people: People, browse: Callable[..., Browser]) -> None:
    """The gateway itself refuses what no route takes."""
    head = people.starts(people.owner)
    browser = browse(people.owner)
    browser.get("/conversations/new")
    body = f"csrf={browser.csrf}&body=x&subject=x".encode()
    paths = ("/", "/conversations", f"/conversations/{head.id}", f"/conversations/{head.id}/messages", "/account")
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get"):
        for path in paths:
            answer = browser.request(method, path, body, {"Content-Type": FORM})
            assert answer.status in {403, 404, 405}, (method, path)
    assert people.head(head.id) == head
    assert people.fresh(people.owner).open_count == 1


def test_a_get_of_what_takes_only_posts_and_the_other_way_round(people: People, browse: Callable[..., Browser]) -> None:
    head = people.starts(people.owner)
    browser = browse(people.owner)
    browser.get("/conversations/new")
    for path in (f"/conversations/{head.id}/messages", f"/conversations/{head.id}/reopen", "/logout", "/uploads"):
        assert browser.request("GET", path).status in {403, 405}
    for path in ("/", "/static/portal.css", "/account/export.json", f"/conversations/{head.id}"):
        fields = f"csrf={browser.csrf}".encode()
        assert browser.request("POST", path, fields, {"Content-Type": FORM}).status in {403, 405}


def test_a_form_larger_than_any_of_ours_is_refused(people: People, browse: Callable[..., Browser]) -> None:
    """10,240 characters are at most 120 KB; what is far beyond is not even read."""
    head = people.starts(people.owner)
    browser = browse(people.owner)
    browser.get(f"/conversations/{head.id}")
    path = f"/conversations/{head.id}/messages"
    page = browser.post(path, {"csrf": browser.csrf, "body": "𐍈" * 10_240})
    assert page.status == 200
    browser.get(f"/conversations/{head.id}")
    for size in (300_000, 5_000_000):
        page = browser.post(path, {"csrf": browser.csrf, "body": "x" * size})
        assert page.status == 413
    page = browser.post(path, [("csrf", browser.csrf), *[("attachment", "0" * 26)] * 2000])
    assert page.status in {413, 422}
    assert browser.post(path, b"a" * 11_000_000).status == 413
    assert len(people.messages(head)) == 2


NO_FORMS = [b"", b"\xff\xfe\x00", b"=", b"&&&&", b"csrf", b"body=%", b"body=%zz", b"%00=%00", b"\x00" * 99, b"a=b;c=d"]


def test_bodies_that_are_no_form_are_answered_with_a_page(people: People, browse: Callable[..., Browser]) -> None:
    head = people.starts(people.owner)
    browser = browse(people.owner)
    for path in ("/conversations", f"/conversations/{head.id}/messages", "/account", "/login", "/login/code"):
        for body in NO_FORMS:
            page = browser.post(path, body)
            assert 400 <= page.status < 500, (path, body)
            assert page.all("h1")
    assert len(people.messages(head)) == 1


def test_a_content_type_that_is_not_ours_is_refused(people: People, browse: Callable[..., Browser]) -> None:
    """Such as one a form of another site may send without asking."""
    head = people.starts(people.owner)
    browser = browse(people.owner)
    browser.get(f"/conversations/{head.id}")
    fields = f"csrf={browser.csrf}&body=x".encode()
    for kind in ("text/plain", "multipart/form-data; boundary=x", "application/xml", "x" * 300):
        answer = browser.request("POST", f"/conversations/{head.id}/messages", fields, {"Content-Type": kind})
        assert 400 <= answer.status < 500, kind
    assert len(people.messages(head)) == 1
    json_body = json.dumps({"csrf": browser.csrf, "body": "x"}).encode()
    headers = {"Content-Type": "application/json"}
    answer = browser.request("POST", f"/conversations/{head.id}/messages", json_body, headers)
    assert answer.status == 403
    assert answer.json()["error"]["code"] == "forged_request"
    assert len(people.messages(head)) == 1


def test_every_answer_has_the_security_headers(people: People, browse: Callable[..., Browser], house: House) -> None:
    """Pages, redirects, refusals, JSON and static files alike; no answer allows inline script or style."""
    head = people.starts(people.owner)
    browser = browse(people.owner)
    for path in [*GETS, f"/conversations/{head.id}", "/conversations/x", "/attachments/x", "/conversations?status=x"]:
        page = browser.get(path, follow=False)
        policy = page.header("Content-Security-Policy") or ""
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';"), path
        assert "unsafe" not in policy
        assert f"connect-src 'self' {house.files.upload_origin}" in policy
        assert page.header("X-Content-Type-Options") == "nosniff"
        assert page.header("X-Frame-Options") == "DENY"
        assert page.header("Referrer-Policy") in {"same-origin", "no-referrer"}
        for element in page.walk():
            assert not {name for name in element.attrs if name == "style" or name.startswith("on")}, path
            assert element.tag != "style"
            assert element.tag != "script" or element.get("src")


def test_what_is_somebodys_own_is_not_kept_and_what_is_nobodys_is_kept_long(
    people: People, browse: Callable[..., Browser]
) -> None:
    head = people.starts(people.owner)
    browser = browse(people.owner)
    page = browser.get("/conversations")
    for path in ("/conversations", f"/conversations/{head.id}", "/account", "/account/export.json", "/", "/login"):
        assert browser.get(path).header("Cache-Control") == "no-store", path
    page = browser.get("/conversations")
    sheets = [one["href"] for one in page.all("link[rel=stylesheet]")]
    for path in (*sheets, page.one("script")["src"], page.one("link[rel=icon]")["href"]):
        answer = browser.get(path)
        assert answer.status == 200
        assert answer.header("Cache-Control") == "public, max-age=31536000, immutable"
        assert answer.header("Set-Cookie") is None


def loading(page: Page) -> Iterator[Element]:
    """Yield the elements of a page, less the addresses that it tells machines it has."""
    return (one for one in page.walk() if one.get("rel") not in {"canonical", "alternate"})


def test_nothing_of_a_page_comes_from_elsewhere(people: People, browse: Callable[..., Browser]) -> None:
    head = people.answers(people.starts(people.owner))
    browser = browse(people.owner)
    for path in ("/", "/conversations", f"/conversations/{head.id}", "/account", "/conversations/new"):
        for element in loading(browser.get(path)):
            for name in ("src", "href", "action", "srcset", "poster", "data"):
                assert element.get(name, "/")[:1] in {"/", "#"}, element.attrs
                assert not element.get(name).startswith("//")


def test_static_files_are_those_in_the_folder_and_no_others(browse: Callable[..., Browser]) -> None:
    browser = browse()
    for name in ("portal.css", "portal.js", "icons.svg"):
        assert browser.get(f"/static/{name}").status == 200
    for name in ("app.py", "..%2Fapp.py", "%2e%2e%2fapp.py", "portal.css%00", "PORTAL.CSS", ".", "x.css"):
        assert browser.get(f"/static/{name}").status == 404, name


def test_a_changed_colour_and_logo_show_at_once(house: House, people: People, browse: Callable[..., Browser]) -> None:
    """Their addresses change with the settings, so that no cache shows the old ones."""
    browser = browse(people.owner)
    before = [one["href"] for one in browser.get("/").all("link[rel=stylesheet]")]
    house.portal.settings.change(colour="#aa3300", logo="<svg xmlns='http://www.w3.org/2000/svg'/>")
    page = browser.get("/")
    after = [one["href"] for one in page.all("link[rel=stylesheet]")]
    assert set(before) ^ set(after)
    (colours,) = (one for one in after if "/theme/" in one)
    assert "--brand:#aa3300" in browser.get(colours).body
    version = house.portal.settings.get(consistent=True).version
    assert "--brand:#aa3300" in browser.get(Urls().brand_style(version)).body
    logo = browser.get(browser.get("/").one("a.brand img")["src"])
    assert logo.header("Content-Type") == "image/svg+xml; charset=utf-8"
    assert "sandbox" in (logo.header("Content-Security-Policy") or "")
    house.portal.settings.change(logo="")
    assert browser.get("/brand/logo.svg").status == 404


# under a stage


@pytest.fixture
def staged(house: House) -> Gateway:
    """The same API at the address API Gateway gives it, which begins with the stage."""
    assert house
    return Gateway(app.app, stage="prod", prefix=True, domain="abc123.execute-api.us-east-1.amazonaws.com")


def test_every_link_and_form_keeps_the_stage(house: House, people: People, staged: Gateway) -> None:
    """Walked from page to page as a browser would: none leads out of the stage."""
    head = people.answers(people.starts(people.owner))
    people.plant(people.owner, count=30)
    customer = Browser(staged, house).sign_in(people.owner)
    agent = Browser(staged, house).sign_in(people.agent)
    stranger = Browser(staged, house)
    knowledge = KnowledgeBase(house, ("en", "de"))
    bulb = knowledge.publish("Bulb", "## A\n\n[x](/articles/y)\n\n## B", slug="bulb", featured=True)
    knowledge.translate(bulb, "de", "Birne")
    house.portal.settings.change(internal_portal=True)
    open_to_all = ["/prod/categories/lamps", "/prod/articles/bulb", "/prod/contact", "/prod/search?q=bulb"]
    for browser, paths in (
        (stranger, ["/prod/", "/prod/login", "/prod/staff/login", "/prod/conversations/x", "/prod", *open_to_all]),
        (
            customer,
            ["/prod/conversations", f"/prod/conversations/{head.id}", "/prod/account", "/prod/conversations/new"],
        ),
        (
            agent,
            ["/prod/desk", f"/prod/desk/conversations/{head.id}", "/prod/internal", "/prod/internal/articles/bulb"],
        ),
    ):
        for path in paths:
            page = browser.get(path)
            assert page.all("h1"), path
            for element in loading(page):
                for name in (
                    "href",
                    "src",
                    "action",
                    "data-deflect",
                    "data-updates",
                    "data-seen-url",
                    "data-uploads",
                    "data-started",
                ):
                    value = element.get(name, "#")
                    assert value.startswith(("/prod/", "#")), (path, name, value)


def test_forms_and_redirects_work_under_a_stage(house: House, people: People, staged: Gateway) -> None:
    customer = Browser(staged, house).sign_in(people.owner)
    customer.get("/prod/conversations/new")
    page = customer.submit("Start the conversation", subject="The lamp", body="It flickers.")
    assert page.status == 200
    assert page.path.startswith("/prod/conversations/")
    page = customer.submit("Send", body="Still.")
    assert (page.status, page.notice) == (200, "Your message was sent.")
    assert customer.get(f"/prod{_first(customer)}").status == 200
    page = Browser(staged, house).get("/prod/conversations?status=done")
    assert page.path.startswith("/prod/login?return_to=")
    assert customer.submit("Sign out").path == "/prod/"


def _first(browser: Browser) -> str:
    found: str = browser.get("/prod/conversations").one("ol.rows h2 a")["href"]
    return found.removeprefix("/prod")


def test_sign_in_under_a_stage_comes_back_to_where_one_wanted_to_go(
    house: House, people: People, staged: Gateway, mail_room: MailRoom
) -> None:
    browser = Browser(staged, house)
    browser.get("/prod/account")
    browser.submit("Send me a code", email=people.owner.email or "")
    page = browser.submit("Sign in", code=mail_room.code())
    assert (page.status, page.path) == (200, "/prod/account")


def test_a_host_that_somebody_claims_to_be_reaches_no_link(people: People, browse: Callable[..., Browser]) -> None:
    browser = browse(people.owner)
    for name in ("Host", "X-Forwarded-Host", "X-Forwarded-Prefix", "Forwarded", "X-Original-URL", "X-Rewrite-URL"):
        page = browser.get("/conversations", headers={name: "evil.example"})
        assert "evil.example" not in page.body + str(page.response.headers)


# over HTTPS


def test_cookies_are_bound_to_the_host_over_https(
    ministack_stage: Stage, make_house: Callable[..., House], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the __Host- prefix, Secure, HttpOnly and SameSite; HSTS goes along."""
    ministack_stage.environment["FOYER_PUBLIC_URL"] = "https://help.example.com"
    house = make_house(ministack_stage)
    assert read().secure
    customer = house.customers.profiles.register("Ada", {"email": "ada@example.com"})
    browser = Browser(Gateway(app.app, scheme="https"), house).sign_in(customer)
    page = browser.get("/conversations")
    assert page.status == 200
    assert page.header("Strict-Transport-Security") == "max-age=31536000"
    asking = Browser(Gateway(app.app, scheme="https"), house)
    asking.get("/login")
    answer = asking.submit("Send me a code", follow=False, email="ada@example.com")
    cookies = answer.response.all("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-foyer")
        assert {"Path=/", "HttpOnly", "Secure", "SameSite=Lax"} <= set(cookie.split("; "))


# faults


def test_a_fault_of_ours_is_a_page_that_keeps_what_was_typed(
    house: House, people: People, browse: Callable[..., Browser]
) -> None:
    """It says nothing of what went wrong, in HTML as in JSON; the log has AWS's code for it."""
    head = people.starts(people.owner)
    browser = browse(people.owner)
    browser.get(f"/conversations/{head.id}")
    with written() as lines, failing(house.clients.dynamodb, "TransactWriteItems", "ValidationException"):
        page = browser.submit("Send", body="A long answer")
    assert page.status == 500
    assert page.one("#kept").content.strip() == "A long answer"
    assert "Validation" not in page.body
    assert [line["aws_code"] for line in lines if line.get("message") == "fault"] == ["ValidationException"]
    with failing(house.clients.dynamodb, "Query", "ValidationException"):
        answer = browser.fetch("GET", f"/conversations/{head.id}/updates?after=0")
    assert answer.status == 500
    assert set(answer.json()["error"]) == {"code", "message"}
    assert browser.get(f"/conversations/{head.id}").status == 200


def test_a_table_that_does_not_answer_is_a_page(house: House, people: People, browse: Callable[..., Browser]) -> None:
    browser = browse(people.owner)
    for times, operation in ((1, "BatchGetItem"), (1000, "Query"), (1000, "BatchGetItem")):
        with failing(house.clients.dynamodb, operation, "ThrottlingException", times=times):
            page = browser.get("/conversations")
        assert page.status == 503
        assert "We could not load this just now. Please try again in a few seconds." in page.body
        assert ("Alder &amp; Finch" in page.body) is (times == 1 or operation == "Query"), (times, operation)
        assert page.header("Cache-Control") == "no-store"
    assert browser.get("/conversations").status == 200
