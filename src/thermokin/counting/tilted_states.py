"""The dominant eigenvalue of a tilted generator with its eigenvectors and derivatives, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from thermokin._typing import BoolArray, FloatArray

__all__ = ["TiltedStates", "joined"]


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
