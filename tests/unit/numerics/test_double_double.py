"""Sums, products and residuals in twice the precision of doubles."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from thermokin.numerics.trace_conserving import exact_product, exact_sum, trace_conserving


def test_a_product_and_what_rounding_took_from_it_make_the_exact_product() -> None:
    rng = np.random.default_rng(0)
    one, two = rng.normal(size=(2, 200)) * 10.0 ** rng.uniform(-20.0, 20.0, (2, 200))
    product, lost = exact_product(one, two)
    for a, b, high, low in zip(one, two, product, lost, strict=True):
        assert Fraction(float(a)) * Fraction(float(b)) == Fraction(float(high)) + Fraction(float(low))


def test_a_sum_that_cancels_keeps_the_digits_of_what_is_left() -> None:
    rng = np.random.default_rng(1)
    terms = rng.normal(size=(50, 9)) * 10.0 ** rng.uniform(-12.0, 0.0, (50, 9))
    terms[:, 8] = -terms[:, :8].sum(axis=-1)
    total, lost = exact_sum(terms)
    for row, high, low in zip(terms, total, lost, strict=True):
        exact = sum(map(Fraction, map(float, row)))
        assert abs(Fraction(float(high)) + Fraction(float(low)) - exact) < 1e-30
        assert float(high) == float(exact)


def test_columns_of_a_generator_sum_to_zero_to_thirty_digits_and_its_residuals_see_it() -> None:
    rng = np.random.default_rng(2)
    matrix, places = rng.normal(size=(3, 5, 5)), np.array([0, 2, 3])
    matrix[:, 0] -= matrix[:, places].sum(axis=1)
    kept = trace_conserving(matrix, places)
    np.testing.assert_allclose(kept.matrix, matrix, rtol=1e-14, atol=1e-15)
    for point in range(3):
        for column in range(5):
            parts = [*kept.matrix[point, places, column], *kept.rest[point, places, column]]
            assert abs(sum(map(Fraction, map(float, parts)))) < 1e-30
    state = rng.normal(size=(3, 5, 2)) + 1j * rng.normal(size=(3, 5, 2))
    flow = kept.miss(np.zeros_like(state), state)
    np.testing.assert_allclose(flow, -matrix @ state, atol=1e-13)
    np.testing.assert_allclose(kept.miss(-flow, state), 0.0, atol=1e-15)
    rows = kept.miss_transposed(np.zeros_like(state), state)
    np.testing.assert_allclose(rows, -matrix.swapaxes(-1, -2) @ state, atol=1e-13)
    # The trace is a left null vector.
    trace = np.zeros((3, 5, 1))
    trace[:, places] = 1.0
    assert np.abs(kept.miss_transposed(np.zeros_like(trace), trace)).max() < 1e-30
    turned = trace_conserving(matrix * (1.0 + 0.5j), places)
    np.testing.assert_allclose(turned.miss(np.zeros_like(state), state), -(1.0 + 0.5j) * (matrix @ state), atol=1e-13)


def exactly(number: complex) -> tuple[Fraction, Fraction]:
    return Fraction(float(np.real(number))), Fraction(float(np.imag(number)))


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("transposed", [False, True])
def test_what_a_rounded_product_misses_is_right_to_its_last_digits(*, turned: bool, transposed: bool) -> None:
    rng = np.random.default_rng(3)
    matrix, places = rng.normal(size=(6, 6)) * 10.0 ** rng.uniform(-8.0, 0.0, (6, 6)), np.array([0, 1, 4])
    if turned:
        matrix = matrix * np.exp(1j * rng.uniform(0.0, 6.0, (6, 6)))
    kept = trace_conserving(matrix, places)
    state = rng.normal(size=6) + 1j * rng.normal(size=6)
    whole, rest = (part.T if transposed else part for part in (kept.matrix, kept.rest))
    given = whole @ state
    missed = (kept.miss_transposed if transposed else kept.miss)(given[:, None], state[:, None])[:, 0]
    for row in range(6):
        real, imaginary = exactly(given[row])
        for column in range(6):
            x, y = exactly(state[column])
            for part in (whole, rest):
                a, b = exactly(part[row, column])
                real, imaginary = real - (a * x - b * y), imaginary - (a * y + b * x)
        np.testing.assert_allclose([missed[row].real, missed[row].imag], [float(real), float(imaginary)], rtol=1e-12)
