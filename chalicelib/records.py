"""Frozen, slotted dataclasses that take half as long to make.

``from chalicelib.records import dataclass`` stands in for the standard one, and is that to type checkers, which are
who keeps the fields frozen. The standard one writes and compiles six functions for each class; here there is one, and
the others are shared. With a hundred classes that is a tenth of a cold start.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass
    from typing import ClassVar, Protocol

    class _Record(Protocol):
        """What is made here."""

        __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]

        @property
        def __values__(self) -> Callable[[object], object]: ...


__all__ = ["dataclass"]

T = TypeVar("T")


def _equal(self: _Record, other: object) -> object:
    return self.__values__(self) == self.__values__(other) if other.__class__ is self.__class__ else NotImplemented


def _hash(self: _Record) -> int:
    return hash(self.__values__(self))


def _show(self: _Record) -> str:
    shown = (f"{one.name}={getattr(self, one.name)!r}" for one in dataclasses.fields(self))
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _record(kind: type[T]) -> type[T]:
    made: Any = dataclasses.dataclass(slots=True, eq=False, repr=False, match_args=False)(kind)
    names = [one.name for one in dataclasses.fields(made) if one.compare]
    made.__values__ = attrgetter(*names) if names else type
    made.__eq__, made.__hash__, made.__repr__ = _equal, _hash, _show
    return made  # type: ignore[no-any-return]


if not TYPE_CHECKING:

    def dataclass(*, frozen: bool = False, slots: bool = False) -> Callable[[type[T]], type[T]]:
        """Return what makes a class a dataclass; one that is not frozen or has no slots is a standard one."""
        return _record if frozen and slots else dataclasses.dataclass(frozen=frozen, slots=slots)
