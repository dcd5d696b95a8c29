"""Solves with a generator that keep the trace exactly: coherences first, then populations without their diagonal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.numerics.corrections import length
from thermokin.numerics.eliminated_generator import EliminatedGenerator, eliminated_generator
from thermokin.numerics.factorised import Factorised
from thermokin.numerics.positive_elimination import NoWayOutError
from thermokin.solvers.uniqueness import unsolvable

__all__ = ["TraceExact"]

PINNED_ABOVE = 0.1  # share of the largest population that a pinned one must have
ROUNDINGS = 4.0 * float(np.finfo(np.float64).eps)  # of an element that is made of a few products
TOLD = 1e-2  # change of a solution, relative to its length, up to which rounding leaves it known
Array = NDArray[Any]
# An elimination that fails shows as numbers that are none, and is looked for.
_quiet = np.errstate(divide="ignore", invalid="ignore", over="ignore")


@dataclass(frozen=True, eq=False)
class TraceExact:
    """The inverse of z - L among vectors without trace.

    Once the coherences are eliminated, the columns of what is left for the populations sum to zero, because the trace
    is conserved. So their diagonal is known from the elements off it, and links of any strength keep their digits.
    For closed populations these are never negative and no digit can be lost; with coherences some may be negative.

    Args:
        matrix: L (..., n, n).
        places: (k,) where the populations stand.
        likely: (..., k) populations, as far as known; None if they are not.
        shift: z [1/time].
    """

    matrix: Array
    places: IntArray
    likely: FloatArray | None = None
    shift: complex = 0.0

    @cached_property
    def _others(self) -> IntArray:
        """(n - k,) the coherences."""
        return np.delete(np.arange(self.matrix.shape[-1]), self.places)

    @property
    def _closed(self) -> bool:
        return self._others.size == 0

    @cached_property
    def _inner(self) -> Factorised:
        """L among coherences, less the shift."""
        inner = self.matrix[..., self._others[:, None], self._others]
        return Factorised(inner - self.shift * np.eye(self._others.size) if self.shift else inner)

    @cached_property
    def _out(self) -> Array:
        """From coherences into populations (..., k, n - k)."""
        return np.asarray(self.matrix[..., self.places[:, None], self._others])

    @cached_property
    def _follow(self) -> Array:
        """How coherences follow populations (..., n - k, k), less the sign."""
        return self._inner.solve(self.matrix[..., self._others[:, None], self.places])

    @cached_property
    def _led(self) -> Array:
        """What coherences lead to (..., k, n - k)."""
        return self._inner.solve_transposed(self._out.swapaxes(-1, -2)).swapaxes(-1, -2)

    @cached_property
    def _rates(self) -> Array:
        """The generator of the populations alone (..., k, k); its diagonal is not to be used."""
        rates = self.matrix[..., self.places[:, None], self.places]
        return np.asarray(rates if self._closed else rates - self._out @ self._follow)

    @cached_property
    def _reduced(self) -> EliminatedGenerator:
        if self.likely is not None:
            return self._eliminated(self._rates, self.likely)
        level, lost = np.arange(self.places.size), np.ones(self.matrix.shape[:-2], dtype=bool)
        pinned = np.zeros(self.places.size)
        for pin in level:  # a population that dies out leaves nothing to measure the others by
            pinned = np.where(lost[..., None], level == pin, pinned)
            made = self._eliminated(self._rates, pinned)
            likely = np.abs(made.stationary)
            lost = np.asarray(~np.isfinite(likely).all(axis=-1))
            if not lost.any():
                break
        likely = np.where(lost[..., None], pinned, likely)
        share = np.where(pinned > 0.0, likely, 0.0).max(axis=-1)
        if (share >= PINNED_ABOVE * likely.max(axis=-1)).all():
            return made
        return self._eliminated(self._rates, likely)

    def _eliminated(self, rates: Array, likely: FloatArray) -> EliminatedGenerator:
        signed = not self._closed or bool(self.shift)
        try:
            return eliminated_generator(rates, likely, self.shift, signed=signed)
        except NoWayOutError as error:
            if rates.ndim == 2:
                raise unsolvable() from error
            # Links below all doubles at some points: those alone come out as numbers that are none.
            return eliminated_generator(rates, likely, self.shift, signed=True)

    @cached_property
    @_quiet
    def null(self) -> Array:
        """The vector (..., n) of trace one that the shifted motion keeps up from one population: the stationary one."""
        return self._of_populations(self._reduced.stationary[..., None])[..., 0]

    def _of_populations(self, populations: Array) -> Array:
        if self._closed:
            return populations
        return self._joined(populations, -(self._follow @ populations))

    def _joined(self, populations: Array, coherences: Array) -> Array:
        batch = np.broadcast_shapes(populations.shape[:-2], coherences.shape[:-2])
        kind = np.result_type(populations, coherences)
        out = np.empty((*batch, self.matrix.shape[-1], populations.shape[-1]), dtype=kind)
        out[..., self.places, :], out[..., self._others, :] = populations, coherences
        return out

    @_quiet
    def solve(self, right: Array) -> Array:
        """The x (..., n, m) with (z - L) x = b and tr x = 0, for b (..., n, m) without trace."""
        if self._closed:
            found = -self._reduced.solve(right)
        else:
            straight = self._inner.solve(right[..., self._others, :])
            populations = -self._reduced.solve(right[..., self.places, :] - self._out @ straight)
            found = self._joined(populations, -straight - self._follow @ populations)
        traces = found[..., self.places, :].sum(axis=-2, keepdims=True)
        return np.asarray(found - self.null[..., None] * traces)

    @_quiet
    def spread(self, right: Array) -> Array:
        """The x with -L x = b that is zero at the pinned level; of closed populations, without subtraction.

        Args:
            right: b (..., n, m), >= 0.

        Returns:
            x (..., n, m), >= 0.
        """
        return np.asarray(-self._reduced.solve(right))

    @_quiet
    def solve_transposed(self, right: Array) -> Array:
        """The y with y (z - L) = c, up to a multiple of the trace.

        Args:
            right: c (..., n, m), each column a row vector of its own whose product with `null` is zero.

        Returns:
            y (..., n, m), likewise.
        """
        if self._closed:
            found = -self._reduced.solve_transposed(right)
        else:
            outer = right[..., self._others, :]
            inward = right[..., self.places, :] - self._follow.swapaxes(-1, -2) @ outer
            populations = -self._reduced.solve_transposed(inward)
            coherences = -self._inner.solve_transposed(outer) - self._led.swapaxes(-1, -2) @ populations
            found = self._joined(populations, coherences)
        along = (self.null[..., None] * found).sum(axis=-2, keepdims=True)
        found[..., self.places, :] -= along
        return found

    @_quiet
    def told(self, right: Array, amplitudes: FloatArray) -> BoolArray:
        """Where a solution is known in spite of the rounding of the elements that link populations (...).

        Two parts that only such rounding joins are not told from two stationary states.

        Args:
            right: b (..., n, 1), without trace.
            amplitudes: squares of what elements of the jump operators are known beside (..., k, k) [1/time].

        Returns:
            The verdict.

        Cost:
            Two more eliminations.
        """
        if self._closed:
            return np.ones(self.matrix.shape[:-2], dtype=bool)
        moved = -self._out @ self._inner.solve(right[..., self._others, :]) + right[..., self.places, :]
        noise, exact = self._noise(amplitudes), self._reduced.drazin(moved)
        told = np.ones(self.matrix.shape[:-2], dtype=bool)
        for rates in (self._rates + noise, self._rates - noise):
            other = self._eliminated(rates, np.abs(self._reduced.stationary)).drazin(moved)
            told &= np.isfinite(length(exact)) & (length(other - exact) <= TOLD * length(exact))
        return told

    def _noise(self, amplitudes: FloatArray) -> FloatArray:
        """Rounding of the elements that link populations (..., k, k), of those of the jump operators too."""
        matrix = np.abs(self.matrix)
        inner, fed = matrix[..., self._others[:, None], self._others], matrix[..., self._others[:, None], self.places]
        follow, out = np.abs(self._follow), np.abs(self._out)
        lost = follow + np.abs(self._inner.inverse) @ (fed + inner @ follow)
        size = matrix.shape[-1] * amplitudes
        direct = matrix[..., self.places[:, None], self.places]
        return np.asarray(ROUNDINGS * (direct + out @ lost + ROUNDINGS * size))
