#!/bin/sh
# Version:   tinycss2 1.5.1, webencodings 0.6.1.
# Guess:     serialize() of what was parsed, without its comments, reads as the same tokens again, as CSS Syntax 3 (section 9)
#            asks: between tokens that would become another one it puts a comment.
# Behaviour: It does so for most pairs, but not for a number before a percent sign: “1”, “%” are written as the percentage “1%”.
# Seen:      “1/**/%” has the tokens number and literal; written without the comment it has the one token percentage.
# Here:      Stylesheets of themes are written by a writer of ours (chalicelib/themes/styles/), and a property test reads what
#            it wrote again.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq --disable-pip-version-check --no-deps tinycss2==1.5.1 webencodings==0.6.1
cd "$folder"

"$folder/venv/bin/python" - <<'END'
import sys
from importlib.metadata import version

import tinycss2


def kinds(text):
    return [one.type for one in tinycss2.parse_component_value_list(text, skip_comments=True)]


def again(text):
    return tinycss2.serialize(tinycss2.parse_component_value_list(text, skip_comments=True))


seen = {text: (kinds(text), again(text), kinds(again(text))) for text in ("1/**/%", "1/**/px")}
print(f"Version:   tinycss2 {version('tinycss2')}")
print("Guess:     written and read again, the tokens are the same")
print("Behaviour: a number and a percent sign become a percentage; a number and a name are kept apart")
for text, (before, written, after) in seen.items():
    print(f"Seen:      {text!r}: {before}, written {written!r}, read again {after}")
number, name = seen["1/**/%"], seen["1/**/px"]
sys.exit(not (number[0] != number[2] and name[0] == name[2]))
END
