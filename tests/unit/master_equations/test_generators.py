"""Generators side by side: published-size currents of two qubits, exact transport, and which to trust."""

from __future__ import annotations

from collections.abc import Callable

import matplotlib as mpl
import numpy as np
import pytest

import thermokin as tk
from thermokin.master_equations.bloch_redfield import bloch_redfield
from thermokin.master_equations.geometric import dissipated
from thermokin.operators.spins import pauli
from thermokin.operators.tensor import embed

mpl.use("Agg")
SPIN = pauli()
FLIPS = [embed(SPIN.x, site, (2, 2)) for site in (0, 1)]
ENDS = [
    tk.Contact(tk.Bath(name, temperature), flip, tk.Ohmic(0.02))
    for (name, temperature), flip in zip([("hot", 0.5), ("cold", 0.25)], FLIPS, strict=True)
]
# Gap of the second qubit, coupling -> heat by Davies, full Redfield and geometric generator: independent evaluations by
# dense superoperators, Redfield equal to QuTiP 5.3.1 with all terms kept.
CASES = {
    (1.0, 0.002): (0.0011731, 3.3469e-05, 3.3473e-05),
    (1.0, 0.01): (0.0011729, 0.00049659, 0.00049665),
    (1.1, 0.05): (0.00058552, 0.00056847, 0.00056852),
    (1.5, 0.2): (0.0004204, 0.00041959, 0.00041965),
}


def random_hermitian(size: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    matrix = random.normal(size=(size, size)) + 1j * random.normal(size=(size, size))
    return matrix + matrix.conj().T


def thermal_rate(temperature: float) -> Callable[[float], float]:
    """The rate of an Ohmic bath of strength 0.02 at a gap w of either sign."""
    return lambda w: 0.02 * temperature if w == 0.0 else float(0.02 * w / -np.expm1(-w / temperature))


def qubits(second: float, coupling: object) -> tuple[np.ndarray, np.ndarray]:
    """Whole and bare Hamiltonian."""
    bare = 0.5 * (embed(SPIN.z, 0, (2, 2)) + second * embed(SPIN.z, 1, (2, 2)))
    return bare + np.asarray(coupling)[..., None, None] * (FLIPS[0] @ FLIPS[1]), bare


@pytest.mark.parametrize("case", CASES)
def test_heats_of_two_qubits(case: tuple[float, float]) -> None:
    whole, bare = qubits(*case)
    found = tk.generators(whole, ENDS, bare=bare)
    heats = dict(zip(found.names, found.heats[:, 0], strict=True))
    davies, _, geometric = CASES[case]
    assert heats["davies"] == pytest.approx(davies, rel=2e-4)
    assert heats["geometric"] == pytest.approx(geometric, rel=2e-4)
    assert heats["unified"] == pytest.approx(geometric, rel=1.7e-2)
    assert not found.refused


@pytest.mark.parametrize("case", CASES)
def test_bloch_redfield_keeps_all_terms(case: tuple[float, float]) -> None:
    state, moved = bloch_redfield(qubits(*case)[0], ENDS)
    assert np.trace(state) == pytest.approx(1.0)
    heat = np.trace(qubits(*case)[0] @ moved[0]).real
    assert heat == pytest.approx(CASES[case][1], rel=2e-4)
    found = tk.generators(qubits(*case)[0], ENDS)
    assert found.heats[found.names.index("bloch-redfield"), 0] == pytest.approx(heat)


@pytest.mark.parametrize("levels", [2, 3, 5])
def test_white_noise_makes_bloch_redfield_the_lindblad_equation_of_its_operators(levels: int) -> None:
    whole, *operators = (random_hermitian(levels, seed) for seed in range(3))
    white = [tk.Bath(name, np.inf, statistics=tk.SpinBath()) for name in "ab"]  # every rate is half of the spectrum's
    ends = [tk.Contact(bath, one, tk.Flat(0.4)) for bath, one in zip(white, operators, strict=True)]
    ends.append(tk.Contact(tk.Bath("c", 0.7), np.diag(np.arange(float(levels))), tk.Ohmic(0.1)))
    state, moved = bloch_redfield(whole, ends)
    for operator, change in zip(operators, moved, strict=False):
        np.testing.assert_allclose(change, dissipated([np.sqrt(0.2) * operator], state), rtol=0.0, atol=1e-13)
    # At rest what moves it adds up to nothing; the sum of d^2 terms is rounded.
    np.testing.assert_allclose(sum(moved) - 1j * (whole @ state - state @ whole), 0.0, rtol=0.0, atol=1e-13)


def test_bloch_redfield_of_real_operators_is_that_of_qutip() -> None:
    # QuTiP 5.3.1 takes complex conjugates of the coupling's elements between eigenstates: with a white spectrum its
    # tensor is not the dissipator of sigma_x + sigma_y. Of real ones it is right.
    qutip = pytest.importorskip("qutip")
    whole = qubits(1.2, 0.3)[0]
    state, moved = bloch_redfield(whole, ENDS)
    H = qutip.Qobj(whole)
    for end, change in zip(ENDS, moved, strict=True):
        pair = [[qutip.Qobj(end.operator), thermal_rate(float(end.bath.temperature))]]
        tensor = qutip.bloch_redfield_tensor(H, pair, sec_cutoff=-1, fock_basis=True) - qutip.liouvillian(H)
        expected = qutip.vector_to_operator(tensor * qutip.operator_to_vector(qutip.Qobj(state))).full()
        np.testing.assert_allclose(change, expected, rtol=0.0, atol=1e-14)


def test_the_one_to_trust_is_near_the_yardstick_along_a_coupling() -> None:
    whole, bare = qubits(1.0, np.geomspace(0.001, 0.3, 7))
    found = tk.generators(whole, ENDS, bare=bare)
    trusted = np.array([found.names.index(name) for name in found.trust])
    deviations = found.deviations[np.arange(7), trusted]
    assert deviations.max() < 0.02
    assert found.deviations[0, found.names.index("davies")] > 100.0
    assert found.deviations[-1, found.names.index("local")] > 0.5
    assert (found.lowest_eigenvalues[:, : found.names.index("geometric") + 1] > 0.0).all()
    alone = tk.generators(whole[3], ENDS, bare=bare)
    assert found.heats[3] == pytest.approx(alone.heats, rel=1e-9)


def test_at_one_temperature_only_local_and_none_else_carries_heat() -> None:
    whole, bare = qubits(1.3, 0.1)
    ends = [tk.Contact(tk.Bath(name, 0.4), flip, tk.Ohmic(0.02)) for name, flip in zip("ab", FLIPS, strict=True)]
    found = tk.generators(whole, ends, bare=bare)
    heats = dict(zip(found.names, np.abs(found.heats).max(axis=-1), strict=True))
    assert heats["unified"] < 1e-15
    assert heats["davies"] < 1e-15
    assert heats["local"] > 1e-5


def test_leads_are_compared_as_well() -> None:
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    one, two = np.kron(lower, np.eye(2)), np.kron(np.diag([1.0, -1.0]), lower)
    number = one.T @ one + two.T @ two
    baths = [tk.Bath(*each, statistics=tk.Fermi()) for each in (("left", 0.5, 0.3), ("right", 0.5, -0.3))]
    ends = [tk.Contact(bath, site, tk.Flat(0.02)) for bath, site in zip(baths, (one, two), strict=True)]
    found = tk.generators(number + 0.004 * (one.T @ two + two.T @ one), ends, bare=number, number_operator=number)
    assert found.names == ("local", "unified", "davies", "geometric")
    assert found.deviations[1] < 1e-3
    assert found.deviations[2] > 1.0


def test_a_generator_that_refuses_is_named_and_the_others_stand() -> None:
    ladder, every = np.diag([0.0, 1.0, 2.0]), np.ones((3, 3)) - np.eye(3)
    ends = [tk.Contact(tk.Bath(name, 0.5), every, tk.Ohmic(0.01, cutoff=9.0)) for name in ("one", "two")]
    found = tk.generators(ladder, ends, width=1.5)
    assert "that no levels have in common" in found.refused["unified"]
    assert np.isnan(found.heats[found.names.index("unified")]).all()
    assert np.isfinite(found.heats[found.names.index("davies")]).all()
    assert found.trust == "davies"


def test_it_shows_itself_in_lines_data_and_figures() -> None:
    whole, bare = qubits(1.0, np.geomspace(0.001, 0.3, 3))
    found = tk.generators(whole, ENDS, bare=bare)
    assert "trust" in repr(found)
    data = found.to_xarray()
    assert data["heats"].dims[-2:] == ("generator", "bath")
    figure, axes = found.plot()
    assert axes.get_xlabel() == "largest element of the coupling [energy]"
    figure.clear()
    figure, axes = tk.generators(whole[0], ENDS, bare=bare).plot()
    assert "heat from hot" in axes.get_xlabel()
    figure.clear()
    with pytest.raises(ValueError, match="a sweep has a model at each of its points"):
        found.model("unified")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"width": -1.0}, "`width` must be >= 0"),
        ({"bare": np.eye(3)}, "`bare`"),
        ({"number_operator": np.eye(3)}, "number"),
    ],
)
def test_refuses_what_does_not_fit(change: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        tk.generators(qubits(1.0, 0.01)[0], ENDS, **change)  # type: ignore[arg-type]
