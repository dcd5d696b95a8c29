"""Counting studies: what can be written can be run, shows its numbers, and what it leaves can be run again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import thermokin as tk
from data_files import read_dataset
from malformed_counting_studies import CHAIN, LEVELS, SOUND, changed
from reference_cases import CASES
from thermokin.model.current_words import current_of, terms_of, unit_of
from thermokin.report.blocks import FigureBlock, Heading, Notice, Table
from thermokin.report.folder import Refuse
from thermokin.study.read import StudyFile, read_study
from thermokin.study.run import run_study, study_text, write_study
from thermokin.study.study import Study
from thermokin.views.answer import Whole
from thermokin.views.by_current import identifier
from thermokin.views.report_folder import save_figures

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")  # of coarser models; a run says it

QUIET = "[report]\nfigures = false\n"
COUNTED = '[counting]\ncurrents = ["heat from hot", "activity"]\n'
BATHS = SOUND[SOUND.index("[[baths]]") : SOUND.index("[counting]")]
LEADS = """\
[[baths]]
name = "left"
temperature = 0.4
chemical_potential = 1.2
rate = 0.05
[[baths]]
name = "right"
temperature = 0.3
chemical_potential = -0.5
rate = 0.02
"""
DOT = '[model]\nname = "fermionic_level"\nenergy = 0.5\n' + LEADS + '[counting]\ncurrents = ["particles from left"]\n'
FLIP = "[[0.0, 1.0], [1.0, 0.0]]"
OPERATORS = "[model]\nhamiltonian = [[0.0, 0.1], [0.1, 1.0]]\n" + BATHS.replace(
    "rate = 0.01", f'coupling = {FLIP}\nspectrum = {{ kind = "drude", strength = 0.02, cutoff = 5.0 }}'
).replace("rate = 0.02", 'coupling = "flip.npy"\nspectrum = { kind = "ohmic", strength = 0.02, cutoff = 5.0 }')
MODES = """\
[model]
name = "coupled_oscillators"
levels = 4
frequency = 1.0
coupling = 0.02
rate = 0.01
hot = 0.8
cold = 0.3
"""

STUDIES = {
    "qubit": SOUND,
    "oscillator": '[model]\nname = "oscillator"\nlevels = 6\nfrequency = 1.0\n' + BATHS + COUNTED,
    "spin": '[model]\nname = "spin"\nJ = 1.0\ngap = 1.0\n' + BATHS + COUNTED,
    "levels": LEVELS,
    "level between leads": DOT,
    "operators": OPERATORS + COUNTED,
    "XXZ chain": CHAIN,
    "Ising chain": '[model]\nname = "ising_chain"\nsites = 2\nfield = 1.0\ncoupling = 0.4\nrate = 1e-3\nleft = 2.0\n'
    'right = 0.5\n[counting]\ncurrents = ["heat from left"]\n',
    "coupled qubits": '[model]\nname = "coupled_qubits"\ngaps = [1.0, 1.3]\ncoupling = 0.2\nrate = 1e-3\nhot = 2.0\n'
    "cold = 0.5\n" + COUNTED,
    "coupled oscillators": MODES + COUNTED,
}


def written(text: str, folder: Path) -> StudyFile:
    """The study of a text, in a folder that also holds an array file."""
    np.save(folder / "flip.npy", np.array([[0.0, 1.0], [1.0, 0.0]]))
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return read_study(folder / "study.toml")


def calculated(study: Study) -> Whole:
    return study.answer(lambda what, fraction: None)


def run(text: str, folder: Path) -> Whole:
    """Run a study; its result lies in `out`."""
    steps: list[float] = []
    result = run_study(written(text, folder), folder / "out", Refuse(), lambda what, fraction: steps.append(fraction))
    assert steps == sorted(steps)
    assert steps[-1] == 1.0
    return result


@pytest.mark.parametrize("name", STUDIES)
def test_a_counting_study_as_run_reads_back_as_the_same_study(name: str, tmp_path: Path) -> None:
    file = written(STUDIES[name], tmp_path)
    (tmp_path / "out").mkdir()
    write_study(file, tmp_path / "out")
    again = read_study(tmp_path / "out" / "study.toml")
    assert study_text(again.study) == (tmp_path / "out" / "study.toml").read_text(encoding="utf-8")
    ours, theirs = file.study.system.model, again.study.system.model
    np.testing.assert_array_equal(ours.energies, theirs.energies)
    np.testing.assert_array_equal(ours.table.amplitude, theirs.table.amplitude)
    assert file.study.summary() == again.study.summary()


@pytest.mark.parametrize("name", STUDIES)
def test_the_numbers_of_a_study_are_those_of_the_library(name: str, tmp_path: Path) -> None:
    file = written(STUDIES[name], tmp_path)
    task = file.study
    counts = calculated(task).answers["counting"]
    for words in task.system.sections["counting"].currents:
        current = current_of(task.system.model, words)
        expected = tk.cumulants(task.system.model, current, order=task.system.sections["counting"].order).values
        np.testing.assert_array_equal(counts.cumulants[words].values, expected)
    # At rest what the baths produce in entropy is what the currents of heat carry, at their temperatures.
    heats = [
        float(tk.heat(task.system.model, bath.name).mean(counts.steady_state.state)) for bath in task.system.model.baths
    ]
    temperatures = [float(bath.temperature) for bath in task.system.model.baths]
    carried = -sum(heat / temperature for heat, temperature in zip(heats, temperatures, strict=True))
    scale = sum(abs(heat / temperature) for heat, temperature in zip(heats, temperatures, strict=True))
    # Rounding of sums of currents that cancel.
    assert counts.entropy_production == pytest.approx(carried, rel=1e-9, abs=1e-12 * scale + 1e-18)


@pytest.mark.slow
def test_a_whole_counting_study_leaves_figures_data_and_a_report(tmp_path: Path) -> None:
    result = run(SOUND, tmp_path)
    out = tmp_path / "out"
    names = {"machine", "spectrum_heat_from_hot", "distribution_heat_from_hot", "large_deviations_heat_from_hot"}
    assert {entry.name for entry in (out / "figures").iterdir()} == {f"{n}.{k}" for n in names for k in ("png", "svg")}
    page = (out / "report.html").read_text(encoding="utf-8")
    for said in ("The system at rest", "Cumulants per time", "Covariance", "Noise spectrum", "Distribution", "ledger"):
        assert said in page
    assert "Gallavotti-Cohen" in page
    assert len(result.figures) == 4
    assert page.index(">The machine<") < page.index(">The system at rest<")
    assert result.findings()[0].startswith("heat from hot: 0.00")
    data = read_dataset(out / "data.nc")
    assert {data[name].attrs["units"] for name in data.data_vars} >= {"nats/time", "1/time", "energy^2/time"}
    assert all(data[name].attrs["long_name"] for name in data.data_vars)
    counts = result.answers["counting"]
    np.testing.assert_array_equal(data["cumulants"].sel(current="activity"), counts.cumulants["activity"].values)
    np.testing.assert_array_equal(data["covariance"], counts.covariance.values)
    np.testing.assert_array_equal(data["spectrum_heat_from_hot"], result.answers["spectrum"]["heat from hot"].values)
    # Probabilities are listed but for 2e-15 of them.
    np.testing.assert_allclose(data["probability_heat_from_hot"].sum("amount_heat_from_hot"), 1.0, atol=1e-12)
    assert float(data["affinity_heat_from_hot"]) == pytest.approx(1.0 / 0.5 - 1.0 / 2.0)  # found by a search
    assert float(data["symmetry_deviation_heat_from_hot"]) < 1e-8  # up to which the symmetry is taken to hold


def means(text: str, words: tuple[str, ...], folder: Path) -> list[float]:
    """Mean currents of a study's model, counted or not."""
    model = written(text, folder).study.system.model
    return [float(tk.cumulants(model, current_of(model, one), order=1).mean) for one in words]


@pytest.mark.parametrize(
    ("name", "warm", "cool"),
    [
        ("qubit", "hot", "cold"),
        ("oscillator", "hot", "cold"),
        ("spin", "hot", "cold"),
        ("operators", "hot", "cold"),
        ("XXZ chain", "left", "right"),
        ("Ising chain", "left", "right"),
        ("coupled qubits", "hot", "cold"),
        ("coupled oscillators", "hot", "cold"),
    ],
)
def test_heat_enters_from_the_bath_that_the_file_makes_hotter(name: str, warm: str, cool: str, tmp_path: Path) -> None:
    entering, leaving = means(STUDIES[name], (f"heat from {warm}", f"heat from {cool}"), tmp_path)
    assert entering > 0.0
    assert leaving == pytest.approx(-entering)  # at rest, to the rounding of both


def test_a_file_with_the_numbers_of_a_closed_form_gives_its_cumulants(tmp_path: Path) -> None:
    given = CASES["qubit_two_baths_cumulants"]
    numbers = given.parameters
    text = changed(
        ("gap = 1.0", f"gap = {numbers['w']}"),
        ("temperature = 2.0\nrate = 0.01", f"temperature = {numbers['T_h']}\nrate = {numbers['g_h']}"),
        ("temperature = 0.5\nrate = 0.02", f"temperature = {numbers['T_c']}\nrate = {numbers['g_c']}"),
        ("order = 3", "order = 4"),
    )
    counts = calculated(written(text, tmp_path).study).answers["counting"]
    expected = [given.expected[f"c{order}"] for order in range(1, 5)]
    np.testing.assert_allclose(counts.cumulants["heat from hot"].values, expected, rtol=given.rtol)
    assert counts.entropy_production == pytest.approx(given.expected["epr"], rel=given.rtol)


def test_electrons_follow_the_two_rates_and_fermi_functions_of_the_file(tmp_path: Path) -> None:
    left, right = 1.0 / (1.0 + np.exp((0.5 - 1.2) / 0.4)), 1.0 / (1.0 + np.exp((0.5 + 0.5) / 0.3))
    (mean,) = means(DOT, ("particles from left",), tmp_path)
    assert mean == pytest.approx(0.05 * 0.02 / 0.07 * (left - right), rel=1e-12)  # a closed form of few operations


def test_leads_of_a_file_have_spectra_at_any_frequency(tmp_path: Path) -> None:
    spectra = (
        '{ kind = "tabulated", frequencies = [-2.0, -0.5, 1.0], rates = [0.01, 0.05, 0.02] }',
        '{ kind = "band", rate = 0.02, lower = -3.0, upper = inf }',
    )
    text = "[model]\nhamiltonian = [[0.0, 0.0], [0.0, -0.5]]\nnumber_operator = [[0.0, 0.0], [0.0, 1.0]]\n" + LEADS
    for rate, spectrum in zip(("rate = 0.05", "rate = 0.02"), spectra, strict=True):
        contact = f'statistics = "fermi"\ncoupling = [[0.0, 1.0], [0.0, 0.0]]\nspectrum = {spectrum}'
        text = text.replace(rate, contact)
    left, right = 1.0 / (1.0 + np.exp((-0.5 - 1.2) / 0.4)), 1.0 / (1.0 + np.exp((-0.5 + 0.5) / 0.3))
    (mean,) = means(text + '[counting]\ncurrents = ["particles from left"]\n', ("particles from left",), tmp_path)
    assert mean == pytest.approx(0.05 * 0.02 / 0.07 * (left - right), rel=1e-12)  # a closed form of few operations


def test_a_distribution_has_the_cumulants_of_its_moments(tmp_path: Path) -> None:
    result = calculated(written(SOUND, tmp_path).study)
    exchange = result.answers["distribution"]["heat from hot"]
    # Two routes of one hundred operations each at numbers near 1.
    np.testing.assert_allclose(exchange.distribution.cumulants(order=3), exchange.cumulants, rtol=1e-9, atol=1e-11)
    # From the steady state on, the mean grows with the current.
    mean = float(result.answers["counting"].cumulants["heat from hot"].mean)
    np.testing.assert_allclose(exchange.cumulants[:, 0], mean * np.array([10.0, 20.0]), rtol=1e-9)


def test_a_thermal_start_is_followed_from_its_own_temperature(tmp_path: Path) -> None:
    text = changed(("times = [10.0, 20.0]", "times = [10.0]\ninitial_temperature = 0.3"))
    task = written(text, tmp_path).study
    exchange = calculated(task).answers["distribution"]["heat from hot"]
    expected = tk.integrated_cumulants(
        task.system.model, tk.heat(task.system.model, "hot"), tk.Gibbs(0.3), [10.0], order=3
    )
    np.testing.assert_allclose(exchange.cumulants, expected, rtol=1e-12)  # one route


def test_a_truncation_that_shows_is_judged_on_the_cumulants(tmp_path: Path) -> None:
    few = calculated(written(MODES + COUNTED, tmp_path).study)
    notices = [block.text for block in few.blocks({}) if isinstance(block, Notice)]
    assert any("one level less changes a cumulant" in text for text in notices)
    assert "raise model.levels" in few.findings()[-1]
    cold = MODES.replace("hot = 0.8", "hot = 0.08").replace("cold = 0.3", "cold = 0.05")
    many = written(cold.replace("levels = 4", "levels = 5") + COUNTED, tmp_path).study
    enough = calculated(many)
    notices = [block.text for block in enough.blocks({}) if isinstance(block, Notice)]
    assert any(text.startswith("One level less changes no cumulant") for text in notices)


def test_a_report_shows_only_what_is_asked_for(tmp_path: Path) -> None:
    result = calculated(written(DOT + QUIET, tmp_path).study)
    blocks = result.blocks({})
    headings = [block.text for block in blocks if isinstance(block, Heading)]
    assert headings == ["The machine", "The system at rest", "Cumulants per time"]
    assert not [block for block in blocks if isinstance(block, FigureBlock)]
    assert not result.figures
    table = next(block for block in blocks if isinstance(block, Table))
    assert "particles in" in table.columns


def test_a_bath_at_temperature_zero_takes_infinite_entropy_and_the_report_says_so(tmp_path: Path) -> None:
    text = changed(("temperature = 0.5", "temperature = 0.0"))
    result = run(text + QUIET, tmp_path)
    assert result.answers["counting"].entropy_production == np.inf
    assert "∞" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_an_activity_has_no_gallavotti_cohen_symmetry_and_the_report_says_why(tmp_path: Path) -> None:
    text = changed(("[rate_function]", '[rate_function]\ncurrents = ["activity"]'))
    result = calculated(written(text, tmp_path).study)
    rows = [row for block in result.blocks({}) if isinstance(block, Table) for row in block.rows]
    assert any(row[0] == "activity" and "count alike" in str(row[1]) for row in rows)


def test_two_steady_states_end_the_run_in_one_line_and_leave_nothing(tmp_path: Path) -> None:
    diagonal = LEVELS.replace("[[0, 1, 0], [1, 0, 1], [0, 1, 0]]", "[[0, 1, 0], [1, 0, 0], [0, 0, 0]]")
    with pytest.raises(tk.errors.StudyError, match=r"cannot be run: .*steady state"):
        run(diagonal, tmp_path)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("method", ["dense", "sparse", "krylov"])
def test_a_method_that_is_asked_for_is_used_and_named(method: str, tmp_path: Path) -> None:
    text = CHAIN.replace("[counting]", f'[counting]\nmethod = "{method}"')
    task = written(text, tmp_path).study
    assert f"by the method {method}" in task.estimate()
    expected = tk.cumulants(task.system.model, tk.heat(task.system.model, "left"), order=2, method=tk.Dense()).values
    found = calculated(task).answers["counting"].cumulants["heat from left"].values[:2]
    np.testing.assert_allclose(found, expected, rtol=1e-7)  # Krylov solves to 1e-12 of each right side


def test_a_large_system_says_how_it_will_be_solved(tmp_path: Path) -> None:
    task = written(CHAIN.replace("sites = 3", "sites = 5"), tmp_path).study
    assert task.summary().startswith("xxz_chain of 32 levels on left at 2 and right at 0.5, 1 current to order 4")
    assert "coordinates, solved by the method" in task.estimate()


@pytest.mark.slow
def test_amounts_that_share_no_unit_are_drawn_at_three_times(tmp_path: Path) -> None:
    energies = LEVELS.replace("2.5]", "2.41421356]").replace(
        "[0, 1, 0], [1, 0, 1], [0, 1, 0]", "[0, 1, 1], [1, 0, 1], [1, 1, 0]"
    )
    cold = '[[baths]]\nname = "cold"\ntemperature = 0.7\nrate = 0.01\n[counting]'
    counted = energies.replace("[counting]", cold).replace('"activity"', '"heat from hot"')
    text = counted + "[distribution]\ntimes = [5.0, 20.0, 60.0]\n"
    result = calculated(written(text, tmp_path).study)
    drawn = save_figures(result.figures, tmp_path / "figures")
    assert list(drawn) == ["machine", "distribution_heat_from_hot"]


@pytest.mark.slow
def test_heat_of_a_single_bath_stays_bounded_and_is_said_to_stand_still(tmp_path: Path) -> None:
    text = LEVELS.replace('"activity"', '"heat"') + "[rate_function]\nstart = -1.0\nstop = 1.0\npoints = 5\n"
    result = calculated(written(text, tmp_path).study)
    rows = [row for block in result.blocks({}) if isinstance(block, Table) for row in block.rows]
    assert any("nothing flows" in str(row[1]) for row in rows)
    assert list(save_figures(result.figures, tmp_path / "figures")) == ["machine", "large_deviations_heat"]


def test_words_mean_sums_of_currents_with_factors(tmp_path: Path) -> None:
    model = written(SOUND, tmp_path).study.system.model
    hot, cold = tk.heat(model, "hot"), tk.heat(model, "cold")
    found = current_of(model, "0.5 heat from hot - 1e-1 heat from cold + energy")
    np.testing.assert_allclose(found.weights, (0.5 * hot - 0.1 * cold + tk.energy(model)).weights, rtol=1e-15)
    assert found.name == "0.5 heat from hot - 1e-1 heat from cold + energy"
    assert terms_of("- activity")[0].factor == -1.0
    assert unit_of("2 entropy_flow from hot") == "nats"
    assert identifier("0.5 heat from hot - heat") == "0p5_heat_from_hot_minus_heat"


def test_a_dot_with_pairing_between_leads_counts_what_the_davies_model_without_a_number_counts(tmp_path: Path) -> None:
    """The number, which pairing breaks, holds the couplings to what they remove, and is no part of the model."""
    up, down = (x.real for x in tk.operators.annihilators(2))
    number = up.T @ up + down.T @ down
    dot = 0.3 * number + 0.5 * up.T @ up @ down.T @ down + 0.1 * (up @ down + down.T @ up.T)
    words = {"hamiltonian": dot, "number_operator": number}
    text = "[model]\n" + "".join(f"{key} = {value.tolist()}\n" for key, value in words.items())
    leads = [("L", up, 1.0), ("D", down, 1.0), ("R", up, -1.0)]
    for name, operator, potential in leads:
        text += (
            f'[[baths]]\nname = "{name}"\ntemperature = 0.2\nchemical_potential = {potential}\nstatistics = "fermi"\n'
            f"rate = 0.01\ncoupling = {operator.tolist()}\n"
        )
    text += '[counting]\ncurrents = ["particles from L", "particles from R"]\norder = 2\n'
    task = written(text, tmp_path).study
    contacts = [
        tk.Contact(tk.Bath(name, 0.2, potential, tk.Fermi()), operator, tk.Flat(0.01))
        for name, operator, potential in leads
    ]
    model = tk.davies(dot, contacts)
    np.testing.assert_allclose(
        tk.cumulants(task.system.model, tk.particles(task.system.model, "L"), order=2).values,
        tk.cumulants(model, tk.particles(model, "L"), order=2).values,
        rtol=1e-12,
    )
