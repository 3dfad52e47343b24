"""Many at once: nothing said is lost, said twice or said into a closed conversation.

On ministack alone, with real threads: moto loses updates and lets two transactions win.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import TypeVar

import pytest

from chalicelib.conversations import posting
from chalicelib.conversations.items import Posted
from chalicelib.conversations.model import Direction, Draft, Status
from chalicelib.refusals import Busy, ChangedMeanwhile, ConversationClosed, KeyReused, NotClosed, Refusal, Unavailable
from chalicelib.wiring import House
from tests.emulators import Stage
from tests.people import People, staff_items
from tests.wire import failing, losing_answers, meanwhile, recorded, repeating

T = TypeVar("T")
ROUNDS = 8
TRANSACTION = "TransactWriteItems"


@pytest.fixture
def house(ministack_stage: Stage, make_house: Callable[[Stage], House]) -> House:
    """A house on ministack alone."""
    return make_house(ministack_stage)


def at_once(acts: Sequence[Callable[[], T]]) -> list[T | Refusal]:
    """Do everything at the same moment and return what each gave, or was refused with."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], T]) -> T | Refusal:
        barrier.wait()
        try:
            return act()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_replies_at_once_both_appear(house: House, people: People) -> None:
    """Each has a number of its own, and the head counts both."""
    head = people.starts(people.owner)
    said = {head.last_seq: "It flickers at night."}
    for number in range(ROUNDS):
        head = people.head(head.id)
        bodies = [f"{number} one", f"{number} two"]
        posted = at_once(
            [partial(house.conversations.portal.reply, people.owner, head, Draft(body)) for body in bodies]
        )
        assert not [one for one in posted if isinstance(one, Refusal)]
        said |= {one.seq: body for one, body in zip(posted, bodies, strict=True) if isinstance(one, Posted)}
    assert {message.seq: message.body for message in people.messages(head)} == said
    assert sorted(said) == list(range(1, 2 + 2 * ROUNDS))
    now = people.head(head.id)
    assert (now.last_seq, now.version) == (1 + 2 * ROUNDS, 1 + 2 * ROUNDS)
    assert now.preview == said[now.last_seq]


def test_a_customer_and_an_agent_writing_at_once_both_appear(house: House, people: People) -> None:
    head = people.starts(people.owner)
    agent = people.agent
    for number in range(ROUNDS):
        head = people.head(head.id)
        posted = at_once(
            [
                partial(house.conversations.portal.reply, people.owner, head, Draft(f"in {number}")),
                partial(house.conversations.desk.answer, agent, head, Draft(f"out {number}")),
            ]
        )
        assert not [one for one in posted if isinstance(one, Refusal)]
    messages = people.messages(head)
    assert len(messages) == 1 + 2 * ROUNDS
    assert people.head(head.id).last_out == max(one.seq for one in messages if one.direction is Direction.OUT)


def test_a_crowd_is_either_heard_or_told(house: House, people: People) -> None:
    """Whoever is refused is told that something changed; what was taken is there once, and nothing else is."""
    head = people.starts(people.owner)
    results = at_once([partial(house.conversations.portal.reply, people.owner, head, Draft(f"{n}")) for n in range(12)])
    refused = [one for one in results if isinstance(one, Refusal)]
    assert all(isinstance(one, ChangedMeanwhile) for one in refused)
    messages = people.messages(head)
    assert [one.seq for one in messages] == list(range(1, 14 - len(refused)))
    assert len({one.body for one in messages}) == len(messages)


def test_a_reply_against_a_close_is_said_before_it_or_refused(house: House, people: People) -> None:
    """Whichever comes first: a closed conversation at the end, counted once, and never a message behind the close."""
    outcomes = set()
    agent = people.agent
    for number in range(ROUNDS):
        head = people.starts(people.owner, f"Lamp {number}")
        reply, close = at_once(
            [
                partial(house.conversations.portal.reply, people.owner, head, Draft("Wait!")),
                partial(house.conversations.desk.close, agent, head),
            ]
        )
        assert close is None
        now, messages = people.head(head.id), people.messages(head)
        assert now.status is Status.DONE
        refused = isinstance(reply, ConversationClosed)
        assert refused or isinstance(reply, Posted)
        assert len(messages) == now.last_seq == (1 if refused else 2)
        assert now.closed_at is not None
        assert now.closed_at >= messages[-1].at or refused
        outcomes.add(refused)
        owner = people.fresh(people.owner)
        assert (owner.open_count, owner.done_count) == (0, number + 1)
    assert outcomes


def test_a_reply_is_refused_where_the_close_came_in_between(house: House, people: People) -> None:
    """The close lands after the page was read and before the reply is written; the reply sees it all the same."""
    head = people.starts(people.owner)
    people.agent  # noqa: B018 - invited before the reply is under way
    with (
        meanwhile(house.clients.dynamodb, TRANSACTION, lambda: people.closes(head)) as done,
        pytest.raises(ConversationClosed),
    ):
        house.conversations.portal.reply(people.owner, head, Draft("Wait!"))
    assert done
    assert len(people.messages(head)) == 1


def test_an_answer_wakes_nothing_that_was_closed_in_between(house: House, people: People) -> None:
    head = people.starts(people.owner)
    agent = people.agent
    with (
        meanwhile(house.clients.dynamodb, TRANSACTION, lambda: people.closes(head)),
        pytest.raises(ConversationClosed),
    ):
        house.conversations.desk.answer(agent, head, Draft("Hello."))
    assert people.head(head.id).closed
    with recorded(house.clients.dynamodb) as calls:
        assert staff_items(house, head.id)[1][0].kind == "closed"
    assert calls


def test_a_redaction_between_read_and_reply_is_not_undone(house: House, people: People) -> None:
    head = people.starts(people.owner, body="My card is 4111.")
    agent = people.agent

    def redact() -> None:
        house.conversations.desk.redact(agent, people.head(head.id), 1, part="4111")

    with meanwhile(house.clients.dynamodb, TRANSACTION, redact):
        house.conversations.portal.reply(people.owner, head, Draft("Oh."))
    assert [message.body for message in people.messages(head)] == ["My card is [redacted].", "Oh."]
    assert people.head(head.id).preview == "Oh."


def test_a_reply_between_read_and_redaction_keeps_its_preview(house: House, people: People) -> None:
    head = people.starts(people.owner, body="My card is 4111.")
    agent = people.agent
    with meanwhile(house.clients.dynamodb, TRANSACTION, lambda: people.says(people.owner, head, "Oh.")):
        house.conversations.desk.redact(agent, head, 1, part="4111")
    assert [message.body for message in people.messages(head)] == ["My card is [redacted].", "Oh."]
    assert people.head(head.id).preview == "Oh."


def test_twenty_posts_of_one_form_are_one_message(house: House, people: People) -> None:
    """All of them get the answer of the first."""
    head = people.starts(people.owner)
    draft = Draft("Hello?", key="k" * 20)
    posted = at_once([lambda: house.conversations.portal.reply(people.owner, head, draft)] * 20)
    assert set(map(str, posted)) == {str(Posted(head.id, 2))}
    assert [message.body for message in people.messages(head)] == ["It flickers at night.", "Hello?"]
    assert people.head(head.id).last_seq == 2


def test_a_double_click_starts_one_conversation(house: House, people: People) -> None:
    draft = Draft("It flickers.", key="k" * 20, subject="Lamp")
    posted = at_once([lambda: house.conversations.portal.start(people.owner, draft)] * 8)
    assert len(set(map(str, posted))) == 1
    rows, _ = house.conversations.store.rows(people.owner.id, closed=None, newest_first=True, position="", limit=50)
    assert [row.subject for row in rows] == ["Lamp"]
    assert people.fresh(people.owner).open_count == 1


def test_a_double_click_reopens_once(house: House, people: People) -> None:
    closed = people.closes(people.starts(people.owner))
    draft = Draft("Again.", key="k" * 20)
    posted = at_once([lambda: house.conversations.portal.reopen(people.owner, closed, draft, allowed=True)] * 8)
    assert set(map(str, posted)) == {str(Posted(closed.id, 2))}
    owner = people.fresh(people.owner)
    assert (owner.open_count, owner.done_count) == (1, 0)


def test_a_double_click_writes_one_note_and_one_answer(house: House, people: People) -> None:
    head = people.starts(people.owner)
    agent = people.agent
    at_once([lambda: house.conversations.desk.note(agent, head, Draft("Hm.", key="n" * 20))] * 8)
    at_once([lambda: house.conversations.desk.answer(agent, head, Draft("Hello.", key="a" * 20))] * 8)
    notes, _ = staff_items(house, head.id)
    assert [note.body for note in notes] == ["Hm."]
    assert [message.body for message in people.messages(head)] == ["It flickers at night.", "Hello."]


def test_one_key_with_different_words_at_once_says_one_and_refuses_the_others(house: House, people: People) -> None:
    head = people.starts(people.owner)
    results = at_once(
        [partial(house.conversations.portal.reply, people.owner, head, Draft(f"{n}", key="k" * 20)) for n in range(6)]
    )
    assert sum(isinstance(one, Posted) for one in results) == 1
    assert sum(isinstance(one, KeyReused) for one in results) == 5
    assert len(people.messages(head)) == 2


def test_two_agents_close_at_once_and_it_counts_once(house: House, people: People) -> None:
    agent, lead = people.agent, people.lead
    for number in range(1, ROUNDS):
        head = people.starts(people.owner)
        results = at_once(
            [partial(house.conversations.desk.close, agent, head), partial(house.conversations.desk.close, lead, head)]
        )
        assert sorted(type(one).__name__ for one in results) == ["ConversationClosed", "NoneType"]
        assert people.fresh(people.owner).done_count == number


def test_two_reopen_at_once_and_it_counts_once(house: House, people: People) -> None:
    """The customer and an agent; whoever comes second is told that it is open."""
    agent = people.agent
    for _ in range(ROUNDS):
        closed = people.closes(people.starts(people.owner))
        customer, staff = at_once(
            [
                partial(house.conversations.portal.reopen, people.owner, closed, Draft("Again."), allowed=True),
                partial(house.conversations.desk.reopen, agent, closed),
            ]
        )
        assert isinstance(customer, NotClosed) != isinstance(staff, NotClosed)
        assert people.head(closed.id).status is Status.OPEN
    owner = people.fresh(people.owner)
    assert (owner.open_count, owner.done_count) == (ROUNDS, 0)


def test_an_address_claimed_by_two_at_once_belongs_to_one(house: House, people: People) -> None:
    results = at_once(
        [partial(house.customers.profiles.register, f"Number {n}", {"email": "Same@Example.com"}) for n in range(8)]
    )
    made = [one for one in results if not isinstance(one, Refusal)]
    assert len(made) == 1
    assert house.customers.store.owner("email", "same@example.com") == made[0].id


# what no emulator does by itself


def test_a_conflict_with_another_transaction_is_tried_again(house: House, people: People) -> None:
    """DynamoDB cancels a transaction that meets another one; that is nobody's fault, and passes."""
    head = people.starts(people.owner)
    reasons = ("None", "TransactionConflict", "None")
    with failing(
        house.clients.dynamodb, TRANSACTION, "TransactionCanceledException", times=3, reasons=reasons
    ) as failed:
        house.conversations.portal.reply(people.owner, head, Draft("Hello?"))
    assert len(failed) == 3
    assert len(people.messages(head)) == 2


def test_a_conflict_that_stays_is_said(house: House, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever could not be served in time is told to try again, and when."""
    monkeypatch.setattr(posting, "_PATIENCE", 0.5)
    head = people.starts(people.owner)
    with (
        failing(
            house.clients.dynamodb,
            TRANSACTION,
            "TransactionCanceledException",
            times=100,
            reasons=("TransactionConflict",),
        ),
        pytest.raises(Busy) as busy,
    ):
        house.conversations.portal.reply(people.owner, head, Draft("Hello?"))
    assert busy.value.retry_after > 0
    assert len(people.messages(head)) == 1


@pytest.mark.parametrize(
    "code",
    [
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "InternalServerError",
        "TransactionInProgressException",
    ],
)
def test_a_table_that_cannot_take_it_now_changes_nothing_and_says_so(house: House, people: People, code: str) -> None:
    head = people.starts(people.owner)
    with failing(house.clients.dynamodb, TRANSACTION, code), pytest.raises(Unavailable):
        house.conversations.portal.reply(people.owner, head, Draft("Hello?"))
    assert people.head(head.id) == head


def test_an_answer_that_was_lost_is_found_again(house: House, people: People) -> None:
    """The write was done and its answer never came: what the form's key says is asked before anybody is bothered."""
    head = people.starts(people.owner)
    with losing_answers(house.clients.dynamodb, TRANSACTION) as lost:
        posted = house.conversations.portal.reply(people.owner, head, Draft("Hello?", key="k" * 20))
    assert lost
    assert posted == Posted(head.id, 2)
    assert [message.body for message in people.messages(head)] == ["It flickers at night.", "Hello?"]


def test_sending_again_after_a_lost_answer_says_it_once(house: House, people: People) -> None:
    """Where the table does not answer that question either, the same form again gets the first answer."""
    head = people.starts(people.owner)
    draft = Draft("Hello?", key="k" * 20)
    with (
        losing_answers(house.clients.dynamodb, TRANSACTION),
        failing(house.clients.dynamodb, "GetItem", "InternalServerError"),
        pytest.raises(Unavailable),
    ):
        house.conversations.portal.reply(people.owner, head, draft)
    assert house.conversations.portal.reply(people.owner, people.head(head.id), draft) == Posted(head.id, 2)
    assert [message.body for message in people.messages(head)] == ["It flickers at night.", "Hello?"]


def test_a_start_whose_answer_was_lost_is_not_started_twice(house: House, people: People) -> None:
    owner, draft = people.owner, Draft("Hello?", key="k" * 20, subject="Lamp")
    with (
        losing_answers(house.clients.dynamodb, TRANSACTION),
        failing(house.clients.dynamodb, "GetItem", "InternalServerError"),
        pytest.raises(Unavailable),
    ):
        house.conversations.portal.start(owner, draft)
    posted = house.conversations.portal.start(owner, draft)
    rows, _ = house.conversations.store.rows(owner.id, closed=None, newest_first=True, position="", limit=50)
    assert [row.id for row in rows] == [posted.conversation_id]
    assert people.fresh(owner).open_count == 1


def test_a_request_the_sdk_sends_twice_is_done_once(house: House, people: People) -> None:
    """The SDK repeats what it got no answer to, with the same token; DynamoDB then does it once."""
    head = people.starts(people.owner)
    with repeating(house.clients.dynamodb, TRANSACTION) as sent:
        posted = house.conversations.portal.reply(people.owner, head, Draft("Hello?", key="k" * 20))
    assert len(sent) == 2
    assert posted == Posted(head.id, 2)
    assert people.head(head.id).last_seq == 2
