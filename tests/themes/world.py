"""Words that tests of themes share."""

from __future__ import annotations

from pathlib import Path

from chalicelib.audit.model import Author
from chalicelib.ids import new_id
from chalicelib.staff.model import Member
from chalicelib.themes.bases import Bases
from chalicelib.themes.model import Content
from tests.people import START

BASES = Bases(Path(__file__).resolve().parents[2] / "templates" / "themes")
NEW, OLD = BASES.newest, "1.0.19"
"""Versions of Midtown; the old one has no pages of the portal, and calls its colour “accent”."""
MIRA = Author("mira", "Mira", "192.0.2.7")
NILS = Author("nils", "Nils", "192.0.2.8")
AGENT, LEAD = (Member(new_id(START), name, f"{name}@example.com", "admin", True, START) for name in ("Ana", "Lena"))

HOME = "{% extends 'help.html' %}{% block title %}Help{% endblock %}{% block content %}<h1>Hello</h1>{% endblock %}"


def content(*, base: str = NEW, **values: object) -> Content:
    """Return a content with one page of its own."""
    return Content(base, {"home.html": HOME}, values=values)
