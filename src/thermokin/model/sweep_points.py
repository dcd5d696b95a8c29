"""Points of a parameter sweep, named in messages by their indices along its axes."""

from __future__ import annotations

import numpy as np

from thermokin._typing import BoolArray

__all__ = ["point_list"]

SHOWN = 5  # points that a message names


def point_list(chosen: BoolArray) -> str:
    """The first few chosen points as a list of index tuples.

    Args:
        chosen: (...) which points.

    Returns:
        Such as "[(2,), (3,)] and more".
    """
    points = [tuple(int(index) for index in point) for point in np.argwhere(chosen)[:SHOWN]]
    return f"{points}{' and more' if np.count_nonzero(chosen) > SHOWN else ''}"
