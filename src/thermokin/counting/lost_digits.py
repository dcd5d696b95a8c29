"""Numbers that doubles do not hold: powers of large weights, and results with fewer than six digits left."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from thermokin._errors import LostPointsWarning, NotConvergedError, users_level
from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.operators.as_numbers import in_sweep

__all__ = [
    "BELOW",
    "SLOW_LINKS",
    "WANTED",
    "Numbers",
    "cumulant_names",
    "given",
    "marked",
    "marked_beside",
    "points_of",
    "representable",
    "restored",
    "scaled",
    "told",
    "weight_exponent",
]

Numbers = TypeVar("Numbers", FloatArray, ComplexArray)
WANTED = 1e-6  # error, relative to a number or to the sum of what could cancel in it, up to which it is given
SEVERAL = 4  # quantities that a warning names
BELOW = "ask for an `order` below {}"
MODERATE = 400  # binary exponent of a power up to which it may be multiplied by rates and times
SLOW_LINKS = (
    "leave out the links that are too slow to matter, or write the model in a basis in which its slow modes are "
    "populations"
)
BY_COUNTING = f"Ask for Dense() if the method was another; else {SLOW_LINKS}, or ask for a lower order."


def points_of(lost: BoolArray, own: int) -> BoolArray:
    """At which points of a sweep some number is lost.

    Args:
        lost: which numbers (..., own axes).
        own: how many axes, the last ones, a single point has.

    Returns:
        (...).
    """
    return np.asarray(lost.any(axis=tuple(range(lost.ndim - own, lost.ndim))))


def marked(values: Numbers, lost: BoolArray, refusal: Exception, cause: str, own: int = 1) -> Numbers:
    """Numbers with NaN in place of what is lost at some points of a sweep, which are named by one warning.

    Where every point has lost something, as a single one has, there is nothing to be given.

    Args:
        values: (..., own axes).
        lost: which of them are lost, likewise.
        refusal: what is raised if no point is left.
        cause: what is lost and why, as in "the noise has lost its digits".
        own: how many axes, the last ones, a single point has.

    Returns:
        The same numbers, or with NaN.
    """
    if not lost.any():
        return values
    points = points_of(lost, own)
    if points.all():
        raise refusal
    message = (
        f"{cause}{in_sweep(points)} and NaN there: rates that join its states vanish, so that there are several steady "
        "states, underflow or are lost in rounding, or amounts overflow. All other points are right; leave those out."
    )
    warnings.warn(LostPointsWarning(message, np.argwhere(points).tolist()), stacklevel=users_level())
    return np.where(lost, np.nan, values)


def told(values: FloatArray | ComplexArray, error: FloatArray, scale: FloatArray) -> BoolArray:
    """Which numbers have six digits.

    A number that vanishes because what it sums cancels is right to rounding of its scale, and has them.

    Args:
        values: the numbers (...).
        error: of each.
        scale: sum of the sizes of what each of them sums (...).

    Returns:
        The verdict (...).
    """
    # Written so that a number that is none has no digits; an infinite error tells of none beside an infinite scale.
    return np.asarray(np.isfinite(error) & (error <= WANTED * np.maximum(np.abs(values), scale)))


def given(
    values: Numbers,
    error: FloatArray | None,
    scale: FloatArray,
    names: Sequence[str],
    own: int = 1,
    *,
    lower: str = "",
    instead: str = BY_COUNTING,
) -> Numbers:
    """Numbers that doubles hold, with six digits each; those of a sweep that fail are NaN and named.

    Args:
        values: (..., own axes).
        error: of each; None where none can have lost any.
        scale: sum of the sizes of what each of them sums, likewise.
        names: of the numbers, one for each along the last axis.
        own: how many axes, the last ones, a single point has.
        lower: what else to ask for where the first of them that is lost is beyond double precision, with a place for
            its position, as in "ask for an `order` below {}".
        instead: what to do where rounding took the digits.

    Returns:
        The same numbers, or with NaN.

    Raises:
        ValueError: if one of them is beyond double precision at every point.
        NotConvergedError: if one of them has lost its digits at every point.
    """
    finite = np.isfinite(values)
    if error is None and finite.all():
        return values
    beyond = np.asarray(~finite)
    blurred = np.zeros_like(beyond) if error is None else np.asarray(~(beyond | told(values, error, scale)))
    lost = beyond | blurred
    if not lost.any():
        return values
    held = np.flatnonzero(lost.reshape(-1, lost.shape[-1]).any(axis=0))
    what = ", ".join(names[place] for place in held[:SEVERAL]) + (" ..." if held.size > SEVERAL else "")
    first = int(held[0])
    if blurred.any():
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            share = np.where(blurred, error / np.maximum(np.abs(values), scale), 0.0)
        worst = float(np.nan_to_num(share, nan=np.inf, posinf=np.inf).max())
        return marked(values, lost, _blurred(what, worst, instead), f"{what} lost its digits", own)
    remedy = f", or {lower.format(first + 1)}" if lower else ""
    beyond_all = ValueError(f"{names[first]} is beyond double precision; count in larger units{remedy}.")
    return marked(values, lost, beyond_all, f"{names[first]} is beyond double precision", own)


def _blurred(what: str, worst: float, instead: str) -> NotConvergedError:
    return NotConvergedError(
        f"{what} lost its digits: rounding moves it by some {worst:.1e} of itself, because parts of the "
        "system are nearly decoupled or their counts cancel.",
        worst,
        instead,
    )


def marked_beside(values: FloatArray, gone: BoolArray, refusal: Exception, cause: str) -> FloatArray:
    """Numbers that must be finite but at points of which a warning has told already.

    Args:
        values: (..., m).
        gone: those points (...); all is NaN there.
        refusal: what is raised if no point is left.
        cause: what is lost and why.

    Returns:
        The same numbers, or with NaN.
    """
    beyond = ~np.isfinite(values)
    if (beyond.any(axis=-1) | gone).all():
        raise refusal
    return np.where(gone[..., None], np.nan, marked(values, beyond & ~gone[..., None], refusal, cause))


def weight_exponent(weights: FloatArray, order: int) -> int:
    """The power of two to be taken out of weights; 0 while their powers are moderate.

    Args:
        weights: of each channel (..., k).
        order: the highest power.

    Returns:
        The e with weights of 2^e.
    """
    largest = max(weights.max(initial=0.0), -weights.min(initial=0.0))  # a table's weights may be a hundred million
    exponent = int(np.frexp(largest)[1])
    return exponent if exponent * order > MODERATE else 0


def restored(values: FloatArray, exponent: int) -> FloatArray:
    """Cumulants of weights 2^e as large.

    Args:
        values: c_1, c_2, ... (..., order).
        exponent: e.

    Returns:
        c_n 2^(n e).

    Raises:
        ValueError: if one of them is beyond double precision.
    """
    return representable(scaled(values, exponent))


def scaled(values: FloatArray, exponent: int) -> FloatArray:
    """Cumulants of weights 2^e as large, whether double precision holds them or not.

    Args:
        values: c_1, c_2, ... (..., order).
        exponent: e.

    Returns:
        c_n 2^(n e).
    """
    if exponent == 0:
        return values
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(np.ldexp(values, exponent * np.arange(1, values.shape[-1] + 1)))


def representable(values: FloatArray) -> FloatArray:
    """The same, if double precision holds them; in a sweep NaN at the points where it does not, which are named.

    Args:
        values: c_1, c_2, ... (..., order).

    Returns:
        The same.

    Raises:
        ValueError: if one of them is beyond double precision at every point.
    """
    return given(values, None, values, cumulant_names(values.shape[-1]), lower=BELOW)


def cumulant_names(order: int) -> list[str]:
    """What cumulants are called.

    Args:
        order: the largest.

    Returns:
        Their names in messages.
    """
    return [f"cumulant {number}" for number in range(1, order + 1)]
