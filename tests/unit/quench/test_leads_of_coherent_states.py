"""Leads between coherent states that hardly differ: what rounding of the states may make is no lead."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk

pytestmark = pytest.mark.filterwarnings(
    "ignore::thermokin.errors.ValidityWarning"
)  # of two oscillators that nearly match


@pytest.mark.parametrize("apart", [1e-8, 2e-7, 2e-6, 2e-5])
def test_nearly_equal_temperatures_show_no_crossing_of_rounding(apart: float) -> None:
    """Exact: none. To first order in their difference heating and cooling leave the same fraction at all times."""

    def oscillators(temperature: float) -> tk.Model:
        return tk.library.coupled_oscillators(2, 1.0, 0.1, 0.004, hot=temperature, cold=temperature)

    pair = tk.reciprocal(oscillators, 1.0, 1.0 + apart)
    compared = tk.compare(pair, np.linspace(0.0, 2.0, 13))
    assert not compared.heating.evolution.population_only
    for name, time in compared.crossings.items():
        assert np.isnan(time), name


def test_the_error_of_a_fraction_grows_as_the_states_come_close() -> None:
    def oscillators(temperature: float) -> tk.Model:
        return tk.library.coupled_oscillators(2, 1.0, 0.1, 0.004, hot=temperature, cold=temperature)

    errors = []
    for apart in (1e-2, 1e-6):
        side = tk.compare(tk.reciprocal(oscillators, 1.0, 1.0 + apart), [0.0, 1.0]).heating
        errors.append(float(side.remaining_error(tk.distances.Trace())[1]))
    assert 1e-13 < errors[0] < 1e-10
    assert errors[1] == pytest.approx(1e4 * errors[0], rel=0.1)
