"""What the package keeps of large dependencies is enough for what the product does with them."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from chalicelib import zones
from chalicelib.channels.phone import in_country
from chalicelib.countries import countries
from chalicelib.rendering.environment import Renderer
from chalicelib.speech import ENGLISH
from chalicelib.themes.sandbox import Sandbox
from chalicelib.web.api import openapi
from infra.build import ROOT
from tests import samples
from tests.emulators import Stage
from tests.themes import offers

RARE = {
    *("aws_lambda_powertools", "botocore", "jwt", "markdown_it", "nh3", "pydantic", "urllib3"),
    *("asyncio", "dataclasses", "inspect", "subprocess"),
    *(f"jinja2.{name}" for name in ("compiler", "idtracking", "lexer", "nodes", "parser", "sandbox", "visitor")),
    *(f"chalicelib.themes.{name}" for name in ("language.checker", "language.tokens", "sandbox", "styles")),
    "tinycss2",
    *("phonenumbers", "importlib.resources"),
}
"""What a start does not import, since few requests need it and each of them takes milliseconds to import."""

SEARCHES = """
from chalicelib.knowledge.search.index_format import sqlite
module = sqlite()
base = module.connect(":memory:")
base.execute("CREATE VIRTUAL TABLE said USING fts5(body, content = '', tokenize = 'ascii')")
base.execute("INSERT INTO said (rowid, body) VALUES (1, 'lamp')")
assert base.execute("SELECT rowid, bm25(said) FROM said WHERE said MATCH '\\"la\\"*'").fetchone()[0] == 1
print(module.__name__.partition(".")[0])
"""

VERIFIES = """
from Crypto.Hash import SHA256
from Crypto.PublicKey import ECC, RSA
from Crypto.Signature import DSS, pkcs1_15
from chalicelib.signin import jose, sealing
digest = SHA256.new(b"said")
key = ECC.construct(curve="P-256", d=12345)
public = key.public_key().pointQ
key = ECC.construct(curve="P-256", d=12345)
ours = ECC.construct(curve="P-256", point_x=int(public.x), point_y=int(public.y))
DSS.new(ours, "fips-186-3").verify(digest, DSS.new(key, "fips-186-3").sign(digest))
key = RSA.generate(2048)
pkcs1_15.new(RSA.construct((key.n, key.e))).verify(digest, pkcs1_15.new(key).sign(digest))
box = sealing.Box([b"k" * 32], "test")
assert box.opened(box.seal(b"kept")) == (b"kept", True)
print("verified")
"""

CALLS = """
from chalicelib.channels.phone import in_country
from chalicelib.countries import countries
assert "phonenumbers" not in sys.modules
numbers = ("030 123456", "112", "+46 70 555 01 41")
said = [in_country(one, country) for country in sorted(countries()) for one in numbers]
print(len(countries()), sha256(repr(said).encode()).hexdigest())
"""

WRITES = """
from chalicelib.knowledge.markdown import render
print(render("# Title\\n\\n| a | b |\\n|---|---|\\n| 1 | ~~2~~ |\\n\\n<script>x</script>").html)
"""

SPEAKS = """
from chalicelib.speech import LANGUAGES, speech
print(*(speech(one).language for one in LANGUAGES))
print(len({str(speech(one).text("Log in")) for one in LANGUAGES}))
"""

RIGHT = """
{% set a %}<b>{{ page.title|truncate(9) }}</b>{% endset %}{{ a }}{{ page.closed_at|moment }}
{% for row in page.rows if row.unread %}{% include 'parts/part.html' %}{% else %}none{% endfor %}
{% with b = page.total %}{% if b > 3 and not page.open is none %}{{ ngettext('one', '%(num)s', b) }}{% endif %}
{% endwith %}
"""
PART = "{{ loop.index }}{% if not loop.last %}, {% endif %}{{ row.channel.name|default('-')|upper }}"
WRONG = "{{ page.titel }}\n<p onclick='x'>{{ page.title|uper }}\n{{ page.title.__class__ }}</p>"
"""Pages of a theme with most of the language, and with mistakes."""

RENDERS = f"""
sys.path.append({str(ROOT)!r})
from chalicelib import zones
from chalicelib.rendering.environment import Renderer
from tests import samples
renderer = Renderer(Path("nowhere"), Path({{task!r}}, "compiled_templates"))
for page, site in samples.PAGES.values():
    said = renderer.page(page, site, zones.zone(site.time_zone or "Europe/Berlin"), samples.NOW)
    print(sha256(said.encode()).hexdigest())
for mail in samples.MAILS.values():
    print(sha256(repr(renderer.mail(mail)).encode()).hexdigest())
assert set(sys.modules).isdisjoint(["jinja2.compiler", "jinja2.lexer", "jinja2.nodes", "jinja2.parser"])
"""

THEMES = f"""
sys.path.append({str(ROOT)!r})
from tests.themes import offers
from chalicelib.speech import ENGLISH
from chalicelib.themes.sandbox import Sandbox
print(*offers.problems({WRONG!r}), sep="\\n")
files = offers.theme({RIGHT!r}, part={PART!r})
assert not offers.check(files, {{offers.ENTRY: offers.NAMES}})
print(Sandbox().page(files, offers.ENTRY).render(offers.data(), ENGLISH, offers.TIMES))
print(sys.modules["jinja2"].__file__)
try:
    Sandbox().page({{"a.html": "{{{{"}}, "a.html")
except Exception as error:
    print(type(error).__name__, error.lineno)
"""

DESCRIBES = """
from hashlib import sha256
from chalicelib.web.api import openapi
print(sha256(openapi.text("/prod").encode()).hexdigest())
"""

TELLS = """
from chalicelib import telemetry
telemetry.belongs_to("test")
try:
    from chalicelib.web.api.models import CustomerIn
    CustomerIn.model_validate_json("{")
except ValueError as error:
    telemetry.fault(error, route="/customers")
"""

BEGINS = f"""
import app
app.house()
print(*sorted(set(sys.modules) & {RARE!r}))
"""


def run(python: Path, task: Path, script: str, environment: Mapping[str, str] | None = None) -> str:
    """Run a script with the package and nothing else beside Lambda's runtime; return what it printed."""
    done = subprocess.run(
        [python, "-c", f"import sys; sys.path.insert(0, {str(task)!r})\n{script}"],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONDONTWRITEBYTECODE": "1", **(environment or {})},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_is_a_sqlite_that_searches(python: Path, task: Path) -> None:
    """With FTS5, also where the runtime's own is from 2013: Python 3.11 runs on Amazon Linux 2."""
    brought = (task / "pysqlite3").is_dir()
    assert run(python, task, SEARCHES).strip() == ("pysqlite3" if brought else "sqlite3")


def test_tokens_are_verified_and_secrets_sealed(python: Path, task: Path) -> None:
    """Of a library of every algorithm there is, those that are used are there, with all they import."""
    assert run(python, task, VERIFIES).strip() == "verified"


def test_phone_numbers_are_judged_in_every_country(python: Path, task: Path) -> None:
    """Without the data of short numbers, which name nobody, and with the names of countries."""
    numbers = ("030 123456", "112", "+46 70 555 01 41")
    said = [in_country(one, country) for country in sorted(countries()) for one in numbers]
    expected = f"{len(countries())} {sha256(repr(said).encode()).hexdigest()}"
    assert run(python, task, f"from hashlib import sha256\n{CALLS}").strip() == expected
    assert not list((task / "phonenumbers" / "shortdata").glob("region_*"))


def test_articles_are_rendered(python: Path, task: Path) -> None:
    html = run(python, task, WRITES)
    assert "<table>" in html
    assert "<script" not in html


def test_every_language_is_there(python: Path, task: Path) -> None:
    languages, different = run(python, task, SPEAKS).splitlines()
    assert len(languages.split()) == int(different)


def test_every_page_and_mail_is_rendered_without_what_compiles_templates(python: Path, task: Path) -> None:
    """They are compiled when the package is made; what comes of them is the same."""
    renderer = Renderer(ROOT / "templates")
    pages = (
        renderer.page(page, site, zones.zone(site.time_zone or "Europe/Berlin"), samples.NOW)
        for page, site in samples.PAGES.values()
    )
    mails = (repr(renderer.mail(mail)) for mail in samples.MAILS.values())
    expected = [sha256(said.encode()).hexdigest() for said in (*pages, *mails)]
    script = f"from hashlib import sha256\nfrom pathlib import Path\n{RENDERS.format(task=str(task))}"
    assert run(python, task, script).split() == expected


def test_themes_are_checked_and_rendered(python: Path, task: Path) -> None:
    """What Jinja2 compiles templates with waits until it is asked for, and then does all that it does elsewhere."""
    files = offers.theme(RIGHT, part=PART)
    made = Sandbox().page(files, offers.ENTRY).render(offers.data(), ENGLISH, offers.TIMES)
    expected = [
        *map(str, offers.problems(WRONG)),
        str(made),
        str(task / "jinja2" / "__init__.pyc"),
        "TemplateSyntaxError 1",
    ]
    assert run(python, task, THEMES).splitlines() == expected


def test_a_start_imports_nothing_that_few_requests_need(python: Path, task: Path, ministack_stage: Stage) -> None:
    """A cold start is mostly imports."""
    assert run(python, task, BEGINS, ministack_stage.environment).split() == []


def test_the_api_is_described_in_full(python: Path, task: Path) -> None:
    """What the package has no docstrings of is not in the description."""
    assert run(python, task, DESCRIBES).split() == [sha256(openapi.text("/prod").encode()).hexdigest()]


def test_a_fault_is_told_with_file_and_line(python: Path, task: Path) -> None:
    """There is no source on Lambda, and none is needed to find the place in it."""
    log, metric = (json.loads(line) for line in run(python, task, TELLS).splitlines())
    assert (log["message"], log["fault"], log["route"]) == ("fault", "ValidationError", "/customers")
    assert re.fullmatch(r"main\.py:\d+ model_validate_json", log["frames"][-1])
    assert metric["Fault"] == [1.0]
