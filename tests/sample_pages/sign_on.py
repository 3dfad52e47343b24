"""Custom sign-on: the round trip as customers see it, its settings, a trial; and two customers about to be merged."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chalicelib.customers.model import Customer
from chalicelib.rendering.model import Page
from chalicelib.signin.jose import MIN_SECRET, Finding
from chalicelib.signin.setup import Secret, SignOnSettings
from chalicelib.signin.sign_on import MAX_SECRET
from chalicelib.staff.model import ROLES
from chalicelib.web.contexts import Fault, Site
from chalicelib.web.settings.contexts import Candidate, MergePage, Pending, SharedNumber
from chalicelib.web.settings.sign_in_contexts import Result, SignOnPage, SignOnTrial, Theirs
from chalicelib.web.settings.sign_on_samples import samples as code_samples
from chalicelib.web.signing_in.contexts import Arriving, Leaving, Refused, SignIn
from tests import samples

URLS, NOW = samples.URLS, samples.NOW
VISITOR = replace(samples.STRANGER, csrf="c" * 43)
MANAGER = replace(samples.STAFF, area="settings", here="sign-on", permissions=ROLES["content_manager"])
ADMIN = replace(samples.STAFF, area="settings", here="customers", permissions=ROLES["admin"])

_SAVED = SignOnSettings(
    login_url="https://www.alder-finch.example/support-login",
    logout_url="https://www.alder-finch.example/logged-out",
    issuer="https://www.alder-finch.example",
    version=3,
)
_GOOD = Result(
    good=True,
    findings=(
        Finding("algorithm_refused", broken=False, sentence="“alg” is HS256, which a live key is for."),
        Finding("external_id_refused", broken=False, sentence='“external_id” is "AF-10041".'),
    ),
    claims='{\n  "iss": "https://www.alder-finch.example",\n  "name": "أدا <b>Lindqvist</b>"\n}',
    customer="Ada Lindqvist",
)
_BAD = Result(
    good=False,
    findings=(
        Finding("issuer_wrong", broken=True, sentence='“iss” is "<script>"; it must be exactly "https://x".'),
        Finding("expired", broken=True, sentence="“exp” was 35 seconds ago."),
    ),
    claims="",
    customer="",
)
PAGE = SignOnPage(
    on=True,
    missing="",
    typed=_SAVED,
    secrets=(Secret("k4fz19qp0", NOW - timedelta(days=30), readable=True),),
    room=True,
    min_secret=MIN_SECRET,
    post_url="https://support.example.com/login/sso",
    audience="https://support.example.com",
    samples=code_samples(
        key="k4fz19qp0", issuer="https://a.example", audience="https://b.example", post_url="https://c"
    ),
)
_TWO = (
    Candidate(
        Customer("0" * 26, "Ada Lindqvist", "ada@example.com", NOW - timedelta(days=400), "AF-10041", 3, 12),
        (("External id", "AF-10041"), ("E-mail", "ada@example.com"), ("WhatsApp", "+46705550141")),
    ),
    Candidate(Customer("1" * 26, "أدا ليندكفيست", None, NOW - timedelta(days=2)), ()),
)
_SHARED = (
    SharedNumber("+46705550141", "0" * 26, "1" * 26, "Ada Lindqvist", "أدا ليندكفيست"),
    SharedNumber("+46705550141;ext=12", "2" * 26, "3" * 26, "Marta <Kowalczyk>", "山田 さくら"),
)
MERGE = MergePage(one="AF-10041", other="+46 70 555 01 41", found=_TWO, pending=())

PAGES: dict[str, tuple[Page, Site]] = {
    "sign-on-arriving": (SignIn(Arriving("/login/sso", "ey.ey.x", "state", "")), VISITOR),
    "sign-on-unasked": (
        SignIn(Arriving("/login/sso", "ey.ey.x", "", "/conversations", "Ada <Lindqvist>")),
        VISITOR,
    ),
    "sign-on-refused": (SignIn(Refused("issued_too_long_ago", URLS.login())), VISITOR),
    "sign-on-refused-state": (SignIn(Refused("state_wrong", URLS.login())), VISITOR),
    "sign-on-refused-used": (SignIn(Refused("token_used", URLS.login())), VISITOR),
    "sign-on-refused-keys": (SignIn(Refused("keys_unavailable", URLS.login())), VISITOR),
    "sign-on-leaving": (SignIn(Leaving("https://www.alder-finch.example/logged-out?a=1&b=2")), VISITOR),
    "sign-on": (PAGE, MANAGER),
    "sign-on-empty": (
        replace(
            PAGE,
            on=False,
            missing="Enter and save the address of your login first.",
            typed=SignOnSettings(),
            secrets=(),
        ),
        MANAGER,
    ),
    "sign-on-ready": (replace(PAGE, on=False, token="a.b.c", result=_BAD), MANAGER),
    "sign-on-fresh": (
        replace(
            PAGE,
            fresh="Q2hvb3NlIG1lIG9uY2UgYW5kIG5ldmVyIGFnYWluLi4u",
            secrets=(*PAGE.secrets, Secret("k8rt55mmx", NOW, readable=False)),
            room=False,
        ),
        MANAGER,
    ),
    "sign-on-remove": (replace(PAGE, sure="k4fz19qp0"), replace(MANAGER, portal_on=False)),
    "sign-on-faults": (
        replace(
            PAGE,
            faults=(
                Fault("Enter a whole address like https://login.example.com/start.", "login_url"),
                Fault(f"A shared secret has {MIN_SECRET} to {MAX_SECRET} bytes of printable text.", "secret"),
                Fault("Nobody could sign in without it. Make the next secret first.", "key"),
            ),
        ),
        MANAGER,
    ),
    "sign-on-clash": (
        replace(
            PAGE,
            theirs=(Theirs("Issuer", "https://theirs.example", "https://yours.example"),),
            faults=(Fault("This changed while you were writing. Check the page again. What you typed is kept."),),
        ),
        MANAGER,
    ),
    "sign-on-trial": (SignOnTrial(_GOOD, NOW - timedelta(minutes=1), on=False), MANAGER),
    "sign-on-trial-bad": (SignOnTrial(_BAD, NOW - timedelta(minutes=1), on=True), MANAGER),
    "sign-on-trial-none": (SignOnTrial(None, None, on=False), MANAGER),
    "merge": (replace(MERGE, one="", other="", found=()), ADMIN),
    "merge-shared": (
        replace(
            MERGE, one="", other="", found=(), shared=_SHARED, further="/settings/customers?cursor=x", country=True
        ),
        ADMIN,
    ),
    "merge-none-shared": (replace(MERGE, one="", other="", found=(), country=True), ADMIN),
    "merge-comparing": (replace(MERGE, one="", other="", found=(), country=True, compared=False), ADMIN),
    "merge-both": (MERGE, ADMIN),
    "merge-unsure": (
        replace(
            MERGE,
            keep="1" * 26,
            faults=(Fault("Tick that you are sure: a merge cannot be undone.", "sure"),),
            pending=(Pending("Marta Kowalczyk", "Ruth Adeyemi", NOW - timedelta(minutes=2), 1200),),
        ),
        ADMIN,
    ),
    "merge-nobody": (
        replace(MERGE, found=(), faults=(Fault("Nobody is known by that.", "one"), Fault("Nor by that.", "other"))),
        ADMIN,
    ),
}
