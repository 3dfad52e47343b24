"""What can be rendered: a page and a mail, each a dataclass that names its templates."""

from __future__ import annotations

from typing import ClassVar

from chalicelib.records import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """A page; ``template`` is its file under ``templates/``."""

    template: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail; ``name`` is its folder under ``templates/email/``.

    A mail to customers has the ``language`` it is written in, and one that names moments the reader's ``time_zone``.
    """

    name: ClassVar[str]
