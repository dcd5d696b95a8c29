"""The numbers of a family by which derivatives are taken, by name, and at every point of a sweep."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import FloatArray
from thermokin.model.family import Family
from thermokin.model.parameter import REQUIRED, Parameter
from thermokin.operators.as_numbers import common_axes, shown

__all__ = ["Place", "family_of", "listed_parameters", "points_of_sweep", "rows_of_sweep", "value_of"]

# The numbers of a study have dots in their names, and hyphens in those of baths.
_NAMED = re.compile(r"(?P<name>[\w.-]+)(?:\[(?P<index>\d+)\])?")


@dataclass(frozen=True)
class Place:
    """One number of a family.

    Args:
        name: of the argument.
        index: which element of it, where it is a row of numbers.
    """

    name: str
    index: int | None = None

    def __str__(self) -> str:
        return self.name if self.index is None else f"{self.name}[{self.index}]"


def family_of(family: object) -> Family:
    """A family, of itself or of the function that makes its models.

    Args:
        family: what was given as one.

    Returns:
        The family.

    Raises:
        TypeError: if it is neither.
    """
    if isinstance(family, Family):
        return family
    if callable(family):
        return Family(family)
    raise TypeError(f"`family` must be a Family or a function that makes a Model, got {shown(family)}.")


def listed_parameters(family: Family, numbers: Mapping[str, Any], parameters: object) -> tuple[Place, ...]:
    """The numbers by which derivatives are taken.

    Args:
        family: the family.
        numbers: where.
        parameters: names, with "[i]" for one element of a row; a row alone means all its elements.

    Returns:
        The places.

    Raises:
        TypeError: if they are not names, or not of numbers.
        ValueError: if there is none, one comes twice, or the family has none of that name.
    """
    if isinstance(parameters, str) or not isinstance(parameters, Sequence):
        raise TypeError(f'`parameters` must be a list of names, as ["drive"], got {shown(parameters)}.')
    found: list[Place] = []
    for given in parameters:
        found += _places(family, numbers, given)
    if not found:
        raise ValueError("`parameters` must name at least one number of the family.")
    twice = next((place for place in found if found.count(place) > 1), None)
    if twice is not None:
        raise ValueError(f"`parameters` must name each number once, got {str(twice)!r} twice.")
    return tuple(found)


def _places(family: Family, numbers: Mapping[str, Any], given: object) -> list[Place]:
    match = _NAMED.fullmatch(given) if isinstance(given, str) else None
    if match is None:
        raise TypeError(f'`parameters` must be names, as "drive" or "gaps[0]", got {shown(given)}.')
    name, known = match["name"], family.parameters
    if name not in known:
        raise ValueError(f"`parameters` must be numbers of {family!r}, got {name!r}.")
    _require_real(name, known[name])
    value = value_of(name, known[name], numbers)
    row = known[name].axes == 1 or match["index"] is not None
    if known[name].axes == 2:
        raise TypeError(
            f"`parameters` must be numbers or rows of them, but {name!r} is a matrix; make a family of the numbers it "
            "depends on: tk.Family(lambda x: ...)."
        )
    if not row:
        return [Place(name)]
    length = value.shape[-1] if value.ndim else 0
    if match["index"] is None:
        return [Place(name, index) for index in range(length)]
    if int(match["index"]) >= length:
        raise ValueError(f"`parameters` hold {given!r}, but {name!r} has {length} elements.")
    return [Place(name, int(match["index"]))]


def _require_real(name: str, known: Parameter) -> None:
    if known.role == "whole" or known.choices or known.step:
        kind = (
            "one of several words" if known.choices else "a whole number" if known.role == "whole" else "not continuous"
        )
        raise TypeError(f"`parameters` must be real numbers, but {name!r} is {kind}; give it in `at`.")


def value_of(name: str, known: Parameter, numbers: Mapping[str, Any]) -> FloatArray:
    """A number of a family, or a row of them.

    Args:
        name: of the argument.
        known: what is known of it.
        numbers: those that are given.

    Returns:
        The number (...).

    Raises:
        ValueError: if it is not given and has no default.
        TypeError: if it is no number.
    """
    value = numbers.get(name, known.default)
    if value is REQUIRED:
        raise ValueError(f"`at` must give {name!r}, by which a derivative is wanted.")
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise TypeError(f"`at[{name!r}]` must hold real numbers, got {shown(value)}.") from None


def points_of_sweep(
    family: Family, at: Mapping[str, Any], places: Sequence[Place]
) -> tuple[tuple[int, ...], list[dict[str, Any]]]:
    """The numbers at every point of a sweep.

    Args:
        family: the family.
        at: its numbers by name, arrays where they vary.
        places: by which is derived.

    Returns:
        The axes of the sweep, and the numbers at each point, the last axis fastest.
    """
    lead, swept = rows_of_sweep(family, at, places)
    fixed = {name: _plain(value) for name, value in at.items()}
    return lead, [fixed | {name: _plain(row[number]) for name, row in swept.items()} for number in range(prod(lead))]


def rows_of_sweep(
    family: Family, at: Mapping[str, Any], places: Sequence[Place]
) -> tuple[tuple[int, ...], dict[str, FloatArray]]:
    """Those numbers that vary along a sweep.

    Args:
        family: the family.
        at: its numbers by name, arrays where they vary.
        places: by which is derived.

    Returns:
        The axes of the sweep, and by name the numbers at all its k points, the last axis fastest: (k,), or (k, r) of a
        row.
    """
    rows = {place.name for place in places if place.index is not None}
    named = {place.name for place in places}
    swept: dict[str, tuple[FloatArray, int]] = {}
    for name, value in at.items():
        known = family.parameters.get(name)
        if known is None or not (_is_number(known) or name in named):
            continue
        own = max(known.axes, int(name in rows))
        if np.ndim(value) > own:
            swept[name] = np.asarray(value, dtype=np.float64), own
    unknown = {name for name, known in family.parameters.items() if not known.axes} & at.keys() - swept.keys()
    arrays = {name: np.asarray(at[name]) for name in sorted(unknown) if np.ndim(at[name]) > 0}
    if arrays:
        numbers = {**at, **{name: _plain(row[0]) for name, row in _rows(swept)[1].items()}}
        lead = _axes_of_points(family, numbers, arrays)
        swept |= {
            name: (array.astype(np.float64), 0)
            for name, array in arrays.items()
            if lead and _is_swept(family, numbers, name, array, lead)
        }
    return _rows(swept)


def _axes_of_points(family: Family, numbers: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> tuple[int, ...]:
    """The leading axes that the model gets from arrays; theirs where it takes points alone, not all together."""
    try:
        return family.at(numbers).batch_shape
    except ValueError:
        first = {name: array.flat[0] for name, array in arrays.items()}
        if family.at({**numbers, **first}).batch_shape:
            raise
        return np.broadcast_shapes(*(array.shape for array in arrays.values()))


def _is_swept(
    family: Family, numbers: Mapping[str, Any], name: str, array: NDArray[Any], lead: tuple[int, ...]
) -> bool:
    """Whether an array, which might be a matrix, holds numbers along a sweep: its model could have one of them."""
    if array.dtype.kind not in "iuf" or array.ndim > len(lead):
        return False
    if any(own not in {1, whole} for own, whole in zip(array.shape[::-1], lead[::-1], strict=False)):
        return False
    try:
        family.at({**numbers, name: float(array.flat[0])})
    except (ValueError, TypeError, IndexError, AttributeError):
        return False
    return True


def _rows(swept: Mapping[str, tuple[FloatArray, int]]) -> tuple[tuple[int, ...], dict[str, FloatArray]]:
    lead = common_axes({f"at[{name!r}]": array.shape[: array.ndim - own] for name, (array, own) in swept.items()})
    return lead, {
        name: np.broadcast_to(array, (*lead, *array.shape[array.ndim - own :])).reshape(
            -1, *array.shape[array.ndim - own :]
        )
        for name, (array, own) in swept.items()
    }


def _is_number(known: Parameter) -> bool:
    """Whether an argument is known to be a number: by its annotation, or by a default that is one."""
    single = isinstance(known.default, int | float) and not isinstance(known.default, bool)
    return single or replace(known, default=REQUIRED, words="") != Parameter()


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, np.floating) else value
