"""Attack 37: pictures and documents of 3 MB that are made to keep our own check busy."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.attachments.model import EXTENSIONS
from tests.attachments.crafted import CRAFTED
from tests.browser import Browser
from tests.emulators import Stage
from tests.people import People
from tests.security.watching import stored


def test_each_is_refused_by_name_and_stored_nowhere(
    browse: Callable[..., Browser], people: People, ministack_stage: Stage
) -> None:
    """The customer reads why, and what to do; how much is walked through is counted in tests/attachments/."""
    owner, wrong = browse(people.owner), []
    conversation = people.starts(people.owner)
    for what, (kind, build) in CRAFTED.items():
        owner.get(f"/conversations/{conversation.id}")
        upload = owner.upload(f"crafted.{kind}", EXTENSIONS[kind], build())
        page = owner.submit("Send", body="My words", attachment=[upload])
        said = " ".join(page.faults)
        kept = page.one("textarea[name=body]").content.strip()
        if page.status != 422 or f"“crafted.{kind}” was not attached" not in said or kept != "My words":
            wrong.append(f"{what}: {page.status} {said}")
    assert not wrong
    assert not [one for one in stored(ministack_stage) if one.startswith("FOYER_ATTACHMENT_BUCKET")]
    assert people.head(conversation.id) == conversation
