"""What ``make build`` puts into the zip, that it is the same each time, and that Chalice deploys the very same."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from chalice.deploy.packager import LambdaDeploymentPackager
from chalice.utils import UI, OSUtils

from chalicelib.rendering.environment import MIDTOWN, PARTS_ALONE
from chalicelib.speech import LANGUAGES
from infra.build import BUILD, ROOT, Package, build, seed_chalice
from local.emulator import Emulator
from local.lambda_runtime import Function, RuntimeFailure

MEGABYTE = 1024 * 1024
OURS = ("app.py", "chalicelib", "locale", "static", "templates", "vendor", "requirements.txt", ".chalice/config.json")


class NoDependencies:
    """In place of Chalice's downloads, which take half a minute and are not what is tested."""

    def build_site_packages(self, *_: Any) -> None:
        """Install nothing."""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A copy of what is deployed, in another place, its symbolic links kept."""
    for name in OURS:
        target = tmp_path / "a checkout" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(ROOT / name, target)
    return tmp_path / "a checkout"


@pytest.fixture
def names(package: Package) -> set[str]:
    """What lies in the zip."""
    with ZipFile(package.zip) as zipped:
        return set(zipped.namelist())


def chalice_packager() -> LambdaDeploymentPackager:
    """Return what ``chalice package`` makes a zip with, without its downloads."""
    return LambdaDeploymentPackager(OSUtils(), NoDependencies(), UI())


def test_another_checkout_gives_the_same_zip(package: Package, elsewhere: Path) -> None:
    """Byte for byte, although everything but the downloads is made anew somewhere else."""
    again = build(elsewhere, wheels=BUILD / "wheels")
    assert again.zip != package.zip
    assert again.sha256 == package.sha256 == hashlib.sha256(again.zip.read_bytes()).hexdigest()


def test_it_weighs_little(package: Package) -> None:
    """At most 10 MB, with what checks and compiles themes: a cold start waits until Lambda has fetched it."""
    assert package.zip.stat().st_size < 10 * MEGABYTE


def test_it_has_what_runs_and_nothing_else(names: set[str]) -> None:
    """No tests, tools or local things, no templates to parse but a theme's, nothing that describes packages."""
    assert {"app.pyc", "chalicelib/wiring.pyc", "static/portal.css", "chalice/app.pyc"} <= names
    top = {name.partition("/")[0] for name in names}
    assert not top & {"bench", "bin", "docs", "infra", "local", "tests", "tools", "vendor", "boto3", "pip"}
    assert {name for name in names if name.startswith("templates/")} == {
        path.relative_to(ROOT).as_posix() for path in (ROOT / "templates/themes").rglob("*.*") if path.is_file()
    }
    aside = (".py", ".pyi", ".c")
    assert [name for name in names if ".dist-info" in name or "/tests/" in name or name.endswith(aside)] == []
    assert {path.name for path in (ROOT / "static").iterdir()} == {
        name.removeprefix("static/") for name in names if name.startswith("static/")
    }


def test_it_has_what_chalice_adds_of_itself(names: set[str]) -> None:
    """Whatever a later version of Chalice adds has to be in ``_CHALICE`` of infra/build.py."""
    added = {name for _, name in chalice_packager()._iter_app_filenames(str(ROOT)) if not name.endswith(".pyc")}
    assert {name.replace(".py", ".pyc") for name in added} <= names


def test_every_module_is_compiled_for_lambda(package: Package) -> None:
    """Unchecked, so that no source is looked for, and with the paths files would have on Lambda."""
    with ZipFile(package.zip) as zipped:
        modules = [name for name in zipped.namelist() if name.endswith(".pyc")]
        ours = {"app.pyc", "chalice", "chalicelib", "compiled_templates"}
        assert len([name for name in modules if name.partition("/")[0] in ours]) > 100
        assert len([name for name in modules if name.partition("/")[0] not in ours]) > 300
        for name in modules:
            code = zipped.read(name)
            assert code[:4] == importlib.util.MAGIC_NUMBER
            assert int.from_bytes(code[4:8], "little") == 0b01, f"{name} would be checked at each start"
            assert f"/var/task/{name.removesuffix('c')}".encode() in code
            assert str(ROOT).encode() not in code


def test_every_template_is_compiled(names: set[str]) -> None:
    """As many modules as there are templates; of Midtown its pages, each with all that it is linked from."""
    found = [path for path in (ROOT / "templates").rglob("*.*") if path.is_file()]
    files = {path.relative_to(ROOT / "templates").as_posix() for path in found}
    theirs = {name for name in files if name.startswith("themes/")}
    pages = {one for one in theirs if one.startswith(MIDTOWN) and "/" not in one.removeprefix(MIDTOWN)}
    pages = {one for one in pages if one.endswith(".html")}
    pages -= {f"{MIDTOWN}{layout}" for layout in ("layout.html", "help.html")}
    templates = files - theirs | pages | {f"{MIDTOWN}{part}" for part in PARTS_ALONE}
    modules = [name for name in names if name.startswith("compiled_templates/") and name.endswith(".pyc")]
    assert len(modules) == len(templates)


def test_every_language_is_compiled(names: set[str]) -> None:
    """A catalogue for pages and a script of words for each but English, and none that would have to be compiled."""
    for language in set(LANGUAGES) - {"en"}:
        assert {f"locale/{language}/LC_MESSAGES/foyer.mo", f"static/words-{language}.js"} <= names
    assert [name for name in names if name.endswith(".po")] == []


def test_files_are_readable_and_have_no_date(package: Package) -> None:
    """Lambda runs as somebody else than who built, and a date would make each build another."""
    with ZipFile(package.zip) as zipped:
        for entry in zipped.infolist():
            assert entry.external_attr >> 16 in {0o100644, 0o100755}
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)


def test_chalice_deploys_this_very_zip(package: Package, elsewhere: Path) -> None:
    """``seed_chalice`` puts it where ``chalice deploy`` looks before it makes a package of its own."""
    seed_chalice(elsewhere)
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    found = chalice_packager().create_deployment_package(str(elsewhere), python)
    assert hashlib.sha256(Path(found).read_bytes()).hexdigest() == package.sha256


def test_chalice_alone_packages_templates_and_static_files(elsewhere: Path) -> None:
    """A plain ``chalice package`` of the checkout works too; it follows the links in ``vendor``."""
    for name in ("templates", "static", "locale"):
        assert (elsewhere / "vendor" / name).readlink() == Path("..") / name
    with ZipFile(chalice_packager().create_deployment_package(str(elsewhere), "python3.11")) as zipped:
        names = set(zipped.namelist())
    assert {"app.py", "chalicelib/wiring.py", "templates/themes/midtown/home.html", "static/portal.css"} <= names


def test_nothing_but_the_runtime_is_beside_the_package(python: Path) -> None:
    """What the functions import is in the package, or these tests fail."""
    script = "import importlib.util as u; print([m for m in ('boto3', 'botocore', 'jinja2', 'pip') if u.find_spec(m)])"
    assert subprocess.run([python, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_function_without_settings_says_what_is_missing(python: Path, task: Path, ministack: Emulator) -> None:
    """All of it, by name, where operators look: in the log of the start."""
    environment = {"AWS_ENDPOINT_URL": ministack.endpoint, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    with pytest.raises(RuntimeFailure) as failure, Function(python, task, "app.app", environment):
        pass
    assert "FOYER_TABLE is not set." in str(failure.value)
    assert "FOYER_PUBLIC_URL is not set." in str(failure.value)
