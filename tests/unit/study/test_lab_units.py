"""Studies in units of the lab: every kind of question, against the same study in natural numbers."""

from __future__ import annotations

import re
import tempfile
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from lab_studies import LAB_STUDIES, SIZES, UNITS, natural, written
from thermokin.errors import StudyError
from thermokin.study.model_table import Channel
from thermokin.study.natural_numbers import key_dimension
from thermokin.study.read import check_study, read_study
from thermokin.study.run import study_text
from thermokin.study.units_table import UnitsTable, asked_for, natural_note
from thermokin.views.answer import Whole


@cache
def answered(text: str) -> Whole:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "study.toml"
        path.write_text(text, encoding="utf-8")
        return read_study(path).study.answer(lambda what, fraction: None)


def by_hand(label: str) -> float:
    """What a number in a unit is multiplied by, read off the label alone."""
    above, _, below = label.partition("/")
    factor = 1.0
    for sign, part in ((1, above), (-1, below)):
        for name, power in re.findall(r"(aW|GHz|mK)(?:\^([0-9]))?", part):
            factor *= SIZES[name] ** (-sign * int(power or 1))
    return factor


def plain_unit(variable: xr.DataArray) -> bool:
    return "_unit" not in str(variable.attrs.get("units", "")) and "order" not in str(variable.attrs.get("units", ""))


@pytest.fixture(params=LAB_STUDIES)
def both(request: Any) -> tuple[Whole, Whole]:
    template = LAB_STUDIES[request.param]
    return answered(written(template)), answered(natural(template))


@pytest.mark.slow
def test_every_number_is_that_of_the_natural_study_in_its_unit(both: tuple[Whole, Whole]) -> None:
    lab, plain = (one.dataset() for one in both)
    assert set(lab.variables) == set(plain.variables)
    compared = 0
    for name in plain.variables:
        one, other = lab[name], plain[name]
        if one.dtype.kind != "f" or not plain_unit(other):
            continue
        factor = by_hand(str(one.attrs.get("units", "1")))
        expected = other.values * factor
        size = np.abs(expected[np.isfinite(expected)]).max(initial=0.0)
        if not re.search("error|defect|residual|mismatch|condition|verdict", str(name)):
            np.testing.assert_allclose(one.values, expected, rtol=1e-6, atol=1e-7 * size, err_msg=str(name))
            compared += 1
        energies = str(other.attrs.get("units", "1"))
        assert ("energy" in energies) <= (str(one.attrs["units"]) != energies), name
    assert compared > 2


@pytest.mark.slow
def test_nothing_that_is_shown_is_left_in_natural_units(both: tuple[Whole, Whole]) -> None:
    lab, _ = both
    drawn = {name: draw() for name, draw in islice(lab.figures.items(), 6)}
    labels = [text for figure, _ in drawn.values() for ax in figure.axes for text in (ax.get_xlabel(), ax.get_ylabel())]
    for figure, _ in drawn.values():
        figure.clear()
    said = [*labels, *lab.findings(), repr(lab.blocks({}))]
    for text in said:
        assert not re.search(r"energy/time|\[energy|\[time|nats/time|1/time", text), text[:400]
    assert any("us" in text for text in said)


def test_cumulants_of_several_currents_have_units_of_their_own() -> None:
    template = LAB_STUDIES["counting"]
    lab, plain = answered(written(template)).dataset(), answered(natural(template)).dataset()
    assert lab.current_unit.values.tolist() == ["aW us", "nats", "1"]
    ratio = lab.cumulants / plain.cumulants
    np.testing.assert_allclose(ratio.sel(current="heat from hot"), [SIZES["aW"] ** -n for n in (1, 2, 3)], rtol=1e-9)
    np.testing.assert_allclose(ratio.sel(current="activity"), 1.0, rtol=1e-9)


def test_derivatives_come_in_the_units_of_output_and_number() -> None:
    template = LAB_STUDIES["machine"]
    lab, plain = answered(written(template)).dataset(), answered(natural(template)).dataset()
    assert lab.output_unit.values.tolist() == ["aW", "aW^2 us", "nats/us", "1/us"]
    assert lab.parameter_unit.values.tolist() == ["GHz", "mK", "1/us"]
    ratio = (lab.derivative / plain.derivative).sel(parameter="model.hot")
    expected = [SIZES["mK"] / SIZES["aW"], SIZES["mK"] / SIZES["aW"] ** 2, SIZES["mK"], SIZES["mK"]]
    np.testing.assert_allclose(ratio, expected, rtol=1e-6)


def test_cumulants_of_a_cycle_are_powers_of_energies_and_its_work_is_that_on_the_system() -> None:
    template = LAB_STUDIES["cycle"]
    lab, plain = answered(written(template)), answered(natural(template))
    ratio = lab.dataset().cycle_cumulants / plain.dataset().cycle_cumulants
    np.testing.assert_allclose(ratio.sel(order=2), SIZES["GHz"] ** -2, rtol=1e-9)
    lines = lab.findings()
    delivered = float(re.search(r"work delivered in a cycle: ([-0-9.]+) GHz", lines[0])[1])  # type: ignore[index]
    taken = next(line for line in lines if line.startswith("cumulants per cycle of work on the system: "))
    assert float(re.search(r": ([-0-9.]+) GHz,", taken)[1]) == -delivered  # type: ignore[index]


def test_friction_comes_in_the_units_of_both_controls() -> None:
    template = LAB_STUDIES["friction"].replace('"model.gap"', '"model.gap", "bath.temperature"')
    lab, plain = answered(written(template)).dataset(), answered(natural(template)).dataset()
    assert lab.control_unit.values.tolist() == ["GHz", "mK"]
    each = np.array([SIZES["GHz"], SIZES["mK"]])
    np.testing.assert_allclose(lab.entropy_metric / plain.entropy_metric, np.outer(each, each), rtol=1e-6)


def test_a_study_is_written_as_its_file_has_it_and_runs_again(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text(written(LAB_STUDIES["sweep"]), encoding="utf-8")
    first = read_study(path).study
    text = study_text(first)
    assert 'temperature = "mK"' in text
    assert '"model.hot" = [300.0, 400.0]' in text
    assert "system" not in text
    path.write_text(text, encoding="utf-8")
    assert study_text(read_study(path).study) == text
    np.testing.assert_array_equal(
        read_study(path).study.system.sections["sweep"].axes["model.hot"],
        first.system.sections["sweep"].axes["model.hot"],
    )


def test_a_check_says_the_numbers_of_the_file_and_doubts_those_of_the_physics(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    for name, said in {
        "quench": "reciprocal between 60 and 240, 21 times from 0 to 8",
        "counting": "on hot at 250 mK and cold at 50 mK",
        "cycle": "duration 3",
        "transport": "between hot at 150 mK and cold at 50 mK",
    }.items():
        path.write_text(written(LAB_STUDIES[name]), encoding="utf-8")
        (line,) = check_study(path)  # numbers of the file, read as natural ones, would be of a model in doubt
        assert said in line

    apart = LAB_STUDIES["quench"].replace("reciprocal", "equidistant").replace("hot = <240.0", "target = <150.0")
    partner = []
    for text in (written(apart), natural(apart)):
        path.write_text(text, encoding="utf-8")
        partner.append(float(re.search("partner ([0-9.]+)", check_study(path)[-1])[1]))  # type: ignore[index]
    np.testing.assert_allclose(partner[0] * SIZES["mK"], partner[1], rtol=1e-5)


def test_problems_name_the_numbers_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    text = written(LAB_STUDIES["quench"]).replace("cold = 60.0", "cold = 260.0")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match=r"quench.hot: must be > quench.cold = 260, got 240"):
        read_study(path)


def test_a_super_ohmic_strength_is_in_powers_of_the_energy(tmp_path: Path) -> None:
    """G = strength w^2 in GHz: at 5 GHz it is 0.001 x 25 GHz, and the rate hbar times that over hbar."""
    text = """
[model]
name = "qubit"
gap = 5.0
[[baths]]
name = "cold"
temperature = 0.0
spectrum = { kind = "ohmic", strength = 0.001, exponent = 2.0 }
[counting]
currents = ["activity"]
"""
    path = tmp_path / "study.toml"
    path.write_text(text + UNITS, encoding="utf-8")
    system: Any = read_study(path).study.system
    bath = system.sections["baths"][0]
    rate = bath.spectrum.strength * (5.0 * SIZES["GHz"]) ** 2
    np.testing.assert_allclose(rate, 0.001 * 25.0 * SIZES["GHz"], rtol=1e-12)


def test_rates_of_written_jumps_have_a_unit() -> None:
    assert key_dimension(Channel, "rate") == "1/time"
    assert key_dimension(Channel, "energy") == "energy"
    assert key_dimension(Channel, "particles") == ""


def test_electrons_carry_charge_where_a_current_is_asked_for() -> None:
    units = UNITS + 'current = "pA"\nvoltage = "uV"\nconductance = "e^2/h"\n'
    text = written(LAB_STUDIES["transport"]).replace(UNITS, units)
    data = answered(text).dataset()
    plain = answered(natural(LAB_STUDIES["transport"]).replace("bias = ", "bias = 0.0 # "))
    assert data.current_unit.values.tolist() == ["pA us", "aW us"]
    assert data.conductance.attrs["units"] == "e^2/h"
    assert 0.0 < float(data.conductance) < 1.0  # of one channel, at most its quantum
    assert plain.dataset().conductance.attrs["units"] == "1/(energy time)"


TABULATED = """
[model]
name = "levels"
energies = [0.0, <5.0 GHz>]
coupling = [[0.0, 1.0], [1.0, 0.0]]
[bath]
temperature = <50.0 mK>
[bath.spectrum]
kind = "tabulated"
frequencies = [<0.5 GHz>, <2.0 GHz>]
rates = [<1.0 1/us>, <1.0 1/us>]
[counting]
currents = ["heat from bath"]
"""


def test_what_the_physics_refuses_is_said_in_the_numbers_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text(written(TABULATED), encoding="utf-8")
    said = r"covers 0\.5 GHz to 2 GHz, but the model needs frequencies from 5 GHz to 5 GHz; extend the table$"
    with pytest.raises(StudyError, match=said):
        read_study(path)


def test_numbers_of_an_error_that_are_of_several_kinds_are_said_to_be_natural() -> None:
    asked = asked_for(UnitsTable(energy="GHz", temperature="mK", time="us"))
    assert asked is not None
    note = natural_note(asked, "`start` must be above 12.5")
    energy, warmth = (float(asked.of(1.0, one)) for one in ("energy", "temperature"))
    assert note.endswith(f"the energy {energy:.6g} GHz, the temperature {warmth:.6g} mK, the time 1 us")
    assert not natural_note(asked, "must be > 0, one of 3 baths")
    assert not natural_note(None, "must be above 12.5")
