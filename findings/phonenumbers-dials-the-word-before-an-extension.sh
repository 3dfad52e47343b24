#!/bin/sh
# Version:   phonenumberslite 9.0.42 (libphonenumber’s rules in Python).
# Guess:     A word before an extension that the library does not know, such as the German “App.”, makes parsing fail,
#            or the number ends before it; what is then valid is the number that was written.
# Behaviour: Three letters are enough for a vanity number: the word is dialled on a keypad, and the longer number is
#            valid where national numbers have no fixed length. The English “ext.” is an extension.
# Seen:      “030 123456 App. 12” in Germany is +493012345627712, valid, without an extension; “030 123456 ext. 12” is
#            +4930123456 with extension 12.
# Here:      chalicelib/channels/phone.py splits extensions off by itself and gives the library digits alone.
set -eu

packages="
    phonenumberslite==9.0.42
"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
# shellcheck disable=SC2086  # a word a package
"$folder/venv/bin/pip" install -qq --disable-pip-version-check --no-deps $packages
cd "$folder"

"$folder/venv/bin/python" - <<'END'
import sys
from importlib.metadata import version

import phonenumbers as phone


def read(text):
    number = phone.parse(text, "DE")
    return phone.format_number(number, phone.PhoneNumberFormat.E164), number.extension, phone.is_valid_number(number)


seen = {text: read(text) for text in ("030 123456 App. 12", "030 123456 ext. 12")}
print(f"Version:   phonenumberslite {version('phonenumberslite')}")
print("Guess:     a word before an extension is no part of the number")
print("Behaviour: a word that the library does not know is dialled")
for text, found in seen.items():
    print(f"Seen:      {text}: {found}")
sys.exit(list(seen.values()) != [("+493012345627712", None, True), ("+4930123456", "12", True)])
END
