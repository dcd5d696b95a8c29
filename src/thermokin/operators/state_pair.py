"""Two states to be compared, and their difference: the one place where such a pair is checked."""

from __future__ import annotations

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.numerics.level_sums import sum_over_levels
from thermokin.operators.as_numbers import as_real
from thermokin.operators.as_operators import TRACE_ROUNDING, as_operator, as_unit_trace
from thermokin.operators.eigenstates import probabilities
from thermokin.operators.outside import common_dims, dims_of


def pair_of_states(a: object, b: object, difference: object) -> tuple[ComplexArray, ComplexArray, ComplexArray]:
    """Two density matrices and a - b, their positivity still to be seen.

    Args:
        a: density matrix (..., d, d).
        b: density matrix (..., d, d); leading axes broadcast.
        difference: a - b (..., d, d), or None to subtract.

    Returns:
        a, b, and a - b.

    Raises:
        TypeError: if an argument does not hold numbers.
        ValueError: if a state is not a Hermitian matrix of trace one, the shapes do not match, or the difference is
            not that of the states to 1e-10.
    """
    first, second = as_unit_trace(a, "a"), as_unit_trace(b, "b")
    common_dims({"a": dims_of(a, "a"), "b": dims_of(b, "b"), "difference": dims_of(difference, "difference")})
    _require_alike(first.shape, second.shape, 2, ("a", "b"))
    if difference is None:
        return first, second, first - second
    delta = as_operator(difference, "difference")
    _require_alike(first.shape, delta.shape, 2, ("a", "difference"))
    _require_difference(first - second, delta)
    hermitian: ComplexArray = 0.5 * (delta + np.conj(np.swapaxes(delta, -1, -2)))
    return first, second, hermitian


def pair_of_populations(p: object, q: object, difference: object) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Two sets of populations, none negative, and p - q.

    Args:
        p: probabilities (..., d).
        q: probabilities (..., d); leading axes broadcast.
        difference: p - q (..., d), or None to subtract.

    Returns:
        p, q, and p - q.

    Raises:
        TypeError: if an argument does not hold real numbers.
        ValueError: if populations are not finite or do not sum to one, the shapes do not match, or the difference is
            not that of the populations to 1e-10.
        UnphysicalStateError: if a population is below -1e-12; closer to zero a negative one counts as zero.
    """
    first, second = as_distribution(p, "p"), as_distribution(q, "q")
    _require_alike(first.shape, second.shape, 1, ("p", "q"))
    if difference is None:
        return first, second, first - second
    delta = as_real(difference, "difference")
    _require_alike(first.shape, delta.shape, 1, ("p", "difference"))
    _require_difference(first - second, delta)
    return first, second, delta


def as_distribution(value: object, name: str) -> FloatArray:
    """Populations that came out of a calculation, none negative.

    Args:
        value: probabilities (..., d).
        name: the argument's name, for the error.

    Returns:
        The populations (..., d).

    Raises:
        TypeError: if they are not real numbers.
        ValueError: if they are not finite or do not sum to one.
        UnphysicalStateError: if one is below -1e-12; closer to zero a negative one counts as zero.
    """
    populations = as_real(value, name)
    if populations.ndim < 1 or populations.shape[-1] == 0:
        raise ValueError(f"`{name}` must have shape (..., d) with d at least 1, got {populations.shape}.")
    defect = float(np.max(np.abs(sum_over_levels(populations) - 1.0), initial=0.0))
    if defect > TRACE_ROUNDING:
        raise ValueError(
            f"`{name}` must sum to one to {TRACE_ROUNDING:g}, got a sum off by {defect:.3g}; divide it by its sum."
        )
    return probabilities(populations, name)


def _require_alike(one: tuple[int, ...], other: tuple[int, ...], axes: int, names: tuple[str, str]) -> None:
    try:
        np.broadcast_shapes(one[:-axes], other[:-axes])
        alike = one[-axes:] == other[-axes:]
    except ValueError:
        alike = False
    if not alike:
        raise ValueError(
            f"`{names[0]}` and `{names[1]}` must have one dimension and leading axes that broadcast, "
            f"got {one} and {other}."
        )


def _require_difference(subtracted: ComplexArray | FloatArray, delta: ComplexArray | FloatArray) -> None:
    defect = float(np.max(np.abs(subtracted - delta), initial=0.0))
    if defect > TRACE_ROUNDING:
        raise ValueError(
            f"`difference` must be the first state minus the second to {TRACE_ROUNDING:g}, "
            f"got a deviation of {defect:.3g}."
        )
