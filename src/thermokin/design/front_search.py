"""The search for a front: a first sample in bulk, then generations, each a function of the one before it alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from thermokin._typing import BoolArray, FloatArray
from thermokin.design.front_extra import searching
from thermokin.design.front_problem import FrontProblem
from thermokin.design.front_store import FrontStore

__all__ = ["Generation", "searched"]

NOWHERE = 1e9  # by how much a point that cannot be calculated breaks a constraint


@dataclass(frozen=True, eq=False)
class Generation:
    """All that the next generation needs.

    Args:
        cube: points of the population (n, p).
        objectives: of each (n, o), what is to be small.
        constraints: of each (n, c + 1), at most 0 where they hold; the last says whether the point is one.
        rank: of each, 0 where none is better (n,).
        crowding: distance to its neighbours on the front (n,).
        random: state of the generator of random numbers.
        best_cube: points that none found so far is better than (m, p).
        best: their objectives (m, o).
        ends: smallest and largest objectives of the first feasible points (2, o), by which volumes are measured.
        volumes: that the best dominate, after each generation, as parts of the box between the ends.
        evaluations: how many points were calculated.
        failures: how often each reason kept one from being calculated.
    """

    cube: FloatArray
    objectives: FloatArray
    constraints: FloatArray
    rank: FloatArray
    crowding: FloatArray
    random: dict[str, Any]
    best_cube: FloatArray
    best: FloatArray
    ends: FloatArray
    volumes: tuple[float, ...]
    evaluations: int
    failures: dict[str, int]

    def told(self) -> dict[str, Any]:
        """As lists and numbers."""
        return {name: one.tolist() if isinstance(one, np.ndarray) else one for name, one in vars(self).items()}

    @classmethod
    def of(cls, told: dict[str, Any]) -> Generation:
        """The generation that was told as lists and numbers."""
        sides, wishes = np.shape(told["cube"])[1], np.shape(told["objectives"])[1]
        width = {"best_cube": sides, "best": wishes, "ends": wishes}
        found: dict[str, Any] = {
            name: np.asarray(one, dtype=np.float64) if isinstance(one, list) else one for name, one in told.items()
        }
        found |= {name: np.asarray(told[name], dtype=np.float64).reshape(-1, size) for name, size in width.items()}
        return cls(**{**found, "volumes": tuple(told["volumes"])})


def searched(
    problem: FrontProblem,
    store: FrontStore,
    *,
    samples: int,
    population: int,
    generations: int,
    seed: int,
    told: Callable[[float], None] = lambda done: None,
) -> Generation:
    """The last generation of a search.

    Args:
        problem: what is searched.
        store: where each generation is kept, and found again.
        samples: points of the first sample.
        population: points of a generation.
        generations: after the first sample.
        seed: of random numbers.
        told: is told which fraction of the generations is behind.

    Returns:
        The generation.

    Raises:
        OSError: if one cannot be kept.
    """
    last = min(store.generation, generations)
    if last >= 0:
        now = Generation.of(store.load(_name(last)))
        problem.failures.update(now.failures)
    else:
        now = _first(problem, samples, population, seed)
        store.keep(_name(0), now.told())
    for number in range(max(last, 0) + 1, generations + 1):
        told(number / (generations + 1))
        now = _next(problem, now)
        store.keep(_name(number), now.told())
    return now


def _name(number: int) -> str:
    return f"generation_{number:04d}"


def _calculated(problem: FrontProblem, cube: FloatArray) -> tuple[FloatArray, FloatArray]:
    objectives, constraints = problem.values(cube)
    lost = ~np.isfinite(np.concatenate([objectives, constraints], axis=-1)).all(axis=-1)
    flaw = np.where(lost, NOWHERE, 0.0)[:, None]
    clean = np.where(lost[:, None], 0.0, constraints)
    return np.where(lost[:, None], 0.0, objectives), np.concatenate([clean, flaw], axis=-1)


def _first(problem: FrontProblem, samples: int, population: int, seed: int) -> Generation:
    """The best of a Sobol sample, whose points fill the cube evenly."""
    from scipy.stats import qmc  # half a second, which sweeps do without

    sides = len(problem.ranges.names)
    cube = qmc.Sobol(sides, rng=np.random.default_rng(seed)).random(samples)
    objectives, constraints = _calculated(problem, cube)
    algorithm = _algorithm(problem, min(population, samples))
    algorithm.random_state = np.random.default_rng(seed)
    everyone = _population(cube, objectives, constraints)
    chosen = algorithm.survival.do(
        algorithm.problem,
        everyone,
        n_survive=min(population, samples),
        algorithm=algorithm,
        random_state=algorithm.random_state,
    )
    none = np.zeros((0, len(problem.signs)))
    nobody, nowhere = np.zeros(0), np.zeros((0, sides))
    nothing = Generation(nowhere, none, none, nobody, nobody, {}, nowhere, none, none, (), 0, {})
    return _with_best(problem, algorithm, chosen, (cube, objectives, constraints), nothing)


def _next(problem: FrontProblem, now: Generation) -> Generation:
    """The generation after one, by pymoo's NSGA-II with all of its state put back."""
    algorithm = _algorithm(problem, len(now.cube))
    everyone = _population(now.cube, now.objectives, now.constraints)
    everyone.set("rank", now.rank)
    everyone.set("crowding", now.crowding)
    algorithm.pop, algorithm.is_initialized, algorithm.n_iter, algorithm.start_time = everyone, True, 1, 0.0
    algorithm.random_state = np.random.default_rng()
    algorithm.random_state.bit_generator.state = now.random
    children = algorithm.ask()
    if children is None:
        nothing = (now.cube[:0], now.objectives[:0], now.constraints[:0])
        return _with_best(problem, algorithm, everyone, nothing, now)
    cube = np.clip(np.asarray(children.get("X"), dtype=np.float64), 0.0, 1.0)
    objectives, constraints = _calculated(problem, cube)
    told = _population(cube, objectives, constraints)
    algorithm.tell(infills=told)
    return _with_best(problem, algorithm, algorithm.pop, (cube, objectives, constraints), now)


def _algorithm(problem: FrontProblem, size: int) -> Any:
    nsga, base = searching("pymoo.algorithms.moo.nsga2"), searching("pymoo.core.problem")
    limits = len(problem.limits) + 1
    cube = base.Problem(n_var=len(problem.ranges.names), n_obj=len(problem.signs), n_ieq_constr=limits, xl=0.0, xu=1.0)
    algorithm = nsga.NSGA2(pop_size=size)
    algorithm.setup(cube, termination=("n_gen", np.inf), seed=0, verbose=False)
    return algorithm


def _population(cube: FloatArray, objectives: FloatArray, constraints: FloatArray) -> Any:
    made = searching("pymoo.core.population").Population.new("X", cube, "F", objectives, "G", constraints)
    for one in made:
        one.evaluated = {"F", "G", "H"}
    return made


def _with_best(
    problem: FrontProblem,
    algorithm: Any,
    chosen: Any,
    fresh: tuple[FloatArray, FloatArray, FloatArray],
    before: Generation,
) -> Generation:
    """The generation of the chosen points, and the best of what was known before and what is fresh."""
    moocore = searching("moocore")
    cube, objectives, constraints = fresh
    held = (constraints <= 0.0).all(axis=-1)
    best_cube, best = np.concatenate([before.best_cube, cube[held]]), np.concatenate([before.best, objectives[held]])
    kept = _undominated(moocore, best)
    best_cube, best = best_cube[kept], best[kept]
    ends = before.ends
    if not len(ends) and held.any():
        ends = np.array([objectives[held].min(axis=0), objectives[held].max(axis=0)])
    return Generation(
        cube=np.asarray(chosen.get("X"), dtype=np.float64),
        objectives=np.asarray(chosen.get("F"), dtype=np.float64),
        constraints=np.asarray(chosen.get("G"), dtype=np.float64),
        rank=np.asarray(chosen.get("rank"), dtype=np.float64),
        crowding=np.asarray(chosen.get("crowding"), dtype=np.float64),
        random=algorithm.random_state.bit_generator.state,
        best_cube=best_cube,
        best=best,
        ends=ends,
        volumes=(*before.volumes, _volume(moocore, best, ends) if len(best) else 0.0),
        evaluations=before.evaluations + len(cube),
        failures=dict(problem.failures),
    )


def _undominated(moocore: Any, objectives: FloatArray) -> BoolArray:
    if not len(objectives):
        return np.zeros(0, dtype=bool)
    if objectives.shape[1] == 1:
        first = np.zeros(len(objectives), dtype=bool)
        first[np.argmin(objectives[:, 0])] = True
        return first
    return np.asarray(moocore.is_nondominated(np.ascontiguousarray(objectives)), dtype=bool)


def _volume(moocore: Any, best: FloatArray, ends: FloatArray) -> float:
    span = np.where(ends[1] > ends[0], ends[1] - ends[0], 1.0)
    shares = (best - ends[0]) / span
    if shares.shape[1] == 1:
        return float(1.0 - shares.min())
    return float(moocore.hypervolume(np.ascontiguousarray(shares), ref=np.ones(shares.shape[1])))
