"""Values that are wrong somewhere, odd in their kind, or only large: what is thrown at any argument."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import hypothesis.strategies as st
import numpy as np
import scipy.sparse

from fuzz.judge import OwnError


class Pretends:
    """An object that says it is an array.

    Args:
        value: what its `__array__` gives, or raises if it is an error.
    """

    def __init__(self, value: object) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Pretends({self.value!r})"

    def __array__(self, dtype: object = None, copy: object = None) -> Any:
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


class Sparse:
    """An object with SciPy's method `toarray`, that gives something else.

    Args:
        value: what it gives.
    """

    def __init__(self, value: object) -> None:
        self.value = value

    def toarray(self) -> object:
        return self.value


def _read_only() -> Any:
    array = np.eye(2)
    array.flags.writeable = False
    return array


WORDS = [
    *(None, "", "x", "bath", "heat", b"x", True, False, ..., object()),
    *(int, len, {}, {1: 2}, {"a": np.eye(2)}, {1, 2}),
]
NUMBERS = [
    *(0, 1, -1, 2, 3, 10**400, 0.0, -0.0, 0.5, 1.0, np.nan, np.inf, -np.inf, 1j, 1 + 0j, complex(np.nan, 0.0)),
    *(1e300, -1e300, 1e-300, 5e-324, 1e160, 1e-160, 1e15, np.float16(1.0), np.longdouble(1.0), np.longdouble("1e4000")),
    *(np.int8(1), np.uint64(2**64 - 1), np.bool_(1), Fraction(1, 3), Decimal("0.1"), dt.date(2000, 1, 1)),
]
LISTS = [
    *([], [[]], [1.0], [[1.0]], [1.0, 2.0], (0.0, 1.0), [0.0, 0.0], [1.0, np.nan], [np.inf, 0.0], [1, "a"], [None]),
    *([[1.0], [1.0, 2.0]], [[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [1.0]], ["a", "b"], [[1j, 0.0], [0.0, 1.0]]),
    *([0.5, 0.5], range(3), [1.0] * 7, [[[1.0]]], [10**400, 1], [[0.5, 0.6], [0.6, 0.5]], [[1.0, 1e-13], [0.0, 0.0]]),
]
ARRAYS = [
    *(np.zeros(0), np.zeros((0, 0)), np.zeros((2, 0)), np.zeros((0, 2, 2)), np.zeros((0, 1)), np.zeros(2), np.ones(3)),
    *(np.eye(1), np.eye(2), np.eye(3), np.zeros((2, 2)), np.ones((2, 3)), np.ones((3, 2, 2)), np.ones((2, 1, 3, 3))),
    *(np.asfortranarray(np.arange(4.0).reshape(2, 2)), _read_only(), np.eye(2)[::-1], np.eye(4)[::2, ::2]),
    *(np.array([[0, 1], [1, 0]]), np.eye(2, dtype=bool), np.eye(2, dtype=np.float16), np.eye(2, dtype=np.longdouble)),
    *(np.array([[0.0, -1j], [1j, 0.0]]), np.array([[0.0, 1j], [1j, 0.0]])),
    *(np.full((2, 2), np.nan), np.full((2, 2), np.inf), 1e300 * np.ones((2, 2)), 1e-300 * np.ones((2, 2))),
    *(np.diag([1e300, 1e-300]), np.diag([0.0, 1e160]), np.diag([0.0, 1e-160]), np.array(["2000-01-01"], "M8[D]")),
    *(np.array(["a", "b"]), np.array([None, 1.0]), np.array([[1, 2], [3, 4]], dtype=object)),
    *(np.zeros(2, dtype=[("a", float)]), np.ma.masked_array([1.0, 2.0], [True, False]), np.asmatrix(np.eye(2))),
    *(np.ones((1,) * 20), np.linspace(0.0, 1.0, 5), np.array(1.0), np.array("x"), np.array([0.25, 0.75])),
]
OBJECTS = [
    *(scipy.sparse.csr_array(np.eye(2)), scipy.sparse.coo_matrix(np.ones((2, 3))), scipy.sparse.csr_array((0, 0))),
    *(Pretends(np.eye(2)), Pretends([1.0]), Pretends(None), Pretends(np.full(2, np.nan)), Pretends(OwnError("my own"))),
    *(Sparse(None), Sparse("x"), Sparse(np.eye(2)), Sparse(np.eye(3)), iter([1.0, 2.0])),
]
ALL = [*WORDS, *NUMBERS, *LISTS, *ARRAYS, *OBJECTS]


def junk() -> st.SearchStrategy[Any]:
    """Any of them; shrinks to the first."""
    return st.sampled_from(ALL)
