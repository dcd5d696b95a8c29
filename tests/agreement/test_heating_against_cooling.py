"""The numbers of the theory of heating against cooling, computed by the package: which statements hold where.

The same tables are recomputed from rate matrices in unit/test_formula_tables.py; here they come out of public calls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import scipy.integrate

import oracles
import systems
import thermokin as tk
from oracles import Array
from reference_cases import case
from thermokin.bounds.inverse_x_tanh_x import thermo_kinetic_information
from thermokin.quench.clocks import matched_heat
from thermokin.quench.comparison import Comparison

# Unit couplings beside unit gaps: the numbers belong to the generator, whatever its validity.
pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

Family = Callable[[Any], tk.Model]
Pair = tuple[float, float]
lib = tk.library
COLD, HOT = 0.5, 2.0
# The numbers below are written with three to seven figures; the shortest, such as 0.665, agree to this.
PRINTED = 6e-4


def _steep_ladder(temperature: Any) -> tk.Model:
    """|A|^2 = (n+1)^2 between n and n+1: su(1,1)."""
    size = 90
    return lib.levels(
        np.arange(float(size)), np.diag(np.arange(1.0, size), 1) + np.diag(np.arange(1.0, size), -1), 1.0, temperature
    )


def _ladder(second: float, statistics: Any = None) -> Family:
    return lambda t: lib.qutrit_ladder(1.0, t, couplings=(1.0, np.sqrt(second)), statistics=statistics)


def _star(excited: int) -> Family:
    """One ground state, each excited state coupled to it alone."""
    coupling = np.zeros((excited + 1, excited + 1))
    coupling[0, 1:] = coupling[1:, 0] = 1.0
    return lambda t: lib.levels([0.0] + [1.0] * excited, coupling, 1.0, t)


FAMILIES: dict[str, Family] = {
    "qubit": lambda t: lib.qubit(1.0, 1.0, t),
    "qubit, spin bath": lambda t: lib.qubit(1.0, 1.0, t, statistics=tk.SpinBath()),
    "qubit, rate T^(2a-1)": lambda t: lib.qubit(1.0, np.asarray(t) ** -0.6, t, statistics=tk.SpinBath()),
    "oscillator": lambda t: lib.oscillator(60, 1.0, 1.0, t),
    "oscillator, fermionic rates": lambda t: lib.oscillator(60, 1.0, 1.0, t, statistics=tk.SpinBath()),
    "spin 1": lambda t: lib.spin(1, 1.0, 1.0, t),
    "spin 9/2": lambda t: lib.spin(4.5, 1.0, 1.0, t),
    "su(1,1)": _steep_ladder,
    "ladder 1:1": _ladder(1.0),
    "ladder 1:5": _ladder(5.0),
    "ladder 1:20": _ladder(20.0),
    "ladder 1:1, fermionic rates": _ladder(1.0, tk.SpinBath()),
    "ladder 1:5, fermionic rates": _ladder(5.0, tk.SpinBath()),
    "V": lambda t: lib.qutrit_ladder(
        1.0, t, energies=(0.0, 3.0, 3.3), couplings=(1.0, np.sqrt(50.0))
    ),  # 0-1 weak, 1-2 strong
    "one ground, nine excited": _star(9),
}
# sigma(0), their ratio, total entropy production and gap, of heating and of cooling between 0.5 and 2.
RECIPROCAL: list[tuple[str, Pair, float, Pair, Pair | None]] = [
    ("qubit", (1.582185, 0.508810), 3.1096, (0.16834, 0.21916), (4.0830, 1.3130)),
    ("qubit, spin bath", (0.387507, 0.387507), 1.0, (0.16834, 0.21916), (1.0, 1.0)),
    ("qubit, rate T^(2a-1)", (0.255659, 0.587350), 0.4353, (0.16834, 0.21916), (0.660, 1.516)),
    ("oscillator", (2.077465, 2.077465), 1.0, (0.55256, 1.52490), (1.0, 1.0)),
    ("oscillator, fermionic rates", (0.508810, 1.582185), 0.3216, (0.55256, 1.52490), (0.245, 0.762)),
    ("spin 1", (3.535583, 1.330228), 2.6579, (0.31374, 0.48243), (4.207, 1.775)),
    ("spin 9/2", (18.04686, 12.57424), 1.4352, (0.54580, 1.42991), (6.450, 8.455)),
    ("su(1,1)", (2.727784, 8.482264), 0.3216, (0.55256, 1.52490), (1.92, 1.10)),
    ("ladder 1:1", (1.768, 0.665), 2.658, (0.31374, 0.48243), None),
    ("ladder 1:5", (2.611, 1.670), 1.564, (0.31374, 0.48243), None),
    ("ladder 1:20", (5.772, 5.436), 1.062, (0.31374, 0.48243), None),
    ("ladder 1:1, fermionic rates", (0.432965, 0.506547), 0.855, (0.31374, 0.48243), None),
    ("ladder 1:5, fermionic rates", (0.639408, 1.271516), 0.503, (0.31374, 0.48243), None),
    ("V", (1.397634, 3.155717), 0.4429, (0.32561, 1.03784), (0.978, 0.648)),
]


def reciprocal(name: str, times: Any = (0.0,)) -> Comparison:
    return tk.compare(tk.reciprocal(FAMILIES[name], COLD, HOT), times)


def equidistant(name: str, target: float, cold: float, times: Any = (0.0,)) -> Comparison:
    return tk.compare(tk.equidistant(FAMILIES[name], target, cold), times)


def first_rates(comparison: Comparison) -> Array:
    return np.array([side.ledger.entropy_production_rate[0] for side in (comparison.heating, comparison.cooling)])


def totals(comparison: Comparison) -> Array:
    return np.array([side.ledger.total_entropy_production for side in (comparison.heating, comparison.cooling)])


@pytest.mark.parametrize(("name", "start", "ratio", "total", "gap"), RECIPROCAL, ids=[row[0] for row in RECIPROCAL])
def test_reciprocal_quenches_have_the_rates_totals_and_gaps_of_the_table(
    name: str, start: Pair, ratio: float, total: Pair, gap: Pair | None
) -> None:
    comparison = reciprocal(name)
    rates = first_rates(comparison)
    np.testing.assert_allclose(rates, start, rtol=PRINTED)
    assert rates[0] / rates[1] == pytest.approx(ratio, rel=PRINTED)
    np.testing.assert_allclose(totals(comparison), total, rtol=PRINTED)
    if gap is not None:
        np.testing.assert_allclose(comparison.spectral.gaps, gap, rtol=3e-3)  # some are printed to three figures


@pytest.mark.parametrize("name", [row[0] for row in RECIPROCAL])
def test_the_first_rates_stand_to_each_other_as_the_first_heat_currents(name: str) -> None:
    comparison = reciprocal(name)
    rates = first_rates(comparison)
    currents = [float(side.ledger.heat_rate["bath"][0]) for side in (comparison.heating, comparison.cooling)]
    # Two roads through the same rate matrix; 90 levels of steep rates leave a thousand roundings.
    assert rates[0] / rates[1] == pytest.approx(-currents[0] / currents[1], rel=1e-12)
    np.testing.assert_allclose(rates, (1 / COLD - 1 / HOT) * np.abs(currents), rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "holds", "tie"),
    [
        ("qubit", True, False),
        ("qubit, spin bath", False, True),
        ("spin 9/2", True, False),
        ("ladder 1:1, fermionic rates", False, False),
        ("V", False, False),
    ],
)
def test_the_verdict_on_the_first_rate_follows_the_bath_and_the_couplings(name: str, holds: bool, tie: bool) -> None:  # noqa: FBT001
    verdict = reciprocal(name, [0.0, 0.5]).verdict("initial rate")
    assert verdict.holds == holds
    assert verdict.tie == tie


def test_the_total_goes_the_other_way_unless_the_third_energy_cumulant_is_negative() -> None:
    produced = totals(reciprocal("one ground, nine excited"))
    np.testing.assert_allclose(produced, (0.2451, 0.1989), rtol=PRINTED)
    comparison = reciprocal("one ground, nine excited", [0.0, 0.5])
    assert not comparison.verdict("total").holds
    assert reciprocal("qubit", [0.0, 0.5]).verdict("total").holds


def test_the_rates_of_a_qubit_cross_before_its_totals_do() -> None:
    crossings = reciprocal("qubit", np.linspace(0.0, 2.0, 9)).crossings
    assert crossings["entropy production rate"] == pytest.approx(0.158017, abs=5e-7)
    assert crossings["entropy production"] == pytest.approx(0.610178, abs=5e-7)
    assert np.isnan(crossings["completion"])


def test_a_large_spin_starts_heating_with_more_entropy_and_cools_with_the_larger_gap() -> None:
    comparison = reciprocal("spin 9/2", [0.0, 0.05, 1.0, 2.0])
    left = [side.remaining(tk.distances.RelativeEntropy()) for side in (comparison.heating, comparison.cooling)]
    np.testing.assert_allclose([left[0][1], left[1][1]], (0.292, 0.634), atol=5e-4)
    # 1e-12 of the start: read from the deviation, not from the difference of two states. Printed to two figures.
    np.testing.assert_allclose([left[0][3], left[1][3]], (1.7e-12, 1.2e-12), atol=0.05e-12)
    energies = []
    for side in (comparison.heating, comparison.cooling):
        final = float(side.final_populations @ side.evolution.model.energies)
        start = float(side.ledger.initial_energy)
        energies.append((side.ledger.energy[2] - final) / (start - final))
    np.testing.assert_allclose(energies, (1.09e-3, 5.3e-4), atol=6e-6)
    assert comparison.verdict("initial rate").holds
    assert not comparison.verdict("gap").holds
    assert not comparison.verdict("ahead in relative entropy").holds


def test_which_quench_of_a_qubit_couples_more_to_the_slow_mode_is_a_matter_of_the_norm() -> None:
    account = reciprocal("qubit").spectral
    np.testing.assert_allclose(account.slow_trace_overlaps, (0.5167, 0.5167), atol=5e-5)
    np.testing.assert_allclose(account.slow_overlaps, (0.533, 0.797), atol=5e-4)


@pytest.mark.parametrize(
    ("name", "target", "cold", "hot", "start"),
    [
        ("qubit", 1.0, 0.5, 4.128161, (0.324027, 0.280060)),
        ("oscillator", 1.0, 0.5, 1.685541, (0.425459, 0.265472)),
        ("one ground, nine excited", 1.0, 0.6, 8.5586, (0.629317, 0.728482)),
        ("ladder 1:20", 1.0, 0.5, None, (1.182, 2.280)),
    ],
)
def test_equidistant_quenches_have_the_rates_of_the_table(
    name: str, target: float, cold: float, hot: float | None, start: Pair
) -> None:
    comparison = equidistant(name, target, cold)
    np.testing.assert_allclose(first_rates(comparison), start, rtol=PRINTED)
    if hot is not None:
        assert comparison.pair.temperatures["hot"] == pytest.approx(hot, rel=1e-5)


@pytest.mark.parametrize(
    ("name", "target", "cold", "heating_leads"),
    [
        ("qubit", 1.0, 0.5, True),
        ("oscillator", 1.0, 0.5, True),
        ("one ground, nine excited", 1.0, 0.6, False),
        ("one ground, nine excited", 0.3, 0.2, True),
    ],
)
def test_which_of_two_equidistant_starts_arrives_sooner_depends_on_the_third_cumulant(
    name: str,
    target: float,
    cold: float,
    heating_leads: bool,  # noqa: FBT001
) -> None:
    comparison = equidistant(name, target, cold, [0.2, 1.0, 3.0])
    distances = [side.distances["relative entropy"] for side in (comparison.heating, comparison.cooling)]
    assert ((distances[0] < distances[1]) == heating_leads).all()
    rates = [
        float(side.at([0.0]).ledger.entropy_production_rate[0]) for side in (comparison.heating, comparison.cooling)
    ]
    assert (rates[0] > rates[1]) == heating_leads


def test_heating_a_qubit_is_steadier_at_equal_time_and_even_at_equal_heat() -> None:
    comparison = reciprocal("qubit", np.linspace(0.0, 3.0, 7))
    assert comparison.verdict("steadier at equal time").holds
    verdict = comparison.verdict("steadier at equal heat")
    assert verdict.tie
    assert not verdict.holds


def test_half_way_along_the_statistical_length_a_heated_qubit_is_the_noisier_one() -> None:
    """Equal length is not equal progress x = 1 - exp(-Gam t): both stand in one state, at x and at 1 - x.

    The mirror theorem speaks of equal x, where the noises are equal.
    """
    verdict = reciprocal("qubit", [0.0, 1.0]).verdict("steadier at equal completion")
    heating = systems.TwoStateQuench()
    cold, hot = heating.population(0.0), heating.population(np.inf)
    middle = np.sin(0.5 * (np.arcsin(np.sqrt(cold)) + np.arcsin(np.sqrt(hot)))) ** 2
    noise = []
    for start, end in ((cold, hot), (hot, cold)):
        x = (middle - start) / (end - start)
        noise.append((start * (1 - end) + (1 - start) * end) / (x * (end - start) ** 2) - 1.0)
    # The moments of equal length come out of a root search to about 1e-12 of the time.
    np.testing.assert_allclose((verdict.heating, verdict.cooling), noise, rtol=1e-10)
    assert verdict.heating > verdict.cooling
    assert not verdict.holds


def test_an_oscillator_has_one_heat_variance_for_both_quenches_at_all_times() -> None:
    comparison = reciprocal("oscillator", [0.1, 0.5, 1.5])
    heats = [comparison.heating.heat, comparison.cooling.heat]
    # 60 levels leave e^-30 of the hot state out.
    np.testing.assert_allclose(heats[0].mean, -heats[1].mean, rtol=1e-10)
    np.testing.assert_allclose(heats[0].variance, heats[1].variance, rtol=1e-9)
    rates = [side.ledger.entropy_production_rate for side in (comparison.heating, comparison.cooling)]
    assert (np.abs(rates[0] / rates[1] - 1.0) > 0.1).all()


def test_at_equal_heat_a_qutrit_is_slightly_noisier_when_it_heats() -> None:
    comparison = reciprocal("ladder 1:1")
    total = min(abs(float(side.total_heat)) for side in (comparison.heating, comparison.cooling))
    match = matched_heat(comparison.heating, comparison.cooling, 0.25418961 / total)
    np.testing.assert_allclose(match.relative_variances, (6.0131, 5.9201), rtol=2e-5)
    assert match.level == pytest.approx(0.25418961, rel=1e-12)


def test_at_equal_heat_the_noise_of_a_qubit_is_the_same_to_rounding() -> None:
    comparison = reciprocal("qubit")
    for fraction in (0.1, 0.5, 0.9):
        match = matched_heat(comparison.heating, comparison.cooling, fraction)
        # The matched times come out of a root search to rounding, the noise from a ratio of sums of two terms.
        assert match.relative_variances[0] == pytest.approx(float(match.relative_variances[1]), rel=1e-11)
        assert match.times[0] < match.times[1]


def bare_limit(side: Any) -> Array:
    """Var / mean^2 >= 1 / I_TK: what the thermo-kinetic relation would say without its correction."""
    return 1.0 / thermo_kinetic_information(side.ledger.entropy_production, side.ledger.total_activity)


@pytest.mark.parametrize(
    ("initial", "final", "time", "true", "bare", "ratio"),
    [
        (0.5, 2.0, 0.5, 6.004, 12.43, 5.2),
        (2.0, 0.5, 0.5, 11.66, 14.75, 1.58),
        (0.05, 5.0, 1.0, 1.2215, 3.41, None),
        (0.5, 2.0, 2.0, None, None, 7.9e4),
    ],
)
def test_the_uncorrected_thermo_kinetic_relation_is_false_for_relaxation(
    initial: float, final: float, time: float, true: float | None, bare: float | None, ratio: float | None
) -> None:
    side = _qubit(initial, final, time)
    noise, limit = side.heat.relative_variance[0], bare_limit(side)[0]
    if true is not None:
        assert noise == pytest.approx(true, rel=PRINTED)
        assert limit == pytest.approx(bare, rel=2e-3)
        assert noise < limit
        assert noise < 2.0 / side.ledger.entropy_production[0]
    information = 1.0 / limit
    corrected = (time * side.ledger.heat_rate["bath"][0]) ** 2 / information  # populations: the end-point current
    assert side.heat.variance[0] > corrected
    if ratio is not None:
        assert side.heat.variance[0] / corrected == pytest.approx(ratio, rel=1e-2)


def _qubit(initial: float, final: float, time: float) -> Any:
    pair = tk.QuenchPair(
        tk.Quench("heating", FAMILIES["qubit"](final), tk.Gibbs(initial)),
        tk.Quench("cooling", FAMILIES["qubit"](initial), tk.Gibbs(final)),
        "by hand",
        {},
    )
    return tk.compare(pair, [time]).heating


def test_the_time_weighted_limit_of_a_cold_qubit_misses_only_the_noise_of_its_start() -> None:
    side = _qubit(0.05, 2.0, 2.0)

    def weight(time: float) -> float:
        ledger = side.at([time]).ledger
        return float(ledger.total_activity_rate[0] / ledger.heat_rate["bath"][0] ** 2)

    integral = scipy.integrate.quad(weight, 0.0, 2.0, epsabs=0.0, epsrel=1e-11)[0]
    limit = float(side.ledger.heat_rate["bath"][0] ** 2) * integral  # w Gam (p_f - p_i) e^(-Gam t) is the last current
    assert limit == pytest.approx(0.234977425, abs=5e-10)
    assert side.heat.variance[0] == pytest.approx(0.234977427, abs=6e-10)


def test_a_permutation_makes_four_levels_start_farther_and_arrive_sooner() -> None:
    given = case("four_level_ohmic").parameters
    model = lib.levels(given["E"], np.sqrt(given["K"]), temperature=HOT, spectrum=tk.Ohmic(0.05, 5.0))
    plain = tk.evolve(model, tk.Gibbs(COLD), [0.0]).populations[0]
    starts: Sequence[Array] = (plain[[2, 0, 3, 1]], plain)
    pair = tk.QuenchPair(
        tk.Quench("permuted", model, tk.Populations(starts[0])),
        tk.Quench("plain", model, tk.Populations(starts[1])),
        "permutation",
        {},
    )
    comparison = tk.compare(pair, np.linspace(0.0, 8.0, 5))
    distances = [side.distances["relative entropy"][0] for side in (comparison.heating, comparison.cooling)]
    np.testing.assert_allclose(distances, (0.9174, 0.4005), atol=5e-5)
    slow = comparison.spectral.slow_overlaps
    assert slow[0] / slow[1] == pytest.approx(0.0197, abs=5e-5)
    crossing = comparison.crossing(lambda side: side.distances["relative entropy"])
    assert crossing == pytest.approx(3.1970, abs=5e-5)


def test_jumps_of_the_parts_keep_the_second_law_that_the_heat_of_the_whole_would_break() -> None:
    """Two coupled qubits, w = (1.6, 1.0), coupling 0.3, rates (0.02, 0.03), temperatures (1.0, 0.9)."""
    lower, one = np.array([[0.0, 1.0], [0.0, 0.0]]), np.eye(2)
    parts = (np.kron(lower, one), np.kron(one, lower))
    bare = sum(w * a.T @ a for w, a in zip((1.6, 1.0), parts, strict=True))
    full = bare + 0.3 * (parts[0].T @ parts[1] + parts[1].T @ parts[0])
    contacts = [
        tk.Contact(tk.Bath(name, temperature), a + a.T, tk.Flat(rate))
        for name, temperature, a, rate in zip(("left", "right"), (1.0, 0.9), parts, (0.02, 0.03), strict=True)
    ]
    model = tk.local(full, contacts, bare)
    steady = tk.steady_state(model).state
    ledger = tk.ledger(model, tk.evolve(model, steady, [0.0, 50.0]))
    np.testing.assert_allclose(ledger.entropy_production_rate, 4.10e-4, rtol=2e-3)
    # The heats of the bare parts do not add up to zero: switching the coupling on and off is paid by work.
    heats = np.array([ledger.heat_rate[name][0] for name in ("left", "right")])
    assert ledger.work_rate[0] == pytest.approx(-heats.sum(), rel=1e-9)  # at rest; both are sums of 16 elements
    assert abs(heats.sum()) > 0.1 * np.abs(heats).max()
    naive = []
    for bath in model.baths:
        jumps = [oracles.Jump(channel.jump) for channel in model.channels if channel.bath is bath]
        naive.append(oracles.heat_rate(full, jumps, steady))
    np.testing.assert_allclose(naive, (-1.174e-3, 1.174e-3), rtol=PRINTED)
    assert -(naive[0] / 1.0 + naive[1] / 0.9) == pytest.approx(-1.304e-4, rel=PRINTED)
