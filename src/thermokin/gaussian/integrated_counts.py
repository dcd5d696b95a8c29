"""Cumulants and covariances of what currents of a Gaussian model have exchanged since time 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial, sqrt

import numpy as np
from numpy.typing import ArrayLike

from thermokin._cached import cached_property
from thermokin._threads import few_threads
from thermokin._typing import FloatArray
from thermokin._verbs import answers
from thermokin.counting.mean_and_variance import AlongTimes, MeanAndVariance
from thermokin.counting.steady_counts import listed_currents, whole_order
from thermokin.gaussian.counted_flow import CountedFlow, Riccati, carried, riccati
from thermokin.gaussian.currents import GaussianCurrent, own_current
from thermokin.gaussian.gaussian_evolution import GaussianEvolution, evolve
from thermokin.gaussian.model import GaussianModel
from thermokin.numerics.truncated_series import TruncatedSeries

__all__ = [
    "GaussianIntegratedCovariance",
    "GaussianIntegratedCumulants",
    "integrated_covariance",
    "integrated_cumulants",
]

EPS = float(np.finfo(np.float64).eps)
ALIKE = 8.0 * EPS  # of a time: durations that differ by no more are one
ROUNDING = 64.0 * EPS  # of the terms of a cumulant
OPPOSED = 4.0 * EPS  # of what all jumps exchange, most of which may cancel
SAMPLED = 8.0  # one sample of a rounding error is taken for an eighth of what it may be


@dataclass(frozen=True, eq=False)
class GaussianIntegratedCumulants(MeanAndVariance):
    """Cumulants of the amount exchanged since time 0: mean, variance, third cumulant, ... NumPy takes it for an array.

    Args:
        values: (..., t, order) [amount^n].
        current: what was counted.
        evolution: along which.
    """

    values: FloatArray
    current: GaussianCurrent
    evolution: GaussianEvolution

    @property
    def model(self) -> GaussianModel:
        """The model."""
        return self.evolution.model

    @cached_property
    def error(self) -> FloatArray:
        """How far rounding may have moved each of them, from above as a rule (..., t, order) [amount^n].

        The difference to the same numbers from steps of half the length, and the rounding of what is added up.

        Cost:
            That of the cumulants once more.
        """
        order = self.values.shape[-1]
        again = _cumulants(self.evolution, self.current, order, finer=1)
        deviation = np.sqrt(np.abs(self.values[..., min(order, 2) - 1, None]))
        terms = np.array([2.0 * sqrt(factorial(power)) for power in range(1, order + 1)])
        sizes = np.abs(self.values) + terms * deviation ** np.arange(1, order + 1)
        size = np.abs(self.current.weights)
        jumps = np.stack([self.evolution.since_start(size**power) for power in range(1, order + 1)], axis=-1)
        return np.asarray(SAMPLED * np.abs(self.values - again) + ROUNDING * sizes + OPPOSED * np.abs(jumps))


@dataclass(frozen=True, eq=False)
class GaussianIntegratedCovariance(AlongTimes):
    """Covariances of the amounts exchanged since time 0. NumPy takes it for an array.

    Args:
        values: (..., t, currents, currents) [amount_a amount_b].
        currents: what was counted.
        evolution: along which.
    """

    values: FloatArray
    currents: tuple[GaussianCurrent, ...]
    evolution: GaussianEvolution

    @property
    def model(self) -> GaussianModel:
        """The model."""
        return self.evolution.model

    @property
    def correlation(self) -> FloatArray:
        """Covariance over the product of both deviations (..., t, c, c); NaN where an amount does not fluctuate."""
        spread = np.sqrt(np.maximum(np.diagonal(self.values, axis1=-2, axis2=-1), 0.0))
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.values / (spread[..., :, None] * spread[..., None, :]))

    @cached_property
    def error(self) -> FloatArray:
        """How far rounding may have moved each of them, from above as a rule (..., t, c, c) [amount_a amount_b].

        Cost:
            That of the covariances once more.
        """
        again = _covariances(self.evolution, self.currents, finer=1)
        spread = np.sqrt(np.abs(np.diagonal(self.values, axis1=-2, axis2=-1)))
        sizes = np.abs(self.values) + spread[..., :, None] * spread[..., None, :]
        jumps = [
            [self.evolution.since_start(np.abs(one.weights * other.weights)) for other in self.currents]
            for one in self.currents
        ]
        opposed = np.stack([np.stack(np.broadcast_arrays(*row), axis=-1) for row in jumps], axis=-2)
        return np.asarray(SAMPLED * np.abs(self.values - again) + ROUNDING * sizes + OPPOSED * np.abs(opposed))


@answers(GaussianModel, "integrated_cumulants")
def integrated_cumulants(
    model: GaussianModel, current: GaussianCurrent, initial: object, times: ArrayLike, *, order: int = 2
) -> GaussianIntegratedCumulants:
    """Cumulants of the amount that a current has exchanged since time 0, from any Gaussian state of mean zero.

    Args:
        model: the model.
        current: the current, of that model.
        initial: as in `evolve`.
        times: (..., t) strictly ascending, >= 0 [time].
        order: largest cumulant, >= 1.

    Returns:
        The cumulants over time, with their errors.

    Raises:
        ValueError: if the current belongs to another model, has infinite weights, or an argument is not valid.
        TypeError: if an argument is of the wrong type.

    Cost:
        For each duration between two times that differs from that before a doubling for each factor of two that it is
        longer than the fastest motion, of 10 to 70 products of n x n matrices; of even times one duration.
    """
    counted = own_current(current, model)
    whole_order(order)
    evolution = evolve(model, initial, times)
    return GaussianIntegratedCumulants(_cumulants(evolution, counted, order), counted, evolution)


@answers(GaussianModel, "integrated_covariance")
def integrated_covariance(
    model: GaussianModel, currents: Sequence[GaussianCurrent], initial: object, times: ArrayLike
) -> GaussianIntegratedCovariance:
    """Covariances of the amounts that currents have exchanged since time 0, from any Gaussian state of mean zero.

    Args:
        model: the model.
        currents: currents of that model.
        initial: as in `evolve`.
        times: (..., t) strictly ascending, >= 0 [time].

    Returns:
        The covariances over time, with their errors.

    Raises:
        ValueError: if a current belongs to another model, has infinite weights, or an argument is not valid.
        TypeError: if an argument is of the wrong type.

    Cost:
        As of a variance, for each pair of currents.
    """
    listed = tuple(own_current(current, model) for current in listed_currents(currents))
    if not listed:
        raise ValueError("`currents` must hold at least one current.")
    evolution = evolve(model, initial, times)
    return GaussianIntegratedCovariance(_covariances(evolution, listed), listed, evolution)


def _cumulants(evolution: GaussianEvolution, current: GaussianCurrent, order: int, *, finer: int = 0) -> FloatArray:
    """(..., t, order)."""
    weights, unit = _scaled(current)
    algebra = TruncatedSeries.of_one(order)
    factors: list[FloatArray | None] = [None]
    factors += [weights**power / factorial(power) for power in range(1, order + 1)]
    logarithm = _grown(evolution, riccati(evolution.model, factors, algebra), finer=finer)
    sizes = [factorial(power) * unit**power for power in range(1, order + 1)]
    return np.stack([size * each for size, each in zip(sizes, logarithm[1:], strict=True)], axis=-1)


def _covariances(evolution: GaussianEvolution, currents: tuple[GaussianCurrent, ...], *, finer: int = 0) -> FloatArray:
    """(..., t, c, c)."""
    scaled = [_scaled(current) for current in currents]
    rows: list[list[FloatArray]] = []
    for place, (one, unit) in enumerate(scaled):
        row = [rows[before][place] for before in range(place)]
        for other, length in scaled[place:]:
            equation = riccati(evolution.model, [None, one, other, one * other], TruncatedSeries.of_two())
            row.append(unit * length * _grown(evolution, equation, finer=finer)[3])
        rows.append(row)
    flat = np.broadcast_arrays(*(each for row in rows for each in row))
    return np.stack(flat, axis=-1).reshape(*flat[0].shape, len(currents), len(currents))


def _scaled(current: GaussianCurrent) -> tuple[FloatArray, float]:
    """Weights of at most 1, and what they were divided by."""
    largest = float(np.abs(current.weights).max(initial=0.0))
    unit = largest if largest > 0.0 else 1.0
    return current.weights / unit, unit


def _grown(evolution: GaussianEvolution, equation: Riccati, *, finer: int) -> list[FloatArray]:
    """Ln chi at all times (..., t), by basis element."""
    model, times = evolution.model, evolution.times
    lead = np.broadcast_shapes(model.batch_shape, times.shape[:-1], evolution.start.shape[:-2])
    moments = equation.algebra.constant(evolution.start)
    total, found = [np.zeros(lead) for _ in range(equation.algebra.size)], []
    before, span, flow = np.zeros(times.shape[:-1]), None, None
    with few_threads(evolution.start.shape[-1]):
        for place in range(times.shape[-1]):
            now = times[..., place]
            flow, span = _next(model, equation, flow, span, before, now, finer)
            if flow is not None:
                moments, grown = flow.carry(moments)
                total = [a if b is None else a + b for a, b in zip(total, grown, strict=True)]
            before = now
            found.append(
                [
                    np.where(model.lost, np.nan, np.broadcast_to(each, np.broadcast_shapes(lead, each.shape)))
                    for each in total
                ]
            )
    return [np.stack(np.broadcast_arrays(*each), axis=-1) for each in zip(*found, strict=True)]


def _next(
    model: GaussianModel,
    equation: Riccati,
    flow: CountedFlow | None,
    span: FloatArray | None,
    before: FloatArray,
    now: FloatArray,
    finer: int,
) -> tuple[CountedFlow | None, FloatArray | None]:
    """The flow between two times, the last one where it spans the same, None where no time passes."""
    passed = np.asarray(now - before)
    if not passed.any():
        return None, None
    if flow is not None and span is not None and (np.abs(passed - span) <= ALIKE * now).all():
        return flow, span
    return carried(model, equation, passed, finer=finer), passed
