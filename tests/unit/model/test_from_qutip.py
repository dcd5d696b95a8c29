"""Models of a Hamiltonian and collapse operators: which baths are seen, what is not guessed, and what is refused."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

import thermokin as tk

N = 5
A = np.diag(np.sqrt(np.arange(1.0, N)), 1)
Q = np.array([[0.0, 1.0], [0.0, 0.0]])
ONE = np.eye(2)
BARE = np.kron(1.5 * A.T @ A, ONE) + np.kron(np.eye(N), 1.5 * Q.T @ Q)
CAVITY, QUBIT = np.kron(A, ONE), np.kron(np.eye(N), Q)
COUPLED = BARE + 0.01 * (CAVITY.T @ QUBIT + CAVITY @ QUBIT.T)


def thermal(lower: Any, gap: float, temperature: float, rate: float = 0.02) -> list[Any]:
    """The two collapse operators of a bosonic bath, as they are written by hand."""
    n = 1.0 / np.expm1(gap / temperature)
    return [np.sqrt(rate * (n + 1.0)) * lower, np.sqrt(rate * n) * lower.T]


class FakeQobj:
    """What is known of a QuTiP object without QuTiP."""

    isoper = True
    type = "oper"

    def __init__(self, array: Any, parts: list[int]) -> None:
        self.array, self.dims = np.asarray(array, complex), [parts, parts]

    def full(self) -> Any:
        return self.array


class QobjEvo:
    """What is known of QuTiP's operators that depend on time."""

    isoper = True

    def __init__(self, still: Any, moving: Any = None) -> None:
        self.still, self.moving, self.isconstant = still, moving, moving is None

    def __call__(self, time: float) -> Any:
        return self.still if self.moving is None else self.still + time * self.moving


def test_the_rates_of_a_thermal_pair_tell_the_temperature_of_its_bath() -> None:
    model = tk.from_qutip(1.5 * A.T @ A, thermal(A, 1.5, 0.8))
    assert [bath.name for bath in model.baths] == ["bath"]
    assert float(model.baths[0].temperature) == pytest.approx(0.8, rel=1e-13)
    np.testing.assert_allclose(model.table.energy, [-1.5, 1.5], rtol=1e-13)
    np.testing.assert_allclose(model.channels[0].jump, thermal(A, 1.5, 0.8)[0], rtol=0.0, atol=0.0)
    assert model.notes == ("c_ops 0, 1: bath 'bath' of temperature 0.8, by their rates",)
    assert repr(model).splitlines()[1].strip() == model.notes[0]


def test_a_model_that_is_read_has_the_heat_of_the_one_that_a_builder_makes() -> None:
    baths = [tk.Bath("hot", 1.1), tk.Bath("cold", 0.4)]
    flips = [QUBIT + QUBIT.T, CAVITY + CAVITY.T]
    ends = [tk.Contact(bath, flip, tk.Flat(0.02)) for bath, flip in zip(baths, flips, strict=True)]
    known = tk.local(COUPLED, ends, BARE)
    c_ops = [*thermal(QUBIT, 1.5, 1.1), *thermal(CAVITY, 1.5, 0.4)]
    read = tk.from_qutip(COUPLED, c_ops, baths={"hot": [0, 1], "cold": [2, 3]}, energy_operator=BARE)
    state = tk.steady_state(read)
    np.testing.assert_allclose(state.state, tk.steady_state(known).state, rtol=0.0, atol=1e-13)
    for bath in ("hot", "cold"):
        assert tk.heat(read, bath).mean(state) == pytest.approx(tk.heat(known, bath).mean(state), rel=1e-10)


def test_a_coupling_in_the_hamiltonian_hides_the_baths_of_its_parts_and_the_model_says_so() -> None:
    c_ops = [*thermal(CAVITY, 1.5, 0.4), *thermal(QUBIT, 1.5, 1.1)]
    assert tk.from_qutip(COUPLED, c_ops).baths == ()
    assert "c_ops 0, 2: no bath; [H, L] = w L fails" in repr(tk.from_qutip(COUPLED, c_ops))
    assert "give it without them as energy_operator=" in repr(tk.from_qutip(COUPLED, c_ops))
    found = tk.from_qutip(COUPLED, c_ops, energy_operator=BARE).baths
    assert [float(bath.temperature) for bath in found] == pytest.approx([0.4, 1.1], rel=1e-12)


def test_pairs_of_one_temperature_are_one_bath_unless_they_act_on_different_parts() -> None:
    c_ops = [*thermal(CAVITY, 1.5, 0.4), *thermal(QUBIT, 1.5, 0.4)]
    assert len(tk.from_qutip(BARE, c_ops).baths) == 1
    H, *jumps = (FakeQobj(each, [N, 2]) for each in (BARE, *c_ops))
    apart = tk.from_qutip(H, jumps)
    assert apart.dims == (N, 2)
    assert [bath.name for bath in apart.baths] == ["bath 1", "bath 2"]
    np.testing.assert_array_equal(apart.table.bath, [0, 0, 1, 1])
    levels = np.diag([0.0, 1.0, 2.0, 4.0])
    three = [
        *thermal(np.eye(4)[:, [1]] @ np.eye(4)[[3]], 3.0, 0.6),
        *thermal(np.eye(4)[:, [0]] @ np.eye(4)[[1]], 1.0, 0.6),
    ]
    assert len(tk.from_qutip(levels, three).baths) == 1


def test_equal_gaps_of_different_transitions_are_told_apart() -> None:
    # A ladder of three levels: both steps have the gap 1, and each its own bath.
    steps = [np.outer(np.eye(3)[k], np.eye(3)[k + 1]) for k in range(2)]
    model = tk.from_qutip(np.diag([0.0, 1.0, 2.0]), [*thermal(steps[0], 1.0, 0.5), *thermal(steps[1], 1.0, 2.0)])
    assert [float(bath.temperature) for bath in model.baths] == pytest.approx([0.5, 2.0], rel=1e-12)
    np.testing.assert_array_equal(model.table.reverse, [1, 0, 3, 2])


def test_jumps_of_a_degenerate_pair_that_meet_in_one_operator_have_one_bath() -> None:
    both = np.array([[0.0, 0.6, 0.8j], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    n = 1.0 / np.expm1(1.0 / 0.7)
    model = tk.from_qutip(np.diag([0.0, 1.0, 1.0]), [np.sqrt(n + 1.0) * both, 1j * np.sqrt(n) * both.conj().T])
    assert float(model.baths[0].temperature) == pytest.approx(0.7, rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.05, 20.0), st.floats(1e-3, 1e3)), min_size=1, max_size=3, unique_by=lambda x: x[0]),
    st.integers(0, 2**32 - 1),
)
def test_temperatures_come_back_whatever_the_order_of_the_operators(
    baths: list[tuple[float, float]], seed: int
) -> None:
    random = np.random.default_rng(seed)
    size = len(baths) + 1
    frame = np.linalg.qr(random.normal(size=(size, size)) + 1j * random.normal(size=(size, size)))[0]
    levels = np.concatenate([[0.0], np.sort(random.uniform(0.3, 3.0, size - 1)) + np.arange(size - 1)])
    c_ops: list[Any] = []
    for k, (temperature, rate) in enumerate(baths):
        jump = np.outer(frame[:, 0], frame[:, k + 1].conj())
        boltzmann = np.exp(-levels[k + 1] / temperature)
        c_ops += [np.sqrt(rate) * jump, np.sqrt(rate * boltzmann) * jump.conj().T]
    order = random.permutation(len(c_ops))
    H = frame @ np.diag(levels) @ frame.conj().T
    model = tk.from_qutip(0.5 * (H + H.conj().T), [c_ops[k] for k in order])
    told = {int(np.flatnonzero(order == 2 * k)[0]): baths[k][0] for k in range(len(baths))}
    for position, temperature in told.items():
        bath = model.baths[model.table.bath[position]]
        # The quantum is known to 1e-14 of the levels, which is 1e-13 of the smallest gap.
        assert float(bath.temperature) == pytest.approx(temperature, rel=1e-9)


REASONS: dict[str, tuple[list[Any], str]] = {
    "dephasing": ([np.diag([0.1, -0.1])], "c_ops 0: no bath; no energy is moved"),
    "decay alone": ([0.3 * Q], r"nothing undoes it; .*baths=\{tk.Bath\('cold', 0.0\): \[...\]\}"),
    "pumping alone": ([0.3 * Q.T], "c_ops 0: no bath; nothing undoes it$"),
    "a rate of zero": ([0.3 * Q, 0.0 * Q.T], "c_ops 1: no bath; the rate is 0"),
    "equal rates": ([0.3 * Q, 0.3 * Q.T], "c_ops 0, 1: no bath; both rates are equal, as at infinite temperature"),
    "inversion": ([0.3 * Q, 0.4 * Q.T], "c_ops 0, 1: no bath; .*as at a negative temperature"),
    "a superposition": ([0.3 * (Q + Q.T)], "fails, a jump gives between -1 and 1"),
    "two baths on one operator": (
        [*thermal(Q, 1.0, 0.5), *thermal(Q, 1.0, 2.0)],
        r"c_ops 0, 1, 2, 3: no bath; several of them undo one another.*say baths=\{'hot': \[...\]\}",
    ),
}


@pytest.mark.parametrize("kind", REASONS)
def test_what_is_no_thermal_pair_has_no_bath_and_the_model_says_why(kind: str) -> None:
    c_ops, said = REASONS[kind]
    model = tk.from_qutip(np.diag([0.0, 1.0]), c_ops)
    assert model.baths == ()
    assert len(model.channels) == len(c_ops)
    assert any(re.search(said, note) for note in model.notes), model.notes


def test_what_rounding_left_of_a_forbidden_transition_makes_no_bath() -> None:
    ends, middle = (np.outer(np.eye(3)[low], np.eye(3)[high]) for low, high in ((0, 2), (0, 1)))
    model = tk.from_qutip(np.diag([0.0, 1.0, 2.5]), [*thermal(middle, 1.0, 0.5), 3e-17 * ends, 2e-17 * ends.T])
    assert [bath.name for bath in model.baths] == ["bath"]
    assert model.notes[1] == "c_ops 2, 3: no bath; the rates are rounding beside those of the others"
    weak = np.exp(-100.0 / 2.0)  # of a gap of 100 T: as small, and what a bath makes
    cold = tk.from_qutip(np.diag([0.0, 100.0]), [0.1 * Q, 0.1 * weak * Q.T])
    assert float(cold.baths[0].temperature) == pytest.approx(1.0, rel=1e-12)


def test_no_collapse_operators_are_a_closed_system() -> None:
    for c_ops in (None, [], ()):  # type: ignore[var-annotated]
        model = tk.from_qutip(np.diag([0.0, 1.0]), c_ops)
        assert (len(model.channels), model.baths, model.notes) == (0, (), ())


def test_one_collapse_operator_need_not_be_in_a_list() -> None:
    for one in (Q, sparse.csr_array(Q), FakeQobj(Q, [2]), [Q], np.stack([Q])):
        assert len(tk.from_qutip(np.diag([0.0, 1.0]), one).channels) == 1


def test_sparse_operators_are_read_as_dense_ones_are() -> None:
    dense = tk.from_qutip(BARE, thermal(CAVITY, 1.5, 0.4))
    thin = tk.from_qutip(sparse.csr_array(BARE), [sparse.csr_array(each) for each in thermal(CAVITY, 1.5, 0.4)])
    assert thin.notes == dense.notes
    np.testing.assert_array_equal(thin.table.amplitude, dense.table.amplitude)


def test_two_baths_on_one_operator_are_told_apart_by_their_names() -> None:
    c_ops = [*thermal(Q, 1.0, 0.5), *thermal(Q, 1.0, 2.0)]
    model = tk.from_qutip(np.diag([0.0, 1.0]), c_ops, baths={"cold": [0, 1], tk.Bath("hot", 2.0): (2, 3)})
    assert {bath.name: round(float(bath.temperature), 12) for bath in model.baths} == {"cold": 0.5, "hot": 2.0}
    assert tk.heat(model, "hot").mean(tk.steady_state(model)) > 0.0


def test_a_bath_without_a_temperature_of_its_own_takes_what_is_given() -> None:
    qubit = np.diag([0.0, 1.0])
    cold = tk.from_qutip(qubit, [0.3 * Q], baths={tk.Bath("cold", 0.0): 0})
    assert float(cold.bath("cold").temperature) == 0.0
    frozen = tk.from_qutip(qubit, [0.3 * Q, 0.0 * Q.T], baths={"cold": [0, 1]})
    assert float(frozen.bath("cold").temperature) == 0.0
    # An optical gap in a cryostat: exp(-1000) is no double, and the way up has the rate 0 that was computed for it.
    optical = tk.from_qutip(1000.0 * qubit, [0.3 * Q, 0.0 * Q.T], baths={tk.Bath("cryostat", 1.0): [0, 1]})
    np.testing.assert_array_equal(optical.table.energy, [-1000.0, 1000.0])
    endless = tk.from_qutip(
        qubit, [0.3 * Q, 0.3 * Q.T], baths={tk.Bath("endless", np.inf, statistics=tk.SpinBath()): [0, 1]}
    )
    assert np.isinf(endless.bath("endless").temperature)
    noisy = tk.from_qutip(qubit, [*thermal(Q, 1.0, 0.5), 0.1 * np.diag([1.0, -1.0])], baths={"bath": [0, 1, 2]})
    np.testing.assert_array_equal(noisy.table.bath, [0, 0, 0])
    assert tk.from_qutip(qubit, thermal(Q, 1.0, 0.5), baths={}).baths == ()


def test_leads_are_given_with_their_chemical_potentials() -> None:
    level, temperature = 0.4, 0.2
    c_ops: list[Any] = []
    for potential in (0.5, -0.1):
        filled = 1.0 / (np.exp((level - potential) / temperature) + 1.0)
        c_ops += [np.sqrt(0.05 * filled) * Q.T, np.sqrt(0.05 * (1.0 - filled)) * Q]
    leads = [tk.Bath(name, temperature, mu, tk.Fermi()) for name, mu in (("left", 0.5), ("right", -0.1))]
    H, number = np.diag([0.0, level]), np.diag([0.0, 1.0])
    model = tk.from_qutip(H, c_ops, baths=dict(zip(leads, ([0, 1], [2, 3]), strict=True)), number_operator=number)
    known = tk.davies(H, [tk.Contact(lead, Q, tk.Flat(0.05)) for lead in leads], number_operator=number)
    for each in ("left", "right"):
        flow = tk.particles(model, each).mean(tk.steady_state(model))
        assert flow == pytest.approx(tk.particles(known, each).mean(tk.steady_state(known)), rel=1e-12)
    bare = tk.from_qutip(H, c_ops[2:], number_operator=number)
    assert bare.baths == ()
    assert "neither temperature nor chemical potential" in bare.notes[0]
    with pytest.raises(ValueError, match=r"`number_operator` is needed for bath 'right', a lead"):
        tk.from_qutip(H, c_ops[2:], baths={tk.Bath("right", temperature, 0.0, tk.Fermi()): [0, 1]})


def read(**given: Any) -> Callable[[], object]:
    c_ops = [*thermal(Q, 1.0, 0.5), *thermal(Q, 1.0, 2.0), 0.1 * (Q + Q.T), 0.1 * np.diag([1.0, -1.0])]
    return lambda: tk.from_qutip(np.diag([0.0, 1.0]), c_ops, **given)


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "another temperature": (
        read(baths={tk.Bath("hot", 1.0): [0, 1]}),
        r"`c_ops\[1\]` and `c_ops\[0\]` have rates in the ratio 0\.1353.*temperature 1 asks for .* 0\.3678",
    ),
    "two temperatures": (read(baths={"hot": [0, 1, 2, 3]}), r"have rates in the ratio .*make the rates of one"),
    "a superposition": (read(baths={"hot": [0, 1, 4]}), r"`c_ops\[4\]` is given to bath 'hot', but \[H, L\] = w L fai"),
    "half a pair": (read(baths={"hot": [0]}), r"'hot', but nothing undoes c_ops 0: name what does; give tk"),
    "half a pair whose way up is zero": (
        lambda: tk.from_qutip(np.diag([0.0, 1.0]), [0.3 * Q, 0.0 * Q.T], baths={tk.Bath("warm", 1.0): [0, 1]}),
        r"have rates in the ratio 0, bath 'warm' of temperature 1 asks for .* 0\.3678",
    ),
    "half a pair of a warm bath": (read(baths={tk.Bath("hot", 1.0): [0]}), r"temperature 1, but nothing there undoes"),
    "one and a half pairs": (read(baths={"hot": [0, 1, 2]}), r"c_ops 0, 1, 2 to bath 'hot', of which 2 lower and 1"),
    "no energy": (read(baths={"hot": [5]}), r"a name alone, 'hot', but its jumps move no energy"),
    "a position past the end": (read(baths={"hot": [0, 6]}), r"`baths` must give 'hot' positions .*from 0 to 5"),
    "a position from the end": (read(baths={"hot": -1}), r"`baths` must give 'hot' positions"),
    "a number that is not whole": (read(baths={"hot": [0.0, 1.0]}), r"`baths` must give 'hot' positions"),
    "none": (read(baths={"hot": []}), r"`baths` must give 'hot' positions"),
    "a position twice": (
        read(baths={"hot": [0, 1], "cold": [1, 2]}),
        r"c_ops 1 to 'hot' and to 'cold'",
    ),
    "a swept bath": (read(baths={tk.Bath("hot", [1.0, 2.0]): [0, 1]}), r"baths of one temperature, got 'hot' swept"),
    "another size": (
        lambda: tk.from_qutip(np.diag([0.0, 1.0]), [A]),
        r"`c_ops\[0\]` must be one operator \(2, 2\), as the Hamiltonian is, got \(5, 5\)",
    ),
    "a stack of Hamiltonians": (
        lambda: tk.from_qutip(np.stack([np.diag([0.0, 1.0])] * 3), [Q]),
        r"`hamiltonian` must be one operator \(2, 2\), got a stack",
    ),
    "a Hamiltonian with its decay": (
        lambda: tk.from_qutip(np.diag([0.0, 1.0 - 0.1j]), [Q]),
        "`hamiltonian` must be Hermitian",
    ),
    "parts in another order": (
        lambda: tk.from_qutip(FakeQobj(BARE, [N, 2]), [FakeQobj(CAVITY, [2, N])]),
        r"`c_ops\[0\]` has the dims \[2, 5\] and `hamiltonian` \[5, 2\]",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_model_is_refused_in_words(kind: str) -> None:
    build, said = REFUSED[kind]
    with pytest.raises(ValueError, match=said):
        build()


def test_what_is_no_list_of_positions_or_operators_is_told_what_would_be() -> None:
    with pytest.raises(TypeError, match=r"`baths` must be a mapping such as \{'hot': \[0, 1\], 'cold': \[2, 3\]\}"):
        read(baths=[[0, 1]])()
    with pytest.raises(TypeError, match="`baths` must have names or baths as keys"):
        read(baths={1.0: [0, 1]})()
    with pytest.raises(TypeError, match=r"`c_ops` must be a list of collapse operators, got 0\.3"):
        tk.from_qutip(np.diag([0.0, 1.0]), 0.3)


MOVING: dict[str, Any] = {
    "a QobjEvo": QobjEvo(BARE, BARE),
    "terms": [BARE, [CAVITY + CAVITY.T, lambda t: t]],
    "a formula": [BARE, [CAVITY + CAVITY.T, "sin(t)"]],
    "a function": lambda t: t * BARE,
}


@pytest.mark.parametrize("kind", MOVING)
def test_a_hamiltonian_of_time_is_told_the_lines_that_evolve_it(kind: str) -> None:
    lines = r"`hamiltonian` depends on time.*tk\.Drive\(H\).*tk\.Leg\(duration, drive\).*energy_operator=H0"
    lines += r".*tk\.limit_cycle\(leg\).*tk\.floquet\(H, contacts, period\).*a frame that rotates"
    with pytest.raises(TypeError, match=lines):
        tk.from_qutip(MOVING[kind], [CAVITY])
    with pytest.raises(TypeError, match=r"`c_ops\[1\]` depends on time.*\[f\(t\) \* L for L, f in terms\]"):
        tk.from_qutip(BARE, [CAVITY, MOVING[kind] if kind != "terms" else [CAVITY, lambda t: t]])


def test_an_evolving_operator_that_stands_still_is_the_one_that_it_is() -> None:
    np.testing.assert_array_equal(tk.from_qutip(QobjEvo(BARE)).hamiltonian, BARE)


def test_qutip_is_imported_by_to_qutip_alone() -> None:
    script = (
        "import sys, numpy as np, thermokin as tk\n"
        "model = tk.from_qutip(np.diag([0.0, 1.0]), [np.array([[0.0, 1.0], [0.0, 0.0]])])\n"
        "tk.evolve(model, [1.0, 0.0], [1.0]), tk.steady_state(model)\n"
        "tk.generators(np.diag([0.0, 1.0]), [tk.Contact(tk.Bath('b', 1.0), [[0, 1], [1, 0]], tk.Ohmic(0.01))])\n"
        "sys.exit('qutip' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.parametrize("give", ["a model", "a state", "states"])
def test_without_qutip_its_objects_are_told_where_to_get_it(give: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tk.from_qutip(np.diag([0.0, 1.0]), thermal(Q, 1.0, 0.5))
    given = {"a model": model, "a state": tk.steady_state(model), "states": tk.evolve(model, [1.0, 0.0], [0.0])}[give]
    monkeypatch.setitem(sys.modules, "qutip", None)
    with pytest.raises(ModuleNotFoundError, match=r"`to_qutip` needs QuTiP.*pip install 'thermokin\[qutip\]'"):
        given.to_qutip()  # type: ignore[attr-defined]
