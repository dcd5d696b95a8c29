"""The bound that a fluctuation theorem sets on the heat of a Gibbs state put on a bath at another temperature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import BoolArray, FloatArray
from thermokin.bounds.relaxation_case import ROUNDING, RelaxationCase
from thermokin.bounds.theorem import Hypothesis, Limit, Theorem
from thermokin.model.bath import agreeing_points
from thermokin.model.model import Model
from thermokin.motion.initial import InitialState
from thermokin.numerics.inverse_x_tanh_x import inverse_x_tanh_x_of_checked
from thermokin.numerics.level_sums import in_blocks
from thermokin.operators.as_numbers import as_extended

__all__ = ["EXCHANGE", "FLUCTUATION_THEOREM", "baths_agree", "fluctuation_theorem_limit", "squared_cosecant"]

STRAIGHT = 1e-9  # deviation of the logarithms from a straight line, relative to their spread, that is rounding


def fluctuation_theorem_limit(entropy: ArrayLike) -> FloatArray:
    """csch^2 Phi(S/2), with Phi the inverse of x tanh x.

    Args:
        entropy: S (...) >= 0 [nats], the mean of the exponent ln[P(Q)/P(-Q)]; inf included.

    Returns:
        (...); inf at 0, where it goes as 2/S, and 0 at inf.

    Raises:
        ValueError: if a number is negative or not a number.
        TypeError: if it does not hold real numbers.

    Reference:
        timpanaro2019.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> limit = tk.bounds.fluctuation_theorem_limit(2.0 * math.tanh(1.0))  # so that Phi is 1
        >>> round(float(limit), 8), round(1.0 / math.sinh(1.0) ** 2, 8)
        (0.72406166, 0.72406166)
    """
    values = as_extended(entropy, "entropy")
    if not (values >= 0.0).all():
        raise ValueError(f"`entropy` must be >= 0, got {values.min():g}.")
    return in_blocks(squared_cosecant, values)


def squared_cosecant(entropy: FloatArray) -> FloatArray:
    """csch^2 Phi(S/2) = 4 E / [(1 + E) tanh Phi]^2 with E = exp(-2 Phi): nothing overflows, and nothing cancels."""
    half = 0.5 * entropy
    root = inverse_x_tanh_x_of_checked(half)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        decay = np.exp(-2.0 * root)
        factor = root / half  # 1 / tanh Phi(z) = Phi(z) / z
        factor *= 2.0
        factor /= 1.0 + decay
        decay *= factor
        decay *= factor
    if not (half.min(initial=1.0) > 0.0 and half.max(initial=1.0) < np.inf):
        ends = np.flatnonzero(~((half > 0.0) & (half < np.inf)))
        decay[ends] = np.where(half[ends] > 0.0, 0.0, np.inf)
    return decay


def exchange_limit(mean: FloatArray, force: FloatArray) -> FloatArray:
    """Limit <Q>^2 csch^2 Phi(S/2) with S = (1/T_i - 1/T_f) <Q>.

    Args:
        mean: <Q> (..., t) [energy].
        force: 1/T_i - 1/T_f, broadcasts against the mean [1/energy].

    Returns:
        (..., t) [energy^2]; 0 without a force or with heat against it, where the theorem says nothing.

    Reference:
        timpanaro2019.
    """
    return in_blocks(_limit, mean, force)


def _limit(mean: FloatArray, force: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore", over="ignore"):
        entropy = force * mean
        limit = mean * mean * squared_cosecant(entropy)
    if not entropy.min(initial=1.0) > 0.0:
        limit[np.flatnonzero(~(entropy > 0.0))] = 0.0
    return np.asarray(limit)


def exchange_rounding(force: FloatArray, final: FloatArray, rounding: FloatArray, share: float) -> FloatArray:
    """The rounding of the limit: near T_i = T_f it is 2 <Q> / (1/T_i - 1/T_f), a ratio of differences.

    Args:
        force: 1/T_i - 1/T_f (...) [1/energy].
        final: 1/T_f (...) [1/energy].
        rounding: of <Q>^2 (...) [energy^2].
        share: relative rounding of a single number.

    Returns:
        (...) [energy^2].
    """
    size = np.abs(force)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        error = np.sqrt(share * rounding) / size * (1.0 + final / size)
    return np.where(np.isfinite(error), error, 0.0)


@dataclass(frozen=True, eq=False)
class ThermalStart:
    """The Gibbs state closest at hand to an initial state.

    Args:
        inverse_temperature: 1/T (...) that the highest and the lowest level share; inf at T = 0.
        thermal: whether the initial state is that Gibbs state (...).
    """

    inverse_temperature: FloatArray
    thermal: BoolArray


def thermal_start(start: InitialState, numbers: FloatArray) -> ThermalStart:
    """The inverse temperature -d ln p / dE of an initial state.

    Args:
        start: the initial state.
        numbers: the energy of each level (..., d), less mu times its particles.

    Returns:
        The inverse temperature and whether the state is thermal.
    """
    with np.errstate(divide="ignore"):
        logarithms = np.log(start.populations) if start.logarithms is None else start.logarithms
    numbers, logarithms = np.broadcast_arrays(numbers, logarithms)
    low = np.argmin(numbers, axis=-1, keepdims=True)
    high = np.argmax(numbers, axis=-1, keepdims=True)
    height = numbers - np.take_along_axis(numbers, low, axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        fall = np.take_along_axis(logarithms, low, axis=-1) - logarithms
        whole = np.take_along_axis(height, high, axis=-1)
        slope = np.take_along_axis(fall, high, axis=-1) / whole
        expected = np.where(height == 0.0, 0.0, slope * height)
        wide = np.abs(np.take_along_axis(expected, high, axis=-1))
        matched = (fall == expected) | (np.abs(fall - expected) <= STRAIGHT * np.where(np.isinf(wide), 0.0, 1.0 + wide))
    thermal = np.asarray((matched & (whole > 0.0)).all(axis=-1) & (start.matrix is None))
    return ThermalStart(np.where(np.isnan(slope) | (whole == 0.0), 0.0, slope)[..., 0], thermal)


def baths_agree(model: Model) -> BoolArray:
    """At which points all baths have one temperature and one chemical potential, and every jump has a bath.

    Args:
        model: the model.

    Returns:
        The answer (...).
    """
    if not model.baths or model.table.bathless.any():
        return np.zeros((), dtype=bool)
    return agreeing_points(model.baths)


def _limit_of_exchange(case: RelaxationCase) -> Limit | None:
    return _of_exchange(case, exchange_limit)


def _weaker_limit(case: RelaxationCase) -> Limit | None:
    return _of_exchange(case, _exponential_limit)


def _exponential_limit(mean: FloatArray, force: FloatArray) -> FloatArray:
    """Limit <Q>^2 2 / (e^S - 1)."""
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        entropy = force * mean
        limit = 2.0 * mean * mean / np.expm1(entropy)
    return np.where(entropy > 0.0, limit, 0.0)


def _of_exchange(case: RelaxationCase, made: Callable[[FloatArray, FloatArray], FloatArray]) -> Limit | None:
    """Where hypotheses fail, with the first bath's temperature and the one that the outermost levels share."""
    model, levels = case.model, case.levels if case.counts_heat else None
    if not model.baths:
        return None
    start = thermal_start(case.evolution.initial, model.energies if levels is None else levels)
    with np.errstate(divide="ignore"):
        final = (1.0 / model.baths[0].temperature)[..., None]
    hypotheses = (
        Hypothesis("the system starts in a Gibbs state", start.thermal & model.energy.diagonal_points),
        Hypothesis("all baths have one temperature and one chemical potential", baths_agree(model)),
        Hypothesis(
            "the count is the heat, and each jump changes the energy of the levels by it",
            levels is not None and model.generator.is_diagonal,
        ),
    )
    with np.errstate(invalid="ignore"):
        force = np.asarray(start.inverse_temperature[..., None] - final)
    limit = made(case.exchanged.mean, force)
    error = exchange_rounding(force, final, case.rounding, ROUNDING)
    return Limit(limit, hypotheses, error)


FLUCTUATION_THEOREM = Theorem(
    "fluctuation theorem",
    "Var Q / <Q>^2 >= csch^2 Phi(S/2), S = (1/T_i - 1/T_f) <Q>, Phi the inverse of x tanh x",
    "a Gibbs state at T_i put on baths at one T_f, undriven; heat that is the change of the energy of the levels",
    "heat that takes two values, +q and -q",
    "timpanaro2019",
    _limit_of_exchange,
)
EXCHANGE = Theorem(
    "exchange",
    "Var Q / <Q>^2 >= 2 / (e^S - 1), S = (1/T_i - 1/T_f) <Q>",
    "as the fluctuation theorem; weaker",
    "never; close where S is small",
    "hasegawa2019",
    _weaker_limit,
)
