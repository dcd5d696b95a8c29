"""An operator as the list of its elements that are not zero, in the memory that they take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from thermokin._typing import ComplexArray, IntArray
from thermokin.operators.as_numbers import as_numbers, require_finite, require_moderate
from thermokin.operators.as_operators import as_operator

__all__ = ["Elements", "as_elements", "facing", "is_sparse"]


@dataclass(frozen=True, eq=False)
class Elements:
    """Operators with one pattern at all points of a sweep.

    Args:
        dimension: d.
        places: (m, 2) row and column of each element, in the order of a matrix that is read row by row.
        values: (..., m).
    """

    dimension: int
    places: IntArray
    values: ComplexArray

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Leading axes."""
        return self.values.shape[:-1]

    @property
    def largest(self) -> float:
        """The largest absolute value of an element, 0 of none."""
        return float(np.abs(self.values).max(initial=0.0))

    @property
    def dense(self) -> ComplexArray:
        """The matrices (..., d, d), made anew."""
        matrix = np.zeros((*self.batch_shape, self.dimension, self.dimension), dtype=np.complex128)
        matrix[..., self.places[:, 0], self.places[:, 1]] = self.values
        return matrix

    @property
    def keys(self) -> IntArray:
        """(m,) one number for each place, ascending."""
        return np.asarray(self.places[:, 0] * self.dimension + self.places[:, 1])

    @property
    def adjoint(self) -> Elements:
        """The adjoint operators."""
        order = np.lexsort((self.places[:, 0], self.places[:, 1]))
        return Elements(self.dimension, self.places[order][:, ::-1], self.values[..., order].conj())


def as_elements(value: object, name: str) -> Elements:
    """What `as_operator` takes, kept sparse if it came sparse.

    Args:
        value: anything `as_operator` takes (..., d, d); a SciPy sparse matrix, or a QuTiP operator that holds one, is
            never made dense.
        name: the argument's name, for the error.

    Returns:
        Its elements.

    Raises:
        TypeError: if `value` does not hold numbers.
        ValueError: as `as_operator`.
    """
    thin = _sparse(value)
    if thin is None:
        operator = as_operator(value, name)
        places = np.argwhere(operator.any(axis=tuple(range(operator.ndim - 2))))
        return Elements(operator.shape[-1], places, operator[..., places[:, 0], places[:, 1]])
    if thin.ndim != 2 or thin.shape[0] != thin.shape[1] or thin.shape[0] == 0:
        raise ValueError(f"`{name}` must be square, of shape (..., d, d), got shape {thin.shape}.")
    held = thin.tocsr(copy=True)
    held.sum_duplicates()
    held.sort_indices()
    numbers = as_numbers(held.data, name).astype(np.complex128)
    require_finite(numbers, name)
    require_moderate(numbers, name)
    rows = np.repeat(np.arange(held.shape[0]), np.diff(held.indptr))
    live = np.flatnonzero(numbers)
    places = np.stack([rows[live], held.indices[live].astype(np.int64)], axis=-1)
    return Elements(int(held.shape[0]), places, numbers[live])


def facing(one: Elements, other: Elements) -> tuple[ComplexArray, ComplexArray]:
    """The values of two operators at all places where either has an element.

    Args:
        one: the first.
        other: the second, of the same dimension.

    Returns:
        Both as one row each (..., 1, m), so that sums and maxima over the last two axes are those over the matrices;
        at least one element long.
    """
    keys = np.union1d(one.keys, other.keys)
    width = max(keys.size, 1)

    def placed(operator: Elements) -> ComplexArray:
        row = np.zeros((*operator.batch_shape, 1, width), dtype=np.complex128)
        row[..., 0, np.searchsorted(keys, operator.keys)] = operator.values
        return row

    return placed(one), placed(other)


def is_sparse(value: object) -> bool:
    """Whether a value is a SciPy sparse matrix, or a QuTiP operator that holds one.

    Args:
        value: anything.

    Returns:
        True if it is.
    """
    return _sparse(value) is not None


def _sparse(value: Any) -> Any:
    """The SciPy sparse matrix that the value is or, as a QuTiP operator, holds; None if it is none."""
    if hasattr(value, "full") and getattr(value, "isoper", False) and hasattr(getattr(value, "data", None), "as_scipy"):
        value = value.data.as_scipy()
    return value if hasattr(value, "tocsr") and hasattr(value, "toarray") else None
