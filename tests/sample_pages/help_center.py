"""The help centre, the contact form and the portal for staff."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from markupsafe import Markup

from chalicelib.conversations.model import MAX_BODY, MAX_SUBJECT, check_subject
from chalicelib.customers.service import check_name
from chalicelib.rendering.model import Page
from chalicelib.web.contexts import Choice, Composer, Fault, Site
from chalicelib.web.help_center.contexts import (
    Alternate,
    ArticleLine,
    ArticlePage,
    CategoryCard,
    CategoryPage,
    Contact,
    ContactSent,
    Crumb,
    Helpful,
    HelpHome,
    Meta,
    Section,
)
from tests import samples
from tests.sample_pages import refused

URLS, NOW = samples.URLS, samples.NOW
READER, CUSTOMER = replace(samples.STRANGER, csrf="c" * 43), replace(samples.CUSTOMER, here="home")
STAFF = replace(samples.STAFF, area="internal", here="home", internal_portal=True)

_HTML = Markup(
    """<p>Your lamp comes with everything you need. It takes about <strong>ten minutes</strong>, and one screwdriver.
See <a href="/articles/bulbs">which bulbs fit</a> before you begin.</p>
<h2 id="before">Before you begin</h2>
<p>Switch the light off at the fuse, not only at the wall.
If you are not sure which fuse it is, ask somebody who is.</p>
<ul><li>A screwdriver, size 2</li>
<li>The two screws in the small bag<ul><li>and their plugs</li></ul></li>
<li>A ladder that does not wobble</li></ul>
<h2 id="mount">Mount the bracket</h2>
<ol><li><p>Hold the bracket against the ceiling and mark both holes.</p></li>
<li><p>Drill, put the plugs in, and screw it on.</p></li>
<li><p>Hook the lamp in: it holds by itself.</p></li></ol>
<blockquote><p>The ceiling is older than the house? Call us first, we know a few tricks.</p></blockquote>
<h3 id="wires">The wires</h3>
<div class="scroll" tabindex="0">
<table><thead><tr><th>Wire</th><th>Terminal</th><th>Colour</th></tr></thead><tbody>
<tr><td>Live</td><td><code>L</code></td><td>brown or black</td></tr>
<tr><td>Neutral</td><td><code>N</code></td><td>blue</td></tr>
<tr><td>Earth</td><td>the screw</td><td>green and yellow</td></tr></tbody></table></div>
<h2 id="after">Afterwards</h2>
<pre><code>Model: Heron H-114
Bulb:  E14, at most 40 W
</code></pre>
<p>Keep the card: its number is what we ask for when something breaks.</p>"""
)
_SECTIONS = (
    Section(2, "before", "Before you begin"),
    Section(2, "mount", "Mount the bracket"),
    Section(3, "wires", "The wires"),
    Section(2, "after", "Afterwards"),
)


def _line(title: str, slug: str, summary: str = "", *, internal: bool = False, language: str = "en") -> ArticleLine:
    url = URLS.internal("articles", slug) if internal else URLS.article(slug)
    return ArticleLine(title, summary, url, internal, language)


FEATURED = (
    _line("Mount a ceiling lamp", "mount", "Ten minutes, one screwdriver, and a ladder that does not wobble."),
    _line("Where is my order?", "order", "Follow your parcel, and change where it goes while it is on its way."),
    _line("إرجاع مصباح", "return", "خلال ثلاثين يوما، ونحن ندفع تكاليف الشحن.", language="ar"),
)
CATEGORIES = (
    CategoryCard(
        "Orders and delivery", URLS.category("orders"), "kb-truck", 12, (Crumb("Returns", URLS.category("r")),)
    ),
    CategoryCard("Setting up your lamp", URLS.category("setup"), "kb-lamp", 1),
    CategoryCard("الدفع والفواتير", URLS.category("billing"), "kb-card", 1_204),
    CategoryCard(
        "Repairs and warranty, and what to do when a part that nobody sells any more breaks", "/", "kb-wrench", 7
    ),
)
META = Meta(
    "Mount a ceiling lamp",
    "Ten minutes, one screwdriver.",
    "https://support.example.com/articles/mount?lang=en",
    "article",
    (
        Alternate("en", "https://support.example.com/articles/mount?lang=en"),
        Alternate("x-default", "https://support.example.com/articles/mount"),
    ),
)
HOME = HelpHome(
    "Welcome. Find answers about lamps, orders and repairs here.",
    CATEGORIES,
    FEATURED,
    replace(META, kind="website", feed=URLS.feed()),
)
CRUMBS = (Crumb("Help centre", URLS.home()), Crumb("Setting up your lamp", URLS.category("setup")))
CATEGORY = CategoryPage(
    "Setting up your lamp",
    "kb-lamp",
    14,
    CRUMBS[:1],
    CATEGORIES[:2],
    FEATURED,
    "",
    URLS.category("setup", "", "eyJhIjoxfQ.c2ln"),
    replace(META, alternates=()),
)
ARTICLE = ArticlePage(
    title="Mount a ceiling lamp",
    summary="Ten minutes, one screwdriver, and a ladder that does not wobble.",
    html=_HTML,
    language="en",
    direction="ltr",
    internal=False,
    updated_at=NOW - timedelta(days=40),
    minutes=3,
    crumbs=CRUMBS,
    sections=_SECTIONS,
    languages=(
        Choice("en", "English", URLS.article("mount", "en"), True),
        Choice("ar", "العربية", URLS.article("mount", "ar"), False),
    ),
    missing="",
    newest_url="",
    related=FEATURED[1:],
    helpful=Helpful(URLS.helpful("mount")),
    meta=META,
)
ARABIC = replace(
    ARTICLE,
    title="تركيب مصباح السقف",
    summary="عشر دقائق ومفك واحد وسلم ثابت.",
    html=Markup(
        '<p dir="auto">يأتي مصباحك بكل ما تحتاج إليه. أطفئ التيار من <strong>لوحة المصاهر</strong> أولا.</p>'
        '<h2 id="a" dir="auto">قبل أن تبدأ</h2><ul dir="auto"><li>مفك مقاس 2</li><li>برغيان</li></ul>'
    ),
    language="ar",
    direction="rtl",
    sections=(),
    missing="Deutsch",
    newest_url=URLS.article("mount", "en"),
    minutes=1,
    helpful=Helpful(URLS.helpful("mount"), "dG9rZW4.c2ln", "no"),
)
COMPOSER = Composer(
    kind="contact",
    action=URLS.contact(),
    uploads=URLS.uploads(),
    key="k" * 43,
    limits=samples.LIMITS,
    max_body=MAX_BODY,
    subject="",
    max_subject=MAX_SUBJECT,
)
CONTACT = Contact(None, "k" * 43, MAX_BODY, MAX_SUBJECT)
CONTACT_REFUSED = replace(
    CONTACT,
    name="Noor",
    email="noor@",
    subject="أين طلبي؟",
    body="This text is kept.\n<script>",
    faults=(
        refused(check_name, ""),
        Fault("Enter an e-mail address like name@example.com.", "email"),
        refused(check_subject, "x" * (MAX_SUBJECT + 1)),
        Fault("Write a message before sending.", "body"),
    ),
)

PAGES: dict[str, tuple[Page, Site]] = {
    "home": (HOME, READER),
    "home-signed-in": (HOME, replace(CUSTOMER, has_logo=True)),
    "home-off": (replace(HOME, welcome=""), replace(READER, portal_on=False)),
    "home-empty": (HelpHome("", (), (), HOME.meta), READER),
    "category": (CATEGORY, READER),
    "category-last": (
        replace(CATEGORY, children=(), more_url="", first_page_url=URLS.category("setup")),
        replace(READER, portal_on=False),
    ),
    "article": (ARTICLE, READER),
    "article-arabic": (ARABIC, READER),
    "article-signed-in": (replace(ARTICLE, helpful=Helpful(URLS.helpful("mount"), "dG9rZW4.c2ln", "yes")), CUSTOMER),
    "contact": (CONTACT, READER),
    "contact-refused": (CONTACT_REFUSED, replace(READER, portal_on=False)),
    "contact-signed-in": (replace(CONTACT, composer=COMPOSER), CUSTOMER),
    "contact-sent": (ContactSent(), READER),
    "internal": (
        replace(HOME, welcome="", featured=(_line("Refunds over 500", "refunds", "", internal=True),), meta=None),
        STAFF,
    ),
    "internal-empty": (HelpHome("", (), (), None), STAFF),
    "internal-category": (
        replace(CATEGORY, articles=(_line("Refunds over 500", "refunds", internal=True),), meta=None),
        STAFF,
    ),
    "internal-article": (replace(ARTICLE, internal=True, helpful=None, meta=None), STAFF),
}
