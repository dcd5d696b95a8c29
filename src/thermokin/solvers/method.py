"""The methods of solving for steady states and their fluctuations, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from thermokin.operators.as_numbers import as_real

__all__ = ["Auto", "Dense", "Krylov", "Method", "Sparse"]


@dataclass(frozen=True)
class Auto:
    """The cheapest of the others for the size at hand: dense, then sparse, then Krylov.

    Example:
        >>> import thermokin as tk
        >>> bias = {"potential_left": 400.0, "potential_right": -400.0, "rate_left": 0.01, "rate_right": 0.01}
        >>> dots = tk.library.double_dot(0.01, 1.0, 1.0, **bias)
        >>> round(float(tk.cumulants(dots, tk.particles(dots, "left"), method=tk.Auto()).mean), 8)
        0.00307692
        >>> round(0.01**2 * 0.01 / (3.0 * 0.01**2 + 0.01**2 / 4.0), 8)
        0.00307692
    """


@dataclass(frozen=True)
class Dense:
    """LU factorisation of the whole matrix; the only one that takes leading axes. O(n^3) time, n^2 numbers.

    Example:
        >>> import thermokin as tk
        >>> bias = {"potential_left": 400.0, "potential_right": -400.0, "rate_left": 0.01, "rate_right": 0.01}
        >>> dots = tk.library.double_dot([0.005, 0.01, 1.0], 1.0, 1.0, detuning=0.0, **bias)  # a sweep
        >>> found = tk.cumulants(dots, tk.particles(dots, "left"), method=tk.Dense())
        >>> found.mean.round(6)  # a third of the rate once hopping is fast
        array([0.0025  , 0.003077, 0.003333])
    """


@dataclass(frozen=True)
class Sparse:
    """Sparse LU factorisation with one population pinned; the factor serves all orders, currents and frequencies.

    Example:
        >>> import thermokin as tk
        >>> chain = tk.library.xxz_chain(4, 0.5, 0.01, left=2.0, right=1.0)
        >>> rest = tk.steady_state(chain, method=tk.Sparse())
        >>> heat = [float(tk.heat(chain, side).mean(rest)) for side in ("left", "right")]
        >>> bool(abs(sum(heat)) < 1e-12 < heat[0])  # what one side gives the other takes
        True
    """


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

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> chain = tk.library.xxz_chain(3, 0.5, 0.01, left=2.0, right=1.0)
        >>> one, two = (tk.steady_state(chain, method=method) for method in (tk.Krylov(), tk.Dense()))
        >>> bool(np.allclose(one.populations, two.populations, atol=1e-12))
        True
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
