"""The page about alarms and the alarms of the template belong together."""

from __future__ import annotations

import re

from local.template import Template
from tests.deploy.operator import ROOT

PAGE = ROOT / "docs" / "how-to" / "read-the-alarms.md"


def alarms() -> dict[str, str]:
    """Return the description of each alarm by the end of its name."""
    given = {"Stage": "prod", "PublicOrigin": "https://support.example.com"}
    made = Template(given, account="111122223333", region="eu-central-1").resources().values()
    found = [properties for kind, properties in made if kind == "AWS::CloudWatch::Alarm"]
    return {one["AlarmName"].removeprefix("foyer-prod-"): one["AlarmDescription"] for one in found}


def sections() -> dict[str, str]:
    """Return the page's sections by their headings."""
    _, *parts = re.split(r"^## (.*)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_every_alarm_has_its_section() -> None:
    """Whoever is woken by an alarm finds a section of that name, in the order of the template, and none too many."""
    assert list(sections()) == list(alarms())


def test_the_page_says_more_than_the_alarm() -> None:
    """A section has more to say than the alarm itself."""
    said = sections()
    assert [name for name, text in alarms().items() if len(said[name]) <= len(text) * 0.9] == []


def test_what_a_section_names_is_an_alarm() -> None:
    """An alarm that another section points to exists."""
    named = set(re.findall(r"\*\*([a-z-]+)\*\*", PAGE.read_text(encoding="utf-8")))
    assert named <= set(alarms())
