"""The numbers of a family that a search may choose, as a cube of unit sides."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.model.family import Family
from thermokin.model.parameter import REQUIRED, Parameter
from thermokin.operators.as_numbers import shown

__all__ = ["Ranges", "ranges_of"]

_NAMED = re.compile(r"(?P<name>[^\[\]]+)(?:\[(?P<index>\d+)\])?")
DECADE = 10.0  # a range that spans more is searched by its logarithm
MOST = 64  # numbers


@dataclass(frozen=True, eq=False)
class Ranges:
    """Numbers between two ends each, and the points of a unit cube that stand for them.

    Args:
        family: the family whose numbers they are.
        names: of the numbers (p,), "gaps[0]" for one of a row.
        low: their smallest values (p,).
        high: their largest values (p,).
        logarithmic: which of them the cube measures by their logarithms (p,).
    """

    family: Family
    names: tuple[str, ...]
    low: FloatArray
    high: FloatArray
    logarithmic: tuple[bool, ...]

    def numbers(self, cube: FloatArray) -> FloatArray:
        """The numbers at points of the cube.

        Args:
            cube: points (..., p) between 0 and 1.

        Returns:
            (..., p).
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            by_factor = self.low * (self.high / self.low) ** cube
        found = np.where(self.logarithmic, by_factor, self.low + (self.high - self.low) * cube)
        return np.asarray(np.clip(found, self.low, self.high))

    def slopes(self, cube: FloatArray) -> FloatArray:
        """Derivatives of each number by its side of the cube (..., p)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            by_factor = self.numbers(cube) * np.log(self.high / self.low)
        return np.where(self.logarithmic, by_factor, self.high - self.low)

    def given(self, cube: FloatArray) -> dict[str, Any]:
        """The numbers at points of the cube, as a family takes them.

        Args:
            cube: points (..., p).

        Returns:
            Numbers (...) by name, and rows (..., n).
        """
        found: dict[str, Any] = {}
        rows: dict[str, list[FloatArray]] = {}
        for name, column in zip(self.names, np.moveaxis(self.numbers(cube), -1, 0), strict=True):
            match = _NAMED.fullmatch(name)
            if match is None or match["index"] is None:
                found[name] = column if column.ndim else float(column)
            else:
                rows.setdefault(match["name"], []).append(np.asarray(column))
        return found | {name: np.stack(columns, axis=-1) for name, columns in rows.items()}


def ranges_of(family: Family, ranges: object) -> Ranges:
    """The numbers that may be chosen, checked.

    Args:
        family: the family.
        ranges: pairs of numbers by name.

    Returns:
        The ranges; elements of a row stand together, in their order.

    Raises:
        TypeError: if it is no mapping of names to pairs, or a name is of no real number.
        ArgumentError: if a name or a pair means nothing, or a number is left without a value.
    """
    if not isinstance(ranges, Mapping):
        raise TypeError(f'`ranges` must map names to pairs, as {{"drive": (0.01, 1.0)}}, got {shown(ranges)}.')
    if not 0 < len(ranges) <= MOST:
        raise ArgumentError(f"`ranges` must name 1 to {MOST} numbers, got {len(ranges)}.", "ranges")
    ordered = sorted(ranges, key=_order(list(ranges)))
    pairs = [_pair(name, ranges[name], _known(family, name)) for name in ordered]
    low, high = np.array(pairs).T
    _require_whole_rows(family, ordered)
    covered = {_parts(name)[0] for name in ordered}
    missing = [name for name, one in family.parameters.items() if one.default is REQUIRED and name not in covered]
    if missing:
        raise ArgumentError(
            f"`ranges` must give {missing[0]!r} too, or the family must settle it: tk.Family(build, "
            f'{{"{missing[0]}": ...}}).',
            "ranges",
        )
    logarithmic = tuple(bool(one > 0.0 and one * DECADE <= other) for one, other in pairs)
    return Ranges(family, tuple(ordered), low, high, logarithmic)


def _parts(name: str) -> tuple[str, int | None]:
    match = _NAMED.fullmatch(name)
    if match is None:
        return name, None
    return match["name"], None if match["index"] is None else int(match["index"])


def _order(names: list[Any]) -> Any:
    """Elements of one row go to where its first one is."""
    first: dict[str, int] = {}
    for place, name in enumerate(names):
        if not isinstance(name, str):
            raise TypeError(f"`ranges` must have names for keys, got {shown(name)}.")
        first.setdefault(_parts(name)[0], place)
    return lambda name: (first[_parts(name)[0]], _parts(name)[1] or 0)


def _known(family: Family, name: str) -> Parameter:
    base, index = _parts(name)
    if base not in family.parameters:
        family.given({base: None})  # says what may have been meant
        raise ArgumentError(f"`ranges` must be of numbers that the family leaves open, got {name!r}.", "ranges")
    known = family.parameters[base]
    if known.role == "whole" or known.choices or known.step or known.axes == 2:
        raise TypeError(f"`ranges` must be of real numbers, which {name!r} is not; settle it in the family.")
    if known.axes == 1 and index is None:
        raise ArgumentError(
            f'`ranges` must name the elements of the row {name!r}: "{name}[0]", "{name}[1]", ...', "ranges"
        )
    return known


def _require_whole_rows(family: Family, names: list[str]) -> None:
    rows: dict[str, list[int]] = {}
    for base, index in map(_parts, names):
        if index is not None:
            rows.setdefault(base, []).append(index)
    for base, indices in rows.items():
        wanted = family.parameters[base].length or len(indices)
        if indices != list(range(wanted)):
            raise ArgumentError(f"`ranges` must name every element of the row {base!r} once, got {indices}.", "ranges")


def _pair(name: str, given: object, known: Parameter) -> tuple[float, float]:
    try:
        low, high = (float(one) for one in given)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise TypeError(f"`ranges[{name!r}]` must be a pair of numbers, got {shown(given)}.") from None
    if not (np.isfinite([low, high]).all() and low < high):
        raise ArgumentError(f"`ranges[{name!r}]` must be two finite numbers that ascend, got {low:g}, {high:g}.", name)
    flaw = known.flaw([low, high])
    if flaw:
        raise ArgumentError(f"`ranges[{name!r}]` {flaw}.", name)
    return low, high
