"""A block: density-matrix elements that hold populations and that the generator does not leave, as one vector space."""

from __future__ import annotations

from typing import Protocol, TypeAlias

import numpy as np
from scipy.sparse import csr_array

from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.liouville.liouvillian import Liouvillian

__all__ = ["Block", "Links", "links_of"]

# Target, source (m,), value (..., m) [1/time], and the channel (m,) whose jumps make it, -1 for what makes no jump.
Links: TypeAlias = tuple[IntArray, IntArray, FloatArray, IntArray]


class Block(Protocol):
    """What solvers and counting see of a model: a generator, its weighted jumps, and the trace.

    The coordinates are real for populations and for Hermitian elements, complex for elements as they stand.
    """

    @property
    def liouvillian(self) -> Liouvillian:
        """The generator that it is a part of."""

    @property
    def size(self) -> int:
        """Number of coordinates n."""

    @property
    def levels(self) -> IntArray:
        """(k,) the levels of the frame whose populations it holds."""

    @property
    def places(self) -> IntArray:
        """(k,) where those populations stand among the coordinates."""

    @property
    def trace(self) -> FloatArray:
        """<<1| (n,): the row vector that sums the populations."""

    @property
    def matrix(self) -> FloatArray | ComplexArray:
        """The generator (..., n, n) [1/time]."""

    @property
    def sparse(self) -> csr_array:
        """The generator of one point (n, n) [1/time]."""

    def jumps(self, weights: FloatArray) -> FloatArray | ComplexArray:
        """The jump part, rho -> sum_k c_k L_k rho L_k^+ (..., n, n).

        Args:
            weights: c_k (..., k).

        Returns:
            The matrix.
        """

    def sparse_jumps(self, weights: FloatArray) -> csr_array:
        """The jump part of one point.

        Args:
            weights: c_k (k,).

        Returns:
            The matrix (n, n).
        """

    def rate_row(self, weights: FloatArray) -> FloatArray | ComplexArray:
        """The row vector (..., n) whose product with a state is a current, sum_k c_k tr(L_k rho L_k^+).

        Args:
            weights: c_k (..., k).

        Returns:
            The vector.
        """

    def elements(self, populations: FloatArray, matrix: ComplexArray | None) -> FloatArray | ComplexArray:
        """The coordinates of a state.

        Args:
            populations: (..., d) in the frame.
            matrix: the density matrix (..., d, d) in the frame, None if it is diagonal.

        Returns:
            (..., n).
        """

    def frame_state(self, vector: FloatArray | ComplexArray) -> FloatArray | ComplexArray:
        """The state that a vector of coordinates stands for.

        Args:
            vector: (..., n).

        Returns:
            In the frame: populations (..., d) where they are closed, else the density matrix (..., d, d).
        """


def links_of(no_jump: tuple[IntArray, IntArray, FloatArray], jumps: Links) -> Links:
    """What makes no jump, off the diagonal, and the jumps.

    Args:
        no_jump: target, source (m,) and value (..., m) of Hamiltonian and damping.
        jumps: the jumps, those that stay where they are among them.

    Returns:
        All of them.
    """
    target, source, values = no_jump
    off = np.flatnonzero(target != source)
    batch = np.broadcast_shapes(values.shape[:-1], jumps[2].shape[:-1])
    parts = [np.broadcast_to(part, (*batch, part.shape[-1])) for part in (values[..., off], jumps[2])]
    return (
        np.concatenate([target[off], jumps[0]]),
        np.concatenate([source[off], jumps[1]]),
        np.concatenate(parts, axis=-1),
        np.concatenate([np.full(off.size, -1), jumps[3]]),
    )
