"""Where to start a solve at one frequency, from the solutions at others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["shifted_start"]

DEPENDENT = 1e-10  # singular values below this part of the largest are left out: close frequencies have like solutions


def shifted_start(
    right: NDArray[Any], frequency: float, known: Sequence[tuple[float, NDArray[Any]]]
) -> NDArray[Any] | None:
    """The combination of earlier solutions with the smallest residual of (i w - L) x = b.

    A solution x' at w' has (i w - L) x' = b + i(w - w') x': no product with L is needed.

    Args:
        right: b (N,).
        frequency: w.
        known: frequencies and their solutions (N,).

    Returns:
        x (N,), None if nothing is known.
    """
    if not known:
        return None
    found = np.stack([solution for _, solution in known], axis=1)
    images = right[:, None] + 1j * np.array([frequency - other for other, _ in known]) * found
    basis, triangle = np.linalg.qr(images)
    weights, *_ = np.linalg.lstsq(triangle, basis.conj().T @ right, rcond=DEPENDENT)
    return np.asarray(found @ weights)
