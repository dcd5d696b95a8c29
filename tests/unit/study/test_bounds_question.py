"""The question [bounds] of a study: what it answers, what it refuses, and along a sweep."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import thermokin as tk
from data_files import read_dataset
from thermokin.errors import StudyError
from thermokin.report.folder import Refuse
from thermokin.study.read import read_study
from thermokin.study.run import run_study
from thermokin.views.labelled import Labelled, LabelledView

MASER = """
[model]
name = "three_level_maser"
drive = 0.02
hot = 40.0
rate_hot = 0.0001

"""
ASKED = MASER + '[bounds]\ncurrents = ["heat from hot"]\n'


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_study_answers_what_python_does(tmp_path: Path) -> None:
    run_study(read_study(written(tmp_path, ASKED)), tmp_path / "out", Refuse(), lambda what, share: None)
    data = read_dataset(tmp_path / "out" / "data.nc")
    model = tk.library.three_level_maser(drive=0.02, hot=40.0, rate_hot=0.0001)
    found = tk.bounds.evaluate(model, tk.heat(model, "hot"))
    assert [str(name) for name in data["bound"].values] == [bound.name for bound in found]
    for place, bound in enumerate(found):
        assert data["bound_ratio_heat_from_hot"].values[place] == pytest.approx(float(bound.ratio), rel=1e-12)
        assert bool(data["bound_applies_heat_from_hot"].values[place]) == bound.applies
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Bounds on the noise" in page
    assert "no: populations obey a rate equation" in page


def test_some_bounds_are_swept(tmp_path: Path) -> None:
    names = '["kinetic", "bare thermodynamic"]'
    sweep = '[sweep]\n"model.drive" = [0.01, 0.02, 0.04]\n'
    text = ASKED.replace("drive = 0.02\n", "") + f"names = {names}\n" + sweep
    run_study(read_study(written(tmp_path, text)), tmp_path / "out", Refuse(), lambda what, share: None)
    data = read_dataset(tmp_path / "out" / "data.nc")
    drive = np.array([0.01, 0.02, 0.04])
    model = tk.library.three_level_maser(drive=drive, hot=40.0, rate_hot=0.0001)
    found = tk.bounds.evaluate(model, tk.heat(model, "hot"))
    ratios = {name: data[name].values for name in data.data_vars if str(name).startswith("ratio")}
    assert len(ratios) == 2
    np.testing.assert_allclose(ratios["ratio kinetic heat from hot"], found["kinetic"].ratio, rtol=1e-9)
    for bound in found["kinetic"], found["bare thermodynamic"]:
        assert bound.cost is not None
        assert bound.response is not None
        parts = {"value": bound.value, "limit": bound.limit, "cost": bound.cost.values}
        parts |= {"response": bound.response.values, "applies": np.broadcast_to(bound.applies, 3)}
        for key, numbers in parts.items():
            np.testing.assert_allclose(data[f"{key} {bound.name} heat from hot"], numbers, rtol=1e-9, err_msg=key)
        np.testing.assert_allclose(data[f"error {bound.name} heat from hot"], bound.error, rtol=1e-6)
    units = [data[f"{key} kinetic heat from hot"].attrs["units"] for key in ("value", "limit", "error", "cost")]
    assert units == ["energy^2/time", "energy^2/time", "energy^2/time", "1/time"]
    assert data["response kinetic heat from hot"].attrs["units"] == "energy/time"
    shown, view = Labelled(data), LabelledView()
    told = [line.partition(":")[0] for line in view.findings(shown) if line.endswith(", no theorem here")]
    assert told == ["ratio bare thermodynamic heat from hot"]
    drawn = {name for name in view.figures(shown) if "kinetic" in name or "bare" in name}
    assert drawn == {"ratio_kinetic_heat_from_hot", "ratio_bare_thermodynamic_heat_from_hot"}
    for name, dashed in (("ratio_kinetic_heat_from_hot", False), ("ratio_bare_thermodynamic_heat_from_hot", True)):
        drawing, _ = view.figures(shown)[name]()
        line, one = drawing.axes[0].get_lines()
        assert (line.get_linestyle() == "--") is dashed
        np.testing.assert_array_equal(one.get_ydata(), 1.0)
        drawing.canvas.draw()
        label, whole = drawing.axes[0].yaxis.label.get_window_extent(), drawing.bbox
        assert whole.y0 <= label.y0 < label.y1 <= whole.y1


@pytest.mark.parametrize(("other", "marked"), [("", "dashed"), ('"model.hot" = [20.0, 40.0]\n', "hatched")])
def test_where_a_swept_bound_is_no_theorem_is_marked(tmp_path: Path, other: str, marked: str) -> None:
    # Without a drive populations obey a rate equation: there alone the clock bound is a theorem.
    asked = '[bounds]\ncurrents = ["activity"]\nnames = ["clock"]\n[sweep]\n"model.drive" = [0.0, 0.02, 0.04]\n'
    text = MASER.replace("drive = 0.02\n", "").replace("hot = 40.0\n", "" if other else "hot = 40.0\n")
    run_study(read_study(written(tmp_path, text + asked + other)), tmp_path / "out", Refuse(), lambda what, share: None)
    data = read_dataset(tmp_path / "out" / "data.nc")
    applies = data["applies clock activity"]
    assert (applies.isel({"model.drive": 0}) == 1.0).all()
    assert (applies.isel({"model.drive": slice(1, None)}) == 0.0).all()
    shown, view = Labelled(data), LabelledView()
    assert [line.endswith("no theorem at some points") for line in view.findings(shown) if "clock" in line] == [True]
    drawing, caption = view.figures(shown)["ratio_clock_activity"]()
    assert caption.endswith(f"It is no theorem where {marked}.")
    if marked == "dashed":
        assert [line.get_linestyle() for line in drawing.axes[0].get_lines()] == ["--", "-", "-"]
    else:
        assert ["///"] in [getattr(one, "hatches", None) for one in drawing.axes[0].collections]


def test_a_bound_that_is_none_is_refused_with_its_nearest(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match='did you mean "kinetic"'):
        read_study(written(tmp_path, ASKED + 'names = ["kinetik"]\n'))


DEPHASED = """
[model]
hamiltonian = [[0.0, 0.5], [0.5, 0.0]]

[[channels]]
jump = [[0, 1], [0, 0]]
rate = 1.0

[[channels]]
jump = [[1, 0], [0, -1]]
rate = 0.3

[bounds]
currents = ["activity"]
"""
RECORD = 'names = ["record, kinetic", "record, optimal scores"]\n'


def test_the_bounds_of_the_record_are_sampled_where_a_study_wishes_for_it(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    wished = DEPHASED + RECORD + "trajectories = 300\nseed = 5\n"
    study = read_study(written(tmp_path, wished))
    assert "2 bounds at rest, 300 trajectories where jumps do not reset" in study.study.summary()
    run_study(study, tmp_path / "out", Refuse(), lambda what, share: told.append((what, share)))
    assert sum(what == "trajectories" for what, _ in told) > 10
    assert [share for _, share in told] == sorted(share for _, share in told)
    data = read_dataset(tmp_path / "out" / "data.nc")
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    channels = [tk.Channel(lower, None), tk.Channel(np.sqrt(0.3) * np.diag([1.0, -1.0]), None)]
    model = tk.Model(0.5 * (lower + lower.T), channels)
    names = ["record, kinetic", "record, optimal scores"]
    found = tk.bounds.evaluate(model, tk.activity(model), theorems=names, trajectories=300, seed=5)
    for place, bound in enumerate(found):
        assert data["bound_limit_activity"].values[place] == pytest.approx(float(bound.limit), rel=1e-9)
        assert data["bound_error_activity"].values[place] == pytest.approx(float(bound.error), rel=1e-6)
    assert "yes; limit known to" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_a_record_that_is_not_known_says_what_would_make_it_so(tmp_path: Path) -> None:
    run_study(read_study(written(tmp_path, DEPHASED + RECORD)), tmp_path / "out", Refuse(), lambda what, share: None)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "no: every jump resets the system to one of few states, or `trajectories` are asked for" in page
    for wish in ("trajectories = 1\n" + RECORD, "trajectories = 2.5\n" + RECORD, "seed = -1\n" + RECORD):
        with pytest.raises(StudyError, match="bounds"):
            read_study(written(tmp_path, DEPHASED + wish))
    with pytest.raises(StudyError, match="is for the bounds of the record; leave it out, or name some of them"):
        read_study(written(tmp_path, DEPHASED + 'trajectories = 100\nnames = ["kinetic"]\n'))


WARM = """
[model]
hamiltonian = [[0.0, 0.3], [0.3, 0.0]]
energy_operator = [[0.0, 0.0], [0.0, 1.0]]

[[baths]]
name = "warm"
rate = 0.4
coupling = [[0, 1], [1, 0]]

[[channels]]
jump = [[1, 0], [0, -1]]
rate = 0.3

[bounds]
currents = ["heat from warm"]
names = ["record, thermo-kinetic", "kinetic"]
trajectories = 100

[sweep]
"baths.warm.temperature" = [0.5, 1.0, 3.0]
"""


def test_sampled_bounds_are_swept_with_their_errors(tmp_path: Path) -> None:
    run_study(read_study(written(tmp_path, WARM)), tmp_path / "out", Refuse(), lambda what, share: None)
    data = read_dataset(tmp_path / "out" / "data.nc")
    ratio, error = (
        data[f"{what} record, thermo-kinetic heat from warm"].values for what in ("ratio", "error of ratio")
    )
    assert ratio.shape == error.shape == (3,)
    assert (ratio + error >= 1.0).all()
    assert ((error > 1e-5 * ratio) & (error < 0.2 * ratio)).all()
    assert "error of ratio kinetic heat from warm" not in data
    np.testing.assert_allclose(
        error,
        ratio
        * data["error record, thermo-kinetic heat from warm"]
        / data["limit record, thermo-kinetic heat from warm"],
        rtol=1e-9,
    )
