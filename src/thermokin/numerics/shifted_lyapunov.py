"""Lyapunov equations at a frequency, X Z + Z X^+ - i w Z = S, from the decomposition at frequency zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.numerics.lyapunov import TRUSTED, Lyapunov, Matrix, norm

__all__ = ["ShiftedLyapunov"]

REFINEMENTS = 2


@dataclass(frozen=True, eq=False)
class ShiftedLyapunov:
    """The map S -> Z, the Fourier transform of exp(-X t) S exp(-X^+ t), and its adjoint S -> W.

    Args:
        still: the same at frequency zero.
        frequency: w.
    """

    still: Lyapunov
    frequency: float

    def solve(self, source: Matrix, *, adjoint: bool = False) -> tuple[ComplexArray, FloatArray]:
        """The solution for one right side.

        Args:
            source: S (..., n, n).
            adjoint: whether X^+ W + W X + i w W = S is solved instead.

        Returns:
            Z (..., n, n), not Hermitian; and Frobenius' norm (...) of what it leaves of S, and may by rounding.
        """
        shift = complex(0.0, self.frequency if adjoint else -self.frequency)
        drift = np.conj(np.swapaxes(self.still.drift, -1, -2)) if adjoint else self.still.drift
        back = np.conj(np.swapaxes(drift, -1, -2))
        found = self._applied(source, shift, adjoint=adjoint)
        left = source - drift @ found - found @ back - shift * found
        for _ in range(REFINEMENTS):
            found = found + self._applied(left, shift, adjoint=adjoint)
            left = source - drift @ found - found @ back - shift * found
        rounding = 2.0 * norm(source) + self.still.size(found) + abs(self.frequency) * norm(found)
        return np.asarray(found), np.asarray(norm(left) + float(np.finfo(np.float64).eps) * rounding)

    def _applied(self, source: Matrix, shift: complex, *, adjoint: bool) -> ComplexArray:
        trusted = self.still.condition <= TRUSTED
        if not trusted.all():
            return self._by_schur(source, shift, trusted, adjoint=adjoint)
        values, vectors, inverse = self.still.decomposed
        own = np.conj(values) if adjoint else values
        into, out = (
            (np.conj(np.swapaxes(vectors, -1, -2)), np.conj(np.swapaxes(inverse, -1, -2)))
            if adjoint
            else (
                inverse,
                vectors,
            )
        )
        turned = into @ source @ np.conj(np.swapaxes(into, -1, -2))
        turned = turned / (own[..., :, None] + np.conj(own)[..., None, :] + shift)
        return np.asarray(out @ turned @ np.conj(np.swapaxes(out, -1, -2)))

    def _by_schur(self, source: Matrix, shift: complex, trusted: BoolArray, *, adjoint: bool) -> ComplexArray:
        from scipy.linalg.lapack import ztrsyl

        triangles, unitary = self.still.schur
        size = triangles.shape[-1]
        lead = np.broadcast_shapes(source.shape[:-2], trusted.shape)
        turned = np.conj(np.swapaxes(unitary, -1, -2)) @ source @ unitary
        flat = np.broadcast_to(turned, (*lead, size, size)).reshape(-1, size, size)
        triangle = np.broadcast_to(triangles, (*lead, size, size)).reshape(-1, size, size)
        half, unit = 0.5 * shift, np.eye(size)
        kinds = {"trana": "C", "tranb": "N"} if adjoint else {"trana": "N", "tranb": "C"}
        solved = np.empty(flat.shape, dtype=np.complex128)
        for point, (one, right) in enumerate(zip(triangle, flat, strict=True)):
            plain, other = one + half * unit, one + np.conj(half) * unit
            found, scale, _ = ztrsyl(*((other, plain) if adjoint else (plain, other)), right, **kinds)
            solved[point] = found / scale
        whole = solved.reshape(*lead, size, size)
        return np.asarray(unitary @ whole @ np.conj(np.swapaxes(unitary, -1, -2)))
