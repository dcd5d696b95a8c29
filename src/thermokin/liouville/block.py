"""A block: density-matrix elements that hold populations and that the generator does not leave, as one vector space."""

from __future__ import annotations

from typing import Protocol

from scipy.sparse import csr_array

from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.liouville.liouvillian import Liouvillian

__all__ = ["Block"]


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
