"""Single steps of linear equations with coefficients that change in time, symmetric in time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import FloatArray
from thermokin.numerics.propagator_ladder import stacked_exponential

__all__ = ["Generator", "Step", "commutator_free_step", "magnus_step", "midpoint_step"]

Generator: TypeAlias = Callable[[FloatArray], NDArray[Any]]
Step: TypeAlias = Callable[[Generator, FloatArray, FloatArray], NDArray[Any]]
NODE = np.sqrt(3.0) / 6.0


def commutator_free_step(generator: Generator, starts: FloatArray, lengths: FloatArray) -> NDArray[Any]:
    """One step of order 4, exp(h (a2 L1 + a1 L2)) exp(h (a1 L1 + a2 L2)), a = 1/4 +- sqrt(3)/6, at Gauss' nodes.

    Args:
        generator: L(t) (k, n, n) at times (k,).
        starts: (p,) [time].
        lengths: h (p,) [time].

    Returns:
        (p, n, n). It conserves what every L(t) conserves; one weight is negative, so it need not be positive.

    Reference:
        blanes2009.
    """
    count = starts.size
    nodes = generator(np.concatenate([starts + (0.5 - NODE) * lengths, starts + (0.5 + NODE) * lengths]))
    step = lengths[:, None, None]
    early, late = step * nodes[:count], step * nodes[count:]
    near, far = 0.25 + NODE, 0.25 - NODE
    both = stacked_exponential(np.concatenate([near * early + far * late, far * early + near * late]))
    return np.asarray(both[count:] @ both[:count])


def midpoint_step(generator: Generator, starts: FloatArray, lengths: FloatArray) -> NDArray[Any]:
    """One step of order 2, exp(h L(t + h/2)): of a Lindblad generator it is completely positive.

    Args:
        generator: L(t) (k, n, n) at times (k,).
        starts: (p,) [time].
        lengths: h (p,) [time].

    Returns:
        (p, n, n).
    """
    return stacked_exponential(lengths[:, None, None] * generator(starts + 0.5 * lengths))


def magnus_step(generator: Generator, starts: FloatArray, lengths: FloatArray) -> NDArray[Any]:
    """One step of order 4, exp(h (L1 + L2)/2 - h^2 sqrt(3)/12 [L1, L2]) at Gauss' nodes: a single exponential.

    Args:
        generator: L(t) (k, n, n) at times (k,), whose commutators are no larger than it: those of unitary motion.
        starts: (p,) [time].
        lengths: h (p,) [time].

    Returns:
        (p, n, n).

    Reference:
        blanes2009.
    """
    count = starts.size
    nodes = generator(np.concatenate([starts + (0.5 - NODE) * lengths, starts + (0.5 + NODE) * lengths]))
    early, late = (lengths[:, None, None] * part for part in (nodes[:count], nodes[count:]))
    turned = early @ late
    turned -= late @ early
    return stacked_exponential(0.5 * (early + late) - 0.5 * NODE * turned)
