"""Bounds hold over every model in which they are theorems; the bare thermo-kinetic bound does not.

Whatever the model, a bound whose hypotheses are reported met is asserted; what the hypotheses are is a matter of the
unit tests.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import builders
import counting_oracles as counting
import oracles
import strategies
import systems
import thermokin as tk
from bounded import BARE, EXACT, THEOREMS, Counts, bounds_along, heat
from library_models import NAMES, example, random_density_matrix
from oracles import Array
from strategies import CoherentData, LevelsData
from thermokin.bounds import Bound

FEW = settings(max_examples=15, deadline=None)
MANY = settings(max_examples=40, deadline=None)

# Activity does not change sign with the jump: for it the kinetic bound alone is a theorem.
CURRENTS: dict[str, Counts] = {
    "activity": tk.activity,
    "heat": heat,
    "heat of one bath": lambda model: tk.heat(model, model.baths[0].name),
    "entropy flow": tk.entropy_flow,
}


def assert_theorems(found: dict[str, Bound]) -> None:
    for name, bound in found.items():
        if bound.applies:
            assert bound.holds.all(), (name, bound.value, bound.limit)
    # The order of the limits: a cost that is an upper limit of another allows less.
    for weaker, stronger in (("thermodynamic", "thermo-kinetic"), ("thermo-kinetic", EXACT)):
        low, high = found[weaker], found[stronger]
        assert (low.limit <= high.limit * (1.0 + 1e-9) + low.error + high.error).all(), (weaker, low.limit, high.limit)


@MANY
@given(
    strategies.levels_with_populations(largest=4),
    strategies.time_grids(5),
    strategies.scales(),
    st.sampled_from(sorted(CURRENTS)),
)
def test_theorems_hold_for_thermal_levels_from_any_populations(
    drawn: tuple[LevelsData, Array], grid: Array, factor: float, current: str
) -> None:
    data, start = drawn
    scaled = data.scaled(factor)
    found = bounds_along(builders.levels(scaled), tk.Populations(start), grid * scaled.time_unit, CURRENTS[current])
    assert found["kinetic"].applies
    assert all(found[name].applies == (current != "activity") for name in ("thermo-kinetic", "thermodynamic", EXACT))
    assert_theorems(found)


@MANY
@given(
    strategies.thermal_levels(largest=4), strategies.temperatures(), st.lists(strategies.times(1e-6, 30.0), min_size=2)
)
def test_theorems_hold_for_the_heat_of_every_quench_at_all_times(
    data: LevelsData, temperature: float, moments: list[float]
) -> None:
    times = np.unique(moments) * data.time_unit
    found = bounds_along(builders.levels(data), tk.Gibbs(temperature), times)
    assert all(found[name].applies for name in THEOREMS if name in found)
    assert "fluctuation theorem" in found
    assert_theorems(found)


@FEW
@given(strategies.models_with_states(number_of_baths=1), strategies.time_grids(4))
def test_theorems_hold_for_coherent_states_on_one_bath(drawn: tuple[CoherentData, Array], grid: Array) -> None:
    data, state = drawn
    assert_theorems(bounds_along(builders.coherent(data), state, grid * data.time_unit))


@FEW
@given(strategies.models_with_states(number_of_baths=2), strategies.time_grids(4), st.sampled_from(sorted(CURRENTS)))
def test_theorems_hold_for_coherent_states_between_two_baths(
    drawn: tuple[CoherentData, Array], grid: Array, current: str
) -> None:
    data, state = drawn
    found = bounds_along(builders.coherent(data), state, grid * data.time_unit, CURRENTS[current])
    if len({bath.temperature for bath in data.baths}) > 1:  # it asks for one temperature
        assert not found["fluctuation theorem"].applies
    assert_theorems(found)


@st.composite
def driven(draw: st.DrawFn) -> tuple[Array, list[oracles.Jump], float, Array, Array]:
    """Jumps of a Davies model under another Hamiltonian: still in pairs, but populations and coherences couple."""
    data, state = draw(strategies.models_with_states(number_of_baths=1, largest=3))
    all_jumps, temperature = data.oracle_baths()[0]
    largest = max(np.linalg.norm(jump.operator) for jump in all_jumps)
    # A jump without frequency that is rounding of the coupling's elements is not its own adjoint.
    jumps = [jump for jump in all_jumps if jump.frequency or np.linalg.norm(jump.operator) > 1e-3 * largest]
    root = draw(strategies.states(data.dimension))
    return 3.0 * largest**2 * root, jumps, temperature, state, data.hamiltonian


@FEW
@given(driven(), st.floats(0.2, 4.0))
def test_theorems_hold_where_populations_and_coherences_couple(
    drawn: tuple[Array, list[oracles.Jump], float, Array, Array], reach: float
) -> None:
    hamiltonian, jumps, temperature, state, counted = drawn
    model = builders.channels(hamiltonian, [(jumps, temperature)], counted)
    rate = max(float(np.linalg.norm(jump.operator) ** 2) for jump in jumps)
    times = np.array([0.1, 0.5, 1.0]) * reach / rate
    found = bounds_along(model, state, times)
    assert found["thermo-kinetic"].applies
    assert_theorems(found)
    weights = [-jump.frequency for jump in jumps]
    exact = counting.thermo_kinetic(hamiltonian, jumps, oracles.partners(jumps), weights, state, times[-1])
    # The oracle's tolerance, 1e-11 of numbers of order one, and a limit that may be small beside the variance.
    unit = max(abs(w) for w in weights) ** 2
    assert found[EXACT].limit[-1] == pytest.approx(
        exact.corrected_mean**2 / exact.information, rel=1e-6, abs=1e-9 * unit
    )


@pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
@pytest.mark.parametrize("name", NAMES)
def test_theorems_hold_for_every_library_model(name: str) -> None:
    model = example(name)
    times = np.linspace(0.0, 3.0 / float(tk.modes(model).gap), 6)
    for counts in CURRENTS.values():
        assert_theorems(bounds_along(model, random_density_matrix(model.dimension, 3), times, counts))


@FEW
@given(strategies.temperature_pairs(), strategies.times(0.05, 5.0), strategies.scales())
def test_no_verdict_on_a_bound_changes_with_scale(pair: tuple[float, float], time: float, factor: float) -> None:
    cold, hot = pair
    unit, scaled = (
        bounds_along(tk.library.qubit(f, 0.02 * f, hot * f), tk.Gibbs(cold * f), [50.0 * time / f])
        for f in (1.0, factor)
    )
    for name, bound in scaled.items():
        assert bound.applies == unit[name].applies
        np.testing.assert_array_equal(bound.holds, unit[name].holds)


@MANY
@given(strategies.temperature_pairs(0.1, 10.0), st.sampled_from(["heating", "cooling"]), strategies.times(0.3, 5.0))
def test_the_bare_bound_is_broken_by_every_qubit_that_relaxes(
    pair: tuple[float, float], direction: str, time: float
) -> None:
    """Without delta the bound compares with a response that a relaxing system does not have: no theorem."""
    start, end = pair if direction == "heating" else pair[::-1]
    system = systems.TwoStateQuench(rate=1e-3, initial_temperature=start, bath_temperature=end)
    bound = bounds_along(builders.two_state(system), builders.initial(system), [time / system.relaxation])[BARE]
    assert not bound.applies
    assert not bound.holds.any()
