"""The editor of themes, as a content manager sees it."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.knowledge.text_diff import compare
from chalicelib.rendering.model import Page
from chalicelib.speech import LANGUAGES
from chalicelib.themes.language.reference import Row
from chalicelib.web.contexts import Fault, Site
from chalicelib.web.settings.contexts import Option
from chalicelib.web.settings.themes.file_contexts import (
    Checked,
    Excerpt,
    FileChoice,
    FileGroup,
    Found,
    Preview,
    ThemeFile,
    ThemePublish,
)
from chalicelib.web.settings.themes.value_contexts import (
    Contrast,
    PreviewChoice,
    PreviewFailed,
    RowField,
    ThemeHead,
    ThemeValues,
    ValueField,
    ValueGroup,
)
from tests.sample_pages.configuration import MANAGER, URLS

THEME_ID = "01htheme000000000000000000"
SITE = replace(MANAGER, here="themes")
HEAD = ThemeHead(THEME_ID, "Winter 2026", "1.0.20", changed=2, live=True, tab="values", others=("Ruth Adeyemi",))
BRAND = ValueField(
    "brand",
    "colour",
    "Brand",
    "Main buttons, marks and the line at the top.",
    "#d9a441",
    placeholder="#2f5d8a",
    contrasts=(
        Contrast("With Text on the brand colour: 6.0 to 1", fine=True),
        Contrast(
            "On dark pages, with Cards: 2.1 to 1, less than 4.5: hard to read",
            fine=False,
            near="#f2d59b",
            near_key="brand",
        ),
    ),
)
SHAPES = (
    ValueField(
        "font",
        "font",
        "Font",
        "",
        "serif",
        options=(Option("system", "Of the device", chosen=False), Option("serif", "Serif", chosen=True)),
    ),
    ValueField("text_size", "size", "Size of text", "In rem.", "1", unit="rem", least=0.9375, most=1.25, step=0.0625),
    ValueField("dark", "switch", "Dark pages", "For readers whose device asks for them.", "on"),
)
FOOTER = (
    ValueField(
        "logo",
        "image",
        "Logo",
        "",
        "assets/logo.svg",
        options=(Option("", "None", chosen=False), Option("assets/logo.svg", "assets/logo.svg", chosen=True)),
        picture_url=URLS.brand_logo(3),
    ),
    ValueField(
        "footer_note",
        "snippet",
        "Footer note",
        "Opening hours, for example.",
        "",
        options=(Option("", "None", chosen=True), Option("hours", "hours", chosen=False)),
    ),
    ValueField(
        "footer_links",
        "list",
        "Footer links",
        "Imprint, privacy and the like.",
        "",
        most=8,
        rows=(
            (
                RowField("footer_links.0.label", "Label", "Privacy", link=False),
                RowField("footer_links.0.url", "Address", "https://example.com/privacy", link=True),
            ),
            (
                RowField("footer_links.1.label", "Label", "", link=False),
                RowField("footer_links.1.url", "Address", "", link=True),
            ),
        ),
    ),
    ValueField("own_slogan", "text", "Slogan", "A line of text.", "Light for everybody"),
)
VALUES = ThemeValues(
    theme=HEAD,
    action=URLS.settings("themes", THEME_ID),
    seen=7,
    groups=(
        ValueGroup("Colours", (BRAND,)),
        ValueGroup("Type and shape", SHAPES),
        ValueGroup("Header and footer", FOOTER),
    ),
    pages=(
        PreviewChoice(
            "conversations",
            "My Conversations",
            URLS.settings("themes", THEME_ID, "preview", "conversations"),
            (("usual", "A page of 25"), ("empty", "No conversations yet")),
        ),
        PreviewChoice("home", "Home", URLS.settings("themes", THEME_ID, "preview", "home"), (("usual", "Signed in"),)),
    ),
    languages=tuple(LANGUAGES.items()),
)

FILES = URLS.settings("themes", THEME_ID, "files")
WRONG = Found(
    "There is no filter shout. Did you mean last?",
    "parts/row.html, line 2",
    FILES,
    error=True,
    line=2,
    column=16,
    excerpt=Excerpt("{{ row.subject|", "shout", " }}"),
)
LOOK_AT = Found("This text has no translation into Deutsch.", "home.html, line 12", FILES, error=False, line=12)
HEAVY = Found("assets/sea.jpg has 412 KB. Here it should have at most 300 KB.", "assets/sea.jpg", "", error=False)
ROW = "<li>\n{{ row.subject|shout }}\n</li>\n"
FILE = ThemeFile(
    theme=replace(HEAD, tab="files", others=()),
    action=FILES,
    seen=7,
    page="conversations",
    page_label="My Conversations",
    pages=(Option("conversations", "My Conversations", chosen=True), Option("home", "Home", chosen=False)),
    missing=(),
    groups=(
        FileGroup(
            "Files of My Conversations",
            (
                FileChoice("conversations.html", FILES, current=False, changed=False, own=False),
                FileChoice("parts/row.html", FILES, current=True, changed=True, own=False),
                FileChoice("parts/promise.html", FILES, current=False, changed=False, own=True),
            ),
        ),
        FileGroup("Whole theme", (FileChoice("theme.css", FILES, current=False, changed=True, own=False),)),
    ),
    name="parts/row.html",
    text=ROW,
    changed=True,
    own=False,
    differs=compare("<li>\n{{ row.subject }}\n</li>\n", ROW),
    problems=(WRONG, LOOK_AT),
    elsewhere=(Found("2 problems in conversations.html", "conversations.html", FILES, error=True),),
    offered=(
        Row("page.rows", "list", "for the tag for"),
        Row("page.rows[].subject", "text", "is escaped"),
        Row("slots.search", "markup", "", "the form", required=True),
    ),
    preview_url=URLS.settings("themes", THEME_ID, "preview", "conversations"),
    states=(("usual", "A page of 25"), ("empty", "No conversations yet")),
    shows_typed=True,
    editor=URLS.static("code-editor.js"),
)
PUBLISH = ThemePublish(
    theme=replace(HEAD, tab="publish", others=()),
    action=URLS.settings("themes", THEME_ID, "publish"),
    number=8,
    live=7,
    before=5,
    stops=(),
    warns=(Checked("Translations", (LOOK_AT, HEAVY), ""),),
    passes=(Checked("Contrast", (), "All pairs of colours can be told apart."),),
    history_url=URLS.settings("themes", THEME_ID, "history"),
    axe=URLS.static("axe.js"),
    looks=(Preview("My Conversations: A page of 25", URLS.settings("themes", THEME_ID, "preview", "conversations")),),
)

PAGES: dict[str, tuple[Page, Site]] = {
    "settings-theme": (VALUES, SITE),
    "settings-theme-refused": (
        replace(
            VALUES,
            theme=replace(HEAD, live=False, changed=0, others=(), base="1.0.19", upgrade="1.0.20"),
            groups=(ValueGroup("Colours", (replace(BRAND, value="mauve", fault="Enter a colour such as #2f5d8a."),)),),
            faults=(Fault("Enter a colour such as #2f5d8a.", "brand"),),
        ),
        SITE,
    ),
    "settings-theme-clash": (
        replace(
            VALUES,
            groups=(ValueGroup("Colours", (replace(BRAND, theirs="#884422"),)),),
            clash="Ruth Adeyemi saved this theme while you were editing it. Your changes are kept.",
        ),
        SITE,
    ),
    "settings-theme-preview-failed": (
        PreviewFailed(
            ("conversations.html:12:4: filter: There is no filter shout.",), URLS.settings("themes", THEME_ID, "files")
        ),
        SITE,
    ),
    "settings-theme-file": (FILE, SITE),
    "settings-theme-file-own": (
        replace(
            FILE,
            name="parts/promise.html",
            changed=False,
            own=True,
            problems=(),
            differs=(),
            offered=(),
            elsewhere=(),
            missing=("Account",),
            states=(("usual", "Usual"),),
            shows_typed=False,
            editor="",
            typed_path="Promise!",
            faults=(Fault("Give the new file a name that no other has.", "path"),),
        ),
        SITE,
    ),
    "settings-theme-publish": (PUBLISH, SITE),
    "settings-theme-publish-refused": (
        replace(
            PUBLISH,
            reason=" ",
            faults=(Fault("The checks found something to look at. Give a reason to publish it anyway.", "reason"),),
        ),
        SITE,
    ),
    "settings-theme-publish-stopped": (replace(PUBLISH, stops=(Checked("Templates", (WRONG,), ""),)), SITE),
    "settings-theme-published": (replace(PUBLISH, live=8, warns=()), SITE),
    "settings-theme-published-first": (replace(PUBLISH, live=8, before=0, warns=()), SITE),
    "settings-theme-never-published": (replace(PUBLISH, live=0, before=0, warns=()), SITE),
}
