"""Distances between density matrices, each by a form that keeps its digits when the states are nearly equal."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.numerics.level_sums import sum_over_levels
from thermokin.operators.eigenstates import eigenstates, eigenvalues
from thermokin.operators.state_pair import pair_of_states

__all__ = []


def trace_distance(a: object, b: object, *, difference: object = None) -> FloatArray:
    """The trace distance, 1/2 tr |a - b|.

    Args:
        a: density matrix (..., d, d).
        b: density matrix (..., d, d); leading axes broadcast.
        difference: a - b (..., d, d), if it is known to more digits than the subtraction keeps.

    Returns:
        Distances (...), 0 to 1.

    Raises:
        TypeError: if an argument does not hold numbers.
        ValueError: if a state is not a Hermitian matrix of trace one, or the shapes do not match.
        UnphysicalStateError: if a state has an eigenvalue below -1e-12.

    Cost:
        Eigenvalues of three Hermitian matrices, O(d^3).

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> ground, both = np.diag([1.0, 0.0]), np.full((2, 2), 0.5)
        >>> round(float(tk.distances.trace_distance(ground, both)), 8)  # sqrt(1 - F^2) of kets, F^2 = 1/2
        0.70710678
    """
    delta = _difference_of_positive(a, b, difference)
    distance: FloatArray = 0.5 * np.sum(np.abs(np.linalg.eigvalsh(delta)), axis=-1)
    return distance


def hilbert_schmidt_distance(a: object, b: object, *, difference: object = None) -> FloatArray:
    """The Hilbert-Schmidt distance, sqrt(tr (a - b)^2).

    Args:
        a: density matrix (..., d, d).
        b: density matrix (..., d, d); leading axes broadcast.
        difference: a - b (..., d, d), if it is known to more digits than the subtraction keeps.

    Returns:
        Distances (...), 0 to sqrt(2).

    Raises:
        TypeError, ValueError, UnphysicalStateError: as `trace_distance`.

    Cost:
        Eigenvalues of two Hermitian matrices, O(d^3), to see that the states are positive.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> ground, both = np.diag([1.0, 0.0]), np.full((2, 2), 0.5)
        >>> round(float(tk.distances.hilbert_schmidt_distance(ground, both)), 8)  # sqrt(2 - 2 F^2) of kets, F^2 = 1/2
        1.0
    """
    delta = _difference_of_positive(a, b, difference)
    return _norm(delta)


def fidelity(a: object, b: object) -> FloatArray:
    """The root fidelity, F = tr sqrt(sqrt(a) b sqrt(a)) (its square is the transition probability).

    F is the sum of the singular values of sqrt(b) sqrt(a). For how far F is from one, ask `bures_distance`.

    Args:
        a: density matrix (..., d, d).
        b: density matrix (..., d, d); leading axes broadcast.

    Returns:
        Root fidelities (...), 0 to 1, to an absolute accuracy of rounding.

    Raises:
        TypeError, ValueError, UnphysicalStateError: as `trace_distance`.

    Cost:
        Two Hermitian eigendecompositions and the singular values of one matrix, O(d^3).

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> ground, both = np.diag([1.0, 0.0]), np.full((2, 2), 0.5)
        >>> round(float(tk.distances.fidelity(ground, both)), 8)  # |<0|+>| = sqrt(1/2)
        0.70710678
    """
    first, second, _ = pair_of_states(a, b, None)
    product = _square_root(*eigenstates(second, "b")) @ _square_root(*eigenstates(first, "a"))
    root_fidelity: FloatArray = np.sum(np.linalg.svd(product, compute_uv=False), axis=-1)
    return root_fidelity


def bures_distance(a: object, b: object, *, difference: object = None) -> FloatArray:
    """The Bures distance, sqrt(2 (1 - F)) with the root fidelity F.

    It is the Frobenius norm of R = sqrt(a) - sqrt(b) U, minimal over unitaries U: with the singular value decomposition
    sqrt(b) sqrt(a) = sum_i |v_i> s_i <u_i| and the eigenvectors |j>, p_j of a,
    <j|R|u_i> = sqrt(p_j) <j|u_i> - <j|sqrt(b)|v_i> = <j|(a - b) sqrt(a)|u_i> / (p_j + s_i).
    The second form carries the difference as a factor, so near-equal states lose no digits; the first serves where its
    denominator is smaller than the difference.

    Args:
        a: density matrix (..., d, d).
        b: density matrix (..., d, d); leading axes broadcast.
        difference: a - b (..., d, d), if it is known to more digits than the subtraction keeps.

    Returns:
        Distances (...), 0 to sqrt(2).

    Raises:
        TypeError, ValueError, UnphysicalStateError: as `trace_distance`.

    Cost:
        Two Hermitian eigendecompositions and one singular value decomposition, O(d^3).

    Example:
        >>> import math
        >>> import numpy as np
        >>> import thermokin as tk
        >>> ground, both = np.diag([1.0, 0.0]), np.full((2, 2), 0.5)
        >>> round(float(tk.distances.bures_distance(ground, both)), 8), round(math.sqrt(2.0 - math.sqrt(2.0)), 8)
        (0.76536686, 0.76536686)
    """
    first, second, delta = pair_of_states(a, b, difference)
    p, frame = eigenstates(first, "a")
    root, other = _square_root(p, frame), _square_root(*eigenstates(second, "b"))
    v, s, u_adjoint = np.linalg.svd(other @ root)
    adjoint, u = _adjoint(frame), _adjoint(u_adjoint)
    direct = np.sqrt(p)[..., :, None] * (adjoint @ u) - adjoint @ (other @ v)
    return _norm(_sharper(direct, adjoint @ delta @ (root @ u), p[..., :, None] + s[..., None, :], delta))


def bures_angle(a: object, b: object, *, difference: object = None) -> FloatArray:
    """The Bures angle, arccos F with the root fidelity F, evaluated as 2 arcsin(bures_distance / 2).

    Args:
        a: density matrix (..., d, d).
        b: density matrix (..., d, d); leading axes broadcast.
        difference: a - b (..., d, d), if it is known to more digits than the subtraction keeps.

    Returns:
        Angles (...) [radians], 0 to pi/2; errors and cost are those of `bures_distance`.

    Example:
        >>> import math
        >>> import numpy as np
        >>> import thermokin as tk
        >>> ground, both = np.diag([1.0, 0.0]), np.full((2, 2), 0.5)
        >>> round(float(tk.distances.bures_angle(ground, both)) / math.pi, 8)  # half the angle on the Bloch sphere
        0.25
    """
    return _angle_of_chord(bures_distance(a, b, difference=difference))


def hellinger_distance(a: object, b: object, *, difference: object = None) -> FloatArray:
    """The quantum Hellinger distance, the Frobenius norm of sqrt(a) - sqrt(b), which is sqrt(2 - 2 tr sqrt(a) sqrt(b)).

    With the eigenvectors |i>, p_i of a and |j>, q_j of b, <i|sqrt(a) - sqrt(b)|j> = (sqrt(p_i) - sqrt(q_j)) <i|j>
    = <i|a - b|j> / (sqrt(p_i) + sqrt(q_j)). The second form carries the difference as a factor, so near-equal states
    lose no digits; the first serves where p_i + q_j is smaller than the difference.

    Args:
        a: density matrix (..., d, d).
        b: density matrix (..., d, d); leading axes broadcast.
        difference: a - b (..., d, d), if it is known to more digits than the subtraction keeps.

    Returns:
        Distances (...), 0 to sqrt(2).

    Raises:
        TypeError, ValueError, UnphysicalStateError: as `trace_distance`.

    Cost:
        Two Hermitian eigendecompositions, O(d^3).

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> ground, both = np.diag([1.0, 0.0]), np.full((2, 2), 0.5)
        >>> round(float(tk.distances.hellinger_distance(ground, both)), 8)  # sqrt(2 - 2 F^2) of kets, F^2 = 1/2
        1.0
    """
    first, second, delta = pair_of_states(a, b, difference)
    p, left = eigenstates(first, "a")
    q, right = eigenstates(second, "b")
    adjoint = _adjoint(left)
    p_root, q_root = np.sqrt(p)[..., :, None], np.sqrt(q)[..., None, :]
    direct = (p_root - q_root) * (adjoint @ right)
    return _norm(_sharper(direct, adjoint @ delta @ right, p_root + q_root, delta))


def wigner_yanase_angle(a: object, b: object, *, difference: object = None) -> FloatArray:
    """The Wigner-Yanase angle, arccos tr sqrt(a) sqrt(b), evaluated as 2 arcsin(hellinger_distance / 2).

    Args:
        a: density matrix (..., d, d).
        b: density matrix (..., d, d); leading axes broadcast.
        difference: a - b (..., d, d), if it is known to more digits than the subtraction keeps.

    Returns:
        Angles (...) [radians], 0 to pi/2; errors and cost are those of `hellinger_distance`.

    Example:
        >>> import math
        >>> import numpy as np
        >>> import thermokin as tk
        >>> ground, both = np.diag([1.0, 0.0]), np.full((2, 2), 0.5)
        >>> round(float(tk.distances.wigner_yanase_angle(ground, both)) / math.pi, 8)  # arccos F^2 of kets, F^2 = 1/2
        0.33333333
    """
    return _angle_of_chord(hellinger_distance(a, b, difference=difference))


def _difference_of_positive(a: object, b: object, difference: object) -> ComplexArray:
    first, second, delta = pair_of_states(a, b, difference)
    eigenvalues(first, "a")
    eigenvalues(second, "b")
    return delta


def _angle_of_chord(chord: FloatArray) -> FloatArray:
    angle: FloatArray = 2.0 * np.arcsin(0.5 * chord)
    return angle


def _sharper(
    direct: ComplexArray, numerator: ComplexArray, denominator: FloatArray, delta: ComplexArray
) -> ComplexArray:
    """The quotient numerator / denominator, or `direct` where the denominator is below the size of the difference."""
    # Both are the same number: `direct` has an absolute error of rounding, the quotient one of rounding times
    # |difference| / denominator.
    divisible = denominator > np.max(np.abs(delta), axis=(-2, -1), keepdims=True)
    chosen: ComplexArray = np.where(divisible, numerator / np.where(divisible, denominator, 1.0), direct)
    return chosen


def _square_root(p: FloatArray, frame: ComplexArray) -> ComplexArray:
    root: ComplexArray = (frame * np.sqrt(p)[..., None, :]) @ _adjoint(frame)
    return root


def _adjoint(matrix: ComplexArray) -> ComplexArray:
    adjoint: ComplexArray = np.conj(np.swapaxes(matrix, -1, -2))
    return adjoint


def _norm(matrix: ComplexArray) -> FloatArray:
    norm: FloatArray = np.linalg.norm(matrix, axis=(-2, -1))
    return norm


def half_absolute_sum(difference: FloatArray) -> FloatArray:
    """1/2 sum_n |x_n| (...) of differences (..., d)."""
    distance: FloatArray = 0.5 * sum_over_levels(np.abs(difference))
    return distance


def root_square_sum(difference: FloatArray) -> FloatArray:
    """sqrt(sum_n x_n^2) (...) of differences (..., d)."""
    length: FloatArray = np.sqrt(sum_over_levels(difference * difference))
    return length


def chord(p: FloatArray, q: FloatArray, difference: FloatArray) -> FloatArray:
    """sqrt(sum_n ((p_n - q_n) / (sqrt(p_n) + sqrt(q_n)))^2) (...) of checked populations (..., d)."""
    roots = np.sqrt(p) + np.sqrt(q)
    if not roots.all():  # both empty: the difference is 0 too
        roots = np.where(roots > 0.0, roots, 1.0)
    return root_square_sum(difference / roots)


def chord_angle(p: FloatArray, q: FloatArray, difference: FloatArray) -> FloatArray:
    """2 arcsin(chord / 2) (...) of checked populations (..., d)."""
    angle: FloatArray = 2.0 * np.arcsin(0.5 * chord(p, q, difference))
    return angle
