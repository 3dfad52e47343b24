"""How staff sign in: the settings, the sign-in page with a provider, and a member's own account."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chalicelib.openid.discovery import Finding
from chalicelib.openid.model import MAX_PROVIDER, Provider, check_secret
from chalicelib.rendering.model import Page
from chalicelib.staff.model import ROLE_NAMES, ROLES, check_name
from chalicelib.web.contexts import Fault, Site
from chalicelib.web.desk.contexts import Place, StaffAccount
from chalicelib.web.settings.sign_in_contexts import OpenIdSettings, Theirs
from chalicelib.web.signing_in.contexts import Login, StaffSignIn
from tests import samples
from tests.sample_pages import refused

URLS, NOW = samples.URLS, samples.NOW
ADMIN = replace(samples.STAFF, area="settings", viewer="Ruth Adeyemi", here="openid", permissions=ROLES["admin"])
VISITOR = replace(samples.STRANGER, area="desk", here="", languages=())
MEMBER = replace(samples.STAFF, here="staff-account", permissions=ROLES["agent"])

_PROVIDER = Provider(
    name="Alder ID",
    issuer="https://login.alder-finch.example/realms/staff",
    client_id="foyer-portal",
    has_secret=True,
    scopes="groups",
    domains=("alder-finch.example", "alder-finch.test"),
    claim="groups",
    rules=(("it-admins", "admin"), ("support <team>", "agent"), ("編集", "content_manager")),
    connection=1,
    version=4,
)
SETTINGS = OpenIdSettings(
    typed=_PROVIDER,
    domains="alder-finch.example\nalder-finch.test",
    rules=(*_PROVIDER.rules, ("", "")),
    roles=tuple(ROLE_NAMES.items()),
    on=True,
    codes=True,
    proven=True,
    complete=True,
    saved_name="Alder ID",
    redirect_uri="https://support.example.com/staff/login/openid/callback",
    document="https://login.alder-finch.example/realms/staff/.well-known/openid-configuration",
    room=True,
)
EMPTY = OpenIdSettings(
    typed=Provider(),
    domains="",
    rules=(("", ""),),
    roles=tuple(ROLE_NAMES.items()),
    on=False,
    codes=True,
    proven=False,
    complete=False,
    saved_name="",
    redirect_uri="https://support.example.com/staff/login/openid/callback",
    document="",
    room=True,
)
_FAULTS = (
    Fault("The address must begin with https://.", "issuer"),
    Fault(f"Give the provider a name of at most {MAX_PROVIDER} characters, for the button.", "name"),
    Fault("Enter the client id that the provider gave this portal.", "client_id"),
    refused(check_secret, "two words"),
    Fault("Scopes are words with spaces between them, such as “groups”.", "scopes"),
    Fault("“alder finch” is no domain: enter it like example.com.", "domains"),
    Fault("Enter the name of a claim, such as “groups”.", "claim"),
    Fault("Each rule needs a value of one line and one of the roles.", "rules"),
    Fault("Choose one of the roles offered.", "default_role"),
    Fault("No active member with this address signs in with an account.", "email"),
)
_FINDINGS = (
    Finding(
        "good", "The discovery document lies at https://login.alder-finch.example/.well-known/openid-configuration."
    ),
    Finding("bad", "It names the issuer “https://other.example”, which must be exactly “https://login.example”."),
    Finding("doubt", "It does not say that it knows PKCE; it is sent nevertheless."),
)

PAGES: dict[str, tuple[Page, Site]] = {
    "openid": (SETTINGS, ADMIN),
    "openid-empty": (EMPTY, ADMIN),
    "openid-codes-off": (replace(SETTINGS, codes=False), ADMIN),
    "openid-not-proven": (replace(SETTINGS, proven=False, room=False), ADMIN),
    "openid-ready": (replace(SETTINGS, on=False, proven=False, no_secret=True), ADMIN),
    "openid-tested": (replace(SETTINGS, tested=True, findings=_FINDINGS[:1]), ADMIN),
    "openid-refused": (
        replace(
            SETTINGS,
            tested=True,
            findings=_FINDINGS,
            faults=_FAULTS,
            email="nobody@example.com",
            secret="typed, not saved",
            theirs=(Theirs("Issuer", "https://one.example", "https://two.example"),),
        ),
        ADMIN,
    ),
    "login-staff-openid": (
        StaffSignIn(
            Login(URLS.staff_login(), sso_url=URLS.staff_login_openid("/desk"), provider="Alder ID", return_to="/desk")
        ),
        VISITOR,
    ),
    "login-staff-openid-only": (
        StaffSignIn(
            Login(
                URLS.staff_login(),
                sso_url=URLS.staff_login_openid(),
                provider="Alder <ID>",
                codes=False,
                fault=Fault(
                    "We could not sign you in. eve@elsewhere.example is not of a domain that may sign in here."
                ),
            )
        ),
        VISITOR,
    ),
    "staff-account": (
        StaffAccount(
            name="Mina Park",
            email="mina.park@alder-finch.example",
            role="Agent",
            time_zone="Europe/Stockholm",
            time_zones=("Europe/London", "Europe/Stockholm"),
            sessions=(
                Place(
                    "a" * 64, "Firefox on Linux", "203.0.113.7", NOW - timedelta(hours=2), "OpenID Connect", this=True
                ),
                Place(
                    "b" * 64, "Safari on iPhone", "2001:db8::42", NOW - timedelta(days=3), "e-mailed code", this=False
                ),
            ),
        ),
        MEMBER,
    ),
    "staff-account-refused": (
        StaffAccount(
            name="",
            email="mina.park@alder-finch.example",
            role="Agent",
            time_zone="",
            time_zones=("Europe/London",),
            sessions=(),
            faults=(
                refused(check_name, ""),
                Fault("Choose a time zone from the list, such as Europe/Berlin.", "time_zone"),
            ),
        ),
        MEMBER,
    ),
}
