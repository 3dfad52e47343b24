"""The table of sign-on tokens: each row a token and the rule it breaks, none for those that sign somebody in.

The sign-in and the page that checks tokens are held to the same rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple

from Crypto.Hash import SHA256
from Crypto.PublicKey import RSA
from Crypto.Signature import pkcs1_15

from chalicelib.audit.model import OPERATOR
from tests.signin.site import (
    GONE,
    ISSUER,
    Site,
    by_ec,
    by_rsa,
    by_secret,
    ec_jwk,
    ec_key,
    part,
    rsa_jwk,
    rsa_key,
    signed,
)


class Row(NamedTuple):
    """A row: what it is called, what makes the token, and the first rule it breaks (empty: none)."""

    name: str
    token: Callable[[Site], str]
    rule: str = ""


RS256 = {"alg": "RS256", "kid": "rsa-1"}
ES256 = {"alg": "ES256", "kid": "ec-1"}


def _second_secret(site: Site) -> str:
    key_id, secret = site.house.signin.sign_on.add_secret(OPERATOR)
    return site.signed({"alg": "HS256", "kid": key_id}, by_secret(secret))


def _second_secret_unnamed(site: Site) -> str:
    _, secret = site.house.signin.sign_on.add_secret(OPERATOR)
    return site.signed({"alg": "HS256"}, by_secret(secret))


def _first_of_two(site: Site) -> str:
    _second_secret(site)
    return site.token()


def _removed(site: Site) -> str:
    _second_secret(site)
    site.house.signin.sign_on.remove_secret(OPERATOR, site.key_id)
    return site.token()


def _used(site: Site) -> str:
    token = site.token()
    site.house.signin.sign_on.take(token, "192.0.2.1", "curl")
    return token


def _used_id(site: Site) -> str:
    site.house.signin.sign_on.take(site.token(jti="the same"), "192.0.2.1", "curl")
    return site.token(jti="the same")


def _none(site: Site) -> str:
    return signed({"alg": "none"}, json.dumps(site.claims()).encode(), lambda _: b"")


def _public_key_as_secret(site: Site) -> str:
    return site.signed({"alg": "HS256", "kid": "rsa-1"}, by_secret(rsa_key().public_key().export_key("PEM")))


def _public_key_as_secret_unnamed(site: Site) -> str:
    return site.signed({"alg": "HS256"}, by_secret(rsa_key().public_key().export_key("DER")))


def _swapped(site: Site) -> str:
    """The key set has another key under the old id by now; this was signed with the old one."""
    site.published["keys"] = [rsa_jwk("rsa-1", rsa_key("second"))]
    return site.signed(RS256, by_rsa(rsa_key()))


def _rotated(site: Site) -> str:
    """The site signs with a key that it published a moment ago, after the portal had read the older ones."""
    site.house.signin.sign_on.checked(site.signed(RS256, by_rsa(rsa_key())))
    site.published["keys"] = [rsa_jwk("rsa-2", rsa_key("second"))]
    site.clock.ahead(minutes=2)
    return site.signed({"alg": "RS256", "kid": "rsa-2"}, by_rsa(rsa_key("second")))


def _withdrawn(site: Site) -> str:
    """The site took its key away, and the portal has read the key set since."""
    site.house.signin.sign_on.checked(site.signed(RS256, by_rsa(rsa_key())))
    site.published["keys"] = [rsa_jwk("rsa-2", rsa_key("second"))]
    site.clock.ahead(minutes=11)
    return site.signed(RS256, by_rsa(rsa_key()))


def _short_key(site: Site) -> str:
    short = RSA.construct(_SHORT)
    site.published["keys"] = [rsa_jwk("short", short)]

    def sign(text: bytes) -> bytes:
        return pkcs1_15.new(short).sign(SHA256.new(text))

    return site.signed({"alg": "RS256", "kid": "short"}, sign)


_KEY = RSA.generate(1024)
_SHORT = (_KEY.n, _KEY.e, _KEY.d)


def _symmetric_in_set(site: Site) -> str:
    site.published["keys"] = [{"kty": "oct", "kid": "oct-1", "alg": "HS256", "k": part(b"x" * 32)}]
    return site.signed({"alg": "HS256", "kid": "oct-1"}, by_secret(b"x" * 32))


def _for_encryption(site: Site) -> str:
    site.published["keys"] = [rsa_jwk("rsa-1", rsa_key()) | {"use": "enc"}]
    return site.signed(RS256, by_rsa(rsa_key()))


def _other_curve_point(site: Site) -> str:
    site.published["keys"] = [ec_jwk("ec-1", ec_key()) | {"y": part(b"\x01" * 32)}]
    return site.signed(ES256, by_ec(ec_key()))


def _changed(site: Site) -> str:
    head, _, signature = site.token().split(".")
    return f"{head}.{part(json.dumps(site.claims(external_id='AF-10042')).encode())}.{signature}"


def _stripped(site: Site) -> str:
    return site.token().rpartition(".")[0] + "."


def _twice(site: Site) -> str:
    claims = json.dumps(site.claims())
    return signed({"alg": "HS256"}, f'{claims[:-1]}, "external_id": "AF-1"}}'.encode(), by_secret(site.secret))


def _head(header: bytes) -> Callable[[Site], str]:
    """Return what makes a token with a header as it is written here."""

    def make(site: Site) -> str:
        text = f"{part(header)}.{part(json.dumps(site.claims()).encode())}"
        return f"{text}.{part(by_secret(site.secret)(text.encode()))}"

    return make


def _own_key(**header: object) -> Callable[[Site], str]:
    """Return what makes a token signed by a key that its own header brings along or points at."""
    return lambda site: site.signed({"alg": "RS256", **header}, by_rsa(rsa_key("second")))


def _nested(site: Site) -> str:
    """A token whose content is a token."""
    inner = site.token().encode()
    return signed({"alg": "HS256", "cty": "JWT", "kid": site.key_id}, inner, by_secret(site.secret))


def _unencoded(site: Site) -> str:
    """A token whose content is not encoded (RFC 7797)."""
    head = part(b'{"alg": "HS256", "b64": false, "crit": ["b64"]}')
    text = f"{head}.{json.dumps(site.claims())}"
    return f"{text}.{part(by_secret(site.secret)(text.encode()))}"


def _raw(content: bytes) -> Callable[[Site], str]:
    return lambda site: signed({"alg": "HS256"}, content, by_secret(site.secret))


def _overflowing(site: Site, claim: str) -> str:
    """A number that is right as JSON and too large for a float."""
    content = json.dumps(site.claims(**{claim: "HERE"})).replace('"HERE"', "1e400")
    return signed({"alg": "HS256"}, content.encode(), by_secret(site.secret))


def _with(**changes: object) -> Callable[[Site], str]:
    return lambda site: site.token(**changes)


def _at(**ahead: float) -> Callable[[Site], str]:
    return lambda site: site.token(**{name: site.moment(by) for name, by in ahead.items()})


def _headed(**header: object) -> Callable[[Site], str]:
    return lambda site: site.token(header=header)


TABLE = (
    # good ones
    Row("valid by HS256", lambda site: site.token()),
    Row("valid by RS256", lambda site: site.signed(RS256, by_rsa(rsa_key()))),
    Row("valid by ES256", lambda site: site.signed(ES256, by_ec(ec_key()))),
    Row("valid without a key id", _headed(kid=GONE)),
    Row("the second live secret, named", _second_secret),
    Row("the second live secret, not named", _second_secret_unnamed),
    Row("the first secret, while two are live", _first_of_two),
    Row("a published key newer than those read", _rotated),
    Row("several audiences", lambda site: site.token(aud=["https://else.example", site.house.settings.public_url])),
    Row("a verified address instead of an id", _with(external_id=GONE, email="new@example.com", email_verified=True)),
    Row(
        "an address with marks around that nobody sees",
        _with(external_id=GONE, email="\u00a0new@example.com\u200b", email_verified=True),
    ),
    Row("an address with an umlaut", _with(external_id=GONE, email="new@m\u00fcnchen.example", email_verified=True)),
    Row("an id and a verified address", _with(external_id="N-1", email="new@example.com", email_verified=True)),
    Row("an id, and an address not verified", _with(external_id="N-1", email="new@example.com")),
    Row("an id, and null for the address", _with(email=None)),
    Row("no name", _with(name=GONE)),
    Row("a name with half a character", _with(name="Ada \ud800")),
    Row("a name of a thousand letters", _with(external_id="N-1", name="x" * 1000)),
    Row("a name of nothing", _with(external_id="N-1", name=" \u202e ")),
    Row("a locale", _with(locale="de-AT")),
    Row("issued 59 seconds ago", _at(iat=-59)),
    Row("issued 59 seconds ahead", _at(iat=59, exp=120)),
    Row("living 300 seconds", _at(iat=0, exp=300)),
    Row("valid since a moment ago", _at(nbf=0)),
    # what it is written in
    Row("empty", lambda _: "", "token_malformed"),
    Row("no token at all", lambda _: "nonsense", "token_malformed"),
    Row("two parts", lambda site: site.token().rpartition(".")[0], "token_malformed"),
    Row("four parts", lambda site: site.token() + ".AAAA", "token_malformed"),
    Row("too long", _with(name="x" * 8000), "token_malformed"),
    Row("not base64url", lambda site: site.token().replace(".", ".!", 1), "token_malformed"),
    Row("not ASCII", lambda site: site.token() + "é", "token_malformed"),
    Row("claims that are a list", _raw(b"[]"), "token_malformed"),
    Row("claims that are no JSON", _raw(b"{"), "token_malformed"),
    Row("claims nested without end", _raw(b"[" * 3000), "token_malformed"),
    Row("claims that are no UTF-8", _raw(b'{"iss": "\xff"}'), "token_malformed"),
    Row("a claim twice", _twice, "token_malformed"),
    Row("a header name twice", _head(b'{"alg": "none", "alg": "HS256"}'), "token_malformed"),
    Row("a header in UTF-16", _head('{"alg": "HS256"}'.encode("utf-16")), "token_malformed"),
    Row("a header with a number that is none", _head(b'{"alg": "HS256", "x": NaN}'), "token_malformed"),
    Row("claims in UTF-16", lambda site: _raw(json.dumps(site.claims()).encode("utf-16"))(site), "token_malformed"),
    Row("a token inside a token", _nested, "token_malformed"),
    Row("content that is not encoded", _unencoded, "token_malformed"),
    Row("content said not to be encoded", _headed(b64=False), "token_malformed"),
    Row("an empty list of what is critical", _headed(crit=[]), "token_malformed"),
    Row("an encrypted token", lambda site: f"{part(b'{}')}.a.b.c.d", "token_malformed"),
    Row("an end that is infinite", _raw(b'{"iat": 1, "exp": Infinity}'), "token_malformed"),
    Row("an end of five thousand digits", _raw(b'{"exp": ' + b"9" * 5_000 + b"}"), "token_malformed"),
    Row("a number that is none", _raw(b'{"iat": NaN}'), "token_malformed"),
    Row("a critical header", _headed(crit=["exp"], exp=1), "token_malformed"),
    Row("a key id that is a number", _headed(kid=7), "token_malformed"),
    # algorithm and key
    Row("the algorithm none", _none, "algorithm_refused"),
    Row("the algorithm None", _headed(alg="None"), "algorithm_refused"),
    Row("no algorithm", _headed(alg=GONE), "algorithm_refused"),
    Row("the algorithm a list", _headed(alg=["HS256"]), "algorithm_refused"),
    Row("HS512", _headed(alg="HS512"), "algorithm_refused"),
    Row("RS512", lambda site: site.signed({"alg": "RS512", "kid": "rsa-1"}, by_rsa(rsa_key())), "algorithm_refused"),
    Row("PS256", lambda site: site.signed({"alg": "PS256", "kid": "rsa-1"}, by_rsa(rsa_key())), "algorithm_refused"),
    Row("HS256 under a public key, named", _public_key_as_secret, "key_unknown"),
    Row("HS256 under a public key", _public_key_as_secret_unnamed, "signature_wrong"),
    Row(
        "RS256 under the secret's key id",
        lambda site: site.signed({"alg": "RS256", "kid": site.key_id}, by_rsa(rsa_key())),
        "key_unknown",
    ),
    Row("RS256 that says HS256", lambda site: site.signed({"alg": "HS256"}, by_rsa(rsa_key())), "signature_wrong"),
    Row("ES256 that says RS256", lambda site: site.signed(RS256, by_ec(ec_key())), "signature_wrong"),
    Row("an unknown key id", _headed(kid="k00000000"), "key_unknown"),
    Row("an empty key id", _headed(kid=""), "key_unknown"),
    Row("a key id of a thousand characters", _headed(kid="k" * 1000), "key_unknown"),
    Row(
        "an unknown published key",
        lambda site: site.signed({"alg": "RS256", "kid": "rsa-9"}, by_rsa(rsa_key())),
        "key_unknown",
    ),
    Row("a secret that was removed", _removed, "key_unknown"),
    Row("a published key that was withdrawn", _withdrawn, "key_unknown"),
    Row("a symmetric key out of the key set", _symmetric_in_set, "key_unknown"),
    Row("a published key for encryption", _for_encryption, "key_unknown"),
    Row("a published key of 1,024 bits", _short_key, "key_unknown"),
    Row("a published point beside the curve", _other_curve_point, "key_unknown"),
    Row(
        "a key of one's own in the header",
        _headed(kid=GONE, jwk={"kty": "oct", "k": part(b"x" * 32)}, alg="HS384"),
        "algorithm_refused",
    ),
    Row("signed by the key in its header", _own_key(jwk=rsa_jwk("x", rsa_key("second"))), "signature_wrong"),
    Row("signed by a key its header points at", _own_key(jku="http://127.0.0.1:9/keys"), "signature_wrong"),
    Row("signed by a certificate it points at", _own_key(x5u="http://127.0.0.1:9/", x5c=["AA"]), "signature_wrong"),
    Row("signed by a key that its key id spells", _own_key(kid="../../dev/null"), "key_unknown"),
    Row("signed by somebody else", lambda site: site.signed({"alg": "HS256"}, by_secret("y" * 43)), "signature_wrong"),
    Row(
        "signed by somebody else's RSA key",
        lambda site: site.signed(RS256, by_rsa(rsa_key("second"))),
        "signature_wrong",
    ),
    Row("the key set swapped", _swapped, "signature_wrong"),
    Row("claims changed", _changed, "signature_wrong"),
    Row("no signature", _stripped, "signature_wrong"),
    # from whom, for whom
    Row("no issuer", _with(iss=GONE), "issuer_missing"),
    Row("an empty issuer", _with(iss=""), "issuer_wrong"),
    Row("another issuer", _with(iss="https://evil.example"), "issuer_wrong"),
    Row("the issuer with a slash more", _with(iss=f"{ISSUER}/"), "issuer_wrong"),
    Row("the issuer in capitals", _with(iss=ISSUER.upper()), "issuer_wrong"),
    Row("the issuer in a list", _with(iss=[ISSUER]), "issuer_wrong"),
    Row("no audience", _with(aud=GONE), "audience_missing"),
    Row("another audience", _with(aud="https://else.example"), "audience_wrong"),
    Row("other audiences", _with(aud=["https://else.example"]), "audience_wrong"),
    Row("no audience in the list", _with(aud=[]), "audience_wrong"),
    Row(
        "an audience that holds ours",
        lambda site: site.token(aud=f"{site.house.settings.public_url}.evil.example"),
        "audience_wrong",
    ),
    # when
    Row("no moment of issue", _with(iat=GONE), "issued_missing"),
    Row("a moment of issue that is a text", lambda site: site.token(iat=str(site.moment(0))), "issued_missing"),
    Row("a moment of issue that is true", _with(iat=True), "issued_missing"),
    Row("issued in the future", _at(iat=65, exp=120), "issued_in_future"),
    Row("issued too long ago", _at(iat=-65, exp=60), "issued_too_long_ago"),
    Row("no end", _with(exp=GONE), "expiry_missing"),
    Row("an end that is null", _with(exp=None), "expiry_missing"),
    Row("an end that is a text", lambda site: site.token(exp=str(site.moment(60))), "expiry_missing"),
    Row("an end that is true", _with(exp=True), "expiry_missing"),
    Row("an end that is a list", lambda site: site.token(exp=[site.moment(60)]), "expiry_missing"),
    Row("an end that overflows to infinity", lambda site: _overflowing(site, "exp"), "expiry_missing"),
    Row("a moment of issue that overflows", lambda site: _overflowing(site, "iat"), "issued_missing"),
    Row("a moment of issue before all time", _with(iat=-1), "issued_missing"),
    Row("an end before it was issued", _at(iat=30, exp=10), "lifetime_too_long"),
    Row("an end as it was issued", _at(iat=30, exp=30), "lifetime_too_long"),
    Row("an end beyond all time", _with(exp=1e300), "expiry_missing"),
    Row("an end of a thousand digits", _with(exp=10**1000), "expiry_missing"),
    Row("an end before all time", _with(exp=-1), "expiry_missing"),
    Row("a moment of issue of a thousand digits", _with(iat=10**1000), "issued_missing"),
    Row("ended", _at(iat=-30, exp=-1), "expired"),
    Row("stale", _at(iat=-3600, exp=-3500), "issued_too_long_ago"),
    Row("living 301 seconds", _at(iat=0, exp=301), "lifetime_too_long"),
    Row("living a year", _at(iat=0, exp=31_536_000), "lifetime_too_long"),
    Row("not valid yet", _at(nbf=65), "not_yet_valid"),
    Row("valid from a text on", _with(nbf="now"), "not_yet_valid"),
    # once
    Row("no id of the token", _with(jti=GONE), "id_missing"),
    Row("an empty id of the token", _with(jti=""), "id_missing"),
    Row("an id of the token that is a number", _with(jti=7), "id_missing"),
    Row("an id of the token of 201 characters", _with(jti="j" * 201), "id_missing"),
    Row("an id of the token that is half a character", _with(jti="\ud800"), "id_missing"),
    Row("the token again", _used, "token_used"),
    Row("another token with the same id", _used_id, "token_used"),
    # whom
    Row("nobody", _with(external_id=GONE), "identity_missing"),
    Row("null for everything", _with(external_id=None, email=None), "identity_missing"),
    Row("an empty external id", _with(external_id=""), "external_id_refused"),
    Row("an external id of spaces", _with(external_id="  "), "external_id_refused"),
    Row("an external id with a space behind it", _with(external_id="AF-10041 "), "external_id_refused"),
    Row("an external id that is a number", _with(external_id=10041), "external_id_refused"),
    Row("an external id that is a list", _with(external_id=["AF-10041"]), "external_id_refused"),
    Row("an external id of 201 characters", _with(external_id="1" * 201), "external_id_refused"),
    Row("an external id that is half a character", _with(external_id="\ud800"), "external_id_refused"),
    Row("an external id with a line end", _with(external_id="AF\n10041"), "external_id_refused"),
    Row("an empty address beside an id", _with(email="", email_verified=True), "email_refused"),
    Row("an address with a space inside", _with(email="ada @example.com", email_verified=True), "email_refused"),
    Row("an address with a Cyrillic letter", _with(email="аda@example.com", email_verified=True), "email_refused"),
    Row("an address that is a list", _with(email=["ada@example.com"], email_verified=True), "email_refused"),
    Row("an address without its host", _with(external_id=GONE, email="ada", email_verified=True), "email_refused"),
    Row("only an address, not verified", _with(external_id=GONE, email="new@example.com"), "email_unverified"),
    Row(
        "only an address, verified false",
        _with(external_id=GONE, email="new@example.com", email_verified=False),
        "email_unverified",
    ),
    Row(
        "only an address, verified as a text",
        _with(external_id=GONE, email="new@example.com", email_verified="true"),
        "email_unverified",
    ),
    Row(
        "only an address, verified 1",
        _with(external_id=GONE, email="new@example.com", email_verified=1),
        "email_unverified",
    ),
    Row("a name that is a number", _with(name=7), "name_refused"),
    Row("a locale that is none", _with(locale="../../etc"), "locale_refused"),
)
