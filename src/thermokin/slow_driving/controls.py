"""A family as a function of a few controls, at many points at once."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._errors import ArgumentError, ValidityWarning
from thermokin._typing import ComplexArray, FloatArray
from thermokin.lab_units.dimension import quantity_of
from thermokin.linear_response.family_parameters import Place, family_of, listed_parameters, rows_of_sweep
from thermokin.model.chosen_points import ChosenPoints
from thermokin.model.family import Family
from thermokin.model.model import Model
from thermokin.model.parameter import Parameter, sweeps_over
from thermokin.operators.as_numbers import shown
from thermokin.slow_driving.straight_family import StraightFamily

__all__ = ["Controls", "Stack", "controls_of"]

SHARE = 1.0 / 16.0  # of a control, or of its distance from the end of its range: half the interval that is looked at
SHORTEST = 4  # points that are worth one more attempt to take them together
MANY = 2**30  # tries, once arrays are known to be taken
SAME = 1e-12  # of the largest element of a Hamiltonian: two ways to one point

Stack = list[Model]
"""Models of consecutive points, of stretches of them with a leading axis or of one each."""


@dataclass(frozen=True, eq=False)
class Controls:
    """The numbers of a family that a drive moves.

    Args:
        family: the family.
        names: of the controls.
        fixed: the other numbers, one value each.
        swept: numbers beside the controls that vary over the points (k,), or rows of them (k, r).
        straight: how the Hamiltonian goes with the controls, where that has been seen to be straight.
    """

    family: Family
    names: tuple[str, ...]
    fixed: Mapping[str, Any]
    swept: Mapping[str, FloatArray]
    straight: list[StraightFamily] = field(default_factory=list, repr=False)  # once it has been seen to be
    _takes_arrays: list[bool] = field(default_factory=list, repr=False)  # once it is known

    def models(self, values: FloatArray, times: int = 1) -> list[Stack]:
        """The models at some points.

        Args:
            values: of the controls (times * k, n).
            times: how often the points of the sweep of the other numbers come.

        Returns:
            One model with a leading axis (times * k,), where the function takes all points together; else a stack for
            each time.

        Raises:
            TypeError: if what the family makes is no model.
        """
        rows = {name: np.ascontiguousarray(values[:, place]) for place, name in enumerate(self.names)}
        rows |= {name: np.tile(row, (times, *[1] * (row.ndim - 1))) for name, row in self.swept.items()}
        count, each = len(values), len(values) // times
        together = self._together(rows, 0, count)
        if together is not None:
            return [[together]]
        # Levels that cross, or gaps that meet, at a few of the points keep these alone from the others.
        sure = self._takes_arrays == [True] or rows.keys() <= sweeps_over(self.family.build)
        tries = [MANY if sure else each.bit_length()]
        return [self._in_runs(rows, number * each, (number + 1) * each, tries) for number in range(times)]

    def _in_runs(self, rows: Mapping[str, Any], first: int, last: int, tries: list[int]) -> Stack:
        """Models of stretches of points, as long as may be; of single points once tries have failed to make one."""
        if last - first < SHORTEST or tries[0] <= 0 or self._takes_arrays == [False]:
            return [self._one({name: _plain(row[place]) for name, row in rows.items()}) for place in range(first, last)]
        together = self._together(rows, first, last)
        if together is not None:
            tries[0] = MANY
            return [together]
        tries[0] -= 1
        middle = (first + last) // 2
        return self._in_runs(rows, first, middle, tries) + self._in_runs(rows, middle, last, tries)

    def _together(self, rows: Mapping[str, Any], first: int, last: int) -> Model | None:
        """The model of a stretch of points; None where the function does not take them together."""
        if last - first < 2 or self._takes_arrays == [False]:
            return None
        found = self._attempt({name: row[first:last] for name, row in rows.items()})
        if found is None or found.batch_shape != (last - first,):
            return None
        if not self._takes_arrays and not rows.keys() <= sweeps_over(self.family.build):
            alone = self._one({name: _plain(row[last - 1]) for name, row in rows.items()})
            self._takes_arrays.append(_meet(found, alone))
            return found if self._takes_arrays[0] else None
        return found

    def _attempt(self, rows: Mapping[str, Any]) -> Model | None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = self.family.at({**self.fixed, **rows})
        except (ValueError, TypeError, IndexError, AttributeError):
            return None
        return found if isinstance(found, Model) else None

    def _one(self, numbers: Mapping[str, Any]) -> Model:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ValidityWarning)
            found: object = self.family.at({**self.fixed, **numbers})
        if not isinstance(found, Model):
            raise TypeError(f"`family` must make a Model, got {shown(found)}.")
        if found.batch_shape:
            raise ArgumentError(
                f"`family` makes a sweep of shape {found.batch_shape} of single numbers; settle its other numbers at "
                "one value each, or name those that vary in `at`.",
                "family",
            )
        return found

    @property
    def units(self) -> tuple[str, ...]:
        """What each control measures, in words; "1" of what nobody says a unit of."""
        known = [self.known(place) for place in range(len(self.names))]
        said = zip(self.names, known, strict=True)
        return tuple(quantity_of(name, one.unit, one.quantity) or "1" for name, one in said)

    def known(self, place: int) -> Parameter:
        """What is known of a control."""
        return self.family.parameters[self.names[place]]

    def scales(self, values: FloatArray) -> FloatArray:
        """Half the intervals within which derivatives look at the family (k, n).

        Args:
            values: of the controls (k, n).

        Returns:
            The scales.

        Raises:
            ArgumentError: if a control is at the end of its range.
        """
        found = np.empty(values.shape)
        for place, name in enumerate(self.names):
            known, own = self.known(place), values[:, place]
            room = np.minimum(own - max(known.above, known.least), known.most - own)
            if not (room > 0.0).all():
                worst = float(own[np.argmin(room)])
                raise ArgumentError(
                    f"`{name}` is {worst:g}, at or beyond the end of its range, where it can move to one side alone; "
                    "stay inside.",
                    name,
                )
            size = np.where(own == 0.0, self._typical(known), np.abs(own))
            found[:, place] = SHARE * np.minimum(size, room)
        return found

    def _typical(self, known: Parameter) -> float:
        """A number of the same unit, for a control that is zero."""
        alike = [
            abs(float(self.fixed.get(name, one.default)))
            for name, one in self.family.parameters.items()
            if one.unit == known.unit and isinstance(self.fixed.get(name, one.default), int | float)
        ]
        return min((size for size in alike if 0.0 < size < np.inf), default=1.0)


def controls_of(
    family: Family | Callable[..., Model], at: Mapping[str, Any], controls: Sequence[str] | None
) -> tuple[Controls, FloatArray, tuple[int, ...]]:
    """The controls of a family, and their values at all points.

    Args:
        family: the family, or the function.
        at: its numbers by name, arrays where they vary.
        controls: names of those that are moved; all numbers of `at` if None.

    Returns:
        The controls, their values (k, n), and the leading axes of the points.

    Raises:
        TypeError: if `at` is no mapping, or a control is no real number.
        ValueError: if a control is none of the family's, or comes twice.
    """
    made = family_of(family)
    if not isinstance(at, Mapping):
        raise TypeError(f'`at` must be a mapping of names to numbers, as {{"gap": 1.0}}, got {shown(at)}.')
    names = list(at) if controls is None else controls
    places = listed_parameters(made, at, names)
    row = next((str(place) for place in places if place.index is not None), None)
    if row is not None:
        raise TypeError(f"`controls` must be single numbers, but {row!r} is one of a row; make a family of them.")
    return _points(made, at, places)


def _points(
    family: Family, at: Mapping[str, Any], places: Sequence[Place]
) -> tuple[Controls, FloatArray, tuple[int, ...]]:
    names = tuple(place.name for place in places)
    every = {**at, **{name: at.get(name, family.parameters[name].default) for name in names}}
    lead, rows = rows_of_sweep(family, every, places)
    count = prod(lead)
    values = np.stack([np.broadcast_to(rows.get(name, every[name]), count) for name in names], axis=-1)
    values = np.asarray(values, dtype=np.float64)
    if not np.isfinite(values).all():
        raise ArgumentError("`at` must hold finite numbers for the controls.", "at")
    fixed = {name: value for name, value in every.items() if name not in names and name not in rows}
    varying = {name: row for name, row in rows.items() if name not in names}
    return Controls(family, names, fixed, varying), values, lead


def _plain(value: Any) -> Any:
    """One point's number as a float, its row as it is."""
    return value if np.ndim(value) else float(value)


def _meet(together: Model, last: Model) -> bool:
    """Whether the last of many models is the one that was made by itself: its energies, temperatures and rates."""
    if len(together.baths) != len(last.baths) or together.dimension != last.dimension:
        return False
    one = ChosenPoints(together.batch_shape, slice(together.batch_shape[0] - 1, None)).model(together)
    return all(
        np.abs(own - other).max(initial=0.0) <= SAME * max(float(np.abs(other).max(initial=0.0)), 1e-300)
        for own, other in zip(_numbers(one), _numbers(last), strict=True)
    )


def _numbers(model: Model) -> list[NDArray[Any]]:
    """Hamiltonian, what jumps carry between each two levels, and temperatures of one point."""
    links = np.zeros((model.dimension, model.dimension))
    strength = np.abs(np.atleast_2d(model.table.amplitude)[-1]) ** 2
    np.add.at(links, (model.table.row, model.table.column), strength)
    every = [np.atleast_1d(bath.temperature)[-1] for bath in model.baths]
    return [_hamiltonian(model).reshape(-1, model.dimension, model.dimension)[-1], links, *every]


def _hamiltonian(model: Model) -> ComplexArray:
    found: NDArray[Any] = model.hamiltonian
    shape = (*model.batch_shape, *found.shape[-2:])
    return np.asarray(np.broadcast_to(found, shape), dtype=np.complex128)
