"""What is left of a length or a distance, also where the whole is endless or nothing."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray

__all__ = ["fraction"]


def fraction(part: FloatArray, whole: FloatArray, of_nothing: float) -> FloatArray:
    """The part over the whole; of an endless whole every finite part is nothing and the rest is all.

    Args:
        part: (...), >= 0.
        whole: (...), >= 0; leading axes broadcast.
        of_nothing: the fraction where the whole is 0.

    Returns:
        (...).
    """
    endless, nothing = np.isinf(whole), whole == 0.0
    if not (endless | nothing).any():
        return np.asarray(part / whole)
    share = part / np.where(endless | nothing, 1.0, whole)
    return np.where(endless, np.isinf(part).astype(float), np.where(nothing, of_nothing, share))
