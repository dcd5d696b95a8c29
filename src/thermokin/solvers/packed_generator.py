"""The generator of a sector on packed superblocks, in double precision: what every solution is held against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, FloatArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.model.frame_operator import FrameOperator
from thermokin.solvers.packed_jumps import packed_jumps
from thermokin.solvers.resolvent import Gain
from thermokin.solvers.superblocks import Superblocks

__all__ = ["PackedGenerator", "real_model"]

SPARSE_FROM = 48  # levels of a superblock from which a sparse product can be cheaper
SPARSE_BELOW = 0.12  # filled part of it below which it is


def real_model(liouvillian: Liouvillian) -> bool:
    """Whether the Hamiltonian is real, and every jump operator up to a phase of 1 or i.

    Args:
        liouvillian: the generator, of one point.

    Returns:
        True if conjugation of matrix elements is a symmetry of the jumps and turns H into itself, what jumps with an
        identity part add to it included.
    """
    matrix = liouvillian.centred.model.generator.matrix
    if matrix is not None and matrix.imag.any():
        return False
    amplitude, channel, count = liouvillian.table.amplitude, liouvillian.table.channel, liouvillian.table.size
    parts = (amplitude.real != 0.0, amplitude.imag != 0.0)
    real, imaginary = (np.bincount(channel, weights=part, minlength=count) > 0.0 for part in parts)
    mixed: BoolArray = real & imaginary
    return not bool(mixed.any())


@dataclass(frozen=True, eq=False)
class PackedGenerator:
    """L rho = -i[H, rho] - {D, rho}/2 + sum_k L_k rho L_k^+ on Hermitian matrices.

    Of a real model, rho = A + iB is kept as the real matrix M = A + B, A symmetric and B antisymmetric: half the
    numbers, a quarter of the work of a product. M -> O M O^T turns rho by a real O, and -i[H, rho] is -[H, M^T].
    Otherwise M = rho. Complex combinations of M stand for matrices that are not Hermitian.

    Args:
        liouvillian: the generator, of one point.
        blocks: the superblocks of its sector.
        real: whether to keep M real; needs a real model.
    """

    liouvillian: Liouvillian
    blocks: Superblocks
    real: bool

    @property
    def kind(self) -> type:
        """The number type of a Hermitian matrix's packed vector."""
        return np.float64 if self.real else np.complex128

    @cached_property
    def hamiltonian(self) -> list[_Stack]:
        """H inside superblocks."""
        return self._operator(self.liouvillian.centred.model.generator)

    @cached_property
    def decay(self) -> list[_Stack] | None:
        """sum_k L_k^+ L_k of jumps without an identity part inside superblocks; None where it is diagonal."""
        decay = self.liouvillian.centred.decay
        return None if decay.is_diagonal else self._operator(decay)

    def _operator(self, operator: FrameOperator) -> list[_Stack]:
        if operator.matrix is None:
            return [_Stack(values) for values in self.blocks.level_views(operator.diagonal[self.blocks.levels])]
        matrix = operator.matrix.real if self.real else operator.matrix
        return [_Stack.of(stack) for stack in self.blocks.stacks(matrix)]

    @cached_property
    def damping(self) -> FloatArray:
        """(D_ii + D_jj)/2 of every element (N,), for a diagonal decay operator [1/time]."""
        out = np.empty(self.blocks.packed)
        diagonal = self.liouvillian.centred.decay.diagonal[self.blocks.levels]
        for view, values in zip(self.blocks.views(out), self.blocks.level_views(diagonal), strict=True):
            view[...] = 0.5 * (values[:, :, None] + values[:, None, :])
        return out

    @cached_property
    def jumps(self) -> Gain:
        """All jumps, without an identity part."""
        return self._moving(self.kind)

    def _moving(self, kind: type) -> Gain:
        centred = self.liouvillian.centred
        return packed_jumps(centred, self.blocks, np.ones(centred.table.size), kind)

    def weighted(self, weights: FloatArray) -> Gain:
        """Jumps with weights.

        Args:
            weights: c_k (k,).

        Returns:
            What multiplies packed vectors.
        """
        return packed_jumps(self.liouvillian, self.blocks, weights, self.kind)

    @cached_property
    def _lowered(self) -> tuple[Gain, FloatArray | None, list[_Stack] | None]:
        """Jumps, diagonal damping and decay operators in single precision."""
        single = np.float32 if self.real else np.complex64
        if self.decay is not None:
            return self._moving(single), None, [stack.lowered for stack in self.decay]
        if sparse.issparse(self.jumps):
            whole = sparse.csr_array(self.jumps - sparse.diags_array(self.damping))
            return whole.astype(single), None, None
        return self._moving(single), self.damping.astype(np.float32), None

    def dissipated(self, vector: NDArray[Any]) -> NDArray[Any]:
        """sum_k L_k rho L_k^+ - {D, rho}/2, in the precision of the vector.

        Args:
            vector: (N,).

        Returns:
            (N,).
        """
        if _double(vector):
            jumps, decay = self.jumps, self.decay
            damping = self.damping if decay is None else None
        else:
            jumps, damping, decay = self._lowered
        out = np.asarray(jumps @ vector)
        if damping is not None:
            out -= damping * vector
        if decay is not None:
            for o, m, stack in zip(self.blocks.views(out), self.blocks.views(vector), decay, strict=True):
                half = np.asarray(m.dtype.type(0.5))
                o -= half * stack.left(m)
                o -= half * stack.right(m)
        return out

    def apply(self, vector: NDArray[Any]) -> NDArray[Any]:
        """L rho in double precision.

        Args:
            vector: (N,), complex for a matrix that is not Hermitian.

        Returns:
            (N,).
        """
        if self.real and np.iscomplexobj(vector):
            return np.asarray(self.apply(vector.real.copy()) + 1j * self.apply(vector.imag.copy()))
        out = self.dissipated(vector)
        for o, m, stack in zip(self.blocks.views(out), self.blocks.views(vector), self.hamiltonian, strict=True):
            if self.real:
                turned = np.ascontiguousarray(np.swapaxes(m, 1, 2))
                o -= stack.left(turned)
                o += stack.right(turned)
            else:
                o -= 1j * stack.left(m)
                o += 1j * stack.right(m)
        return out

    @cached_property
    def scale(self) -> float:
        """The largest rate or frequency among the generator's elements [1/time]."""
        centred = self.liouvillian.centred
        effective = [centred.model.generator, centred.decay]
        parts = [o.diagonal if o.matrix is None else o.matrix for o in effective]
        strengths = centred.table.strength
        spread = float(np.ptp(centred.model.generator.diagonal))
        off = 0.0 if effective[0].matrix is None else _largest_off(effective[0].matrix)
        return max(spread, off, float(np.abs(parts[1]).max(initial=0.0)), float(strengths.max(initial=0.0))) or 1.0

    @cached_property
    def magnitude(self) -> float:
        """The same, but of the numbers that are subtracted in it: what rounding is relative to."""
        return max(self.scale, float(np.abs(self.liouvillian.centred.model.generator.diagonal).max()))


def _double(vector: NDArray[Any]) -> bool:
    return bool(vector.dtype in (np.float64, np.complex128))


def _largest_off(matrix: NDArray[Any]) -> float:
    largest = 0.0
    for row, values in enumerate(matrix):  # row by row: no second d x d array
        size = np.abs(values)
        size[row] = 0.0
        largest = max(largest, float(size.max()))
    return largest


@dataclass(frozen=True, eq=False)
class _Stack:
    """A Hermitian operator on one group of superblocks: (c, s) if diagonal, (c, s, s), or a sparse matrix for each."""

    dense: NDArray[Any] | None
    thin: tuple[sparse.csr_array, ...] = ()

    @classmethod
    def of(cls, stack: NDArray[Any]) -> _Stack:
        size = stack.shape[-1]
        if size >= SPARSE_FROM and np.count_nonzero(stack) < SPARSE_BELOW * stack.size:
            return cls(None, tuple(sparse.csr_array(matrix) for matrix in stack))
        return cls(stack)

    @cached_property
    def lowered(self) -> _Stack:
        """In single precision."""
        if self.dense is None:
            kind = np.complex64 if np.iscomplexobj(self.thin[0].data) else np.float32
            return _Stack(None, tuple(matrix.astype(kind) for matrix in self.thin))
        return _Stack(self.dense.astype(np.complex64 if np.iscomplexobj(self.dense) else np.float32))

    def left(self, matrices: NDArray[Any]) -> NDArray[Any]:
        """O M of each."""
        if self.dense is None:
            return np.stack([thin @ matrix for thin, matrix in zip(self.thin, matrices, strict=True)])
        return np.asarray(self.dense[..., None] * matrices if self.dense.ndim == 2 else self.dense @ matrices)

    def right(self, matrices: NDArray[Any]) -> NDArray[Any]:
        """M O of each, as (O^T M^T)^T."""
        if self.dense is None:
            turned = [np.ascontiguousarray(matrix.T) for matrix in matrices]
            return np.stack([(thin.conj() @ matrix).T for thin, matrix in zip(self.thin, turned, strict=True)])
        return np.asarray(self.dense[:, None, :] * matrices if self.dense.ndim == 2 else matrices @ self.dense)
