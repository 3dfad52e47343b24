"""``tools/venv.sh``: one environment, with what runs, to which tests add theirs when they are first asked for."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


class Checkout:
    """A checkout that locks two packages of its own: one runs, and tests need the other."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.wheels = folder / "checkout", folder / "wheels"
        (self.folder / "tools").mkdir(parents=True)
        self.wheels.mkdir()
        shutil.copy2(ROOT / "tools" / "venv.sh", self.folder / "tools")
        self.lock("run", "runs")
        self.lock("dev", "runs", "tested")

    def lock(self, name: str, *packages: str) -> None:
        """Write a lock with the hashes of wheels."""
        (self.folder / f"requirements-{name}.txt").write_text("".join(self._pinned(package) for package in packages))

    def _pinned(self, package: str) -> str:
        wheel = self.wheels / f"{package}-1-py3-none-any.whl"
        info = f"{package}-1.dist-info"
        if not wheel.exists():
            with zipfile.ZipFile(wheel, "w") as zipped:
                zipped.writestr(f"{package}.py", "")
                zipped.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 1\n")
                zipped.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
                zipped.writestr(f"{info}/RECORD", "")
        return f"{package}==1 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"

    def install(self, what: str) -> subprocess.CompletedProcess[str]:
        """Run the script, with nothing but these wheels to be had."""
        alone = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels)}
        command = ["sh", "tools/venv.sh", what, sys.executable]
        return subprocess.run(
            command, cwd=self.folder, env=os.environ | alone, capture_output=True, text=True, check=False
        )

    def packages(self) -> set[str]:
        """Return those of the two that are installed."""
        return {path.stem for path in self.folder.glob(".venv/lib/*/site-packages/*.py")} & {"runs", "tested"}


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_it_grows(checkout: Checkout) -> None:
    """What runs comes alone, what tests need is added to it, nothing is done twice, and each step is announced."""
    first = checkout.install("run")
    assert (first.returncode, checkout.packages()) == (0, {"runs"})
    assert "Fetching packages" in first.stdout
    kept = checkout.folder / ".venv" / "kept"
    kept.touch()
    assert checkout.install("run").stdout == ""
    assert checkout.install("dev").returncode == 0
    assert checkout.packages() == {"runs", "tested"}
    assert kept.exists()
    assert checkout.install("run").stdout == checkout.install("dev").stdout == ""
