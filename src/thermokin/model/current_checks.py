"""What currents are checked for: scales, sums, weights, names, finite weights; and their mean rate in a state."""

from __future__ import annotations

import numbers
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import BoolArray, ComplexArray, FloatArray, OperatorLike
from thermokin.model.bath import finite_numbers
from thermokin.model.model import Model
from thermokin.numerics.level_sums import scatter
from thermokin.operators.as_numbers import common_axes, require_moderate
from thermokin.operators.as_operators import as_density_matrix
from thermokin.operators.outside import require_dims

if TYPE_CHECKING:
    from thermokin.model.current import Current

__all__ = ["as_factor", "checked_weights", "is_nothing", "label_of", "mean_rate", "require_finite_weights", "scale_of"]

ROUNDINGS = 8.0 * float(np.finfo(np.float64).eps)  # times the dimension: of a state, what is no population


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
        (...) [amount/time]; infinite where a jump happens that counts infinitely, NaN where jumps of both signs do.

    Raises:
        ValueError: if rho is not a density matrix of the model's dimension.
        TypeError: if rho is not an array of numbers.
    """
    table = model.table
    require_dims(model.dims, rho, "rho")
    lost = np.asarray(getattr(rho, "lost", False))  # points of a steady state that are named and marked already
    state, exact = _in_frame(model, rho, lost)
    one, two = table.pairs
    same_row = table.row[one] == table.row[two]
    one, two = one[same_row], two[same_row]
    pairs = table.amplitude[..., one] * np.conj(table.amplitude[..., two])
    rates, channel = (pairs * state[..., table.column[one], table.column[two]]).real, table.channel[one]
    counted = weights[..., channel]
    if not np.isfinite(weights).all():
        # What is left where amplitudes cancel, or of levels that only the rounding of a state fills, is no jump.
        rounding = scatter(np.abs(rates), channel, table.size) + (0.0 if exact else table.channel_strength)
        happens = scatter(rates, channel, table.size) > ROUNDINGS * model.dimension * rounding
        counted = np.where(np.isinf(counted) & ~(happens[..., channel] & (rates != 0.0)), 0.0, counted)
        rates = np.where(np.isinf(counted), np.abs(rates), rates)  # they add up to more than nothing
    with np.errstate(invalid="ignore"):  # infinitely much of both signs is no number
        mean = np.asarray((rates * counted).sum(axis=-1))
    return np.where(lost, np.nan, mean) if lost.any() else mean


def _in_frame(model: Model, rho: OperatorLike, lost: BoolArray) -> tuple[ComplexArray, bool]:
    """A state (..., d, d) in the frame, and whether small populations are what they say, and no rounding."""
    size = model.dimension
    own: Any = rho if getattr(rho, "model", None) is model and hasattr(rho, "frame_state") else None
    state = np.asarray(rho) if own is None and lost.any() else rho if own is None else own.matrix
    given = np.where(lost[..., None, None], np.eye(size) / size, np.asarray(state)) if lost.any() else state
    if own is not None:
        return np.asarray(given), own.is_diagonal
    return model.to_frame(as_density_matrix(given, "rho", size)), model.frame is None


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
