"""Stores that lost bytes: what was on the disk in time, what is computed again, and what is refused."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import thermokin as tk

pytest.importorskip("zarr")
QUBIT = tk.Family(tk.library.qubit, {"rate": 0.001})
GRID = {"gap": np.linspace(0.5, 2.0, 5), "temperature": np.array([0.5, 1.0])}
CHUNKS = 3  # of two gaps each


def swept(store: Path | None) -> xr.Dataset:
    """A small sweep."""
    return tk.sweep(QUBIT, GRID, ["activity"], store=store, chunk=4, executor="serial")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store that is complete."""
    swept(tmp_path / "store")
    return tmp_path / "store"


def edit(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the attributes of a group or an array."""
    about = json.loads(path.read_text(encoding="utf-8"))
    change(about["attributes"])
    path.write_text(json.dumps(about), encoding="utf-8")


def test_a_chunk_is_on_the_disk_before_its_marker_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[Path] = []
    flush, replace = os.fsync, Path.replace

    def flushed(place: int) -> None:
        flush(place)
        events.append(Path(os.readlink(f"/proc/self/fd/{place}")))

    def replaced(self: Path, target: Path) -> Path:
        if target.parent.parent.name == "commits":
            assert self in events, "the marker's own bytes come first"
            events.append(target)
        return replace(self, target)

    if not Path("/proc/self/fd").exists():
        pytest.skip("which file is flushed is not told here")
    monkeypatch.setattr(os, "fsync", flushed)
    monkeypatch.setattr(Path, "replace", replaced)
    store = tmp_path / "store"
    swept(store)
    for number in range(CHUNKS):
        marked = events.index(store / "commits" / str(number) / "zarr.json")
        for name in ("activity", "error"):
            written = events.index(store / name / "c" / str(number) / "0")
            assert written < marked
            for folder in (store / name / "c" / str(number), store / name / "c", store / name):
                assert folder in events[written:marked]
        assert {store / "commits" / str(number), store / "commits"} <= set(events[marked:])
    # The store itself was on the disk before it had its name.
    aside = {one.name for one in events[: events.index(tmp_path)] if one.parent.suffix == ".partial"}
    assert {"zarr.json", "activity", "error", "commits"} <= aside
    assert events.index(store / "zarr.json") < events.index(store / "activity" / "c" / "0" / "0")


@pytest.mark.parametrize(
    "harm",
    [
        lambda store: os.truncate(store / "activity" / "c" / "1" / "0", 9),
        lambda store: os.truncate(store / "error" / "c" / "0" / "0", 0),
        lambda store: (store / "activity" / "c" / "2" / "0").unlink(),
        lambda store: os.truncate(store / "commits" / "1" / "zarr.json", 0),
        lambda store: shutil.rmtree(store / "commits"),
        lambda store: edit(store / "commits" / "1" / "zarr.json", lambda said: said.pop("bytes")),
    ],
    ids=["cut chunk", "empty chunk", "lost chunk", "empty marker", "lost markers", "marker of another time"],
)
def test_chunks_that_lost_bytes_are_computed_again(store: Path, harm: Callable[[Path], Any]) -> None:
    sound = {path: path.read_bytes() for path in store.rglob("*") if path.is_file()}
    harm(store)
    assert swept(store).load().drop_attrs().identical(swept(None).drop_attrs())
    assert {path: path.read_bytes() for path in store.rglob("*") if path.is_file()} == sound


def test_a_bit_that_has_changed_is_an_error_and_no_other_number(store: Path) -> None:
    chunk = store / "activity" / "c" / "1" / "0"
    held = bytearray(chunk.read_bytes())
    held[len(held) // 2] ^= 1
    chunk.write_bytes(held)
    with pytest.raises(RuntimeError, match="Zstd decompression error"):
        swept(store).load()
    shutil.rmtree(store / "commits" / "1")
    assert swept(store).load().drop_attrs().identical(swept(None).drop_attrs())


@pytest.mark.parametrize(
    "harm",
    [
        lambda store: os.truncate(store / "zarr.json", 30),
        lambda store: os.truncate(store / "activity" / "zarr.json", 0),
        lambda store: shutil.rmtree(store / "activity"),
        lambda store: edit(store / "zarr.json", lambda said: said.update(plan='{"chunk": 3}')),
        lambda store: edit(store / "zarr.json", lambda said: said.update(plan="[")),
        lambda store: edit(store / "zarr.json", lambda said: said.update(identity="[1]")),
    ],
    ids=["group", "array", "lost array", "plan of another kind", "cut plan", "identity of another kind"],
)
def test_a_store_that_does_not_know_itself_is_refused_in_one_line(store: Path, harm: Callable[[Path], Any]) -> None:
    harm(store)
    with pytest.raises(tk.errors.SweepError, match=r"store is damaged: what it says of itself .* name another folder"):
        swept(store)


def test_a_store_of_an_older_format_is_refused(store: Path) -> None:
    def older(said: dict[str, Any]) -> None:
        entries = json.loads(said["identity"])
        del entries["format of the store"]
        said["identity"] = json.dumps(entries)

    edit(store / "zarr.json", older)
    with pytest.raises(tk.errors.SweepError, match="its format of the store is none, and 2 is asked for"):
        swept(store)
