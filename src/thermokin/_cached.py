"""A property that is computed once: `functools.cached_property` without the lock it holds before Python 3.12.

That lock belongs to the property, not to the object, so that two quenches could not be computed at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")

__all__ = ["cached_property"]


class cached_property(Generic[T]):  # noqa: N801 - named like the one it stands for
    """A property whose value is kept in the object's `__dict__`; frozen dataclasses allow it."""

    def __init__(self, function: Callable[[Any], T]) -> None:
        self.function = function
        self.name = function.__name__
        self.__doc__ = function.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> cached_property[T]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> cached_property[T] | T:
        if instance is None:
            return self
        # Not a data descriptor: once the value is there, Python finds it before it comes here.
        value = self.function(instance)
        instance.__dict__[self.name] = value
        return value
