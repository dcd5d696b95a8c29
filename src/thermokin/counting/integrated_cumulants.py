"""Cumulants of the amount that a current has exchanged since time 0."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, factorial, sqrt

import numpy as np
from numpy.typing import ArrayLike

from thermokin._cached import cached_property
from thermokin._threads import few_threads
from thermokin._typing import FloatArray
from thermokin._verbs import verb
from thermokin.counting.late_counting import early, late_cumulants, with_early
from thermokin.counting.lost_digits import restored, weight_exponent
from thermokin.counting.mean_and_variance import MeanAndVariance
from thermokin.counting.moments import hierarchy_moments, level_difference_moments, level_difference_sizes
from thermokin.counting.settled_counting import fastest_motion
from thermokin.counting.steady_counts import whole_order
from thermokin.model.current import Current, own
from thermokin.model.current_checks import require_finite_weights
from thermokin.model.model import Model
from thermokin.motion.evolution import Evolution, evolve
from thermokin.motion.initial import Initial

__all__ = ["IntegratedCumulants", "cumulants_of_moments", "exchanged", "integrated_cumulants"]

ASIDE = 2.0**-6  # of the drift: so far it is moved to see what rounding does
SAMPLED = 8.0  # one sample of a rounding error is taken for an eighth of what it may be
EPSILON = float(np.finfo(np.float64).eps)
ROUNDING = 16.0 * EPSILON  # of a term of a moment


@dataclass(frozen=True, eq=False)
class IntegratedCumulants(MeanAndVariance):
    """Cumulants of the amount exchanged since time 0: mean, variance, third cumulant, ... NumPy takes it for an array.

    Args:
        values: (..., t, order) [amount^n].
        current: what was counted.
        evolution: along which.
    """

    values: FloatArray
    current: Current
    evolution: Evolution

    @cached_property
    def error(self) -> FloatArray:
        """How far rounding may have moved each of them, from above as a rule (..., t, order) [amount^n].

        Of the change of a number that levels have: the rounding of the terms that were added up. Else the difference
        to the same cumulants about another drift, which changes all that is rounded and nothing else.

        Cost:
            That of the cumulants once more.
        """
        return cumulants_error(self.evolution, self.current, self.values)


@verb
def integrated_cumulants(
    model: Model, current: Current, initial: Initial, times: ArrayLike, *, order: int = 2
) -> IntegratedCumulants:
    """Cumulants of N = sum_k c_k N_k, the amount exchanged by jumps since time 0.

    Args:
        model: the model.
        current: the current, of that model.
        initial: as in `evolve`.
        times: (..., t) strictly ascending, >= 0 [time].
        order: largest cumulant, >= 1.

    Returns:
        The cumulants, which read as an array (..., t, order), with their errors.

    Raises:
        ValueError: if the current belongs to another model, an argument is not valid, or a cumulant is beyond double
            precision.
        NotConvergedError: as in `evolve`, and if coherences have not settled after times so long that rounding shows in
            the probability.
        TypeError: if an argument is of the wrong type.

    Cost:
        For heat from one bath, order - 1 more propagations of populations; else exponentials of (order + 1) n rows. Of
        closed populations after 1e7 jumps the modes and an elimination, of others once they have settled the cumulants
        per time.

    Reference:
        landi2024.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.01, temperature=1.0)
        >>> found = tk.integrated_cumulants(qubit, tk.heat(qubit), tk.Gibbs(0.0), [0.0, 1e4])
        >>> excited = 1.0 / (math.e + 1.0)
        >>> found.values[-1].round(8), round(excited, 8), round(excited * (1.0 - excited), 8)
        (array([0.26894142, 0.19661193]), 0.26894142, 0.19661193)
    """
    own(current, model)
    whole_order(order)
    require_finite_weights(current, "cumulants")
    return exchanged(evolve(model, initial, times), current, order=order)


def exchanged(evolution: Evolution, current: Current, *, order: int = 2) -> IntegratedCumulants:
    """Cumulants of the amount exchanged along an evolution that is already at hand.

    Args:
        evolution: the evolution.
        current: a current of its model.
        order: largest cumulant, >= 1.

    Returns:
        The cumulants over time; mean and variance unless told otherwise.

    Raises:
        ValueError: if a weight of the current is not finite.

    Example:
        >>> import thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.01, temperature=1.0)
        >>> heated = tk.evolve(qubit, tk.Gibbs(0.0), [1e4])
        >>> tk.exchanged(heated, tk.heat(qubit), order=1).values.round(8)  # from the ground level to 1 / (e + 1)
        array([[0.26894142]])
    """
    require_finite_weights(current, "cumulants")
    return IntegratedCumulants(cumulants_along(evolution, current, order), current, evolution)


def cumulants_along(evolution: Evolution, current: Current, order: int) -> FloatArray:
    """Cumulants of the amount exchanged along an evolution.

    Args:
        evolution: the evolution.
        current: a current of its model.
        order: largest cumulant.

    Returns:
        (..., t, order).
    """
    with few_threads(evolution.model.dimension):
        exponent = weight_exponent(current.weights, order)
        with np.errstate(over="ignore", invalid="ignore"):
            return restored(_counted(evolution, current, exponent, order), exponent)


def cumulants_error(evolution: Evolution, current: Current, values: FloatArray) -> FloatArray:
    """What rounding may have made of cumulants that `cumulants_along` gave.

    Args:
        evolution: the evolution.
        current: the current.
        values: the cumulants (..., t, order).

    Returns:
        (..., t, order).
    """
    order = values.shape[-1]
    exponent = weight_exponent(current.weights, order)
    with few_threads(evolution.model.dimension), np.errstate(over="ignore", invalid="ignore"):
        numbers = _numbers(evolution, current)
        if numbers is None:
            aside = restored(_counted(evolution, current, exponent, order, ASIDE), exponent)
            deviation = np.sqrt(np.abs(values[..., min(order, 2) - 1 :][..., :1]))
            # About the size of the terms of a cumulant: the moments of a Gaussian of this deviation.
            terms = [2.0 * sqrt(factorial(power)) for power in range(1, order + 1)]
            sizes = np.abs(values) + terms * deviation ** np.arange(1, order + 1)
            error = np.asarray(SAMPLED * np.abs(values - aside) + exponential_rounding(evolution)[..., None] * sizes)
            known = late_cumulants(evolution, np.ldexp(current.weights, -exponent), order, of_moments)
            if known is None:
                return error
            late = known[0][..., None]
            return np.where(late, restored(np.where(late, known[2], 0.0), exponent), error)
        scaled = np.ldexp(numbers, -exponent)
        moments = level_difference_moments(evolution, scaled, order)
        return restored(_propagated(moments, ROUNDING * level_difference_sizes(evolution, scaled, order)), exponent)


def exponential_rounding(evolution: Evolution) -> FloatArray:
    """What rounding makes of an exponential, relative to it: grows with the fastest motion times the time (..., t)."""
    return np.asarray(ROUNDING + EPSILON * fastest_motion(evolution)[..., None] * evolution.times)


def _numbers(evolution: Evolution, current: Current) -> FloatArray | None:
    """The number of each level whose change is counted, where the state is one of populations; else None."""
    if evolution.motion is None or not evolution.population_only:
        return None
    return evolution.liouvillian.levels_of(current)


def _counted(evolution: Evolution, current: Current, exponent: int, order: int, aside: float = 0.0) -> FloatArray:
    """The cumulants of weights less a power of two; `aside` moves the drift, which changes nothing but rounding."""
    numbers = _numbers(evolution, current)
    if numbers is not None:
        return cumulants_of_moments(level_difference_moments(evolution, np.ldexp(numbers, -exponent), order))
    weights = np.ldexp(current.weights, -exponent)
    known = late_cumulants(evolution, weights, order, of_moments)
    if known is None:
        return _followed(evolution, weights, order, aside)
    late, cumulants, _ = known
    if late.all():
        return cumulants
    return with_early(late, cumulants, _followed(early(evolution, late), weights, order, aside), 1)


def _followed(evolution: Evolution, weights: FloatArray, order: int, aside: float) -> FloatArray:
    """The cumulants by exponentials of the hierarchy of moments."""
    # The current of the last time: N less this drift stays as small as its fluctuations, at late times too.
    drift = (1.0 + aside) * evolution.expectation(evolution.liouvillian.observable(weights))[..., -1]
    cumulants = cumulants_of_moments(hierarchy_moments(evolution, weights, order, drift))
    cumulants[..., 0] += drift[..., None] * evolution.times
    return cumulants


def of_moments(moments: FloatArray, errors: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The cumulants of moments (..., order), and their errors from those of the moments."""
    return cumulants_of_moments(moments), _propagated(moments, errors)


def cumulants_of_moments(moments: FloatArray) -> FloatArray:
    """Of moments (..., order): kappa_n = m_n - sum_k C(n - 1, k - 1) kappa_k m_(n - k)."""
    cumulants = moments.copy(order="K")
    for order in range(1, moments.shape[-1] + 1):
        for lower in range(1, order):
            rest = moments[..., order - lower - 1]
            cumulants[..., order - 1] -= comb(order - 1, lower - 1) * cumulants[..., lower - 1] * rest
    return cumulants


def _propagated(moments: FloatArray, errors: FloatArray) -> FloatArray:
    """The errors of cumulants whose moments have errors (..., order), to first order and all of one sign."""
    cumulants, found = cumulants_of_moments(moments), list[FloatArray]()
    for order in range(1, moments.shape[-1] + 1):
        value = errors[..., order - 1].copy()
        for lower in range(1, order):
            rest = order - lower - 1
            terms = (
                found[lower - 1] * np.abs(moments[..., rest]) + np.abs(cumulants[..., lower - 1]) * errors[..., rest]
            )
            value += comb(order - 1, lower - 1) * terms
        found.append(value)
    return np.stack(found, axis=-1)
