"""How many levels of a bosonic mode are enough, judged on the cumulants asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from thermokin._errors import NotConvergedError
from thermokin._result import Result
from thermokin._typing import FloatArray, IntArray
from thermokin.counting.counting import Counting
from thermokin.counting.cumulants import Cumulants
from thermokin.model.current import Current
from thermokin.solvers.method import Method

__all__ = ["TruncatedCumulants", "relative_change", "truncated_cumulants"]

VANISHING = 1e-3  # of the largest cumulant: one below it is held against that


@dataclass(frozen=True, eq=False)
class TruncatedCumulants(Result):
    """Cumulants at growing truncations, up to the first that no longer changes them.

    Args:
        levels: (m,) the truncations tried, ascending.
        values: (m, ..., order) the cumulants at each [amount^n/time].
        change: (m - 1,) largest relative change of any cumulant from each truncation to the next.
        cumulants: those of the last truncation, with their own errors.
    """

    levels: IntArray
    values: FloatArray
    change: FloatArray
    cumulants: Cumulants

    @property
    def current(self) -> Current:
        """What was counted, at the last truncation."""
        return self.cumulants.current


def truncated_cumulants(
    family: Callable[[int], Current],
    *,
    order: int = 2,
    levels: Sequence[int] = (4, 6, 9, 13, 19, 28),
    tolerance: float = 1e-6,
    method: Method | None = None,
) -> TruncatedCumulants:
    """Cumulants per time at a truncation that is large enough for them.

    A small population of the last level says little: a rare excitation weighs in a high cumulant by a power of its
    size, and jumps that the truncation forbids are missing. So the truncation grows until the cumulants themselves
    stand still.

    Args:
        family: from a number of levels to the current, of a model with that truncation.
        order: largest cumulant, >= 1.
        levels: truncations to try, at least two, ascending.
        tolerance: relative change of every cumulant (of one below a thousandth of the largest, against that) that
            is taken for standing still.
        method: how to solve; `Auto()` if None.

    Returns:
        The cumulants, and how they got there.

    Raises:
        NotConvergedError: if they still change at the largest truncation.
        ValueError: if levels do not ascend, or the family fails at one of them.
        TypeError: if the family does not return a current.

    Cost:
        One factorisation for each truncation.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> family = lambda levels: tk.activity(tk.library.oscillator(levels, 1.0, rate=0.01, temperature=0.5))
        >>> n = 1.0 / math.expm1(2.0)
        >>> round(float(tk.truncated_cumulants(family, order=1).cumulants.mean), 8), round(0.02 * n * (n + 1.0), 8)
        (0.00362031, 0.00362031)
    """
    sizes = [int(size) for size in levels]
    if len(sizes) < 2 or any(after <= before for before, after in pairwise(sizes)):
        raise ValueError(f"`levels` must hold at least two ascending numbers, got {list(levels)!r}.")
    if not (np.isfinite(tolerance) and tolerance > 0.0):
        raise ValueError(f"`tolerance` must be > 0, got {tolerance!r}.")
    values: list[FloatArray] = []
    changes: list[float] = []
    for size in sizes:
        current = _of(family, size)
        found = Counting(current.model, method=method).cumulants(current, order=order)
        values.append(found.values)
        if len(values) < 2:
            continue
        changes.append(relative_change(values[-2], values[-1]))
        if changes[-1] <= tolerance:
            tried = np.asarray(sizes[: len(values)], dtype=np.int64)
            return TruncatedCumulants(tried, np.stack(values), np.asarray(changes), found)
    raise NotConvergedError(
        f"the cumulants still change by {changes[-1]:.1e} between the last two truncations, above {tolerance:g}.",
        changes[-1],
        "Give larger `levels`, or a larger `tolerance`.",
    )


def _of(family: Callable[[int], Current], size: int) -> Current:
    try:
        current = family(size)
    except Exception as error:
        raise ValueError(f"`family` failed at {size} levels: {error}") from error
    if not isinstance(current, Current):
        raise TypeError(f"`family` must return a Current, such as heat(model, 'hot'), got {current!r}.")
    return current


def relative_change(before: FloatArray, after: FloatArray) -> float:
    """The largest change of cumulants, each relative to itself.

    Args:
        before: cumulants (..., order).
        after: those of a finer truncation (..., order).

    Returns:
        The change; a cumulant that vanishes is held against the largest of its current.
    """
    largest = np.abs(after).max(axis=-1, keepdims=True)
    scale = np.maximum(np.abs(after), VANISHING * largest)
    return float((np.abs(after - before) / np.where(scale > 0.0, scale, 1.0)).max())
