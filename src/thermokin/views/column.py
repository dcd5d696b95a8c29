"""Numbers at every point of a sweep, as labelled data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from thermokin._typing import FloatArray
from thermokin.model.parameter import Parameter

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Column", "columns_dataset"]


@dataclass(frozen=True, eq=False)
class Column:
    """One number at every point of a sweep.

    Args:
        name: of the variable in the data.
        words: what it is.
        unit: of it.
        values: (...), over the axes of the sweep and then those of its own.
        own: axes of its own, by name.
    """

    name: str
    words: str
    unit: str
    values: FloatArray
    own: Mapping[str, FloatArray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", np.asarray(self.values, dtype=np.float64))


def columns_dataset(axes: Mapping[str, tuple[FloatArray, Parameter]], columns: Iterable[Column]) -> xr.Dataset:
    """Columns over the axes of a sweep.

    Args:
        axes: values (n,) and parameter of each axis, by its name.
        columns: the numbers; they are broadcast to all points.

    Returns:
        The data, with units and words for each number.
    """
    import xarray as xr

    data = xr.Dataset(
        coords={
            name: (name, values, {"long_name": f"{name}, {known.words}".rstrip(", "), "units": known.unit})
            for name, (values, known) in axes.items()
        }
    )
    for column in columns:
        for name, values in column.own.items():
            data.coords[name] = (name, values, {"long_name": name, "units": "1/time"})
        dimensions = (*axes, *column.own)
        whole = np.broadcast_to(column.values, tuple(data.sizes[name] for name in dimensions))
        data[column.name] = (dimensions, whole, {"long_name": column.words, "units": column.unit})
    data.attrs = {"title": "a sweep", "conventions": "hbar = k_B = 1; heat and particles positive into the system"}
    return data
