"""The verb that finds the machines of which none is better in all respects."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np

from thermokin import __version__
from thermokin._errors import ArgumentError, NotConvergedError
from thermokin._typing import FloatArray, IntArray
from thermokin.design.front_extra import searching
from thermokin.design.front_polish import Polished, polished
from thermokin.design.front_problem import FAILURES, FrontProblem
from thermokin.design.front_quantities import Quantity, quantity_of
from thermokin.design.front_ranges import Ranges, ranges_of
from thermokin.design.front_result import Front
from thermokin.design.front_search import Generation, searched
from thermokin.design.front_store import FrontStore, opened
from thermokin.linear_response.family_parameters import family_of
from thermokin.model.family import Family
from thermokin.model.model import Model
from thermokin.motion.initial import Initial
from thermokin.operators.as_numbers import as_whole, shown

__all__ = ["front"]

Direction: TypeAlias = Literal["max", "min"]
SIGNS = {"max": -1.0, "min": 1.0}
REMEDY = "Widen the ranges, loosen the constraints, or ask for more samples."
TRIES = 8  # points at which a model is looked for by which words are checked
SEARCHING = 0.5  # of a search: the rest moves points by gradients
MOST = 4  # objectives, of which a search can still cover the front


def front(
    family: Family | Callable[..., Model],
    ranges: Mapping[str, tuple[float, float]],
    objectives: Mapping[str, Direction],
    constraints: Mapping[str, tuple[float | None, float | None]] | None = None,
    *,
    outputs: Mapping[str, Any] | None = None,
    initial: Initial | None = None,
    points: int = 16,
    samples: int = 1024,
    population: int = 64,
    generations: int = 40,
    seed: int = 0,
    store: str | Path | None = None,
    tables: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Front:
    """Machines of a family of which none is better in all objectives.

    A Sobol sample of the ranges is calculated in bulk; its best are the first of some generations of NSGA-II. Of all
    points that none found is better than some are chosen, evenly along the front, and each is moved by exact gradients
    until it can gain no more in all objectives at once: the conditions of Karush, Kuhn and Tucker hold to 1e-8.

    Objectives are words: those of `tk.response`, as "heat from cold" or "noise of power"; figures of merit,
    "efficiency", "coefficient of performance", "share of carnot", "useful current", "noise of useful current" and
    "uncertainty product"; names in `outputs`; and products and quotients of these, "ticks^2 / noise of ticks". A point
    where one of them is not defined, as the efficiency of what is no engine, is left out.

    Args:
        family: a family, or a function that makes a model of named numbers.
        ranges: both ends of each number that may be chosen, by name, "couplings[0]" for one of a row. A range above 0
            that spans a decade is searched by its logarithm.
        objectives: "max" or "min" of each; up to four. With one alone the front is its best point.
        constraints: the least and the most that a quantity may be, None for no limit.
        outputs: names of one's own for words or functions of a model, as `tk.response` takes them.
        initial: says which steady state is meant, where the model keeps more than one.
        points: how many machines are moved and given.
        samples: points of the first sample, a power of two.
        population: points of a generation, even.
        generations: after the first sample.
        seed: of random numbers.
        store: folder that keeps each generation; a search that was killed goes on where it was, bit for bit.
        tables: makes the tables of a study file of the numbers, for functions of one's own.
        progress: is told which fraction of the search is behind.

    Returns:
        The machines with their numbers, in the order of the first objective.

    Raises:
        ModuleNotFoundError: without pymoo and moocore, the extra `design`.
        NotConvergedError: if no point of the search meets all constraints and has all objectives.
        FileExistsError: if the store holds another search.
        ArgumentError: if words, ranges or numbers mean nothing.
        TypeError: if an argument is of the wrong type.

    Cost:
        samples + population x generations models in bulk, and some fifty responses for each point that is given.

    Reference:
        deb2002.

    Example:
        >>> import thermokin as tk
        >>> fridge = tk.Family(tk.library.three_level_refrigerator, {"work": 6.0, "hot": 1.5, "cold": 1.0})
        >>> wishes = {"heat from cold": "max", "coefficient of performance": "max"}
        >>> found = tk.design.front(
        ...     fridge, {"gap_cold": (0.1, 3.0)}, wishes, points=3, samples=64, population=16, generations=2
        ... )
        >>> len(found), bool((found.residual < 1e-8).all())
        (3, True)
    """
    _ = [searching(package) for package in ("pymoo", "moocore")]
    made = family_of(family)
    problem = _problem(ranges_of(made, ranges), objectives, constraints, outputs or {}, initial)
    sizes = {
        "points": as_whole(points, "points", 1, 1000),
        "samples": as_whole(samples, "samples", 4, 2**20),
        "population": as_whole(population, "population", 4, 10_000),
        "generations": as_whole(generations, "generations", 0, 10_000),
        "seed": as_whole(seed, "seed", 0, 2**63),
    }
    if sizes["samples"] & (sizes["samples"] - 1):
        raise ArgumentError(f"`samples` must be a power of two, got {samples}.", "samples")
    if sizes["population"] % 2:
        raise ArgumentError(f"`population` must be even, got {population}.", "population")
    kept = opened(store, _told(problem, outputs or {}, sizes))
    with warnings.catch_warnings():
        # A search passes many doubtful models; those that it ends at are judged below, all by one warning.
        warnings.simplefilter("ignore")
        _require_defined(problem)
        told = progress or (lambda done: None)
        asked = {name: one for name, one in sizes.items() if name != "points"}
        last = searched(problem, kept, told=lambda done: told(SEARCHING * done), **asked)
        if not len(last.best):
            raise NotConvergedError(_nothing(problem, last), float(np.max(last.constraints)), REMEDY)
        found = _front(problem, kept, last, sizes["points"], objectives, told)
    found = replace(found, tables=tables)
    made.at(found.ranges.given(found.cube))
    return found


def _problem(
    ranges: Ranges, objectives: object, constraints: object, own: Mapping[str, Any], initial: Any
) -> FrontProblem:
    if not isinstance(objectives, Mapping):
        raise TypeError(f'`objectives` must map words to "max" or "min", got {shown(objectives)}.')
    if not 0 < len(objectives) <= MOST:
        raise ArgumentError(f"`objectives` must be 1 to {MOST}, got {len(objectives)}.", "objectives")
    for words, direction in objectives.items():
        if direction not in SIGNS:
            raise ArgumentError(
                f'`objectives[{words!r}]` must be "max" or "min", got {shown(direction)}.', "objectives"
            )
    limited, limits = _limits(constraints, own)
    return FrontProblem(
        ranges,
        tuple(quantity_of(words, own) for words in objectives),
        np.array([SIGNS[one] for one in objectives.values()]),
        limited,
        limits,
        initial,
    )


def _limits(
    constraints: object, own: Mapping[str, Any]
) -> tuple[tuple[Quantity, ...], tuple[tuple[int, float, float], ...]]:
    if constraints is None:
        return (), ()
    if not isinstance(constraints, Mapping):
        raise TypeError(
            f'`constraints` must map words to pairs, as {{"power": (0.1, None)}}, got {shown(constraints)}.'
        )
    limits: list[tuple[int, float, float]] = []
    for place, (words, pair) in enumerate(constraints.items()):
        try:
            least, most = (None if one is None else float(one) for one in pair)
        except (TypeError, ValueError):
            raise TypeError(f"`constraints[{words!r}]` must be a pair, least and most, got {shown(pair)}.") from None
        found = [
            (place, sign, limit)
            for sign, limit in ((-1.0, least), (1.0, most))
            if limit is not None and np.isfinite(limit)
        ]
        if not found or (least is not None and most is not None and not least < most):
            raise ArgumentError(
                f"`constraints[{words!r}]` must have a least below its most, got {pair}.", "constraints"
            )
        limits += found
    return tuple(quantity_of(words, own) for words in constraints), tuple(limits)


def _told(problem: FrontProblem, own: Mapping[str, Any], sizes: Mapping[str, int]) -> dict[str, Any]:
    """The search, as its store knows it again."""
    family, ranges = problem.ranges.family, problem.ranges
    return {
        "thermokin": __version__,
        "pymoo": str(searching("pymoo").__version__),
        "numpy": np.__version__,
        "family": f"{family.build.__module__}.{getattr(family.build, '__qualname__', 'build')}",
        "settled": {name: repr(one) for name, one in family.settled.items()},
        "ranges": {name: list(ends) for name, *ends in zip(ranges.names, ranges.low, ranges.high, strict=True)},
        "objectives": {one.words: sign for one, sign in zip(problem.objectives, problem.signs, strict=True)},
        "constraints": [[problem.limited[place].words, sign, limit] for place, sign, limit in problem.limits],
        "outputs": {name: one if isinstance(one, str) else "a function" for name, one in own.items()},
        "initial": repr(problem.initial),
        **{name: one for name, one in sizes.items() if name not in {"generations", "points"}},
    }


def _require_defined(problem: FrontProblem) -> None:
    """Say at once what is wrong with words that the family's models do not have."""
    for point in np.linspace(0.5, 0.95, TRIES)[:, None] * np.ones(len(problem.ranges.names)):
        try:
            model = problem.ranges.family.at(problem.ranges.given(point))
        except FAILURES:
            continue
        for factor in (factor for one in problem.objectives + problem.limited for factor in one.factors):
            if factor.wanted is not None:
                factor.wanted.of(model)
        try:
            problem.merits(point)
        except ArgumentError as error:
            if error.argument == "objectives":
                raise
        except FAILURES:
            pass
        return


def _nothing(problem: FrontProblem, last: Generation) -> str:
    reason = problem.failures.most_common(1)
    why = f"; most often: {reason[0][0]}" if reason else "."
    return f"none of {last.evaluations} points has all objectives and meets all constraints{why}"


def _front(
    problem: FrontProblem,
    kept: FrontStore,
    last: Generation,
    points: int,
    objectives: Mapping[str, Direction],
    told: Callable[[float], None],
) -> Front:
    span = np.ptp(last.best, axis=0)
    span = np.where(span > 0.0, span, np.maximum(np.abs(last.best).max(axis=0), np.finfo(float).tiny))
    moved, chosen = [], _spread(last.best / span, points)
    for number, place in enumerate(chosen):
        told(SEARCHING + (1.0 - SEARCHING) * number / len(chosen))
        moved.append(_polished(problem, kept, last, place, span))
    cube = np.array([one.cube for one in moved])
    values = np.asarray(problem.values(cube)[0])
    order = np.argsort(values[:, 0] * problem.signs[0], kind="stable")
    order = order[_distinct(values[order] / span)]
    return Front(
        problem.ranges.family,
        problem.ranges,
        problem.objectives,
        tuple(objectives.values()),
        cube[order],
        values[order] * problem.signs,
        np.array([moved[place].residual for place in order]),
        tuple(moved[place].reason for place in order),
        last.best * problem.signs,
        np.array(last.volumes),
        last.evaluations,
        dict(problem.failures),
        problem.initial,
    )


def _polished(problem: FrontProblem, kept: FrontStore, last: Generation, place: int, span: FloatArray) -> Polished:
    name = f"point_{len(last.volumes) - 1:04d}_{place:04d}"
    known = kept.load(name)
    if known is None:
        start = last.best_cube[place]
        found = polished(problem, start, span, problem.merits(start)[1])
        kept.keep(name, {"cube": found.cube.tolist(), "residual": float(found.residual), "reason": found.reason})
        return found
    return Polished(np.array(known["cube"]), known["residual"], known["reason"])


def _spread(shares: FloatArray, points: int) -> list[int]:
    """The best in each objective, then again and again the one that is farthest from all taken."""
    taken = list(dict.fromkeys(int(one) for one in shares.argmin(axis=0)))[:points]
    away = np.min([np.linalg.norm(shares - shares[one], axis=1) for one in taken], axis=0)
    while len(taken) < min(points, len(shares)) and away.max() > 0.0:
        taken.append(int(away.argmax()))
        away = np.minimum(away, np.linalg.norm(shares - shares[taken[-1]], axis=1))
    return sorted(taken)


def _distinct(shares: FloatArray) -> IntArray:
    """Which points none of the others is better than, one of each group that is the same to rounding."""
    kept: list[int] = []
    for place, one in enumerate(shares):
        worse = ((shares <= one + 1e-12).all(axis=1) & (shares < one - 1e-7).any(axis=1)).any()
        same = any(np.abs(shares[other] - one).max() <= 1e-9 for other in kept)
        if not worse and not same:
            kept.append(place)
    return np.array(kept, dtype=np.int64)
