"""What passes between leads at each energy, and how full they are."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk

ENERGIES = np.linspace(-1.0, 1.0, 7)


def leads(*names: str) -> list[tk.Bath]:
    return [tk.Bath(name, 0.2 + 0.1 * place, 0.3 * place, tk.Fermi()) for place, name in enumerate(names)]


def test_a_chain_passes_what_its_green_function_says() -> None:
    junction = tk.transport.Junction(tk.transport.chain([0.1, 0.2], 0.3, 0.4, 0.5), leads("a", "b"))
    found = tk.transport.transmission_spectrum(junction, ENERGIES)
    hamiltonian = np.array([[0.1 - 0.2j, 0.3], [0.3, 0.2 - 0.25j]])
    for energy, values in zip(ENERGIES, found.values, strict=True):
        green = np.linalg.inv(energy * np.eye(2) - hamiltonian)
        assert values[1, 0] == pytest.approx(0.4 * 0.5 * abs(green[1, 0]) ** 2, rel=1e-12)
        assert values[0, 0] == values[1, 1] == 0.0
    expected = 1.0 / (np.exp((ENERGIES - 0.3) / 0.3) + 1.0)
    np.testing.assert_allclose(found.fillings[:, 1], expected, rtol=1e-13)


def test_one_way_channels_pass_one_way() -> None:
    junction = tk.transport.Junction(tk.transport.one_way_ring(3, -0.5, 0.5), leads("a", "b", "c"))
    found = tk.transport.transmission_spectrum(junction, [0.0]).values[0]
    np.testing.assert_array_equal(found, [[0, 0, 1], [1, 0, 0], [0, 1, 0]])
    _, axes = tk.transport.transmission_spectrum(junction).plot()
    labels = {text.get_text() for text in axes.ravel()[0].get_legend().get_texts()}
    assert {"a → b", "b → c", "c → a"} <= labels


def test_a_sweep_needs_energies_and_is_that_of_its_points() -> None:
    levels = np.array([0.1, 0.4])
    junction = tk.transport.Junction(tk.transport.resonant_level(levels, 0.1, 0.2), leads("a", "b"))
    found = tk.transport.transmission_spectrum(junction, ENERGIES)
    one = tk.transport.Junction(tk.transport.resonant_level(0.4, 0.1, 0.2), leads("a", "b"))
    np.testing.assert_array_equal(found.values[1], tk.transport.transmission_spectrum(one, ENERGIES).values)
    with pytest.raises(ValueError, match=r"`energies` must be given for a sweep of shape \(2,\)"):
        tk.transport.transmission_spectrum(junction)
    with pytest.raises(ValueError, match="a figure shows one point"):
        found.plot()


def test_the_grid_sees_what_is_narrow() -> None:
    junction = tk.transport.Junction(tk.transport.resonant_level(0.3, 1e-7, 1e-7), leads("a", "b"))
    assert tk.transport.transmission_spectrum(junction).values.max() == pytest.approx(1.0, rel=1e-6)


def test_energies_of_bosons_are_positive() -> None:
    baths = [tk.Bath(name, warmth) for name, warmth in (("hot", 1.0), ("cold", 0.5))]
    junction = tk.transport.Junction(tk.transport.boxcar(0.2, 0.6), baths)
    with pytest.raises(ValueError, match="of bosons must be positive"):
        tk.transport.transmission_spectrum(junction, [-0.1, 0.3])
    assert (tk.transport.transmission_spectrum(junction).energies > 0.0).all()
    with pytest.raises(ValueError, match=r"must be one row"):
        tk.transport.transmission_spectrum(junction, [[0.1]])
    with pytest.raises(TypeError, match="must be a junction of leads"):
        tk.transport.transmission_spectrum(3)  # type: ignore[arg-type]
