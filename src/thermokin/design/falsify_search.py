"""Searches for the smallest slack: Sobol points in bulk, then gradients from the best of them, or CMA-ES."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from thermokin._typing import FloatArray
from thermokin.design.falsify_landscape import Landscape
from thermokin.numerics.in_step import in_step

__all__ = ["candidates"]

WALL = 1e10  # what stands for a slack that is not known
BLOCK = 4096  # points evaluated together
APART = 1e-3  # of the cube: candidates closer than that are one
SPREAD = 0.15  # of the cube, first step of CMA-ES
STEPS = 200
FEW = 8  # steps
Ask: TypeAlias = Callable[[FloatArray], tuple[float, FloatArray]]
"""Slack and gradient at a point."""


def candidates(
    landscape: Landscape, *, samples: int, starts: int, evaluations: int, seed: int, smooth: bool
) -> list[tuple[FloatArray, float]]:
    """Points of the cube with their slacks, smallest first.

    Args:
        landscape: the slack.
        samples: Sobol points.
        starts: how many of the best are followed.
        evaluations: what may be spent.
        seed: of the random numbers.
        smooth: whether gradients say something; else CMA-ES.

    Returns:
        The points that searches ended at, and the best of the samples, each with its slack.
    """
    size = len(landscape.names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of counts that are no power of two
        from scipy.stats import qmc  # here: half a second, which most runs do without

        cube = qmc.Sobol(size, rng=seed).random(min(samples, evaluations))
    blocks = [landscape.slacks(cube[first : first + BLOCK]) for first in range(0, len(cube), BLOCK)]
    slacks = np.concatenate(blocks)
    order = np.argsort(slacks, kind="stable")[:starts]
    found = [(cube[place], float(slacks[place])) for place in order if np.isfinite(slacks[place])]
    left = evaluations - landscape.spent.evaluations
    if smooth:
        # No more at once than can take a few steps each.
        most = max(left // (FEW * (2 * size + 1)), 1)
        for first in range(0, len(order), most):
            if landscape.spent.evaluations < evaluations:
                found += _descended(landscape, found[first : min(first + most, len(order))], evaluations)
    else:
        for number, (start, value) in enumerate(list(found)):
            if landscape.spent.evaluations < evaluations:
                found.append(_evolved(landscape, start, value, evaluations, seed + number))
    return _apart(sorted(found, key=lambda pair: pair[1]))


def _apart(found: list[tuple[FloatArray, float]]) -> list[tuple[FloatArray, float]]:
    kept: list[tuple[FloatArray, float]] = []
    for point, value in found:
        if all(np.abs(point - other).max() > APART for other, _ in kept):
            kept.append((point, value))
    return kept


def _descended(
    landscape: Landscape, starts: list[tuple[FloatArray, float]], evaluations: int
) -> list[tuple[FloatArray, float]]:
    """The ends of searches by L-BFGS-B, all in step, so that their models are made in bulk."""

    def answer(points: list[FloatArray]) -> list[tuple[float, FloatArray]]:
        if landscape.spent.evaluations >= evaluations:
            raise StopIteration
        return landscape.with_gradients(points)

    return in_step([partial(_descend, *start) for start in starts], answer)


def _descend(start: FloatArray, value: float, ask: Ask) -> tuple[FloatArray, float]:
    from scipy.optimize import minimize  # here: a third of a second, which most runs do without

    points, values = [start], [value]

    def fun(point: FloatArray) -> tuple[float, FloatArray]:
        found, gradient = ask(point.copy())
        points.append(point.copy())
        values.append(found)
        return (found, gradient) if np.isfinite(found) else (WALL, np.zeros_like(point))

    with contextlib.suppress(StopIteration):
        minimize(fun, start, jac=True, method="L-BFGS-B", bounds=[(0.0, 1.0)] * start.size, options={"maxiter": STEPS})
    least = int(np.argmin(values))
    return points[least], float(values[least])


def _evolved(
    landscape: Landscape, start: FloatArray, value: float, evaluations: int, seed: int
) -> tuple[FloatArray, float]:
    strategy: Any = _cma().CMAEvolutionStrategy(
        list(start), SPREAD, {"bounds": [0.0, 1.0], "seed": seed + 1, "verbose": -9, "verb_log": 0}
    )
    best, least = start, value
    while not strategy.stop() and landscape.spent.evaluations < evaluations:
        points = np.asarray(strategy.ask())
        slacks = landscape.slacks(points)
        strategy.tell(list(points), np.minimum(slacks, WALL).tolist())
        if slacks.min() < least:
            best, least = points[np.argmin(slacks)], float(slacks.min())
    return best, least


def _cma() -> Any:
    try:
        import cma
    except ImportError as missing:
        raise ImportError(
            "a search where the slack is not smooth needs cma; install it with: pip install 'thermokin[certify]'."
        ) from missing
    return cma
