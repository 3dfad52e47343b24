"""``make run``: one command gives a portal that people use together, keeps what they did, and leaves no process."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib.attachments.content import check_content
from chalicelib.attachments.model import EXTENSIONS
from chalicelib.attachments.store import attachment_key
from chalicelib.channels.model import CHANNELS
from chalicelib.conversations.model import Status
from chalicelib.wiring import House
from local import cast, demo, files, mailbox_page, run, workers
from local.mailbox import Mailbox, Recorder
from local.stories import STORIES
from tests.emulators import Stage

ROOT = Path(__file__).resolve().parent.parent
STARTS_IN = 120.0
"""Seconds after which something has gone wrong."""


class Portal:
    """A ``make run`` of its own, with its own state."""

    def __init__(self, state: Path, port: int, **environment: str) -> None:
        self.port, self.state = port, state
        self.process = subprocess.Popen(
            [sys.executable, "-m", "local.run"],
            cwd=ROOT,
            env={**os.environ, "PORT": str(port), "STATE": str(state), "PYTHONUNBUFFERED": "1", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""

    def ready(self) -> Portal:
        """Wait until it says whom to sign in as."""
        assert self.process.stdout is not None
        until = time.monotonic() + STARTS_IN
        while "Ctrl-C" not in self.said and time.monotonic() < until:
            line = self.process.stdout.readline()
            assert line, self.said
            self.said += line
        return self

    def stop(self, number: int = signal.SIGINT) -> int:
        """Send a signal, as Ctrl-C does, and wait for the end."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=60)
        self.said += rest
        return self.process.returncode

    def ask(
        self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None
    ) -> tuple[http.client.HTTPResponse, str]:
        """Send one request and return the answer with its text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, {"Host": f"localhost:{self.port}", **(headers or {})})
            response = connection.getresponse()
            return response, response.read().decode()
        finally:
            connection.close()

    def mails(self) -> list[dict[str, Any]]:
        """Return the sent mail, the newest first."""
        found: list[dict[str, Any]] = json.loads(
            self.ask("GET", "/_local/mail", headers={"Accept": "application/json"})[1]
        )
        return found

    def mail_to(self, address: str, known: list[dict[str, Any]]) -> dict[str, Any]:
        """Wait for a mail to somebody that is not among those ``known``."""
        found: dict[str, Any] = eventually(
            lambda: next((one for one in self.mails() if one["to"] == address and one not in known), None)
        )
        return found


class Visitor:
    """A browser at the portal, with cookies."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> tuple[int, str]:
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        return self._ask("POST", path, urlencode(fields))

    def _ask(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        response, text = self.portal.ask(method, path, body, headers)
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        where = response.getheader("Location")
        return self.get(where.partition("#")[0]) if where else (response.status, text)

    def sign_in(self, address: str, path: str) -> str:
        """Sign in with the code from the mailbox and return the first page."""
        known, page = self.portal.mails(), self.get(path)[1]
        page = self.post(path, email=address, csrf=hidden(page, "csrf"))[1]
        code = re.search(r"\b\d{8}\b", self.portal.mail_to(address, known)["text"])
        assert code
        return self.post(f"{path}/code", code=code[0], csrf=hidden(page, "csrf"))[1]


def hidden(page: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]+)"', page)
    assert found, page
    return found[1]


def eventually(look: Callable[[], Any]) -> Any:
    """Return what ``look`` finds within half a minute."""
    until = time.monotonic() + 30
    while not (found := look()):
        assert time.monotonic() < until, "it does not happen"
        time.sleep(0.1)
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes(state: Path) -> list[str]:
    """Return the command lines of processes whose environment names this state."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if str(state).encode() in environ.read_bytes():
                found.append(environ.with_name("cmdline").read_text().replace("\0", " "))
    return found


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("local")


@pytest.fixture(scope="module")
def portal(state: Path) -> Iterator[Portal]:
    """A portal that was started for the first time."""
    portal = Portal(state, free_port()).ready()
    yield portal
    portal.stop()


class TestPortal:
    """What one finds when it runs."""

    def test_who_to_sign_in_as(self, portal: Portal) -> None:
        """It prints where it is and who can sign in; the same list is at /_local/cast."""
        people = json.loads(portal.ask("GET", "/_local/cast")[1])
        assert people == cast.sign_ins()
        assert f"http://localhost:{portal.port}/_local/mail" in portal.said
        for person in people:
            assert set(person) == {"name", "email", "role"}
            assert person["email"] in portal.said
        assert {one["role"] for one in people} == {"customer", "agent", "admin", "content_manager", "collaborator"}

    def test_customer_and_agent_together(self, portal: Portal) -> None:
        """A customer signs in and writes; an agent answers on the desk; the answer arrives by mail and on the page."""
        customer, agent = Visitor(portal), Visitor(portal)
        listed = customer.sign_in(str(cast.STRANGER.email), "/login")
        assert "Do you ship to India?" in listed
        path = re.findall(r'href="(/conversations/[0-9a-z]{26})["#]', listed)[0]
        page = customer.get(path)[1]
        sent = {"csrf": hidden(page, "csrf"), "idempotency_key": hidden(page, "idempotency_key")}
        status, page = customer.post(f"{path}/messages", body="And to Goa?", **sent)
        assert (status, "And to Goa?" in page) == (200, True)

        assert "Do you ship to India?" in agent.sign_in(cast.AGENT.email, "/staff/login")
        page = agent.get(f"/desk{path}")[1]
        assert "And to Goa?" in page
        sent = {"csrf": hidden(page, "csrf"), "idempotency_key": hidden(page, "idempotency_key")}
        known = portal.mails()
        agent.post(f"/desk{path}/messages", body="Goa as well.", **sent)

        mail = portal.mail_to(str(cast.STRANGER.email), known)
        assert mail["text"].startswith("Goa as well.")
        assert "\r" not in mail["text"]
        assert "Goa as well." in mail["html"]
        assert f"http://localhost:{portal.port}{path}" in mail["text"]
        assert mail["headers"]["Reply-To"].endswith("@reply.alder-finch.example")
        assert "Goa as well." in customer.get(path)[1]

    def test_mailbox_page(self, portal: Portal) -> None:
        """The mailbox is a page for people, too."""
        response, text = portal.ask("GET", "/_local/mail", headers={"Accept": "text/html"})
        assert (response.status, response.getheader("Content-Type")) == (200, "text/html; charset=utf-8")
        assert "Sent mail" in text

    @pytest.mark.parametrize("path", ["/_local", "/_local/", "/_local/other"])
    def test_nothing_else_is_local(self, portal: Portal, path: str) -> None:
        """There is nothing else under /_local/, and the app itself knows nothing of it."""
        assert portal.ask("GET", path)[0].status in {403, 404}

    def test_other_names_of_this_machine(self, portal: Portal) -> None:
        """A page of somebody else that points a name of its own here reads no mail."""
        assert portal.ask("GET", "/_local/mail", headers={"Host": f"evil.example:{portal.port}"})[0].status == 403

    def test_http(self, portal: Portal) -> None:
        """The gateway answers over sockets as it does without: HEAD, chunks, too much at once."""
        assert portal.ask("HEAD", "/nowhere")[0].status == 404
        connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=30)
        with contextlib.closing(connection):
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/login", iter([b"email=", b"x"]), form, encode_chunked=True)
            response = connection.getresponse()
            response.read()
            assert response.status in {403, 422}
            connection.putrequest("POST", "/login")
            connection.putheader("Content-Length", str(11 * 1024 * 1024))
            connection.endheaders()
            response = connection.getresponse()
            assert (response.status, json.loads(response.read())) == (413, {"message": "Request Too Long"})

    def test_twice_from_one_checkout(self, portal: Portal) -> None:
        """A second one on the same state is refused with a sentence; so is one on the same port."""
        second = Portal(portal.state, free_port())
        assert second.stop(0) == 1
        assert second.said == "Foyer already runs from this checkout; stop that one first.\n"
        third = Portal(portal.state, portal.port)
        assert third.stop(0) == 1
        assert third.said.startswith(f"Port {portal.port} cannot be used: something else listens there")
        assert third.said.count("\n") == 1


class TestStartAndStop:
    """Its life as a process."""

    @pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
    def test_life(self, state: Path, portal: Portal) -> None:
        """Ctrl-C ends everything; started again it has what was there, mail included; SIGTERM ends it as well."""
        before = portal.mails()
        assert len(processes(state)) == 2
        assert portal.stop() == 0
        assert processes(state) == []
        again = Portal(state, portal.port).ready()
        try:
            assert again.mails() == before
            assert "Goa as well." in Visitor(again).sign_in(str(cast.STRANGER.email), "/login")
        finally:
            assert again.stop(signal.SIGTERM) == 0
        assert processes(state) == []

    @pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
    def test_killed(self, state: Path, portal: Portal) -> None:
        """Killed outright, it takes the emulator with it, which still writes its state."""
        portal.stop()
        killed = Portal(state, portal.port).ready()
        killed.stop(signal.SIGKILL)
        eventually(lambda: not processes(state))
        last = Portal(state, portal.port, FRESH="1").ready()
        try:
            assert last.mails() == []
        finally:
            assert last.stop() == 0

    def test_a_port_that_is_none(self, tmp_path: Path) -> None:
        """A PORT that is no port gives a sentence and exit status 1, no traceback."""
        refused = subprocess.run(
            [sys.executable, "-m", "local.run"],
            cwd=ROOT,
            env={**os.environ, "PORT": "eighty", "STATE": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr == "PORT=eighty is no port; choose a number from 1 to 65535.\n"

    @pytest.mark.parametrize(
        ("given", "path"), [("", ""), ("/", ""), ("help", "/help"), ("/help/", "/help"), ("acme/help", "/acme/help")]
    )
    def test_a_base_path(self, given: str, path: str) -> None:
        """BASE_PATH is a path with or without slashes around it; the portal is there, what plays beside it is not."""
        choice = run.chosen({"BASE_PATH": given, "PORT": "9000"})
        assert (choice.url, choice.origin) == (f"http://localhost:9000{path}", "http://localhost:9000")

    @pytest.mark.parametrize("given", ["e.example", "a//b", "..", "a b", "a?b", "ä"])
    def test_a_base_path_that_is_none(self, given: str) -> None:
        with pytest.raises(run.CannotStart, match="is no path"):
            run.chosen({"BASE_PATH": given})


class TestDemo:
    """The demo data."""

    def test_what_is_there(self, house: House) -> None:
        """Everybody has what the cast says, lists and counts agree, and the second time nothing is written."""
        assert demo.seed(house)
        assert not demo.seed(house)
        portal = house.portal.settings.get()
        assert (portal.organization, portal.enabled) == (cast.ORGANIZATION, True)
        for one in cast.CUSTOMERS:
            rows, customer = self._rows(house, one)
            done = sum(row.status is Status.DONE for row in rows)
            assert (customer.open_count, customer.done_count) == (len(rows) - done, done)
        owner, _ = self._rows(house, cast.OWNER)
        assert {row.channel for row in owner} == set(CHANNELS)
        assert {row.status for row in owner} == set(Status)
        assert max(row.last_seq for row in owner) == 200
        assert len(self._rows(house, cast.REGULAR)[0]) == 300
        assert self._rows(house, cast.NEWCOMER)[0] == []

    def test_conversations_read_well(self, house: House) -> None:
        """Messages are in order and whole, files can be read and are what they say, and the secret is gone."""
        demo.seed(house)
        rows, _ = self._rows(house, cast.OWNER)
        kinds: Counter[str] = Counter()
        for row in rows:
            messages = house.conversations.store.all_messages(row.id)
            assert [one.seq for one in messages] == list(range(1, row.last_seq + 1))
            assert sorted(messages, key=lambda one: one.at) == messages
            assert messages[-1].at == row.active_at
            for attachment in (file for one in messages for file in one.attachments):
                content = house.files.read(attachment_key(attachment.id))
                assert len(content) == attachment.size
                kind = attachment.name.rpartition(".")[2]
                check_content(attachment.name, attachment.type, content)
                kinds[kind] += 1
            assert not any("4556" in one.body for one in messages)
        assert set(kinds) == {"pdf", "png", "csv", "xml", "docx", "xlsx"}
        assert any(one.redacted for row in rows for one in house.conversations.store.all_messages(row.id))

    def _rows(self, house: House, one: cast.Customer) -> tuple[list[Any], Any]:
        identities = [("email", one.email)] if one.email else list(one.identities)
        customer_id = house.customers.store.owner(*identities[0])
        assert customer_id
        customer = house.customers.store.get(customer_id)
        rows: list[Any] = []
        position = ""
        while True:
            page = house.conversations.portal.page(customer, closed=None, newest_first=True, position=position)
            rows += page.rows
            if page.position is None:
                return rows, customer
            position = page.position

    def test_stories_in_several_scripts(self) -> None:
        """There is text in Latin, Cyrillic, Arabic, Devanagari and Japanese."""
        text = "".join(line.text for story in STORIES for line in story.lines)
        for first, last in (("а", "я"), ("ا", "ي"), ("अ", "ह"), ("ぁ", "ん")):
            assert any(first <= character <= last for character in text)

    def test_files_are_sound(self) -> None:
        """What the makers make is taken by the product's own check."""
        made = {
            "pdf": files.pdf(["Heading", "A (line) with \\ and é"]),
            "png": files.png((10, 20, 30), 40, 30),
            "csv": files.csv([["a", 'b "quoted", c'], ["1", "2"]]),
            "xml": files.xml("order", [("number", "1 < 2")]),
            "docx": files.docx(["A & B"]),
            "xlsx": files.xlsx([["Lamp", 3], ["Bulb & socket", 4]]),
        }
        for kind, content in made.items():
            check_content(f"made.{kind}", EXTENSIONS[kind], content)


class TestMail:
    """The recording proxy in front of SES."""

    @pytest.fixture
    def box(self, ministack_stage: Stage, tmp_path: Path) -> Iterator[tuple[Recorder, Mailbox, Stage, list[Any]]]:
        mailbox, events = Mailbox(tmp_path / "mail"), []
        recorder = Recorder(str(ministack_stage.endpoint), mailbox)
        recorder.publish = events.append
        recorder.start()
        environment = {**ministack_stage.environment, "AWS_ENDPOINT_URL_SESV2": recorder.endpoint}
        yield recorder, mailbox, Stage(ministack_stage.name, recorder.endpoint, environment, ""), events
        recorder.stop()

    def send(self, stage: Stage, to: str, raw: bytes, **more: Any) -> str:
        answer = stage.product("sesv2").send_email(
            FromEmailAddress=stage.environment["FOYER_MAIL_FROM"],
            Destination={"ToAddresses": [to]},
            Content={"Raw": {"Data": raw}},
            **more,
        )
        return str(answer["MessageId"])

    RAW = (
        b"From: Support <support@support.test>\r\nTo: ada@example.com\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"
        b"Message-ID: <ours@support.test>\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\nX-Folded: one\r\n two\r\n"
        b"MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHallo \xc3\xbc\r\n\r\nzweite Zeile\r\n"
        b"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hallo</p>\r\n--b--\r\n"
    )

    def test_kept_whole(self, box: tuple[Recorder, Mailbox, Stage, list[Any]]) -> None:
        """Every part and header is kept, except Message-ID and Date, which are SES's own."""
        _, mailbox, stage, _ = box
        ses_id = self.send(stage, "ada@example.com", self.RAW)
        assert "@" not in ses_id
        (mail,) = [one.as_json() for one in mailbox.mails()]
        assert (mail["to"], mail["subject"]) == ("ada@example.com", "Grüße")
        assert mail["text"].split() == ["Hallo", "ü", "zweite", "Zeile"]
        assert mail["html"].strip() == "<p>Hallo</p>"
        assert mail["headers"]["Message-ID"] == f"<{ses_id}@email.amazonses.com>"
        assert mail["headers"]["X-Folded"] == "one two"
        assert "2024" not in mail["headers"]["Date"]

    def test_newest_first(self, box: tuple[Recorder, Mailbox, Stage, list[Any]]) -> None:
        """The newest mail comes first, also for somebody who opens the mailbox later."""
        _, mailbox, stage, _ = box
        for number in range(3):
            self.send(stage, f"{number}@example.com", self.RAW)
        assert [one.to for one in mailbox.mails()] == [("2@example.com",), ("1@example.com",), ("0@example.com",)]
        assert Mailbox(mailbox._folder).mails() == mailbox.mails()

    def test_events(self, box: tuple[Recorder, Mailbox, Stage, list[Any]]) -> None:
        """Mail with a configuration set is reported as SES reports it, tags included; bounces are reported too."""
        _, _, stage, events = box
        self.send(stage, "ada@example.com", self.RAW)
        assert events == []
        with_set = {"ConfigurationSetName": stage.environment["FOYER_CONFIGURATION_SET"]}
        ses_id = self.send(stage, "ada@example.com", self.RAW, EmailTags=[{"Name": "a", "Value": "b"}], **with_set)
        assert [one["eventType"] for one in events] == ["Send", "Delivery"]
        assert {one["mail"]["messageId"] for one in events} == {ses_id}
        assert events[0]["mail"]["tags"]["a"] == ["b"]
        self.send(stage, "bounce@simulator.amazonses.com", self.RAW, **with_set)
        self.send(stage, "complaint@simulator.amazonses.com", self.RAW, **with_set)
        assert [one["eventType"] for one in events[2:]] == ["Send", "Bounce", "Send", "Complaint"]

    def test_refused_mail_is_not_kept(self, box: tuple[Recorder, Mailbox, Stage, list[Any]]) -> None:
        """What SES refuses was not sent."""
        _, mailbox, stage, events = box
        client = stage.product("sesv2")
        with pytest.raises(client.exceptions.MessageRejected):
            client.send_email(
                FromEmailAddress="somebody@unverified.test",
                Destination={"ToAddresses": ["ada@example.com"]},
                Content={"Raw": {"Data": self.RAW}},
            )
        assert (mailbox.mails(), events) == ([], [])

    def test_page(self) -> None:
        """Links and codes can be clicked; what a mail says is never markup of the page."""
        mail = {
            "id": "1",
            "to": "a@example.com",
            "subject": "<b>12345678</b>",
            "text": "Code 12345678, or http://localhost:8000/login/link/12345678-x <script>",
            "html": '<p title="x">Hi</p>',
            "headers": {"X": "<i>"},
        }
        page = mailbox_page.page([mail])
        assert '<button class="code" data-code="12345678">12345678</button>, or' in page
        link = "http://localhost:8000/login/link/12345678-x"
        assert f'<a href="{link}">{link}</a> &lt;script&gt;' in page
        assert "<b>" not in page
        assert 'srcdoc="&lt;p title=&quot;x&quot;&gt;Hi&lt;/p&gt;"' in page
        assert "<dd>&lt;i&gt;</dd>" in page


class TestWorkers:
    """What triggers the functions."""

    class Functions:
        """Stands for app.py: keeps events, and fails as long as it is told to."""

        def __init__(self) -> None:
            self.events: list[Any] = []
            self.failing = False

        def send_mail(self, event: dict[str, Any], context: Any) -> None:
            self.events.append((context.function_name, event))
            if self.failing:
                raise RuntimeError("not now")

        sweep = mail_events = build_index = send_mail

    def test_done(self, ministack_stage: Stage) -> None:
        """Each message reaches the function by itself, in its real shape, and is gone afterwards."""
        app, sqs, name = (
            self.Functions(),
            ministack_stage.product("sqs"),
            ministack_stage.environment["FOYER_MAIL_QUEUE"],
        )
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        for number in range(3):
            sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"mail": str(number)}))
        assert workers.drain(app, sqs, name) == (3, 0)
        assert workers.drain(app, sqs, name) == (0, 0)
        bodies = [json.loads(record["body"])["mail"] for _, event in app.events for record in event["Records"]]
        assert sorted(bodies) == ["0", "1", "2"]
        (record,) = app.events[0][1]["Records"]
        assert record["eventSource"] == "aws:sqs"
        assert record["eventSourceARN"].endswith(f":{name}")
        assert record["attributes"]["ApproximateReceiveCount"] == "1"
        assert record["receiptHandle"]

    def test_failing(self, ministack_stage: Stage) -> None:
        """A message whose function fails stays, comes back, and after five tries is among the dead letters."""
        app, name = self.Functions(), ministack_stage.environment["FOYER_MAIL_QUEUE"]
        app.failing = True
        sqs, admin = ministack_stage.product("sqs"), ministack_stage.admin("sqs")
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody="{}")
        assert workers.drain(app, sqs, name) == (0, 1)
        assert workers.drain(app, sqs, name) == (0, 0), "it is out of sight for the visibility timeout"
        for count in range(2, 6):
            _, event = app.events[-1]
            receipt = event["Records"][0]["receiptHandle"]
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=receipt, VisibilityTimeout=0)
            assert workers.drain(app, sqs, name, most=1) == (0, 1)
            assert app.events[-1][1]["Records"][0]["attributes"]["ApproximateReceiveCount"] == str(count)
        receipt = app.events[-1][1]["Records"][0]["receiptHandle"]
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=receipt, VisibilityTimeout=0)
        assert workers.drain(app, sqs, name) == (0, 0)
        dead = admin.get_queue_url(QueueName=ministack_stage.dead_queue)["QueueUrl"]
        assert len(admin.receive_message(QueueUrl=dead)["Messages"]) == 1

    def test_schedule_and_topic(self) -> None:
        """The schedule's and the topic's events have their real shapes."""
        app = self.Functions()
        workers.sweep(app)
        workers.deliver_event(app, {"eventType": "Send"}, "foyer-local-mail-events")
        (sweep, scheduled), (listener, notified) = app.events
        assert (sweep, listener) == ("foyer-local-sweep", "foyer-local-mail_events")
        assert (scheduled["source"], scheduled["detail-type"]) == ("aws.events", "Scheduled Event")
        (record,) = notified["Records"]
        assert record["EventSource"] == "aws:sns"
        assert json.loads(record["Sns"]["Message"]) == {"eventType": "Send"}
        assert record["Sns"]["TopicArn"].endswith(":foyer-local-mail-events")

    def test_threads(self, ministack_stage: Stage) -> None:
        """Running, they pick up what comes, outlive a failure, and end when told to."""
        app, name = self.Functions(), ministack_stage.environment["FOYER_MAIL_QUEUE"]
        sqs = ministack_stage.product("sqs")
        index = ministack_stage.environment["FOYER_INDEX_QUEUE"]
        running = workers.Workers(app, sqs, ministack_stage.name)
        running.start()
        try:
            app.failing = True
            running.publish({"eventType": "Send"})
            eventually(lambda: app.events)
            app.failing = False
            running.publish({"eventType": "Delivery"})
            sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName=name)["QueueUrl"], MessageBody="{}")
            eventually(lambda: len(app.events) == 3)
            sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName=index)["QueueUrl"], MessageBody="{}")
            eventually(lambda: len(app.events) == 4)
            assert app.events[-1][0] == f"foyer-{ministack_stage.name}-build_index"
        finally:
            running.stop()
        assert not any(thread.is_alive() for thread in running._threads)
