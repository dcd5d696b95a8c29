"""The second orders of lambda(x_1, x_2, ...) for several currents, and what rounding has done to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, FloatArray
from thermokin.counting.count_gauge import CountedLinks, counted_links
from thermokin.counting.counted_series import ROUNDINGS, after
from thermokin.counting.cumulants import series_of
from thermokin.counting.dark_states import could_be_counted, dark, dark_error
from thermokin.solvers.resolvent import Gain, LeftSolves, Resolvent, Vectors

__all__ = ["CovarianceSeries"]


@dataclass(frozen=True, eq=False)
class CovarianceSeries:
    """C_ab = <<1|K_ab p + <<1|K_a r_b + <<1|K_b r_a with L r_a = (c_a - K_a) p.

    K_a weighs the jumps by what they count of a, K_ab by the product of both, in a gauge for each of the two.

    Args:
        resolvent: of L.
        weights: of each current (..., k).
    """

    resolvent: Resolvent
    weights: tuple[FloatArray, ...]

    @cached_property
    def _links(self) -> tuple[CountedLinks, ...]:
        return counted_links(self.resolvent, self.weights)

    @cached_property
    def _gains(self) -> list[Gain]:
        return [links.gain(_once) for links in self._links]

    def _pair(self, one: int, two: int) -> Gain:
        """K_ab."""
        return self._links[one].paired(self._links[two])

    @property
    def _state(self) -> Vectors:
        return self.resolvent.stationary[..., None]

    @cached_property
    def _means(self) -> list[FloatArray]:
        trace = self.resolvent.block.trace
        return [np.asarray((trace @ (gain @ self._state))[..., 0].real) for gain in self._gains]

    @property
    def mean(self) -> FloatArray:
        """The currents (..., c)."""
        means = np.stack(np.broadcast_arrays(*self._means), axis=-1)
        return np.where(self._dark, 0.0, means) if self._dark.any() else means

    @cached_property
    def _dark(self) -> BoolArray:
        """Which currents count nothing at rest (..., c), so that they go along with no other."""
        if not self.resolvent.delicate:
            return np.zeros(len(self.weights), dtype=bool)
        return np.stack(np.broadcast_arrays(*(dark(self.resolvent, one) for one in self.weights)), axis=-1)

    @property
    def _dark_pairs(self) -> BoolArray:
        """Of which pairs one counts nothing (..., c, c)."""
        return self._dark[..., :, None] | self._dark[..., None, :]

    @cached_property
    def _right(self) -> tuple[Vectors, Vectors]:
        """What drives the responses, and the responses, one column for each current (..., n, c)."""
        state = self._state
        parts = [
            mean[..., None, None] * state - gain @ state for mean, gain in zip(self._means, self._gains, strict=True)
        ]
        right = np.concatenate(np.broadcast_arrays(*parts), axis=-1)
        return right, self.resolvent.drazin(right)

    @property
    def defect(self) -> FloatArray:
        """The backward error of the solves (...)."""
        return self.resolvent.backward_error(*self._right)

    @property
    def values(self) -> FloatArray:
        """(..., c, c)."""
        return np.where(self._dark_pairs, 0.0, self._found) if self._dark.any() else self._found

    @cached_property
    def _found(self) -> FloatArray:
        """What the solves give (..., c, c)."""
        trace, responses = self.resolvent.block.trace, self._right[1]

        def value(one: int, two: int) -> FloatArray:
            direct = self._pair(one, two) @ self._state
            crossed = self._gains[one] @ responses[..., [two]] + self._gains[two] @ responses[..., [one]]
            return np.asarray((trace @ (direct + crossed))[..., 0].real)

        return self._symmetric(value)

    @cached_property
    def activity(self) -> FloatArray:
        """Jumps per time, each with the size of the product of both weights (..., c, c)."""
        block, state = self.resolvent.block, self.resolvent.stationary

        def value(one: int, two: int) -> FloatArray:
            row = block.rate_row(np.abs(self.weights[one] * self.weights[two]))
            return np.asarray((row * state).sum(axis=-1).real)

        return self._symmetric(value)

    def _symmetric(self, value: Any) -> FloatArray:
        count = len(self.weights)
        found = [
            [value(max(one, two), min(one, two)) if two <= one else None for two in range(count)]
            for one in range(count)
        ]
        batch = np.broadcast_shapes(*(part.shape for row in found for part in row if part is not None))
        out = np.empty((*batch, count, count))
        for one in range(count):
            for two in range(one + 1):
                out[..., one, two] = out[..., two, one] = found[one][two]
        return out

    @property
    def error(self) -> FloatArray:
        """The error of each by rounding (..., c, c), from above as a rule: of solves, or of dark operators."""
        lost = self.lost
        if not self._dark.any():
            return lost
        rates = [could_be_counted(self.resolvent, weights**2) for weights in self.weights]
        leaking = np.stack(np.broadcast_arrays(*(dark_error(self.resolvent, rate, 2) for rate in rates)), axis=-1)
        noise = np.abs(np.diagonal(self.values, axis1=-2, axis2=-1)) + np.diagonal(lost, axis1=-2, axis2=-1)
        noise = np.where(self._dark, leaking, noise)
        # No covariance is larger than the root of both noises.
        return np.where(self._dark_pairs, np.sqrt(noise[..., :, None] * noise[..., None, :]), lost)

    @property
    def lost(self) -> FloatArray:
        """What solves may have lost of each (..., c, c); nothing in the dark, where none is needed."""
        return np.where(self._dark_pairs, 0.0, self._by_solves) if self._dark.any() else self._by_solves

    @cached_property
    def _by_solves(self) -> FloatArray:
        """An estimate from above of the error of each by rounding (..., c, c), as in `CountedSeries`."""
        solves = self.resolvent.left
        if solves is None:
            noise = [self._noise_error(weights) for weights in self.weights]
            return np.sqrt(np.multiply.outer(noise, noise))
        rows = self._rows(solves)
        return self._symmetric(lambda one, two: self._error_of(solves, rows, one, two))

    def _noise_error(self, weights: FloatArray) -> float:
        return float(series_of(self.resolvent, weights, 2).error[1])

    def _rows(self, solves: LeftSolves) -> Vectors:
        """l_a, one column for each current (..., n, c)."""
        trace = self.resolvent.block.trace[:, None]
        parts = [
            mean[..., None, None] * trace - after(trace, gain)
            for mean, gain in zip(self._means, self._gains, strict=True)
        ]
        return solves.adjoint(np.concatenate(np.broadcast_arrays(*parts), axis=-1))

    def _error_of(self, solves: LeftSolves, rows: Vectors, one: int, two: int) -> FloatArray:
        state, trace = self._state, self.resolvent.block.trace[:, None]
        left, right = ([part[..., [number]] for number in (one, two)] for part in (rows, self._right[1]))
        gains, pair = [self._gains[number] for number in (one, two)], self._pair(one, two)
        means = [self._means[number][..., None, None] for number in (one, two)]
        flow = after(trace, pair) + after(left[0], gains[1]) + after(left[1], gains[0])
        other = (flow * state).sum(axis=(-2, -1)).real
        both = solves.adjoint(means[0] * left[1] + means[1] * left[0] - flow)
        both = both - trace * (left[0] * right[1] + left[1] * right[0]).sum(axis=-2, keepdims=True)
        sizes = [self._links[number].size(_once) for number in (one, two)]
        sizes.append(self._links[one].paired_size(self._links[two]))
        moved = solves.flow_error(both[..., 0], state[..., 0])
        moved = moved + (trace * (sizes[2] @ np.abs(state))).sum(axis=(-2, -1))
        for a, b in ((0, 1), (1, 0)):
            moved = moved + solves.flow_error(left[a][..., 0], right[b][..., 0])
            fed = sizes[b] @ np.abs(state) + np.abs(means[b] * state)
            moved = moved + (np.abs(left[a]) * fed).sum(axis=(-2, -1))
            moved = moved + (trace * (sizes[a] @ np.abs(right[b]))).sum(axis=(-2, -1))
        return np.asarray(ROUNDINGS * moved + np.abs(other - self._found[..., one, two]))


def _once(counts: FloatArray) -> FloatArray:
    return counts
