"""Addresses within the preview of a theme: each leads to the preview of another page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from chalicelib.records import dataclass, field
from chalicelib.urls import Urls


@dataclass(frozen=True, slots=True)
class PreviewUrls(Urls):
    """Addresses within a preview. ``place`` is where previews of this theme are, ``asked`` what each is asked for."""

    place: str = ""
    asked: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    logo: str = ""

    def theme_settings(self, name: str, version: int) -> str:
        """Return the address of the custom properties that these settings make."""
        text = json.dumps(dict(self.values), ensure_ascii=False, separators=(",", ":"))
        return f"{self.place}/look.css?" + urlencode({"of": name, "v": version, "values": text})

    def brand_logo(self, version: int) -> str:
        """Return the address of this theme's logo."""
        return self.logo

    def _page(self, page: str, **asked: str) -> str:
        return f"{self.place}/preview/{quote(page, safe='')}?" + urlencode({**self.asked, **asked})

    def home(self) -> str:
        return self._page("home")

    def login(self, return_to: str = "") -> str:
        return self._page("login")

    def account(self) -> str:
        return self._page("account")

    def conversations(self, **query: str) -> str:
        return self._page("conversations")

    def new_conversation(self, continues: str = "") -> str:
        return self._page("new-conversation", **({"state": "continued"} if continues else {}))

    def conversation(self, conversation_id: str, before: str = "", fragment: str = "") -> str:
        return self._page("conversation") + (f"#{fragment}" if fragment else "")

    def category(self, slug: str, language: str = "", cursor: str = "") -> str:
        return self._page("category")

    def article(self, slug: str, language: str = "") -> str:
        return self._page("article")

    def search(self, **query: str) -> str:
        return self._page("search")

    def contact(self, subject: str = "") -> str:
        return self._page("contact")
