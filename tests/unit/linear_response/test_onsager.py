"""Onsager matrices: closed forms, and numerical differences of currents between baths."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import thermokin as tk
from machines import LOWER, site
from oracles import Array

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

STEP = 1e-4


def dot(level: float = 0.35, left: Any = (0.5, 0.1), right: Any = (0.5, 0.1), rates: Any = (0.3, 0.7)) -> tk.Model:
    """One level between two leads, each with its temperature and chemical potential."""
    leads = [tk.Bath(name, *bath, tk.Fermi()) for name, bath in (("left", left), ("right", right))]
    contacts = [tk.Contact(lead, LOWER, tk.Flat(rate)) for lead, rate in zip(leads, rates, strict=True)]
    return tk.davies(np.diag([0.0, level]), contacts, number_operator=np.diag([0.0, 1.0]))


def double_dot(left: Any = (0.6, 0.2), right: Any = (0.6, 0.2)) -> tk.Model:
    """Two coupled levels that repel each other: heat goes with particles in part."""
    parity = np.diag([1.0, -1.0])
    one, two = np.kron(LOWER, np.eye(2)), np.kron(parity, LOWER)
    number = [one.T @ one, two.T @ two]
    hamiltonian = 0.3 * number[0] + 1.1 * number[1] + 0.4 * (one.T @ two + two.T @ one) + 0.7 * number[0] @ number[1]
    leads = [tk.Bath(name, *bath, tk.Fermi()) for name, bath in (("left", left), ("right", right))]
    contacts = [tk.Contact(leads[0], one, tk.Flat(0.02)), tk.Contact(leads[1], two, tk.Flat(0.03))]
    return tk.davies(hamiltonian, contacts, number_operator=number[0] + number[1])


def chain(temperatures: Array) -> tk.Model:
    """Three spins in a row, a bath at each end and one in the middle, in a local master equation."""
    fields = [site(-0.5 * np.diag([1.0, -1.0]), place, 3) for place in range(3)]
    lower = [site(LOWER, place, 3) for place in range(3)]
    bonds = [lower[place].T @ lower[place + 1] for place in range(2)]
    bare = np.asarray(sum(fields))
    hamiltonian = bare + 0.2 * sum(bond + bond.T for bond in bonds)
    names = ("left", "middle", "right")
    contacts = [
        tk.Contact(tk.Bath(name, temperature), part + part.T, tk.Flat(rate))
        for name, temperature, part, rate in zip(names, temperatures, lower, (0.1, 0.02, 0.3), strict=True)
    ]
    return tk.local(hamiltonian, contacts, bare)


def mean(model: tk.Model, count: Any, bath: str) -> float:
    return float(tk.cumulants(model, count(model, bath)).mean)


def test_one_level_between_leads_is_tightly_coupled() -> None:
    # Sequential tunnelling, independent closed form: L = G_L G_R / (G_L + G_R) f (1 - f) (1, e - mu; e - mu, (e-mu)^2).
    found = tk.onsager(dot())
    carrier = 0.04935077956233484
    closed = carrier * np.array([[1.0, 0.25], [0.25, 0.0625]])
    np.testing.assert_allclose(found, np.kron([[1.0, -1.0], [-1.0, 1.0]], closed), rtol=1e-13)
    assert found.labels == ("particles from left", "heat from left", "particles from right", "heat from right")
    both = found.thermoelectric
    np.testing.assert_allclose(both.conductance, 0.09870155912466969, rtol=1e-13)
    np.testing.assert_allclose(both.seebeck, 0.5, rtol=1e-13)
    np.testing.assert_allclose(both.peltier, 0.25, rtol=1e-13)
    assert both.thermal_conductance == 0.0
    assert both.figure_of_merit == np.inf
    assert found.mismatch < 1e-13
    assert found.asymmetry < 1e-13


def test_a_weak_leak_of_heat_beside_the_level_keeps_its_digits() -> None:
    # Two levels in parallel at 0.35 and 0.35 + x leave K = w1 w2 / (w1 + w2) x^2 / T^2, which the determinant loses.
    apart = 1e-9
    levels = np.array([0.35, 0.35 + apart])
    lower = [np.kron(LOWER, np.eye(2)), np.kron(np.diag([1.0, -1.0]), LOWER)]
    numbers = [part.T @ part for part in lower]
    leads = [tk.Bath(name, 0.5, 0.1, tk.Fermi()) for name in ("left", "right")]
    contacts = [tk.Contact(lead, part, tk.Flat(0.5)) for lead in leads for part in lower]
    hamiltonian = np.asarray(sum(level * number for level, number in zip(levels, numbers, strict=True)))
    model = tk.davies(hamiltonian, contacts, number_operator=numbers[0] + numbers[1], tolerance=0.0)
    found = tk.onsager(model).thermoelectric
    filling = 1.0 / (1.0 + np.exp((levels - 0.1) / 0.5))
    carriers = 0.25 * filling * (1.0 - filling)
    closed = carriers.prod() / carriers.sum() * apart**2 / 0.25
    assert abs(found.thermal_conductance - closed) <= found.thermal_conductance_error
    np.testing.assert_allclose(found.thermal_conductance, closed, rtol=1e-6)


@pytest.mark.parametrize("make", [dot, double_dot])
def test_a_matrix_with_particles_is_that_of_differences(make: Any) -> None:
    found = tk.onsager(make())
    temperature, potential = (0.5, 0.1) if make is dot else (0.6, 0.2)
    for place, lead in enumerate(("left", "right")):
        for kind in range(2):
            shifted = [
                make(**{lead: (temperature + (kind == 1) * step, potential + (kind == 0) * step)})
                for step in (STEP, -STEP)
            ]
            scale = temperature if kind == 0 else temperature**2
            for row, (bath, count) in enumerate((b, c) for b in ("left", "right") for c in (tk.particles, tk.heat)):
                high, low = (mean(model, tk.particles, bath) for model in shifted)
                if count is tk.heat:  # heat at the common potential: J_E - mu J_N
                    high, low = (
                        mean(model, tk.energy, bath) - potential * mean(model, tk.particles, bath) for model in shifted
                    )
                slope = (high - low) / (2.0 * STEP) * scale
                np.testing.assert_allclose(found[row, 2 * place + kind], slope, rtol=1e-6, atol=1e-11)


def test_heat_that_goes_with_particles_in_part_has_all_coefficients() -> None:
    found = tk.onsager(double_dot())
    both = found.thermoelectric
    matrix = found.values[:2, :2]
    bare = (matrix[1, 1] - matrix[0, 1] * matrix[1, 0] / matrix[0, 0]) / 0.36
    np.testing.assert_allclose(both.thermal_conductance, bare, rtol=1e-12)
    np.testing.assert_allclose(both.peltier, 0.6 * both.seebeck, rtol=1e-13)
    merit = both.conductance * both.seebeck**2 * 0.6 / both.thermal_conductance
    np.testing.assert_allclose(both.figure_of_merit, merit, rtol=1e-13)


@given(st.integers(0, 2**32 - 1), st.integers(2, 4), st.integers(2, 3))
@settings(max_examples=25, deadline=None)
def test_random_models_are_symmetric_and_answer_as_they_fluctuate(seed: int, size: int, count: int) -> None:
    random = np.random.default_rng(seed)

    def hermitian() -> Array:
        one = random.normal(size=(size, size)) + 1j * random.normal(size=(size, size))
        return np.asarray(one + one.conj().T)

    hamiltonian, couplings = hermitian(), [hermitian() for _ in range(count)]
    common = float(random.uniform(0.5, 3.0))

    def model(temperatures: Array) -> tk.Model:
        baths = [tk.Bath(f"bath {number}", temperature) for number, temperature in enumerate(temperatures)]
        contacts = [tk.Contact(bath, part, tk.Ohmic(0.1)) for bath, part in zip(baths, couplings, strict=True)]
        return tk.davies(hamiltonian, contacts)

    found = tk.onsager(model(np.full(count, common)))
    assert found.asymmetry < 1e-12
    assert found.mismatch < 1e-12
    scale = np.abs(found.values).max()
    np.testing.assert_allclose(found.values.sum(axis=0), 0.0, atol=1e-12 * scale)
    assert (np.linalg.eigvalsh(found.values) > -1e-12 * scale).all()
    for place in range(count):
        step = 1e-3 * common * np.eye(count)[place]
        models = [model(common + shift * step) for shift in (-2.0, -1.0, 1.0, 2.0)]
        for row in range(count):
            flows = [mean(one, tk.heat, f"bath {row}") for one in models]
            slope = np.array([1.0, -8.0, 8.0, -1.0]) @ flows / 12e-3 * common
            np.testing.assert_allclose(found[row, place], slope, rtol=0, atol=1e-7 * scale)


def test_the_thermal_conductances_of_a_spin_chain_are_those_of_differences() -> None:
    found = tk.onsager(chain(np.full(3, 0.8)))
    assert found.labels == ("heat from left", "heat from middle", "heat from right")
    assert found.mismatch < 1e-12
    for place in range(3):
        high, low = (chain(0.8 + sign * STEP * np.eye(3)[place]) for sign in (1.0, -1.0))
        for row, bath in enumerate(("left", "middle", "right")):
            slope = (mean(high, tk.heat, bath) - mean(low, tk.heat, bath)) / (2.0 * STEP)
            np.testing.assert_allclose(found[row, place] / 0.64, slope, rtol=1e-6)
    with pytest.raises(tk.errors.HypothesisError, match="those of two baths, and this model has 3"):
        _ = found.thermoelectric


def test_three_leads_have_matrices_of_conductances() -> None:
    parity = np.diag([1.0, -1.0])
    one, two = np.kron(LOWER, np.eye(2)), np.kron(parity, LOWER)
    number = [one.T @ one, two.T @ two]
    hamiltonian = 0.3 * number[0] + 1.1 * number[1] + 0.4 * (one.T @ two + two.T @ one) + 0.7 * number[0] @ number[1]

    def leads(temperatures: Array, potentials: Array) -> tk.Model:
        touched = ((one, 0.02), (two, 0.03), (one + two, 0.01))
        contacts = [
            tk.Contact(tk.Bath(f"lead {place}", temperature, potential, tk.Fermi()), part, tk.Flat(rate))
            for place, (temperature, potential, (part, rate)) in enumerate(
                zip(temperatures, potentials, touched, strict=True)
            )
        ]
        return tk.davies(hamiltonian, contacts, number_operator=number[0] + number[1])

    found = tk.onsager(leads(np.full(3, 0.6), np.full(3, 0.2)))
    names = [f"lead {place}" for place in range(3)]
    for place in range(3):
        shift = STEP * np.eye(3)[place]
        high, low = (leads(np.full(3, 0.6), 0.2 + sign * shift) for sign in (1.0, -1.0))
        slopes = [(mean(high, tk.particles, name) - mean(low, tk.particles, name)) / (2.0 * STEP) for name in names]
        np.testing.assert_allclose(found.conductances[:, place], slopes, rtol=1e-6)
        # Potentials, that of the last lead fixed, at which no particles flow.
        heats = []
        for sign in (1.0, -1.0):
            temperatures = 0.6 + sign * shift

            potentials = np.full(3, 0.2)
            for _ in range(4):
                flows = [mean(leads(temperatures, potentials), tk.particles, name) for name in names]
                potentials[:2] -= np.linalg.solve(found.conductances[:2, :2], flows[:2])
            balanced = leads(temperatures, potentials)
            assert max(abs(mean(balanced, tk.particles, name)) for name in names) < 1e-15
            heats.append([mean(balanced, tk.heat, name) for name in names])
        slopes = (np.array(heats[0]) - heats[1]) / (2.0 * STEP)
        np.testing.assert_allclose(found.thermal_conductances[:, place], slopes, rtol=1e-5, atol=1e-9)
    pair = tk.onsager(double_dot())
    np.testing.assert_allclose(pair.thermal_conductances[0, 0], pair.thermoelectric.thermal_conductance, rtol=1e-12)
    np.testing.assert_allclose(pair.conductances[0, 0], pair.thermoelectric.conductance, rtol=1e-14)


def test_phonons_beside_leads_exchange_heat_alone() -> None:
    # Two levels, a lead on each, and phonons at the same temperature that lift a particle from one to the other.
    one, two = np.kron(LOWER, np.eye(2)), np.kron(np.diag([1.0, -1.0]), LOWER)
    numbers = [one.T @ one, two.T @ two]

    def engine(temperatures: Array, potentials: Array) -> tk.Model:
        leads = [tk.Bath(f"lead {i}", temperatures[i], potentials[i], tk.Fermi()) for i in range(2)]
        contacts = [
            tk.Contact(leads[0], one, tk.Flat(0.02)),
            tk.Contact(leads[1], two, tk.Flat(0.03)),
            tk.Contact(tk.Bath("phonons", temperatures[2]), one.T @ two + two.T @ one, tk.Flat(0.01)),
        ]
        hamiltonian = 0.3 * numbers[0] + 1.1 * numbers[1]
        return tk.davies(hamiltonian, contacts, number_operator=numbers[0] + numbers[1])

    level, common = np.full(2, 0.2), np.full(3, 0.6)
    found = tk.onsager(engine(common, level))
    names = ["lead 0", "lead 1", "phonons"]
    assert found.labels == tuple(
        f"{kind} from {name}"
        for name, kind in zip(
            ("lead 0", "lead 0", "lead 1", "lead 1", "phonons"),
            ("particles", "heat", "particles", "heat", "heat"),
            strict=True,
        )
    )
    assert found.mismatch < 1e-12
    high, low = (engine(common + sign * STEP * np.eye(3)[2], level) for sign in (1.0, -1.0))
    slopes = [(mean(high, tk.particles, name) - mean(low, tk.particles, name)) / (2.0 * STEP) for name in names[:2]]
    np.testing.assert_allclose(found[[0, 2], 4] / 0.36, slopes, rtol=1e-6)
    # Particles go from lead to lead by a phonon each: 0.8 of heat with every one, and none without.
    np.testing.assert_allclose(found[4, 4], 0.8 * found[0, 4], rtol=1e-12)
    assert found.conductances.shape == (2, 2)
    np.testing.assert_allclose(found.thermal_conductances, np.zeros((3, 3)), atol=1e-16)
    lone = tk.davies(
        np.diag([0.0, 0.35]),
        [tk.Contact(tk.Bath("lead", 0.5, 0.1, tk.Fermi()), LOWER, tk.Flat(0.3)),
         tk.Contact(tk.Bath("phonons", 0.5), np.diag([0.0, 1.0]), tk.Ohmic(0.1))],
        number_operator=np.diag([0.0, 1.0]),
    )  # fmt: skip
    np.testing.assert_allclose(tk.onsager(lone), np.zeros((3, 3)), atol=1e-16)


def flux_ring(phase: float, potentials: Array, temperatures: Array) -> tk.Model:
    """Three interacting levels in a ring with a flux through it, a lead on each, in a local master equation."""
    parity = np.diag([1.0, -1.0])
    lower = [
        np.kron(np.kron(LOWER, np.eye(2)), np.eye(2)),
        np.kron(np.kron(parity, LOWER), np.eye(2)),
        np.kron(np.kron(parity, parity), LOWER),
    ]
    numbers = [part.T @ part for part in lower]
    bare = np.asarray(sum(numbers), dtype=complex)
    hamiltonian = bare + 0.4 * (numbers[0] @ numbers[1] + numbers[1] @ numbers[2] + numbers[2] @ numbers[0])
    for place in range(3):
        hop = 0.3 * np.exp(1j * phase / 3.0) * lower[(place + 1) % 3].T @ lower[place]
        hamiltonian = hamiltonian + hop + hop.conj().T
    leads = [tk.Bath(f"lead {i}", temperatures[i], potentials[i], tk.Fermi()) for i in range(3)]
    pairs = zip(leads, lower, (0.2, 0.4, 0.6), strict=True)
    contacts = [tk.Contact(lead, part, tk.Flat(rate)) for lead, part, rate in pairs]
    return tk.local(hamiltonian, contacts, bare, number_operator=np.asarray(sum(numbers)))


@pytest.mark.parametrize("phase", [0.0, 1.0])
def test_a_flux_makes_the_matrix_asymmetric_and_noise_only_its_symmetric_part(phase: float) -> None:
    level, common = np.full(3, 0.2), np.full(3, 0.7)
    found = tk.onsager(flux_ring(phase, level, common))
    assert found.is_symmetric == (phase == 0.0)
    assert found.mismatch < 1e-13
    assert (found.asymmetry > 0.1) == (phase > 0.0)
    names = [f"lead {place}" for place in range(3)]
    for place in range(3):
        for kind, scale in ((0, 0.7), (1, 0.49)):
            shift = STEP * np.eye(3)[place]
            high, low = (
                flux_ring(phase, level + (kind == 0) * sign * shift, common + (kind == 1) * sign * shift)
                for sign in (1.0, -1.0)
            )
            slopes = [(mean(high, tk.particles, name) - mean(low, tk.particles, name)) / (2.0 * STEP) for name in names]
            np.testing.assert_allclose(found[::2, 2 * place + kind] / scale, slopes, rtol=1e-6, atol=1e-9)
    # The opposite flux has the transposed matrix.
    np.testing.assert_allclose(tk.onsager(flux_ring(-phase, level, common)), found.values.T, atol=1e-14)


def test_heat_alone_has_a_thermal_conductance_and_nothing_else() -> None:
    qubit = tk.davies(
        np.diag([0.0, 1.0]),
        [tk.Contact(tk.Bath(name, 0.7), LOWER + LOWER.T, tk.Flat(rate)) for name, rate in (("a", 0.1), ("b", 0.4))],
    )
    found = tk.onsager(qubit).thermoelectric
    # Both baths pull on one transition: J = (G_a G_b / (G_a + G_b)) (n_a - n_b) / (2 n + 1) near equilibrium.
    boson = 1.0 / np.expm1(1.0 / 0.7)
    slope = boson * (boson + 1.0) / 0.7**2
    np.testing.assert_allclose(found.thermal_conductance, 0.08 * slope / (2.0 * boson + 1.0), rtol=1e-13)
    with pytest.raises(tk.errors.HypothesisError, match="exchange heat alone"):
        _ = found.seebeck
    whole = tk.onsager(qubit)
    np.testing.assert_allclose(whole.thermal_conductances[0, 0], found.thermal_conductance, rtol=1e-14)
    with pytest.raises(tk.errors.HypothesisError, match="exchange heat alone"):
        _ = whole.conductances


def test_a_sweep_is_its_points() -> None:
    temperatures = np.array([0.3, 0.5, 0.9])
    swept = tk.onsager(dot(left=(temperatures, 0.1), right=(temperatures, 0.1)))
    assert swept.shape == (3, 4, 4)
    for place, temperature in enumerate(temperatures):
        alone = tk.onsager(dot(left=(temperature, 0.1), right=(temperature, 0.1)))
        np.testing.assert_allclose(swept[place], alone, rtol=1e-12, atol=1e-16)
        np.testing.assert_allclose(swept.thermoelectric.seebeck[place], alone.thermoelectric.seebeck, rtol=1e-12)
    np.testing.assert_array_equal(swept.thermoelectric.figure_of_merit, np.full(3, np.inf))


def test_what_is_out_of_equilibrium_is_refused_by_name() -> None:
    with pytest.raises(tk.errors.HypothesisError, match=r"bath 'left' has chemical potential 0.2 and bath 'right' 0.1"):
        tk.onsager(dot(left=(0.5, 0.2)))
    with pytest.raises(tk.errors.HypothesisError, match=r"bath 'left' has temperature 0.5 and bath 'right' 0.4"):
        tk.onsager(dot(right=(0.4, 0.1)))
    driven = tk.library.three_level_maser(0.3, 1.0, 1.0)
    with pytest.raises(tk.errors.HypothesisError, match="the baths agree, but heat from"):
        tk.onsager(driven)
    with pytest.raises(ValueError, match="this model has none"):
        tk.onsager(tk.rates([[0.0, 1.0], [1.0, 0.0]]))
    cold = tk.davies(np.diag([0.0, 1.0]), [tk.Contact(tk.Bath("bath", 0.0), LOWER + LOWER.T, tk.Flat(0.1))])
    with pytest.raises(ValueError, match="temperature > 0"):
        tk.onsager(cold)
    alone = tk.Model(np.diag([0.0, 1.0]), [*dot(1.0).channels, tk.Channel(0.1 * LOWER, None)])
    with pytest.raises(tk.errors.HypothesisError, match="jump channel 4 has no bath"):
        tk.onsager(alone)
    with pytest.raises(TypeError, match="`model` must be a Model"):
        tk.onsager("dot")  # type: ignore[arg-type]
