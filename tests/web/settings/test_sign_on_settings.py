"""The settings of custom sign-on: saved with their version, secrets shown once, checked and tried before it is on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.signin.model import Kind
from chalicelib.signin.sealing import Box
from chalicelib.signin.setup import SignOnSettings
from chalicelib.wiring import House
from infra import admin
from tests.browser import Browser, cookies_of
from tests.people import Clock, People
from tests.signin.site import ISSUER, LOGIN_URL, Site, by_rsa, opened, rsa_key

PAGE = "/settings/sign-on"


@pytest.fixture
def manager(browse: Callable[..., Browser], people: People) -> Browser:
    return browse(people.content_manager)


@pytest.fixture
def site(house: House, clock: Clock) -> Iterator[Site]:
    with opened(house, clock, on=False) as site:
        yield site


def everything(house: House) -> str:
    """Return everything that the audit log holds, as text."""
    return json.dumps(list(house.table.walk("AUDIT", prefix="e#")))


def test_it_is_set_up_from_nothing(house: House, manager: Browser) -> None:
    """What is missing is said until there is an address, an issuer and a key; then it can be turned on."""
    page = manager.get(PAGE)
    assert "Enter and save the address of your login" in page.body
    assert not page.has_form("Turn on")
    manager.submit("Save", login_url=LOGIN_URL, issuer=ISSUER)
    assert "Make a shared secret" in manager.page.body
    page = manager.submit("Add a secret")
    assert len(page.one("#fresh-secret").text) >= 43
    manager.get(PAGE)
    assert manager.submit("Turn on").one(".head .pill").text == "On"
    assert house.portal.settings.get(consistent=True).sign_on
    assert manager.submit("Turn off").one(".head .pill").text == "Off"
    assert not house.portal.settings.get(consistent=True).sign_on


def test_it_cannot_be_turned_on_unfinished(house: House, manager: Browser) -> None:
    """Nobody locks the customers out by turning on what has no key."""
    manager.get(PAGE)
    answer = manager.post(PAGE, {"csrf": manager.csrf, "action": "on"})
    assert answer.status == 422
    assert not house.portal.settings.get(consistent=True).sign_on


def test_a_secret_is_shown_once_and_lies_nowhere_in_the_open(house: House, manager: Browser) -> None:
    """Neither the page, nor the table, nor the audit log has it afterwards."""
    manager.get(PAGE)
    secret = manager.submit("Add a secret").one("#fresh-secret").text
    assert secret not in manager.get(PAGE).body
    stored = json.dumps([*house.table.walk("SIGN_ON"), *house.table.walk("AUDIT")], default=str)
    assert secret not in stored
    assert "sign-on:add-secret" in everything(house)
    assert [one.readable for one in house.signin.sign_on.secrets()] == [True]


@pytest.mark.parametrize(
    "secret", ["short", "x" * 31, "-----BEGIN PUBLIC KEY-----" + "x" * 40, "ssh-rsa AAAA" + "x" * 40, "y" * 513]
)
def test_a_secret_of_ones_own_must_be_good(secret: str, house: House, manager: Browser) -> None:
    """Too short, too long or half of a key pair is refused beside the field, and not shown again."""
    manager.get(PAGE)
    page = manager.submit("Add a secret", secret=secret)
    assert page.status == 422
    assert page.one("#sign-on-secret-fault")
    assert secret not in page.body
    assert house.signin.sign_on.secrets() == ()


def test_secrets_are_rotated_without_a_gap(site: Site, manager: Browser) -> None:
    """Two are live at most; the last one of a sign-on that is on cannot be removed."""
    manager.get(PAGE)
    manager.submit("Add a second secret")
    assert not manager.get(PAGE).has_form("Add a second secret")
    assert manager.post(PAGE, {"csrf": manager.csrf, "action": "add-secret"}).status == 422
    asked = manager.post(PAGE, {"csrf": manager.csrf, "action": "remove-secret", "key": site.key_id})
    assert "it cannot be brought back" in asked.one("#secrets").text
    assert len(site.house.signin.sign_on.secrets()) == 2
    assert manager.submit("Yes, remove it").path == PAGE
    (left,) = site.house.signin.sign_on.secrets()
    assert left.id != site.key_id
    site.house.signin.sign_on.save(OPERATOR, SignOnSettings(login_url=LOGIN_URL, issuer=ISSUER, version=1))
    site.house.portal.settings.change(sign_on=True)
    refused = manager.post(PAGE, {"csrf": manager.csrf, "action": "remove-secret", "key": left.id})
    assert refused.status == 422
    assert "Nobody could sign in without it" in refused.one("#secrets").text
    assert len(site.house.signin.sign_on.secrets()) == 1


def test_the_last_keys_of_a_sign_on_that_is_on_stay(site: Site, manager: Browser) -> None:
    """The address of public keys is not emptied either where there is no secret beside it."""
    site.house.signin.sign_on.remove_secret(OPERATOR, site.key_id)
    site.house.portal.settings.change(sign_on=True)
    manager.get(PAGE)
    refused = manager.submit("Save", jwks_url="", issuer="https://new.example")
    assert (refused.status, refused.one("#sign-on-issuer")["value"]) == (422, "https://new.example")
    assert "Nobody could sign in without it" in refused.one("#sign-on-jwks_url-fault").text
    assert site.house.signin.sign_on.store.settings().jwks_url == site.jwks_url
    site.house.portal.settings.change(sign_on=False)
    assert manager.submit("Save", jwks_url="").status == 200


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://www.example.com/login",
        "https:e",
        "//e.example",
        "/\\e.example",
        "https://",
        "https:///login",
        "https://user@example.com",
        "https://example.com#part",
        "https://example.com/\r\nSet-Cookie: a=b",
        "https://example.com\\@evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://exаmple.com",
        "https://example.com/" + "x" * 500,
        "https://example.com:99999/",
    ],
)
@pytest.mark.parametrize("name", ["login_url", "logout_url"])
def test_an_address_must_be_whole_and_https(name: str, url: str, house: House, manager: Browser) -> None:
    """Browsers are sent there: what could lead anywhere else is refused beside the field, and what was typed kept."""
    if name == "logout_url" and not url:
        return
    manager.get(PAGE)
    page = manager.submit("Save", **{"login_url": LOGIN_URL, "issuer": ISSUER, name: url})
    assert page.status == 422
    assert page.one(f"#sign-on-{name}-fault")
    assert page.one("#sign-on-issuer")["value"] == ISSUER
    assert house.signin.sign_on.store.settings() == SignOnSettings()


@pytest.mark.parametrize(
    "url",
    ["https://169.254.169.254/keys", "https://10.0.0.1/keys", "https://[::1]/keys", "http://127.0.0.1:1/keys"],
)
def test_a_key_set_is_read_when_it_is_saved(url: str, house: House, manager: Browser) -> None:
    """An address that leads inside, or answers nothing, is refused beside the field."""
    manager.get(PAGE)
    page = manager.submit("Save", login_url=LOGIN_URL, issuer=ISSUER, jwks_url=url)
    assert page.status == 422
    assert page.one("#sign-on-jwks_url-fault")
    assert house.signin.sign_on.store.settings() == SignOnSettings()


def test_a_key_set_without_a_good_key_is_refused(site: Site, manager: Browser) -> None:
    """A document in which no key could verify anything is of no use."""
    site.published["keys"] = [{"kty": "oct", "k": "AAAA"}, {"kty": "RSA", "n": "AQAB", "e": "AQAB"}]
    url = f"{site.jwks_url}?again"
    manager.get(PAGE)
    page = manager.submit("Save", jwks_url=url)
    assert "no key at that address" in page.one("#sign-on-jwks_url-fault").text


def test_a_clash_shows_both_and_loses_nothing(site: Site, manager: Browser) -> None:
    """Who saves what somebody else changed meanwhile sees theirs and their own, and may save again."""
    manager.get(PAGE)
    before = site.house.signin.sign_on.store.settings()
    site.house.signin.sign_on.save(
        OPERATOR, SignOnSettings(login_url=LOGIN_URL, issuer="https://theirs.example", version=before.version)
    )
    page = manager.submit("Save", issuer="https://yours.example")
    assert page.status == 409
    rows = {row.one("th").text: [cell.text for cell in row.all("td")] for row in page.all(".values tbody tr")}
    assert rows["Issuer"] == ["https://theirs.example", "https://yours.example"]
    assert manager.submit("Save").notice == "Your changes were saved."
    assert site.house.signin.sign_on.store.settings().issuer == "https://yours.example"


def test_changes_are_in_the_audit_log(house: House, manager: Browser, people: People) -> None:
    """Who changed what, before and after."""
    manager.get(PAGE)
    manager.submit("Save", login_url=LOGIN_URL, issuer=ISSUER)
    entry: dict[str, Any] = next(
        one for one in house.table.walk("AUDIT", prefix="e#") if one["action"] == "sign-on:change"
    )
    assert (entry["author"], json.loads(entry["after"])["issuer"]) == (people.content_manager.name, ISSUER)


def test_a_trial_shows_what_came_back_and_signs_nobody_in(site: Site, manager: Browser, people: People) -> None:
    """Before it is on, with the portal off even: claims, rules and the customer, to the member who tried alone."""
    site.house.portal.settings.change(enabled=False)
    owner = people.owner
    response = manager.request("GET", f"{PAGE}/start")
    state = (response.header("Location") or "").partition("state=")[2]
    page = manager.post("/login/sso", {"token": site.token(), "state": state})
    assert page.path == f"{PAGE}/try"
    assert f"would sign in {owner.name}" in page.notice + page.body.replace('<strong dir="auto">', "")
    assert cookies_of(site.house).session(Kind.CUSTOMER) not in manager.cookies
    assert site.house.signin.sign_in.sessions(Kind.CUSTOMER, owner.id, hours=24) == []


def test_a_trial_makes_no_customer(site: Site, manager: Browser) -> None:
    """Whoever is not known stays unknown."""
    response = manager.request("GET", f"{PAGE}/start")
    state = (response.header("Location") or "").partition("state=")[2]
    page = manager.post("/login/sso", {"token": site.token(external_id="N-1"), "state": state})
    assert "a new customer" in page.body
    assert site.house.customers.store.owner("external_id", "N-1") is None


def test_a_trial_belongs_to_the_session_that_began_it(
    site: Site, manager: Browser, browse: Callable[..., Browser], people: People
) -> None:
    """Signed out, or in another browser, it comes to nothing; no other member sees what came of it."""
    response = manager.request("GET", f"{PAGE}/start")
    state = (response.header("Location") or "").partition("state=")[2]
    other = browse(people.lead)
    other.cookies[cookies_of(site.house).sign_on] = manager.cookies[cookies_of(site.house).sign_on]
    assert other.post("/login/sso", {"token": site.token(), "state": state}).status == 422
    manager.post("/login/sso", {"token": site.token(), "state": state})
    assert "No recent trial" in other.get(f"{PAGE}/try").body


def test_a_failed_trial_names_the_rule(site: Site, manager: Browser) -> None:
    """The editor sees which rule is broken, in full."""
    response = manager.request("GET", f"{PAGE}/start")
    state = (response.header("Location") or "").partition("state=")[2]
    page = manager.post("/login/sso", {"token": site.token(iss="https://evil.example"), "state": state})
    assert "issuer_wrong" in page.body
    assert "https://evil.example" in page.body
    assert not page.has_form("Turn on")


def test_a_trial_that_came_to_nothing_leads_back_to_the_settings(
    site: Site, manager: Browser, browse: Callable[..., Browser]
) -> None:
    """Not to the customers' login, which does not exist while the portal is off."""
    site.house.portal.settings.change(enabled=False)
    answer = manager.request("GET", f"{PAGE}/start")
    state = (answer.header("Location") or "").partition("state=")[2].partition("&")[0]
    for browser, token in ((browse(), site.token()), (manager, "x" * 9_000)):
        page = browser.post("/login/sso", {"token": token, "state": state, "again": "1"})
        assert (page.status, page.link("Try again")) == (422, PAGE)


def test_samples_without_a_secret_have_no_empty_key_id(house: House, manager: Browser) -> None:
    """Pasted before there is a secret, they say what is missing instead of naming a key that nobody has."""
    assert '"kid": "THE KEY ID"' in manager.get(PAGE).one("#sample-python").content
    key_id, _ = house.signin.sign_on.add_secret(OPERATOR)
    assert f'"kid": "{key_id}"' in manager.get(PAGE).one("#sample-python").content


@pytest.mark.parametrize("issuer", ['a"b', "a\\b", "a$b", "#{a}", "a b", "ü", "", "i" * 201])
def test_an_issuer_breaks_no_sample(issuer: str, house: House, manager: Browser) -> None:
    """What would end a text, or be filled in, in one of their languages is refused beside the field."""
    manager.get(PAGE)
    page = manager.submit("Save", login_url=LOGIN_URL, issuer=issuer)
    assert (page.status, len(page.all("#sign-on-issuer-fault"))) == (422, 1)
    assert page.one("#sign-on-issuer").get("value") == issuer
    assert house.signin.sign_on.store.settings().version == 0


def test_the_page_says_that_the_portal_is_off(site: Site, manager: Browser) -> None:
    """Turned on, it leads nobody anywhere as long as the portal has no “Log in”."""
    site.house.portal.settings.change(sign_on=True)
    assert "leads customers to your login" in manager.get(PAGE).one("#state-title").parent.text  # type: ignore[union-attr]
    site.house.portal.settings.change(enabled=False)
    assert "The portal itself is off" in manager.get(PAGE).one("#state-title").parent.text  # type: ignore[union-attr]


def test_secrets_survive_the_rotation_of_the_signing_keys(site: Site, house: House) -> None:
    """Sealed with an older key, a secret is read, and sealed anew at the next sign-in; without any key it is not."""
    keys = house.secrets.cookie
    newer = (b"n" * 32, *keys)
    before = house.signin.sign_on.store.ring().secrets[0].sealed
    house.signin.sign_on._box = Box(newer, "sign-on")
    house.signin.sign_on.take(site.token(), "192.0.2.1", "curl")
    after = house.signin.sign_on.store.ring().secrets[0].sealed
    assert after != before
    house.signin.sign_on._box = Box(newer[:1], "sign-on")
    house.signin.sign_on.take(site.token(), "192.0.2.1", "curl")
    house.signin.sign_on._box = Box((b"o" * 32,), "sign-on")
    assert [one.readable for one in house.signin.sign_on.secrets()] == [False]
    assert house.signin.sign_on.checked(site.signed({"alg": "RS256", "kid": "rsa-1"}, by_rsa(rsa_key()))).good


def test_an_operator_turns_it_off(site: Site) -> None:
    """Whatever became of the organization's login, a command brings the e-mailed code back; the settings stay."""
    site.house.portal.settings.change(sign_on=True)
    said: list[str] = []
    admin.sign_on_off(site.house, said.append)
    assert not site.house.portal.settings.get(consistent=True).sign_on
    assert site.house.signin.sign_on.store.settings().issuer == ISSUER
    assert "Custom sign-on is off" in said[0]
