"""The command `thermokin sweep`: what it says where, and how it goes on."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import xarray as xr
from typer.testing import CliRunner

from thermokin.cli.app import app

pytest.importorskip("zarr")
COMMAND = [sys.executable, "-c", "from thermokin.cli import main; main()"]
STUDY = """\
[model]
name = "three_level_maser"
[sweep]
"model.drive" = { start = 0.002, stop = 0.02, points = 40, spacing = "log" }
"model.hot" = [2.0, 3.0, 4.0]
[counting]
currents = ["heat from hot"]
order = 2
"""
SAID = "study.toml: three_level_maser of 3 levels on cold at 1 and hot at 2, 1 current to order 2, "
SAID += "model.drive at 40 values, model.hot at 3 values\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")


def asked(*words: str) -> tuple[str, str, int]:
    """What the command says on stdout and stderr, and its exit code."""
    result = CliRunner().invoke(app, ["sweep", *words])
    return result.stdout, result.stderr, result.exit_code


def test_a_dry_run_says_points_time_and_memory_and_writes_nothing() -> None:
    out, said, code = asked("study.toml", "--dry-run", "--workers", "2")
    assert (said, code) == (SAID, 0)
    points, lasts, memory, where = out.splitlines()
    assert points == "120 points (40 x 3), many at once, in 1 chunk of up to 120 points"
    assert re.fullmatch(r"about \S+ \w+ of one processor's time, \S+ \w+ with 2 workers", lasts)
    assert re.fullmatch(r"[\d.]+ MB of data, and [\d.]+ MB of memory for each worker's numbers", memory)
    assert where == "would be written to sweep.zarr"
    assert [path.name for path in Path().iterdir()] == ["study.toml"]


def test_a_sweep_prints_its_store_and_the_next_one_finds_it_there() -> None:
    assert asked("study.toml", "--store", "maser.zarr", "--chunk", "30") == ("maser.zarr\n", SAID, 0)
    data = xr.open_zarr("maser.zarr", consolidated=False, chunks=None)
    assert (data["error"].values == 0).all()
    again = asked("study.toml", "--store", "maser.zarr")
    assert again == ("maser.zarr\n", f"{SAID}120 of 120 points are in maser.zarr already\n", 0)
    out, _, _ = asked("study.toml", "--store", "maser.zarr", "--dry-run")
    assert "120 of them are in" in out


def test_parts_of_a_job_array_meet_and_the_last_one_writes_the_report() -> None:
    first = asked("study.toml", "--chunk", "30", "--shard", "2/2", "--out", "report")
    assert first[1:] == (f"{SAID}no report was written: other parts of the sweep are missing\n", 0)
    out, _, code = asked("study.toml", "--shard", "1/2", "--out", "report")
    assert (out, code) == ("report\n", 0)
    page = Path("report/report.html").read_text(encoding="utf-8")
    assert re.search(r"<p>Over drive from \S+ to \S+ \(\d+ values\) and hot temperature from", page)
    assert not re.search(r"(src|href)=\"(https?:)?//", page)
    assert {path.name for path in Path("report").iterdir()} >= {"data.nc", "study.toml", "figures"}
    out, said, code = asked("study.toml", "--out", "report")
    assert (out, code) == ("", 2)
    assert "--force replaces an earlier result" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--shard", "3/2"), r"--shard must read k/n with k from 1 to n, as 2/8, got '3/2'\."),
        (("--workers", "0"), r"`workers` must be a whole number from 1, got 0\."),
        (("--executor", "slurm"), r'--executor must be "serial", "processes" or the address of a dask scheduler, .*'),
        (("--most", "100"), r"the sweep has 120 points \(40 x 3\), more than 100: .* are meant: --most 120\."),
        (("--store", "study.toml"), r"--store .*study\.toml holds something else than a sweep; name another folder\."),
    ],
)
def test_what_cannot_be_is_said_in_one_line(words: tuple[str, ...], said: str) -> None:
    out, heard, code = asked("study.toml", *words)
    assert (out, code) == ("", 2)
    assert re.fullmatch(said, heard.splitlines()[-1]), heard


def test_a_study_without_a_sweep_is_refused() -> None:
    Path("study.toml").write_text(
        STUDY.partition("[sweep]")[0] + 'drive = 0.01\nhot = 2.0\n[counting]\ncurrents = ["activity"]\n',
        encoding="utf-8",
    )
    _, said, code = asked("study.toml")
    assert (said.splitlines()[-1], code) == (
        "study.toml: must have a table [sweep], which names the numbers that vary",
        2,
    )


@pytest.mark.slow
def test_ctrl_c_says_how_to_go_on(tmp_path: Path) -> None:
    Path("study.toml").write_text(STUDY.replace("points = 40", "points = 30000"), encoding="utf-8")
    words = [*COMMAND, "sweep", "study.toml", "--chunk", "300", "--executor", "serial"]
    sweep = subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    limit = time.monotonic() + 120.0
    while not list(Path().glob("sweep.zarr/commits/3/zarr.json")) and time.monotonic() < limit:
        time.sleep(0.01)
    os.kill(sweep.pid, signal.SIGINT)
    out, said = sweep.communicate(timeout=120)
    assert (out, sweep.returncode) == ("", 130)
    done = re.fullmatch(
        r"interrupted; (\d+) of 90000 points are in sweep\.zarr; the same command .*", said.splitlines()[-1]
    )
    assert done is not None
    # One may be whole that nobody has counted yet.
    assert int(done[1]) // 300 in {len(list(Path().glob("sweep.zarr/commits/*/zarr.json"))) - more for more in (0, 1)}
