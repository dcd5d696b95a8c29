"""Gibbs states: what a system at rest with one temperature looks like, zero and infinity included."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.numerics.level_sums import over_levels
from thermokin.operators.as_numbers import as_numbers, as_real, common_axes, to_double
from thermokin.operators.as_operators import as_hermitian, is_diagonal

DEGENERACY_ROUNDING = 1e-12
"""Levels this close to the lowest, relative to the largest |energy|, share the ground state at temperature zero."""


def gibbs(hamiltonian: object, temperature: object) -> ComplexArray:
    """The Gibbs state of a Hamiltonian.

    rho = exp(-H/T) / tr exp(-H/T), with H = `hamiltonian` and T = `temperature`. At T = 0 the state is uniform on the
    ground space, whose levels agree to 1e-12 of the largest |energy|; at T = inf it is uniform.

    Args:
        hamiltonian: Hermitian operator (..., d, d) [energy].
        temperature: temperatures (...), which broadcast with the Hamiltonian's leading axes, 0 to inf [energy].

    Returns:
        Density matrices (..., d, d). For a diagonal Hamiltonian each population has its own relative accuracy;
        otherwise populations are accurate relative to the largest.

    Raises:
        TypeError: if an argument does not hold numbers.
        ValueError: if the Hamiltonian is not a Hermitian operator, or a temperature is negative or NaN.

    Cost:
        One Hermitian eigendecomposition, O(d^3) per matrix; O(d^2) if diagonal.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> p = np.diag(tk.operators.gibbs(np.diag([0.0, 1.0]), temperature=0.5)).real
        >>> round(float(np.log(p[0] / p[1])), 10)  # gap over temperature
        2.0
    """
    matrix = as_hermitian(hamiltonian, "hamiltonian")
    diagonal = np.diagonal(matrix, axis1=-2, axis2=-1).real
    identity = np.eye(matrix.shape[-1], dtype=np.complex128)
    if is_diagonal(matrix):
        return gibbs_populations(diagonal, temperature)[..., None] * identity
    energies, frame = np.linalg.eigh(matrix)
    populations = gibbs_populations(energies, temperature)
    state = (frame * populations[..., None, :]) @ np.conj(np.swapaxes(frame, -1, -2))
    hermitian: ComplexArray = 0.5 * (state + np.conj(np.swapaxes(state, -1, -2)))
    return hermitian


def gibbs_populations(energies: object, temperature: object) -> FloatArray:
    """The populations of a Gibbs state.

    p_n = exp(-E_n/T) / sum_m exp(-E_m/T), with E = `energies` and T = `temperature`; at T = 0 uniform on the levels
    within 1e-12 of the largest |energy| from the lowest, at T = inf uniform.

    Args:
        energies: energies (..., d) in any order [energy].
        temperature: temperatures (...), which broadcast with the leading axes of `energies`, 0 to inf [energy].

    Returns:
        Populations (..., d), each with its own relative accuracy until it underflows to 0.

    Raises:
        TypeError: if an argument does not hold real numbers.
        ValueError: if an energy is not finite, or a temperature is negative or NaN.
    """
    return _populations(*_checked(energies, temperature))


def log_gibbs_populations(energies: object, temperature: object) -> FloatArray:
    """The logarithms of a Gibbs state's populations, where the populations themselves may underflow.

    ln p_n = -(E_n - E_0)/T - ln(1 + sum_{m != 0} exp(-(E_m - E_0)/T)), with E = `energies`, E_0 the lowest, and
    T = `temperature`. At T = 0 the excited levels have -inf.

    Args:
        energies: energies (..., d) in any order [energy].
        temperature: temperatures (...), which broadcast with the leading axes of `energies`, 0 to inf [energy].

    Returns:
        Logarithms (..., d) [nats], each with its own relative accuracy.

    Raises:
        TypeError: if an argument does not hold real numbers.
        ValueError: if an energy is not finite, or a temperature is negative or NaN.
    """
    reduced = _reduced_energies(*_checked(energies, temperature))
    weights = np.exp(-reduced)
    # Leaving one ground level out of the sum keeps the digits of ln p_0 when p_0 is close to one.
    np.put_along_axis(weights, np.argmin(reduced, axis=-1, keepdims=True), 0.0, axis=-1)
    logarithms: FloatArray = (0.0 - reduced) - np.log1p(over_levels(np.add, weights)[..., None])
    return logarithms


def gibbs_difference(energies: object, temperature: object, reference: object) -> FloatArray:
    """The populations of a Gibbs state less those at another temperature, to all digits however near the two are.

    p_n - q_n = q_n expm1(-x_n - ln sum_m q_m exp(-x_m)), with p the populations at T = `temperature`, q those at
    R = `reference`, and x_n = (1/T - 1/R)(E_n - E_0).

    Args:
        energies: energies (..., d) in any order [energy].
        temperature: temperatures T (...), 0 to inf [energy].
        reference: temperatures R (...), 0 to inf [energy].

    Returns:
        Differences (..., d).

    Raises:
        TypeError: if an argument does not hold real numbers.
        ValueError: if an energy is not finite, or a temperature is negative or NaN.
    """
    levels, one = _checked(energies, temperature)
    two = _checked(levels, reference)[1]
    other = _populations(levels, two)
    above = levels - over_levels(np.minimum, levels)[..., None]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        # 1/T - 1/R without its rounding; one of the two may be infinite.
        force = np.where(np.isinf(one) | np.isinf(two), 1.0 / one - 1.0 / two, (two - one) / one / two)
        apart = force * above
        near = (np.abs(apart) <= 1.0).all(axis=-1, keepdims=True)
        small = np.where(near, apart, 0.0)
    mean = over_levels(np.add, other * np.expm1(-small))[..., None]
    moved = other * np.expm1(-small - np.log1p(mean))
    return moved if near.all() else np.where(near, moved, _populations(levels, one) - other)


def _populations(levels: FloatArray, temperatures: FloatArray) -> FloatArray:
    weights = np.exp(-_reduced_energies(levels, temperatures))
    return np.asarray(weights / over_levels(np.add, weights)[..., None])


def _checked(energies: object, temperature: object) -> tuple[FloatArray, FloatArray]:
    """Energies (..., d) and temperatures (..., 1)."""
    levels = as_real(energies, "energies")
    if levels.ndim < 1 or levels.shape[-1] == 0:
        raise ValueError(f"`energies` must have shape (..., d) with d at least 1, got {levels.shape}.")
    temperatures = _as_temperature(temperature)[..., None]
    common_axes({"energies": levels.shape[:-1], "temperature": temperatures.shape[:-1]})
    return levels, temperatures


def _reduced_energies(levels: FloatArray, temperatures: FloatArray) -> FloatArray:
    """(E_n - E_0)/T, at T = 0 by its limit: 0 on the ground space and inf above it."""
    above = levels - over_levels(np.minimum, levels)[..., None]
    cold = temperatures == 0.0
    # A tiny temperature may overflow the ratio: its limit inf, a population of exactly 0, is then the right value.
    with np.errstate(over="ignore"):
        thermal = np.asarray(above / np.where(cold, 1.0, temperatures))
    if not cold.any():
        return thermal
    degenerate = above <= DEGENERACY_ROUNDING * over_levels(np.maximum, np.abs(levels))[..., None]
    return np.where(cold, np.where(degenerate, 0.0, np.inf), thermal)


def _as_temperature(temperature: object) -> FloatArray:
    array = as_numbers(temperature, "temperature")
    if array.dtype.kind not in "iuf":
        raise TypeError(f"`temperature` must hold real numbers, got {array.dtype}.")
    temperatures: FloatArray = to_double(array)
    valid = temperatures >= 0.0
    if not np.all(valid):
        raise ValueError(f"`temperature` must be 0 or larger (inf included), got {temperatures[~valid][0]}.")
    return temperatures
