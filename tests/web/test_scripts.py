"""Names and text in every script come back as they were written, with the direction their letters have."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.wiring import House
from local import cast
from tests.attachments.corpus import png
from tests.browser import Browser, Element
from tests.conftest import MailRoom
from tests.people import People

SCRIPTS = {
    "Arabic": ("ليلى منصور", "أين طلبي رقم ١١٨٧؟", "المصباح يومض ليلا.\n\nشكرا 🙂"),
    "Hebrew": ("נועה לוי", "המנורה מהבהבת (1187)", "שלום,\nהיא מהבהבת."),
    "Hindi": ("अनिल शर्मा", "बिल में पता ग़लत है", "कृपया ठीक करें।"),
    "Japanese": ("山田 さくら", "注文した照明の配送日を変更したい", "火曜日の午前中でお願いします。"),
    "Ukrainian": ("Олена Шевченко", "Лампа блимає", "Доброго дня!"),
    "Thai": ("สมชาย ใจดี", "โคมไฟกะพริบ", "ขอบคุณครับ"),
    "Emoji": ("🦊 Fox", "💡⚡️👩‍🔧", "👍🏽 🏳️‍🌈 e\u0301"),
    "Mixed": ("Ada بنت لندن", "Order 1187: أين؟ (express)", "abc אבג 123 مصباح xyz"),
    "Beyond the first plane": ("𐍈𐌿𐌻𐍆𐌹𐌻𐌰", "𠮷野家", "𝒽𝑒𝓁𝓁𝑜"),
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_name_a_subject_and_a_text_go_round(
    house: House, people: People, browse: Callable[..., Browser], mail_room: MailRoom, script: str
) -> None:
    """Written in forms; read on pages, in the list, by search, at the desk, in the export and in the mail."""
    name, subject, body = SCRIPTS[script]
    customer = house.customers.profiles.register("New", {"email": "new@example.com"})
    browser = browse(customer)
    browser.get("/account")
    assert browser.submit("Save", name=name).one("#account-name")["value"] == name
    browser.get("/conversations/new")
    upload = browser.upload(f"{subject[:40]}.png", "image/png", png())
    page = browser.submit("Start the conversation", subject=subject, body=body, attachment=[upload])
    assert page.status == 200
    assert page.heading == subject
    assert page.one("#m1 .said").text.startswith(" ".join(body.split()))
    conversation = page.path.partition("#")[0].rpartition("/")[2]

    row = browser.get("/conversations").one("ol.rows li")
    assert row.one("h2 a").text == subject
    assert row.one(".preview").text == f"You: {' '.join(body.split())}"
    browser.get("/conversations")
    for words in (subject, body.split()[0]):
        assert len(browser.submit("Search", q=words).all("ol.rows h2")) == 1
    exported = browser.get("/account/export.json").json()
    assert exported["customer"]["name"] == name
    assert exported["conversations"][0]["messages"][0]["body"] == body

    agent = browse(people.agent)
    assert name in agent.get("/desk").text
    page = agent.get(f"/desk/conversations/{conversation}")
    assert page.one("#m1 .by strong").text == name
    agent.submit("Send reply", body=body)
    (mail,) = mail_room.deliver()
    assert mail["Subject"] == f"Re: {subject}"
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert body.splitlines()[0] in text
    assert name in text
    assert browser.download(f"/attachments/{upload}").status == 200


def test_everything_people_wrote_has_the_direction_of_its_own_letters(
    people: People, browse: Callable[..., Browser]
) -> None:
    """Subject, text, preview, names of people, files and what is typed: each is set apart by dir=auto or bdi."""
    name, subject, body = SCRIPTS["Arabic"]
    customer = people.plant_customer(name)
    browser, agent = browse(customer), browse(people.agent)
    browser.get("/conversations/new")
    upload = browser.upload("صورة.png", "image/png", png())
    browser.submit("Start the conversation", subject=subject, body=body, attachment=[upload])
    conversation = browser.page.path.partition("#")[0].rpartition("/")[2]
    for one, paths in (
        (browser, ["/conversations", f"/conversations/{conversation}", "/account", "/conversations?q=مصباح"]),
        (agent, ["/desk", f"/desk/conversations/{conversation}"]),
    ):
        for path in paths:
            page = one.get(path.replace("مصباح", "%D9%85%D8%B5%D8%A8%D8%A7%D8%AD"))
            assert page.status == 200
            for element in page.one("body").walk():
                own = "".join(child for child in element.children if isinstance(child, str))
                if any("\u0600" <= letter <= "\u06ff" for letter in own + element.get("value")):
                    assert _apart(element), (path, element.tag, element.attrs, own)


def _apart(element: Element) -> bool:
    """Tell whether an element, or what it stands in, takes its direction from its own letters."""
    here: Element | None = element
    while here is not None and here.tag:
        if here.get("dir") == "auto" or here.tag in {"bdi", "title"}:
            return True
        here = here.parent
    return False


def test_each_paragraph_has_a_direction_of_its_own(people: People, browse: Callable[..., Browser]) -> None:
    head = people.starts(people.owner, body="First in English.\n\nثم بالعربية.")
    page = browse(people.owner).get(f"/conversations/{head.id}")
    paragraphs = page.all("#m1 .said p")
    assert [one.get("dir") for one in paragraphs] == ["auto", "auto"]


def test_addresses_and_numbers_stay_left_to_right(people: People, browse: Callable[..., Browser]) -> None:
    """E-mail addresses and links are no prose."""
    head = people.starts(people.owner, body="راجع https://example.com/a?b=1 من فضلك")
    page = browse(people.owner).get(f"/conversations/{head.id}")
    assert page.one("#m1 .said a")["dir"] == "ltr"
    page = browse(people.agent).get(f"/desk/conversations/{head.id}")
    addresses = [one for one in page.one("body").walk() if one.children == [people.owner.email]]
    assert addresses
    assert all(one.get("dir") == "ltr" for one in addresses)


@pytest.mark.parametrize("who", [cast.SAKURA, cast.OLENA, cast.LAYLA, cast.ANIL], ids=lambda one: one.email)
def test_the_cast_signs_in_by_mail(
    house: House, browse: Callable[..., Browser], mail_room: MailRoom, who: cast.Customer
) -> None:
    """Whatever script a name is in, mail goes out and the page greets by it."""
    assert who.email
    house.customers.profiles.register(who.name, {"email": who.email})
    page = browse().sign_in_by_mail(who.email, mail_room.code)
    assert page.one(".who").text == who.name


def test_control_characters_in_names_and_subjects_never_come_to_a_page(
    people: People, browse: Callable[..., Browser]
) -> None:
    """Neither line ends nor overrides of direction, from wherever they came."""
    browser = browse(people.owner)
    browser.get("/account")
    page = browser.submit("Save", name="Ada\r\nBcc: x@example.com\u202e\u2066\x00")
    assert page.one("#account-name")["value"] == "Ada Bcc: x@example.com"
    browser.get("/conversations/new")
    page = browser.submit("Start the conversation", subject="gnp\u202e.exe\u2028x\x0b", body="Hello")
    assert page.heading == "gnp.exe x"
