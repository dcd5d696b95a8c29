"""Operators kept as the list of their elements: sparse ones never made dense, and the same as dense ones."""

from __future__ import annotations

import pickle
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

import thermokin as tk

LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])


def on_site(jump: np.ndarray, site: int, sites: int) -> sparse.csr_array:
    left, right = sparse.eye_array(2**site), sparse.eye_array(2 ** (sites - site - 1))
    return sparse.csr_array(sparse.kron(sparse.kron(left, sparse.csr_array(jump)), right))


def pumped(sites: int) -> tk.Model:
    """Spins without a Hamiltonian, each with loss at rate 1 and gain at rate 1/2."""
    jumps = [on_site(LOWER, site, sites) for site in range(sites)]
    channels = [tk.Channel(jump, None) for jump in jumps] + [tk.Channel(np.sqrt(0.5) * jump.T, None) for jump in jumps]
    return tk.Model(sparse.csr_array((2**sites, 2**sites)), channels)


def traced(sites: int) -> int:
    tracemalloc.start()
    try:
        pumped(sites)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_twelve_spins_with_loss_and_gain_at_each_take_megabytes() -> None:
    # 24 jumps of 2048 elements; as dense matrices they would take 6.4 GB.
    assert traced(12) < 40e6


def test_spins_that_lose_and_gain_end_in_a_product_of_their_own_states() -> None:
    # A public thread on ten two-level systems with local emission and pumping: the product state, up with 1/3.
    model = pumped(8)
    populations = tk.steady_state(model).populations
    number = np.array([level.bit_count() for level in range(2**8)])
    np.testing.assert_allclose(populations, (1 / 3) ** number * (2 / 3) ** (8 - number), rtol=1e-11)


@st.composite
def sparse_pairs(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size = draw(st.integers(2, 6))
    jump = (random.random((size, size)) < 0.4) * (
        random.normal(size=(size, size)) + 1j * random.normal(size=(size, size))
    )
    energies = random.normal(size=size)
    return jump, np.diag(energies)


@settings(max_examples=50, deadline=None)
@given(sparse_pairs(), st.sampled_from([sparse.csr_array, sparse.coo_array, sparse.csc_matrix, sparse.lil_array]))
def test_a_sparse_model_is_the_dense_one(data: tuple[np.ndarray, np.ndarray], kind: type) -> None:
    jump, hamiltonian = data
    bath = tk.Bath("b", 0.7)
    step = np.triu(np.tril(jump, 1), 1)  # down a ladder of gaps of one
    back = np.exp(-0.5 / 0.7) * step.conj().T
    ladder = np.diag(np.arange(float(len(jump))))

    def made(form: object) -> tk.Model:
        return tk.Model(
            form(hamiltonian),
            [tk.Channel(form(jump), None), tk.Channel(form(step), bath, -1.0), tk.Channel(form(back), bath, 1.0)],
            energy_operator=form(ladder),
        )

    thin, full = made(kind), made(np.asarray)
    for name in ("channel", "row", "column", "amplitude", "bath", "energy", "particles", "reverse"):
        np.testing.assert_array_equal(getattr(thin.table, name), getattr(full.table, name))
    np.testing.assert_array_equal(thin.hamiltonian, full.hamiltonian)
    for position, channel in enumerate(thin.channels):
        np.testing.assert_array_equal(channel.jump, full.channels[position].jump)


def test_a_sparse_pair_out_of_balance_is_refused_like_a_dense_one() -> None:
    bath = tk.Bath("b", 0.7)
    down = sparse.csr_array(LOWER)
    with pytest.raises(ValueError, match="no channel that undoes it at the rate local detailed balance asks for"):
        tk.Model(
            sparse.csr_array(np.diag([0.0, 1.0])), [tk.Channel(down, bath, -1.0), tk.Channel(0.5 * down.T, bath, 1.0)]
        )


def test_entries_of_a_sparse_operator_that_stand_twice_are_added_and_zeros_left_out() -> None:
    twice = sparse.coo_array(([0.2, 0.3, 0.0], ([0, 0, 1], [1, 1, 0])), shape=(2, 2))
    channel = tk.Channel(twice, None)
    np.testing.assert_array_equal(channel.jump, [[0.0, 0.5], [0.0, 0.0]])
    assert channel.elements.values.size == 1
    assert twice.nnz == 3  # what was given is left as it was


@pytest.mark.parametrize(
    ("operator", "message"),
    [
        (sparse.csr_array((2, 3)), r"`jump` must be square, of shape \(\.\.\., d, d\), got shape \(2, 3\)"),
        (sparse.csr_array((0, 0)), r"`jump` must be square"),
        (sparse.csr_array([[0.0, np.nan], [0.0, 0.0]]), r"`jump` must be finite"),
        (sparse.csr_array([[0.0, 1e101], [0.0, 0.0]]), r"`jump` .* 1e\+100"),
    ],
)
def test_a_sparse_operator_that_is_none_is_refused(operator: sparse.csr_array, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        tk.Channel(operator, None)


class Held:
    """What QuTiP's sparse operators look like from outside."""

    isoper, dims = True, [[2], [2]]

    def __init__(self, matrix: sparse.csr_array) -> None:
        self._matrix = matrix

    @property
    def data(self) -> Held:
        return self

    def as_scipy(self) -> sparse.csr_array:
        return self._matrix

    def full(self) -> np.ndarray:
        raise AssertionError("made dense")


def test_an_operator_that_holds_a_sparse_matrix_is_taken_sparse() -> None:
    channel = tk.Channel(Held(sparse.csr_array(LOWER)), None)
    np.testing.assert_array_equal(channel.jump, LOWER)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(channel)).jump, LOWER)  # noqa: S301
