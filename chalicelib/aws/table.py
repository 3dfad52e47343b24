"""The table: reads that can be put together into one call, and writes that happen together or not at all.

Items are plain dictionaries of text, whole numbers, booleans, None, lists and dictionaries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from chalicelib.aws.answers import AwsError, NoAnswer
from chalicelib.aws.expressions import Expression, When
from chalicelib.aws.items import Item, decode, encode
from chalicelib.aws.keys import SHARDS, Key, index_attributes
from chalicelib.ids import new_secret
from chalicelib.jitter import pause
from chalicelib.records import dataclass, field
from chalicelib.refusals import ChangedMeanwhile, Unavailable

if TYPE_CHECKING:
    from chalicelib.aws.answers import Answer, Asked, Service

T = TypeVar("T")
Found = tuple[list[Item], bool]
"""What a query finds: items in order, and whether there are more."""

_BATCH = 100
_SHARD_PAGE = 25
_AT_ONCE = 4
"""Batches of reads that are sent before the first is waited for."""
_TRIES = 5
_TOKEN = 36
"""Characters of what tells DynamoDB that two requests are one transaction, at most."""


class Refused(Exception):
    """A conditional write whose condition did not hold; ``failed`` are the places in the list of writes.

    ``item`` is the item as it is, where :meth:`Table.change` found one; None for everything else.
    """

    def __init__(self, failed: Sequence[int], item: Item | None = None) -> None:
        """Take the places, counted from 0."""
        super().__init__(f"conditions of writes {list(failed)} did not hold")
        self.failed, self.item = tuple(failed), item


@dataclass(frozen=True, slots=True)
class Put:
    """Write a whole item; ``when`` as in :data:`When`."""

    key: Key
    item: Mapping[str, Any]
    when: When = ()


@dataclass(frozen=True, slots=True)
class Update:
    """Change some attributes. ``put`` sets, ``add`` adds numbers, ``drop`` removes."""

    key: Key
    put: Mapping[str, Any] = field(default_factory=dict)
    add: Mapping[str, int] = field(default_factory=dict)
    drop: Sequence[str] = ()
    when: When = ()


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove an item."""

    key: Key
    when: When = ()


@dataclass(frozen=True, slots=True)
class Check:
    """Hold the other writes of a transaction to a condition on an item that is not written."""

    key: Key
    when: When


Write = Put | Update | Delete | Check


def key_of(item: Item, index: str | None = None) -> Key:
    """Return the key of an item, or its place in an index it is in."""
    partition, order = index_attributes(index)
    return Key(item[partition], item[order])


@dataclass(frozen=True, slots=True)
class Query:
    """Items of one partition in order.

    ``prefix``, or ``low`` and ``high`` together, bound the sort key. ``after`` continues behind that place;
    on an index ``table_key`` is the same item's key in the table.
    """

    pk: str
    index: str | None = None
    prefix: str = ""
    low: str = ""
    high: str = ""
    after: Key | None = None
    table_key: Key | None = None
    forward: bool = True
    limit: int | None = None
    consistent: bool = False

    def request(self, table: str) -> dict[str, Any]:
        """Return it in DynamoDB's own form."""
        partition, order = index_attributes(self.index)
        names = {"#p": partition}
        values = {":p": {"S": self.pk}}
        condition = "#p = :p"
        if self.prefix or self.low:
            names["#s"] = order
            condition += " AND begins_with(#s, :a)" if self.prefix else " AND #s BETWEEN :a AND :b"
            values[":a"] = {"S": self.prefix or self.low}
            if not self.prefix:
                values[":b"] = {"S": self.high}
        request: dict[str, Any] = {
            "TableName": table,
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
            "ScanIndexForward": self.forward,
        }
        if self.index:
            request["IndexName"] = self.index
        if self.consistent:
            request["ConsistentRead"] = True
        if self.limit:
            request["Limit"] = self.limit
        if self.after:
            start = _typed(self.after)
            if self.index:
                start = {
                    partition: {"S": self.after.pk},
                    order: {"S": self.after.sk},
                    **_typed(self.table_key or self.after),
                }
            request["ExclusiveStartKey"] = start
        return request


class Later(Generic[T]):
    """Something that is known once the reads it belongs to have been made; calling it makes them."""

    __slots__ = ("_made", "_make", "_reads")

    def __init__(self, reads: Reads, make: Callable[[], T]) -> None:
        """Take the reads, and what makes of them what is asked for."""
        self._reads = reads
        self._make: Callable[[], T] | None = make
        self._made: T

    def __call__(self) -> T:
        """Return it; made once from what was read, however often it is asked for."""
        if self._make is not None:
            self._reads.make()
            self._made, self._make = self._make(), None
        return self._made


class Reads:
    """Reads that leave at once when the first of them is asked for: single items in one call, and queries beside it.

    What is added after that leaves when it is asked for in its turn.
    """

    def __init__(self, table: Table, *, consistent: bool) -> None:
        """Start with nothing wanted."""
        self._table = table
        self.consistent = consistent
        self._wanted: dict[Key, None] = {}
        self._queries: list[tuple[Query, list[Callable[[], Found]]]] = []
        self._read: set[Key] = set()
        self._found: dict[Key, Item] = {}

    def want(self, key: Key, make: Callable[[Item | None], T]) -> Later[T]:
        """Add an item."""
        if key not in self._read:
            self._wanted[key] = None
        return Later(self, lambda: make(self._found.get(key)))

    def ask(self, query: Query, make: Callable[[list[Item], bool], T]) -> Later[T]:
        """Add a query, which is as consistent as it says itself. What is wrong with it is told whoever asks for it."""
        answer: list[Callable[[], Found]] = []
        self._queries.append((query, answer))
        return Later(self, lambda: make(*answer[0]()))

    def make(self) -> None:
        """Make the reads that were not made yet."""
        keys, queries = list(self._wanted), self._queries
        if not keys and not queries:
            return
        table = self._table
        items = [table.start_get(keys[:_BATCH], consistent=self.consistent)] if keys else []
        asked = [table.start_query(query) for query, _ in queries]
        try:
            for wait in items:
                self._found |= wait()
            self._found |= table.get_many(keys[_BATCH:], consistent=self.consistent)
        finally:  # all answers are taken off their connections
            for (_, answer), found in zip(queries, asked, strict=True):
                answer.append(_outcome(found))
            self._queries = []
        self._read.update(keys)
        self._wanted = {}


def _outcome(wait: Callable[[], Found]) -> Callable[[], Found]:
    """Wait for a query, and return what gives what it found or raises what went wrong."""
    try:
        found = wait()
    except (AwsError, Unavailable) as error:
        fault = error

        def refuse() -> Found:
            raise fault

        return refuse
    return lambda: found


@dataclass(frozen=True, slots=True)
class Described:
    """What AWS says of a table: about how many items it has, and the indexes that can be read."""

    items: int
    ready: frozenset[str]


class Table:
    """One DynamoDB table, by the keys of ``keys.py`` alone."""

    def __init__(self, client: Service, name: str) -> None:
        """Take the client and the table's name."""
        self._client = client
        self.name = name

    def together(self, *, consistent: bool = False) -> Reads:
        """Return an empty set of reads. ``consistent`` where a write of a moment ago must show."""
        return Reads(self, consistent=consistent)

    def _call(self, operation: str, request: Mapping[str, Any]) -> Answer:
        return _answered(self._client.start(operation, request))

    def get(self, key: Key, *, consistent: bool = False) -> Item | None:
        """Return one item, or None."""
        request = {"TableName": self.name, "Key": _typed(key), "ConsistentRead": consistent}
        answer = self._call("GetItem", request)
        return decode(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[Key], *, consistent: bool = False) -> dict[Key, Item]:
        """Return those of the items that exist, 100 a call; asks again for what the table left out."""
        found: dict[Key, Item] = {}
        step = _BATCH * _AT_ONCE
        for start in range(0, len(keys), step):
            part = keys[start : start + step]
            asked = [
                self.start_get(part[place : place + _BATCH], consistent=consistent)
                for place in range(0, len(part), _BATCH)
            ]
            for answer in asked:
                found |= answer()
        return found

    def start_get(self, keys: Sequence[Key], *, consistent: bool = False) -> Callable[[], dict[Key, Item]]:
        """Ask for at most 100 items; what is returned waits for those of them that exist."""

        def ask(pending: Sequence[Any]) -> Asked:
            wanted = {self.name: {"Keys": pending, "ConsistentRead": consistent}}
            return self._client.start("BatchGetItem", {"RequestItems": wanted})

        def wait() -> dict[Key, Item]:
            found: dict[Key, Item] = {}
            asked = first
            for attempt in range(1, _TRIES + 1):
                answer = _answered(asked)
                for raw in answer["Responses"].get(self.name, ()):
                    found[Key(raw["pk"]["S"], raw["sk"]["S"])] = decode(raw)
                pending = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", ())
                if not pending:
                    return found
                pause(0.05 * 2**attempt)
                asked = ask(pending)
            raise Unavailable

        first = ask([_typed(key) for key in keys])
        return wait

    def query(self, pk: str, **how: Any) -> Found:
        """Return items of one partition in order, and whether there are more; ``how`` as in :class:`Query`."""
        return self.start_query(Query(pk, **how))()

    def start_query(self, query: Query) -> Callable[[], Found]:
        """Ask; what is returned waits for the items, in order, and whether there are more."""
        asked = self._client.start("Query", query.request(self.name))

        def wait() -> Found:
            answer = _answered(asked)
            return [decode(raw) for raw in answer["Items"]], "LastEvaluatedKey" in answer

        return wait

    def walk(self, pk: str, *, prefix: str = "", after: Key | None = None, consistent: bool = False) -> Iterator[Item]:
        """Yield every item of a partition of the table (with a prefix, behind ``after``), page after page."""
        while True:
            items, more = self.query(pk, prefix=prefix, after=after, consistent=consistent)
            yield from items
            if not more or not items:
                return
            after = Key(items[-1]["pk"], items[-1]["sk"])

    def scan(self, *, after: Key | None = None, limit: int) -> tuple[list[Item], Key | None]:
        """Return a page of the whole table, as it is at this moment, and the key behind which it goes on.

        For changes of the table's form (``schema/``) and nothing else: no request may cost as much as the table holds.
        """
        request: dict[str, Any] = {"TableName": self.name, "Limit": limit, "ConsistentRead": True}
        if after:
            request["ExclusiveStartKey"] = _typed(after)
        answer = self._call("Scan", request)
        last = answer.get("LastEvaluatedKey")
        return [decode(raw) for raw in answer["Items"]], Key(last["pk"]["S"], last["sk"]["S"]) if last else None

    def describe(self) -> Described:
        """Return what AWS says of the table; the number of items is some hours old."""
        table = self._call("DescribeTable", {"TableName": self.name})["Table"]
        indexes = table.get("GlobalSecondaryIndexes", ())
        ready = frozenset(one["IndexName"] for one in indexes if one.get("IndexStatus", "ACTIVE") == "ACTIVE")
        return Described(table.get("ItemCount", 0), ready)

    def walk_shards(self, index: str, partition: Callable[[int], str], *, high: str) -> Iterator[Item]:
        """Yield what a list in an index has up to ``high``, a page of each shard in turn, so that none starves."""
        places: dict[int, Item | None] = dict.fromkeys(range(SHARDS))
        while places:
            for number, last in list(places.items()):
                items, more = self.query(
                    partition(number),
                    index=index,
                    low="0",
                    high=high,
                    after=key_of(last, index) if last else None,
                    table_key=key_of(last) if last else None,
                    limit=_SHARD_PAGE,
                )
                yield from items
                if more and items:
                    places[number] = items[-1]
                else:
                    del places[number]

    def write(self, write: Put | Update | Delete) -> None:
        """Do one write, or raise :class:`Refused` where its condition does not hold."""
        kind, request = _request(self.name, write)
        self._call(f"{kind}Item", request)

    def change(self, write: Update, *, old: bool = False) -> Item:
        """Do an update and return the whole item as it is now, or as it was; :class:`Refused` as for :meth:`write`."""
        _, request = _request(self.name, write)
        if write.when:
            request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        request["ReturnValues"] = "ALL_OLD" if old else "ALL_NEW"
        answer = self._call("UpdateItem", request)
        return decode(answer.get("Attributes", {}))

    def transact(self, writes: Sequence[Write]) -> None:
        """Do all the writes or none: :class:`Refused` names those whose conditions did not hold.

        Where another transaction holds one of the items, it tries again a few times and then says
        :class:`~chalicelib.refusals.ChangedMeanwhile`.
        """
        items: list[Any] = []
        for write in writes:
            kind, request = _request(self.name, write)
            items.append({kind: request})
        for attempt in range(_TRIES):
            if attempt:
                pause(0.02 * 2**attempt)
            try:
                # one token a try: sent again because no answer came, it is still one write
                self._call("TransactWriteItems", {"TransactItems": items, "ClientRequestToken": new_secret()[:_TOKEN]})
            except AwsError as error:
                reasons = [reason.get("Code", "None") for reason in error.answer.get("CancellationReasons", [])]
                failed = [place for place, code in enumerate(reasons) if code == "ConditionalCheckFailed"]
                if failed:
                    raise Refused(failed) from error
                if not any(code in _PASSING for code in reasons):
                    raise
            else:
                return
        raise ChangedMeanwhile

    def write_many(self, writes: Sequence[Put | Delete]) -> None:
        """Write or remove many whole items without conditions, 25 a call."""
        for start in range(0, len(writes), 25):
            pending: list[Any] = [_one_of_many(write) for write in writes[start : start + 25]]
            for attempt in range(_TRIES * 2):
                if attempt:
                    pause(0.05 * 2**attempt)
                answer = self._call("BatchWriteItem", {"RequestItems": {self.name: pending}})
                pending = list(answer.get("UnprocessedItems", {}).get(self.name, ()))
                if not pending:
                    break
            else:
                raise Unavailable


_PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
_PASSING_ERRORS = frozenset(
    {
        "TransactionConflictException",
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "SlowDown",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)


def _answered(asked: Asked) -> Answer:
    """Wait: a failed condition becomes :class:`Refused`, a dependency that does not answer ``Unavailable``."""
    try:
        return asked()
    except AwsError as error:
        if error.code == "ConditionalCheckFailedException":
            found: Any = error.answer.get("Item")
            raise Refused([0], decode(found) if found else None) from error
        if error.code in _PASSING_ERRORS:
            raise Unavailable from error
        raise
    except NoAnswer as error:
        raise Unavailable from error


def _typed(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def _one_of_many(write: Put | Delete) -> dict[str, Any]:
    if isinstance(write, Delete):
        return {"DeleteRequest": {"Key": _typed(write.key)}}
    return {"PutRequest": {"Item": {**_typed(write.key), **{n: encode(v) for n, v in write.item.items()}}}}


def _request(table: str, write: Write) -> tuple[str, dict[str, Any]]:
    expression = Expression()
    request: dict[str, Any] = {"TableName": table}
    if isinstance(write, Put):
        request["Item"] = {**_typed(write.key), **{n: encode(v) for n, v in write.item.items()}}
    else:
        request["Key"] = _typed(write.key)
    if isinstance(write, Update):
        request["UpdateExpression"] = expression.changes(write.put, write.add, write.drop)
    if write.when:
        request["ConditionExpression"] = expression.conditions(write.when)
    if expression.names:
        request["ExpressionAttributeNames"] = expression.names
    if expression.values:
        request["ExpressionAttributeValues"] = expression.values
    kind = type(write).__name__
    return ("ConditionCheck" if kind == "Check" else kind), request
