"""Fermions on a finite number of modes, by Jordan and Wigner's strings."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray
from thermokin.operators.as_numbers import require_room
from thermokin.operators.tensor import tensor


def annihilators(modes: int) -> tuple[ComplexArray, ...]:
    """The annihilation operators of fermionic modes, with exact anticommutators.

    c_k = Z x ... x Z x s x 1 x ... x 1 with k factors Z = diag(1, -1) and s = |0><1|, x being the tensor product.
    {c_j, c_k^+} = delta_jk, {c_j, c_k} = 0. Index 0 is the empty state; mode 0 is the most significant bit of an index.

    Args:
        modes: number of modes, at least 1.

    Returns:
        One matrix (2^modes, 2^modes) per mode, with entries 0, 1 and -1.

    Raises:
        ValueError: if `modes` is not a whole number of at least 1, or above 15.

    Cost:
        Memory 16 * modes * 4^modes bytes.

    Reference:
        jordan1928
    """
    if isinstance(modes, bool) or not isinstance(modes, (int, np.integer)) or modes < 1:
        raise ValueError(f"`modes` must be a whole number of at least 1, got {modes!r}.")
    require_room(1 << min(int(modes), 100), "modes")
    parity = np.diag([1.0, -1.0])
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    identity = np.eye(2)
    return tuple(tensor(*[parity] * k, lower, *[identity] * (modes - k - 1)) for k in range(modes))
