"""Second moments under counting: the Taylor series of a Riccati equation, one Lyapunov equation for each order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import comb

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray
from thermokin.gaussian.gaussian_state import EPS, GaussianState
from thermokin.numerics.lyapunov import Matrix, norm

__all__ = ["CountedMoments", "activity_scale"]

RESTING = 1e3 * EPS  # of the rates of all jumps: activity that is none as far as doubles tell


@dataclass(frozen=True, eq=False)
class CountedMoments:
    """Derivatives Y_m of the second moments by the counting field s, and cumulants c_m per time.

    Each jump k is weighed with exp(s w_k). Where the state stays Gaussian, Wick's theorem makes of the tilted generator

        0 = -X Y - Y X^+ + D + sum_k (e^{s w_k} - 1) sign_k v_k v_k^+,   v_k = scale_k Y c_k + bare_k,

    and the cumulants' generating function is sum_k (e^{s w_k} - 1) c_k^+ v_k.

    Args:
        state: the steady state, Y_0.
        weights: w_k (..., k).
        order: of the largest cumulant.
    """

    state: GaussianState
    weights: FloatArray
    order: int

    @cached_property
    def _solved(self) -> tuple[list[ComplexArray], list[FloatArray], list[FloatArray]]:
        """v, rates and uncertainty of the equation at every order below the last."""
        space, solver = self.state.model.space, self.state.model.lyapunov
        moved = [space.moved(self.state.moments, bare=True)]
        uncertainty = [self.state.uncertainty]
        for order in range(1, self.order):
            source = self._source(order, moved)
            found, left = solver.solve(source)
            moved.append(space.moved(found, bare=False))
            uncertainty.append(np.asarray(left + EPS * (2.0 * norm(source) + solver.size(found))))
        return moved, [space.rates(each) for each in moved], uncertainty

    def _source(self, order: int, moved: list[ComplexArray]) -> Matrix:
        space = self.state.model.space
        total: Matrix = np.zeros(())
        for power in range(1, order + 1):
            rest, weights = order - power, self.weights**power
            for one in range(rest + 1):
                factor = comb(order, power) * comb(rest, one)
                total = total + space.added(factor * weights, moved[one], moved[rest - one])
        return np.asarray(total)

    @cached_property
    def values(self) -> FloatArray:
        """c_1 .. c_order per time (..., order)."""
        return np.stack([self._cumulant(order) for order in range(1, self.order + 1)], axis=-1)

    def _cumulant(self, order: int) -> FloatArray:
        rates = self._solved[1]
        parts = [
            comb(order, power) * (self.weights**power * rates[order - power]).sum(axis=-1)
            for power in range(1, order + 1)
        ]
        return np.asarray(np.sum(np.broadcast_arrays(*parts), axis=0))

    @cached_property
    def error(self) -> FloatArray:
        """How far rounding may have moved each cumulant, from above as a rule (..., order).

        To first order: what each Lyapunov equation is off, times what the cumulant answers to it.

        Cost:
            One adjoint Lyapunov equation for each cumulant and each order below it.
        """
        return np.stack([self._error(order) for order in range(1, self.order + 1)], axis=-1)

    def _error(self, order: int) -> FloatArray:
        _, rates, uncertainty = self._solved
        error = np.zeros(())
        for below, answer in self.answers(order).items():
            error = error + norm(answer) * uncertainty[below]
        for power in range(1, order + 1):
            sizes = np.abs(self.weights) ** power * np.abs(rates[order - power])
            error = error + 4.0 * EPS * comb(order, power) * sizes.sum(axis=-1)
        return np.asarray(error)

    def answers(self, order: int) -> dict[int, Matrix]:
        """What a cumulant answers to each equation: Z_m with dc = tr Z_m R where the right side of Y_m's is off by R.

        Args:
            order: of the cumulant.

        Returns:
            Z_m (..., m, m) by the order of Y_m, from the cumulant's down to 0.
        """
        found: dict[int, Matrix] = {}
        for below in range(order - 1, -1, -1):
            found[below], _ = self.state.model.lyapunov.solve(self._gradient(order, below, found), adjoint=True)
        return found

    def _gradient(self, order: int, below: int, answers: dict[int, Matrix]) -> Matrix:
        """The derivative of the cumulant by Y_below, with the answers to all orders between the two."""
        space, moved = self.state.model.space, self._solved[0]
        power = order - below
        total = space.rate_gradient(comb(order, power) * self.weights**power)
        for between, answer in answers.items():
            for power in range(1, between - below + 1):
                rest = between - power
                factor = comb(between, power) * comb(rest, below)
                other = moved[rest - below]
                total = total + space.added_gradient(factor * self.weights**power, other, answer)
        return np.asarray(total)


def activity_scale(state: GaussianState, weights: FloatArray, order: int) -> FloatArray:
    """What cumulants would be if all jumps were independent, sum_k |w_k|^m a_k (..., order)."""
    size = np.abs(weights)
    of = partial(np.power, size)
    rates, jumps = state.jump_rates, state.model.jumps
    if state.model.pairing is None:
        # Where everything only fills, or only empties, nothing is left to jump: its zero is known to no relative digit.
        loss, gain = np.broadcast_arrays(jumps.loss, jumps.gain)
        resting = (loss == 0.0).all(axis=-1) | (gain == 0.0).all(axis=-1)
        rates = np.where(resting[..., None], np.concatenate([loss, gain], axis=-1), rates)
    else:
        # With it rates are told from sums of about their size without a state, and 0 is what rounding leaves of those.
        whole = (np.abs(state.model.space.vectors) ** 2).sum(axis=-2)
        rates, whole = np.broadcast_arrays(rates, whole)
        resting = np.abs(rates).sum(axis=-1) <= RESTING * whole.sum(axis=-1)
        rates = np.where(resting[..., None], whole, rates)
    return np.stack([(of(power) * rates).sum(axis=-1) for power in range(1, order + 1)], axis=-1)
