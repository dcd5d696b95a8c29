"""Narrow windows in functions of one's own that nothing names, and what is warned of."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import thermokin as tk

tr = tk.transport
LEADS = [tk.Bath("left", 1.0, 1.0, tk.Fermi()), tk.Bath("right", 0.5, -1.0, tk.Fermi())]


def counted(scatterer: tr.Scatterer) -> np.ndarray:
    junction = tr.Junction(scatterer, LEADS)
    return np.asarray(tk.cumulants(junction, tk.particles(junction, "left")).values)


def window(low: float, width: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda energy: ((energy > low) & (energy < low + width)).astype(float)


@pytest.mark.parametrize("low", [-2.3, 0.371, 4.02])
@pytest.mark.parametrize("width", [0.03, 0.015, 0.009])
def test_a_narrow_window_is_followed_and_said_not_to_be_named(low: float, width: float) -> None:
    # The quadrature alone gave 0, with an error of 0, of most of them.
    with pytest.warns(tk.errors.ValidityWarning, match="near energy .* that is not named"):
        found = counted(tr.Transmission(window(low, width)))
    np.testing.assert_allclose(found, counted(tr.boxcar(low, low + width)), rtol=1e-10)


def test_a_narrow_window_beside_much_that_passes_is_followed_too() -> None:
    narrow = window(0.371, 0.01)
    with pytest.warns(tk.errors.ValidityWarning, match="name them by `resonances` or `edges`"):
        found = counted(tr.Transmission(lambda energy: 0.3 + 0.5 * narrow(energy)))[0]
    parts = 0.3 * counted(tr.constant(1.0))[0] + 0.5 * counted(tr.boxcar(0.371, 0.381))[0]
    assert found == pytest.approx(parts, rel=1e-11)


def test_what_is_named_smooth_or_a_single_step_is_not_warned_of() -> None:
    quiet = [
        tr.Transmission(window(0.371, 0.01), edges=[0.371, 0.381]),
        tr.Transmission(window(0.371, 0.01), band=(0.371, 0.381)),
        tr.Transmission(window(-80.0, 0.5), band=(-80.0, -79.5)),
        tr.Transmission(lambda e: 1e-6 / ((e - 0.3) ** 2 + 1e-6), resonances=[(0.3, 2e-3)]),
        tr.Transmission(lambda e: 1.0 / (1.0 + np.exp(-e / 0.1))),
        tr.Transmission(lambda e: np.where(e > 0.123, 1.0, 0.0)),
        tr.Transmission(lambda e: 0.5 + 0.5 * np.cos(e)),
        tr.Transmission(lambda e: 0.5 + 0.5 * np.cos(80.0 * e)),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for scatterer in quiet:
            assert np.isfinite(counted(scatterer)).all()
    np.testing.assert_allclose(counted(quiet[3]), counted(tr.resonant_level(0.3, 1e-3, 1e-3)), rtol=1e-10)


def test_a_scattering_matrix_is_looked_at_as_well() -> None:
    def matrix(energy: np.ndarray) -> np.ndarray:
        through = window(0.371, 0.01)(energy)
        found = np.zeros((energy.size, 3, 3), dtype=complex)
        found[:, 2, 2] = 1.0
        found[:, 0, 1] = found[:, 1, 0] = through
        found[:, 0, 0] = found[:, 1, 1] = 1.0 - through
        return found

    leads = [*LEADS, tk.Bath("third", 0.5, 0.0, tk.Fermi())]
    junction = tr.Junction(tr.Scattering(matrix, [0, 1, 2]), leads)
    with pytest.warns(tk.errors.ValidityWarning, match="that is not named"):
        found = tk.cumulants(junction, tk.particles(junction, "left"))
    np.testing.assert_allclose(found.values, counted(tr.boxcar(0.371, 0.381)), rtol=1e-9)


def test_a_sweep_of_leads_is_looked_at_once() -> None:
    asked = []

    def through(energy: np.ndarray) -> np.ndarray:
        asked.append(energy.size)
        return window(0.371, 0.02)(energy)

    biases = np.linspace(0.5, 2.0, 5)
    leads = [tk.Bath("left", 1.0, biases, tk.Fermi()), tk.Bath("right", 1.0, 0.0, tk.Fermi())]
    junction = tr.Junction(tr.Transmission(through), leads)
    with pytest.warns(tk.errors.ValidityWarning, match="that is not named"):
        found = tk.cumulants(junction, tk.particles(junction, "left"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tk.cumulants(junction, tk.heat(junction, "left"))
    exact = tr.Junction(tr.boxcar(0.371, 0.391), leads)
    np.testing.assert_allclose(found, tk.cumulants(exact, tk.particles(exact, "left")), rtol=1e-10)
    assert asked[0] <= 8192


def test_a_real_square_array_of_couplings_is_a_sweep_of_rates() -> None:
    h, amplitudes = np.array([[0.0, 0.3], [0.3, 0.1]]), np.array([[0.4, 0.1], [0.2, 0.3]])
    assert tr.dots(h, [amplitudes, [0.1, 0.2]]).batch_shape == (2,)
    assert tr.dots(h, [amplitudes.astype(complex), [0.1, 0.2]]).batch_shape == ()
    with pytest.raises(ValueError, match="amplitudes to 2 channels are told by a complex array"):
        tr.dots(h, [-amplitudes, [0.1, 0.2]])


def test_a_spike_on_an_oscillation_is_followed_too() -> None:
    # The jumps of the oscillation alone are more than a function has that is smooth but for spikes.
    def share(energy: Any) -> Any:
        return 0.5 + 0.3 * np.sin(4.0 * energy) + 0.19 * (np.abs(energy - 1.013) < 0.03)

    leads = [tk.Bath("l", 3.0, 0.0, tk.Fermi()), tk.Bath("r", 3.0, 0.2, tk.Fermi())]
    named = tk.transport.Junction(tk.transport.Transmission(share, edges=(0.983, 1.043)), leads)
    exact = tk.cumulants(named, tk.particles(named, "l"), order=1).mean
    alone = tk.transport.Junction(tk.transport.Transmission(share), leads)
    with pytest.warns(tk.errors.ValidityWarning, match="near energy .* that is not named"):
        found = tk.cumulants(alone, tk.particles(alone, "l"), order=1)
    # An edge that no name places is met by halving panels, to about 1e-8; it was passed over, 2e-3 off, without a word.
    assert found.mean == pytest.approx(exact, rel=1e-7)


@pytest.mark.filterwarnings("ignore:something narrower")
def test_the_error_of_an_edge_that_is_not_named_covers_what_is_missed() -> None:
    # An edge between the last node of a panel and its end: 12 of 60 boxes were further off than stated, by up to 1e-5.
    rng = np.random.default_rng(3)
    for _ in range(60):
        low, width = rng.uniform(-3.0, 3.0), rng.choice([np.inf, 10.0 ** rng.uniform(-1.0, 1.0)])
        warm, cold, level = rng.uniform([0.3, 0.3, -1.0], [2.0, 2.0, 1.0]).tolist()
        leads = [tk.Bath("left", warm, level, tk.Fermi()), tk.Bath("right", cold, 0.0, tk.Fermi())]
        box = window(low, width)
        junction = tr.Junction(tr.Transmission(lambda energy, box=box: 0.1 + 0.6 * box(energy)), leads)
        found = tk.cumulants(junction, tk.particles(junction, "left"), order=2)

        def above(energy: float, leads: list[tk.Bath] = leads) -> float:
            """Integral of both fillings' difference from an energy on."""
            return sum(
                sign
                * float(bath.temperature * np.logaddexp(0.0, (bath.chemical_potential - energy) / bath.temperature))
                for sign, bath in zip((1.0, -1.0), leads, strict=True)
            )

        exact = (0.1 * level + 0.6 * (above(low) - (above(low + width) if np.isfinite(width) else 0.0))) / (2.0 * np.pi)
        assert abs(abs(found.mean) - abs(exact)) <= float(found.error[0]) < 1e-12


def test_zeros_from_a_window_that_no_sample_meets_are_warned_of_unless_it_is_named() -> None:
    narrow = window(0.37123456, 1e-5)
    with pytest.warns(tk.errors.ValidityWarning, match=r"any of 5376 energies from -21 to 21, 0\.0078"):
        assert counted(tr.Transmission(narrow))[0] == 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        named = counted(tr.Transmission(narrow, edges=[0.37123456, 0.37124456]))
        counted(tr.Transmission(np.zeros_like, edges=[0.0]))
    np.testing.assert_allclose(named, counted(tr.boxcar(0.37123456, 0.37124456)), rtol=1e-6)


@pytest.mark.parametrize("single", [lambda energy: math.exp(-(energy**2)), lambda energy: 1.0 if energy > 0.2 else 0.0])
def test_a_function_of_single_energies_is_refused_with_what_to_write(single: Callable[[Any], float]) -> None:
    with pytest.raises(TypeError, match=r"takes single energies .* np\.exp and np\.where, or lambda energies: \[f\("):
        counted(tr.Transmission(single))
    each = counted(tr.Transmission(lambda energies: [single(one) for one in energies]))
    assert each[0] == pytest.approx(counted(tr.Transmission(np.vectorize(single)))[0], rel=1e-12)


def test_an_error_of_the_functions_own_is_left_as_it_is() -> None:
    with pytest.raises(ValueError, match=r"^mine$"):
        counted(tr.Transmission(fails))


def fails(energy: Any) -> Any:
    raise ValueError("mine")


def test_a_resonance_within_the_rounding_of_its_energy_is_refused() -> None:
    # Its current was wrong by a third, and the stated error 1e-9 of it.
    def line(centre: float, width: float) -> tr.Transmission:
        return tr.Transmission(
            lambda energy: width**2 / ((energy - centre) ** 2 + width**2), resonances=[(centre, 2.0 * width)]
        )

    with pytest.raises(ValueError, match=r"`resonances` must be wider than the rounding .* 2e-16 at -2: a function"):
        line(-2.0, 1e-16)
    junction = tr.Junction(line(0.0, 1e-20), LEADS)
    found = tk.cumulants(junction, tk.particles(junction, "left"), order=1)
    assert found.mean == pytest.approx(counted(tr.resonant_level(0.0, 1e-20, 1e-20))[0], rel=1e-12)
