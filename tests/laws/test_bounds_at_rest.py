"""Bounds at rest hold over every model in which they are theorems, and order as their costs do."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import builders
import strategies
import thermokin as tk
from library_models import NAMES, example
from oracles import Array
from strategies import CoherentData
from thermokin.bounds import BoundsAtRest, evaluate

FEW = settings(max_examples=20, deadline=None)
MANY = settings(max_examples=60, deadline=None)
TOLERANCE = 1e-9  # of the order of two limits: rounding


def assert_theorems(found: BoundsAtRest) -> None:
    for bound in found:
        if bound.applies:
            assert np.all(bound.holds), (bound.name, bound.value, bound.limit, bound.error)
    # A cost that is an upper limit of another allows less; the optimum of all scores allows most.
    order = ("thermodynamic", "thermo-kinetic", "thermo-kinetic, exact information", "optimal scores")
    for weaker, stronger in (*pairwise(order), ("kinetic", "optimal scores")):
        low, high = found[weaker], found[stronger]
        assert np.all(low.limit <= high.limit * (1.0 + TOLERANCE) + low.error + high.error), (weaker, stronger)


@st.composite
def networks(draw: st.DrawFn) -> Array:
    """Rates of two to five states, each transition with its own way back; over nine decades."""
    size = draw(st.integers(2, 5))
    exponents = draw(st.lists(st.floats(-5.0, 4.0), min_size=size * size, max_size=size * size))
    matrix = np.exp(np.array(exponents).reshape(size, size))
    np.fill_diagonal(matrix, 0.0)
    return matrix


@MANY
@given(networks(), st.integers(0, 2**31))
def test_theorems_hold_for_every_current_of_a_classical_network(matrix: Array, seed: int) -> None:
    model = tk.rates(matrix)
    weights = np.random.default_rng(seed).normal(size=model.table.size)
    reverse = model.table.reverse
    odd = evaluate(model, tk.current(model, weights - weights[reverse]))
    assert all(bound.applies for bound in odd)
    assert_theorems(odd)
    assert odd["clock"].limit >= odd["kinetic"].limit * (1.0 - TOLERANCE)
    even = evaluate(model, tk.current(model, weights + weights[reverse]))
    assert not even["thermodynamic"].applies
    assert_theorems(even)


@FEW
@given(strategies.coherent_models(number_of_baths=2, largest=3), st.floats(0.1, 10.0), st.integers(0, 2**31))
def test_theorems_hold_for_driven_machines(data: CoherentData, strength: float, seed: int) -> None:
    """Jumps of two baths under another Hamiltonian: populations and coherences couple, and pairs stay pairs."""
    thermal = builders.coherent(data)
    if not thermal.channels:
        return
    random = np.random.default_rng(seed)
    root = random.normal(size=2 * [data.dimension]) + 1j * random.normal(size=2 * [data.dimension])
    rate = max(float(np.linalg.norm(channel.jump, 2) ** 2) for channel in thermal.channels)
    driven = strength * rate * (root + root.conj().T)
    model = tk.Model(driven, thermal.channels, energy_operator=thermal.hamiltonian)
    for counted in (tk.heat(model, model.baths[0].name), tk.activity(model)):
        assert_theorems(evaluate(model, counted))


@pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
@pytest.mark.parametrize("name", NAMES)
def test_theorems_hold_for_every_library_model(name: str) -> None:
    model = example(name)
    for bath in model.baths:
        assert_theorems(evaluate(model, tk.heat(model, bath.name)))
    assert_theorems(evaluate(model, tk.activity(model)))


@MANY
@given(networks(), st.lists(st.floats(-2.0, 2.0), min_size=20, max_size=20))
def test_the_bounds_by_chosen_scores_hold_and_the_best_scores_saturate_them(matrix: Array, given_: list[float]) -> None:
    model = tk.rates(matrix)
    scores = np.array(given_)[: model.table.size]
    counted = tk.current(model, np.arange(model.table.size) % 3 - 1.0)
    bound = tk.bounds.response_bound(model, counted, scores)
    assert bound.holds
    single = [tk.bounds.response_bound(model, counted, one) for one in np.eye(model.table.size)]
    best = [float(one.response.values / one.cost.values) for one in single]  # type: ignore[union-attr]
    tight = tk.bounds.response_bound(model, counted, best)
    assert tight.limit == pytest.approx(tight.value, rel=1e-6)
