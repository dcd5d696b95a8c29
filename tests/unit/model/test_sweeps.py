"""Leading axes: a batch is the loop over its points, and a sweep whose points need different jumps is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oracles
import thermokin as tk
from library_models import NAMES, example
from oracles import Array
from thermokin.model.assumption import SAFE_RATIO

X = np.array([[0.0, 1.0], [1.0, 0.0]])
HOT, COLD = np.array([[0.0], [0.9], [1.4]]), np.array([0.5, 0.8])


def generator(model: tk.Model, point: tuple[int, ...]) -> Array:
    """The dense generator at one point of a sweep."""
    jumps = [
        np.broadcast_to(channel.jump, (*model.batch_shape, *channel.jump.shape[-2:])) for channel in model.channels
    ]
    H = np.broadcast_to(model.hamiltonian, (*model.batch_shape, *model.hamiltonian.shape[-2:]))
    return oracles.liouvillian(H[point], [oracles.Jump(jump[point]) for jump in jumps])


def is_its_loop(build: Callable[[Any, Any], tk.Model], first: Array, second: Array) -> None:
    batch = build(first, second)
    shape = np.broadcast_shapes(np.shape(first), np.shape(second))
    for point in np.ndindex(batch.batch_shape):
        padded = (*point, *(0 for _ in range(len(shape) - len(point))))
        single = build(np.broadcast_to(first, shape)[padded], np.broadcast_to(second, shape)[padded])
        expected = generator(single, ())
        # Broadcasting changes no operation, only how BLAS groups the products of a basis change.
        np.testing.assert_allclose(generator(batch, point), expected, rtol=0, atol=1e-14 * np.abs(expected).max())
        told = {one.name: one for one in single.validity}
        assert set(told) <= {one.name for one in batch.validity}
        for whole in batch.validity:
            at = np.broadcast_to(whole.ratio, batch.batch_shape)[point]
            if whole.name not in told:  # a mode is said to be cut only where it lacks much: at another point
                assert whole.name == "truncation"
                assert at >= SAFE_RATIO
                continue
            alone = told[whole.name]
            # The larger a figure, the less is left of the difference that it is the inverse of.
            np.testing.assert_allclose(at, alone.ratio, rtol=1e-12 * max(1.0, 1e-2 * float(alone.ratio)))


@pytest.mark.parametrize("name", NAMES)
def test_a_sweep_over_temperatures_is_the_loop_over_its_points(name: str) -> None:
    is_its_loop(lambda hot, cold: example(name, hot, cold), HOT, COLD)


@pytest.mark.parametrize(
    "build",
    [
        lambda gap, rate: tk.library.qubit(gap, rate, 0.7),
        lambda gap, rate: tk.library.oscillator(4, gap, rate, 0.7),
        lambda gap, rate: tk.library.spin(1.0, gap, rate, 0.7),
        lambda gap, rate: tk.library.fermionic_level(gap, rate, 0.7, -gap),
        lambda gap, rate: tk.library.ising_chain(2, gap, 0.3 * gap, rate, 0.5, 0.7),
        lambda gap, rate: tk.library.xxz_chain(2, gap, rate, 0.5, 0.7, coupling=0.01 * gap),
        lambda gap, rate: tk.library.coupled_oscillators(2, gap, 0.01 * gap, rate, 0.5, 0.7),
        lambda gap, rate: tk.library.coupled_qubits(gap[..., None] * [1.0, 1.3], 0.1 * gap, rate, 0.5, 0.7),
        lambda gap, rate: tk.library.qutrit_v(rate, 0.7, energies=gap[..., None] * [0.0, 1.0, 1.2]),
        lambda gap, rate: tk.library.qutrit_lambda(rate, 0.7, couplings=gap[..., None] * [0.2, 0.3]),
        lambda gap, rate: tk.library.qutrit_ladder(rate, 0.7, energies=gap[..., None] * [0.0, 1.0, 2.5]),
        lambda gap, rate: tk.library.levels(gap[..., None] * [0.0, 1.0, 2.5], rate=rate, temperature=0.7),
    ],
)
def test_a_sweep_over_energies_and_rates_is_the_loop_over_its_points(build: Callable[[Any, Any], tk.Model]) -> None:
    is_its_loop(lambda gap, rate: build(np.asarray(gap), rate), np.array([[1.0], [1.3]]), np.array([1e-3, 3e-3]))


def test_a_sweep_over_couplings_of_levels_is_the_loop_over_its_points() -> None:
    random = np.random.default_rng(5)
    couplings = random.normal(size=(3, 4, 4)) + 1j * random.normal(size=(3, 4, 4))
    couplings = couplings + couplings.conj().swapaxes(-1, -2)
    energies = [2.0, 0.0, 1.1, 3.5]
    batch = tk.library.levels(energies, couplings, 1e-3, 0.7)
    for point, coupling in enumerate(couplings):
        expected = generator(tk.library.levels(energies, coupling, 1e-3, 0.7), ())
        np.testing.assert_allclose(generator(batch, (point,)), expected, rtol=0, atol=1e-17)


def test_evolution_of_a_sweep_is_the_loop_over_its_points() -> None:
    times = np.array([0.0, 10.0, 300.0])
    batch = tk.evolve(example("qutrit ladder", HOT), tk.Gibbs(COLD), times)
    assert batch.populations.shape == (3, 2, 3, 3)
    for point in np.ndindex(3, 2):
        single = tk.evolve(example("qutrit ladder", float(HOT[point[0], 0])), tk.Gibbs(COLD[point[1]]), times)
        np.testing.assert_allclose(batch.populations[point], single.populations, rtol=0, atol=1e-15)


def test_times_may_sweep_with_the_model() -> None:
    hot = np.array([0.6, 1.2])
    times = np.array([[0.0, 5.0, 20.0], [1.0, 2.0, 400.0]])
    batch = tk.evolve(example("V", hot), tk.Populations([0.2, 0.5, 0.3]), times)
    for point in range(2):
        single = tk.evolve(example("V", hot[point]), tk.Populations([0.2, 0.5, 0.3]), times[point])
        np.testing.assert_allclose(batch.populations[point], single.populations, rtol=0, atol=1e-14)


def test_gaps_that_merge_along_a_sweep_are_refused_at_their_points() -> None:
    energies = np.array([[0.0, 1.0, 2.5], [0.0, 1.0, 2.2], [0.0, 1.0, 2.0]])
    message = r"merge or split along the sweep: the pattern at points \(2,\) differs from the first point's; split"
    with pytest.raises(ValueError, match=message):
        tk.library.qutrit_ladder(1e-3, 0.7, energies=energies)


def test_levels_that_cross_along_a_sweep_are_refused_at_their_points() -> None:
    gaps = np.array([1.0, 0.5, -0.5, -1.0])
    contact = tk.Contact(tk.Bath("b", 1.0), X, tk.Flat(1e-3))
    with pytest.raises(ValueError, match=r"change order along the sweep: at points \(2,\), \(3,\) against the first"):
        tk.davies(gaps[:, None, None] * np.diag([0.0, 1.0]), [contact])


def test_levels_that_meet_along_a_sweep_are_refused_at_their_points() -> None:
    gaps = np.array([1.0, 0.0])
    contact = tk.Contact(tk.Bath("b", 1.0), X, tk.Ohmic(1e-3))
    with pytest.raises(ValueError, match=r"merge or split along the sweep: the pattern at points \(1,\)"):
        tk.davies(
            np.diag([0.0, 0.0, 3.0]) + gaps[:, None, None] * np.diag([0.0, 1.0, 0.0]),
            [tk.Contact(contact.bath, np.ones((3, 3)), tk.Ohmic(1e-3))],
        )


@pytest.mark.parametrize("spectrum", [tk.Flat(1e-4), tk.Ohmic(1e-4)], ids=repr)
def test_levels_of_two_parities_may_cross_where_no_contact_links_them(spectrum: tk.Flat) -> None:
    random = np.random.default_rng(7)
    even, odd = (block + block.T for block in random.normal(size=(2, 3, 3)))
    ladder = np.diag([0.0, 1.0, 2.7])

    def build(shift: Array, strength: Array) -> tk.Model:
        hamiltonian = np.zeros((*np.shape(shift), 6, 6))
        hamiltonian[..., :3, :3] = even + ladder
        hamiltonian[..., 3:, 3:] = odd + ladder + np.asarray(shift)[..., None, None] * np.eye(3)
        # Each parity's coupling has no diagonal in its eigenbasis, so that a white spectrum does not diverge.
        operator = np.zeros((6, 6))
        for block, matrix in ((slice(0, 3), even + ladder), (slice(3, 6), odd + ladder)):
            basis = np.linalg.eigh(matrix)[1]
            operator[block, block] = basis @ (np.ones((3, 3)) - np.eye(3)) @ basis.T
        return tk.davies(hamiltonian, [tk.Contact(tk.Bath("b", strength), operator, spectrum)])

    is_its_loop(build, np.linspace(-4.0, 4.0, 6)[:, None], np.array([0.5, 1.0]))


def test_levels_that_meet_without_a_bridge_between_are_refused_with_their_points() -> None:
    gaps = np.array([1.0, 0.0, 0.5])
    message = (
        r"meet along the sweep: `contacts\[0\].operator` links levels 0 and 1, which have one energy at points "
        r"\(1,\) and two elsewhere; build the points of one energy as a model of their own, or move them off"
    )
    with pytest.raises(ValueError, match=message):
        tk.davies(gaps[:, None, None] * np.diag([0.0, 1.0]), [tk.Contact(tk.Bath("b", 1.0), X, tk.Ohmic(1e-3))])


def test_a_refused_sweep_names_levels_gaps_points_and_what_to_do() -> None:
    energies = np.array([[0.0, 1.0, 2.5], [0.0, 1.0, 2.2], [0.0, 1.0, 2.0]])
    message = (
        r"`contacts\[0\].operator`, the transitions from levels 1 to 0 and 2 to 1 have one gap, 1, at point \(2,\), "
        r"and two, 1 and 1.5, at point \(0,\); build the points of one gap as a model of their own, or move them off"
    )
    with pytest.raises(ValueError, match=message):
        tk.library.qutrit_ladder(1e-3, 0.7, energies=energies)
    crossing = np.array([1.0, -0.5])[:, None, None] * np.diag([0.0, 1.0])
    message = (
        r"`contacts\[0\].operator` links levels 0 and 1, whose gap is 1 at the first point and -0.5 at point \(1,\); "
        r"build the points of each order as a model of their own"
    )
    with pytest.raises(ValueError, match=message):
        tk.davies(crossing, [tk.Contact(tk.Bath("b", 1.0), X, tk.Flat(1e-3))])


REFUSALS = (
    r"merge or split along the sweep: .* have one gap, .* and two, .* at point",
    r"change order along the sweep: .* whose gap is .* at the first point and .* at point",
    r"meet along the sweep: .* have one energy at points",
    r"elements between levels of equal energy",
)


@pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")
@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 10**6), kind=st.sampled_from(["lead", "phonons"]), given_in=st.sampled_from(["levels", "sites"])
)
def test_a_sweep_through_round_numbers_is_its_loop_or_is_refused_by_name(seed: int, kind: str, given_in: str) -> None:
    random = np.random.default_rng(seed)
    size, points = random.integers(2, 5), random.integers(2, 6)
    hamiltonian = np.zeros((points, size, size))
    hamiltonian[:, np.arange(size), np.arange(size)] = random.choice([-1, -0.5, 0, 0.5, 1, 2], size=(points, size))
    if given_in == "sites":
        links = np.triu(random.choice([0, 0, 0.3, 1.0], size=(size, size)), 1)
        hamiltonian = hamiltonian + links + links.T
    operator = np.triu(random.choice([0, 0, 1, 0.5, -1, 1j], size=(size, size)), 1)
    operator[0, 1] += 2.0
    if kind == "lead":  # every element takes out one particle
        charge = np.concatenate([[0, 1], random.integers(0, 3, size=size - 2)])
        operator = np.where(charge - charge[:, None] == 1, operator, 0.0)
    bath = tk.Bath("b", 0.7, 0.2, tk.Fermi()) if kind == "lead" else tk.Bath("b", 0.7)
    contact = tk.Contact(bath, operator if kind == "lead" else operator + operator.conj().T, tk.Flat(0.01))
    refused = None
    try:
        sweep = tk.davies(hamiltonian, [contact])
    except ValueError as refusal:
        refused = str(refusal)
    if refused is not None:
        assert any(re.search(words, refused) for words in REFUSALS)
        return
    for point in range(points):
        alone = generator(tk.davies(hamiltonian[point], [contact]), ())
        # Energies to 3 and as many roundings in a product of eigenvectors.
        np.testing.assert_allclose(generator(sweep, (point,)), alone, rtol=0, atol=1e-14)


def test_a_cluster_that_another_gap_parts_is_seen_to_split() -> None:
    # Gaps 1 and 1 beside 2 at the first point; 1 and 3 with 2 between them at the second.
    operator = np.zeros((4, 4))
    operator[0, 1] = operator[0, 2] = operator[0, 3] = 1.0
    lead = tk.Bath("lead", 0.7, 0.2, tk.Fermi())
    energies = np.array([[0.0, 1.0, 1.0, 2.0], [0.0, 1.0, 3.0, 2.0]])
    with pytest.raises(
        ValueError, match=r"from levels 1 to 0 and 2 to 0 have one gap, 1, at point \(0,\), and two, 1 and 3"
    ):
        tk.davies(energies[..., None] * np.eye(4), [tk.Contact(lead, operator, tk.Flat(0.01))])


def test_library_levels_that_cross_are_refused() -> None:
    with pytest.raises(
        ValueError, match=r"`coupling` links levels 0 and 1, which have one energy \(or change order along"
    ):
        tk.library.levels([[0.0, 1.0], [1.0, 0.5]], rate=1e-3)


def test_many_crossings_are_counted_not_listed() -> None:
    gaps = np.linspace(1.0, -1.0, 20)
    contact = tk.Contact(tk.Bath("b", 1.0), X, tk.Flat(1e-3))
    with pytest.raises(ValueError, match=r"\(14,\) and 5 more against the first point"):
        tk.davies(gaps[:, None, None] * np.diag([0.0, 1.0]), [contact])


def test_numbers_that_do_not_broadcast_are_refused() -> None:
    with pytest.raises(ValueError, match="broadcast"):
        tk.library.qubit([1.0, 2.0], 1e-3, [0.5, 0.6, 0.7])
