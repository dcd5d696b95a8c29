"""The points of a sweep as one axis."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["flattened"]

Number = TypeVar("Number", bound=np.generic)


def flattened(values: NDArray[Number], axes: int, batch: tuple[int, ...]) -> NDArray[Number]:
    """Numbers at the points of a sweep, one axis for all of them.

    Args:
        values: (..., own), leading axes broadcasting to those of the sweep.
        axes: how many axes are its own.
        batch: the shape of the sweep.

    Returns:
        (n, own), or (1, own) if all points have the same.
    """
    own: tuple[Any, ...] = values.shape[values.ndim - axes :]
    if values.ndim == axes:
        return values[None]
    return np.broadcast_to(values, (*batch, *own)).reshape(int(np.prod(batch)), *own)
