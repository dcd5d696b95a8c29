"""Cumulants of the amount that a current has exchanged since time 0."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import ArrayLike

from thermokin._threads import SMALL, one_thread
from thermokin._typing import FloatArray
from thermokin.counting.asked import whole_order
from thermokin.counting.moment_hierarchy import hierarchy_moments
from thermokin.counting.state_function import state_function_moments
from thermokin.counting.weight_scale import restored, weight_exponent
from thermokin.model.current import Current
from thermokin.model.finite_weights import require_finite_weights
from thermokin.model.jump_entropy import heat_weights
from thermokin.model.level_numbers import level_numbers
from thermokin.model.model import Model
from thermokin.motion.evolution import Evolution, evolve
from thermokin.motion.initial import Initial

__all__ = ["Exchanged", "exchanged", "integrated_cumulants"]


@dataclass(frozen=True, eq=False)
class Exchanged:
    """Mean and variance of the amount exchanged since time 0.

    Args:
        current: what was counted.
        times: (..., t) [time].
        mean: (..., t).
        variance: (..., t).
    """

    current: Current
    times: FloatArray
    mean: FloatArray
    variance: FloatArray

    @property
    def deviation(self) -> FloatArray:
        """Standard deviation (..., t)."""
        return np.sqrt(np.maximum(self.variance, 0.0))

    @property
    def relative_variance(self) -> FloatArray:
        """Var / mean^2 (..., t); inf where the mean is 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = self.variance / self.mean**2
        return np.where(self.mean == 0.0, np.inf, ratio)


def integrated_cumulants(
    model: Model, current: Current, initial: Initial, times: ArrayLike, order: int = 2
) -> FloatArray:
    """Cumulants of N = sum_k c_k N_k, the amount exchanged by jumps since time 0.

    Args:
        model: the model.
        current: the current, of that model.
        initial: as in `evolve`.
        times: (..., t) strictly ascending, >= 0 [time].
        order: largest cumulant, >= 1.

    Returns:
        (..., t, order): mean, variance, third cumulant, ...

    Raises:
        ValueError: if the current belongs to another model, an argument is not valid, or a cumulant is beyond double
            precision.
        NotConvergedError: as in `evolve`, and if times are so long that rounding shows in the probability.
        TypeError: if an argument is of the wrong type.

    Cost:
        For heat from one bath, order - 1 more propagations of populations; else exponentials of (order + 1) n rows.

    Reference:
        landi2024.
    """
    if not isinstance(current, Current):
        raise TypeError(f"`current` must be a Current, such as heat(model), got {current!r}.")
    whole_order(order)
    if current.model is not model:
        raise ValueError(f"current {current.name!r} belongs to another model; make it from this one.")
    require_finite_weights(current, "cumulants")
    return cumulants_along(evolve(model, initial, times), current, order)


def exchanged(evolution: Evolution, current: Current) -> Exchanged:
    """Mean and variance of the amount exchanged along an evolution that is already at hand.

    Args:
        evolution: the evolution.
        current: a current of its model.

    Returns:
        Both over time.

    Raises:
        ValueError: if a weight of the current is not finite.
    """
    require_finite_weights(current, "cumulants")
    cumulants = cumulants_along(evolution, current, 2)
    return Exchanged(current, evolution.times, cumulants[..., 0], cumulants[..., 1])


def cumulants_along(evolution: Evolution, current: Current, order: int) -> FloatArray:
    """Cumulants of the amount exchanged along an evolution.

    Args:
        evolution: the evolution.
        current: a current of its model.
        order: largest cumulant.

    Returns:
        (..., t, order).
    """
    numbers = _numbers(evolution, current)
    if evolution.model.dimension > SMALL:
        return _scaled(evolution, current, numbers, order)
    with one_thread():
        return _scaled(evolution, current, numbers, order)


def _scaled(evolution: Evolution, current: Current, numbers: FloatArray | None, order: int) -> FloatArray:
    exponent = weight_exponent(current.weights, order)
    weights = current.weights if exponent == 0 else np.ldexp(current.weights, -exponent)
    if numbers is not None:
        numbers = np.ldexp(numbers, -exponent)
    with np.errstate(over="ignore", invalid="ignore"):
        counted = _counted(evolution, weights, numbers, order)
    return restored(counted, exponent)


def _numbers(evolution: Evolution, current: Current) -> FloatArray | None:
    """The number of each level whose change is counted, where the state is one of populations; else None."""
    if evolution.motion is None or not evolution.population_only:
        return None
    if np.array_equal(current.weights, heat_weights(current.model)):
        return evolution.liouvillian.heat_levels  # found once for all that counts heat
    return level_numbers(evolution.model, current.weights)


def _counted(evolution: Evolution, weights: FloatArray, numbers: FloatArray | None, order: int) -> FloatArray:
    if numbers is not None:
        return _cumulants(state_function_moments(evolution, numbers, order))
    # The current of the last time: N less this drift stays as small as its fluctuations, at late times too.
    drift = evolution.expectation(evolution.liouvillian.observable(weights))[..., -1]
    cumulants = _cumulants(hierarchy_moments(evolution, weights, order, drift))
    cumulants[..., 0] += drift[..., None] * evolution.times
    return cumulants


def _cumulants(moments: FloatArray) -> FloatArray:
    """kappa_n = m_n - sum_k C(n - 1, k - 1) kappa_k m_(n - k)."""
    cumulants: list[FloatArray] = []
    for order in range(1, moments.shape[-1] + 1):
        value = moments[..., order - 1].copy()
        for lower in range(1, order):
            value -= comb(order - 1, lower - 1) * cumulants[lower - 1] * moments[..., order - lower - 1]
        cumulants.append(value)
    return np.stack(cumulants, axis=-1)
