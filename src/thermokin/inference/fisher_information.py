"""How much clicks tell of the numbers of a model, per unit of time: the Fisher information that is to be expected."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._result import Result
from thermokin._threads import one_thread
from thermokin._typing import FloatArray, IntArray
from thermokin.inference.clicks import Clicks
from thermokin.inference.detector import Detector, detectors_of
from thermokin.inference.family_likelihood import FamilyLikelihood
from thermokin.inference.observed_generator import ObservedGenerator, Seen
from thermokin.lab_units.dimension import quantity_of
from thermokin.linear_response.family_parameters import family_of, listed_parameters
from thermokin.model.family import Family
from thermokin.model.model import Model
from thermokin.numerics.many_propagators import ManyPropagators, many_propagators
from thermokin.numerics.panel_quadrature import adjoining, integrate

__all__ = ["FisherInformation", "fisher_information"]

FADED = 1e-18  # probability that no click has come yet, beyond which waits are not followed
DOUBLINGS = 60
BREAKS = 24  # panels to begin with
TOLERANCE = 1e-11  # of one panel
ROUNDING = 1e-20  # of the largest density of waits: what rounding makes of a node, whose slope is as small
NEVER = 1e-14  # of the generator: a rate of clicks that is rounding


@dataclass(frozen=True, eq=False)
class FisherInformation(Result):
    """The Fisher information of click records per unit of time, to be expected in the steady state.

    Args:
        names: (p,) of the numbers.
        at: (p,) their values.
        values: (p, p) [1/(number^2 time)].
        error: (p, p) of the quadrature, rounding included.
        rates: (l,) of clicks of each detector [1/time].
        detectors: (l,) their names.
        units: (p,) of the numbers in words, as the family says them; none if empty.
    """

    names: tuple[str, ...]
    at: FloatArray
    values: FloatArray
    error: FloatArray
    rates: FloatArray
    detectors: tuple[str, ...]
    units: tuple[str, ...] = ()

    @property
    def errors(self) -> FloatArray:
        """(p,) the smallest standard errors of unbiased estimates from a record of unit time [number sqrt(time)].

        Those of a record of length T are smaller by sqrt(T). NaN where clicks do not tell the numbers apart.
        """
        size = np.sqrt(np.diagonal(self.values))
        if not (size > 0.0).all() or np.linalg.matrix_rank(self.values / np.outer(size, size), hermitian=True) < len(
            size
        ):
            return np.full(size.size, np.nan)
        return np.sqrt(np.diagonal(np.linalg.inv(self.values)))


def fisher_information(
    family: Family | Callable[..., Model],
    at: Mapping[str, Any],
    parameters: Sequence[str],
    *,
    channels: Seen,
    detector: Detector | Mapping[str, Detector] | None = None,
) -> FisherInformation:
    """How much click records tell of numbers of a model per unit of time, before any record is there.

    Clicks that leave one state behind make what follows independent of what was before. With the probability density
    w(l', t | l) that detector l' is the next to click, a time t after a click of l,

        F = sum over l of r_l  sum over l' of int dt  dw dw / w,

    where r_l is the rate of clicks of l in the steady state. No unbiased estimate from a long record of length T has a
    smaller variance than the inverse of F T, which that of `tk.infer` comes close to.

    Args:
        family: from numbers to a model, or a function that makes one.
        at: the numbers; names left out take their defaults.
        parameters: those that are to be told.
        channels: for each detector the jumps at which it clicks, as in `tk.infer`.
        detector: with which efficiency they click, one for all or by name.

    Returns:
        The information.

    Raises:
        ArgumentError: if an argument is out of its range, a detector has dark counts or a dead time, its clicks leave
            more than one state behind, or nothing clicks in the long run.
        TypeError: if an argument is of the wrong type.

    Reference:
        gammelmark2014; radaelli2024.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> def atom(drive, decay):
        ...     return tk.Model([[0, drive / 2], [drive / 2, 0]], [tk.Channel([[0, np.sqrt(decay)], [0, 0]], None)])
        >>> found = tk.inference.fisher_information(
        ...     atom, {"drive": 1.2, "decay": 1.0}, ["drive"], channels={"photon": 0})
        >>> round(float(found.values[0, 0]), 6)  # four over the decay rate, whatever the drive
        4.0
    """
    made = family_of(family)
    names = tuple(channels)
    if not names:
        raise ArgumentError("`channels` must name at least one detector.", "channels")
    detectors = detectors_of(detector, names)
    if detectors.dark_rate.any() or detectors.dead_time.any():
        raise ArgumentError(
            "`detector` must have neither dark counts nor dead time here, after which the past is not forgotten. "
            "Simulate a long record and take `information` of its fit by tk.infer over its duration.",
            "detector",
        )
    places = listed_parameters(made, at, parameters)
    nothing = Clicks([], begin=0.0, end=1.0, names=names)
    problem = FamilyLikelihood(nothing, made, dict(at), places, channels, detectors, None)
    with one_thread():
        base = problem.observed(problem.model(problem.start))
        rates = np.array([base.trace @ click @ base.stationary for click in base.clicks])
        heard = rates > NEVER * np.abs(base.generator).max(initial=0.0)
        if not heard.any():
            raise ArgumentError("`channels` must hold jumps that come again and again; none does.", "channels")
        lasting = [name for name, one, reset in zip(names, heard, base.resets, strict=True) if one and reset is None]
        if lasting:
            raise ArgumentError(
                f"`channels`: clicks of {lasting[0]!r} leave more than one state behind, so that the past is not "
                "forgotten. Simulate a long record and take `information` of its fit by tk.infer over its duration.",
                "channels",
            )
        values, error = _information(problem, base, np.where(heard, rates, 0.0))
    known = [made.parameters[place.name] for place in places]
    units = tuple(quantity_of(place.name, one.unit, one.quantity) for place, one in zip(places, known, strict=True))
    return FisherInformation(tuple(map(str, places)), problem.start, values, error, rates, names, units)


def _information(
    problem: FamilyLikelihood, base: ObservedGenerator, rates: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """(p, p) the sum over detectors of what waits after their clicks tell, and its error."""
    generator, clicks = problem.changes(problem.start, base)
    size, count = base.trace.size, len(generator)
    quiet = base.quiet(np.ones(len(rates), dtype=bool))
    rows, row_changes = base.trace @ base.clicks, base.trace @ clicks
    whole = np.asarray(np.kron(np.eye(count + 1), quiet), dtype=np.float64)
    whole[size:, :size] = (generator - clicks.sum(axis=1)).reshape(-1, size)
    value, error = np.zeros((count, count)), np.zeros((count, count))
    for label in np.flatnonzero(rates > 0.0):
        reset = base.resets[label]
        assert reset is not None  # noqa: S101 - asked by the caller
        begun = np.concatenate([reset, _reset_changes(base, clicks[:, label], int(label)).ravel()])
        horizon = _horizon(quiet, base.trace, reset)
        motion = many_propagators(whole, horizon)
        found, missed = _integral(motion, begun, rows, row_changes, horizon)
        value, error = value + rates[label] * found, error + rates[label] * missed
    return value, error


def _reset_changes(base: ObservedGenerator, changes: FloatArray, label: int) -> FloatArray:
    """(p, n) how the state that a click leaves moves, J x / tr J x with x the steady state, which may as well stay."""
    after = base.clicks[label] @ base.stationary
    weight, moved = base.trace @ after, changes @ base.stationary
    return np.asarray((moved - np.outer(moved @ base.trace, after) / weight) / weight)


def _horizon(quiet: FloatArray, trace: FloatArray, state: FloatArray) -> float:
    """A time by which a click has come but for a probability that is nothing."""
    time = 1.0 / max(float(np.abs(quiet).max()), np.finfo(float).tiny)
    for _ in range(DOUBLINGS):
        if trace @ many_propagators(quiet, time).moved(state[None, :], np.array([time]))[0] < FADED:
            return time
        time *= 2.0
    raise ArgumentError("`channels` must hold jumps that come again and again; after one none may follow.", "channels")


def _integral(
    motion: ManyPropagators, begun: FloatArray, rows: FloatArray, row_changes: FloatArray, horizon: float
) -> tuple[FloatArray, FloatArray]:
    """(p, p) int dt sum over detectors of dw dw / w, and its error."""
    count, size = row_changes.shape[0], rows.shape[1]
    least = ROUNDING * float(np.abs(rows).max())

    def integrand(point: IntArray, anchor: FloatArray, offset: FloatArray) -> tuple[FloatArray, FloatArray]:
        del point
        times = (anchor[:, None] + offset).ravel()
        moved = motion.moved(np.broadcast_to(begun, (times.size, begun.size)), times).reshape(-1, count + 1, size)
        density = moved[:, 0] @ rows.T
        slope = np.einsum("mpn,ln->mpl", moved[:, 1:], rows) + np.einsum("mn,pln->mpl", moved[:, 0], row_changes)
        held = density > least
        scaled = np.where(held[:, None], slope / np.sqrt(np.where(held, density, 1.0))[:, None], 0.0)
        each = np.einsum("mpl,mql->mlpq", scaled, scaled)
        # At a node of the density its terms cancel, and rounding is as much larger as they are.
        cancelling = np.abs(moved[:, 0]) @ np.abs(rows).T / np.where(held, density, 1.0)
        sizes = np.einsum("mlpq,ml->mpq", np.abs(each), cancelling)
        shape = (*offset.shape, count**2)
        return each.sum(axis=1).reshape(shape), sizes.reshape(shape)

    breaks = np.append(0.0, np.geomspace(horizon * 1e-6, horizon, BREAKS))[None, :]
    found = integrate(integrand, adjoining(np.zeros_like(breaks), breaks), 1, tolerance=TOLERANCE, depth=24)
    return found.value.reshape(count, count), found.error.reshape(count, count)
