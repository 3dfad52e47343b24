"""Every address of the product.

``prefix`` is what stands before our paths on the way in: a stage, the base path of a custom domain, or nothing.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

from chalicelib.records import dataclass


@dataclass(frozen=True, slots=True)
class Urls:
    """Builds addresses for pages (``prefix`` = what stands before our paths) and mail (``prefix`` = the public URL)."""

    prefix: str = ""
    static_version: str = ""

    def home(self) -> str:
        return f"{self.prefix}/"

    def static(self, name: str) -> str:
        return f"{self.prefix}/static/{name}?v={self.static_version}"

    def brand_style(self, version: int) -> str:
        return f"{self.prefix}/brand/colours.css?v={version}"

    def theme_style(self, name: str) -> str:
        """``name`` is a theme's revision: its stylesheet, as this version of the product serves it."""
        return f"{self.prefix}/theme/{name}/theme.css?v={self.static_version}"

    def theme_settings(self, name: str, version: int) -> str:
        """``name`` is a theme's revision, or ``midtown``: its settings as custom properties."""
        return f"{self.prefix}/theme/{name}/settings.css?v={version}"

    def theme_asset(self, name: str) -> str:
        """``name`` is the SHA-256 of a picture or font, and its kind: ``….png``."""
        return f"{self.prefix}/theme/assets/{name}"

    def brand_logo(self, version: int) -> str:
        return f"{self.prefix}/brand/logo.svg?v={version}"

    def login(self, return_to: str = "") -> str:
        return f"{self.prefix}/login" + (f"?{urlencode({'return_to': return_to})}" if return_to else "")

    def login_code(self) -> str:
        return f"{self.prefix}/login/code"

    def login_link(self, token: str) -> str:
        return f"{self.prefix}/login/link/{quote(token, safe='')}"

    def login_sso(self, return_to: str = "") -> str:
        return f"{self.prefix}/login/sso" + (f"?{urlencode({'return_to': return_to})}" if return_to else "")

    def login_out(self) -> str:
        return f"{self.prefix}/login/out"

    def logout(self) -> str:
        return f"{self.prefix}/logout"

    def account(self) -> str:
        return f"{self.prefix}/account"

    def account_sign_out_everywhere(self) -> str:
        return f"{self.prefix}/account/sign-out-everywhere"

    def account_sign_out_one(self) -> str:
        return f"{self.prefix}/account/sign-out"

    def account_export(self) -> str:
        return f"{self.prefix}/account/export.json"

    def language(self) -> str:
        return f"{self.prefix}/language"

    def conversations(self, **query: str) -> str:
        """``status``, ``q``, ``sort`` and ``cursor``; those empty are left out."""
        kept = {name: value for name, value in query.items() if value}
        return f"{self.prefix}/conversations" + (f"?{urlencode(kept)}" if kept else "")

    def new_conversation(self, continues: str = "") -> str:
        return f"{self.prefix}/conversations/new" + (f"?continues={continues}" if continues else "")

    def conversation(self, conversation_id: str, before: str = "", fragment: str = "") -> str:
        return (
            f"{self.prefix}/conversations/{conversation_id}"
            + (f"?before={quote(before, safe='')}" if before else "")
            + (f"#{fragment}" if fragment else "")
        )

    def messages(self, conversation_id: str) -> str:
        return f"{self.prefix}/conversations/{conversation_id}/messages"

    def reopen(self, conversation_id: str) -> str:
        return f"{self.prefix}/conversations/{conversation_id}/reopen"

    def seen(self, conversation_id: str) -> str:
        return f"{self.prefix}/conversations/{conversation_id}/seen"

    def updates(self, conversation_id: str, after: int) -> str:
        return f"{self.prefix}/conversations/{conversation_id}/updates?after={after}"

    def uploads(self) -> str:
        return f"{self.prefix}/uploads"

    def attachment(self, attachment_id: str) -> str:
        return f"{self.prefix}/attachments/{attachment_id}"

    def staff_home(self) -> str:
        return f"{self.prefix}/staff"

    def staff_login(self, return_to: str = "") -> str:
        return f"{self.prefix}/staff/login" + (f"?{urlencode({'return_to': return_to})}" if return_to else "")

    def staff_login_code(self) -> str:
        return f"{self.prefix}/staff/login/code"

    def staff_login_link(self, token: str) -> str:
        return f"{self.prefix}/staff/login/link/{quote(token, safe='')}"

    def staff_login_openid(self, return_to: str = "") -> str:
        return f"{self.prefix}/staff/login/openid" + (f"?{urlencode({'return_to': return_to})}" if return_to else "")

    def staff_account(self) -> str:
        return f"{self.prefix}/staff/account"

    def staff_logout(self) -> str:
        return f"{self.prefix}/staff/logout"

    def desk(self, **query: str) -> str:
        """``status`` and ``cursor``; those empty are left out."""
        kept = {name: value for name, value in query.items() if value}
        return f"{self.prefix}/desk" + (f"?{urlencode(kept)}" if kept else "")

    def desk_conversation(self, conversation_id: str, before: str = "", fragment: str = "") -> str:
        return (
            f"{self.prefix}/desk/conversations/{conversation_id}"
            + (f"?before={quote(before, safe='')}" if before else "")
            + (f"#{fragment}" if fragment else "")
        )

    def desk_action(self, conversation_id: str, action: str) -> str:
        """``action`` is messages, notes, close, snooze, reopen, subject, labels, redact or resend."""
        return f"{self.prefix}/desk/conversations/{conversation_id}/{action}"

    def desk_updates(self, conversation_id: str, after: str) -> str:
        return f"{self.prefix}/desk/conversations/{conversation_id}/updates?after={quote(after, safe='')}"

    def desk_uploads(self) -> str:
        return f"{self.prefix}/desk/uploads"

    def desk_attachment(self, attachment_id: str) -> str:
        return f"{self.prefix}/desk/attachments/{attachment_id}"

    # the help centre

    def help_home(self, language: str = "") -> str:
        return f"{self.prefix}/" + _query({"lang": language})

    def article(self, slug: str, language: str = "") -> str:
        return f"{self.prefix}/articles/{quote(slug, safe='')}" + (f"?lang={language}" if language else "")

    def article_voted(self, slug: str, language: str, vote: str) -> str:
        """The article after somebody said whether it helped; ``vote`` lets them take it back."""
        return f"{self.prefix}/articles/{quote(slug, safe='')}" + _query({"lang": language, "voted": vote}) + "#helpful"

    def helpful(self, slug: str) -> str:
        return f"{self.prefix}/articles/{quote(slug, safe='')}/helpful"

    def category(self, slug: str, language: str = "", cursor: str = "") -> str:
        return f"{self.prefix}/categories/{quote(slug, safe='')}" + _query({"lang": language, "cursor": cursor})

    def search(self, **query: str) -> str:
        """``q``, ``lang`` and ``page``; those empty are left out."""
        return f"{self.prefix}/search" + _query(query)

    def contact(self, subject: str = "") -> str:
        """``subject`` is what the form begins with."""
        return f"{self.prefix}/contact" + _query({"subject": subject})

    def contact_sent(self) -> str:
        return f"{self.prefix}/contact/sent"

    def sitemap(self, page: str = "") -> str:
        """``page`` is the number of a part, where there are several."""
        return f"{self.prefix}/sitemap.xml" + _query({"page": page})

    def feed(self, language: str = "") -> str:
        return f"{self.prefix}/feed.atom" + _query({"lang": language})

    def internal(self, *parts: str, **query: str) -> str:
        """``parts`` follow ``/internal``, such as ``articles`` and a slug."""
        return "/".join([f"{self.prefix}/internal", *(quote(part, safe="") for part in parts)]) + _query(query)

    # settings

    def settings(self, *parts: str, **query: str) -> str:
        """``parts`` follow ``/settings``, such as ``staff`` and an id."""
        return "/".join([f"{self.prefix}/settings", *(quote(part, safe="") for part in parts)]) + _query(query)


def below(prefix: str, address: str) -> str:
    """Return an address that somebody wrote, one of our paths with what stands before it; any other stays."""
    ours = address.startswith("/") and not address.startswith("//")
    return prefix + address if ours and not f"{address}/".startswith(f"{prefix}/") else address


def all_below(prefix: str, html: str) -> str:
    """Return HTML in which every address has what stands before our paths."""
    return _WRITTEN.sub(lambda found: found[1] + below(prefix, found[2]), html) if prefix else html


_WRITTEN = re.compile(r"""(\s(?:href|src|cite)=["'])(/[^"'?#]*)""")


def _query(query: dict[str, str]) -> str:
    kept = {name: value for name, value in query.items() if value}
    return f"?{urlencode(kept)}" if kept else ""
