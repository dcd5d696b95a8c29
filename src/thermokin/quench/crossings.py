"""When two quenches are even: crossings of a quantity, and the time at which one reaches a value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from thermokin._threads import both_at_once
from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.numerics.bracketed_root import Bracket, bracketed_roots
from thermokin.numerics.level_sums import anywhere
from thermokin.quench.branch import Branch
from thermokin.quench.lead import one_always_leads, relative_lead

__all__ = ["Quantity", "crossing_time", "first_change", "time_when", "time_when_costly"]

Quantity = Callable[[Branch], FloatArray]
"""Reads a number over time (..., t) from a branch."""

Search = Callable[[tuple[Branch, ...], IntArray, FloatArray], FloatArray]
"""A number of quenches at the points of those numbers, at one time (..., 1) each."""

FEW = 0.5  # share of the points still searched, below which the others are left out
MANY = 1000  # points from which leaving others out saves more than it costs
RELATIVE = 1e-11  # of a time that is searched: below, a difference of two integrals is all rounding
NODES = 4  # of the grid, through which a first guess goes
CUTS = 40  # at the most
NARROW = 1e-5  # of a time: a piece that the secant divides to rounding
PIECES = 16


def _lead(
    heating: Branch, cooling: Branch, numbers: tuple[FloatArray, FloatArray], error: Quantity | None
) -> FloatArray:
    """Heating less cooling, relative to the sum of their sizes (..., t); 0 where even to rounding or both infinite."""
    one, two = numbers
    lead = relative_lead(one, two)
    rounding = np.zeros(()) if error is None else np.add(*both_at_once(error, heating, cooling))
    if rounding.any():
        with np.errstate(invalid="ignore"):  # an infinite side has no error, and its lead is no number or one
            lead[np.abs(one - two) <= rounding] = 0.0
    return lead


def crossing_time(
    heating: Branch,
    cooling: Branch,
    quantity: Quantity,
    error: Quantity | None = None,
    early: tuple[Branch | None, ...] | None = None,
) -> FloatArray:
    """The first time within the grid at which a quantity of the two quenches is equal and the lead changes.

    Args:
        heating: one branch.
        cooling: the other, at the same times.
        quantity: what is compared.
        error: what rounding may make of it; a lead within the errors of both is none. If None it has 12 digits.
        early: both well before their first times, as `Branch.early` gives them, where several searches share them.

    Returns:
        (...) [time]; nan where there is none. A lead that changes twice between two times of the grid is not seen.

    Cost:
        About six evaluations of both quenches at one time, where there is a crossing.
    """
    probe = (heating.early(), cooling.early()) if early is None else early
    sides = [(one, two) for one, two in (probe, (heating, cooling)) if one is not None and two is not None]
    numbers = [both_at_once(quantity, one, two) for one, two in sides]
    if one_always_leads(numbers):
        return np.full(np.broadcast_shapes(*(side.shape for side in numbers[-1]))[:-1], np.nan)
    leads = [_lead(one, two, both, error) for (one, two), both in zip(sides, numbers, strict=True)]
    if one_always_leads([(lead, np.zeros(())) for lead in leads]):
        return np.full(leads[-1].shape[:-1], np.nan)
    bracket, found = first_change(*_joined(leads, [one.times for one, _ in sides]))
    if bracket is None:
        return np.full(found.shape, np.nan)

    def difference(sides: tuple[Branch, ...], _: IntArray, time: FloatArray) -> FloatArray:
        one, two = (side.at(time) for side in sides)
        return _lead(one, two, both_at_once(quantity, one, two), error)

    return _root(difference, (heating, cooling), bracket, found)


def _joined(leads: list[FloatArray], grids: list[FloatArray]) -> tuple[FloatArray, FloatArray]:
    """The lead and its times, with one time well before the first, if there is one: integrals start even."""
    lead, times = leads[-1], grids[-1]
    if len(leads) == 1:
        return lead, np.broadcast_to(times, lead.shape)
    lead = np.concatenate(leads, axis=-1)
    # Where the times start at 0, it stands before the probe.
    started = (times[..., 0] == 0.0)[..., None]
    times = np.concatenate(grids, axis=-1)
    for row in (lead, times):
        row[..., :2] = np.where(started, row[..., 1::-1], row[..., :2])
    return lead, np.broadcast_to(times, lead.shape)


def first_change(lead: FloatArray, grid: FloatArray) -> tuple[Bracket | None, BoolArray]:
    """The two times between which a lead first changes; a lead that only ends, or touches, is no change.

    Args:
        lead: (..., t), 0 where even.
        grid: its times (..., t).

    Returns:
        The two times with the lead there, None if it changes nowhere; and where it changes (...).
    """
    # An even point takes the sign before it, so that a touch is no crossing.
    ahead, behind = lead > 0.0, lead < 0.0
    even = lead == 0.0
    for position in np.flatnonzero(anywhere(even, 1))[1 if even[..., 0].any() else 0 :]:
        for sign in (ahead, behind):
            sign[..., position] |= even[..., position] & sign[..., position - 1]
    change = (ahead[..., 1:] & behind[..., :-1]) | (behind[..., 1:] & ahead[..., :-1])
    found = np.asarray(change.any(axis=-1))
    if not found.any():
        return None, found
    return _piece(np.argmax(change, axis=-1)[..., None], grid, lead), found


def _piece(at: IntArray, grid: FloatArray, values: FloatArray) -> Bracket:
    """The piece of the grid that starts at a position (..., 1), with the values at its ends and a first guess."""
    low, high, below, above = (
        np.take_along_axis(row, place, axis=-1)[..., 0] for row in (grid, values) for place in (at, at + 1)
    )
    if grid.shape[-1] < NODES:
        return Bracket(low, high, below, above, None)
    around = np.clip(at + 1 - NODES // 2, 0, grid.shape[-1] - NODES) + np.arange(NODES)
    guess = _inverse_polynomial(np.take_along_axis(grid, around, axis=-1), np.take_along_axis(values, around, axis=-1))
    return Bracket(low, high, below, above, guess)


def _inverse_polynomial(times: FloatArray, values: FloatArray) -> FloatArray:
    """Where the polynomial from values (..., n) to their times is at 0 (...); anything where they are not apart."""
    found = np.zeros(times.shape[:-1])
    with np.errstate(all="ignore"):
        for one in range(times.shape[-1]):
            weight = times[..., one].copy()
            for other in range(times.shape[-1]):
                if other != one:
                    weight *= values[..., other] / (values[..., other] - values[..., one])
            found += weight
    return found


def time_when(branch: Branch, quantity: Quantity, value: FloatArray, latest: FloatArray) -> FloatArray:
    """The time at which a growing quantity of a quench reaches a value.

    Args:
        branch: the quench.
        quantity: what grows, from below the value at time 0.
        value: (...) to be reached.
        latest: (...) a time by which it is reached [time].

    Returns:
        (...) [time]; nan where the value is not reached by then.

    Cost:
        About six evaluations of the quench at one time.
    """
    bracket, inside = _bracket(branch, quantity, value, latest)
    level = np.broadcast_to(value, inside.shape).reshape(-1)

    def missing(sides: tuple[Branch, ...], points: IntArray, time: FloatArray) -> FloatArray:
        return quantity(sides[0].at(time)) - level[points].reshape(time.shape)

    return _root(missing, (branch,), bracket, bracket.above >= 0.0)


def time_when_costly(branch: Branch, quantity: Quantity, value: FloatArray, latest: FloatArray) -> FloatArray:
    """The same as `time_when` for a quantity that costs as much at one time as at many, such as an integral.

    The bracket is cut into sixteen again and again, and the last, narrow piece divided by the secant.

    Args:
        branch: the quench.
        quantity: what grows, from below the value at time 0.
        value: (...) to be reached.
        latest: (...) a time by which it is reached [time].

    Returns:
        (...) [time], to about 1e-10 of itself; nan where the value is not reached by then.

    Cost:
        An evaluation of the quantity at seventeen times for each factor of sixteen, usually five.
    """
    bracket, inside = _bracket(branch, quantity, value, latest)
    low, high, below, above = bracket.low, bracket.high, bracket.below, bracket.above
    for _ in range(CUTS):
        if (high - low <= NARROW * high).all():
            break
        grid = low[..., None] + (high - low)[..., None] * np.linspace(0.0, 1.0, PIECES + 1)
        known = np.broadcast_to(quantity(branch.at(grid)), grid.shape) - value[..., None]
        inside = inside | (known[..., -1] >= 0.0)
        piece = np.clip(np.argmax(known >= 0.0, axis=-1), 1, PIECES)[..., None]
        (low, high), (below, above) = (
            [np.take_along_axis(row, at, axis=-1)[..., 0] for at in (piece - 1, piece)] for row in (grid, known)
        )
    return np.where(inside, low - below * (high - low) / np.where(above > below, above - below, 1.0), np.nan)


def _bracket(branch: Branch, quantity: Quantity, value: FloatArray, latest: FloatArray) -> tuple[Bracket, BoolArray]:
    """The times of the grid between which the value is reached, and where; else from the grid's end to the latest."""
    # The quantity is given less the value. A first piece starts at time 0.
    known = quantity(branch)
    batch = np.broadcast_shapes(value.shape, latest.shape, known.shape[:-1])
    missing = np.broadcast_to(known, (*batch, known.shape[-1])) - value[..., None]
    grid = np.broadcast_to(branch.times, missing.shape)
    passed = missing >= 0.0
    inside, first = np.asarray(passed.any(axis=-1)), passed[..., 0]
    if first.any():
        start = np.broadcast_to(quantity(branch.at(np.zeros(1))), (*batch, 1)) - value[..., None]
        grid, missing = (np.concatenate(pair, axis=-1) for pair in ((np.zeros_like(start), grid), (start, missing)))
    if not inside.all():
        end = np.maximum(latest, grid[..., -1])[..., None]
        last = np.broadcast_to(quantity(branch.at(end)), (*batch, 1)) - value[..., None]
        grid, missing = (np.concatenate(pair, axis=-1) for pair in ((grid, end), (missing, last)))
    reached = np.argmax(missing >= 0.0, axis=-1)
    at = np.where((missing >= 0.0).any(axis=-1), np.maximum(reached - 1, 0), missing.shape[-1] - 2)
    return _piece(at[..., None], grid, missing), inside


@dataclass(frozen=True)
class _Group:
    """Quenches at some points of the sweep.

    Args:
        sides: the quenches at these points.
        points: their numbers in the flattened leading axes (m,), ascending.
        shape: leading axes of the sides' numbers, m in all.
    """

    sides: tuple[Branch, ...]
    points: IntArray
    shape: tuple[int, ...]

    def without_others(self, points: IntArray) -> _Group:
        """The same at fewer points, if the quenches can be thinned out."""
        if points.size == self.points.size:
            return self
        places = np.searchsorted(self.points, points)
        sides = tuple(side.at_points(places) for side in self.sides)
        kept = tuple(side for side in sides if side is not None)
        return _Group(kept, points, points.shape) if len(kept) == len(sides) else self

    def read(self, function: Search, time: FloatArray) -> FloatArray:
        """The function at one time for each point (m,)."""
        value = function(self.sides, self.points, time.reshape(self.shape)[..., None])[..., 0]
        return np.broadcast_to(value, self.shape).reshape(-1)


def _root(function: Search, sides: tuple[Branch, ...], bracket: Bracket, wanted: BoolArray) -> FloatArray:
    """Roots where they are wanted, nan elsewhere: all points at once, less and less of them as their searches end."""
    batch, points = wanted.shape, np.flatnonzero(wanted).astype(np.int64)
    ends = (bracket.low, bracket.high, bracket.below, bracket.above)
    low, high, below, above = (np.broadcast_to(end, batch).reshape(-1) for end in ends)
    guess = None if bracket.guess is None else np.broadcast_to(bracket.guess, batch).reshape(-1)[points]
    group = _Group(sides, np.arange(low.size), batch).without_others(points)
    moments, roots = high.astype(np.float64), np.full(low.size, np.nan)

    def only(time: FloatArray, numbers: IntArray) -> FloatArray:
        nonlocal group
        chosen = points[numbers]
        if group.points.size > MANY and chosen.size < FEW * group.points.size:
            group = group.without_others(chosen)
        moments[chosen] = time
        return group.read(function, moments[group.points])[np.searchsorted(group.points, chosen)]

    if points.size:
        at_points = Bracket(low[points], high[points], below[points], above[points], guess)
        roots[points] = bracketed_roots(only, at_points, RELATIVE)
    return roots.reshape(batch)
