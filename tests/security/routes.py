"""Every route of the product, whom it is for, and a request to it that would do something if it were allowed.

A route that is not named here fails ``test_every_route.py``: whoever adds one says here who may use it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from chalicelib.audit.model import OPERATOR
from chalicelib.conversations.attributes import Attribute, Type
from chalicelib.conversations.model import Conversation
from chalicelib.ids import new_id
from chalicelib.signin.model import Kind
from tests.attachments import corpus
from tests.browser import Browser
from tests.people import People

OPEN = frozenset(
    {
        ("GET", "/"),
        ("GET", "/healthz"),
        ("GET", "/static/{name}"),
        ("GET", "/brand/colours.css"),
        ("GET", "/brand/logo.svg"),
        ("GET", "/staff"),
        ("GET", "/search"),
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

CACHED = frozenset({"/static/{name}", "/brand/colours.css", "/brand/logo.svg"})
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
}
"""For staff, with the permission each needs; empty for every member there is."""

_API = "/api/v1/conversations/{conversation_id}"
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
}
"""For programs with an API token, with the scope each needs; ``test_30_api_tokens.py`` attacks them."""

KNOWN = OPEN | LEAVING | CUSTOMER | STAFF.keys() | PROGRAMS.keys()

_UPLOAD = '{"name": "lamp.png", "type": "image/png", "size": 100}'
_SAID = {"subject": "Attack", "body": "Attack", "name": "Attack", "until": "week", "seq": "1", "what": "whole"}


SENT: dict[str, dict[str, str]] = {
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
    "/settings/snippets": {"name": "attack", "text_en": "Attack"},
    "/settings/snippets/{snippet}": {"action": "save", "version": "1", "text_en": "Attack"},
    "/settings/staff": {"name": "Attack", "email": "attack@example.com", "role": "admin"},
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
    more: dict[str, str] = field(default_factory=dict)

    def asks(self, routes: frozenset[tuple[str, str]] | dict[tuple[str, str], str]) -> Iterator[Ask]:
        """Yield a request to each of some routes, about what this scene has."""
        for method, route in sorted(routes):
            yield self.ask(method, route)

    def ask(self, method: str, route: str, *, conversation: str = "", attachment: str = "") -> Ask:
        """Return a request to a route, about another conversation or file where one is given."""
        one = self.closed if route.endswith("/reopen") else self.open
        path = (
            route.replace("{conversation_id}", conversation or one.id)
            .replace("{attachment_id}", attachment or self.file)
            .replace("{token}", self.token)
            .replace("{name}", "portal.css")
            .replace("{snippet}", "footer")
            .replace("{attribute}", "order")
            .replace("{staff_id}", self.staff_id)
        )
        uploads = route.endswith("/uploads")
        fields = (
            {}
            if method == "GET" or uploads
            else {
                **_SAID,
                "session": self.session,
                **SENT.get(route, {}),
                **({"one": self.pair[0], "other": self.pair[1], "keep": self.pair[0]} if "customers" in route else {}),
                **({"sure": "1"} if "customers" in route else {}),
                **self.more,
            }
        )
        return Ask(method, route, path, fields, _UPLOAD if uploads else "")

    def absent(self) -> str:
        """Return an id that nothing has."""
        return new_id(self.people.clock())


def scene(people: People, owner: Browser) -> Scene:
    """Set the stage; ``owner`` is a browser the owner is signed in with."""
    owner.get("/conversations/new")
    image = corpus.png()
    upload = owner.upload("lamp.png", "image/png", image)
    owner.submit("Start the conversation", subject="The lamp flickers", body="See the picture.", attachment=[upload])
    opened = people.head(owner.page.path.removeprefix("/conversations/").partition("#")[0])
    people.answers(opened, "Which lamp is it?")
    closed = people.closes(people.starts(people.owner, subject="A question answered"))
    (session,) = people.house.sign_in.sessions(Kind.CUSTOMER, people.owner.id, hours=24)
    people.house.labelling.declare(OPERATOR, Attribute("order", "Order", Type.TEXT, customers=True), 0)
    people.house.snippets.create(OPERATOR, "footer", {"en": "Yours, {organization}"})
    member = people.house.staff.invite("Kim Lee", "kim.lee@alder-finch.example", "agent", people.clock())
    pair = people.plant_customer().id, people.plant_customer().id
    return Scene(people, people.head(opened.id), closed, upload, session.token_hash, staff_id=member.id, pair=pair)
