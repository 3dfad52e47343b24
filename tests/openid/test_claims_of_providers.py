"""What providers really send: addresses they do not call verified, nested claims, paths of groups, names in parts.

Each case names the provider that was seen to send it, where there is one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.openid import claims
from chalicelib.openid.model import Provider, person
from chalicelib.refusals import LoginRefused
from chalicelib.wiring import House
from tests.browser import Browser
from tests.openid.lying import Lying
from tests.openid.world import Way, configure

ISSUER = "https://login.example.com/tenant/v2.0"
PLAIN = Provider(name="Alder ID", issuer=ISSUER, client_id="c", domains=("alder-finch.example",), default_role="agent")
VOUCHED = Provider(
    name="Alder ID",
    issuer=ISSUER,
    client_id="c",
    domains=("alder-finch.example",),
    default_role="agent",
    verified_by=ISSUER,
)
DANA: dict[str, Any] = {"sub": "one", "email": "dana@alder-finch.example", "name": "Dana Holt"}


def rule_of(provider: Provider, said: dict[str, Any]) -> str:
    """Return the rule that keeps somebody out, empty where they come in."""
    try:
        person(provider, said)
    except LoginRefused as refused:
        return refused.rule
    return ""


# verified addresses


@pytest.mark.parametrize("said", [True, "true", "True", "TRUE"], ids=repr)
def test_the_standards_true_and_the_word_count_as_verified(said: object) -> None:
    """Amazon Cognito's userinfo and Apple send the word."""
    assert rule_of(PLAIN, {**DANA, "email_verified": said}) == ""


@pytest.mark.parametrize(
    "said",
    [False, None, 1, 0, 1.0, "1", "yes", "verified", "false", "False", "", " true", "tru\u0435", [True], {"a": True}],
    ids=repr,
)
def test_nothing_else_counts_as_verified(said: object) -> None:
    """Not a number, not another word, not one with a look-alike letter, not a list; nor the claim left out."""
    assert rule_of(PLAIN, {**DANA, "email_verified": said}) == "email_unverified"
    assert rule_of(PLAIN, DANA) == "email_unverified"


@pytest.mark.parametrize("more", [{}, {"email_verified": None}, {"xms_edov": True}, {"xms_edov": "1"}, {"xms_edov": 1}])
def test_an_issuer_that_is_vouched_for_may_say_nothing(more: dict[str, Any]) -> None:
    """Microsoft Entra ID has no email_verified; where it is told to, it sends xms_edov in its place."""
    assert rule_of(VOUCHED, {**DANA, **more}) == ""


@pytest.mark.parametrize(
    "more",
    [
        {"email_verified": False},
        {"email_verified": "false"},
        {"email_verified": 0},
        {"email_verified": "no"},
        {"email_verified": []},
        {"xms_edov": False},
        {"xms_edov": "0"},
        {"xms_edov": 0},
    ],
)
def test_a_no_of_an_issuer_that_is_vouched_for_is_a_no(more: dict[str, Any]) -> None:
    """Authentik says false of every address by default; that is not what was vouched for."""
    assert rule_of(VOUCHED, {**DANA, **more}) == "email_unverified"


@pytest.mark.parametrize("issuer", ["https://login.example.com/other/v2.0", f"{ISSUER}/", ISSUER.upper(), ""])
def test_vouching_is_for_one_issuer(issuer: str) -> None:
    """Somebody who sets another one must say it again."""
    other = Provider(
        name="Alder ID",
        issuer=issuer,
        client_id="c",
        domains=("alder-finch.example",),
        default_role="agent",
        verified_by=ISSUER,
    )
    assert rule_of(other, DANA) == "email_unverified"


def test_the_rules_for_everybody_hold_for_a_vouched_issuer_as_well() -> None:
    assert rule_of(VOUCHED, {**DANA, "email": "dana@evil.example"}) == "domain_refused"
    assert rule_of(VOUCHED, {**DANA, "email": ""}) == "email_missing"
    assert rule_of(VOUCHED, {**DANA, "email": ["dana@alder-finch.example"]}) == "email_missing"


# claims by their names


@pytest.mark.parametrize(
    ("name", "said", "expected"),
    [
        ("groups", {"groups": ["a"]}, ["a"]),
        ("realm_access.roles", {"realm_access": {"roles": ["a"]}}, ["a"]),  # Keycloak, of the realm
        ("resource_access.foyer.roles", {"resource_access": {"foyer": {"roles": ["a"]}}}, ["a"]),  # of a client
        ("resource_access.my.portal.roles", {"resource_access": {"my.portal": {"roles": ["a"]}}}, ["a"]),
        ("https://example.com/roles", {"https://example.com/roles": ["a"]}, ["a"]),  # Auth0
        ("https://example.com/app.roles", {"https://example.com/app": {"roles": ["a"]}}, ["a"]),
        ("a.b", {"a.b": ["whole"], "a": {"b": ["inside"]}}, ["whole"]),
        ("a.b.c", {"a.b": {"c": ["longer"]}, "a": {"b.c": ["shorter"]}}, ["longer"]),
        ("a.b.c", {"a.b": {"d": ["x"]}, "a": {"b": {"c": ["found"]}}}, ["found"]),
        ("cognito:groups", {"cognito:groups": ["a"]}, ["a"]),
        ("realm_access.roles", {"realm_access": {"roles": None}}, None),
        ("realm_access.roles", {"realm_access": ["roles"]}, None),
        ("realm_access.roles", {"realm_access": "roles"}, None),
        ("a.", {"a": {"b": 1}}, None),
        (".a", {"a": 1}, None),
        ("a.0", {"a": ["x"]}, None),
        ("", {"a": 1}, None),
    ],
)
def test_a_claim_is_found_by_its_whole_name_before_by_its_path(name: str, said: dict[str, Any], expected: Any) -> None:
    assert claims.found(said, name) == expected


_TREES = st.recursive(
    st.just("leaf"), lambda inside: st.dictionaries(st.text("a.", min_size=1, max_size=4), inside, max_size=4)
)


@given(_TREES, st.text("a.", max_size=200))
def test_no_path_costs_more_than_a_walk_through_the_claims(tree: Any, path: str) -> None:
    """Whatever names have dots in them: each object is looked into once for each place of the path."""
    looked = 0

    class Counted(dict[str, Any]):
        def get(self, key: str, default: Any = None) -> Any:
            nonlocal looked
            looked += 1
            return dict.get(self, key, default)

    def counted(part: Any) -> Any:
        return Counted({name: counted(one) for name, one in part.items()}) if isinstance(part, dict) else part

    def size(part: Any) -> int:
        return 1 + sum(map(size, part.values())) if isinstance(part, dict) else 1

    claims.found({"root": counted(tree)}, f"root.{path}")
    assert looked <= 2 * size(tree) * (len(path) + 1)


@pytest.mark.parametrize(
    ("said", "role"),
    [
        ({"groups": ["support"]}, "agent"),
        ({"groups": ["/support"]}, "agent"),  # Keycloak's full group path
        ({"groups": "support"}, "agent"),
        ({"groups": {"support": {"1": "alder-finch.example"}}}, "agent"),  # Zitadel's roles
        ({"groups": ["/staff/editors"]}, "content_manager"),
        ({"groups": ["staff/editors"]}, "content_manager"),
        ({"groups": ["/leads"]}, "admin"),
        ({"groups": ["leads"]}, ""),  # a rule with a slash means a group with one
        ({"groups": ["/mine/support"]}, ""),  # a group of the same name below one of somebody's own
        ({"groups": ["//support"]}, ""),
        ({"groups": ["support/"]}, ""),
        ({"groups": ["Support"]}, ""),
        ({"groups": [["support"], {"name": "support"}, 7, None]}, ""),
        ({"groups": {"support": False}}, ""),
        ({"groups": "support editors"}, ""),
        ({}, ""),
    ],
)
def test_a_rule_fits_a_group_as_providers_write_it(said: dict[str, Any], role: str) -> None:
    provider = Provider(
        name="Alder ID",
        domains=("alder-finch.example",),
        rules=(("support", "agent"), ("staff/editors", "content_manager"), ("/leads", "admin")),
    )
    told = {**DANA, "email_verified": True, **said}
    assert rule_of(provider, told) == ("" if role else "role_missing")
    if role:
        assert person(provider, told).role == role


@pytest.mark.parametrize(
    ("claim", "said", "is_left_out"),
    [
        ("groups", {"_claim_names": {"groups": "src1"}}, True),  # Entra, of more than 200 groups
        ("groups", {"hasgroups": True}, True),
        ("realm_access.roles", {"_claim_names": {"realm_access": "src1"}}, True),
        ("roles", {"_claim_names": {"roles": "src1"}, "_claim_sources": {"src1": {"endpoint": "https://x"}}}, True),
        ("groups", {"_claim_names": {"groups": "src1"}, "groups": ["support"]}, False),
        ("roles", {"_claim_names": {"groups": "src1"}, "hasgroups": True}, False),
        ("groups", {"_claim_names": ["groups"]}, False),
        ("groups", {}, False),
    ],
)
def test_groups_that_were_left_out_are_not_taken_for_none(claim: str, said: dict[str, Any], is_left_out: bool) -> None:
    """Nobody loses a role, or gets that of everybody else, because they are in too many groups."""
    provider = Provider(
        name="Alder ID",
        domains=("alder-finch.example",),
        claim=claim,
        rules=(("support", "admin"),),
        default_role="collaborator",
    )
    told = {**DANA, "email_verified": True, **said}
    assert rule_of(provider, told) == ("groups_left_out" if is_left_out else "")


# names


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"name": "Dana Holt", "given_name": "D", "family_name": "H"}, "Dana Holt"),
        ({"given_name": "Dana", "family_name": "Holt"}, "Dana Holt"),
        ({"name": "", "given_name": "Dana", "family_name": "Holt"}, "Dana Holt"),
        ({"name": "  ", "given_name": " Dana  Maria ", "family_name": "Holt"}, "Dana Maria Holt"),
        ({"name": None, "given_name": "Dana"}, "Dana"),
        ({"family_name": "Holt"}, "Holt"),
        ({"name": ["Dana"], "given_name": 7}, "dana"),
        ({"name": "Da\u202ena", "given_name": "Dana", "family_name": "Ho\u0000lt"}, "Dana"),
        ({}, "dana"),
        ({"given_name": "x" * 79, "family_name": "y" * 9}, "x" * 79),
    ],
)
def test_a_name_is_made_of_its_parts_where_it_is_not_sent_whole(said: dict[str, Any], expected: str) -> None:
    told = {"sub": "one", "email": "dana@alder-finch.example", "email_verified": True, **said}
    assert person(PLAIN, told).name == expected


# what userinfo adds


@pytest.mark.parametrize(
    ("token", "userinfo", "expected"),
    [
        ({}, {"email": "a@x", "email_verified": True}, ("a@x", True)),
        ({"email_verified": True}, {"email": "a@x"}, ("a@x", None)),
        ({"email": "a@x"}, {"email": "b@x", "email_verified": True}, ("b@x", True)),
        ({"email": "a@x"}, {"email_verified": True}, ("a@x", None)),
        ({"email": "a@x"}, {"email": "b@x"}, ("a@x", None)),
        ({"email": "a@x", "email_verified": False}, {"email": "a@x", "email_verified": True}, ("a@x", False)),
        ({"email": "a@x", "email_verified": True}, {"email": "b@x", "email_verified": False}, ("a@x", True)),
    ],
)
def test_address_and_verification_are_never_of_two_places(
    token: dict[str, Any], userinfo: dict[str, Any], expected: tuple[Any, Any]
) -> None:
    """Okta says in userinfo alone that an address of its ID token is verified; then both are taken from there."""
    told = claims.completed(token, userinfo, "groups")
    assert (told.get("email"), told.get("email_verified")) == expected


def test_userinfo_adds_groups_and_names_where_the_token_has_none(way: Way, lying: Lying, house: House) -> None:
    """Also where they lie deeper; what the token has counts before."""
    configure(house, lying.issuer, claim="realm_access.roles", rules=(("support", "content_manager"),), default_role="")
    lying.claims = lambda given: {n: v for n, v in given.items() if n not in {"name", "groups"}}
    lying.userinfo = {
        "sub": "account-1",
        "given_name": "Dana",
        "family_name": "Weber",
        "realm_access": {"roles": ["/support"]},
    }
    assert way.sign_in().status == 200
    owner = house.staff.store.owner("dana@alder-finch.example") or ""
    member = house.staff.store.get(owner, consistent=True)
    assert member
    assert (member.name, member.role) == ("Dana Weber", "content_manager")


# all the way


def test_entra_signs_in_once_an_admin_vouched_for_it(way: Way, lying: Lying, house: House) -> None:
    """Without email_verified in the ID token and at userinfo; before, the page says what is missing."""
    del lying.person["email_verified"]
    page = way.sign_in()
    assert "does not say that dana@alder-finch.example is verified" in page.faults[0]
    configure(house, lying.issuer, verified_by=lying.issuer)
    assert way.sign_in().path == "/desk"


def test_too_many_groups_are_said_in_words_and_change_nothing(
    way: Way, lying: Lying, house: House, browse: Callable[..., Browser]
) -> None:
    """Whoever was let in by a group before stays who they are."""
    configure(house, lying.issuer, rules=(("support", "content_manager"),), default_role="agent")
    assert way.sign_in().status == 200
    del lying.person["groups"]
    lying.person |= {"_claim_names": {"groups": "src1"}}
    page = Way(house, lying, browse()).sign_in()
    assert page.status == 422
    assert "because there are too many" in page.faults[0]
    owner = house.staff.store.owner("dana@alder-finch.example") or ""
    member = house.staff.store.get(owner, consistent=True)
    assert member
    assert member.role == "content_manager"
