"""Currents and noise of all points of a sweep of a small machine at once."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import LostPointsWarning
from thermokin._threads import one_thread
from thermokin._typing import FloatArray, IntArray
from thermokin.counting.count_gauge import CANCELS_IN_SWEEPS
from thermokin.counting.counted_series import CountedSeries
from thermokin.counting.covariance import Covariance, covariance_of
from thermokin.counting.covariance_series import CovarianceSeries
from thermokin.counting.cumulants import Cumulants, cumulants_of
from thermokin.counting.lost_digits import weight_exponent
from thermokin.counting.steady_counts import SteadyCounts
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.chosen_points import ChosenPoints
from thermokin.model.current import Current
from thermokin.model.model import Model
from thermokin.motion.bulk_state import bulk_state, state_of
from thermokin.motion.stationary_resolvent import stationary_resolvent
from thermokin.motion.steady_state import SteadyState
from thermokin.solvers.bulk import BulkMachine, BulkNumbers, bulk_machine, completed
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
    made = _BulkCumulants(machine, current, machine.counted([current.weights], CANCELS_IN_SWEEPS, noise=order == 2))
    return made if made.complete() else None


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
    weights = [current.weights for current in currents]
    made = _BulkCovariance(machine, tuple(currents), machine.counted(weights, CANCELS_IN_SWEEPS, noise=True))
    return made if made.complete() else None


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


class _InBulk(SteadyCounts):
    """Numbers from a program, and what resolvents make of the same where more is asked.

    Args:
        machine: the sweep.
        numbers: what it gave.
        fields: of the result.
    """

    _machine: BulkMachine
    _numbers: BulkNumbers

    def __init__(self, machine: BulkMachine, numbers: BulkNumbers, **fields: object) -> None:
        for name, value in {"_machine": machine, "_numbers": numbers, **fields}.items():
            object.__setattr__(self, name, value)

    @property
    def _weights(self) -> list[FloatArray]:
        raise NotImplementedError

    def _at(self, chosen: ChosenPoints) -> tuple[FloatArray, FloatArray]:
        """Numbers of some points by a resolvent, and their errors (p, m), in the order of the machine."""
        raise NotImplementedError

    @cached_property
    def _found(self) -> FloatArray | None:
        """All numbers (..., m)."""
        return completed(self._numbers, lambda chosen: self._at(chosen)[0])

    def complete(self) -> bool:
        """Whether all points are there that a resolvent would give."""
        return self._found is not None

    @cached_property
    def _errors(self) -> FloatArray:
        """Of all numbers (..., m)."""
        found = self._machine.errors(self._weights, noise=self._numbers.values.shape[-1] > len(self._weights))
        other = self._numbers.doubtful_points
        if other.size:
            with _quiet():
                found.reshape(-1, found.shape[-1])[other] = self._at(ChosenPoints(self._machine.batch, other))[1]
        return found

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


class _BulkCumulants(_InBulk, Cumulants):
    """Mean and noise."""

    def __init__(self, machine: BulkMachine, current: Current, numbers: BulkNumbers) -> None:
        super().__init__(machine, numbers, current=current, exponent=0)

    @property
    def _weights(self) -> list[FloatArray]:
        return [self.current.weights]

    def _at(self, chosen: ChosenPoints) -> tuple[FloatArray, FloatArray]:
        model = chosen.model(self.current.model)
        found = cumulants_of(*_prepared(model), _chosen(self.current, chosen, model), self._numbers.values.shape[-1])
        return found.values, found.error

    @cached_property
    def values(self) -> FloatArray:
        """Mean and noise along the last axis (..., order)."""
        assert self._found is not None  # noqa: S101 - asked before it is given
        return self._found

    @cached_property
    def series(self) -> CountedSeries:
        """What the same come from by a resolvent."""
        with one_thread(), _quiet():
            return cumulants_of(*self._resolved, self.current, self.values.shape[-1]).series

    @cached_property
    def error(self) -> FloatArray:
        """How far rounding may have moved each of them, from above as a rule (..., order) [amount^n/time]."""
        with one_thread():
            return self._errors


class _BulkCovariance(_InBulk, Covariance):
    """Covariances."""

    def __init__(self, machine: BulkMachine, currents: tuple[Current, ...], numbers: BulkNumbers) -> None:
        super().__init__(machine, numbers, currents=currents)

    @property
    def _weights(self) -> list[FloatArray]:
        return [current.weights for current in self.currents]

    @property
    def _lower(self) -> tuple[IntArray, IntArray]:
        """The pairs in the order of the machine."""
        return np.tril_indices(len(self.currents))

    def _at(self, chosen: ChosenPoints) -> tuple[FloatArray, FloatArray]:
        model = chosen.model(self._machine.liouvillian.model)
        found = covariance_of(*_prepared(model), [_chosen(current, chosen, model) for current in self.currents])
        one, two = self._lower
        means = np.broadcast_to(found.mean, (*found.values.shape[:-2], len(self.currents)))
        return (
            np.concatenate([means, found.values[..., one, two]], axis=-1),
            np.concatenate([np.full_like(means, np.nan), found.error[..., one, two]], axis=-1),
        )

    def _square(self, listed: FloatArray) -> FloatArray:
        """(..., m) as a symmetric matrix (..., c, c); the means stand before it."""
        count = len(self.currents)
        out = np.empty((*listed.shape[:-1], count, count))
        one, two = self._lower
        out[..., one, two] = out[..., two, one] = listed[..., count:]
        return out

    @cached_property
    def values(self) -> FloatArray:
        """The covariances (..., c, c)."""
        assert self._found is not None  # noqa: S101 - asked before it is given
        return self._square(self._found)

    @property
    def mean(self) -> FloatArray:
        """The currents themselves (..., c) [amount/time]."""
        assert self._found is not None  # noqa: S101 - asked before it is given
        return self._found[..., : len(self.currents)]

    @cached_property
    def series(self) -> CovarianceSeries:
        """What the same come from by a resolvent."""
        with one_thread(), _quiet():
            return covariance_of(*self._resolved, self.currents).series

    @cached_property
    def error(self) -> FloatArray:
        """How far rounding may have moved each of them, from above as a rule (..., c, c) [amount_a amount_b/time]."""
        with one_thread():
            return self._square(self._errors)


@contextmanager
def _quiet() -> Iterator[None]:
    """No warning of points that a resolvent loses: the error there says it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LostPointsWarning)
        yield
