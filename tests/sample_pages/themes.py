"""The editor of themes, as a content manager sees it."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.knowledge.text_diff import compare
from chalicelib.rendering.model import Page
from chalicelib.speech import LANGUAGES
from chalicelib.themes.language.reference import Row
from chalicelib.themes.model import MAX_FILE
from chalicelib.web.contexts import Fault, Site
from chalicelib.web.settings.contexts import Option
from chalicelib.web.settings.themes.file_contexts import (
    Checked,
    CodeProblem,
    FileLink,
    Found,
    FoundLine,
    Offers,
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
PREVIEWS = (
    PreviewChoice(
        "conversations",
        "My Conversations",
        URLS.settings("themes", THEME_ID, "preview", "conversations"),
        (("usual", "A page of 25"), ("empty", "No conversations yet")),
    ),
    PreviewChoice("home", "Home", URLS.settings("themes", THEME_ID, "preview", "home"), (("usual", "Signed in"),)),
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
    pages=PREVIEWS,
    shown=PREVIEWS[0],
    languages=tuple(LANGUAGES.items()),
)

FILES = URLS.settings("themes", THEME_ID, "files")
WRONG = Found("There is no filter shout. Did you mean last?", "parts/row.html, line 4", FILES, error=True)
LOOK_AT = Found("This text has no translation into Deutsch.", "home.html, line 12", FILES, error=False)
ROW = "parts/row.html"
TEXT = "<li>\n{{ row.subject|shout }}\n</li>\n"
FILE = ThemeFile(
    theme=replace(HEAD, tab="files", others=()),
    action=FILES,
    seen=7,
    file=ROW,
    text=TEXT,
    kind="html",
    origin="changed",
    lines=compare(TEXT.replace("|shout", ""), TEXT),
    numbers=range(1, 5),
    wrong=frozenset({2}),
    problems=(
        CodeProblem(
            2, 17, "There is no filter shout. Did you mean last?", error=True, source="{{ row.subject|shout }}"
        ),
        CodeProblem(0, 0, "No page uses this file yet.", error=False, source=""),
    ),
    elsewhere=(FoundLine("layout.html", 3, "There is no site.nam. Did you mean name?", FILES),),
    choices=(Option("conversations", "My Conversations", chosen=True), Option("home", "Home", chosen=False)),
    files=(
        FileLink("conversations.html", FILES, changed=False, current=False),
        FileLink(ROW, FILES, changed=True, current=True),
    ),
    common=(FileLink("theme.css", FILES, changed=False, current=False),),
    others=(FileLink("home.html", FILES, changed=False, current=False),),
    offers=(
        Offers("This page", (Row("page.rows[].subject", "text", "is escaped"),), open=True),
        Offers("Filters", (Row("|last", "filter", "the last of a list"),), open=False),
    ),
    pages=PREVIEWS,
    shown=PREVIEWS[0],
    languages=tuple(LANGUAGES.items()),
    most=MAX_FILE,
    max_note=200,
    coloured=True,
    query="subject",
    found=(FoundLine(ROW, 2, "{{ row.subject|shout }}", FILES),),
)
PUBLISH = ThemePublish(
    theme=replace(HEAD, tab="publish", others=()),
    action=URLS.settings("themes", THEME_ID, "publish"),
    number=8,
    published=False,
    before=7,
    stops=(),
    warns=(Checked("Translations", (LOOK_AT,), ""),),
    passes=(Checked("Contrast", (), "All pairs of colours can be told apart."),),
    history_url=URLS.settings("themes", THEME_ID, "history"),
    max_reason=200,
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
            origin="own",
            lines=(),
            wrong=frozenset(),
            problems=(),
            elsewhere=(),
            coloured=False,
            note="A promise",
            new_name="Promise!",
            found=None,
            faults=(Fault("Name the file like parts/banner.html.", "name"),),
        ),
        SITE,
    ),
    "settings-theme-file-of-no-page": (
        replace(
            FILE,
            theme=replace(HEAD, tab="files", base="1.0.19", upgrade="1.0.20"),
            kind="css",
            origin="midtown",
            lines=(),
            files=(),
            offers=(),
            found=(),
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
    "settings-theme-published": (replace(PUBLISH, published=True, warns=()), SITE),
}
