"""Entropy and relative entropy [nats], of density matrices and of populations."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.numerics.level_sums import in_blocks, sum_over_levels
from thermokin.operators.as_operators import as_unit_trace, is_diagonal
from thermokin.operators.eigenstates import eigenstates, eigenvalues
from thermokin.operators.state_pair import pair_of_populations, pair_of_states

SUPPORT_ROUNDING = 1e-12
"""Largest element <i|a|j> that still counts as zero where |j> is outside the support of b, for dense states."""

_NEAR = 0.25
"""Relative difference up to which the series is used; above it (1+u) ln(1+u) - u loses one digit at most."""

_APART = 0.5
"""Down to minus this ln(1+u) is taken from u: of a quotient near one, its logarithm loses what the difference knows."""

_SERIES = tuple(1.0 / n for n in range(17, 1, -2))
"""1/17, ..., 1/5, 1/3: at |u| = 1/4 the next term is below 1e-16 of the whole factor."""


def entropy(state: object) -> FloatArray:
    """The von Neumann entropy.

    S = -tr rho ln rho, with rho = `state` and 0 ln 0 = 0. Eigenvalues within 10 d eps of the largest are an
    eigensolver's zeros and count as zero (a diagonal state keeps all of its own); a deeper negative one, below -1e-12,
    is refused.

    Args:
        state: density matrix (..., d, d).

    Returns:
        Entropies (...) [nats].

    Raises:
        TypeError: if the state does not hold numbers.
        ValueError: if the state is not a Hermitian matrix of trace one.
        UnphysicalStateError: if it has an eigenvalue below -1e-12.

    Cost:
        Eigenvalues of a Hermitian matrix, O(d^3) each; O(d^2) if diagonal.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> mixed, pure = np.diag([0.5, 0.5]), np.full((2, 2), 0.5)
        >>> [round(float(tk.operators.entropy(state)), 8) for state in (mixed, pure)]  # ln 2 and 0
        [0.69314718, 0.0]
    """
    p = eigenvalues(as_unit_trace(state, "state"), "state")
    logarithms = np.log(np.where(p > 0.0, p, 1.0))
    # Subtracting from 0.0 keeps the minus sign off a pure state's zero.
    total: FloatArray = 0.0 - sum_over_levels(p * logarithms)
    return total


def relative_entropy(a: object, b: object, *, difference: object = None) -> FloatArray:
    """The quantum relative entropy D(a||b).

    D = tr a (ln a - ln b) = sum_ij |<i|a-b|j>|^2 k(p_i, q_j), k(p, q) = (p ln(p/q) - p + q)/(p - q)^2, where p_i, |i>
    are the eigenvalues and eigenvectors of a and q_j, |j> those of b. Every term is positive and carries the
    difference as a factor, so near-equal states lose no digits.
    D is inf where the support of a leaves that of b: where |<i|a|j>| exceeds 1e-12 for an eigenvalue q_j = 0. For
    dense states, eigenvalues within 10 d eps of the largest count as zero; diagonal states are compared exactly.

    Args:
        a: density matrix (..., d, d).
        b: density matrix (..., d, d); leading axes broadcast.
        difference: a - b (..., d, d), if it is known to more digits than the subtraction keeps.

    Returns:
        Relative entropies (...) [nats], 0 to inf.

    Raises:
        TypeError: if an argument does not hold numbers.
        ValueError: if a state is not a Hermitian matrix of trace one, or the shapes do not match.
        UnphysicalStateError: if a state has an eigenvalue below -1e-12.

    Cost:
        Two Hermitian eigendecompositions and two products, O(d^3) per pair; O(d^2) if both are diagonal.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> ground, mixed = np.diag([1.0, 0.0]), np.diag([0.5, 0.5])
        >>> [round(float(tk.distances.relative_entropy(a, b)), 8) for a, b in ((ground, mixed), (mixed, ground))]
        [0.69314718, inf]
    """
    first, second, delta = pair_of_states(a, b, difference)
    p, left = eigenstates(first, "a")
    q, right = eigenstates(second, "b")
    if is_diagonal(first) and is_diagonal(second):
        divergence: FloatArray = sum_over_levels(divergence_terms(p, q, np.diagonal(delta, axis1=-2, axis2=-1).real))
        return divergence
    adjoint = np.conj(np.swapaxes(left, -1, -2))
    overlaps, elements = np.abs(adjoint @ right), np.abs(adjoint @ delta @ right)
    p, q = p[..., :, None], q[..., None, :]
    empty = np.broadcast_to(q == 0.0, elements.shape)
    outside = empty & (p * overlaps > SUPPORT_ROUNDING)
    terms = _element_terms(p, np.where(empty, 1.0, q), overlaps, elements)
    total = np.sum(terms, axis=(-2, -1), where=~empty)
    divergence = np.where(np.any(outside, axis=(-2, -1)), np.inf, total)
    return divergence


def relative_entropy_of_populations(p: object, q: object, difference: object = None) -> FloatArray:
    """The relative entropy D(p||q) of populations.

    D = sum_n q_n h(p_n/q_n - 1), h(u) = (1 + u) ln(1 + u) - u: every term is positive and second order in the
    difference, so near-equal populations lose no digits. D is inf where q_n = 0 < p_n.

    Args:
        p: probabilities (..., d).
        q: probabilities (..., d); leading axes broadcast.
        difference: p - q (..., d), if it is known to more digits than the subtraction keeps.

    Returns:
        Relative entropies (...) [nats], 0 to inf.

    Raises:
        TypeError: if an argument does not hold real numbers.
        ValueError: if populations are not finite or do not sum to one, or the shapes do not match.
        UnphysicalStateError: if one is below -1e-12; closer to zero a negative one counts as zero.
    """
    return divergence_of_checked(*pair_of_populations(p, q, difference))


def divergence_of_checked(p: FloatArray, q: FloatArray, difference: FloatArray) -> FloatArray:
    """D(p||q) (...) of populations (..., d) that are known to be valid, with p - q = difference."""
    divergence: FloatArray = sum_over_levels(divergence_terms(p, q, difference))
    return divergence


def divergence_terms(p: FloatArray, q: FloatArray, difference: FloatArray) -> FloatArray:
    """Elementwise p ln(p/q) - (p - q) >= 0, whose sum over levels is D(p||q).

    Args:
        p: probabilities (..., d), known to be valid.
        q: probabilities (..., d).
        difference: p - q (..., d).

    Returns:
        (..., d).
    """
    # Levels first: arrays made for few levels and many points lie that way in memory, and need no copy.
    levels_first = (np.moveaxis(array, -1, 0) for array in np.broadcast_arrays(p, q, difference))
    return np.moveaxis(in_blocks(_flat_terms, *levels_first), 0, -1)


def _flat_terms(p: FloatArray, q: FloatArray, delta: FloatArray) -> FloatArray:
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        relative = delta / q
    lowest, highest = relative.min(initial=0.0), relative.max(initial=0.0)
    if lowest >= -_NEAR and highest <= _NEAR:
        return _near_terms(relative, delta)
    with np.errstate(divide="ignore", invalid="ignore"):
        # A logarithm too many costs less than taking the far ones out and putting them back.
        terms = np.log1p(relative)
        if not (lowest >= -_APART and highest < np.inf):
            apart = np.flatnonzero(~((relative >= -_APART) & (relative < np.inf)))
            terms[apart] = _log_ratio(p[apart], q[apart])
        terms *= p
        terms -= delta
    near = np.flatnonzero(np.abs(relative) <= _NEAR)
    if near.size:
        terms[near] = _near_terms(relative[near], delta[near])
    return terms


def _near_terms(relative: FloatArray, delta: FloatArray) -> FloatArray:
    """Elementwise q h(delta/q) for |delta/q| <= 1/4."""
    terms = _second_order(relative)
    terms *= relative
    terms *= delta
    return terms


def _element_terms(p: FloatArray, q: FloatArray, overlaps: FloatArray, elements: FloatArray) -> FloatArray:
    """|<i|j>|^2 (p ln(p/q) - p + q), elementwise for q > 0, where (p - q) <i|j> = <i|a-b|j>, whichever is sharper."""
    p, q = np.broadcast_arrays(p, q)
    gap = p - q
    # <i|j> has an absolute error, <i|a-b|j> one relative to the largest element of a - b.
    sharper = np.abs(gap) > np.max(elements, axis=(-2, -1), keepdims=True)
    amplitudes = np.where(sharper, elements / np.where(sharper, np.abs(gap), 1.0), overlaps)
    terms = amplitudes**2 * divergence_terms(p, q, gap)
    near = np.abs(gap) <= _NEAR * q
    terms[near] = elements[near] ** 2 / q[near] * _second_order(gap[near] / q[near])
    return terms


def _second_order(u: FloatArray) -> FloatArray:
    """The factor ((1+u) ln(1+u) - u)/u^2 for |u| <= 1/4."""
    # By ln(1+u) = 2 artanh s with s = u/(2+u), it is (1-s)/2 (1 + (1+s) s (1/3 + s^2/5 + s^4/7 + ...)).
    s = u / (2.0 + u)
    square = s * s
    series = np.full_like(s, _SERIES[0])
    for coefficient in _SERIES[1:]:
        series *= square
        series += coefficient
    series *= s
    series *= 1.0 + s
    series += 1.0
    series *= 0.5 * (1.0 - s)
    return series


def _log_ratio(p: FloatArray, q: FloatArray) -> FloatArray:
    """The logarithm of p/q, with 0 for p = 0 (it is multiplied by p) and inf for q = 0 < p."""
    # The ratio of tiny numbers keeps digits that the difference of their large logarithms loses, until it overflows.
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        logarithm: FloatArray = np.log(p / q)
        odd = ~np.isfinite(logarithm)
        if np.any(odd):
            logarithm[odd] = np.where(p[odd] > 0.0, np.log(p[odd]) - np.log(q[odd]), 0.0)
    return logarithm
