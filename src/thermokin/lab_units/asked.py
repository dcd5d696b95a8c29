"""The units in which results show themselves now: natural ones, unless somebody asked for others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from thermokin.lab_units.units import Units

__all__ = ["asked_units", "counting", "in_asked_units", "shown_in", "unit_shown"]

_ASKED: ContextVar[Units | None] = ContextVar("asked_units", default=None)


def asked_units() -> Units | None:
    """The units that were asked for; None for natural ones."""
    return _ASKED.get()


@contextmanager
def shown_in(units: Units | None) -> Iterator[None]:
    """Let results show themselves in units for a while.

    Args:
        units: the units; None for natural ones.

    Yields:
        Nothing.
    """
    before = _ASKED.set(units)
    try:
        yield
    finally:
        _ASKED.reset(before)


@contextmanager
def counting(amount: str) -> Iterator[None]:
    """Let the word "amount" in units mean something for a while.

    Args:
        amount: the unit of what is counted, as "energy".

    Yields:
        Nothing.
    """
    units = _ASKED.get()
    with shown_in(None if units is None else replace(units, amount=amount)):
        yield


def in_asked_units(numbers: ArrayLike, dimension: str) -> NDArray[Any]:
    """Numbers in the units that were asked for.

    Args:
        numbers: natural ones (...).
        dimension: their unit in words, as "energy/time".

    Returns:
        The numbers (...).
    """
    units = _ASKED.get()
    return np.asarray(numbers) if units is None else units.of(numbers, dimension)


def unit_shown(dimension: str) -> str:
    """The unit in which they are shown.

    Args:
        dimension: their unit in words.

    Returns:
        The words where no units were asked for.
    """
    units = _ASKED.get()
    return dimension if units is None else units.label(dimension)
