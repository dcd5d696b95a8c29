"""A generator whose columns give away exactly what they take, in twice the precision of doubles; its condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from thermokin._typing import FloatArray, IntArray

__all__ = ["TraceConserving", "exact_product", "exact_sum", "flow_error", "plain_error", "trace_conserving"]

Array = NDArray[Any]
SPLITTER = 2.0**27 + 1.0  # leaves two halves whose products are exact
MANTISSA = 53
Matrix: TypeAlias = Array | sparse.csr_array


@dataclass(frozen=True, eq=False)
class TraceConserving:
    """L held as two doubles per element, with what products with it miss. Made by `trace_conserving`.

    Args:
        matrix: L rounded (..., n, n).
        rest: what rounding took from it (..., n, n).
    """

    matrix: Array
    rest: Array

    def miss(self, right: Array, solution: Array) -> Array:
        """The vectors b - L x, rounded once.

        Args:
            right: b (..., n, m).
            solution: x (..., n, m).

        Returns:
            (..., n, m).
        """
        return _miss(self.matrix, self.rest, right, solution)

    def miss_transposed(self, right: Array, solution: Array) -> Array:
        """The row vectors c - y L, rounded once.

        Args:
            right: c (..., n, m), each column a row vector of its own.
            solution: y (..., n, m), likewise.

        Returns:
            (..., n, m), likewise.
        """
        return _miss(self.matrix.swapaxes(-1, -2), self.rest.swapaxes(-1, -2), right, solution)


def trace_conserving(matrix: Array, places: IntArray) -> TraceConserving:
    """The generator nearest to a rounded one whose columns sum to zero over the populations.

    Rounding of what leaves a level is larger than what a weak link carries. What leaves a population is therefore taken
    to be what arrives at the others, and what leaves a coherence for the population that it feeds most likewise.

    Args:
        matrix: L (..., n, n).
        places: (k,) where the populations stand.

    Returns:
        The generator.
    """
    if np.iscomplexobj(matrix):
        real, imaginary = trace_conserving(matrix.real, places), trace_conserving(matrix.imag, places)
        return TraceConserving(real.matrix + 1j * imaginary.matrix, real.rest + 1j * imaginary.rest)
    columns = matrix[..., places, :].swapaxes(-1, -2)  # (..., n, k)
    last = np.abs(columns).argmax(axis=-1)
    last[..., places] = np.arange(places.size)
    own = np.arange(places.size) == last[..., None]
    total, lost = exact_sum(np.where(own, 0.0, columns))
    whole, rest = matrix.copy(), np.zeros_like(matrix)
    whole[..., places, :] = np.where(own, -total[..., None], columns).swapaxes(-1, -2)
    rest[..., places, :] = np.where(own, -lost[..., None], 0.0).swapaxes(-1, -2)
    return TraceConserving(whole, rest)


def _miss(matrix: Array, rest: Array, right: Array, solution: Array) -> Array:
    found = [_miss_of_one(matrix, rest, right[..., k], solution[..., k]) for k in range(right.shape[-1])]
    return np.stack(found, axis=-1) if found else np.zeros_like(right)


def _miss_of_one(matrix: Array, rest: Array, right: Array, solution: Array) -> Array:
    """Of vectors (..., n)."""
    x, y = solution.real, solution.imag
    if np.iscomplexobj(matrix):
        real = ((matrix.real, rest.real, x), (-matrix.imag, -rest.imag, y))
        imaginary = ((matrix.real, rest.real, y), (matrix.imag, rest.imag, x))
        return np.asarray(_less(right.real, *real) + 1j * _less(right.imag, *imaginary))
    found = _less(right.real, (matrix, rest, x))
    if np.iscomplexobj(solution) or np.iscomplexobj(right):
        return np.asarray(found + 1j * _less(right.imag, (matrix, rest, y)))
    return found


def _less(right: Array, *products: tuple[Array, Array, Array]) -> Array:
    """A real vector less products of real matrices and vectors (..., n)."""
    terms: list[Array] = []
    small: Any = 0.0
    for matrix, rest, vector in products:
        row = vector[..., None, :]
        product, lost = exact_product(matrix, row)
        terms.append(-product)
        small = small - (lost + rest * row).sum(axis=-1)
    batch = np.broadcast_shapes(right.shape[:-1], terms[0].shape[:-2])
    own = np.broadcast_to(right, (*batch, right.shape[-1]))[..., None]
    whole = [np.broadcast_to(term, (*batch, *term.shape[-2:])) for term in terms]
    total, rest = exact_sum(np.concatenate([*whole, own], axis=-1))
    return np.asarray(total + (rest + small))


def exact_product(one: Array, two: Array) -> tuple[Array, Array]:
    """The product of two real arrays, and what rounding took from it.

    Args:
        one: (...).
        two: (...), to be broadcast with it.

    Returns:
        Two arrays whose sum is the product.

    Reference:
        dekker1971.
    """
    (high, low), (other_high, other_low) = _halves(one), _halves(two)
    product = one * two
    lost = high * other_high - product
    lost += high * other_low
    lost += low * other_high
    lost += low * other_low
    return product, lost


def _halves(values: Array) -> tuple[Array, Array]:
    scaled = SPLITTER * values
    high = scaled - (scaled - values)
    return high, values - high


def exact_sum(terms: Array) -> tuple[Array, Array]:
    """The sum along the last axis, to twice the precision of the largest term.

    Args:
        terms: (..., n), real.

    Returns:
        The sum (...), and what rounding took from it.
    """
    # Bits above a unit common to all terms are summed without rounding, then those above a finer one.
    spare = int(np.ceil(np.log2(terms.shape[-1] + 1.0))) + 1
    _, exponent = np.frexp(np.abs(terms).max(axis=-1, initial=0.0, keepdims=True))
    unit = np.ldexp(1.0, exponent + spare)
    upper = (unit + terms) - unit
    rest = terms - upper
    unit = np.ldexp(unit, spare - MANTISSA)
    middle = (unit + rest) - unit
    first, second = upper.sum(axis=-1), middle.sum(axis=-1) + (rest - middle).sum(axis=-1)
    total = first + second
    return total, second - (total - first)


def flow_error(size: Array, places: IntArray, left: Array, right: Array) -> FloatArray:
    """The largest change of y L x where every element of L changes by a part of itself and the trace is still kept.

    What a rate takes from one population it gives to another, so that it counts by the difference of y between them:
    parts that weak links join have nearly equal y inside, and lose nothing by strong links however weak the others.

    Args:
        size: of the elements of L, or of what is added in each of them (..., n, n).
        places: (k,) where the populations stand.
        left: y (..., n).
        right: x (..., n).

    Returns:
        (...), to be multiplied by the relative error of the elements.
    """
    x, y = np.abs(right), left
    others = np.delete(np.arange(size.shape[-1]), places)
    here = y[..., places]
    between = size[..., places[:, None], places] * np.abs(here[..., :, None] - here[..., None, :])
    total = np.einsum("...ab,...b->...", between, x[..., places])
    if others.size:
        out = size[..., places[:, None], others]
        given = out.sum(axis=-2)
        mean = np.einsum("...ac,...a->...c", out, here) / np.where(given > 0.0, given, 1.0)
        apart = np.abs(here[..., :, None] - mean[..., None, :])
        total = total + np.einsum("...ac,...c->...", out * apart, x[..., others])
        total = total + np.einsum("...c,...cb,...b->...", np.abs(y[..., others]), size[..., others, :], x)
    return np.asarray(total)


def plain_error(size: Matrix, left: Array, right: Array, frequency: float = 0.0) -> FloatArray:
    """The largest change of y (L - i w) x where every element changes by a part of itself, whatever the trace.

    This is what a factorisation does to its matrix.

    Args:
        size: of the elements of L, or of what is added in each of them (..., n, n), dense or sparse.
        left: y (..., n).
        right: x (..., n).
        frequency: w [1/time].

    Returns:
        (...), to be multiplied by the relative error of the elements.
    """
    long = np.abs(right)[..., None]
    moved = (size @ long + abs(frequency) * long)[..., 0]
    return np.asarray((np.abs(left) * moved).sum(axis=-1))
