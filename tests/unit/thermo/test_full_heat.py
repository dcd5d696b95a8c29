"""Heat by the whole Hamiltonian of a local model: it can run from cold to hot, and the ledger says so."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import thermokin as tk
from thermokin.operators.spins import pauli
from thermokin.operators.tensor import embed

ONE, TWO = (embed(pauli().minus, site, (2, 2)) for site in (0, 1))
PARTS = ONE.conj().T @ ONE, TWO.conj().T @ TWO


def at_rest(build: str, warm: float = 1.0) -> tk.results.Ledger:
    """Two qubits at 1.6 and 1.0, coupling .3, rates .02 and .03, baths at 1.0 and .9."""
    bare = 1.6 * PARTS[0] + 1.0 * PARTS[1]
    whole = bare + 0.3 * (ONE.conj().T @ TWO + TWO.conj().T @ ONE)
    contacts = [
        tk.Contact(tk.Bath(name, temperature), site + site.conj().T, tk.Flat(rate))
        for name, temperature, site, rate in (("warm", warm, ONE, 0.02), ("cool", 0.9, TWO, 0.03))
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        model = tk.local(whole, contacts, bare) if build == "local" else getattr(tk, build)(whole, contacts)
    return tk.ledger(model, tk.evolve(model, tk.steady_state(model), [0.0]))


def test_local_heat_of_the_whole_hamiltonian_runs_from_cold_to_hot_and_is_named() -> None:
    account = at_rest("local")
    # levy2014; the digits by an independent evaluation
    assert account.full_heat_rate["warm"][0] == pytest.approx(-1.174e-3, rel=1e-3)
    assert account.full_heat_rate["cool"][0] == pytest.approx(1.174e-3, rel=1e-3)
    assert account.full_heat_runs_uphill.all()
    assert "from cold to hot" in repr(account)
    assert account.entropy_production_rate[0] > 0.0


def test_a_bias_that_is_large_enough_drives_it_downhill() -> None:
    account = at_rest("local", warm=3.0)
    assert account.full_heat_rate["warm"][0] > 0.0
    assert not account.full_heat_runs_uphill.any()
    assert "cold to hot" not in repr(account)


@pytest.mark.parametrize("build", ["davies", "unified"])
def test_jumps_between_eigenstates_never_run_uphill(build: str) -> None:
    account = at_rest(build)
    assert not account.full_heat_runs_uphill.any()
    if build == "davies":
        assert account.full_heat_rate["warm"] == pytest.approx(account.heat_rate["warm"], rel=1e-10)


def test_a_state_in_motion_is_not_judged() -> None:
    model = at_rest("local").model
    account = tk.ledger(model, tk.evolve(model, np.diag([0.0, 0.0, 0.0, 1.0]), [1.0, 3.0]))
    assert not account.full_heat_runs_uphill.any()
