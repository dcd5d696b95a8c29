"""Power series of matrices that end, held against numbers."""

from __future__ import annotations

import numpy as np

from thermokin.numerics.truncated_series import Series, TruncatedSeries, adjoint, hermitian, plus, traces


def matrices(seed: int, count: int) -> Series:
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(2, 2)) + 1j * rng.normal(size=(2, 2)) for _ in range(count)]


def value(series: Series, s: float) -> np.ndarray:
    return sum(np.zeros((2, 2)) if each is None else each * s**power for power, each in enumerate(series))


def test_products_and_inverses_are_those_of_numbers_up_to_the_order() -> None:
    algebra, s = TruncatedSeries.of_one(4), 1e-3
    one, two = matrices(1, 5), matrices(2, 5)
    np.testing.assert_allclose(value(algebra.times(one, two), s), value(one, s) @ value(two, s), atol=1e-12)
    small: Series = [None, *one[1:]]
    inverse, logarithm = algebra.resolved(small)
    np.testing.assert_allclose(value(inverse, s), np.linalg.inv(np.eye(2) - value(small, s)), atol=1e-11)
    exact = -np.log(np.linalg.det(np.eye(2) - value(small, s))).real
    np.testing.assert_allclose(sum(c * s**k for k, c in enumerate(logarithm) if c is not None), exact, atol=1e-13)


def test_two_fields_keep_their_product_alone() -> None:
    algebra = TruncatedSeries.of_two()
    a, b = matrices(3, 2)
    square = algebra.times([None, a, b, None], [None, a, b, None])
    assert square[1] is None
    np.testing.assert_array_equal(square[3], a @ b + b @ a)
    inverse, logarithm = algebra.resolved([None, a, b, None])
    np.testing.assert_array_equal(inverse[3], a @ b + b @ a)
    np.testing.assert_allclose(logarithm[3], np.trace(a @ b).real)


def test_sums_adjoints_and_hermitian_parts_leave_zero_alone() -> None:
    one: Series = [None, np.array([[1.0, 2.0j], [0.0, 3.0]])]
    assert adjoint(one)[0] is None
    assert hermitian(one)[0] is None
    assert traces(one)[0] is None
    np.testing.assert_array_equal(plus(one, [np.eye(2), None])[0], np.eye(2))
    np.testing.assert_array_equal(adjoint(one)[1], one[1].conj().T)
