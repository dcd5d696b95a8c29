"""Eigenvalues refined by Newton's method on the bordered matrix, with their derivatives, stacked."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.counting.tilted_generator import TiltedGenerator
from thermokin.counting.tilted_states import TiltedStates
from thermokin.numerics.singular_points import pointwise

__all__ = ["refined"]

LOST = 4.0 * float(np.finfo(np.float64).eps)  # of a solution, for each unit by which its right side may grow in it
ROUNDING = 1e-14  # residual below which another step gains nothing


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
