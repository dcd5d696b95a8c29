"""Distributions of exchanged amounts over random models: probability, cumulants, and the exchange theorem."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import builders
import counting_oracles as counting
import oracles
import strategies
import thermokin as tk
from oracles import Array
from strategies import CoherentData, LevelsData

FEW = settings(max_examples=12, deadline=None)
pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")


@FEW
@given(strategies.models_with_states(2, 3), strategies.time_grids(3))
def test_every_distribution_is_one_and_has_the_cumulants_of_its_amount(
    drawn: tuple[CoherentData, Array], times: Array
) -> None:
    data, state = drawn
    model = builders.coherent(data)
    for current in (tk.heat(model, "0"), tk.heat(model), tk.activity(model)):
        found = tk.distribution(model, current, state, times * data.time_unit)
        # Some thousand fields, each to a few roundings.
        assert found.defect.max() < 1e-12
        assert found.probabilities.min() > -1e-13
        assert found.beyond.max() < 1e-11
        expected = tk.integrated_cumulants(model, current, state, times * data.time_unit, order=4)
        reach = np.abs(found.values).max() ** np.arange(1, 5)
        assert (np.abs(found.cumulants(order=4) - expected) <= 1e-12 * reach + 1e-8 * np.abs(expected)).all()


@FEW
@given(strategies.models_with_states(2, 3), strategies.times(0.05, 3.0), st.data())
def test_whole_weights_on_any_channels_have_the_distribution_of_the_tilted_generator(
    drawn: tuple[CoherentData, Array], time: float, data: st.DataObject
) -> None:
    model_data, state = drawn
    model = builders.coherent(model_data)
    size = len(model.channels)
    weights = data.draw(st.lists(st.integers(-2, 2), min_size=size, max_size=size))
    when = time * model_data.time_unit
    found = tk.distribution(model, tk.Current("counts", np.array(weights, float), model), state, when)
    jumps = [oracles.Jump(channel.jump) for channel in model.channels]
    tilted = counting.tilted_liouvillian(model_data.hamiltonian, jumps, [float(weight) for weight in weights])
    trace, reach = oracles.vec(np.eye(model.dimension)), 40
    expected = counting.lattice_distribution(tilted, trace, oracles.vec(state), when, reach)
    for amount in range(-reach, reach + 1):
        listed = found.probabilities[np.abs(found.values - amount) < 1e-9].sum()
        # What lies beyond forty quanta folds back in the oracle.
        assert listed == pytest.approx(expected[reach + amount], abs=1e-10)


@FEW
@given(strategies.thermal_levels(4), strategies.temperatures(), strategies.times(0.05, 3.0))
def test_heat_from_a_gibbs_start_obeys_the_exchange_theorem(data: LevelsData, start: float, time: float) -> None:
    """P(Q) = exp[(1/T_i - 1/T_f) Q] P(-Q) at every time, each to its own relative accuracy."""
    model = builders.levels(data)
    found = tk.distribution(model, tk.heat(model), tk.Gibbs(start), time * data.time_unit)
    force = 1.0 / start - 1.0 / data.bath.temperature
    np.testing.assert_allclose(found.values, -found.values[::-1], atol=1e-12)
    expected = np.exp(force * found.values) * found.probabilities[::-1]
    # Sums of positive terms; the exponent is exact to 1e-9 where amounts are one to 1e-9.
    np.testing.assert_allclose(found.probabilities, expected, rtol=1e-8)


@FEW
@given(strategies.models_with_states(1, 3), strategies.times(0.05, 3.0))
def test_heat_of_one_davies_bath_is_the_change_of_measured_energy(
    drawn: tuple[CoherentData, Array], time: float
) -> None:
    data, state = drawn
    model = builders.coherent(data)
    counted = tk.distribution(model, tk.heat(model), state, time * data.time_unit)
    measured = tk.two_point_distribution(model, state, time * data.time_unit)
    np.testing.assert_allclose(counted.values, measured.values, atol=1e-9)
    np.testing.assert_allclose(counted.probabilities, measured.probabilities, atol=1e-13)


@FEW
@given(strategies.models_with_states(2, 3), strategies.time_grids(3))
def test_covariances_are_positive_and_hold_the_variance_of_every_sum(
    drawn: tuple[CoherentData, Array], times: Array
) -> None:
    data, state = drawn
    model, grid = builders.coherent(data), times * data.time_unit
    one, two = tk.heat(model, "0"), tk.activity(model, "1")
    found = tk.integrated_covariance(model, [one, two], state, grid)
    scale = 1e-11 * (1.0 + np.abs(found).max())
    assert np.linalg.eigvalsh(found).min() > -scale
    mixed = tk.integrated_cumulants(model, one - 2.0 * two, state, grid)[:, 1]
    expected = found[:, 0, 0] - 4.0 * found[:, 0, 1] + 4.0 * found[:, 1, 1]
    np.testing.assert_allclose(mixed, expected, rtol=1e-9, atol=10.0 * scale)
