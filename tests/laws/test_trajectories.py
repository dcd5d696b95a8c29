"""Records of random models: their cumulants are the counted ones, their mean state is that of the master equation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

import builders
import strategies
import thermokin as tk
from oracles import Array
from strategies import CoherentData, LevelsData

# A random draw of a model and a fixed seed of its records make a statistical test; derandomised, a pass stays a pass.
FIXED = settings(max_examples=15, deadline=None, derandomize=True)
RUNS = 4000
FIVE = 5.0


def agrees_with_counting(model: tk.Model, start: Array, times: Array) -> None:
    """Mean, variance and third cumulant within five standard errors, these from exact cumulants up to the sixth."""
    records = tk.unravel(model, start, times, trajectories=RUNS, seed=21)
    for current in (tk.heat(model), tk.activity(model)):
        exact = tk.integrated_cumulants(model, current, start, times, order=6)
        k2, k3, k4, k6 = (exact[:, order - 1] for order in (2, 3, 4, 6))
        squares = np.stack([k2, k4 + 2.0 * k2**2, k6 + 9.0 * k4 * k2 + 9.0 * k3**2 + 6.0 * k2**3], axis=-1)
        found = records.cumulants(current, order=3).values
        assert (np.abs(found - exact[:, :3]) <= FIVE * np.sqrt(squares / RUNS) + 1e-10).all()
    exact_states = tk.evolve(model, start, times).states
    # Every element of |psi><psi| lies within a disc of radius 1/2.
    np.testing.assert_allclose(records.mean_states, exact_states, atol=FIVE * 0.5 / np.sqrt(RUNS))
    change = records.energy - records.expectation(model.hamiltonian)
    np.testing.assert_allclose(change, 0.0, atol=1e-12)
    # Davies jumps at constant H: what is learnt between jumps has mean zero, run by run it need not be.
    between = records.energy_between_jumps
    assert (np.abs(between.mean(axis=0)) <= FIVE * between.std(axis=0) / np.sqrt(RUNS) + 1e-12).all()


@pytest.mark.parametrize("power", [-20, 20])
@pytest.mark.parametrize("kind", ["levels", "resetting", "general"])
def test_faster_rates_and_larger_energies_only_shrink_the_times(power: int, kind: str) -> None:
    """All energies and rates times a power of two: the same jumps, at times divided by it."""
    start = {"levels": np.array([0.5, 0.5]), "resetting": np.full((2, 2), 0.5), "general": np.full((4, 4), 0.25)}[kind]

    def scaled(factor: float) -> tk.results.Trajectories:
        if kind == "general":
            model = tk.library.coupled_qubits(
                factor * np.array([1.0, 1.4]), 0.3 * factor, 0.002 * factor, 2.0 * factor, 0.5 * factor
            )
        else:
            model = tk.library.qubit(factor, 0.02 * factor, 0.7 * factor)
        return tk.unravel(model, start, [300.0 / factor], trajectories=500, seed=2)

    one, other = scaled(1.0), scaled(2.0**power)
    np.testing.assert_array_equal(one.channels, other.channels)
    # Powers of two round nothing; eigenvectors of K may differ by a few roundings.
    np.testing.assert_allclose(other.jump_times * 2.0**power, one.jump_times, rtol=1e-10)


@FIXED
@given(strategies.levels_with_populations())
def test_records_of_random_levels_have_the_counted_cumulants(given_: tuple[LevelsData, Array]) -> None:
    data, start = given_
    agrees_with_counting(builders.levels(data), start, data.time_unit * np.array([1.0, 5.0]))


@FIXED
@given(strategies.models_with_states(number_of_baths=2, largest=3))
def test_records_of_random_coherent_models_have_the_counted_cumulants(given_: tuple[CoherentData, Array]) -> None:
    data, start = given_
    agrees_with_counting(builders.coherent(data), start, data.time_unit * np.array([1.0, 5.0]))
