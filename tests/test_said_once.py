"""Limits and lifetimes are said once: change a constant, and every page, mail and refusal says the new number."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib import refusals
from chalicelib.attachments.model import MAX_FILES, MAX_SIZE, PENDING_FOR, megabytes
from chalicelib.aws.files import DOWNLOAD_SECONDS, UPLOAD_SECONDS
from chalicelib.aws.secrets import MIN_KEY
from chalicelib.conversations.model import MAX_BODY, MAX_SUBJECT
from chalicelib.conversations.portal import PAGE, THREAD
from chalicelib.formats import FORMATS
from chalicelib.knowledge import article
from chalicelib.knowledge.model import MAX_DEPTH
from chalicelib.knowledge.reading import PAGE as ARTICLES_PAGE
from chalicelib.openid.model import MAX_DOMAINS, MAX_PROVIDER, MAX_RULES
from chalicelib.outbox.model import MAX_ATTEMPTS
from chalicelib.portal import model as portal
from chalicelib.portal.model import MAX_LOGO, MAX_SESSION_HOURS, MIN_SESSION_HOURS
from chalicelib.signin.jose import TOLERANCE
from chalicelib.signin.model import CODE_DIGITS, CODE_MINUTES, MAX_TRIES
from chalicelib.signin.sign_on import STATE_LIFETIME
from chalicelib.signin.tokens import MAX_LIFETIME
from chalicelib.snippets.model import MAX_LABEL
from chalicelib.web.customer.account import EXPORTED_AT_ONCE
from chalicelib.web.help_center import contact
from chalicelib.web.help_center.feeds import AT_ONCE, NEWEST
from chalicelib.web.settings.audit import LOOKED_THROUGH, MAX_PART, PART
from local.lambda_events import ACCOUNT, REGION
from local.template import Template
from tools import catalogues

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent

CHANGED: dict[str, dict[str, str]] = {
    "aws/files.py": {"FORM_SECONDS": "193 * 60"},
    "channels/contract.py": {"MAX_HANDLE": "223"},
    "attachments/model.py": {"MAX_FILES": "43", "MAX_SIZE": "47 * _MB"},
    "conversations/attributes.py": {
        "MAX_KEY": "53",
        "MAX_NAME": "67",
        "MAX_TEXT": "1_009",
        "MAX_CHOICE": "71",
        "MAX_CHOICES": "73",
    },
    "conversations/incoming.py": {"MAX_AUTHOR": "83", "MAX_EXTERNAL_ID": "241"},
    "conversations/labels.py": {"MAX_TAG": "57", "MAX_TAGS": "59", "MAX_ATTRIBUTES": "61"},
    "conversations/model.py": {"MAX_BODY": "20_479", "MAX_SUBJECT": "211"},
    "customers/service.py": {"MAX_NAME": "89"},
    "knowledge/__init__.py": {"MAX_QUESTION": "227"},
    "knowledge/article.py": {
        "MAX_TITLE": "151",
        "MAX_SUMMARY": "401",
        "MAX_BODY": "40_009",
        "MAX_LINES": "8_009",
        "MAX_IMAGES": "37",
    },
    "knowledge/model.py": {"MAX_DEPTH": "41", "MAX_CATEGORIES": "103", "MAX_NAME": "97", "MAX_SLUG": "101"},
    "openid/model.py": {"MAX_PROVIDER": "79", "MAX_TEXT": "229"},
    "portal/details.py": {"MAX_LABEL": "107"},
    "portal/model.py": {
        "MIN_SESSION_HOURS": "29",
        "MAX_SESSION_HOURS": "24 * 367",
        "MAX_NAME": "109",
        "MAX_LOGO": "113 * 1024",
    },
    "signin/jose.py": {"MAX_TOKEN": "8_209", "TOLERANCE": "127", "MIN_SECRET": "131"},
    "signin/model.py": {"CODE_LIFETIME": "timedelta(minutes=31)", "CODE_DIGITS": "13", "STAFF_SESSION_HOURS": "137"},
    "signin/sign_on.py": {"MAX_SECRET": "509"},
    "signin/sign_on_store.py": {"KEEP_TRIAL": "timedelta(hours=139)"},
    "signin/tokens.py": {"MAX_LIFETIME": "307", "MAX_ID": "233"},
    "snippets/model.py": {"MAX_NAME": "149", "MAX_TEXT": "2_003"},
    "staff/model.py": {"MAX_NAME": "157"},
    "text.py": {"MAX_EMAIL": "257"},
    "themes/model.py": {"MAX_LABEL": "181"},
    "themes/revisions.py": {"MAX_NOTE": "191"},
    "tokens/model.py": {"MAX_NAME": "163"},
    "web/settings/articles.py": {"MAX_QUERY": "167"},
    "web/settings/audit.py": {"PART": "1_013", "MAX_PART": "173 * 1024 * 1024"},
    "web/settings/contexts.py": {"MAX_QUERY": "179"},
}
"""Every limit and lifetime that people are told, by its module, with a value that nothing else has."""

CUSTOMERS = (20_479, 211, 43, 47, 31, 13, 89)
"""Those that customers are told, in their language: message, subject, files, MB, minutes, digits, name."""
STAFF = (
    *("67 characters", "at most 53 long", "1,009 characters", "71 characters", "73 choices", "83 characters"),
    *(
        "241 printable",
        "57 characters",
        "59 tags",
        "61 attributes",
        "223 printable",
        'maxlength="257"',
        'maxlength="227"',
    ),
    *(
        "151 characters",
        'maxlength="151"',
        "401 characters",
        "40,009 characters",
        "8,009 lines",
        "37 pictures",
        "47 MB",
    ),
    *(
        "41 deep",
        "41 levels",
        "103 categories",
        "97 characters",
        'maxlength="97"',
        "at most 101 of them",
        'maxlength="101"',
    ),
    *("79 characters", "229 characters", "107 characters", "29 hours", "367 days", "109 characters", "113 KB"),
    *(
        "8,209 characters",
        "127 seconds",
        "131 characters",
        "131 to 509 bytes",
        "137 hours",
        "139 hours",
        "307 seconds",
        "1 to 233 printable",
    ),
    *("149 letters", 'maxlength="149"', "2,003 characters", "157 characters", 'maxlength="157"', "163 characters"),
    *('maxlength="167"', "1,013 numbers", "173 MB", 'maxlength="179"', "31 minutes", "13 digits"),
    *("193 minutes", "181 characters", 'maxlength="181"', 'maxlength="191"'),
)
"""What pages, mails and refusals say of them in English."""

OLD = re.compile(
    r"(?<![\d.,:])(?:(?:10,240|40,000|8,192|2,000|1,000|400|200|150|120|100|80|60|50|40)"
    r" (?:characters|printable|letters|long|tags|attributes|choices|categories|of them|numbers)"
    r"|10,240|8,000 lines|30 pictures|6 files|3 MB|4 MB|40 KB|8[- ]digits?|10 minutes|12 hours|1 hour|365 days"
    r"|(?:60|300) seconds|3 (?:deep|levels))\b|maxlength=\"(?:254|200|150|100|80|60|50)\""
)
"""The numbers of today with what they count."""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """Every page and mail, and refusals, by language and name, of a product in which every limit is another one."""
    copy = tmp_path_factory.mktemp("changed")
    for name in ("chalicelib", "templates", "static", "locale", "tests/sample_pages"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "infra").mkdir()
    for name in ("tests/samples.py", "infra/answers.py"):
        shutil.copy(ROOT / name, copy / name)
    for module, constants in CHANGED.items():
        path = copy / "chalicelib" / module
        text = path.read_text(encoding="utf-8")
        for name, value in constants.items():
            text, found = re.subn(rf"^{name}(: Final)? = .*$", rf"{name}\1 = {value}", text, flags=re.MULTILINE)
            assert found == 1, f"{module} has no constant {name}"
        path.write_text(text, encoding="utf-8")
    asked = [sys.executable, "-c", (ROOT / "tests" / "everything_said.py").read_text(encoding="utf-8")]
    answer = subprocess.run(asked, cwd=copy, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    told: dict[str, dict[str, str]] = json.loads(answer.stdout)
    return told


def test_every_new_number_is_said(said: dict[str, dict[str, str]]) -> None:
    """Each is on some page, in some mail or in some refusal."""
    everything = "\n".join(said["en"].values())
    assert [one for one in STAFF if one not in everything] == []


@pytest.mark.parametrize("language", FORMATS)
def test_customers_read_the_new_numbers_in_their_language(said: dict[str, dict[str, str]], language: str) -> None:
    """As their language writes numbers."""
    everything = "\n".join(said[language].values())
    numbers = [FORMATS[language].number(one) for one in CUSTOMERS]
    assert [one for one in numbers if not re.search(rf"(?<!\d){re.escape(one)}(?!\d)", everything)] == []


def test_no_old_number_is_left(said: dict[str, dict[str, str]]) -> None:
    """Neither in what pages say nor in what their fields take."""
    left = {name: found for name, text in said["en"].items() if (found := OLD.findall(text))}
    assert left == {}


# nothing spells a number


def test_no_text_of_the_catalogues_spells_a_number() -> None:
    """Numbers come as values, in each language; some names have digits, and Japanese counts one thing by its digit."""
    names = "UTF-8|Word 95"
    for language in catalogues.TRANSLATED:
        for message in catalogues.read(language):
            texts = [message.id, message.string] if isinstance(message.id, str) else [*message.id, *message.string]
            for text in filter(None, texts if message.id else ()):
                plain = re.sub(rf"{names}|(?<!\d)1(?= [^\d\s])" if language == "ja" else names, "", str(text))
                assert not re.search(r"\d", plain), f"{language}: {text}"


def test_no_template_spells_a_number() -> None:
    """Neither in a text nor as the length of a field; HS256 is a name. Settings of themes are no templates."""
    for path in (one for one in (ROOT / "templates").rglob("*.*") if one.suffix in {".html", ".txt"}):
        source = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r'maxlength="\d', source), path
        shown = re.sub(r"<[^<>]*>|HS256", "", source)
        assert not re.search(r"\d", shown), path


def test_no_script_spells_a_number_in_a_sentence() -> None:
    for path in (ROOT / "static").glob("*.js"):
        if not path.name.startswith(("words-", "code-editor")):
            spoken = re.findall(r'(?:_|ngettext)\(("[^)]*")', path.read_text(encoding="utf-8"))
            assert [text for text in spoken if re.search(r"\d", text)] == [], path


EXAMPLES = re.compile(r"2026-11-22|2024-05-06T07:08:09Z|#2f5d8a|UTF-8|Word 95|[HRE]S256|a to z, 0 to 9|\b1 to ")
"""What has digits without being a limit."""


def _refused(tree: ast.AST, names: set[str]) -> Iterator[str]:
    """Yield the texts that are given to refusals, without the values in them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names:
            for given in node.args:
                for part in ast.walk(given):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield part.value


def test_no_refusal_spells_a_number() -> None:
    """Sentences given where they are raised, and those of the classes."""
    names = {name for name, kind in vars(refusals).items() if isinstance(kind, type)} | {"mark", "Phrase", "Unfit"}
    for path in (ROOT / "chalicelib").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for text in _refused(tree, names):
            assert not re.search(r"\d", EXAMPLES.sub("", text)), f"{path}: {text}"
    classes: list[Any] = [kind for kind in vars(refusals).values() if isinstance(kind, type)]
    for kind in classes:
        for text in (getattr(kind, "title", ""), getattr(kind, "sentence", "")):
            assert not re.search(r"\d", EXAMPLES.sub("", text)), kind


# documents

MB = megabytes(MAX_SIZE)
DOCUMENTED: dict[str, tuple[str, ...]] = {
    "README.md": (f"up to {MAX_FILES} files of {MB} MB",),
    "docs/tutorial.md": (f"a code of {CODE_DIGITS} digits", f"a picture of at most {MB} MB"),
    "docs/explanation/life-of-a-request.md": (f"the newest {THREAD} messages", f"After {MAX_ATTEMPTS} tries it fails"),
    "docs/explanation/security.md": (
        f"a code of {CODE_DIGITS} digits and a link. They work for {CODE_MINUTES} minutes",
        f"with at most {MAX_TRIES} wrong tries",
        f"a link that works for {DOWNLOAD_SECONDS} seconds",
    ),
    "docs/how-to/help-centre.md": (
        f"{ARTICLES_PAGE} articles a page",
        f"{contact.PER_IP.most} messages an hour from one network, {contact.PER_ADDRESS.most} with one address",
        f"the {NEWEST} articles that changed last",
        f"more than {AT_ONCE:,} addresses",
    ),
    "docs/how-to/import-history.md": (f"at most {MAX_BODY:,} characters, a subject {MAX_SUBJECT}",),
    "docs/how-to/read-the-alarms.md": (f"Mail failed {MAX_ATTEMPTS} times", f"Mail is tried {MAX_ATTEMPTS} times"),
    "docs/how-to/read-the-audit-log.md": (
        f"search {LOOKED_THROUGH:,} entries at a time",
        f"at most {PART:,} numbers and {MAX_PART // 1024**2} MB",
    ),
    "docs/how-to/redrive-mail.md": (f"it is tried {MAX_ATTEMPTS} times",),
    "docs/how-to/rotate-a-secret.md": (f"at least {MIN_KEY} characters",),
    "docs/how-to/set-up-your-portal.md": (
        f"at least {MIN_SESSION_HOURS} hour, at most {MAX_SESSION_HOURS // 24} days",
        f"at most {MAX_LOGO // 1024} KB",
    ),
    "docs/how-to/use-the-api.md": (
        f"within {UPLOAD_SECONDS // 60} minutes",
        f"{MAX_FILES} files a message, {MB} MB each",
    ),
    "docs/how-to/write-articles.md": (
        f"at most {MAX_DEPTH} deep",
        f"at most {article.MAX_BODY:,} characters and {article.MAX_LINES:,} lines",
        f"at most {MB} MB each and {article.MAX_IMAGES} in an article",
    ),
    "docs/how-to/write-snippets.md": (f"at most {MAX_LABEL} characters",),
    "docs/reference/configuration.md": (
        f"at least {MIN_KEY} characters",
        f"on every page and mail, at most {portal.MAX_NAME} characters",
        f"name their sender, at most {portal.MAX_NAME} characters",
        f"{MIN_SESSION_HOURS} hour to {MAX_SESSION_HOURS // 24} days",
        f"SVG of at most {MAX_LOGO // 1024} KB",
        f"at most {MAX_PROVIDER} characters",
        f"up to {MAX_DOMAINS} e-mail domains",
        f"up to {MAX_RULES} pairs",
    ),
    "docs/reference/data-model.md": (f"| sign-in in progress | {CODE_MINUTES} minutes |",),
    "docs/reference/glossary.md": (f"at most {MAX_DEPTH} deep",),
    "docs/reference/http-api.md": (
        f"`code`, {CODE_DIGITS} digits",
        f"with its articles, {ARTICLES_PAGE} a page",
        f"My Conversations, {PAGE} a page",
        f"the conversation, {THREAD} messages a page",
        f"{EXPORTED_AT_ONCE} conversations a file",
        f"a download that works for {DOWNLOAD_SECONDS} seconds",
        f"at most {PART:,} numbers and {MAX_PART // 1024**2} MB",
        f"within {UPLOAD_SECONDS // 60} minutes",
        f"more than {MAX_SIZE:,} bytes",
        f"at most {MAX_FILES} files",
        f"Your message has {MAX_BODY + 1:,} characters",
        f"| more than {MAX_BODY:,} characters |",
        f"a subject of more than {MAX_SUBJECT} characters",
        f"| more than {MAX_FILES} files |",
    ),
    "docs/reference/sign-on-tokens.md": (
        f"give or take {TOLERANCE}",
        f"1 to {MAX_LIFETIME} seconds after `iat`",
        f"less than {int(STATE_LIFETIME.total_seconds()) // 3600} hour ago",
    ),
}
"""What documents say of limits and lifetimes, with the numbers of the constants."""


@pytest.mark.parametrize("document", DOCUMENTED)
def test_documents_say_the_numbers_of_the_constants(document: str) -> None:
    """Each as often as it is told there; the limits of the reference have a test of their own, in test_docs.py."""
    text = " ".join((ROOT / document).read_text(encoding="utf-8").split())
    assert [sentence for sentence in DOCUMENTED[document] if sentence not in text] == []


def test_no_document_tells_customers_limits_elsewhere() -> None:
    """A limit of a message, a file or a code that a document names is one of those above."""
    told = re.compile(
        r"(?<![\d.,])(?:10,240|3,145,728|200 characters|80 characters|6 files|3 MB|8 digits|8-digit)\b"
        r"|\b(?:six files|eight digits)\b|\b(?:code|link)s?\b[^.|]{0,60}\b(?:10|ten) minutes\b"
    )
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        name = path.relative_to(ROOT).as_posix()
        text = " ".join(path.read_text(encoding="utf-8").split())
        for sentence in DOCUMENTED.get(name, ()):
            text = text.replace(sentence, "")
        assert name.startswith("docs/decisions/") or told.findall(text) == [], name


def test_the_bucket_drops_what_waits_when_the_product_gives_it_up() -> None:
    """The template is not Python, so the days stand there a second time."""
    given = {"Stage": "prod", "PublicOrigin": "https://support.example.com", "MailDomain": "support.example.com"}
    _, bucket = Template(given, account=ACCOUNT, region=REGION).resources()["UploadBucket"]
    days = [one["ExpirationInDays"] for one in bucket["LifecycleConfiguration"]["Rules"] if "ExpirationInDays" in one]
    assert [timedelta(days=one) for one in days] == [PENDING_FOR]
