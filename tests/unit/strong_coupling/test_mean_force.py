"""States of mean force: oscillators in closed form, imaginary time by hand, limits, and thermodynamics."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.linalg import expm

import thermokin as tk
from thermokin.errors import HypothesisError

SPIN = tk.operators.pauli()
TILTED = 0.5 * SPIN.z + 0.2 * SPIN.x


def contact(coupling: float, width: float = 1e-3, operator: object = SPIN.x, temperature: float = 0.5) -> tk.Contact:
    return tk.Contact(tk.Bath("bath", temperature), operator, tk.Brownian(coupling, 1.3, width))


def mean_square(stiffness: np.ndarray, temperature: float) -> float:
    """Of the first coordinate of oscillators of mass 1."""
    squares, modes = np.linalg.eigh(stiffness)
    w = np.sqrt(squares)
    return float(modes[0] ** 2 @ (0.5 / w / np.tanh(0.5 * w / temperature)))


def test_an_oscillator_beside_one_mode_has_the_spread_of_normal_modes() -> None:
    coupling, mode, temperature, levels = 0.25, 1.4, 0.25, 40
    a = tk.operators.destroy(levels)
    given = tk.Contact(tk.Bath("bath", temperature), a + a.T, tk.Brownian(coupling, mode, 1e-4))
    found = tk.mean_force(a.T @ a, [given], levels=24)
    # a + a^+ = sqrt(2 w) x: the spring is 2 L sqrt(w F), the counterterm 4 L^2 / F.
    stiffness = np.array([[1.0 + 4.0 * coupling**2 / mode, 2.0 * coupling * np.sqrt(mode)], [0.0, mode**2]])
    stiffness[1, 0] = stiffness[0, 1]
    spread = np.trace((a + a.T) @ (a + a.T) @ found.state).real
    assert spread == pytest.approx(2.0 * mean_square(stiffness, temperature), rel=1e-9)


def test_the_second_order_is_that_of_a_damped_oscillator() -> None:
    width, temperature, levels = 0.4, 0.15, 7
    a = tk.operators.destroy(levels)
    quantum = a + a.T
    off = []
    for coupling in (0.02, 0.01):
        given = tk.Contact(tk.Bath("bath", temperature), quantum, tk.Brownian(coupling, 1.3, width))

        def density(w: float, g: float = coupling) -> float:
            bath = 2.6 * g**2 * (1.0 / (1.3**2 - w * w - 1j * width * w) - 1.0 / 1.3**2)
            return float(np.imag(1.0 / ((1.0 - w * w) / 2.0 - bath)) / np.tanh(0.5 * w / temperature) / np.pi)

        edges = [0.0, 0.5, 0.99, 1.0, 1.01, 1.5, 4.0, 40.0]
        exact = sum(quad(density, *pair, epsabs=1e-12, limit=400)[0] for pair in pairwise(edges))
        found = tk.mean_force(a.T @ a, [given], levels=4).second_order
        free = tk.operators.gibbs(a.T @ a, temperature)
        off.append(
            float(np.trace(quantum @ quantum @ (found - free)).real) / (exact - 1.0 / np.tanh(0.5 / temperature)) - 1.0
        )
    assert abs(off[1]) < 1e-3
    assert off[1] == pytest.approx(off[0] / 4.0, rel=0.1)  # the next order of the coupling


def test_the_second_order_is_the_double_integral_over_imaginary_time() -> None:
    coupling, temperature, mode, width = 0.05, 0.5, 1.3, 0.4
    beta, energy, flip = 2.0, TILTED.real, SPIN.x.real
    spectrum = tk.Brownian(coupling, mode, width)

    def correlation(s: float) -> float:
        def part(w: float) -> float:
            turned = np.exp(-w * s) + np.exp(-w * (beta - s))
            return float(spectrum(np.array([w]))[0] / (2.0 * np.pi) * turned / -np.expm1(-beta * w))

        return float(quad(part, 0.0, mode, epsabs=1e-13)[0] + quad(part, mode, np.inf, epsabs=1e-13)[0])

    nodes, weights = np.polynomial.legendre.leggauss(32)
    nodes, weights = 0.5 * (nodes + 1.0), 0.5 * weights
    change = np.zeros((2, 2))
    for node, weight in zip(nodes, weights, strict=True):
        later = beta * node**3  # the correlation has a weak cusp at 0
        inside = sum(
            one
            * expm(-(beta - later) * (1.0 - t) * energy)
            @ flip
            @ expm(-later * energy)
            @ flip
            @ expm(-(beta - later) * t * energy)
            for t, one in zip(nodes, weights, strict=True)
        )
        change += 3.0 * beta * node**2 * weight * correlation(later) * (beta - later) * inside
    change -= coupling**2 / mode * beta * expm(-beta * energy)  # the counterterm, flip^2 = 1
    free = expm(-beta * energy)
    expected = free + change - free * np.trace(change) / np.trace(free)
    found = tk.mean_force(TILTED, [tk.Contact(tk.Bath("bath", temperature), SPIN.x, spectrum)], levels=5)
    np.testing.assert_allclose(found.second_order, expected / np.trace(free), atol=1e-11)
    assert found.second_order_error < 1e-10


def test_a_line_narrower_than_doubles_resolve_has_its_weight_at_one_frequency() -> None:
    known = tk.mean_force(TILTED, [contact(0.02, 1e-7)], levels=12).second_order
    for width in (1e-9, 1e-13, 1e-40):
        found = tk.mean_force(TILTED, [contact(0.02, width)], levels=12)
        np.testing.assert_allclose(found.second_order, known, rtol=0.0, atol=1e-11)
        assert found.second_order_error < 1e-11


def test_all_three_states_agree_where_they_must() -> None:
    weak = [tk.mean_force(TILTED, [contact(g, 1e-8)], levels=8).distances for g in (0.01, 0.02)]
    assert weak[1][0] == pytest.approx(4.0 * weak[0][0], rel=1e-2)  # from Gibbs by the square,
    assert weak[1][1] == pytest.approx(16.0 * weak[0][1], rel=1e-2)  # from the second order by the fourth power
    strong = [tk.mean_force(TILTED, [contact(g)]).distances[2] for g in (4.0, 8.0)]
    assert strong[1] == pytest.approx(strong[0] / 4.0, rel=0.1)
    assert tk.mean_force(TILTED, [contact(4.0)]).second_order_lowest < 0.0


def test_without_a_counterterm_the_bath_lowers_what_it_measures() -> None:
    third = np.diag([1.0, 0.0, -2.0])
    energy = np.diag([0.0, 0.3, 0.1]) + 0.05 * (np.eye(3, k=1) + np.eye(3, k=-1))
    given = contact(0.3, operator=third)
    bare = tk.mean_force(energy, [given], counterterm=0.0)
    lifted = tk.mean_force(energy + 0.3**2 / 1.3 * third @ third, [given], counterterm=0.0)
    np.testing.assert_allclose(lifted.state, tk.mean_force(energy, [given]).state, atol=1e-12)
    lowered = tk.operators.gibbs(np.diag([0.0, 0.3, 0.1]) - 0.3**2 / 1.3 * third**2, 0.5)
    np.testing.assert_allclose(bare.ultrastrong, lowered, atol=1e-12)
    off = [tk.mean_force(energy, [contact(g, 1e-8, third)], counterterm=0.0).distances[1] for g in (0.01, 0.005)]
    assert off[1] == pytest.approx(off[0] / 16.0, rel=1e-2)


def test_energy_entropy_and_heat_capacity_are_derivatives_of_the_free_energy() -> None:
    step = 1e-4
    below, here, above = (tk.mean_force(TILTED, [contact(0.8, temperature=0.5 + k * step)]) for k in (-1, 0, 1))
    slope = (above.free_energy - below.free_energy) / (2.0 * step)
    np.testing.assert_allclose(here.entropy, -slope, rtol=1e-6)
    np.testing.assert_allclose(here.heat_capacity, (above.energy - below.energy) / (2.0 * step), rtol=1e-6)
    np.testing.assert_allclose(expm(-(here.hamiltonian - here.free_energy * np.eye(2)) / 0.5), here.state, atol=1e-13)


def test_couplings_that_do_not_commute_have_no_ultrastrong_limit() -> None:
    both = [contact(0.3), tk.Contact(tk.Bath("other", 0.5), SPIN.z, tk.Brownian(0.2, 1.7, 1e-3))]
    found = tk.mean_force(TILTED, both, levels=6)
    with pytest.raises(HypothesisError, match="couplings of strong baths do not commute"):
        _ = found.ultrastrong
    assert np.isnan(found.distances[2])
    assert found.distances[0] > 0.0
    turned = tk.Contact(tk.Bath("other", 0.5), np.stack([SPIN.z, SPIN.x]), tk.Brownian(0.2, 1.7, 1e-3))
    swept = tk.mean_force(TILTED, [contact(0.3), turned], levels=6)  # one of its two points has the limit
    alone = tk.mean_force(TILTED, [contact(0.3), tk.Contact(turned.bath, SPIN.x, turned.spectrum)], levels=6)
    np.testing.assert_allclose(swept.distances, [found.distances, alone.distances], rtol=1e-12)


def test_baths_without_one_equilibrium_are_refused() -> None:
    with pytest.raises(ValueError, match="must have baths of one temperature"):
        tk.mean_force(TILTED, [contact(0.3), tk.Contact(tk.Bath("b", 0.6), SPIN.z, tk.Brownian(0.2, 1.7, 1e-3))])
    with pytest.raises(ValueError, match="must have baths above temperature 0"):
        tk.mean_force(TILTED, [contact(0.3, temperature=0.0)])
    lead = tk.Contact(tk.Bath("l", 0.5, 0.0, tk.Fermi()), tk.operators.destroy(2), tk.Lorentzian(0.1, 0.0, 0.1))
    with pytest.raises(ValueError, match="must be with bosonic baths"):
        tk.mean_force(np.diag([0.0, 1.0]), [lead])
