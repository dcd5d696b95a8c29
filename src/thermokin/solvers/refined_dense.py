"""Solves with an ill-conditioned generator, refined by residuals in twice the precision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.numerics.corrections import Miss, ProbedWay, Solve, corrected, length
from thermokin.numerics.factorised import Factorised
from thermokin.numerics.trace_conserving import TraceConserving, flow_error, trace_conserving
from thermokin.solvers.trace_exact import TraceExact

__all__ = ["ROUNDINGS", "RefinedDense"]

HEALTHY = 1e10  # condition of the pinned generator up to which its factorisation surely makes residuals shrink
MEANT = 0.1  # part of a correction that rounding may make
ROUNDINGS = 4.0 * float(np.finfo(np.float64).eps)  # of an element that is made of a few products
BELOW = 1e-28  # of the largest rate: a slower one is lost in the rounding of the vectors that show it
TOLD = 1e-2  # part of the slowest rate, as far as seen, that rounding may be
ROUNDING = float(np.finfo(np.float64).eps)
TINY = 1e-300
Array = NDArray[Any]
_quiet = np.errstate(divide="ignore", invalid="ignore", over="ignore")


@dataclass(frozen=True, eq=False)
class RefinedDense:
    """The inverse of L among vectors without trace, right to the rounding of its elements where there is a way to it.

    Two factorisations lose different digits. The one of the pinned generator loses links that are weaker than rounding;
    elimination of the coherences before the populations keeps those, but loses what cancels in the flows that it adds.
    With either, a residual in twice the precision tells the error and mends it, unless all digits were lost.

    Args:
        matrix: L (..., n, n).
        places: (k,) where the populations stand.
        pin: the population whose equation is replaced.
        pinned: L with that equation replaced by the trace times the largest element of L.
        amplitudes: squares of what elements of the jump operators are known beside (..., k, k) [1/time].
    """

    matrix: Array
    places: IntArray
    pin: int
    pinned: Factorised
    amplitudes: FloatArray

    @property
    def _scale(self) -> FloatArray:
        return np.asarray(self.pinned.matrix[..., self.pin, self.pin].real)

    @cached_property
    def generator(self) -> TraceConserving:
        """L, its columns without trace."""
        return trace_conserving(self.matrix, self.places)

    @cached_property
    def exact(self) -> TraceExact:
        """Its elimination."""
        return TraceExact(self.matrix, self.places)

    @cached_property
    def _healthy(self) -> BoolArray:
        return np.asarray(self.pinned.condition <= HEALTHY)

    @cached_property
    def _probe(self) -> FloatArray:
        """A vector of no pattern without trace (n, 1)."""
        size = self.matrix.shape[-1]
        probe = np.cos(np.arange(size, dtype=np.float64) ** 2)[:, None]
        probe[self.places] -= probe[self.places].mean()
        return probe

    @cached_property
    def _shrinks(self) -> tuple[FloatArray, FloatArray]:
        """The first correction of the probe over its solution (...), by factorisation and by elimination.

        Infinite where a way is of no use.
        """
        return self._factor_probed.used, self._elimination_probed.used

    @cached_property
    def _factor_probed(self) -> ProbedWay:
        return self._probed(self._by_factor)

    @cached_property
    def _elimination_probed(self) -> ProbedWay:
        return self._probed(self._by_elimination)

    @_quiet
    def _probed(self, way: Solve) -> ProbedWay:
        once = way(self._probe)
        step = way(self.generator.miss(self._probe, once))
        growth = length(once) * self._scale / max(float(length(self._probe)), TINY)
        return ProbedWay(length(step) / np.maximum(length(once), TINY), np.asarray(growth * ROUNDING))

    @cached_property
    def eliminated(self) -> BoolArray:
        """Where elimination serves better than a factorisation (...)."""
        if self._healthy.all():
            return np.zeros(self.matrix.shape[:-2], dtype=bool)
        factor, elimination = self._shrinks
        return np.asarray(~self._healthy & ((elimination < factor) | self._by_rates))

    @cached_property
    def _by_rates(self) -> BoolArray:
        """Where no residual can tell, but rounding of the flows between populations changes nothing (...)."""
        deep = ~self._healthy & ~self._elimination_probed.mendable
        return deep & self.exact.told(self._probe, self.amplitudes) if deep.any() else deep

    @cached_property
    def lost(self) -> BoolArray:
        """Where neither makes residuals shrink (...): no digit is known."""
        if self._healthy.all():
            return np.zeros(self.matrix.shape[:-2], dtype=bool)
        return np.asarray(~self._healthy & ~self._by_rates & ~np.isfinite(np.minimum(*self._shrinks)))

    @cached_property
    def _mendable(self) -> BoolArray:
        if self._healthy.all():
            return np.ones(self.matrix.shape[:-2], dtype=bool)
        other = np.where(self.eliminated, self._elimination_probed.mendable, self._factor_probed.mendable)
        return np.asarray(self._healthy | other)

    @cached_property
    def unmended(self) -> FloatArray:
        """Part of a solution that is not known since no correction mends it (...)."""
        if self._mendable.all():
            return np.zeros(self.matrix.shape[:-2])
        return np.where(self._mendable, 0.0, np.minimum(*self._shrinks))

    @cached_property
    @_quiet
    def growth(self) -> FloatArray:
        """How much a vector of no pattern grows under the inverse, times the largest rate (...)."""
        return np.asarray(length(self.solve(self._probe)) * self._scale / max(float(length(self._probe)), TINY))

    @cached_property
    @_quiet
    def told(self) -> BoolArray:
        """Where the slowest rate is known in spite of the rounding of the elements that make it (...).

        What only such rounding joins is not told from several stationary states.
        """
        found = self._told_by_vectors
        if self.eliminated.any():
            return np.where(self.eliminated & ~self.lost, self.exact.told(self._probe, self.amplitudes), found)
        return found

    @property
    def _told_by_vectors(self) -> BoolArray:
        """From y L x, where y and x are nearly the slowest mode's."""
        x = self._solved(self._probe)
        y = self.without_mean(self._solved_transposed(self.without_mean(self._probe)))
        rate = np.abs((y * self.generator.miss(np.zeros_like(x), x)).sum(axis=(-2, -1)))
        unsure = ROUNDINGS * flow_error(np.abs(self.matrix), self.places, y[..., 0], x[..., 0])
        unsure = unsure + BELOW * self._scale * length(x) * length(y)
        return np.asarray(np.isfinite(unsure) & (unsure <= TOLD * rate))

    def without_mean(self, rows: Array) -> Array:
        """Row vectors less what makes their mean over p.

        Args:
            rows: (..., n, m), each column a row vector of its own.

        Returns:
            (..., n, m), likewise.
        """
        trace = np.zeros((self.matrix.shape[-1], 1))
        trace[self.places] = 1.0
        return np.asarray(rows - trace * (self.stationary[..., None] * rows).sum(axis=-2, keepdims=True))

    @cached_property
    @_quiet
    def stationary(self) -> Array:
        """The vector p (..., n) with L p = 0, of trace one."""
        source = np.zeros((*self.matrix.shape[:-1], 1))
        source[..., self.pin, 0] = self._scale
        start = self.pinned.solve(source)
        if self.eliminated.any():
            start = np.where(self.eliminated[..., None, None], self.exact.null[..., None], start)
        start = start / start[..., self.places, :].sum(axis=-2, keepdims=True)
        found = self.mended(np.zeros_like(source), self._solved, self.generator.miss, start)[..., 0]
        return np.asarray(found / found[..., self.places].sum(axis=-1, keepdims=True))

    @_quiet
    def solve(self, right: Array) -> Array:
        """The x (..., n, m) with L x = b and tr x = 0, for b (..., n, m) without trace."""
        found = self.mended(right, self._solved, self.generator.miss)
        traces = found[..., self.places, :].sum(axis=-2, keepdims=True)
        return np.asarray(found - self.stationary[..., None] * traces)

    @_quiet
    def solve_transposed(self, right: Array) -> Array:
        """The y with y L = c, up to a multiple of the trace.

        Args:
            right: c (..., n, m), each column a row vector of its own whose product with p is zero.

        Returns:
            y (..., n, m), likewise.
        """
        return self.mended(right, self._solved_transposed, self.generator.miss_transposed)

    @_quiet
    def mended(self, right: Array, way: Solve, miss: Miss, start: Array | None = None) -> Array:
        """A solution, corrected until rounding of each element is all that is left of a correction.

        Args:
            right: (..., n, m).
            way: nearly solves.
            miss: right side and solution to what is left of the right side.
            start: what to correct; what `way` finds if None.

        Returns:
            (..., n, m).
        """
        start = way(right) if start is None else start
        return corrected(start, right, way, miss, self._meant)

    def _meant(self, left: Array, size: FloatArray, way: Solve) -> BoolArray:
        """Whether a correction is more than what rounding of the residual makes of it (..., 1, m)."""
        surely = self._mendable[..., None, None]
        if surely.all() or self.eliminated.all():  # an elimination loses no more than that
            return surely
        pattern = np.where(np.arange(left.shape[-2])[:, None] % 3 == 1, -ROUNDING, ROUNDING)
        noise = np.linalg.norm(way(pattern * left), axis=-2, keepdims=True)
        return np.asarray(surely | (~self.eliminated[..., None, None] & (noise <= MEANT * size)))

    def _solved(self, right: Array) -> Array:
        return self.by_either(right, self._by_factor, self._by_elimination)

    def _solved_transposed(self, right: Array) -> Array:
        return self.by_either(right, self._by_factor_transposed, self._by_elimination_transposed)

    def by_either(self, right: Array, factor: Solve, elimination: Solve) -> Array:
        """A solve by the way that serves each point.

        Args:
            right: (..., n, m).
            factor: the one way.
            elimination: the other.

        Returns:
            (..., n, m).
        """
        if self.eliminated.all():
            return elimination(right)
        if not self.eliminated.any():
            return factor(right)
        return np.where(self.eliminated[..., None, None], elimination(right), factor(right))

    def _by_factor(self, right: Array) -> Array:
        right = right.copy()
        right[..., self.pin, :] = 0.0
        return self.pinned.solve(right)

    def _by_factor_transposed(self, right: Array) -> Array:
        # What multiplies the trace in place of the dropped equation is not wanted.
        found = self.pinned.solve_transposed(right)
        found[..., self.pin, :] = 0.0
        return found

    def _by_elimination(self, right: Array) -> Array:
        return np.asarray(-self.exact.solve(right))

    def _by_elimination_transposed(self, right: Array) -> Array:
        return np.asarray(-self.exact.solve_transposed(right))
