"""What elimination without subtraction may miss in each solution, whatever the ratio of rates."""

from __future__ import annotations

import numpy as np

from thermokin.solvers.dense import DenseResolvent
from thermokin.solvers.resolvent import Vectors

__all__ = ["eliminated_errors"]

ROUNDINGS = 4.0 * float(np.finfo(np.float64).eps)  # of a step that takes out a level


def eliminated_errors(resolvent: DenseResolvent, rights: list[Vectors]) -> list[Vectors]:
    """From above, by how much each element of the r_k is missed, not counting what their right sides miss.

    A solve moves x by at most some n roundings of what |b| spreads to, each element by its own.

    Args:
        resolvent: of closed populations, its stationary vector r_0 right in each element.
        rights: what r_1, r_2, ... are solved from (..., n, 1).

    Returns:
        Of r_0, r_1, ... (..., n, 1).
    """
    share, rounding = np.abs(resolvent.stationary)[..., None], ROUNDINGS * (resolvent.block.size + 2)
    spread = (resolvent.spread(_traced(np.abs(right), share)) for right in rights)
    return [rounding * share, *(rounding * _traced(part, share) for part in spread)]


def _traced(vectors: Vectors, share: Vectors) -> Vectors:
    """Sizes of what is left once the trace is taken out along the stationary vector."""
    return np.asarray(vectors + share * vectors.sum(axis=-2, keepdims=True))
