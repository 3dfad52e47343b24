"""Turns typed pages and mails into text: one Jinja2 environment, made once."""

from __future__ import annotations

from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from jinja2 import BaseLoader, Environment, FileSystemLoader, ModuleLoader, StrictUndefined

from chalicelib.records import dataclass
from chalicelib.rendering.escaping import safe_text, written
from chalicelib.rendering.filters import FILTERS, LONG_AGO, Times
from chalicelib.rendering.model import Page
from chalicelib.speech import ENGLISH, Speech, speech

if TYPE_CHECKING:
    from chalicelib.rendering.model import Mail


class _Environment(Environment):
    safe_text = staticmethod(safe_text)
    written = staticmethod(written)


def environment(loader: BaseLoader) -> Environment:
    """Return the environment of all templates; ``.txt`` is plain text, everything else is escaped."""
    made = _Environment(
        loader=loader,
        autoescape=lambda name: name is None or not name.endswith(".txt"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.filters.update(FILTERS)
    if not isinstance(loader, ModuleLoader):  # those are compiled, and Lambda has nothing that compiles
        from chalicelib.rendering.compiler import Compiler

        made.code_generator_class = Compiler
    return made


@dataclass(frozen=True, slots=True)
class Written:
    """A rendered mail: ``subject`` is one line, ``text`` and ``html`` say the same."""

    subject: str
    text: str
    html: str


class Renderer:
    """Renders pages and mails. Building one reads nothing; a template is read when it is first used."""

    def __init__(self, templates: Path, compiled: Path | None = None) -> None:
        """Take the folder of templates, or the folder that :meth:`compile` wrote, which needs no parsing."""
        self.environment = environment(ModuleLoader(compiled) if compiled else FileSystemLoader(templates))

    def page(self, page: Page, site: object, zone: tzinfo, now: datetime, says: Speech = ENGLISH) -> str:
        """Return the HTML of ``page`` for a reader in ``zone`` at ``now``, in their language."""
        template = self.environment.get_template(page.template)
        times = Times(zone, now, says)
        return template.render(page=page, site=site, times=times, _=says.page_text, ngettext=says.page_plural)

    def mail(self, mail: Mail) -> Written:
        """Return the three parts of ``mail``, in its language."""
        says = speech(getattr(mail, "language", "en"))
        times = Times(ZoneInfo(getattr(mail, "time_zone", "UTC")), LONG_AGO, says)

        def part(name: str) -> str:
            html = name.endswith(".html")
            one, some = (says.page_text, says.page_plural) if html else (says.text, says.plural)
            template = self.environment.get_template(f"email/{mail.name}/{name}")
            return template.render(mail=mail, times=times, direction=says.direction, _=one, ngettext=some)

        subject, text, html = part("subject.txt"), part("body.txt"), part("body.html")
        return Written(" ".join(subject.split()), text.strip() + "\n", html)

    def compile(self, target: Path) -> None:
        """Write every template as a Python module into ``target``, for a start without parsing."""
        self.environment.compile_templates(target, zip=None, ignore_errors=False)
