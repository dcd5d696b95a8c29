"""A family at one point: its model there, and its models and what they are made of beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import FloatArray
from thermokin.linear_response.family_parameters import Place, value_of
from thermokin.model.family import Family
from thermokin.model.model import Model
from thermokin.model.origin import SecularInputs, heard, inputs_of_call
from thermokin.model.parameter import Parameter
from thermokin.operators.as_numbers import shown

__all__ = ["FamilyPoint"]

SHARE = 1.0 / 16.0  # of a number, or of its distance from the end of its range: half the interval that is looked at


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
            ArgumentError: if the model is one of several points.
            TypeError: if what the family makes is no model.
        """
        with heard() as every:
            model = family.at(numbers)
        if not isinstance(model, Model):
            raise TypeError(
                f"`family` must make a Model, got {shown(model)}; currents of a junction or a Gaussian model answer to "
                "`onsager` between baths that are alike and to `differential_conductance`, or are differences of two."
            )
        if model.batch_shape:
            raise ArgumentError(
                f"`at` makes a sweep of shape {model.batch_shape} at one point of it: some argument is an array of "
                "which it is not known that it holds single numbers. Give it a number as its default, or name it among "
                "`parameters`.",
                "at",
            )
        mark = None if model.origin is None else model.origin.mark
        call = next((number for number, one in enumerate(every) if one.mark is mark), -1)
        return cls(family, dict(numbers), model, every[call] if call >= 0 else None, call)

    def value(self, place: Place) -> float:
        """A number."""
        value = value_of(place.name, self.family.parameters[place.name], self.numbers)
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

    def moved(self, places: Sequence[Place], steps: Sequence[float] | FloatArray) -> dict[str, Any]:
        """The numbers, some of them a step on."""
        found = dict(self.numbers)
        for place, step in zip(places, steps, strict=True):
            value = np.array(value_of(place.name, self.family.parameters[place.name], found))
            if place.index is None:
                value = value + step
            else:
                value[..., place.index] += step
            found[place.name] = value if value.ndim else float(value)
        return found

    def model_at(self, places: Sequence[Place], steps: Sequence[float] | FloatArray) -> Model:
        """The model with some numbers a step on."""
        numbers = self.moved(places, steps)
        return self.family.at(numbers)

    def inputs_at(self, places: Sequence[Place], steps: Sequence[float] | FloatArray) -> SecularInputs:
        """What the model is made of, with some numbers a step on; it is not made.

        Args:
            places: the numbers.
            steps: of each.

        Returns:
            The inputs.

        Raises:
            ArgumentError: if nothing is.
        """
        numbers = self.moved(places, steps)
        found = inputs_of_call(lambda: self.family.at(numbers), self.call)
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
