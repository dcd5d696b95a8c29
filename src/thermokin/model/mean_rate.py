"""The mean rate at which jumps exchange an amount in a state."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray, OperatorLike
from thermokin.model.model import Model
from thermokin.operators.accept import as_density_matrix
from thermokin.operators.outside import require_dims

__all__ = ["mean_rate"]


def mean_rate(model: Model, weights: FloatArray, rho: OperatorLike) -> FloatArray:
    """sum_k c_k tr(L_k rho L_k^+).

    Args:
        model: the model.
        weights: c_k (..., k).
        rho: density matrix (..., d, d) in the user's basis, or a steady state, whose lost points give NaN.

    Returns:
        (...) [amount/time].

    Raises:
        ValueError: if rho is not a density matrix of the model's dimension.
        TypeError: if rho is not an array of numbers.
    """
    table, size = model.table, model.dimension
    require_dims(model.dims, rho, "rho")
    lost = np.asarray(getattr(rho, "lost", False))  # points of a steady state that are named and marked already
    given: OperatorLike = rho
    if lost.any():
        given = np.where(lost[..., None, None], np.eye(size) / size, np.asarray(rho))
    state = model.to_frame(as_density_matrix(given, "rho", size))
    one, two = table.pairs
    same_row = table.row[one] == table.row[two]
    one, two = one[same_row], two[same_row]
    rates = (
        table.amplitude[..., one]
        * np.conj(table.amplitude[..., two])
        * state[..., table.column[one], table.column[two]]
    )
    counted = weights[..., table.channel[one]]
    if not np.isfinite(weights).all():  # what counts infinitely counts nothing where it never happens
        counted = np.where(rates.real == 0.0, 0.0, counted)
    mean = np.asarray((rates.real * counted).sum(axis=-1))
    return np.where(lost, np.nan, mean) if lost.any() else mean
