"""What may be asked for: an order of cumulants, and a list of currents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from thermokin.operators.numbers import shown

__all__ = ["listed_currents", "whole_order"]

HIGHEST_ORDER = 100  # 100! is 1e158: higher moments leave double precision


def whole_order(order: object) -> None:
    """Refuse what is no order of a cumulant.

    Args:
        order: what was given as one.

    Raises:
        TypeError: if it is not a whole number.
        ValueError: if it is below 1 or above 100.
    """
    if isinstance(order, bool) or not isinstance(order, int | np.integer):
        raise TypeError(f"`order` must be a whole number, got {shown(order)}.")
    if order < 1:
        raise ValueError(f"`order` must be >= 1, got {order}.")
    if order > HIGHEST_ORDER:
        raise ValueError(f"`order` must be at most {HIGHEST_ORDER}, got {shown(order)}.")


def listed_currents(currents: object) -> tuple[Any, ...]:
    """The currents as a tuple; what each of them is, the caller sees.

    Args:
        currents: what was given as currents.

    Returns:
        The currents.

    Raises:
        TypeError: if they cannot be listed.
    """
    if not isinstance(currents, Sequence) or isinstance(currents, str | bytes):
        raise TypeError(f"`currents` must be a list of Currents, such as [heat(model)], got {shown(currents)}.")
    return tuple(currents)
