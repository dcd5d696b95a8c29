"""H and the jumps of a model as random combinations: what all of these have in common, the operators have."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.jump_table import JumpTable
from thermokin.numerics.level_sums import at_points, flattened, scatter

__all__ = ["OperatorAlgebra", "longer_word"]

EPSILON = float(np.finfo(float).eps)
KNOWN = 1e-4  # of an operator less its multiple of 1: rounding up to which it is no mere multiple of 1
CARRIED = 1e3  # times that rounding is what products of a few operators make of it
TINY = 1e-300
ALIKE = 1e-12  # relative difference of two matrix elements that is taken for rounding


class OperatorAlgebra:
    """H and the jumps of a model at the points of a flattened sweep, and random combinations of them.

    Args:
        liouvillian: the generator, of jumps without an identity part.
        count: n, of the points.
        given: the jumps with it.
    """

    def __init__(self, liouvillian: Liouvillian, count: int, given: JumpTable) -> None:
        self._table, self._size, self._count = liouvillian.table, liouvillian.dimension, count
        self._liouvillian, batch = liouvillian, liouvillian.model.batch_shape
        self._amplitude = flattened(self._table.amplitude, 1, batch)
        self._hamiltonian = flattened(liouvillian.model.generator.dense, 2, batch)
        self._given, self._parts_of_one = given, flattened(given.identity_part, 1, batch)
        self._whole = flattened(given.amplitude, 1, batch)

    def rounding(self, points: IntArray) -> FloatArray:
        """What elements of H and the jumps are known to, beside the largest of the same operator, at points (p,)."""
        known = np.concatenate(
            np.broadcast_arrays(self._unknown(points), self._drive_unknown(points)[:, None]), axis=-1
        )
        return np.asarray(CARRIED * np.where(known <= KNOWN, known, 0.0).max(axis=-1, initial=0.0))

    def _unknown(self, points: IntArray) -> FloatArray:
        """Rounding of a jump's elements as they were given, beside the largest that an identity part leaves (p, k)."""
        given = _largest(at_points(self._whole, points), self._given)
        return _ratio(EPSILON * given, _largest(at_points(self._amplitude, points), self._table))

    def _drive_unknown(self, points: IntArray) -> FloatArray:
        """That of H, which holds what identity parts of the jumps turn into (p,)."""
        hamiltonian = at_points(self._hamiltonian, points)
        turned = np.abs(at_points(self._parts_of_one, points)) * _largest(at_points(self._whole, points), self._given)
        given = np.abs(hamiltonian).max(axis=(-2, -1)) + turned.sum(axis=-1)
        return _ratio(EPSILON * given, np.abs(_traceless(hamiltonian)).max(axis=(-2, -1)))

    @cached_property
    def _between(self) -> ComplexArray:
        """What moves kets between jumps, (n, d, d) or one for all points."""
        return flattened(self._liouvillian.effective_hamiltonian, 2, self._liouvillian.model.batch_shape)

    def unlike_first(self) -> BoolArray:
        """Points (n,) whose jumps, up to a factor for each channel, are not those of the first one."""
        channel, amplitude = self._table.channel, self._amplitude
        # The entries are sorted by channel: the first of each that is largest at the first point is its unit.
        if not channel.size:
            return np.zeros(self._count, dtype=bool)
        # A channel without entries has no unit, and nothing asks for it.
        begin = np.minimum(self._table.starts[:-1], channel.size - 1)
        leading = np.lexsort((-np.abs(amplitude[0]), channel))[begin]
        unit = amplitude[:, leading][:, channel]
        share = amplitude / np.where(unit == 0.0, 1.0, unit)
        alike = (np.abs(share - share[0]) <= ALIKE) & (unit != 0.0)
        return np.broadcast_to(~alike.all(axis=-1), (self._count,))

    def combination(self, points: IntArray, random: np.random.Generator) -> ComplexArray:
        """A random Hermitian combination of H, L_k and L_k^+, each brought to the same size.

        Args:
            points: (p,) of the sweep.
            random: where its coefficients come from.

        Returns:
            (p, d, d).
        """
        hamiltonian = at_points(self._hamiltonian, points).astype(np.complex128)
        hamiltonian = _traceless(hamiltonian) * (self._drive_unknown(points) <= KNOWN)[:, None, None]
        largest = np.abs(hamiltonian).max(axis=(-2, -1), keepdims=True)
        scaled = random.normal() * hamiltonian / np.where(largest > 0.0, largest, 1.0)
        return np.asarray(scaled + self.jumps(points, random))

    def moves(self, point: int, random: np.random.Generator) -> ComplexArray:
        """A random combination of the jumps and of the effective Hamiltonian, each brought to the same size.

        Args:
            point: of the sweep.
            random: where its coefficients come from.

        Returns:
            (d, d).
        """
        here = np.array([point])
        between = at_points(self._between, here)[0]
        largest = float(np.abs(between).max())
        factor = (random.normal() + 1j * random.normal()) / (largest if largest > 0.0 else 1.0)
        return np.asarray(factor * between + self._jumped(here, random)[0])

    def jumps(self, points: IntArray, random: np.random.Generator) -> ComplexArray:
        """A random Hermitian combination (p, d, d) of L_k and L_k^+ at some points (p,), each of the same size."""
        jumps = self._jumped(points, random)
        return np.asarray(jumps + jumps.conj().swapaxes(-1, -2))

    def _jumped(self, points: IntArray, random: np.random.Generator) -> ComplexArray:
        """A random combination of the L_k alone (p, d, d), each brought to the same size."""
        table, size = self._table, self._size
        amplitude = at_points(self._amplitude, points).astype(np.complex128)
        largest, turned = _largest(amplitude, table), random.normal(size=(2, table.size))
        factor = (turned[0] + 1j * turned[1]) / np.where(largest > 0.0, largest, 1.0)
        factor = np.where(self._unknown(points) <= KNOWN, factor, 0.0)  # a multiple of 1 but for rounding joins nothing
        place = table.row.astype(np.int64) * size + table.column
        values = amplitude * factor[:, table.channel]
        return scatter(values, place, size * size).reshape(-1, size, size)


def longer_word(one: ComplexArray, other: ComplexArray) -> ComplexArray:
    """A Hermitian matrix made of two others and of both orders of their product.

    Args:
        one: (p, r, r), Hermitian.
        other: (p, r, r), Hermitian.

    Returns:
        (p, r, r).
    """
    one, other = (
        matrix / np.maximum(np.abs(matrix).max(axis=(-2, -1), keepdims=True), TINY) for matrix in (one, other)
    )
    word = (0.7 + 0.3j) * one @ other
    return np.asarray(one + other + word + word.conj().swapaxes(-1, -2))


def _largest(amplitude: NDArray[Any], table: JumpTable) -> FloatArray:
    """The largest element of each channel (p, k)."""
    largest = np.zeros((table.size, len(amplitude)))
    np.maximum.at(largest, table.channel, np.abs(amplitude).T)
    return largest.T


def _ratio(small: FloatArray, large: FloatArray) -> FloatArray:
    return np.asarray(np.where(large > 0.0, small / np.where(large > 0.0, large, 1.0), 0.0))


def _traceless(matrix: NDArray[Any]) -> NDArray[Any]:
    size = matrix.shape[-1]
    return np.asarray(matrix - np.trace(matrix, axis1=-2, axis2=-1)[:, None, None] / size * np.eye(size))
