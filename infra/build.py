"""``make build``: the tree that Lambda runs, ``build/stage``, and the zip of it, ``build/foyer.zip``.

The same checkout gives the same zip, byte for byte, wherever it lies. Dependencies are installed for Lambda's platform
and the version of the running Python, and kept under ``build/dependencies`` until something they are made from changes.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib.metadata import files as files_of
from pathlib import Path

from infra import botocore_data, bytecode, calls, elf
from tools import catalogues

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
RUNTIME = f"{sys.version_info.major}.{sys.version_info.minor}"
"""Chalice deploys to the runtime of the Python it runs in."""

_GLIBC = 26 if sys.version_info < (3, 12) else 34
"""The runtimes up to 3.11 stand on Amazon Linux 2, the later ones on Amazon Linux 2023."""
_PLATFORMS = (*(f"manylinux_2_{minor}_x86_64" for minor in range(17, _GLIBC + 1)), "manylinux2014_x86_64")
_CHALICE = ("chalice/__init__.py", "chalice/app.py")
"""What ``chalice package`` adds of Chalice itself."""
_NOT_RUN = (
    "*.dist-info",
    "**/*.pyi",
    "**/*.c",
    "**/py.typed",
    "bin",
    "Crypto/SelfTest",
    "aws_lambda_powertools/event_handler",
    "aws_lambda_powertools/logging/formatters/datadog.py",
    "aws_lambda_powertools/metrics/provider/datadog",
    "aws_lambda_powertools/utilities/[!_j]*",
    "botocore/docs/[!_u]*",  # writes documentation, of which pruned data has none
    "botocore/stub.py",
    "dateutil/easter.py",
    "dateutil/rrule.py",
    "dateutil/zoneinfo",  # zoneinfo reads tzdata
    *(f"jinja2/{name}.py" for name in ("constants", "ext", "meta", "nativetypes")),
    "olefile/olefile2.py",  # for Python 2
    "phonenumbers/shortdata/region_*.py",  # numbers of three to six digits, which name nobody
    "pydantic/color.py",
    "pydantic/experimental",
    "pydantic/v1",
    "pysqlite3-binary",  # a second build of the same, with a SQLite that is too old
    "pysqlite3_binary.libs",
    "pydantic/mypy.py",
    "tinycss2/color[345].py",  # no value of a stylesheet is computed
    "tinycss2/nth.py",
    "tzdata/zoneinfo/zone*.tab",  # for those who draw maps
    "tzdata/zoneinfo/*.zi",
    "tzdata/zoneinfo/leap*",
    "urllib3/contrib/emscripten",
    "urllib3/contrib/pyopenssl.py",
)
"""What installed packages bring along and nothing that runs on Lambda reads: patterns as of ``Path.glob``."""
_ONLY = {
    "Crypto/Cipher": "__init__ AES DES DES3 _mode_ctr _mode_ecb _mode_gcm _raw_[ade]* _raw_ctr _state_machine",
    "Crypto/Hash": "__init__ CMAC HMAC MD5 SHA1 SHA256 SHA512 SHAKE256 keccak _MD5 _SHA* _ghash* _keccak",
    "Crypto/Protocol": "__init__ KDF _scrypt",
    "Crypto/PublicKey": "__init__ DSA ECC RSA _curve _ec_* _nist_ecc _openssh _point",
    "Crypto/Signature": "__init__ DSS pkcs1_15",
}
"""Modules to keep of folders that have one for every algorithm there is: what verifying RS256 and ES256, and sealing
with AES-GCM, import. A test of the package does all of it."""
_STAND_INS = {
    "botocore/docs/__init__.py": "",
    "botocore/docs/docstring.py": """\
class ClientMethodDocstring(str):
    def __new__(cls, *args, **kwargs):
        return super().__new__(cls)


PaginatorDocstring = WaiterDocstring = ClientMethodDocstring
""",
    "jinja2/async_utils.py": """\
from .utils import pass_eval_context


def async_variant(normal):
    def plain(_, *args, **kwargs):
        return normal(*args, **kwargs)

    return lambda _: normal if hasattr(normal, "jinja_pass_arg") else pass_eval_context(plain)


auto_aiter = auto_await = auto_to_list = None
""",
    "jinja2/bccache.py": "BytecodeCache = FileSystemBytecodeCache = MemcachedBytecodeCache = None\n",
    "urllib3/http2/__init__.py": "",
}
"""What is imported although nothing uses it: botocore's writer of documentation, which every client brings along, what
renders templates asynchronously or keeps their bytecode, and what would switch HTTP/2 on."""
_LATE = {
    "jinja2/environment.py": (
        (
            "from . import nodes\nfrom .compiler import CodeGenerator\nfrom .compiler import generate\n",
            """\
def _later(module, name):
    def made(*given, **named):
        from importlib import import_module

        return getattr(import_module(f"jinja2.{module}"), name)(*given, **named)

    return made


class nodes:
    Template = None


CodeGenerator = staticmethod(_later("compiler", "CodeGenerator"))
generate = _later("compiler", "generate")
""",
        ),
        (
            """\
from .lexer import get_lexer
from .lexer import Lexer
from .lexer import TokenStream
from .nodes import EvalContext
from .parser import Parser
""",
            """\
get_lexer, Parser = _later("lexer", "get_lexer"), _later("parser", "Parser")
Lexer = TokenStream = None
from .runtime import EvalContext
""",
        ),
    ),
    "jinja2/filters.py": (
        (
            "from inspect import getattr_static\n",
            "def getattr_static(*given):\n    import inspect\n\n    return inspect.getattr_static(*given)\n",
        ),
    ),
    "jinja2/runtime.py": (
        (
            "from .nodes import EvalContext\n",
            """\
class EvalContext:
    def __init__(self, environment, template_name=None):
        chosen = environment.autoescape
        self.environment = environment
        self.autoescape = chosen(template_name) if callable(chosen) else chosen
        self.volatile = False
""",
        ),
    ),
}
"""Imports that wait until they are used: what stands there, and what takes its place. What compiles templates is needed
for themes that somebody has changed, and for nothing else, as :func:`_own_files` has compiled the product's own.
``inspect`` takes longer than all filters."""
_MADE_ON = (1980, 1, 1, 0, 0, 0)
"""The oldest date a zip can hold: the same for every file."""


class BuildError(RuntimeError):
    """Why there is no package, in a sentence for people."""


@dataclass(frozen=True, slots=True)
class Package:
    """What was built. ``sha256`` is that of the zip, in hexadecimal."""

    stage: Path
    zip: Path
    sha256: str


def build(root: Path = ROOT, target: Path | None = None, wheels: Path | None = None) -> Package:
    """Build the package of the checkout at ``root`` into ``target`` (``build`` there), or raise BuildError.

    ``wheels`` is where downloaded dependencies are kept, so that a second build needs no network.
    """
    target = target or root / "build"
    stage, package, own = target / "stage", target / "foyer.zip", target / "own"
    dependencies = _dependencies(root, target / "dependencies", wheels or target / "wheels")
    with _locked(target):
        for old in (stage, own):
            shutil.rmtree(old, ignore_errors=True)
        shutil.copytree(dependencies, stage)
        _own_files(root, own)
        _compile(own)
        shutil.copytree(own, stage, dirs_exist_ok=True)
        shutil.rmtree(own)
        _zip(stage, package)
    return Package(stage, package, hashlib.sha256(package.read_bytes()).hexdigest())


def seed_chalice(project: Path, package: Path = BUILD / "foyer.zip") -> Path:
    """Put the zip where ``chalice deploy`` in ``project`` finds it, so that it deploys that very zip; return the path.

    Chalice names packages after what lies in the project's ``chalicelib`` and ``vendor``, bytecode included: the
    project must not change in between, so let it be a copy and run Chalice with ``PYTHONDONTWRITEBYTECODE=1``.
    """
    # Here because it takes half a second, and only a deployment needs it.
    from chalice.deploy.packager import DependencyBuilder, LambdaDeploymentPackager
    from chalice.utils import UI, OSUtils

    packager = LambdaDeploymentPackager(OSUtils(), DependencyBuilder(OSUtils()), UI())
    place = Path(packager.deployment_package_filename(str(project), f"python{RUNTIME}"))
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(package, place)
    return place


def _dependencies(root: Path, cache: Path, wheels: Path) -> Path:
    """Return the folder of installed, pruned and compiled dependencies, made now unless it has been made before."""
    requirements = root / "requirements.txt"
    sources = [Path(str(module.__file__)) for module in (botocore_data, bytecode, calls, elf)]

    def make(fresh: Path) -> None:
        found = _kept(wheels, _fingerprint(requirements), lambda into: _pip("download", requirements, f"--dest={into}"))
        _pip("install", requirements, f"--target={fresh}", "--no-compile", "--no-index", f"--find-links={found}")
        _prune(fresh)
        _compile(fresh)

    return _kept(cache, _fingerprint(requirements, Path(__file__), *sources), make)


def _kept(cache: Path, name: str, make: Callable[[Path], None]) -> Path:
    """Return what a cache has under a name, made now unless it has been made before; what else it has is removed."""
    folder, fresh = cache / name, cache / "unfinished"
    with _locked(cache):
        if not folder.is_dir():
            for old in cache.iterdir():
                if old.is_dir():
                    shutil.rmtree(old)
            make(fresh)
            fresh.rename(folder)
    return folder


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold a folder, so that of two builds at once the second waits for the first."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _prune(packages: Path) -> None:
    """Remove what nothing reads, and cut botocore's data down to the calls that are made."""
    whole = packages / "botocore" / "whole_data"
    (packages / "botocore" / "data").rename(whole)
    wanted = {name: (*made, *calls.SDK_CALLS.get(name, ())) for name, made in calls.CALLS.items()}
    botocore_data.prune(whole, packages / "botocore" / "data", wanted)
    shutil.rmtree(whole)
    for pattern in _NOT_RUN:
        for path in list(packages.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for folder, names in _ONLY.items():
        for path in list((packages / folder).iterdir()):
            if not any(fnmatch(path.name.partition(".")[0], name) for name in names.split()):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    for library in sorted(packages.rglob("*.so")):
        library.write_bytes(elf.loaded(library.read_bytes()))
    _replace(packages)


def _replace(packages: Path) -> None:
    """Put stand-ins in the place of modules, and imports off until they are needed."""
    for name, source in _STAND_INS.items():
        if not (packages / name).parent.is_dir():
            raise BuildError(f"{name} is no longer there to be replaced; see _STAND_INS in infra/build.py.")
        (packages / name).write_text(source, encoding="utf-8")
    for name, imports in _LATE.items():
        source = (packages / name).read_text(encoding="utf-8")
        for now, later in imports:
            if now not in source:
                raise BuildError(f"{name} no longer has what is to wait there; see _LATE in infra/build.py.")
            source = source.replace(now, later)
        (packages / name).write_text(source, encoding="utf-8")


def _fingerprint(*files: Path) -> str:
    content = b"\0".join([sys.version.encode(), *(file.read_bytes() for file in files)])
    return hashlib.sha256(content).hexdigest()[:16]


def _own_files(root: Path, target: Path) -> None:
    """Write what is ours into ``target``: code, compiled templates, catalogues, static files, Chalice at run time."""
    target.mkdir(parents=True)
    catalogues.compile_all(root)
    for file in sorted((root / "locale").glob("*/LC_MESSAGES/*.mo")):
        copy = target / file.relative_to(root)
        copy.parent.mkdir(parents=True)
        shutil.copyfile(file, copy)
    shutil.copyfile(root / "app.py", target / "app.py")
    shutil.copytree(root / "chalicelib", target / "chalicelib", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(root / "static", target / "static")
    shutil.copytree(root / "templates" / "themes", target / "templates" / "themes")
    (target / "chalice").mkdir()
    for installed in files_of("chalice") or ():
        if installed.as_posix() in _CHALICE:
            shutil.copyfile(str(installed.locate()), target / installed)
    script = (
        "import sys; from pathlib import Path; from chalicelib.rendering.environment import Renderer; "
        "Renderer(Path('templates')).compile(Path(sys.argv[1]))"
    )
    _python("-c", script, str(target / "compiled_templates"), cwd=root)


def _compile(folder: Path) -> None:
    _python("-I", str(bytecode.__file__), str(folder), cwd=folder)


def _pip(command: str, requirements: Path, *options: str) -> None:
    """Run pip for Lambda's platform: wheels only, every hash checked."""
    arguments = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-deps", "--require-hashes"]
    arguments += ["--only-binary=:all:", "--implementation=cp", f"--python-version={RUNTIME}"]
    arguments += [*(f"--platform={platform}" for platform in _PLATFORMS), f"--requirement={requirements}", *options]
    done = subprocess.run(
        [sys.executable, "-m", "pip", command, *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if not line.startswith("WARNING")]
        raise BuildError("The dependencies could not be installed for Lambda:\n" + "\n".join(errors[-20:]))


def _python(*arguments: str, cwd: Path) -> None:
    """Run Python in a process of its own, whose sets have the same order each time."""
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BuildError(f"The package could not be compiled:\n{done.stderr.strip()}")


def _zip(stage: Path, target: Path) -> None:
    unfinished = target.with_suffix(".unfinished")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
        for path in _files(stage):
            entry = zipfile.ZipInfo(path.relative_to(stage).as_posix(), _MADE_ON)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, on whatever system this runs
            entry.external_attr = (0o100755 if path.suffix == ".so" else 0o100644) << 16
            zipped.writestr(entry, path.read_bytes())
    unfinished.replace(target)


def _files(stage: Path) -> Iterator[Path]:
    yield from sorted((path for path in stage.rglob("*") if path.is_file()), key=lambda path: path.as_posix())


def sizes(package: Path) -> dict[str, tuple[int, int]]:
    """Return the bytes of each package in the zip, unpacked and packed, the largest first."""
    summed: dict[str, tuple[int, int]] = {}
    with zipfile.ZipFile(package) as zipped:
        for entry in zipped.infolist():
            name = entry.filename.partition("/")[0]
            unpacked, packed = summed.get(name, (0, 0))
            summed[name] = unpacked + entry.file_size, packed + entry.compress_size
    return dict(sorted(summed.items(), key=lambda item: -item[1][1]))


def main() -> int:
    """Build, and print what it weighs; return the exit status."""
    try:
        package = build()
    except BuildError as reason:
        print(reason, file=sys.stderr)
        return 1
    print(f"{'package':<24}{'unpacked KB':>14}{'in the zip KB':>16}")
    for name, (unpacked, packed) in sizes(package.zip).items():
        print(f"{name:<24}{unpacked / 1024:>14,.0f}{packed / 1024:>16,.0f}")
    weight = package.zip.stat().st_size / 1024 / 1024
    print(f"\n{package.zip.relative_to(ROOT)}: {weight:.2f} MB, SHA-256 {package.sha256}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
