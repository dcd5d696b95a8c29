"""A study's sweep into a store: the numbers of a run, whoever computes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import thermokin as tk
from thermokin.report.folder import Refuse
from thermokin.study.read import read_study
from thermokin.study.run import run_study
from thermokin.study.stored_sweep import StudyTask, sweep_of_study
from thermokin.sweeps.options import Options

pytest.importorskip("zarr")
MASER = """\
[model]
name = "three_level_maser"
[sweep]
"model.drive" = { start = 0.002, stop = 0.02, points = 5, spacing = "log" }
"model.hot" = [2.0, 3.0, 4.0]
"""
COUNTING = """\
[counting]
currents = ["heat from hot"]
order = 2
"""
BOUNDS = '[bounds]\nnames = ["thermodynamic", "clock", "bare kinetic"]\n'
RESPONSE = '[response]\nparameters = ["model.hot"]\noutputs = ["heat from hot", "gap"]\n'
SPECTRUM = "[spectrum]\nstart = 0.1\nstop = 1.0\npoints = 4\n"
QUENCH = """\
[model]
name = "qubit"
rate = 0.01
[sweep]
"model.gap" = [0.5, 1.0, 2.0]
[quench]
kind = "reciprocal"
cold = 0.5
hot = 2.0
times = { stop = 10.0, points = 3 }
"""


def study(folder: Path, text: str) -> Any:
    """A study read from a file."""
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return read_study(folder / "study.toml")


@pytest.mark.parametrize("text", [MASER + COUNTING + BOUNDS, MASER + COUNTING + SPECTRUM, MASER + RESPONSE, QUENCH])
def test_a_store_holds_what_a_run_finds(tmp_path: Path, text: str) -> None:
    file = study(tmp_path, text)
    run = run_study(file, tmp_path / "out", Refuse(), lambda what, fraction: None).answers["sweep"]
    data = sweep_of_study(file, Options(tmp_path / "store", chunk=4)).run().load()
    assert set(data.data_vars) == {*run.data_vars, "error"}
    for name, column in run.data_vars.items():
        assert data[name].dims == column.dims
        size = float(np.abs(column.values[np.isfinite(column.values)]).max(initial=0.0))
        rounding = 1e-12 if "error" in str(name) else 1e-10 * size
        assert np.allclose(data[name], column, rtol=1e-9, atol=rounding, equal_nan=True), name
        for said in ("units", "theorem", "applies", "shown", "threshold"):
            assert data[name].attrs.get(said) == column.attrs.get(said), (name, said)
    for name in run.coords:
        assert np.allclose(data[name], run[name])
        assert data[name].attrs == run[name].attrs
    assert (data["error"] == 0).all()


def test_arrays_of_a_study_travel_with_it(tmp_path: Path) -> None:
    np.save(tmp_path / "h.npy", np.diag([0.0, 1.2]))
    text = """\
[model]
hamiltonian = "h.npy"
coupling = [[0, 1], [1, 0]]
rate = 0.01
[bath]
statistics = "bose"
temperature = 1.0
[sweep]
"bath.temperature" = [0.5, 1.0]
[counting]
currents = ["activity"]
order = 1
"""
    file = study(tmp_path, text)
    task = StudyTask.of(file)
    (tmp_path / "h.npy").unlink()
    (found,) = [one for one in task.at({"bath.temperature": 0.5}, np.random.SeedSequence(0)) if "activity" in one.name]
    model = file.study.system.family.at({"bath.temperature": 0.5})
    assert np.isclose(found.values, tk.activity(model).mean(tk.steady_state(model)))


def test_another_study_is_refused_by_the_line_that_differs_and_a_title_changes_nothing(tmp_path: Path) -> None:
    sweep_of_study(study(tmp_path, MASER + COUNTING), Options(tmp_path / "store")).run()
    titled = MASER + COUNTING + '[report]\ntitle = "Another title"\n'
    sweep_of_study(study(tmp_path, titled), Options(tmp_path / "store")).run()
    other = MASER.replace('"three_level_maser"', '"three_level_maser"\ncold = 0.9') + COUNTING
    with pytest.raises(tk.errors.SweepError, match=r"its study is cold = 1\.0, and cold = 0\.9 is asked for"):
        sweep_of_study(study(tmp_path, other), Options(tmp_path / "store"))


def test_chunks_of_a_study_draw_their_own_random_numbers(tmp_path: Path) -> None:
    seeds: list[int] = []
    text = MASER + COUNTING + "[bounds]\nseed = 5\n"
    task = StudyTask.of(study(tmp_path, text))
    import thermokin.study.questions.bounds as asked

    evaluate = asked.evaluate
    try:
        asked.evaluate = lambda *given, **named: seeds.append(named["seed"]) or evaluate(*given, **named)
        for chunk in (0, 1, 0):
            task.at({"model.drive": 0.01, "model.hot": 2.0}, np.random.SeedSequence(5, spawn_key=(chunk,)))
    finally:
        asked.evaluate = evaluate
    assert seeds[0] == seeds[2] != seeds[1]
    assert sweep_of_study(study(tmp_path, text), Options()).options.seed == 5


def test_a_study_without_a_sweep_and_a_run_of_too_many_points_are_refused(tmp_path: Path) -> None:
    plain = MASER[: MASER.index("[sweep]")] + "drive = 0.01\nhot = 2.0\n" + COUNTING
    with pytest.raises(
        tk.errors.StudyError, match=r"study\.toml: must have a table \[sweep\], which names the numbers"
    ):
        sweep_of_study(study(tmp_path, plain), Options())
    many = MASER.replace("points = 5", "points = 500000") + COUNTING
    said = (
        r"sweep: must hold at most 1000000 points for a run, got 1500000 \(thermokin sweep keeps them in a store as it"
    )
    with pytest.raises(tk.errors.StudyError, match=said):
        run_study(study(tmp_path, many), tmp_path / "out", Refuse(), lambda what, fraction: None)
