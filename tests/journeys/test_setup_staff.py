"""An admin sets the team up: invites somebody, who signs in, and keeps them out again; two sessions never mix."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from local import cast
from tests.journeys.conftest import Visit
from tests.journeys.portal import code_of, link_of

if TYPE_CHECKING:
    from pathlib import Path

NEWCOMER = cast.StaffMember("Ida Holm", "ida.holm@alder-finch.example", "agent")
RETURNING = cast.StaffMember("Ola Berg", "ola.berg@alder-finch.example", "agent")


def test_an_admin_invites_an_agent_and_keeps_them_out_again(visit: Visit, visit_as: Visit) -> None:
    """The agent signs in from the invitation, and their next click after they were deactivated is refused."""
    with visit_as(cast.LEAD) as ruth, visit() as ida:
        page = ruth.page
        page.goto("/settings/staff")
        page.get_by_role("link", name="Invite somebody").click()
        page.get_by_label("Name").fill(NEWCOMER.name)
        page.get_by_label("E-mail address").fill(NEWCOMER.email)
        page.get_by_label("Role").select_option(label="Agent")
        page.get_by_role("button", name="Send the invitation").click()
        expect(page.locator(".notice")).to_have_text("The invitation is on its way by e-mail.")

        mail = ida.portal.mail_to(NEWCOMER.email, containing="has invited you to the team")
        ida.page.goto(link_of(mail, "/staff/login"))
        ida.page.get_by_label("E-mail address").fill(NEWCOMER.email)
        ida.page.get_by_role("button", name="Send me a code").click()
        ida.page.get_by_label("Code", exact=True).fill(code_of(ida.portal.mail_to(NEWCOMER.email, after=1)))
        ida.page.get_by_role("button", name="Sign in").click()
        expect(ida.page.get_by_role("link", name="Conversations")).to_be_visible()

        page.get_by_role("navigation", name="Settings").get_by_role("link", name="Staff", exact=True).click()
        expect(page.locator(".people li", has_text=NEWCOMER.email)).to_contain_text("last signed in")
        page.get_by_role("link", name=NEWCOMER.name).click()
        page.get_by_label("Role", exact=True).select_option(label="Collaborator")
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".notice")).to_have_text("Your changes were saved.")
        ida.page.locator(".rows a").first.click()
        expect(ida.page.get_by_role("heading", level=1)).to_be_visible()
        expect(ida.page.get_by_role("button", name="Send reply")).to_have_count(0)

        page.get_by_role("button", name=f"Deactivate {NEWCOMER.name}").click()
        expect(page.locator(".notice")).to_have_text("They are signed out everywhere and cannot sign in any more.")
        ida.page.locator("header").get_by_role("link", name="Conversations").click()
        expect(ida.page).to_have_url(re.compile("/staff/login"))
        ida.wrong = [one for one in ida.wrong if "/updates" not in one]  # the open page asked once more for news

        page.get_by_role("link", name="Audit log").click()
        entries = page.locator(".entries > li")
        expect(entries.nth(0)).to_contain_text("staff:deactivate")
        expect(entries.nth(0)).to_contain_text(NEWCOMER.name)
        expect(entries.nth(1)).to_contain_text("staff:change")
        expect(entries.nth(0).locator("tbody")).to_contain_text("active")


def test_the_last_admin_cannot_leave(visit_as: Visit) -> None:
    with visit_as(cast.LEAD) as ruth:
        page = ruth.page
        page.goto("/settings/staff")
        page.locator(".people li", has_text=cast.LEAD.email).get_by_role("link").click()
        page.get_by_role("button", name="Deactivate yourself").click()
        expect(page.get_by_role("alert")).to_contain_text("This is the only active admin.")


def test_a_staff_session_and_a_customers_in_one_browser_never_mix(visit: Visit) -> None:
    """Each door knows its own; leaving through one leaves the other as it was."""
    with visit() as somebody:
        somebody.sign_in(cast.COLLEAGUE)
        page = somebody.page
        page.goto("/desk")
        expect(page).to_have_url(re.compile("/staff/login"))
        somebody.sign_in(cast.SECOND_AGENT)
        expect(page.locator("header .who, header .me").first).to_contain_text(cast.SECOND_AGENT.name)
        page.goto("/conversations")
        expect(page.locator("header .who").first).to_have_text(cast.COLLEAGUE.name)
        expect(page.locator("body")).not_to_contain_text(cast.SECOND_AGENT.name)
        page.get_by_role("button", name="Sign out").click()
        expect(page.locator(".notice")).to_have_text("You are signed out.")
        page.goto("/conversations")
        expect(page).to_have_url(re.compile("/login"))
        page.goto("/desk")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page).to_have_url(re.compile("/desk$"))


def test_a_content_manager_writes_a_snippet_and_an_admin_exports_the_log(visit_as: Visit, folder: Path) -> None:
    with visit_as(cast.CONTENT_MANAGER) as ellis, visit_as(cast.LEAD) as ruth:
        page = ellis.page
        page.goto("/settings/snippets")
        page.get_by_role("link", name="New snippet").first.click()
        page.get_by_label("Name").fill("opening-hours")
        page.locator("textarea").first.fill("Monday to {day}")
        page.get_by_role("button", name="Create").click()
        expect(page.get_by_role("alert")).to_contain_text("There is no placeholder {day}.")
        page.locator("textarea").first.fill("Monday to Friday, {organization}")
        page.get_by_role("button", name="Create").click()
        expect(page.locator(".rows li", has_text="opening-hours")).to_contain_text("Not used")

        ruth.page.goto("/settings/audit?action=snippet:create&subject=opening")
        expect(ruth.page.locator(".entries > li")).to_have_count(1)
        with ruth.page.expect_download() as begun:
            ruth.page.get_by_role("button", name="JSON").click()
        file = folder / "audit.json"
        begun.value.save_as(file)
        (entry,) = json.loads(file.read_text())["entries"]
        assert (entry["author"], entry["action"]) == (cast.CONTENT_MANAGER.name, "snippet:create")
