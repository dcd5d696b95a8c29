"""Cumulants and covariances per time of currents of a Gaussian model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import NotConvergedError
from thermokin._result import ArrayResult
from thermokin._threads import few_threads
from thermokin._typing import FloatArray
from thermokin._verbs import answers
from thermokin.counting.mean_and_noise import MeanAndNoise
from thermokin.counting.steady_counts import listed_currents, whole_order
from thermokin.gaussian.counted_moments import CountedMoments, activity_scale
from thermokin.gaussian.currents import GaussianCurrent, own_current
from thermokin.gaussian.gaussian_state import EPS, GaussianState, steady_state
from thermokin.gaussian.model import GaussianModel
from thermokin.numerics.lyapunov import Matrix, norm

__all__ = ["GaussianCovariance", "GaussianCumulants", "covariance", "cumulants", "require_digits"]

DIGITS_LOST = (
    1e-6  # error, relative to the cumulant and to that of independent jumps, that leaves fewer than six digits
)


@dataclass(frozen=True, eq=False)
class GaussianCumulants(MeanAndNoise):
    """c_1 .. c_n per time along the last axis: mean current, noise, skewness rate, ...

    Args:
        values: (..., order) [amount^n/time].
        error: how far rounding may have moved each of them (..., order).
        steady_state: where they were counted.
        current: what was counted.
    """

    values: FloatArray
    error: FloatArray
    steady_state: GaussianState
    current: GaussianCurrent

    @property
    def model(self) -> GaussianModel:
        """The model."""
        return self.steady_state.model

    @property
    def residual(self) -> FloatArray:
        """Of the steady state (...)."""
        return self.steady_state.residual

    @property
    def relative_error(self) -> FloatArray:
        """The error over the size of each value (..., order)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.error == 0.0, 0.0, self.error / np.abs(self.values))


@dataclass(frozen=True, eq=False)
class GaussianCovariance(ArrayResult):
    """Covariances per time of several currents.

    Args:
        values: (..., c, c) [amount_a amount_b/time].
        error: how far rounding may have moved each of them (..., c, c).
        steady_state: where they were counted.
        currents: what was counted.
    """

    values: FloatArray
    error: FloatArray
    steady_state: GaussianState
    currents: tuple[GaussianCurrent, ...]

    @property
    def model(self) -> GaussianModel:
        """The model."""
        return self.steady_state.model

    @cached_property
    def mean(self) -> FloatArray:
        """The mean currents (..., c) [amount/time]."""
        rates = self.steady_state.jump_rates
        means = [(current.weights * rates).sum(axis=-1) for current in self.currents]
        return np.stack(np.broadcast_arrays(*means), axis=-1)

    @property
    def residual(self) -> FloatArray:
        """Of the steady state (...)."""
        return self.steady_state.residual

    @property
    def correlation(self) -> FloatArray:
        """Covariance over the product of both deviations (..., c, c); NaN where a current does not fluctuate."""
        noise = np.diagonal(self.values, axis1=-2, axis2=-1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.values / np.sqrt(noise[..., :, None] * noise[..., None, :]))


@answers(GaussianModel, "cumulants")
def cumulants(model: GaussianModel, current: GaussianCurrent, *, order: int = 2) -> GaussianCumulants:
    """Cumulants per time of a current at rest.

    Args:
        model: the model.
        current: the current, of that model.
        order: largest cumulant, >= 1.

    Returns:
        The cumulants with their errors.

    Raises:
        NotConvergedError: if rounding leaves fewer than six digits of one.
        ValueError: if a current belongs to another model, has infinite weights, or an argument is not valid.
        TypeError: if an argument is of the wrong type.

    Cost:
        One Lyapunov equation for each order, and for their errors one for each cumulant and order below it.
    """
    counted = own_current(current, model)
    whole_order(order)
    with few_threads(model.space.drift.shape[-1]):
        state = steady_state(model)
        series = CountedMoments(state, counted.weights, order)
        values, error = series.values, series.error
        scale = activity_scale(state, counted.weights, order)
    require_digits(error, np.maximum(np.abs(values), scale), f"a cumulant of {counted.name}")
    return GaussianCumulants(values, error, state, counted)


@answers(GaussianModel, "covariance")
def covariance(model: GaussianModel, currents: Sequence[GaussianCurrent]) -> GaussianCovariance:
    """Covariances per time of several currents at rest.

    Args:
        model: the model.
        currents: currents of that model.

    Returns:
        The covariances with their errors.

    Raises:
        NotConvergedError: if rounding leaves fewer than six digits of one.
        ValueError: if a current belongs to another model, has infinite weights, or an argument is not valid.
        TypeError: if an argument is of the wrong type.

    Cost:
        Two Lyapunov equations for each current, and one for each pair.
    """
    listed = [own_current(current, model) for current in listed_currents(currents)]
    if not listed:
        raise ValueError("`currents` must hold at least one current.")
    with few_threads(model.space.drift.shape[-1]):
        state = steady_state(model)
        values, error = _covariances(state, [current.weights for current in listed])
    size = np.abs(np.diagonal(values, axis1=-2, axis2=-1))
    shot = np.stack(
        np.broadcast_arrays(*(activity_scale(state, current.weights, 2)[..., 1] for current in listed)), axis=-1
    )
    size = np.maximum(size, shot)
    require_digits(error, np.sqrt(size[..., :, None] * size[..., None, :]), "a covariance")
    return GaussianCovariance(values, error, state, tuple(listed))


def _covariances(state: GaussianState, weights: list[FloatArray]) -> tuple[FloatArray, FloatArray]:
    """Values and errors (..., c, c)."""
    space, solver = state.model.space, state.model.lyapunov
    still, rates = space.moved(state.moments, bare=True), state.jump_rates
    changes, off, felt = [], [], []
    for one in weights:
        source = space.added(one, still, still)
        found, left = solver.solve(source)
        changes.append(space.rates(space.moved(found, bare=False)))
        off.append(left + EPS * (2.0 * norm(source) + solver.size(found)))
        felt.append(solver.solve(space.rate_gradient(one), adjoint=True)[0])
    count = len(weights)
    lead = np.broadcast_shapes(*(each.shape[:-1] for each in changes), *(each.shape[:-1] for each in weights))
    values, error = np.zeros((*lead, count, count)), np.zeros((*lead, count, count))
    for a in range(count):
        for b in range(a + 1):
            parts = (weights[a] * weights[b] * rates, weights[a] * changes[b], weights[b] * changes[a])
            values[..., a, b] = values[..., b, a] = sum(part.sum(axis=-1) for part in parts)
            slope: Matrix = space.rate_gradient(weights[a] * weights[b])
            slope = slope + space.added_gradient(weights[a], still, felt[b])
            slope = slope + space.added_gradient(weights[b], still, felt[a])
            answer, _ = solver.solve(slope, adjoint=True)
            rounding = 4.0 * EPS * sum(np.abs(part).sum(axis=-1) for part in parts)
            total = norm(answer) * state.uncertainty + norm(felt[a]) * off[b] + norm(felt[b]) * off[a] + rounding
            error[..., a, b] = error[..., b, a] = total
    return values, error


def require_digits(error: FloatArray, scale: FloatArray, what: str) -> None:
    """Refuse what rounding has left fewer than six digits of.

    Args:
        error: how far it may have moved each number (...).
        scale: the size of each (...).
        what: they are, in words.

    Raises:
        NotConvergedError: if it has.
    """
    lost = error > DIGITS_LOST * scale
    if lost.any():
        worst = float((error / np.where(scale > 0.0, scale, 1.0)).max())
        raise NotConvergedError(
            f"rounding leaves fewer than six digits of {what}: an error of {worst:.2g} of it is possible.",
            worst,
            "Leave out modes that are damped much more slowly than the others.",
        )
