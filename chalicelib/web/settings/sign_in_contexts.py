"""What the templates of the settings of signing in are given: one dataclass a page."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from chalicelib.records import dataclass
from chalicelib.rendering.model import Page
from chalicelib.signin.sign_on_store import KEEP_TRIAL
from chalicelib.web.contexts import Fault

if TYPE_CHECKING:
    from chalicelib.openid import discovery
    from chalicelib.openid.model import Provider
    from chalicelib.signin import jose
    from chalicelib.signin.setup import Secret, SignOnSettings
    from chalicelib.web.settings.sign_on_samples import Sample

# custom sign-on of customers


@dataclass(frozen=True, slots=True)
class Theirs:
    """A setting that somebody else changed meanwhile: what they saved, and what was typed."""

    label: str
    saved: str
    typed: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a token. ``customer`` is who it would sign in; empty: a new customer, where ``good``."""

    good: bool
    findings: tuple[jose.Finding, ...]
    claims: str
    customer: str


@dataclass(frozen=True, slots=True)
class SignOnPage(Page):
    """The page. ``missing`` says what is to be done before it can be turned on; ``fresh`` is a secret just made.

    ``sure`` is the id of a live secret whose removal is asked about once more.
    """

    template: ClassVar[str] = "settings/sign_on.html"
    on: bool
    missing: str
    typed: SignOnSettings
    secrets: tuple[Secret, ...]
    room: bool
    min_secret: int
    post_url: str
    audience: str
    samples: tuple[Sample, ...]
    fresh: str = ""
    sure: str = ""
    token: str = ""
    result: Result | None = None
    theirs: tuple[Theirs, ...] = ()
    faults: tuple[Fault, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class SignOnTrial(Page):
    """What came of the signed-in member's last trial; None where there is none that is still kept, ``kept`` hours."""

    template: ClassVar[str] = "settings/sign_on_trial.html"
    result: Result | None
    at: datetime | None
    on: bool
    kept: int = int(KEEP_TRIAL.total_seconds()) // 3600


# openid


@dataclass(frozen=True, slots=True)
class OpenIdSettings(Page):
    """Everything about how staff sign in. ``typed`` is what the form shows, saved or not.

    ``secret`` is what was typed and is not saved yet. ``rules`` are the rows, empty ones too. ``findings`` are what a
    test of the provider found. ``proven`` tells that whoever looks is signed in through the provider as it is set, and
    may switch codes off.
    """

    template: ClassVar[str] = "settings/openid.html"
    typed: Provider
    domains: str
    rules: tuple[tuple[str, str], ...]
    roles: tuple[tuple[str, str], ...]
    on: bool
    codes: bool
    proven: bool
    complete: bool
    saved_name: str
    redirect_uri: str
    document: str
    room: bool
    email: str = ""
    secret: str = ""
    no_secret: bool = False
    tested: bool = False
    findings: tuple[discovery.Finding, ...] = ()
    theirs: tuple[Theirs, ...] = ()
    faults: tuple[Fault, ...] = ()
