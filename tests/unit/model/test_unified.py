"""The unified generator: between Davies and local, with the thermodynamics of the merged levels exact."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import pytest

import thermokin as tk
from thermokin.model.frequency_linkage import linked
from thermokin.operators.tensor import embed

HOT, COLD = tk.Bath("hot", 0.5), tk.Bath("cold", 0.25)
EXACT = {0.004: 1.90157e-4, 0.02: 1.10300e-3, 0.1: 1.36795e-3}  # independent integrals over energy, all orders in rates


@pytest.fixture(autouse=True)
def _without_doubts() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tk.errors.ValidityWarning)
        yield


def oscillators(coupling: object, levels: int = 6, second: float = 1.0, spectrum: tk.Spectrum | None = None):  # noqa: ANN201
    """Hamiltonian, contacts and bare Hamiltonian of two modes that hop."""
    lower = np.diag(np.sqrt(np.arange(1, levels)), 1)
    a, b = (embed(lower, site, (levels, levels)) for site in (0, 1))
    bare = a.T @ a + second * b.T @ b
    flat = tk.Flat(0.02) if spectrum is None else spectrum
    contacts = [tk.Contact(HOT, a + a.T, flat), tk.Contact(COLD, b + b.T, flat)]
    return bare + np.asarray(coupling)[..., None, None] * (a.T @ b + b.T @ a), contacts, bare


def heat(model: tk.Model) -> float:
    return float(tk.heat(model, "hot").mean(tk.steady_state(model)))


@pytest.mark.parametrize("coupling", EXACT)
def test_two_oscillators_carry_the_heat_of_exact_transport(coupling: float) -> None:
    hamiltonian, contacts, _ = oscillators(coupling)
    # 0.1 is beyond the width: the square of rate over splitting, 1 %, is the error of Davies there.
    assert heat(tk.unified(hamiltonian, contacts)) == pytest.approx(
        EXACT[coupling], rel=1e-3 if coupling < 0.1 else 1.1e-2
    )


def test_one_cluster_is_the_local_model_of_resonant_modes() -> None:
    hamiltonian, contacts, bare = oscillators(0.02)
    wide, local = tk.unified(hamiltonian, contacts, width=0.5), tk.local(hamiltonian, contacts, bare)
    assert np.asarray(tk.steady_state(wide)) == pytest.approx(np.asarray(tk.steady_state(local)), abs=1e-12)
    assert heat(wide) == pytest.approx(heat(local), rel=1e-12)


def test_no_width_is_the_davies_model() -> None:
    hamiltonian, contacts, _ = oscillators(0.02, levels=3)
    one, two = tk.unified(hamiltonian, contacts, width=0.0), tk.davies(hamiltonian, contacts)
    assert np.array_equal(one.table.amplitude, two.table.amplitude)
    assert np.array_equal(one.table.energy, two.table.energy)
    assert one.energy is one.generator


def random_case(seed: int) -> tuple[np.ndarray, list[np.ndarray]]:
    """A Hamiltonian with near degeneracies, and two couplings between all its levels."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(2, 7))
    energies = np.cumsum(np.where(rng.random(size) < 0.5, rng.uniform(0.0, 0.02, size), rng.uniform(0.3, 1.0, size)))
    turn = np.linalg.qr(rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size)))[0]
    couplings = [rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size)) for _ in range(2)]
    return (turn * energies) @ turn.conj().T, [one + one.conj().T for one in couplings]


@pytest.mark.parametrize("seed", range(40))
def test_merged_levels_obey_local_detailed_balance_and_rest_at_one_temperature(seed: int) -> None:
    hamiltonian, couplings = random_case(seed)
    baths = [tk.Bath(name, 0.5) for name in ("one", "two")]
    spectrum = tk.Ohmic(0.002, cutoff=8.0)
    model = tk.unified(
        hamiltonian, [tk.Contact(b, x, spectrum) for b, x in zip(baths, couplings, strict=True)], width=0.03
    )
    merged = model.from_frame(model.energy.dense)
    assert np.abs(merged @ hamiltonian - hamiltonian @ merged).max() < 1e-13
    assert np.abs(np.linalg.eigvalsh(merged) - np.linalg.eigvalsh(hamiltonian)).max() < 0.1
    for channel in model.channels:
        turned = merged @ channel.jump - channel.jump @ merged - float(channel.energy) * channel.jump
        assert np.abs(turned).max() < 1e-13
    values, vectors = np.linalg.eigh(merged)
    weights = np.exp(-(values - values[0]) / 0.5)
    rest = (vectors * (weights / weights.sum())) @ vectors.conj().T
    assert np.asarray(tk.steady_state(model)) == pytest.approx(rest, abs=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_entropy_production_is_heat_over_temperature_and_not_negative(seed: int) -> None:
    hamiltonian, couplings = random_case(seed)
    spectrum = tk.Ohmic(0.002, cutoff=8.0)
    contacts = [tk.Contact(bath, x, spectrum) for bath, x in zip((HOT, COLD), couplings, strict=True)]
    model = tk.unified(hamiltonian, contacts, width=0.03)
    account = tk.ledger(model, tk.evolve(model, tk.steady_state(model), [0.0]))
    flows = {name: float(rate[0]) for name, rate in account.heat_rate.items()}
    assert flows["hot"] + flows["cold"] == pytest.approx(0.0, abs=1e-14)
    assert account.entropy_production_rate[0] == pytest.approx(-flows["hot"] / 0.5 - flows["cold"] / 0.25, rel=1e-8)
    assert account.entropy_production_rate[0] >= 0.0


def brute_force(hamiltonian: np.ndarray, contacts: list[tk.Contact], mean: float, rate: float) -> np.ndarray:
    """The steady state with all lowering elements of each contact at one frequency, by a dense superoperator."""
    values, vectors = np.linalg.eigh(hamiltonian)
    size, one = len(values), np.eye(len(values))
    generator = -1j * (np.kron(hamiltonian, one) - np.kron(one, hamiltonian.T))
    for contact in contacts:
        inside = vectors.conj().T @ contact.operator @ vectors
        lowering = vectors @ np.where(values[None, :] > values[:, None] + 0.5, inside, 0.0) @ vectors.conj().T
        filled = 1.0 / np.expm1(mean / float(contact.bath.temperature))
        for jump, factor in ((lowering, filled + 1.0), (lowering.conj().T, filled)):
            square = jump.conj().T @ jump
            moved = np.kron(jump, jump.conj()) - 0.5 * (np.kron(square, one) + np.kron(one, square.T))
            generator = generator + rate * factor * moved
    state = np.linalg.svd(generator)[2][-1].conj().reshape(size, size)
    return np.asarray(state / np.trace(state))


def test_steady_state_of_two_qubits_by_a_dense_superoperator() -> None:
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    a, b = (embed(lower, site, (2, 2)) for site in (0, 1))
    hamiltonian = a.T @ a + 1.02 * b.T @ b + 0.01 * (a.T @ b + b.T @ a)
    contacts = [tk.Contact(HOT, a + a.T, tk.Flat(0.02)), tk.Contact(COLD, b + b.T, tk.Flat(0.02))]
    model = tk.unified(hamiltonian, contacts)
    assert sorted({round(abs(float(channel.energy)), 12) for channel in model.channels}) == [1.01]
    assert np.asarray(tk.steady_state(model)) == pytest.approx(
        brute_force(hamiltonian, contacts, 1.01, 0.02), abs=1e-11
    )


def test_each_point_of_a_sweep_has_its_own_clusters() -> None:
    couplings = np.array([0.001, 0.004, 0.02, 0.1, 0.3])
    hamiltonian, contacts, _ = oscillators(couplings, levels=4)
    swept = tk.unified(hamiltonian, contacts)
    alone = [tk.unified(one, contacts) for one in hamiltonian]
    assert tk.heat(swept, "hot").mean(tk.steady_state(swept)) == pytest.approx([heat(one) for one in alone], rel=1e-10)
    counted = tk.cumulants(swept, tk.heat(swept, "hot"), order=3).values
    assert counted == pytest.approx(
        np.array([tk.cumulants(one, tk.heat(one, "hot"), order=3).values for one in alone]), rel=1e-8
    )
    for line in swept.validity[:1]:
        assert line.ratio == pytest.approx([one.validity[0].ratio for one in alone], rel=1e-9)


def test_a_swept_temperature_and_a_swept_rate_choose_widths_of_their_own() -> None:
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    a, b = (embed(lower, site, (2, 2)) for site in (0, 1))
    hamiltonian = a.T @ a + b.T @ b + 0.02 * (a.T @ b + b.T @ a)
    rates = np.array([1e-5, 1e-2])
    ends = [tk.Contact(HOT, a + a.T, tk.Flat(rates)), tk.Contact(COLD, b + b.T, tk.Flat(rates))]
    swept = tk.unified(hamiltonian, ends)
    found = tk.heat(swept, "hot").mean(tk.steady_state(swept))
    for rate, one in zip(rates, found, strict=True):
        alone = tk.unified(
            hamiltonian, [tk.Contact(HOT, a + a.T, tk.Flat(rate)), tk.Contact(COLD, b + b.T, tk.Flat(rate))]
        )
        assert one == pytest.approx(heat(alone), rel=1e-10)


def test_leads_share_a_jump_across_close_levels() -> None:
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    sign = np.diag([1.0, -1.0])
    one, two = np.kron(lower, np.eye(2)), np.kron(sign, lower)
    number = one.T @ one + two.T @ two
    hop = 0.002 * (one.T @ two + two.T @ one)
    left = tk.Bath("left", 0.5, chemical_potential=0.3, statistics=tk.Fermi())
    right = tk.Bath("right", 0.5, chemical_potential=-0.3, statistics=tk.Fermi())
    contacts = [tk.Contact(left, one, tk.Flat(0.02)), tk.Contact(right, two, tk.Flat(0.02))]
    model = tk.unified(hop, contacts, number_operator=number)
    local = tk.local(hop, contacts, 0.0 * number, number_operator=number)
    counted = [float(tk.particles(one, "left").mean(tk.steady_state(one))) for one in (model, local)]
    assert counted[0] == pytest.approx(counted[1], rel=1e-9)


def test_the_lamb_shift_moves_a_cluster_as_it_moves_its_jump() -> None:
    hamiltonian, contacts, _ = oscillators(0.004, levels=2, spectrum=tk.Ohmic(0.02, cutoff=5.0))
    shifted = tk.unified(hamiltonian, contacts, lamb_shift=tk.LambShift())
    davies = tk.davies(hamiltonian, contacts, lamb_shift=tk.LambShift())
    merged = shifted.from_frame(shifted.energy.dense)
    moved = shifted.hamiltonian - hamiltonian
    assert np.abs(merged @ moved - moved @ merged).max() < 1e-14
    assert np.trace(moved) == pytest.approx(np.trace(davies.hamiltonian - hamiltonian), rel=1e-3)


def test_its_figures_are_inverse_errors() -> None:
    hamiltonian, contacts, _ = oscillators(0.1)
    merged = tk.unified(hamiltonian, contacts, width=0.5)
    line = next(one for one in merged.validity if one.name == "cluster")
    assert 1.0 / line.smallest == pytest.approx(abs(heat(merged) / EXACT[0.1] - 1.0), rel=0.1)


def test_frequencies_join_below_twice_the_root_of_rate_and_temperature() -> None:
    # 2 sqrt(.02 .25) = .1414: splittings of .13 and .15 lie on either side.
    counts = [len({round(abs(float(c.energy)), 9) for c in qubits(coupling).channels}) for coupling in (0.065, 0.075)]
    assert counts == [1, 2]


def test_a_cluster_lies_where_heat_passes() -> None:
    # Each of two detuned modes lies with one bath: the other's rate weighs it, g g' / (g + g') to lowest order.
    (energy,) = {round(abs(float(c.energy)), 6) for c in qubits(1e-5, 0.02, (0.03, 0.01)).channels}
    assert energy == pytest.approx((0.01 * 1.0 + 0.03 * 1.02) / 0.04, abs=2e-5)


def test_the_secular_figure_is_a_square() -> None:
    one, two = qubits(0.1), qubits(0.2)
    assert two.validity[0].smallest / one.validity[0].smallest == pytest.approx(4.0, rel=0.1)


def qubits(coupling: float, detuning: float = 0.0, rates: tuple[float, float] = (0.02, 0.02)) -> tk.Model:
    """Two qubits that hop."""
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    a, b = (embed(lower, site, (2, 2)) for site in (0, 1))
    whole = a.T @ a + (1.0 + detuning) * b.T @ b + coupling * (a.T @ b + b.T @ a)
    return tk.unified(
        whole, [tk.Contact(HOT, a + a.T, tk.Flat(rates[0])), tk.Contact(COLD, b + b.T, tk.Flat(rates[1]))]
    )


def test_hardly_populated_elements_join_clusters_and_bridge_none() -> None:
    frequency = np.array([1.0, 1.1, 1.05, 1.3, 1.5, 1.6])
    heavy = np.array([True, True, False, False, True, True])
    every = np.arange(6)
    found = linked(every, every, frequency, heavy, np.full(6, 0.25), 0.01, 1e-10)
    assert found.label[0] == found.label[1] == found.label[2]
    assert found.label[4] == found.label[5] != found.label[0]
    assert found.label[3] not in found.label[[0, 4]]


@pytest.mark.parametrize(
    ("width", "said"), [(-0.1, "`width` must be >= 0"), (np.nan, "`width`"), (np.inf, "`width`"), ("wide", "`width`")]
)
def test_refuses_what_is_no_width(width: object, said: str) -> None:
    hamiltonian, contacts, _ = oscillators(0.1, levels=2)
    with pytest.raises((ValueError, TypeError), match=said):
        tk.unified(hamiltonian, contacts, width=width)  # type: ignore[arg-type]


def test_refuses_frequencies_that_no_levels_have_in_common() -> None:
    ladder = np.diag([0.0, 1.0, 2.0])
    coupling = np.ones((3, 3)) - np.eye(3)
    with pytest.raises(ValueError, match="`width` joins frequencies from 1 to 2 that no levels have in common"):
        tk.unified(ladder, [tk.Contact(HOT, coupling, tk.Ohmic(0.01, cutoff=9.0))], width=1.5)
