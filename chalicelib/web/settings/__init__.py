"""Settings: what content managers and admins set up. The views are imported when somebody opens one."""

from __future__ import annotations

from chalicelib.web.routing import Route


def _routes(module: str, *routes: tuple[str, str, str]) -> tuple[Route, ...]:
    """Return routes of one module: method, what follows ``/settings``, and the view's name."""
    return tuple(
        Route(method, f"/settings{path}", f"settings.{module}:{view}", area="settings") for method, path, view in routes
    )


CONFIGURATION = _routes("configuration")
"""Organization, portal and internal knowledge base."""
DETAILS = _routes("details")
"""Which attributes a conversation shows its customer."""
ATTRIBUTES = _routes("attributes")
SNIPPETS = _routes("snippets")
STAFF = _routes("staff")
"""Members and roles."""
AUDIT = _routes("audit")
SIGN_ON = _routes("sign_on")
"""Custom sign-on of customers."""
CUSTOMERS = _routes("customers")
"""Two customers found to be one."""
OPENID = _routes("openid")
"""OpenID Connect of staff."""
ARTICLES = _routes("articles")
CATEGORIES = _routes("categories")

ROUTES = (
    *CONFIGURATION,
    *DETAILS,
    *ATTRIBUTES,
    *SNIPPETS,
    *STAFF,
    *AUDIT,
    *SIGN_ON,
    *CUSTOMERS,
    *OPENID,
    *ARTICLES,
    *CATEGORIES,
)
