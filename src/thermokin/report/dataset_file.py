"""A dataset as a NetCDF file that xarray reads alone: complex numbers as two real variables, attributes plain."""

from __future__ import annotations

import io
import os
import uuid
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Final

import numpy as np
import xarray as xr

SUFFIXES: Final = ("_re", "_im")
"""Endings of the two real variables that a complex variable becomes."""
PART: Final = "complex_part"
"""The attribute that marks such a variable, "real" or "imaginary"."""
_PARTS = ("real", "imaginary")
WHOLE: Final = "complex_name"
"""The attribute of such a variable that names the complex one."""


def write_dataset(path: str | Path, dataset: xr.Dataset) -> None:
    """Write a dataset to a NetCDF file, which appears when it is complete.

    Its bytes are made in memory: the HDF5 library does not survive a disk that is full when it closes a file.

    A complex variable x becomes x_re and x_im, both with the attributes of x. Infinities are kept.

    Args:
        path: the file; one that is already there is replaced.
        dataset: the dataset.

    Raises:
        OSError: if it cannot be written.
        TypeError: if an attribute is neither text nor a number, or a variable holds objects other than text.
        ValueError: if a complex variable's parts would bear names that are taken.
    """
    target = Path(path)
    plain = _split(dataset).drop_encoding()
    _refuse_other_attributes("dataset", plain.attrs)
    for name, variable in plain.variables.items():
        _refuse_other_attributes(f"dataset[{name!r}]", variable.attrs)
        _refuse_objects(name, variable)
    partial = target.with_name(f".{target.name}.{os.getpid()}.{uuid.uuid4().hex[:8]}.partial")
    try:
        whole = io.BytesIO()
        plain.to_netcdf(whole, engine="h5netcdf", format="NETCDF4")
        partial.write_bytes(whole.getbuffer())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _split(dataset: xr.Dataset) -> xr.Dataset:
    complex_names = [name for name, variable in dataset.variables.items() if variable.dtype.kind == "c"]
    result = dataset
    for name in complex_names:
        variable = dataset.variables[name]
        parts = {}
        for suffix, part, values in zip(SUFFIXES, _PARTS, (variable.values.real, variable.values.imag), strict=True):
            if f"{name}{suffix}" in dataset.variables:
                raise ValueError(
                    f"`dataset` must not hold {name}{suffix} beside the complex {name}; rename one of them."
                )
            attributes = {**variable.attrs, PART: part, WHOLE: str(name)}
            parts[f"{name}{suffix}"] = xr.Variable(variable.dims, values, attributes)
        is_coordinate = name in dataset.coords
        result = result.drop_vars(str(name))
        result = result.assign_coords(parts) if is_coordinate else result.assign(parts)
    return result


def _refuse_other_attributes(owner: str, attributes: Mapping[Hashable, object]) -> None:
    for key, value in attributes.items():
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, (str, int, float, np.integer, np.floating)):
            raise TypeError(
                f"`{owner}.attrs[{key!r}]` must be text or a number, got {type(value).__name__}; write it as text."
            )


def _refuse_objects(name: Hashable, variable: xr.Variable) -> None:
    if variable.dtype.kind == "O" and not all(isinstance(value, str) for value in variable.values.flat):
        raise TypeError(f"`dataset[{name!r}]` must hold numbers or text, got objects of other kinds.")
