"""All themes, their history, upgrades and zips, as a content manager sees them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from chalicelib.aws.files import FORM_SECONDS
from chalicelib.rendering.model import Page
from chalicelib.themes.bases import Bases
from chalicelib.themes.merge import merge
from chalicelib.themes.model import MAX_LABEL, WARNING, Content, Problem
from chalicelib.themes.revisions import DRAFT, PUBLISHED, Failure, Revision
from chalicelib.themes.upgrade import FileUpgrade, Outcome
from chalicelib.web.contexts import Fault, Site
from chalicelib.web.http import Request
from chalicelib.web.settings.contexts import Option
from chalicelib.web.settings.themes.comparing import files_changed, values_changed
from chalicelib.web.settings.themes.history_contexts import ThemeHistory
from chalicelib.web.settings.themes.joining import conflicts, view
from chalicelib.web.settings.themes.joining_contexts import ThemeClash, ThemeUpgrade
from chalicelib.web.settings.themes.list_contexts import NewTheme, ThemeCard, ThemeList, ThemeManaging
from chalicelib.web.settings.themes.transfer import MAX_ZIP
from chalicelib.web.settings.themes.transfer_contexts import ThemeImport, ThemeImported
from tests.sample_pages.staff import NOW, URLS
from tests.sample_pages.themes import HEAD, SITE, THEME_ID

BASES = Bases(Path(__file__).resolve().parents[2] / "templates" / "themes")
NEW, OLD = BASES.newest, "1.0.19"
HOME = "{% extends 'layout.html' %}\n{% block content %}\n<h1>Hello</h1>\n{% endblock %}\n"
OTHER_ID = "01hother000000000000000000"
FAILURE = Failure(7, "home.html", "home.html, line 12: The page takes more than 200,000 steps.", NOW, 12)
LIVE = ThemeCard(
    THEME_ID,
    "Workshop 2026",
    f"Base version Midtown {OLD}. 5 files are changed: home.html, layout.html, theme.css and 2 more.",
    live=True,
    draft=True,
    customised=True,
    did="Saved",
    at=NOW,
    by="Ellis Moreau",
    upgrade=NEW,
    number=7,
)
SALE = ThemeCard(
    OTHER_ID,
    "تخفيضات الشتاء",
    f"Base version Midtown {NEW}, the newest. No file is changed, only settings.",
    live=False,
    draft=False,
    customised=False,
    did="Published",
    at=NOW - timedelta(days=30),
    by="Ruth Adeyemi",
    upgrade="",
    number=3,
)
LIST = ThemeList((LIVE, SALE), NEW, live_id=THEME_ID)
NEW_THEME = NewTheme(NEW, "", MAX_LABEL)
MANAGING = ThemeManaging(
    theme=replace(HEAD, tab="manage", live=False),
    action=URLS.settings("themes", THEME_ID, "manage"),
    label="Winter 2026",
    copy_label="Copy of Winter 2026",
    max_label=MAX_LABEL,
    revisions=3,
    export_url=URLS.settings("themes", THEME_ID, "export"),
)
LONG = Fault(f"A theme needs a label of at most {MAX_LABEL} characters.", "label")
REVISIONS = (
    Revision(3, DRAFT, NOW, "Ellis Moreau"),
    Revision(2, PUBLISHED, NOW - timedelta(days=1), "Ruth Adeyemi", "A link to the shop", NOW - timedelta(hours=20)),
    Revision(1, DRAFT, NOW - timedelta(days=40), "Ellis Moreau"),
)
BEFORE, AFTER = Content(NEW), Content(NEW, values={"brand": "#8a2d52", "dark": False})
HISTORY = ThemeHistory(
    theme=replace(HEAD, tab="history"),
    here=URLS.settings("themes", THEME_ID, "history"),
    revisions=REVISIONS,
    live=2,
    old=2,
    new=3,
    files=files_changed(
        {"home.html": HOME}, {"home.html": f"{HOME}\n<hr>", "parts/own.html": "<p>Hi</p>"}, BEFORE, AFTER
    ),
    values=values_changed(BEFORE, AFTER, BASES.files(NEW)),
)

_THEIRS = "<nav>\n<a>Contact</a>\n<a>My Conversations</a>\n</nav>\n<p>Ours</p>\n<footer>\n</footer>\n"
_YOURS = "<nav>\n<a>Contact</a>\n<a>Shop</a>\n</nav>\n<p>Ours</p>\n<footer>\n</footer>\n<hr>\n"
_BASE = "<nav>\n<a>Contact</a>\n</nav>\n<p>Ours</p>\n<footer>\n</footer>\n"
_SAME, _OTHER = "<p>One</p>\n<p>Two</p>\n<p>Three</p>\n", "<p>One</p>\n<p>Two</p>\n<p>Drei</p>\n"
JOINED = {
    "parts/header.html": FileUpgrade(
        "parts/header.html", Outcome.CONFLICT, _YOURS, _THEIRS, merge(_BASE, _YOURS, _THEIRS)
    ),
    "home.html": FileUpgrade(
        "home.html",
        Outcome.MERGED,
        _SAME.replace("One", "Eins"),
        _OTHER,
        merge(_SAME, _SAME.replace("One", "Eins"), _OTHER),
    ),
    "layout.html": FileUpgrade("layout.html", Outcome.FOLLOWS, None, "<main></main>"),
    "parts/own.html": FileUpgrade("parts/own.html", Outcome.KEPT, "<p>Hi</p>", None),
}
_LOOKED = Request("GET", "/", {}, {}, {}, b"", "192.0.2.1", "")
(CONFLICT,) = conflicts(JOINED)
_SENT = replace(_LOOKED, method="POST", body=f"keep.{CONFLICT.key}=text&text.{CONFLICT.key}=%3Chr%3E".encode())
_shown = partial(view, JOINED, mine="Yours")
UPGRADE = ThemeUpgrade(
    theme=replace(HEAD, tab="upgrade", base=OLD, upgrade=NEW, live=False, others=()),
    action=URLS.settings("themes", THEME_ID, "upgrade"),
    seen=7,
    until=NEW,
    changes=BASES.changes(OLD, NEW),
    joining=_shown(_LOOKED, other=f"Midtown {NEW}", asked=False)[0],
    added=("conversation.html", "conversations.html"),
    pages=("My Conversations", "Conversation Detail View"),
    gone=("parts/hours.html",),
    settings=("The colour “accent” is now called “brand”. What you set is kept.",),
    look=(Problem("home.html", 12, 4, "renamed-setting", "Write “settings.brand” here.", WARNING),),
)
_ASKED, _FAULTS = _shown(_LOOKED, other=f"Midtown {NEW}", asked=True)
CLASH = ThemeClash(
    theme=replace(HEAD, tab="files"),
    action=URLS.settings("themes", THEME_ID, "join"),
    seen=6,
    theirs=7,
    by="Ruth Adeyemi",
    note="A link to the shop",
    joining=_shown(_SENT, other="Ruth Adeyemi’s", asked=False)[0],
    files=(("parts/header.html", _YOURS),),
    removed=("parts/old.html",),
)
IMPORT = ThemeImport(
    "https://uploads.example/",
    (("key", "theme-imports/x/y"), ("policy", "abc"), ("x-amz-signature", "0" * 64)),
    MAX_ZIP,
    FORM_SECONDS // 60,
)
IMPORTED = ThemeImported(
    action=URLS.settings("themes", "import", OTHER_ID),
    label="Winter sale",
    max_label=MAX_LABEL,
    base=NEW,
    files=("home.html", "theme.css"),
    values=5,
    assets=(("assets/hero.jpg", 180_400), ("assets/letters.woff2", 32_000)),
    targets=(Option("new", "a new theme", chosen=True), Option(f"{THEME_ID}:7", "a draft of Sale", chosen=False)),
)

PAGES: dict[str, tuple[Page, Site]] = {
    "settings-themes": (LIST, SITE),
    "settings-themes-none": (replace(LIST, themes=(), live_id=""), SITE),
    "settings-themes-troubled": (
        replace(
            LIST,
            live_base=OLD,
            plain_pages=("My Conversations", "Account"),
            failure=FAILURE,
            faults=(Fault("Somebody else changed this meanwhile."),),
        ),
        SITE,
    ),
    "settings-theme-new": (NEW_THEME, SITE),
    "settings-theme-new-refused": (replace(NEW_THEME, label="x" * 70, faults=(LONG,)), SITE),
    "settings-theme-manage": (MANAGING, SITE),
    "settings-theme-manage-live": (replace(MANAGING, theme=HEAD), SITE),
    "settings-theme-manage-refused": (
        replace(MANAGING, failed="duplicate", copy_label="x" * 70, faults=(replace(LONG, field="copy_label"),)),
        SITE,
    ),
    "settings-theme-manage-unsure": (
        replace(MANAGING, failed="delete", faults=(Fault("Tick the box first.", "sure"),)),
        SITE,
    ),
    "settings-theme-history": (HISTORY, SITE),
    "settings-theme-history-upgraded": (
        replace(HISTORY, bases=(OLD, NEW), failure=FAILURE, faults=(Fault("Somebody saved first."),)),
        SITE,
    ),
    "settings-theme-history-one": (
        replace(HISTORY, revisions=REVISIONS[2:], old=1, new=1, live=0, files=(), values=()),
        SITE,
    ),
    "settings-theme-upgrade": (UPGRADE, SITE),
    "settings-theme-upgrade-unsettled": (replace(UPGRADE, joining=_ASKED, faults=_FAULTS), SITE),
    "settings-theme-upgrade-overtaken": (
        replace(UPGRADE, overtaken=True, settings=(), gone=(), faults=(Fault("Ruth Adeyemi saved this theme."),)),
        SITE,
    ),
    "settings-theme-join": (CLASH, SITE),
    "settings-theme-join-clean": (
        replace(CLASH, joining=replace(CLASH.joining, conflicts=(), taken=()), removed=(), note=""),
        SITE,
    ),
    "settings-theme-import": (IMPORT, SITE),
    "settings-theme-import-refused": (
        replace(
            IMPORT,
            problems=(
                Problem("home.html", 3, 0, "encoding", "home.html has a control character. Remove it."),
                Problem("assets/a.png", 0, 0, "picture", "This file was not taken: its content is not PNG."),
            ),
        ),
        SITE,
    ),
    "settings-theme-imported": (IMPORTED, SITE),
    "settings-theme-imported-refused": (
        replace(IMPORTED, files=(), values=0, assets=(), label="", faults=(LONG,)),
        SITE,
    ),
}
