"""Currents and noise of all points of a sweep of a small machine at once."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import LostPointsWarning
from thermokin._threads import one_thread
from thermokin._typing import FloatArray
from thermokin.counting.count_gauge import CANCELS_IN_SWEEPS
from thermokin.counting.counted import Counted
from thermokin.counting.covariance import Covariance, covariance_of
from thermokin.counting.covariance_series import CovarianceSeries
from thermokin.counting.cumulants import Cumulants, cumulants_of
from thermokin.counting.counted_series import CountedSeries
from thermokin.counting.weight_scale import weight_exponent
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.chosen_points import ChosenPoints
from thermokin.model.current import Current
from thermokin.model.model import Model
from thermokin.motion.bulk_state import bulk_state, state_of
from thermokin.motion.stationary_resolvent import stationary_resolvent
from thermokin.motion.steady_state import SteadyState
from thermokin.solvers.bulk import BulkMachine, bulk_machine, completed
from thermokin.solvers.method import Auto, Dense
from thermokin.solvers.resolvent import Resolvent

__all__ = ["bulk_covariance", "bulk_cumulants"]


def bulk_cumulants(model: Model, current: Current, order: int) -> Cumulants | None:
    """Mean and noise.

    Args:
        model: the model.
        current: one of its currents.
        order: 1 or 2.

    Returns:
        The cumulants; None where a resolvent has to find them.
    """
    machine = _machine(model, [current])
    if machine is None:
        return None
    numbers = machine.counted([current.weights], CANCELS_IN_SWEEPS, noise=order == 2)
    values = completed(machine, numbers, partial(_cumulants_at, model, current, order))
    return None if values is None else _BulkCumulants(machine, current, values)


def bulk_covariance(model: Model, currents: Sequence[Current]) -> Covariance | None:
    """Covariances.

    Args:
        model: the model.
        currents: some of its currents.

    Returns:
        The covariances; None where a resolvent has to find them.
    """
    machine = _machine(model, currents)
    if machine is None:
        return None
    numbers = machine.counted([current.weights for current in currents], CANCELS_IN_SWEEPS, noise=True)
    values = completed(machine, numbers, partial(_covariance_at, model, currents))
    return None if values is None else _BulkCovariance(machine, tuple(currents), values)


def _machine(model: Model, currents: Sequence[Current]) -> BulkMachine | None:
    for current in currents:
        weights = current.weights
        if np.broadcast_shapes(weights.shape[:-1], model.batch_shape) != model.batch_shape:
            return None
        if weight_exponent(weights, 2):
            return None
    return bulk_machine(Liouvillian(model), Auto())


def _prepared(model: Model) -> tuple[Resolvent, SteadyState]:
    liouvillian = Liouvillian(model)
    resolvent = stationary_resolvent(liouvillian, Dense(), None)
    state = state_of(liouvillian, resolvent)
    return resolvent, SteadyState(model, state, resolvent.residual, resolvent)


def _chosen(current: Current, chosen: ChosenPoints, model: Model) -> Current:
    return Current(current.name, chosen.of(current.weights, 1), model)


def _cumulants_at(model: Model, current: Current, order: int, chosen: ChosenPoints) -> FloatArray:
    there = chosen.model(model)
    return cumulants_of(*_prepared(there), _chosen(current, chosen, there), order).values


def _covariance_at(model: Model, currents: Sequence[Current], chosen: ChosenPoints) -> FloatArray:
    there = chosen.model(model)
    found = covariance_of(*_prepared(there), [_chosen(current, chosen, there) for current in currents])
    one, two = np.tril_indices(len(currents))
    return np.concatenate([np.broadcast_to(found.mean, found.values.shape[:-1]), found.values[..., one, two]], axis=-1)


class _InBulk(Counted):
    """Numbers from a program, and what a resolvent makes of the same where more is asked."""

    _machine: BulkMachine

    def _hold(self, **fields: object) -> None:
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    @cached_property
    def steady_state(self) -> SteadyState:
        """Where they were counted."""
        together = bulk_state(self._machine)
        if together is None:
            return self._resolved[1]
        return SteadyState(self._machine.liouvillian.model, *together, self._prepare)

    @cached_property
    def _resolved(self) -> tuple[Resolvent, SteadyState]:
        return _prepared(self._machine.liouvillian.model)

    def _prepare(self) -> Resolvent:
        return self._resolved[0]

    def _judged(self, found: Counted) -> FloatArray:
        """The error of the same numbers by a resolvent, and how far they are from these."""
        with np.errstate(invalid="ignore"):
            error = found.error + np.abs(found.values - self.values)
        return np.where(np.isnan(error), np.inf, error)


class _BulkCumulants(_InBulk, Cumulants):
    """Mean and noise.

    Args:
        machine: the sweep.
        current: what was counted.
        values: (..., order).
    """

    def __init__(self, machine: BulkMachine, current: Current, values: FloatArray) -> None:
        self._hold(_machine=machine, current=current, values=values, exponent=0)

    @cached_property
    def _by_resolvent(self) -> Cumulants:
        with one_thread(), _quiet():
            return cumulants_of(*self._resolved, self.current, self.values.shape[-1])

    @cached_property
    def series(self) -> CountedSeries:
        """What the same come from by a resolvent."""
        return self._by_resolvent.series

    @cached_property
    def error(self) -> FloatArray:
        """How far rounding may have moved each of them, from above as a rule (..., order) [amount^n/time].

        Cost:
            The same once more by a resolvent, whose error is known, and the difference.
        """
        return self._judged(self._by_resolvent)


class _BulkCovariance(_InBulk, Covariance):
    """Covariances.

    Args:
        machine: the sweep.
        currents: what was counted.
        numbers: the means, and the covariances C_00, C_10, C_11, C_20, ... (..., m).
    """

    def __init__(self, machine: BulkMachine, currents: tuple[Current, ...], numbers: FloatArray) -> None:
        count = len(currents)
        values = np.empty((*numbers.shape[:-1], count, count))
        one, two = np.tril_indices(count)
        values[..., one, two] = values[..., two, one] = numbers[..., count:]
        self._hold(_machine=machine, currents=currents, values=values, _means=numbers[..., :count])

    @property
    def mean(self) -> FloatArray:
        """The currents themselves (..., c) [amount/time]."""
        means: FloatArray = self._means  # type: ignore[attr-defined]
        return means

    @cached_property
    def _by_resolvent(self) -> Covariance:
        with one_thread(), _quiet():
            return covariance_of(*self._resolved, self.currents)

    @cached_property
    def series(self) -> CovarianceSeries:
        """What the same come from by a resolvent."""
        return self._by_resolvent.series

    @cached_property
    def error(self) -> FloatArray:
        """How far rounding may have moved each of them, from above as a rule (..., c, c) [amount_a amount_b/time].

        Cost:
            The same once more by a resolvent, whose error is known, and the difference.
        """
        return self._judged(self._by_resolvent)


@contextmanager
def _quiet() -> Iterator[None]:
    """No warning of points that a resolvent loses: the error there says it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LostPointsWarning)
        yield
