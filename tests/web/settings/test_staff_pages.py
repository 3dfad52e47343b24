"""Settings, Team: an admin invites, renames, gives roles, deactivates; what cannot be comes back as it was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from chalicelib.refusals import LastAdmin
from chalicelib.staff.model import PERMISSIONS, ROLES
from chalicelib.wiring import House
from tests.browser import Browser
from tests.people import People

if TYPE_CHECKING:
    from tests.conftest import MailRoom


@pytest.fixture
def lead(browse: Callable[..., Browser], people: People) -> Browser:
    return browse(people.lead)


def test_who_is_invited_gets_a_mail_and_signs_in_with_a_code(
    lead: Browser, browse: Callable[..., Browser], mail_room: MailRoom
) -> None:
    lead.get("/settings/staff")
    page = lead.submit("Send the invitation", name="Lin Wu", email="Lin.Wu@Example.com", role="content_manager")
    assert (page.heading, page.notice) == ("Lin Wu", "The invitation is on its way by e-mail.")
    (mail,) = mail_room.deliver()
    assert mail["To"] == "lin.wu@example.com"
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "Ruth Adeyemi has invited you" in text
    assert "/staff/login" in [one.rpartition(":8000")[2] for one in text.split()]
    lin = browse()
    lin.sign_in_by_mail("lin.wu@example.com", mail_room.code, staff=True)
    assert lin.get("/settings/snippets").heading == "Snippets"
    assert lin.get("/settings/staff").status == 403


def test_a_refused_invitation_keeps_what_was_typed(lead: Browser, people: People) -> None:
    for email, sentence in (
        (people.agent.email, "A staff member with that address exists already."),
        ("lin.wu", "Enter an e-mail address like name@example.com."),
    ):
        lead.get("/settings/staff")
        page = lead.submit("Send the invitation", name="Lin Wu", email=email, role="admin")
        assert page.status in {409, 422}
        assert page.faults == [sentence]
        assert page.one("input[name=email]")["value"] == email
        assert page.one("input[name=name]")["value"] == "Lin Wu"
        assert page.one("select[name=role] option[selected]")["value"] == "admin"
        assert page.one("#invite-fault").text == sentence
    lead.house.staff.store.deactivate(people.agent.id)
    lead.get("/settings/staff")
    page = lead.submit("Send the invitation", name="Lin Wu", email=people.agent.email)
    assert page.faults == ["Somebody deactivated has that address. Open them in the list and reactivate them."]
    page = lead.submit("Send the invitation", name=" ", email="lin@example.com")
    assert page.faults == ["Enter a name of at most 80 characters."]
    page = lead.post("/settings/staff", {"csrf": lead.csrf, "name": "Lin", "email": "lin@example.com", "role": "root"})
    assert page.status == 422


def test_one_of_many_is_found_by_name_address_and_role(lead: Browser, people: People) -> None:
    """Where there are more than a few; those deactivated are a part of their own, whatever their role was."""
    assert not lead.get("/settings/staff").all("#staff-q")
    for number in range(10):
        role = "collaborator" if number % 2 else "agent"
        lead.house.staff.store.invite(f"Özlem {number}", f"person-{number}@example.com", role, people.clock())
    lead.house.staff.store.deactivate(next(one.id for one in lead.house.staff.store.all() if one.name == "Özlem 3"))

    def found(address: str) -> list[str]:
        return [one.text for one in lead.get(f"/settings/staff{address}").all(".people h2 a")]

    assert "Özlem 4" in found("")
    assert found("?q=ÖZLEM+4") == ["Özlem 4"]
    assert found("?q=ozlem+4") == ["Özlem 4"]
    assert found("?q=person-5%40") == ["Özlem 5"]
    assert found("?q=özlem&role=collaborator") == [f"Özlem {number}" for number in (1, 5, 7, 9)]
    assert found("?role=out") == ["Özlem 3"]
    assert lead.page.one("#staff-role option[selected]").text == "Deactivated"
    assert found("?q=nobody+like+this") == []
    assert "Nobody found" in lead.page.text
    assert len(found("?role=root")) > 10


def test_a_role_counts_from_the_next_click_on(lead: Browser, browse: Callable[..., Browser], people: People) -> None:
    agent = browse(people.agent)
    assert agent.get("/settings/snippets").status == 403
    lead.get(f"/settings/staff/{people.agent.id}")
    assert lead.submit("Save", role="content_manager").notice == "Your changes were saved."
    assert agent.get("/settings/snippets").status == 200
    assert agent.get("/desk").status == 403


def test_who_is_deactivated_is_refused_with_the_next_click_and_gets_no_code(
    lead: Browser, browse: Callable[..., Browser], people: People, mail_room: MailRoom
) -> None:
    agent = browse(people.agent)
    assert agent.get("/desk").status == 200
    lead.get(f"/settings/staff/{people.agent.id}")
    page = lead.submit(f"Deactivate {people.agent.name}")
    assert page.notice == "They are signed out everywhere and cannot sign in any more."
    assert agent.get("/desk").path.startswith("/staff/login")
    assert agent.post("/settings/staff", {"csrf": "x"}).status == 401
    other = browse()
    other.get("/staff/login")
    other.submit("Send me a code", email=people.agent.email)
    assert mail_room.deliver() == []
    lead.get(f"/settings/staff/{people.agent.id}")
    assert lead.submit("Reactivate").notice == "They can sign in again."
    assert agent.get("/desk").path.startswith("/staff/login")
    other = browse()
    assert other.sign_in_by_mail(people.agent.email, mail_room.code, staff=True).status == 200


def test_a_code_asked_for_before_opens_nothing_after(
    lead: Browser, browse: Callable[..., Browser], people: People, mail_room: MailRoom
) -> None:
    agent = browse()
    agent.get("/staff/login")
    agent.submit("Send me a code", email=people.agent.email)
    code = mail_room.code()
    lead.house.staff.store.deactivate(people.agent.id)
    agent.submit("Sign in", code=code)
    assert agent.get("/desk").path.startswith("/staff/login")
    lead.house.staff.team.reactivate(people.lead, _author(people), people.agent.id)
    assert agent.get("/desk").path.startswith("/staff/login")


def _author(people: People):  # noqa: ANN202 - an Author
    from chalicelib.audit.model import Author

    return Author(people.lead.id, people.lead.name)


def test_the_last_admin_reads_why_and_keeps_what_was_typed(lead: Browser, people: People) -> None:
    path = f"/settings/staff/{people.lead.id}"
    lead.get(path)
    page = lead.submit("Save", role="agent", name="Ruth A.")
    assert (page.status, page.faults) == (409, [LastAdmin.sentence])
    assert page.one("input[name=name]")["value"] == "Ruth A."
    assert page.one("select[name=role] option[selected]")["value"] == "agent"
    lead.get(path)
    assert lead.submit("Deactivate yourself").faults == [LastAdmin.sentence]
    assert lead.get(path).heading == people.lead.name


def test_an_admin_can_leave_when_there_is_another(lead: Browser, people: People, house: House) -> None:
    house.staff.store.invite("Uma", "uma@example.com", "admin", people.clock())
    lead.get(f"/settings/staff/{people.lead.id}")
    page = lead.submit("Deactivate yourself")
    assert (page.path, page.notice) == ("/staff/login", "You are signed out everywhere and cannot sign in any more.")


def test_two_who_change_a_member_at_once_choose_and_no_role_comes_back_by_itself(lead: Browser, people: People) -> None:
    """One changes the name, another has taken the role away meanwhile: the role stays away unless it is chosen."""
    path = f"/settings/staff/{people.agent.id}"
    lead.get(path)
    lead.house.staff.store.change(people.agent.id, name="Mina P.", role="collaborator")
    page = lead.submit("Save", name="Mina Q.")
    assert (page.status, page.heading) == (409, "Somebody else saved first")
    assert "Collaborator" in page.text
    chosen = [(one["name"], one["value"]) for one in page.all("[type=radio]") if "checked" in one.attrs]
    assert chosen == [("name", "Mina Q."), ("role", "collaborator")]
    page = lead.submit("Save this choice", name="Mina Q.", role="collaborator")
    assert (page.path, page.notice) == (path, "Your changes were saved.")
    found = lead.house.staff.store.get(people.agent.id, consistent=True)
    assert found is not None
    assert (found.name, found.role) == ("Mina Q.", "collaborator")


def test_a_change_of_something_else_is_not_asked_about(lead: Browser, people: People) -> None:
    """The same name saved by somebody else, or a coming and going, leaves nothing to choose."""
    path = f"/settings/staff/{people.agent.id}"
    lead.get(path)
    lead.house.staff.store.deactivate(people.agent.id)
    lead.house.staff.store.reactivate(people.agent.id)
    assert lead.submit("Save", name="Mina Q.").notice == "Your changes were saved."
    page = lead.post(path, {"csrf": lead.csrf, "action": "save", "name": "Mina R.", "role": "agent"})
    assert page.status == 409  # a form that does not say what it saw is asked about, not believed


def test_nobody_is_found_who_is_not_there(lead: Browser, people: People) -> None:
    absent = f"/settings/staff/{people.owner.id}"
    assert lead.get(absent).status == 404
    assert lead.post(absent, {"csrf": lead.csrf, "action": "deactivate"}).status == 404
    lead.get("/settings/staff")
    page = lead.post(f"/settings/staff/{people.agent.id}", {"csrf": lead.csrf, "action": "promote"})
    assert page.status == 422


@pytest.mark.parametrize("role", sorted(ROLES))
def test_everybody_on_the_staff_reads_what_roles_are(browse: Callable[..., Browser], people: People, role: str) -> None:
    """The page says of each role what the table says that routes enforce."""
    member = {"admin": "lead"}.get(role, role)
    page = browse(getattr(people, member)).get("/settings/roles")
    assert page.status == 200
    rows = page.all("tbody tr")
    assert len(rows) == len(PERMISSIONS)
    shown: dict[str, set[str]] = {name: set() for name in ROLES}
    for row in rows:
        permission = row.one("code").text
        for name, cell in zip(ROLES, row.all("td"), strict=True):
            if cell.text == "yes":
                shown[name].add(permission)
    assert shown == ROLES


def test_every_permission_of_a_role_is_explained() -> None:
    assert set().union(*ROLES.values()) == PERMISSIONS.keys()
