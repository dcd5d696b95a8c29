"""Propagators over long times of linear equations that change slowly and forget what turns in them: implicit steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.polynomial import legendre

from thermokin._typing import FloatArray
from thermokin.numerics.magnus import Propagation, propagation

__all__ = ["forgotten_after", "slow_propagation"]

Generator: TypeAlias = Callable[[FloatArray], FloatArray]

EPSILON = float(np.finfo(np.float64).eps)
STAGES = 5  # of Radau's collocation: order 9, and 5 for what decays within a step
TURNING = 1e-6  # of the largest eigenvalue: an imaginary part below that is rounding
SHARE = 1e-3  # of a tolerance: what is left of what turns when implicit steps begin
BEGIN = 1.0 / 64.0  # of the rest: the first step
PANELS = (8, 2**13)  # of the Magnus steps, to begin with
MOST = 4000  # steps


def _collocation() -> tuple[FloatArray, FloatArray]:
    """Radau's nodes in (0, 1], the last of them 1, and the integrals from 0 to each of Lagrange's polynomials."""
    ends = np.zeros(STAGES + 1)
    ends[STAGES], ends[STAGES - 1] = 1.0, -1.0
    nodes = 0.5 * (1.0 + np.sort(legendre.legroots(ends).real))
    nodes[-1] = 1.0
    powers = np.arange(STAGES)
    return nodes, (nodes[:, None] ** (powers + 1) / (powers + 1)) @ np.linalg.inv(nodes[:, None] ** powers)


NODES, WEIGHTS = _collocation()


def forgotten_after(generators: FloatArray, tolerance: float) -> float:
    """How long it takes until nothing is left of what turns.

    Args:
        generators: L at some times (k, n, n).
        tolerance: of maps.

    Returns:
        The time; inf if something turns for ever.
    """
    values = np.linalg.eigvals(generators)
    turning = np.abs(values.imag) > TURNING * np.abs(values).max()
    if not turning.any():
        return 0.0
    slowest = float(-values.real[turning].max())
    return float(np.log(1.0 / (SHARE * tolerance)) / slowest) if slowest > 0.0 else np.inf


def slow_propagation(
    generator: Generator, start: float, middle: float, end: float, *, tolerance: float, size: float
) -> Propagation | None:
    """The propagator from start to end: Magnus steps while something turns, implicit ones for what is left.

    What is left moves slowly, however fast the generator is, so that steps follow the change of the generator alone.

    Args:
        generator: L(t) (k, n, n) at times (k,), smooth.
        start: of the interval [time].
        middle: when what turns is forgotten [time].
        end: of the interval [time].
        tolerance: of the map, largest row sum.
        size: the largest row sum of L [1/time].

    Returns:
        The map (1, n, n); None if implicit steps become too many.

    Cost:
        Per step three solves of 5 n linear equations.

    Reference:
        hairer1996.
    """
    first = int(np.clip(np.ceil(size * (middle - start)), *PANELS))
    found = propagation(generator, np.array([start, middle]), tolerance=0.5 * tolerance, first=first)
    now, time, step, error = found.maps[0], middle, (end - middle) * BEGIN, found.error
    length = end - middle
    for number in range(1, MOST + 1):
        step = min(step, end - time)
        whole = _stepped(generator, now, time, step)
        half = _stepped(generator, now, time, 0.5 * step)
        fine = _stepped(generator, half, time + 0.5 * step, 0.5 * step)
        miss = float(np.abs(fine - whole).sum(axis=-1).max()) / (2.0**STAGES - 1.0)
        # A solve is known to rounding of the fast generator times the step.
        rounding = 4.0 * EPSILON * (float(np.abs(fine).sum(axis=-1).max()) + size * step)
        allowed = max(0.5 * tolerance * step / length, rounding)
        if miss <= allowed:
            now, time, error = fine, time + step, error + max(miss, rounding)
            if end - time <= 1e-14 * end:
                return Propagation(now[None], found.panels + number, error, at_floor=found.at_floor)
        step *= float(np.clip(0.9 * (allowed / max(miss, 1e-300)) ** (1.0 / (STAGES + 1)), 0.2, 4.0))
    return None


def _stepped(generator: Generator, now: FloatArray, time: float, step: float) -> FloatArray:
    """One implicit step of X: X_i - h sum_j a_ij L_j X_j = X, of which the last is the new one."""
    size = now.shape[0]
    slopes = generator(time + step * NODES)
    matrix = -step * np.einsum("ij,jab->iajb", WEIGHTS, slopes).reshape(STAGES * size, STAGES * size)
    matrix[np.diag_indices(STAGES * size)] += 1.0
    found = np.linalg.solve(matrix, np.tile(now, (STAGES, 1)))
    return np.asarray(found[-size:])
