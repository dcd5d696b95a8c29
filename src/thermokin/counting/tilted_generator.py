"""The tilted generator L_s = L + sum_k (exp(s c_k) - 1) J_k of one block, and its derivatives in the field s."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array

from thermokin._typing import FloatArray
from thermokin.liouville.block import Block

__all__ = ["TiltedGenerator"]


@dataclass(frozen=True, eq=False)
class TiltedGenerator:
    """A block, and what each jump counts.

    Args:
        block: the block, in real coordinates.
        weights: c_k (..., k) [amount].
    """

    block: Block
    weights: FloatArray

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
        return np.asarray((self.block.matrix + tilted if order == 0 else tilted).real)

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
