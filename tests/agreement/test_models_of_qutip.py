"""Models that come from QuTiP's objects and go back to them: the same numbers there and here, and the same dims."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import thermokin as tk
from library_models import NAMES, example
from thermokin.liouville.liouvillian import Liouvillian

qutip: Any = pytest.importorskip("qutip")

N, KAPPA, GAMMA, G = 5, 0.02, 0.03, 0.05
HOT, COLD = 1.3, 0.5
OPTIONS = {"atol": 1e-13, "rtol": 1e-11, "nsteps": 100_000}
TIMES = np.linspace(0.0, 40.0, 4)


def cavity_and_qubit(dtype: str | None = None) -> tuple[Any, Any, list[Any]]:
    """H, the part of it without the coupling, and the collapse operators of two baths and dephasing."""
    a = qutip.tensor(qutip.destroy(N), qutip.qeye(2))
    s = qutip.tensor(qutip.qeye(N), qutip.sigmap())
    bare = a.dag() * a + s.dag() * s
    hot, cold = (1.0 / np.expm1(1.0 / temperature) for temperature in (HOT, COLD))
    c_ops = [
        *(np.sqrt(KAPPA * (hot + 1.0)) * a, np.sqrt(KAPPA * hot) * a.dag()),
        *(np.sqrt(GAMMA * (cold + 1.0)) * s, np.sqrt(GAMMA * cold) * s.dag()),
        np.sqrt(0.01) * s.dag() * s,
    ]
    whole = bare + G * (a.dag() * s + a * s.dag())
    return whole.to(dtype) if dtype else whole, bare, [each.to(dtype) if dtype else each for each in c_ops]


def read(**given: Any) -> tuple[Any, list[Any], tk.Model]:
    whole, bare, c_ops = cavity_and_qubit(**given)
    return whole, c_ops, tk.from_qutip(whole, c_ops, energy_operator=bare)


@pytest.mark.parametrize("dtype", ["CSR", "Dense", "Dia"])
def test_every_data_layer_is_read_with_its_dims(dtype: str) -> None:
    whole, c_ops, model = read(dtype=dtype)
    assert model.dims == (N, 2)
    assert [bath.name for bath in model.baths] == ["bath 1", "bath 2"]
    assert [float(bath.temperature) for bath in model.baths] == pytest.approx([HOT, COLD], rel=1e-12)
    np.testing.assert_array_equal(model.table.bath, [0, 0, 1, 1, -1])
    np.testing.assert_allclose(model.hamiltonian, whole.full(), rtol=0.0, atol=0.0)
    for channel, c_op in zip(model.channels, c_ops, strict=True):
        np.testing.assert_array_equal(channel.jump, c_op.full())


def test_steady_states_agree_and_come_back_with_their_dims() -> None:
    whole, c_ops, model = read()
    found, expected = tk.steady_state(model).to_qutip(), qutip.steadystate(whole, c_ops)
    assert found.dims == expected.dims
    assert (found - expected).norm() < 1e-12  # a solve of 100 x 100, well conditioned


@pytest.mark.parametrize("start", ["ket", "oper", "coherent"])
def test_evolutions_agree_and_come_back_with_their_dims(start: str) -> None:
    whole, c_ops, model = read()
    psi = qutip.tensor(qutip.basis(N, 2), qutip.basis(2, 1))
    if start == "coherent":
        psi = (psi + 1j * qutip.tensor(qutip.basis(N, 0), qutip.basis(2, 0))).unit()
    initial = psi.proj() if start == "oper" else psi
    evolution = tk.evolve(model, initial, TIMES)
    expected = qutip.mesolve(whole, initial, TIMES, c_ops, options=OPTIONS)
    for found, state in zip(evolution.to_qutip(), expected.states, strict=True):
        assert found.dims == [[N, 2], [N, 2]]
        assert (found - state).norm() < 1e-8  # of QuTiP's steps
    number = qutip.tensor(qutip.num(N), qutip.qeye(2))
    means = qutip.mesolve(whole, initial, TIMES, c_ops, e_ops=[number], options=OPTIONS).expect[0]
    np.testing.assert_allclose(evolution.expectation(number), means, rtol=0.0, atol=1e-8)


def test_mean_and_noise_of_a_count_agree() -> None:
    whole, c_ops, model = read()
    liouvillian = qutip.liouvillian(whole, c_ops)
    ups = [qutip.sprepost(c_ops[k], c_ops[k].dag()) for k in (0, 1)]
    currents, noise, _ = qutip.countstat_current_noise(liouvillian, [], J_ops=ups)
    for k in (0, 1):
        mean, variance = np.asarray(tk.cumulants(model, tk.current(model, np.eye(5)[k]), order=2))
        assert mean == pytest.approx(currents[k], rel=1e-10)
        assert variance == pytest.approx(float(noise[k, k].item()), rel=1e-8)  # a pseudo-inverse of 100 x 100
    heat = tk.heat(model, "bath 1").mean(tk.steady_state(model))
    assert heat == pytest.approx(currents[1] - currents[0], rel=1e-10)  # a quantum of 1


def test_what_comes_back_has_the_liouvillian_that_went_in() -> None:
    whole, c_ops, model = read()
    again, jumps = model.to_qutip()
    assert again.dims == whole.dims
    assert [jump.dims for jump in jumps] == [c_op.dims for c_op in c_ops]
    assert (qutip.liouvillian(again, jumps) - qutip.liouvillian(whole, c_ops)).norm() < 1e-12
    twice = tk.from_qutip(again, jumps, energy_operator=cavity_and_qubit()[1])
    assert twice.notes == model.notes


@pytest.mark.parametrize("name", NAMES)
def test_a_model_of_the_library_has_the_liouvillian_of_its_objects(name: str) -> None:
    model = example(name)
    whole, jumps = model.to_qutip()
    rho = qutip.rand_dm(model.dimension, seed=7)
    moved = qutip.vector_to_operator(qutip.liouvillian(whole, jumps) * qutip.operator_to_vector(rho)).full()
    inside, effective = model.to_frame(rho.full()), Liouvillian(model).effective_hamiltonian
    fed = sum((L @ inside @ L.conj().T for L in map(model.table.jump, range(model.table.size))), np.zeros_like(inside))
    found = model.from_frame(fed - 1j * (effective @ inside - inside @ effective.conj().T))
    np.testing.assert_allclose(found, moved, rtol=0.0, atol=1e-12 * max(1.0, float(np.abs(moved).max())))


def test_davies_jumps_of_qutips_operators_are_recognised_again() -> None:
    a = qutip.tensor(qutip.sigmam(), qutip.qeye(2))
    b = qutip.tensor(qutip.qeye(2), qutip.sigmam())
    whole = a.dag() * a + 1.7 * b.dag() * b + 0.3 * (a.dag() * b + b.dag() * a)
    ends = [tk.Contact(tk.Bath("hot", 1.1), a + a.dag(), tk.Flat(1e-3))]
    ends.append(tk.Contact(tk.Bath("cold", 0.4), b + b.dag(), tk.Flat(1e-3)))
    known = tk.davies(whole, ends)
    read = tk.from_qutip(*known.to_qutip(), baths={"hot": range(4), "cold": range(4, 8)})
    for bath in ("hot", "cold"):
        assert float(read.bath(bath).temperature) == pytest.approx(float(known.bath(bath).temperature), rel=1e-12)
        assert tk.heat(read, bath).mean(tk.steady_state(read)) == pytest.approx(
            tk.heat(known, bath).mean(tk.steady_state(known)), rel=1e-10
        )


def test_the_lines_of_the_refusals_evolve_as_qutip_does() -> None:
    still, n = 0.5 * qutip.sigmaz(), 0.5
    c_ops = [np.sqrt(0.1 * (n + 1.0)) * qutip.sigmam(), np.sqrt(0.1 * n) * qutip.sigmap()]
    H = [still, [qutip.sigmax(), lambda t: 0.3 * np.cos(0.9 * t)]]
    psi, times = qutip.basis(2, 0), [0.0, 4.0, 10.0]
    drive = tk.Drive(H)
    leg = tk.Leg(10.0, lambda t: tk.from_qutip(drive(t), c_ops, energy_operator=still))
    evolution = tk.evolve(leg, psi, times)
    expected = qutip.mesolve(H, psi, times, c_ops, options=OPTIONS).states
    for found, state in zip(evolution.to_qutip(), expected, strict=True):
        assert (found - state).norm() < 1e-8
    assert list(evolution.heat) == ["bath"]
    terms: list[tuple[Any, Any]] = [(qutip.sigmam(), lambda t: 0.3 * np.cos(t))]
    leg = tk.Leg(10.0, lambda t: tk.from_qutip(still, [f(t) * L for L, f in terms]))
    expected = qutip.mesolve(still, psi, times, [[L, f] for L, f in terms], options=OPTIONS).states
    assert (tk.evolve(leg, psi, times).to_qutip()[-1] - expected[-1]).norm() < 1e-7


def test_a_superoperator_is_sent_back_to_what_it_was_made_from() -> None:
    whole, c_ops, _ = read()
    with pytest.raises(ValueError, match="`hamiltonian` must be an operator, got a Qobj of type 'super'; give the Ham"):
        tk.from_qutip(qutip.liouvillian(whole, c_ops))
    with pytest.raises(ValueError, match=r"`c_ops\[1\]` must be an operator, got a Qobj of type 'super'"):
        tk.from_qutip(whole, [c_ops[0], qutip.lindblad_dissipator(c_ops[1])])
    assert tk.from_qutip(qutip.QobjEvo(whole), c_ops).dims == (N, 2)


def test_kets_are_states_wherever_a_state_is_asked_for() -> None:
    _, _, model = read()
    psi, other = (qutip.tensor(qutip.basis(N, k), qutip.basis(2, k)) for k in (0, 1))
    assert tk.activity(model).mean(psi) == pytest.approx(float(tk.activity(model).mean(psi.proj())), rel=1e-14)
    assert tk.distances.trace_distance(psi, other) == pytest.approx(1.0)
    assert tk.operators.entropy((psi + other).unit()) == pytest.approx(0.0, abs=1e-12)
    reduced = tk.operators.partial_trace((psi + other).unit(), 1, (N, 2))
    np.testing.assert_allclose(reduced, np.eye(2) / 2.0, rtol=0.0, atol=1e-15)
    with pytest.raises(ValueError, match=r"`rho` has the dims \[2, 5\] and `model` \[5, 2\]"):
        tk.activity(model).mean(psi.permute([1, 0]))


def test_a_sweep_has_states_for_qutip_but_is_no_one_model() -> None:
    swept = tk.library.qubit(1.0, 0.01, [0.5, 2.0])
    assert [state.shape for state in tk.steady_state(swept).to_qutip()] == [(2, 2), (2, 2)]
    assert len(tk.evolve(swept, [1.0, 0.0], [0.0, 1.0, 2.0]).to_qutip()[1]) == 3
    with pytest.raises(ValueError, match=r"`model` must be one model to become QuTiP's, got a sweep over \(2,\)"):
        swept.to_qutip()


def test_a_space_that_is_cut_by_the_number_of_excitations_is_one_part_when_it_comes_back() -> None:
    a, b = qutip.enr_destroy([3, 3], 2)
    model = tk.from_qutip(a.dag() * a + 1.2 * b.dag() * b, [0.3 * a, 0.1 * a.dag(), 0.2 * b])
    assert tk.steady_state(model).to_qutip().dims == [[6], [6]]
