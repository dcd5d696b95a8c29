"""What currents are checked for: scales, sums, weights, names, finite weights; and their mean rate in a state."""

from __future__ import annotations

import numbers
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray, OperatorLike
from thermokin.model.bath import finite_numbers
from thermokin.model.model import Model
from thermokin.operators.as_numbers import common_axes, require_moderate
from thermokin.operators.as_operators import as_density_matrix
from thermokin.operators.outside import require_dims

if TYPE_CHECKING:
    from thermokin.model.current import Current

__all__ = ["as_factor", "checked_weights", "is_nothing", "label_of", "mean_rate", "require_finite_weights", "scale_of"]


def is_nothing(other: object) -> bool:
    """Whether it is the number 0, with which `sum` begins."""
    return isinstance(other, numbers.Real) and not isinstance(other, bool) and float(other) == 0.0


def scale_of(value: ArrayLike, name: str, axes: Mapping[str, tuple[int, ...]]) -> FloatArray:
    """The finite real numbers by which a current is scaled.

    Args:
        value: a number, or an array of them over leading axes.
        name: the argument's name, for the error.
        axes: leading axes with which those of the numbers must broadcast, by what they belong to.

    Returns:
        The numbers.

    Raises:
        TypeError: if they are not real numbers.
        ValueError: if one is not finite, or the axes do not broadcast.
    """
    number = finite_numbers(value, name)
    common_axes({**axes, name: number.shape})
    return number


def checked_weights(weights: FloatArray, name: str) -> FloatArray:
    """The weights of a current made from others.

    Args:
        weights: (..., k).
        name: what the current counts.

    Returns:
        The weights.

    Raises:
        ValueError: if one is infinity less infinity, or finite and above 1e100 in magnitude.
    """
    if np.isnan(weights).any():
        raise ValueError(f"{name} is infinity less infinity: a weight of both currents is infinite.")
    require_moderate(weights, "weights")
    return weights


def label_of(number: FloatArray) -> str:
    """A scale in the name of a current."""
    return f"{float(number):g}" if number.ndim == 0 else "(...)"


def as_factor(name: str) -> str:
    """The name of a current where it is one factor of several."""
    return f"({name})" if " + " in name or " - " in name else name


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


def require_finite_weights(current: Current, wanted: str) -> None:
    """Refuse to count what is infinite.

    Args:
        current: the current.
        wanted: what it has none of, for the message.

    Raises:
        ValueError: if a weight is not finite.
    """
    if not np.isfinite(current.weights).all():
        raise ValueError(
            f"current {current.name!r} has infinite weights, so that it has no {wanted}: the entropy of a jump that "
            "nothing undoes, or of heat into a bath at temperature 0, is infinite; count the activity, the heat or "
            "the entropy flow of the other baths, or give the model the missing jump."
        )
