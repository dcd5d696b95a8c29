"""Elimination of levels one by one and in blocks, and what either says of products below all doubles."""

from __future__ import annotations

import numpy as np
import pytest

import thermokin as tk
from thermokin.numerics import eliminated_generator
from thermokin.numerics.eliminated_generator import eliminated, eliminated_by_logarithms

# The one way from level 1 to level 0 is over level 2, by 1e-200 of the odds at a rate of 1e-200: below doubles.
CUT = np.array([[0.0, 0.0, 1e-200], [0.0, 0.0, 1.0], [1e-200, 1e-200, 0.0]])


@pytest.mark.parametrize("above", [48, 1], ids=["one by one", "in blocks"])
def test_only_the_points_whose_products_underflow_are_lost(monkeypatch: pytest.MonkeyPatch, above: int) -> None:
    monkeypatch.setattr(eliminated_generator, "BLOCKS_ABOVE", above)
    rates = np.random.default_rng(1).uniform(0.1, 1.0, (2, 3, 3, 3))
    rates[0, 1] = rates[1, 2] = CUT
    order = np.array([0.0, 1.0, 2.0])
    state, lost = eliminated(rates, order)
    np.testing.assert_array_equal(lost, [[False, True, False], [False, False, True]])
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(state[~lost], eliminated_by_logarithms(np.log(rates[~lost]), order), rtol=1e-14)


@pytest.mark.parametrize("above", [48, 1], ids=["one by one", "in blocks"])
def test_a_population_below_all_doubles_is_known_from_logarithms(monkeypatch: pytest.MonkeyPatch, above: int) -> None:
    monkeypatch.setattr(eliminated_generator, "BLOCKS_ABOVE", above)
    populations = tk.steady_state(tk.rates(CUT)).populations
    np.testing.assert_allclose(populations, [1e-200, 1.0, 1e-200], rtol=1e-12)  # closed form


def test_many_levels_whose_exchange_underflows_are_refused() -> None:
    rates = np.zeros((301, 301))
    rates[:3, :3] = CUT
    rates[3:, 1] = rates[1, 3:] = 1.0
    with pytest.raises(
        tk.errors.NotConvergedError, match="steady state is out of reach: what passes between some levels"
    ):
        tk.steady_state(tk.rates(rates))
