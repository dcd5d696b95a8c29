"""Floquet states: closed forms, the matrix of all harmonics, and limits."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import jv

import thermokin as tk
from floquet_oracles import SX, SY, SZ, Harmonics, ohmic
from thermokin.errors import DegenerateSteadyStateError, NotConvergedError, ValidityWarning

OMEGA = 1.3
PERIOD = 2.0 * np.pi / OMEGA
LADDER = np.diag([0.0, 1.0, 2.3])
RNG = np.random.default_rng(7)


def contact(name: str, temperature: float, operator: object = SX, strength: float = 1e-3) -> tk.Contact:
    return tk.Contact(tk.Bath(name, temperature), operator, tk.Ohmic(strength))


def hermitian(size: int) -> np.ndarray:
    matrix = RNG.normal(size=(size, size)) + 1j * RNG.normal(size=(size, size))
    return matrix + matrix.conj().T


def circular(gap: float, field: float) -> tk.Drive:
    return tk.Drive(
        [
            0.5 * gap * SZ,
            [0.5 * field * SX, lambda t: np.cos(OMEGA * t)],
            [0.5 * field * SY, lambda t: np.sin(OMEGA * t)],
        ]
    )


def folded(difference: np.ndarray, frequency: float) -> np.ndarray:
    return np.abs(np.remainder(difference / frequency + 0.5, 1.0) - 0.5)


def test_a_rotating_field_has_the_quasienergies_and_heat_of_its_frame() -> None:
    gap, field, temperature, strength = 1.0, 0.4, 0.6, 1e-3
    found = tk.floquet(circular(gap, field), [contact("bath", temperature)], PERIOD)
    rabi = np.hypot(gap - OMEGA, field)
    exact = OMEGA / 2.0 + 0.5 * rabi * np.array([-1.0, 1.0])
    assert np.max(folded(np.sort(np.remainder(found.quasienergies, OMEGA)) - exact, OMEGA)) < 1e-12
    cosine, rate = (gap - OMEGA) / rabi, ohmic(strength, temperature)
    down, up, still = ((1 + cosine) / 2) ** 2, ((1 - cosine) / 2) ** 2, (1 - cosine**2) / 4
    upper, lower = OMEGA + rabi, OMEGA - rabi
    leaves = down * rate(upper) + up * rate(-lower)  # the upper mode, by a quantum given or taken
    enters = down * rate(-upper) + up * rate(lower)
    p = enters / (leaves + enters)
    given = p * (down * rate(upper) * upper - up * rate(-lower) * lower) + (1 - p) * (
        up * rate(lower) * lower - down * rate(-upper) * upper
    )
    given += still * (rate(OMEGA) - rate(-OMEGA)) * OMEGA
    np.testing.assert_allclose(found.heat, [-given], rtol=1e-9)
    np.testing.assert_allclose(np.sort(found.populations), np.sort([p, 1 - p]), rtol=1e-9)


def test_a_shaken_gap_has_sidebands_of_bessel_functions() -> None:
    gap, swing, temperature = 1.0, 0.9, 0.5
    drive = tk.Drive([0.5 * gap * SZ, [0.5 * swing * SZ, lambda t: np.cos(OMEGA * t)]])
    found = tk.floquet(drive, [contact("bath", temperature)], PERIOD)
    np.testing.assert_allclose(found.quasienergies, [-0.5, 0.5], atol=1e-12)
    orders = np.arange(-30, 31)
    quanta, weight = gap + orders * OMEGA, jv(orders, swing / OMEGA) ** 2
    down, up = (np.array([ohmic(1e-3, temperature)(s * w) for w in quanta]) * weight for s in (1.0, -1.0))
    p = up.sum() / (up + down).sum()
    np.testing.assert_allclose(found.populations, [1 - p, p], rtol=1e-9)
    np.testing.assert_allclose(found.power, ((1 - p) * up - p * down) @ quanta, rtol=1e-9)
    # Noise of the heat: two states, counts w on the way up and -w back.
    model = found.model
    noise = tk.cumulants(model, tk.heat(model, "bath")).noise
    rate, step = (up + down).sum(), ((1 - p) * up - p * down) @ quanta
    first = np.array([up @ quanta, -down @ quanta])  # heat per time out of either state
    jumped = np.array([-down @ quanta * p, up @ quanta * (1 - p)]) - step * np.array([1 - p, p])
    exact = ((1 - p) * up + p * down) @ quanta**2 + 2.0 * first @ jumped / rate
    np.testing.assert_allclose(noise, exact, rtol=1e-9)


def test_two_harmonics_of_three_levels_agree_with_the_matrix_of_all_harmonics() -> None:
    one, two, hot, cold = 0.1 * hermitian(3), 0.05 * hermitian(3), hermitian(3), hermitian(3)
    drive = tk.Drive([LADDER, [one, lambda t: np.cos(OMEGA * t)], [two, lambda t: np.sin(2 * OMEGA * t)]])
    found = tk.floquet(drive, [contact("hot", 1.4, hot, 1e-5), contact("cold", 0.5, cold, 2e-5)], PERIOD)
    whole = Harmonics({0: LADDER, 1: one / 2, -1: one / 2, 2: two / 2j, -2: -two / 2j}, OMEGA)
    values = whole.modes()[0]
    apart = folded(found.quasienergies[:, None] - values, OMEGA)
    assert apart.min(axis=0).max() < 1e-11
    heats = whole.heats([(hot, ohmic(1e-5, 1.4)), (cold, ohmic(2e-5, 0.5))])
    np.testing.assert_allclose(found.heat, heats, rtol=1e-9)


@pytest.mark.parametrize("period", [1.0, 7.3, 40.0])
def test_without_a_drive_it_is_the_davies_model(period: float) -> None:
    still = LADDER + 0.2 * hermitian(3)
    contacts = [contact("hot", 1.4, hermitian(3), 1e-5), contact("cold", 0.5, hermitian(3), 1e-5)]
    davies, found = tk.davies(still, contacts), tk.floquet([still], contacts, period)
    np.testing.assert_allclose(found.quasienergies, davies.energies, atol=1e-11)
    np.testing.assert_allclose(found.model.table.energy, davies.table.energy, atol=1e-11)
    np.testing.assert_allclose(found.model.hamiltonian, still, atol=1e-11)
    np.testing.assert_allclose(found.heat, tk.ledger(davies).heat, rtol=1e-9)
    start = np.diag([0.0, 0.5, 0.5]) + 0.0
    here, there = (tk.evolve(model, start, [0.0, 3e4]).states for model in (found.model, davies))
    np.testing.assert_allclose(here, there, atol=1e-6)  # phases over 3e4, quasi-energies known to 1e-12


def test_a_lead_feels_sidebands_of_either_sign() -> None:
    swing, rate, potential = 0.8, 1e-3, 0.4
    drive = tk.Drive([np.diag([0.0, 0.3]), [np.diag([0.0, swing]), lambda t: np.cos(OMEGA * t)]])
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    leads = [tk.Bath("left", 0.1, potential, tk.Fermi()), tk.Bath("right", 0.2, 0.0, tk.Fermi())]
    spectra = [tk.Flat(rate), tk.Lorentzian(rate, 0.7, 0.5)]
    found = tk.floquet(drive, [tk.Contact(*each) for each in zip(leads, [lower] * 2, spectra, strict=True)], PERIOD)
    orders = np.arange(-30, 31)
    energies, weight = 0.3 + orders * OMEGA, jv(orders, swing / OMEGA) ** 2
    flows = []
    for bath, spectrum in zip(leads, spectra, strict=True):
        fill = 1.0 / (np.exp(np.minimum((energies - bath.chemical_potential) / bath.temperature, 700.0)) + 1.0)
        flows.append((spectrum(energies) * weight * fill, spectrum(energies) * weight * (1.0 - fill)))
    p = sum(one.sum() for one, _ in flows) / sum(one.sum() + out.sum() for one, out in flows)
    exact = [(1 - p) * one.sum() - p * out.sum() for one, out in flows]
    current = [tk.particles(found.model, bath.name).mean(found.steady_state) for bath in leads]
    np.testing.assert_allclose(current, exact, rtol=1e-9)


def test_quanta_shared_around_a_ring_are_one_jump_of_the_interaction_picture() -> None:
    third = OMEGA / 3.0  # quanta of 0-1, 1-2 and of 2-0, less the drive's, are all a third of its frequency
    drive = tk.Drive([third * np.diag([0.0, 1.0, 2.0]), [np.diag([0.0, 1.0, 0.4]), lambda t: np.cos(OMEGA * t)]])
    with pytest.warns(ValidityWarning, match="secular"):
        found = tk.floquet(drive, [contact("bath", 0.5, hermitian(3), 0.05)], PERIOD)
    assert not found.turning
    shared = np.isclose(found.model.table.energy, -third)
    assert shared.sum() == 1
    assert np.count_nonzero(found.model.channels[int(np.argmax(shared))].jump) == 3
    assert found.entropy_production > 0.0
    np.testing.assert_allclose(found.state(PERIOD), found.state(0.0), atol=1e-12)
    np.testing.assert_allclose(np.trace(found.state([0.3, 0.7])[1]), 1.0, atol=1e-12)


def test_a_driven_oscillator_radiates_at_the_frequency_of_its_drive() -> None:
    levels, force, strength = 14, 0.1, 1e-4
    lower = np.diag(np.sqrt(np.arange(1.0, levels)), 1)
    drive = tk.Drive([lower.T @ lower, [force * (lower + lower.T), lambda t: np.cos(0.7 * t)]])
    found = tk.floquet(drive, [contact("bath", 0.3, lower + lower.T, strength)], 2.0 * np.pi / 0.7)
    swing = force / (1.0 - 0.7**2)
    np.testing.assert_allclose(found.quasienergies[0], -0.5 * force * swing, rtol=1e-9)  # of the Stark shift
    assert found.power == pytest.approx(-strength * 0.7**2 * swing**2, rel=1e-9)


def test_faint_sidebands_may_lie_outside_of_a_table() -> None:
    drive = circular(1.0, 0.02)
    shaken = tk.Drive([0.5 * SZ, [0.05 * SX, lambda t: np.cos(OMEGA * t)]])
    table = tk.Tabulated(np.linspace(0.0, 10.0, 201), 1e-3 * np.linspace(0.0, 10.0, 201))
    for each in (drive, shaken):
        found = tk.floquet(each, [tk.Contact(tk.Bath("bath", 0.5), SX, table)], PERIOD)
        np.testing.assert_allclose(found.heat, tk.floquet(each, [contact("bath", 0.5)], PERIOD).heat, rtol=1e-9)
    short = tk.Tabulated([0.0, 0.9], [0.0, 1e-3])
    with pytest.raises(ValueError, match=r"the tabulated spectrum covers 0 to 0\.9"):
        tk.floquet(shaken, [tk.Contact(tk.Bath("bath", 0.5), SX, short)], PERIOD)


@pytest.mark.parametrize("frequency", [1.0, 0.5])
def test_quasienergies_that_meet_across_zones_leave_heat_alone(frequency: float) -> None:
    # A still spin of gap 1, aslant, beside one that is shaken: modes that differ by whole quanta may mix at will.
    one, aslant = np.eye(2), 0.3 * SX + 0.4 * SZ
    still = [("hot", 1.0, SX), ("cold", 0.5, SZ)]
    shaken = [0.3 * SX, lambda t: np.cos(frequency * t)]
    contacts = [tk.Contact(tk.Bath(name, at), np.kron(a, one), tk.Ohmic(1e-4)) for name, at, a in still]
    contacts.append(tk.Contact(tk.Bath("other", 0.7), np.kron(one, SX), tk.Ohmic(1e-4)))
    terms = [np.kron(aslant, one) + 1.35 * np.kron(one, SZ), [np.kron(one, shaken[0]), shaken[1]]]
    both = tk.floquet(terms, contacts, 2.0 * np.pi / frequency)
    alone = tk.ledger(tk.davies(aslant, [tk.Contact(tk.Bath(name, at), a, tk.Ohmic(1e-4)) for name, at, a in still]))
    beside = tk.Contact(tk.Bath("other", 0.7), SX, tk.Ohmic(1e-4))
    driven = tk.floquet([1.35 * SZ, shaken], [beside], 2.0 * np.pi / frequency)
    np.testing.assert_allclose(both.heat, [*alone.heat, *driven.heat], rtol=1e-10)


def test_a_sweep_of_temperatures_is_its_points() -> None:
    drive, warmth = circular(1.0, 0.4), np.array([0.4, 0.9])
    swept = tk.floquet(drive, [contact("bath", warmth)], PERIOD)  # type: ignore[arg-type]
    for place, one in enumerate(warmth):
        alone = tk.floquet(drive, [contact("bath", one)], PERIOD)
        np.testing.assert_allclose(swept.heat[place], alone.heat, rtol=1e-12)
        np.testing.assert_allclose(swept.state([0.1, 0.2])[place], alone.state([0.1, 0.2]), rtol=0, atol=1e-12)


def test_modes_solve_the_equation_of_motion() -> None:
    found, times, step = tk.floquet(circular(1.0, 0.4), [contact("bath", 0.6)], PERIOD), np.array([0.0, 0.7, 9.0]), 1e-4
    slope = (found.modes_at(times + step) - found.modes_at(times - step)) / (2.0 * step)
    for time, mode, change in zip(times, found.modes_at(times), slope, strict=True):
        left = circular(1.0, 0.4)(time) @ mode - 1j * change
        np.testing.assert_allclose(left, mode * found.quasienergies, atol=1e-7)  # central differences


def test_near_resonances_of_sidebands_warn() -> None:
    shaken = tk.Drive([0.5 * SZ, [0.4 * SZ, lambda t: np.cos(2.001 * t)]])
    strong = [tk.Contact(tk.Bath("bath", 0.5), SX, tk.Flat(0.2))]
    with pytest.warns(ValidityWarning, match=r"distance of sidebands.*tk\.limit_cycle"):
        found = tk.floquet(shaken, strong, 2.0 * np.pi / 2.001)
    assert found.validity[0].smallest == pytest.approx(0.001 / 0.2, rel=0.5)
    with pytest.warns(ValidityWarning, match="distance of sidebands"):
        tk.floquet(tk.Drive([0.5 * SZ, [0.8 * SX, lambda t: np.cos(2.001 * t)]]), strong, 2.0 * np.pi / 2.001)
    slow = tk.Drive([0.5 * SZ, [0.4 * SZ, lambda t: np.cos(1e-3 * t)]])
    with pytest.warns(ValidityWarning, match="distance of sidebands"):
        tk.floquet(slow, [contact("bath", 0.5)], 2.0 * np.pi / 1e-3)


def test_what_has_no_floquet_states_is_refused() -> None:
    bath = [contact("bath", 0.5)]
    with pytest.raises(ValueError, match=r"`period` must be that of the drive, 2 pi over its frequency, got 1"):
        tk.floquet(circular(1.0, 0.4), bath, 1.0)
    with pytest.raises(ValueError, match="`period` must be one number > 0"):
        tk.floquet(circular(1.0, 0.4), bath, 0.0)
    with pytest.raises(NotConvergedError, match="Give the flanks of pulses a width"):
        tk.floquet([SZ, [SX, lambda t: np.sign(np.sin(OMEGA * t))]], bath, PERIOD)
    with pytest.raises(ValueError, match="exchanges nothing"):
        tk.floquet(circular(1.0, 0.4), [tk.Contact(tk.Bath("bath", 0.5), SX + SZ, tk.Flat(0.1))], PERIOD)
    with pytest.raises(ValueError, match=r"contacts\[0\]\.operator` must have shape"):
        tk.floquet(circular(1.0, 0.4), [contact("bath", 0.5, np.eye(3))], PERIOD)
    with pytest.raises(TypeError, match=r"contacts\[0\]` must be a Contact"):
        tk.floquet(circular(1.0, 0.4), [SX], PERIOD)  # type: ignore[list-item]
    with pytest.raises(TypeError, match="`hamiltonian` must be a list of operators and pairs"):
        tk.floquet(SZ, bath, PERIOD)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"`hamiltonian` must be finite, it is not at time 0\.344"):
        tk.floquet([SZ, [SX, lambda t: np.nan * t]], bath, PERIOD)
    with pytest.raises(TypeError, match=r"pass the model that it holds, its `\.model`"):
        tk.heat(tk.floquet(circular(1.0, 0.4), bath, PERIOD), "bath")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="Hermitian"):
        tk.floquet(lambda t: np.array([[0.0, np.exp(1j * OMEGA * t)], [0.0, 1.0]]), bath, PERIOD)
    with pytest.raises(DegenerateSteadyStateError, match="steady"):
        tk.floquet([SZ, [SZ, lambda t: np.cos(OMEGA * t)]], [contact("bath", 0.5, SZ)], PERIOD).heat  # noqa: B018
