"""What counting statistics must obey in any model, by any method."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import builders
import counting_oracles
import machines
import oracles
import strategies
import thermokin as tk
from machines import Machine
from oracles import Array
from strategies import CoherentData

FEW = settings(max_examples=12, deadline=None)
METHODS: list[Any] = [tk.Dense(), tk.Sparse(), tk.Krylov()]


@st.composite
def random_machines(draw: st.DrawFn, largest: int = 4) -> Machine:
    """Any Hamiltonian, two to four jump operators that join every pair of levels, any weights."""
    size = draw(st.integers(2, largest))
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    raw = random.normal(size=(size, size)) + 1j * random.normal(size=(size, size))
    jumps = [
        (random.normal(size=(size, size)) + 1j * random.normal(size=(size, size))) / size
        for _ in range(draw(st.integers(2, 4)))
    ]
    return Machine(raw + raw.conj().T, jumps, np.round(random.normal(size=len(jumps)), 3))


@FEW
@given(random_machines())
def test_cumulants_are_the_derivatives_of_the_tilted_eigenvalue(machine: Machine) -> None:
    expected = counting_oracles.scaled_cumulants(machine.tilted, 4, radius=0.1)
    current = machine.current
    for method in METHODS:
        made = tk.cumulants(current.model, current, order=4, method=method).values
        # Cauchy's integral divides rounding by radius^4.
        np.testing.assert_allclose(made, expected, rtol=1e-7, atol=1e-8)


@FEW
@given(strategies.two_bath_models(3))
def test_cumulants_of_what_was_exchanged_grow_at_the_steady_rates(data: CoherentData) -> None:
    """c_n(t) = c_n t + const: two late times give the rate, whatever the start."""
    model = builders.coherent(data)
    heat = tk.heat(model, "0")
    rates = tk.cumulants(model, heat, order=3).values
    late = 40.0 / float(tk.modes(model).gap) * np.array([1.0, 2.0])
    counted = tk.integrated_cumulants(model, heat, tk.Gibbs(1.0), late, order=3)
    slope = np.diff(counted, axis=0)[0] / np.diff(late)
    # Third moments of large amounts cancel to the third cumulant.
    scale = np.abs(rates).max()
    np.testing.assert_allclose(slope[:2], rates[:2], rtol=1e-6, atol=1e-9 * scale)
    np.testing.assert_allclose(slope[2], rates[2], rtol=1e-4, atol=1e-5 * scale)


@FEW
@given(random_machines(), st.integers(1, 4))
def test_covariances_are_positive_and_those_of_any_mixture_follow(machine: Machine, count: int) -> None:
    model = machine.model
    random = np.random.default_rng(count)
    currents = [tk.current(model, random.normal(size=model.table.size)) for _ in range(count)]
    for method in METHODS:
        made = tk.covariance(model, currents, method=method).values
        scale = np.abs(made).max()
        np.testing.assert_array_equal(made, made.T)
        assert np.linalg.eigvalsh(made)[0] > -1e-12 * scale
        mixture = random.normal(size=count)
        total = tk.current(model, sum(m * c.weights for m, c in zip(mixture, currents, strict=True)))
        assert tk.cumulants(model, total, method=method)[1] == pytest.approx(
            mixture @ made @ mixture, abs=1e-10 * scale
        )


@FEW
@given(random_machines(), strategies.scales())
def test_cumulants_scale_with_the_unit_of_time(machine: Machine, factor: float) -> None:
    scaled = Machine(factor * machine.hamiltonian, [np.sqrt(factor) * L for L in machine.jumps], machine.weights)
    one, two = machine.current, scaled.current
    for method in METHODS:
        expected = tk.cumulants(one.model, one, order=4, method=method).values
        made = tk.cumulants(two.model, two, order=4, method=method).values
        np.testing.assert_allclose(made, factor * expected, rtol=1e-8, atol=1e-10 * factor)
        grid = np.array([0.0, 0.4, 3.0])
        here, there = tk.spectrum(one.model, one, grid), tk.spectrum(two.model, two, factor * grid, method=method)
        np.testing.assert_allclose(there.values, factor * here.values, rtol=1e-9)


@FEW
@given(random_machines(), st.integers(0, 1000))
def test_the_order_of_channels_means_nothing(machine: Machine, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(machine.jumps))
    other = Machine(machine.hamiltonian, [machine.jumps[n] for n in order], machine.weights[order])
    one, two = machine.current, other.current
    for method in METHODS:
        expected = tk.cumulants(one.model, one, order=4, method=method).values
        np.testing.assert_allclose(
            tk.cumulants(two.model, two, order=4, method=method).values, expected, rtol=1e-9, atol=1e-11
        )


@FEW
@given(random_machines(3), st.integers(0, 1000))
def test_a_change_of_basis_means_nothing(machine: Machine, seed: int) -> None:
    size = len(machine.hamiltonian)
    random = np.random.default_rng(seed)
    U, _ = np.linalg.qr(random.normal(size=(size, size)) + 1j * random.normal(size=(size, size)))

    def turned(operator: Array) -> Array:
        return np.asarray(U @ operator @ U.conj().T)

    H = turned(machine.hamiltonian)
    other = Machine((H + H.conj().T) / 2, [turned(L) for L in machine.jumps], machine.weights)
    one, two = machine.current, other.current
    for method in METHODS:
        expected = tk.cumulants(one.model, one, order=3, method=method).values
        np.testing.assert_allclose(
            tk.cumulants(two.model, two, order=3, method=method).values, expected, rtol=1e-9, atol=1e-11
        )


@FEW
@given(random_machines(3), strategies.times(0.1, 30.0))
def test_the_spectrum_is_the_transform_of_the_correlation_of_jumps(machine: Machine, frequency: float) -> None:
    """By modes: int_0^inf 2 cos(w t) <<1|J exp(L t) (J rho - c rho) dt, term by term."""
    values, right = np.linalg.eig(machine.generator)
    left = np.linalg.inv(right)
    size = len(machine.hamiltonian)
    trace = np.eye(size).reshape(-1)
    pairs = list(zip(machine.weights, machine.jumps, strict=True))
    gain = sum(c * np.kron(L, L.conj()) for c, L in pairs)
    rho = oracles.vec(oracles.steady_state(machine.hamiltonian, [oracles.Jump(L) for L in machine.jumps]))
    kick = left @ (gain @ rho - (trace @ gain @ rho) * rho)
    seen = (trace @ gain @ right) * kick
    still = np.argmin(np.abs(values))
    decay = np.delete(values, still)
    moving = (np.delete(seen, still) * -2.0 * decay / (decay**2 + frequency**2)).sum().real
    shot = sum(c**2 * np.trace(L @ oracles.unvec(rho) @ L.conj().T).real for c, L in pairs)
    current = machine.current
    made = tk.spectrum(current.model, current, [frequency, -frequency])
    # 2 cos transform of exp(d t) is -2 d / (d^2 + w^2).
    np.testing.assert_allclose(made.values, shot + moving, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("name", sorted(machines.SMALL))
def test_heat_counted_is_the_heat_of_the_ledger(name: str) -> None:
    """The mean of any counted current equals its rate in the steady state, by operators."""
    machine = machines.SMALL[name]
    current = machine.current
    state = tk.steady_state(current.model).state
    rate = sum(c * np.trace(L @ state @ L.conj().T).real for c, L in zip(machine.weights, machine.jumps, strict=True))
    for method in METHODS:
        assert tk.cumulants(current.model, current, method=method)[0] == pytest.approx(rate, rel=1e-10)
