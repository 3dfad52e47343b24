"""Attack 18: finding out who is known here, by what is answered, how long it takes, or who else gets stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from chalicelib.aws.outgoing import Outgoing
from chalicelib.signin.model import CODE_DIGITS, MAX_TRIES, Kind, network
from tests.browser import Browser, Page, cookies_of
from tests.people import Clock, People
from tests.security.watching import Calls, form_headers, seen

if TYPE_CHECKING:
    from tests.conftest import MailRoom

KNOWN = "ada.lindqvist@example.com"
UNKNOWN = "eve.lindqvist@example.com"
"""Of the same length, so that sizes can be compared."""


def ask(browser: Browser, email: str, *, base: str = "/login") -> Page:
    browser.get(base)
    return browser.submit("Send me a code", follow=False, email=email)


def cookie_shapes(page: Page) -> list[tuple[str, int, str]]:
    """Return each cookie's name, how long its value is, and its flags."""
    shapes = []
    for cookie in page.response.all("Set-Cookie"):
        pair, _, flags = cookie.partition("; ")
        name, _, value = pair.partition("=")
        shapes.append((name, len(value), flags))
    return shapes


@pytest.mark.parametrize("base", ["/login", "/staff/login"])
def test_a_known_address_answers_as_an_unknown_one(browse: Callable[..., Browser], people: People, base: str) -> None:
    """Status, body, headers and cookies of asking, of the page after it, of a wrong code and of a wrong link."""
    known = KNOWN if base == "/login" else people.agent.email
    assert people.owner.email == KNOWN
    unknown = "x" * len(known.partition("@")[0]) + "@" + known.partition("@")[2]
    answers = []
    for email in (known, unknown):
        browser = browse()
        asked = ask(browser, email, base=base)
        told = [cookie_shapes(asked), seen(asked)[2], asked.status, asked.header("Location")]
        page = browser.get(f"{base}/code")
        told.append(seen(page)[2].replace(email, ""))
        for typed in ("no code", *["00000000"] * MAX_TRIES):
            wrong = browser.submit("Sign in", code=typed)
            told += [wrong.status, seen(wrong)[2].replace(email, "")]
        link = browser.get(f"{base}/link/{'A' * 32}")
        told += [seen(link)]
        answers.append(told)
    assert answers[0] == answers[1]


@pytest.mark.parametrize("base", ["/login", "/staff/login"])
def test_the_same_calls_are_made_for_both(browse: Callable[..., Browser], people: People, base: str) -> None:
    """What takes time is calls: the same in number, kind, order and size of what is written, whoever it is."""
    known = KNOWN if base == "/login" else people.agent.email
    assert people.owner.email == KNOWN
    unknown = "x" * len(known.partition("@")[0]) + "@" + known.partition("@")[2]
    ask(browse(), f"warm.{unknown}", base=base)
    made = []
    for email in (known, unknown):
        browser = browse()
        browser.get(base)
        clients = people.house.clients
        with Calls(clients.dynamodb, clients.sqs, clients.s3, clients.ssm) as calls:
            browser.submit("Send me a code", follow=False, email=email)
        made.append(calls.made)
    names = [[name for name, _ in calls] for calls in made]
    assert names[0] == names[1]
    assert "SendMessage" in names[0]
    for (name, one), (_, other) in zip(*made, strict=True):
        assert one.keys() == other.keys()
        # The owner's id instead of nothing, and known instead of unknown: a few bytes in one write.
        assert abs(len(repr(one)) - len(repr(other))) < 60, name


def test_mail_leaves_for_known_addresses_alone(
    browse: Callable[..., Browser], people: People, mail_room: MailRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the queue's function, which nobody waits for, knows the difference."""
    assert people.owner.email == KNOWN
    ask(browse(), UNKNOWN)
    assert mail_room.deliver() == []
    ask(browse(), KNOWN)
    assert [mail["To"] for mail in mail_room.deliver()] == [KNOWN]
    sent: list[object] = []
    monkeypatch.setattr(Outgoing, "send", lambda *given: sent.append(given))
    ask(browse(), KNOWN)
    assert sent == []


@pytest.mark.parametrize("base", ["/login", "/staff/login"])
def test_the_limit_of_an_address_is_the_same_for_both(
    browse: Callable[..., Browser], people: People, base: str
) -> None:
    known = KNOWN if base == "/login" else people.agent.email
    assert people.owner.email == KNOWN
    told = []
    for email in (known, f"x{known[1:]}"):
        pages = [ask(browse(), email, base=base) for _ in range(7)]
        told.append([(page.status, page.header("Retry-After") is not None, page.faults) for page in pages])
    assert told[0] == told[1]
    assert [one[0] for one in told[0]] == [303] * 5 + [429] * 2


FORGED = (
    "X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "CF-Connecting-IP", "True-Client-IP",
    "X-Originating-IP", "X-Cluster-Client-IP", "Via",
)  # fmt: skip


def knock(browser: Browser, times: int, **headers: str) -> list[int]:
    """Ask for as many codes, an address each, and return the statuses."""
    browser.get("/login")
    return [
        browser.request(
            "POST",
            "/login",
            urlencode({"csrf": browser.csrf, "email": f"nobody{number}@example.com"}).encode(),
            form_headers(**{name: value.format(number) for name, value in headers.items()}),
        ).status
        for number in range(times)
    ]


def test_a_forged_forwarded_for_is_nobody(browse: Callable[..., Browser]) -> None:
    """Counted is where the connection came from: forty in an hour from one address, whatever each says of itself."""
    forged = dict.fromkeys(FORGED, "192.0.2.{}")
    assert knock(browse(ip="203.0.113.9"), 42, **forged) == [303] * 40 + [429] * 2
    assert ask(browse(ip="203.0.113.10"), "somebody@example.com").status == 303


def test_nobody_is_locked_out_in_somebody_elses_name(browse: Callable[..., Browser]) -> None:
    """Who claims another's address in a header uses up nothing of theirs."""
    knock(browse(ip="203.0.113.11"), 42, **{"X-Forwarded-For": "203.0.113.12"})
    assert ask(browse(ip="203.0.113.12"), "somebody@example.com").status == 303


def test_who_has_a_whole_network_is_one(browse: Callable[..., Browser]) -> None:
    """Every home has 2^64 IPv6 addresses; they are one, as are the two spellings of an IPv4 address."""
    assert knock(browse(ip="2001:db8:1:2::1"), 40) == [303] * 40
    assert ask(browse(ip="2001:db8:1:2:ffff:1:2:3"), "somebody@example.com").status == 429
    assert ask(browse(ip="2001:db8:1:3::1"), "somebody@example.com").status == 303
    assert network("2001:db8:1:2::1") == network("2001:0DB8:1:2:ffff::9") != network("2001:db8:1:3::1")
    assert network("::ffff:192.0.2.1") == network("192.0.2.1") != network("192.0.2.2")
    assert network("testing") == "testing"


def guess(number: int) -> str:
    """Return a code that is hardly the right one."""
    return f"{number:0{CODE_DIGITS}d}"


def test_guessing_codes_ends_after_a_few(browse: Callable[..., Browser], people: People, mail_room: MailRoom) -> None:
    """The right one comes too late then, and the page says the same of it as of the last wrong one."""
    assert people.owner.email
    browser = browse()
    ask(browser, people.owner.email)
    right = mail_room.code()
    browser.get("/login/code")
    said = []
    for number in range(MAX_TRIES):
        page = browser.submit("Sign in", code=guess(number))
        said.append(seen(page)[2])
    for late_one in (guess(MAX_TRIES), right):
        browser.get("/login/code")
        late = browser.submit("Sign in", code=late_one)
        assert late.status == 422
        said.append(seen(late)[2])
    assert set(said[: MAX_TRIES - 1]) == {said[0]}
    assert set(said[MAX_TRIES - 1 :]) == {said[-1]}
    assert browser.get("/conversations").path.startswith("/login")


def test_fewer_wrong_codes_leave_one_try(browse: Callable[..., Browser], people: People, mail_room: MailRoom) -> None:
    assert people.owner.email
    browser = browse()
    ask(browser, people.owner.email)
    right = mail_room.code()
    browser.get("/login/code")
    for number in range(MAX_TRIES - 1):
        assert browser.submit("Sign in", code=guess(number)).status == 422
    assert browser.submit("Sign in", code=right).heading == "My Conversations"


def test_guessing_from_one_place_ends_after_sixty(browse: Callable[..., Browser], people: People, clock: Clock) -> None:
    """Whoever spreads guesses over many addresses is stopped as well, known or not, by code or link."""
    statuses = []
    for number in range(11):
        browser = browse(ip="203.0.113.20")
        ask(browser, f"nobody{number}@example.com")
        fields = {"csrf": browser.get("/login/code").one("input[name=csrf]")["value"], "code": "00000000"}
        statuses += [browser.post("/login/code", fields, follow=False).status for _ in range(6)]
    assert statuses == [422] * 60 + [429] * 6
    link = browser.post(f"/login/link/{'A' * 32}", {"csrf": browser.csrf}, follow=False)
    assert link.status == 429
    assert link.header("Retry-After")


def test_one_persons_wrong_codes_spoil_nothing_for_another(
    browse: Callable[..., Browser], people: People, mail_room: MailRoom
) -> None:
    """An attacker with a challenge of their own, or none, cannot use up the tries of the owner's."""
    assert people.owner.email
    owner = browse()
    ask(owner, people.owner.email)
    right = mail_room.code()
    attacker = browse()
    ask(attacker, "eve@example.com")
    for number in range(8):
        attacker.get("/login/code")
        attacker.submit("Sign in", code=guess(number))
    name = cookies_of(people.house).pending(Kind.CUSTOMER)
    stolen = attacker.cookies[name]
    for value in ("", stolen[::-1], stolen[:-4], "x~y"):
        attacker.cookies[name] = value
        token = attacker.get("/login").one("input[name=csrf]")["value"]
        attacker.post("/login/code", {"csrf": token, "code": "00000000"})
    owner.get("/login/code")
    assert owner.submit("Sign in", code=right).heading == "My Conversations"
