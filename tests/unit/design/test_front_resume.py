"""A search that was killed goes on where it was, bit for bit, and its store serves no other search."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import thermokin as tk
from thermokin.design.front_problem import FrontProblem
from thermokin.design.front_store import FrontStore

FRIDGE = tk.Family(tk.library.three_level_refrigerator, {"work": 6.0, "hot": 1.5, "cold": 1.0, "gap_hot": 5.0})
RANGES = {"gap_cold": (0.2, 3.0), "rate_work": (0.001, 0.05)}
WISHES: dict[str, Any] = {"heat from cold": "max", "coefficient of performance": "max"}
SIZES: dict[str, Any] = {"points": 3, "samples": 64, "population": 16, "generations": 5, "seed": 3}


def search(store: Path | None, **changed: Any) -> tk.design.Front:
    return tk.design.front(FRIDGE, RANGES, WISHES, **{**SIZES, **changed}, store=store)


def same(one: tk.design.Front, other: tk.design.Front) -> bool:
    names = ("cube", "values", "residual", "cloud", "volumes")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


@pytest.fixture(scope="module")
def undisturbed() -> tk.design.Front:
    """What a search finds that nobody stops and that keeps nothing."""
    return search(None)


@pytest.mark.parametrize("killed_at", ["generation_0000", "generation_0003", "generation_0005", "point_0005"])
def test_a_stopped_search_goes_on_bit_for_bit(
    killed_at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: tk.design.Front
) -> None:
    keep = FrontStore.keep
    kept: list[str] = []

    def dies(store: FrontStore, name: str, found: Any) -> None:
        if name.startswith(killed_at) and not dead:
            dead.append(name)
            (tmp_path / f"{name}.partial").write_text('{"cube": [[0.', encoding="utf-8")
            raise KeyboardInterrupt("killed")
        kept.append(name)
        keep(store, name, found)

    dead: list[str] = []
    monkeypatch.setattr(FrontStore, "keep", dies)
    with pytest.raises(KeyboardInterrupt, match="killed"):
        search(tmp_path)
    resumed = search(tmp_path)
    monkeypatch.undo()
    assert len(kept) == len(set(kept)), "something was calculated twice"
    assert same(resumed, undisturbed)
    assert same(search(tmp_path), resumed)


def test_a_finished_search_calculates_nothing_again_and_can_be_made_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = search(tmp_path)
    calls: list[int] = []
    values = FrontProblem.values
    monkeypatch.setattr(FrontProblem, "values", lambda self, cube: (calls.append(len(cube)), values(self, cube))[1])
    assert same(search(tmp_path), short)
    assert calls == [3]  # the objectives of the machines that are given
    longer = search(tmp_path, generations=7)
    assert calls == [3, 16, 16, 3]
    monkeypatch.undo()
    assert same(longer, search(None, generations=7))


@pytest.mark.slow
def test_kill_9_loses_nothing(tmp_path: Path, undisturbed: tk.design.Front) -> None:
    script = f"""
import thermokin as tk
from pathlib import Path
fridge = tk.Family(tk.library.three_level_refrigerator, {dict(FRIDGE.settled)!r})
tk.design.front(fridge, {RANGES!r}, {WISHES!r}, **{SIZES!r}, store=Path({str(tmp_path)!r}))
"""
    with subprocess.Popen([sys.executable, "-c", script]) as process:
        end = time.monotonic() + 120.0
        while not list(tmp_path.glob("generation_0001.json")) and time.monotonic() < end and process.poll() is None:
            time.sleep(0.002)
        os.kill(process.pid, signal.SIGKILL)
    assert same(search(tmp_path), undisturbed)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"seed": 4}, "its seed was 3, and is 4 now"),
        ({"population": 18}, "its population was 16, and is 18 now"),
        ({"samples": 128}, "its samples was 64, and is 128 now"),
    ],
)
def test_a_store_serves_one_search(changed: dict[str, Any], message: str, tmp_path: Path) -> None:
    search(tmp_path, generations=0)
    with pytest.raises(FileExistsError, match=message):
        search(tmp_path, generations=0, **changed)
    with pytest.raises(FileExistsError, match="its objectives was"):
        tk.design.front(FRIDGE, RANGES, {"heat from cold": "max"}, **SIZES, store=tmp_path)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError, match="holds something that is no search"):
        search(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_full_disk_leaves_what_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: tk.design.Front
) -> None:
    def full(_: int) -> None:
        if (tmp_path / "generation_0001.json").exists():
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("thermokin.design.front_store.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        search(tmp_path)
    monkeypatch.undo()
    assert same(search(tmp_path), undisturbed)
