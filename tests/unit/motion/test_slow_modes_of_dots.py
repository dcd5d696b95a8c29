"""Slow modes of blockaded dots, and slow links in sweeps at late times: the mixture that rounding leaves is undone."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

import thermokin as tk
from oracles import Array

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")


def dot(gate: Array | float, bias: float, temperature: float) -> tk.Model:
    """A level of two spins, charging energy 1, between two leads."""
    c = [np.asarray(one) for one in tk.operators.annihilators(2)]
    n = [one.conj().T @ one for one in c]
    hamiltonian = np.asarray(gate)[..., None, None] * (n[0] + n[1]) + n[0] @ n[1]
    leads = [tk.Bath(name, temperature, sign * bias / 2, tk.Fermi()) for name, sign in (("left", 1.0), ("right", -1.0))]
    contacts = [tk.Contact(lead, one, tk.Flat(1e-3)) for lead in leads for one in c]
    return tk.davies(hamiltonian, contacts, number_operator=n[0] + n[1])


def spin_decay(gate: float, bias: float, temperature: float) -> float:
    """The decay of the spin of a filled level: out to empty and to double, whence both spins come back alike."""
    with mpmath.workdps(60):
        total = mpmath.mpf(0)
        for mu in (mpmath.mpf(bias) / 2, -mpmath.mpf(bias) / 2):
            # Each in the form that does not subtract from one.
            total += 1 / (mpmath.exp((mu - mpmath.mpf(gate)) / mpmath.mpf(temperature)) + 1)
            total += 1 / (mpmath.exp((mpmath.mpf(gate) + 1 - mu) / mpmath.mpf(temperature)) + 1)
        return float(total * mpmath.mpf("1e-3"))


@pytest.mark.parametrize(
    "point",
    [(-0.25, 0.0, 0.005), (-0.2414, 0.0236, 0.0056), (-0.5, 0.3, 0.005), (-0.5, 0.3, 5e-4), (-0.5, 0.0, 0.001)],
)
def test_the_spin_of_a_blockaded_dot_decays_as_slowly_as_it_does(point: tuple[float, float, float]) -> None:
    # The lead's filling is formed in doubles: its exponent of up to 700 carries as many roundings.
    np.testing.assert_allclose(tk.modes(dot(*point)).gap, spin_decay(*point), rtol=1e-11)


def test_random_blockaded_dots_keep_their_slow_mode_alone_and_in_a_sweep() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        gates, bias, temperature = rng.uniform(-0.8, -0.2, 3), rng.uniform(0.0, 0.3), rng.uniform(2e-3, 0.02)
        expected = [spin_decay(gate, bias, temperature) for gate in gates]
        np.testing.assert_allclose(tk.modes(dot(gates, bias, temperature)).gap, expected, rtol=1e-10)
        np.testing.assert_allclose(
            [float(tk.modes(dot(gate, bias, temperature)).gap) for gate in gates], expected, rtol=1e-10
        )


def test_modes_beyond_doubles_are_refused_in_words() -> None:
    with pytest.raises(tk.errors.NotConvergedError, match="slow modes are out of reach"):
        tk.modes(dot(np.array([-0.5, -1.6]), 0.0, 7e-4))


@pytest.mark.parametrize(
    ("links", "time"),
    [([0.5, 0.7, 1e-12], 1e20), ([0.5, 0.7, 1e-8], 1e18), ([1e-3, 1e-10], 1e22), ([1e-3, 1e-15], 1e32)],
)
def test_a_sweep_over_a_link_costs_at_late_times_what_its_points_cost(links: list[float], time: float) -> None:
    def pairs(link: Array | float) -> tk.Model:
        link = np.asarray(link)
        coupling = np.zeros((*link.shape, 4, 4))
        for i, j, value in ((0, 1, 1.0), (2, 3, 1.0), (1, 2, link)):
            coupling[..., i, j] = coupling[..., j, i] = value
        return tk.library.levels([0.0, 1.0, 1.7, 3.0], coupling, 0.01, 1.0)

    start = tk.Populations([0.0, 0.0, 0.0, 1.0])
    model = pairs(np.array(links))
    sweep = tk.ledger(model, tk.evolve(model, start, [time]))
    alone = []
    for link in links:
        one = pairs(link)
        account = tk.ledger(one, tk.evolve(one, start, [time]))
        alone.append((account.heat["bath"][0], account.entropy_production[0]))
    np.testing.assert_allclose(sweep.heat["bath"][:, 0], [heat for heat, _ in alone], rtol=1e-12)
    np.testing.assert_allclose(sweep.entropy_production[:, 0], [cost for _, cost in alone], rtol=1e-12)
    # The heat is the change of energy, whichever way it was found.
    np.testing.assert_allclose(sweep.heat["bath"][:, 0], sweep.energy[:, 0] - 3.0, rtol=1e-12)


@pytest.mark.parametrize(("bias", "temperature"), [(0.3, 1e-3), (-1.2, 1e-3), (0.3, 5e-4)])
def test_the_account_of_a_cold_gate_sweep_is_that_of_its_points(bias: float, temperature: float) -> None:
    gates = np.array([-1.6, -1.3, -1.2, -0.5, -0.1, 0.0, 0.3])

    def account(gate: Array | float) -> tuple[Array, Array]:
        model = dot(gate, bias, temperature)
        ledger = tk.ledger(model, tk.evolve(model, tk.Populations([0.1, 0.2, 0.3, 0.4]), [1.0, 1e4]))
        return ledger.heat["left"], ledger.entropy_production

    sweep, alone = account(gates), [account(gate) for gate in gates]
    for found, expected in zip(sweep, zip(*alone, strict=True), strict=True):
        # Entropies of heat over 1/1000 of an energy: a few roundings of a few thousand.
        np.testing.assert_allclose(found, np.array(expected), rtol=1e-9, atol=1e-11)
