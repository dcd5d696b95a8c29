"""Every case of the reference file that the package can compute, reproduced by the package within the case's tolerance.

The oracles and closed forms of this folder's neighbours are not used here: each number comes out of public calls, and a
failing assertion names the case and the source of its number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

import builders
import systems
import thermokin as tk
from oracles import Array
from reference_cases import case
from thermokin.bounds.fluctuation_theorem import fluctuation_theorem_limit
from thermokin.bounds.inverse_x_tanh_x import inverse_x_tanh_x, thermo_kinetic_information
from thermokin.quench.branch import Branch, branch
from thermokin.quench.comparison import Comparison

# Several set-ups have rates that are not small beside their gaps; the numbers belong to the generator as it is.
pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

BEYOND_ALL = 60  # levels that hold an oscillator at temperature 2: what is left out weighs e^-30


def qubit_of(given: Mapping[str, Any]) -> Callable[[Any], tk.Model]:
    return lambda temperature: tk.library.qubit(given["w"], given["g"], temperature)


def reciprocal_of(given: Mapping[str, Any], family: Callable[[Any], tk.Model], times: Any) -> Comparison:
    return tk.compare(tk.reciprocal(family, given["T_c"], given["T_h"]), times)


def transition_probabilities(model: tk.Model, time: float) -> Array:
    """The probability of level i at a time, started from level j: all starts in one call, as leading axes."""
    starts = tk.Populations(np.eye(model.dimension))
    return tk.evolve(model, starts, [time]).populations[:, 0, :].T


@pytest.mark.parametrize("name", ["qubit_heating_epr", "qubit_cooling_epr"])
def test_a_thermal_qubit_relaxes_as_its_closed_form_says(name: str) -> None:
    reference = case(name)
    given = reference.parameters
    side = branch(tk.Quench(name, qubit_of(given)(given["T_f"]), tk.Gibbs(given["T_i"])), given["times"])
    ledger = side.ledger
    reference.all_agree(
        {
            "gamma_relax": side.modes.gap,
            "excited_pop": side.evolution.populations[:, 1],
            "sigma": ledger.entropy_production_rate,
            "Sigma_0_to_10": ledger.entropy_production[-1],
            "Sigma_total": ledger.total_entropy_production,
            "heat_current": ledger.heat_rate["bath"],
            "activity_0_to_10": ledger.activity["bath"][-1],
        }
    )
    reference.agrees("activity_0_to_10", ledger.total_activity[-1])


def test_the_rates_and_the_totals_of_a_reciprocal_qubit_cross_when_they_should() -> None:
    reference = case("qubit_reciprocal_comparison")
    given = reference.parameters
    comparison = reciprocal_of(given, qubit_of(given), np.linspace(0.0, 12.0, 13))
    start = comparison.verdict("initial rate")
    reference.all_agree(
        {
            "R0": start.heating / start.cooling,
            "t_rate_crossing": comparison.crossings["entropy production rate"],
            "t_cumulative_crossing": comparison.crossings["entropy production"],
            "Sigma_heat": comparison.heating.ledger.total_entropy_production,
            "Sigma_cool": comparison.cooling.ledger.total_entropy_production,
        }
    )
    assert start.holds
    assert comparison.verdict("total").holds  # cooling produces more in total


def test_fermionic_rates_make_heating_and_cooling_start_exactly_even() -> None:
    reference = case("qubit_fermionic_bath_tie")
    given = reference.parameters
    comparison = reciprocal_of(
        given, lambda t: tk.library.qubit(given["w"], given["g"], t, statistics=tk.SpinBath()), [0.0, 5.0]
    )
    sides = (comparison.heating, comparison.cooling)
    rates = [side.ledger.entropy_production_rate for side in sides]
    reference.all_agree(
        {
            "sigma0_heat": rates[0][0],
            "sigma0_cool": rates[1][0],
            "sigma5_heat": rates[0][1],
            "sigma5_cool": rates[1][1],
            "heat_mean_t5": comparison.heating.heat.mean[1],
            "heat_var_t5_heating": comparison.heating.heat.variance[1],
            "heat_var_t5_cooling": comparison.cooling.heat.variance[1],
        }
    )
    verdict = comparison.verdict("initial rate")
    assert verdict.tie
    assert not verdict.holds


def test_an_empty_level_makes_the_first_rate_infinite_and_the_integral_finite() -> None:
    reference = case("rank_deficient_start")
    given = reference.parameters
    model = tk.library.qubit(given["w"], given["g"], given["T"])
    for start in (tk.Gibbs(0.0), tk.Populations([1.0, 0.0]), np.diag([1.0, 0.0])):
        side = branch(tk.Quench("heating", model, start), [0.0, *given["times"]])
        assert side.ledger.entropy_production_rate[0] == np.inf
        assert side.kinematics.velocity[0] == np.inf
        reference.all_agree(
            {
                "sigma": side.ledger.entropy_production_rate[1:],
                "Sigma": side.ledger.entropy_production[1:],
                "Sigma_total": side.ledger.total_entropy_production,
                "length_0_1": side.kinematics.length[-1],
            }
        )


@pytest.mark.parametrize("name", ["oscillator_heating", "oscillator_cooling"])
def test_a_thermal_oscillator_stays_thermal_with_the_temperature_of_its_closed_form(name: str) -> None:
    reference = case(name)
    given = reference.parameters
    model = tk.library.oscillator(BEYOND_ALL, given["w"], given["g"], given["T_f"])
    times = np.array(given["times"])
    side = branch(tk.Quench(name, model, tk.Gibbs(given["T_i"])), times)
    populations = side.evolution.populations
    seven = int(np.argmax(times == 7.0))
    transitions = transition_probabilities(model, 7.0)
    joint = transitions * side.evolution.initial.populations  # (to, from)
    counted = {k: np.trace(joint, offset=-k) for k in (-1, 0, 1)}
    reference.all_agree(
        {
            "n": populations @ np.arange(BEYOND_ALL),
            "T_eff": given["w"] / np.log(populations[:, 0] / populations[:, 1]),
            "sigma": side.ledger.entropy_production_rate,
            "Sigma_total": side.ledger.total_entropy_production,
            "heat_mean_t7": side.heat.mean[seven],
            "heat_var_t7": side.heat.variance[seven],
            "P0_t7": counted[0],
            "Pp1_t7": counted[1],
            "Pm1_t7": counted[-1],
        }
    )


def ladder_case(comparison: Comparison) -> dict[str, Any]:
    """The keys that the qutrit and the four-level case share."""
    values: dict[str, Any] = {}
    overlaps = dict(zip(("heat", "cool"), comparison.spectral.slow_overlaps, strict=True))
    for word, side in (("heat", comparison.heating), ("cool", comparison.cooling)):
        values[f"sigma_{word}"] = side.ledger.entropy_production_rate
        values[f"gap_{word}"] = side.modes.gap
        values[f"Sigma_total_{word}"] = side.ledger.total_entropy_production
        values[f"heat_mean_{word}_tlast"] = side.heat.mean[-1]
        values[f"heat_var_{word}_tlast"] = side.heat.variance[-1]
        values[f"slow_overlap2_{word}"] = overlaps[word] ** 2
    values["R0"] = values["sigma_heat"][0] / values["sigma_cool"][0]
    return values


def qutrit_families() -> dict[str, Callable[[Any], tk.Model]]:
    given = case("qutrit_ladder").parameters
    energies, coupling = np.array(given["E"]), np.sqrt(given["K"])

    def by_davies(temperature: Any) -> tk.Model:
        return tk.davies(np.diag(energies), [tk.Contact(tk.Bath("bath", temperature), coupling, tk.Flat(1.0))])

    return {
        "ladder of the library": lambda t: tk.library.qutrit_ladder(1.0, t),
        "levels, one channel each": lambda t: tk.library.levels(energies, coupling, 1.0, t),
        "davies, one collective jump": by_davies,
    }


@pytest.mark.parametrize("builder", qutrit_families())
def test_a_qutrit_ladder_has_the_rates_and_modes_of_its_rate_equation(builder: str) -> None:
    reference = case("qutrit_ladder")
    given = reference.parameters
    reference.all_agree(ladder_case(reciprocal_of(given, qutrit_families()[builder], given["times"])))


def test_four_levels_on_an_ohmic_bath_have_the_rates_and_modes_of_their_rate_equation() -> None:
    reference = case("four_level_ohmic")
    given = reference.parameters
    energies, coupling, spectrum = np.array(given["E"]), np.sqrt(given["K"]), tk.Ohmic(0.05, 5.0)
    for family in (
        lambda t: tk.library.levels(energies, coupling, temperature=t, spectrum=spectrum),
        lambda t: tk.davies(np.diag(energies), [tk.Contact(tk.Bath("bath", t), coupling, spectrum)]),
    ):
        reference.all_agree(ladder_case(reciprocal_of(given, family, given["times"])))


def test_the_sum_over_modes_is_the_rate_of_four_levels() -> None:
    reference = case("four_level_ohmic")
    given = reference.parameters
    energies, coupling, spectrum = np.array(given["E"]), np.sqrt(given["K"]), tk.Ohmic(0.05, 5.0)
    comparison = reciprocal_of(
        given, lambda t: tk.library.levels(energies, coupling, temperature=t, spectrum=spectrum), given["times"]
    )
    reference.agrees("sigma_heat", comparison.heating.ledger.mode_rates.sum(axis=-1))
    reference.agrees("sigma_cool", comparison.cooling.ledger.mode_rates.sum(axis=-1))


def test_each_cold_start_finds_the_hot_partner_at_its_own_distance() -> None:
    reference = case("equidistant_temperatures")
    given = reference.parameters
    w, g = given["w"], given["g"]
    star = np.zeros((10, 10))
    star[0, 1:] = star[1:, 0] = 1.0
    families: dict[str, tuple[Callable[[Any], tk.Model], float]] = {
        "qubit": (lambda t: tk.library.qubit(w, g, t), given["T_c_qubit"]),
        "oscillator": (lambda t: tk.library.oscillator(BEYOND_ALL, w, g, t), given["T_c_osc"]),
        "degenerate": (lambda t: tk.library.levels([0.0] + [w] * 9, star, g, t), given["T_c_deg"]),
    }
    values: dict[str, Any] = {}
    for name, (family, cold) in families.items():
        pair = tk.equidistant(family, given["T_w"], cold)
        comparison = tk.compare(pair, [0.0])
        sides = (comparison.heating, comparison.cooling)
        values[f"T_h_{name}"] = pair.temperatures["hot"]
        values[f"D_{name}"] = comparison.heating.distances["relative entropy"][0]
        values[f"sigma0_{name}"] = np.array([side.ledger.entropy_production_rate[0] for side in sides])
        reference.agrees(f"D_{name}", comparison.cooling.distances["relative entropy"][0])
    reference.all_agree(values)


def test_three_heat_currents_of_an_absorption_refrigerator_are_in_their_steady_proportion() -> None:
    reference = case("absorption_refrigerator")
    given = reference.parameters
    system = systems.AbsorptionRefrigerator(given["wc"], given["ww"], given["g"], tuple(given["T"]))
    model = builders.absorption_refrigerator(system)
    steady = tk.steady_state(model)
    heats = {bath.name: float(tk.heat(model, bath.name).mean(steady.state)) for bath in model.baths}
    ledger = tk.ledger(model, tk.evolve(model, steady.state, [0.0, 7.0]))
    # The second cumulant grows by a rate once the start is forgotten: here by 1e4, thirty decays of the slowest mode.
    cold = tk.heat(model, "cold")
    late = np.array([10_000.0, 20_000.0])
    variances = tk.integrated_cumulants(model, cold, steady.state, late)[:, 1]
    noise = (variances[1] - variances[0]) / (late[1] - late[0]) / given["wc"] ** 2
    quanta = heats["cold"] / given["wc"]
    production = ledger.entropy_production_rate
    reference.all_agree(
        {
            "Qc": heats["cold"],
            "Qh": heats["hot"],
            "Qw": heats["work"],
            "COP": heats["cold"] / heats["work"],
            "epr": production[0],
            "J_cold_quanta": quanta,
            "noise": noise,
            "TUR_product": noise / quanta**2 * production[0],
        }
    )
    for name, expected in (("cold", "Qc"), ("hot", "Qh"), ("work", "Qw")):
        reference.agrees(expected, ledger.heat_rate[name][1])
        reference.agrees(expected, ledger.heat[name][1] / 7.0)
    reference.agrees("epr", production[1])
    reference.agrees("epr", ledger.entropy_production[1] / 7.0)


def test_a_single_electron_passes_at_the_steady_rate_and_noise_of_its_closed_form() -> None:
    reference = case("single_electron_transistor")
    left, right = reference.parameters["GL"], reference.parameters["GR"]
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    channels = [
        tk.Channel(np.sqrt(left) * lower.T, None, particles=1.0),
        tk.Channel(np.sqrt(right) * lower, None, particles=-1.0),
    ]
    model = tk.Model(np.zeros((2, 2)), channels)
    out = tk.Current("electrons out", np.array([0.0, 1.0]), model)
    late = np.array([40.0, 80.0])  # the only mode has decayed to e^-56 by the first
    growth = np.diff(tk.integrated_cumulants(model, out, tk.steady_state(model).state, late, order=3), axis=0)[0] / 40.0
    reference.agrees("I", growth[0])
    reference.agrees("D", growth[1])
    reference.agrees("c3", growth[2])
    reference.agrees("I", out.mean(tk.steady_state(model).state))
    activity = tk.activity(model).mean(tk.steady_state(model).state)
    reference.agrees("kur_ratio", growth[1] * activity / growth[0] ** 2)


def test_quanta_cross_a_qubit_between_two_baths_with_the_cumulants_of_its_tilted_eigenvalue() -> None:
    reference = case("qubit_two_baths_cumulants")
    given = reference.parameters
    system = systems.TwoBathQubit(given["w"], (given["T_h"], given["T_c"]), (given["g_h"], given["g_c"]))
    model = builders.two_bath_qubit(system)
    steady = tk.steady_state(model)
    hot = (1.0 / given["w"]) * tk.heat(model, "hot")
    late = np.array([60.0, 120.0])  # the mode decays at 0.8: e^-48 is left at the first
    growth = np.diff(tk.integrated_cumulants(model, hot, steady.state, late, order=4), axis=0)[0] / 60.0
    ledger = tk.ledger(model, tk.evolve(model, steady.state, [5.0]))
    for order in range(4):
        reference.agrees(f"c{order + 1}", growth[order])
    reference.agrees("c1", hot.mean(steady.state))
    reference.agrees("c1", ledger.heat["hot"][0] / 5.0)
    reference.agrees("epr", ledger.entropy_production_rate[0])
    reference.agrees("epr", ledger.entropy_production[0] / 5.0)
    reference.agrees("TUR_product", growth[1] / growth[0] ** 2 * ledger.entropy_production_rate[0])


def test_the_distances_of_two_gibbs_qubits() -> None:
    reference = case("distances_gibbs_qubits")
    given = reference.parameters
    hamiltonian = np.diag([0.0, given["w"]])
    a, b = tk.operators.gibbs(hamiltonian, given["T_a"]), tk.operators.gibbs(hamiltonian, given["T_b"])
    reference.all_agree(
        {
            "relent_ab": tk.distances.relative_entropy(a, b),
            "relent_ba": tk.distances.relative_entropy(b, a),
            "trace_distance": tk.distances.trace_distance(a, b),
            "sqrt_fidelity": tk.distances.fidelity(a, b),
            "bures_distance": tk.distances.bures_distance(a, b),
            "bures_angle": tk.distances.bures_angle(a, b),
            "hilbert_schmidt": tk.distances.hilbert_schmidt_distance(a, b),
            "wigner_yanase_angle": tk.distances.wigner_yanase_angle(a, b),
        }
    )


def test_a_reciprocal_qubit_moves_with_the_velocity_and_length_of_its_closed_form() -> None:
    reference = case("kinematics_qubit")
    given = reference.parameters
    comparison = reciprocal_of(given, qubit_of(given), [0.0, 2.0, 10.0])
    values: dict[str, Any] = {"L_total": comparison.heating.kinematics.total_length}
    for word, side in (("heat", comparison.heating), ("cool", comparison.cooling)):
        moves = side.kinematics
        values[f"v_{word}"] = moves.velocity
        values[f"L_{word}"] = moves.length[1:]
        values[f"completion_{word}"] = moves.completion[1:]
    reference.all_agree(values)
    reference.agrees("L_total", comparison.cooling.kinematics.total_length)
    assert comparison.verdict("ahead in completion").holds


def test_the_inverse_of_x_tanh_x_and_the_limits_made_of_it() -> None:
    reference = case("Phi_function")
    entropies = np.array([0.1, 1.0, 10.0])
    produced, jumps = np.array([1e-6, 1.0, 1.0, 50.0]), np.array([1.0, 1.0, 100.0, 1.0])
    reference.all_agree(
        {
            "Phi": inverse_x_tanh_x(reference.parameters["z"]),
            "tkur_info": thermo_kinetic_information(produced, jumps),
            "ft_tur": fluctuation_theorem_limit(entropies),
            "hvv": 2.0 / np.expm1(entropies),
        }
    )


def test_a_branch_read_at_other_times_is_the_same_quench() -> None:
    """The reference numbers do not depend on the grid on which they are asked for."""
    reference = case("qubit_heating_epr")
    given = reference.parameters
    side: Branch = branch(tk.Quench("heating", qubit_of(given)(given["T_f"]), tk.Gibbs(given["T_i"])), [3.0])
    reference.agrees("sigma", side.at(given["times"]).ledger.entropy_production_rate)
    reference.agrees("heat_current", side.at(given["times"]).ledger.heat_rate["bath"])
