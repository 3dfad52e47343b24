"""Attack 25: templates that want more than a theme may, and what becomes of each.

``python -m tests.themes.hostile`` prints the table: what a template tries, what becomes of it, and the CPU time that
it took, which no test asserts. Each is refused before it is compiled, ends at what a page may use, or does no harm.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.speech import ENGLISH
from chalicelib.themes.language.checker import check
from chalicelib.themes.model import ERROR
from chalicelib.themes.sandbox import Sandbox, TooMuch
from tests.themes.looking import foreign
from tests.themes.offers import ENTRY, NAMES, TIMES, data, theme

HARMLESS = "harmless"
GIVEN = data(many=100)
"""What they are rendered with: a hundred of everything that is many."""


@dataclass(frozen=True)
class Hostile:
    """A template: what it tries, its body, and what must become of it: kinds of problems, a budget, or nothing."""

    tries: str
    body: str
    becomes: str
    parts: Mapping[str, str] = field(default_factory=dict)
    title: str = "{{ page.title }}"

    @property
    def files(self) -> dict[str, str]:
        """The theme that has it."""
        files = theme(self.body, **self.parts)
        return files | {ENTRY: files[ENTRY].replace("{{ page.title }}", self.title, 1)}


@dataclass(frozen=True)
class Outcome:
    """What became of one: a word, where, why, and the milliseconds of CPU that it took."""

    word: str
    where: str
    why: str
    milliseconds: float


def outcome(one: Hostile) -> Outcome:
    """Check a template as the editor does, and render it as a portal does if it passes."""
    files, begun = one.files, time.process_time()
    word, where, why = _tried(files)
    milliseconds = (time.process_time() - begun) * 1000
    if word == HARMLESS:
        strange = foreign(why)
        word, why = ("through", ", ".join(strange)) if strange else (word, f"{len(why):,} characters, nothing foreign")
    return Outcome(word, where, why, milliseconds)


def _tried(files: Mapping[str, str]) -> tuple[str, str, str]:
    found = [problem for problem in check(files, {ENTRY: NAMES}) if problem.level == ERROR]
    if found:
        first = found[0]
        return first.kind, f"{first.file}:{first.line}:{first.column}", first.sentence
    try:
        _, body = Sandbox().page(files, ENTRY).render(GIVEN, ENGLISH, TIMES)
    except TooMuch as fact:
        return fact.what, "while rendering", str(fact)
    return HARMLESS, "rendered", body


def _repeated(text: str, times: int) -> str:
    return "".join(text.replace("N", str(number)).replace("M", str(number + 1)) for number in range(times))


_OBJECTS = [
    ("the class of a text", "{{ ''.__class__ }}", "name"),
    ("all classes, by way of a list", "{{ page.rows.__class__.__base__.__subclasses__() }}", "call"),
    ("the globals of a filter's function", "{{ page.title.upper.__globals__ }}", "field"),
    ("the environment, by way of self", "{{ self._TemplateReference__context }}", "unknown"),
    ("the modules of a joiner", "{{ joiner.__init__.__globals__.os }}", "unknown"),
    ("a process, by way of cycler", "{{ cycler.__init__.__globals__.os.popen('id').read() }}", "call"),
    ("the configuration of the application", "{{ config.items() }}", "call"),
    ("the request", "{{ request.application }}", "unknown"),
    ("dunder names in square brackets", "{{ page['__class__'] }}", "operator"),
    ("dunder names put together of texts", "{{ page['__cl' ~ 'ass__'] }}", "operator"),
    ("dunder names by the filter attr", "{{ page|attr('__class__') }}", "filter"),
    ("dunder names written with escapes", r"{{ page['\x5f\x5fclass\x5f\x5f'] }}", "character"),
    ("dunder names in letters that Python folds", "{{ page.__ﬁle__ }}", "name"),
    ("a field by map", "{{ page.rows|map(attribute='__class__')|list }}", "filter"),
    ("a format string that reads fields", "{{ '{0.__class__}'.format(page) }}", "call"),
    ("a format string as a filter", "{{ '%s'|format(page) }}", "filter"),
    ("a text that reads fields", "{{ _('%(a.__class__)s', a=page.title) }}", "call"),
    ("the code of a function", "{{ _.__code__ }}", "name"),
    ("the globals of the translator", "{{ _.__globals__ }}", "name"),
    ("the frame of a loop", "{% for a in page.rows %}{{ loop.__init__ }}{% endfor %}", "name"),
    ("the undefined value of a loop", "{% for a in page.rows %}{{ loop.undefined }}{% endfor %}", "unknown"),
    ("what counts the page's budget", "{{ _budget }}", "name"),
    ("another budget of its own", "{% set _budget = 1 %}", "name"),
    ("the product's way to tell the time", "{% set times = page.title %}{{ page.closed_at|moment }}", "name"),
    ("a filter of the sandbox", "{{ page.rows|_each(0) }}", "filter"),
    ("the context", "{{ context.get_all() }}", "call"),
    ("the methods of a list", "{{ page.rows.append(page) }}", "call"),
    ("the methods of a dictionary", "{{ page.pop('title') }}", "call"),
    ("fields of a moment", "{{ page.closed_at.tzinfo }}", "field"),
    ("another name for the translator", "{% set a = _ %}{{ a.__self__ }}", "name"),
    ("a namespace", "{% set ns = namespace(a=1) %}", "call"),
    ("a part of a namespace", "{% set page.title = 'x' %}", "name"),
]
_MUCH = [
    ("a long number", "{{ 9**99 }}", "operator"),
    ("a number of many digits", "{{ " + "9" * 40 + " }}", "number"),
    ("a number in another base", "{{ 0xffff }}", "number"),
    ("a long text of a short one", "{{ 'x' * 99 }}", "operator"),
    ("a long list", "{% for a in range(99) %}{% endfor %}", "call"),
    ("a width in a text", "{{ _('%(a)99s', a=page.title) }}", "call"),
    ("a width in a format", "{{ '%99d'|format(1) }}", "filter"),
    ("a wide column", "{{ page.title|center(99) }}", "filter"),
    ("much of little, by replacing", "{{ page.title|replace('', page.title) }}", "filter"),
    ("much of little, by joining", "{{ page.rows|join(page.title) }}", "filter"),
    ("much of little, by indenting", "{{ page.title|indent(99) }}", "filter"),
    ("random texts", "{{ lipsum(9) }}", "call"),
    ("a file that includes itself", "{% include 'parts/p.html' %}", "file", {"p": "{% include 'parts/p.html' %}"}),
    (
        "files that include each other in turn",
        "{% include 'parts/p.html' %}",
        "file",
        {"p": "{% include 'parts/q.html' %}", "q": "{% include 'parts/p.html' %}"},
    ),
    (
        "few files that are many",
        "{% include 'parts/p.html' %}" * 20,
        "size",
        {"p": "{% include 'parts/q.html' %}" * 20, "q": "{{ page.title }}" * 20},
    ),
    ("a loop that calls itself", "{% for a in page.rows recursive %}{{ loop(page.rows) }}{% endfor %}", "loop"),
    ("four loops within each other", "{% for a in page.words %}" * 4 + "{% endfor %}" * 4, "loop"),
    ("three loops within each other", "{% for a in page.words %}" * 3 + "{% endfor %}" * 3, "steps"),
    (
        "loops that show nothing",
        "{% for a in page.words %}{% for b in page.words %}{% set c = (b|upper)|lower|trim %}{% endfor %}{% endfor %}",
        "work",
    ),
    ("a loop over a loop's own list", "{% for a in loop %}{% endfor %}", "unknown"),
    ("many loops, one after the other", "{% for a in page.words %}{{ a }}{% endfor %}" * 90, HARMLESS),
    (
        "texts of texts",
        "{% set a0 = page.title %}" + _repeated("{% set aM = _('" + "%(a)s" * 9 + "', a=aN) %}", 9),
        "work",
    ),
    (
        "set blocks of set blocks",
        "{% set a0 = page.title %}" + _repeated("{% set aM %}" + "{{ aN }}" * 9 + "{% endset %}", 9),
        "work",
    ),
    (
        "set blocks of set blocks, shown",
        "{% set a0 %}x{% endset %}" + _repeated("{% set aM %}" + "{{ aN }}" * 19 + "{% endset %}", 4) + "{{ a4 }}" * 30,
        "output",
    ),
    (
        "texts and filters in a loop",
        "{% for a in page.words %}" + "{{ _('%(a)s', a=page.title)|prose }}" * 60 + "{% endfor %}",
        "work",
    ),
    ("much output of one loop", "{% for a in page.rows %}" + "{{ a.subject }}" * 150 + "{% endfor %}" * 1, HARMLESS),
    ("a macro that calls itself", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "tag"),
    (
        "blocks that are each other",
        "{% block a %}{% block b %}{% block a %}{% endblock %}{% endblock %}{% endblock %}",
        "block",
    ),
    ("a deep value", "{{ " + "(" * 60 + "1" + ")" * 60 + " }}", "nesting"),
    ("deep statements", "{% if page.open %}" * 60 + "{% endif %}" * 60, "nesting"),
    ("deep statements behind ends of nothing", "{% endif %}" * 60 + "{% if page.open %}" * 60, "nesting"),
    ("deep set blocks", "{% set a|default(b=1) %}" * 60 + "{% endset %}" * 60, "nesting"),
    ("a chain of filters", "{{ page.title" + "|trim" * 60 + " }}", "size"),
    ("a chain of not", "{% if " + "not " * 90 + "page.open %}{% endif %}", "nesting"),
    ("a chain of elif", "{% if page.open %}" + "{% elif page.open %}" * 90 + "{% endif %}", "size"),
    ("a chain of choices", "{{ " + "1 if page.open else " * 30 + "1 }}", "size"),
    ("a chain of fields", "{{ page" + ".channel" * 45 + " }}", "nesting"),
    ("a long comparison", "{% if " + "page.total == " * 40 + "1 %}{% endif %}", "size"),
    ("many names", _repeated("{% set aN = page.title %}", 150), "size"),
    ("many tokens", "{{ page.title }}" * 600, "size"),
    ("many unknown names", _repeated("{{ organisationN }}", 500), "unknown"),
    ("many comments", "{# a #}" * 1_100, "size"),
    ("one comment over most of the file", "{#" + " a" * 20_000 + "#}", HARMLESS),
    ("much text", "text & more " * 4_000, HARMLESS),
    ("many tags of HTML", "<p class='a'>a</p>" * 3_000, HARMLESS),
    ("a long attribute", "<p title='" + "a " * 20_000 + "'>a</p>", HARMLESS),
    ("a long name of an element", "<" + "a" * 20_000 + ">", "element"),
    ("a file that is too long", "x" * 61_440, "size"),
]
_PAGES = [
    ("a script", "<script>alert(1)</script>", "element"),
    ("a script in capital letters", "<ScRiPt>alert(1)</ScRiPt>", "element"),
    ("a script that statements split", "<scr{% if page.open %}ipt{% endif %}>", "attribute"),
    ("a script that comments split", "<scr{# a #}ipt>alert(1)</script>", "element"),
    ("a script that set splits", "<scr{% set a = 1 %}ipt>", "element"),
    ("a script that white space control joins", "<scr\n{%- set a = 1 -%}\nipt>", "element"),
    ("a script that a part ends", "<scr{% include 'parts/p.html' %}", "element", {"p": "ipt>"}),
    ("a script in a text", "{{ '<script>alert(1)</script>' }}", HARMLESS),
    ("a script in a default", "{{ ''|default('<script>alert(1)</script>') }}", HARMLESS),
    ("a script in a translated text", "{{ _('<script>%(a)s</script>', a=page.title) }}", HARMLESS),
    ("a script that a block kept", "{% set a %}{{ page.title }}{% endset %}{{ a }}", HARMLESS),
    ("a script as prose", "{{ page.title|prose }}", HARMLESS),
    ("a script that safe lets through", "{{ page.title|safe }}", "filter"),
    ("a script without escaping", "{% autoescape false %}{{ page.title }}{% endautoescape %}", "tag"),
    ("a handler", "<p onclick='alert(1)'>a</p>", "attribute"),
    ("a handler that statements split", "<p on{% if page.open %}click{% endif %}='a'>a</p>", "attribute"),
    ("a handler of repeated names", "<p {% for a in page.words %}open{% endfor %}>a</p>", "loop"),
    ("a handler behind a name without a space", "<p{% if page.open %}\nonclick='a'{% endif %}>a</p>", "attribute"),
    ("a handler out of a value", "<p title='{% if page.open %}' onclick='{% endif %}'>a</p>", "html"),
    ("a handler out of a value without quotes", "<p title={{ page.title }}>a</p>", "html"),
    ("a handler by the name of an attribute", "<p {{ page.title }}='a'>a</p>", "output"),
    ("a handler in a drawing", "<svg onload='alert(1)'></svg>", "attribute"),
    ("an address that runs a script", "<a href='javascript:alert(1)'>a</a>", "address"),
    ("the same with references", "<a href='java&#115;cript:alert(1)'>a</a>", "address"),
    ("the same with a tab", "<a href='java\tscript:alert(1)'>a</a>", "address"),
    ("the same in two parts", "<a href='java{% if page.open %}script:{% endif %}alert(1)'>a</a>", "address"),
    ("the same of a text", "<a href='{{ page.title }}'>a</a>", "address"),
    ("the same as a default", "<a href=\"{{ page.more_url|default('javascript:a') }}\">a</a>", "address"),
    ("the same as a choice", "<a href=\"{{ page.more_url or 'javascript:a' }}\">a</a>", "address"),
    ("another host by two addresses", "<a href='{{ urls.home }}{{ urls.home }}'>a</a>", "address"),
    ("another host by an address and a text", "<a href='{{ urls.home }}/example.org'>a</a>", "address"),
    ("another host in two parts", "<a href='/{% if page.open %}/example.org{% endif %}'>a</a>", "address"),
    ("another host with a reference", "<img src='/&#47;example.org/a.png' alt=''>", "address"),
    ("another host with a backslash", "<img src='/\\example.org/a.png' alt=''>", "address"),
    ("a picture that tells another host", "<img src='https://example.org/a.png' alt=''>", "address"),
    ("a colour that tells another host", "<svg><path fill='url(https://example.org/a)'/></svg>", "attribute"),
    ("a drawing of another host", "<svg><use href='https://example.org/a.svg#b'/></svg>", "address"),
    ("styles", "<p style='position:fixed'>a</p>", "attribute"),
    ("a sheet of styles", "<style>p{}</style>", "element"),
    ("a frame", "<iframe src='/'></iframe>", "element"),
    ("a form that sends words elsewhere", "<form action='https://example.org'></form>", "element"),
    ("a field for a password", "<input type='password'>", "element"),
    ("the base of all addresses", "<base href='https://example.org/'>", "element"),
    ("a page that goes elsewhere", "<meta http-equiv='refresh' content='0'>", "element"),
    ("a comment that swallows the page", "<!-- ", "html"),
    ("an attribute that swallows the page", "<p title='", "html"),
    ("a tag that swallows the page", "<p ", "html"),
    ("a drawing that swallows the page", "<svg>", "element"),
    ("a form of the product in a drawing", "<svg>{{ slots.composer }}</svg>", "output"),
    ("an instruction", "<?xml version='1.0'?>", "html"),
    ("character data", "<![CDATA[ a ]]>", "html"),
    ("a template element", "<template><p>a</p></template>", "element"),
    ("mathematics", "<math><mtext>a</mtext></math>", "element"),
    ("foreign content in a drawing", "<svg><foreignObject></foreignObject></svg>", "element"),
    ("movement in a drawing", "<svg><animate attributeName='href'/></svg>", "element"),
    ("a hook of the product", "<p data-composer='x'>a</p>", "attribute"),
    ("a hook made of a hook", "<p {{ hooks.list }}-x='a'>a</p>", "html"),
    ("a hook in a value", "<p title='{{ hooks.list }}'>a</p>", "output"),
    ("a hook in a closing tag", "<p>a</p {{ hooks.list }}>", "output"),
    ("markup of the product in a value", "<p title='{{ slots.composer }}'>a</p>", "output"),
    ("the product's notices twice", "{{ slots.notice }}", "slot"),
    ("the product's notices a hundred times", "{% for a in page.words %}{{ slots.notice }}{% endfor %}", "slot"),
    ("the product's notices under another name", "{% set a = slots %}{{ a.notice }}", "slot"),
    ("markup in the title", "", "title", {}, "</title><script>"),
    ("a slot in the title", "", "output", {}, "{{ slots.composer }}"),
    ("a file of the system", "{% include '/etc/passwd' %}", "file"),
    ("a file above the theme", "{% include '../conversation.html' %}", "file"),
    ("a file that a customer names", "{% include page.title %}", "file"),
    ("a file that may be missing", "{% include 'nothing.html' ignore missing %}", "file"),
    ("a template of the product", "{% extends '_base.html' %}", "place"),
    ("text that turns around", "a\u202egnp.exe", "character"),
    ("a character that ends texts elsewhere", "a\0b", "character"),
    ("half a character", "a\ud800b", "character"),
]
CASES = tuple(Hostile(*one) for one in (*_OBJECTS, *_MUCH, *_PAGES))  # type: ignore[arg-type]


def main() -> int:
    """Print the table; return the exit status, which tells whether everything became what it must."""
    wrong = 0
    print(f"{'':>3} {'tries':<46}{'becomes':<12}{'where':<22}{'ms':>5}  why")
    for number, one in enumerate(CASES, 1):
        found = outcome(one)
        wrong += found.word != one.becomes
        print(f"{number:>3} {one.tries:<46}{found.word:<12}{found.where:<22}{found.milliseconds:>5.0f}  {found.why}")
    refused = sum(one.becomes not in {HARMLESS, "steps", "work", "output"} for one in CASES)
    print(f"\n{len(CASES)} templates: {refused} must be refused; {wrong} became something else than they must.")
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
