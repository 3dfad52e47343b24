"""Every refused sign-in leaves one line in the log, with its kind, and counts once; and nobody else sees a difference.

What can refuse one is read from the source, so that a new rule without a case here, or without a word in the reference,
fails. Staff who sign in through a provider have their cases in ``tests/openid/test_refused_sign_ins.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from chalicelib import telemetry
from chalicelib.audit.model import OPERATOR
from chalicelib.signin import model
from chalicelib.signin.model import CODE_LIFETIME, MAX_TRIES, Kind, Why
from chalicelib.signin.refusal_log import Way
from chalicelib.signin.service import PER_ADDRESS, TRIES_PER_IP
from chalicelib.signin.service import PER_IP as ASKED_PER_IP
from chalicelib.signin.sign_on import STATE_LIFETIME
from chalicelib.web.signing_in.sign_on import PER_IP as TOKENS_PER_IP
from chalicelib.wiring import House
from tests.browser import Browser, Page, cookies_of
from tests.conftest import MailRoom
from tests.logs import messages, metrics, written
from tests.people import Clock, People
from tests.signin.refusals import codes, limits, logged_once, rules
from tests.signin.site import Site, by_rsa, opened, rsa_key
from tests.signin.token_table import RS256, TABLE
from tests.wire import failing, recorded

Act = Callable[[], Page]


@pytest.fixture
def site(house: House, clock: Clock) -> Iterator[Site]:
    with opened(house, clock) as site:
        yield site


# codes and links, of customers and of staff


@dataclass
class Scene:
    """A way in by mail, with somebody known behind it; ``held`` is undone when the test ends."""

    house: House
    clock: Clock
    mail_room: MailRoom
    open_browser: Callable[..., Browser]
    who: Kind
    base: str
    address: str
    held: ExitStack

    def __post_init__(self) -> None:
        self.browser = self.open_browser()

    def asked(self, address: str = "") -> tuple[str, str]:
        """Ask for a code, and return it with its link, as the mail has them or, of a stranger, would have them."""
        self.browser.get(self.base)
        self.browser.submit("Send me a code", email=address or self.address)
        value = self.browser.cookies[cookies_of(self.house).pending(self.who)]
        parts = self.house.signin.sign_in._pending(self.who, value.partition("~")[0])
        assert parts
        signer = self.house.signer
        token = model.link_token(signer, self.who, parts[1])
        return model.code(signer, self.who, parts[1]), f"{self.base}/link/{token}"

    def types(self, code: str) -> Act:
        """Open the page for the code, and return what types it there."""
        self.browser.get(f"{self.base}/code")
        return lambda: self.browser.submit("Sign in", code=code)

    def presses(self, link: str) -> Act:
        """Open the link, and return what presses its button."""
        self.browser.get(link)
        return lambda: self.browser.submit("Sign in")

    def asks(self, address: str = "") -> Act:
        """Open the first page, and return what asks for a code there."""
        self.browser.get(self.base)
        return lambda: self.browser.submit("Send me a code", email=address or self.address)

    def posts(self, path: str, **fields: str) -> Act:
        """Return what sends a form with the token of the page shown."""
        self.browser.get(self.base)
        csrf = self.browser.csrf
        return lambda: self.browser.post(f"{self.base}{path}", {"csrf": csrf, **fields})

    def elsewhere(self) -> None:
        """Go on in another browser."""
        self.browser = self.open_browser()


@pytest.fixture(params=[Kind.CUSTOMER, Kind.STAFF])
def scene(
    request: pytest.FixtureRequest,
    house: House,
    people: People,
    mail_room: MailRoom,
    clock: Clock,
    browse: Callable[..., Browser],
) -> Iterator[Scene]:
    who: Kind = request.param
    address = people.agent.email if who is Kind.STAFF else people.owner.email
    assert address
    base = "/staff/login" if who is Kind.STAFF else "/login"
    with ExitStack() as held:
        yield Scene(house, clock, mail_room, browse, who, base, address, held)


def other(code: str) -> str:
    """Return a code that is not ``code``."""
    return code[::-1] if code != code[::-1] else f"{code[:-1]}{(int(code[-1]) + 1) % 10}"


def _used(scene: Scene, make: Callable[[str, str], Act]) -> Act:
    """Sign in with the code, and go on in a copy of the browser as it was before."""
    code, link = scene.asked()
    cookies = dict(scene.browser.cookies)
    scene.types(code)()
    scene.elsewhere()
    scene.browser.cookies = cookies
    return make(code, link)


def _expired(scene: Scene, make: Callable[[str, str], Act]) -> Act:
    act = make(*scene.asked())
    scene.clock.set(scene.clock.now + CODE_LIFETIME)
    return act


def _replaced(scene: Scene, make: Callable[[str, str], Act]) -> Act:
    act, first = make(*scene.asked()), scene.browser
    scene.elsewhere()
    scene.asked()
    scene.browser = first
    return act


def _too_many_tries(scene: Scene, make: Callable[[str, str], Act], misses: int = MAX_TRIES) -> Act:
    code, link = scene.asked()
    for _ in range(misses):
        scene.types(other(code))()
    return make(code, link)


def _limited(scene: Scene, act: Act) -> Act:
    """Use a limit of the browser's address up before something is tried."""
    for _ in range(TRIES_PER_IP.most):
        scene.house.limits.use(TRIES_PER_IP, f"{scene.who}:{scene.browser.ip}")
    return act


def _unavailable(scene: Scene, act: Act) -> Act:
    """Let the table not answer when something is tried."""
    scene.held.enter_context(failing(scene.house.clients.dynamodb, "UpdateItem", "InternalServerError", times=99))
    return act


def _asked_from_one_place(scene: Scene) -> Act:
    for _ in range(ASKED_PER_IP.most):
        scene.house.limits.use(ASKED_PER_IP, scene.browser.ip)
    return scene.asks()


def _asked_for_one_address(scene: Scene) -> Act:
    for _ in range(PER_ADDRESS.most):
        scene.asked()
    return scene.asks()


MAILED: list[tuple[Way, str, str, Callable[[Scene], Act]]] = [
    (Way.CODE, "wrong", "another code", lambda s: s.types(other(s.asked()[0]))),
    (Way.CODE, "unreadable", "nothing", lambda s: s.asked() and s.posts("/code")),
    (Way.CODE, "unreadable", "no code", lambda s: s.types(s.asked()[0][1:])),
    (Way.CODE, "too_many_tries", "the last try", lambda s: _too_many_tries(s, lambda code, _: s.types(other(code)), 4)),
    (Way.CODE, "used", "a second time", lambda s: _used(s, lambda code, _: s.types(code))),
    (Way.CODE, "expired", "too late", lambda s: _expired(s, lambda code, _: s.types(code))),
    (Way.CODE, "replaced", "an older one", lambda s: _replaced(s, lambda code, _: s.types(code))),
    (Way.CODE, "too_many_tries", "the right one", lambda s: _too_many_tries(s, lambda code, _: s.types(code))),
    (Way.CODE, "too_many_tries", "a wrong one", lambda s: _too_many_tries(s, lambda code, _: s.types(other(code)))),
    (Way.CODE, "nobody", "guessed", lambda s: s.types(s.asked("nobody@example.com")[0])),
    (Way.CODE, "lost_browser", "without its cookie", lambda s: s.posts("/code", code="12345678")),
    (Way.CODE, "forged_request", "at the code", lambda s: s.asked() and s.posts("/code", csrf="x", code="12345678")),
    (Way.CODE, "forged_request", "when asking", lambda s: s.posts("", csrf="x", email=s.address)),
    (Way.CODE, "address_refused", "no address", lambda s: s.asks("nobody at all")),
    (Way.CODE, "too_many_requests sign-in-address", "one address", _asked_for_one_address),
    (Way.CODE, "too_many_requests sign-in-ip", "one place", _asked_from_one_place),
    (Way.CODE, "too_many_requests sign-in-try", "tries", lambda s: _limited(s, s.types(s.asked()[0]))),
    (Way.CODE, "unavailable", "at the code", lambda s: _unavailable(s, s.types(s.asked()[0]))),
    (Way.CODE, "unavailable", "when asking", lambda s: _unavailable(s, s.asks())),
    (Way.LINK, "used", "a second time", lambda s: _used(s, lambda _, link: s.presses(link))),
    (Way.LINK, "expired", "too late", lambda s: _expired(s, lambda _, link: s.presses(link))),
    (Way.LINK, "replaced", "an older one", lambda s: _replaced(s, lambda _, link: s.presses(link))),
    (Way.LINK, "too_many_tries", "after wrong codes", lambda s: _too_many_tries(s, lambda _, link: s.presses(link))),
    (Way.LINK, "nobody", "guessed", lambda s: s.presses(s.asked("nobody@example.com")[1])),
    (Way.LINK, "lost_browser", "opened", lambda s: lambda: s.browser.get(f"{s.base}/link/{'A' * 32}")),
    (Way.LINK, "lost_browser", "sent", lambda s: s.posts(f"/link/{'A' * 32}")),
    (Way.LINK, "link_unknown", "opened", lambda s: s.asked() and (lambda: s.browser.get(f"{s.base}/link/{'A' * 32}"))),
    (Way.LINK, "link_unknown", "sent", lambda s: s.asked() and s.posts(f"/link/{'A' * 32}")),
    (Way.LINK, "link_unknown", "cut off", lambda s: lambda: s.browser.get(f"{s.base}/link/AAAA")),
    (Way.LINK, "forged_request", "sent", lambda s: s.asked() and s.posts(f"/link/{'A' * 32}", csrf="x")),
    (Way.LINK, "too_many_requests sign-in-try", "tries", lambda s: _limited(s, s.presses(s.asked()[1]))),
    (Way.LINK, "unavailable", "sent", lambda s: _unavailable(s, s.presses(s.asked()[1]))),
]
"""The way, the kind in the log, what happens, and what makes it happen."""


@pytest.mark.parametrize(
    ("way", "kind", "prepare"), [pytest.param(w, k, p, id=f"{w} {k}, {n}") for w, k, n, p in MAILED]
)
def test_a_refused_code_or_link_is_logged_once(
    scene: Scene, way: Way, kind: str, prepare: Callable[[Scene], Act]
) -> None:
    act = prepare(scene)
    assert logged_once(act, way, scene.who, scene.browser, scene.address, "12345678") == kind


def test_every_reason_of_codes_and_links_has_a_case() -> None:
    """Each way's own, those of the ground under them, and each limit."""
    for way, own in ((Way.CODE, {"link_unknown"}), (Way.LINK, {"wrong", "unreadable"})):
        seen = {kind.partition(" ")[0] for one, kind, _, _ in MAILED if one is way}
        assert rules(way) - own <= seen, way
    told = {kind for _, kind, _, _ in MAILED}
    assert {kind.partition(" ")[0] for kind in told} - rules(Way.CODE) == codes() - {"fetch_refused"}
    assert {kind.partition(" ")[2] for kind in told if " " in kind} == {
        name for name in limits() if name.startswith("sign-in")
    }


def test_what_signs_in_and_what_only_looks_is_not_logged(scene: Scene) -> None:
    """Opening the right link, scanners that ask for the head alone, and every page on the way."""
    with written() as lines:
        code, link = scene.asked()
        for path in (scene.base, f"{scene.base}/code", link):
            assert scene.browser.get(path).status == 200
        for path in (f"{scene.base}/link/{'A' * 32}", f"{scene.base}/link/A"):
            scene.open_browser().head(path)
        assert scene.types(code)().status == 200
    assert messages(lines) == []
    assert metrics(lines) == {telemetry.SIGN_IN_ASKED: 1, telemetry.SIGNED_IN: 1}


def test_what_is_no_form_of_ours_is_no_sign_in(site: Site, browse: Callable[..., Browser]) -> None:
    with written() as lines:
        for path in ("/login", "/login/code", f"/login/link/{'A' * 32}", "/login/sso", "/staff/login"):
            browser = browse()
            browser.get("/login")
            assert browser.post(path, {"csrf": browser.csrf, "code": "1" * 300_000}).status == 413, path
    assert lines == []


def test_a_way_in_that_is_switched_off_is_not_there(
    house: House, people: People, browse: Callable[..., Browser]
) -> None:
    """Nobody is refused where there is no such address."""
    assert people.lead
    house.portal.settings.change(enabled=False)
    house.portal.settings.change(openid=True, staff_codes=False)
    with written() as lines:
        for path in ("/login/code", "/staff/login/code", "/login/sso", "/login/link/A", "/staff/login/link/A"):
            assert browse().post(path, {"code": "12345678"}).status == 404, path
    assert lines == []


def test_reasons_take_the_same_calls(scene: Scene) -> None:
    """Whoever measures cannot tell a used code from one that is expired or replaced: no look-up tells the log which."""
    made = []
    for why, prepare in ((Why.USED, _used), (Why.EXPIRED, _expired), (Why.REPLACED, _replaced)):
        scene.clock.set(scene.clock.now + timedelta(seconds=PER_ADDRESS.window))
        scene.elsewhere()
        act = prepare(scene, lambda code, _: scene.types(code))
        with recorded(scene.house.clients.dynamodb) as calls:
            assert act().status == 422, why
        made.append([call.operation for call in calls])
    assert made[0] == made[1] == made[2]


# custom sign-on


def begun(browser: Browser) -> str:
    """Begin a sign-in at the organization's login, and return its state."""
    return (browser.request("GET", "/login/sso").header("Location") or "").partition("state=")[2].partition("&")[0]


BROKEN = {row.rule: row.token for row in TABLE if row.rule}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_refused_token_is_logged_once(site: Site, browse: Callable[..., Browser], rule: str) -> None:
    """Under the rule it breaks, with nothing of the token."""
    browser = browse()
    token, state = BROKEN[rule](site), begun(browser)

    def act() -> Page:
        return browser.post("/login/sso", {"token": token, "state": state})

    secret = [word for word in (token, state) if word]
    assert logged_once(act, Way.SIGN_ON, Kind.CUSTOMER, browser, *secret) == rule


def _sends(browser: Browser, token: str, state: str, **more: str) -> Act:
    return lambda: browser.post("/login/sso", {"token": token, "state": state, **more})


def _keys_gone(site: Site, browser: Browser) -> Act:
    site.published.clear()
    return _sends(browser, site.signed(RS256, by_rsa(rsa_key())), begun(browser))


def _two_people(site: Site, browser: Browser) -> Act:
    people = People(site.house, site.clock)
    claims = {"external_id": people.owner.external_id, "email": people.stranger.email, "email_verified": True}
    return _sends(browser, site.token(**claims), begun(browser))


def _tokens_from_one_place(site: Site, browser: Browser) -> Act:
    for _ in range(TOKENS_PER_IP.most):
        site.house.limits.use(TOKENS_PER_IP, browser.ip)
    return _sends(browser, site.token(), begun(browser))


def _too_late(site: Site, browser: Browser) -> Act:
    state = begun(browser)
    site.clock.set(site.clock.now + STATE_LIFETIME)
    return _sends(browser, site.token(), state)


def _unasked(site: Site, browser: Browser, token: str, **more: str) -> Act:
    """Let tokens come that no sign-in here had asked for."""
    site.house.signin.sign_on.save(OPERATOR, replace(site.house.signin.sign_on.store.settings(), unasked=True))
    return _sends(browser, token, "", **more)


SENT: list[tuple[str, str, Callable[[Site, Browser], Act]]] = [
    ("keys_unavailable", "the key set is gone", _keys_gone),
    ("identity_conflict", "two people", _two_people),
    ("token_malformed", "too long", lambda _, b: _sends(b, "x" * 9_000, begun(b))),
    ("token_malformed", "nobody asked", lambda s, b: _unasked(s, b, "nonsense")),
    ("state_wrong", "another browser", lambda s, b: begun(b) and _sends(b, s.token(), "made.up")),
    ("state_wrong", "too late", _too_late),
    ("state_wrong", "another site's form", lambda s, b: _unasked(s, b, s.token(), again="1", csrf="x")),
    ("too_many_requests sign-on-ip", "one place", _tokens_from_one_place),
]


@pytest.mark.parametrize(("kind", "prepare"), [pytest.param(k, p, id=f"{k}, {n}") for k, n, p in SENT])
def test_a_refused_round_trip_is_logged_once(
    site: Site, browse: Callable[..., Browser], kind: str, prepare: Callable[[Site, Browser], Act]
) -> None:
    browser = browse()
    assert logged_once(prepare(site, browser), Way.SIGN_ON, Kind.CUSTOMER, browser) == kind


def test_a_table_that_does_not_answer_is_logged_once(site: Site, browse: Callable[..., Browser]) -> None:
    browser = browse()
    act = _sends(browser, site.token(), begun(browser))
    with failing(site.house.clients.dynamodb, "PutItem", "InternalServerError", times=99):
        assert logged_once(act, Way.SIGN_ON, Kind.CUSTOMER, browser) == "unavailable"


def test_every_rule_of_custom_sign_on_has_a_case() -> None:
    told = {*BROKEN, *(kind for kind, _, _ in SENT)}
    assert rules(Way.SIGN_ON) == {kind for kind in told if " " not in kind}
    assert {kind.partition(" ")[2] for kind in told if " " in kind} == {
        name for name in limits() if name.startswith("sign-on")
    }


def test_the_trial_of_a_member_refuses_nobody(site: Site, browse: Callable[..., Browser], people: People) -> None:
    """It signs nobody in, whatever comes of it, and the settings show that."""
    admin = browse(people.lead)
    state = (admin.request("GET", "/settings/sign-on/start").header("Location") or "").partition("state=")[2]
    with written() as lines:
        page = browse().post("/login/sso", {"token": site.token(), "state": state, "again": "1"})
        assert (page.status, page.heading) == (422, "We could not sign you in")
        assert admin.post("/login/sso", {"token": "nonsense", "state": state}).path == "/settings/sign-on/try"
    assert lines == []
