"""How far populations lag behind, where Hamiltonians are diagonal and states are Gibbs states."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._threads import few_threads
from thermokin._typing import FloatArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.population_block import PopulationBlock
from thermokin.slow_driving.changes import Changes
from thermokin.slow_driving.gibbs_shares import spread
from thermokin.solvers.choice import prepared
from thermokin.solvers.method import Auto
from thermokin.solvers.resolvent import Resolvent

__all__ = ["LevelLag"]


@dataclass(frozen=True, eq=False)
class LevelLag:
    """The Drazin inverse of rates on what controls do to populations: numbers in place of matrices.

    Args:
        force: d E_l/d lambda_j (k, n, d).
        exponent: d (E_l/T)/d lambda_j (k, n, d).
        populations: of the Gibbs states (k, d).
        resolvent: of the rates.
    """

    force: FloatArray
    exponent: FloatArray
    populations: FloatArray
    resolvent: Resolvent

    @classmethod
    def of(cls, changes: Changes) -> LevelLag | None:
        """The lag of a family.

        Args:
            changes: of the family, at points.

        Returns:
            The lag; None where coherences take part, states are no Gibbs states, or points have models of their own.
        """
        slopes = changes.of_levels
        if slopes is None or len(changes.stack) > 1 or not changes.states[0].is_diagonal:
            return None
        liouvillian = Liouvillian(changes.stack[0])
        if not liouvillian.populations_closed:
            return None
        block = PopulationBlock(liouvillian, np.arange(liouvillian.dimension))
        known = np.asarray(changes.states[0].populations)
        return cls(*slopes, changes.populations, prepared(block, Auto(), known))

    @cached_property
    def _lags(self) -> FloatArray:
        """Of the states that a control moves, and of the force times the state (k, 2n, d)."""
        count = self.force.shape[1]
        moved = spread(self.populations, np.concatenate([-self.exponent, self.force], axis=1))
        with few_threads(moved.shape[-1]):
            found = self.resolvent.drazin(np.ascontiguousarray(moved.swapaxes(-1, -2)))
        found = np.asarray(found, dtype=np.float64).swapaxes(-1, -2)
        return found.reshape(-1, 2 * count, moved.shape[-1])

    @property
    def lag(self) -> FloatArray:
        """L^D dp/d lambda_j (k, n, d)."""
        return self._lags[:, : self.force.shape[1]]

    @property
    def lag_of_force(self) -> FloatArray:
        """L^D p (F_j - <F_j>) (k, n, d)."""
        return self._lags[:, self.force.shape[1] :]

    @property
    def rounding(self) -> FloatArray:
        """How far a lag may be off, relative to its size (k,)."""
        return np.broadcast_to(self.resolvent.solution_error, len(self.populations))
