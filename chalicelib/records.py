"""Slotted dataclasses that take a fifth of the time to make.

``from chalicelib.records import dataclass, field, replace, asdict`` stands in for the standard ones, and is those to
type checkers, who are what keeps the fields of a frozen one as they are. The standard ones write and compile six
functions for each class, and importing them imports ``inspect``. Here one is compiled, when the first of a class is
made, and the others are shared. With a hundred classes that is a sixth of a cold start. What ``dataclasses`` does with
its own, such as ``fields``, it does with these: they become what it looks for when it asks.
"""

from __future__ import annotations

from operator import attrgetter
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import asdict, dataclass, field, replace
    from typing import TypeAlias

    Record: TypeAlias = Any
    """One that was made here."""
    Class: TypeAlias = Any
    """The class of it: types know what it was written as, and not what it is made of."""
    Value: TypeAlias = Any

__all__ = ["asdict", "dataclass", "field", "replace"]

T = TypeVar("T")

_NONE: Any = object()
"""What stands for no default, and for a value that is not given and that a factory makes."""


class _Field:
    """One field: how its type is written, and how it gets a value that is not given."""

    __slots__ = ("compare", "default", "factory", "written")

    def __init__(self, default: object, factory: object, *, compare: bool = True, written: str = "") -> None:
        self.default, self.factory, self.compare, self.written = default, factory, compare, written

    @property
    def optional(self) -> bool:
        """Whether it may be left out."""
        return self.default is not _NONE or self.factory is not _NONE


class _StandardFields:
    """Stands for ``__dataclass_fields__`` of a class until something asks for them."""

    def __get__(self, _: Record, owner: Class) -> Value:
        import dataclasses

        def standard(one: _Field) -> Value:
            given: dict[str, Any] = {} if one.default is _NONE else {"default": one.default}
            made: dict[str, Any] = {} if one.factory is _NONE else {"default_factory": one.factory}
            return dataclasses.field(**given, **made, compare=one.compare)

        named = [(name, one.written, standard(one)) for name, one in owner.__fields__.items()]
        found: Any = dataclasses.make_dataclass("_", named)
        owner.__dataclass_fields__ = found.__dataclass_fields__
        return owner.__dataclass_fields__


_STANDARD_FIELDS = _StandardFields()


def _equal(self: Record, other: Record) -> object:
    return self.__values__(self) == self.__values__(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: Record) -> int:
    return hash(self.__values__(self))


def _show(self: Record) -> str:
    shown = (f"{name}={getattr(self, name)!r}" for name in self.__fields__)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _first_of(kind: Class) -> Callable[..., None]:
    """Return an ``__init__`` that puts the real one in its place when it is first called."""

    def begin(self: Record, *values: Value, **named: Value) -> None:
        kind.__init__ = _written(kind)
        kind.__init__(self, *values, **named)

    return begin


def _written(kind: Class) -> Callable[..., None]:
    """Compile the ``__init__`` of a class: an assignment for each field."""
    known: dict[str, Any] = {"_NONE": _NONE}
    defaults: list[object] = []
    lines = [f"def __init__({', '.join(['self', *kind.__fields__])}):"]
    for name, one in kind.__fields__.items():
        value = name
        if one.factory is not _NONE:
            known[f"_new_{name}"] = one.factory
            value = f"_new_{name}() if {name} is _NONE else {name}"
        if one.optional:
            defaults.append(one.default)
        lines.append(f"    self.{name} = {value}")
    lines.append("    self.__post_init__()" if hasattr(kind, "__post_init__") else "    return")
    code = compile("\n".join(lines), "", "exec")
    (body,) = (one for one in code.co_consts if isinstance(one, CodeType))
    made = FunctionType(body, known, "__init__", tuple(defaults))
    made.__qualname__ = f"{kind.__qualname__}.__init__"
    return made


def _record(kind: Class, *, frozen: bool) -> Class:
    """Make a class again, with slots and what a dataclass has."""
    body = dict(kind.__dict__)
    fields: dict[str, _Field] = {}
    for base in reversed(kind.__mro__[1:]):
        fields |= base.__dict__.get("__fields__", {})
    written = {name: one for name, one in kind.__annotations__.items() if not one.startswith("ClassVar")}
    new = tuple(name for name in written if name not in fields)
    fields |= {name: _field(body.pop(name, _NONE), one) for name, one in written.items()}
    _check_order(kind, fields)
    compared = [name for name, one in fields.items() if one.compare]
    body = {name: one for name, one in body.items() if name not in {"__dict__", "__weakref__"}} | {
        "__slots__": new,
        "__fields__": fields,
        "__dataclass_fields__": _STANDARD_FIELDS,
        "__values__": attrgetter(*compared) if compared else type,
        "__eq__": _equal,
        "__hash__": _hash if frozen else None,
        "__repr__": _show,
    }
    made: Class = type(kind)(kind.__name__, kind.__bases__, body)
    made.__init__ = _first_of(made)
    return made


def _field(given: Value, written: str) -> _Field:
    """Return a field as its class says it; a default that many would share is refused."""
    if isinstance(given, _Field):
        return _Field(given.default, given.factory, compare=given.compare, written=written)
    if type(given).__module__ == "dataclasses":  # the standard ``field()``
        import dataclasses

        default, factory = (
            _NONE if one is dataclasses.MISSING else one for one in (given.default, given.default_factory)
        )
        return _Field(default, factory, compare=given.compare, written=written)
    if given.__class__.__hash__ is None:
        message = f"{given!r} would be shared by all; use default_factory"
        raise ValueError(message)
    return _Field(given, _NONE, written=written)


def _check_order(kind: Class, fields: dict[str, _Field]) -> None:
    optional = [one.optional for one in fields.values()]
    if optional != sorted(optional):
        message = f"{kind.__qualname__} has a field without a default behind one that has one"
        raise TypeError(message)


if not TYPE_CHECKING:

    def dataclass(*, frozen: bool = False, slots: bool = False) -> Callable[[type[T]], type[T]]:
        """Return what makes a class a dataclass; one without slots is a standard one."""
        if slots:
            return lambda kind: _record(kind, frozen=frozen)
        import dataclasses

        return dataclasses.dataclass(frozen=frozen)

    def field(*, default: object = _NONE, default_factory: object = _NONE, compare: bool = True) -> _Field:
        """Return how a field gets a value that is not given."""
        return _Field(default, default_factory, compare=compare)

    def replace(record: T, /, **changes: object) -> T:
        """Return a record with other values in some fields."""
        return type(record)(**{**{name: getattr(record, name) for name in record.__fields__}, **changes})

    def asdict(record: object) -> dict[str, Any]:
        """Return a record, and those in it, as dictionaries."""
        import dataclasses

        return dataclasses.asdict(record)
