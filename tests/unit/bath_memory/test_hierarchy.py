"""The hierarchy against exact answers: dephasing, an oscillator, a resonant level; and its weak-coupling limit."""

from __future__ import annotations

import sys

import matplotlib as mpl
import numpy as np
import pytest
from scipy.integrate import quad

import thermokin as tk
from thermokin.bath_memory.hierarchy_answers import HierarchyEvolution, HierarchyState

pytest.importorskip("qutip")
mpl.use("Agg")
SPIN = tk.operators.pauli()


def spin_boson(strength: float, cold: object = SPIN.x, tolerance: float = 1e-3, **cut: int) -> HierarchyState:
    ends = [
        tk.Contact(tk.Bath("hot", 1.0), SPIN.x, tk.Drude(strength, 3.0)),
        tk.Contact(tk.Bath("cold", 0.5), np.asarray(cold), tk.Drude(strength, 3.0)),
    ]
    found: HierarchyState = tk.steady_state(tk.hierarchy(0.5 * SPIN.z, ends, tolerance=tolerance, **cut))
    return found


def test_pure_dephasing_has_its_closed_form() -> None:
    strength, cutoff, temperature = 0.1, 2.0, 0.8
    contact = tk.Contact(tk.Bath("bath", temperature), SPIN.z, tk.Drude(strength, cutoff))
    times = np.array([0.0, 0.5, 2.0])
    system = tk.hierarchy(0.5 * SPIN.z, [contact], depth=4, terms=8)
    moved: HierarchyEvolution = tk.evolve(system, tk.Ket(np.sqrt([0.5, 0.5])), times)

    def decay(time: float) -> float:
        def at(w: float) -> float:
            lines = strength * w / (1.0 + (w / cutoff) ** 2) / np.tanh(0.5 * w / temperature)
            return float(lines * 2.0 * np.sin(0.5 * w * time) ** 2 / w**2 * 4.0 / (2.0 * np.pi))

        parts = [quad(at, low, low + 50.0, limit=500)[0] for low in np.arange(0.0, 2000.0, 50.0)]
        # Beyond 2000 what oscillates averages out: int of s c^2 / w^3.
        return float(sum(parts) + 4.0 / (2.0 * np.pi) * strength * cutoff**2 / (2.0 * 2000.0**2))

    expected = 0.5 * np.exp(1j * times - np.array([0.0, decay(0.5), decay(2.0)]))
    np.testing.assert_allclose(moved.states[:, 0, 1], expected, atol=1e-6)
    np.testing.assert_allclose(moved.energy_rate_to_system, 0.0, atol=1e-9)
    # The bath follows sigma_z, and sigma_z^2 = 1: what leaves it is all in the interaction.
    interaction = -0.5 * strength * cutoff * (1.0 - np.exp(-cutoff * times))
    np.testing.assert_allclose(moved.interaction_energy[:, 0], interaction, atol=1e-7)
    heat = -0.5 * strength * cutoff**2 * np.exp(-cutoff * times)
    np.testing.assert_allclose(moved.heat_rate[:, 0], heat, atol=1e-7)
    assert system.reorganisation[0] == pytest.approx(0.25 * strength * cutoff)


def test_an_oscillator_between_two_baths_has_its_exact_width_and_heat() -> None:
    """Exact for any coupling: int over w of w T(w) (n_1 - n_2), T = 4 G_1 G_2 |chi|^2, chi = 1/(1 - w^2 - 2 Sigma)."""
    strength, cutoff, warm, cool = 0.06, 2.0, 0.4, 0.25
    lower = np.diag(np.sqrt(np.arange(1.0, 7.0)), 1)
    position = (lower + lower.T) / np.sqrt(2.0)
    ends = [
        tk.Contact(tk.Bath(name, at), lower + lower.T, tk.Drude(strength, cutoff))
        for name, at in (("warm", warm), ("cool", cool))
    ]
    rest = tk.steady_state(tk.hierarchy(lower.T @ lower, ends, depth=3, terms=(2, 3), tolerance=2e-2))

    def line(w: float) -> float:
        return strength * w / (1.0 + (w / cutoff) ** 2)

    def chi(w: float) -> complex:
        return 1.0 / (1.0 - w**2 - 2.0 * strength * cutoff**2 / (cutoff - 1j * w))

    def filled(w: float, temperature: float) -> float:
        return float(1.0 / np.expm1(min(w / temperature, 500.0)))

    def carried(w: float) -> float:
        through = 4.0 * line(w) ** 2 * abs(chi(w)) ** 2 / (2.0 * np.pi)
        return float(w * through * (filled(w, warm) - filled(w, cool)))

    def width(w: float) -> float:
        known = sum(1.0 + 2.0 * filled(w, at) for at in (warm, cool))
        return float(abs(chi(w)) ** 2 * line(w) * known / np.pi)

    heat, squared = (quad(one, 1e-6, 25.0, limit=1000, points=[0.8, 1.0])[0] for one in (carried, width))
    squared += quad(width, 25.0, 2000.0, limit=1000)[0]
    assert rest.heat[0] == pytest.approx(heat, rel=5e-3)
    assert float(rest.expectation(position @ position)) == pytest.approx(squared, rel=2e-3)
    np.testing.assert_allclose(rest.heat, rest.energy_to_system, atol=1e-9)  # both contacts commute
    weak = tk.steady_state(tk.redfield(lower.T @ lower, ends)).heat[0]
    assert abs(weak / heat - 1.0) > 0.02


def test_a_resonant_level_carries_what_landauer_says() -> None:
    """Without interaction the hierarchy ends at its second tier."""
    level, width, middle, rates = 0.2, 6.0, 0.1, (0.4, 0.7)
    leads = [tk.Bath("left", 0.3, 0.5, tk.Fermi()), tk.Bath("right", 0.6, -0.3, tk.Fermi())]
    contacts = [
        tk.Contact(lead, tk.operators.destroy(2), tk.Lorentzian(rate, middle, width))
        for lead, rate in zip(leads, rates, strict=True)
    ]
    number = tk.operators.number(2)
    rest = tk.steady_state(tk.hierarchy(level * number, contacts, depth=2, terms=(8, 5)))
    assert rest.depth_error < 1e-9
    energies = np.linspace(-400.0, 400.0, 800001)
    half = 0.5 * width
    shape = half**2 / ((energies - middle) ** 2 + half**2)
    shift = 0.5 * sum(rates) * shape * (energies - middle) / half
    spectral = shape / ((energies - level - shift) ** 2 + (0.5 * sum(rates) * shape) ** 2)
    full = [
        0.5 * (1.0 - np.tanh(0.5 * (energies - float(lead.chemical_potential)) / float(lead.temperature)))
        for lead in leads
    ]
    step = (energies[1] - energies[0]) / (2.0 * np.pi)
    flow = rates[0] * rates[1] * shape * spectral * (full[0] - full[1])
    current, energy = flow.sum() * step, (energies * flow).sum() * step
    filling = (spectral * (rates[0] * full[0] + rates[1] * full[1])).sum() * step
    np.testing.assert_allclose(rest.particles, [current, -current], rtol=1e-6)
    np.testing.assert_allclose(rest.heat, [energy - 0.5 * current, -energy - 0.3 * current], rtol=1e-5)
    np.testing.assert_allclose(rest.energy_to_system, [level * current, -level * current], rtol=1e-6)
    assert float(rest.expectation(number)) == pytest.approx(filling, rel=1e-6)
    assert rest.entropy_production > 0.0


def test_at_weak_coupling_it_is_bloch_redfield_up_to_the_next_order() -> None:
    apart = []
    for strength in (2e-2, 2e-3):
        rest = spin_boson(strength, depth=3, terms=4, tolerance=0.1)
        ends = rest.system.contacts
        weak = tk.steady_state(tk.redfield(0.5 * SPIN.z, ends)).heat[0]
        apart.append(abs(weak / rest.heat[0] - 1.0))
    assert 8.0 < apart[0] / apart[1] < 12.0


def test_units_and_poles_that_meet_change_nothing() -> None:
    """QuTiP's tolerances are absolute: it adds up exponentials of rates below 1e-7, and those within 1e-5."""

    def heat(unit: float, ratio: float) -> float:
        ends = [
            tk.Contact(tk.Bath(name, unit * at), SPIN.x, tk.Drude(0.1, 2.0 * np.pi * unit * ratio))
            for name, at in (("hot", 1.0), ("cold", 0.4))
        ]
        rest = tk.steady_state(tk.hierarchy(0.5 * unit * SPIN.z, ends, depth=2, terms=4, tolerance=0.5))
        return float(rest.heat[0]) / unit**2

    below = heat(1.0, 0.98)
    assert heat(1e-9, 0.98) == pytest.approx(below, rel=1e-8)
    assert heat(1.0, 1.0) == pytest.approx(0.5 * (below + heat(1.0, 1.02)), rel=1e-3)
    still = tk.hierarchy(0.0 * SPIN.z, [tk.Contact(tk.Bath("bath", 1.0), SPIN.z, tk.Drude(0.1, 2.0))], depth=2, terms=1)
    assert tk.evolve(still, tk.Gibbs(1.0), [0.0]).states[0, 0, 0] == 0.5


def test_energy_is_kept_over_time_by_both_readings() -> None:
    ends = [
        tk.Contact(tk.Bath("hot", 1.0), SPIN.x, tk.Drude(0.05, 3.0)),
        tk.Contact(tk.Bath("cold", 0.5), SPIN.x + 0.3 * SPIN.z, tk.Drude(0.05, 3.0)),
    ]
    times = np.linspace(0.0, 1.0, 81)
    system = tk.hierarchy(0.5 * SPIN.z, ends, depth=3, terms=2, tolerance=0.5)
    moved: HierarchyEvolution = tk.evolve(system, tk.Ket(np.array([1.0, 0.0])), times)
    step = times[1] - times[0]

    def gained(rates: np.ndarray) -> float:
        total = rates.sum(axis=-1)
        return float(step / 3.0 * (total[0] + 4.0 * total[1::2].sum() + 2.0 * total[2:-1:2].sum() + total[-1]))

    assert gained(moved.energy_rate_to_system) == pytest.approx(moved.energy[-1] - moved.energy[0], abs=1e-7)
    whole = moved.energy + moved.interaction_energy.sum(axis=-1)
    assert gained(moved.heat_rate) == pytest.approx(whole[-1] - whole[0], abs=1e-6)
    np.testing.assert_allclose(np.trace(moved.states, axis1=-2, axis2=-1), 1.0, atol=1e-9)
    later = tk.evolve(system, tk.Ket(np.array([1.0, 0.0])), [0.5, 1.0])
    np.testing.assert_allclose(later.states, moved.states[[40, 80]], atol=1e-8)
    np.testing.assert_allclose(moved.expectation(SPIN.z), 2.0 * moved.energy, atol=1e-12)
    start = tk.evolve(system, tk.Gibbs(1.0), [0.0])
    np.testing.assert_allclose(start.states[0], tk.operators.gibbs(0.5 * SPIN.z, 1.0), atol=1e-12)


def test_contacts_that_do_not_commute_pass_heat_beside_the_system() -> None:
    rest = spin_boson(0.05, SPIN.x + 0.5 * SPIN.z, depth=3, terms=3, tolerance=0.1)
    assert rest.heat.sum() == pytest.approx(0.0, abs=1e-10)
    assert rest.energy_to_system.sum() == pytest.approx(0.0, abs=1e-10)
    assert abs(rest.heat[0] / rest.energy_to_system[0] - 1.0) > 1e-2
    assert rest.entropy_production > 0.0


def test_the_depth_is_what_the_tolerance_needs() -> None:
    rest = spin_boson(0.1, tolerance=1e-2)
    assert rest.depth_error <= 1e-2
    assert rest.terms_error <= 1e-2
    deeper = spin_boson(0.1, depth=rest.depth, terms=max(rest.terms) + 1, tolerance=0.1)
    assert rest.heat[0] == pytest.approx(deeper.heat[0], rel=1e-2)
    assert deeper.size == 4 * len(deeper.found.truncation.solver.ados.labels)


def test_what_has_not_converged_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.warns(tk.errors.ValidityWarning, match="tiers about the last of 2 change it by"):
        spin_boson(1.0, depth=2, terms=3)
    with pytest.warns(tk.errors.ValidityWarning, match=r"of \(0, 0\), is not known: raise `terms`"):
        spin_boson(0.01, depth=2, terms=0)
    with pytest.raises(ValueError, match="lower `depth` or `terms`"):
        spin_boson(1.0, depth=12, terms=8)
    monkeypatch.setattr("thermokin.bath_memory.convergence.LARGEST", 1000)
    with pytest.raises(tk.errors.NotConvergedError, match="still changes by"):
        spin_boson(3.0, terms=3)


def test_what_it_does_not_take_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    bath = tk.Bath("bath", 1.0)
    ends = [tk.Contact(bath, SPIN.x, tk.Drude(0.1, 1.0))]
    with pytest.raises(ValueError, match=r"contacts\[1\].spectrum` must be Drude or Brownian"):
        tk.hierarchy(0.5 * SPIN.z, [*ends, tk.Contact(bath, SPIN.x, tk.Ohmic(0.1))])
    with pytest.raises(ValueError, match="build one at each point"):
        tk.hierarchy(np.array([0.5, 1.0])[:, None, None] * SPIN.z, ends)
    with pytest.raises(ValueError, match="one for each contact"):
        tk.hierarchy(0.5 * SPIN.z, ends, terms=[2, 3])
    with pytest.raises(ValueError, match="`depth` must be a whole number >= 1"):
        tk.hierarchy(0.5 * SPIN.z, ends, depth=0)
    with pytest.raises(ValueError, match="`tolerance` must be one number between"):
        tk.hierarchy(0.5 * SPIN.z, ends, tolerance=2.0)
    still = tk.hierarchy(0.5 * SPIN.z, [tk.Contact(bath, SPIN.z, tk.Drude(0.1, 1.0))], depth=2, terms=1)
    with pytest.raises(tk.errors.DegenerateSteadyStateError, match="more than one state at rest"):
        tk.steady_state(still)
    with pytest.raises(ValueError, match="without leading axes"):
        tk.evolve(still, tk.Gibbs([0.5, 1.0]), [0.0, 1.0])
    monkeypatch.setitem(sys.modules, "qutip", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'thermokin\[qutip\]'"):
        tk.hierarchy(0.5 * SPIN.z, ends)


def test_results_are_shown_labelled_and_drawn() -> None:
    rest = spin_boson(0.01, depth=2, terms=3, tolerance=0.1)
    moved = tk.evolve(rest.system, tk.Gibbs(0.2), [0.0, 1.0])
    assert "2 tiers, terms 3, 3, at rest" in repr(rest)
    assert rest.to_xarray().sizes == {"bath": 2}
    assert moved.to_xarray().sizes == {"time": 2, "bath": 2, "level": 2}
    assert rest.to_qutip().isherm
    for one in (rest, moved):
        one.plot()
