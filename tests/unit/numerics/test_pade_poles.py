"""Occupations as sums over poles."""

from __future__ import annotations

import numpy as np
import pytest

from thermokin.numerics.pade_poles import bose_poles, fermi_poles


def test_few_poles_make_the_occupation_near_zero_and_many_everywhere() -> None:
    x = np.linspace(0.1, 12.0, 40)[:, None]
    # The approximant is exact to the order 4 N of x, and converges faster than any power.
    for count, within in ((6, 1e-9), (12, 1e-13)):
        strengths, places = bose_poles(count)
        found = 0.5 + 1.0 / x[:, 0] + (2.0 * strengths * x / (x**2 + places**2)).sum(axis=1)
        np.testing.assert_allclose(found, -1.0 / np.expm1(-x[:, 0]), atol=within)
        strengths, places = fermi_poles(count)
        found = 0.5 + (2.0 * strengths * x / (x**2 + places**2)).sum(axis=1)
        np.testing.assert_allclose(found, 1.0 / (1.0 + np.exp(-x[:, 0])), atol=within)


def test_the_first_poles_tend_to_those_of_matsubara() -> None:
    assert bose_poles(10)[1][0] == pytest.approx(2.0 * np.pi, rel=1e-12)
    assert fermi_poles(10)[1][0] == pytest.approx(np.pi, rel=1e-12)
    assert bose_poles(0)[0].size == fermi_poles(0)[1].size == 0
