"""The help centre: the articles that everybody may read, their search, the contact form, and the portal for staff.

The views are imported when somebody opens one.
"""

from __future__ import annotations

from chalicelib.web.routing import Route

PAGES: tuple[Route, ...] = (
    Route("GET", "/", "help_center.reading:home"),
    Route("GET", "/categories/{slug}", "help_center.reading:category"),
    Route("GET", "/articles/{slug}", "help_center.reading:article"),
    Route("POST", "/articles/{slug}/helpful", "help_center.reading:helpful"),
    Route("GET", "/sitemap.xml", "help_center.feeds:sitemap"),
    Route("GET", "/robots.txt", "help_center.feeds:robots"),
    Route("GET", "/llms.txt", "help_center.feeds:llms"),
    Route("GET", "/feed.atom", "help_center.feeds:feed"),
)
"""Home, categories, articles, what crawlers and feed readers ask for."""
SEARCH: tuple[Route, ...] = (
    Route("GET", "/search", "help_center.search:public"),
    Route("GET", "/internal/search", "help_center.search:internal", area="internal"),
)
CONTACT: tuple[Route, ...] = (
    Route("GET", "/contact", "help_center.contact:form"),
    Route("POST", "/contact", "help_center.contact:send"),
    Route("GET", "/contact/sent", "help_center.contact:sent"),
)
INTERNAL: tuple[Route, ...] = (
    Route("GET", "/internal", "help_center.internal:home", area="internal"),
    Route("GET", "/internal/categories/{slug}", "help_center.internal:category", area="internal"),
    Route("GET", "/internal/articles/{slug}", "help_center.internal:article", area="internal"),
)
"""For staff, under ``/internal``."""

PICTURES: tuple[Route, ...] = (Route("GET", "/articles/images/{image_id}", "help_center.pictures:picture"),)
"""What articles show."""

ROUTES = (*PAGES, *PICTURES, *SEARCH, *CONTACT, *INTERNAL)
