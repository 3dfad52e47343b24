"""Whatever a provider, or somebody on the way to it, makes up signs nobody in, and the page names the rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.aws.keys import AUDIT, openid, openid_secret
from chalicelib.openid.service import SIGN_IN_LIFETIME
from chalicelib.signin.model import Kind
from chalicelib.wiring import House
from tests.browser import Browser, Page, cookies_of
from tests.openid.lying import CLIENT, SECRET, Lying
from tests.openid.world import Way, configure
from tests.people import Clock


def out(way: Way, page: Page, why: str) -> None:
    """Hold a page to: nobody is signed in, and it says why."""
    assert page.status == 422, page.text
    assert why in page.faults[0], page.faults
    assert cookies_of(way.house).session(Kind.STAFF) not in way.browser.cookies
    assert way.house.openid.accounts.owner(way.lying.issuer, "account-1") is None


def test_an_honest_provider_signs_in(way: Way) -> None:
    """Or nothing below would prove anything."""
    page = way.sign_in()
    assert (page.status, page.path) == (200, "/desk")
    assert cookies_of(way.house).openid not in way.browser.cookies


@dataclass(frozen=True)
class Lie:
    """Claims or a header that are wrong, and what the page says of it."""

    why: str
    claims: dict[str, Any] | None = None
    header: dict[str, Any] | None = None


LIES = {
    "another issuer": Lie("“iss” is", {"iss": "https://evil.example"}),
    "an issuer with a slash more": Lie("“iss” is", {"iss": "slash"}),
    "no issuer": Lie("“iss” is missing", {"iss": None}),
    "another audience": Lie("“aud” is", {"aud": "another-app"}),
    "no audience": Lie("“aud” is missing", {"aud": None}),
    "several audiences, no party": Lie("“azp”", {"aud": [CLIENT, "another-app"]}),
    "another party": Lie("“azp”", {"azp": "another-app"}),
    "another nonce": Lie("“nonce”", {"nonce": "n" * 64}),
    "no nonce": Lie("“nonce”", {"nonce": None}),
    "a list as nonce": Lie("“nonce”", {"nonce": ["n"]}),
    "expired": Lie("“exp” was", {"exp": -1}),
    "no end": Lie("“exp” is missing", {"exp": None}),
    "an end that is text": Lie("“exp” is missing", {"exp": "9999999999"}),
    "made in the future": Lie("seconds ahead", {"iat": +90}),
    "made long ago": Lie("in the past", {"iat": -700}),
    "no time it was made": Lie("“iat” is missing", {"iat": None}),
    "no subject": Lie("“sub”", {"sub": None}),
    "an empty subject": Lie("“sub”", {"sub": ""}),
    "a number as subject": Lie("“sub”", {"sub": 7}),
    "an empty address": Lie("no e-mail address", {"email": ""}),
    "a list of addresses": Lie("no e-mail address", {"email": ["dana@alder-finch.example"]}),
    "a look-alike address": Lie("no e-mail address", {"email": "d\u0430na@alder-finch.example"}),
    "an address of a look-alike domain": Lie("not of a domain", {"email": "dana@alder-f\u0456nch.example"}),
    "an address of a full-width domain": Lie("no e-mail address", {"email": "dana@\uff41lder-finch.example"}),
    "an address of a longer domain": Lie("not of a domain", {"email": "dana@evil-alder-finch.example"}),
    "an address below the domain": Lie("not of a domain", {"email": "dana@x.alder-finch.example"}),
    "an address not verified": Lie("is verified", {"email_verified": False}),
    "an address verified by a number": Lie("is verified", {"email_verified": 1}),
    "no algorithm": Lie("“alg” is", None, {"alg": "none"}),
    "a shared secret as algorithm": Lie("“alg” is", None, {"alg": "HS256"}),
    "an algorithm not announced": Lie("“alg” is", None, {"alg": "RS256"}),
    "a key nobody has": Lie("“kid”", None, {"kid": "two"}),
    "a key of its own": Lie("signature", None, {"jwk": {"kty": "EC"}}),
    "a part that must be understood": Lie("“crit”", None, {"crit": ["exp"], "exp": 1}),
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
def test_a_token_that_breaks_a_rule_is_refused(way: Way, lying: Lying, name: str) -> None:
    lie, now = LIES[name], int(lying.clock.now.timestamp())

    def told(given: dict[str, Any]) -> dict[str, Any]:
        changed = dict(given)
        for claim, value in (lie.claims or {}).items():
            changed[claim] = value
            if claim in {"exp", "iat"} and isinstance(value, int):
                changed[claim] = now + value
            if value == "slash":
                changed[claim] = f"{lying.issuer}/"
            if value is None:
                del changed[claim]
        return changed

    lying.claims = told
    if lie.claims and "sub" in lie.claims:
        lying.userinfo = {"email": "dana@alder-finch.example"}
    lying.header = lambda given: {**given, **(lie.header or {})}
    if name == "a key of its own":
        lying.signer = lying.other_key
    out(way, way.sign_in(), lie.why)


@pytest.mark.parametrize(("signature", "why"), [(b"", "signature"), (b"\0" * 64, "signature"), (b"short", "signature")])
def test_a_signature_of_nothing_is_refused(way: Way, lying: Lying, signature: bytes, why: str) -> None:
    lying.signature = signature
    out(way, way.sign_in(), why)


@pytest.mark.parametrize("answer", [{}, {"id_token": None}, {"id_token": ["a"]}, {"id_token": "a.b.c"}])
def test_an_answer_without_a_token_is_refused(way: Way, lying: Lying, answer: dict[str, Any]) -> None:
    lying.token = lambda given: {**answer, "access_token": given["access_token"]}
    out(way, way.sign_in(), "token")


def test_userinfo_of_somebody_else_is_refused(way: Way, lying: Lying) -> None:
    """What the ID token lacks is looked up, but only about the same person."""
    lying.claims = lambda given: {name: value for name, value in given.items() if name != "email"}
    lying.userinfo = {**lying.person, "sub": "account-2"}
    out(way, way.sign_in(), "somebody else")


def test_an_address_and_its_verification_come_from_one_place(way: Way, lying: Lying) -> None:
    """An address of the ID token is not verified by what userinfo says of another one, which counts in its place."""
    lying.claims = lambda given: {name: value for name, value in given.items() if name != "email_verified"}
    lying.userinfo = {**lying.person, "email": "dana@elsewhere.example"}
    out(way, way.sign_in(), "dana@elsewhere.example is not of a domain")
    lying.userinfo = {"sub": "account-1", "email_verified": True}
    out(way, way.sign_in(), "dana@alder-finch.example is verified")


def test_what_the_token_lacks_is_taken_from_userinfo(way: Way, lying: Lying) -> None:
    lying.claims = lambda given: {n: v for n, v in given.items() if n not in {"email", "email_verified", "name"}}
    assert way.sign_in().path == "/desk"


class TestTheWayBack:
    """The browser comes back with what somebody else made."""

    def test_another_state(self, way: Way) -> None:
        out(way, way.sign_in(state="s" * 43), "was not begun in this browser")

    def test_no_state(self, way: Way) -> None:
        out(way, way.sign_in(state=""), "was not begun in this browser")

    def test_a_sign_in_of_another_browser(self, way: Way, browse: Callable[..., Browser]) -> None:
        """Login CSRF: what an attacker began does not sign a victim in."""
        path = way.back(way.start())
        victim = browse()
        page = victim.get(path)
        assert page.status == 422
        assert cookies_of(way.house).session(Kind.STAFF) not in victim.cookies
        other = Way(way.house, way.lying, victim)
        other.start()
        out(other, victim.get(path), "was not begun in this browser")

    def test_a_cookie_that_was_changed(self, way: Way) -> None:
        path, name = way.back(way.start()), cookies_of(way.house).openid
        body, _, signature = way.browser.cookies[name].partition(".")
        way.browser.cookies[name] = f"{body}A.{signature}"
        out(way, way.browser.get(path), "was not begun in this browser")

    def test_the_same_answer_twice(self, way: Way) -> None:
        """The second time nothing is asked of the provider, and the first session goes on."""
        start, name = way.start(), cookies_of(way.house).openid
        path, held = way.back(start), way.browser.cookies[name]
        assert way.browser.get(path).path == "/desk"
        told = len(way.lying.told)
        way.browser.cookies[name] = held
        page = way.browser.get(path)
        assert page.status == 422
        assert "was used already" in page.faults[0]
        assert len(way.lying.told) == told
        assert way.browser.get("/desk").status == 200

    def test_the_code_of_another_sign_in(self, way: Way, browse: Callable[..., Browser]) -> None:
        """A stolen code is worth nothing: it was made for another challenge."""
        theirs = way.lying.authorize(Way(way.house, way.lying, browse()).start())
        out(way, way.sign_in(code=theirs["code"]), "The code was not taken")

    def test_a_code_that_was_used(self, way: Way) -> None:
        answer = way.lying.authorize(way.start())
        way.lying.codes.clear()
        out(way, way.browser.get(f"/staff/login/openid/callback?code={answer['code']}&state={answer['state']}"), "iss")

    def test_the_answer_of_another_provider(self, way: Way) -> None:
        """Mix-up: the provider announces that it names itself, so who does not, or otherwise, is another."""
        out(way, way.sign_in(iss="https://evil.example"), "another provider")
        out(way, way.sign_in(iss=""), "another provider")

    def test_too_late(self, way: Way, clock: Clock) -> None:
        path = way.back(way.start())
        clock.set(clock.now + SIGN_IN_LIFETIME + timedelta(seconds=1))
        out(way, way.browser.get(path), f"longer than {int(SIGN_IN_LIFETIME.total_seconds()) // 60} minutes")

    def test_settings_changed_on_the_way(self, way: Way, house: House) -> None:
        path = way.back(way.start())
        configure(house, way.lying.issuer, client_id="another-client")
        out(way, way.browser.get(path), "settings were changed")

    def test_the_provider_says_no(self, way: Way) -> None:
        out(way, way.sign_in(code="", error="access_denied"), "did not sign you in (access_denied)")
        page = way.sign_in(code="", error="<script>alert(1)</script>")
        out(way, page, "did not sign you in.")
        assert "alert(1)" not in page.body

    def test_no_code(self, way: Way) -> None:
        out(way, way.sign_in(code=""), "sent no code")
        out(way, way.sign_in(code="x" * 2_001), "sent no code")

    def test_head_uses_nothing_up(self, way: Way) -> None:
        """A scanner that looks at the address of the way back does not take the sign-in away."""
        path = way.back(way.start())
        assert way.browser.head(path).status == 405
        assert way.browser.get(path).path == "/desk"


def test_a_session_from_before_is_not_taken_over(way: Way) -> None:
    """The id of a session changes with the sign-in: one that was planted ends up unused."""
    name = cookies_of(way.house).session(Kind.STAFF)
    way.browser.cookies[name] = "0" * 26 + "." + "A" * 43
    way.sign_in()
    assert way.browser.cookies[name] != "0" * 26 + "." + "A" * 43


class TestTheDocument:
    """What the provider publishes about itself is held to the rules before anybody is sent there."""

    @pytest.mark.parametrize(
        ("changed", "why"),
        [
            ({"issuer": "https://evil.example"}, "must be exactly"),
            ({"issuer": None}, "must be exactly"),
            ({"token_endpoint": "http://169.254.169.254/latest"}, "must begin with https://"),
            ({"jwks_uri": "file:///etc/passwd"}, "must begin with https://"),
            ({"authorization_endpoint": "javascript:alert(1)"}, "must begin with https://"),
            ({"token_endpoint": None}, "is missing"),
            ({"id_token_signing_alg_values_supported": ["HS256", "none"]}, "RS256 or ES256 is needed"),
            ({"code_challenge_methods_supported": ["plain"]}, "not with S256"),
            ({"response_types_supported": ["id_token"]}, "code flow"),
        ],
    )
    def test_it_is_refused(self, way: Way, lying: Lying, changed: dict[str, Any], why: str) -> None:
        lying.document = lambda given: {**given, **changed}
        del way.house.__dict__["openid"]  # as in a process that has not read the document yet
        page = way.browser.get("/staff/login/openid")
        assert page.status == 422
        assert why in page.faults[0]
        assert cookies_of(way.house).openid not in way.browser.cookies

    def test_keys_are_read_anew_when_they_change(self, way: Way, lying: Lying, clock: Clock) -> None:
        assert way.sign_in().path == "/desk"
        lying.key, lying.other_key = lying.other_key, lying.key
        clock.ahead(minutes=11)
        assert way.sign_in().path == "/desk"


def test_another_issuer_never_gets_the_secret_of_the_one_before(house: House, way: Way) -> None:
    """Changing the issuer without typing the secret again leaves none."""
    changed = house.openid.accounts.get(consistent=True)
    saved = house.openid.save(replace(changed, issuer=f"{way.lying.issuer}/other"), None, OPERATOR)
    assert not saved.has_secret
    assert house.openid.accounts.secret() == ""


def test_the_secret_is_nowhere_in_the_clear(way: Way, house: House) -> None:
    assert way.lying.issuer in repr(house.table.get(openid()))
    stored = [house.table.get(openid()), house.table.get(openid_secret()), *house.table.walk(AUDIT)]
    assert SECRET not in repr(stored)
    way.sign_in()
    assert way.lying.secrets == [SECRET]


def test_what_is_asked_of_the_provider_is_limited(way: Way) -> None:
    """A hundred and twenty steps of one address in a quarter of an hour, there and back, whoever makes them."""
    way.start()
    assert [way.sign_in(code="").status for _ in range(59)] == [422] * 59
    begun = way.start()
    assert way.browser.get(way.back(begun, code="")).status == 429
    assert way.browser.get("/staff/login/openid").status == 429
