"""The zip of ``make build`` alone serves the journey, and what queue, schedule and topic bring."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

from chalicelib import settings
from chalicelib.clock import utc_now
from chalicelib.conversations.model import Draft
from chalicelib.wiring import House
from infra.build import Package
from local import cast, workers
from local.files import png
from tests.artifact.conftest import Deployed
from tests.browser import Browser
from tests.knowledge.library import KnowledgeBase

BULB = png((200, 160, 40), 40, 30)


def said(browser: Browser) -> str:
    """Return the newest message of the page shown."""
    return browser.page.all("ol.messages li.message .said")[-1].text


def test_customer_and_agent_talk_through_the_package(deployed: Deployed) -> None:
    """Sign in by mail, start, read, reply with a file; answer; the mail leaves; read, close, reopen."""
    deployed.customer(cast.OWNER)
    deployed.member(cast.AGENT)
    assert cast.OWNER.email
    ada, mina = deployed.browser(), deployed.browser()

    ada.sign_in_by_mail(cast.OWNER.email, deployed.code)
    assert ada.get("/conversations").status == 200
    ada.get("/conversations/new")
    ada.submit("/conversations", subject="The lamp flickers", body="It flickers at night.")
    path = ada.page.path.partition("#")[0]
    assert ada.page.notice
    upload = ada.upload("bulb.png", "image/png", BULB)
    ada.submit("Send", body="This is the bulb.", attachment=[upload])
    assert said(ada).startswith("This is the bulb. bulb.png")
    assert ada.download(ada.page.link("bulb.png")).content == BULB

    mina.sign_in_by_mail(cast.AGENT.email, deployed.code, staff=True)
    assert "The lamp flickers" in mina.get("/desk").body
    mina.get(f"/desk{path}")
    mina.submit("Send reply", body="A new bulb is on its way.")
    assert mina.page.notice == "Your answer was sent."

    (mail,) = deployed.work_off_mail()
    assert mail["to"] == cast.OWNER.email
    assert "A new bulb is on its way." in mail["text"]
    assert path in mail["html"]

    ada.get(path)
    assert said(ada) == "A new bulb is on its way."
    mina.get(f"/desk{path}")
    mina.submit("Close")
    ada.get(path)
    ada.submit("Reopen and send", body="It flickers again.")
    assert ada.page.one("[data-status]").text == "Open"
    assert "Open 1" in ada.get("/conversations").one("nav.tabs").text


def test_what_ses_tells_of_a_mail_is_shown_at_the_desk(deployed: Deployed) -> None:
    """A bounce comes as SNS delivers it, and the agent sees that the answer did not arrive."""
    customer, agent = deployed.customer(cast.MOVED), deployed.member(cast.LEAD)
    kurt, ruth = deployed.browser().sign_in(customer), deployed.browser().sign_in(agent)
    kurt.get("/conversations/new")
    kurt.submit("/conversations", subject="Where is it?", body="Has it been sent?")
    path = kurt.page.path.partition("#")[0]
    ruth.get(f"/desk{path}")
    ruth.submit("Send reply", body="It has.")
    deployed.events.clear()
    deployed.work_off_mail()
    assert [event["eventType"] for event in deployed.events] == ["Send", "Bounce"]
    for event in deployed.events:
        workers.deliver_event(deployed, event, deployed.stage.environment["FOYER_MAIL_EVENTS"])
    assert "not delivered" in ruth.get(f"/desk{path}").body.lower()


def test_the_schedule_wakes_what_was_snoozed_and_finds_lost_mail(deployed: Deployed) -> None:
    """Every minute EventBridge calls ``sweep``."""
    customer, agent = deployed.customer(cast.STRANGER), deployed.member(cast.SECOND_AGENT)
    # Five minutes ago the agent answered, and the queue lost the nudge that mail follows; then the agent snoozed.
    earlier = House(settings.read(), clock=lambda: utc_now() - timedelta(minutes=5))
    posted = earlier.conversations.portal.start(customer, Draft("It sticks.", subject="The switch"))
    head = earlier.conversations.store.get(posted.conversation_id, consistent=True)
    assert head
    earlier.conversations.desk.answer(agent, head, Draft("Which one?"))
    sqs = deployed.stage.admin("sqs")
    url = sqs.get_queue_url(QueueName=earlier.settings.facts_queue)["QueueUrl"]
    (lost,) = sqs.receive_message(QueueUrl=url)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=lost["ReceiptHandle"])
    head = earlier.conversations.store.get(head.id, consistent=True)
    assert head
    earlier.conversations.desk.snooze(agent, head, earlier.clock() + timedelta(minutes=1))

    workers.sweep(deployed)
    (mail,) = deployed.work_off_mail()
    assert "Which one?" in mail["text"]
    priya = deployed.browser().sign_in(customer)
    assert priya.get(f"/conversations/{head.id}").one("[data-status]").text == "Open"


def test_what_the_functions_log_is_for_machines(deployed: Deployed) -> None:
    """Counts are metrics that CloudWatch reads off the log, and nothing is said of what people wrote."""
    log = "".join(function.log for function in deployed.functions.values())
    metrics = [json.loads(line) for line in log.splitlines() if '"_aws"' in line]
    assert {"MessagePosted", "SignedIn", "MailSent"} <= {name for one in metrics for name in one}
    assert "flickers" not in log
    assert str(cast.OWNER.email) not in log
    assert "Traceback" not in log


def test_the_functions_wrote_nothing_beside_their_code(deployed: Deployed, package: Package, task: Path) -> None:
    """On Lambda they could not."""
    assert deployed.functions["app"].running
    with ZipFile(package.zip) as zipped:
        assert {path.relative_to(task).as_posix() for path in task.rglob("*") if path.is_file()} == set(
            zipped.namelist()
        )


def test_what_is_published_is_found_through_the_package(deployed: Deployed) -> None:
    """The queue's message builds the index in one function, and the pages' function fetches and searches it."""
    KnowledgeBase(deployed.house).publish("Change the bulb", "Switch the lamp off first.")
    done = workers.drain(deployed, deployed.stage.product("sqs"), deployed.stage.environment["FOYER_INDEX_QUEUE"])
    assert done.done
    assert not done.failed
    page = deployed.browser().get("/search?q=buld")
    assert [link.text for link in page.all("ol.found h2 a")] == ["Change the bulb"]
