"""What QuTiP's users bring: operators are taken, what depends on time or acts on density matrices is sent back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

import thermokin as tk
from thermokin.operators.as_operators import as_operator

Z = np.diag([1.0, -1.0])
X = np.array([[0.0, 1.0], [1.0, 0.0]])
LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
CONSTANT = r"constant in time.*one model for each stretch.*`states\[-1\]`"

QUICK = settings(max_examples=30, deadline=None)


class FakeQobj:
    """What is known of a QuTiP object without QuTiP; like one of QuTiP's it can be called."""

    def __init__(self, array: Any, kind: str = "oper") -> None:
        self.array, self.type, self.isoper = np.asarray(array, complex), kind, kind == "oper"

    def __call__(self, other: object) -> object:
        return other

    def full(self) -> Any:
        return self.array


class QobjEvo:
    """What is known of QuTiP's operators that depend on time: they are called with a time."""

    isoper = True
    type = "oper"

    def __init__(self, terms: object) -> None:
        self.terms = terms

    def __call__(self, time: float) -> FakeQobj:
        return FakeQobj(Z + time * X)


def ramp(time: float) -> float:
    return time


MOVING = {
    "a function": lambda: ramp,
    "an evolving operator": lambda: QobjEvo([Z, [X, ramp]]),
    "terms with a function": lambda: [Z, [X, ramp]],
    "terms of QuTiP with a function": lambda: [FakeQobj(Z), [FakeQobj(X), ramp]],
    "sparse terms with a function": lambda: [scipy.sparse.csr_array(Z), [scipy.sparse.csr_array(X), ramp]],
    "terms with a formula": lambda: [FakeQobj(Z), [FakeQobj(X), "sin(w * t)"]],
    "terms with numbers over time": lambda: [FakeQobj(Z), [FakeQobj(X), np.linspace(0.0, 1.0, 5)]],
    "one term with a function": lambda: [[X, ramp]],
    "nested numbers with a function": lambda: [Z.tolist(), [X.tolist(), ramp]],
    "a function among operators": lambda: [FakeQobj(Z), ramp],
}
PLACES: dict[str, Callable[[Any], object]] = {
    "hamiltonian": lambda value: tk.Model(value, []),
    "energy_operator": lambda value: tk.Model(Z, [], energy_operator=value),
    "jump": lambda value: tk.Channel(value, None),
    "operator": lambda value: tk.Contact(tk.Bath("b", 1.0), value, tk.Flat(0.1)),
    "initial": lambda value: tk.evolve(tk.Model(Z, []), value, [1.0]),
    "vector": tk.Ket,
    "rho": lambda value: tk.activity(tk.rates(X)).mean(value),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("moving", MOVING)
def test_what_depends_on_time_is_refused_with_what_to_do_instead(place: str, moving: str) -> None:
    with pytest.raises(TypeError, match=f"`{place}` must be an operator, got .*{CONSTANT}"):
        PLACES[place](MOVING[moving]())


@pytest.mark.parametrize("place", ["hamiltonian", "jump", "operator", "initial"])
@pytest.mark.parametrize(
    ("kind", "remedy"),
    [
        ("operator-ket", r"vector_to_operator\(\.\.\.\)"),
        ("operator-bra", r"vector_to_operator\(\.\.\.\.dag\(\)\)"),
        ("bra", r"psi\.dag\(\)|the ket, its `\.dag\(\)`"),
    ],
)
def test_a_vector_that_holds_an_operator_is_sent_back_to_the_operator(place: str, kind: str, remedy: str) -> None:
    with pytest.raises(ValueError, match=f"`{place}` must be .*, got a Qobj of type '{kind}'; .*{remedy}"):
        PLACES[place](FakeQobj(np.eye(4)[:, :1], kind))


@pytest.mark.parametrize("kind", ["ket", "several kets"])
@pytest.mark.parametrize("place", ["initial", "vector"])
def test_a_ket_of_qutip_is_normalised_in_its_own_words(place: str, kind: str) -> None:
    long = FakeQobj([[1.0], [1.0]], "ket")
    with pytest.raises(ValueError, match=rf"`{place}` .*got norm 1\.41.*divide it by its norm, psi\.unit\(\)\."):
        PLACES[place](long if kind == "ket" else [long, long])


@pytest.mark.parametrize(
    "verb",
    [
        lambda hamiltonian: tk.evolve(hamiltonian, [1.0, 0.0], [1.0]),
        lambda hamiltonian: tk.steady_state(hamiltonian, initial=[FakeQobj(LOWER)]),
        tk.modes,
        tk.Counting,
        tk.heat,
        lambda hamiltonian: tk.waiting_times(hamiltonian, "b", "b", [1.0]),
    ],
)
@pytest.mark.parametrize("hamiltonian", [FakeQobj(Z), Z])
def test_a_hamiltonian_in_place_of_a_model_is_told_how_to_become_one(verb: Any, hamiltonian: Any) -> None:
    with pytest.raises(
        TypeError, match=r"`model` must be a Model, got .*tk\.Model\(H, \[tk\.Channel\(L, bath=None\)\]\)"
    ):
        verb(hamiltonian)


def test_an_evolving_operator_may_be_asked_for_its_value_at_one_time() -> None:
    with pytest.raises(TypeError, match=r"got a QobjEvo, a function of time; pass its value at one time, such as"):
        tk.Model(QobjEvo(Z), [])
    np.testing.assert_array_equal(tk.Model(QobjEvo(Z)(0.0), []).hamiltonian, Z)


@pytest.mark.parametrize("place", ["hamiltonian", "energy_operator", "jump", "operator", "initial"])
def test_a_superoperator_is_sent_back_to_its_hamiltonian_and_jumps(place: str) -> None:
    with pytest.raises(
        ValueError, match=r"`\w+` must be an operator, got a Qobj of type 'super'; give the Hamiltonian and the jumps"
    ):
        PLACES[place](FakeQobj(np.eye(4), "super"))


@pytest.mark.parametrize("jump", [LOWER, FakeQobj(LOWER), QobjEvo(LOWER), [LOWER, ramp], ramp, LOWER.tolist(), 0.3])
def test_a_bare_jump_operator_is_to_be_wrapped(jump: object) -> None:
    with pytest.raises(
        TypeError,
        match=r"`channels\[0\]` must be a Channel, got .*; wrap each.*constant in time: tk\.Channel\(L, bath=N",
    ):
        tk.Model(Z, [jump])  # type: ignore[list-item]


@pytest.mark.parametrize("channels", [LOWER, FakeQobj(LOWER), tk.Channel(LOWER, None), 1.0])
def test_channels_are_a_list(channels: Any) -> None:
    with pytest.raises(TypeError, match=r"`channels` must be a list of Channel, got .*; wrap each jump operator"):
        tk.Model(Z, channels)


def test_a_bare_coupling_operator_is_to_be_wrapped() -> None:
    with pytest.raises(TypeError, match=r"`contacts\[0\]` must be a Contact, got .*; wrap each.*tk\.Contact\("):
        tk.davies(Z, [FakeQobj(X)])  # type: ignore[list-item]
    with pytest.raises(TypeError, match=r"`contacts` must be a list of Contact, got .*; wrap each.*tk\.Contact\("):
        tk.davies(Z, FakeQobj(X))  # type: ignore[arg-type]


@QUICK
@given(st.integers(1, 4), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_a_list_of_operators_is_a_sweep_of_them(count: int, size: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    stack = random.normal(size=(count, size, size)) + 1j * random.normal(size=(count, size, size))
    wraps: list[Callable[[Any], Any]] = [FakeQobj, scipy.sparse.csr_array, np.asarray, lambda matrix: matrix.tolist()]
    for wrap in wraps:
        np.testing.assert_array_equal(as_operator([wrap(matrix) for matrix in stack], "jump"), stack)
    mixed = tuple(random.choice(np.array(wraps, object))(matrix) for matrix in stack)
    np.testing.assert_array_equal(as_operator(mixed, "jump"), stack)
    np.testing.assert_array_equal(as_operator([list(stack), list(stack)], "jump"), [stack, stack])


def test_lists_of_operators_of_different_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="`hamiltonian` must be a rectangular array"):
        tk.Model([FakeQobj(Z), FakeQobj(np.eye(3))], [])


def test_qutips_own_objects_behave_like_their_stand_ins() -> None:
    qutip = pytest.importorskip("qutip")
    for moving in (qutip.QobjEvo([qutip.sigmaz(), [qutip.sigmax(), ramp]]), [qutip.sigmaz(), [qutip.sigmax(), ramp]]):
        with pytest.raises(TypeError, match=CONSTANT):
            tk.Model(moving, [])
    with pytest.raises(TypeError, match=CONSTANT):
        tk.Channel(qutip.QobjEvo(qutip.sigmam()), None)
    with pytest.raises(ValueError, match="give the Hamiltonian and the jumps"):
        tk.Model(qutip.liouvillian(qutip.sigmaz()), [])
    with pytest.raises(TypeError, match="wrap each jump operator"):
        tk.Model(qutip.sigmaz(), [qutip.sigmam()])
