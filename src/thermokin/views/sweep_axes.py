"""The axes of a sweep, named after the parameters that vary along them, and numbers at every point of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from thermokin._result import CONVENTIONS
from thermokin._typing import FloatArray
from thermokin.model.bath_parameters import with_bath_parameters
from thermokin.model.family import Family
from thermokin.model.model import Model
from thermokin.model.parameter import Known, Parameter
from thermokin.sweeps.column import Column
from thermokin.views.axis_words import axis_words

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "CONVENTIONS",
    "DATA_ALONE",
    "Column",
    "Labelled",
    "SweepAxes",
    "about_axis",
    "columns_dataset",
    "family_parameters",
    "model_parameters",
]

DATA_ALONE: Mapping[str, str] = {"shown": "no"}  # said of a column that is in the data, in no figure and no table
Labelled: TypeAlias = tuple[tuple[str, ...], NDArray[Any], dict[str, Any]]
"""Axes, numbers and attributes, as xarray takes a variable."""


@dataclass(frozen=True, eq=False)
class SweepAxes:
    """The leading axes of a result.

    Args:
        lead: their lengths.
        names: their names.
        coordinates: the parameters that vary along them, and a number for each point where none does.
    """

    lead: tuple[int, ...]
    names: tuple[str, ...]
    coordinates: Mapping[str, Labelled]

    @classmethod
    def of(cls, lead: tuple[int, ...], parameters: Mapping[str, Known], taken: Collection[str] = ()) -> SweepAxes:
        """Axes named after parameters.

        Args:
            lead: lengths of the axes.
            parameters: numbers (...) that broadcast to them, by name; those that do not vary say nothing.
            taken: names that mean something else in the same data; a parameter of such a name is called `model_...`.

        Returns:
            The axes: one along which a single parameter varies alone has its name, others are `axis_0`, `axis_1`, ...
        """
        swept: dict[str, tuple[tuple[int, ...], NDArray[Any]]] = {}
        parameters = {f"model_{name}" if name in taken else name: one for name, one in parameters.items()}
        for name, parameter in parameters.items():
            numbers = parameter.numbers
            places = _places(numbers.shape, lead)
            if places:
                swept[name] = places, numbers.reshape([lead[place] for place in places])
        alone = {places[0]: name for name, (places, _) in reversed(swept.items()) if len(places) == 1}
        names = tuple(alone.get(place, f"axis_{place}") for place in range(len(lead)))
        coordinates: dict[str, Labelled] = {
            name: ((name,), np.arange(length), {"long_name": "point of the sweep"})
            for place, (name, length) in enumerate(zip(names, lead, strict=True))
            if place not in alone
        }
        for name, (places, numbers) in swept.items():
            attributes = {"long_name": name.replace("_", " ")}
            if parameters[name].unit:
                attributes["units"] = parameters[name].unit
            if parameters[name].quantity:
                attributes["quantity"] = parameters[name].quantity
            coordinates[name] = tuple(names[place] for place in places), numbers, attributes
        return cls(lead, names, coordinates)


def _places(shape: tuple[int, ...], lead: tuple[int, ...]) -> tuple[int, ...]:
    """The axes along which numbers of this shape vary; none where they do not broadcast to the leading axes."""
    if len(shape) > len(lead) or any(
        own not in {1, whole} for own, whole in zip(shape[::-1], lead[::-1], strict=False)
    ):
        return ()
    before = len(lead) - len(shape)
    return tuple(before + place for place, own in enumerate(shape) if own > 1 or lead[before + place] == 1)


def model_parameters(model: Model) -> dict[str, Known]:
    """The numbers of a model that its baths and its builder know by name.

    Args:
        model: the model.

    Returns:
        What it was made from, where its builder said so; the temperatures and chemical potentials of its baths that are
        not among them.
    """
    return with_bath_parameters(model.parameters, model.baths)


def family_parameters(family: Family, given: Mapping[str, Any]) -> dict[str, Known]:
    """The numbers of a family that vary along a sweep.

    Args:
        family: the family.
        given: its numbers, arrays where they vary.

    Returns:
        Those that are arrays, rows of numbers left out.
    """
    known = family.parameters
    return {
        name: Known(np.asarray(value, dtype=np.float64), known[name].unit, known[name].quantity)
        for name, value in given.items()
        if name in known and np.ndim(value) and not known[name].axes
    }


def about_axis(name: str, known: Parameter) -> dict[str, str]:
    """What is said of the axis of a sweep.

    Args:
        name: of the number that varies.
        known: what it is.

    Returns:
        Attributes of labelled data.
    """
    said = {"long_name": f"{name}, {known.words}".rstrip(", "), "units": known.unit, **axis_words(name, known)}
    return said | ({"quantity": known.quantity} if known.quantity else {})


def columns_dataset(axes: Mapping[str, tuple[FloatArray, Parameter]], columns: Iterable[Column]) -> xr.Dataset:
    """Columns over the axes of a sweep.

    Args:
        axes: values (n,) and parameter of each axis, by its name.
        columns: the numbers; they are broadcast to all points.

    Returns:
        The data, with units and words for each number.
    """
    import xarray as xr

    data = xr.Dataset(coords={name: (name, values, about_axis(name, known)) for name, (values, known) in axes.items()})
    for column in columns:
        for name, values in column.own.items():
            data.coords[name] = (name, values, {"long_name": name, "units": "1/time"})
        dimensions = (*axes, *column.own)
        whole = np.broadcast_to(column.values, tuple(data.sizes[name] for name in dimensions))
        data[column.name] = (dimensions, whole, {"long_name": column.words, "units": column.unit, **column.said})
    data.attrs = {"title": "a sweep", "conventions": CONVENTIONS}
    return data
