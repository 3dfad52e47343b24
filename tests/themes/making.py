"""Makes themes at random out of what a page offers: mostly right ones, with a mistake here and there."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from chalicelib.themes.language.types import FLAG, HTML, NUMBER, TEXT, TIME, URL, Many, Plain, Record, Type, record
from tests.themes.offers import BEGINNING, ENTRY, LAYOUT, NAMES

T = TypeVar("T")
Scope = dict[str, Type]

_LOOP = record(first=FLAG, last=FLAG, index=NUMBER, length=NUMBER)
_BITS = (
    *(
        "text",
        "a &amp; b",
        "<br>",
        "</div>",
        "<p",
        ">",
        "<s",
        "'",
        '"',
        "x=1",
        "#",
        "/",
        "<svg>",
        "</svg>",
        "{{",
        "%}",
        "\n",
    ),
    *(' title="', ' href="', " hidden", "<script>", "<!--", "&#47;", "javascript:", "<use href='#a'/>", "  \n"),
)
_ATTRIBUTES = (
    "title",
    "class",
    "id",
    "href",
    "src",
    "aria-label",
    "data-theme-x",
    "fill",
    "target",
    "style",
    "onclick",
)
_FILTERS = (
    *("upper", "lower", "capitalize", "trim", "truncate(5)", "length", "first", "last", "prose", "default('<x>')"),
    *("moment", "day", "date", "number", "size", "safe", "list"),
)
_SHOWN = (TEXT, NUMBER, URL, HTML, TIME)
_FIT = {
    TEXT.name: ("upper", "lower", "capitalize", "trim", "truncate(5)", "length", "prose", "default('<x>')"),
    NUMBER.name: ("number", "size", "default('none')"),
    TIME.name: ("moment", "day", "date"),
}


def paths(scope: Scope) -> list[tuple[str, Type]]:
    """Return every value in a scope, with its type."""
    found: list[tuple[str, Type]] = []
    waiting = list(scope.items())
    while waiting:
        name, kind = waiting.pop(0)
        found.append((name, kind))
        if isinstance(kind, Record):
            waiting += [(f"{name}.{field}", one) for field, one in kind.fields.items()]
    return found


class Maker:
    """Writes one theme, the same for a seed each time."""

    def __init__(self, seed: int) -> None:
        self._random, self._names = Random(seed), 0
        self.parts: dict[str, str] = {}

    def theme(self) -> dict[str, str]:
        """Return its files."""
        names: Scope = {**NAMES.names}
        body = self.body(names, 0)
        title = self.one(("{{ page.title }}", "a{% if page.open %}{{ page.total }}{% endif %}", self.shown(names)))
        page = BEGINNING.replace("{{ page.title }}", title) + body + "{% endblock %}"
        return {"layout.html": LAYOUT, ENTRY: page, **self.parts}

    def one(self, of: Sequence[T]) -> T:
        return self._random.choice(of)

    def chance(self, percent: int) -> bool:
        return self._random.randrange(100) < percent

    # --- values

    def pick(self, scope: Scope, *wanted: Plain) -> tuple[str, Type]:
        """Return a value, of the types wanted where the scope has one; at times any."""
        known = paths(scope)
        if self.chance(2):
            return self.one(known)
        known = [one for one in known if one[0] not in {"slots", "hooks", *NAMES.required}]
        return self.one([one for one in known if one[1] in wanted] if wanted else known)

    def value(self, scope: Scope) -> str:
        """Return an expression that can be shown, mostly."""
        name, kind = self.pick(scope, *_SHOWN)
        word = kind.name if isinstance(kind, Plain) else ""
        if word == TIME.name or (word in _FIT and self.chance(25)) or self.chance(2):
            name += f"|{self.one(_FIT.get(word, _FILTERS) if not self.chance(4) else _FILTERS)}"
        if self.chance(10):
            return f"_('%(a)s and %(b)s', a={name}, b={self.pick(scope, TEXT, NUMBER)[0]})"
        if self.chance(5):
            return f"ngettext('one %(a)s', '%(num)s %(a)s', {self.pick(scope, NUMBER)[0]}, a={name})"
        if self.chance(10):
            return f"{name} if {self.condition(scope)} else {self.pick(scope, TEXT, NUMBER)[0]}"
        if self.chance(5):
            return f"{name} {'or' if not self.chance(8) else 'and'} {self.pick(scope, TEXT)[0]}"
        return name

    def shown(self, scope: Scope) -> str:
        return "{{ " + self.value(scope) + " }}"

    def condition(self, scope: Scope) -> str:
        """Return what an ``if`` asks."""
        name, kind = self.pick(scope)
        way = self._random.randint(0, 9)
        if way < 4 or not isinstance(kind, Plain):
            return f"{'not ' if way == 0 else ''}{name}"
        if kind.name == NUMBER.name:
            compared = f"{self.one(('<', '<=', '>', '>=', '==', '!='))} {self.one((0, 1, 1234))}"
            return f"{name} {self.one((compared, 'is odd', 'is even'))}"
        if way < 7:
            return f"{name} {self.one(('==', '!='))} {self.one(('1', repr('a'), self.pick(scope)[0]))}"
        test = self.one(("none", "defined", "not none"))
        return f"{name} is {test}" if way < 9 else f"{name} in ['a', 'b', 3]"

    # --- statements

    def body(self, scope: Scope, depth: int, *, loops: int = 0) -> str:
        mine = dict(scope)
        many = self._random.randint(1, 4)
        return "".join(self.piece(mine, depth, loops) + self.one(("", "", " ", "\n")) for _ in range(many))

    def piece(self, scope: Scope, depth: int, loops: int) -> str:
        ways = [self.choice] * 13 + [self.loop] * 12 + [self.within] * 7 + [self.part] * 10
        if self.chance(2):
            return self.one(_BITS)
        if self.chance(8):
            return self.naming(scope)
        if depth > 3 or self.chance(50):
            return self.one((self.shown, self.element, self.element, self.drawing))(scope)
        return self.one(ways)(scope, depth, loops)

    def element(self, scope: Scope) -> str:
        attribute = self.one(_ATTRIBUTES[:5] if not self.chance(4) else _ATTRIBUTES)
        inside = self.one((self.shown(scope), "a", "{{ page.html }}"))
        tag = "a" if attribute == "href" else "img" if attribute == "src" else self.one(("p", "span", "li"))
        end = "" if tag == "img" else f"{inside}</{tag}>"
        value = f'{attribute}="{self.within_value(scope, attribute)}"'
        return f"<{tag}{self.between(scope)} {value}{self.between(scope)}>{end}"

    def between(self, scope: Scope) -> str:
        """Return what is in a tag between its attributes, mostly nothing."""
        if self.chance(80):
            return ""
        inside = self.one((' class="b"', " hidden", " {{ hooks.list }}", " lang='de'", "x" if self.chance(9) else ""))
        if self.chance(60):
            return inside
        return (
            "{% if " + self.condition(scope) + " %}" + inside + self.one(("{% else %} lang='de'", "")) + "{% endif %}"
        )

    def within_value(self, scope: Scope, attribute: str) -> str:
        if attribute in {"href", "src"}:
            address = "{{ " + self.pick(scope, URL)[0] + " }}"
            ways = [address, address + "#a", "/x", "#{{ page.title }}", address + "?a={{ page.title }}&amp;b"]
            ways.append("{% if " + self.condition(scope) + " %}" + address + "{% else %}/y{% endif %}#z")
            return self.one(
                ways if not self.chance(6) else [self.shown(scope), address + address, "/" + address, "//x"]
            )
        text = "{{ " + self.pick(scope, TEXT, NUMBER)[0] + " }}"
        loop = "{% for w in page.words %}{{ w }}{{ loop.index }}{% endfor %}"
        return self.one((text, "a", f"a{text}b", "{% if page.open %}c{% endif %}", loop, text, self.shown(scope)))

    def drawing(self, scope: Scope) -> str:
        inside = self.one(
            ("<use href='{{ icons.back }}'/>", "<path d='' fill='none'/>", "<g>{{ page.title }}</g>", "{{ page.html }}")
            if self.chance(4)
            else ("<use href='{{ page.more_url }}'/>", "<g></g>", "{{ page.total }}")
        )
        return f"<svg class='i'>{inside}</svg>"

    def choice(self, scope: Scope, depth: int, loops: int) -> str:
        ways = [f"{{% {word} {self.condition(scope)} %}}" for word in ("if", *["elif"] * self._random.randint(0, 2))]
        if self.chance(60):
            ways.append("{% else %}")
        return "".join(way + self.body(scope, depth + 1, loops=loops) for way in ways) + "{% endif %}"

    def loop(self, scope: Scope, depth: int, loops: int) -> str:
        lists = [one for one in paths(scope) if isinstance(one[1], Many)]
        name, many = self.one(lists)
        if self.chance(4):
            name = self.pick(scope)[0]
        item = self.one(("row", "item", "a", "row", "page")) if self.chance(5) else f"i{loops}"
        kind = many.of if isinstance(many, Many) else TEXT
        inner: Scope = {**scope, item: kind, "loop": _LOOP}
        only = f" if {self.condition({item: kind})}" if self.chance(20) else ""
        other = "{% else %}" + self.body(scope, depth + 1, loops=loops) if self.chance(25) else ""
        body = self.body(inner, depth + 1, loops=loops + 1) if loops < 3 else "."
        return f"{{% for {item} in {name}{only} %}}{body}{other}{{% endfor %}}"

    def naming(self, scope: Scope) -> str:
        self._names += 1
        name = f"v{self._names}" if not self.chance(5) else self.one(("v1", "page", "loop", "times"))
        if self.chance(40):
            made = "{% set " + name + " %}<b>" + self.shown(scope) + "</b>{% endset %}"
            scope.setdefault(name, HTML)
            return made
        value, kind = self.pick(scope)
        scope.setdefault(name, kind)
        return "{% set " + name + " = " + value + " %}"

    def within(self, scope: Scope, depth: int, loops: int) -> str:
        self._names += 1
        if self.chance(30) and loops == 0:
            return f"{{% block b{self._names} %}}{self.body(scope, depth + 1, loops=loops)}{{% endblock %}}"
        value, kind = self.pick(scope)
        inner = {**scope, f"w{self._names}": kind}
        body = self.body(inner, depth + 1, loops=loops)
        return f"{{% with w{self._names} = {value} %}}{body}{{% endwith %}}"

    def part(self, scope: Scope, depth: int, loops: int) -> str:
        name = f"parts/p{len(self.parts)}.html"
        self.parts[name] = ""
        self.parts[name] = self.body(scope, depth + 2, loops=loops)
        return "{% include '" + name + "' %}"


def theme(seed: int) -> dict[str, str]:
    """Return the files of a theme."""
    return Maker(seed).theme()
