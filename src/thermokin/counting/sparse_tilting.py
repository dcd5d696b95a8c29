"""Tilted states of a large block: inverse iteration from field to field, one sparse factorisation for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import ArpackError, ArpackNoConvergence, eigs

from thermokin._errors import NotConvergedError
from thermokin._typing import FloatArray
from thermokin.counting.tilted_generator import TiltedGenerator, TiltedStates, joined
from thermokin.numerics.factorised import sparse_factor

__all__ = ["by_inverse_iteration", "leading_gap"]

OFFSET = 1e-7  # of the scale, by which the shift stays away from the eigenvalue: the factor keeps its digits
ITERATIONS = 40
ROUNDING = 1e-14
ACCEPTED = 1e-10  # residual of an eigenpair, relative to the largest element, with which it is taken
NEGATIVE = 1e-10  # share of its largest eigenvalue by which the dominant eigen-operator may be negative
HALVINGS = 6
LOST = 4.0 * float(np.finfo(np.float64).eps)  # of a solution, for each unit by which its right side grows in it
TINY = 1e-300


@dataclass(frozen=True)
class _Solved:
    field: float
    states: TiltedStates
    turned: FloatArray  # dr/ds (n,)


def by_inverse_iteration(
    generator: TiltedGenerator, fields: FloatArray, rest: TiltedStates | None = None
) -> TiltedStates:
    """Right and left inverse iteration with a predicted shift, from the nearest field that is solved.

    The branch is the dominant one where its right and its left eigen-operator are positive; where they are not, the
    step is halved, and at last Arnoldi's method looks for the eigenvalue with the largest real part.

    Args:
        generator: the generator of one point.
        fields: s (f,).
        rest: the states at s = 0, where they are known.

    Returns:
        The states.

    Raises:
        NotConvergedError: if a field's residual stays above rounding.

    Cost:
        One sparse factorisation for each field, and some twenty solves with it.
    """
    size = generator.block.size
    start = np.zeros(size)
    start[generator.block.places] = 1.0
    if rest is not None:
        start = rest.right[0]
    zero = _Solved(0.0, *_iterated(generator, 0.0, 0.0, start, generator.block.trace.copy()))
    if not _trusted(generator, zero.states):
        zero = _Solved(0.0, *_searched(generator, 0.0))
    solved = [zero]
    found: dict[int, TiltedStates] = {}
    for number in np.argsort(np.abs(fields)):
        near = min(solved, key=lambda other: abs(other.field - float(fields[number])))
        solved.append(_reached(generator, float(fields[number]), near, HALVINGS))
        found[int(number)] = solved[-1].states
    return joined([found[number] for number in range(fields.size)])


def _reached(generator: TiltedGenerator, field: float, near: _Solved, halvings: int) -> _Solved:
    if field == near.field:
        return near
    step, states = field - near.field, near.states
    guess = float(states.values[0] + step * states.slope[0] + 0.5 * step**2 * states.curvature[0])
    here = _Solved(field, *_iterated(generator, field, guess, states.right[0] + step * near.turned, states.left[0]))
    if _trusted(generator, here.states):
        return here
    if halvings > 0:
        between = _reached(generator, near.field + 0.5 * step, near, halvings - 1)
        return _reached(generator, field, between, 0)
    return _Solved(field, *_searched(generator, field))


def _trusted(generator: TiltedGenerator, states: TiltedStates) -> bool:
    if not float(states.residual[0]) <= ACCEPTED:
        return False
    defects = (float(generator.positivity_defect(vector[0])) for vector in (states.right, states.left))
    return all(defect <= NEGATIVE for defect in defects)


def _searched(generator: TiltedGenerator, field: float) -> tuple[TiltedStates, FloatArray]:
    """The eigenvalue with the largest real part, by Arnoldi's method without inversion, then refined."""
    values, vectors = _arnoldi(generator, field, 1)
    vector = vectors[:, 0] / vectors[np.argmax(np.abs(vectors[:, 0])), 0]
    found = _iterated(generator, field, float(values[0].real), vector.real, generator.block.trace.copy())
    residual = float(found[0].residual[0])
    if not residual <= ACCEPTED:
        raise NotConvergedError(
            f"the tilted generator at s = {field:g} left a residual of {residual:.1e} of its largest element.",
            residual,
            "Ask for fields closer to each other or to 0, or for Dense().",
        )
    return found


def _arnoldi(generator: TiltedGenerator, field: float, count: int) -> tuple[Any, Any]:
    size = generator.block.size
    try:
        values, vectors = eigs(
            generator.sparse(field), k=count, which="LR", v0=np.ones(size), ncv=min(size, 60), maxiter=20 * size
        )
    except (ArpackError, ArpackNoConvergence) as error:
        raise NotConvergedError(
            f"Arnoldi's method found no leading eigenvalue of the tilted generator at s = {field:g}.",
            float("inf"),
            "Ask for fields closer to each other or to 0, or for Dense().",
        ) from error
    order = np.argsort(-values.real)
    return values[order], vectors[:, order]


def leading_gap(generator: TiltedGenerator, field: float) -> float:
    """The distance of the two largest real parts in the spectrum, by Arnoldi's method.

    Args:
        generator: the generator of one point.
        field: s.

    Returns:
        The gap [1/time].

    Raises:
        NotConvergedError: if the method does not converge.
    """
    values, _ = _arnoldi(generator, field, 2)
    return float(values[0].real - values[1].real)


def _iterated(
    generator: TiltedGenerator, field: float, guess: float, right: FloatArray, left: FloatArray
) -> tuple[TiltedStates, FloatArray]:
    """The eigenpair nearest to a guess, with the derivative of its right vector."""
    matrix = generator.sparse(field)
    scale = float(abs(matrix).max()) or 1.0
    factor = _factorised(matrix, guess + OFFSET * scale, scale)
    value, residual = guess, np.inf
    for _ in range(ITERATIONS):
        right, left = _normal(factor.solve(right)), _normal(factor.solve(left, "T"))
        value = float(left @ (matrix @ right)) / float(left @ right)
        misses = [matrix @ right - value * right, matrix.T @ left - value * left]
        worst = max(float(np.abs(miss).max()) for miss in misses) / scale
        # Done at rounding, or where another step makes nothing better.
        done = worst <= ROUNDING or (worst <= ACCEPTED and worst > 0.5 * residual)
        residual = worst
        if done:
            break
    right = right / float(generator.block.trace @ right)
    left = left / float(left @ right)
    first, second = generator.sparse(field, 1), generator.sparse(field, 2)
    slope = float(left @ (first @ right))
    source = first @ right - slope * right
    turned = _turned(matrix, factor, value, right, left, source)
    grown = scale * float(np.linalg.norm(turned)) / max(float(np.linalg.norm(source)), TINY)
    curvature = float(left @ (second @ right)) + 2.0 * float(left @ (first @ turned - slope * turned))
    values, slopes, curvatures = (np.array([number]) for number in (value, slope, curvature))
    gap = np.array([np.nan])
    lost = np.array([LOST * grown])
    states = TiltedStates(values, slopes, curvatures, right[None], left[None], np.array([residual]), gap, lost)
    return states, turned


def _normal(vector: FloatArray) -> FloatArray:
    return np.asarray(vector / np.linalg.norm(vector))


def _turned(
    matrix: sparse.csc_array, factor: Any, value: float, right: FloatArray, left: FloatArray, source: FloatArray
) -> FloatArray:
    """The x with (L_s - lambda) x = -source and l x = 0: the factor, refined until its shift no longer shows."""

    def clean(vector: FloatArray) -> FloatArray:
        return np.asarray(vector - right * float(left @ vector))

    wanted = clean(-source)
    found = np.zeros_like(wanted)
    size = float(np.linalg.norm(wanted))
    for _ in range(ITERATIONS):
        miss = clean(wanted - (matrix @ found - value * found))
        if float(np.linalg.norm(miss)) <= ROUNDING * size:
            break
        found = found + clean(factor.solve(miss))
    return found


def _factorised(matrix: sparse.csc_array, shift: float, scale: float) -> Any:
    system = sparse.csc_array(matrix - shift * sparse.eye_array(matrix.shape[0], format="csc"))
    try:
        return sparse_factor(system)
    except RuntimeError:  # exactly singular: the guess was exact
        return _factorised(matrix, shift + OFFSET * scale, scale)
