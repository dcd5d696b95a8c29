"""Starts by type, and bare arrays as starts: which state they mean; a refusal where it could mean two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin.model.bath import finite_numbers, real_numbers
from thermokin.model.in_words import InWords
from thermokin.model.model import Model
from thermokin.operators.as_numbers import as_numbers, common_axes, require_finite, require_moderate, to_double
from thermokin.operators.as_operators import (
    POSITIVITY_ROUNDING,
    TRACE_ROUNDING,
    as_density_matrix,
    as_ket,
    as_populations,
    require_probabilities,
)
from thermokin.operators.outside import Dims, dims_of, ket_elements, require_dims

__all__ = ["Gibbs", "Initial", "Ket", "Populations", "read_start"]

AGREEMENT = 1e-12  # elements of a density matrix up to which two readings of an array are one state
_REMEDY = "pass tk.Populations(...) for populations of the energy eigenstates, or tk.Ket(...) for a ket in your basis"


def read_start(model: Model, value: object) -> NDArray[Any] | Populations | Ket:
    """The one state that an array, or an object of SciPy or QuTiP, can mean as a start.

    A last pair of axes (d, d) is a density matrix. A column (d, 1), a complex row (d) and a QuTiP ket are kets. A real
    row is populations or a ket: as populations it must sum to one, as a ket be of norm one. Populations of the energy
    eigenstates and of the user's basis states must then be one state (where both hold, a ket is a basis state, so that
    these two are all there is to compare).

    Args:
        model: the model.
        value: what was given as a start.

    Returns:
        Checked: a density matrix (..., d, d) in the user's basis, populations of the energy eigenstates, or a ket.

    Raises:
        ValueError: if it is no state of the model's dimension, or could mean two states.
        TypeError: if it does not hold numbers.
    """
    require_dims(model.dims, value, "initial")
    array, size = to_double(as_numbers(ket_elements(value, "initial"), "initial")), model.dimension
    require_finite(array, "initial")
    require_moderate(array, "initial")
    if array.shape[-2:] == (size, 1) != (1, 1):
        return Ket(as_ket(value, "initial"))
    if array.ndim == 0:
        raise ValueError(
            f"`initial` must be a state, got the number {array}; for a thermal state of that temperature pass "
            f"tk.Gibbs({array})."
        )
    if array.shape[-2:] == (size, size) or array.shape[-1] != size:
        return _matrix(array, size)
    if array.dtype.kind == "c":
        return _complex_row(array)
    return _real_row(model, array)


def _matrix(array: NDArray[Any], size: int) -> NDArray[Any]:
    if array.ndim == 1 or (array.ndim > 1 and array.shape[-1] == 1):
        raise ValueError(
            f"`initial` must have {size} elements, one for each level, or be a density matrix ({size}, {size}), got "
            f"shape {array.shape}."
        )
    try:
        return as_density_matrix(array, "initial", size)
    except ValueError as error:
        if array.shape[-1:] == (size,) and (_sums_to_one(array) | _is_unit(array)).all():
            raise ValueError(
                f"{error} An array of shape (..., d, d) is read as a density matrix; for a stack of rows {_REMEDY}."
            ) from None
        raise


def _complex_row(array: NDArray[Any]) -> Ket:
    if array.ndim > 1:
        raise ValueError(
            f"`initial` is a complex array of shape {array.shape}, rows that may be kets or bras; for kets pass "
            "tk.Ket(...), whose last axis is that of the amplitudes."
        )
    if not _is_unit(array).all() and not array.imag.any() and _sums_to_one(array).all():
        raise ValueError(
            "`initial` is a complex row, which is read as a ket, but it sums to one as populations do and is not of "
            f"norm one; populations are real numbers: {_REMEDY}."
        )
    return Ket(as_ket(array, "initial"))


def _real_row(model: Model, array: FloatArray) -> Populations | Ket:
    if _sums_to_one(array).all():
        _require_one_meaning(model, array)
        return Populations(as_populations(array, "initial", model.dimension))
    if _is_unit(array).all():
        return Ket(array)
    if array.ndim > 1:
        raise ValueError(
            f"`initial` of shape {array.shape} must hold populations, each row >= 0 and of sum one, or kets, each of "
            f"norm one; {_REMEDY}."
        )
    raise ValueError(
        f"`initial` must be populations, >= 0 and of sum one to {TRACE_ROUNDING:g}, or a ket of norm one to "
        f"{TRACE_ROUNDING:g}, got sum {array.sum():.15g}, smallest element {array.min():.3g} and norm "
        f"{np.linalg.norm(array):.15g}; divide populations by their sum, or a ket by its norm."
    )


def _sums_to_one(array: NDArray[Any]) -> NDArray[np.bool_]:
    right = np.abs(array.sum(axis=-1) - 1.0) <= TRACE_ROUNDING
    return np.asarray(right & (array.real >= -POSITIVITY_ROUNDING).all(axis=-1))


def _is_unit(array: NDArray[Any]) -> NDArray[np.bool_]:
    return np.asarray(np.abs((array * array.conj()).real.sum(axis=-1) - 1.0) <= TRACE_ROUNDING)


def _require_one_meaning(model: Model, populations: FloatArray) -> None:
    """Refuse populations that are another state among the energy eigenstates than among the user's basis states."""
    if model.frame is None and model.energy.is_diagonal:
        return
    eigenstates = np.eye(model.dimension) if model.frame is None else model.frame
    if not model.energy.is_diagonal:
        eigenstates = eigenstates @ model.energy.eigen[1]
    common_axes({"model": eigenstates.shape[:-2], "initial": populations.shape[:-1]})
    # The difference of the two states, U diag(p) U^+ - diag(p), has the size of U diag(p) - diag(p) U.
    apart = (populations[..., None, :] - populations[..., :, None]) * eigenstates
    if not (np.abs(apart) > AGREEMENT).any():
        return
    also = " (or the ket that is one of these)" if _is_unit(populations).all() else ""
    raise ValueError(
        "`initial` is an array of real numbers that can mean two states here: populations of the energy eigenstates, "
        f"or of the states of your basis{also}, which are others, or in another order; say which: "
        "tk.Populations([...]) for the eigenstates, np.diag([...]) for your basis states, tk.Ket([...]) for a ket."
    )


@dataclass(frozen=True, eq=False)
class Gibbs(InWords):
    """The Gibbs state of a model at a temperature of its own.

    Args:
        temperature: (...) [energy]; 0 and inf included.

    Raises:
        ValueError: if a temperature is negative or not a number.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.01, temperature=1.0)
        >>> tk.evolve(qubit, tk.Gibbs(np.inf), [0.0]).populations  # every level alike
        array([[0.5, 0.5]])
    """

    temperature: FloatArray

    def __init__(self, temperature: ArrayLike) -> None:
        value = real_numbers(temperature, "temperature")
        if (value < 0.0).any():
            raise ValueError(f"`temperature` of a Gibbs state must be >= 0, got {value.min():g}.")
        object.__setattr__(self, "temperature", value)


@dataclass(frozen=True, eq=False)
class Populations:
    """Populations of the eigenstates of the model's energy, in the order of `model.energies`.

    Args:
        values: (..., d), >= 0, of sum 1.

    Raises:
        ValueError: if they are negative, not finite or not of sum one, or one number alone.
        TypeError: if they are no real numbers.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> ladder = tk.library.levels([0.0, 1.0, 2.5], rate=0.01, temperature=0.0)
        >>> round(float(tk.evolve(ladder, tk.Populations([0.0, 0.0, 1.0]), [100.0]).populations[0, 2]), 8)
        0.13533528
        >>> round(math.exp(-2.0), 8)  # two ways down, each at the rate
        0.13533528
    """

    values: FloatArray

    def __init__(self, values: ArrayLike) -> None:
        populations = finite_numbers(values, "values")
        if populations.ndim == 0:
            raise ValueError(f"`values` must have shape (..., d), one population for each level, got {populations:g}.")
        require_probabilities(populations, "values")
        object.__setattr__(self, "values", populations)


@dataclass(frozen=True, eq=False)
class Ket:
    """A pure state |psi><psi|, by its amplitudes in the user's basis.

    Args:
        vector: psi (..., d), of norm 1; also columns (..., d, 1), and a QuTiP ket.

    Raises:
        ValueError: if it is not of norm one.
        TypeError: if it does not hold numbers.

    Example:
        >>> import numpy as np
        >>> import thermokin as tk
        >>> qubit = tk.library.qubit(gap=1.0, rate=0.01, temperature=0.0)
        >>> moved = tk.evolve(qubit, tk.Ket(np.sqrt([0.5, 0.5])), [0.0, 200.0])
        >>> np.abs(moved.expectation(tk.operators.pauli().minus)).round(6)  # 1/2, and e^{-rate t / 2} of it
        array([0.5    , 0.18394])
    """

    vector: ComplexArray
    dims: Dims

    def __init__(self, vector: OperatorLike) -> None:
        object.__setattr__(self, "vector", as_ket(vector, "vector"))
        object.__setattr__(self, "dims", dims_of(vector, "vector"))


Initial = Gibbs | Populations | Ket | OperatorLike
