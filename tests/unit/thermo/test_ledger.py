"""The ledger against closed forms, and at its edges: time 0, empty levels, absolute zero, levels kept apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.integrate

import builders
import oracles
import systems
import thermokin as tk
from thermokin.bounds.fluctuation_theorem import baths_agree

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

TIMES = np.array([0.0, 0.05, 0.4, 2.0])
LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])

TWO_STATES = {
    "heating": systems.TwoStateQuench(),
    "cooling": systems.TwoStateQuench().reversed(),
    "spin bath": systems.TwoStateQuench(1.3, 0.7, 0.4, 1.1, "fermi"),
    "degenerate star": systems.TwoStateQuench(1.0, 1.0, 0.6, 1.0, "bose", 4),
    "from absolute zero": systems.TwoStateQuench(1.0, 1.0, 0.0, 2.0),
}


def ledger_of(model: tk.Model, initial: Any, times: Any = TIMES) -> tk.results.Ledger:
    return tk.ledger(model, tk.evolve(model, initial, times))


@pytest.mark.parametrize("name", TWO_STATES)
def test_two_state_systems_have_the_ledger_of_their_closed_forms(name: str) -> None:
    quench = TWO_STATES[name]
    found = ledger_of(builders.two_state(quench), builders.initial(quench))
    rates = np.array([np.inf, *quench.entropy_production_rate(TIMES[1:])])
    if quench.initial_temperature > 0:
        rates = quench.entropy_production_rate(TIMES)
    # Sums of at most eight terms of order one, against fifty digits.
    np.testing.assert_allclose(found.entropy_production_rate, rates, rtol=1e-11)
    np.testing.assert_allclose(found.entropy_production, quench.entropy_production(TIMES), rtol=1e-11, atol=1e-16)
    np.testing.assert_allclose(found.heat_rate["bath"], quench.heat_rate(TIMES), rtol=1e-12)
    np.testing.assert_allclose(found.heat["bath"], quench.heat_mean(TIMES), rtol=1e-11)
    np.testing.assert_allclose(found.activity_rate["bath"], quench.activity_rate(TIMES), rtol=1e-12)
    np.testing.assert_allclose(found.total_activity, quench.activity(TIMES), rtol=1e-11)
    np.testing.assert_allclose(found.energy, quench.gap * quench.population(TIMES), rtol=1e-12)
    total = float(quench.entropy_production(np.inf))
    assert float(found.total_entropy_production) == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize("statistics", ["bose", "fermi"])
def test_an_oscillator_has_the_ledger_of_its_closed_forms(statistics: Any) -> None:
    quench = systems.OscillatorQuench(1.0, 1.0, 0.4, 0.9, statistics)
    found = ledger_of(builders.oscillator(quench, 45), builders.initial(quench))
    # 45 levels leave e^-50 out.
    np.testing.assert_allclose(found.entropy_production_rate, quench.entropy_production_rate(TIMES), rtol=1e-10)
    np.testing.assert_allclose(found.entropy_production, quench.entropy_production(TIMES), rtol=1e-10, atol=1e-15)
    np.testing.assert_allclose(found.heat["bath"], quench.heat_mean(TIMES), rtol=1e-10)
    np.testing.assert_allclose(found.total_activity, quench.activity(TIMES), rtol=1e-10)
    number = quench.number(TIMES)
    np.testing.assert_allclose(found.entropy, (number + 1) * np.log(number + 1) - number * np.log(number), rtol=1e-11)


def test_rates_at_late_times_keep_their_own_digits() -> None:
    """After sixty decay times the rate is (p - p_f)^2 Gam / [p_f (1-p_f)] of a deviation of e^-60."""
    quench = systems.TwoStateQuench()
    late = np.array([30.0, 60.0]) / quench.relaxation
    found = ledger_of(builders.two_state(quench), builders.initial(quench), late)
    np.testing.assert_allclose(found.entropy_production_rate, quench.entropy_production_rate(late), rtol=1e-9)
    np.testing.assert_allclose(found.heat_rate["bath"], quench.heat_rate(late), rtol=1e-12)
    levels = tk.library.levels([0.0, 1.0, 1.7, 3.0], rate=0.02, temperature=0.8)
    late = np.array([20.0, 40.0]) / float(tk.modes(levels).gap)
    rates = ledger_of(levels, tk.Gibbs(2.0), late).entropy_production_rate
    # A sum of squares of the slowest mode by then: it decays at twice its rate.
    assert rates[1] / rates[0] == pytest.approx(np.exp(-40.0), rel=1e-6)


def test_everything_counted_since_time_zero_is_exactly_nothing_there() -> None:
    rng = np.random.default_rng(5)
    contacts = []
    for name, temperature in (("cold", 0.5), ("hot", 1.5)):
        coupling = rng.normal(size=(3, 3))
        contacts.append(tk.Contact(tk.Bath(name, temperature), coupling + coupling.T, tk.Ohmic(0.01)))
    root = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
    state = root @ root.conj().T / np.trace(root @ root.conj().T).real
    for model, start in (
        (tk.davies(np.diag([0.0, 1.0, 2.3]), contacts), state),
        (tk.davies(np.diag([0.0, 1.0, 2.3]), contacts), tk.Gibbs(0.7)),
        (tk.library.levels([0.0, 1.0, 1.7, 3.0], rate=0.02, temperature=0.8), tk.Gibbs(2.0)),
    ):
        for times in ([0.0], [0.0, 1.0, 2.0], [0.0, 0.1, 0.7, 2.0, 5.0]):
            found = ledger_of(model, start, times)
            assert found.entropy_production[0] == 0.0
            assert found.total_activity[0] == 0.0
            assert all(heat[0] == 0.0 for heat in found.heat.values())
            assert all(count[0] == 0.0 for count in found.activity.values())


def test_roundings_of_the_first_entropy_are_no_production() -> None:
    """Two baths and coherent states: entropies of one state by two routes differ by 1e-17, which is not a lead."""
    rng = np.random.default_rng(6)
    coupling = np.array([[0.0, 1.0, 0.4], [1.0, 0.0, 0.7], [0.4, 0.7, 0.0]])
    contacts = [tk.Contact(tk.Bath(n, t), coupling, tk.Ohmic(0.01)) for n, t in (("cold", 0.5), ("hot", 1.5))]
    model = tk.davies(np.diag([0.0, 1.0, 2.3]), contacts)
    for _ in range(20):
        root = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
        state = root @ root.conj().T / np.trace(root @ root.conj().T).real
        assert ledger_of(model, state).entropy_production[0] == 0.0


def test_a_pure_coherent_start_has_an_infinite_first_rate_and_a_finite_production() -> None:
    """0.6 |0> + 0.8 e^(0.7 i) |1> in the Bloch equations: dS/dt diverges, S(t) does not."""
    system = systems.TwoStateQuench()
    ket = np.array([0.6, 0.8 * np.exp(0.7j)])
    found = ledger_of(builders.two_state(system), np.outer(ket, ket.conj()))
    assert found.entropy_production_rate[0] == np.inf
    assert np.isfinite(found.entropy_production_rate[1:]).all()
    speed, final = system.relaxation, float(system.population(np.inf))
    p = final + (0.64 - final) * np.exp(-speed * TIMES)
    b = np.sqrt((1 - 2 * p) ** 2 + 4 * 0.48**2 * np.exp(-speed * TIMES))
    entropy = -sum(np.where(x > 1e-15, x * np.log(np.maximum(x, 1e-300)), 0.0) for x in (0.5 * (1 + b), 0.5 * (1 - b)))
    np.testing.assert_allclose(found.entropy_production, entropy - (p - 0.64) / 2.0, rtol=1e-11, atol=1e-13)


def test_each_mode_has_the_share_of_its_own_flow() -> None:
    """-lam e^(lam t) c R . (ln p - ln pi), from eigenvectors of the rate matrix as it stands."""
    energies = np.array([0.0, 1.0, 1.7, 3.0])
    found = ledger_of(tk.library.levels(energies, rate=1.0, temperature=0.8), tk.Gibbs(2.0))
    matrix = oracles.thermal_rate_matrix(energies, np.ones((4, 4)), lambda w: 1.0, 0.8)
    values, right = np.linalg.eig(matrix)
    order = np.argsort(-values.real)
    values, right = values[order].real, right[:, order].real
    overlap = np.linalg.inv(right) @ oracles.gibbs_populations(energies, 2.0)
    for index, time in enumerate(TIMES):
        force = np.log(found.evolution.populations[index]) - np.log(oracles.gibbs_populations(energies, 0.8))
        expected = -(values * np.exp(values * time) * overlap * (right.T @ force))[1:]
        np.testing.assert_allclose(found.mode_rates[index], expected, rtol=1e-8, atol=1e-14)


def test_a_state_whose_empty_level_nothing_fills_has_a_finite_rate() -> None:
    """The third level is linked to nothing: it stays empty, and 0 ln 0 = 0."""
    coupling = np.zeros((3, 3))
    coupling[0, 1] = coupling[1, 0] = 1.0
    model = tk.library.levels([0.0, 1.0, 1.7], coupling, 1.0, 2.0)
    found = ledger_of(model, tk.Populations([0.8, 0.2, 0.0]))
    pair = ledger_of(tk.library.qubit(1.0, 1.0, 2.0), tk.Populations([0.8, 0.2]))
    np.testing.assert_allclose(found.entropy_production_rate, pair.entropy_production_rate, rtol=1e-12)
    np.testing.assert_allclose(found.entropy_production, pair.entropy_production, rtol=1e-11, atol=1e-15)
    np.testing.assert_allclose(found.total_activity, pair.total_activity, rtol=1e-12)


def test_levels_kept_apart_count_their_jumps_at_every_point_of_a_sweep() -> None:
    """Two pairs of levels, four temperatures: the dual vector of each point is its own."""
    coupling = np.zeros((4, 4))
    coupling[0, 2] = coupling[2, 0] = coupling[1, 3] = coupling[3, 1] = 1.0
    energies = np.array([0.0, 0.3, 1.0, 1.7])
    start = np.array([0.1, 0.2, 0.3, 0.4])
    temperatures = np.array([0.5, 0.8, 1.1, 2.0])
    swept = ledger_of(tk.library.levels(energies, coupling, 0.5, temperatures), tk.Populations(start))
    for index, temperature in enumerate(temperatures):
        expected = np.zeros(TIMES.size)
        for pair in ([0, 2], [1, 3]):
            gap, share = energies[pair[1]] - energies[pair[0]], start[pair].sum()
            down, up = (float(r) for r in systems.rates(gap, 0.5, temperature))
            speed, final = down + up, share * up / (down + up)
            x = -np.expm1(-speed * TIMES)
            # int up (share - p) + down p, p(t) = final + (p_0 - final) e^(-speed t).
            settled = up * share * TIMES + (down - up) * (final * TIMES + (start[pair[1]] - final) * x / speed)
            expected += settled
        np.testing.assert_allclose(swept.total_activity[index], expected, rtol=1e-11, atol=1e-15)


def test_levels_kept_apart_keep_the_digits_of_their_late_rates() -> None:
    """Each pair of levels runs down on its own: after forty decay times its share of the rate is e^-80 of the first."""
    coupling = np.zeros((4, 4))
    coupling[0, 2] = coupling[2, 0] = coupling[1, 3] = coupling[3, 1] = 1.0
    energies, start = np.array([0.0, 0.3, 1.0, 1.7]), np.array([0.1, 0.2, 0.3, 0.4])
    late = np.array([5.0, 40.0])
    found = ledger_of(tk.library.levels(energies, coupling, 0.5, 0.8), tk.Populations(start), late)
    expected = np.zeros(2)
    for pair in ([0, 2], [1, 3]):
        down, up = (float(r) for r in systems.rates(energies[pair[1]] - energies[pair[0]], 0.5, 0.8))
        share, speed = start[pair].sum(), down + up
        final = share * up / speed
        away = (start[pair[1]] - final) * np.exp(-speed * late)
        # (down p - up (share - p)) ln[down p / up (share - p)] with p = final + away.
        expected += speed * away * (np.log1p(away / final) - np.log1p(-away / (share - final)))
    np.testing.assert_allclose(found.entropy_production_rate, expected, rtol=1e-10)


def test_a_bath_at_absolute_zero_takes_heat_at_infinite_cost_and_gives_none() -> None:
    model = tk.library.qubit(1.0, 1.0, 0.0)
    found = ledger_of(model, tk.Gibbs(2.0))
    assert (found.entropy_production_rate == np.inf).all()
    excited = oracles.gibbs_populations([0.0, 1.0], 2.0)[1]
    np.testing.assert_allclose(found.heat_rate["bath"], -excited * np.exp(-TIMES), rtol=1e-13)
    np.testing.assert_allclose(found.total_activity, -excited * np.expm1(-TIMES), rtol=1e-13)
    assert found.entropy_production[0] == 0.0
    assert (found.entropy_production[1:] == np.inf).all()
    resting = ledger_of(model, tk.Gibbs(0.0))
    np.testing.assert_array_equal(resting.entropy_production_rate, 0.0)
    np.testing.assert_array_equal(resting.entropy_production, 0.0)
    np.testing.assert_array_equal(resting.total_activity, 0.0)


def test_a_model_without_channels_turns_and_pays_nothing() -> None:
    model = tk.Model(np.diag([0.0, 1.0]), [])
    for start in (np.array([[0.5, 0.2], [0.2, 0.5]]), tk.Gibbs(0.3)):
        found = ledger_of(model, start)
        for numbers in (found.entropy_production_rate, found.entropy_production, found.total_activity, found.work_rate):
            np.testing.assert_allclose(numbers, 0.0, rtol=0, atol=1e-15)
        assert found.channel_entropy_production_rates.shape == (TIMES.size, 0)
        assert dict(found.heat) == {}
        assert dict(found.activity_rate) == {}


def test_a_jump_without_a_bath_produces_the_entropy_of_its_states_alone() -> None:
    """Pure dephasing by no bath: sigma = dS/dt, from the Bloch vector."""
    rate = 0.3
    model = tk.Model(np.zeros((2, 2)), [tk.Channel(np.sqrt(rate) * np.diag([1.0, -1.0]), None)])
    found = ledger_of(model, np.array([[0.5, 0.4], [0.4, 0.5]]))
    length = 0.8 * np.exp(-2 * rate * TIMES)
    expected = 2 * rate * length * np.arctanh(length)  # -d/dt of the two eigenvalues (1 +- b)/2
    np.testing.assert_allclose(found.entropy_production_rate, expected, rtol=1e-11)
    np.testing.assert_allclose(found.entropy_production, found.entropy - found.entropy[0], rtol=0, atol=1e-14)
    assert dict(found.heat) == {}


def test_each_channel_shares_its_entropy_with_the_one_that_undoes_it() -> None:
    model = tk.library.levels([0.0, 1.0, 1.7, 3.0], rate=0.02, temperature=0.8)
    found = ledger_of(model, tk.Gibbs(2.0), [0.0, 3.0])
    shares = found.channel_entropy_production_rates
    np.testing.assert_allclose(shares, shares[:, model.table.reverse], rtol=1e-12)
    np.testing.assert_allclose(shares.sum(axis=-1), found.entropy_production_rate, rtol=1e-10)
    assert (shares >= 0.0).all()
    p = found.evolution.populations[1]
    for position, channel in enumerate(model.channels):
        (to,), (away,) = np.nonzero(channel.jump)
        back = model.channels[int(model.table.reverse[position])]
        forward, backward = abs(channel.jump[to, away]) ** 2 * p[away], abs(back.jump[away, to]) ** 2 * p[to]
        expected = 0.5 * (forward - backward) * np.log(forward / backward)
        assert shares[1, position] == pytest.approx(expected, rel=1e-9, abs=1e-18)


def test_coherence_that_decays_produces_entropy_of_its_own() -> None:
    """Qubit of the Bloch equations: populations at Gam, the coherence at Gam/2."""
    system = systems.TwoStateQuench()
    model = builders.two_state(system)
    start = np.array([[0.7, 0.2 - 0.1j], [0.2 + 0.1j, 0.3]])
    found = ledger_of(model, start)
    down, up = (float(r) for r in systems.rates(1.0, 1.0, 2.0))
    p = up / (down + up) + (0.3 - up / (down + up)) * np.exp(-(down + up) * TIMES)
    c = abs(start[0, 1]) * np.exp(-0.5 * (down + up) * TIMES)
    change = up * (1 - p) - down * p
    z, dz = 1 - 2 * p, -2 * change
    b = np.sqrt(z**2 + 4 * c**2)
    db = (z * dz - 2 * (down + up) * c**2) / b
    dS = -db * np.arctanh(b)
    expected = dS - change / 2.0  # heat over the temperature 2
    np.testing.assert_allclose(found.entropy_production_rate, expected, rtol=1e-10)
    population = change * np.log(up * (1 - p) / (down * p))
    np.testing.assert_allclose(found.population_part, population, rtol=1e-10)
    np.testing.assert_allclose(found.coherence_part, expected - population, rtol=1e-9)
    entropy = -0.5 * (1 + b) * np.log(0.5 * (1 + b)) - 0.5 * (1 - b) * np.log(0.5 * (1 - b))
    np.testing.assert_allclose(found.entropy, entropy, rtol=1e-12)
    np.testing.assert_allclose(found.energy, p, rtol=1e-12)


def test_populations_alone_have_no_coherent_part() -> None:
    found = ledger_of(tk.library.qutrit_ladder(1.0, 2.0), tk.Gibbs(0.5))
    np.testing.assert_array_equal(found.coherence_part, 0.0)
    np.testing.assert_allclose(found.population_part, found.entropy_production_rate, rtol=1e-14)


def test_coupled_populations_and_coherences_have_no_split() -> None:
    """A ladder's one collective jump links coherences of equal gaps: with a coherent start there is no split."""
    model = tk.Model(
        np.array([[0.0, 0.2], [0.2, 1.0]]),
        [
            tk.Channel(np.sqrt(1.5) * LOWER, tk.Bath("b", 1.0 / np.log(3.0)), -1.0),
            tk.Channel(np.sqrt(0.5) * LOWER.T, tk.Bath("b", 1.0 / np.log(3.0)), 1.0),
        ],
        energy_operator=np.diag([0.0, 1.0]),
    )
    found = ledger_of(model, np.array([[0.7, 0.2], [0.2, 0.3]]))
    with pytest.raises(tk.errors.HypothesisError, match="populations and coherences are coupled here"):
        _ = found.population_part
    with pytest.raises(tk.errors.HypothesisError, match="populations and coherences are coupled here"):
        _ = found.coherence_part
    with pytest.raises(tk.errors.HypothesisError, match="modes resolve the entropy production of populations"):
        _ = found.mode_rates
    assert (found.entropy_production_rate > 0.0).all()
    assert (found.nonadiabatic > -1e-12).all()


def test_the_nonadiabatic_part_needs_a_steady_state_of_full_rank() -> None:
    with pytest.raises(tk.errors.HypothesisError, match="the non-adiabatic part needs a steady state of full rank"):
        _ = ledger_of(tk.library.qubit(1.0, 1.0, 0.0), tk.Gibbs(2.0)).nonadiabatic


def test_a_driven_balance_splits_into_what_keeps_and_what_restores_it() -> None:
    """Qubit between two baths: the steady rate is all adiabatic, the rest is D(p || p_ss) running down."""
    system = systems.TwoBathQubit()
    model = builders.two_bath_qubit(system)
    found = ledger_of(model, tk.Populations([0.9, 0.1]), [0.0, 1.0, 40.0])
    final = np.array([1 - system.excited, system.excited])
    left = [oracles.classical_divergence(p, final) for p in found.evolution.populations]

    def rate(time: float) -> float:
        return float(tk.ledger(model, found.evolution.at([time])).nonadiabatic[0])

    produced = scipy.integrate.quad(rate, 0.0, 1.0, epsabs=1e-12, epsrel=1e-11)[0]
    assert produced == pytest.approx(left[0] - left[1], rel=1e-9)
    assert found.adiabatic[2] == pytest.approx(system.affinity * system.cumulants(1)[0], rel=1e-10)
    assert found.nonadiabatic[2] == pytest.approx(0.0, abs=1e-14)
    assert (found.adiabatic > 0.0).all()


def test_a_total_is_known_only_where_all_baths_agree() -> None:
    found = ledger_of(builders.two_bath_qubit(systems.TwoBathQubit()), tk.Gibbs(0.3))
    with pytest.raises(tk.errors.HypothesisError, match="total entropy production"):
        _ = found.total_entropy_production
    agreeing = builders.two_bath_qubit(systems.TwoBathQubit(1.0, (0.8, 0.8), (0.1, 0.3)))
    assert baths_agree(agreeing)
    assert not baths_agree(found.model)
    assert not baths_agree(tk.Model(np.zeros((2, 2)), []))
    start = oracles.gibbs_populations([0.0, 1.0], 0.3)
    expected = oracles.classical_divergence(start, oracles.gibbs_populations([0.0, 1.0], 0.8))
    together = ledger_of(agreeing, tk.Gibbs(0.3))
    assert float(together.total_entropy_production) == pytest.approx(expected, rel=1e-12)
    # Each bath moves heat in proportion to its rate, and so produces entropy.
    rates = together.entropy_production_rates
    np.testing.assert_allclose(rates["cold"], 3.0 * rates["hot"], rtol=1e-10)
    np.testing.assert_allclose(together.heat["cold"], 3.0 * together.heat["hot"], rtol=1e-10)


def test_baths_at_one_temperature_and_different_chemical_potentials_do_not_agree() -> None:
    channels = []
    for name, potential in (("left", 0.5), ("right", -0.5)):
        bath = tk.Bath(name, 1.0, potential, tk.Fermi())
        filled = 1.0 / (np.exp(-potential) + 1.0)  # of a level at energy 0
        channels.append(tk.Channel(np.sqrt(filled) * LOWER.T, bath, 0.0, 1.0))
        channels.append(tk.Channel(np.sqrt(1.0 - filled) * LOWER, bath, 0.0, -1.0))
    model = tk.Model(np.zeros((2, 2)), channels, number_operator=np.diag([0.0, 1.0]))
    assert not baths_agree(model)
    found = ledger_of(model, tk.Populations([0.5, 0.5]), [5.0])
    # At rest by symmetry: current (f_L - f_R)/2 against the bias 1, all of it produced as entropy.
    current = 0.5 * (1 / (np.exp(-0.5) + 1) - 1 / (np.exp(0.5) + 1))
    assert found.entropy_production_rate[0] == pytest.approx(current * 1.0, rel=1e-12)
    assert found.heat_rate["left"][0] == pytest.approx(-0.5 * current, rel=1e-12)  # -mu times the electrons in
    assert found.heat_rate["right"][0] == pytest.approx(-0.5 * current, rel=1e-12)


def test_the_ledger_of_another_model_is_refused() -> None:
    one, two = tk.library.qubit(1.0, 0.01, 0.8), tk.library.qubit(1.0, 0.01, 0.8)
    with pytest.raises(ValueError, match="`evolution` belongs to another model; evolve this one"):
        tk.ledger(two, tk.evolve(one, tk.Gibbs(0.3), [1.0]))


def test_times_with_leading_axes_are_a_sweep_of_grids() -> None:
    model = tk.library.levels([0.0, 1.0, 1.7], rate=0.2, temperature=0.8)
    grids = np.array([[0.0, 1.0, 2.0], [0.5, 3.0, 9.0]])
    swept = ledger_of(model, tk.Gibbs(2.0), grids)
    for index, grid in enumerate(grids):
        alone = ledger_of(model, tk.Gibbs(2.0), grid)
        for name in ("entropy_production_rate", "entropy_production", "total_activity", "nonadiabatic", "energy"):
            np.testing.assert_allclose(
                getattr(swept, name)[index], getattr(alone, name), rtol=1e-9, atol=1e-15, err_msg=name
            )
        np.testing.assert_allclose(swept.heat["bath"][index], alone.heat["bath"], rtol=1e-10, atol=1e-15)
