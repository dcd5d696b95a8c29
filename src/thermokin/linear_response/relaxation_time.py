"""The longest time in which the mean state of a model forgets a start, for runs that have to settle."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.solvers.resolvent import Resolvent

__all__ = ["relaxation_time"]

MOST = 1024  # coordinates up to which all eigenvalues take a few seconds
SWEEPS = 12  # solves, each of which lets the slowest part stand out more


def relaxation_time(resolvent: Resolvent, batch: tuple[int, ...] = (), place: tuple[int, ...] = ()) -> float:
    """One over the slowest decay rate, or over the smallest eigenvalue where there are many.

    Args:
        resolvent: of the generator.
        batch: its leading axes.
        place: the point meant.

    Returns:
        The time.
    """
    block = resolvent.block
    if block.size <= MOST:
        matrix = np.broadcast_to(block.matrix, (*batch, block.size, block.size))[place]
        decays = np.sort(-np.linalg.eigvals(matrix).real)
        return float(1.0 / decays[1]) if decays.size > 1 else 0.0
    vector: FloatArray = np.random.default_rng(0).normal(size=(block.size, 1))
    time = 0.0
    for _ in range(SWEEPS):
        moved = np.asarray(resolvent.drazin(vector))
        size = float(np.linalg.norm(moved))
        time, vector = max(time, size / float(np.linalg.norm(vector))), moved / size
    return time
