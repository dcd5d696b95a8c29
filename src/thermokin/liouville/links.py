"""A generator as a list of links between its coordinates."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from thermokin._typing import FloatArray, IntArray

__all__ = ["Links", "links_of"]

# Target, source (m,), value (..., m) [1/time], and the channel (m,) whose jumps make it, -1 for what makes no jump.
Links: TypeAlias = tuple[IntArray, IntArray, FloatArray, IntArray]


def links_of(silent: tuple[IntArray, IntArray, FloatArray], jumps: Links) -> Links:
    """What makes no jump, off the diagonal, and the jumps.

    Args:
        silent: target, source (m,) and value (..., m) of Hamiltonian and damping.
        jumps: the jumps, those that stay where they are among them.

    Returns:
        All of them.
    """
    target, source, values = silent
    off = np.flatnonzero(target != source)
    batch = np.broadcast_shapes(values.shape[:-1], jumps[2].shape[:-1])
    parts = [np.broadcast_to(part, (*batch, part.shape[-1])) for part in (values[..., off], jumps[2])]
    return (
        np.concatenate([target[off], jumps[0]]),
        np.concatenate([source[off], jumps[1]]),
        np.concatenate(parts, axis=-1),
        np.concatenate([np.full(off.size, -1), jumps[3]]),
    )
