"""The parts of a space and their order, which objects of QuTiP carry and arrays of the same shape do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import thermokin as tk

QUBIT, CAVITY = 2, 5
LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
A = np.diag(np.sqrt(np.arange(1.0, CAVITY)), 1)
NUMBER = np.diag(np.arange(float(CAVITY)))
BATH = tk.Bath("cavity", 1.0)
EITHER_ORDER = r"\[2, 5\].*\[5, 2\]|\[5, 2\].*\[2, 5\]"


class FakeQobj:
    """What is known of a QuTiP object, its dims among it, without QuTiP."""

    def __init__(self, array: Any, dims: Any, kind: str = "oper") -> None:
        self.array, self.dims = np.asarray(array, complex), dims
        self.type, self.isoper = kind, kind == "oper"

    def full(self) -> Any:
        return self.array


def oper(*parts: Any) -> FakeQobj:
    """A product of operators, in the order given."""
    sizes = [len(part) for part in parts]
    return FakeQobj(tk.operators.tensor(*parts), [sizes, sizes])


def ket(*parts: Any, column_dims: list[int]) -> FakeQobj:
    """A product of columns, in the order given."""
    column = np.eye(1)
    for part in parts:
        column = np.kron(column, np.reshape(part, (-1, 1)))
    return FakeQobj(column, [[len(part) for part in parts], column_dims], "ket")


ONE, EMPTY = np.eye(QUBIT), np.eye(CAVITY)
EXCITED, THREE = np.eye(QUBIT)[1], np.eye(CAVITY)[3]
COUPLING = np.kron(A.T, LOWER) + np.kron(A, LOWER.T)
# H is of cavity x qubit; "right" operators follow that order, "wrong" ones have the same shape in the other.
H = FakeQobj(np.kron(NUMBER, ONE) + np.kron(EMPTY, LOWER.T @ LOWER) + 0.1 * COUPLING, [[5, 2], [5, 2]])
BARE_WRONG = FakeQobj(np.kron(ONE, NUMBER) + np.kron(LOWER.T @ LOWER, EMPTY), [[2, 5], [2, 5]])
RIGHT, WRONG = oper(A + A.T, ONE), oper(ONE, A + A.T)
PHOTONS, PHOTONS_WRONG = oper(NUMBER, ONE), oper(ONE, NUMBER)
START, START_WRONG = ket(THREE, EXCITED, column_dims=[1, 1]), ket(EXCITED, THREE, column_dims=[1])
RHO_WRONG = FakeQobj(START_WRONG.array @ START_WRONG.array.conj().T, [[2, 5], [2, 5]])


def contact(operator: Any) -> tk.Contact:
    return tk.Contact(BATH, operator, tk.Flat(1e-3))


def model() -> tk.Model:
    return tk.Model(H, [tk.Channel(oper(A, ONE), None)])


def diffusive() -> tk.results.DiffusiveTrajectories:
    return tk.unravel(model(), START, [0.0], trajectories=2, detection=tk.Homodyne(channel=0, step=0.1))


PLACES: dict[str, Callable[[], object]] = {
    "energy_operator": lambda: tk.Model(H, [], energy_operator=BARE_WRONG),
    "number_operator": lambda: tk.Model(H, [], number_operator=PHOTONS_WRONG),
    r"channels\[0\].jump": lambda: tk.Model(H, [tk.Channel(oper(ONE, A), None)]),
    r"contacts\[1\].operator": lambda: tk.davies(H, [contact(RIGHT), contact(WRONG)]),
    r"contacts\[0\].operator": lambda: tk.local(H, [contact(WRONG)], np.diag(np.diag(H.full().real))),
    "bare": lambda: tk.local(H, [contact(RIGHT)], BARE_WRONG),
    "a number operator of davies": lambda: tk.davies(H, [contact(RIGHT)], number_operator=PHOTONS_WRONG),
    "initial": lambda: tk.evolve(model(), START_WRONG, [1.0]),
    "a Ket": lambda: tk.evolve(model(), tk.Ket(START_WRONG), [1.0]),
    "a density matrix": lambda: tk.evolve(model(), RHO_WRONG, [1.0]),
    "the start of a steady state": lambda: tk.steady_state(model(), initial=START_WRONG),
    "a list of kets": lambda: tk.evolve(model(), [START_WRONG, START_WRONG], [1.0]),
    "operator": lambda: tk.evolve(model(), START, [1.0]).expectation(PHOTONS_WRONG),
    "a rate": lambda: tk.evolve(model(), START, [1.0]).expectation_rate(PHOTONS_WRONG),
    "of runs": lambda: tk.unravel(model(), START, [1.0], trajectories=2).expectation(PHOTONS_WRONG),
    "of diffusive runs": lambda: diffusive().expectation(PHOTONS_WRONG),
    "rho": lambda: tk.activity(model()).mean(RHO_WRONG),
}


@pytest.mark.parametrize("place", PLACES)
def test_parts_in_another_order_are_refused_wherever_an_operator_or_a_state_comes_in(place: str) -> None:
    argument = place if " " not in place else r"[\w\[\]\.]+"
    with pytest.raises(ValueError, match=rf"`{argument}` has the dims ({EITHER_ORDER}).*parts in one order") as refused:
        PLACES[place]()
    assert "tensor(...)" in str(refused.value)


def test_a_contact_of_the_other_order_is_seen_though_the_hamiltonian_is_an_array() -> None:
    with pytest.raises(ValueError, match=r"`contacts\[1\].operator` has the dims \[2, 5\] and `contacts\[0\]"):
        tk.davies(H.full(), [contact(RIGHT), contact(WRONG)])


def test_contacts_and_jumps_that_carry_dims_tell_a_model_of_arrays_its_parts() -> None:
    assert tk.davies(H.full(), [contact(RIGHT)]).dims == (5, 2)
    assert tk.Model(H.full(), [tk.Channel(oper(A, ONE), None)]).dims == (5, 2)
    assert tk.Model(H.full(), []).dims is None


@pytest.mark.parametrize("column_dims", [[1, 1], [1]])
def test_a_ket_of_either_version_of_qutip_has_the_photons_that_it_was_made_with(column_dims: list[int]) -> None:
    start = ket(THREE, EXCITED, column_dims=column_dims)
    for initial in (start, tk.Ket(start), start.full()):
        evolution = tk.evolve(model(), initial, [0.0])
        np.testing.assert_allclose(evolution.expectation(PHOTONS), [3.0], rtol=0.0, atol=1e-14)


def test_arrays_and_sparse_matrices_go_everywhere_as_before() -> None:
    evolution = tk.evolve(model(), START_WRONG.full(), [0.0])
    assert evolution.expectation(PHOTONS_WRONG.full())[0] == pytest.approx(3.0, abs=1e-14)
    assert tk.local(H, [contact(RIGHT.full())], np.diag(np.diag(H.full().real))).dims == (5, 2)


def test_an_operator_without_parts_is_not_one_of_a_product_space() -> None:
    whole = FakeQobj(PHOTONS.full(), [[10], [10]])
    with pytest.raises(ValueError, match=r"`operator` has the dims \[10\] and `model` \[5, 2\].*pass `.full\(\)`"):
        tk.evolve(model(), START, [0.0]).expectation(whole)


def test_an_operator_that_exchanges_the_order_of_its_parts_is_none_of_one_space() -> None:
    with pytest.raises(ValueError, match=r"`hamiltonian` must be an operator on one space.*from dims \[5, 2\] to \[2"):
        tk.Model(FakeQobj(np.eye(10), [[2, 5], [5, 2]]), [])


def test_operators_of_a_sweep_have_one_order() -> None:
    with pytest.raises(ValueError, match=r"`hamiltonian\[1\]` has the dims \[2, 5\] and `hamiltonian\[0\]` \[5, 2\]"):
        tk.Model([H, BARE_WRONG], [])
    assert tk.Model([H, H], []).dims == (5, 2)


def test_two_states_that_are_compared_have_one_order() -> None:
    rho = FakeQobj(START.array @ START.array.conj().T, [[5, 2], [5, 2]])
    with pytest.raises(ValueError, match=r"`b` has the dims \[2, 5\] and `a` \[5, 2\]"):
        tk.distances.trace_distance(rho, RHO_WRONG)
    with pytest.raises(ValueError, match=r"`number_operator` has the dims \[2, 5\] and `operator` \[5, 2\]"):
        tk.operators.annihilation_part(RIGHT, PHOTONS_WRONG)


def test_the_part_that_is_kept_is_one_that_the_state_has() -> None:
    reduced = tk.operators.partial_trace(RHO_WRONG, 1, (QUBIT, CAVITY))
    assert np.trace(reduced @ NUMBER).real == pytest.approx(3.0, abs=1e-14)
    with pytest.raises(ValueError, match=r"`state` has the dims \[2, 5\] and `dimensions` are \[5, 2\]"):
        tk.operators.partial_trace(RHO_WRONG, 1, (CAVITY, QUBIT))
    neighbours = FakeQobj(np.eye(8) / 8.0, [[2, 2, 2], [2, 2, 2]])
    assert tk.operators.partial_trace(neighbours, 1, (2, 4)).shape == (4, 4)
    assert tk.operators.partial_trace(FakeQobj(np.eye(10) / 10.0, [[10], [10]]), 0, (CAVITY, QUBIT)).shape == (5, 5)


def test_dims_of_qutips_own_objects_are_those_of_their_stand_ins() -> None:
    qutip = pytest.importorskip("qutip")
    a = qutip.tensor(qutip.destroy(CAVITY), qutip.qeye(QUBIT))
    system = tk.Model(a.dag() * a, [tk.Channel(a, None)])
    assert system.dims == (CAVITY, QUBIT)
    with pytest.raises(ValueError, match=r"`initial` has the dims \[2, 5\] and `model` \[5, 2\]"):
        tk.evolve(system, qutip.tensor(qutip.basis(QUBIT, 1), qutip.basis(CAVITY, 3)), [1.0])
