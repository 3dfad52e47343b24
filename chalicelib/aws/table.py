"""The table: reads that can be put together into one call, and writes that happen together or not at all.

Items are plain dictionaries of text, whole numbers, booleans, None, lists and dictionaries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws.keys import SHARDS, Key, index_attributes
from chalicelib.jitter import pause
from chalicelib.records import dataclass
from chalicelib.refusals import ChangedMeanwhile, Unavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]
T = TypeVar("T")
When = Sequence[tuple[str, str, Any]]
"""Conditions that must all hold: ``(attribute, operator, value)`` with ``=``, ``<>``, ``<``, ``<=``, ``>``, ``in``,
``absent or <``, ``absent`` and ``present`` (the last two ignore the value)."""

_BATCH = 100
_SHARD_PAGE = 25
_TRIES = 5


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


def encode(value: object) -> dict[str, Any]:
    """Return DynamoDB's form of a value."""
    if isinstance(value, str):
        return {"S": value}
    if value is None or value is True or value is False:
        return {"NULL": True} if value is None else {"BOOL": value}
    if isinstance(value, int | bytes):
        return {"N": str(value)} if isinstance(value, int) else {"B": value}
    if isinstance(value, Mapping):
        return {"M": {name: encode(inner) for name, inner in value.items()}}
    if isinstance(value, Iterable):
        return {"L": [encode(inner) for inner in value]}
    message = f"a table does not hold {type(value).__name__}"
    raise TypeError(message)


def decode(raw: Mapping[str, Mapping[str, Any]]) -> Item:
    """Return an item as plain values."""
    item: Item = {}
    for name, typed in raw.items():  # a list decodes hundreds: texts and numbers are not worth a call each
        if "S" in typed:
            item[name] = typed["S"]
        elif "N" in typed:
            item[name] = int(typed["N"])
        else:
            item[name] = _decoded(typed)
    return item


def _decoded(typed: Mapping[str, Any]) -> Any:
    ((kind, value),) = typed.items()
    if kind == "N":
        return int(value)
    if kind == "NULL":
        return None
    if kind == "L":
        return [_decoded(inner) for inner in value]
    if kind == "M":
        return decode(value)
    return value


def key_of(item: Item, index: str | None = None) -> Key:
    """Return the key of an item, or its place in an index it is in."""
    partition, order = index_attributes(index)
    return Key(item[partition], item[order])


class Later(Generic[T]):
    """Something that is known once the reads it belongs to have been fetched; calling it fetches them."""

    __slots__ = ("_item", "_key", "_made", "_make", "_reads")

    def __init__(self, reads: Reads, key: Key, make: Callable[[Item | None], T]) -> None:
        """Take where it is read and how the item becomes what is asked for."""
        self._reads, self._key, self._make = reads, key, make
        self._item: object = self  # no item yet

    def __call__(self) -> T:
        """Return it; made once from what was read, however often it is asked for."""
        item = self._reads.item(self._key)
        if item is not self._item:
            self._item, self._made = item, self._make(item)
        return self._made


class Reads:
    """Single items that are read together, in one call, when the first of them is asked for."""

    def __init__(self, table: Table, *, consistent: bool) -> None:
        """Start with nothing wanted."""
        self._table = table
        self.consistent = consistent
        self._wanted: dict[Key, None] = {}
        self._found: dict[Key, Item] | None = None

    def want(self, key: Key, make: Callable[[Item | None], T]) -> Later[T]:
        """Add an item to what is read together."""
        if key not in self._wanted:
            self._found = None
        self._wanted[key] = None
        return Later(self, key, make)

    def item(self, key: Key) -> Item | None:
        """Return an item that was wanted, fetching all that are wanted first."""
        if self._found is None:
            self._found = self._table.get_many(list(self._wanted), consistent=self.consistent)
        return self._found.get(key)


@dataclass(frozen=True, slots=True)
class Described:
    """What AWS says of a table: about how many items it has, and the indexes that can be read."""

    items: int
    ready: frozenset[str]


class Table:
    """One DynamoDB table, by the keys of ``keys.py`` alone."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        """Take the client and the table's name."""
        self._client = client
        self.name = name

    def together(self, *, consistent: bool = False) -> Reads:
        """Return an empty set of reads. ``consistent`` where a write of a moment ago must show."""
        return Reads(self, consistent=consistent)

    def get(self, key: Key, *, consistent: bool = False) -> Item | None:
        """Return one item, or None."""
        answer = _call(self._client.get_item, TableName=self.name, Key=_typed(key), ConsistentRead=consistent)
        return decode(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[Key], *, consistent: bool = False) -> dict[Key, Item]:
        """Return those of the items that exist, 100 a call; asks again for what the table left out."""
        found: dict[Key, Item] = {}
        for start in range(0, len(keys), _BATCH):
            pending: list[Any] = [_typed(key) for key in keys[start : start + _BATCH]]
            for attempt in range(_TRIES):
                if attempt:
                    pause(0.05 * 2**attempt)
                request = {self.name: {"Keys": pending, "ConsistentRead": consistent}}
                answer = _call(self._client.batch_get_item, RequestItems=request)
                for raw in answer["Responses"].get(self.name, ()):
                    found[Key(raw["pk"]["S"], raw["sk"]["S"])] = decode(raw)
                pending = list(answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", ()))
                if not pending:
                    break
            else:
                raise Unavailable
        return found

    def query(  # noqa: PLR0913 - the parts of one DynamoDB query
        self,
        pk: str,
        *,
        index: str | None = None,
        prefix: str = "",
        low: str = "",
        high: str = "",
        after: Key | None = None,
        table_key: Key | None = None,
        forward: bool = True,
        limit: int | None = None,
        consistent: bool = False,
    ) -> tuple[list[Item], bool]:
        """Return items of one partition in order, and whether there are more.

        ``prefix``, or ``low`` and ``high`` together, bound the sort key. ``after`` continues behind that place;
        on an index ``table_key`` is the same item's key in the table.
        """
        partition, order = index_attributes(index)
        names = {"#p": partition}
        values = {":p": {"S": pk}}
        condition = "#p = :p"
        if prefix or low:
            names["#s"] = order
            condition += " AND begins_with(#s, :a)" if prefix else " AND #s BETWEEN :a AND :b"
            values[":a"] = {"S": prefix or low}
            if not prefix:
                values[":b"] = {"S": high}
        request: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
            "ScanIndexForward": forward,
        }
        if index:
            request["IndexName"] = index
        if consistent:
            request["ConsistentRead"] = True
        if limit:
            request["Limit"] = limit
        if after:
            request["ExclusiveStartKey"] = (
                {partition: {"S": after.pk}, order: {"S": after.sk}, **_typed(table_key or after)}
                if index
                else _typed(after)
            )
        answer = _call(self._client.query, **request)
        return [decode(raw) for raw in answer["Items"]], "LastEvaluatedKey" in answer

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
        answer = _call(self._client.scan, **request)
        last = answer.get("LastEvaluatedKey")
        return [decode(raw) for raw in answer["Items"]], Key(last["pk"]["S"], last["sk"]["S"]) if last else None

    def describe(self) -> Described:
        """Return what AWS says of the table; the number of items is some hours old."""
        table = _call(self._client.describe_table, TableName=self.name)["Table"]
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
        calls: dict[str, Callable[..., Any]] = {
            "Put": self._client.put_item,
            "Update": self._client.update_item,
            "Delete": self._client.delete_item,
        }
        _call(calls[kind], **request)

    def change(self, write: Update, *, old: bool = False) -> Item:
        """Do an update and return the whole item as it is now, or as it was; :class:`Refused` as for :meth:`write`."""
        _, request = _request(self.name, write)
        if write.when:
            request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        answer = _call(self._client.update_item, **request, ReturnValues="ALL_OLD" if old else "ALL_NEW")
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
                _call(self._client.transact_write_items, TransactItems=items)
            except ClientError as error:
                reasons = [reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])]
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
                answer = _call(self._client.batch_write_item, RequestItems={self.name: pending})
                pending = list(answer.get("UnprocessedItems", {}).get(self.name, ()))
                if not pending:
                    break
            else:
                raise Unavailable


def _call(call: Callable[..., Any], **request: Any) -> Any:
    """Call the SDK: a failed condition becomes :class:`Refused`, a dependency that does not answer ``Unavailable``."""
    try:
        return call(**request)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "ConditionalCheckFailedException":
            found: Any = error.response.get("Item")
            raise Refused([0], decode(found) if found else None) from error
        if code in _PASSING_ERRORS:
            raise Unavailable from error
        raise
    except BotoCoreError as error:
        raise Unavailable from error


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


def _typed(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def _one_of_many(write: Put | Delete) -> dict[str, Any]:
    if isinstance(write, Delete):
        return {"DeleteRequest": {"Key": _typed(write.key)}}
    return {"PutRequest": {"Item": {**_typed(write.key), **{n: encode(v) for n, v in write.item.items()}}}}


def _request(table: str, write: Write) -> tuple[str, dict[str, Any]]:
    expression = _Expression()
    request: dict[str, Any] = {"TableName": table}
    if isinstance(write, Put):
        request["Item"] = {**_typed(write.key), **{n: encode(v) for n, v in write.item.items()}}
    else:
        request["Key"] = _typed(write.key)
    if isinstance(write, Update):
        request["UpdateExpression"] = expression.changes(write)
    if write.when:
        request["ConditionExpression"] = expression.conditions(write.when)
    if expression.names:
        request["ExpressionAttributeNames"] = expression.names
    if expression.values:
        request["ExpressionAttributeValues"] = expression.values
    kind = type(write).__name__
    return ("ConditionCheck" if kind == "Check" else kind), request


class _Expression:
    """Writes DynamoDB's expressions, in which attributes and values stand by names of their own."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, Any] = {}

    def changes(self, write: Update) -> str:
        """Return what an update does."""
        name, value = self._name, self._value
        parts = []
        if write.put:
            parts.append("SET " + ", ".join(f"{name(n)} = {value(v)}" for n, v in write.put.items()))
        if write.add:
            parts.append("ADD " + ", ".join(f"{name(n)} {value(v)}" for n, v in write.add.items()))
        if write.drop:
            parts.append("REMOVE " + ", ".join(name(n) for n in write.drop))
        return " ".join(parts)

    def conditions(self, when: When) -> str:
        """Return what must hold."""
        return " AND ".join(self._condition(*test) for test in when)

    def _condition(self, attribute: str, operator: str, content: Any) -> str:
        name = self._name(attribute)
        if operator == "absent or <":
            return f"(attribute_not_exists({name}) OR {name} < {self._value(content)})"
        if operator == "absent":
            return f"attribute_not_exists({name})"
        if operator == "present":
            return f"attribute_exists({name})"
        if operator == "in":
            return f"{name} IN ({', '.join(self._value(one) for one in content)})"
        return f"{name} {operator} {self._value(content)}"

    def _name(self, attribute: str) -> str:
        token = f"#{attribute}"
        self.names[token] = attribute
        return token

    def _value(self, content: object) -> str:
        token = f":{len(self.values)}"
        self.values[token] = encode(content)
        return token
