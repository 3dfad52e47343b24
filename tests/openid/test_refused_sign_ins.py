"""Staff whom their provider's sign-in refuses leave one line in the log, with the rule, and count once.

The rules are read from the source: a new one without a case here fails. Codes, links and custom sign-on have theirs in
``tests/signin/test_refused_sign_ins.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.openid.service import PER_IP, SIGN_IN_LIFETIME
from chalicelib.refusals import TooManyRequests
from chalicelib.signin.model import Kind
from chalicelib.signin.refusal_log import Way as WayIn
from chalicelib.signin.sealing import Box
from chalicelib.wiring import House
from tests.browser import Browser, Page, cookies_of
from tests.openid.lying import SECRET, Lying
from tests.openid.world import Way, configure
from tests.people import Clock
from tests.signin.refusals import limits, logged_once, rules
from tests.wire import failing

Act = Callable[[], Page]


@dataclass
class Scene:
    """The way in through the provider of our own; ``held`` is undone when the test ends."""

    way: Way
    clock: Clock
    open_browser: Callable[..., Browser]
    held: ExitStack

    @property
    def house(self) -> House:
        return self.way.house

    @property
    def lying(self) -> Lying:
        return self.way.lying

    def comes_back(self, **changed: str) -> Act:
        """Go to the provider, and return what comes back from it, some of its answer changed."""
        path = self.way.back(self.way.start(), **changed)
        return lambda: self.way.browser.get(path)

    def claims(self, **changed: Any) -> Act:
        """Let the provider say something else in its token; None leaves a claim out."""
        self.lying.claims = lambda given: {n: v for n, v in {**given, **changed}.items() if v is not None}
        return self.comes_back()

    def header(self, **changed: str) -> Act:
        """Let the provider say something else of how it signs."""
        self.lying.header = lambda given: {**given, **changed}
        return self.comes_back()

    def moment(self, seconds: int) -> int:
        """Return a moment so many seconds from now."""
        return int(self.clock.now.timestamp()) + seconds


@pytest.fixture
def scene(way: Way, clock: Clock, browse: Callable[..., Browser]) -> Iterator[Scene]:
    with ExitStack() as held:
        yield Scene(way, clock, browse, held)


def _no_token(scene: Scene) -> Act:
    scene.lying.token = lambda given: {**given, "id_token": None}
    return scene.comes_back()


def _another_key(scene: Scene) -> Act:
    scene.lying.signer = scene.lying.other_key
    return scene.comes_back()


def _userinfo_of_another(scene: Scene) -> Act:
    scene.lying.userinfo = {**scene.lying.person, "sub": "account-2"}
    return scene.claims(email=None)


def _no_role(scene: Scene) -> Act:
    configure(scene.house, scene.lying.issuer, rules=(("editors", "agent"),), default_role="")
    return scene.comes_back()


def _too_many_groups(scene: Scene) -> Act:
    configure(scene.house, scene.lying.issuer, rules=(("editors", "agent"),), default_role="agent")
    scene.lying.person = {**scene.lying.person, "_claim_names": {"groups": "src1"}}
    del scene.lying.person["groups"]
    return scene.comes_back()


def _address_of_another(scene: Scene) -> Act:
    Way(scene.house, scene.lying, scene.open_browser()).sign_in()
    scene.lying.person["sub"] = "account-2"
    return scene.comes_back()


def _deactivated(scene: Scene) -> Act:
    Way(scene.house, scene.lying, scene.open_browser()).sign_in()
    scene.house.staff.store.deactivate(scene.house.staff.store.owner("dana@alder-finch.example") or "")
    return scene.comes_back()


def _deactivated_before(scene: Scene) -> Act:
    """Somebody who never came this way, and whose address alone is known."""
    member = scene.house.staff.store.invite("Dana Holt", "dana@alder-finch.example", "agent", scene.clock())
    scene.house.staff.store.deactivate(member.id)
    return scene.comes_back()


def _code_used(scene: Scene) -> Act:
    act = scene.comes_back()
    scene.lying.codes.clear()
    return act


def _too_late(scene: Scene) -> Act:
    act = scene.comes_back()
    scene.clock.set(scene.clock.now + SIGN_IN_LIFETIME + timedelta(seconds=1))
    return act


def _twice(scene: Scene) -> Act:
    act, held = scene.comes_back(), dict(scene.way.browser.cookies)
    act()
    scene.way.browser.cookies = held
    return act


def _settings_changed(scene: Scene) -> Act:
    act = scene.comes_back()
    configure(scene.house, scene.lying.issuer, client_id="another-client")
    return act


def _signing_key_gone(scene: Scene) -> Act:
    scene.house.openid.accounts._box = Box((b"o" * 32,), "openid")
    return scene.comes_back()


def _provider_down(scene: Scene) -> Act:
    """It does not answer when somebody wants to go to it."""
    del scene.house.__dict__["openid"]  # as in a process that has not read its document yet
    scene.lying.document = lambda _: {}
    return lambda: scene.way.browser.get("/staff/login/openid")


def _userinfo_down(scene: Scene) -> Act:
    """It does not say what its token lacks."""
    act = scene.claims(email=None)
    scene.lying.token = lambda given: {**given, "access_token": "another"}
    return act


def _too_often(scene: Scene, act: Act) -> Act:
    with suppress(TooManyRequests):
        for _ in range(PER_IP.most):
            scene.house.limits.use(PER_IP, scene.way.browser.ip)
    return act


def _goes_too_often(scene: Scene) -> Act:
    return _too_often(scene, lambda: scene.way.browser.get("/staff/login/openid"))


def _table_down(scene: Scene) -> Act:
    act = scene.comes_back()
    scene.held.enter_context(failing(scene.house.clients.dynamodb, "PutItem", "InternalServerError", times=99))
    return act


CASES: list[tuple[str, str, Callable[[Scene], Act]]] = [
    ("state_wrong", "another state", lambda s: s.comes_back(state="s" * 43)),
    ("state_old", "too late", _too_late),
    ("state_used", "twice", _twice),
    ("connection_changed", "on the way", _settings_changed),
    ("issuer_wrong", "another provider answers", lambda s: s.comes_back(iss="https://evil.example")),
    ("provider_refused", "it says no", lambda s: s.comes_back(code="", error="access_denied")),
    ("code_missing", "it sends none", lambda s: s.comes_back(code="")),
    ("code_refused", "it takes it from nobody", _code_used),
    ("secret_unreadable", "its key is gone", _signing_key_gone),
    ("token_malformed", "there is none", _no_token),
    ("algorithm_refused", "none", lambda s: s.header(alg="none")),
    ("key_unknown", "another", lambda s: s.header(kid="two")),
    ("signature_wrong", "another key", _another_key),
    ("issuer_missing", "none", lambda s: s.claims(iss=None)),
    ("issuer_wrong", "another", lambda s: s.claims(iss="https://evil.example")),
    ("audience_missing", "none", lambda s: s.claims(aud=None)),
    ("audience_wrong", "another", lambda s: s.claims(aud="another-app")),
    ("issued_missing", "none", lambda s: s.claims(iat=None)),
    ("issued_in_future", "ahead", lambda s: s.claims(iat=s.moment(90))),
    ("issued_too_long_ago", "long ago", lambda s: s.claims(iat=s.moment(-700))),
    ("expiry_missing", "none", lambda s: s.claims(exp=None)),
    ("expired", "over", lambda s: s.claims(exp=s.moment(-1))),
    ("not_yet_valid", "ahead", lambda s: s.claims(nbf=s.moment(90))),
    ("party_wrong", "another", lambda s: s.claims(azp="another-app")),
    ("nonce_wrong", "another", lambda s: s.claims(nonce="n" * 64)),
    ("subject_wrong", "userinfo of somebody else", _userinfo_of_another),
    ("subject_missing", "empty", lambda s: s.claims(sub="")),
    ("email_missing", "empty", lambda s: s.claims(email="")),
    ("email_unverified", "not", lambda s: s.claims(email_verified=False)),
    ("domain_refused", "another", lambda s: s.claims(email="dana@elsewhere.example")),
    ("groups_left_out", "too many", _too_many_groups),
    ("role_missing", "no rule fits", _no_role),
    ("account_taken", "somebody else's address", _address_of_another),
    ("member_inactive", "came before", _deactivated),
    ("member_inactive", "never came", _deactivated_before),
    ("fetch_refused", "going there", _provider_down),
    ("fetch_refused", "coming back", _userinfo_down),
    ("too_many_requests openid-ip", "going there", _goes_too_often),
    ("too_many_requests openid-ip", "coming back", lambda s: _too_often(s, s.comes_back())),
    ("unavailable", "the table", _table_down),
]  # fmt: skip
"""The kind in the log, what happens, and what makes it happen."""


@pytest.mark.parametrize(("kind", "prepare"), [pytest.param(k, p, id=f"{k}, {n}") for k, n, p in CASES])
def test_a_refused_sign_in_is_logged_once(scene: Scene, kind: str, prepare: Callable[[Scene], Act]) -> None:
    act = prepare(scene)
    words = ("Dana", "alder-finch", "account-1", SECRET)
    assert logged_once(act, WayIn.OPENID, Kind.STAFF, scene.way.browser, *words) == kind
    assert cookies_of(scene.house).session(Kind.STAFF) not in scene.way.browser.cookies or kind == "state_used"


def test_every_rule_has_a_case() -> None:
    told = {kind.partition(" ")[0] for kind, _, _ in CASES}
    assert told == rules(WayIn.OPENID) | {"fetch_refused", "too_many_requests", "unavailable"}
    assert {kind.partition(" ")[2] for kind, _, _ in CASES if " " in kind} == {
        name for name in limits() if name.startswith("openid")
    }
