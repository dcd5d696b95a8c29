"""The data file: what is written is what is read, by us and by xarray alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from data_files import read_dataset
from thermokin.report.dataset_file import write_dataset
from thermokin.report.plain_data import PlainData


def dataset() -> xr.Dataset:
    return xr.Dataset(
        {
            "heat": ("time", np.array([0.0, -np.inf, np.inf]), {"units": "energy", "long_name": "heat from the bath"}),
            "state": (
                ("time", "row", "column"),
                np.arange(12).reshape(3, 2, 2) * (1.0 + 2.0j),
                {"units": "1", "long_name": "density matrix"},
            ),
            "count": ("time", np.array([1, 2, 3])),
            "holds": ("time", np.array([True, False, True])),
            "gap": ((), 0.25, {"tolerance": 1e-9, "order": 2}),
        },
        coords={
            "time": ("time", [0.0, 1.0, 2.0], {"units": "1/energy"}),
            "branch": ("time", ["heating", "cooling", "Wärme"]),
            "eigenvalue": ("row", [-1.0 + 0.5j, -1.0 - 0.5j], {"units": "energy"}),
        },
        attrs={"title": "Heating against cooling", "seed": 7, "empty": ""},
    )


def test_a_dataset_comes_back_as_it_was(tmp_path: Path) -> None:
    write_dataset(tmp_path / "data.nc", dataset())
    read = read_dataset(tmp_path / "data.nc")
    xr.testing.assert_identical(read, dataset())
    assert read["state"].dtype == np.complex128
    assert read["heat"].attrs["units"] == "energy"


def test_plain_data_make_the_same_file_as_a_dataset(tmp_path: Path) -> None:
    plain = PlainData.of(dataset())
    xr.testing.assert_identical(plain.to_xarray(), dataset())
    write_dataset(tmp_path / "data.nc", plain.assign_attrs({"more": "said"}))
    xr.testing.assert_identical(read_dataset(tmp_path / "data.nc"), dataset().assign_attrs(more="said"))


def test_coordinates_beside_the_axes_are_read_as_such(tmp_path: Path) -> None:
    coordinates = {"t": ("i", [1.0, 2.0]), "free": ("j", [3.0]), "at": ((), 0.5)}
    made = xr.Dataset({"x": ("i", [0.0, 1.0]), "empty": ("k", np.empty(0))}, coords=coordinates)
    write_dataset(tmp_path / "data.nc", made)
    with xr.open_dataset(tmp_path / "data.nc", engine="h5netcdf") as read:
        assert set(read.coords) == set(made.coords)
        assert read.sizes == made.sizes


def test_xarray_alone_reads_the_file_and_the_units(tmp_path: Path) -> None:
    write_dataset(tmp_path / "data.nc", dataset())
    with xr.open_dataset(tmp_path / "data.nc", engine="h5netcdf") as read:
        assert {"state_re", "state_im", "eigenvalue_re", "eigenvalue_im"} <= set(read.variables)
        assert read["state_im"].attrs["units"] == "1"
        assert np.array_equal(read["state_im"].values, dataset()["state"].values.imag)
        assert np.array_equal(read["heat"].values, [0.0, -np.inf, np.inf])


def test_infinite_parts_of_complex_numbers_stay_apart(tmp_path: Path) -> None:
    values = np.array([complex(np.inf, 1.0), complex(0.0, -np.inf)])
    write_dataset(tmp_path / "data.nc", xr.Dataset({"x": ("n", values)}))
    read = read_dataset(tmp_path / "data.nc")["x"].values
    assert np.array_equal(read.real, values.real)
    assert np.array_equal(read.imag, values.imag)


def test_the_file_is_replaced_when_the_new_one_is_complete(tmp_path: Path) -> None:
    target = tmp_path / "data.nc"
    write_dataset(target, dataset())
    with pytest.raises(TypeError, match=r"`dataset\['bad'\]` must hold numbers or text"):
        write_dataset(target, xr.Dataset({"bad": ("n", np.array([{}, 1], dtype=object))}))
    xr.testing.assert_identical(read_dataset(target), dataset())
    write_dataset(target, xr.Dataset({"x": 1.0}))
    assert list(read_dataset(target).variables) == ["x"]
    assert [path.name for path in tmp_path.iterdir()] == ["data.nc"]


def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Path, data: bytes) -> None:
        with self.open("wb") as stream:
            stream.write(data[:100])
        raise KeyboardInterrupt("stop")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(KeyboardInterrupt, match="stop"):
        write_dataset(tmp_path / "data.nc", dataset())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", [True, None, [1.0, 2.0], {"a": 1}, 1j])
def test_an_attribute_that_is_neither_text_nor_number_is_refused(tmp_path: Path, value: object) -> None:
    with pytest.raises(TypeError, match=r"`dataset\['x'\].attrs\['bad'\]` must be text or a number"):
        write_dataset(tmp_path / "data.nc", xr.Dataset({"x": ((), 1.0, {"bad": value})}))
    assert list(tmp_path.iterdir()) == []


def test_parts_whose_names_are_taken_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="must not hold x_re beside the complex x"):
        write_dataset(tmp_path / "data.nc", xr.Dataset({"x": 1j, "x_re": 2.0}))


FULL = """
import resource, sys
import numpy as np, xarray as xr
from thermokin.report.dataset_file import write_dataset
dataset = xr.Dataset({"heat": ("time", np.random.default_rng(0).normal(size=20_000))}, attrs={"title": "t" * 5000})
for size in [0, 1, 100, 2000, 4096, 40_000, 60_000, 65_536, 100_000, 160_000]:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    try:
        write_dataset(sys.argv[1], dataset)
        print("written", size)
    except OSError as error:
        print(error.strerror)
"""


def test_a_disk_that_is_full_at_any_size_is_an_error_and_never_a_crash(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "data.nc")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["File too large"] * 10
    assert not list(tmp_path.iterdir())
