"""How many stationary states a model keeps beside the one that its populations show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import ComplexArray, FloatArray, IntArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.motion.conserved import ALGEBRA_UP_TO, conserved_parts
from thermokin.motion.lasting_coherences import lasting_coherences
from thermokin.numerics.flattened_sweep import flattened

__all__ = ["KeptApart", "kept_apart"]


@dataclass(frozen=True, eq=False)
class KeptApart:
    """What was found.

    Args:
        parts: (n,) parts kept apart at each point of the flattened sweep, 1 where the steady state is the only one.
        tested: whether coherences that no population feels were looked at.
    """

    parts: IntArray
    tested: bool


def kept_apart(liouvillian: Liouvillian, frame_state: FloatArray | ComplexArray) -> KeptApart:
    """Coherences may outlive everything where populations alone show nothing; every point of a sweep is looked at.

    Args:
        liouvillian: the generator.
        frame_state: a steady state in the frame, the only one as far as populations show: populations (..., d) where
            they are closed, else the density matrix (..., d, d).

    Returns:
        The parts, and whether they are known.
    """
    batch, size = liouvillian.model.batch_shape, liouvillian.dimension
    count = int(np.prod(batch))
    alone = np.ones(count, dtype=np.int64)
    if count == 0:
        return KeptApart(alone, tested=True)
    if liouvillian.populations_closed:
        if liouvillian.table.one_element_each:  # jumps feed no coherence, and single elements join what they keep
            return KeptApart(alone, tested=True)
        held = flattened(frame_state.real > 0.0, 1, batch)
        return KeptApart(alone + lasting_coherences(liouvillian.centred, held), tested=True)
    if size > ALGEBRA_UP_TO:
        return KeptApart(alone, tested=False)
    states = np.broadcast_to(frame_state, (*batch, size, size)).reshape(count, size, size)
    return KeptApart(conserved_parts(liouvillian, states.astype(np.complex128)), tested=True)
