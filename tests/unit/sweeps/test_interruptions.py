"""Sweeps that are killed, interrupted, or run out of disk or of workers: nothing finished is lost or computed again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import swept_machines
import thermokin as tk

pytest.importorskip("zarr")
SCRIPT = str(Path(swept_machines.__file__))
POINTS, CHUNK = 300, 20  # 600 points in chunks of 10 x 2
CHUNKS = 30
pytestmark = pytest.mark.slow


def begin(store: Path, executor: str, log: Path, wait: float = 0.05) -> subprocess.Popen[str]:
    """A sweep in a process group of its own."""
    environment = {**os.environ, "SWEPT_LOG": str(log), "SWEPT_WAIT": str(wait)}
    environment |= {"PYTHONPATH": os.pathsep.join([*sys.path, os.environ.get("PYTHONPATH", "")])}
    return subprocess.Popen(
        [sys.executable, SCRIPT, str(store), executor, str(POINTS), str(CHUNK)],
        env=environment,
        start_new_session=True,
        stderr=subprocess.PIPE,
        text=True,
    )


def markers(store: Path) -> set[int]:
    """The chunks that are whole."""
    return {int(one.parent.name) for one in store.glob("commits/*/zarr.json")}


def contents(store: Path) -> dict[str, bytes]:
    """All files of a store."""
    found = (path for path in store.rglob("*") if path.is_file() and path.suffix != ".partial")
    return {path.relative_to(store).as_posix(): path.read_bytes() for path in found}


def wait_for(store: Path, more: int, sweep: subprocess.Popen[str]) -> None:
    """Wait until some more chunks are whole."""
    begin, limit = len(markers(store)), time.monotonic() + 120.0
    while len(markers(store)) < begin + more and sweep.poll() is None and time.monotonic() < limit:
        time.sleep(0.005)


def computed(log: Path) -> list[float]:
    """The first point of every chunk that was begun, in order."""
    if not log.exists():
        return []
    return [float(line.split()[0].removeprefix("np.float64(").rstrip(")")) for line in log.read_text().splitlines()]


def first_of(number: int) -> float:
    """The first point of a chunk, as the log has it."""
    return float(np.geomspace(0.01, 0.5, POINTS)[number * CHUNK // 2])


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A store that nobody has disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    swept_machines.main(str(folder / "store"), "serial", POINTS, CHUNK)
    return contents(folder / "store")


def test_a_sweep_killed_three_times_ends_as_an_undisturbed_one_and_computes_no_finished_chunk_again(
    tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    store, log, random = tmp_path / "store", tmp_path / "log", np.random.default_rng(5)
    first = np.geomspace(0.01, 0.5, POINTS)[:: CHUNK // 2]
    finished: set[int] = set()
    for _ in range(3):
        before = len(computed(log))
        sweep = begin(store, "serial", log)
        wait_for(store, 3, sweep)
        time.sleep(float(random.uniform(0.0, 0.1)))
        os.killpg(sweep.pid, signal.SIGKILL)
        sweep.communicate()
        anew = computed(log)[before:]
        assert anew, "the sweep went on"
        assert not {int(np.argmin(np.abs(first - one))) for one in anew} & finished
        finished = markers(store)
        assert 0 < len(finished) < CHUNKS
    last = begin(store, "serial", log, wait=0.0)
    _, said = last.communicate(timeout=300)
    assert last.returncode == 0, said
    assert contents(store) == undisturbed
    times = Counter(computed(log))
    assert sum(times.values()) - len(times) <= 3, "what was at work at one of the kills is all that was begun twice"
    assert len(times) == CHUNKS


def test_processes_that_are_killed_or_stopped_or_lose_one_of_them_go_on_all_the_same(
    tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    store, log = tmp_path / "store", tmp_path / "log"

    killed = begin(store, "processes", log)
    wait_for(store, 3, killed)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    lost = set(computed(log)) - {first_of(number) for number in markers(store)}
    assert len(lost) <= 2, "what each of two workers was at"

    stopped = begin(store, "processes", log)
    wait_for(store, 3, stopped)
    os.killpg(stopped.pid, signal.SIGINT)
    _, said = stopped.communicate(timeout=120)
    assert stopped.returncode != 0
    assert f"points are in {store}; asked for again, the sweep goes on from there." in said
    # The workers, whom the signal reaches too, finish what they are at.
    assert len(computed(log)) - len(markers(store)) <= len(lost)

    bereft = begin(store, "processes", log, wait=0.3)
    wait_for(store, 3, bereft)
    asked = ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(bereft.pid)]
    found = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    worker = next(int(line.split()[0]) for line in found.splitlines() if "tracker" not in line)
    os.kill(worker, signal.SIGKILL)
    _, said = bereft.communicate(timeout=120)
    assert bereft.returncode == 1
    assert said.splitlines()[-1].startswith("thermokin._errors.SweepError: the workers of the sweep are gone (")
    assert "of 600 points are in" in said.splitlines()[-1]
    assert 9 <= len(markers(store)) < CHUNKS

    last = begin(store, "processes", log, wait=0.0)
    _, said = last.communicate(timeout=300)
    assert last.returncode == 0, said
    assert contents(store) == undisturbed
    times = Counter(computed(log))
    assert sum(times.values()) - len(times) <= 4, "what two workers were at, twice"
    assert len(times) == CHUNKS


def test_a_full_disk_is_one_line_and_the_same_call_goes_on_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: dict[str, bytes]
) -> None:
    from thermokin.sweeps.store import Store

    write, written = Store.write, []

    def full(self: Store, number: int, *rest: Any) -> None:
        if len(written) == 4:
            raise OSError(28, "No space left on device")
        write(self, number, *rest)
        written.append(number)

    monkeypatch.setattr(Store, "write", full)
    store = tmp_path / "store"
    with pytest.raises(
        tk.errors.SweepError, match=r"^the disk is full\. 80 of 600 points are in .*store; asked for ag"
    ):
        swept_machines.main(str(store), "serial", POINTS, CHUNK)
    assert markers(store) == {0, 1, 2, 3}
    monkeypatch.undo()
    swept_machines.main(str(store), "serial", POINTS, CHUNK)
    assert contents(store) == undisturbed
