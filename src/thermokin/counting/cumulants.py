"""Cumulants per time of one current to any order, by the Drazin recursion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from thermokin._cached import cached_property
from thermokin._threads import one_thread
from thermokin._typing import FloatArray
from thermokin.counting.count_gauge import counted_links
from thermokin.counting.counted_series import CountedSeries
from thermokin.counting.lost_digits import BELOW, cumulant_names, given, representable, scaled, weight_exponent
from thermokin.counting.mean_and_noise import MeanAndNoise
from thermokin.counting.steady_counts import SteadyCounts
from thermokin.model.current import Current
from thermokin.motion.steady_state import SteadyState
from thermokin.numerics.ball_certificate import Certificate
from thermokin.solvers.resolvent import Resolvent

__all__ = ["Cumulants", "cumulants_of", "series_of"]


@dataclass(frozen=True, eq=False)
class Cumulants(MeanAndNoise, SteadyCounts):
    """c_1 .. c_n per time along the last axis: mean current, noise, skewness rate, ...

    Args:
        values: (..., order) [amount^n/time].
        steady_state: where they were counted.
        current: what was counted.
        series: what they came from.
        exponent: of the power of two that was taken out of the weights.
        certificate: an enclosure of the cumulants (..., order), where one was asked for.
    """

    current: Current
    series: CountedSeries
    exponent: int
    certificate: Certificate | None = field(default=None, kw_only=True)

    @property
    def resolvent(self) -> Resolvent:
        """The prepared generator."""
        return self.series.resolvent

    @property
    def defect(self) -> FloatArray:
        """What the last linear solve left, relative to its right side (...); 0 where none was needed."""
        return self.series.defect

    @cached_property
    def error(self) -> FloatArray:
        """How far rounding may have moved each of them, from above as a rule (..., order) [amount^n/time].

        To first order, for errors of the generator that are relative to each of its elements and keep the trace. In
        nearly decoupled systems this is the number that tells; the condition number then says that all is lost where
        nothing is.

        Cost:
            One solve for each order, where it was not needed before; none by `Krylov()`, whose estimate is coarser.
        """
        with np.errstate(over="ignore", invalid="ignore"), one_thread():
            return scaled(self.series.error, self.exponent)

    @cached_property
    def ledger_mismatch(self) -> FloatArray:
        """|mean from counting - mean from the ledger's observable sum_k c_k L_k^+ L_k| (...) [amount/time]."""
        observable = self.resolvent.block.liouvillian.observable(self.current.weights)
        return np.abs(self.mean - self.steady_state.expectation(observable))

    @cached_property
    def factorial(self) -> FloatArray:
        """Factorial cumulants per time (..., order): derivatives in z at z = 1 where a jump counts z^c.

        For whole-number weights they are those of the counted number; a Poisson process has only the first.

        Reference:
            kambly2011.
        """
        order = self.values.shape[-1]
        with np.errstate(over="ignore", invalid="ignore"):
            series = _series(self.resolvent, self.current.weights, order, _falling)
            return representable(series.values)


def cumulants_of(resolvent: Resolvent, steady_state: SteadyState, current: Current, order: int) -> Cumulants:
    """The cumulants of a current from a prepared generator.

    Args:
        resolvent: the generator.
        steady_state: its steady state.
        current: the current.
        order: the largest cumulant.

    Returns:
        The cumulants.

    Raises:
        NotConvergedError: if rounding leaves fewer than six digits of one, at every point.
        ValueError: if one is beyond double precision, at every point.
    """
    exponent = weight_exponent(current.weights, order)
    with np.errstate(over="ignore", invalid="ignore"):
        series = series_of(resolvent, np.ldexp(current.weights, -exponent), order)
        error = scaled(series.lost, exponent) if resolvent.delicate else None
        activity = scaled(series.activity, exponent) if resolvent.delicate else series.activity
        values = given(scaled(series.values, exponent), error, activity, cumulant_names(order), lower=BELOW)
    return Cumulants(values, steady_state, current, series, exponent)


def series_of(resolvent: Resolvent, weights: FloatArray, order: int) -> CountedSeries:
    """The orders of lambda(x) for jumps that count c_k.

    Args:
        resolvent: the generator.
        weights: c_k (..., k).
        order: the largest.

    Returns:
        The series.
    """
    return _series(resolvent, weights, order, np.power)


def _series(resolvent: Resolvent, weights: FloatArray, order: int, power: Callable[..., FloatArray]) -> CountedSeries:
    """The series in which a jump that counts c has the weights power(c, 1), power(c, 2), ..."""
    factors = tuple(partial(_of_order, power, number) for number in range(1, order + 1))
    (links,) = counted_links(resolvent, [weights])
    return CountedSeries(resolvent, links, factors)


def _of_order(power: Callable[..., FloatArray], number: int, counts: FloatArray) -> FloatArray:
    return np.asarray(power(counts, number))


def _falling(counts: FloatArray, number: int) -> FloatArray:
    """C (c - 1) ... (c - n + 1)."""
    falling = counts
    for less in range(1, number):
        falling = falling * (counts - less)
    return falling
