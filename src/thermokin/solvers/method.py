"""The methods of solving for steady states and their fluctuations, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from thermokin.operators.as_numbers import as_real

__all__ = ["Auto", "Dense", "Krylov", "Method", "Sparse"]


@dataclass(frozen=True)
class Auto:
    """The cheapest of the others for the size at hand: dense, then sparse, then Krylov."""


@dataclass(frozen=True)
class Dense:
    """LU factorisation of the whole matrix; the only one that takes leading axes. O(n^3) time, n^2 numbers."""


@dataclass(frozen=True)
class Sparse:
    """Sparse LU factorisation with one population pinned; the factor serves all orders, currents and frequencies."""


@dataclass(frozen=True)
class Krylov:
    """GMRES without a matrix, preconditioned by the motion between jumps.

    Elements are wrong by up to the tolerance times the condition number, as an absolute error: populations far below
    that, such as those of levels many temperatures up, are not told from zero and may be negative by as much.

    Args:
        tolerance: residual, relative to the right side, at which a solve is done, measured in double precision; one
            that rounding alone leaves is accepted as well.
        iterations: products with the generator that one solve may take.

    Raises:
        ValueError: if they are not positive.
        TypeError: if the tolerance is not a number.
    """

    tolerance: float = 1e-14
    iterations: int = 2000

    def __post_init__(self) -> None:
        tolerance = as_real(self.tolerance, "tolerance")
        if tolerance.ndim or not 0.0 < tolerance < 1.0:
            raise ValueError(f"`tolerance` must lie between 0 and 1, got {self.tolerance!r}.")
        whole = isinstance(self.iterations, int | np.integer) and not isinstance(self.iterations, bool)
        if not whole or self.iterations < 1:
            raise ValueError(f"`iterations` must be a whole number >= 1, got {self.iterations!r}.")


Method: TypeAlias = Auto | Dense | Sparse | Krylov
