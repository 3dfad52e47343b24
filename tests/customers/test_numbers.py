"""Phone numbers of customers: found in an older form and the country's, brought to that, never joined unasked."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

import app
from chalicelib.audit.model import OPERATOR
from chalicelib.aws import keys
from chalicelib.aws.table import Table
from chalicelib.customers.model import Customer
from chalicelib.customers.numbers import Meeting
from chalicelib.refusals import IdentityTaken
from chalicelib.schema import service
from chalicelib.schema.model import WANTED, Form
from chalicelib.schema.service import Migration
from chalicelib.wiring import House
from infra import migrating
from local import workers

OLD = {
    # as it came before there was a country: kind, and value
    "Ada": ("phone", "030 123456"),
    "Ben": ("phone", "0049 40 123456"),
    "Cem": ("whatsapp", "4915112345678"),
    "Dia": ("phone", "٠٣٠ ٧٦٥٤٣٢١"),
    "Eva": ("phone", "tel:+49-89-123456;ext=12"),
    "Fay": ("phone", "ACME"),
    "Gil": ("phone", "123456"),
    "Hal": ("whatsapp", "+52 1 55 1234 5678"),
}
NEW = {
    "Ada": "+4930123456",
    "Ben": "+4940123456",
    "Cem": "+4915112345678",
    "Dia": "+49307654321",
    "Eva": "+4989123456;ext=12",
    "Fay": "ACME",
    "Gil": "123456",
    "Hal": "+5215512345678",
}


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a small table take many steps."""
    monkeypatch.setattr(service, "PAGE", 3)


def register(house: House, name: str, kind: str, value: str) -> Customer:
    return house.customers.profiles.register(name, {kind: value})


def settle(house: House, country: str) -> None:
    """Choose the organization's country without looking at what is stored."""
    house.portal.settings.change(country=country)


def walk(house: House) -> Form:
    form = house.schema.migration.begin()
    while form.walk:
        form = house.schema.migration.step()
    return form


def fresh(house: House, customer: Customer) -> Customer:
    found = house.customers.store.get(customer.id, consistent=True)
    assert found
    return found


def meetings(house: House) -> tuple[list[Meeting], str]:
    """Return where customers meet, and the place behind which there are more."""
    return house.merging.meetings_later(house.table.together())()


def claimed(house: House, kind: str, value: str) -> str | None:
    """Return the owner of exactly this form."""
    item = house.table.get(keys.claim(kind, value), consistent=True)
    return str(item["owner"]) if item else None


def test_a_stored_number_is_found_in_both_forms_before_it_is_brought(any_house: House) -> None:
    """Whatever way it comes: nothing is added to the customer, and nobody is made a second time."""
    house = any_house
    made = {name: register(house, name, *identity) for name, identity in OLD.items()}
    settle(house, "DE")
    for name, (kind, value) in OLD.items():
        assert house.customers.store.owner(kind, value) == made[name].id
        assert house.customers.profiles.upsert({kind: value}, "Somebody", keep_name=True) == (made[name], False)
        with pytest.raises(IdentityTaken):
            register(house, "Somebody", kind, value)
    assert house.customers.store.owners_of(OLD.values()) == {OLD[name]: one.id for name, one in made.items()}


def test_a_number_written_otherwise_finds_what_was_stored_before_the_country(any_house: House) -> None:
    """So that no second customer is made of one, in the minutes until the walk is done."""
    house = any_house
    stored = ("030 123456", "0049 40 123456", "4989123456", "+49 (0)69 123456", "+49 711 123456", "0041 44 1234567")
    made = {form: register(house, form, "phone", form) for form in stored}
    settle(house, "DE")
    for written, form in {
        "+49 30 123456": "030 123456",
        "0049 30/123456": "030 123456",
        "040 123456": "0049 40 123456",
        "089/123456": "4989123456",
        "069 123456": "+49 (0)69 123456",
        "0711-123456": "+49 711 123456",
        "+41 44 123 45 67": "0041 44 1234567",
    }.items():
        assert house.customers.store.owner("phone", written) == made[form].id
        found, new = house.customers.profiles.upsert({"phone": written}, "Second", keep_name=True)
        assert (found, new) == (made[form], False)
    assert house.customers.store.owner("phone", "+49 30 1234567") is None


def test_a_walk_brings_stored_numbers_to_the_countrys_form(any_house: House) -> None:
    """Then every way of writing one finds its customer; what cannot be judged stays as it came."""
    house = any_house
    house.schema.store.finish()
    made = {name: register(house, name, *identity) for name, identity in OLD.items()}
    settle(house, "DE")
    assert walk(house) == Form(WANTED, country="DE")
    for name, (kind, value) in OLD.items():
        assert fresh(house, made[name]).handles == {kind: NEW[name]}
        assert claimed(house, kind, NEW[name]) == made[name].id
        assert house.customers.store.owner(kind, value) == made[name].id
        assert house.customers.profiles.upsert({kind: value}, None)[0].id == made[name].id
    for written in ("+49 (0)30 123456", "0049 30 123456", "030/123456", "\u200e+4930123456"):
        assert house.customers.store.owner("phone", written) == made["Ada"].id
    for gone in ("030123456", "004940123456"):
        assert claimed(house, "phone", gone) is None
    assert house.schema.migration.begin() == Form(WANTED, country="DE"), "nothing is begun again"
    assert meetings(house) == ([], "")


def test_new_numbers_get_the_countrys_form_at_once(any_house: House) -> None:
    house = any_house
    settle(house, "AT")
    ada, new = house.customers.profiles.upsert({"phone": "0664 123 45 67", "email": "ada@example.com"}, "Ada")
    assert (ada.handles, new) == ({"phone": "+436641234567"}, True)
    again, new = house.customers.profiles.upsert({"phone": "+43 (0)664/1234567"}, None)
    assert (again.id, new) == (ada.id, False)
    other, _ = house.customers.profiles.upsert({"email": "ada@example.com", "phone": "0043 1 5123456"}, None)
    assert (other.id, other.handles) == (ada.id, {"phone": "+4315123456"})
    assert house.customers.store.owner("phone", "0664 123 45 67") is None, "a number of the same kind is given up"


def test_without_a_country_numbers_are_kept_as_they_came(any_house: House) -> None:
    """They are different customers, as they were before the product knew countries; a walk has nothing to do."""
    house = any_house
    one, other = register(house, "One", "phone", "030 123456"), register(house, "Other", "phone", "+49 30 123456")
    assert (one.handles, other.handles) == ({"phone": "030123456"}, {"phone": "+4930123456"})
    house.schema.store.reset(WANTED - 1)
    assert walk(house) == Form(WANTED)
    assert (fresh(house, one), fresh(house, other)) == (one, other)
    house.schema.store.begin(WANTED, items=0, country="")
    form = house.schema.migration.step()
    assert form.walk
    assert (form.walk.walked, form.walk.looked) == (True, 0), "no page of the table is read for nothing"


def test_where_two_meet_nothing_is_joined_and_each_is_found_as_before(any_house: House) -> None:
    """Both keep their number; an admin is told of each such pair, the later ones too."""
    house = any_house
    house.schema.store.finish()
    ada = register(house, "Ada", "phone", "030 123456")
    ben = register(house, "Ben", "phone", "+49 30 123456")
    cem = register(house, "Cem", "phone", "0049 30 123456")
    settle(house, "DE")
    walk(house)
    assert [fresh(house, one).handles["phone"] for one in (ada, ben, cem)] == [
        "030123456",
        "+4930123456",
        "004930123456",
    ]
    for written, owner in (("030 123456", ada), ("+49 (0)30 123456", ben), ("0049 30 123456", cem)):
        assert house.customers.store.owner("phone", written) == owner.id
        assert house.customers.profiles.upsert({"phone": written}, None)[0].id == owner.id
    found, behind = meetings(house)
    assert [(one.one.name, one.other.name, one.value) for one in found] == [
        ("Cem", "Ben", "+4930123456"),
        ("Ada", "Ben", "+4930123456"),
    ]
    assert behind == ""
    walk(house)
    assert len(meetings(house)[0]) == 2, "done again, it says the same"


@pytest.mark.parametrize("stays", ["Ada", "Ben"])
def test_a_merge_settles_where_they_met(any_house: House, stays: str) -> None:
    """Whoever of the two stays has the number once, in its new form; a pair of others is asked about on."""
    house = any_house
    house.schema.store.finish()
    made = {
        name: register(house, name, "phone", value)
        for name, value in {"Ada": "030 123456", "Ben": "+49 30 123456", "Cem": "0049 30 123456"}.items()
    }
    settle(house, "DE")
    walk(house)
    keep = made.pop(stays)
    end = made.pop("Ben" if stays == "Ada" else "Ada")
    house.merging.begin(OPERATOR, fresh(house, end), fresh(house, keep))
    assert house.merging.go_on(end.id, house.clock() + timedelta(minutes=1))
    left = fresh(house, keep)
    assert (left.handles, left.also) == ({"phone": "+4930123456"}, ())
    assert claimed(house, "phone", "030123456") is None
    assert house.customers.store.owner("phone", "030 123456") == keep.id
    assert [(one.one.name, one.other.name) for one in meetings(house)[0]] == [("Cem", stays)]


def test_where_one_gave_the_number_up_nobody_is_asked(any_house: House) -> None:
    """The next walk gives the other its new form."""
    house = any_house
    house.schema.store.finish()
    ada, ben = register(house, "Ada", "phone", "030 123456"), register(house, "Ben", "phone", "+49 30 123456")
    house.customers.store.claim(ben, "email", "ben@example.com")
    settle(house, "DE")
    walk(house)
    house.customers.profiles.upsert({"email": "ben@example.com", "phone": "040 123456"}, None)
    assert meetings(house) == ([], "")
    house.customers.numbers.settle()
    assert fresh(house, ada).handles == {"phone": "+4930123456"}
    assert list(house.table.walk(keys.MEETINGS)) == []


def test_another_country_judges_what_could_not_be_judged(any_house: House) -> None:
    """What has its international form keeps it; what had none in the country before may have one now."""
    house = any_house
    house.schema.store.finish()
    berlin = register(house, "Ada", "phone", "030 123456")
    new_york = register(house, "Ben", "phone", "(212) 555-0123")
    settle(house, "DE")
    walk(house)
    assert fresh(house, new_york).handles == {"phone": "2125550123"}
    settle(house, "US")
    assert walk(house) == Form(WANTED, country="US")
    assert fresh(house, new_york).handles == {"phone": "+12125550123"}
    assert fresh(house, berlin).handles == {"phone": "+4930123456"}
    assert house.customers.store.owner("phone", "212-555-0123") == new_york.id
    settle(house, "")
    assert walk(house) == Form(WANTED)
    assert fresh(house, new_york).handles == {"phone": "+12125550123"}


def test_numbers_of_a_merged_customer_are_brought_too(any_house: House) -> None:
    """Those of the one who ended are among what the other is known by besides."""
    house = any_house
    house.schema.store.finish()
    ada, ben = register(house, "Ada", "phone", "030 123456"), register(house, "Ben", "phone", "040/123456")
    house.customers.store.claim(ada, "whatsapp", "4930123456")
    house.merging.begin(OPERATOR, ben, fresh(house, ada))
    house.merging.go_on(ben.id, house.clock() + timedelta(minutes=1))
    settle(house, "DE")
    walk(house)
    left = fresh(house, ada)
    assert (left.handles, left.also) == (
        {"phone": "+4930123456", "whatsapp": "+4930123456"},
        (("phone", "+4940123456"),),
    )
    for kind, value in (*left.handles.items(), *left.also):
        assert claimed(house, kind, value) == ada.id


@pytest.mark.parametrize("killed_after", range(4))
def test_a_killed_walk_is_gone_on_with(house: House, killed_after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it dies, every number has exactly one claim, and its customer is found."""

    class Killed(BaseException):
        pass

    house.schema.store.finish()
    made = {name: register(house, name, *identity) for name, identity in OLD.items()}
    settle(house, "DE")
    left, real = killed_after, Table.transact

    def dying(table: Table, writes: list[object]) -> None:
        nonlocal left
        if left == 0:
            raise Killed
        left -= 1
        real(table, writes)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Table, "transact", dying)
        with pytest.raises(Killed):
            walk(house)
    for name, (kind, value) in OLD.items():
        assert house.customers.store.owner(kind, value) == made[name].id
    assert walk(house) == Form(WANTED, country="DE")
    for name, (kind, _) in OLD.items():
        assert fresh(house, made[name]).handles == {kind: NEW[name]}


def test_two_walks_at_once_and_people_who_change_their_number_do_no_harm(house: House) -> None:
    """In the end each customer has one number, whose claim is theirs, and no claim is left over."""
    house.schema.store.finish()
    made = [register(house, f"N{number}", "phone", f"030 12345{number}") for number in range(8)]
    for one in made:
        house.customers.store.claim(one, "external_id", f"c-{one.name}")
    settle(house, "DE")
    house.schema.migration.begin()
    faults: list[Exception] = []

    def work() -> None:
        migration = Migration(house.schema.store, house.conversations, house, house.customers)
        while migration.step().walk:
            pass

    def change() -> None:
        try:
            for number, one in enumerate(made):
                phone = f"030 12345{number}" if number % 2 else f"040 {number}23456"
                given = {"external_id": f"c-{one.name}", "phone": phone}
                house.customers.profiles.upsert(given, None)
        except Exception as error:  # noqa: BLE001 - shown by the test itself
            faults.append(error)

    threads = [threading.Thread(target=one) for one in (work, work, change, change)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert faults == []
    expected = {
        f"+493012345{number}" if number % 2 else f"+4940{number}23456": one.id for number, one in enumerate(made)
    }
    assert {fresh(house, one).handles["phone"]: one.id for one in made} == expected
    items, _ = house.table.scan(limit=500)
    assert {
        item["pk"].removeprefix("CLAIM#phone#"): item["owner"]
        for item in items
        if item["pk"].startswith("CLAIM#phone#")
    } == expected


def test_the_sweep_begins_by_itself_where_a_country_was_chosen(house: House) -> None:
    """No operator is needed for a setting, once no older version can run; before that the operator begins."""
    ada = register(house, "Ada", "phone", "030 123456")
    settle(house, "DE")
    house.schema.store.reset(WANTED - 1)
    workers.sweep(app)
    assert fresh(house, ada).handles == {"phone": "030123456"}
    said: list[str] = []
    assert migrating.rehearse(house, said.append) == 1
    assert fresh(house, ada).handles == {"phone": "030123456"}
    assert migrating.migrate(house, said.append)
    assert fresh(house, ada).handles == {"phone": "+4930123456"}
    ben = register(house, "Ben", "phone", "212-555-0123")
    settle(house, "US")
    workers.sweep(app)
    assert fresh(house, ben).handles == {"phone": "+12125550123"}
    assert house.schema.store.get(consistent=True) == Form(WANTED, country="US")
