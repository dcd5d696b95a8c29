"""How far an exchanged amount reaches: bounds on its tails from its generating function."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin._errors import NotConvergedError
from thermokin._typing import FloatArray, IntArray
from thermokin.counting.tilted_block import SMALL, TiltedBlock, tilted_traces
from thermokin.numerics.tolerances import UNDERFLOW

__all__ = ["TAIL", "exchange_window"]

TAIL = 1e-15  # probability that may lie beyond each end
STEEPEST = 6.0  # largest exponent given to one jump
TOGETHER = 6  # exponents tried at once in small blocks
RATIO = 1.6  # of neighbouring exponents: the bound is within a twentieth of the best in the exponent


def exchange_window(
    parts: Sequence[TiltedBlock], counts: IntArray, times: FloatArray, jump_rate: float
) -> tuple[int, int]:
    """Whole numbers a <= b with P(N < a) + P(N > b) <= 2e-15 at every time and point.

    P(N >= b) <= exp(-s b) <exp(s N)> for every s > 0 and likewise below (Chernoff's bound): no assumption on the tails.

    Args:
        parts: the blocks.
        counts: what one jump of each group adds (g,).
        times: (..., t).
        jump_rate: about the largest number of jumps per time; only the grid of exponents depends on it.

    Returns:
        a and b.

    Raises:
        NotConvergedError: if the generating function is lost in rounding, so that nothing bounds the counts.
    """
    largest = float(np.abs(counts).max())
    need = -np.log(TAIL)
    steepest = STEEPEST / largest
    gentlest = min(steepest / RATIO, need / (4.0 * largest * max(jump_rate * float(times.max()), 1.0)))
    number = 2 + int(np.ceil(np.log(steepest / gentlest) / np.log(RATIO)))
    exponents = np.geomspace(gentlest, steepest, number)
    highest = _reach(parts, counts, times, exponents, need)
    lowest = -_reach(parts, -counts, times, exponents, need)
    if (counts >= 0).all():
        return max(lowest, 0), highest
    return lowest, min(highest, 0) if (counts <= 0).all() else highest


def _reach(
    parts: Sequence[TiltedBlock], counts: IntArray, times: FloatArray, exponents: FloatArray, need: float
) -> int:
    last = float(exponents[0]) * times[..., -1]
    gentle = np.log(tilted_traces(parts, np.exp(exponents[:1, None] * counts), times[..., -1:])[0, ..., 0].real)
    # Growth at the mean rate is taken out, so that no generating function overflows where its exponent is useful.
    speed = np.divide(gentle, last, out=np.zeros(np.broadcast_shapes(gentle.shape, last.shape)), where=last > 0.0)
    best = np.full(1, np.inf)
    # In a large block a steep exponent costs so much more than the one before that it must be known to help.
    together = TOGETHER if all(part.block.size <= SMALL for part in parts) else 1
    for first in range(0, exponents.size, together):
        some = exponents[first : first + together]
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            grown = some.reshape(-1, *(1,) * speed.ndim) * speed
            generated = tilted_traces(parts, np.exp(some[:, None] * counts), times, grown).real
            logarithm = np.log(np.where(generated > UNDERFLOW, generated, np.inf)) + grown[..., None] * times
            bounds = (logarithm + need) / some.reshape(-1, *(1,) * (generated.ndim - 1))
        # An exponent whose generating function leaves the range of numbers bounds nothing; the gentlest never does.
        bound = np.where(np.isfinite(bounds), bounds, np.inf).min(axis=0)
        # The bound has one minimum in the exponent: once it rises everywhere, steeper ones cost dearly for nothing.
        if not (bound < best).any():
            break
        best = np.minimum(best, bound)
    if not np.isfinite(best).all():
        raise NotConvergedError(
            "no window of counts could be bounded: their generating function is lost in rounding at the times given.",
            float("inf"),
            "Give shorter times, a frame that rotates with the system, or `window`.",
        )
    return int(np.floor(best.max()))
