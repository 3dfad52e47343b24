"""With a keyboard alone: everything is reached in the order it is read in, and can be seen to be reached."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from local import cast
from tests.journeys.conftest import Visit


def focused(page: Page) -> str:
    """Return what has the focus: its role or element, and how it is called."""
    return str(
        page.evaluate(
            """() => {
                const at = document.activeElement;
                const text = at.getAttribute("aria-label") || at.labels?.[0]?.textContent || at.textContent.trim()
                    || at.querySelector("img")?.alt || "";
                return `${at.localName}: ${text.trim().replace(/\\s+/g, " ")}`;
            }"""
        )
    )


def walk(page: Page, steps: int) -> list[str]:
    """Press Tab ``steps`` times and return what had the focus; each must be on the screen and outlined."""
    found = []
    for _ in range(steps):
        page.keyboard.press("Tab")
        found.append(focused(page))
        shown = page.evaluate(
            """() => {
                const at = document.activeElement, box = at.getBoundingClientRect();
                const lines = [at, ...["::before", "::after"]].map((one) =>
                    typeof one === "string" ? getComputedStyle(at, one) : getComputedStyle(one));
                return box.bottom > 0 && box.top < innerHeight && lines.some((style) => style.outlineStyle !== "none");
            }"""
        )
        assert shown, found[-1]
    return found


def test_the_list_and_a_reply_by_keyboard(visit_as: Visit) -> None:
    """Skip link first, then the header, then the list in its order; Ctrl+Enter sends."""
    with visit_as(cast.COLLEAGUE, reduced_motion="reduce") as jonas:
        page = jonas.page
        page.goto("/conversations")
        assert walk(page, 4) == [
            "a: Skip to content",
            "a: Alder & Finch",
            "a: My Conversations",
            "a: Account",
        ]
        page.reload()
        walk(page, 1)
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        order = walk(page, 9)
        assert order[0] == "a: New conversation"
        assert [one.split()[1] for one in order[1:4]] == ["All", "Open", "Closed"]
        assert order[4:6] == ["input: Search my conversations", "button: Search"]
        assert order[6:8] == ["a: Newest activity first", "a: Oldest activity first"]
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).not_to_have_text("My Conversations")

        page.goto("/conversations/new")
        page.get_by_label("Subject").focus()
        page.keyboard.type("By keyboard")
        assert walk(page, 2) == ["textarea: Your message", "input: Attach files"]
        page.keyboard.press("Shift+Tab")
        page.keyboard.type("One line")
        page.keyboard.press("Enter")
        page.keyboard.type("and a second.")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".notice")).to_contain_text("Your conversation has started.")
        expect(page.locator(".message .said")).to_have_text("One line and a second.")
        assert focused(page).startswith("body")

        page.get_by_label("Your message").focus()
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("alert")).to_have_text("Write a message or attach a file before sending.")
        assert focused(page) == "textarea: Your message"


def test_a_refused_form_says_so_where_the_reader_is(visit: Visit) -> None:
    """The summary of what is wrong has the focus, and leads to the field."""
    with visit() as somebody:
        page = somebody.page
        page.goto("/login")
        page.get_by_label("E-mail address").fill("no address@example")
        page.locator("main form").evaluate("form => { form.noValidate = true }")
        page.keyboard.press("Enter")
        expect(page.locator("[data-faults]")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_label("E-mail address")).to_be_focused()
        expect(page.get_by_label("E-mail address")).to_have_accessible_description(
            "Enter an e-mail address like name@example.com."
        )
