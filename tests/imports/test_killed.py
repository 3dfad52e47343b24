"""An import that was killed goes on where it was: each message once, and little memory however long the file.

``make test`` loads 2,000 messages; ``make test-import`` takes 100,000 of 10,000 conversations.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from chalicelib.wiring import House
from tests.emulators import Stage
from tests.imports import census, history

ROOT = Path(__file__).resolve().parents[2]
CONVERSATIONS = int(os.environ.get("FOYER_TEST_CONVERSATIONS", "200"))
MESSAGES = 10
MEMORY = 160 * 1024
"""Kilobytes: the program itself needs most of them."""
PROGRAM = """
import sys
from pathlib import Path
from chalicelib import settings
from chalicelib.wiring import House
from tools.import_history import load, summary
print(summary(*load(House(settings.read()), Path(sys.argv[1]), sys.stderr)))
status = Path("/proc/self/status")
print("Peak:", status.read_text().split("VmHWM:")[1].split()[0] if status.exists() else 0)
"""


def start(file: Path, stage: Stage) -> subprocess.Popen[str]:
    """Start an import as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(file)],
        cwd=ROOT,
        env=os.environ | stage.environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[str, int]:
    """Wait for its end and return what it said, and the kilobytes of memory it needed at most (0: not known here)."""
    said, _ = process.communicate()
    assert process.returncode == 0
    said, _, peak = said.partition("Peak: ")
    return said, int(peak)


def loaded(house: House) -> float:
    """Return how much of the file is there, from a sample of its conversations."""
    sample = [f"v-{number}" for number in range(0, CONVERSATIONS, max(1, CONVERSATIONS // 90))]
    return len(house.conversations.store.owners(sample)) / len(sample)


def test_killed_and_run_again_gives_each_message_once(house: House, ministack_stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    history.write(file, CONVERSATIONS, MESSAGES)
    first = start(file, ministack_stage)
    while loaded(house) < 0.3:
        assert first.poll() is None, "it ended before it could be killed"
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert first.stdout
    first.stdout.close()
    assert loaded(house) < 1

    said, memory = finish(start(file, ministack_stage))
    lines = list(history.lines(CONVERSATIONS, MESSAGES))
    public = sum(one.get("scope") == "public" for one in lines)
    assert census.kinds(ministack_stage) == {
        "message": CONVERSATIONS * MESSAGES - public,
        "public": public,
        "note": CONVERSATIONS,
        "conversation": CONVERSATIONS,
        "customer": (CONVERSATIONS + 1) // 2,
    }
    assert "Bad lines" not in said
    assert memory < MEMORY

    before = census.fingerprint(ministack_stage)
    said, memory = finish(start(file, ministack_stage))
    assert f"Messages: 0 new, {CONVERSATIONS * MESSAGES:,} there already." in said
    assert memory < MEMORY
    assert census.fingerprint(ministack_stage) == before
