"""Two small versions of Midtown in a folder of their own, whose files no change of the real ones can touch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from chalicelib.themes.bases import Bases

OLD, NEW = "1.0.19", "1.0.20"

LAYOUT = """\
{% include 'parts/header.html' %}
<main {{ hooks.main }}>
{{ slots.notice }}
{% block main %}{% endblock %}
</main>
{% include 'parts/footer.html' %}
"""
HOME = """\
{% extends 'layout.html' %}
{% block title %}{{ site.organization }}{% endblock %}
{% block main %}
<div class="hello">
<h1>{{ _('How can we help?') }}</h1>
{{ slots.find }}
</div>
<div class="topics">
{% include 'parts/topics.html' %}
</div>
{% endblock %}
"""
HEADER = """\
<header class="top">
<a class="brand" href="{{ urls.home }}">{{ site.organization }}</a>
<nav aria-label="{{ _('Main') }}">
<a href="{{ urls.contact }}">{{ _('Contact us') }}</a>
</nav>
</header>
"""
CSS = """\
.top {
  background: var(--accent);
}
.hello {
  padding: 2rem;
}
"""


def manifest(*keys: str) -> str:
    """Return a manifest with these settings."""
    return json.dumps({"name": "Midtown", "settings": [{"key": key} for key in keys]}, indent=2) + "\n"


FILES: Mapping[str, Mapping[str, str]] = {
    OLD: {
        "layout.html": LAYOUT,
        "home.html": HOME,
        "parts/header.html": HEADER,
        "parts/footer.html": "<footer>{{ slots.languages }}</footer>\n",
        "parts/topics.html": "<ul></ul>\n",
        "parts/hours.html": "<p>{{ settings.hours }}</p>\n",
        "theme.css": CSS,
        "manifest.json": manifest("accent", "rounded"),
    },
    NEW: {
        "layout.html": LAYOUT,
        "home.html": HOME.replace(
            '<div class="topics">',
            "{% if site.viewer %}\n<section class=\"again\">{{ _('Welcome back') }}</section>\n{% endif %}\n"
            '<div class="topics">',
        ),
        "parts/header.html": HEADER.replace(
            "</nav>", "<a href=\"{{ urls.conversations }}\">{{ _('My Conversations') }}</a>\n</nav>"
        ),
        "parts/footer.html": "<footer>{{ slots.languages }}</footer>\n",
        "parts/topics.html": '<ul class="topics"></ul>\n',
        "conversations.html": "{% extends 'layout.html' %}\n",
        "theme.css": CSS.replace("--accent", "--fill"),
        "manifest.json": manifest("brand", "corners"),
    },
}


def written(root: Path) -> Bases:
    """Write both versions into an empty folder, as they are in ``templates/themes/``."""
    for version, folder in ((NEW, "midtown"), (OLD, f"midtown-{OLD}")):
        for name, text in FILES[version].items():
            target = root / folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())
    entries = [
        {"version": NEW, "date": "2026-12-07", "released": False, "changes": ["My Conversations."], "lock": {}},
        {"version": OLD, "date": "2026-06-01", "released": False, "changes": ["The first."], "lock": {}},
    ]
    (root / "changes.json").write_text(json.dumps({"versions": entries}), "utf-8")
    return Bases(root)
