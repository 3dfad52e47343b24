"""Forms of the settings: what was sent and seen, and the page that shows two changes of the same thing side by side.

A form carries ``seen``, the values its fields had when the page was made. Where somebody else has saved since, only
what really differs is asked about, and nothing that was typed is lost.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.records import dataclass
from chalicelib.web.contexts import Fault
from chalicelib.web.errors import fault
from chalicelib.web.settings.contexts import Clash, Conflict, Side

if TYPE_CHECKING:
    from chalicelib.refusals import Refusal
    from chalicelib.web.http import Request, Response
    from chalicelib.web.visit import Visit

Texts = Mapping[str, str]
"""A form's fields by name; a list is joined by commas, a box that is ticked is ``on``."""


def seen_text(now: Texts) -> str:
    """Return the values of a form's fields as its hidden field ``seen`` carries them."""
    return json.dumps(now, ensure_ascii=False, separators=(",", ":"))


def seen(request: Request, now: Texts) -> dict[str, str]:
    """Return the values that the fields had when the form was made; empty where it does not say."""
    try:
        found: Any = json.loads(request.field("seen"))
    except (ValueError, RecursionError):
        found = {}
    told = found if isinstance(found, dict) else {}
    return {name: value for name in now if isinstance(value := told.get(name), str)}


def overtaken(request: Request, now: Texts, sent: Texts, version: int) -> bool:
    """Tell whether somebody else changed a field of this form since its page was made, to something else."""
    if request.field("version") == str(version):
        return False
    before = seen(request, now)
    return any(before.get(name) != value and sent.get(name) != value for name, value in now.items())


@dataclass(frozen=True, slots=True)
class Form:
    """A form as the page of two values knows it: what it changes, where it posts, its page, and its fields' titles.

    ``told`` says a field's text for people, by its name; ``carried`` are inputs that are sent along.
    """

    heading: str
    action: str
    here: str
    titles: Mapping[str, str]
    told: Callable[[str, str], str]
    carried: tuple[tuple[str, str], ...] = ()


def clash(visit: Visit, form: Form, *, now: Texts, sent: Texts, version: int) -> Response:
    """Answer 409 with both values of every field that differs. What only one of the two has touched is chosen."""
    before = seen(visit.request, now)
    conflicts = tuple(
        Conflict(
            name,
            form.titles[name],
            (
                Side(value, form.told(name, value), mine=False, chosen=sent[name] == before.get(name)),
                Side(sent[name], form.told(name, sent[name]), mine=True, chosen=sent[name] != before.get(name)),
            ),
        )
        for name, value in now.items()
        if sent[name] != value
    )
    same = ((name, value) for name, value in now.items() if sent[name] == value and value)
    page = Clash(
        heading=form.heading,
        action=form.action,
        conflicts=conflicts,
        carried=(*same, *form.carried),
        version=version,
        seen=seen_text(now),
        back_url=form.action,
    )
    return visit.page(page, area="settings", here=form.here, status=409)


def fault_list(refusals: Sequence[Refusal]) -> tuple[Fault, ...]:
    """Return refusals as a form shows them."""
    return tuple(fault(one) for one in refusals)
