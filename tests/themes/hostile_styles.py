"""Stylesheets that attack readers, and what the checker says of each: ``python -m tests.themes.hostile_styles``.

None of them crashes or stalls a browser or a parser: what is too long, too many or too deep is harmless otherwise.
"""

from __future__ import annotations

import time
from typing import Final

from chalicelib.themes.model import MAX_FILE
from chalicelib.themes.styles import MAX_RULES, check
from chalicelib.themes.styles.reading import DEPTH, MAX_PARTS

_SAID: Final = 100
"""Characters of a sentence that the table has room for."""

HOSTILE: Final[dict[str, str]] = {
    # loading from elsewhere
    "import": '@import "https://e.example/x.css";',
    "import in capitals, after a comment": "/* a */\n@IMPORT url(https://e.example/x.css);",
    "import behind an escape": '@\\69mport "https://e.example/x.css";',
    "import inside a rule": ".a { @import 'x.css'; }",
    "foreign picture": ".a {\n  background: url(https://e.example/a.png);\n}",
    "foreign picture in quotation marks": '.a { background: URL( "//e.example/a.png" ) }',
    "picture of the product": ".a { background: url(/attachments/1) }",
    "picture by a way up": ".a { background: url(assets/../../static/portal.css) }",
    "picture in the text of a page": ".a { background: url(data:image/svg+xml,x) }",
    "script as an address": ".a { background: url(javascript:alert(1)) }",
    "foreign picture in a custom property": ":root { --x: url(https://e.example/a.png) }",
    "image-set, which takes a text": '.a { background: image-set("https://e.example/a.png" 1x) }',
    "src, which takes a text": '.a { background: src("https://e.example/a.png") }',
    "address made of a variable": ".a { background: url(var(--x)) }",
    "address with a modifier": '.a { background: url("assets/a.png" crossorigin(anonymous)) }',
    "foreign font": '@font-face { font-family: "x"; src: url(https://e.example/x.woff2) }',
    "foreign picture in a font of few letters": '@font-face { src: url("//e.example"); unicode-range: U+41 }',
    "address in a condition": "@container style(--x: url(https://e.example)) { .a { color: red } }",
    "address of a registered property": '@property --x { syntax: "<url>"; initial-value: url(//e.example) }',
    "namespace": "@namespace url(https://e.example);",
    "document": "@document url(https://e.example) { .a { color: red } }",
    # running something
    "expression": ".a { width: expression(alert(1)) }",
    "binding": ".a { -moz-binding: url(assets/x.svg) }",
    "behaviour": ".a { BEHAVIOR: url(assets/x.svg) }",
    "painted by a script": ".a { background: paint(x) }",
    "end of a style element": ".a { color: red }</style><script>alert(1)</script>",
    "opening of a comment of pages": "<!-- .a { color: red } -->",
    # reading what is typed
    "value letter by letter": 'input[value^="a"] { background: url(assets/a.png) }',
    "value below :has": ".a:has([ value *= 'secret' ]) { color: red }",
    "token of the form": 'input[name="csrf"] + p { color: red }',
    "attribute on the page": ".a::after { content: attr(value) }",
    "pages seen before": "a:visited { color: red }",
    "code that is typed made readable": ".code { -webkit-text-security: none }",
    # lying over forms
    "fixed": ".a {\n\n  position: fixed;\n}",
    "sticky in capitals": ".a { POSITION: Sticky }",
    "fixed behind an escape": ".a { position: f\\69xed }",
    "fixed behind a comment": ".a { position: /**/ fixed }",
    "fixed by a variable": ":root { --p: fixed } .a { position: var(--p) }",
    "fixed for a moment": "@keyframes a { from { position: fixed } }",
    "fixed inside a rule inside a rule": ".a { color: red; &:hover { position: fixed } }",
    "above everything": ".a { z-index: 9999 }",
    "above everything by a sum": ".a { z-index: calc(9 * 9) }",
    "above everything in an exponent": ".a { z-index: 1e9 }",
    "laid over a form of any class": "form::after { content: ''; position: absolute; inset: 0 }",
    "laid over a notice": ".notice::before { content: ''; position: absolute }",
    "laid beside an anchor": ".a { position: absolute; position-anchor: --x; top: anchor(bottom) }",
    "a pointer elsewhere": "body { cursor: url(assets/pointer.png) 40 40, auto }",
    # hiding what the product says
    "notices hidden": ".notice { display: none }",
    "faults hidden among others": ".a, .b .faults { visibility: hidden }",
    "notices hidden inside a rule": ".notice {\n  @media (min-width: 1px) {\n    & { opacity: 0 }\n  }\n}",
    "slots moved": ".slot { transform: translateX(-200vw) }",
    "slots pushed away": ".slot { margin-left: -200vw }",
    "what is in slots hidden": ".slot form { clip-path: inset(50%) }",
    "what is in slots hidden by :is": ":is(.a, .slot) > form { display: none }",
    "what is around faults hidden": "main:has(.fault) { opacity: 0 }",
    "what is around forms hidden": ".a:has(> form) { display: none }",
    "all forms hidden": "form { display: none }",
    "everything hidden but little": "*:not(.a) { visibility: hidden }",
    "everything made small": "* { font-size: 0 }",
    "everything made pale": "p, label { color: transparent }",
    "everything hidden by a variable": ":root { --d: none } input { display: var(--d) }",
    "everything hidden by an animation": "@keyframes a { to { opacity: 0 } } label { animation: a 1s forwards }",
    "the skip link hidden": ".skip { display: none }",
    "what the script names": "[data-slot] { display: none }",
    "what the script names, in part": "[class^=no] { display: none }",
    "out of reach": "fieldset { interactivity: inert }",
    "the page's middle hidden": "#main { display: none }",
    "hidden above the product's own rules": ".a { display: none !important }",
    "hidden above them from a layer": "@layer a { .a { visibility: hidden !important } }",
    "shown again": "[hidden] { display: block }",
    # putting words in its mouth
    "a sentence": ".a::after { content: 'Your password has expired' }",
    "a sentence in pieces": ".a::after { content: 'Your ' 'pass' 'word' }",
    "a sentence by a variable": ":root { --x: 'Call 0900 1234' } .a::after { content: var(--x) }",
    "a sentence as the sign of a list": ".a { list-style: 'Your account is locked ' inside }",
    "a sentence as quotation marks": ".a { quotes: 'Your account is' 'locked' }",
    # what readers take for something else
    "escape in a class": ".n\\6ftice { display: none }",
    "a rule that is a custom property": ".a { --x:hover { color: red } }",
    "two words that a comment parts": "ur/**/l(https://e.example) { color: red }",
    "a function that a comment parts": ".a { width: expression/**/(1) }",
    "a comment that never ends": ".a { color: red } /* .b { color: red }",
    "a text that never ends": ".a { content: 'x\n}",
    "a bracket that never ends": ".a { width: calc(1px; color: red }",
    "a brace too many": ".a { color: red } } .b { color: red }",
    "brackets crossed": ".a { width: calc([1px)] }",
    "a word behind an invisible sign": ".a { display:\u2003none }",
    "text turned round": ".a { color: red } /* \u202e } */",
    "a zero byte": ".a { color: r\0ed }",
    "a declaration outside": "@media print { color: red }",
    "a page of print": "@page { margin: 0 }",
    # too much
    "too large": ".a { color: red }\n" * (MAX_FILE // 17 + 1),
    "too many words and signs": f".a {{ --x: {'1 ' * MAX_PARTS} }}",
    "too many rules": "a{}\n" * (MAX_RULES + 1),
    "too deep": ".a {" * (DEPTH + 1) + "}" * (DEPTH + 1),
    "brackets too deep": f".a {{ width: {'(' * DEPTH}1px{')' * DEPTH} }}",
    "too many digits": f".a {{ width: {'1' * 31}px }}",
}  # fmt: skip
"""What each tries, and the stylesheet."""
_MUCH: Final = MAX_PARTS - 100
LARGE: Final[dict[str, str]] = {
    "as many numbers as there may be": f".a {{ --x: {'1 ' * _MUCH} }}",
    "as many brackets": f".a {{ --x: {'()' * (_MUCH // 2)} }}",
    "as many selectors": f"{'.a,' * (_MUCH // 3)} .b {{ }}",
    "as many classes of one selector": f"{'.a' * (_MUCH // 2)} {{ }}",
    "as many pseudo-classes in pseudo-classes": f"{(':not(' * 8 + ')' * 8) * (_MUCH // 32)} {{ }}",
    "as many declarations": f".a {{ {'b:c;' * (_MUCH // 4)} }}",
    "as many declarations, eight rules deep": f"{'a{' * 8}{'b:c;' * (_MUCH // 4)}{'}' * 8}",
    "as many rules": "a{b:c}" * MAX_RULES,
    "as many lines": "\n" * MAX_FILE,
}
"""What does no harm and takes the longest to look at."""


def main() -> None:
    """Print a line for each: whether it was refused, where and why, and what looking at it took."""
    check("")  # so that the first does not pay for the import
    lines = [(name, *_looked_at(text)) for name, text in {**HOSTILE, **LARGE}.items()]
    for name, took, said in lines:
        print(f"{name:44} | {took:6.1f} ms | {said}")
    refused = sum(said.startswith("refused") for _, _, said in lines)
    slowest = max(took for _, took, _ in lines)
    print(f"{refused} of {len(lines)} refused, of which {len(HOSTILE)} are hostile; the slowest took {slowest:.1f} ms.")


def _looked_at(text: str) -> tuple[float, str]:
    """Return the milliseconds of CPU that a stylesheet took, and what was said of it."""
    began = time.process_time()
    problems = check(text)
    took = (time.process_time() - began) * 1_000
    for one in problems:
        return took, f"refused at {one.line}:{one.column}, {one.kind}: {one.sentence[:_SAID]}"
    return took, "harmless"


if __name__ == "__main__":
    main()
