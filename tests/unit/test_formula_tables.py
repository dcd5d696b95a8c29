"""Statements of the theory about heating against cooling, each recomputed from rate matrices and closed forms."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import scipy.integrate
import scipy.optimize

import counting_oracles as counting
import oracles
import systems
from oracles import Array
from reference_cases import case
from systems import OscillatorQuench, TwoStateQuench

COLD, HOT = 0.5, 2.0
ALL_TIME = np.inf
# The numbers below are written with three to seven figures; the shortest, such as 0.665, agree to this.
PRINTED = 6e-4


def unit_rate(frequency: float) -> float:
    return 1.0


def ladder(strengths: Sequence[float]) -> Array:
    return np.diag(strengths, 1) + np.diag(strengths, -1)


def spin_ladder(spin: float) -> Array:
    """|<m-1|J_-|m>|^2 = J(J+1) - m(m-1) between neighbours."""
    return ladder([spin * (spin + 1) - m * (m - 1) for m in np.arange(-spin + 1, spin + 1)])


def reciprocal(energies: Sequence[float], couplings: Array, statistics: str) -> dict[str, tuple[float, float]]:
    """sigma(0), total Sigma and gap of (heating, cooling) between COLD and HOT, unit spectrum."""
    rows = []
    for initial, final in ((COLD, HOT), (HOT, COLD)):
        matrix = oracles.thermal_rate_matrix(energies, couplings, unit_rate, final, statistics)
        start, end = oracles.gibbs_populations(energies, initial), oracles.gibbs_populations(energies, final)
        rows.append(
            (
                oracles.rate_entropy_production(matrix, start),
                oracles.classical_divergence(start, end),
                oracles.spectral_gap(matrix, end),
            )
        )
    return {key: (rows[0][i], rows[1][i]) for i, key in enumerate(("start", "total", "gap"))}


@pytest.mark.parametrize(
    ("energies", "couplings", "statistics", "start", "total", "gap"),
    [
        pytest.param(
            [0, 1], ladder([1]), "bose", (1.582185, 0.508810), (0.16834, 0.21916), (4.0830, 1.3130), id="qubit"
        ),
        pytest.param([0, 1], ladder([1]), "fermi", (0.387507, 0.387507), (0.16834, 0.21916), (1, 1), id="spin bath"),
        pytest.param(
            range(3), spin_ladder(1), "bose", (3.535583, 1.330228), (0.31374, 0.48243), (4.207, 1.775), id="spin 1"
        ),
        pytest.param(
            range(10), spin_ladder(4.5), "bose", (18.04686, 12.57424), (0.54580, 1.42991), (6.450, 8.455), id="spin 9/2"
        ),
        pytest.param(
            range(90),
            ladder([(n + 1) ** 2 for n in range(89)]),
            "bose",
            (2.727784, 8.482264),
            (0.55256, 1.52490),
            (1.92, 1.10),
            id="su(1,1)",
        ),
        pytest.param(
            range(3), ladder([1, 1]), "bose", (1.768, 0.665), (0.31374, 0.48243), (2.1037, 0.8876), id="ladder 1:1"
        ),
        pytest.param(
            range(3), ladder([1, 5]), "bose", (2.611, 1.670), (0.31374, 0.48243), (2.9607, 1.1460), id="ladder 1:5"
        ),
        pytest.param(
            range(3), ladder([1, 20]), "bose", (5.772, 5.436), (0.31374, 0.48243), (3.0858, 1.1688), id="ladder 1:20"
        ),
        pytest.param(
            range(3),
            ladder([1, 1]),
            "fermi",
            (0.432965, 0.506547),
            (0.31374, 0.48243),
            (0.5152, 0.6760),
            id="f 1:1",
        ),
        pytest.param(
            range(3),
            ladder([1, 5]),
            "fermi",
            (0.639408, 1.271516),
            (0.31374, 0.48243),
            (0.7251, 0.8728),
            id="f 1:5",
        ),
        pytest.param(
            [0, 3, 3.3], ladder([1, 50]), "bose", (1.397634, 3.155717), (0.32561, 1.03784), (0.978, 0.648), id="V"
        ),
    ],
)
def test_the_table_of_reciprocal_quenches(
    energies: Sequence[float],
    couplings: Array,
    statistics: str,
    start: tuple[float, float],
    total: tuple[float, float],
    gap: tuple[float, float],
) -> None:
    found = reciprocal(energies, couplings, statistics)
    np.testing.assert_allclose(found["start"], start, rtol=PRINTED)
    np.testing.assert_allclose(found["total"], total, rtol=PRINTED)
    np.testing.assert_allclose(found["gap"], gap, rtol=3e-3)  # some gaps are printed to three figures


def test_the_table_of_closed_forms() -> None:
    ohmic = [TwoStateQuench(1.0, final ** (2 * 0.2 - 1), 2.5 - final, final, "fermi") for final in (HOT, COLD)]
    bose, fermi = OscillatorQuench(), OscillatorQuench(statistics="fermi")
    for (heating, cooling), start, total, gap in (
        (ohmic, (0.255659, 0.587350), (0.16834, 0.21916), (0.660, 1.516)),
        ((bose, bose.reversed()), (2.077465, 2.077465), (0.55256, 1.52490), (1, 1)),
        ((fermi, fermi.reversed()), (0.508810, 1.582185), (0.55256, 1.52490), (0.245, 0.762)),
    ):
        pair = (heating, cooling)
        np.testing.assert_allclose([q.entropy_production_rate(0.0) for q in pair], start, rtol=PRINTED)
        np.testing.assert_allclose([q.entropy_production(ALL_TIME) for q in pair], total, rtol=PRINTED)
        np.testing.assert_allclose([q.relaxation for q in pair], gap, rtol=PRINTED)
    degenerate = TwoStateQuench(degeneracy=9)
    assert degenerate.entropy_production(ALL_TIME) == pytest.approx(0.2451, rel=PRINTED)
    assert degenerate.reversed().entropy_production(ALL_TIME) == pytest.approx(0.1989, rel=PRINTED)
    qubit = TwoStateQuench()
    assert systems.rate_crossing(qubit, qubit.reversed(), (0.01, 1)) == pytest.approx(0.158017, abs=5e-7)
    assert systems.cumulative_crossing(qubit, qubit.reversed(), (0.1, 3)) == pytest.approx(0.610178, abs=5e-7)


@pytest.mark.parametrize("spin", [0.5, 1.0, 4.5])
def test_the_start_of_a_spin_is_the_mean_of_its_bracket(spin: float) -> None:
    energies = range(int(2 * spin) + 1)
    for index, statistics in enumerate(("bose", "fermi")):
        found = reciprocal(energies, spin_ladder(spin), statistics)["start"]
        for value, initial, final in zip(found, (COLD, HOT), (HOT, COLD), strict=True):
            bracket = systems.spin_brackets(spin, 1.0, initial)[index]
            closed = systems.ladder_start_rate(1.0, 1.0, (initial, final), statistics, bracket)
            assert value == pytest.approx(closed, rel=1e-13)


def test_a_large_spin_heats_with_the_larger_rate_and_cools_with_the_larger_gap() -> None:
    energies, couplings = np.arange(10.0), spin_ladder(4.5)
    left, energy_left = {}, {}
    for word, initial, final in (("heat", COLD, HOT), ("cool", HOT, COLD)):
        matrix = oracles.thermal_rate_matrix(energies, couplings, unit_rate, final)
        start, end = oracles.gibbs_populations(energies, initial), oracles.gibbs_populations(energies, final)
        begin = oracles.classical_divergence(start, end)
        left[word] = oracles.classical_divergence(oracles.uniformised(matrix, start, 0.05), end) / begin
        energy_left[word] = energies @ (oracles.propagate(matrix, start, 1.0) - end) / (energies @ (start - end))
    assert left["heat"] == pytest.approx(0.292, abs=5e-4)
    assert left["cool"] == pytest.approx(0.634, abs=5e-4)
    assert energy_left["heat"] == pytest.approx(1.09e-3, abs=6e-6)
    assert energy_left["cool"] == pytest.approx(5.3e-4, abs=6e-6)


def test_the_overlap_of_a_qubit_with_its_slow_mode_depends_on_the_norm() -> None:
    for initial, final, weighted in ((COLD, HOT, 0.533), (HOT, COLD, 0.797)):
        energies = [0.0, 1.0]
        matrix = oracles.thermal_rate_matrix(energies, ladder([1]), unit_rate, final)
        start, end = oracles.gibbs_populations(energies, initial), oracles.gibbs_populations(energies, final)
        assert np.abs(start - end).sum() == pytest.approx(0.5167, abs=5e-5)
        assert np.sqrt(oracles.slow_overlap_squared(matrix, end, start)) == pytest.approx(weighted, abs=5e-4)


@pytest.mark.parametrize(
    ("degeneracy", "target", "cold", "hot", "starts", "heating_is_ahead"),
    [
        pytest.param(1, 1.0, 0.5, 4.128161, (0.324027, 0.280060), 1, id="qubit"),
        pytest.param(9, 1.0, 0.6, 8.5586, (0.629317, 0.728482), -1, id="one ground and nine excited states"),
        pytest.param(9, 0.3, 0.2, None, None, 1, id="the same, colder"),
    ],
)
def test_equidistant_quenches_of_two_state_systems(
    degeneracy: int,
    target: float,
    cold: float,
    hot: float | None,
    starts: tuple[float, float] | None,
    heating_is_ahead: int,
) -> None:
    partner = systems.two_state_partner(1.0, target, cold, degeneracy)[0]
    heating, cooling = (TwoStateQuench(1.0, 1.0, t, target, "bose", degeneracy) for t in (cold, partner))
    rates = [q.entropy_production_rate(0.0) for q in (heating, cooling)]
    if hot is not None:
        assert partner == pytest.approx(hot, rel=1e-5)
        np.testing.assert_allclose(rates, starts, rtol=PRINTED)
    assert np.sign(rates[0] - rates[1]) == heating_is_ahead
    times = np.array([0.2, 1.0, 3.0])
    assert np.all(np.sign(cooling.divergence(times) - heating.divergence(times)) == heating_is_ahead)


def test_equidistant_quenches_of_an_oscillator_and_of_a_lopsided_ladder() -> None:
    hot = systems.oscillator_partner(1.0, 1.0, 0.5)[0]
    rates = [OscillatorQuench(1.0, 1.0, t, 1.0).entropy_production_rate(0.0) for t in (0.5, hot)]
    assert hot == pytest.approx(1.685541, abs=5e-7)
    np.testing.assert_allclose(rates, (0.425459, 0.265472), rtol=PRINTED)
    energies = [0.0, 1.0, 2.0]
    hot = systems.equidistant_partner(lambda a, b: systems.gibbs_divergence(energies, a, b), 1.0, 0.5)[0]
    matrix = oracles.thermal_rate_matrix(energies, ladder([1, 20]), unit_rate, 1.0)
    starts = [oracles.gibbs_populations(energies, t) for t in (0.5, hot)]
    np.testing.assert_allclose(
        [oracles.rate_entropy_production(matrix, p) for p in starts], (1.182, 2.280), rtol=PRINTED
    )


def test_at_equal_mean_heat_a_qutrit_is_slightly_noisier_when_it_heats() -> None:
    energies = np.arange(3.0)
    noise = []
    for initial, final in ((COLD, HOT), (HOT, COLD)):
        matrix = oracles.thermal_rate_matrix(energies, ladder([1, 1]), unit_rate, final)
        start = oracles.gibbs_populations(energies, initial)
        gains = counting.rate_gains(matrix, np.subtract.outer(energies, energies), 2)

        def moments(time: float, matrix: Array = matrix, gains: list[Array] = gains, start: Array = start) -> Array:
            return counting.integrated_moments(matrix, gains, np.ones(3), start, time)

        # The pair of numbers belongs to the mean heat 0.254190, 47.9 % of the whole.
        time = scipy.optimize.brentq(lambda t, m=moments: abs(m(t)[1]) - 0.25418961, 1e-3, 5.0)
        mean, second = moments(time)[1:]
        noise.append(second / mean**2 - 1.0)
    np.testing.assert_allclose(noise, (6.0131, 5.9201), rtol=2e-5)


@pytest.mark.parametrize(
    ("initial", "final", "time", "true", "bare", "ratio"),
    [(0.5, 2.0, 0.5, 6.004, 12.43, 5.2), (2.0, 0.5, 0.5, 11.66, 14.75, 1.58), (0.05, 5.0, 1.0, 1.2215, 3.41, None)],
)
def test_the_thermo_kinetic_bound_without_its_correction_is_false_for_relaxation(
    initial: float, final: float, time: float, true: float, bare: float, ratio: float | None
) -> None:
    quench = TwoStateQuench(1.0, 1.0, initial, final)
    mean, variance = quench.heat_mean(time), quench.heat_variance(time)
    information = counting.tkur_information(quench.entropy_production(time), quench.activity(time))
    assert variance / mean**2 == pytest.approx(true, rel=PRINTED)
    assert 1.0 / information == pytest.approx(bare, rel=2e-3)
    assert variance / mean**2 < 1.0 / information
    assert variance / mean**2 < 2.0 / quench.entropy_production(time)
    corrected = time * quench.heat_rate(time)
    assert variance > corrected**2 / information
    if ratio is not None:
        assert variance * information / corrected**2 == pytest.approx(ratio, rel=1e-2)


def test_the_corrected_bound_goes_loose_at_late_times() -> None:
    quench = TwoStateQuench()
    information = counting.tkur_information(quench.entropy_production(2.0), quench.activity(2.0))
    ratio = quench.heat_variance(2.0) * information / (2.0 * quench.heat_rate(2.0)) ** 2
    assert ratio == pytest.approx(7.9e4, rel=1e-2)


@pytest.mark.parametrize(("initial", "final", "time"), [(0.05, 2.0, 2.0), (0.5, 2.0, 0.3), (2.0, 0.5, 1.0)])
def test_the_time_weighted_bound_is_the_heat_variance_less_that_of_the_start(
    initial: float, final: float, time: float
) -> None:
    """Var Q = w^2 Gam^2 (p_f-p_i)^2 e^{-2 Gam t} int a/j^2 + w^2 x^2 p_i (1-p_i): law of total variance."""
    quench = TwoStateQuench(1.0, 1.0, initial, final)
    start, end = quench.population(0.0), quench.population(ALL_TIME)
    integral = scipy.integrate.quad(
        lambda s: quench.activity_rate(s) / quench.heat_rate(s) ** 2, 0.0, time, epsabs=0.0, epsrel=1e-12
    )[0]
    gamma = quench.relaxation
    bound = (gamma * (end - start)) ** 2 * np.exp(-2 * gamma * time) * integral
    rest = quench.progress(time) ** 2 * start * (1 - start)
    assert bound + rest == pytest.approx(quench.heat_variance(time), rel=1e-12)
    if initial == 0.05:
        assert bound == pytest.approx(0.234977425, abs=5e-10)
        assert quench.heat_variance(time) == pytest.approx(0.234977427, abs=6e-10)


def test_a_permutation_makes_four_levels_start_farther_and_arrive_sooner() -> None:
    given = case("four_level_ohmic").parameters
    energies = np.array(given["E"])
    matrix = oracles.thermal_rate_matrix(energies, given["K"], lambda w: 0.05 * w * np.exp(-w / 5.0), HOT)
    plain, end = oracles.gibbs_populations(energies, COLD), oracles.gibbs_populations(energies, HOT)
    permuted = plain[[2, 0, 3, 1]]
    overlaps = [oracles.slow_overlap_squared(matrix, end, p) for p in (permuted, plain)]
    assert np.sqrt(overlaps[0] / overlaps[1]) == pytest.approx(0.0197, abs=5e-5)
    assert oracles.classical_divergence(plain, end) == pytest.approx(0.4005, abs=5e-5)
    assert oracles.classical_divergence(permuted, end) == pytest.approx(0.9174, abs=5e-5)

    def lead(time: float) -> float:
        later = [oracles.uniformised(matrix, p, time) for p in (permuted, plain)]
        return oracles.classical_divergence(later[0], end) - oracles.classical_divergence(later[1], end)

    assert scipy.optimize.brentq(lead, 0.1, 10.0) == pytest.approx(3.1970, abs=5e-5)


def test_local_jumps_with_the_full_hamiltonian_can_break_the_second_law() -> None:
    """Two coupled qubits, w = (1.6, 1.0), coupling 0.3, rates (0.02, 0.03), temperatures (1.0, 0.9)."""
    lower, one = np.array([[0.0, 1.0], [0.0, 0.0]]), np.eye(2)
    parts = (np.kron(lower, one), np.kron(one, lower))
    bare = sum(w * a.T @ a for w, a in zip((1.6, 1.0), parts, strict=True))
    full = bare + 0.3 * (parts[0].T @ parts[1] + parts[1].T @ parts[0])
    baths = []
    for part, gap, rate, temperature in zip(parts, (1.6, 1.0), (0.02, 0.03), (1.0, 0.9), strict=True):
        down, up = (float(r) for r in systems.rates(gap, rate, temperature))
        entropy = gap / temperature
        pair = [oracles.Jump(np.sqrt(down) * part, gap, entropy), oracles.Jump(np.sqrt(up) * part.T, -gap, -entropy)]
        baths.append((pair, temperature))
    jumps = [jump for pair, _ in baths for jump in pair]
    state = oracles.steady_state(full, jumps)
    heats = [oracles.heat_rate(full, pair, state) for pair, _ in baths]
    np.testing.assert_allclose(heats, (-1.174e-3, 1.174e-3), rtol=PRINTED)
    assert oracles.ledger_entropy_production(full, baths, state) == pytest.approx(-1.304e-4, rel=PRINTED)
    assert oracles.trajectory_entropy_production(jumps, state) == pytest.approx(4.10e-4, rel=2e-3)
