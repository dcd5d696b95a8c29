"""Both quenches at once: they share nothing that is written, and NumPy lets two threads work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import local
from typing import TypeVar

from thermokin.quench.branch import Branch

__all__ = ["at_once", "both"]

T = TypeVar("T")

WORTHWHILE = 20_000  # numbers over time from which a second thread pays for its start
_THREAD = local()  # what knows of the running thread whether it is one of two


def both(read: Callable[[Branch], T], heating: Branch, cooling: Branch) -> tuple[T, T]:
    """What is read from each of two branches.

    Args:
        read: reads something from a branch.
        heating: one branch.
        cooling: the other.

    Returns:
        What was read from heating and from cooling.
    """
    one, two = at_once([lambda: read(heating), lambda: read(cooling)], heating.evolution.populations.size)
    return one, two


def at_once(tasks: Sequence[Callable[[], T]], numbers: int) -> list[T]:
    """What several tasks give, two of them at a time where they are large.

    Args:
        tasks: what to call. What they in turn would do at once they do one after the other: two work already.
        numbers: how many numbers over time a task works on.

    Returns:
        What each gave, in order.
    """
    if len(tasks) < 2 or numbers < WORTHWHILE or getattr(_THREAD, "one_of_two", False):
        return [task() for task in tasks]
    with ThreadPoolExecutor(max_workers=2, initializer=_mark) as pool:
        return [future.result() for future in [pool.submit(task) for task in tasks]]


def _mark() -> None:
    _THREAD.one_of_two = True
