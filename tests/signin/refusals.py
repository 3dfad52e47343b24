"""Why a sign-in can be refused, as the source of the product says, and what each refusal must leave in the log."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path

import chalicelib
from chalicelib import refusals, telemetry
from chalicelib.aws.limits import Limit
from chalicelib.refusals import CodeRefused, LoginRefused, Refusal
from chalicelib.signin.model import Kind, Why
from chalicelib.signin.refusal_log import Way
from chalicelib.signin.tokens import RULES
from tests.browser import Browser, Page
from tests.logs import metrics, written

PRODUCT = Path(chalicelib.__path__[0])
NAMING = frozenset({"LoginRefused", "Finding", "found.broken", "found.kept"})
"""What is called with the name of a rule first."""
PASSED_ON = frozenset({"one.rule", "refusal.rule", "rule"})
"""Names of rules that are passed on; :data:`chalicelib.signin.tokens.RULES` has those that are put together."""
OF_SETTINGS = frozenset({"SettingRefused", "ChangedMeanwhile"})
"""What only the settings of a sign-in are refused with."""
OF_ANY_WAY = frozenset({"TooManyRequests", "ForgedRequest", "AddressRefused", "Unavailable"})
"""What the ground under a sign-in refuses: limits, forms, addresses, the table."""


def rules(way: Way) -> set[str]:
    """Return the rules of a way in, by name, that the product's source spells or lists."""
    if way in {Way.CODE, Way.LINK}:
        return {why.value for why in Why}
    found = set(RULES) if way is Way.SIGN_ON else set()
    for path in sorted(PRODUCT.rglob("*.py")):
        place = path.relative_to(PRODUCT).as_posix()
        ways = set(Way) if place == "signin/jose.py" else {Way.OPENID if "openid" in place else Way.SIGN_ON}
        if way in ways and place != "openid/discovery.py":  # whose findings are about a provider, not about a sign-in
            found.update(_named(ast.parse(path.read_text(encoding="utf-8")), place))
    return found


def _named(tree: ast.Module, place: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        if ast.unparse(node.func) in NAMING:
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield first.value
            else:
                assert ast.unparse(first) in PASSED_ON, f"{place}: no test can tell which rule {ast.unparse(first)} is"


def codes() -> set[str]:
    """Return the codes of the other refusals that a sign-in can end with."""
    raised: set[str] = set(OF_ANY_WAY)
    for room in ("signin", "openid"):
        for path in (PRODUCT / room).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Raise) and node.exc:
                    raised.add(ast.unparse(node.exc).partition("(")[0])
    classes = [getattr(refusals, name) for name in raised - OF_SETTINGS if hasattr(refusals, name)]
    found = {one for one in classes if issubclass(one, Refusal) and not issubclass(one, CodeRefused | LoginRefused)}
    return {one.code for one in found} - {"not_found"}


def limits() -> set[str]:
    """Return the names of the limits on signing in."""
    found = {
        one.name
        for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib.")
        for one in vars(importlib.import_module(module.name)).values()
        if isinstance(one, Limit)
    }
    return {name for name in found if name.startswith(("sign-", "openid-"))}


def logged_once(act: Callable[[], Page], way: Way, who: Kind, browser: Browser, *secret: str) -> str:
    """Act, hold the log to one line and one count, and return the kind, with the limit where one was reached.

    The line has nothing in it but what it is for: ``secret`` are what was typed or sent.
    """
    held = [value for value in browser.cookies.values() if value]
    with written() as lines:
        page = act()
    told = [line for line in lines if line.get("message") == "sign-in refused"]
    assert len(told) == 1, (page.status, lines)
    assert metrics(lines)[telemetry.SIGN_IN_REFUSED] == 1
    line = told[0]
    limit = line.get("limit", "")
    assert line.keys() - {"limit"} == {
        *("level", "location", "message", "timestamp", "service"),
        *("kind", "way", "who", "request_id"),
    }
    assert (line["level"], line["way"], line["who"]) == ("INFO", way, who)
    assert line["request_id"]
    for word in (*secret, *held, browser.ip, "@"):
        assert word not in repr(line), line
    return f"{line['kind']} {limit}".strip()
