"""The portal is off by default: no Log in link, and none of its pages exists for anybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import app
from chalicelib.portal.model import PortalSettings
from chalicelib.web import help_center
from chalicelib.wiring import House
from tests.browser import Browser, normal
from tests.people import People

STANDING = {
    "/healthz",
    "/static/{name}",
    "/brand/colours.css",
    "/brand/logo.svg",
    "/language",
    "/articles/images/{image_id}",
    *(route.path for route in help_center.ROUTES),
}
"""What is there whether or not the portal is on: the help centre, how it looks, and a sign of life."""


@pytest.fixture
def off(house: House) -> House:
    """A house whose portal is off."""
    house.portal.settings.change(enabled=False)
    return house


def portal_routes() -> list[tuple[str, str]]:
    """Return method and address of every route of the portal, as Chalice has them."""
    return sorted(
        (method, path)
        for path, methods in app.app.routes.items()
        for method in methods
        if path not in STANDING and not path.startswith(("/desk", "/staff", "/settings", "/api"))
    )


def test_a_new_organization_begins_with_the_portal_off() -> None:
    assert not PortalSettings().enabled


def test_every_page_of_the_portal_is_a_404(off: House, people: People, browse: Callable[..., Browser]) -> None:
    """For strangers and for customers with a session alike, whatever the method, and with one and the same page."""
    stranger, customer = browse(), browse(people.owner)
    head = people.starts(people.owner)
    pages = set()
    routes = portal_routes()
    assert len(routes) > 20
    for method, path in routes:
        address = path.replace("{conversation_id}", head.id).replace("{attachment_id}", head.id)
        address = address.replace("{token}", "A" * 32)
        for browser in (stranger, customer):
            if method == "HEAD":
                assert browser.head(address).status == 404, path
                continue
            page = browser.get(address) if method == "GET" else browser.post(address, {"body": ""})
            assert page.status == 404, (method, path)
            pages.add(normal(page.body))
    assert len(pages) == 1


def test_the_front_page_stands_and_has_no_log_in_link(
    off: House, people: People, browse: Callable[..., Browser]
) -> None:
    """Nor any other way into the portal, whoever looks."""
    for browser in (browse(), browse(people.owner)):
        page = browser.get("/")
        assert page.status == 200
        assert not {link for link in page.links if not link.startswith(("#", "/static"))} - {"/", "/contact"}
        assert "Log in" not in page.text
        assert people.owner.name not in page.text


def test_turning_it_on_takes_effect_at_once(off: House, people: People, browse: Callable[..., Browser]) -> None:
    customer, stranger = browse(people.owner), browse()
    assert customer.get("/conversations").status == 404
    off.portal.settings.change(enabled=True)
    assert customer.get("/conversations").status == 200
    page = stranger.get("/")
    assert page.link("Log in") == "/login"
    assert stranger.get("/login").status == 200
    off.portal.settings.change(enabled=False)
    assert customer.get("/conversations").status == 404


def test_the_desk_works_while_the_portal_is_off(off: House, people: People, browse: Callable[..., Browser]) -> None:
    agent = browse(people.agent)
    head = people.starts(people.owner)
    assert agent.get("/desk").status == 200
    agent.get(f"/desk/conversations/{head.id}")
    assert agent.submit("Send reply", body="Hello.").notice == "Your answer was sent."
    assert browse().get("/staff/login").heading == "Sign in to the desk"
