"""An admin sets OpenID Connect up: each fault stands beside its field, nothing typed is lost, nothing secret shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.wiring import House
from tests.browser import Browser, Page, fields_of
from tests.openid.lying import CLIENT, SECRET, Lying
from tests.openid.world import DOMAIN, Way, configure
from tests.people import People

HERE = "/settings/openid"


@pytest.fixture
def admin(browse: Callable[..., Browser], people: People) -> Browser:
    browser = browse(people.lead)
    browser.get(HERE)
    return browser


def fill(admin: Browser, lying: Lying, action: str = "save", **changed: str | list[str] | None) -> Page:
    """Fill the form in as it should be, but for what is ``changed``, and press a button."""
    form = next(one for one in admin.page.all("form") if one.all("textarea[name=domains]"))
    given: dict[str, str | list[str] | None] = {
        "name": "Alder ID",
        "issuer": lying.issuer,
        "client_id": CLIENT,
        "secret": SECRET,
        "domains": f"{DOMAIN}\nalder-finch.test",
        "default_role": "agent",
        **changed,
    }
    fields = {**fields_of(form), **{name: value for name, value in given.items() if value is not None}}
    return admin.post(HERE, {**fields, "action": action})


def press(admin: Browser, action: str, **fields: str) -> Page:
    """Press one of the buttons that stand alone."""
    return admin.post(HERE, {"csrf": admin.csrf, "action": action, **fields})


def test_set_up_tested_turned_on_and_used(
    admin: Browser, lying: Lying, house: House, browse: Callable[..., Browser]
) -> None:
    """From an empty page to a button on the sign-in page of staff, which works."""
    assert "OpenID Connect is off" in admin.page.text
    assert "Sign in with" not in browse().get("/staff/login").text
    page = fill(admin, lying, "test")
    assert page.status == 200
    assert "This provider can be used. Nothing was saved." in page.text
    assert not house.openid.accounts.get(consistent=True).complete
    page = fill(admin, lying)
    assert page.notice == "Your changes were saved."
    saved = house.openid.accounts.get(consistent=True)
    assert (saved.name, saved.issuer, saved.domains) == ("Alder ID", lying.issuer, (DOMAIN, "alder-finch.test"))
    assert "Sign in with" not in browse().get("/staff/login").text
    page = press(admin, "on")
    assert "OpenID Connect is on" in page.text
    way = Way(house, lying, browse())
    assert way.sign_in().path == "/desk"


def test_the_secret_is_never_shown_again(admin: Browser, lying: Lying, house: House) -> None:
    """Once it is saved; a form that is not keeps what was typed. An empty field keeps the one there is."""
    assert fill(admin, lying, name="").one("#openid-secret")["value"] == SECRET
    assert SECRET not in fill(admin, lying).body
    assert SECRET not in admin.get(HERE).body
    assert "There is one" in admin.page.text
    fill(admin, lying, secret=None, name="Another name")
    assert house.openid.accounts.secret() == SECRET
    fill(admin, lying, secret=None, no_secret="1")
    assert house.openid.accounts.secret() == ""


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "Give the provider a name"),
        ("name", "x" * 41, "Give the provider a name"),
        ("issuer", "http://login.example.com", "must begin with https://"),
        ("issuer", "https://169.254.169.254", "full host name"),
        ("issuer", "https://login.example.com/?realm=x", "without “?”"),
        ("issuer", "https://user@login.example.com", "user name"),
        ("client_id", "", "Enter the client id"),
        ("secret", "with space", "A client secret has"),
        ("domains", "", "at least one e-mail domain"),
        ("domains", "alder finch", "is no domain"),
        ("domains", "*.example.com", "is no domain"),
        ("claim", "", "name of a claim"),
        ("default_role", "", "Choose a role for everybody"),
        ("default_role", "owner", "Choose one of the roles"),
    ],
)
def test_a_fault_stands_beside_its_field_and_nothing_is_lost(
    admin: Browser, lying: Lying, house: House, field: str, value: str, says: str
) -> None:
    page = fill(admin, lying, **{field: value})
    assert page.status == 422
    beside = "rules" if says.startswith("Choose a role for") else field
    assert says in page.one(f"#openid-{beside}-fault").text
    assert page.one("#openid-client_id")["value"] == ("" if field == "client_id" else CLIENT)
    assert not house.openid.accounts.get(consistent=True).complete


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("@münchen.example", "xn--mnchen-3ya.example"),
        ("例え.test", "xn--r8jz45g.test"),
        ("straße.example", "xn--strae-oqa.example"),
        ("Alder-Finch.Example.", "alder-finch.example"),
        ("\u200balder-finch.example\ufeff", "alder-finch.example"),
    ],
)
def test_domains_are_taken_as_addresses_are(admin: Browser, lying: Lying, house: House, typed: str, kept: str) -> None:
    """In the form that the addresses of the provider are compared in, or nobody of such a domain could come in."""
    assert fill(admin, lying, domains=typed).notice == "Your changes were saved."
    assert house.openid.accounts.get(consistent=True).domains == (kept,)


def test_rules_are_added_moved_and_removed_without_saving(admin: Browser, lying: Lying, house: House) -> None:
    """Every button works without a script, and keeps what was typed elsewhere."""
    page = fill(admin, lying, "add", rule_value=["it"], rule_role=["admin"])
    assert [one["value"] for one in page.all("input[name=rule_value]")] == ["it", ""]
    page = fill(admin, lying, "up:1", rule_value=["it", "support"], rule_role=["admin", "agent"])
    assert [one["value"] for one in page.all("input[name=rule_value]")] == ["support", "it"]
    page = fill(admin, lying, "remove:0", rule_value=["support", "it"], rule_role=["agent", "admin"])
    assert [one["value"] for one in page.all("input[name=rule_value]")] == ["it"]
    assert page.one("#openid-client_id")["value"] == CLIENT
    assert house.openid.accounts.get(consistent=True).version == 0
    fill(admin, lying, rule_value=["it", "", "all"], rule_role=["admin", "", "agent"])
    assert house.openid.accounts.get(consistent=True).rules == (("it", "admin"), ("all", "agent"))


def test_a_clash_shows_both_values(admin: Browser, lying: Lying, house: House) -> None:
    fill(admin, lying)
    admin.get(HERE)
    configure(house, lying.issuer, on=False, name="Their name")
    page = fill(admin, lying, name="My name")
    assert page.status == 409
    table = page.one("table.values").text
    assert "Their name" in table
    assert "My name" in table
    assert fill(admin, lying, name="My name").status == 200
    assert house.openid.accounts.get(consistent=True).name == "My name"


def test_what_fails_at_the_provider_is_said_before_it_is_turned_on(admin: Browser, lying: Lying, house: House) -> None:
    fill(admin, lying)
    lying.document = lambda given: {**given, "issuer": "https://evil.example"}
    admin.get(HERE)
    page = press(admin, "on")
    assert page.status == 422
    assert "must be exactly" in page.faults[0]
    assert not house.portal.settings.get(consistent=True).openid
    page = fill(admin, lying, "test")
    assert "This provider cannot be used yet." in page.text


def test_everything_is_in_the_audit_log_but_the_secret(admin: Browser, lying: Lying, house: House) -> None:
    fill(admin, lying)
    press(admin, "on")
    entries = list(house.table.walk("AUDIT", prefix="e#", consistent=True))
    changed = next(one for one in entries if one["action"] == "openid:change")
    assert changed["author"] == "Ruth Adeyemi"
    assert lying.issuer in changed["after"]
    assert "replaced" in changed["after"]
    assert SECRET not in repr(entries)
    assert any('"openid": true' in one["after"] for one in entries if one["action"] == "portal:change")


class TestVouching:
    """An admin says that an issuer only sends verified addresses: of that issuer, and on the record."""

    def test_it_is_saved_shown_and_in_the_audit_log(self, admin: Browser, lying: Lying, house: House) -> None:
        page = fill(admin, lying, verified="1")
        assert page.notice == "Your changes were saved."
        assert house.openid.accounts.get(consistent=True).vouched
        assert "checked" in page.one("#openid-verified").attrs
        entries = list(house.table.walk("AUDIT", prefix="e#", consistent=True))
        changed = next(one for one in entries if one["action"] == "openid:change")
        assert f'"verified_by": "{lying.issuer}"' in changed["after"]
        assert f'"verified_by": "{lying.issuer}"' not in changed["before"]
        fill(admin, lying, secret=None, name="Another name")
        assert house.openid.accounts.get(consistent=True).vouched

    def test_it_is_not_carried_over_to_another_issuer(self, admin: Browser, lying: Lying, house: House) -> None:
        """The box was ticked for the one before; nothing is saved until somebody says it of the new one, or not."""
        fill(admin, lying, verified="1")
        other = lying.issuer.replace("localhost", "127.0.0.1")
        page = fill(admin, lying, secret=None, issuer=other)
        assert page.status == 422
        assert page.faults == [
            "You entered another issuer. Tick this again if that one only sends verified addresses too."
        ]
        assert "checked" not in page.one("#openid-verified").attrs
        assert house.openid.accounts.get(consistent=True).issuer == lying.issuer
        assert fill(admin, lying, issuer=other).status == 200
        saved = house.openid.accounts.get(consistent=True)
        assert (saved.issuer, saved.vouched, saved.verified_by) == (other, False, "")

    def test_it_can_be_said_of_the_other_issuer_in_turn(self, admin: Browser, lying: Lying, house: House) -> None:
        """Also where the box was not ticked before; buttons that save nothing keep it as it was left."""
        fill(admin, lying, verified="1")
        other = lying.issuer.replace("localhost", "127.0.0.1")
        for action in ("test", "add"):
            page = fill(admin, lying, action, issuer=other)
            assert "checked" in page.one("#openid-verified").attrs
        assert fill(admin, lying, issuer=other).status == 422
        assert fill(admin, lying, issuer=other, verified="1").status == 200
        assert house.openid.accounts.get(consistent=True).vouched
        admin.get(HERE)
        fill(admin, lying, issuer=other, verified="")
        assert not house.openid.accounts.get(consistent=True).vouched
        assert fill(admin, lying, issuer=lying.issuer, verified="1").status == 200
        assert house.openid.accounts.get(consistent=True).verified_by == lying.issuer

    def test_taking_it_back_may_keep_somebody_out(self, admin: Browser, lying: Lying, house: House) -> None:
        """So it counts as another connection, as a domain less does, and codes work again; vouching lets more in."""
        fill(admin, lying)
        before = house.openid.accounts.get(consistent=True)
        fill(admin, lying, secret=None, verified="1")
        vouched = house.openid.accounts.get(consistent=True)
        assert vouched.connection == before.connection
        house.portal.settings.change(staff_codes=False)
        fill(admin, lying, secret=None, verified="")
        assert house.openid.accounts.get(consistent=True).connection == vouched.connection + 1
        assert house.portal.settings.get(consistent=True).staff_codes

    def test_the_test_of_a_provider_names_what_it_does_not_say(self, admin: Browser, lying: Lying) -> None:
        """Entra's discovery document has no email_verified, and that of all tenants no issuer that can be entered."""
        lying.document = lambda given: {**given, "claims_supported": ["sub", "email"]}
        page = fill(admin, lying, "test")
        assert "It does not list the claim “email_verified”." in page.text
        lying.document = lambda given: {**given, "claims_supported": ["sub", "email", "email_verified"]}
        assert "does not list the claim" not in fill(admin, lying, "test").text
        lying.document = lambda given: {**given, "issuer": "https://login.example.com/{tenantid}/v2.0"}
        assert "Enter the issuer of your own tenant." in fill(admin, lying, "test").text


class TestCodes:
    """E-mailed codes are switched off only by who has just proven that the other way works."""

    def test_not_by_who_signed_in_with_a_code(self, admin: Browser, lying: Lying, house: House) -> None:
        configure(house, lying.issuer)
        page = press(admin, "codes-off")
        assert page.status == 422
        assert "sign in with Alder ID first" in page.faults[0]
        assert house.portal.settings.get(consistent=True).staff_codes
        assert not admin.page.has_form("Switch codes off")

    @pytest.fixture
    def proven(self, way: Way, people: People) -> Browser:
        """The admin, signed in through the provider."""
        way.lying.person |= {"sub": "ruth", "email": people.lead.email}
        assert way.sign_in().path == "/desk"
        way.browser.get(HERE)
        return way.browser

    def test_by_who_signed_in_with_the_provider(
        self, proven: Browser, house: House, browse: Callable[..., Browser]
    ) -> None:
        """The sign-in page then asks for no address, and no form of codes is taken any more."""
        asked = browse()
        asked.get("/staff/login")
        token = asked.csrf
        assert proven.page.has_form("Switch codes off")
        page = press(proven, "codes-off")
        assert page.status == 200
        assert not house.portal.settings.get(consistent=True).staff_codes
        door = browse().get("/staff/login")
        assert door.link("Sign in with Alder ID")
        assert not door.all("input[name=email]")
        refused = asked.post("/staff/login", {"csrf": token, "email": "mina.park@alder-finch.example"})
        assert refused.status == 404
        assert browse().get("/staff/login/code").status == 404
        assert asked.post("/staff/login/code", {"csrf": token, "code": "12345678"}).status == 404
        assert asked.post(f"/staff/login/link/{'A' * 32}", {"csrf": token}).status == 404

    def test_a_changed_connection_switches_them_on_again(self, proven: Browser, lying: Lying, house: House) -> None:
        """Nobody has proven the new one yet, not even who proved the old one."""
        press(proven, "codes-off")
        proven.get(HERE)
        fill(proven, lying, name="Renamed", secret=None)
        assert not house.portal.settings.get(consistent=True).staff_codes
        proven.get(HERE)
        fill(proven, lying, client_id="another-client")
        assert house.portal.settings.get(consistent=True).staff_codes
        assert press(proven, "codes-off").status == 422

    @pytest.mark.parametrize(
        "change",
        [
            {"domains": "other.example"},
            {"scopes": "groups"},
            {"claim": "roles"},
            {"default_role": "", "rule_value": ["support"], "rule_role": ["agent"]},
        ],
        ids=str,
    )
    def test_who_lets_fewer_in_locks_nobody_out(
        self, change: dict[str, str], proven: Browser, lying: Lying, house: House
    ) -> None:
        """Whoever took away their own domain or group would otherwise not come in again, and nobody else either."""
        press(proven, "codes-off")
        proven.get(HERE)
        fill(proven, lying, secret=None, domains="alder-finch.example\nmore.example")
        assert not house.portal.settings.get(consistent=True).staff_codes
        proven.get(HERE)
        fill(proven, lying, secret=None, **change)
        assert house.portal.settings.get(consistent=True).staff_codes
        assert press(proven, "codes-off").status == 422

    def test_turning_the_provider_off_switches_them_on_again(self, proven: Browser, house: House) -> None:
        press(proven, "codes-off")
        proven.get(HERE)
        press(proven, "off")
        settings = house.portal.settings.get(consistent=True)
        assert (settings.openid, settings.staff_codes) == (False, True)
        assert proven.get("/staff/login/openid").status == 404


def test_a_new_account_of_a_member_takes_the_place_of_the_old_one(
    way: Way, people: People, admin: Browser, browse: Callable[..., Browser]
) -> None:
    """Only after an admin said so: somebody else may have been given the address."""
    way.lying.person |= {"sub": "mina-1", "email": people.agent.email}
    assert way.sign_in().path == "/desk"
    way.lying.person["sub"] = "mina-2"
    other = Way(way.house, way.lying, browse())
    page = other.sign_in()
    assert page.status == 422
    assert "signs in with another account" in page.faults[0]
    admin.get(HERE)
    assert press(admin, "release", email="nobody@alder-finch.example").status == 422
    assert press(admin, "release", email=people.agent.email).status == 200
    assert other.sign_in().path == "/desk"
    way.lying.person["sub"] = "mina-1"
    assert Way(way.house, way.lying, browse()).sign_in().status == 422
