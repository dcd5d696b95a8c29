"""Amounts exchanged over times after which everything has settled: cumulants grow by what they are per time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from thermokin._errors import DegenerateSteadyStateError, NotConvergedError
from thermokin._typing import BoolArray, FloatArray
from thermokin.counting.count_gauge import CountedLinks
from thermokin.counting.counted_resolvent import counted_resolvent
from thermokin.counting.counted_series import ROUNDINGS, CountedSeries, after
from thermokin.counting.cumulants import series_of
from thermokin.counting.lost_digits import told
from thermokin.counting.slow_counting import OfMoments
from thermokin.motion.evolution import Evolution
from thermokin.numerics.level_sums import over_levels
from thermokin.solvers.dense import DenseResolvent
from thermokin.solvers.method import Dense
from thermokin.solvers.resolvent import Vectors

__all__ = ["LATE", "fastest_motion", "settled_cumulants"]

LATE = 1e7  # of the fastest motion, after which an exponential keeps nine digits
SETTLED = 100.0  # times of the slowest relaxation, from above, after which nothing is left of it


def fastest_motion(evolution: Evolution) -> FloatArray:
    """From above, how fast levels are left and coherences turn (...) [1/time]: so fast grows rounding of exponentials.

    Args:
        evolution: the evolution.

    Returns:
        The largest rate.
    """
    fastest = over_levels(np.maximum, evolution.liouvillian.decay.diagonal)
    if evolution.motion is not None:
        return np.asarray(fastest)
    turning = evolution.model.generator.dense
    middle = np.diagonal(turning, axis1=-2, axis2=-1).mean(axis=-1)[..., None, None]
    turning = turning - middle * np.eye(turning.shape[-1])
    return np.asarray(fastest + 2.0 * np.abs(turning).sum(axis=-1).max(axis=-1))


def settled_cumulants(
    evolution: Evolution, weights: FloatArray, order: int, of_moments: OfMoments
) -> tuple[BoolArray, FloatArray, FloatArray] | None:
    """The n-th cumulant c_n t + d_n, with sum_n d_n x^n / n! = ln l(x) rho(0), l(x) r(x) = 1 and tr r(x) = 1.

    Args:
        evolution: the evolution.
        weights: c_k (..., k).
        order: the largest cumulant.
        of_moments: cumulants and their errors from moments and theirs.

    Returns:
        Where all has settled and six digits are left (..., t), the cumulants and their errors (..., t, order); None if
        that is nowhere, or there is more than one steady state.

    Cost:
        One factorisation and two solves for each order, where a time is late.
    """
    liouvillian, times = evolution.liouvillian, evolution.times
    if not (fastest_motion(evolution)[..., None] * times > LATE).any():
        return None
    try:
        made = counted_resolvent(liouvillian, Dense(), evolution.initial)
    except (DegenerateSteadyStateError, NotConvergedError, ValueError):
        return None
    if not isinstance(made, DenseResolvent) or made.block.liouvillian.dimension != liouvillian.dimension:
        return None
    relaxation = made.condition / np.abs(made.block.matrix).max(axis=(-2, -1))
    settled = np.asarray(times > SETTLED * relaxation[..., None])
    if not settled.any():
        return None
    series = series_of(made, weights, order)
    begun, blur = of_moments(*_begun(series, made, evolution))
    values = series.values[..., None, :] * times[..., None] + begun[..., None, :]
    errors = series.error[..., None, :] * times[..., None] + blur[..., None, :] + ROUNDINGS * np.abs(values)
    activity = series.activity[..., None, :] * times[..., None]
    return settled & told(values, errors, activity).all(axis=-1), values, errors


def _begun(series: CountedSeries, made: DenseResolvent, evolution: Evolution) -> tuple[FloatArray, FloatArray]:
    """l_1 rho(0) .. l_n rho(0) (..., n) and what rounding may have made of them."""
    plain = replace(series, links=CountedLinks(made, series.links.weights, np.zeros((), dtype=bool), None))
    start = _elements(made, evolution)
    rows = plain.rows(made)
    settling, gains = made.drazin(start), [np.abs(np.asarray(gain)) for gain in plain.gains]
    found, blur = list[FloatArray](), list[FloatArray]()
    for number in range(1, len(rows)):
        found.append((rows[number] * start).sum(axis=(-2, -1)).real)
        parts = range(1, number + 1)
        fed: Vectors = np.asarray(sum(after(np.abs(rows[number - part]), gains[part - 1]) for part in parts))
        moved = made.flow_error(rows[number][..., 0], settling[..., 0])
        moved = moved + (fed * np.abs(settling)).sum(axis=(-2, -1)) + np.abs(rows[number] * start).sum(axis=(-2, -1))
        blur.append(2.0**number * ROUNDINGS * moved)
    return np.stack(np.broadcast_arrays(*found), axis=-1), np.stack(np.broadcast_arrays(*blur), axis=-1)


def _elements(made: DenseResolvent, evolution: Evolution) -> Vectors:
    """The start in the block's coordinates (..., n, 1), whose frame may be another than that of the model."""
    start, framed = evolution.initial, made.block.liouvillian.model
    if framed is evolution.model:
        return np.asarray(made.block.elements(start.populations, start.matrix))[..., None]
    own: Vectors = start.populations[..., None] * np.eye(start.populations.shape[-1])
    own = own if start.matrix is None else start.matrix
    state = framed.to_frame(evolution.model.from_frame(own))
    return np.asarray(made.block.elements(np.diagonal(state, axis1=-2, axis2=-1).real, state))[..., None]
