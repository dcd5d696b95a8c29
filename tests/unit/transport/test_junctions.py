"""Junctions between leads: independent integrals, closed forms, and what the second law and unitarity say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf, quad
from scipy.integrate import quad_vec

import thermokin as tk
from oracles import Array
from thermokin.transport.dots import Dots

FERMI = tk.Fermi()
WORDS = {"particles": tk.particles, "energy": tk.energy, "heat": tk.heat, "entropy flow": tk.entropy_flow}
FEW = settings(max_examples=25, deadline=None)


def leads(*numbers: tuple[Any, Any], statistics: Any = FERMI) -> list[tk.Bath]:
    """Leads a, b, c ... of temperature and potential."""
    return [tk.Bath(name, *pair, statistics) for name, pair in zip("abcdef", numbers, strict=False)]


def junction(scatterer: Any, *numbers: tuple[Any, Any]) -> Any:
    return tk.transport.Junction(scatterer, leads(*numbers))


def fermi(energy: Array, lead: tk.Bath) -> Array:
    return 1.0 / (1.0 + np.exp(np.clip((energy - lead.chemical_potential) / lead.temperature, -700.0, 700.0)))


def ring(flux: float) -> Dots:
    hopping = 0.5 * np.exp(1j * flux / 3.0)
    hamiltonian = np.zeros((3, 3), complex)
    for one, other in ((0, 1), (1, 2), (2, 0)):
        hamiltonian[one, other], hamiltonian[other, one] = hopping, hopping.conjugate()
    return tk.transport.dots(hamiltonian, [[0.6, 0.0, 0.0], [0.0, 0.4, 0.0], [0.0, 0.0, 0.5]])


class MatrixAlone(Dots):
    """Dots of which the transmission is not told, so that the whole matrix is used."""

    def transmission(self, shape: tuple[int, ...]) -> None:
        return None


class WholeMatrix(tk.transport.Scattering):
    """The same of a matrix of one's own."""

    def transmission(self, shape: tuple[int, ...]) -> None:
        return None


# Numbers


def test_a_resonant_level_has_the_numbers_of_an_independent_quadrature_with_22_digits() -> None:
    level = tk.transport.resonant_level(0.3, 0.4, 0.2)
    found = junction(level, (0.3, 0.5), (0.6, -0.5))
    counted = tk.cumulants(found, tk.particles(found, "a"), order=4)
    expected = [0.04520865955525982, 0.04777723938778861, 0.008585201893727332, 0.005050812120775267]
    np.testing.assert_allclose(counted, expected, rtol=1e-12)
    assert (np.abs(counted.values - expected) <= counted.error + 1e-16).all()
    energy = tk.cumulants(found, tk.energy(found, "a"))
    np.testing.assert_allclose(energy, [0.005977132715305421, 0.01156047248577002], rtol=1e-11)
    heats = [float(tk.cumulants(found, tk.heat(found, name), order=1).mean) for name in "ab"]
    np.testing.assert_allclose(heats, [-0.01662719706232449, -0.02858146249293514], rtol=1e-11)
    assert tk.cumulants(found, tk.entropy_flow(found)).mean == pytest.approx(0.10305976102930686, rel=1e-11)


def test_three_terminals_with_a_flux_have_the_numbers_of_an_explicit_sum_with_quadpack() -> None:
    found = junction(ring(0.7), (0.5, 0.3), (0.8, 0.0), (0.4, -0.3))
    noise = np.array(
        [
            [0.08850748800896457, -0.04163867201646945, -0.04686881599249511],
            [-0.04163867201646945, 0.08132649007412943, -0.03968781805765997],
            [-0.04686881599249511, -0.03968781805765997, 0.0865566340501551],
        ]
    )
    counted = [tk.particles(found, name) for name in "abc"]
    covariance = tk.covariance(found, counted)
    np.testing.assert_allclose(covariance, noise, rtol=1e-12)
    np.testing.assert_allclose([tk.cumulants(found, one).noise for one in counted], np.diag(noise), rtol=1e-12)
    means = [tk.cumulants(found, one).mean for one in counted]
    np.testing.assert_allclose(means, [0.044052581162538164, -0.011634193009695568, -0.03241838815284264], rtol=1e-12)
    energies = [tk.cumulants(found, tk.energy(found, name)).mean for name in "abc"]
    np.testing.assert_allclose(
        energies, [-0.001485406194863001, 0.01488837951941054, -0.013402973324546794], rtol=1e-11
    )
    assert tk.cumulants(found, tk.entropy_flow(found)).mean == pytest.approx(0.06861311111398469, rel=1e-11)
    reversed_flux = junction(ring(-0.7), (0.5, 0.3), (0.8, 0.0), (0.4, -0.3))
    assert abs(float(tk.cumulants(reversed_flux, tk.particles(reversed_flux, "a")).mean) - means[0]) > 1e-3


def test_a_boxcar_has_the_numbers_of_its_closed_forms() -> None:
    found = junction(tk.transport.boxcar(-0.4, 1.1), (0.5, 0.7), (0.25, -0.3))
    counted = tk.cumulants(found, tk.particles(found, "a"), order=3)
    np.testing.assert_allclose(counted, [0.1177205889219951, 0.07064296680061789, -0.019289929817612027], rtol=1e-12)
    assert tk.cumulants(found, tk.energy(found, "a")).mean == pytest.approx(0.038762857716175464, rel=1e-12)
    assert tk.cumulants(found, tk.entropy_flow(found)).mean == pytest.approx(0.3835992466295382, rel=1e-12)


def test_a_constant_transmission_is_its_closed_form() -> None:
    # Textbook: D = T^2 kT / pi + T (1 - T) V coth(V / 2 kT) / 2 pi, one spin, hbar = 1.
    share, warmth, bias = 0.4, 0.2, 0.6
    found = junction(tk.transport.constant(share), (warmth, 0.5 * bias), (warmth, -0.5 * bias))
    counted = tk.cumulants(found, tk.particles(found, "a"))
    noise = share**2 * warmth / np.pi + share * (1.0 - share) * bias / np.tanh(0.5 * bias / warmth) / (2.0 * np.pi)
    np.testing.assert_allclose(counted, [share * bias / (2.0 * np.pi), noise], rtol=1e-12)
    assert counted.noise * bias / (warmth * counted.mean) == pytest.approx(2.78862450737, abs=1e-10)


def test_one_channel_of_phonons_carries_the_quantum_of_heat() -> None:
    phonons = leads((0.7, 0.0), (0.0, 0.0), statistics=tk.Bose())
    found = tk.transport.Junction(tk.transport.constant(1.0), phonons)
    # Pendry 1983: pi^2 T^2 / 6 h.
    assert tk.cumulants(found, tk.heat(found, "a"), order=1).mean == pytest.approx(np.pi * 0.7**2 / 12.0, rel=1e-12)


@pytest.mark.parametrize("width", [1e-3, 1e-8, 1e-14, 1e-20])
def test_a_resonance_keeps_its_digits_however_narrow(width: float) -> None:
    found = junction(tk.transport.resonant_level(0.3, width, 3.0 * width), (0.3, 0.5), (0.6, -0.5))
    counted = tk.cumulants(found, tk.particles(found, "a"))
    with mp.workdps(40):
        one, other = (
            lambda x, t=t, m=m: 1 / (1 + mp.exp((mpf(0.3) + 4 * mpf(width) * x - m) / t))
            for t, m in ((mpf(0.3), mpf(0.5)), (mpf(0.6), mpf(-0.5)))
        )
        share = lambda x: mpf(3) / 16 / (x * x + mpf(1) / 4)  # noqa: E731
        ladder = [mpf(10) ** n for n in range(24)]
        marks = [-mark for mark in ladder[::-1]] + [mpf(0)] + ladder
        end = mpf(30) / (4 * mpf(width))
        within = [-end, *(x for x in marks if abs(x) < end), end]
        mean = quad(lambda x: share(x) * (one(x) - other(x)), within) * 4 * width / (2 * mp.pi)
    assert counted.mean == pytest.approx(float(mean), rel=1e-12)


# Two routes


@pytest.mark.parametrize("name", ["particles", "energy", "heat", "entropy flow"])
def test_transmission_and_scattering_matrix_say_the_same_to_the_fourth_order(name: str) -> None:
    double = tk.transport.chain([0.2, -0.1], 0.4, 0.5, 0.3)
    whole = MatrixAlone(double.hamiltonian, double.columns, double.terminals)
    values = []
    for scatterer in (double, whole):
        found = junction(scatterer, (0.3, 0.5), (0.6, -0.5))
        values.append(np.asarray(tk.cumulants(found, WORDS[name](found, "a"), order=4)))
    np.testing.assert_allclose(values[0], values[1], rtol=1e-11)


@pytest.mark.parametrize("statistics", [tk.Fermi(), tk.Bose()], ids=["fermions", "bosons"])
def test_several_channels_add_by_their_transmission_eigenvalues(statistics: Any) -> None:
    draw = np.random.default_rng(5)
    unitary = np.linalg.qr(draw.normal(size=(5, 5)) + 1j * draw.normal(size=(5, 5)))[0]
    owner = [0, 0, 1, 1, 1]
    whole = WholeMatrix(lambda e: np.broadcast_to(unitary, (e.size, 5, 5)), owner, edges=[0.4, 2.0])
    eigenvalues = np.linalg.svd(unitary[2:, :2], compute_uv=False) ** 2
    shares = tk.transport.Transmission(lambda e: np.broadcast_to(eigenvalues, (e.size, 2)), edges=[0.4, 2.0])
    pairs = ((0.5, 0.2), (0.3, -0.3)) if isinstance(statistics, tk.Fermi) else ((0.5, 0.0), (0.3, 0.0))
    words = ("particles", "energy") if isinstance(statistics, tk.Fermi) else ("energy",)
    for word in words:
        values = []
        for scatterer in (whole, shares):
            found = tk.transport.Junction(scatterer, leads(*pairs, statistics=statistics))
            values.append(np.asarray(tk.cumulants(found, WORDS[word](found, "a"), order=4)))
        np.testing.assert_allclose(values[0], values[1], rtol=1e-11)


def test_currents_and_noise_are_what_scipy_integrates() -> None:
    found = junction(tk.transport.chain([0.2, -0.1, 0.4], 0.4, 0.5, 0.3), (0.3, 0.5), (0.6, -0.5))
    scatterer = found.scatterer
    values = scatterer.transmission(())

    def integrand(energy: float) -> Array:
        at = np.array([[energy]])
        share = float(values(np.array([0]), np.array([0.0]), at)[0, 0, 0])
        one, other = (float(fermi(energy, lead)) for lead in found.leads)
        moved, squared = share * (one - other), share * (one * (1 - other) + other * (1 - one))
        weight = energy - 0.5
        return np.array([moved, squared - moved**2, weight * moved, weight**2 * (squared - moved**2)]) / (2 * np.pi)

    expected = quad_vec(integrand, -30.0, 30.0, epsabs=1e-13, epsrel=1e-13, points=[-0.5, 0.5, 0.2])[0]
    counted = [tk.cumulants(found, tk.particles(found, "a")), tk.cumulants(found, tk.heat(found, "a"))]
    np.testing.assert_allclose(np.concatenate(counted), expected, rtol=1e-9)


def test_a_chain_between_infinitely_biased_leads_counts_as_its_master_equation() -> None:
    # For leads that are full and empty at all energies, the master equation of the two sites is exact.
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    one, two = np.kron(lower, np.eye(2)), np.kron(np.diag([1.0, -1.0]), lower)
    hamiltonian = 0.4 * (one.T @ two + two.T @ one) + 0.1 * one.T @ one
    model = tk.Model(hamiltonian, [tk.Channel(np.sqrt(0.5) * one.T, None), tk.Channel(np.sqrt(0.3) * two, None)])
    expected = tk.cumulants(model, tk.current(model, [1.0, 0.0]), order=3)
    wide = junction(tk.transport.chain([0.1, 0.0], 0.4, 0.5, 0.3), (0.1, 3e5), (0.1, -3e5))
    found = tk.cumulants(wide, tk.particles(wide, "a"), order=3)
    np.testing.assert_allclose(found, expected, rtol=1e-5)  # what lies outside the window is 1 / 3e5 of the tails


# Laws


junctions = st.tuples(
    st.integers(0, 10**6),
    st.integers(2, 4),
    st.lists(st.tuples(st.floats(0.05, 2.0), st.floats(-1.0, 1.0)), min_size=4, max_size=4),
)


def drawn(seed: int, size: int, numbers: list[tuple[float, float]]) -> Any:
    draw = np.random.default_rng(seed)
    matrix = draw.normal(size=(size, size)) + 1j * draw.normal(size=(size, size))
    rates = np.eye(size) * draw.uniform(0.05, 1.0, size)
    return junction(tk.transport.dots(matrix + matrix.conj().T, list(rates)), *numbers[:size])


@FEW
@given(junctions)
def test_what_enters_leaves_entropy_grows_and_noise_is_positive(parts: Any) -> None:
    found = drawn(*parts)
    names = [lead.name for lead in found.leads]
    for word in ("particles", "energy"):
        means = [tk.cumulants(found, WORDS[word](found, name), order=1) for name in names]
        scale = max(float(np.abs(np.asarray(mean)).max()) for mean in means)
        total = sum(float(mean.mean) for mean in means)
        assert abs(total) <= 1e-12 * scale + sum(float(mean.error[0]) for mean in means)
    entropy = tk.cumulants(found, tk.entropy_flow(found), order=1)
    heats = [tk.cumulants(found, tk.heat(found, name), order=1) for name in names]
    by_heat = -sum(float(heat.mean / lead.temperature) for heat, lead in zip(heats, found.leads, strict=True))
    assert entropy.mean >= -entropy.error[0]
    allowed = sum(float(heat.error[0] / lead.temperature) for heat, lead in zip(heats, found.leads, strict=True))
    assert entropy.mean == pytest.approx(by_heat, rel=1e-11, abs=allowed + float(entropy.error[0]))
    covariance = tk.covariance(found, [tk.particles(found, name) for name in names])
    values = np.asarray(covariance)
    assert np.linalg.eigvalsh(values)[0] >= -1e-12 * np.abs(values).max()
    assert np.abs(values.sum(axis=0)).max() <= 1e-12 * np.abs(values).max()  # charge does not pile up
    assert (values[~np.eye(len(names), dtype=bool)] <= 0.0).all()  # fermions in thermal leads


@FEW
@given(junctions)
def test_at_equilibrium_nothing_flows_and_noise_is_the_response(parts: Any) -> None:
    seed, size, numbers = parts
    (warmth, level), step = numbers[0], 1e-4
    still = drawn(seed, size, [(warmth, level)] * size)
    names = [lead.name for lead in still.leads]
    currents = [word(still, name) for name in names for word in (tk.particles, tk.heat)]
    for current in currents:
        mean = tk.cumulants(still, current, order=1)
        assert np.abs(mean.mean) == 0.0
    noise = np.asarray(tk.covariance(still, currents))

    def moved(by: float) -> Array:
        pushed = [(warmth, level + by), *[(warmth, level)] * (size - 1)]
        found = drawn(seed, size, pushed)
        heat = [tk.cumulants(found, found.current("heat", -level * unit, unit), order=1).mean for unit in np.eye(size)]
        flow = [tk.cumulants(found, tk.particles(found, name), order=1).mean for name in names]
        return np.array([part for pair in zip(flow, heat, strict=True) for part in pair])

    slope = (moved(step) - moved(-step)) / (2.0 * step)
    # The response to a potential is the covariance with its particles over 2 T, with a flux only its symmetric part.
    assert slope[0] == pytest.approx(noise[0, 0] / (2.0 * warmth), rel=1e-5)


LEVEL_MARKS = [-25, -5, -1, 0.0, 0.25, 0.3, 1, 5, 25]


def level_flow(energy: Any, push: Any) -> Any:
    """What flows at an energy through a level at .3 with rates .4 and .2, between leads at .25 + push and .25."""
    one, other = (1 / (1 + mp.exp((energy - mpf(0.25) - by) * 2)) for by in (push, 0))
    return mpf(0.4) * mpf(0.2) / ((energy - mpf(0.3)) ** 2 + ((mpf(0.4) + mpf(0.2)) / 2) ** 2) * (one - other)


def test_small_differences_of_leads_keep_all_their_digits() -> None:
    level = tk.transport.resonant_level(0.3, 0.4, 0.2)
    for bias in (1e-3, 1e-9, 2.0**-50):
        found = junction(level, (0.5, 0.25 + bias), (0.5, 0.25))
        mean = tk.cumulants(found, tk.particles(found, "a"), order=1)
        with mp.workdps(40):
            push = mpf(0.25 + bias) - mpf(0.25)
            expected = quad(lambda energy, push=push: level_flow(energy, push), LEVEL_MARKS) / (2 * mp.pi)
        assert mean.mean == pytest.approx(float(expected), rel=1e-11)
        entropy = tk.cumulants(found, tk.entropy_flow(found), order=1)
        assert entropy.mean == pytest.approx(float(expected * push * 2), rel=1e-11)


def test_leads_at_temperature_zero_are_full_to_their_potential() -> None:
    found = junction(tk.transport.resonant_level(0.3, 0.4, 0.2), (0.0, 0.5), (0.0, -0.5))
    counted = tk.cumulants(found, tk.particles(found, "a"))
    arc = np.arctan((0.5 - 0.3) / 0.3) - np.arctan((-0.5 - 0.3) / 0.3)
    assert counted.mean == pytest.approx(0.08 / 0.3 * arc / (2.0 * np.pi), rel=1e-12)
    assert counted.noise < counted.mean
    with pytest.raises(ValueError, match="entropy flow into a lead of temperature 0 is infinite"):
        tk.entropy_flow(found)
    still = junction(tk.transport.resonant_level(0.3, 0.4, 0.2), (0.0, 0.5), (0.0, 0.5))
    assert tk.cumulants(still, tk.particles(still, "a")).mean == 0.0


def test_a_sweep_gives_what_its_points_give() -> None:
    energies, potentials = np.array([-0.4, 0.0, 0.7])[:, None], np.array([-0.2, 0.9])
    swept = junction(tk.transport.resonant_level(energies, 0.4, 0.2), (0.3, potentials), (0.6, -0.5))
    found = tk.cumulants(swept, tk.heat(swept, "a"), order=3)
    assert found.shape == (3, 2, 3)
    for row, energy in enumerate(energies[:, 0]):
        for column, potential in enumerate(potentials):
            point = junction(tk.transport.resonant_level(energy, 0.4, 0.2), (0.3, potential), (0.6, -0.5))
            expected = tk.cumulants(point, tk.heat(point, "a"), order=3)
            np.testing.assert_allclose(found[row, column], expected, rtol=1e-11, atol=1e-15)


# What is refused


def test_what_is_no_junction_is_refused_with_the_remedy() -> None:
    level = tk.transport.resonant_level(0.3, 0.4, 0.2)
    with pytest.raises(ValueError, match="`leads` must be 2, one for each terminal"):
        junction(level, (0.3, 0.0))
    with pytest.raises(TypeError, match=r"wrap a function of energy in tk\.transport\.Transmission"):
        junction(lambda energy: energy, (0.3, 0.0), (0.3, 0.0))
    with pytest.raises(ValueError, match="names of their own"):
        tk.transport.Junction(level, [tk.Bath("a", 0.3, 0.0, FERMI)] * 2)
    with pytest.raises(ValueError, match="one statistics"):
        tk.transport.Junction(level, [tk.Bath("a", 0.3, 0.0, FERMI), tk.Bath("b", 0.3)])
    with pytest.raises(ValueError, match="others carry nothing"):
        tk.transport.Junction(level, leads((0.3, 0.0), (0.3, 0.0), statistics=tk.SpinBath()))
    with pytest.raises(ValueError, match="lead 'b' has an infinite temperature"):
        junction(level, (0.3, 0.0), (np.inf, 0.0))
    found = junction(level, (0.3, 0.5), (0.6, -0.5))
    with pytest.raises(ValueError, match="`bath` must name a lead, 'a' or 'b'; got 'c'"):
        tk.particles(found, "c")
    with pytest.raises(TypeError, match="`activity` does not take a Junction, which answers covariance, cumulants"):
        tk.activity(found)
    with pytest.raises(ValueError, match="belongs to another junction"):
        tk.cumulants(junction(level, (0.3, 0.5), (0.6, -0.5)), tk.particles(found, "a"))
    with pytest.raises(TypeError, match="unexpected keyword argument 'initial'"):
        tk.cumulants(found, tk.particles(found, "a"), initial=tk.Gibbs(1.0))
    with pytest.raises(ValueError, match="`order` must be"):
        tk.cumulants(found, tk.particles(found, "a"), order=5)


@pytest.mark.parametrize("share", [1.2, -0.1, np.nan])
def test_a_transmission_that_is_no_share_is_refused_where_it_is(share: float) -> None:
    found = junction(
        tk.transport.Transmission(lambda e: np.where(e > 0.2, share, 0.5), edges=[0.2]), (0.3, 0), (0.3, 1)
    )
    with pytest.raises(ValueError, match=r"between 0 and 1, got (1\.2|-0\.1|nan) at energy"):
        tk.cumulants(found, tk.particles(found, "a"))


def test_a_matrix_that_is_not_unitary_is_refused_where_it_is() -> None:
    leaky = tk.transport.Scattering(lambda e: np.broadcast_to(0.9 * np.eye(2)[::-1], (e.size, 2, 2)), [0, 1])
    found = junction(leaky, (0.3, 0.0), (0.3, 1.0))
    with pytest.raises(ValueError, match=r"must be unitary: at energy .* differs from 1 by 0.19"):
        tk.cumulants(found, tk.particles(found, "a"))


def test_a_number_of_phonons_that_diverges_is_refused() -> None:
    found = tk.transport.Junction(tk.transport.constant(1.0), leads((0.7, 0.0), (0.3, 0.0), statistics=tk.Bose()))
    with pytest.raises(tk.NotConvergedError, match="must vanish towards energy 0 where their number diverges"):
        tk.cumulants(found, tk.particles(found, "a"))


# Close to equilibrium


def test_conductances_of_a_level_are_integrals_with_25_digits() -> None:
    warmth, potential = 0.2, 0.1
    found = junction(tk.transport.resonant_level(0.3, 0.4, 0.2), (warmth, potential), (warmth, potential))
    with mp.workdps(25):

        def moment(order: int) -> Any:
            def part(energy: Any) -> Any:
                share = mpf(0.4) * mpf(0.2) / ((energy - mpf(0.3)) ** 2 + ((mpf(0.4) + mpf(0.2)) / 2) ** 2)
                curve = 1 / (4 * mpf(warmth) * mp.cosh((energy - mpf(potential)) / (2 * mpf(warmth))) ** 2)
                return share * (energy - mpf(potential)) ** order * curve / (2 * mp.pi)

            return quad(part, [-12, -2, 0, 0.1, 0.3, 1, 3, 12])

        zeroth, first, second = (moment(order) for order in range(3))
        expected = {
            "conductance": zeroth,
            "seebeck": first / (zeroth * warmth),
            "peltier": first / zeroth,
            "thermal_conductance": (second - first**2 / zeroth) / warmth,
        }
        expected["figure_of_merit"] = (
            expected["conductance"] * expected["seebeck"] ** 2 * warmth / expected["thermal_conductance"]
        )
    coefficients = tk.onsager(found).thermoelectric
    for name, number in expected.items():
        assert getattr(coefficients, name) == pytest.approx(float(number), rel=1e-11), name


def test_a_narrow_level_couples_tightly_and_keeps_its_figure_of_merit() -> None:
    # For rates w << T the heat beside what goes with each particle is w^2 (-f') in all of the tail: K = w^2 / 2 pi T.
    for width in (1e-3, 1e-6, 1e-9):
        found = junction(tk.transport.resonant_level(0.3, width, width), (0.2, 0.0), (0.2, 0.0))
        coefficients = tk.onsager(found).thermoelectric
        assert coefficients.seebeck == pytest.approx(1.5, rel=30.0 * width)
        assert coefficients.thermal_conductance_error < 1e-9 * coefficients.thermal_conductance
        assert coefficients.thermal_conductance == pytest.approx(width**2 / (2.0 * np.pi * 0.2), rel=30.0 * width)
    free = tk.onsager(junction(tk.transport.constant(0.3), (0.2, 0.0), (0.2, 0.0))).thermoelectric
    assert free.lorenz == pytest.approx(np.pi**2 / 3.0, rel=1e-12)
    assert free.seebeck == pytest.approx(0.0, abs=1e-15)


@FEW
@given(junctions)
def test_the_response_is_half_the_noise_but_for_what_a_flux_turns(parts: Any) -> None:
    seed, size, numbers = parts
    found = drawn(seed, size, [numbers[0]] * size)
    answer = tk.onsager(found)
    noise = np.asarray(tk.covariance(found, answer.currents))
    values = np.asarray(answer)
    np.testing.assert_allclose(0.5 * (values + values.T), 0.5 * noise, rtol=1e-10, atol=1e-13 * np.abs(noise).max())
    assert np.linalg.eigvalsh(values + values.T)[0] >= -1e-12 * np.abs(values).max()
    if size == 2:
        assert answer.asymmetry <= 1e-12


def test_a_flux_makes_the_response_depend_on_its_direction() -> None:
    one, other = (np.asarray(tk.onsager(junction(ring(flux), *[(0.5, 0.2)] * 3))) for flux in (0.7, -0.7))
    assert tk.onsager(junction(ring(0.7), *[(0.5, 0.2)] * 3)).asymmetry > 0.01
    np.testing.assert_allclose(one, other.T, rtol=1e-11, atol=1e-15)


def test_leads_that_differ_have_no_onsager_matrix() -> None:
    with pytest.raises(tk.HypothesisError, match="leads must have one temperature and one chemical potential"):
        tk.onsager(junction(tk.transport.constant(0.3), (0.2, 0.0), (0.2, 0.1)))
    with pytest.raises(tk.HypothesisError, match="transport coefficients are those of two leads"):
        _ = tk.onsager(junction(ring(0.7), *[(0.5, 0.2)] * 3)).thermoelectric


@pytest.mark.parametrize("away", [44.0, 60.0, 300.0, -60.0])
def test_what_passes_far_from_all_leads_keeps_its_digits(away: float) -> None:
    # Exponentially little, in closed form: the currents of an Arrhenius plot are not cut off.
    for warm, cold in ((1.0, 1.0), (1.0, 0.4)):
        one, other = leads((warm, 1.0), (cold, -1.0))
        window = junction(tk.transport.boxcar(away, away + 2.0), (warm, 1.0), (cold, -1.0))
        mean = tk.cumulants(window, tk.particles(window, "a")).mean
        side = 1 if away > 0 else -1  # of holes below the leads

        def passed(lead: tk.Bath, side: int = side) -> Any:
            ends = [side * (mpf(end) - mpf(float(lead.chemical_potential))) for end in (away, away + 2.0)]
            warmth = mpf(float(lead.temperature))
            return warmth * (mp.log1p(mp.exp(-ends[0] / warmth)) - mp.log1p(mp.exp(-ends[1] / warmth)))

        with mp.workdps(400):
            assert mean == pytest.approx(float((passed(one) - passed(other)) / (2 * mp.pi)), rel=1e-12, abs=0.0)
    above = junction(tk.transport.point_contact(away, 0.05), (1.0, 1.0), (1.0, -1.0))
    if away > 0.0:  # pi w / sin(pi w) of what a step lets through
        stepped = np.exp(-away) * 2.0 * np.sinh(1.0) / (2.0 * np.pi)
        smooth = 0.05 * np.pi / np.sin(0.05 * np.pi)
        assert tk.cumulants(above, tk.particles(above, "a")).mean == pytest.approx(stepped * smooth, rel=1e-11, abs=0.0)


def test_digits_that_cancel_are_stated_and_not_followed_without_end() -> None:
    # The third cumulant between three leads near equilibrium is a small difference of large terms; linear in the bias,
    # so that one at a larger bias says what it is.
    found = {}
    for bias in (1e-2, 1e-4, 1e-8):
        between = junction(ring(0.9), (0.3, bias), (0.3, 0.0), (0.3, -bias))
        third = tk.cumulants(between, tk.particles(between, "a"), order=3)
        found[bias] = third[2] / bias, third.error[2] / bias
    assert found[1e-8][0] == pytest.approx(found[1e-4][0], abs=found[1e-8][1] + found[1e-4][1] + 1e-6)
    assert 0.0 < found[1e-8][1] < 1e-6
    assert abs(found[1e-8][0]) > 1e3 * found[1e-8][1]


@pytest.mark.parametrize(("sites", "share"), [(2, 1.0), (4, 0.001), (4, 0.7)])
def test_states_that_no_lead_reaches_carry_nothing(sites: int, share: float) -> None:
    # Degenerate sites with one amplitude for all: one of their combinations couples, the others are dark.
    column = np.full((sites, 1), 0.5)
    degenerate = junction(tk.transport.dots(0.3 * np.eye(sites), [column, share * column]), (0.2, 0.5), (0.3, -0.1))
    level = tk.transport.resonant_level(0.3, 0.25 * sites, 0.25 * sites * share**2)
    alone = tk.transport.Junction(level, degenerate.leads)
    found = tk.cumulants(degenerate, tk.particles(degenerate, "a"), order=4)
    assert np.asarray(found) == pytest.approx(
        np.asarray(tk.cumulants(alone, tk.particles(alone, "a"), order=4)), rel=1e-12
    )


@pytest.mark.parametrize("rate", [1e-8, 1e-10, 1e-12])
def test_resonances_of_several_dots_may_be_narrower_than_rounding_of_their_place(rate: float) -> None:
    # Far narrower than they are apart, the two levels carry as if alone, but for a share rate/distance.
    dots = tk.transport.dots([[0.3, 0.4], [0.4, 1.3]], [[0.0, rate], [0.0, rate]])
    both = junction(dots, (0.2, 0.5), (0.3, -0.1))
    energies, states = np.linalg.eigh([[0.3, 0.4], [0.4, 1.3]])
    expected: Any = 0.0
    for energy, share in zip(energies, states[1] ** 2, strict=True):
        alone = junction(tk.transport.resonant_level(energy, rate * share, rate * share), (0.2, 0.5), (0.3, -0.1))
        expected = expected + np.asarray(tk.cumulants(alone, tk.particles(alone, "a"), order=3))
    found = tk.cumulants(both, tk.particles(both, "a"), order=3)
    assert np.asarray(found) == pytest.approx(expected, rel=3.0 * rate + 1e-12)


def test_a_current_has_no_sweep_of_its_own() -> None:
    between = junction(tk.transport.resonant_level([0.1, 0.2], 0.2, 0.3), (0.3, 0.2), (0.3, 0.0))
    current = tk.particles(between, "a")
    assert tk.cumulants(between, current * np.array([1.0, 2.0])).shape == (2, 2)
    for weights in (np.array([1.0, 2.0, 3.0]), np.ones((4, 2))):
        with pytest.raises(ValueError, match=r"do not fit the junction, whose leading axes are \(2,\)"):
            current * weights
    with pytest.raises(ValueError, match="do not fit the junction"):
        between.current("own", np.ones((3, 2)))
