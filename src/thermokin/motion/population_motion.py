"""The motion of populations: one prepared rate matrix, and the engine that suits its size, its times and the start."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from thermokin._errors import NotConvergedError
from thermokin._typing import BoolArray, FloatArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.log_strength import log_rates
from thermokin.liouville.population_block import rate_matrix
from thermokin.model.bath import one_temperature
from thermokin.model.chosen_points import ChosenPoints
from thermokin.model.model import Model
from thermokin.motion.initial import thermal_energies
from thermokin.motion.long_time_limit import long_time_limit
from thermokin.motion.population_engines import ENGINES, Engine
from thermokin.motion.prepared_populations import SINGLE_FROM, PreparedPopulations, Task
from thermokin.operators.gibbs import gibbs_populations

__all__ = ["PopulationMotion", "population_motion"]

SOON = 100.0  # jumps of the fastest level up to which other engines than the modes are quick
MODES_UP_TO = 4000  # levels up to which an eigendecomposition is affordable


@dataclass(frozen=True, eq=False)
class PopulationMotion(PreparedPopulations):
    """exp(W t), prepared once and applied to any number of vectors and times."""

    def end(self, start: FloatArray) -> FloatArray:
        """Where populations end.

        Args:
            start: p(0) (..., n).

        Returns:
            p(inf) (..., n).
        """
        return self.limit.of(start[..., None])[..., 0]

    def path(
        self,
        start: FloatArray,
        times: FloatArray,
        end: FloatArray | None = None,
        deviation: FloatArray | None = None,
        engine: str | None = None,
    ) -> tuple[FloatArray, FloatArray]:
        """Populations, and their deviation from the long-time limit.

        Args:
            start: p(0) (..., n).
            times: (..., t) ascending, >= 0.
            end: p(inf) (..., n), if it is known.
            deviation: p(0) - p(inf) (..., n), if it is known to more digits than their difference.
            engine: one of `ENGINES`, by its name; the cheapest if None.

        Returns:
            p(t) and p(t) - p(inf), both (..., t, n); the second keeps its relative accuracy at late times.

        Raises:
            ValueError: if the engine asked for is none, or does not serve this task.
            NotConvergedError: if no engine reaches so late a time.
        """
        if deviation is None:
            deviation = start - (self.end(start) if end is None else end)
        populations, later = self._moved(Task(self, start, deviation, times), engine)
        assert populations is not None  # noqa: S101 - a start was given
        return populations, later

    def carry(self, vector: FloatArray, times: FloatArray, engine: str | None = None) -> FloatArray:
        """exp(W t) v of any vector.

        Args:
            vector: (..., n).
            times: (..., t) ascending, >= 0.
            engine: as for `path`.

        Returns:
            (..., t, n).

        Raises:
            ValueError: if the engine asked for is none, or does not serve this task.
            NotConvergedError: if no engine reaches so late a time.
        """
        staying = self.limit.of(vector[..., None])[..., 0]
        decaying = vector - staying
        return np.asarray(staying[..., None, :] + self._moved(Task(self, None, decaying, times), engine)[1])

    def engine_for_many(self, times: FloatArray) -> str | None:
        """The engine for one system that will be asked for again and again; the cheapest for each call if None.

        For late populations of a large one it is one that is prepared once, whatever that costs.

        Args:
            times: (t,) ascending, >= 0.

        Returns:
            Its name, as for `path`.
        """
        if self.rates.ndim > 2 or not SINGLE_FROM < self.size <= MODES_UP_TO:
            return None
        if float(self.fastest) * float(times.max(initial=0.0)) <= SOON:
            return None
        return next((engine.name for engine in ENGINES.values() if engine.for_many and engine.prepares(self)), None)

    def rounding(
        self, start: FloatArray, populations: FloatArray, deviation: FloatArray, times: FloatArray
    ) -> FloatArray:
        """What populations lack beyond a few units of their last digit.

        Args:
            start: p(0) (..., n).
            populations: over time (..., t, n).
            deviation: at time 0, from where they end (..., n).
            times: (..., t) [time].

        Returns:
            (..., t, n) or of one number for all levels; summed over modes, the smallest know least.
        """
        task = Task(self, start, deviation, times)
        if task.many and not self.affordable:
            every = np.broadcast_to(populations, (*task.lead, *populations.shape[-2:])).reshape(
                -1, *populations.shape[-2:]
            )
            lacking = [_cheapest(one).lacking(one, moved) for one, moved in zip(task.each(), every, strict=True)]
            return task.stacked([np.broadcast_to(part, populations.shape[-2:]) for part in lacking])
        return _cheapest(task).lacking(task, populations)

    def _moved(self, task: Task, engine: str | None) -> tuple[FloatArray | None, FloatArray]:
        """Populations and a decaying vector over time; where they are not resolved, from positive sums."""
        if task.many and not self.affordable:
            each = [self._moved(one, engine) for one in task.each()]
            known = [first for first, _ in each if first is not None]
            return task.stacked(known) if known else None, task.stacked([second for _, second in each])
        chosen = _cheapest(task) if engine is None else _named(engine, task)
        populations, later, poor = chosen.move(task)
        if poor is None or not poor.any():
            return populations, later
        there: slice | BoolArray
        if poor.ndim == 1:  # levels that fill are rare early
            there = slice(int(np.flatnonzero(poor)[-1]) + 1)
            part = replace(task, times=task.times[there])
        else:
            there = np.asarray(poor.any(axis=-1))
            part = self._of_points(task, there)
        mended, better, _ = _cheapest(part, positive=True).move(part)
        later = later.copy()
        later[there] = better
        if populations is not None and mended is not None:
            populations[there] = mended
        return populations, later

    def _of_points(self, task: Task, points: BoolArray) -> Task:
        """The same task at some points (...) of a sweep alone, at all their times."""
        chosen = ChosenPoints(points.shape, np.flatnonzero(points))
        start = None if task.start is None else chosen.of(task.start, 1)
        return Task(self.at_points(chosen), start, chosen.of(task.vector, 1), chosen.of(task.times, 1))

    def at_points(self, points: ChosenPoints) -> PopulationMotion:
        """The motion at some points of a sweep alone."""
        assert not isinstance(self.rates, sparse.csr_array)  # noqa: S101 - batches are dense
        return PopulationMotion(points.of(self.rates, 2), self.limit.at_points(points))


def _named(name: str, task: Task) -> Engine:
    engine = ENGINES.get(name)
    if engine is None:
        known = ", ".join(repr(other) for other in ENGINES)
        raise ValueError(f"`engine` must be one of {known}, or None for the cheapest; got {name!r}.")
    if not engine.serves(task) or not engine.prepares(task.prepared):
        serving = ", ".join(
            repr(other.name) for other in ENGINES.values() if other.serves(task) and other is not engine
        )
        raise ValueError(
            f"`engine` {name!r} does not serve here: it would need {engine.needs}. Take one of {serving}, or None for "
            "the cheapest."
        )
    return engine


def _cheapest(task: Task, *, positive: bool = False) -> Engine:
    """The engine that takes least, of all or of those whose sums do not cancel."""
    chosen, least = None, np.inf
    for engine in ENGINES.values():
        if (engine.for_few or task.single) and (engine.positive or not positive) and engine.serves(task):
            cost = engine.cost(task)
            chosen, least = (engine, cost) if cost < least else (chosen, least)
            if cost == 0.0:  # at once: sweeps of qubits come here often
                break
    if chosen is None:
        raise NotConvergedError(
            f"{task.reach:.1e} jumps of the fastest level are too many to follow {task.prepared.size} levels through:",
            task.reach * float(np.finfo(float).eps),
            "polynomials in the rate matrix lose what is slow beside it. Ask for shorter times, or for the steady "
            "state.",
        )
    return chosen if chosen.prepares(task.prepared) else _cheapest(task, positive=True)


def population_motion(liouvillian: Liouvillian) -> PopulationMotion:
    """The prepared motion of closed populations.

    Args:
        liouvillian: a generator whose populations are closed.

    Returns:
        The motion.
    """
    model = liouvillian.model
    rates = rate_matrix(liouvillian)
    limit = long_time_limit(rates, model.energies, _common_gibbs(model), lambda: log_rates(model))
    return PopulationMotion(rates, limit)


def _common_gibbs(model: Model) -> FloatArray | None:
    """The Gibbs populations on which all baths agree, or None."""
    if not model.baths or not model.energy.is_diagonal:
        return None
    first = model.baths[0]
    if not one_temperature(model.baths) or (first.chemical_potential.any() and model.number is None):
        return None
    return gibbs_populations(thermal_energies(model), first.temperature)
