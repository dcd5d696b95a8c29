"""Operators at many times, seen to be Hermitian; an error says at which time they are not."""

from __future__ import annotations

from typing import Any

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.operators.as_operators import as_hermitian

__all__ = ["hermitian_at"]


def hermitian_at(operators: Any, times: FloatArray, name: str, argument: str) -> ComplexArray:
    """Hermitian operators at times.

    Args:
        operators: anything `as_operator` takes, (d, d) or (k, d, d).
        times: (k,) of the leg [time].
        name: of the operator, for the error.
        argument: that made it, for the error.

    Returns:
        The Hermitian part.

    Raises:
        ArgumentError: with the first of the times at which one is not Hermitian.
        ValueError: if they are no operators at those times.
    """
    try:
        return as_hermitian(operators, name)
    except ValueError as error:
        every = np.asarray(operators)
        if every.ndim != 3 or len(every) != times.size:
            raise
        for place in np.argsort(times, kind="stable"):
            try:
                as_hermitian(every[place], name)
            except ValueError as found:
                raise ArgumentError(f"`{argument}` at time {times[place]:.6g} of its leg: {found}", argument) from error
        raise
