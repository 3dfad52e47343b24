"""Brings the table of a deployment to the newest form, tells what it would do, or prepares the way back.

``make deploy``, ``make migrate`` and ``make run`` use it; docs/how-to/upgrade.md is for operators.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from chalicelib.schema.model import WANTED
from chalicelib.schema.service import IndexNotReady
from infra.aws import CannotDeploy

if TYPE_CHECKING:
    from chalicelib.schema.model import Walk
    from chalicelib.wiring import House
    from infra.stack import Say

PATIENCE = 600.0
"""Seconds that a deployment waits for a change of form; what is left then, the sweep does."""
_SAY_EVERY = 2.0


def migrate(house: House, say: Say, *, anew: bool = False, patience: float | None = None) -> bool:
    """Bring the table to the newest form, and tell whether that is done.

    With ``anew`` the walk begins from the start: an older version wrote since. ``patience`` is in seconds, None for as
    long as it takes.
    """
    migration = house.schema.migration
    try:
        form = migration.begin_anew() if anew else migration.begin()
        ends = None if patience is None else time.monotonic() + patience
        while form.walk:
            form = migration.go_on(form, _SAY_EVERY)
            if form.walk is None:
                break
            say(f"  {_progress(form.walk)}")
            if ends is not None and time.monotonic() >= ends:
                say("  the sweep goes on with it each minute; “make migrate” shows how far it is, and is quicker")
                return False
    except IndexNotReady as reason:
        raise CannotDeploy(f"{reason} Run “make deploy” first, which adds it, or wait until it is filled.") from reason
    say(f"  the table has form {form.number}")
    return form.current


def rehearse(house: House, say: Say) -> int:
    """Walk through the table and write nothing; say and return how many conversations and customers would change."""
    form, walk = house.schema.store.get(consistent=True), None
    last = 0.0
    for walk in house.schema.migration.rehearse():
        if time.monotonic() - last >= _SAY_EVERY:
            last = time.monotonic()
            say(f"  {_progress(walk)}")
    written = walk.written if walk else 0
    looked = walk.looked if walk else 0
    say(f"The table has form {form.number} of {WANTED}. Of {looked} items, {written} would be changed.")
    return written


# What a function took a moment ago is its own for a minute: five tries within that would give a fact up.
def back(house: House, say: Say, *, patience: float = 150.0, pause: float = 15.0) -> None:
    """Prepare the way back to the version before: what follows from facts is done, and the form is the first again."""
    form = house.schema.migration.back()
    say(f"The lists are read from where the version before writes them (form {form.number}).")
    ends = time.monotonic() + patience
    while left := house.facts.telling.tell_all():
        if time.monotonic() >= ends:
            raise CannotDeploy(
                f"{left} conversations still have something to tell, such as a reply that is to leave as mail. "
                "See what the log of follow_up says, and run this again: the version before does not do it."
            )
        say(f"  {left} conversations have something to tell; trying again")
        time.sleep(pause)
    if parked := house.facts.telling.set_aside():
        raise CannotDeploy(
            f"{parked} facts were set aside, which may be replies that never became mail. See what the log of "
            "follow_up says, mend it, then “make redrive” and this again."
        )
    say("Every reply's mail has left, or is in the outbox, where the version before finds it.")


def _progress(walk: Walk) -> str:
    return f"{walk.share:.0%}: {walk.looked} items looked at, {walk.written} changed"
