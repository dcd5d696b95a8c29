"""Quadrature over the frequencies of a bath: panels that double away from a scale, halved where its spectrum bends."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from thermokin._errors import NotConvergedError
from thermokin._typing import FloatArray
from thermokin.numerics.kronrod import FINE, NODES, ROUGH

__all__ = ["frequency_rule"]

DOUBLINGS = 64  # of the frequency on either side
RESOLVED = 1e-9  # of a panel's integral: where its two rules agree so far, the finer is right to rounding
ROUNDED = 32.0 * np.finfo(float).eps
NOTHING = 1e-14  # of the largest panel: what need not be resolved
DEPTH, MOST = 60, 4000  # halvings, and panels, beyond which a function is no spectrum to be integrated


def frequency_rule(
    values: Callable[[FloatArray], FloatArray], scale: FloatArray
) -> tuple[FloatArray, tuple[FloatArray, FloatArray]]:
    """Frequencies from 0 on, and weights of a fine and a rough rule.

    Args:
        values: what is to be resolved, from frequencies (q,) to (..., q).
        scale: frequencies (...) on which it changes [energy], > 0.

    Returns:
        Frequencies (q,), ascending and above 0, the same at all points of a sweep, and both weights (q,).

    Raises:
        NotConvergedError: if the function cannot be resolved.
    """
    low, high = float(np.min(scale)), float(np.max(scale))
    between = int(np.ceil(np.log2(high / low))) if high > low else 0
    edges = low * np.exp2(np.arange(-DOUBLINGS, between + DOUBLINGS + 1.0))
    starts, lengths = np.concatenate([[0.0], edges[:-1]]), np.diff(edges, prepend=0.0)
    done: list[tuple[FloatArray, FloatArray]] = []
    most, bad = 0.0, np.ones(lengths.size, dtype=bool)
    for _ in range(DEPTH):
        found = np.asarray(values((starts[:, None] + lengths[:, None] * NODES).reshape(-1)))
        found = found.reshape(*found.shape[:-1], lengths.size, NODES.size)
        size = np.abs(found) @ FINE * lengths
        apart = np.abs(found @ (FINE - ROUGH)) * lengths
        most = max(most, float(size.max()))
        # A function that bends within a panel feels the rounding of its frequencies by their share of the panel.
        allowed = np.maximum(RESOLVED, ROUNDED * (starts + lengths) / lengths)
        rough = (apart > allowed * size) & (size > NOTHING * most)
        bad = rough.reshape(-1, lengths.size).any(axis=0)
        done.append((starts[~bad], lengths[~bad]))
        if not bad.any():
            break
        starts, lengths = (
            np.concatenate([starts[bad], starts[bad] + 0.5 * lengths[bad]]),
            np.tile(0.5 * lengths[bad], 2),
        )
        if lengths.size > MOST:
            break
    if bad.any():
        raise NotConvergedError(
            f"a spectrum is not smooth enough to be integrated: {lengths.size} panels are left that do not resolve it.",
            float(lengths.size),
            "Give one without steps; in place of a table the lines that it is made of.",
        )
    starts, lengths = (np.concatenate(parts) for parts in zip(*done, strict=True))
    order = np.argsort(starts)
    starts, lengths = starts[order, None], lengths[order, None]
    return (starts + lengths * NODES).reshape(-1), ((lengths * FINE).reshape(-1), (lengths * ROUGH).reshape(-1))
