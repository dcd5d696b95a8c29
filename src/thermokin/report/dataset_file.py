"""Labelled data as a NetCDF file that xarray reads alone: complex numbers as two real variables, attributes plain."""

from __future__ import annotations

import io
import os
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from thermokin.report.plain_data import PlainData, PlainVariable

if TYPE_CHECKING:
    import h5netcdf
    import xarray as xr

SUFFIXES: Final = ("_re", "_im")
"""Endings of the two real variables that a complex variable becomes."""
PART: Final = "complex_part"
"""The attribute that marks such a variable, "real" or "imaginary"."""
_PARTS = ("real", "imaginary")
WHOLE: Final = "complex_name"
"""The attribute of such a variable that names the complex one."""
_LISTED = "coordinates"  # the attribute that says, by the CF conventions, which variables are coordinates


def write_dataset(path: str | Path, dataset: xr.Dataset | PlainData) -> None:
    """Write labelled data to a NetCDF file, which appears when it is complete.

    Its bytes are made in memory: the HDF5 library does not survive a disk that is full when it closes a file.

    A complex variable x becomes x_re and x_im, both with the attributes of x. Infinities are kept.

    Args:
        path: the file; one that is already there is replaced.
        dataset: the data.

    Raises:
        OSError: if it cannot be written.
        TypeError: if an attribute is neither text nor a number, or a variable holds objects other than text.
        ValueError: if a complex variable's parts would bear names that are taken.
    """
    target = Path(path)
    data = dataset if isinstance(dataset, PlainData) else PlainData.of(dataset)
    _refuse_other_attributes("dataset", data.attributes)
    names = {*data.variables, *data.coordinates}
    variables, coordinates = (dict(_split(one, names)) for one in (data.variables, data.coordinates))
    for name, (_, values, attributes) in {**variables, **coordinates}.items():
        _refuse_other_attributes(f"dataset[{name!r}]", attributes)
        _refuse_objects(name, np.asarray(values))
    partial = target.with_name(f".{target.name}.{os.getpid()}.{uuid.uuid4().hex[:8]}.partial")
    try:
        partial.write_bytes(_bytes(PlainData(variables, coordinates, data.attributes)))
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _split(variables: Mapping[str, PlainVariable], taken: set[str]) -> Iterator[tuple[str, PlainVariable]]:
    """The variables, complex ones in their two parts."""
    for name, (axes, numbers, attributes) in variables.items():
        values = np.asarray(numbers)
        if values.dtype.kind != "c":
            yield name, (axes, values, attributes)
            continue
        for suffix, part, real in zip(SUFFIXES, _PARTS, (values.real, values.imag), strict=True):
            if f"{name}{suffix}" in taken:
                raise ValueError(
                    f"`dataset` must not hold {name}{suffix} beside the complex {name}; rename one of them."
                )
            yield f"{name}{suffix}", (axes, real, {**attributes, PART: part, WHOLE: name})


def _bytes(data: PlainData) -> memoryview:
    """The file. Not by xarray's `to_netcdf`, which looks for a lock in dask and loads it, where it is, for that."""
    import h5netcdf

    whole = io.BytesIO()
    # Coordinates that are no axis are named by whatever has their axes, the others by the file.
    beside = {name: set(axes) for name, (axes, _, _) in data.coordinates.items() if axes != (name,)}
    unnamed = dict.fromkeys(beside)
    with h5netcdf.File(whole, "w") as file:
        file.attrs.update(data.attributes)
        file.dimensions = data.sizes()
        for name, (axes, values, attributes) in {**data.coordinates, **data.variables}.items():
            one = _variable(file, name, axes, np.asarray(values))
            one.attrs.update(attributes)
            listed = [] if name in beside else [other for other, own in beside.items() if own <= set(axes)]
            if listed and name not in data.coordinates:
                one.attrs[_LISTED] = " ".join(listed)
                unnamed = {other: None for other in unnamed if other not in listed}
        if unnamed:
            file.attrs[_LISTED] = " ".join(unnamed)
    return whole.getbuffer()


def _variable(file: h5netcdf.File, name: str, axes: tuple[str, ...], values: NDArray[Any]) -> h5netcdf.Variable:
    import h5py  # type: ignore[import-untyped]

    if values.dtype.kind in "UO":
        one = file.create_variable(name, axes, dtype=h5py.string_dtype())
        values = values.astype(object)
    elif values.dtype.kind == "b":  # as xarray marks them
        one = file.create_variable(name, axes, dtype=np.int8)
        one.attrs["dtype"] = "bool"
    else:
        one = file.create_variable(name, axes, dtype=values.dtype)
    if values.size:
        one[...] = values
    return one


def _refuse_other_attributes(owner: str, attributes: Mapping[str, object]) -> None:
    for key, value in attributes.items():
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, (str, int, float, np.integer, np.floating)):
            raise TypeError(
                f"`{owner}.attrs[{key!r}]` must be text or a number, got {type(value).__name__}; write it as text."
            )


def _refuse_objects(name: str, values: NDArray[Any]) -> None:
    if values.dtype.kind == "O" and not all(isinstance(value, str) for value in values.flat):
        raise TypeError(f"`dataset[{name!r}]` must hold numbers or text, got objects of other kinds.")
