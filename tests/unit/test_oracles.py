"""The oracles against the closed forms and both against the reference cases: every number by two routes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

import counting_oracles as counting
import oracles
import systems
from oracles import Array
from reference_cases import CASES, case
from systems import OscillatorQuench, TwoStateQuench

ALL_TIME = np.inf
SIGMA_X = np.array([[0.0, 1.0], [1.0, 0.0]])


def flat(rate: float) -> oracles.Spectrum:
    return lambda frequency: rate


def heat_weights(energies: Array) -> Array:
    return np.subtract.outer(energies, energies)


def rate_moments(matrix: Array, energies: Array, start: Array, time: float, order: int = 2) -> Array:
    gains = counting.rate_gains(matrix, heat_weights(energies), order)
    return counting.integrated_moments(matrix, gains, np.ones(len(energies)), start, time)


def mean_and_variance(moments: Array) -> tuple[float, float]:
    return moments[1], moments[2] - moments[1] ** 2


def davies_qubit(
    gap: float, rate: float, temperature: float, statistics: str = "bose"
) -> tuple[Array, list[oracles.Jump]]:
    hamiltonian = np.diag([0.0, gap])
    gamma = oracles.emission_rate(flat(rate), temperature, statistics)
    return hamiltonian, oracles.davies(hamiltonian, SIGMA_X, gamma, temperature)


def dense_states(hamiltonian: Array, jumps: list[oracles.Jump], start: Array, times: Sequence[float]) -> list[Array]:
    generator = oracles.liouvillian(hamiltonian, jumps)
    return [oracles.unvec(oracles.propagate(generator, oracles.vec(start), t)) for t in times]


def random_coherent_model(seed: int, size: int = 3) -> tuple[Array, list[tuple[list[oracles.Jump], float]], Array]:
    """A random Hamiltonian, two baths with random couplings, a random full-rank coherent state."""
    generator = np.random.default_rng(seed)

    def hermitian() -> Array:
        part = generator.normal(size=(size, size)) + 1j * generator.normal(size=(size, size))
        return (part + part.conj().T) / 2

    hamiltonian = hermitian()
    baths = []
    for index, temperature in enumerate((0.7, 1.9)):
        gamma = oracles.emission_rate(lambda w: 0.1 * w, temperature, at_zero=0.1 * temperature)
        baths.append((oracles.davies(hamiltonian, hermitian(), gamma, temperature, index), temperature))
    square = hermitian()
    state = square @ square + 0.1 * np.eye(size)
    return hamiltonian, baths, state / np.trace(state).real


# Reference cases


@pytest.mark.parametrize(
    ("name", "initial", "final"), [("qubit_heating_epr", 0.5, 2.0), ("qubit_cooling_epr", 2.0, 0.5)]
)
class TestQubitQuench:
    def test_closed_forms_give_the_reference_numbers(self, name: str, initial: float, final: float) -> None:
        quench, times = TwoStateQuench(1.0, 0.1, initial, final), case(name).parameters["times"]
        case(name).all_agree(
            {
                "gamma_relax": quench.relaxation,
                "excited_pop": quench.population(times),
                "sigma": quench.entropy_production_rate(times),
                "Sigma_0_to_10": quench.entropy_production(10.0),
                "Sigma_total": quench.entropy_production(ALL_TIME),
                "heat_current": quench.heat_rate(times),
                "activity_0_to_10": quench.activity(10.0),
            }
        )

    def test_the_dense_liouvillian_gives_the_reference_numbers(self, name: str, initial: float, final: float) -> None:
        hamiltonian, jumps = davies_qubit(1.0, 0.1, final)
        start, end = oracles.gibbs(hamiltonian, initial), oracles.gibbs(hamiltonian, final)
        generator = oracles.liouvillian(hamiltonian, jumps)
        states = dense_states(hamiltonian, jumps, start, case(name).parameters["times"])
        jumps_counted = counting.liouvillian_gains(jumps, np.ones(len(jumps)), 1)
        activity = counting.integrated_moments(generator, jumps_counted, oracles.vec(np.eye(2)), oracles.vec(start), 10)
        slowest = np.sort(-np.linalg.eigvals(generator).real)[[1, 3]]
        total = oracles.relative_entropy(start, end)
        case(name).all_agree(
            {
                "gamma_relax": slowest[1],  # populations; coherences decay at half this rate
                "excited_pop": [state[1, 1].real for state in states],
                "sigma": [oracles.trajectory_entropy_production(jumps, state) for state in states],
                "Sigma_0_to_10": total - oracles.relative_entropy(states[-1], end),
                "Sigma_total": total,
                "heat_current": [oracles.heat_rate(hamiltonian, jumps, state) for state in states],
                "activity_0_to_10": activity[1],
            }
        )


def test_the_reciprocal_comparison_of_a_qubit_matches_its_reference() -> None:
    heating = TwoStateQuench(1.0, 0.1, 0.5, 2.0)
    cooling = heating.reversed()
    case("qubit_reciprocal_comparison").all_agree(
        {
            "R0": heating.entropy_production_rate(0.0) / cooling.entropy_production_rate(0.0),
            "t_rate_crossing": systems.rate_crossing(heating, cooling, (0.1, 5.0)),
            "t_cumulative_crossing": systems.cumulative_crossing(heating, cooling, (1.0, 20.0)),
            "Sigma_heat": heating.entropy_production(ALL_TIME),
            "Sigma_cool": cooling.entropy_production(ALL_TIME),
        }
    )


def test_at_the_reference_crossing_times_the_dense_entropy_productions_are_equal() -> None:
    expected = case("qubit_reciprocal_comparison").expected
    rates, produced = [], []
    for initial, final in ((0.5, 2.0), (2.0, 0.5)):
        hamiltonian, jumps = davies_qubit(1.0, 0.1, final)
        start, end = oracles.gibbs(hamiltonian, initial), oracles.gibbs(hamiltonian, final)
        times = [expected["t_rate_crossing"], expected["t_cumulative_crossing"]]
        at_rate, at_total = dense_states(hamiltonian, jumps, start, times)
        rates.append(oracles.trajectory_entropy_production(jumps, at_rate))
        produced.append(oracles.relative_entropy(start, end) - oracles.relative_entropy(at_total, end))
    # Doubles: a relative 1e-16 in the populations times the condition of the logarithms, about 1e3.
    assert rates[0] == pytest.approx(rates[1], rel=1e-11)
    assert produced[0] == pytest.approx(produced[1], rel=1e-11)


def test_fermionic_baths_tie_heating_with_cooling_by_both_routes() -> None:
    heating = TwoStateQuench(1.0, 0.1, 0.5, 2.0, "fermi")
    cooling = heating.reversed()
    case("qubit_fermionic_bath_tie").all_agree(
        {
            "sigma0_heat": heating.entropy_production_rate(0.0),
            "sigma0_cool": cooling.entropy_production_rate(0.0),
            "sigma5_heat": heating.entropy_production_rate(5.0),
            "sigma5_cool": cooling.entropy_production_rate(5.0),
            "heat_mean_t5": heating.heat_mean(5.0),
            "heat_var_t5_heating": heating.heat_variance(5.0),
            "heat_var_t5_cooling": cooling.heat_variance(5.0),
        }
    )
    energies, dense = np.array([0.0, 1.0]), {}
    for word, gerund, initial, final in (("heat", "heating", 0.5, 2.0), ("cool", "cooling", 2.0, 0.5)):
        matrix = oracles.thermal_rate_matrix(energies, SIGMA_X, flat(0.1), final, "fermi")
        start = oracles.gibbs_populations(energies, initial)
        mean, variance = mean_and_variance(rate_moments(matrix, energies, start, 5.0))
        dense[f"sigma0_{word}"] = oracles.rate_entropy_production(matrix, start)
        dense[f"sigma5_{word}"] = oracles.rate_entropy_production(matrix, oracles.uniformised(matrix, start, 5.0))
        dense[f"heat_var_t5_{gerund}"] = variance
        dense["heat_mean_t5"] = abs(mean)
    case("qubit_fermionic_bath_tie").all_agree(dense)


def test_a_ground_state_start_has_an_infinite_rate_and_a_finite_integral_by_both_routes() -> None:
    reference = case("rank_deficient_start")
    times, quench = reference.parameters["times"], TwoStateQuench(1.0, 0.1, 0.0, 2.0)
    assert quench.entropy_production_rate(0.0) == np.inf
    assert quench.velocity(0.0) == np.inf
    reference.all_agree(
        {
            "sigma": quench.entropy_production_rate(times),
            "Sigma": quench.entropy_production(times),
            "Sigma_total": quench.entropy_production(ALL_TIME),
            "length_0_1": quench.length(1.0),
        }
    )
    hamiltonian, jumps = davies_qubit(1.0, 0.1, 2.0)
    start, end = np.diag([1.0, 0.0]), oracles.gibbs(hamiltonian, 2.0)
    assert oracles.trajectory_entropy_production(jumps, start) == np.inf
    states, total = dense_states(hamiltonian, jumps, start, times), oracles.relative_entropy(start, end)
    reference.all_agree(
        {
            "sigma": [oracles.trajectory_entropy_production(jumps, state) for state in states],
            "Sigma": [total - oracles.relative_entropy(state, end) for state in states],
            "Sigma_total": total,
            "length_0_1": oracles.length(hamiltonian, jumps, start, 1.0),
        }
    )


@pytest.mark.parametrize(
    ("name", "initial", "final"), [("oscillator_heating", 0.5, 2.0), ("oscillator_cooling", 2.0, 0.5)]
)
class TestOscillatorQuench:
    def test_closed_forms_give_the_reference_numbers(self, name: str, initial: float, final: float) -> None:
        quench, times = OscillatorQuench(1.0, 0.1, initial, final), case(name).parameters["times"]
        case(name).all_agree(
            {
                "n": quench.number(times),
                "T_eff": quench.temperature(times),
                "sigma": quench.entropy_production_rate(times),
                "Sigma_total": quench.entropy_production(ALL_TIME),
                "heat_mean_t7": quench.heat_mean(7.0),
                "heat_var_t7": quench.heat_variance(7.0),
                "P0_t7": quench.heat_probability(7.0, 0),
                "Pp1_t7": quench.heat_probability(7.0, 1),
                "Pm1_t7": quench.heat_probability(7.0, -1),
            }
        )

    def test_a_truncated_ladder_gives_the_reference_numbers(self, name: str, initial: float, final: float) -> None:
        levels = np.arange(70.0)  # exp(-70/2) = 6e-16 of the population lies above
        couplings = np.diag(levels[1:], 1) + np.diag(levels[1:], -1)
        matrix = oracles.thermal_rate_matrix(levels, couplings, flat(0.1), final)
        start, end = oracles.gibbs_populations(levels, initial), oracles.gibbs_populations(levels, final)
        states = [oracles.uniformised(matrix, start, t) for t in case(name).parameters["times"]]
        mean, variance = mean_and_variance(rate_moments(matrix, levels, start, 7.0))
        tilted = counting.tilted_rates(matrix, heat_weights(levels))
        # Both tails fall by at least a factor 0.47 a quantum: 0.47^30 = 1e-10 beyond the reach.
        odds = counting.lattice_distribution(tilted, np.ones(len(levels)), start, 7.0, reach=30)
        case(name).all_agree(
            {
                "n": [levels @ p for p in states],
                "T_eff": [1.0 / np.log(p[0] / p[1]) for p in states],
                "sigma": [oracles.rate_entropy_production(matrix, p) for p in states],
                "Sigma_total": oracles.classical_divergence(start, end),
                "heat_mean_t7": mean,
                "heat_var_t7": variance,
                "P0_t7": odds[30],
                "Pp1_t7": odds[31],
                "Pm1_t7": odds[29],
            }
        )
        quench = OscillatorQuench(1.0, 0.1, initial, final)
        closed = [quench.heat_probability(7.0, k) for k in range(-30, 31)]
        np.testing.assert_allclose(odds, closed, rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", ["qutrit_ladder", "four_level_ohmic"])
class TestPopulationsOfManyLevels:
    def spectrum(self, name: str) -> oracles.Spectrum:
        return flat(1.0) if name == "qutrit_ladder" else lambda w: 0.05 * w * np.exp(-w / 5.0)

    def test_the_rate_equation_gives_the_reference_numbers(self, name: str) -> None:
        given = case(name).parameters
        energies, found = np.array(given["E"]), {}
        for word, initial, final in (("heat", given["T_c"], given["T_h"]), ("cool", given["T_h"], given["T_c"])):
            matrix = oracles.thermal_rate_matrix(energies, given["K"], self.spectrum(name), final)
            start, end = oracles.gibbs_populations(energies, initial), oracles.gibbs_populations(energies, final)
            states = [oracles.uniformised(matrix, start, t) for t in given["times"]]
            mean, variance = mean_and_variance(rate_moments(matrix, energies, start, given["times"][-1]))
            found |= {
                f"sigma_{word}": [oracles.rate_entropy_production(matrix, p) for p in states],
                f"gap_{word}": oracles.spectral_gap(matrix, end),
                f"Sigma_total_{word}": oracles.classical_divergence(start, end),
                f"heat_mean_{word}_tlast": mean,
                f"heat_var_{word}_tlast": variance,
                f"slow_overlap2_{word}": oracles.slow_overlap_squared(matrix, end, start),
            }
            by_modes = [oracles.mode_entropy_production_rate(matrix, end, start, t) for t in given["times"]]
            case(name).agrees(f"sigma_{word}", by_modes)
        case(name).all_agree(found | {"R0": found["sigma_heat"][0] / found["sigma_cool"][0]})

    def test_the_dense_davies_liouvillian_gives_the_reference_numbers(self, name: str) -> None:
        given = case(name).parameters
        hamiltonian, coupling = np.diag(given["E"]), np.sqrt(np.array(given["K"]))
        for word, initial, final in (("heat", given["T_c"], given["T_h"]), ("cool", given["T_h"], given["T_c"])):
            jumps = oracles.davies(hamiltonian, coupling, oracles.emission_rate(self.spectrum(name), final), final)
            start, end = oracles.gibbs(hamiltonian, initial), oracles.gibbs(hamiltonian, final)
            states = dense_states(hamiltonian, jumps, start, given["times"])
            weights = [-jump.frequency for jump in jumps]
            tilted = counting.tilted_liouvillian(hamiltonian, jumps, weights)
            trace = oracles.vec(np.eye(len(hamiltonian)))
            moments = counting.contour_moments(tilted, trace, oracles.vec(start), given["times"][-1], 2)
            mean, variance = mean_and_variance(moments)
            sigma = [oracles.trajectory_entropy_production(jumps, state) for state in states]
            case(name).agrees(f"sigma_{word}", sigma)
            case(name).agrees(f"Sigma_total_{word}", oracles.relative_entropy(start, end))
            case(name).agrees(f"heat_mean_{word}_tlast", mean)
            case(name).agrees(f"heat_var_{word}_tlast", variance)
            # Heat by jumps is the change of the mean energy: one undriven Davies bath.
            change = np.trace(hamiltonian @ (states[-1] - start)).real
            case(name).agrees(f"heat_mean_{word}_tlast", change)


def test_equidistant_partners_match_their_reference() -> None:
    reference = case("equidistant_temperatures")
    given = reference.parameters
    qubit = systems.two_state_partner(1.0, given["T_w"], given["T_c_qubit"])
    oscillator = systems.oscillator_partner(1.0, given["T_w"], given["T_c_osc"])
    degenerate = systems.two_state_partner(1.0, given["T_w"], given["T_c_deg"], 9)

    def starts(make: Callable[[float], systems.Quench], cold: float, hot: float) -> list[float]:
        return [make(temperature).entropy_production_rate(0.0) for temperature in (cold, hot)]

    reference.all_agree(
        {
            "T_h_qubit": qubit[0],
            "D_qubit": qubit[1],
            "T_h_oscillator": oscillator[0],
            "D_oscillator": oscillator[1],
            "T_h_degenerate": degenerate[0],
            "D_degenerate": degenerate[1],
            "sigma0_qubit": starts(lambda t: TwoStateQuench(1.0, 1.0, t, 1.0), 0.5, qubit[0]),
            "sigma0_oscillator": starts(lambda t: OscillatorQuench(1.0, 1.0, t, 1.0), 0.5, oscillator[0]),
            "sigma0_degenerate": starts(lambda t: TwoStateQuench(1.0, 1.0, t, 1.0, "bose", 9), 0.6, degenerate[0]),
        }
    )


def test_the_reference_partners_are_equally_far_by_dense_relative_entropies() -> None:
    reference = case("equidistant_temperatures")
    given, expected = reference.parameters, reference.expected
    ladder = np.arange(60.0)
    for key, energies, cold in (
        ("qubit", np.array([0.0, 1.0]), given["T_c_qubit"]),
        ("oscillator", ladder, given["T_c_osc"]),
        ("degenerate", np.array([0.0] + [1.0] * 9), given["T_c_deg"]),
    ):
        target = oracles.gibbs_populations(energies, given["T_w"])
        for temperature in (cold, expected[f"T_h_{key}"]):
            start = oracles.gibbs_populations(energies, temperature)
            reference.agrees(f"D_{key}", oracles.classical_divergence(start, target))
    energies, couplings = np.array([0.0] + [1.0] * 9), np.zeros((10, 10))
    couplings[0, 1:] = couplings[1:, 0] = 1.0
    matrix = oracles.thermal_rate_matrix(energies, couplings, flat(1.0), given["T_w"])
    starts = [oracles.gibbs_populations(energies, t) for t in (given["T_c_deg"], expected["T_h_degenerate"])]
    reference.agrees("sigma0_degenerate", [oracles.rate_entropy_production(matrix, p) for p in starts])


def test_an_equidistant_partner_does_not_exist_for_a_start_that_is_too_cold() -> None:
    with pytest.raises(ValueError, match="infinite temperature is too near"):
        systems.two_state_partner(1.0, 2.0, 0.1)


def test_the_absorption_refrigerator_matches_its_reference_by_both_routes() -> None:
    reference, closed = case("absorption_refrigerator"), systems.AbsorptionRefrigerator()
    gaps, temperatures, rate = (1.0, 5.0, 4.0), reference.parameters["T"], reference.parameters["g"]
    hamiltonian, baths = np.diag([0.0, 1.0, 5.0]), []
    for index, (pair, temperature) in enumerate(zip([(0, 1), (0, 2), (1, 2)], temperatures, strict=True)):
        coupling = np.zeros((3, 3))
        coupling[pair], coupling[pair[::-1]] = 1.0, 1.0
        gamma = oracles.emission_rate(flat(rate), temperature)
        baths.append((oracles.davies(hamiltonian, coupling, gamma, temperature, index), temperature))
    jumps = [jump for some, _ in baths for jump in some]
    state = oracles.steady_state(hamiltonian, jumps)
    weights = [-np.sign(jump.frequency) * (jump.bath == 0) for jump in jumps]
    current, noise = counting.scaled_cumulants(counting.tilted_liouvillian(hamiltonian, jumps, weights), 2, radius=0.02)
    dense_heats = [oracles.heat_rate(hamiltonian, some, state) for some, _ in baths]
    dense_sigma = oracles.trajectory_entropy_production(jumps, state)
    np.testing.assert_allclose(closed.populations, np.diag(state).real, rtol=1e-12)
    np.testing.assert_allclose(np.array(closed.heats) / gaps, np.array([1, -1, 1]) * closed.current, rtol=1e-14)
    for heats, sigma, quanta, second in (
        (closed.heats, closed.entropy_production_rate, closed.current, closed.noise),
        (dense_heats, dense_sigma, current, noise),
    ):
        reference.all_agree(
            {
                "Qc": heats[0],
                "Qh": heats[1],
                "Qw": heats[2],
                "COP": heats[0] / heats[2],
                "epr": sigma,
                "J_cold_quanta": quanta,
                "noise": second,
                "TUR_product": second * sigma / quanta**2,
            }
        )


def test_a_qubit_between_two_baths_matches_its_reference_by_both_routes() -> None:
    closed, reference = systems.TwoBathQubit(), case("qubit_two_baths_cumulants")
    hot = davies_qubit(1.0, 0.1, 2.0)[1]
    hamiltonian, cold = davies_qubit(1.0, 0.3, 0.5)
    tilted = counting.tilted_liouvillian(hamiltonian, [*hot, *cold], [-np.sign(j.frequency) for j in hot] + [0.0, 0.0])
    state = oracles.steady_state(hamiltonian, [*hot, *cold])

    def leading(x: float) -> float:
        return np.linalg.eigvals(tilted(x)).real.max()

    dense_sigma = oracles.ledger_entropy_production(hamiltonian, [(hot, 2.0), (cold, 0.5)], state)
    assert closed.affinity == pytest.approx(1.5, rel=1e-15)
    for (c1, c2, c3, c4), sigma, generating in (
        (closed.cumulants(4), closed.cumulants(1)[0] * closed.affinity, closed.generating_function),
        (counting.scaled_cumulants(tilted, 4, radius=0.3, points=48), dense_sigma, leading),
    ):
        reference.all_agree(
            {
                "c1": c1,
                "c2": c2,
                "c3": c3,
                "c4": c4,
                "epr": sigma,
                "TUR_product": c2 * sigma / c1**2,
                "lam_03": generating(0.3),
                "lam_GC": generating(-1.5 - 0.3),
            }
        )


def test_the_single_electron_transistor_matches_its_reference_by_both_routes() -> None:
    closed, reference = systems.SingleElectronTransistor(), case("single_electron_transistor")
    matrix = np.array([[-1.0, 0.4], [1.0, -0.4]])
    tilted = counting.tilted_rates(matrix, np.array([[0.0, 0.0], [1.0, 0.0]]))
    stationary = oracles.steady_vector(matrix, np.ones(2)).real
    exits = -np.diag(matrix)
    for (current, noise, third), residual, activity in (
        (closed.cumulants(3), closed.residual_time, closed.activity),
        (counting.scaled_cumulants(tilted, 3, radius=0.2), np.sum(stationary / exits), exits @ stationary),
    ):
        reference.all_agree(
            {
                "I": current,
                "D": noise,
                "c3": third,
                "residual_time": residual,
                "clock_ratio": noise / current**2 / residual,
                "kur_ratio": noise * activity / current**2,
            }
        )
    assert closed.current == pytest.approx(closed.cumulants(1)[0], rel=1e-15)
    assert closed.noise == pytest.approx(closed.cumulants(2)[1], rel=1e-15)


def test_distances_of_two_gibbs_qubits_match_their_reference() -> None:
    a, b = (oracles.gibbs(np.diag([0.0, 1.0]), t) for t in (0.5, 2.0))
    found = oracles.distances(a, b) | {
        "relent_ab": oracles.relative_entropy(a, b),
        "relent_ba": oracles.relative_entropy(b, a),
    }
    hellinger = found.pop("hellinger")
    case("distances_gibbs_qubits").all_agree(found)
    # Commuting states: Bures and Hellinger distances are one number.
    assert hellinger == pytest.approx(found["bures_distance"], rel=1e-14)


def test_kinematics_of_a_qubit_match_their_reference_by_both_routes() -> None:
    reference, total = case("kinematics_qubit"), []
    closed, dense = {}, {}
    for word, initial, final in (("heat", 0.5, 2.0), ("cool", 2.0, 0.5)):
        quench = TwoStateQuench(1.0, 0.1, initial, final)
        closed[f"v_{word}"] = quench.velocity([0.0, 2.0, 10.0])
        closed[f"L_{word}"] = quench.length([2.0, 10.0])
        closed[f"completion_{word}"] = quench.completion([2.0, 10.0])
        total.append(quench.total_length)
        hamiltonian, jumps = davies_qubit(1.0, 0.1, final)
        start = oracles.gibbs(hamiltonian, initial)
        states = dense_states(hamiltonian, jumps, start, (0.0, 2.0, 10.0))
        dense[f"v_{word}"] = [oracles.velocity(hamiltonian, jumps, state) for state in states]
        dense[f"L_{word}"] = np.array([oracles.length(hamiltonian, jumps, start, t) for t in (2.0, 10.0)])
        # exp(-Gam t) = 4e-14 of the way is left at t = 200 for the slower of the two, Gam = 0.131, and 1e-10 at 175.
        dense["L_total"] = oracles.length(hamiltonian, jumps, start, 200.0)
        dense[f"completion_{word}"] = dense[f"L_{word}"] / dense["L_total"]
    assert total[0] == pytest.approx(total[1], rel=1e-15)
    reference.all_agree(closed | {"L_total": total[0]})
    reference.all_agree(dense)


def test_phi_and_the_bounds_made_of_it_match_their_reference() -> None:
    reference = case("Phi_function")
    reference.all_agree(
        {
            "Phi": [float(counting.inverse_x_tanh_x(z)) for z in reference.parameters["z"]],
            "tkur_info": [counting.tkur_information(*pair) for pair in ((1e-6, 1), (1, 1), (1, 100), (50, 1))],
            "ft_tur": [counting.fluctuation_theorem_bound(s) for s in (0.1, 1.0, 10.0)],
            "hvv": [2.0 / np.expm1(s) for s in (0.1, 1.0, 10.0)],
        }
    )


def test_every_reference_case_is_reproduced_in_this_file() -> None:
    with open(__file__, encoding="utf-8") as handle:
        text = handle.read()
    assert [name for name in CASES if f'"{name}"' not in text] == []


# Oracles against oracles


@pytest.mark.parametrize("seed", range(6))
class TestRandomCoherentModels:
    def test_each_bath_alone_keeps_its_gibbs_state(self, seed: int) -> None:
        hamiltonian, baths, _ = random_coherent_model(seed)
        for jumps, temperature in baths:
            assert oracles.gibbs_deviation(hamiltonian, jumps, temperature) < 1e-14

    def test_three_forms_of_entropy_production_agree(self, seed: int) -> None:
        hamiltonian, baths, state = random_coherent_model(seed)
        jumps = [jump for some, _ in baths for jump in some]
        trajectory = oracles.trajectory_entropy_production(jumps, state)
        spohn = sum(
            oracles.spohn_entropy_production(some, state, oracles.gibbs(hamiltonian, temperature))
            for some, temperature in baths
        )
        ledger = oracles.ledger_entropy_production(hamiltonian, baths, state)
        assert trajectory > 0
        # Heat and entropy flow of size one and rates up to ten cancel to sigma: ten digits of sixteen remain.
        assert spohn == pytest.approx(trajectory, rel=1e-10)
        assert ledger == pytest.approx(trajectory, rel=1e-10)

    def test_moments_by_the_hierarchy_are_those_of_the_contour(self, seed: int) -> None:
        hamiltonian, baths, state = random_coherent_model(seed)
        jumps = [jump for some, _ in baths for jump in some]
        weights = [-jump.frequency * (jump.bath == 0) for jump in jumps]
        trace, start = oracles.vec(np.eye(len(state))), oracles.vec(state)
        generator = oracles.liouvillian(hamiltonian, jumps)
        hierarchy = counting.integrated_moments(
            generator, counting.liouvillian_gains(jumps, weights, 3), trace, start, 2.0
        )
        tilted = counting.tilted_liouvillian(hamiltonian, jumps, weights)
        contour = counting.contour_moments(tilted, trace, start, 2.0, 3, radius=0.2)
        np.testing.assert_allclose(contour, hierarchy, rtol=1e-9, atol=1e-10)
        later = oracles.unvec(oracles.propagate(generator, start, 2.0))
        first_law = np.trace(hamiltonian @ (later - state)).real
        other = [-jump.frequency * (jump.bath == 1) for jump in jumps]
        second = counting.integrated_moments(generator, counting.liouvillian_gains(jumps, other, 1), trace, start, 2.0)
        assert hierarchy[1] + second[1] == pytest.approx(first_law, rel=1e-9, abs=1e-11)

    def test_the_quantum_thermo_kinetic_bound_holds_with_its_correction(self, seed: int) -> None:
        hamiltonian, baths, state = random_coherent_model(seed)
        jumps = [jump for some, _ in baths for jump in some]
        weights = [-jump.frequency * (jump.bath == 0) for jump in jumps]
        found = counting.thermo_kinetic(hamiltonian, jumps, oracles.partners(jumps), weights, state, 1.0)
        generator, trace = oracles.liouvillian(hamiltonian, jumps), oracles.vec(np.eye(len(state)))
        gains = counting.liouvillian_gains(jumps, weights, 2)
        mean, variance = mean_and_variance(
            counting.integrated_moments(generator, gains, trace, oracles.vec(state), 1.0)
        )
        assert found.mean == pytest.approx(mean, rel=1e-8, abs=1e-10)
        assert found.information <= counting.tkur_information(found.entropy_production, found.activity) * (1 + 1e-9)
        assert variance >= found.corrected_mean**2 / found.information >= found.limit * (1 - 1e-9)

    def test_forty_digits_and_doubles_propagate_alike(self, seed: int) -> None:
        hamiltonian, baths, state = random_coherent_model(seed, size=2)
        generator = oracles.liouvillian(hamiltonian, [jump for some, _ in baths for jump in some])
        exact = np.array(oracles.propagate_exactly(generator, oracles.vec(state), 1.5).tolist(), complex).ravel()
        np.testing.assert_allclose(oracles.propagate(generator, oracles.vec(state), 1.5), exact, rtol=0, atol=1e-13)


def test_for_populations_the_corrected_mean_is_time_times_the_final_current() -> None:
    energies = np.array(case("four_level_ohmic").parameters["E"])
    matrix = oracles.thermal_rate_matrix(energies, case("four_level_ohmic").parameters["K"], flat(0.1), 2.0)
    jumps = oracles.rate_jumps(matrix, energies, 2.0)
    start = oracles.gibbs_populations(energies, 0.5)
    weights = [-jump.frequency for jump in jumps]
    found = counting.thermo_kinetic(np.diag(energies), jumps, oracles.partners(jumps), weights, np.diag(start), 4.0)
    end = oracles.propagate(matrix, start, 4.0)
    assert found.corrected_mean == pytest.approx(4.0 * (energies @ matrix @ end), rel=1e-9)
    assert found.mean == pytest.approx(energies @ (end - start), rel=1e-9)
    limit = oracles.gibbs_populations(energies, 2.0)
    produced = oracles.classical_divergence(start, limit) - oracles.classical_divergence(end, limit)
    assert found.entropy_production == pytest.approx(produced, rel=1e-9)


def test_the_heat_of_a_qubit_by_counting_has_its_closed_distribution() -> None:
    quench = TwoStateQuench(1.0, 0.1, 0.5, 2.0)
    energies = np.array([0.0, 1.0])
    matrix = oracles.thermal_rate_matrix(energies, SIGMA_X, flat(0.1), 2.0)
    tilted = counting.tilted_rates(matrix, heat_weights(energies))
    start = oracles.gibbs_populations(energies, 0.5)
    odds = counting.lattice_distribution(tilted, np.ones(2), start, 3.0, reach=2)
    closed = [quench.heat_probability(3.0, k) for k in (-2, -1, 0, 1, 2)]
    np.testing.assert_allclose(odds, closed, rtol=0, atol=1e-15)
    enumerated = counting.two_point_energy_distribution(matrix, energies, start, 3.0)
    np.testing.assert_allclose([enumerated[k] for k in (-1.0, 0.0, 1.0)], closed[1:4], rtol=1e-14)


@pytest.mark.parametrize("quench", [TwoStateQuench(1.0, 0.1), OscillatorQuench(1.0, 0.1)])
def test_exchange_fluctuation_theorem_and_mirror_theorem_hold_in_the_closed_forms(quench: systems.Quench) -> None:
    # Each reaches the completion x = 1/2 at its own time.
    up, down = (q.heat_probability(np.log(2.0) / q.relaxation, 1) for q in (quench, quench.reversed()))
    back = quench.reversed().heat_probability(np.log(2.0) / quench.reversed().relaxation, -1)
    assert up == pytest.approx(back, rel=1e-14)
    assert up / quench.heat_probability(np.log(2.0) / quench.relaxation, -1) == pytest.approx(np.exp(1.5), rel=1e-14)
    assert down < up


@pytest.mark.parametrize("quench", [TwoStateQuench(1.0, 0.1), OscillatorQuench(1.0, 0.1), TwoStateQuench(degeneracy=9)])
def test_rates_are_the_derivatives_of_their_integrals_in_the_closed_forms(quench: systems.Quench) -> None:
    step = 1e-5
    for rate, integral in (
        ("entropy_production_rate", "entropy_production"),
        ("heat_rate", "heat_mean"),
        ("activity_rate", "activity"),
        ("velocity", "length"),
    ):
        before, after = getattr(quench, integral)([0.7 - step, 0.7 + step])
        # The central difference errs by step^2 times the third derivative, and by 1e-16 / step.
        assert (after - before) / (2 * step) == pytest.approx(getattr(quench, rate)(0.7), rel=1e-7)


def test_the_sld_information_is_the_bloch_formula_of_a_mixed_qubit() -> None:
    paulis = [SIGMA_X, np.array([[0, -1j], [1j, 0]]), np.diag([1.0, -1.0])]
    bloch, change = np.array([0.3, -0.2, 0.5]), np.array([0.1, 0.7, -0.4])
    state = (np.eye(2) + sum(b * p for b, p in zip(bloch, paulis, strict=True))) / 2
    derivative = sum(b * p for b, p in zip(change, paulis, strict=True)) / 2
    expected = oracles.qubit_bloch_information(bloch, change)
    assert oracles.sld_information(state, derivative) == pytest.approx(expected, rel=1e-13)


def test_the_forty_digit_relative_entropy_is_infinite_off_the_support() -> None:
    pure, mixed = np.diag([1.0, 0.0]), np.diag([0.5, 0.5])
    assert oracles.relative_entropy(mixed, pure) == np.inf
    assert oracles.relative_entropy(pure, mixed) == pytest.approx(np.log(2.0), rel=1e-15)
    assert oracles.relative_entropy(pure, pure) == 0.0


def test_sampled_paths_of_a_rate_matrix_have_the_moments_of_the_hierarchy() -> None:
    energies = np.array([0.0, 1.0, 2.5])
    matrix = oracles.thermal_rate_matrix(energies, 1.0 - np.eye(3), flat(0.4), 1.5)
    start = oracles.gibbs_populations(energies, 0.6)
    finals, heats, numbers = counting.gillespie(matrix, heat_weights(energies), start, 2.0, 6000, seed=3)
    mean, variance = mean_and_variance(rate_moments(matrix, energies, start, 2.0))
    ones = counting.integrated_moments(matrix, counting.rate_gains(matrix, np.ones((3, 3)), 1), np.ones(3), start, 2.0)
    error = np.sqrt(variance / 6000)
    assert abs(heats.mean() - mean) < 4 * error  # four standard errors, fixed seed
    assert abs(heats.var() / variance - 1) < 0.1  # relative error of a sample variance, about sqrt(3/6000) = 2 %
    assert numbers.mean() == pytest.approx(ones[1], rel=0.05)
    shares = np.bincount(finals, minlength=3) / 6000
    np.testing.assert_allclose(shares, oracles.propagate(matrix, start, 2.0), atol=4 * 0.5 / np.sqrt(6000))


def test_sampled_quantum_jumps_have_the_moments_of_the_hierarchy() -> None:
    hamiltonian, baths, state = random_coherent_model(1)
    jumps = [jump for some, _ in baths for jump in some]
    weights = [-jump.frequency * (jump.bath == 0) for jump in jumps]
    generator, trace = oracles.liouvillian(hamiltonian, jumps), oracles.vec(np.eye(3))
    gains = counting.liouvillian_gains(jumps, weights, 2)
    mean, variance = mean_and_variance(counting.integrated_moments(generator, gains, trace, oracles.vec(state), 2.0))
    counts = counting.quantum_jump_counts(hamiltonian, jumps, state, 2.0, 4000, seed=5)
    sampled, error, spread = counting.weighted_means(counts, weights)
    assert abs(sampled - mean) < 4 * error  # four standard errors, fixed seed
    assert spread == pytest.approx(variance, rel=0.15)  # relative error of a sample variance, sqrt(kurtosis/4000)
