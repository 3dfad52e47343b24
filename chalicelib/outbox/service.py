"""The outbox: what other rooms hand it leaves at least once, and what cannot be sent is shown or put back.

The way of a dispatch: a room adds it (``put`` in a transaction of its own, or ``add``) and then calls ``nudge``; the
queue calls ``deliver``; what providers tell later comes to ``settle``; ``sweep`` finds what never came to the queue.
How a kind of payload is written and sent is its :class:`Carrier`'s business, registered when everything is wired.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from chalicelib import telemetry
from chalicelib.jitter import chance
from chalicelib.outbox.model import (
    LEASE,
    MAX_ATTEMPTS,
    MAX_SWEPT,
    SWEEP_AGAIN,
    Dispatch,
    NeverSent,
    NotNow,
    Payload,
    Skip,
    State,
    given_up,
    wait,
)
from chalicelib.outbox.store import Dispatches, Recorder
from chalicelib.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from chalicelib.aws.queues import Queue
    from chalicelib.aws.table import Later, Put, Reads, Table
    from chalicelib.clock import Clock

P = TypeVar("P", bound=Payload)
P_contra = TypeVar("P_contra", bound=Payload, contravariant=True)

_SOON = timedelta(seconds=1)


class Undelivered(Exception):
    """A dispatch was not sent on this delivery; the queue delivers again, or parks the message as a dead letter."""


class Carrier(Protocol[P_contra]):
    """Writes a kind of payload and hands it to a provider."""

    @property
    def counts_sent(self) -> str:
        """The metric that counts what was sent."""
        ...

    @property
    def counts_failed(self) -> str:
        """The metric that counts what was given up or refused for good."""
        ...

    def send(self, payload: P_contra, dispatch: Dispatch) -> str:
        """Send a payload and return the provider's id for it; raise NotNow, NeverSent or Skip where it was not sent."""
        ...


class Outbox:
    """What is to leave. Other rooms add to it and ask how it fares; queue, topic and schedule work it off."""

    def __init__(self, table: Table, queue: Queue, clock: Clock) -> None:
        """Take the table, the queue that asks for deliveries, and the clock."""
        self.store = Dispatches(table)
        self._queue, self._clock = queue, clock
        self._carriers: dict[type[Payload], Carrier[Any]] = {}

    def register(self, kind: type[P], carrier: Carrier[P]) -> None:
        """Let ``carrier`` send a kind of payload from now on."""
        self.store.know(kind)
        self._carriers[kind] = carrier

    def record(self, recorder: Recorder) -> None:
        """Let ``recorder`` write along with each change of state from now on."""
        self.store.recorder = recorder

    # for other rooms

    def put(self, dispatch_id: str, payload: Payload, now: datetime) -> Put:
        """Return the write that sends a payload, for a transaction; its condition is that none has this id yet."""
        return self.store.put(dispatch_id, payload, now)

    def add(self, dispatch_id: str, payload: Payload, now: datetime) -> bool:
        """Send a payload, with ``nudge`` at once; False where it was added before, so adding twice does no harm."""
        return self.store.add(dispatch_id, payload, now)

    def carry(self, dispatch_id: str, payload: Payload) -> None:
        """Add a payload and send it right away, once however often this is called; what cannot leave now waits.

        For those who are called again where they did not return, by the queue: until it has left or waits in the list
        of what is due, nobody else looks for it. Raises :class:`Undelivered` while somebody else is at it.
        """
        now = self._clock()
        leased = self.store.begin(dispatch_id, payload, now) or self.store.lease(dispatch_id, now)
        if leased is None:
            known = self.store.get(dispatch_id)
            if known and known.state is State.QUEUED:
                raise Undelivered(dispatch_id)
            return
        try:
            self._carried(leased)
        except NotNow as not_now:
            seconds = self._later(leased, not_now.reason)
            if seconds is not None:
                self._queue.send({"mail": dispatch_id}, seconds)

    def nudge(self, dispatch_id: str) -> bool:
        """Ask for a dispatch to leave now, best effort, after it was written; False where the sweep must find it."""
        return self._queue.send({"mail": dispatch_id})  # named when mail was all that left; messages under way have it

    def states(self, owner_id: str, numbers: Sequence[int]) -> Mapping[int, Dispatch]:
        """Return how the dispatches of some messages of a conversation fare, by the message's number."""
        return self.store.beside(owner_id, numbers)

    def states_later(self, reads: Reads, owner_id: str, numbers: range) -> Later[dict[int, Dispatch]]:
        """Read the same together with other items, of all numbers in a row."""
        return self.store.beside_later(reads, owner_id, numbers)

    def resend(self, dispatch_id: str) -> None:
        """Send again what failed or was skipped; nothing happens where it is on its way or sent.

        The caller has checked that somebody may. NotFound where there is no such dispatch.
        """
        dispatch = self.store.get(dispatch_id)
        if dispatch is None:
            raise NotFound
        if dispatch.state in {State.FAILED, State.SKIPPED} and self.store.requeue(dispatch_id, self._clock()):
            self.nudge(dispatch_id)

    # for queue, topic and schedule

    def deliver(self, dispatch_id: str, receipt: str, receive_count: int) -> State | None:
        """Send one dispatch that the queue delivered for the ``receive_count``-th time, and return how it now fares.

        Returns None for a dispatch that no longer exists. Raises :class:`Undelivered` where the queue must deliver
        again: after a passing failure (with a growing wait), while another worker has it, and, so that the message
        ends as a dead letter, after giving up.
        """
        leased = self.store.lease(dispatch_id, self._clock())
        if leased is None:
            return self._not_ours(dispatch_id, receipt)
        try:
            return self._carried(leased)
        except NotNow as not_now:
            seconds = self._later(leased, not_now.reason, last=receive_count >= MAX_ATTEMPTS)
            self._queue.delay(receipt, seconds or 0)
            raise Undelivered(dispatch_id) from not_now

    def settle(self, dispatch_id: str, provider_id: str, refusal: str = "") -> None:
        """Take news of a dispatch from its provider: it has left, or it was refused, with a sentence for staff.

        News settles doubt, counts copies and tells of bounces, in any order and however often it comes. News of what
        is unknown or long forgotten has no effect.
        """
        if refusal:
            self.store.refused(dispatch_id, provider_id, refusal)
        else:
            self.store.sent(dispatch_id, provider_id)

    def sweep(self, now: datetime) -> int:
        """Put what has been due for two minutes into the queue, 300 a run; return how many."""
        swept = 0
        for dispatch_id in self.store.due(now):
            if swept == MAX_SWEPT:
                break
            if not self.store.defer(dispatch_id, now + SWEEP_AGAIN, now):
                continue
            if not self.nudge(dispatch_id):
                self.store.defer(dispatch_id, now, now)
                break
            swept += 1
        if swept:
            telemetry.warn("mail was not queued", swept=swept)
            telemetry.count(telemetry.MAIL_SWEPT, swept)
        return swept

    def redrive(self) -> int:
        """Begin again with what is behind the dead letters; return how many. What was sent meanwhile is dropped."""
        count = 0
        for body in self._queue.drain_dead():
            dispatch_id = str(body.get("mail", ""))
            if self.store.requeue(dispatch_id, self._clock()):
                self.nudge(dispatch_id)
                count += 1
        return count

    def _carried(self, leased: Dispatch) -> State:
        """Send a leased dispatch and return how it now fares; NotNow passes."""
        try:
            provider_id = self._send(leased)
        except Skip as skip:
            self.store.skipped(leased, skip.reason)
            return State.SKIPPED
        except NeverSent as never:
            self._fail(leased, never.reason)
            return State.FAILED
        self.store.left(leased, provider_id)
        telemetry.count(self._carriers[type(leased.payload)].counts_sent)
        return State.SENT

    def _send(self, leased: Dispatch) -> str:
        if leased.attempts > MAX_ATTEMPTS:
            raise NotNow("Sending was interrupted each time.")
        carrier = self._carriers.get(type(leased.payload))
        if carrier is None:
            raise NotNow("Only a newer version of this portal can send it.")
        return carrier.send(leased.payload, leased)

    def _later(self, leased: Dispatch, reason: str, *, last: bool = False) -> int | None:
        """Let a dispatch wait for its next try and return the seconds; None where it is given up after the last."""
        if last or leased.attempts >= MAX_ATTEMPTS:
            self._fail(leased, given_up(reason), given_up=True)
            return None
        seconds = wait(leased.attempts, leased.payload.longest_wait, chance())
        self.store.retry_later(leased, self._clock() + timedelta(seconds=seconds))
        return seconds

    def _fail(self, leased: Dispatch, detail: str, *, given_up: bool = False) -> None:
        self.store.failed(leased, detail, given_up=given_up)
        carrier = self._carriers.get(type(leased.payload))
        if carrier:
            telemetry.count(carrier.counts_failed)

    def _not_ours(self, dispatch_id: str, receipt: str) -> State | None:
        dispatch = self.store.get(dispatch_id)
        if dispatch is None:
            return None
        if dispatch.state is State.QUEUED:
            left = dispatch.leased_until - self._clock() if dispatch.leased_until else timedelta()
            self._queue.delay(receipt, int(max(_SOON, min(left, LEASE)).total_seconds()) + 1)
            raise Undelivered(dispatch_id)
        if dispatch.given_up:
            self._queue.delay(receipt, 0)
            raise Undelivered(dispatch_id)
        return dispatch.state
