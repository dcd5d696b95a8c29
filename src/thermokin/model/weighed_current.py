"""Sums and multiples of currents that are one weight for each channel, of whatever kind of system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin.model.current_checks import as_factor, checked_weights, is_nothing, label_of, scale_of
from thermokin.operators.as_numbers import shown

__all__ = ["WeighedCurrent"]


@dataclass(frozen=True, eq=False)
class WeighedCurrent:
    """The amount sum_k c_k N_k that jumps have exchanged; sums and multiples of currents are currents.

    Args:
        name: what it counts.
        weights: c_k (..., k), one per channel.
        model: the system whose channels it weighs.
    """

    name: str
    weights: FloatArray
    model: Any
    __array_ufunc__: ClassVar[None] = None  # an array times a current is a current, not an array of currents

    def __repr__(self) -> str:
        return f"{type(self).__name__} {self.name!r} over {self.weights.shape[-1]} channels"

    def __add__(self, other: Self | int) -> Self:
        """Weights add; so that `sum` works, 0 adds nothing."""
        return self if is_nothing(other) else self._combined(self._added(other), 1.0)

    __radd__ = __add__

    def __sub__(self, other: Self | int) -> Self:
        """Weights subtract."""
        return self if is_nothing(other) else self._combined(self._added(other), -1.0)

    def __rsub__(self, other: int) -> Self:
        """What comes off 0."""
        return -self + other

    def __mul__(self, factor: ArrayLike) -> Self:
        """Weights scale."""
        number = self._number(factor, "factor")
        # An infinite weight that is counted no times counts nothing.
        weights = np.where(number[..., None] == 0.0, 0.0, self.weights) * number[..., None]
        return self._named(f"{label_of(number)} {as_factor(self.name)}", weights)

    __rmul__ = __mul__

    def __truediv__(self, divisor: ArrayLike) -> Self:
        """Weights scale by the reciprocal."""
        number = self._number(divisor, "divisor")
        if (number == 0.0).any():
            raise ValueError(f"`divisor` of current {self.name!r} must not be 0.")
        with np.errstate(over="ignore"):
            weights = self.weights / number[..., None]
        if (np.isinf(weights) & np.isfinite(self.weights)).any():
            raise ValueError(
                f"`divisor` of current {self.name!r} is too small: a weight is then beyond double precision; choose "
                "other units."
            )
        return self._named(f"{as_factor(self.name)} / {label_of(number)}", weights)

    def __neg__(self) -> Self:
        """Weights change sign."""
        return self * -1.0

    def __pos__(self) -> Self:
        """The current itself."""
        return self

    def _added(self, other: object) -> Self:
        if not isinstance(other, type(self)):
            raise TypeError(
                f"only a current of the same model can be added to current {self.name!r} or subtracted from it, got "
                f"{shown(other)}; add numbers to what `mean` or `cumulants` returns."
            )
        if other.model is not self.model:
            raise ValueError(f"currents {self.name!r} and {other.name!r} belong to different models.")
        return other

    def _number(self, value: ArrayLike, name: str) -> FloatArray:
        if isinstance(value, WeighedCurrent):
            raise TypeError(f"`{name}` of current {self.name!r} must be a real number, got another current.")
        return scale_of(value, name, {"weights": self.weights.shape[:-1], "model": self.model.batch_shape})

    def _named(self, name: str, weights: FloatArray) -> Self:
        return type(self)(name, checked_weights(weights, name), self.model)

    def _combined(self, other: Self, sign: float) -> Self:
        with np.errstate(invalid="ignore"):
            weights = self.weights + sign * other.weights
        return self._named(f"{self.name} {'+' if sign > 0.0 else '-'} {other.name}", weights)
