"""Machines of the library in study files: their own currents by name, models without baths, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import thermokin as tk
from named_machines import NAMED
from thermokin.model.current_words import current_of, unit_of
from thermokin.study.read import read_study

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

OWN = {
    "boundary_driven_chain": "magnetisation",
    "coherent_ring_clock": "ticks",
    "exclusion_process": "entering",
    "ring_clock": "ticks",
    "collective_maser": "power",
    "single_dot": "power",
}


def text_of(name: str, currents: str) -> str:
    return f'[model]\nname = "{name}"\n{NAMED[name][0]}[counting]\ncurrents = ["{currents}"]\norder = 2\n'


def lines_about(text: str, folder: Path) -> tuple[str, ...]:
    (folder / "study.toml").write_text(text, encoding="utf-8")
    with pytest.raises(tk.errors.StudyError, match="study") as refused:
        read_study(folder / "study.toml", "study.toml")
    return refused.value.problems


@pytest.mark.parametrize("name", OWN)
def test_a_current_of_the_models_own_is_counted_by_its_name(name: str, tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(text_of(name, OWN[name]), encoding="utf-8")
    study = read_study(tmp_path / "study.toml").study
    found = study.answer(lambda what, fraction: None).answers["counting"].cumulants[OWN[name]].values
    model = NAMED[name][1]
    own = tk.heat(model) if OWN[name] == "power" else tk.current(model, OWN[name])
    np.testing.assert_array_equal(found, tk.cumulants(model, own).values)
    assert "no bath" in study.summary() or model.baths


def test_power_is_the_heat_of_all_baths_and_an_output_of_response() -> None:
    maser = tk.Family(tk.library.three_level_maser, {"cold": 1.0})
    found = tk.response(maser, {"drive": 0.02, "hot": 6.0}, ["drive"], ["power", "noise of power"])
    model = tk.library.three_level_maser(0.02, 6.0)
    assert float(found.numbers[0]) == pytest.approx(float(tk.figures_of_merit(model).power), rel=1e-10)
    assert unit_of("power") == "energy"
    np.testing.assert_array_equal(current_of(model, "power").weights, tk.heat(model).weights)


def test_ticks_answer_to_the_numbers_of_a_clock() -> None:
    clock = tk.Family(tk.library.ring_clock, {"states": 5, "affinity": 6.0})
    found = tk.response(clock, {"rate": 0.7}, ["rate"], ["ticks"])
    assert float(found.values[0, 0]) == pytest.approx(-np.expm1(-6.0 / 5.0) / 5.0, rel=1e-9)


@pytest.mark.parametrize(
    ("name", "current", "said"),
    [
        ("ring_clock", "ticks from hot", "counting.currents[0]: must count ticks of the whole system"),
        ("ring_clock", "heat from hot", "counting.currents[0]: must come from a bath of the model (none), got"),
        ("single_dot", "ticks", "must not count ticks: no jump of this model counts any"),
        ("single_dot", "power from left", "counting.currents[0]: must count power of the whole system"),
        ("ring_clock", "ticks + power", "counting.currents[0]: must add amounts of one unit"),
    ],
)
def test_a_current_that_is_not_the_models_is_refused(name: str, current: str, said: str, tmp_path: Path) -> None:
    (line,) = lines_about(text_of(name, current), tmp_path)
    assert said in line


def test_a_bath_beside_a_model_without_any_is_refused(tmp_path: Path) -> None:
    text = text_of("ring_clock", "ticks") + '[[baths]]\nname = "hot"\ntemperature = 1.0\nrate = 0.1\n'
    (line,) = lines_about(text, tmp_path)
    assert 'baths: must be left out for model "ring_clock", which has no baths' in line
