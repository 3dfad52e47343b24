"""``make run``: the whole portal on this machine, from emulator to demo data, until Ctrl-C.

Everything it keeps is under ``.local/``, or the folder named by ``STATE=``. ``PORT=`` chooses the port, ``FRESH=1``
starts over. ``BASE_PATH=help`` puts the portal below ``/help``, as a custom domain with a base path does.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import logging
import os
import re
import shutil
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

try:
    import fcntl
except ImportError:
    sys.exit("Foyer runs locally on Linux and macOS, and on Windows under WSL.")

if sys.version_info < (3, 11):  # noqa: UP036 - started by hand, it may meet an older one
    sys.exit("Foyer needs Python 3.11 or newer; “make run PYTHON=python3.12” chooses one.")

try:
    from botocore.exceptions import ClientError

    from chalicelib import telemetry
    from infra import answers, migrating
    from infra.aws import CannotDeploy, Connect
    from local import infra
    from local.emulator import Emulator, EmulatorError
    from local.gateway import Gateway
    from local.mailbox import Mailbox, Recorder
    from local.server import Server
    from local.workers import Workers
    from tools import catalogues
except ModuleNotFoundError as missing:
    sys.exit(f"The package “{missing.name}” is missing; “make run” installs what is needed and then starts this.")

if TYPE_CHECKING:
    from types import ModuleType

    from chalicelib.wiring import House

ROOT = Path(__file__).resolve().parent.parent
STAGE = "local"
MAIL_DOMAIN = "alder-finch.example"
_BASE_PATH = re.compile(r"(?:[A-Za-z0-9-]+(?:/[A-Za-z0-9-]+)*)?")


class CannotStart(Exception):
    """Why it does not start, in one sentence."""


class Stopped(BaseException):
    """Somebody wants it to end."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the person who starts it can choose."""

    port: int
    fresh: bool
    state: Path
    base_path: str = ""
    """Nothing, or ``/help``."""

    @property
    def origin(self) -> str:
        """Where the server is."""
        return f"http://localhost:{self.port}"

    @property
    def url(self) -> str:
        """Where the portal is."""
        return self.origin + self.base_path

    @property
    def log(self) -> Path:
        """Where requests are logged, as short as can be."""
        path = self.state / "requests.log"
        return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


def chosen(environment: Mapping[str, str]) -> Chosen:
    """Return what ``environment`` chooses, or raise CannotStart."""
    port = environment.get("PORT") or "8000"
    if not port.isdigit() or int(port) not in range(1, 65536):
        raise CannotStart(f"PORT={port} is no port; choose a number from 1 to 65535.")
    fresh = environment.get("FRESH", "").lower() in {"1", "true", "yes"}
    base_path = environment.get("BASE_PATH", "").strip("/")
    if not _BASE_PATH.fullmatch(base_path):
        raise CannotStart(
            f"BASE_PATH={base_path} is no path; choose letters, digits and hyphens, such as BASE_PATH=help."
        )
    state = ROOT / (environment.get("STATE") or ".local")
    return Chosen(int(port), fresh, state, f"/{base_path}" if base_path else "")


def main() -> int:
    """Run until stopped; return the exit status."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        with contextlib.ExitStack() as stack:
            try:
                _serve(chosen(os.environ), stack)
            finally:
                _no_more_signals()
    except Stopped:
        pass
    except (CannotStart, CannotDeploy, EmulatorError, infra.InfraError) as reason:
        print(reason, file=sys.stderr)
        return 1
    print("Foyer has stopped; its data is kept for the next time.")
    return 0


def _stop(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise Stopped


def _no_more_signals() -> None:
    """Let nothing interrupt the end: the emulator writes its state then."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _serve(choice: Chosen, stack: contextlib.ExitStack) -> None:
    catalogues.compile_all()
    try:
        server = Server(choice.port)
    except OSError as error:
        hint = "something else listens there; choose another one with PORT="
        raise CannotStart(f"Port {choice.port} cannot be used: {hint} ({error.strerror}).") from error
    stack.callback(server.server_close)
    stack.enter_context(_alone(choice.state))
    unfinished = choice.state / "unfinished"
    if choice.fresh or unfinished.exists():
        _forget(choice.state)
    if not (choice.state / "aws").exists():
        print("Starting the AWS emulator and making the demo data, once …", flush=True)
    _log_to(choice.state)

    emulator = Emulator(choice.state / "aws", keep=True)
    stack.callback(emulator.stop)
    emulator.start()
    mailbox = Mailbox(choice.state / "mail")
    recorder = Recorder(emulator.endpoint, mailbox)
    recorder.start()
    stack.callback(recorder.stop)

    environment = prepare(emulator, choice)
    os.environ.update(environment, AWS_ENDPOINT_URL_SESV2=recorder.endpoint)
    telemetry.silence()
    app = _import_app()
    demo, login_site = importlib.import_module("local.demo"), importlib.import_module("local.login_site")
    if not app.house().schema.store.get(consistent=True).current:
        print("The data of an earlier version becomes what this one needs:", flush=True)
        migrating.migrate(app.house(), print)
    unfinished.touch()  # an interrupted first start leaves half of the demo data, so the next one starts over
    if demo.seed(app.house()):
        emulator.stop()  # so that what was just made is on disk, whatever happens later
        emulator.start()
    login_site.prepare(app.house(), choice.port)
    staff_provider = importlib.import_module("local.staff_provider")
    staff_provider.prepare(app.house(), choice.port)
    unfinished.unlink()

    workers = Workers(app, infra.clients(emulator.endpoint, environment)("sqs"), STAGE)
    recorder.publish = workers.publish
    workers.start()
    stack.callback(workers.stop)
    server.mailbox, server.cast = mailbox, demo.sign_ins()
    server.site = login_site.LoginSite(choice.url)
    server.provider = staff_provider.StaffProvider(choice.url, choice.port)
    server.gateway = Gateway(
        app.app,
        domain=f"localhost:{choice.port}",
        mappings=[choice.base_path],
        compress_from=_compress_from(),
        absent=answers.absent(choice.url, _brand(app.house())),
    )
    serving = threading.Thread(target=server.serve_forever, args=(0.2,), daemon=True)
    serving.start()
    stack.callback(server.shutdown)
    print(demo.welcome(choice.url, choice.origin, choice.log), flush=True)
    _watch(emulator)


def _brand(house: House) -> answers.Brand:
    """Return how API Gateway's own pages name the organization: as it is now, for they are made when it starts."""
    portal = house.portal.settings.get(consistent=True)
    return answers.Brand(portal.organization, portal.colour)


def _watch(emulator: Emulator) -> None:
    """Wait for the end, and bring the emulator back should it die."""
    pause = threading.Event()
    while True:
        pause.wait(1)
        if not emulator.running():
            print(f"The AWS emulator ended by itself ({emulator.log} may say why); starting it again.", flush=True)
            emulator.start()


def prepare(emulator: Emulator, choice: Chosen) -> dict[str, str]:
    """Make everything AWS has to have, and return the environment the product runs in."""
    connect = infra.clients(emulator.endpoint)
    parameters = {"Stage": STAGE, "PublicOrigin": choice.origin, "MailDomain": MAIL_DOMAIN}
    outputs = infra.apply(connect, parameters)
    infra.make_secrets(connect, outputs["SecretsParameter"])
    keys = _kept_keys(connect, choice.state / "keys.json", emulator)
    environment = infra.environment(outputs, stage=STAGE, public_url=choice.url, mail_domain=MAIL_DOMAIN, keys=keys)
    return {**environment, "AWS_ENDPOINT_URL": emulator.endpoint}


def _kept_keys(connect: Connect, note: Path, emulator: Emulator) -> dict[str, str]:
    """Return the keys of the product's user: those of last time where they are still good, or new ones."""
    with contextlib.suppress(OSError, ValueError):
        keys: dict[str, str] = json.loads(note.read_text())
        infra.set_policy(connect, STAGE)
        try:
            infra.clients(emulator.endpoint, keys)("sts").get_caller_identity()
        except ClientError:
            pass
        else:
            return keys
    keys = infra.make_user(connect, STAGE)
    note.touch(mode=0o600)
    note.write_text(json.dumps(keys))
    return keys


def _import_app() -> ModuleType:
    """Return app.py, imported with the environment a function would have."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        os.environ.pop(name, None)
    try:
        return importlib.import_module("app")
    except ModuleNotFoundError as missing:
        raise CannotStart(f"The package “{missing.name}” is missing; “make run” installs what is needed.") from missing


def _compress_from() -> int | None:
    config = json.loads((ROOT / ".chalice" / "config.json").read_text())
    size: int | None = config.get("minimum_compression_size")
    return size


@contextlib.contextmanager
def _alone(state: Path) -> Iterator[None]:
    """Hold the state for ourselves: two programs that write it would spoil it."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as taken:
            raise CannotStart("Foyer already runs from this checkout; stop that one first.") from taken
        yield


def _forget(state: Path) -> None:
    for path in state.iterdir():
        if path.name != "lock":
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _log_to(state: Path) -> None:
    """Write requests to a file, and what went wrong to the screen."""
    requests = logging.getLogger("local.requests")
    requests.setLevel(logging.INFO)
    requests.propagate = False
    handler = logging.FileHandler(state / "requests.log", mode="w")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    requests.addHandler(handler)
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s")


if __name__ == "__main__":
    sys.exit(main())
