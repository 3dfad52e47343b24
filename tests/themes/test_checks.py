"""What the checks find in a theme before it is published: each with its file, its line and a way to put it right."""

from __future__ import annotations

from functools import partial

import pytest

from chalicelib.speech import LANGUAGES
from chalicelib.themes.checks import MAX_OWN_WEIGHT, Sample
from chalicelib.themes.model import ERROR, WARNING, Asset
from chalicelib.web.settings.themes.samples import SAMPLES
from tests.themes import three
from tests.themes.checking import BASES, MIDTOWN, all_checks, edition, found, swapped, the, with_line
from tests.themes.world import OLD

KB = 1024
ACCOUNT = ["account.html"]


def asset(name: str, size: int) -> Asset:
    """Return a picture or font of a size in bytes."""
    return Asset(name, "image/png", size, "0" * 64)


def test_midtown_has_no_problem() -> None:
    checks = all_checks(edition(), languages=tuple(LANGUAGES), pages=SAMPLES)
    assert [str(problem) for one in checks.values() for problem in one.problems] == []
    assert all(one.passed and one.title for one in checks.values())


def test_midtown_of_before_has_no_problem() -> None:
    """Its pages that came later are left to the newest."""
    checks = all_checks(edition(base=OLD), languages=tuple(LANGUAGES), pages=SAMPLES)
    assert [str(problem) for one in checks.values() for problem in one.problems] == []


def test_every_sample_is_drawn() -> None:
    drawn: list[str] = []

    def draw(entry: str) -> str:
        drawn.append(entry)
        return ""

    samples = [Sample(entry, "", partial(draw, entry)) for entry in SAMPLES]
    all_checks(edition(), drawn=samples)
    assert drawn == list(SAMPLES)


@pytest.mark.parametrize("name", three.NAMES)
def test_three_quite_different_themes_can_be_published(name: str) -> None:
    content = three.content(name, BASES)
    made = edition(content.files, values=content.values)
    assert [
        str(one) for check in all_checks(made, pages=SAMPLES).values() for one in check.problems if one.level == ERROR
    ] == []


# templates


def test_an_unknown_name_has_its_place_and_the_name_that_was_meant() -> None:
    one = the(edition(swapped("parts/row.html", "row.subject", "row.subjekt")), "templates")
    line = next(at for at, text in enumerate(MIDTOWN["parts/row.html"].split("\n"), 1) if "row.subject" in text)
    assert (one.file, one.line, one.level) == ("parts/row.html", line, ERROR)
    assert "subject?" in one.sentence


def test_a_page_without_what_customers_need_is_an_error() -> None:
    one = the(edition(swapped("conversation.html", "{{ slots.composer }}", "")), "templates")
    assert (one.file, one.kind, one.level) == ("conversation.html", "slot", ERROR)
    assert "slots.composer" in one.sentence


def test_a_page_with_an_error_is_not_rendered_and_others_are() -> None:
    drawn: list[str] = []

    def draw(entry: str) -> str:
        drawn.append(entry)
        return ""

    samples = [Sample(entry, "", partial(draw, entry)) for entry in ("home.html", "conversation.html")]
    all_checks(edition({"conversation.html": "{% extends 'layout.html' %}{{ oops }}"}), drawn=samples)
    assert drawn == ["home.html"]


def test_a_page_that_does_too_much_is_an_error_that_names_its_samples() -> None:
    """The language allows it; only the samples with many messages show it."""
    loops = "{% for message in page.messages %}" * 3 + "{{ loop.index }}{{ page.subject }}" * 40 + "{% endfor %}" * 3
    nested = loops.replace("message in", "one in", 1).replace("message in", "other in", 1)
    one = the(edition(with_line("conversation.html", "<h1", nested)), "templates", pages=["conversation.html"])
    assert (one.file, one.kind, one.level) == ("conversation.html", "rendering", ERROR)
    assert one.sentence.startswith("The page repeats too much.")
    assert one.sentence.endswith(" Seen on: conversation: Long.")


# structure


def test_the_content_is_a_main_part() -> None:
    """Where the hook is on a div, the skip link leads to no landmark."""
    files = swapped("layout.html", "</main>", "</div>")["layout.html"].replace("<main ", "<div ")
    problems = found(edition({"layout.html": files}), "structure", pages=["home.html", "account.html"])
    assert {one.level for one in problems} == {ERROR}
    assert {one.file for one in problems} == {"home.html", "account.html"}
    assert problems[0].sentence.startswith("The page has no main part. Put {{ hooks.main }} on one <main>")


def test_each_page_has_one_first_heading() -> None:
    text = with_line("account.html", "<h1", "<h1>Again</h1>")
    one = the(edition(text), "structure", pages=ACCOUNT)
    assert (one.file, one.level) == ("account.html", WARNING)
    assert one.sentence.startswith("The page has 2 headings h1. It needs one, which says what the page is about.")


def test_a_first_heading_that_is_missing_is_told() -> None:
    text = MIDTOWN["account.html"].replace("<h1", "<h2").replace("</h1>", "</h2>")
    problems = found(edition({"account.html": text}), "structure", pages=ACCOUNT)
    assert ["The page has no heading h1." in one.sentence for one in problems] == [True]


def test_no_level_of_headings_is_left_out() -> None:
    one = the(edition(with_line("account.html", "<h1", "\n<h4>Deep down</h4>")), "structure", pages=ACCOUNT)
    line = next(at for at, text in enumerate(MIDTOWN["account.html"].split("\n"), 1) if "<h1" in text) + 2
    assert (one.file, one.line, one.level) == ("account.html", line, WARNING)
    assert one.sentence.startswith("After a heading h1 comes h4, “Deep down”. Make it h2")


def test_navigations_have_names_of_their_own() -> None:
    unnamed = with_line("parts/footer.html", "<footer", '<nav><a href="/legal">Legal</a></nav>')
    (one, *_) = found(edition(unnamed), "structure", pages=ACCOUNT)
    assert (one.file, one.line, one.level) == (
        "parts/footer.html",
        _line(unnamed["parts/footer.html"], "<nav>"),
        WARNING,
    )
    assert "one has no name. Give it an aria-label." in one.sentence
    same = with_line("parts/footer.html", "<footer", '<nav aria-label="Main"><a href="/legal">Legal</a></nav>')
    assert "Two navs are called “Main”." in found(edition(same), "structure", pages=ACCOUNT)[0].sentence


def test_a_page_has_a_title() -> None:
    text = "{% extends 'layout.html' %}{% block title %} {% endblock %}"
    rest = MIDTOWN["account.html"].partition("{% block main %}")[2]
    one = the(edition({"account.html": f"{text}{{% block main %}}{rest}"}), "structure", pages=ACCOUNT)
    assert (one.file, one.level) == ("account.html", ERROR)
    assert one.sentence.startswith("The page has an empty title.")


def _line(text: str, what: str) -> int:
    return next(at for at, one in enumerate(text.split("\n"), 1) if what in one)


# ways to reach people


TWO = '<p><a href="tel:+4930123">Call</a> <a href="{{ urls.contact }}">Contact</a></p>'
TURNED = '<p><a href="{{ urls.contact }}">Contact</a> <a href="tel:+4930123">Call</a></p>'


def test_links_to_people_in_one_order_are_fine() -> None:
    assert found(edition(with_line("parts/footer.html", "<footer", TWO)), "help", pages=["home.html", *ACCOUNT]) == []


def test_links_to_people_in_another_order_are_told_with_both_pages() -> None:
    shared = with_line("parts/footer.html", "<footer", TWO)
    other = shared["parts/footer.html"].replace(TWO, TURNED)
    layout = MIDTOWN["layout.html"].replace("parts/footer.html", "parts/foot.html")
    home = MIDTOWN["account.html"].replace("layout.html", "own.html")
    (one,) = found(
        edition({**shared, "parts/foot.html": other, "own.html": layout, "account.html": home}),
        "help",
        pages=["home.html", *ACCOUNT],
    )
    assert (one.file, one.kind, one.level) == ("account.html", "order", WARNING)
    assert one.sentence.startswith(
        "On account: Two devices the link to contact comes before the link to tel:+4930123; on "
    )
    assert "home: Signed in" in one.sentence
    assert "WCAG 3.2.6" in one.sentence


def test_a_link_above_the_content_on_one_page_and_below_on_others_is_told() -> None:
    link = '<p><a href="{{ urls.contact }}">Contact</a></p>'
    shared = with_line("parts/footer.html", "<footer", link)
    layout = MIDTOWN["layout.html"].replace(
        "{% include 'parts/header.html' %}", "{% include 'parts/header.html' %}" + link
    )
    home = MIDTOWN["account.html"].replace("layout.html", "own.html")
    (one,) = found(edition({**shared, "own.html": layout, "account.html": home}), "help", pages=["home.html", *ACCOUNT])
    assert "the link to contact comes before the content" in one.sentence


# settings


def test_what_is_set_must_be_a_setting_and_can_be_it() -> None:
    first, second = found(edition(values={"brand": "blueish", "brnad": "#112233"}), "settings")
    assert (first.file, first.level) == ("settings.brand", ERROR)
    assert (second.file, second.level) == ("settings.brnad", WARNING)
    assert "brand" in second.sentence


def manifest(extra: str) -> dict[str, str]:
    """Return Midtown's manifest with a group of a theme's own settings."""
    text = MIDTOWN["manifest.json"].rstrip()
    assert text.endswith("]\n}")
    own = f',\n    {{"label": "Ours", "settings": [\n{extra}\n]}}\n  ]\n}}\n'
    return {"manifest.json": f"{text.removesuffix(']' + chr(10) + '}').rstrip()}{own}"}


MOTTO = '{"key": "own_motto", "type": "text", "label": "Motto", "property": ""}'
GAP = '{"key": "own_gap", "type": "size", "label": "Gap", "property": "--gap", "least": 0, "most": 9, "default": 1}'


def test_a_setting_that_a_theme_adds_is_read_somewhere() -> None:
    text = MOTTO.replace(', "property": ""', "")
    one = the(edition(manifest(text)), "settings")
    assert (one.file, one.kind, one.level) == ("settings.own_motto", "unused", WARNING)
    assert "{{ settings.own_motto }}" in one.sentence
    footer = with_line("parts/footer.html", "<footer", "<p>{{ settings.own_motto }}</p>")
    assert found(edition({**manifest(text), **footer}), "settings") == []


def test_a_property_in_the_stylesheet_counts_as_read() -> None:
    one = the(edition(manifest(GAP)), "settings")
    assert "var(--gap) in theme.css" in one.sentence
    assert found(edition({**manifest(GAP), "theme.css": ".rows { gap: var(--gap) }"}), "settings") == []
    assert len(found(edition({**manifest(GAP), "theme.css": ".rows { gap: var(--gaps) }"}), "settings")) == 1


def test_a_setting_of_midtown_that_a_theme_no_longer_reads_is_told() -> None:
    row = MIDTOWN["parts/row.html"].replace("settings.show_preview", "row.preview")
    one = the(edition({"parts/row.html": row}), "settings")
    assert (one.file, one.level) == ("settings.show_preview", WARNING)
    assert one.sentence.startswith("Your files no longer read this setting, so changing it does nothing.")


def test_snippets_are_there_in_every_language() -> None:
    made = edition(values={"welcome": "hello"})
    assert "There is no snippet hello." in the(made, "settings").sentence
    one = the(made, "settings", languages=("en", "ar"), snippets={"hello": ("en",)})
    assert (one.file, one.level) == ("settings.welcome", WARNING)
    assert one.sentence == "The snippet hello has no text in العربية. Translate it."
    assert found(made, "settings", languages=("en", "ar"), snippets={"hello": ("ar", "en")}) == []


# texts


def test_a_text_without_a_translation_is_told_where_the_portal_has_languages() -> None:
    text = with_line("parts/footer.html", "<footer", "<p>{{ _('Made in the north') }} {{ _('Reply') }}</p>")
    one = the(edition(text), "texts", languages=("en", "de", "fr"))
    assert (one.file, one.line, one.level) == ("parts/footer.html", _line(text["parts/footer.html"], "north"), WARNING)
    assert one.column == 9
    assert one.sentence.startswith("“Made in the north” has no translation into Deutsch, Français")


def test_a_portal_of_one_language_needs_no_translation() -> None:
    text = with_line("parts/footer.html", "<footer", "<p>{{ _('Aus dem Norden') }}</p>")
    assert found(edition(text), "texts", languages=("de",)) == []


def test_both_forms_of_a_text_count() -> None:
    text = with_line(
        "conversations.html", "<h1", "<p>{{ ngettext('One lamp of yours', '%(num)s lamps of yours', page.total) }}</p>"
    )
    assert "“One lamp of yours”" in the(edition(text), "texts", languages=("en", "de")).sentence


# colours, styles, manifest, pictures, weight


def test_colours_that_cannot_be_told_apart_are_told() -> None:
    problems = found(edition(values={"link": "#ffee00"}), "contrast")
    assert {(one.file, one.level) for one in problems} == {("settings.link", WARNING)}


def test_faults_of_the_stylesheet_are_errors_at_their_line() -> None:
    one = the(edition({"theme.css": ".rows { gap: 1px }\n@import 'https://example.com/x.css';\n"}), "styles")
    assert (one.file, one.line, one.level) == ("theme.css", 2, ERROR)


@pytest.mark.parametrize(
    ("rule", "level"),
    [
        (".promo { display: none }", ERROR),
        ("div.promo, .other { display: none }", ERROR),
        (":is(.promo, .x) { display: none }", ERROR),
        ("@layer ours { .promo { display: none } }", ERROR),
        (".x { } .promo { & { display: none } }", ERROR),
        ("@media (max-width: 600px) { .promo { display: none } }", WARNING),
        (".promo { @media (max-width: 600px) { display: none } }", WARNING),
        (".promo:hover { display: none }", WARNING),
        (".top .promo { display: none }", WARNING),
        (".promo[dir=rtl] { display: none }", WARNING),
    ],
)
def test_a_box_around_what_customers_need_is_not_taken_off_the_page(rule: str, level: str) -> None:
    """The product's sheet keeps its parts in sight, and not what a theme puts around them."""
    page = swapped("new-conversation.html", "{{ slots.composer }}", '<div class="promo">{{ slots.composer }}</div>')
    one = the(edition({**page, "theme.css": rule}), "styles", pages=["new-conversation.html"])
    assert (one.file, one.line, one.level, one.kind) == ("theme.css", 1, level, "hidden")
    assert one.sentence.endswith("Seen on: new-conversation: Empty form, new-conversation: Continues a closed one.")


@pytest.mark.parametrize(
    "rule",
    [
        ".promo .hint { display: none }",
        ".promo::after { display: none }",
        ".promos { display: none }",
        "p.promo { display: none }",
        ".promo { display: flex }",
        ".promo { .other & .note { display: none } }",
    ],
)
def test_what_is_beside_it_can_be_hidden(rule: str) -> None:
    page = swapped("new-conversation.html", "{{ slots.composer }}", '<div class="promo">{{ slots.composer }}</div>')
    assert found(edition({**page, "theme.css": rule}), "styles", pages=["new-conversation.html"]) == []


def test_a_manifest_keeps_what_midtown_has() -> None:
    text = MIDTOWN["manifest.json"].replace('"label": "Links"', '"label": "Anchors"')
    one = the(edition({"manifest.json": text}), "manifest")
    assert (one.file, one.level) == ("manifest.json", ERROR)
    assert "The setting link differs from Midtown's." in one.sentence


def test_pictures_that_are_missing_are_errors() -> None:
    made = edition(
        {"theme.css": ".rows { background-image: url(assets/paper.png) }"}, values={"hero_image": "assets/sea.jpg"}
    )
    first, second = found(made, "pictures")
    assert (first.file, first.level) == ("settings.hero_image", ERROR)
    assert (second.file, second.line, second.level) == ("theme.css", 1, ERROR)
    assert "assets/paper.png" in second.sentence


def test_a_heavy_picture_is_told() -> None:
    made = edition(values={"hero_image": "assets/sea.jpg"}, assets=[asset("assets/sea.jpg", 400 * KB)])
    one = the(made, "weight")
    assert (one.file, one.level) == ("settings.hero_image", WARNING)


def test_what_every_page_loads_is_added_up() -> None:
    files = {"theme.css": ".rows { background-image: url(assets/paper.png) }"}
    half = MAX_OWN_WEIGHT * KB // 2
    fine = edition(files, assets=[asset("assets/paper.png", half), asset("assets/other.png", half)])
    assert found(fine, "weight") == []
    assert all_checks(fine)["weight"].passed.startswith(f"{MAX_OWN_WEIGHT // 2 + 1} KB of the theme's own")
    one = the(edition(files, assets=[asset("assets/paper.png", 2 * half)]), "weight")
    assert (one.file, one.level) == ("theme.css", WARNING)
    assert f"Every page loads {MAX_OWN_WEIGHT + 1} KB of this theme" in one.sentence
