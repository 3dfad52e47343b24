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
from importlib import import_module
from inspect import getsource
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
from jinja2 import nodes

from chalicelib import web
from chalicelib.mail import contexts as mail_pages
from chalicelib.rendering import model
from chalicelib.rendering.environment import MIDTOWN, Renderer
from chalicelib.rendering.static import StaticFiles
from chalicelib.web.contexts import Site
from tests import samples
from tests.tags import Page

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
