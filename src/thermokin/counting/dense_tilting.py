"""Tilted states by dense algebra: the whole spectrum where it is small, else Newton's method from field to field."""

from __future__ import annotations

import numpy as np

from thermokin._errors import NotConvergedError
from thermokin._typing import FloatArray
from thermokin.counting.tilted_generator import TiltedGenerator, TiltedStates, joined
from thermokin.numerics.factorised import pointwise

__all__ = ["by_continuation", "by_spectrum", "refined"]

CHUNK = 2_000_000  # numbers of the matrices that are held at once
STEPS = 6  # of Newton's method from a neighbouring field
ACCEPTED = 1e-11  # residual of an eigenpair, relative to the largest element, with which it is taken
NEGATIVE = 1e-12  # share of its largest eigenvalue by which the dominant eigen-operator may be negative
LOST = 4.0 * float(np.finfo(np.float64).eps)  # of a solution, for each unit by which its right side may grow in it
ROUNDING = 1e-14  # residual below which another step gains nothing


def by_spectrum(generator: TiltedGenerator, fields: FloatArray) -> TiltedStates:
    """The eigenvalue with the largest real part out of all of them.

    Args:
        generator: the generator.
        fields: s (f, ...).

    Returns:
        The states.

    Raises:
        NotConvergedError: if the eigenvalue is not a simple one.

    Cost:
        O(n^3) for each field and point; eigenvalues of all fields are one stacked call.
    """
    points = int(np.prod(np.broadcast_shapes(fields.shape[1:], generator.block.matrix.shape[:-2])))
    count = max(1, CHUNK // (points * generator.block.size**2))
    return joined([_spectrum(generator, fields[at : at + count]) for at in range(0, fields.shape[0], count)])


def _spectrum(generator: TiltedGenerator, fields: FloatArray) -> TiltedStates:
    matrix = generator.matrix(fields)
    values, vectors = np.linalg.eig(matrix)
    first = np.argmax(values.real, axis=-1)[..., None]
    value = np.take_along_axis(values.real, first, -1)[..., 0]
    right = np.take_along_axis(vectors, first[..., None, :], -1)[..., 0]
    gap = np.full(value.shape, np.inf)
    if values.shape[-1] > 1:
        gap = value - np.sort(values.real, axis=-1)[..., -2]
    # The dominant eigen-operator is Hermitian up to a phase, and so real in these coordinates.
    phase = np.take_along_axis(right, np.argmax(np.abs(right), axis=-1)[..., None], -1)
    return refined(generator, fields, matrix, value, (right / phase).real, gap, 2)


def by_continuation(generator: TiltedGenerator, fields: FloatArray, rest: TiltedStates | None = None) -> TiltedStates:
    """Newton's method at each field from the nearest one that is solved, starting at s = 0.

    The branch is the dominant one where its right and its left eigen-operator are positive. Where they are not, or
    Newton's method stalls, the whole spectrum decides.

    Args:
        generator: the generator.
        fields: s (f, ...).
        rest: the states at s = 0, where they are known.

    Returns:
        The states.

    Raises:
        NotConvergedError: if the eigenvalue is not a simple one.

    Cost:
        Two to three inverses of n + 1 rows for each field and point.
    """
    middle = fields.reshape(fields.shape[0], -1).mean(axis=-1)
    nothing = np.zeros_like(fields[:1])
    solved = {0.0: (nothing, by_spectrum(generator, nothing) if rest is None else rest)}
    found: dict[int, TiltedStates] = {}
    for number in np.argsort(np.abs(middle)):
        near = min(solved, key=lambda other: abs(other - float(middle[number])))
        here = fields[number : number + 1]
        state = _from_neighbour(generator, here, *solved[near])
        solved[float(middle[number])] = here, state
        found[int(number)] = state
    return joined([found[number] for number in range(fields.shape[0])])


def _from_neighbour(
    generator: TiltedGenerator, here: FloatArray, there: FloatArray, near: TiltedStates
) -> TiltedStates:
    step = here - there
    guess = near.values + step * near.slope + 0.5 * step**2 * near.curvature
    shape = np.broadcast_shapes(here.shape, near.values.shape)
    try:
        state = refined(
            generator,
            here,
            generator.matrix(here),
            np.broadcast_to(guess, shape),
            np.broadcast_to(near.right, (*shape, near.right.shape[-1])),
            np.full(shape, np.nan),
            STEPS,
        )
    except NotConvergedError:
        return by_spectrum(generator, here)
    defect = np.maximum(generator.positivity_defect(state.right), generator.positivity_defect(state.left))
    # Written so that a number that is none is refused.
    trusted = (defect <= NEGATIVE) & (state.residual <= ACCEPTED)
    return state if trusted.all() else by_spectrum(generator, here)


@np.errstate(divide="ignore", invalid="ignore", over="ignore")  # what is lost shows as numbers that are none
def refined(
    generator: TiltedGenerator,
    fields: FloatArray,
    matrix: FloatArray,
    value: FloatArray,
    right: FloatArray,
    gap: FloatArray,
    steps: int,
) -> TiltedStates:
    """The eigenpair near a guess, its left vector, and lambda' = l L' r, lambda'' = l L'' r + 2 l (L' - lambda') r'.

    With B = [[L_s - lambda, r], [r^T, 0]]: B^-1 gives Newton's step, the left vector as its last row, and
    r' = -(L_s - lambda)^-1 (L' - lambda') r on what is orthogonal to r.

    Args:
        generator: the generator.
        fields: s (f, ...).
        matrix: L_s (f, ..., n, n).
        value: a guess of lambda (f, ...).
        right: a guess of r (f, ..., n).
        gap: of the spectrum (f, ...), NaN if not known.
        steps: of Newton's method, at most.

    Returns:
        The states, without derivatives where the eigenvalue is not a simple one.

    Cost:
        An inverse of n + 1 rows for each step.

    Reference:
        flindt2010.
    """
    size = matrix.shape[-1]
    scale = np.abs(matrix).max(axis=(-2, -1))
    scale = np.where(scale > 0.0, scale, 1.0)
    unit = matrix / scale[..., None, None]
    value, right = value / scale, right / np.linalg.norm(right, axis=-1, keepdims=True)
    for _ in range(steps):
        inverse = _inverse(unit, value, right)
        miss = (unit @ right[..., None])[..., 0] - value[..., None] * right
        step = inverse[..., :-1] @ miss[..., None]
        step = np.where(np.isfinite(step).all(axis=(-2, -1), keepdims=True), step, 0.0)  # no step where B is singular
        right = right - step[..., :size, 0]
        right = right / np.linalg.norm(right, axis=-1, keepdims=True)
        value = value + step[..., size, 0]
        if float(np.abs(miss).max()) <= ROUNDING:
            break
    left = inverse[..., size, :size]
    right = right / (generator.block.trace @ right[..., None])
    left = left / (left * right).sum(axis=-1, keepdims=True)
    better = (left[..., None, :] @ unit @ right[..., None])[..., 0, 0]
    value = scale * np.where(np.isfinite(better), better, value)
    miss = (matrix @ right[..., None])[..., 0] - value[..., None] * right
    residual = np.abs(miss).max(axis=-1) / (scale * np.abs(right).max(axis=-1))
    first = (generator.matrix(fields, 1) @ right[..., None])[..., 0]
    second = (generator.matrix(fields, 2) @ right[..., None])[..., 0]
    slope = (left * first).sum(axis=-1)
    source = first - slope[..., None] * right
    turned = -(inverse[..., :size, :size] @ source[..., None])[..., 0] / scale[..., None]
    bent = (generator.matrix(fields, 1) @ turned[..., None])[..., 0] - slope[..., None] * turned
    curvature = (left * second).sum(axis=-1) + 2.0 * (left * bent).sum(axis=-1)
    # What is none has lost all.
    lost = LOST * np.abs(inverse[..., :size, :size]).sum(axis=-2).max(axis=-1)
    lost = np.where(np.isfinite(lost) & np.isfinite(curvature), lost, np.inf)
    parts = (value, slope, curvature, right, left, residual, gap, np.broadcast_to(lost, value.shape))
    return TiltedStates(*(np.asarray(part) for part in parts))


def _inverse(matrix: FloatArray, value: FloatArray, right: FloatArray) -> FloatArray:
    size = matrix.shape[-1]
    bordered = np.zeros((*matrix.shape[:-2], size + 1, size + 1))
    bordered[..., :size, :size] = matrix - value[..., None, None] * np.eye(size)
    bordered[..., :size, size] = bordered[..., size, :size] = right
    try:
        return pointwise(np.linalg.inv, bordered)
    except np.linalg.LinAlgError:
        return np.full_like(bordered, np.nan)
