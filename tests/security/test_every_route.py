"""What holds on every route there is: for strangers, for either kind of session, for each role, for forged forms."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

import app
from chalicelib import telemetry
from chalicelib.signin.model import Kind
from chalicelib.staff.model import ROLES, Member
from local.gateway import Response
from tests.browser import Browser, cookies_of
from tests.emulators import Stage
from tests.people import People
from tests.security.routes import (
    CACHED,
    CUSTOMER,
    ELSEWHERE,
    KNOWN,
    LEAVING,
    LOOKS,
    OPEN,
    PUBLIC,
    STAFF,
    STYLES,
    Ask,
    Scene,
    scene,
)
from tests.security.watching import changed, form_headers, form_token, seen, stored, surfaces

JSON = "application/json"
OF_STAFF = ("/desk", "/staff", "/settings", "/internal")


@pytest.fixture
def owner(browse: Callable[..., Browser], people: People) -> Browser:
    return browse(people.owner)


@pytest.fixture
def set_up(people: People, owner: Browser) -> Scene:
    return scene(people, owner)


@pytest.fixture
def staff(people: People) -> dict[str, Member]:
    """A member of each role."""
    members = (people.agent, people.lead, people.content_manager, people.collaborator)
    assert {one.role for one in members} == ROLES.keys()
    return {one.role: one for one in members}


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every fault an operator would read of."""
    found: list[str] = []
    monkeypatch.setattr(telemetry, "fault", lambda error, **where: found.append(f"{where.get('route')}: {error!r}"))
    return found


def send(browser: Browser, ask: Ask, token: str = "", method: str = "", **headers: str) -> Response:
    """Send a request with a form token, as a form has it or a script."""
    if ask.json:
        sent = {"Content-Type": JSON, "Accept": JSON, "Sec-Fetch-Site": "same-origin", "X-CSRF-Token": token}
        return browser.request(method or ask.method, ask.path, ask.json.encode(), {**sent, **headers})
    if ask.method == "GET":
        return browser.request(method or "GET", ask.path, headers=headers)
    body = "&".join(f"{name}={value}" for name, value in {"csrf": token, **ask.fields}.items())
    return browser.request(ask.method, ask.path, body.encode(), form_headers(**headers))


def refused_as_stranger(response: Response, ask: Ask) -> bool:
    """Tell whether an answer sends a stranger to sign in, and only that."""
    door = "/staff/login" if ask.route.startswith(OF_STAFF) else "/login"
    if ask.method == "GET":
        return response.status == 303 and (response.header("Location") or "").partition("?")[0] == door
    return response.status == 401


def bound() -> Iterator[tuple[str, str]]:
    """Yield method and path of every route that answers, as Chalice has them."""
    for path, methods in app.app.routes.items():
        for method in methods:
            yield method, path


def test_every_route_is_known_here() -> None:
    """A new route is attacked as well, or somebody has to say why not."""
    assert set(bound()) - {(m, p) for m, p in bound() if m == "HEAD"} == KNOWN
    heads = {path for method, path in bound() if method == "HEAD"}
    assert heads == {path for method, path in KNOWN if method == "GET"}


def test_every_surface_is_bound() -> None:
    """No file of web/ has routes that nobody answers, and that the other tests would not see."""
    for name, routes in surfaces().items():
        for route in routes:
            assert (route.method, route.path) in set(bound()), name


def test_what_staff_do_lies_in_an_area_of_theirs() -> None:
    """A refusal at the desk is a page of the desk: it offers the staff's sign-in, not the customers'."""
    for route in itertools.chain.from_iterable(surfaces().values()):
        assert (route.area in {"desk", "settings", "internal"}) == route.path.startswith(OF_STAFF), route.path
        for area in ("settings", "internal"):
            assert route.area == area or not route.path.startswith(f"/{area}"), route.path


def test_a_stranger_gets_the_door_and_changes_nothing(
    browse: Callable[..., Browser], set_up: Scene, ministack_stage: Stage
) -> None:
    before, wrong = stored(ministack_stage), []
    stranger = browse()
    for ask in set_up.asks(CUSTOMER | STAFF.keys()):
        if not refused_as_stranger(send(stranger, ask), ask):
            wrong.append(ask.name)
        answer = send(stranger, ask, Accept=JSON)
        if answer.status != 401 or answer.json()["error"]["code"] != "not_signed_in":
            wrong.append(f"{ask.name} as JSON")
    assert not wrong
    assert not changed(before, stored(ministack_stage))


def test_a_customer_is_a_stranger_at_the_desk(
    browse: Callable[..., Browser], owner: Browser, set_up: Scene, ministack_stage: Stage
) -> None:
    """With a customer's cookie, under its own name or under that of the staff's, the answers are a stranger's."""
    before, wrong = stored(ministack_stage), []
    names = cookies_of(owner.house)
    disguised = browse()
    disguised.cookies[names.session(Kind.STAFF)] = owner.cookies[names.session(Kind.CUSTOMER)]
    for browser in (owner, disguised):
        for ask in set_up.asks(STAFF):
            answer = send(browser, ask, form_token(owner))
            if not refused_as_stranger(answer, ask) or answer.header("Cache-Control") != "no-store":
                wrong.append(ask.name)
    assert not wrong
    assert not changed(before, stored(ministack_stage))


def test_staff_are_strangers_in_the_portal(
    browse: Callable[..., Browser], set_up: Scene, staff: dict[str, Member], ministack_stage: Stage
) -> None:
    """No role, an admin's neither, is a customer's session."""
    browsers = {role: browse(member) for role, member in staff.items()}
    before, wrong = stored(ministack_stage), []
    for role, browser in browsers.items():
        token = form_token(browser, Kind.STAFF)
        names = cookies_of(browser.house)
        disguised = browse()
        disguised.cookies[names.session(Kind.CUSTOMER)] = browser.cookies[names.session(Kind.STAFF)]
        for one in (browser, disguised):
            wrong += [
                f"{role}: {ask.name}"
                for ask in set_up.asks(CUSTOMER)
                if not refused_as_stranger(send(one, ask, token), ask)
            ]
    assert not wrong
    assert not changed(before, stored(ministack_stage))


def test_a_role_without_the_permission_is_refused_and_changes_nothing(
    browse: Callable[..., Browser], set_up: Scene, staff: dict[str, Member], ministack_stage: Stage
) -> None:
    browsers = {role: browse(member) for role, member in staff.items()}
    before, wrong = stored(ministack_stage), []
    for role, browser in browsers.items():
        token = form_token(browser, Kind.STAFF)
        for ask in set_up.asks({one: need for one, need in STAFF.items() if need and need not in ROLES[role]}):
            html, json = send(browser, ask, token), send(browser, ask, token, Accept=JSON)
            if html.status != 403 or json.status != 403 or json.json()["error"]["code"] != "not_permitted":
                wrong.append(f"{role}: {ask.name}")
    assert not wrong
    assert not changed(before, stored(ministack_stage))


def test_a_role_with_the_permission_is_let_in(
    browse: Callable[..., Browser], set_up: Scene, staff: dict[str, Member]
) -> None:
    """What is refused above is refused for the role, not for some other fault of the request."""
    wrong, tried = [], set()
    for role, member in staff.items():
        browser = browse(member)
        token = form_token(browser, Kind.STAFF)
        for ask in set_up.asks({one: need for one, need in STAFF.items() if not need or need in ROLES[role]}):
            answer = send(browser, ask, token)
            tried.add((ask.method, ask.route))
            # Somebody of another role did the same before: then it is a conflict, or gone.
            if answer.status not in {200, 201, 204, 302, 303, 404, 409} or refused_as_stranger(answer, ask):
                wrong.append(f"{role}: {ask.name} {answer.status}")
    assert not wrong
    assert tried == STAFF.keys()


def test_a_deactivated_member_is_a_stranger_at_once(
    browse: Callable[..., Browser], set_up: Scene, people: People, ministack_stage: Stage
) -> None:
    lead = browse(people.lead)
    assert lead.get("/desk").status == 200
    people.house.staff.store.invite("Uma Reyes", "uma.reyes@alder-finch.example", "admin", people.clock())
    people.house.staff.store.deactivate(people.lead.id)
    before, token = stored(ministack_stage), form_token(lead, Kind.STAFF)
    wrong = [ask.name for ask in set_up.asks(STAFF) if not refused_as_stranger(send(lead, ask, token), ask)]
    assert not wrong
    assert not changed(before, stored(ministack_stage))


def forgeries(owner: Browser, other: Browser, agent: Browser) -> dict[str, str]:
    """Return tokens that are not those of the owner's session."""
    own = form_token(owner)
    return {
        "none": "",
        "another customer's": form_token(other),
        "a staff member's": form_token(agent, Kind.STAFF),
        "one letter changed": own[:-1] + ("A" if own[-1] != "A" else "B"),
        "other case": own.swapcase(),
        "cut": own[:-1],
        "one for another purpose": owner.house.signer.sign("link:customer", own),
    }


def test_a_forged_form_is_refused_and_changes_nothing(
    browse: Callable[..., Browser], owner: Browser, people: People, set_up: Scene, ministack_stage: Stage
) -> None:
    """On every route that writes, customers' and staff's: a token of somebody else, or none, in field or header."""
    other, agent = browse(people.stranger), browse(people.agent)
    before, wrong = stored(ministack_stage), []
    for browser, routes, tokens in (
        (owner, CUSTOMER | {("POST", "/logout")}, forgeries(owner, other, agent)),
        (agent, STAFF.keys() | {("POST", "/staff/logout")}, {"none": "", "a customer's": form_token(owner)}),
    ):
        for ask in set_up.asks(frozenset(one for one in routes if one[0] == "POST")):
            for kind, token in tokens.items():
                html, json = send(browser, ask, token), send(browser, ask, token, Accept=JSON)
                header = send(browser, ask, "", **{"X-CSRF-Token": token})
                if {html.status, json.status, header.status} != {403} or json.json()["error"][
                    "code"
                ] != "forged_request":
                    wrong.append(f"{ask.name} with {kind}")
    assert not wrong
    assert not changed(before, stored(ministack_stage))


def test_what_another_site_sends_is_refused_whatever_it_carries(
    browse: Callable[..., Browser], owner: Browser, people: People, set_up: Scene, ministack_stage: Stage
) -> None:
    """Even with the right token; a neighbour under the same registered domain is another site, too."""
    agent = browse(people.agent)
    anonymous = browse()
    anonymous.get("/login")
    before, wrong = stored(ministack_stage), []
    doors = frozenset(one for one in (OPEN | LEAVING) - ELSEWHERE if one[0] == "POST")
    for browser, routes, token in (
        (owner, CUSTOMER | {("POST", "/logout")}, form_token(owner)),
        (agent, STAFF.keys() | {("POST", "/staff/logout")}, form_token(agent, Kind.STAFF)),
        (anonymous, doors, anonymous.csrf),
    ):
        for ask in set_up.asks(frozenset(one for one in routes if one[0] == "POST")):
            wrong += [
                f"{ask.name} from {site}"
                for site in ("cross-site", "same-site", "CROSS-SITE", "else")
                if send(browser, ask, token, **{"Sec-Fetch-Site": site}).status != 403
            ]
    assert not wrong
    assert not changed(before, stored(ministack_stage))


def test_looking_changes_nothing(
    browse: Callable[..., Browser], owner: Browser, people: People, set_up: Scene, ministack_stage: Stage
) -> None:
    """GET and HEAD of every page, with and without a session, with everything a form would send in the query."""
    agent, stranger = browse(people.lead), browse()
    query = "?body=x&subject=x&csrf=x&seq=1&what=whole&until=week&session=x&name=x&code=12345678&email=a@b.example"
    before, wrong = stored(ministack_stage), []
    for ask in set_up.asks(frozenset(one for one in KNOWN if one[0] == "GET")):
        for browser in (owner, agent, stranger):
            for method in ("GET", "HEAD"):
                for path in (ask.path, ask.path + query):
                    browser.request(method, path)
        after = stored(ministack_stage)
        if changed(before, after):
            wrong.append(ask.name)
            before = after
    assert not wrong


def test_no_form_can_be_sent_by_looking(owner: Browser, set_up: Scene) -> None:
    """What is posted to answers no other method."""
    posted = {path for method, path in KNOWN if method == "POST"} - {path for method, path in KNOWN if method == "GET"}
    for route in sorted(posted):
        path = set_up.ask("POST", route).path
        for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
            assert owner.request(method, path).status == 403, f"{method} {path}"
        override = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "POST"}
        assert owner.request("GET", f"{path}?_method=POST", headers=override).status == 403


def test_nothing_of_somebody_signed_in_is_stored_by_caches(
    browse: Callable[..., Browser], owner: Browser, people: People, set_up: Scene
) -> None:
    """Whatever the answer is, and for strangers as well; only what is nobody's own may be kept."""
    agent, wrong = browse(people.agent), []
    settings = str(people.house.portal.settings.get(consistent=True).version)
    looks = dict.fromkeys(STYLES, people.house.static.version) | dict.fromkeys(LOOKS - STYLES, settings)
    for browser in (browse(), owner, agent):
        for ask in set_up.asks(KNOWN - LEAVING):
            version = looks.get(ask.route)
            asked = ask._replace(path=f"{ask.path}?v={version}") if version else ask
            for headers in ({}, {"Accept": JSON}):
                answer = send(browser, asked, "", **headers)
                kept = answer.header("Cache-Control") != "no-store"
                public = ask.route in CACHED or (ask.route in PUBLIC and browser is not owner)
                if kept != (public and answer.status == 200) or (kept and answer.all("Set-Cookie")):
                    wrong.append(f"{ask.name} {answer.status}: {answer.header('Cache-Control')}")
    for browser, kind in ((owner, Kind.CUSTOMER), (agent, Kind.STAFF)):
        token = form_token(browser, kind)
        asks = set_up.asks(CUSTOMER if kind is Kind.CUSTOMER else STAFF)
        wrong += [
            ask.name
            for ask in sorted(asks, key=lambda one: one.route.endswith("everywhere"))
            if send(browser, ask, token).header("Cache-Control") != "no-store"
        ]
    assert not wrong


def test_every_answer_carries_the_headers_that_browsers_obey(
    browse: Callable[..., Browser], owner: Browser, set_up: Scene
) -> None:
    wrong = []
    for browser in (browse(), owner):
        for ask in set_up.asks(KNOWN):
            answer = send(browser, ask)
            policy = answer.header("Content-Security-Policy") or ""
            if (
                "default-src 'none'" not in policy
                or "unsafe-eval" in policy
                or ("'unsafe-inline'" in policy and "sandbox" not in policy)
                or ("frame-ancestors 'none'" not in policy and "sandbox" not in policy)
                or answer.header("X-Content-Type-Options") != "nosniff"
                or answer.header("X-Frame-Options") != "DENY"
                or answer.header("Referrer-Policy") not in {"same-origin", "no-referrer"}
            ):
                wrong.append(ask.name)
            wrong += [f"{ask.name}: {one}" for one in answer.all("Set-Cookie") if not _safe_cookie(one)]
    assert not wrong


def _safe_cookie(cookie: str) -> bool:
    flags = set(cookie.split("; ")[1:])
    return {"HttpOnly", "SameSite=Lax", "Path=/"} <= flags and not any(one.startswith("Domain") for one in flags)


def test_a_foreign_id_answers_as_an_absent_one(
    browse: Callable[..., Browser], owner: Browser, people: People, set_up: Scene, ministack_stage: Stage
) -> None:
    """Every route a customer has, by address: reading, replying, reopening, marking, downloading; page and JSON."""
    stranger = browse(people.stranger)
    token = form_token(stranger)
    before, wrong, tried = stored(ministack_stage), [], 0
    for method, route in sorted(one for one in CUSTOMER if "{" in one[1]):
        tried += 1
        absent = set_up.ask(method, route, conversation=set_up.absent(), attachment=set_up.absent())
        for headers in ({}, {"Accept": JSON}):
            foreign_seen = seen(send(stranger, set_up.ask(method, route), token, **headers))
            absent_seen = seen(send(stranger, absent, token, **headers))
            if foreign_seen != absent_seen or foreign_seen[0] != 404:
                wrong.append(f"{method} {route}")
    assert not wrong
    assert tried == 6
    assert not changed(before, stored(ministack_stage))


def test_a_foreign_id_in_a_form_answers_as_an_absent_one(
    browse: Callable[..., Browser], people: People, set_up: Scene, ministack_stage: Stage
) -> None:
    """``continues``, ``attachment`` and ``session`` name things, too."""
    stranger = browse(people.stranger)
    token = form_token(stranger)
    mine = people.starts(people.stranger)
    before = stored(ministack_stage)

    def posts(path: str, **fields: str) -> Response:
        return send(stranger, Ask("POST", path, path, {"body": "x", "subject": "x", **fields}, ""), token)

    assert seen(posts("/conversations", continues=set_up.closed.id)) == seen(
        posts("/conversations", continues=set_up.absent())
    )
    assert seen(stranger.request("GET", f"/conversations/new?continues={set_up.closed.id}")) == seen(
        stranger.request("GET", f"/conversations/new?continues={set_up.absent()}")
    )
    for path in ("/conversations", f"/conversations/{mine.id}/messages"):
        foreign = posts(path, attachment=set_up.file)
        assert foreign.status == 422
        assert seen(foreign) == seen(posts(path, attachment=set_up.absent()))
    assert seen(posts("/account/sign-out", session=set_up.session)) == seen(
        posts("/account/sign-out", session="0" * 64)
    )
    assert not changed(before, stored(ministack_stage))


ODD_IDS = (
    "x", "0", "..", "%2e%2e", "..%2f..%2fetc", "%00", "null", "undefined", "{conversation_id}", "%F0%9F%92%A5",
    "a" * 500, "01HZZZZZZZZZZZZZZZZZZZZZZZ", "' OR 1=1--", "CONV%23x", "$ne", "[object%20Object]", "1;x.css",
    "%0d%0aSet-Cookie:x=y",
)  # fmt: skip


def test_an_address_that_cannot_be_is_not_found(
    browse: Callable[..., Browser], owner: Browser, people: People, set_up: Scene
) -> None:
    """Never a fault, never a header of the attacker's, whatever stands where an id should."""
    agent, wrong = browse(people.lead), []
    for odd in ODD_IDS:
        for browser, routes, kind in ((owner, CUSTOMER, Kind.CUSTOMER), (agent, STAFF, Kind.STAFF)):
            for method, route in sorted(one for one in routes if "{" in one[1]):
                ask = set_up.ask(method, route, odd=odd)
                answer = send(browser, ask, form_token(browser, kind))
                gateway_refused = answer.status == 403 and answer.header("x-amzn-ErrorType")
                if not gateway_refused and answer.status != 404:
                    wrong.append(f"{ask.name} {odd}: {answer.status}")
    assert not wrong


NOISE: tuple[tuple[str, bytes], ...] = (
    ("application/x-www-form-urlencoded", b""),
    ("application/x-www-form-urlencoded", b"\xff\xfe\x00" * 300),
    ("application/x-www-form-urlencoded", b"&" * 5_000 + b"=" * 5_000),
    ("application/x-www-form-urlencoded", b"a=1&" * 5_000),
    ("application/x-www-form-urlencoded", b"body=%ED%A0%80%00%F4%90%80%80&subject=%00&name=%00&email=%00&code=%00"),
    ("application/x-www-form-urlencoded", b"body[]=x&subject[a]=x&email[]=x&code[]=1&seq=%EF%BC%91&until[]=1"),
    ("application/x-www-form-urlencoded", b"body=" + b"a" * 300_000),
    (
        "application/x-www-form-urlencoded",
        b"seq=" + b"9" * 5_000 + b"&note=" + b"n" * 5_000 + b"&idempotency_key=%0d%0a",
    ),
    ("application/x-www-form-urlencoded", b"seq=1&what=attachment&attachment=&until=&session=%00&continues=%00"),
    ("application/json", b""),
    ("application/json", b"null"),
    ("application/json", b"[" * 50_000),
    ("application/json", b'{"name":' * 20_000),
    ("application/json", b'{"name": null, "type": null, "size": null}'),
    ("application/json", b'{"name": ["a.png"], "type": {"a": 1}, "size": "100"}'),
    ("application/json", b'{"name": "a.png", "type": "image/png", "size": true}'),
    ("application/json", b'{"name": "a.png", "type": "image/png", "size": 1' + b"0" * 400 + b"}"),
    ("application/json", b'{"name": "a.png", "type": "image/png", "size": -1e999}'),
    ("application/json", b'{"name": "\\ud800.png", "type": "\\ud800", "size": 1}'),
    ("application/json", b'{"\\ud800": 1, "name": "a.png", "type": "image/png", "size": 1}'),
    ("application/json", b'{"name": "' + b"a" * 200_000 + b'.png", "type": "image/png", "size": 1}'),
    ("application/json", b"\xff\xfe\x00"),
    ("application/json;charset=utf-16", "{}".encode("utf-16")),
)


def test_noise_is_refused_and_never_a_fault_of_ours(
    browse: Callable[..., Browser], owner: Browser, people: People, set_up: Scene, faults: list[str]
) -> None:
    """Every route that takes a body, signed in and with the right token, gets what no form sends."""
    agent, anonymous = browse(people.lead), browse()
    anonymous.get("/login")
    leaving = frozenset({"/account/sign-out-everywhere", "/logout", "/staff/logout"})
    wrong = []
    for browser, routes, token in (
        (owner, CUSTOMER, form_token(owner)),
        (agent, STAFF.keys(), form_token(agent, Kind.STAFF)),
        (anonymous, OPEN, anonymous.csrf),
    ):
        for method, route in sorted(one for one in routes if one[0] == "POST" and one[1] not in leaving):
            for kind, body in NOISE:
                headers = form_headers(**{"Content-Type": kind, "X-CSRF-Token": token})
                answer = browser.request(method, set_up.ask(method, route).path, body, headers)
                if answer.status >= 500:
                    wrong.append(f"{route} {body[:60]!r}: {answer.status}")
    assert not wrong
    assert not faults


ODD_VALUES = (
    "", "%00", "%ED%A0%80", "%F0%9F%92%A5" * 60, "-1", "99999999", "999999999", "%EF%BC%91", "..", "[]", "x" * 900,
)  # fmt: skip


def test_no_query_is_a_fault_of_ours(
    browse: Callable[..., Browser], owner: Browser, people: People, set_up: Scene, faults: list[str]
) -> None:
    """Every page gets values of its query that no link of ours has."""
    agent, wrong = browse(people.lead), []
    others = ("q", "cursor", "before", "after", "continues", "return_to", "v", "redirect", "next")
    for browser, routes in ((owner, CUSTOMER | OPEN), (agent, STAFF.keys())):
        for ask in set_up.asks(frozenset(one for one in routes if one[0] == "GET" and one[1] not in CACHED)):
            for value in ODD_VALUES:
                for query in (f"status={value}", f"sort={value}", "&".join(f"{name}={value}" for name in others)):
                    answer = browser.request("GET", f"{ask.path}?{query}")
                    if answer.status not in {200, 204, 302, 303, 404, 422}:
                        wrong.append(f"{ask.name}?{query[:50]} {answer.status}")
    assert not wrong
    assert not faults


def test_where_the_portal_is_off_no_page_of_it_exists(
    browse: Callable[..., Browser], owner: Browser, people: People, set_up: Scene, ministack_stage: Stage
) -> None:
    """Nobody can tell a portal that is off from none, whoever asks, signed in or not."""
    people.house.portal.settings.change(enabled=False)
    before, wrong = stored(ministack_stage), []
    token = form_token(owner)
    doors = frozenset(one for one in OPEN if one[1].startswith("/login")) | {("POST", "/logout")}
    for ask in set_up.asks(CUSTOMER | doors):
        for browser in (browse(), owner):
            answer, json = send(browser, ask, token), send(browser, ask, token, Accept=JSON)
            if answer.status != 404 or json.status != 404 or json.json()["error"]["code"] != "not_found":
                wrong.append(ask.name)
    assert not wrong
    assert not changed(before, stored(ministack_stage))
