"""The samples of the settings page make tokens that really sign somebody in, wherever their language is installed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.web.settings.sign_on_samples import samples
from chalicelib.wiring import House
from tests.people import Clock, People
from tests.signin.site import ISSUER, Site, opened

PERSON = {"id": "AF-10041", "email": "ada.lindqvist@example.com", "name": "Ada Lindqvist, née Öberg 山"}

RUN = {
    "python": (sys.executable, "sample.py", "\nprint(sign_on_token({person}))\n"),
    "node": ("node", "sample.cjs", "\nprocess.stdout.write(signOnToken({person}));\n"),
    "php": ("php", "sample.php", "\necho sign_on_token(json_decode('{person}', true));\n"),
    "ruby": ("ruby", "sample.rb", "\nprint sign_on_token(JSON.parse('{person}', symbolize_names: true))\n"),
}
"""How each is run: the program, the file, and what is put behind the sample to print a token."""


@pytest.fixture
def site(house: House, clock: Clock) -> Iterator[Site]:
    clock.set(datetime.now(UTC))  # the samples look at the real clock
    with opened(house, clock) as site:
        yield site


@pytest.mark.parametrize("language", RUN)
def test_a_sample_signs_in(language: str, site: Site, people: People, tmp_path: Path) -> None:
    """Copied from the page, with the shared secret put in, it names the customer and breaks no rule."""
    owner, (program, name, ending) = people.owner, RUN[language]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed here")
    site_values = {"key": site.key_id, "issuer": ISSUER, "audience": site.house.signin.sign_on.audience}
    (sample,) = [one for one in samples(**site_values, post_url="https://x.example") if one.key == language]
    code = sample.code.replace("THE SHARED SECRET", site.secret)
    (tmp_path / name).write_text(code + ending.replace("{person}", json.dumps(PERSON)), encoding="utf-8")
    run = subprocess.run([program, name], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    checked = site.house.signin.sign_on.checked(run.stdout.strip())
    assert checked.examined.broken == ()
    assert checked.customer is not None
    assert checked.customer.id == owner.id
    assert checked.examined.person.name == PERSON["name"]


def test_every_language_of_the_page_is_run() -> None:
    """No sample is shown that nobody ever ran; the last is the form that sends a token."""
    shown = [one.key for one in samples(key="k", issuer="i", audience="a", post_url="p")]
    assert shown == [*RUN, "form"]
