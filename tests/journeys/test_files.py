"""Files and lengths at their limits, in the browser and in the S3 it uploads to."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from local import cast, files
from tests.journeys.conftest import Visit

MAX_SIZE = 3 * 1024 * 1024
MAX_BODY = 10_240


def table(name: str, size: int) -> dict[str, Any]:
    """Return a CSV file of exactly ``size`` bytes."""
    row = b"Wren;1490;SEK\n"
    return {"name": name, "mimeType": "text/csv", "buffer": (row * (size // len(row) + 1))[: size - 1] + b"\n"}


def line(page: Page, name: str) -> Any:
    """Return the line of a file under the text field."""
    return page.locator(".uploads li").filter(has_text=name)


def slow(page: Page, bytes_a_second: int) -> None:
    """Give the page a slow line up; 0 for a fast one."""
    page.context.new_cdp_session(page).send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second or -1},
    )


def start(visitor: Any, subject: str) -> None:
    """Start a conversation of one's own for what follows."""
    visitor.page.goto("/conversations/new")
    visitor.page.get_by_label("Subject").fill(subject)
    visitor.write("I will send the lists here.", button="Start the conversation")


def test_uploads_show_progress_and_can_be_cancelled(visit_as: Visit) -> None:
    """On a slow line a bar moves, sending waits for it, and Cancel takes the file away; the other one is sent."""
    with visit_as(cast.STRANGER) as priya:
        start(priya, "Lists over a slow line")
        page = priya.page
        slow(page, 300_000)
        priya.attach(table("long.csv", 2_000_000))
        bar = page.get_by_role("progressbar", name="Upload of long.csv")
        page.wait_for_function(
            "() => { const v = document.querySelector('progress')?.value; return v > 0.02 && v < 1 }"
        )
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_role("alert")).to_have_text("A file is not attached yet. Wait until it is, or cancel it.")
        line(page, "long.csv").get_by_role("button").click()
        expect(bar).to_have_count(0)
        expect(line(page, "long.csv")).to_have_count(0)
        expect(page.locator("[data-say]").first).to_have_text("long.csv removed")
        slow(page, 0)
        priya.attach(table("short.csv", 2_000))
        expect(line(page, "short.csv").locator("input[name=attachment]")).to_have_count(1)
        priya.write("Only the short one.")
        last = page.locator(".message").last
        expect(last.get_by_role("link", name="short.csv")).to_be_visible()
        expect(last.get_by_role("link", name="long.csv")).to_have_count(0)


def test_files_are_dropped_and_pasted(visit_as: Visit) -> None:
    """A file that is dropped on the form or pasted into the text is attached like one that was chosen."""
    with visit_as(cast.STRANGER) as priya:
        start(priya, "Dropped and pasted")
        page = priya.page
        for kind, target, name in (("drop", "[data-composer]", "dropped.csv"), ("paste", "textarea", "pasted.csv")):
            page.locator(target).first.evaluate(
                """(target, [kind, name]) => {
                    const data = new DataTransfer(), how = { bubbles: true, cancelable: true };
                    data.items.add(new File(["a,b\\n1,2\\n"], name, { type: "text/csv" }));
                    target.dispatchEvent(kind === "drop" ? new DragEvent(kind, { ...how, dataTransfer: data })
                        : new ClipboardEvent(kind, { ...how, clipboardData: data }));
                }""",
                [kind, name],
            )
            expect(line(page, name).locator("input[name=attachment]")).to_have_count(1)
        priya.write("Both.")
        expect(page.locator(".message").last.locator(".files .name")).to_have_text(["dropped.csv", "pasted.csv"])


def test_a_file_that_cannot_be_sent_is_refused_by_name(visit_as: Visit) -> None:
    """Wrong types, empty and too large files are refused before uploading; a false type is, by the server, after."""
    with visit_as(cast.STRANGER) as priya:
        start(priya, "Files that are not wanted")
        page = priya.page
        expect(page.locator(".attach .hint")).to_contain_text("Up to 6 files of at most 3 MB each: ")
        for name, content, reason in (
            ("setup.exe", b"MZ", "We do not accept this type of file"),
            ("empty.pdf", b"", "The file is empty"),
            ("large.csv", table("", MAX_SIZE + 1)["buffer"], "too large. The limit is 3 MB"),
        ):
            priya.attach({"name": name, "mimeType": "application/octet-stream", "buffer": content})
            expect(line(page, name).locator(".fault")).to_contain_text(reason)
            expect(line(page, name).locator("input[name=attachment]")).to_have_count(0)
            page.get_by_role("button", name=f"Remove {name}").click()
        priya.attach(
            {"name": "page.png", "mimeType": "image/png", "buffer": b"<html><script>alert(1)</script></html>"},
            {"name": "good.png", "mimeType": "image/png", "buffer": files.png((9, 90, 90))},
        )
        expect(page.locator(".uploads input[name=attachment]")).to_have_count(2)
        page.get_by_label("Your message").fill("Two pictures.")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("“page.png” was not attached")
        expect(page.get_by_label("Your message")).to_have_value("Two pictures.")
        page.get_by_role("button", name="Remove page.png").click()
        priya.write("Two pictures.")
        expect(page.locator(".message").last.get_by_role("link")).to_contain_text(["good.png"])


def test_a_name_without_an_extension_takes_that_of_its_type(visit_as: Visit) -> None:
    """As Android names files; the page does not refuse what the server can tell, and says what the server says."""
    with visit_as(cast.STRANGER) as priya:
        start(priya, "From a phone")
        page = priya.page
        picture = files.png((9, 90, 90))
        for name, kind in (("1000012345", "image/png"), ("Scan 12.03.2026", "image/png"), ("photo.png", "image/jpeg")):
            priya.attach({"name": name, "mimeType": kind, "buffer": picture})
            expect(line(page, name).locator("input[name=attachment]")).to_have_count(1)
        priya.attach({"name": "1000012346", "mimeType": "application/octet-stream", "buffer": b"a,b\n"})
        expect(line(page, "1000012346").locator(".fault")).to_contain_text("its name has no extension")
        priya.expects("422: POST /uploads")
        page.get_by_role("button", name="Remove 1000012346").click()
        priya.write("Three pictures.")
        names = page.locator(".message").last.locator(".files .name")
        expect(names).to_have_text(["1000012345.png", "Scan 12.03.2026.png", "photo.png"])


def test_six_files_of_three_megabytes(visit_as: Visit) -> None:
    """Six files of exactly 3,145,728 bytes are sent; a seventh is refused; S3 itself takes not a byte more."""
    with visit_as(cast.STRANGER) as priya:
        start(priya, "As much as is possible")
        page = priya.page
        priya.attach(*[table(f"list {number}.csv", MAX_SIZE) for number in range(1, 7)])
        expect(page.locator(".uploads input[name=attachment]")).to_have_count(6, timeout=60_000)
        priya.attach(table("list 7.csv", 100))
        expect(line(page, "list 7.csv").locator(".fault")).to_have_text(
            "You can attach at most 6 files. Remove one first."
        )
        page.get_by_role("button", name="Remove list 7.csv").click()
        priya.write("")
        shown = page.locator(".message").last
        expect(shown.locator(".files li")).to_have_count(6)
        expect(shown.locator(".files li").first).to_contain_text("CSV, 3 MB")
        statuses = page.evaluate(
            """async (limit) => {
                const headers = {
                    "Content-Type": "application/json", Accept: "application/json",
                    "X-CSRF-Token": document.querySelector("meta[name=csrf-token]").content,
                };
                const ask = (size) => fetch("/uploads", {
                    method: "POST", headers, body: JSON.stringify({ name: "a.csv", type: "text/csv", size }) });
                const send = async (slot, size) => {
                    const form = new FormData();
                    for (const [key, value] of Object.entries(slot.fields)) form.append(key, value);
                    form.append("file", new Blob(["a".repeat(size)], { type: "text/csv" }), "a.csv");
                    return (await fetch(slot.url, { method: "POST", body: form })).status;
                };
                const slot = await (await ask(limit)).json();
                return [(await ask(limit + 1)).status, await send(slot, limit + 1), await send(slot, limit)];
            }""",
            MAX_SIZE,
        )
        assert statuses[0] == 422
        assert 400 <= statuses[1] < 500
        assert statuses[2] in {200, 201, 204}
        priya.expects("422: POST /uploads", f"{statuses[1]}: POST")


def test_a_message_of_exactly_the_longest_length(visit_as: Visit) -> None:
    """10,240 code points are sent; one more is refused in the browser, and by the server, with the text kept."""
    longest = "🪔" * 40 + "é" * (MAX_BODY - 41) + "\n"
    longest = longest[:-2] + "\nz"
    assert len(longest) == MAX_BODY
    with visit_as(cast.STRANGER) as priya:
        start(priya, "A very long story")
        page = priya.page
        text = page.get_by_label("Your message")
        text.fill(longest + "z")
        expect(page.locator(".count").first).to_have_text("10,241 of 10,240 characters")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("Your message has 10,241 characters")
        assert text.input_value() == longest + "z"
        page.evaluate("document.querySelector('[data-composer]').submit()")  # as without the script
        expect(page.locator("[data-faults]")).to_contain_text("The limit is 10,240.")
        assert text.input_value() == longest + "z"
        priya.write(longest)
        expect(page.locator(".message").last.locator(".said")).to_contain_text("🪔" * 40 + "é")
        assert page.locator(".message").last.inner_text().endswith("\nz")
