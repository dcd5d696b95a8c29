"""The Kronrod rule that carries its own error estimate, and panels for integrals over the motion by it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from thermokin._typing import FloatArray

__all__ = ["ABSCISSAE", "FINE", "GAUSS", "KRONROD", "NODES", "ROUGH", "Panels", "panels"]

_X = [0.991455371120812639, 0.949107912342758525, 0.864864423359769073, 0.741531185599394440, 0.586087235467691130]
_X += [0.405845151377397167, 0.207784955007898468]
_K = [0.022935322010529225, 0.063092092629978553, 0.104790010322250184, 0.140653259715525919, 0.169004726639267903]
_K += [0.190350578064785410, 0.204432940075298892]
_G = [0.0, 0.129484966168869693, 0.0, 0.279705391489276668, 0.0, 0.381830050505118945, 0.0]

# The 15-point Kronrod rule on [-1, 1] and the 7-point Gauss rule inside it,
ABSCISSAE: FloatArray = np.array([*(-x for x in _X), 0.0, *_X[::-1]])
KRONROD: FloatArray = np.array([*_K, 0.209482141084727828, *_K[::-1]])
GAUSS: FloatArray = np.array([*_G, 0.417959183673469388, *_G[::-1]])
# and both on [0, 1].
NODES: FloatArray = 0.5 + 0.5 * ABSCISSAE
FINE: FloatArray = 0.5 * KRONROD
ROUGH: FloatArray = 0.5 * GAUSS

HALVINGS = 20  # towards time 0, where the score of a nearly empty level turns within a time as short as it is empty
TURN = 2.0  # radians that one panel may turn


@dataclass(frozen=True, eq=False)
class Panels:
    """Consecutive panels from time 0, the same number at every point of a sweep.

    Args:
        starts: (..., p) [time].
        lengths: (..., p) [time].
        ends: (t,) how many panels lie before each of the times.
    """

    starts: FloatArray
    lengths: FloatArray
    ends: tuple[int, ...]


def panels(times: FloatArray, fastest: FloatArray, turning: FloatArray) -> Panels:
    """Panels that grow with the time since the start, as relaxation slows, and are short beside any oscillation.

    Args:
        times: (..., t) ascending, >= 0.
        fastest: the largest rate (...).
        turning: the largest angular frequency (...).

    Returns:
        The panels.
    """
    batch = np.broadcast_shapes(times.shape[:-1], fastest.shape, turning.shape)
    grid = np.broadcast_to(times, (*batch, times.shape[-1]))
    edges, ends, now = [np.zeros(batch)], [], np.zeros(batch)
    for position in range(times.shape[-1]):
        later = grid[..., position]
        if (later > now).any():
            marks = _marks(now, later, fastest)
            for before, after in pairwise(marks):
                count = max(1, int(np.ceil((turning * (after - before)).max() / TURN)))
                edges += [before + (after - before) * (number / count) for number in range(1, count)] + [after]
        ends.append(len(edges) - 1)
        now = later
    stacked = np.stack(edges, axis=-1)
    return Panels(stacked[..., :-1], np.diff(stacked, axis=-1), tuple(ends))


def _marks(now: FloatArray, later: FloatArray, fastest: FloatArray) -> list[FloatArray]:
    """Times in a geometric row from one time to the next."""
    if (now == 0.0).any():
        count = HALVINGS + max(0, int(np.ceil(np.log2(np.maximum(fastest * later, 1.0)).max())))
        return [now] + [now + (later - now) * 0.5**number for number in range(count, -1, -1)]
    count = max(1, int(np.ceil(np.log2(later / now).max())))
    return [now] + [now * (later / now) ** (number / count) for number in range(1, count)] + [later]
