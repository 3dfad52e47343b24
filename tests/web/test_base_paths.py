"""Custom domains whose base path leads to a stage: every address that the product gives lies below that path.

What API Gateway puts into ``path`` and ``requestContext.path`` for each kind of mapping was reported by the makers of
LocalStack (their pull request 12296) and of frameworks for REST APIs; ``local/gateway.py`` makes the same events.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import app
from chalicelib.openid.service import CALLBACK
from chalicelib.themes.model import Content
from chalicelib.urls import all_below, below
from chalicelib.web.routing import addressed
from chalicelib.wiring import House
from local.gateway import Gateway
from tests.browser import Browser, Page
from tests.conftest import MailRoom
from tests.emulators import Stage
from tests.knowledge.library import KnowledgeBase
from tests.people import Clock, People
from tests.themes.world import HOME, MIRA, NEW

MAPPINGS: dict[str, dict[str, Any]] = {
    "/help": {"mappings": ["/help"]},
    "/acme/support": {"mappings": ["/acme/support"]},
    "/v1.0_beta": {"mappings": ["/v1.0_beta"]},
    "/help/prod": {"mappings": ["/help"], "prefix": True, "stage": "prod"},
    "/prod": {"prefix": True, "stage": "prod"},
    "": {"mappings": [""]},
}
"""What stands before our paths, and how the gateway is set to make it so: base paths that name the stage, one that does
not, an execute-api host, and the root of a domain."""
PUBLIC = "https://www.example.com/help"


def reached(base: str) -> Gateway:
    """Return the way in below a path."""
    return Gateway(app.app, domain="www.example.com", **MAPPINGS[base])


def addresses(page: Page) -> Iterator[str]:
    """Yield every address on a page that a browser or a script of ours goes to."""
    for element in page.walk():
        if element.get("rel") not in {"canonical", "alternate"}:
            for name, value in element.attrs.items():
                if name in {"href", "src", "action", "formaction"} or (name.startswith("data-") and value[:1] == "/"):
                    yield value


def outside(page: Page, base: str) -> list[str]:
    """Return the addresses of a page that do not lie below a path."""
    found = list(addresses(page))
    assert len(found) > 5
    return [one for one in found if not one.startswith((f"{base}/", "#", "mailto:")) or one.startswith("//")]


@pytest.fixture
def mapped(ministack_stage: Stage, make_house: Callable[[Stage], House]) -> House:
    """A house whose customers reach it below a path, over HTTPS."""
    ministack_stage.environment["FOYER_PUBLIC_URL"] = PUBLIC
    return make_house(ministack_stage)


# pages


@pytest.mark.parametrize("base", MAPPINGS)
def test_every_address_on_every_kind_of_page_lies_below_the_path(house: House, people: People, base: str) -> None:
    """Of strangers, customers, agents and admins; also on pages that refuse, and with a slash behind the path."""
    head = people.answers(people.starts(people.owner))
    library = KnowledgeBase(house, ("en", "de"))
    library.publish("Bulb", "## A\n\n[x](/contact) and ![y](/articles/images/y)", slug="bulb", featured=True)
    conversation = f"/conversations/{head.id}"
    stranger, customer = Browser(reached(base), house), Browser(reached(base), house).sign_in(people.owner)
    agent, admin = (Browser(reached(base), house).sign_in(one) for one in (people.agent, people.lead))
    for browser, paths in (
        (stranger, ["/", "/login", "/login/", "/articles/bulb", "/articles/none", "/search?q=bulb", "/contact", ""]),
        (customer, ["/conversations", f"{conversation}/", "/account", "/conversations/new", "/conversations/x"]),
        (agent, ["/desk", f"/desk{conversation}", "/staff/account", "/settings/general", "/desk/conversations/x"]),
        (
            admin,
            ["/settings/general", "/settings/openid", "/settings/articles", "/settings/audit", "/settings/staff/x"],
        ),
    ):
        for path in paths:
            page = browser.get(base + path or "/")
            assert page.all("h1"), path
            assert outside(page, base) == [], path


@pytest.mark.parametrize("base", MAPPINGS)
def test_forms_redirects_and_sign_in_stay_below_the_path(
    house: House, people: People, mail_room: MailRoom, base: str
) -> None:
    """Who must sign in first comes back to where they wanted to go, and a form leads to the page behind it."""
    browser = Browser(reached(base), house)
    page = browser.get(f"{base}/account")
    assert page.path == f"{base}/login?return_to=%2Faccount"
    browser.submit("Send me a code", email=people.owner.email or "")
    assert browser.submit("Sign in", code=mail_room.code()).path == f"{base}/account"
    browser.get(f"{base}/conversations/new")
    page = browser.submit("Start the conversation", subject="The lamp", body="It flickers.")
    assert page.path.startswith(f"{base}/conversations/")
    assert browser.submit("Send", body="Still.").notice == "Your message was sent."
    page = browser.submit("Sign out")
    assert (page.status, page.path) == (200, f"{base}/")
    page = Browser(reached(base), house).get(f"{base}/settings/general")
    assert page.path == f"{base}/staff/login?return_to=%2Fsettings%2Fgeneral"


def test_several_paths_of_one_domain_lead_to_the_same_portal(house: House, people: People) -> None:
    """Each page has the links of the path it was asked for by; no other path of the domain is ours."""
    gateway = Gateway(app.app, mappings=["/help", "/help/de", "/support"])
    browser = Browser(gateway, house).sign_in(people.owner)
    for base in ("/help", "/support", "/help/de"):
        assert outside(browser.get(f"{base}/account"), base) == []
    assert browser.request("GET", "/").status == 403
    assert browser.request("GET", "/helpless/account").status == 403


@pytest.mark.parametrize(("host", "believed"), [("localhost:8000", True), ("evil.example", False)])
def test_a_form_that_came_too_late_leads_back_below_the_path(
    house: House, people: People, host: str, believed: bool
) -> None:
    """The browser tells on which page it was filled in; a page of another host is not believed."""
    browser = Browser(reached("/help"), house).sign_in(people.owner)
    headers = {"Referer": f"http://{host}/help/conversations/new"}
    page = browser.post("/help/conversations", {"csrf": "old", "body": "x"}, headers=headers)
    assert page.status == 403
    back = page.one("main").all("a[href]")[-1]
    assert back["href"] == ("/help/conversations/new" if believed else "/help/")


# what is told to other machines


def test_what_machines_and_mail_are_told_begins_with_the_public_address(
    mapped: House, ministack_stage: Stage, clock: Clock
) -> None:
    """Canonical links, other languages, feed, sitemap, robots.txt, llms.txt, the API, mails, and the redirect URI."""
    people = People(mapped, clock)
    KnowledgeBase(mapped, ("en", "de")).publish("Bulb", slug="bulb", featured=True)
    browser = Browser(reached("/help"), mapped)
    page = browser.get("/help/articles/bulb")
    assert page.one("link[rel=canonical]")["href"] == f"{PUBLIC}/articles/bulb"
    for path in ("/sitemap.xml", "/feed.atom", "/llms.txt", "/robots.txt"):
        text = browser.request("GET", f"/help{path}").text
        found = re.findall(r"https://[^\s<>\")]*", text)
        assert [one for one in found if "www.example.com" in one]
        assert [one for one in found if "www.example.com" in one and not one.startswith(f"{PUBLIC}/")] == []
    assert "Disallow: /help/login\n" in browser.request("GET", "/help/robots.txt").text
    described = browser.request("GET", "/help/api/v1/openapi.json").json()
    assert described["servers"] == [{"url": "/help"}]
    assert mapped.openid.redirect_uri == PUBLIC + CALLBACK
    assert mapped.signin.sign_on.audience == PUBLIC
    browser.get("/help/login")
    browser.submit("Send me a code", email=people.owner.email or "")
    link = MailRoom(mapped, ministack_stage).link()
    assert link.startswith("/login/link/")  # behind the public address, which has the path
    assert browser.get(f"/help{link}").status == 200


def test_cookies_belong_to_the_whole_host_as_their_prefix_demands(mapped: House, clock: Clock) -> None:
    """Browsers keep a cookie named __Host- only where its path is that of the host."""
    people = People(mapped, clock)
    gateway = Gateway(app.app, mappings=["/help"], scheme="https")
    browser = Browser(gateway, mapped)
    browser.get("/help/login")
    answer = browser.submit("Send me a code", follow=False, email=people.owner.email or "")
    cookies = answer.response.all("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-foyer")
        assert {"Path=/", "Secure"} <= set(cookie.split("; "))


# what people wrote


@pytest.mark.parametrize("base", ["/help", "/prod"])
def test_addresses_that_theme_makers_wrote_lie_below_the_path(house: House, base: str) -> None:
    """In a template and in a setting, which both offer “/…” for a page of the portal; other addresses stay."""
    page = (
        '<h1>Hello</h1><p><a href=\'/contact\'>a</a> <a href="https://e.example/x">b</a> <a href="#c">c</a>'
        f' <a href="{base}/login">d</a></p>'
    )
    links = [{"label": "Ask", "url": "/contact?subject=x"}, {"label": "Shop", "url": "https://e.example/y"}]
    content = Content(NEW, {"home.html": HOME.replace("<h1>Hello</h1>", page)}, values={"footer_links": links})
    theme = house.themes.create(MIRA, "Spring", content)
    house.themes.publish(MIRA, theme.id, 1, ())
    browser = Browser(reached(base), house)
    home = browser.get(f"{base}/")
    assert [home.link(one) for one in "abcd"] == [f"{base}/contact", "https://e.example/x", "#c", f"{base}/login"]
    assert (home.link("Ask"), home.link("Shop")) == (f"{base}/contact?subject=x", "https://e.example/y")
    assert browser.get(f"{base}/contact").link("Ask") == f"{base}/contact?subject=x"  # a page that is Midtown's


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/contact", "/help/contact"),
        ("/", "/help/"),
        ("/helpful", "/help/helpful"),
        ("/help/contact", "/help/contact"),
        ("/help", "/help"),
        ("//e.example/x", "//e.example/x"),
        ("https://e.example/", "https://e.example/"),
        ("#top", "#top"),
        ("mailto:a@e.example", "mailto:a@e.example"),
        ("", ""),
    ],
)
def test_only_a_path_of_ours_that_lacks_it_gets_the_path(address: str, expected: str) -> None:
    assert below("/help", address) == expected
    assert below("", address) == address
    assert all_below("/help", f'<p title="{address}"><a class="x" href="{address}">y</a></p>') == (
        f'<p title="{address}"><a class="x" href="{expected}">y</a></p>'
    )


# events


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        # resource, its parameters, path, requestContext.path
        (("/login", {}, "/login", "/prod/login"), ("/prod", "/login")),
        (("/login", {}, "/login", "/login"), ("", "/login")),
        (("/login", {}, "/help/login", "/help/login"), ("/help", "/login")),
        (("/login", {}, "/help/login/", "/help/login/"), ("/help", "/login/")),
        (("/", {}, "/help", "/help"), ("/help", "/")),
        (("/", {}, "/", "/prod/"), ("/prod", "/")),
        (("/articles/{slug}", {"slug": "a"}, "/articles/a", "/articles/articles/a"), ("/articles", "/articles/a")),
        (("/articles/{slug}", {"slug": "a"}, "/b/articles/a", "/b/articles/a"), ("/b", "/articles/a")),
        # a parameter, or the path, that arrived decoded
        (("/a/{s}", {"s": "b c"}, "/help/a/b%20c", "/help/a/b%20c"), ("/help", "/a/b%20c")),
        (("/a/{s}", {"s": "b%20c"}, "/help/a/b c", "/help/a/b c"), ("/help", "/a/b c")),
        (("/a/{s}", {"s": "b/c"}, "/help/a/b%2Fc", "/help/a/b%2Fc"), ("/help", "/a/b%2Fc")),
        (("/a/{s}", {"s": "é"}, "/help/a/%C3%A9", "/help/a/%C3%A9"), ("/help", "/a/%C3%A9")),
        # what no base path can be is never put before a link
        (("/login", {}, "//e.example/login", "//e.example/login"), ("", "//e.example/login")),
        (("/login", {}, "/login", "/../login"), ("", "/login")),
        (("/login", {}, "/login", "/a b/login"), ("", "/login")),
        (("/login", {}, "/login", "/%2F/login"), ("", "/login")),
        (("/login", {}, "/login", "/\\e.example/login"), ("", "/login")),
        (("/login", {}, "/login", "https://e.example/login"), ("", "/login")),
    ],
)
def test_the_resource_tells_which_part_of_a_path_is_ours(
    event: tuple[str, dict[str, str], str, str], expected: tuple[str, str]
) -> None:
    resource, parameters, path, full = event
    made = {"resource": resource, "pathParameters": parameters or None, "path": path, "requestContext": {"path": full}}
    assert addressed(made) == expected


def test_the_local_gateway_makes_the_events_of_custom_domains() -> None:
    """``path`` loses the stage of an execute-api host; on a custom domain it is what the browser asked for."""
    seen: list[dict[str, Any]] = []

    def keep(event: dict[str, Any], context: object) -> Any:
        seen.append(event)
        return {"statusCode": 200, "body": ""}

    for base, options in MAPPINGS.items():
        gateway = Gateway(app.app, handler=keep, domain="www.example.com", **options)
        assert gateway.call("GET", f"{base}/articles/a%20b", headers={"Host": "evil.example"}).status == 200
        event = seen.pop()
        assert event["requestContext"]["path"] == f"{base}/articles/a%20b"
        assert event["path"] == ("/articles/a%20b" if base == "/prod" else f"{base}/articles/a%20b")
        assert (event["resource"], event["pathParameters"]) == ("/articles/{slug}", {"slug": "a%20b"})
        assert event["requestContext"]["resourcePath"] == "/articles/{slug}"
        assert event["requestContext"]["domainName"] == "www.example.com"
