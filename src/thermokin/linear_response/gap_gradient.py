"""How the decay rate of the slowest mode moves with each element of the Hamiltonian and of the jumps."""

from __future__ import annotations

import numpy as np

from thermokin._errors import ArgumentError
from thermokin.linear_response.jump_algebra import JumpAlgebra, Operators
from thermokin.linear_response.output_gradient import Gradient
from thermokin.model.model import Model
from thermokin.motion.modes import Modes, modes

__all__ = ["gap_gradient"]

EPSILON = float(np.finfo(np.float64).eps)
SAME = 1e-7  # of the size of an eigenvalue: two that are closer are taken to meet
READS_MORE = 1e-12  # of a mode: elements outside the block below it are rounding


def gap_gradient(model: Model, algebra: JumpAlgebra) -> tuple[float, Gradient, float]:
    """The gap, its gradient, and the relative error of that.

    To first order an eigenvalue moves by tr(M^+ dL(R)), M and R its left and right modes with tr(M^+ R) = 1.

    Args:
        model: the model.
        algebra: its jumps; of closed populations, or of matrices.

    Returns:
        The gap [1/time], its gradient, and how far rounding may have moved the gradient, relative to its size.

    Raises:
        ArgumentError: if the gap is that of several modes, or no mode decays.

    Reference:
        kato1995.
    """
    found = modes(model)
    slowest = int(found.slowest)
    if slowest == 0:
        raise ArgumentError("`outputs` hold the gap, but no mode of the model decays.", "outputs")
    value = complex(found.values[slowest])
    _require_alone(found, slowest, value)
    blurred = EPSILON * model.dimension + float(found.residual) + EPSILON * float(found.condition)
    right, left = (_operator(found, modes_of[:, slowest], algebra) for modes_of in (found.right, found.left))
    if right.ndim == 2:  # closed populations
        return -value.real, Gradient(-algebra.lost(left.conj(), right).real), blurred
    amplitude = _of_jumps(algebra, left, right)
    adjoint = left.conj().swapaxes(-1, -2)
    turned = -1j * (right @ adjoint - adjoint @ right)
    return -value.real, Gradient(-amplitude, (), -turned.conj().swapaxes(-1, -2)), blurred


def _require_alone(found: Modes, slowest: int, value: complex) -> None:
    distance = np.minimum(np.abs(found.values - value), np.abs(found.values - np.conj(value)))
    distance[slowest] = np.inf
    twin = np.abs(found.values - np.conj(value)) <= SAME * abs(value)
    if value.imag != 0.0:
        distance[twin] = np.inf  # its conjugate, of the same decay rate whatever moves
    decay = -np.asarray(found.values.real)
    meeting = (np.abs(decay + value.real) <= SAME * abs(value)) & np.isfinite(distance)
    if meeting.any():
        raise ArgumentError(
            f"`outputs` hold the gap, which is the decay rate of {1 + int(meeting.sum())} modes at this point, so "
            "that it has no derivative; derive beside the point.",
            "outputs",
        )


def _operator(found: Modes, mode: Operators, algebra: JumpAlgebra) -> Operators:
    """A mode as the algebra takes it (1, ...)."""
    size = algebra.entries.dimension
    rows, columns = found.sector.rows, found.sector.columns
    if algebra.populations:
        out = np.zeros((1, size), dtype=mode.dtype)
        out[0, rows] = mode
        return out
    matrix = np.zeros((1, size, size), dtype=np.complex128)
    matrix[0, rows, columns] = mode
    return matrix


def _of_jumps(algebra: JumpAlgebra, left: Operators, right: Operators) -> Operators:
    """M L R^+ + M^+ L R - L (R M^+ + M R^+ + M^+ R + R^+ M) / 2 at the entries."""
    adjoints = [one.conj().swapaxes(-1, -2) for one in (left, right)]
    moved = algebra.between(left, adjoints[1]) + algebra.between(adjoints[0], right)
    products = right @ adjoints[0] + left @ adjoints[1] + adjoints[0] @ right + adjoints[1] @ left
    return np.asarray(moved - 0.5 * algebra.after(products))
