"""What a start can be: populations, kets and density matrices, told apart by their kind, never guessed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.linalg
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

import strategies
import thermokin as tk
from oracles import Array
from thermokin.motion.initial import initial_state

FLIP = np.array([[0.0, 1.0], [1.0, 0.0]])
LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])
TURNED = tk.Model(0.75 * FLIP, [tk.Channel(LOWER, None)])
STRAIGHT = tk.library.qubit(1.0, 0.01, 0.5)

QUICK = settings(max_examples=30, deadline=None)


class FakeKet:
    """What is known of a QuTiP ket without QuTiP."""

    isoper = False

    def __init__(self, amplitudes: Array, kind: str = "ket") -> None:
        self.amplitudes = np.asarray(amplitudes, complex).reshape((-1, 1) if kind == "ket" else (1, -1))
        self.type = kind

    def full(self) -> Array:
        return self.amplitudes


def state(model: tk.Model, start: Any) -> Array:
    """The density matrix at time 0, in the user's basis."""
    return np.asarray(tk.evolve(model, start, [0.0]).states[..., 0, :, :])


def turned(energies: Array, unitary: Array) -> tk.Model:
    """A model whose Hamiltonian has these energies, and the columns of a unitary as eigenstates."""
    return tk.Model((unitary * energies) @ unitary.conj().T, [])


@st.composite
def kets(draw: st.DrawFn) -> tuple[tk.Model, Array]:
    size = draw(strategies.sizes())
    unitary = draw(strategies.unitaries(size))
    model = turned(draw(strategies.energies(size)), unitary)
    return model, draw(strategies.unitaries(size))[:, 0] + 0j


@QUICK
@given(kets())
def test_a_ket_is_its_projector_however_it_is_given(drawn: tuple[tk.Model, Array]) -> None:
    model, psi = drawn
    projector = np.outer(psi, psi.conj())
    ways = [psi, psi[:, None], scipy.sparse.csr_array(psi[:, None]), FakeKet(psi), tk.Ket(psi), tk.Ket(psi[:, None])]
    for start in [*ways, tk.Ket(FakeKet(psi))]:
        # A rounding of the change of basis and back, of a matrix of norm one.
        np.testing.assert_allclose(state(model, start), projector, rtol=0, atol=1e-14)


@QUICK
@given(kets(), st.data())
def test_populations_of_eigenstates_are_taken_bare_only_where_no_other_reading_is_another_state(
    drawn: tuple[tk.Model, Array], data: st.DataObject
) -> None:
    model, _ = drawn
    p = data.draw(strategies.populations(model.dimension))
    eigenstates = np.linalg.eigh(model.hamiltonian)[1]
    among_eigenstates, in_basis = (eigenstates * p) @ eigenstates.conj().T, np.diag(p)
    apart = np.abs(among_eigenstates - in_basis).max()
    np.testing.assert_allclose(state(model, tk.Populations(p)), among_eigenstates, rtol=0, atol=1e-13)
    if apart > 1e-10:
        with pytest.raises(ValueError, match=r"can mean two states here.*tk\.Populations\(.*np\.diag\(.*tk\.Ket\("):
            initial_state(model, p)
    elif apart < 1e-14:
        np.testing.assert_allclose(state(model, p), in_basis, rtol=0, atol=1e-13)


@QUICK
@given(strategies.levels_with_populations())
def test_populations_may_be_bare_where_the_basis_is_that_of_the_energy(
    drawn: tuple[strategies.LevelsData, Array],
) -> None:
    data, p = drawn
    order = np.argsort(-data.energies)  # the user's own order, not that of the energies
    model = tk.library.levels(data.energies[order], data.coupling[np.ix_(order, order)], 1e-5, 1.0)
    np.testing.assert_array_equal(state(model, p), np.diag(p))
    np.testing.assert_array_equal(state(model, np.eye(len(p))[1]), np.diag(np.eye(len(p))[1]))


def test_a_basis_state_of_a_hamiltonian_that_is_not_diagonal_is_not_read_as_an_eigenstate() -> None:
    with pytest.raises(ValueError, match=r"populations of the energy eigenstates, or of the states of your basis \(or"):
        tk.evolve(TURNED, [1.0, 0.0], [0.0])
    np.testing.assert_allclose(state(TURNED, tk.Ket([1.0, 0.0])), np.diag([1.0, 0.0]), atol=1e-15)
    ground = [[0.5, -0.5], [-0.5, 0.5]]  # closed form: the lower eigenstate of sigma_x
    np.testing.assert_allclose(state(TURNED, tk.Populations([1.0, 0.0])), ground, atol=1e-15)
    # No reading differs for the state that is the same in every basis.
    np.testing.assert_allclose(state(TURNED, [0.5, 0.5]), np.eye(2) / 2.0, atol=1e-15)


@pytest.mark.parametrize("psi", [[0.6, 0.8], [-1.0, 0.0], [1j, 0.0], [2.0 / 3.0, -np.sqrt(5.0) / 3.0]])
@pytest.mark.parametrize("model", [TURNED, STRAIGHT], ids=["turned", "straight"])
def test_a_vector_of_norm_one_that_sums_to_another_number_is_a_ket(model: tk.Model, psi: list[complex]) -> None:
    np.testing.assert_allclose(state(model, psi), np.outer(psi, np.conj(psi)), atol=1e-15)


def test_a_ket_with_a_negative_amplitude_that_sums_to_one_is_no_population() -> None:
    psi = np.array([2.0, 2.0, -1.0]) / 3.0
    np.testing.assert_allclose(state(tk.rates(np.ones((3, 3)) - np.eye(3)), psi), np.outer(psi, psi), atol=1e-15)


@pytest.mark.parametrize("p", [[0.5, 0.3, 0.2], [1.0, 0.0, 0.0], [1.0 - 1e-11, 1e-11, 0.0]])
def test_populations_of_a_classical_process_may_be_bare(p: list[float]) -> None:
    np.testing.assert_array_equal(state(tk.rates(np.ones((3, 3)) - np.eye(3)), p), np.diag(p))


def test_leading_axes_are_read_row_by_row() -> None:
    model = tk.rates(np.ones((2, 2)) - np.eye(2))
    rows = [[0.5, 0.5], [1.0, 0.0], [0.2, 0.8]]
    np.testing.assert_array_equal(state(model, rows), [np.diag(p) for p in rows])
    psi = np.array([[0.6, 0.8], [0.8, -0.6], [1.0, 0.0]])
    projectors = psi[:, :, None] * psi[:, None, :]
    for start in (psi, psi[..., None], psi[..., None] + 0j, tk.Ket(psi), [FakeKet(row) for row in psi]):
        np.testing.assert_allclose(state(TURNED, start), projectors, atol=1e-15)
    np.testing.assert_allclose(state(TURNED, tk.Ket(psi[:2])), projectors[:2], atol=1e-15)
    np.testing.assert_array_equal(state(TURNED, np.full((2, 2), 0.5)), np.full((2, 2), 0.5))


def test_a_basis_state_of_many_levels_needs_no_matrix() -> None:
    ladder, start = tk.Model(scipy.sparse.csr_array((10, 10)), []), np.eye(10)[7]
    for ket in (tk.Ket(start), tk.Ket(np.exp(0.3j) * start), start[:, None]):
        found = initial_state(ladder, ket)
        assert found.matrix is None
        np.testing.assert_allclose(found.populations, start, rtol=1e-15)


@pytest.mark.parametrize(
    ("start", "message"),
    [
        ([0.6, 0.6], r"populations, >= 0 and of sum one.*or a ket of norm one.*got sum 1.2.*and norm 0.848"),
        ([0.8, -0.3], r"populations, >= 0 and of sum one"),
        ([2j, 0.0], r"ket of norm one.*got norm 2; divide it by its norm, psi / np.linalg.norm\(psi\)"),
        ([[0.5], [0.5]], r"ket of norm one.*divide it by its norm"),
        (FakeKet(np.array([1.0, 1.0])), r"ket of norm one.*divide it by its norm"),
        (FakeKet(np.array([1.0, 0.0]), "bra"), r"`initial` must be a state, got a Qobj of type 'bra'; pass the ket"),
        (FakeKet(np.array([1.0, 0.0]), "super"), r"`initial` must be an operator, got a Qobj of type 'super'"),
        ([1.0, 0.0, 0.0], r"`initial` must have 2 elements, one for each level, or be a density matrix \(2, 2\)"),
        ([[1.0], [0.0], [0.0]], r"`initial` must have 2 elements"),
        (tk.Ket([1.0, 0.0, 0.0]), r"`initial` must be a ket of shape \(..., 2\), got \(3,\)"),
        (np.eye(2), r"trace one.*is read as a density matrix; for a stack of rows pass tk.Populations"),
        ([[1.0, 0.0], [0.5, 0.5], [0.1, 0.8]], r"each row >= 0 and of sum one, or kets, each of norm one; pass tk"),
        (np.full((3, 2), 0.5j), r"rows that may be kets or bras; for kets pass tk.Ket"),
        ([np.nan, 1.0], r"`initial` must be finite"),
        (np.full((2, 2), 1e300), r"`initial` must be at most 1e\+100 in magnitude"),
        ([1e300, 1e300], r"`initial` must be at most 1e\+100 in magnitude"),
    ],
)
@pytest.mark.parametrize("model", [TURNED, STRAIGHT], ids=["turned", "straight"])
def test_what_is_no_state_is_refused_with_the_remedy(model: tk.Model, start: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        tk.evolve(model, start, [0.0])


@pytest.mark.parametrize(
    "kind", [np.asarray, tk.Populations, tk.Ket, lambda rows: rows[..., None] * rows[..., None, :]]
)
def test_axes_of_start_and_sweep_that_do_not_meet_are_refused_by_name(kind: Callable[[Array], Any]) -> None:
    gaps = np.array([0.5, 1.0, 2.0])[:, None, None]
    swept = tk.Model(gaps * (FLIP + np.diag([0.0, 0.3])), [tk.Channel(LOWER, None)])
    turned_frame = tk.davies(gaps * (FLIP + np.diag([0.0, 0.3])), [tk.Contact(tk.Bath("b", 1.0), FLIP, tk.Ohmic(1e-4))])
    rows = np.eye(2)[np.array([0, 1, 0, 1])]
    for model in (swept, turned_frame):
        with pytest.raises(ValueError, match=r"the leading axes \(4,\) of `initial` do not broadcast .*`model` \(3,\)"):
            initial_state(model, kind(rows))


def test_a_ket_is_refused_where_it_is_made() -> None:
    with pytest.raises(ValueError, match=r"`vector` must be a ket of norm one.*got norm 1.41.*divide it by its norm"):
        tk.Ket([1.0, 1.0])
    with pytest.raises(ValueError, match=r"`vector` must be a ket of shape \(..., d\), got shape \(\)"):
        tk.Ket(1.0)
    with pytest.raises(TypeError, match="`vector` must hold numbers"):
        tk.Ket("up")  # type: ignore[arg-type]


def decay(start: Any) -> list[Any]:
    """Everything that takes a start, of a decaying two-level system whose Hamiltonian is turned."""
    current = tk.activity(TURNED)
    pair = tk.QuenchPair(tk.Quench("a", TURNED, start), tk.Quench("b", TURNED, tk.Gibbs(1.0)), "own", {})
    apart = tk.Model(0.75 * FLIP, [])
    return [
        tk.evolve(TURNED, start, [0.5]).states,
        tk.steady_state(apart, initial=start).state,
        tk.integrated_cumulants(TURNED, current, start, [0.5]),
        tk.integrated_covariance(TURNED, [current, current], start, [0.5]),
        tk.distribution(TURNED, current, start, 0.5).probabilities,
        np.asarray(tk.modes(TURNED).trace_norm_overlaps(start)),
        tk.unravel(TURNED, start, [0.5], trajectories=20, seed=1).jump_times,
        tk.compare(pair, [0.1, 0.5]).heating.evolution.states,
    ]


def test_every_verb_that_takes_a_start_takes_the_same_ones() -> None:
    for start in (tk.Ket([1.0, 0.0]), np.array([[1.0], [0.0]]), FakeKet(np.array([1.0, 0.0])), [1.0 + 0j, 0.0]):
        for found, right in zip(decay(start), decay(np.diag([1.0, 0.0])), strict=True):
            np.testing.assert_allclose(found, right, rtol=1e-12, atol=1e-14)


VERBS: list[Callable[[Any], Any]] = [
    lambda start: tk.steady_state(TURNED, initial=start),
    lambda start: tk.modes(TURNED, initial=start),
    lambda start: tk.unravel(TURNED, start, [0.5], trajectories=2),
    lambda start: tk.cumulants(TURNED, tk.activity(TURNED), initial=start),
    lambda start: tk.integrated_cumulants(TURNED, tk.activity(TURNED), start, [0.5]),
    lambda start: tk.distribution(TURNED, tk.activity(TURNED), start, 0.5),
    lambda start: tk.waiting_times(TURNED, [0], [0], [0.5], initial=start),
]


@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_reads_a_basis_state_as_an_eigenstate(verb: Callable[[Any], Any]) -> None:
    with pytest.raises(ValueError, match=r"can mean two states here"):
        verb([1.0, 0.0])


def test_the_five_photons_of_a_ket_stay_five() -> None:
    """Jaynes-Cummings from atom down, five photons; photon number by the closed form of the undamped model."""
    levels, g, t = 8, 0.3, 1.7
    a, down = (
        tk.operators.embed(tk.operators.destroy(levels), 0, (levels, 2)),
        tk.operators.embed(LOWER, 1, (levels, 2)),
    )
    H = a.conj().T @ a + down.conj().T @ down + g * (a.conj().T @ down + a @ down.conj().T)
    psi = np.kron(np.eye(levels)[5], [1.0, 0.0])
    model, photons = tk.Model(H, []), a.conj().T @ a
    with pytest.raises(ValueError, match="can mean two states here"):
        tk.evolve(model, psi, [t])
    for start in (psi[:, None], FakeKet(psi), tk.Ket(psi), np.outer(psi, psi)):
        rho = tk.evolve(model, start, [t]).states[0]
        number = np.trace(photons @ rho).real
        assert number == pytest.approx(5.0 - np.sin(g * np.sqrt(5.0) * t) ** 2, abs=1e-12)
        moved = scipy.linalg.expm(-1j * t * H) @ psi
        np.testing.assert_allclose(rho, np.outer(moved, moved.conj()), atol=1e-12)


def test_a_bare_number_is_pointed_to_the_thermal_state_it_may_mean() -> None:
    with pytest.raises(ValueError, match=r"got the number 0\.5; .*tk\.Gibbs\(0\.5\)"):
        tk.evolve(tk.Model(np.diag([0.0, 1.0]), []), 0.5, [1.0])  # type: ignore[arg-type]


def test_a_complex_row_that_sums_to_one_is_pointed_to_populations() -> None:
    model = tk.Model(np.diag([0.0, 1.0]), [])
    with pytest.raises(ValueError, match=r"complex row.*sums to one.*tk\.Populations"):
        tk.evolve(model, np.array([0.6 + 0.0j, 0.4]), [1.0])
    with pytest.raises(ValueError, match=r"norm one.*divide it by its norm"):
        tk.evolve(model, np.array([0.6 + 0.1j, 0.4 - 0.1j]), [1.0])
