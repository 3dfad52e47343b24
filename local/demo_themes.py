"""The theme of the demo: made from an old version of Midtown, so that an upgrade with a conflict can be tried out.

Customers see plain Midtown until somebody publishes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.audit.model import Author
from chalicelib.records import replace
from chalicelib.themes.model import Content

if TYPE_CHECKING:
    from chalicelib.staff.model import Member
    from chalicelib.wiring import House

LABEL = "Workshop 2026"
BASE = "1.0.19"
HEADER, HOME = "parts/header.html", "home.html"
_LOGIN = """\
{% if site.area != 'internal' and site.portal_on and not site.viewer %}
<nav aria-label="{{ _('Main') }}">
<a href="{{ urls.login }}">{{ _('Log in') }}</a>
</nav>
{% endif %}
"""
_SHOP = """\
{% if site.area != 'internal' %}
<nav aria-label="{{ _('Main') }}">
<a href="https://shop.alder-finch.example/">Shop</a>
{% if site.portal_on and not site.viewer %}
<a href="{{ urls.login }}">{{ _('Log in') }}</a>
{% endif %}
</nav>
{% endif %}
"""
_STUCK = "{% with contact_url = urls.contact %}\n"
_WORKSHOP = """\
<section class="card" aria-labelledby="workshop-title">
<h2 id="workshop-title">Visit our workshop</h2>
<p>See how a lamp is made, every first Saturday of the month. No booking needed.</p>
</section>
"""


def seed(house: House, member: Member) -> None:
    """Write the theme, as a content manager would have made it while 1.0.19 was the newest."""
    themes, author = house.themes, Author(member.id, member.name, "192.0.2.41")
    midtown = themes.bases.files(BASE)
    first = Content(BASE, values={"accent": "#20644f", "rounded": True, "background": "#f7f6f2"})
    theme = themes.create(author, LABEL, first)
    home = replace(first, files={HOME: midtown[HOME].replace(_STUCK, _WORKSHOP + _STUCK)})
    themes.save(author, theme.id, home, seen=1, note="The workshop on the home page")
    both = replace(home, files={**home.files, HEADER: midtown[HEADER].replace(_LOGIN, _SHOP)})
    themes.save(author, theme.id, both, seen=2, note="A link to the shop")
