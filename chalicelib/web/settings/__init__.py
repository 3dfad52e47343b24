"""Settings: what content managers and admins set up. The views are imported when somebody opens one."""

from __future__ import annotations

from chalicelib.web.routing import Route


def _routes(module: str, *routes: tuple[str, str, str]) -> tuple[Route, ...]:
    """Return routes of one module: method, what follows ``/settings``, and the view's name."""
    return tuple(
        Route(method, f"/settings{path}", f"settings.{module}:{view}", area="settings") for method, path, view in routes
    )


CONFIGURATION = _routes(
    "configuration",
    ("GET", "", "entry"),
    ("GET", "/general", "general"),
    ("POST", "/general", "save_general"),
    ("GET", "/portal", "portal"),
    ("POST", "/portal", "save_portal"),
    ("GET", "/internal-kb", "internal_kb"),
    ("POST", "/internal-kb", "save_internal_kb"),
)
"""Organization, portal and internal knowledge base."""
DETAILS = _routes("details", ("GET", "/details", "details"), ("POST", "/details", "save"))
"""Which attributes a conversation shows its customer."""
ATTRIBUTES = _routes(
    "attributes",
    ("GET", "/attributes", "attributes"),
    ("POST", "/attributes", "declare"),
    ("GET", "/attributes/new", "new"),
    ("GET", "/attributes/{attribute}", "attribute"),
    ("POST", "/attributes/{attribute}", "change"),
)
SNIPPETS = _routes(
    "snippets",
    ("GET", "/snippets", "snippets"),
    ("POST", "/snippets", "create"),
    ("GET", "/snippets/new", "new"),
    ("GET", "/snippets/{snippet}", "snippet"),
    ("POST", "/snippets/{snippet}", "change"),
)
THEMES = _routes(
    "themes.lists",
    ("GET", "/themes", "themes"),
    ("POST", "/themes", "change_all"),
    ("GET", "/themes/new", "new"),
    ("GET", "/themes/{theme}/manage", "manage"),
    ("POST", "/themes/{theme}/manage", "change_one"),
    ("GET", "/themes/{theme}/picture", "picture"),
)
"""All themes, and what is done with one as a whole."""
THEME_HISTORY = _routes(
    "themes.history",
    ("GET", "/themes/{theme}/history", "history"),
    ("POST", "/themes/{theme}/history", "restore"),
)
THEME_UPGRADE = _routes(
    "themes.upgrading",
    ("GET", "/themes/{theme}/upgrade", "upgrade"),
    ("POST", "/themes/{theme}/upgrade", "save"),
)
THEME_TRANSFER = _routes(
    "themes.transfer",
    ("GET", "/themes/import", "choose"),
    ("GET", "/themes/import/{upload}", "look"),
    ("POST", "/themes/import/{upload}", "save"),
    ("GET", "/themes/{theme}/export", "export"),
)
"""Themes as zips."""
THEME_CLASH = _routes("themes.clashing", ("POST", "/themes/{theme}/join", "save"))
"""Two editors who saved at once."""
THEME_VALUES = (
    *_routes(
        "themes.values",
        ("GET", "/themes/{theme}", "values"),
        ("POST", "/themes/{theme}", "save"),
        ("POST", "/themes/{theme}/judge", "judge"),
        ("POST", "/themes/{theme}/assets", "picture"),
    ),
    *_routes("themes.files", ("GET", "/themes/{theme}/files", "files"), ("POST", "/themes/{theme}/files", "change")),
    *_routes(
        "themes.publishing",
        ("GET", "/themes/{theme}/publish", "publish"),
        ("POST", "/themes/{theme}/publish", "make_live"),
    ),
    *_routes(
        "themes.preview",
        ("GET", "/themes/{theme}/preview/{page}", "preview"),
        ("POST", "/themes/{theme}/preview/{page}", "preview"),
        ("GET", "/themes/{theme}/look.css", "look"),
    ),
)
"""The settings of a theme, and previews."""
STAFF = _routes(
    "staff",
    ("GET", "/staff", "staff"),
    ("POST", "/staff", "invite"),
    ("GET", "/staff/{staff_id}", "member"),
    ("POST", "/staff/{staff_id}", "change"),
    ("GET", "/roles", "roles"),
)
"""Members and roles."""
AUDIT = _routes("audit", ("GET", "/audit", "audit"), ("GET", "/audit/export", "export"))
SIGN_ON = _routes(
    "sign_on",
    ("GET", "/sign-on", "page"),
    ("POST", "/sign-on", "change"),
    ("GET", "/sign-on/start", "start"),
    ("GET", "/sign-on/try", "trial"),
)
"""Custom sign-on of customers."""
CUSTOMERS = _routes("customers", ("GET", "/customers", "page"), ("POST", "/customers", "merge"))
"""Two customers found to be one."""
OPENID = _routes("openid", ("GET", "/openid", "openid"), ("POST", "/openid", "save"))
"""OpenID Connect of staff."""
ARTICLES = (
    *_routes(
        "articles",
        ("GET", "/articles", "articles"),
        ("POST", "/articles", "create"),
        ("GET", "/articles/new", "new"),
        ("GET", "/articles/{article_id}/versions", "versions"),
    ),
    *_routes(
        "editor",
        ("POST", "/article-preview", "preview"),
        ("POST", "/article-images", "picture"),
        ("GET", "/articles/{article_id}", "article"),
        ("POST", "/articles/{article_id}", "change"),
    ),
)
"""What the knowledge base says: written, published, and as it was."""
CATEGORIES = _routes(
    "categories",
    ("GET", "/categories", "categories"),
    ("POST", "/categories", "add"),
    ("GET", "/categories/new", "new"),
    ("GET", "/categories/{category_id}", "category"),
    ("POST", "/categories/{category_id}", "change"),
)

ROUTES = (
    *CONFIGURATION,
    *DETAILS,
    *ATTRIBUTES,
    *SNIPPETS,
    *THEMES,
    *THEME_HISTORY,
    *THEME_UPGRADE,
    *THEME_TRANSFER,
    *THEME_CLASH,
    *THEME_VALUES,
    *STAFF,
    *AUDIT,
    *SIGN_ON,
    *CUSTOMERS,
    *OPENID,
    *ARTICLES,
    *CATEGORIES,
)
