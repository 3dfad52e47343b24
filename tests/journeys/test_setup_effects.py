"""What settings do to customers who are there already: a shortened session ends, comments join, a name stays chosen."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from playwright.sync_api import Page, expect

from chalicelib.aws import keys
from chalicelib.clock import moment, stamp
from chalicelib.ids import hashed
from chalicelib.signin.model import Kind
from chalicelib.web.cookies import Cookies
from local import cast
from local.lambda_events import REGION
from tests.journeys.conftest import Visit
from tests.journeys.portal import ROOT
from tests.journeys.test_setup_portal import row, save

if TYPE_CHECKING:
    from tests.journeys.portal import Portal
    from tests.journeys.visitor import Visitor

COOKIE = Cookies(secure=False).session(Kind.CUSTOMER)
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><rect width="60" height="20" fill="{}"/></svg>'


def signed_in_hours_ago(portal: Portal, visitor: Visitor, hours: int) -> None:
    """Make this browser's session as old as if its customer had signed in that long ago.

    Nothing of the product can do that, and no test waits for hours: the emulator's table is told an earlier time.
    """
    (token,) = (str(one.get("value")) for one in visitor.context.cookies() if one.get("name") == COOKIE)
    customer, _, secret = token.partition(".")
    key = keys.customer_session(customer, hashed(secret))
    dynamodb: Any = boto3.client(
        "dynamodb",
        region_name=REGION,
        endpoint_url=portal.files_url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    (table,) = dynamodb.list_tables()["TableNames"]
    place = {"TableName": table, "Key": {"pk": {"S": key.pk}, "sk": {"S": key.sk}}}
    began = moment(dynamodb.get_item(**place, ConsistentRead=True)["Item"]["created_at"]["S"])
    earlier = {":at": {"S": stamp(began - timedelta(hours=hours))}}
    dynamodb.update_item(**place, UpdateExpression="SET created_at = :at", ExpressionAttributeValues=earlier)


def set_lifetime(page: Page, amount: int, unit: str) -> None:
    """Save a session lifetime."""
    page.goto("/settings/portal")
    page.get_by_label("Session lifetime", exact=True).fill(str(amount))
    page.get_by_label("Unit of the session lifetime").select_option(unit)
    save(page)


def test_a_shortened_lifetime_ends_the_older_session_and_leaves_the_younger(visit: Visit, visit_as: Visit) -> None:
    """Whoever signed in three hours ago is out with the next click under two hours; who has just come stays."""
    with visit() as older, visit() as younger, visit_as(cast.CONTENT_MANAGER) as ellis:
        older.sign_in(cast.NEWCOMER)
        younger.sign_in(cast.COLLEAGUE)
        signed_in_hours_ago(older.portal, older, 3)
        older.page.goto("/conversations")
        expect(older.page.get_by_role("heading", level=1)).to_have_text("My Conversations")
        set_lifetime(ellis.page, 2, "hours")
        older.page.get_by_role("link", name="Account").click()
        expect(older.page).to_have_url(re.compile("/login"))
        expect(older.page.get_by_label("E-mail address")).to_be_visible()
        younger.page.goto("/account")
        expect(younger.page.locator("main")).to_contain_text("2 hours")
        set_lifetime(ellis.page, 1, "days")


def program(portal: Portal, visitor: Visitor) -> Any:
    """Return what calls the portal's API as a program of the organization, with a token made at the command line."""
    command = [sys.executable, "-m", "tools.tokens", "create", "Channels", "all"]
    environment = {**os.environ, "STATE": str(portal.state)}
    made = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    token = made.stdout.split()[0]

    def post(path: str, **content: object) -> dict[str, Any]:
        address = f"{portal.url}/api/v1/{path}"
        answer = visitor.context.request.post(address, data=content, headers={"Authorization": f"Bearer {token}"})
        assert answer.status in {200, 201}, answer.text()
        found: dict[str, Any] = answer.json()
        return found

    return post


@pytest.mark.parametrize("channel", ["instagram", "twitter"])
def test_new_public_comments_are_shown_once_their_scope_is_chosen(visit_as: Visit, channel: str) -> None:
    """Direct messages only; then what comes in from there on; taken back, what was shown stays and no more joins."""
    name = channel.capitalize()
    with visit_as(cast.OWNER) as ada, visit_as(cast.CONTENT_MANAGER) as ellis, visit_as(cast.AGENT) as mina:
        post, page, hers = program(mina.portal, mina), ellis.page, ada.page
        customer = post("customers", external_id="AF-10041", name=cast.OWNER.name)
        subject = f"Seen on {name}"
        head = post("conversations", customer_id=customer["id"], subject=subject, channel=channel)

        def comes_in(body: str, scope: str = "public") -> None:
            post(f"conversations/{head['id']}/messages", direction="in", body=body, channel=channel, scope=scope)

        def chooses(label: str) -> None:
            page.goto("/settings/portal")
            page.get_by_label(f"{name}: what customers see").select_option(label=label)
            save(page)

        comes_in("Is this lamp dimmable?", "direct")
        comes_in("Lovely, I want one, too.")
        hers.goto("/conversations")
        ada.open(subject)
        messages = hers.locator("ol.messages .said")
        expect(messages).to_have_text(["Is this lamp dimmable?"])
        chooses("Direct messages and public comments")
        comes_in("Which bulb does it take?")
        hers.reload()
        expect(messages).to_have_text(["Is this lamp dimmable?", "Which bulb does it take?"])
        chooses("Direct messages")
        comes_in("Not for her page any more.")
        hers.reload()
        expect(messages).to_have_text(["Is this lamp dimmable?", "Which bulb does it take?"])
        mina.page.goto(f"/desk/conversations/{head['id']}")
        expect(mina.page.locator("main")).to_contain_text("Not for her page any more.")


def test_adding_an_attribute_does_not_undo_what_somebody_else_saved(visit_as: Visit) -> None:
    """The form asks the server before anything is saved; what Ruth saves meanwhile is asked about."""
    with visit_as(cast.CONTENT_MANAGER) as ellis, visit_as(cast.LEAD) as ruth:
        page = ellis.page
        page.goto("/settings/details")
        ruth.page.goto("/settings/details")
        row(ruth.page, "delivery_date").get_by_label("or from a snippet").select_option("")
        row(ruth.page, "delivery_date").get_by_label("Display name").fill("At your door")
        save(ruth.page)
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_text("This is not saved yet.")).to_be_visible()
        page.get_by_role("button", name="Save", exact=True).last.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Somebody else saved first")
        page.get_by_role("link", name="Keep everything as it is saved").click()
        expect(row(page, "delivery_date").get_by_label("Display name")).to_have_value("At your door")
        row(page, "delivery_date").get_by_label("Display name").fill("")
        save(page)


def test_a_snippet_takes_the_place_of_the_typed_name_and_gives_it_back(visit_as: Visit) -> None:
    """Beside a chosen snippet nothing can be typed that would not count; the field says what the snippet says."""
    with visit_as(cast.CONTENT_MANAGER) as ellis:
        page = ellis.page
        page.goto("/settings/details")
        lines = row(page, "delivery_date")
        typed, choice = lines.get_by_label("Display name"), lines.get_by_label("or from a snippet")
        expect(choice.locator("option")).not_to_contain_text(["signature"])
        choice.select_option("")
        typed.fill("At your door")
        choice.select_option("order-number")
        expect(typed).to_be_disabled()
        assert typed.get_attribute("placeholder") not in {None, "", "Delivery date"}
        choice.select_option("")
        expect(typed).to_be_enabled()
        expect(typed).to_have_value("At your door")
        typed.fill("")


def test_a_logo_that_is_too_large_is_said_to_be_and_nothing_else_changes(visit_as: Visit) -> None:
    """A file over the limit is refused beside the field at once, and what was chosen before it stays."""
    with visit_as(cast.CONTENT_MANAGER) as ellis:
        page = ellis.page
        page.goto("/settings/general")
        choose, text = page.get_by_label("Choose an SVG file as the logo"), page.get_by_label("Logo", exact=True)
        small = LOGO.format("#2f6b4f").encode()
        choose.set_input_files({"name": "small.svg", "mimeType": "image/svg+xml", "buffer": small})
        expect(text).to_have_value(small.decode())
        large = small + b"<!--" + b"x" * 60_000 + b"-->"
        choose.set_input_files({"name": "large.svg", "mimeType": "image/svg+xml", "buffer": large})
        expect(page.get_by_role("alert")).to_contain_text("larger than 40 KB")
        expect(text).to_have_value(small.decode())
        text.fill("")
        choose.set_input_files({"name": "small.svg", "mimeType": "image/svg+xml", "buffer": small})
        expect(page.get_by_role("alert")).to_have_count(0)
