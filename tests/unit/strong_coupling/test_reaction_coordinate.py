"""The reaction-coordinate mapping: the enlarged model by hand, quadratic systems, and exact transport."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

import thermokin as tk
from thermokin.errors import NotConvergedError, ValidityWarning

pytestmark = pytest.mark.filterwarnings("ignore::thermokin.errors.ValidityWarning")

SPIN = tk.operators.pauli()
HOT, COLD = tk.Bath("hot", 1.0), tk.Bath("cold", 0.5)
PEAKED, WEAK = tk.Brownian(0.3, 1.3, 1e-3), tk.Flat(1e-3)
PAIR = [tk.Contact(HOT, SPIN.x, PEAKED), tk.Contact(COLD, SPIN.x, WEAK)]
GAP = 0.5 * SPIN.z


def lowering(levels: int) -> np.ndarray:
    return np.diag(np.sqrt(np.arange(1.0, levels)), 1)


def bose(quantum: np.ndarray, temperature: float) -> np.ndarray:
    return np.asarray(1.0 / np.expm1(quantum / temperature))


def test_the_enlarged_model_is_the_rate_equation_between_its_levels() -> None:
    size = 14
    mode, flip, one = lowering(size) + lowering(size).T, SPIN.x.real, np.eye(2)
    energy = np.kron(GAP.real, np.eye(size)) + np.kron(one, 1.3 * np.diag(np.arange(1.0 * size)))
    energy += 0.3 * np.kron(flip, mode) + 0.3**2 / 1.3 * np.eye(2 * size)
    levels, vectors = np.linalg.eigh(energy)
    gaps = levels[:, None] - levels  # of a jump from the second index to the first
    rates, heat = np.zeros((2, 2 * size, 2 * size)), []
    for place, (touched, temperature, known) in enumerate(
        [
            (np.kron(one, mode), 1.0, lambda w: 1e-3 / 1.3 * w),
            (np.kron(flip, np.eye(size)), 0.5, lambda w: 1e-3 + 0 * w),
        ]
    ):
        moved = (vectors.T @ touched @ vectors) ** 2
        quantum = np.where(np.eye(2 * size) > 0, 1.0, np.abs(gaps))
        filled = bose(quantum, temperature) + (gaps < 0)
        rates[place] = np.where(np.eye(2 * size) > 0, 0.0, moved * known(quantum) * filled)
    whole = rates.sum(axis=0)
    whole -= np.diag(whole.sum(axis=0))
    rest = np.linalg.lstsq(np.vstack([whole, np.ones(2 * size)]), np.eye(2 * size + 1)[-1], rcond=None)[0]
    heat = [(gaps * part * rest).sum() for part in rates]
    found = tk.reaction_coordinate(GAP, PAIR, levels=size)
    np.testing.assert_allclose(found.heat, heat, rtol=1e-9)
    state = np.einsum("iak,k,jak->ij", *(vectors.reshape(2, size, -1), rest, vectors.reshape(2, size, -1)))
    np.testing.assert_allclose(found.state, state, atol=1e-12)
    mean = rest @ levels
    np.testing.assert_allclose(found.system_energy + found.coordinate_energies.sum() + found.interaction_energy, mean)


def test_each_part_is_the_partial_trace_of_the_whole() -> None:
    second = tk.Contact(COLD, SPIN.z, tk.Brownian(0.2, 1.7, 2e-3))
    found = tk.reaction_coordinate(GAP, [PAIR[0], second], levels=[5, 4])
    assert found.dims == (2, 5, 4)
    for part in range(3):
        whole = tk.operators.partial_trace(found.steady_state.state, part, found.dims)
        np.testing.assert_allclose(found.part_state(part), whole, atol=1e-14)


def oscillator_on(coupling: float, width: float, levels: int) -> tuple[np.ndarray, list[tk.Contact]]:
    a = tk.operators.destroy(levels)
    strong = tk.Contact(tk.Bath("hot", 0.6), a + a.T, tk.Brownian(coupling, 1.4, width))
    return a.T @ a, [strong, tk.Contact(tk.Bath("cold", 0.3), a + a.T, tk.Ohmic(width))]


@pytest.mark.parametrize("coupling", [0.05, 0.3])
def test_an_oscillator_and_its_coordinate_are_two_oscillators(coupling: float) -> None:
    hamiltonian, contacts = oscillator_on(coupling, 1e-3, 20)
    found = tk.reaction_coordinate(hamiltonian, contacts, levels=20)
    lift = 2.0 * coupling**2 / 1.4
    spring = np.array([[lift, coupling], [coupling, 0.0]])
    baths = [tk.gaussian.NormalModeContact(contacts[0].bath, 1, tk.Ohmic(1e-3 / 1.4))]
    baths += [tk.gaussian.NormalModeContact(contacts[1].bath, 0, tk.Ohmic(1e-3))]
    exact = tk.gaussian.bosons(np.diag([1.0, 1.4]) + spring, baths, spring)
    expected = float(tk.cumulants(exact, tk.heat(exact, "hot"), order=1).mean)
    assert float(found.heat[0]) == pytest.approx(expected, rel=1e-9 if coupling < 0.1 else 1e-5)


def exact_heat(spectra: list[tk.Spectrum], responses: list[object], temperatures: list[float]) -> float:
    """Of an oscillator of frequency 1 between two baths of oscillators, by the quantum Langevin equation."""

    def carried(w: float) -> float:
        inverse = (1.0 - w * w) / 2.0 - sum(response(w) for response in responses)  # type: ignore[operator]
        through = float(np.prod([spectrum(np.array([w]))[0] for spectrum in spectra])) / abs(inverse) ** 2
        return float(w * through * (bose(np.array(w), temperatures[0]) - bose(np.array(w), temperatures[1])))

    inside = quad(carried, 0.0, 4.0, points=[0.9, 1.0, 1.1, 1.4], limit=2000, epsrel=1e-10)[0]
    return float((inside + quad(carried, 4.0, 30.0, epsrel=1e-9)[0]) / (2.0 * np.pi))


def through_mode(w: float, coupling: float, width: float) -> complex:
    return 2.8 * coupling**2 * (1.0 / (1.4**2 - w * w - 1j * width * w) - 1.0 / 1.4**2)


@pytest.mark.parametrize("coupling", [0.05, 0.3])
def test_heat_tends_to_that_of_exact_transport_with_the_width_at_any_coupling(coupling: float) -> None:
    off = []
    for width in (4e-3, 1e-3):
        hamiltonian, contacts = oscillator_on(coupling, width, 14)
        exact = exact_heat(
            [contact.spectrum for contact in contacts],
            [lambda w, g=width: through_mode(w, coupling, g), lambda w, g=width: 0.5j * g * w],
            [0.6, 0.3],
        )
        off.append(float(tk.reaction_coordinate(hamiltonian, contacts, levels=14).heat[0]) / exact - 1.0)
    assert abs(off[1]) < 0.3 * abs(off[0])
    assert abs(off[1]) < 1e-4  # of the order of the width


def level_between(width: float) -> list[tk.Contact]:
    leads = [tk.Bath(name, 0.5, mu, tk.Fermi()) for name, mu in (("left", 0.3), ("right", -0.3))]
    lines = [tk.Lorentzian(0.16 / width, centre, width) for centre in (0.2, -0.1)]  # hopping 0.2
    return [tk.Contact(lead, tk.operators.destroy(2), line) for lead, line in zip(leads, lines, strict=True)]


def test_a_level_between_peaked_leads_is_a_chain_of_three_sites_and_tends_to_landauer() -> None:
    count, off = tk.operators.number(2), []
    chain = np.diag([0.2, 0.1, -0.1]) + 0.2 * (np.eye(3, k=1) + np.eye(3, k=-1))
    for width in (4e-3, 1e-3):
        given = level_between(width)
        found = tk.reaction_coordinate(0.1 * count, given, number_operator=count)
        ends = [
            tk.gaussian.NormalModeContact(contact.bath, site, tk.Flat(width))
            for contact, site in zip(given, (0, 2), strict=True)
        ]
        expected = tk.ledger(tk.gaussian.fermions(chain, ends))
        np.testing.assert_allclose(found.heat, expected.heat, rtol=1e-9)
        np.testing.assert_allclose(found.ledger.particles, expected.particles, rtol=1e-9)
        dots = tk.transport.dots(chain, [[width, 0.0, 0.0], [0.0, 0.0, width]])
        exact = tk.ledger(tk.transport.Junction(dots, [contact.bath for contact in given]))
        off.append(float(found.ledger.particles[0] / exact.particles[0]) - 1.0)
    assert off[1] == pytest.approx(off[0] / 16.0, rel=0.2)  # of the order of width^2
    assert abs(off[1]) < 1e-5


def test_signs_of_fermions_are_right_where_each_site_touches_both_leads() -> None:
    one, two = tk.operators.annihilators(2)
    count = one.T @ one + two.T @ two
    energy = 0.1 * one.T @ one - 0.2 * two.T @ two + 0.15 * (one.T @ two + two.T @ one)
    leads = [tk.Bath(name, 0.5, mu, tk.Fermi()) for name, mu in (("left", 0.4), ("right", -0.2))]
    touched, shares = [one + 0.5 * two, two - 0.3 * one], [np.array([1.0, 0.5]), np.array([-0.3, 1.0])]
    contacts = [tk.Contact(lead, at, tk.Lorentzian(40.0, 0.1, 1e-3)) for lead, at in zip(leads, touched, strict=True)]
    found = tk.reaction_coordinate(energy, contacts, number_operator=count)
    chain = np.diag([0.1, -0.2, 0.1, 0.1])
    chain[0, 1] = chain[1, 0] = 0.15
    for site, share in enumerate(shares, start=2):
        chain[site, :2] = chain[:2, site] = 0.1 * share
    ends = [tk.gaussian.NormalModeContact(lead, site, tk.Flat(1e-3)) for site, lead in enumerate(leads, start=2)]
    expected = tk.ledger(tk.gaussian.fermions(chain, ends))
    np.testing.assert_allclose(found.ledger.particles, expected.particles, rtol=1e-9)
    np.testing.assert_allclose(found.heat, expected.heat, rtol=1e-9)


def test_a_level_may_have_a_vibration_and_a_site_of_a_lead() -> None:
    count = tk.operators.number(2)
    bath = tk.Contact(tk.Bath("phonons", 0.5), count, tk.Brownian(0.3, 0.8, 1e-3))
    found = tk.reaction_coordinate(0.1 * count, [level_between(1e-3)[0], bath], number_operator=count, levels=12)
    assert found.dims == (2, 2, 12)
    # At one temperature the mode is displaced by the electron, and only by it.
    whole = tk.operators.partial_trace(found.steady_state.state, 2, found.dims)
    a = tk.operators.destroy(12)
    assert np.trace((a + a.T) @ whole).real == pytest.approx(-2.0 * 0.3 / 0.8 * found.state[1, 1].real, rel=1e-4)
    np.testing.assert_allclose(found.coordinate_energies.shape, (2,))


def test_arguments_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="no contact is strong: none has a Brownian spectrum"):
        tk.reaction_coordinate(GAP, [PAIR[1]])
    with pytest.raises(ValueError, match="`strong` must list names of baths, among 'cold', 'hot', got"):
        tk.reaction_coordinate(GAP, PAIR, strong=["warm"])
    with pytest.raises(ValueError, match="a Flat spectrum has no collective mode"):
        tk.reaction_coordinate(GAP, PAIR, strong=["cold"])
    with pytest.raises(ValueError, match="`levels` must be a whole number, or 1 of them"):
        tk.reaction_coordinate(GAP, PAIR, levels=[4, 5])
    with pytest.raises(ValueError, match="`levels` must be at least 2"):
        tk.reaction_coordinate(GAP, PAIR, levels=1)
    with pytest.raises(ValueError, match="`tolerance` must be one number from 1e-13 to 1"):
        tk.reaction_coordinate(GAP, PAIR, tolerance=0.0)
    for strong, said in (
        ([], "`strong` names no bath"),
        (3, "`strong` must list names"),
        ([[1]], "`strong` must list"),
    ):
        with pytest.raises(ValueError, match=said):
            tk.reaction_coordinate(GAP, PAIR, strong=strong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"`levels` must be a whole number, got 6\.0"):
        tk.reaction_coordinate(GAP, PAIR, levels=6.0)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="`builder` must make a Model"):
        tk.reaction_coordinate(GAP, PAIR, levels=4, builder=3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="`builder` must return a Model"):
        tk.reaction_coordinate(GAP, PAIR, levels=4, builder=lambda *_, **__: 0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="`number_operator` must be given where a lead becomes a site"):
        tk.reaction_coordinate(np.diag([0.0, 0.1]), level_between(1e-3))
    with pytest.raises(ValueError, match=r"`number_operator` must have shape \(..., 2, 2\), that of the system alone"):
        tk.reaction_coordinate(GAP, PAIR, number_operator=np.eye(3))
    soft = tk.Contact(HOT, SPIN.x, tk.Brownian(1e-4, 1e-3, 1e-6))
    with pytest.raises(NotConvergedError, match=r"levels of the coordinate of bath 'hot' would not do"):
        tk.reaction_coordinate(GAP, [soft])
    shifted = tk.Contact(HOT, SPIN.x, tk.Brownian(50.0, 1.0, 1e-6))
    with pytest.raises(NotConvergedError, match=r"the coupling displaces it by up to 2\.5e\+03"):
        tk.reaction_coordinate(GAP, [shifted])


def test_operators_of_other_sizes_and_parts_that_are_not_there_are_refused() -> None:
    found = tk.reaction_coordinate(GAP, PAIR, levels=8)
    for asked in (found.on_system, found.expectation):
        with pytest.raises(ValueError, match=r"`operator` must have shape \(..., 2, 2\), that of the system alone"):
            asked(np.eye(3))
    with pytest.raises(ValueError, match="`part` must be at most 1"):
        found.part_state(2)
    with pytest.raises(ValueError, match="`levels` must hold at least two ascending numbers, got 5"):
        found.convergence(5)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(6))
def test_the_level_error_lies_above_the_distance_to_many_levels(seed: int) -> None:
    numbers = np.random.default_rng(seed)
    a, b = (numbers.normal(size=(2, 2, 2)) @ [1.0, 1j] for _ in range(2))
    coupling, frequency = numbers.uniform(0.1, 1.0), numbers.uniform(0.8, 2.0)
    contacts = [tk.Contact(HOT, a + a.conj().T, tk.Brownian(coupling, frequency, 1e-3))]
    contacts.append(tk.Contact(COLD, SPIN.x, tk.Ohmic(1e-3)))
    found, many = (tk.reaction_coordinate(0.3 * (b + b.conj().T), contacts, tolerance=small) for small in (1e-4, 1e-9))
    off = float(tk.distances.trace_distance(found.state, many.state))
    assert off <= float(found.level_error) < 3.0 * off


def test_sites_have_all_their_levels_and_two_levels_tell_no_error() -> None:
    count = np.diag([0.0, 1.0])
    assert tk.reaction_coordinate(0.1 * count, level_between(1e-3), number_operator=count).level_error == 0.0
    with pytest.warns(ValidityWarning, match="the levels assumption is in doubt"):
        assert tk.reaction_coordinate(GAP, PAIR, levels=2).level_error == np.inf


def test_too_few_levels_are_warned_of_and_enough_are_found() -> None:
    with pytest.warns(ValidityWarning, match="the levels assumption is in doubt"):
        few = tk.reaction_coordinate(GAP, PAIR, levels=4)
    enough = tk.reaction_coordinate(GAP, PAIR)
    tried = few.convergence([4, 8, 16, 32])
    assert tried.levels.tolist() == [[4], [8], [16], [32]]
    np.testing.assert_array_less(tried.state_change[1:], tried.state_change[:-1])
    np.testing.assert_array_less(tried.heat_change[1:], tried.heat_change[:-1])
    np.testing.assert_allclose(enough.state, tried.states[-1], atol=1e-6)
    assert enough.level_error < 1e-7


def test_a_sweep_is_the_loop_over_its_points() -> None:
    couplings, temperatures = np.array([0.1, 0.4])[:, None], np.array([0.8, 1.0, 1.2])
    hot = tk.Bath("hot", temperatures)
    swept = tk.reaction_coordinate(GAP, [tk.Contact(hot, SPIN.x, tk.Brownian(couplings, 1.3, 1e-3)), PAIR[1]], levels=9)
    one = tk.Contact(tk.Bath("hot", 1.2), SPIN.x, tk.Brownian(0.4, 1.3, 1e-3))
    alone = tk.reaction_coordinate(GAP, [one, PAIR[1]], levels=9)
    assert swept.heat.shape == (2, 3, 2)
    np.testing.assert_allclose(swept.heat[1, 2], alone.heat, rtol=1e-9)
    np.testing.assert_allclose(swept.state[1, 2], alone.state, atol=1e-12)
    np.testing.assert_allclose(swept.coordinate_energies[1, 2], alone.coordinate_energies)
