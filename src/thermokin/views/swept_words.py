"""What happens to numbers along a sweep, in words: where each is largest and least, or changes sign."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import FloatArray
from thermokin.machines.mode import NOTHING, UNKNOWN
from thermokin.report.significant import significant
from thermokin.views.axis_words import short_words

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Course", "bound_of", "called", "course_of", "is_constant", "modes_along", "swept_over"]

NATURAL = {"1", "energy", "time", "1/time"}  # units that a sentence does without
ROUNDING = 1e-9  # of the largest number: what changes by less is called the same
_CUMULANT = re.compile(r"c(?P<order>\d+) (?P<current>.+)")
_BOUND = re.compile(r"the bound '(?P<bound>.+?)' on (?P<current>[^,]+)")


def called(name: str, attributes: Any) -> str:
    """What a column is called in a title or a sentence.

    Args:
        name: of the column.
        attributes: of it.

    Returns:
        "noise of heat from hot" for "c2 heat from hot".
    """
    found = _CUMULANT.fullmatch(name)
    if found is not None:
        words = {"1": "mean", "2": "noise"}.get(found["order"], f"cumulant {found['order']}")
        return f"{words} of {found['current']}"
    return short_words(name, attributes)


def bound_of(column: xr.DataArray) -> tuple[str, str] | None:
    """The bound and the current whose ratio a column is.

    Args:
        column: any column.

    Returns:
        Their names; None if it is no ratio of a bound.
    """
    found = _BOUND.search(str(column.attrs.get("long_name", ""))) if "theorem" in column.attrs else None
    return None if found is None else (found["bound"], found["current"])


@dataclass(frozen=True)
class Course:
    """A number along a sweep.

    Args:
        low: its least value; NaN where it has none.
        low_at: where it is least, in words.
        high: its largest value.
        high_at: where.
        said: what happens, as a predicate: "rises from 1 to 2".
    """

    low: float
    low_at: str
    high: float
    high_at: str
    said: str


def course_of(data: xr.Dataset, column: xr.DataArray) -> Course:
    """What happens to a column.

    Args:
        data: all columns, whose coordinates are the axes.
        column: over one axis or more.

    Returns:
        Its course.
    """
    values = np.asarray(column.values, dtype=np.float64)
    finite = np.isfinite(values)
    if not finite.any():
        infinite = np.isinf(values).all()
        return Course(np.nan, "", np.nan, "", "is infinite throughout" if infinite else "is defined nowhere")
    low, high = float(values[finite].min()), float(values[finite].max())
    unit = str(column.attrs.get("units", "1"))
    unit = "" if unit == "1" else f" {unit}"
    if is_constant(values):
        where = "throughout" if values.size > 1 else ""
        return Course(high, where, high, where, f"is {_number(high)}{unit} {where}".rstrip())
    flat = np.where(finite, values, np.nan)
    low_at, high_at = (_place(data, column, int(place)) for place in (np.nanargmin(flat), np.nanargmax(flat)))
    said = f"is least, {_number(low)}{unit}, at {low_at}"
    if abs(high) >= abs(low):
        said = f"is largest, {_number(high)}{unit}, at {high_at}"
    if column.ndim == 1:
        said = _along(data, column, values, finite, said, unit)
    return Course(low, low_at, high, high_at, said)


def _along(
    data: xr.Dataset, column: xr.DataArray, values: FloatArray, finite: NDArray[np.bool_], otherwise: str, unit: str
) -> str:
    """What happens along one axis."""
    positions = data[column.dims[0]].values
    order = np.argsort(positions, kind="stable")
    order = order[finite[order]]
    numbers = values[order]
    steps = np.diff(numbers)
    slack = ROUNDING * float(np.ptp(numbers))
    first, last = _number(numbers[0]), _number(numbers[-1])
    said = otherwise
    if (steps >= -slack).all():
        said = f"rises from {first} to {last}{unit}"
    elif (steps <= slack).all():
        said = f"falls from {first} to {last}{unit}"
    elif 0 < int(numbers.argmin()) < numbers.size - 1 and not 0 < int(numbers.argmax()) < numbers.size - 1:
        said = f"is least, {_number(numbers.min())}{unit}, at {_place(data, column, int(order[numbers.argmin()]))}"
    signed = np.flatnonzero(numbers != 0.0)
    order, numbers = order[signed], numbers[signed]
    turns = np.flatnonzero(numbers[:-1] * numbers[1:] < 0.0)
    if turns.size and not np.isclose(np.abs(numbers).min(), np.abs(numbers).max()):
        positions = positions[order]
        place = turns[0]
        share = numbers[place] / (numbers[place] - numbers[place + 1])
        at = positions[place] + share * (positions[place + 1] - positions[place])
        more = f" and {turns.size - 1} more times" if turns.size > 1 else ""
        said += f" and changes sign at {_said(data, str(column.dims[0]), float(at))}{more}"
    return said


def _place(data: xr.Dataset, column: xr.DataArray, flat: int) -> str:
    """A point of the sweep in words."""
    places = np.unravel_index(flat, column.shape)
    return ", ".join(
        _said(data, str(axis), data[axis].values[place]) for axis, place in zip(column.dims, places, strict=True)
    )


def _said(data: xr.Dataset, axis: str, value: Any) -> str:
    if axis not in data.coords or data[axis].dtype.kind not in "iuf":
        return str(value)
    span = np.ptp(data[axis].values.astype(np.float64))
    at = 0.0 if abs(value) <= ROUNDING * span else float(value)  # the 0 of a grid is seldom exact
    return f"{short_words(axis, data[axis].attrs)} {_number(at, 3)}"


def is_constant(values: FloatArray) -> bool:
    """Whether numbers are all the same but for rounding.

    Args:
        values: of any shape; what is not finite does not count.

    Returns:
        True also where there is none.
    """
    known = values[np.isfinite(values)]
    return not known.size or float(np.ptp(known)) <= ROUNDING * float(np.abs(known).max())


def _number(value: float, digits: int = 4) -> str:
    if 1e-3 <= abs(value) < 1e4:
        return f"{value:.{digits}g}".replace("-", "−")
    text = significant(float(value) + 0.0, digits)
    whole, cross, power = text.partition("×")
    return (whole.rstrip("0").rstrip(".") if "." in whole else whole) + cross + power


def modes_along(words: NDArray[np.str_], data: xr.Dataset, axis: str) -> str:
    """What a machine does along one axis.

    Args:
        words: what it does at each value (n,).
        data: with the axis as a coordinate.
        axis: its name.

    Returns:
        A sentence without its end: "the machine is an engine up to gap 2, a heater beyond".
    """
    order = np.argsort(data[axis].values, kind="stable")
    row, positions = words[order], data[axis].values[order]
    ends = [*np.flatnonzero(row[1:] != row[:-1]), row.size - 1]
    if len(ends) == 1:
        return "the machine does nothing" if row[0] == NOTHING else f"the machine is {_article(row[0])} throughout"
    told = list[str]()
    for begin, end in zip([0, *(end + 1 for end in ends[:-1])], ends, strict=True):
        at = _number(float(positions[end]), 3) if told else _said(data, axis, positions[end])
        where = f"at {at}" if begin == end else "beyond" if end == ends[-1] else f"up to {at}"
        told.append(f"{_article(row[begin])} {where}")
    return f"the machine is {', '.join(told)}"


def _article(word: str) -> str:
    """A machine with its article; what is no machine as it is."""
    if word in {NOTHING, UNKNOWN}:
        return str(word)
    return f"{'an' if word[0] in 'aeio' else 'a'} {word}"


def swept_over(data: xr.Dataset, axes: Sequence[str]) -> str:
    """What was swept, in words.

    Args:
        data: with the axes as coordinates.
        axes: their names.

    Returns:
        Each with its ends and how many values it has, joined.
    """
    told = []
    for axis in axes:
        values, unit = data[axis].values, str(data[axis].attrs.get("units", "1"))
        said = "" if unit in NATURAL else f" {unit}"
        if values.size == 1:
            told.append(f"{short_words(axis, data[axis].attrs)} {_number(float(values[0]), 3)}{said}")
            continue
        ends = f"from {_number(float(values.min()), 3)} to {_number(float(values.max()), 3)}"
        told.append(f"{short_words(axis, data[axis].attrs)} {ends}{said} ({values.size} values)")
    return " and ".join(told)
