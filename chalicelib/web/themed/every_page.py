"""What each page offers, whichever it is: the site, its addresses, icons, the theme's settings, slots and hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from chalicelib.themes.language.types import ATTRIBUTES, FLAG, HTML, TEXT, URL, PageNames, Record, Type, record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.channels.contract import Channel
    from chalicelib.rendering.model import Frame
    from chalicelib.speech import Speech

ICONS = (
    *("back", "clock", "plus", "inbox", "search", "check", "alert", "mail", "globe", "lock", "next", "image", "file"),
    "kb-book",
)
"""The icons of ``static/icons.svg`` that themes can show by name; a hyphen is an underscore there."""

SITE = record(
    organization=TEXT,
    language=TEXT,
    direction=TEXT,
    viewer=TEXT,
    area=TEXT,
    here=TEXT,
    portal_on=FLAG,
    logo_url=URL,
)
URLS = record(
    home=URL, search=URL, contact=URL, login=URL, conversations=URL, new_conversation=URL, account=URL, here=URL
)
CHANNEL = record(key=TEXT, name=TEXT, icon=URL)
OWN_CHANNEL = Record(CHANNEL.fields, optional=True)


def page_names(
    page: Record,
    *,
    slots: Mapping[str, Type] | None = None,
    hooks: Mapping[str, Type] | None = None,
    required: tuple[str, ...] = (),
) -> PageNames:
    """Return what a page offers besides what each does; ``required`` are its slots and hooks that must be shown.

    ``settings`` are left to whoever checks a theme: they are those of its manifest.
    """
    common = dict.fromkeys(("notice", "sign_out", "languages"), HTML)
    names: dict[str, Type] = {
        "site": SITE,
        "urls": URLS,
        "icons": record(**{one.replace("-", "_"): URL for one in ICONS}),
        "slots": Record({**common, **(slots or {})}),
        "hooks": Record({"main": ATTRIBUTES, **(hooks or {})}),
        "page": page,
    }
    return PageNames(names, ("hooks.main", "slots.notice", "slots.sign_out", "slots.languages", *required))


def offered(
    frame: Frame,
    page: Mapping[str, Any],
    *,
    slots: Mapping[str, Markup] | None = None,
    hooks: Mapping[str, Markup] | None = None,
) -> dict[str, Any]:
    """Return what a page offers, as :func:`page_names` declares it."""
    site, urls = frame.site, frame.site.urls
    internal = site.area == "internal"
    return {
        "site": {
            "organization": site.organization,
            "language": site.language,
            "direction": site.direction,
            "viewer": site.viewer,
            "area": site.area,
            "here": site.here,
            "portal_on": site.portal_on,
            "logo_url": urls.brand_logo(site.brand_version) if site.has_logo else "",
        },
        "urls": {
            "home": urls.internal() if internal else urls.home(),
            "search": urls.internal("search") if internal else urls.search(),
            "contact": urls.contact(),
            "login": urls.login(),
            "conversations": urls.conversations(),
            "new_conversation": urls.new_conversation(),
            "account": urls.account(),
            "here": site.address,
        },
        "icons": icons(urls.static("icons.svg")),
        "settings": frame.look.settings,
        "slots": {
            "notice": frame.slot("notice") if site.notice else "",
            "sign_out": frame.slot("sign_out") if site.viewer else "",
            "languages": frame.slot("languages") if site.languages else "",
            **(slots or {}),
        },
        "hooks": {"main": MAIN, **(hooks or {})},
        "page": page,
    }


MAIN = Markup('id="main" tabindex="-1"')


def icons(sprite: str) -> dict[str, str]:
    """Return the addresses of the icons in a sprite, by name."""
    return {one.replace("-", "_"): f"{sprite}#{one}" for one in ICONS}


def channel(one: Channel, sprite: str, says: Speech) -> dict[str, Any]:
    """Return a channel as pages show it."""
    return {"key": one.key, "name": says.text(one.name), "icon": f"{sprite}#channel-{one.key}"}
