"""Makes things when they are first asked for, and once, whichever thread asks."""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")

_MAKING = RLock()
"""One for everything: what is made asks for other things, and locks taken in two orders would block each other."""


class Once(Generic[T]):
    """A property that is made when first read and then kept.

    ``functools.cached_property`` is the same without a lock: since Python 3.12 two threads that ask at the same moment
    make two.
    """

    def __init__(self, make: Callable[[Any], T]) -> None:
        """Take what makes it."""
        self._make, self._name, self.__doc__ = make, make.__name__, make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        """Learn under which name it is kept."""
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Once[T]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> Once[T] | T:
        """Return what was made. Asked for again it is found in the instance, and nothing here is called."""
        if instance is None:
            return self
        kept: dict[str, T] = instance.__dict__
        with _MAKING:
            if self._name not in kept:
                kept[self._name] = self._make(instance)
            return kept[self._name]
