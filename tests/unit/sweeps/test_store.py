"""The store of a sweep: what it holds, what it refuses, and what it goes on from."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import thermokin as tk
from thermokin.sweeps import new_store
from thermokin.sweeps.evaluation import Block
from thermokin.sweeps.identity import Identity
from thermokin.sweeps.store import Store

pytest.importorskip("zarr")
DRIVE, HOT = np.geomspace(0.01, 0.03, 7), np.array([3.0, 4.0, 6.0])
MASER = tk.Family(tk.library.three_level_maser, {"cold": 1.0, "rate_hot": 0.001, "rate_cold": 0.001})
WANTED = ["heat from hot", "noise of heat from hot"]


def swept(store: Path | None = None, **changed: Any) -> xr.Dataset:
    """A small sweep, with something changed."""
    given = {"values": {"drive": DRIVE, "hot": HOT}, "outputs": WANTED, "family": MASER, **changed}
    return tk.sweep(given.pop("family"), given.pop("values"), given.pop("outputs"), store=store, **given)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store that is complete."""
    swept(tmp_path / "store", chunk=4)
    return tmp_path / "store"


def test_a_store_holds_what_memory_holds(store: Path) -> None:
    held, kept = swept(store).load(), swept(chunk=4)
    assert list(held.data_vars) == list(kept.data_vars)
    assert held.drop_attrs().identical(kept.drop_attrs())
    assert all(held[name].attrs == kept[name].attrs for name in held.variables)
    assert held["drive"].attrs == {"long_name": "drive, half the Rabi frequency", "units": "energy"}
    assert held["heat from hot"].attrs["units"] == "energy/time"


def test_a_store_is_plain_zarr_that_xarray_reads_and_writes_on(store: Path, tmp_path: Path) -> None:
    data = xr.open_zarr(store, consolidated=False, chunks=None)
    assert set(data.data_vars) == {*WANTED, "error"}
    assert data["error"].dtype == np.int32
    swept(store).to_netcdf(tmp_path / "data.nc", engine="h5netcdf")


def test_a_store_says_what_made_it(store: Path) -> None:
    said = json.loads(swept(store).attrs["identity"])
    assert said["family"].startswith("thermokin.model.library.maser.three_level_maser (")
    assert said["output 'heat from hot'"] == "heat from hot"
    assert said["list of values of drive"].startswith("7 from 0.01 to 0.03 (")
    assert (said["seed"], said["version of numpy"]) == ("0", np.__version__)
    assert {"version of thermokin", "version of Python", "version of scipy", "tolerance"} <= set(said)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"seed": 3}, "its seed is 0, and 3 is asked for"),
        ({"outputs": WANTED[:1]}, "its output 'noise of heat from hot' is noise of heat from hot, and none is"),
        ({"values": {"drive": DRIVE}}, "its list of values of hot is 3 from 3 to 6 "),
        ({"values": {"drive": 1.1 * DRIVE, "hot": HOT}}, "its list of values of drive is 7 from 0.01 to 0.03 "),
        ({"family": MASER.given({"cold": 1.01})}, "its given cold is 1.0, and 1.01 is asked for"),
        ({"family": lambda drive, hot: MASER.at({"drive": drive, "hot": hot})}, "its family is thermokin.model"),
    ],
)
def test_another_sweep_is_refused_in_one_line_and_nothing_is_lost(store: Path, changed: Any, said: str) -> None:
    before = swept(store).load()
    with pytest.raises(tk.errors.SweepError, match="holds another sweep: ") as refused:
        swept(store, **changed)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert swept(store).load().identical(before)


def test_other_versions_are_refused(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(np, "__version__", "1.0")
    with pytest.raises(tk.errors.SweepError, match=r"its version of numpy is .*, and 1\.0 is asked for"):
        swept(store)


def test_a_function_that_has_changed_is_another_sweep(tmp_path: Path) -> None:
    def one(model: tk.Model) -> Any:
        return tk.heat(model, "hot")

    def two(model: tk.Model) -> Any:
        return 2.0 * tk.heat(model, "hot")

    two.__qualname__ = one.__qualname__
    swept(tmp_path / "store", outputs={"heat": one})
    swept(tmp_path / "store", outputs={"heat": one})
    with pytest.raises(tk.errors.SweepError, match="its output 'heat' is "):
        swept(tmp_path / "store", outputs={"heat": two})


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("x", encoding="utf-8")
    with pytest.raises(tk.errors.SweepError, match="mine holds something else than a sweep; name another folder"):
        swept(tmp_path / "mine")
    (tmp_path / "empty").mkdir()
    swept(tmp_path / "empty")
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_a_chunk_without_its_marker_is_computed_again_and_others_are_not(store: Path) -> None:
    before = swept(store).load()
    shutil.rmtree(store / "commits" / "2")
    (store / "commits" / "2").mkdir()  # as a kill between folder and file leaves it
    for array in ("heat from hot", "noise of heat from hot", "error"):
        for chunk in (store / array / "c").rglob("*"):
            if chunk.is_file():
                chunk.chmod(0o444)
    told = []
    again = swept(store, tell=told.append).load()
    assert again.identical(before)
    assert [one.points for one in told] == [18, 21]


def test_a_chunk_that_is_half_written_has_no_marker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    array = Store._array

    def full(self: Store, name: str) -> Any:
        if name == "error":  # the last of them
            raise OSError(28, "No space left on device")
        return array(self, name)

    monkeypatch.setattr(Store, "_array", full)
    with pytest.raises(tk.errors.SweepError, match=r"^the disk is full\. 0 of 21 points are in"):
        swept(tmp_path / "store", chunk=4)
    assert list((tmp_path / "store" / "heat from hot" / "c").rglob("*"))
    assert not list((tmp_path / "store" / "commits").glob("*/zarr.json"))
    monkeypatch.undo()
    assert swept(tmp_path / "store").load().identical(swept(tmp_path / "other", chunk=4).load())


def test_two_writers_of_one_chunk_write_the_same(store: Path) -> None:
    before = {path: path.read_bytes() for path in store.rglob("*") if path.is_file()}
    held = Store(store)
    data = swept(store).load()
    values = {name: data[name].values[:1] for name in WANTED}
    held.write(0, (slice(0, 1), slice(0, 3)), Block(values, data["error"].values[:1], {}, {}))
    assert {path: path.read_bytes() for path in store.rglob("*") if path.is_file()} == before


def test_parts_of_a_job_array_meet_in_one_store(store: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    for part in (3, 1):
        data = swept(shared, shard=(part, 3), chunk=4)
    missing = data["error"].values == -1
    assert 0 < missing.sum() < missing.size
    assert np.array_equal(np.isnan(data["heat from hot"].values), missing)
    assert data.attrs["state"] == "not complete"
    whole = swept(shared, shard=(2, 3)).load()
    assert whole.attrs["state"] == "complete"
    assert whole.identical(swept(store).load())


def test_a_store_keeps_the_chunks_that_it_was_made_with(store: Path) -> None:
    assert swept(store).load()["error"].shape == (7, 3)
    with pytest.raises(tk.errors.SweepError, match="is cut into chunks of 3 points; leave `chunk` out"):
        swept(store, chunk=2)


def test_failed_points_keep_their_words_in_the_store(tmp_path: Path) -> None:
    def family(drive: Any, hot: Any) -> tk.Model:
        if np.any((np.asarray(drive) == DRIVE[2]) & (np.asarray(hot) == 4.0)):
            raise ValueError("not this one")
        return MASER.at({"drive": drive, "hot": hot})

    for _ in range(2):
        with pytest.warns(tk.errors.LostPointsWarning, match="1 of 21 points of the sweep failed and are NaN; `error`"):
            data = swept(tmp_path / "store", family=family)
    assert np.argwhere(data["error"].values != 0).tolist() == [[2, 1]]
    code = int(data["error"][2, 1])
    assert f"{code}: ValueError: not this one" in data["error"].attrs["meanings"].splitlines()
    assert np.isnan(data["heat from hot"].values).sum() == 1


def test_what_killed_writers_leave_is_cleared_away(tmp_path: Path) -> None:
    beside = tmp_path / f".store.{new_store.host()}.999999999.abcdef12.partial"
    beside.mkdir()
    swept(tmp_path / "store", chunk=4)
    assert not beside.exists()
    shutil.rmtree(tmp_path / "store" / "commits" / "0")
    old, new = (tmp_path / "store" / "error" / f"{name}.partial" for name in ("old", "new"))
    for path in (old, new):
        path.write_text("x", encoding="utf-8")
    os.utime(old, (time.time() - 7200.0,) * 2)
    attributes = json.loads((tmp_path / "store" / "zarr.json").read_text())
    attributes["attributes"]["state"] = "not complete"
    (tmp_path / "store" / "zarr.json").write_text(json.dumps(attributes))
    swept(tmp_path / "store")
    assert (old.exists(), new.exists()) == (False, True)


def test_whoever_comes_first_makes_the_store_and_others_take_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = new_store.created

    def late(path: Path, *rest: Any) -> Any:
        monkeypatch.undo()
        swept(path, chunk=4, shard=(1, 2))  # another process, between looking and making
        return made(path, *rest)

    monkeypatch.setattr("thermokin.sweeps.sweeping.created", late)
    data = swept(tmp_path / "store", chunk=21).load()
    assert json.loads(json.loads((tmp_path / "store" / "zarr.json").read_text())["attributes"]["plan"])["chunk"] == [
        1,
        3,
    ]
    assert not np.isnan(data["heat from hot"]).any()


def test_zarr_that_is_missing_is_said_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zarr", None)
    with pytest.raises(
        tk.errors.SweepError, match=r"pip install 'thermokin\[sweep\]'\. Without a store a sweep is kept"
    ):
        swept(tmp_path / "store")
    assert swept()["error"].shape == (7, 3)


def test_names_that_a_store_cannot_hold_are_refused(tmp_path: Path) -> None:
    for name in ("a/b", "error", "commits", "drive", ".hidden"):
        with pytest.raises(tk.errors.SweepError, match="which is taken or not allowed; give it another, as outputs="):
            swept(tmp_path / "store", outputs={name: "heat from hot"})


def test_identities_differ_at_their_first_unlike_line() -> None:
    one, two = Identity({"study": "a = 1\nb = 2\nc = 3"}), Identity({"study": "a = 1\nb = 5\nc = 4"})
    assert one.unlike(two) == "its study is b = 2, and b = 5 is asked for"
    assert one.unlike(Identity.from_text(one.text)) == ""


def test_a_place_where_no_folder_can_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(tk.errors.SweepError, match=r"`store` .*file/store cannot be made: .*"):
        swept(tmp_path / "file" / "store")
    with pytest.raises(tk.errors.SweepError, match="file holds something else than a sweep"):
        swept(tmp_path / "file")
