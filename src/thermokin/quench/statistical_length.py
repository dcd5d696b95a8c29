"""The statistical length of an evolution: the integral of its velocity, up to given times and from there to the end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._errors import NotConvergedError
from thermokin._typing import FloatArray
from thermokin.dynamics.evolution import Evolution
from thermokin.dynamics.sector_motion import DENSE_UP_TO
from thermokin.quench.length_panels import Panels
from thermokin.quench.many_times import at_many_times
from thermokin.quench.rotation import Rotation
from thermokin.quench.statistical_velocity import CHUNK, shortest_filling_time, statistical_velocity

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
STUCK = 3  # splits in a row that do not help: then the error is rounding of the velocity itself
MOST = 6000  # panels


@dataclass(frozen=True, eq=False)
class StatisticalLength:
    """The length of the path of a state, L = int v dt.

    Args:
        length: since time 0 (..., t).
        ahead: from each time to the end (..., t); inf for a state that never comes to rest.
        total: (...).
        error: estimated error of the length (..., t).
    """

    length: FloatArray
    ahead: FloatArray
    total: FloatArray
    error: FloatArray


def statistical_length(evolution: Evolution, rotation: Rotation) -> StatisticalLength:
    """The statistical length by adaptive quadrature.

    Args:
        evolution: the evolution, at any times.
        rotation: which derivative counts as motion.

    Returns:
        The length, to a relative error of about 1e-10 unless `error` says otherwise.

    Raises:
        NotConvergedError: if the motion has not died away when the last time has been multiplied by four 80 times.

    Cost:
        Some hundred states, however many times are given.

    Reference:
        braunstein1994.
    """
    return _Path(evolution, rotation).integrated()


@dataclass(frozen=True, eq=False)
class _Path:
    evolution: Evolution
    rotation: Rotation

    def velocity(self, times: FloatArray) -> FloatArray:
        """Velocities at ascending times, a chunk of states at a time."""
        evolution = self.evolution
        per_time = evolution.populations[..., 0, :].size
        per_time *= 1 if evolution.population_only else evolution.populations.shape[-1]
        step = max(1, CHUNK // per_time)
        pieces = [
            statistical_velocity(at_many_times(evolution, times[first : first + step]), self.rotation)
            for first in range(0, times.size, step)
        ]
        return pieces[0] if len(pieces) == 1 else np.concatenate(pieces, axis=-1)

    def integrated(self) -> StatisticalLength:
        roots = np.sqrt(self.evolution.times)
        endless = self._endless()
        panels = self._to_the_end(Panels.between(self._edges(), self.velocity), endless)
        for _ in range(ROUNDS):
            allowed = self._allowed(panels, roots)
            excess = (panels.error > allowed).reshape(-1, panels.stuck.size).any(axis=0)
            # Beyond neighbouring numbers there is nothing to split.
            room = np.diff(panels.edges) > 1e-14 * panels.edges[1:]
            poor = excess & room & (panels.stuck < STUCK)
            if not poor.any() or panels.stuck.size > MOST:
                break
            panels = panels.halved(poor, self.velocity, allowed)
        length, ahead = _lengths(panels, roots)
        panel = panels.holding(roots)
        error = _gathered(np.cumsum(panels.error, axis=-1), np.where(roots > 0.0, panel, -1))
        total = np.where(endless, np.inf, panels.value.sum(axis=-1))
        return StatisticalLength(length, np.where(endless[..., None], np.inf, ahead), total, error)

    def _allowed(self, panels: Panels, roots: FloatArray) -> FloatArray:
        """The error that each panel may have (..., m): small beside the lengths of which it is a part."""
        # A panel counts in the lengths up to every later given time, of which the next is the smallest, and in the
        # length ahead of the times that it holds.
        length, ahead = _lengths(panels, roots)
        total = panels.value.sum(axis=-1, keepdims=True)
        allowed = np.broadcast_to(TOLERANCE * total, panels.error.shape).copy()
        marks = roots.reshape(-1, roots.shape[-1])
        if roots.ndim == 1 or marks.shape[0] == 1:
            return self._with_marks(allowed, panels, marks[0], length, ahead)
        lead = np.broadcast_shapes(length.shape[:-1], panels.error.shape[:-1])
        allowed = np.broadcast_to(allowed, (*lead, panels.stuck.size)).copy()
        panel = np.broadcast_to(panels.holding(roots), length.shape)
        # With times of its own for every point: a panel before the first time is held to that time's length.
        first = np.broadcast_to(panel[..., :1], (*lead, 1))
        early = np.arange(panels.stuck.size) <= first
        least = np.where(length > 0.0, length, np.inf).min(axis=-1, keepdims=True)
        allowed = np.where(early, np.minimum(allowed, TOLERANCE * least), allowed)
        held = np.full_like(allowed, np.inf)
        np.put_along_axis(held, np.broadcast_to(panel, (*lead, panel.shape[-1])), AHEAD * ahead, axis=-1)
        return np.asarray(np.minimum(allowed, np.where(held > 0.0, held, np.inf)))

    @staticmethod
    def _with_marks(
        allowed: FloatArray, panels: Panels, marks: FloatArray, length: FloatArray, ahead: FloatArray
    ) -> FloatArray:
        later = np.searchsorted(marks, panels.edges[:-1], side="right")
        counted = later < marks.size
        allowed[..., counted] = TOLERANCE * length[..., later[counted]]
        panel = panels.holding(marks)
        held, position = np.unique(panel[::-1], return_index=True)
        last = marks.size - 1 - position
        left = AHEAD * ahead[..., last]
        allowed[..., held] = np.where(left > 0.0, np.minimum(allowed[..., held], left), allowed[..., held])
        return allowed

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

    def _to_the_end(self, panels: Panels, endless: FloatArray) -> Panels:
        for _ in range(LATEST):
            # What is left is of the order of v t.
            if (endless | (panels.last_height <= NOTHING * panels.value.sum(axis=-1))).all():
                return panels
            end = panels.edges[-1]
            panels = panels.and_then(Panels.between(end * np.array([1.0, 2.0]), self.velocity))
        raise NotConvergedError(
            "the total statistical length has not converged: the state still moves at the latest time looked at;",
            float(panels.last_height.max()),
            "ask for the velocity only, or leave the unitary rotation out with `Removed()`.",
        )

    def _endless(self) -> FloatArray:
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
        slow = every[every > 1e-12 * scale]
        over = OVER / float(slow.min()) if slow.size else OVER / (scale or 1.0)
        late = max(float(evolution.times.max()), over)
        left = self.velocity(np.array([late]))[..., 0] * over
        return np.asarray(np.broadcast_to(left > ENDLESS, batch))


def _lengths(panels: Panels, roots: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The length up to each place in sqrt(t) and the length ahead of it, both (..., t)."""
    value, panel = panels.value, panels.holding(roots)
    before, after = panels.split(roots)
    until = _gathered(np.cumsum(value, axis=-1), panel - 1)
    rest = np.cumsum(value[..., ::-1], axis=-1)[..., ::-1]
    beyond = _gathered(np.concatenate([rest[..., 1:], np.zeros((*rest.shape[:-1], 1))], axis=-1), panel)
    return until + before, beyond + after


def _gathered(sums: FloatArray, panel: np.ndarray) -> FloatArray:
    """Sums (..., m) at the panel of each place, 0 for panel -1."""
    padded = np.concatenate([np.zeros((*sums.shape[:-1], 1)), sums], axis=-1)
    if panel.ndim == 1:
        return np.asarray(padded[..., panel + 1])
    lead = np.broadcast_shapes(sums.shape[:-1], panel.shape[:-1])
    whole = np.broadcast_to(padded, (*lead, padded.shape[-1]))
    return np.take_along_axis(whole, np.broadcast_to(panel + 1, (*lead, panel.shape[-1])), axis=-1)
