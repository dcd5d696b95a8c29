"""Labelled data as arrays with names: what xarray makes a dataset of, and a file holds, without xarray."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

if TYPE_CHECKING:  # and in functions: xarray loads pandas, half a second
    import xarray as xr

__all__ = ["PlainData", "PlainVariable"]

PlainVariable: TypeAlias = tuple[tuple[str, ...], ArrayLike, Mapping[str, Any]]
"""Axes, numbers or words, and attributes."""


@dataclass(frozen=True, eq=False)
class PlainData:
    """Labelled data.

    Args:
        variables: the numbers, by name.
        coordinates: what the axes are, by name.
        attributes: what is said of the data as a whole.
    """

    variables: Mapping[str, PlainVariable]
    coordinates: Mapping[str, PlainVariable]
    attributes: Mapping[str, Any]

    @classmethod
    def of(cls, dataset: xr.Dataset) -> PlainData:
        """The data of a dataset."""
        own: dict[str, PlainVariable] = {
            str(name): (tuple(map(str, one.dims)), one.values, one.attrs) for name, one in dataset.variables.items()
        }
        held = {name: one for name, one in own.items() if name not in dataset.coords}
        return cls(held, {name: own[name] for name in own if name not in held}, dataset.attrs)

    def to_xarray(self) -> xr.Dataset:
        """The data as a dataset."""
        import xarray as xr

        coordinates = {name: (*one[:2], dict(one[2])) for name, one in self.coordinates.items()}
        return xr.Dataset(dict(self.variables), coords=coordinates, attrs=self.attributes)

    def assign_attrs(self, attributes: Mapping[str, Any]) -> PlainData:
        """The data, of which more is said."""
        return replace(self, attributes={**self.attributes, **attributes})

    def sizes(self) -> dict[str, int]:
        """The length of each axis, in the order in which they come."""
        every = (*self.variables.values(), *self.coordinates.values())
        return {axis: size for axes, one, _ in every for axis, size in zip(axes, np.shape(one), strict=True)}
