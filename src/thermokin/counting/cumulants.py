"""Cumulants per time of one current to any order, by the Drazin recursion."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, FloatArray
from thermokin.counting.counted import Counted
from thermokin.counting.weight_scale import representable, restored, weight_exponent
from thermokin.dynamics.steady_state import SteadyState
from thermokin.model.current import Current
from thermokin.solvers.resolvent import Gain, Resolvent, Vectors

__all__ = ["Cumulants", "cumulants_of"]


@dataclass(frozen=True, eq=False)
class Cumulants(Counted):
    """c_1 .. c_n per time along the last axis: mean current, noise, skewness rate, ...

    Args:
        values: (..., order) [amount^n/time].
        steady_state: where they were counted.
        defect: what the last linear solve left, relative to its right side (...).
        current: what was counted.
        resolvent: the prepared generator.
    """

    current: Current
    resolvent: Resolvent

    @property
    def lost(self) -> BoolArray:
        """At which points of a sweep (...) some cumulant is beyond double precision, and NaN."""
        return np.asarray(~np.isfinite(self.values).all(axis=-1))

    @property
    def mean(self) -> FloatArray:
        """The current (...) [amount/time]."""
        return np.asarray(self.values[..., 0])

    @property
    def noise(self) -> FloatArray:
        """The second cumulant per time (...) [amount^2/time].

        Raises:
            ValueError: if only the mean was asked for.
        """
        if self.values.shape[-1] < 2:
            raise ValueError("the noise is the second cumulant; ask for `order` >= 2.")
        return np.asarray(self.values[..., 1])

    @cached_property
    def ledger_mismatch(self) -> FloatArray:
        """|mean from counting - mean from the ledger's observable sum_k c_k L_k^+ L_k| (...) [amount/time]."""
        observable = self.resolvent.block.liouvillian.observable(self.current.weights)
        rate = (observable.diagonal * self.steady_state.populations).sum(axis=-1)
        if observable.matrix is not None and not self.steady_state.is_diagonal:
            rate = np.einsum("...ij,...ji->...", observable.matrix, self.steady_state.matrix).real
        return np.asarray(np.abs(self.mean - rate))

    @cached_property
    def factorial(self) -> FloatArray:
        """Factorial cumulants per time (..., order): derivatives in z at z = 1 where a jump counts z^c.

        For whole-number weights they are those of the counted number; a Poisson process has only the first.

        Reference:
            kambly2011.
        """
        order = self.values.shape[-1]
        weights = self.current.weights
        falling, powers = weights, []
        for power in range(1, order + 1):
            powers.append(falling)
            with np.errstate(over="ignore", invalid="ignore"):
                falling = falling * (weights - power)
        with np.errstate(over="ignore", invalid="ignore"):
            values, _ = _recursion(self.resolvent, powers)
        return representable(values)


def cumulants_of(resolvent: Resolvent, steady_state: SteadyState, current: Current, order: int) -> Cumulants:
    """The cumulants of a current from a prepared generator.

    Args:
        resolvent: the generator.
        steady_state: its steady state.
        current: the current.
        order: the largest cumulant.

    Returns:
        The cumulants.
    """
    exponent = weight_exponent(current.weights, order)
    weights = np.ldexp(current.weights, -exponent)
    with np.errstate(over="ignore", invalid="ignore"):
        values, defect = _recursion(resolvent, [weights**power for power in range(1, order + 1)])
    return Cumulants(restored(values, exponent), steady_state, defect, current, resolvent)


def _recursion(resolvent: Resolvent, powers: list[FloatArray]) -> tuple[FloatArray, FloatArray]:
    """c_n = sum_k C(n, k) <<1| J^(k) rho_(n-k), L rho_n = sum_k C(n, k) (c_k - J^(k)) rho_(n-k), tr rho_n = 0.

    These are the orders in x of L_x rho(x) = lambda(x) rho(x), tr rho(x) = 1, where J^(k) is the k-th derivative of
    the jump part at x = 0: c_j^k L_j rho L_j^+ for weights c_j.

    Returns:
        The cumulants (..., order), and the backward error of the last solve (...).
    """
    gains: list[Gain] = [resolvent.gain(weights) for weights in powers]
    trace = resolvent.block.trace
    states: list[Vectors] = [resolvent.stationary[..., None]]
    found: list[FloatArray] = []
    defect = np.zeros(())
    for order in range(1, len(powers) + 1):
        flows = [comb(order, part) * (gains[part - 1] @ states[order - part]) for part in range(1, order + 1)]
        found.append(np.asarray(sum(np.einsum("n,...nm->...m", trace, flow)[..., 0].real for flow in flows)))
        if order == len(powers):
            break
        right: Vectors = sum(
            comb(order, part) * found[part - 1][..., None, None] * states[order - part] - flows[part - 1]
            for part in range(1, order + 1)
        )
        states.append(resolvent.drazin(right))
        defect = resolvent.backward_error(right, states[-1])
    return np.stack(np.broadcast_arrays(*found), axis=-1), defect
