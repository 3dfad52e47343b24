"""A stage of the version before becomes one of this while people use it, goes back, and comes again: nothing is lost.

The older version is what its commit says, deployed by its own ``make deploy``. Both run as the packages they deploy.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

import pytest

from chalicelib import functions, settings
from chalicelib.aws import keys
from chalicelib.conversations.model import Status
from chalicelib.ids import hashed
from chalicelib.schema.model import WANTED, Form
from chalicelib.wiring import House
from infra import indexes, migrating, stack
from local.cloud import Cloud
from local.lambda_events import schedule_event
from local.mailbox import Mailbox, Recorder
from tests.deploy.operator import REGION, ROOT, Operator, make_checkout

OLDER = "4b8bcf7"
FROM = "support@example.com"
URL = "https://support.example.com"
STAGE = "prod"
PATIENCE = 120.0
"""Seconds after which something has gone wrong."""
REPLIES = 50
"""A customer may reply sixty times in ten minutes."""


class Older:
    """A checkout of the version before, whose programs run as programs of their own."""

    def __init__(self, folder: Path) -> None:
        archive = subprocess.run(["git", "archive", OLDER], cwd=ROOT, capture_output=True, check=True).stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(folder, filter="data")
        kept = ROOT / "build" / "older-dependencies"  # a build takes away what other versions depend on
        kept.mkdir(parents=True, exist_ok=True)
        (folder / "build").mkdir()
        (folder / "build" / "dependencies").symlink_to(kept)
        self.folder = folder

    def deploy(self) -> None:
        """Type ``make deploy STAGE=prod``."""
        self._run("-m", "infra.deploy", "--stage", STAGE, "--mail-from", FROM, "--url", URL)

    def fill(self) -> dict[str, Any]:
        """Write data in every state, and return what there is."""
        said = self._run("-P", str(Path(__file__).with_name("older_data.py")), STAGE)
        made: dict[str, Any] = json.loads(said.splitlines()[-1])
        return made

    def _run(self, *command: str) -> str:
        environment = {**os.environ, "PYTHONPATH": str(self.folder)}
        done = subprocess.run(
            [sys.executable, *command],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


class Caller:
    """A browser at a deployed stage: cookies, and forms that are ours."""

    def __init__(self, base: str, house: House, **cookies: str) -> None:
        self.base, self.house = urlsplit(base), house
        self.cookies = {f"__Host-{name.replace('_', '-')}": value for name, value in cookies.items()}

    def ask(self, method: str, path: str, **fields: str) -> tuple[int, str]:
        """Send a request, and return status and text."""
        connection = http.client.HTTPConnection(self.base.hostname or "", self.base.port, timeout=30)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if method == "POST":
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        try:
            connection.request(method, f"{self.base.path}{path}", urlencode(fields), headers)
            response = connection.getresponse()
            for cookie in response.headers.get_all("Set-Cookie", []):
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            return response.status, response.read().decode()
        finally:
            connection.close()

    def send(self, path: str, **fields: str) -> int:
        """Send a form as somebody signed in; return its status."""
        return self.sent(path, **fields)[0]

    def sent(self, path: str, **fields: str) -> tuple[int, str]:
        """Send a form as somebody signed in; return status and text."""
        token = next(value for name, value in self.cookies.items() if name in {"__Host-foyer", "__Host-foyer-staff"})
        csrf = self.house.signer.sign("form", hashed(token.partition(".")[2]))
        return self.ask("POST", path, csrf=csrf, **fields)


class Load:
    """People who go on while the stage is upgraded: each message is sent with its key until it is taken."""

    def __init__(self, customer: Caller, agent: Caller, conversations: list[str]) -> None:
        self.customer, self.agent, self.conversations = customer, agent, conversations
        self.said: list[tuple[str, str]] = []
        self.statuses: Counter[int] = Counter()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._talk, daemon=True)
        self._fault: BaseException | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(PATIENCE * 2)
        assert not self._thread.is_alive()
        if self._fault:
            raise self._fault

    def _talk(self) -> None:
        try:
            for number in range(300):
                if self._stop.is_set():
                    return
                conversation = self.conversations[number % len(self.conversations)]
                if number < REPLIES:
                    self._say(self.customer, "conversations", conversation, f"Reply-{number} while it changes")
                self._say(self.agent, "desk/conversations", conversation, f"Answer-{number} while it changes")
                self._stop.wait(0.5)
        except BaseException as fault:  # noqa: BLE001 - raised where the test waits
            self._fault = fault

    def _say(self, who: Caller, where: str, conversation: str, body: str) -> None:
        until, status = time.monotonic() + PATIENCE, 0
        while status != http.HTTPStatus.SEE_OTHER:
            assert time.monotonic() < until, f"{body}: {status}"
            with contextlib.suppress(OSError, http.client.HTTPException):
                key = f"key-of-{body.partition(' ')[0]}"
                status = who.send(f"/{where}/{conversation}/messages", body=body, idempotency_key=key)
                self.statuses[status] += 1
            if status != http.HTTPStatus.SEE_OTHER:
                time.sleep(0.2)
        self.said.append((conversation, body))


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Older:
    """The version before, in a checkout of its own; skipped where the clone does not have it."""
    known = subprocess.run(["git", "cat-file", "-e", f"{OLDER}^{{commit}}"], cwd=ROOT, capture_output=True, check=False)
    if known.returncode:
        pytest.skip(f"this clone does not have {OLDER}; “git fetch --unshallow” gets it")
    return Older(tmp_path_factory.mktemp("older"))


@pytest.fixture(scope="module")
def mailbox(tmp_path_factory: pytest.TempPathFactory) -> Mailbox:
    """All mail that leaves."""
    return Mailbox(tmp_path_factory.mktemp("mail"))


@pytest.fixture(scope="module")
def cloud(mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A cloud whose mail goes through what keeps it whole."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    made = Cloud(tmp_path_factory.mktemp("cloud"), port=port)
    recorder = Recorder(f"http://127.0.0.1:{port}", mailbox)
    recorder.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_SESV2", recorder.endpoint)
        with made:
            yield made
    recorder.stop()


def test_up_under_load_and_back_and_up_again(
    operator: Operator, cloud: Cloud, older: Older, mailbox: Mailbox, tmp_path: Path
) -> None:
    """No message, list, mail, sign-in or upload is lost, whichever version takes it."""
    older.deploy()
    triggers(operator, on=False)
    made = older.fill()
    mine = Operator(operator.account, make_checkout(tmp_path / "checkout"))
    shutil.copyfile(older.folder / ".chalice" / "config.json", mine.root / ".chalice" / "config.json")
    house = house_of(mine, cloud)
    base = f"{cloud.endpoint}/restapis/{api(operator)}/{STAGE}/_user_request_"
    customer = Caller(base, house, foyer=made["customer_session"])
    agent = Caller(base, house, foyer_staff=made["staff_session"])
    stranger = Caller(base, house)
    assert asked_for_a_code(stranger, made["email"])
    before = items(house)
    assert listed(house, keys.BY_DUE) == {name: sorted(ids) for name, ids in made["statuses"].items()}

    # up, while people use it
    with Load(customer, agent, made["of"]["opened"]) as load:
        assert mine.deploy(stage=STAGE)
    assert "+ index" not in mine.text, "CloudFormation adds it"
    assert house.schema.store.get(consistent=True) == Form(WANTED)
    assert len(load.said) > 3
    lost = [key for key, item in before.items() if lasting(key) and items(house).get(key) != item]
    assert lost == []
    for conversation, body in load.said:
        assert [one.body for one in house.conversations.store.all_messages(conversation)].count(body) == 1
    assert listed(house, keys.BY_WORK) == listed(house, keys.BY_DUE)
    assert shown(agent, "open") >= {f"Open {number}" for number in range(6)}
    rows, _ = house.conversations.store.rows(made["customer"], closed=None, newest_first=True, position="", limit=50)
    mine_all = [one for ids in made["statuses"].values() for one in ids]
    assert {row.id for row in rows} <= set(mine_all) - {made["of"]["unbegun"]}
    assert len(rows) == 13

    # what was under way ends well
    let_plain_http_in(mine)
    triggers(operator, on=True)
    sweep(operator)
    eventually(lambda: house.conversations.store.get(made["of"]["waking"], consistent=True).status is Status.OPEN)  # type: ignore[union-attr]
    answers = [*made["answers"], *(body for _, body in load.said if body.startswith("Answer"))]
    arrived(mailbox, *answers)
    assert signs_in(stranger, code_of(mailbox))
    status, page = customer.sent(
        f"/conversations/{made['of']['opened'][0]}/messages",
        body="With the file",
        attachment=made["upload"],
        idempotency_key="the-file-key",
    )
    assert status == http.HTTPStatus.SEE_OTHER, page
    newest, _ = house.conversations.store.messages(made["of"]["opened"][0], 1, consistent=True)
    assert [one.name for one in newest[0].attachments] == ["costs.csv"]
    assert made["failed"] not in mails(mailbox)
    assert agent.send(f"/desk/conversations/{made['of']['failed']}/resend", seq="2") == http.HTTPStatus.SEE_OTHER
    arrived(mailbox, made["failed"])

    # back, with an answer that nobody was told of yet
    triggers(operator, on=False)
    last = made["of"]["opened"][1]
    assert say(agent, last, "Answer before going back") == http.HTTPStatus.SEE_OTHER
    migrating.back(house, mine.said.append, pause=0.1)
    older.deploy()
    migrating.back(house, mine.said.append, pause=0.1)
    triggers(operator, on=True)
    arrived(mailbox, "Answer before going back")
    assert "Waking" in shown(agent, "open")
    assert agent.send(f"/desk/conversations/{last}/close") == http.HTTPStatus.SEE_OTHER
    assert "Open 1" in shown(agent, "done")
    assert "Open 1" not in shown(agent, "open")
    again = made["of"]["opened"][2]
    assert say(agent, again, "Answer of the version before") == http.HTTPStatus.SEE_OTHER
    arrived(mailbox, "Answer of the version before")

    # and up again: what the older version wrote has its place
    assert mine.deploy(stage=STAGE)
    assert listed(house, keys.BY_WORK) == listed(house, keys.BY_DUE)
    assert "Open 1" in shown(agent, "done")
    assert say(agent, again, "Answer of this version again") == http.HTTPStatus.SEE_OTHER
    arrived(mailbox, "Answer of this version again")
    twice = {one: count for one in answers if (count := mails(mailbox).count(one)) != 1}
    assert twice == {}
    assert [house.table.query(keys.outbox_partition(one), index=keys.BY_DUE)[0] for one in range(keys.SHARDS)] == [
        [] for _ in range(keys.SHARDS)
    ], "no mail is left on its way"
    assert house.facts.telling.tell_all() == 0


def house_of(operator: Operator, cloud: Cloud) -> House:
    """Return this version's code over the stage, whichever version serves it."""
    environment = {**functions.environment(STAGE), **operator.environment(STAGE)}
    return House(settings.read({**environment, "AWS_REGION": REGION, "AWS_ENDPOINT_URL": cloud.endpoint}))


def say(agent: Caller, conversation: str, body: str) -> int:
    return agent.send(
        f"/desk/conversations/{conversation}/messages", body=body, idempotency_key=f"key-{hashed(body)[:20]}"
    )


def asked_for_a_code(who: Caller, address: str) -> bool:
    status, page = who.ask("GET", "/login")
    assert status == http.HTTPStatus.OK
    return who.ask("POST", "/login", email=address, csrf=hidden(page))[0] == http.HTTPStatus.SEE_OTHER


def signs_in(who: Caller, code: str) -> bool:
    _, page = who.ask("GET", "/login/code")
    assert who.ask("POST", "/login/code", code=code, csrf=hidden(page))[0] == http.HTTPStatus.SEE_OTHER
    return who.ask("GET", "/conversations")[0] == http.HTTPStatus.OK


def hidden(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, page
    return found[1]


def shown(agent: Caller, status: str) -> set[str]:
    """Return the subjects of the desk's list of a status, as its page shows it."""
    code, page = agent.ask("GET", f"/desk?status={status}")
    assert code == http.HTTPStatus.OK
    return set(re.findall(r"\b(?:Open|Closed|Snoozed|Queued) \d\b|\bWaking\b", page))


def listed(house: House, index: str) -> dict[str, list[str]]:
    """Return the ids of each of the desk's lists."""
    return {
        status.value: sorted(
            place.conversation_id
            for place in house.conversations.store.work(status, position="", limit=200, newest_first=True, index=index)[
                0
            ]
        )
        for status in Status
    }


def items(house: House) -> dict[keys.Key, dict[str, Any]]:
    """Return the whole table."""
    found, last = house.table.scan(limit=1000)
    while last:
        more, last = house.table.scan(after=last, limit=1000)
        found += more
    return {keys.Key(one["pk"], one["sk"]): one for one in found}


def lasting(key: keys.Key) -> bool:
    """Tell whether an item says what somebody said, noted or did, which never changes by itself."""
    return key.sk.startswith((keys.MESSAGES, keys.UNSHOWN, keys.NOTES, keys.EVENTS))


def mails(mailbox: Mailbox) -> str:
    """Return the plain texts of all mail that left, up to what each quotes."""
    return "\n".join(one.as_json()["text"].split("\n>")[0] for one in mailbox.mails())


def arrived(mailbox: Mailbox, *texts: str) -> None:
    """Wait until each of some answers has left as mail."""
    until = time.monotonic() + PATIENCE
    while missing := [one for one in texts if one not in mails(mailbox)]:
        assert time.monotonic() < until, missing
        time.sleep(0.2)


def code_of(mailbox: Mailbox) -> str:
    """Wait for the mail with a code, and return that."""
    found = eventually(lambda: re.search(r"\b\d{8}\b", mails(mailbox)))
    return str(found[0])


def let_plain_http_in(operator: Operator) -> None:
    """Let functions reach the buckets: the emulator speaks plain HTTP, which the buckets' policies refuse."""
    for name in ("FOYER_UPLOAD_BUCKET", "FOYER_ATTACHMENT_BUCKET"):
        operator.client("s3").delete_bucket_policy(Bucket=operator.environment(STAGE)[name])


def triggers(operator: Operator, *, on: bool) -> None:
    """Hold queues still, or let them go on."""
    client = operator.client("lambda")
    for one in client.list_event_source_mappings()["EventSourceMappings"]:
        client.update_event_source_mapping(UUID=one["UUID"], Enabled=on)


def sweep(operator: Operator) -> None:
    event = json.dumps(schedule_event(f"foyer-{STAGE}-sweep-event")).encode()
    answer = operator.client("lambda").invoke(FunctionName=f"foyer-{STAGE}-sweep", Payload=event)
    assert "FunctionError" not in answer, answer["Payload"].read()


def api(operator: Operator) -> str:
    (one,) = operator.client("apigateway").get_rest_apis()["items"]
    return str(one["id"])


def eventually(look: Any) -> Any:
    """Return what ``look`` finds within a minute."""
    until = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < until, "it does not happen"
        time.sleep(0.2)
    return found


def test_indexes_are_added_one_after_the_other() -> None:
    """CloudFormation adds one an update: each template has one more, with its keys' attributes and no others."""
    whole = stack.TEMPLATE.read_text(encoding="utf-8")
    names = indexes.of_template(whole)
    assert names == list(keys.INDEXES)
    steps = list(indexes.in_steps(whole, names[:1]))
    assert [indexes.of_template(one) for one in steps] == [names[:2], names[:3], names]
    assert steps[-1] == whole
    for step in steps:
        defined = set(re.findall(r"- \{AttributeName: (\w+), AttributeType: S\}", step))
        keyed = set(re.findall(r"\{AttributeName: (\w+), KeyType", step))
        assert defined == keyed
    assert list(indexes.in_steps(whole, names)) == [whole]
