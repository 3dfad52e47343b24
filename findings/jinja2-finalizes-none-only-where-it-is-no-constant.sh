#!/bin/sh
# Version:   Jinja2 3.1.6, MarkupSafe 3.0.4.
# Guess:     finalize sees every value that is printed, a constant as well as a variable: one that makes None an empty text
#            prints nothing for either.
# Behaviour: With autoescape the compiler escapes a constant before it asks finalize, which then gets the text “None”. Without
#            autoescape, and for variables, it gets None.
# Seen:      “{{ none }}|{{ x }}” with x=None prints “None|” with autoescape, and “|” without.
# Here:      Themes are rendered without finalize; what is nothing becomes empty where it is written (themes/sandbox.py).
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check --no-deps jinja2==3.1.6 markupsafe==3.0.4
cd "$folder"

"$folder/venv/bin/python" - <<'END'
import sys
from importlib.metadata import version

from jinja2 import Environment


def shown(*, autoescape):
    environment = Environment(autoescape=autoescape, finalize=lambda value: "" if value is None else value)
    return environment.from_string("{{ none }}|{{ x }}").render(x=None)


seen = {autoescape: shown(autoescape=autoescape) for autoescape in (True, False)}
print(f"Version:   Jinja2 {version('jinja2')}")
print("Guess:     finalize turns None into nothing, whether it is a constant or a variable")
print("Behaviour: with autoescape a constant None is printed as “None”")
print(f"Seen:      by autoescape: {seen}")
sys.exit(seen != {True: "None|", False: "|"})
END
