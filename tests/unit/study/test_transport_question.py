"""The question [transport] of a study: what it answers about a junction, what it refuses, and along a sweep."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad

import thermokin as tk
from data_files import read_dataset
from malformed_transport_studies import DOT, changed
from thermokin.report.folder import Refuse
from thermokin.study.junction_table import SCATTERERS
from thermokin.study.read import StudyFile, read_study
from thermokin.study.run import run_study, study_text, write_study

LEADS = '[[leads]]\nname = "a"\ntemperature = 0.5\nchemical_potential = 0.3\n[[leads]]\nname = "b"\ntemperature = 0.2\n'
ASKED = '[transport]\ncurrents = ["heat from a"]\n'
FOUR = LEADS + "".join(f'[[leads]]\nname = "{name}"\ntemperature = 0.4\n' for name in "cd")
# Each scatterer in a file, and the same in Python.
NAMED = {
    "resonant_level": ("energy = 0.4\nleft = 0.1\nright = 0.2\n", tk.transport.resonant_level(0.4, 0.1, 0.2), LEADS),
    "boxcar": ("low = 0.1\nhigh = 0.6\nheight = 0.7\n", tk.transport.boxcar(0.1, 0.6, 0.7), LEADS),
    "step": ("energy = 0.4\n", tk.transport.step(0.4), LEADS),
    "point_contact": ("energy = 0.4\nwidth = 0.1\n", tk.transport.point_contact(0.4, 0.1), LEADS),
    "constant": ("transmission = 0.3\n", tk.transport.constant(0.3), LEADS),
    "chain": (
        "energies = [0.1, 0.3, 0.2]\nhopping = 0.4\nleft = 0.2\nright = 0.3\ngate = 0.1\n",
        tk.transport.chain([0.0, 0.2, 0.1], 0.4, 0.2, 0.3),
        LEADS,
    ),
    "mach_zehnder": (
        "first = 0.3\nsecond = 0.6\nphase = 0.7\n",
        tk.transport.mach_zehnder(0.3, 0.6, 0.7),
        FOUR,
    ),
    "one_way_ring": ("terminals = 4\nlow = -0.2\nhigh = 0.5\n", tk.transport.one_way_ring(4, -0.2, 0.5), FOUR),
}


def written(folder: Path, text: str) -> StudyFile:
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return read_study(folder / "study.toml", "study.toml")


def baths(text: str) -> list[tk.Bath]:
    return [
        tk.Bath(lead["name"], lead["temperature"], lead.get("chemical_potential", 0.0), tk.Fermi())
        for lead in tomllib.loads(text)["leads"]
    ]


def test_every_scatterer_by_name_has_its_file() -> None:
    assert set(NAMED) == set(SCATTERERS)


@pytest.mark.parametrize("name", NAMED)
def test_a_scatterer_goes_by_its_name_and_is_the_one_of_python(name: str, tmp_path: Path) -> None:
    keys, scatterer, leads = NAMED[name]
    file = written(tmp_path, f'[model]\nname = "{name}"\n{keys}{leads}{ASKED}')
    junction = tk.transport.Junction(scatterer, baths(leads))
    found = file.study.answer(lambda what, share: None).answers["transport"].cumulants["heat from a"].values
    np.testing.assert_allclose(found, tk.cumulants(junction, tk.heat(junction, "a")).values, rtol=1e-12)
    (tmp_path / "out").mkdir()
    write_study(file, tmp_path / "out")
    again = read_study(tmp_path / "out" / "study.toml")
    assert study_text(again.study) == (tmp_path / "out" / "study.toml").read_text(encoding="utf-8")


def test_dots_take_the_rates_of_each_lead(tmp_path: Path) -> None:
    text = '[model]\nname = "dots"\nhamiltonian = [[0.1, 0.3], [0.3, 0.2]]\n'
    for name, rates in (("a", "[0.1, 0.0]"), ("b", "[0.0, 0.2]"), ("c", "[0.1, 0.1]")):
        text += (
            f'[[leads]]\nname = "{name}"\ntemperature = 0.3\nchemical_potential = 0.{ord(name) - 97}\nrates = {rates}\n'
        )
    file = written(tmp_path, text + ASKED)
    scatterer = tk.transport.dots([[0.1, 0.3], [0.3, 0.2]], [[0.1, 0.0], [0.0, 0.2], [0.1, 0.1]])
    junction = tk.transport.Junction(scatterer, baths(text))
    found = file.study.answer(lambda what, share: None).answers["transport"].cumulants["heat from a"].values
    np.testing.assert_allclose(found, tk.cumulants(junction, tk.heat(junction, "a")).values, rtol=1e-12)


@pytest.mark.slow
def test_a_study_answers_with_numbers_figures_and_a_page(tmp_path: Path) -> None:
    text = DOT + 'order = 3\nconductance = "cold"\n[bounds]\ncurrents = ["particles from hot"]\n'
    run_study(written(tmp_path, text), tmp_path / "out", Refuse(), lambda what, share: None)
    data = read_dataset(tmp_path / "out" / "data.nc")
    junction = tk.transport.Junction(tk.transport.resonant_level(0.6, 0.01, 0.01), baths(DOT))
    for place, word in enumerate((tk.particles, tk.heat)):
        found = tk.cumulants(junction, word(junction, "hot"), order=3)
        np.testing.assert_allclose(data["cumulants"].values[place], found.values, rtol=1e-12)
    merit = tk.figures_of_merit(junction)
    assert float(data["power"]) == pytest.approx(float(merit.power), rel=1e-12)
    np.testing.assert_allclose(data["heat"].values, merit.heats, rtol=1e-12)
    bounds = tk.bounds.evaluate(junction, tk.particles(junction, "hot"))
    np.testing.assert_allclose(data["bound_ratio_particles_from_hot"].values, [float(one.ratio) for one in bounds])
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for said in ("engine", "differential conductance of cold", "coherent fermions", "Cumulants per time"):
        assert said in page
    assert {path.stem for path in (tmp_path / "out" / "figures").glob("*.svg")} == {
        "transmission",
        "bounds_particles_from_hot",
    }


@pytest.mark.slow
def test_leads_that_are_alike_have_onsager_coefficients(tmp_path: Path) -> None:
    text = changed(DOT, ("temperature = 0.1\nchemical_potential = 0.3", "temperature = 0.4")) + "onsager = true\n"
    run_study(written(tmp_path, text), tmp_path / "out", Refuse(), lambda what, share: None)
    data = read_dataset(tmp_path / "out" / "data.nc")
    leads = [tk.Bath(name, 0.4, 0.0, tk.Fermi()) for name in ("hot", "cold")]
    expected = tk.onsager(tk.transport.Junction(tk.transport.resonant_level(0.6, 0.01, 0.01), leads))
    np.testing.assert_allclose(data["onsager"].values, expected.values, rtol=1e-12)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Seebeck coefficient" in page


def test_bosons_carry_heat_through_a_window(tmp_path: Path) -> None:
    keys = '[model]\nname = "boxcar"\nlow = 0.5\nhigh = 1.5\n'
    leads = "".join(
        f'[[leads]]\nname = "{name}"\ntemperature = {warmth}\nstatistics = "bose"\n'
        for name, warmth in (("hot", 2.0), ("cold", 1.0))
    )
    text = keys + leads + '[transport]\ncurrents = ["heat from hot"]\n'
    found = written(tmp_path, text).study.answer(lambda what, share: None).answers["transport"]
    expected, _ = quad(lambda e: e * (1.0 / np.expm1(e / 2.0) - 1.0 / np.expm1(e)) / (2.0 * np.pi), 0.5, 1.5)
    assert float(found.cumulants["heat from hot"].mean) == pytest.approx(expected, rel=1e-10)
    assert str(found.merit.does) == "conductor"


@pytest.mark.slow
def test_a_sweep_over_level_and_potential_draws_the_thermoelectric_map(tmp_path: Path) -> None:
    text = DOT + (
        '[bounds]\nnames = ["coherent fermions"]\n[sweep]\n"model.energy" = { start = 0.2, stop = 1.4, points = 5 }\n'
        '"leads.cold.chemical_potential" = [0.1, 0.3, 0.5]\n'
    )
    run_study(written(tmp_path, text), tmp_path / "out", Refuse(), lambda what, share: None)
    data = read_dataset(tmp_path / "out" / "data.nc")
    level, potential = np.linspace(0.2, 1.4, 5)[:, None], np.array([0.1, 0.3, 0.5])
    leads = [tk.Bath("hot", 0.4, 0.0, tk.Fermi()), tk.Bath("cold", 0.1, potential, tk.Fermi())]
    junction = tk.transport.Junction(tk.transport.resonant_level(level, 0.01, 0.01), leads)
    merit = tk.figures_of_merit(junction)
    np.testing.assert_allclose(data["power"].values, merit.power, rtol=1e-12, atol=1e-18)
    np.testing.assert_allclose(data["share_of_carnot"].values, merit.share_of_carnot, rtol=1e-12)
    bound = tk.bounds.evaluate(junction, tk.particles(junction, "hot"))["coherent fermions"]
    ratio = data["ratio coherent fermions particles from hot"].values
    np.testing.assert_allclose(ratio, bound.ratio, rtol=1e-12)
    allowed = data["share_allowed_by_noise"].values
    held = np.isfinite(allowed)
    assert held.any()
    assert (data["share_of_carnot"].values[held] <= allowed[held]).all()
    assert (tmp_path / "out" / "figures" / "thermoelectric.svg").is_file()


def test_a_bias_lies_half_on_each_lead(tmp_path: Path) -> None:
    text = changed(DOT, ("energy = 0.6", "energy = 0.6\nbias = 0.2"))
    found = written(tmp_path, text).study.system.junction
    assert [float(lead.chemical_potential) for lead in found.leads] == pytest.approx([0.1, 0.2], rel=1e-15)


def test_a_stability_diagram_of_a_coulomb_blockaded_dot_has_its_diamond(tmp_path: Path) -> None:
    text = """
[model]
hamiltonian = [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1.0]]
number_operator = [[0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 2]]
"""
    for name in ("left", "right"):
        text += f'[[baths]]\nname = "{name}"\nstatistics = "fermi"\ntemperature = 0.03\n'
        for rows in (
            "[[0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]]",
            "[[0, 0, 1, 0], [0, 0, 0, -1], [0, 0, 0, 0], [0, 0, 0, 0]]",
        ):
            text += f"[[baths.couplings]]\ncoupling = {rows}\nrate = 0.001\n"
    text += '[counting]\ncurrents = ["particles from left"]\norder = 1\n'
    text += '[sweep]\n"model.gate" = [0.5, 1.0]\n"model.bias" = [0.4, 1.4]\n'
    data = written(tmp_path, text).study.answer(lambda what, share: None).dataset()
    current = data["c1 particles from left"].values
    # Within the diamond nothing passes; at its corner, where one and two electrons are degenerate, it does.
    rate, full = 0.001, np.exp(-0.2 / 0.03)
    assert current[0, 0] < 1e-3 * rate
    assert current[0, 1] > 0.3 * rate
    assert current[1, 0] == pytest.approx(2.0 / 3.0 * rate, rel=5.0 * full)
