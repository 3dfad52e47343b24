#!/bin/sh
# Version:   phonenumberslite 9.0.42 (libphonenumber’s rules in Python).
# Guess:     The older written forms of a mobile number, with the 1 that Mexico had after +52 and without the ninth
#            digit that Brazil added, are valid and match today’s form: messengers still name accounts by them.
# Behaviour: Neither is valid. The Mexican pair is a mere SHORT_NSN_MATCH, which any number with the same last
#            digits is too; the Brazilian pair is NO_MATCH.
# Seen:      +52 1 55 1234 5678 is invalid, SHORT_NSN_MATCH; +55 11 8765-4321 is invalid, NO_MATCH with +55 11
#            98765-4321.
# Here:      Such numbers stay as they came (decision 0031); staff merge customers who are found to be one.
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


def compared(new, old):
    new, old = phone.parse(new), phone.parse(old)
    return (
        phone.is_valid_number(new),
        phone.is_valid_number(old),
        phone.MatchType.to_string(phone.is_number_match(new, old)),
    )


seen = {
    "Mexico": compared("+52 55 1234 5678", "+52 1 55 1234 5678"),
    "Brazil": compared("+55 11 98765-4321", "+55 11 8765-4321"),
}
print(f"Version:   phonenumberslite {version('phonenumberslite')}")
print("Guess:     older forms of mobile numbers are valid and match today’s")
print("Behaviour: they are not valid, and the Brazilian ones do not match")
print(f"Seen:      new valid, old valid, match: {seen}")
sys.exit(seen != {"Mexico": (True, False, "SHORT_NSN_MATCH"), "Brazil": (True, False, "NO_MATCH")})
END
