"""What a machine may do: engine, refrigerator, and what else heat and work allow between two or three temperatures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import BoolArray, FloatArray, IntArray

__all__ = [
    "ABSORPTION",
    "ACCELERATOR",
    "CONDUCTOR",
    "ENGINE",
    "HEATER",
    "MODES",
    "NOTHING",
    "REFRIGERATOR",
    "TRANSFORMER",
    "UNKNOWN",
    "modes_of",
]

ENGINE, REFRIGERATOR, ACCELERATOR, HEATER = "engine", "refrigerator", "accelerator", "heater"
ABSORPTION, TRANSFORMER, CONDUCTOR = "absorption refrigerator", "heat transformer", "conductor"
NOTHING, UNKNOWN = "nothing", "mixed"
MODES = (ENGINE, REFRIGERATOR, ACCELERATOR, HEATER, CONDUCTOR, ABSORPTION, TRANSFORMER, UNKNOWN, NOTHING)
"""All of them, in the order in which figures list them."""


def modes_of(
    work: FloatArray, hot: FloatArray, cold: FloatArray, levels: IntArray, still: BoolArray
) -> NDArray[np.str_]:
    """What a machine does.

    Args:
        work: that it delivers per time (...).
        hot: heat from the baths at the highest temperature (...).
        cold: heat from those at the lowest (...).
        levels: how many different temperatures there are (...).
        still: whether no heat flows (...).

    Returns:
        One of `MODES` (...).
    """
    one, two, three = (levels == number for number in (1, 2, 3))
    kinds: tuple[tuple[BoolArray, str], ...] = (
        (still, NOTHING),
        (one & (work < 0.0), HEATER),
        (two & (work > 0.0) & (hot > 0.0), ENGINE),
        (two & (work < 0.0) & (cold > 0.0), REFRIGERATOR),
        (two & (work < 0.0) & (hot > 0.0), ACCELERATOR),
        (two & (work < 0.0), HEATER),
        (two & (work == 0.0), CONDUCTOR),
        (three & (work == 0.0) & (cold > 0.0) & (hot > 0.0), ABSORPTION),
        (three & (work == 0.0) & (cold < 0.0) & (hot < 0.0), TRANSFORMER),
        (three & (work == 0.0), CONDUCTOR),
    )
    return np.select([where for where, _ in kinds], [word for _, word in kinds], default=UNKNOWN)
