"""The report of a swept study: what happened comes first, and each question has one figure."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from thermokin._typing import FloatArray
from thermokin.model.parameter import Parameter
from thermokin.report.blocks import FigureBlock, Heading, Paragraph, Table
from thermokin.report.style import figure
from thermokin.study.read import read_study
from thermokin.views.axis_words import axis_title, axis_words
from thermokin.views.line_panels import line_panels
from thermokin.views.map_panels import map_panels
from thermokin.views.swept import SweptNumbers, SweptView
from thermokin.views.swept_words import course_of, modes_along

X = np.linspace(0.0, 4.0, 41)


def along(values: FloatArray, **said: object) -> xr.Dataset:
    axis = ("drive", X, {"units": "energy", "short": "drive"})
    return xr.Dataset({"power": ("drive", values, {"units": "energy/time", **said})}, coords={"drive": axis})


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (X + 1.0, "rises from 1 to 5 energy/time"),
        (-X, "falls from 0 to −4 energy/time"),
        (X - 1.0, "rises from −1 to 3 energy/time and changes sign at drive 1"),
        (1.0 - (X - 3.0) ** 2 / 9.0, "is largest, 1 energy/time, at drive 3"),
        (2.0 + (X - 1.0) ** 2, "is least, 2 energy/time, at drive 1"),
        (np.where(X < 1.0, np.nan, X), "rises from 1 to 4 energy/time"),
        (np.full(41, 0.3) + 1e-14 * X, "is 0.3 energy/time throughout"),
        (np.full(41, np.inf), "is infinite throughout"),
    ],
)
def test_what_happens_along_an_axis_is_said(values: FloatArray, said: str) -> None:
    data = along(values)
    assert course_of(data, data["power"]).said == said


def test_the_zero_of_a_grid_is_called_zero() -> None:
    grid = np.linspace(-1.4, 0.6, 41)
    assert 0.0 < np.abs(grid).min() < 1e-15
    data = xr.Dataset({"power": ("gate", 2.0 - grid**2)}, coords={"gate": ("gate", grid, {"short": "gate"})})
    assert course_of(data, data["power"]).said == "is largest, 2, at gate 0"


def test_the_order_of_the_values_does_not_matter() -> None:
    data = along(X**2).isel(drive=np.random.default_rng(1).permutation(41))
    assert course_of(data, data["power"]).said == "rises from 0 to 16 energy/time"


def test_what_a_machine_does_is_told_stretch_by_stretch() -> None:
    words = np.array(["engine"] * 20 + ["nothing"] + ["heater"] * 20)
    said = modes_along(words, along(X), "drive")
    assert said == "the machine is an engine up to drive 1.9, nothing at 2, a heater beyond"
    assert modes_along(words[:1].repeat(41), along(X), "drive") == "the machine is an engine throughout"


@pytest.mark.parametrize(
    ("name", "words", "short", "title"),
    [
        ("model.potential_right", "", "right chemical potential", r"right chemical potential $\mu_\mathrm{r}$"),
        ("model.coupling", "the exchange energy g", "coupling", "coupling $g$"),
        ("model.hot", 'temperature of the bath "hot"', "hot temperature", r"hot temperature $T_\mathrm{h}$"),
        ("baths.hot.temperature", "", "hot temperature", r"hot temperature $T_\mathrm{h}$"),
        ("leads.cold.chemical_potential", "", "cold chemical potential", r"cold chemical potential $\mu_\mathrm{c}$"),
        ("model.contrast", "", "contrast", "contrast"),
    ],
)
def test_an_axis_has_a_short_word_and_a_symbol(name: str, words: str, short: str, title: str) -> None:
    said = axis_words(name, Parameter("energy", words=words))
    assert said["short"] == short
    assert axis_title(name, said) == title


def test_lines_of_one_unit_and_like_size_share_a_panel() -> None:
    data = along(X).assign(
        {
            "heat from hot": ("drive", 2.0 * X, {"units": "energy/time"}),
            "small": ("drive", 1e-3 * X, {"units": "energy/time"}),
            "efficiency": ("drive", 0.1 * X, {"units": "1"}),
            "again": ("drive", X, {"units": "energy/time"}),
            "steady": ("drive", np.ones(41), {"units": "energy/time"}),
        }
    )
    panels = line_panels(data, [str(name) for name in data.data_vars], "drive")
    assert [panel.names for panel in panels] == [("power", "heat from hot"), ("small",), ("efficiency",)]
    assert panels[0].title == "power and heat [energy/time]"


def test_a_line_breaks_where_the_machine_does_another_thing() -> None:
    data = along(X, modes="does", of_regime="yes")
    does = ("drive", np.where(X < 2.0, 0.0, 1.0), {"flag_meanings": "engine refrigerator"})
    data = data.assign({"does": does})
    _, axes = figure()
    line_panels(data, ["power"], "drive")[0].draw(axes[0, 0])
    drawn = np.asarray(axes[0, 0].get_lines()[0].get_ydata(), dtype=float)
    assert np.isnan(drawn).sum() == 1
    assert np.isnan(drawn[20])  # between the last engine, at 1.9, and the first refrigerator


def test_the_names_of_bounds_cover_no_curve_in_a_narrow_panel_either() -> None:
    data = xr.Dataset(coords={"drive": ("drive", X)})
    for number, name in enumerate(("thermodynamic", "kinetic", "thermo-kinetic")):
        said = {
            "long_name": f"value over limit of the bound '{name}' on heat from hot",
            "theorem": "",
            "threshold": 1.0,
        }
        data[name] = ("drive", 1.0 + number + X, said)
    (panel,) = line_panels(data, [str(name) for name in data.data_vars], "drive")
    drawn, axes = figure(1, 3, width=170.0, height=50.0)
    assert panel.brief is not None
    panel.brief(axes[0, 0])
    drawn.draw_without_rendering()
    assert axes[0, 0].get_legend().get_window_extent().y1 < axes[0, 0].get_window_extent().y0


def test_a_map_that_says_nothing_is_left_out() -> None:
    grid = xr.Dataset(
        {"power": (("a", "b"), np.outer(X, X), {"units": "1"}), "flat": (("a", "b"), np.ones((41, 41)))},
        coords={"a": X, "b": X},
    )
    assert [panel.names for panel in map_panels(grid, ["power", "flat"], ("a", "b"))] == [("power",)]


STUDY = """
[model]
name = "three_level_maser"
hot = 6.0
drive = 0.02

[sweep]
"model.gap_hot" = { start = 2.0, stop = 7.0, points = 11 }

[machine]

[counting]
currents = ["heat from hot"]
order = 2

[bounds]
currents = ["heat from hot"]
"""


def test_a_report_says_what_happened_before_anything_else(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    whole = read_study(tmp_path / "study.toml", "study.toml").study.answer(lambda what, fraction: None)
    names = list(whole.figures)
    assert names[:4] == ["overview", "machine", "counting", "bounds"]
    assert len(names) <= 6
    result = SweptNumbers(whole.answers["sweep"])
    blocks = SweptView().blocks(result, dict.fromkeys(names, ("<svg/>", "caption")))
    said, overview = blocks[:2]
    assert isinstance(said, Paragraph)
    assert said.text.startswith("Over hot gap from 2 to 7 (11 values), the machine is an engine up to hot gap 5.5, ")
    assert "the bound that comes closest is" in said.text.lower()
    assert isinstance(overview, FigureBlock)
    heads = [block.text for block in blocks if isinstance(block, Heading)]
    assert heads == ["What the machine does", "Cumulants", "Bounds", "Point by point"]
    courses = next(block for block in blocks if isinstance(block, Table))
    assert courses.columns[3] == "at hot gap"
    data = whole.answers["sweep"]
    row = next(row for row in courses.rows if row[0] == "power")
    assert row[4] == pytest.approx(float(data["power"].max()))


def test_a_single_point_is_told_and_three_axes_are_drawn_at_one_value_of_the_shortest(tmp_path: Path) -> None:
    for sweep, said in (
        ('"model.gap_hot" = [3.0]', "At hot gap 3, mean of heat from hot is "),
        (
            '"model.gap_hot" = [2.0, 3.0, 4.0]\n"model.cold" = [1.0, 1.5]\n"model.hot" = [5.0, 6.0, 7.0]',
            "Over hot gap from",
        ),
    ):
        text = STUDY.partition("[sweep]")[0] + f"[sweep]\n{sweep}\n"
        path = tmp_path / "study.toml"
        path.write_text(text + '[counting]\ncurrents = ["heat from hot"]\norder = 2\n', encoding="utf-8")
        whole = read_study(path, "study.toml").study.answer(lambda what, fraction: None)
        result = SweptNumbers(whole.answers["sweep"])
        words = SweptView().blocks(result, {})[0]
        assert isinstance(words, Paragraph)
        assert words.text.startswith(said)
    _, caption = whole.figures["counting"]()
    assert caption == "Cumulants over the sweep, at cold temperature 1.5."
