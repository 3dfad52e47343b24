"""What gives the portal its looks: static files, the organization's colour and logo. Nobody's own, so cacheable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.aws.files import ASSET_SECONDS
from chalicelib.colour import WHITE, brand_colours, contrast, ink
from chalicelib.portal.model import Picture
from chalicelib.refusals import NotFound
from chalicelib.themes.assets import SVG
from chalicelib.web.http import Response
from chalicelib.web.routing import Route

if TYPE_CHECKING:
    from chalicelib.web.visit import Visit

_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
YEAR = "public, max-age=31536000, immutable"
_REDIRECTED = f"private, max-age={ASSET_SECONDS // 2}"
"""The address that it leads to works for longer."""


def kept(visit: Visit, response: Response, version: str) -> Response:
    """Return an answer for caches to keep, where the address names the version it has.

    Else a cache that asks early, by a guess or while a new version is rolled out, would show the old one for a year.
    """
    return response.set("Cache-Control", YEAR) if visit.request.arg("v") == version else response


def static(visit: Visit) -> Response:
    """A style, a script or the icons."""
    name = visit.request.params.get("name", "")
    content = visit.house.static.get(name)
    if content is None:
        raise NotFound
    response = Response(content, content_type=f"{_TYPES[name.rpartition('.')[2]]}; charset=utf-8")
    return kept(visit, response, visit.house.static.version)


def colours(visit: Visit) -> Response:
    """The organization's colour as custom properties, for light and dark pages."""
    settings = visit.settings()
    response = Response(brand_style(settings.colour), content_type="text/css; charset=utf-8")
    return kept(visit, response, str(settings.version))


def logo(visit: Visit) -> Response:
    """The organization's logo; opened by itself it can run nothing."""
    found = visit.house.portal.settings.shown_logo()
    if isinstance(found, Picture):
        return picture(visit, found.sha256, found.type)
    if not found:
        raise NotFound
    return kept(visit, drawn(found), str(visit.settings().version))


def picture(visit: Visit, sha256: str, content_type: str) -> Response:
    """Return an SVG with a policy that lets it run nothing; the browser fetches everything else from the bucket."""
    if content_type == SVG:
        return drawn(visit.house.themes.data(sha256).decode())
    response = Response(status=302).set("Location", visit.house.themes.asset_address(sha256, content_type))
    return response.set("Cache-Control", _REDIRECTED)


def drawn(svg: str) -> Response:
    """Return an SVG that was checked; opened by itself it can run nothing."""
    response = Response(svg, content_type="image/svg+xml; charset=utf-8")
    return response.set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")


def brand_style(colour: str) -> str:
    """Return the style that sets the organization's colour (``#rrggbb``), and a lighter one for dark pages.

    Both are moved until text on them, and they as text on the page, keep a contrast of 4.5 (WCAG 2.2, 1.4.3).
    """
    light, dark = brand_colours(colour)
    return f":root{{--brand:{light};--brand-ink:{ink(light)};--brand-dark:{dark};--brand-dark-ink:{ink(dark)}}}\n"


def told_of_colour(colour: str) -> str:
    """Return in a sentence what becomes of the organization's colour (``#rrggbb``) on light and on dark pages."""
    light, dark = brand_colours(colour)
    on_it = ink(light)
    written = "White" if on_it == WHITE else "Black"
    on_light = "as it is" if light == colour else f"as {light}, which is dark enough to read"
    return (
        f"Light pages use it {on_light}. {written} text on it has a contrast of {contrast(light, on_it):.1f} to 1. "
        f"Dark pages use {dark}."
    )


ROUTES = (
    Route("GET", "/static/{name}", static),
    Route("GET", "/brand/colours.css", colours),
    Route("GET", "/brand/logo.svg", logo),
    Route("GET", "/theme/{name}/theme.css", "theme_files:stylesheet"),
    Route("GET", "/theme/{name}/settings.css", "theme_files:settings"),
    Route("GET", "/theme/assets/{name}", "theme_files:asset"),
)
