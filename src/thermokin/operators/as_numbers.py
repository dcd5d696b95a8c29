"""What counts as a number: the one place where numbers of the outside world become arrays."""

from __future__ import annotations

import numbers
import reprlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._errors import ArgumentError
from thermokin._typing import BoolArray, FloatArray

__all__ = [
    "LARGEST",
    "as_extended",
    "as_numbers",
    "as_real",
    "as_whole",
    "at",
    "common_axes",
    "in_sweep",
    "point_list",
    "require_finite",
    "require_moderate",
    "require_room",
    "shown",
]

LARGEST = 1e100
"""Largest magnitude of a finite number: a product of three, such as |A|^2 times a spectrum, is then still finite."""

ROWS = 40_000
"""Largest number of rows of an operator that is made dense here: 26 GB of complex numbers."""

SHOWN = 5  # points of a sweep that a message names


def as_numbers(value: Any, name: str) -> NDArray[Any]:
    """The value as an array of real or complex numbers; it may share memory with the value.

    Args:
        value: a number, an array or a nested sequence of numbers, of any shape.
        name: the argument's name, for the error.

    Returns:
        An array of booleans, whole, real or complex numbers.

    Raises:
        TypeError: if it holds anything else.
        ValueError: if rows differ in length, or elements are masked.
    """
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise ValueError(f"`{name}` must hold a number everywhere, got a masked array; fill it first.")
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"`{name}` must be a rectangular array, got rows of different shapes.") from error
    if array.dtype.kind == "O" and array.size and all(isinstance(x, numbers.Real | Decimal) for x in array.flat):
        array = _from_objects(array, name)
    if array.dtype.kind not in "biufc":
        raise TypeError(f"`{name}` must hold numbers, got {type(value).__name__} of dtype {array.dtype}.")
    return array


def _from_objects(array: NDArray[Any], name: str) -> FloatArray:
    """Fractions, decimals and long integers."""
    try:
        return array.astype(np.float64)
    except OverflowError:
        raise ValueError(f"`{name}` must be finite, got {shown(array.tolist())}, beyond double precision.") from None


def as_real(value: object, name: str) -> FloatArray:
    """The finite real numbers as a new array.

    Args:
        value: a number, an array or a nested sequence of numbers, of any shape.
        name: the argument's name, for the error.

    Returns:
        The numbers, in the shape and units of `value`.

    Raises:
        TypeError: if `value` does not hold real numbers.
        ValueError: if a number is not finite, or rows differ in length.
    """
    array = as_numbers(value, name)
    if array.dtype.kind == "c":
        raise TypeError(f"`{name}` must hold real numbers, got dtype {array.dtype}.")
    real = to_double(array)
    require_finite(real, name)
    return real


def as_extended(value: object, name: str) -> FloatArray:
    """As `as_real`, but infinities are numbers too.

    Args:
        value: as in `as_real`.
        name: the argument's name, for the error.

    Returns:
        The numbers, in the shape and units of `value`.

    Raises:
        TypeError: if `value` does not hold real numbers.
        ValueError: if a number is NaN.
    """
    try:
        array = as_numbers(value, name)
    except (TypeError, ValueError):
        array = np.asarray(0j)
    if array.dtype.kind == "c":
        raise TypeError(f"`{name}` must be a real number or an array of them, got {shown(value)}.")
    real = to_double(array)
    if np.isnan(real).any():
        raise ValueError(f"`{name}` must be a number, got NaN.")
    return real


def to_double(array: NDArray[Any]) -> NDArray[Any]:
    """A new array in double precision, real or complex; what lies beyond its range becomes infinite."""
    if array.dtype == np.float64:
        return array.copy()
    with np.errstate(over="ignore"):
        return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def as_whole(value: object, name: str, least: int, most: int | None = None) -> int:
    """A whole number.

    Args:
        value: a Python or NumPy integer.
        name: the argument's name, for the error.
        least: the smallest that is allowed.
        most: the largest that is allowed, None for any.

    Returns:
        The number.

    Raises:
        TypeError: if it is not a whole number.
        ValueError: if it is too small or too large.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"`{name}` must be a whole number, got {shown(value)}.")
    if value < least:
        raise ValueError(f"`{name}` must be at least {least}, got {value}.")
    if most is not None and value > most:
        raise ValueError(f"`{name}` must be at most {most}, got {shown(value)}.")
    return int(value)


def common_axes(axes: Mapping[str, tuple[int, ...]]) -> tuple[int, ...]:
    """The leading axes of several arguments together.

    Args:
        axes: the leading axes of each argument, by its name.

    Returns:
        The shape to which they broadcast.

    Raises:
        ValueError: if they do not.
    """
    common: tuple[int, ...] = ()
    for name, shape in axes.items():
        if shape in {(), common}:
            continue
        try:
            common = np.broadcast_shapes(common, shape)
        except ValueError:
            before = ", ".join(f"`{other}` {known}" for other, known in axes.items() if known and other != name)
            raise ValueError(
                f"the leading axes {shape} of `{name}` do not broadcast with those of the other arguments: {before}."
            ) from None
    return common


def require_finite(array: NDArray[Any], name: str) -> None:
    """Refuse what is not finite.

    Args:
        array: numbers of any shape.
        name: the argument's name, for the error.

    Raises:
        ArgumentError: if a number is not finite.
    """
    finite = np.isfinite(array)
    if not np.all(finite):
        where = tuple(int(i) for i in np.argwhere(~finite)[0])
        raise ArgumentError(f"`{name}` must be finite, got {array[where]}{at(where)}.", name)


def require_moderate(array: NDArray[Any], name: str) -> None:
    """Refuse finite numbers so large that products of them are not finite.

    Args:
        array: numbers of any shape in double precision, infinities among them if they mean something.
        name: the argument's name, for the error.

    Raises:
        ArgumentError: if a finite number is above 1e100 in magnitude.
    """
    parts = (array.real, array.imag) if np.iscomplexobj(array) else (array,)
    # The ends first: they need no second array as large as the first.
    if all(part.size == 0 or max(part.max(), -part.min()) <= LARGEST for part in parts):
        return
    for part in parts:
        large = np.isfinite(part) & (np.abs(part) > LARGEST)
        if large.any():
            raise ArgumentError(
                f"`{name}` must be at most {LARGEST:g} in magnitude, got {part[large][0]:g}; choose other units.", name
            )


def require_room(rows: int, name: str) -> None:
    """Refuse a dense operator that no memory holds, before it is tried.

    Args:
        rows: rows of the operator.
        name: the argument that makes it so large, for the error.

    Raises:
        ValueError: if the operator has more than 40000 rows.
    """
    if rows > ROWS:
        raise ValueError(
            f"`{name}` makes a dense operator of {rows:.6g} rows, {16.0 * rows * rows / 1e9:.3g} GB; "
            f"at most {ROWS} rows can be held. Take fewer levels or parts, or build the operator sparse."
        )


def at(where: tuple[int, ...]) -> str:
    """The place of an element, for an error; nothing for a single number."""
    return f" at index {where}" if where else ""


def point_list(chosen: BoolArray) -> str:
    """The first few chosen points of a sweep, by their indices along its axes.

    Args:
        chosen: (...) which points.

    Returns:
        Such as "(0, 3), (1, 3) and 7 more".
    """
    found = np.argwhere(chosen)
    names = ", ".join(str(tuple(int(index) for index in point)) for point in found[:SHOWN])
    return f"{names} and {len(found) - SHOWN} more" if len(found) > SHOWN else names


def in_sweep(chosen: BoolArray) -> str:
    """Where in a sweep something is, for an error; nothing for a model without leading axes.

    Args:
        chosen: (...) at which points.

    Returns:
        Such as " at the points (0, 3), (1, 3) and 7 more of the sweep".
    """
    if chosen.ndim == 0:
        return ""
    points = "point" if np.count_nonzero(chosen) == 1 else "points"
    return f" at the {points} {point_list(chosen)} of the sweep"


def shown(value: object) -> str:
    """A value in a few words, for an error."""
    if isinstance(value, np.ndarray) and value.size > 1:
        return f"an array of dtype {value.dtype}"
    words = reprlib.repr(value)
    return words if "\n" not in words else f"a {type(value).__name__}"
