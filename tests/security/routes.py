"""Every route of the product, whom it is for, and a request to it that would do something if it were allowed.

A route that is not named here fails ``test_every_route.py``: whoever adds one says here who may use it.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from chalicelib.audit.model import OPERATOR
from chalicelib.conversations.attributes import Attribute, Type
from chalicelib.conversations.model import Conversation
from chalicelib.ids import new_id
from chalicelib.signin.model import Kind
from chalicelib.themes.model import Content
from chalicelib.wiring import House
from tests.attachments import corpus
from tests.browser import Browser
from tests.knowledge.library import KnowledgeBase
from tests.people import People

PUBLIC = frozenset({"/", "/categories/{slug}", "/articles/{slug}"})
"""Of the help centre: what a cache may keep where no customer is signed in."""
MACHINES = frozenset({"/sitemap.xml", "/robots.txt", "/llms.txt", "/feed.atom"})
"""What machines read of it: the same for whoever asks in one language."""

OPEN = frozenset(
    {
        *(("GET", path) for path in PUBLIC | MACHINES),
        ("POST", "/articles/{slug}/helpful"),
        ("GET", "/contact"),
        ("POST", "/contact"),
        ("POST", "/language"),
        ("GET", "/contact/sent"),
        ("GET", "/healthz"),
        ("GET", "/static/{name}"),
        ("GET", "/brand/colours.css"),
        ("GET", "/brand/logo.svg"),
        ("GET", "/theme/{name}/theme.css"),
        ("GET", "/theme/{name}/settings.css"),
        ("GET", "/theme/assets/{name}"),
        ("GET", "/staff"),
        ("GET", "/search"),
        ("GET", "/articles/images/{image_id}"),
        ("GET", "/login/sso"),
        ("POST", "/login/sso"),
        ("GET", "/login/out"),
        ("GET", "/staff/login/openid"),
        ("GET", "/staff/login/openid/callback"),
        *(
            (method, f"{base}{tail}")
            for base in ("/login", "/staff/login")
            for tail in ("", "/code", "/link/{token}")
            for method in ("GET", "POST")
        ),
    }
)
"""For everybody. The pages of signing in have their own token, bound to the browser."""

LEAVING = frozenset({("POST", "/logout"), ("POST", "/staff/logout")})
"""For those signed in; whoever is not is told that they are out."""

ELSEWHERE = frozenset({("POST", "/login/sso")})
"""What another site sends by its nature; ``tests/web/test_custom_sign_on.py`` sees that it comes to nothing alone."""

STYLES = frozenset({"/static/{name}", "/theme/{name}/theme.css"})
LOOKS = STYLES | {"/brand/colours.css", "/brand/logo.svg", "/theme/{name}/settings.css"}
"""What caches may keep under the version it has, and under no other: styles that of the product."""
CACHED = LOOKS | MACHINES | {"/theme/assets/{name}"}
"""Nobody's own: what a cache may keep."""

CUSTOMER = frozenset(
    {
        ("GET", "/conversations"),
        ("POST", "/conversations"),
        ("GET", "/conversations/new"),
        ("GET", "/conversations/{conversation_id}"),
        ("GET", "/conversations/{conversation_id}/updates"),
        ("POST", "/conversations/{conversation_id}/messages"),
        ("POST", "/conversations/{conversation_id}/reopen"),
        ("POST", "/conversations/{conversation_id}/seen"),
        ("POST", "/uploads"),
        ("GET", "/attachments/{attachment_id}"),
        ("GET", "/account"),
        ("POST", "/account"),
        ("POST", "/account/sign-out"),
        ("POST", "/account/sign-out-everywhere"),
        ("GET", "/account/export.json"),
    }
)

_ONE = "/desk/conversations/{conversation_id}"
STAFF = {
    ("GET", "/desk"): "conversation:read",
    ("GET", _ONE): "conversation:read",
    ("GET", f"{_ONE}/updates"): "conversation:read",
    ("POST", f"{_ONE}/messages"): "conversation:reply",
    ("POST", f"{_ONE}/notes"): "note:write",
    ("POST", f"{_ONE}/close"): "conversation:status",
    ("POST", f"{_ONE}/snooze"): "conversation:status",
    ("POST", f"{_ONE}/reopen"): "conversation:status",
    ("POST", f"{_ONE}/subject"): "conversation:rename",
    ("POST", f"{_ONE}/redact"): "message:redact",
    ("POST", f"{_ONE}/resend"): "conversation:reply",
    ("POST", f"{_ONE}/labels"): "conversation:label",
    ("POST", "/desk/uploads"): "note:write",
    ("GET", "/desk/attachments/{attachment_id}"): "conversation:read",
    ("GET", "/internal"): "article:read",
    ("GET", "/internal/search"): "article:read",
    ("GET", "/internal/categories/{slug}"): "article:read",
    ("GET", "/internal/articles/{slug}"): "article:read",
    ("GET", "/settings"): "",
    ("GET", "/settings/general"): "portal:write",
    ("POST", "/settings/general"): "portal:write",
    ("GET", "/settings/portal"): "portal:write",
    ("POST", "/settings/portal"): "portal:write",
    ("GET", "/settings/internal-kb"): "portal:write",
    ("POST", "/settings/internal-kb"): "portal:write",
    ("GET", "/settings/details"): "portal:write",
    ("POST", "/settings/details"): "portal:write",
    ("GET", "/settings/attributes"): "portal:write",
    ("POST", "/settings/attributes"): "portal:write",
    ("GET", "/settings/attributes/new"): "portal:write",
    ("GET", "/settings/attributes/{attribute}"): "portal:write",
    ("POST", "/settings/attributes/{attribute}"): "portal:write",
    ("GET", "/settings/themes"): "portal:write",
    ("POST", "/settings/themes"): "portal:write",
    ("GET", "/settings/themes/new"): "portal:write",
    ("GET", "/settings/themes/import"): "portal:write",
    ("GET", "/settings/themes/import/{upload}"): "portal:write",
    ("POST", "/settings/themes/import/{upload}"): "portal:write",
    ("GET", "/settings/themes/{theme}/manage"): "portal:write",
    ("POST", "/settings/themes/{theme}/manage"): "portal:write",
    ("GET", "/settings/themes/{theme}/picture"): "portal:write",
    ("GET", "/settings/themes/{theme}/history"): "portal:write",
    ("POST", "/settings/themes/{theme}/history"): "portal:write",
    ("GET", "/settings/themes/{theme}/upgrade"): "portal:write",
    ("POST", "/settings/themes/{theme}/upgrade"): "portal:write",
    ("POST", "/settings/themes/{theme}/join"): "portal:write",
    ("GET", "/settings/themes/{theme}/export"): "portal:write",
    ("GET", "/settings/themes/{theme}"): "portal:write",
    ("POST", "/settings/themes/{theme}"): "portal:write",
    ("POST", "/settings/themes/{theme}/judge"): "portal:write",
    ("POST", "/settings/themes/{theme}/assets"): "portal:write",
    ("GET", "/settings/themes/{theme}/preview/{page}"): "portal:write",
    ("POST", "/settings/themes/{theme}/preview/{page}"): "portal:write",
    ("GET", "/settings/themes/{theme}/look.css"): "portal:write",
    ("GET", "/settings/themes/{theme}/files"): "portal:write",
    ("POST", "/settings/themes/{theme}/files"): "portal:write",
    ("GET", "/settings/themes/{theme}/publish"): "portal:write",
    ("POST", "/settings/themes/{theme}/publish"): "portal:write",
    ("GET", "/settings/snippets"): "portal:write",
    ("POST", "/settings/snippets"): "portal:write",
    ("GET", "/settings/snippets/new"): "portal:write",
    ("GET", "/settings/snippets/{snippet}"): "portal:write",
    ("POST", "/settings/snippets/{snippet}"): "portal:write",
    ("GET", "/settings/staff"): "staff:write",
    ("POST", "/settings/staff"): "staff:write",
    ("GET", "/settings/staff/{staff_id}"): "staff:write",
    ("POST", "/settings/staff/{staff_id}"): "staff:write",
    ("GET", "/settings/roles"): "",
    ("GET", "/settings/sign-on"): "portal:write",
    ("POST", "/settings/sign-on"): "portal:write",
    ("GET", "/settings/sign-on/start"): "portal:write",
    ("GET", "/settings/sign-on/try"): "portal:write",
    ("GET", "/settings/customers"): "customer:merge",
    ("POST", "/settings/customers"): "customer:merge",
    ("GET", "/settings/openid"): "staff:write",
    ("POST", "/settings/openid"): "staff:write",
    ("GET", "/staff/account"): "",
    ("POST", "/staff/account"): "",
    ("GET", "/settings/audit"): "audit:read",
    ("GET", "/settings/audit/export"): "audit:read",
    ("GET", "/settings/articles"): "article:write",
    ("POST", "/settings/articles"): "article:write",
    ("GET", "/settings/articles/new"): "article:write",
    ("GET", "/settings/articles/{article_id}"): "article:write",
    ("POST", "/settings/articles/{article_id}"): "article:write",
    ("GET", "/settings/articles/{article_id}/versions"): "article:write",
    ("POST", "/settings/article-preview"): "article:write",
    ("POST", "/settings/article-images"): "article:write",
    ("GET", "/settings/categories"): "article:write",
    ("POST", "/settings/categories"): "article:write",
    ("GET", "/settings/categories/new"): "article:write",
    ("GET", "/settings/categories/{category_id}"): "article:write",
    ("POST", "/settings/categories/{category_id}"): "article:write",
}
"""For staff, with the permission each needs; empty for every member there is."""

_API = "/api/v1/conversations/{conversation_id}"
_THEME = "/api/v1/themes/{theme_id}"
PROGRAMS = {
    ("GET", "/api/v1/openapi.json"): "",
    ("POST", "/api/v1/customers"): "customer:write",
    ("GET", "/api/v1/customers/{customer_id}"): "customer:read",
    ("GET", "/api/v1/conversations"): "conversation:read",
    ("POST", "/api/v1/conversations"): "conversation:write",
    ("GET", _API): "conversation:read",
    ("PATCH", _API): "conversation:write",
    ("GET", f"{_API}/messages"): "conversation:read",
    ("POST", f"{_API}/messages"): "message:write",
    ("POST", f"{_API}/messages/{{message_id}}/redact"): "message:redact",
    ("GET", f"{_API}/notes"): "note:read",
    ("POST", f"{_API}/notes"): "note:write",
    ("POST", f"{_API}/notes/{{note_id}}/redact"): "message:redact",
    ("POST", "/api/v1/attachments"): "message:write",
    ("GET", "/api/v1/attachments/{attachment_id}"): "conversation:read",
    ("GET", "/api/v1/themes"): "theme:write",
    ("POST", "/api/v1/themes"): "theme:write",
    ("GET", _THEME): "theme:write",
    ("GET", f"{_THEME}/content"): "theme:write",
    ("PUT", f"{_THEME}/content"): "theme:write",
    ("GET", f"{_THEME}/assets/{{name}}"): "theme:write",
    ("PUT", f"{_THEME}/assets/{{name}}"): "theme:write",
    ("GET", f"{_THEME}/problems"): "theme:write",
    ("POST", f"{_THEME}/publish"): "theme:write",
    ("POST", f"{_THEME}/upgrade"): "theme:write",
}
"""For programs with an API token, with the scope each needs; ``test_30_api_tokens.py`` attacks them."""

KNOWN = OPEN | LEAVING | CUSTOMER | STAFF.keys() | PROGRAMS.keys()

_PICTURE = json.dumps({"name": "assets/a.png", "data": base64.b64encode(corpus.png()).decode(), "seen": 1})
_UPLOAD = '{"name": "lamp.png", "type": "image/png", "size": 100}'
_SAID = {"subject": "Attack", "body": "Attack", "name": "Attack", "until": "week", "seq": "1", "what": "whole"}


SENT: dict[str, dict[str, str]] = {
    "/contact": {"email": "attack@example.com"},
    "/articles/{slug}/helpful": {"answer": "yes"},
    "/settings/openid": {
        "action": "save",
        "version": "0",
        "issuer": "https://login.example.com",
        "client_id": "attack",
        "domains": "example.com",
        "claim": "groups",
        "default_role": "admin",
    },
    "/settings/sign-on": {"action": "add-secret"},
    "/staff/account": {"action": "save", "time_zone": "Europe/Paris"},
    f"{_ONE}/labels": {"tags": "attack", "attributes.order": "Attack", "seen": "{}"},
    "/settings/general": {
        "organization": "Attack",
        "colour": "%23aa0000",
        "languages": "de",
        "time_zone": "Asia/Tokyo",
        "seen": "{}",
    },
    "/settings/portal": {"session_amount": "2", "session_unit": "days"},
    "/settings/internal-kb": {"internal_kb": "on"},
    "/settings/details": {"key": "order", "label-order": "Attack"},
    "/settings/attributes": {"key": "attack", "name": "Attack", "type": "text"},
    "/settings/attributes/{attribute}": {"action": "retire"},
    "/settings/themes": {"action": "create", "label": "Attack"},
    "/settings/themes/{theme}/manage": {"action": "rename", "label": "Attack"},
    "/settings/themes/{theme}/history": {"number": "1"},
    "/settings/themes/{theme}/upgrade": {"seen": "1"},
    "/settings/themes/{theme}/join": {"seen": "1", "theirs": "1", "file.home.html": "Attack"},
    "/settings/themes/import/{upload}": {"label": "Attack"},
    "/settings/themes/{theme}/files": {"action": "save", "seen": "1", "file": "home.html", "text": "Attack"},
    "/settings/themes/{theme}/publish": {"revision": "1"},
    "/settings/themes/{theme}": {"seen": "1", "settings.brand": "#aa0000"},
    "/settings/snippets": {"name": "attack", "text_en": "Attack"},
    "/settings/snippets/{snippet}": {"action": "save", "version": "1", "text_en": "Attack"},
    "/settings/staff": {"name": "Attack", "email": "attack@example.com", "role": "admin"},
    "/settings/articles/{article_id}": {"action": "archive", "lang": "en"},
    "/settings/categories": {"action": "add", "name_en": "Attack", "icon": "book"},
    "/settings/categories/{category_id}": {
        "action": "save",
        "version": "1",
        "name_en": "Attack",
        "slug": "attack",
        "parent": "",
        "icon": "book",
    },
    "/settings/staff/{staff_id}": {"action": "save", "name": "Attack", "role": "admin"},
}
"""What a form of a route sends besides, so that it would do something."""


class Ask(NamedTuple):
    """A request as it would be sent: ``fields`` of a form, or ``json``."""

    method: str
    route: str
    path: str
    fields: dict[str, str]
    json: str

    @property
    def name(self) -> str:
        """How it is called where it is told about."""
        return f"{self.method} {self.route}"


@dataclass
class Scene:
    """A stage on which every route has something to do: a conversation with a file, and one that is closed."""

    people: People
    open: Conversation
    closed: Conversation
    file: str
    session: str = ""
    token: str = "A" * 32
    staff_id: str = ""
    pair: tuple[str, str] = ("", "")
    article_id: str = ""
    category_id: str = ""
    image_id: str = ""
    names: dict[str, str] = field(default_factory=dict)
    theme: str = ""
    old_theme: str = ""
    more: dict[str, str] = field(default_factory=dict)

    def asks(self, routes: frozenset[tuple[str, str]] | dict[tuple[str, str], str]) -> Iterator[Ask]:
        """Yield a request to each of some routes, about what this scene has."""
        for method, route in sorted(routes):
            yield self.ask(method, route)

    def ask(self, method: str, route: str, *, conversation: str = "", attachment: str = "", odd: str = "") -> Ask:
        """Return a request to a route, about another conversation or file where one is given.

        With ``odd``, that stands in the address wherever a name or an id should.
        """
        one = self.closed if route.endswith("/reopen") else self.open
        path = (
            route.replace("{conversation_id}", conversation or one.id)
            .replace("{attachment_id}", attachment or self.file)
            .replace("{token}", self.token)
            .replace("{name}", self.names.get(route, "portal.css"))
            .replace("{slug}", conversation or "lamps")
            .replace("{snippet}", "footer")
            .replace("{attribute}", "order")
            .replace("{staff_id}", self.staff_id)
            .replace("{article_id}", self.article_id)
            .replace("{category_id}", self.category_id)
            .replace("{image_id}", self.image_id)
            .replace("{theme}", self.old_theme if route.endswith("/upgrade") else self.theme)
            .replace("{upload}", self.absent())
            .replace("{page}", "conversations")
        )
        if odd:
            path = re.sub(r"\{\w+\}", lambda _: odd, route)
        uploads = route.endswith(("/uploads", "/article-images", "/assets"))
        sent = _PICTURE if route.endswith("/assets") else _UPLOAD
        fields = (
            {}
            if method == "GET" or uploads
            else {
                **_SAID,
                "session": self.session,
                **SENT.get(route, {}),
                **({"one": self.pair[0], "other": self.pair[1], "keep": self.pair[0]} if "customers" in route else {}),
                **({"sure": "1"} if "customers" in route else {}),
                **({"title": "Attack", "category": self.category_id} if route == "/settings/articles" else {}),
                **self.more,
            }
        )
        return Ask(method, route, path, fields, sent if uploads else "")

    def absent(self) -> str:
        """Return an id that nothing has."""
        return new_id(self.people.clock())


def files_of_a_theme(house: House) -> dict[str, str]:
    """Publish a theme with a stylesheet and a drawing, and return what those are called, by their routes."""
    drawing = house.themes.keep("assets/lamp.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>')
    content = Content(house.midtowns.newest, {"theme.css": "main { color: red }"}, assets={drawing.name: drawing})
    theme = house.themes.create(OPERATOR, "Spring", content)
    house.themes.publish(OPERATOR, theme.id, 1, ())
    return {
        "/theme/{name}/theme.css": f"{theme.id}-1",
        "/theme/{name}/settings.css": f"{theme.id}-1",
        "/theme/assets/{name}": f"{drawing.sha256}.svg",
    }


def scene(people: People, owner: Browser) -> Scene:
    """Set the stage; ``owner`` is a browser the owner is signed in with."""
    owner.get("/conversations/new")
    image = corpus.png()
    upload = owner.upload("lamp.png", "image/png", image)
    owner.submit("Start the conversation", subject="The lamp flickers", body="See the picture.", attachment=[upload])
    opened = people.head(owner.page.path.removeprefix("/conversations/").partition("#")[0])
    people.answers(opened, "Which lamp is it?")
    closed = people.closes(people.starts(people.owner, subject="A question answered"))
    (session,) = people.house.signin.sign_in.sessions(Kind.CUSTOMER, people.owner.id, hours=24)
    people.house.conversations.labelling.declare(OPERATOR, Attribute("order", "Order", Type.TEXT, customers=True), 0)
    people.house.snippets.create(OPERATOR, "footer", {"en": "Yours, {organization}"})
    member = people.house.staff.store.invite("Kim Lee", "kim.lee@alder-finch.example", "agent", people.clock())
    knowledge = KnowledgeBase(people.house, ("en",))
    article = knowledge.publish("Lamps", slug="lamps", category="Lamps")
    people.house.knowledge.images.keep(upload, "lamp.png", "image/png", "Kim Lee")
    knowledge.publish("With a picture", f"![](/articles/images/{upload})", category="Lamps")
    people.house.portal.settings.change(internal_portal=True)
    pair = people.plant_customer().id, people.plant_customer().id
    return Scene(
        people,
        people.head(opened.id),
        closed,
        upload,
        session.token_hash,
        staff_id=member.id,
        pair=pair,
        article_id=article.id,
        category_id=article.category_id,
        image_id=upload,
        names=files_of_a_theme(people.house),
        theme=people.house.themes.create(OPERATOR, "Winter").id,
        old_theme=people.house.themes.create(OPERATOR, "Autumn", Content("1.0.19")).id,
    )
