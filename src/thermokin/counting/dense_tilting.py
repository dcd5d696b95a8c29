"""Tilted states by dense algebra: the whole spectrum where it is small, else Newton's method from field to field."""

from __future__ import annotations

import numpy as np

from thermokin._errors import NotConvergedError
from thermokin._typing import FloatArray
from thermokin.counting.bordered_newton import refined
from thermokin.counting.tilted_generator import TiltedGenerator
from thermokin.counting.tilted_states import TiltedStates, joined

__all__ = ["by_continuation", "by_spectrum"]

CHUNK = 2_000_000  # numbers of the matrices that are held at once
STEPS = 6  # of Newton's method from a neighbouring field
ACCEPTED = 1e-11  # residual of an eigenpair, relative to the largest element, with which it is taken
NEGATIVE = 1e-12  # share of its largest eigenvalue by which the dominant eigen-operator may be negative


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
