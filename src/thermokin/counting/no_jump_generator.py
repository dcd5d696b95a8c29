"""The motion of a block between monitored jumps, and the inverse of its generator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import expm
from scipy.sparse import csc_array, csr_array

from thermokin._cached import cached_property
from thermokin._errors import NotConvergedError
from thermokin._typing import BoolArray, FloatArray
from thermokin.counting.lost_digits import WANTED, marked_beside
from thermokin.liouville.population_block import PopulationBlock
from thermokin.numerics.factorised import pointwise, sparse_factor
from thermokin.numerics.grid_walk import sparse_steps, walk
from thermokin.numerics.positive_elimination import NoWayOutError, PositiveElimination, positive_elimination
from thermokin.numerics.positive_exponential import positive_exponential
from thermokin.solvers.dense import DenseResolvent
from thermokin.solvers.resolvent import Resolvent

__all__ = ["NoJumpGenerator"]

# Points of a sweep that never end show as numbers that are none, and are looked for.
_quiet = np.errstate(divide="ignore", invalid="ignore", over="ignore")


@dataclass(frozen=True, eq=False)
class NoJumpGenerator:
    """L_0 = L - J_M, J_M the jumps of the monitored channels.

    Args:
        resolvent: the prepared generator L.
        monitored: (k,) which channels are seen.
    """

    resolvent: Resolvent
    monitored: BoolArray

    @property
    def _dense(self) -> bool:
        return isinstance(self.resolvent, DenseResolvent)

    @cached_property
    def matrix(self) -> FloatArray | csc_array:
        """L_0 (..., n, n) [1/time]."""
        block, seen = self.resolvent.block, self.monitored.astype(np.float64)
        if self._dense:
            return np.asarray((block.matrix - block.jumps(seen)).real)
        return csc_array(block.sparse - block.sparse_jumps(seen))

    @cached_property
    def _factor(self) -> object:
        return sparse_factor(self.matrix)

    @cached_property
    def _eliminated(self) -> PositiveElimination:
        """-L_0 of closed populations: jumps that are seen leave for good, the others go from level to level."""
        block, seen = self.resolvent.block, self.monitored.astype(np.float64)
        inside, seen_rates = block.jumps(1.0 - seen).real, block.rate_row(seen).real
        try:
            return positive_elimination(inside, seen_rates)
        except NoWayOutError:
            if inside.ndim == 2:
                raise
            return positive_elimination(inside, seen_rates, signed=True)  # such points come out as none

    @_quiet
    def time_spent(self, state: FloatArray) -> FloatArray:
        """The integral of exp(L_0 t) over all times on a state, -L_0^-1 x.

        Args:
            state: x (..., n).

        Returns:
            (..., n).

        Raises:
            NotConvergedError: if part of the state never sees a monitored jump.
        """
        try:
            if self._closed:
                return np.asarray(self._eliminated.solve(state[..., None])[..., 0])
            if self._dense:
                return -pointwise(np.linalg.solve, self.matrix, state[..., None])[..., 0]
            return np.asarray(-self._factor.solve(np.ascontiguousarray(state)))  # type: ignore[attr-defined]
        except (np.linalg.LinAlgError, NoWayOutError, RuntimeError) as error:
            raise NotConvergedError(
                "the motion between monitored jumps never ends from some states.",
                float("inf"),
                "Monitor more channels, or leave out the states that no jump leaves.",
            ) from error

    def spent(self, start: FloatArray, count: int, gone: BoolArray) -> list[FloatArray]:
        """(-L_0)^-n on a start, n = 0 .. count, where they have kept their digits.

        Args:
            start: of trace one (..., n).
            count: the largest n.
            gone: points (...) without a start.

        Returns:
            The states (..., n); NaN from n = 1 on at points of a sweep that have lost their digits.

        Raises:
            NotConvergedError: if part of the state never sees a monitored jump, or so late that digits are lost.
        """
        states = [start]
        for _ in range(count):
            states.append(self.time_spent(states[-1]))
        missed = self.missed(states[1])
        worst = float(np.max(missed, initial=0.0))
        refusal = NotConvergedError(
            f"the probabilities of all next jumps differ from 1 by {worst:.1e}: the motion between monitored jumps "
            "has modes too slow for its fastest rate.",
            worst,
            "Monitor the jumps that end them, or leave out the links that are too slow to matter.",
        )
        # Written so that a number that is none has no digits.
        kept = np.where(missed <= WANTED, 1.0, np.nan)[..., None]
        kept = marked_beside(kept, gone, refusal, "times between jumps lost their digits")
        return [start, *(state * kept for state in states[1:])]

    def missed(self, spent: FloatArray) -> FloatArray:
        """|1 - the probability that a monitored jump comes at last| (...): what the solve for the time spent lost.

        Args:
            spent: the time spent in each state by a start of trace one (..., n).

        Returns:
            The part that is missed.
        """
        seen = self.resolvent.block.rate_row(self.monitored.astype(np.float64)).real
        return np.asarray(np.abs(1.0 - (seen * spent).sum(axis=-1)))

    @property
    def _closed(self) -> bool:
        return self._dense and isinstance(self.resolvent.block, PopulationBlock)

    @cached_property
    def _into_sight(self) -> FloatArray:
        """The rates of closed populations with one level more, which takes all whose next jump was seen."""
        block, seen = self.resolvent.block, self.monitored.astype(np.float64)
        size = block.size
        rates = np.zeros((*self.matrix.shape[:-2], size + 1, size + 1))
        rates[..., :size, :size], rates[..., size, :size] = self.matrix, block.rate_row(seen).real
        return rates

    def _propagator(self, step: FloatArray) -> FloatArray:
        """exp(L_0 h); of closed populations without subtraction, so that slow links keep their digits however late."""
        if self._closed:
            return positive_exponential(self._into_sight, step)[0]
        return np.asarray(expm(self.matrix * float(step)))

    def along(self, state: FloatArray, times: FloatArray) -> FloatArray:
        """exp(L_0 t) x.

        Args:
            state: x (..., n).
            times: t (t,), ascending from 0 on.

        Returns:
            (..., t, n).
        """
        if not self._dense:
            matrix = csr_array(self.matrix)
            return walk(sparse_steps(matrix), state, times)
        if self._closed:
            watched = np.concatenate([state, np.zeros((*state.shape[:-1], 1))], axis=-1)
            return walk(self._propagator, watched, times, self.matrix.shape[:-2])[..., : state.shape[-1]]
        return walk(self._propagator, state, times, self.matrix.shape[:-2])
