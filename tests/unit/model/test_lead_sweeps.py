"""Sweeps of dots between leads: zero tunnelling energy is nothing special, and a sweep is the loop over its points."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oracles
import thermokin as tk
from oracles import Array

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")


def leads(bias: Any, temperature: float) -> list[tk.Bath]:
    half = np.asarray(bias, dtype=float) / 2
    return [tk.Bath(name, temperature, sign * half, tk.Fermi()) for name, sign in (("L", 1), ("R", -1))]


def dot(gate: Any, bias: Any, temperature: float) -> Array:
    """Current through a spinful dot, U/T = 20, as the public tutorial's users write it."""
    gate = np.asarray(gate, dtype=float)
    c = tk.operators.annihilators(2)
    n = [x.conj().T @ x for x in c]
    hamiltonian = gate[..., None, None] * (n[0] + n[1]) + 20.0 * n[0] @ n[1]
    contacts = [tk.Contact(lead, x, tk.Flat(0.5)) for lead in leads(bias, temperature) for x in c]
    model = tk.davies(hamiltonian, contacts, number_operator=n[0] + n[1])
    return tk.cumulants(model, tk.particles(model, "L"), order=1).values[..., 0]


def double_dot(
    first: Any, second: Any, hop: float, repulsion: float, mixed: tuple[float, float] = (0.0, 0.0), bias: float = 0.4
) -> tk.Model:
    """Two dots in series; `mixed` says how much of the other dot each lead touches."""
    a, b = tk.operators.annihilators(2)
    n = [x.conj().T @ x for x in (a, b)]
    one, two = (np.asarray(x, dtype=float)[..., None, None] for x in (first, second))
    hamiltonian = one * n[0] + two * n[1] + repulsion * n[0] @ n[1] + hop * (a.conj().T @ b + b.conj().T @ a)
    left, right = leads(bias, 0.1)
    contacts = [
        tk.Contact(left, a + mixed[0] * b, tk.Flat(0.01)),
        tk.Contact(right, b + mixed[1] * a, tk.Flat(0.02)),
    ]
    return tk.davies(hamiltonian, contacts, number_operator=n[0] + n[1])


def spinful_double_dot(first: Any, second: Any, hop: float) -> tk.Model:
    """Four modes: two dots with spin, repulsion within a dot and between the two."""
    c = tk.operators.annihilators(4)
    n = [x.conj().T @ x for x in c]
    one, two = (np.asarray(x, dtype=float)[..., None, None] for x in (first, second))
    hamiltonian = one * (n[0] + n[1]) + two * (n[2] + n[3]) + 5.0 * (n[0] @ n[1] + n[2] @ n[3])
    hamiltonian = hamiltonian + 1.0 * (n[0] + n[1]) @ (n[2] + n[3])
    for spin in range(2):
        step = c[spin].conj().T @ c[2 + spin]
        hamiltonian = hamiltonian + hop * (step + step.conj().T)
    left, right = leads(0.6, 0.2)
    contacts = [tk.Contact(left, c[spin], tk.Flat(0.01)) for spin in range(2)]
    contacts += [tk.Contact(right, c[2 + spin], tk.Flat(0.01)) for spin in range(2)]
    return tk.davies(hamiltonian, contacts, number_operator=sum(n))


def generator(model: tk.Model, point: tuple[int, ...]) -> Array:
    """The dense generator at one point of a sweep, in the user's basis."""
    jumps = [
        np.broadcast_to(channel.jump, (*model.batch_shape, *channel.jump.shape[-2:]))[point]
        for channel in model.channels
    ]
    hamiltonian = np.broadcast_to(model.hamiltonian, (*model.batch_shape, *model.hamiltonian.shape[-2:]))[point]
    return oracles.liouvillian(hamiltonian, [oracles.Jump(jump) for jump in jumps])


def rate_equation_of_a_dot(gate: Array, bias: Array) -> Array:
    """Current through the dot from its four populations, written out: empty, one spin or the other, both."""
    low, high = gate[..., None], gate[..., None] + 20.0
    potential = np.stack([bias / 2, -bias / 2], axis=-1)

    def fill(energy: Array) -> Array:
        return 0.5 / (np.exp(energy - potential) + 1.0)

    def drain(energy: Array) -> Array:
        return 0.5 / (np.exp(potential - energy) + 1.0)

    # Detailed balance of a chain 0 - 1 - 2 of charge states, with two ways up from 0 and two ways down from 2.
    up = [2 * fill(low).sum(-1), fill(high).sum(-1)]
    down = [drain(low).sum(-1), 2 * drain(high).sum(-1)]
    weights = np.stack([down[0] * down[1], up[0] * down[1], up[0] * up[1]])
    empty, one, two = weights / weights.sum(axis=0)
    left = fill(low)[..., 0], fill(high)[..., 0], drain(low)[..., 0], drain(high)[..., 0]
    return 2 * left[0] * empty + (left[1] - left[2]) * one - 2 * left[3] * two


def test_a_gate_sweep_passes_zero_tunnelling_energy_as_its_points_do() -> None:
    # Public case: the tutorial of gedaskir/qmeq, point by point.
    expected = [float(dot(gate, 0.5, 1.0)) for gate in (-1.0, 0.0, 1.0)]
    np.testing.assert_allclose(expected, [0.0283876, 0.0414510, 0.0385769], rtol=0, atol=5e-8)
    # A few roundings of numbers below one.
    np.testing.assert_allclose(dot([-1.0, 0.0, 1.0], 0.5, 1.0), expected, rtol=0, atol=3e-16)


def test_the_stability_diagram_of_a_blockaded_dot_is_its_rate_equation_at_every_point() -> None:
    gate, bias = np.linspace(-50, 30, 201)[:, None], np.linspace(-40, 40, 201)
    expected = rate_equation_of_a_dot(*np.broadcast_arrays(gate, bias))
    # A few roundings of numbers below one.
    np.testing.assert_allclose(dot(gate, bias, 1.0), expected, rtol=0, atol=3e-16)


def test_the_library_s_level_passes_zero_energy() -> None:
    energy = np.array([-1.0, 0.0, 1.0])
    filled = tk.steady_state(tk.library.fermionic_level(energy, 0.1, 0.7, 0.2)).populations[..., 1]
    np.testing.assert_allclose(filled, 1 / (np.exp((energy - 0.2) / 0.7) + 1), rtol=1e-14)


@pytest.mark.parametrize("hop", [0.3, 0.0])
@pytest.mark.parametrize("repulsion", [1.0, 0.6, 0.0])
def test_a_double_dot_swept_through_degeneracy_is_the_loop_over_its_points(hop: float, repulsion: float) -> None:
    # The repulsion 0.6 makes gaps of different charge states meet on this grid, 0 makes them one at every point.
    grid = np.linspace(-2, 1, 13)
    sweep = double_dot(grid[:, None], grid, hop, repulsion)
    for point in [(0, 0), (8, 8), (4, 8), (8, 4), (10, 2), (0, 12), (7, 7), (12, 11)]:
        alone = generator(double_dot(grid[point[0]], grid[point[1]], hop, repulsion), ())
        # Energies to 3 and as many roundings in a product of eigenvectors.
        np.testing.assert_allclose(generator(sweep, point), alone, rtol=0, atol=1e-14)


@settings(max_examples=25, deadline=None)
@given(
    hop=st.sampled_from([0.0, 0.25, 0.5, 1.0]),
    repulsion=st.sampled_from([0.0, 0.5, 1.0, 2.0]),
    mixed=st.sampled_from([(0.0, 0.0), (0.5, -0.5), (0.5, 0.0)]),
    start=st.integers(-8, 0),
    step=st.sampled_from([0.25, 0.5]),
)
def test_any_round_sweep_of_a_double_dot_is_its_loop_or_says_which_levels_interfere(
    hop: float, repulsion: float, mixed: tuple[float, float], start: int, step: float
) -> None:
    grid = 0.25 * start + step * np.arange(8)
    if mixed != (0.0, 0.0) and hop == 0.0:
        # One lead feeds both dots: where they have one energy it feeds their coherence, and only there.
        with pytest.raises(ValueError, match=r"transitions from levels . to . and . to . have one gap, .* at point"):
            double_dot(grid[:, None], grid, hop, repulsion, mixed)
        return
    sweep = double_dot(grid[:, None], grid, hop, repulsion, mixed)
    for point in [(3, 3), (7, 2), (1, 6)]:
        alone = generator(double_dot(grid[point[0]], grid[point[1]], hop, repulsion, mixed), ())
        np.testing.assert_allclose(generator(sweep, point), alone, rtol=0, atol=1e-14)


@pytest.mark.parametrize("hop", [0.2, 0.0])
def test_a_double_dot_with_spin_on_a_symmetric_grid_is_the_loop_over_its_points(hop: float) -> None:
    grid = np.linspace(-2, 1, 7)
    sweep = spinful_double_dot(grid[:, None], grid, hop)
    for point in [(4, 4), (2, 5)]:
        alone = spinful_double_dot(grid[point[0]], grid[point[1]], hop)
        np.testing.assert_allclose(generator(sweep, point), generator(alone, ()), rtol=0, atol=1e-13)


def test_a_lead_that_feeds_two_crossing_levels_is_refused_with_what_to_use() -> None:
    grid = np.array([-0.5, 0.0, 0.5])
    message = (
        r"merge or split along the sweep: the pattern at points \(1,\) differs from the first point's; .*"
        r"`contacts\[0\].operator`, the transitions from levels 2 to 0 and 1 to 0 have one gap, 0, at point \(1,\), "
        r"and two, -0.5 and 0, at point \(0,\); .*`local` with a `bare` Hamiltonian whose two gaps are one"
    )
    with pytest.raises(ValueError, match=message):
        double_dot(grid, 0.0, 0.0, 1.0, (0.5, 0.0))


def test_the_remedy_for_two_crossing_levels_holds_at_every_point() -> None:
    # Two levels on one lead, through a + b / 2; the bare levels are one, their distance turns coherences.
    a, b = tk.operators.annihilators(2)
    n = [x.conj().T @ x for x in (a, b)]
    apart = np.array([-0.01, 0.0, 0.02])[:, None, None]
    lead, other = leads(0.4, 0.5)
    contacts = [tk.Contact(lead, a + 0.5 * b, tk.Flat(0.01)), tk.Contact(other, b - 0.3 * a, tk.Flat(0.01))]
    model = tk.local(0.1 * (n[0] + n[1]) + apart * n[1], contacts, 0.1 * (n[0] + n[1]), number_operator=n[0] + n[1])
    current = tk.particles(model, "L").mean(tk.steady_state(model))
    assert current.shape == (3,)
    assert (current > 0.0).all()
