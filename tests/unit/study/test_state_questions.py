"""Questions about states and slow changes in a study: the numbers of the Python calls, at a point and along a sweep."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import thermokin as tk
from data_files import read_dataset
from malformed_state_studies import CHARGING, DRIVE, ERGOTROPY, FRICTION, PAIR, PARTS, SYSTEM
from thermokin.errors import StudyError
from thermokin.report.folder import Refuse
from thermokin.study.read import read_study
from thermokin.study.run import run_study

LEVELS = np.array([0.0, 1.0, 2.5])
HELD = """
[model]
energies = [0.0, 1.0, 2.5]
rate = 0.001
[bath]
temperature = 2.0
[ergotropy]
start = { matrix = [[0.312, 0.0, 0.336], [0.0, 0.15, 0.0], [0.336, 0.0, 0.538]] }
copies = 3
temperature = 0.5
"""
BONDS = """
[model]
hamiltonian = [[2.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.02, 0.0], [0.0, 0.02, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
energy_operator = [[2.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
[[baths]]
name = "hot"
coupling = [[0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 0, 0], [0, 1, 0, 0]]
rate = 0.01
[[baths]]
name = "cold"
temperature = 0.5
coupling = [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]
rate = 0.01
[parts]
dims = [2, 2]
bonds = "bare energy"
"""


def answers(tmp_path: Path, text: str) -> dict[str, Any]:
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    return dict(read_study(path).study.answer(lambda what, share: None).answers)


def page(tmp_path: Path, text: str) -> tuple[Any, str]:
    """Data and report of a run."""
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    run_study(read_study(tmp_path / "study.toml"), tmp_path / "out", Refuse(), lambda what, share: None)
    return read_dataset(tmp_path / "out" / "data.nc"), (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_the_ergotropy_of_a_start_is_that_of_python_and_the_page_begins_with_it(tmp_path: Path) -> None:
    data, said = page(tmp_path, HELD)
    matrix = np.array([[0.312, 0.0, 0.336], [0.0, 0.15, 0.0], [0.336, 0.0, 0.538]])
    found = tk.ergotropy(matrix, np.diag(LEVELS))
    for name in ("total", "incoherent", "coherent", "locked", "energy", "asymptotic"):
        assert float(data[name]) == pytest.approx(float(getattr(found, name)), rel=1e-13)
    assert float(data["total"]) == pytest.approx(1.1687314878, abs=1e-10)
    assert float(data["of_copies"]) == pytest.approx(float(found.of_copies(3)), rel=1e-13)
    assert float(data["with_bath"]) == pytest.approx(float(found.work_with_bath(0.5)), rel=1e-13)
    assert "Unitaries draw 1.169 from the start, 0.3607 of it owed to coherence" in said
    assert (tmp_path / "out" / "figures" / "ergotropy.svg").exists()


def test_the_ergotropy_follows_an_evolution_and_a_passive_steady_state_is_said_to_be_one(tmp_path: Path) -> None:
    found = answers(tmp_path, ERGOTROPY)["ergotropy"]
    model = tk.library.qubit(1.0, 0.001, 2.0)
    run = tk.evolve(model, tk.Populations([0.4, 0.6]), [0.0, 5.0, 10.0])
    np.testing.assert_array_equal(found.ergotropy.total, tk.ergotropy(run).total)
    _, said = page(tmp_path, SYSTEM + "[ergotropy]\n")
    assert "No unitary draws work from the steady state, which is passive; 0.3775 above the ground level stays" in said


@pytest.mark.parametrize("times", ["times = { stop = 10.0, points = 3 }", ""])
def test_along_a_sweep_the_ergotropy_is_that_of_every_point(times: str, tmp_path: Path) -> None:
    text = ERGOTROPY.replace("times = { stop = 10.0, points = 3 }", times) + '[sweep]\n"model.gap" = [0.5, 1.0, 2.0]\n'
    data = answers(tmp_path, text)["sweep"]
    gaps = np.array([0.5, 1.0, 2.0])
    run = tk.evolve(tk.library.qubit(gaps, 0.001, 2.0), tk.Populations([0.4, 0.6]), [10.0 if times else 0.0])
    np.testing.assert_allclose(data["ergotropy"], tk.ergotropy(run).total[:, 0], rtol=1e-13)
    assert data["ergotropy"].attrs["units"] == "energy"


def test_the_work_of_a_sweep_at_rest_needs_no_start(tmp_path: Path) -> None:
    text = '[model]\nname = "three_level_maser"\nhot = 6.0\ncold = 0.5\n[ergotropy]\n[sweep]\n'
    data = answers(tmp_path, text + '"model.drive" = [0.01, 0.1]\n')["sweep"]
    found = tk.ergotropy(tk.steady_state(tk.library.three_level_maser(np.array([0.01, 0.1]), 6.0, 0.5)))
    np.testing.assert_array_equal(data["ergotropy"], found.total)
    np.testing.assert_array_equal(data["coherent_ergotropy"], found.coherent)


def test_friction_at_a_point_is_that_of_python_and_the_page_begins_with_it(tmp_path: Path) -> None:
    data, said = page(tmp_path, FRICTION.replace("temperature = 2.0", "temperature = 1.0").replace("0.001", "0.01"))
    found = tk.friction(tk.library.qubit, {"gap": 1.0, "rate": 0.01, "temperature": 1.0}, ["gap"])
    assert data["tensor"].item() == pytest.approx(float(found.tensor[0, 0]), rel=1e-12)
    assert data["tensor"].item() == pytest.approx(9.08577, abs=5e-6)
    assert data["tensor"].attrs["units"] == "time/energy"
    assert "a friction times their speed squared: 9.08577 time/energy for model.gap; the variance of the work" in said


def test_along_a_sweep_there_is_a_column_for_each_pair_of_controls(tmp_path: Path) -> None:
    text = FRICTION.replace('"model.gap"', '"model.gap", "bath.temperature"') + '[sweep]\n"model.gap" = [0.5, 1.0]\n'
    data = answers(tmp_path, text)["sweep"]
    at = {"gap": np.array([0.5, 1.0]), "temperature": 2.0, "rate": 0.001}
    found = tk.friction(tk.library.qubit, at, ["gap", "temperature"])
    np.testing.assert_array_equal(data["friction model.gap"], found.tensor[:, 0, 0])
    np.testing.assert_array_equal(data["friction model.gap, bath.temperature"], found.metric[:, 0, 1])
    assert found.entropy_metric is not None
    np.testing.assert_array_equal(data["entropy bath.temperature"], found.entropy_metric[:, 1, 1])
    assert "coherent model.gap" not in data  # of a temperature that moves
    assert data["friction model.gap"].attrs["quantity"] == "energy time/(energy energy)"


def test_elements_of_controls_with_different_units_are_said_one_by_one(tmp_path: Path) -> None:
    text = FRICTION.replace('"model.gap"', '"model.gap", "bath.temperature"')
    data, said = page(tmp_path, text)
    assert data["tensor"].attrs["units"] == "energy time/(force_unit control_unit)"
    assert data["control_unit"].values.tolist() == ["energy", "temperature"]
    assert "metric of the entropy produced, model.gap and bath.temperature" in said
    assert "coherence" not in said


def test_a_control_that_no_force_answers_is_said_to_cost_nothing(tmp_path: Path) -> None:
    _, said = page(tmp_path, FRICTION.replace("model.gap", "model.rate"))
    assert "cost no power beyond the reversible" in said


def test_parts_of_an_evolution_are_those_of_python_and_the_page_begins_with_them(tmp_path: Path) -> None:
    data, said = page(tmp_path, PARTS)
    run = tk.evolve(
        tk.library.coupled_qubits([1.0, 1.3], 0.1, 0.001, 2.0, 0.5), tk.Ket([0, 0, 1, 0]), [0.0, 10.0, 20.0]
    )
    known, warm = tk.part_correlations(run, (2, 2)), tk.local_temperatures(run, dims=(2, 2))
    split = tk.local_entropy_production(run, {"hot": 0, "cold": 1}, (2, 2))
    np.testing.assert_array_equal(data["mutual_information"], known.mutual_information)
    np.testing.assert_array_equal(data["negativity"], known.negativity)
    np.testing.assert_array_equal(data["concurrence"], known.concurrence)
    np.testing.assert_array_equal(data["temperature"], warm.temperature)
    np.testing.assert_array_equal(data["entropy_share"], split.parts)
    np.testing.assert_array_equal(data["entropy_produced"], split.total)
    assert "Parts 0 and 1 of the state share most at time 10" in said
    assert (tmp_path / "out" / "figures" / "parts.svg").exists()


def test_parts_along_a_sweep_at_rest_have_columns_of_their_own(tmp_path: Path) -> None:
    text = PAIR.replace("coupling = 0.1\n", "") + '[parts]\ndims = [2, 2]\n[sweep]\n"model.coupling" = [0.05, 0.1]\n'
    data = answers(tmp_path, text)["sweep"]
    rest = tk.steady_state(tk.library.coupled_qubits([1.0, 1.3], np.array([0.05, 0.1]), 0.001, 2.0, 0.5))
    known, warm = tk.part_correlations(rest, (2, 2)), tk.local_temperatures(rest, dims=(2, 2))
    np.testing.assert_array_equal(data["mutual_information 0-1"], known.mutual_information[:, 0])
    np.testing.assert_array_equal(data["part_temperature 1"], warm.temperature[:, 1])
    assert data["part_temperature 1"].attrs["long_name"] == "temperature of part 1, by its energy"


def test_parts_along_a_sweep_over_time_are_those_at_the_last(tmp_path: Path) -> None:
    data = answers(tmp_path, PARTS + '[sweep]\n"model.hot" = [1.0, 2.0]\n')["sweep"]
    model = tk.library.coupled_qubits([1.0, 1.3], 0.1, 0.001, np.array([1.0, 2.0]), 0.5)
    run = tk.evolve(model, tk.Ket([0, 0, 1, 0]), [0.0, 10.0, 20.0])
    split = tk.local_entropy_production(run, {"hot": 0, "cold": 1}, (2, 2))
    np.testing.assert_array_equal(data["entropy_share 0"], split.parts[:, -1, 0])
    np.testing.assert_array_equal(data["correlation_decay"], split.correlation_decay[:, -1])


def test_charging_is_that_of_python_and_the_page_begins_with_it(tmp_path: Path) -> None:
    data, said = page(tmp_path, CHARGING)
    run = tk.evolve(
        tk.library.coupled_qubits([1.0, 1.3], 0.1, 0.001, 2.0, 0.5), tk.Ket([0, 0, 1, 0]), [0.0, 10.0, 20.0]
    )
    found = tk.charging(run, np.diag([0.0, 1.3]), (2, 2), 1)
    for name in ("energy", "work", "variance", "power", "power_limit"):
        np.testing.assert_array_equal(data[name], getattr(found, name))
    assert float(data["largest_power"]) == float(found.largest_power)
    assert "The battery stores at most" in said
    assert (tmp_path / "out" / "figures" / "charging.svg").exists()


def test_all_of_a_system_may_be_the_battery(tmp_path: Path) -> None:
    text = CHARGING.replace("battery = [[0.0, 0.0], [0.0, 1.3]]\ndims = [2, 2]\npart = 1\n", "")
    found = answers(tmp_path, text)["charging"]
    model = tk.library.coupled_qubits([1.0, 1.3], 0.1, 0.001, 2.0, 0.5)
    run = tk.evolve(model, tk.Ket([0, 0, 1, 0]), [0.0, 10.0, 20.0])
    np.testing.assert_allclose(found.energy, tk.charging(run, model.hamiltonian).energy, atol=1e-14)


def test_charging_along_a_sweep_has_what_is_largest_over_time(tmp_path: Path) -> None:
    data = answers(tmp_path, CHARGING.replace("coupling = 0.1\n", "") + '[sweep]\n"model.coupling" = [0.1, 0.2]\n')[
        "sweep"
    ]
    model = tk.library.coupled_qubits([1.0, 1.3], np.array([0.1, 0.2]), 0.001, 2.0, 0.5)
    found = tk.charging(tk.evolve(model, tk.Ket([0, 0, 1, 0]), [0.0, 10.0, 20.0]), np.diag([0.0, 1.3]), (2, 2), 1)
    np.testing.assert_array_equal(data["largest_power"], found.largest_power)
    np.testing.assert_array_equal(data["largest_stored_energy"], found.energy.max(axis=-1))
    np.testing.assert_array_equal(data["stored_work"], found.work[:, -1])


QUBIT = tk.Family(tk.library.qubit, {"rate": 0.001, "temperature": 2.0})


def test_a_slow_drive_is_that_of_python_and_the_page_begins_with_it(tmp_path: Path) -> None:
    data, said = page(tmp_path, DRIVE)
    found = tk.slow_drive(QUBIT, {"gap": (1.0, 2.0)})
    for name in ("action", "next_order", "reversible_work", "noise", "entropy_action"):
        assert float(data[name]) == pytest.approx(getattr(found, name), rel=1e-12)
    assert float(data["length_squared"]) == pytest.approx(found.length**2, rel=1e-12)
    np.testing.assert_allclose(data["excess_work"], found.excess_work([1e5]), rtol=1e-12)
    assert "Driving model.gap 1 to 2 slowly costs, beyond the reversible work" in said
    assert (tmp_path / "out" / "figures" / "slow_drive.svg").exists()


def test_a_geodesic_is_that_of_python_beside_the_straight_drive(tmp_path: Path) -> None:
    found = answers(tmp_path, DRIVE + 'path = "geodesic"\n')["slow_drive"]
    best = tk.geodesic(QUBIT, {"gap": 1.0}, {"gap": 2.0})
    assert found.drive.action == pytest.approx(best.length**2, rel=1e-11)
    assert found.straight_action == pytest.approx(best.straight.action, rel=1e-12)
    assert found.straight_action > found.drive.action


def test_a_smooth_drive_of_two_numbers_begins_and_ends_at_rest(tmp_path: Path) -> None:
    text = DRIVE.replace("= 2.0 }", '= 2.0, "bath.temperature" = 1.0 }\nstart = { "bath.temperature" = 1.5 }')
    data, said = page(tmp_path, text + 'path = "smooth"\n')
    family = tk.Family(tk.library.qubit, {"rate": 0.001})

    def eased(first: float, last: float) -> Any:
        return lambda s: first + (last - first) * np.sin(0.5 * np.pi * s) ** 2

    found = tk.slow_drive(family, {"gap": eased(1.0, 2.0), "temperature": eased(1.5, 1.0)})
    assert float(data["action"]) == pytest.approx(found.action, rel=1e-10)
    assert float(data["entropy_action"]) == pytest.approx(found.entropy_action, rel=1e-10)
    assert data["control_unit"].values.tolist() == ["energy", "temperature"]
    assert "bath.temperature 1.5 to 1" in said


def test_a_slow_drive_along_a_sweep_is_that_of_every_point(tmp_path: Path) -> None:
    data = answers(tmp_path, DRIVE + '[sweep]\n"bath.temperature" = [1.0, 2.0]\n')["sweep"]
    for place, temperature in enumerate((1.0, 2.0)):
        family = tk.Family(tk.library.qubit, {"rate": 0.001, "temperature": temperature})
        found = tk.slow_drive(family, {"gap": (1.0, 2.0)})
        assert float(data["action"][place]) == pytest.approx(found.action, rel=1e-12)
        assert float(data["excess_work 1"][place]) == pytest.approx(float(found.excess_work(1e5)), rel=1e-12)


@pytest.mark.parametrize("times", ["times = { values = [0.0, 10.0, 20.0] }\nstart = { ket = [0, 0, 1, 0] }\n", ""])
def test_currents_on_bonds_are_those_of_python_and_the_page_tells_what_they_hide(times: str, tmp_path: Path) -> None:
    data, said = page(tmp_path, PAIR + f'[parts]\ndims = [2, 2]\nbonds = "energy"\n{times}')
    model = tk.library.coupled_qubits([1.0, 1.3], 0.1, 0.001, 2.0, 0.5)
    run = tk.evolve(model, tk.Ket([0, 0, 1, 0]), [0.0, 10.0, 20.0]) if times else tk.steady_state(model)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        flows = tk.bond_currents(run, (2, 2))
    np.testing.assert_array_equal(data["bond_current"], flows.currents)
    np.testing.assert_array_equal(data["source"], flows.sources)
    np.testing.assert_array_equal(data["unseen"], flows.unseen)
    assert ("what baths exchange they put where they do not touch" if times else "its bonds are blind") in said
    assert (tmp_path / "out" / "figures" / "bondcurrents.svg").exists()


def test_along_a_sweep_each_bond_and_each_source_has_a_column(tmp_path: Path) -> None:
    text = BONDS + '[sweep]\n"baths.hot.temperature" = [1.0, 2.0]\n'
    data = answers(tmp_path, text)["sweep"]
    flip, level = np.array([[0.0, 1.0], [1.0, 0.0]]), np.diag([1.0, 0.0])
    on = [np.kron(flip, np.eye(2)), np.kron(np.eye(2), flip)]
    bare = np.kron(level, np.eye(2)) + np.kron(np.eye(2), level)
    hop = np.zeros((4, 4))
    hop[1, 2] = hop[2, 1] = 0.02
    baths = [tk.Bath("hot", np.array([1.0, 2.0])), tk.Bath("cold", 0.5)]
    model = tk.local(bare + hop, [tk.Contact(b, o, tk.Flat(0.01)) for b, o in zip(baths, on, strict=True)], bare)
    flows = tk.bond_currents(model, (2, 2), quantity="bare energy")
    np.testing.assert_allclose(data["bond_current 0-1"], flows.currents[:, 0], rtol=1e-12)
    np.testing.assert_allclose(data["source cold 1"], flows.sources[:, 1, 1], rtol=1e-12)
    np.testing.assert_allclose(data["source hot 0"], data["bond_current 0-1"], rtol=1e-12)  # nothing stays on a part
    assert data["source cold 1"].attrs["long_name"] == "bare energy that cold brings to part 1"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            'bonds = "energy"\nstart = { ket = [0, 0, 1, 0] }\n',
            "must be left out of a start alone: what flows is told at",
        ),
        ('bonds = "particles"\n', 'must be "energy" or "bare energy" of a system that counts no particles'),
        ('bonds = "bare energy"\n', 'must be "energy" where baths are booked with the energy of the links as well'),
        ('bonds = "heat"\n', 'must be one of "energy", "particles", "bare energy", got "heat"'),
    ],
)
def test_what_no_bond_carries_is_refused(text: str, line: str, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=f"parts.bonds: {line}"):
        answers(tmp_path, f"{PAIR}[parts]\ndims = [2, 2]\n{text}")


BATTERY = """
[model]
hamiltonian = [[0.0, {drive}], [{drive}, 0.0]]
energy_operator = [[0.0, 0.0], [0.0, 5.0]]
[[baths]]
name = "line"
temperature = 1.0
rate = 0.001
coupling = [[0.0, 1.0], [1.0, 0.0]]
[charging]
start = {{ populations = [1.0, 0.0] }}
times = {{ stop = 5.0, points = 11 }}
"""


def test_a_page_of_states_says_what_is_in_doubt_and_a_rotating_frame_is_not(tmp_path: Path) -> None:
    _, weak = page(tmp_path, BATTERY.format(drive=0.01))
    assert "in doubt" not in weak
    assert "11 times to 5" in weak
    (tmp_path / "strong").mkdir()
    _, strong = page(tmp_path / "strong", BATTERY.format(drive=2.0))
    assert strong.count("The local assumption is in doubt") == 1


def test_long_lists_of_parameters_are_told_by_their_ends(tmp_path: Path) -> None:
    values = [round(0.1 * number, 3) for number in range(1, 60)]
    text = BATTERY.format(drive=0.01).replace("{ stop = 5.0, points = 11 }", f"{{ values = {values} }}")
    assert "59 values from 0.1 to 5.9" in page(tmp_path, text)[1]
