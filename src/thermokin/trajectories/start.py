"""Starts: the eigenstates of an initial state, from which trajectories are drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.motion.initial import InitialState
from thermokin.numerics.sector_eigenvectors import eigh_by_sector

__all__ = ["Starts", "starts"]

EMPTY = 1e-14  # eigenvalues of a state up to which rounding alone makes them; their eigenstates are never drawn


@dataclass(frozen=True, eq=False)
class Starts:
    """Kets with their probabilities.

    Args:
        kets: (s, d), normalised.
        probabilities: (s,).
    """

    kets: ComplexArray
    probabilities: FloatArray

    def drawn(self, count: int, random: np.random.Generator) -> IntArray:
        """Which ket each of some trajectories starts in.

        Args:
            count: number of trajectories.
            random: source of randomness.

        Returns:
            (count,).
        """
        ladder = np.cumsum(self.probabilities)
        place = np.searchsorted(ladder / ladder[-1], random.random(count), side="right")
        return np.minimum(place, ladder.size - 1).astype(np.int64)


def starts(state: InitialState) -> Starts:
    """The eigenstates of an initial state that carry weight; the levels where it is diagonal in the frame.

    Args:
        state: without leading axes.

    Returns:
        The kets in the frame. Levels without a coherence between them are never mixed.
    """
    size = state.populations.size
    if state.matrix is None:
        held = np.flatnonzero(state.populations > 0.0)
        return Starts(np.eye(size, dtype=np.complex128)[held], state.populations[held])
    values, vectors, label = eigh_by_sector(state.matrix)
    order = np.argsort(label, kind="stable")
    drawn = order[values[order] > EMPTY]
    return Starts(np.ascontiguousarray(vectors[:, drawn].T), values[drawn])
