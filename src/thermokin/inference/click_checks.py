"""What is asked of click records as they come in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.operators.as_numbers import shown

__all__ = ["ascending", "known_names", "require_inside", "row_of", "words"]


def row_of(values: object, name: str) -> FloatArray:
    """A row of finite numbers.

    Args:
        values: what was given.
        name: of the argument.

    Returns:
        The numbers (n,).

    Raises:
        ArgumentError: if they are none.
    """
    try:
        row = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ArgumentError(f"`{name}` must be real numbers, got {shown(values)}.", name) from None
    if row.ndim != 1:
        raise ArgumentError(f"`{name}` must be one row of numbers, got shape {row.shape}.", name)
    bad = np.flatnonzero(~np.isfinite(row))
    if bad.size:
        raise ArgumentError(f"`{name}` must be finite; number {bad[0]} is {row[bad[0]]}.", name)
    return row


def ascending(times: ArrayLike) -> FloatArray:
    """Times of clicks, checked.

    Args:
        times: not descending (n,).

    Returns:
        The times.

    Raises:
        ArgumentError: if they are no row of finite numbers, or descend.
    """
    when = row_of(times, "times")
    back = np.flatnonzero(np.diff(when) < 0.0)
    if back.size:
        raise ArgumentError(
            f"`times` must not descend: time {back[0] + 1} ({when[back[0] + 1]:.17g}) comes before the one in front of "
            f"it ({when[back[0]]:.17g}). Sort the clicks, or give each run by itself and join them.",
            "times",
        )
    return when


def words(channels: ArrayLike) -> NDArray[np.str_]:
    """Names of detectors.

    Args:
        channels: names or whole numbers (n,).

    Returns:
        The names.

    Raises:
        ArgumentError: if they are neither.
    """
    found = np.asarray(channels)
    if found.dtype.kind not in "iuU" and not all(isinstance(name, str) for name in found.ravel().tolist()):
        raise ArgumentError(f"`channels` must be names or whole numbers, got {shown(channels)}.", "channels")
    return np.atleast_1d(found).astype(str)


def known_names(which: NDArray[np.str_], names: Sequence[str] | None) -> tuple[str, ...]:
    """The names of all detectors.

    Args:
        which: that clicked.
        names: of all; None for those that clicked.

    Returns:
        The names, numbers in their order first where they are not given.

    Raises:
        ArgumentError: if they are not different, or one that clicked is not among them.
    """
    seen = tuple(str(name) for name in np.unique(which))
    if names is None:
        return tuple(sorted(seen, key=_in_order))
    known = tuple(str(name) for name in names)
    if len(set(known)) < len(known):
        raise ArgumentError(f"`names` must be different, got {', '.join(known)}.", "names")
    strange = [name for name in seen if name not in known]
    if strange:
        raise ArgumentError(f"`channels` hold {strange[0]!r}, which `names` do not: {', '.join(known)}.", "channels")
    return known


def _in_order(name: str) -> tuple[int, int, str]:
    """Numbers in their order, then words."""
    return (0, int(name), "") if name.isdigit() else (1, 0, name)


def require_inside(times: FloatArray, span: FloatArray) -> None:
    """Refuse clicks outside of the time that was watched.

    Args:
        times: of the clicks.
        span: begin and end.

    Raises:
        ArgumentError: if one lies outside, or nothing was watched.
    """
    begin, end = span
    if times.size and times[0] < begin:
        raise ArgumentError(f"`times` must lie after `begin` {begin:g}, got {times[0]:.17g}.", "times")
    if not (np.isfinite(span).all() and end > begin):
        raise ArgumentError(f"a run must be watched for some time, got `begin` {begin:g} and `end` {end:g}.", "end")
    if times.size and times[-1] > end:
        raise ArgumentError(f"`times` must lie before `end` {end:g}, got {times[-1]:.17g}.", "times")
