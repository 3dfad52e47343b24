"""Two customers found to be one: everything goes over, counts stay true, nobody sees a half, a kill loses nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.aws.table import Table
from chalicelib.conversations.items import head_put
from chalicelib.conversations.model import Status
from chalicelib.customers.model import Customer
from chalicelib.ids import new_id
from chalicelib.refusals import Invalid, MergeUnderWay
from chalicelib.signin.model import Kind
from chalicelib.wiring import House
from tests.attachments import corpus
from tests.browser import Browser
from tests.people import Clock, People


def merge(house: House, end: Customer, keep: Customer) -> bool:
    """Merge at one go."""
    house.merging.begin(OPERATOR, end, keep)
    return house.merging.go_on(end.id, house.clock() + timedelta(minutes=1))


def counted(house: House, customer: Customer) -> tuple[int, int]:
    """Return how many open and closed conversations somebody's lists really have."""
    found = [
        house.conversations.store.rows(customer.id, closed=closed, newest_first=True, position="", limit=500)[0]
        for closed in (False, True)
    ]
    return len(found[0]), len(found[1])


def kept_counts(people: People, customer: Customer) -> tuple[int, int]:
    """Return the counts that are kept."""
    fresh = people.fresh(customer)
    return fresh.open_count, fresh.done_count


def test_everything_goes_over(house: House, people: People) -> None:
    """Conversations, counts and identities are those of the one who stays; of the other nothing remains."""
    owner, colleague = people.owner, people.colleague
    people.plant(owner, count=3)
    people.plant(colleague, count=4)
    people.plant(colleague, count=2, status=Status.DONE)
    assert merge(house, people.fresh(colleague), people.fresh(owner))
    assert counted(house, owner) == kept_counts(people, owner) == (7, 2)
    assert counted(house, colleague) == (0, 0)
    assert house.customers.store.get(colleague.id, consistent=True) is None
    for kind, value in (*owner.identities.items(), *colleague.identities.items()):
        assert house.customers.store.owner(kind, value) == owner.id
    assert people.fresh(owner).email == owner.email
    assert set(people.fresh(owner).also) == set(colleague.identities.items())


def test_what_the_one_who_stays_lacks_becomes_theirs(house: House, people: People) -> None:
    """Somebody known by a handle alone can sign in with the address that the other brought."""
    assert merge(house, people.owner, people.caller)
    caller = people.fresh(people.caller)
    assert (caller.email, caller.external_id) == (people.owner.email, people.owner.external_id)
    assert caller.handles["whatsapp"] == people.caller.handles["whatsapp"]
    assert ("whatsapp", people.owner.handles["whatsapp"]) in caller.also


def test_both_external_ids_go_on_to_name_them(house: House, people: People) -> None:
    """What another system knew the other by still leads to the one who stays, and takes nothing away from them."""
    owner, colleague = people.owner, people.colleague
    merge(house, colleague, owner)
    for customer in (colleague, owner):
        found, new = house.customers.profiles.upsert({"external_id": customer.external_id or ""}, None)
        assert (found.id, new) == (owner.id, False)
    assert people.fresh(owner).external_id == owner.external_id


def test_the_other_is_signed_out_at_once(house: House, people: People, browse: Callable[..., Browser]) -> None:
    """Whoever was signed in as the one who ends is asked to sign in, and is then the one who stays."""
    browser = browse(people.colleague)
    conversation = people.starts(people.colleague, subject="Whose is it?")
    merge(house, people.fresh(people.colleague), people.fresh(people.owner))
    assert browser.get("/conversations").heading == "Sign in"
    assert browse(people.owner).get(f"/conversations/{conversation.id}").heading == "Whose is it?"
    assert house.signin.sign_in.sessions(Kind.CUSTOMER, people.colleague.id, hours=24) == []


def test_files_go_over(people: People, house: House, browse: Callable[..., Browser]) -> None:
    """An attachment of a conversation that went over can be opened by the one who stays, and by nobody else."""
    jonas = browse(people.colleague)
    jonas.get("/conversations/new")
    upload = jonas.upload("lamp.png", "image/png", corpus.png())
    jonas.submit("Start the conversation", subject="A picture", body="See.", attachment=[upload])
    merge(house, people.fresh(people.colleague), people.owner)
    assert browse(people.owner).request("GET", f"/attachments/{upload}").status == 302
    assert browse(people.stranger).request("GET", f"/attachments/{upload}").status == 404


def test_conversations_nobody_could_see_yet_go_over(house: House, people: People) -> None:
    """One in which only a public comment stands is in no list, and belongs to somebody all the same."""
    head = people.starts(people.colleague)
    bare = replace(head, id=new_id(house.clock()), last_seq=0, version=1)
    house.table.write(head_put(bare))
    merge(house, people.fresh(people.colleague), people.owner)
    assert people.head(bare.id).customer_id == people.owner.id
    assert counted(house, people.owner) == kept_counts(people, people.owner) == (1, 0)


@pytest.mark.parametrize("killed_after", range(6))
def test_a_merge_that_was_killed_goes_on(
    killed_after: int, house: House, people: People, monkeypatch: pytest.MonkeyPatch, browse: Callable[..., Browser]
) -> None:
    """Wherever it dies, neither of the two sees a half, the sweeper finishes it, and the counts are true."""

    class Killed(BaseException):
        pass

    owner, colleague = people.owner, people.colleague
    browsers = browse(owner), browse(colleague)
    people.plant(colleague, count=4)
    left = killed_after
    real = Table.transact

    def dying(table: Table, writes: list[object]) -> None:
        nonlocal left
        if left == 0:
            raise Killed
        left -= 1
        real(table, writes)  # type: ignore[arg-type]

    end, keep = people.fresh(colleague), people.fresh(owner)
    with monkeypatch.context() as patch:
        patch.setattr(Table, "transact", dying)
        with pytest.raises(Killed):
            merge(house, end, keep)
    if killed_after:
        for browser in browsers:
            answer = browser.get("/conversations")
            assert (answer.status, answer.heading) in ((503, "One moment, please"), (200, "Sign in"))
        house.merging.sweep(house.clock() + timedelta(minutes=1))
    else:
        merge(house, people.fresh(colleague), people.fresh(owner))
    assert counted(house, owner) == kept_counts(people, owner) == (4, 0)
    assert house.customers.store.get(colleague.id, consistent=True) is None
    assert browsers[0].get("/conversations").status == 200


def test_a_long_one_goes_on_where_it_was(house: House, people: People) -> None:
    """What one request cannot move, the next ones do."""
    people.plant(people.colleague, count=8)
    house.merging.begin(OPERATOR, people.fresh(people.colleague), people.owner)
    goes = 0
    while not house.merging.go_on(people.colleague.id, house.clock() + timedelta(milliseconds=4)):
        goes += 1
        assert goes < 50
    assert goes > 0
    assert counted(house, people.owner) == kept_counts(people, people.owner) == (8, 0)


def test_stragglers_are_found(house: House, people: People, clock: Clock) -> None:
    """What came for the one who ended while it happened goes over when the merge is looked at once more."""
    merge(house, people.colleague, people.owner)
    people.plant(people.colleague, count=2)
    house.merging.sweep(house.clock() + timedelta(minutes=1))
    assert counted(house, people.owner) == (0, 0)
    clock.ahead(minutes=4)
    house.merging.sweep(house.clock() + timedelta(minutes=1))
    assert counted(house, people.owner) == kept_counts(people, people.owner) == (2, 0)
    assert house.merging.pending() == []


def test_what_cannot_be(house: House, people: People) -> None:
    """Nobody is merged with themselves, nor into two at once."""
    with pytest.raises(Invalid):
        house.merging.begin(OPERATOR, people.owner, people.owner)
    house.merging.begin(OPERATOR, people.colleague, people.owner)
    with pytest.raises(MergeUnderWay):
        house.merging.begin(OPERATOR, people.stranger, people.fresh(people.owner))
    with pytest.raises(Invalid):
        house.merging.find("nobody@example.com")


def test_an_admin_merges_in_the_browser(house: House, people: People, browse: Callable[..., Browser]) -> None:
    """Find both, see both, choose, be sure; the log says who did it, and what both were."""
    people.starts(people.colleague, subject="Brought along")
    admin = browse(people.lead)
    assert people.owner.email
    admin.get("/settings/customers")
    page = admin.submit("Find both", one=people.owner.email, other="AF-10042")
    assert [one.text for one in page.all(".two label")] == [people.owner.name, people.colleague.name]
    refused = admin.submit("Merge", keep=people.owner.id)
    assert refused.status == 422
    assert "cannot be undone" in " ".join(refused.faults)
    done = admin.submit("Merge", keep=people.owner.id, sure="1")
    assert done.notice == "The two are one customer now."
    assert kept_counts(people, people.owner) == (1, 0)
    entries = [item for item in house.table.walk("AUDIT", prefix="e#") if item["action"] == "customer:merge"]
    assert [(one["author"], one["subject_id"]) for one in entries] == [(people.lead.name, people.owner.id)]
    assert json.loads(entries[0]["before"])["name"] == people.colleague.name


@pytest.mark.parametrize(
    "typed", ["ada.wells＠example.com", "<ada.wells﹫example.com>", "mailto:ada.wells%40example.com"]
)
def test_a_customer_is_found_by_an_address_however_it_is_typed(house: House, typed: str) -> None:
    """The same addresses are taken here as at sign-in, with the signs that stand for @ in other keyboards and links."""
    known = house.customers.profiles.register("Ada", {"email": "ada.wells@example.com"})
    assert house.merging.find(typed).id == known.id


@pytest.mark.parametrize("external_id", ["shop@42", "ada@crm", "x@example.com"])
def test_a_customer_is_found_by_an_external_id_that_looks_like_an_address(house: House, external_id: str) -> None:
    """Nobody has that address, so it can only be the id."""
    known = house.customers.profiles.register("Ada", {"external_id": external_id})
    assert house.merging.find(external_id).id == known.id


def test_faults_are_said_beside_the_field(people: People, browse: Callable[..., Browser]) -> None:
    """Somebody who is not found, and the same customer twice, are refused with what was typed kept."""
    admin = browse(people.lead)
    page = admin.get(f"/settings/customers?one={people.owner.email}&other=nobody@example.com")
    assert page.status == 422
    assert page.one("#merge-other-fault").text.startswith("Nobody is known by that.")
    assert page.one("#merge-one")["value"] == people.owner.email
    page = admin.get(f"/settings/customers?one={people.owner.email}&other=AF-10041")
    assert "same customer" in page.one("#merge-other-fault").text
