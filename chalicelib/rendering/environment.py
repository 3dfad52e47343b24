"""Turns typed pages and mails into text: one Jinja2 environment, made once.

A page that customers see is Midtown's, or another theme's: the theme is given plain data, and a document goes around
what it makes of them.
"""

from __future__ import annotations

import json
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from jinja2 import BaseLoader, Environment, FileSystemLoader, ModuleLoader, StrictUndefined

from chalicelib import zones
from chalicelib.once import Once
from chalicelib.records import dataclass
from chalicelib.rendering.escaping import markup, safe_text, written
from chalicelib.rendering.filters import FILTERS, LONG_AGO, Times
from chalicelib.rendering.model import Frame, Midtown, Page, ThemedPage
from chalicelib.speech import ENGLISH, Speech, speech
from chalicelib.urls import all_below

if TYPE_CHECKING:
    from jinja2 import nodes
    from markupsafe import Markup

    from chalicelib.rendering.model import Look, Mail

MIDTOWN = "themes/midtown/"
"""Where the files of Midtown are, among the templates."""
PARTS_ALONE = frozenset({"parts/thread.html"})
"""Parts that are rendered by themselves, too."""
_LAYOUTS = frozenset({"layout.html", "help.html"})
_TITLE_ENDS = "</title>"


class _Environment(Environment):
    """Compiles pages of Midtown as what they are linked to, for plain data; everything else as it is."""

    safe_text = staticmethod(safe_text)
    written = staticmethod(written)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        if not name or not name.startswith(MIDTOWN):
            return super()._parse(source, name, filename)
        from chalicelib.rendering.linking import link

        loader = cast("BaseLoader", self.loader)
        files = {
            one.removeprefix(MIDTOWN): loader.get_source(self, one)[0]
            for one in self.list_templates(["html"])
            if one.startswith(MIDTOWN)
        }
        return link(files, name.removeprefix(MIDTOWN), self)


def _is_rendered(name: str) -> bool:
    """Tell whether a file is rendered by itself, in contrast to what the pages of Midtown are linked from."""
    if not name.startswith("themes/"):
        return True
    name = name.removeprefix(MIDTOWN)
    return name in PARTS_ALONE or (name not in _LAYOUTS and "/" not in name and name.endswith(".html"))


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
    if not isinstance(loader, ModuleLoader):  # which has compiled ones; on Lambda, what compiles is not even imported
        from chalicelib.rendering.compiler import compiler

        made.code_generator_class = compiler(MIDTOWN)  # type: ignore[assignment]  # chooses a class when it is called
    return made


def _default(setting: dict[str, Any]) -> object:
    """Return the default of a setting of Midtown as templates get it; ``themes/values.py`` has all kinds."""
    default = setting["default"]
    return f"{default:g}{setting.get('unit', '')}" if setting["type"] == "size" else default


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
        self._manifest = (compiled or templates / MIDTOWN) / "manifest.json"

    def page(
        self,
        page: Page,
        site: object,
        zone: tzinfo,
        now: datetime,
        says: Speech = ENGLISH,
        look: Look | None = None,
    ) -> str:
        """Return the HTML of ``page`` for a reader in ``zone`` at ``now``, in their language and the portal's theme."""
        times = Times(zone, now, says)
        values: dict[str, Any] = {
            "page": page,
            "site": site,
            "times": times,
            "_": says.page_text,
            "ngettext": says.page_plural,
        }
        if isinstance(page, ThemedPage):
            look = (look or self.midtown).of(page.entry)

            def slot(name: str, **given: object) -> Markup:
                return markup(self.environment.get_template(f"slots/{name}.html").render(values, **given))

            frame = Frame(site, look, times, says, slot)
            names = page.offered(frame)
            title, body = look.written(page.entry, names, times, says) or self._midtown(page.entry, names, values)
            body = all_below(frame.site.urls.prefix, body)  # theme makers write addresses that begin at “/”
            if page.part:
                return body
            values |= {"title": markup(title), "body": markup(body), "look": look}
        return self.environment.get_template(page.template).render(values)

    def _midtown(self, entry: str, names: dict[str, Any], values: dict[str, Any]) -> tuple[str, str]:
        names = {**names, "times": values["times"], "_": values["_"], "ngettext": values["ngettext"]}
        title, _, body = self.environment.get_template(MIDTOWN + entry).render(names).partition(_TITLE_ENDS)
        return title, body

    @Once
    def midtown(self) -> Midtown:
        """Midtown with its settings as they come."""
        manifest = json.loads(self._manifest.read_text(encoding="utf-8"))
        return Midtown({one["key"]: _default(one) for group in manifest["groups"] for one in group["settings"]})

    def mail(self, mail: Mail) -> Written:
        """Return the three parts of ``mail``, in its language."""
        says = speech(getattr(mail, "language", "en"))
        times = Times(zones.zone(getattr(mail, "time_zone", "UTC")), LONG_AGO, says)

        def part(name: str) -> str:
            html = name.endswith(".html")
            one, some = (says.page_text, says.page_plural) if html else (says.text, says.plural)
            template = self.environment.get_template(f"email/{mail.name}/{name}")
            return template.render(mail=mail, times=times, direction=says.direction, _=one, ngettext=some)

        subject, text, html = part("subject.txt"), part("body.txt"), part("body.html")
        return Written(" ".join(subject.split()), text.strip() + "\n", html)

    def compile(self, target: Path) -> None:
        """Write every template as a Python module into ``target``, for a start without parsing."""
        self.environment.compile_templates(target, filter_func=_is_rendered, zip=None, ignore_errors=False)
        (target / self._manifest.name).write_bytes(self._manifest.read_bytes())
