"""A large comparison in blocks of points: small enough for the processor's cache, large enough to pay for a call."""

from __future__ import annotations

from math import prod

from thermokin.quench.comparison import Comparison, leading_shape

__all__ = ["blocks"]

NUMBERS = 1_000_000  # populations over time in a block: temporaries of some MB, handed out again as they are


def blocks(comparison: Comparison) -> list[tuple[slice, Comparison]]:
    """A comparison cut along its sweep.

    Args:
        comparison: the comparison.

    Returns:
        Stretches of the flattened leading axes, each with the comparison there; the comparison itself, whole, where it
        is small, holds coherences, or has two sides that are not swept alike.
    """
    whole = [(slice(None), comparison)]
    heating, cooling = comparison.heating, comparison.cooling
    lead, size = leading_shape(comparison), heating.evolution.populations.size
    alike = all(side.evolution.populations.shape[:-2] == lead for side in (heating, cooling))
    if not alike or size < 2 * NUMBERS:
        return whole
    count = prod(lead)
    step = -(-count * NUMBERS // size)
    found = []
    for first in range(0, count, step):
        points = slice(first, first + step)
        one, two = heating.cut(points), cooling.cut(points)
        if one is None or two is None:
            return whole
        found.append((points, Comparison(comparison.pair, one, two)))
    return found
