"""Templates and their typed contexts hold each other: nothing missing or unused, nothing a strict policy blocks."""

from __future__ import annotations

import ast
import gc
import gzip
import itertools
import pkgutil
import re
from collections import Counter
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from importlib import import_module
from inspect import getsource
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import nodes

from chalicelib import web
from chalicelib.attachments.model import Attachment
from chalicelib.colour import ink
from chalicelib.mail import contexts as mail_pages
from chalicelib.rendering import filters, model
from chalicelib.rendering.environment import MIDTOWN, Renderer
from chalicelib.rendering.filters import Times, day, hours, moment, number, prose, quoted, size, written_moment
from chalicelib.rendering.static import StaticFiles
from chalicelib.web.contexts import Site
from tests import samples

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
RENDERER = Renderer(TEMPLATES)
ENVIRONMENT = RENDERER.environment


def own_classes(module: ModuleType) -> list[type]:
    """Return the classes that a module defines itself."""
    return [kind for kind in vars(module).values() if isinstance(kind, type) and kind.__module__ == module.__name__]


PAGE_MODULES = [
    module
    for module in (import_module(found.name) for found in pkgutil.walk_packages(web.__path__, f"{web.__name__}."))
    if any(issubclass(kind, model.Page) for kind in own_classes(module))
]
"""Where pages are defined: ``contexts.py`` of the web room and of each surface."""
PAGE_TYPES = [kind for module in PAGE_MODULES for kind in own_classes(module) if issubclass(kind, model.Page)]
PLAIN_TYPES = [kind for kind in PAGE_TYPES if not issubclass(kind, model.ThemedPage)]
THEMED_TYPES = [kind for kind in PAGE_TYPES if issubclass(kind, model.ThemedPage)]
"""Pages that a theme renders; ``tests/themes/test_midtown.py`` holds them and its files together."""
MAIL_TYPES = [kind for kind in vars(mail_pages).values() if isinstance(kind, type) and issubclass(kind, model.Mail)][1:]
MAIL_PARTS = ("subject.txt", "body.txt", "body.html")
VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "use", "wbr"})


# what templates read


def trees(name: str) -> Iterator[nodes.Template]:
    """Give the syntax tree of a template, and of everything it extends and includes."""
    tree = ENVIRONMENT.parse((TEMPLATES / name).read_text())
    yield tree
    for node in tree.find_all((nodes.Extends, nodes.Include)):
        assert isinstance(node.template, nodes.Const), f"{name} includes something that is not named"
        yield from trees(node.template.value)


def attributes(name: str, variable: str) -> set[str]:
    """Return every attribute of ``variable`` that a template reads, its includes too."""
    return {
        node.attr
        for tree in trees(name)
        for node in tree.find_all(nodes.Getattr)
        if isinstance(node.node, nodes.Name) and node.node.name == variable
    }


def all_attributes() -> set[str]:
    """Return every attribute that any template reads of anything, and what pages offer to themes reads of it."""
    said = {
        node.attr
        for path in TEMPLATES.rglob("*.*")
        if path.is_file()
        for node in ENVIRONMENT.parse(path.read_text(encoding="utf-8")).find_all(nodes.Getattr)
    }
    offering = [kind for module in PAGE_MODULES for kind in own_classes(module) if issubclass(kind, model.ThemedPage)]
    code = [ast.parse(getsource(module)) for module in {import_module(kind.__module__) for kind in offering}]
    return said | {node.attr for tree in code for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def slots() -> set[str]:
    """Return the templates of what the product puts into pages of themes."""
    return {
        f"slots/{node.args[0].value}.html"
        for found in pkgutil.walk_packages(web.__path__, f"{web.__name__}.")
        for node in ast.walk(ast.parse(getsource(import_module(found.name))))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "frame.slot"
        and isinstance(node.args[0], ast.Constant)
    }


def watched(record: T, seen: set[str]) -> T:
    """Return a copy of a record that notes in ``seen`` which of its fields are read."""
    names = {field.name for field in fields(record)}  # type: ignore[arg-type]

    def read(self: T, name: str) -> object:
        seen.update({name} & names)
        return object.__getattribute__(self, name)

    copy = object.__new__(type("Watched", (type(record),), {"__getattribute__": read}))
    for name in names:
        object.__setattr__(copy, name, getattr(record, name))
    return copy  # type: ignore[no-any-return]


@pytest.mark.parametrize("kind", PLAIN_TYPES, ids=lambda kind: kind.__name__)
def test_a_page_and_its_template_know_the_same_fields(kind: type[model.Page]) -> None:
    """A template reads every field of its page, and none that is not there."""
    assert attributes(kind.template, "page") == {field.name for field in fields(kind)}


@pytest.mark.parametrize("kind", THEMED_TYPES, ids=lambda kind: kind.__name__)
def test_what_a_themed_page_knows_is_offered(kind: type[model.ThemedPage]) -> None:
    """Every field is read for what a theme is given, by the page itself or by what the product puts in."""
    seen: set[str] = set()
    for page, site in samples.PAGES.values():
        if type(page) is kind:
            RENDERER.page(watched(page, seen), site, samples.ZONE, samples.NOW)
    assert seen == {field.name for field in fields(kind)}


@pytest.mark.parametrize("kind", MAIL_TYPES, ids=lambda kind: kind.__name__)
def test_a_mail_and_its_templates_know_the_same_fields(kind: type[model.Mail]) -> None:
    """The three templates of a mail together read every field, and none that is not there; ``times`` has the zone."""
    read = set[str]().union(*(attributes(f"email/{kind.name}/{part}", "mail") for part in MAIL_PARTS))
    assert read == {field.name for field in fields(kind)} - {"time_zone"}


def test_the_two_forms_of_a_mail_say_the_same() -> None:
    """The text and the HTML of a mail read the same fields, but for colour and what only a heading needs."""
    for kind in MAIL_TYPES:
        text = attributes(f"email/{kind.name}/body.txt", "mail")
        html = attributes(f"email/{kind.name}/body.html", "mail")
        assert html - text <= {"colour", "font", "logo_url", "subject", "language"}
        assert text <= html


def test_templates_use_all_of_site_and_nothing_else() -> None:
    """Every field of Site is shown or offered somewhere; no template reads another."""
    known = {field.name for field in fields(Site)}
    read = {name: attributes(name, "site") for name in {kind.template for kind in PAGE_TYPES} | slots()}
    assert set[str]().union(*read.values()) <= known
    seen: set[str] = set()
    for page, site in samples.PAGES.values():
        RENDERER.page(page, watched(site, seen), samples.ZONE, samples.NOW)
    assert seen == known


def test_no_line_of_a_template_is_too_long_to_review() -> None:
    """A change of one word in it shows as a change of one sentence: no line has 160 characters."""
    long = [
        f"{path.relative_to(TEMPLATES)}:{number}"
        for path in sorted(TEMPLATES.rglob("*.*"))
        if path.is_file()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) >= 160
    ]
    assert long == []


def test_what_pages_are_made_of_is_used() -> None:
    """Each field of rows, messages, choices and so on is read by some template."""
    parts = [
        kind
        for module in (*PAGE_MODULES, mail_pages)
        for kind in own_classes(module)
        if is_dataclass(kind) and not kind.__name__.startswith("_")  # those are how views are put together
    ]
    read = all_attributes()
    read.add("value")  # of a Choice: what it stands for, where code looks; pages show its label and its address
    unused = {f"{kind.__name__}.{field.name}" for kind in parts for field in fields(kind) if field.name not in read}
    assert unused == set()


def test_every_page_and_every_template_has_a_sample() -> None:
    """Samples cover every kind of page and mail, and no template file is left over but those of themes."""
    assert {type(page) for page, _ in samples.PAGES.values()} == set(PAGE_TYPES)
    assert {type(mail) for mail in samples.MAILS.values()} == set(MAIL_TYPES)
    used = {kind.template for kind in PAGE_TYPES} | slots()
    used |= {f"email/{kind.name}/{part}" for kind in MAIL_TYPES for part in MAIL_PARTS}
    for name in list(used):
        used |= {
            node.template.value  # type: ignore[attr-defined]
            for tree in trees(name)
            for node in tree.find_all((nodes.Extends, nodes.Include))
        }
    assert {
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.*")
        if path.relative_to(TEMPLATES).parts[0] != "themes"
    } == used


def test_templates_name_only_what_they_are_given() -> None:
    """A template knows ``site``, ``page``, ``times`` or ``mail``; parts say in their first line what else they want."""
    from jinja2 import meta

    given = {"site", "page", "times", "_", "ngettext"}
    for kind in PLAIN_TYPES:
        assert meta.find_undeclared_variables(ENVIRONMENT.parse((TEMPLATES / kind.template).read_text())) <= given
    parts = [(part, given - {"page", "times"}) for part in (TEMPLATES / "_parts").iterdir()]
    parts += [(TEMPLATES / name, given) for name in {"document.html", "_document.html"} | slots()]
    for part, known in parts:
        wanted = meta.find_undeclared_variables(ENVIRONMENT.parse(part.read_text())) - known
        assert all(f"``{name}``" in part.read_text().partition("\n")[0] for name in wanted), part.name


# what comes out


class Page(HTMLParser):
    """A rendered page, taken apart; complains about tags that do not close."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.forms: list[dict[str, object]] = []
        self.within: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, list[tuple[str, dict[str, str]]]]] = []
        self.feed(html)
        self.close()
        assert not self.within, f"not closed: {self.within}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute stands twice in <{tag}>: {names}"
        values = {name: value or "" for name, value in attrs}
        self.tags.append((tag, values))
        if tag == "form":
            self.forms.append({"method": values.get("method", "get"), "action": values["action"], "fields": []})
        if tag in {"input", "textarea", "select", "button"} and any(open_ == "form" for open_, _ in self.within):
            self.forms[-1]["fields"].append(values)  # type: ignore[attr-defined]
        if tag not in VOID:
            self.within.append((tag, values))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        opened, _ = self.within.pop()
        assert opened == tag, f"<{opened}> is closed by </{tag}>"

    def handle_data(self, data: str) -> None:
        self.texts.append((data, list(self.within)))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [values for name, values in self.tags if name == tag]


def html_of(name: str) -> str:
    """Return a sample as HTML."""
    page, site = samples.PAGES[name]
    return RENDERER.page(page, site, samples.ZONE, samples.NOW)


every_page = pytest.mark.parametrize("name", samples.PAGES)
whole_pages = pytest.mark.parametrize("name", sorted(set(samples.PAGES) - samples.PARTS))


def uploads(form: dict[str, object]) -> bool:
    """Tell whether a form goes to the bucket for uploads."""
    return "x-amz-signature" in {field.get("name") for field in form["fields"]}  # type: ignore[attr-defined]


@every_page
def test_forms_that_change_something_carry_the_token(name: str) -> None:
    """Every POST form has the hidden field ``csrf`` and goes to an address of our own; GET forms carry none.

    A form that uploads to the bucket is signed for it instead, and tells it nothing of ours.
    """
    for form in Page(html_of(name)).forms:
        if uploads(form):
            assert "csrf" not in {field.get("name") for field in form["fields"]}  # type: ignore[attr-defined]
            continue
        hidden = [field for field in form["fields"] if field.get("name") == "csrf"]  # type: ignore[attr-defined]
        assert [field["value"] for field in hidden] == (["c" * 43] if form["method"] == "post" else [])
        assert str(form["action"]).startswith("/")


@every_page
def test_nothing_is_inline_and_nothing_foreign_is_loaded(name: str) -> None:
    """No style or script in the page, no handler attribute, no address outside but in links that people wrote."""
    page = Page(html_of(name))
    for tag, values in page.tags:
        assert tag not in {"style", "object", "embed", "base"}
        assert tag != "iframe" or values["name"] == "preview"
        assert not [key for key in values if key.startswith("on") or key == "style"]
        for key in {"src", "href", "action", "formaction", "srcset", "data-uploads", "data-updates"} & set(values):
            own = values[key].startswith(("/", "#")) and not values[key].startswith("//")
            written = tag == "a" and values.get("rel") == "nofollow noopener noreferrer ugc"
            told = tag == "link" and values.get("rel") in {"canonical", "alternate"}  # to machines; nothing loads it
            led = tag == "a" and values.get("rel") == "external noreferrer"  # to the organization's own sign-out
            sent = tag == "form" and values.get("enctype") == "multipart/form-data"  # to the bucket for uploads
            assert own or written or told or led or sent, f"{tag} {key}={values[key]}"
    assert all("src" in values for values in page.all("script"))


@every_page
def test_ids_are_unique_and_whatever_names_one_finds_it(name: str) -> None:
    """Labels, descriptions and links inside the page point at something that is there, once."""
    page = Page(html_of(name))
    ids = Counter(values["id"] for _, values in page.tags if "id" in values)
    assert [one for one, count in ids.items() if count > 1] == []
    for tag, values in page.tags:
        named = values.get("aria-describedby", "").split() + values.get("aria-labelledby", "").split()
        named += [values["for"]] if "for" in values else []
        named += [values["href"][1:]] if tag == "a" and values["href"].startswith("#") else []
        assert [one for one in named if one not in ids] == []


@every_page
def test_every_field_has_a_label(name: str) -> None:
    """A visible field is named by a label, one around it, or an aria-label; icons are hidden from screen readers."""
    page = Page(html_of(name))
    labelled = {values["for"] for values in page.all("label") if "for" in values}
    for form in page.forms:
        for field in form["fields"]:  # type: ignore[attr-defined]
            if field.get("type") not in {"hidden", "checkbox"} and "name" in field and field not in page.all("button"):
                assert field.get("id") in labelled or "aria-label" in field, field
    assert all(values.get("aria-hidden") == "true" for values in page.all("svg"))


@whole_pages
def test_a_page_has_one_heading_of_the_first_rank_and_skips_none(name: str) -> None:
    """One h1 before all others, no rank left out; one main landmark, a title, a language, a way past the header."""
    page = Page(html_of(name))
    ranks = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert ranks[0] == 1
    assert ranks.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(ranks))
    assert len(page.all("main")) == 1
    assert page.all("html")[0]["lang"] == "en"
    assert any(values["href"] == "#main" for values in page.all("a"))
    title = "".join(text for text, within in page.texts if within and within[-1][0] == "title")
    assert title.endswith("· Alder & Finch")
    assert not title.startswith(" ")


@every_page
def test_what_people_wrote_finds_its_own_direction(name: str) -> None:
    """Text in Arabic, wherever it comes from, stands in an element with ``dir="auto"`` (or in ``bdi``)."""
    page = Page(html_of(name))
    for text, within in page.texts:
        if re.search("[\u0600-\u06ff]", text):
            assert (
                any(values.get("dir") == "auto" or tag == "bdi" for tag, values in within) or within[-1][0] == "title"
            ), text
    for tag, values in page.tags:
        if tag in {"input", "textarea"} and values.get("name") in {"subject", "body", "q", "name", "part"}:
            assert values["dir"] == "auto"


@every_page
def test_no_markup_of_anybody_reaches_a_page(name: str) -> None:
    """Every text of a sample, replaced by markup, comes out escaped."""
    page, site = samples.PAGES[name]
    evil = "<script>\"'&</script>"
    html = RENDERER.page(_with_texts(page, evil), _with_texts(site, evil), samples.ZONE, samples.NOW)  # type: ignore[arg-type]
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    Page(html)


def _with_texts(value: object, text: str) -> object:
    """Return a copy of ``value`` in which what people can write is ``text``."""
    written = {
        "organization",
        "viewer",
        "subject",
        "preview",
        "body",
        "author",
        "name",
        "q",
        "customer",
        "kept",
        "email",
    }
    written |= {"customer_name", "customer_email", "actor", "text", "delivery_detail", "sentence", "title", "device"}
    written |= {"continues_subject", "return_to", "detail", "notice", "person"}
    if isinstance(value, tuple):
        return tuple(_with_texts(one, text) for one in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed = {
        field.name: text
        if field.name in written and isinstance(getattr(value, field.name), str) and getattr(value, field.name)
        else _with_texts(getattr(value, field.name), text)
        for field in fields(value)
        if field.init
    }
    return type(value)(**changed)


@pytest.mark.parametrize("name", samples.MAILS)
def test_mails_are_whole(name: str) -> None:
    """A mail has a subject of one line, text, and HTML that closes, escapes, and loads the logo at most."""
    written = RENDERER.mail(samples.MAILS[name])
    assert written.subject
    assert "\n" not in written.subject
    assert "&amp;" not in written.subject + written.text
    page = Page(written.html)
    assert page.all("html")[0]["lang"] == "en"
    assert not [tag for tag, _ in page.tags if tag in {"script", "link", "table", "iframe", "form", "style"}]
    assert {values["src"] for values in page.all("img")} <= {samples.MAILS[name].logo_url}  # type: ignore[attr-defined]
    for values in page.all("a"):
        assert values["href"] in written.text


def test_the_sign_in_mail_has_code_and_link() -> None:
    """Both stand in text and HTML; the code not in the subject, which a locked screen shows."""
    written = RENDERER.mail(samples.MAILS["sign-in"])
    assert all("48151623" in part for part in (written.text, written.html))
    assert "48151623" not in written.subject
    assert all("https://support.example.com/login/link/" in part for part in (written.text, written.html))


def test_pages_say_what_their_reader_needs_to_know() -> None:
    """The sentences that features are recognised by."""
    expected = {
        "home": "Log in",
        "list": "Showing 25 of 300",
        "list-empty": "No conversations yet",
        "search-nothing": "Nothing found for",
        "search": "Keep looking",
        "search-nothing-yet": "Searched 100 of 300 conversations",
        "conversation-snoozed": "Snoozed until: ",
        "conversation-closed": "Reopen and send",
        "conversation-ended": "does not reopen closed conversations",
        "conversation-ended-meanwhile": "One more thing.",
        "conversation-long": "Load earlier messages",
        "conversation": "This message was removed",
        "conversation-refused": "This text is kept.\n&lt;script&gt;",
        "desk-conversation": "Not delivered.",
        "error-kept": "Smoke, please.",
    }
    for name, sentence in expected.items():
        assert sentence in html_of(name), name
    assert "Log in" not in html_of("home-off")
    assert "Continues an earlier conversation" in html_of("conversation-long")


def test_only_what_the_role_allows_is_offered() -> None:
    """A reader of the desk sees no form to reply, close, rename or redact."""
    actions = {str(form["action"]).rpartition("/")[2] for form in Page(html_of("desk-conversation-reader")).forms}
    assert actions == {"logout", "notes"}
    actions = {str(form["action"]).rpartition("/")[2] for form in Page(html_of("desk-conversation")).forms}
    assert actions == {"logout", "messages", "notes", "snooze", "subject", "redact", "resend", "labels"}
    # Closing goes with the form of the details, so that they are saved first.
    assert '/close">' in html_of("desk-conversation")
    assert "/close" not in html_of("desk-conversation-reader")


def test_composers_state_the_limits_before_a_file_is_chosen() -> None:
    """Number, size and types of files, and the limit of the text, stand in the page."""
    html = html_of("conversation")
    kinds = '<span dir="ltr">XLSX, CSV, DOC, DOCX, XML, PDF, GIF, JPG, JPEG, PNG</span>'
    assert f"Up to 6 files of at most 3 MB each: {kinds}." in html
    assert "At most 10,240 characters" in html
    assert 'accept=".xlsx,.csv,.doc,.docx,.xml,.pdf,.gif,.jpg,.jpeg,.png"' in html
    assert "maxlength" not in html
    assert "<noscript>" in html


def test_what_was_typed_and_uploaded_survives_a_refusal() -> None:
    """Text and files come back; faults stand above, linked to their fields, and beside them."""
    page = Page(html_of("conversation-refused"))
    form = next(form for form in page.forms if str(form["action"]).endswith("/messages"))
    boxes = [field for field in form["fields"] if field.get("name") == "attachment"]  # type: ignore[attr-defined]
    assert [(field["value"], "checked" in field) for field in boxes] == [
        (samples.PDF.id, True),
        (samples.PHOTO.id, True),
    ]
    assert any(values.get("role") == "alert" for _, values in page.tags)
    body = next(values for values in page.all("textarea") if values["name"] == "body")
    assert body["aria-invalid"] == "true"
    assert "reply-body-fault" in body["aria-describedby"]


def test_icons_that_pages_use_are_drawn() -> None:
    """Every icon named by a page is in the sprite, one for each channel included."""
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))
    used = {values["href"].partition("#")[2] for name in samples.PAGES for values in Page(html_of(name)).all("use")}
    assert used <= drawn
    assert {f"channel-{key}" for key in samples.CHANNELS} <= drawn


def test_the_first_view_of_the_list_is_light() -> None:
    """Page, styles, script and icons together weigh less than 30 KB compressed."""
    files = StaticFiles(STATIC, TEMPLATES / MIDTOWN / "theme.css").files
    html = html_of("list")
    styles = re.findall(r'<link rel="stylesheet" href="/static/([a-z]+\.css)', html)
    assert styles == ["portal.css", "midtown.css", "guard.css"]
    sizes = {
        name: len(gzip.compress(files[name].encode(), 6)) for name in (*styles, "portal.js", "icons.svg", "favicon.svg")
    }
    assert sum(sizes.values()) + len(gzip.compress(html.encode(), 6)) < 30 * 1024
    assert sum(sizes[name] for name in styles) <= 9 * 1024
    assert sizes["portal.js"] <= 8 * 1024


def test_pages_come_out_the_same_from_compiled_templates(tmp_path: Path) -> None:
    """What the build compiles ahead renders the very same bytes."""
    RENDERER.compile(tmp_path)
    ahead = Renderer(tmp_path / "nothing", compiled=tmp_path)
    for name, (page, site) in samples.PAGES.items():
        assert ahead.page(page, site, samples.ZONE, samples.NOW) == html_of(name)
    for mail in samples.MAILS.values():
        assert ahead.mail(mail) == RENDERER.mail(mail)
    # Jinja2 leaves a weak reference to its loader among Python's modules. Dying later, it would die while Hypothesis
    # looks through them.
    del ahead
    gc.collect()


# filters


BERLIN = Times(ZoneInfo("Europe/Berlin"), samples.NOW)


@pytest.mark.parametrize(
    ("back", "shown", "short"),
    [
        (timedelta(minutes=5), "15:59", "15:59"),
        (timedelta(hours=16, minutes=5), "Yesterday, 23:59", "Yesterday"),
        (timedelta(days=2), "18 Nov 2026, 16:04", "18 Nov 2026"),
        (-timedelta(days=1), "Tomorrow, 16:04", "Tomorrow"),
        (timedelta(days=150), "23 Jun 2026, 17:04", "23 Jun 2026"),
    ],
)
def test_times_are_shown_in_the_readers_zone(back: timedelta, shown: str, short: str) -> None:
    """Near days have names, the rest a date; all of it in the reader's zone, summer time included."""
    assert f">{shown}</time>" in moment(samples.NOW - back, BERLIN)
    assert f">{short}</time>" in day(samples.NOW - back, BERLIN)


def test_a_time_carries_its_exact_moment() -> None:
    """For machines in UTC, for people in full, whatever zone the moment came in."""
    html = '<time datetime="2026-11-20T15:04:30Z" title="Friday, 20 Nov 2026, 16:04 CET">16:04</time>'
    assert moment(samples.NOW, BERLIN) == html
    assert moment(samples.NOW.astimezone(ZoneInfo("Asia/Tokyo")), BERLIN) == html
    assert written_moment(samples.NOW, BERLIN) == "20 Nov 2026, 16:04 CET"


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 bytes"), (1, "1 byte"), (1023, "1,023 bytes"), (1024, "1 KB"), (184_320, "180 KB"), (1_048_575, "1.0 MB"),
     (1_048_576, "1 MB"), (3_145_728, "3 MB"), (1_500_000_000, "1,430.5 MB")],
)  # fmt: skip
def test_sizes_are_for_people(count: int, shown: str) -> None:
    """1 KB is 1,024 bytes."""
    assert size(count) == shown


def test_kinds_and_numbers_are_for_people() -> None:
    """A known type has a name, an unknown one that of the extension."""
    assert filters.kind(samples.PDF) == "PDF"
    assert filters.kind(Attachment("1", "a.tar.gz", "application/x-thing", 1)) == "GZ"
    assert number(10_240) == "10,240"
    assert [hours(count) for count in (1, 24, 36, 720)] == ["1 hour", "1 day", "36 hours", "30 days"]


def link(address: str) -> str:
    """Return how an address is shown."""
    return f'<a href="{address}" rel="nofollow noopener noreferrer ugc" dir="ltr">{address}</a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("one\ntwo\n\n\n\nthree", '<p dir="auto">one<br>\ntwo</p>\n<p dir="auto">three</p>'),
        ("see https://example.com/a?b=1&c=2.", f'<p dir="auto">see {link("https://example.com/a?b=1&amp;c=2")}.</p>'),
        ("(http://example.com/x_(y))", f'<p dir="auto">({link("http://example.com/x_(y)")})</p>'),
        ("https://例え.jp/道。次", f'<p dir="auto">{link("https://例え.jp/道")}。次</p>'),
        ('<https://example.com/"x>', f'<p dir="auto">&lt;{link("https://example.com/")}&#34;x&gt;</p>'),
        ("javascript://x xhttps://y https:// http://?", '<p dir="auto">javascript://x xhttps://y https:// http://?</p>'),
        ("HTTPS://EXAMPLE.com", f'<p dir="auto">{link("HTTPS://EXAMPLE.com")}</p>'),
        ("https://a.example/\u202emoc.live", f'<p dir="auto">{link("https://a.example/")}\u202emoc.live</p>'),
        ("<b>&amp;", '<p dir="auto">&lt;b&gt;&amp;amp;</p>'),
    ],
)  # fmt: skip
def test_what_people_wrote_becomes_paragraphs_and_links(text: str, html: str) -> None:
    """Paragraphs, line breaks and http links are marked up; everything else is escaped."""
    assert prose(text) == html


def test_removed_parts_are_set_apart() -> None:
    """Only in a message that was redacted; others may say the word."""
    assert '<span class="gone">[redacted]</span>' in prose("a [redacted] b", redacted=True)
    assert "<span" not in prose("a [redacted] b")


@given(
    st.lists(st.sampled_from([*"ab<>&\"'()[]{}.,:/\n h", "http://", "https://", "\u202e", "。", "x.y"])).map("".join)
)
def test_no_text_breaks_out_of_its_paragraph(text: str) -> None:
    """Whatever is written, the only tags are ours, they close, and reading them back gives the same characters."""
    page = Page(prose(text))
    assert {tag for tag, _ in page.tags} <= {"p", "br", "a"}
    shown = "".join(part for part, _ in page.texts)
    assert shown.replace("\n", "") == text.replace("\n", "")


@pytest.mark.parametrize(
    "unit",
    ["http://", "http://a", "https://a ", "(", "http://a)", "http://a.", "\n", "h", "<", "http://a(((", "[redacted]"],
)
def test_a_text_of_any_length_is_read_in_one_pass(unit: str) -> None:
    """A hundred times the longest message still renders; something quadratic would not come back for hours."""
    long = unit + ")" * 1_000_000 if unit == "http://a(((" else unit * (1_000_000 // len(unit))
    assert prose(long, redacted=True)


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_text_on_the_organizations_colour_is_legible(red: int, green: int, blue: int) -> None:
    """Black or white, whichever has the contrast WCAG asks for (4.5)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    colour = f"#{red:02x}{green:02x}{blue:02x}"
    dark, light = sorted((luminance(colour), luminance(ink(colour))))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_quoted_lines_are_marked() -> None:
    """For plain-text mail."""
    assert quoted("a\n\nb") == "> a\n>\n> b"


def test_moments_of_any_year_render() -> None:
    """Old and far moments have no surprises."""
    for year in (1971, 2000, 2100):
        assert str(year) in moment(datetime(year, 1, 2, tzinfo=UTC), BERLIN)
