"""The rate equation of the populations of a frame: exact dynamics at weak coupling, a coarse correction elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import lu_factor, lu_solve

from thermokin._cached import cached_property
from thermokin._typing import FloatArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.solvers.superblocks import Superblocks

__all__ = ["GoldenRule", "golden_rule"]

FLOOR = 1e-5  # of the mean rate: keeps populations that no jump leaves from making the equation singular


@dataclass(frozen=True, eq=False)
class GoldenRule:
    """dp/dt = W p with W_ij = sum_k |<i|L_k|j>|^2 between the frame's states, and its pinned inverse.

    Args:
        rates: -W + floor + rate p_0 1^T with p_0 uniform (k, k), in single precision.
        rate: the mean rate out of a state [1/time].
    """

    rates: NDArray[np.float32]
    rate: float

    @cached_property
    def _factor(self) -> tuple[NDArray[Any], NDArray[Any]]:
        lu, pivots = lu_factor(self.rates, check_finite=False)
        return lu, pivots

    def solve(self, populations: NDArray[Any]) -> NDArray[Any]:
        """The p with (-W + rate p_0 1^T) p = b.

        Args:
            populations: b (k,).

        Returns:
            (k,).
        """
        if np.iscomplexobj(populations):
            parts = np.stack([populations.real, populations.imag], axis=1)
            found = lu_solve(self._factor, parts, check_finite=False)
            return np.asarray(found[:, 0] + 1j * found[:, 1]).astype(populations.dtype)
        return np.asarray(lu_solve(self._factor, populations, check_finite=False))

    @cached_property
    def stationary(self) -> FloatArray:
        """The stationary populations (k,)."""
        found = np.abs(self.solve(np.full(len(self.rates), 1.0, dtype=np.float32)).astype(np.float64))
        return np.asarray(found / found.sum())


def golden_rule(liouvillian: Liouvillian, blocks: Superblocks, vectors: list[NDArray[Any]] | None) -> GoldenRule:
    """The rate equation between the states of an orthonormal frame.

    Args:
        liouvillian: the generator, of one point.
        blocks: the superblocks.
        vectors: the states in columns, a stack (c, s, s) for each group; None for the levels themselves.

    Returns:
        The rates.

    Cost:
        (levels)^2 numbers; for each channel and superblock a product of its states.
    """
    count = blocks.levels.size
    table = liouvillian.centred.table
    rates = np.zeros((count, count), dtype=np.float32)
    place = np.full(liouvillian.dimension, -1)
    place[blocks.levels] = np.arange(count)
    row, column = place[table.row], place[table.column]
    here = np.flatnonzero((row >= 0) & (column >= 0))
    row, column = row[here], column[here]
    if vectors is None:
        np.add.at(rates, (row, column), table.strength[here])
    else:
        states = [matrix for stack in vectors for matrix in stack]
        amplitude = (
            table.amplitude if np.iscomplexobj(table.amplitude) and table.amplitude.imag.any() else table.amplitude.real
        )
        label = np.repeat(np.arange(blocks.sizes.size), blocks.sizes)
        for channel in np.unique(table.channel[here]):
            one = table.channel[here] == channel
            jump = sparse.coo_array((amplitude[here[one]], (row[one], column[one])), shape=(count, count)).tocsr()
            for block in np.unique(label[column[one]]):
                source = slice(int(blocks.first[block]), int(blocks.first[block + 1]))
                part = jump[:, source]
                into = label[np.flatnonzero(np.diff(part.indptr))[0]]
                target = slice(int(blocks.first[into]), int(blocks.first[into + 1]))
                rates[target, source] += np.abs(states[into].conj().T @ (part[target] @ states[block])) ** 2
    out = rates.sum(axis=0, dtype=np.float64)
    mean = float(out.mean()) or 1.0
    rates *= -1.0
    rates[np.diag_indices(count)] += (out + FLOOR * mean).astype(np.float32)
    rates += np.float32(mean / count)
    return GoldenRule(rates, mean)
