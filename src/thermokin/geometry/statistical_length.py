"""The statistical length of an evolution: the integral of its velocity, up to given times and from there to the end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._errors import NotConvergedError
from thermokin._typing import BoolArray, FloatArray, IntArray
from thermokin.geometry.statistical_velocity import CHUNK, shortest_filling_time, statistical_velocity
from thermokin.geometry.unitary_part import UnitaryPart
from thermokin.motion.evolution import Evolution
from thermokin.motion.sector_coordinates import DENSE_UP_TO
from thermokin.motion.sector_path import LASTING
from thermokin.numerics.kronrod import RootTimePanels

__all__ = ["StatisticalLength", "statistical_length"]

TOLERANCE = 1e-11  # error of one panel, relative to the length up to the given times that it counts in
AHEAD = 1e-9  # relative to the length that is still ahead
RATIO = 4.0  # of the ends of neighbouring panels in sqrt(t), where nothing is known about the times between
EARLIEST = 1e-24  # shortest time that is looked at, relative to the fastest jump's
NOTHING = 1e-15  # part of the length that is rounding
OVER = 200.0  # decay times after which only motion that never ends is left
ENDLESS = 1e-6  # length covered in OVER decay times after all decay is over that proves endless motion
LATEST = 80  # fourfold times beyond the last one
ROUNDS = 60
APART = 1e-14  # of a panel's end: between nearer ends there is no number to split at
STUCK = 3  # splits in a row that do not help: then the error is rounding of the velocity itself
MOST = 6000  # panels
TURNING = 10.0  # roundings of an element, for each level, up to which a state of an isolated system does not turn


@dataclass(frozen=True, eq=False)
class StatisticalLength:
    """The length of the path of a state, L = int v dt.

    Args:
        length: since time 0 (..., t).
        ahead: from each time to the end (..., t); inf for a state that never comes to rest.
        total: (...).
        error: estimated error of the length (..., t).
        panels: of the quadrature, None where there was none, and
        endless: whether the state goes on moving for ever (...): both serve the same evolution at other times.
    """

    length: FloatArray
    ahead: FloatArray
    total: FloatArray
    error: FloatArray
    panels: RootTimePanels | None
    endless: BoolArray


def statistical_length(
    evolution: Evolution, rotation: UnitaryPart, known: StatisticalLength | None = None
) -> StatisticalLength:
    """The statistical length by adaptive quadrature.

    Args:
        evolution: the evolution, at any times.
        rotation: which derivative counts as motion.
        known: the length of the same evolution at other times, if it is known.

    Returns:
        The length, to a relative error of about 1e-10 unless `error` says otherwise.

    Raises:
        NotConvergedError: if the motion has not died away when the last time has been multiplied by four 80 times.

    Cost:
        Some hundred states, however many times are given; few where the length is known at other times.

    Reference:
        braunstein1994.
    """
    return _Path(evolution, rotation, known).integrated()


@dataclass(frozen=True, eq=False)
class _Path:
    evolution: Evolution
    rotation: UnitaryPart
    known: StatisticalLength | None

    def velocity(self, times: FloatArray) -> FloatArray:
        """Velocities at ascending times, a chunk of states at a time."""
        evolution = self.evolution
        per_time = evolution.populations[..., 0, :].size
        per_time *= 1 if evolution.population_only else evolution.populations.shape[-1]
        step = max(1, CHUNK // per_time)
        pieces = [
            statistical_velocity(evolution.at_many(times[first : first + step]), self.rotation)
            for first in range(0, times.size, step)
        ]
        every = pieces[0] if len(pieces) == 1 else np.concatenate(pieces, axis=-1)
        # Times alone may be swept: then each path is asked for all panels.
        return np.broadcast_to(every, (*evolution.populations.shape[:-2], times.size))

    @property
    def _isolated(self) -> bool:
        """Whether coherent motion is all there is."""
        return self.evolution.model.table.size == 0 and not self.evolution.population_only

    def _at_one_speed(self) -> StatisticalLength:
        """The length of a motion that only turns the state: its velocity is the same for ever."""
        start = self.evolution.at(np.zeros(1))
        size = start.model.dimension
        spread = np.ptp(start.model.generator.eigen[0], axis=-1)
        change = np.abs(start.frame_rates[..., 0, :, :]).max(axis=(-2, -1))
        # A start whose elements change by no more than rounding rests.
        moving = change > TURNING * size * np.finfo(float).eps * spread
        speed = np.where(moving, self.velocity(np.zeros(1))[..., 0], 0.0)
        length = speed[..., None] * self.evolution.times
        total = np.where(speed > 0.0, np.inf, 0.0)
        ahead = np.broadcast_to(total[..., None], length.shape)
        return StatisticalLength(length, ahead, total, np.zeros_like(length), None, total > 0.0)

    def integrated(self) -> StatisticalLength:
        if self._isolated:
            return self._at_one_speed()
        roots = np.sqrt(self.evolution.times)
        endless, panels = (None, None) if self.known is None else (self.known.endless, self.known.panels)
        endless = self._endless() if endless is None else endless
        panels = RootTimePanels.between(self._edges(), self.velocity) if panels is None else panels
        panels = self._to_the_end(panels, endless, float(roots.max()))
        for _ in range(ROUNDS):
            allowed = _Path._allowed(panels, roots)
            excess = (panels.error > allowed).reshape(-1, panels.stuck.size).any(axis=0)
            room = np.diff(panels.edges) > APART * panels.edges[1:]
            poor = excess & room & (panels.stuck < STUCK)
            if not poor.any() or panels.stuck.size > MOST:
                break
            panels = panels.halved(poor, self.velocity, allowed)
        length, ahead = _lengths(panels, roots)
        panel = panels.holding(roots)
        error = _gathered(np.cumsum(panels.error, axis=-1), np.where(roots > 0.0, panel, -1))
        total = np.where(endless, np.inf, panels.value.sum(axis=-1))
        return StatisticalLength(length, np.where(endless[..., None], np.inf, ahead), total, error, panels, endless)

    @staticmethod
    def _allowed(panels: RootTimePanels, roots: FloatArray) -> FloatArray:
        """The error that each panel may have (..., m): small beside the lengths of which it is a part."""
        length, ahead = _lengths(panels, roots)
        low, high = panels.edges[:-1], panels.edges[1:]
        # It counts in the length up to the next given time, and in what is ahead of the last one before its own end.
        until = _picked(np.concatenate([length, panels.value.sum(axis=-1)[..., None]], axis=-1), _count(roots, low, 1))
        counted = np.concatenate([np.full((*ahead.shape[:-1], 1), np.inf), ahead], axis=-1)
        after = _picked(counted, _count(roots, high, 0))
        return np.minimum(TOLERANCE * until, AHEAD * np.where(after > 0.0, after, np.inf))

    def _shortest(self) -> float:
        """The shortest time on which the velocity can change."""
        decay = self.evolution.liouvillian.decay.diagonal
        fastest = float(np.max(decay, initial=0.0))
        if fastest == 0.0:
            levels = self.evolution.model.generator.eigen[0]
            fastest = float(np.ptp(levels, axis=-1).max(initial=0.0))
        if fastest == 0.0:
            return np.inf
        filling = shortest_filling_time(self.evolution, self.rotation)
        return max(min(1.0 / fastest, filling), EARLIEST / fastest)

    def _edges(self) -> FloatArray:
        """Ends of the first panels in sqrt(t): 0, then geometric from the shortest time to the last given one."""
        times = self.evolution.times[self.evolution.times > 0.0]
        shortest = self._shortest()
        last = float(times.max()) if times.size else (shortest if np.isfinite(shortest) else 1.0)
        first = min(shortest, float(times.min()) if times.size else last)
        steps = int(np.ceil(np.log(last / first) / (2.0 * np.log(RATIO)))) + 1
        return (
            np.concatenate([[0.0], np.geomspace(np.sqrt(first), np.sqrt(last), steps)])
            if first < last
            else np.sqrt([0.0, last])
        )

    def _to_the_end(self, panels: RootTimePanels, endless: BoolArray, last: float) -> RootTimePanels:
        for _ in range(LATEST):
            given = int(panels.holding(np.array([last]))[0]) + 1
            # What is left is of the order of v t: nothing beside the whole and beside what follows the last given time.
            whole, following = panels.value.sum(axis=-1), panels.value[..., given:].sum(axis=-1)
            left = panels.last_height
            reached = last <= panels.edges[-1] * (1.0 + 4.0 * np.finfo(float).eps)
            if (
                reached
                and (endless | (left == 0.0) | (left <= np.minimum(NOTHING * whole, 0.1 * AHEAD * following))).all()
            ):
                return panels
            end = panels.edges[-1]
            panels = panels.and_then(RootTimePanels.between(end * np.array([1.0, 2.0]), self.velocity))
        raise NotConvergedError(
            "the total statistical length has not converged: the state still moves at the latest time looked at;",
            float(panels.last_height.max()),
            "ask for the velocity only, or leave the unitary rotation out with `DissipativeOnly()`.",
        )

    def _endless(self) -> BoolArray:
        """Whether the state goes on moving when all that decays has decayed (...)."""
        evolution = self.evolution
        batch = evolution.populations.shape[:-2]
        if evolution.population_only and evolution.motion is not None:
            return np.zeros(batch, dtype=bool)
        rates: list[FloatArray] = [np.zeros(0)]
        scale = float(np.max(evolution.liouvillian.decay.diagonal, initial=0.0))
        for path in evolution.paths:
            if path.exponents is not None:
                rates.append(-path.exponents.real.ravel())
            elif path.sector.size <= DENSE_UP_TO and path.motion is not None:
                values = np.linalg.eigvals(path.motion.generator.matrix)
                rates.append(-np.real(values).ravel().astype(np.float64))
        every = np.concatenate(rates)
        slow = every[every > LASTING * scale]
        over = OVER / float(slow.min()) if slow.size else OVER / (scale or 1.0)
        late = max(float(evolution.times.max()), over)
        left = self.velocity(np.array([late]))[..., 0] * over
        return np.asarray(np.broadcast_to(left > ENDLESS, batch))


def _lengths(panels: RootTimePanels, roots: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The length up to each place in sqrt(t) and the length ahead of it, both (..., t)."""
    value, panel = panels.value, panels.holding(roots)
    before, after = panels.split(roots)
    until = _gathered(np.cumsum(value, axis=-1), panel - 1)
    rest = np.cumsum(value[..., ::-1], axis=-1)[..., ::-1]
    beyond = _gathered(np.concatenate([rest[..., 1:], np.zeros((*rest.shape[:-1], 1))], axis=-1), panel)
    # A velocity is never negative, so that an integral of it below 0 is what a panel not yet split knows no better.
    return until + np.maximum(before, 0.0), beyond + np.maximum(after, 0.0)


def _gathered(sums: FloatArray, panel: IntArray) -> FloatArray:
    """Sums (..., m) at the panel of each place, 0 for panel -1."""
    return _picked(np.concatenate([np.zeros((*sums.shape[:-1], 1)), sums], axis=-1), panel + 1)


def _picked(values: FloatArray, index: IntArray) -> FloatArray:
    """Values (..., n) at an index (..., m)."""
    if index.ndim == 1:
        return np.asarray(values[..., index])
    lead = np.broadcast_shapes(values.shape[:-1], index.shape[:-1])
    whole = np.broadcast_to(values, (*lead, values.shape[-1]))
    return np.take_along_axis(whole, np.broadcast_to(index, (*lead, index.shape[-1])), axis=-1)


def _count(roots: FloatArray, ends: FloatArray, including: int) -> IntArray:
    """How many of the places (..., t) lie below each end (m,), or at it where that is included."""
    if roots.ndim == 1:
        return np.searchsorted(roots, ends, side="right" if including else "left")
    below = np.zeros((*roots.shape[:-1], ends.size), dtype=np.int64)
    for position in range(roots.shape[-1]):
        place = roots[..., position, None]
        below += (place <= ends) if including else (place < ends)
    return below
