"""Customers through the API: found by any of their identities, made where nobody has one, never joined on nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.wiring import House
from tests.program import Program, refusal


def test_a_customer_nobody_knows_is_new(program: Program) -> None:
    response = program.call("POST", "/customers", {"name": "Noor Haddad", "email": " Noor@Example.com "})
    assert response.status == 201
    made = response.json()
    assert (made["name"], made["email"], made["external_id"]) == ("Noor Haddad", "noor@example.com", None)
    assert (made["open_count"], made["done_count"]) == (0, 0)
    assert program.get(f"/customers/{made['id']}") == made


def test_any_identity_finds_the_customer_and_adds_the_others(program: Program, house: House) -> None:
    made = program.customer(external_id="c-1")
    again = program.call("POST", "/customers", {"external_id": "c-1", "email": "noor@example.com", "phone": "+49 30 1"})
    assert again.status == 200
    assert again.json() == {**made, "email": "noor@example.com", "handles": {"phone": "+49301"}}
    assert program.post("/customers", phone="+49301", name="Noor H.")["id"] == made["id"]
    assert house.customers.store.owner("email", "noor@example.com") == made["id"]


def test_a_number_finds_its_customer_however_a_program_writes_it(program: Program, house: House) -> None:
    """With the organization's country it has one form, which the answer has too; an extension is somebody else's."""
    house.portal.settings.change(country="DE")
    made = program.customer(phone="030 / 1234567")
    assert made["handles"] == {"phone": "+49301234567"}
    for written in ("+49 (0)30 1234567", "0049 30 1234567", "tel:+49-30-1234567", "\u202d٠٣٠١٢٣٤٥٦٧\u202c"):
        again = program.call("POST", "/customers", {"phone": written})
        assert (again.status, again.json()) == (200, made)
    assert program.customer(phone="030 1234567 App. 8")["id"] != made["id"]
    assert program.customer(whatsapp="49301234567")["handles"] == {"whatsapp": "+49301234567"}


def test_a_changed_identity_takes_the_place_of_the_old_one(program: Program, house: House) -> None:
    """Whoever gets the old address later is somebody else."""
    made = program.customer(external_id="c-1", email="old@example.com")
    assert program.customer(external_id="c-1", email="new@example.com")["email"] == "new@example.com"
    assert house.customers.store.owner("email", "old@example.com") is None
    assert program.customer(email="old@example.com")["id"] != made["id"]


def test_handles_that_were_given_at_registration_are_kept(program: Program, house: House) -> None:
    customer = house.customers.profiles.register("Ada", {"whatsapp": "+49 170 1"})
    found = program.post("/customers", whatsapp="+491701", external_id="c-9")
    assert found["id"] == customer.id
    assert found["handles"] == {"whatsapp": "+491701"}


def test_identities_of_two_customers_are_not_joined(program: Program) -> None:
    program.customer(external_id="c-1")
    program.customer(email="ada@example.com")
    response = program.call("POST", "/customers", {"external_id": "c-1", "email": "ada@example.com"})
    assert refusal(response) == (409, "identity_taken")


@pytest.mark.parametrize("content", [{}, {"email": None}, {"external_id": None, "email": None}])
def test_nobody_is_found_or_made_by_no_identity(program: Program, content: dict[str, None]) -> None:
    assert refusal(program.call("POST", "/customers", {"name": "Nobody", **content})) == (422, "invalid")


def test_a_new_customer_needs_a_name(program: Program) -> None:
    response = program.call("POST", "/customers", {"external_id": "c-1"})
    assert refusal(response) == (422, "invalid")
    assert response.json()["error"]["field"] == "name"


def test_the_same_customer_from_two_sides_at_once_is_one(program: Program) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: program.customer(external_id="c-1", email="ada@example.com"), range(6)))
    assert len({one["id"] for one in answers}) == 1


def test_an_unknown_customer_is_not_found(program: Program) -> None:
    for one in ("0" * 26, "nobody"):
        assert refusal(program.call("GET", f"/customers/{one}")) == (404, "not_found")
