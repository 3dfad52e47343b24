"""E-mail addresses as people copy and type them: one mailbox is one address, and never are two mailboxes one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.refusals import AddressRefused
from chalicelib.text import MAX_EMAIL, bare_email, normal_email, readable_email
from chalicelib.wiring import House
from infra import admin
from tests.browser import Browser
from tests.people import Clock, People
from tests.program import Program
from tests.signin.site import GONE, opened

if TYPE_CHECKING:
    from local.gateway import Gateway
    from tests.conftest import MailRoom
    from tests.signin.site import Site

ADA = "ada.l@example.com"
UNSEEN = (
    *("\u00a0", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u200f", "\u202a", "\u202c"),
    *("\u2066", "\u2069", "\u061c", "\u2003", "\u2009", "\u202f", "\u3000", "\u2800", "\u3164", "\ufe0f", "\u180e"),
    *(" ", "\t", "\n", "\r\n", "\u2028", "\x0b", "\x85"),
)
AROUND = (
    *("{}.", "{},", "{};", "{}:", "{}!", "{}?", "{}\u3002", "{}\uff0e", "{}\u3001", "{}\u060c", "{}...", "{}. "),
    *(
        "<{}>",
        "({})",
        "[{}]",
        '"{}"',
        "'{}'",
        "`{}`",
        "\u201c{}\u201d",
        "\u201e{}\u201c",
        "\xab{}\xbb",
        "\u300c{}\u300d",
    ),
    *("Ada L <{}>", '"Lindqvist, Ada" <{}>', "\u30a2\u30c0 <{}>", "<{}>;", "(<{}>)", " <{}> ", "\uff1c{}\uff1e"),
    *(
        "mailto:{}",
        "MailTo:{}",
        "mailto:{}?subject=Hello%20there&body=x@y.example",
        "<mailto:{}>",
        "mailto:<{}>.",
        "mailto://{}",
    ),
)
DOMAINS = {
    "m\u00fcnchen.example": "xn--mnchen-3ya.example",
    "M\u00dcNCHEN.Example": "xn--mnchen-3ya.example",
    "mu\u0308nchen.example": "xn--mnchen-3ya.example",  # the two dots as a mark of their own
    "stra\u00dfe.example": "xn--strae-oqa.example",  # and not strasse
    "STRA\u1e9eE.example": "xn--strae-oqa.example",
    "\u03c3\u03bf\u03c6\u03cc\u03c2.example": "xn--0xagbn4a.example",  # a final sigma stays one
    "\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444": "xn--e1afmkfd.xn--p1ai",
    "\u4f8b\u3048.jp": "xn--r8jz45g.jp",
    "\u4f8b\u3048\u3002jp": "xn--r8jz45g.jp",
    "\u4f8b\u3048\uff0ejp": "xn--r8jz45g.jp",
    "\ud55c\uad6d.example": "xn--3e0b707e.example",
    "\u0645\u062b\u0627\u0644.example": "xn--mgbh0fb.example",
    "fran\u00e7ais.mu\u0301sica.example": "xn--franais-xxa.xn--msica-7ua.example",
    "xn--mnchen-3ya.example": "xn--mnchen-3ya.example",
}


@pytest.mark.parametrize("mark", UNSEEN, ids=ascii)
def test_space_and_what_nobody_sees_around_an_address_is_no_part_of_it(mark: str) -> None:
    for written in (f"{mark}{ADA}", f"{ADA}{mark}", f"{mark * 3}{ADA}{mark} ", f"<{mark}{ADA}{mark}>"):
        assert normal_email(written) == ADA


@pytest.mark.parametrize("mark", ["\u200b", "\u2060", "\ufeff", "\u00ad"], ids=ascii)
def test_what_dns_leaves_out_of_a_domain_is_no_part_of_it(mark: str) -> None:
    """Sites put these behind the @ and the full stops, for lines to end there."""
    assert normal_email(f"ada.l@{mark}example.{mark}com") == ADA
    assert normal_email(f"ada.l@m\u00fc{mark}nchen.example") == "ada.l@xn--mnchen-3ya.example"


@pytest.mark.parametrize("written", AROUND, ids=ascii)
def test_what_is_copied_with_an_address_is_no_part_of_it(written: str) -> None:
    """Full stops behind, brackets and quotation marks around, a name in front, a link's scheme and its query."""
    assert normal_email(written.format(ADA)) == ADA
    assert normal_email(written.format("ada.l@m\u00fcnchen.example")) == "ada.l@xn--mnchen-3ya.example"


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("mailto:ada%2Bl@example.com", "ada+l@example.com"),
        ("mailto:ada%27l@example.com", "ada'l@example.com"),
        ("mailto:%61da.l%40example.com", ADA),
        ("mailto:ada.l@m%C3%BCnchen.example", "ada.l@xn--mnchen-3ya.example"),
        ("ada%2Bl@example.com", "ada%2bl@example.com"),  # no link: the percent sign is part of the name
    ],
)
def test_a_link_is_read_as_a_link(link: str, address: str) -> None:
    """Percent signs of ``mailto:`` stand for other signs, those of an address for themselves (RFC 6068)."""
    assert normal_email(link) == address


@pytest.mark.parametrize(("domain", "dns"), DOMAINS.items(), ids=ascii)
def test_a_domain_in_other_letters_is_kept_as_dns_has_it(domain: str, dns: str) -> None:
    """In whichever of its spellings it was typed; its owner reads it in letters."""
    assert normal_email(f"Ada.L@{domain}") == f"ada.l@{dns}"
    assert normal_email(readable_email(f"ada.l@{dns}")) == f"ada.l@{dns}"


@pytest.mark.parametrize("at", ["\uff20", "\ufe6b"], ids=ascii)
def test_an_at_sign_of_a_wide_keyboard_is_one(at: str) -> None:
    assert normal_email(f"ada.l{at}example.com") == ADA
    with pytest.raises(AddressRefused):
        normal_email(f"ada.l{at}example.com@example.org")


MAILBOXES = (
    *("ada.l@example.com", "ada_l@example.com", "adal@example.com", "ada.l+x@example.com", "'ada.l@example.com"),
    *("`ada.l@example.com", "{ada.l@example.com", ".ada.l@example.com", "ada.l.@example.com", "ada%2el@example.com"),
    *("ada.l@xn--exmple-cua.com", "ada.l@ex\u0430mple.com", "ada.l@ex\u00e0mple.com", "ada.l@example.co"),
    *("ada.l@strasse.example", "ada.l@stra\u00dfe.example", "ada.l@example.com.example", "mailto/ada.l@example.com"),
)


def test_two_mailboxes_are_never_one() -> None:
    """Nothing that can be part of an address is left out, and nothing before the @ is changed but its case."""
    assert len({normal_email(one) for one in MAILBOXES}) == len(MAILBOXES)
    for one in MAILBOXES:
        if one.isascii():
            assert normal_email(one) == one


@pytest.mark.parametrize(
    "address",
    [
        *("\uff41da.l@example.com", "\u0430da.l@example.com", "ada.\u0131@example.com", "\u00e5da@example.com"),
        *("ada\u200b.l@example.com", "ada\u00ad.l@example.com", "ada\u200b@example.com"),
        *("ada.l@\uff45xample.com", "ada.l@e\u02e3ample.com", "ada.l@example.\u212aom", "ada.l@\ufb01nch.example"),
        *("ada.l@exampl\u24d4.com", "ada.l@\U0001d41fox.com", "ada.l@m\u00fcnchen\uff11.de"),
    ],
    ids=ascii,
)
def test_letters_that_only_look_plain_are_refused_with_what_to_do(address: str) -> None:
    """A name of other letters is another mailbox, to which mail cannot be sent; neither becomes the plain one."""
    with pytest.raises(AddressRefused) as refusal:
        normal_email(address)
    assert "perhaps invisible" in refusal.value.sentence


@pytest.mark.parametrize(
    "address",
    [
        *(
            "ada l@example.com",
            "ada.l@exam ple.com",
            "ada.l@m\u00fcn chen.de",
            "ada.l@m\u00fcnchen",
            "ada.l@\u00fc..de",
        ),
        *(
            "ada.l@-\u00fc.de",
            "ada.l@\u00fc_.de",
            "ada.l@\u00fc.de\x00",
            "\x00ada.l@example.com",
            "ada.l@\u2764.example",
        ),
        *("<ada.l@example.com", "ada.l@example.com)", "a@b.de, c@d.de", "a@b.de <c@d.de>", "mailto:a@b.de,c@d.de"),
        *(
            "mailto:",
            "mailto:?to=a@b.de",
            "<>",
            "Ada <>",
            "@",
            "()",
            "mailto:a@b.de%0d%0aBcc:c@d.de",
            "a@<b.de>",
            "a@\u00bd.de",
        ),
        *(
            "ada@" + "\u00fc" * 64 + ".de",
            "ada@" + "\u00fc." * 130 + "de",
            "\u200b" * 2000 + ADA,
            "<" * 9 + ADA + ">" * 9,
        ),
    ],
    ids=lambda one: ascii(one[:30]),
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(AddressRefused):
        normal_email(address)


@given(st.from_regex(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([a-z0-9]{1,20}\.){1,3}[a-z]{2,9}", fullmatch=True))
def test_what_was_stored_before_is_found_as_it_was(address: str) -> None:
    """An address that could be kept already is kept as it is: no stored one needs to be changed."""
    if ".." not in address:
        assert len(address) > MAX_EMAIL or normal_email(address) == normal_email(f"\u00a0<{address}>.") == address


@pytest.mark.parametrize("written", ["Support@Example.com", "<Support@Example.com>", "mailto:Support@Example.com."])
def test_the_sender_of_mails_keeps_its_capitals(written: str) -> None:
    """SES knows a sender as it was verified, letter by letter; only what was copied along is left out."""
    assert bare_email(written) == "Support@Example.com"


def test_a_plain_address_costs_no_start_anything() -> None:
    """The tables of other letters are imported when a domain has one."""
    code = (
        "import sys; from chalicelib.text import normal_email as n; n('<a@b.de>'); assert 'idna' not in sys.modules; "
        "n('a@\u00fc.de'); assert 'idna' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# everywhere an address is taken

SENT = {
    "\u00a0noor@example.com\u200b": "noor@example.com",
    "mailto:Noor@example.com": "noor@example.com",
    "Noor Haddad <noor@example.com>,": "noor@example.com",
    "noor@m\u00fcnchen.example.": "noor@xn--mnchen-3ya.example",
}


@pytest.fixture(params=SENT.items(), ids=lambda one: ascii(one[0]))
def sent(request: pytest.FixtureRequest) -> tuple[str, str]:
    """An address as somebody sends it, and what it is kept as."""
    pair: tuple[str, str] = request.param
    return pair


@pytest.fixture
def site(house: House, clock: Clock) -> Iterator[Site]:
    with opened(house, clock) as site:
        yield site


def test_an_address_as_it_was_copied_signs_in(
    browse: Callable[..., Browser], people: People, mail_room: MailRoom, sent: tuple[str, str]
) -> None:
    """The mail goes to the address that is kept; the page names the address in its owner's letters."""
    written, address = sent
    customer = people.house.customers.profiles.register("Noor", {"email": address})
    browser = browse()
    browser.get("/login")
    page = browser.submit("Send me a code", email=written)
    assert readable_email(address) in page.text
    assert browser.submit("Sign in", code=mail_room.code()).one("header .who").text == customer.name
    assert mail_room.postbox.mail["To"] == address


def test_the_contact_form_takes_it(
    browse: Callable[..., Browser], people: People, mail_room: MailRoom, sent: tuple[str, str]
) -> None:
    """Whoever wrote so signs in with it later, and has what they wrote."""
    written, address = sent
    typed = {"name": "Noor", "subject": "Do you ship to Malta?", "body": "I hope so."}
    stranger = browse()
    for email in (written, address):
        stranger.get("/contact")
        assert stranger.submit("Send", email=email, **typed).path == "/contact/sent"
    page = browse().sign_in_by_mail(written, mail_room.code)
    assert len([one for one in page.all("a") if one.text == typed["subject"]]) == 2
    assert people.house.customers.store.owner("email", address)


def test_the_api_takes_it(gateway: Gateway, house: House, sent: tuple[str, str]) -> None:
    """It is given back in the form that is kept, and finds the same customer again."""
    written, address = sent
    program = Program(gateway, house)
    made = program.customer(email=written)
    assert made["email"] == address
    assert program.customer(email=address)["id"] == program.customer(email=f"{written}\u00a0")["id"] == made["id"]


def test_a_sign_on_token_takes_it(
    site: Site, browse: Callable[..., Browser], house: House, sent: tuple[str, str]
) -> None:
    """And signs in the customer who has that address already."""
    written, address = sent
    customer = house.customers.profiles.register("Noor", {"email": address})
    browser = browse()
    state = (browser.request("GET", "/login/sso").header("Location") or "").partition("state=")[2].partition("&")[0]
    token = site.token(external_id=GONE, name=GONE, email=written, email_verified=True)
    browser.post("/login/sso", {"token": token, "state": state})
    assert browser.get("/account").one("header .who").text == customer.name


def test_staff_are_invited_found_and_let_in_by_it(
    browse: Callable[..., Browser], people: People, mail_room: MailRoom, sent: tuple[str, str]
) -> None:
    """By an admin in the browser, and by an operator's command."""
    written, address = sent
    lead = browse(people.lead)
    lead.get("/settings/staff")
    assert lead.submit("Send the invitation", name="Noor Haddad", email=written, role="agent").heading == "Noor Haddad"
    mail_room.deliver()
    assert browse().sign_in_by_mail(written, mail_room.code, staff=True).path == "/desk"
    found = people.house.staff.store.of_address(written)
    assert found is not None
    assert found.email == address
    assert lead.get("/settings/audit?who=" + written.replace("\u00a0", "%C2%A0")).status == 200
    admin.deactivate(people.house, written, str)
    assert people.house.staff.store.owner(address) is None


def test_customers_are_merged_by_it(browse: Callable[..., Browser], people: People, sent: tuple[str, str]) -> None:
    written, address = sent
    noor = people.house.customers.profiles.register("Noor", {"email": address})
    assert people.house.merging.find(written).id == noor.id


@pytest.mark.parametrize(
    ("page", "form"), [("/login", "Send me a code"), ("/staff/login", "Send me a code"), ("/contact", "Send")]
)
def test_browsers_do_not_keep_an_address_from_us(browse: Callable[..., Browser], page: str, form: str) -> None:
    """A field of the type ``email`` refuses most of this before it is sent; the keyboard is that of addresses still."""
    browser = browse()
    (field,) = [one for one in browser.get(page).form(form).all("input") if one.get("name") == "email"]
    assert (field.get("type"), field["inputmode"], field["autocomplete"]) == ("", "email", "email")
