"""Entropy production of jumps that no bath stands behind, and of jumps whose energies are no level differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import thermokin as tk
from thermokin.bounds import relaxation_bounds
from thermokin.counting.integrated_cumulants import exchanged
from thermokin.model.current import Current

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
RING = np.array([[0.0, 1.0, 3.0], [2.0, 0.0, 0.5], [0.4, 1.5, 0.0]])


def ledger_of(model: tk.Model, initial: Any, times: Any) -> tk.results.Ledger:
    return tk.ledger(model, tk.evolve(model, initial, times))


def test_two_levels_without_a_bath_produce_their_divergence_from_rest() -> None:
    """Closed form: D(p_0 || pi) with pi = (1, .3)/1.3 from (.5, .5) is .1712034860706."""
    final = np.array([1.0, 0.3]) / 1.3
    expected = 0.5 * np.log(0.25 / (final[0] * final[1]))
    found = ledger_of(tk.rates([[0.0, 1.0], [0.3, 0.0]]), tk.Populations([0.5, 0.5]), [0.0, 1e-9, 100.0])
    assert expected == pytest.approx(0.171203486071, rel=1e-11)
    assert float(found.total_entropy_production) == pytest.approx(expected, rel=1e-13)
    assert found.entropy_production[2] == pytest.approx(expected, rel=1e-13)
    # 0.35 ln(1/0.3) a time at the start.
    assert found.entropy_production_rate[0] == pytest.approx(0.35 * np.log(1.0 / 0.3), rel=1e-13)
    assert found.entropy_production[1] == pytest.approx(0.35e-9 * np.log(1.0 / 0.3), rel=1e-8)


def test_a_driven_ring_produces_entropy_at_rest_and_more_off_rest() -> None:
    """Schnakenberg's sum by hand: 1.7447 at rest; 2.97268 at (.2, .5, .3), of it 2.01583 adiabatic."""
    model = tk.rates(RING)
    off = ledger_of(model, tk.Populations([0.2, 0.5, 0.3]), [0.0, 1000.0])
    assert off.entropy_production_rate == pytest.approx([2.97267897, 1.74472031], rel=1e-8)
    assert off.adiabatic == pytest.approx([2.01582839, 1.74472031], rel=1e-8)
    assert float(tk.cumulants(model, tk.entropy_flow(model), order=1).mean) == pytest.approx(1.74472031, rel=1e-8)
    with pytest.raises(tk.errors.HypothesisError, match="one equilibrium"):
        _ = off.total_entropy_production


def test_bounds_on_a_ring_hold_at_their_finite_limits() -> None:
    model = tk.rates(RING, weights={"turns": [[0, -1, 1], [1, 0, -1], [-1, 1, 0]]})
    evolution = tk.evolve(model, tk.Populations([0.2, 0.5, 0.3]), [0.5, 3.0])
    bounds = relaxation_bounds(tk.ledger(model, evolution), exchanged(evolution, tk.current(model, "turns")))
    for bound in bounds[:3]:
        assert bound.applies, bound.name
        assert np.isfinite(bound.limit).all(), bound.name
        assert bound.holds.all(), bound.name


def test_bounds_by_entropy_do_not_apply_where_a_jump_cannot_be_undone() -> None:
    model = tk.rates([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
    evolution = tk.evolve(model, tk.Populations([1.0, 0.0, 0.0]), [0.5, 3.0])
    bounds = relaxation_bounds(tk.ledger(model, evolution), exchanged(evolution, tk.activity(model)))
    by_entropy = {bound.name: bound for bound in bounds}["thermo-kinetic"]
    assert not by_entropy.applies
    assert [h.holds for h in by_entropy.hypotheses if "undoes it" in h.text] == [False]


def test_a_pair_that_loses_a_rate_along_a_sweep_is_no_pair_there() -> None:
    model = tk.rates(np.array([[[0.0, 1.0], [0.3, 0.0]], [[0.0, 1.0], [0.0, 0.0]]]))
    np.testing.assert_array_equal(np.isinf(tk.entropy_flow(model).weights).any(axis=-1), [False, True])
    found = ledger_of(model, tk.Populations([0.5, 0.5]), [0.0, 1.0])
    assert found.entropy_production_rate[0, 0] == pytest.approx(0.35 * np.log(1.0 / 0.3), rel=1e-13)
    assert found.entropy_production_rate[1, 0] == np.inf
    assert np.isfinite(found.entropy_production[0]).all()
    np.testing.assert_array_equal(found.entropy_production[1], [0.0, np.inf])


def test_loss_that_nothing_undoes_costs_infinitely_much_while_it_happens() -> None:
    model = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(0.3 * LOWER, None)])
    excited = ledger_of(model, tk.Populations([0.4, 0.6]), [0.0, 1.0, 1e5])
    np.testing.assert_array_equal(excited.entropy_production, [0.0, np.inf, np.inf])
    np.testing.assert_array_equal(excited.entropy_production_rate[:2], np.inf)
    ground = ledger_of(model, tk.Populations([1.0, 0.0]), [0.0, 1.0])
    np.testing.assert_array_equal(ground.entropy_production, 0.0)
    np.testing.assert_array_equal(ground.entropy_production_rate, 0.0)
    coherent = ledger_of(model, np.array([[0.5, 0.2], [0.2, 0.5]]), [0.0, 1.0])
    np.testing.assert_array_equal(coherent.entropy_production, [0.0, np.inf])
    np.testing.assert_array_equal(coherent.entropy_production_rate, np.inf)
    flow = tk.entropy_flow(model)
    for count in (
        lambda: tk.cumulants(model, flow),
        lambda: tk.integrated_cumulants(model, flow, tk.Gibbs(1.0), [1.0]),
        lambda: tk.integrated_covariance(model, [flow], tk.Gibbs(1.0), [1.0]),
        lambda: tk.cumulant_generating_function(model, flow, [0.0]),
        lambda: tk.distribution(model, flow, tk.Gibbs(1.0), 1.0),
        lambda: tk.spectrum(model, flow, [1.0]),
        lambda: tk.covariance(model, [flow, tk.activity(model)]),
        lambda: exchanged(tk.evolve(model, tk.Gibbs(1.0), [1.0]), 0.5 * flow),
        lambda: tk.bounds.evaluate(model, flow, tk.Gibbs(1.0), [1.0]),
        lambda: tk.unravel(model, tk.Gibbs(1.0), [0.0, 5.0], trajectories=3).cumulants(flow),
    ):
        with pytest.raises(ValueError, match=r"infinite weights.*that nothing undoes.*give the model the missing"):
            count()


def test_a_dark_state_pays_nothing_for_the_loss_that_it_never_sees() -> None:
    """(|0> - |1>)/sqrt 2 under the jump |2>(<0| + <1|): its rate is rounding, not a jump."""
    jump = np.zeros((3, 3))
    jump[2, :2] = 1.0
    dark = np.array([1.0, -1.0, 0.0]) / np.sqrt(2.0)
    model = tk.Model(np.diag([0.3, 0.3, 1.0]), [tk.Channel(jump, None)])
    found = ledger_of(model, np.outer(dark, dark), [0.0, 1.0, 30.0])
    np.testing.assert_array_equal(found.entropy_production_rate, 0.0)
    np.testing.assert_allclose(found.entropy_production, 0.0, rtol=0, atol=1e-13)


def dot(hamiltonian: Any, **operators: Any) -> tk.Model:
    """A level at .3 between leads at mu = +-1, T = .5, rates .01 and .02, its jumps written by hand."""
    channels = []
    for name, potential, rate in (("L", 1.0, 0.01), ("R", -1.0, 0.02)):
        lead = tk.Bath(name, 0.5, potential, tk.Fermi())
        filled = 1.0 / (np.exp((0.3 - potential) / 0.5) + 1.0)
        channels += [tk.Channel(np.sqrt(rate * filled) * LOWER.T, lead, 0.3, 1.0)]
        channels += [tk.Channel(np.sqrt(rate * (1.0 - filled)) * LOWER, lead, -0.3, -1.0)]
    return tk.Model(hamiltonian, channels, **operators)


NUMBER = np.diag([0.0, 1.0])


@pytest.mark.parametrize(
    ("hamiltonian", "operators"),
    [
        (0.0 * NUMBER, {}),
        (0.3 * NUMBER, {}),
        (0.3 * NUMBER, {"number_operator": NUMBER}),
        (0.0 * NUMBER, {"energy_operator": 0.3 * NUMBER}),
        (0.0 * NUMBER, {"energy_operator": 0.3 * NUMBER, "number_operator": NUMBER}),
    ],
    ids=["interaction picture", "no number", "all given", "energy given", "interaction picture, all given"],
)
def test_a_dot_between_leads_produces_its_current_times_the_bias_however_it_is_given(
    hamiltonian: Any, operators: Any
) -> None:
    """Closed form: g_L g_R/(g_L + g_R) (f_L - f_R) (mu_L - mu_R)/T = .01954788."""
    filled = [1.0 / (np.exp((0.3 - mu) / 0.5) + 1.0) for mu in (1.0, -1.0)]
    expected = 0.01 * 0.02 / 0.03 * (filled[0] - filled[1]) * 2.0 / 0.5
    assert expected == pytest.approx(0.01954788, rel=1e-6)
    model = dot(hamiltonian, **operators)
    rest = tk.steady_state(model).state
    found = ledger_of(model, rest, [0.0, 10.0])
    assert float(tk.entropy_flow(model).mean(rest)) == pytest.approx(expected, rel=1e-12)
    for numbers in (
        found.entropy_production_rate,
        found.channel_entropy_production_rates.sum(axis=-1),
        found.adiabatic,
    ):
        np.testing.assert_allclose(numbers, expected, rtol=1e-11)
    np.testing.assert_allclose(sum(found.entropy_production_rates.values()), expected, rtol=1e-11)
    assert found.entropy_production[1] == pytest.approx(10.0 * expected, rel=1e-11)


def test_one_lead_without_a_number_operator_still_comes_to_equilibrium() -> None:
    """The jumps alone say that ln(p_1/p_0) = -(.3 - mu)/T at rest; late rates keep their own digits."""
    lead = tk.Bath("L", 0.5, 1.0, tk.Fermi())
    filled = 1.0 / (np.exp(-0.7 / 0.5) + 1.0)
    jumps = [tk.Channel(np.sqrt(filled) * LOWER.T, lead, 0.3, 1.0)]
    jumps += [tk.Channel(np.sqrt(1.0 - filled) * LOWER, lead, -0.3, -1.0)]
    found = ledger_of(tk.Model(0.3 * NUMBER, jumps), tk.Populations([0.9, 0.1]), [0.0, 30.0])
    final = np.array([1.0 - filled, filled])
    expected = float((np.array([0.9, 0.1]) * np.log(np.array([0.9, 0.1]) / final)).sum())
    assert float(found.total_entropy_production) == pytest.approx(expected, rel=1e-13)
    away = (0.1 - filled) * np.exp(-30.0)
    late = away * (np.log1p(away / filled) - np.log1p(-away / (1.0 - filled)))
    assert found.entropy_production_rate[1] == pytest.approx(late, rel=1e-9)


def test_two_quanta_on_one_link_keep_a_current_that_costs_entropy() -> None:
    """One bath whose jumps carry 1 and 3 across one gap: no equilibrium, however much the bath agrees with itself."""
    bath = tk.Bath("b", 1.0)
    jumps = []
    for energy in (1.0, 3.0):
        jumps += [tk.Channel(0.3 * LOWER, bath, -energy)]
        jumps += [tk.Channel(0.3 * np.exp(-energy / 2.0) * LOWER.T, bath, energy)]
    model = tk.Model(np.zeros((2, 2)), jumps)  # the interaction picture: the levels have no energies of their own
    rest = tk.steady_state(model).state
    up, down = 0.09 * np.exp([-1.0, -3.0]), 0.09
    excited = up.sum() / (up.sum() + 2.0 * down)
    net = up[0] * (1.0 - excited) - down * excited
    found = ledger_of(model, rest, [0.0, 5.0])
    # A cycle up by one quantum and down by the other brings 1 - 3 into the system: 2 net of entropy.
    np.testing.assert_allclose(found.entropy_production_rate, 2.0 * net, rtol=1e-11)
    assert found.entropy_production[1] == pytest.approx(10.0 * net, rel=1e-11)
    np.testing.assert_allclose(found.heat_rate["b"], -2.0 * net, rtol=1e-11)


def test_a_model_without_channels_has_rates_over_its_times() -> None:
    for start in (tk.Gibbs(0.3), np.array([[0.5, 0.2], [0.2, 0.5]])):
        rate = ledger_of(tk.Model(np.diag([0.0, 1.0]), []), start, [0.0, 1.0, 2.0]).entropy_production_rate
        assert rate.shape == (3,)
        assert rate.dtype == np.float64
        np.testing.assert_array_equal(rate, 0.0)


def test_a_level_that_a_bath_does_not_reach_costs_that_bath_nothing_at_the_start() -> None:
    """Bath b links 0-1, bath c 1-2; from level 0 bath c has nothing to move at time 0."""
    contacts = []
    for name, (one, two) in (("b", (0, 1)), ("c", (1, 2))):
        coupling = np.zeros((3, 3))
        coupling[one, two] = coupling[two, one] = 1.0
        contacts.append(tk.Contact(tk.Bath(name, 0.8), coupling, tk.Flat(0.01)))
    model = tk.davies(np.diag([0.0, 1.0, 2.3]), contacts)
    rates = ledger_of(model, tk.Populations([1.0, 0.0, 0.0]), [0.0, 1.0]).entropy_production_rates
    assert rates["b"][0] == np.inf
    assert rates["c"][0] == 0.0
    assert (np.array([rates["b"][1], rates["c"][1]]) > 0.0).all()


def test_a_coherence_that_a_jump_keeps_leaves_the_total_unknown() -> None:
    """Flips by sigma_x leave the real coherence for ever: the end is no equilibrium of the whole state."""
    flips = tk.Model(np.zeros((2, 2)), [tk.Channel(np.array([[0.0, 1.0], [1.0, 0.0]]), tk.Bath("b", 1.0), 0.0)])
    found = ledger_of(flips, np.array([[0.6, 0.3], [0.3, 0.4]]), [0.0, 1.0])
    with pytest.raises(tk.errors.HypothesisError, match="one equilibrium"):
        _ = found.total_entropy_production
    populations = ledger_of(flips, tk.Populations([0.6, 0.4]), [0.0, 1.0])
    expected = 0.6 * np.log(1.2) + 0.4 * np.log(0.8)
    assert float(populations.total_entropy_production) == pytest.approx(expected, rel=1e-13)


def test_jumps_without_a_reverse_have_nothing_to_count_against() -> None:
    model = tk.Model(np.diag([0.0, 1.0, 2.0]), [tk.Channel(np.eye(3, k=1), None), tk.Channel(np.eye(3, k=2), None)])
    assert model.table.reverse.tolist() == [-1, -1]
    assert Current("any", np.array([1.0, 2.0]), model).is_odd
    flips = tk.Model(np.zeros((2, 2)), [tk.Channel(np.array([[0.0, 1.0], [1.0, 0.0]]), None)])
    assert not tk.activity(flips).is_odd  # each flip undoes the one before, and counts alike


def test_energies_swept_beside_rates_that_are_not_cost_each_point_the_same() -> None:
    rates = np.linspace(0.1, 1.0, 5)
    loss = tk.Channel(np.sqrt(rates)[:, None, None] * LOWER, None, -1.0)
    model = tk.Model(NUMBER, [loss, tk.Channel(0.5 * LOWER.T, None, np.ones((3, 1)))])
    found = ledger_of(model, tk.Populations([0.3, 0.7]), [0.0, 1.0])
    net = 0.7 * rates - 0.3 * 0.25
    expected = np.broadcast_to(net * np.log(0.7 * rates / (0.3 * 0.25)), (3, 5))
    np.testing.assert_allclose(found.entropy_production_rate[..., 0], expected, rtol=1e-12)
    assert found.entropy_production.shape == (3, 5, 2)


def test_a_chain_whose_links_have_baths_of_their_own_comes_to_rest_without_currents() -> None:
    """No ring, no current: ln p_1/p_0 = -1/T_b, ln p_2/p_1 = -1.3/T_c, and what is produced is the way there."""
    contacts = []
    for name, (one, two), temperature in (("b", (0, 1), 0.8), ("c", (1, 2), 1.4)):
        coupling = np.zeros((3, 3))
        coupling[one, two] = coupling[two, one] = 1.0
        contacts.append(tk.Contact(tk.Bath(name, temperature), coupling, tk.Flat(0.01)))
    found = ledger_of(tk.davies(np.diag([0.0, 1.0, 2.3]), contacts), tk.Populations([0.5, 0.3, 0.2]), [0.0, 1e4])
    weights = np.exp(-np.array([0.0, 1.0 / 0.8, 1.0 / 0.8 + 1.3 / 1.4]))
    final, start = weights / weights.sum(), np.array([0.5, 0.3, 0.2])
    total = (start * np.log(start / final)).sum()
    assert float(found.total_entropy_production) == pytest.approx(total, rel=1e-13)
    assert found.entropy_production[1] == pytest.approx(total, rel=1e-13)
    gained = found.entropy[1] - found.entropy[0]
    assert gained - found.heat["b"][1] / 0.8 - found.heat["c"][1] / 1.4 == pytest.approx(total, rel=1e-11)
