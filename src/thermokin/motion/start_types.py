"""What a start can be said to be: a Gibbs state, populations of the energy eigenstates, or a ket."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike

from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin.model.bath import finite_numbers, real_numbers
from thermokin.operators.accept import as_ket, require_probabilities
from thermokin.operators.outside import Dims, dims_of

__all__ = ["Gibbs", "Initial", "Ket", "Populations"]


@dataclass(frozen=True, eq=False)
class Gibbs:
    """The Gibbs state of a model at a temperature of its own.

    Args:
        temperature: (...) [energy]; 0 and inf included.

    Raises:
        ValueError: if a temperature is negative or not a number.
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
    """

    vector: ComplexArray
    dims: Dims

    def __init__(self, vector: OperatorLike) -> None:
        object.__setattr__(self, "vector", as_ket(vector, "vector"))
        object.__setattr__(self, "dims", dims_of(vector, "vector"))


Initial = Gibbs | Populations | Ket | OperatorLike
