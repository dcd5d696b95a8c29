"""Derivatives of functions of time that are known by their values."""

from typing import Any, TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from thermokin._typing import FloatArray
from thermokin.numerics.chebyshev_pieces import chebyshev_pieces

Array: TypeAlias = NDArray[Any]


def test_derivatives_of_smooth_functions_are_exact_to_rounding() -> None:
    def values(times: FloatArray) -> Array:
        return np.stack([np.sin(3.0 * times), np.exp(-times), 1j * times**2], axis=-1)

    times = np.linspace(0.0, 7.0, 301)
    slopes = np.stack([3.0 * np.cos(3.0 * times), -np.exp(-times), 2j * times], axis=-1)
    found = chebyshev_pieces(values, np.array([0.0, 7.0]))
    assert np.abs(found.derivative(times) - slopes).max() < 1e-10
    assert found.floor < 1e-12


def test_a_narrow_pulse_is_resolved_by_smaller_pieces() -> None:
    def values(times: FloatArray) -> Array:
        return np.exp(-(((times - 3.217) / 0.03) ** 2))

    times = np.linspace(3.1, 3.4, 101)
    found = chebyshev_pieces(values, np.array([0.0, 2.9, 3.5, 10.0]))
    slopes = -2.0 * (times - 3.217) / 0.03**2 * values(times)
    assert np.abs(found.derivative(times) - slopes).max() < 1e-9
    assert len(found.series) > 3


def test_edges_part_a_function_that_bends() -> None:
    found = chebyshev_pieces(lambda times: np.minimum(times, 1.0), np.array([0.0, 1.0, 3.0]))
    assert found.derivative(np.array([0.3, 0.999, 1.001, 2.9])) == pytest.approx(
        np.array([1.0, 1.0, 0.0, 0.0]), abs=1e-11
    )
    assert len(found.series) == 2


def test_a_jump_that_no_edge_names_is_told_by_the_floor() -> None:
    found = chebyshev_pieces(lambda times: np.where(times < 1.0, 0.0, 1.0), np.array([0.0, 3.0]))
    assert found.floor > 1e-4
