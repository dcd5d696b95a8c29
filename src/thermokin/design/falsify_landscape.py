"""The slack over a cube of unit sides: in bulk, with its gradient, and with what was spent."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from thermokin._errors import ArgumentError, ThermokinError
from thermokin._typing import BoolArray, FloatArray
from thermokin.design.falsify_inequality import Inequality, OfTheorem
from thermokin.design.falsify_systems import System
from thermokin.linear_response.response import response
from thermokin.model.family import Family

__all__ = ["Landscape", "Spent", "landscape_of"]

DECADE = 10.0  # a range that spans more is searched by its logarithm
STEP = 1e-6  # of the cube, for central differences
INNER = 1e-6  # relative step of the slack's own derivatives by outputs
_ROW = re.compile(r"(?P<name>[^\[\]]+)\[(?P<index>\d+)\]")
REFUSED = (ThermokinError, ValueError, ArithmeticError, np.linalg.LinAlgError)


@dataclass
class Spent:
    """What a search has spent and found.

    Args:
        evaluations: models evaluated; a gradient by `tk.response` counts as one.
        best: smallest slack so far.
        history: evaluations and the smallest slack, where it fell.
        bulk: whether the family takes arrays of numbers.
        told: is told of the evaluations.
    """

    evaluations: int = 0
    best: float = np.inf
    history: list[tuple[int, float]] = field(default_factory=list)
    bulk: bool = True
    told: Callable[[int], None] = lambda spent: None

    def tell(self, slacks: FloatArray, cost: int) -> None:
        """Note what was evaluated, one after the other where each is one model."""
        for place in np.flatnonzero(slacks < np.minimum.accumulate(np.append(self.best, slacks))[:-1]).tolist():
            self.best = float(slacks[place])
            self.history.append((self.evaluations + min(place + 1, cost), self.best))
        self.evaluations += cost
        self.told(self.evaluations)


@dataclass(frozen=True, eq=False)
class Landscape:
    """The slack of an inequality over ranges of numbers.

    Args:
        inequality: the inequality.
        family: makes a system of numbers by name.
        names: of the numbers (p,).
        low: smallest values (p,).
        high: largest values (p,).
        logarithmic: which of them the cube measures by their logarithms (p,).
        exact: whether gradients come from `tk.response`.
        spent: what the search has spent.
    """

    inequality: Inequality | OfTheorem
    family: Family | Callable[..., System]
    names: tuple[str, ...]
    low: FloatArray
    high: FloatArray
    logarithmic: BoolArray
    exact: bool
    spent: Spent

    def numbers(self, cube: FloatArray) -> FloatArray:
        """The numbers (..., p) at points of the cube (..., p)."""
        cube = np.clip(cube, 0.0, 1.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            factor = self.low * (self.high / self.low) ** cube
        found = np.where(self.logarithmic, factor, self.low + (self.high - self.low) * cube)
        return np.asarray(np.clip(found, self.low, self.high))

    def given(self, cube: FloatArray) -> dict[str, Any]:
        """The numbers by name, elements of a row together, as the family takes them."""
        found: dict[str, Any] = {}
        rows: dict[str, list[Any]] = {}
        for name, column in zip(self.names, np.moveaxis(self.numbers(cube), -1, 0), strict=True):
            match = _ROW.fullmatch(name)
            if match is None:
                found[name] = column if column.ndim else float(column)
            else:
                rows.setdefault(match["name"], []).append(column)
        return found | {name: np.stack(columns, axis=-1) for name, columns in rows.items()}

    def system(self, cube: FloatArray) -> System:
        """The system at a point, or at several at once."""
        given = self.given(cube)
        return self.family.at(given) if isinstance(self.family, Family) else self.family(**given)

    def slacks(self, cube: FloatArray) -> FloatArray:
        """The slack at points (n, p): infinite where it is not known."""
        found = self._evaluated(cube)
        found = np.where(np.isnan(found), np.inf, found)
        self.spent.tell(found, len(cube))
        return found

    def _evaluated(self, cube: FloatArray) -> FloatArray:
        """In bulk; where some of many points refuse them all, the halves that these are in are halved again."""
        if len(cube) == 1 or not self.spent.bulk:
            return np.array([self._at(point) for point in cube])
        found = self._in_bulk(cube)
        if found is None:
            half = len(cube) // 2
            found = np.concatenate([self._evaluated(part) for part in (cube[:half], cube[half:])])
            # Two that are known one by one and not together: the family takes no arrays.
            self.spent.bulk = self.spent.bulk and not (len(cube) == 2 and np.isfinite(found).all())
        return found

    def _in_bulk(self, cube: FloatArray) -> FloatArray | None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return np.broadcast_to(self.inequality.of(self.system(cube)), len(cube)).copy()
            except TypeError:
                self.spent.bulk = False
                return None
            except REFUSED:
                return None

    def _at(self, point: FloatArray) -> float:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return float(self.inequality.of(self.system(point)))
            except REFUSED:
                return np.nan

    def with_gradients(self, points: Sequence[FloatArray]) -> list[tuple[float, FloatArray]]:
        """The slack and its gradient (p,) over the cube at points; infinite and 0 where they are not known."""
        if not self.exact:
            return self._differences(points)
        found = []
        for point in points:
            try:
                found.append(self._answered(point))
            except (TypeError, *REFUSED):
                found += self._differences([point])
        return found

    def _answered(self, point: FloatArray) -> tuple[float, FloatArray]:
        outputs = dict(self.inequality.outputs)
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            found = response(self.family, self.given(point), list(self.names), outputs)  # type: ignore[arg-type]
        values = dict(zip(found.outputs, np.asarray(found.numbers, dtype=np.float64), strict=True))
        relation: Any = self.inequality
        slack = relation.slack
        outer = np.array([_slope(slack, values, name) for name in found.outputs])
        at = self.numbers(point)
        with np.errstate(divide="ignore", invalid="ignore"):
            inner = np.where(self.logarithmic, at * np.log(self.high / self.low), self.high - self.low)
        value, gradient = float(relation.claimed(values)), outer @ found.values * inner
        if not (np.isfinite(value) and np.isfinite(gradient).all()):
            return self._differences([point])[0]
        self.spent.tell(np.array([value]), 1)
        return value, gradient

    def _differences(self, points: Sequence[FloatArray]) -> list[tuple[float, FloatArray]]:
        """By central differences, those of all points in one sweep."""
        at = np.array(points)[:, None]
        size = at.shape[-1]
        ahead, behind = (np.clip(at + sign * STEP * np.eye(size), 0.0, 1.0) for sign in (1.0, -1.0))
        every = np.concatenate([at, ahead, behind], axis=1)
        found = self.slacks(every.reshape(-1, size)).reshape(len(points), -1)
        apart = np.diagonal(ahead - behind, axis1=1, axis2=2)
        with np.errstate(invalid="ignore"):
            gradients = (found[:, 1 : size + 1] - found[:, size + 1 :]) / apart
        gradients = np.where(np.isfinite(gradients), gradients, 0.0)
        return [(float(value), gradient) for value, gradient in zip(found[:, 0], gradients, strict=True)]


def _slope(slack: Callable[[Mapping[str, Any]], Any], values: Mapping[str, float], name: str) -> float:
    step = INNER * abs(values[name]) or INNER
    ahead, behind = (float(slack({**values, name: values[name] + sign * step})) for sign in (1.0, -1.0))
    return (ahead - behind) / (2.0 * step)


def landscape_of(inequality: Inequality | OfTheorem, family: object, ranges: object) -> Landscape:
    """The landscape, with its ranges checked.

    Args:
        inequality: the inequality.
        family: a family, or a function that makes a system of numbers by name.
        ranges: pairs of numbers by name.

    Returns:
        The landscape.

    Raises:
        TypeError: if the family cannot be called, or ranges are no mapping of names to pairs.
        ArgumentError: if a pair does not ascend.
    """
    if not callable(family):
        raise TypeError(f"`family` must be a tk.Family or a function of named numbers, got {family!r}.")
    if not isinstance(ranges, Mapping) or not ranges:
        raise TypeError(f'`ranges` must map names to pairs, as {{"drive": (0.01, 1.0)}}, got {ranges!r}.')
    pairs = []
    for name, pair in ranges.items():
        try:
            low, high = (float(one) for one in pair)
        except (TypeError, ValueError):
            raise TypeError(f"`ranges[{name!r}]` must be a pair of numbers, got {pair!r}.") from None
        if not (np.isfinite([low, high]).all() and low < high):
            raise ArgumentError(
                f"`ranges[{name!r}]` must be two finite numbers that ascend, got {low}, {high}.", "ranges"
            )
        pairs.append((low, high))
    low, high = np.array(pairs).T
    exact = isinstance(family, Family) and inequality.answered
    return Landscape(inequality, family, tuple(ranges), low, high, (low > 0.0) & (high >= DECADE * low), exact, Spent())
