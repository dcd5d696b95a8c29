"""What a method prepares for one block: its stationary vector and the inverses of its generator."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.liouville.block import Block

__all__ = ["DELICATE_ABOVE", "SLOW", "Gain", "LeftSolves", "PreparedSolves", "Resolvent", "Vectors"]

SLOW = 1e-4  # of the largest element of L: frequencies below it are lost beside what rounding does to a factorisation

EPSILON = float(np.finfo(np.float64).eps)

Vectors = NDArray[Any]

DELICATE_ABOVE = 1e4  # growth of a random vector under the inverse from which digits are counted


class Gain(Protocol):
    """A jump part with weights, sum_k c_k J_k."""

    def __matmul__(self, vectors: Vectors) -> Vectors:
        """Its action on vectors (..., n, m)."""


class LeftSolves(Protocol):
    """Solves for row vectors, by methods that have a matrix."""

    @property
    def thin(self) -> bool:
        """Whether that matrix is sparse."""

    def adjoint(self, rows: Vectors) -> Vectors:
        """The y with y L = c - (c stationary) <<1| and y stationary = 0.

        Args:
            rows: c (..., n, m), each column a row vector of its own.

        Returns:
            y (..., n, m), likewise.
        """

    def flow_error(self, left: Vectors, right: Vectors, frequency: float = 0.0) -> FloatArray:
        """How far y (L - i w) x moves by what a solve with it does to its elements, see `structured_condition`.

        Args:
            left: y (..., n).
            right: x (..., n).
            frequency: w [1/time].

        Returns:
            (...), for a relative error of one.
        """

    def shifted_adjoint(self, rows: Vectors, frequencies: FloatArray) -> ComplexArray:
        """The y with y (i w - L) = c - (c stationary) <<1| and y stationary = 0.

        Args:
            rows: c (..., n, m), each column a row vector of its own.
            frequencies: w (f,) [1/time].

        Returns:
            y (f, ..., n, m), likewise.

        Raises:
            NotConvergedError: if a frequency is the generator's own to rounding.
        """


class Resolvent(Protocol):
    """One factorisation (or preconditioner) of a block that has one stationary vector."""

    @property
    def block(self) -> Block:
        """The elements that it speaks of."""

    @property
    def known(self) -> FloatArray | None:
        """The stationary vector (..., n), right to rounding in each element, where another route has it."""

    @property
    def stationary(self) -> FloatArray | ComplexArray:
        """The stationary vector (..., n), of trace one."""

    @property
    def residual(self) -> FloatArray:
        """Largest element of L rho over the largest rate times the largest element of rho (...)."""

    @property
    def condition(self) -> FloatArray:
        """Estimate of the condition number of the pinned generator (...): rounding in the results grows with it."""

    @property
    def delicate(self) -> bool:
        """Whether the digits of what is solved must be told before it is given."""

    @property
    def left(self) -> LeftSolves | None:
        """Solves for row vectors; None by a method without a matrix, whose digits `solution_error` tells."""

    @property
    def solution_error(self) -> FloatArray:
        """How far a solution may be off, relative to its size, as far as the condition tells (...)."""

    def slow(self, frequencies: FloatArray) -> BoolArray:
        """Frequencies so far below the fastest motion that a solve with them may lose digits as one without does.

        Args:
            frequencies: w (f,) [1/time].

        Returns:
            The verdict (f,).
        """

    def gain(self, weights: FloatArray) -> Gain:
        """The jump part with weights.

        Args:
            weights: c_k (..., k).

        Returns:
            What multiplies vectors.
        """

    def drazin(self, vectors: Vectors) -> Vectors:
        """The Drazin inverse: x with L x = b - stationary tr b and tr x = 0.

        Args:
            vectors: b (..., n, m).

        Returns:
            x (..., n, m).

        Raises:
            NotConvergedError: if L is singular in double precision though its steady state is unique, or cycles stall.
        """

    def backward_error(self, right: Vectors, solution: Vectors) -> FloatArray:
        """|L x - b| / (|L| |x| + |b|) in the largest elements (...), the backward error of a solve without trace.

        Args:
            right: b (..., n, m).
            solution: x (..., n, m).

        Returns:
            The error.
        """

    def shifted(self, vectors: Vectors, frequencies: FloatArray) -> ComplexArray:
        """The resolvent of the traceless part: x with (i w - L) x = b - stationary tr b and tr x = 0.

        Args:
            vectors: b (..., n, m).
            frequencies: w (f,) [1/time].

        Returns:
            x (f, ..., n, m).

        Raises:
            NotConvergedError: if a frequency is the generator's own to rounding, or cycles stall.
        """


class PreparedSolves(ABC):
    """What the resolvents of all methods tell in one way, from a generator L and the size of its largest element."""

    @property
    @abstractmethod
    def _scale(self) -> FloatArray | float:
        """The largest element of L (...) [1/time]."""

    @property
    @abstractmethod
    def _generator(self) -> Gain:
        """What multiplies vectors by L."""

    @property
    @abstractmethod
    def condition(self) -> FloatArray:
        """See `Resolvent.condition`."""

    @property
    def solution_error(self) -> FloatArray:
        """How far a solution may be off, relative to its size, as far as the condition tells (...)."""
        return np.asarray(EPSILON * self.condition)

    def slow(self, frequencies: FloatArray) -> BoolArray:
        """See `Resolvent.slow`."""
        return np.asarray(np.abs(frequencies) < SLOW * float(np.max(self._scale, initial=0.0)))

    def backward_error(self, right: Vectors, solution: Vectors) -> FloatArray:
        """See `Resolvent.backward_error`."""
        with np.errstate(invalid="ignore", over="ignore"):  # a solve that failed is judged by what comes out
            miss = np.abs(self._generator @ solution - right).max(axis=(-2, -1), initial=0.0)
        moved = self._scale * np.abs(solution).max(axis=(-2, -1), initial=0.0)
        size = moved + np.abs(right).max(axis=(-2, -1), initial=0.0)
        return np.asarray(miss / np.where(size > 0.0, size, 1.0))
