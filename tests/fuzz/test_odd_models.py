"""What people really write: it means what physics says it means, or it is refused in clear words."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from scipy.sparse.csgraph import connected_components

import thermokin as tk
from fuzz import odd
from fuzz.budget import budget
from fuzz.judge import Refused, holds_numbers, outcome
from oracles import Array

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")


@budget(0.1)
@given(odd.leads(), st.sampled_from(["number operator", "none"]))
def test_a_lead_alone_ends_in_its_grand_canonical_state_or_its_coupling_is_refused(case: odd.Lead, word: str) -> None:
    told = word == "number operator"
    made = outcome(lambda: case.model(case.number if told else None))
    if isinstance(made, Refused):
        assert not case.removes_one, made.error
        return
    assert case.removes_one or not told
    if not case.removes_one:
        # Without a number operator the operators themselves say what a particle is; a Hermitian one says nothing.
        assert not any(np.allclose(a, a.conj().T) for a in case.operators)
        return
    state = outcome(lambda: tk.steady_state(made))
    if isinstance(state, Refused):
        assert isinstance(state.error, tk.errors.DegenerateSteadyStateError), state.error
        return
    # Rounding of a few operations on rates of one size.
    np.testing.assert_allclose(state.state, case.gibbs(case.number), atol=1e-11)


@budget(0.1)
@given(odd.pairs(), st.sampled_from(["rates", "channels"]))
def test_jumps_without_a_bath_produce_the_entropy_of_their_flows(case: odd.Pairs, way: str) -> None:
    model = outcome(lambda: case.written() if way == "channels" else tk.rates(case.rates))
    assert not isinstance(model, Refused)
    times = np.array([0.0, 0.5, 1.0]) / (case.rates.max() or 1.0)
    made = outcome(lambda: tk.ledger(model, tk.evolve(model, tk.Populations(case.start), times)))
    assert not isinstance(made, Refused)
    rate, produced = outcome(lambda: made.entropy_production_rate), outcome(lambda: made.entropy_production)
    assert not isinstance(rate, Refused), rate.error
    assert not isinstance(produced, Refused), produced.error
    expected = case.production()
    if not case.reversible:
        assert np.isposinf(rate[0])
        assert np.isposinf(produced[-1])
        return
    scale = case.rates.max() * case.start.max()
    np.testing.assert_allclose(rate[0], expected, rtol=1e-10, atol=1e-12 * scale)
    assert holds_numbers(produced)
    assert (np.diff(produced) >= -1e-12).all()


@budget(0.07)
@given(odd.declared())
def test_a_declared_quantum_is_the_jumps_own_or_refused(case: tuple[tk.Bath, float, float, Array]) -> None:
    bath, gap, quantum, lower = case
    hamiltonian = gap * np.diag(np.arange(float(len(lower))))
    back = np.exp(-quantum / (2.0 * bath.temperature)) * lower.T
    made = outcome(lambda: tk.Model(hamiltonian, [tk.Channel(lower, bath, -quantum), tk.Channel(back, bath, quantum)]))
    own = abs(quantum / gap - 1.0) < 1e-10
    assert isinstance(made, Refused) is not own
    if own:
        ledger = tk.ledger(made, tk.evolve(made, tk.Gibbs(2.0), [0.0, 1.0, 100.0]))
        assert np.abs(ledger.work_rate).max() <= 1e-12 * gap


def readings(model: tk.Model, vector: Array) -> list[Array]:
    """The states that a bare vector can mean."""
    found = []
    populations = not vector.imag.any() and (vector.real >= 0.0).all() and abs(vector.real.sum() - 1.0) < 1e-12
    if populations:
        found += [tk.evolve(model, tk.Populations(vector.real), [0.0]).states[0], np.diag(vector)]
    if abs(np.linalg.norm(vector) - 1.0) < 1e-12:
        found.append(np.outer(vector, vector.conj()))
    return found


@budget(0.1)
@given(odd.bare_starts())
def test_a_bare_vector_is_a_start_only_where_it_has_one_reading(case: tuple[Array, Array]) -> None:
    hamiltonian, vector = case
    lower = np.diag(np.ones(len(vector) - 1), 1)
    start = vector if vector.imag.any() else vector.real
    contact = tk.Contact(tk.Bath("b", 1.0), lower + lower.T, tk.Ohmic(0.01))
    for model in (tk.Model(hamiltonian, [tk.Channel(lower, None)]), tk.davies(hamiltonian, [contact])):
        made = outcome(lambda model=model: tk.evolve(model, start, [0.0]).states[0])
        meant = readings(model, vector)
        if isinstance(made, Refused):
            assert not meant or max(np.abs(one - meant[0]).max() for one in meant) >= 1e-13, made.error
            continue
        assert meant
        for one in meant:
            np.testing.assert_allclose(made, one, atol=1e-9)


def dot(gate: Any, bias: Any, repulsion: float, temperature: float) -> Any:
    """Current through a dot of two spins between two leads."""
    gate, bias = np.asarray(gate, float), np.asarray(bias, float)
    c = [np.asarray(one) for one in tk.operators.annihilators(2)]
    n = [one.conj().T @ one for one in c]
    hamiltonian = gate[..., None, None] * (n[0] + n[1]) + repulsion * n[0] @ n[1]
    leads = [
        tk.Bath(name, temperature, chemical_potential=sign * bias / 2.0, statistics=tk.Fermi())
        for name, sign in (("left", 1.0), ("right", -1.0))
    ]
    contacts = [tk.Contact(lead, one, tk.Flat(0.5)) for lead in leads for one in c]
    model = tk.davies(hamiltonian, contacts, number_operator=n[0] + n[1])
    return tk.cumulants(model, tk.particles(model, "left"), order=1).values[..., 0]


@budget(0.05)
@given(odd.gates())
def test_a_sweep_of_gates_is_its_points_also_where_a_tunnelling_energy_vanishes(case: Any) -> None:
    gate, bias, repulsion, temperature = case
    whole = outcome(lambda: dot(gate[:, None], bias, repulsion, temperature))
    assert not isinstance(whole, Refused), whole.error
    for i, one in enumerate(gate):
        for j, other in enumerate(bias):
            point = outcome(lambda one=one, other=other: dot(one, other, repulsion, temperature))
            assert not isinstance(point, Refused), point.error
            np.testing.assert_allclose(whole[i, j], point, rtol=1e-10, atol=1e-14)


@budget(0.02)  # a tenth of a second each
@given(odd.pairs())
def test_quenches_without_a_bath_are_compared(case: odd.Pairs) -> None:
    linked, _ = connected_components(case.rates, directed=False)
    model = tk.rates(case.rates)
    other = np.full(len(case.start), 1.0 / len(case.start))
    pair = tk.QuenchPair(
        tk.Quench("heating", model, tk.Populations(case.start)),
        tk.Quench("cooling", model, tk.Populations(other)),
        "own",
        {},
    )
    times = np.linspace(0.0, 5.0, 6) / (case.rates.max() or 1.0)
    made = outcome(lambda: tk.compare(pair, times))
    assert not isinstance(made, Refused), (linked, made.error)
    verdicts = outcome(lambda: made.verdicts)
    assert not isinstance(verdicts, Refused), verdicts.error
    if case.reversible:
        rate = made.heating.ledger.entropy_production_rate[0]
        np.testing.assert_allclose(rate, case.production(), rtol=1e-10, atol=1e-12 * case.rates.max())
