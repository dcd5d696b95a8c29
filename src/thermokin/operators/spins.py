"""Spin operators of any spin quantum number, ground state first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import ComplexArray
from thermokin.operators.as_numbers import as_numbers, shown

LARGEST_SPIN = 5000.0


@dataclass(frozen=True, eq=False)
class SpinOperators:
    """The spin matrices of one spin J, in the basis m = -J, ..., +J.

    The state of index 0 has m = -J: it is the ground state of H = gap * z for a positive gap. [x, y] = i z.

    Attributes:
        x: (2J+1, 2J+1), half the Pauli matrix for J = 1/2, as are y and z.
        y: (2J+1, 2J+1).
        z: (2J+1, 2J+1), diagonal, from -J to +J.
        plus: (2J+1, 2J+1), x + i y, raises m by one.
        minus: (2J+1, 2J+1), x - i y, lowers m by one.
    """

    x: ComplexArray
    y: ComplexArray
    z: ComplexArray
    plus: ComplexArray
    minus: ComplexArray


# The name of the quantum number is its field's: every textbook writes J.
def spin(J: float) -> SpinOperators:  # noqa: N803
    """The operators of a spin J, ground state first.

    <m+1| plus |m> = sqrt((J - m)(J + m + 1)), with m = -J at index 0 and J = `J`.

    Args:
        J: 0, 1/2, 1, 3/2, ...

    Returns:
        The five matrices, each (2J+1, 2J+1), read-only.

    Raises:
        TypeError: if J is not a number.
        ValueError: if J is not a non-negative multiple of 1/2, or above 5000.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> s = tk.operators.spin(1.5)
        >>> np.diag(s.x @ s.x + s.y @ s.y + s.z @ s.z).real.round(12)  # J (J + 1)
        array([3.75, 3.75, 3.75, 3.75])
    """
    number = as_numbers(J, "J")
    if (
        number.ndim
        or number.dtype.kind == "c"
        or not (0.0 <= number <= LARGEST_SPIN and float(2.0 * number).is_integer())
    ):
        raise ValueError(f"`J` must be 0 or a positive multiple of 1/2, got {shown(J)}.")
    step = np.arange(1, round(2 * J) + 1)
    # (J - m)(J + m + 1) in whole numbers: with m = -J + n - 1 it is n (2J + 1 - n).
    plus = np.diag(np.sqrt(step * (round(2 * J) + 1.0 - step)), k=-1).astype(np.complex128)
    minus = plus.T.copy()
    z = np.diag(np.arange(round(2 * J) + 1) - J).astype(np.complex128)
    return _read_only(SpinOperators(x=0.5 * (plus + minus), y=-0.5j * (plus - minus), z=z, plus=plus, minus=minus))


def pauli() -> SpinOperators:
    """The Pauli matrices, ground state first: sigma_z = diag(-1, 1).

    sigma_x, sigma_y, sigma_z are twice the spin-1/2 matrices. `plus` takes |0> to |1> and `minus` takes |1> to |0>,
    each with amplitude one.

    Returns:
        The five matrices, each (2, 2), read-only.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> s = tk.operators.pauli()
        >>> bool(np.array_equal(s.x @ s.y - s.y @ s.x, 2j * s.z)), np.diag(s.z).real
        (True, array([-1.,  1.]))
    """
    half = spin(0.5)
    return _read_only(SpinOperators(x=2 * half.x, y=2 * half.y, z=2 * half.z, plus=half.plus, minus=half.minus))


def _read_only(operators: SpinOperators) -> SpinOperators:
    for matrix in (operators.x, operators.y, operators.z, operators.plus, operators.minus):
        matrix.setflags(write=False)
    return operators
