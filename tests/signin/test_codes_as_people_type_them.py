"""Sign-in codes as keyboards, clipboards and mail programs give them: eight digits, whatever else comes with them."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.signin.model import CODE_DIGITS, typed_code

CODE = "40719258"
ZEROS = [chr(one) for one in range(sys.maxunicode + 1) if unicodedata.decimal(chr(one), None) == 0]
"""The zero of every script; its digits follow it."""


def in_script(zero: str) -> str:
    """Return the code in the digits that follow a zero."""
    return "".join(chr(ord(zero) + int(digit)) for digit in CODE)


@pytest.mark.parametrize("zero", ZEROS, ids=unicodedata.name)
def test_digits_of_every_script_are_digits(zero: str) -> None:
    """Arabic-Indic, Persian, full-width and Devanagari as well as Bengali, Thai, Khmer and bold ones of mathematics."""
    assert typed_code(in_script(zero)) == CODE


def test_digits_of_two_scripts_in_one_code_are_digits() -> None:
    """Keyboards change in the middle: what was typed before and after is one code."""
    assert typed_code("٤٠٧١" + "9258") == CODE
    assert typed_code("४०" + "７１" + "9258") == CODE


@pytest.mark.parametrize(
    "between",
    [
        *(" ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u2009", "\u202f", "\u3000"),
        *("-", "\u2010", "\u2011", "\u2013", "\u2014", "\u2212", "\uff0d", "_", "~"),
        *(".", ",", "·", "\u3002", "\uff0e", "\u060c", "\u066c", ":", "/", "'"),
        *("\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u00ad", "\u2060", "\ufeff", "\u202c", "\u2069", "\ufe0f"),
    ],
    ids=ascii,
)
def test_what_stands_between_and_around_digits_is_no_digit(between: str) -> None:
    """Space of every width, dashes, full stops and marks that nobody sees: between groups, in front and behind."""
    assert typed_code(f"{CODE[:4]}{between}{CODE[4:]}") == CODE
    assert typed_code(f"{between}{CODE}{between}") == CODE
    assert typed_code(between.join(CODE)) == CODE


@pytest.mark.parametrize(
    "pasted",
    [
        f"Your sign-in code: {CODE}",
        f"Code: {CODE[:4]}-{CODE[4:]}.",
        f"**{CODE}**",
        f"“{CODE}”",
        f"<{CODE}>",
        f"الرمز: {in_script(ZEROS[1])}",
        f"コードは「{CODE}」です。",
        "".join(f"{digit}\ufe0f\u20e3" for digit in CODE),  # keycaps
    ],
    ids=ascii,
)
def test_a_code_is_pasted_with_the_words_around_it(pasted: str) -> None:
    """Whoever copies the whole line of the mail has copied the code."""
    assert typed_code(pasted) == CODE


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "\u200b", "code", "nadia@example.com", "null"),
        *(CODE[1:], f"{CODE}0", f"{CODE} {CODE}", in_script(ZEROS[1])[1:]),
        *(f"{CODE[:4]}x{CODE[4:]}", f"{CODE[:4]} or {CODE[4:]}", "l2345678", "4O719258", "0x407192"),
        *(f"{CODE[:7]}²", f"{CODE[:7]}⑧", f"{CODE[:7]}Ⅷ", f"{CODE[:7]}八", f"{CODE[:7]}½"),  # numbers, no digits
        f"{CODE} works for 10 minutes",
        " " * 500 + CODE,
        CODE * 100_000,
    ],
    ids=lambda typed: ascii(typed[:30]),
)
def test_what_can_be_no_code_is_none(typed: str) -> None:
    """Fewer digits or more, letters between them, numbers that are no digits, and what is too long to look at."""
    assert typed_code(typed) == ""


@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_whatever_is_typed_is_eight_plain_digits_or_nothing(typed: str) -> None:
    """A code that was understood is one that is understood as itself."""
    code = typed_code(typed)
    assert code == "" or (len(code) == CODE_DIGITS and code.isascii() and code.isdigit() and typed_code(code) == code)
