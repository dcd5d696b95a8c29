"""The current that a machine is built for, and how steady it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import add
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import BoolArray, FloatArray
from thermokin.machines.mode import (
    ABSORPTION,
    ACCELERATOR,
    CONDUCTOR,
    HEATER,
    NOTHING,
    REFRIGERATOR,
    TRANSFORMER,
)
from thermokin.model.current import heat

__all__ = ["useful_noise", "useful_weights"]


def useful_weights(does: NDArray[np.str_], hot: BoolArray, cold: BoolArray) -> FloatArray:
    """The weight of each heat in the current that a machine is built for.

    Args:
        does: what it does (...).
        hot: which baths have the highest temperature (..., b).
        cold: which have the lowest (..., b).

    Returns:
        (..., b): of all heats alike where that current is the power.
    """
    word, ones = does[..., None], np.ones(hot.shape)
    from_cold = (word == REFRIGERATOR) | (word == ABSORPTION)
    from_hot = (word == ACCELERATOR) | (word == CONDUCTOR)
    kinds = [word == NOTHING, from_cold, from_hot, word == TRANSFORMER, word == HEATER]
    return np.select(kinds, [0.0 * ones, cold * ones, hot * ones, -1.0 * hot, -ones], default=ones)


def useful_noise(
    system: Any, names: tuple[str, ...], weights: FloatArray, count: Callable[..., Any]
) -> tuple[FloatArray, FloatArray]:
    """Noise of a sum of heats, counted as one current, so that what two of them have in common is never subtracted.

    Args:
        system: the machine.
        names: of its baths (b,).
        weights: of the heat of each in the current (..., b).
        count: gives the cumulants of a current of the system.

    Returns:
        The noise and its error (...) [energy^2/time].

    Raises:
        NotConvergedError: if rounding leaves too few digits.
    """
    taken = [place for place in range(len(names)) if weights[..., place].any()]
    if not taken:
        return np.zeros(weights.shape[:-1]), np.zeros(weights.shape[:-1])
    found = count(reduce(add, (heat(system, names[place]) * weights[..., place] for place in taken)), order=2)
    return found.values[..., 1], np.asarray(found.error)[..., 1]
