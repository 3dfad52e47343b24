"""Phone numbers: the form they have without a country, and E.164 where the organization's country lets one be judged.

What is no number by libphonenumber's rules, or could be more than one, is kept as it came: nobody is joined by a guess.
Decision 0031 has the reasons. The library is imported only here, and only where a number is judged: it takes 20 ms.
"""

from __future__ import annotations

import re
import unicodedata

from chalicelib.channels.contract import plain_number


def in_country(value: str, country: str) -> str:
    """Return a number as E.164 in the organization's ``country`` (ISO 3166), with ``;ext=`` for an extension.

    A number that cannot be judged has the form of :func:`plain_number`.
    """
    return _judged(plain_number(value), country, digits_are_whole=False)


def of_whatsapp(value: str, country: str) -> str:
    """Return the same for WhatsApp, whose own ids are international numbers without a plus."""
    return _judged(plain_number(value), country, digits_are_whole=True)


def once(number: str, country: str) -> tuple[str, ...]:
    """Return how a number in its form of a country may have been kept without one, as it is written most often."""
    from phonenumbers import PhoneNumberFormat, format_number, parse, region_code_for_number

    if _valid(number, country) != number:
        return ()
    whole = parse(number)
    national = plain_number(format_number(whole, PhoneNumberFormat.NATIONAL))
    at_home = region_code_for_number(whole) == country
    abroad = (f"00{number[1:]}", number[1:], f"+{whole.country_code}{national}")
    return (national, *abroad) if at_home else abroad


_LABELS = (
    *("tel", "tél", "telefon", "telephone", "téléphone", "telefono", "teléfono", "telefone", "phone", "тел", "телефон"),
    *("mobil", "mobile", "móvil", "cell", "handy", "電話", "携帯", "电话", "手机", "전화", "هاتف", "جوال"),
)
"""What people write before a number, as in a signature, without space and full stops."""
_SCHEME = re.compile(rf"(?:tel|smsto|sms|callto|whatsapp):(?://)?|(?:{'|'.join(_LABELS)}):?(?=[+0-9])|[tpm]:(?=[+0-9])")
_EXTENSIONS = (
    *("x", "#", "ext", "extn", "extension", "app", "apparat", "durchwahl", "dw", "nst", "klappe"),
    *("poste", "int", "interno", "anexo", "ramal", "toestel", "wew", "доб", "内線", "分机"),
)
"""What people write before an extension, without space and full stops."""
_WRITTEN = re.compile(rf"(\+?[0-9]{{3,24}})(?:(?:{'|'.join(map(re.escape, _EXTENSIONS))}):?([0-9]{{1,7}}))?")
_COUNTRY = re.compile(r"\+[0-9]{1,3}")
"""A context of RFC 3966 that a number can be put behind. A longer one names an area, and may repeat its digits."""
_BETWEEN = frozenset(" ()[].-~·−ー")
"""What people write between digits, besides dashes and spaces of other scripts."""
_SLASH = re.compile(r"^((?:\+|00)[0-9]{1,8}|[0-9]{1,6})/([0-9]{4})")
"""A slash behind an area code. Any other may come before a second number, or before another end of the same."""


def _judged(plain: str, country: str, *, digits_are_whole: bool) -> str:
    head, *parameters = _folded(plain).split(";")
    scheme = _SCHEME.match(head)
    head, extension = head[scheme.end() :] if scheme else head, ""
    for parameter in parameters:
        name, _, said = parameter.partition("=")
        if name == "ext":
            extension = said
        elif name == "phonecontext" and _COUNTRY.fullmatch(said) and not head.startswith("+"):
            head = said + head
        else:
            return plain
    # An extension is split off before the library reads it: "App. 12" would be two more digits of the number.
    head = _SLASH.sub(r"\1\2", head)
    written = _WRITTEN.fullmatch(f"{head}x{extension}" if extension else head)
    if written is None:
        return plain
    digits, extension = written[1], written[2] or ""
    number = _valid(digits, country)
    if digits_are_whole and digits[0] not in "+0":
        whole = _valid(f"+{digits}", country)
        number = whole if number in {"", whole} else "" if whole else number  # two numbers are none
    if not number and digits.startswith("00"):  # the prefix of most countries, where the organization's has another
        number = _valid(f"+{digits[2:]}", country)
    if not number:
        return plain
    return f"{number};ext={extension}" if extension else number


def _folded(text: str) -> str:
    """Return a text with digits 0 to 9, plain signs and small letters, and without what stands between digits."""
    kept = []
    for character in text:
        one = chr(ord(character) - 0xFEE0) if "\uff01" <= character <= "\uff5e" else character
        if one.isdecimal():
            kept.append(str(unicodedata.decimal(one)))
        elif one not in _BETWEEN and unicodedata.category(one) not in {"Pd", "Zs"}:
            kept.append(one.casefold())
    return "".join(kept)


def _valid(digits: str, country: str) -> str:
    """Return a number as E.164; empty where it is none, or lacks what its country writes before an area code."""
    from phonenumbers import PhoneNumberFormat, PhoneNumberMatcher, format_number

    found = next(iter(PhoneNumberMatcher(digits, country, max_tries=1)), None)
    if found is None or found.raw_string != digits:
        return ""
    return format_number(found.number, PhoneNumberFormat.E164)
