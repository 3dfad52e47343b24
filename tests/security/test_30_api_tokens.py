"""Attack 30: API tokens that are wrong, revoked, of another stage, in another place, or not allowed to do this."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from chalicelib.ids import hashed, new_id
from chalicelib.refusals import NotFound, UnknownChoice
from chalicelib.signin.model import Kind
from chalicelib.tokens.model import SCOPES
from chalicelib.tokens.service import REQUESTS, TokenDesk
from chalicelib.wiring import House
from local.gateway import Gateway, Response
from tests.browser import cookies_of
from tests.emulators import Stage
from tests.people import Clock, People
from tests.program import API, Program, refusal
from tests.security.routes import PROGRAMS
from tests.security.watching import changed, stored

BODIES = {
    "/customers": {"external_id": "attack", "name": "Attack"},
    "/conversations": {"customer_id": "", "subject": "Attack", "channel": "email"},
    "/messages": {"direction": "in", "body": "Attack"},
    "/notes": {"body": "Attack"},
    "/attachments": {"name": "attack.png", "type": "image/png", "size": 10},
    "/redact": {},
    "/themes": {"label": "Attack"},
    "/content": {"seen": 1, "base": "1.0.20", "files": {"home.html": "Attack"}, "settings": {}, "assets": []},
    "/assets/lamp.svg": {"seen": 1, "data": base64.b64encode(b'<svg xmlns="http://www.w3.org/2000/svg"/>').decode()},
    "/publish": {"revision": 1, "reason": "Attack"},
    "/upgrade": {"seen": 1},
}


@dataclass
class Target:
    """A conversation with a message and a note, a theme, and requests that would do something with them."""

    program: Program
    customer: str
    conversation: str
    note: str
    theme: str

    def ask(self, method: str, route: str, headers: dict[str, str], query: str = "") -> Response:
        """Send a request to a route of the API."""
        path = (
            route.replace("{customer_id}", self.customer)
            .replace("{conversation_id}", self.conversation)
            .replace("{message_id}", "m1")
            .replace("{note_id}", self.note)
            .replace("{attachment_id}", "0" * 26)
            .replace("{theme_id}", self.theme)
            .replace("{name}", "lamp.svg")
        ).removeprefix(API)
        content: dict[str, object] | None = None
        if method != "GET":
            content = {"subject": "Attack", "status": "done"} if method == "PATCH" else {}
            content |= next((body for end, body in BODIES.items() if path.endswith(end)), {})
            if "customer_id" in content:
                content |= {"customer_id": self.customer}
        return self.program.call(method, f"{path}{query}", content, headers=headers)


@pytest.fixture
def target(program: Program, people: People) -> Target:
    made = program.conversation(people.owner.id)
    program.message(made["id"])
    note = program.post(f"/conversations/{made['id']}/notes", body="Between us")
    theme = program.post("/themes", label="Winter")
    return Target(program, people.owner.id, made["id"], note["id"], theme["id"])


@pytest.fixture
def program(gateway: Gateway, house: House) -> Program:
    """A program that may do everything."""
    return Program(gateway, house)


def guarded() -> Iterator[tuple[str, str, str]]:
    """Yield every address that needs a token, with its scope."""
    for (method, route), scope in sorted(PROGRAMS.items()):
        if scope:
            yield method, route, scope


def test_only_the_description_needs_no_token(gateway: Gateway) -> None:
    assert gateway.call("GET", f"{API}/openapi.json").status == 200
    assert [route for (_, route), scope in PROGRAMS.items() if not scope] == [f"{API}/openapi.json"]


def test_every_address_refuses_what_is_no_token_of_ours(
    target: Target, house: House, people: People, ministack_stage: Stage
) -> None:
    """One answer for all of them, and nothing changes."""
    good = target.program.text
    secret = good[-43:]
    revoked = Program(target.program.gateway, house)
    house.tokens.revoke(revoked.token.id)
    session = people.token(people.owner)
    wrong = {
        "none": "",
        "no scheme": good,
        "another scheme": f"Basic {good}",
        "empty": "Bearer ",
        "no prefix": f"Bearer {secret}",
        "another stage": f"Bearer foyer_prod_{secret}",
        "a longer stage": f"Bearer foyer_{house.settings.stage}x_{secret}",
        "truncated": f"Bearer {good[:-1]}",
        "longer": f"Bearer {good}A",
        "another case": f"Bearer {good.swapcase()}",
        "its hash": f"Bearer foyer_{house.settings.stage}_{hashed(secret)[:43]}",
        "two": f"Bearer {good}, Bearer {good}",
        "not ASCII": f"Bearer {good[:-1]}\u00e9",
        "revoked": f"Bearer {revoked.text}",
        "a customer's session": f"Bearer {session}",
        "a list": "Bearer []",
        "null": "Bearer null",
    }
    before = stored(ministack_stage)
    for method, route, _ in guarded():
        answers = {
            name: target.ask(method, route, {"Authorization": header} if header else {"Authorization": ""})
            for name, header in wrong.items()
        }
        assert {name: refusal(one) for name, one in answers.items()} == dict.fromkeys(wrong, (401, "token_refused"))
        assert len({one.body for one in answers.values()}) == 1
    assert not changed(before, stored(ministack_stage))


def test_a_session_is_no_token(gateway: Gateway, house: House, people: People, target: Target) -> None:
    """Whoever is signed in, as a customer or as an admin, has no business here without a token."""
    for who, kind in ((people.owner, Kind.CUSTOMER), (people.lead, Kind.STAFF)):
        cookie = f"{cookies_of(house).session(kind)}={people.token(who)}"
        for method, route, _ in guarded():
            answer = target.ask(method, route, {"Cookie": cookie, "Authorization": ""})
            assert refusal(answer) == (401, "token_refused"), route


@pytest.mark.parametrize("name", ["access_token", "token", "api_key", "authorization", "Authorization"])
def test_a_token_in_the_address_is_refused(target: Target, name: str, ministack_stage: Stage) -> None:
    """Addresses stand in logs and histories: a token there does nothing, even beside a good one."""
    before = stored(ministack_stage)
    for method, route, _ in guarded():
        query = f"?{name}={target.program.text}"
        assert target.ask(method, route, {"Authorization": ""}, query).status == 401, route
        assert target.ask(method, route, {}, query).status == 422, route
    assert not changed(before, stored(ministack_stage))


def test_every_address_needs_its_scope_and_no_other(
    target: Target, gateway: Gateway, house: House, ministack_stage: Stage
) -> None:
    """With all scopes but the one it needs, an address is refused; nothing changes."""
    before = stored(ministack_stage)
    lacking = {}
    for scope in SCOPES:
        program = Program(gateway, house, SCOPES.keys() - {scope})
        lacking[scope] = {"Authorization": f"Bearer {program.text}"}
    before = stored(ministack_stage)
    for method, route, scope in guarded():
        answer = target.ask(method, route, lacking[scope])
        if route.endswith("/attachments"):  # notes have files as well
            assert answer.status == 201
            continue
        assert refusal(answer) == (403, "not_permitted"), f"{method} {route}"
        assert scope in answer.json()["error"]["message"]
    assert [one for one in changed(before, stored(ministack_stage)) if not one.startswith("UPLOAD#")] == []
    for method, route, scope in guarded():
        alone = Program(gateway, house, {scope})
        answer = target.ask(method, route, {"Authorization": f"Bearer {alone.text}"})
        assert answer.status in {200, 201, 404, 409}, f"{method} {route}: {answer.text}"


def test_revoking_works_at_once(program: Program, house: House) -> None:
    assert program.call("GET", "/conversations").status == 200
    house.tokens.revoke(program.token.id)
    assert program.call("GET", "/conversations").status == 401
    house.tokens.revoke(program.token.id)
    (listed,) = [one for one in house.tokens.everyone() if one.id == program.token.id]
    assert listed.revoked_at is not None


def test_the_limit_of_a_token_answers_429_with_the_seconds_to_wait(
    program: Program, gateway: Gateway, house: House, clock: Clock
) -> None:
    """Another token is not slowed down, and a forged address of the client changes nothing."""
    clock.set(clock().replace(second=1, microsecond=0))
    for _ in range(REQUESTS.most):
        house.limits.use(REQUESTS, program.token.id)
    for headers in ({}, {"X-Forwarded-For": "203.0.113.9"}):
        answer = program.call("GET", "/conversations", headers=headers)
        assert refusal(answer) == (429, "too_many_requests")
        assert 0 < int(answer.header("Retry-After") or 0) <= REQUESTS.window
    assert Program(gateway, house).call("GET", "/conversations").status == 200
    clock.ahead(seconds=REQUESTS.window)
    assert program.call("GET", "/conversations").status == 200


def test_a_token_of_another_stage_is_refused_even_with_its_items(program: Program, house: House) -> None:
    """A table restored from another stage's backup lets none of its programs in."""
    other = TokenDesk(house.tokens._tokens, house.limits, "other", house.clock)
    _, text = other.make("CRM", SCOPES)
    answer = program.call("GET", "/conversations", headers={"Authorization": f"Bearer {text}"})
    assert refusal(answer) == (401, "token_refused")
    assert other.admit(text)


def test_no_secret_is_stored_or_logged(
    program: Program, ministack_stage: Stage, capfd: pytest.CaptureFixture[str]
) -> None:
    program.call("GET", "/conversations")
    program.call("GET", "/conversations", headers={"Authorization": f"Bearer {program.text}x"})
    secret = program.text[-43:]
    assert secret not in repr(stored(ministack_stage))
    out, err = capfd.readouterr()
    assert secret not in out + err


def test_secrets_are_long_and_never_the_same(house: House) -> None:
    texts = [house.tokens.make("CRM", ["customer:read"])[1] for _ in range(50)]
    assert len(set(texts)) == 50
    assert all(re.fullmatch(rf"foyer_{house.settings.stage}_[A-Za-z0-9_-]{{43}}", text) for text in texts)


def test_a_token_needs_scopes_that_exist(house: House, clock: Clock) -> None:
    for scopes in (["customer:*"], ["admin"], ["conversation:read", "CONVERSATION:WRITE"]):
        with pytest.raises(UnknownChoice):
            house.tokens.make("CRM", scopes)
    with pytest.raises(NotFound):
        house.tokens.revoke(new_id(clock()))


def test_what_api_answers_is_never_cached_and_always_json(
    target: Target, ask_anything: Callable[[], Iterator[Response]]
) -> None:
    for answer in ask_anything():
        assert answer.header("Cache-Control") == "no-store"
        assert answer.header("Content-Type") == "application/json; charset=utf-8"
        assert answer.header("Set-Cookie") is None


@pytest.fixture
def ask_anything(target: Target) -> Callable[[], Iterator[Response]]:
    def ask() -> Iterator[Response]:
        for method, route, _ in guarded():
            yield target.ask(method, route, {"Accept": "text/html"})
            yield target.ask(method, route, {"Accept": "text/html", "Authorization": ""})

    return ask
