"""Noise against frequency between leads: closed forms, the limit of zero frequency, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import thermokin as tk
from oracles import Array

FERMI = tk.Fermi()
FREQUENCIES = np.array([0.0, 1e-3, 0.2, 1.0, -1.0, 5.0])


def between(scatterer: Any, *numbers: tuple[float, float], statistics: Any = FERMI) -> Any:
    leads = [tk.Bath(name, *pair, statistics) for name, pair in zip("abcd", numbers, strict=False)]
    return tk.transport.Junction(scatterer, leads)


def thermal(energy: Array, warmth: float) -> Array:
    """x coth(x / 2T)."""
    return np.array([2.0 * warmth if x == 0.0 else x / np.tanh(x / (2.0 * warmth)) for x in np.atleast_1d(energy)])


@pytest.mark.parametrize("share", [1e-6, 0.3, 1.0])
def test_noise_of_a_constant_transmission_against_frequency(share: float) -> None:
    # Blanter and Buttiker (2000), the symmetrised spectrum of a two-terminal conductor.
    warmth, bias = 0.3, 0.7
    wire = between(tk.transport.constant(share), (warmth, 2.0 + bias), (warmth, 2.0))
    found = tk.spectrum(wire, tk.particles(wire, "a"), FREQUENCIES)
    shot = thermal(bias + FREQUENCIES, warmth) + thermal(bias - FREQUENCIES, warmth)
    expected = share**2 * thermal(FREQUENCIES, warmth) + 0.5 * share * (1.0 - share) * shot
    assert np.asarray(found) == pytest.approx(expected / (2.0 * np.pi), rel=1e-12)
    assert (np.abs(np.asarray(found) - expected / (2.0 * np.pi)) <= found.error + 1e-16).all()


def test_without_temperature_noise_is_linear_between_its_kinks() -> None:
    wire = between(tk.transport.constant(0.4), (0.0, 1.0), (0.0, 0.0))
    found = tk.spectrum(wire, tk.particles(wire, "a"), [0.0, 0.5, 2.0])
    size = np.abs([[1.0, 0.0, 1.0], [1.5, 0.5, 0.5], [3.0, 2.0, 1.0]])
    expected = 0.16 * size[:, 1] + 0.12 * (size[:, 0] + size[:, 2])
    assert np.asarray(found) == pytest.approx(expected / (2.0 * np.pi), rel=1e-13)


def test_zero_frequency_is_the_noise_of_all_terminals() -> None:
    numbers = ((0.3, 0.5), (0.2, 0.0), (0.4, 0.1), (0.1, -0.2))
    edges = between(tk.transport.mach_zehnder([0.3, 0.9], 0.8, 0.4), *numbers)
    current = tk.particles(edges, "c") - 0.5 * tk.particles(edges, "a")
    found = tk.spectrum(edges, current, [0.0, 0.3])
    assert found.shape == (2, 2)
    assert found.values[:, 0] == pytest.approx(tk.cumulants(edges, current).noise, rel=1e-12)
    back = tk.spectrum(edges, current, [-0.3])
    assert found.values[:, 1] == pytest.approx(back.values[:, 0], rel=1e-12)
    assert "frequency" in str(found.to_xarray())


def test_what_has_no_noise_spectrum_here_is_refused() -> None:
    level = between(tk.transport.resonant_level(0.1, 0.2, 0.3), (0.3, 0.5), (0.3, 0.0))
    with pytest.raises(tk.HypothesisError, match="depends on energy"):
        tk.spectrum(level, tk.particles(level, "a"), [0.1])
    narrow = between(tk.transport.resonant_level(300.0, 1e-9, 1e-9), (0.3, 0.5), (0.3, 0.0))
    with pytest.raises(tk.HypothesisError, match="depends on energy"):
        tk.spectrum(narrow, tk.particles(narrow, "a"), [0.1])
    wire = between(tk.transport.constant(0.5), (0.3, 0.5), (0.3, 0.0))
    with pytest.raises(tk.HypothesisError, match="counts energy"):
        tk.spectrum(wire, tk.heat(wire, "a"), [0.1])
    light = between(tk.transport.constant(0.5), (0.3, 0.0), (0.2, 0.0), statistics=tk.Bose())
    with pytest.raises(tk.HypothesisError, match="of fermions"):
        tk.spectrum(light, light.current("quanta", [1.0, 0.0]), [0.1])
