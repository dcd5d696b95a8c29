"""The question [machine] of a study: what it answers, what it refuses, and along a sweep."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import thermokin as tk
from data_files import read_dataset
from thermokin.errors import StudyError
from thermokin.machines.mode import MODES
from thermokin.report.folder import Refuse
from thermokin.report.style import figure
from thermokin.study.question import in_doubt
from thermokin.study.read import read_study
from thermokin.study.run import run_study
from thermokin.views.efficiency_power import draw_against
from thermokin.views.labelled import Labelled, LabelledView
from thermokin.views.machine_columns import mode_words

MASER = """
[model]
name = "three_level_maser"
drive = 0.02
hot = 6.0
rate_hot = 0.01
rate_cold = 0.02

[machine]
"""
BY_HOT = MASER.replace("hot = 6.0\n", "") + '[sweep]\n"model.hot" = {start = 0.5, stop = 6.0, points = 23}\n'
BY_GAP = MASER + 'curves = "model.gap_hot"\n[sweep]\n"model.gap_hot" = {start = 1.4, stop = 9.4, points = 9}\n'
PLANE = BY_GAP + '"model.drive" = [0.005, 0.01, 0.02]\n'


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


def answered(tmp_path: Path, text: str) -> Labelled:
    result = read_study(written(tmp_path, text)).study.answer(lambda what, share: None)
    return Labelled(result.answers["sweep"])


def maser(**numbers: object) -> tk.Model:
    return tk.library.three_level_maser(**{"drive": 0.02, "hot": 6.0, "rate_hot": 0.01, "rate_cold": 0.02, **numbers})


def test_a_study_answers_what_python_does(tmp_path: Path) -> None:
    run_study(read_study(written(tmp_path, MASER)), tmp_path / "out", Refuse(), lambda what, share: None)
    data = read_dataset(tmp_path / "out" / "data.nc")
    found = tk.figures_of_merit(maser())
    for name in ("power", "efficiency", "share_of_carnot", "entropy_production", "noise", "uncertainty_product"):
        assert float(data[name]) == pytest.approx(float(getattr(found, name)), rel=1e-10), name
    assert data["heats"].values == pytest.approx(found.heats, rel=1e-10)
    assert str(data["does"].values) == "engine"
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.index("An engine: delivers 2.08×10⁻³ energy/time") < page.index("<svg")


def test_along_a_sweep_every_figure_of_merit_has_its_column(tmp_path: Path) -> None:
    data = answered(tmp_path, BY_HOT).data
    found = tk.figures_of_merit(maser(hot=np.linspace(0.5, 6.0, 23)))
    assert mode_words(data["does"]).tolist() == found.does.tolist()
    assert set(found.does) == {"accelerator", "heater", "refrigerator", "nothing", "engine"}
    for name in ("power", "efficiency", "coefficient_of_performance", "share_of_carnot", "useful_current", "noise"):
        np.testing.assert_allclose(data[name], getattr(found, name), rtol=1e-9, atol=1e-17, err_msg=name)
    np.testing.assert_allclose(data["heat from hot"], found.heats[:, 1], rtol=1e-9, atol=1e-17)
    np.testing.assert_allclose(data["carnot"], found.carnot, rtol=1e-12)
    assert data["noise"].attrs["units"] == "energy^2/time"
    told = LabelledView().findings(Labelled(data))
    assert told[0] == "does: engine at 14, refrigerator at 5, accelerator at 2, heater at 1, nothing at 1"


def test_stretches_of_a_line_are_coloured_and_named(tmp_path: Path) -> None:
    shown = answered(tmp_path, BY_HOT)
    figures = LabelledView().figures(shown)
    assert "does" not in figures
    drawing, caption = figures["power"]()
    (key,) = (one for one in drawing.axes[0].artists if one.get_label() != "_")
    assert [text.get_text() for text in key.get_texts()] == [
        "engine",
        "refrigerator",
        "accelerator",
        "heater",
        "nothing",
    ]
    assert "the colours are what the machine does" in caption
    drawing.draw_without_rendering()
    assert key.get_window_extent().y1 <= drawing.bbox.y1


def test_regions_of_a_plane_are_coloured_and_named(tmp_path: Path) -> None:
    shown = answered(tmp_path, PLANE)
    figures = LabelledView().figures(shown)
    drawing, caption = figures["does"]()
    (key,) = drawing.axes[0].artists
    assert [text.get_text() for text in key.get_texts()] == ["engine", "refrigerator"]
    assert caption.startswith("What the machine does over model.gap_hot and model.drive")
    drawing, _ = figures["power"]()
    assert {text.get_text() for text in drawing.axes[0].texts} == {"engine", "refrigerator"}


def test_efficiency_is_drawn_against_power_with_both_limits(tmp_path: Path) -> None:
    shown = answered(tmp_path, PLANE)
    assert "efficiency_against_power" in LabelledView().figures(shown)
    drawing, axes = figure()
    ax = axes[0, 0]
    draw_against(ax, shown.data, "efficiency")
    curves = [line for line in ax.get_lines() if str(line.get_label()).startswith("model.drive")]
    assert len(curves) == 3
    gaps = np.linspace(1.4, 9.4, 9)
    found = tk.figures_of_merit(maser(gap_hot=gaps[:, None], drive=np.array([0.005, 0.01, 0.02])))
    np.testing.assert_allclose(curves[1].get_xdata(), found.efficiency[:, 1], rtol=1e-12)
    engine = found.does[:, 1] == "engine"
    np.testing.assert_allclose(np.asarray(curves[1].get_ydata())[engine], found.power[engine, 1], rtol=1e-9)
    limits = [float(np.asarray(line.get_xdata())[0]) for line in ax.get_lines() if line not in curves]
    assert limits == pytest.approx([1.0 - 1.0 / 6.0, 1.0 - np.sqrt(1.0 / 6.0)], rel=1e-12)
    assert [text.get_text() for text in ax.texts] == ["Carnot", "Curzon-Ahlborn"]
    drawing.draw_without_rendering()


def test_where_temperatures_vary_efficiencies_are_shares_of_carnot(tmp_path: Path) -> None:
    shown = answered(tmp_path, BY_HOT)
    _, axes = figure()
    draw_against(axes[0, 0], shown.data, "efficiency")
    assert axes[0, 0].get_xlabel() == "efficiency over Carnot's"
    assert [text.get_text() for text in axes[0, 0].texts] == ["Carnot"]


def test_noise_is_left_out_where_it_is_not_wanted(tmp_path: Path) -> None:
    data = answered(tmp_path, BY_GAP.replace("curves", "noise = false\ncurves")).data
    assert not {"noise", "useful_current", "uncertainty_product"} & set(data.data_vars)
    assert {"power", "efficiency", "does"} <= set(data.data_vars)


def test_beside_counting_the_machine_is_drawn_once(tmp_path: Path) -> None:
    text = MASER + '[counting]\ncurrents = ["heat from hot"]\n'
    result = read_study(written(tmp_path, text)).study.answer(lambda what, share: None)
    assert [name.rpartition("/")[2] for name in result.figures] == ["machine"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (MASER + "noise = 1\n", "machine.noise: must be true or false, got 1"),
        (MASER + 'curves = "model.hot"\n', "machine.curves: is for a table [sweep], and there is none"),
        (
            BY_GAP.replace('curves = "model.gap_hot"', 'curves = "model.gap_ht"'),
            'machine.curves: must be one of the numbers of [sweep], "model.gap_hot", got "model.gap_ht" (did you mean '
            '"model.gap_hot"?)',
        ),
        (MASER + "speed = 1\n", "machine.speed"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, text: str, line: str) -> None:
    with pytest.raises(StudyError, match=re.escape(line)):
        read_study(written(tmp_path, text))


def test_a_system_without_baths_is_no_machine(tmp_path: Path) -> None:
    text = """
[model]
hamiltonian = [[0.0, 0.0], [0.0, 1.0]]
[[channels]]
jump = [[0.0, 1.0], [0.0, 0.0]]
rate = 0.1
[[channels]]
jump = [[0.0, 0.0], [1.0, 0.0]]
rate = 0.05
[machine]
"""
    with pytest.raises(StudyError, match="machine: must be asked of a system with baths"):
        read_study(written(tmp_path, text))


def test_the_words_of_modes_come_back_from_their_numbers(tmp_path: Path) -> None:
    data = answered(tmp_path, BY_HOT).data
    assert str(data["does"].attrs["flag_meanings"]).replace("_", " ").split() == " ".join(MODES).split()


@pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
def test_rates_are_to_be_lowered_only_where_they_are_what_is_too_large() -> None:
    driven = in_doubt(maser(drive=0.5, gap_hot=2.0, rate_hot=1e-3, rate_cold=1e-3), "", "rates")
    assert [line.split("below 10")[1] for line in driven] == ["; lower the drive"]
    (fast,) = in_doubt(tk.library.qubit(1.0, 0.5, 1.0), "", "rates")
    assert " (lower the rates)" in fast
