"""Bosons cut off at a finite number of levels, and fermions by Jordan and Wigner's strings, vacuum first."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray
from thermokin.operators.as_numbers import require_room
from thermokin.operators.tensor import tensor

__all__ = []


def destroy(levels: int) -> ComplexArray:
    """The annihilation operator of a truncated oscillator.

    <n-1| a |n> = sqrt(n) for n = 1, ..., `levels` - 1. The commutator [a, a^+] is one except in the last level, where
    the cut makes it 1 - `levels`.

    Args:
        levels: number of levels kept, at least 1.

    Returns:
        The matrix (levels, levels).

    Raises:
        ValueError: if `levels` is not a whole number from 1 to 40000.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> a = tk.operators.destroy(4)
        >>> np.diag(a @ a.T - a.T @ a).real.round(12)  # 1 but for the last level
        array([ 1.,  1.,  1., -3.])
    """
    _require_room(levels)
    return np.diag(np.sqrt(np.arange(1.0, levels)), k=1).astype(np.complex128)


def create(levels: int) -> ComplexArray:
    """The creation operator of a truncated oscillator, the adjoint of `destroy`.

    Args:
        levels: number of levels kept, at least 1.

    Returns:
        The matrix (levels, levels); refused as by `destroy`.

    Example:
        >>> import thermokin as tk
        >>> tk.operators.create(3).real.round(6)
        array([[0.      , 0.      , 0.      ],
               [1.      , 0.      , 0.      ],
               [0.      , 1.414214, 0.      ]])
    """
    return destroy(levels).T.copy()


def number(levels: int) -> ComplexArray:
    """The number operator of a truncated oscillator, diag(0, 1, ..., `levels` - 1).

    Args:
        levels: number of levels kept, at least 1.

    Returns:
        The matrix (levels, levels); refused as by `destroy`.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> np.diag(tk.operators.number(4)).real
        array([0., 1., 2., 3.])
    """
    _require_room(levels)
    return np.diag(np.arange(float(levels))).astype(np.complex128)


def coherent(amplitude: complex, levels: int) -> ComplexArray:
    """The coherent state's ket, cut off and normalised within the levels kept.

    psi_n proportional to alpha^n / sqrt(n!), n < `levels`, with alpha = `amplitude`. The normalisation is that of the
    truncated vector: what lies above the cut is left out, so keep levels well above |alpha|^2.

    Args:
        amplitude: alpha.
        levels: number of levels kept, at least 1.

    Returns:
        The ket (levels,); its density matrix is np.outer(psi, psi.conj()).

    Raises:
        ValueError: if `levels` is not a whole number of at least 1, or the amplitude is not finite.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> psi = tk.operators.coherent(1.5, levels=40)
        >>> mean, square = (np.vdot(psi, np.linalg.matrix_power(tk.operators.number(40), n) @ psi).real for n in (1, 2))
        >>> round(float(mean), 10), round(float(square - mean**2), 10)  # Poissonian: both are |alpha|^2
        (2.25, 2.25)
    """
    _require_levels(levels)
    _require_finite(amplitude)
    if amplitude == 0.0:
        vacuum: ComplexArray = np.eye(1, levels, dtype=np.complex128)[0]
        return vacuum
    steps = np.arange(levels)
    # alpha^n / sqrt(n!) by its logarithm, so that neither factor overflows.
    logarithms = steps * np.log(abs(amplitude)) - 0.5 * np.cumsum(np.log(np.maximum(steps, 1)))
    ket = np.exp(logarithms - np.max(logarithms)) * np.exp(1j * np.angle(amplitude) * steps)
    normalised: ComplexArray = ket / np.linalg.norm(ket)
    return normalised


def displacement(amplitude: complex, levels: int) -> ComplexArray:
    """The displacement operator of a truncated oscillator, exactly unitary.

    D = exp(alpha a^+ - alpha^* a), with alpha = `amplitude` and a = destroy(`levels`). The exponential is that of the
    truncated generator: unitary, but equal to the oscillator's only far below the cut.

    Args:
        amplitude: alpha.
        levels: number of levels kept, at least 1.

    Returns:
        The matrix (levels, levels).

    Raises:
        ValueError: if `levels` is not a whole number of at least 1, or the amplitude is not finite.

    Cost:
        One Hermitian eigendecomposition, O(levels^3).
    """
    lowering = destroy(levels)
    _require_finite(amplitude)
    generator = 1j * (amplitude * lowering.T - np.conj(amplitude) * lowering)
    values, vectors = np.linalg.eigh(generator)
    unitary: ComplexArray = (vectors * np.exp(-1j * values)) @ vectors.conj().T
    return unitary


def _require_levels(levels: int) -> None:
    if isinstance(levels, bool) or not isinstance(levels, (int, np.integer)) or levels < 1:
        raise ValueError(f"`levels` must be a whole number of at least 1, got {levels!r}.")


def _require_room(levels: int) -> None:
    _require_levels(levels)
    require_room(levels, "levels")


def _require_finite(amplitude: complex) -> None:
    if not np.isfinite(amplitude):
        raise ValueError(f"`amplitude` must be finite, got {amplitude}.")


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

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> one, two = tk.operators.annihilators(2)
        >>> float(np.abs(one @ two + two @ one).max()), bool(np.array_equal(one @ one.T + one.T @ one, np.eye(4)))
        (0.0, True)
    """
    if isinstance(modes, bool) or not isinstance(modes, (int, np.integer)) or modes < 1:
        raise ValueError(f"`modes` must be a whole number of at least 1, got {modes!r}.")
    require_room(1 << min(int(modes), 100), "modes")
    parity = np.diag([1.0, -1.0])
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    identity = np.eye(2)
    return tuple(tensor(*[parity] * k, lower, *[identity] * (modes - k - 1)) for k in range(modes))
