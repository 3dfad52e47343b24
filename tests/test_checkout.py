"""The repository is fit for strangers: nothing of one machine in it, everything it needs pinned and declared."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MADE_HERE = re.compile(r"(^|/)(build|node_modules|__pycache__|\.(git|venv|venv\.lock|local|hypothesis|\w+_cache))(/|$)")

# Written so that none of them matches its own line.
PACKAGE_INDEXES = (
    r"\bpypi\.o[r]g|pythonhosted\.o[r]g|registry\.npm[j]s|registry\.y[a]rnpkg|npmmirror\.c[o]m|--index-u[r]l"
)
MACHINE_PATHS = r"/ro[o]t/|/hom[e]/\w|/User[s]/\w|/work/(?:main|shared)|/tmp/(?:v|foyer)/|/opt/(?:pypi|wheels)"


def files() -> list[Path]:
    """Return what is, or could be, committed."""
    try:
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
        found = [ROOT / name for name in names if name]
    except (OSError, subprocess.CalledProcessError):
        found = [path for path in ROOT.rglob("*") if not MADE_HERE.search(path.relative_to(ROOT).as_posix())]
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


def texts() -> dict[str, str]:
    """Return the content of every file that is text, by its name."""
    contents = {}
    for path in files():
        raw = path.read_bytes()
        if b"\0" not in raw:
            contents[path.relative_to(ROOT).as_posix()] = raw.decode("utf-8", "replace")
    return contents


def matches(expression: str) -> list[str]:
    """Return the lines of the repository in which an expression occurs."""
    found = re.compile(expression)
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts().items()
        for number, line in enumerate(text.splitlines(), start=1)
        if found.search(line)
    ]


def test_no_file_names_a_package_index() -> None:
    """Where packages come from is the business of whoever installs them."""
    allowed = "no-emit-index-url"
    assert [line for line in matches(PACKAGE_INDEXES) if allowed not in line] == []


def test_no_file_names_a_path_of_one_machine() -> None:
    """A clone works wherever it lies."""
    assert matches(MACHINE_PATHS) == []


def test_text_is_clean() -> None:
    """Text files are UTF-8 with plain line ends, no trailing space, and a line end at the end."""
    dirty = [
        name
        for name, text in texts().items()
        if "\ufffd" in text
        or "\r" in text
        or (text and not text.endswith("\n"))
        or (not name.endswith(".md") and re.search(r"[ \t]$", text, re.MULTILINE))
    ]
    assert dirty == []


@pytest.mark.parametrize("name", ["requirements", "requirements-run", "requirements-dev"])
def test_every_requirement_is_pinned_with_hashes(name: str) -> None:
    """The lock has everything that is asked for, in one version each, and the hashes of its files."""
    lock = (ROOT / f"{name}.txt").read_text(encoding="utf-8")
    pinned = re.findall(r"^([a-z0-9-]+)==(\S+)((?:.*\\\n)*.*)", lock, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^[A-Za-z0-9]", lock, re.MULTILINE))
    assert [package for package, _, rest in pinned if "--hash=sha256:" not in rest] == []
    assert asked(name) <= {package for package, _, _ in pinned}


def test_the_locks_agree() -> None:
    """What is deployed is what runs on a developer's machine, and that is what was tested."""
    deployed, run, tested = (
        set(re.findall(r"^([a-z0-9-]+==\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements.txt", "requirements-run.txt", "requirements-dev.txt")
    )
    assert deployed <= run <= tested


def test_the_product_requires_what_it_imports() -> None:
    """requirements.in has every package that app.py and chalicelib import when they run, and no other."""
    comes_along = {"chalice"}  # `chalice package` adds it
    assert packages_of("app.py", "chalicelib") - comes_along == asked("requirements")


def test_what_runs_needs_no_more_than_its_lock() -> None:
    """`make run` and the commands of operators work where nobody has installed what tests and checks need."""
    lock = (ROOT / "requirements-run.txt").read_text(encoding="utf-8")
    assert packages_of("infra", "local", "tools") <= set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))


@pytest.mark.parametrize(("folder", "name"), [("axe", "axe-core"), ("openid", "oidc-provider")])
def test_what_tests_take_from_npm_is_pinned(folder: str, name: str) -> None:
    """The lock has one version of each package with its hash, and does not say where it was fetched from."""
    wanted = json.loads((ROOT / f"tests/{folder}/package.json").read_text(encoding="utf-8"))["dependencies"][name]
    lock = json.loads((ROOT / f"tests/{folder}/package-lock.json").read_text(encoding="utf-8"))
    packages = {path: package for path, package in lock["packages"].items() if path}
    assert packages[f"node_modules/{name}"]["version"] == wanted
    for package in packages.values():
        assert package["integrity"].startswith("sha512-")
        assert "resolved" not in package


def test_every_python_that_is_promised_is_accepted() -> None:
    """The script that makes .venv takes the versions that pyproject.toml names."""
    requires = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert requires == ">=3.11,<3.15"
    assert "(3, 11) <= sys.version_info[:2] <= (3, 14)" in (ROOT / "tools/venv.sh").read_text(encoding="utf-8")


def asked(name: str) -> set[str]:
    """Return the packages that a file of requirements asks for, those of files it includes too."""
    packages = set()
    for line in (ROOT / f"{name}.in").read_text(encoding="utf-8").splitlines():
        text = line.partition("#")[0].strip()
        if text.startswith("-r "):
            packages |= asked(text.removeprefix("-r ").removesuffix(".in"))
        elif text:
            packages.add(re.split(r"[\[=<>;~ ]", text)[0])
    return packages


def packages_of(*places: str) -> set[str]:
    """Return the packages of others that our own files import when they run."""
    called = {
        "Crypto": "pycryptodome",
        "jwt": "pyjwt",
        "markdown_it": "markdown-it-py",
        "phonenumbers": "phonenumberslite",
        "pysqlite3": "pysqlite3-binary",
        "yaml": "pyyaml",
    }
    ours = {path.stem for path in ROOT.iterdir()}
    imported: set[str] = set()
    for place in places:
        for path in (ROOT / place).rglob("*.py") if (ROOT / place).is_dir() else [ROOT / place]:
            imported |= run_time_imports(ast.parse(path.read_text(encoding="utf-8")))
    return {called.get(name, name.replace("_", "-")) for name in imported - sys.stdlib_module_names - ours}


def run_time_imports(tree: ast.AST) -> set[str]:
    """Return the top-level names that code imports when it runs: not those for type checkers alone."""
    names: set[str] = set()
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            pending.extend(node.orelse)
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add((node.module or "").partition(".")[0])
        pending.extend(ast.iter_child_nodes(node))
    return names
