"""The local generator: the published failure of the second law, and its repair by the bare energies."""

from __future__ import annotations

import numpy as np
import pytest

import oracles
import thermokin as tk
from thermokin.operators.spins import pauli
from thermokin.operators.tensor import embed

LOWER = pauli().minus
ONE, TWO = (embed(LOWER, site, (2, 2)) for site in (0, 1))
NUMBERS = ONE.conj().T @ ONE, TWO.conj().T @ TWO
HOP = ONE.conj().T @ TWO + TWO.conj().T @ ONE
TEMPERATURES = {"one": 1.0, "two": 0.9}


def pair_of_qubits(coupling: float) -> tk.Model:
    """Two qubits at 1.6 and 1.0, damped at 0.02 and 0.03 by baths at 1.0 and 0.9."""
    bare = 1.6 * NUMBERS[0] + 1.0 * NUMBERS[1]
    contacts = [
        tk.Contact(tk.Bath(name, temperature), site + site.conj().T, tk.Flat(rate))
        for (name, temperature), site, rate in zip(TEMPERATURES.items(), (ONE, TWO), (0.02, 0.03), strict=True)
    ]
    return tk.local(bare + coupling * HOP, contacts, bare)


@pytest.fixture(scope="module")
def published() -> tk.Model:
    with pytest.warns(
        tk.errors.ValidityWarning, match="the local assumption is in doubt: the smallest gap that a bath sees, over"
    ):
        return pair_of_qubits(0.3)


def test_heat_of_the_whole_hamiltonian_can_flow_from_cold_to_hot(published: tk.Model) -> None:
    state = tk.steady_state(published).state
    jumps = {
        name: [oracles.Jump(c.jump) for c in published.channels if c.bath == published.bath(name)]
        for name in TEMPERATURES
    }
    heats = {name: oracles.heat_rate(published.hamiltonian, some, state) for name, some in jumps.items()}
    # The numbers as published, to their four digits (Levy and Kosloff 2014).
    assert heats["one"] == pytest.approx(-1.174e-3, abs=5e-7)
    assert heats["two"] == pytest.approx(1.174e-3, abs=5e-7)
    assert -sum(heats[name] / TEMPERATURES[name] for name in heats) == pytest.approx(-1.304e-4, abs=5e-8)


def test_heat_of_the_bare_parts_obeys_the_second_law_in_the_same_model(published: tk.Model) -> None:
    state = tk.steady_state(published).state
    production = -sum(tk.heat(published, name).mean(state) / T for name, T in TEMPERATURES.items())
    assert production == pytest.approx(4.10e-4, abs=5e-7)
    assert tk.entropy_flow(published).mean(state) == pytest.approx(float(production), rel=1e-12)


def test_a_local_jump_takes_the_bare_gap_of_its_part(published: tk.Model) -> None:
    bare = 1.6 * NUMBERS[0] + 1.0 * NUMBERS[1]
    for channel in published.channels:
        commutator = channel.jump @ bare - bare @ channel.jump
        np.testing.assert_allclose(commutator, -channel.energy * channel.jump, rtol=0, atol=1e-15)
    assert {round(abs(float(channel.energy)), 12) for channel in published.channels} == {1.0, 1.6}


def test_a_local_model_keeps_how_far_each_assumption_holds(published: tk.Model) -> None:
    figures = {assumption.name: float(assumption.ratio) for assumption in published.validity}
    # [g (s+ s- + h.c.), x_1] = -i g z_1 y_2, of the size of g x_1.
    assert figures["local"] == pytest.approx(1.0 / 0.3, rel=1e-12)
    # Each contact sees one gap, and the fastest rate is 0.03 (n + 1) at gap 1.0 or 0.02 (n + 1) at 1.6.
    fastest = max(0.02 / (1 - np.exp(-1.6)), 0.03 / (1 - np.exp(-1.0 / 0.9)))
    assert figures["secular"] == pytest.approx(1.0 / fastest, rel=1e-12)


def test_a_longer_chain_is_no_less_local() -> None:
    two, four = (tk.library.xxz_chain(sites, 0.5, 1e-3, 0.7, 0.6, coupling=0.01) for sites in (2, 4))
    assert two.validity[0].ratio == pytest.approx(float(four.validity[0].ratio), rel=1e-12)
    assert two.validity[0].ratio == pytest.approx(1.0 / (0.02 * np.hypot(1.0, 0.5)), rel=1e-12)


def test_uncoupled_parts_are_no_assumption() -> None:
    model = pair_of_qubits(0.0)
    assert model.validity[0].ratio == np.inf
    populations = tk.steady_state(model).state
    product = np.kron(oracles.gibbs(np.diag([0.0, 1.6]), 1.0), oracles.gibbs(np.diag([0.0, 1.0]), 0.9))
    np.testing.assert_allclose(populations, product, rtol=0, atol=1e-15)


def test_weakly_coupled_parts_agree_with_the_global_generator() -> None:
    def current(model: tk.Model) -> float:
        return float(tk.heat(model, "hot").mean(tk.steady_state(model).state))

    baths = (tk.Bath("hot", 1.0), tk.Bath("cold", 0.5))
    bare, coupling = NUMBERS[0] + NUMBERS[1], 0.01 * HOP
    contacts = [
        tk.Contact(bath, site + site.conj().T, tk.Flat(1e-4)) for bath, site in zip(baths, (ONE, TWO), strict=True)
    ]
    # Rates far below the splitting, splitting far below the gap: both hold, to the first order in coupling/gap.
    assert current(tk.local(bare + coupling, contacts, bare)) == pytest.approx(
        current(tk.davies(bare + coupling, contacts)), rel=0.02
    )


def test_where_the_secular_warning_comes_the_local_generator_or_a_tolerance_is_near_bloch_redfield() -> None:
    # The set-up of QuTiP's public tutorial on heat transport (HEOM 3): J = 0.1, Drude baths, lambda = 0.05, gamma = 2,
    # T = 2.02 and 1.98. Bloch-Redfield (QuTiP's tensor) 1.0516e-4; Davies 3.838e-4, the golden rule's.
    bare = NUMBERS[0] + NUMBERS[1]
    contacts = [
        tk.Contact(tk.Bath(name, T), site + site.conj().T, tk.Drude(0.1, 2.0))
        for (name, T), site in zip([("hot", 2.02), ("cold", 1.98)], (ONE, TWO), strict=True)
    ]

    def current(model: tk.Model) -> float:
        return float(tk.heat(model, "hot").mean(tk.steady_state(model).state))

    with pytest.warns(
        tk.errors.ValidityWarning,
        match=r"is 1\.92, below 10; use `unified`, .*; or `local` where .* or merge close gaps by `toler",
    ):
        secular = tk.davies(bare + 0.1 * HOP, contacts)
    with pytest.warns(tk.errors.ValidityWarning, match="secular"):
        parts, merged = (
            tk.local(bare + 0.1 * HOP, contacts, bare),
            tk.davies(bare + 0.1 * HOP, contacts, tolerance=0.15),
        )
    assert current(secular) == pytest.approx(3.838e-4, rel=2e-4)
    assert current(parts) == pytest.approx(1.0466e-4, rel=5e-5)
    assert current(parts) == pytest.approx(1.0516e-4, rel=0.005)
    assert current(merged) == pytest.approx(1.0516e-4, rel=0.02)


def test_hamiltonians_of_two_sizes_are_refused() -> None:
    contact = tk.Contact(tk.Bath("b", 1.0), np.array([[0.0, 1.0], [1.0, 0.0]]), tk.Flat(0.01))
    with pytest.raises(ValueError, match=r"`bare` must have shape \(..., 4, 4\), got \(2, 2\)"):
        tk.local(np.diag([0.0, 1.0, 2.0, 3.0]), [contact], np.diag([0.0, 1.0]))
