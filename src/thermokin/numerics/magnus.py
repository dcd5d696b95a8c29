"""Propagators of linear equations with coefficients that change in time, by Magnus steps on panels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._errors import NotConvergedError
from thermokin._typing import FloatArray, IntArray
from thermokin.numerics.magnus_step import Generator, Step, commutator_free_step, midpoint_step

__all__ = ["Propagation", "Survey", "propagation", "survey", "survey_times"]

EPSILON = float(np.finfo(np.float64).eps)
FIRST = 16  # panels to begin with where nothing is known: both levels of two panels can miss one pulse and agree
PANELS = (4, 128)  # the least and the most to begin with after a survey
DEEPEST = 60  # halvings of a panel: what then still differs is a jump that no break point names
MOST = 2**16  # panels of one level
STRETCH = 2**17  # numbers of the maps that are made at a time
NUMBERS = 2**25  # of all maps of a level, a quarter of a GB
NOISE = 1e-6  # differences that do not fall are rounding of the coefficients only where they are below this
CAREFUL = 4.0  # times the ratio of two successive extrapolations: what the next one is trusted to gain
TINY = 1e-300
STEEP = 8.0  # times the usual step between neighbouring samples: there something happens suddenly


@dataclass(frozen=True, eq=False)
class Propagation:
    """Maps over consecutive intervals.

    Args:
        maps: (m, n, n), the propagator over each interval.
        panels: how many panels it took.
        error: estimate of what all maps together lack, largest row sum.
        at_floor: whether differences stopped falling: the coefficients are known no better.
    """

    maps: NDArray[Any]
    panels: int
    error: float
    at_floor: bool

    def between(self, edges: FloatArray, times: FloatArray) -> Propagation:
        """The same maps joined between some of the edges.

        Args:
            edges: (m + 1,) of the intervals [time].
            times: some of them, the first and the last included [time].

        Returns:
            The maps between these.
        """
        if times.size == edges.size:
            return self
        owner = np.searchsorted(times, edges[:-1], side="right") - 1
        maps = _joined([(owner, edges[:-1], self.maps)], times.size - 1)
        return Propagation(maps, self.panels, self.error, self.at_floor)


@dataclass(frozen=True, eq=False)
class Survey:
    """How coefficients change along an interval.

    Args:
        sudden: times about which they change far more between neighbouring samples than they usually do [time].
        panels: how many panels to begin with, two for each swing.
    """

    sudden: FloatArray
    panels: int


def survey_times(start: float, end: float, samples: int) -> FloatArray:
    """Times (k,) at which to look: not at the places of nodes, nor symmetric about the middle.

    Args:
        start: of the interval [time].
        end: of the interval [time].
        samples: how many; what is narrower than their distance can be missed and wants a break point.

    Returns:
        The times.
    """
    return start + (end - start) * (np.arange(samples) + 0.381966) / samples


def survey(coefficients: NDArray[Any], times: FloatArray, start: float, end: float) -> Survey:
    """Look where coefficients change suddenly and how often they swing.

    Args:
        coefficients: values (k, ...) at those times.
        times: those of `survey_times` (k,).
        start: of the interval [time].
        end: of the interval [time].

    Returns:
        The survey.
    """
    samples = times.size
    values = coefficients.reshape(samples, -1)
    steps = np.abs(np.diff(values, axis=0)).sum(axis=-1)
    limit = STEEP * np.median(steps) + 1e-9 * steps.max(initial=0.0)
    there = np.flatnonzero(steps > limit)
    sudden = _graded(times[np.unique(np.concatenate([there, there + 1]))], start, end, (end - start) / samples)
    width = np.abs(values - values[0]).sum(axis=-1).max()
    swings = float(steps.sum() / width) if width > 0.0 else 0.0
    return Survey(sudden, int(np.clip(np.ceil(2.0 * swings) + 2.0, *PANELS)))


def _graded(sudden: FloatArray, start: float, end: float, spacing: float) -> FloatArray:
    """Times with more of them beside each run of neighbours, further and further apart: a long panel misses a tail."""
    if not sudden.size:
        return sudden
    first = np.flatnonzero(np.diff(sudden, prepend=-np.inf) > 2.0 * spacing)
    last = np.append(first[1:] - 1, sudden.size - 1)
    away = spacing * 4.0 ** np.arange(np.ceil(np.log(max((end - start) / spacing, 4.0)) / np.log(4.0)))
    beside = np.concatenate([(sudden[first, None] - away).reshape(-1), (sudden[last, None] + away).reshape(-1)])
    return np.unique(np.concatenate([sudden, beside[(beside > start) & (beside < end)]]))


def propagation(
    generator: Generator,
    edges: FloatArray,
    *,
    tolerance: float,
    first: int = FIRST,
    positive: bool = False,
    fourth: Step = commutator_free_step,
) -> Propagation:
    """The propagators of dX/dt = L(t) X between neighbouring edges.

    The map (16 (two halves) - (whole)) / 15 is of order 6, since the step is symmetric in time, and that of its halves
    improves it once more, to order 8. Panels are halved until what that changed, times what an extrapolation gains
    there, is no more than the panel's share of the tolerance; all panels of a level are one call of the generator and
    one stack of exponentials.

    Args:
        generator: L(t) (k, n, n) at times (k,), smooth between edges.
        edges: (m + 1,) ascending [time].
        tolerance: for all maps together.
        first: panels to begin with.
        positive: take midpoint steps, of order 2 and not extrapolated, which keep complete positivity.
        fourth: the step of order 4 that is extrapolated elsewhere, symmetric in time.

    Returns:
        The maps and what is known of their error.

    Raises:
        NotConvergedError: if panels become too many.

    Cost:
        Per panel 4 exponentials of n x n; the number of panels grows with tolerance^(-1/8), or ^(-1/2) if positive.

    Reference:
        blanes2009.
    """
    single, reach = (midpoint_step, 3.0) if positive else (fourth, 63.0)
    step = _in_stretches(single, max(1, STRETCH // generator(edges[:1])[0].size))
    total = float(edges[-1] - edges[0])
    owner, starts, lengths = _cut(edges, total / first)
    # Panels, their halves and quarters together: where panels are few, calls cost more than numbers.
    grids = [(starts, lengths), second := _halved(starts, lengths), _halved(*second)]
    every = step(generator, *(np.concatenate(parts) for parts in zip(*grids, strict=True)))
    coarse, halves, quarters = np.split(every, np.cumsum([starts.size, 2 * starts.size]))
    better = _extrapolated(coarse, halves, positive=positive)
    found: list[tuple[IntArray, FloatArray, NDArray[Any]]] = []
    error, floor, past = 0.0, False, []
    for level in range(DEEPEST):
        child_starts, child_lengths = _halved(starts, lengths)
        if level:
            quarters = step(generator, *_halved(child_starts, child_lengths))
        child_better = _extrapolated(halves, quarters, positive=positive)
        pair = child_better[1::2] @ child_better[::2]
        change = (pair - better) / reach
        miss = _row_sum(change)
        size = _row_sum(pair)
        # Another extrapolation lacks less than that by what the one before it gained.
        gained = np.minimum(
            1.0, CAREFUL * reach * miss / np.maximum(_row_sum(better - halves[1::2] @ halves[::2]), TINY)
        )
        lacks = miss if positive else miss * gained
        done = lacks <= np.maximum(tolerance * lengths / total, 4.0 * EPSILON * size)
        past.append((int(np.count_nonzero(~done)), float(miss[~done].sum())))
        if _stagnant(past):
            done, floor = np.ones_like(done), True
            error += float(miss.sum()) * (reach - 1.0)  # what does not fall is not extrapolated either
        error += float(np.maximum(lacks[done], 8.0 * EPSILON * size[done]).sum())
        found.append((owner[done], starts[done], (pair if positive else pair + change)[done]))
        left = np.repeat(~done, 2)
        if not left.any():
            return Propagation(_joined(found, edges.size - 1), sum(len(part[0]) for part in found), error, floor)
        if np.count_nonzero(left) > min(MOST, NUMBERS // pair[0].size):
            break
        owner, starts, lengths = np.repeat(owner[~done], 2), child_starts[left], child_lengths[left]
        better, halves = child_better[left], quarters[np.repeat(left, 2)]
    raise NotConvergedError(
        "the propagator of the driven motion does not converge as panels are halved.",
        float(miss.sum()),
        "Name the times at which the drive jumps or bends as break points, or loosen the tolerance.",
    )


def _row_sum(maps: NDArray[Any]) -> FloatArray:
    """The largest row sum of each map (p,)."""
    return np.asarray(np.abs(maps).sum(axis=-1).max(axis=-1))


def _in_stretches(step: Step, count: int) -> Step:
    """The same step with so many panels at a time: what a generator makes on its way is larger than what it gives."""

    def stepped(generator: Generator, starts: FloatArray, lengths: FloatArray) -> NDArray[Any]:
        if starts.size <= count:
            return step(generator, starts, lengths)
        places = range(0, starts.size, count)
        return np.concatenate([step(generator, starts[p : p + count], lengths[p : p + count]) for p in places])

    return stepped


def _cut(edges: FloatArray, longest: float) -> tuple[IntArray, FloatArray, FloatArray]:
    """Panels of equal length in each interval: which interval, start and length."""
    widths = np.diff(edges)
    counts = np.maximum(1, np.ceil(widths / longest * (1.0 - 1e-12))).astype(np.int64)
    owner = np.repeat(np.arange(widths.size), counts)
    place = np.arange(owner.size) - np.repeat(np.cumsum(counts) - counts, counts)
    lengths = (widths / counts)[owner]
    return owner, edges[owner] + place * lengths, lengths


def _halved(starts: FloatArray, lengths: FloatArray) -> tuple[FloatArray, FloatArray]:
    half = 0.5 * lengths
    return np.stack([starts, starts + half], axis=-1).reshape(-1), np.repeat(half, 2)


def _extrapolated(coarse: NDArray[Any], fine: NDArray[Any], *, positive: bool) -> NDArray[Any]:
    """The better maps of panels, of steps over them and over their halves."""
    pair = fine[1::2] @ fine[::2]
    return np.asarray(pair if positive else (16.0 * pair - coarse) / 15.0)


def _stagnant(past: list[tuple[int, float]]) -> bool:
    """Whether twice as many panels differ as two levels ago, and as much: rounding of the coefficients, not a kink."""
    if len(past) < 3 or not past[-1][0]:
        return False
    (before, then), (now, left) = past[-3], past[-1]
    return now >= 2 * before and left > 0.5 * then and left < NOISE


def _joined(found: list[tuple[IntArray, FloatArray, NDArray[Any]]], intervals: int) -> NDArray[Any]:
    """The products in order of time over each interval, by a tree."""
    owner = np.concatenate([part[0] for part in found])
    order = np.argsort(np.concatenate([part[1] for part in found]), kind="stable")
    owner, maps = owner[order], np.concatenate([part[2] for part in found])[order]
    while owner.size > intervals:
        place = np.arange(owner.size) - np.searchsorted(owner, owner)
        last = np.concatenate([owner[1:] != owner[:-1], [True]])
        keep = place % 2 == 0
        joins = np.flatnonzero(keep & ~last)
        maps = maps.copy()
        maps[joins] = maps[joins + 1] @ maps[joins]
        owner, maps = owner[keep], maps[keep]
    return maps
