"""Laws of all machines of the library at random numbers: conservation, second law, Onsager, Carnot, fluctuations."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk
from library_machines import DRIVEN, MACHINES, NAMES, machine

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

SEEDS = range(3)
LEADS = ("blockaded dot", "chain of dots", "double dot", "free chain", "quantum dot", "single dot")
STILL = sorted(set(NAMES) - DRIVEN)
ENGINES = ("maser, upper pair", "maser, lower pair", "collective maser")


def means(model: tk.Model) -> dict[str, float]:
    counting = tk.Counting(model)
    return {bath.name: float(counting.cumulants(tk.energy(model, bath.name), order=1).mean) for bath in model.baths}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", STILL)
def test_energy_that_enters_a_machine_without_drive_leaves_it(name: str, seed: int) -> None:
    # Rounding of the largest flow that could be: each bath alone fills and empties at its own rate.
    flows = means(machine(name, seed))
    assert abs(sum(flows.values())) <= 1e-12 * sum(map(abs, flows.values())) + 1e-17


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", LEADS)
def test_electrons_that_enter_leave(name: str, seed: int) -> None:
    model = machine(name, seed)
    left, right = (float(tk.cumulants(model, tk.particles(model, one), order=1).mean) for one in ("left", "right"))
    assert abs(left + right) <= 1e-12 * abs(left) + 1e-17


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_entropy_is_produced_and_no_figure_of_merit_beats_carnot(name: str, seed: int) -> None:
    found = tk.figures_of_merit(machine(name, seed))
    scale = float(np.abs(found.heats / found.temperatures).sum())
    assert found.entropy_production >= -1e-12 * scale - 1e-17
    share = float(found.share_of_carnot)
    assert np.isnan(share) or share <= 1.0 + 1e-9


@pytest.mark.parametrize("name", sorted(set(STILL) - set(LEADS)))
def test_a_machine_without_drive_rests_between_equal_baths(name: str) -> None:
    baths = MACHINES[name][0]
    model = machine(name, 1, dict.fromkeys(baths, 0.8))
    flows = means(model)
    busy = float(tk.cumulants(model, tk.activity(model), order=1).mean)
    assert max(map(abs, flows.values())) <= 1e-12 * busy


@pytest.mark.parametrize("name", sorted(set(STILL) - set(LEADS)))
def test_responses_of_heats_to_temperatures_are_symmetric(name: str) -> None:
    baths = MACHINES[name][0]
    found = tk.onsager(machine(name, 2, dict.fromkeys(baths, 0.8)))
    matrix = np.asarray(found.matrix if hasattr(found, "matrix") else found)
    assert np.abs(matrix - matrix.T).max() <= 1e-10 * np.abs(matrix).max()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", [name for name in NAMES if len(MACHINES[name][0]) == 2 and name in STILL])
def test_exchanged_amounts_obey_the_fluctuation_theorem(name: str, seed: int) -> None:
    model = machine(name, seed)
    flow = tk.entropy_flow(model)
    field = np.array([-0.2, 0.3, 1.4])
    here = tk.cumulant_generating_function(model, flow, field).values
    there = tk.cumulant_generating_function(model, flow, (-1.0 - field)[::-1]).values[..., ::-1]
    np.testing.assert_allclose(here, there, rtol=1e-8, atol=1e-13 * float(np.abs(here).max()) + 1e-16)


@pytest.mark.parametrize("name", ENGINES)
def test_an_engine_reaches_carnot_where_it_stalls(name: str) -> None:
    # gap_hot / T_h = gap_cold / T_c: beside that point by e the efficiency over Carnot's is 1 - O(e).
    build = {
        "maser, upper pair": lambda hot: tk.library.three_level_maser(0.02, hot, 1.0),
        "maser, lower pair": lambda hot: tk.library.three_level_maser(0.02, hot, 1.0, driven_pair="lower"),
        "collective maser": lambda hot: tk.library.collective_maser(2, 0.02, hot, 1.0),
    }[name]
    found = tk.figures_of_merit(build(2.5 * np.array([1.0 - 1e-6, 1.0 + 1e-6])))
    assert found.does.tolist() == ["refrigerator", "engine"]
    np.testing.assert_allclose(found.share_of_carnot, 1.0, atol=2e-6)
    assert (found.share_of_carnot <= 1.0).all()


def test_refrigerators_reach_carnot_where_they_stall() -> None:
    work, hot = 8.0, 1.5
    for name, ratio in (("three_level_refrigerator", 4.0), ("three_qubit_refrigerator", 4.0)):
        # J = 0 where 1/T_c + r/T_w = (1 + r)/T_h
        edge = 1.0 / ((1.0 + ratio) / hot - ratio / work)
        given = {"coupling": 0.01} if name == "three_qubit_refrigerator" else {}
        model = getattr(tk.library, name)(**given, work=work, hot=hot, cold=edge * np.array([1.0 + 1e-6, 1.0 - 1e-6]))
        found = tk.figures_of_merit(model)
        assert found.does.tolist() == ["absorption refrigerator", "heat transformer"]
        np.testing.assert_allclose(found.share_of_carnot, 1.0, atol=2e-5)


def test_a_dot_is_carnots_engine_where_both_leads_fill_it_alike() -> None:
    # (e - mu_h) / T_h = (e - mu_c) / T_c at mu_c = 0.75 for e = 1.5, T 1 and 0.5.
    potential = 0.75 + np.array([-1e-6, 1e-6])
    found = tk.figures_of_merit(tk.library.single_dot(1.5, 1.0, 0.5, potential_right=potential))
    assert found.does.tolist() == ["engine", "refrigerator"]
    np.testing.assert_allclose(found.share_of_carnot, 1.0, atol=3e-6)


@pytest.mark.parametrize("name", NAMES)
def test_leading_axes_are_points_one_by_one(name: str) -> None:
    baths = MACHINES[name][0]
    hot = dict.fromkeys(baths, 1.3)
    every = machine(name, 3, {**hot, baths[0]: np.array([0.7, 1.1])})  # type: ignore[dict-item]
    found = tk.cumulants(every, tk.heat(every, baths[0]), order=2).values
    for place, temperature in enumerate((0.7, 1.1)):
        one = machine(name, 3, {**hot, baths[0]: temperature})
        expected = tk.cumulants(one, tk.heat(one, baths[0]), order=2).values
        np.testing.assert_allclose(found[place], expected, rtol=1e-9, atol=1e-14 * np.abs(expected).max())
