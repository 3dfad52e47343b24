"""Phone numbers: however people write one, it is one number; what could be another, or is none, stays as it came."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels.contract import plain_number
from chalicelib.channels.phone import in_country, of_whatsapp
from chalicelib.countries import countries
from chalicelib.refusals import Invalid

ROOT = Path(__file__).resolve().parents[2]

ONE_NUMBER = {
    # country: number, and what people of that country, their phones and their software write for it
    ("DE", "+4930123456"): (
        *("+49 (0)30 123456", "0049 30 123456", "0049 (0) 30/123456", "030/123456", "030 12 34 56", "(030) 123456"),
        *(
            "030\u2011123456",
            "030\u2013123456",
            "030 \u2212 123456",
            "\u00a0+49\u202f30\u00a0123456",
            "(+49) 30.123456",
        ),
        *("Tel. 030 123456", "Telefon: 030/123456", "T: +49 30 123456", "TÉL. +49 30 123456", "هاتف: ٠٣٠١٢٣٤٥٦"),
        *("tel:+49-30-123456", "TEL:030123456;phone-context=+49", "callto:+4930123456", "sms:+4930123456"),
        *("\u200e+49 30 123456\u200e", "\u202a030 123456\u202c", "\u2066+4930123456\u2069", "\ufeff030123456"),
        *("\uff0b\uff14\uff19\u3000\uff13\uff10\uff0d\uff11\uff12\uff13\uff14\uff15\uff16", "٠٣٠ ١٢٣٤٥٦", "۰۳۰۱۲۳۴۵۶"),
    ),
    ("EG", "+201012345678"): ("٠١٠ ١٢٣٤ ٥٦٧٨", "+٢٠ ١٠ ١٢٣٤ ٥٦٧٨", "0020 10 1234 5678", "\u061c010-1234-5678"),
    ("IN", "+919876543210"): ("९८७६५ ४३२१०", "098765 43210", "+91-98765-43210", "98765 43210"),
    ("JP", "+81312345678"): (
        "０３ー１２３４ー５６７８",
        "電話：０３－１２３４－５６７８",
        "03（1234）5678",
        "+81 3-1234-5678",
        "010 81 3 1234 5678",
    ),
    ("IT", "+390612345678"): ("06 1234 5678", "+39 06 12345678", "0039 06/12345678"),
    ("AR", "+5491123456789"): ("011 15-2345-6789", "+54 9 11 2345-6789", "0 11 15 2345 6789"),
    ("MX", "+525512345678"): ("55 1234 5678", "(55) 1234-5678", "+52 55 1234 5678"),
    ("BR", "+5511987654321"): ("(11) 98765-4321", "0 15 11 98765-4321", "+55 (11) 98765.4321"),
    ("CI", "+2250708091011"): ("07 08 09 10 11", "00225 07 08 09 10 11", "+225 0708091011"),
    ("US", "+12125550123"): ("(212) 555-0123", "1-212-555-0123", "212.555.0123", "+1 212 555 0123"),
    ("RU", "+74951234567"): ("8 (495) 123-45-67", "495 123-45-67", "+7 495 123 45 67"),
    ("HU", "+3612345678"): ("06 1 234 5678", "+36 (06) 1 234 5678", "0036 1 2345678"),
    ("FR", "+33123456789"): ("01 23 45 67 89", "+33 (0)1 23 45 67 89", "0033.1.23.45.67.89"),
}


@pytest.mark.parametrize(
    ("country", "number", "written"),
    [(*key, one) for key, written in ONE_NUMBER.items() for one in (key[1], *written)],
)
def test_one_number_has_one_form_however_it_is_written(country: str, number: str, written: str) -> None:
    """Prefixes, brackets, slashes, dashes, spaces, links, digits of other scripts and signs of direction."""
    assert in_country(written, country) == number


@pytest.mark.parametrize("country", ["DE", "US", "JP", "AU", "KR"])
def test_a_number_of_another_country_is_the_same_everywhere(country: str) -> None:
    """With a plus, and with the prefix 00 that most countries have, wherever the organization is."""
    for written in ("+41 (0)79 123 45 67", "0041 79 123 45 67", "tel:+41-79-123-45-67", "(+41) 79/1234567"):
        assert in_country(written, country) == "+41791234567"


AS_THEY_CAME = [
    # country, as it came, and the form without a country
    ("DE", "ACME", "ACME"),
    ("DE", "Alder&Finch", "Alder&Finch"),
    ("DE", "VM-HDFCBK", "VMHDFCBK"),
    ("US", "1-800-FLOWERS", "1800FLOWERS"),
    ("US", "72404", "72404"),
    ("DE", "110", "110"),
    ("GB", "+44 999", "+44999"),
    ("AT", "0800", "0800"),
    ("DE", "123456", "123456"),
    ("DE", "30 123456", "30123456"),
    ("FR", "1 23 45 67 89", "123456789"),
    ("HU", "(1) 234 5678", "12345678"),
    ("US", "555-0123", "5550123"),
    ("AR", "15 2345-6789", "1523456789"),
    ("CI", "08 09 10 11", "08091011"),
    ("CI", "+225 08 09 10 11", "+22508091011"),
    ("MX", "+52 1 55 1234 5678", "+5215512345678"),
    ("MX", "044 55 1234 5678", "0445512345678"),
    ("BR", "+55 11 8765-4321", "+551187654321"),
    ("DE", "030 123456 / 78", "030123456/78"),
    ("DE", "030 123456 / 030 654321", "030123456/030654321"),
    ("DE", "030 123456, 030 654321", "030123456,030654321"),
    ("DE", "030 123456 oder 654321", "030123456oder654321"),
    ("DE", "030 123456 (Werkstatt)", "030123456Werkstatt"),
    ("DE", "Werkstatt 030 123456", "Werkstatt030123456"),
    ("DE", "Tel. 110", "Tel110"),
    ("DE", "Tel. Werkstatt", "TelWerkstatt"),
    ("DE", "tel:7042;phone-context=example.com", "tel:7042;phonecontext=examplecom"),
    ("US", "tel:863-1234;phone-context=+1-914-555", "tel:8631234;phonecontext=+1914555"),
    ("DE", "tel:+4930123456;isub=12", "tel:+4930123456;isub=12"),
    ("DE", "+999 30 123456", "+99930123456"),
    ("DE", "++49 30 123456", "++4930123456"),
    ("DE", "9" * 60, "9" * 60),
]


@pytest.mark.parametrize(("country", "written", "kept"), AS_THEY_CAME)
def test_what_cannot_be_judged_stays_as_it_came(country: str, written: str, kept: str) -> None:
    """Names of senders, short codes, words, two numbers in one, numbers without their area code, and older forms.

    Of older forms of mobile numbers in Mexico, Brazil and Ivory Coast nobody knows by rules whose they are today.
    """
    assert in_country(written, country) == plain_number(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        *("030 123456 App. 12", "030/123456 x12", "+49 30 123456 ext. 12", "0049 30 123456 Durchwahl 12"),
        *("tel:+49-30-123456;ext=12", "030 123456 #12", "030 123456 доб. 12", "030 123456 int 12", "030-123456 DW: 12"),
        *("０３０ １２３４５６ 内線１２", "+4930123456;ext=12"),
    ],
)
def test_an_extension_is_part_of_whom_a_number_reaches(written: str) -> None:
    """It never becomes digits of the number, nor is it lost: behind a switchboard are many people."""
    assert in_country(written, "DE") == "+4930123456;ext=12"


@pytest.mark.parametrize("written", ["ACME x12", "110 App. 12", "030 123456 App. Meier", "030 123456 App. 12345678"])
def test_an_extension_of_what_is_no_number_stays_as_it_came(written: str) -> None:
    assert in_country(written, "DE") == plain_number(written)


def test_ids_of_whatsapp_are_international_numbers_without_a_plus() -> None:
    """As WhatsApp and Twilio write them, in every country; what people type by hand is read as elsewhere."""
    for country in ("DE", "US", "IN"):
        for written in ("4915112345678", "+49 151 12345678", "whatsapp:+4915112345678", "0049 151 12345678"):
            assert of_whatsapp(written, country) == "+4915112345678"
    assert of_whatsapp("0151 12345678", "DE") == "+4915112345678"
    assert of_whatsapp("(212) 555-0123", "US") == of_whatsapp("12125550123", "US") == "+12125550123"
    assert in_country("49 151 12345678", "DE") == "4915112345678", "without a plus a text message may name an area"
    assert of_whatsapp("81987654321", "BR") == "81987654321", "somebody in Recife, or somebody in Okinawa"
    assert of_whatsapp("+81987654321", "BR") == of_whatsapp("81987654321", "DE") == "+81987654321"
    assert in_country("(81) 98765-4321", "BR") == "+5581987654321"
    for unknown in ("5215512345678", "551187654321", "US.13491208655302741918", "ACME"):
        assert of_whatsapp(unknown, "DE") == plain_number(unknown)


def test_without_a_country_a_number_has_the_form_it_always_had() -> None:
    """Only what was refused is new: signs that set direction go, spaces of every kind are spaces."""
    for written, kept in {
        "+49 (0)30 123-456": "+49030123456",
        "030/123456": "030/123456",
        "٠٣٠ ١٢٣٤٥٦": "٠٣٠١٢٣٤٥٦",
        "tel:+49-30-123456": "tel:+4930123456",
        "\u200e+49\u00a030 123456\u202c": "+4930123456",
        "\u2067ACME\u2069": "ACME",
    }.items():
        assert plain_number(written) == kept


@pytest.mark.parametrize("written", ["", "\u200e", "\u00a0\u202f", "( ) - .", "\u2066\u2069", "1" * 201, "030\x00123"])
def test_nothing_is_no_number(written: str) -> None:
    """Nothing to be seen, too much, and controls are refused, whatever the country."""
    with pytest.raises(Invalid):
        plain_number(written)
    with pytest.raises(Invalid):
        in_country(written, "DE")


_PIECES = st.sampled_from(
    [*"0123456789", *"٣५７", *" ()/.-+,;#x=", "\u2011", "\u200e", "\u00a0", "ext", "App.", "tel:", ";ext=", "00", "+49"]
)


@given(st.lists(_PIECES, min_size=1, max_size=24).map("".join), st.sampled_from(["DE", "IT", "US", "AR", "NU", "XK"]))
def test_a_form_is_the_form_of_itself(written: str, country: str) -> None:
    """Of the number as it came, of its form without a country and of its own: stored numbers are judged again."""
    try:
        plain = plain_number(written)
    except Invalid:
        return
    for judge in (in_country, of_whatsapp):
        form = judge(written, country)
        assert judge(plain, country) == form
        assert judge(form, country) == form


def test_every_country_that_can_be_chosen_has_numbers() -> None:
    """The library knows each of them, and none is missing but two islands whose country has another code."""
    from phonenumbers import SUPPORTED_REGIONS

    assert set(countries()) == SUPPORTED_REGIONS - {"AC", "TA"}
    assert (countries()["DE"], countries()["XK"], countries()["CI"]) == ("Germany", "Kosovo", "Côte d’Ivoire")


def test_the_library_waits_until_a_number_is_judged() -> None:
    """It takes as long to import as a cold start can bear."""
    script = "import sys, chalicelib.channels.model, chalicelib.wiring; print('phonenumbers' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"
