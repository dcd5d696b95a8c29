"""The question [design]: what it finds comes as studies that run, and give the same numbers again."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import constants as si
from typer.testing import CliRunner

import thermokin as tk
from thermokin.cli.app import app
from thermokin.files.toml_file import toml_text
from thermokin.study.other_numbers import tables_at
from thermokin.study.read import read_study
from thermokin.study.system import System

for package in ("flint", "pymoo", "moocore"):
    pytest.importorskip(package)
pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

FRONT = """\
[model]
name = "three_level_refrigerator"
gap_cold = 1.0
work = 6.0
hot = 1.5
cold = 1.0

[design]
kind = "front"
points = 2
samples = 32
population = 8
generations = 1

[design.objectives]
"heat from cold" = "max"
"coefficient of performance" = "max"

[design.ranges]
"model.gap_cold" = [0.1, 3.0]
"""
MASER = """\
[model]
name = "three_level_maser"
driven_pair = "lower"
drive = 1.0
hot = 100.0
cold = 1.0
gap_hot = 20.0
rate_hot = 0.01
rate_cold = 1.0

[design]
kind = "falsification"
samples = 64
starts = 1
{claim}

[design.ranges]
"model.drive" = [0.05, 5.0]
"model.hot" = [30.0, 300.0]
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def invoked(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments))


def answers(path: Path) -> Any:
    return read_study(path).study.answer(lambda what, fraction: None).answers


def test_machines_of_a_front_run_and_give_its_numbers(here: Path) -> None:
    (here / "study.toml").write_text(FRONT, encoding="utf-8")
    result = invoked("design", "study.toml", "--store", "kept")
    assert result.exit_code == 0, result.stderr
    assert result.stdout == "out\n"
    assert "machine_00.toml" in (here / "out" / "report.html").read_text(encoding="utf-8")
    front = answers(here / "study.toml")["design"]
    for place in range(len(front)):
        again = answers(here / "out" / f"machine_{place:02d}.toml")
        merits = again["machine"]
        assert float(merits.coefficient_of_performance) == pytest.approx(front.values[place, 1], rel=1e-9)
        assert float(again["counting"].cumulants["heat from cold"].mean) == pytest.approx(
            front.values[place, 0], rel=1e-9
        )
    # What was kept is not searched for again, and another search is not put beside it.
    again = invoked("design", "study.toml", "--store", "kept", "--out", "again")
    assert "2 generations are in kept already" in again.stderr
    assert (here / "again" / "machine_00.toml").read_bytes() == (here / "out" / "machine_00.toml").read_bytes()
    (here / "other.toml").write_text(FRONT.replace("samples = 32", "samples = 64"), encoding="utf-8")
    other = invoked("design", "other.toml", "--store", "kept", "--out", "other")
    assert other.exit_code == 2
    assert "--store 'kept' holds another search: its samples was 32, and is 64 now" in other.stderr


@pytest.mark.parametrize(
    "claim",
    [
        'quantity = "noise of heat from hot * entropy production / heat from hot^2"\nleast = 2.0',
        'bound = "bare thermodynamic"\ncurrent = "heat from hot"',
    ],
)
def test_a_counterexample_runs_and_breaks_the_claim(here: Path, claim: str) -> None:
    (here / "study.toml").write_text(MASER.format(claim=claim), encoding="utf-8")
    result = invoked("run", "study.toml")
    assert result.exit_code == 0, result.stderr
    assert "counterexample" in result.stderr
    page = (here / "out" / "report.html").read_text(encoding="utf-8")
    assert "slack in ball arithmetic" in page
    path = here / "out" / "counterexample.toml"
    counted = answers(path)["counting"].cumulants
    heat, entropy = counted["heat from hot"], counted["entropy_flow"]
    assert float(heat.noise * entropy.mean / heat.mean**2) < 2.0
    assert "design" not in tomllib.loads(path.read_text(encoding="utf-8"))


def test_numbers_go_to_their_places_and_arrays_keep_their_files(here: Path) -> None:
    np.save(here / "h.npy", np.diag([0.0, 1.0]))
    text = """\
[model]
name = "operators"
hamiltonian = "h.npy"
[[baths]]
name = "left"
temperature = 2.0
coupling = [[0.0, 1.0], [1.0, 0.0]]
spectrum = { kind = "ohmic", strength = 0.1, cutoff = 5.0 }
[[baths]]
name = "right"
temperature = 1.0
coupling = [[0.0, 1.0], [1.0, 0.0]]
rate = 0.1
[counting]
currents = ["heat from left"]
"""
    (here / "study.toml").write_text(text, encoding="utf-8")
    system = read_study(here / "study.toml").study.system
    assert isinstance(system, System)
    tables = tables_at(system, {"baths.right.temperature": 0.25, "baths.left.spectrum.cutoff": 7.0})
    assert tables["model"]["hamiltonian"] == "operators/hamiltonian.npy"
    assert tables["baths"][1]["temperature"] == 0.25
    assert tables["baths"][0]["spectrum"]["cutoff"] == 7.0
    (here / "operators").mkdir()
    np.save(here / "operators" / "hamiltonian.npy", np.diag([0.0, 1.0]))
    tables["counting"] = {"currents": ["heat from left"]}
    (here / "other.toml").write_text(toml_text(tables), encoding="utf-8")
    made = read_study(here / "other.toml").study.system.family.at({})
    assert isinstance(made, tk.Model)
    assert float(made.baths[1].temperature) == 0.25


def test_a_store_is_for_fronts(here: Path) -> None:
    (here / "study.toml").write_text(MASER.format(claim='quantity = "power"\nmost = 1.0'), encoding="utf-8")
    refused = invoked("design", "study.toml", "--store", "kept")
    assert refused.exit_code == 2
    assert '--store: is for kind = "front"' in refused.stderr
    planned = invoked("design", "study.toml", "--dry-run")
    assert "at most 20000 models" in planned.stdout
    (here / "front.toml").write_text(FRONT, encoding="utf-8")
    assert "40 models in bulk" in invoked("design", "front.toml", "--dry-run").stdout
    (here / "none.toml").write_text(FRONT.partition("[design]")[0] + "[machine]\n", encoding="utf-8")
    assert "the table [design] must be given" in invoked("design", "none.toml").stderr


LAB = """
[units]
energy = "GHz"
time = "us"
temperature = "mK"
power = "aW"

[model]
name = "three_level_refrigerator"
work = 600.0
hot = 150.0
cold = 100.0

[design]
kind = "front"

[design.objectives]
"heat from cold" = "max"

[design.constraints]
"noise of heat from cold" = [1e-6, 1.0]

[design.ranges]
"model.gap_cold" = [0.2, 6.0]
"model.rate_work" = [1.0, 20.0]
"""


def test_a_search_in_units_of_the_lab_is_that_of_natural_numbers(here: Path) -> None:
    (here / "lab.toml").write_text(LAB, encoding="utf-8")
    study = read_study(here / "lab.toml").study
    table: Any = study.system.sections["design"]
    np.testing.assert_allclose(table.ranges["model.gap_cold"], 2e3 * np.pi * np.array([0.2, 6.0]), rtol=1e-14)
    np.testing.assert_allclose(table.ranges["model.rate_work"], [1.0, 20.0], rtol=1e-14)
    flow = si.hbar * 1e12 / 1e-18
    np.testing.assert_allclose(
        table.constraints["noise of heat from cold"], np.array([1e-6, 1.0]) / flow**2, rtol=1e-13
    )
    assert isinstance(study.system, System)
    tables = tables_at(study.system, {"model.gap_cold": 4e3 * np.pi})
    np.testing.assert_allclose([tables["model"][key] for key in ("gap_cold", "work", "cold")], [2.0, 600.0, 100.0])
    assert "system" not in {key for key, value in tables["units"].items() if value is not None}
    written = LAB.replace('"noise of heat from cold" = [1e-6, 1.0]', '"gap" = [1e-6, 1.0]')
    (here / "gap.toml").write_text(written, encoding="utf-8")
    slowest: Any = read_study(here / "gap.toml").study.system.sections["design"]
    np.testing.assert_allclose(slowest.constraints["gap"], [1e-6, 1.0], rtol=1e-14)
