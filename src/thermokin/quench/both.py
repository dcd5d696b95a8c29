"""Both quenches at once: they share nothing that is written, and NumPy lets two threads work."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from thermokin.quench.branch import Branch

__all__ = ["both"]

T = TypeVar("T")

WORTHWHILE = 20_000  # numbers over time from which a second thread pays for its start


def both(read: Callable[[Branch], T], heating: Branch, cooling: Branch) -> tuple[T, T]:
    """What is read from each of two branches.

    Args:
        read: reads something from a branch.
        heating: one branch.
        cooling: the other.

    Returns:
        What was read from heating and from cooling.
    """
    if heating.evolution.populations.size < WORTHWHILE:
        return read(heating), read(cooling)
    with ThreadPoolExecutor(max_workers=2) as pool:
        one, two = pool.map(read, (heating, cooling))
    return one, two
