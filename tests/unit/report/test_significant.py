"""Numbers as a paper prints them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from thermokin.report.page import shortened
from thermokin.report.significant import significant


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.00158, 3, "1.58×10⁻³"),
        (0.0158, 3, "0.0158"),
        (1.0, 3, "1.00"),
        (158.4, 3, "158"),
        (1584.0, 3, "1.58×10³"),
        (99.96, 3, "100"),
        (999.6, 3, "1.00×10³"),
        (-2.5, 2, "−2.5"),
        (-1e-12, 1, "−1×10⁻¹²"),
        (6.02214076e23, 4, "6.022×10²³"),
        (5e-324, 2, "4.9×10⁻³²⁴"),
        (1.7976931348623157e308, 2, "1.8×10³⁰⁸"),
        (0.0, 3, "0"),
        (-0.0, 3, "0"),
        (3000, 2, "3000"),
        (-7, 2, "−7"),
        (np.float64(0.25), 2, "0.25"),
        (np.int64(12), 1, "12"),
        (math.inf, 3, "∞"),
        (-math.inf, 3, "−∞"),
    ],
)
def test_a_number_is_printed_with_so_many_significant_digits(value: float, digits: int, text: str) -> None:
    assert significant(value, digits) == text


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"`value` must not be NaN"):
        significant(math.nan)
    with pytest.raises(TypeError, match="`value` must be a real number, got complex"):
        significant(1j)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="`value` must be a real number, got bool"):
        significant(np.True_)
    with pytest.raises(ValueError, match="`digits` must be 1 or larger, got 0"):
        significant(1.0, 0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (0.5, "0.5"),
        (100.0, "100"),
        (1e5, "100000"),
        (2e-9, "2×10⁻⁹"),
        (1.5e8, "1.5×10⁸"),
        (0.1 + 0.2, "0.3"),
        (10, "10"),
        ("0.500", "0.500"),
        (None, "–"),
    ],
)
def test_a_setting_is_printed_without_digits_that_say_nothing(value: float | str | None, text: str) -> None:
    assert shortened(value, 6) == text
