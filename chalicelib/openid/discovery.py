"""What a provider publishes about itself: where it signs people in, and how it signs what it says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.records import dataclass
from chalicelib.refusals import FetchRefused
from chalicelib.signin import jose

if TYPE_CHECKING:
    from chalicelib.fetching import Fetcher

WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Metadata:
    """The parts of the discovery document that a sign-in needs. ``userinfo`` is empty where there is none."""

    issuer: str
    authorization: str
    token: str
    keys: str
    userinfo: str
    algorithms: tuple[str, ...]
    secret_in_form: bool
    names_itself: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``outcome`` is ``good``, ``doubt`` or ``bad``."""

    outcome: str
    sentence: str


def address(issuer: str) -> str:
    """Return where an issuer's discovery document lies (OpenID Connect Discovery, 4)."""
    return issuer.removesuffix("/") + WELL_KNOWN


def check_issuer(fetcher: Fetcher, issuer: str) -> None:
    """Refuse with FetchRefused what can be no issuer, without asking it."""
    fetcher.check(issuer)
    if "?" in issuer:
        raise FetchRefused("An issuer is an address without “?”.")


def read(fetcher: Fetcher, issuer: str) -> Metadata:
    """Return what an issuer says of itself; FetchRefused for the first thing that is not as it must be."""
    findings, metadata = look_at(fetcher, issuer, keys=False)
    if metadata is None:
        raise FetchRefused(next(one.sentence for one in findings if one.outcome == "bad"))
    return metadata


def look_at(fetcher: Fetcher, issuer: str, *, keys: bool = True) -> tuple[list[Finding], Metadata | None]:
    """Return everything that was looked at, and the metadata where nothing is bad; ``keys`` looks at those too."""
    try:
        check_issuer(fetcher, issuer)
        document = fetcher.get_json(address(issuer))
    except FetchRefused as refused:
        return [Finding("bad", refused.sentence)], None
    findings = [Finding("good", f"The discovery document lies at {address(issuer)}."), *_sides(issuer, document)]
    endpoints = {}
    for name, required in _ENDPOINTS:
        endpoints[name], finding = _endpoint(fetcher, document, name, required=required)
        findings.append(finding)
    findings += _abilities(document)
    algorithms = tuple(one for one in jose.ASYMMETRIC if one in _words(document, _ALGORITHMS, ("RS256",)))
    if keys and endpoints["jwks_uri"]:
        findings.append(_keys(fetcher, endpoints["jwks_uri"], algorithms))
    if any(one.outcome == "bad" for one in findings):
        return findings, None
    methods = _words(document, "token_endpoint_auth_methods_supported", ("client_secret_basic",))
    return findings, Metadata(
        issuer=issuer,
        authorization=endpoints["authorization_endpoint"],
        token=endpoints["token_endpoint"],
        keys=endpoints["jwks_uri"],
        userinfo=endpoints["userinfo_endpoint"],
        algorithms=algorithms,
        secret_in_form="client_secret_basic" not in methods and "client_secret_post" in methods,
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
    )


_ENDPOINTS = (
    ("authorization_endpoint", True),
    ("token_endpoint", True),
    ("jwks_uri", True),
    ("userinfo_endpoint", False),
)
_ALGORITHMS = "id_token_signing_alg_values_supported"


def _sides(issuer: str, document: Mapping[str, Any]) -> Iterator[Finding]:
    said = document.get("issuer")
    if said == issuer:
        yield Finding("good", "It names this very issuer.")
    else:
        tenant = " Enter the issuer of your own tenant." if "{tenantid}" in str(said) else ""
        wrong = f"It names the issuer {jose.shown(said)}, which must be exactly {jose.shown(issuer)}.{tenant}"
        yield Finding("bad", wrong)


def _endpoint(fetcher: Fetcher, document: Mapping[str, Any], name: str, *, required: bool) -> tuple[str, Finding]:
    url = document.get(name)
    if url is None and not required:
        return "", Finding("doubt", f"There is no “{name}”: address and groups must stand in the ID token itself.")
    if not isinstance(url, str):
        return "", Finding("bad", f"“{name}” is missing.")
    try:
        fetcher.check(url)
    except FetchRefused as refused:
        return "", Finding("bad", f"“{name}” cannot be used. {refused.sentence}")
    return url, Finding("good", f"“{name}” is {url}.")


def _abilities(document: Mapping[str, Any]) -> Iterator[Finding]:
    if "code" in _words(document, "response_types_supported", ()):
        yield Finding("good", "It knows the code flow.")
    else:
        yield Finding("bad", "It does not say that it knows the code flow (“response_types_supported”).")
    methods = _words(document, "code_challenge_methods_supported", ())
    if "S256" in methods:
        yield Finding("good", "It knows PKCE with S256.")
    elif methods:
        yield Finding("bad", "It knows PKCE, but not with S256.")
    else:
        yield Finding("doubt", "It does not say that it knows PKCE; it is sent nevertheless.")
    announced = _words(document, _ALGORITHMS, ("RS256",))
    usable = [one for one in jose.ASYMMETRIC if one in announced]
    if usable:
        yield Finding("good", f"It signs ID tokens with {' or '.join(usable)}.")
    else:
        yield Finding("bad", f"It signs ID tokens with {', '.join(announced)[:80]}; RS256 or ES256 is needed.")
    if "email" not in _words(document, "scopes_supported", ("email",)):
        yield Finding("doubt", "It does not list the scope “email”; without a verified address nobody comes in.")
    if "email_verified" not in _words(document, "claims_supported", ("email_verified",)):
        yield Finding(
            "doubt",
            "It does not list the claim “email_verified”. If it never sends it, as Microsoft Entra ID does not, nobody "
            "comes in until you say below that it only sends verified addresses.",
        )


def _keys(fetcher: Fetcher, url: str, algorithms: tuple[str, ...]) -> Finding:
    try:
        keys = jose.public_keys(fetcher.get_json(url))
    except FetchRefused as refused:
        return Finding("bad", f"Its keys cannot be read. {refused.sentence}")
    fitting = [one for one in keys if one.algorithm in algorithms]
    if not fitting:
        return Finding("bad", "None of its keys can verify an ID token.")
    return Finding("good", f"It has {len(fitting)} {'key' if len(fitting) == 1 else 'keys'} that can verify ID tokens.")


def _words(document: Mapping[str, Any], name: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    said = document.get(name)
    if not isinstance(said, list):
        return otherwise
    return tuple(one for one in said if isinstance(one, str))
