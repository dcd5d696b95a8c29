"""The sector's matrices and the rate matrix against the dense generator, entry by entry."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

import oracles
import thermokin as tk
from library_models import NAMES, example, random_density_matrix
from oracles import Array
from thermokin.liouville import population_block as module
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.population_block import rate_matrix, transition_rates
from thermokin.liouville.sector_generator import SectorGenerator
from thermokin.liouville.sectors import Sector, sector_map
from thermokin.numerics.level_sums import scatter

# A driven qubit with monitoring: no frame in which it is simple.
DRIVEN = tk.Model(
    np.array([[0.0, 0.3 - 0.1j], [0.3 + 0.1j, 1.0]]),
    [
        tk.Channel([[0.1, 0.7], [0.0, 0.0]], None),
        tk.Channel([[0.2j, 0.1], [0.3, -0.4j]], None),
        tk.Channel([[0.5, 0.0], [0.0, -0.5]], None),
    ],
)
MODELS = {**{name: example(name) for name in NAMES}, "driven qubit": DRIVEN}
EVERY = sorted(MODELS)


def jumps_in_frame(model: tk.Model) -> list[oracles.Jump]:
    return [oracles.Jump(model.table.jump(channel)) for channel in range(model.table.size)]


def whole(model: tk.Model) -> Sector:
    rows, columns = np.nonzero(np.ones((model.dimension, model.dimension)))
    return Sector(rows, columns)


@pytest.mark.parametrize("name", EVERY)
def test_all_elements_together_have_the_dense_generator(name: str) -> None:
    model = MODELS[name]
    generator = SectorGenerator(Liouvillian(model), whole(model))
    expected = oracles.liouvillian(model.generator.dense, jumps_in_frame(model))
    bound = 1e-15 * np.abs(expected).max()  # sums of a few terms
    np.testing.assert_allclose(generator.matrix, expected, rtol=0, atol=4 * bound)
    np.testing.assert_allclose(generator.sparse.toarray(), expected, rtol=0, atol=4 * bound)


@pytest.mark.parametrize("name", EVERY)
def test_a_sector_has_its_block_of_the_dense_generator(name: str) -> None:
    model = MODELS[name]
    liouvillian = Liouvillian(model)
    dense = oracles.liouvillian(model.generator.dense, jumps_in_frame(model))
    support = np.ones((model.dimension, model.dimension), dtype=bool)
    groups, _ = sector_map(liouvillian).sectors(support)
    for sector in groups:
        place = sector.rows * model.dimension + sector.columns
        block = dense[np.ix_(place, place)]
        made = SectorGenerator(liouvillian, sector).matrix
        np.testing.assert_allclose(made, block, rtol=0, atol=4e-15 * np.abs(dense).max())


@pytest.mark.parametrize("name", EVERY)
def test_weighted_jumps_are_the_sum_of_their_sandwiches(name: str) -> None:
    model = MODELS[name]
    liouvillian = Liouvillian(model)
    weights = np.random.default_rng(1).normal(size=model.table.size)
    state = random_density_matrix(model.dimension)
    jumps = [jump.operator for jump in jumps_in_frame(model)]
    expected = sum(c * L @ state @ L.conj().T for c, L in zip(weights, jumps, strict=True))
    generator = SectorGenerator(liouvillian, whole(model))
    made = (generator.jumps(weights) @ state.reshape(-1)).reshape(state.shape)
    np.testing.assert_allclose(made, expected, rtol=0, atol=1e-16 * len(jumps))
    thin = (generator.sparse_jumps(weights) @ state.reshape(-1)).reshape(state.shape)
    np.testing.assert_allclose(thin, expected, rtol=0, atol=1e-16 * len(jumps))
    observable = liouvillian.observable(weights)
    assert (generator.mean_of(observable) @ state.reshape(-1)).real == pytest.approx(np.trace(expected).real, abs=1e-15)
    operator = sum(c * L.conj().T @ L for c, L in zip(weights, jumps, strict=True))
    np.testing.assert_allclose(observable.dense, operator, rtol=0, atol=1e-15)


def test_the_trace_is_conserved_column_by_column() -> None:
    for model in MODELS.values():
        liouvillian = Liouvillian(model)
        for sector in sector_map(liouvillian).of_populations():
            generator = SectorGenerator(liouvillian, sector)
            leak = np.abs(generator.trace @ generator.matrix).max()
            assert leak <= 1e-15 * np.abs(generator.matrix).max()


@pytest.mark.parametrize("name", [name for name in EVERY if Liouvillian(MODELS[name]).populations_closed])
def test_closed_populations_have_their_block_of_the_dense_generator(name: str) -> None:
    model = MODELS[name]
    dense = oracles.liouvillian(model.generator.dense, jumps_in_frame(model))
    level = np.arange(model.dimension) * (model.dimension + 1)
    W = rate_matrix(Liouvillian(model))
    np.testing.assert_allclose(W, dense[np.ix_(level, level)].real, rtol=1e-14, atol=1e-18)
    coherences = np.delete(np.arange(model.dimension**2), level)
    assert not dense[np.ix_(level, coherences)].any()


def test_populations_are_not_closed_where_coherences_feed_them() -> None:
    assert not Liouvillian(DRIVEN).populations_closed
    assert not Liouvillian(MODELS["XXZ chain"]).populations_closed
    # |0>+|1> decays as a whole: one jump from a superposition.
    superposed = tk.Model(np.zeros((3, 3)), [tk.Channel([[0, 1, 1], [0, 0, 0], [0, 0, 0]], None)])
    assert not Liouvillian(superposed).populations_closed
    # A jump into a superposition feeds coherences, from which nothing returns; the split is refused all the same.
    into = tk.Model(np.zeros((3, 3)), [tk.Channel([[0, 0, 1], [0, 0, 1], [0, 0, 0]], None)])
    assert not Liouvillian(into).populations_closed
    # Jumps out of |1>+|2> and |1>-|2> to different places: the decay is diagonal, but their coherence tips the balance.
    balance = [np.zeros((4, 4)), np.zeros((4, 4))]
    balance[0][0, 1:3], balance[1][3, 1:3] = [1.0, 1.0], [1.0, -1.0]
    tipped = Liouvillian(tk.Model(np.zeros((4, 4)), [tk.Channel(jump, None) for jump in balance]))
    assert tipped.decay.is_diagonal
    assert not tipped.populations_closed


def test_each_bath_has_its_part_of_the_rate_matrix() -> None:
    model = example("coupled qubits")
    liouvillian = Liouvillian(model)
    total = rate_matrix(liouvillian)
    parts = [rate_matrix(liouvillian, bath) for bath in range(2)]
    np.testing.assert_allclose(parts[0] + parts[1], total, rtol=1e-14, atol=1e-18)
    for part, temperature in zip(parts, (1.1, 0.7), strict=True):
        assert oracles.detailed_balance_deviation(np.asarray(part), model.energies, temperature) < 1e-14


def test_a_thin_rate_matrix_is_kept_sparse_and_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    liouvillian = Liouvillian(tk.library.oscillator(60, 1.0, 1e-5, 0.7))
    dense = rate_matrix(liouvillian)
    monkeypatch.setattr(module, "SPARSE_FROM", 50)
    thin = rate_matrix(liouvillian)
    assert isinstance(thin, sparse.csr_array)
    np.testing.assert_array_equal(thin.toarray(), dense)


@pytest.mark.parametrize("case", ["levels", "cold levels", "coupled qubits", "two baths at one place", "dephased"])
def test_rates_read_off_a_large_table_are_those_of_a_small_one(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if case == "cold levels":  # the way up has elements of 0
        model = tk.library.levels([0.0, 1.0, 1.7, 3.0], rate=0.02, temperature=0.0)
    elif case in ("two baths at one place", "dephased"):
        jump = np.array([[0.0, 1.0], [0.0, 0.0]])
        other = np.diag([0.0, 1.0]) if case == "dephased" else 3.0 * jump
        model = tk.Model(np.diag([0.0, 1.0]), [tk.Channel(jump, None), tk.Channel(other, None)])
    else:
        model = example(case)
    dense = transition_rates(Liouvillian(model), slice(None))
    monkeypatch.setattr(module, "SPARSE_FROM", 2)
    monkeypatch.setattr(module, "SPARSE_BELOW", 0.0)
    np.testing.assert_array_equal(transition_rates(Liouvillian(model), slice(None)), dense)


def test_weighted_transitions_leave_the_diagonal_empty() -> None:
    liouvillian = Liouvillian(example("levels"))
    weights = np.arange(1.0, 13.0)
    made = transition_rates(liouvillian, slice(None), weights)
    expected = np.zeros((4, 4))
    for channel, weight in enumerate(weights):
        expected += weight * np.abs(liouvillian.table.jump(channel)) ** 2
    np.testing.assert_allclose(made, expected, rtol=1e-15)


@pytest.mark.parametrize("shape", [(7,), (3, 7), (2, 3, 7)])
@pytest.mark.parametrize("kind", [float, complex])
def test_values_on_one_place_add_up(shape: tuple[int, ...], kind: type) -> None:
    random = np.random.default_rng(2)
    values = (
        (random.normal(size=shape) + 1j * random.normal(size=shape)).astype(kind)
        if kind is complex
        else random.normal(size=shape)
    )
    place = np.array([4, 0, 4, 2, 0, 4, 2])
    expected = np.zeros((*shape[:-1], 5), dtype=kind)
    for position, target in enumerate(place):
        expected[..., target] += values[..., position]
    np.testing.assert_allclose(scatter(values, place, 5), expected, rtol=1e-14)
    assert not scatter(values[..., :0], place[:0], 5).any()


def test_a_current_of_another_model_has_no_observable() -> None:
    with pytest.raises(ValueError, match="current 'heat' belongs to another model; make it from this one"):
        Liouvillian(example("qubit")).current_observable(tk.heat(example("qubit")))


def test_a_sweep_has_no_sparse_generator() -> None:
    model = example("XXZ chain", np.array([0.5, 1.0]))
    with pytest.raises(
        ValueError, match="a sector this large is solved for one point; evaluate the points of the sweep"
    ):
        SectorGenerator(Liouvillian(model), whole(model)).sparse  # noqa: B018


def test_a_sweep_has_the_generators_of_its_points() -> None:
    hot = np.array([0.5, 1.0])
    batch = SectorGenerator(Liouvillian(example("XXZ chain", hot)), whole(example("XXZ chain"))).matrix
    for point, temperature in enumerate(hot):
        single = SectorGenerator(Liouvillian(example("XXZ chain", temperature)), whole(example("XXZ chain"))).matrix
        np.testing.assert_allclose(batch[point], single, rtol=0, atol=1e-17)


def dense_d4(model: tk.Model) -> Array:
    return np.asarray(SectorGenerator(Liouvillian(model), whole(model)).matrix)


def test_the_generator_does_not_depend_on_the_order_of_channels() -> None:
    again = tk.Model(DRIVEN.hamiltonian, list(DRIVEN.channels)[::-1])
    np.testing.assert_allclose(dense_d4(again), dense_d4(DRIVEN), rtol=0, atol=1e-15)
