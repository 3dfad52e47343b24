"""The help centre: the knowledge base everybody may read, its search and contact form, and the portal for staff.

The views are imported when somebody opens one.
"""

from __future__ import annotations

from chalicelib.web.routing import Route

PAGES: tuple[Route, ...] = ()
"""Home, categories, articles, what crawlers and feed readers ask for."""
SEARCH: tuple[Route, ...] = ()
CONTACT: tuple[Route, ...] = ()
INTERNAL: tuple[Route, ...] = ()
"""For staff, under ``/internal``."""

ROUTES = (*PAGES, *SEARCH, *CONTACT, *INTERNAL)
