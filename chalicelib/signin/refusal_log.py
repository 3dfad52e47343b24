"""The one place that every refused sign-in passes, of customers and of staff, whichever way they came.

A view tries a sign-in within :func:`watched`. What operators should learn of refused sign-ins, and whatever else should
happen to each, belongs in :func:`refused` and nowhere else. ``docs/reference/logs-and-metrics.md`` lists the kinds.

Nothing that tells who it was reaches this module: no e-mail address, no code, no token, no IP address.
"""

from __future__ import annotations

from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib import telemetry
from chalicelib.refusals import (
    CodeRefused,
    LoginRefused,
    NotAllowed,
    NotFound,
    PayloadTooLarge,
    Refusal,
    TooManyRequests,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.signin.model import Kind


class Way(StrEnum):
    """How somebody tried to sign in. Asking for a code belongs to ``CODE``, for its mail carries the link as well."""

    CODE = "code"
    LINK = "link"
    SIGN_ON = "sign-on"
    OPENID = "openid"


_NO_SIGN_IN = (NotFound, NotAllowed, PayloadTooLarge)
"""What ends a request before it is a sign-in: a way that is switched off has no address, and no form is that large."""


@contextmanager
def watched(way: Way, who: Kind, request_id: str) -> Iterator[None]:
    """Count and log the refusal that ends a sign-in, and let it go on to whoever answers it.

    ``request_id`` is the gateway's, empty where there is none.
    """
    try:
        yield
    except _NO_SIGN_IN:
        raise
    except Refusal as refusal:
        refused(way, who, request_id, refusal)
        raise


def refused(way: Way, who: Kind, request_id: str, refusal: Refusal) -> None:
    """Count and log one refused sign-in.

    The metric has no dimension of its own: CloudWatch bills each value as another metric. The log line has the kind.
    """
    facts = {"kind": kind(refusal), "way": way.value, "who": who.value, "request_id": request_id}
    if isinstance(refusal, TooManyRequests):
        facts["limit"] = refusal.limit
    telemetry.count(telemetry.SIGN_IN_REFUSED)
    telemetry.inform("sign-in refused", **facts)


def kind(refusal: Refusal) -> str:
    """Return the stable name of why a sign-in was refused: the rule that was broken, else the refusal's code."""
    return refusal.rule if isinstance(refusal, CodeRefused | LoginRefused) else refusal.code
