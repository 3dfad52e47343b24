"""The documents say what the code does: settings, addresses, keys, refusals, limits, commands and links."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import chalicelib
from app import app
from chalicelib import telemetry
from chalicelib.aws import article_keys, keys, theme_keys
from chalicelib.aws.limits import Limit
from chalicelib.channels.model import CHANNELS
from chalicelib.conversations.model import MAILED_CHANNELS
from chalicelib.customers.model import IDENTITY_KINDS
from chalicelib.functions import SOURCES
from chalicelib.portal.model import PortalSettings
from chalicelib.refusals import Refusal
from chalicelib.signin.refusal_log import Way
from chalicelib.speech import ENGLISH
from chalicelib.staff.model import ROLES
from chalicelib.web import api
from chalicelib.web.api.operations import OPERATIONS
from tests.signin.refusals import codes, rules

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
MADE_HERE = {".git", ".venv", ".local", "build", "node_modules"}
FILES = [path for path in ROOT.rglob("*.*") if not MADE_HERE & set(path.relative_to(ROOT).parts)]
FILE_NAMES = {path.name for path in FILES}
DOCUMENTS = sorted(path for path in FILES if path.suffix == ".md")

CODE_BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
PATH = re.compile(
    r"`((?:\.chalice|\.ci|bench|chalicelib|docs|infra|local|static|templates|tests|tools)/[^`\s<>…*{}]*|[A-Za-z.]+\.(?:py|toml|txt|in))`"
)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=named)


# links, paths and commands


@every_document
def test_every_link_leads_somewhere(document: Path) -> None:
    """A relative link leads to a file, and its fragment to a heading of that file."""
    broken = []
    for target in LINK.findall(CODE_BLOCK.sub("", document.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, fragment = target.partition("#")
        file = (document.parent / path).resolve() if path else document
        if not file.exists() or (fragment and fragment not in anchors(file)):
            broken.append(target)
    assert broken == []


@every_document
def test_every_path_named_exists(document: Path) -> None:
    """A file or folder of the repository that a document names is there."""
    text = document.read_text(encoding="utf-8")
    absent = [path for path in PATH.findall(text) if not (ROOT / path).exists() and path not in FILE_NAMES]
    assert absent == []


@every_document
def test_every_command_named_exists(document: Path) -> None:
    """A ``make`` command that a document shows is one of the Makefile."""
    shown = set(re.findall(r"\bmake ([a-z]+)\b(?=[`\s.,;:)]|$)", code_of(document)))
    assert shown <= targets()


@every_document
def test_no_document_is_a_stub(document: Path) -> None:
    """A document begins with a heading and promises nothing for later."""
    text = document.read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert not re.search(r"\b(TODO|FIXME|TBD|lorem ipsum)\b", text)


def test_make_help_shows_every_command() -> None:
    """Whatever can be made by hand stands in the list of ``make help`` with a sentence."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    inner = {"axe", ".venv", ".venv-dev"}
    phony = set(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split()) - inner
    assert phony == targets()


# reference/configuration.md


def test_every_variable_of_the_environment_is_described() -> None:
    """The variables that settings.py reads, and those of queues and topics, are those the reference lists."""
    source = (ROOT / "chalicelib" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r"\"((?:FOYER|AWS)_[A-Z_]+)\"", source)) - {"AWS_DEFAULT_REGION"}
    read |= {one.variable for one in SOURCES}
    assert first_cells("configuration.md", "The environment") == read


def test_only_settings_reads_the_environment() -> None:
    """No other module of the product knows os.environ."""
    readers = [
        named(path)
        for path in [ROOT / "app.py", *(ROOT / "chalicelib").rglob("*.py")]
        if any(
            isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    ]
    assert readers == ["chalicelib/settings.py"]


def test_every_setting_of_the_portal_is_described() -> None:
    """The settings of the portal are those the reference lists; the logo has an item of its own."""
    settings = set(PortalSettings.__dataclass_fields__) - {"version", "has_logo", "logo_mark"} | {"logo"}
    assert first_cells("configuration.md", "The portal's settings") == settings


def test_the_table_of_roles_is_the_one_enforced() -> None:
    """The reference gives each role exactly the permissions it has."""
    head, *rows = table("configuration.md", "Staff roles")
    shown: dict[str, set[str]] = {role: set() for role in head[1:]}
    for permission, *cells in rows:
        for role, cell in zip(head[1:], cells, strict=True):
            if cell == "yes":
                shown[role].add(permission.strip("`"))
    assert shown == ROLES


FROM_THE_ENVIRONMENT = {"CHROMIUM", "FRESH", "PORT", "STATE", "TOKEN"}
"""Variables that no command of the Makefile names: the programs that it starts read them."""


def test_every_variable_of_a_command_is_described() -> None:
    """What a command of the Makefile takes stands in the reference beside that command, and nothing else does."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    taken = {
        (variable, command)
        for command, recipe in re.findall(r"^([a-z-]+):[^\n]*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
        for variable in re.findall(r"\$\(([A-Z]+)\)", recipe)
    }
    shown = {
        (variable, command.removeprefix("make "))
        for variables, commands, _ in table("configuration.md", "Commands")[1:]
        for variable in re.findall(r"`([A-Z]+)`", variables)
        for command in re.findall(r"`([a-z -]+)`", commands)
    }
    assert {command for _, command in shown} <= targets()
    assert {(variable, command) for variable, command in shown if variable not in FROM_THE_ENVIRONMENT} == taken


# reference/http-api.md


def test_every_address_is_described() -> None:
    """The addresses that Chalice answers are those the reference lists."""
    answered = {f"{method} {path}" for path, methods in app.routes.items() for method in methods if method != "HEAD"}
    text = (REFERENCE / "http-api.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`((?:GET|POST|PUT|PATCH|DELETE) /[^`\s?…]*)`", text)) == answered


def test_every_scope_of_the_api_is_described() -> None:
    """Each operation of the API stands in the reference with the scopes that let it through."""
    needed = {
        f"{method} {api.ROOT}{path}": {scope for scope in (one.scope, one.or_scope) if scope}
        for (method, path), one in OPERATIONS.items()
    }
    shown = {row[0].strip("`"): set(re.findall(r"`([^`]+)`", row[1])) for row in table("http-api.md", "JSON API")[1:]}
    assert shown == needed


def test_every_refusal_is_described() -> None:
    """Each code that an answer can carry stands in the reference with its status."""
    for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
        importlib.import_module(module.name)
    refusals = {refusal.code: str(refusal.status) for refusal in [Refusal, *descendants(Refusal)]}
    shown = {row[0].strip("`"): row[1] for row in table("http-api.md", "Refusals")[1:]}
    assert shown == refusals


def test_every_limit_is_described() -> None:
    """Each limit stands in the reference with its numbers."""
    limits = {
        (limit.name, str(limit.most), str(limit.window))
        for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib.")
        for limit in vars(importlib.import_module(module.name)).values()
        if isinstance(limit, Limit)
    }
    shown = {(row[0].strip("`"), row[1], row[2]) for row in table("http-api.md", "Limits")[1:]}
    assert shown == limits


# reference/logs-and-metrics.md


def test_every_metric_is_described() -> None:
    """The metrics that telemetry.py names are those the reference lists."""
    metrics = {value for name, value in vars(telemetry).items() if name.isupper() and name[0] != "_"} - {
        telemetry.NAMESPACE,
        telemetry.SERVICE,
        telemetry.TYPE_CHECKING,
    }
    assert first_cells("logs-and-metrics.md", "Metrics") == metrics


@pytest.mark.parametrize(
    ("heading", "kinds"),
    [
        ("Any way", codes()),
        ("Codes and links", rules(Way.CODE) | rules(Way.LINK)),
        ("OpenID Connect", rules(Way.OPENID)),
    ],
)
def test_every_reason_to_refuse_a_sign_in_is_described(heading: str, kinds: set[str]) -> None:
    """The kinds that the log can name are those the reference lists; rules of sign-on tokens have their own page."""
    assert first_cells("logs-and-metrics.md", heading) == kinds


# reference/data-model.md

SAMPLES: dict[str, object] = {
    "seq": 7,
    "closed": False,
    "status": "open",
    "kind": "email",
    "order": 3,
    "number": 2,
    "piece": 1,
}


def test_every_key_is_described() -> None:
    """Each key that keys.py makes is a row of the data model, and each row is a key that it makes."""
    rows = {
        (row[-2], row[-1]) for row in [*table("data-model.md", "Items")[1:], *table("data-model.md", "Indexes")[1:]]
    }
    patterns = {row: re.compile("#".join(pattern(part) for part in (row[0], row[1]))) for row in rows}
    used = set()
    for name, make in (
        *inspect.getmembers(keys, inspect.isfunction),
        *inspect.getmembers(article_keys, inspect.isfunction),
        *inspect.getmembers(theme_keys, inspect.isfunction),
    ):
        signature = inspect.signature(make)
        if signature.return_annotation != "Key":
            continue
        for closed in (False, True) if "closed" in signature.parameters else (False,):
            values = {one: SAMPLES.get(one, f"some-{one}") for one in signature.parameters} | {"closed": closed}
            key = make(**{one: values[one] for one in signature.parameters})
            found = {row for row, expression in patterns.items() if expression.fullmatch(f"{key.pk}#{key.sk}")}
            assert found, f"{name} makes {key}, which no row describes"
            used |= found
    assert rows - used == set()


def test_the_table_beside_the_keys_is_the_same() -> None:
    """The access patterns in keys.py name no key that the data model lacks."""
    text = (REFERENCE / "data-model.md").read_text(encoding="utf-8")
    patterns = f"{keys.__doc__}{article_keys.__doc__}{theme_keys.__doc__}"
    partitions = set(re.findall(r"\b([A-Z]{4,}#<[a-z]+>|PORTAL|STAFF)(?=[\s#])", patterns))
    assert partitions
    assert {partition for partition in partitions if f"`{partition}" not in text} == set()


# reference/glossary.md

WORDS = {
    "article",
    "attachment",
    "attribute",
    "channel",
    "conversation",
    "customer",
    "message",
    "note",
    "organization",
    "queue",
    "scope",
    "snippet",
    "staff",
    "theme",
}


def test_the_glossary_has_the_words_of_the_product() -> None:
    """Each word with one meaning is explained, in alphabetical order, once."""
    words = [row[0] for row in table("glossary.md", "Glossary")[1:]]
    assert set(words) >= WORDS
    assert words == sorted(set(words))


# channels


def test_every_channel_is_listed() -> None:
    """The glossary has their keys, and the way in says how many there are."""
    (row,) = [row for row in table("glossary.md", "Glossary") if row[0] == "channel"]
    assert set(re.findall(r"`(\w+)`", row[1])) == CHANNELS.keys()
    count = {9: "nine", 10: "ten", 11: "eleven", 12: "twelve", 13: "thirteen"}[len(CHANNELS)]
    for document in ("README.md", "docs/tutorial.md"):
        assert set(re.findall(r"\b(\w+) channels\b", text_of(document))) == {count}


def test_every_handle_that_an_import_takes_is_listed() -> None:
    (row,) = re.findall(r"^\| `customer` \| (.*) \|.*\|$", text_of("docs/how-to/import-history.md"), re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", row)) == {"name", *IDENTITY_KINDS}


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ("docs/how-to/import-history.md", "`scope` (`public` on {})"),
        ("docs/how-to/set-up-your-portal.md", "on {}, whether customers see public comments"),
        ("docs/how-to/use-the-api.md", 'Comments on {} have `"scope": "public"`'),
        ("docs/reference/configuration.md", "the channels (of {}) whose public comments customers see"),
        ("docs/reference/glossary.md", "or, on {}, `public`"),
    ],
)
def test_channels_with_public_messages_are_named(document: str, sentence: str) -> None:
    public = [channel.name for channel in CHANNELS.values() if "public" in channel.scopes]
    assert sentence.format(ENGLISH.formats.list(public)) in text_of(document)


def test_channels_whose_answers_are_mailed_are_named() -> None:
    (named_there,) = re.findall(r"sent by e-mail, if the channel is ([^.]*)\.", text_of("docs/how-to/use-the-api.md"))
    assert re.findall(r"`(\w+)`", named_there) == sorted(MAILED_CHANNELS)


def text_of(document: str) -> str:
    """Return what a document says, its paragraphs on one line each; rows of tables stay."""
    return re.sub(r"(?<=[^\n|])\n(?=[^\n|])", " ", (ROOT / document).read_text(encoding="utf-8"))


# README.md and CHANGELOG.md


def test_the_readme_shows_the_way_in() -> None:
    """The README tells how to run, test and check, and leads to the documents of each kind."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {"run", "test", "check"} <= set(re.findall(r"make ([a-z]+)", text))
    linked = set(LINK.findall(text))
    assert {
        "docs/tutorial.md",
        "docs/how-to/deploy.md",
        "docs/explanation/life-of-a-request.md",
        "CONTRIBUTING.md",
    } <= linked


def test_the_readme_maps_the_house_as_it_stands() -> None:
    """The map of the house names what is at the top of the repository, and every room."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    house = "\n".join(CODE_BLOCK.findall(text))
    rooms = {path.parent.name for path in (ROOT / "chalicelib").glob("*/__init__.py")}
    top = {"app.py", "chalicelib/", "templates/", "static/", "infra/", "local/", "bench/", "tests/", "docs/", "tools/"}
    assert {name for name in top | {f"{room}/" for room in rooms} if name not in house} == set()


def test_the_package_maps_its_rooms() -> None:
    """What stands at the head of chalicelib names every room, and every module that they share."""
    folder = ROOT / "chalicelib"
    rooms = {path.parent.name for path in folder.glob("*/__init__.py")}
    shared = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    said = set(re.findall(r"[a-z]+", (chalicelib.__doc__ or "").partition("\n\n")[2]))
    assert (rooms | shared) - said == set()


def test_every_decision_is_short_and_whole() -> None:
    """A decision has its number, context, decision and consequences, on at most forty lines."""
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    for number, path in enumerate(decisions, start=1):
        text = path.read_text(encoding="utf-8")
        assert path.name.startswith(f"{number:04}-")
        assert text.startswith(f"# {number:04}: ")
        assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
        assert len(text.splitlines()) <= 40


# reading documents


def code_of(document: Path) -> str:
    """Return what a document shows as code, in blocks and inline."""
    text = document.read_text(encoding="utf-8")
    return "\n".join([*CODE_BLOCK.findall(text), *re.findall(r"`[^`\n]+`", CODE_BLOCK.sub("", text))])


def targets() -> set[str]:
    """Return the commands that ``make help`` lists."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):[^#\n]*## ", makefile, re.MULTILINE))


def anchors(document: Path) -> set[str]:
    """Return the fragments a document's headings can be linked by."""
    text = CODE_BLOCK.sub("", document.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def table(document: str, heading: str) -> list[list[str]]:
    """Return the first table below a heading of a reference page: the head, then the rows, code marks left on."""
    text = (REFERENCE / document).read_text(encoding="utf-8")
    below = re.split(rf"^#+ {re.escape(heading)}$", text, maxsplit=1, flags=re.MULTILINE)[1]
    found = re.search(r"(?:^\|.*\|\n)+", below, re.MULTILINE)
    assert found, f"{document} has no table below “{heading}”"
    assert len(set(found[0].splitlines())) == found[0].count("\n"), f"a row below “{heading}” stands there twice"
    head, _, *rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in found[0].splitlines()]
    return [head, *rows]


def first_cells(document: str, heading: str) -> set[str]:
    """Return the first column of a table, without code marks."""
    return {row[0].strip("`") for row in table(document, heading)[1:]}


def pattern(cell: str) -> str:
    """Return the expression of keys of the form ``CONV#<conversation>``."""
    parts = re.split(r"<[a-z]+>", cell.strip("`"))
    return "[^#]+".join(re.escape(part) for part in parts)


def descendants(parent: type) -> list[type]:
    """Return every class below one."""
    children = parent.__subclasses__()
    return [*children, *(below for child in children for below in descendants(child))]
