"""Classical jump processes: a rate matrix with named weights, as a model of populations."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thermokin._typing import FloatArray, IntArray, OperatorLike
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.jump_table import NO_BATH, JumpTable
from thermokin.model.model import Model
from thermokin.operators.as_numbers import as_numbers, common_axes, require_moderate, shown, to_double
from thermokin.operators.as_operators import as_operator

__all__ = ["rates"]

ROUNDING = 1e-10  # mismatch of a given diagonal and the column sums, relative to them, that is taken for rounding


def rates(matrix: OperatorLike, *, weights: Mapping[str, ArrayLike] | None = None) -> Model:
    """A classical jump process d p/dt = W p as a model, so that it enters the same verbs as a quantum one.

    Every nonzero rate is one jump channel. No bath stands behind it and no energy is counted: what its jumps count is
    said by `weights`.

    Args:
        matrix: W (..., n, n) with W_ij >= 0 the rate of j -> i [1/time]; its diagonal is zero or minus the column sums.
        weights: for each name what a jump j -> i counts, (..., n, n); `current(model, name)` is then that current.

    Returns:
        The model, of n levels.

    Raises:
        ValueError: if a rate is negative or not finite, a diagonal does not conserve probability, or shapes differ.
        TypeError: if an argument does not hold real numbers.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> ahead = np.roll(np.eye(3), 1, axis=0)  # 0 -> 1 -> 2 -> 0
        >>> ring = tk.rates(2.0 * ahead + 1.0 * ahead.T, weights={"steps": ahead - ahead.T})
        >>> tk.cumulants(ring, tk.current(ring, "steps")).values.round(12)  # 2 - 1 and 2 + 1
        array([1., 3.])
    """
    flows = _checked(matrix)
    if weights is not None and not isinstance(weights, Mapping):
        raise TypeError(f"`weights` must map names to arrays, got {shown(weights)}.")
    size = flows.shape[-1]
    column, row = np.nonzero(flows.any(axis=tuple(range(flows.ndim - 2))).T)
    count = row.size
    named = (
        {} if weights is None else {name: _weights(name, value, size, row, column) for name, value in weights.items()}
    )
    common_axes({"matrix": flows.shape[:-2], **{f"weights[{key!r}]": value.shape[:-1] for key, value in named.items()}})
    still = FrameOperator(np.zeros(size))
    table = JumpTable(
        dimension=size,
        channel=np.arange(count, dtype=np.int32),
        row=row.astype(np.int32),
        column=column.astype(np.int32),
        amplitude=np.sqrt(flows[..., row, column]),
        bath=np.full(count, NO_BATH, dtype=np.int32),
        energy=np.zeros(count),
        particles=np.zeros(count),
        reverse=_reverse(row, column, size),
    )
    return Model.from_table(still, still, table, (), named_weights=named)


def _checked(matrix: OperatorLike) -> FloatArray:
    """The rates off the diagonal (..., n, n), zero on it."""
    complex_flows = as_operator(matrix, "matrix")
    if complex_flows.imag.any():
        raise TypeError("`matrix` must hold real rates, got complex numbers.")
    flows = np.ascontiguousarray(complex_flows.real)
    level = np.arange(flows.shape[-1])
    diagonal = flows[..., level, level].copy()
    flows[..., level, level] = 0.0
    if (flows < 0.0).any():
        raise ValueError(f"`matrix` must hold rates >= 0 off its diagonal, got {flows.min():g}.")
    out = flows.sum(axis=-2)
    if diagonal.any() and (np.abs(diagonal + out) > ROUNDING * out.max(axis=-1, keepdims=True, initial=0.0)).any():
        raise ValueError(
            "the diagonal of `matrix` must be zero or minus the sum of the other rates of its column: W_ij is the rate "
            "of j -> i, columns sum to zero. If yours has rows that do, pass its transpose."
        )
    return flows


def _weights(name: str, value: ArrayLike, size: int, row: IntArray, column: IntArray) -> FloatArray:
    label = f"weights[{name!r}]"
    if not isinstance(name, str):
        raise TypeError(f"the names of `weights` must be strings, got {name!r}.")
    array = as_numbers(value, label)
    if array.dtype.kind == "c":
        raise TypeError(f"`{label}` must hold real numbers, got complex ones.")
    if array.shape[-2:] != (size, size):
        raise ValueError(f"`{label}` must have shape (..., {size}, {size}) like the rates, got {array.shape}.")
    counted = array[..., row, column]
    if not np.isfinite(counted).all():
        raise ValueError(f"`{label}` must be finite where the rate is not zero.")
    counted = to_double(counted)
    require_moderate(counted, label)
    return counted


def _reverse(row: IntArray, column: IntArray, size: int) -> NDArray[np.int32]:
    """The channel j -> i of each channel i -> j, -1 where there is none."""
    there = np.full((size, size), -1, dtype=np.int32)
    there[row, column] = np.arange(row.size, dtype=np.int32)
    return np.asarray(there[column, row])
