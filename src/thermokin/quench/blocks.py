"""A large comparison in blocks of points: small enough for the processor's cache, large enough to pay for a call."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import prod

from thermokin.quench.comparison import Comparison, leading_shape

__all__ = ["blocks"]

NUMBERS = 1_000_000  # populations over time in a block: temporaries of some MB, handed out again as they are


def blocks(comparison: Comparison) -> list[tuple[slice, Callable[[], Comparison]]]:
    """A comparison cut along its sweep.

    Args:
        comparison: the comparison.

    Returns:
        Stretches of the flattened leading axes, each with what makes the comparison there, so that a block is not kept
        longer than it is worked on; the comparison itself, whole, where it is small, holds coherences, or has two sides
        that are not swept alike.
    """
    whole: list[tuple[slice, Callable[[], Comparison]]] = [(slice(None), lambda: comparison)]
    heating, cooling = comparison.heating, comparison.cooling
    lead, size = leading_shape(comparison), heating.evolution.populations.size
    alike = all(side.evolution.populations.shape[:-2] == lead for side in (heating, cooling))
    if not alike or size < 2 * NUMBERS or heating.cut(slice(0, 1)) is None or cooling.cut(slice(0, 1)) is None:
        return whole
    count = prod(lead)
    step = -(-count * NUMBERS // size)
    stretches = [slice(first, first + step) for first in range(0, count, step)]
    return [(points, partial(_cut, comparison, points)) for points in stretches]


def _cut(comparison: Comparison, points: slice) -> Comparison:
    one, two = comparison.heating.cut(points), comparison.cooling.cut(points)
    assert one is not None  # noqa: S101 - `blocks` has tried
    assert two is not None  # noqa: S101 - `blocks` has tried
    return Comparison(comparison.pair, one, two)
