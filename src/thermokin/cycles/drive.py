"""A Hamiltonian as a function of time, from terms with coefficients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray, FloatArray, OperatorLike
from thermokin.cycles.hermitian_at import hermitian_at
from thermokin.operators.as_numbers import as_numbers, shown
from thermokin.operators.as_operators import as_operator

__all__ = ["Drive"]

SAME = 1e-12  # of a coefficient: one time and many give one number


class Drive:
    """A Hamiltonian H(t) = H_0 + sum over terms of f(t) H_f, of one time or of many.

    Args:
        terms: a list of operators and of pairs [operator, function of time], as QuTiP takes it; or a `QobjEvo`; or a
            function from time to an operator.

    Raises:
        TypeError: if it is none of these, or a coefficient is no function.
        ValueError: if operators are of different sizes.

    Example:
        >>> import numpy as np, thermokin as tk
        >>> drive = tk.Drive([np.diag([0.5, -0.5]), [[[0, 1], [1, 0]], lambda t: 0.2 * np.cos(0.9 * t)]])
        >>> drive([0.0, 1.0]).shape
        (2, 2, 2)
        >>> bath = tk.Contact(tk.Bath("bath", 0.8), [[0, 1], [1, 0]], tk.Ohmic(0.001))
        >>> tk.Leg(2 * np.pi / 0.9, lambda t: tk.local(drive(t), [bath], np.diag([0.5, -0.5])))
        Leg of duration 6.98132, driven, 2 levels, baths 'bath'
    """

    def __init__(self, terms: Sequence[Any] | Callable[[float], OperatorLike]) -> None:
        self._constant: ComplexArray | None = None
        self._parts: list[tuple[ComplexArray, Callable[[Any], Any]]] = []
        self._function: Callable[[float], OperatorLike] | None = None
        self._real = True  # all coefficients so far
        if callable(terms):
            self._function = terms
            self.dimension = int(as_operator(terms(0.0), "terms").shape[-1])
            return
        if not isinstance(terms, Sequence) or isinstance(terms, str) or not terms:
            raise TypeError(
                "`terms` must be a list of operators and pairs [operator, function], a QobjEvo or a function of time, "
                f"got {shown(terms)}."
            )
        for position, term in enumerate(terms):
            self._add(term, f"terms[{position}]")
        sizes = {part.shape[-1] for part, _ in self._parts}
        sizes |= set() if self._constant is None else {self._constant.shape[-1]}
        if len(sizes) != 1:
            raise ArgumentError(f"`terms` must be operators of one size, got {sorted(sizes)}.", "terms")
        self.dimension = sizes.pop()

    def __repr__(self) -> str:
        if self._function is not None:
            return f"Drive of {self.dimension} levels: a function of time"
        still = "" if self._constant is None else ", and a part that stands still"
        count = len(self._parts)
        vary = "term that varies" if count == 1 else "terms that vary"
        return f"Drive of {self.dimension} levels: {count} {vary}{still}"

    def _add(self, term: Any, name: str) -> None:
        pair = isinstance(term, list | tuple) and len(term) == 2 and _is_coefficient(term[1])
        if pair and not callable(term[1]):
            raise TypeError(
                f"`{name}` has a coefficient that is no function, got {shown(term[1])}; give a function of time, or a "
                "QobjEvo of the whole list."
            )
        operator = as_operator(term[0] if pair else term, name)
        if operator.ndim != 2:
            raise ArgumentError(f"`{name}` must be one operator (d, d), got {operator.shape}.", name)
        if pair:
            self._parts.append((operator, term[1]))
        elif self._constant is None:
            self._constant = operator
        elif self._constant.shape == operator.shape:
            self._constant = self._constant + operator
        else:
            raise ArgumentError(f"`{name}` must have shape {self._constant.shape}, got {operator.shape}.", name)

    def __call__(self, times: Any) -> ComplexArray:
        """H at one time or at many.

        Args:
            times: () or (k,) [time].

        Returns:
            (d, d) or (k, d, d) [energy].
        """
        grid = np.asarray(times, dtype=np.float64)
        flat = grid.reshape(-1)
        if self._function is not None:
            every = [as_operator(self._function(float(time)), "terms") for time in flat]
            return np.stack(every).reshape(*grid.shape, self.dimension, self.dimension)
        found = self._summed(flat, self._constant)
        return found.reshape(*grid.shape, self.dimension, self.dimension)

    def _summed(self, times: FloatArray, constant: ComplexArray | None) -> ComplexArray:
        found = np.zeros((times.size, self.dimension, self.dimension), dtype=np.complex128)
        if constant is not None:
            found += constant
        for operator, coefficient in self._parts:
            values = _values(coefficient, times)
            self._real = self._real and not values.imag.any()
            found += values[:, None, None] * operator
        return found

    @cached_property
    def level(self) -> float | None:
        """Mean level of what stands still [energy], which may be large; None for a function."""
        if self._function is not None:
            return None
        return 0.0 if self._constant is None else float(np.trace(self._constant).real) / self.dimension

    def hermitian(self, times: FloatArray, offset: float) -> ComplexArray:
        """H at many times, seen to be Hermitian.

        Args:
            times: (k,) [time].
            offset: from which energies are counted [energy].

        Returns:
            (k, d, d) [energy].

        Raises:
            ArgumentError: if it is not, with the first of the times.
        """
        one = np.eye(self.dimension)
        if self._constant is None or self.level is None:
            matrices = self(times) - offset * one
        else:  # taken off what stands still, before anything small is added
            matrices = self._summed(times, self._constant - offset * one)
        # A sum of Hermitian operators with real coefficients is one.
        return matrices if self._real and self._is_sum else hermitian_at(matrices, times, "hamiltonian", "terms")

    @cached_property
    def _is_sum(self) -> bool:
        """Whether it is a sum of terms that are Hermitian."""
        operators = [operator for operator, _ in self._parts] + ([] if self._constant is None else [self._constant])
        return self._function is None and all(np.array_equal(one, one.conj().T) for one in operators)


def _is_coefficient(value: object) -> bool:
    """A function, a formula or a row of numbers: what stands second in a pair, not a row of a matrix."""
    if callable(value) and not hasattr(value, "isoper"):
        return True
    return isinstance(value, str) or (isinstance(value, np.ndarray) and value.ndim == 1)


def _values(coefficient: Callable[[Any], Any], times: FloatArray) -> ComplexArray:
    """A coefficient at all times, at once if it takes them."""
    try:
        found = np.asarray(coefficient(times))
        last = coefficient(float(times[-1])) if found.shape == times.shape else np.nan
        if np.abs(found[-1] - last) <= SAME * np.abs(last):
            return as_numbers(found, "terms").astype(np.complex128)
    except (TypeError, ValueError, IndexError):
        pass  # it takes one time
    return np.array([_number(coefficient(float(time)), float(time)) for time in times], dtype=np.complex128)


def _number(value: Any, time: float) -> complex:
    """One number, however a coefficient wraps it."""
    found = as_numbers(value, "terms")
    if found.size != 1:
        raise ArgumentError(
            f"`terms` has a coefficient that makes an array of shape {found.shape} of time {time:g}; one number is "
            "wanted.",
            "terms",
        )
    return complex(found.reshape(())[()])
