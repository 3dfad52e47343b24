"""What is in the claims of a provider, as providers really send them: nested, typed loosely, or left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_NAMES = ("name", "given_name", "family_name")
_ADDRESS = ("email", "email_verified")


def found(claims: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - a claim may be anything
    """Return the claim of a name, None where there is none.

    The whole name comes first, as names may have dots (``https://example.com/roles``). Else dots lead into objects,
    as ``realm_access.roles`` does, whose own names may have dots, too (``resource_access.my.portal.roles``).
    """
    return next(_at(claims, name), None)


def _at(inside: object, path: str) -> Iterator[Any]:
    """Yield what is at a path, by the longest name first."""
    if not isinstance(inside, Mapping):
        return
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        here = inside.get(".".join(parts[:length]))
        if here is not None:
            yield from _at(here, ".".join(parts[length:])) if length < len(parts) else [here]


def groups(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    """Return the values of a claim with groups: one, a list, or an object of objects, as Zitadel sends roles."""
    said = found(claims, name)
    if isinstance(said, Mapping):
        return frozenset(key for key, value in said.items() if isinstance(value, Mapping))
    return frozenset(one for one in (said if isinstance(said, list) else [said]) if isinstance(one, str))


def is_of(values: frozenset[str], group: str) -> bool:
    """Tell whether a group is among values, in which Keycloak begins its paths with a slash: ``/staff/support``."""
    return group in values or f"/{group}" in values


def left_out(claims: Mapping[str, Any], name: str) -> bool:
    """Tell whether the provider left a claim out because it is too large (OpenID Connect Core, 5.6.2; Entra)."""
    elsewhere = claims.get("_claim_names")
    named = isinstance(elsewhere, Mapping) and (name in elsewhere or name.partition(".")[0] in elsewhere)
    return found(claims, name) is None and (named or (name == "groups" and "hasgroups" in claims))


def is_verified(claims: Mapping[str, Any], *, vouched: bool) -> bool:
    """Tell whether the address is verified: the provider says so, or says nothing and is ``vouched`` for.

    The standard has ``true``; Amazon Cognito and Apple send the word, some gateways with a capital. Nothing else is a
    yes. Entra sends no ``email_verified``, but ``xms_edov`` where it is asked to: no to that is a no.
    """
    said = claims.get("email_verified")
    if said is None and vouched:
        owned = claims.get("xms_edov")
        return owned is None or str(owned).lower() in {"true", "1"}
    return said is True or (isinstance(said, str) and said.lower() == "true")


def full_name(claims: Mapping[str, Any]) -> str:
    """Return somebody's name on one line; empty where the claims have none that can be printed."""
    name, given, family = (_line(claims.get(one)) for one in _NAMES)
    return name or f"{given} {family}".strip()


def _line(said: object) -> str:
    text = " ".join(said.split()) if isinstance(said, str) else ""
    return text if text.isprintable() else ""


def completed(claims: Mapping[str, Any], more: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the claims of an ID token with what it lacks of those that userinfo has; ``name`` is that with groups.

    Address and verification belong together, so they are never taken from two places.
    """
    kept = dict(claims)
    lacks = claims.get("email") is None or (claims.get("email_verified") is None and "email_verified" in more)
    if lacks and more.get("email") is not None:
        kept |= {one: more.get(one) for one in _ADDRESS}
    if not full_name(claims):
        kept |= {one: more[one] for one in _NAMES if one in more}
    if found(claims, name) is None and found(more, name) is not None:
        kept[name] = found(more, name)
    return kept


def is_complete(claims: Mapping[str, Any], name: str) -> bool:
    """Tell whether nothing has to be asked of userinfo; ``name`` is the claim with groups, empty for none."""
    has_groups = not name or found(claims, name) is not None
    return has_groups and bool(full_name(claims)) and all(claims.get(one) is not None for one in _ADDRESS)
