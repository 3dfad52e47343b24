"""The settings of custom sign-on, and the values they can have."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit

from chalicelib.records import dataclass
from chalicelib.refusals import SettingRefused

MAX_URL = 500
MAX_ISSUER = 200
MAX_SECRETS = 2
"""Live at the same time: the one in use, and the next one."""
_PLAIN = re.compile(r"[!-~]+")
_ISSUER = re.compile(rf"[!#%-\[\]-z|~]{{1,{MAX_ISSUER}}}")
"""ASCII without spaces, and without what ends or fills a text in the languages of the samples."""
_HOST = re.compile(r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")
_LOCAL = frozenset({"localhost", "127.0.0.1"})


@dataclass(frozen=True, slots=True)
class SignOnSettings:
    """Where the organization's own login is and what it may do.

    With ``codes``, customers can also sign in with an e-mailed code. With ``unasked``, tokens are accepted for which no
    sign-in here had asked.
    """

    login_url: str = ""
    logout_url: str = ""
    issuer: str = ""
    jwks_url: str = ""
    codes: bool = True
    unasked: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True)
class Secret:
    """What is shown of a shared secret. If it is not ``readable``, the signing key that sealed it is gone."""

    id: str
    created_at: datetime
    readable: bool


def check(settings: SignOnSettings, *, local: bool) -> SignOnSettings:
    """Return the settings, or refuse the first wrong value. ``local`` allows addresses of this machine."""
    check_url(settings.login_url, "login_url", local=local)
    if settings.logout_url:
        check_url(settings.logout_url, "logout_url", local=local)
    if settings.jwks_url:
        check_url(settings.jwks_url, "jwks_url", local=local)
    if not _ISSUER.fullmatch(settings.issuer):
        raise SettingRefused(
            f"The issuer is what your site puts into “iss”: 1 to {MAX_ISSUER} ASCII characters without spaces, "
            "quotation marks, $, braces and backslashes.",
            field="issuer",
        )
    return settings


def check_url(text: str, field: str, *, local: bool) -> None:
    """Refuse anything but a complete ``https://`` address: browsers are sent there, so it must not be ambiguous."""
    fault = SettingRefused(
        f"Enter a whole address like https://login.example.com/start, of at most {MAX_URL} characters, without a user "
        "name and without “#”.",
        field=field,
    )
    if len(text) > MAX_URL or not _PLAIN.fullmatch(text) or any(one in text for one in "\\#@\"'<>^`{|}"):
        raise fault
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise fault from error
    secure = parts.scheme == "https" or (local and parts.scheme == "http" and host in _LOCAL)
    if not secure or not _HOST.fullmatch(host) or port == 0 or not text.lower().startswith(f"{parts.scheme}://{host}"):
        raise fault
