"""What a state is expected to count in excess of the mean current, and what single jumps do to a current by it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import FloatArray
from thermokin.linear_response.adjoint_solution import AdjointSolution, Array
from thermokin.linear_response.link_counts import LinkCounts, link_counts
from thermokin.linear_response.state_error import state_error
from thermokin.linear_response.steady_jumps import SteadyJumps
from thermokin.numerics.level_sums import scatter

__all__ = ["CurrentExcess"]

EPSILON = float(np.finfo(np.float64).eps)
MOST_POINTS = 256  # of a sweep, beyond which trees are grown only where digits are at stake
SAMPLES = 8  # random roundings of the generator's elements that are followed
ROUNDINGS = 4.0  # of a rate, kept as the square of an amplitude; and of Y, from which its mean is taken
ABOVE = 6.0  # times the largest of them


@dataclass(frozen=True, eq=False)
class CurrentExcess(AdjointSolution):
    """What single jumps do to a current, by its adjoint solution Y.

    The mean current answers to d ln(rate of k), that is L_k -> exp(x/2) L_k at fixed H, by v_k = c_k a_k + tr(Y D[L_k]
    rho), one solve for all jumps together.
    """

    @cached_property
    def rates(self) -> FloatArray:
        """a_k (..., k) [1/time], how often each channel jumps."""
        return self._per_channel(self.jumps.rates) if self.closed else self.jumps.rates

    def _per_channel(self, values: Array) -> Array:
        """The sum of (..., m) over the jumps from level to level of each channel (..., k)."""
        return np.asarray(scatter(values, self.table.channel, self.table.size))

    def _across(self, vector: Array) -> Array:
        """Y_target - Y_source of each jump from level to level (..., m)."""
        levels = self._frame_state(vector)
        return np.asarray(levels[..., self.table.row] - levels[..., self.table.column])

    @cached_property
    def _tree(self) -> LinkCounts | None:
        """What each jump counts once counts along the strongest links are moved away; None where that is no help."""
        whole = self.closed and self.resolvent.block.size == self.table.dimension
        if not whole or self.frequency or self.observable is not None:
            return None
        points = int(np.prod(self.steady_state.populations.shape[:-1]))
        if points > MOST_POINTS and not self.resolvent.delicate:
            return None
        return link_counts(self.resolvent, self.weights, thin=self._solves.thin)

    @cached_property
    def _moved_vector(self) -> Array:
        """Y in the gauge of the tree, or as it is (..., n)."""
        return self.vector if self._tree is None else self._solved(self._counted_row)[..., 0]

    @cached_property
    def _counted_row(self) -> Array:
        tree = self._tree
        if tree is None:
            return self._row
        rates = self.table.strength * tree.counts
        return scatter(np.asarray(rates), self.table.column, self.table.dimension)[..., None]

    @property
    def followed(self) -> bool:
        """Whether `gained_error` is told by roundings that are followed, which takes some solves at each point."""
        return self._tree is not None

    @cached_property
    def gained_error(self) -> FloatArray:
        """An estimate from above of the error of `gained` by rounding, of closed populations (..., m)."""
        moved = np.abs(np.stack([self._across(push) for push in self._pushes])).max(axis=0)
        return np.asarray(moved + self._rounding + np.abs(self.gained) * self._unsure_flow)

    @cached_property
    def gained(self) -> Array:
        """What a jump from level to level is expected to count from now on, c + Y_target - Y_source (..., m)."""
        counts = self.weights[..., self.table.channel] if self._tree is None else self._tree.counts
        return np.asarray(counts + self._across(self._moved_vector))

    @cached_property
    def _sizes(self) -> FloatArray:
        """What the same would be if nothing in it cancelled (..., m)."""
        size, table = np.abs(self._frame_state(self._moved_vector)), self.table
        counts = np.abs(self.weights[..., table.channel])
        if self._tree is not None:
            counts = np.abs(self._tree.counts) + self._tree.blur / EPSILON
        return np.asarray(counts + size[..., table.row] + size[..., table.column])

    @cached_property
    def responses(self) -> Array:
        """v_k (..., k) [amount/time], complex at a frequency."""
        if self._tree is not None:
            return self._per_channel(self.jumps.rates * self.gained)
        return np.asarray(self.weights * self.rates + self._moved(self.vector))

    def _moved(self, vector: Array) -> Array:
        """tr(Y D[L_k] rho) (..., k)."""
        if self.closed:
            return self._per_channel(self.jumps.rates * self._across(vector))
        if np.iscomplexobj(vector) and vector.imag.any():
            return np.asarray(self._moved(vector.real) + 1j * self._moved(vector.imag))
        operator = self._operator(vector)
        lost = self.jumps.decayed(np.asarray(self.steady_state.matrix @ operator))
        return np.asarray(self.jumps.means(operator) - lost.real)

    @property
    def scale(self) -> FloatArray:
        """What a response is measured by (..., k): all that is counted either way, per time, or what is observed."""
        counted = (np.abs(self.weights) * self.rates).sum(axis=-1, keepdims=True)
        observed = 0.0 if self.observable is None else np.abs(self.observable).max()
        return np.asarray((counted + observed + self._least(1)) * np.ones(self.rates.shape))

    def _least(self, power: int) -> FloatArray:
        """A rounding of what all jumps could count (..., 1): where no state is left that jumps, that is nothing."""
        possible = np.abs(self.weights) ** power * self.table.channel_strength
        return np.asarray(EPSILON * possible.max(axis=-1, keepdims=True, initial=0.0))

    @cached_property
    def error(self) -> FloatArray:
        """An estimate from above of the error of each v_k by rounding (..., k)."""
        moved = np.abs(np.stack([self._moved(push) for push in self._pushes])).max(axis=0)
        if self.closed:
            unsure = np.abs(self.gained) * self._unsure_flow + self._rounding
            return np.asarray(moved + self._per_channel(self.jumps.rates * unsure))
        length = np.sqrt((np.abs(self.vector) ** 2).sum(axis=-1))[..., None]
        rounding = self.resolvent.block.size * EPSILON * (np.abs(self.weights) + 2.0 * length) * self.rates
        return np.asarray(moved + rounding + self._by_state)

    @property
    def _by_state(self) -> FloatArray:
        """How far each v_k moves with the coherent steady state, for some random roundings of the generator."""
        resolvent, parts = self.resolvent, []
        flow = self._above * EPSILON * self._sizes_moved(np.abs(resolvent.stationary))
        pushed = resolvent.drazin(flow[..., None] * self._signs)
        for number in range(SAMPLES):
            off = self._operator(pushed[..., number])
            away = SteadyJumps(replace(self.steady_state, frame_state=off))
            lost = away.decayed(np.asarray(off @ self._operator(self.vector)))
            parts.append(self.weights * away.rates + away.means(self._operator(self.vector)) - lost.real)
        return np.asarray(np.abs(np.stack(parts)).max(axis=0))

    def _sizes_moved(self, lengths: FloatArray) -> FloatArray:
        """|L| times sizes of coordinates (..., n)."""
        block = self.resolvent.block
        if self._solves.thin:
            return np.asarray(abs(block.sparse) @ lengths)
        return np.asarray((np.abs(block.matrix) @ lengths[..., None])[..., 0])

    @property
    def noise(self) -> FloatArray:
        """Noise of the current by channel, of closed populations (..., k): a |c + Y_target - Y_source|^2 of each jump.

        By the fluctuation-response identity D = sum |dJ/d ln rate|^2 / rate.
        """
        return self._per_channel(self.jumps.rates * np.abs(self.gained) ** 2)

    @property
    def noise_scale(self) -> FloatArray:
        """What a part is measured by (..., k): all of the noise."""
        return np.asarray(self.noise_floor + self.noise.sum(axis=-1, keepdims=True) * np.ones(self.noise.shape))

    @property
    def noise_floor(self) -> FloatArray:
        """A noise that is none (..., 1): a rounding of what could be counted."""
        return self._least(2)

    @cached_property
    def noise_error(self) -> FloatArray:
        """An estimate from above of the error of the same by rounding (..., k)."""
        gained = np.abs(self.gained)
        moved = np.abs(np.stack([self._across(push) for push in self._pushes])).max(axis=0) + self._rounding
        unsure = (2.0 * gained + moved) * moved + gained**2 * self._unsure_flow
        return self._per_channel(self.jumps.rates * unsure)

    @property
    def _rounding(self) -> FloatArray:
        """How far elimination, there and back, may round the gain of each jump (..., m)."""
        return np.asarray((2.0 * self.resolvent.block.size + ROUNDINGS) * EPSILON * self._sizes)

    @cached_property
    def _unsure_flow(self) -> FloatArray:
        """How far the rate of each jump, population times strength, may be off relative to itself (..., m)."""
        state = self.steady_state.populations
        blur = np.diagonal(state_error(self.steady_state), axis1=-2, axis2=-1)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(state > 0.0, blur / state, 0.0)
        return np.asarray(share[..., self.table.column] + ROUNDINGS * EPSILON)

    @cached_property
    def _pushes(self) -> list[Array]:
        """By how much Y may be off (..., n), for some random roundings of the generator."""
        moved = self._solved((self._above * EPSILON * self._flow)[..., None] * self._signs)
        return [moved[..., number] for number in range(SAMPLES)]

    @property
    def _above(self) -> float:
        # Elimination rounds an element as often as a level is taken out; random ones add up as a root.
        return float(ABOVE * np.sqrt(self.resolvent.block.size))

    @property
    def _signs(self) -> FloatArray:
        return np.random.default_rng(0).choice([-1.0, 1.0], size=(self.resolvent.block.size, SAMPLES))

    @property
    def _flow(self) -> FloatArray:
        """Sizes of what a rounding of each element of L adds to Y L (..., n)."""
        block, length = self.resolvent.block, np.abs(self._moved_vector)
        size = np.abs(self._counted_row[..., 0])
        if self.closed:
            apart = np.abs(self._across(self._moved_vector)) * self.table.strength
            return np.asarray(size + scatter(apart, self.table.column, self.table.dimension)[..., block.levels])
        if self._solves.thin:
            return np.asarray(size + length @ abs(block.sparse))
        return np.asarray(size + (length[..., None, :] @ np.abs(block.matrix))[..., 0, :])
