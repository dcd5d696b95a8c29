"""The numbers of a family by which derivatives are taken, and its models and their inputs beside a point."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from thermokin._errors import ArgumentError, ValidityWarning
from thermokin._typing import FloatArray
from thermokin.model.family import Family
from thermokin.model.model import Model
from thermokin.model.origin import SecularInputs, heard, inputs_of_call
from thermokin.model.parameter import REQUIRED, Parameter
from thermokin.operators.as_numbers import common_axes, shown

__all__ = ["FamilyPoint", "Place", "family_of", "listed_parameters", "points_of_sweep"]

SHARE = 1.0 / 16.0  # of a number, or of its distance from the end of its range: half the interval that is looked at
_NAMED = re.compile(r"(?P<name>\w+)(?:\[(?P<index>\d+)\])?")


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
    value = _value(name, known[name], numbers)
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


def _value(name: str, known: Parameter, numbers: Mapping[str, Any]) -> FloatArray:
    value = numbers.get(name, known.default)
    if value is REQUIRED:
        raise ValueError(f"`at` must give {name!r}, by which a derivative is wanted.")
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise TypeError(f"`at[{name!r}]` must hold real numbers, got {shown(value)}.") from None


@dataclass(frozen=True, eq=False)
class FamilyPoint:
    """A family at one point.

    Args:
        family: the family.
        numbers: its numbers there.
        model: its model there.
        inputs: what the model was made of, where contacts made it.
        call: which of the builder's secular models it is.
    """

    family: Family
    numbers: Mapping[str, Any]
    model: Model
    inputs: SecularInputs | None
    call: int

    @classmethod
    def of(cls, family: Family, numbers: Mapping[str, Any]) -> FamilyPoint:
        """The family at some numbers.

        Args:
            family: the family.
            numbers: by name.

        Returns:
            The point.

        Raises:
            ValueError: if the model is one of several points.
        """
        with heard() as every:
            model = family.at(numbers)
        if model.batch_shape:
            raise ArgumentError(
                f"`at` makes a sweep of shape {model.batch_shape} of single numbers; give the numbers that vary along "
                "it as arrays, or settle one point.",
                "at",
            )
        mark = None if model.origin is None else model.origin.mark
        call = next((number for number, one in enumerate(every) if one.mark is mark), -1)
        return cls(family, dict(numbers), model, every[call] if call >= 0 else None, call)

    def value(self, place: Place) -> float:
        """A number."""
        value = _value(place.name, self.family.parameters[place.name], self.numbers)
        return float(value if place.index is None else value[..., place.index])

    def steps(self, place: Place) -> tuple[float, float]:
        """How far a number is moved, of the sign in which there is more room, and how far it may be moved that way.

        Args:
            place: which number.

        Returns:
            The step, within whose size the family is looked at on both sides, and the room.

        Raises:
            ArgumentError: if the number is at the end of its range.
        """
        value, known = self.value(place), self.family.parameters[place.name]
        lowest, highest = max(known.above, known.least), known.most
        below, above = value - lowest, highest - value
        if not min(below, above) > 0.0:
            end = lowest if below <= above else highest
            raise ArgumentError(
                f"`at` puts {str(place)!r} at {value:g}, the end of its range ({end:g}), where it can move to one side "
                "alone; derive beside it.",
                "at",
            )
        step = SHARE * min(abs(value) or self._typical(known), below, above)
        return (step, above) if above >= below else (-step, below)

    def _typical(self, known: Parameter) -> float:
        """A number of the same unit, for one that is zero."""
        every = self.family.parameters
        alike = [_size(self.numbers.get(name, one.default)) for name, one in every.items() if one.unit == known.unit]
        return min((size for size in alike if size > 0.0), default=1.0)

    def moved(self, places: Sequence[Place], steps: Sequence[float]) -> dict[str, Any]:
        """The numbers, some of them a step on."""
        found = dict(self.numbers)
        for place, step in zip(places, steps, strict=True):
            value = np.array(_value(place.name, self.family.parameters[place.name], found))
            if place.index is None:
                value = value + step
            else:
                value[..., place.index] += step
            found[place.name] = value if value.ndim else float(value)
        return found

    def model_at(self, places: Sequence[Place], steps: Sequence[float]) -> Model:
        """The model with some numbers a step on."""
        numbers = self.moved(places, steps)
        return _quietly(lambda: self.family.at(numbers))  # type: ignore[no-any-return]

    def inputs_at(self, places: Sequence[Place], steps: Sequence[float]) -> SecularInputs:
        """What the model is made of, with some numbers a step on; it is not made.

        Raises:
            ArgumentError: if nothing is.
        """
        numbers = self.moved(places, steps)
        found: SecularInputs | None = _quietly(lambda: inputs_of_call(lambda: self.family.at(numbers), self.call))
        if found is None:
            raise ArgumentError(
                f"`parameters` are {', '.join(map(str, places))}, beside whose values the family makes its model in "
                "another way; derive at a point around which it is made in one way.",
                "parameters",
            )
        return found


def _size(value: object) -> float:
    try:
        numbers = np.abs(np.asarray(value, dtype=np.float64))
    except (TypeError, ValueError):
        return 0.0
    return float(numbers.max(initial=0.0)) if np.isfinite(numbers).all() else 0.0


def _quietly(make: Callable[[], Any]) -> Any:
    """What a builder makes; doubts about its assumptions have been told at the point itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValidityWarning)
        return make()


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
    rows = {place.name for place in places if place.index is not None}
    swept: dict[str, tuple[FloatArray, int]] = {}
    for name, value in at.items():
        known = family.parameters.get(name)
        if known is None or not (_is_annotated(known) or any(place.name == name for place in places)):
            continue
        own = max(known.axes, int(name in rows))
        if np.ndim(value) > own:
            swept[name] = np.asarray(value, dtype=np.float64), own
    lead = common_axes({f"at[{name!r}]": array.shape[: array.ndim - own] for name, (array, own) in swept.items()})
    points = []
    for index in np.ndindex(*lead):
        numbers = dict(at)
        for name, (array, own) in swept.items():
            numbers[name] = np.broadcast_to(array, (*lead, *array.shape[array.ndim - own :]))[index]
        points.append({name: _plain(value) for name, value in numbers.items()})
    return lead, points


def _is_annotated(known: Parameter) -> bool:
    """Whether more is known of an argument than its name, its default and some words."""
    return replace(known, default=REQUIRED, words="") != Parameter()


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, np.floating) else value
