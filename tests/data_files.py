"""Data files of reports, read with their complex variables whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from thermokin.report.dataset_file import PART, SUFFIXES, WHOLE


def read_dataset(path: Path) -> xr.Dataset:
    """The dataset that a file was written from, in memory; the file is closed."""
    # Dates are not ours: a variable in units of "days" is a number.
    result = dataset = xr.load_dataset(path, engine="h5netcdf", decode_times=False)
    for name, real in dataset.variables.items():
        if real.attrs.get(PART) != "real":
            continue
        whole = str(real.attrs[WHOLE])
        imaginary = dataset.variables[f"{whole}{SUFFIXES[1]}"]
        attributes = {key: value for key, value in real.attrs.items() if key not in {PART, WHOLE}}
        # Not real + 1j * imaginary: that would make NaN of infinities.
        values = np.empty(real.shape, dtype=np.result_type(real.dtype, np.complex64))
        values.real, values.imag = real.values, imaginary.values
        joined = {whole: xr.Variable(real.dims, values, attributes)}
        result = result.drop_vars([str(name), f"{whole}{SUFFIXES[1]}"])
        result = result.assign_coords(joined) if name in dataset.coords else result.assign(joined)
    return result
