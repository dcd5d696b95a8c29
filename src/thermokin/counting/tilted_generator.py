"""The tilted generator L_s = L + sum_k (exp(s c_k) - 1) J_k of one block, and its derivatives in the field s."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from scipy.sparse import csc_array

from thermokin._typing import BoolArray, FloatArray
from thermokin.liouville.block import Block

__all__ = ["TiltedGenerator", "TiltedStates", "joined"]


@dataclass(frozen=True, eq=False)
class TiltedGenerator:
    """A block, and what each jump counts.

    Args:
        block: the block, in real coordinates.
        weights: c_k (..., k) [amount].
        gone: points of a sweep (...) that have no generator of their own to be tilted; the first that has one stands in
            for them, so that all points are solved alike. None for no such points.
    """

    block: Block
    weights: FloatArray
    gone: BoolArray | None = None

    @property
    def reach(self) -> FloatArray:
        """The largest |c_k| (...) of jumps that count, 1 where none does."""
        largest = np.abs(self.weights).max(axis=-1, initial=0.0)
        return np.asarray(np.where(largest > 0.0, largest, 1.0))

    def matrix(self, fields: FloatArray, order: int = 0) -> FloatArray:
        """L_s or a derivative of it.

        Args:
            fields: s (f, ...).
            order: of the derivative.

        Returns:
            (f, ..., n, n).
        """
        tilted = self.block.jumps(self._factor(fields, order))
        return self.stood_in((self.block.matrix + tilted if order == 0 else tilted).real, 2)

    def stood_in(self, values: FloatArray, own: int) -> FloatArray:
        """Numbers of all points with those of the stand-in where points are gone.

        Args:
            values: (f, ..., own axes).
            own: how many axes, the last ones, a single point has.

        Returns:
            The same numbers, or some of them replaced.
        """
        if self.gone is None:
            return np.asarray(values)
        lead = np.broadcast_shapes(values.shape[1 : values.ndim - own], self.gone.shape)
        values = np.broadcast_to(values, (len(values), *lead, *values.shape[values.ndim - own :])).copy()
        gone = np.broadcast_to(self.gone, lead)
        values[:, gone] = values[:, ~gone][:, :1]
        return values

    def sparse(self, field: float, order: int = 0) -> csc_array:
        """The same for one point and one field.

        Args:
            field: s.
            order: of the derivative.

        Returns:
            (n, n).
        """
        tilted = self.block.sparse_jumps(self._factor(np.asarray(field), order))
        return csc_array(self.block.sparse + tilted if order == 0 else tilted)

    def _factor(self, fields: FloatArray, order: int) -> FloatArray:
        exponent = fields[..., None] * self.weights
        return np.asarray(np.expm1(exponent) if order == 0 else self.weights**order * np.exp(exponent))

    def positivity_defect(self, vectors: FloatArray) -> FloatArray:
        """How far the smallest eigenvalue of an operator lies below zero, over its largest.

        Args:
            vectors: its coordinates (..., n).

        Returns:
            (...).
        """
        state = self.block.frame_state(vectors)
        spectrum = np.linalg.eigvalsh(state) if np.iscomplexobj(state) else state
        largest = np.abs(spectrum).max(axis=-1)
        return np.asarray(np.maximum(0.0, -spectrum.min(axis=-1)) / np.where(largest > 0.0, largest, 1.0))


@dataclass(frozen=True, eq=False)
class TiltedStates:
    """L_s r = lambda r and l L_s = lambda l, with tr r = 1 and l r = 1; the axis of the fields comes first.

    Args:
        values: lambda (f, ...) [1/time].
        slope: d lambda/ds (f, ...) [amount/time].
        curvature: its second derivative (f, ...) [amount^2/time].
        right: r (f, ..., n) in the block's coordinates.
        left: l (f, ..., n).
        residual: largest element of L_s r - lambda r over the largest of L_s times the largest of r (f, ...).
        gap: distance of the next eigenvalue's real part (f, ...) [1/time]; NaN where only the first was sought.
        lost: relative error that rounding may leave in slope and curvature, as far as its order goes (f, ...).
    """

    values: FloatArray
    slope: FloatArray
    curvature: FloatArray
    right: FloatArray
    left: FloatArray
    residual: FloatArray
    gap: FloatArray
    lost: FloatArray

    @property
    def condition(self) -> FloatArray:
        """|l| |r| / l r (f, ...): the eigenvalue moves by at most this times a change of the generator."""
        return np.asarray(np.linalg.norm(self.right, axis=-1) * np.linalg.norm(self.left, axis=-1))

    def without_digits(self, chosen: BoolArray) -> TiltedStates:
        """The same, its derivatives at some fields declared lost.

        Args:
            chosen: which fields (f,).

        Returns:
            The states.
        """
        where = chosen.reshape(-1, *(1 for _ in self.lost.shape[1:]))
        return replace(self, lost=np.where(where, np.inf, self.lost))

    def taken(self, order: Sequence[int]) -> TiltedStates:
        """The fields in another order.

        Args:
            order: positions along the first axis.

        Returns:
            The states there.
        """
        return TiltedStates(*(getattr(self, field.name)[list(order)] for field in fields(self)))


def joined(parts: Sequence[TiltedStates]) -> TiltedStates:
    """States at several sets of fields, one after the other.

    Args:
        parts: the sets.

    Returns:
        All of them.
    """
    if len(parts) == 1:
        return parts[0]
    return TiltedStates(
        *(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(TiltedStates))
    )
