"""A builder's models know the numbers that its annotations name: axes of a sweep are called after them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import thermokin as tk
from thermokin.model.parameter import Gap, Rate, Temperature, knows_parameters, numbers_of


@knows_parameters
def dimmer(gap: Gap, rate: Rate, bath: Temperature = 2.0, statistics: Any = None, label: str = "dim") -> tk.Model:
    return tk.library.qubit(gap, rate, bath, statistics=statistics)


def test_a_model_knows_its_annotated_numbers_with_their_units_defaults_included() -> None:
    known = dimmer([1.0, 1.5], rate=0.01, statistics=tk.Bose()).parameters
    assert {name: one.unit for name, one in known.items()} == {"gap": "energy", "rate": "1/time", "bath": "energy"}
    np.testing.assert_array_equal(known["gap"].numbers, [1.0, 1.5])
    assert known["bath"].numbers == 2.0


def test_rows_words_and_numbers_of_levels_name_no_axis() -> None:
    assert list(numbers_of(tk.library.qutrit_ladder)) == ["rate", "temperature"]
    assert list(numbers_of(tk.library.spin)) == ["gap", "rate", "temperature"]
    assert "driven_pair" not in numbers_of(tk.library.three_level_maser)
    assert "sites" not in numbers_of(tk.library.xxz_chain)


def test_a_builder_that_annotates_no_number_is_refused() -> None:
    with pytest.raises(TypeError, match=r"`plain` must have annotations that say which arguments are numbers, such as"):

        @knows_parameters
        def plain(gap: float) -> tk.Model:
            return tk.library.qubit(gap, 0.01, 1.0)
