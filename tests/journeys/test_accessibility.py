"""axe-core finds nothing to complain of on any page: light on a large screen, dark on a phone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from chalicelib.staff.model import ROLES
from local import cast
from tests.journeys.conftest import Visit

if TYPE_CHECKING:
    from tests.journeys.visitor import Visitor

AXE = Path(__file__).resolve().parents[1] / "axe" / "node_modules" / "axe-core" / "axe.min.js"
LARGE = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}

pytestmark = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not here; “make axe” fetches it where npm is")

PROFILE: dict[str, Any] = {"bypass_csp": True, "reduced_motion": "reduce"}
"""The pages' policy lets in no foreign script, axe-core neither; nothing moves while colours are compared."""


def assert_accessible(visitor: Visitor, name: str) -> None:
    """Run axe-core on the page as it is, in both of its looks."""
    page = visitor.page
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    for scheme, size in (("light", LARGE), ("dark", PHONE)):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate(
            """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.map((one) =>
                `${one.id}: ${one.nodes.map((node) => `${node.target} ${node.any[0]?.message ?? ""}`).join(" | ")}`)"""
        )
        assert found == [], (name, scheme, page.url)
    page.set_viewport_size(LARGE)


def test_pages_for_everybody(visit: Visit) -> None:
    """Home, sign-in with its faults, the code, the link, what is not there."""
    with visit(**PROFILE) as somebody:
        page = somebody.page
        for path in (
            "/",
            "/search?q=lamp",
            "/search?q=zzzz",
            "/login",
            "/staff/login",
            "/conversations/nowhere",
            f"/login/link/{'A' * 43}",
        ):
            page.goto(path)
            assert_accessible(somebody, path)
        page.goto("/login")
        page.locator("main form").evaluate("form => { form.noValidate = true }")
        page.get_by_role("button", name="Send me a code").click()
        expect(page.locator("[data-faults]")).to_be_visible()
        assert_accessible(somebody, "login refused")
        page.get_by_label("E-mail address").fill("somebody@example.com")
        page.get_by_role("button", name="Send me a code").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Enter your code")
        assert_accessible(somebody, "code")
        page.get_by_label("Code", exact=True).fill("12345678")
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("[data-faults]")).to_be_visible()
        assert_accessible(somebody, "code refused")


def test_pages_of_a_customer(visit_as: Visit) -> None:
    """The list and its empty states; conversations open, closed, snoozed, redacted and long; account; refusals."""
    with visit_as(cast.OWNER, **PROFILE) as ada:
        page = ada.page
        for path in ("/", "/conversations", "/conversations?q=zzzz", "/conversations?q=lamp", "/account"):
            page.goto(path)
            assert_accessible(ada, path)
        for subject in (
            "Invoice AF-2204 shows our old address",
            "Opening hours between the years",
            "Replacement glass for a Moon pendant",
            "Lamps for the café on Folkungagatan",
        ):
            page.goto("/conversations")
            ada.open(subject)
            assert_accessible(ada, subject)
        page.goto("/conversations")
        ada.open("Opening hours between the years")
        page.get_by_role("link", name="Start a new conversation").click()
        assert_accessible(ada, "new, continuing")
        ada.attach(
            {"name": "a.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"},
            {"name": "b.exe", "mimeType": "", "buffer": b"MZ"},
        )
        expect(page.locator(".uploads input[name=attachment]")).to_have_count(1)
        page.get_by_label("Your message").fill("z" * 10_241)
        page.get_by_role("button", name="Start the conversation").click()
        expect(page.get_by_role("alert")).to_be_visible()
        assert_accessible(ada, "new, with files, too long")
        page.get_by_label("Subject").fill("")
        page.evaluate("document.querySelector('[data-composer]').submit()")
        expect(page.locator("[data-faults]")).to_be_visible()
        assert_accessible(ada, "new, refused")
        page.goto("/account")
        page.locator("option[value='Asia/Tokyo'], option", has_text="Asia/Tokyo").first.evaluate(
            "one => { one.value = 'Nowhere/Land'; one.selected = true }"
        )
        page.get_by_role("button", name="Save").click()
        expect(page.locator("[data-faults]")).to_be_visible()
        assert_accessible(ada, "account, refused")


def test_pages_of_other_customers(visit_as: Visit) -> None:
    """Three hundred conversations, a second page, right to left, and a form that came too late."""
    with visit_as(cast.REGULAR, **PROFILE) as marta:
        page = marta.page
        page.goto("/conversations")
        page.get_by_role("link", name="Next page").click()
        assert_accessible(marta, "second page")
        page.goto("/conversations/new")
        page.get_by_label("Subject").fill("Too late")
        page.get_by_label("Your message").fill("Much too late.")
        marta.context.clear_cookies()
        page.get_by_role("button", name="Start the conversation").click()
        expect(page.get_by_label("What you wrote")).to_be_visible()
        assert_accessible(marta, "ended session")


@pytest.mark.parametrize("who", [cast.AGENT, cast.LEAD, cast.CONTENT_MANAGER, cast.COLLABORATOR], ids=lambda w: w.role)
def test_the_desk_in_every_role(visit_as: Visit, who: cast.StaffMember) -> None:
    """The desk's lists and a conversation with notes, history, forms that the role has, and undelivered mail."""
    with visit_as(who, **PROFILE) as member:
        page = member.page
        page.goto("/desk")
        assert_accessible(member, "desk")
        if "conversation:read" not in ROLES[who.role]:
            return
        page.get_by_role("link", name="Garantie für die Stehleuchte Arc").click()
        for details in page.locator("details").all():
            details.evaluate("one => { one.open = true }")
        assert_accessible(member, "undelivered")
        if who is not cast.AGENT:
            return
        page.goto("/desk?status=done")
        page.locator(".rows a").first.click()
        assert_accessible(member, "closed")
        page.goto("/desk")
        page.get_by_role("link", name="Is the Lark wall lamp available in green?").click()
        assert_accessible(member, "with notes")
        page.goto("/desk/conversations/nowhere")
        assert_accessible(member, "not there")


def test_team_and_snippets_of_the_settings(visit_as: Visit) -> None:
    """Staff and one of them, roles, the audit log with a filter that finds nothing, snippets; forms refused."""
    with visit_as(cast.LEAD, **PROFILE) as ruth:
        page = ruth.page
        for path in (
            "/settings/staff",
            "/settings/roles",
            "/settings/audit",
            "/settings/audit?who=nobody",
            "/settings/snippets",
            "/settings/snippets/new",
            "/settings/snippets/signature",
        ):
            page.goto(path)
            assert_accessible(ruth, path)
        page.goto("/settings/staff")
        page.locator(".people li", has_text=cast.LEAD.email).get_by_role("link").click()
        assert_accessible(ruth, "member")
        page.get_by_role("button", name="Deactivate yourself").click()
        assert_accessible(ruth, "member, refused")
        page.goto("/settings/staff")
        page.get_by_label("Name").fill("Mina")
        page.get_by_label("E-mail address").fill(cast.AGENT.email)
        page.get_by_role("button", name="Send the invitation").click()
        expect(page.get_by_role("alert")).to_be_visible()
        assert_accessible(ruth, "invitation, refused")
        page.goto("/settings/snippets/signature")
        page.locator("textarea").first.fill("{x}")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("alert")).to_be_visible()
        assert_accessible(ruth, "snippet, refused")


def test_articles_and_categories_of_the_settings(visit_as: Visit) -> None:
    """Lists, the editor written and refused, a language nobody has written in, versions compared, categories."""
    with visit_as(cast.CONTENT_MANAGER, **PROFILE) as ellis:
        page = ellis.page
        for path in (
            "/settings/articles",
            "/settings/articles?q=zzzz",
            "/settings/articles/new",
            "/settings/categories",
            "/settings/categories/new",
        ):
            page.goto(path)
            assert_accessible(ellis, path)
        page.locator(".icon-choice").first.scroll_into_view_if_needed()
        page.goto("/settings/articles?q=bulb")
        page.get_by_role("link", name="Which bulb fits my lamp?").click()
        expect(page.locator("[data-toolbar]")).to_be_visible()
        assert_accessible(ellis, "editor")
        editor = page.url.partition("?")[0]
        page.goto(f"{editor}/versions?lang=en&old=1&new=2")
        assert_accessible(ellis, "versions")
        page.goto(f"{editor}?lang=ja")
        assert_accessible(ellis, "editor, nothing written")
        page.goto("/settings/categories")
        page.get_by_role("link", name="Care and repair").click()
        assert_accessible(ellis, "category")
