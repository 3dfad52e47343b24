"""The item that says which form the table has, and how far a change of it has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.aws import keys
from chalicelib.aws.table import Put, Refused, Table
from chalicelib.ids import new_secret
from chalicelib.records import replace
from chalicelib.schema.model import FIRST, LISTS, WANTED, Form, Walk

if TYPE_CHECKING:
    from chalicelib.aws.items import Item
    from chalicelib.aws.table import Later, Reads


class SchemaStore:
    """Reads and writes the form of the table's items."""

    def __init__(self, table: Table) -> None:
        """Take the table."""
        self.table = table

    def get(self, *, consistent: bool = False) -> Form:
        """Return the form; the sweep asks once a run."""
        return form_of(self.table.get(keys.schema(), consistent=consistent))

    def later(self, reads: Reads) -> Later[Form]:
        """Read the form together with other items."""
        return reads.want(keys.schema(), form_of)

    def lists_later(self, reads: Reads) -> Later[str]:
        """Read, together with other items, which index has the desk's lists."""
        return reads.want(keys.schema(), lambda item: lists_of(form_of(item)))

    def begin(self, number: int, items: int, country: str) -> Form:
        """Start a walk from form ``number`` to that of a country, whatever was under way.

        ``items`` is how many there are, about.
        """
        return self._put(Form(number, Walk(new_secret(), items=items, number=number, country=country)))

    def reset(self, number: int = FIRST) -> Form:
        """Say that the form is an older one, with nothing under way."""
        return self._put(Form(number))

    def finish(self) -> Form:
        """Say that the form is the newest (a table that is made new)."""
        return self._put(Form(WANTED))

    def save(self, before: Walk, after: Walk) -> bool:
        """Keep how far a walk has come; False where somebody else went on with it, or ended it."""
        return self._replace(before, Form(before.number, replace(after, run=before.run, step=before.step + 1)))

    def complete(self, walk: Walk) -> bool:
        """End a walk: the form is the newest. False where somebody else went on with it, or ended it."""
        return self._replace(walk, Form(WANTED, country=walk.country))

    def _put(self, form: Form) -> Form:
        self.table.write(Put(keys.schema(), item_of(form)))
        return form

    def _replace(self, before: Walk, form: Form) -> bool:
        when = [("run", "=", before.run), ("step", "=", before.step)]
        try:
            self.table.write(Put(keys.schema(), item_of(form), when=when))
        except Refused:
            return False
        return True


def lists_of(form: Form) -> str:
    """Return the index that has all of the desk's lists: the older one, until each conversation is in the newer."""
    return keys.BY_WORK if form.number >= LISTS else keys.BY_DUE


def item_of(form: Form) -> Item:
    """Return a form as it is stored."""
    if form.walk is None:
        return {"number": form.number, "country": form.country}
    walk = form.walk
    return {
        "number": form.number,
        "wanted": walk.wanted,
        "country": walk.country,
        "run": walk.run,
        "step": walk.step,
        "position": list(walk.position) if walk.position else None,
        "walked": walk.walked,
        "looked": walk.looked,
        "written": walk.written,
        "items": walk.items,
    }


def form_of(item: Item | None) -> Form:
    """Return a form as it was stored."""
    if item is None:
        return Form()
    country = item.get("country", "")
    if "run" not in item:
        return Form(item["number"], country=country)
    position = item["position"]
    walk = Walk(
        item["run"],
        item["step"],
        (position[0], position[1]) if position else None,
        item["walked"],
        item["looked"],
        item["written"],
        item["items"],
        item["number"],
        country,
        item.get("wanted", 0),  # what it was is not known
    )
    return Form(item["number"], walk)
