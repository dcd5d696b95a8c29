"""A record cut into windows that know nothing of one another but of the next."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from thermokin._errors import ArgumentError
from thermokin.inference.amounts import Amounts
from thermokin.inference.clicks import Clicks
from thermokin.operators.as_numbers import shown

__all__ = ["FEWEST", "settled", "settled_amounts"]

FEWEST = 40  # windows
FINEST = 4.0  # mean waits in the first window that is tried, where that leaves windows enough
ENDS = 4  # windows for the ends of a record of regular clicks, whose windows lie between the first and the last
LAGS = 6
ABOVE_NOISE = 3.0  # standard deviations of a correlation of windows that know nothing of one another


def settled_amounts(cut: Callable[[float], Amounts], clicks: Clicks, window: float | None) -> Amounts:
    """A record in windows that know nothing of one another but of the next.

    Args:
        cut: into windows of a length.
        clicks: the records.
        window: the length [time]; None for the shortest that will do.

    Returns:
        The amounts.

    Raises:
        ArgumentError: if there are too few windows.
    """
    if window is not None:
        if isinstance(window, bool) or not isinstance(window, int | float | np.floating) or not window > 0.0:
            raise ArgumentError(f"`window` must be a length of time > 0, got {shown(window)}.", "window")
        found = cut(float(window))
        if len(found) < FEWEST:
            raise ArgumentError(
                f"`window` {window:g} cuts the record into {len(found)} windows, fewer than {FEWEST}.", "window"
            )
        return found
    if len(clicks) < FEWEST:
        raise ArgumentError(f"`record` must hold at least {FEWEST} clicks, got {len(clicks)}.", "record")
    finest = FINEST * clicks.duration / len(clicks)
    longest = float((clicks.end - clicks.begin).max())
    for fewest in (FEWEST, FEWEST + ENDS):
        first = cut(min(finest, clicks.duration / fewest, longest))
        if len(first) >= FEWEST:
            break
    if len(first) < FEWEST:  # runs shorter than some windows leave much over
        raise ArgumentError(
            f"`record` is of runs too short to be cut into {FEWEST} windows of {first.window:g}, a few clicks each. "
            "Record longer runs, or give a shorter `window`.",
            "record",
        )
    return settled(first)


def settled(amounts: Amounts) -> Amounts:
    """Windows doubled until those two or more apart are not correlated.

    Args:
        amounts: in windows.

    Returns:
        The amounts in the shortest windows that will do.

    Raises:
        ArgumentError: if there are too few.
    """
    if len(amounts) < FEWEST:
        raise ArgumentError(f"`record` must hold at least {FEWEST} windows, got {len(amounts)}.", "record")
    now = amounts
    while len(now) >= FEWEST:
        if not _remembered(now):
            return now
        now = now.merged(2)
    raise ArgumentError(
        f"`record` is too short: windows of {now.window / 2:g}, {FEWEST} or more of which it holds, still know of one "
        "another. Record for longer, or give the `window` if the memory is known to be shorter.",
        "record",
    )


def _remembered(amounts: Amounts) -> bool:
    away = amounts.values - amounts.values.mean()
    size = float((away**2).mean())
    if size == 0.0:
        return False
    shares = []
    for lag in range(2, LAGS):
        same = amounts.run[lag:] == amounts.run[:-lag]
        both = (away[lag:] * away[:-lag])[same]
        if both.size:
            shares.append(both.sum() / size / np.sqrt(both.size))
    # Each share is a standard normal number where there is no memory; what there is has one sign as a rule.
    return bool(shares) and abs(sum(shares)) > ABOVE_NOISE * np.sqrt(len(shares))
